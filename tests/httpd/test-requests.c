/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-client.h"

#include <gio/gio.h>
#include <string.h>

/* What the handler does is in the path: /echo gives the body back, /say/a/b the segments … */
#define MAX_BODY (1024 * 1024)

static void
echo_cb (SamspillHttpRequest *request, GBytes *body, const GError *error, gpointer data)
{
  guint status = 200;

  if (g_error_matches (error, SAMSPILL_HTTP_ERROR, SAMSPILL_HTTP_ERROR_TOO_LARGE))
    status = 413;
  else if (error != NULL)
    status = 400;
  samspill_http_request_respond (request, status, "text/plain", body);
}

static gpointer
answer_later (gpointer data)
{
  g_autoptr (SamspillHttpRequest) request = data;
  g_autoptr (GBytes) body = g_bytes_new_static ("later", 5);

  samspill_http_request_add_header (request, "X-Path", samspill_http_request_get_path (request));
  samspill_http_request_respond (request, 200, "text/plain", body);
  return NULL;
}

static gpointer
read_later (gpointer data)
{
  g_autoptr (SamspillHttpRequest) request = data;

  samspill_http_request_read_body (request, MAX_BODY, echo_cb, NULL);
  return NULL;
}

static gboolean
count_cb (SamspillHttpRequest *request, const guint8 *bytes, gsize length, const GError *error, gpointer data)
{
  gsize *n = samspill_http_request_get_data (request);
  g_autofree char *text = NULL;
  g_autoptr (GBytes) body = NULL;

  *n += length;
  if (bytes != NULL)
    return TRUE;
  text = g_strdup_printf ("%zu", *n);
  body = g_bytes_new (text, strlen (text));
  samspill_http_request_respond (request, error == NULL ? 200 : 413, "text/plain", body);
  return FALSE;
}

static void
say (SamspillHttpRequest *request)
{
  GString *text = g_string_new (samspill_http_request_get_method (request));
  const char *const *segments = samspill_http_request_get_segments (request);
  const char *query = samspill_http_request_get_query (request, "a b");
  const char *cookie = samspill_http_request_get_cookie (request, "c");
  g_autoptr (GBytes) body = NULL;

  for (guint i = 0; segments[i] != NULL; i++)
    g_string_append_printf (text, "|%s", segments[i]);
  g_string_append_printf (text, "?%s;%s", query != NULL ? query : "-", cookie != NULL ? cookie : "-");
  body = g_string_free_to_bytes (text);
  samspill_http_request_respond (request, 200, "text/plain", body);
}

static void
handle (SamspillHttpRequest *request, gpointer data)
{
  const char *what = samspill_http_request_get_segments (request)[0];

  if (g_strcmp0 (what, "echo") == 0)
    samspill_http_request_read_body (request, MAX_BODY, echo_cb, NULL);
  else if (g_strcmp0 (what, "echo-later") == 0)
    g_thread_unref (g_thread_new ("later", read_later, samspill_http_request_ref (request)));
  else if (g_strcmp0 (what, "count") == 0)
    {
      samspill_http_request_set_data (request, g_new0 (gsize, 1), g_free);
      samspill_http_request_stream_body (request, 8 * MAX_BODY, count_cb, NULL);
    }
  else if (g_strcmp0 (what, "later") == 0)
    g_thread_unref (g_thread_new ("later", answer_later, samspill_http_request_ref (request)));
  else
    say (request);
}

static SamspillHttpServer *
start (void)
{
  SamspillHttpOptions options = { .host = "127.0.0.1", .threads = 2, .compress = TRUE };
  g_autoptr (GError) error = NULL;
  SamspillHttpServer *server = samspill_http_server_new (&options, handle, NULL, &error);

  g_assert_no_error (error);
  return server;
}

static void
assert_answer (HttpClient *client, guint status, const char *body)
{
  g_autoptr (HttpAnswer) answer = http_client_read (client, FALSE);

  g_assert_nonnull (answer);
  g_assert_true (answer->is_whole);
  g_assert_cmpuint (answer->status, ==, status);
  if (body != NULL)
    g_assert_cmpstr ((const char *)answer->body->data, ==, body);
}

