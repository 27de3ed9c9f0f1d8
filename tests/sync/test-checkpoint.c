/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-checkpoint.h"
#include "samspill-json-text.h"
#include "sync-fixture.h"

#define DOC(id, seq, history) "{\"session_id\":\"" id "\",\"source_last_seq\":" seq ",\"history\":[" history "]}"
#define ENTRY(id, seq) "{\"session_id\":\"" id "\",\"recorded_seq\":" seq "}"

static void
test_compare (void)
{
  static const struct
  {
    const char *source, *target, *seq;
  } pairs[] = {
    { NULL, NULL, "0" },
    { DOC ("a", "5", ""), NULL, "0" },
    { NULL, DOC ("a", "5", ""), "0" },
    { DOC ("a", "5", ""), DOC ("a", "5", ""), "5" },
    { DOC ("a", "\"5-x\"", ""), DOC ("a", "\"5-x\"", ""), "\"5-x\"" },
    { DOC ("a", "5", ""), DOC ("b", "5", ""), "0" },
    /* One side was written and the other not; one side is an older copy. */
    { DOC ("b", "9", ENTRY ("b", "9") "," ENTRY ("a", "5")), DOC ("a", "5", ENTRY ("a", "5")), "5" },
    { DOC ("a", "5", ENTRY ("a", "5")), DOC ("b", "9", ENTRY ("b", "9") "," ENTRY ("a", "5")), "5" },
    { DOC ("c", "9", ENTRY ("a", "5")), DOC ("b", "8", ENTRY ("a", "5")), "5" },
    /* The same run saved twice, and only one of the two has the later. */
    { DOC ("a", "9", ENTRY ("a", "9")), DOC ("a", "5", ENTRY ("a", "5")), "0" },
    { "[]", DOC ("a", "5", ""), "0" },
    { "{\"session_id\":\"a\"", DOC ("a", "5", ""), "0" },
    { "{\"session_id\":\"a\"}", DOC ("a", "5", ""), "0" },
    { "{\"session_id\":\"a\",\"source_last_seq\":5,\"history\":7}", DOC ("a", "5", ""), "5" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *seq = samspill_checkpoint_compare (pairs[i].source, pairs[i].target);
      g_assert_cmpstr (seq, ==, pairs[i].seq);
    }
}

static gboolean
count_cb (const char *value, gsize length, gpointer data)
{
  ++*(guint *)data;
  return TRUE;
}

static void
test_history_is_bounded (void)
{
  g_autofree char *json = NULL;
  guint n = 0;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *session = g_strdup_printf ("s%u", i);
      g_autofree char *seq = g_strdup_printf ("%u", i + 1);
      const SamspillCheckpointRun run = { .session = session, .start_seq = "0", .last_seq = seq };
      char *next = samspill_checkpoint_make (json, &run);

      g_free (json);
      json = next;
    }
  g_assert_true (samspill_json_check (json, -1, 0, SAMSPILL_JSON_MUST_BE_OBJECT, NULL));
  g_autofree char *history = samspill_json_dup_member (json, -1, "history");
  samspill_json_foreach_element (history, -1, count_cb, &n, NULL);
  g_assert_cmpuint (n, ==, SAMSPILL_CHECKPOINT_MOST_SESSIONS);
}

static void
test_name (void)
{
  g_autofree char *one = samspill_checkpoint_name ("a", "b", 0);
  g_autofree char *same = samspill_checkpoint_name ("a", "b", 0);
  g_autofree char *back = samspill_checkpoint_name ("b", "a", 0);
  g_autofree char *other = samspill_checkpoint_name ("ab", "", 0);

  g_assert_cmpstr (one, ==, same);
  g_assert_cmpstr (one, !=, back);
  g_assert_cmpstr (one, !=, other);
}

static void
pull (SyncFixture *fixture)
{
  script_server_forget (fixture->server);
  samspill_replication_free (sync_fixture_pull (fixture, NULL));
}

#define ASKED_FROM(n) "GET /_changes?style=all_docs&limit=2000&since=" #n

static char *
copy_local (SyncFixture *fixture, char **name)
{
  GHashTableIter iter;
  gpointer key = NULL, value = NULL;

  g_hash_table_iter_init (&iter, fixture->server->locals);
  g_assert_true (g_hash_table_iter_next (&iter, &key, &value));
  *name = g_strdup (key);
  return g_strdup (value);
}

