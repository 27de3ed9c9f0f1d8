/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-record-list.h"

#include <glib/gi18n.h>

#include "samspill-actions.h"
#include "samspill-list-head.h"
#include "samspill-list-item.h"
#include "samspill-list-model.h"
#include "samspill-row-text.h"
#include "samspill-row-view.h"

struct _SamspillRecordList
{
  AdwBin parent_instance;

  AdwWindowTitle *window_title;
  GtkToggleButton *sidebar_button;
  GtkButton *new_button;
  SamspillListHead *head;
  GtkStack *stack;
  GtkListView *list_view;
  AdwStatusPage *empty_page;
  GtkButton *empty_button;
  AdwStatusPage *no_hits_page;
  GtkButton *widen_button;

  SamspillProfile *profile;
  const SamspillPlace *place;
  SamspillListModel *model;
  GtkSingleSelection *selection;
  GSimpleAction *order_action;
  GCancellable *counting;
  char *space, *id;     /* what is, or should be, selected */
  guint last_position;  /* where it stood */
  gboolean is_quiet;    /* the selection is being set by us */
  gboolean wants_first; /* a place was entered: its first record is shown where there is room */
  gboolean is_waiting;  /* for the first hits of a place */
  gboolean wants_focus; /* as soon as there is a row */
  gboolean wants_sight; /* what was selected from outside is scrolled to when it is found */
  gboolean wants_next;  /* the selected record is going away: its neighbour is next */
  gboolean narrow;
};

G_DEFINE_FINAL_TYPE (SamspillRecordList, samspill_record_list, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_NARROW,
  PROP_FOLDED,
  PROP_SHOW_SIDEBAR,
  PROP_EMPTY,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

enum
{
  RECORD_SELECTED,
  RECORD_ACTIVATED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

/* The list */

static void
setup_row_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  gtk_list_item_set_child (list_item, samspill_row_view_new ());
}

static void
bind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  SamspillListItem *item = gtk_list_item_get_item (list_item);
  const SamspillRow *row = samspill_list_item_get_row (item);
  g_autofree char *title = NULL;
  g_autofree char *subtitle = NULL;
  g_autofree char *time = NULL;
  g_autofree char *description = NULL;

  samspill_row_view_set_item (SAMSPILL_ROW_VIEW (gtk_list_item_get_child (list_item)), item);
  if (row == NULL)
    return;
  title = samspill_row_dup_title (row);
  subtitle = samspill_row_dup_subtitle (row);
  time = samspill_row_dup_time (row);
  description = *time != '\0' ? g_strdup_printf ("%s, %s", subtitle, time) : g_strdup (subtitle);
  gtk_list_item_set_accessible_label (list_item, title);
  gtk_list_item_set_accessible_description (list_item, description);
}

static void
unbind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  samspill_row_view_set_item (SAMSPILL_ROW_VIEW (gtk_list_item_get_child (list_item)), NULL);
}

static void
remember (SamspillRecordList *self, const char *space, const char *id)
{
  g_set_str (&self->space, space);
  g_set_str (&self->id, id);
}

static void
select_quietly (SamspillRecordList *self, guint position)
{
  self->is_quiet = TRUE;
  gtk_single_selection_set_selected (self->selection, position);
  self->is_quiet = FALSE;
  if (position != GTK_INVALID_LIST_POSITION)
    self->last_position = position;
}

/* After the hits have changed: the record that is open keeps its mark. */
static void
find_selected (SamspillRecordList *self)
{
  guint position;

  if (self->id == NULL || gtk_single_selection_get_selected (self->selection) != GTK_INVALID_LIST_POSITION ||
      !samspill_list_model_find (self->model, self->space, self->id, &position))
    return;
  select_quietly (self, position);
  if (self->wants_sight)
    gtk_list_view_scroll_to (self->list_view, position, GTK_LIST_SCROLL_NONE, NULL);
  self->wants_sight = FALSE;
}

static void
selected_cb (SamspillRecordList *self)
{
  SamspillListItem *item = gtk_single_selection_get_selected_item (self->selection);
  const SamspillRow *row = item != NULL && !self->is_quiet ? samspill_list_item_get_row (item) : NULL;

  if (row == NULL)
    return;
  self->last_position = gtk_single_selection_get_selected (self->selection);
  if (g_strcmp0 (row->id, self->id) == 0 && g_strcmp0 (row->space, self->space) == 0)
    return;
  remember (self, row->space, row->id);
  g_signal_emit (self, signals[RECORD_SELECTED], 0, self->space, self->id);
}

