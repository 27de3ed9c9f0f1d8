/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-attachments.h"
#include "sync-fixture.h"

#define CONTENT "hei, verden"

/* One document with one file. */
typedef struct
{
  gsize piece;         /* bytes of the file at a time; then the line is cut */
  const char *content; /* what the server says the bytes are; NULL: it has them no more */
  guint n;             /* requests for the file */
  gboolean knows_ranges;
} File;

static void
answer_document (GString *out)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_MD5);
  guint8 md5[16];
  gsize length = sizeof md5;

  g_checksum_update (checksum, (const guchar *)CONTENT, strlen (CONTENT));
  g_checksum_get_digest (checksum, md5, &length);
  g_autofree char *digest = g_base64_encode (md5, length);
  g_autofree char *body = g_strdup_printf (
      "{\"results\":[{\"id\":\"d0\",\"docs\":[{\"ok\":{\"_id\":\"d0\",\"_rev\":\"1-%032x\",\"type\":\"file\","
      "\"_attachments\":{\"a b.txt\":{\"content_type\":\"text/plain\",\"revpos\":1,\"digest\":\"md5-%s\","
      "\"length\":%u,\"stub\":true}}}}]}]}",
      0, digest, (guint)strlen (CONTENT));
  script_reply (out, 200, NULL, body);
}

static void
answer_file (File *file, const ScriptRequest *request, GString *out)
{
  const char *range = strstr (request->headers, "range: bytes=");
  gsize from = range != NULL && file->knows_ranges ? g_ascii_strtoull (range + strlen ("range: bytes="), NULL, 10) : 0;

  file->n++;
  if (file->content == NULL)
    {
      script_reply (out, 404, NULL, "{\"error\":\"not_found\",\"reason\":\"Document is missing attachment\"}");
      return;
    }
  gsize left = strlen (file->content) - from;
  g_string_append_printf (
      out, "HTTP/1.1 %u x\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: %u\r\n\r\n",
      from > 0 ? 206 : 200, (guint)left);
  g_string_append_len (out, file->content + from, (gssize)MIN (left, file->piece));
}

static gboolean
answer (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  if (script_is (request, "POST", "/_bulk_get"))
    answer_document (out);
  else if (script_is (request, "GET", "/d0/a%20b.txt"))
    answer_file (data, request, out);
  else
    return FALSE;
  return TRUE;
}

static SamspillBlobState
get_state (SyncFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillDocument) document = samspill_store_get (fixture->store.store, "commons", "d0", NULL, &error);

  g_assert_no_error (error);
  g_autoptr (SamspillAttachment) file =
      samspill_attachments_find (fixture->store.store, document->attachments, "a b.txt");
  g_assert_nonnull (file);
  return file->state;
}

static void
test_comes_after (SyncFixture *fixture, gconstpointer data)
{
  File file = { 1000, CONTENT };
  g_autoptr (SamspillReplication) result = NULL;

  fixture->server->n_documents = 1;
  script_server_set (fixture->server, answer, &file);
  result = sync_fixture_pull (fixture, NULL);
  g_assert_cmpint (result->files, ==, 1);
  g_assert_cmpint (result->file_bytes, ==, strlen (CONTENT));
  g_assert_cmpint (get_state (fixture), ==, SAMSPILL_BLOB_HERE);
  store_assert_clean (fixture->store.store);
}

/* Each piece is asked for from where the last one was cut; a server without ranges sends all again. */
static void
test_in_pieces (SyncFixture *fixture, gconstpointer data)
{
  File file = { 4, CONTENT, .knows_ranges = TRUE };
  g_autoptr (SamspillReplication) result = NULL;

  fixture->server->n_documents = 1;
  script_server_set (fixture->server, answer, &file);
  result = sync_fixture_pull (fixture, NULL);
  g_assert_cmpint (result->files, ==, 1);
  g_assert_cmpuint (file.n, ==, 3);
  g_assert_cmpint (get_state (fixture), ==, SAMSPILL_BLOB_HERE);
}

