/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-measure-row.h"

#include <glib/gi18n.h>

#include "samspill-field-row.h"
#include "samspill-field-view.h"
#include "samspill-format.h"

struct _SamspillMeasureRow
{
  GtkListBoxRow parent_instance;

  SamspillFieldView *what;
  SamspillFieldView *now;
  SamspillFieldView *target;
  SamspillFieldView *by;
  SamspillFieldView *how;
  GtkWidget *line;
  GtkWidget *arrow;
  GtkWidget *by_label;
  GtkWidget *remove;
  JsonObject *object;
  gboolean editing;
};

G_DEFINE_FINAL_TYPE (SamspillMeasureRow, samspill_measure_row, GTK_TYPE_LIST_BOX_ROW)

enum
{
  EDITED,
  REMOVED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static gboolean
is_blank (SamspillFieldView *view)
{
  return gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view))) == 0;
}

static void
update_visible (SamspillMeasureRow *self)
{
  gboolean now = self->editing || !is_blank (self->now);
  gboolean target = self->editing || !is_blank (self->target);
  gboolean by = self->editing || !is_blank (self->by);

  gtk_widget_set_visible (GTK_WIDGET (self->now), now);
  gtk_widget_set_visible (GTK_WIDGET (self->target), target);
  gtk_widget_set_visible (self->arrow, now && target);
  gtk_widget_set_visible (GTK_WIDGET (self->by), by);
  gtk_widget_set_visible (self->by_label, by);
  gtk_widget_set_visible (self->line, now || target || by);
  gtk_widget_set_visible (GTK_WIDGET (self->how), self->editing || !is_blank (self->how));
  gtk_widget_set_opacity (self->remove, self->editing ? 1 : 0);
  gtk_widget_set_sensitive (self->remove, self->editing);
}

static void
set_member (JsonObject *object, const char *name, SamspillFieldView *view)
{
  g_autofree char *text = samspill_field_view_dup_text (view);

  if (*g_strstrip (text) != '\0')
    json_object_set_string_member (object, name, text);
  else
    json_object_remove_member (object, name);
}

static void
edited_cb (SamspillMeasureRow *self)
{
  g_signal_emit (self, signals[EDITED], 0);
}

static void
remove_clicked_cb (SamspillMeasureRow *self)
{
  g_signal_emit (self, signals[REMOVED], 0);
}

static void
next_cb (SamspillMeasureRow *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (root != NULL)
    gtk_widget_child_focus (GTK_WIDGET (root), GTK_DIR_TAB_FORWARD);
}

static void
samspill_measure_row_dispose (GObject *object)
{
  SamspillMeasureRow *self = SAMSPILL_MEASURE_ROW (object);

  g_clear_pointer (&self->object, json_object_unref);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_MEASURE_ROW);
  G_OBJECT_CLASS (samspill_measure_row_parent_class)->dispose (object);
}

static void
samspill_measure_row_class_init (SamspillMeasureRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_measure_row_dispose;
  signals[EDITED] =
      g_signal_new ("edited", SAMSPILL_TYPE_MEASURE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOVED] =
      g_signal_new ("removed", SAMSPILL_TYPE_MEASURE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (SAMSPILL_TYPE_FIELD_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-measure-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillMeasureRow, what);
  gtk_widget_class_bind_template_child (widget_class, SamspillMeasureRow, now);
  gtk_widget_class_bind_template_child (widget_class, SamspillMeasureRow, target);
  gtk_widget_class_bind_template_child (widget_class, SamspillMeasureRow, by);
  gtk_widget_class_bind_template_child (widget_class, SamspillMeasureRow, how);
  gtk_widget_class_bind_template_child (widget_class, SamspillMeasureRow, line);
  gtk_widget_class_bind_template_child (widget_class, SamspillMeasureRow, arrow);
  gtk_widget_class_bind_template_child (widget_class, SamspillMeasureRow, by_label);
  gtk_widget_class_bind_template_child (widget_class, SamspillMeasureRow, remove);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_clicked_cb);
}

static void
samspill_measure_row_init (SamspillMeasureRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_visible (self);
}

GtkWidget *
samspill_measure_row_new (void)
{
  return g_object_new (SAMSPILL_TYPE_MEASURE_ROW, NULL);
}

static const char *
member (JsonObject *object, const char *name)
{
  return object != NULL ? json_object_get_string_member_with_default (object, name, "") : "";
}

/* What is being typed right now stays as it is typed: the record may hold the same date in another form. */
static void
show_date (SamspillMeasureRow *self)
{
  const char *iso = member (self->object, "by");
  g_autofree char *typed = samspill_date_to_typed (iso);
  g_autofree char *read = samspill_format_date (iso);

  if (self->editing && gtk_widget_has_focus (GTK_WIDGET (self->by)))
    return;
  samspill_field_view_set_text (self->by, self->editing ? typed : read);
}

void
samspill_measure_row_set_object (SamspillMeasureRow *self, JsonObject *measure)
{
  g_return_if_fail (SAMSPILL_IS_MEASURE_ROW (self));
  g_clear_pointer (&self->object, json_object_unref);
  if (measure != NULL)
    self->object = json_object_ref (measure);
  samspill_field_view_set_text (self->what, member (measure, "what"));
  samspill_field_view_set_text (self->now, member (measure, "now"));
  samspill_field_view_set_text (self->target, member (measure, "target"));
  samspill_field_view_set_text (self->how, member (measure, "how"));
  show_date (self);
  update_visible (self);
}

JsonObject *
samspill_measure_row_dup_object (SamspillMeasureRow *self)
{
  JsonObject *object = json_object_new ();
  g_autofree char *typed = NULL;
  g_autofree char *iso = NULL;

  g_return_val_if_fail (SAMSPILL_IS_MEASURE_ROW (self), object);
  if (self->object != NULL)
    {
      g_autoptr (GList) names = json_object_get_members (self->object);

      for (GList *name = names; name != NULL; name = name->next)
        json_object_set_member (object, name->data, json_object_dup_member (self->object, name->data));
    }
  set_member (object, "what", self->what);
  set_member (object, "now", self->now);
  set_member (object, "target", self->target);
  set_member (object, "how", self->how);
  typed = samspill_field_view_dup_text (self->by);
  iso = samspill_date_from_typed (g_strstrip (typed));
  if (iso != NULL)
    json_object_set_string_member (object, "by", iso);
  else if (*typed == '\0')
    json_object_remove_member (object, "by");
  return object;
}

gboolean
samspill_measure_row_is_empty (SamspillMeasureRow *self)
{
  g_return_val_if_fail (SAMSPILL_IS_MEASURE_ROW (self), TRUE);
  return is_blank (self->what) && is_blank (self->now) && is_blank (self->target) && is_blank (self->how) &&
         is_blank (self->by);
}

void
samspill_measure_row_set_editing (SamspillMeasureRow *self, gboolean editing)
{
  SamspillFieldView *const views[] = { self->what, self->now, self->target, self->by, self->how };

  g_return_if_fail (SAMSPILL_IS_MEASURE_ROW (self));
  self->editing = editing;
  for (gsize i = 0; i < G_N_ELEMENTS (views); i++)
    samspill_field_view_set_editing (views[i], editing);
  show_date (self);
  update_visible (self);
}
