/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-record.h"
#include "samspill-subject.h"

static char **
read_lines (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("SAMSPILL_BUILD_DIR"), "data", "shipped.jsonl", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return g_strsplit (g_strchomp (text), "\n", -1);
}

static void
test_valid (void)
{
  g_auto (GStrv) lines = read_lines ();
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint cases = 0, needs = 0, programmes = 0;

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SamspillRecord) record = samspill_record_from_json (lines[i], -1, &error);
      const char *type;

      g_assert_no_error (error);
      samspill_record_validate (record, &error);
      g_assert_no_error (error);
      type = samspill_record_get_record_type (record);
      g_assert_true (g_hash_table_add (ids, g_strdup (samspill_record_get_id (record))));
      g_assert_cmpstr (samspill_record_get_title (record), !=, "");
      g_assert_true (samspill_record_has (record, strcmp (type, "programme") == 0 ? "what" : "problem"));
      g_assert_true (samspill_record_has (record, "sources"));
      cases += strcmp (type, "case") == 0;
      needs += strcmp (type, "need") == 0;
      programmes += strcmp (type, "programme") == 0;
    }
  g_assert_cmpuint (cases, ==, 87);
  g_assert_cmpuint (needs, ==, 35);
  g_assert_cmpuint (programmes, ==, 34);
}

static void
test_subjects_are_known (void)
{
  g_auto (GStrv) lines = read_lines ();

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (SamspillRecord) record = samspill_record_from_json (lines[i], -1, NULL);
      g_auto (GStrv) los = samspill_record_dup_strings (record, "subjects.los");
      g_auto (GStrv) cpv = samspill_record_dup_strings (record, "subjects.cpv");

      for (gsize k = 0; los[k] != NULL; k++)
        g_assert_nonnull (samspill_subject_label (los[k], "nb"));
      for (gsize k = 0; cpv[k] != NULL; k++)
        g_assert_nonnull (samspill_subject_label (cpv[k], "nb"));
    }
}

static JsonObject *
find_source (JsonNode *root, const char *id)
{
  JsonArray *array = json_node_get_array (root);

  for (guint i = 0; i < json_array_get_length (array); i++)
    if (strcmp (json_object_get_string_member (json_array_get_object_element (array, i), "id"), id) == 0)
      return json_array_get_object_element (array, i);
  g_assert_not_reached ();
}

/* What the record shows in a language is what the source file says in it; and where it says nothing, the other. */
static void
test_both_languages (void)
{
  static const char *const langs[] = { "nb", "nn" };
  g_autofree char *path = g_build_filename (g_getenv ("SAMSPILL_SOURCE_DIR"), "data/cases/cases.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_auto (GStrv) lines = read_lines ();
  guint only_other = 0;

  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (SamspillRecord) record = samspill_record_from_json (lines[i], -1, NULL);
      JsonObject *problem;

      if (strcmp (samspill_record_get_record_type (record), "case") != 0)
        continue;
      problem = json_object_get_object_member (
          find_source (json_parser_get_root (parser), samspill_record_get_id (record)), "problem");
      for (gsize l = 0; l < G_N_ELEMENTS (langs); l++)
        if (json_object_has_member (problem, langs[l]))
          g_assert_cmpstr (samspill_record_get_string_in (record, "problem", langs[l]), ==,
                           json_object_get_string_member (problem, langs[l]));
      if (!json_object_has_member (problem, samspill_record_get_lang (record)))
        {
          only_other++;
          g_assert_cmpstr (samspill_record_get_text_lang (record, "problem"), !=, samspill_record_get_lang (record));
          g_assert_cmpstr (samspill_record_get_string (record, "problem"), !=, "");
        }
    }
  g_test_message ("%u records have their problem in the other language only", only_other);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shipped/valid", test_valid);
  g_test_add_func ("/shipped/subjects-are-known", test_subjects_are_known);
  g_test_add_func ("/shipped/both-languages", test_both_languages);
  return g_test_run ();
}
