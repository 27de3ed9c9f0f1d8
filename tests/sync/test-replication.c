/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sync-fixture.h"

static void
test_brings_all (SyncFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillReplication) first = sync_fixture_pull (fixture, NULL);
  g_autoptr (SamspillReplication) second = NULL;

  g_assert_cmpint (first->read, ==, 5);
  g_assert_cmpint (first->written, ==, 5);
  g_assert_cmpuint (g_strv_length (first->changed), ==, 5);
  g_assert_cmpint (sync_fixture_count (fixture), ==, 5);

  script_server_forget (fixture->server);
  second = sync_fixture_pull (fixture, NULL);
  g_assert_cmpint (second->read, ==, 0);
  g_assert_cmpuint (second->requests, <=, 3);
  g_assert_cmpuint (fixture->server->log->len, ==, second->requests);
}

/* Sequences are whatever the server says, and come back to it as they were. */
static void
test_opaque_sequences (SyncFixture *fixture, gconstpointer data)
{
  const char *const *around = data;
  g_autoptr (SamspillReplication) first = NULL;
  g_autoptr (SamspillReplication) second = NULL;

  fixture->server->seq_before = around[0];
  fixture->server->seq_after = around[1];
  fixture->server->n_documents = 4500;
  first = sync_fixture_pull (fixture, NULL);
  g_assert_cmpint (first->written, ==, 4500);
  g_assert_cmpint (sync_fixture_count (fixture), ==, 4500);

  script_server_forget (fixture->server);
  second = sync_fixture_pull (fixture, NULL);
  g_assert_cmpint (second->read, ==, 0);
  g_assert_cmpuint (script_server_count (fixture->server, around[2]), ==, 1);
}

typedef struct
{
  const char *method, *path;
  guint status;
  const char *more, *body;
  guint times; /* so often; 0: always */
  guint n;
} Answer;

static gboolean
answer_so (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  Answer *answer = data;

  if (!g_str_equal (request->method, answer->method) || !g_str_has_prefix (request->path, answer->path) ||
      (answer->times > 0 && answer->n == answer->times))
    return FALSE;
  answer->n++;
  script_reply (out, answer->status, answer->more, answer->body);
  return TRUE;
}

static gboolean
answer_until_made (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  guint *made = data;

  if (*made > 0)
    return FALSE;
  if (g_str_equal (request->method, "PUT") && (*request->path == '\0' || g_str_equal (request->path, "/")))
    {
      ++*made;
      script_reply (out, 201, NULL, "{\"ok\":true}");
    }
  else
    {
      script_reply (out, 404, NULL, "{\"error\":\"not_found\",\"reason\":\"Database does not exist.\"}");
    }
  return TRUE;
}

static void
test_target_is_made (SyncFixture *fixture, gconstpointer data)
{
  g_autofree char *rev = sync_fixture_put (fixture, "mine", "{\"a\":1}");
  g_autoptr (SamspillPeer) ours = sync_fixture_space (fixture);
  g_autoptr (SamspillPeer) remote = sync_fixture_remote (fixture);
  g_autoptr (SamspillReplication) result = NULL;
  g_autoptr (GError) error = NULL;
  guint made = 0;

  script_server_set (fixture->server, answer_until_made, &made);
  g_assert_null (samspill_replicate (ours, remote, SAMSPILL_REPLICATION_DEFAULT, NULL, NULL, &error));
  g_assert_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_NOT_FOUND);
  g_clear_error (&error);
  /* A source is never made. */
  g_assert_null (samspill_replicate (remote, ours, SAMSPILL_REPLICATION_CREATE, NULL, NULL, &error));
  g_assert_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpuint (made, ==, 0);

  result = samspill_replicate (ours, remote, SAMSPILL_REPLICATION_CREATE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (made, ==, 1);
  g_assert_cmpint (result->written, ==, 1);
}

