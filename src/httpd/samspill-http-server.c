/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-http-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_CONNECTIONS 12000
#define MAX_THREADS 4
#define IDLE_SECONDS 75
#define MAX_UNREAD_BYTES (1024 * 1024)
#define MAX_PEM_BYTES (1024 * 1024)
/* What a connection has for its headers and its buffers: the bound on the headers of a request, and nearly all that an
 * idle long poll costs. libmicrohttpd writes all of it between two requests, so it counts in full. */
#define CONNECTION_BYTES (16 * 1024)
#define STOP_SECONDS 10
#define OWN_DESCRIPTORS 512 /* database, files on their way, threads */
#define MAX_DISCARDED_BYTES (1024 * 1024)
#define DISCARD_PIECE (64 * 1024)

typedef struct
{
  struct MHD_Daemon *daemon;
  int listener;
} SamspillHttpOld;

/* A request without a body is made when all of it is here: libmicrohttpd ends the connection after an answer that comes
 * before. */
static char without_body;

SamspillHttpServer *
samspill_http_server_ref (SamspillHttpServer *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
samspill_http_server_unref (SamspillHttpServer *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->watch, samspill_http_watch_free);
  if (self->listener >= 0)
    close (self->listener);
  g_array_unref (self->old);
  g_mutex_clear (&self->lock);
  g_free (self->host);
  g_free (self->certificate);
  g_free (self->key);
  g_free (self->log);
  g_free (self);
}

/* --- what libmicrohttpd calls --- */

static SamspillHttpConnection *
get_record (struct MHD_Connection *connection)
{
  return MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* What lies unread when a connection is closed makes the system reset it, and the client may never see the answer that
 * went out before. */
static void
discard_unread (SamspillHttpConnection *record)
{
  g_autofree char *buffer = g_malloc (DISCARD_PIECE);
  gsize sum = 0;
  gssize n;

  while (sum < MAX_DISCARDED_BYTES && (n = recv (record->fd, buffer, DISCARD_PIECE, MSG_DONTWAIT)) > 0)
    sum += (gsize)n;
}

static void
connection_changed_cb (void *data, struct MHD_Connection *connection, void **context,
                       enum MHD_ConnectionNotificationCode code)
{
  SamspillHttpServer *self = data;
  SamspillHttpConnection *record = *context;

  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    {
      record = g_new0 (SamspillHttpConnection, 1);
      record->fd = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
      samspill_http_connection_set_phase (record, SAMSPILL_HTTP_PHASE_IDLE);
      samspill_http_watch_add_connection (self->watch, record);
      *context = record;
    }
  else if (record != NULL)
    {
      samspill_http_watch_remove_connection (self->watch, record);
      if (record->is_refused)
        discard_unread (record);
      g_clear_pointer (context, g_free);
    }
}

/* The request line is here. */
static void *
line_came_cb (void *data, const char *uri, struct MHD_Connection *connection)
{
  samspill_http_connection_set_phase (get_record (connection), SAMSPILL_HTTP_PHASE_HEADERS);
  return NULL;
}

/* Paths and queries are decoded by us: strictly, and a "%2F" is no "/". */
static size_t
leave_escaped_cb (void *data, struct MHD_Connection *connection, char *text)
{
  return strlen (text);
}

static gboolean
read_content_length (struct MHD_Connection *connection, guint64 *length)
{
  const char *text = MHD_lookup_connection_value (connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);

  if (MHD_lookup_connection_value (connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL)
    *length = MHD_SIZE_UNKNOWN;
  else if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64 - 1, length, NULL))
    *length = 0;
  return *length > 0;
}

/* The body is read because somebody wants it; or because the answer is there already and so little is to come that it
 * is cheaper to read it than to end the connection. */
static gboolean
should_read_body (SamspillHttpRequest *request)
{
  if (request->body.is_wanted)
    return TRUE;
  return request->is_answered && !request->expects_continue &&
         (request->content_length == MHD_SIZE_UNKNOWN ||
          request->content_length <= request->server->options.max_unread_bytes);
}

