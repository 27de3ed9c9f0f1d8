/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

#include <glib/gstdio.h>
#include <string.h>

#include "samspill-json-text.h"

#define GRACE_US G_TIME_SPAN_DAY /* a file may be here before the record that names it */
#define SHA256_HEX_LENGTH 64
#define MIN_FREE_PAGES 1000 /* below that it is not worth writing the file anew */

static const char SQL_ALL_TREES[] = "SELECT tree, id FROM document";
static const char SQL_ALL_BODIES[] = "SELECT body FROM body";
static const char SQL_ALL_ATTACHMENTS[] = "SELECT attachments FROM body WHERE attachments IS NOT NULL";
static const char SQL_OLD_BLOBS[] =
    "SELECT blob, sha256 FROM blob WHERE sha256 IS NOT NULL AND state = 1 AND at_us < ?1";
static const char SQL_FORGET_BLOB[] = "UPDATE blob SET state = 0 WHERE blob = ?1";
static const char SQL_BLOBS_ELSEWHERE[] = "SELECT sha256 FROM blob WHERE sha256 IS NOT NULL AND state <> 1";
static const char SQL_KNOWS_BLOB[] = "SELECT count(*) FROM blob WHERE sha256 = ?1";
static const char SQL_DROP_ABSENT[] = "DELETE FROM blob WHERE state = 0";
static const char SQL_FREE_PAGES[] = "PRAGMA freelist_count";
static const char SQL_PAGES[] = "PRAGMA page_count";
/* The new file is put together on disk: in memory it would take as much of that as the data are large. */
static const char SQL_VACUUM[] = "PRAGMA temp_store = FILE; VACUUM;";
static const char SQL_AFTER_VACUUM[] = "PRAGMA temp_store = MEMORY";
/* PASSIVE waits for nobody. */
static const char SQL_TIDY[] = "PRAGMA optimize; PRAGMA wal_checkpoint (PASSIVE);";

typedef gboolean (*Step) (SamspillStore *self, gpointer data, GError **error);

static gboolean
in_transaction (SamspillStore *self, Step step, gpointer data, GError **error)
{
  if (!samspill_store_begin (self, error))
    return FALSE;
  return samspill_store_end (self, step (self, data, error), error);
}

static gboolean
list_numbers (SamspillConnection *connection, const char *sql, gint64 parameter, GArray *numbers, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, sql, error);
  SamspillStep step;

  if (statement == NULL)
    return FALSE;
  if (sqlite3_bind_parameter_count (statement->stmt) > 0)
    samspill_statement_bind_int (statement, 1, parameter);
  while ((step = samspill_statement_step (statement, error)) == SAMSPILL_STEP_ROW)
    {
      gint64 number = samspill_statement_get_int (statement, 0);

      g_array_append_val (numbers, number);
    }
  return step == SAMSPILL_STEP_DONE;
}

/* Bodies that no tree names. */

static gboolean
sweep_bodies (SamspillStore *self, gpointer data, GError **error)
{
  g_autoptr (GHashTable) named = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autoptr (GArray) bodies = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (SamspillStatement) trees = samspill_connection_prepare (self->writer, SQL_ALL_TREES, error);
  SamspillStep step;

  if (trees == NULL)
    return FALSE;
  while ((step = samspill_statement_step (trees, error)) == SAMSPILL_STEP_ROW)
    {
      g_autoptr (SamspillRevisionTree) tree = NULL;

      /* Where one cannot be read nobody knows what it names, and nothing is taken away. */
      tree = samspill_store_read_tree (trees, 0, samspill_statement_get_text (trees, 1), error);
      if (tree == NULL)
        return FALSE;
      for (guint i = 0; i < samspill_revision_tree_get_length (tree); i++)
        {
          gint64 body = samspill_revision_tree_get (tree, (int)i)->body;

          if (body != 0)
            g_hash_table_add (named, g_memdup2 (&body, sizeof body));
        }
    }
  if (step == SAMSPILL_STEP_ERROR || !list_numbers (self->writer, SQL_ALL_BODIES, 0, bodies, error))
    return FALSE;
  for (guint i = 0; i < bodies->len; i++)
    if (!g_hash_table_contains (named, &g_array_index (bodies, gint64, i)) &&
        !samspill_store_drop_body (self, g_array_index (bodies, gint64, i), error))
      return FALSE;
  return TRUE;
}

/* Files that no record names. */

static gboolean
collect_name (const char *name, const char *value, gsize value_length, gpointer data)
{
  char *sha256 = samspill_json_dup_string (value, (gssize)value_length, "sha256");

  if (sha256 != NULL)
    g_hash_table_add (data, sha256);
  return TRUE;
}

/* First they are marked as absent; only then is the content taken away. So a crash between leaves nothing that says it
 * is here and is not. */
