/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "samspill-record.h"

G_BEGIN_DECLS

/**
 * SamspillMeasuresEditor:
 *
 * The measures of a need as a short list, read and edited in place. Signal `edited` after the record has been changed by
 * the person.
 */
#define SAMSPILL_TYPE_MEASURES_EDITOR (samspill_measures_editor_get_type ())
G_DECLARE_FINAL_TYPE (SamspillMeasuresEditor, samspill_measures_editor, SAMSPILL, MEASURES_EDITOR, GtkBox)

GtkWidget *samspill_measures_editor_new         (void);
void       samspill_measures_editor_set_record  (SamspillMeasuresEditor *self, SamspillRecord *record);
void       samspill_measures_editor_set_editing (SamspillMeasuresEditor *self, gboolean editing);
gboolean   samspill_measures_editor_is_empty    (SamspillMeasuresEditor *self);
/* Makes sure there is a row to write in. */
void       samspill_measures_editor_start       (SamspillMeasuresEditor *self);

G_END_DECLS
