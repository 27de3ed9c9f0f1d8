/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-remote-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-json-text.h"

#define PACK_FROM_BYTES (8 * 1024)
#define DEFAULT_MAX_BYTES (64 * 1024 * 1024)
#define STALL_SECONDS 60
#define MOST_REDIRECTS 5
#define MOST_TRIES 4
#define PATIENCE_US (60 * G_USEC_PER_SEC) /* of all waits of one request */

static gboolean
is_safe (GUri *uri, gboolean loopback)
{
  return loopback || g_strcmp0 (g_uri_get_scheme (uri), "https") == 0;
}

gboolean
samspill_remote_host_is_loopback (const char *host)
{
  if (host == NULL)
    return FALSE;
  if (g_ascii_strcasecmp (host, "localhost") == 0 || g_str_has_suffix (host, ".localhost"))
    return TRUE;

  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  return address != NULL && g_inet_address_get_is_loopback (address);
}

static GUri *
parse_database (const char *url, char **user, char **password, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autofree char *path = uri != NULL ? g_strdup (g_uri_get_path (uri)) : NULL;

  while (path != NULL && g_str_has_suffix (path, "/"))
    path[strlen (path) - 1] = '\0';
  if (uri == NULL || host == NULL || *host == '\0' || *path == '\0' || g_uri_get_query (uri) != NULL ||
      (g_strcmp0 (scheme, "https") != 0 && g_strcmp0 (scheme, "http") != 0))
    {
      g_set_error_literal (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID,
                           _ ("This is no address of a database. It is written like "
                              "“https://registry.example.no/commons”."));
      return NULL;
    }
  if (!is_safe (uri, samspill_remote_host_is_loopback (host)))
    {
      g_set_error_literal (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_TLS,
                           _ ("An address on another computer begins with https://, so that nobody on the way can read "
                              "what is sent."));
      return NULL;
    }
  *user = g_strdup (g_uri_get_user (uri));
  *password = g_strdup (g_uri_get_password (uri));
  return g_uri_build (SOUP_HTTP_URI_FLAGS, scheme, NULL, host, g_uri_get_port (uri), path, NULL, NULL);
}

static SoupSession *
new_session (void)
{
  SoupSession *session =
      soup_session_new_with_options ("timeout", STALL_SECONDS, "idle-timeout", STALL_SECONDS, "max-conns-per-host", 8,
                                     "max-conns", 16, "user-agent", "Samspill/" SAMSPILL_VERSION, NULL);

  /* Answers are unpacked where they are read, with a bound; 401 is answered here. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  return session;
}

SamspillRemote *
samspill_remote_new (const char *url, const char *user, const char *password, GError **error)
{
  g_autofree char *url_user = NULL, *url_password = NULL;
  g_autoptr (GUri) uri = parse_database (url, &url_user, &url_password, error);

  if (uri == NULL)
    return NULL;

  SamspillRemote *self = g_new0 (SamspillRemote, 1);
  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->mutex);
  /* What the address carries is meant for it; the rest is for any. */
  self->password = url_user != NULL ? g_steal_pointer (&url_password) : g_strdup (password);
  self->user = url_user != NULL ? g_steal_pointer (&url_user) : g_strdup (user);
  self->loopback = samspill_remote_host_is_loopback (g_uri_get_host (uri));
  self->name = g_uri_to_string (uri);
  self->uri = g_steal_pointer (&uri);
  self->session = new_session ();
  self->clock = samspill_sync_clock_real;
  return self;
}

