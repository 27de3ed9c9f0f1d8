/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-record-page-private.h"

#include <glib/gi18n.h>

#include "samspill-actions.h"
#include "samspill-format.h"
#include "samspill-record-text.h"

/* The page's own title has gone out of sight when one has scrolled this far. */
#define TITLE_OUT_OF_SIGHT 70

G_DEFINE_FINAL_TYPE (SamspillRecordPage, samspill_record_page, ADW_TYPE_BIN)

enum
{
  PROP_TITLE = 1,
  PROP_SUBTITLE,
  PROP_SPACE,
  PROP_ID,
  PROP_MENU,
  PROP_PRIMARY_LABEL,
  PROP_PRIMARY_ACTION,
  PROP_EDITING,
  PROP_WANTS_ROOM,
  PROP_SAVED_AT,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

enum
{
  RECORD_OPENED,
  TOAST,
  CLOSED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

void
samspill_record_page_say (SamspillRecordPage *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  g_autoptr (AdwToast) toast = adw_toast_new (escaped);

  g_signal_emit (self, signals[TOAST], 0, toast);
}

void
samspill_record_page_notify_header (SamspillRecordPage *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUBTITLE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRIMARY_LABEL]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PRIMARY_ACTION]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MENU]);
}

static void
set_identity (SamspillRecordPage *self, const char *space, const char *id)
{
  gboolean other_space = g_set_str (&self->space, space);
  gboolean other_id = g_set_str (&self->id, id);

  if (other_space)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SPACE]);
  if (other_id)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ID]);
}

static void
draft_changed_cb (SamspillRecordPage *self, const char *path)
{
  if (path == NULL)
    g_set_object (&self->record, samspill_draft_get_record (self->draft));
  /* A new record becomes one of the list with its first words. */
  if (self->is_new && self->id == NULL)
    {
      set_identity (self, samspill_draft_get_space (self->draft), samspill_record_get_id (self->record));
      samspill_record_page_update_actions (self);
      samspill_record_page_notify_header (self);
    }
  samspill_record_page_show_fields (self);
  if (path == NULL || g_str_equal (path, "need"))
    samspill_links_set_record (self->named, self->record, self->space);
  if (self->mode == SAMSPILL_PAGE_EDITING)
    {
      samspill_remarks_queue (self->remarks);
      if (samspill_record_page_is (self, "need"))
        samspill_related_queue (self->related, self->record);
    }
  else if (self->mode == SAMSPILL_PAGE_ASKING)
    samspill_conversation_record_changed (self->conversation);
}

static void
draft_notify_cb (SamspillRecordPage *self)
{
  samspill_record_page_show_saved (self);
  samspill_record_page_update_actions (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAVED_AT]);
}

static void
drop_record (SamspillRecordPage *self)
{
  if (self->draft != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->draft, self);
      /* Its work outlives it: what was typed becomes a revision. */
      g_clear_object (&self->draft);
    }
  g_clear_object (&self->record);
  g_clear_pointer (&self->state, samspill_page_state_free);
  self->is_new = FALSE;
  self->is_trashed = FALSE;
}

static void
take_draft (SamspillRecordPage *self, SamspillDraft *draft)
{
  self->draft = draft;
  g_set_object (&self->record, samspill_draft_get_record (draft));
  g_signal_connect_swapped (draft, "changed", G_CALLBACK (draft_changed_cb), self);
  g_signal_connect_swapped (draft, "notify", G_CALLBACK (draft_notify_cb), self);
}

static void
show_record (SamspillRecordPage *self)
{
  const SamspillType *type = samspill_record_get_schema (self->record);
  const char *title_path = type != NULL && samspill_type_field (type, "title") != NULL ? "title" : "name";
  const SamspillField *field = type != NULL ? samspill_type_field (type, title_path) : NULL;

  if (field != NULL)
    samspill_field_block_set_field (self->title, field, title_path);
  samspill_record_page_show_fields (self);
  if (self->is_new)
    samspill_related_set_record (self->related, NULL);
  else
    samspill_related_set_record (
        self->related,
        samspill_record_page_is (self, "need") || samspill_record_page_is (self, "case") ? self->record : NULL);
  samspill_links_set_record (self->named, self->record, self->space);
  samspill_links_set_record (self->links, self->record, self->space);
  /* What a proposal answers is read before it; what else belongs together, after. */
  gtk_box_reorder_child_after (self->column, GTK_WIDGET (self->named_bin),
                               samspill_record_page_is (self, "pitch")
                                   ? gtk_widget_get_first_child (GTK_WIDGET (self->column))
                                   : GTK_WIDGET (self->related_bin));
  samspill_record_page_update_margin (self);
  samspill_record_page_look_at_state (self);
  gtk_widget_set_visible (self->history_group, self->draft != NULL && !self->is_new);
  gtk_stack_set_visible_child_name (self->stack, self->mode == SAMSPILL_PAGE_ASKING ? "conversation" : "page");
  samspill_record_page_show_saved (self);
  samspill_record_page_update_actions (self);
  samspill_record_page_notify_header (self);
}

