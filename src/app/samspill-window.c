/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-window-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "samspill-first-run.h"
#include "samspill-format.h"
#include "samspill-id.h"
#include "samspill-import.h"

G_DEFINE_FINAL_TYPE (SamspillWindow, samspill_window, ADW_TYPE_APPLICATION_WINDOW)

/* Places and records */

static void
update_list_title (SamspillWindow *self)
{
  adw_navigation_page_set_title (self->list_navigation, _ (self->place->title));
}

void
samspill_window_show_place (SamspillWindow *self, const SamspillPlace *place)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "place");

  if (self->place == place)
    return;
  self->place = place;
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (place->name));
  samspill_places_set_place (self->places, place);
  update_list_title (self);
  if (!samspill_place_has_list (place))
    {
      samspill_record_page_leave (self->record_page);
      gtk_stack_set_visible_child_name (self->content_stack, "home");
      return;
    }
  if (samspill_record_list_get_place (self->record_list) != place)
    {
      samspill_record_page_show (self->record_page, NULL, NULL);
      samspill_record_list_set_place (self->record_list, place);
    }
  adw_navigation_split_view_set_show_content (self->inner, FALSE);
  gtk_stack_set_visible_child_name (self->content_stack, "records");
}

static void
focus_content (SamspillWindow *self)
{
  if (samspill_place_has_list (self->place))
    samspill_record_list_focus_row (self->record_list);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->home_page));
}

void
samspill_window_fold_places (SamspillWindow *self)
{
  if (adw_overlay_split_view_get_collapsed (self->outer))
    adw_overlay_split_view_set_show_sidebar (self->outer, FALSE);
}

void
samspill_window_enter_place (SamspillWindow *self, const SamspillPlace *place)
{
  samspill_window_show_place (self, place);
  samspill_window_fold_places (self);
  focus_content (self);
}

static void
focus_page (SamspillWindow *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self->record_page), GTK_DIR_TAB_FORWARD);
}

static void
record_selected_cb (SamspillWindow *self, const char *space, const char *id)
{
  samspill_record_page_show (self->record_page, space, id);
}

static void
record_activated_cb (SamspillWindow *self, const char *space, const char *id)
{
  samspill_record_page_show (self->record_page, space, id);
  adw_navigation_split_view_set_show_content (self->inner, TRUE);
  focus_page (self);
}

/* The index may not have heard yet that it is back. */
static gboolean
is_trashed (SamspillWindow *self, const char *space, const char *id)
{
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (self->profile, space, id, NULL);

  return loaded == NULL || samspill_record_has (loaded->record, "trashed");
}

void
samspill_window_open_record (SamspillWindow *self, const char *space, const char *id)
{
  g_autofree char *type = samspill_id_dup_type (id);
  const SamspillPlace *place = samspill_place_for_type (type);
  g_autoptr (SamspillRow) row = NULL;

  g_return_if_fail (self->record_page != NULL);

  if (space != NULL)
    row = samspill_index_get_row_by_id (samspill_profile_get_index (self->profile), space, id);
  if (row != NULL && row->trashed && is_trashed (self, space, id))
    place = samspill_place_lookup ("trash");
  if (!samspill_place_has_list (place))
    place =
        self->place != NULL && samspill_place_has_list (self->place) ? self->place : samspill_place_lookup ("needs");
  samspill_window_show_place (self, place);
  samspill_record_page_show (self->record_page, space, id);
  samspill_record_list_select (self->record_list, samspill_record_page_get_space (self->record_page), id);
  adw_navigation_split_view_set_show_content (self->inner, TRUE);
}

