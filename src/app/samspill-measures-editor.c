/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-measures-editor.h"

#include "samspill-measure-row.h"

/* The schema says three to five; more than that is no measure but a report. */
#define MOST_MEASURES 5

struct _SamspillMeasuresEditor
{
  GtkBox parent_instance;

  GtkListBox *list;
  GtkWidget *add;
  SamspillRecord *record;
  gboolean editing;
  gboolean writing;
};

G_DEFINE_FINAL_TYPE (SamspillMeasuresEditor, samspill_measures_editor, GTK_TYPE_BOX)

enum
{
  EDITED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static SamspillMeasureRow *
row_at (SamspillMeasuresEditor *self, guint index)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, (int)index);

  return row != NULL ? SAMSPILL_MEASURE_ROW (row) : NULL;
}

static guint
count_rows (SamspillMeasuresEditor *self)
{
  guint n = 0;

  while (row_at (self, n) != NULL)
    n++;
  return n;
}

static void
update (SamspillMeasuresEditor *self)
{
  guint n = count_rows (self);

  gtk_widget_set_visible (GTK_WIDGET (self->list), n > 0);
  gtk_widget_set_opacity (self->add, self->editing ? 1 : 0);
  gtk_widget_set_sensitive (self->add, self->editing && n < MOST_MEASURES);
  gtk_widget_set_visible (GTK_WIDGET (self), self->editing || n > 0);
}

static void
write_record (SamspillMeasuresEditor *self)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
  g_autoptr (JsonArray) array = json_array_new ();
  SamspillMeasureRow *row;

  if (self->record == NULL)
    return;
  for (guint i = 0; (row = row_at (self, i)) != NULL; i++)
    if (!samspill_measure_row_is_empty (row))
      json_array_add_object_element (array, samspill_measure_row_dup_object (row));
  json_node_set_array (node, array);
  self->writing = TRUE;
  if (json_array_get_length (array) > 0)
    samspill_record_set_node (self->record, "measures", node);
  else
    samspill_record_remove (self->record, "measures");
  self->writing = FALSE;
  g_signal_emit (self, signals[EDITED], 0);
}

static void
row_removed_cb (SamspillMeasuresEditor *self, SamspillMeasureRow *row)
{
  int index = gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row));
  SamspillMeasureRow *neighbour;

  gtk_list_box_remove (self->list, GTK_WIDGET (row));
  update (self);
  write_record (self);
  neighbour = row_at (self, (guint)MAX (0, index - 1));
  gtk_widget_child_focus (neighbour != NULL ? GTK_WIDGET (neighbour) : self->add, GTK_DIR_TAB_FORWARD);
}

static SamspillMeasureRow *
append_row (SamspillMeasuresEditor *self, JsonObject *object)
{
  GtkWidget *row = samspill_measure_row_new ();

  samspill_measure_row_set_object (SAMSPILL_MEASURE_ROW (row), object);
  samspill_measure_row_set_editing (SAMSPILL_MEASURE_ROW (row), self->editing);
  g_signal_connect_object (row, "edited", G_CALLBACK (write_record), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "removed", G_CALLBACK (row_removed_cb), self, G_CONNECT_SWAPPED);
  gtk_list_box_append (self->list, row);
  return SAMSPILL_MEASURE_ROW (row);
}

static void
add_clicked_cb (SamspillMeasuresEditor *self)
{
  SamspillMeasureRow *row = append_row (self, NULL);

  update (self);
  gtk_widget_child_focus (GTK_WIDGET (row), GTK_DIR_TAB_FORWARD);
}

static void
samspill_measures_editor_dispose (GObject *object)
{
  SamspillMeasuresEditor *self = SAMSPILL_MEASURES_EDITOR (object);

  g_clear_object (&self->record);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_MEASURES_EDITOR);
  G_OBJECT_CLASS (samspill_measures_editor_parent_class)->dispose (object);
}

static void
samspill_measures_editor_class_init (SamspillMeasuresEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_measures_editor_dispose;
  signals[EDITED] =
      g_signal_new ("edited", SAMSPILL_TYPE_MEASURES_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-measures-editor.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillMeasuresEditor, list);
  gtk_widget_class_bind_template_child (widget_class, SamspillMeasuresEditor, add);
  gtk_widget_class_bind_template_callback (widget_class, add_clicked_cb);
}

static void
samspill_measures_editor_init (SamspillMeasuresEditor *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
samspill_measures_editor_new (void)
{
  return g_object_new (SAMSPILL_TYPE_MEASURES_EDITOR, NULL);
}

void
samspill_measures_editor_set_record (SamspillMeasuresEditor *self, SamspillRecord *record)
{
  JsonNode *node = record != NULL ? samspill_record_get_node (record, "measures") : NULL;
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = array != NULL ? json_array_get_length (array) : 0;

  g_return_if_fail (SAMSPILL_IS_MEASURES_EDITOR (self));
  if (self->writing)
    return;
  g_set_object (&self->record, record);
  for (guint i = 0; i < n; i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      JsonObject *object = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
      SamspillMeasureRow *row = row_at (self, i);

      if (row != NULL)
        samspill_measure_row_set_object (row, object);
      else
        append_row (self, object);
    }
  while (row_at (self, n) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row_at (self, n)));
  update (self);
}

void
samspill_measures_editor_set_editing (SamspillMeasuresEditor *self, gboolean editing)
{
  SamspillMeasureRow *row;

  g_return_if_fail (SAMSPILL_IS_MEASURES_EDITOR (self));
  self->editing = editing;
  for (guint i = 0; (row = row_at (self, i)) != NULL; i++)
    {
      if (!editing && samspill_measure_row_is_empty (row))
        {
          gtk_list_box_remove (self->list, GTK_WIDGET (row));
          i--;
        }
      else
        samspill_measure_row_set_editing (row, editing);
    }
  update (self);
}

gboolean
samspill_measures_editor_is_empty (SamspillMeasuresEditor *self)
{
  g_return_val_if_fail (SAMSPILL_IS_MEASURES_EDITOR (self), TRUE);
  return count_rows (self) == 0;
}

void
samspill_measures_editor_start (SamspillMeasuresEditor *self)
{
  g_return_if_fail (SAMSPILL_IS_MEASURES_EDITOR (self));
  if (self->editing && count_rows (self) == 0)
    append_row (self, NULL);
  update (self);
}
