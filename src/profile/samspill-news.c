/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who changed what while I was away: what the feed has since the last visit and others wrote. */

#include "samspill-publish-private.h"

#include <string.h>

#define LOCAL_DOCUMENT "news"
#define MOST_NEWS 100
#define BATCH 1000

void
samspill_news_free (SamspillNews *self)
{
  if (self == NULL)
    return;
  g_free (self->space);
  g_free (self->id);
  g_free (self->type);
  g_free (self->title);
  g_free (self->by);
  g_clear_pointer (&self->at, g_date_time_unref);
  g_free (self);
}

typedef struct
{
  SamspillProfile *profile;
  char *account;
  GPtrArray *changes; /* copies, with `body`; the oldest first */
  gint64 last;
  guint seen;
} Gathering;

typedef struct
{
  char *space, *id, *body;
  gboolean deleted;
} Change;

static void
change_free (Change *self)
{
  g_free (self->space);
  g_free (self->id);
  g_free (self->body);
  g_free (self);
}

static gboolean
is_shared (const char *space)
{
  return g_str_equal (space, SAMSPILL_SPACE_COMMONS) || g_str_has_prefix (space, "team-") ||
         g_str_has_prefix (space, "joint-");
}

/* Of a tombstone without a body nobody knows who made it. */
static gboolean
is_by_others (const Gathering *self, const char *body)
{
  g_autofree char *changed = samspill_json_dup_member (body, -1, "changed");
  g_autofree char *by = changed != NULL && *changed == '{' ? samspill_json_dup_string (changed, -1, "by") : NULL;

  return by != NULL && g_strcmp0 (by, self->account) != 0;
}

static gboolean
gather (const SamspillChange *change, const char *body, gsize length, guint leaves, gpointer data)
{
  Gathering *self = data;
  g_autofree char *text = body != NULL ? g_strndup (body, length) : NULL;
  Change *copy;

  self->last = change->seq;
  self->seen++;
  if (!is_shared (change->space) || change->rev == NULL || text == NULL || change->id[0] == '_' ||
      (!change->deleted && !is_by_others (self, text)))
    return TRUE;
  if (change->deleted && samspill_profile_owns_id (self->profile, change->id))
    return TRUE; /* withdrawn by ourselves or a colleague: in the history of the original */
  copy = g_new0 (Change, 1);
  copy->space = g_strdup (change->space);
  copy->id = g_strdup (change->id);
  copy->deleted = change->deleted;
  copy->body = g_steal_pointer (&text);
  g_ptr_array_add (self->changes, copy);
  if (self->changes->len > 2 * MOST_NEWS)
    g_ptr_array_remove_range (self->changes, 0, MOST_NEWS);
  return TRUE;
}

/* What concerns me */

gboolean
samspill_profile_owns_id (SamspillProfile *self, const char *id)
{
  g_autofree char *owner = samspill_id_dup_owner (id);

  return samspill_profile_owns (self, owner);
}

static gboolean
is_about_ours (SamspillProfile *self, const char *body)
{
  static const char *const members[] = { "need", "about" };

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    {
      g_autofree char *id = samspill_json_dup_string (body, -1, members[i]);

      if (id != NULL && samspill_profile_owns_id (self, id))
        return TRUE;
    }
  return FALSE;
}

/* An interest of ours has the uuid of the need that it is in. */
static gboolean
is_followed (SamspillProfile *self, const char *id)
{
  const char *uuid = strrchr (id, ':');
  g_auto (GStrv) owners = samspill_profile_dup_owners (self);

  for (char **owner = owners; uuid != NULL && *owner != NULL; owner++)
    {
      g_autofree char *interest = g_strdup_printf ("interest:%s%s", *owner, uuid);
      g_autoptr (SamspillDocument) document =
          samspill_store_get (self->store, SAMSPILL_SPACE_COMMONS, interest, NULL, NULL);

      if (document != NULL && !document->deleted)
        return TRUE;
    }
  return FALSE;
}

/* Showing */

static GDateTime *
read_time (const char *body, gboolean is_deleted)
{
  g_autofree char *changed = is_deleted ? NULL : samspill_json_dup_member (body, -1, "changed");
  g_autofree char *at = is_deleted                           ? samspill_json_dup_string (body, -1, "at")
                        : changed != NULL && *changed == '{' ? samspill_json_dup_string (changed, -1, "at")
                                                             : NULL;

  return at != NULL ? g_date_time_new_from_iso8601 (at, NULL) : NULL;
}

