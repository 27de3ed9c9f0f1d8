/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-chip.h"

#include <glib/gi18n.h>

struct _SamspillChip
{
  GtkBox parent_instance;

  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (SamspillChip, samspill_chip, GTK_TYPE_BOX)

enum
{
  REMOVED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
remove_clicked_cb (SamspillChip *self)
{
  g_signal_emit (self, signals[REMOVED], 0);
}

static void
samspill_chip_class_init (SamspillChipClass *klass)
{
  signals[REMOVED] =
      g_signal_new ("removed", SAMSPILL_TYPE_CHIP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
samspill_chip_init (SamspillChip *self)
{
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (self->label, PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->label));
  gtk_widget_add_css_class (GTK_WIDGET (self), "chip");
}

GtkWidget *
samspill_chip_new (const char *text)
{
  SamspillChip *self = g_object_new (SAMSPILL_TYPE_CHIP, NULL);

  gtk_label_set_text (self->label, text);
  return GTK_WIDGET (self);
}

GtkWidget *
samspill_chip_new_removable (const char *text)
{
  GtkWidget *self = samspill_chip_new (text);
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");
  /* Translators: takes a tag or a subject away; %s is the tag. */
  g_autofree char *name = g_strdup_printf (_ ("Remove %s"), text);

  gtk_widget_set_tooltip_text (button, name);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_clicked_cb), self, G_CONNECT_SWAPPED);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_box_append (GTK_BOX (self), button);
  gtk_widget_add_css_class (self, "removable");
  return self;
}

const char *
samspill_chip_get_text (SamspillChip *self)
{
  g_return_val_if_fail (SAMSPILL_IS_CHIP (self), NULL);
  return gtk_label_get_text (self->label);
}
