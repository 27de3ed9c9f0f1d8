/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "samspill-json-text.h"

#define MAX_FAULTS 1000 /* more say no more */

static const char SQL_INTEGRITY[] = "PRAGMA integrity_check(100)";
static const char SQL_ALL_DOCUMENTS[] = "SELECT document.id, document.seq, document.flags, document.leaves,"
                                        " document.winner, document.tree, space.name FROM document"
                                        " LEFT JOIN space USING (space)";
static const char SQL_GET_BODY[] = "SELECT json FROM body WHERE body = ?1";
static const char SQL_SAME_SEQ[] = "SELECT count(*) - count(DISTINCT seq) FROM"
                                   " (SELECT seq FROM document UNION ALL SELECT seq FROM gone)";
static const char SQL_SEQ_BEYOND[] = "SELECT count(*) FROM (SELECT seq FROM document UNION ALL SELECT seq FROM gone)"
                                     " WHERE seq < 1 OR seq > (SELECT seq FROM meta)";
static const char SQL_LOST_ROWS[] = "SELECT (SELECT count(*) FROM working_copy WHERE space NOT IN"
                                    " (SELECT space FROM space)) + (SELECT count(*) FROM local WHERE space <> 0"
                                    " AND space NOT IN (SELECT space FROM space))";
static const char SQL_BLOBS_HERE[] = "SELECT sha256, md5, length FROM blob WHERE state = 1";

typedef struct
{
  SamspillStore *store;
  SamspillConnection *connection;
  GPtrArray *faults;
} Check;

static void G_GNUC_PRINTF (2, 3) report (Check *check, const char *format, ...)
{
  va_list arguments;

  if (check->faults->len >= MAX_FAULTS)
    return;
  va_start (arguments, format);
  g_ptr_array_add (check->faults, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

static gboolean
check_file (Check *check, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (check->connection, SQL_INTEGRITY, error);
  SamspillStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = samspill_statement_step (statement, error)) == SAMSPILL_STEP_ROW)
    {
      const char *line = samspill_statement_get_text (statement, 0);

      if (g_strcmp0 (line, "ok") != 0)
        report (check, _ ("The data file is damaged: %s"), line);
    }
  return step == SAMSPILL_STEP_DONE;
}

static gboolean
check_body (Check *check, const char *space, const char *id, gint64 body, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (check->connection, SQL_GET_BODY, error);
  g_autoptr (GBytes) json = NULL;
  SamspillStep step;

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, body);
  step = samspill_statement_step (statement, error);
  if (step == SAMSPILL_STEP_ERROR)
    return FALSE;
  if (step == SAMSPILL_STEP_ROW)
    json = samspill_statement_dup_bytes (statement, 0);
  if (json == NULL)
    report (check, _ ("The text of the record %s in the space “%s” is missing."), id, space);
  else if (!samspill_json_check (g_bytes_get_data (json, NULL), (gssize)g_bytes_get_size (json),
                                 SAMSPILL_STORE_MAX_BODY_BYTES, SAMSPILL_JSON_MUST_BE_OBJECT, NULL))
    report (check, _ ("The text of the record %s in the space “%s” is damaged."), id, space);
  return TRUE;
}

static gboolean
check_revisions (Check *check, const SamspillRevisionTree *tree, const char *space, const char *id, GError **error)
{
  g_autofree guint8 *has_child = samspill_revision_tree_mark_parents (tree);

  for (guint i = 0; i < samspill_revision_tree_get_length (tree); i++)
    {
      const SamspillTreeRevision *revision = samspill_revision_tree_get (tree, (int)i);

      if (revision->body != 0)
        {
          if (!check_body (check, space, id, revision->body, error))
            return FALSE;
        }
      else if (!revision->deleted && !has_child[i])
        {
          report (check, _ ("The text of the record %s in the space “%s” is missing."), id, space);
        }
    }
  return TRUE;
}

