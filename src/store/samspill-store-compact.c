/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

#include <glib/gstdio.h>

#include "samspill-json-text.h"

#define KEPT_BODIES 100          /* of a document's older revisions, the newest */
#define GRACE_US G_TIME_SPAN_DAY /* a file may be here before the record that names it */
#define MIN_FREE_PAGES 1000      /* below that it is not worth writing the file anew */

static const char SQL_LONG_TREES[] = "SELECT doc FROM document WHERE length (tree) > ?1";
static const char SQL_GET_TREE[] = "SELECT tree, id FROM document WHERE doc = ?1";
static const char SQL_SET_TREE[] = "UPDATE document SET tree = ?2 WHERE doc = ?1";
static const char SQL_ALL_TREES[] = "SELECT tree, id FROM document";
static const char SQL_ALL_BODIES[] = "SELECT body FROM body";
static const char SQL_DROP_BODY[] = "DELETE FROM body WHERE body = ?1";
static const char SQL_ALL_ATTACHMENTS[] = "SELECT attachments FROM body WHERE attachments IS NOT NULL";
static const char SQL_OLD_BLOBS[] =
    "SELECT blob, sha256 FROM blob WHERE sha256 IS NOT NULL AND state = 1 AND at_us < ?1";
static const char SQL_FORGET_BLOB[] = "UPDATE blob SET state = 0 WHERE blob = ?1";
static const char SQL_BLOBS_ELSEWHERE[] = "SELECT sha256 FROM blob WHERE sha256 IS NOT NULL AND state <> 1";
static const char SQL_DROP_ABSENT[] = "DELETE FROM blob WHERE state = 0";
static const char SQL_FREE_PAGES[] = "PRAGMA freelist_count";
static const char SQL_PAGES[] = "PRAGMA page_count";
static const char SQL_VACUUM[] = "VACUUM";
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
run_with_number (SamspillConnection *connection, const char *sql, gint64 number, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, sql, error);

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, number);
  return samspill_statement_run (statement, error);
}

/* Older bodies of one document. */

/* What a merge or a comparison may still ask for: leaves, what they were written on, and where branches part. */
static guint8 *
mark_needed (const SamspillRevisionTree *tree)
{
  guint length = samspill_revision_tree_get_length (tree);
  g_autofree guint *n_children = g_new0 (guint, length);
  guint8 *needed = g_malloc0 (length);

  for (guint i = 0; i < length; i++)
    {
      int parent = samspill_revision_tree_get (tree, (int)i)->parent;

      if (parent != SAMSPILL_REVISION_NONE)
        n_children[parent]++;
    }
  for (guint i = 0; i < length; i++)
    {
      int parent = samspill_revision_tree_get (tree, (int)i)->parent;

      if (n_children[i] != 1)
        needed[i] = TRUE;
      if (n_children[i] == 0 && parent != SAMSPILL_REVISION_NONE)
        needed[parent] = TRUE;
    }
  return needed;
}

static gboolean
drop_old_bodies (SamspillStore *self, SamspillRevisionTree *tree, gboolean *is_changed, GError **error)
{
  g_autofree guint8 *needed = mark_needed (tree);
  guint kept = 0;

  for (int i = (int)samspill_revision_tree_get_length (tree) - 1; i >= 0; i--)
    {
      SamspillTreeRevision *revision = samspill_revision_tree_get (tree, i);

      if (revision->body == 0 || needed[i] || kept++ < KEPT_BODIES)
        continue;
      if (!run_with_number (self->writer, SQL_DROP_BODY, revision->body, error))
        return FALSE;
      revision->body = 0;
      *is_changed = TRUE;
    }
  return TRUE;
}

