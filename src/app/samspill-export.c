/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-export.h"

#include <glib/gi18n.h>
#include <string.h>

#include "samspill-format.h"
#include "samspill-record-text.h"

#define LONGEST_NAME 60

/* A record on its way to paper, with what stands around it. */
typedef struct
{
  SamspillRecord *record;
  SamspillPageContext context;
  char *letterhead;
  char *owner_name;
  char *printed;
  char *contact;
  char **similar;
  SamspillPageFormat format;
  SamspillSheet *sheet;
  SamspillExportSaid said;
  gpointer data;
} Job;

static void
job_free (Job *job)
{
  g_clear_pointer (&job->sheet, samspill_sheet_free);
  g_object_unref (job->record);
  g_free (job->letterhead);
  g_free (job->owner_name);
  g_free (job->printed);
  g_free (job->contact);
  g_strfreev (job->similar);
  g_free (job);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

static Job *
job_new (SamspillProfile *profile, SamspillRecord *record, const char *space, const char *const *similar,
         SamspillExportSaid said, gpointer data)
{
  const SamspillIdentity *identity = samspill_profile_get_identity (profile);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  Job *job = g_new0 (Job, 1);

  job->record = samspill_record_copy (record);
  if (identity != NULL && identity->owners != NULL && identity->owners[0] != NULL)
    job->letterhead = samspill_profile_dup_owner_name (profile, identity->owners[0]);
  job->owner_name = samspill_record_dup_owners (profile, record);
  job->contact = identity != NULL ? g_strdup (identity->person_role) : NULL;
  job->printed = samspill_format_date (today);
  job->similar = g_strdupv ((char **)similar);
  job->said = said;
  job->data = data;
  job->context = (SamspillPageContext){
    .letterhead = job->letterhead,
    .owner_name = job->owner_name,
    .space_label = samspill_space_label (space),
    .contact = job->contact,
    .printed = job->printed,
    .similar = (const char *const *)job->similar,
  };
  return job;
}

static const char *
extension_of (SamspillPageFormat format)
{
  switch (format)
    {
    case SAMSPILL_PAGE_PDF:
      return "pdf";
    case SAMSPILL_PAGE_ODT:
      return "odt";
    default:
      return "html";
    }
}

char *
samspill_export_dup_file_name (const char *title, SamspillPageFormat format)
{
  g_autofree char *lower = g_utf8_strdown (title, -1);
  g_autoptr (GString) name = g_string_new (format == SAMSPILL_PAGE_REPLY_FORM ? "forslag-" : NULL);

  for (const char *at = lower; *at != '\0' && name->len < LONGEST_NAME; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_isalnum (c))
        g_string_append_unichar (name, c);
      else if (name->len > 0 && name->str[name->len - 1] != '-')
        g_string_append_c (name, '-');
    }
  if (name->len >= LONGEST_NAME && strrchr (name->str, '-') != NULL)
    g_string_truncate (name, (gsize)(strrchr (name->str, '-') - name->str)); /* no half word at the end */
  while (name->len > 0 && name->str[name->len - 1] == '-')
    g_string_truncate (name, name->len - 1);
  if (name->len == 0)
    g_string_append (name, "samspill");
  g_string_append_printf (name, ".%s", extension_of (format));
  return g_string_free (g_steal_pointer (&name), FALSE);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  g_autoptr (GError) error = NULL;
  GFile *file = G_FILE (source);

  if (g_file_replace_contents_finish (file, result, NULL, &error))
    {
      g_autofree char *base = g_file_get_basename (file);
      g_autofree char *name = g_filename_display_name (base);
      /* Translators: %s is a file name */
      g_autofree char *text = g_strdup_printf (_ ("Saved as “%s”"), name);

      job->said (text, file, job->data);
    }
  else
    {
      g_autofree char *text = g_strdup_printf (_ ("It could not be saved there: %s"), error->message);

      job->said (text, NULL, job->data);
    }
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (source), result, &error);
  g_autoptr (GBytes) bytes = NULL;
  Job *writing;

  if (file == NULL)
    return;
  bytes = samspill_page_render (job->record, job->format, &job->context, &error);
  if (bytes == NULL)
    {
      job->said (error->message, NULL, job->data);
      return;
    }
  writing = g_steal_pointer (&job);
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, NULL, written_cb,
                                       writing);
}

