/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* /{db}/{doc}/{file}: the bytes go from the disk to the socket and back without being held. */

static void
answer_missing_file (SamspillRegistryCall *call)
{
  samspill_answer_error (call, 404, "not_found", "Document is missing attachment");
}

/* --- GET --- */

typedef struct
{
  guint64 offset, length;
  gboolean is_part;
} Range;

static gboolean
read_number (const char **at, guint64 *number)
{
  char *end;

  if (!g_ascii_isdigit (**at))
    return FALSE;
  *number = g_ascii_strtoull (*at, &end, 10);
  *at = end;
  return TRUE;
}

/* "bytes=5-", "bytes=5-9", "bytes=-5". Of several, and of what is no range, all is sent, as RFC 9110 lets one. FALSE:
 * it lies outside. */
static gboolean
read_range (const char *header, guint64 length, Range *range)
{
  const char *at = header;
  guint64 first = 0, last = 0;
  gboolean has_first, has_last;

  *range = (Range){ 0, length, FALSE };
  if (header == NULL || !g_str_has_prefix (header, "bytes="))
    return TRUE;
  at += strlen ("bytes=");
  has_first = read_number (&at, &first);
  if (*at++ != '-')
    return TRUE;
  has_last = read_number (&at, &last);
  if (*at != '\0' || (!has_first && !has_last) || (has_first && has_last && last < first) ||
      (has_first && first == 0 && !has_last))
    return TRUE;
  if (!has_first)
    {
      first = last < length ? length - last : 0;
      if (last == 0)
        return FALSE;
      has_last = FALSE;
    }
  if (first >= length)
    return FALSE;
  if (!has_last || last >= length)
    last = length - 1;
  *range = (Range){ first, last - first + 1, TRUE };
  return TRUE;
}

static gboolean
matches (const char *list, const char *etag)
{
  g_auto (GStrv) parts = g_strsplit (list, ",", -1);

  for (gsize i = 0; parts[i] != NULL; i++)
    {
      const char *part = g_strstrip (parts[i]);

      if (g_str_equal (part, etag) || g_str_equal (part, "*"))
        return TRUE;
    }
  return FALSE;
}

/* -1: answered. */
static int
open_file (SamspillRegistryCall *call, const SamspillAttachment *file)
{
  g_autoptr (GFile) blob = file->sha256 != NULL ? samspill_store_get_blob (call->store, file->sha256, NULL) : NULL;
  g_autofree char *path = blob != NULL ? g_file_get_path (blob) : NULL;
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  struct stat info;

  if (fd >= 0 && fstat (fd, &info) == 0 && (guint64)info.st_size == file->length)
    return fd;
  if (fd >= 0)
    close (fd);
  samspill_answer_error (call, 404, "not_found", "The bytes of the attachment are not on this registry.");
  return -1;
}

/* What CouchDB says of a file. Its content is another's: no browser is to run it as ours. */
static void
add_headers (SamspillRegistryCall *call, const char *etag, const char *md5)
{
  samspill_http_request_add_header (call->http, "ETag", etag);
  samspill_http_request_add_header (call->http, "Cache-Control", "must-revalidate");
  samspill_http_request_add_header (call->http, "Accept-Ranges", "bytes");
  samspill_http_request_add_header (call->http, "Content-MD5", md5);
  samspill_http_request_add_header (call->http, "Content-Security-Policy", "sandbox");
  samspill_http_request_add_header (call->http, "X-Content-Type-Options", "nosniff");
}

static void
send_file (SamspillRegistryCall *call, const SamspillAttachment *file)
{
  const char *md5 = file->digest != NULL && g_str_has_prefix (file->digest, "md5-") ? file->digest + 4 : "";
  g_autofree char *etag = g_strdup_printf ("\"%s\"", md5), *content_range = NULL;
  const char *known = samspill_http_request_get_header (call->http, "If-None-Match");
  const char *if_range = samspill_http_request_get_header (call->http, "If-Range");
  const char *asked = samspill_http_request_get_header (call->http, "Range");
  Range range;
  int fd = open_file (call, file);

  if (fd < 0)
    return;
  add_headers (call, etag, md5);
  if (known != NULL && matches (known, etag))
    {
      close (fd);
      samspill_http_request_respond (call->http, 304, NULL, NULL);
      return;
    }
  if (if_range != NULL && strcmp (if_range, etag) != 0)
    asked = NULL;
  if (!read_range (asked, file->length, &range))
    {
      close (fd);
      content_range = g_strdup_printf ("bytes */%" G_GUINT64_FORMAT, file->length);
      samspill_http_request_add_header (call->http, "Content-Range", content_range);
      samspill_answer_error (call, 416, "requested_range_not_satisfiable", "Requested range not satisfiable");
      return;
    }
  if (range.is_part)
    {
      content_range = g_strdup_printf ("bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT,
                                       range.offset, range.offset + range.length - 1, file->length);
      samspill_http_request_add_header (call->http, "Content-Range", content_range);
    }
  samspill_http_request_respond_file (call->http, range.is_part ? 206 : 200, file->content_type, fd, range.offset,
                                      range.length);
}

