/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search-fixture.h"

#include "samspill-json-text.h"

#include <string.h>

#define WAIT_US (60 * G_TIME_SPAN_SECOND)

static void
remove_tree (GFile *file)
{
  g_autoptr (GFileEnumerator) children = NULL;
  GFile *child;

  children =
      g_file_enumerate_children (file, G_FILE_ATTRIBUTE_STANDARD_NAME, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  while (children != NULL && g_file_enumerator_iterate (children, NULL, &child, NULL, NULL) && child != NULL)
    remove_tree (child);
  g_file_delete (file, NULL, NULL);
}

void
search_settle (SearchFixture *fixture)
{
  g_assert_true (samspill_index_wait (fixture->index, samspill_store_get_last_seq (fixture->store), WAIT_US));
}

void
search_open_index (SearchFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->index = samspill_index_open (fixture->store, fixture->index_path, &error);
  g_assert_no_error (error);
  samspill_index_start (fixture->index);
}

void
search_close_index (SearchFixture *fixture)
{
  samspill_index_stop (fixture->index);
  /* The signal `updated` may still be on its way and holds a reference; so may a thread that has just answered. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&fixture->index);
}

void
search_fixture_set_up (SearchFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *store_folder = NULL;

  fixture->folder = g_dir_make_tmp ("samspill-search-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->index_path = g_build_filename (fixture->folder, "index.db", NULL);
  store_folder = g_build_filename (fixture->folder, "store", NULL);
  g_assert_cmpint (g_mkdir_with_parents (store_folder, 0700), ==, 0);
  fixture->store = samspill_store_open (store_folder, SAMSPILL_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
  search_open_index (fixture);
}

void
search_fixture_tear_down (SearchFixture *fixture, gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->folder);

  if (fixture->index != NULL)
    search_close_index (fixture);
  g_clear_object (&fixture->store);
  remove_tree (folder);
  g_free (fixture->folder);
  g_free (fixture->index_path);
}

char *
search_put (SearchFixture *fixture, const char *space, const char *id, const char *parent, const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  char *text = g_strdelimit (g_strdup (json), "'", '"');
  char *rev;

  body = g_bytes_new_take (text, strlen (text));
  samspill_store_ensure_space (fixture->store, space, &error);
  g_assert_no_error (error);
  rev = samspill_store_put (fixture->store, space, id, parent, body, NULL, &error);
  g_assert_no_error (error);
  return rev;
}

void
search_put_need (SearchFixture *fixture, const char *id, const char *lang, const char *title, const char *problem)
{
  g_autofree char *json = g_strdup_printf (
      "{'type':'need','lang':'%s','owner':'964967636','title':'%s','problem':'%s'}", lang, title, problem);

  g_free (search_put (fixture, "mine", id, NULL, json));
}

typedef struct
{
  SearchFixture *fixture;
  const char *space;
} Import;

static gboolean
import_record (const char *value, gsize length, gpointer data)
{
  Import *import = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillRecord) record = samspill_record_from_json (value, (gssize)length, &error);
  g_autoptr (GBytes) body = NULL;

  g_assert_no_error (error);
  body = samspill_record_dup_body (record);
  g_free (samspill_store_put (import->fixture->store, import->space, samspill_record_get_id (record), NULL, body, NULL,
                              &error));
  g_assert_no_error (error);
  return TRUE;
}

void
search_import (SearchFixture *fixture, const char *space, const char *path)
{
  Import import = { fixture, space };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  samspill_store_ensure_space (fixture->store, space, &error);
  g_assert_no_error (error);
  g_assert_true (samspill_store_begin (fixture->store, &error));
  samspill_json_foreach_element (text, (gssize)length, import_record, &import, &error);
  g_assert_no_error (error);
  g_assert_true (samspill_store_commit (fixture->store, &error));
}

void
search_import_lines (SearchFixture *fixture, const char *space, const char *path)
{
  Import import = { fixture, space };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  samspill_store_ensure_space (fixture->store, space, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);
  g_assert_true (samspill_store_begin (fixture->store, &error));
  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0')
      import_record (lines[i], strlen (lines[i]), &import);
  g_assert_true (samspill_store_commit (fixture->store, &error));
}

char *
search_find (SearchFixture *fixture, const char *text)
{
  g_autoptr (SamspillQuery) query = samspill_query_new ();
  g_autoptr (SamspillResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GString *ids = g_string_new (NULL);

  /* A query waits for the follower, but not for long; on a busy machine that may be too short for a test. */
  search_settle (fixture);
  query->text = g_strdup (text);
  result = samspill_index_query (fixture->index, query, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (result->total, ==, result->n_docs);
  for (guint i = 0; i < result->n_docs; i++)
    {
      g_autoptr (SamspillRow) row = samspill_index_get_row (fixture->index, result->docs[i], query);

      g_assert_nonnull (row);
      if (i > 0)
        g_string_append_c (ids, ' ');
      g_string_append (ids, row->id);
    }
  return g_string_free (ids, FALSE);
}