static void
test_cut (SyncFixture *fixture, gconstpointer data)
{
  File file = { 4, CONTENT };
  g_autoptr (GError) error = NULL;

  fixture->server->n_documents = 1;
  script_server_set (fixture->server, answer, &file);
  g_assert_null (sync_fixture_pull (fixture, &error));
  g_assert_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL);
  g_assert_cmpint (get_state (fixture), ==, SAMSPILL_BLOB_WANTED);

  /* The document is here; the file comes next time, by itself. */
  file.piece = 1000;
  g_autoptr (SamspillReplication) result = sync_fixture_pull (fixture, NULL);
  g_assert_cmpint (result->read, ==, 0);
  g_assert_cmpint (result->files, ==, 1);
  g_assert_cmpint (get_state (fixture), ==, SAMSPILL_BLOB_HERE);
}

static void
test_other_bytes (SyncFixture *fixture, gconstpointer data)
{
  File file = { 1000, "HEI, VERDEN" };
  g_autoptr (GError) error = NULL;

  fixture->server->n_documents = 1;
  script_server_set (fixture->server, answer, &file);
  g_assert_null (sync_fixture_pull (fixture, &error));
  g_assert_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL);
  g_assert_cmpint (get_state (fixture), ==, SAMSPILL_BLOB_WANTED);

  file.content = CONTENT;
  samspill_replication_free (sync_fixture_pull (fixture, NULL));
  g_assert_cmpint (get_state (fixture), ==, SAMSPILL_BLOB_HERE);
  store_assert_clean (fixture->store.store);
}

