/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-record-page-private.h"

#include <glib/gi18n.h>

#include "samspill-format.h"
#include "samspill-record-text.h"
#include "samspill-refusal-text.h"
#include "samspill-space-text.h"
#include "samspill-work.h"

/* Where a record stands: whether it is published, sent, accepted. */

void
samspill_page_state_free (SamspillPageState *state)
{
  g_clear_pointer (&state->publication, samspill_publication_free);
  g_free (state->reason);
  g_free (state->refused_space);
  g_free (state);
}

/* Looking */

typedef struct
{
  SamspillProfile *profile;
  char *space;
  char *id;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->profile);
  g_free (job->space);
  g_free (job->id);
  g_free (job);
}

static SamspillRecordSync
look_at (SamspillStore *store, const char *space, const char *id, SamspillPageState *state)
{
  g_autofree char *reason = NULL;
  g_autoptr (GError) error = NULL;
  SamspillRecordSync sync = samspill_sync_look_at_record (store, space, id, &reason, &error);

  if (error != NULL)
    return SAMSPILL_RECORD_LOCAL;
  if (sync == SAMSPILL_RECORD_REFUSED)
    {
      g_set_str (&state->reason, reason);
      g_set_str (&state->refused_space, space);
    }

  return sync;
}

static gpointer
look_in_thread (gpointer data, GError **error)
{
  Job *job = data;
  SamspillStore *store = samspill_profile_get_store (job->profile);
  SamspillPageState *state = g_new0 (SamspillPageState, 1);
  g_autoptr (SamspillDocument) document = samspill_store_get (store, job->space, job->id, NULL, NULL);

  state->leaves = document != NULL ? document->leaves : 0;
  state->sync = look_at (store, job->space, job->id, state);
  state->publication = samspill_profile_get_publication (job->profile, job->id, NULL);
  if (state->publication != NULL && state->publication->state != SAMSPILL_PUBLICATION_NONE)
    state->publication_sync = look_at (store, "commons", job->id, state);

  return state;
}

/* The line */

static void
append (GString *line, const char *text)
{
  if (line->len > 0)
    g_string_append (line, " · ");
  g_string_append (line, text);
}

static char *
dup_day (GDateTime *at)
{
  g_autoptr (GDateTime) local = at != NULL ? g_date_time_to_local (at) : NULL;

  return local != NULL ? samspill_format_date_short (local) : g_strdup ("");
}

static void
append_publication (GString *line, const SamspillPublication *publication)
{
  g_autofree char *day = dup_day (publication->at);
  g_autofree char *text = NULL;

  if (publication->state == SAMSPILL_PUBLICATION_CURRENT)
    /* Translators: %s is a day, "3. des." */
    text = g_strdup_printf (_ ("Published %s"), day);
  else if (publication->state == SAMSPILL_PUBLICATION_OUTDATED)
    text = g_strdup_printf (_ ("Published %s; changed since"), day);
  else if (publication->state == SAMSPILL_PUBLICATION_WITHDRAWN && publication->withdrawn_reason != NULL)
    /* Translators: a day, "3. des.", and a reason in the person's own words */
    text = g_strdup_printf (_ ("Withdrawn %s: %s"), day, publication->withdrawn_reason);
  else if (publication->state == SAMSPILL_PUBLICATION_WITHDRAWN)
    text = g_strdup_printf (_ ("Withdrawn %s"), day);
  if (text != NULL)
    append (line, text);
}

static gboolean
is_team (const char *space)
{
  return space != NULL && (g_str_has_prefix (space, "team-") || g_str_has_prefix (space, "joint-"));
}

/* A sentence of parts begins with a capital letter, whichever part comes first. */
static char *
finish_line (GString *line)
{
  g_autofree char *text = g_string_free (line, FALSE);
  g_autofree char *first = NULL;

  if (*text == '\0')
    return g_steal_pointer (&text);
  first = g_utf8_strup (text, g_utf8_next_char (text) - text);

  return g_strconcat (first, g_utf8_next_char (text), NULL);
}

