/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The blocking pieces of a draft's life. The store has one working copy a document; two programs may edit the same
 * record. So the checksum of what we wrote last is compared before we write again: when another program's words lie
 * there, ours go to a leaf of their own, and both stay. */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-profile-private.h"

void
samspill_copy_clear (SamspillCopy *copy)
{
  g_clear_pointer (&copy->space, g_free);
  g_clear_pointer (&copy->id, g_free);
  g_clear_pointer (&copy->base, g_free);
  g_clear_pointer (&copy->body, g_bytes_unref);
  g_clear_pointer (&copy->written, g_free);
  g_clear_pointer (&copy->by, g_free);
}

/* The same text, changed then by `by`. */
static GBytes *
touch (GBytes *body, const char *by, gint64 at_us)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (body, &length);
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_utc_usec (at_us);
  g_autofree char *at = g_date_time_format (then, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *who = samspill_json_quote (by);
  g_autofree char *changed = g_strdup_printf ("{\"at\":\"%s\",\"by\":%s}", at, who);
  const char *names[] = { "changed", NULL };
  const char *values[] = { changed, NULL };
  char *touched = samspill_json_splice (text, (gssize)length, names, values);

  return touched != NULL ? g_bytes_new_take (touched, strlen (touched)) : g_bytes_ref (body);
}

static char *
canonical_without_changed (GBytes *body)
{
  static const char *const names[] = { "changed", NULL };
  static const char *const values[] = { NULL, NULL };
  gsize length = 0;
  const char *text = g_bytes_get_data (body, &length);
  g_autofree char *rest = samspill_json_splice (text, (gssize)length, names, values);

  return samspill_json_canonical (rest, -1);
}

/* Whether two bodies say the same, whoever changed them last and in whatever order their members stand. */
gboolean
samspill_bodies_are_same (GBytes *one, GBytes *other)
{
  if (g_bytes_equal (one, other))
    return TRUE;

  g_autofree char *a = canonical_without_changed (one);
  g_autofree char *b = canonical_without_changed (other);
  return g_strcmp0 (a, b) == 0;
}

static char *
checksum (GBytes *body)
{
  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body);
}

/* The id of a revision beside others: any 16 bytes will do as long as they follow from what the revision is. */
char *
samspill_revision_beside (const char *base, GBytes *body)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_MD5);
  guint64 number = base != NULL ? g_ascii_strtoull (base, NULL, 10) : 0;
  gsize length = 0;
  const guchar *data = g_bytes_get_data (body, &length);

  if (base != NULL)
    g_checksum_update (sum, (const guchar *)base, (gssize)strlen (base));
  g_checksum_update (sum, data, (gssize)length);
  return g_strdup_printf ("%" G_GUINT64_FORMAT "-%s", number + 1, g_checksum_get_string (sum));
}

/* A second leaf: the base has been built upon by somebody else. */
static char *
put_beside (SamspillStore *store, const char *space, const char *id, const char *base, GBytes *body, GError **error)
{
  g_autofree char *rev = samspill_revision_beside (base, body);
  g_autoptr (SamspillDocument) document = base != NULL ? samspill_store_get (store, space, id, base, NULL) : NULL;
  const char *revisions[] = { rev, base, NULL };

  if (!samspill_store_insert (store, space, id, revisions, FALSE, body, document != NULL ? document->attachments : NULL,
                              error))
    return NULL;
  return g_steal_pointer (&rev);
}

/* On top of the base, or beside what stands on it. */
static char *
put_anyhow (SamspillStore *store, const char *space, const char *id, const char *base, GBytes *body, GError **error)
{
  g_autoptr (GError) trouble = NULL;
  char *rev = samspill_store_put (store, space, id, base, body, NULL, &trouble);

  if (rev == NULL && (g_error_matches (trouble, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CONFLICT) ||
                      g_error_matches (trouble, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND)))
    return put_beside (store, space, id, base, body, error);
  if (rev == NULL)
    g_propagate_error (error, g_steal_pointer (&trouble));
  return rev;
}

