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

typedef struct
{
  struct MHD_Daemon *daemon;
  int listener;
} SamspillHttpOld;

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
      flags, 0, NULL, NULL, samspill_http_access_request, self, MHD_OPTION_EXTERNAL_LOGGER, log_cb, self,
      MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 0,
      MHD_OPTION_CONNECTION_LIMIT, self->options.max_connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
      self->options.max_connections_per_address, MHD_OPTION_CONNECTION_TIMEOUT, self->options.idle_seconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_NOTIFY_COMPLETED,
      samspill_http_access_completed, self, MHD_OPTION_NOTIFY_CONNECTION, samspill_http_access_connection, self,
      MHD_OPTION_URI_LOG_CALLBACK, samspill_http_access_line, self, MHD_OPTION_UNESCAPE_CALLBACK,
      samspill_http_access_unescape, NULL, MHD_OPTION_CLIENT_DISCIPLINE_LVL, 1, MHD_OPTION_NONCE_NC_SIZE, 0,
      MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
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
