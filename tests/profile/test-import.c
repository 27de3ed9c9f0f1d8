/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "profile-fixture.h"
#include "samspill-profile-private.h"

#define HEAD "\"type\":\"need\",\"lang\":\"nb\",\"owner\":\"" OWNER "\""
#define NEED(title) "{" HEAD ",\"title\":\"" title "\"}"
#define ID "need:" OWNER ":019a9102-a2ef-7eb1-a82a-faf9a6deb505"

static SamspillImport *
import_text (Fixture *fixture, const char *text, gssize length, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length < 0 ? strlen (text) : (gsize)length);

  return samspill_profile_import_bytes (fixture->profile, NULL, bytes, NULL, error);
}

static gint64
last_seq (Fixture *fixture)
{
  return samspill_store_get_last_seq (samspill_profile_get_store (fixture->profile));
}

/* An error or a reason, and nothing changed. */
static void
assert_refused (Fixture *fixture, const char *text, gssize length)
{
  g_autoptr (GError) error = NULL;
  gint64 seq = last_seq (fixture);
  g_autoptr (SamspillImport) import = import_text (fixture, text, length, &error);

  if (import == NULL)
    {
      g_assert_nonnull (error);
      g_assert_cmpint ((int)strlen (error->message), >, 10);
    }
  else
    {
      g_assert_cmpuint (import->refused, >, 0);
      g_assert_cmpuint (import->reasons->len, >, 0);
      g_assert_cmpuint (import->added + import->changed, ==, 0);
    }
  g_assert_cmpint (last_seq (fixture), ==, seq);
}

static void
test_object_and_array (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillImport) one = import_text (fixture, NEED ("En"), -1, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (one->added, ==, 1);
  g_autoptr (SamspillImport) two = import_text (fixture, "[" NEED ("To") ",\n" NEED ("Tre") "]\n", -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (two->added, ==, 2);
  g_assert_cmpint (samspill_store_count (samspill_profile_get_store (fixture->profile), "mine", NULL), ==, 3);
}

static void
test_samples_go_to_sample (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillImport) import =
      import_text (fixture, "[{\"_id\":\"" ID "\"," HEAD ",\"title\":\"En\",\"sample\":true}]", -1, NULL);
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, NULL, ID, NULL);

  g_assert_cmpuint (import->added, ==, 1);
  g_assert_cmpstr (loaded->space, ==, "sample");
  g_assert_true (samspill_profile_has_sample (fixture->profile));
  g_assert_true (samspill_profile_remove_sample (fixture->profile, NULL));
  g_assert_false (samspill_profile_has_sample (fixture->profile));
  g_assert_null (samspill_profile_load (fixture->profile, NULL, ID, NULL));
}

static void
test_same_again_changes_nothing (Fixture *fixture, gconstpointer data)
{
  const char *text = "[{\"_id\":\"" ID "\"," HEAD ",\"title\":\"En\",\"odd\":1.50}]";
  g_autoptr (SamspillImport) first = import_text (fixture, text, -1, NULL);
  gint64 seq = last_seq (fixture);
  g_autoptr (SamspillImport) second = import_text (fixture, text, -1, NULL);

  g_assert_cmpuint (first->added, ==, 1);
  g_assert_cmpuint (second->same, ==, 1);
  g_assert_cmpint (last_seq (fixture), ==, seq);
}

static void
test_revision_on_top (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillImport) first = import_text (fixture, "{\"_id\":\"" ID "\"," HEAD ",\"title\":\"En\"}", -1, NULL);
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, NULL, ID, NULL);
  g_autofree char *next = g_strdup_printf ("{\"_id\":\"" ID "\",\"_rev\":\"%s\"," HEAD ",\"title\":\"To\"}",
                                           samspill_record_get_rev (loaded->record));
  g_autoptr (SamspillImport) second = import_text (fixture, next, -1, NULL);

  g_assert_cmpuint (second->changed, ==, 1);
  g_autofree char *late = g_strdup_printf ("{\"_id\":\"" ID "\",\"_rev\":\"%s\"," HEAD ",\"title\":\"Tre\"}",
                                           samspill_record_get_rev (loaded->record));
  assert_refused (fixture, late, -1);
  assert_refused (fixture, "{\"_id\":\"" ID "\"," HEAD ",\"title\":\"Fire\"}", -1);
}

static char *
export_all (SamspillProfile *profile)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;

  samspill_profile_export (profile, NULL, stream, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write (stream, "", 1, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);
  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (stream));
}

