/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry-fixture.h"

#include <string.h>

#define TEST(path, func) g_test_add (path, RegistryFixture, NULL, set_up, func, registry_tear_down)

static void
set_up (RegistryFixture *self, gconstpointer data)
{
  registry_set_up (self, data);
  registry_expect (self, "PUT", "/things", NULL, 201, "{\"ok\":true}");
}

static void
test_new_edits (RegistryFixture *self, gconstpointer data)
{
  registry_expect (self, "POST", "/things/_bulk_docs", "{\"docs\":[{\"_id\":\"a\",\"n\":1},{\"n\":2}]}", 201,
                   "[{\"ok\":true,\"id\":\"a\",\"rev\":\"1-*\"},\n{\"ok\":true,\"id\":\"*\",\"rev\":\"1-*\"}]");
  registry_expect (self, "POST", "/things/_bulk_docs", "{\"docs\":[{\"_id\":\"a\",\"n\":3},{\"_id\":\"b\"}]}", 201,
                   "[{\"id\":\"a\",\"error\":\"conflict\",\"reason\":\"Document update "
                   "conflict.\"},\n{\"ok\":true,\"id\":\"b\",*}]");
  registry_expect (self, "POST", "/things/_bulk_docs", "{\"docs\":[]}", 201, "[]");
  registry_expect (self, "POST", "/things/_bulk_docs", "{\"docs\":[{\"_id\":\"_local/x\",\"n\":3}]}", 201,
                   "[{\"ok\":true,\"id\":\"_local/x\",\"rev\":\"0-1\"}]");
  registry_expect (self, "GET", "/things/_local/x", NULL, 200, "{\"_id\":\"_local/x\",\"_rev\":\"0-1\",\"n\":3}");
}

static void
test_replication (RegistryFixture *self, gconstpointer data)
{
  static const char batch[] =
      "{\"docs\":[{\"_id\":\"a\",\"_rev\":\"2-y\",\"_revisions\":{\"start\":2,\"ids\":[\"y\",\"x\"]},\"n\":1},"
      "{\"_id\":\"a\",\"_rev\":\"2-z\",\"_revisions\":{\"start\":2,\"ids\":[\"z\",\"x\"]},\"n\":2},"
      "{\"_id\":\"b\",\"_rev\":\"1-q\",\"_deleted\":true}],\"new_edits\":false}";

  registry_expect (self, "POST", "/things/_bulk_docs", batch, 201, "[]");
  registry_expect (self, "POST", "/things/_bulk_docs", batch, 201, "[]"); /* again: nothing new */
  registry_expect (self, "GET", "/things/a?conflicts=true", NULL, 200, "{*\"2-z\"*[\"2-y\"]*}");
  registry_expect (self, "GET", "/things", NULL, 200, "*\"doc_del_count\":1,\"doc_count\":1,*");
  registry_expect (
      self, "POST", "/things/_revs_diff", "{\"a\":[\"2-y\",\"3-n\",\"1-x\"],\"b\":[\"1-q\"],\"c\":[\"1-c\"]}", 200,
      "{\"a\":{\"missing\":[\"3-n\"],\"possible_ancestors\":[\"2-*\",\"2-*\"]},\"c\":{\"missing\":[\"1-c\"]}}");
  registry_expect (self, "POST", "/things/_missing_revs", "{\"a\":[\"2-y\",\"3-n\"],\"b\":[\"1-q\"]}", 200,
                   "{\"missing_revs\":{\"a\":[\"3-n\"]}}");
  registry_expect (self, "POST", "/things/_revs_diff", "{}", 200, "{}");
}

