/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-http-private.h"

#include <arpa/inet.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <string.h>

static _Atomic guint64 last_serial;

SamspillHttpRequest *
samspill_http_request_new (SamspillHttpServer *server, struct MHD_Connection *connection,
                           SamspillHttpConnection *record, const char *url, const char *method)
{
  SamspillHttpRequest *self = g_new0 (SamspillHttpRequest, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->server = samspill_http_server_ref (server);
  self->record = record;
  self->serial = atomic_fetch_add (&last_serial, 1) + 1;
  self->begun_us = server->options.log ? g_get_monotonic_time () : 0;
  self->connection = connection;
  self->method = method;
  self->path = url;
  self->is_head = g_str_equal (method, "HEAD");
  atomic_fetch_add (&server->active, 1);
  return self;
}

/**
 * samspill_http_request_ref:
 * @self: a request
 *
 * Returns: (transfer full): the same; what it says of itself (path, headers …) is there until it is answered all the
 * same
 */
SamspillHttpRequest *
samspill_http_request_ref (SamspillHttpRequest *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/* What the handler gave, and may hold the request with. */
void
samspill_http_request_let_go (SamspillHttpRequest *self)
{
  samspill_http_stream_clear (&self->stream);
  samspill_http_request_set_data (self, NULL, NULL);
}

void
samspill_http_request_unref (SamspillHttpRequest *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  samspill_http_request_let_go (self);
  samspill_http_body_clear (&self->body);
  g_strfreev (self->segments);
  g_clear_pointer (&self->query, g_hash_table_unref);
  g_free (self->peer);
  g_free (self->content_type);
  if (self->headers != NULL)
    g_string_free (self->headers, TRUE);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->response, MHD_destroy_response);
  g_mutex_clear (&self->lock);
  samspill_http_server_unref (self->server);
  g_free (self);
}

/* "%41" and bytes as they are; NULL where it is no UTF-8, or has a zero. */
static char *
decode (const char *text, gsize length)
{
  GString *out = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      int high, low;

      if (text[i] != '%')
        {
          g_string_append_c (out, text[i]);
          continue;
        }
      if (i + 2 >= length || (high = g_ascii_xdigit_value (text[i + 1])) < 0 ||
          (low = g_ascii_xdigit_value (text[i + 2])) < 0)
        goto bad;
      g_string_append_c (out, (char)(high * 16 + low));
      i += 2;
    }
  if (g_utf8_validate_len (out->str, out->len, NULL))
    return g_string_free_and_steal (out);
bad:
  g_string_free (out, TRUE);
  return NULL;
}

/* Empty parts are left out, as CouchDB does. */
static gboolean
parse_path (SamspillHttpRequest *self)
{
  g_autoptr (GPtrArray) segments = g_ptr_array_new_null_terminated (4, g_free, TRUE);
  const char *at = self->path;

  if (at[0] != '/')
    {
      const char *host = strstr (at, "://"); /* "http://host/path", as to a proxy */

      at = host != NULL ? strchr (host + 3, '/') : NULL;
    }
  while (at != NULL && *at != '\0')
    {
      gsize length = strcspn (at, "/");
      char *segment = NULL;

      if (length > 0 && (segment = decode (at, length)) == NULL)
        return FALSE;
      if (segment != NULL)
        g_ptr_array_add (segments, segment);
      at += length + (at[length] == '/');
    }
  self->segments = (char **)g_ptr_array_steal (segments, NULL);
  return TRUE;
}

static enum MHD_Result
add_argument_cb (void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
  SamspillHttpRequest *self = data;
  g_autofree char *key = decode (name, strlen (name));
  char *decoded = decode (value != NULL ? value : "", value != NULL ? strlen (value) : 0);

  if (self->query == NULL)
    self->query = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (key == NULL || decoded == NULL)
    {
      g_free (decoded);
      self->path = NULL;
      return MHD_NO;
    }
  g_hash_table_replace (self->query, g_steal_pointer (&key), decoded);
  return MHD_YES;
}

void
samspill_http_request_refuse (SamspillHttpRequest *self, const char *reason)
{
  char *text = g_strdup_printf ("{\"error\":\"bad_request\",\"reason\":\"%s\"}\n", reason);
  g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));

  if (self->segments == NULL)
    self->segments = g_new0 (char *, 1);
  samspill_http_request_respond (self, 400, "application/json", body);
}

gboolean
samspill_http_request_parse (SamspillHttpRequest *self)
{
  gboolean is_good = parse_path (self);

  if (is_good)
    {
      const char *path = self->path;

      MHD_get_connection_values (self->connection, MHD_GET_ARGUMENT_KIND, add_argument_cb, self);
      is_good = self->path != NULL;
      self->path = path;
    }
  if (!is_good)
    samspill_http_request_refuse (self, "The address has an escape that is none, or is no UTF-8.");
  return is_good;
}

/* --- what it says of itself --- */

const char *
samspill_http_request_get_method (SamspillHttpRequest *self)
{
  return self->method;
}

const char *
samspill_http_request_get_path (SamspillHttpRequest *self)
{
  return self->path;
}

const char *const *
samspill_http_request_get_segments (SamspillHttpRequest *self)
{
  return (const char *const *)self->segments;
}

const char *
samspill_http_request_get_query (SamspillHttpRequest *self, const char *name)
{
  return self->query != NULL ? g_hash_table_lookup (self->query, name) : NULL;
}

