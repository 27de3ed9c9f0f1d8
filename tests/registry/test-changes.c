/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry-fixture.h"

#include <string.h>

#include "samspill-json-text.h"

#define TEST(path, func) g_test_add (path, RegistryFixture, NULL, set_up, func, registry_tear_down)
#define EMPTY "{\"results\":[\n],\n\"last_seq\":\"*\",\"pending\":0}"

static void
set_up (RegistryFixture *self, gconstpointer data)
{
  registry_set_up (self, data);
  registry_expect (self, "PUT", "/things", NULL, 201, "{\"ok\":true}");
}

static guint
count (const char *text, const char *what)
{
  guint n = 0;

  while ((text = strstr (text, what)) != NULL)
    {
      text++;
      n++;
    }
  return n;
}

static void
test_normal (RegistryFixture *self, gconstpointer data)
{
  g_autofree char *seq = NULL, *path = NULL, *rev = NULL, *body = NULL;

  registry_expect (self, "GET", "/things/_changes", NULL, 200, EMPTY);
  rev = registry_put (self, "/things/a", "{\"n\":1}");
  g_free (registry_put (self, "/things/b", "{\"n\":2}"));
  g_free (registry_put (self, "/things/c", "{\"n\":3}"));
  body = g_strdup_printf ("/things/a?rev=%s", rev);
  registry_expect (self, "DELETE", body, NULL, 200, "{*}");
  registry_expect (
      self, "GET", "/things/_changes", NULL, 200,
      "{\"results\":[\n{\"seq\":\"*-*\",\"id\":\"b\",\"changes\":[{\"rev\":\"1-*\"}]},\n"
      "{\"seq\":*,\"id\":\"c\",*},\n{\"seq\":*,\"id\":\"a\",\"changes\":[{\"rev\":\"2-*\"}],\"deleted\":true}\n],\n"
      "\"last_seq\":\"*-*\",\"pending\":0}");
  registry_expect (self, "GET", "/things/_changes?limit=1", NULL, 200,
                   "{\"results\":[\n{*\"id\":\"b\"*}\n],\n\"last_seq\":\"*\",\"pending\":2}");
  seq = registry_dup_string (self, "last_seq");
  path = g_strdup_printf ("/things/_changes?since=%s&include_docs=true", seq);
  registry_expect (self, "GET", path, NULL, 200,
                   "{\"results\":[\n{*\"id\":\"c\"*\"doc\":{\"_id\":\"c\",\"_rev\":\"1-*\",\"n\":3}},\n"
                   "{*\"id\":\"a\"*\"deleted\":true,\"doc\":{\"_id\":\"a\",\"_rev\":\"2-*\",\"_deleted\":true}}\n],\n*"
                   "\"pending\":0}");
  registry_expect (self, "GET", "/things/_changes?since=now", NULL, 200, EMPTY);
  /* A number of another server is no reason to skip anything. */
  registry_expect (self, "GET", "/things/_changes?since=99999", NULL, 200, "*\"id\":\"b\"*");
  registry_expect (self, "GET", "/things/_changes?since=7-of-elsewhere", NULL, 200, "*\"id\":\"b\"*");
  registry_expect (self, "HEAD", "/things/_changes", NULL, 200, "");
  registry_expect (self, "GET", "/things/_changes?since=0&limit=0", NULL, 200, "*\"pending\":2}");
  registry_expect (self, "GET", "/things/_changes?descending=true", NULL, 200,
                   "*\"id\":\"a\"*\"id\":\"c\"*\"id\":\"b\"*");
  registry_expect (self, "GET", "/things/_changes?descending=true&limit=1", NULL, 200,
                   "{\"results\":[\n{*\"id\":\"a\"*}\n],\n\"last_seq\":\"*\",\"pending\":2}");
}

