/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const char SQL_READ_META[] = "SELECT uuid, epoch, seq, at_us FROM meta";
static const char SQL_WRITE_META[] = "UPDATE meta SET seq = ?1, at_us = ?2";
static const char SQL_USER_VERSION[] = "PRAGMA user_version";
static const char SQL_BEGIN_WRITE[] = "BEGIN IMMEDIATE";
static const char SQL_COMMIT[] = "COMMIT";
static const char SQL_ROLLBACK[] = "ROLLBACK";

G_DEFINE_FINAL_TYPE (SamspillStore, samspill_store, G_TYPE_OBJECT)

GQuark
samspill_store_error_quark (void)
{
  return g_quark_from_static_string ("samspill-store-error");
}

static gboolean
run_sql (SamspillConnection *connection, const char *sql, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, sql, error);

  return statement != NULL && samspill_statement_run (statement, error);
}

static gboolean
read_meta (SamspillConnection *connection, char **uuid, gint64 *epoch, gint64 *seq, gint64 *at_us, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, SQL_READ_META, error);

  if (statement == NULL || !samspill_statement_fetch (statement, error))
    return FALSE;
  if (uuid != NULL)
    *uuid = g_strdup (samspill_statement_get_text (statement, 0));
  if (epoch != NULL)
    *epoch = samspill_statement_get_int (statement, 1);
  *seq = samspill_statement_get_int (statement, 2);
  if (at_us != NULL)
    *at_us = samspill_statement_get_int (statement, 3);
  return TRUE;
}

/* Transactions. */

static void
set_newer (GError **error)
{
  g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NEWER,
                       _ ("The data was made by a newer version of the program and can only be read. Install the newer "
                          "version to write."));
}

/* A newer program may have brought the file up to date while this one had it open. */
static gboolean
check_version (SamspillStore *self, GError **error)
{
  gint64 version;

  if (!samspill_connection_query (self->writer, SQL_USER_VERSION, &version, error))
    return FALSE;
  if (version == samspill_store_schema_version ())
    return TRUE;
  set_newer (error);
  return FALSE;
}

static gboolean
begin_outermost (SamspillStore *self, GError **error)
{
  gint64 at_us;

  self->writer->has_failed = FALSE;
  if (!run_sql (self->writer, SQL_BEGIN_WRITE, error))
    return FALSE;
  if (!check_version (self, error) || !read_meta (self->writer, NULL, NULL, &self->seq, &at_us, error))
    {
      run_sql (self->writer, SQL_ROLLBACK, NULL);
      return FALSE;
    }
  self->begun_at = self->seq;
  self->last_body = -1;
  /* A clock that stands in 1970 must not make the newest revision look like the oldest. */
  self->now_us = MAX (g_get_real_time (), at_us);
  return TRUE;
}

/**
 * samspill_store_begin:
 * @self: a store
 * @error: return location for an error
 *
 * Begins a transaction, or a part of one that this thread has begun already: then only the outermost
 * samspill_store_commit() writes. The calling thread holds the writer until it is ended; other threads and programs
 * wait (at most ten seconds, then BUSY).
 */
gboolean
samspill_store_begin (SamspillStore *self, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);

  if (self->read_only_error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->read_only_error));
      return FALSE;
    }
  g_rec_mutex_lock (&self->writer_lock);
  if (self->depth == 0)
    {
      if (!begin_outermost (self, error))
        {
          g_rec_mutex_unlock (&self->writer_lock);
          return FALSE;
        }
      g_atomic_pointer_set (&self->writer_thread, g_thread_self ());
    }
  self->depth++;
  return TRUE;
}

static void
leave (SamspillStore *self)
{
  if (--self->depth == 0)
    g_atomic_pointer_set (&self->writer_thread, NULL);
  g_rec_mutex_unlock (&self->writer_lock);
}

static gboolean
write_meta (SamspillStore *self, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (self->writer, SQL_WRITE_META, error);

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, self->seq);
  samspill_statement_bind_int (statement, 2, self->now_us);
  return samspill_statement_run (statement, error);
}

