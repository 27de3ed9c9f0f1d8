/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-publish-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "samspill-field-row.h"
#include "samspill-record-body.h"
#include "samspill-record-text.h"
#include "samspill-space-text.h"
#include "samspill-value-text.h"
#include "samspill-work.h"

#define MAX_ROLES 4
/* The focus scrolls to itself when the page has got its size: a frame or two after it is shown. */
#define SETTLE_MS 60

struct _SamspillPublishDialog
{
  AdwDialog parent_instance;

  GtkStack *stack;
  AdwStatusPage *failure;
  GtkScrolledWindow *scroller;
  AdwPreferencesGroup *obstacles_group;
  AdwPreferencesGroup *warnings_group;
  GtkBox *page_box;
  GtkLabel *eyebrow;
  GtkLabel *title;
  AdwActionRow *inside_row;
  AdwActionRow *readers_row;
  AdwEntryRow *role_row;
  AdwEntryRow *date_row;
  AdwWrapBox *roles_box;
  GtkLabel *fault;
  GtkWidget *buttons;
  GtkButton *publish_button;

  SamspillProfile *profile;
  GSettings *settings;
  char *id;
  char *host; /* nullable */
  gboolean is_blocked;
  GtkWidget *first_obstacle; /* borrowed, nullable */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (SamspillPublishDialog, samspill_publish_dialog, ADW_TYPE_DIALOG)

enum
{
  PUBLISHED,
  FIELD_WANTED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static void
say_fault (SamspillPublishDialog *self, const char *text)
{
  gtk_label_set_text (self->fault, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->fault), text != NULL);
  if (text != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

/* What stands in the way */

/* The field that a sentence names: the way out of it. */
static const char *
find_field (const SamspillType *type, const char *sentence)
{
  const char *found = NULL;
  gsize length = 0;

  for (const SamspillField *field = type != NULL ? type->fields : NULL; field != NULL && field->name != NULL; field++)
    {
      const char *label = field->label != NULL ? _ (field->label) : NULL;

      if (label != NULL && strlen (label) > length && strstr (sentence, label) != NULL)
        {
          found = field->name;
          length = strlen (label);
        }
    }

  return found;
}

static void
sentence_activated_cb (SamspillPublishDialog *self, GtkWidget *row)
{
  g_autoptr (SamspillPublishDialog) kept = g_object_ref (self);
  g_autofree char *path = g_strdup (g_object_get_data (G_OBJECT (row), "path"));

  adw_dialog_close (ADW_DIALOG (self));
  g_signal_emit (self, signals[FIELD_WANTED], 0, path);
}

static void
fill_sentences (SamspillPublishDialog *self, AdwPreferencesGroup *group, const SamspillType *type, GPtrArray *sentences)
{
  for (guint i = 0; sentences != NULL && i < sentences->len; i++)
    {
      const char *sentence = g_ptr_array_index (sentences, i);
      const char *path = find_field (type, sentence);
      GtkWidget *row = adw_action_row_new ();

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), sentence);
      adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
      if (path != NULL)
        {
          GtkWidget *go = gtk_image_new_from_icon_name ("document-edit-symbolic");

          gtk_widget_add_css_class (go, "dimmed");
          g_object_set_data (G_OBJECT (row), "path", (gpointer)path);
          adw_action_row_add_suffix (ADW_ACTION_ROW (row), go);
          gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
          g_signal_connect_object (row, "activated", G_CALLBACK (sentence_activated_cb), self, G_CONNECT_SWAPPED);
        }
      adw_preferences_group_add (group, row);
      if (group == self->obstacles_group && self->first_obstacle == NULL)
        self->first_obstacle = row;
    }
  gtk_widget_set_visible (GTK_WIDGET (group), sentences != NULL && sentences->len > 0);
}

/* The page */

static void
append (GString *line, const char *text)
{
  if (line->len > 0)
    g_string_append (line, ", ");
  g_string_append (line, text);
}

static void
show_files (SamspillPublishDialog *self, char **files)
{
  g_autofree char *names = files != NULL && files[0] != NULL ? g_strjoinv (", ", files) : NULL;
  GtkWidget *label;
  g_autofree char *text = NULL;

  if (names == NULL)
    return;
  /* Translators: %s is a list of files */
  text = g_strdup_printf (_ ("Files that go along: %s"), names);
  label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "dimmed");
  gtk_box_append (self->page_box, label);
}

