/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A database of a server as one side of a replication: feed, checkpoints, whether it is there. */

#include "samspill-remote-peer-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-json-text.h"

#define FEED_MAX_BYTES (64 * 1024 * 1024)
#define LOCAL_MAX_BYTES (1024 * 1024)
#define MOST_CONFLICTS 3

G_DEFINE_TYPE (SamspillRemotePeer, samspill_remote_peer, samspill_peer_get_type ())

void
samspill_remote_set_nonsense (SamspillRemote *self, const char *what, GError **error)
{
  g_set_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL,
               _ ("The server %s gave an answer that was cut or is not what was asked for (%s). Nothing is lost; try "
                  "again, and tell those who run the server if it comes back."),
               samspill_remote_get_name (self), what);
}

gboolean
samspill_remote_post (SamspillRemote *self, const char *path, GString *body, SamspillRemoteAnswer *answer,
                      GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (body);
  SamspillRemoteRequest request = { .method = "POST", .path = path, .body = bytes };

  return samspill_remote_send (self, &request, answer, cancellable, error);
}

static gboolean
get (SamspillRemote *self, const char *path, gsize max_bytes, SamspillRemoteAnswer *answer, GCancellable *cancellable,
     GError **error)
{
  SamspillRemoteRequest request = { .method = "GET", .path = path, .max_bytes = max_bytes };

  return samspill_remote_send (self, &request, answer, cancellable, error);
}

/* Checked text of an answer that must be a JSON object. */
static const char *
object_text (SamspillRemote *self, const SamspillRemoteAnswer *answer, gsize *length, GError **error)
{
  const char *text = g_bytes_get_data (answer->body, length);

  if (*length > 0 && samspill_json_check (text, (gssize)*length, 0, SAMSPILL_JSON_MUST_BE_OBJECT, NULL))
    return text;
  samspill_remote_set_nonsense (self, "JSON", error);
  return NULL;
}

static char *
remote_dup_identity (SamspillPeer *peer, GError **error)
{
  return g_strdup (samspill_remote_get_name (SAMSPILL_REMOTE_PEER (peer)->remote));
}

static gboolean
make_database (SamspillRemote *remote, GCancellable *cancellable, GError **error)
{
  g_auto (SamspillRemoteAnswer) answer = { 0 };
  SamspillRemoteRequest request = { .method = "PUT", .path = "" };

  if (!samspill_remote_send (remote, &request, &answer, cancellable, error))
    return FALSE;
  if (answer.status == 201 || answer.status == 202 || answer.status == 412)
    return TRUE;
  samspill_remote_set_error (remote, &answer, error);
  return FALSE;
}

static gboolean
remote_look (SamspillPeer *peer, gboolean create, char **instance, GCancellable *cancellable, GError **error)
{
  SamspillRemote *remote = SAMSPILL_REMOTE_PEER (peer)->remote;
  g_auto (SamspillRemoteAnswer) answer = { 0 };
  gsize length;

  if (!get (remote, "", LOCAL_MAX_BYTES, &answer, cancellable, error))
    return FALSE;
  if (answer.status == 404 && create)
    return make_database (remote, cancellable, error) && remote_look (peer, FALSE, instance, cancellable, error);
  if (answer.status != 200)
    {
      samspill_remote_set_error (remote, &answer, error);
      return FALSE;
    }

  const char *text = object_text (remote, &answer, &length, error);
  if (text == NULL)
    return FALSE;
  g_autofree char *uuid = samspill_json_dup_string (text, (gssize)length, "uuid");
  g_autofree char *start = samspill_json_dup_member (text, (gssize)length, "instance_start_time");
  g_autofree char *name = samspill_json_dup_string (text, (gssize)length, "db_name");
  if (name == NULL)
    {
      samspill_remote_set_nonsense (remote, "db_name", error);
      return FALSE;
    }
  *instance = g_strdup_printf ("%s %s", uuid != NULL ? uuid : "", start != NULL ? start : "");
  return TRUE;
}

/* 404 of a document says "missing" or "deleted"; anything else may mean that the database itself is not there. */
static gboolean
database_is_there (SamspillPeer *peer, const SamspillRemoteAnswer *answer, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = NULL, *reason = NULL, *instance = NULL;

  samspill_remote_dup_reason (answer, &name, &reason);
  if (g_strcmp0 (reason, "missing") == 0 || g_strcmp0 (reason, "deleted") == 0)
    return TRUE;
  return remote_look (peer, FALSE, &instance, cancellable, error);
}

static gboolean
remote_read_checkpoint (SamspillPeer *peer, const char *name, char **json, char **rev, GCancellable *cancellable,
                        GError **error)
{
  SamspillRemote *remote = SAMSPILL_REMOTE_PEER (peer)->remote;
  g_autofree char *path = g_strconcat ("_local/", name, NULL);
  g_auto (SamspillRemoteAnswer) answer = { 0 };
  gsize length;

  *json = NULL;
  g_clear_pointer (rev, g_free);
  if (!get (remote, path, LOCAL_MAX_BYTES, &answer, cancellable, error))
    return FALSE;
  if (answer.status == 404)
    return database_is_there (peer, &answer, cancellable, error);
  if (answer.status != 200)
    {
      samspill_remote_set_error (remote, &answer, error);
      return FALSE;
    }

  const char *text = object_text (remote, &answer, &length, error);
  if (text == NULL)
    return FALSE;
  *json = g_strndup (text, length);
  *rev = samspill_json_dup_string (text, (gssize)length, "_rev");
  return TRUE;
}