static gboolean
check_document (Check *check, SamspillStatement *row, GError **error)
{
  g_autoptr (SamspillRevisionTree) tree = NULL;
  const SamspillTreeRevision *winner;
  const char *id = samspill_statement_get_text (row, 0), *space = samspill_statement_get_text (row, 6);
  gboolean is_deleted = (samspill_statement_get_int (row, 2) & SAMSPILL_DOCUMENT_DELETED) != 0;

  if (space == NULL)
    {
      report (check, _ ("The record %s lies in a space that is not there."), id);
      space = "";
    }
  tree = samspill_store_read_tree (row, 5, id, NULL);
  if (tree == NULL)
    {
      report (check, _ ("The history of the record %s in the space “%s” is damaged."), id, space);
      return TRUE;
    }
  winner = samspill_revision_tree_get (tree, samspill_revision_tree_get_winner (tree));
  if (winner->deleted != is_deleted || winner->body != samspill_statement_get_int (row, 4) ||
      samspill_revision_tree_count_living_leaves (tree) != samspill_statement_get_int (row, 3))
    report (check, _ ("The record %s in the space “%s” does not show its newest version."), id, space);
  return check_revisions (check, tree, space, id, error);
}

static gboolean
check_documents (Check *check, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (check->connection, SQL_ALL_DOCUMENTS, error);
  SamspillStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = samspill_statement_step (statement, error)) == SAMSPILL_STEP_ROW)
    if (!check_document (check, statement, error))
      return FALSE;
  return step == SAMSPILL_STEP_DONE;
}

static gboolean
check_feed (Check *check, GError **error)
{
  gint64 same, beyond, lost;

  if (!samspill_connection_query (check->connection, SQL_SAME_SEQ, &same, error) ||
      !samspill_connection_query (check->connection, SQL_SEQ_BEYOND, &beyond, error) ||
      !samspill_connection_query (check->connection, SQL_LOST_ROWS, &lost, error))
    return FALSE;
  if (same != 0)
    report (check, _ ("Two changes have the same number in the list of changes."));
  if (beyond != 0)
    report (check, _ ("A change has a number that was never given out."));
  if (lost != 0)
    report (check, _ ("Something being written lies in a space that is not there."));
  return TRUE;
}

/* The SHA-256 of a file; NULL where it cannot be read. */
static char *
hash_file (const char *path)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (65536);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gssize n;

  if (fd < 0)
    return NULL;
  while ((n = read (fd, buffer, 65536)) > 0 || (n < 0 && errno == EINTR))
    if (n > 0)
      g_checksum_update (checksum, buffer, n);
  close (fd);
  return n == 0 ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}

static gboolean
check_blobs (Check *check, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (check->connection, SQL_BLOBS_HERE, error);
  SamspillStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = samspill_statement_step (statement, error)) == SAMSPILL_STEP_ROW)
    {
      const char *sha256 = samspill_statement_get_text (statement, 0);
      g_autofree char *path = NULL, *found = NULL;
      GStatBuf info;

      if (sha256 == NULL || strlen (sha256) != 64)
        {
          report (check, _ ("A file has no name."));
          continue;
        }
      path = samspill_store_dup_blob_path (check->store->folder, sha256);
      if (g_stat (path, &info) != 0)
        report (check, _ ("The file %s is missing."), sha256);
      else if (info.st_size != samspill_statement_get_int (statement, 2) || (found = hash_file (path)) == NULL ||
               g_strcmp0 (found, sha256) != 0)
        report (check, _ ("The content of the file %s is damaged."), sha256);
    }
  return step == SAMSPILL_STEP_DONE;
}

/**
 * samspill_store_check:
 * @self: a store
 * @error: return location for an error: the check itself could not be made
 *
 * Looks at everything: the database, each document's tree against what its row says, each body, the feed, each file's
 * content. Changes nothing.
 *
 * Returns: (transfer full) (nullable) (element-type utf8): the faults, a translated line each; empty: there are none
 */
GPtrArray *
samspill_store_check (SamspillStore *self, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) cause = NULL;
  Check check = { self, NULL, faults };

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);

  if (!samspill_reader_begin (&reader, self, error))
    return NULL;
  check.connection = reader.connection;
  if (check_file (&check, &cause) && check_documents (&check, &cause) && check_feed (&check, &cause) &&
      check_blobs (&check, &cause))
    return g_steal_pointer (&faults);
  /* A damage that stops the looking is what was looked for. */
  if (g_error_matches (cause, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CORRUPT))
    {
      report (&check, "%s", cause->message);
      return g_steal_pointer (&faults);
    }
  g_propagate_error (error, g_steal_pointer (&cause));
  return NULL;
}
