/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry-fixture.h"

#include <string.h>

/* What somebody with an account tries beyond what it may. */

#define TEST(path, func) g_test_add (path, RegistryFixture, NULL, registry_set_up, func, registry_tear_down)

#define UUID "019a9102-a2ef-7eb1-a82a-faf9a6deb505"
#define NEED "need:302353875:" UUID
#define EVENT "event:302353875:" UUID
#define KARI "/_users/org.couchdb.user:kari"
#define KARI_MAY "kari:ord"
#define KARI_DOCUMENT "{\"type\":\"user\",\"name\":\"kari\",\"roles\":[\"org:302353875\"],\"password\":\"ord\"%s}"

static char *
make_kari (RegistryFixture *self)
{
  g_autofree char *body = g_strdup_printf (KARI_DOCUMENT, "");

  self->credentials = "admin:secret";
  return registry_put (self, KARI, body);
}

static char *
write_record (const char *type, const char *more)
{
  return g_strdup_printf ("{\"type\":\"%s\",\"schema\":1,\"owner\":\"302353875\",\"lang\":\"nb\"%s}", type, more);
}

static void
test_server (RegistryFixture *self, gconstpointer data)
{
  static const char *const paths[] = { "/_uuids", "/_node/_local", "/_membership", "/_scheduler/jobs", "/_utils/" };

  self->credentials = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    registry_expect (self, "GET", paths[i], NULL, 401, "{\"error\":\"unauthorized\",*}");
  registry_expect (self, "GET", "/_up", NULL, 200, "{\"status\":\"ok\",*}");
  registry_expect (self, "GET", "/_session", NULL, 200, "{\"ok\":true,*}");
}

/* A branch beside the account would come back when the account is removed. */
static void
test_removed_account (RegistryFixture *self, gconstpointer data)
{
  g_autofree char *rev = make_kari (self), *path = g_strdup_printf (KARI "?rev=%s", rev);
  g_autofree char *beside = g_strdup_printf (KARI_DOCUMENT, ",\"_rev\":\"9999-ff\"");

  self->credentials = KARI_MAY;
  registry_expect (self, "PUT", KARI "?new_edits=false", beside, 403, "{\"error\":\"forbidden\",*}");
  self->credentials = "admin:secret";
  registry_expect (self, "DELETE", path, NULL, 200, "{\"ok\":true,*}");
  registry_expect (self, "GET", KARI, NULL, 404, "{\"error\":\"not_found\",\"reason\":\"deleted\"}");
  self->credentials = KARI_MAY;
  registry_expect (self, "GET", "/commons", NULL, 401, "{\"error\":\"unauthorized\",*}");
}

/* Her own password she changes all the same. */
static void
test_own_password (RegistryFixture *self, gconstpointer data)
{
  g_autofree char *rev = make_kari (self), *more = g_strdup_printf (",\"_rev\":\"%s\"", rev);
  g_autofree char *body = g_strdup_printf (KARI_DOCUMENT, more);
  g_auto (GStrv) parts = g_strsplit (body, "\"ord\"", 2);
  g_autofree char *changed = g_strjoinv ("\"nytt\"", parts);

  self->credentials = KARI_MAY;
  registry_expect (self, "PUT", KARI, changed, 201, "{\"ok\":true,*}");
  registry_expect (self, "GET", "/commons", NULL, 401, "{*}");
  self->credentials = "kari:nytt";
  registry_expect (self, "GET", "/commons", NULL, 200, "{*}");
}

/* The rules see the revision that is written, not the one that is only said. */
static void
test_append_only (RegistryFixture *self, gconstpointer data)
{
  g_autofree char *event = write_record ("event", "");
  g_autofree char *other =
      write_record ("event", ",\"x\":1,\"_rev\":\"1-00\",\"_revisions\":{\"start\":9999,\"ids\":[\"ff\"]}");

  g_free (make_kari (self));
  self->credentials = KARI_MAY;
  registry_expect (self, "PUT", "/team-302353875", NULL, 201, "{\"ok\":true}");
  registry_expect (self, "PUT", "/team-302353875/" EVENT, event, 201, "{\"ok\":true,*}");
  registry_expect (self, "PUT", "/team-302353875/" EVENT "?new_edits=false", other, 403, "{\"error\":\"forbidden\",*}");
  registry_expect (self, "GET", "/team-302353875/" EVENT, NULL, 200, "{*\"_rev\":\"1-*");
}

/* --- an answer that goes on --- */

static GInputStream *
open_feed (RegistryFixture *self, const char *path)
{
  g_autofree char *address = g_strconcat (self->address, path, NULL);
  g_autofree char *text = g_base64_encode ((const guchar *)self->credentials, strlen (self->credentials));
  g_autofree char *value = g_strconcat ("Basic ", text, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", address);
  g_autoptr (GError) error = NULL;
  GInputStream *stream;

  soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", value);
  soup_message_add_flags (message, SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  stream = soup_session_send (self->session, message, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
  return stream;
}

static char *
read_line (GDataInputStream *lines)
{
  g_autoptr (GError) error = NULL;
  char *line = g_data_input_stream_read_line (lines, NULL, NULL, &error);

  g_assert_no_error (error);
  return line;
}

static void
test_feed_ends (RegistryFixture *self, gconstpointer data)
{
  g_autofree char *rev = make_kari (self), *path = g_strdup_printf (KARI "?rev=%s", rev);
  g_autofree char *need = write_record ("need", ""), *first = NULL, *last = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GDataInputStream) lines = NULL;

  g_free (registry_put (self, "/commons/" NEED, need));
  self->credentials = KARI_MAY;
  stream = open_feed (self, "/commons/_changes?feed=continuous&heartbeat=60000");
  lines = g_data_input_stream_new (stream);
  first = read_line (lines);
  g_assert_nonnull (strstr (first, NEED));
  self->credentials = "admin:secret";
  registry_expect (self, "DELETE", path, NULL, 200, "{\"ok\":true,*}");
  g_free (registry_put (self, "/commons/secret", "{}"));
  last = read_line (lines);
  g_assert_true (g_str_has_prefix (last, "{\"last_seq\":"));
  g_assert_null (read_line (lines));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/registry/closed/server", test_server);
  TEST ("/registry/closed/removed-account-stays-removed", test_removed_account);
  TEST ("/registry/closed/own-password", test_own_password);
  TEST ("/registry/closed/rules-judge-what-is-written", test_append_only);
  TEST ("/registry/closed/feed-ends-with-the-account", test_feed_ends);
  return g_test_run ();
}
