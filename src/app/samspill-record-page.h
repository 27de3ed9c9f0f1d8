/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-standing.h"

G_BEGIN_DECLS

/**
 * SamspillRecordPage:
 *
 * The right pane: one record as a well-set page, edited in place, or the conversation that a new need begins with. The
 * window owns the header bar above it and takes what stands there from the page's properties.
 *
 * Properties (all readable and notified):
 * - `title`, `subtitle`: for the header bar; NULL while the page's own title is in sight.
 * - `space`, `id`: of the record that is shown; NULL when there is none.
 * - `menu` (GMenuModel, nullable): for the menu button; its items act on the group "page".
 * - `primary-label`, `primary-action`: the one coloured button of the header bar ("Save as PDF", "page.export-pdf"); NULL
 *   for none, as for what is only read.
 * - `editing`: fields can be typed in.
 * - `wants-room`: a need is being written as a conversation: what stands beside the page may fold away.
 * - `saved-at` (GDateTime, nullable): when what was typed last here became durable.
 *
 * Signals:
 * - `record-opened (space, id)`: a link to another record was activated; space may be NULL.
 * - `toast (AdwToast)`: something to say at the bottom of the pane.
 * - `closed ()`: the record went away (to the trash); the list decides what is shown next.
 *
 * Main thread only.
 */
#define SAMSPILL_TYPE_RECORD_PAGE (samspill_record_page_get_type ())
G_DECLARE_FINAL_TYPE (SamspillRecordPage, samspill_record_page, SAMSPILL, RECORD_PAGE, AdwBin)

GtkWidget    *samspill_record_page_new         (SamspillProfile *profile);
void          samspill_record_page_set_standing (SamspillRecordPage *self, SamspillStanding *standing);
/* Activates "why" or "versions" as soon as it is known where the record that is being shown stands. */
void          samspill_record_page_when_looked_at (SamspillRecordPage *self, const char *action);
/* `id` NULL: shows nothing. What was being edited is left first. Showing what is shown already changes nothing. */
void          samspill_record_page_show        (SamspillRecordPage *self, const char *space, const char *id);
/* A record that is not yet anywhere: a need begins with the conversation, a pitch with its editor. */
void          samspill_record_page_show_new    (SamspillRecordPage *self, const char *type);
/* Shows a need at its first question without an answer, where it can be written. */
void          samspill_record_page_go_on       (SamspillRecordPage *self, const char *space, const char *id);
void          samspill_record_page_edit        (SamspillRecordPage *self); /* F2: focus goes to the title */
gboolean      samspill_record_page_escape      (SamspillRecordPage *self); /* TRUE: it left editing, or closed something */
void          samspill_record_page_leave       (SamspillRecordPage *self); /* commits; for quitting and for another page */
const char   *samspill_record_page_get_space   (SamspillRecordPage *self);
const char   *samspill_record_page_get_id      (SamspillRecordPage *self);
/* The actions of the page ("edit", "print", …), for the window to insert as "page". (transfer none) */
GActionGroup *samspill_record_page_get_actions (SamspillRecordPage *self);
/* Files dropped on the window become attachments of the record that is shown. FALSE: it cannot have any. */
gboolean      samspill_record_page_add_files   (SamspillRecordPage *self, GListModel *files);

G_END_DECLS