/* Goes on with a request as far as it can. */
static enum MHD_Result
advance (SamspillHttpRequest *request)
{
  enum MHD_Result result = MHD_YES;
  gboolean is_to_be_queued = FALSE, is_to_be_cancelled = FALSE;

  g_mutex_lock (&request->lock);
  if (request->is_aborted)
    result = MHD_NO;
  else if (request->stage == SAMSPILL_HTTP_STAGE_HEADERS && should_read_body (request))
    {
      request->stage = SAMSPILL_HTTP_STAGE_BODY;
      samspill_http_connection_set_phase (request->record, SAMSPILL_HTTP_PHASE_BODY);
    }
  else if (request->is_answered)
    {
      is_to_be_queued = TRUE;
      request->record->is_refused = request->stage == SAMSPILL_HTTP_STAGE_HEADERS;
    }
  else if (!samspill_http_request_suspend (request))
    result = MHD_NO;
  else
    is_to_be_cancelled = atomic_load (&request->server->is_draining);
  g_mutex_unlock (&request->lock);
  if (result == MHD_YES && is_to_be_queued && !samspill_http_answer_queue (request))
    result = MHD_NO;
  if (result == MHD_NO)
    samspill_http_connection_cut (request->record);
  if (is_to_be_cancelled)
    samspill_http_request_cancel (request, FALSE);
  return result;
}

static enum MHD_Result
begin (SamspillHttpServer *self, struct MHD_Connection *connection, const char *url, const char *method, void **context,
       guint64 content_length)
{
  SamspillHttpRequest *request = samspill_http_request_new (self, connection, get_record (connection), url, method);
  const char *expect;

  *context = request;
  samspill_http_connection_set_phase (request->record, SAMSPILL_HTTP_PHASE_OURS);
  request->content_length = content_length;
  request->has_body = content_length > 0;
  request->stage = request->has_body ? SAMSPILL_HTTP_STAGE_HEADERS : SAMSPILL_HTTP_STAGE_FULL;
  if (request->has_body)
    {
      expect = MHD_lookup_connection_value (connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_EXPECT);
      request->expects_continue = expect != NULL && g_ascii_strcasecmp (expect, "100-continue") == 0;
    }
  samspill_http_request_ref (request); /* until it is answered */
  if (samspill_http_request_parse (request))
    self->handler (request, self->data);
  return advance (request);
}

static enum MHD_Result
access_cb (void *data, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
           const char *bytes, size_t *length, void **context)
{
  SamspillHttpServer *self = data;
  SamspillHttpRequest *request = *context;
  guint64 content_length = 0;

  if (*context == NULL)
    {
      if (read_content_length (connection, &content_length))
        return begin (self, connection, url, method, context, content_length);
      *context = &without_body;
      return MHD_YES;
    }
  if (*context == &without_body)
    return begin (self, connection, url, method, context, 0);
  if (*length > 0)
    {
      gsize n = *length;

      *length = 0;
      if (samspill_http_body_feed (request, (const guint8 *)bytes, n))
        return MHD_YES;
      samspill_http_connection_cut (request->record);
      return MHD_NO;
    }
  if (request->stage == SAMSPILL_HTTP_STAGE_BODY)
    {
      request->stage = SAMSPILL_HTTP_STAGE_FULL;
      samspill_http_connection_set_phase (request->record, SAMSPILL_HTTP_PHASE_OURS);
      samspill_http_body_finish (request);
    }
  return advance (request);
}

