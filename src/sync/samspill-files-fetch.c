/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bytes of files that are stubs here. */

#include "samspill-files-private.h"

#include <glib/gi18n-lib.h>

#include "samspill-remote-private.h"

#define PART_BYTES (128 * 1024)
#define WORKERS 4
#define MOST_ATTEMPTS 20

static char *
file_path (const char *id, const char *name, const char *rev)
{
  g_autofree char *escaped_id = samspill_remote_escape_id (id);
  g_autofree char *escaped_name = g_uri_escape_string (name, "/", FALSE);
  g_autofree char *escaped_rev = g_uri_escape_string (rev, NULL, FALSE);

  return g_strdup_printf ("%s/%s?rev=%s", escaped_id, escaped_name, escaped_rev);
}

/* A server that does not know ranges sends the whole again: what is here is passed over. */
static gboolean
copy (GInputStream *stream, guint64 pass_over, SamspillBlobWriter *writer, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (PART_BYTES);
  GError *cause = NULL;
  gssize n;

  while ((n = g_input_stream_read (stream, buffer, PART_BYTES, cancellable, &cause)) > 0)
    {
      gsize passed = (gsize)MIN (pass_over, (guint64)n);

      pass_over -= passed;
      if ((gsize)n > passed && !samspill_blob_writer_write (writer, buffer + passed, (gsize)n - passed, error))
        return FALSE;
    }
  if (n == 0)
    return TRUE;
  samspill_remote_translate_error (cause, TRUE, error);
  return FALSE;
}

static gboolean
receive (SamspillRemote *source, const char *path, SamspillBlobWriter *writer, guint64 already,
         GCancellable *cancellable, GError **error)
{
  g_autofree char *range = already > 0 ? g_strdup_printf ("bytes=%" G_GUINT64_FORMAT "-", already) : NULL;
  SamspillRemoteRequest request = { .method = "GET", .path = path, .accept = "*/*", .range = range };
  g_auto (SamspillRemoteAnswer) answer = { 0 };

  if (!samspill_remote_open (source, &request, &answer, cancellable, error))
    return FALSE;
  if (answer.status == 416 && already > 0)
    return TRUE; /* all is here; finishing will tell */
  if (answer.status == 404)
    {
      g_set_error_literal (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_NOT_FOUND,
                           _ ("The file is not on the server any more."));
      return FALSE;
    }
  if (answer.stream == NULL || (answer.status != 200 && answer.status != 206) || (answer.status == 206 && already == 0))
    {
      samspill_remote_set_error (source, &answer, error);
      return FALSE;
    }
  return copy (answer.stream, answer.status == 200 ? already : 0, writer, cancellable, error);
}

static gboolean
fail_cut (GError **error)
{
  g_set_error_literal (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL,
                       _ ("A file came only in part. What is here is kept, and the rest is fetched next time."));
  return FALSE;
}

