/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-need-chooser.h"

#include <glib/gi18n.h>

/* The newest; who has more finds the need in its list and logs the proposal from there. */
#define MOST_NEEDS 200

static GPtrArray *
own_needs (SamspillProfile *profile)
{
  SamspillIndex *index = samspill_profile_get_index (profile);
  const SamspillIdentity *identity = samspill_profile_get_identity (profile);
  g_autoptr (SamspillQuery) query = samspill_query_new ();
  g_autoptr (GStrvBuilder) spaces = g_strv_builder_new ();
  g_autoptr (SamspillResult) result = NULL;
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_row_free);

  g_strv_builder_add (spaces, "mine");
  for (guint i = 0; identity != NULL && identity->owners != NULL && identity->owners[i] != NULL; i++)
    g_strv_builder_take (spaces, g_strconcat ("team-", identity->owners[i], NULL));
  query->type = g_strdup ("need");
  query->spaces = g_strv_builder_end (spaces);
  query->order = SAMSPILL_ORDER_CHANGED;
  result = samspill_index_query (index, query, MOST_NEEDS, NULL, NULL);
  for (guint i = 0; result != NULL && i < result->n_docs; i++)
    {
      SamspillRow *row = samspill_index_get_row (index, result->docs[i], NULL);

      if (row != NULL)
        g_ptr_array_add (rows, row);
    }
  return rows;
}

static void
chosen_cb (AdwDialog *dialog, GtkWidget *row)
{
  SamspillRecord *pitch = g_object_get_data (G_OBJECT (dialog), "pitch");
  const char *id = g_object_get_data (G_OBJECT (row), "id");

  if (id != NULL)
    samspill_record_set_string (pitch, "need", id);
  else
    samspill_record_remove (pitch, "need");
  adw_dialog_close (dialog);
}

static void
add_row (AdwPreferencesGroup *group, AdwDialog *dialog, const char *title, const char *subtitle, const char *id)
{
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "activatable", TRUE, NULL);

  /* Apart: in one call the title would be told before the markup, and read as such. */
  g_object_set (row, "title", title, "subtitle", subtitle, NULL);
  g_object_set_data_full (G_OBJECT (row), "id", g_strdup (id), g_free);
  g_signal_connect_object (row, "activated", G_CALLBACK (chosen_cb), dialog, G_CONNECT_SWAPPED);
  adw_preferences_group_add (group, row);
}

void
samspill_need_chooser_present (GtkWidget *parent, SamspillProfile *profile, SamspillRecord *pitch)
{
  g_autoptr (GPtrArray) needs = own_needs (profile);
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *page = adw_preferences_page_new ();
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  AdwPreferencesGroup *other = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_dialog_set_title (dialog, _ ("Which need does it answer?"));
  adw_dialog_set_content_width (dialog, 520);
  adw_dialog_set_content_height (dialog, 560);
  g_object_set_data_full (G_OBJECT (dialog), "pitch", g_object_ref (pitch), g_object_unref);
  for (guint i = 0; i < needs->len; i++)
    {
      const SamspillRow *row = g_ptr_array_index (needs, i);

      add_row (group, dialog, *row->title != '\0' ? row->title : _ ("Without a title"), row->owner_name, row->id);
    }
  add_row (other, dialog, _ ("None of our needs"), _ ("A proposal of its own"), NULL);
  gtk_widget_set_visible (GTK_WIDGET (group), needs->len > 0);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), group);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), other);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), page);
  adw_dialog_set_child (dialog, view);
  adw_dialog_present (dialog, parent);
}