static void
test_filters (RegistryFixture *self, gconstpointer data)
{
  static const struct
  {
    const char *selector, *ids;
  } cases[] = {
    { "{\"n\":1}", "a" },
    { "{\"n\":{\"$gt\":1}}", "bcd" },
    { "{\"n\":{\"$gte\":2,\"$lt\":3}}", "b" },
    { "{\"n\":{\"$ne\":1}}", "bcd" },
    { "{\"n\":{\"$in\":[1,3]}}", "ac" },
    { "{\"n\":{\"$nin\":[1,3]}}", "bd" },
    { "{\"m\":{\"$exists\":true}}", "d" },
    { "{\"m\":{\"$exists\":false}}", "abc" },
    { "{\"$or\":[{\"n\":1},{\"n\":2.0}]}", "ab" },
    { "{\"$and\":[{\"n\":{\"$gt\":1}},{\"n\":{\"$lt\":3}}]}", "b" },
    { "{\"$not\":{\"n\":1}}", "bcd" },
    { "{\"$nor\":[{\"n\":1},{\"n\":2}]}", "cd" },
    { "{\"n\":{\"$type\":\"string\"}}", "d" },
    { "{\"tags\":{\"$all\":[\"x\",\"y\"]}}", "c" },
    { "{\"tags\":{\"$size\":2}}", "c" },
    { "{\"tags\":{\"$elemMatch\":{\"$eq\":\"x\"}}}", "bc" },
    { "{\"tags\":[\"x\"]}", "b" },
    { "{\"o.p\":5}", "a" },
    { "{\"o\":{\"p\":5}}", "a" },
    { "{\"o\":{\"p\":{\"$gt\":4}}}", "a" },
    { "{\"_id\":\"b\"}", "b" },
    { "{\"n\":{\"$gt\":null}}", "abcd" },
    { "{}", "abcd" },
  };
  static const char *const bad[] = { "{\"n\":{\"$regex\":\"^a\"}}", "{\"$odd\":1}",  "{\"$and\":{}}", "[]", "3",
                                     "{\"n\":{\"$in\":3}}",         "{\"$and\":[3]}" };
  g_autoptr (GString) deep = g_string_new ("{\"selector\":");

  g_free (registry_put (self, "/things/a", "{\"n\":1,\"o\":{\"p\":5}}"));
  g_free (registry_put (self, "/things/b", "{\"n\":2,\"tags\":[\"x\"]}"));
  g_free (registry_put (self, "/things/c", "{\"n\":3,\"tags\":[\"x\",\"y\"]}"));
  g_free (registry_put (self, "/things/d", "{\"n\":\"4\",\"m\":null}"));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"selector\":%s}", cases[i].selector);
      g_autoptr (GString) pattern = g_string_new ("{\"results\":[\n");

      for (const char *c = cases[i].ids; *c != '\0'; c++)
        g_string_append_printf (pattern, "%s{\"seq\":\"*\",\"id\":\"%c\",\"changes\":[{\"rev\":\"*\"}]}",
                                c > cases[i].ids ? ",\n" : "", *c);
      g_string_append (pattern, "\n],\n*");
      registry_expect (self, "POST", "/things/_changes?filter=_selector", body, 200, pattern->str);
      g_assert_cmpuint (count (self->body, "\"id\":"), ==, strlen (cases[i].ids));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *body = g_strdup_printf ("{\"selector\":%s}", bad[i]);

      registry_expect (self, "POST", "/things/_changes?filter=_selector", body, 400, "{\"error\":\"bad_request\",*}");
    }
  for (guint i = 0; i < 40; i++)
    g_string_append (deep, "{\"$not\":");
  g_string_append (deep, "{}");
  for (guint i = 0; i < 40; i++)
    g_string_append_c (deep, '}');
  g_string_append_c (deep, '}');
  registry_expect (self, "POST", "/things/_changes?filter=_selector", deep->str, 400, "{*nested too deeply*}");
  registry_expect (self, "POST", "/things/_changes?filter=_doc_ids", "{\"doc_ids\":[\"b\",\"x\"]}", 200,
                   "{\"results\":[\n{*\"id\":\"b\"*}\n],\n*\"pending\":0}");
  registry_expect (self, "GET", "/things/_changes?filter=_doc_ids&doc_ids=[\"c\"]", NULL, 200,
                   "{\"results\":[\n{*\"id\":\"c\"*}\n],\n*}");
  registry_expect (self, "POST", "/things/_changes?filter=_doc_ids", "{\"doc_ids\":3}", 400,
                   "{\"error\":\"bad_request\",*}");
  registry_expect (self, "PUT", "/things/_design/x", "{}", 201, "{*}");
  registry_expect (self, "GET", "/things/_changes?filter=_design", NULL, 200,
                   "{\"results\":[\n{*\"id\":\"_design/x\"*}\n],\n*}");
  registry_expect (self, "GET", "/things/_changes?filter=app/mine", NULL, 501, "{\"error\":\"not_implemented\",*}");
}

