/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-client.h"

#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>

/* Answers that come later, in pieces, or never: who is woken, who went away, who is too slow, and how a server ends. */

#define N_POLLS 200

/* What a test and the server's threads tell each other. */
typedef struct
{
  GMutex lock;
  GCond cond;
  GPtrArray *requests; /* held */
  guint cancelled, destroyed, pulled;
  GString *text; /* of the stream */
  gboolean is_ended;
} Desk;

static void
desk_init (Desk *desk)
{
  *desk = (Desk){ .requests = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_http_request_unref),
                  .text = g_string_new (NULL) };
  g_mutex_init (&desk->lock);
  g_cond_init (&desk->cond);
}

static void
desk_clear (Desk *desk)
{
  g_ptr_array_unref (desk->requests);
  g_string_free (desk->text, TRUE);
  g_mutex_clear (&desk->lock);
  g_cond_clear (&desk->cond);
}

static void
count (Desk *desk, guint *what)
{
  g_mutex_lock (&desk->lock);
  (*what)++;
  g_cond_broadcast (&desk->cond);
  g_mutex_unlock (&desk->lock);
}

/* Until `what` is at least n; fails after ten seconds. */
static void
wait_for (Desk *desk, const guint *what, guint n)
{
  gint64 end_us = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;

  g_mutex_lock (&desk->lock);
  while (*what < n)
    if (!g_cond_wait_until (&desk->cond, &desk->lock, end_us))
      g_error ("%u of %u", *what, n);
  g_mutex_unlock (&desk->lock);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer data)
{
  count (data, &((Desk *)data)->cancelled);
}

/* A long poll: held until the test answers it. */
static void
hold_cb (SamspillHttpRequest *request, gpointer data)
{
  Desk *desk = data;

  g_cancellable_connect (samspill_http_request_get_cancellable (request), G_CALLBACK (cancelled_cb), desk, NULL);
  g_mutex_lock (&desk->lock);
  g_ptr_array_add (desk->requests, samspill_http_request_ref (request));
  g_cond_broadcast (&desk->cond);
  g_mutex_unlock (&desk->lock);
}

static void
destroyed_cb (gpointer data)
{
  count (data, &((Desk *)data)->destroyed);
}

static SamspillHttpPull
pull_cb (SamspillHttpRequest *request, GString *out, gpointer data)
{
  Desk *desk = data;
  SamspillHttpPull result;

  g_mutex_lock (&desk->lock);
  g_string_append_len (out, desk->text->str, (gssize)desk->text->len);
  g_string_truncate (desk->text, 0);
  result = desk->is_ended ? SAMSPILL_HTTP_END : SAMSPILL_HTTP_PAUSE;
  desk->pulled++;
  g_cond_broadcast (&desk->cond);
  g_mutex_unlock (&desk->lock);
  return result;
}

/* A feed that goes on. */
static void
feed_cb (SamspillHttpRequest *request, gpointer data)
{
  Desk *desk = data;

  g_mutex_lock (&desk->lock);
  g_ptr_array_add (desk->requests, samspill_http_request_ref (request));
  g_mutex_unlock (&desk->lock);
  samspill_http_request_respond_stream (request, 200, "text/plain", pull_cb, desk, destroyed_cb);
}

static SamspillHttpPull
endless_cb (SamspillHttpRequest *request, GString *out, gpointer data)
{
  gsize before = out->len;

  g_string_set_size (out, before + 65536);
  memset (out->str + before, 'x', 65536);
  return SAMSPILL_HTTP_MORE;
}

static void
flood_cb (SamspillHttpRequest *request, gpointer data)
{
  samspill_http_request_respond_stream (request, 200, "text/plain", endless_cb, data, destroyed_cb);
}

static SamspillHttpPull
broken_pull_cb (SamspillHttpRequest *request, GString *out, gpointer data)
{
  Desk *desk = data;

  if (desk->pulled++ > 0)
    return SAMSPILL_HTTP_ABORT;
  g_string_append (out, "half");
  return SAMSPILL_HTTP_MORE;
}

