/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "profile-fixture.h"
#include "samspill-profile-private.h"

static void
test_account_stays (Fixture *fixture, gconstpointer data)
{
  g_autofree char *account = samspill_profile_dup_account (fixture->profile);

  g_assert_true (g_uuid_string_is_valid (account));
  g_assert_null (samspill_profile_get_identity (fixture->profile));
  fixture_close (fixture);
  fixture_open (fixture);
  g_autofree char *again = samspill_profile_dup_account (fixture->profile);
  g_assert_cmpstr (account, ==, again);
}

/* Valid, and of no municipality that ships. */
#define UNKNOWN_OWNER "399999901"

static void
test_identity_is_kept (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char *owners[] = { (char *)UNKNOWN_OWNER, NULL };
  char *names[] = { (char *)"Storvik kommune", NULL };
  SamspillIdentity identity = { .owners = owners, .owner_names = names, .person_role = (char *)"rådgiver" };

  identity.language = (char *)"nn";
  samspill_profile_set_identity (fixture->profile, &identity, &error);
  g_assert_no_error (error);
  fixture_close (fixture);
  fixture_open (fixture);

  const SamspillIdentity *kept = samspill_profile_get_identity (fixture->profile);
  g_assert_cmpstr (kept->owners[0], ==, UNKNOWN_OWNER);
  g_assert_cmpstr (kept->person_role, ==, "rådgiver");
  g_assert_cmpstr (kept->language, ==, "nn");
  g_assert_null (kept->person_name);
  g_assert_nonnull (kept->account);
  g_autofree char *name = samspill_profile_dup_owner_name (fixture->profile, UNKNOWN_OWNER);
  g_assert_cmpstr (name, ==, "Storvik kommune");
}

static void
test_identity_wants_real_number (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char *owners[] = { (char *)"302353876", NULL };
  char *names[] = { (char *)"", NULL };
  SamspillIdentity identity = { .owners = owners, .owner_names = names };

  g_assert_false (samspill_profile_set_identity (fixture->profile, &identity, &error));
  g_assert_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_INVALID_ORGANISATION_NUMBER);
  g_assert_null (samspill_profile_get_identity (fixture->profile));
}

static void
test_owner_names (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillRecord) record = samspill_record_new ("organisation", OWNER, "nb", "test");

  samspill_record_set_string (record, "name", "Storvik vann");
  samspill_record_set_string (record, "orgnr", UNKNOWN_OWNER);
  samspill_record_set_string (record, "kind", "municipality");
  samspill_profile_save (fixture->profile, "sample", record, &error);
  g_assert_no_error (error);
  fixture_wait_index (fixture->profile);

  g_autofree char *name = samspill_profile_dup_owner_name (fixture->profile, UNKNOWN_OWNER);
  g_assert_cmpstr (name, ==, "Storvik vann");
  g_autofree char *kinn = samspill_profile_dup_owner_name (fixture->profile, "983596081");
  g_assert_nonnull (kinn);
  g_autofree char *unknown = samspill_profile_dup_owner_name (fixture->profile, "999999999");
  g_assert_cmpstr (unknown, ==, "999999999");
}