static void
page_changed_cb (SamspillWindow *self)
{
  const char *id = samspill_record_page_get_id (self->record_page);
  g_autoptr (GMenuModel) menu = NULL;
  g_autofree char *title = NULL, *subtitle = NULL, *label = NULL, *action = NULL;

  g_object_get (self->record_page, "title", &title, "subtitle", &subtitle, "menu", &menu, "primary-label", &label,
                "primary-action", &action, NULL);
  adw_window_title_set_title (self->page_title, title != NULL ? title : "");
  adw_window_title_set_subtitle (self->page_title, title != NULL && subtitle != NULL ? subtitle : "");
  gtk_menu_button_set_menu_model (self->menu_button, menu);
  gtk_widget_set_visible (GTK_WIDGET (self->menu_button), menu != NULL);
  gtk_button_set_label (self->primary_button, label != NULL ? label : "");
  gtk_button_set_label (self->bottom_button, label != NULL ? label : "");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->primary_button), action);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->bottom_button), action);
  gtk_widget_set_visible (GTK_WIDGET (self->primary_button), label != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->bottom_button), label != NULL);
  gtk_stack_set_visible_child_name (self->page_stack, id != NULL || menu != NULL ? "record" : "nothing");
  gtk_widget_set_visible (self->edit_button, id != NULL || menu != NULL);
}

/* A new record becomes one of the list with its first words. */
static void
page_id_changed_cb (SamspillWindow *self)
{
  const char *id = samspill_record_page_get_id (self->record_page);

  if (id != NULL)
    samspill_record_list_select (self->record_list, samspill_record_page_get_space (self->record_page), id);
}

/* The row tells what has been typed, as soon as that is safe. */
static void
page_saved_cb (SamspillWindow *self)
{
  const char *id = samspill_record_page_get_id (self->record_page);

  gboolean is_asking = FALSE;

  g_object_get (self->record_page, "wants-room", &is_asking, NULL);
  if (id != NULL && is_asking)
    g_settings_set_string (self->settings, "asking", id);
  if (id != NULL)
    samspill_record_list_refresh (self->record_list, id);
}

static void
record_opened_cb (SamspillWindow *self, const char *space, const char *id)
{
  samspill_window_open_record (self, space, id);
}

void
samspill_window_close_record (SamspillWindow *self)
{
  samspill_record_list_select_next (self->record_list);
  samspill_record_page_show (self->record_page, NULL, NULL);
  adw_navigation_split_view_set_show_content (self->inner, FALSE);
}

static void
page_toast_cb (SamspillWindow *self, AdwToast *toast)
{
  samspill_window_add_toast (self, g_object_ref (toast));
}

#define LONG_TOAST 50

/* A toast has one line and cuts what does not fit: a sentence gets a label that wraps. */
static void
wrap_toast (SamspillWindow *self, AdwToast *toast)
{
  GtkWidget *label;

  if (adw_toast_get_title (toast) == NULL || g_utf8_strlen (adw_toast_get_title (toast), -1) <= LONG_TOAST)
    return;
  label = gtk_label_new (NULL);
  gtk_label_set_markup (GTK_LABEL (label), adw_toast_get_title (toast));
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), LONG_TOAST);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  adw_toast_set_custom_title (toast, label);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), gtk_label_get_text (GTK_LABEL (label)),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

void
samspill_window_add_toast (SamspillWindow *self, AdwToast *toast)
{
  wrap_toast (self, toast);
  /* Over the page where there is one, so that the list stays free. */
  if (gtk_widget_get_mapped (GTK_WIDGET (self->page_overlay)))
    adw_toast_overlay_add_toast (self->page_overlay, toast);
  else
    adw_toast_overlay_add_toast (self->content_overlay, toast);
}

/* Files */

static gboolean
escape_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  SamspillWindow *self = data;

  if (samspill_record_page_escape (self->record_page))
    return TRUE;
  if (adw_navigation_split_view_get_collapsed (self->inner))
    return FALSE;
  samspill_record_list_focus_row (self->record_list);

  return TRUE;
}

static gboolean
drop_cb (SamspillWindow *self, const GValue *value)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));
  g_autoptr (GListStore) store = g_list_store_new (G_TYPE_FILE);

  for (GSList *item = files; item != NULL; item = item->next)
    g_list_store_append (store, item->data);
  samspill_window_take_files (self, G_LIST_MODEL (store));

  return TRUE;
}

