/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

static const char SQL_LIST_SPACE_NUMBERS[] = "SELECT space FROM space";
static const char SQL_CHANGES_OF_SPACE[] = "SELECT seq, doc FROM document WHERE space = ?1 AND seq > ?2"
                                           " ORDER BY seq LIMIT ?3";
static const char SQL_CHANGES_GONE[] = "SELECT seq, doc FROM gone WHERE seq > ?1 ORDER BY seq LIMIT ?2";
static const char SQL_GET_CHANGE[] = "SELECT space.name, document.id, document.flags, document.leaves, document.tree"
                                     " FROM document JOIN space USING (space) WHERE doc = ?1";
static const char SQL_GET_CHANGE_WITH_BODY[] = "SELECT space.name, document.id, document.flags, document.leaves,"
                                               " document.tree, body.json FROM document JOIN space USING (space)"
                                               " LEFT JOIN body ON body.body = document.winner WHERE doc = ?1";
static const char SQL_GET_GONE[] = "SELECT space, id FROM gone WHERE seq = ?1";
static const char SQL_COUNT_ALL[] = "SELECT count(*) FROM document WHERE flags & 1 = 0";
static const char SQL_COUNT_SPACE[] = "SELECT count(*) FROM document WHERE space = ?1 AND flags & 1 = 0";

typedef struct
{
  gint64 seq;
  gint64 doc;
  gboolean is_gone;
} Place;

void
samspill_change_free (SamspillChange *self)
{
  if (self == NULL)
    return;
  g_free (self->space);
  g_free (self->id);
  g_free (self->rev);
  g_free (self);
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Place *place_a = a, *place_b = b;

  return (place_a->seq > place_b->seq) - (place_a->seq < place_b->seq);
}

static gboolean
collect (SamspillStatement *statement, gboolean is_gone, GArray *places, GError **error)
{
  SamspillStep step;

  while ((step = samspill_statement_step (statement, error)) == SAMSPILL_STEP_ROW)
    {
      Place place = { samspill_statement_get_int (statement, 0), samspill_statement_get_int (statement, 1), is_gone };

      g_array_append_val (places, place);
    }
  return step == SAMSPILL_STEP_DONE;
}

static gboolean
collect_space (SamspillConnection *connection, gint64 space, gint64 since, guint limit, GArray *places, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, SQL_CHANGES_OF_SPACE, error);

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, space);
  samspill_statement_bind_int (statement, 2, since);
  samspill_statement_bind_int (statement, 3, limit);
  return collect (statement, FALSE, places, error);
}

/* Spaces are few, and an index by sequence alone would cost every write: so each space gives its first `limit` and the
 * first of them all are taken. */
static gboolean
collect_all (SamspillConnection *connection, gint64 since, guint limit, GArray *places, GError **error)
{
  g_autoptr (SamspillStatement) spaces = samspill_connection_prepare (connection, SQL_LIST_SPACE_NUMBERS, error);
  g_autoptr (SamspillStatement) gone = NULL;
  SamspillStep step;

  if (spaces == NULL)
    return FALSE;
  while ((step = samspill_statement_step (spaces, error)) == SAMSPILL_STEP_ROW)
    if (!collect_space (connection, samspill_statement_get_int (spaces, 0), since, limit, places, error))
      return FALSE;
  if (step == SAMSPILL_STEP_ERROR || (gone = samspill_connection_prepare (connection, SQL_CHANGES_GONE, error)) == NULL)
    return FALSE;
  samspill_statement_bind_int (gone, 1, since);
  samspill_statement_bind_int (gone, 2, limit);
  if (!collect (gone, TRUE, places, error))
    return FALSE;
  g_array_sort (places, compare_places);
  if (places->len > limit)
    g_array_set_size (places, limit);
  return TRUE;
}

static GArray *
list_places (SamspillConnection *connection, const char *space, gint64 since, guint limit, GError **error)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));
  gint64 number;

  if (space == NULL)
    return collect_all (connection, since, limit, places, error) ? g_steal_pointer (&places) : NULL;
  number = samspill_store_find_space (connection, space, error);
  if (number == SAMSPILL_STORE_SPACE_NONE || !collect_space (connection, number, since, limit, places, error))
    return NULL;
  return g_steal_pointer (&places);
}

static gboolean
read_gone (SamspillConnection *connection, const Place *place, SamspillChange *change, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, SQL_GET_GONE, error);

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, place->seq);
  if (!samspill_statement_fetch (statement, error))
    return FALSE;
  change->space = g_strdup (samspill_statement_get_text (statement, 0));
  change->id = g_strdup (samspill_statement_get_text (statement, 1));
  change->deleted = TRUE;
  return TRUE;
}