static void
test_without_bulk_get (SyncFixture *fixture, gconstpointer data)
{
  Answer answer = { "POST", "/_bulk_get", GPOINTER_TO_UINT (data), NULL, "{\"error\":\"x\",\"reason\":\"y\"}", 0 };
  g_autoptr (SamspillReplication) result = NULL;

  script_server_set (fixture->server, answer_so, &answer);
  result = sync_fixture_pull (fixture, NULL);
  g_assert_cmpint (result->written, ==, 5);
  g_assert_cmpuint (answer.n, ==, 1);
}

#define ROW(n)                                                                                                         \
  "{\"id\":\"d" #n "\",\"docs\":[{\"ok\":{\"_id\":\"d" #n "\",\"_rev\":\"1-0000000000000000000000000000000" #n "\"}}]" \
  "}"
#define ERROR(n, word)                                                                                                 \
  "{\"id\":\"d" #n "\",\"docs\":[{\"error\":{\"id\":\"d" #n "\",\"error\":\"" word "\",\"reason\":\"so\"}}]}"

static void
test_listed_and_not_found (SyncFixture *fixture, gconstpointer data)
{
  Answer answer = { "POST",
                    "/_bulk_get",
                    200,
                    NULL,
                    "{\"results\":[" ROW (0) "," ROW (1) "," ROW (2) "," ERROR (3, "not_found") "," ERROR (
                        4, "forbidden") "]}",
                    0 };
  g_autoptr (SamspillReplication) result = NULL;

  script_server_set (fixture->server, answer_so, &answer);
  result = sync_fixture_pull (fixture, NULL);
  g_assert_cmpint (result->written, ==, 3);
  g_assert_cmpint (result->skipped, ==, 1);
  g_assert_cmpint (result->refused, ==, 1);
  g_assert_cmpstr (((SamspillRefusal *)result->refusals->pdata[0])->id, ==, "d4");
}

static gboolean
has_written (SyncFixture *fixture, const char *text)
{
  for (guint i = 0; i < fixture->server->written->len; i++)
    if (strstr (fixture->server->written->pdata[i], text) != NULL)
      return TRUE;
  return FALSE;
}

