/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-missing.h"

#include <glib/gi18n.h>

struct _SamspillMissing
{
  AdwBin parent_instance;

  GtkLabel *complete;
  GtkWidget *handing_group;
  GtkWidget *publishing_group;
  AdwWrapBox *handing;
  AdwWrapBox *publishing;
};

G_DEFINE_FINAL_TYPE (SamspillMissing, samspill_missing, ADW_TYPE_BIN)

enum
{
  FIELD_WANTED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
clicked_cb (SamspillMissing *self, GtkWidget *button)
{
  const SamspillField *field = g_object_get_data (G_OBJECT (button), "field");

  g_signal_emit (self, signals[FIELD_WANTED], 0, field->name);
}

static void
fill (SamspillMissing *self, AdwWrapBox *box, GtkWidget *group, GPtrArray *fields, GPtrArray *without)
{
  GtkWidget *child;
  guint n = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (box))) != NULL)
    adw_wrap_box_remove (box, child);
  for (guint i = 0; fields != NULL && i < fields->len; i++)
    {
      const SamspillField *field = g_ptr_array_index (fields, i);
      GtkWidget *button;

      if (without != NULL && g_ptr_array_find (without, field, NULL))
        continue;
      button = gtk_button_new_with_label (_ (field->label));
      gtk_widget_add_css_class (button, "missing");
      g_object_set_data (G_OBJECT (button), "field", (gpointer)field);
      g_signal_connect_object (button, "clicked", G_CALLBACK (clicked_cb), self, G_CONNECT_SWAPPED);
      adw_wrap_box_append (box, button);
      n++;
    }
  gtk_widget_set_visible (group, n > 0);
}

static void
samspill_missing_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_MISSING);
  G_OBJECT_CLASS (samspill_missing_parent_class)->dispose (object);
}

static void
samspill_missing_class_init (SamspillMissingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_missing_dispose;
  signals[FIELD_WANTED] = g_signal_new ("field-wanted", SAMSPILL_TYPE_MISSING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-missing.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillMissing, complete);
  gtk_widget_class_bind_template_child (widget_class, SamspillMissing, handing_group);
  gtk_widget_class_bind_template_child (widget_class, SamspillMissing, publishing_group);
  gtk_widget_class_bind_template_child (widget_class, SamspillMissing, handing);
  gtk_widget_class_bind_template_child (widget_class, SamspillMissing, publishing);
}

static void
samspill_missing_init (SamspillMissing *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
samspill_missing_new (void)
{
  return g_object_new (SAMSPILL_TYPE_MISSING, NULL);
}

void
samspill_missing_set_record (SamspillMissing *self, SamspillRecord *record)
{
  g_autoptr (GPtrArray) handing = NULL;
  g_autoptr (GPtrArray) publishing = NULL;

  g_return_if_fail (SAMSPILL_IS_MISSING (self));
  handing = samspill_record_missing (record, SAMSPILL_FIELD_FOR_HANDING);
  publishing = samspill_record_missing (record, SAMSPILL_FIELD_FOR_PUBLISHING);
  fill (self, self->handing, self->handing_group, handing, NULL);
  fill (self, self->publishing, self->publishing_group, publishing, handing);
  gtk_widget_set_visible (GTK_WIDGET (self->complete), handing->len == 0);
}

gboolean
samspill_missing_has_any (SamspillMissing *self)
{
  g_return_val_if_fail (SAMSPILL_IS_MISSING (self), FALSE);
  return gtk_widget_get_visible (self->handing_group) || gtk_widget_get_visible (self->publishing_group);
}