static void
test_shipped_follow_program (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  SamspillStore *store = samspill_profile_get_store (fixture->profile);
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, NULL, "case:nattilsyn", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (loaded->space, ==, "shipped");
  g_assert_false (loaded->is_writable);
  gint64 seq = samspill_store_get_last_seq (store);

  fixture_close (fixture);
  fixture_open (fixture);
  g_assert_cmpint (samspill_store_get_last_seq (samspill_profile_get_store (fixture->profile)), ==, seq);

  fixture_close (fixture);
  fixture_ship (
      fixture, "{\"_id\":\"case:lekkasjer\",\"type\":\"case\",\"schema\":1,\"lang\":\"nb\",\"title\":\"Ny tittel\"}\n");
  fixture_open (fixture);
  g_autoptr (SamspillLoaded) changed = samspill_profile_load (fixture->profile, NULL, "case:lekkasjer", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (samspill_record_get_title (changed->record), ==, "Ny tittel");
  g_assert_null (samspill_profile_load (fixture->profile, NULL, "case:nattilsyn", &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND);
}

static void
test_shipped_cannot_be_written (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, NULL, "case:nattilsyn", NULL);

  g_assert_false (samspill_profile_trash (fixture->profile, NULL, "case:nattilsyn", &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_READ_ONLY);
  g_clear_error (&error);
  samspill_record_set_string (loaded->record, "title", "Min");
  g_assert_false (samspill_profile_save (fixture->profile, NULL, loaded->record, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_READ_ONLY);
}

static void
test_save_and_load (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = save_need (fixture->profile, "Hvordan kan vi finne lekkasjer før de blir brudd?");
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, NULL, id, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (loaded->space, ==, "mine");
  g_assert_true (loaded->is_writable);
  g_assert_false (loaded->has_working_copy);
  g_assert_cmpuint (loaded->leaves, ==, 1);
  samspill_record_set_integer (loaded->record, "cost_nok", 400000);
  samspill_profile_save (fixture->profile, NULL, loaded->record, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (samspill_record_get_rev (loaded->record), "2-"));
  g_assert_cmpuint (count_revisions (fixture->profile, "mine", id), ==, 2);
}

static void
test_save_async (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (SamspillRecord) record = need_new ("Hvordan?");

  samspill_profile_save_async (fixture->profile, NULL, record, NULL, keep_result_cb, &result);
  run_until (has_result, &result);
  g_assert_true (samspill_profile_save_finish (fixture->profile, result, &error));
  g_assert_no_error (error);
  g_assert_nonnull (samspill_record_get_rev (record));
}

static void
test_save_on_old_revision_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = save_need (fixture->profile, "Hvordan?");
  g_autoptr (SamspillLoaded) first = samspill_profile_load (fixture->profile, NULL, id, NULL);
  g_autoptr (SamspillLoaded) second = samspill_profile_load (fixture->profile, NULL, id, NULL);

  samspill_record_set_string (first->record, "problem", "Den ene.");
  g_assert_true (samspill_profile_save (fixture->profile, NULL, first->record, NULL));
  samspill_record_set_string (second->record, "problem", "Den andre.");
  g_assert_false (samspill_profile_save (fixture->profile, NULL, second->record, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_CONFLICT);
}

static void
test_save_wants_title (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillRecord) record = samspill_record_new ("need", OWNER, "nb", "test");

  g_assert_false (samspill_profile_save (fixture->profile, NULL, record, &error));
  g_assert_error (error, SAMSPILL_DOMAIN_ERROR, SAMSPILL_DOMAIN_ERROR_MISSING_FIELD);
}

static void
test_trash_and_back (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = save_need (fixture->profile, "Hvordan?");

  samspill_profile_trash (fixture->profile, NULL, id, &error);
  g_assert_no_error (error);
  g_autoptr (SamspillLoaded) trashed = samspill_profile_load (fixture->profile, NULL, id, NULL);
  g_assert_true (samspill_record_has (trashed->record, "trashed.at"));
  samspill_profile_restore (fixture->profile, NULL, id, &error);
  g_assert_no_error (error);
  g_autoptr (SamspillLoaded) back = samspill_profile_load (fixture->profile, NULL, id, NULL);
  g_assert_false (samspill_record_has (back->record, "trashed"));
  samspill_profile_delete (fixture->profile, NULL, id, &error);
  g_assert_no_error (error);
  g_assert_null (samspill_profile_load (fixture->profile, NULL, id, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND);
}

static gboolean
is_there (Fixture *fixture, const char *id)
{
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, NULL, id, NULL);

  return loaded != NULL;
}

/* The trash as it is looked at by one who works here every day, on so many days from today. */
static void
look_on_days (Fixture *fixture, int first, int last)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  for (int day = first; day <= last; day++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GDateTime) then = g_date_time_add_days (now, day);

      g_assert_true (samspill_profile_empty_trash (fixture->profile, then, NULL, &error));
      g_assert_no_error (error);
    }
}

static void
test_trash_is_emptied_after_thirty_days (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = save_need (fixture->profile, "Hvordan?");

  g_assert_true (samspill_profile_trash (fixture->profile, NULL, id, NULL));
  look_on_days (fixture, 0, 29);
  g_assert_true (is_there (fixture, id));
  look_on_days (fixture, 30, 31);
  g_assert_false (is_there (fixture, id));
}

