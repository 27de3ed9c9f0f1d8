/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-window-private.h"

#include <glib/gi18n.h>

#include "samspill-import.h"
#include "samspill-palette.h"

static void
place_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const SamspillPlace *place = samspill_place_lookup (g_variant_get_string (parameter, NULL));

  if (place != NULL)
    samspill_window_show_place (data, place);
}

static void
enter_place_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const SamspillPlace *place = samspill_place_lookup (g_variant_get_string (parameter, NULL));

  if (place != NULL)
    samspill_window_enter_place (data, place);
}

static void
open_record_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const char *space, *id;

  g_variant_get (parameter, "(&s&s)", &space, &id);
  samspill_window_open_record (data, *space != '\0' ? space : NULL, id);
}

/* From home: a need that was left in the middle of the questions goes on there. */
static void
go_on_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillWindow *self = data;
  const char *space, *id;
  g_autofree char *asking = g_settings_get_string (self->settings, "asking");

  g_variant_get (parameter, "(&s&s)", &space, &id);
  samspill_window_open_record (self, space, id);
  if (g_str_equal (asking, id))
    samspill_record_page_go_on (self->record_page, space, id);
  else
    gtk_widget_child_focus (GTK_WIDGET (self->record_page), GTK_DIR_TAB_FORWARD);
}

static void
start_new (SamspillWindow *self, const char *type)
{
  if (samspill_profile_is_read_only (self->profile))
    {
      samspill_window_add_toast (self, adw_toast_new (_ ("Nothing can be changed here now")));
      return;
    }
  samspill_window_show_place (self, samspill_place_for_type (type));
  samspill_window_fold_places (self);
  samspill_record_list_select (self->record_list, NULL, NULL);
  /* First the pane, then what is in it: a pane that comes into sight takes the focus to its first button. */
  gtk_stack_set_visible_child_name (self->page_stack, "record");
  adw_navigation_split_view_set_show_content (self->inner, TRUE);
  /* What stands above it is brought up to date at the end: on the way there it looks as if there were nothing to show.
   */
  g_object_freeze_notify (G_OBJECT (self->record_page));
  samspill_record_page_show_new (self->record_page, type);
  g_object_thaw_notify (G_OBJECT (self->record_page));
}

static void
new_need_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  start_new (data, "need");
}

static void
new_pitch_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  start_new (data, "pitch");
}

static void
search_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillWindow *self = data;

  if (!samspill_place_has_list (self->place))
    samspill_window_show_place (self, samspill_place_lookup ("needs"));
  samspill_window_fold_places (self);
  adw_navigation_split_view_set_show_content (self->inner, FALSE);
  samspill_record_list_search (self->record_list, NULL);
}

static void
find_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  samspill_palette_present (data);
}

static void
import_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  samspill_import_choose (data);
}

static void
saved_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  samspill_window_add_toast (data, adw_toast_new (_ ("It is saved already: all that you write is, as you type")));
}

static void
sample_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillWindow) self = data;
  g_autoptr (GError) error = NULL;

  if (!samspill_profile_load_sample_finish (SAMSPILL_PROFILE (source), result, &error))
    samspill_window_add_toast (self, adw_toast_new (error->message));
}

static void
load_sample_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillWindow *self = data;

  samspill_profile_load_sample_async (self->profile, NULL, sample_loaded_cb, g_object_ref (self));
}

static void
sample_removed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillWindow) self = data;
  g_autoptr (GError) error = NULL;
  AdwToast *toast;

  if (!samspill_profile_remove_sample_finish (SAMSPILL_PROFILE (source), result, &error))
    {
      samspill_window_add_toast (self, adw_toast_new (error->message));
      return;
    }
  toast = adw_toast_new (_ ("The samples are gone"));
  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_action_name (toast, "win.load-sample");
  samspill_window_add_toast (self, toast);
}

static void
remove_sample_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillWindow *self = data;

  /* What is open may be one of them. */
  if (g_strcmp0 (samspill_record_page_get_space (self->record_page), "sample") == 0)
    samspill_window_close_record (self);
  samspill_profile_remove_sample_async (self->profile, NULL, sample_removed_cb, g_object_ref (self));
}

/* Panes */

static gboolean
focus_pane (SamspillWindow *self, guint pane)
{
  GtkWidget *panes[] = { GTK_WIDGET (self->places), GTK_WIDGET (self->record_list), GTK_WIDGET (self->record_page),
                         GTK_WIDGET (self->home_page) };

  if (!gtk_widget_get_mapped (panes[pane]) || !gtk_widget_get_child_visible (panes[pane]))
    return FALSE;
  if (pane == 0)
    return samspill_places_focus (self->places);
  if (pane == 1)
    return samspill_record_list_focus_row (self->record_list);
  if (pane == 3)
    return gtk_widget_grab_focus (panes[pane]);

  return gtk_widget_child_focus (panes[pane], GTK_DIR_TAB_FORWARD);
}

static void
move_pane (SamspillWindow *self, guint step)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  GtkWidget *panes[] = { GTK_WIDGET (self->places), GTK_WIDGET (self->list_navigation),
                         GTK_WIDGET (self->page_navigation), GTK_WIDGET (self->home_page) };
  guint current = G_N_ELEMENTS (panes) - 1;

  for (guint i = 0; focus != NULL && i < G_N_ELEMENTS (panes); i++)
    if (gtk_widget_is_ancestor (focus, panes[i]))
      current = i;
  for (guint i = 1; i <= G_N_ELEMENTS (panes); i++)
    if (focus_pane (self, (current + i * step) % G_N_ELEMENTS (panes)))
      return;
}

static void
next_pane_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  move_pane (data, 1);
}

static void
previous_pane_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  move_pane (data, 3);
}

static const GActionEntry actions[] = {
  { "place", place_cb, "s", "'home'", NULL },
  { "enter-place", enter_place_cb, "s", NULL, NULL },
  { "open-record", open_record_cb, "(ss)", NULL, NULL },
  { "go-on", go_on_cb, "(ss)", NULL, NULL },
  { "new-need", new_need_cb, NULL, NULL, NULL },
  { "new-pitch", new_pitch_cb, NULL, NULL, NULL },
  { "search", search_cb, NULL, NULL, NULL },
  { "find", find_cb, NULL, NULL, NULL },
  { "import", import_cb, NULL, NULL, NULL },
  { "saved", saved_cb, NULL, NULL, NULL },
  { "load-sample", load_sample_cb, NULL, NULL, NULL },
  { "remove-sample", remove_sample_cb, NULL, NULL, NULL },
  { "next-pane", next_pane_cb, NULL, NULL, NULL },
  { "previous-pane", previous_pane_cb, NULL, NULL, NULL },
};

void
samspill_window_add_actions (SamspillWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
}

void
samspill_window_set_actions_enabled (SamspillWindow *self, gboolean is_enabled)
{
  g_auto (GStrv) names = g_action_group_list_actions (G_ACTION_GROUP (self));

  for (guint i = 0; names[i] != NULL; i++)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), names[i])),
                                 is_enabled);
}