static void
test_bulk_get (RegistryFixture *self, gconstpointer data)
{
  test_replication (self, data);
  registry_expect (self, "POST", "/things/_bulk_get?revs=true",
                   "{\"docs\":[{\"id\":\"a\",\"rev\":\"2-y\"},{\"id\":\"b\",\"rev\":\"1-q\"},{\"id\":\"c\",\"rev\":\"1-"
                   "c\"},{\"id\":\"n\"}]}",
                   200,
                   "{\"results\":[{\"id\":\"a\",\"docs\":[{\"ok\":{\"_id\":\"a\",\"_rev\":\"2-y\",\"_revisions\":{"
                   "\"start\":2,\"ids\":[\"y\",\"x\"]},\"n\":1}}]},"
                   "{\"id\":\"b\",\"docs\":[{\"ok\":{\"_id\":\"b\",\"_rev\":\"1-q\",\"_deleted\":true,*}}]},"
                   "{\"id\":\"c\",\"docs\":[{\"error\":{\"id\":\"c\",\"rev\":\"1-c\",\"error\":\"not_found\","
                   "\"reason\":\"missing\"}}]},"
                   "{\"id\":\"n\",\"docs\":[{\"error\":{\"id\":\"n\",\"rev\":\"undefined\",\"error\":\"not_found\","
                   "\"reason\":\"missing\"}}]}]}");
  registry_expect (self, "POST", "/things/_bulk_get", "{\"docs\":[{\"id\":\"a\"}]}", 200,
                   "{\"results\":[{\"id\":\"a\",\"docs\":[{\"ok\":{*\"2-z\"*}},{\"ok\":{*\"2-y\"*}}]}]}");
  registry_expect (self, "POST", "/things/_bulk_get?latest=true", "{\"docs\":[{\"id\":\"a\",\"rev\":\"1-x\"}]}", 200,
                   "{\"results\":[{\"id\":\"a\",\"docs\":[{\"ok\":{*\"2-z\"*}},{\"ok\":{*\"2-y\"*}}]}]}");
  registry_expect (self, "POST", "/things/_bulk_get", "{\"docs\":[{\"id\":\"a\",\"rev\":\"odd\"},{\"rev\":\"1-a\"}]}",
                   200,
                   "{\"results\":[{\"id\":\"a\",\"docs\":[{\"error\":{*\"bad_request\"*}}]},{\"id\":\"\",\"docs\":[{"
                   "\"error\":{*}}]}]}");
  registry_expect (self, "POST", "/things/_bulk_get", "{\"docs\":[]}", 200, "{\"results\":[]}");
}

static void
test_bad_input (RegistryFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *path, *body, *pattern;
  } cases[] = {
    { "_bulk_docs", "", "{\"error\":\"bad_request\",\"reason\":\"invalid UTF-8 JSON\"}" },
    { "_bulk_docs", "[]", "{\"error\":\"bad_request\",\"reason\":\"Request body must be a JSON object\"}" },
    { "_bulk_docs", "{}", "{\"error\":\"bad_request\",\"reason\":\"POST body must include `docs` parameter.\"}" },
    { "_bulk_docs", "{\"docs\":3}", "{\"error\":\"bad_request\",\"reason\":\"`docs` parameter must be an array.\"}" },
    { "_bulk_docs", "{\"docs\":[{\"_id\":\"a\"},{]}", "{\"error\":\"bad_request\",*}" },
    { "_bulk_docs", "{\"docs\":[{\"_id\":\"a\"},3]}",
      "{\"error\":\"bad_request\",\"reason\":\"Document must be a JSON object\"}" },
    { "_bulk_docs", "{\"docs\":[{\"_id\":\"a\"},{\"_id\":\"_x\"}]}", "{\"error\":\"illegal_docid\",*}" },
    { "_bulk_docs", "{\"docs\":[{\"_id\":\"a\"},{\"_id\":\"b\",\"_x\":1}]}", "{\"error\":\"doc_validation\",*}" },
    { "_bulk_docs", "{\"docs\":[{\"_id\":\"a\"},{\"_id\":7}]}", "{\"error\":\"*\",*}" },
    { "_bulk_docs", "{\"docs\":[{\"_id\":\"a\",\"_rev\":\"odd\"}]}",
      "{\"error\":\"bad_request\",\"reason\":\"Invalid rev format\"}" },
    { "_bulk_docs", "{\"new_edits\":false,\"docs\":[{\"_id\":\"a\"}]}", "{\"error\":\"bad_request\",*}" },
    { "_bulk_docs", "{\"new_edits\":false,\"docs\":[{\"_rev\":\"1-a\"}]}", "{\"error\":\"bad_request\",*}" },
    { "_bulk_get", "{}", "{\"error\":\"bad_request\",\"reason\":\"Missing JSON list of 'docs'.\"}" },
    { "_bulk_get", "{\"docs\":{}}", "{\"error\":\"bad_request\",*}" },
    { "_bulk_get", "{\"docs\":[1]}", "{\"error\":\"bad_request\",*}" },
    { "_bulk_get", "x", "{\"error\":\"bad_request\",*}" },
    { "_revs_diff", "[]", "{\"error\":\"bad_request\",*}" },
    { "_revs_diff", "{\"a\":\"1-a\"}", "{\"error\":\"bad_request\",*}" },
    { "_revs_diff", "{\"a\":[1]}", "{\"error\":\"bad_request\",*}" },
    { "_revs_diff", "{\"a\":[\"odd\"]}", "{\"error\":\"bad_request\",\"reason\":\"Invalid rev format\"}" },
    { "_revs_diff", "{\"a\":[\"1-a\"]", "{\"error\":\"bad_request\",\"reason\":\"invalid UTF-8 JSON\"}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/things/", cases[i].path, NULL);

      g_test_message ("%s %s", path, cases[i].body);
      registry_expect (self, "POST", path, cases[i].body, 400, cases[i].pattern);
    }
  registry_expect (self, "POST", "/things/_bulk_docs", "{\"all_or_nothing\":true,\"docs\":[{\"_id\":\"a\"}]}", 417,
                   "{\"error\":\"expectation_failed\",*}");
  registry_expect (self, "GET", "/things/_bulk_docs", NULL, 405,
                   "{\"error\":\"method_not_allowed\",\"reason\":\"Only POST allowed\"}");
  registry_expect_with (self, "POST", "/things/_bulk_docs", "{\"docs\":[]}", "Content-Type: text/plain", 415,
                        "{\"error\":\"bad_content_type\",*}");
  registry_expect (self, "POST", "/nowhere/_bulk_docs", "{\"docs\":[]}", 404, "{*\"Database does not exist.\"}");
  registry_expect (self, "POST", "/nowhere/_bulk_get", "{\"docs\":[]}", 404, "{*\"Database does not exist.\"}");
  registry_expect (self, "POST", "/nowhere/_revs_diff", "{}", 404, "{*\"Database does not exist.\"}");
  registry_expect (self, "GET", "/things", NULL, 200, "*\"doc_count\":0,*");
}