static void
show_failure (SamspillRecordPage *self, const GError *error)
{
  g_autofree char *escaped = g_markup_escape_text (error->message, -1);

  drop_record (self);
  adw_status_page_set_description (self->failure, escaped);
  gtk_stack_set_visible_child_name (self->stack, "failure");
  samspill_record_page_update_actions (self);
  samspill_record_page_notify_header (self);
}

static void
ask_on (SamspillRecordPage *self)
{
  self->wants_questions = FALSE;
  if (self->draft == NULL || !samspill_record_page_is (self, "need"))
    return;
  samspill_record_page_set_mode (self, SAMSPILL_PAGE_ASKING);
  if (!samspill_conversation_resume (self->conversation))
    samspill_record_page_set_mode (self, SAMSPILL_PAGE_READING);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillRecordPage) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load_finish (SAMSPILL_PROFILE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->stack == NULL)
    return;
  drop_record (self);
  samspill_record_page_set_mode (self, SAMSPILL_PAGE_READING);
  if (loaded == NULL)
    {
      show_failure (self, error);
      return;
    }
  set_identity (self, loaded->space, samspill_record_get_id (loaded->record));
  self->is_trashed = samspill_record_has (loaded->record, "trashed");
  if (loaded->is_writable && !self->is_trashed)
    take_draft (self, samspill_draft_new (self->profile, loaded));
  else
    g_set_object (&self->record, loaded->record);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  show_record (self);
  if (self->wants_questions)
    ask_on (self);
}

static void
load (SamspillRecordPage *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  samspill_profile_load_async (self->profile, self->space, self->id, self->cancellable, loaded_cb, g_object_ref (self));
}

void
samspill_record_page_reload (SamspillRecordPage *self)
{
  if (self->id != NULL && self->mode == SAMSPILL_PAGE_READING)
    load (self);
}

void
samspill_record_page_moved (SamspillRecordPage *self)
{
  set_identity (self, NULL, self->id);
  load (self);
}

/* Files and proposals around the record may have come; the record itself is watched by its draft. */
static void
profile_changed_cb (SamspillRecordPage *self)
{
  if (self->record != NULL && !self->is_new && self->mode == SAMSPILL_PAGE_READING)
    samspill_links_set_record (self->links, self->record, self->space);
  if (self->record != NULL && !self->is_new)
    samspill_record_page_look_at_state (self);
}

/* Leaving */

static void
left_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillRecordPage) self = data;
  g_autoptr (GError) error = NULL;

  if (!samspill_draft_leave_finish (SAMSPILL_DRAFT (source), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && self->stack != NULL)
    samspill_record_page_say (self, error->message);
}

void
samspill_record_page_leave (SamspillRecordPage *self)
{
  g_return_if_fail (SAMSPILL_IS_RECORD_PAGE (self));
  if (self->draft != NULL && self->mode != SAMSPILL_PAGE_READING)
    samspill_draft_leave_async (self->draft, NULL, left_cb, g_object_ref (self));
  samspill_record_page_set_mode (self, SAMSPILL_PAGE_READING);
  if (self->id != NULL)
    self->is_new = FALSE;
  gtk_widget_set_visible (self->history_group, self->draft != NULL && self->id != NULL);
}

/* Callbacks */

static void
close_peek (SamspillRecordPage *self)
{
  adw_overlay_split_view_set_show_sidebar (self->split, FALSE);
}

static void
beside_cb (SamspillRecordPage *self, const char *space, const char *id)
{
  samspill_peek_show (self->peek, space, id);
  adw_overlay_split_view_set_show_sidebar (self->split, TRUE);
}

static void
opened_cb (SamspillRecordPage *self, const char *space, const char *id)
{
  close_peek (self);
  samspill_record_page_leave (self);
  g_signal_emit (self, signals[RECORD_OPENED], 0, space, id);
}

