/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-record-page-private.h"

#include <glib/gi18n.h>

#include "samspill-format.h"
#include "samspill-record-text.h"

gboolean
samspill_record_page_is (SamspillRecordPage *self, const char *type)
{
  return self->record != NULL && g_str_equal (samspill_record_get_record_type (self->record), type);
}

/* When the record was last changed, as the clock says today and as the calendar says before. NULL: not known. */
static char *
dup_changed (SamspillRecordPage *self)
{
  g_autoptr (GTimeZone) here = g_time_zone_new_local ();
  g_autoptr (GDateTime) at =
      self->draft != NULL && !self->is_new
          ? g_date_time_new_from_iso8601 (samspill_record_get_string (self->record, "changed.at"), NULL)
          : NULL;
  g_autoptr (GDateTime) local = at != NULL ? g_date_time_to_timezone (at, here) : NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  if (local == NULL)
    return NULL;
  if (g_date_time_get_year (local) == g_date_time_get_year (now) &&
      g_date_time_get_day_of_year (local) == g_date_time_get_day_of_year (now))
    return samspill_format_clock (local);
  return samspill_format_date_short (local);
}

void
samspill_record_page_show_saved (SamspillRecordPage *self)
{
  SamspillDraftState state = self->draft != NULL ? samspill_draft_get_state (self->draft) : SAMSPILL_DRAFT_CLEAN;
  GDateTime *saved_at = self->draft != NULL ? samspill_draft_get_saved_at (self->draft) : NULL;
  g_autofree char *text = NULL;

  if (state == SAMSPILL_DRAFT_FAILED)
    text = g_strdup (_ ("Not saved"));
  else if (self->mode != SAMSPILL_PAGE_READING && (saved_at == NULL || state == SAMSPILL_DRAFT_CHANGED))
    text = g_strdup (_ ("Saved as you write"));
  else
    {
      g_autofree char *when = saved_at != NULL ? samspill_format_clock (saved_at) : dup_changed (self);

      /* Translators: %s is a time of the day, "10.42", or a day, "3. des." */
      text = when != NULL ? g_strdup_printf (_ ("Saved %s"), when) : NULL;
    }
  gtk_label_set_text (self->saved, text != NULL ? text : "");
  if (state == SAMSPILL_DRAFT_FAILED)
    {
      g_autofree char *message = NULL;
      g_autofree char *sentence = NULL;

      g_object_get (self->draft, "error-message", &message, NULL);
      sentence = g_strdup_printf (_ ("What you wrote could not be saved. It stays here, and is tried again. %s"),
                                  message != NULL ? message : "");
      adw_banner_set_title (self->banner, sentence);
    }
  adw_banner_set_revealed (self->banner, state == SAMSPILL_DRAFT_FAILED && self->mode != SAMSPILL_PAGE_READING);
  samspill_conversation_set_saved (self->conversation, gtk_label_get_text (self->saved));
}

static void
show_head (SamspillRecordPage *self)
{
  g_autofree char *eyebrow = samspill_record_dup_eyebrow (self->profile, self->record, self->space);

  gtk_label_set_text (self->eyebrow, eyebrow);
  samspill_field_block_set_record (self->title, self->record);
  gtk_widget_set_visible (GTK_WIDGET (self->title), TRUE);
  samspill_subjects_editor_set_record (self->subjects, self->record);
  samspill_subjects_editor_set_can_edit (self->subjects, self->draft != NULL);
}

void
samspill_record_page_show_fields (SamspillRecordPage *self)
{
  show_head (self);
  samspill_record_body_set_record (self->body, self->record);
  if (self->mode == SAMSPILL_PAGE_ASKING)
    samspill_conversation_set_record (self->conversation, self->record);
}

/* Where there is room the page stands beside a margin, read or edited: nothing moves when one begins to write. Read,
 * the margin has who had it before; edited, the remarks. */
void
samspill_record_page_update_margin (SamspillRecordPage *self)
{
  gboolean is_wide = self->is_wide && !adw_overlay_split_view_get_show_sidebar (self->split);
  gboolean margin = is_wide && (samspill_record_page_is (self, "need") || samspill_record_page_is (self, "case"));
  gboolean related_in_margin = margin && self->mode == SAMSPILL_PAGE_READING;
  gboolean related_is_in_margin = gtk_widget_get_parent (GTK_WIDGET (self->related)) == GTK_WIDGET (self->margin);

  gtk_widget_set_visible (GTK_WIDGET (self->margin_bin), margin);
  adw_clamp_set_maximum_size (self->clamp, margin ? 984 : 640);
  samspill_conversation_set_wide (self->conversation, is_wide);
  samspill_remarks_set_margin (self->remarks, margin ? self->margin : NULL);
  if (related_in_margin && !related_is_in_margin)
    {
      adw_bin_set_child (self->related_bin, NULL);
      samspill_margin_add (self->margin, GTK_WIDGET (self->related), NULL);
    }
  else if (!related_in_margin && related_is_in_margin)
    {
      samspill_margin_remove (self->margin, GTK_WIDGET (self->related));
      adw_bin_set_child (self->related_bin, GTK_WIDGET (self->related));
    }
}