/* A clock that leapt ahead empties nothing before it has gone on for some days. */
static void
test_trash_keeps_two_versions (Fixture *fixture, gconstpointer data)
{
  static const char text[] = "{\"type\":\"need\",\"schema\":1,\"owner\":\"" OWNER "\",\"lang\":\"nb\",\"title\":\"x\"}";
  const char *revisions[] = { "1-00000000000000000000000000000001", NULL };
  g_autofree char *id = save_need (fixture->profile, "Hvordan?");
  g_autoptr (GBytes) body = g_bytes_new_static (text, sizeof text - 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (samspill_profile_trash (fixture->profile, NULL, id, NULL));
  samspill_store_insert (samspill_profile_get_store (fixture->profile), "mine", id, revisions, FALSE, body, NULL,
                         &error);
  g_assert_no_error (error);
  look_on_days (fixture, 0, 40);
  g_assert_true (is_there (fixture, id));
}

static void
test_trash_waits_when_clock_leaps (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = save_need (fixture->profile, "Hvordan?");

  g_assert_true (samspill_profile_trash (fixture->profile, NULL, id, NULL));
  look_on_days (fixture, 0, 5);
  look_on_days (fixture, 400, 402);
  g_assert_true (is_there (fixture, id));
  look_on_days (fixture, 6, 8);
  g_assert_true (is_there (fixture, id));
  look_on_days (fixture, 400, 404);
  g_assert_false (is_there (fixture, id));
}

/* Something was written in 2099: a clock that shows 2090 is wrong, however long the trash has lain by it. */
static void
test_trash_is_not_emptied_by_wrong_clock (Fixture *fixture, gconstpointer data)
{
  static const char text[] = "{\"type\":\"need\",\"schema\":1,\"owner\":\"" OWNER "\",\"lang\":\"nb\",\"title\":\"x\","
                             "\"changed\":{\"at\":\"2099-01-01T00:00:00Z\",\"by\":\"x\"}}";
  g_autoptr (GError) error = NULL;
  g_autoptr (GDateTime) wrong = g_date_time_new_utc (2090, 1, 1, 0, 0, 0);
  g_autoptr (GDateTime) right = g_date_time_new_utc (2099, 1, 2, 0, 0, 0);
  g_autofree char *id = save_need (fixture->profile, "Hvordan?");
  g_autofree char *other = samspill_id_new ("need", OWNER);
  g_autoptr (GBytes) body = g_bytes_new_static (text, sizeof text - 1);
  g_autofree char *rev =
      samspill_store_put (samspill_profile_get_store (fixture->profile), "mine", other, NULL, body, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (rev);
  g_assert_true (samspill_profile_trash (fixture->profile, NULL, id, NULL));
  g_assert_true (samspill_profile_empty_trash (fixture->profile, wrong, NULL, &error));
  g_autoptr (SamspillLoaded) there = samspill_profile_load (fixture->profile, NULL, id, &error);
  g_assert_no_error (error);
  for (int day = 0; day < 5; day++)
    {
      g_autoptr (GDateTime) then = g_date_time_add_days (right, day);

      g_assert_true (samspill_profile_empty_trash (fixture->profile, then, NULL, &error));
    }
  g_assert_false (is_there (fixture, id));
}

static void
test_related (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = save_need (fixture->profile, "Hvordan?");
  g_autoptr (SamspillRecord) pitch = samspill_record_new ("pitch", OWNER, "nb", "test");
  g_autoptr (SamspillRecord) loose = samspill_record_new ("pitch", OWNER, "nb", "test");

  samspill_record_set_string (pitch, "title", "Lytting på rør");
  samspill_record_set_string (pitch, "need", id);
  samspill_record_set_string (loose, "title", "Noe annet");
  g_assert_true (samspill_profile_save (fixture->profile, NULL, pitch, &error));
  g_assert_true (samspill_profile_save (fixture->profile, NULL, loose, &error));
  fixture_wait_index (fixture->profile);
  g_autoptr (GPtrArray) rows = samspill_profile_related (fixture->profile, id, "pitch", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpstr (((SamspillRow *)rows->pdata[0])->title, ==, "Lytting på rør");
}

static void
note_cb (SamspillProfile *profile, gpointer data)
{
  *(gboolean *)data = TRUE;
}

static gboolean
is_set (gpointer data)
{
  return *(gboolean *)data;
}

static void
test_two_programs_hear_of_each_other (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillProfile) other = fixture_open_another (fixture);
  gboolean heard = FALSE;

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_signal_connect (fixture->profile, "changed", G_CALLBACK (note_cb), &heard);
  g_autofree char *id = save_need (other, "Hvordan?");
  run_until (is_set, &heard);
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, NULL, id, NULL);
  g_assert_nonnull (loaded);
  g_signal_handlers_disconnect_by_data (fixture->profile, &heard);
  samspill_profile_close (other);
}

static void
test_newer_version_is_read_only (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = save_need (fixture->profile, "Hvordan?");
  g_autofree char *path = g_build_filename (fixture->home, "store.db", NULL);
  sqlite3 *db = NULL;

  fixture_close (fixture);
  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "PRAGMA user_version = 9999", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  fixture_open (fixture);

  g_assert_true (samspill_profile_is_read_only (fixture->profile));
  g_assert_nonnull (samspill_profile_get_read_only_reason (fixture->profile));
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, NULL, id, &error);
  g_assert_no_error (error);
  g_assert_false (loaded->is_writable);
  g_assert_false (samspill_profile_trash (fixture->profile, NULL, id, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_READ_ONLY);
}

static void
test_write_protected_folder_is_read_only (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("root may write everywhere");
      return;
    }
  g_autofree char *id = save_need (fixture->profile, "Hvordan?");
  g_autofree char *path = g_build_filename (fixture->home, "store.db", NULL);
  fixture_close (fixture);
  g_chmod (path, 0400);
  g_chmod (fixture->home, 0500);
  fixture_open (fixture);
  g_assert_true (samspill_profile_is_read_only (fixture->profile));
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, NULL, id, &error);
  g_assert_no_error (error);
}