static void
test_made_anew (SyncFixture *fixture, gconstpointer data)
{
  pull (fixture);
  pull (fixture);
  g_assert_cmpuint (script_server_count (fixture->server, ASKED_FROM (5)), ==, 1);

  /* The same address, another database: it knows nothing of us. */
  g_hash_table_remove_all (fixture->server->locals);
  fixture->server->n_documents = 3;
  pull (fixture);
  g_assert_cmpuint (script_server_count (fixture->server, ASKED_FROM (0)), ==, 1);
  pull (fixture);
  g_assert_cmpuint (script_server_count (fixture->server, ASKED_FROM (3)), ==, 1);
}

static void
test_restored (SyncFixture *fixture, gconstpointer data)
{
  g_autofree char *name = NULL, *older = NULL;

  pull (fixture);
  older = copy_local (fixture, &name);
  fixture->server->n_documents = 8;
  pull (fixture);

  /* The server came back from a copy of the day before: from what both still know. */
  g_hash_table_insert (fixture->server->locals, g_steal_pointer (&name), g_steal_pointer (&older));
  fixture->server->n_documents = 6;
  pull (fixture);
  g_assert_cmpuint (script_server_count (fixture->server, ASKED_FROM (5)), ==, 1);
}

static gboolean
conflict_once (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  gboolean *done = data;

  if (*done || !g_str_equal (request->method, "PUT"))
    return FALSE;
  *done = TRUE;
  /* Another one of us wrote it in between. */
  g_hash_table_insert (server->locals, g_strdup (request->path), g_strdup ("{\"_id\":\"x\",\"_rev\":\"0-77\"}"));
  script_reply (out, 409, NULL, "{\"error\":\"conflict\",\"reason\":\"Document update conflict.\"}");
  return TRUE;
}

static void
test_conflict (SyncFixture *fixture, gconstpointer data)
{
  gboolean done = FALSE;

  script_server_set (fixture->server, conflict_once, &done);
  pull (fixture);
  g_assert_true (done);
  pull (fixture);
  g_assert_cmpuint (script_server_count (fixture->server, ASKED_FROM (5)), ==, 1);
}

static gboolean
read_only (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  const char *instance = data;

  if (script_is (request, "GET", ""))
    {
      g_autofree char *body = g_strdup_printf ("{\"db_name\":\"db\",\"instance_start_time\":\"%s\"}", instance);
      script_reply (out, 200, NULL, body);
      return TRUE;
    }
  if (!g_str_equal (request->method, "PUT"))
    return FALSE;
  script_reply (out, 403, NULL, "{\"error\":\"forbidden\",\"reason\":\"read only\"}");
  return TRUE;
}

/* Who may read and not write keeps the place alone, for this very database. */
static void
test_read_only_source (SyncFixture *fixture, gconstpointer data)
{
  script_server_set (fixture->server, read_only, (gpointer) "7");
  pull (fixture);
  g_assert_cmpint (sync_fixture_count (fixture), ==, 5);
  pull (fixture);
  g_assert_cmpuint (script_server_count (fixture->server, ASKED_FROM (5)), ==, 1);
  g_assert_cmpuint (fixture->server->log->len, <=, 3);

  script_server_set (fixture->server, read_only, (gpointer) "8");
  pull (fixture);
  g_assert_cmpuint (script_server_count (fixture->server, ASKED_FROM (0)), ==, 1);
}

/* The other of the two sides was not written before the line broke. */
static void
test_space_made_anew (SyncFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  pull (fixture);
  samspill_store_drop_space (fixture->store.store, "commons", &error);
  g_assert_no_error (error);
  samspill_store_ensure_space (fixture->store.store, "commons", &error);
  g_assert_no_error (error);
  pull (fixture);
  g_assert_cmpuint (script_server_count (fixture->server, ASKED_FROM (0)), ==, 1);
  g_assert_cmpint (sync_fixture_count (fixture), ==, 5);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/checkpoint/what-both-say", test_compare);
  g_test_add_func ("/sync/checkpoint/history-is-bounded", test_history_is_bounded);
  g_test_add_func ("/sync/checkpoint/name-tells-the-sides-apart", test_name);
  sync_fixture_add ("/sync/checkpoint/made-anew-starts-again", NULL, test_made_anew);
  sync_fixture_add ("/sync/checkpoint/restored-goes-on-from-what-both-know", NULL, test_restored);
  sync_fixture_add ("/sync/checkpoint/conflict-is-written-over", NULL, test_conflict);
  sync_fixture_add ("/sync/checkpoint/source-that-is-read-only", NULL, test_read_only_source);
  sync_fixture_add ("/sync/checkpoint/space-made-anew-starts-again", NULL, test_space_made_anew);
  return g_test_run ();
}