void
samspill_window_take_files (SamspillWindow *self, GListModel *files)
{
  if (self->record_page == NULL)
    g_set_object (&self->waiting_files, files);
  else
    samspill_import_files (self, self->record_page, files);
}

/* Session */

static void
save_session (SamspillWindow *self)
{
  int width, height;
  const char *space, *id;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set (self->settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  if (self->record_page == NULL || self->place == NULL)
    return;
  space = samspill_record_page_get_space (self->record_page);
  id = samspill_record_page_get_id (self->record_page);
  g_settings_set_string (self->settings, "place", self->place->name);
  g_settings_set (self->settings, "record", "(ss)", space != NULL ? space : "", id != NULL ? id : "");
}

static gboolean
samspill_window_close_request (GtkWindow *window)
{
  SamspillWindow *self = SAMSPILL_WINDOW (window);

  if (self->profile != NULL && self->close_state != SAMSPILL_CLOSE_NOW)
    {
      samspill_window_save_and_close (self);
      return TRUE;
    }
  save_session (self);

  return GTK_WINDOW_CLASS (samspill_window_parent_class)->close_request (window);
}

static void
restore_session (SamspillWindow *self)
{
  g_autofree char *name = g_settings_get_string (self->settings, "place");
  const SamspillPlace *place = samspill_place_lookup (name);
  g_autofree char *space = NULL;
  g_autofree char *id = NULL;
  g_autoptr (SamspillRow) row = NULL;

  samspill_window_show_place (self, place != NULL ? place : samspill_place_lookup ("home"));
  g_settings_get (self->settings, "record", "(ss)", &space, &id);
  if (*id != '\0' && samspill_place_has_list (self->place))
    row = samspill_index_get_row_by_id (samspill_profile_get_index (self->profile), space, id);
  if (row != NULL)
    {
      samspill_record_list_select (self->record_list, space, id);
      samspill_record_page_show (self->record_page, space, id);
    }
}

/* The profile comes */

/* When panes fold, breakpoints hide for a frame what they are about, and the focus falls to the first button there is.
 */
#define FRAMES_TO_KEEP 3

static gboolean
keep_focus_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  SamspillWindow *self = SAMSPILL_WINDOW (widget);

  if (self->kept_focus != NULL && gtk_widget_get_mapped (self->kept_focus) &&
      gtk_window_get_focus (GTK_WINDOW (self)) != self->kept_focus)
    gtk_widget_grab_focus (self->kept_focus);
  if (self->kept_focus != NULL && --self->frames_to_keep > 0)
    return G_SOURCE_CONTINUE;

  g_clear_weak_pointer (&self->kept_focus);
  return G_SOURCE_REMOVE;
}

static void
keep_focus (SamspillWindow *self, GtkWidget *focus)
{
  if (self->kept_focus == NULL)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), keep_focus_cb, NULL, NULL);
  g_set_weak_pointer (&self->kept_focus, focus);
  self->frames_to_keep = FRAMES_TO_KEEP;
}

/* Writing a need wants the places' room for what stands beside the text. A breakpoint that has folded them already
 * keeps its say. */
static void
room_wanted_cb (SamspillWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  gboolean wants_room = FALSE;

  if (self->record_page == NULL ||
      adw_application_window_get_current_breakpoint (ADW_APPLICATION_WINDOW (self)) != NULL)
    return;
  g_object_get (self->record_page, "wants-room", &wants_room, NULL);
  adw_overlay_split_view_set_collapsed (self->outer, wants_room);
  g_object_set (self->record_list, "folded", wants_room, NULL);
  g_object_set (self->home_page, "folded", wants_room, NULL);
  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->record_page)))
    keep_focus (self, focus);
}