static gboolean
compact_document (SamspillStore *self, gpointer data, GError **error)
{
  const gint64 *doc = data;
  g_autoptr (SamspillRevisionTree) tree = NULL;
  g_autoptr (SamspillStatement) write = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gboolean is_changed = FALSE;

  {
    g_autoptr (SamspillStatement) read = samspill_connection_prepare (self->writer, SQL_GET_TREE, error);
    SamspillStep step;

    if (read == NULL)
      return FALSE;
    samspill_statement_bind_int (read, 1, *doc);
    step = samspill_statement_step (read, error);
    if (step != SAMSPILL_STEP_ROW)
      return step == SAMSPILL_STEP_DONE;
    tree = samspill_store_read_tree (read, 0, samspill_statement_get_text (read, 1), error);
  }
  if (tree == NULL || !drop_old_bodies (self, tree, &is_changed, error))
    return FALSE;
  if (!is_changed)
    return TRUE;
  bytes = samspill_revision_tree_encode (tree);
  write = samspill_connection_prepare (self->writer, SQL_SET_TREE, error);
  if (write == NULL)
    return FALSE;
  samspill_statement_bind_int (write, 1, *doc);
  samspill_statement_bind_bytes (write, 2, bytes);
  return samspill_statement_run (write, error);
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

static gboolean
compact_documents (SamspillStore *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) docs = g_array_new (FALSE, FALSE, sizeof (gint64));

  {
    g_auto (SamspillReader) reader = { NULL };

    /* A revision takes more bytes than its digest. */
    if (!samspill_reader_begin (&reader, self, error) ||
        !list_numbers (reader.connection, SQL_LONG_TREES, KEPT_BODIES * SAMSPILL_REVISION_DIGEST_BYTES, docs, error))
      return FALSE;
  }
  /* A transaction each, so that someone who saves waits for one document at most. */
  for (guint i = 0; i < docs->len; i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
        !in_transaction (self, compact_document, &g_array_index (docs, gint64, i), error))
      return FALSE;
  return TRUE;
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
        !run_with_number (self->writer, SQL_DROP_BODY, g_array_index (bodies, gint64, i), error))
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
        !run_with_number (self->writer, SQL_FORGET_BLOB, samspill_statement_get_int (blobs, 0), error))
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

/* What a program that was killed left half-way. */
static void
remove_abandoned (const char *path, const char *prefix)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      GStatBuf info;

      if (g_str_has_prefix (name, prefix) && g_stat (file, &info) == 0 &&
          g_get_real_time () / G_USEC_PER_SEC - info.st_mtime > GRACE_US / G_USEC_PER_SEC)
        samspill_store_remove_tree (file);
    }
}

/* The file itself. */

static gboolean
shrink (SamspillStore *self, GError **error)
{
  gint64 pages, free_pages;

  if (!samspill_connection_query (self->writer, SQL_PAGES, &pages, error) ||
      !samspill_connection_query (self->writer, SQL_FREE_PAGES, &free_pages, error))
    return FALSE;
  if (free_pages > MIN_FREE_PAGES && free_pages > pages / 4 &&
      !samspill_connection_execute (self->writer, SQL_VACUUM, error))
    return FALSE;
  return samspill_connection_execute (self->writer, SQL_TIDY, error);
}

/**
 * samspill_store_compact:
 * @self: a store, not in a transaction of this thread
 * @cancellable: (nullable): to stop it between its steps
 * @error: return location for an error
 *
 * Takes away what is not needed any more: bodies of older revisions beyond the newest hundred of a document (never
 * those of leaves, of what leaves were written on, and of where branches part), files that no kept body names, the
 * content of files that are not HERE, and the room that they took.
 */
gboolean
samspill_store_compact (SamspillStore *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *blobs = NULL;
  gboolean is_good;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (g_atomic_pointer_get (&self->writer_thread) != g_thread_self (), FALSE);

  if (!compact_documents (self, cancellable, error) || !in_transaction (self, sweep_bodies, NULL, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error) || !in_transaction (self, forget_blobs, NULL, error) ||
      !in_transaction (self, remove_blobs, NULL, error) || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  blobs = g_build_filename (self->folder, "blobs", NULL);
  remove_abandoned (blobs, SAMSPILL_STORE_INCOMING_PREFIX);
  remove_abandoned (self->folder, SAMSPILL_STORE_RESTORE_PREFIX);
  g_rec_mutex_lock (&self->writer_lock);
  is_good = shrink (self, error);
  g_rec_mutex_unlock (&self->writer_lock);
  return is_good;
}