static void
test_bad_input (RegistryFixture *self, gconstpointer data)
{
  static const char *const bad[] = { "since=nonsense", "since=-1",    "feed=odd",  "style=odd",      "limit=x",
                                     "heartbeat=0",    "heartbeat=x", "timeout=x", "include_docs=1", "descending=x" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *path = g_strconcat ("/things/_changes?", bad[i], NULL);

      registry_expect (self, "GET", path, NULL, 400, "{\"error\":\"*\",\"reason\":\"*\"}");
    }
  registry_expect (self, "GET", "/nowhere/_changes", NULL, 404, "{*\"Database does not exist.\"}");
  registry_expect (self, "PUT", "/things/_changes", "{}", 405, "{*}");
}

static void
test_style (RegistryFixture *self, gconstpointer data)
{
  registry_expect (self, "POST", "/things/_bulk_docs",
                   "{\"new_edits\":false,\"docs\":[{\"_id\":\"a\",\"_rev\":\"1-x\"},{\"_id\":\"a\",\"_rev\":\"1-y\"}]}",
                   201, "[]");
  registry_expect (self, "GET", "/things/_changes", NULL, 200, "*\"changes\":[{\"rev\":\"1-y\"}]*");
  registry_expect (self, "GET", "/things/_changes?style=all_docs", NULL, 200,
                   "*\"changes\":[{\"rev\":\"1-y\"},{\"rev\":\"1-x\"}]*");
  registry_expect (self, "GET", "/things/_changes?include_docs=true&conflicts=true", NULL, 200,
                   "*\"_conflicts\":[\"1-x\"]*");
}

/* A large feed comes whole, in pieces. */
static void
test_many (RegistryFixture *self, gconstpointer data)
{
  g_autoptr (GString) batch = g_string_new ("{\"docs\":[");

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (batch, "%s{\"_id\":\"d%05u\",\"text\":\"some words that make it longer\"}",
                            i > 0 ? "," : "", i);
  g_string_append (batch, "]}");
  registry_expect (self, "POST", "/things/_bulk_docs", batch->str, 201, "[*");
  for (guint i = 0; i < 2; i++)
    {
      registry_ask (self, "GET", i == 0 ? "/things/_changes?include_docs=true" : "/things/_changes?descending=true",
                    NULL, NULL);
      g_assert_cmpuint (count (self->body, "\"seq\":"), ==, 5000);
      g_assert_true (samspill_json_check (self->body, -1, 0, SAMSPILL_JSON_DEFAULT, NULL));
    }
  registry_expect (self, "POST", "/things/_changes?filter=_doc_ids", "{\"doc_ids\":[\"d04999\"]}", 200,
                   "*\"id\":\"d04999\"*");
}

/* Waiting. Answers come to a thread. */

typedef struct
{
  RegistryFixture *self;
  const char *path, *pattern;
} Waiting;

static gpointer
wait_thread (gpointer data)
{
  Waiting *waiting = data;
  RegistryFixture mine = { .address = waiting->self->address, .credentials = "admin:secret" };

  mine.session = soup_session_new ();
  soup_session_set_proxy_resolver (mine.session, NULL);
  registry_expect (&mine, "GET", waiting->path, NULL, 200, waiting->pattern);
  g_object_unref (mine.session);
  g_free (mine.body);
  soup_message_headers_unref (mine.headers);
  return NULL;
}

