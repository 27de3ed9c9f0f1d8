/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-history-dialog.h"

#include <glib/gi18n.h>

#include "samspill-format.h"
#include "samspill-record-body.h"

struct _SamspillHistoryDialog
{
  AdwDialog parent_instance;

  GtkStack *stack;
  GtkListBox *list;
  AdwNavigationView *navigation;
  AdwNavigationPage *version_page;
  GtkLabel *version_title;
  GtkBox *version_box;
  GtkWidget *restore;
  AdwStatusPage *failure;

  SamspillProfile *profile;
  SamspillRecordBody *body;
  SamspillRecord *version; /* the one that is read */
  GCancellable *cancellable;
  char *space;
  char *id;
  gboolean can_restore;
};

G_DEFINE_FINAL_TYPE (SamspillHistoryDialog, samspill_history_dialog, ADW_TYPE_DIALOG)

enum
{
  RESTORED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* The store blocks on disk: both questions run on another thread. */
typedef struct
{
  SamspillStore *store;
  char *space;
  char *id;
  char *revision;
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->store);
  g_free (question->space);
  g_free (question->id);
  g_free (question->revision);
  g_free (question);
}

static void
ask (SamspillHistoryDialog *self, const char *revision, GTaskThreadFunc thread, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, callback, NULL);
  Question *question = g_new0 (Question, 1);

  question->store = g_object_ref (samspill_profile_get_store (self->profile));
  question->space = g_strdup (self->space);
  question->id = g_strdup (self->id);
  question->revision = g_strdup (revision);
  g_task_set_static_name (task, "samspill-history-dialog");
  g_task_set_task_data (task, question, (GDestroyNotify)question_free);
  g_task_run_in_thread (task, thread);
}

static void
history_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Question *question = data;
  GError *error = NULL;
  GPtrArray *history = samspill_store_history (question->store, question->space, question->id, &error);

  if (history != NULL)
    g_task_return_pointer (task, history, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
version_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Question *question = data;
  GError *error = NULL;
  g_autoptr (SamspillDocument) document =
      samspill_store_get (question->store, question->space, question->id, question->revision, &error);
  SamspillRecord *record;

  if (document == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (document->body == NULL)
    {
      g_task_return_new_error (task, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND,
                               _ ("This version is no longer kept on this computer."));
      return;
    }
  record = samspill_record_from_body (question->id, question->revision, document->body, &error);
  if (record != NULL)
    g_task_return_pointer (task, record, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
fail (SamspillHistoryDialog *self, const GError *error)
{
  g_autofree char *escaped = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  escaped = g_markup_escape_text (error->message, -1);
  adw_status_page_set_description (self->failure, escaped);
  gtk_stack_set_visible_child_name (self->stack, "failure");
}

static void
version_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SamspillHistoryDialog *self = SAMSPILL_HISTORY_DIALOG (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillRecord) record = g_task_propagate_pointer (G_TASK (result), &error);

  if (record == NULL)
    {
      fail (self, error);
      return;
    }
  g_set_object (&self->version, record);
  gtk_label_set_text (self->version_title, samspill_record_get_title (record));
  samspill_record_body_set_record (self->body, record);
  adw_navigation_view_push (self->navigation, self->version_page);
}

static void
row_activated_cb (SamspillHistoryDialog *self, GtkWidget *row)
{
  adw_navigation_page_set_title (self->version_page, adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  gtk_widget_set_visible (self->restore, self->can_restore && g_object_get_data (G_OBJECT (row), "newest") == NULL);
  ask (self, g_object_get_data (G_OBJECT (row), "revision"), version_in_thread, version_cb);
}

static void
restore_clicked_cb (SamspillHistoryDialog *self)
{
  g_signal_emit (self, signals[RESTORED], 0, self->version);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
add_revision (SamspillHistoryDialog *self, const SamspillRevision *revision, gboolean newest)
{
  g_autoptr (GDateTime) at = revision->at_us > 0 ? g_date_time_new_from_unix_local_usec (revision->at_us) : NULL;
  g_autofree char *title = NULL;
  GtkWidget *row;
  GtkWidget *go = gtk_image_new_from_icon_name ("go-next-symbolic");

  if (at != NULL)
    {
      g_autofree char *iso = g_date_time_format (at, "%Y-%m-%d");
      g_autofree char *date = samspill_format_date (iso);
      g_autofree char *clock = samspill_format_clock (at);

      /* Translators: a date and a time of the day: "3. desember 2026 kl. 10.42" */
      title = g_strdup_printf (_ ("%s at %s"), date, clock);
    }
  row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title",
                      title != NULL ? title : _ ("At an unknown time"), "activatable", revision->has_body, NULL);
  if (newest)
    {
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("As it is now"));
      g_object_set_data (G_OBJECT (row), "newest", GINT_TO_POINTER (TRUE));
    }
  gtk_widget_add_css_class (go, "dimmed");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), go);
  g_object_set_data_full (G_OBJECT (row), "revision", g_strdup (revision->rev), g_free);
  gtk_list_box_append (self->list, row);
}

