/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

#include <glib/gi18n-lib.h>

static const char SQL_FIND_NUMBER[] = "SELECT space.name, document.id FROM document JOIN space USING (space)"
                                      " WHERE doc = ?1";
static const char SQL_GET_DOCUMENT[] = "SELECT doc, seq, leaves, tree FROM document WHERE space = ?1 AND id = ?2";
/* CROSS JOIN: space by space, each by its index. Left to itself SQLite reads all documents. */
static const char SQL_FIND_SPACES[] = "SELECT space.name FROM space CROSS JOIN document USING (space)"
                                      " WHERE document.id = ?1 AND document.flags & 1 = 0 ORDER BY space.name";
static const char SQL_GET_BODY[] = "SELECT json, attachments FROM body WHERE body = ?1";

void
samspill_document_free (SamspillDocument *self)
{
  if (self == NULL)
    return;
  g_free (self->space);
  g_free (self->id);
  g_free (self->rev);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->attachments);
  g_free (self);
}

void
samspill_revision_free (SamspillRevision *self)
{
  if (self == NULL)
    return;
  g_free (self->rev);
  g_free (self->parent);
  g_free (self);
}

SamspillRevisionTree *
samspill_store_read_tree (SamspillStatement *statement, int column, const char *id, GError **error)
{
  const void *bytes = sqlite3_column_blob (statement->stmt, column);
  g_autoptr (SamspillRevisionTree) tree = NULL;

  if (bytes != NULL)
    tree = samspill_revision_tree_decode (bytes, (gsize)sqlite3_column_bytes (statement->stmt, column));
  if (tree != NULL && samspill_revision_tree_get_length (tree) > 0)
    return g_steal_pointer (&tree);
  g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CORRUPT,
               _ ("The history of the record %s is damaged. Restore a backup."), id);
  return NULL;
}

gboolean
samspill_store_read_body (SamspillConnection *connection, gint64 number, GBytes **body, char **attachments,
                          GError **error)
{
  g_autoptr (SamspillStatement) statement = NULL;
  SamspillStep step;

  if (number == 0)
    return TRUE;
  statement = samspill_connection_prepare (connection, SQL_GET_BODY, error);
  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, number);
  step = samspill_statement_step (statement, error);
  if (step == SAMSPILL_STEP_ROW)
    {
      if (body != NULL)
        *body = samspill_statement_dup_bytes (statement, 0);
      *attachments = g_strdup (samspill_statement_get_text (statement, 1));
    }
  return step != SAMSPILL_STEP_ERROR;
}

static void
set_not_found (GError **error, const char *id)
{
  g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND, _ ("The record %s is not here."), id);
}

static SamspillStatement *
find_row (SamspillConnection *connection, const char *space, const char *id, GError **error)
{
  g_autoptr (GError) cause = NULL;
  SamspillStatement *row = samspill_store_find_row (connection, SQL_GET_DOCUMENT, space, id, &cause);

  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  else if (row == NULL)
    set_not_found (error, id);
  return row;
}

static SamspillDocument *
get (SamspillConnection *connection, const char *space, const char *id, const char *rev, GError **error)
{
  g_autoptr (SamspillStatement) statement = find_row (connection, space, id, error);
  g_autoptr (SamspillRevisionTree) tree = NULL;
  g_autoptr (SamspillDocument) document = NULL;
  const SamspillTreeRevision *revision;
  int place;

  if (statement == NULL || (tree = samspill_store_read_tree (statement, 3, id, error)) == NULL)
    return NULL;
  place = rev != NULL ? samspill_revision_tree_find_text (tree, rev) : samspill_revision_tree_get_winner (tree);
  if (place == SAMSPILL_REVISION_NONE)
    {
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND,
                   _ ("The record %s has no revision %s here."), id, rev);
      return NULL;
    }
  revision = samspill_revision_tree_get (tree, place);
  document = g_new0 (SamspillDocument, 1);
  document->doc = samspill_statement_get_int (statement, 0);
  document->space = g_strdup (space);
  document->id = g_strdup (id);
  document->rev = samspill_revision_tree_dup_text (tree, place);
  document->seq = samspill_statement_get_int (statement, 1);
  document->deleted = revision->deleted;
  document->leaves = (guint)samspill_statement_get_int (statement, 2);
  if (!samspill_store_read_body (connection, revision->body, &document->body, &document->attachments, error))
    return NULL;
  if (document->body == NULL && !revision->deleted && samspill_revision_tree_is_leaf (tree, place))
    {
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CORRUPT,
                   _ ("The text of the record %s is missing. Restore a backup."), id);
      return NULL;
    }
  return g_steal_pointer (&document);
}