/* Writes until all threads are done: whenever they began to wait, something comes. */
static void
test_longpoll (RegistryFixture *self, gconstpointer data)
{
  GThread *threads[6];
  Waiting waiting[] = {
    { self, "/things/_changes?feed=longpoll&since=now",
      "{\"results\":[\n{*\"id\":\"later\"*}\n],\n\"last_seq\":\"*\",\"pending\":0}" },
    { self, "/things/_changes?feed=longpoll&since=now", "{\"results\":[\n{*\"id\":\"later\"*}\n],\n*" },
    { self, "/things/_changes?feed=longpoll&since=now&include_docs=true",
      "{\"results\":[\n{*\"doc\":{*\"n\":7}}\n],\n*" },
    { self, "/things/_changes?feed=longpoll&since=now&heartbeat=20", "{\"results\":[\n\n*{*\"id\":\"later\"*}\n],\n*" },
    { self, "/things/_changes?feed=continuous&since=now&limit=1",
      "{\"seq\":\"*\",\"id\":\"later\",*}\n{\"last_seq\":\"*\",\"pending\":*}" },
    { self, "/things/_changes?feed=continuous&since=now&timeout=50", "*{\"last_seq\":\"*\",\"pending\":0}" },
  };
  gint64 until_us = g_get_monotonic_time () + 200000;
  g_autofree char *rev = NULL;

  for (guint i = 0; i < 6; i++)
    threads[i] = g_thread_new ("waiting", wait_thread, &waiting[i]);
  /* Time to begin to wait; whoever comes later is not told of this write but of the next. */
  while (g_get_monotonic_time () < until_us)
    registry_expect (self, "GET", "/things", NULL, 200, "{*}");
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *body = rev != NULL ? g_strdup_printf ("{\"_rev\":\"%s\",\"n\":7}", rev) : g_strdup ("{\"n\":7}");

      g_free (rev);
      rev = registry_put (self, "/things/later", body);
    }
  for (guint i = 0; i < 6; i++)
    g_thread_join (threads[i]);
}

static void
test_longpoll_ends (RegistryFixture *self, gconstpointer data)
{
  GThread *thread;
  Waiting waiting = { self, "/things/_changes?feed=longpoll&since=now", "{\"results\":[\n],\n\"last_seq\":*}" };
  gint64 until_us = g_get_monotonic_time () + 100000;

  /* What is there already does not wait. */
  g_free (registry_put (self, "/things/a", "{}"));
  registry_expect (self, "GET", "/things/_changes?feed=longpoll", NULL, 200, "{\"results\":[\n{*\"id\":\"a\"*}\n],\n*");
  registry_expect (self, "GET", "/things/_changes?feed=longpoll&since=now&timeout=10", NULL, 200, EMPTY);
  registry_expect (self, "GET", "/things/_changes?feed=continuous&timeout=10", NULL, 200,
                   "{\"seq\":*\"id\":\"a\"*}\n{\"last_seq\":*}");
  /* The database goes. */
  thread = g_thread_new ("waiting", wait_thread, &waiting);
  while (g_get_monotonic_time () < until_us)
    registry_expect (self, "GET", "/things", NULL, 200, "{*}");
  registry_expect (self, "DELETE", "/things", NULL, 200, "{\"ok\":true}");
  g_thread_join (thread);
}

/* A server that ends says how far the feed was. */
static void
test_drain (RegistryFixture *self, gconstpointer data)
{
  GThread *threads[2];
  Waiting waiting[] = {
    { self, "/things/_changes?feed=longpoll&since=now&heartbeat=60000",
      "{\"results\":[\n],\n\"last_seq\":\"*\",\"pending\":0}" },
    { self, "/things/_changes?feed=continuous&since=now&heartbeat=60000", "{\"last_seq\":\"*\",\"pending\":0}" },
  };
  gint64 until_us = g_get_monotonic_time () + 200000;

  for (guint i = 0; i < 2; i++)
    threads[i] = g_thread_new ("waiting", wait_thread, &waiting[i]);
  while (g_get_monotonic_time () < until_us)
    registry_expect (self, "GET", "/things", NULL, 200, "{*}");
  samspill_http_server_drain (self->server, 10);
  for (guint i = 0; i < 2; i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/registry/changes/normal", test_normal);
  TEST ("/registry/changes/filters", test_filters);
  TEST ("/registry/changes/bad-input", test_bad_input);
  TEST ("/registry/changes/style", test_style);
  TEST ("/registry/changes/many", test_many);
  TEST ("/registry/changes/longpoll", test_longpoll);
  TEST ("/registry/changes/longpoll-ends", test_longpoll_ends);
  TEST ("/registry/changes/drain", test_drain);
  return g_test_run ();
}
