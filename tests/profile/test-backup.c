/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

#include "profile-fixture.h"
#include "samspill-profile-private.h"

static void
make_folder (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->home, "backups", name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
}

static void
test_restore_brings_day_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = save_need (fixture->profile, "Hvordan?");
  g_autofree char *day = samspill_profile_backup (fixture->profile, NULL, &error);

  g_assert_no_error (error);
  g_autofree char *later = save_need (fixture->profile, "Hvorfor?");
  g_assert_true (samspill_profile_delete (fixture->profile, NULL, kept, NULL));
  samspill_profile_restore_backup (fixture->profile, day, NULL, &error);
  g_assert_no_error (error);

  g_autoptr (SamspillLoaded) back = samspill_profile_load (fixture->profile, NULL, kept, &error);
  g_assert_no_error (error);
  g_assert_null (samspill_profile_load (fixture->profile, NULL, later, NULL));

  /* What was there before the restore can be had back, too. */
  g_autoptr (GPtrArray) backups = samspill_profile_list_backups (fixture->profile);
  g_assert_cmpuint (backups->len, ==, 2);
  g_assert_cmpstr (backups->pdata[1], ==, day);
  samspill_profile_restore_backup (fixture->profile, backups->pdata[0], NULL, &error);
  g_assert_no_error (error);
  g_autoptr (SamspillLoaded) again = samspill_profile_load (fixture->profile, NULL, later, &error);
  g_assert_no_error (error);
  g_assert_nonnull (again);
}

static void
test_seven_days_are_kept (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = save_need (fixture->profile, "Hvordan?");

  for (int i = 1; i <= 9; i++)
    {
      g_autofree char *name = g_strdup_printf ("2024-01-%02d", i);
      make_folder (fixture, name);
    }
  make_folder (fixture, "mine egne");
  g_autofree char *day = samspill_profile_backup (fixture->profile, NULL, NULL);
  g_autoptr (GPtrArray) backups = samspill_profile_list_backups (fixture->profile);
  g_assert_cmpuint (backups->len, ==, 7);
  g_assert_cmpstr (backups->pdata[0], ==, day);
  g_assert_cmpstr (backups->pdata[6], ==, "2024-01-04");
  g_autofree char *other = g_build_filename (fixture->home, "backups", "mine egne", NULL);
  g_assert_true (g_file_test (other, G_FILE_TEST_IS_DIR));
}

static void
test_day_that_is_not_there (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (samspill_profile_restore_backup (fixture->profile, "../../etc", NULL, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (samspill_profile_restore_backup (fixture->profile, "2020-01-01", NULL, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND);
}

static void
test_once_a_day_and_not_of_nothing (Fixture *fixture, gconstpointer data)
{
  gboolean made;

  g_assert_true (samspill_profile_backup_today (fixture->profile, &made, NULL, NULL));
  g_assert_false (made);
  g_autoptr (GPtrArray) none = samspill_profile_list_backups (fixture->profile);
  g_assert_cmpuint (none->len, ==, 0);

  g_autofree char *id = save_need (fixture->profile, "Hvordan?");
  g_assert_true (samspill_profile_backup_today (fixture->profile, &made, NULL, NULL));
  g_assert_true (made);
  g_autoptr (GPtrArray) one = samspill_profile_list_backups (fixture->profile);
  g_assert_cmpuint (one->len, ==, 1);
  g_assert_true (samspill_profile_backup_today (fixture->profile, &made, NULL, NULL));
  g_assert_false (made);
}

static void
make_old (const char *path)
{
  const struct utimbuf long_ago = { 1000000000, 1000000000 };

  g_assert_cmpint (g_utime (path, (struct utimbuf *)&long_ago), ==, 0);
}

static gboolean
is_gone (gpointer path)
{
  return !g_file_test (path, G_FILE_TEST_EXISTS);
}

/* A new day: a backup, and what was left half-way goes, in the backups and in the store. */
/* The first session may have made its backup before or after the record was saved: either way it was another day. */
static void
make_backups_of_another_day (Fixture *fixture)
{
  g_autofree char *folder = g_build_filename (fixture->home, "backups", NULL);
  g_autofree char *other = g_build_filename (folder, "2024-05-17", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "20"))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        g_assert_cmpint (g_rename (path, other), ==, 0);
        return;
      }
}

static void
test_new_day_clears_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = save_need (fixture->profile, "Hvordan?");
  g_autofree char *part = g_build_filename (fixture->home, "backups", ".part-abcdef", NULL);
  g_autofree char *fresh = g_build_filename (fixture->home, "backups", ".part-ghijkl", NULL);
  g_autofree char *incoming = g_build_filename (fixture->home, "blobs", ".incoming-abcdef", NULL);

  make_folder (fixture, ".part-abcdef");
  make_folder (fixture, ".part-ghijkl");
  make_old (part);
  g_assert_true (g_file_set_contents (incoming, "hei", 3, NULL));
  make_old (incoming);
  fixture_close (fixture);
  make_backups_of_another_day (fixture);
  fixture_open (fixture);
  run_until (is_gone, incoming);
  g_assert_true (is_gone (part));
  g_assert_false (is_gone (fresh));
  g_assert_cmpuint (count_revisions (fixture->profile, "mine", id), ==, 1);
}

static void
damage (Fixture *fixture, gsize from, gsize length)
{
  g_autofree char *path = g_build_filename (fixture->home, "store.db", NULL);
  g_autofree char *bytes = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_cmpuint (from, <, size);
  memset (bytes + from, 0x5a, MIN (length, size - from));
  g_assert_true (g_file_set_contents (path, bytes, (gssize)size, NULL));
}

static void
test_damaged_profile_is_rescued (Fixture *fixture, gconstpointer data)
{
  const gsize from[] = { 0, 4096 }; /* its head, and behind it */
  g_autofree char *id = save_need (fixture->profile, "Hvordan?");
  g_autofree char *day = samspill_profile_backup (fixture->profile, NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (from); i++)
    {
      g_autoptr (GError) error = NULL;

      fixture_close (fixture);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      damage (fixture, from[i], G_MAXSIZE);
      g_assert_null (samspill_profile_open (fixture->home, &error));
      g_assert_true (samspill_profile_is_damaged (error));
      g_clear_error (&error);

      g_autoptr (GPtrArray) backups = samspill_profile_list_backups_in (fixture->home);
      g_assert_cmpuint (backups->len, ==, 1);
      g_assert_false (samspill_profile_rescue (fixture->home, "2020-01-01", NULL, &error));
      g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND);
      g_clear_error (&error);
      samspill_profile_rescue (fixture->home, backups->pdata[0], NULL, &error);
      g_assert_no_error (error);
      fixture_open (fixture);
      g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, NULL, id, &error);
      g_assert_no_error (error);
    }
}

#define ADD(name, test) g_test_add ("/profile/backup/" name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("restore-brings-day-back", test_restore_brings_day_back);
  ADD ("seven-days-are-kept", test_seven_days_are_kept);
  ADD ("day-that-is-not-there", test_day_that_is_not_there);
  ADD ("once-a-day-and-not-of-nothing", test_once_a_day_and_not_of_nothing);
  ADD ("new-day-clears-up", test_new_day_clears_up);
  ADD ("damaged-profile-is-rescued", test_damaged_profile_is_rescued);
  return g_test_run ();
}