static const char *
look_up (SamspillHttpRequest *self, enum MHD_ValueKind kind, const char *name)
{
  const char *value;

  g_mutex_lock (&self->lock);
  value = self->connection != NULL ? MHD_lookup_connection_value (self->connection, kind, name) : NULL;
  g_mutex_unlock (&self->lock);
  return value;
}

const char *
samspill_http_request_get_header (SamspillHttpRequest *self, const char *name)
{
  return look_up (self, MHD_HEADER_KIND, name);
}

const char *
samspill_http_request_get_cookie (SamspillHttpRequest *self, const char *name)
{
  return look_up (self, MHD_COOKIE_KIND, name);
}

static char *
format_address (const struct sockaddr *address, gboolean *is_loopback)
{
  char text[INET6_ADDRSTRLEN] = "";

  if (address->sa_family == AF_INET)
    {
      const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)address;

      inet_ntop (AF_INET, &in->sin_addr, text, sizeof text);
      *is_loopback = (ntohl (in->sin_addr.s_addr) >> 24) == 127;
    }
  else if (address->sa_family == AF_INET6)
    {
      const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)(const void *)address;

      if (IN6_IS_ADDR_V4MAPPED (&in->sin6_addr))
        inet_ntop (AF_INET, in->sin6_addr.s6_addr + 12, text, sizeof text);
      else
        inet_ntop (AF_INET6, &in->sin6_addr, text, sizeof text);
      *is_loopback = IN6_IS_ADDR_LOOPBACK (&in->sin6_addr) || g_str_has_prefix (text, "127.");
    }
  return g_strdup (text);
}

static void
find_peer (SamspillHttpRequest *self)
{
  const union MHD_ConnectionInfo *info;

  if (self->peer != NULL)
    return;
  g_mutex_lock (&self->lock);
  info =
      self->connection != NULL ? MHD_get_connection_info (self->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS) : NULL;
  self->peer = info != NULL && info->client_addr != NULL ? format_address (info->client_addr, &self->is_loopback)
                                                         : g_strdup ("");
  g_mutex_unlock (&self->lock);
}

const char *
samspill_http_request_get_peer (SamspillHttpRequest *self)
{
  find_peer (self);
  return self->peer;
}

gboolean
samspill_http_request_is_secure (SamspillHttpRequest *self)
{
  return self->server->certificate != NULL;
}

GCancellable *
samspill_http_request_get_cancellable (SamspillHttpRequest *self)
{
  gboolean is_over;

  g_mutex_lock (&self->lock);
  if (self->cancellable == NULL)
    self->cancellable = g_cancellable_new ();
  is_over = self->is_gone || self->connection == NULL;
  g_mutex_unlock (&self->lock);
  if (is_over || atomic_load (&self->server->is_draining))
    g_cancellable_cancel (self->cancellable);
  return self->cancellable;
}

void
samspill_http_request_set_data (SamspillHttpRequest *self, gpointer data, GDestroyNotify destroy)
{
  GDestroyNotify old_destroy = self->destroy_data;
  gpointer old = self->data;

  self->data = data;
  self->destroy_data = destroy;
  if (old_destroy != NULL)
    old_destroy (old);
}

gpointer
samspill_http_request_get_data (SamspillHttpRequest *self)
{
  return self->data;
}

/* --- its life --- */

gboolean
samspill_http_request_suspend (SamspillHttpRequest *self)
{
  self->is_suspended = TRUE;
  if (!samspill_http_watch_add (self->server->watch, self))
    {
      self->is_suspended = FALSE;
      return FALSE;
    }
  samspill_http_connection_set_phase (self->record, SAMSPILL_HTTP_PHASE_OURS);
  MHD_suspend_connection (self->connection);
  return TRUE;
}

void
samspill_http_request_resume (SamspillHttpRequest *self)
{
  if (!self->is_suspended)
    return;
  self->is_suspended = FALSE;
  samspill_http_watch_remove (self->server->watch, self);
  MHD_resume_connection (self->connection);
}

void
samspill_http_request_cancel (SamspillHttpRequest *self, gboolean is_gone)
{
  g_autoptr (GCancellable) cancellable = NULL;

  g_mutex_lock (&self->lock);
  self->is_gone |= is_gone;
  if (self->cancellable != NULL)
    cancellable = g_object_ref (self->cancellable);
  /* An answer in pieces is no more wanted; one that is still being made says so itself, and has its headers until then.
   */
  if (is_gone && self->is_answered)
    {
      self->is_aborted = TRUE;
      samspill_http_request_resume (self);
    }
  g_mutex_unlock (&self->lock);
  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
}

void
samspill_http_request_abort (SamspillHttpRequest *self)
{
  g_mutex_lock (&self->lock);
  self->is_aborted = TRUE;
  samspill_http_request_resume (self);
  g_mutex_unlock (&self->lock);
  samspill_http_request_cancel (self, TRUE);
}

void
samspill_http_request_complete (SamspillHttpRequest *self, gboolean is_whole)
{
  gboolean is_answered;

  if (self->server->options.log)
    samspill_http_log (self, is_whole);
  samspill_http_body_end (self, SAMSPILL_HTTP_ERROR_CLOSED);
  g_mutex_lock (&self->lock);
  self->connection = NULL;
  self->method = self->path = "";
  is_answered = self->is_answered;
  g_mutex_unlock (&self->lock);
  if (is_answered)
    samspill_http_request_let_go (self);
  if (!is_answered || !is_whole)
    samspill_http_request_cancel (self, TRUE);
  atomic_fetch_sub (&self->server->active, 1);
  samspill_http_request_unref (self);
}