static void
show_inside (SamspillPublishDialog *self, const SamspillType *type, SamspillPreview *preview)
{
  GString *line = g_string_new (NULL);

  for (guint i = 0; preview->inside != NULL && preview->inside[i] != NULL; i++)
    append (line, samspill_value_label (type, preview->inside[i]));
  for (guint i = 0; preview->files_inside != NULL && preview->files_inside[i] != NULL; i++)
    append (line, preview->files_inside[i]);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->inside_row), FALSE);
  adw_action_row_set_subtitle (self->inside_row,
                               line->len > 0 ? line->str : _ ("Nothing: all that is written here is open"));
  g_string_free (line, TRUE);
}

static void
show_readers (SamspillPublishDialog *self)
{
  g_autofree char *readers = samspill_space_dup_readers (self->profile, "commons");
  g_autofree char *where =
      self->host != NULL
          /* Translators: %s is a host, "felles.example.no" */
          ? g_strdup_printf (_ ("It is sent to %s."), self->host)
          : g_strdup (_ ("You are not connected to the commons yet: it waits on this computer until you are."));
  g_autofree char *text = g_strdup_printf ("%s %s", readers, where);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->readers_row), FALSE);
  adw_action_row_set_subtitle (self->readers_row, text);
}

/* The role is what is asked for, but what others will see is read first. */
static GtkWidget *
get_first_field (SamspillPublishDialog *self)
{
  return self->first_obstacle != NULL ? self->first_obstacle : GTK_WIDGET (self->role_row);
}

static void
show_top_cb (gpointer data)
{
  g_autoptr (SamspillPublishDialog) self = data;

  if (self->scroller != NULL)
    gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
}

/* Where the window is narrow the dialog becomes a sheet with its first frame, which moves the focus on by a field. */
static void
settle_cb (gpointer data)
{
  g_autoptr (SamspillPublishDialog) self = data;
  GtkRoot *root = self->scroller != NULL ? gtk_widget_get_root (GTK_WIDGET (self)) : NULL;
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (root == NULL)
    return;
  if (focus != get_first_field (self) && (focus == NULL || !gtk_widget_is_ancestor (focus, get_first_field (self))))
    gtk_widget_grab_focus (get_first_field (self));
  g_timeout_add_once (SETTLE_MS, show_top_cb, g_object_ref (self));
}

static void
show_preview (SamspillPublishDialog *self, SamspillPreview *preview)
{
  const SamspillType *type = samspill_record_get_schema (preview->record);
  g_autofree char *eyebrow = samspill_record_dup_eyebrow (self->profile, preview->record, "commons");
  GtkWidget *body = samspill_record_body_new (self->profile);
  const char *title = samspill_record_get_title (preview->record);

  fill_sentences (self, self->obstacles_group, type, preview->obstacles);
  fill_sentences (self, self->warnings_group, type, preview->warnings);
  self->is_blocked = preview->obstacles != NULL && preview->obstacles->len > 0;
  gtk_label_set_text (self->eyebrow, eyebrow);
  gtk_label_set_text (self->title, *title != '\0' ? title : _ ("Without a title"));
  samspill_record_body_set_record (SAMSPILL_RECORD_BODY (body), preview->record);
  gtk_box_append (self->page_box, body);
  show_inside (self, type, preview);
  show_files (self, preview->files);
  show_readers (self);
  if (preview->is_update)
    {
      adw_dialog_set_title (ADW_DIALOG (self), _ ("Update what is published"));
      gtk_button_set_label (self->publish_button, C_ ("what is published", "Update"));
    }
  gtk_widget_set_visible (self->buttons, TRUE);
  gtk_stack_set_visible_child_name (self->stack, "preview");
  gtk_widget_grab_focus (get_first_field (self));
  g_timeout_add_once (SETTLE_MS, settle_cb, g_object_ref (self));
}

