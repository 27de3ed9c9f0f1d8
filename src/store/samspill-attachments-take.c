/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was sent with a document → stubs, with the bytes in the store. */
#include "samspill-attachments-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define BASE64_PIECE (48 * 1024)

typedef struct
{
  SamspillStore *store;
  const char *space, *id, *parent;
  const SamspillFollowing *following;
  guint n_following, next; /* of those without a name */
  SamspillAttachmentsMode mode;
  guint64 max_bytes;
  GPtrArray *known; /* (element-type utf8): the files of the revisions where a stub may be from; NULL: not read yet */
  GString *out;
  GError *error;
} Take;

typedef struct
{
  const char *name, *value;
  gsize length;
} Sent;

static gboolean
set_invalid (Take *take, const char *name, const char *why)
{
  g_set_error (&take->error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID, _ ("The file “%s” cannot be kept: %s"),
               name, why);
  return FALSE;
}

static gboolean
is_true (const Sent *sent, const char *member)
{
  g_autofree char *text = samspill_json_dup_member (sent->value, (gssize)sent->length, member);

  return g_strcmp0 (text, "true") == 0;
}

static char *
dup_string (const Sent *sent, const char *member)
{
  return samspill_json_dup_string (sent->value, (gssize)sent->length, member);
}

/* --- base64 --- */

static gboolean
is_base64 (char c)
{
  return g_ascii_isalnum (c) || c == '+' || c == '/';
}

/* The text between the quotes of a JSON string, as whole groups of four. Only "\/" may be escaped in it, and line
 * breaks are left out. FALSE: it is no base64. */
static gboolean
clean_base64 (const char **at, const char *end, char *out, gsize max, gsize *length, gboolean *is_padded)
{
  gsize n = 0;

  for (; *at < end && n < max; (*at)++)
    {
      char c = **at;

      if (c == '\\')
        {
          if (++*at == end || (**at != '/' && **at != 'n' && **at != 'r'))
            return FALSE;
          if (**at != '/')
            continue;
          c = '/';
        }
      if (c == '=')
        *is_padded = TRUE;
      else if (!is_base64 (c) || *is_padded)
        return FALSE;
      out[n++] = c;
    }
  *length = n;
  return TRUE;
}

static gboolean
write_base64 (Take *take, SamspillBlobWriter *writer, const char *name, const char *text, gsize text_length)
{
  g_autofree char *clean = g_malloc (BASE64_PIECE);
  g_autofree guint8 *bytes = g_malloc (BASE64_PIECE);
  const char *at = text, *end = text + text_length;
  gboolean is_padded = FALSE;
  gint state = 0;
  guint save = 0;
  gsize sum = 0;

  while (at < end)
    {
      gsize length = 0, made;

      if (!clean_base64 (&at, end, clean, BASE64_PIECE, &length, &is_padded))
        return set_invalid (take, name, _ ("its data is not base64."));
      made = g_base64_decode_step (clean, length, bytes, &state, &save);
      sum += length;
      if (!samspill_blob_writer_write (writer, bytes, made, &take->error))
        return FALSE;
    }
  return sum % 4 == 0 || set_invalid (take, name, _ ("its data is not base64."));
}

static SamspillBlob *
take_data (Take *take, const Sent *sent, const char *data)
{
  g_autoptr (SamspillBlobWriter) writer = NULL;
  gsize length = strlen (data);

  if (length < 2 || data[0] != '"')
    {
      set_invalid (take, sent->name, _ ("its data is not base64."));
      return NULL;
    }
  writer = samspill_blob_writer_new (take->store, take->max_bytes, &take->error);
  if (writer == NULL || !write_base64 (take, writer, sent->name, data + 1, length - 2))
    return NULL;
  return samspill_blob_writer_finish (writer, &take->error);
}

/* --- beside the document --- */

static const SamspillBlob *
find_following (Take *take, const char *name)
{
  for (guint i = 0; i < take->n_following; i++)
    if (take->following[i].name != NULL && strcmp (take->following[i].name, name) == 0)
      return take->following[i].blob;
  while (take->next < take->n_following)
    if (take->following[take->next++].name == NULL)
      return take->following[take->next - 1].blob;
  set_invalid (take, name, _ ("its bytes did not come with the record."));
  return NULL;
}

/* --- gzip --- */

