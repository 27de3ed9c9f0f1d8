/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-versions-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "samspill-format.h"
#include "samspill-merge.h"
#include "samspill-value-text.h"
#include "samspill-version-field.h"
#include "samspill-work.h"

/* On a narrow screen the dialog takes the focus to its first place once more when it has got its shape. */
#define SETTLE_MS 80

struct _SamspillVersionsDialog
{
  AdwDialog parent_instance;

  GtkStack *stack;
  AdwStatusPage *none;
  GtkLabel *title;
  GtkLabel *lead;
  GtkWidget *deleted_list;
  AdwActionRow *keep_row;
  GtkCheckButton *trash_check;
  GtkBox *fields_box;
  GtkWidget *merged_box;
  GtkListBox *merged_list;
  GtkWidget *buttons;
  GtkWidget *use_button;

  SamspillProfile *profile;
  char *space;
  char *id;
  SamspillTwoVersions *versions;
  GPtrArray *fields; /* SamspillVersionField, borrowed */
  guint n_merged;
  GCancellable *cancellable;
  gboolean is_narrow;
};

G_DEFINE_FINAL_TYPE (SamspillVersionsDialog, samspill_versions_dialog, ADW_TYPE_DIALOG)

enum
{
  SOLVED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static void load (SamspillVersionsDialog *self);

/* Who and when */

static SamspillRecord *
parse_body (SamspillVersionsDialog *self, const char *body)
{
  g_autoptr (GBytes) bytes = body != NULL ? g_bytes_new (body, strlen (body)) : NULL;

  return bytes != NULL ? samspill_record_from_body (self->id, NULL, bytes, NULL) : NULL;
}

/* "Mine · 24. nov., 10.42" */
static char *
dup_caption (const char *whose, SamspillRecord *record)
{
  g_autoptr (GDateTime) at =
      record != NULL ? g_date_time_new_from_iso8601 (samspill_record_get_string (record, "changed.at"), NULL) : NULL;
  g_autoptr (GDateTime) local = at != NULL ? g_date_time_to_local (at) : NULL;
  g_autofree char *day = NULL;
  g_autofree char *clock = NULL;

  if (local == NULL)
    return g_strdup (whose);
  day = samspill_format_date_short (local);
  clock = samspill_format_clock (local);

  /* Translators: whose version, the day and the time of the day: "Mine · 24. nov. 10.42" */
  return g_strdup_printf (_ ("%s · %s %s"), whose, day, clock);
}

static gboolean
is_by_me (SamspillVersionsDialog *self, SamspillRecord *record)
{
  const SamspillIdentity *identity = samspill_profile_get_identity (self->profile);

  return record != NULL && identity != NULL && *samspill_record_get_string (record, "changed.by") != '\0' &&
         g_strcmp0 (identity->account, samspill_record_get_string (record, "changed.by")) == 0;
}

/* Filling in */

static void
clear_fields (SamspillVersionsDialog *self)
{
  for (guint i = 0; i < self->fields->len; i++)
    gtk_box_remove (self->fields_box, g_ptr_array_index (self->fields, i));
  gtk_list_box_remove_all (self->merged_list);
  g_ptr_array_set_size (self->fields, 0);
  self->n_merged = 0;
}

/* The stamps of writing are nothing to decide on. */
static gboolean
is_stamp (const char *member)
{
  return g_str_equal (member, "changed") || g_str_equal (member, "created") || g_str_equal (member, "schema");
}

static void
add_merged (SamspillVersionsDialog *self, const SamspillType *type, const SamspillMergeField *field)
{
  const SamspillField *schema = type != NULL ? samspill_type_field (type, field->member) : NULL;
  const char *how = field->kind == SAMSPILL_MERGE_MINE     ? _ ("Only you changed it")
                    : field->kind == SAMSPILL_MERGE_THEIRS ? _ ("Only the other changed it")
                                                           : _ ("Both changed it, in different places");
  g_autofree char *text = samspill_value_dup_text (schema, field->merged);
  g_autofree char *name = g_strdup_printf ("%s: %s", samspill_value_label (type, field->member), how);
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), *text != '\0' ? text : _ ("Nothing stands here"));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 4);
  gtk_list_box_append (self->merged_list, row);
  self->n_merged++;
}

