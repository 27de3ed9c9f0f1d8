/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry-fixture.h"

#include <string.h>

#include "samspill-json-text.h"

#define TEST(path, func) g_test_add (path, RegistryFixture, NULL, set_up, func, registry_tear_down)

static void
set_up (RegistryFixture *self, gconstpointer data)
{
  g_autofree char *rev = NULL, *path = NULL;

  registry_set_up (self, data);
  registry_expect (self, "PUT", "/things", NULL, 201, "{\"ok\":true}");
  registry_expect (
      self, "POST", "/things/_bulk_docs",
      "{\"docs\":[{\"_id\":\"a\",\"n\":1},{\"_id\":\"b\"},{\"_id\":\"c\"},{\"_id\":\"d\"},{\"_id\":\"_design/x\"}]}",
      201, "[*");
  rev = registry_put (self, "/things/gone", "{}");
  path = g_strdup_printf ("/things/gone?rev=%s", rev);
  registry_expect (self, "DELETE", path, NULL, 200, "{*}");
}

#define ROW(id) "\n{\"id\":\"" id "\",\"key\":\"" id "\",\"value\":{\"rev\":\"?-????????????????????????????????\"}}"
#define ROWS(offset, rows) "{\"total_rows\":5,\"offset\":" offset ",\"rows\":[" rows "\n]}"

static void
test_ranges (RegistryFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *query, *pattern;
  } cases[] = {
    { "", ROWS ("0", ROW ("_design/x") "," ROW ("a") "," ROW ("b") "," ROW ("c") "," ROW ("d")) },
    { "startkey=\"b\"", ROWS ("2", ROW ("b") "," ROW ("c") "," ROW ("d")) },
    { "start_key=\"b\"&endkey=\"c\"", ROWS ("2", ROW ("b") "," ROW ("c")) },
    { "startkey=\"b\"&end_key=\"d\"&inclusive_end=false", ROWS ("2", ROW ("b") "," ROW ("c")) },
    { "descending=true", ROWS ("0", ROW ("d") "," ROW ("c") "," ROW ("b") "," ROW ("a") "," ROW ("_design/x")) },
    { "descending=true&startkey=\"c\"&endkey=\"b\"", ROWS ("1", ROW ("c") "," ROW ("b")) },
    { "limit=1", ROWS ("0", ROW ("_design/x")) },
    { "limit=0", ROWS ("0", "") },
    { "skip=3&limit=1", ROWS ("3", ROW ("c")) },
    { "key=\"c\"", ROWS ("3", ROW ("c")) },
    { "key=\"none\"", ROWS ("?", "") },
    { "startkey=\"x\"", ROWS ("5", "") },
    { "startkey=3&limit=1", ROWS ("0", ROW ("_design/x")) },
    { "startkey={}", ROWS ("*", "") },
    { "endkey={}&skip=4", ROWS ("4", ROW ("d")) },
    { "endkey=null", ROWS ("0", "") },
    { "update_seq=true&limit=0", "{\"total_rows\":5,\"offset\":0,\"update_seq\":\"*-*\",\"rows\":[\n]}" },
    { "key=\"a\"&include_docs=true", "{\"total_rows\":5,\"offset\":1,\"rows\":[\n{\"id\":\"a\",\"key\":\"a\",\"value\":"
                                     "{\"rev\":\"*\"},\"doc\":{\"_id\":\"a\",\"_rev\":\"*\",\"n\":1}}\n]}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/things/_all_docs?", cases[i].query, NULL);

      registry_expect (self, "GET", path, NULL, 200, cases[i].pattern);
    }
  registry_expect (self, "POST", "/things/_all_docs", "{\"startkey\":\"b\",\"limit\":1}", 200, ROWS ("2", ROW ("b")));
  registry_expect (self, "GET", "/things/_design_docs", NULL, 200, ROWS ("0", ROW ("_design/x")));
}

static void
test_keys (RegistryFixture *self, gconstpointer data)
{
  static const char rows[] = "{\"total_rows\":5,\"offset\":null,\"rows\":[" ROW (
      "c") ",\n{\"key\":\"none\",\"error\":\"not_found\"},\n"
           "{\"id\":\"gone\",\"key\":\"gone\",\"value\":{\"rev\":\"2-*\",\"deleted\":true}}," ROW ("c") "\n]}";

  registry_expect (self, "POST", "/things/_all_docs", "{\"keys\":[\"c\",\"none\",\"gone\",\"c\"]}", 200, rows);
  registry_expect (self, "GET", "/things/_all_docs?keys=[\"c\",\"none\",\"gone\",\"c\"]", NULL, 200, rows);
  registry_expect (self, "POST", "/things/_all_docs?include_docs=true", "{\"keys\":[\"gone\",\"a\"]}", 200,
                   "*\"deleted\":true},\"doc\":null},*\"doc\":{\"_id\":\"a\",*");
  registry_expect (self, "POST", "/things/_all_docs", "{\"keys\":[]}", 200,
                   "{\"total_rows\":5,\"offset\":null,\"rows\":[\n]}");
  registry_expect (self, "POST", "/things/_all_docs", "{\"keys\":[\"a\",\"b\",\"c\"],\"skip\":1,\"limit\":1}", 200,
                   "{*[" ROW ("b") "\n]}");
}

static void
test_bad_input (RegistryFixture *self, gconstpointer data)
{
  static const char *const bad[] = { "startkey=b",   "endkey=[", "limit=x",   "skip=-1",
                                     "descending=1", "keys=3",   "keys=\"a\"" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *path = g_strconcat ("/things/_all_docs?", bad[i], NULL);

      registry_expect (self, "GET", path, NULL, 400, "{\"error\":\"*\",\"reason\":\"*\"}");
    }
  registry_expect (self, "POST", "/things/_all_docs", "[]", 400, "{\"error\":\"bad_request\",*}");
  registry_expect (self, "POST", "/things/_all_docs", "{\"limit\":\"many\"}", 400,
                   "{\"error\":\"query_parse_error\",*}");
  registry_expect (self, "PUT", "/things/_all_docs", "{}", 405, "{*}");
  registry_expect (self, "GET", "/nowhere/_all_docs", NULL, 404, "{*\"Database does not exist.\"}");
}

static void
test_many (RegistryFixture *self, gconstpointer data)
{
  g_autoptr (GString) batch = g_string_new ("{\"docs\":[");

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (batch, "%s{\"_id\":\"e%05u\"}", i > 0 ? "," : "", i);
  g_string_append (batch, "]}");
  registry_expect (self, "POST", "/things/_bulk_docs", batch->str, 201, "[*");
  for (guint i = 0; i < 2; i++)
    {
      guint n = 0;

      registry_ask (self, "GET", i == 0 ? "/things/_all_docs?include_docs=true" : "/things/_all_docs?descending=true",
                    NULL, NULL);
      g_assert_true (samspill_json_check (self->body, -1, 0, SAMSPILL_JSON_DEFAULT, NULL));
      for (const char *c = self->body; (c = strstr (c, "\"key\":")) != NULL; c++)
        n++;
      g_assert_cmpuint (n, ==, 5005);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/registry/all-docs/ranges", test_ranges);
  TEST ("/registry/all-docs/keys", test_keys);
  TEST ("/registry/all-docs/bad-input", test_bad_input);
  TEST ("/registry/all-docs/many", test_many);
  return g_test_run ();
}
