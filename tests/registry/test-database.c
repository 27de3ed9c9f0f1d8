/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry-fixture.h"

#define TEST(path, func) g_test_add (path, RegistryFixture, NULL, registry_set_up, func, registry_tear_down)

static void
test_welcome (RegistryFixture *self, gconstpointer data)
{
  self->credentials = NULL;
  registry_expect (self, "GET", "/", NULL, 200,
                   "{\"couchdb\":\"Welcome\",\"version\":\"3.*\",\"features\":[],\"vendor\":{\"name\":*}}");
  g_assert_cmpstr (registry_header (self, "Content-Type"), ==, "application/json");
  registry_expect (self, "GET", "/_up", NULL, 200, "{\"status\":\"ok\",\"seeds\":{}}");
  registry_expect (self, "HEAD", "/", NULL, 200, "");
  registry_expect (self, "POST", "/", "{}", 405,
                   "{\"error\":\"method_not_allowed\",\"reason\":\"Only GET,HEAD allowed\"}");
  g_assert_cmpstr (registry_header (self, "Allow"), ==, "GET,HEAD");
  registry_expect (self, "GET", "/_uuids", NULL, 401, "{\"error\":\"unauthorized\",*}");
  self->credentials = "admin:secret";
  registry_expect (self, "GET", "/_uuids", NULL, 200, "{\"uuids\":[\"????????????????????????????????\"]}");
  registry_expect (self, "GET", "/_uuids?count=2", NULL, 200,
                   "{\"uuids\":[\"????????????????????????????????\",\"????????????????????????????????\"]}");
  registry_expect (self, "GET", "/_uuids?count=1001", NULL, 400, "{\"error\":\"bad_request\",\"reason\":\"count *\"}");
  registry_expect (self, "GET", "/_uuids?count=-1", NULL, 400, "{\"error\":\"query_parse_error\",*}");
}

static void
test_nobody_gets_nothing (RegistryFixture *self, gconstpointer data)
{
  static const char *const paths[] = { "/commons",           "/commons/_changes", "/commons/_all_docs", "/commons/x",
                                       "/commons/_local/x",  "/_users",           "/_users/_all_docs",  "/_all_dbs",
                                       "/commons/_security", "/nowhere",          "/_active_tasks" };

  self->credentials = NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    registry_expect (self, "GET", paths[i], NULL, 401, "{\"error\":\"unauthorized\",*}");
  registry_expect (self, "PUT", "/other", NULL, 401, "{\"error\":\"unauthorized\",*}");
  registry_expect (self, "DELETE", "/commons", NULL, 401, "{\"error\":\"unauthorized\",*}");
  registry_expect (self, "POST", "/commons/_bulk_docs", "{\"docs\":[]}", 401, "{\"error\":\"unauthorized\",*}");
  registry_expect (self, "POST", "/commons/_revs_diff", "{}", 401, "{\"error\":\"unauthorized\",*}");
  self->credentials = "admin:wrong";
  registry_expect (self, "GET", "/commons", NULL, 401,
                   "{\"error\":\"unauthorized\",\"reason\":\"Name or password is incorrect.\"}");
}

static void
test_life (RegistryFixture *self, gconstpointer data)
{
  g_autofree char *location = g_strconcat (self->address, "/things", NULL);

  registry_expect (self, "GET", "/things", NULL, 404,
                   "{\"error\":\"not_found\",\"reason\":\"Database does not exist.\"}");
  registry_expect (self, "GET", "/things/x", NULL, 404,
                   "{\"error\":\"not_found\",\"reason\":\"Database does not exist.\"}");
  registry_expect (self, "PUT", "/things/x", "{}", 404,
                   "{\"error\":\"not_found\",\"reason\":\"Database does not exist.\"}");
  registry_expect (self, "PUT", "/things", NULL, 201, "{\"ok\":true}");
  g_assert_cmpstr (registry_header (self, "Location"), ==, location);
  registry_expect (
      self, "PUT", "/things", NULL, 412,
      "{\"error\":\"file_exists\",\"reason\":\"The database could not be created, the file already exists.\"}");
  registry_expect (
      self, "GET", "/things", NULL, 200,
      "{\"instance_start_time\":\"1?????????\",\"db_name\":\"things\",\"purge_seq\":\"0-*\",\"update_seq\":\"0-*\","
      "\"sizes\":{\"file\":*},\"props\":{},\"doc_del_count\":0,\"doc_count\":0,\"disk_format_version\":8,"
      "\"compact_running\":false,\"cluster\":*}");
  registry_expect (self, "HEAD", "/things", NULL, 200, "");
  registry_expect (self, "GET", "/_all_dbs", NULL, 200, "[\"_users\",\"commons\",\"things\"]");
  registry_expect (self, "GET", "/_all_dbs?limit=1&skip=1", NULL, 200, "[\"commons\"]");
  registry_expect (self, "DELETE", "/things?rev=1-a", NULL, 400,
                   "{\"error\":\"bad_request\",\"reason\":\"You tried *\"}");
  registry_expect (self, "DELETE", "/things", NULL, 200, "{\"ok\":true}");
  registry_expect (self, "DELETE", "/things", NULL, 404,
                   "{\"error\":\"not_found\",\"reason\":\"Database does not exist.\"}");
  registry_expect (self, "GET", "/_all_dbs", NULL, 200, "[\"_users\",\"commons\"]");
}