static void
test_import_reads_what_export_writes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *home = g_build_filename (fixture->folder, "elsewhere", NULL);
  g_autoptr (SamspillProfile) other = samspill_profile_open (home, &error);
  g_autofree char *trashed = save_need (fixture->profile, "I papirkurven");
  g_autofree char *kept = save_need (fixture->profile, "Hvordan?");
  g_autofree char *empty = NULL;

  g_assert_no_error (error);
  empty = export_all (other);
  g_assert_cmpstr (empty, ==, "[\n]\n");
  g_assert_true (samspill_profile_trash (fixture->profile, NULL, trashed, NULL));
  g_autofree char *text = export_all (fixture->profile);
  g_assert_null (strstr (text, "case:lekkasjer"));
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (SamspillImport) there = samspill_profile_import_bytes (other, NULL, bytes, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (there->added, ==, 2);
  g_autoptr (SamspillImport) here = samspill_profile_import_bytes (fixture->profile, NULL, bytes, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (here->same, ==, 2);
  g_autofree char *again = export_all (other);
  g_assert_cmpstr (text, ==, again);
  samspill_profile_close (other);
}

static void
test_all_or_nothing (Fixture *fixture, gconstpointer data)
{
  assert_refused (fixture, "[" NEED ("En") "," NEED ("To") ",{\"type\":\"need\"}]", -1);
}

static void
test_bad_input (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
    "",
    "   ",
    "null",
    "7",
    "\"tekst\"",
    "{",
    "[" NEED ("En") ",]",
    "[" NEED ("En") "] []",
    "{" HEAD "}",
    "[7]",
    "[[]]",
    "{\"type\":\"ting\",\"lang\":\"nb\",\"owner\":\"" OWNER "\",\"title\":\"x\"}",
    "{\"type\":7,\"lang\":\"nb\",\"owner\":\"" OWNER "\",\"title\":\"x\"}",
    "{\"type\":\"need\",\"lang\":\"nb\",\"owner\":\"302353876\",\"title\":\"feil kontrollsiffer\"}",
    "{\"type\":\"need\",\"lang\":\"nb\",\"owner\":\"12\",\"title\":\"for kort\"}",
    "{\"type\":\"need\",\"lang\":\"nb\",\"owner\":302353875,\"title\":\"et tall\"}",
    "{\"type\":\"need\",\"owner\":\"" OWNER "\",\"title\":\"uten språk\"}",
    "{\"type\":\"need\",\"lang\":\"de\",\"owner\":\"" OWNER "\",\"title\":\"ukjent språk\"}",
    "{" HEAD ",\"title\":{}}",
    "{" HEAD ",\"title\":\"x\",\"cost_nok\":\"mye\"}",
    "{" HEAD ",\"title\":\"x\",\"cost_nok\":1e400}",
    "{" HEAD ",\"title\":\"x\",\"cost_nok\":12345678901234567890}",
    "{" HEAD ",\"title\":\"x\",\"measures\":\"en\"}",
    "{" HEAD ",\"title\":\"x\",\"title\":\"y\"}",
    "{" HEAD ",\"title\":\"x\",\"t\\u0069tle\":\"y\"}",
    "{" HEAD ",\"title\":\"\\ud800\"}",
    "{" HEAD ",\"title\":\"\xff\xfe\"}",
    "{\"_id\":\"uten kolon\"," HEAD ",\"title\":\"x\"}",
    "{\"_id\":\"pitch:" OWNER ":019a9102-a2ef-7eb1-a82a-faf9a6deb505\"," HEAD ",\"title\":\"x\"}",
    "{\"_id\":\"" ID "\",\"_rev\":\"nei\"," HEAD ",\"title\":\"x\"}",
    "{\"_id\":\"" ID "\",\"_rev\":7," HEAD ",\"title\":\"x\"}",
    "[{\"_id\":\"" ID "\"," HEAD ",\"title\":\"x\"},{\"_id\":\"" ID "\"," HEAD ",\"title\":\"y\"}]",
    "{\"_id\":\"case:lekkasjer\",\"type\":\"case\",\"lang\":\"nb\",\"title\":\"min egen\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *shown = g_utf8_make_valid (texts[i], -1);
      g_test_message ("%u: %s", i, shown);
      assert_refused (fixture, texts[i], -1);
    }
  assert_refused (fixture, "{" HEAD ",\"title\":\"a\0b\"}", sizeof ("{" HEAD ",\"title\":\"a\0b\"}") - 1);
}

static void
test_deep_nesting (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("{" HEAD ",\"title\":\"x\",\"deep\":");

  for (int i = 0; i < 10000; i++)
    g_string_append_c (text, '[');
  for (int i = 0; i < 10000; i++)
    g_string_append_c (text, ']');
  g_string_append_c (text, '}');
  assert_refused (fixture, text->str, (gssize)text->len);
}

