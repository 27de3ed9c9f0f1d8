/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <json-glib/json-glib.h>
#include <string.h>

#include "samspill-need-check.h"

static void
test_sentences (void)
{
  g_assert_cmpstr (samspill_guess_language ("Hvordan kan vi finne lekkasjene før de koster oss vann?"), ==, "nb");
  g_assert_cmpstr (samspill_guess_language ("Korleis kan vi finne lekkasjane før dei kostar oss vatn?"), ==, "nn");
  g_assert_cmpstr (samspill_guess_language ("Dette er ikke bare et problem for de eldre"), ==, "nb");
  g_assert_cmpstr (samspill_guess_language ("Dette er ikkje berre eit problem for dei eldre"), ==, "nn");
  g_assert_null (samspill_guess_language (""));
  g_assert_null (samspill_guess_language ("38 % 2028"));
  g_assert_null (samspill_guess_language ("We have a problem"));
}

static void
check_record (JsonArray *array, guint index, JsonNode *node, gpointer data)
{
  JsonObject *object = json_node_get_object (node);
  const char *lang = json_object_get_string_member (object, "lang");
  const char *problem = json_object_get_string_member_with_default (object, "problem", "");

  if (strlen (problem) < 80)
    return;
  ((guint *)data)[0]++;
  if (samspill_guess_language (problem) == NULL)
    ((guint *)data)[1]++;
  else
    g_assert_cmpstr (samspill_guess_language (problem), ==, lang);
}

/* The guess is never wrong for a sample need of some length, and seldom left open. */
static void
test_sample (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("SAMSPILL_SOURCE_DIR"), "data/sample/needs.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  guint counts[2] = { 0, 0 };

  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  json_array_foreach_element (json_node_get_array (json_parser_get_root (parser)), check_record, counts);
  g_assert_cmpuint (counts[0], >, 30);
  g_assert_cmpuint (counts[1], <=, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/guess-language/sentences", test_sentences);
  g_test_add_func ("/guess-language/sample-needs", test_sample);
  return g_test_run ();
}
