/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files whose bytes are on the registry: which are wanted, and what changes when they have come. */
#include "samspill-attachments-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char SQL_FORGET_BY_MD5[] = "DELETE FROM blob WHERE md5 = ?1 AND sha256 IS NULL";
static const char SQL_WANT_BY_MD5[] =
    "INSERT INTO blob (sha256, md5, length, state, at_us) VALUES (NULL, ?1, ?2, ?3, ?4)";
static const char SQL_WITH_FILES[] =
    "SELECT document.id, body.attachments FROM document JOIN body ON body.body = document.winner"
    " WHERE document.space = ?1 AND body.attachments IS NOT NULL ORDER BY document.id";
static const char SQL_SET_FILES[] = "UPDATE body SET attachments = ?2 WHERE body = ?1";
static const char SQL_GET_TREE[] = "SELECT tree FROM document WHERE space = ?1 AND id = ?2";

void
samspill_wanted_free (SamspillWanted *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->rev);
  samspill_attachment_free (self->attachment);
  g_free (self);
}

static gboolean
set_by_md5 (SamspillStore *store, const SamspillAttachment *attachment, const char *md5, SamspillBlobState state,
            GError **error)
{
  g_autoptr (SamspillStatement) forget = samspill_connection_prepare (store->writer, SQL_FORGET_BY_MD5, error);
  g_autoptr (SamspillStatement) want = NULL;

  if (forget == NULL)
    return FALSE;
  samspill_statement_bind_text (forget, 1, md5);
  if (!samspill_statement_run (forget, error))
    return FALSE;
  /* Where it is not wanted nothing needs to be remembered. */
  if (state != SAMSPILL_BLOB_WANTED)
    return TRUE;
  want = samspill_connection_prepare (store->writer, SQL_WANT_BY_MD5, error);
  if (want == NULL)
    return FALSE;
  samspill_statement_bind_text (want, 1, md5);
  samspill_statement_bind_int (want, 2, (gint64)attachment->length);
  samspill_statement_bind_int (want, 3, state);
  samspill_statement_bind_int (want, 4, store->now_us);
  return samspill_statement_run (want, error);
}

/**
 * samspill_attachment_set_state:
 * @store: a store
 * @attachment: a file of one of its documents
 * @state: WANTED or REMOTE; a file that is HERE stays so for WANTED, and its bytes are taken away by the next
 *   compaction for REMOTE
 * @error: return location for an error
 */
gboolean
samspill_attachment_set_state (SamspillStore *store, const SamspillAttachment *attachment, SamspillBlobState state,
                               GError **error)
{
  g_autofree char *md5 = samspill_digest_to_md5 (attachment->digest);

  g_return_val_if_fail (state == SAMSPILL_BLOB_WANTED || state == SAMSPILL_BLOB_REMOTE, FALSE);

  if (attachment->sha256 != NULL)
    return (state == SAMSPILL_BLOB_WANTED &&
            samspill_store_blob_state (store, attachment->sha256) == SAMSPILL_BLOB_HERE) ||
           samspill_store_set_blob_state (store, attachment->sha256, state, error);
  if (md5 == NULL)
    {
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID, _ ("The file “%s” has no digest."),
                   attachment->name);
      return FALSE;
    }
  return samspill_store_begin (store, error) &&
         samspill_store_end (store, set_by_md5 (store, attachment, md5, state, error), error);
}

static gboolean
add_wanted (SamspillStore *store, const char *space, const char *id, const char *attachments, GPtrArray *wanted,
            GError **error)
{
  g_autoptr (GPtrArray) all = samspill_attachments_list (store, attachments, error);
  g_autofree char *rev = NULL;
  gboolean is_deleted;

  if (all == NULL)
    return FALSE;
  g_ptr_array_set_free_func (all, NULL);
  for (guint i = 0; i < all->len; i++)
    {
      SamspillAttachment *attachment = all->pdata[i];
      SamspillWanted *one;

      if (attachment->state != SAMSPILL_BLOB_WANTED ||
          (rev == NULL && !samspill_store_lookup (store, space, id, &rev, &is_deleted, NULL)))
        {
          samspill_attachment_free (attachment);
          continue;
        }
      one = g_new0 (SamspillWanted, 1);
      one->id = g_strdup (id);
      one->rev = g_strdup (rev);
      one->attachment = attachment;
      g_ptr_array_add (wanted, one);
    }
  return TRUE;
}

/**
 * samspill_attachments_list_wanted:
 * @store: a store
 * @space: a space
 * @error: return location for an error
 *
 * Returns: (transfer full) (element-type SamspillWanted): what is to be fetched, of the newest revisions
 */
GPtrArray *
samspill_attachments_list_wanted (SamspillStore *store, const char *space, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillStatement) statement = NULL;
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_wanted_free);
  gint64 number;
  SamspillStep step;

  if (!samspill_reader_begin (&reader, store, error) ||
      (number = samspill_store_find_space (reader.connection, space, error)) == SAMSPILL_STORE_SPACE_NONE ||
      (statement = samspill_connection_prepare (reader.connection, SQL_WITH_FILES, error)) == NULL)
    return NULL;
  samspill_statement_bind_int (statement, 1, number);
  while ((step = samspill_statement_step (statement, error)) == SAMSPILL_STEP_ROW)
    if (!add_wanted (store, space, samspill_statement_get_text (statement, 0),
                     samspill_statement_get_text (statement, 1), wanted, error))
      return NULL;
  return step == SAMSPILL_STEP_DONE ? g_steal_pointer (&wanted) : NULL;
}

