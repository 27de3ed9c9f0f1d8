/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "samspill-field-view.h"
#include "samspill-record.h"

G_BEGIN_DECLS

/**
 * SamspillFieldBlock:
 *
 * A text field of a record on the page: heading, the text itself, and room for remarks below it (used where there is no
 * margin beside the page). Read, it shows itself only when there is text.
 *
 * Signal `edited` after the record has been changed by the person.
 */
#define SAMSPILL_TYPE_FIELD_BLOCK (samspill_field_block_get_type ())
G_DECLARE_FINAL_TYPE (SamspillFieldBlock, samspill_field_block, SAMSPILL, FIELD_BLOCK, GtkBox)

/* heading NULL: the field's label. */
GtkWidget         *samspill_field_block_new         (const SamspillField *field, const char *path, const char *heading);
const char        *samspill_field_block_get_path    (SamspillFieldBlock *self);
SamspillFieldView *samspill_field_block_get_view    (SamspillFieldBlock *self);
GtkBox            *samspill_field_block_get_remarks (SamspillFieldBlock *self);
void               samspill_field_block_set_record  (SamspillFieldBlock *self, SamspillRecord *record);
void               samspill_field_block_set_editing (SamspillFieldBlock *self, gboolean editing);
gboolean           samspill_field_block_is_empty    (SamspillFieldBlock *self);
/* The title of a page: large, its heading not shown. */
void               samspill_field_block_set_title   (SamspillFieldBlock *self);
/* Another field in the same widgets (a page that shows another type). */
void               samspill_field_block_set_field   (SamspillFieldBlock *self, const SamspillField *field, const char *path);
/* A larger heading and room to write from the start: one field of the conversation. */
void               samspill_field_block_set_roomy   (SamspillFieldBlock *self, guint lines);

G_END_DECLS