static gboolean
commit_outermost (SamspillStore *self, GError **error)
{
  if (self->writer->has_failed)
    {
      /* Each failure was reported where it happened; what was done around it must not stay half. */
      g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_FAILED,
                           _ ("A part of this could not be saved, so nothing of it was. Try again."));
      return FALSE;
    }
  if (sqlite3_total_changes64 (self->writer->db) != 0 && self->seq != self->begun_at && !write_meta (self, error))
    return FALSE;
  return run_sql (self->writer, SQL_COMMIT, error);
}

/**
 * samspill_store_commit:
 * @self: a store in a transaction of this thread
 * @error: return location for an error
 *
 * Ends a transaction. When the outermost one returns %TRUE all of it is on disk; else nothing of it is.
 */
gboolean
samspill_store_commit (SamspillStore *self, GError **error)
{
  gboolean is_changed, is_good;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (self->depth > 0, FALSE);

  if (self->depth > 1)
    {
      leave (self);
      return TRUE;
    }
  is_changed = self->seq != self->begun_at;
  is_good = commit_outermost (self, error);
  if (!is_good && !sqlite3_get_autocommit (self->writer->db))
    run_sql (self->writer, SQL_ROLLBACK, NULL);
  leave (self);
  if (is_good && is_changed)
    samspill_store_announce (self);
  return is_good;
}

/**
 * samspill_store_rollback:
 * @self: a store in a transaction of this thread
 *
 * Takes back everything since the outermost samspill_store_begin(). In an inner part it makes the outermost
 * samspill_store_commit() fail.
 */
void
samspill_store_rollback (SamspillStore *self)
{
  g_return_if_fail (SAMSPILL_IS_STORE (self));
  g_return_if_fail (self->depth > 0);

  if (self->depth > 1)
    self->writer->has_failed = TRUE;
  else if (!sqlite3_get_autocommit (self->writer->db))
    run_sql (self->writer, SQL_ROLLBACK, NULL);
  leave (self);
}

gboolean
samspill_store_end (SamspillStore *self, gboolean is_good, GError **error)
{
  if (is_good)
    return samspill_store_commit (self, error);
  /* A write that was refused before it touched anything leaves the batch around it whole; one that broke has marked the
   * connection. */
  if (self->depth > 1)
    leave (self);
  else
    samspill_store_rollback (self);
  return FALSE;
}

gint64
samspill_store_next_seq (SamspillStore *self)
{
  return ++self->seq;
}

/* Life. */

static void
samspill_store_finalize (GObject *object)
{
  SamspillStore *self = SAMSPILL_STORE (object);

  samspill_store_unwatch (self);
  g_clear_pointer (&self->readers, g_ptr_array_unref);
  g_clear_pointer (&self->writer, samspill_connection_close);
  g_rec_mutex_clear (&self->writer_lock);
  g_mutex_clear (&self->readers_lock);
  g_mutex_clear (&self->notify_lock);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_error (&self->read_only_error);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->uuid);

  G_OBJECT_CLASS (samspill_store_parent_class)->finalize (object);
}

static void
samspill_store_class_init (SamspillStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = samspill_store_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
samspill_store_init (SamspillStore *self)
{
  g_rec_mutex_init (&self->writer_lock);
  g_mutex_init (&self->readers_lock);
  g_mutex_init (&self->notify_lock);
  self->readers = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_connection_close);
  self->context = g_main_context_ref_thread_default ();
}

/* 0, or what the system says against it. */
static int
make_folders (SamspillStore *self)
{
  g_autofree char *blobs = g_build_filename (self->folder, "blobs", NULL);

  return g_mkdir_with_parents (blobs, 0700) == 0 ? 0 : errno;
}

static gboolean
open_for_reading (SamspillStore *self, GError **error)
{
  g_autoptr (SamspillConnection) connection = NULL;
  gint64 version;

  connection = samspill_store_schema_open_read_only (self->path, &self->is_immutable, &version, error);
  if (connection == NULL)
    return FALSE;
  if (version < samspill_store_schema_version ())
    {
      g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_READ_ONLY,
                           _ ("The data was made by an older version and must be brought up to date, but it can only "
                              "be read. Give yourself the right to write in the folder and open it again."));
      return FALSE;
    }
  if (version > samspill_store_schema_version ())
    set_newer (&self->read_only_error);
  else if ((self->flags & SAMSPILL_STORE_OPEN_READ_ONLY) != 0)
    g_set_error_literal (&self->read_only_error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_READ_ONLY,
                         _ ("The data was opened for reading only. Open it for writing and try again."));
  else
    samspill_store_set_sqlite_error (&self->read_only_error, NULL, SQLITE_READONLY);
  return TRUE;
}