static char *
dup_line (SamspillRecordPage *self)
{
  const SamspillPageState *state = self->state;
  const SamspillPublication *publication = state->publication;
  const gboolean is_public = publication != NULL && publication->state != SAMSPILL_PUBLICATION_NONE;
  GString *line = g_string_new (NULL);

  if (g_strcmp0 (self->space, "commons") == 0)
    {
      g_autofree char *owners = samspill_record_dup_owners (self->profile, self->record);
      /* Translators: %s is a municipality */
      g_autofree char *text =
          owners != NULL
              ? g_strdup_printf (_ ("Published by %s. You can read it, and only they can change it."), owners)
              : NULL;

      if (text != NULL && self->draft == NULL)
        append (line, text);
      return finish_line (line);
    }
  if (is_public)
    append_publication (line, publication);
  if (state->reason != NULL)
    append (line, _ ("was not accepted"));
  else if (is_public && state->publication_sync == SAMSPILL_RECORD_WAITING)
    append (line, _ ("waits to be sent"));
  else if (is_team (self->space) && state->sync == SAMSPILL_RECORD_WAITING)
    append (line, _ ("waits to be sent to colleagues"));
  else if (is_team (self->space) && state->sync == SAMSPILL_RECORD_SENT && !is_public)
    append (line, _ ("Sent to colleagues"));
  else if (is_team (self->space) && state->sync == SAMSPILL_RECORD_LOCAL && !is_public)
    append (line, _ ("On this computer until somebody turns on sending for your organisation"));

  return finish_line (line);
}

static const char *
get_icon (SamspillRecordPage *self)
{
  if (self->state->reason != NULL)
    return "dialog-warning-symbolic";
  if (g_strcmp0 (self->space, "commons") == 0)
    return "changes-prevent-symbolic";
  if (self->state->sync == SAMSPILL_RECORD_WAITING || self->state->publication_sync == SAMSPILL_RECORD_WAITING)
    return "document-send-symbolic";

  return "object-select-symbolic";
}

static void
show_state (SamspillRecordPage *self)
{
  g_autofree char *line = self->state != NULL && self->record != NULL ? dup_line (self) : NULL;
  const gboolean is_shown = line != NULL && *line != '\0';
  const gboolean is_refused = self->state != NULL && self->state->reason != NULL;

  gtk_widget_set_visible (self->state_box, is_shown);
  gtk_widget_set_visible (self->why_button, is_refused);
  if (is_shown)
    {
      gtk_label_set_text (self->state_label, line);
      gtk_image_set_from_icon_name (self->state_icon, get_icon (self));
    }
  if (is_refused)
    {
      gtk_widget_add_css_class (self->state_box, "warning");
      gtk_widget_remove_css_class (GTK_WIDGET (self->state_label), "dimmed");
    }
  else
    {
      gtk_widget_remove_css_class (self->state_box, "warning");
      gtk_widget_add_css_class (GTK_WIDGET (self->state_label), "dimmed");
    }
  adw_banner_set_title (self->versions_banner, samspill_record_page_is (self, "need") ? _ ("This need has two versions")
                                               : samspill_record_page_is (self, "pitch")
                                                   ? _ ("This proposal has two versions")
                                                   : _ ("This has two versions"));
  adw_banner_set_revealed (self->versions_banner, self->state != NULL && self->state->leaves > 1);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SamspillRecordPage *self = SAMSPILL_RECORD_PAGE (source);
  g_autofree char *id = data;
  g_autoptr (GError) error = NULL;
  SamspillPageState *state = samspill_work_finish (result, &error);

  self->is_looking = FALSE;
  if (self->look_again && self->stack != NULL)
    samspill_record_page_look_at_state (self);
  if (self->stack == NULL || g_strcmp0 (id, self->id) != 0)
    {
      g_clear_pointer (&state, samspill_page_state_free);
      return;
    }
  g_clear_pointer (&self->state, samspill_page_state_free);
  self->state = state;
  show_state (self);
  samspill_record_page_update_actions (self);
  samspill_record_page_notify_header (self);
  if (self->wanted_action != NULL)
    {
      g_autofree char *action = g_steal_pointer (&self->wanted_action);

      g_action_group_activate_action (G_ACTION_GROUP (self->actions), action, NULL);
    }
}

void
samspill_record_page_when_looked_at (SamspillRecordPage *self, const char *action)
{
  g_return_if_fail (SAMSPILL_IS_RECORD_PAGE (self));

  g_set_str (&self->wanted_action, action);
  if (self->record != NULL)
    samspill_record_page_look_at_state (self);
}

