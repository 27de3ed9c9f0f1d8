/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"
#include "samspill-wire.h"

/* What the protocol asks of a document's tree. */

static const char SQL_GET_TREE[] = "SELECT seq, tree FROM document WHERE space = ?1 AND id = ?2";

void
samspill_store_set_missing (GError **error, const char *reason)
{
  g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND, reason);
}

gboolean
samspill_store_find_tree (SamspillConnection *connection, const char *space, const char *id,
                          SamspillRevisionTree **tree, gint64 *seq, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (SamspillStatement) row = samspill_store_find_row (connection, SQL_GET_TREE, space, id, &cause);

  *tree = NULL;
  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
  if (row == NULL)
    return TRUE;
  *seq = samspill_statement_get_int (row, 0);
  *tree = samspill_store_read_tree (row, 1, id, error);
  return *tree != NULL;
}

static SamspillRevisionTree *
get_tree (SamspillConnection *connection, const char *space, const char *id, GError **error)
{
  SamspillRevisionTree *tree;
  gint64 seq;

  if (samspill_store_find_tree (connection, space, id, &tree, &seq, error) && tree == NULL)
    samspill_store_set_missing (error, "missing");
  return tree;
}

GArray *
samspill_revision_tree_list_leaves (const SamspillRevisionTree *tree)
{
  GArray *leaves = g_array_new (FALSE, FALSE, sizeof (int));
  g_autofree guint8 *has_child = samspill_revision_tree_mark_parents (tree);

  for (int deleted = 0; deleted < 2; deleted++)
    for (int i = (int)samspill_revision_tree_get_length (tree) - 1; i >= 0; i--)
      if (!has_child[i] && samspill_revision_tree_get (tree, i)->deleted == deleted)
        g_array_append_val (leaves, i);
  return leaves;
}

SamspillRevision *
samspill_revision_new (const SamspillRevisionTree *tree, int place, gboolean is_leaf, gboolean is_winner)
{
  const SamspillTreeRevision *known = samspill_revision_tree_get (tree, place);
  SamspillRevision *revision = g_new0 (SamspillRevision, 1);

  revision->rev = samspill_revision_tree_dup_text (tree, place);
  if (known->parent != SAMSPILL_REVISION_NONE)
    revision->parent = samspill_revision_tree_dup_text (tree, known->parent);
  revision->deleted = known->deleted;
  revision->leaf = is_leaf;
  revision->winner = is_winner;
  revision->has_body = known->body != 0;
  revision->at_us = known->at_us;
  return revision;
}

/**
 * samspill_store_get_leaves:
 * @self: a store
 * @space: a space
 * @id: a document
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable) (element-type SamspillRevision): the winner first, deleted ones last; NOT_FOUND
 *   where there is no such document
 */
GPtrArray *
samspill_store_get_leaves (SamspillStore *self, const char *space, const char *id, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillRevisionTree) tree = NULL;
  g_autoptr (GArray) leaves = NULL;
  GPtrArray *revisions;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (space != NULL && id != NULL, NULL);

  if (!samspill_reader_begin (&reader, self, error) || (tree = get_tree (reader.connection, space, id, error)) == NULL)
    return NULL;
  leaves = samspill_revision_tree_list_leaves (tree);
  revisions = g_ptr_array_new_full (leaves->len, (GDestroyNotify)samspill_revision_free);
  for (guint i = 0; i < leaves->len; i++)
    g_ptr_array_add (revisions, samspill_revision_new (tree, g_array_index (leaves, int, i), TRUE, i == 0));
  return revisions;
}

/**
 * samspill_store_get_path:
 * @self: a store
 * @space: a space
 * @id: a document
 * @rev: a revision
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): @rev and its ancestors, newest first; NOT_FOUND
 */
char **
samspill_store_get_path (SamspillStore *self, const char *space, const char *id, const char *rev, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillRevisionTree) tree = NULL;
  g_autoptr (GStrvBuilder) path = g_strv_builder_new ();
  int place;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (space != NULL && id != NULL, NULL);

  if (!samspill_reader_begin (&reader, self, error) || (tree = get_tree (reader.connection, space, id, error)) == NULL)
    return NULL;
  place = samspill_revision_tree_find_text (tree, rev);
  if (place == SAMSPILL_REVISION_NONE)
    {
      samspill_store_set_missing (error, "missing");
      return NULL;
    }
  for (; place != SAMSPILL_REVISION_NONE; place = samspill_revision_tree_get (tree, place)->parent)
    g_strv_builder_take (path, samspill_revision_tree_dup_text (tree, place));
  return g_strv_builder_end (path);
}