static void
test_path (void)
{
  g_autoptr (SamspillHttpServer) server = start ();
  g_autoptr (HttpClient) client = http_client_new (server);

  http_client_send (client, "GET /say/a%2Fb//%C3%A6?x=1&a+b=%2B+%C3%B8 HTTP/1.1\r\nHost: x\r\nCookie: c=d\r\n\r\n");
  assert_answer (client, 200, "GET|say|a/b|æ?+ ø;d");
  http_client_send (client, "GET http://x/say HTTP/1.1\r\nHost: x\r\n\r\n");
  assert_answer (client, 200, "GET|say?-;-");
  http_client_send (client, "GET /a%zz HTTP/1.1\r\nHost: x\r\n\r\n");
  assert_answer (client, 400, NULL);
  http_client_send (client, "GET /a%00 HTTP/1.1\r\nHost: x\r\n\r\n");
  assert_answer (client, 400, NULL);
  http_client_send (client, "GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n");
  assert_answer (client, 400, NULL);
  http_client_send (client, "GET /say?q=%e HTTP/1.1\r\nHost: x\r\n\r\n");
  assert_answer (client, 400, NULL);
}

/* What is behind the body that was believed would be the next request of whoever shares the connection. */
static void
test_two_lengths (void)
{
  static const char *const lengths[] = { "Content-Length: 2\r\nContent-Length: 40\r\n",
                                         "Content-Length: 0\r\nContent-Length: 2\r\n",
                                         "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n" };
  g_autoptr (SamspillHttpServer) server = start ();

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      g_autoptr (HttpClient) client = http_client_new (server);
      g_autofree char *text = g_strdup_printf ("POST /echo HTTP/1.1\r\nHost: x\r\n%s\r\nxxGET /say/evil HTTP/1.1\r\n"
                                               "Host: x\r\n\r\n",
                                               lengths[i]);

      http_client_send (client, text);
      assert_answer (client, 400, NULL);
      g_assert_true (http_client_is_closed (client));
    }
}

static void
test_pipeline (void)
{
  g_autoptr (SamspillHttpServer) server = start ();
  g_autoptr (HttpClient) client = http_client_new (server);

  http_client_send (client, "GET /say HTTP/1.1\r\nHost: x\r\n\r\n"
                            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
                            "GET /later HTTP/1.1\r\nHost: x\r\n\r\n"
                            "POST /echo-later HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "2\r\nde\r\n1\r\nf\r\n0\r\n\r\n"
                            "GET /say/end HTTP/1.1\r\nHost: x\r\n\r\n");
  assert_answer (client, 200, "GET|say?-;-");
  assert_answer (client, 200, "abc");
  assert_answer (client, 200, "later");
  assert_answer (client, 200, "def");
  assert_answer (client, 200, "GET|say|end?-;-");
}