static void
add_fields (SamspillVersionsDialog *self, const char *mine_caption, const char *theirs_caption)
{
  const SamspillType *type = samspill_type_lookup (self->versions->type);
  GPtrArray *fields = self->versions->fields;

  for (guint i = 0; fields != NULL && i < fields->len; i++)
    {
      const SamspillMergeField *field = g_ptr_array_index (fields, i);
      GtkWidget *widget;

      if (is_stamp (field->member) || field->kind == SAMSPILL_MERGE_SAME)
        continue;
      if (field->kind != SAMSPILL_MERGE_UNDECIDED)
        {
          add_merged (self, type, field);
          continue;
        }
      widget = samspill_version_field_new (type, field, mine_caption, theirs_caption);
      samspill_version_field_set_narrow (SAMSPILL_VERSION_FIELD (widget), self->is_narrow);
      gtk_box_append (self->fields_box, widget);
      g_ptr_array_add (self->fields, widget);
    }
}

static void
show_lead (SamspillVersionsDialog *self, SamspillRecord *mine, SamspillRecord *theirs)
{
  const char *text;

  if (self->versions->theirs_is_deleted)
    text = _ ("Somebody deleted this while you wrote in it. It is still here, as you wrote it.");
  else if (self->versions->mine_is_deleted)
    text = _ ("You deleted this while somebody else wrote in it. It is still here, as the other wrote it.");
  else if (is_by_me (self, mine) && is_by_me (self, theirs))
    text = _ ("You wrote in this on two computers at once. Choose what will stand.");
  else if (self->fields->len == 0)
    text = _ ("You and somebody else wrote in this at the same time, in different places. Look it over, and use it.");
  else
    text = _ ("You and somebody else wrote in this at the same time. Choose what will stand.");
  gtk_label_set_text (self->lead, text);
}

/* To the first choice, and what stands above it stays in sight. */
static void
focus_first_cb (gpointer data)
{
  g_autoptr (SamspillVersionsDialog) self = data;

  if (self->stack == NULL)
    return;
  if (self->fields->len > 0)
    samspill_version_field_focus (g_ptr_array_index (self->fields, 0));
  else
    gtk_widget_grab_focus (self->use_button);
}

static void
show_versions (SamspillVersionsDialog *self)
{
  g_autoptr (SamspillRecord) mine = parse_body (self, self->versions->mine);
  g_autoptr (SamspillRecord) theirs = parse_body (self, self->versions->theirs);
  g_autofree char *mine_caption = dup_caption (C_ ("which version", "Mine"), mine);
  g_autofree char *theirs_caption = dup_caption (C_ ("which version", "The other’s"), theirs);
  SamspillRecord *named = mine != NULL ? mine : theirs;
  const gboolean is_deleted = self->versions->theirs_is_deleted || self->versions->mine_is_deleted;
  const char *title = named != NULL ? samspill_record_get_title (named) : "";

  clear_fields (self);
  gtk_label_set_text (self->title, *title != '\0' ? title : _ ("Without a title"));
  if (!is_deleted)
    add_fields (self, mine_caption, theirs_caption);
  adw_action_row_set_subtitle (self->keep_row, self->versions->mine_is_deleted ? theirs_caption : mine_caption);
  gtk_widget_set_visible (self->deleted_list, is_deleted);
  gtk_widget_set_visible (self->merged_box, self->n_merged > 0);
  show_lead (self, mine, theirs);
  gtk_widget_set_visible (self->buttons, TRUE);
  gtk_stack_set_visible_child_name (self->stack, "versions");
  g_timeout_add_once (SETTLE_MS, focus_first_cb, g_object_ref (self));
}

static void
show_none (SamspillVersionsDialog *self, const GError *error)
{
  if (error != NULL)
    {
      g_autofree char *escaped = g_markup_escape_text (error->message, -1);

      adw_status_page_set_icon_name (self->none, "dialog-warning-symbolic");
      adw_status_page_set_title (self->none, _ ("It could not be read"));
      adw_status_page_set_description (self->none, escaped);
    }
  gtk_widget_set_visible (self->buttons, FALSE);
  gtk_stack_set_visible_child_name (self->stack, "none");
}

/* Loading */

