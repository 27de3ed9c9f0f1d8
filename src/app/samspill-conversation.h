/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "samspill-profile.h"

G_BEGIN_DECLS

/**
 * SamspillConversation:
 *
 * A need as a short conversation: one question in focus, all steps within reach, remarks beside the answer, who had it
 * before beside the text. Nothing is compulsory. The last step is the page, ready to be handed round.
 *
 * Signals: `finished` (see the page), `record-opened (space, id)`.
 */
#define SAMSPILL_TYPE_CONVERSATION (samspill_conversation_get_type ())
G_DECLARE_FINAL_TYPE (SamspillConversation, samspill_conversation, SAMSPILL, CONVERSATION, GtkBox)

GtkWidget *samspill_conversation_new            (SamspillProfile *profile);
/* Answers are written into this record from now on. */
void       samspill_conversation_set_record     (SamspillConversation *self, SamspillRecord *record);
/* The record has other words: remarks, and who had it before, are asked for again in a moment. */
void       samspill_conversation_record_changed (SamspillConversation *self);
/* Begins at the first question. */
void       samspill_conversation_start          (SamspillConversation *self);
/* There is room for a margin beside the text. */
void       samspill_conversation_set_wide       (SamspillConversation *self, gboolean is_wide);
/* There is little room: icons for words at the bottom, smaller margins. */
void       samspill_conversation_set_narrow     (SamspillConversation *self, gboolean is_narrow);
/* "Saved 10.42" */
void       samspill_conversation_set_saved      (SamspillConversation *self, const char *text);

/* At the first question without an answer. FALSE: there is none. */
gboolean samspill_conversation_resume (SamspillConversation *self);

G_END_DECLS
