/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-attachments-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MD5_BYTES 16
#define DEFAULT_TYPE "application/octet-stream"

static const char SQL_STATE_BY_MD5[] = "SELECT state FROM blob WHERE md5 = ?1 AND sha256 IS NULL";

void
samspill_attachment_free (SamspillAttachment *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_free (self->content_type);
  g_free (self->digest);
  g_free (self->sha256);
  g_free (self);
}

char *
samspill_digest_from_md5 (const char *md5)
{
  guint8 bytes[MD5_BYTES];
  g_autofree char *base64 = NULL;

  if (strlen (md5) != 2 * MD5_BYTES)
    return NULL;
  for (gsize i = 0; i < MD5_BYTES; i++)
    {
      int high = g_ascii_xdigit_value (md5[2 * i]), low = g_ascii_xdigit_value (md5[2 * i + 1]);

      if (high < 0 || low < 0)
        return NULL;
      bytes[i] = (guint8)(high * 16 + low);
    }
  base64 = g_base64_encode (bytes, sizeof bytes);
  return g_strconcat ("md5-", base64, NULL);
}

char *
samspill_digest_to_md5 (const char *digest)
{
  g_autofree guint8 *bytes = NULL;
  gsize length = 0;
  GString *hex;

  if (digest == NULL || !g_str_has_prefix (digest, "md5-"))
    return NULL;
  bytes = g_base64_decode (digest + strlen ("md5-"), &length);
  if (length != MD5_BYTES)
    return NULL;
  hex = g_string_new (NULL);
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (hex, "%02x", bytes[i]);
  return g_string_free_and_steal (hex);
}

/* --- reading --- */

gboolean
samspill_attachment_get_number (const char *value, gsize length, const char *name, guint64 *number)
{
  g_autofree char *text = samspill_json_dup_member (value, (gssize)length, name);

  return text != NULL && g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, number, NULL);
}

static SamspillBlobState
state_by_md5 (SamspillStore *store, const char *digest)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillStatement) statement = NULL;
  g_autofree char *md5 = samspill_digest_to_md5 (digest);

  if (md5 == NULL || !samspill_reader_begin (&reader, store, NULL) ||
      (statement = samspill_connection_prepare (reader.connection, SQL_STATE_BY_MD5, NULL)) == NULL)
    return SAMSPILL_BLOB_REMOTE;
  samspill_statement_bind_text (statement, 1, md5);
  if (samspill_statement_step (statement, NULL) != SAMSPILL_STEP_ROW)
    return SAMSPILL_BLOB_REMOTE;
  return (SamspillBlobState)samspill_statement_get_int (statement, 0);
}

static SamspillAttachment *
read_attachment (SamspillStore *store, const char *name, const char *value, gsize length)
{
  SamspillAttachment *self = g_new0 (SamspillAttachment, 1);

  self->name = g_strdup (name);
  self->content_type = samspill_json_dup_string (value, (gssize)length, "content_type");
  self->digest = samspill_json_dup_string (value, (gssize)length, "digest");
  self->sha256 = samspill_json_dup_string (value, (gssize)length, "sha256");
  if (self->content_type == NULL)
    self->content_type = g_strdup (DEFAULT_TYPE);
  samspill_attachment_get_number (value, length, "length", &self->length);
  samspill_attachment_get_number (value, length, "revpos", &self->revpos);
  if (self->sha256 == NULL)
    self->state = state_by_md5 (store, self->digest);
  else
    self->state = samspill_store_blob_state (store, self->sha256);
  return self;
}

typedef struct
{
  SamspillStore *store;
  const char *wanted;
  GPtrArray *all;
} List;

static gboolean
list_cb (const char *name, const char *value, gsize length, gpointer data)
{
  List *list = data;

  if (list->wanted != NULL && strcmp (name, list->wanted) != 0)
    return TRUE;
  g_ptr_array_add (list->all, read_attachment (list->store, name, value, length));
  return list->wanted == NULL;
}

/**
 * samspill_attachments_list:
 * @store: a store
 * @attachments: (nullable): of a document of the store
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type SamspillAttachment): the files, in order
 */
GPtrArray *
samspill_attachments_list (SamspillStore *store, const char *attachments, GError **error)
{
  List list = { store, NULL, g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_attachment_free) };

  if (attachments == NULL || samspill_json_foreach_member (attachments, -1, list_cb, &list, error))
    return list.all;
  g_ptr_array_unref (list.all);
  return NULL;
}

