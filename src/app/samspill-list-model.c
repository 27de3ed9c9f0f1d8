/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-list-model.h"

#include "samspill-list-item.h"

/* GtkListView binds about 205 rows whatever is visible: a new result of thirty costs a sixth of that. The rest follows
 * when typing has paused, thirty a frame until the view has all that it binds, then everything. */
#define FIRST_ITEMS 30
#define ALL_ROWS_BOUND 210
#define REST_DELAY_MS 120
#define FRAME_MS 16
#define REFRESH_DELAY_MS 40
/* A difference larger than this is dearer as one change than as a new list. */
#define MAX_CHANGE 200

struct _SamspillListModel
{
  GObject parent_instance;

  SamspillProfile *profile;
  SamspillQuery *query;
  GHashTable *items; /* doc → SamspillListItem, not owned: those that are alive */
  gint64 *docs;
  guint n_docs;
  guint n_shown; /* the first n_shown of docs are in the list */
  gint64 total;
  GCancellable *cancellable;
  guint rest_source, grow_source, refresh_source;
};

static void list_model_iface_init (GListModelInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (SamspillListModel, samspill_list_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

enum
{
  PROP_0,
  PROP_TOTAL,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];
static guint answered_signal;

/* Ties a live item to its entry in the table; the key of the entry is in here. */
typedef struct
{
  GHashTable *items;
  gint64 doc;
} Entry;

static void
item_gone_cb (gpointer data, GObject *where_it_was)
{
  Entry *entry = data;

  g_hash_table_remove (entry->items, &entry->doc);
  g_hash_table_unref (entry->items);
  g_free (entry);
}

/* The same object for the same document as long as somebody holds it: the selection knows its item by pointer. */
static SamspillListItem *
dup_item (SamspillListModel *self, gint64 doc)
{
  SamspillListItem *item = g_hash_table_lookup (self->items, &doc);
  Entry *entry;

  if (item != NULL)
    return g_object_ref (item);

  item = samspill_list_item_new (doc, samspill_profile_get_index (self->profile), self->query);
  entry = g_new0 (Entry, 1);
  entry->items = g_hash_table_ref (self->items);
  entry->doc = doc;
  g_hash_table_insert (self->items, &entry->doc, item);
  g_object_weak_ref (G_OBJECT (item), item_gone_cb, entry);

  return item;
}

static void
refresh_items (SamspillListModel *self)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    g_ptr_array_add (items, g_object_ref (item));
  for (guint i = 0; i < items->len; i++)
    samspill_list_item_refresh (g_ptr_array_index (items, i), self->query);
}

static void
set_total (SamspillListModel *self, gint64 total)
{
  if (self->total == total)
    return;
  self->total = total;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOTAL]);
}

static void
take_docs (SamspillListModel *self, SamspillResult *result)
{
  g_free (self->docs);
  self->docs = g_steal_pointer (&result->docs);
  self->n_docs = result->n_docs;
}

/* In two steps, empty and then full: in one, GtkListView reads every row of a long list (seconds). */
static void
replace_all (SamspillListModel *self, SamspillResult *result)
{
  const guint n_removed = self->n_shown;

  self->n_shown = 0;
  if (n_removed > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_removed, 0);
  take_docs (self, result);
  self->n_shown = MIN (self->n_docs, FIRST_ITEMS);
  if (self->n_shown > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, self->n_shown);
}

static gboolean
grow_cb (gpointer data)
{
  SamspillListModel *self = data;
  const guint before = self->n_shown;

  if (before < ALL_ROWS_BOUND)
    self->n_shown = MIN (self->n_docs, before + FIRST_ITEMS);
  else
    self->n_shown = self->n_docs;
  if (self->n_shown > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->n_shown - before);
  if (self->n_shown < self->n_docs)
    return G_SOURCE_CONTINUE;

  self->grow_source = 0;
  return G_SOURCE_REMOVE;
}

static void
grow (SamspillListModel *self)
{
  if (self->n_shown < self->n_docs && self->grow_source == 0)
    self->grow_source = g_timeout_add (FRAME_MS, grow_cb, self);
}

/* The same list with a few rows added, gone or moved. FALSE: too different. */
static gboolean
apply_difference (SamspillListModel *self, SamspillResult *result)
{
  const guint n_old = self->n_shown;
  const guint n_new = n_old < self->n_docs ? MIN (n_old, result->n_docs) : result->n_docs;
  guint head = 0, tail = 0;

  while (head < MIN (n_old, n_new) && self->docs[head] == result->docs[head])
    head++;
  while (tail < MIN (n_old, n_new) - head && self->docs[n_old - 1 - tail] == result->docs[n_new - 1 - tail])
    tail++;
  if (MAX (n_old, n_new) - head - tail > MAX_CHANGE)
    return FALSE;

  take_docs (self, result);
  self->n_shown = n_new;
  if (n_old - head - tail > 0 || n_new - head - tail > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), head, n_old - head - tail, n_new - head - tail);

  return TRUE;
}

typedef enum
{
  ASK_FIRST, /* a new query: the first hits */
  ASK_REST,  /* the same query: all of them */
  ASK_AGAIN, /* records have changed */
} Ask;

static void ask (SamspillListModel *self, Ask what);

static gboolean
rest_cb (gpointer data)
{
  SamspillListModel *self = data;

  self->rest_source = 0;
  ask (self, ASK_REST);

  return G_SOURCE_REMOVE;
}

static void
answer (SamspillListModel *self, SamspillResult *result, Ask what)
{
  const gint64 total = result->total;
  const gboolean is_part = result->n_docs < total;

  if (what == ASK_FIRST || !apply_difference (self, result))
    replace_all (self, result);
  if (what == ASK_FIRST && is_part)
    self->rest_source = g_timeout_add (REST_DELAY_MS, rest_cb, self);
  else
    grow (self);
  if (what != ASK_REST)
    refresh_items (self);
  set_total (self, total);
  if (what == ASK_FIRST)
    g_signal_emit (self, answered_signal, 0);
}

