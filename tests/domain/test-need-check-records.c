/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-need-check.h"

#define OWNER "201412684"

/* "field kind:words" for each remark, joined by "; ". */
static char *
summary_of (SamspillRecord *need)
{
  g_autoptr (GPtrArray) remarks = samspill_need_check_record (need);
  GString *summary = g_string_new (NULL);

  g_ptr_array_set_free_func (remarks, (GDestroyNotify)samspill_remark_free);
  for (guint i = 0; i < remarks->len; i++)
    {
      const SamspillRemark *remark = remarks->pdata[i];

      g_assert_nonnull (remark->field);
      if (remark->start >= 0)
        g_assert_cmpint (remark->end, <=, g_utf8_strlen (samspill_record_get_string (need, remark->field), -1));
      g_string_append_printf (summary, "%s%s %s", i > 0 ? "; " : "", remark->field,
                              samspill_remark_kind_to_string (remark->kind));
      if (remark->words != NULL)
        g_string_append_printf (summary, ":%s", remark->words);
    }
  return g_string_free (summary, FALSE);
}

static void
assert_remarks (SamspillRecord *need, const char *expected)
{
  g_autofree char *summary = summary_of (need);

  g_assert_cmpstr (summary, ==, expected);
}

/* While one writes: nothing about what one has not come to, then one thing after the other is mended. */
static void
test_while_writing (void)
{
  g_autoptr (SamspillRecord) need = samspill_record_new ("need", OWNER, "nb", NULL);

  assert_remarks (need, "");
  samspill_record_set_string (need, "title", "En app for vannlekkasjer");
  assert_remarks (need, "title solution:app");
  samspill_record_set_string (need, "title", "Hvordan kan vi finne lekkasjene før vannet er tapt?");
  samspill_record_set_string (need, "problem", "Vi mister vann hver dag.");
  assert_remarks (need, "affected no-user-group; wished_effect no-effect; owner_role no-owner");
  samspill_record_set_integer (need, "affected.count", 9500);
  samspill_record_set_string (need, "owner_role", "Prosjektgruppa");
  samspill_record_set_string (need, "wished_effect", "Et bedre tilbud.");
  assert_remarks (need, "wished_effect vague:bedre; wished_effect no-effect; owner_role no-owner");
  samspill_record_set_string (need, "owner_role", "Leder for vann og avløp");
  samspill_record_set_string (need, "wished_effect", "Tapet faller fra 38 % til 20 % innen 2028.");
  assert_remarks (need, "");
}

static void
test_measures_are_figures (void)
{
  g_autoptr (SamspillRecord) need = samspill_record_new ("need", OWNER, "nn", NULL);
  g_autoptr (JsonNode) measures = json_from_string ("[{\"what\":\"Tap\",\"now\":\"38 %\",\"target\":\"20 %\"}]", NULL);

  samspill_record_set_string (need, "wished_effect", "Mindre vatn går tapt, og det blir betre for alle.");
  assert_remarks (need, "wished_effect vague:betre; wished_effect no-effect");
  samspill_record_set_node (need, "measures", measures);
  assert_remarks (need, "");
}

/* What was tried and what must be lived with may name any solution. */
static void
test_limits_may_name_solutions (void)
{
  g_autoptr (SamspillRecord) need = samspill_record_new ("need", OWNER, "nb", NULL);

  samspill_record_set_string (need, "limits", "Vi trenger at det snakker med fagsystemet. Vi vil ha en app.");
  samspill_record_set_string (need, "tried_before", "Vi ønsket en chatbot og kjøpte sensorer.");
  assert_remarks (need, "");
}

static void
test_personal_data_anywhere (void)
{
  g_autoptr (SamspillRecord) need = samspill_record_new ("need", OWNER, "nb", NULL);
  const char *tags[] = { "ring 91 23 45 67", NULL };

  samspill_record_set_string (need, "limits", "Spør kari@kinn.kommune.no");
  samspill_record_set_string (need, "affected.who", "01010012356");
  samspill_record_set_strings (need, "tags", tags);
  assert_remarks (need, "affected personal-data; limits personal-data; tags personal-data");
}

static void
test_shipped_needs_in_the_other_language (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillRecord) need = samspill_record_from_json (
      "{\"type\":\"need\",\"lang\":\"nb\",\"translations\":{\"nn\":{\"title\":\"Korleis kan ein chatbot svare?\"}}}",
      -1, &error);

  g_assert_no_error (error);
  assert_remarks (need, "title solution:chatbot");
}

typedef struct
{
  guint needs, remarked, solutions, vague, several;
} Counts;

static void
count_remarks (JsonArray *array, guint index, JsonNode *node, gpointer data)
{
  Counts *counts = data;
  g_autofree char *text = json_to_string (node, FALSE);
  g_autoptr (SamspillRecord) need = samspill_record_from_json (text, -1, NULL);
  g_autoptr (GPtrArray) remarks = samspill_need_check_record (need);

  g_ptr_array_set_free_func (remarks, (GDestroyNotify)samspill_remark_free);
  counts->needs++;
  counts->remarked += remarks->len > 0;
  for (guint i = 0; i < remarks->len; i++)
    {
      const SamspillRemark *remark = remarks->pdata[i];

      counts->solutions += remark->kind == SAMSPILL_REMARK_SOLUTION;
      counts->vague += remark->kind == SAMSPILL_REMARK_VAGUE;
      counts->several += remark->kind == SAMSPILL_REMARK_SEVERAL_NEEDS;
      g_assert_cmpint (remark->kind, !=, SAMSPILL_REMARK_PERSONAL_DATA);
    }
}

/* The sample needs are good ones but for a few thin drafts and four that name their solution. */
static void
test_few_false_alarms (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("SAMSPILL_SOURCE_DIR"), "data/sample/needs.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  Counts counts = { 0 };

  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  json_array_foreach_element (json_node_get_array (json_parser_get_root (parser)), count_remarks, &counts);
  g_assert_cmpuint (counts.needs, >=, 40);
  g_assert_cmpuint (counts.solutions, >=, 4);
  g_assert_cmpuint (counts.solutions, <=, 14);
  g_assert_cmpuint (counts.vague, <=, 14);
  g_assert_cmpuint (counts.several, <=, 1);
  g_assert_cmpuint (counts.remarked * 3, <=, counts.needs);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/need-check/record/while-writing", test_while_writing);
  g_test_add_func ("/need-check/record/measures-are-figures", test_measures_are_figures);
  g_test_add_func ("/need-check/record/limits-may-name-solutions", test_limits_may_name_solutions);
  g_test_add_func ("/need-check/record/personal-data-anywhere", test_personal_data_anywhere);
  g_test_add_func ("/need-check/record/other-language", test_shipped_needs_in_the_other_language);
  g_test_add_func ("/need-check/record/few-false-alarms", test_few_false_alarms);
  return g_test_run ();
}
