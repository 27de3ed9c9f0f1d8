/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-links.h"

#include <glib/gi18n.h>

#include "samspill-find-record.h"
#include "samspill-format.h"
#include "samspill-record-text.h"

struct _SamspillLinks
{
  GtkBox parent_instance;

  AdwPreferencesGroup *named;
  AdwPreferencesGroup *pitches;
  AdwPreferencesGroup *files;
  SamspillProfile *profile;
  SamspillLinksKind kind;
  char *id;
  char *space;
  GHashTable *rows; /* AdwActionRow → its group */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (SamspillLinks, samspill_links, GTK_TYPE_BOX)

enum
{
  RECORD_OPENED,
  FAILED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
activated_cb (SamspillLinks *self, GtkWidget *row)
{
  g_signal_emit (self, signals[RECORD_OPENED], 0, g_object_get_data (G_OBJECT (row), "space"),
                 g_object_get_data (G_OBJECT (row), "id"));
}

static void
launched_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillLinks) self = data;
  g_autoptr (GError) error = NULL;

  if (!gtk_file_launcher_launch_finish (GTK_FILE_LAUNCHER (source), result, &error) &&
      !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    g_signal_emit (self, signals[FAILED], 0, error->message);
}

static void
file_activated_cb (SamspillLinks *self, GtkWidget *row)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file =
      samspill_profile_open_file (self->profile, self->space, g_object_get_data (G_OBJECT (row), "id"), &error);
  g_autoptr (GtkFileLauncher) launcher = NULL;

  if (file == NULL)
    {
      g_signal_emit (self, signals[FAILED], 0, error->message);
      return;
    }
  launcher = gtk_file_launcher_new (file);
  gtk_file_launcher_launch (launcher, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, launched_cb,
                            g_object_ref (self));
}

static GtkWidget *
add_row (SamspillLinks *self, AdwPreferencesGroup *group, const char *icon_name, const char *title,
         const char *subtitle, const char *space, const char *id)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "activatable", TRUE, NULL);
  GtkWidget *icon = gtk_image_new_from_icon_name (icon_name);
  GtkWidget *go = gtk_image_new_from_icon_name ("go-next-symbolic");

  /* Apart: in one call the title would be told before the markup, and read as such. */
  g_object_set (row, "title", title, "subtitle", subtitle != NULL ? subtitle : "", NULL);
  gtk_widget_add_css_class (icon, "dimmed");
  gtk_widget_add_css_class (go, "dimmed");
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), go);
  g_object_set_data_full (G_OBJECT (row), "space", g_strdup (space), g_free);
  g_object_set_data_full (G_OBJECT (row), "id", g_strdup (id), g_free);
  adw_preferences_group_add (group, row);
  g_hash_table_insert (self->rows, row, group);
  gtk_widget_set_visible (GTK_WIDGET (group), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  return row;
}

static void
clear_group (SamspillLinks *self, AdwPreferencesGroup *group)
{
  GHashTableIter iter;
  gpointer row, owner;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &row, &owner))
    if (owner == group)
      {
        adw_preferences_group_remove (group, row);
        g_hash_table_iter_remove (&iter);
      }
  gtk_widget_set_visible (GTK_WIDGET (group), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), g_hash_table_size (self->rows) > 0);
}