static void
broken_cb (SamspillHttpRequest *request, gpointer data)
{
  samspill_http_request_respond_stream (request, 200, "text/plain", broken_pull_cb, data, destroyed_cb);
}

static SamspillHttpServer *
start (SamspillHttpHandler handler, Desk *desk, guint idle_seconds)
{
  SamspillHttpOptions options = { .host = "127.0.0.1", .threads = 2, .idle_seconds = idle_seconds };
  g_autoptr (GError) error = NULL;
  SamspillHttpServer *server = samspill_http_server_new (&options, handler, desk, &error);

  g_assert_no_error (error);
  return server;
}

static void
answer_all (Desk *desk)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("news", 4);

  for (guint i = 0; i < desk->requests->len; i++)
    samspill_http_request_respond (desk->requests->pdata[i], 200, "text/plain", body);
}

/* Many wait, and are answered at once from another thread; more come on the same connections. */
static void
test_polls (void)
{
  Desk desk;
  g_autoptr (SamspillHttpServer) server = NULL;
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func ((GDestroyNotify)http_client_free);

  desk_init (&desk);
  server = start (hold_cb, &desk, 60);
  for (guint i = 0; i < N_POLLS; i++)
    g_ptr_array_add (clients, http_client_new (server));
  for (guint round = 0; round < 5; round++)
    {
      for (guint i = 0; i < N_POLLS; i++)
        http_client_send (clients->pdata[i], "GET /poll HTTP/1.1\r\nHost: x\r\n\r\n");
      wait_for (&desk, &desk.requests->len, N_POLLS);
      answer_all (&desk);
      for (guint i = 0; i < N_POLLS; i++)
        {
          g_autoptr (HttpAnswer) answer = http_client_read (clients->pdata[i], FALSE);

          g_assert_cmpstr ((const char *)answer->body->data, ==, "news");
        }
      g_ptr_array_set_size (desk.requests, 0);
    }
  g_assert_cmpuint (desk.cancelled, ==, 0);
  g_clear_pointer (&server, samspill_http_server_free);
  desk_clear (&desk);
}

/* Answered in another thread while the handler has not returned yet, as often as not. */
static gpointer
answer_thread (gpointer data)
{
  g_autoptr (SamspillHttpRequest) request = data;
  g_autoptr (GBytes) body = g_bytes_new_static ("x", 1);

  samspill_http_request_respond (request, 200, "text/plain", body);
  return NULL;
}

static void
push_cb (gpointer data, gpointer user_data)
{
  answer_thread (data);
}

static void
race_cb (SamspillHttpRequest *request, gpointer data)
{
  g_thread_pool_push (data, samspill_http_request_ref (request), NULL);
  if (g_random_boolean ())
    g_thread_yield ();
}

