/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-record.h"

G_BEGIN_DECLS

/**
 * SamspillChoiceRow:
 *
 * A field with fixed choices. Read: the field and what was chosen. Edited: the same row with a list to choose from; "Not
 * chosen" takes the member out of the record. Signal `edited` after the record has been changed by the person.
 */
#define SAMSPILL_TYPE_CHOICE_ROW (samspill_choice_row_get_type ())
G_DECLARE_FINAL_TYPE (SamspillChoiceRow, samspill_choice_row, SAMSPILL, CHOICE_ROW, AdwActionRow)

GtkWidget  *samspill_choice_row_new         (const char *path, const SamspillField *field);
const char *samspill_choice_row_get_path    (SamspillChoiceRow *self);
void        samspill_choice_row_set_record  (SamspillChoiceRow *self, SamspillRecord *record);
void        samspill_choice_row_set_editing (SamspillChoiceRow *self, gboolean editing);

G_END_DECLS