SamspillAttachment *
samspill_attachments_find (SamspillStore *store, const char *attachments, const char *name)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  List list = { store, name, all };

  if (attachments != NULL)
    samspill_json_foreach_member (attachments, -1, list_cb, &list, NULL);
  return all->len > 0 ? all->pdata[0] : NULL;
}

/* --- making --- */

char *
samspill_attachment_make_stub (const SamspillBlob *blob, const char *content_type, guint64 revpos)
{
  g_autofree char *type = samspill_json_quote (content_type != NULL ? content_type : DEFAULT_TYPE);
  g_autofree char *digest = samspill_digest_from_md5 (blob->md5);
  GString *text = g_string_new ("{\"content_type\":");

  g_string_append (text, type);
  if (revpos > 0)
    g_string_append_printf (text, ",\"revpos\":%" G_GUINT64_FORMAT, revpos);
  g_string_append_printf (text, ",\"digest\":\"%s\",\"length\":%" G_GUINT64_FORMAT ",\"stub\":true,\"sha256\":\"%s\"}",
                          digest, blob->length, blob->sha256);
  return g_string_free_and_steal (text);
}

/**
 * samspill_attachments_with:
 * @attachments: (nullable): of a document of the store
 * @name: of a file
 * @content_type: (nullable): of the file
 * @blob: (nullable): its bytes; %NULL: the file goes
 *
 * Returns: (transfer full): the files with this one set or left out
 */
char *
samspill_attachments_with (const char *attachments, const char *name, const char *content_type,
                           const SamspillBlob *blob)
{
  g_autofree char *stub = blob != NULL ? samspill_attachment_make_stub (blob, content_type, 0) : NULL;
  const char *const names[] = { name, NULL }, *const values[] = { stub, NULL };
  char *text = samspill_json_splice (attachments != NULL ? attachments : "{}", -1, names, values);

  return text != NULL ? text : g_strdup ("{}");
}

/* The document as it is at `parent`; nothing for one that is not there yet or begins again. */
static gboolean
load (SamspillStore *store, const char *space, const char *id, const char *parent, SamspillDocument **document,
      GError **error)
{
  g_autoptr (GError) inner = NULL;

  *document = samspill_store_get (store, space, id, parent, &inner);
  if (*document != NULL && (*document)->deleted)
    g_clear_pointer (document, samspill_document_free);
  if (*document != NULL || inner == NULL ||
      (parent == NULL && g_error_matches (inner, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND)))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&inner));
  return FALSE;
}

static char *
put (SamspillStore *store, const char *space, const char *id, const char *parent, const char *name,
     const char *content_type, const SamspillBlob *blob, GError **error)
{
  g_autoptr (SamspillDocument) document = NULL;
  g_autoptr (GBytes) empty = g_bytes_new_static ("{}", 2);
  g_autofree char *attachments = NULL;

  if (!load (store, space, id, parent, &document, error))
    return NULL;
  if (blob == NULL)
    {
      g_autoptr (SamspillAttachment) old =
          document != NULL ? samspill_attachments_find (store, document->attachments, name) : NULL;

      if (old == NULL)
        {
          g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND, _ ("The record has no file “%s”."),
                       name);
          return NULL;
        }
    }
  attachments = samspill_attachments_with (document != NULL ? document->attachments : NULL, name, content_type, blob);
  return samspill_store_put (store, space, id, parent,
                             document != NULL && document->body != NULL ? document->body : empty, attachments, error);
}

/**
 * samspill_attachments_put:
 * @store: a store
 * @space: a space
 * @id: a document, there or not
 * @parent: (nullable): the revision that it is now; %NULL: it is not there
 * @name: of the file
 * @content_type: (nullable): of the file
 * @blob: (nullable): its bytes; %NULL: the file goes
 * @error: return location for an error: CONFLICT, NOT_FOUND
 *
 * Returns: (transfer full) (nullable): the new revision
 */
char *
samspill_attachments_put (SamspillStore *store, const char *space, const char *id, const char *parent, const char *name,
                          const char *content_type, const SamspillBlob *blob, GError **error)
{
  g_autofree char *revision = NULL;

  if (!samspill_store_begin (store, error))
    return NULL;
  revision = put (store, space, id, parent, name, content_type, blob, error);
  if (!samspill_store_end (store, revision != NULL, error))
    return NULL;
  return g_steal_pointer (&revision);
}