/**
 * samspill_attachment_fetch:
 * @store: a store
 * @attachment: a file whose bytes are elsewhere
 * @already: (out): how many bytes are here from an earlier attempt: ask for what follows
 * @error: return location for an error; BUSY where it is being fetched already
 *
 * Returns: (transfer full) (nullable): what takes the bytes; finish it, then samspill_attachments_settle()
 */
SamspillBlobWriter *
samspill_attachment_fetch (SamspillStore *store, const SamspillAttachment *attachment, guint64 *already, GError **error)
{
  g_autofree char *md5 = samspill_digest_to_md5 (attachment->digest);

  if (md5 != NULL)
    return samspill_blob_writer_resume (store, md5, attachment->length, already, error);
  g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID, _ ("The file “%s” has no digest."),
               attachment->name);
  return NULL;
}

typedef struct
{
  const SamspillBlob *blob;
  char *digest, *quoted;
  GString *text;
  gboolean is_changed;
} Settle;

static gboolean
settle_cb (const char *name, const char *value, gsize length, gpointer data)
{
  Settle *settle = data;
  const char *const names[] = { "sha256", NULL }, *const values[] = { settle->quoted, NULL };
  g_autofree char *digest = samspill_json_dup_string (value, (gssize)length, "digest");
  g_autofree char *known = samspill_json_dup_string (value, (gssize)length, "sha256");
  g_autofree char *quoted = samspill_json_quote (name), *with_name = NULL;
  guint64 file_length = 0;

  if (known == NULL && g_strcmp0 (digest, settle->digest) == 0 &&
      samspill_attachment_get_number (value, length, "length", &file_length) && file_length == settle->blob->length)
    with_name = samspill_json_splice (value, (gssize)length, names, values);
  settle->is_changed |= with_name != NULL;
  g_string_append_printf (settle->text, "%s%s:", settle->text->len > 1 ? "," : "", quoted);
  if (with_name != NULL)
    g_string_append (settle->text, with_name);
  else
    g_string_append_len (settle->text, value, (gssize)length);
  return TRUE;
}

static gboolean
settle_body (SamspillStore *store, gint64 body, Settle *settle, GError **error)
{
  g_autofree char *attachments = NULL;
  g_autoptr (SamspillStatement) statement = NULL;

  if (!samspill_store_read_body (store->writer, body, NULL, &attachments, error))
    return FALSE;
  if (attachments == NULL)
    return TRUE;
  g_string_assign (settle->text, "{");
  settle->is_changed = FALSE;
  samspill_json_foreach_member (attachments, -1, settle_cb, settle, NULL);
  if (!settle->is_changed)
    return TRUE;
  g_string_append_c (settle->text, '}');
  statement = samspill_connection_prepare (store->writer, SQL_SET_FILES, error);
  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, body);
  samspill_statement_bind_text (statement, 2, settle->text->str);
  return samspill_statement_run (statement, error);
}

static SamspillRevisionTree *
load_tree (SamspillStore *store, const char *space, const char *id, GError **error)
{
  g_autoptr (SamspillStatement) statement = NULL;
  gint64 number = samspill_store_find_space (store->writer, space, error);

  if (number == SAMSPILL_STORE_SPACE_NONE ||
      (statement = samspill_connection_prepare (store->writer, SQL_GET_TREE, error)) == NULL)
    return NULL;
  samspill_statement_bind_int (statement, 1, number);
  samspill_statement_bind_text (statement, 2, id);
  return samspill_statement_fetch (statement, error) ? samspill_store_read_tree (statement, 0, id, error) : NULL;
}

static gboolean
settle (SamspillStore *store, const char *space, const char *id, const SamspillBlob *blob, GError **error)
{
  g_autoptr (SamspillRevisionTree) tree = load_tree (store, space, id, error);
  g_autoptr (SamspillStatement) forget = samspill_connection_prepare (store->writer, SQL_FORGET_BY_MD5, error);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *digest = samspill_digest_from_md5 (blob->md5), *quoted = samspill_json_quote (blob->sha256);
  Settle all = { blob, digest, quoted, text, FALSE };

  if (tree == NULL || forget == NULL)
    return FALSE;
  for (guint i = 0; i < samspill_revision_tree_get_length (tree); i++)
    {
      gint64 body = samspill_revision_tree_get (tree, (int)i)->body;

      if (body != 0 && !settle_body (store, body, &all, error))
        return FALSE;
    }
  samspill_statement_bind_text (forget, 1, blob->md5);
  return samspill_statement_run (forget, error);
}

/**
 * samspill_attachments_settle:
 * @store: a store
 * @space: a space
 * @id: a document of it
 * @blob: a file that has come
 * @error: return location for an error
 *
 * Notes in every revision of the document that names the file where its bytes are. No revision changes, and no feed
 * says so.
 */
gboolean
samspill_attachments_settle (SamspillStore *store, const char *space, const char *id, const SamspillBlob *blob,
                             GError **error)
{
  return samspill_store_begin (store, error) &&
         samspill_store_end (store, settle (store, space, id, blob, error), error);
}
