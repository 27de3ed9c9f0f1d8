/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define PAGES_A_STEP 512 /* 4 MiB */
#define MAX_REPLACED 5   /* what restores have replaced: the newest so many, none older than this but the newest */
#define REPLACED_DAYS 90
#define REPLACED_FORMAT "%Y%m%dT%H%M%S.%fZ"
#define PROGRESS_INSTRUCTIONS 20000
#define SHM_OPEN_LOCK 128

static const char SQL_BEGIN_READ[] = "BEGIN";
static const char SQL_TOUCH[] = "SELECT seq FROM meta";
static const char SQL_NEW_EPOCH[] = "UPDATE meta SET epoch = ?1";
static const char SQL_LIST_BLOBS[] = "SELECT sha256 FROM blob WHERE sha256 IS NOT NULL AND state = ?1";
static const char SQL_INTEGRITY[] = "PRAGMA integrity_check(1)";
static const char SQL_RESTORED_SEQ[] = "SELECT max (main.meta.seq, restored.meta.seq) FROM main.meta, restored.meta";
/* One transaction over the live file rather than another file in its place: the other program that has it open sees a
 * write like any other. The spaces of the backup get numbers that no space here has had: who remembers a number must
 * not find another space under it. Numbers of documents go on from the highest of both, as sequences do. */
#define SPACE_OFFSET "(SELECT ifnull (max (seq), 0) FROM main.sqlite_sequence WHERE name = 'space')"
static const char *const replace_steps[] = {
  "DELETE FROM main.document",
  "INSERT INTO main.document SELECT doc, space + " SPACE_OFFSET ", id, seq, flags, leaves, winner, tree"
  " FROM restored.document",
  "DELETE FROM main.body",
  "INSERT INTO main.body SELECT * FROM restored.body",
  "DELETE FROM main.working_copy",
  "INSERT INTO main.working_copy SELECT working_copy, space + " SPACE_OFFSET ", id, base, json, at_us"
  " FROM restored.working_copy",
  "DELETE FROM main.local", /* 0 is the store itself */
  "INSERT INTO main.local SELECT local, iif (space = 0, 0, space + " SPACE_OFFSET "), name, revision, json"
  " FROM restored.local",
  "DELETE FROM main.blob",
  "INSERT INTO main.blob SELECT * FROM restored.blob",
  "DELETE FROM main.gone",
  "INSERT INTO main.gone SELECT * FROM restored.gone",
  /* Last: it moves the counter that the others count from. */
  "DELETE FROM main.space",
  "INSERT INTO main.space SELECT space + " SPACE_OFFSET ", name, uuid, revs_limit, purge_seq FROM restored.space",
};

/* A folder that is taken away again unless all went well. */
typedef struct
{
  char *path;
} Scratch;

