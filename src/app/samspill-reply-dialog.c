/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-reply-dialog.h"

#include <glib/gi18n.h>

/* A reply that is being asked about. */
typedef struct
{
  SamspillProfile *profile;
  SamspillReply *reply;
  SamspillReplyKept kept;
  gpointer data;
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->profile);
  samspill_reply_free (question->reply);
  g_free (question);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Question) question = data;
  g_autoptr (GError) error = NULL;

  if (samspill_profile_save_finish (question->profile, result, &error))
    question->kept ("mine", samspill_record_get_id (question->reply->pitch), question->data);
  else
    g_printerr ("samspill: %s\n", error->message);
}

static void
response_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  g_autoptr (Question) question = data;
  Question *kept;

  if (!g_str_equal (response, "keep"))
    return;
  kept = g_steal_pointer (&question);
  samspill_profile_save_async (kept->profile, NULL, kept->reply->pitch, NULL, saved_cb, kept);
}

void
samspill_reply_dialog_present (GtkWidget *parent, SamspillProfile *profile, SamspillReply *reply,
                               SamspillReplyKept kept, gpointer data)
{
  Question *question = g_new0 (Question, 1);
  AdwDialog *dialog;
  g_autofree char *body = g_strdup_printf ("%s\n\n%s", samspill_record_get_title (reply->pitch),
                                           samspill_record_get_string (reply->pitch, "problem"));

  question->profile = g_object_ref (profile);
  question->reply = reply;
  question->kept = kept;
  question->data = data;
  dialog = adw_alert_dialog_new (_ ("Keep this proposal?"), body);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("Cancel"), "keep", _ ("Keep"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "keep", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "keep");
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), question);
  adw_dialog_present (dialog, parent);
}