/* One attempt; *received: how much of it is here then. */
static gboolean
fetch_once (SamspillRemote *source, SamspillStore *store, const char *space, const char *id, const char *rev,
            const SamspillAttachment *attachment, guint64 *received, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = file_path (id, attachment->name, rev);
  g_autoptr (SamspillBlobWriter) writer = samspill_attachment_fetch (store, attachment, received, error);
  g_autoptr (SamspillBlob) blob = NULL;
  g_autoptr (GError) failure = NULL;

  if (writer == NULL)
    return FALSE;
  gboolean done = *received >= attachment->length || receive (source, path, writer, *received, cancellable, error);
  *received = samspill_blob_writer_get_length (writer);
  if (!done)
    return FALSE;
  if (*received < attachment->length)
    return fail_cut (error);

  blob = samspill_blob_writer_finish (writer, &failure);
  if (blob == NULL && g_error_matches (failure, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID))
    g_set_error_literal (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL, failure->message);
  else if (blob == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return blob != NULL && samspill_attachments_settle (store, space, id, blob, error);
}

gboolean
samspill_files_fetch (SamspillRemote *source, SamspillStore *store, const char *space, const char *id, const char *rev,
                      const SamspillAttachment *attachment, GCancellable *cancellable, GError **error)
{
  guint64 before = 0;

  /* As long as each attempt brings something, it goes on where the line broke. */
  for (guint attempt = 1;; attempt++)
    {
      g_autoptr (GError) failure = NULL;
      guint64 received = 0;

      if (fetch_once (source, store, space, id, rev, attachment, &received, cancellable, &failure))
        return TRUE;
      if (attempt < MOST_ATTEMPTS && received > before && received < attachment->length &&
          g_error_matches (failure, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL))
        {
          before = received;
          continue;
        }
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
}

typedef struct
{
  SamspillRemote *source;
  SamspillStore *store;
  const char *space;
  GCancellable *cancellable;
  GMutex mutex;
  GError *error; /* the first */
  gint64 *files, *bytes, *skipped;
} Fetching;

static void
fetch_one (gpointer data, gpointer user_data)
{
  const SamspillWanted *wanted = data;
  Fetching *fetching = user_data;
  GError *error = NULL;

  g_mutex_lock (&fetching->mutex);
  gboolean is_over = fetching->error != NULL;
  g_mutex_unlock (&fetching->mutex);
  if (is_over || g_cancellable_is_cancelled (fetching->cancellable))
    return;

  gboolean done = samspill_files_fetch (fetching->source, fetching->store, fetching->space, wanted->id, wanted->rev,
                                        wanted->attachment, fetching->cancellable, &error);
  g_mutex_lock (&fetching->mutex);
  if (done)
    {
      ++*fetching->files;
      *fetching->bytes += (gint64)wanted->attachment->length;
    }
  else if (g_error_matches (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_NOT_FOUND))
    {
      ++*fetching->skipped;
      g_error_free (error);
    }
  else if (fetching->error == NULL)
    {
      fetching->error = error;
    }
  else
    {
      g_error_free (error);
    }
  g_mutex_unlock (&fetching->mutex);
}

/* The same file may be wanted by several documents: each document is settled, one after the other. */
static GPtrArray *
first_of_each (GPtrArray *wanted, GPtrArray *rest)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *first = g_ptr_array_new ();

  for (guint i = 0; i < wanted->len; i++)
    {
      const SamspillWanted *one = wanted->pdata[i];
      g_ptr_array_add (g_hash_table_add (seen, one->attachment->digest) ? first : rest, wanted->pdata[i]);
    }
  return first;
}

static void
run_pool (Fetching *fetching, GPtrArray *items, int workers)
{
  GThreadPool *pool = g_thread_pool_new (fetch_one, fetching, workers, FALSE, NULL);

  for (guint i = 0; i < items->len; i++)
    g_thread_pool_push (pool, items->pdata[i], NULL);
  g_thread_pool_free (pool, FALSE, TRUE);
}

gboolean
samspill_files_fetch_wanted (SamspillRemote *source, SamspillStore *store, const char *space, gint64 *files,
                             gint64 *bytes, gint64 *skipped, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) wanted = samspill_attachments_list_wanted (store, space, error);
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();
  g_autoptr (GPtrArray) first = wanted != NULL ? first_of_each (wanted, rest) : NULL;
  Fetching fetching = { source, store, space, cancellable, .files = files, .bytes = bytes, .skipped = skipped };

  if (wanted == NULL)
    return FALSE;
  if (wanted->len == 0)
    return TRUE;
  g_mutex_init (&fetching.mutex);
  run_pool (&fetching, first, WORKERS);
  run_pool (&fetching, rest, 1);
  g_mutex_clear (&fetching.mutex);
  if (fetching.error == NULL)
    return !g_cancellable_set_error_if_cancelled (cancellable, error);
  g_propagate_error (error, fetching.error);
  return FALSE;
}

typedef struct
{
  SamspillRemote *source;
  SamspillStore *store;
  char *space, *id, *name;
} OneFile;

static void
one_file_free (OneFile *file)
{
  samspill_remote_unref (file->source);
  g_object_unref (file->store);
  g_free (file->space);
  g_free (file->id);
  g_free (file->name);
  g_free (file);
}

static void
fetch_thread (GTask *task, gpointer object, gpointer task_data, GCancellable *cancellable)
{
  OneFile *file = task_data;
  GError *error = NULL;
  g_autoptr (SamspillDocument) document = samspill_store_get (file->store, file->space, file->id, NULL, &error);
  g_autoptr (SamspillAttachment) attachment = NULL;

  if (document != NULL)
    attachment = samspill_attachments_find (file->store, document->attachments, file->name);
  if (document != NULL && attachment == NULL)
    g_set_error (&error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_NOT_FOUND, _ ("The record has no file “%s”."),
                 file->name);
  if (attachment != NULL && (attachment->state == SAMSPILL_BLOB_HERE ||
                             samspill_files_fetch (file->source, file->store, file->space, file->id, document->rev,
                                                   attachment, cancellable, &error)))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * samspill_fetch_file_async:
 * @source: the database that the space is replicated with
 * @store: a store
 * @space: a space of it
 * @id: a document
 * @name: one of its files
 * @cancellable: (nullable): what has come until then is kept for the next time
 * @callback: called when it is here
 * @user_data: for @callback
 */
void
samspill_fetch_file_async (SamspillPeer *source, SamspillStore *store, const char *space, const char *id,
                           const char *name, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  SamspillRemote *remote = samspill_peer_get_remote (source);
  OneFile *file = g_new0 (OneFile, 1);

  g_return_if_fail (remote != NULL);
  file->source = samspill_remote_ref (remote);
  file->store = g_object_ref (store);
  file->space = g_strdup (space);
  file->id = g_strdup (id);
  file->name = g_strdup (name);
  g_task_set_task_data (task, file, (GDestroyNotify)one_file_free);
  g_task_run_in_thread (task, fetch_thread);
}

gboolean
samspill_fetch_file_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
