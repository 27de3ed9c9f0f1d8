/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-subjects-editor.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "samspill-chip.h"
#include "samspill-language.h"
#include "samspill-subject.h"
#include "samspill-vocabulary.h"

#define MOST_FOUND 8
/* Read, a page shows the subjects, not a cloud of them. */
#define MOST_READ 6

struct _SamspillSubjectsEditor
{
  GtkBox parent_instance;

  AdwWrapBox *chips;
  AdwWrapBox *all;
  GtkMenuButton *add;
  GtkPopover *popover;
  GtkEditable *search;
  GtkListBox *found;
  SamspillRecord *record;
  gboolean can_edit;
  gboolean editing;
};

G_DEFINE_FINAL_TYPE (SamspillSubjectsEditor, samspill_subjects_editor, GTK_TYPE_BOX)

enum
{
  EDITED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static const char *const paths[] = { "subjects.los", "subjects.cpv", "subjects.words", "tags" };

static const char *
label_of (const char *path, const char *value)
{
  const char *label = NULL;

  if (g_str_equal (path, "subjects.los") || g_str_equal (path, "subjects.cpv"))
    label = samspill_subject_label (value, samspill_language_get ());
  return label != NULL ? label : value;
}

static void
set_values (SamspillSubjectsEditor *self, const char *path, char **values)
{
  if (values[0] != NULL)
    samspill_record_set_strings (self->record, path, (const char *const *)values);
  else
    samspill_record_remove (self->record, path);
  g_signal_emit (self, signals[EDITED], 0);
}

static void
removed_cb (SamspillSubjectsEditor *self, GtkWidget *chip)
{
  const char *path = g_object_get_data (G_OBJECT (chip), "path");
  const char *value = g_object_get_data (G_OBJECT (chip), "value");
  g_auto (GStrv) values = samspill_record_dup_strings (self->record, path);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) rest = NULL;

  for (guint i = 0; values[i] != NULL; i++)
    if (!g_str_equal (values[i], value))
      g_strv_builder_add (builder, values[i]);
  rest = g_strv_builder_end (builder);
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
  set_values (self, path, rest);
  samspill_subjects_editor_set_record (self, self->record);
}

static void
add_value (SamspillSubjectsEditor *self, const char *path, const char *value)
{
  g_auto (GStrv) values = samspill_record_dup_strings (self->record, path);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  if (*value == '\0' || g_strv_contains ((const char *const *)values, value))
    return;
  g_strv_builder_addv (builder, (const char **)values);
  g_strv_builder_add (builder, value);
  all = g_strv_builder_end (builder);
  set_values (self, path, all);
  samspill_subjects_editor_set_record (self, self->record);
}

/* The same word as a theme, as a word and as a tag is read once; the page has the first few, edited or not, so that
 * nothing below them moves. */
static gboolean
is_shown (SamspillSubjectsEditor *self, const char *label)
{
  g_autofree char *folded = samspill_fold (label);

  for (GtkWidget *chip = gtk_widget_get_first_child (GTK_WIDGET (self->chips)); SAMSPILL_IS_CHIP (chip);
       chip = gtk_widget_get_next_sibling (chip))
    {
      g_autofree char *other = samspill_fold (samspill_chip_get_text (SAMSPILL_CHIP (chip)));

      if (g_str_equal (folded, other))
        return TRUE;
    }
  return FALSE;
}

static void
add_chip (SamspillSubjectsEditor *self, const char *path, const char *value)
{
  GtkWidget *chip = samspill_chip_new_removable (label_of (path, value));

  g_object_set_data (G_OBJECT (chip), "path", (gpointer)path);
  g_object_set_data_full (G_OBJECT (chip), "value", g_strdup (value), g_free);
  g_signal_connect_object (chip, "removed", G_CALLBACK (removed_cb), self, G_CONNECT_SWAPPED);
  adw_wrap_box_append (self->all, chip);
}

static gboolean
is_supported (SamspillSubjectsEditor *self)
{
  const SamspillType *type = self->record != NULL ? samspill_record_get_schema (self->record) : NULL;

  return type != NULL && (samspill_type_field (type, "subjects") != NULL || samspill_type_field (type, "tags") != NULL);
}

/* The search */

static void
add_found (SamspillSubjectsEditor *self, const char *icon_name, const char *text, const char *below, const char *path,
           const char *value)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "activatable", TRUE, NULL);
  GtkWidget *icon = gtk_image_new_from_icon_name (icon_name);

  /* Apart: in one call the title would be told before the markup, and read as such. */
  g_object_set (row, "title", text, "subtitle", below, NULL);
  gtk_widget_add_css_class (icon, "dimmed");
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  g_object_set_data (G_OBJECT (row), "path", (gpointer)path);
  g_object_set_data_full (G_OBJECT (row), "value", g_strdup (value), g_free);
  gtk_list_box_append (self->found, row);
}

