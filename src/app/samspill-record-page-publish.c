/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-record-page-private.h"

#include <glib/gi18n.h>

#include "samspill-publish-dialog.h"
#include "samspill-refusal-text.h"
#include "samspill-space-text.h"
#include "samspill-versions-dialog.h"
#include "samspill-work.h"

/* What the page can do between this computer and the others: share, publish, withdraw, choose between two versions. */

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
      _ ("Withdraw it?"),
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