static void
add_named (SamspillLinks *self, const char *id, const char *icon_name, const char *what)
{
  g_autoptr (SamspillRow) row =
      id != NULL && *id != '\0' ? samspill_find_record (self->profile, self->space, id) : NULL;
  GtkWidget *widget;

  /* What is not on this computer cannot be opened; its id says nothing to anyone. */
  if (row == NULL)
    return;
  widget = add_row (self, self->named, icon_name, *row->title != '\0' ? row->title : _ ("Without a title"), what,
                    row->space, row->id);
  g_signal_connect_object (widget, "activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
}

/* What was heard may answer one of our own needs: the way to say so stands where the need would stand. */
static void
offer_need (SamspillLinks *self, SamspillRecord *pitch)
{
  GtkWidget *row;

  if (samspill_record_has (pitch, "need") ||
      (self->space != NULL && !g_str_equal (self->space, "mine") && !g_str_has_prefix (self->space, "team-")))
    return;
  row = add_row (self, self->named, "emoji-flags-symbolic", _ ("Choose the need that it answers…"), NULL, NULL, NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "page.choose-need");
}

static void
show_named (SamspillLinks *self, SamspillRecord *record)
{
  g_auto (GStrv) programmes = samspill_record_dup_strings (record, "programmes");

  clear_group (self, self->named);
  if (g_str_equal (samspill_record_get_record_type (record), "pitch"))
    {
      add_named (self, samspill_record_get_string (record, "need"), "emoji-flags-symbolic",
                 _ ("The need that it answers"));
      offer_need (self, record);
    }
  if (g_str_equal (samspill_record_get_record_type (record), "need"))
    add_named (self, samspill_record_get_string (record, "case"), "starred-symbolic", _ ("What came of it"));
  for (guint i = 0; programmes[i] != NULL; i++)
    add_named (self, programmes[i], "system-users-symbolic", _ ("Programme"));
}

static void
related_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillLinks) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = samspill_profile_related_finish (SAMSPILL_PROFILE (source), result, &error);

  if (rows == NULL || self->pitches == NULL)
    {
      if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_warning ("records around a record: %s", error->message);
      return;
    }
  clear_group (self, self->pitches);
  clear_group (self, self->files);
  for (guint i = 0; i < rows->len; i++)
    {
      const SamspillRow *row = g_ptr_array_index (rows, i);
      g_autoptr (GDateTime) changed = g_date_time_new_from_unix_local_usec (row->changed_us);
      g_autofree char *date = changed != NULL ? samspill_format_date_short (changed) : NULL;
      GtkWidget *widget;

      if (row->trashed)
        continue;
      if (g_str_equal (row->type, "pitch"))
        {
          widget = add_row (self, self->pitches, "emoji-objects-symbolic", row->title, date, row->space, row->id);
          g_signal_connect_object (widget, "activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
        }
      else if (g_str_equal (row->type, "file"))
        {
          widget = add_row (self, self->files, "mail-attachment-symbolic", row->title, date, row->space, row->id);
          g_signal_connect_object (widget, "activated", G_CALLBACK (file_activated_cb), self, G_CONNECT_SWAPPED);
        }
    }
}

static void
samspill_links_dispose (GObject *object)
{
  SamspillLinks *self = SAMSPILL_LINKS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->profile);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_LINKS);
  G_OBJECT_CLASS (samspill_links_parent_class)->dispose (object);
}

static void
samspill_links_finalize (GObject *object)
{
  SamspillLinks *self = SAMSPILL_LINKS (object);

  g_hash_table_unref (self->rows);
  g_free (self->id);
  g_free (self->space);
  G_OBJECT_CLASS (samspill_links_parent_class)->finalize (object);
}

static void
samspill_links_class_init (SamspillLinksClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_links_dispose;
  G_OBJECT_CLASS (klass)->finalize = samspill_links_finalize;
  signals[RECORD_OPENED] = g_signal_new ("record-opened", SAMSPILL_TYPE_LINKS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[FAILED] = g_signal_new ("failed", SAMSPILL_TYPE_LINKS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-links.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillLinks, named);
  gtk_widget_class_bind_template_child (widget_class, SamspillLinks, pitches);
  gtk_widget_class_bind_template_child (widget_class, SamspillLinks, files);
}

static void
samspill_links_init (SamspillLinks *self)
{
  self->rows = g_hash_table_new (NULL, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
samspill_links_new (SamspillProfile *profile, SamspillLinksKind kind)
{
  SamspillLinks *self = g_object_new (SAMSPILL_TYPE_LINKS, NULL);

  self->profile = g_object_ref (profile);
  self->kind = kind;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  return GTK_WIDGET (self);
}

void
samspill_links_set_record (SamspillLinks *self, SamspillRecord *record, const char *space)
{
  g_return_if_fail (SAMSPILL_IS_LINKS (self));
  if (g_strcmp0 (self->id, samspill_record_get_id (record)) != 0)
    {
      clear_group (self, self->pitches);
      clear_group (self, self->files);
    }
  g_set_str (&self->id, samspill_record_get_id (record));
  g_set_str (&self->space, space);
  if (self->kind == SAMSPILL_LINKS_NAMED)
    {
      show_named (self, record);
      return;
    }
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  samspill_profile_related_async (self->profile, self->id, NULL, self->cancellable, related_cb, g_object_ref (self));
}
