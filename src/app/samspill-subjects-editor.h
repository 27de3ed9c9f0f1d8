/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "samspill-record.h"

G_BEGIN_DECLS

/**
 * SamspillSubjectsEditor:
 *
 * What a record is about (Los themes, codes, words) and one's own tags, as chips. Edited, each can be taken away, and a
 * search finds subjects in everyday words. Signal `edited` after the record has been changed by the person.
 */
#define SAMSPILL_TYPE_SUBJECTS_EDITOR (samspill_subjects_editor_get_type ())
G_DECLARE_FINAL_TYPE (SamspillSubjectsEditor, samspill_subjects_editor, SAMSPILL, SUBJECTS_EDITOR, GtkBox)

GtkWidget *samspill_subjects_editor_new         (void);
void       samspill_subjects_editor_set_record  (SamspillSubjectsEditor *self, SamspillRecord *record);
/* Room is kept for the button of the editor also while it is read. */
void       samspill_subjects_editor_set_can_edit (SamspillSubjectsEditor *self, gboolean can_edit);
void       samspill_subjects_editor_set_editing (SamspillSubjectsEditor *self, gboolean editing);

G_END_DECLS