static void
finished_cb (SamspillRecordPage *self)
{
  samspill_record_page_leave (self);
  if (self->record != NULL)
    samspill_related_set_record (self->related, self->record);
  gtk_widget_grab_focus (GTK_WIDGET (samspill_field_block_get_view (self->title)));
}

static void
sidebar_shown_cb (SamspillRecordPage *self)
{
  samspill_record_page_update_margin (self);
}

static void
scrolled_cb (SamspillRecordPage *self, GtkAdjustment *adjustment)
{
  gboolean is_scrolled = gtk_adjustment_get_value (adjustment) > TITLE_OUT_OF_SIGHT;

  if (is_scrolled == self->is_scrolled)
    return;
  self->is_scrolled = is_scrolled;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUBTITLE]);
}

static void
wide_applied_cb (SamspillRecordPage *self)
{
  self->is_wide = TRUE;
  adw_overlay_split_view_set_collapsed (self->split, FALSE);
  samspill_record_page_update_margin (self);
}

static void
wide_unapplied_cb (SamspillRecordPage *self)
{
  self->is_wide = FALSE;
  adw_overlay_split_view_set_collapsed (self->split, TRUE);
  samspill_record_page_update_margin (self);
}

static void
narrow_applied_cb (SamspillRecordPage *self)
{
  samspill_conversation_set_narrow (self->conversation, TRUE);
}

static void
narrow_unapplied_cb (SamspillRecordPage *self)
{
  samspill_conversation_set_narrow (self->conversation, FALSE);
}

/* Object */

/* Who works on this computer only hands round a page; who is in the commons publishes. */
static gboolean
wants_to_publish (SamspillRecordPage *self)
{
  const SamspillPublishWay way = samspill_record_page_get_publish_way (self);
  const SamspillSpaceSync *commons =
      self->standing != NULL ? samspill_standing_find_space (self->standing, "commons") : NULL;

  return way == SAMSPILL_PUBLISH_UPDATE ||
         (way == SAMSPILL_PUBLISH_FIRST && commons != NULL && commons->endpoint != NULL);
}

static const char *
get_primary_label (SamspillRecordPage *self)
{
  if (!wants_to_publish (self))
    return _ ("Save as PDF");

  return samspill_record_page_get_publish_way (self) == SAMSPILL_PUBLISH_UPDATE ? C_ ("what is published", "Update")
                                                                                : _ ("Publish");
}

static void
samspill_record_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SamspillRecordPage *self = SAMSPILL_RECORD_PAGE (object);
  gboolean asking = self->mode == SAMSPILL_PAGE_ASKING;

  switch (prop_id)
    {
    case PROP_TITLE:
      if (self->record != NULL && self->is_scrolled && !asking)
        {
          const char *title = samspill_record_get_title (self->record);

          g_value_set_string (value, *title != '\0' ? title : _ ("Without a title"));
        }
      break;
    case PROP_SUBTITLE:
      if (self->record != NULL && self->is_scrolled && !asking)
        g_value_take_string (value, samspill_record_dup_owners (self->profile, self->record));
      break;
    case PROP_SPACE:
      g_value_set_string (value, self->space);
      break;
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_MENU:
      g_value_set_object (value, self->menu);
      break;
    case PROP_PRIMARY_LABEL:
      if (self->record != NULL && !asking && (self->is_trashed || self->draft != NULL))
        g_value_set_string (value, self->is_trashed ? _ ("Take it out of the trash") : get_primary_label (self));
      break;
    case PROP_PRIMARY_ACTION:
      if (self->record != NULL && !asking && (self->is_trashed || self->draft != NULL))
        g_value_set_string (value, self->is_trashed          ? "page.restore"
                                   : wants_to_publish (self) ? "page.publish"
                                                             : "page.export-pdf");
      break;
    case PROP_EDITING:
      g_value_set_boolean (value, self->mode != SAMSPILL_PAGE_READING);
      break;
    case PROP_WANTS_ROOM:
      g_value_set_boolean (value, asking);
      break;
    case PROP_SAVED_AT:
      g_value_set_boxed (value, self->draft != NULL ? samspill_draft_get_saved_at (self->draft) : NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
samspill_record_page_dispose (GObject *object)
{
  SamspillRecordPage *self = SAMSPILL_RECORD_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  drop_record (self);
  g_clear_object (&self->undo_toast);
  if (self->remarks != NULL)
    samspill_remarks_set_record (self->remarks, NULL, NULL);
  g_clear_object (&self->remarks);
  g_clear_object (&self->related);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_RECORD_PAGE);
  g_clear_object (&self->profile);
  g_clear_object (&self->actions);
  g_clear_object (&self->menu);
  g_clear_object (&self->standing);
  G_OBJECT_CLASS (samspill_record_page_parent_class)->dispose (object);
}

static void
samspill_record_page_finalize (GObject *object)
{
  g_free (SAMSPILL_RECORD_PAGE (object)->space);
  g_free (SAMSPILL_RECORD_PAGE (object)->id);
  g_free (SAMSPILL_RECORD_PAGE (object)->wanted_action);
  G_OBJECT_CLASS (samspill_record_page_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-record-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, split);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, stack);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, banner);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, versions_banner);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, state_box);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, state_icon);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, state_label);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, why_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, scroller);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, clamp);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, column);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, eyebrow);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, saved);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, title_bin);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, subjects_bin);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, body_bin);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, related_bin);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, named_bin);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, links_bin);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, margin_bin);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, conversation_bin);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, peek_bin);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, history_group);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordPage, failure);
  gtk_widget_class_bind_template_callback (widget_class, scrolled_cb);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_shown_cb);
  gtk_widget_class_bind_template_callback (widget_class, narrow_applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, narrow_unapplied_cb);
  gtk_widget_class_bind_template_callback (widget_class, wide_applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, wide_unapplied_cb);
}

