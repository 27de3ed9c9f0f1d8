/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where spaces go, who signs in there, and the first look at a server. */
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>

#include "samspill-address.h"
#include "samspill-endpoint.h"
#include "samspill-error.h"

typedef struct
{
  char *folder;
  SamspillStore *store;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("samspill-endpoint-XXXXXX", NULL);
  fixture->store = samspill_store_open (fixture->folder, SAMSPILL_STORE_OPEN_DEFAULT, NULL);
  g_assert_nonnull (fixture->store);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->store);
  remove_tree (fixture->folder);
  g_free (fixture->folder);
}

static gboolean
set (Fixture *fixture, const char *space, const char *url, GError **error)
{
  const SamspillEndpoint endpoint = {
    .space = (char *)space, .url = (char *)url, .user = (char *)"kari", .is_on = TRUE, .turned_on_by = (char *)"leder"
  };

  return samspill_endpoints_set (fixture->store, &endpoint, error);
}

static void
test_kept (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillEndpoint) endpoint = NULL;
  g_autoptr (SamspillEndpoint) none = NULL;
  g_autoptr (GPtrArray) all = NULL;

  g_assert_true (
      set (fixture, "team-302353875", "https://kari:hemmelig@samspill.example/data/team-302353875/", &error));
  g_assert_no_error (error);
  g_assert_true (set (fixture, "commons", "https://samspill.example:6984", &error));
  endpoint = samspill_endpoints_find (fixture->store, "team-302353875", &error);
  g_assert_cmpstr (endpoint->url, ==, "https://samspill.example/data");
  g_assert_cmpstr (endpoint->database, ==, "team-302353875");
  g_assert_cmpstr (endpoint->user, ==, "kari");
  g_assert_cmpstr (endpoint->turned_on_by, ==, "leder");
  g_assert_true (endpoint->is_on);
  /* The password is nowhere in the store. */
  {
    g_autofree char *text = samspill_store_get_local (fixture->store, "", "endpoints", NULL);

    g_assert_null (strstr (text, "hemmelig"));
  }
  all = samspill_endpoints_list (fixture->store, &error);
  g_assert_cmpuint (all->len, ==, 2);
  g_assert_true (samspill_endpoints_remove (fixture->store, "commons", &error));
  none = samspill_endpoints_find (fixture->store, "commons", &error);
  g_assert_no_error (error);
  g_assert_null (none);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  static const char *const wrong[][2] = {
    { "mine", "https://samspill.example" },      { "sample", "https://samspill.example" },
    { "shipped", "https://samspill.example" },   { "team-123456789", "https://samspill.example" },
    { "joint-x", "https://samspill.example" },   { "commons", "http://samspill.example" },
    { "commons", "ftp://samspill.example" },     { "commons", "samspill.example" },
    { "commons", "https://samspill.example?x" }, { "commons", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (set (fixture, wrong[i][0], wrong[i][1], &error));
      g_assert_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID);
    }
}

static void
test_samples_do_not_follow (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = g_bytes_new_static ("{\"sample\":true}", strlen ("{\"sample\":true}"));
  g_autofree char *rev = NULL;

  g_assert_true (set (fixture, "commons", "http://127.0.0.1:5984", &error));
  rev = samspill_store_put (fixture->store, "commons", "need:302353875:x", NULL, body, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (set (fixture, "commons", "http://localhost:5985", &error));
  g_assert_false (set (fixture, "commons", "https://samspill.example", &error));
  g_assert_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID);
}

static void
test_addresses (void)
{
  g_auto (SamspillAddress) address = { NULL };
  g_auto (SamspillAddress) local = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_true (samspill_address_parse (&address, "HTTPS://a%40b:p%3Aq@Samspill.example:6984/x/", &error));
  g_assert_no_error (error);
  g_assert_cmpstr (address.user, ==, "a@b");
  g_assert_cmpstr (address.password, ==, "p:q");
  g_assert_cmpstr (address.url, ==, "https://Samspill.example:6984/x");
  g_assert_false (address.is_loopback);
  g_assert_true (samspill_address_parse (&local, "http://[::1]:5984/", &error));
  g_assert_true (local.is_loopback);
  g_assert_cmpstr (local.url, ==, "http://[::1]:5984");
}

