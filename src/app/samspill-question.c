/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-question.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "samspill-choice-row.h"
#include "samspill-field-block.h"
#include "samspill-field-row.h"
#include "samspill-measures-editor.h"
#include "samspill-subjects-editor.h"

#define LINES_OF_TEXT 4

struct _SamspillQuestion
{
  GtkBox parent_instance;

  GtkLabel *question;
  GtkLabel *why;
  GtkWidget *good_box;
  GtkLabel *good;
  GtkWidget *bad_box;
  GtkLabel *bad;
  GtkBox *fields;

  const SamspillType *type;
  const SamspillGroup *group;
  SamspillRecord *record;
  GtkListBox *list; /* where short fields go; NULL: the next one begins a new list */
  GPtrArray *blocks;
  GPtrArray *rows;
  SamspillMeasuresEditor *measures;
  SamspillSubjectsEditor *subjects;
};

G_DEFINE_FINAL_TYPE (SamspillQuestion, samspill_question, GTK_TYPE_BOX)

enum
{
  EDITED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static const char *
row_path (GtkWidget *row)
{
  return SAMSPILL_IS_FIELD_ROW (row) ? samspill_field_row_get_path (SAMSPILL_FIELD_ROW (row))
                                     : samspill_choice_row_get_path (SAMSPILL_CHOICE_ROW (row));
}

static void
block_edited_cb (SamspillQuestion *self, SamspillFieldBlock *block)
{
  g_signal_emit (self, signals[EDITED], 0, samspill_field_block_get_path (block));
}

static void
row_edited_cb (SamspillQuestion *self, GtkWidget *row)
{
  g_signal_emit (self, signals[EDITED], 0, row_path (row));
}

static void
measures_edited_cb (SamspillQuestion *self)
{
  g_signal_emit (self, signals[EDITED], 0, "measures");
}

static void
subjects_edited_cb (SamspillQuestion *self)
{
  g_signal_emit (self, signals[EDITED], 0, "subjects");
}

static void
add_block (SamspillQuestion *self, const SamspillField *field, const char *path)
{
  GtkWidget *block = samspill_field_block_new (field, path, NULL);

  samspill_field_block_set_roomy (SAMSPILL_FIELD_BLOCK (block), LINES_OF_TEXT);
  samspill_field_block_set_editing (SAMSPILL_FIELD_BLOCK (block), TRUE);
  g_signal_connect_object (block, "edited", G_CALLBACK (block_edited_cb), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->blocks, block);
  gtk_box_append (self->fields, block);
  self->list = NULL;
}

static void
add_row (SamspillQuestion *self, const SamspillField *field, const char *path)
{
  GtkWidget *row = field->kind == SAMSPILL_FIELD_CHOICE ? samspill_choice_row_new (path, field)
                                                        : samspill_field_row_new (path, field);

  if (self->list == NULL)
    {
      self->list = GTK_LIST_BOX (gtk_list_box_new ());
      gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
      gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ (self->group->title), -1);
      gtk_box_append (self->fields, GTK_WIDGET (self->list));
    }
  if (SAMSPILL_IS_FIELD_ROW (row))
    samspill_field_row_set_editing (SAMSPILL_FIELD_ROW (row), TRUE);
  else
    samspill_choice_row_set_editing (SAMSPILL_CHOICE_ROW (row), TRUE);
  g_signal_connect_object (row, "edited", G_CALLBACK (row_edited_cb), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->rows, row);
  gtk_list_box_append (self->list, row);
}

