/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-edit-private.h"
#include "samspill-wire.h"

static const char SQL_DROP_DOCUMENT[] = "DELETE FROM document WHERE doc = ?1";
static const char SQL_COUNT_PURGE[] = "UPDATE space SET purge_seq = purge_seq + 1 WHERE space = ?1";

/* The leaves among `revs`, which stay leaves while others are taken out. */
static char **
list_purged (const SamspillRevisionTree *tree, const char *const *revs)
{
  g_autoptr (GStrvBuilder) purged = g_strv_builder_new ();

  for (guint i = 0; revs[i] != NULL; i++)
    {
      int place = samspill_revision_tree_find_text (tree, revs[i]);

      if (place != SAMSPILL_REVISION_NONE && samspill_revision_tree_is_leaf (tree, place) &&
          !g_strv_contains (revs + i + 1, revs[i]))
        g_strv_builder_add (purged, revs[i]);
    }
  return g_strv_builder_end (purged);
}

static gboolean
store_rest (SamspillEdit *edit, const char *space, GError **error)
{
  if (samspill_revision_tree_get_length (edit->tree) > 0)
    return samspill_edit_store (edit, FALSE, error);
  return samspill_connection_run_with (edit->store->writer, SQL_DROP_DOCUMENT, edit->doc, error) &&
         samspill_store_add_gone (edit->store, space, edit->doc, edit->id, error);
}

static char **
purge (SamspillStore *self, const char *space, const char *id, const char *const *revs, GError **error)
{
  g_auto (SamspillEdit) edit = { 0 };
  g_auto (GStrv) purged = NULL;
  g_autoptr (GArray) bodies = g_array_new (FALSE, FALSE, sizeof (gint64));

  if (!samspill_edit_load_in (&edit, self, space, id, error))
    return NULL;
  purged = list_purged (edit.tree, revs);
  if (*purged == NULL)
    return g_steal_pointer (&purged);
  for (guint i = 0; purged[i] != NULL; i++)
    samspill_revision_tree_prune (edit.tree, samspill_revision_tree_find_text (edit.tree, purged[i]), bodies);
  if (!samspill_store_drop_bodies (self, bodies, error) || !store_rest (&edit, space, error) ||
      !samspill_connection_run_with (self->writer, SQL_COUNT_PURGE, edit.space, error))
    return NULL;
  return g_steal_pointer (&purged);
}

/**
 * samspill_store_purge:
 * @self: a store
 * @space: a space
 * @id: a document, which need not be here
 * @revs: (array zero-terminated=1): revisions; only leaves can be purged
 * @error: return location for an error
 *
 * Takes leaves out with all above them that no other leaf needs, as if they had never been; peers that have them may
 * bring them back.
 *
 * Returns: (transfer full) (nullable): those that were purged; may be empty
 */
char **
samspill_store_purge (SamspillStore *self, const char *space, const char *id, const char *const *revs, GError **error)
{
  g_auto (GStrv) purged = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (revs != NULL, NULL);

  if (!samspill_store_begin (self, error))
    return NULL;
  purged = purge (self, space, id, revs, error);
  if (!samspill_store_end (self, purged != NULL, error))
    return NULL;
  return g_steal_pointer (&purged);
}
