/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "profile-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#define WAIT_US (60 * G_USEC_PER_SEC)

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_chmod (path, 0700);
  g_remove (path);
}

void
fixture_ship (Fixture *fixture, const char *lines)
{
  g_autofree char *path = g_build_filename (fixture->data, "shipped.jsonl", NULL);

  g_assert_true (g_file_set_contents (path, lines, -1, NULL));
}

void
fixture_open (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->profile = samspill_profile_open (fixture->home, &error);
  g_assert_no_error (error);
  g_assert_nonnull (fixture->profile);
}

SamspillProfile *
fixture_open_another (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  SamspillProfile *profile = samspill_profile_open (fixture->home, &error);

  g_assert_no_error (error);
  return profile;
}

void
fixture_close (Fixture *fixture)
{
  if (fixture->profile != NULL)
    samspill_profile_close (fixture->profile);
  g_clear_object (&fixture->profile);
}

void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("samspill-profile-XXXXXX", NULL);
  fixture->data = g_build_filename (fixture->folder, "data", NULL);
  fixture->home = g_build_filename (fixture->folder, "profile", NULL);
  g_assert_cmpint (g_mkdir (fixture->data, 0700), ==, 0);
  g_setenv ("SAMSPILL_DATA_DIR", fixture->data, TRUE);
  fixture_ship (fixture, SHIPPED_TWO);
  fixture_open (fixture);
}

void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  fixture_close (fixture);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  remove_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->data);
  g_free (fixture->home);
}

GFile *
fixture_file (Fixture *fixture, const char *name, const char *content, gssize length)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, content, length, NULL));
  return g_file_new_for_path (path);
}

void
fixture_wait_index (SamspillProfile *profile)
{
  gint64 seq = samspill_store_get_last_seq (samspill_profile_get_store (profile));

  g_assert_true (samspill_index_wait (samspill_profile_get_index (profile), seq, WAIT_US));
}

SamspillRecord *
need_new (const char *title)
{
  SamspillRecord *record = samspill_record_new ("need", OWNER, "nb", "test");

  samspill_record_set_string (record, "title", title);
  return record;
}

char *
save_need (SamspillProfile *profile, const char *title)
{
  g_autoptr (SamspillRecord) record = need_new (title);
  g_autoptr (GError) error = NULL;

  samspill_profile_save (profile, NULL, record, &error);
  g_assert_no_error (error);
  return g_strdup (samspill_record_get_id (record));
}

guint
count_revisions (SamspillProfile *profile, const char *space, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) history = samspill_store_history (samspill_profile_get_store (profile), space, id, &error);

  g_assert_no_error (error);
  return history->len;
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

void
run_until (Condition condition, gpointer data)
{
  gint64 end = g_get_monotonic_time () + WAIT_US;
  guint wake = g_timeout_add_seconds (1, wake_cb, NULL);

  while (!condition (data))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      g_main_context_iteration (NULL, TRUE);
    }
  g_source_remove (wake);
}

void
keep_result_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

gboolean
has_result (gpointer data)
{
  return *(GAsyncResult **)data != NULL;
}
