/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-edit-private.h"

#include <glib/gi18n-lib.h>

/**
 * samspill_store_put:
 * @self: a store
 * @space: a space that is there
 * @id: the document
 * @parent: (nullable): the revision on which this one goes, a leaf; %NULL for a new document or one that was deleted
 * @body: a JSON object; members whose name begins with "_" are left out, all other bytes kept
 * @attachments: (nullable): a JSON object of files; %NULL: as the parent's; "{}": none
 * @error: return location for an error
 *
 * CONFLICT when @parent is not a leaf (any more), or the document is there already.
 *
 * Returns: (transfer full) (nullable): the new revision
 */
char *
samspill_store_put (SamspillStore *self, const char *space, const char *id, const char *parent, GBytes *body,
                    const char *attachments, GError **error)
{
  g_auto (SamspillEdit) edit = { 0 };
  g_autoptr (GBytes) clean = NULL;
  g_autofree char *revision = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (body != NULL, NULL);

  clean = samspill_store_clean_body (body, error);
  if (clean == NULL || !samspill_store_check_attachments (attachments, error) || !samspill_store_begin (self, error))
    return NULL;
  if (samspill_edit_load_in (&edit, self, space, id, error))
    revision = samspill_edit_put (&edit, parent, FALSE, clean, attachments, error);
  if (!samspill_store_end (self, revision != NULL, error))
    return NULL;
  return g_steal_pointer (&revision);
}

/**
 * samspill_store_delete:
 * @self: a store
 * @space: a space that is there
 * @id: the document
 * @parent: the leaf to put the tombstone on
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the revision of the tombstone; NOT_FOUND where there is no such document or it
 * is deleted already
 */
char *
samspill_store_delete (SamspillStore *self, const char *space, const char *id, const char *parent, GError **error)
{
  g_auto (SamspillEdit) edit = { 0 };
  g_autofree char *revision = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (parent != NULL, NULL);

  if (!samspill_store_begin (self, error))
    return NULL;
  if (samspill_edit_load_in (&edit, self, space, id, error))
    {
      int place = samspill_revision_tree_find_text (edit.tree, parent);

      if (edit.doc == 0 || (place != SAMSPILL_REVISION_NONE && samspill_revision_tree_get (edit.tree, place)->deleted))
        g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND,
                     _ ("The record %s is not here any more."), id);
      else
        revision = samspill_edit_put (&edit, parent, TRUE, NULL, NULL, error);
    }
  if (!samspill_store_end (self, revision != NULL, error))
    return NULL;
  return g_steal_pointer (&revision);
}

/**
 * samspill_store_insert:
 * @self: a store
 * @space: a space that is there
 * @id: the document
 * @revisions: the revision and its ancestors, newest first, as far as they are known
 * @deleted: whether it is a tombstone
 * @body: (nullable): as in samspill_store_put(); %NULL for a tombstone without one
 * @attachments: (nullable): a JSON object of files
 * @error: return location for an error
 *
 * Puts a revision in its place in the tree as another computer made it (`new_edits=false`). Never a conflict: a leaf is
 * added beside the others. What is here already stays as it is.
 */
gboolean
samspill_store_insert (SamspillStore *self, const char *space, const char *id, const char *const *revisions,
                       gboolean deleted, GBytes *body, const char *attachments, GError **error)
{
  g_auto (SamspillEdit) edit = { 0 };
  g_autoptr (GBytes) clean = NULL;
  gboolean is_good, is_new;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (body != NULL || deleted, FALSE);

  if (body != NULL && (clean = samspill_store_clean_body (body, error)) == NULL)
    return FALSE;
  if (!samspill_store_check_attachments (attachments, error) || !samspill_store_begin (self, error))
    return FALSE;
  is_good = samspill_edit_load_in (&edit, self, space, id, error) &&
            samspill_edit_insert (&edit, revisions, deleted, clean, attachments, &is_new, error);
  return samspill_store_end (self, is_good, error);
}
