/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-import.h"

#include <glib/gi18n.h>

#include "samspill-error.h"
#include "samspill-format.h"
#include "samspill-json-text.h"
#include "samspill-reply-dialog.h"

/* One file under way. */
typedef struct
{
  SamspillWindow *window;
  GFile *file;
} Job;

static Job *
job_new (SamspillWindow *window, GFile *file)
{
  Job *job = g_new0 (Job, 1);

  job->window = g_object_ref (window);
  job->file = g_object_ref (file);

  return job;
}

static void
job_free (Job *job)
{
  g_object_unref (job->window);
  g_object_unref (job->file);
  g_free (job);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

static char *
dup_file_name (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);

  return g_filename_display_name (name);
}

static void
refuse (SamspillWindow *window, GFile *file, const char *reason)
{
  g_autofree char *name = dup_file_name (file);
  g_autofree char *heading = g_strdup_printf (_ ("“%s” was not taken in"), name);
  g_autofree char *body = g_strdup_printf ("%s\n\n%s", reason, _ ("Nothing of yours has been changed."));
  AdwDialog *dialog = adw_alert_dialog_new (heading, body);

  g_printerr ("samspill: %s: %s\n", name, reason);
  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("Close"));
  adw_dialog_present (dialog, GTK_WIDGET (window));
}

/* Records */

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillImport) import = samspill_profile_import_finish (SAMSPILL_PROFILE (source), result, &error);
  g_autofree char *text = NULL;

  if (import == NULL || import->refused > 0)
    {
      const char *reason = import != NULL && import->reasons != NULL && import->reasons->len > 0
                               ? g_ptr_array_index (import->reasons, 0)
                               : NULL;

      refuse (job->window, job->file, reason != NULL ? reason : error != NULL ? error->message : _ ("It has faults."));
      return;
    }
  text = g_strdup_printf (_ ("%u new, %u changed, %u as before"), import->added, import->changed, import->same);
  samspill_window_add_toast (job->window, adw_toast_new (text));
}

static void
import_chosen_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  Job *job = data;

  if (g_str_equal (response, "import"))
    samspill_profile_import_async (samspill_window_get_profile (job->window), NULL, job->file, NULL, imported_cb,
                                   job_new (job->window, job->file));
}

static void
free_job_cb (gpointer data, GClosure *closure)
{
  job_free (data);
}

static gboolean
count_cb (const char *value, gsize length, gpointer data)
{
  ++*(guint *)data;

  return TRUE;
}

static void
ask_about_records (Job *job, const char *text, gsize length)
{
  g_autofree char *name = dup_file_name (job->file);
  g_autofree char *number = NULL;
  g_autofree char *body = NULL;
  AdwDialog *dialog;
  guint n_records = 1;

  while (length > 0 && g_ascii_isspace (*text))
    text++, length--;
  if (length > 0 && *text == '[')
    {
      n_records = 0;
      samspill_json_foreach_element (text, (gssize)length, count_cb, &n_records, NULL);
    }
  number = samspill_format_integer (n_records);
  body = g_strdup_printf (ngettext ("“%s” has %s record. It is checked before it is kept.",
                                    "“%s” has %s records. They are checked before they are kept.", n_records),
                          name, number);
  dialog = adw_alert_dialog_new (_ ("Import the records?"), body);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("Cancel"), "import", _ ("Import"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "import", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "import");
  g_signal_connect_data (dialog, "response", G_CALLBACK (import_chosen_cb), job_new (job->window, job->file),
                         free_job_cb, 0);
  adw_dialog_present (dialog, GTK_WIDGET (job->window));
}

/* An answered form */

static void
reply_kept_cb (const char *space, const char *id, gpointer data)
{
  AdwToast *toast = adw_toast_new (_ ("The proposal is kept among yours"));

  samspill_window_open_record (data, space, id);
  /* The record that the page shows is the one that was kept. */
  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_action_name (toast, "page.trash");
  samspill_window_add_toast (data, toast);
}

static void
ask_about_reply (Job *job, const char *text, gsize length)
{
  SamspillProfile *profile = samspill_window_get_profile (job->window);
  const SamspillIdentity *identity = samspill_profile_get_identity (profile);
  g_autoptr (GError) error = NULL;
  SamspillReply *reply = NULL;

  if (identity != NULL)
    reply = samspill_reply_parse (text, (gssize)length, identity->owners[0], &error);
  if (reply != NULL)
    samspill_reply_dialog_present (GTK_WIDGET (job->window), profile, reply, reply_kept_cb, job->window);
  else
    refuse (job->window, job->file, error != NULL ? error->message : _ ("Say first who you work for, in Preferences."));
}

/* What is wrong, for whoever has opened it; where it is wrong, for whoever made the file. */
static void
refuse_damaged (Job *job, const GError *error)
{
  g_autofree char *reason = g_strdup_printf (
      "%s\n\n%s", _ ("The file is damaged or not complete. Ask the sender to send it again."), error->message);

  refuse (job->window, job->file,
          g_error_matches (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_TOO_LARGE) ? error->message : reason);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = samspill_read_file_finish (G_FILE (source), result, &error);
  gsize length = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  if (bytes == NULL)
    refuse (job->window, job->file, error->message);
  else if (!samspill_json_check (text, (gssize)length, SAMSPILL_JSON_MAX_FILE_BYTES, SAMSPILL_JSON_DEFAULT, &error))
    refuse_damaged (job, error);
  else if (samspill_reply_is (text, (gssize)length))
    ask_about_reply (job, text, length);
  else
    ask_about_records (job, text, length);
}

static void
take_json (SamspillWindow *window, GFile *file)
{
  if (samspill_profile_is_read_only (samspill_window_get_profile (window)))
    refuse (window, file, _ ("Your records can only be read now."));
  else
    samspill_read_file_async (file, SAMSPILL_JSON_MAX_FILE_BYTES, NULL, read_cb, job_new (window, file));
}

void
samspill_import_files (SamspillWindow *window, SamspillRecordPage *page, GListModel *files)
{
  g_autoptr (GListStore) others = g_list_store_new (G_TYPE_FILE);

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);
      g_autofree char *name = dup_file_name (file);
      g_autofree char *folded = g_ascii_strdown (name, -1);

      if (g_str_has_suffix (folded, ".json"))
        take_json (window, file);
      else
        g_list_store_append (others, file);
    }
  if (g_list_model_get_n_items (G_LIST_MODEL (others)) > 0 &&
      !samspill_record_page_add_files (page, G_LIST_MODEL (others)))
    {
      g_autoptr (GFile) first = g_list_model_get_item (G_LIST_MODEL (others), 0);

      refuse (window, first, _ ("Open the need or proposal that the file belongs to, and drop it there."));
    }
}

static void
file_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillWindow) window = data;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (file != NULL)
    take_json (window, file);
}

void
samspill_import_choose (SamspillWindow *window)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  g_autoptr (GListStore) filters = g_list_store_new (GTK_TYPE_FILE_FILTER);

  gtk_file_filter_set_name (filter, _ ("Answered forms and records (JSON)"));
  gtk_file_filter_add_suffix (filter, "json");
  g_list_store_append (filters, filter);
  gtk_file_dialog_set_title (dialog, _ ("Import a file"));
  gtk_file_dialog_set_filters (dialog, G_LIST_MODEL (filters));
  gtk_file_dialog_open (dialog, GTK_WINDOW (window), NULL, file_chosen_cb, g_object_ref (window));
}