/* A server that says what it is told to say. */

typedef struct
{
  SoupServer *server;
  char *url;
  const char *welcome, *session;
  guint session_status;
  guint requests;
} Server;

static void
answer (Server *self, SoupServerMessage *message, guint status, const char *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, text, strlen (text));
}

static void
answer_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  Server *self = data;
  const char *login = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Authorization");

  self->requests++;
  if (strcmp (path, "/") == 0)
    answer (self, message, 200, self->welcome);
  else if (strcmp (path, "/_session") == 0 && g_strcmp0 (login, "Basic a2FyaTpoZW1tZWxpZw==") == 0)
    answer (self, message, self->session_status, self->session);
  else
    answer (self, message, 401, "{\"error\":\"unauthorized\",\"reason\":\"Name or password is incorrect.\"}");
}

static void
server_start (Server *self)
{
  g_autoptr (GError) error = NULL;
  g_autoslist (GUri) uris = NULL;

  self->server = soup_server_new (NULL, NULL);
  self->session_status = 200;
  soup_server_add_handler (self->server, NULL, answer_cb, self, NULL);
  g_assert_true (soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error));
  uris = soup_server_get_uris (self->server);
  self->url = g_uri_to_string (uris->data);
}

static void
server_clear (Server *self)
{
  soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_free (self->url);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Server, server_clear)

static void
keep_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static SamspillServerInfo *
look (const char *url, const char *password, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  samspill_server_look_async (url, "kari", password, NULL, keep_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return samspill_server_look_finish (result, error);
}

#define WELCOME "{\"couchdb\":\"Welcome\",\"version\":\"3.4.0\"}"
#define SESSION "{\"ok\":true,\"userCtx\":{\"name\":\"kari\",\"roles\":[\"org:302353875\"]}}"

static void
test_look (void)
{
  g_auto (Server) server = { .welcome = WELCOME, .session = SESSION };
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillServerInfo) info = NULL;

  server_start (&server);
  info = look (server.url, "hemmelig", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (info->version, ==, "3.4.0");
  g_assert_cmpstr (info->user, ==, "kari");
  g_assert_cmpstr (info->roles[0], ==, "org:302353875");
  g_assert_false (info->is_admin);
  g_assert_cmpuint (server.requests, ==, 2);
}

static void
test_look_wrong_password (void)
{
  g_auto (Server) server = { .welcome = WELCOME, .session = SESSION };
  g_autoptr (GError) error = NULL;

  server_start (&server);
  g_assert_null (look (server.url, "feil", &error));
  g_assert_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_UNAUTHORIZED);
}

static void
test_look_something_else (void)
{
  static const char *const wrong[] = { "<html>",
                                       "{}",
                                       "[]",
                                       "{\"couchdb\":1}",
                                       "{\"couchdb\":\"Welcome\"",
                                       "{\"couchdb\":\"Welcome\",\"couchdb\":\"Welcome\"}" };
  g_autofree char *large = g_strnfill (200000, ' ');

  for (gsize i = 0; i <= G_N_ELEMENTS (wrong); i++)
    {
      g_auto (Server) server = { .welcome = i < G_N_ELEMENTS (wrong) ? wrong[i] : large, .session = SESSION };
      g_autoptr (GError) error = NULL;

      server_start (&server);
      g_assert_null (look (server.url, "hemmelig", &error));
      g_assert_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL);
    }
}

static void
test_look_odd_session (void)
{
  static const struct
  {
    const char *session;
    int code;
  } odd[] = {
    { "{\"userCtx\":{\"name\":null,\"roles\":[]}}", SAMSPILL_SYNC_ERROR_UNAUTHORIZED },
    { "{\"userCtx\":7}", SAMSPILL_SYNC_ERROR_PROTOCOL },
    { "{}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_auto (Server) server = { .welcome = WELCOME, .session = odd[i].session };
      g_autoptr (GError) error = NULL;

      server_start (&server);
      g_assert_null (look (server.url, "hemmelig", &error));
      g_assert_error (error, SAMSPILL_SYNC_ERROR, odd[i].code);
    }
}

static void
test_look_nobody_there (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;
  Server server = { .welcome = WELCOME };

  server_start (&server);
  url = g_strdup (server.url);
  server_clear (&server);
  g_assert_null (look (url, "hemmelig", &error));
  g_assert_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_OFFLINE);
  g_clear_error (&error);
  g_assert_null (look ("http://samspill.example", "hemmelig", &error));
  g_assert_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID);
}