SamspillRemote *
samspill_remote_ref (SamspillRemote *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
samspill_remote_unref (SamspillRemote *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_object (&self->session);
  g_uri_unref (self->uri);
  g_free (self->name);
  g_free (self->user);
  g_free (self->password);
  g_free (self->cookie);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

const char *
samspill_remote_get_name (SamspillRemote *self)
{
  return self->name;
}

gboolean
samspill_remote_is_loopback (SamspillRemote *self)
{
  return self->loopback;
}

guint
samspill_remote_get_requests (SamspillRemote *self)
{
  return (guint)g_atomic_int_get (&self->requests);
}

void
samspill_remote_set_clock (SamspillRemote *self, const SamspillSyncClock *clock)
{
  self->clock = *clock;
}

void
samspill_remote_answer_clear (SamspillRemoteAnswer *self)
{
  g_clear_pointer (&self->content_type, g_free);
  g_clear_pointer (&self->etag, g_free);
  g_clear_pointer (&self->content_range, g_free);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_object (&self->stream);
  self->status = 0;
}

char *
samspill_remote_escape_id (const char *id)
{
  if (g_str_has_prefix (id, "_design/") && id[strlen ("_design/")] != '\0')
    {
      g_autofree char *rest = g_uri_escape_string (id + strlen ("_design/"), NULL, FALSE);
      return g_strconcat ("_design/", rest, NULL);
    }
  return g_uri_escape_string (id, NULL, FALSE);
}

/* One request and all that it takes to have it answered. */
typedef struct
{
  SamspillRemote *remote;
  const SamspillRemoteRequest *request;
  gboolean streaming;
  GCancellable *cancellable;
  GUri *uri;
  gboolean foreign; /* led to another host: name and password stay at home */
  gboolean renewed;
  guint redirects, tries;
  gint64 waited_us;
} Call;

typedef enum
{
  CALL_FAILED,
  CALL_ANSWERED,
  CALL_AGAIN,
} CallState;

static GUri *
request_uri (SamspillRemote *self, const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "?", 2);
  g_autofree char *whole = NULL;

  if (parts[0] == NULL || *parts[0] == '\0')
    whole = g_strdup (g_uri_get_path (self->uri));
  else
    whole = g_strconcat (g_uri_get_path (self->uri), "/", parts[0], NULL);
  return soup_uri_copy (self->uri, SOUP_URI_PATH, whole, SOUP_URI_QUERY, parts[0] != NULL ? parts[1] : NULL,
                        SOUP_URI_NONE);
}

static gboolean
set_body (Call *call, SoupMessage *message, gboolean pack, GError **error)
{
  const SamspillRemoteRequest *request = call->request;
  const char *type = request->content_type != NULL ? request->content_type : "application/json";

  if (request->open_body != NULL)
    {
      gint64 length = -1;
      g_autoptr (GInputStream) stream = request->open_body (request->open_body_data, &length, error);
      if (stream == NULL)
        return FALSE;
      soup_message_set_request_body (message, type, stream, (gssize)length);
      return TRUE;
    }
  if (request->body == NULL)
    return TRUE;

  g_autoptr (GBytes) packed = pack ? samspill_remote_pack (request->body) : NULL;
  if (packed != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Content-Encoding", "gzip");
  soup_message_set_request_body_from_bytes (message, type, packed != NULL ? packed : request->body);
  return TRUE;
}

static SoupMessage *
make_message (Call *call, guint *sign_ins, gboolean *packed, GError **error)
{
  SamspillRemote *self = call->remote;
  g_autoptr (SoupMessage) message = soup_message_new_from_uri (call->request->method, call->uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (headers, "Accept",
                                call->request->accept != NULL ? call->request->accept : "application/json");
  if (!self->loopback && !call->streaming)
    soup_message_headers_replace (headers, "Accept-Encoding", "gzip");
  if (call->request->range != NULL)
    soup_message_headers_replace (headers, "Range", call->request->range);

  g_mutex_lock (&self->mutex);
  *packed = !self->loopback && !self->no_gzip && call->request->body != NULL &&
            g_bytes_get_size (call->request->body) > PACK_FROM_BYTES;
  g_mutex_unlock (&self->mutex);
  if (!set_body (call, message, *packed, error))
    return NULL;
  *sign_ins = call->foreign ? 0 : samspill_remote_authorize (self, message);
  return g_steal_pointer (&message);
}

/* Waits before the next try; FALSE: it has been enough (nothing is set) or was cancelled (error is set). */
static gboolean
wait_a_while (Call *call, gint64 seconds, GError **error)
{
  const SamspillSyncClock *clock = &call->remote->clock;
  gint64 us = samspill_sync_clock_back_off (clock, call->tries, G_USEC_PER_SEC / 4, 16 * G_USEC_PER_SEC);

  if (seconds >= 0)
    us = MAX (us, seconds * G_USEC_PER_SEC);
  call->tries++;
  call->waited_us += us;
  if (call->waited_us > PATIENCE_US)
    return FALSE;
  if (clock->wait (us, call->cancellable, clock->data))
    return TRUE;
  g_cancellable_set_error_if_cancelled (call->cancellable, error);
  return FALSE;
}

static CallState
follow (Call *call, SoupMessage *message, GError **error)
{
  guint status = soup_message_get_status (message);
  const char *location = soup_message_headers_get_one (soup_message_get_response_headers (message), "Location");
  gboolean keeps_method = status == 307 || status == 308 || g_str_equal (call->request->method, "GET");
  g_autoptr (GUri) next =
      location != NULL ? g_uri_parse_relative (call->uri, location, SOUP_HTTP_URI_FLAGS, NULL) : NULL;
  gboolean loopback = next != NULL && samspill_remote_host_is_loopback (g_uri_get_host (next));
  gboolean leaves_tls = next != NULL && g_str_equal (g_uri_get_scheme (call->uri), "https") &&
                        !g_str_equal (g_uri_get_scheme (next), "https");

  if (next == NULL || !keeps_method || leaves_tls || !is_safe (next, loopback) || ++call->redirects > MOST_REDIRECTS)
    {
      g_set_error_literal (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL,
                           _ ("The server points to another address that cannot be followed. Ask those who run it for "
                              "the right address."));
      return CALL_FAILED;
    }
  if (g_strcmp0 (g_uri_get_host (next), g_uri_get_host (call->remote->uri)) != 0 ||
      g_uri_get_port (next) != g_uri_get_port (call->remote->uri))
    call->foreign = TRUE;
  g_clear_pointer (&call->uri, g_uri_unref);
  call->uri = g_steal_pointer (&next);
  return CALL_AGAIN;
}

static CallState
fail_busy (SamspillRemote *self, guint status, GError **error)
{
  if (error == NULL || *error == NULL)
    g_set_error (error, SAMSPILL_SYNC_ERROR,
                 status == 429 || status == 503 ? SAMSPILL_SYNC_ERROR_BUSY : SAMSPILL_SYNC_ERROR_FAILED,
                 _ ("The server %s cannot answer now (%u). Try again later."), self->name, status);
  return CALL_FAILED;
}

static CallState
fail_unauthorized (SamspillRemote *self, GError **error)
{
  g_set_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_UNAUTHORIZED,
               _ ("The server %s does not know this name and password. Write them again, or ask those who run it."),
               self->name);
  return CALL_FAILED;
}

/* What is dealt with here and not by the caller. */
static CallState
look_at_status (Call *call, SoupMessage *message, guint sign_ins, gboolean packed, GError **error)
{
  SamspillRemote *self = call->remote;
  guint status = soup_message_get_status (message);

  if (status == 401)
    {
      if (call->renewed || call->foreign || !samspill_remote_renew (self, sign_ins, call->cancellable))
        return fail_unauthorized (self, error);
      call->renewed = TRUE;
      return CALL_AGAIN;
    }
  if (status == 415 && packed)
    {
      g_mutex_lock (&self->mutex);
      self->no_gzip = TRUE;
      g_mutex_unlock (&self->mutex);
      return CALL_AGAIN;
    }
  if (status == 429 || status == 503)
    return wait_a_while (call, samspill_remote_retry_after (message), error) ? CALL_AGAIN
                                                                             : fail_busy (self, status, error);
  if (status >= 500 && status != 501)
    return call->tries < MOST_TRIES - 1 && wait_a_while (call, samspill_remote_retry_after (message), error)
               ? CALL_AGAIN
               : fail_busy (self, status, error);
  if (status == 301 || status == 302 || status == 303 || status == 307 || status == 308)
    return follow (call, message, error);
  return CALL_ANSWERED;
}

/* The connection broke: once more, as all that we send can be sent twice. */
static CallState
try_again (Call *call, GError *cause, gboolean reading, GError **error)
{
  gboolean hopeless = cause->domain == G_TLS_ERROR || g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
                      g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE) ||
                      cause->domain == G_RESOLVER_ERROR || cause->domain == SAMSPILL_STORE_ERROR;

  if (!hopeless && call->tries < MOST_TRIES - 1 && wait_a_while (call, -1, NULL))
    {
      g_error_free (cause);
      return CALL_AGAIN;
    }
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE) || cause->domain == SAMSPILL_STORE_ERROR)
    g_propagate_error (error, cause);
  else
    samspill_remote_translate_error (cause, reading, error);
  return CALL_FAILED;
}