void
samspill_record_page_look_at_state (SamspillRecordPage *self)
{
  Job *job;

  if (self->id == NULL || self->space == NULL || self->record == NULL)
    {
      g_clear_pointer (&self->state, samspill_page_state_free);
      show_state (self);
      return;
    }
  self->look_again = self->is_looking;
  if (self->is_looking)
    return;
  self->is_looking = TRUE;
  job = g_new0 (Job, 1);
  job->profile = g_object_ref (self->profile);
  job->space = g_strdup (self->space);
  job->id = g_strdup (self->id);
  samspill_work_async (self, look_in_thread, job, job_free, (GDestroyNotify)samspill_page_state_free, NULL, looked_cb,
                       g_strdup (self->id));
}

void
samspill_record_page_set_standing (SamspillRecordPage *self, SamspillStanding *standing)
{
  g_return_if_fail (SAMSPILL_IS_RECORD_PAGE (self));

  g_set_object (&self->standing, standing);
  g_signal_connect_object (standing, "changed", G_CALLBACK (samspill_record_page_look_at_state), self,
                           G_CONNECT_SWAPPED);
}

/* What can be done */

static gboolean
can_be_published (SamspillRecordPage *self)
{
  return self->draft != NULL && self->id != NULL &&
         (samspill_record_page_is (self, "need") || samspill_record_page_is (self, "pitch") ||
          samspill_record_page_is (self, "case")) &&
         (g_strcmp0 (self->space, "mine") == 0 || g_strcmp0 (self->space, "sample") == 0 || is_team (self->space));
}

SamspillPublishWay
samspill_record_page_get_publish_way (SamspillRecordPage *self)
{
  const SamspillPublication *publication = self->state != NULL ? self->state->publication : NULL;

  if (!can_be_published (self))
    return SAMSPILL_PUBLISH_NOT;
  if (publication == NULL || publication->state == SAMSPILL_PUBLICATION_NONE ||
      publication->state == SAMSPILL_PUBLICATION_WITHDRAWN)
    return SAMSPILL_PUBLISH_FIRST;

  return publication->state == SAMSPILL_PUBLICATION_OUTDATED ? SAMSPILL_PUBLISH_UPDATE : SAMSPILL_PUBLISH_CURRENT;
}

gboolean
samspill_record_page_can_share (SamspillRecordPage *self)
{
  return self->draft != NULL && self->id != NULL && g_strcmp0 (self->space, "mine") == 0;
}

gboolean
samspill_record_page_has_versions (SamspillRecordPage *self)
{
  return self->state != NULL && self->state->leaves > 1;
}

gboolean
samspill_record_page_is_refused (SamspillRecordPage *self)
{
  return self->state != NULL && self->state->reason != NULL;
}
<<<<<<< HEAD

/* What was typed last belongs to what is shared, published or withdrawn: first it becomes a revision. */

typedef void (*PageFunc) (SamspillRecordPage *self);

typedef struct
{
  SamspillRecordPage *page;
  PageFunc then;
} Leaving;

static void
left_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Leaving *leaving = data;
  g_autoptr (SamspillRecordPage) self = leaving->page;
  g_autoptr (GError) error = NULL;

  if (self->stack != NULL && samspill_draft_leave_finish (SAMSPILL_DRAFT (source), result, &error))
    leaving->then (self);
  else if (self->stack != NULL && error != NULL)
    samspill_record_page_say (self, error->message);
  g_free (leaving);
}

static void
leave_and (SamspillRecordPage *self, PageFunc then)
{
  Leaving *leaving;

  if (self->draft == NULL)
    return;
  leaving = g_new0 (Leaving, 1);
  leaving->page = g_object_ref (self);
  leaving->then = then;
  samspill_record_page_set_mode (self, SAMSPILL_PAGE_READING);
  samspill_draft_leave_async (self->draft, NULL, left_cb, leaving);
}

/* Share */

static void
shared_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillRecordPage) self = data;
  g_autoptr (GError) error = NULL;

  if (self->stack == NULL)
    return;
  if (!samspill_profile_share_finish (SAMSPILL_PROFILE (source), result, &error))
    {
      samspill_record_page_say (self, error->message);
      return;
    }
  samspill_record_page_moved (self);
  samspill_record_page_say (self, _ ("Shared: it is internal now"));
}