static void
clear_scratch (Scratch *scratch)
{
  if (scratch->path != NULL)
    samspill_store_remove_tree (scratch->path);
  g_clear_pointer (&scratch->path, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scratch, clear_scratch)

/* A new folder whose path begins as `prefix`. */
static gboolean
make_scratch (Scratch *scratch, const char *prefix, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (prefix);

  scratch->path = g_strconcat (prefix, "XXXXXX", NULL);
  if (g_mkdir_with_parents (parent, 0700) == 0 && g_mkdtemp_full (scratch->path, 0700) != NULL)
    return TRUE;
  samspill_store_set_file_error (error, errno, parent);
  g_clear_pointer (&scratch->path, g_free);
  return FALSE;
}

gboolean
samspill_store_copy_database (SamspillConnection *from, SamspillConnection *to, GCancellable *cancellable,
                              GError **error)
{
  sqlite3_backup *backup = sqlite3_backup_init (to->db, "main", from->db, "main");
  gboolean is_cancelled = FALSE;
  int code = SQLITE_OK;

  if (backup == NULL)
    {
      samspill_store_set_sqlite_error (error, to->db, sqlite3_errcode (to->db));
      return FALSE;
    }
  while (code == SQLITE_OK && !is_cancelled)
    {
      is_cancelled = g_cancellable_set_error_if_cancelled (cancellable, error);
      if (!is_cancelled)
        code = sqlite3_backup_step (backup, PAGES_A_STEP);
    }
  sqlite3_backup_finish (backup);
  if (is_cancelled)
    return FALSE;
  if (code == SQLITE_DONE)
    return TRUE;
  samspill_store_set_sqlite_error (error, to->db, code);
  return FALSE;
}

/* Blobs never change, so a second name for the same file is as good as a copy where the file system has that. */
static gboolean
link_or_copy (const char *from, const char *to, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (from), target = g_file_new_for_path (to);
  g_autofree char *folder = g_path_get_dirname (to);
  g_autoptr (GError) cause = NULL;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      samspill_store_set_file_error (error, errno, folder);
      return FALSE;
    }
  if (link (from, to) == 0 || errno == EEXIST)
    return TRUE;
  if (g_file_copy (source, target, G_FILE_COPY_NONE, cancellable, NULL, NULL, &cause))
    return TRUE;
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&cause));
  else
    samspill_store_set_file_error (error, g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? ENOSPC : EIO,
                                   folder);
  return FALSE;
}

/* The files that `connection` says are here; those that are missing all the same are samspill_store_check()'s to tell.
 */
static gboolean
copy_blobs (SamspillConnection *connection, const char *from, const char *to, GCancellable *cancellable, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, SQL_LIST_BLOBS, error);
  g_autofree char *folder = g_build_filename (to, "blobs", NULL);
  SamspillStep step;

  if (statement == NULL)
    return FALSE;
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      samspill_store_set_file_error (error, errno, folder);
      return FALSE;
    }
  samspill_statement_bind_int (statement, 1, SAMSPILL_BLOB_HERE);
  while ((step = samspill_statement_step (statement, error)) == SAMSPILL_STEP_ROW)
    {
      g_autofree char *source = samspill_store_dup_blob_path (from, samspill_statement_get_text (statement, 0));
      g_autofree char *target = samspill_store_dup_blob_path (to, samspill_statement_get_text (statement, 0));

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      if (g_file_test (source, G_FILE_TEST_IS_REGULAR) && !g_file_test (target, G_FILE_TEST_EXISTS) &&
          !link_or_copy (source, target, cancellable, error))
        return FALSE;
    }
  return step == SAMSPILL_STEP_DONE;
}

/* The copy goes its own way from here: what was derived from the original must not be taken for derived from it. */
static gboolean
give_new_epoch (SamspillConnection *connection, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, SQL_NEW_EPOCH, error);

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, samspill_store_new_epoch ());
  return samspill_statement_run (statement, error);
}

static gboolean
fill_backup (SamspillStore *self, const char *folder, GCancellable *cancellable, GError **error)
{
  g_autoptr (SamspillConnection) from = NULL, to = NULL;
  g_autofree char *path = g_build_filename (folder, "store.db", NULL);
  gint64 seq;

  /* A connection of its own: it sees what is committed, also while this thread is in a transaction. */
  from = samspill_connection_open (self->path, SQLITE_OPEN_READONLY, self->is_immutable, error);
  if (from == NULL || !samspill_connection_execute (from, SQL_BEGIN_READ, error) ||
      !samspill_connection_query (from, SQL_TOUCH, &seq, error))
    return FALSE;
  to = samspill_connection_open (path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, FALSE, error);
  return to != NULL && samspill_store_copy_database (from, to, cancellable, error) && give_new_epoch (to, error) &&
         copy_blobs (to, self->folder, folder, cancellable, error);
}

/**
 * samspill_store_backup:
 * @self: a store
 * @folder: path of a folder that is not there yet; on the same disk the files take no more room
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * A whole copy, as it was at one moment, that samspill_store_open() opens. It is there whole or not at all. Others may
 * read and write meanwhile.
 */
