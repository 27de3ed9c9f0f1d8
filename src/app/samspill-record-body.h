/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "samspill-field-block.h"
#include "samspill-profile.h"

G_BEGIN_DECLS

/**
 * SamspillRecordBody:
 *
 * What a record says, from under its title to above its surroundings: prose, figures, measures, facts, sources, in the
 * order that suits its type. The same widgets are read and edited; what is empty shows only while it is edited, below
 * what is written, so that nothing above it moves.
 *
 * Signal `edited (path)` after the person has changed a field of the record.
 */
#define SAMSPILL_TYPE_RECORD_BODY (samspill_record_body_get_type ())
G_DECLARE_FINAL_TYPE (SamspillRecordBody, samspill_record_body, SAMSPILL, RECORD_BODY, GtkBox)

GtkWidget          *samspill_record_body_new         (SamspillProfile *profile);
/* Shows the record and, while editing, writes into it. The widgets are kept where the type is the same. */
void                samspill_record_body_set_record  (SamspillRecordBody *self, SamspillRecord *record);
void                samspill_record_body_set_editing (SamspillRecordBody *self, gboolean editing);
/* NULL: the field has no block of prose here. */
SamspillFieldBlock *samspill_record_body_get_block   (SamspillRecordBody *self, const char *path);
/* (element-type SamspillFieldBlock) in the order of the page; borrowed. */
GPtrArray          *samspill_record_body_get_blocks  (SamspillRecordBody *self);
/* Moves the focus to a field; FALSE: it is not here. */
gboolean            samspill_record_body_focus_field (SamspillRecordBody *self, const char *path);

G_END_DECLS
