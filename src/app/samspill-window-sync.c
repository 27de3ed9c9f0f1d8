/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-window-private.h"

#include <glib/gi18n.h>

#include "samspill-connect-dialog.h"
#include "samspill-password-dialog.h"

/* So long the window waits, when it is closed, for what is on its way. */
#define FLUSH_SECONDS 8
/* What is sent sooner than this needs no word. */
#define SILENT_MS 400

/* Actions */

static void
sync_now_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillWindow *self = data;
  GPtrArray *spaces;

  if (self->standing == NULL)
    return;
  if (!samspill_standing_is_connected (self->standing))
    {
      samspill_window_add_toast (self, adw_toast_new (_ ("You work on this computer only: nothing is sent anywhere")));
      return;
    }
  spaces = samspill_standing_get_spaces (self->standing);
  for (guint i = 0; i < spaces->len; i++)
    {
      const SamspillSpaceSync *sync = g_ptr_array_index (spaces, i);

      if (sync->state == SAMSPILL_SYNC_NEEDS_PASSWORD && sync->endpoint != NULL)
        {
          samspill_password_dialog_present (GTK_WIDGET (self), self->standing, sync->endpoint);
          return;
        }
    }
  samspill_sync_service_run_now (samspill_standing_get_service (self->standing), NULL, TRUE);
}

static void
sync_stop_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillWindow *self = data;

  if (self->standing != NULL)
    samspill_sync_service_cancel (samspill_standing_get_service (self->standing));
}

static void
connected_cb (SamspillWindow *self)
{
  if (self->standing == NULL)
    return;
  self->is_first_fetch = TRUE;
  samspill_standing_reload (self->standing);
  samspill_sync_service_run_now (samspill_standing_get_service (self->standing), NULL, TRUE);
}

void
samspill_window_connect (SamspillWindow *self, const char *space)
{
  AdwDialog *dialog;

  if (self->profile == NULL || samspill_profile_get_identity (self->profile) == NULL)
    return;
  dialog = samspill_connect_dialog_new (self->profile, space);
  g_signal_connect_object (dialog, "connected", G_CALLBACK (connected_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
connect_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  samspill_window_connect (data, NULL);
}

static void
connect_space_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  samspill_window_connect (data, g_variant_get_string (parameter, NULL));
}

/* The page opens first: what is decided on is in sight below the question. */

static void
open_and (SamspillWindow *self, GVariant *parameter, const char *action)
{
  const char *space, *id;

  gtk_popover_popdown (samspill_status_get_popover (samspill_places_get_status (self->places)));
  g_variant_get (parameter, "(&s&s)", &space, &id);
  samspill_window_open_record (self, *space != '\0' ? space : NULL, id);
  samspill_record_page_when_looked_at (self->record_page, action);
}

static void
look_why_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  open_and (data, parameter, "why");
}

static void
look_at_versions_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  open_and (data, parameter, "versions");
}

static void
mark_news_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillWindow *self = data;

  if (self->standing != NULL)
    samspill_standing_mark_news_read (self->standing);
}

static const GActionEntry actions[] = {
  { "sync-now", sync_now_cb, NULL, NULL, NULL },        { "sync-stop", sync_stop_cb, NULL, NULL, NULL },
  { "connect", connect_cb, NULL, NULL, NULL },          { "connect-space", connect_space_cb, "s", NULL, NULL },
  { "look-why", look_why_cb, "(ss)", NULL, NULL },      { "look-at-versions", look_at_versions_cb, "(ss)", NULL, NULL },
  { "mark-news-read", mark_news_cb, NULL, NULL, NULL },
};

void
samspill_window_add_sync_actions (SamspillWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
}

/* Something came that concerns me */

static gint64
newest (GPtrArray *news)
{
  gint64 latest = 0;

  for (guint i = 0; i < news->len; i++)
    {
      const SamspillNews *one = g_ptr_array_index (news, i);

      if (one->concerns_me && one->at != NULL)
        latest = MAX (latest, g_date_time_to_unix_usec (one->at));
    }

  return latest;
}

static void
notify_of (guint n, const SamspillNews *first)
{
  GApplication *application = g_application_get_default ();
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *title = NULL;
  g_autofree char *body =
      g_strdup (first->title != NULL && *first->title != '\0' ? first->title : _ ("Without a title"));

  if (n > 1)
    title = g_strdup_printf (ngettext ("%u that concerns you is new", "%u that concern you are new", n), n);
  else if (first->by != NULL)
    /* Translators: %s is a name or a municipality */
    title = g_strdup_printf (first->is_new ? _ ("New from %s") : _ ("%s changed something of yours"), first->by);
  else
    title = g_strdup (_ ("Something of yours is new"));
  notification = g_notification_new (title);
  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.show-record", "(ss)", first->space, first->id);
  g_application_send_notification (application, "news", notification);
}

static void
tell_news (SamspillWindow *self)
{
  GPtrArray *news = samspill_standing_get_news (self->standing);
  const SamspillNews *first = NULL;
  const gint64 latest = newest (news);
  guint n = 0;

  for (guint i = 0; i < news->len; i++)
    {
      const SamspillNews *one = g_ptr_array_index (news, i);

      if (!one->concerns_me || one->at == NULL || g_date_time_to_unix_usec (one->at) <= self->news_told_us)
        continue;
      n++;
      if (first == NULL)
        first = one;
    }
  /* Who looks at the window sees it there; what was there before the program began is on home. */
  if (first != NULL && self->news_told_us > 0 && !gtk_window_is_active (GTK_WINDOW (self)))
    notify_of (n, first);
  self->news_told_us = MAX (MAX (latest, self->news_told_us), 1);
}

