/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"
#include "samspill-wire.h"

/* The lists of the protocol. */

static const char SQL_FEED[] = "SELECT seq, id, flags, tree FROM document WHERE space = ?1 AND seq > ?2 ORDER BY seq";
static const char SQL_FEED_DOWN[] = "SELECT seq, id, flags, tree FROM document WHERE space = ?1 AND seq < ?2"
                                    " ORDER BY seq DESC";
static const char SQL_COUNT_FEED[] = "SELECT count(*) FROM document WHERE space = ?1 AND seq > ?2";
static const char SQL_COUNT_FEED_DOWN[] = "SELECT count(*) FROM document WHERE space = ?1 AND seq < ?2";
/* Ids are compared as bytes: BINARY is how the index has them. */
#define SELECT_DOCUMENTS "SELECT id, tree FROM document WHERE space = ?1 AND flags & 1 = 0"
static const char SQL_DOCUMENTS[] = SELECT_DOCUMENTS " AND id >= ?2 ORDER BY id";
static const char SQL_DOCUMENTS_DOWN[] = SELECT_DOCUMENTS " AND id >= ?2 ORDER BY id DESC";
static const char SQL_DOCUMENTS_TO[] = SELECT_DOCUMENTS " AND id >= ?2 AND id <= ?3 ORDER BY id";
static const char SQL_COUNT_DOCUMENTS[] =
    "SELECT count(*) FROM document WHERE space = ?1 AND flags & 1 = 0 AND id < ?2";
static const char SQL_COUNT_DOCUMENTS_DOWN[] = "SELECT count(*) FROM document WHERE space = ?1 AND flags & 1 = 0"
                                               " AND id > ?2";
static const char SQL_DOCUMENTS_TO_DOWN[] = SELECT_DOCUMENTS " AND id >= ?2 AND id <= ?3 ORDER BY id DESC";

/* The texts of a document's leaves, the winner first; one buffer serves a whole list. */
static void
set_leaves (GPtrArray *leaves, const SamspillRevisionTree *tree, gboolean all)
{
  g_autoptr (GArray) places = NULL;

  g_ptr_array_set_size (leaves, 0);
  if (!all || samspill_revision_tree_get_length (tree) == 1)
    {
      g_ptr_array_add (leaves, samspill_revision_tree_dup_text (tree, samspill_revision_tree_get_winner (tree)));
      g_ptr_array_add (leaves, NULL);
      return;
    }
  places = samspill_revision_tree_list_leaves (tree);
  for (guint i = 0; i < places->len; i++)
    g_ptr_array_add (leaves, samspill_revision_tree_dup_text (tree, g_array_index (places, int, i)));
  g_ptr_array_add (leaves, NULL);
}

/**
 * samspill_store_foreach_in_feed:
 * @self: a store
 * @space: a space
 * @since: what comes after this number; when @descending what comes before it, 0: from the newest
 * @all_leaves: whether @func gets all leaves or the winner alone
 * @descending: the newest first
 * @func: (scope call): called for each document; %FALSE stops
 * @data: for @func
 * @error: return location for an error
 *
 * What @func gets is borrowed until it returns.
 *
 * Returns: %FALSE on error
 */
gboolean
samspill_store_foreach_in_feed (SamspillStore *self, const char *space, gint64 since, gboolean all_leaves,
                                gboolean descending, SamspillFeedFunc func, gpointer data, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillStatement) statement = NULL;
  g_autoptr (GPtrArray) leaves = g_ptr_array_new_with_free_func (g_free);
  SamspillStep step;
  gint64 number;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  if (!samspill_reader_begin (&reader, self, error))
    return FALSE;
  number = samspill_store_find_space (reader.connection, space, error);
  if (number == SAMSPILL_STORE_SPACE_NONE)
    return FALSE;
  statement = samspill_connection_prepare (reader.connection, descending ? SQL_FEED_DOWN : SQL_FEED, error);
  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, number);
  samspill_statement_bind_int (statement, 2, descending && since == 0 ? G_MAXINT64 : since);
  while ((step = samspill_statement_step (statement, error)) == SAMSPILL_STEP_ROW)
    {
      g_autoptr (SamspillRevisionTree) tree = NULL;
      const char *id = samspill_statement_get_text (statement, 1);
      gboolean deleted = (samspill_statement_get_int (statement, 2) & SAMSPILL_DOCUMENT_DELETED) != 0;

      tree = samspill_store_read_tree (statement, 3, id, error);
      if (tree == NULL)
        return FALSE;
      set_leaves (leaves, tree, all_leaves);
      if (!func (samspill_statement_get_int (statement, 0), id, (const char *const *)leaves->pdata, deleted, data))
        return TRUE;
    }
  return step == SAMSPILL_STEP_DONE;
}

