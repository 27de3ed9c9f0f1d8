/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-margin.h"

#define SPACING 12

struct _SamspillMargin
{
  GtkWidget parent_instance;

  int extent; /* where the last child ended; 0: not known */
  guint resize_idle;
};

G_DEFINE_FINAL_TYPE (SamspillMargin, samspill_margin, GTK_TYPE_WIDGET)

static GQuark
about_quark (void)
{
  return g_quark_from_static_string ("samspill-margin-about");
}

static int
height_of (GtkWidget *child, int width)
{
  int height;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  return height;
}

static GtkSizeRequestMode
samspill_margin_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
samspill_margin_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                         int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = 0;
  *minimum_baseline = *natural_baseline = -1;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int least, wanted;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, orientation, for_size, &least, &wanted, NULL, NULL);
      if (orientation == GTK_ORIENTATION_HORIZONTAL)
        {
          *minimum = MAX (*minimum, least);
          /* As narrow as it may be: the room belongs to the text. */
          *natural = *minimum;
        }
      else
        {
          *minimum += wanted + SPACING;
          *natural = *minimum;
        }
    }
  /* How far down the children stand is known only when the page beside them has been laid out. */
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = MAX (*minimum, SAMSPILL_MARGIN (widget)->extent);
}

static gboolean
resize_cb (gpointer data)
{
  SamspillMargin *self = data;

  self->resize_idle = 0;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  return G_SOURCE_REMOVE;
}

static void
samspill_margin_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SamspillMargin *self = SAMSPILL_MARGIN (widget);
  int y = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *about = g_object_get_qdata (G_OBJECT (child), about_quark ());
      graphene_point_t point;
      GtkAllocation allocation = { 0, y, width, 0 };

      if (!gtk_widget_should_layout (child))
        continue;
      if (about != NULL && gtk_widget_compute_point (about, widget, &GRAPHENE_POINT_INIT (0, 0), &point))
        allocation.y = MAX (y, (int)point.y);
      allocation.height = height_of (child, width);
      gtk_widget_size_allocate (child, &allocation, -1);
      y = allocation.y + allocation.height + SPACING;
    }
  /* Where the children stand does not hang on the height of the margin, so this comes to rest. */
  if (y == self->extent)
    return;
  self->extent = y;
  if (self->resize_idle == 0)
    self->resize_idle = g_idle_add (resize_cb, self);
}

static void
samspill_margin_dispose (GObject *object)
{
  GtkWidget *child;

  g_clear_handle_id (&SAMSPILL_MARGIN (object)->resize_idle, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (samspill_margin_parent_class)->dispose (object);
}

static void
samspill_margin_class_init (SamspillMarginClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_margin_dispose;
  widget_class->get_request_mode = samspill_margin_get_request_mode;
  widget_class->measure = samspill_margin_measure;
  widget_class->size_allocate = samspill_margin_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "margin");
}

static void
samspill_margin_init (SamspillMargin *self)
{
}

GtkWidget *
samspill_margin_new (void)
{
  return g_object_new (SAMSPILL_TYPE_MARGIN, NULL);
}

void
samspill_margin_add (SamspillMargin *self, GtkWidget *child, GtkWidget *about)
{
  GtkWidget *last = gtk_widget_get_last_child (GTK_WIDGET (self));

  g_return_if_fail (SAMSPILL_IS_MARGIN (self));
  /* What is about nothing stays last. */
  while (about != NULL && last != NULL && g_object_get_qdata (G_OBJECT (last), about_quark ()) == NULL)
    last = gtk_widget_get_prev_sibling (last);
  if (about != NULL)
    g_object_set_qdata_full (G_OBJECT (child), about_quark (), g_object_ref (about), g_object_unref);
  gtk_widget_insert_after (child, GTK_WIDGET (self), last);
}

void
samspill_margin_remove (SamspillMargin *self, GtkWidget *child)
{
  g_return_if_fail (SAMSPILL_IS_MARGIN (self));
  g_object_set_qdata (G_OBJECT (child), about_quark (), NULL);
  gtk_widget_unparent (child);
}