static SamspillBlob *
unpack (Take *take, const Sent *sent, const SamspillBlob *packed)
{
  g_autoptr (GFile) file = samspill_store_get_blob (take->store, packed->sha256, &take->error);
  g_autoptr (GConverter) converter = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_autoptr (GFileInputStream) stream = file != NULL ? g_file_read (file, NULL, &take->error) : NULL;
  g_autoptr (GInputStream) unpacked = NULL;

  if (stream == NULL)
    return NULL;
  unpacked = g_converter_input_stream_new (G_INPUT_STREAM (stream), converter);
  return samspill_store_add_blob (take->store, unpacked, take->max_bytes, NULL, &take->error);
}

/* --- what is known --- */

static void
add_known (Take *take, const char *revision)
{
  g_autoptr (SamspillDocument) document = samspill_store_get (take->store, take->space, take->id, revision, NULL);

  if (document != NULL && document->attachments != NULL)
    g_ptr_array_add (take->known, g_steal_pointer (&document->attachments));
}

static void
read_known (Take *take)
{
  g_autoptr (GPtrArray) history = NULL;

  if (take->known != NULL)
    return;
  take->known = g_ptr_array_new_with_free_func (g_free);
  if (take->parent != NULL)
    add_known (take, take->parent);
  if (take->mode == SAMSPILL_ATTACHMENTS_EDIT)
    return;
  history = samspill_store_history (take->store, take->space, take->id, NULL);
  for (guint i = 0; history != NULL && i < history->len; i++)
    {
      const SamspillRevision *revision = history->pdata[i];

      if (revision->has_body && g_strcmp0 (revision->rev, take->parent) != 0)
        add_known (take, revision->rev);
    }
}

/* A file of that name that is known here. CouchDB says the digest of the packed bytes where it packed them, so the
 * revision in which the file came counts too. */
static SamspillAttachment *
find_known (Take *take, const Sent *sent, const char *digest)
{
  guint64 revpos = 0;
  gboolean has_revpos = samspill_attachment_get_number (sent->value, sent->length, "revpos", &revpos);

  read_known (take);
  for (guint i = 0; i < take->known->len; i++)
    {
      g_autoptr (SamspillAttachment) known = samspill_attachments_find (take->store, take->known->pdata[i], sent->name);

      if (known != NULL &&
          (digest == NULL || g_strcmp0 (known->digest, digest) == 0 || (has_revpos && known->revpos == revpos)))
        return g_steal_pointer (&known);
    }
  return NULL;
}

static char *
make_remote_stub (Take *take, const Sent *sent, const char *digest)
{
  g_autofree char *md5 = samspill_digest_to_md5 (digest);
  const char *const names[] = { "follows", "data", "stub", "sha256", NULL };
  const char *const values[] = { NULL, NULL, "true", NULL, NULL };
  guint64 length;

  if (md5 == NULL || !samspill_attachment_get_number (sent->value, sent->length, "length", &length))
    {
      set_invalid (take, sent->name, _ ("it says neither its digest nor its length."));
      return NULL;
    }
  return samspill_json_splice (sent->value, (gssize)sent->length, names, values);
}

static char *
take_stub (Take *take, const Sent *sent)
{
  g_autofree char *digest = dup_string (sent, "digest");
  g_autoptr (SamspillAttachment) known = find_known (take, sent, digest);
  g_autofree char *md5 = NULL;
  SamspillBlob blob;

  if (known != NULL && known->sha256 != NULL && (md5 = samspill_digest_to_md5 (known->digest)) != NULL)
    {
      blob = (SamspillBlob){ known->sha256, md5, known->length };
      return samspill_attachment_make_stub (&blob, known->content_type, known->revpos);
    }
  if (take->mode == SAMSPILL_ATTACHMENTS_LATER || known != NULL)
    return make_remote_stub (take, sent, known != NULL ? known->digest : digest);
  g_set_error (&take->error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_BLOB_MISSING,
               _ ("The file “%s” was only named, and its bytes are not known here."), sent->name);
  return NULL;
}

/* --- one file --- */

static gboolean
check_blob (Take *take, const Sent *sent, const SamspillBlob *blob, gboolean is_packed)
{
  g_autofree char *digest = dup_string (sent, "digest");
  g_autofree char *md5 = digest != NULL ? samspill_digest_to_md5 (digest) : NULL;
  guint64 length;

  if (md5 != NULL && strcmp (md5, blob->md5) != 0)
    return set_invalid (take, sent->name, _ ("its digest is another than that of its bytes."));
  if (samspill_attachment_get_number (sent->value, sent->length, is_packed ? "encoded_length" : "length", &length) &&
      length != blob->length)
    return set_invalid (take, sent->name, _ ("it is not as long as it says."));
  return TRUE;
}