gboolean
samspill_store_backup (SamspillStore *self, const char *folder, GCancellable *cancellable, GError **error)
{
  g_auto (Scratch) scratch = { NULL };
  g_autofree char *target = NULL, *parent = NULL, *prefix = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (folder != NULL, FALSE);

  target = g_canonicalize_filename (folder, NULL);
  parent = g_path_get_dirname (target);
  prefix = g_strconcat (target, ".", NULL);
  if (g_file_test (target, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID,
                   _ ("%s is there already. Choose another name for the backup."), target);
      return FALSE;
    }
  if (!make_scratch (&scratch, prefix, error) || !fill_backup (self, scratch.path, cancellable, error) ||
      !samspill_store_sync_folder (scratch.path, error))
    return FALSE;
  if (g_rename (scratch.path, target) != 0)
    {
      samspill_store_set_file_error (error, errno, target);
      return FALSE;
    }
  g_clear_pointer (&scratch.path, g_free);
  return samspill_store_sync_folder (parent, error);
}

static gboolean
look_whether_whole (SamspillConnection *connection, gboolean *is_whole, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, SQL_INTEGRITY, error);

  if (statement == NULL || samspill_statement_step (statement, error) == SAMSPILL_STEP_ERROR)
    return FALSE;
  *is_whole = g_strcmp0 (samspill_statement_get_text (statement, 0), "ok") == 0;
  return TRUE;
}

/**
 * samspill_store_check_backup:
 * @folder: path of a backup
 * @error: return location for an error
 *
 * A copy of a damaged store is damaged in the same way: look before an older backup makes room for it.
 *
 * Returns: %TRUE if the database in it is whole; CORRUPT if it is not
 */
gboolean
samspill_store_check_backup (const char *folder, GError **error)
{
  g_autoptr (SamspillConnection) connection = NULL;
  g_autofree char *path = g_build_filename (folder, "store.db", NULL);
  gboolean is_whole;

  connection = samspill_connection_open (path, SQLITE_OPEN_READONLY, TRUE, error);
  if (connection == NULL || !look_whether_whole (connection, &is_whole, error))
    return FALSE;
  if (!is_whole)
    samspill_store_set_sqlite_error (error, NULL, SQLITE_CORRUPT);
  return is_whole;
}

/* Restoring. */

static gboolean
is_whole (SamspillConnection *connection, GError **error)
{
  gboolean is;

  if (!look_whether_whole (connection, &is, error))
    return FALSE;
  if (!is)
    g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CORRUPT,
                         _ ("The backup is damaged and nothing was changed. Choose another one."));
  return is;
}

/* The backup, checked and brought up to date, in a file of its own: the backup itself stays as it is. */
static gboolean
prepare_restore (const char *folder, const char *scratch, GCancellable *cancellable, GError **error)
{
  g_autoptr (SamspillConnection) from = NULL, to = NULL;
  g_autofree char *source = g_build_filename (folder, "store.db", NULL);
  g_autofree char *target = g_build_filename (scratch, "store.db", NULL);
  gboolean is_immutable;
  gint64 version;

  from = samspill_store_schema_open_read_only (source, &is_immutable, &version, error);
  if (from == NULL)
    return FALSE;
  if (version == 0 || version > samspill_store_schema_version ())
    {
      if (version == 0)
        samspill_store_set_sqlite_error (error, NULL, SQLITE_NOTADB);
      else
        g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NEWER,
                             _ ("The backup was made by a newer version of the program. Install the newer version to "
                                "restore it."));
      return FALSE;
    }
  to = samspill_connection_open (target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, FALSE, error);
  return to != NULL && samspill_store_copy_database (from, to, cancellable, error) && is_whole (to, error) &&
         samspill_store_schema_migrate (to, error);
}

static int
stop_when_cancelled (void *data)
{
  return g_cancellable_is_cancelled (data);
}

