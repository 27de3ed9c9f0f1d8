/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-record-page-private.h"

#include <glib/gi18n.h>

#include "samspill-export.h"
#include "samspill-history-dialog.h"
#include "samspill-need-chooser.h"

/* Handing round */

static void
show_folder_cb (AdwToast *toast, gpointer data)
{
  GtkWidget *page = data;
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (g_object_get_data (G_OBJECT (toast), "file"));

  gtk_file_launcher_open_containing_folder (launcher, GTK_WINDOW (gtk_widget_get_root (page)), NULL, NULL, NULL);
}

static void
say_exported (SamspillRecordPage *self, const char *text, GFile *file)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  g_autoptr (AdwToast) toast = adw_toast_new (escaped);

  adw_toast_set_button_label (toast, _ ("Show in folder"));
  adw_toast_set_timeout (toast, 8);
  g_object_set_data_full (G_OBJECT (toast), "file", g_object_ref (file), g_object_unref);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (show_folder_cb), self, 0);
  g_signal_emit_by_name (self, "toast", toast);
}

static void
exported_cb (const char *text, GFile *file, gpointer data)
{
  g_autoptr (SamspillRecordPage) self = data;

  if (self->stack != NULL && file != NULL)
    say_exported (self, text, file);
  else if (self->stack != NULL)
    samspill_record_page_say (self, text);
}

static void export (SamspillRecordPage *self, SamspillPageFormat format)
{
  g_auto (GStrv) similar = NULL;

  if (self->record == NULL)
    return;
  similar = samspill_related_dup_lines (self->related);
  samspill_export_save (GTK_WIDGET (self), self->profile, self->record, self->space, (const char *const *)similar,
                        format, exported_cb, g_object_ref (self));
}

static void
export_pdf_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  export (data, SAMSPILL_PAGE_PDF);
}

static void
export_odt_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  export (data, SAMSPILL_PAGE_ODT);
}

static void
export_html_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  export (data, SAMSPILL_PAGE_HTML);
}

static void
reply_form_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  export (data, SAMSPILL_PAGE_REPLY_FORM);
}

static void
print_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillRecordPage *self = data;
  g_auto (GStrv) similar = NULL;

  if (self->record == NULL)
    return;
  similar = samspill_related_dup_lines (self->related);
  samspill_export_print (GTK_WIDGET (self), self->profile, self->record, self->space, (const char *const *)similar,
                         exported_cb, g_object_ref (self));
}

/* Writing */

static void
edit_cb (GSimpleAction *action, GVariant *state, gpointer data)
{
  SamspillRecordPage *self = data;

  if (g_variant_get_boolean (state))
    samspill_record_page_edit (self);
  else
    samspill_record_page_leave (self);
}

static void
ask_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillRecordPage *self = data;

  samspill_record_page_set_mode (self, SAMSPILL_PAGE_ASKING);
  samspill_conversation_start (self->conversation);
}

static void
finish_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_signal_emit_by_name (((SamspillRecordPage *)data)->conversation, "finished");
}

static void
undo_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillRecordPage *self = data;
  g_autoptr (AdwToast) toast = NULL;
  gboolean can_undo = FALSE;

  if (self->draft != NULL)
    g_object_get (self->draft, "can-undo", &can_undo, NULL);
  if (can_undo)
    {
      samspill_draft_undo (self->draft);
      return;
    }
  /* Nothing newer than what went to the trash. */
  toast = g_steal_pointer (&self->undo_toast);
  if (toast == NULL)
    return;
  g_signal_emit_by_name (toast, "button-clicked");
  adw_toast_dismiss (toast);
}

static void
redo_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  samspill_draft_redo (((SamspillRecordPage *)data)->draft);
}

static void
new_pitch_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillRecordPage *self = data;
  g_autofree char *need = g_strdup (self->id);

  samspill_record_page_show_new (self, "pitch");
  samspill_record_set_string (self->record, "need", need);
}

static void
choose_need_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillRecordPage *self = data;

  samspill_need_chooser_present (GTK_WIDGET (self), self->profile, self->record);
}

/* Files */

typedef struct
{
  SamspillRecordPage *page;
  guint left;
  guint added;
} Adding;

