/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <string.h>

#include "samspill-multipart.h"

/* PUT of a document as multipart/related: the JSON first, then the files that "follow" it, in the order of the JSON or
 * by their names. Files go to the disk as they come. */

#define MAX_FILES 1000
#define MAX_OPEN_WRITERS 32          /* those that wait to be flushed in a worker's thread */
#define MORE_THAN_BODY (1024 * 1024) /* of the JSON: history and stubs beside the body */

typedef struct
{
  char *name; /* nullable */
  SamspillBlobWriter *writer;
  SamspillBlob *blob; /* when it is finished */
} File;

typedef struct
{
  SamspillRegistryCall *call;
  SamspillMultipartReader *reader;
  GByteArray *json;
  gboolean has_json;
  GPtrArray *files; /* File */
  guint n_open;
  GArray *following;
} Upload;

static void
file_free (gpointer data)
{
  File *self = data;

  samspill_blob_writer_free (self->writer);
  samspill_blob_free (self->blob);
  g_free (self->name);
  g_free (self);
}

static void
upload_free (gpointer data)
{
  Upload *self = data;

  samspill_multipart_reader_free (self->reader);
  g_byte_array_unref (self->json);
  g_ptr_array_unref (self->files);
  g_array_unref (self->following);
  g_free (self);
}

/* --- parts --- */

static gboolean
begin_cb (GHashTable *headers, guint depth, gpointer data, GError **error)
{
  Upload *self = data;
  const char *disposition = g_hash_table_lookup (headers, "content-disposition");
  File *file;

  if (!self->has_json)
    return TRUE;
  if (self->files->len >= MAX_FILES)
    {
      g_set_error_literal (error, SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_BAD_REQUEST,
                           "The document has too many attachments.");
      return FALSE;
    }
  file = g_new0 (File, 1);
  g_ptr_array_add (self->files, file);
  if (disposition != NULL)
    file->name = samspill_header_dup_parameter (disposition, "filename");
  file->writer =
      samspill_blob_writer_new (self->call->store, self->call->registry->options.max_attachment_bytes, error);
  return file->writer != NULL;
}

static gboolean
data_cb (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  Upload *self = data;
  File *file;

  if (self->has_json)
    {
      file = g_ptr_array_index (self->files, self->files->len - 1);
      return samspill_blob_writer_write (file->writer, bytes, length, error);
    }
  if (self->json->len + length > self->call->registry->options.max_document_bytes + MORE_THAN_BODY)
    {
      g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_TOO_LARGE, "");
      return FALSE;
    }
  g_byte_array_append (self->json, bytes, (guint)length);
  return TRUE;
}

static gboolean
finish_file (File *file, GError **error)
{
  if (file->blob == NULL)
    file->blob = samspill_blob_writer_finish (file->writer, error);
  g_clear_pointer (&file->writer, samspill_blob_writer_free);
  return file->blob != NULL;
}

static gboolean
end_cb (gpointer data, GError **error)
{
  Upload *self = data;

  if (!self->has_json)
    {
      self->has_json = TRUE;
      return TRUE;
    }
  return ++self->n_open <= MAX_OPEN_WRITERS || finish_file (self->files->pdata[self->files->len - 1], error);
}

/* --- the message --- */

static void
put_in_worker (SamspillRegistryCall *call)
{
  Upload *self = call->upload;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < self->files->len; i++)
    {
      File *file = self->files->pdata[i];
      SamspillFollowing following;

      if (!finish_file (file, &error))
        {
          samspill_answer_gerror (call, error);
          return;
        }
      following = (SamspillFollowing){ file->name, file->blob };
      g_array_append_val (self->following, following);
    }
  call->following = (const SamspillFollowing *)(const void *)self->following->data;
  call->n_following = self->following->len;
  call->body = g_byte_array_free_to_bytes (g_steal_pointer (&self->json));
  self->json = g_byte_array_new ();
  samspill_registry_put_with_body (call);
}

static void
answer_bad_part (SamspillRegistryCall *call, const GError *error)
{
  if (error->domain == SAMSPILL_STORE_ERROR || error->domain == SAMSPILL_REGISTRY_ERROR)
    samspill_answer_gerror (call, error);
  else
    samspill_answer_error (call, 400, "bad_request", error->message);
}

static gboolean
piece_cb (SamspillHttpRequest *request, const guint8 *bytes, gsize length, const GError *http_error, gpointer data)
{
  SamspillRegistryCall *call = data;
  Upload *self = call->upload;
  g_autoptr (GError) error = NULL;

  if (http_error != NULL)
    samspill_answer_gerror (call, http_error);
  else if (bytes != NULL)
    {
      if (samspill_multipart_reader_feed (self->reader, bytes, length, &error))
        return TRUE;
      answer_bad_part (call, error);
    }
  else if (!samspill_multipart_reader_end (self->reader, &error))
    answer_bad_part (call, error);
  else
    samspill_call_work (call, put_in_worker);
  return FALSE;
}

void
samspill_registry_put_multipart (SamspillRegistryCall *call)
{
  static const SamspillMultipartFuncs funcs = { begin_cb, data_cb, end_cb };
  const char *type = samspill_http_request_get_header (call->http, "Content-Type");
  const SamspillRegistryOptions *options = &call->registry->options;
  g_autoptr (GError) error = NULL;
  Upload *self = g_new0 (Upload, 1);

  self->call = call;
  self->json = g_byte_array_new ();
  self->files = g_ptr_array_new_with_free_func (file_free);
  self->following = g_array_new (FALSE, FALSE, sizeof (SamspillFollowing));
  call->upload = self;
  call->upload_free = upload_free;
  self->reader = samspill_multipart_reader_new (type, &funcs, self, &error);
  if (self->reader == NULL)
    samspill_answer_error (call, 400, "bad_request", error->message);
  else
    samspill_http_request_stream_body (call->http, MAX (options->max_attachment_bytes, options->max_request_bytes),
                                       piece_cb, call);
}
