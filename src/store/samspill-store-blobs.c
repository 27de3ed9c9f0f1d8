/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define SHA256_HEX_LENGTH 64
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

/* A file that is being written: taken away unless it gets its name. */
typedef struct
{
  char *path;
  int fd;
  GChecksum *sha256, *md5;
  guint64 length;
} Incoming;

static void
clear_incoming (Incoming *incoming)
{
  if (incoming->fd >= 0)
    close (incoming->fd);
  if (incoming->path != NULL)
    g_unlink (incoming->path);
  g_free (incoming->path);
  g_clear_pointer (&incoming->sha256, g_checksum_free);
  g_clear_pointer (&incoming->md5, g_checksum_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Incoming, clear_incoming)

static gboolean
write_all (Incoming *incoming, const guint8 *data, gsize length, GError **error)
{
  while (length > 0)
    {
      gssize written = write (incoming->fd, data, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        {
          samspill_store_set_file_error (error, written < 0 ? errno : ENOSPC, incoming->path);
          return FALSE;
        }
      data += written;
      length -= (gsize)written;
    }
  return TRUE;
}

static gboolean
receive (Incoming *incoming, GInputStream *stream, guint64 max_bytes, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (READ_BYTES);
  gssize n;

  while ((n = g_input_stream_read (stream, buffer, READ_BYTES, cancellable, error)) > 0)
    {
      /* Not every stream looks itself. */
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      incoming->length += (guint64)n;
      if (incoming->length > max_bytes)
        {
          g_autofree char *size = g_format_size (max_bytes);

          g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_TOO_LARGE,
                       _ ("The file is larger than %s, which is the most that can be kept. Choose a smaller one."),
                       size);
          return FALSE;
        }
      g_checksum_update (incoming->sha256, buffer, n);
      g_checksum_update (incoming->md5, buffer, n);
      if (!write_all (incoming, buffer, (gsize)n, error))
        return FALSE;
    }
  if (n < 0)
    return FALSE;
  if (fsync (incoming->fd) != 0)
    {
      samspill_store_set_file_error (error, errno, incoming->path);
      return FALSE;
    }
  return TRUE;
}

/* Gives the file its name. What is there already under the name has the same content, unless it was cut short. */
static gboolean
move_in_place (SamspillStore *self, Incoming *incoming, const char *sha256, GError **error)
{
  g_autofree char *path = samspill_store_dup_blob_path (self->folder, sha256);
  g_autofree char *inner = g_path_get_dirname (path), *outer = g_path_get_dirname (inner);
  g_autofree char *blobs = g_path_get_dirname (outer);
  GStatBuf info;

  if (g_stat (path, &info) == 0 && (guint64)info.st_size == incoming->length)
    return TRUE;
  if (g_mkdir_with_parents (inner, 0700) != 0 || g_rename (incoming->path, path) != 0)
    {
      samspill_store_set_file_error (error, errno, inner);
      return FALSE;
    }
  g_clear_pointer (&incoming->path, g_free);
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
  g_auto (Incoming) incoming = { .fd = -1 };
  g_autoptr (SamspillBlob) blob = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (G_IS_INPUT_STREAM (stream), NULL);

  if (self->read_only_error != NULL)
    {
      g_propagate_error (error, g_error_copy (self->read_only_error));
      return NULL;
    }
  incoming.path = g_build_filename (self->folder, "blobs", SAMSPILL_STORE_INCOMING_PREFIX "XXXXXX", NULL);
  incoming.fd = g_mkstemp_full (incoming.path, O_RDWR | O_CLOEXEC, 0600);
  if (incoming.fd < 0)
    {
      samspill_store_set_file_error (error, errno, self->folder);
      return NULL;
    }
  incoming.sha256 = g_checksum_new (G_CHECKSUM_SHA256);
  incoming.md5 = g_checksum_new (G_CHECKSUM_MD5);
  if (!receive (&incoming, stream, max_bytes, cancellable, error))
    return NULL;

  blob = g_new0 (SamspillBlob, 1);
  blob->sha256 = g_strdup (g_checksum_get_string (incoming.sha256));
  blob->md5 = g_strdup (g_checksum_get_string (incoming.md5));
  blob->length = incoming.length;
  /* Inside the transaction, so that no compaction takes the file away between its name and its row. */
  if (!samspill_store_begin (self, error))
    return NULL;
  if (!samspill_store_end (self, move_in_place (self, &incoming, blob->sha256, error) && add_row (self, blob, error),
                           error))
    return NULL;
  return g_steal_pointer (&blob);
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
