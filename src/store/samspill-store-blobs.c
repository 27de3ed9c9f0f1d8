/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define SHA256_HEX_LENGTH 64
#define MD5_HEX_LENGTH 32
#define READ_BYTES (64 * 1024)

static const char SQL_ADD_BLOB[] = "INSERT INTO blob (sha256, md5, length, state, at_us) VALUES (?1, ?2, ?3, ?4, ?5)"
                                   " ON CONFLICT (sha256) DO UPDATE SET md5 = ?2, length = ?3, state = ?4, at_us = ?5";
static const char SQL_SET_STATE[] = "INSERT INTO blob (sha256, state, at_us) VALUES (?1, ?2, ?3)"
                                    " ON CONFLICT (sha256) DO UPDATE SET state = ?2, at_us = ?3";
static const char SQL_GET_STATE[] = "SELECT state FROM blob WHERE sha256 = ?1";

void
samspill_blob_free (SamspillBlob *self)
{
  if (self == NULL)
    return;
  g_free (self->sha256);
  g_free (self->md5);
  g_free (self);
}

/* FOLDER/blobs/ab/cd/abcd… */
char *
samspill_store_dup_blob_path (const char *folder, const char *sha256)
{
  const char first[] = { sha256[0], sha256[1], '\0' }, second[] = { sha256[2], sha256[3], '\0' };

  return g_build_filename (folder, "blobs", first, second, sha256, NULL);
}

static gboolean
check_name (const char *sha256, GError **error)
{
  if (sha256 != NULL && strlen (sha256) == SHA256_HEX_LENGTH &&
      strspn (sha256, "0123456789abcdef") == SHA256_HEX_LENGTH)
    return TRUE;
  g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID,
                       _ ("The name of the file is not one that the program gave."));
  return FALSE;
}

struct _SamspillBlobWriter
{
  SamspillStore *store; /* held */
  char *path;           /* NULL: the file has its name */
  int fd;
  GChecksum *sha256, *md5;
  guint64 length, max_bytes;
  char *expected_md5; /* of one that goes on later where it was cut; NULL: taken away unless it gets its name */
};

void
samspill_blob_writer_free (SamspillBlobWriter *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  if (self->path != NULL && self->expected_md5 == NULL)
    g_unlink (self->path);
  g_free (self->path);
  g_free (self->expected_md5);
  g_clear_pointer (&self->sha256, g_checksum_free);
  g_clear_pointer (&self->md5, g_checksum_free);
  g_object_unref (self->store);
  g_free (self);
}

static SamspillBlobWriter *
new_writer (SamspillStore *store, guint64 max_bytes, GError **error)
{
  SamspillBlobWriter *self;

  if (store->read_only_error != NULL)
    {
      g_propagate_error (error, g_error_copy (store->read_only_error));
      return NULL;
    }
  self = g_new0 (SamspillBlobWriter, 1);
  self->store = g_object_ref (store);
  self->fd = -1;
  self->max_bytes = max_bytes;
  self->sha256 = g_checksum_new (G_CHECKSUM_SHA256);
  self->md5 = g_checksum_new (G_CHECKSUM_MD5);
  return self;
}

/**
 * samspill_blob_writer_new:
 * @store: a store
 * @max_bytes: TOO_LARGE beyond that
 * @error: return location for an error
 *
 * A file that comes in pieces. Nothing of it stays unless it is finished.
 *
 * Returns: (transfer full) (nullable): what takes the pieces; for one thread at a time
 */
SamspillBlobWriter *
samspill_blob_writer_new (SamspillStore *store, guint64 max_bytes, GError **error)
{
  g_autoptr (SamspillBlobWriter) self = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (store), NULL);

  self = new_writer (store, max_bytes, error);
  if (self == NULL)
    return NULL;
  self->path = g_build_filename (store->folder, "blobs", SAMSPILL_STORE_INCOMING_PREFIX "XXXXXX", NULL);
  self->fd = g_mkstemp_full (self->path, O_RDWR | O_CLOEXEC, 0600);
  if (self->fd >= 0)
    return g_steal_pointer (&self);
  g_clear_pointer (&self->path, g_free);
  samspill_store_set_file_error (error, errno, store->folder);
  return NULL;
}