/**
 * samspill_store_get:
 * @self: a store
 * @space: a space
 * @id: a document
 * @rev: (nullable): a revision; %NULL: the winner
 * @error: return location for an error
 *
 * A deleted document is found too, with `deleted` set and most often without a body.
 *
 * Returns: (transfer full) (nullable): the document, NOT_FOUND where there is none
 */
SamspillDocument *
samspill_store_get (SamspillStore *self, const char *space, const char *id, const char *rev, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (space != NULL && id != NULL, NULL);

  if (!samspill_reader_begin (&reader, self, error))
    return NULL;
  return get (reader.connection, space, id, rev, error);
}

/**
 * samspill_store_get_by_number:
 * @self: a store
 * @doc: the number of a document, as the feed gives it
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): its winner, NOT_FOUND where it is gone
 */
SamspillDocument *
samspill_store_get_by_number (SamspillStore *self, gint64 doc, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillStatement) statement = NULL;
  SamspillStep step;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);

  if (!samspill_reader_begin (&reader, self, error))
    return NULL;
  statement = samspill_connection_prepare (reader.connection, SQL_FIND_NUMBER, error);
  if (statement == NULL)
    return NULL;
  samspill_statement_bind_int (statement, 1, doc);
  step = samspill_statement_step (statement, error);
  if (step == SAMSPILL_STEP_ROW)
    return get (reader.connection, samspill_statement_get_text (statement, 0),
                samspill_statement_get_text (statement, 1), NULL, error);
  if (step == SAMSPILL_STEP_DONE)
    g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND,
                         _ ("The record is not here any more."));
  return NULL;
}

/**
 * samspill_store_find_spaces:
 * @self: a store
 * @id: a document
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the spaces where it is and is not deleted, sorted; may be empty
 */
char **
samspill_store_find_spaces (SamspillStore *self, const char *id, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillStatement) statement = NULL;
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  SamspillStep step;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  if (!samspill_reader_begin (&reader, self, error))
    return NULL;
  statement = samspill_connection_prepare (reader.connection, SQL_FIND_SPACES, error);
  if (statement == NULL)
    return NULL;
  samspill_statement_bind_text (statement, 1, id);
  while ((step = samspill_statement_step (statement, error)) == SAMSPILL_STEP_ROW)
    g_strv_builder_add (names, samspill_statement_get_text (statement, 0));
  return step == SAMSPILL_STEP_DONE ? g_strv_builder_end (names) : NULL;
}

/**
 * samspill_store_history:
 * @self: a store
 * @space: a space
 * @id: a document
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable) (element-type SamspillRevision): all revisions that are known, highest number
 *   first
 */
GPtrArray *
samspill_store_history (SamspillStore *self, const char *space, const char *id, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillStatement) statement = NULL;
  g_autoptr (SamspillRevisionTree) tree = NULL;
  g_autoptr (GPtrArray) history = NULL;
  g_autofree guint8 *has_child = NULL;
  int winner;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (space != NULL && id != NULL, NULL);

  if (!samspill_reader_begin (&reader, self, error) ||
      (statement = find_row (reader.connection, space, id, error)) == NULL ||
      (tree = samspill_store_read_tree (statement, 3, id, error)) == NULL)
    return NULL;
  has_child = samspill_revision_tree_mark_parents (tree);
  history = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_revision_free);
  winner = samspill_revision_tree_get_winner (tree);
  for (int i = (int)samspill_revision_tree_get_length (tree) - 1; i >= 0; i--)
    {
      g_ptr_array_add (history, samspill_revision_new (tree, i, !has_child[i], i == winner));
    }
  return g_steal_pointer (&history);
}