static void
test_folder_that_cannot_be (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = fixture_file (fixture, "in-the-way", "x", 1);
  g_autofree char *folder = g_build_filename (g_file_peek_path (file), "profile", NULL);

  g_assert_null (samspill_profile_open (folder, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_FAILED);
}

static void
test_clock (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (samspill_profile_check_clock (g_get_real_time (), &error));
  g_assert_no_error (error);
  g_assert_false (samspill_profile_check_clock (G_USEC_PER_SEC, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "1970"));
}

#define ADD(name, test) g_test_add ("/profile/" name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profile/clock", test_clock);
  ADD ("open/account-stays", test_account_stays);
  ADD ("open/newer-version-is-read-only", test_newer_version_is_read_only);
  ADD ("open/write-protected-folder-is-read-only", test_write_protected_folder_is_read_only);
  ADD ("open/folder-that-cannot-be", test_folder_that_cannot_be);
  ADD ("open/two-programs-hear-of-each-other", test_two_programs_hear_of_each_other);
  ADD ("identity/is-kept", test_identity_is_kept);
  ADD ("identity/wants-real-number", test_identity_wants_real_number);
  ADD ("identity/owner-names", test_owner_names);
  ADD ("shipped/follow-program", test_shipped_follow_program);
  ADD ("shipped/cannot-be-written", test_shipped_cannot_be_written);
  ADD ("records/save-and-load", test_save_and_load);
  ADD ("records/save-async", test_save_async);
  ADD ("records/save-on-old-revision-is-refused", test_save_on_old_revision_is_refused);
  ADD ("records/save-wants-title", test_save_wants_title);
  ADD ("records/related", test_related);
  ADD ("trash/and-back", test_trash_and_back);
  ADD ("trash/is-emptied-after-thirty-days", test_trash_is_emptied_after_thirty_days);
  ADD ("trash/is-not-emptied-by-wrong-clock", test_trash_is_not_emptied_by_wrong_clock);
  ADD ("trash/two-versions-are-not-emptied", test_trash_keeps_two_versions);
  ADD ("trash/waits-when-clock-leaps", test_trash_waits_when_clock_leaps);
  return g_test_run ();
}