static void
add_record_page (SamspillWindow *self)
{
  const char *shown[] = { "title", "subtitle", "menu", "primary-label", "primary-action", "id" };
  GtkWidget *page = samspill_record_page_new (self->profile);
  GtkEventController *escape = gtk_shortcut_controller_new ();

  self->record_page = SAMSPILL_RECORD_PAGE (page);
  adw_bin_set_child (self->page_bin, page);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "page", samspill_record_page_get_actions (self->record_page));
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      g_autofree char *signal = g_strconcat ("notify::", shown[i], NULL);

      g_signal_connect_object (page, signal, G_CALLBACK (page_changed_cb), self, G_CONNECT_SWAPPED);
    }
  g_signal_connect_object (page, "notify::wants-room", G_CALLBACK (room_wanted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "notify::current-breakpoint", G_CALLBACK (room_wanted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "notify::saved-at", G_CALLBACK (page_saved_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "notify::id", G_CALLBACK (page_id_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "record-opened", G_CALLBACK (record_opened_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "toast", G_CALLBACK (page_toast_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "closed", G_CALLBACK (samspill_window_close_record), self, G_CONNECT_SWAPPED);
  g_object_bind_property (page, "saved-at", samspill_places_get_status (self->places), "saved-at", G_BINDING_DEFAULT);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (escape),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0), gtk_callback_action_new (escape_cb, self, NULL)));
  gtk_widget_add_controller (page, escape);
  page_changed_cb (self);
}

static void
show_main (SamspillWindow *self)
{
  samspill_window_set_actions_enabled (self, TRUE);
  restore_session (self);
  gtk_stack_set_visible_child_name (self->root_stack, "main");
  adw_bin_set_child (self->first_run_bin, NULL);
  focus_content (self);
  if (self->waiting_files != NULL)
    samspill_window_take_files (self, self->waiting_files);
  g_clear_object (&self->waiting_files);
}

static void
first_run_done_cb (SamspillWindow *self, SamspillFirstRun *first_run)
{
  const gboolean wants_to_connect = samspill_first_run_wants_to_connect (first_run);

  g_settings_reset (self->settings, "place");
  g_settings_reset (self->settings, "record");
  show_main (self);
  if (wants_to_connect)
    samspill_window_connect (self, NULL);
}

void
samspill_window_set_profile (SamspillWindow *self, SamspillProfile *profile)
{
  g_return_if_fail (self->profile == NULL);

  self->profile = g_object_ref (profile);
  samspill_places_set_profile (self->places, profile);
  samspill_home_page_set_profile (self->home_page, profile);
  samspill_record_list_set_profile (self->record_list, profile);
  add_record_page (self);
  if (samspill_profile_is_read_only (profile))
    {
      const char *reason = samspill_profile_get_read_only_reason (profile);

      adw_banner_set_use_markup (self->read_only_banner, FALSE);
      adw_banner_set_title (self->read_only_banner, reason != NULL ? reason : _ ("Your records can only be read now."));
      adw_banner_set_revealed (self->read_only_banner, TRUE);
      gtk_accessible_announce (GTK_ACCESSIBLE (self), adw_banner_get_title (self->read_only_banner),
                               GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
    }

  if (samspill_profile_get_identity (profile) == NULL && !samspill_profile_is_read_only (profile))
    {
      GtkWidget *first_run = samspill_first_run_new (profile);

      g_signal_connect_object (first_run, "done", G_CALLBACK (first_run_done_cb), self, G_CONNECT_SWAPPED);
      adw_bin_set_child (self->first_run_bin, first_run);
      gtk_stack_set_visible_child_name (self->root_stack, "first-run");
      /* Where the page before it had the focus, the stack has moved it on from where the new page put it. */
      gtk_widget_grab_focus (first_run);
    }
  else
    show_main (self);
}

void
samspill_window_fail (SamspillWindow *self, const GError *error, const char *backup)
{
  g_autofree char *text = NULL;
  g_autofree char *escaped = NULL;

  if (backup != NULL)
    {
      /* A name is a day, and a time of day where there are several. */
      g_autofree char *day = g_strndup (backup, strlen ("2026-11-24"));
      g_autofree char *date = samspill_format_date (day);
      /* Translators: %s is a date */
      g_autofree char *label = g_strdup_printf (_ ("Fetch the copy of %s"), date);

      gtk_button_set_label (self->rescue_button, label);
      text = g_strdup_printf ("%s\n\n%s", error->message,
                              _ ("What is damaged is kept beside it, in the folder “replaced”."));
    }
  escaped = g_markup_escape_text (text != NULL ? text : error->message, -1);
  gtk_widget_set_visible (GTK_WIDGET (self->rescue_button), backup != NULL);
  adw_status_page_set_description (self->failure_page, escaped);
  gtk_stack_set_visible_child_name (self->root_stack, "failure");
  gtk_accessible_announce (GTK_ACCESSIBLE (self), error->message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

SamspillProfile *
samspill_window_get_profile (SamspillWindow *self)
{
  return self->profile;
}

/* Back from the page, one pane at a time: the focus goes to the row, unless it is in the places. */
static void
content_shown_cb (SamspillWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  if (self->record_page == NULL || adw_navigation_split_view_get_show_content (self->inner) ||
      !adw_navigation_split_view_get_collapsed (self->inner))
    return;
  if (focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->inner)))
    samspill_record_list_focus_row (self->record_list);
}

/* The places come over the rest: the focus goes to the one that is chosen, not to the first button. */
static void
sidebar_shown_cb (SamspillWindow *self)
{
  if (adw_overlay_split_view_get_collapsed (self->outer) && adw_overlay_split_view_get_show_sidebar (self->outer))
    samspill_places_focus (self->places);
}

/* Overrides */

static void
samspill_window_dispose (GObject *object)
{
  SamspillWindow *self = SAMSPILL_WINDOW (object);

  g_clear_weak_pointer (&self->kept_focus);
  gtk_widget_dispose_template (GTK_WIDGET (self), SAMSPILL_TYPE_WINDOW);
  self->record_page = NULL;
  g_clear_object (&self->standing);
  g_clear_object (&self->profile);
  g_clear_object (&self->settings);
  g_clear_object (&self->waiting_files);

  G_OBJECT_CLASS (samspill_window_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-window.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, root_stack);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, failure_page);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, rescue_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, first_run_bin);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, outer);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, places);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, content_overlay);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, content_stack);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, home_page);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, inner);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, list_navigation);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, record_list);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, page_navigation);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, page_view);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, page_title);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, menu_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, edit_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, primary_bin);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, primary_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, bottom_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, read_only_banner);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, page_overlay);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, page_stack);
  gtk_widget_class_bind_template_child (widget_class, SamspillWindow, page_bin);
  gtk_widget_class_bind_template_callback (widget_class, record_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, record_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, content_shown_cb);
}