static void
completed_cb (void *data, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode code)
{
  SamspillHttpConnection *record = get_record (connection);

  if (record != NULL)
    samspill_http_connection_set_phase (record, SAMSPILL_HTTP_PHASE_IDLE);
  if (*context != NULL && *context != &without_body)
    samspill_http_request_complete (*context, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
  *context = NULL;
}

G_GNUC_PRINTF (2, 0)
static void
log_cb (void *data, const char *format, va_list arguments)
{
  SamspillHttpServer *self = data;
  char *line = g_strdup_vprintf (format, arguments);

  g_debug ("libmicrohttpd: %s", g_strchomp (line));
  g_mutex_lock (&self->lock);
  g_free (self->log);
  self->log = line;
  g_mutex_unlock (&self->lock);
}

/* --- beginning --- */

static int
open_listener (const struct addrinfo *info)
{
  int fd = socket (info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int on = 1, off = 0, keep_idle = 60, keep_interval = 15, keep_count = 4;

  if (fd < 0)
    return -1;
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (info->ai_family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  /* Inherited by each connection: one whose cable was pulled does not wait for ever. */
  setsockopt (fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  setsockopt (fd, IPPROTO_TCP, TCP_KEEPIDLE, &keep_idle, sizeof keep_idle);
  setsockopt (fd, IPPROTO_TCP, TCP_KEEPINTVL, &keep_interval, sizeof keep_interval);
  setsockopt (fd, IPPROTO_TCP, TCP_KEEPCNT, &keep_count, sizeof keep_count);
  if (bind (fd, info->ai_addr, info->ai_addrlen) == 0 && listen (fd, SOMAXCONN) == 0)
    return fd;
  on = errno;
  close (fd);
  errno = on;
  return -1;
}

static gboolean
listen_at (SamspillHttpServer *self, const char *host, guint16 port, GError **error)
{
  struct addrinfo hints = { .ai_family = AF_UNSPEC,
                            .ai_socktype = SOCK_STREAM,
                            .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
  struct addrinfo *all = NULL;
  g_autofree char *service = g_strdup_printf ("%u", port);
  struct sockaddr_storage bound = { 0 };
  socklen_t length = sizeof bound;
  int code = getaddrinfo (host, service, &hints, &all);

  for (struct addrinfo *info = code == 0 ? all : NULL; info != NULL && self->listener < 0; info = info->ai_next)
    self->listener = open_listener (info);
  if (self->listener < 0)
    g_set_error (error, SAMSPILL_HTTP_ERROR, SAMSPILL_HTTP_ERROR_ADDRESS,
                 _ ("The server cannot listen at %s port %u: %s."), host, port,
                 code == 0 ? g_strerror (errno) : gai_strerror (code));
  if (all != NULL)
    freeaddrinfo (all);
  if (self->listener < 0)
    return FALSE;
  getsockname (self->listener, (struct sockaddr *)&bound, &length);
  self->port = ntohs (bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                                  : ((struct sockaddr_in *)&bound)->sin_port);
  return TRUE;
}

/* A connection is a file descriptor: as many as the system lets us have, but for what the program itself opens. */
static guint
bound_connections (guint wanted)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return wanted;
  if (limit.rlim_cur < (rlim_t)wanted + OWN_DESCRIPTORS)
    {
      limit.rlim_cur = MIN ((rlim_t)wanted + OWN_DESCRIPTORS, limit.rlim_max);
      if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
        getrlimit (RLIMIT_NOFILE, &limit);
    }
  if (limit.rlim_cur >= (rlim_t)wanted + OWN_DESCRIPTORS)
    return wanted;
  return (guint)MAX (limit.rlim_cur / 2, limit.rlim_cur - MIN (limit.rlim_cur, OWN_DESCRIPTORS));
}

static char *
read_pem (const char *path, GError **error)
{
  g_autoptr (GError) inner = NULL;
  char *text = NULL;
  gsize length = 0;

  if (g_file_get_contents (path, &text, &length, &inner) && length <= MAX_PEM_BYTES)
    return text;
  g_set_error (error, SAMSPILL_HTTP_ERROR, SAMSPILL_HTTP_ERROR_CERTIFICATE, _ ("%s cannot be read: %s"), path,
               inner != NULL ? inner->message : _ ("it is too large."));
  g_free (text);
  return NULL;
}

static void
free_secret (char *text)
{
  if (text != NULL)
    explicit_bzero (text, strlen (text));
  g_free (text);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (char, free_secret)

static guint
count_threads (const SamspillHttpOptions *options)
{
  return options->threads > 0 ? options->threads : MIN (g_get_num_processors (), MAX_THREADS);
}

static struct MHD_Daemon *
start (SamspillHttpServer *self, int listener, GError **error)
{
  guint threads = count_threads (&self->options);
  guint flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
  g_autofree char *certificate = NULL;
  g_autoptr (char) key = NULL;
  struct MHD_OptionItem tls[] = {
    { MHD_OPTION_HTTPS_MEM_CERT, 0, NULL },
    { MHD_OPTION_HTTPS_MEM_KEY, 0, NULL },
    { MHD_OPTION_HTTPS_PRIORITIES_APPEND, 0, (void *)(guintptr) "-VERS-TLS1.0:-VERS-TLS1.1" },
    { MHD_OPTION_END, 0, NULL },
  };
  struct MHD_Daemon *daemon;

  if (self->certificate != NULL)
    {
      if ((certificate = read_pem (self->certificate, error)) == NULL || (key = read_pem (self->key, error)) == NULL)
        return NULL;
      flags |= MHD_USE_TLS;
      tls[0].ptr_value = certificate;
      tls[1].ptr_value = key;
    }
  else
    tls[0].option = MHD_OPTION_END;
  daemon = MHD_start_daemon (
      flags, 0, NULL, NULL, access_cb, self, MHD_OPTION_EXTERNAL_LOGGER, log_cb, self, MHD_OPTION_LISTEN_SOCKET,
      listener, MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 0, MHD_OPTION_CONNECTION_LIMIT,
      self->options.max_connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT, self->options.max_connections_per_address,
      MHD_OPTION_CONNECTION_TIMEOUT, self->options.idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      (size_t)CONNECTION_BYTES, MHD_OPTION_NOTIFY_COMPLETED, completed_cb, self, MHD_OPTION_NOTIFY_CONNECTION,
      connection_changed_cb, self, MHD_OPTION_URI_LOG_CALLBACK, line_came_cb, self, MHD_OPTION_UNESCAPE_CALLBACK,
      leave_escaped_cb, NULL, MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1, MHD_OPTION_NONCE_NC_SIZE, 0, MHD_OPTION_ARRAY, tls,
      MHD_OPTION_END);
  if (daemon == NULL)
    {
      g_mutex_lock (&self->lock);
      g_set_error (error, SAMSPILL_HTTP_ERROR,
                   self->certificate != NULL ? SAMSPILL_HTTP_ERROR_CERTIFICATE : SAMSPILL_HTTP_ERROR_FAILED,
                   self->certificate != NULL ? _ ("The certificate or its key cannot be used: %s")
                                             : _ ("The server cannot begin: %s."),
                   self->log != NULL ? self->log : "");
      g_mutex_unlock (&self->lock);
    }
  return daemon;
}

static void
stop_old (SamspillHttpOld *old)
{
  MHD_stop_daemon (old->daemon);
  if (old->listener >= 0)
    close (old->listener);
}

/* Daemons whose last connection is gone. */
static void
tick_cb (gpointer data)
{
  SamspillHttpServer *self = data;

  g_mutex_lock (&self->lock);
  for (guint i = self->old->len; i > 0; i--)
    {
      SamspillHttpOld old = g_array_index (self->old, SamspillHttpOld, i - 1);
      const union MHD_DaemonInfo *info = MHD_get_daemon_info (old.daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

      if (info == NULL || info->num_connections > 0)
        continue;
      g_array_remove_index (self->old, i - 1);
      g_mutex_unlock (&self->lock);
      stop_old (&old);
      g_mutex_lock (&self->lock);
      i = MIN (i, self->old->len + 1);
    }
  g_mutex_unlock (&self->lock);
}

static void
set_options (SamspillHttpServer *self, const SamspillHttpOptions *options)
{
  self->options = *options;
  self->host = g_strdup (options->host != NULL ? options->host : "127.0.0.1");
  self->certificate = g_strdup (options->certificate);
  self->key = g_strdup (options->key != NULL ? options->key : options->certificate);
  self->options.host = self->host;
  if (self->options.max_connections == 0)
    self->options.max_connections = MAX_CONNECTIONS;
  if (self->options.idle_seconds == 0)
    self->options.idle_seconds = IDLE_SECONDS;
  if (self->options.max_unread_bytes == 0)
    self->options.max_unread_bytes = MAX_UNREAD_BYTES;
}

/**
 * samspill_http_server_new:
 * @options: where to listen, and the bounds; copied
 * @handler: called for each request in a thread of the server
 * @data: for @handler; must live until the server is freed
 * @error: return location for an error: ADDRESS, CERTIFICATE
 *
 * Raises the process's limit on open files as far as it may for the connections.
 *
 * Returns: (transfer full) (nullable): a server that listens
 */
SamspillHttpServer *
samspill_http_server_new (const SamspillHttpOptions *options, SamspillHttpHandler handler, gpointer data,
                          GError **error)
{
  SamspillHttpServer *self = g_new0 (SamspillHttpServer, 1);
  int listener;

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->listener = -1;
  self->old = g_array_new (FALSE, FALSE, sizeof (SamspillHttpOld));
  self->handler = handler;
  self->data = data;
  set_options (self, options);
  self->options.max_connections = bound_connections (self->options.max_connections);
  if (!listen_at (self, self->host, options->port, error) ||
      (self->watch = samspill_http_watch_new (self->options.idle_seconds, tick_cb, self, error)) == NULL)
    {
      samspill_http_server_unref (self);
      return NULL;
    }
  listener = fcntl (self->listener, F_DUPFD_CLOEXEC, 0);
  self->daemon = start (self, listener, error);
  if (self->daemon == NULL)
    {
      samspill_http_server_unref (self);
      return NULL;
    }
  return self;
}

char *
samspill_http_server_dup_address (SamspillHttpServer *self)
{
  gboolean is_v6 = strchr (self->host, ':') != NULL;

  return g_strdup_printf ("%s://%s%s%s:%u", self->certificate != NULL ? "https" : "http", is_v6 ? "[" : "", self->host,
                          is_v6 ? "]" : "", self->port);
}

/**
 * samspill_http_server_reload:
 * @self: a server
 * @error: return location for an error: CERTIFICATE
 *
 * Reads certificate and key anew. New connections have them; those that are open go on with what they began with.
 *
 * Returns: FALSE where they cannot be used: the server goes on as it was
 */
gboolean
samspill_http_server_reload (SamspillHttpServer *self, GError **error)
{
  SamspillHttpOld old;
  struct MHD_Daemon *daemon;
  int listener;

  if (self->certificate == NULL)
    return TRUE;
  listener = fcntl (self->listener, F_DUPFD_CLOEXEC, 0);
  daemon = start (self, listener, error);
  if (daemon == NULL)
    return FALSE;
  g_mutex_lock (&self->lock);
  old.daemon = self->daemon;
  self->daemon = daemon;
  old.listener = MHD_quiesce_daemon (old.daemon);
  g_array_append_val (self->old, old);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static void
wait_until_idle (SamspillHttpServer *self, guint seconds)
{
  gint64 end_us = g_get_monotonic_time () + (gint64)seconds * G_USEC_PER_SEC;

  while (atomic_load (&self->active) > 0 && g_get_monotonic_time () < end_us)
    g_usleep (5000);
}

/**
 * samspill_http_server_drain:
 * @self: a server
 * @seconds: how long to wait
 *
 * Accepts no more connections, cancels what waits (long polls answer with what they have), ends each connection with
 * its next answer, and waits for the requests that are under way.
 */
void
samspill_http_server_drain (SamspillHttpServer *self, guint seconds)
{
  SamspillHttpOld old;

  if (atomic_exchange (&self->is_draining, TRUE))
    return;
  g_mutex_lock (&self->lock);
  old.daemon = g_steal_pointer (&self->daemon);
  old.listener = MHD_quiesce_daemon (old.daemon);
  g_array_append_val (self->old, old);
  g_mutex_unlock (&self->lock);
  shutdown (self->listener, SHUT_RD);
  samspill_http_watch_cancel (self->watch);
  wait_until_idle (self, seconds);
}

/**
 * samspill_http_server_free:
 * @self: a server
 *
 * Ends it; what was not drained is cut. Requests that a handler still holds can be answered afterwards, for nothing.
 */
void
samspill_http_server_free (SamspillHttpServer *self)
{
  if (self == NULL)
    return;
  samspill_http_server_drain (self, 0);
  samspill_http_watch_stop (self->watch);
  wait_until_idle (self, STOP_SECONDS);
  g_mutex_lock (&self->lock);
  while (self->old->len > 0)
    {
      SamspillHttpOld old = g_array_index (self->old, SamspillHttpOld, self->old->len - 1);

      g_array_set_size (self->old, self->old->len - 1);
      g_mutex_unlock (&self->lock);
      stop_old (&old);
      g_mutex_lock (&self->lock);
    }
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&self->watch, samspill_http_watch_free);
  samspill_http_server_unref (self);
}
