/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-edit-private.h"
#include "samspill-wire.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A tombstone that says nothing keeps no body, whichever way it came: then it is the same revision. */
static GBytes *
get_body (const SamspillWireDocument *document)
{
  gsize length;
  const char *text;

  if (!document->deleted || document->attachments != NULL)
    return document->body;
  text = g_bytes_get_data (document->body, &length);
  return length == 2 && memcmp (text, "{}", 2) == 0 ? NULL : document->body;
}

static gboolean
check (const SamspillWireDocument *document, GError **error)
{
  if (document->id == NULL || document->body == NULL)
    {
      g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID, _ ("The record has no id."));
      return FALSE;
    }
  return samspill_store_check_attachments (document->attachments, error);
}

static char *
write_edit (SamspillStore *self, gint64 space, guint revs_limit, const SamspillWireDocument *document, GError **error)
{
  g_auto (SamspillEdit) edit = { 0 };
  const char *parent = document->rev;

  if (parent == NULL && document->revisions != NULL)
    parent = document->revisions[0];
  if (!samspill_edit_load (&edit, self, space, revs_limit, document->id, error))
    return NULL;
  /* In the protocol a document has the files that it names, not those of its parent. */
  return samspill_edit_put (&edit, parent, document->deleted, get_body (document),
                            document->attachments != NULL ? document->attachments : "{}", error);
}

/* `is_known`: the document was here before. */
static gboolean
write_replicated (SamspillStore *self, gint64 space, guint revs_limit, const SamspillWireDocument *document,
                  gboolean *is_new, gboolean *is_known, GError **error)
{
  g_auto (SamspillEdit) edit = { 0 };

  if (!samspill_edit_load (&edit, self, space, revs_limit, document->id, error))
    return FALSE;
  *is_known = edit.doc != 0;
  return samspill_edit_insert (&edit, (const char *const *)document->revisions, document->deleted, get_body (document),
                               document->attachments, is_new, error);
}

static char *
write_one (SamspillStore *self, const char *space, const SamspillWireDocument *document, gboolean new_edits,
           GError **error)
{
  gint64 number;
  guint revs_limit;
  gboolean is_new, is_known;

  number = samspill_store_find_space_limit (self->writer, space, &revs_limit, error);
  if (number == SAMSPILL_STORE_SPACE_NONE)
    return NULL;
  if (new_edits)
    return write_edit (self, number, revs_limit, document, error);
  if (!write_replicated (self, number, revs_limit, document, &is_new, &is_known, error))
    return NULL;
  return g_strdup (document->revisions[0]);
}

/**
 * samspill_store_write:
 * @self: a store
 * @space: a space that is there
 * @document: the document; its body has been read strictly (samspill_wire_document_read()) or was made by us
 * @new_edits: %TRUE: a new revision on @document's `rev`; %FALSE: the revision that it names, in its place in the tree
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the revision
 */
char *
samspill_store_write (SamspillStore *self, const char *space, const SamspillWireDocument *document, gboolean new_edits,
                      GError **error)
{
  g_autofree char *revision = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (document != NULL, NULL);

  if (!check (document, error) || !samspill_store_begin (self, error))
    return NULL;
  revision = write_one (self, space, document, new_edits, error);
  if (!samspill_store_end (self, revision != NULL, error))
    return NULL;
  return g_steal_pointer (&revision);
}

typedef struct
{
  gint64 space;
  guint revs_limit;
  gboolean expects_new; /* the last document was: try first to add the next one */
} Many;

/* First syncs bring new documents only, later ones mostly known ones: what the last one was decides whether this one is
 * looked for before it is added. */
static gboolean
write_next (SamspillStore *self, Many *many, const SamspillWireDocument *document, gboolean *is_new, GError **error)
{
  gboolean is_known = FALSE;

  if (!check (document, error))
    return FALSE;
  if (many->expects_new)
    {
      if (samspill_edit_add (self, many->space, many->revs_limit, document->id,
                             (const char *const *)document->revisions, document->deleted, get_body (document),
                             document->attachments, &is_known, error))
        {
          *is_new = TRUE;
          return TRUE;
        }
      if (!is_known)
        return FALSE;
    }
  if (!write_replicated (self, many->space, many->revs_limit, document, is_new, &is_known, error))
    return FALSE;
  many->expects_new = !is_known;
  return TRUE;
}

static gboolean
write_many (SamspillStore *self, const char *space, const SamspillWireDocument *documents, guint n, GError **refusals,
            guint *written, GError **error)
{
  Many many = { 0, 0, TRUE };

  many.space = samspill_store_find_space_limit (self->writer, space, &many.revs_limit, error);
  if (many.space == SAMSPILL_STORE_SPACE_NONE)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GError) cause = NULL;
      gboolean is_new = FALSE;

      if (write_next (self, &many, &documents[i], &is_new, &cause))
        *written += is_new;
      else if (g_error_matches (cause, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID))
        refusals[i] = g_steal_pointer (&cause);
      else
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
    }
  return TRUE;
}

/**
 * samspill_store_write_many:
 * @self: a store
 * @space: a space that is there
 * @documents: (array length=n): as for samspill_store_write() with revisions of their own
 * @n: how many
 * @refusals: (array length=n): set for each that was not taken; the caller clears them
 * @written: (out): how many revisions were not here before
 * @error: return location for an error
 *
 * Returns: %FALSE where nothing of all was written
 */
gboolean
samspill_store_write_many (SamspillStore *self, const char *space, const SamspillWireDocument *documents, guint n,
                           GError **refusals, guint *written, GError **error)
{
  gboolean is_good;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (n == 0 || (documents != NULL && refusals != NULL), FALSE);

  for (guint i = 0; i < n; i++)
    refusals[i] = NULL;
  *written = 0;
  if (!samspill_store_begin (self, error))
    return FALSE;
  is_good = samspill_store_end (self, write_many (self, space, documents, n, refusals, written, error), error);
  if (!is_good)
    {
      *written = 0;
      for (guint i = 0; i < n; i++)
        g_clear_error (&refusals[i]);
    }
  return is_good;
}