static SamspillStatement *
select_documents (SamspillConnection *connection, gint64 space, const char *low, const char *high, gboolean descending,
                  GError **error)
{
  const char *sql = high != NULL ? descending ? SQL_DOCUMENTS_TO_DOWN : SQL_DOCUMENTS_TO
                    : descending ? SQL_DOCUMENTS_DOWN
                                 : SQL_DOCUMENTS;
  SamspillStatement *statement = samspill_connection_prepare (connection, sql, error);

  if (statement == NULL)
    return NULL;
  samspill_statement_bind_int (statement, 1, space);
  samspill_statement_bind_text (statement, 2, low != NULL ? low : "");
  if (high != NULL)
    samspill_statement_bind_text (statement, 3, high);
  return statement;
}

/**
 * samspill_store_foreach_document:
 * @self: a store
 * @space: a space
 * @start: (nullable): where to begin: the low end, or the high one when @descending
 * @end: (nullable): where to stop
 * @inclusive_end: whether @end itself belongs to it
 * @descending: from high to low
 * @func: (scope call): called for each document that is not deleted; %FALSE stops
 * @data: for @func
 * @error: return location for an error
 *
 * By the bytes of the ids. What @func gets is borrowed until it returns.
 *
 * Returns: %FALSE on error
 */
gboolean
samspill_store_foreach_document (SamspillStore *self, const char *space, const char *start, const char *end,
                                 gboolean inclusive_end, gboolean descending, SamspillDocumentFunc func, gpointer data,
                                 GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillStatement) statement = NULL;
  SamspillStep step;
  gint64 number;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  if (!samspill_reader_begin (&reader, self, error))
    return FALSE;
  number = samspill_store_find_space (reader.connection, space, error);
  if (number == SAMSPILL_STORE_SPACE_NONE)
    return FALSE;
  statement = select_documents (reader.connection, number, descending ? end : start, descending ? start : end,
                                descending, error);
  if (statement == NULL)
    return FALSE;
  while ((step = samspill_statement_step (statement, error)) == SAMSPILL_STEP_ROW)
    {
      g_autoptr (SamspillRevisionTree) tree = NULL;
      g_autofree char *rev = NULL;
      const char *id = samspill_statement_get_text (statement, 0);

      if (!inclusive_end && g_strcmp0 (id, end) == 0)
        continue;
      tree = samspill_store_read_tree (statement, 1, id, error);
      if (tree == NULL)
        return FALSE;
      rev = samspill_revision_tree_dup_text (tree, samspill_revision_tree_get_winner (tree));
      if (!func (id, rev, data))
        return TRUE;
    }
  return step == SAMSPILL_STEP_DONE;
}

static gint64
count (SamspillStore *self, const char *space, const char *sql, gint64 number, const char *id, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillStatement) statement = NULL;
  gint64 place;

  if (!samspill_reader_begin (&reader, self, error))
    return -1;
  place = samspill_store_find_space (reader.connection, space, error);
  if (place == SAMSPILL_STORE_SPACE_NONE)
    return -1;
  statement = samspill_connection_prepare (reader.connection, sql, error);
  if (statement == NULL)
    return -1;
  samspill_statement_bind_int (statement, 1, place);
  if (id != NULL)
    samspill_statement_bind_text (statement, 2, id);
  else
    samspill_statement_bind_int (statement, 2, number);
  return samspill_statement_fetch (statement, error) ? samspill_statement_get_int (statement, 0) : -1;
}

/**
 * samspill_store_count_in_feed:
 * @self: a store
 * @space: a space
 * @since: a number of the feed
 * @descending: whether it is gone through from the newest
 * @error: return location for an error
 *
 * Returns: how many documents samspill_store_foreach_in_feed() would give from there on; -1 on error
 */
gint64
samspill_store_count_in_feed (SamspillStore *self, const char *space, gint64 since, gboolean descending, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_STORE (self), -1);

  return count (self, space, descending ? SQL_COUNT_FEED_DOWN : SQL_COUNT_FEED,
                descending && since == 0 ? G_MAXINT64 : since, NULL, error);
}

/**
 * samspill_store_count_documents:
 * @self: a store
 * @space: a space
 * @start: an id, whether it is there or not
 * @descending: whether from high to low
 * @error: return location for an error
 *
 * Returns: how many documents stand before @start in samspill_store_foreach_document(); -1 on error
 */
gint64
samspill_store_count_documents (SamspillStore *self, const char *space, const char *start, gboolean descending,
                                GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_STORE (self), -1);
  g_return_val_if_fail (start != NULL, -1);

  return count (self, space, descending ? SQL_COUNT_DOCUMENTS_DOWN : SQL_COUNT_DOCUMENTS, 0, start, error);
}
