/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-record.h"

G_BEGIN_DECLS

/**
 * SamspillMissing:
 *
 * What is not there yet, as a quiet list: for handing round, then for publishing. Nothing in it stops anyone. Signal
 * `field-wanted (name)`: go to that field.
 */
#define SAMSPILL_TYPE_MISSING (samspill_missing_get_type ())
G_DECLARE_FINAL_TYPE (SamspillMissing, samspill_missing, SAMSPILL, MISSING, AdwBin)

GtkWidget *samspill_missing_new        (void);
void       samspill_missing_set_record (SamspillMissing *self, SamspillRecord *record);
gboolean   samspill_missing_has_any    (SamspillMissing *self);

G_END_DECLS