static void
file_added_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Adding *adding = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = samspill_profile_add_file_finish (SAMSPILL_PROFILE (source), result, &error);

  if (id != NULL)
    adding->added++;
  else if (adding->page->stack != NULL)
    samspill_record_page_say (adding->page, error->message);
  if (--adding->left > 0)
    return;
  if (adding->added > 0 && adding->page->stack != NULL)
    {
      g_autofree char *text =
          g_strdup_printf (ngettext ("%u file was added", "%u files were added", adding->added), adding->added);

      samspill_record_page_say (adding->page, text);
      if (adding->page->record != NULL)
        samspill_links_set_record (adding->page->links, adding->page->record, adding->page->space);
    }
  g_object_unref (adding->page);
  g_free (adding);
}

gboolean
samspill_record_page_add_files (SamspillRecordPage *self, GListModel *files)
{
  guint n = g_list_model_get_n_items (files);
  Adding *adding;

  g_return_val_if_fail (SAMSPILL_IS_RECORD_PAGE (self), FALSE);
  if (self->draft == NULL || self->id == NULL || n == 0)
    return FALSE;
  adding = g_new0 (Adding, 1);
  adding->page = g_object_ref (self);
  adding->left = n;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      samspill_profile_add_file_async (self->profile, self->space, self->id, file, NULL, file_added_cb, adding);
    }
  return TRUE;
}

static void
files_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillRecordPage) self = data;
  g_autoptr (GListModel) files = gtk_file_dialog_open_multiple_finish (GTK_FILE_DIALOG (source), result, NULL);

  if (files != NULL && self->stack != NULL)
    samspill_record_page_add_files (self, files);
}

static void
add_file_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillRecordPage *self = data;
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Add a file"));
  gtk_file_dialog_open_multiple (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, files_chosen_cb,
                                 g_object_ref (self));
}

/* Earlier versions */

/* Every member of the schema gets the earlier words: one step of undo a member, and the envelope stays. */
static void
restored_cb (SamspillRecordPage *self, SamspillRecord *version)
{
  const SamspillType *type = samspill_record_get_schema (version);

  if (self->draft == NULL || type == NULL)
    return;
  for (const SamspillField *field = type->fields; field->name != NULL; field++)
    {
      JsonNode *node = samspill_record_get_node (version, field->name);

      if (field->flags & SAMSPILL_FIELD_ENVELOPE)
        continue;
      if (node != NULL)
        samspill_record_set_node (self->record, field->name, node);
      else
        samspill_record_remove (self->record, field->name);
    }
  samspill_draft_flush (self->draft);
  samspill_record_page_say (self, _ ("The earlier version is back; Ctrl+Z takes it away again"));
  samspill_record_page_edit (self);
}

static void
history_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillRecordPage *self = data;
  AdwDialog *dialog;

  if (self->id == NULL)
    return;
  dialog = samspill_history_dialog_new (self->profile, self->space, self->id, self->draft != NULL);
  g_signal_connect_object (dialog, "restored", G_CALLBACK (restored_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/* The trash */

typedef struct
{
  SamspillRecordPage *page;
  char *space;
  char *id;
  SamspillChangeKind kind;
} Change;

static void
change_free (Change *change)
{
  g_object_unref (change->page);
  g_free (change->space);
  g_free (change->id);
  g_free (change);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Change, change_free)

static void change (SamspillRecordPage *self, SamspillChangeKind kind, const char *space, const char *id);

static void
undo_trash_cb (AdwToast *toast, gpointer data)
{
  Change *trashed = data;

  change (trashed->page, SAMSPILL_CHANGE_RESTORE, trashed->space, trashed->id);
}

static void
free_change_cb (gpointer data, GClosure *closure)
{
  change_free (data);
}

static void
trash_toast_gone_cb (SamspillRecordPage *self, AdwToast *toast)
{
  if (self->undo_toast == toast)
    g_clear_object (&self->undo_toast);
  if (self->stack != NULL)
    samspill_record_page_update_actions (self);
}

void
samspill_record_page_set_undo_toast (SamspillRecordPage *self, AdwToast *toast)
{
  g_set_object (&self->undo_toast, toast);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (trash_toast_gone_cb), self, G_CONNECT_SWAPPED);
  samspill_record_page_update_actions (self);
}

static void
say_trashed (Change *trashed)
{
  SamspillRecordPage *self = trashed->page;
  g_autoptr (AdwToast) toast = adw_toast_new (_ ("Moved to the trash"));

  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_timeout (toast, 8);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_trash_cb), trashed, free_change_cb, 0);
  samspill_record_page_set_undo_toast (self, toast);
  g_signal_emit_by_name (self, "toast", toast);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Change) done = data;
  g_autoptr (GError) error = NULL;
  SamspillRecordPage *self = done->page;
  gboolean shown = g_strcmp0 (self->id, done->id) == 0;

  if (self->stack == NULL)
    return;
  if (!samspill_profile_change_finish (SAMSPILL_PROFILE (source), result, &error))
    {
      samspill_record_page_say (self, error->message);
      return;
    }
  switch (done->kind)
    {
    case SAMSPILL_CHANGE_TRASH:
      if (shown)
        g_signal_emit_by_name (self, "closed");
      say_trashed (g_steal_pointer (&done));
      break;
    case SAMSPILL_CHANGE_RESTORE:
      if (shown)
        samspill_record_page_reload (self);
      else
        g_signal_emit_by_name (self, "record-opened", done->space, done->id);
      break;
    default:
      if (shown)
        g_signal_emit_by_name (self, "closed");
      samspill_record_page_say (self, _ ("Deleted for ever"));
    }
}