static void
test_names (RegistryFixture *self, gconstpointer data)
{
  static const char *const bad[] = { "/Upper", "/9nine", "/_secret", "/bl%C3%A5", "/a%20b", "/a.b", "/a%3Fb" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    registry_expect (
        self, "PUT", bad[i], NULL, 400,
        "{\"error\":\"illegal_database_name\",\"reason\":\"Name: '*'. Only lowercase characters (a-z), digits "
        "(0-9), and any of the characters _, $, (, ), +, -, and / are allowed. Must begin with a letter.\"}");
  registry_expect (self, "PUT", "/a_$()+-%2Fb", NULL, 201, "{\"ok\":true}");
  registry_expect (self, "GET", "/a_$()+-%2fb", NULL, 200, "*\"db_name\":\"a_$()+-/b\"*");
}

static void
test_upkeep (RegistryFixture *self, gconstpointer data)
{
  registry_ask (self, "PUT", "/things", NULL, NULL);
  registry_expect (self, "POST", "/things/_ensure_full_commit", "", 201, "{\"ok\":true,\"instance_start_time\":\"*\"}");
  registry_expect (self, "POST", "/things/_compact", "", 202, "{\"ok\":true}");
  registry_expect (self, "POST", "/things/_view_cleanup", "", 202, "{\"ok\":true}");
  registry_expect (self, "GET", "/things/_compact", NULL, 405, "{\"error\":\"method_not_allowed\",*}");
  registry_expect (self, "GET", "/things/_revs_limit", NULL, 200, "1000");
  registry_expect (self, "PUT", "/things/_revs_limit", "7", 200, "{\"ok\":true}");
  registry_expect (self, "GET", "/things/_revs_limit", NULL, 200, "7");
  registry_expect (self, "PUT", "/things/_revs_limit", "0", 400, "{\"error\":\"bad_request\",*}");
  registry_expect (self, "PUT", "/things/_revs_limit", "\"many\"", 400, "{\"error\":\"bad_request\",*}");
  registry_expect (self, "GET", "/things/_revs_limit", NULL, 200, "7");
  registry_expect (self, "GET", "/things/_purged_infos_limit", NULL, 200, "1000");
  registry_expect (self, "GET", "/_active_tasks", NULL, 200, "[]");
  registry_expect (self, "GET", "/_membership", NULL, 200, "{\"all_nodes\":[*]*}");
}

static void
test_not_here (RegistryFixture *self, gconstpointer data)
{
  static const char *const paths[] = { "/commons/_find",
                                       "/commons/_index",
                                       "/commons/_explain",
                                       "/commons/_design/a/_view/b",
                                       "/commons/_design/a/_show/b",
                                       "/commons/_design/a/_list/b/c",
                                       "/commons/_design/a/_update/b",
                                       "/commons/_design/a/_rewrite/",
                                       "/commons/_all_docs/queries",
                                       "/commons/_shards",
                                       "/_node/_local/_stats",
                                       "/_replicate",
                                       "/_scheduler/jobs" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    registry_expect (self, "POST", paths[i], "{}", 501, "{\"error\":\"not_implemented\",\"reason\":\"*\"}");
  registry_expect (self, "GET", "/commons/_changes?feed=eventsource", NULL, 501, "{\"error\":\"not_implemented\",*}");
  registry_expect (self, "COPY", "/commons/x", NULL, 501, "{\"error\":\"not_implemented\",*}");
  registry_expect (
      self, "GET", "/commons/_odd", NULL, 400,
      "{\"error\":\"illegal_docid\",\"reason\":\"Only reserved document ids may start with underscore.\"}");
}

/* What a client remembers of a database that was made anew begins at the start. */
static void
test_made_anew (RegistryFixture *self, gconstpointer data)
{
  g_autofree char *rev = NULL, *old = NULL, *path = NULL;

  registry_ask (self, "PUT", "/things", NULL, NULL);
  rev = registry_put (self, "/things/a", "{}");
  registry_ask (self, "GET", "/things/_changes", NULL, NULL);
  old = registry_dup_string (self, "last_seq");
  registry_ask (self, "DELETE", "/things", NULL, NULL);
  registry_ask (self, "PUT", "/things", NULL, NULL);
  g_free (registry_put (self, "/things/b", "{}"));
  path = g_strconcat ("/things/_changes?since=", old, NULL);
  registry_expect (self, "GET", path, NULL, 200, "{\"results\":[*\"id\":\"b\"*");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/registry/database/welcome", test_welcome);
  TEST ("/registry/database/nobody-gets-nothing", test_nobody_gets_nothing);
  TEST ("/registry/database/life", test_life);
  TEST ("/registry/database/names", test_names);
  TEST ("/registry/database/upkeep", test_upkeep);
  TEST ("/registry/database/what-is-not-here", test_not_here);
  TEST ("/registry/database/made-anew-starts-again", test_made_anew);
  return g_test_run ();
}