static void
test_bounds (RegistryFixture *self, gconstpointer data)
{
  g_autoptr (GString) many = g_string_new ("{");
  g_autofree char *large = g_strnfill (300 * 1024, ' ');

  registry_expect (self, "POST", "/things/_bulk_docs", "{\"docs\":[{},{},{},{},{}]}", 413,
                   "{\"error\":\"too_large\",*}");
  registry_expect (self, "POST", "/things/_bulk_get", "{\"docs\":[{},{},{},{},{}]}", 413,
                   "{\"error\":\"too_large\",*}");
  for (guint i = 0; i < 5; i++)
    g_string_append_printf (many, "%s\"d%u\":[\"1-a\"]", i > 0 ? "," : "", i);
  g_string_append_c (many, '}');
  registry_expect (self, "POST", "/things/_revs_diff", many->str, 413, "{\"error\":\"too_large\",*}");
  registry_expect (self, "POST", "/things/_all_docs", "{\"keys\":[\"1\",\"2\",\"3\",\"4\",\"5\"]}", 413,
                   "{\"error\":\"too_large\",*}");
  registry_expect (self, "POST", "/things/_bulk_docs", large, 413, "{\"error\":\"too_large\",*}");
  registry_expect (self, "GET", "/things", NULL, 200, "*\"doc_count\":0,*");
}

/* Many at once share transactions, and none is lost. */
typedef struct
{
  RegistryFixture *self;
  guint number;
} Client;

static gpointer
client_thread (gpointer data)
{
  Client *client = data;
  RegistryFixture mine = { .address = client->self->address, .credentials = "admin:secret" };

  mine.session = soup_session_new ();
  soup_session_set_proxy_resolver (mine.session, NULL);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *path = g_strdup_printf ("/things/d%u-%u", client->number, i);

      registry_expect (&mine, "PUT", path, "{\"n\":1}", 201, "{\"ok\":true,*}");
    }
  g_object_unref (mine.session);
  g_free (mine.body);
  soup_message_headers_unref (mine.headers);
  return NULL;
}

static void
test_many_writers (RegistryFixture *self, gconstpointer data)
{
  GThread *threads[8];
  Client clients[8];

  for (guint i = 0; i < 8; i++)
    {
      clients[i] = (Client){ self, i };
      threads[i] = g_thread_new ("client", client_thread, &clients[i]);
    }
  for (guint i = 0; i < 8; i++)
    g_thread_join (threads[i]);
  registry_expect (self, "GET", "/things", NULL, 200, "*\"doc_count\":160,*");
}

int
main (int argc, char *argv[])
{
  static const SamspillRegistryOptions narrow = { .max_batch = 4, .max_request_bytes = 256 * 1024 };

  g_test_init (&argc, &argv, NULL);
  TEST ("/registry/bulk/new-edits", test_new_edits);
  TEST ("/registry/bulk/replication", test_replication);
  TEST ("/registry/bulk/get", test_bulk_get);
  TEST ("/registry/bulk/bad-input-changes-nothing", test_bad_input);
  g_test_add ("/registry/bulk/bounds", RegistryFixture, &narrow, set_up, test_bounds, registry_tear_down);
  TEST ("/registry/bulk/many-writers", test_many_writers);
  return g_test_run ();
}