static void
row_activated_cb (SamspillRecordList *self, guint position)
{
  g_autoptr (SamspillListItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), position);
  const SamspillRow *row = item != NULL ? samspill_list_item_get_row (item) : NULL;

  if (row == NULL)
    return;
  select_quietly (self, position);
  remember (self, row->space, row->id);
  g_signal_emit (self, signals[RECORD_ACTIVATED], 0, self->space, self->id);
}

/* What is shown when there is nothing to show */

static void
show_empty (SamspillRecordList *self)
{
  adw_status_page_set_icon_name (self->empty_page, self->place->icon_name);
  adw_status_page_set_title (self->empty_page, _ (self->place->empty_title));
  adw_status_page_set_description (self->empty_page, _ (self->place->empty_text));
  gtk_widget_set_visible (GTK_WIDGET (self->empty_button), self->place->new_action != NULL);
  if (self->place->new_action != NULL)
    {
      gtk_button_set_label (self->empty_button, _ (self->place->new_label));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->empty_button), self->place->new_action);
    }
  gtk_stack_set_visible_child_name (self->stack, "empty");
}

static void
show_no_hits (SamspillRecordList *self)
{
  g_autofree char *title = g_strdup_printf (_ ("Nothing found for “%s”"), samspill_list_head_get_text (self->head));
  g_autofree char *escaped = g_markup_escape_text (title, -1);
  const gboolean is_filtered = samspill_list_head_is_filtered (self->head);

  adw_status_page_set_title (self->no_hits_page, escaped);
  adw_status_page_set_description (self->no_hits_page,
                                   _ ("Try a shorter word. Other words for the same are searched too."));
  gtk_button_set_label (self->widen_button, is_filtered ? _ ("Search all") : _ ("Clear the search"));
  gtk_stack_set_visible_child_name (self->stack, "no-hits");
}

static void
update_state (SamspillRecordList *self)
{
  const gint64 total = samspill_list_model_get_total (self->model);
  const gboolean is_searching = *samspill_list_head_get_text (self->head) != '\0';

  if (total < 0 || self->place == NULL)
    return;
  samspill_list_head_set_total (self->head, total);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EMPTY]);

  if (total > 0)
    gtk_stack_set_visible_child_name (self->stack, "list");
  else if (is_searching)
    show_no_hits (self);
  else
    show_empty (self);
}

/* How many there would be without the filter */

static void
all_counted_cb (GObject *source, GAsyncResult *async_result, gpointer data)
{
  g_autoptr (SamspillRecordList) self = data;
  g_autoptr (SamspillResult) result = samspill_index_query_finish (SAMSPILL_INDEX (source), async_result, NULL);

  if (result != NULL && self->head != NULL)
    samspill_list_head_set_total_of_all (self->head, result->total);
}

static void
count_all (SamspillRecordList *self)
{
  g_autoptr (SamspillQuery) query = NULL;
  const char *text = samspill_list_head_get_text (self->head);

  g_cancellable_cancel (self->counting);
  g_clear_object (&self->counting);
  if (*text == '\0' || !samspill_list_head_is_filtered (self->head))
    return;
  query = samspill_place_dup_query (self->place, self->profile, SAMSPILL_FILTER_ALL, text);
  self->counting = g_cancellable_new ();
  samspill_index_query_async (samspill_profile_get_index (self->profile), query, 1, self->counting, all_counted_cb,
                              g_object_ref (self));
}

static void
items_changed_cb (SamspillRecordList *self)
{
  const guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->model));

  find_selected (self);
  if (!self->wants_next || n_items == 0)
    return;
  self->wants_next = FALSE;
  if (!self->narrow)
    gtk_single_selection_set_selected (self->selection, MIN (self->last_position, n_items - 1));
}

static void
answered_cb (SamspillRecordList *self)
{
  self->is_waiting = FALSE;
  update_state (self);
  count_all (self);
  self->wants_sight = TRUE;
  find_selected (self);
  /* Wide, there is always something to read; narrow, the list itself is what is shown. */
  if (!self->narrow && self->wants_first && g_list_model_get_n_items (G_LIST_MODEL (self->model)) > 0)
    gtk_single_selection_set_selected (self->selection, 0);
  self->wants_first = FALSE;
  if (self->wants_focus)
    samspill_record_list_focus_row (self);
}

/* Search and filters */