static void
share_response_cb (SamspillRecordPage *self, const char *response)
{
  if (g_str_equal (response, "share") && self->id != NULL)
    samspill_profile_share_async (self->profile, self->id, NULL, shared_cb, g_object_ref (self));
}

static void
share (SamspillRecordPage *self)
{
  const char *owner = samspill_record_get_owner (self->record);
  g_autofree char *space = g_strconcat ("team-", owner != NULL ? owner : "", NULL);
  g_autofree char *name = samspill_profile_dup_owner_name (self->profile, owner != NULL ? owner : "");
  /* Translators: %s is a municipality */
  g_autofree char *readers = g_strdup_printf (
      _ ("The draft becomes internal: your colleagues in %s can read it and write in it, and nobody else."), name);
  const SamspillSpaceSync *sync = self->standing != NULL ? samspill_standing_find_space (self->standing, space) : NULL;
  const gboolean is_on = sync != NULL && sync->endpoint != NULL && sync->endpoint->is_on;
  g_autofree char *host = is_on ? samspill_space_dup_host (sync->endpoint->url) : NULL;
  /* Translators: %s is a host, "intern.example.no" */
  g_autofree char *where = is_on ? g_strdup_printf (_ ("It is sent to %s."), host)
                                 : g_strdup (_ ("It stays on this computer until somebody turns on sending for your "
                                                "organisation, in the preferences."));
  g_autofree char *body = g_strdup_printf ("%s\n\n%s", readers, where);
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Share with colleagues?"), body);

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("Not now"), "share", _ ("Share"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "share", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "share");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (share_response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
share_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  leave_and (data, share);
}

/* Publish */

static void
published_cb (SamspillRecordPage *self)
{
  const SamspillSpaceSync *sync =
      self->standing != NULL ? samspill_standing_find_space (self->standing, "commons") : NULL;

  if (self->stack == NULL)
    return;
  samspill_record_page_moved (self);
  samspill_record_page_say (self, sync != NULL && sync->endpoint != NULL
                                      ? _ ("Published")
                                      : _ ("Published here; it is sent when you connect to the commons"));
}

static void
field_wanted_cb (SamspillRecordPage *self, const char *path)
{
  samspill_record_page_edit (self);
  if (g_strcmp0 (path, "title") != 0)
    samspill_record_body_focus_field (self->body, path);
}

static void
publish (SamspillRecordPage *self)
{
  const SamspillSpaceSync *sync =
      self->standing != NULL ? samspill_standing_find_space (self->standing, "commons") : NULL;
  g_autofree char *host = sync != NULL && sync->endpoint != NULL ? samspill_space_dup_host (sync->endpoint->url) : NULL;
  AdwDialog *dialog = samspill_publish_dialog_new (self->profile, self->id, host);

  g_signal_connect_object (dialog, "published", G_CALLBACK (published_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "field-wanted", G_CALLBACK (field_wanted_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
publish_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  leave_and (data, publish);
}

/* Withdraw */

static void
withdrawn_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillRecordPage) self = data;
  g_autoptr (GError) error = NULL;
  const gboolean is_done = samspill_profile_withdraw_finish (SAMSPILL_PROFILE (source), result, &error);

  if (self->stack == NULL)
    return;
  samspill_record_page_say (self, is_done ? _ ("Withdrawn") : error->message);
  samspill_record_page_look_at_state (self);
}

static void
withdraw_response_cb (SamspillRecordPage *self, const char *response, AdwAlertDialog *dialog)
{
  GtkWidget *row = g_object_get_data (G_OBJECT (dialog), "reason");
  g_autofree char *reason = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));

  if (g_str_equal (response, "withdraw") && self->id != NULL)
    samspill_profile_withdraw_async (self->profile, self->id, reason, NULL, withdrawn_cb, g_object_ref (self));
}

static void
reason_changed_cb (AdwAlertDialog *dialog, GtkEditable *row)
{
  g_autofree char *reason = g_strstrip (g_strdup (gtk_editable_get_text (row)));

  adw_alert_dialog_set_response_enabled (dialog, "withdraw", *reason != '\0');
}