typedef struct
{
  SamspillProfile *profile;
  char *space;
  char *id;
  SamspillTwoVersions *versions;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->profile);
  g_free (job->space);
  g_free (job->id);
  g_clear_pointer (&job->versions, samspill_two_versions_free);
  g_free (job);
}

static gpointer
load_in_thread (gpointer data, GError **error)
{
  Job *job = data;

  return samspill_profile_load_two_versions (job->profile, job->space, job->id, error);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SamspillVersionsDialog *self = SAMSPILL_VERSIONS_DIALOG (source);
  g_autoptr (GError) error = NULL;
  SamspillTwoVersions *versions = samspill_work_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (versions == NULL)
    {
      show_none (self, error);
      return;
    }
  clear_fields (self); /* they read the former ones */
  g_clear_pointer (&self->versions, samspill_two_versions_free);
  self->versions = versions;
  show_versions (self);
}

static void
load (SamspillVersionsDialog *self)
{
  Job *job = g_new0 (Job, 1);

  job->profile = g_object_ref (self->profile);
  job->space = g_strdup (self->space);
  job->id = g_strdup (self->id);
  samspill_work_async (self, load_in_thread, job, job_free, (GDestroyNotify)samspill_two_versions_free,
                       self->cancellable, loaded_cb, NULL);
}

/* Deciding */

static void
set_member (SamspillRecord *record, const char *member, const char *json)
{
  g_autoptr (JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;

  if (node != NULL)
    samspill_record_set_node (record, member, node);
  else
    samspill_record_remove (record, member);
}

/* What the person chose, as a record; NULL where something is not chosen yet, and then the focus is there. */
static SamspillRecord *
dup_result (SamspillVersionsDialog *self)
{
  g_autoptr (SamspillRecord) record =
      parse_body (self, self->versions->mine_is_deleted ? self->versions->theirs : self->versions->mine);
  GPtrArray *fields = self->versions->fields;

  if (record == NULL)
    return NULL;
  for (guint i = 0; i < self->fields->len; i++)
    {
      SamspillVersionField *field = g_ptr_array_index (self->fields, i);
      g_autofree char *json = NULL;

      if (!samspill_version_field_get_value (field, &json))
        {
          samspill_version_field_ask (field);
          return NULL;
        }
      set_member (record, samspill_version_field_get_member (field), json);
    }
  if (gtk_widget_get_visible (self->deleted_list))
    return g_steal_pointer (&record);
  for (guint i = 0; fields != NULL && i < fields->len; i++)
    {
      const SamspillMergeField *field = g_ptr_array_index (fields, i);

      if (field->kind == SAMSPILL_MERGE_THEIRS || field->kind == SAMSPILL_MERGE_BOTH)
        set_member (record, field->member, field->kind == SAMSPILL_MERGE_BOTH ? field->merged : field->theirs);
    }

  return g_steal_pointer (&record);
}

static void
fail (SamspillVersionsDialog *self, const GError *error)
{
  AdwDialog *alert = adw_alert_dialog_new (_ ("It could not be saved"), error->message);

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (alert), "close", _ ("Close"));
  adw_dialog_present (alert, GTK_WIDGET (self));
  gtk_widget_set_sensitive (self->buttons, TRUE);
  /* Somebody wrote in it meanwhile: what is shown is no longer what there is. */
  if (g_error_matches (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_CONFLICT))
    load (self);
}

static void
done (SamspillVersionsDialog *self)
{
  gtk_widget_set_sensitive (self->buttons, TRUE);
  if (self->versions->left > 0)
    {
      load (self);
      return;
    }
  g_signal_emit (self, signals[SOLVED], 0);
  adw_dialog_force_close (ADW_DIALOG (self));
}

static void
trashed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillVersionsDialog) self = data;
  g_autoptr (GError) error = NULL;

  if (!samspill_profile_change_finish (SAMSPILL_PROFILE (source), result, &error))
    fail (self, error);
  else if (self->stack != NULL)
    done (self);
}

