/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include <gio/gio.h>
#include <sqlite3.h>

char *
store_new_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("samspill-store-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

void
store_run_sql (const char *folder, const char *sql)
{
  g_autofree char *path = g_build_filename (folder, "store.db", NULL);
  char *message = NULL;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_exec (db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (db);
}

void
store_make_old (const char *folder, guint version)
{
  g_autofree char *name = g_strdup_printf ("schema-%u.sql", version);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "store", "schema", name, NULL);
  g_autofree char *sql = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &sql, NULL, &error);
  g_assert_no_error (error);
  store_run_sql (folder, sql);
}

static void
remove_tree (GFile *file)
{
  g_autoptr (GFileEnumerator) children = NULL;

  children =
      g_file_enumerate_children (file, G_FILE_ATTRIBUTE_STANDARD_NAME, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  while (children != NULL)
    {
      GFile *child;

      if (!g_file_enumerator_iterate (children, NULL, &child, NULL, NULL) || child == NULL)
        break;
      remove_tree (child);
    }
  g_file_delete (file, NULL, NULL);
}

void
store_remove_folder (const char *folder)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder);

  remove_tree (file);
}

SamspillStore *
store_open (const char *folder, SamspillStoreFlags flags)
{
  g_autoptr (GError) error = NULL;
  SamspillStore *store = samspill_store_open (folder, flags, &error);

  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

void
store_fixture_set_up (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = store_new_folder ();
  fixture->store = store_open (fixture->folder, SAMSPILL_STORE_OPEN_DEFAULT);
  samspill_store_ensure_space (fixture->store, "mine", &error);
  g_assert_no_error (error);
}

void
store_fixture_tear_down (StoreFixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->store);
  store_remove_folder (fixture->folder);
  g_clear_pointer (&fixture->folder, g_free);
}

void
store_fixture_reopen (StoreFixture *fixture)
{
  g_clear_object (&fixture->store);
  fixture->store = store_open (fixture->folder, SAMSPILL_STORE_OPEN_DEFAULT);
}

void
store_fixture_add (const char *path, void (*test) (StoreFixture *fixture, gconstpointer data))
{
  g_test_add (path, StoreFixture, NULL, store_fixture_set_up, test, store_fixture_tear_down);
}

GBytes *
store_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

char *
store_put (SamspillStore *store, const char *id, const char *parent, const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = store_bytes (json);
  char *revision = samspill_store_put (store, "mine", id, parent, body, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (revision);
  return revision;
}

char *
store_dup_body (SamspillStore *store, const char *id, const char *revision)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillDocument) document = samspill_store_get (store, "mine", id, revision, &error);

  g_assert_no_error (error);
  g_assert_nonnull (document);
  if (document->body == NULL)
    return NULL;
  return g_strndup (g_bytes_get_data (document->body, NULL), g_bytes_get_size (document->body));
}

void
store_run_pending (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
store_assert_clean (SamspillStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) faults = samspill_store_check (store, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < faults->len; i++)
    g_test_message ("%s", (const char *)faults->pdata[i]);
  g_assert_cmpuint (faults->len, ==, 0);
}