/* Leaves with a lower number than one that is missing: on them the missing one may stand. */
static char **
list_ancestors (const SamspillRevisionTree *tree, guint64 highest_missing)
{
  g_autoptr (GStrvBuilder) ancestors = g_strv_builder_new ();
  g_autoptr (GArray) leaves = samspill_revision_tree_list_leaves (tree);
  gboolean has_any = FALSE;

  for (guint i = 0; i < leaves->len; i++)
    {
      int place = g_array_index (leaves, int, i);

      if (samspill_revision_tree_get (tree, place)->id.number >= highest_missing)
        continue;
      g_strv_builder_take (ancestors, samspill_revision_tree_dup_text (tree, place));
      has_any = TRUE;
    }
  return has_any ? g_strv_builder_end (ancestors) : NULL;
}

/**
 * samspill_store_get_missing:
 * @self: a store
 * @space: a space
 * @id: a document, which need not be here
 * @revs: (array zero-terminated=1): revisions, or any text
 * @ancestors: (out) (optional) (nullable): leaves on which what is missing may stand; %NULL: none
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): those of @revs that are not here, in their order; empty: all are here
 */
char **
samspill_store_get_missing (SamspillStore *self, const char *space, const char *id, const char *const *revs,
                            char ***ancestors, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillRevisionTree) tree = NULL;
  g_autoptr (GStrvBuilder) missing = g_strv_builder_new ();
  guint64 highest = 0;
  gint64 seq;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (space != NULL && id != NULL && revs != NULL, NULL);

  if (ancestors != NULL)
    *ancestors = NULL;
  if (!samspill_reader_begin (&reader, self, error) ||
      !samspill_store_find_tree (reader.connection, space, id, &tree, &seq, error))
    return NULL;
  for (guint i = 0; revs[i] != NULL; i++)
    {
      SamspillRevisionId wanted;
      gboolean is_revision = samspill_revision_parse (revs[i], &wanted);

      if (is_revision && tree != NULL && samspill_revision_tree_find (tree, &wanted) != SAMSPILL_REVISION_NONE)
        continue;
      g_strv_builder_add (missing, revs[i]);
      if (is_revision)
        highest = MAX (highest, wanted.number);
    }
  if (ancestors != NULL && tree != NULL && highest > 0)
    *ancestors = list_ancestors (tree, highest);
  return g_strv_builder_end (missing);
}

static gboolean
descends_from (const SamspillRevisionTree *tree, int place, int ancestor)
{
  /* Parents stand before their children. */
  while (place > ancestor)
    place = samspill_revision_tree_get (tree, place)->parent;
  return place == ancestor;
}

/**
 * samspill_store_get_descendant_leaves:
 * @self: a store
 * @space: a space
 * @id: a document
 * @rev: a revision
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the leaves that descend from @rev, as samspill_store_get_leaves() sorts them;
 *   @rev itself when it is one; NOT_FOUND
 */
char **
samspill_store_get_descendant_leaves (SamspillStore *self, const char *space, const char *id, const char *rev,
                                      GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillRevisionTree) tree = NULL;
  g_autoptr (GStrvBuilder) found = g_strv_builder_new ();
  g_autoptr (GArray) leaves = NULL;
  int place;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (space != NULL && id != NULL, NULL);

  if (!samspill_reader_begin (&reader, self, error) || (tree = get_tree (reader.connection, space, id, error)) == NULL)
    return NULL;
  place = samspill_revision_tree_find_text (tree, rev);
  if (place == SAMSPILL_REVISION_NONE)
    {
      samspill_store_set_missing (error, "missing");
      return NULL;
    }
  leaves = samspill_revision_tree_list_leaves (tree);
  for (guint i = 0; i < leaves->len; i++)
    if (descends_from (tree, g_array_index (leaves, int, i), place))
      g_strv_builder_take (found, samspill_revision_tree_dup_text (tree, g_array_index (leaves, int, i)));
  return g_strv_builder_end (found);
}

/**
 * samspill_store_lookup:
 * @self: a store
 * @space: a space
 * @id: a document
 * @rev: (out) (optional) (transfer full): the winner's revision
 * @deleted: (out) (optional): whether that is a tombstone
 * @error: return location for an error
 *
 * Returns: %FALSE with NOT_FOUND where there has never been one
 */
gboolean
samspill_store_lookup (SamspillStore *self, const char *space, const char *id, char **rev, gboolean *deleted,
                       GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillRevisionTree) tree = NULL;
  int winner;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (space != NULL && id != NULL, FALSE);

  if (!samspill_reader_begin (&reader, self, error) || (tree = get_tree (reader.connection, space, id, error)) == NULL)
    return FALSE;
  winner = samspill_revision_tree_get_winner (tree);
  if (rev != NULL)
    *rev = samspill_revision_tree_dup_text (tree, winner);
  if (deleted != NULL)
    *deleted = samspill_revision_tree_get (tree, winner)->deleted;
  return TRUE;
}
