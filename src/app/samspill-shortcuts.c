/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-shortcuts.h"

#include <glib/gi18n.h>

#include "samspill-actions.h"

static char *
dup_label (const SamspillActionEntry *entry)
{
  GString *label = g_string_new (NULL);

  for (guint i = 0; entry->accels[i] != NULL; i++)
    {
      g_autofree char *one = NULL;
      GdkModifierType modifiers;
      guint key;

      if (!gtk_accelerator_parse (entry->accels[i], &key, &modifiers))
        continue;
      one = gtk_accelerator_get_label (key, modifiers);
      if (label->len > 0)
        g_string_append_printf (label, " %s ", C_ ("between two keys", "or"));
      g_string_append (label, one);
    }

  return g_string_free (label, FALSE);
}

static GtkWidget *
create_row (const SamspillActionEntry *entry)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *keys = dup_label (entry);
  g_autofree char *name = g_strdup_printf ("%s: %s", _ (entry->title), keys);
  GtkWidget *label = gtk_label_new (keys);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (entry->title));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_add_css_class (label, "dimmed");
  gtk_widget_add_css_class (label, "numeric");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);

  return row;
}

void
samspill_shortcuts_present (GtkWidget *parent)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *page = adw_preferences_page_new ();
  AdwPreferencesGroup *group = NULL;
  const char *group_title = NULL;

  for (const SamspillActionEntry *entry = samspill_actions_list (); entry->action != NULL; entry++)
    {
      if (entry->accels[0] == NULL)
        continue;
      if (g_strcmp0 (group_title, entry->group) != 0)
        {
          group_title = entry->group;
          group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
          adw_preferences_group_set_title (group, _ (group_title));
          adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), group);
        }
      adw_preferences_group_add (group, create_row (entry));
    }

  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), page);
  adw_dialog_set_child (dialog, view);
  adw_dialog_set_title (dialog, _ ("Keyboard shortcuts"));
  adw_dialog_set_content_width (dialog, 520);
  adw_dialog_set_content_height (dialog, 640);
  adw_dialog_present (dialog, parent);
}
