/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-profile.h"

G_BEGIN_DECLS

/* A record names another by its id alone. Looks for it in the space `near` (nullable), then in those of one's own, then in
 * what comes with the program. (transfer full) NULL: it is not on this computer. Main thread; microseconds. */
SamspillRow *samspill_find_record (SamspillProfile *profile, const char *near, const char *id);

G_END_DECLS