static gboolean
open_database (SamspillStore *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean is_newer = FALSE, is_write_protected = FALSE;
  int why;

  if ((self->flags & SAMSPILL_STORE_OPEN_READ_ONLY) != 0)
    return open_for_reading (self, error);
  why = make_folders (self);
  if (why != 0 && !g_file_test (self->path, G_FILE_TEST_EXISTS))
    {
      samspill_store_set_file_error (error, why, self->folder);
      return FALSE;
    }
  self->writer = samspill_store_schema_open (self->path, &is_newer, &is_write_protected, &local_error);
  if (self->writer != NULL && !is_newer && !is_write_protected)
    return TRUE;
  g_clear_pointer (&self->writer, samspill_connection_close);
  if (local_error != NULL && !g_error_matches (local_error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_READ_ONLY))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return open_for_reading (self, error);
}

/**
 * samspill_store_open:
 * @folder: path of the folder; made where it is missing, unless read-only
 * @flags: how
 * @error: return location for an error
 *
 * Opens or makes a store. What can only be read (made by a newer program, write-protected) is opened all the same:
 * samspill_store_get_read_only_error() says why.
 *
 * Returns: (transfer full) (nullable): the store
 */
SamspillStore *
samspill_store_open (const char *folder, SamspillStoreFlags flags, GError **error)
{
  g_autoptr (SamspillStore) self = NULL;
  g_auto (SamspillReader) reader = { NULL };

  g_return_val_if_fail (folder != NULL, NULL);

  self = g_object_new (SAMSPILL_TYPE_STORE, NULL);
  self->flags = flags;
  self->folder = g_canonicalize_filename (folder, NULL);
  self->path = g_build_filename (self->folder, "store.db", NULL);
  if (!open_database (self, error) || !samspill_reader_begin (&reader, self, error) ||
      !read_meta (reader.connection, &self->uuid, &self->announced_epoch, &self->announced_seq, NULL, error))
    return NULL;
  samspill_reader_end (&reader);
  if ((flags & SAMSPILL_STORE_OPEN_WATCH) != 0)
    samspill_store_watch (self);
  return g_steal_pointer (&self);
}

/* What stands in the store. */

gboolean
samspill_store_is_read_only (SamspillStore *self)
{
  g_return_val_if_fail (SAMSPILL_IS_STORE (self), TRUE);

  return self->read_only_error != NULL;
}

/**
 * samspill_store_get_read_only_error:
 * @self: a store
 *
 * Returns: (transfer none) (nullable): why nothing can be written: NEWER or READ_ONLY, with a message for a person
 */
const GError *
samspill_store_get_read_only_error (SamspillStore *self)
{
  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);

  return self->read_only_error;
}

const char *
samspill_store_get_folder (SamspillStore *self)
{
  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);

  return self->folder;
}

const char *
samspill_store_get_uuid (SamspillStore *self)
{
  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);

  return self->uuid;
}

gint64
samspill_store_get_epoch (SamspillStore *self)
{
  g_auto (SamspillReader) reader = { NULL };
  gint64 epoch = 0, seq;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), 0);

  if (!samspill_reader_begin (&reader, self, NULL) || !read_meta (reader.connection, NULL, &epoch, &seq, NULL, NULL))
    return 0;
  return epoch;
}

gint64
samspill_store_get_last_seq (SamspillStore *self)
{
  g_auto (SamspillReader) reader = { NULL };
  gint64 seq = 0;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), 0);

  if (!samspill_reader_begin (&reader, self, NULL))
    return 0;
  if (!reader.is_pooled)
    return self->seq;
  if (!read_meta (reader.connection, NULL, NULL, &seq, NULL, NULL))
    return 0;
  return seq;
}

void
samspill_store_set_busy_timeout (SamspillStore *self, int milliseconds)
{
  g_rec_mutex_lock (&self->writer_lock);
  if (self->writer != NULL)
    sqlite3_busy_timeout (self->writer->db, milliseconds);
  g_rec_mutex_unlock (&self->writer_lock);
}
