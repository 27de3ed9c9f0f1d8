/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sync-fixture.h"

/* What the client does when a server says: not now, not you, not here. */

typedef struct
{
  const char *raw; /* said `times` times to GET _changes */
  guint times, n;
} Hurdle;

static gboolean
stand_in_the_way (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  Hurdle *hurdle = data;

  if (!script_is (request, "GET", "/_changes") || hurdle->n == hurdle->times)
    return FALSE;
  hurdle->n++;
  g_string_append (out, hurdle->raw);
  return TRUE;
}

#define EMPTY "Connection: close\r\nContent-Length: 0\r\n\r\n"

static void
test_tries_again (SyncFixture *fixture, gconstpointer data)
{
  Hurdle hurdle = { data, 2 };
  g_autoptr (SamspillReplication) result = NULL;

  script_server_set (fixture->server, stand_in_the_way, &hurdle);
  result = sync_fixture_pull (fixture, NULL);
  g_assert_cmpint (result->written, ==, 5);
  g_assert_cmpuint (fixture->n_waits, ==, 2);
  /* It waits as long as it was told, and each time longer where it was not. */
  g_assert_cmpint (fixture->waited_us, >=, strstr (data, "Retry-After: 7") != NULL ? 14 * G_USEC_PER_SEC : 500000);
  g_assert_cmpint (fixture->waited_us, <, 20 * G_USEC_PER_SEC);
}

static gboolean
wants_session (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  const char *cookie = data;
  g_autofree char *expected = g_strdup_printf ("cookie: %s\n", cookie);

  if (g_str_equal (request->path, "/_session"))
    {
      g_assert_cmpstr (request->method, ==, "POST");
      g_assert_nonnull (strstr (request->body, "password=hemmelig"));
      g_autofree char *more = g_strdup_printf ("Set-Cookie: %s; Version=1; Path=/; HttpOnly\r\n", cookie);
      script_reply (out, 200, more, "{\"ok\":true}");
      return TRUE;
    }
  if (strstr (request->headers, expected) != NULL)
    return FALSE;
  script_reply (out, 401, NULL, "{\"error\":\"unauthorized\",\"reason\":\"x\"}");
  return TRUE;
}

static void
test_session (SyncFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillPeer) space = sync_fixture_space (fixture);
  g_autoptr (SamspillPeer) remote = sync_fixture_remote (fixture);
  g_autoptr (GError) error = NULL;

  script_server_set (fixture->server, wants_session, (gpointer) "AuthSession=one");
  samspill_replication_free (samspill_replicate (remote, space, 0, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (script_server_count (fixture->server, "POST /_session"), ==, 1);

  /* It ran out. */
  script_server_set (fixture->server, wants_session, (gpointer) "AuthSession=two");
  samspill_replication_free (samspill_replicate (remote, space, 0, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (script_server_count (fixture->server, "POST /_session"), ==, 2);
}

typedef struct
{
  ScriptServer *to;
  gboolean saw_password;
} Leading;

static gboolean
lead_away (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  Leading *leading = data;

  g_assert_nonnull (strstr (request->headers, "authorization: Basic"));
  g_string_append_printf (out, "HTTP/1.1 307 x\r\nLocation: http://127.0.0.1:%u/db%s\r\n" EMPTY, leading->to->port,
                          request->path);
  return TRUE;
}

static gboolean
look_for_password (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  Leading *leading = data;

  leading->saw_password |= strstr (request->headers, "authorization:") != NULL;
  return FALSE;
}

static void
test_redirect (SyncFixture *fixture, gconstpointer data)
{
  g_autoptr (ScriptServer) other = script_server_new (5);
  Leading leading = { other, FALSE };
  g_autoptr (SamspillReplication) result = NULL;

  script_server_set (fixture->server, lead_away, &leading);
  script_server_set (other, look_for_password, &leading);
  result = sync_fixture_pull (fixture, NULL);
  g_assert_cmpint (result->written, ==, 5);
  g_assert_false (leading.saw_password);
}

static void
test_unreachable (SyncFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillPeer) space = sync_fixture_space (fixture);
  g_autoptr (SamspillPeer) remote = sync_fixture_remote (fixture);
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (fixture->server->stop);
  g_thread_join (g_steal_pointer (&fixture->server->thread));
  g_socket_listener_close (fixture->server->listener);
  g_assert_null (samspill_replicate (remote, space, 0, NULL, NULL, &error));
  g_assert_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_OFFLINE);
}

/* The server packs what it says, whoever asked for it. */
static gboolean
pack_feed (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  g_autoptr (GString) plain = g_string_new (NULL);
  g_autoptr (GZlibCompressor) packer = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1);
  gsize cut = GPOINTER_TO_SIZE (data);

  if (!script_is (request, "GET", "/_changes"))
    return FALSE;
  script_server_answer (server, request, plain);
  const char *body = strstr (plain->str, "\r\n\r\n") + 4;
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autoptr (GBytes) packed = g_converter_convert_bytes (G_CONVERTER (packer), bytes, NULL);
  gsize length = g_bytes_get_size (packed) - cut;
  g_string_append_printf (out,
                          "HTTP/1.1 200 x\r\nContent-Encoding: gzip\r\nConnection: close\r\nContent-Length: %u\r\n\r\n",
                          (guint)length);
  g_string_append_len (out, g_bytes_get_data (packed, NULL), (gssize)length);
  return TRUE;
}

static void
test_gzip (SyncFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillReplication) result = NULL;

  script_server_set (fixture->server, pack_feed, NULL);
  result = sync_fixture_pull (fixture, NULL);
  g_assert_cmpint (result->written, ==, 5);
}

static void
test_gzip_is_cut (SyncFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  script_server_set (fixture->server, pack_feed, GSIZE_TO_POINTER (9));
  g_assert_null (sync_fixture_pull (fixture, &error));
  g_assert_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  sync_fixture_add ("/sync/http/waits-as-told", "HTTP/1.1 503 x\r\nRetry-After: 7\r\n" EMPTY, test_tries_again);
  sync_fixture_add ("/sync/http/waits-when-there-are-too-many", "HTTP/1.1 429 x\r\n" EMPTY, test_tries_again);
  sync_fixture_add ("/sync/http/tries-again-after-a-fault", "HTTP/1.1 500 x\r\n" EMPTY, test_tries_again);
  sync_fixture_add ("/sync/http/tries-again-after-a-cut",
                    "HTTP/1.1 200 x\r\nConnection: close\r\nContent-Length: 90\r\n\r\n{\"resu", test_tries_again);
  sync_fixture_add ("/sync/http/tries-again-without-an-answer", "", test_tries_again);
  sync_fixture_add ("/sync/http/session-is-renewed", NULL, test_session);
  sync_fixture_add ("/sync/http/password-stays-at-home", NULL, test_redirect);
  sync_fixture_add ("/sync/http/nobody-there", NULL, test_unreachable);
  sync_fixture_add ("/sync/http/gzip", NULL, test_gzip);
  sync_fixture_add ("/sync/http/gzip-is-cut", NULL, test_gzip_is_cut);
  return g_test_run ();
}