static gboolean
replace_content (SamspillStore *self, GCancellable *cancellable, GError **error)
{
  gint64 seq;

  for (guint i = 0; i < G_N_ELEMENTS (replace_steps); i++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
        !samspill_connection_execute (self->writer, replace_steps[i], error))
      return FALSE;
  if (!samspill_connection_query (self->writer, SQL_RESTORED_SEQ, &seq, error) || !give_new_epoch (self->writer, error))
    return FALSE;
  /* No number of the feed stands for two things, and everyone hears of it. */
  self->seq = seq + 1;
  return TRUE;
}

static char *
dup_replaced_path (const char *folder)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *name = g_date_time_format (now, REPLACED_FORMAT);

  return g_build_filename (folder, "replaced", name, NULL);
}

static int
compare_newest_first (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)b, *(const char *const *)a);
}

void
samspill_store_remove_replaced (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "replaced", NULL), *oldest = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) before = g_date_time_add_days (now, -REPLACED_DAYS);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) children = g_dir_open (path, 0, NULL);
  const char *name;

  while (children != NULL && (name = g_dir_read_name (children)) != NULL)
    if (strlen (name) > 8 && name[8] == 'T' && strspn (name, "0123456789") == 8) /* ours */
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_newest_first);
  oldest = g_date_time_format (before, REPLACED_FORMAT);
  for (guint i = 1; i < names->len; i++)
    {
      g_autofree char *kept = g_build_filename (path, names->pdata[i], NULL);

      if (i >= MAX_REPLACED || strcmp (names->pdata[i], oldest) < 0)
        samspill_store_remove_tree (kept);
    }
}

static gboolean
keep_and_replace (SamspillStore *self, const char *scratch, GCancellable *cancellable, GError **error)
{
  g_autofree char *kept = dup_replaced_path (self->folder);
  gboolean is_good;

  if (!samspill_store_begin (self, error))
    return FALSE;
  /* Nobody can write between the copy of the present state and its end. */
  sqlite3_progress_handler (self->writer->db, PROGRESS_INSTRUCTIONS, stop_when_cancelled, cancellable);
  is_good = samspill_store_backup (self, kept, cancellable, error) && replace_content (self, cancellable, error);
  sqlite3_progress_handler (self->writer->db, 0, NULL, NULL);
  return samspill_store_end (self, is_good, error);
}

static gboolean
attach (SamspillStore *self, const char *scratch, GError **error)
{
  g_autofree char *path = g_build_filename (scratch, "store.db", NULL);
  char *sql = sqlite3_mprintf ("ATTACH %Q AS restored", path);
  gboolean is_good = samspill_connection_execute (self->writer, sql, error);

  sqlite3_free (sql);
  return is_good;
}

/**
 * samspill_store_restore:
 * @self: a store, not in a transaction of this thread
 * @folder: path of a backup
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Puts the content of a backup in place of what is here, all or nothing. The backup is checked first; what was here is
 * kept as a backup in the folder "replaced". The epoch changes; sequences and numbers of documents go on from the
 * highest of both.
 */
gboolean
samspill_store_restore (SamspillStore *self, const char *folder, GCancellable *cancellable, GError **error)
{
  g_auto (Scratch) scratch = { NULL };
  g_autoptr (SamspillConnection) restored = NULL;
  g_autofree char *prefix = NULL, *path = NULL;
  gboolean is_good;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (folder != NULL, FALSE);
  g_return_val_if_fail (g_atomic_pointer_get (&self->writer_thread) != g_thread_self (), FALSE);

  if (self->read_only_error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->read_only_error));
      return FALSE;
    }
  prefix = g_build_filename (self->folder, SAMSPILL_STORE_RESTORE_PREFIX, NULL);
  if (!make_scratch (&scratch, prefix, error) || !prepare_restore (folder, scratch.path, cancellable, error))
    return FALSE;
  path = g_build_filename (scratch.path, "store.db", NULL);
  restored = samspill_connection_open (path, SQLITE_OPEN_READONLY, FALSE, error);
  if (restored == NULL || !copy_blobs (restored, folder, self->folder, cancellable, error))
    return FALSE;
  g_clear_pointer (&restored, samspill_connection_close);

  g_rec_mutex_lock (&self->writer_lock);
  is_good = attach (self, scratch.path, error);
  if (is_good)
    {
      is_good = keep_and_replace (self, scratch.path, cancellable, error);
      samspill_connection_execute (self->writer, "DETACH restored", NULL);
    }
  g_rec_mutex_unlock (&self->writer_lock);
  return is_good;
}