void
samspill_export_save (GtkWidget *parent, SamspillProfile *profile, SamspillRecord *record, const char *space,
                      const char *const *similar, SamspillPageFormat format, SamspillExportSaid said, gpointer data)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autofree char *name = samspill_export_dup_file_name (samspill_record_get_title (record), format);
  Job *job = job_new (profile, record, space, similar, said, data);

  job->format = format;
  gtk_file_dialog_set_initial_name (dialog, name);
  gtk_file_dialog_set_title (dialog, format == SAMSPILL_PAGE_REPLY_FORM ? _ ("Save the form for founders")
                                                                        : _ ("Save the page"));
  gtk_file_dialog_save (dialog, GTK_WINDOW (gtk_widget_get_root (parent)), NULL, chosen_cb, job);
}

/* Printing */

static void
begin_print_cb (GtkPrintOperation *operation, GtkPrintContext *context, Job *job)
{
  g_clear_pointer (&job->sheet, samspill_sheet_free);
  job->sheet = samspill_sheet_new (job->record, &job->context, gtk_print_context_get_width (context),
                                   gtk_print_context_get_height (context));
  gtk_print_operation_set_n_pages (operation, MAX (1, samspill_sheet_pages (job->sheet)));
}

static void
draw_page_cb (GtkPrintOperation *operation, GtkPrintContext *context, int page, Job *job)
{
  samspill_sheet_draw (job->sheet, gtk_print_context_get_cairo_context (context), page, FALSE);
}

static void
print_done_cb (GtkPrintOperation *operation, GtkPrintOperationResult result, Job *job)
{
  g_autoptr (GError) error = NULL;

  if (result != GTK_PRINT_OPERATION_RESULT_ERROR)
    return;
  gtk_print_operation_get_error (operation, &error);
  job->said (error->message, NULL, job->data);
}

static void
free_job_cb (gpointer data, GClosure *closure)
{
  job_free (data);
}

void
samspill_export_print (GtkWidget *parent, SamspillProfile *profile, SamspillRecord *record, const char *space,
                       const char *const *similar, SamspillExportSaid said, gpointer data)
{
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();
  Job *job = job_new (profile, record, space, similar, said, data);
  g_autofree char *name = samspill_export_dup_file_name (samspill_record_get_title (record), SAMSPILL_PAGE_PDF);
  g_autoptr (GtkPrintSettings) settings = gtk_print_settings_new ();
  g_autoptr (GtkPageSetup) setup = gtk_page_setup_new ();
  g_autoptr (GtkPaperSize) paper = gtk_paper_size_new (GTK_PAPER_NAME_A4);

  *g_strrstr (name, ".pdf") = '\0';
  gtk_print_settings_set (settings, GTK_PRINT_SETTINGS_OUTPUT_BASENAME, name);
  gtk_page_setup_set_paper_size_and_default_margins (setup, paper);
  gtk_print_operation_set_print_settings (operation, settings);
  gtk_print_operation_set_default_page_setup (operation, setup);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_job_name (operation, samspill_record_get_title (record));
  gtk_print_operation_set_allow_async (operation, TRUE);
  g_signal_connect (operation, "begin-print", G_CALLBACK (begin_print_cb), job);
  g_signal_connect (operation, "draw-page", G_CALLBACK (draw_page_cb), job);
  g_signal_connect_data (operation, "done", G_CALLBACK (print_done_cb), job, free_job_cb, 0);
  gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG,
                           GTK_WINDOW (gtk_widget_get_root (parent)), NULL);
}
