/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <utime.h>

#include "samspill-store-private.h"

#define HELLO_SHA256 "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
#define HELLO_MD5 "5d41402abc4b2a76b9719d911017c592"

static SamspillBlob *
add (StoreFixture *fixture, const char *content, GError **error)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (content, -1, NULL);

  return samspill_store_add_blob (fixture->store, stream, 1000, NULL, error);
}

static guint
count_files (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  if (folder == NULL)
    return 1;
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      n += count_files (child);
    }
  return n;
}

static guint
count_blobs (StoreFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "blobs", NULL);

  return count_files (path);
}

static void
test_same_content_once (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillBlob) first = add (fixture, "hello", &error), second = NULL, other = NULL, empty = NULL;
  g_autoptr (GFile) file = NULL;
  g_autofree char *content = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (first->sha256, ==, HELLO_SHA256);
  g_assert_cmpstr (first->md5, ==, HELLO_MD5);
  g_assert_cmpuint (first->length, ==, 5);
  second = add (fixture, "hello", &error);
  other = add (fixture, "hei", &error);
  empty = add (fixture, "", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (empty->length, ==, 0);
  g_assert_cmpuint (count_blobs (fixture), ==, 3);
  store_fixture_reopen (fixture);
  g_assert_cmpint (samspill_store_blob_state (fixture->store, HELLO_SHA256), ==, SAMSPILL_BLOB_HERE);
  file = samspill_store_get_blob (fixture->store, HELLO_SHA256, &error);
  g_assert_no_error (error);
  g_file_load_contents (file, NULL, &content, NULL, NULL, &error);
  g_assert_cmpstr (content, ==, "hello");
  store_assert_clean (fixture->store);
}