static void
ask (SamspillRecordList *self)
{
  g_autoptr (SamspillQuery) query = NULL;
  g_autoptr (GVariant) order = g_action_get_state (G_ACTION (self->order_action));

  if (self->model == NULL || self->place == NULL || !samspill_place_has_list (self->place))
    return;
  query = samspill_place_dup_query (self->place, self->profile, samspill_list_head_get_filter (self->head),
                                    samspill_list_head_get_text (self->head));
  if (query->text == NULL && g_str_equal (g_variant_get_string (order, NULL), "title"))
    query->order = SAMSPILL_ORDER_TITLE;
  samspill_list_head_set_query (self->head, query);
  samspill_list_model_set_query (self->model, query);
}

static void
search_stopped_cb (SamspillRecordList *self)
{
  samspill_record_list_focus_row (self);
}

static void
search_activated_cb (SamspillRecordList *self)
{
  if (gtk_single_selection_get_selected (self->selection) == GTK_INVALID_LIST_POSITION)
    gtk_single_selection_set_selected (self->selection, 0);
  samspill_record_list_focus_row (self);
}

static void
widen_clicked_cb (SamspillRecordList *self)
{
  samspill_list_head_widen (self->head);
}

static void
order_cb (GSimpleAction *action, GVariant *state, gpointer data)
{
  g_simple_action_set_state (action, state);
  ask (data);
}

/* Overrides */

static void
samspill_record_list_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SamspillRecordList *self = SAMSPILL_RECORD_LIST (object);

  switch (prop_id)
    {
    case PROP_NARROW:
      g_value_set_boolean (value, self->narrow);
      break;
    case PROP_FOLDED:
      g_value_set_boolean (value, gtk_widget_get_visible (GTK_WIDGET (self->sidebar_button)));
      break;
    case PROP_SHOW_SIDEBAR:
      g_value_set_boolean (value, gtk_toggle_button_get_active (self->sidebar_button));
      break;
    case PROP_EMPTY:
      g_value_set_boolean (value, self->model != NULL && samspill_list_model_get_total (self->model) == 0);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
samspill_record_list_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  SamspillRecordList *self = SAMSPILL_RECORD_LIST (object);

  switch (prop_id)
    {
    case PROP_NARROW:
      self->narrow = g_value_get_boolean (value);
      /* It also selects under the pointer, so it is wanted only where selecting shows nothing. */
      gtk_list_view_set_single_click_activate (self->list_view, self->narrow);
      break;
    case PROP_FOLDED:
      gtk_widget_set_visible (GTK_WIDGET (self->sidebar_button), g_value_get_boolean (value));
      break;
    case PROP_SHOW_SIDEBAR:
      gtk_toggle_button_set_active (self->sidebar_button, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sidebar_toggled_cb (SamspillRecordList *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_SIDEBAR]);
}

static void
samspill_record_list_dispose (GObject *object)
{
  SamspillRecordList *self = SAMSPILL_RECORD_LIST (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), SAMSPILL_TYPE_RECORD_LIST);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  g_clear_object (&self->profile);
  g_clear_object (&self->order_action);
  g_cancellable_cancel (self->counting);
  g_clear_object (&self->counting);
  g_clear_pointer (&self->space, g_free);
  g_clear_pointer (&self->id, g_free);

  G_OBJECT_CLASS (samspill_record_list_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-record-list.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordList, window_title);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordList, sidebar_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordList, new_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordList, head);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordList, stack);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordList, list_view);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordList, empty_page);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordList, empty_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordList, no_hits_page);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordList, widen_button);
  gtk_widget_class_bind_template_callback (widget_class, ask);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, widen_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_toggled_cb);
}

