/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-peek.h"

#include <glib/gi18n.h>

#include "samspill-record-body.h"
#include "samspill-record-text.h"

struct _SamspillPeek
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkScrolledWindow *scroller;
  GtkLabel *eyebrow;
  SamspillFieldView *title;
  GtkBox *content;
  AdwStatusPage *failure;
  SamspillRecordBody *body;
  SamspillProfile *profile;
  GCancellable *cancellable;
  char *space;
  char *id;
};

G_DEFINE_FINAL_TYPE (SamspillPeek, samspill_peek, ADW_TYPE_BIN)

enum
{
  RECORD_OPENED,
  CLOSED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
open_clicked_cb (SamspillPeek *self)
{
  g_signal_emit (self, signals[RECORD_OPENED], 0, self->space, self->id);
}

static void
close_clicked_cb (SamspillPeek *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillPeek) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load_finish (SAMSPILL_PROFILE (source), result, &error);
  g_autofree char *eyebrow = NULL;
  g_autofree char *title = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->stack == NULL)
    return;
  if (loaded == NULL)
    {
      adw_status_page_set_description (self->failure, error->message);
      gtk_stack_set_visible_child_name (self->stack, "failure");
      return;
    }
  eyebrow = samspill_record_dup_eyebrow (self->profile, loaded->record, loaded->space);
  title = samspill_record_dup_text (loaded->record, "title");
  gtk_label_set_text (self->eyebrow, eyebrow);
  samspill_field_view_set_text (self->title, *title != '\0' ? title : samspill_record_get_title (loaded->record));
  samspill_record_body_set_record (self->body, loaded->record);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  gtk_stack_set_visible_child_name (self->stack, "record");
}

static void
samspill_peek_dispose (GObject *object)
{
  SamspillPeek *self = SAMSPILL_PEEK (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->profile);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_PEEK);
  G_OBJECT_CLASS (samspill_peek_parent_class)->dispose (object);
}

static void
samspill_peek_finalize (GObject *object)
{
  g_free (SAMSPILL_PEEK (object)->space);
  g_free (SAMSPILL_PEEK (object)->id);
  G_OBJECT_CLASS (samspill_peek_parent_class)->finalize (object);
}

static void
samspill_peek_class_init (SamspillPeekClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_peek_dispose;
  G_OBJECT_CLASS (klass)->finalize = samspill_peek_finalize;
  signals[RECORD_OPENED] = g_signal_new ("record-opened", SAMSPILL_TYPE_PEEK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[CLOSED] = g_signal_new ("closed", SAMSPILL_TYPE_PEEK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (SAMSPILL_TYPE_FIELD_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-peek.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillPeek, stack);
  gtk_widget_class_bind_template_child (widget_class, SamspillPeek, scroller);
  gtk_widget_class_bind_template_child (widget_class, SamspillPeek, eyebrow);
  gtk_widget_class_bind_template_child (widget_class, SamspillPeek, title);
  gtk_widget_class_bind_template_child (widget_class, SamspillPeek, content);
  gtk_widget_class_bind_template_child (widget_class, SamspillPeek, failure);
  gtk_widget_class_bind_template_callback (widget_class, open_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_clicked_cb);
}

static void
samspill_peek_init (SamspillPeek *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
samspill_peek_new (SamspillProfile *profile)
{
  SamspillPeek *self = g_object_new (SAMSPILL_TYPE_PEEK, NULL);

  self->profile = g_object_ref (profile);
  self->body = SAMSPILL_RECORD_BODY (samspill_record_body_new (profile));
  gtk_box_append (self->content, GTK_WIDGET (self->body));
  return GTK_WIDGET (self);
}

void
samspill_peek_show (SamspillPeek *self, const char *space, const char *id)
{
  g_return_if_fail (SAMSPILL_IS_PEEK (self));
  g_set_str (&self->space, space);
  g_set_str (&self->id, id);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  samspill_profile_load_async (self->profile, space, id, self->cancellable, loaded_cb, g_object_ref (self));
}