static void
samspill_record_page_class_init (SamspillRecordPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = samspill_record_page_get_property;
  object_class->dispose = samspill_record_page_dispose;
  object_class->finalize = samspill_record_page_finalize;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_SUBTITLE] = g_param_spec_string ("subtitle", NULL, NULL, NULL, flags);
  properties[PROP_SPACE] = g_param_spec_string ("space", NULL, NULL, NULL, flags);
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_MENU] = g_param_spec_object ("menu", NULL, NULL, G_TYPE_MENU_MODEL, flags);
  properties[PROP_PRIMARY_LABEL] = g_param_spec_string ("primary-label", NULL, NULL, NULL, flags);
  properties[PROP_PRIMARY_ACTION] = g_param_spec_string ("primary-action", NULL, NULL, NULL, flags);
  properties[PROP_EDITING] = g_param_spec_boolean ("editing", NULL, NULL, FALSE, flags);
  properties[PROP_WANTS_ROOM] = g_param_spec_boolean ("wants-room", NULL, NULL, FALSE, flags);
  properties[PROP_SAVED_AT] = g_param_spec_boxed ("saved-at", NULL, NULL, G_TYPE_DATE_TIME, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[RECORD_OPENED] = g_signal_new ("record-opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[TOAST] = g_signal_new ("toast", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, ADW_TYPE_TOAST);
  signals[CLOSED] =
      g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
samspill_record_page_init (SamspillRecordPage *self)
{
  self->actions = g_simple_action_group_new ();
  self->remarks = samspill_remarks_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  samspill_record_page_add_actions (self);
  samspill_record_page_add_sync_actions (self);
  samspill_actions_add_local (GTK_WIDGET (self), "page.", GTK_PHASE_BUBBLE);
}

/* Public */

GtkWidget *
samspill_record_page_new (SamspillProfile *profile)
{
  SamspillRecordPage *self = g_object_new (SAMSPILL_TYPE_RECORD_PAGE, NULL);

  self->profile = g_object_ref (profile);
  samspill_record_page_add_parts (self);
  g_signal_connect_object (profile, "changed", G_CALLBACK (profile_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->related, "record-opened", G_CALLBACK (beside_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->conversation, "record-opened", G_CALLBACK (beside_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->conversation, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->named, "record-opened", G_CALLBACK (opened_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->links, "record-opened", G_CALLBACK (opened_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->links, "failed", G_CALLBACK (samspill_record_page_say), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->peek, "record-opened", G_CALLBACK (opened_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->peek, "closed", G_CALLBACK (close_peek), self, G_CONNECT_SWAPPED);
  samspill_record_page_update_actions (self);
  return GTK_WIDGET (self);
}

void
samspill_record_page_show (SamspillRecordPage *self, const char *space, const char *id)
{
  g_return_if_fail (SAMSPILL_IS_RECORD_PAGE (self));

  if (id != NULL && g_strcmp0 (id, self->id) == 0 && (space == NULL || g_strcmp0 (space, self->space) == 0) &&
      self->record != NULL)
    return;
  self->wants_questions = FALSE;
  g_clear_pointer (&self->wanted_action, g_free);
  samspill_record_page_leave (self);
  close_peek (self);
  if (id == NULL)
    {
      g_cancellable_cancel (self->cancellable);
      drop_record (self);
      set_identity (self, NULL, NULL);
      gtk_stack_set_visible_child_name (self->stack, "nothing");
      samspill_record_page_update_actions (self);
      samspill_record_page_notify_header (self);
      return;
    }
  set_identity (self, space, id);
  load (self);
}

void
samspill_record_page_go_on (SamspillRecordPage *self, const char *space, const char *id)
{
  g_return_if_fail (SAMSPILL_IS_RECORD_PAGE (self));
  g_return_if_fail (id != NULL);

  samspill_record_page_show (self, space, id);
  if (self->record != NULL && g_strcmp0 (samspill_record_get_id (self->record), id) == 0)
    ask_on (self);
  else
    self->wants_questions = TRUE;
}

/* A proposal that is written here is one that somebody told us of: today, most often. */
static void
fill_heard (SamspillRecord *record)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  g_autoptr (JsonNode) heard = json_node_init_boolean (json_node_alloc (), TRUE);

  samspill_record_set_node (record, "heard", heard);
  samspill_record_set_string (record, "heard_at", today);
  samspill_record_set_string (record, "status", "new");
}

void
samspill_record_page_show_new (SamspillRecordPage *self, const char *type)
{
  const SamspillIdentity *identity = samspill_profile_get_identity (self->profile);
  const char *owner = identity != NULL && identity->owners != NULL ? identity->owners[0] : NULL;
  g_autoptr (SamspillRecord) record = NULL;

  g_return_if_fail (SAMSPILL_IS_RECORD_PAGE (self));
  g_return_if_fail (type != NULL);

  samspill_record_page_leave (self);
  close_peek (self);
  g_cancellable_cancel (self->cancellable);
  drop_record (self);
  record = samspill_record_new (type, owner, identity != NULL ? identity->language : "nb",
                                identity != NULL ? identity->account : NULL);
  set_identity (self, NULL, NULL);
  if (g_str_equal (type, "pitch"))
    fill_heard (record);
  take_draft (self, samspill_draft_new_record (self->profile, record));
  self->is_new = TRUE;
  show_record (self);
  samspill_record_page_set_mode (self, g_str_equal (type, "need") ? SAMSPILL_PAGE_ASKING : SAMSPILL_PAGE_EDITING);
  if (self->mode == SAMSPILL_PAGE_ASKING)
    samspill_conversation_start (self->conversation);
  else
    gtk_widget_grab_focus (GTK_WIDGET (samspill_field_block_get_view (self->title)));
}

void
samspill_record_page_edit (SamspillRecordPage *self)
{
  g_return_if_fail (SAMSPILL_IS_RECORD_PAGE (self));
  if (self->record == NULL)
    return;
  if (self->draft == NULL)
    {
      samspill_record_page_say (self, self->is_trashed ? _ ("Take it out of the trash first")
                                                       : _ ("This can be read, but not changed"));
      return;
    }
  if (self->mode == SAMSPILL_PAGE_EDITING)
    return;
  samspill_record_page_set_mode (self, SAMSPILL_PAGE_EDITING);
  gtk_widget_grab_focus (GTK_WIDGET (samspill_field_block_get_view (self->title)));
}

gboolean
samspill_record_page_escape (SamspillRecordPage *self)
{
  g_return_val_if_fail (SAMSPILL_IS_RECORD_PAGE (self), FALSE);
  if (adw_overlay_split_view_get_show_sidebar (self->split))
    {
      close_peek (self);
      return TRUE;
    }
  if (self->mode == SAMSPILL_PAGE_READING)
    return FALSE;
  samspill_record_page_leave (self);
  return TRUE;
}

const char *
samspill_record_page_get_space (SamspillRecordPage *self)
{
  g_return_val_if_fail (SAMSPILL_IS_RECORD_PAGE (self), NULL);
  return self->space;
}

const char *
samspill_record_page_get_id (SamspillRecordPage *self)
{
  g_return_val_if_fail (SAMSPILL_IS_RECORD_PAGE (self), NULL);
  return self->id;
}

GActionGroup *
samspill_record_page_get_actions (SamspillRecordPage *self)
{
  g_return_val_if_fail (SAMSPILL_IS_RECORD_PAGE (self), NULL);
  return G_ACTION_GROUP (self->actions);
}
