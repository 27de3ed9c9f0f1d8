/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Time and chance of what waits and tries again, so that tests need neither. `wait` blocks a worker thread and returns
 * FALSE when it was cancelled. */
typedef struct
{
  gint64   (*now)    (gpointer data);                                        /* microseconds, monotonic */
  gboolean (*wait)   (gint64 us, GCancellable *cancellable, gpointer data);
  double   (*random) (gpointer data);                                        /* from 0 up to 1 */
  gpointer data;
} SamspillSyncClock;

extern const SamspillSyncClock samspill_sync_clock_real;

/* How long to wait before try number `attempt` (0: the second): doubles from `first_us` up to `most_us`, half of it by chance. */
gint64 samspill_sync_clock_back_off (const SamspillSyncClock *self, guint attempt, gint64 first_us, gint64 most_us);

G_END_DECLS