static void
show_failure (SamspillPublishDialog *self, const GError *error)
{
  g_autofree char *escaped = g_markup_escape_text (error->message, -1);

  adw_status_page_set_description (self->failure, escaped);
  gtk_stack_set_visible_child_name (self->stack, "failure");
}

/* Loading */

typedef struct
{
  SamspillProfile *profile;
  char *id;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->profile);
  g_free (job->id);
  g_free (job);
}

static gpointer
preview_in_thread (gpointer data, GError **error)
{
  Job *job = data;

  return samspill_profile_preview_publication (job->profile, job->id, error);
}

static void
previewed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SamspillPublishDialog *self = SAMSPILL_PUBLISH_DIALOG (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillPreview) preview = samspill_work_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->stack == NULL)
    return;
  if (preview != NULL)
    show_preview (self, preview);
  else
    show_failure (self, error);
}

/* Who approved it */

static void
role_chosen_cb (SamspillPublishDialog *self, GtkButton *button)
{
  gtk_editable_set_text (GTK_EDITABLE (self->role_row), gtk_button_get_label (button));
  gtk_widget_grab_focus (GTK_WIDGET (self->publish_button));
}

/* The roles that approved before, newest first, each one click. */
static void
fill_roles (SamspillPublishDialog *self)
{
  g_auto (GStrv) roles = g_settings_get_strv (self->settings, "approvers");

  for (guint i = 0; roles[i] != NULL; i++)
    {
      GtkWidget *button = gtk_button_new_with_label (roles[i]);
      /* Translators: the name of a button that fills in who approved; %s is a role */
      g_autofree char *name = g_strdup_printf (_ ("Approved by %s"), roles[i]);

      gtk_widget_add_css_class (button, "missing");
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      g_signal_connect_object (button, "clicked", G_CALLBACK (role_chosen_cb), self, G_CONNECT_SWAPPED);
      adw_wrap_box_append (self->roles_box, button);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->roles_box), roles[0] != NULL);
}

static void
remember_role (SamspillPublishDialog *self, const char *role)
{
  g_auto (GStrv) before = g_settings_get_strv (self->settings, "approvers");
  g_autoptr (GStrvBuilder) roles = g_strv_builder_new ();
  g_auto (GStrv) now = NULL;
  guint n = 1;

  g_strv_builder_add (roles, role);
  for (guint i = 0; before[i] != NULL && n < MAX_ROLES; i++)
    if (!g_str_equal (before[i], role))
      {
        g_strv_builder_add (roles, before[i]);
        n++;
      }
  now = g_strv_builder_end (roles);
  g_settings_set_strv (self->settings, "approvers", (const char *const *)now);
}

static void
role_changed_cb (SamspillPublishDialog *self, GtkWidget *row)
{
  gtk_widget_remove_css_class (row, "error");
  say_fault (self, NULL);
}

/* Publishing */

static void
wanted (SamspillPublishDialog *self, GtkWidget *row, const char *text)
{
  gtk_widget_add_css_class (row, "error");
  gtk_widget_grab_focus (row);
  say_fault (self, text);
}

/* A whole day, as 2026-12-03; NULL if what is written is none. */
static char *
dup_day (SamspillPublishDialog *self)
{
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->date_row))));
  g_autofree char *iso = samspill_date_from_typed (typed);

  return iso != NULL && strlen (iso) == strlen ("2026-12-03") ? g_steal_pointer (&iso) : NULL;
}

