/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-remarks.h"

#include "samspill-need-check.h"
#include "samspill-remark-row.h"

#define DELAY_MS 400
#define DISMISSED "dismissed_remarks"
/* More than these at once is not a margin but a scolding. */
#define MOST_PER_FIELD 4

struct _SamspillRemarks
{
  GObject parent_instance;

  SamspillRecord *record;
  GPtrArray *blocks;
  SamspillMargin *margin;
  GPtrArray *rows;
  GHashTable *left; /* fields that the person has been in and gone on from */
  guint timeout;
};

G_DEFINE_FINAL_TYPE (SamspillRemarks, samspill_remarks, G_TYPE_OBJECT)

/* Names a remark by what it is about, not by where the words stand: the text around them goes on changing. */
static char *
dup_key (const SamspillRemark *remark)
{
  g_autofree char *words = remark->words != NULL ? g_utf8_strdown (remark->words, -1) : NULL;

  return g_strjoin (":", samspill_remark_kind_to_string (remark->kind), remark->field != NULL ? remark->field : "",
                    words != NULL ? words : "", NULL);
}

static gboolean
is_dismissed (SamspillRemarks *self, const SamspillRemark *remark)
{
  g_auto (GStrv) dismissed = samspill_record_dup_strings (self->record, DISMISSED);
  g_autofree char *key = dup_key (remark);

  return g_strv_contains ((const char *const *)dismissed, key);
}

static SamspillFieldBlock *
block_of (SamspillRemarks *self, const char *field)
{
  for (guint i = 0; field != NULL && self->blocks != NULL && i < self->blocks->len; i++)
    if (g_str_equal (samspill_field_block_get_path (g_ptr_array_index (self->blocks, i)), field))
      return g_ptr_array_index (self->blocks, i);
  return NULL;
}

/* Where a remark stands: beside its field, or beside one of the same question where its field has no text of its own.
 */
static SamspillFieldBlock *
block_beside (SamspillRemarks *self, const SamspillRemark *remark)
{
  const SamspillType *type = samspill_record_get_schema (self->record);
  const SamspillField *field = remark->field != NULL ? samspill_type_field (type, remark->field) : NULL;
  SamspillFieldBlock *block = block_of (self, remark->field);

  if (block != NULL || remark->field == NULL)
    return block != NULL ? block : g_ptr_array_index (self->blocks, 0);
  for (guint i = 0; field != NULL && i < self->blocks->len; i++)
    {
      const char *path = samspill_field_block_get_path (g_ptr_array_index (self->blocks, i));
      const SamspillField *other = samspill_type_field (type, path);

      if (other != NULL && g_strcmp0 (other->group, field->group) == 0 && !g_str_equal (path, "title"))
        return g_ptr_array_index (self->blocks, i);
    }
  return NULL;
}

static void
clear_rows (SamspillRemarks *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);
      GtkWidget *parent = gtk_widget_get_parent (row);

      if (SAMSPILL_IS_MARGIN (parent))
        samspill_margin_remove (SAMSPILL_MARGIN (parent), row);
      else if (GTK_IS_BOX (parent))
        gtk_box_remove (GTK_BOX (parent), row);
    }
  g_ptr_array_set_size (self->rows, 0);
}

static void
shown_cb (SamspillRemarks *self, SamspillRemarkRow *row)
{
  const SamspillRemark *remark = samspill_remark_row_get_remark (row);
  SamspillFieldBlock *block = block_of (self, remark->field);

  if (block != NULL)
    samspill_field_view_select (samspill_field_block_get_view (block), remark->start, remark->end);
}

static void check (SamspillRemarks *self);

static gboolean
check_in_idle_cb (gpointer data)
{
  SamspillRemarks *self = data;

  self->timeout = 0;
  check (self);
  return G_SOURCE_REMOVE;
}

static void
dismissed_cb (SamspillRemarks *self, SamspillRemarkRow *row)
{
  const SamspillRemark *remark = samspill_remark_row_get_remark (row);
  SamspillFieldBlock *block = block_of (self, remark->field);
  g_auto (GStrv) dismissed = samspill_record_dup_strings (self->record, DISMISSED);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  g_strv_builder_addv (builder, (const char **)dismissed);
  g_strv_builder_take (builder, dup_key (remark));
  all = g_strv_builder_end (builder);
  samspill_record_set_strings (self->record, DISMISSED, (const char *const *)all);
  if (block != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (samspill_field_block_get_view (block)));
  /* Not from inside the row's own signal: it goes away. */
  g_clear_handle_id (&self->timeout, g_source_remove);
  self->timeout = g_idle_add (check_in_idle_cb, self);
}