/* The document at the revision that was asked for. NULL: answered. */
static SamspillDocument *
get_document (SamspillRegistryCall *call, const char *rev)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillDocument) document = NULL;

  if (rev != NULL && !samspill_revision_is_valid (rev))
    {
      samspill_answer_error (call, 400, "bad_request", "Invalid rev format");
      return NULL;
    }
  document = samspill_store_get (call->store, call->space, call->segments[1], rev, &error);
  if (document == NULL)
    samspill_call_answer_missing (call, error);
  else if (document->deleted && rev == NULL)
    samspill_answer_error (call, 404, "not_found", "deleted");
  else
    return g_steal_pointer (&document);
  return NULL;
}

static void
handle_get (SamspillRegistryCall *call)
{
  g_autoptr (SamspillDocument) document = NULL;
  g_autoptr (SamspillAttachment) file = NULL;

  if (!samspill_call_may_read (call))
    return;
  if (samspill_call_must_look (call) && !samspill_account_may_see (call, call->space, call->segments[1]))
    {
      samspill_answer_error (call, 404, "not_found", "missing");
      return;
    }
  document = get_document (call, samspill_http_request_get_query (call->http, "rev"));
  if (document == NULL)
    return;
  file = samspill_attachments_find (call->store, document->attachments, call->segments[2]);
  if (file == NULL)
    answer_missing_file (call);
  else
    send_file (call, file);
}

/* --- PUT and DELETE --- */

typedef struct
{
  SamspillBlobWriter *writer;
  SamspillBlob *blob;
  SamspillFollowing following;
  GError *error; /* of the disk */
} Upload;

static void
upload_free (gpointer data)
{
  Upload *self = data;

  samspill_blob_writer_free (self->writer);
  samspill_blob_free (self->blob);
  g_clear_error (&self->error);
  g_free (self);
}

static void
answer_saved (SamspillSave *save, const GError *error)
{
  SamspillRegistryCall *call = save->call;
  g_autofree char *base = NULL, *space = NULL, *id = NULL, *name = NULL, *location = NULL;
  GString *json;

  if (error != NULL || save->refusals[0] != NULL)
    {
      samspill_save_answer_one (save, error);
      return;
    }
  json = g_string_new ("{\"ok\":true,\"id\":");
  samspill_json_append_string (json, call->segments[1]);
  g_string_append (json, ",\"rev\":");
  samspill_json_append_string (json, save->revs[0]);
  g_string_append (json, "}\n");
  if (samspill_call_is (call, "PUT"))
    {
      base = samspill_call_dup_base (call);
      space = g_uri_escape_string (call->space, NULL, FALSE);
      id = g_uri_escape_string (call->segments[1], "/", FALSE);
      name = g_uri_escape_string (call->segments[2], "/", FALSE);
      location = g_strconcat (base, "/", space, "/", id, "/", name, NULL);
      samspill_http_request_add_header (call->http, "Location", location);
    }
  samspill_answer_take (call, samspill_call_is (call, "PUT") ? 201 : 200, json);
}

/* The document with the file set (`member`) or left out (NULL), as a client would have sent it. */
static void
save (SamspillRegistryCall *call, char *rev, SamspillDocument *parent, const char *member)
{
  const char *const names[] = { call->segments[2], NULL }, *const values[] = { member, NULL };
  const char *old = parent != NULL && parent->attachments != NULL ? parent->attachments : "{}";
  SamspillWireDocument *document = g_new0 (SamspillWireDocument, 1);
  SamspillSave *one;

  document->id = g_strdup (call->segments[1]);
  document->rev = rev;
  document->body = parent != NULL && parent->body != NULL ? g_bytes_ref (parent->body) : g_bytes_new_static ("{}", 2);
  document->attachments = samspill_json_splice (old, -1, names, values);
  one = samspill_save_new (call, document, 1, TRUE);
  one->following = call->following;
  one->n_following = call->n_following;
  samspill_save_run (one, answer_saved);
}

/* The revision that is built upon, and the document as it was; both NULL: it is new, or begins again. FALSE: answered.
 */