static void
search_changed_cb (SamspillSubjectsEditor *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->search)));
  const char *language = samspill_language_get ();
  g_autoptr (GPtrArray) ids = NULL;

  gtk_list_box_remove_all (self->found);
  ids = *text != '\0' ? samspill_subjects_search (text, language, MOST_FOUND) : samspill_subjects_top (language);
  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      const char *label = samspill_subject_label (id, language);
      const char *broader = samspill_subject_broader (id);
      const char *below = broader != NULL ? samspill_subject_label (broader, language) : NULL;

      add_found (self, "view-list-symbolic", label != NULL ? label : id, below != NULL ? below : "",
                 g_ascii_isdigit (*id) ? "subjects.cpv" : "subjects.los", id);
    }
  if (*text != '\0')
    add_found (self, "user-bookmarks-symbolic", text, _ ("As a tag of your own"), "tags", text);
}

static void
found_activated_cb (SamspillSubjectsEditor *self, GtkWidget *row)
{
  g_autofree char *value = g_strdup (g_object_get_data (G_OBJECT (row), "value"));
  const char *path = g_object_get_data (G_OBJECT (row), "path");

  add_value (self, path, value);
  gtk_editable_set_text (self->search, "");
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

static void
search_activated_cb (SamspillSubjectsEditor *self)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->found, 0);

  if (row != NULL && *gtk_editable_get_text (self->search) != '\0')
    found_activated_cb (self, GTK_WIDGET (row));
}

static void
search_stopped_cb (SamspillSubjectsEditor *self)
{
  gtk_popover_popdown (self->popover);
}

static void
popover_shown_cb (SamspillSubjectsEditor *self)
{
  search_changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

static void
samspill_subjects_editor_dispose (GObject *object)
{
  SamspillSubjectsEditor *self = SAMSPILL_SUBJECTS_EDITOR (object);

  g_clear_object (&self->record);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_SUBJECTS_EDITOR);
  G_OBJECT_CLASS (samspill_subjects_editor_parent_class)->dispose (object);
}

static void
samspill_subjects_editor_class_init (SamspillSubjectsEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_subjects_editor_dispose;
  signals[EDITED] =
      g_signal_new ("edited", SAMSPILL_TYPE_SUBJECTS_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-subjects-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillSubjectsEditor, chips);
  gtk_widget_class_bind_template_child (widget_class, SamspillSubjectsEditor, all);
  gtk_widget_class_bind_template_child (widget_class, SamspillSubjectsEditor, add);
  gtk_widget_class_bind_template_child (widget_class, SamspillSubjectsEditor, popover);
  gtk_widget_class_bind_template_child (widget_class, SamspillSubjectsEditor, search);
  gtk_widget_class_bind_template_child (widget_class, SamspillSubjectsEditor, found);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped_cb);
  gtk_widget_class_bind_template_callback (widget_class, found_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, popover_shown_cb);
}

static void
samspill_subjects_editor_init (SamspillSubjectsEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
samspill_subjects_editor_new (void)
{
  return g_object_new (SAMSPILL_TYPE_SUBJECTS_EDITOR, NULL);
}

void
samspill_subjects_editor_set_record (SamspillSubjectsEditor *self, SamspillRecord *record)
{
  GtkWidget *child;
  guint n = 0;

  g_return_if_fail (SAMSPILL_IS_SUBJECTS_EDITOR (self));
  g_set_object (&self->record, record);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->chips))) != GTK_WIDGET (self->add))
    adw_wrap_box_remove (self->chips, child);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->all))) != NULL)
    adw_wrap_box_remove (self->all, child);
  for (gsize i = 0; record != NULL && i < G_N_ELEMENTS (paths); i++)
    {
      g_auto (GStrv) values = samspill_record_dup_strings (record, paths[i]);

      for (guint j = 0; values[j] != NULL; j++)
        {
          const char *label = label_of (paths[i], values[j]);

          add_chip (self, paths[i], values[j]);
          /* Codes are for machines: shown where one can take them away. */
          if (g_str_equal (paths[i], "subjects.cpv") || n >= MOST_READ || is_shown (self, label))
            continue;
          adw_wrap_box_insert_child_after (self->chips, samspill_chip_new (label),
                                           gtk_widget_get_prev_sibling (GTK_WIDGET (self->add)));
          n++;
        }
    }
  gtk_widget_set_visible (GTK_WIDGET (self->all), gtk_widget_get_first_child (GTK_WIDGET (self->all)) != NULL);
  /* Unseen it would still take a line of its own. */
  gtk_widget_set_visible (GTK_WIDGET (self->add), self->editing && self->can_edit && is_supported (self));
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0 || (self->editing && self->can_edit && is_supported (self)));
}

void
samspill_subjects_editor_set_can_edit (SamspillSubjectsEditor *self, gboolean can_edit)
{
  g_return_if_fail (SAMSPILL_IS_SUBJECTS_EDITOR (self));
  self->can_edit = can_edit;
  samspill_subjects_editor_set_record (self, self->record);
}

void
samspill_subjects_editor_set_editing (SamspillSubjectsEditor *self, gboolean editing)
{
  g_return_if_fail (SAMSPILL_IS_SUBJECTS_EDITOR (self));
  self->editing = editing;
  if (!editing)
    gtk_popover_popdown (self->popover);
  samspill_subjects_editor_set_record (self, self->record);
}