/* A withdrawn record says no more what it was called; its history may know. */
static char *
dup_title (SamspillProfile *self, const Change *change)
{
  g_autoptr (GPtrArray) history = NULL;
  g_autoptr (SamspillRecord) record = NULL;
  g_autoptr (GBytes) body = g_bytes_new (change->body, strlen (change->body));

  if (!change->deleted)
    {
      record = samspill_record_from_body (change->id, NULL, body, NULL);
      return g_strdup (record != NULL ? samspill_record_get_title (record) : "");
    }
  history = samspill_store_history (self->store, change->space, change->id, NULL);
  for (guint i = 0; history != NULL && i < history->len; i++)
    {
      const SamspillRevision *revision = g_ptr_array_index (history, i);
      g_autoptr (SamspillDocument) document = NULL;

      if (revision->deleted || !revision->has_body)
        continue;
      document = samspill_store_get (self->store, change->space, change->id, revision->rev, NULL);
      if (document == NULL || document->body == NULL)
        continue;
      record = samspill_record_from_body (change->id, NULL, document->body, NULL);
      return g_strdup (record != NULL ? samspill_record_get_title (record) : "");
    }
  return g_strdup ("");
}

static gboolean
is_first_revision (SamspillProfile *self, const Change *change)
{
  g_autoptr (SamspillDocument) document = samspill_store_get (self->store, change->space, change->id, NULL, NULL);

  return document != NULL && g_str_has_prefix (document->rev, "1-");
}

static SamspillNews *
news_new (SamspillProfile *self, const Change *change)
{
  SamspillNews *news = g_new0 (SamspillNews, 1);
  g_autofree char *owner = samspill_id_dup_owner (change->id);

  news->space = g_strdup (change->space);
  news->id = g_strdup (change->id);
  news->type = samspill_id_dup_type (change->id);
  news->title = dup_title (self, change);
  news->by = samspill_profile_dup_owner_name (self, owner);
  news->at = read_time (change->body, change->deleted);
  news->is_deleted = change->deleted;
  news->is_new = !change->deleted && is_first_revision (self, change);
  news->concerns_me =
      samspill_profile_owns (self, owner) || is_about_ours (self, change->body) || is_followed (self, change->id);
  return news;
}

static int
compare_news (gconstpointer a, gconstpointer b)
{
  const SamspillNews *left = *(const SamspillNews *const *)a, *right = *(const SamspillNews *const *)b;

  if (left->at == NULL || right->at == NULL)
    return (left->at == NULL) - (right->at == NULL);
  return g_date_time_compare (right->at, left->at);
}

/* Where the feed of this very store was read to: a restored backup counts anew. */
static gint64
read_last_visit (SamspillProfile *self)
{
  g_autofree char *note = samspill_store_get_local (self->store, "", LOCAL_DOCUMENT, NULL);
  g_autofree char *seq = note != NULL ? samspill_json_dup_member (note, -1, "seq") : NULL;
  g_autofree char *epoch = note != NULL ? samspill_json_dup_string (note, -1, "epoch") : NULL;
  g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, samspill_store_get_epoch (self->store));

  return seq != NULL && g_strcmp0 (epoch, now) == 0 ? g_ascii_strtoll (seq, NULL, 10)
                                                    : samspill_store_get_last_seq (self->store);
}

/**
 * samspill_profile_list_news:
 *
 * What others wrote in team, joint and commons since samspill_profile_mark_news_read(). Before that has been called
 * once there is none. Of more than a hundred the newest. Blocks; any thread.
 *
 * Returns: (transfer full) (element-type SamspillNews): the newest first
 */
GPtrArray *
samspill_profile_list_news (SamspillProfile *self, GError **error)
{
  g_autoptr (GPtrArray) news = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_news_free);
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify)change_free);
  g_autofree char *account = NULL;
  Gathering gathering;

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  account = samspill_profile_dup_account (self);
  gathering = (Gathering){ self, account, changes, read_last_visit (self), 0 };
  do
    {
      gathering.seen = 0;
      if (!samspill_store_foreach_change (self->store, gathering.last, BATCH, gather, &gathering, error))
        return NULL;
    }
  while (gathering.seen == BATCH);
  for (guint i = changes->len > MOST_NEWS ? changes->len - MOST_NEWS : 0; i < changes->len; i++)
    g_ptr_array_add (news, news_new (self, g_ptr_array_index (changes, i)));
  g_ptr_array_sort (news, compare_news);
  return g_steal_pointer (&news);
}

/**
 * samspill_profile_mark_news_read:
 *
 * What there is now has been seen. Blocks; any thread.
 */
gboolean
samspill_profile_mark_news_read (SamspillProfile *self, GError **error)
{
  g_autofree char *note = NULL;

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);

  note = g_strdup_printf ("{\"seq\":%" G_GINT64_FORMAT ",\"epoch\":\"%" G_GINT64_FORMAT "\"}",
                          samspill_store_get_last_seq (self->store), samspill_store_get_epoch (self->store));
  return samspill_profile_check_writable (self, NULL, error) &&
         samspill_store_put_local (self->store, "", LOCAL_DOCUMENT, note, error);
}