static void
add_row (SamspillRemarks *self, const SamspillRemark *remark, SamspillFieldBlock *block)
{
  GtkWidget *row = samspill_remark_row_new (remark);

  g_signal_connect_object (row, "shown", G_CALLBACK (shown_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "dismissed", G_CALLBACK (dismissed_cb), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->rows, g_object_ref (row));
  if (self->margin != NULL)
    samspill_margin_add (self->margin, row, GTK_WIDGET (samspill_field_block_get_view (block)));
  else
    gtk_box_append (samspill_field_block_get_remarks (block), row);
}

/* That something is missing is told when there is a text to miss it in, or when the person has gone on without one. */
static gboolean
is_too_early (SamspillRemarks *self, const SamspillRemark *remark, SamspillFieldBlock *block)
{
  return remark->start < 0 && samspill_field_block_is_empty (block) &&
         !g_hash_table_contains (self->left, samspill_field_block_get_path (block));
}

static void
show_for_block (SamspillRemarks *self, GPtrArray *remarks, SamspillFieldBlock *block)
{
  g_autoptr (GArray) marks = g_array_new (FALSE, FALSE, sizeof (SamspillFieldMark));
  guint n = 0;

  for (guint i = 0; i < remarks->len; i++)
    {
      const SamspillRemark *remark = g_ptr_array_index (remarks, i);
      /* What is about a field that is not on the screen stays away until it is. */
      if (block_beside (self, remark) != block || is_dismissed (self, remark) || is_too_early (self, remark, block))
        continue;
      if (remark->start >= 0 && remark->field != NULL)
        {
          SamspillFieldMark mark = { remark->start, remark->end };

          g_array_append_val (marks, mark);
        }
      if (n++ < MOST_PER_FIELD)
        add_row (self, remark, block);
    }
  samspill_field_view_set_marks (samspill_field_block_get_view (block), (SamspillFieldMark *)marks->data, marks->len);
  gtk_widget_set_visible (GTK_WIDGET (samspill_field_block_get_remarks (block)), n > 0 && self->margin == NULL);
}

static void
check (SamspillRemarks *self)
{
  g_autoptr (GPtrArray) remarks = NULL;

  clear_rows (self);
  if (self->record == NULL || self->blocks == NULL || self->blocks->len == 0)
    return;
  remarks = samspill_need_check_record (self->record);
  for (guint i = 0; i < self->blocks->len; i++)
    show_for_block (self, remarks, g_ptr_array_index (self->blocks, i));
}

static void
samspill_remarks_dispose (GObject *object)
{
  SamspillRemarks *self = SAMSPILL_REMARKS (object);

  g_clear_handle_id (&self->timeout, g_source_remove);
  g_clear_object (&self->record);
  g_clear_pointer (&self->blocks, g_ptr_array_unref);
  g_clear_object (&self->margin);
  G_OBJECT_CLASS (samspill_remarks_parent_class)->dispose (object);
}

static void
samspill_remarks_finalize (GObject *object)
{
  g_ptr_array_unref (SAMSPILL_REMARKS (object)->rows);
  g_hash_table_unref (SAMSPILL_REMARKS (object)->left);
  G_OBJECT_CLASS (samspill_remarks_parent_class)->finalize (object);
}

static void
samspill_remarks_class_init (SamspillRemarksClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = samspill_remarks_dispose;
  G_OBJECT_CLASS (klass)->finalize = samspill_remarks_finalize;
}

static void
samspill_remarks_init (SamspillRemarks *self)
{
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->left = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
focus_changed_cb (SamspillRemarks *self, GParamSpec *pspec, GtkWidget *view)
{
  SamspillFieldBlock *block = SAMSPILL_FIELD_BLOCK (gtk_widget_get_ancestor (view, SAMSPILL_TYPE_FIELD_BLOCK));

  if (gtk_widget_has_focus (view) || block == NULL)
    return;
  g_hash_table_add (self->left, g_strdup (samspill_field_block_get_path (block)));
  samspill_remarks_queue (self);
}

SamspillRemarks *
samspill_remarks_new (void)
{
  return g_object_new (SAMSPILL_TYPE_REMARKS, NULL);
}

void
samspill_remarks_set_record (SamspillRemarks *self, SamspillRecord *record, GPtrArray *blocks)
{
  g_return_if_fail (SAMSPILL_IS_REMARKS (self));
  g_clear_handle_id (&self->timeout, g_source_remove);
  clear_rows (self);
  for (guint i = 0; self->blocks != NULL && i < self->blocks->len; i++)
    {
      SamspillFieldBlock *block = g_ptr_array_index (self->blocks, i);

      g_signal_handlers_disconnect_by_data (samspill_field_block_get_view (block), self);
      samspill_field_view_set_marks (samspill_field_block_get_view (block), NULL, 0);
      gtk_widget_set_visible (GTK_WIDGET (samspill_field_block_get_remarks (block)), FALSE);
    }
  if (record == NULL || self->record == NULL ||
      g_strcmp0 (samspill_record_get_id (record), samspill_record_get_id (self->record)) != 0)
    g_hash_table_remove_all (self->left);
  g_set_object (&self->record, record);
  g_clear_pointer (&self->blocks, g_ptr_array_unref);
  if (record != NULL && blocks != NULL)
    {
      self->blocks = g_ptr_array_new_with_free_func (g_object_unref);
      for (guint i = 0; i < blocks->len; i++)
        {
          SamspillFieldBlock *block = g_object_ref (g_ptr_array_index (blocks, i));

          g_ptr_array_add (self->blocks, block);
          g_signal_connect_object (samspill_field_block_get_view (block), "notify::has-focus",
                                   G_CALLBACK (focus_changed_cb), self, G_CONNECT_SWAPPED);
        }
    }
  if (record != NULL)
    samspill_remarks_queue (self);
}

void
samspill_remarks_set_margin (SamspillRemarks *self, SamspillMargin *margin)
{
  g_return_if_fail (SAMSPILL_IS_REMARKS (self));
  if (self->margin == margin)
    return;
  clear_rows (self);
  g_set_object (&self->margin, margin);
  check (self);
}

void
samspill_remarks_queue (SamspillRemarks *self)
{
  g_return_if_fail (SAMSPILL_IS_REMARKS (self));
  if (self->margin != NULL)
    gtk_widget_queue_allocate (GTK_WIDGET (self->margin));
  g_clear_handle_id (&self->timeout, g_source_remove);
  self->timeout = g_timeout_add (DELAY_MS, check_in_idle_cb, self);
}