static void
change (SamspillRecordPage *self, SamspillChangeKind kind, const char *space, const char *id)
{
  Change *wanted = g_new0 (Change, 1);

  wanted->page = g_object_ref (self);
  wanted->space = g_strdup (space);
  wanted->id = g_strdup (id);
  wanted->kind = kind;
  samspill_profile_change_async (self->profile, kind, space, id, NULL, changed_cb, wanted);
}

static void
trash_left_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Change) wanted = data;
  g_autoptr (GError) error = NULL;

  if (samspill_draft_leave_finish (SAMSPILL_DRAFT (source), result, &error))
    change (wanted->page, wanted->kind, wanted->space, wanted->id);
  else if (wanted->page->stack != NULL)
    samspill_record_page_say (wanted->page, error->message);
}

/* What was typed last goes into the trash with the rest. */
static void
trash_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillRecordPage *self = data;
  Change *wanted;

  if (self->draft == NULL || self->id == NULL)
    return;
  wanted = g_new0 (Change, 1);
  wanted->page = g_object_ref (self);
  wanted->space = g_strdup (self->space);
  wanted->id = g_strdup (self->id);
  wanted->kind = SAMSPILL_CHANGE_TRASH;
  samspill_record_page_set_mode (self, SAMSPILL_PAGE_READING);
  samspill_draft_leave_async (self->draft, NULL, trash_left_cb, wanted);
}

static void
restore_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillRecordPage *self = data;

  change (self, SAMSPILL_CHANGE_RESTORE, self->space, self->id);
}

static void
delete_response_cb (SamspillRecordPage *self, const char *response)
{
  if (g_str_equal (response, "delete"))
    change (self, SAMSPILL_CHANGE_DELETE, self->space, self->id);
}

static void
delete_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillRecordPage *self = data;
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Delete for ever?"), _ ("It cannot be brought back afterwards."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("Cancel"), "delete", _ ("Delete for ever"),
                                  NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (delete_response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/* The table */

static void
add_item (GMenu *menu, const char *label, const char *action)
{
  g_menu_append (menu, label, action);
}

static void
append_section (GMenu *menu, GMenu *section)
{
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);
}