static void
withdraw_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillRecordPage *self = data;
  AdwDialog *dialog = adw_alert_dialog_new (
      _ ("Withdraw what is published?"),
      _ ("It goes away from the commons, and the reason stands there instead. What somebody has read stays read. Your "
         "own text stays here."));
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Reason"));
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), list);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("Not now"), "withdraw", _ ("Withdraw"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "withdraw", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_response_enabled (ADW_ALERT_DIALOG (dialog), "withdraw", FALSE);
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_object_set_data (G_OBJECT (dialog), "reason", row);
  g_signal_connect_object (row, "changed", G_CALLBACK (reason_changed_cb), dialog, G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "response", G_CALLBACK (withdraw_response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
  adw_dialog_set_focus (dialog, row);
}

/* Not accepted */

static void
why_response_cb (SamspillRecordPage *self, const char *response)
{
  if (g_str_equal (response, "edit"))
    samspill_record_page_edit (self);
  else if (g_str_equal (response, "again") && self->standing != NULL)
    samspill_sync_service_run_now (samspill_standing_get_service (self->standing), NULL, TRUE);
}

static void
show_why (SamspillRecordPage *self)
{
  g_autofree char *where = NULL;
  g_autofree char *reason = NULL;
  g_autofree char *body = NULL;
  AdwDialog *dialog;

  if (!samspill_record_page_is_refused (self))
    return;
  reason = samspill_refusal_dup_text (self->state->reason);
  where = samspill_space_dup_title (self->profile, self->state->refused_space);
  /* Translators: where it was sent ("The commons"), and why it was not accepted */
  body = g_strdup_printf (_ ("%s said: “%s”\n\nIt is safe here, and others do not see it yet. Change it, and it is "
                             "sent again. If you do not see what is wrong, ask whoever runs it."),
                          where, reason);
  dialog = adw_alert_dialog_new (_ ("It was not accepted"), body);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("Close"));
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "again", _ ("Send again"));
  if (self->draft != NULL)
    {
      adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "edit", _ ("Edit"));
      adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "edit", ADW_RESPONSE_SUGGESTED);
    }
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "close");
  g_signal_connect_object (dialog, "response", G_CALLBACK (why_response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
why_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  show_why (data);
}

/* Two versions */

typedef struct
{
  SamspillRecordPage *page;
  SamspillTwoVersions *versions;
} Solved;

static void
solved_free (gpointer data, GClosure *closure)
{
  Solved *solved = data;

  g_object_unref (solved->page);
  g_clear_pointer (&solved->versions, samspill_two_versions_free);
  g_free (solved);
}

static void
unsolved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillRecordPage) self = data;
  g_autoptr (GError) error = NULL;

  samspill_work_finish (result, &error);
  if (self->stack == NULL)
    return;
  if (error != NULL)
    samspill_record_page_say (self, error->message);
  samspill_record_page_look_at_state (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->versions_banner));
}

static void
undo_solved_cb (AdwToast *toast, gpointer data)
{
  Solved *solved = data;

  if (solved->versions != NULL)
    samspill_versions_unsolve_async (solved->page->profile, g_steal_pointer (&solved->versions), unsolved_cb,
                                     g_object_ref (solved->page));
}

static void
solved_cb (SamspillRecordPage *self, SamspillVersionsDialog *dialog)
{
  g_autoptr (AdwToast) toast = adw_toast_new (_ ("There is one version now"));
  Solved *solved = g_new0 (Solved, 1);

  solved->page = g_object_ref (self);
  solved->versions = samspill_versions_dialog_steal_versions (dialog);
  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_timeout (toast, 12);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_solved_cb), solved, solved_free, 0);
  samspill_record_page_set_undo_toast (self, toast);
  g_signal_emit_by_name (self, "toast", toast);
  samspill_record_page_reload (self);
}

static void
show_versions (SamspillRecordPage *self)
{
  AdwDialog *dialog = samspill_versions_dialog_new (self->profile, self->space, self->id);

  g_signal_connect_object (dialog, "solved", G_CALLBACK (solved_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
versions_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillRecordPage *self = data;

  if (self->draft != NULL)
    leave_and (self, show_versions);
  else if (self->id != NULL)
    show_versions (self);
}

static const GActionEntry entries[] = {
  { "share", share_cb }, { "publish", publish_cb },   { "withdraw", withdraw_cb },
  { "why", why_cb },     { "versions", versions_cb },
};

void
samspill_record_page_add_sync_actions (SamspillRecordPage *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
}
=======
>>>>>>> cf34776 (What the page can do between computers has a file of its own)
