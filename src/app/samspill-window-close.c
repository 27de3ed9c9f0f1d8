/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-window-private.h"

#include <glib/gi18n.h>

/* Closing: everything is saved first, and where that cannot be done, the person decides. */

static void
response_cb (SamspillWindow *self, const char *response)
{
  self->close_state = SAMSPILL_CLOSE_NOT;
  if (g_str_equal (response, "retry"))
    samspill_window_save_and_close (self);
  else if (g_str_equal (response, "close"))
    {
      self->close_state = SAMSPILL_CLOSE_NOW;
      gtk_window_close (GTK_WINDOW (self));
    }
}

static void
ask (SamspillWindow *self, const char *reason)
{
  /* Translators: %s is a sentence: why it could not be saved */
  g_autofree char *body = g_strdup_printf (
      _ ("%s\n\nWhat you wrote last is still here, but it goes away if Samspill is closed now."), reason);
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Not everything is saved"), body);

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "stay", _ ("Do not close"), "close",
                                  _ ("Close all the same"), "retry", _ ("Try again"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "close", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "retry", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "retry");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "stay");
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillWindow) self = data;
  g_autoptr (GError) error = NULL;

  samspill_profile_save_drafts_finish (SAMSPILL_PROFILE (source), result, &error);
  if (self->profile == NULL)
    return;
  if (error != NULL || samspill_profile_has_unsaved (self->profile))
    {
      ask (self, error != NULL ? error->message : _ ("It could not be saved."));
      return;
    }
  if (samspill_window_flush_and_close (self))
    return;
  self->close_state = SAMSPILL_CLOSE_NOW;
  gtk_window_close (GTK_WINDOW (self));
}

void
samspill_window_save_and_close (SamspillWindow *self)
{
  if (self->close_state != SAMSPILL_CLOSE_NOT)
    return;
  self->close_state = SAMSPILL_CLOSE_SAVING;
  samspill_profile_save_drafts_async (self->profile, saved_cb, g_object_ref (self));
}