static void
test_race (void)
{
  SamspillHttpOptions options = { .host = "127.0.0.1", .threads = 2 };
  GThreadPool *pool = g_thread_pool_new (push_cb, NULL, 3, TRUE, NULL);
  SamspillHttpServer *server = samspill_http_server_new (&options, race_cb, pool, NULL);
  g_autoptr (HttpClient) first = http_client_new (server), second = http_client_new (server);
  g_autoptr (GString) many = g_string_new (NULL);

  for (guint i = 0; i < 50; i++)
    g_string_append (many, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  for (guint round = 0; round < 40; round++)
    {
      http_client_send (first, many->str);
      http_client_send (second, many->str);
      for (guint i = 0; i < 100; i++)
        {
          g_autoptr (HttpAnswer) answer = http_client_read (i % 2 == 0 ? first : second, FALSE);

          g_assert_cmpuint (answer->status, ==, 200);
        }
    }
  samspill_http_server_free (server);
  g_thread_pool_free (pool, FALSE, TRUE);
}

static void
test_gone (void)
{
  Desk desk;
  g_autoptr (SamspillHttpServer) server = NULL;
  g_autoptr (HttpClient) client = NULL;

  desk_init (&desk);
  server = start (hold_cb, &desk, 60);
  client = http_client_new (server);
  http_client_send (client, "GET /poll HTTP/1.1\r\nHost: x\r\nX-Name: value\r\n\r\n");
  wait_for (&desk, &desk.requests->len, 1);
  g_clear_pointer (&client, http_client_free);
  wait_for (&desk, &desk.cancelled, 1);
  /* It still says what it was, so that an answer under way is not made of half of it. */
  g_assert_cmpstr (samspill_http_request_get_path (desk.requests->pdata[0]), ==, "/poll");
  g_assert_cmpstr (samspill_http_request_get_header (desk.requests->pdata[0], "x-name"), ==, "value");
  answer_all (&desk);
  g_clear_pointer (&server, samspill_http_server_free);
  desk_clear (&desk);
}

static void
append (Desk *desk, const char *text, gboolean is_ended)
{
  g_mutex_lock (&desk->lock);
  g_string_append (desk->text, text);
  desk->is_ended = is_ended;
  g_mutex_unlock (&desk->lock);
  samspill_http_request_wake (desk->requests->pdata[0]);
}

static void
test_feed (void)
{
  Desk desk;
  g_autoptr (SamspillHttpServer) server = NULL;
  g_autoptr (HttpClient) client = NULL;
  g_autoptr (HttpAnswer) answer = NULL;

  desk_init (&desk);
  server = start (feed_cb, &desk, 60);
  client = http_client_new (server);
  http_client_send (client, "GET /feed HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for (&desk, &desk.pulled, 1);
  for (guint i = 0; i < 500; i++)
    {
      g_autofree char *text = g_strdup_printf ("<%u>", i);

      append (&desk, text, FALSE);
      if (i % 3 == 0)
        g_assert_true (http_client_wait_for (client, text));
    }
  append (&desk, "end", TRUE);
  answer = http_client_read (client, FALSE);
  g_assert_true (answer->is_whole);
  g_assert_true (g_str_has_suffix ((const char *)answer->body->data, "<498><499>end"));
  wait_for (&desk, &desk.destroyed, 1);
  g_clear_pointer (&server, samspill_http_server_free);
  desk_clear (&desk);
}

static void
test_feed_gone (void)
{
  Desk desk;
  g_autoptr (SamspillHttpServer) server = NULL;
  g_autoptr (HttpClient) client = NULL;

  desk_init (&desk);
  server = start (feed_cb, &desk, 60);
  client = http_client_new (server);
  http_client_send (client, "GET /feed HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for (&desk, &desk.pulled, 1);
  g_clear_pointer (&client, http_client_free);
  wait_for (&desk, &desk.destroyed, 1);
  samspill_http_request_wake (desk.requests->pdata[0]);
  g_clear_pointer (&server, samspill_http_server_free);
  desk_clear (&desk);
}

static void
test_broken (void)
{
  Desk desk;
  g_autoptr (SamspillHttpServer) server = NULL;
  g_autoptr (HttpClient) client = NULL;
  g_autoptr (HttpAnswer) answer = NULL;

  desk_init (&desk);
  server = start (broken_cb, &desk, 60);
  client = http_client_new (server);
  http_client_send (client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  answer = http_client_read (client, FALSE);
  g_assert_false (answer->is_whole);
  g_assert_cmpstr ((const char *)answer->body->data, ==, "half");
  g_clear_pointer (&server, samspill_http_server_free);
  desk_clear (&desk);
}

/* Sends a byte every 50 ms until the server has had enough. */
static void
dribble (HttpClient *client, char byte)
{
  gint64 begun_us = g_get_monotonic_time ();

  while (http_client_try_send (client, &byte, 1))
    {
      char answer;

      if (recv (client->fd, &answer, 1, MSG_DONTWAIT) == 0)
        break;
      if (g_get_monotonic_time () - begun_us > 8 * G_TIME_SPAN_SECOND)
        g_error ("a client that dribbles is never cut");
      g_usleep (50 * 1000);
    }
}

static void
ignore_cb (SamspillHttpRequest *request, GBytes *body, const GError *error, gpointer data)
{
  samspill_http_request_respond (request, 200, NULL, NULL);
}

static void
read_cb (SamspillHttpRequest *request, gpointer data)
{
  samspill_http_request_read_body (request, 1000000, ignore_cb, NULL);
}

static void
test_slow (void)
{
  const char *beginnings[] = { "G", "GET / HTTP/1.1\r\nHost: x\r\nX-",
                               "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" };
  Desk desk;
  g_autoptr (SamspillHttpServer) server = NULL;

  desk_init (&desk);
  server = start (read_cb, &desk, 1);
  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    {
      g_autoptr (HttpClient) client = http_client_new (server);

      http_client_send (client, beginnings[i]);
      dribble (client, 'x');
    }
  g_clear_pointer (&server, samspill_http_server_free);
  desk_clear (&desk);
}

/* Takes nothing of an answer without an end. */
static void
test_slow_reader (void)
{
  Desk desk;
  g_autoptr (SamspillHttpServer) server = NULL;
  g_autoptr (HttpClient) client = NULL;

  desk_init (&desk);
  server = start (flood_cb, &desk, 1);
  client = http_client_new (server);
  http_client_send (client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for (&desk, &desk.destroyed, 1);
  g_clear_pointer (&server, samspill_http_server_free);
  desk_clear (&desk);
}

/* A poll outlives the idle time by far. */
static void
test_patient (void)
{
  Desk desk;
  g_autoptr (SamspillHttpServer) server = NULL;
  g_autoptr (HttpClient) poll = NULL, idle = NULL;
  g_autoptr (HttpAnswer) answer = NULL;

  desk_init (&desk);
  server = start (hold_cb, &desk, 1);
  poll = http_client_new (server);
  http_client_send (poll, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for (&desk, &desk.requests->len, 1);
  idle = http_client_new (server);
  g_assert_true (http_client_is_closed (idle));
  g_clear_pointer (&idle, http_client_free);
  idle = http_client_new (server);
  g_assert_true (http_client_is_closed (idle));
  answer_all (&desk);
  answer = http_client_read (poll, FALSE);
  g_assert_cmpuint (answer->status, ==, 200);
  g_clear_pointer (&server, samspill_http_server_free);
  desk_clear (&desk);
}

static gpointer
drain_thread (gpointer data)
{
  samspill_http_server_drain (data, 10);
  return NULL;
}

static void
test_drain (void)
{
  Desk desk;
  g_autoptr (SamspillHttpServer) server = NULL;
  g_autoptr (HttpClient) client = NULL;
  g_autoptr (HttpAnswer) answer = NULL;
  g_autofree char *connection = NULL;
  GThread *thread;

  desk_init (&desk);
  server = start (hold_cb, &desk, 60);
  client = http_client_new (server);
  http_client_send (client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for (&desk, &desk.requests->len, 1);
  thread = g_thread_new ("drain", drain_thread, server);
  wait_for (&desk, &desk.cancelled, 1);
  answer_all (&desk);
  answer = http_client_read (client, FALSE);
  connection = http_answer_dup_header (answer, "Connection");
  g_assert_cmpstr (connection, ==, "close");
  g_thread_join (thread);
  g_clear_pointer (&server, samspill_http_server_free);
  desk_clear (&desk);
}

/* Freed with polls that nobody answered, and answered afterwards. */
static void
test_freed (void)
{
  Desk desk;
  SamspillHttpServer *server;
  g_autoptr (HttpClient) poll = NULL;

  desk_init (&desk);
  server = start (hold_cb, &desk, 60);
  poll = http_client_new (server);
  http_client_send (poll, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for (&desk, &desk.requests->len, 1);
  samspill_http_server_free (server);
  g_assert_true (http_client_is_closed (poll));
  answer_all (&desk);
  desk_clear (&desk);
}

static void
test_address_in_use (void)
{
  Desk desk;
  g_autoptr (SamspillHttpServer) server = NULL;
  g_autofree char *address = NULL;
  SamspillHttpOptions options = { .host = "127.0.0.1" };
  g_autoptr (GError) error = NULL;

  desk_init (&desk);
  server = start (hold_cb, &desk, 60);
  address = samspill_http_server_dup_address (server);
  options.port = (guint16)g_ascii_strtoull (strrchr (address, ':') + 1, NULL, 10);
  g_assert_null (samspill_http_server_new (&options, hold_cb, &desk, &error));
  g_assert_error (error, SAMSPILL_HTTP_ERROR, SAMSPILL_HTTP_ERROR_ADDRESS);
  g_clear_error (&error);
  options = (SamspillHttpOptions){ .host = "127.0.0.1", .certificate = "/none/cert.pem", .key = "/none/key.pem" };
  g_assert_null (samspill_http_server_new (&options, hold_cb, &desk, &error));
  g_assert_error (error, SAMSPILL_HTTP_ERROR, SAMSPILL_HTTP_ERROR_CERTIFICATE);
  g_clear_pointer (&server, samspill_http_server_free);
  desk_clear (&desk);
}

/* The first piece is held until the client has hung up: what is left of the body and its end come together. */
static gboolean
held_piece_cb (SamspillHttpRequest *request, const guint8 *bytes, gsize length, const GError *error, gpointer data)
{
  Desk *desk = data;

  if (bytes != NULL)
    {
      g_mutex_lock (&desk->lock);
      desk->pulled++;
      g_cond_broadcast (&desk->cond);
      while (!desk->is_ended)
        g_cond_wait (&desk->cond, &desk->lock);
      g_mutex_unlock (&desk->lock);
      return TRUE;
    }
  g_assert_error (error, SAMSPILL_HTTP_ERROR, SAMSPILL_HTTP_ERROR_CLOSED);
  samspill_http_request_respond (request, 400, NULL, NULL);
  count (desk, &desk->destroyed);
  return FALSE;
}

static void
take_body_cb (SamspillHttpRequest *request, gpointer data)
{
  samspill_http_request_stream_body (request, 1024 * 1024, held_piece_cb, data);
}

/* In the middle of what it sends. */
static void
test_hangs_up (void)
{
  const SamspillHttpOptions options = { .host = "127.0.0.1", .threads = 1 };
  g_autoptr (SamspillHttpServer) server = NULL;
  g_autofree char *piece = g_strnfill (100, 'x');
  HttpClient *client;
  Desk desk;

  desk_init (&desk);
  server = samspill_http_server_new (&options, take_body_cb, &desk, NULL);
  client = http_client_new (server);
  http_client_send (client, "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\nbegins");
  wait_for (&desk, &desk.pulled, 1);
  http_client_send (client, piece);
  http_client_free (client);
  g_mutex_lock (&desk.lock);
  desk.is_ended = TRUE;
  g_cond_broadcast (&desk.cond);
  g_mutex_unlock (&desk.lock);
  wait_for (&desk, &desk.destroyed, 1);
  g_clear_pointer (&server, samspill_http_server_free);
  desk_clear (&desk);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/httpd/waiting/many-are-answered-at-once", test_polls);
  g_test_add_func ("/httpd/waiting/answer-may-overtake-the-handler", test_race);
  g_test_add_func ("/httpd/waiting/who-goes-away-is-noticed", test_gone);
  g_test_add_func ("/httpd/waiting/who-hangs-up-while-sending-is-noticed", test_hangs_up);
  g_test_add_func ("/httpd/stream/every-wake-counts", test_feed);
  g_test_add_func ("/httpd/stream/ends-with-its-client", test_feed_gone);
  g_test_add_func ("/httpd/stream/broken-is-seen-as-cut", test_broken);
  g_test_add_func ("/httpd/slow/those-who-dribble-are-cut", test_slow);
  g_test_add_func ("/httpd/slow/those-who-do-not-read-are-cut", test_slow_reader);
  g_test_add_func ("/httpd/slow/those-who-wait-for-us-are-not", test_patient);
  g_test_add_func ("/httpd/end/drained-polls-answer-and-close", test_drain);
  g_test_add_func ("/httpd/end/freed-with-polls-open", test_freed);
  g_test_add_func ("/httpd/begin/address-or-certificate-cannot-be-used", test_address_in_use);
  return g_test_run ();
}