static gboolean
set_too_large (guint64 max_bytes, GError **error)
{
  g_autofree char *size = g_format_size (max_bytes);

  g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_TOO_LARGE,
               _ ("The file is larger than %s, which is the most that can be kept. Choose a smaller one."), size);
  return FALSE;
}

/* What an earlier attempt left, into the sums again. */
static gboolean
read_what_is_there (SamspillBlobWriter *self, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (READ_BYTES);
  gssize n;

  while ((n = read (self->fd, buffer, READ_BYTES)) > 0 || (n < 0 && errno == EINTR))
    {
      if (n < 0)
        continue;
      g_checksum_update (self->sha256, buffer, n);
      g_checksum_update (self->md5, buffer, n);
      self->length += (guint64)n;
    }
  if (n == 0)
    return TRUE;
  samspill_store_set_file_error (error, errno, self->path);
  return FALSE;
}

/**
 * samspill_blob_writer_resume:
 * @store: a store
 * @md5: what it has to be when it is whole, hex
 * @length: and how long
 * @already: (out): how much of it an earlier attempt left: what is written goes behind that
 * @error: return location for an error; BUSY where the same file is being fetched right now
 *
 * A file that may be cut and go on later, also after the program has ended. What nobody goes on with is taken away by
 * samspill_store_compact() a day later.
 *
 * Returns: (transfer full) (nullable): what takes the pieces
 */
SamspillBlobWriter *
samspill_blob_writer_resume (SamspillStore *store, const char *md5, guint64 length, guint64 *already, GError **error)
{
  g_autoptr (SamspillBlobWriter) self = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (store), NULL);
  g_return_val_if_fail (strlen (md5) == MD5_HEX_LENGTH && strspn (md5, "0123456789abcdef") == MD5_HEX_LENGTH, NULL);

  self = new_writer (store, length, error);
  if (self == NULL)
    return NULL;
  name = g_strdup_printf (SAMSPILL_STORE_INCOMING_PREFIX "%s-%" G_GUINT64_FORMAT, md5, length);
  self->path = g_build_filename (store->folder, "blobs", name, NULL);
  self->expected_md5 = g_strdup (md5);
  self->fd = open (self->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (self->fd < 0)
    {
      samspill_store_set_file_error (error, errno, self->path);
      return NULL;
    }
  if (flock (self->fd, LOCK_EX | LOCK_NB) != 0)
    {
      g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_BUSY,
                           _ ("The file is being fetched already."));
      return NULL;
    }
  if (!read_what_is_there (self, error))
    return NULL;
  /* Longer than it should be: it is not what it says. */
  if (self->length > length)
    {
      if (ftruncate (self->fd, 0) != 0 || lseek (self->fd, 0, SEEK_SET) != 0)
        {
          samspill_store_set_file_error (error, errno, self->path);
          return NULL;
        }
      self->length = 0;
      g_checksum_reset (self->sha256);
      g_checksum_reset (self->md5);
    }
  *already = self->length;
  return g_steal_pointer (&self);
}

/**
 * samspill_blob_writer_write:
 * @self: a writer
 * @bytes: the next piece
 * @length: how long
 * @error: return location for an error: TOO_LARGE, FULL
 */