static GMenuModel *
build_menu (SamspillRecordPage *self)
{
  const SamspillPublishWay way = samspill_record_page_get_publish_way (self);
  GMenu *menu = g_menu_new ();
  GMenu *section = g_menu_new ();

  if (self->is_trashed)
    {
      add_item (section, _ ("Take it out of the trash"), "page.restore");
      add_item (section, _ ("Delete for ever…"), "page.delete");
      append_section (menu, section);
      return G_MENU_MODEL (menu);
    }
  if (samspill_record_page_is (self, "need") && self->draft != NULL)
    {
      add_item (section, _ ("Go through the questions"), "page.ask");
      add_item (section, _ ("Log a proposal to this need"), "page.new-pitch");
    }
  if (samspill_record_page_is (self, "pitch") && self->draft != NULL)
    add_item (section, _ ("Choose the need that it answers…"), "page.choose-need");
  append_section (menu, section);
  section = g_menu_new ();
  if (samspill_record_page_has_versions (self))
    add_item (section, _ ("Look at the two versions"), "page.versions");
  if (samspill_record_page_can_share (self))
    add_item (section, _ ("Share with colleagues…"), "page.share");
  if (way == SAMSPILL_PUBLISH_FIRST)
    add_item (section, _ ("Publish…"), "page.publish");
  else if (way != SAMSPILL_PUBLISH_NOT)
    {
      add_item (section, _ ("Update what is published…"), "page.publish");
      add_item (section, _ ("Withdraw…"), "page.withdraw");
    }
  append_section (menu, section);
  section = g_menu_new ();
  add_item (section, _ ("Print…"), "page.print");
  add_item (section, _ ("Save as PDF…"), "page.export-pdf");
  add_item (section, _ ("Save for a word processor…"), "page.export-odt");
  add_item (section, _ ("Save as a web page…"), "page.export-html");
  if (samspill_record_page_is (self, "need"))
    add_item (section, _ ("Make a form for founders…"), "page.reply-form");
  append_section (menu, section);
  if (self->draft != NULL)
    {
      section = g_menu_new ();
      add_item (section, _ ("Add a file…"), "page.add-file");
      add_item (section, _ ("Earlier versions"), "page.history");
      append_section (menu, section);
      section = g_menu_new ();
      add_item (section, _ ("Move to the trash"), "page.trash");
      append_section (menu, section);
    }
  return G_MENU_MODEL (menu);
}

static const GActionEntry entries[] = {
  { "edit", NULL, NULL, "false", edit_cb },
  { "ask", ask_cb },
  { "finish", finish_cb },
  { "new-pitch", new_pitch_cb },
  { "choose-need", choose_need_cb },
  { "undo", undo_cb },
  { "redo", redo_cb },
  { "print", print_cb },
  { "export-pdf", export_pdf_cb },
  { "export-odt", export_odt_cb },
  { "export-html", export_html_cb },
  { "reply-form", reply_form_cb },
  { "add-file", add_file_cb },
  { "history", history_cb },
  { "trash", trash_cb },
  { "restore", restore_cb },
  { "delete", delete_cb },
};

void
samspill_record_page_add_actions (SamspillRecordPage *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
}

static void
enable (SamspillRecordPage *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name)),
                               enabled);
}

void
samspill_record_page_update_actions (SamspillRecordPage *self)
{
  const SamspillPublishWay way = samspill_record_page_get_publish_way (self);
  gboolean is_kept = self->record != NULL && self->id != NULL;
  gboolean can_write = self->draft != NULL;
  gboolean can_undo = FALSE;
  gboolean can_redo = FALSE;
  GAction *edit = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "edit");

  if (can_write)
    g_object_get (self->draft, "can-undo", &can_undo, "can-redo", &can_redo, NULL);
  g_simple_action_set_state (G_SIMPLE_ACTION (edit), g_variant_new_boolean (self->mode == SAMSPILL_PAGE_EDITING));
  enable (self, "edit", can_write);
  enable (self, "ask", can_write && samspill_record_page_is (self, "need"));
  enable (self, "finish", self->mode == SAMSPILL_PAGE_ASKING);
  enable (self, "new-pitch", can_write && is_kept && samspill_record_page_is (self, "need"));
  enable (self, "choose-need", can_write && samspill_record_page_is (self, "pitch"));
  enable (self, "undo", can_undo || self->undo_toast != NULL);
  enable (self, "redo", can_redo);
  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    if (g_str_has_prefix (entries[i].name, "export-") || g_str_equal (entries[i].name, "print"))
      enable (self, entries[i].name, self->record != NULL && !self->is_trashed);
  enable (self, "reply-form", samspill_record_page_is (self, "need") && !self->is_trashed);
  enable (self, "add-file", can_write && is_kept);
  enable (self, "history", is_kept);
  enable (self, "trash", can_write && is_kept);
  enable (self, "restore", self->is_trashed);
  enable (self, "delete", self->is_trashed);
  enable (self, "share", samspill_record_page_can_share (self));
  enable (self, "publish", way != SAMSPILL_PUBLISH_NOT);
  enable (self, "withdraw", way == SAMSPILL_PUBLISH_UPDATE || way == SAMSPILL_PUBLISH_CURRENT);
  enable (self, "why", samspill_record_page_is_refused (self));
  enable (self, "versions", samspill_record_page_has_versions (self));
  g_clear_object (&self->menu);
  if (self->record != NULL)
    self->menu = build_menu (self);
}
