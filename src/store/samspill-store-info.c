/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"
#include "samspill-wire.h"

static const char SQL_SPACE[] = "SELECT space, uuid, revs_limit, purge_seq FROM space WHERE name = ?1";
static const char SQL_LAST[] = "SELECT max(seq) FROM document WHERE space = ?1";
static const char SQL_COUNT[] = "SELECT count(*), total(flags & 1) FROM document WHERE space = ?1";
static const char SQL_COUNT_ALL[] = "SELECT count(*) FROM document";
static const char SQL_PAGES[] = "SELECT (SELECT page_count FROM pragma_page_count)"
                                " - (SELECT freelist_count FROM pragma_freelist_count)";
static const char SQL_PAGE_SIZE[] = "PRAGMA page_size";
static const char SQL_SET_LIMIT[] = "UPDATE space SET revs_limit = ?2 WHERE space = ?1";

void
samspill_space_info_clear (SamspillSpaceInfo *self)
{
  g_clear_pointer (&self->uuid, g_free);
}

/* The part of the file that belongs to a space, as its documents are part of all. */
static gboolean
estimate_bytes (SamspillConnection *connection, gint64 documents, gint64 *bytes, GError **error)
{
  gint64 all, pages, page_size;

  if (!samspill_connection_query (connection, SQL_COUNT_ALL, &all, error) ||
      !samspill_connection_query (connection, SQL_PAGES, &pages, error) ||
      !samspill_connection_query (connection, SQL_PAGE_SIZE, &page_size, error))
    return FALSE;
  *bytes = all == 0 ? 0 : (gint64)((double)pages * (double)page_size * (double)documents / (double)all);
  return TRUE;
}

static gboolean
count (SamspillConnection *connection, gint64 space, SamspillSpaceInfo *info, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, SQL_COUNT, error);

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, space);
  if (!samspill_statement_fetch (statement, error))
    return FALSE;
  info->deleted = samspill_statement_get_int (statement, 1);
  info->documents = samspill_statement_get_int (statement, 0) - info->deleted;
  return estimate_bytes (connection, info->documents + info->deleted, &info->bytes, error);
}

static gboolean
read_last (SamspillConnection *connection, gint64 space, gint64 *seq, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, SQL_LAST, error);

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, space);
  if (!samspill_statement_fetch (statement, error))
    return FALSE;
  *seq = samspill_statement_get_int (statement, 0);
  return TRUE;
}

/* What was counted holds as long as nothing came and nothing was purged; peers ask at every page of the feed. */
static gboolean
count_once (SamspillStore *self, SamspillConnection *connection, gint64 space, SamspillSpaceInfo *info, GError **error)
{
  SamspillCount *known = self->counts;
  gboolean is_known = FALSE;

  if (!read_last (connection, space, &info->update_seq, error))
    return FALSE;
  /* What may still be taken back is not remembered: its sequence would then be another's. */
  if (connection == self->writer)
    return count (connection, space, info, error);
  g_mutex_lock (&self->readers_lock);
  for (guint i = 0; i < G_N_ELEMENTS (self->counts) && !is_known; i++)
    {
      known = &self->counts[i];
      is_known = known->space == space && known->seq == info->update_seq && known->purge_seq == info->purge_seq;
    }
  if (is_known)
    {
      info->documents = known->documents;
      info->deleted = known->deleted;
      info->bytes = known->bytes;
    }
  g_mutex_unlock (&self->readers_lock);
  if (is_known)
    return TRUE;
  if (!count (connection, space, info, error))
    return FALSE;
  g_mutex_lock (&self->readers_lock);
  self->counts[self->next_count++ % G_N_ELEMENTS (self->counts)] = (SamspillCount){
    space, info->update_seq, info->purge_seq, info->documents, info->deleted, info->bytes,
  };
  g_mutex_unlock (&self->readers_lock);
  return TRUE;
}

/**
 * samspill_store_get_space_info:
 * @self: a store
 * @space: a space
 * @info: (out caller-allocates): what is known of it
 * @error: return location for an error
 *
 * Counts the documents where something has changed since it was last asked, in the index alone.
 *
 * Returns: %FALSE with NOT_FOUND where there is no such space
 */
gboolean
samspill_store_get_space_info (SamspillStore *self, const char *space, SamspillSpaceInfo *info, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillStatement) statement = NULL;
  SamspillStep step;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (space != NULL, FALSE);

  *info = (SamspillSpaceInfo){ 0 };
  if (!samspill_reader_begin (&reader, self, error) ||
      (statement = samspill_connection_prepare (reader.connection, SQL_SPACE, error)) == NULL)
    return FALSE;
  samspill_statement_bind_text (statement, 1, space);
  step = samspill_statement_step (statement, error);
  if (step == SAMSPILL_STEP_DONE)
    samspill_store_set_missing (error, "Database does not exist.");
  if (step != SAMSPILL_STEP_ROW)
    return FALSE;
  info->purge_seq = samspill_statement_get_int (statement, 3);
  info->revs_limit = (guint)CLAMP (samspill_statement_get_int (statement, 2), 1, G_MAXINT);
  if (!count_once (self, reader.connection, samspill_statement_get_int (statement, 0), info, error))
    return FALSE;
  info->uuid = g_strdup (samspill_statement_get_text (statement, 1));
  return TRUE;
}

gboolean
samspill_store_has_space (SamspillStore *self, const char *space)
{
  g_auto (SamspillReader) reader = { NULL };

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);

  return samspill_reader_begin (&reader, self, NULL) &&
         samspill_store_find_space (reader.connection, space, NULL) != SAMSPILL_STORE_SPACE_NONE;
}

static gboolean
set_revs_limit (SamspillStore *self, const char *space, guint limit, GError **error)
{
  g_autoptr (SamspillStatement) statement = NULL;
  gint64 number = samspill_store_find_space (self->writer, space, error);

  if (number == SAMSPILL_STORE_SPACE_NONE ||
      (statement = samspill_connection_prepare (self->writer, SQL_SET_LIMIT, error)) == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, number);
  samspill_statement_bind_int (statement, 2, limit);
  return samspill_statement_run (statement, error);
}

/**
 * samspill_store_set_revs_limit:
 * @self: a store
 * @space: a space
 * @limit: how many revisions a document keeps on each line; 1 at least
 * @error: return location for an error
 *
 * A document is cut when it is next written.
 */
gboolean
samspill_store_set_revs_limit (SamspillStore *self, const char *space, guint limit, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (limit > 0, FALSE);

  if (!samspill_store_begin (self, error))
    return FALSE;
  return samspill_store_end (self, set_revs_limit (self, space, limit, error), error);
}