static GBytes *
checkpoint_body (const char *name, const char *json, const char *rev)
{
  g_autofree char *id = g_strconcat ("_local/", name, NULL);
  g_autofree char *quoted_id = samspill_json_quote (id);
  g_autofree char *quoted_rev = rev != NULL ? samspill_json_quote (rev) : NULL;
  const char *names[] = { "_id", "_rev", NULL }, *values[] = { quoted_id, quoted_rev };
  char *text = samspill_json_splice (json, -1, names, values);

  return g_bytes_new_take (text, strlen (text));
}

static gboolean
remote_write_checkpoint (SamspillPeer *peer, const char *name, const char *json, char **rev, GCancellable *cancellable,
                         GError **error)
{
  SamspillRemote *remote = SAMSPILL_REMOTE_PEER (peer)->remote;
  g_autofree char *path = g_strconcat ("_local/", name, NULL);

  for (guint try = 0;; try++)
    {
      g_auto (SamspillRemoteAnswer) answer = { 0 };
      g_autoptr (GBytes) body = checkpoint_body (name, json, *rev);
      g_autofree char *other = NULL;
      gsize length;
      SamspillRemoteRequest request = { .method = "PUT", .path = path, .body = body, .max_bytes = LOCAL_MAX_BYTES };

      if (!samspill_remote_send (remote, &request, &answer, cancellable, error))
        return FALSE;
      if (answer.status == 200 || answer.status == 201 || answer.status == 202)
        {
          const char *text = object_text (remote, &answer, &length, error);
          g_free (*rev);
          *rev = text != NULL ? samspill_json_dup_string (text, (gssize)length, "rev") : NULL;
          return text != NULL;
        }
      if (answer.status != 409 || try == MOST_CONFLICTS)
        {
          samspill_remote_set_error (remote, &answer, error);
          return FALSE;
        }
      /* Another replication of the same two, or our own answer that was lost. What either of us says is true, as it
       * counts only where both sides say it. */
      if (!remote_read_checkpoint (peer, name, &other, rev, cancellable, error))
        return FALSE;
    }
}

static char *
escape_since (const char *since)
{
  g_autofree char *text = samspill_sync_dup_string (since, strlen (since));

  return g_uri_escape_string (text != NULL ? text : since, NULL, FALSE);
}

static SamspillFeedPage *
remote_read_feed (SamspillPeer *peer, const char *since, guint limit, GCancellable *cancellable, GError **error)
{
  SamspillRemote *remote = SAMSPILL_REMOTE_PEER (peer)->remote;
  g_autofree char *escaped = escape_since (since);
  g_autofree char *path = g_strdup_printf ("_changes?style=all_docs&limit=%u&since=%s", limit, escaped);
  g_auto (SamspillRemoteAnswer) answer = { 0 };
  gsize length;

  if (!get (remote, path, FEED_MAX_BYTES, &answer, cancellable, error))
    return NULL;
  if (answer.status != 200)
    {
      samspill_remote_set_error (remote, &answer, error);
      return NULL;
    }
  const char *text = g_bytes_get_data (answer.body, &length);
  return samspill_feed_page_read (text, length, error);
}

static guint
remote_get_requests (SamspillPeer *peer)
{
  return samspill_remote_get_requests (SAMSPILL_REMOTE_PEER (peer)->remote);
}

static void
samspill_remote_peer_finalize (GObject *object)
{
  g_clear_pointer (&SAMSPILL_REMOTE_PEER (object)->remote, samspill_remote_unref);
  G_OBJECT_CLASS (samspill_remote_peer_parent_class)->finalize (object);
}

static void
samspill_remote_peer_class_init (SamspillRemotePeerClass *klass)
{
  SamspillPeerClass *peer = &klass->parent_class;

  G_OBJECT_CLASS (klass)->finalize = samspill_remote_peer_finalize;
  peer->dup_identity = remote_dup_identity;
  peer->look = remote_look;
  peer->read_checkpoint = remote_read_checkpoint;
  peer->write_checkpoint = remote_write_checkpoint;
  peer->read_feed = remote_read_feed;
  peer->find_missing = samspill_remote_find_missing;
  peer->fetch = samspill_remote_fetch;
  peer->write = samspill_remote_write;
  peer->get_requests = remote_get_requests;
}

static void
samspill_remote_peer_init (SamspillRemotePeer *self)
{
}

SamspillPeer *
samspill_remote_peer_new (SamspillRemote *remote)
{
  SamspillRemotePeer *self = g_object_new (samspill_remote_peer_get_type (), NULL);

  self->remote = samspill_remote_ref (remote);
  g_object_set_data_full (G_OBJECT (self), "samspill-peer-name", g_strdup (samspill_remote_get_name (remote)), g_free);
  return SAMSPILL_PEER (self);
}

SamspillRemote *
samspill_peer_get_remote (SamspillPeer *peer)
{
  return SAMSPILL_IS_REMOTE_PEER (peer) ? SAMSPILL_REMOTE_PEER (peer)->remote : NULL;
}