static void
samspill_window_class_init (SamspillWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = samspill_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = samspill_window_close_request;

  g_type_ensure (SAMSPILL_TYPE_PLACES);
  g_type_ensure (SAMSPILL_TYPE_RECORD_LIST);
  g_type_ensure (SAMSPILL_TYPE_HOME_PAGE);
  bind_template (GTK_WIDGET_CLASS (klass));
}

/* Before the profile is open: somebody who has been here before sees the window as it was, not an empty one. */
static void
show_frame (SamspillWindow *self)
{
  g_autoptr (GVariant) name = g_settings_get_user_value (self->settings, "place");
  const SamspillPlace *place = name != NULL ? samspill_place_lookup (g_variant_get_string (name, NULL)) : NULL;

  if (place == NULL)
    return;
  samspill_places_set_place (self->places, place);
  gtk_stack_set_visible_child_name (self->content_stack, samspill_place_has_list (place) ? "records" : "home");
  gtk_stack_set_visible_child_name (self->root_stack, "main");
}

static void
samspill_window_init (SamspillWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  int width, height;

  self->settings = g_settings_new (SAMSPILL_APPLICATION_ID);
  samspill_window_add_actions (self);
  samspill_window_add_sync_actions (self);
  samspill_window_set_actions_enabled (self, FALSE);
  gtk_widget_init_template (GTK_WIDGET (self));
  g_settings_get (self->settings, "window-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  show_frame (self);
  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

GtkWidget *
samspill_window_new (GtkApplication *application)
{
  return g_object_new (SAMSPILL_TYPE_WINDOW, "application", application, NULL);
}