static SamspillBlob *
copy_blob (const SamspillBlob *blob)
{
  SamspillBlob *copy = g_new0 (SamspillBlob, 1);

  copy->sha256 = g_strdup (blob->sha256);
  copy->md5 = g_strdup (blob->md5);
  copy->length = blob->length;
  return copy;
}

/* The bytes as they came; NULL with an error, or without one where there are none. */
static SamspillBlob *
take_bytes (Take *take, const Sent *sent)
{
  g_autofree char *data = samspill_json_dup_member (sent->value, (gssize)sent->length, "data");
  const SamspillBlob *following;

  if (data != NULL)
    return take_data (take, sent, data);
  if (!is_true (sent, "follows"))
    return NULL;
  following = find_following (take, sent->name);
  return following != NULL ? copy_blob (following) : NULL;
}

static char *
take_file (Take *take, const Sent *sent)
{
  g_autoptr (SamspillBlob) blob = NULL, unpacked = NULL;
  g_autofree char *encoding = dup_string (sent, "encoding"), *type = dup_string (sent, "content_type");
  gboolean is_packed = g_strcmp0 (encoding, "gzip") == 0;
  guint64 revpos = 0;

  if (*sent->value != '{' || *sent->name == '\0' || *sent->name == '_')
    {
      set_invalid (take, sent->name, _ ("a file is an object, and its name does not begin with an underscore."));
      return NULL;
    }
  blob = take_bytes (take, sent);
  if (blob == NULL && take->error == NULL && is_true (sent, "stub"))
    return take_stub (take, sent);
  if (blob == NULL && take->error == NULL)
    set_invalid (take, sent->name, _ ("it has no data."));
  if (blob == NULL || !check_blob (take, sent, blob, is_packed))
    return NULL;
  if (is_packed && (unpacked = unpack (take, sent, blob)) == NULL)
    return NULL;
  if (take->mode != SAMSPILL_ATTACHMENTS_EDIT)
    samspill_attachment_get_number (sent->value, sent->length, "revpos", &revpos);
  return samspill_attachment_make_stub (unpacked != NULL ? unpacked : blob, type, revpos);
}

static gboolean
take_cb (const char *name, const char *value, gsize length, gpointer data)
{
  Take *take = data;
  Sent sent = { name, value, length };
  g_autofree char *stub = take_file (take, &sent), *quoted = NULL;

  if (stub == NULL)
    return FALSE;
  quoted = samspill_json_quote (name);
  g_string_append_printf (take->out, "%s%s:%s", take->out->len > 1 ? "," : "", quoted, stub);
  return TRUE;
}

/**
 * samspill_attachments_take:
 * @store: a store
 * @space: a space
 * @id: a document, there or not
 * @parent: (nullable): the revision that the new one goes on top of
 * @attachments: (nullable): JSON text of `_attachments` as it was sent
 * @following: (array length=n_following) (nullable): bytes that came beside the document
 * @n_following: how many
 * @mode: what a stub may be
 * @max_bytes: the most that one file may have
 * @error: return location for an error: INVALID, BLOB_MISSING, TOO_LARGE, and those of the disk
 *
 * Bytes that were kept before an error stay until nobody has named them for a day.
 *
 * Returns: (transfer full) (nullable): what goes into the store with the document
 */
char *
samspill_attachments_take (SamspillStore *store, const char *space, const char *id, const char *parent,
                           const char *attachments, const SamspillFollowing *following, guint n_following,
                           SamspillAttachmentsMode mode, guint64 max_bytes, GError **error)
{
  g_autoptr (GString) out = g_string_new ("{");
  Take take = { .store = store,
                .space = space,
                .id = id,
                .parent = parent,
                .following = following,
                .n_following = n_following,
                .mode = mode,
                .max_bytes = max_bytes,
                .out = out };
  g_autoptr (GError) inner = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (store), NULL);

  if (attachments != NULL && *attachments != '{')
    g_set_error_literal (&take.error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID,
                         _ ("The files of the record are no object."));
  else if (attachments != NULL && !samspill_json_foreach_member (attachments, -1, take_cb, &take, &inner) &&
           take.error == NULL)
    g_set_error_literal (&take.error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID, inner->message);
  g_clear_pointer (&take.known, g_ptr_array_unref);
  if (take.error != NULL)
    {
      g_propagate_error (error, take.error);
      return NULL;
    }
  g_string_append_c (out, '}');
  return g_string_free_and_steal (g_steal_pointer (&out));
}
