/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-sources.h"

#include <glib/gi18n.h>

#include "samspill-format.h"
#include "samspill-record-text.h"

struct _SamspillSources
{
  AdwBin parent_instance;

  AdwPreferencesGroup *group;
  GPtrArray *rows;
};

G_DEFINE_FINAL_TYPE (SamspillSources, samspill_sources, ADW_TYPE_BIN)

static void
activated_cb (AdwActionRow *row)
{
  const char *address = g_object_get_data (G_OBJECT (row), "address");
  g_autoptr (GtkUriLauncher) launcher = gtk_uri_launcher_new (address);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (row));

  gtk_uri_launcher_launch (launcher, GTK_WINDOW (root), NULL, NULL, NULL);
}

/* Only what a browser opens is a link: an address comes from a file. */
static gboolean
is_web_address (const char *address)
{
  g_autofree char *scheme = g_uri_parse_scheme (address);

  return g_strcmp0 (scheme, "https") == 0 || g_strcmp0 (scheme, "http") == 0;
}

static void
add_source (SamspillSources *self, JsonObject *source)
{
  const char *title = json_object_get_string_member_with_default (source, "title", "");
  const char *publisher = json_object_get_string_member_with_default (source, "publisher", "");
  const char *date = json_object_get_string_member_with_default (source, "date", "");
  const char *address = json_object_get_string_member_with_default (source, "url", "");
  g_autofree char *written = *date != '\0' ? samspill_format_date (date) : NULL;
  g_autofree char *subtitle = written != NULL && *publisher != '\0' ? g_strdup_printf ("%s · %s", publisher, written)
                                                                    : g_strdup (written != NULL ? written : publisher);
  /* Apart: properties of one call are told in another order, and a title would be read as markup first. */
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, NULL);

  g_object_set (row, "title", *title != '\0' ? title : address, "subtitle", subtitle, NULL);

  if (is_web_address (address))
    {
      GtkWidget *icon = gtk_image_new_from_icon_name ("adw-external-link-symbolic");

      gtk_widget_add_css_class (icon, "dimmed");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), icon);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      gtk_widget_set_tooltip_text (row, address);
      g_object_set_data_full (G_OBJECT (row), "address", g_strdup (address), g_free);
      g_signal_connect (row, "activated", G_CALLBACK (activated_cb), NULL);
    }
  adw_preferences_group_add (self->group, row);
  g_ptr_array_add (self->rows, row);
}

static void
samspill_sources_finalize (GObject *object)
{
  g_ptr_array_unref (SAMSPILL_SOURCES (object)->rows);
  G_OBJECT_CLASS (samspill_sources_parent_class)->finalize (object);
}

static void
samspill_sources_class_init (SamspillSourcesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = samspill_sources_finalize;
}

static void
samspill_sources_init (SamspillSources *self)
{
  self->rows = g_ptr_array_new ();
  self->group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_title (self->group, _ ("Sources"));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->group));
}

GtkWidget *
samspill_sources_new (void)
{
  return g_object_new (SAMSPILL_TYPE_SOURCES, NULL);
}

void
samspill_sources_set_record (SamspillSources *self, SamspillRecord *record)
{
  JsonNode *node = samspill_record_get_node (record, "sources");
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = array != NULL ? json_array_get_length (array) : 0;
  g_autofree char *confidence = samspill_record_dup_choice (record, "confidence");

  g_return_if_fail (SAMSPILL_IS_SOURCES (self));
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; i < n; i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_OBJECT (element))
        add_source (self, json_node_get_object (element));
    }
  adw_preferences_group_set_description (self->group, *confidence != '\0' ? confidence : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), self->rows->len > 0);
}
