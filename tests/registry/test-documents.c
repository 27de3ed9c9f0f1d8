/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry-fixture.h"

#define TEST(path, func) g_test_add (path, RegistryFixture, NULL, set_up, func, registry_tear_down)

static void
set_up (RegistryFixture *self, gconstpointer data)
{
  registry_set_up (self, data);
  registry_expect (self, "PUT", "/things", NULL, 201, "{\"ok\":true}");
}

static void
test_life (RegistryFixture *self, gconstpointer data)
{
  g_autofree char *first = NULL, *second = NULL, *tombstone = NULL, *body = NULL, *path = NULL, *wanted = NULL,
                  *etag = NULL, *location = g_strconcat (self->address, "/things/a", NULL);

  registry_expect (self, "GET", "/things/a", NULL, 404, "{\"error\":\"not_found\",\"reason\":\"missing\"}");
  registry_expect (self, "PUT", "/things/a", "{\"x\": 1.50}", 201, "{\"ok\":true,\"id\":\"a\",\"rev\":\"1-*\"}");
  g_assert_cmpstr (registry_header (self, "Location"), ==, location);
  first = registry_dup_string (self, "rev");
  etag = g_strdup_printf ("\"%s\"", first);
  g_assert_cmpstr (registry_header (self, "ETag"), ==, etag);
  wanted = g_strdup_printf ("{\"_id\":\"a\",\"_rev\":\"%s\",\"x\": 1.50}", first);
  registry_expect (self, "GET", "/things/a", NULL, 200, wanted); /* byte for byte */
  g_assert_cmpstr (registry_header (self, "ETag"), ==, etag);
  registry_expect (self, "HEAD", "/things/a", NULL, 200, "");
  g_assert_cmpstr (registry_header (self, "ETag"), ==, etag);

  registry_expect (self, "PUT", "/things/a", "{\"x\":2}", 409,
                   "{\"error\":\"conflict\",\"reason\":\"Document update conflict.\"}");
  body = g_strdup_printf ("{\"_rev\":\"%s\",\"x\":2}", first);
  registry_expect (self, "PUT", "/things/a", body, 201, "{\"ok\":true,\"id\":\"a\",\"rev\":\"2-*\"}");
  second = registry_dup_string (self, "rev");
  registry_expect (self, "PUT", "/things/a", body, 409, "{\"error\":\"conflict\",*}");

  registry_expect (self, "DELETE", "/things/a", NULL, 409, "{\"error\":\"conflict\",*}");
  path = g_strdup_printf ("/things/a?rev=%s", second);
  registry_expect (self, "DELETE", path, NULL, 200, "{\"ok\":true,\"id\":\"a\",\"rev\":\"3-*\"}");
  tombstone = registry_dup_string (self, "rev");
  registry_expect (self, "GET", "/things/a", NULL, 404, "{\"error\":\"not_found\",\"reason\":\"deleted\"}");
  registry_expect (self, "DELETE", "/things/a", NULL, 404, "{\"error\":\"not_found\",\"reason\":\"deleted\"}");
  registry_expect (self, "DELETE", "/things/none", NULL, 404, "{\"error\":\"not_found\",\"reason\":\"missing\"}");
  g_free (path);
  path = g_strdup_printf ("/things/a?rev=%s", tombstone);
  registry_expect (self, "GET", path, NULL, 200, "{\"_id\":\"a\",\"_rev\":\"3-*\",\"_deleted\":true}");
  registry_expect (self, "PUT", "/things/a", "{\"x\":3}", 201, "{\"ok\":true,\"id\":\"a\",\"rev\":\"4-*\"}");
}