static gboolean
forget_blobs (SamspillStore *self, gpointer data, GError **error)
{
  g_autoptr (GHashTable) named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (SamspillStatement) attachments = NULL, blobs = NULL;
  SamspillStep step;

  attachments = samspill_connection_prepare (self->writer, SQL_ALL_ATTACHMENTS, error);
  blobs = samspill_connection_prepare (self->writer, SQL_OLD_BLOBS, error);
  if (attachments == NULL || blobs == NULL)
    return FALSE;
  while ((step = samspill_statement_step (attachments, error)) == SAMSPILL_STEP_ROW)
    samspill_json_foreach_member (samspill_statement_get_text (attachments, 0), -1, collect_name, named, NULL);
  if (step == SAMSPILL_STEP_ERROR)
    return FALSE;
  samspill_statement_bind_int (blobs, 1, self->now_us - GRACE_US);
  while ((step = samspill_statement_step (blobs, error)) == SAMSPILL_STEP_ROW)
    if (!g_hash_table_contains (named, samspill_statement_get_text (blobs, 1)) &&
        !samspill_connection_run_with (self->writer, SQL_FORGET_BLOB, samspill_statement_get_int (blobs, 0), error))
      return FALSE;
  return step == SAMSPILL_STEP_DONE;
}

static gboolean
remove_blobs (SamspillStore *self, gpointer data, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (self->writer, SQL_BLOBS_ELSEWHERE, error);
  SamspillStep step;

  if (statement == NULL)
    return FALSE;
  while ((step = samspill_statement_step (statement, error)) == SAMSPILL_STEP_ROW)
    {
      g_autofree char *path = samspill_store_dup_blob_path (self->folder, samspill_statement_get_text (statement, 0));

      g_unlink (path);
    }
  return step == SAMSPILL_STEP_DONE && samspill_connection_execute (self->writer, SQL_DROP_ABSENT, error);
}

static gboolean
is_known (SamspillStore *self, const char *sha256, gboolean *known, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (self->writer, SQL_KNOWS_BLOB, error);

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_text (statement, 1, sha256);
  if (!samspill_statement_fetch (statement, error))
    return FALSE;
  *known = samspill_statement_get_int (statement, 0) > 0;
  return TRUE;
}

static gboolean
is_old (const char *path)
{
  GStatBuf info;

  return g_stat (path, &info) == 0 && g_get_real_time () / G_USEC_PER_SEC - info.st_mtime > GRACE_US / G_USEC_PER_SEC;
}

/* Content that got its name just before a crash took back the row for it. A file gets its name inside a transaction
 * too, so none can come while this looks. `depth`: folders above the files. */
static gboolean
remove_unknown (SamspillStore *self, const char *path, guint depth, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      gboolean known = TRUE;

      if (depth > 0)
        {
          if (strlen (name) == 2 && !remove_unknown (self, child, depth - 1, error))
            return FALSE;
          continue;
        }
      if (strlen (name) != SHA256_HEX_LENGTH || !is_old (child))
        continue;
      if (!is_known (self, name, &known, error))
        return FALSE;
      if (!known)
        g_unlink (child);
    }
  return TRUE;
}

static gboolean
remove_unknown_blobs (SamspillStore *self, gpointer data, GError **error)
{
  g_autofree char *blobs = g_build_filename (self->folder, "blobs", NULL);

  return remove_unknown (self, blobs, 2, error);
}

/* What a program that was killed left half-way. */
static void
remove_abandoned (const char *path, const char *prefix)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (g_str_has_prefix (name, prefix) && is_old (file))
        samspill_store_remove_tree (file);
    }
}

/* The file itself. */

static gboolean
shrink (SamspillStore *self, GError **error)
{
  gint64 pages, free_pages;
  gboolean is_good = TRUE;

  if (!samspill_connection_query (self->writer, SQL_PAGES, &pages, error) ||
      !samspill_connection_query (self->writer, SQL_FREE_PAGES, &free_pages, error))
    return FALSE;
  if (free_pages > MIN_FREE_PAGES && free_pages > pages / 4)
    {
      is_good = samspill_connection_execute (self->writer, SQL_VACUUM, error);
      samspill_connection_execute (self->writer, SQL_AFTER_VACUUM, NULL);
    }
  return is_good && samspill_connection_execute (self->writer, SQL_TIDY, error);
}

/**
 * samspill_store_compact:
 * @self: a store, not in a transaction of this thread
 * @cancellable: (nullable): to stop it between its steps
 * @error: return location for an error
 *
 * Takes away what is not needed any more: bodies that no revision names, files that no body names, the content of files
 * that are not HERE, what a program that was killed left half-way, what restores replaced long ago, and the room that
 * all that took. Bodies of older revisions stay: they are the history, which this computer alone has, and among them is
 * the one on which two versions are merged, or from which a leaf that has not been sent yet came. Only the number of
 * revisions of a space bounds them: what lies so many above every leaf is forgotten when the document is next written.
 */
gboolean
samspill_store_compact (SamspillStore *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *blobs = NULL;
  gboolean is_good;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_atomic_pointer_get (&self->writer_thread) != g_thread_self (), FALSE);

  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !in_transaction (self, sweep_bodies, NULL, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error) || !in_transaction (self, forget_blobs, NULL, error) ||
      !in_transaction (self, remove_blobs, NULL, error) || !in_transaction (self, remove_unknown_blobs, NULL, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  blobs = g_build_filename (self->folder, "blobs", NULL);
  remove_abandoned (blobs, SAMSPILL_STORE_INCOMING_PREFIX);
  remove_abandoned (self->folder, SAMSPILL_STORE_RESTORE_PREFIX);
  samspill_store_remove_replaced (self->folder);
  g_rec_mutex_lock (&self->writer_lock);
  is_good = shrink (self, error);
  g_rec_mutex_unlock (&self->writer_lock);
  return is_good;
}