static char *
commit_stored (SamspillStore *store, const char *space, const char *id, const char *base, GBytes *body, GError **error)
{
  g_autoptr (GError) trouble = NULL;
  g_autofree char *rev = samspill_store_commit_working_copy (store, space, id, NULL, &trouble);

  if (rev != NULL)
    return g_steal_pointer (&rev);
  if (!g_error_matches (trouble, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CONFLICT) &&
      !g_error_matches (trouble, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return NULL;
    }
  rev = put_beside (store, space, id, base, body, error);
  if (rev == NULL || !samspill_store_remove_working_copy (store, space, id, error))
    return NULL;
  return g_steal_pointer (&rev);
}

static gboolean
is_unchanged (SamspillStore *store, SamspillCopy *copy)
{
  g_autoptr (SamspillDocument) base = samspill_store_get (store, copy->space, copy->id, copy->base, NULL);

  return base != NULL && base->body != NULL && samspill_bodies_are_same (base->body, copy->body);
}

/* Takes away what was begun and left empty. */
static gboolean
discard (SamspillStore *store, SamspillCopy *copy, GError **error)
{
  g_autofree char *rev = NULL;

  if (!samspill_store_remove_working_copy (store, copy->space, copy->id, error))
    return FALSE;
  g_clear_pointer (&copy->written, g_free);
  rev = samspill_store_delete (store, copy->space, copy->id, copy->base, error);
  if (rev == NULL)
    return FALSE;
  g_set_str (&copy->base, NULL);
  return TRUE;
}

static gboolean
commit_ours (SamspillStore *store, SamspillCopy *copy, GError **error)
{
  if (copy->discard)
    return discard (store, copy, error);
  if (is_unchanged (store, copy))
    {
      g_clear_pointer (&copy->written, g_free);
      return samspill_store_remove_working_copy (store, copy->space, copy->id, error);
    }
  if (!samspill_store_write_working_copy (store, copy->space, copy->id, copy->base, copy->body, error))
    return FALSE;

  g_autofree char *rev = commit_stored (store, copy->space, copy->id, copy->base, copy->body, error);
  if (rev == NULL)
    return FALSE;
  g_set_str (&copy->base, rev);
  g_clear_pointer (&copy->written, g_free);
  return TRUE;
}

static gboolean
store_apart (SamspillStore *store, SamspillCopy *copy, GError **error)
{
  /* The working copy that lies there is the other program's from here on. */
  g_clear_pointer (&copy->written, g_free);
  if (copy->base != NULL && is_unchanged (store, copy))
    return TRUE;

  g_autofree char *rev = put_anyhow (store, copy->space, copy->id, copy->base, copy->body, error);
  if (rev == NULL)
    return FALSE;
  g_set_str (&copy->base, rev);
  return TRUE;
}

gboolean
samspill_copy_is_on_leaf (SamspillStore *store, const char *space, const char *id, const char *base)
{
  g_autoptr (GPtrArray) history = samspill_store_history (store, space, id, NULL);

  for (guint i = 0; history != NULL && i < history->len; i++)
    {
      const SamspillRevision *revision = g_ptr_array_index (history, i);

      if (g_str_equal (revision->rev, base))
        return revision->leaf && !revision->deleted;
    }
  return TRUE; /* nothing is known that says otherwise */
}

/* Sync brought another revision: ours is made one, too, now, so that they meet soon. */
static gboolean
is_overtaken (SamspillStore *store, SamspillCopy *copy)
{
  g_autoptr (SamspillDocument) winner = samspill_store_get (store, copy->space, copy->id, NULL, NULL);

  return winner != NULL && g_strcmp0 (winner->rev, copy->base) != 0 &&
         !samspill_copy_is_on_leaf (store, copy->space, copy->id, copy->base);
}

/* The revision with which a shared record began in team: it has the text that the draft had. */
char *
samspill_find_beginning (SamspillStore *store, const char *space, const char *id)
{
  g_autoptr (GPtrArray) history = samspill_store_history (store, space, id, NULL);

  for (guint i = history != NULL ? history->len : 0; i > 0; i--)
    {
      const SamspillRevision *revision = g_ptr_array_index (history, i - 1);

      if (revision->parent == NULL && revision->has_body && !revision->deleted)
        return g_strdup (revision->rev);
    }
  return NULL;
}

/* A draft that was shared while its page was open is gone on with where it lies now. */
static void
follow_shared (SamspillStore *store, SamspillCopy *copy)
{
  g_autoptr (SamspillDocument) draft = NULL;
  g_auto (GStrv) spaces = NULL;

  if (copy->base == NULL || !g_str_equal (copy->space, SAMSPILL_SPACE_MINE))
    return;
  draft = samspill_store_get (store, copy->space, copy->id, NULL, NULL);
  spaces = draft != NULL && draft->deleted ? samspill_store_find_spaces (store, copy->id, NULL) : NULL;
  for (char **space = spaces; space != NULL && *space != NULL; space++)
    if (g_str_has_prefix (*space, "team-"))
      {
        g_autofree char *beginning = samspill_find_beginning (store, *space, copy->id);

        if (beginning == NULL)
          continue;
        g_set_str (&copy->base, beginning);
        g_set_str (&copy->space, *space);
        return;
      }
}

static gboolean
store_inside (SamspillStore *store, SamspillCopy *copy, GError **error)
{
  follow_shared (store, copy);
  if (copy->base == NULL && !copy->apart)
    {
      /* New: it becomes a document at once, so that lists have it and nothing depends on the page being left. */
      g_autofree char *rev = put_anyhow (store, copy->space, copy->id, NULL, copy->body, error);
      if (rev == NULL)
        return FALSE;
      g_set_str (&copy->base, rev);
      return TRUE;
    }
  if (!copy->apart)
    {
      g_autoptr (GError) trouble = NULL;
      g_autoptr (SamspillWorkingCopy) stored =
          samspill_store_read_working_copy (store, copy->space, copy->id, &trouble);
      if (trouble != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&trouble));
          return FALSE;
        }
      g_autofree char *sum = stored != NULL ? checksum (stored->body) : NULL;
      copy->apart = sum != NULL && g_strcmp0 (sum, copy->written) != 0;
    }
  if (copy->apart)
    return store_apart (store, copy, error);
  if (!copy->commit && is_overtaken (store, copy))
    {
      GBytes *touched = touch (copy->body, copy->by != NULL ? copy->by : "local", g_get_real_time ());

      g_bytes_unref (copy->body);
      copy->body = touched;
      copy->commit = TRUE;
    }
  if (copy->commit)
    return commit_ours (store, copy, error);
  if (!samspill_store_write_working_copy (store, copy->space, copy->id, copy->base, copy->body, error))
    return FALSE;
  g_free (copy->written);
  copy->written = checksum (copy->body);
  return TRUE;
}

