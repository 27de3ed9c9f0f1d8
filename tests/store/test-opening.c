/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <sqlite3.h>

#include "samspill-store-private.h"
#include "store-fixture.h"

static int
append_row (void *data, int n, char **values, char **names)
{
  g_string_append_printf (data, "%s %s\n", values[0], values[1] != NULL ? values[1] : "");
  return 0;
}

/* All tables and indexes, in words. */
static char *
dup_schema (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "store.db", NULL);
  GString *text = g_string_new (NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, "SELECT name, replace (replace (sql, char (10), ''), ' ', '') FROM sqlite_schema ORDER BY name",
                append_row, text, NULL);
  sqlite3_exec (db, "SELECT 'version', user_version FROM pragma_user_version", append_row, text, NULL);
  sqlite3_exec (db, "SELECT 'application', application_id FROM pragma_application_id", append_row, text, NULL);
  sqlite3_exec (db, "SELECT 'page', page_size FROM pragma_page_size", append_row, text, NULL);
  sqlite3_close (db);
  return g_string_free_and_steal (text);
}

static void
test_every_older_version (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *new_schema = NULL;

  g_clear_object (&fixture->store);
  new_schema = dup_schema (fixture->folder);
  for (guint version = 1; version < samspill_store_schema_version (); version++)
    {
      g_autofree char *folder = store_new_folder (), *old = NULL, *newest = NULL, *draft = NULL, *schema = NULL;
      g_autofree char *next = NULL, *local = NULL;
      g_autoptr (SamspillStore) store = NULL;
      g_autoptr (SamspillWorkingCopy) copy = NULL;
      g_autoptr (SamspillDocument) b = NULL;
      g_autoptr (GPtrArray) changes = NULL;

      store_make_old (folder, version);
      store = store_open (folder, SAMSPILL_STORE_OPEN_DEFAULT);
      g_assert_false (samspill_store_is_read_only (store));
      g_assert_cmpstr (samspill_store_get_uuid (store), ==, "5b2b9d5e-4a39-4a3c-9d2e-3f6b3c1d2e4f");
      newest = store_dup_body (store, "a", NULL);
      g_assert_cmpstr (newest, ==, "{\"n\":2}");
      old = store_dup_body (store, "a", "1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
      g_assert_cmpstr (old, ==, "{\"n\":1}");
      b = samspill_store_get (store, "mine", "b", NULL, NULL);
      g_assert_cmpstr (b->attachments, ==, "{\"a\":{\"digest\":\"md5-x\",\"revpos\":1}}");
      copy = samspill_store_read_working_copy (store, "mine", "c", NULL);
      g_assert_nonnull (copy);
      local = samspill_store_get_local (store, "", "identity", NULL);
      g_assert_cmpstr (local, ==, "{\"n\":5}");
      changes = samspill_store_changes (store, NULL, 0, 10, NULL);
      g_assert_cmpuint (changes->len, ==, 2);
      next = store_put (store, "a", "2-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "{\"n\":6}");
      store_assert_clean (store);
      g_clear_object (&store);
      schema = dup_schema (folder);
      g_assert_cmpstr (schema, ==, new_schema);
      store_remove_folder (folder);
    }
}

static void
test_older_backup (StoreFixture *fixture, gconstpointer data)
{
  for (guint version = 1; version < samspill_store_schema_version (); version++)
    {
      g_autofree char *folder = store_new_folder (), *body = NULL;
      g_autoptr (GError) error = NULL;

      store_make_old (folder, version);
      samspill_store_restore (fixture->store, folder, NULL, &error);
      g_assert_no_error (error);
      body = store_dup_body (fixture->store, "a", NULL);
      g_assert_cmpstr (body, ==, "{\"n\":2}");
      store_assert_clean (fixture->store);
      store_remove_folder (folder);
    }
}

/* A migration that breaks half-way leaves the old version. */
static void
test_broken_migration (void)
{
  g_autofree char *folder = store_new_folder (), *before = NULL, *after = NULL;
  g_autoptr (GError) error = NULL;

  store_make_old (folder, 1);
  store_run_sql (folder, "CREATE TABLE gone (x)");
  before = dup_schema (folder);
  g_assert_null (samspill_store_open (folder, SAMSPILL_STORE_OPEN_DEFAULT, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_FAILED);
  after = dup_schema (folder);
  g_assert_cmpstr (after, ==, before);
  store_remove_folder (folder);
}

static void
test_newer_version (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = store_bytes ("{}");
  g_autoptr (GInputStream) stream = g_memory_input_stream_new ();
  g_autofree char *revision = store_put (fixture->store, "a", NULL, "{\"a\":1}"), *kept = NULL;
  gint64 seq = samspill_store_get_last_seq (fixture->store);

  g_clear_object (&fixture->store);
  store_run_sql (fixture->folder, "PRAGMA user_version = 99");
  fixture->store = store_open (fixture->folder, SAMSPILL_STORE_OPEN_DEFAULT);
  g_assert_true (samspill_store_is_read_only (fixture->store));
  g_assert_error (samspill_store_get_read_only_error (fixture->store), SAMSPILL_STORE_ERROR,
                  SAMSPILL_STORE_ERROR_NEWER);
  kept = store_dup_body (fixture->store, "a", NULL);
  g_assert_cmpstr (kept, ==, "{\"a\":1}");
  g_assert_null (samspill_store_put (fixture->store, "mine", "a", revision, body, NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NEWER);
  g_clear_error (&error);
  g_assert_null (samspill_store_add_blob (fixture->store, stream, 10, NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NEWER);
  g_clear_error (&error);
  g_assert_false (samspill_store_compact (fixture->store, NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NEWER);
  g_clear_error (&error);
  g_assert_false (samspill_store_restore (fixture->store, fixture->folder, NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NEWER);
  g_assert_true (samspill_store_ensure_space (fixture->store, "mine", NULL));
  g_assert_cmpint (samspill_store_get_last_seq (fixture->store), ==, seq);
}

static void
test_newer_while_open (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = store_bytes ("{}");
  g_autofree char *revision = store_put (fixture->store, "a", NULL, "{\"a\":1}"), *kept = NULL;

  store_run_sql (fixture->folder, "PRAGMA user_version = 99");
  g_assert_null (samspill_store_put (fixture->store, "mine", "a", revision, body, NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NEWER);
  kept = store_dup_body (fixture->store, "a", NULL);
  g_assert_cmpstr (kept, ==, "{\"a\":1}");
}

static void
test_read_only (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *revision = store_put (fixture->store, "a", NULL, "{\"a\":1}"), *elsewhere = NULL, *kept = NULL;
  g_autoptr (SamspillStore) reader = NULL;

  reader = store_open (fixture->folder, SAMSPILL_STORE_OPEN_READ_ONLY);
  g_assert_true (samspill_store_is_read_only (reader));
  kept = store_dup_body (reader, "a", NULL);
  g_assert_cmpstr (kept, ==, "{\"a\":1}");
  g_assert_false (samspill_store_drop_space (reader, "mine", &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_READ_ONLY);
  g_clear_error (&error);

  elsewhere = g_build_filename (fixture->folder, "nowhere", NULL);
  g_assert_null (samspill_store_open (elsewhere, SAMSPILL_STORE_OPEN_READ_ONLY, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND);
  g_assert_false (g_file_test (elsewhere, G_FILE_TEST_EXISTS));
}

static void
assert_foreign (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "store.db", NULL), *before = NULL, *after = NULL;
  gsize length_before, length_after;

  g_assert_true (g_file_get_contents (path, &before, &length_before, NULL));
  for (guint flags = 0; flags < 2; flags++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (samspill_store_open (folder, flags, &error));
      g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_OURS);
    }
  g_assert_true (g_file_get_contents (path, &after, &length_after, NULL));
  g_assert_cmpmem (before, length_before, after, length_after);
}

static void
test_foreign (void)
{
  g_autofree char *folder = store_new_folder (), *path = g_build_filename (folder, "store.db", NULL);
  g_autofree char *picture = g_strnfill (100000, 'P');

  g_file_set_contents (path, picture, -1, NULL);
  assert_foreign (folder);
  g_remove (path);
  store_run_sql (folder, "CREATE TABLE letters (a)");
  assert_foreign (folder);
  store_run_sql (folder, "PRAGMA application_id = 77; PRAGMA user_version = 1");
  assert_foreign (folder);
  store_remove_folder (folder);
}

static void
test_empty_file_is_new (void)
{
  g_autofree char *folder = store_new_folder (), *path = g_build_filename (folder, "store.db", NULL);
  g_autoptr (SamspillStore) store = NULL;

  g_file_set_contents (path, "", 0, NULL);
  store = store_open (folder, SAMSPILL_STORE_OPEN_DEFAULT);
  g_assert_false (samspill_store_is_read_only (store));
  g_clear_object (&store);
  store_remove_folder (folder);
}

static void
test_not_a_folder (void)
{
  g_autofree char *folder = store_new_folder (), *path = g_build_filename (folder, "file", NULL);
  g_autofree char *below = g_build_filename (path, "below", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, "x", 1, NULL);
  g_assert_null (samspill_store_open (below, SAMSPILL_STORE_OPEN_DEFAULT, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_FAILED);
  store_remove_folder (folder);
}

static void
test_clock_in_1970 (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *first = store_put (fixture->store, "a", NULL, "{}"), *second = NULL;
  g_autoptr (GPtrArray) history = NULL;
  const gint64 future = g_get_real_time () + 100 * G_TIME_SPAN_DAY;
  g_autofree char *sql = g_strdup_printf ("UPDATE meta SET at_us = %" G_GINT64_FORMAT, future);

  /* As if all of this were written with a clock that is now behind. */
  store_run_sql (fixture->folder, sql);
  second = store_put (fixture->store, "a", first, "{\"a\":1}");
  history = samspill_store_history (fixture->store, "mine", "a", NULL);
  g_assert_cmpint (((SamspillRevision *)history->pdata[0])->at_us, ==, future);
}

static void
test_busy (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "store.db", NULL), *revision = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = store_bytes ("{}");
  sqlite3 *db;

  samspill_store_set_busy_timeout (fixture->store, 1);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_null (samspill_store_put (fixture->store, "mine", "a", NULL, body, NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_BUSY);
  g_clear_error (&error);
  sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
  revision = samspill_store_put (fixture->store, "mine", "a", NULL, body, NULL, &error);
  g_assert_no_error (error);
  sqlite3_close (db);
}

typedef struct
{
  GMainLoop *loop;
  gint64 expected;
} Wait;

static void
changed_cb (SamspillStore *store, gint64 seq, Wait *wait)
{
  if (seq >= wait->expected)
    g_main_loop_quit (wait->loop);
}

static gboolean
give_up_cb (gpointer data)
{
  g_error ("nothing was heard of the other program");
  return G_SOURCE_REMOVE;
}

static void
test_two_handles (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillStore) other = store_open (fixture->folder, SAMSPILL_STORE_OPEN_WATCH);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *a = NULL, *b = NULL, *seen = NULL;
  Wait wait = { loop, 2 };
  guint give_up;

  g_signal_connect (other, "changed", G_CALLBACK (changed_cb), &wait);
  a = store_put (fixture->store, "a", NULL, "{\"n\":1}");
  b = store_put (other, "a", a, "{\"n\":2}");
  seen = store_dup_body (fixture->store, "a", NULL);
  g_assert_cmpstr (seen, ==, "{\"n\":2}");
  store_run_pending ();

  wait.expected = 3;
  g_free (store_put (fixture->store, "b", NULL, "{}"));
  give_up = g_timeout_add_seconds (20, give_up_cb, NULL);
  g_main_loop_run (loop);
  g_source_remove (give_up);
}

typedef struct
{
  const char *folder;
  guint number;
} Writer;

static gpointer
write_many (gpointer data)
{
  Writer *writer = data;
  g_autoptr (SamspillStore) store = store_open (writer->folder, SAMSPILL_STORE_OPEN_DEFAULT);

  samspill_store_ensure_space (store, "mine", NULL);
  for (guint i = 0; i < 25; i++)
    {
      g_autofree char *id = g_strdup_printf ("w%u-%u", writer->number, i);

      g_free (store_put (store, id, NULL, "{}"));
    }
  return NULL;
}

/* Four that make the store at the same time and write into it. */
static void
test_opened_at_once (void)
{
  g_autofree char *folder = store_new_folder ();
  g_autoptr (SamspillStore) store = NULL;
  GThread *threads[4];
  Writer writers[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      writers[i] = (Writer){ folder, i };
      threads[i] = g_thread_new ("writer", write_many, &writers[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  store = store_open (folder, SAMSPILL_STORE_OPEN_DEFAULT);
  g_assert_cmpint (samspill_store_count (store, "mine", NULL), ==, 100);
  g_assert_cmpint (samspill_store_get_last_seq (store), ==, 100);
  store_assert_clean (store);
  g_clear_object (&store);
  store_remove_folder (folder);
}

static gpointer
read_and_write (gpointer data)
{
  SamspillStore *store = data;

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *id = g_strdup_printf ("%p-%u", (void *)g_thread_self (), i), *body = NULL;

      g_free (store_put (store, id, NULL, "{\"n\":1}"));
      body = store_dup_body (store, id, NULL);
      g_assert_cmpstr (body, ==, "{\"n\":1}");
      g_assert_cmpint (samspill_store_count (store, NULL, NULL), >, 0);
    }
  return NULL;
}

static void
test_threads (StoreFixture *fixture, gconstpointer data)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("user", read_and_write, fixture->store);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (samspill_store_count (fixture->store, NULL, NULL), ==, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_fixture_add ("/store/version/every-older-one-is-brought-up-to-date", test_every_older_version);
  store_fixture_add ("/store/version/backup-of-every-older-one", test_older_backup);
  g_test_add_func ("/store/version/broken-migration-changes-nothing", test_broken_migration);
  store_fixture_add ("/store/version/newer-is-read-only", test_newer_version);
  store_fixture_add ("/store/version/newer-while-open", test_newer_while_open);
  store_fixture_add ("/store/open/read-only", test_read_only);
  g_test_add_func ("/store/open/foreign-file-is-left-alone", test_foreign);
  g_test_add_func ("/store/open/empty-file-is-new", test_empty_file_is_new);
  g_test_add_func ("/store/open/not-a-folder", test_not_a_folder);
  store_fixture_add ("/store/time/clock-in-1970", test_clock_in_1970);
  store_fixture_add ("/store/two/busy", test_busy);
  store_fixture_add ("/store/two/each-hears-the-other", test_two_handles);
  g_test_add_func ("/store/two/opened-at-once", test_opened_at_once);
  store_fixture_add ("/store/two/threads", test_threads);
  return g_test_run ();
}
