/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-remark-row.h"

#include <glib/gi18n.h>

struct _SamspillRemarkRow
{
  GtkBox parent_instance;

  GtkImage *icon;
  GtkLabel *message;
  GtkLabel *mend;
  GtkButton *words;
  GtkLabel *words_label;
  SamspillRemark *remark;
};

G_DEFINE_FINAL_TYPE (SamspillRemarkRow, samspill_remark_row, GTK_TYPE_BOX)

enum
{
  SHOWN,
  DISMISSED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
words_clicked_cb (SamspillRemarkRow *self)
{
  g_signal_emit (self, signals[SHOWN], 0);
}

static void
dismiss_clicked_cb (SamspillRemarkRow *self)
{
  g_signal_emit (self, signals[DISMISSED], 0);
}

static void
samspill_remark_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_REMARK_ROW);
  G_OBJECT_CLASS (samspill_remark_row_parent_class)->dispose (object);
}

static void
samspill_remark_row_finalize (GObject *object)
{
  g_clear_pointer (&SAMSPILL_REMARK_ROW (object)->remark, samspill_remark_free);
  G_OBJECT_CLASS (samspill_remark_row_parent_class)->finalize (object);
}

static void
samspill_remark_row_class_init (SamspillRemarkRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = samspill_remark_row_dispose;
  object_class->finalize = samspill_remark_row_finalize;
  signals[SHOWN] =
      g_signal_new ("shown", SAMSPILL_TYPE_REMARK_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DISMISSED] =
      g_signal_new ("dismissed", SAMSPILL_TYPE_REMARK_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_NOTE);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-remark-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillRemarkRow, icon);
  gtk_widget_class_bind_template_child (widget_class, SamspillRemarkRow, message);
  gtk_widget_class_bind_template_child (widget_class, SamspillRemarkRow, mend);
  gtk_widget_class_bind_template_child (widget_class, SamspillRemarkRow, words);
  gtk_widget_class_bind_template_child (widget_class, SamspillRemarkRow, words_label);
  gtk_widget_class_bind_template_callback (widget_class, words_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, dismiss_clicked_cb);
}

static void
samspill_remark_row_init (SamspillRemarkRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
samspill_remark_row_new (const SamspillRemark *remark)
{
  SamspillRemarkRow *self = g_object_new (SAMSPILL_TYPE_REMARK_ROW, NULL);

  self->remark = samspill_remark_copy (remark);
  gtk_label_set_text (self->message, remark->message);
  gtk_label_set_text (self->mend, remark->mend != NULL ? remark->mend : "");
  gtk_widget_set_visible (GTK_WIDGET (self->mend), remark->mend != NULL);
  if (remark->words != NULL && remark->start >= 0)
    {
      g_autofree char *quoted = g_strdup_printf ("«%s»", remark->words);

      gtk_label_set_text (self->words_label, quoted);
    }
  else
    {
      gtk_widget_set_visible (GTK_WIDGET (self->words), FALSE);
    }
  if (remark->kind == SAMSPILL_REMARK_PERSONAL_DATA)
    {
      gtk_image_set_from_icon_name (self->icon, "dialog-warning-symbolic");
      gtk_widget_add_css_class (GTK_WIDGET (self->icon), "warning");
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, remark->message, -1);
  return GTK_WIDGET (self);
}

const SamspillRemark *
samspill_remark_row_get_remark (SamspillRemarkRow *self)
{
  g_return_val_if_fail (SAMSPILL_IS_REMARK_ROW (self), NULL);
  return self->remark;
}