/* When FALSE is returned nothing was written, and `copy` is as it was. */
gboolean
samspill_copy_store (SamspillStore *store, SamspillCopy *copy, GError **error)
{
  g_autofree char *space = g_strdup (copy->space);
  g_autofree char *base = g_strdup (copy->base);
  g_autofree char *written = g_strdup (copy->written);
  gboolean apart = copy->apart, commit = copy->commit;

  if (!samspill_store_ensure_space (store, copy->space, error) || !samspill_store_begin (store, error))
    return FALSE;
  if (store_inside (store, copy, error))
    {
      if (samspill_store_commit (store, error))
        return TRUE;
    }
  else
    {
      samspill_store_rollback (store);
    }
  g_set_str (&copy->space, space);
  g_set_str (&copy->base, base);
  g_set_str (&copy->written, written);
  copy->apart = apart;
  copy->commit = commit;
  return FALSE;
}

gboolean
samspill_copy_commit_stored (SamspillStore *store, const char *space, const char *id, const char *by, GError **error)
{
  g_autoptr (GError) trouble = NULL;

  if (!samspill_store_begin (store, error))
    return FALSE;

  g_autoptr (SamspillWorkingCopy) stored = samspill_store_read_working_copy (store, space, id, &trouble);
  if (stored != NULL)
    {
      g_autoptr (GBytes) body = touch (stored->body, by, stored->at_us);
      g_autofree char *rev = NULL;

      if (samspill_store_write_working_copy (store, space, id, stored->base, body, &trouble))
        rev = commit_stored (store, space, id, stored->base, body, &trouble);
    }
  if (trouble == NULL)
    return samspill_store_commit (store, error);
  samspill_store_rollback (store);
  g_propagate_error (error, g_steal_pointer (&trouble));
  return FALSE;
}