static void
test_gone (SyncFixture *fixture, gconstpointer data)
{
  File file = { 1000, NULL };
  g_autoptr (SamspillReplication) result = NULL;

  fixture->server->n_documents = 1;
  script_server_set (fixture->server, answer, &file);
  result = sync_fixture_pull (fixture, NULL);
  g_assert_cmpint (result->written, ==, 1);
  g_assert_cmpint (result->skipped, ==, 1);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

static void
test_on_demand (SyncFixture *fixture, gconstpointer data)
{
  File file = { 1000, CONTENT };
  g_autoptr (SamspillPeer) space = sync_fixture_space (fixture);
  g_autoptr (SamspillPeer) remote = sync_fixture_remote (fixture);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture->server->n_documents = 1;
  script_server_set (fixture->server, answer, &file);
  samspill_replication_free (samspill_replicate (remote, space, SAMSPILL_REPLICATION_STUBS, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (file.n, ==, 0);
  g_assert_cmpint (get_state (fixture), ==, SAMSPILL_BLOB_REMOTE);

  samspill_fetch_file_async (remote, fixture->store.store, "commons", "d0", "a b.txt", NULL, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (samspill_fetch_file_finish (result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (get_state (fixture), ==, SAMSPILL_BLOB_HERE);
}

typedef struct
{
  char *put; /* what was sent beside */
  gboolean refuse;
} Taking;

static gboolean
take_put (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  Taking *taking = data;

  if (!g_str_equal (request->method, "PUT") || strstr (request->path, "new_edits=false") == NULL)
    return FALSE;
  g_assert_nonnull (strstr (request->headers, "content-type: multipart/related; boundary="));
  taking->put = g_strdup (request->body);
  script_reply (out, taking->refuse ? 403 : 201, NULL,
                taking->refuse ? "{\"error\":\"forbidden\",\"reason\":\"not yours\"}" : "{\"ok\":true}");
  return TRUE;
}

static void
put_file (SyncFixture *fixture, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *rev = sync_fixture_put (fixture, "mine", "{\"type\":\"file\"}");
  char *bytes = g_malloc (length);
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (SamspillBlob) blob = NULL;

  memset (bytes, 'x', length);
  stream = g_memory_input_stream_new_from_data (bytes, (gssize)length, g_free);
  blob = samspill_store_add_blob (fixture->store.store, stream, G_MAXUINT64, NULL, &error);
  g_assert_no_error (error);
  g_free (samspill_attachments_put (fixture->store.store, "commons", "mine", rev, "å.bin", "application/x-test", blob,
                                    &error));
  g_assert_no_error (error);
}

static void
test_small_goes_inside (SyncFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillReplication) result = NULL;

  put_file (fixture, 3);
  result = sync_fixture_push (fixture, NULL);
  g_assert_cmpint (result->written, ==, 1);
  g_assert_nonnull (strstr (fixture->server->written->pdata[0], "\"data\":\"eHh4\""));
}

static void
test_large_goes_beside (SyncFixture *fixture, gconstpointer data)
{
  Taking taking = { NULL, GPOINTER_TO_INT (data) };
  g_autoptr (SamspillReplication) result = NULL;

  put_file (fixture, 1000000);
  script_server_set (fixture->server, take_put, &taking);
  result = sync_fixture_push (fixture, NULL);
  g_assert_cmpint (result->written, ==, taking.refuse ? 0 : 1);
  g_assert_cmpint (result->refused, ==, taking.refuse ? 1 : 0);
  g_assert_nonnull (strstr (taking.put, "\"follows\":true"));
  g_assert_nonnull (strstr (taking.put, "\"_revisions\""));
  g_assert_cmpuint (strlen (taking.put), >, 1000000);
  g_free (taking.put);
}

/* The disk has lost the bytes: the record waits until they are fetched or added again, and the others go. */
static void
test_lost_does_not_stop_the_others (SyncFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (SamspillDocument) document = NULL;
  g_autoptr (SamspillReplication) result = NULL;
  g_autoptr (GFile) blob = NULL;
  g_autoptr (GError) error = NULL;

  put_file (fixture, (gsize)GPOINTER_TO_UINT (data));
  g_free (sync_fixture_put (fixture, "other", "{}"));
  document = samspill_store_get (fixture->store.store, "commons", "mine", NULL, &error);
  files = samspill_attachments_list (fixture->store.store, document->attachments, &error);
  blob = samspill_store_get_blob (fixture->store.store, ((SamspillAttachment *)files->pdata[0])->sha256, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_delete (blob, NULL, &error));

  result = sync_fixture_push (fixture, NULL);
  g_assert_cmpint (result->written, ==, 1);
  g_assert_cmpint (result->refused, ==, 1);
  g_assert_cmpstr (((SamspillRefusal *)result->refusals->pdata[0])->id, ==, "mine");
  g_assert_cmpstr (((SamspillRefusal *)result->refusals->pdata[0])->error, ==, "file_missing");
  g_ptr_array_unref (g_steal_pointer (&files));
  files = samspill_attachments_list (fixture->store.store, document->attachments, &error);
  g_assert_cmpint (((SamspillAttachment *)files->pdata[0])->state, ==, SAMSPILL_BLOB_WANTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  sync_fixture_add ("/sync/files/come-after-the-documents", NULL, test_comes_after);
  sync_fixture_add ("/sync/files/come-in-pieces", NULL, test_in_pieces);
  sync_fixture_add ("/sync/files/cut-comes-next-time", NULL, test_cut);
  sync_fixture_add ("/sync/files/other-bytes-are-not-kept", NULL, test_other_bytes);
  sync_fixture_add ("/sync/files/gone-is-skipped", NULL, test_gone);
  sync_fixture_add ("/sync/files/on-demand", NULL, test_on_demand);
  sync_fixture_add ("/sync/files/small-goes-inside", NULL, test_small_goes_inside);
  sync_fixture_add ("/sync/files/large-goes-beside", GINT_TO_POINTER (FALSE), test_large_goes_beside);
  sync_fixture_add ("/sync/files/lost-does-not-stop-the-others/small", GUINT_TO_POINTER (3),
                    test_lost_does_not_stop_the_others);
  sync_fixture_add ("/sync/files/lost-does-not-stop-the-others/large", GUINT_TO_POINTER (1000000),
                    test_lost_does_not_stop_the_others);
  sync_fixture_add ("/sync/files/large-is-refused", GINT_TO_POINTER (TRUE), test_large_goes_beside);
  return g_test_run ();
}
