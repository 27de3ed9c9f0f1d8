/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What libmicrohttpd does not see: that the client of a suspended connection went away, and that one sends or takes a
 * byte now and then only to stay. One thread for all connections, asleep in epoll between its rounds. */
#include "samspill-http-private.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define LEAST_BYTES_A_SECOND 512 /* of a body or an answer; slower than any line that still works */
#define MAX_HEADER_SECONDS 30
#define MAX_ROUND_MS 1000
#define N_EVENTS 64

struct _SamspillHttpWatch
{
  int epoll, wakeup;
  gint64 idle_us;
  SamspillHttpTick tick;
  gpointer data;
  GThread *thread;
  _Atomic gboolean is_ending;

  GMutex connections_lock;
  GQueue connections;

  GMutex lock;           /* what follows */
  GHashTable *suspended; /* serial → request */
  gboolean is_stopping;
};

void
samspill_http_connection_set_phase (SamspillHttpConnection *self, SamspillHttpPhase phase)
{
  atomic_store_explicit (&self->since_us, g_get_monotonic_time (), memory_order_relaxed);
  atomic_store_explicit (&self->received, 0, memory_order_relaxed);
  atomic_store_explicit (&self->phase, (int)phase, memory_order_release);
}

/* libmicrohttpd looks again at a connection that it gave up only when something happens to its socket. In its thread,
 * or while the connection is in the list. */
void
samspill_http_connection_cut (SamspillHttpConnection *self)
{
  shutdown (self->fd, SHUT_RDWR);
}

static guint64
get_acknowledged (int fd)
{
  struct tcp_info info = { 0 };
  socklen_t length = sizeof info;

  if (getsockopt (fd, IPPROTO_TCP, TCP_INFO, &info, &length) != 0)
    return 0;
  return info.tcpi_bytes_acked;
}

/* An answer goes forward as the client acknowledges it. */
static gboolean
is_taken_too_slowly (SamspillHttpWatch *self, SamspillHttpConnection *connection, gint64 since_us, gint64 now_us)
{
  gint64 allowed;

  if (connection->sending_since_us != since_us)
    {
      connection->sending_since_us = since_us;
      connection->acknowledged = get_acknowledged (connection->fd);
      return FALSE;
    }
  if (now_us - since_us <= self->idle_us)
    return FALSE;
  allowed = (gint64)((get_acknowledged (connection->fd) - connection->acknowledged) / LEAST_BYTES_A_SECOND);
  return (now_us - since_us - self->idle_us) / G_USEC_PER_SEC > allowed;
}

/* libmicrohttpd does not see the end of what a client sends where it came together with the bytes before it: after a
 * read that did not fill its buffer it waits for the next event, and there is none. Seen twice, for libmicrohttpd may
 * be about to work on what it has read. */
static gboolean
is_abandoned (SamspillHttpConnection *connection, gint64 since_us, guint64 received)
{
  char byte;
  gboolean is_at_end = recv (connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
  gboolean is_second =
      connection->was_at_end && connection->end_since_us == since_us && connection->end_received == received;

  connection->was_at_end = is_at_end;
  connection->end_since_us = since_us;
  connection->end_received = received;
  return is_at_end && is_second;
}

static gboolean
is_too_slow (SamspillHttpWatch *self, SamspillHttpConnection *connection, gint64 now_us)
{
  SamspillHttpPhase phase = (SamspillHttpPhase)atomic_load_explicit (&connection->phase, memory_order_acquire);
  gint64 since_us = atomic_load_explicit (&connection->since_us, memory_order_relaxed);
  gint64 age_us = now_us - since_us;
  guint64 received;

  switch (phase)
    {
    case SAMSPILL_HTTP_PHASE_IDLE:
      return age_us > self->idle_us;
    case SAMSPILL_HTTP_PHASE_HEADERS:
      return age_us > MIN (self->idle_us, MAX_HEADER_SECONDS * G_USEC_PER_SEC) ||
             is_abandoned (connection, since_us, 0);
    case SAMSPILL_HTTP_PHASE_BODY:
      received = atomic_load_explicit (&connection->received, memory_order_relaxed);
      return (age_us - self->idle_us) / G_USEC_PER_SEC > (gint64)(received / LEAST_BYTES_A_SECOND) ||
             is_abandoned (connection, since_us, received);
    case SAMSPILL_HTTP_PHASE_SENDING:
      return is_taken_too_slowly (self, connection, since_us, now_us);
    case SAMSPILL_HTTP_PHASE_OURS:
    default:
      return FALSE;
    }
}

/* The descriptor is libmicrohttpd's, and open as long as the connection is in the list. */
static void
cut_the_slow (SamspillHttpWatch *self)
{
  gint64 now_us = g_get_monotonic_time ();

  g_mutex_lock (&self->connections_lock);
  for (GList *l = self->connections.head; l != NULL; l = l->next)
    if (is_too_slow (self, l->data, now_us))
      samspill_http_connection_cut (l->data);
  g_mutex_unlock (&self->connections_lock);
}

static SamspillHttpRequest *
ref_request (SamspillHttpWatch *self, guint64 serial)
{
  SamspillHttpRequest *request;

  g_mutex_lock (&self->lock);
  request = g_hash_table_lookup (self->suspended, &serial);
  if (request != NULL)
    samspill_http_request_ref (request);
  g_mutex_unlock (&self->lock);
  return request;
}

static gpointer
watch_thread (gpointer data)
{
  SamspillHttpWatch *self = data;
  int round_ms = (int)CLAMP (self->idle_us / 4000, 100, MAX_ROUND_MS);
  gint64 next_us = g_get_monotonic_time () + round_ms * 1000;

  while (!atomic_load (&self->is_ending))
    {
      struct epoll_event events[N_EVENTS];
      gint64 left_us = MAX (next_us - g_get_monotonic_time (), 0);
      int n = epoll_wait (self->epoll, events, N_EVENTS, (int)(left_us / 1000) + 1);

      for (int i = 0; i < n; i++)
        {
          SamspillHttpRequest *request = ref_request (self, events[i].data.u64);

          if (request == NULL)
            continue;
          samspill_http_request_cancel (request, TRUE);
          samspill_http_request_unref (request);
        }
      if (g_get_monotonic_time () < next_us)
        continue;
      cut_the_slow (self);
      self->tick (self->data);
      next_us = g_get_monotonic_time () + round_ms * 1000;
    }
  return NULL;
}

SamspillHttpWatch *
samspill_http_watch_new (guint idle_seconds, SamspillHttpTick tick, gpointer data, GError **error)
{
  SamspillHttpWatch *self = g_new0 (SamspillHttpWatch, 1);
  struct epoll_event event = { .events = EPOLLIN, .data.u64 = 0 };

  self->idle_us = (gint64)idle_seconds * G_USEC_PER_SEC;
  self->tick = tick;
  self->data = data;
  self->suspended = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_mutex_init (&self->lock);
  g_mutex_init (&self->connections_lock);
  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  self->wakeup = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->epoll < 0 || self->wakeup < 0 || epoll_ctl (self->epoll, EPOLL_CTL_ADD, self->wakeup, &event) != 0)
    {
      g_set_error (error, SAMSPILL_HTTP_ERROR, SAMSPILL_HTTP_ERROR_FAILED, _ ("The server cannot begin: %s."),
                   g_strerror (errno));
      samspill_http_watch_free (self);
      return NULL;
    }
  self->thread = g_thread_new ("http-watch", watch_thread, self);
  return self;
}