static void
take_headers (SoupMessage *message, SamspillRemoteAnswer *answer)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);

  answer->status = soup_message_get_status (message);
  answer->content_type = g_strdup (soup_message_headers_get_one (headers, "Content-Type"));
  answer->etag = g_strdup (soup_message_headers_get_one (headers, "ETag"));
  answer->length = soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH
                       ? soup_message_headers_get_content_length (headers)
                       : -1;
  answer->content_range = g_strdup (soup_message_headers_get_one (headers, "Content-Range"));
}

static CallState
send_once (Call *call, SamspillRemoteAnswer *answer, GError **error)
{
  GError *cause = NULL;
  guint sign_ins = 0;
  gboolean packed = FALSE;
  g_autoptr (SoupMessage) message = make_message (call, &sign_ins, &packed, error);

  if (message == NULL)
    return CALL_FAILED;
  g_atomic_int_inc (&call->remote->requests);
  g_autoptr (GInputStream) stream = soup_session_send (call->remote->session, message, call->cancellable, &cause);
  if (stream == NULL)
    return try_again (call, cause, FALSE, error);

  guint status = soup_message_get_status (message);
  if (call->streaming && status >= 200 && status < 300)
    {
      answer->stream = samspill_remote_unpack (message, stream, error);
      take_headers (message, answer);
      return answer->stream != NULL ? CALL_ANSWERED : CALL_FAILED;
    }

  gsize most = call->request->max_bytes != 0 ? call->request->max_bytes : DEFAULT_MAX_BYTES;
  answer->body = samspill_remote_read_body (message, stream, most, call->cancellable, &cause);
  if (answer->body == NULL)
    return try_again (call, cause, TRUE, error);
  take_headers (message, answer);
  return look_at_status (call, message, sign_ins, packed, error);
}