static gboolean
read_document (SamspillStatement *statement, const Place *place, SamspillChange *change, GError **error)
{
  g_autoptr (SamspillRevisionTree) tree = NULL;

  samspill_statement_bind_int (statement, 1, place->doc);
  if (!samspill_statement_fetch (statement, error))
    return FALSE;
  change->space = g_strdup (samspill_statement_get_text (statement, 0));
  change->id = g_strdup (samspill_statement_get_text (statement, 1));
  change->deleted = (samspill_statement_get_int (statement, 2) & SAMSPILL_DOCUMENT_DELETED) != 0;
  tree = samspill_store_read_tree (statement, 4, change->id, error);
  if (tree == NULL)
    return FALSE;
  change->rev = samspill_revision_tree_dup_text (tree, samspill_revision_tree_get_winner (tree));
  return TRUE;
}

/**
 * samspill_store_changes:
 * @self: a store
 * @space: (nullable): a space; %NULL: all
 * @since: what comes after this number; 0: all
 * @limit: at most so many
 * @error: return location for an error
 *
 * In the feed of all spaces, documents of a dropped space are named once more: deleted, with `rev` %NULL.
 *
 * Returns: (transfer full) (nullable) (element-type SamspillChange): by `seq`, each document once, where it was last
 *   changed
 */
GPtrArray *
samspill_store_changes (SamspillStore *self, const char *space, gint64 since, guint limit, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (GArray) places = NULL;
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_change_free);

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);

  if (!samspill_reader_begin (&reader, self, error) ||
      (places = list_places (reader.connection, space, since, limit, error)) == NULL)
    return NULL;
  for (guint i = 0; i < places->len; i++)
    {
      const Place *place = &g_array_index (places, Place, i);
      SamspillChange *change = g_new0 (SamspillChange, 1);

      g_ptr_array_add (changes, change);
      change->seq = place->seq;
      change->doc = place->doc;
      if (place->is_gone)
        {
          if (!read_gone (reader.connection, place, change, error))
            return NULL;
        }
      else
        {
          g_autoptr (SamspillStatement) statement = NULL;

          statement = samspill_connection_prepare (reader.connection, SQL_GET_CHANGE, error);
          if (statement == NULL || !read_document (statement, place, change, error))
            return NULL;
        }
    }
  return g_steal_pointer (&changes);
}

static gboolean
call_back (SamspillConnection *connection, const Place *place, SamspillChangeFunc func, gpointer data, gboolean *go_on,
           GError **error)
{
  g_autoptr (SamspillStatement) statement = NULL;
  SamspillChange change = { .seq = place->seq, .doc = place->doc };
  gboolean is_good;

  if (place->is_gone)
    {
      is_good = read_gone (connection, place, &change, error);
      if (is_good)
        *go_on = func (&change, NULL, 0, 0, data);
    }
  else
    {
      statement = samspill_connection_prepare (connection, SQL_GET_CHANGE_WITH_BODY, error);
      is_good = statement != NULL && read_document (statement, place, &change, error);
      if (is_good)
        {
          const char *body = change.deleted ? NULL : samspill_statement_get_text (statement, 5);

          *go_on = func (&change, body, body != NULL ? (gsize)sqlite3_column_bytes (statement->stmt, 5) : 0,
                         (guint)samspill_statement_get_int (statement, 3), data);
        }
    }
  g_free (change.space);
  g_free (change.id);
  g_free (change.rev);
  return is_good;
}

/**
 * samspill_store_foreach_change:
 * @self: a store
 * @since: what comes after this number; 0: all
 * @limit: at most so many
 * @func: (scope call): called for each; %FALSE stops
 * @data: for @func
 * @error: return location for an error
 *
 * samspill_store_changes() of all spaces with the winners' bodies (%NULL where deleted). What @func gets is borrowed
 * until it returns. The look at the store is ended before this returns, so nothing keeps the log from being emptied.
 */
gboolean
samspill_store_foreach_change (SamspillStore *self, gint64 since, guint limit, SamspillChangeFunc func, gpointer data,
                               GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (GArray) places = NULL;
  gboolean go_on = TRUE;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  if (!samspill_reader_begin (&reader, self, error) ||
      (places = list_places (reader.connection, NULL, since, limit, error)) == NULL)
    return FALSE;
  for (guint i = 0; i < places->len && go_on; i++)
    if (!call_back (reader.connection, &g_array_index (places, Place, i), func, data, &go_on, error))
      return FALSE;
  return TRUE;
}

/**
 * samspill_store_count:
 * @self: a store
 * @space: (nullable): a space; %NULL: all
 * @error: return location for an error
 *
 * Returns: how many documents there are that are not deleted; -1 on error
 */
gint64
samspill_store_count (SamspillStore *self, const char *space, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillStatement) statement = NULL;
  gint64 number = SAMSPILL_STORE_SPACE_NONE;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), -1);

  if (!samspill_reader_begin (&reader, self, error))
    return -1;
  if (space != NULL)
    {
      number = samspill_store_find_space (reader.connection, space, error);
      if (number == SAMSPILL_STORE_SPACE_NONE)
        return -1;
    }
  statement = samspill_connection_prepare (reader.connection, space != NULL ? SQL_COUNT_SPACE : SQL_COUNT_ALL, error);
  if (statement == NULL)
    return -1;
  if (space != NULL)
    samspill_statement_bind_int (statement, 1, number);
  if (!samspill_statement_fetch (statement, error))
    return -1;
  return samspill_statement_get_int (statement, 0);
}
