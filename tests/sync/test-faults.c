/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whatever a server says wrongly is an error, keeps the checkpoint where it was, and is mended by trying again. */

#include <string.h>

#include "sync-fixture.h"

typedef struct
{
  const char *name;
  gboolean is_push;
  const char *method, *path; /* of the request that is answered wrongly */
  const char *raw;           /* the whole answer; "" : the connection is closed without one */
  int code;                  /* of SAMSPILL_SYNC_ERROR */
} Fault;

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
#define OPEN HEAD "\r\n" /* as long as the connection is open */
#define CREATED "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
#define REV(n) "1-0000000000000000000000000000000" #n
#define DOC(n) "{\"ok\":{\"_id\":\"d" #n "\",\"_rev\":\"" REV (n) "\",\"type\":\"need\"}}"
#define ROW(n) "{\"id\":\"d" #n "\",\"docs\":[" DOC (n) "]}"
#define ROWS ROW (0) "," ROW (1) "," ROW (2) "," ROW (3)

/* clang-format off */
static const Fault faults[] = {
  { "changes-cut", FALSE, "GET", "/_changes", OPEN "{\"results\":[{\"seq\":1,\"id\":\"d0\",\"chan", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "changes-without-end", FALSE, "GET", "/_changes", OPEN "{\"results\":[]}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "changes-empty", FALSE, "GET", "/_changes", OPEN, SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "changes-no-json", FALSE, "GET", "/_changes", OPEN "<html>Log in to the guest network</html>", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "changes-another-shape", FALSE, "GET", "/_changes", OPEN "{\"results\":{\"a\":1},\"last_seq\":5}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "changes-row-without-id", FALSE, "GET", "/_changes", OPEN "{\"results\":[{\"seq\":1,\"changes\":[{\"rev\":\"1-a\"}]}],\"last_seq\":5}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "changes-rev-no-text", FALSE, "GET", "/_changes", OPEN "{\"results\":[{\"seq\":1,\"id\":\"d0\",\"changes\":[{\"rev\":1}]}],\"last_seq\":5}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "changes-not-utf-8", FALSE, "GET", "/_changes", OPEN "{\"results\":[{\"seq\":1,\"id\":\"d\xff\",\"changes\":[]}],\"last_seq\":5}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "changes-bad-gzip", FALSE, "GET", "/_changes", HEAD "Content-Encoding: gzip\r\n\r\nthis is not gzip at all", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "changes-cut-gzip", FALSE, "GET", "/_changes", HEAD "Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "changes-other-packing", FALSE, "GET", "/_changes", HEAD "Content-Encoding: br\r\n\r\nxx", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "length-too-long", FALSE, "GET", "/_changes", HEAD "Content-Length: 500\r\n\r\n{\"results\":[],\"last_seq\":0}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "length-too-short", FALSE, "GET", "/_changes", HEAD "Content-Length: 5\r\n\r\n{\"results\":[],\"last_seq\":0}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "chunk-cut", FALSE, "GET", "/_changes", HEAD "Transfer-Encoding: chunked\r\n\r\n1b\r\n{\"results\":[],\"last_seq\":0}\r\n", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "no-answer", FALSE, "GET", "/_changes", "", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "no-http", FALSE, "GET", "/_changes", "220 smtp.example ESMTP\r\n\r\n", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "checkpoint-no-json", FALSE, "GET", "/_local/", OPEN "hei", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "bulk-get-cut", FALSE, "POST", "/_bulk_get", OPEN "{\"results\":[" ROWS, SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "bulk-get-empty", FALSE, "POST", "/_bulk_get", OPEN "{\"results\":[]}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "bulk-get-row-missing", FALSE, "POST", "/_bulk_get", OPEN "{\"results\":[" ROWS "]}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "bulk-get-row-twice", FALSE, "POST", "/_bulk_get", OPEN "{\"results\":[" ROWS "," ROW (4) "," ROW (4) "]}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "bulk-get-row-not-asked-for", FALSE, "POST", "/_bulk_get", OPEN "{\"results\":[" ROWS "," ROW (4) "," ROW (9) "]}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "bulk-get-another-inside", FALSE, "POST", "/_bulk_get", OPEN "{\"results\":[" ROWS ",{\"id\":\"d4\",\"docs\":[" DOC (3) "]}]}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "bulk-get-another-revision", FALSE, "POST", "/_bulk_get", OPEN "{\"results\":[" ROWS ",{\"id\":\"d4\",\"docs\":[{\"ok\":{\"_id\":\"d4\",\"_rev\":\"1-f\"}}]}]}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "bulk-get-server-failed", FALSE, "POST", "/_bulk_get", OPEN "{\"results\":[" ROWS ",{\"id\":\"d4\",\"docs\":[{\"error\":{\"id\":\"d4\",\"rev\":\"" REV (4) "\",\"error\":\"internal_server_error\"}}]}]}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "document-twice-the-same-name", FALSE, "POST", "/_bulk_get", OPEN "{\"results\":[" ROWS ",{\"id\":\"d4\",\"docs\":[{\"ok\":{\"_id\":\"d4\",\"_rev\":\"" REV (4) "\",\"a\":1,\"a\":2}}]}]}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "database-forbidden", FALSE, "GET", "/_changes", "HTTP/1.1 403 x\r\nConnection: close\r\n\r\n{\"error\":\"forbidden\",\"reason\":\"no\"}", SAMSPILL_SYNC_ERROR_FORBIDDEN },
  { "redirect-without-address", FALSE, "GET", "/_changes", "HTTP/1.1 302 x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "redirect-for-ever", FALSE, "GET", "/_changes", "HTTP/1.1 307 x\r\nLocation: /db/_changes\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "redirect-out-of-safety", FALSE, "GET", "/_changes", "HTTP/1.1 307 x\r\nLocation: http://registry.example/db/_changes\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "server-failed", FALSE, "GET", "/_changes", "HTTP/1.1 500 x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", SAMSPILL_SYNC_ERROR_FAILED },
  { "too-many-requests", FALSE, "GET", "/_changes", "HTTP/1.1 429 x\r\nRetry-After: 30\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", SAMSPILL_SYNC_ERROR_BUSY },
  { "password-wrong", FALSE, "GET", "/_local/", "HTTP/1.1 401 x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", SAMSPILL_SYNC_ERROR_UNAUTHORIZED },
  { "revs-diff-cut", TRUE, "POST", "/_revs_diff", OPEN "{\"mine\":{\"missing\":[", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "revs-diff-document-not-asked-for", TRUE, "POST", "/_revs_diff", OPEN "{\"other\":{\"missing\":[\"1-a\"]}}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "revs-diff-revision-not-asked-for", TRUE, "POST", "/_revs_diff", OPEN "{\"mine\":{\"missing\":[\"1-a\"]}}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "revs-diff-array", TRUE, "POST", "/_revs_diff", OPEN "[]", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "bulk-docs-cut", TRUE, "POST", "/_bulk_docs", CREATED "[{\"id\":\"mi", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "bulk-docs-empty", TRUE, "POST", "/_bulk_docs", CREATED, SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "bulk-docs-object", TRUE, "POST", "/_bulk_docs", CREATED "{\"ok\":true}", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "bulk-docs-document-not-sent", TRUE, "POST", "/_bulk_docs", CREATED "[{\"id\":\"other\",\"error\":\"forbidden\",\"reason\":\"no\"}]", SAMSPILL_SYNC_ERROR_PROTOCOL },
  { "bulk-docs-server-failed", TRUE, "POST", "/_bulk_docs", CREATED "[{\"id\":\"mine\",\"error\":\"internal_server_error\",\"reason\":\"x\"}]", SAMSPILL_SYNC_ERROR_PROTOCOL },
};
/* clang-format on */

static gboolean
answer_wrongly (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  const Fault *fault = data;
  gboolean is_it = g_str_has_suffix (fault->path, "/")
                       ? g_str_equal (request->method, fault->method) && g_str_has_prefix (request->path, fault->path)
                       : script_is (request, fault->method, fault->path);

  if (is_it)
    g_string_append (out, fault->raw);
  return is_it;
}

static void
test_fault (SyncFixture *fixture, gconstpointer data)
{
  const Fault *fault = data;
  g_autoptr (GError) error = NULL;

  if (fault->is_push)
    g_free (sync_fixture_put (fixture, "mine", "{\"type\":\"need\"}"));
  script_server_set (fixture->server, answer_wrongly, (gpointer)fault);
  g_assert_null (fault->is_push ? sync_fixture_push (fixture, &error) : sync_fixture_pull (fixture, &error));
  g_assert_error (error, SAMSPILL_SYNC_ERROR, fault->code);
  g_assert_null (strstr (error->message, "hemmelig"));
  g_assert_cmpuint (script_server_count (fixture->server, "PUT /_local"), ==, 0);

  /* Then the server is well again. */
  script_server_set (fixture->server, NULL, NULL);
  g_autoptr (SamspillReplication) result =
      fault->is_push ? sync_fixture_push (fixture, NULL) : sync_fixture_pull (fixture, NULL);
  g_assert_cmpint (result->read, ==, fault->is_push ? 1 : 5);
  g_assert_cmpint (sync_fixture_count (fixture), ==, fault->is_push ? 1 : 5);
  store_assert_clean (fixture->store.store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strconcat ("/sync/faults/", faults[i].name, NULL);
      sync_fixture_add (path, &faults[i], test_fault);
    }
  return g_test_run ();
}