/* A store that cannot be opened. */

/* A program that has the store open holds a lock on one byte of its shared memory file as long as it does
 * (sqlite.org/walformat.html, "WAL Locks"; the byte behind the eight). It would go on writing into a file without a
 * name. */
static gboolean
is_open_elsewhere (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "store.db-shm", NULL);
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = SHM_OPEN_LOCK, .l_len = 1 };
  int fd = open (path, O_RDWR | O_CLOEXEC);
  gboolean is;

  if (fd < 0)
    return FALSE;
  is = fcntl (fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  close (fd);
  return is;
}

static gboolean
keep_damaged (const char *folder, const char *kept, GCancellable *cancellable, GError **error)
{
  static const char *const names[] = { "store.db", "store.db-wal" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *from = g_build_filename (folder, names[i], NULL);
      g_autofree char *to = g_build_filename (kept, names[i], NULL);

      if (g_file_test (from, G_FILE_TEST_IS_REGULAR) && !link_or_copy (from, to, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/* The old log goes first: beside the new database it would be played into it. Until the last step the damaged one is
 * there and this can be done again. */
static gboolean
put_in_place (const char *folder, const char *scratch, GError **error)
{
  static const char *const names[] = { "store.db-wal", "store.db-shm" };
  g_autofree char *from = g_build_filename (scratch, "store.db", NULL);
  g_autofree char *to = g_build_filename (folder, "store.db", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_unlink (path);
    }
  if (g_rename (from, to) == 0)
    return samspill_store_sync_folder (folder, error);
  samspill_store_set_file_error (error, errno, folder);
  return FALSE;
}

/**
 * samspill_store_rescue:
 * @folder: path of a folder whose store is damaged and not open in this program
 * @backup: path of a backup
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * samspill_store_restore() for a store that is so damaged that it cannot be opened or written (CORRUPT, or NOT_OURS
 * where its head is gone). The backup is checked first; the damaged file is kept in the folder "replaced". BUSY where
 * another program has the store open.
 */
gboolean
samspill_store_rescue (const char *folder, const char *backup, GCancellable *cancellable, GError **error)
{
  g_auto (Scratch) scratch = { NULL };
  g_autoptr (SamspillConnection) restored = NULL;
  g_autofree char *target = NULL, *prefix = NULL, *path = NULL, *kept = NULL;

  g_return_val_if_fail (folder != NULL && backup != NULL, FALSE);

  target = g_canonicalize_filename (folder, NULL);
  if (is_open_elsewhere (target))
    {
      samspill_store_set_sqlite_error (error, NULL, SQLITE_BUSY);
      return FALSE;
    }
  prefix = g_build_filename (target, SAMSPILL_STORE_RESTORE_PREFIX, NULL);
  if (!make_scratch (&scratch, prefix, error) || !prepare_restore (backup, scratch.path, cancellable, error))
    return FALSE;
  path = g_build_filename (scratch.path, "store.db", NULL);
  restored = samspill_connection_open (path, SQLITE_OPEN_READWRITE, FALSE, error);
  if (restored == NULL || !give_new_epoch (restored, error) ||
      !copy_blobs (restored, backup, target, cancellable, error))
    return FALSE;
  /* Closing empties its log into it. */
  g_clear_pointer (&restored, samspill_connection_close);
  kept = dup_replaced_path (target);
  return keep_damaged (target, kept, cancellable, error) && put_in_place (target, scratch.path, error);
}