/* The password is asked for once a run; after that the status line tells. */
static void
ask_for_password (SamspillWindow *self)
{
  GPtrArray *spaces = samspill_standing_get_spaces (self->standing);

  if (self->password_asked || adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self)) != NULL)
    return;
  for (guint i = 0; i < spaces->len; i++)
    {
      const SamspillSpaceSync *sync = g_ptr_array_index (spaces, i);

      if (sync->state != SAMSPILL_SYNC_NEEDS_PASSWORD || sync->endpoint == NULL)
        continue;
      self->password_asked = TRUE;
      samspill_password_dialog_present (GTK_WIDGET (self), self->standing, sync->endpoint);
      return;
    }
}

static void
standing_changed_cb (SamspillWindow *self)
{
  if (self->close_state != SAMSPILL_CLOSE_NOT)
    return;
  if (self->is_first_fetch &&
      samspill_sync_service_get_state (samspill_standing_get_service (self->standing)) == SAMSPILL_SYNC_IDLE &&
      samspill_standing_get_news (self->standing)->len > 0)
    {
      self->is_first_fetch = FALSE;
      samspill_standing_mark_news_read (self->standing);
      return;
    }
  tell_news (self);
  ask_for_password (self);
}

void
samspill_window_set_standing (SamspillWindow *self, SamspillStanding *standing)
{
  g_return_if_fail (self->standing == NULL);
  g_return_if_fail (self->record_page != NULL);

  self->standing = g_object_ref (standing);
  samspill_status_set_standing (samspill_places_get_status (self->places), standing);
  samspill_home_page_set_standing (self->home_page, standing);
  samspill_record_page_set_standing (self->record_page, standing);
  g_signal_connect_object (standing, "changed", G_CALLBACK (standing_changed_cb), self, G_CONNECT_SWAPPED);
}

/* Closing: what was written last is sent, if that is a matter of seconds. */

typedef struct
{
  SamspillWindow *window;
  GCancellable *cancellable;
  AdwDialog *dialog; /* nullable */
  guint word_source;
} Flush;

static void
flush_done (Flush *flush)
{
  SamspillWindow *self = flush->window;

  g_clear_handle_id (&flush->word_source, g_source_remove);
  if (flush->dialog != NULL)
    {
      g_signal_handlers_disconnect_by_data (flush->dialog, flush);
      adw_dialog_force_close (flush->dialog);
    }
  g_clear_object (&flush->dialog);
  g_object_unref (flush->cancellable);
  g_free (flush);
  self->close_state = SAMSPILL_CLOSE_NOW;
  gtk_window_close (GTK_WINDOW (self));
  g_object_unref (self);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!samspill_sync_service_flush_finish (SAMSPILL_SYNC_SERVICE (source), result, &error) && error != NULL)
    g_debug ("Not everything could be sent before closing: %s", error->message);
  flush_done (data);
}

static void
quit_anyway_cb (Flush *flush)
{
  g_cancellable_cancel (flush->cancellable);
}

static gint64
count_pending (SamspillWindow *self)
{
  GPtrArray *spaces = samspill_standing_get_spaces (self->standing);
  gint64 pending = 0;

  for (guint i = 0; i < spaces->len; i++)
    {
      const SamspillSpaceSync *sync = g_ptr_array_index (spaces, i);

      if (sync->endpoint != NULL && sync->endpoint->is_on &&
          (sync->state == SAMSPILL_SYNC_IDLE || sync->state == SAMSPILL_SYNC_RUNNING))
        pending += sync->pending;
    }

  return pending;
}

static void
say_closing_cb (gpointer data)
{
  Flush *flush = data;
  const gint64 pending = count_pending (flush->window);
  g_autofree char *body = g_strdup_printf (
      ngettext ("Sending the last %d …", "Sending the last %d …", (gulong)MAX (pending, 1)), (int)MAX (pending, 1));
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Closing"), body);

  flush->word_source = 0;
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "quit", _ ("Quit anyway"));
  g_signal_connect_swapped (dialog, "response", G_CALLBACK (quit_anyway_cb), flush);
  flush->dialog = g_object_ref_sink (dialog);
  adw_dialog_present (dialog, GTK_WIDGET (flush->window));
}

gboolean
samspill_window_flush_and_close (SamspillWindow *self)
{
  Flush *flush;

  if (self->standing == NULL || !samspill_standing_is_connected (self->standing) || count_pending (self) == 0)
    return FALSE;
  flush = g_new0 (Flush, 1);
  flush->window = g_object_ref (self);
  flush->cancellable = g_cancellable_new ();
  flush->word_source = g_timeout_add_once (SILENT_MS, say_closing_cb, flush);
  samspill_sync_service_flush_async (samspill_standing_get_service (self->standing), FLUSH_SECONDS, flush->cancellable,
                                     flushed_cb, flush);

  return TRUE;
}
