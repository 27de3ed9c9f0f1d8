/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* SipHash-2-4 with a result of 128 bits (Aumasson, Bernstein 2012): a keyed hash of a short text for some hundred
 * instructions. For what is told apart in memory by a key that is made at each start and never leaves it; what is kept or
 * sent is authenticated with HMAC (samspill-password.h). */
#define SAMSPILL_SIPHASH_BYTES 16

void samspill_siphash (const guint8 key[16], const void *data, gsize length, guint8 digest[SAMSPILL_SIPHASH_BYTES]);

G_END_DECLS