static void
published_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillPublishDialog) self = data;
  g_autoptr (GError) error = NULL;

  if (!samspill_profile_publish_finish (SAMSPILL_PROFILE (source), result, &error))
    {
      if (self->stack == NULL)
        return;
      gtk_widget_set_sensitive (self->buttons, TRUE);
      say_fault (self, error->message);
      return;
    }
  g_signal_emit (self, signals[PUBLISHED], 0);
  if (self->stack != NULL)
    adw_dialog_force_close (ADW_DIALOG (self));
}

static void
publish (SamspillPublishDialog *self, const char *role, const char *day)
{
  samspill_profile_publish_async (self->profile, self->id, role, day, NULL, published_cb, g_object_ref (self));
}

static void
publish_cb (SamspillPublishDialog *self)
{
  g_autofree char *role = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->role_row))));
  g_autofree char *day = dup_day (self);

  if (self->is_blocked)
    {
      say_fault (self, _ ("Something stands in the way: see the top of this page."));
      gtk_widget_grab_focus (self->first_obstacle);
      return;
    }
  if (*role == '\0')
    {
      wanted (self, GTK_WIDGET (self->role_row), _ ("Write the role of whoever approved it."));
      return;
    }
  if (day == NULL)
    {
      wanted (self, GTK_WIDGET (self->date_row), _ ("Write the date with day, month and year, for example 3.12.2026."));
      return;
    }
  remember_role (self, role);
  gtk_widget_set_sensitive (self->buttons, FALSE);
  publish (self, role, day);
}

static void
cancel_cb (SamspillPublishDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

/* Overrides */

static void
samspill_publish_dialog_dispose (GObject *object)
{
  SamspillPublishDialog *self = SAMSPILL_PUBLISH_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_PUBLISH_DIALOG);
  self->stack = NULL;
  g_clear_object (&self->profile);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (samspill_publish_dialog_parent_class)->dispose (object);
}

static void
samspill_publish_dialog_finalize (GObject *object)
{
  g_free (SAMSPILL_PUBLISH_DIALOG (object)->id);
  g_free (SAMSPILL_PUBLISH_DIALOG (object)->host);

  G_OBJECT_CLASS (samspill_publish_dialog_parent_class)->finalize (object);
}

static void
samspill_publish_dialog_class_init (SamspillPublishDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_publish_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = samspill_publish_dialog_finalize;
  signals[PUBLISHED] =
      g_signal_new ("published", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FIELD_WANTED] = g_signal_new ("field-wanted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-publish-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, failure);
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, scroller);
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, obstacles_group);
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, warnings_group);
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, page_box);
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, eyebrow);
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, title);
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, inside_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, readers_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, role_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, date_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, roles_box);
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, fault);
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, buttons);
  gtk_widget_class_bind_template_child (widget_class, SamspillPublishDialog, publish_button);
  gtk_widget_class_bind_template_callback (widget_class, role_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, publish_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
}

static void
samspill_publish_dialog_init (SamspillPublishDialog *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *iso = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *today = samspill_date_to_typed (iso);

  self->cancellable = g_cancellable_new ();
  self->settings = g_settings_new (SAMSPILL_APPLICATION_ID);
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_editable_set_text (GTK_EDITABLE (self->date_row), today);
  fill_roles (self);
}

AdwDialog *
samspill_publish_dialog_new (SamspillProfile *profile, const char *id, const char *host)
{
  SamspillPublishDialog *self = g_object_new (SAMSPILL_TYPE_PUBLISH_DIALOG, NULL);
  Job *job = g_new0 (Job, 1);

  self->profile = g_object_ref (profile);
  self->id = g_strdup (id);
  self->host = g_strdup (host);
  job->profile = g_object_ref (profile);
  job->id = g_strdup (id);
  samspill_work_async (self, preview_in_thread, job, job_free, (GDestroyNotify)samspill_preview_free, self->cancellable,
                       previewed_cb, NULL);

  return ADW_DIALOG (self);
}