static void
add_list_of_objects (SamspillQuestion *self, const SamspillField *field)
{
  if (!g_str_equal (field->name, "measures"))
    return;
  self->measures = SAMSPILL_MEASURES_EDITOR (samspill_measures_editor_new ());
  samspill_measures_editor_set_editing (self->measures, TRUE);
  g_signal_connect_object (self->measures, "edited", G_CALLBACK (measures_edited_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (self->fields, GTK_WIDGET (self->measures));
  self->list = NULL;
}

static void
add_subjects (SamspillQuestion *self, const SamspillField *field)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *heading = gtk_label_new (_ (field->label));

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "heading");
  gtk_box_append (GTK_BOX (box), heading);
  self->subjects = SAMSPILL_SUBJECTS_EDITOR (samspill_subjects_editor_new ());
  samspill_subjects_editor_set_can_edit (self->subjects, TRUE);
  samspill_subjects_editor_set_editing (self->subjects, TRUE);
  g_signal_connect_object (self->subjects, "edited", G_CALLBACK (subjects_edited_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->subjects));
  gtk_box_append (self->fields, box);
  self->list = NULL;
}

static void
add_field (SamspillQuestion *self, const SamspillField *field)
{
  switch (field->kind)
    {
    case SAMSPILL_FIELD_TEXT:
      add_block (self, field, field->name);
      break;
    case SAMSPILL_FIELD_OBJECT:
      if (g_str_equal (field->name, "subjects"))
        {
          add_subjects (self, field);
          break;
        }
      for (const SamspillField *member = field->fields; member != NULL && member->name != NULL; member++)
        {
          g_autofree char *path = g_strconcat (field->name, ".", member->name, NULL);

          add_row (self, member, path);
        }
      break;
    case SAMSPILL_FIELD_OBJECTS:
      add_list_of_objects (self, field);
      break;
    case SAMSPILL_FIELD_STRINGS:
      /* Tags are chips beside the subjects. */
      break;
    case SAMSPILL_FIELD_ID:
    case SAMSPILL_FIELD_ANY:
      break;
    default:
      if (g_str_equal (field->name, "title"))
        add_block (self, field, field->name);
      else
        add_row (self, field, field->name);
    }
}

static void
set_example (GtkWidget *box, GtkLabel *label, const char *text)
{
  gtk_widget_set_visible (box, text != NULL);
  if (text != NULL)
    {
      g_autofree char *quoted = g_strdup_printf ("«%s»", _ (text));

      gtk_label_set_text (label, quoted);
    }
}

/* The title sums up what the others tell: it is asked for after them. */
static void
build (SamspillQuestion *self)
{
  const SamspillField *title = NULL;

  gtk_label_set_text (self->question, _ (self->group->question != NULL ? self->group->question : self->group->title));
  gtk_label_set_text (self->why, self->group->why != NULL ? _ (self->group->why) : "");
  set_example (self->good_box, self->good, self->group->good);
  set_example (self->bad_box, self->bad, self->group->bad);
  for (const SamspillField *field = self->type->fields; field->name != NULL; field++)
    {
      if (g_strcmp0 (field->group, self->group->name) != 0)
        continue;
      if (g_str_equal (field->name, "title"))
        title = field;
      else
        add_field (self, field);
    }
  if (title != NULL)
    add_field (self, title);
}

static void
samspill_question_dispose (GObject *object)
{
  SamspillQuestion *self = SAMSPILL_QUESTION (object);

  g_clear_object (&self->record);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_QUESTION);
  G_OBJECT_CLASS (samspill_question_parent_class)->dispose (object);
}

static void
samspill_question_finalize (GObject *object)
{
  g_ptr_array_unref (SAMSPILL_QUESTION (object)->blocks);
  g_ptr_array_unref (SAMSPILL_QUESTION (object)->rows);
  G_OBJECT_CLASS (samspill_question_parent_class)->finalize (object);
}

static void
samspill_question_class_init (SamspillQuestionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_question_dispose;
  G_OBJECT_CLASS (klass)->finalize = samspill_question_finalize;
  signals[EDITED] = g_signal_new ("edited", SAMSPILL_TYPE_QUESTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                  1, G_TYPE_STRING);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-question.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillQuestion, question);
  gtk_widget_class_bind_template_child (widget_class, SamspillQuestion, why);
  gtk_widget_class_bind_template_child (widget_class, SamspillQuestion, good_box);
  gtk_widget_class_bind_template_child (widget_class, SamspillQuestion, good);
  gtk_widget_class_bind_template_child (widget_class, SamspillQuestion, bad_box);
  gtk_widget_class_bind_template_child (widget_class, SamspillQuestion, bad);
  gtk_widget_class_bind_template_child (widget_class, SamspillQuestion, fields);
}