static void
test_close (void)
{
  g_autoptr (SamspillHttpServer) server = start ();
  g_autoptr (HttpClient) client = http_client_new (server);
  g_autoptr (HttpAnswer) answer = NULL;
  g_autofree char *connection = NULL, *date = NULL, *software = NULL;

  http_client_send (client, "GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  answer = http_client_read (client, FALSE);
  connection = http_answer_dup_header (answer, "Connection");
  date = http_answer_dup_header (answer, "Date");
  software = http_answer_dup_header (answer, "Server");
  g_assert_cmpstr (connection, ==, "close");
  g_assert_nonnull (date);
  g_assert_cmpstr (software, ==, "Samspill");
  g_assert_true (http_client_is_closed (client));
}

static void
test_head (void)
{
  g_autoptr (SamspillHttpServer) server = start ();
  g_autoptr (HttpClient) client = http_client_new (server);
  g_autoptr (HttpAnswer) answer = NULL;
  g_autofree char *length = NULL;

  http_client_send (client, "HEAD /later HTTP/1.1\r\nHost: x\r\n\r\n");
  answer = http_client_read (client, TRUE);
  length = http_answer_dup_header (answer, "Content-Length");
  g_assert_cmpstr (length, ==, "5");
  http_client_send (client, "GET /say HTTP/1.1\r\nHost: x\r\n\r\n");
  assert_answer (client, 200, "GET|say?-;-");
}

static void
test_expect (void)
{
  g_autoptr (SamspillHttpServer) server = start ();
  g_autoptr (HttpClient) client = http_client_new (server);
  g_autofree char *large = g_strdup_printf ("PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %u\r\n"
                                            "Expect: 100-continue\r\n\r\n",
                                            MAX_BODY + 1);

  http_client_send (client, "PUT /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  assert_answer (client, 100, NULL);
  http_client_send (client, "ok");
  assert_answer (client, 200, "ok");
  /* The answer comes instead of the permission; then nobody knows whether the body comes. */
  http_client_send (client, large);
  assert_answer (client, 413, NULL);
  g_assert_true (http_client_is_closed (client));
}

/* What nobody reads does not stand in the way of the next request. */
static void
test_unwanted (void)
{
  g_autoptr (SamspillHttpServer) server = start ();
  g_autoptr (HttpClient) client = http_client_new (server);

  http_client_send (client, "POST /say HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nGET /x"
                            "DELETE /say/2 HTTP/1.1\r\nHost: x\r\n\r\n");
  assert_answer (client, 200, "POST|say?-;-");
  assert_answer (client, 200, "DELETE|say|2?-;-");
  http_client_send (client, "POST /say HTTP/1.1\r\nHost: x\r\nContent-Length: 1099511627776\r\n\r\n");
  assert_answer (client, 200, "POST|say?-;-");
  g_assert_true (http_client_is_closed (client));
}

static void
test_too_large (void)
{
  g_autoptr (SamspillHttpServer) server = start ();
  g_autoptr (HttpClient) client = http_client_new (server);
  g_autofree char *chunk = g_strnfill (65536, 'x');

  /* It says so: answered before a byte of it is read. */
  http_client_send (client, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1073741824\r\n\r\n");
  assert_answer (client, 413, NULL);
  g_clear_pointer (&client, http_client_free);

  /* It does not say, and ends a little later. */
  client = http_client_new (server);
  http_client_send (client, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (guint i = 0; i < 20; i++)
    {
      http_client_send (client, "10000\r\n");
      http_client_send (client, chunk);
      http_client_send (client, "\r\n");
    }
  http_client_send (client, "0\r\n\r\nGET /say HTTP/1.1\r\nHost: x\r\n\r\n");
  assert_answer (client, 413, NULL);
  assert_answer (client, 200, "GET|say?-;-");
  g_clear_pointer (&client, http_client_free);

  /* It never ends. */
  client = http_client_new (server);
  http_client_send (client, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  while (http_client_try_send (client, "10000\r\n", 7) && http_client_try_send (client, chunk, 65536) &&
         http_client_try_send (client, "\r\n", 2))
    ;
}

static GBytes *
gzip (gsize length)
{
  g_autoptr (GConverter) converter = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9));
  g_autofree char *text = g_strnfill (length, 'x');
  g_autoptr (GBytes) plain = g_bytes_new_static (text, length);

  return g_converter_convert_bytes (converter, plain, NULL);
}

static void
send_gzip (HttpClient *client, const char *path, GBytes *bytes, gsize length)
{
  g_autofree char *head = g_strdup_printf (
      "POST %s HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", path, length);

  http_client_send (client, head);
  http_client_send_bytes (client, g_bytes_get_data (bytes, NULL), length);
}

static void
test_gzip (void)
{
  g_autoptr (SamspillHttpServer) server = start ();
  g_autoptr (HttpClient) client = http_client_new (server);
  g_autoptr (GBytes) small = gzip (100000), bomb = gzip (200 * 1024 * 1024);
  g_autoptr (GBytes) two = NULL;
  g_autofree char *expected = g_strnfill (100000, 'x');
  g_autoptr (GByteArray) twice = g_byte_array_new ();

  send_gzip (client, "/echo", small, g_bytes_get_size (small));
  assert_answer (client, 200, expected);
  send_gzip (client, "/count", small, g_bytes_get_size (small));
  assert_answer (client, 200, "100000");
  /* Cut; and with something after its end. */
  send_gzip (client, "/echo", small, g_bytes_get_size (small) - 1);
  assert_answer (client, 400, NULL);
  g_byte_array_append (twice, g_bytes_get_data (small, NULL), (guint)g_bytes_get_size (small));
  g_byte_array_append (twice, (const guint8 *)"rest", 4);
  two = g_bytes_new (twice->data, twice->len);
  send_gzip (client, "/echo", two, g_bytes_get_size (two));
  assert_answer (client, 400, NULL);
  /* 200 KB that would be 200 MB. */
  send_gzip (client, "/echo", bomb, g_bytes_get_size (bomb));
  assert_answer (client, 413, NULL);
  send_gzip (client, "/count", bomb, g_bytes_get_size (bomb));
  assert_answer (client, 413, NULL);
  http_client_send (client, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\nxx");
  assert_answer (client, 400, NULL);
  http_client_send (client, "GET /say HTTP/1.1\r\nHost: x\r\n\r\n");
  assert_answer (client, 200, "GET|say?-;-");
}

/* Through a proxy on this computer the answer is compressed, else not. */
static void
test_compressed (void)
{
  g_autoptr (SamspillHttpServer) server = start ();
  g_autoptr (HttpClient) client = http_client_new (server);
  g_autofree char *body = g_strnfill (20000, 'x');
  const char *ways[] = { "", "Accept-Encoding: gzip\r\n", "Via: 1.1 proxy\r\nAccept-Encoding: gzip;q=0\r\n",
                         "Via: 1.1 proxy\r\nAccept-Encoding: deflate, gzip\r\n" };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *head = g_strdup_printf ("POST /echo HTTP/1.1\r\nHost: x\r\n%sContent-Length: 20000\r\n\r\n",
                                               ways[i]),
                      *encoding = NULL;
      g_autoptr (HttpAnswer) answer = NULL;

      http_client_send (client, head);
      http_client_send (client, body);
      answer = http_client_read (client, FALSE);
      encoding = http_answer_dup_header (answer, "Content-Encoding");
      g_assert_cmpstr (encoding, ==, i == 3 ? "gzip" : NULL);
      if (i == 3)
        g_assert_cmpuint (answer->body->len, <, 1000);
      else
        g_assert_cmpstr ((const char *)answer->body->data, ==, body);
    }
}

static void
test_headers_bounded (void)
{
  g_autoptr (SamspillHttpServer) server = start ();
  g_autoptr (HttpClient) client = http_client_new (server);
  g_autofree char *long_value = g_strnfill (40000, 'x');
  g_autoptr (HttpAnswer) answer = NULL;

  http_client_send (client, "GET /say HTTP/1.1\r\nHost: x\r\nX-Long: ");
  if (http_client_try_send (client, long_value, 40000))
    http_client_try_send (client, "\r\n\r\n", 4);
  answer = http_client_read (client, FALSE);
  if (answer != NULL)
    g_assert_cmpuint (answer->status, ==, 431);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/httpd/request/path-and-query-are-decoded-strictly", test_path);
  g_test_add_func ("/httpd/request/two-lengths-are-none", test_two_lengths);
  g_test_add_func ("/httpd/request/pipelined-are-answered-in-order", test_pipeline);
  g_test_add_func ("/httpd/request/close-is-answered-as-asked", test_close);
  g_test_add_func ("/httpd/request/head-has-length-and-no-body", test_head);
  g_test_add_func ("/httpd/request/expect-is-allowed-or-refused", test_expect);
  g_test_add_func ("/httpd/body/unwanted-is-read-or-cut", test_unwanted);
  g_test_add_func ("/httpd/body/too-large-is-told", test_too_large);
  g_test_add_func ("/httpd/body/gzip-is-undone-within-bounds", test_gzip);
  g_test_add_func ("/httpd/answer/compressed-for-those-far-away", test_compressed);
  g_test_add_func ("/httpd/request/headers-are-bounded", test_headers_bounded);
  return g_test_run ();
}
