/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-merger.h"

#include <string.h>

#include "samspill-history.h"
#include "samspill-id.h"
#include "samspill-json-text.h"
#include "samspill-merge.h"
#include "samspill-wire.h"

/* One document on its way from several leaves to one. */
typedef struct
{
  SamspillStore *store;
  const char *space, *id;
  GPtrArray *history;
  GPtrArray *leaves; /* borrowed from `history`; the winner first */
} Divided;

static void
divided_clear (Divided *self)
{
  g_clear_pointer (&self->leaves, g_ptr_array_unref);
  g_clear_pointer (&self->history, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Divided, divided_clear)

static const char *
leaf_rev (const Divided *self, guint index)
{
  return ((const SamspillRevision *)g_ptr_array_index (self->leaves, index))->rev;
}

static char *
dup_text (GBytes *body)
{
  gsize length = 0;
  const char *text = body != NULL ? g_bytes_get_data (body, &length) : NULL;

  return text != NULL ? g_strndup (text, length) : g_strdup ("{}");
}

/* The nearest of the common ancestors that the leaf has with those that are merged already: what lies between has come
 * along with one of them. */
static const char *
find_base (const Divided *self, const gboolean *is_joined, guint leaf)
{
  const char *nearest = NULL;

  for (guint i = 0; i < self->leaves->len; i++)
    {
      const char *base =
          is_joined[i] ? samspill_history_find_base (self->history, leaf_rev (self, i), leaf_rev (self, leaf)) : NULL;

      if (base != NULL && (nearest == NULL || g_ascii_strtoull (base, NULL, 10) > g_ascii_strtoull (nearest, NULL, 10)))
        nearest = base;
    }
  return nearest;
}

typedef struct
{
  char *body, *files, *type;
} Version;

static void
version_clear (Version *self)
{
  g_clear_pointer (&self->body, g_free);
  g_clear_pointer (&self->files, g_free);
  g_clear_pointer (&self->type, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Version, version_clear)

/* rev NULL: nothing. */
static gboolean
read_version (const Divided *self, const char *rev, Version *version, GError **error)
{
  g_autoptr (SamspillDocument) document = NULL;

  if (rev == NULL)
    {
      version->body = g_strdup ("{}");
      return TRUE;
    }
  document = samspill_store_get (self->store, self->space, self->id, rev, error);
  if (document == NULL)
    return FALSE;
  version->body = dup_text (document->body);
  version->files = g_steal_pointer (&document->attachments);
  version->type = samspill_json_dup_string (version->body, -1, "type");
  return TRUE;
}

/* Puts one more leaf into `whole` where nobody has to choose. FALSE on error only. */
static gboolean
join_leaf (const Divided *self, Version *whole, gboolean *is_joined, guint leaf, GError **error)
{
  g_auto (Version) base = { NULL };
  g_auto (Version) other = { NULL };
  g_autofree char *body = NULL;
  g_autofree char *files = NULL;

  if (!read_version (self, find_base (self, is_joined, leaf), &base, error) ||
      !read_version (self, leaf_rev (self, leaf), &other, error))
    return FALSE;
  body = samspill_merge (whole->type != NULL ? whole->type : "", base.body, whole->body, other.body);
  if (body == NULL || !samspill_history_merge_files (base.files, whole->files, other.files, &files))
    return TRUE;
  is_joined[leaf] = TRUE;
  g_free (whole->body);
  whole->body = g_steal_pointer (&body);
  g_free (whole->files);
  whole->files = g_steal_pointer (&files);
  return TRUE;
}

static gboolean
is_same_text (const char *a, const char *b)
{
  g_autofree char *left = samspill_json_canonical (a, -1);
  g_autofree char *right = samspill_json_canonical (b, -1);

  return g_strcmp0 (left, right) == 0;
}

/* The merged revision on the first of the joined leaves, tombstones on the others. The store makes revision ids from
 * parent, body and files alone, and a tombstone of ours has neither: any computer makes the same. */
static gboolean
write_whole (const Divided *self, const Version *first, const Version *whole, const gboolean *is_joined, GError **error)
{
  gboolean is_first = TRUE;

  for (guint i = 0; i < self->leaves->len; i++)
    {
      g_autofree char *rev = NULL;

      if (!is_joined[i])
        continue;
      if (!is_first)
        rev = samspill_store_delete (self->store, self->space, self->id, leaf_rev (self, i), error);
      else if (is_same_text (first->body, whole->body) && g_strcmp0 (first->files, whole->files) == 0)
        rev = g_strdup (leaf_rev (self, i));
      else
        {
          g_autoptr (GBytes) body = g_bytes_new (whole->body, strlen (whole->body));

          rev = samspill_store_put (self->store, self->space, self->id, leaf_rev (self, i), body,
                                    whole->files != NULL ? whole->files : "{}", error);
        }
      is_first = FALSE;
      if (rev == NULL)
        return FALSE;
    }
  return TRUE;
}

/* Joins what can be joined with the leaf `first`. -1 on error, else how many were. */
static int
join_from (const Divided *self, guint first, gboolean *is_done, GError **error)
{
  g_autofree gboolean *is_joined = g_new0 (gboolean, self->leaves->len);
  g_auto (Version) begin = { NULL };
  g_auto (Version) whole = { NULL };
  int joined = 0;

  if (!read_version (self, leaf_rev (self, first), &begin, error) ||
      !read_version (self, leaf_rev (self, first), &whole, error))
    return -1;
  is_joined[first] = TRUE;
  for (guint i = first + 1; i < self->leaves->len; i++)
    if (!is_done[i] && !join_leaf (self, &whole, is_joined, i, error))
      return -1;
  for (guint i = first; i < self->leaves->len; i++)
    {
      is_done[i] |= is_joined[i];
      joined += is_joined[i] ? 1 : 0;
    }
  if (joined < 2)
    return 0;
  return write_whole (self, &begin, &whole, is_joined, error) ? joined - 1 : -1;
}

static int
join_document (SamspillStore *store, const char *space, const char *id, GError **error)
{
  g_auto (Divided) self = { store, space, id, NULL, NULL };
  g_autofree gboolean *is_done = NULL;
  int joined = 0;

  self.history = samspill_store_history (store, space, id, error);
  if (self.history == NULL)
    return -1;
  self.leaves = samspill_history_list_living (self.history);
  is_done = g_new0 (gboolean, self.leaves->len + 1);
  for (guint i = 0; i < self.leaves->len; i++)
    {
      int more = is_done[i] ? 0 : join_from (&self, i, is_done, error);

      if (more < 0)
        return -1;
      joined += more;
    }
  return joined;
}

/* Publications are written by their owner alone: the merged revision of another's would be refused for ever. */
static char **
list_owners (SamspillStore *store)
{
  g_autofree char *identity = samspill_store_get_local (store, "", "identity", NULL);
  g_autofree char *owners = identity != NULL ? samspill_json_dup_member (identity, -1, "owners") : NULL;

  return g_strsplit_set (owners != NULL ? owners : "", "[]\", \n", -1);
}

static gboolean
may_write (const char *space, const char *id, char **owners)
{
  g_autofree char *owner = NULL;

  if (strcmp (space, "commons") != 0)
    return TRUE;
  owner = samspill_id_dup_owner (id);
  return owner != NULL && g_strv_contains ((const char *const *)owners, owner);
}

/* One transaction a document: the lock is not held longer than a person's save can wait. */
static int
join_alone (SamspillStore *store, const char *space, const char *id, GError **error)
{
  int joined;

  if (!samspill_store_begin (store, error))
    return -1;
  joined = join_document (store, space, id, error);
  if (joined <= 0)
    {
      samspill_store_rollback (store);
      return joined;
    }
  return samspill_store_commit (store, error) ? joined : -1;
}

/**
 * samspill_merger_run:
 * @store: a store
 * @space: a space of it
 * @ids: (nullable): documents; %NULL: all that have several leaves
 * @cancellable: (nullable): stops between two documents
 * @error: return location for an error
 *
 * In "commons" only documents of the organisations that the profile works for (its local document "identity") are
 * looked at. A deleted leaf beside a living one needs nothing: the edit wins. Ids that are not here are passed over.
 *
 * Returns: how many documents have fewer leaves now; -1 on error
 */
gint64
samspill_merger_run (SamspillStore *store, const char *space, const char *const *ids, GCancellable *cancellable,
                     GError **error)
{
  g_auto (GStrv) divided = NULL;
  g_auto (GStrv) owners = list_owners (store);
  gint64 merged = 0;

  g_return_val_if_fail (SAMSPILL_IS_STORE (store), -1);

  if (!samspill_store_has_space (store, space))
    return 0;
  if (ids == NULL)
    {
      divided = samspill_store_list_divided (store, space, error);
      if (divided == NULL)
        return -1;
      ids = (const char *const *)divided;
    }
  for (; *ids != NULL; ids++)
    {
      g_autoptr (SamspillDocument) document = NULL;
      int joined;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return -1;
      if (!may_write (space, *ids, owners))
        continue;
      document = samspill_store_get (store, space, *ids, NULL, NULL);
      if (document == NULL || document->leaves < 2)
        continue;
      joined = join_alone (store, space, *ids, error);
      if (joined < 0)
        return -1;
      merged += joined > 0 ? 1 : 0;
    }
  return merged;
}
