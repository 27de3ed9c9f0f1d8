/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-sync-round.h"

#include <string.h>

#include "samspill-checkpoint.h"
#include "samspill-json-text.h"
#include "samspill-merger.h"
#include "samspill-replicator-private.h"
#include "samspill-sync-service.h"

#define POLL_SECONDS 45

void
samspill_sync_round_clear (SamspillSyncRound *self)
{
  g_clear_pointer (&self->arrived, g_strfreev);
  g_clear_pointer (&self->refusals, g_ptr_array_unref);
}

SamspillPeer *
samspill_sync_open_endpoint (const SamspillEndpoint *endpoint, const char *password, GError **error)
{
  g_autofree char *database = g_uri_escape_string (endpoint->database, NULL, FALSE);
  const char *slash = g_str_has_suffix (endpoint->url, "/") ? "" : "/";
  g_autofree char *url = g_strconcat (endpoint->url, slash, database, NULL);

  return samspill_peer_new_remote (url, endpoint->user, password, error);
}

/* The commons is large: its files come when they are wanted. */
static SamspillReplicationFlags
pull_flags (const char *space)
{
  return g_str_equal (space, "commons") ? SAMSPILL_REPLICATION_STUBS : SAMSPILL_REPLICATION_DEFAULT;
}

static void
add_up (SamspillSyncRound *self, SamspillReplication *part)
{
  self->read += part->read;
  self->written += part->written;
  self->skipped += part->skipped;
  self->files += part->files;
  self->requests += part->requests;
  self->seconds += part->seconds;
}

static void
move_refusals (GPtrArray *from, GPtrArray *to)
{
  while (from->len > 0)
    g_ptr_array_add (to, g_ptr_array_steal_index (from, 0));
}

static gboolean
pull (SamspillSyncRound *self, SamspillPeer *remote, SamspillPeer *ours, const char *space,
      const SamspillReplicationListener *listener, GCancellable *cancellable, GError **error)
{
  g_autoptr (SamspillReplication) part =
      samspill_replicate (remote, ours, pull_flags (space) | SAMSPILL_REPLICATION_CREATE, listener, cancellable, error);

  if (part == NULL)
    return FALSE;
  add_up (self, part);
  self->refused += part->refused;
  move_refusals (part->refusals, self->refusals);
  self->arrived = g_steal_pointer (&part->changed);
  return TRUE;
}

/* The leaves of what was refused before, as a feed would name them. */
static SamspillRows *
list_refused (SamspillStore *store, const char *space, GPtrArray *before)
{
  SamspillRows *rows = samspill_rows_new (NULL);

  for (guint i = 0; i < before->len; i++)
    {
      const char *id = ((SamspillRefusal *)before->pdata[i])->id;
      g_autoptr (GPtrArray) leaves = samspill_store_get_leaves (store, space, id, NULL);

      samspill_rows_begin (rows, samspill_rows_keep (rows, id));
      for (guint k = 0; leaves != NULL && k < leaves->len; k++)
        samspill_rows_add (rows, samspill_rows_keep (rows, ((SamspillRevision *)leaves->pdata[k])->rev));
      samspill_rows_end (rows);
    }
  return rows;
}

static gboolean
send_wanted (SamspillSyncRound *self, SamspillPeer *remote, SamspillPeer *ours, SamspillRows *wants,
             GPtrArray *refusals, GCancellable *cancellable, GError **error)
{
  SamspillReceipt receipt = { 0, refusals };

  for (guint first = 0, done = 0; first < wants->rows->len; first += done)
    {
      g_autoptr (SamspillParcels) parcels = SAMSPILL_PEER_GET_CLASS (ours)->fetch (
          ours, wants, first, wants->rows->len - first, SAMSPILL_RUN_BATCH_BYTES, FALSE, &done, cancellable, error);
      if (parcels == NULL ||
          !SAMSPILL_PEER_GET_CLASS (remote)->write (remote, ours, parcels, &receipt, cancellable, error))
        return FALSE;
      move_refusals (parcels->refusals, refusals);
    }
  self->sent += receipt.written;
  self->written += receipt.written;
  return TRUE;
}

/* Rights may be others by now. What is refused still is all that `refusals` then holds. */
static gboolean
try_refused_again (SamspillSyncRound *self, SamspillStore *store, SamspillPeer *remote, SamspillPeer *ours,
                   const char *space, GPtrArray *refusals, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) before = samspill_sync_list_refusals (store, space, error);
  g_autoptr (SamspillRows) rows = before != NULL ? list_refused (store, space, before) : NULL;
  g_autoptr (SamspillRows) wants = NULL;

  if (rows == NULL)
    return FALSE;
  if (before->len == 0)
    return TRUE;
  wants = SAMSPILL_PEER_GET_CLASS (remote)->find_missing (remote, rows, 0, rows->rows->len, cancellable, error);
  return wants != NULL && send_wanted (self, remote, ours, wants, refusals, cancellable, error) &&
         samspill_sync_replace_refusals (store, space, refusals, error);
}

/* The first of an organisation to come makes the place for it; the commons, and what partners share, are there before.
 */