static char *
look_up (GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  samspill_password_lookup_async ("https://samspill.example", "kari", NULL, keep_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return samspill_password_lookup_finish (result, error);
}

static void
test_passwords (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "password", NULL);
  g_autofree char *from_file = NULL;
  g_autofree char *from_memory = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, " hemmelig \n", -1, NULL));
  g_setenv ("SAMSPILL_PASSWORD_FILE", path, TRUE);
  from_file = look_up (&error);
  g_assert_no_error (error);
  g_assert_cmpstr (from_file, ==, " hemmelig ");
  samspill_password_keep_in_memory ("https://samspill.example", "kari", "skrevet");
  from_memory = look_up (&error);
  g_assert_cmpstr (from_memory, ==, "skrevet");
  g_assert_true (g_file_set_contents (path, "\n", -1, NULL));
  g_assert_null (samspill_password_read_file (path, &error));
  g_assert_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID);
  g_unsetenv ("SAMSPILL_PASSWORD_FILE");
}

static void
test_password_is_forgotten (Fixture *fixture, gconstpointer data)
{
  static const char URL[] = "https://samspill.example";
  const SamspillEndpoint team = { .space = (char *)"team-302353875", .url = (char *)URL, .user = (char *)"kari" };
  const SamspillEndpoint commons = { .space = (char *)"commons", .url = (char *)URL, .user = (char *)"kari" };
  g_autofree char *path = g_build_filename (fixture->folder, "password", NULL);
  g_autofree char *kept = NULL, *gone = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "fra fil", -1, NULL));
  g_setenv ("SAMSPILL_PASSWORD_FILE", path, TRUE);
  samspill_password_keep_in_memory (URL, "kari", "skrevet");
  g_assert_true (set (fixture, "commons", URL, &error));
  /* The commons signs in with it still. */
  g_assert_true (samspill_password_forget (fixture->store, &team, NULL, &error));
  kept = look_up (&error);
  g_assert_cmpstr (kept, ==, "skrevet");

  g_assert_true (samspill_endpoints_remove (fixture->store, "commons", &error));
  samspill_password_forget (fixture->store, &commons, NULL, NULL); /* there may be no keyring where this runs */
  gone = look_up (&error);
  g_assert_no_error (error);
  g_assert_cmpstr (gone, ==, "fra fil");
  g_unsetenv ("SAMSPILL_PASSWORD_FILE");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/sync/endpoint/kept-without-password", Fixture, NULL, set_up, test_kept, tear_down);
  g_test_add ("/sync/endpoint/what-never-leaves-is-refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/sync/endpoint/samples-do-not-follow-elsewhere", Fixture, NULL, set_up, test_samples_do_not_follow,
              tear_down);
  g_test_add_func ("/sync/endpoint/addresses", test_addresses);
  g_test_add_func ("/sync/endpoint/look", test_look);
  g_test_add_func ("/sync/endpoint/look-with-wrong-password", test_look_wrong_password);
  g_test_add_func ("/sync/endpoint/look-at-something-else", test_look_something_else);
  g_test_add_func ("/sync/endpoint/look-with-odd-session", test_look_odd_session);
  g_test_add_func ("/sync/endpoint/look-where-nobody-is", test_look_nobody_there);
  g_test_add ("/sync/endpoint/passwords", Fixture, NULL, set_up, test_passwords, tear_down);
  g_test_add ("/sync/endpoint/password-is-forgotten-with-the-last-space", Fixture, NULL, set_up,
              test_password_is_forgotten, tear_down);
  return g_test_run ();
}