void
samspill_http_watch_free (SamspillHttpWatch *self)
{
  guint64 one = 1;

  if (self == NULL)
    return;
  atomic_store (&self->is_ending, TRUE);
  if (self->thread != NULL && write (self->wakeup, &one, sizeof one) == sizeof one)
    g_thread_join (self->thread);
  if (self->epoll >= 0)
    close (self->epoll);
  if (self->wakeup >= 0)
    close (self->wakeup);
  g_hash_table_unref (self->suspended);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->connections_lock);
  g_free (self);
}

void
samspill_http_watch_add_connection (SamspillHttpWatch *self, SamspillHttpConnection *connection)
{
  connection->link.data = connection;
  g_mutex_lock (&self->connections_lock);
  g_queue_push_tail_link (&self->connections, &connection->link);
  g_mutex_unlock (&self->connections_lock);
}

void
samspill_http_watch_remove_connection (SamspillHttpWatch *self, SamspillHttpConnection *connection)
{
  g_mutex_lock (&self->connections_lock);
  g_queue_unlink (&self->connections, &connection->link);
  g_mutex_unlock (&self->connections_lock);
}

gboolean
samspill_http_watch_add (SamspillHttpWatch *self, SamspillHttpRequest *request)
{
  struct epoll_event event = { .events = EPOLLRDHUP | EPOLLONESHOT, .data.u64 = request->serial };
  gboolean is_stopping;

  g_mutex_lock (&self->lock);
  is_stopping = self->is_stopping;
  if (!is_stopping)
    g_hash_table_insert (self->suspended, &request->serial, request);
  g_mutex_unlock (&self->lock);
  if (!is_stopping && epoll_ctl (self->epoll, EPOLL_CTL_ADD, request->record->fd, &event) != 0)
    g_debug ("http: a suspended connection is not watched: %s", g_strerror (errno));
  return !is_stopping;
}

void
samspill_http_watch_remove (SamspillHttpWatch *self, SamspillHttpRequest *request)
{
  epoll_ctl (self->epoll, EPOLL_CTL_DEL, request->record->fd, NULL);
  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->suspended, &request->serial);
  g_mutex_unlock (&self->lock);
}

static GPtrArray *
ref_all (SamspillHttpWatch *self, gboolean is_stopping)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_http_request_unref);
  GHashTableIter iter;
  gpointer request;

  g_mutex_lock (&self->lock);
  self->is_stopping |= is_stopping;
  g_hash_table_iter_init (&iter, self->suspended);
  while (g_hash_table_iter_next (&iter, NULL, &request))
    g_ptr_array_add (all, samspill_http_request_ref (request));
  g_mutex_unlock (&self->lock);
  return all;
}

void
samspill_http_watch_cancel (SamspillHttpWatch *self)
{
  g_autoptr (GPtrArray) all = ref_all (self, FALSE);

  for (guint i = 0; i < all->len; i++)
    samspill_http_request_cancel (all->pdata[i], FALSE);
}

void
samspill_http_watch_stop (SamspillHttpWatch *self)
{
  g_autoptr (GPtrArray) all = ref_all (self, TRUE);

  for (guint i = 0; i < all->len; i++)
    samspill_http_request_abort (all->pdata[i]);
}