static void
test_push (SyncFixture *fixture, gconstpointer data)
{
  g_autofree char *rev = sync_fixture_put (fixture, "æ/ø+å%20", "{\"type\":\"need\",\"large\":12345678901234567890}");
  g_autofree char *gone = sync_fixture_put (fixture, "gone", "{\"type\":\"need\"}");
  const char *const other[] = { "1-ffffffffffffffffffffffffffffffff", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = store_bytes ("{\"type\":\"need\",\"title\":\"den andre\"}");
  g_autoptr (SamspillReplication) result = NULL;

  g_free (samspill_store_delete (fixture->store.store, "commons", "gone", gone, &error));
  g_assert_no_error (error);
  samspill_store_insert (fixture->store.store, "commons", "æ/ø+å%20", other, FALSE, body, NULL, &error);
  g_assert_no_error (error);
  g_free (sync_fixture_put (fixture, "_design/x", "{\"views\":{}}"));

  result = sync_fixture_push (fixture, NULL);
  g_assert_cmpint (result->written, ==, 4);
  g_assert_true (has_written (fixture, "\"large\":12345678901234567890"));
  g_assert_true (has_written (fixture, "den andre"));
  g_assert_true (has_written (fixture, "\"_deleted\":true"));
  g_assert_true (has_written (fixture, "\"_design/x\""));
  g_assert_true (has_written (fixture, "\"_revisions\""));
}

static void
test_refused (SyncFixture *fixture, gconstpointer data)
{
  Answer answer = { "POST",
                    "/_bulk_docs",
                    201,
                    NULL,
                    "[{\"id\":\"b\",\"rev\":\"1-x\",\"error\":\"forbidden\",\"reason\":\"not yours\"}]",
                    0 };
  g_autoptr (SamspillReplication) result = NULL;
  g_autoptr (SamspillReplication) again = NULL;

  g_free (sync_fixture_put (fixture, "a", "{}"));
  g_free (sync_fixture_put (fixture, "b", "{}"));
  g_free (sync_fixture_put (fixture, "c", "{}"));
  script_server_set (fixture->server, answer_so, &answer);
  result = sync_fixture_push (fixture, NULL);
  g_assert_cmpint (result->written, ==, 2);
  g_assert_cmpint (result->refused, ==, 1);
  const SamspillRefusal *refusal = result->refusals->pdata[0];
  g_assert_cmpstr (refusal->id, ==, "b");
  g_assert_cmpstr (refusal->error, ==, "forbidden");
  g_assert_cmpstr (refusal->reason, ==, "not yours");

  /* The same one is not tried for ever. */
  again = sync_fixture_push (fixture, NULL);
  g_assert_cmpint (again->read, ==, 0);
}

static gboolean
keep_refusals (GPtrArray *refusals, gpointer data, GError **error)
{
  gboolean *may = data;

  g_assert_cmpuint (refusals->len, ==, 1);
  if (!*may)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
  return *may;
}

/* What was refused and is not known as refused would never be sent again, nor be shown. */
static void
test_refused_is_kept_first (SyncFixture *fixture, gconstpointer data)
{
  Answer answer = { "POST", "/_bulk_docs", 201, NULL, "[{\"id\":\"b\",\"error\":\"forbidden\",\"reason\":\"no\"}]", 0 };
  gboolean may = FALSE;
  const SamspillReplicationListener listener = { .keep_refusals = keep_refusals, .keep_data = &may };
  g_autoptr (SamspillPeer) ours = sync_fixture_space (fixture);
  g_autoptr (SamspillPeer) remote = sync_fixture_remote (fixture);
  g_autoptr (SamspillReplication) second = NULL, third = NULL;
  g_autoptr (GError) error = NULL;

  g_free (sync_fixture_put (fixture, "b", "{}"));
  script_server_set (fixture->server, answer_so, &answer);
  g_assert_null (samspill_replicate (ours, remote, SAMSPILL_REPLICATION_DEFAULT, &listener, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_clear_error (&error);

  may = TRUE;
  second = samspill_replicate (ours, remote, SAMSPILL_REPLICATION_DEFAULT, &listener, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (second->refused, ==, 1);
  third = samspill_replicate (ours, remote, SAMSPILL_REPLICATION_DEFAULT, &listener, NULL, &error);
  g_assert_cmpint (third->read, ==, 0);
}

static gboolean
refuse_all (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  g_autoptr (GString) rows = g_string_new ("[");

  if (!script_is (request, "POST", "/_bulk_docs"))
    return FALSE;
  for (const char *at = request->body; (at = strstr (at, "\"_id\":\"")) != NULL; at++)
    {
      const char *id = at + strlen ("\"_id\":\"");

      g_string_append_printf (rows, "%s{\"id\":\"%.*s\",\"error\":\"forbidden\",\"reason\":\"no\"}",
                              rows->len > 1 ? "," : "", (int)strcspn (id, "\""), id);
    }
  g_string_append_c (rows, ']');
  script_reply (out, 201, NULL, rows->str);
  return TRUE;
}

/* More is refused than anyone can remember: what is not remembered is not passed over. */
static void
test_most_refused (SyncFixture *fixture, gconstpointer data)
{
  const guint n = SAMSPILL_RUN_MOST_REFUSALS + 50;
  g_autoptr (SamspillReplication) first = NULL, second = NULL;

  g_assert_true (samspill_store_begin (fixture->store.store, NULL));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("need:%u", i);
      g_free (sync_fixture_put (fixture, id, "{}"));
    }
  g_assert_true (samspill_store_commit (fixture->store.store, NULL));
  script_server_set (fixture->server, refuse_all, NULL);
  first = sync_fixture_push (fixture, NULL);
  g_assert_cmpint (first->refused, ==, n);
  g_assert_cmpuint (first->refusals->len, ==, SAMSPILL_RUN_MOST_REFUSALS);
  script_server_set (fixture->server, NULL, NULL);
  second = sync_fixture_push (fixture, NULL);
  g_assert_cmpint (second->written, >=, 50);
}

static gboolean
takes_one (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  if (!script_is (request, "POST", "/_bulk_docs") ||
      (strstr (request->body, "},{\"_id\"") == NULL && strstr (request->body, "\"b\"") == NULL))
    return FALSE;
  script_reply (out, 413, NULL, "{\"error\":\"too_large\",\"reason\":\"the request entity is too large\"}");
  return TRUE;
}

static void
test_too_large (SyncFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillReplication) result = NULL;

  for (const char *id = "abcde"; *id != '\0'; id++)
    {
      const char name[] = { *id, '\0' };
      g_free (sync_fixture_put (fixture, name, "{}"));
    }
  script_server_set (fixture->server, takes_one, NULL);
  result = sync_fixture_push (fixture, NULL);
  g_assert_cmpint (result->written, ==, 4);
  g_assert_cmpint (result->refused, ==, 1);
  g_assert_cmpstr (((SamspillRefusal *)result->refusals->pdata[0])->id, ==, "b");
}

typedef struct
{
  GCancellable *cancellable;
  const char *path;
} Cancelling;

static gboolean
cancel_at (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  Cancelling *cancelling = data;

  if (g_str_has_prefix (request->path, cancelling->path))
    g_cancellable_cancel (cancelling->cancellable);
  return FALSE;
}

static void
test_cancel (SyncFixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Cancelling cancelling = { cancellable, data };
  g_autoptr (SamspillPeer) space = sync_fixture_space (fixture);
  g_autoptr (SamspillPeer) remote = sync_fixture_remote (fixture);
  g_autoptr (GError) error = NULL;

  script_server_set (fixture->server, cancel_at, &cancelling);
  g_assert_null (samspill_replicate (remote, space, SAMSPILL_REPLICATION_DEFAULT, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  script_server_set (fixture->server, NULL, NULL);
  samspill_replication_free (sync_fixture_pull (fixture, NULL));
  g_assert_cmpint (sync_fixture_count (fixture), ==, 5);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static void
progress_cb (gint64 done, gint64 pending, gpointer data)
{
  g_assert_true (g_main_context_is_owner (g_main_context_default ()));
  *(gint64 *)data = done;
}

/* The caller's main loop runs all the time, and hears how far it is. */
static void
test_asynchronous (SyncFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillPeer) space = sync_fixture_space (fixture);
  g_autoptr (SamspillPeer) remote = sync_fixture_remote (fixture);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillReplication) replication = NULL;
  gint64 seen = 0;

  samspill_replicate_async (remote, space, SAMSPILL_REPLICATION_DEFAULT, progress_cb, &seen, NULL, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  replication = samspill_replicate_finish (result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (replication->written, ==, 5);
  g_assert_cmpint (seen, ==, 5);
}

static void
test_between_servers (SyncFixture *fixture, gconstpointer data)
{
  g_autoptr (ScriptServer) other = script_server_new (0);
  g_autoptr (SamspillPeer) source = sync_fixture_remote (fixture);
  g_autoptr (SamspillPeer) target = samspill_peer_new_remote (other->url, NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillReplication) first = samspill_replicate (source, target, 0, NULL, NULL, &error);
  g_autoptr (SamspillReplication) second = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (first->written, ==, 5);
  g_assert_cmpuint (other->written->len, ==, 5);
  second = samspill_replicate (source, target, 0, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (second->read, ==, 0);
  g_assert_cmpuint (second->requests, <=, 3);
}

static void
test_addresses (void)
{
  static const struct
  {
    const char *url;
    int code; /* -1: taken */
  } addresses[] = {
    { "https://registry.example/commons", -1 },
    { "http://127.0.0.1:5984/commons/", -1 },
    { "http://[::1]:5984/a%2Fb", -1 },
    { "http://registry.example/commons", SAMSPILL_SYNC_ERROR_TLS },
    { "http://127.0.0.1.example/commons", SAMSPILL_SYNC_ERROR_TLS },
    { "https://registry.example", SAMSPILL_SYNC_ERROR_INVALID },
    { "https://registry.example/", SAMSPILL_SYNC_ERROR_INVALID },
    { "https://registry.example/a?b", SAMSPILL_SYNC_ERROR_INVALID },
    { "ftp://registry.example/commons", SAMSPILL_SYNC_ERROR_INVALID },
    { "commons", SAMSPILL_SYNC_ERROR_INVALID },
    { "", SAMSPILL_SYNC_ERROR_INVALID },
  };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SamspillPeer) peer = samspill_peer_new_remote (addresses[i].url, NULL, NULL, &error);

      if (addresses[i].code < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, SAMSPILL_SYNC_ERROR, addresses[i].code);
    }

  g_autoptr (SamspillPeer) peer =
      samspill_peer_new_remote ("https://kari:hemmelig@registry.example/db", NULL, NULL, NULL);
  g_assert_cmpstr (samspill_peer_get_name (peer), ==, "https://registry.example/db");
}

int
main (int argc, char **argv)
{
  static const char *const strings[] = { "\"", "-g1AAA+/==\"",
                                         "GET /_changes?style=all_docs&limit=2000&since=4500-g1AAA%2B" };
  static const char *const arrays[] = { "[", ",\"g1A\"]",
                                        "GET /_changes?style=all_docs&limit=2000&since=%5B4500%2C%22g1A%22%5D" };
  static const char *const numbers[] = { "", "", "GET /_changes?style=all_docs&limit=2000&since=4500" };

  g_test_init (&argc, &argv, NULL);
  sync_fixture_add ("/sync/replication/brings-all-and-then-asks-at-most-three-times", NULL, test_brings_all);
  sync_fixture_add ("/sync/replication/sequences-are-strings", strings, test_opaque_sequences);
  sync_fixture_add ("/sync/replication/sequences-are-arrays", arrays, test_opaque_sequences);
  sync_fixture_add ("/sync/replication/sequences-are-numbers", numbers, test_opaque_sequences);
  sync_fixture_add ("/sync/replication/target-is-made-where-asked", NULL, test_target_is_made);
  sync_fixture_add ("/sync/replication/no-bulk-get/404", GUINT_TO_POINTER (404), test_without_bulk_get);
  sync_fixture_add ("/sync/replication/no-bulk-get/405", GUINT_TO_POINTER (405), test_without_bulk_get);
  sync_fixture_add ("/sync/replication/no-bulk-get/501", GUINT_TO_POINTER (501), test_without_bulk_get);
  sync_fixture_add ("/sync/replication/listed-and-not-found-is-skipped", NULL, test_listed_and_not_found);
  sync_fixture_add ("/sync/replication/push-sends-what-is-stored", NULL, test_push);
  sync_fixture_add ("/sync/replication/refused-does-not-stop-the-others", NULL, test_refused);
  sync_fixture_add ("/sync/replication/refused-and-not-remembered-comes-again", NULL, test_most_refused);
  sync_fixture_add ("/sync/replication/refused-is-kept-before-it-is-passed-over", NULL, test_refused_is_kept_first);
  sync_fixture_add ("/sync/replication/too-large-is-halved", NULL, test_too_large);
  sync_fixture_add ("/sync/replication/cancelled-while-reading-the-feed", "/_changes", test_cancel);
  sync_fixture_add ("/sync/replication/cancelled-while-fetching", "/_bulk_get", test_cancel);
  sync_fixture_add ("/sync/replication/main-loop-runs", NULL, test_asynchronous);
  sync_fixture_add ("/sync/replication/between-servers", NULL, test_between_servers);
  g_test_add_func ("/sync/replication/addresses", test_addresses);
  return g_test_run ();
}