static void
answered (SamspillListModel *self, GAsyncResult *async_result, Ask what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillResult) result = NULL;

  result = samspill_index_query_finish (samspill_profile_get_index (self->profile), async_result, &error);
  if (result != NULL)
    {
      g_clear_object (&self->cancellable);
      answer (self, result, what);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("A list could not be read: %s", error->message);
}

static void
first_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillListModel) self = data;

  answered (self, result, ASK_FIRST);
}

static void
rest_answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillListModel) self = data;

  answered (self, result, ASK_REST);
}

static void
again_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillListModel) self = data;

  answered (self, result, ASK_AGAIN);
}

static void
stop (SamspillListModel *self)
{
  g_clear_handle_id (&self->rest_source, g_source_remove);
  g_clear_handle_id (&self->grow_source, g_source_remove);
  g_clear_handle_id (&self->refresh_source, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
ask (SamspillListModel *self, Ask what)
{
  const GAsyncReadyCallback callbacks[] = { first_cb, rest_answered_cb, again_cb };

  stop (self);
  self->cancellable = g_cancellable_new ();
  samspill_index_query_async (samspill_profile_get_index (self->profile), self->query,
                              what == ASK_FIRST ? FIRST_ITEMS : G_MAXUINT, self->cancellable, callbacks[what],
                              g_object_ref (self));
}

static gboolean
refresh_cb (gpointer data)
{
  SamspillListModel *self = data;

  self->refresh_source = 0;
  ask (self, ASK_AGAIN);

  return G_SOURCE_REMOVE;
}

static void
records_changed_cb (SamspillListModel *self)
{
  /* While a query is under way its answer may be older than the change: then it is asked again afterwards. */
  if (self->query != NULL && self->refresh_source == 0 && self->total >= 0)
    self->refresh_source = g_timeout_add (REFRESH_DELAY_MS, refresh_cb, self);
}

static GType
samspill_list_model_get_item_type (GListModel *model)
{
  return SAMSPILL_TYPE_LIST_ITEM;
}

static guint
samspill_list_model_get_n_items (GListModel *model)
{
  return SAMSPILL_LIST_MODEL (model)->n_shown;
}

static gpointer
samspill_list_model_get_item (GListModel *model, guint position)
{
  SamspillListModel *self = SAMSPILL_LIST_MODEL (model);

  return position < self->n_shown ? dup_item (self, self->docs[position]) : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = samspill_list_model_get_item_type;
  iface->get_n_items = samspill_list_model_get_n_items;
  iface->get_item = samspill_list_model_get_item;
}

static void
samspill_list_model_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_TOTAL)
    g_value_set_int64 (value, SAMSPILL_LIST_MODEL (object)->total);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
samspill_list_model_dispose (GObject *object)
{
  stop (SAMSPILL_LIST_MODEL (object));

  G_OBJECT_CLASS (samspill_list_model_parent_class)->dispose (object);
}

static void
samspill_list_model_finalize (GObject *object)
{
  SamspillListModel *self = SAMSPILL_LIST_MODEL (object);

  g_clear_object (&self->profile);
  g_clear_pointer (&self->query, samspill_query_free);
  g_clear_pointer (&self->items, g_hash_table_unref);
  g_free (self->docs);

  G_OBJECT_CLASS (samspill_list_model_parent_class)->finalize (object);
}

static void
samspill_list_model_class_init (SamspillListModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = samspill_list_model_get_property;
  object_class->dispose = samspill_list_model_dispose;
  object_class->finalize = samspill_list_model_finalize;

  properties[PROP_TOTAL] = g_param_spec_int64 ("total", NULL, NULL, -1, G_MAXINT64, -1,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  answered_signal =
      g_signal_new ("answered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
samspill_list_model_init (SamspillListModel *self)
{
  self->items = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->total = -1;
}

SamspillListModel *
samspill_list_model_new (SamspillProfile *profile)
{
  SamspillListModel *self = g_object_new (SAMSPILL_TYPE_LIST_MODEL, NULL);

  self->profile = g_object_ref (profile);
  g_signal_connect_object (profile, "changed", G_CALLBACK (records_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (samspill_profile_get_index (profile), "updated", G_CALLBACK (records_changed_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}

void
samspill_list_model_set_query (SamspillListModel *self, const SamspillQuery *query)
{
  g_clear_pointer (&self->query, samspill_query_free);
  self->query = samspill_query_copy (query);
  ask (self, ASK_FIRST);
}

gint64
samspill_list_model_get_total (SamspillListModel *self)
{
  return self->total;
}

gboolean
samspill_list_model_find (SamspillListModel *self, const char *space, const char *id, guint *position)
{
  g_autoptr (SamspillRow) row = NULL;

  if (space == NULL || id == NULL)
    return FALSE;
  row = samspill_index_get_row_by_id (samspill_profile_get_index (self->profile), space, id);
  for (guint i = 0; row != NULL && i < self->n_shown; i++)
    if (self->docs[i] == row->doc)
      {
        *position = i;
        return TRUE;
      }

  return FALSE;
}

void
samspill_list_model_refresh (SamspillListModel *self, const char *id)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    {
      const SamspillRow *row = samspill_list_item_get_row (item);

      if (row != NULL && g_strcmp0 (row->id, id) == 0)
        g_ptr_array_add (items, g_object_ref (item));
    }
  for (guint i = 0; i < items->len; i++)
    samspill_list_item_refresh (g_ptr_array_index (items, i), self->query);
}