static void
test_large_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = fixture_file (fixture, "stor.json", "[", 1);
  g_autoptr (GFileIOStream) stream = g_file_open_readwrite (file, NULL, NULL);
  gint64 seq = last_seq (fixture);

  g_assert_true (g_seekable_truncate (G_SEEKABLE (stream), 200 * 1024 * 1024, NULL, NULL));
  g_assert_null (samspill_profile_import (fixture->profile, NULL, file, NULL, &error));
  g_assert_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_TOO_LARGE);
  g_assert_cmpint (last_seq (fixture), ==, seq);
}

static void
test_large_record (Fixture *fixture, gconstpointer data)
{
  g_autofree char *long_text = g_strnfill (2 * 1024 * 1024, 'x');
  g_autofree char *text = g_strdup_printf ("[{" HEAD ",\"title\":\"x\",\"odd\":\"%s\"}]", long_text);

  assert_refused (fixture, text, -1);
}

/* A file that was cut on the way is refused, wherever it was cut. */
static void
cut_everywhere (Fixture *fixture, const char *path)
{
  g_autofree char *text = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  for (gsize cut = 0; cut < length; cut += 100)
    {
      g_autofree char *part = g_memdup2 (text, MAX (cut, 1));
      assert_refused (fixture, part, (gssize)cut);
    }
}

static void
test_cut_files (Fixture *fixture, gconstpointer data)
{
  const char *source = g_getenv ("SAMSPILL_SOURCE_DIR");
  g_autofree char *folder = g_build_filename (source != NULL ? source : ".", "data", "sample", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint files = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".json"))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);
        cut_everywhere (fixture, path);
        files++;
      }
  g_assert_cmpuint (files, >, 0);
}

static void
test_sample_files (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *source = g_getenv ("SAMSPILL_SOURCE_DIR");
  g_autofree char *folder = g_build_filename (source != NULL ? source : ".", "data", NULL);

  g_setenv ("SAMSPILL_DATA_DIR", folder, TRUE);
  samspill_profile_load_sample (fixture->profile, NULL, &error);
  g_assert_no_error (error);
  gint64 count = samspill_store_count (samspill_profile_get_store (fixture->profile), "sample", NULL);
  g_assert_cmpint (count, >, 40);
  g_assert_cmpint (samspill_store_count (samspill_profile_get_store (fixture->profile), "mine", NULL), <=, 0);
}

/* Replies */

#define REPLY(need)                                                                                                    \
  "{\"samspill\":\"reply\",\"version\":1,\"need\":\"" need "\",\"need_title\":\"En\",\"lang\":\"nb\",\"pitch\":{"      \
  "\"title\":\"<script>alert(1)</script>\",\"problem\":\"Lekkasjer\",\"how\":\"Lytter\","                              \
  "\"supplier\":{\"name\":\"Lytt AS\",\"email\":\"post@example.com\"}}}"

static void
test_reply_is_shown_not_kept (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillImport) need = import_text (fixture, "{\"_id\":\"" ID "\"," HEAD ",\"title\":\"En\"}", -1, NULL);
  gint64 seq = last_seq (fixture);
  g_autoptr (SamspillImport) import = import_text (fixture, REPLY (ID), -1, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (need->added, ==, 1);
  g_assert_nonnull (import->reply);
  g_assert_cmpstr (import->reply->need, ==, ID);
  g_assert_cmpstr (samspill_record_get_owner (import->reply->pitch), ==, OWNER);
  g_assert_cmpint (last_seq (fixture), ==, seq);
  g_assert_true (samspill_profile_save (fixture->profile, NULL, import->reply->pitch, &error));
  g_assert_no_error (error);
}

static void
test_reply_to_another_need (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillImport) import = import_text (fixture, REPLY (ID), -1, &error);

  g_assert_null (import);
  g_assert_error (error, SAMSPILL_DOMAIN_ERROR, SAMSPILL_DOMAIN_ERROR_WRONG_NEED);
}

#define ADD(name, test) g_test_add ("/profile/import/" name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("object-and-array", test_object_and_array);
  ADD ("samples-go-to-sample", test_samples_go_to_sample);
  ADD ("same-again-changes-nothing", test_same_again_changes_nothing);
  ADD ("revision-on-top", test_revision_on_top);
  ADD ("reads-what-export-writes", test_import_reads_what_export_writes);
  ADD ("all-or-nothing", test_all_or_nothing);
  ADD ("bad-input", test_bad_input);
  ADD ("deep-nesting", test_deep_nesting);
  ADD ("large-file", test_large_file);
  ADD ("large-record", test_large_record);
  ADD ("cut-files", test_cut_files);
  ADD ("sample-files", test_sample_files);
  ADD ("reply-is-shown-not-kept", test_reply_is_shown_not_kept);
  ADD ("reply-to-another-need", test_reply_to_another_need);
  return g_test_run ();
}