gboolean
samspill_blob_writer_write (SamspillBlobWriter *self, const guint8 *bytes, gsize length, GError **error)
{
  if (length > self->max_bytes - self->length)
    return set_too_large (self->max_bytes, error);
  g_checksum_update (self->sha256, bytes, (gssize)length);
  g_checksum_update (self->md5, bytes, (gssize)length);
  self->length += length;
  while (length > 0)
    {
      gssize written = write (self->fd, bytes, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        {
          samspill_store_set_file_error (error, written < 0 ? errno : ENOSPC, self->path);
          return FALSE;
        }
      bytes += written;
      length -= (gsize)written;
    }
  return TRUE;
}

guint64
samspill_blob_writer_get_length (SamspillBlobWriter *self)
{
  return self->length;
}

/* Gives the file its name. What is there already under the name has the same content, unless it was cut short. */
static gboolean
move_in_place (SamspillBlobWriter *self, const char *sha256, GError **error)
{
  g_autofree char *path = samspill_store_dup_blob_path (self->store->folder, sha256);
  g_autofree char *inner = g_path_get_dirname (path), *outer = g_path_get_dirname (inner);
  g_autofree char *blobs = g_path_get_dirname (outer);
  GStatBuf info;

  if (g_stat (path, &info) == 0 && (guint64)info.st_size == self->length)
    {
      g_unlink (self->path);
      g_clear_pointer (&self->path, g_free);
      return TRUE;
    }
  if (g_mkdir_with_parents (inner, 0700) != 0 || g_rename (self->path, path) != 0)
    {
      samspill_store_set_file_error (error, errno, inner);
      return FALSE;
    }
  g_clear_pointer (&self->path, g_free);
  return samspill_store_sync_folder (inner, error) && samspill_store_sync_folder (outer, error) &&
         samspill_store_sync_folder (blobs, error);
}

static gboolean
add_row (SamspillStore *self, const SamspillBlob *blob, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (self->writer, SQL_ADD_BLOB, error);

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_text (statement, 1, blob->sha256);
  samspill_statement_bind_text (statement, 2, blob->md5);
  samspill_statement_bind_int (statement, 3, (gint64)blob->length);
  samspill_statement_bind_int (statement, 4, SAMSPILL_BLOB_HERE);
  samspill_statement_bind_int (statement, 5, self->now_us);
  return samspill_statement_run (statement, error);
}

/* One that goes on later is thrown away where the whole of it is not what it should be: else it would never be. */
static gboolean
is_as_expected (SamspillBlobWriter *self, GError **error)
{
  if (self->expected_md5 == NULL ||
      (self->length == self->max_bytes && g_str_equal (g_checksum_get_string (self->md5), self->expected_md5)))
    return TRUE;
  if (self->length == self->max_bytes)
    g_clear_pointer (&self->expected_md5, g_free);
  g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID,
                       _ ("What came is not the file that was announced. Try again."));
  return FALSE;
}

/**
 * samspill_blob_writer_finish:
 * @self: a writer; only to be freed afterwards
 * @error: return location for an error; INVALID where a resumed one is not what was expected
 *
 * Returns: (transfer full) (nullable): the names of the file and its length; it is on disk
 */
SamspillBlob *
samspill_blob_writer_finish (SamspillBlobWriter *self, GError **error)
{
  g_autoptr (SamspillBlob) blob = NULL;

  if (!is_as_expected (self, error))
    return NULL;
  if (fsync (self->fd) != 0)
    {
      samspill_store_set_file_error (error, errno, self->path);
      return NULL;
    }
  blob = g_new0 (SamspillBlob, 1);
  blob->sha256 = g_strdup (g_checksum_get_string (self->sha256));
  blob->md5 = g_strdup (g_checksum_get_string (self->md5));
  blob->length = self->length;
  /* Inside the transaction, so that no compaction takes the file away between its name and its row. */
  if (!samspill_store_begin (self->store, error))
    return NULL;
  if (!samspill_store_end (self->store, move_in_place (self, blob->sha256, error) && add_row (self->store, blob, error),
                           error))
    return NULL;
  return g_steal_pointer (&blob);
}

/**
 * samspill_store_add_blob:
 * @self: a store
 * @stream: what to keep; read to its end, not closed
 * @max_bytes: TOO_LARGE beyond that
 * @cancellable: (nullable): to stop it
 * @error: return location for an error
 *
 * Keeps a file under the SHA-256 of its content; the same content is kept once. A file that no record names is taken
 * away by samspill_store_compact() a day later.
 *
 * Returns: (transfer full) (nullable): its names and its length in bytes
 */
