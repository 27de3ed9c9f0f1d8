/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-field-block.h"

#include <glib/gi18n.h>

#include "samspill-record-text.h"

struct _SamspillFieldBlock
{
  GtkBox parent_instance;

  GtkLabel *heading;
  SamspillFieldView *view;
  GtkBox *remarks;

  char *path;
  const SamspillField *field;
  SamspillRecord *record;
  gboolean editing;
};

G_DEFINE_FINAL_TYPE (SamspillFieldBlock, samspill_field_block, GTK_TYPE_BOX)

enum
{
  EDITED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
update_visible (SamspillFieldBlock *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), self->editing || !samspill_field_block_is_empty (self));
}

/* Read, a text is shown in the language of the screen where it has been translated; edited, it is the text itself. */
static void
show (SamspillFieldBlock *self)
{
  g_autofree char *text = NULL;

  if (self->record != NULL && self->editing)
    text = g_strdup (samspill_record_get_string (self->record, self->path));
  else if (self->record != NULL)
    text = samspill_record_dup_text (self->record, self->path);
  samspill_field_view_set_text (self->view, text != NULL ? text : "");
  update_visible (self);
}

static void
set_placeholder (SamspillFieldBlock *self)
{
  gboolean show_placeholder;

  g_object_get (self->view, "show-placeholder", &show_placeholder, NULL);
  if (show_placeholder)
    g_object_set (self->view, "placeholder-text", _ ("Without a title"), NULL);
  else
    g_object_set (self->view, "placeholder-text",
                  self->field->help != NULL ? _ (self->field->help) : _ ("Not written yet"), NULL);
}

static void
edited_cb (SamspillFieldBlock *self)
{
  g_autofree char *text = samspill_field_view_dup_text (self->view);

  if (self->record == NULL)
    return;
  samspill_record_set_string (self->record, self->path, text);
  g_signal_emit (self, signals[EDITED], 0);
}

static void
next_cb (SamspillFieldBlock *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (root != NULL)
    gtk_widget_child_focus (GTK_WIDGET (root), GTK_DIR_TAB_FORWARD);
}

static void
samspill_field_block_dispose (GObject *object)
{
  SamspillFieldBlock *self = SAMSPILL_FIELD_BLOCK (object);

  g_clear_object (&self->record);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_FIELD_BLOCK);
  G_OBJECT_CLASS (samspill_field_block_parent_class)->dispose (object);
}

static void
samspill_field_block_finalize (GObject *object)
{
  g_free (SAMSPILL_FIELD_BLOCK (object)->path);
  G_OBJECT_CLASS (samspill_field_block_parent_class)->finalize (object);
}

static void
samspill_field_block_class_init (SamspillFieldBlockClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = samspill_field_block_dispose;
  object_class->finalize = samspill_field_block_finalize;
  signals[EDITED] =
      g_signal_new ("edited", SAMSPILL_TYPE_FIELD_BLOCK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (SAMSPILL_TYPE_FIELD_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-field-block.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillFieldBlock, heading);
  gtk_widget_class_bind_template_child (widget_class, SamspillFieldBlock, view);
  gtk_widget_class_bind_template_child (widget_class, SamspillFieldBlock, remarks);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
}

static void
samspill_field_block_init (SamspillFieldBlock *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
samspill_field_block_new (const SamspillField *field, const char *path, const char *heading)
{
  SamspillFieldBlock *self = g_object_new (SAMSPILL_TYPE_FIELD_BLOCK, NULL);

  samspill_field_block_set_field (self, field, path);
  if (heading != NULL)
    gtk_label_set_text (self->heading, heading);
  return GTK_WIDGET (self);
}

void
samspill_field_block_set_field (SamspillFieldBlock *self, const SamspillField *field, const char *path)
{
  g_return_if_fail (SAMSPILL_IS_FIELD_BLOCK (self));
  self->field = field;
  g_set_str (&self->path, path);
  gtk_label_set_text (self->heading, _ (field->label));
  g_object_set (self->view, "single-line", field->kind == SAMSPILL_FIELD_STRING, NULL);
  set_placeholder (self);
}

void
samspill_field_block_set_title (SamspillFieldBlock *self)
{
  g_return_if_fail (SAMSPILL_IS_FIELD_BLOCK (self));
  gtk_widget_set_visible (GTK_WIDGET (self->heading), FALSE);
  gtk_widget_remove_css_class (GTK_WIDGET (self->view), "prose");
  gtk_widget_add_css_class (GTK_WIDGET (self->view), "title-1");
  gtk_widget_set_halign (GTK_WIDGET (self->view), GTK_ALIGN_FILL);
  g_object_set (self->view, "show-placeholder", TRUE, NULL);
  set_placeholder (self);
}

const char *
samspill_field_block_get_path (SamspillFieldBlock *self)
{
  g_return_val_if_fail (SAMSPILL_IS_FIELD_BLOCK (self), NULL);
  return self->path;
}

SamspillFieldView *
samspill_field_block_get_view (SamspillFieldBlock *self)
{
  g_return_val_if_fail (SAMSPILL_IS_FIELD_BLOCK (self), NULL);
  return self->view;
}

GtkBox *
samspill_field_block_get_remarks (SamspillFieldBlock *self)
{
  g_return_val_if_fail (SAMSPILL_IS_FIELD_BLOCK (self), NULL);
  return self->remarks;
}

void
samspill_field_block_set_record (SamspillFieldBlock *self, SamspillRecord *record)
{
  g_return_if_fail (SAMSPILL_IS_FIELD_BLOCK (self));
  g_set_object (&self->record, record);
  show (self);
}

void
samspill_field_block_set_editing (SamspillFieldBlock *self, gboolean editing)
{
  g_return_if_fail (SAMSPILL_IS_FIELD_BLOCK (self));
  self->editing = editing;
  samspill_field_view_set_editing (self->view, editing);
  show (self);
}

gboolean
samspill_field_block_is_empty (SamspillFieldBlock *self)
{
  g_return_val_if_fail (SAMSPILL_IS_FIELD_BLOCK (self), TRUE);
  return gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view))) == 0;
}

void
samspill_field_block_set_roomy (SamspillFieldBlock *self, guint lines)
{
  g_return_if_fail (SAMSPILL_IS_FIELD_BLOCK (self));
  g_object_set (self->view, "min-lines", self->field->kind == SAMSPILL_FIELD_STRING ? 1 : lines, NULL);
  gtk_widget_set_halign (GTK_WIDGET (self->view), GTK_ALIGN_FILL);
  gtk_widget_add_css_class (GTK_WIDGET (self), "roomy");
}