static void
test_who_is_meant (RegistryFixture *self, gconstpointer data)
{
  g_autofree char *rev = registry_put (self, "/things/a", "{}"), *match = NULL, *body = NULL, *path = NULL;

  match = g_strdup_printf ("If-Match: \"%s\"", rev);
  body = g_strdup_printf ("{\"_rev\":\"%s\"}", rev);
  registry_expect_with (self, "PUT", "/things/a?rev=1-abc", body, NULL, 400,
                        "{\"error\":\"bad_request\",\"reason\":\"Document rev from request body and query string have "
                        "different values\"}");
  registry_expect_with (self, "PUT", "/things/a", body, "If-Match: \"1-abc\"", 400,
                        "{\"error\":\"bad_request\",\"reason\":\"Document rev and etag have different values\"}");
  registry_expect_with (self, "PUT", "/things/a", "{\"n\":1}", match, 201, "{\"ok\":true,*\"rev\":\"2-*\"}");
  registry_expect_with (self, "PUT", "/things/a", "{\"n\":2}", match, 409, "{\"error\":\"conflict\",*}");
  registry_expect (self, "PUT", "/things/a?rev=nonsense", "{}", 400,
                   "{\"error\":\"bad_request\",\"reason\":\"Invalid rev format\"}");
  registry_expect (self, "GET", "/things/a?rev=nonsense", NULL, 400,
                   "{\"error\":\"bad_request\",\"reason\":\"Invalid rev format\"}");
  registry_expect (self, "GET", "/things/a?rev=9-abc", NULL, 404, "{\"error\":\"not_found\",\"reason\":\"missing\"}");
  path = g_strdup_printf ("/things/a?rev=%s&latest=true", rev);
  registry_expect (self, "GET", path, NULL, 200, "{\"_id\":\"a\",\"_rev\":\"2-*\",\"n\":1}");
}

static void
test_not_modified (RegistryFixture *self, gconstpointer data)
{
  g_autofree char *rev = registry_put (self, "/things/a", "{}"), *match = NULL;

  match = g_strdup_printf ("If-None-Match: \"x\", \"%s\"", rev);
  registry_expect_with (self, "GET", "/things/a", NULL, match, 304, "");
  registry_expect_with (self, "GET", "/things/a", NULL, "If-None-Match: \"1-x\"", 200, "{*}");
}

static void
test_post (RegistryFixture *self, gconstpointer data)
{
  registry_expect (self, "POST", "/things", "{\"_id\":\"p\",\"x\":1}", 201,
                   "{\"ok\":true,\"id\":\"p\",\"rev\":\"1-*\"}");
  registry_expect (self, "POST", "/things", "{\"x\":1}", 201,
                   "{\"ok\":true,\"id\":\"????????????????????????????????\",\"rev\":\"1-*\"}");
  registry_expect (self, "POST", "/things", "{\"_id\":\"p\"}", 409, "{\"error\":\"conflict\",*}");
  registry_expect_with (self, "POST", "/things", "{}", "Content-Type: text/plain", 415,
                        "{\"error\":\"bad_content_type\",\"reason\":\"Content-Type must be application/json\"}");
  registry_expect (self, "PUT", "/things/b?batch=ok", "{}", 202, "{\"ok\":true,*}");
}