static void
attach_remarks (SamspillRecordPage *self)
{
  g_autoptr (GPtrArray) blocks = g_ptr_array_new ();
  GPtrArray *of_body = samspill_record_body_get_blocks (self->body);

  if (self->mode != SAMSPILL_PAGE_EDITING || !samspill_record_page_is (self, "need"))
    {
      samspill_remarks_set_record (self->remarks, NULL, NULL);
      return;
    }
  g_ptr_array_add (blocks, self->title);
  for (guint i = 0; i < of_body->len; i++)
    g_ptr_array_add (blocks, g_ptr_array_index (of_body, i));
  samspill_remarks_set_record (self->remarks, self->record, blocks);
}

void
samspill_record_page_set_mode (SamspillRecordPage *self, SamspillPageMode mode)
{
  gboolean editing = mode == SAMSPILL_PAGE_EDITING;

  if (self->mode == mode)
    return;
  self->mode = mode;
  samspill_field_block_set_editing (self->title, editing);
  gtk_widget_set_visible (GTK_WIDGET (self->title), TRUE);
  samspill_subjects_editor_set_editing (self->subjects, editing);
  samspill_record_body_set_editing (self->body, editing);
  if (mode == SAMSPILL_PAGE_ASKING)
    samspill_conversation_set_record (self->conversation, self->record);
  else if (self->record != NULL)
    samspill_record_body_set_record (self->body, self->record);
  gtk_stack_set_visible_child_name (self->stack, mode == SAMSPILL_PAGE_ASKING ? "conversation" : "page");
  samspill_record_page_update_margin (self);
  attach_remarks (self);
  samspill_record_page_show_saved (self);
  samspill_record_page_update_actions (self);
  samspill_record_page_notify_header (self);
  g_object_notify (G_OBJECT (self), "editing");
  g_object_notify (G_OBJECT (self), "wants-room");
}

void
samspill_record_page_add_parts (SamspillRecordPage *self)
{
  const SamspillField *title = samspill_type_field (samspill_type_lookup ("need"), "title");

  self->title = SAMSPILL_FIELD_BLOCK (samspill_field_block_new (title, "title", NULL));
  samspill_field_block_set_title (self->title);
  adw_bin_set_child (self->title_bin, GTK_WIDGET (self->title));
  self->subjects = SAMSPILL_SUBJECTS_EDITOR (samspill_subjects_editor_new ());
  adw_bin_set_child (self->subjects_bin, GTK_WIDGET (self->subjects));
  g_object_bind_property (self->subjects, "visible", self->subjects_bin, "visible", G_BINDING_SYNC_CREATE);
  self->body = SAMSPILL_RECORD_BODY (samspill_record_body_new (self->profile));
  adw_bin_set_child (self->body_bin, GTK_WIDGET (self->body));
  self->related = g_object_ref_sink (SAMSPILL_RELATED (samspill_related_new (self->profile)));
  adw_bin_set_child (self->related_bin, GTK_WIDGET (self->related));
  g_object_bind_property (self->related, "visible", self->related_bin, "visible", G_BINDING_SYNC_CREATE);
  self->named = SAMSPILL_LINKS (samspill_links_new (self->profile, SAMSPILL_LINKS_NAMED));
  adw_bin_set_child (self->named_bin, GTK_WIDGET (self->named));
  g_object_bind_property (self->named, "visible", self->named_bin, "visible", G_BINDING_SYNC_CREATE);
  self->links = SAMSPILL_LINKS (samspill_links_new (self->profile, SAMSPILL_LINKS_AROUND));
  adw_bin_set_child (self->links_bin, GTK_WIDGET (self->links));
  g_object_bind_property (self->links, "visible", self->links_bin, "visible", G_BINDING_SYNC_CREATE);
  self->margin = SAMSPILL_MARGIN (samspill_margin_new ());
  adw_bin_set_child (self->margin_bin, GTK_WIDGET (self->margin));
  self->conversation = SAMSPILL_CONVERSATION (samspill_conversation_new (self->profile));
  adw_bin_set_child (self->conversation_bin, GTK_WIDGET (self->conversation));
  self->peek = SAMSPILL_PEEK (samspill_peek_new (self->profile));
  adw_bin_set_child (self->peek_bin, GTK_WIDGET (self->peek));
}