static void
samspill_question_init (SamspillQuestion *self)
{
  self->blocks = g_ptr_array_new ();
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
samspill_question_new (const SamspillType *type, const SamspillGroup *group)
{
  SamspillQuestion *self = g_object_new (SAMSPILL_TYPE_QUESTION, NULL);

  self->type = type;
  self->group = group;
  build (self);
  return GTK_WIDGET (self);
}

void
samspill_question_set_record (SamspillQuestion *self, SamspillRecord *record)
{
  g_return_if_fail (SAMSPILL_IS_QUESTION (self));
  g_set_object (&self->record, record);
  for (guint i = 0; i < self->blocks->len; i++)
    samspill_field_block_set_record (g_ptr_array_index (self->blocks, i), record);
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);

      if (SAMSPILL_IS_FIELD_ROW (row))
        samspill_field_row_set_record (SAMSPILL_FIELD_ROW (row), record);
      else
        samspill_choice_row_set_record (SAMSPILL_CHOICE_ROW (row), record);
    }
  if (self->measures != NULL)
    {
      samspill_measures_editor_set_record (self->measures, record);
      samspill_measures_editor_start (self->measures);
    }
  if (self->subjects != NULL)
    samspill_subjects_editor_set_record (self->subjects, record);
}

GPtrArray *
samspill_question_get_blocks (SamspillQuestion *self)
{
  g_return_val_if_fail (SAMSPILL_IS_QUESTION (self), NULL);
  return self->blocks;
}

gboolean
samspill_question_has_field (SamspillQuestion *self, const char *path)
{
  const SamspillField *field = samspill_type_field (self->type, path);

  return field != NULL && g_strcmp0 (field->group, self->group->name) == 0;
}

void
samspill_question_focus_field (SamspillQuestion *self, const char *path)
{
  g_return_if_fail (SAMSPILL_IS_QUESTION (self));
  for (guint i = 0; path != NULL && i < self->blocks->len; i++)
    if (g_str_equal (samspill_field_block_get_path (g_ptr_array_index (self->blocks, i)), path))
      {
        gtk_widget_grab_focus (GTK_WIDGET (samspill_field_block_get_view (g_ptr_array_index (self->blocks, i))));
        return;
      }
  for (guint i = 0; path != NULL && i < self->rows->len; i++)
    if (g_str_has_prefix (row_path (g_ptr_array_index (self->rows, i)), path))
      {
        gtk_widget_child_focus (g_ptr_array_index (self->rows, i), GTK_DIR_TAB_FORWARD);
        return;
      }
  if (g_strcmp0 (path, "measures") == 0 && self->measures != NULL)
    gtk_widget_child_focus (GTK_WIDGET (self->measures), GTK_DIR_TAB_FORWARD);
  else if (g_strcmp0 (path, "subjects") == 0 && self->subjects != NULL)
    gtk_widget_child_focus (GTK_WIDGET (self->subjects), GTK_DIR_TAB_FORWARD);
  /* The stack that shows this question may have given the focus to its first field already; Tab would leave it. */
  else if (gtk_widget_get_focus_child (GTK_WIDGET (self->fields)) == NULL)
    gtk_widget_child_focus (GTK_WIDGET (self->fields), GTK_DIR_TAB_FORWARD);
}

gboolean
samspill_question_is_answered (SamspillQuestion *self)
{
  g_return_val_if_fail (SAMSPILL_IS_QUESTION (self), FALSE);
  for (const SamspillField *field = self->type->fields; self->record != NULL && field->name != NULL; field++)
    if (g_strcmp0 (field->group, self->group->name) == 0 && samspill_record_has (self->record, field->name))
      return TRUE;
  return FALSE;
}
