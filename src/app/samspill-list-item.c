/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-list-item.h"

struct _SamspillListItem
{
  GObject parent_instance;

  gint64 doc;
  SamspillIndex *index;
  SamspillQuery *query;
  SamspillRow *row;
  gboolean is_read;
};

G_DEFINE_FINAL_TYPE (SamspillListItem, samspill_list_item, G_TYPE_OBJECT)

static guint changed_signal;

static void
samspill_list_item_finalize (GObject *object)
{
  SamspillListItem *self = SAMSPILL_LIST_ITEM (object);

  g_clear_object (&self->index);
  g_clear_pointer (&self->query, samspill_query_free);
  g_clear_pointer (&self->row, samspill_row_free);

  G_OBJECT_CLASS (samspill_list_item_parent_class)->finalize (object);
}

static void
samspill_list_item_class_init (SamspillListItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = samspill_list_item_finalize;

  changed_signal =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
samspill_list_item_init (SamspillListItem *self)
{
}

static void
set_query (SamspillListItem *self, const SamspillQuery *query)
{
  g_clear_pointer (&self->query, samspill_query_free);
  /* Without text nothing is marked: the row needs no query. */
  if (query != NULL && query->text != NULL)
    self->query = samspill_query_copy (query);
}

SamspillListItem *
samspill_list_item_new (gint64 doc, SamspillIndex *index, const SamspillQuery *query)
{
  SamspillListItem *self = g_object_new (SAMSPILL_TYPE_LIST_ITEM, NULL);

  self->doc = doc;
  self->index = g_object_ref (index);
  set_query (self, query);

  return self;
}

gint64
samspill_list_item_get_doc (SamspillListItem *self)
{
  return self->doc;
}

const SamspillRow *
samspill_list_item_get_row (SamspillListItem *self)
{
  if (!self->is_read)
    {
      self->row = samspill_index_get_row (self->index, self->doc, self->query);
      self->is_read = TRUE;
    }

  return self->row;
}

char *
samspill_list_item_dup_marked_title (SamspillListItem *self)
{
  const SamspillRow *row = samspill_list_item_get_row (self);

  if (row == NULL || row->title == NULL)
    return g_strdup ("");

  return self->query != NULL ? samspill_index_mark (self->index, self->query, row->title) : g_strdup (row->title);
}

void
samspill_list_item_refresh (SamspillListItem *self, const SamspillQuery *query)
{
  set_query (self, query);
  g_clear_pointer (&self->row, samspill_row_free);
  self->is_read = FALSE;
  g_signal_emit (self, changed_signal, 0);
}