static void
solved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillVersionsDialog) self = data;
  g_autoptr (GError) error = NULL;

  if (!samspill_profile_solve_two_versions_finish (SAMSPILL_PROFILE (source), result, &error))
    {
      if (self->stack != NULL)
        fail (self, error);
      return;
    }
  if (self->stack == NULL)
    return;
  if (gtk_widget_get_visible (self->deleted_list) && gtk_check_button_get_active (self->trash_check))
    samspill_profile_change_async (self->profile, SAMSPILL_CHANGE_TRASH, self->space, self->id, NULL, trashed_cb,
                                   g_object_ref (self));
  else
    done (self);
}

static void
use_cb (SamspillVersionsDialog *self)
{
  g_autoptr (SamspillRecord) record = self->versions != NULL ? dup_result (self) : NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree char *text = NULL;

  if (record == NULL)
    return;
  body = samspill_record_dup_body (record);
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  gtk_widget_set_sensitive (self->buttons, FALSE);
  samspill_profile_solve_two_versions_async (self->profile, self->versions, text, NULL, solved_cb, g_object_ref (self));
}

static void
later_cb (SamspillVersionsDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
set_narrow (SamspillVersionsDialog *self, gboolean is_narrow)
{
  self->is_narrow = is_narrow;
  for (guint i = 0; i < self->fields->len; i++)
    samspill_version_field_set_narrow (g_ptr_array_index (self->fields, i), is_narrow);
}

static void
narrow_cb (SamspillVersionsDialog *self)
{
  set_narrow (self, TRUE);
}

static void
wide_cb (SamspillVersionsDialog *self)
{
  set_narrow (self, FALSE);
}

/* Overrides */

static void
samspill_versions_dialog_dispose (GObject *object)
{
  SamspillVersionsDialog *self = SAMSPILL_VERSIONS_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_VERSIONS_DIALOG);
  self->stack = NULL;
  g_clear_object (&self->profile);

  G_OBJECT_CLASS (samspill_versions_dialog_parent_class)->dispose (object);
}

static void
samspill_versions_dialog_finalize (GObject *object)
{
  SamspillVersionsDialog *self = SAMSPILL_VERSIONS_DIALOG (object);

  g_free (self->space);
  g_free (self->id);
  g_clear_pointer (&self->versions, samspill_two_versions_free);
  g_ptr_array_unref (self->fields);

  G_OBJECT_CLASS (samspill_versions_dialog_parent_class)->finalize (object);
}

static void
samspill_versions_dialog_class_init (SamspillVersionsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_versions_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = samspill_versions_dialog_finalize;
  signals[SOLVED] =
      g_signal_new ("solved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-versions-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionsDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionsDialog, none);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionsDialog, title);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionsDialog, lead);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionsDialog, deleted_list);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionsDialog, keep_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionsDialog, trash_check);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionsDialog, fields_box);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionsDialog, merged_box);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionsDialog, merged_list);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionsDialog, buttons);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionsDialog, use_button);
  gtk_widget_class_bind_template_callback (widget_class, later_cb);
  gtk_widget_class_bind_template_callback (widget_class, use_cb);
  gtk_widget_class_bind_template_callback (widget_class, narrow_cb);
  gtk_widget_class_bind_template_callback (widget_class, wide_cb);
}

static void
samspill_versions_dialog_init (SamspillVersionsDialog *self)
{
  self->fields = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
samspill_versions_dialog_new (SamspillProfile *profile, const char *space, const char *id)
{
  SamspillVersionsDialog *self = g_object_new (SAMSPILL_TYPE_VERSIONS_DIALOG, NULL);

  self->profile = g_object_ref (profile);
  self->space = g_strdup (space);
  self->id = g_strdup (id);
  load (self);

  return ADW_DIALOG (self);
}

SamspillTwoVersions *
samspill_versions_dialog_steal_versions (SamspillVersionsDialog *self)
{
  clear_fields (self);
  return g_steal_pointer (&self->versions);
}

static gpointer
unsolve_in_thread (gpointer data, GError **error)
{
  Job *job = data;

  samspill_profile_unsolve_two_versions (job->profile, job->versions, error);
  return NULL;
}

void
samspill_versions_unsolve_async (SamspillProfile *profile, SamspillTwoVersions *versions, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  Job *job = g_new0 (Job, 1);

  job->profile = g_object_ref (profile);
  job->versions = versions;
  samspill_work_async (profile, unsolve_in_thread, job, job_free, NULL, NULL, callback, user_data);
}