static void
test_bad_input (RegistryFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *path, *body;
    guint status;
    const char *pattern;
  } cases[] = {
    { "/things/a", "", 400, "{\"error\":\"bad_request\",\"reason\":\"invalid UTF-8 JSON\"}" },
    { "/things/a", "{", 400, "{\"error\":\"bad_request\",\"reason\":\"invalid UTF-8 JSON\"}" },
    { "/things/a", "{\"a\":1,\"a\":2}", 400, "{\"error\":\"bad_request\",*}" },
    { "/things/a", "{\"a\":\"\xff\"}", 400, "{\"error\":\"bad_request\",*}" },
    { "/things/a", "{\"a\":\"\\ud800\"}", 400, "{\"error\":\"bad_request\",*}" },
    { "/things/a", "[]", 400, "{\"error\":\"bad_request\",\"reason\":\"Document must be a JSON object\"}" },
    { "/things/a", "3", 400, "{\"error\":\"bad_request\",\"reason\":\"Document must be a JSON object\"}" },
    { "/things/a", "{\"_odd\":1}", 400,
      "{\"error\":\"doc_validation\",\"reason\":\"Bad special document member: _odd\"}" },
    { "/things/a", "{\"_rev\":7}", 400, "{\"error\":\"bad_request\",*}" },
    { "/things/a", "{\"_rev\":\"x\"}", 400, "{\"error\":\"bad_request\",\"reason\":\"Invalid rev format\"}" },
    { "/things/a?new_edits=false", "{}", 400, "{\"error\":\"bad_request\",*}" },
    { "/things/a?new_edits=maybe", "{}", 400,
      "{\"error\":\"query_parse_error\",\"reason\":\"Invalid boolean parameter: *maybe*\"}" },
    { "/things/_odd", "{}", 400,
      "{\"error\":\"illegal_docid\",\"reason\":\"Only reserved document ids may start with underscore.\"}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    registry_expect (self, "PUT", cases[i].path, cases[i].body, cases[i].status, cases[i].pattern);
  registry_expect (self, "POST", "/things", "{\"_id\":\"_odd\"}", 400, "{\"error\":\"illegal_docid\",*}");
  registry_expect (self, "POST", "/things", "{\"_id\":\"\"}", 400, "{\"error\":\"*\",*}");
  registry_expect (self, "GET", "/things/_changes", NULL, 200,
                   "{\"results\":[\n],\n\"last_seq\":\"0-*\",\"pending\":0}");
}

static void
test_too_large (RegistryFixture *self, gconstpointer data)
{
  g_autofree char *text = g_strnfill (9 * 1024 * 1024, 'x');
  g_autofree char *body = g_strconcat ("{\"x\":\"", text, "\"}", NULL);
  g_autofree char *batch = g_strconcat ("{\"docs\":[", body, "]}", NULL);

  registry_expect (self, "PUT", "/things/a", body, 413, "{\"error\":\"document_too_large\",*}");
  registry_expect (self, "POST", "/things/_bulk_docs", batch, 413, "{\"error\":\"document_too_large\",*}");
  registry_expect (self, "GET", "/things/a", NULL, 404, "{\"error\":\"not_found\",*}");
}

static void
test_odd_ids (RegistryFixture *self, gconstpointer data)
{
  registry_expect (self, "PUT", "/things/a%2Fb", "{}", 201, "{\"ok\":true,\"id\":\"a/b\",*}");
  registry_expect (self, "GET", "/things/a%2Fb", NULL, 200, "{\"_id\":\"a/b\",*}");
  registry_expect (self, "PUT", "/things/bl%C3%A5%20%22x%22%5C", "{}", 201,
                   "{\"ok\":true,\"id\":\"blå \\\"x\\\"\\\\\",*}");
  registry_expect (self, "GET", "/things/bl%C3%A5%20%22x%22%5C", NULL, 200, "{\"_id\":\"blå \\\"x\\\"\\\\\",*}");
  registry_expect (self, "PUT", "/things/a+b", "{}", 201, "{\"ok\":true,\"id\":\"a+b\",*}");
  registry_expect (self, "PUT", "/things/%F0%9F%98%80", "{}", 201, "{\"ok\":true,\"id\":\"😀\",*}");
}

/* Two branches that came by replication. */
static void
test_branches (RegistryFixture *self, gconstpointer data)
{
  registry_expect (self, "PUT", "/things/a?new_edits=false",
                   "{\"_rev\":\"2-bb\",\"_revisions\":{\"start\":2,\"ids\":[\"bb\",\"aa\"]},\"n\":1}", 201,
                   "{\"ok\":true,\"id\":\"a\",\"rev\":\"2-bb\"}");
  registry_expect (self, "PUT", "/things/a?new_edits=false",
                   "{\"_rev\":\"2-cc\",\"_revisions\":{\"start\":2,\"ids\":[\"cc\",\"aa\"]},\"n\":2}", 201,
                   "{\"ok\":true,*}");
  registry_expect (self, "PUT", "/things/a?new_edits=false",
                   "{\"_rev\":\"3-dd\",\"_revisions\":{\"start\":3,\"ids\":[\"dd\",\"ee\"]},\"_deleted\":true}", 201,
                   "{\"ok\":true,*}");
  registry_expect (self, "GET", "/things/a", NULL, 200, "{\"_id\":\"a\",\"_rev\":\"2-cc\",\"n\":2}");
  registry_expect (self, "GET", "/things/a?conflicts=true", NULL, 200, "*\"_conflicts\":[\"2-bb\"],\"n\":2}");
  registry_expect (self, "GET", "/things/a?deleted_conflicts=true", NULL, 200, "*\"_deleted_conflicts\":[\"3-dd\"]*");
  registry_expect (self, "GET", "/things/a?revs=true", NULL, 200,
                   "*\"_revisions\":{\"start\":2,\"ids\":[\"cc\",\"aa\"]}*");
  registry_expect (
      self, "GET", "/things/a?revs_info=true", NULL, 200,
      "*\"_revs_info\":[{\"rev\":\"2-cc\",\"status\":\"available\"},{\"rev\":\"1-aa\",\"status\":\"missing\"}]*");
  registry_expect (self, "GET", "/things/a?meta=true", NULL, 200,
                   "*\"_revs_info\":*\"_conflicts\":*\"_deleted_conflicts\":*");
  registry_expect (self, "GET", "/things/a?local_seq=true", NULL, 200, "*\"_local_seq\":*");
  registry_expect (self, "GET", "/things/a?revs=yes", NULL, 400, "{\"error\":\"query_parse_error\",*}");
  registry_expect_with (self, "GET", "/things/a?open_revs=all", NULL, "Accept: application/json", 200,
                        "[{\"ok\":{*\"2-cc\"*}},{\"ok\":{*\"2-bb\"*}},{\"ok\":{*\"3-dd\"*\"_deleted\":true}}]");
  registry_expect_with (self, "GET", "/things/a?open_revs=[\"2-bb\",\"7-x\"]", NULL, "Accept: application/json", 200,
                        "[{\"ok\":{*\"2-bb\"*}},{\"missing\":\"7-x\"}]");
  registry_expect_with (self, "GET", "/things/a?open_revs=[\"1-aa\"]&latest=true&revs=true", NULL,
                        "Accept: application/json", 200, "[{\"ok\":{*\"2-cc\"*}},{\"ok\":{*\"2-bb\"*}}]");
  registry_expect_with (self, "GET", "/things/a?open_revs=[3]", NULL, "Accept: application/json", 400,
                        "{\"error\":\"bad_request\",*}");
  registry_expect_with (self, "GET", "/things/none?open_revs=all", NULL, "Accept: application/json", 404,
                        "{\"error\":\"not_found\",\"reason\":\"missing\"}");
  registry_expect_with (self, "GET", "/things/none?open_revs=[\"1-a\"]", NULL, "Accept: application/json", 200,
                        "[{\"missing\":\"1-a\"}]");
}

static void
test_local (RegistryFixture *self, gconstpointer data)
{
  g_autofree char *filler = g_strnfill (1024 * 1024, 'x'), *large = g_strdup_printf ("{\"x\":\"%s\"}", filler);

  registry_expect (self, "PUT", "/things/_local/c", large, 413, "{\"error\":\"too_large\",*}");
  registry_expect (self, "GET", "/things/_local/c", NULL, 404, "{\"error\":\"not_found\",\"reason\":\"missing\"}");
  registry_expect (self, "PUT", "/things/_local/c", "{\"last_seq\":\"3-x\"}", 201,
                   "{\"ok\":true,\"id\":\"_local/c\",\"rev\":\"0-1\"}");
  registry_expect (self, "GET", "/things/_local%2Fc", NULL, 200,
                   "{\"_id\":\"_local/c\",\"_rev\":\"0-1\",\"last_seq\":\"3-x\"}");
  registry_expect (self, "PUT", "/things/_local/c", "{}", 409, "{\"error\":\"conflict\",*}");
  registry_expect (self, "PUT", "/things/_local/c", "{\"_rev\":\"0-1\"}", 201, "{*\"rev\":\"0-2\"}");
  registry_expect (self, "GET", "/things/_local/c", NULL, 200, "{\"_id\":\"_local/c\",\"_rev\":\"0-2\"}");
  registry_expect (self, "GET", "/things/_changes", NULL, 200,
                   "{\"results\":[\n],\n\"last_seq\":\"0-*\",\"pending\":0}");
  registry_expect (self, "DELETE", "/things/_local/c", NULL, 409, "{\"error\":\"conflict\",*}");
  registry_expect (self, "DELETE", "/things/_local/c?rev=0-2", NULL, 200,
                   "{\"ok\":true,\"id\":\"_local/c\",\"rev\":\"0-0\"}");
  registry_expect (self, "GET", "/things/_local/c", NULL, 404, "{\"error\":\"not_found\",\"reason\":\"missing\"}");
  registry_expect (self, "DELETE", "/things/_local/c?rev=0-2", NULL, 404,
                   "{\"error\":\"not_found\",\"reason\":\"missing\"}");
  registry_expect (self, "PUT", "/things/_local/c", "[1]", 400, "{\"error\":\"bad_request\",*}");
  registry_expect (self, "GET", "/nowhere/_local/c", NULL, 404, "{*\"Database does not exist.\"}");
  registry_expect (self, "PUT", "/nowhere/_local/c", "{}", 404, "{*\"Database does not exist.\"}");
}

static void
test_design (RegistryFixture *self, gconstpointer data)
{
  g_autofree char *rev = NULL, *path = NULL;

  registry_expect (
      self, "PUT", "/things/_design/rule",
      "{\"validate_doc_update\":\"function (doc, old, ctx) { if (doc.bad) throw {forbidden: 'It is bad.'}; }\"}", 201,
      "{\"ok\":true,\"id\":\"_design/rule\",\"rev\":\"1-*\"}");
  rev = registry_dup_string (self, "rev");
  registry_expect (self, "GET", "/things/_design%2Frule", NULL, 200, "{\"_id\":\"_design/rule\",*}");
  registry_expect (self, "PUT", "/things/a", "{\"bad\":true}", 403,
                   "{\"error\":\"forbidden\",\"reason\":\"It is bad.\"}");
  registry_expect (self, "GET", "/things/a", NULL, 404, "{*}");
  registry_expect (self, "POST", "/things/_bulk_docs", "{\"docs\":[{\"_id\":\"b\",\"bad\":1},{\"_id\":\"c\"}]}", 201,
                   "[{\"id\":\"b\",\"error\":\"forbidden\",\"reason\":\"It is bad.\"},\n{\"ok\":true,\"id\":\"c\",*}]");
  registry_expect (
      self, "POST", "/things/_bulk_docs",
      "{\"new_edits\":false,\"docs\":[{\"_id\":\"d\",\"_rev\":\"1-d\",\"bad\":1},{\"_id\":\"e\",\"_rev\":\"1-e\"}]}",
      201, "[{\"id\":\"d\",\"rev\":\"1-d\",\"error\":\"forbidden\",\"reason\":\"It is bad.\"}]");
  path = g_strdup_printf ("/things/_design/rule?rev=%s", rev);
  registry_expect (self, "DELETE", path, NULL, 200, "{\"ok\":true,*}");
  registry_expect (self, "PUT", "/things/a", "{\"bad\":true}", 201, "{\"ok\":true,*}");
}

static void
test_purge (RegistryFixture *self, gconstpointer data)
{
  g_autofree char *rev = registry_put (self, "/things/a", "{}"),
                  *body = g_strdup_printf ("{\"a\":[\"%s\"],\"b\":[\"1-x\"]}", rev);

  registry_expect (self, "POST", "/things/_purge", body, 201,
                   "{\"purge_seq\":null,\"purged\":{\"a\":[\"1-*\"],\"b\":[]}}");
  registry_expect (self, "GET", "/things/a", NULL, 404, "{\"error\":\"not_found\",\"reason\":\"missing\"}");
  registry_expect (self, "GET", "/things", NULL, 200, "*\"doc_count\":0,*");
  registry_expect (self, "POST", "/things/_purge", "{\"a\\u0000\":[\"1-x\"]}", 400, "{\"error\":\"bad_request\",*}");
  registry_expect (self, "POST", "/things/_purge", "[]", 400, "{\"error\":\"bad_request\",*}");
  registry_expect (self, "POST", "/things/_purge", "{\"a\":3}", 400, "{\"error\":\"bad_request\",*}");
}

/* What depends on more than the revision is told anew. */
static void
test_more_than_revision (RegistryFixture *self, gconstpointer data)
{
  static const char *const more[] = { "conflicts", "deleted_conflicts", "revs_info", "meta", "local_seq" };
  g_autofree char *rev = registry_put (self, "/things/a", "{}"), *known = NULL;

  known = g_strdup_printf ("If-None-Match: \"%s\"", rev);
  registry_expect (self, "PUT", "/things/a?new_edits=false&rev=1-0", "{\"x\":1}", 201, "{*\"rev\":\"1-0\"}");
  registry_expect_with (self, "GET", "/things/a", NULL, known, 304, "");
  registry_expect_with (self, "GET", "/things/a?revs=true", NULL, known, 304, "");
  for (gsize i = 0; i < G_N_ELEMENTS (more); i++)
    {
      g_autofree char *path = g_strdup_printf ("/things/a?%s=true", more[i]);

      registry_expect_with (self, "GET", path, NULL, known, 200, "{*}");
      g_assert_null (registry_header (self, "ETag"));
    }
  registry_expect_with (self, "GET", "/things/a?conflicts=true", NULL, known, 200, "{*\"_conflicts\":[\"1-0\"]}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/registry/documents/life", test_life);
  TEST ("/registry/documents/who-is-meant", test_who_is_meant);
  TEST ("/registry/documents/not-modified", test_not_modified);
  TEST ("/registry/documents/more-than-the-revision", test_more_than_revision);
  TEST ("/registry/documents/post", test_post);
  TEST ("/registry/documents/bad-input-changes-nothing", test_bad_input);
  TEST ("/registry/documents/too-large", test_too_large);
  TEST ("/registry/documents/odd-ids", test_odd_ids);
  TEST ("/registry/documents/branches", test_branches);
  TEST ("/registry/documents/local", test_local);
  TEST ("/registry/documents/design", test_design);
  TEST ("/registry/documents/purge", test_purge);
  return g_test_run ();
}
