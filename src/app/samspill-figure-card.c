/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-figure-card.h"

#include <glib/gi18n.h>

struct _SamspillFigureCard
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *label;
  GtkLabel *value;
  GtkLabel *unit;
  GtkWidget *hint;
  GtkWidget *popover;
  GtkListBox *form;
  gboolean editing;
};

G_DEFINE_FINAL_TYPE (SamspillFigureCard, samspill_figure_card, GTK_TYPE_WIDGET)

static void
open_form (SamspillFigureCard *self)
{
  if (!self->editing)
    return;
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
clicked_cb (SamspillFigureCard *self)
{
  open_form (self);
}

static gboolean
key_pressed_cb (SamspillFigureCard *self, guint key)
{
  if (!self->editing || (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter && key != GDK_KEY_space))
    return GDK_EVENT_PROPAGATE;
  if (gtk_widget_get_visible (self->popover))
    return GDK_EVENT_PROPAGATE;
  open_form (self);
  return GDK_EVENT_STOP;
}

static void
samspill_figure_card_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SamspillFigureCard *self = SAMSPILL_FIGURE_CARD (widget);

  gtk_widget_allocate (self->box, width, height, baseline, NULL);
  gtk_popover_present (GTK_POPOVER (self->popover));
}

static void
samspill_figure_card_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                              int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (SAMSPILL_FIGURE_CARD (widget)->box, orientation, for_size, minimum, natural, NULL, NULL);
  *minimum_baseline = *natural_baseline = -1;
}

static GtkSizeRequestMode
samspill_figure_card_get_request_mode (GtkWidget *widget)
{
  return gtk_widget_get_request_mode (SAMSPILL_FIGURE_CARD (widget)->box);
}

static void
samspill_figure_card_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_FIGURE_CARD);
  G_OBJECT_CLASS (samspill_figure_card_parent_class)->dispose (object);
}

static void
samspill_figure_card_class_init (SamspillFigureCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_figure_card_dispose;
  widget_class->size_allocate = samspill_figure_card_size_allocate;
  widget_class->measure = samspill_figure_card_measure;
  widget_class->get_request_mode = samspill_figure_card_get_request_mode;
  gtk_widget_class_set_css_name (widget_class, "figure");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-figure-card.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillFigureCard, box);
  gtk_widget_class_bind_template_child (widget_class, SamspillFigureCard, label);
  gtk_widget_class_bind_template_child (widget_class, SamspillFigureCard, value);
  gtk_widget_class_bind_template_child (widget_class, SamspillFigureCard, unit);
  gtk_widget_class_bind_template_child (widget_class, SamspillFigureCard, hint);
  gtk_widget_class_bind_template_child (widget_class, SamspillFigureCard, popover);
  gtk_widget_class_bind_template_child (widget_class, SamspillFigureCard, form);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
}

static void
samspill_figure_card_init (SamspillFigureCard *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
samspill_figure_card_new (const char *label)
{
  SamspillFigureCard *self = g_object_new (SAMSPILL_TYPE_FIGURE_CARD, NULL);

  gtk_label_set_text (self->label, label);
  return GTK_WIDGET (self);
}

void
samspill_figure_card_set_figure (SamspillFigureCard *self, const char *value, const char *unit)
{
  gboolean empty = value == NULL || *value == '\0';
  g_autofree char *spoken = NULL;

  g_return_if_fail (SAMSPILL_IS_FIGURE_CARD (self));
  gtk_widget_set_visible (GTK_WIDGET (self), !empty);
  if (empty)
    return;
  gtk_label_set_text (self->value, value);
  gtk_label_set_text (self->unit, unit != NULL ? unit : "");
  gtk_widget_set_visible (GTK_WIDGET (self->unit), unit != NULL && *unit != '\0');
  spoken = g_strdup_printf ("%s: %s %s", gtk_label_get_text (self->label), value, unit != NULL ? unit : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, g_strchomp (spoken), -1);
}

void
samspill_figure_card_set_label (SamspillFigureCard *self, const char *label)
{
  g_return_if_fail (SAMSPILL_IS_FIGURE_CARD (self));
  gtk_label_set_text (self->label, label);
}

void
samspill_figure_card_add_row (SamspillFigureCard *self, GtkWidget *row)
{
  g_return_if_fail (SAMSPILL_IS_FIGURE_CARD (self));
  gtk_list_box_append (self->form, row);
}

void
samspill_figure_card_set_editing (SamspillFigureCard *self, gboolean editing)
{
  g_return_if_fail (SAMSPILL_IS_FIGURE_CARD (self));
  self->editing = editing && gtk_list_box_get_row_at_index (self->form, 0) != NULL;
  gtk_widget_set_focusable (GTK_WIDGET (self), self->editing);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), self->editing ? "pointer" : NULL);
  gtk_widget_set_opacity (self->hint, self->editing ? 1 : 0);
  if (!self->editing)
    gtk_popover_popdown (GTK_POPOVER (self->popover));
}
