/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-standing.h"

G_BEGIN_DECLS

/**
 * SamspillStatus:
 *
 * The one line at the bottom left that says in words whether all is well, and behind it what there is to know: what must
 * be seen to, the spaces, where each goes and who reads it, and what went wrong.
 *
 * Property `saved-at` (GDateTime): when what was typed last became durable; said while nothing goes anywhere.
 */
#define SAMSPILL_TYPE_STATUS (samspill_status_get_type ())
G_DECLARE_FINAL_TYPE (SamspillStatus, samspill_status, SAMSPILL, STATUS, AdwBin)

void samspill_status_set_profile  (SamspillStatus *self, SamspillProfile *profile);
/* Nullable: a profile that can only be read is sent nowhere. */
void samspill_status_set_standing (SamspillStatus *self, SamspillStanding *standing);
void samspill_status_update       (SamspillStatus *self);
/* What opens from the line. */
GtkPopover *samspill_status_get_popover (SamspillStatus *self);

G_END_DECLS
