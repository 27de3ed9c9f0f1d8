/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-places.h"

#include <glib/gi18n.h>

#include "samspill-format.h"

#define UPDATE_DELAY_MS 100

struct _SamspillPlaces
{
  AdwBin parent_instance;

  GtkListBox *list_box;
  GtkWidget *sample_row;
  SamspillStatus *status;

  SamspillProfile *profile;
  GPtrArray *counts; /* GtkLabel beside each place */
  guint update_source;
  gboolean is_quiet;
};

G_DEFINE_FINAL_TYPE (SamspillPlaces, samspill_places, ADW_TYPE_BIN)

static void
update_counts (SamspillPlaces *self)
{
  SamspillIndex *index = samspill_profile_get_index (self->profile);
  guint n_places;
  const SamspillPlace *places = samspill_places_list (&n_places);

  for (guint i = 0; i < n_places; i++)
    {
      GtkLabel *label = g_ptr_array_index (self->counts, i);
      g_autofree char *count = NULL;
      gint64 n = 0;

      if (places[i].type != NULL)
        n = samspill_index_count (index, places[i].type, NULL);
      if (n > 0)
        count = samspill_format_integer (n);
      gtk_label_set_text (label, count != NULL ? count : "");
    }
}

static gboolean
update_cb (gpointer data)
{
  SamspillPlaces *self = data;

  self->update_source = 0;
  update_counts (self);
  samspill_status_update (self->status);
  gtk_widget_set_visible (self->sample_row, samspill_profile_has_sample (self->profile));

  return G_SOURCE_REMOVE;
}

static void
records_changed_cb (SamspillPlaces *self)
{
  if (self->update_source == 0)
    self->update_source = g_timeout_add (UPDATE_DELAY_MS, update_cb, self);
}

static void
row_selected_cb (SamspillPlaces *self, GtkListBoxRow *row)
{
  const SamspillPlace *place;

  if (row == NULL || self->is_quiet)
    return;
  place = g_object_get_data (G_OBJECT (row), "place");
  gtk_widget_activate_action (GTK_WIDGET (self), "win.place", "s", place->name);
}

static void
row_activated_cb (SamspillPlaces *self, GtkListBoxRow *row)
{
  const SamspillPlace *place = g_object_get_data (G_OBJECT (row), "place");

  gtk_widget_activate_action (GTK_WIDGET (self), "win.enter-place", "s", place->name);
}

static GtkWidget *
create_row (SamspillPlaces *self, const SamspillPlace *place)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name (place->icon_name);
  GtkWidget *title = gtk_label_new (_ (place->title));
  GtkWidget *count = gtk_label_new (NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, _ (place->title), -1);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_widget_add_css_class (count, "dimmed");
  gtk_widget_add_css_class (count, "numeric");
  gtk_widget_add_css_class (count, "caption");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), count);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data (G_OBJECT (row), "place", (gpointer)place);
  g_ptr_array_add (self->counts, count);

  return row;
}

static void
samspill_places_dispose (GObject *object)
{
  SamspillPlaces *self = SAMSPILL_PLACES (object);

  g_clear_handle_id (&self->update_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), SAMSPILL_TYPE_PLACES);
  g_clear_object (&self->profile);
  g_clear_pointer (&self->counts, g_ptr_array_unref);

  G_OBJECT_CLASS (samspill_places_parent_class)->dispose (object);
}

static void
samspill_places_class_init (SamspillPlacesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = samspill_places_dispose;

  g_type_ensure (SAMSPILL_TYPE_STATUS);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-places.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillPlaces, list_box);
  gtk_widget_class_bind_template_child (widget_class, SamspillPlaces, sample_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillPlaces, status);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
samspill_places_init (SamspillPlaces *self)
{
  guint n_places;
  const SamspillPlace *places = samspill_places_list (&n_places);

  self->counts = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->is_quiet = TRUE;
  for (guint i = 0; i < n_places; i++)
    gtk_list_box_append (self->list_box, create_row (self, &places[i]));
  self->is_quiet = FALSE;
}

void
samspill_places_set_profile (SamspillPlaces *self, SamspillProfile *profile)
{
  g_return_if_fail (self->profile == NULL);

  self->profile = g_object_ref (profile);
  samspill_status_set_profile (self->status, profile);
  g_signal_connect_object (profile, "changed", G_CALLBACK (records_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (samspill_profile_get_index (profile), "updated", G_CALLBACK (records_changed_cb), self,
                           G_CONNECT_SWAPPED);
  update_cb (self);
}

static GtkListBoxRow *
find_row (SamspillPlaces *self, const SamspillPlace *place)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list_box, i)) != NULL; i++)
    if (g_object_get_data (G_OBJECT (row), "place") == place)
      return row;

  return NULL;
}

void
samspill_places_set_place (SamspillPlaces *self, const SamspillPlace *place)
{
  self->is_quiet = TRUE;
  gtk_list_box_select_row (self->list_box, find_row (self, place));
  self->is_quiet = FALSE;
}

gboolean
samspill_places_focus (SamspillPlaces *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list_box);

  return row != NULL && gtk_widget_grab_focus (GTK_WIDGET (row));
}

SamspillStatus *
samspill_places_get_status (SamspillPlaces *self)
{
  return self->status;
}