SamspillBlob *
samspill_store_add_blob (SamspillStore *self, GInputStream *stream, guint64 max_bytes, GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (SamspillBlobWriter) writer = NULL;
  g_autofree guint8 *buffer = g_malloc (READ_BYTES);
  gssize n;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (G_IS_INPUT_STREAM (stream), NULL);

  writer = samspill_blob_writer_new (self, max_bytes, error);
  if (writer == NULL)
    return NULL;
  while ((n = g_input_stream_read (stream, buffer, READ_BYTES, cancellable, error)) > 0)
    /* Not every stream looks itself. */
    if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
        !samspill_blob_writer_write (writer, buffer, (gsize)n, error))
      return NULL;
  return n == 0 ? samspill_blob_writer_finish (writer, error) : NULL;
}

/**
 * samspill_store_get_blob:
 * @self: a store
 * @sha256: its name
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the file, to be read only; BLOB_MISSING where it is not on this computer
 */
GFile *
samspill_store_get_blob (SamspillStore *self, const char *sha256, GError **error)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);

  if (!check_name (sha256, error))
    return NULL;
  path = samspill_store_dup_blob_path (self->folder, sha256);
  if (samspill_store_blob_state (self, sha256) == SAMSPILL_BLOB_HERE && g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return g_file_new_for_path (path);
  g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_BLOB_MISSING,
                       _ ("The file is not on this computer. Add it again, or restore a backup that has it."));
  return NULL;
}

/**
 * samspill_store_blob_state:
 * @self: a store
 * @sha256: its name
 *
 * Returns: where the file is; ABSENT for what was never heard of
 */
SamspillBlobState
samspill_store_blob_state (SamspillStore *self, const char *sha256)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillStatement) statement = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), SAMSPILL_BLOB_ABSENT);
  g_return_val_if_fail (sha256 != NULL, SAMSPILL_BLOB_ABSENT);

  if (!samspill_reader_begin (&reader, self, NULL) ||
      (statement = samspill_connection_prepare (reader.connection, SQL_GET_STATE, NULL)) == NULL)
    return SAMSPILL_BLOB_ABSENT;
  samspill_statement_bind_text (statement, 1, sha256);
  if (samspill_statement_step (statement, NULL) != SAMSPILL_STEP_ROW)
    return SAMSPILL_BLOB_ABSENT;
  return (SamspillBlobState)samspill_statement_get_int (statement, 0);
}

static gboolean
set_state (SamspillStore *self, const char *sha256, SamspillBlobState state, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (self->writer, SQL_SET_STATE, error);

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_text (statement, 1, sha256);
  samspill_statement_bind_int (statement, 2, state);
  samspill_statement_bind_int (statement, 3, self->now_us);
  return samspill_statement_run (statement, error);
}

/**
 * samspill_store_set_blob_state:
 * @self: a store
 * @sha256: its name
 * @state: where it is from now on
 * @error: return location for an error
 *
 * The content of what is no longer HERE is taken away by samspill_store_compact(). HERE is refused with BLOB_MISSING
 * where there is no content.
 */
gboolean
samspill_store_set_blob_state (SamspillStore *self, const char *sha256, SamspillBlobState state, GError **error)
{
  g_autofree char *path = NULL;
  gboolean is_good = FALSE;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);

  if (!check_name (sha256, error) || !samspill_store_begin (self, error))
    return FALSE;
  path = samspill_store_dup_blob_path (self->folder, sha256);
  if (state == SAMSPILL_BLOB_HERE && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_BLOB_MISSING,
                         _ ("The file is not on this computer. Add it again, or restore a backup that has it."));
  else
    is_good = set_state (self, sha256, state, error);
  return samspill_store_end (self, is_good, error);
}