static void
history_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SamspillHistoryDialog *self = SAMSPILL_HISTORY_DIALOG (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) history = g_task_propagate_pointer (G_TASK (result), &error);
  guint n = 0;

  if (history == NULL)
    {
      fail (self, error);
      return;
    }
  for (guint i = 0; i < history->len; i++)
    {
      const SamspillRevision *revision = g_ptr_array_index (history, i);

      if (revision->has_body && !revision->deleted)
        add_revision (self, revision, n++ == 0);
    }
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list" : "none");
}

static void
samspill_history_dialog_dispose (GObject *object)
{
  SamspillHistoryDialog *self = SAMSPILL_HISTORY_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->version);
  g_clear_object (&self->profile);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_HISTORY_DIALOG);
  G_OBJECT_CLASS (samspill_history_dialog_parent_class)->dispose (object);
}

static void
samspill_history_dialog_finalize (GObject *object)
{
  g_free (SAMSPILL_HISTORY_DIALOG (object)->space);
  g_free (SAMSPILL_HISTORY_DIALOG (object)->id);
  G_OBJECT_CLASS (samspill_history_dialog_parent_class)->finalize (object);
}

static void
samspill_history_dialog_class_init (SamspillHistoryDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_history_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = samspill_history_dialog_finalize;
  signals[RESTORED] = g_signal_new ("restored", SAMSPILL_TYPE_HISTORY_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 1, SAMSPILL_TYPE_RECORD);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-history-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillHistoryDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, SamspillHistoryDialog, list);
  gtk_widget_class_bind_template_child (widget_class, SamspillHistoryDialog, navigation);
  gtk_widget_class_bind_template_child (widget_class, SamspillHistoryDialog, version_page);
  gtk_widget_class_bind_template_child (widget_class, SamspillHistoryDialog, version_title);
  gtk_widget_class_bind_template_child (widget_class, SamspillHistoryDialog, version_box);
  gtk_widget_class_bind_template_child (widget_class, SamspillHistoryDialog, restore);
  gtk_widget_class_bind_template_child (widget_class, SamspillHistoryDialog, failure);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, restore_clicked_cb);
}

static void
samspill_history_dialog_init (SamspillHistoryDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
samspill_history_dialog_new (SamspillProfile *profile, const char *space, const char *id, gboolean can_restore)
{
  SamspillHistoryDialog *self = g_object_new (SAMSPILL_TYPE_HISTORY_DIALOG, NULL);

  self->profile = g_object_ref (profile);
  self->space = g_strdup (space);
  self->id = g_strdup (id);
  self->can_restore = can_restore;
  self->body = SAMSPILL_RECORD_BODY (samspill_record_body_new (profile));
  gtk_box_append (self->version_box, GTK_WIDGET (self->body));
  ask (self, NULL, history_in_thread, history_cb);
  return ADW_DIALOG (self);
}
