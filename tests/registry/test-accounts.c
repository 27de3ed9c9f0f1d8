/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sessions and throttling as time goes by: a registry in this process, whose clock is put forward. */

#include <glib/gstdio.h>
#include <string.h>

#include "samspill-account-private.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

typedef struct
{
  char *folder;
  SamspillRegistry *registry;
  SamspillHttpServer *server;
  char *host; /* "127.0.0.1:41234" */
} Fixture;

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      if (g_file_test (file, G_FILE_TEST_IS_DIR))
        remove_folder (file);
      else
        g_unlink (file);
    }
  g_rmdir (path);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const SamspillHttpOptions options = { .host = "127.0.0.1", .threads = 1 };

  fixture->folder = g_dir_make_tmp ("samspill-accounts-XXXXXX", &error);
  g_assert_no_error (error);
  samspill_registry_init (fixture->folder, "sjef", "hemmelig", &error);
  g_assert_no_error (error);
  fixture->registry = samspill_registry_new (fixture->folder, NULL, &error);
  g_assert_no_error (error);
  fixture->server = samspill_http_server_new (&options, samspill_registry_handle, fixture->registry, &error);
  g_assert_no_error (error);
  g_autofree char *address = samspill_http_server_dup_address (fixture->server);
  fixture->host = g_strdup (address + strlen ("http://"));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  samspill_http_server_free (fixture->server);
  samspill_registry_free (fixture->registry);
  remove_folder (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->host);
}

static void
wait_for (Fixture *fixture, gint64 seconds)
{
  fixture->registry->accounts->clock_offset_us += seconds * SECOND;
}

/* The whole answer to a request without a body. `headers`: lines with their ends. */
static char *
ask (Fixture *fixture, const char *method, const char *path, const char *headers, const char *body)
{
  g_autoptr (GSocketClient) client = g_object_new (G_TYPE_SOCKET_CLIENT, "enable-proxy", FALSE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_to_host (client, fixture->host, 80, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *text =
      g_strdup_printf ("%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                       "Content-Length: %" G_GSIZE_FORMAT "\r\n%s\r\n%s",
                       method, path, strlen (body), headers, body);
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  guint8 buffer[4096];
  gssize got;

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text, strlen (text), NULL, NULL,
                             &error);
  g_assert_no_error (error);
  while ((got = g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)), buffer, sizeof buffer,
                                     NULL, NULL)) > 0)
    g_byte_array_append (answer, buffer, (guint)got);
  g_byte_array_append (answer, (const guint8 *)"", 1);
  return (char *)g_byte_array_free (g_steal_pointer (&answer), FALSE);
}

static int
status_of (const char *answer)
{
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 "));
  return (int)g_ascii_strtoll (answer + strlen ("HTTP/1.1 "), NULL, 10);
}

static int
ask_as (Fixture *fixture, const char *name, const char *password)
{
  g_autofree char *plain = g_strdup_printf ("%s:%s", name, password);
  g_autofree char *encoded = g_base64_encode ((const guint8 *)plain, strlen (plain));
  g_autofree char *header = g_strdup_printf ("Authorization: Basic %s\r\n", encoded);
  g_autofree char *answer = ask (fixture, "GET", "/commons", header, "");

  return status_of (answer);
}

/* "Cookie: AuthSession=…\r\n" of an answer that gives one. */
static char *
dup_cookie (const char *answer)
{
  const char *begin = strstr (answer, "AuthSession=");

  g_assert_nonnull (begin);
  return g_strdup_printf ("Cookie: %.*s\r\n", (int)strcspn (begin, ";"), begin);
}

static void
test_session (Fixture *fixture, gconstpointer data)
{
  g_autofree char *signed_in = ask (fixture, "POST", "/_session", "", "{\"name\":\"sjef\",\"password\":\"hemmelig\"}");
  g_autofree char *cookie = dup_cookie (signed_in);
  g_autofree char *soon = NULL, *later = NULL, *late = NULL, *forward = NULL, *renewed = NULL;

  wait_for (fixture, 30);
  soon = ask (fixture, "GET", "/commons", cookie, "");
  g_assert_cmpint (status_of (soon), ==, 200);
  g_assert_null (strstr (soon, "AuthSession")); /* fresh enough */
  wait_for (fixture, 500);
  later = ask (fixture, "GET", "/commons", cookie, "");
  g_assert_cmpint (status_of (later), ==, 200);
  renewed = dup_cookie (later);
  wait_for (fixture, 100); /* 630 s after the first, 100 after the second */
  late = ask (fixture, "GET", "/commons", cookie, "");
  g_assert_cmpint (status_of (late), ==, 401);
  forward = ask (fixture, "GET", "/commons", renewed, "");
  g_assert_cmpint (status_of (forward), ==, 200);
  wait_for (fixture, 600);
  g_autofree char *ended = ask (fixture, "GET", "/commons", renewed, "");
  g_assert_cmpint (status_of (ended), ==, 401);
  /* A clock that was set back does not make a cookie last for ever. */
  wait_for (fixture, -7200);
  g_autofree char *ahead = ask (fixture, "GET", "/commons", renewed, "");
  g_assert_cmpint (status_of (ahead), ==, 401);
}

static void
test_throttle (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 10; i++)
    g_assert_cmpint (ask_as (fixture, "sjef", "gjetning"), ==, 401);
  g_assert_cmpint (ask_as (fixture, "sjef", "gjetning"), ==, 429);
  g_assert_cmpint (ask_as (fixture, "sjef", "hemmelig"), ==, 429); /* right, but it is not looked at */
  wait_for (fixture, 11);
  g_assert_cmpint (ask_as (fixture, "sjef", "hemmelig"), ==, 200);
  g_assert_cmpint (ask_as (fixture, "sjef", "gjetning"), ==, 401);
  g_assert_cmpint (ask_as (fixture, "sjef", "gjetning"), ==, 429);
  g_assert_cmpint (ask_as (fixture, "sjef", "hemmelig"), ==, 200); /* remembered */
  wait_for (fixture, 301);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpint (ask_as (fixture, "ingen", "gjetning"), ==, 401);
  g_assert_cmpint (ask_as (fixture, "sjef", "hemmelig"), ==, 429); /* forgotten */
  wait_for (fixture, 11);
  g_assert_cmpint (ask_as (fixture, "sjef", "hemmelig"), ==, 200);
}

/* A name whose document changed behind the registry's back. */
static void
test_changed_elsewhere (Fixture *fixture, gconstpointer data)
{
  static const char *const none[] = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (ask_as (fixture, "sjef", "hemmelig"), ==, 200);
  samspill_registry_add_user (samspill_registry_get_store (fixture->registry), "sjef", "nytt", none, TRUE, &error);
  g_assert_no_error (error);
  wait_for (fixture, 2);
  g_assert_cmpint (ask_as (fixture, "sjef", "hemmelig"), ==, 401);
  g_assert_cmpint (ask_as (fixture, "sjef", "nytt"), ==, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/registry/accounts/session-is-renewed-and-ends", Fixture, NULL, set_up, test_session, tear_down);
  g_test_add ("/registry/accounts/wrong-passwords-wait", Fixture, NULL, set_up, test_throttle, tear_down);
  g_test_add ("/registry/accounts/changed-by-another-program", Fixture, NULL, set_up, test_changed_elsewhere,
              tear_down);
  return g_test_run ();
}
