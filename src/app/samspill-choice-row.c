/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-choice-row.h"

#include <glib/gi18n.h>

struct _SamspillChoiceRow
{
  AdwActionRow parent_instance;

  char *path;
  const SamspillField *field;
  SamspillRecord *record;
  GtkLabel *value;
  GtkDropDown *choices;
  gboolean loading;
};

G_DEFINE_FINAL_TYPE (SamspillChoiceRow, samspill_choice_row, ADW_TYPE_ACTION_ROW)

enum
{
  EDITED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* Position in the list: 0 is "Not chosen", then the choices of the schema. */
static guint
position_of (SamspillChoiceRow *self, const char *value)
{
  for (guint i = 0; self->field->choices != NULL && self->field->choices[i].value != NULL; i++)
    if (g_str_equal (self->field->choices[i].value, value))
      return i + 1;
  return 0;
}

static void
show (SamspillChoiceRow *self)
{
  const char *value = self->record != NULL ? samspill_record_get_string (self->record, self->path) : "";
  const char *label = *value != '\0' ? samspill_field_choice_label (self->field, value) : NULL;

  self->loading = TRUE;
  gtk_label_set_text (self->value, label != NULL ? _ (label) : value);
  gtk_drop_down_set_selected (self->choices, position_of (self, value));
  self->loading = FALSE;
}

static void
selected_cb (SamspillChoiceRow *self)
{
  guint selected = gtk_drop_down_get_selected (self->choices);

  if (self->loading || self->record == NULL || selected == GTK_INVALID_LIST_POSITION)
    return;
  samspill_record_set_string (self->record, self->path,
                              selected == 0 ? NULL : self->field->choices[selected - 1].value);
  show (self);
  g_signal_emit (self, signals[EDITED], 0);
}

/* The rows of a drop-down's popup have no name of their own. */
static void
setup_item_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, NULL));
}

static void
bind_item_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  const char *label = gtk_string_object_get_string (GTK_STRING_OBJECT (gtk_list_item_get_item (item)));

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), label);
  gtk_list_item_set_accessible_label (item, label);
}

static void
samspill_choice_row_dispose (GObject *object)
{
  SamspillChoiceRow *self = SAMSPILL_CHOICE_ROW (object);

  g_clear_object (&self->record);
  G_OBJECT_CLASS (samspill_choice_row_parent_class)->dispose (object);
}

static void
samspill_choice_row_finalize (GObject *object)
{
  g_free (SAMSPILL_CHOICE_ROW (object)->path);
  G_OBJECT_CLASS (samspill_choice_row_parent_class)->finalize (object);
}

static void
samspill_choice_row_class_init (SamspillChoiceRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = samspill_choice_row_dispose;
  object_class->finalize = samspill_choice_row_finalize;
  signals[EDITED] =
      g_signal_new ("edited", SAMSPILL_TYPE_CHOICE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
samspill_choice_row_init (SamspillChoiceRow *self)
{
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
}

GtkWidget *
samspill_choice_row_new (const char *path, const SamspillField *field)
{
  SamspillChoiceRow *self = g_object_new (SAMSPILL_TYPE_CHOICE_ROW, "title", _ (field->label), NULL);
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->path = g_strdup (path);
  self->field = field;
  gtk_string_list_append (labels, _ ("Not chosen"));
  for (guint i = 0; field->choices != NULL && field->choices[i].value != NULL; i++)
    gtk_string_list_append (labels, _ (field->choices[i].label));
  self->value = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->value, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->value), "dimmed");
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->value));

  g_signal_connect (factory, "setup", G_CALLBACK (setup_item_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_item_cb), NULL);
  self->choices = GTK_DROP_DOWN (gtk_drop_down_new (G_LIST_MODEL (g_steal_pointer (&labels)), NULL));
  gtk_drop_down_set_list_factory (self->choices, factory);
  gtk_widget_set_valign (GTK_WIDGET (self->choices), GTK_ALIGN_CENTER);
  gtk_widget_set_visible (GTK_WIDGET (self->choices), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self->choices), "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->choices), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (field->label), -1);
  g_signal_connect_object (self->choices, "notify::selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->choices));
  return GTK_WIDGET (self);
}

const char *
samspill_choice_row_get_path (SamspillChoiceRow *self)
{
  g_return_val_if_fail (SAMSPILL_IS_CHOICE_ROW (self), NULL);
  return self->path;
}

void
samspill_choice_row_set_record (SamspillChoiceRow *self, SamspillRecord *record)
{
  g_return_if_fail (SAMSPILL_IS_CHOICE_ROW (self));
  g_set_object (&self->record, record);
  show (self);
}

void
samspill_choice_row_set_editing (SamspillChoiceRow *self, gboolean editing)
{
  g_return_if_fail (SAMSPILL_IS_CHOICE_ROW (self));
  gtk_widget_set_visible (GTK_WIDGET (self->value), !editing);
  gtk_widget_set_visible (GTK_WIDGET (self->choices), editing);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (self), editing ? GTK_WIDGET (self->choices) : NULL);
}
