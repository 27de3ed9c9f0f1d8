/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-reply-dialog.h"

#include <glib/gi18n.h>

#include "samspill-find-record.h"
#include "samspill-record-body.h"

/* What a founder answered, to be read before it is kept. All of it is shown as plain text. */
#define SAMSPILL_TYPE_REPLY_DIALOG (samspill_reply_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SamspillReplyDialog, samspill_reply_dialog, SAMSPILL, REPLY_DIALOG, AdwDialog)

struct _SamspillReplyDialog
{
  AdwDialog parent_instance;

  AdwActionRow *need_row;
  GtkImage *need_icon;
  GtkLabel *title;
  GtkLabel *from;
  GtkBox *content;
  GtkWidget *keep;
  AdwBanner *banner;

  SamspillProfile *profile;
  SamspillReply *reply;
  SamspillReplyKept kept;
  gpointer data;
};

G_DEFINE_FINAL_TYPE (SamspillReplyDialog, samspill_reply_dialog, ADW_TYPE_DIALOG)

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillReplyDialog) self = data;
  g_autoptr (GError) error = NULL;

  if (samspill_profile_save_finish (SAMSPILL_PROFILE (source), result, &error))
    {
      g_autofree char *id = g_strdup (samspill_record_get_id (self->reply->pitch));
      SamspillReplyKept kept = self->kept;
      gpointer kept_data = self->data;

      adw_dialog_close (ADW_DIALOG (self));
      kept ("mine", id, kept_data);
      return;
    }
  gtk_widget_set_sensitive (self->keep, TRUE);
  adw_banner_set_title (self->banner, error->message);
  adw_banner_set_revealed (self->banner, TRUE);
  gtk_accessible_announce (GTK_ACCESSIBLE (self), error->message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

static void
keep_clicked_cb (SamspillReplyDialog *self)
{
  gtk_widget_set_sensitive (self->keep, FALSE);
  samspill_record_set_string (self->reply->pitch, "status", "new");
  samspill_profile_save_async (self->profile, NULL, self->reply->pitch, NULL, saved_cb, g_object_ref (self));
}

static void
discard_clicked_cb (SamspillReplyDialog *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

static void
samspill_reply_dialog_dispose (GObject *object)
{
  SamspillReplyDialog *self = SAMSPILL_REPLY_DIALOG (object);

  g_clear_object (&self->profile);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_REPLY_DIALOG);
  G_OBJECT_CLASS (samspill_reply_dialog_parent_class)->dispose (object);
}

static void
samspill_reply_dialog_finalize (GObject *object)
{
  g_clear_pointer (&SAMSPILL_REPLY_DIALOG (object)->reply, samspill_reply_free);
  G_OBJECT_CLASS (samspill_reply_dialog_parent_class)->finalize (object);
}

static void
samspill_reply_dialog_class_init (SamspillReplyDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_reply_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = samspill_reply_dialog_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-reply-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillReplyDialog, need_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillReplyDialog, need_icon);
  gtk_widget_class_bind_template_child (widget_class, SamspillReplyDialog, title);
  gtk_widget_class_bind_template_child (widget_class, SamspillReplyDialog, from);
  gtk_widget_class_bind_template_child (widget_class, SamspillReplyDialog, content);
  gtk_widget_class_bind_template_child (widget_class, SamspillReplyDialog, keep);
  gtk_widget_class_bind_template_child (widget_class, SamspillReplyDialog, banner);
  gtk_widget_class_bind_template_callback (widget_class, keep_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, discard_clicked_cb);
}

static void
samspill_reply_dialog_init (SamspillReplyDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Which need it answers, as we know it; and where we do not, as the founder saw it. */
static void
show_need (SamspillReplyDialog *self)
{
  const char *seen = self->reply->need_title != NULL ? self->reply->need_title : "";
  g_autoptr (SamspillRow) row =
      self->reply->need != NULL ? samspill_find_record (self->profile, "mine", self->reply->need) : NULL;

  if (row != NULL)
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->need_row), row->title);
      adw_action_row_set_subtitle (self->need_row, _ ("The need that it answers"));
      if (*seen != '\0' && !g_str_equal (seen, row->title))
        {
          g_autofree char *text = g_strdup_printf (_ ("The need that it answers. The founder read it as “%s”."), seen);

          adw_action_row_set_subtitle (self->need_row, text);
        }
      return;
    }
  if (self->reply->need == NULL)
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->need_row), _ ("It answers no need"));
      adw_action_row_set_subtitle (self->need_row, _ ("A proposal of its own. You can keep it all the same."));
      gtk_image_set_from_icon_name (self->need_icon, "emoji-objects-symbolic");
      return;
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->need_row),
                                 *seen != '\0' ? seen : _ ("A need without a title"));
  adw_action_row_set_subtitle (self->need_row,
                               _ ("It answers this need, which is not on this computer. If you keep it, "
                                  "it stands without a link until the need is here."));
  gtk_image_set_from_icon_name (self->need_icon, "dialog-warning-symbolic");
  gtk_widget_add_css_class (GTK_WIDGET (self->need_icon), "warning");
}

static void
show_from (SamspillReplyDialog *self)
{
  const char *name = samspill_record_get_string (self->reply->pitch, "supplier.name");
  const char *role = samspill_record_get_string (self->reply->pitch, "supplier.role");
  g_autofree char *who = *role != '\0' ? g_strdup_printf ("%s · %s", name, role) : g_strdup (name);

  gtk_label_set_text (self->from, *name != '\0' ? who : _ ("The sender has not told who they are"));
}

void
samspill_reply_dialog_present (GtkWidget *parent, SamspillProfile *profile, SamspillReply *reply,
                               SamspillReplyKept kept, gpointer data)
{
  SamspillReplyDialog *self = g_object_new (SAMSPILL_TYPE_REPLY_DIALOG, NULL);
  GtkWidget *body = samspill_record_body_new (profile);
  const char *title = samspill_record_get_title (reply->pitch);

  self->profile = g_object_ref (profile);
  self->reply = reply;
  self->kept = kept;
  self->data = data;
  gtk_label_set_text (self->title, *title != '\0' ? title : _ ("Without a title"));
  show_need (self);
  show_from (self);
  samspill_record_body_set_record (SAMSPILL_RECORD_BODY (body), reply->pitch);
  gtk_box_append (self->content, body);
  adw_dialog_present (ADW_DIALOG (self), parent);
}
