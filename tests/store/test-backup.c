/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

#define HELLO_SHA256 "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

static void
add_hello (SamspillStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data ("hello", -1, NULL);
  g_autoptr (SamspillBlob) blob = samspill_store_add_blob (store, stream, 1000, NULL, &error);

  g_assert_no_error (error);
}

static char *
backup (StoreFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_build_filename (fixture->folder, "backups", "2026-11-24", NULL);

  samspill_store_backup (fixture->store, folder, NULL, &error);
  g_assert_no_error (error);
  return folder;
}

static void
assert_body (SamspillStore *store, const char *id, const char *expected)
{
  g_autofree char *body = store_dup_body (store, id, NULL);

  g_assert_cmpstr (body, ==, expected);
}

static void
test_opens_as_a_profile (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *a = store_put (fixture->store, "a", NULL, "{\"n\":1}"), *folder = NULL, *later = NULL;
  g_autoptr (SamspillStore) copy = NULL;
  g_autoptr (GFile) file = NULL;

  add_hello (fixture->store);
  folder = backup (fixture);
  later = store_put (fixture->store, "a", a, "{\"n\":2}");
  copy = store_open (folder, SAMSPILL_STORE_OPEN_DEFAULT);
  assert_body (copy, "a", "{\"n\":1}");
  file = samspill_store_get_blob (copy, HELLO_SHA256, &error);
  g_assert_no_error (error);
  g_assert_cmpint (samspill_store_get_epoch (copy), !=, samspill_store_get_epoch (fixture->store));
  g_assert_cmpstr (samspill_store_get_uuid (copy), ==, samspill_store_get_uuid (fixture->store));
  store_assert_clean (copy);

  g_assert_false (samspill_store_backup (fixture->store, folder, NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID);
}

static void
test_cancelled (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *folder = g_build_filename (fixture->folder, "backups", "x", NULL);
  g_autofree char *parent = g_build_filename (fixture->folder, "backups", NULL);
  g_autoptr (GDir) left = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (samspill_store_backup (fixture->store, folder, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  left = g_dir_open (parent, 0, NULL);
  g_assert_null (g_dir_read_name (left));
}

static void
count_cb (SamspillStore *store, gint64 seq, guint *count)
{
  (*count)++;
}

static char *
dup_only_child (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *child = g_dir_read_name (dir);
  char *result = g_build_filename (path, child, NULL);

  g_assert_null (g_dir_read_name (dir));
  return result;
}

static void
test_restore (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *a = store_put (fixture->store, "a", NULL, "{\"n\":1}"), *a2 = NULL, *b = NULL, *c = NULL;
  g_autofree char *folder = NULL, *replaced = NULL, *sha_path = NULL, *uuid = NULL;
  g_autoptr (SamspillDocument) document_b = NULL, document_c = NULL;
  g_autoptr (SamspillStore) old = NULL, other = NULL;
  gint64 epoch, seq;
  guint count = 0;

  add_hello (fixture->store);
  folder = backup (fixture);
  a2 = store_put (fixture->store, "a", a, "{\"n\":2}");
  b = store_put (fixture->store, "b", NULL, "{\"n\":3}");
  document_b = samspill_store_get (fixture->store, "mine", "b", NULL, NULL);
  epoch = samspill_store_get_epoch (fixture->store);
  seq = samspill_store_get_last_seq (fixture->store);
  uuid = g_strdup (samspill_store_get_uuid (fixture->store));
  sha_path = g_build_filename (fixture->folder, "blobs", "2c", "f2", HELLO_SHA256, NULL);
  g_remove (sha_path);
  other = store_open (fixture->folder, SAMSPILL_STORE_OPEN_DEFAULT);
  store_run_pending ();
  g_signal_connect (fixture->store, "changed", G_CALLBACK (count_cb), &count);

  samspill_store_restore (fixture->store, folder, NULL, &error);
  g_assert_no_error (error);
  store_run_pending ();
  g_assert_cmpuint (count, ==, 1);
  assert_body (fixture->store, "a", "{\"n\":1}");
  assert_body (other, "a", "{\"n\":1}");
  g_assert_null (samspill_store_get (fixture->store, "mine", "b", NULL, NULL));
  g_assert_cmpint (samspill_store_get_epoch (fixture->store), !=, epoch);
  g_assert_cmpint (samspill_store_get_last_seq (fixture->store), >, seq);
  g_assert_cmpstr (samspill_store_get_uuid (fixture->store), ==, uuid);
  store_assert_clean (fixture->store);

  /* Numbers go on. */
  c = store_put (other, "c", NULL, "{\"n\":4}");
  document_c = samspill_store_get (fixture->store, "mine", "c", NULL, NULL);
  g_assert_cmpint (document_c->doc, >, document_b->doc);

  /* What was there is kept. */
  replaced = dup_only_child (fixture->folder, "replaced");
  old = store_open (replaced, SAMSPILL_STORE_OPEN_DEFAULT);
  assert_body (old, "a", "{\"n\":2}");
  assert_body (old, "b", "{\"n\":3}");
}

static void
assert_not_restored (StoreFixture *fixture, const char *folder, int code)
{
  g_autoptr (GError) error = NULL;
  gint64 epoch = samspill_store_get_epoch (fixture->store), seq = samspill_store_get_last_seq (fixture->store);

  g_assert_false (samspill_store_restore (fixture->store, folder, NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, code);
  g_assert_cmpint (samspill_store_get_epoch (fixture->store), ==, epoch);
  g_assert_cmpint (samspill_store_get_last_seq (fixture->store), ==, seq);
  assert_body (fixture->store, "a", "{\"n\":1}");
}

static void
run_sql (const char *folder, const char *sql)
{
  g_autofree char *path = g_build_filename (folder, "store.db", NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_bad_backup (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *a = store_put (fixture->store, "a", NULL, "{\"n\":1}"), *folder = NULL, *path = NULL, *bytes = NULL;
  g_autofree char *empty = NULL, *empty_file = NULL;
  gsize length;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *id = g_strdup_printf ("n%u", i), *json = g_strdup_printf ("{\"text\":\"%0500u\"}", i);

      g_free (store_put (fixture->store, id, NULL, json));
    }
  folder = backup (fixture);
  path = g_build_filename (folder, "store.db", NULL);
  empty = g_build_filename (fixture->folder, "empty", NULL);
  assert_not_restored (fixture, empty, SAMSPILL_STORE_ERROR_NOT_FOUND);
  g_mkdir (empty, 0700);
  empty_file = g_build_filename (empty, "store.db", NULL);
  g_file_set_contents (empty_file, "", 0, NULL);
  assert_not_restored (fixture, empty, SAMSPILL_STORE_ERROR_NOT_OURS);
  g_file_set_contents (empty_file, "This is a letter and not a database, however long it may be.", -1, NULL);
  assert_not_restored (fixture, empty, SAMSPILL_STORE_ERROR_NOT_OURS);

  g_file_get_contents (path, &bytes, &length, &error);
  g_assert_no_error (error);
  memset (bytes + length / 2, 0x5a, 4 * 8192);
  g_file_set_contents (path, bytes, (gssize)length, NULL);
  assert_not_restored (fixture, folder, SAMSPILL_STORE_ERROR_CORRUPT);
  g_remove (path);
  run_sql (folder, "CREATE TABLE x (y)");
  assert_not_restored (fixture, folder, SAMSPILL_STORE_ERROR_NOT_OURS);
}

static void
test_newer_backup (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *a = store_put (fixture->store, "a", NULL, "{\"n\":1}"), *folder = backup (fixture);

  run_sql (folder, "PRAGMA user_version = 99");
  assert_not_restored (fixture, folder, SAMSPILL_STORE_ERROR_NEWER);
}

/* Every page is gone but the first bytes of the header, or those too; or a log lies beside it that is not its own. */
static void
test_rescue (StoreFixture *fixture, gconstpointer data)
{
  static const gsize whole[] = { 8192, 100, 0 };
  g_autofree char *a = store_put (fixture->store, "a", NULL, "{\"n\":1}"), *folder = NULL, *path = NULL, *log = NULL;
  g_autofree char *bytes = NULL;
  gsize length;

  add_hello (fixture->store);
  folder = backup (fixture);
  path = g_build_filename (fixture->folder, "store.db", NULL);
  log = g_build_filename (fixture->folder, "store.db-wal", NULL);
  g_clear_object (&fixture->store);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (whole); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SamspillStore) store = NULL;
      g_autofree char *b = NULL;

      memset (bytes + whole[i], 0x5a, length - whole[i]);
      g_file_set_contents (path, bytes, (gssize)length, NULL);
      g_file_set_contents (log, bytes, (gssize)length, NULL);
      g_assert_null (samspill_store_open (fixture->folder, SAMSPILL_STORE_OPEN_DEFAULT, NULL));
      samspill_store_rescue (fixture->folder, folder, NULL, &error);
      g_assert_no_error (error);
      store = store_open (fixture->folder, SAMSPILL_STORE_OPEN_DEFAULT);
      assert_body (store, "a", "{\"n\":1}");
      store_assert_clean (store);
      b = store_put (store, "b", NULL, "{}");
    }
}

/* A copy of a damaged store is damaged, and says so before a better one goes for it. */
static void
test_damaged_copy_is_told (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (fixture->folder, "copy", NULL);
  g_autofree char *path = g_build_filename (folder, "store.db", NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  g_free (store_put (fixture->store, "a", NULL, "{}"));
  samspill_store_backup (fixture->store, folder, NULL, &error);
  g_assert_no_error (error);
  samspill_store_check_backup (folder, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  memset (bytes + length / 2, 0x5a, length / 2);
  g_assert_true (g_file_set_contents (path, bytes, (gssize)length, NULL));
  g_assert_false (samspill_store_check_backup (folder, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CORRUPT);
}

/* The numbers of spaces in a backup may be those of other spaces here. */
static void
test_other_spaces (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = store_new_folder (), *copy = g_build_filename (folder, "copy", NULL);
  g_autofree char *a = store_put (fixture->store, "a", NULL, "{\"n\":1}");
  g_autoptr (SamspillStore) other = store_open (folder, SAMSPILL_STORE_OPEN_DEFAULT);
  g_autoptr (GBytes) body = store_bytes ("{\"secret\":true}");
  g_autofree char *hidden = NULL;

  assert_body (fixture->store, "a", "{\"n\":1}"); /* the space is known by its number now */
  samspill_store_ensure_space (other, "theirs", &error);
  g_assert_no_error (error);
  samspill_store_ensure_space (other, "mine", &error);
  g_assert_no_error (error);
  hidden = samspill_store_put (other, "theirs", "a", NULL, body, NULL, &error);
  g_assert_no_error (error);
  samspill_store_put_local (other, "mine", "x", "{}", &error);
  g_assert_no_error (error);
  samspill_store_backup (other, copy, NULL, &error);
  g_assert_no_error (error);
  samspill_store_restore (fixture->store, copy, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (samspill_store_get (fixture->store, "mine", "a", NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND);
  g_assert_cmpint (samspill_store_count (fixture->store, "theirs", NULL), ==, 1);
  g_free (a);
  a = samspill_store_get_local (fixture->store, "mine", "x", NULL);
  g_assert_cmpstr (a, ==, "{}");
  store_assert_clean (fixture->store);
  store_remove_folder (folder);
}

static void
test_replaced_is_bounded (StoreFixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "20190101T000000.000000Z", "20200101T000000.000000Z", "kept-by-hand" };
  g_autofree char *path = g_build_filename (fixture->folder, "replaced", NULL), *a = NULL, *copy = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) folder = NULL;
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *old = g_build_filename (path, names[i], "blobs", NULL);

      g_assert_cmpint (g_mkdir_with_parents (old, 0700), ==, 0);
    }
  a = store_put (fixture->store, "a", NULL, "{}");
  copy = backup (fixture);
  for (guint i = 0; i < 7; i++)
    {
      samspill_store_restore (fixture->store, copy, NULL, &error);
      g_assert_no_error (error);
    }
  samspill_store_compact (fixture->store, NULL, &error);
  g_assert_no_error (error);
  folder = g_dir_open (path, 0, NULL);
  for (const char *name; (name = g_dir_read_name (folder)) != NULL; n++)
    g_assert_false (g_str_has_prefix (name, "2019") || g_str_has_prefix (name, "2020"));
  g_assert_cmpuint (n, ==, 6); /* five, and what is not ours */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_fixture_add ("/store/backup/opens-as-a-profile", test_opens_as_a_profile);
  store_fixture_add ("/store/backup/cancelled-leaves-nothing", test_cancelled);
  store_fixture_add ("/store/backup/damaged-copy-is-told", test_damaged_copy_is_told);
  store_fixture_add ("/store/restore/replaces-and-keeps", test_restore);
  store_fixture_add ("/store/restore/bad-backup-changes-nothing", test_bad_backup);
  store_fixture_add ("/store/restore/newer-backup-changes-nothing", test_newer_backup);
  store_fixture_add ("/store/restore/spaces-are-not-taken-for-others", test_other_spaces);
  store_fixture_add ("/store/restore/what-was-replaced-is-bounded", test_replaced_is_bounded);
  store_fixture_add ("/store/rescue/damaged-store-is-replaced", test_rescue);
  return g_test_run ();
}