static gboolean
pull_or_make (SamspillSyncRound *self, SamspillPeer *remote, SamspillPeer *ours, const char *space,
              const SamspillReplicationListener *listener, GCancellable *cancellable, GError **error)
{
  g_autofree char *instance = NULL;
  GError *failure = NULL;

  if (pull (self, remote, ours, space, listener, cancellable, &failure))
    return TRUE;
  if (!g_str_has_prefix (space, "team-") ||
      !g_error_matches (failure, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  g_error_free (failure);
  return SAMSPILL_PEER_GET_CLASS (remote)->look (remote, TRUE, &instance, cancellable, error) &&
         pull (self, remote, ours, space, listener, cancellable, error);
}

typedef struct
{
  SamspillStore *store;
  const char *space;
} Keeping;

static gboolean
keep_refusals (GPtrArray *refusals, gpointer data, GError **error)
{
  const Keeping *keeping = data;

  return samspill_sync_keep_refusals (keeping->store, keeping->space, refusals, error);
}

static gboolean
push (SamspillSyncRound *self, SamspillStore *store, SamspillPeer *remote, SamspillPeer *ours, const char *space,
      gboolean again, const SamspillReplicationListener *listener, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_refusal_free);
  g_autoptr (SamspillReplication) part = NULL;
  Keeping keeping = { store, space };
  SamspillReplicationListener keeper = *listener;

  if (again && !try_refused_again (self, store, remote, ours, space, refusals, cancellable, error))
    return FALSE;
  keeper.keep_refusals = keep_refusals;
  keeper.keep_data = &keeping;
  part = samspill_replicate (ours, remote, SAMSPILL_REPLICATION_DEFAULT, &keeper, cancellable, error);
  if (part == NULL)
    return FALSE;
  add_up (self, part);
  self->sent += part->written;
  self->refused += part->refused + refusals->len;
  if (!samspill_sync_keep_refusals (store, space, part->refusals, error))
    return FALSE;
  move_refusals (refusals, self->refusals);
  move_refusals (part->refusals, self->refusals);
  return TRUE;
}

gboolean
samspill_sync_round (SamspillSyncRound *self, SamspillStore *store, const char *space, SamspillPeer *remote,
                     gboolean again, SamspillReplicationProgress progress, gpointer progress_data,
                     GMainContext *context, GCancellable *cancellable, GError **error)
{
  g_autoptr (SamspillPeer) ours = samspill_peer_new_space (store, space, error);
  const SamspillReplicationListener listener = { progress, progress_data, context };

  memset (self, 0, sizeof *self);
  self->refusals = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_refusal_free);
  if (ours == NULL || !pull_or_make (self, remote, ours, space, &listener, cancellable, error))
    return FALSE;
  /* All that have several versions, not only what arrived now: a page that was open then has made its own since. */
  self->merged = samspill_merger_run (store, space, NULL, cancellable, error);
  if (self->merged < 0)
    return FALSE;
  return push (self, store, remote, ours, space, again, &listener, cancellable, error);
}

static char *
dup_seq (SamspillStore *store, const char *space, SamspillPeer *remote, gboolean pulled, GError **error)
{
  g_autoptr (SamspillPeer) ours = samspill_peer_new_space (store, space, error);
  g_autofree char *our_identity = NULL, *their_identity = NULL, *name = NULL, *json = NULL;
  GError *failure = NULL;

  if (ours == NULL || (our_identity = SAMSPILL_PEER_GET_CLASS (ours)->dup_identity (ours, error)) == NULL ||
      (their_identity = SAMSPILL_PEER_GET_CLASS (remote)->dup_identity (remote, error)) == NULL)
    return NULL;
  name = pulled ? samspill_checkpoint_name (their_identity, our_identity, pull_flags (space))
                : samspill_checkpoint_name (our_identity, their_identity, SAMSPILL_REPLICATION_DEFAULT);
  json = samspill_store_get_local (store, space, name, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return NULL;
    }
  char *seq = json != NULL ? samspill_json_dup_member (json, -1, "source_last_seq") : NULL;
  return seq != NULL ? seq : g_strdup ("0");
}

char *
samspill_sync_dup_pulled_seq (SamspillStore *store, const char *space, SamspillPeer *remote, GError **error)
{
  return dup_seq (store, space, remote, TRUE, error);
}

gint64
samspill_sync_get_pushed_seq (SamspillStore *store, const char *space, SamspillPeer *remote, GError **error)
{
  g_autofree char *seq = dup_seq (store, space, remote, FALSE, error);
  gint64 number = 0;

  if (seq == NULL)
    return -1;
  return g_ascii_string_to_signed (seq, 10, 0, G_MAXINT64, &number, NULL) ? number : 0;
}

gint64
samspill_sync_count_pending (SamspillStore *store, const char *space, gint64 pushed_seq, GError **error)
{
  return samspill_store_has_space (store, space) ? samspill_store_count_in_feed (store, space, pushed_seq, FALSE, error)
                                                 : 0;
}

gboolean
samspill_sync_wait_for_news (SamspillPeer *remote, const char *since, gboolean *news, GCancellable *cancellable,
                             GError **error)
{
  SamspillRemote *server = samspill_peer_get_remote (remote);
  g_autofree char *text = samspill_sync_dup_string (since, strlen (since));
  g_autofree char *escaped = g_uri_escape_string (text != NULL ? text : since, NULL, FALSE);
  g_autofree char *path =
      g_strdup_printf ("_changes?feed=longpoll&limit=1&timeout=%d&since=%s", POLL_SECONDS * 1000, escaped);
  g_auto (SamspillRemoteAnswer) answer = { 0 };
  SamspillRemoteRequest request = { .method = "GET", .path = path };
  gsize length;

  if (!samspill_remote_send (server, &request, &answer, cancellable, error))
    return FALSE;
  if (answer.status != 200)
    {
      samspill_remote_set_error (server, &answer, error);
      return FALSE;
    }
  const char *body = g_bytes_get_data (answer.body, &length);
  g_autoptr (SamspillFeedPage) page = samspill_feed_page_read (body, length, error);
  if (page == NULL)
    return FALSE;
  *news = page->rows->rows->len > 0;
  return TRUE;
}
