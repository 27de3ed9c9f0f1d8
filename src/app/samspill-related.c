/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-related.h"

#include <glib/gi18n.h>

#define DELAY_MS 700
#define MOST 5

struct _SamspillRelated
{
  AdwBin parent_instance;

  AdwPreferencesGroup *group;
  SamspillProfile *profile;
  SamspillRecord *waiting;
  GCancellable *cancellable;
  GPtrArray *rows;
  GPtrArray *lines;
  guint timeout;
};

G_DEFINE_FINAL_TYPE (SamspillRelated, samspill_related, ADW_TYPE_BIN)

enum
{
  RECORD_OPENED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
activated_cb (SamspillRelated *self, GtkWidget *row)
{
  g_signal_emit (self, signals[RECORD_OPENED], 0, g_object_get_data (G_OBJECT (row), "space"),
                 g_object_get_data (G_OBJECT (row), "id"));
}

static const char *
icon_of (const char *type)
{
  if (g_strcmp0 (type, "case") == 0)
    return "starred-symbolic";
  if (g_strcmp0 (type, "pitch") == 0)
    return "emoji-objects-symbolic";
  return "emoji-flags-symbolic";
}

static char *
dup_subtitle (const SamspillSimilar *similar)
{
  GString *text = g_string_new (similar->where);

  if (similar->outcome != NULL && *similar->outcome != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", similar->outcome);
  if (similar->reason != NULL && *similar->reason != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", similar->reason);
  return g_string_free (text, FALSE);
}

static void
add_row (SamspillRelated *self, const SamspillSimilar *similar)
{
  g_autofree char *subtitle = dup_subtitle (similar);
  GtkWidget *row = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "activatable", TRUE, NULL);
  GtkWidget *kind = gtk_image_new_from_icon_name (icon_of (similar->type));
  GtkWidget *go = gtk_image_new_from_icon_name ("go-next-symbolic");

  /* Apart: in one call the title would be told before the markup, and read as such. */
  g_object_set (row, "title", similar->title, "subtitle", subtitle, NULL);
  gtk_widget_add_css_class (kind, "dimmed");
  gtk_widget_add_css_class (go, "dimmed");
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, subtitle, -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), kind);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), go);
  g_object_set_data_full (G_OBJECT (row), "space", g_strdup (similar->space), g_free);
  g_object_set_data_full (G_OBJECT (row), "id", g_strdup (similar->id), g_free);
  g_signal_connect_object (row, "activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (self->group, row);
  g_ptr_array_add (self->rows, row);
  g_ptr_array_add (self->lines, samspill_similar_dup_line (similar));
}

static void
show (SamspillRelated *self, GPtrArray *similar)
{
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->lines, 0);
  for (guint i = 0; similar != NULL && i < similar->len; i++)
    add_row (self, g_ptr_array_index (similar, i));
  gtk_widget_set_visible (GTK_WIDGET (self), self->rows->len > 0);
}

/* The same answer again leaves the rows, and with them the focus, alone. */
static gboolean
is_shown (SamspillRelated *self, GPtrArray *similar)
{
  if (similar->len != self->rows->len)
    return FALSE;
  for (guint i = 0; i < similar->len; i++)
    if (!g_str_equal (((SamspillSimilar *)g_ptr_array_index (similar, i))->id,
                      g_object_get_data (g_ptr_array_index (self->rows, i), "id")))
      return FALSE;
  return TRUE;
}

static void
similar_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillRelated) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) similar = samspill_index_similar_finish (SAMSPILL_INDEX (source), result, &error);

  if (similar == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_warning ("similar records: %s", error->message);
      return;
    }
  if (self->group != NULL && !is_shown (self, similar))
    show (self, similar);
}

static void
ask (SamspillRelated *self, SamspillRecord *record)
{
  g_autoptr (SamspillRecord) copy = samspill_record_copy (record);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  samspill_index_similar_async (samspill_profile_get_index (self->profile), copy, MOST, self->cancellable, similar_cb,
                                g_object_ref (self));
}

static gboolean
timeout_cb (gpointer data)
{
  SamspillRelated *self = data;

  self->timeout = 0;
  if (self->waiting != NULL)
    ask (self, self->waiting);
  g_clear_object (&self->waiting);
  return G_SOURCE_REMOVE;
}

static void
samspill_related_dispose (GObject *object)
{
  SamspillRelated *self = SAMSPILL_RELATED (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->waiting);
  g_clear_object (&self->profile);
  /* The group is the bin's child and the template's: it must go once only. */
  adw_bin_set_child (ADW_BIN (self), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_RELATED);
  G_OBJECT_CLASS (samspill_related_parent_class)->dispose (object);
}

static void
samspill_related_finalize (GObject *object)
{
  g_ptr_array_unref (SAMSPILL_RELATED (object)->rows);
  g_ptr_array_unref (SAMSPILL_RELATED (object)->lines);
  G_OBJECT_CLASS (samspill_related_parent_class)->finalize (object);
}

static void
samspill_related_class_init (SamspillRelatedClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_related_dispose;
  G_OBJECT_CLASS (klass)->finalize = samspill_related_finalize;
  signals[RECORD_OPENED] = g_signal_new ("record-opened", SAMSPILL_TYPE_RELATED, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-related.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillRelated, group);
}

static void
samspill_related_init (SamspillRelated *self)
{
  self->rows = g_ptr_array_new ();
  self->lines = g_ptr_array_new_with_free_func (g_free);
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
samspill_related_new (SamspillProfile *profile)
{
  SamspillRelated *self = g_object_new (SAMSPILL_TYPE_RELATED, NULL);

  self->profile = g_object_ref (profile);
  return GTK_WIDGET (self);
}

void
samspill_related_set_record (SamspillRelated *self, SamspillRecord *record)
{
  g_return_if_fail (SAMSPILL_IS_RELATED (self));
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_object (&self->waiting);
  show (self, NULL);
  if (record != NULL)
    ask (self, record);
  else
    g_cancellable_cancel (self->cancellable);
}

void
samspill_related_queue (SamspillRelated *self, SamspillRecord *record)
{
  g_return_if_fail (SAMSPILL_IS_RELATED (self));
  g_set_object (&self->waiting, record);
  g_clear_handle_id (&self->timeout, g_source_remove);
  self->timeout = g_timeout_add (DELAY_MS, timeout_cb, self);
}

char **
samspill_related_dup_lines (SamspillRelated *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_return_val_if_fail (SAMSPILL_IS_RELATED (self), NULL);
  for (guint i = 0; i < self->lines->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (self->lines, i));
  return g_strv_builder_end (builder);
}