static gboolean
send (SamspillRemote *self, const SamspillRemoteRequest *request, gboolean streaming, SamspillRemoteAnswer *answer,
      GCancellable *cancellable, GError **error)
{
  Call call = { self, request, streaming, cancellable, request_uri (self, request->path) };
  CallState state;

  memset (answer, 0, sizeof *answer);
  do
    {
      samspill_remote_answer_clear (answer);
      state = send_once (&call, answer, error);
    }
  while (state == CALL_AGAIN);
  if (state == CALL_FAILED)
    samspill_remote_answer_clear (answer);
  g_uri_unref (call.uri);
  return state == CALL_ANSWERED;
}

gboolean
samspill_remote_send (SamspillRemote *self, const SamspillRemoteRequest *request, SamspillRemoteAnswer *answer,
                      GCancellable *cancellable, GError **error)
{
  return send (self, request, FALSE, answer, cancellable, error);
}

gboolean
samspill_remote_open (SamspillRemote *self, const SamspillRemoteRequest *request, SamspillRemoteAnswer *answer,
                      GCancellable *cancellable, GError **error)
{
  return send (self, request, TRUE, answer, cancellable, error);
}

void
samspill_remote_dup_reason (const SamspillRemoteAnswer *answer, char **name, char **reason)
{
  gsize length = 0;
  const char *text = answer->body != NULL ? g_bytes_get_data (answer->body, &length) : NULL;

  *name = *reason = NULL;
  if (length == 0 || length > 64 * 1024 ||
      !samspill_json_check (text, (gssize)length, length, SAMSPILL_JSON_MUST_BE_OBJECT, NULL))
    return;
  *name = samspill_json_dup_string (text, (gssize)length, "error");
  *reason = samspill_json_dup_string (text, (gssize)length, "reason");
}

void
samspill_remote_set_error (SamspillRemote *self, const SamspillRemoteAnswer *answer, GError **error)
{
  g_autofree char *name = NULL, *reason = NULL;

  samspill_remote_dup_reason (answer, &name, &reason);
  if (answer->status == 403)
    g_set_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_FORBIDDEN,
                 _ ("You may not use %s with this name (%s). Ask those who run the server."), self->name,
                 reason != NULL ? reason : "403");
  else if (answer->status == 404)
    g_set_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_NOT_FOUND,
                 _ ("There is no database %s. Look at the address again."), self->name);
  else
    g_set_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL,
                 _ ("The server %s gave an answer that cannot be used (%u %s). Tell those who run it."), self->name,
                 answer->status,
                 reason != NULL ? reason
                 : name != NULL ? name
                                : "");
}