static void
samspill_record_list_class_init (SamspillRecordListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = samspill_record_list_get_property;
  object_class->set_property = samspill_record_list_set_property;
  object_class->dispose = samspill_record_list_dispose;

  properties[PROP_NARROW] = g_param_spec_boolean ("narrow", NULL, NULL, FALSE, flags);
  properties[PROP_FOLDED] = g_param_spec_boolean ("folded", NULL, NULL, FALSE, flags);
  properties[PROP_SHOW_SIDEBAR] = g_param_spec_boolean ("show-sidebar", NULL, NULL, FALSE, flags);
  properties[PROP_EMPTY] = g_param_spec_boolean ("empty", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[RECORD_SELECTED] = g_signal_new ("record-selected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[RECORD_ACTIVATED] = g_signal_new ("record-activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                            NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  g_type_ensure (SAMSPILL_TYPE_LIST_HEAD);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
add_actions (SamspillRecordList *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  self->order_action = g_simple_action_new_stateful ("order", G_VARIANT_TYPE_STRING, g_variant_new_string ("changed"));
  g_signal_connect (self->order_action, "change-state", G_CALLBACK (order_cb), self);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (self->order_action));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "list", G_ACTION_GROUP (group));
}

static void
samspill_record_list_init (SamspillRecordList *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_row_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row_cb), NULL);
  gtk_list_view_set_factory (self->list_view, factory);
  samspill_list_head_capture_keys (self->head, GTK_WIDGET (self->list_view));
  samspill_actions_add_local (GTK_WIDGET (self->list_view), "page.", GTK_PHASE_BUBBLE);
  gtk_stack_set_visible_child_name (self->stack, "waiting");
  add_actions (self);
}

/* Public */

void
samspill_record_list_set_profile (SamspillRecordList *self, SamspillProfile *profile)
{
  g_return_if_fail (self->profile == NULL);

  self->profile = g_object_ref (profile);
  samspill_list_head_set_profile (self->head, profile);
  self->model = samspill_list_model_new (profile);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->model));
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "items-changed", G_CALLBACK (items_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->model, "answered", G_CALLBACK (answered_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->model, "notify::total", G_CALLBACK (update_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (profile, "identity-changed", G_CALLBACK (ask), self, G_CONNECT_SWAPPED);
}

void
samspill_record_list_set_place (SamspillRecordList *self, const SamspillPlace *place)
{
  if (self->place == place)
    return;
  self->place = place;
  adw_window_title_set_title (self->window_title, _ (place->title));
  gtk_widget_set_visible (GTK_WIDGET (self->new_button), place->new_action != NULL);
  if (place->new_action != NULL)
    {
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->new_button), place->new_action);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->new_button), _ (place->new_label));
    }
  remember (self, NULL, NULL);
  self->wants_first = TRUE;
  samspill_list_head_set_place (self->head, place);
  gtk_stack_set_visible_child_name (self->stack, "waiting");
  self->is_waiting = TRUE;
  ask (self);
}

const SamspillPlace *
samspill_record_list_get_place (SamspillRecordList *self)
{
  return self->place;
}

void
samspill_record_list_select (SamspillRecordList *self, const char *space, const char *id)
{
  self->wants_first = self->wants_next = FALSE;
  self->wants_sight = TRUE;
  remember (self, space, id);
  select_quietly (self, GTK_INVALID_LIST_POSITION);
  find_selected (self);
}

void
samspill_record_list_select_next (SamspillRecordList *self)
{
  /* The list hears of it a moment later than the page. */
  remember (self, NULL, NULL);
  select_quietly (self, GTK_INVALID_LIST_POSITION);
  self->wants_next = TRUE;
}

void
samspill_record_list_refresh (SamspillRecordList *self, const char *id)
{
  if (self->model != NULL)
    samspill_list_model_refresh (self->model, id);
}

void
samspill_record_list_search (SamspillRecordList *self, const char *text)
{
  if (text != NULL)
    samspill_list_head_set_text (self->head, text);
  samspill_list_head_select_text (self->head);
}

static gboolean
focus_row_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  GtkListView *list_view = GTK_LIST_VIEW (widget);
  GtkSelectionModel *model = gtk_list_view_get_model (list_view);
  guint position = gtk_single_selection_get_selected (GTK_SINGLE_SELECTION (model));

  if (g_list_model_get_n_items (G_LIST_MODEL (model)) > 0)
    {
      gtk_list_view_scroll_to (list_view, position != GTK_INVALID_LIST_POSITION ? position : 0, GTK_LIST_SCROLL_FOCUS,
                               NULL);
      gtk_widget_grab_focus (widget);
    }

  return G_SOURCE_REMOVE;
}

gboolean
samspill_record_list_focus_row (SamspillRecordList *self)
{
  self->wants_focus = self->selection != NULL && self->is_waiting;
  if (self->wants_focus)
    return TRUE;
  if (self->selection == NULL || g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0)
    return gtk_widget_grab_focus (GTK_WIDGET (self->head));
  /* Rows that have just come are there from the next frame on. */
  gtk_widget_add_tick_callback (GTK_WIDGET (self->list_view), focus_row_cb, NULL, NULL);

  return TRUE;
}
