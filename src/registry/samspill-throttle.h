/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Wrong passwords are slowed down, by address (10 at once, then one in 10 seconds) and by name (30 at once, then one in 2
 * seconds, from all addresses together). One address can thus not use up what a name is allowed: nobody locks another out alone,
 * and an address from which the name signed in before is not held to the name's bound at all. What is right costs nothing.
 * In memory, bounded; not thread-safe: the accounts hold their lock. Times: microseconds of a clock that only goes forward. */
typedef struct _SamspillThrottle SamspillThrottle;

SamspillThrottle *samspill_throttle_new   (void);
void              samspill_throttle_free  (SamspillThrottle *self);
/* 0: may try, and has paid for it; else the seconds to wait. */
guint             samspill_throttle_ask   (SamspillThrottle *self, const char *address, const char *name, gint64 now_us);
/* The password was right: what was paid comes back, and the address is known for the name. */
void              samspill_throttle_right (SamspillThrottle *self, const char *address, const char *name, gint64 now_us);

G_END_DECLS
