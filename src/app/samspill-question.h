/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "samspill-record.h"

G_BEGIN_DECLS

/**
 * SamspillQuestion:
 *
 * One step of the conversation: a question, why it is asked, an answer that helps and one that does not, and room to
 * answer in. Fields and words come from the schema's group.
 *
 * Signal `edited (path)` after the record has been changed by the person.
 */
#define SAMSPILL_TYPE_QUESTION (samspill_question_get_type ())
G_DECLARE_FINAL_TYPE (SamspillQuestion, samspill_question, SAMSPILL, QUESTION, GtkBox)

GtkWidget  *samspill_question_new          (const SamspillType *type, const SamspillGroup *group);
void        samspill_question_set_record   (SamspillQuestion *self, SamspillRecord *record);
/* (element-type SamspillFieldBlock), borrowed: for remarks. */
GPtrArray  *samspill_question_get_blocks   (SamspillQuestion *self);
gboolean    samspill_question_has_field    (SamspillQuestion *self, const char *path);
/* path NULL: the first. */
void        samspill_question_focus_field  (SamspillQuestion *self, const char *path);
/* Something has been written here. */
gboolean    samspill_question_is_answered  (SamspillQuestion *self);

G_END_DECLS