static gboolean
take_parent (SamspillRegistryCall *call, char **rev, SamspillDocument **document)
{
  g_auto (SamspillWireDocument) asked = { NULL };
  g_autoptr (GError) error = NULL;

  if (!samspill_call_take_revision (call, &asked) || !samspill_call_has_space (call))
    return FALSE;
  *document = samspill_store_get (call->store, call->space, call->segments[1], asked.rev, &error);
  *rev = g_steal_pointer (&asked.rev);
  if (*document != NULL && (*document)->deleted && *rev == NULL)
    g_clear_pointer (document, samspill_document_free);
  if ((*document != NULL && *rev == NULL) ||
      (*rev != NULL && g_error_matches (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND)))
    samspill_answer_error (call, 409, "conflict", "Document update conflict.");
  else if (error != NULL && !g_error_matches (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND))
    samspill_answer_gerror (call, error);
  else
    return TRUE;
  g_clear_pointer (rev, g_free);
  g_clear_pointer (document, samspill_document_free);
  return FALSE;
}

/* CouchDB: the client may say what the bytes sum up to. */
static gboolean
check_md5 (SamspillRegistryCall *call, const SamspillBlob *blob)
{
  const char *sent = samspill_http_request_get_header (call->http, "Content-MD5");
  g_autofree char *digest = samspill_digest_from_md5 (blob->md5);

  if (sent == NULL || strcmp (digest + strlen ("md5-"), sent) == 0)
    return TRUE;
  samspill_answer_error (call, 400, "content_md5_mismatch", "Possible message corruption.");
  return FALSE;
}

static void
put_in_worker (SamspillRegistryCall *call)
{
  Upload *upload = call->upload;
  const char *type = samspill_http_request_get_header (call->http, "Content-Type");
  g_autofree char *quoted = samspill_json_quote (type != NULL ? type : "application/octet-stream");
  g_autofree char *member = g_strdup_printf ("{\"content_type\":%s,\"follows\":true}", quoted), *rev = NULL;
  g_autoptr (SamspillDocument) parent = NULL;
  g_autoptr (GError) error = NULL;

  upload->blob = samspill_blob_writer_finish (upload->writer, &error);
  if (upload->blob == NULL)
    {
      samspill_answer_gerror (call, error);
      return;
    }
  if (!check_md5 (call, upload->blob) || !take_parent (call, &rev, &parent))
    return;
  upload->following = (SamspillFollowing){ call->segments[2], upload->blob };
  call->following = &upload->following;
  call->n_following = 1;
  save (call, g_steal_pointer (&rev), parent, member);
}

static gboolean
piece_cb (SamspillHttpRequest *request, const guint8 *bytes, gsize length, const GError *error, gpointer data)
{
  SamspillRegistryCall *call = data;
  Upload *upload = call->upload;

  if (error != NULL)
    samspill_answer_gerror (call, error);
  else if (bytes == NULL)
    samspill_call_work (call, put_in_worker);
  else if (samspill_blob_writer_write (upload->writer, bytes, length, &upload->error))
    return TRUE;
  else
    samspill_answer_gerror (call, upload->error);
  return FALSE;
}

static void
handle_put (SamspillRegistryCall *call)
{
  g_autofree char *rev = NULL;
  g_autoptr (SamspillDocument) parent = NULL;
  g_autoptr (GError) error = NULL;
  guint64 max_bytes = call->registry->options.max_attachment_bytes;
  Upload *upload;

  /* What can be known before the bytes come is said before. */
  if (!take_parent (call, &rev, &parent))
    return;
  upload = g_new0 (Upload, 1);
  call->upload = upload;
  call->upload_free = upload_free;
  upload->writer = samspill_blob_writer_new (call->store, max_bytes, &error);
  if (upload->writer == NULL)
    samspill_answer_gerror (call, error);
  else
    samspill_http_request_stream_body (call->http, max_bytes, piece_cb, call);
}

static void
delete_in_worker (SamspillRegistryCall *call)
{
  g_autofree char *rev = NULL;
  g_autoptr (SamspillDocument) parent = NULL;
  g_autoptr (SamspillAttachment) file = NULL;

  if (!take_parent (call, &rev, &parent))
    return;
  if (parent == NULL)
    {
      samspill_answer_error (call, 404, "not_found", "missing");
      return;
    }
  file = samspill_attachments_find (call->store, parent->attachments, call->segments[2]);
  if (file == NULL)
    answer_missing_file (call);
  else
    save (call, g_steal_pointer (&rev), parent, NULL);
}

void
samspill_registry_handle_attachment (SamspillRegistryCall *call)
{
  gboolean is_put = samspill_call_is (call, "PUT");

  if (samspill_call_is (call, "GET"))
    handle_get (call);
  else if (!is_put && !samspill_call_is (call, "DELETE"))
    samspill_call_not_allowed (call, "DELETE,GET,HEAD,PUT");
  else if (!samspill_call_may_write (call))
    return;
  else if (call->segments[2][0] == '_')
    {
      g_autofree char *reason =
          g_strdup_printf ("Attachment name '%s' starts with prohibited character '_'", call->segments[2]);

      samspill_answer_error (call, 400, "bad_request", reason);
    }
  else if (is_put)
    handle_put (call);
  else
    samspill_call_work (call, delete_in_worker);
}