static void
test_too_large (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *content = g_strnfill (1001, 'x');

  g_assert_null (add (fixture, content, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_TOO_LARGE);
  g_assert_cmpuint (count_blobs (fixture), ==, 0);
}

static void
test_cancelled (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data ("hello", -1, NULL);

  g_cancellable_cancel (cancellable);
  g_assert_null (samspill_store_add_blob (fixture->store, stream, 1000, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_blobs (fixture), ==, 0);
}

static void
test_states (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillBlob) blob = NULL;

  g_assert_cmpint (samspill_store_blob_state (fixture->store, HELLO_SHA256), ==, SAMSPILL_BLOB_ABSENT);
  g_assert_null (samspill_store_get_blob (fixture->store, HELLO_SHA256, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_BLOB_MISSING);
  g_clear_error (&error);
  g_assert_true (samspill_store_set_blob_state (fixture->store, HELLO_SHA256, SAMSPILL_BLOB_WANTED, &error));
  g_assert_cmpint (samspill_store_blob_state (fixture->store, HELLO_SHA256), ==, SAMSPILL_BLOB_WANTED);
  g_assert_false (samspill_store_set_blob_state (fixture->store, HELLO_SHA256, SAMSPILL_BLOB_HERE, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_BLOB_MISSING);
  g_clear_error (&error);
  blob = add (fixture, "hello", &error);
  g_assert_cmpint (samspill_store_blob_state (fixture->store, HELLO_SHA256), ==, SAMSPILL_BLOB_HERE);
  g_assert_true (samspill_store_set_blob_state (fixture->store, HELLO_SHA256, SAMSPILL_BLOB_REMOTE, &error));
  g_assert_null (samspill_store_get_blob (fixture->store, HELLO_SHA256, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_BLOB_MISSING);
  g_clear_error (&error);
  g_assert_false (samspill_store_set_blob_state (fixture->store, "../../etc/passwd", SAMSPILL_BLOB_WANTED, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID);
  g_assert_true (samspill_store_compact (fixture->store, NULL, NULL));
  g_assert_cmpuint (count_blobs (fixture), ==, 0);
  g_assert_cmpint (samspill_store_blob_state (fixture->store, HELLO_SHA256), ==, SAMSPILL_BLOB_REMOTE);
}

static void
run_sql (StoreFixture *fixture, const char *sql)
{
  g_autofree char *path = g_build_filename (fixture->folder, "store.db", NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_unnamed_is_taken_away (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = store_bytes ("{}");
  g_autoptr (SamspillBlob) named = add (fixture, "hello", NULL), unnamed = add (fixture, "hei", NULL);
  g_autofree char *revision = NULL;

  revision = samspill_store_put (fixture->store, "mine", "file:a", NULL, body,
                                 "{\"a\":{\"sha256\":\"" HELLO_SHA256 "\"}}", &error);
  g_assert_no_error (error);
  g_assert_true (samspill_store_compact (fixture->store, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_blobs (fixture), ==, 2);
  run_sql (fixture, "UPDATE blob SET at_us = 1");
  g_assert_true (samspill_store_compact (fixture->store, NULL, &error));
  g_assert_cmpuint (count_blobs (fixture), ==, 1);
  g_assert_cmpint (samspill_store_blob_state (fixture->store, unnamed->sha256), ==, SAMSPILL_BLOB_ABSENT);
  g_assert_cmpint (samspill_store_blob_state (fixture->store, HELLO_SHA256), ==, SAMSPILL_BLOB_HERE);
  store_assert_clean (fixture->store);
}

/* A crash between giving a file its name and remembering it leaves content that nothing knows. */
static void
test_unknown_is_taken_away (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillBlob) known = add (fixture, "hello", NULL), unknown = add (fixture, "hei", NULL);
  g_autoptr (GError) error = NULL;

  run_sql (fixture, "DELETE FROM blob WHERE length = 3");
  g_assert_true (samspill_store_compact (fixture->store, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_blobs (fixture), ==, 2); /* it might be on its way to being remembered */
  for (guint i = 0; i < 2; i++)
    {
      const char *sha256 = (i == 0 ? known : unknown)->sha256;
      g_autofree char *first = g_strndup (sha256, 2), *second = g_strndup (sha256 + 2, 2);
      g_autofree char *path = g_build_filename (fixture->folder, "blobs", first, second, sha256, NULL);
      struct utimbuf old = { 1, 1 };

      g_assert_cmpint (g_utime (path, &old), ==, 0);
    }
  g_assert_true (samspill_store_compact (fixture->store, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_blobs (fixture), ==, 1);
  store_assert_clean (fixture->store);
}

static void
test_history_stays (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) history = NULL;
  g_autofree char *parent = NULL, *body = NULL, *newest = NULL;

  samspill_store_begin (fixture->store, NULL);
  for (guint i = 0; i < 150; i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"n\":%u}", i);
      char *next = store_put (fixture->store, "a", parent, json);

      g_free (parent);
      parent = next;
    }
  samspill_store_commit (fixture->store, NULL);
  g_assert_true (samspill_store_compact (fixture->store, NULL, &error));
  g_assert_no_error (error);
  history = samspill_store_history (fixture->store, "mine", "a", NULL);
  g_assert_cmpuint (history->len, ==, 150);
  for (guint i = 0; i < history->len; i++)
    g_assert_true (((SamspillRevision *)history->pdata[i])->has_body);
  newest = store_dup_body (fixture->store, "a", NULL);
  g_assert_cmpstr (newest, ==, "{\"n\":149}");
  body = store_dup_body (fixture->store, "a", ((SamspillRevision *)history->pdata[149])->rev);
  g_assert_cmpstr (body, ==, "{\"n\":0}");
  store_assert_clean (fixture->store);
}

/* What is left over where a document could not be read when it went. */
static void
test_unnamed_bodies_go (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *revision = store_put (fixture->store, "a", NULL, "{}");
  g_autofree char *text = NULL;

  run_sql (fixture, "INSERT INTO body (body, json) VALUES (1000, '{}')");
  g_assert_true (samspill_store_compact (fixture->store, NULL, &error));
  g_assert_no_error (error);
  text = store_dup_body (fixture->store, "a", NULL);
  g_assert_cmpstr (text, ==, "{}");
  store_assert_clean (fixture->store);
}

/* What a check has to find: planted behind the store's back. */
static void
test_check_finds (StoreFixture *fixture, gconstpointer data)
{
  static const char *const faults[] = {
    "DELETE FROM body",
    "UPDATE body SET json = '{\"a\":'",
    "UPDATE document SET tree = x'010200'",
    "UPDATE document SET flags = 1",
    "UPDATE document SET leaves = 7",
    "UPDATE document SET winner = NULL",
    "UPDATE document SET seq = 99 WHERE id = 'a'",
    "UPDATE document SET seq = 1, space = 99 WHERE id = 'b'",
    "DELETE FROM space",
    "DELETE FROM space; DELETE FROM document",
    "UPDATE blob SET length = 4",
    "INSERT INTO blob (sha256, md5, length, state, at_us) VALUES"
    " ('0000000000000000000000000000000000000000000000000000000000000000', '', 0, 1, 0)",
  };
  g_autofree char *path = samspill_store_dup_blob_path (fixture->folder, HELLO_SHA256);
  g_autoptr (GBytes) draft = store_bytes ("{}");
  g_autoptr (SamspillBlob) blob = add (fixture, "hello", NULL);
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *a = store_put (fixture->store, "a", NULL, "{\"a\":1}");
  g_autofree char *b = store_put (fixture->store, "b", NULL, "{\"b\":1}");

  samspill_store_write_working_copy (fixture->store, "mine", "c", NULL, draft, NULL);
  store_assert_clean (fixture->store);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *copy = g_strdup_printf ("%s/copy-%u", fixture->folder, i);
      StoreFixture planted = { copy, NULL };
      g_autoptr (GPtrArray) lines = NULL;

      samspill_store_backup (fixture->store, copy, NULL, &error);
      g_assert_no_error (error);
      run_sql (&planted, faults[i]);
      planted.store = store_open (copy, SAMSPILL_STORE_OPEN_DEFAULT);
      lines = samspill_store_check (planted.store, &error);
      g_assert_no_error (error);
      if (lines->len == 0)
        g_error ("not found: %s", faults[i]);
      g_clear_object (&planted.store);
    }
  g_assert_true (g_file_set_contents (path, "jello", 5, NULL));
  found = samspill_store_check (fixture->store, NULL);
  g_assert_cmpuint (found->len, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_fixture_add ("/store/files/same-content-is-kept-once", test_same_content_once);
  store_fixture_add ("/store/files/too-large-leaves-nothing", test_too_large);
  store_fixture_add ("/store/files/cancelled-leaves-nothing", test_cancelled);
  store_fixture_add ("/store/files/states", test_states);
  store_fixture_add ("/store/compact/unnamed-file-is-taken-away", test_unnamed_is_taken_away);
  store_fixture_add ("/store/compact/unknown-content-is-taken-away", test_unknown_is_taken_away);
  store_fixture_add ("/store/compact/history-stays", test_history_stays);
  store_fixture_add ("/store/compact/unnamed-bodies-go", test_unnamed_bodies_go);
  store_fixture_add ("/store/check/finds-planted-faults", test_check_finds);
  return g_test_run ();
}
