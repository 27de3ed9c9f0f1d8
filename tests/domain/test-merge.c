/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two versions of a record are put together by field, the same way whoever does it. */
#include <string.h>

#include "samspill-json-text.h"
#include "samspill-merge.h"

static void
assert_json (const char *text, const char *expected)
{
  g_autofree char *left = text != NULL ? samspill_json_canonical (text, -1) : NULL;
  g_autofree char *right = expected != NULL ? samspill_json_canonical (expected, -1) : NULL;

  g_assert_cmpstr (left, ==, right);
}

/* Both ways round, byte for byte. */
static char *
merge (const char *base, const char *mine, const char *theirs)
{
  char *one = samspill_merge ("need", base, mine, theirs);
  g_autofree char *other = samspill_merge ("need", base, theirs, mine);

  g_assert_cmpstr (one, ==, other);
  if (one != NULL)
    g_assert_true (samspill_json_check (one, -1, 0, SAMSPILL_JSON_MUST_BE_OBJECT, NULL));
  return one;
}

static void
check (const char *base, const char *mine, const char *theirs, const char *expected)
{
  g_autofree char *merged = merge (base, mine, theirs);

  assert_json (merged, expected);
}

static void
test_different_fields (void)
{
  check ("{\"title\":\"a\",\"problem\":\"b\",\"cost_nok\":1}", "{\"title\":\"x\",\"problem\":\"b\",\"cost_nok\":1}",
         "{\"title\":\"a\",\"problem\":\"y\"}", "{\"title\":\"x\",\"problem\":\"y\"}");
}

static void
test_same_field (void)
{
  g_autoptr (GPtrArray) fields =
      samspill_merge_fields ("need", "{\"title\":\"a\",\"cost_nok\":1}", "{\"title\":\"b\",\"cost_nok\":2}",
                             "{\"title\":\"c\",\"cost_nok\":1}");
  const SamspillMergeField *field;

  check ("{\"title\":\"a\"}", "{\"title\":\"b\"}", "{\"title\":\"c\"}", NULL);
  check ("{\"title\":\"a\"}", "{\"title\":\"b\"}", "{\"title\":\"b\"}", "{\"title\":\"b\"}");
  g_ptr_array_set_free_func (fields, (GDestroyNotify)samspill_merge_field_free);
  g_assert_cmpuint (fields->len, ==, 2);
  field = g_ptr_array_index (fields, 0);
  g_assert_cmpstr (field->member, ==, "title");
  g_assert_cmpint (field->kind, ==, SAMSPILL_MERGE_UNDECIDED);
  g_assert_null (field->merged);
  field = g_ptr_array_index (fields, 1);
  g_assert_cmpint (field->kind, ==, SAMSPILL_MERGE_MINE);
  g_assert_cmpstr (field->merged, ==, "2");
}

static void
test_cleared_against_edited (void)
{
  check ("{\"cost\":\"a\"}", "{}", "{\"cost\":\"b\"}", NULL);
}

static void
test_sets (void)
{
  check ("{\"tags\":[\"b\",\"a\"]}", "{\"tags\":[\"b\",\"a\",\"z\",\"c\"]}", "{\"tags\":[\"a\",\"d\"]}",
         "{\"tags\":[\"a\",\"c\",\"d\",\"z\"]}");
  check ("{\"subjects\":{\"los\":[\"x\"],\"cpv\":[\"1\"]}}", "{\"subjects\":{\"los\":[\"x\",\"y\"],\"cpv\":[\"1\"]}}",
         "{\"subjects\":{\"los\":[\"x\",\"w\"],\"words\":[\"q\"]}}",
         "{\"subjects\":{\"los\":[\"x\",\"w\",\"y\"],\"words\":[\"q\"]}}");
  /* Both took out a half each. */
  check ("{\"title\":\"t\",\"tags\":[\"b\",\"a\"]}", "{\"title\":\"t\",\"tags\":[\"b\"]}",
         "{\"title\":\"t\",\"tags\":[\"a\"]}", "{\"title\":\"t\"}");
  /* No base: what either has. */
  check ("{}", "{\"tags\":[\"b\"]}", "{\"tags\":[\"a\"]}", "{\"tags\":[\"a\",\"b\"]}");
}

static void
test_sets_that_grow_too_large (void)
{
  g_autoptr (GString) mine = g_string_new ("{\"tags\":[\"a\"");
  g_autoptr (GString) theirs = g_string_new ("{\"tags\":[\"a\"");

  for (int i = 0; i < 30; i++)
    {
      g_string_append_printf (mine, ",\"m%d\"", i);
      g_string_append_printf (theirs, ",\"t%d\"", i);
    }
  g_string_append (mine, "]}");
  g_string_append (theirs, "]}");
  check ("{\"tags\":[\"a\"]}", mine->str, theirs->str, NULL);
}

#define TEXT(text) "{\"problem\":\"" text "\"}"

static void
test_paragraphs (void)
{
  check (TEXT ("one\\n\\ntwo\\n\\nthree"), TEXT ("ONE\\n\\ntwo\\n\\nthree"), TEXT ("one\\n\\ntwo\\n\\nTHREE"),
         TEXT ("ONE\\n\\ntwo\\n\\nTHREE"));
  /* Neighbours do not touch. */
  check (TEXT ("one\\ntwo\\nthree"), TEXT ("ONE\\ntwo\\nthree"), TEXT ("one\\nTWO\\nthree"),
         TEXT ("ONE\\nTWO\\nthree"));
  check (TEXT ("one\\n\\ntwo"), TEXT ("one\\n\\nTWO"), TEXT ("one\\n\\ntwo\\n\\nthree"),
         TEXT ("one\\n\\nTWO\\n\\nthree"));
  check (TEXT ("one\\n\\ntwo"), TEXT ("zero\\n\\none\\n\\ntwo"), TEXT ("one\\n\\nTWO"),
         TEXT ("zero\\n\\none\\n\\nTWO"));
  check (TEXT ("one\\n\\ntwo\\n\\nthree"), TEXT ("two\\n\\nthree"), TEXT ("one\\n\\ntwo\\n\\nTHREE"),
         TEXT ("two\\n\\nTHREE"));
  check (TEXT ("one\\n\\ntwo"), TEXT ("one\\n\\nTWO\\n\\nnew"), TEXT ("one\\n\\nTWO\\n\\nnew\\n"),
         TEXT ("one\\n\\nTWO\\n\\nnew"));
}

static void
test_paragraphs_that_touch (void)
{
  check (TEXT ("one\\ntwo"), TEXT ("ONE\\ntwo"), TEXT ("uno\\ntwo"), NULL);
  check (TEXT ("one"), TEXT ("one\\ntwo"), TEXT ("one\\nthree"), NULL);
  check (TEXT ("one\\ntwo"), TEXT ("one"), TEXT ("one\\nTWO"), NULL);
  check (TEXT ("one\\ntwo"), TEXT ("1\\n2\\n3\\ntwo"), TEXT ("one\\nnew\\ntwo"), NULL);
  check ("{}", TEXT ("one"), TEXT ("two"), NULL);
}

#define ROW(what, now) "{\"what\":\"" what "\",\"now\":\"" now "\"}"

static void
test_rows (void)
{
  check ("{\"measures\":[" ROW ("a", "1") "," ROW ("b", "2") "]}",
         "{\"measures\":[" ROW ("a", "9") "," ROW ("b", "2") "]}",
         "{\"measures\":[" ROW ("a", "1") "," ROW ("b", "8") "," ROW ("c", "3") "]}",
         "{\"measures\":[" ROW ("a", "9") "," ROW ("b", "8") "," ROW ("c", "3") "]}");
  check ("{\"measures\":[" ROW ("a", "1") "]}", "{\"measures\":[" ROW ("a", "2") "]}",
         "{\"measures\":[" ROW ("a", "3") "]}", NULL);
  /* Both put in one at the same place. */
  check ("{\"measures\":[" ROW ("a", "1") "]}", "{\"measures\":[" ROW ("a", "1") "," ROW ("z", "1") "]}",
         "{\"measures\":[" ROW ("a", "1") "," ROW ("b", "1") "]}",
         "{\"measures\":[" ROW ("a", "1") "," ROW ("b", "1") "," ROW ("z", "1") "]}");
  check ("{}", "{\"measures\":[" ROW ("a", "1") "]}", "{\"measures\":[" ROW ("a", "2") "]}", NULL);
}

static void
test_changed_is_the_later (void)
{
  check ("{\"changed\":{\"at\":\"2026-01-01T00:00:00Z\",\"by\":\"a\"}}",
         "{\"changed\":{\"at\":\"2026-03-01T02:00:00+02:00\",\"by\":\"a\"}}",
         "{\"changed\":{\"at\":\"2026-03-01T00:30:00Z\",\"by\":\"b\"}}",
         "{\"changed\":{\"at\":\"2026-03-01T00:30:00Z\",\"by\":\"b\"}}");
  check ("{}", "{\"changed\":{\"at\":\"2026-03-01T00:00:00Z\",\"by\":\"a\"}}",
         "{\"changed\":{\"at\":\"2026-03-01T00:00:00Z\",\"by\":\"b\"}}",
         "{\"changed\":{\"at\":\"2026-03-01T00:00:00Z\",\"by\":\"b\"}}");
}

#define TRASHED "\"trashed\":{\"at\":\"2026-03-01T00:00:00Z\",\"by\":\"a\"}"
#define TRASHED_LATER "\"trashed\":{\"at\":\"2026-03-02T00:00:00Z\",\"by\":\"b\"}"

static void
test_trashed_against_edited (void)
{
  check ("{\"title\":\"a\"}", "{\"title\":\"a\"," TRASHED "}", "{\"title\":\"b\"}", "{\"title\":\"b\"}");
  check ("{\"title\":\"a\"}", "{\"title\":\"a\"," TRASHED "}", "{\"title\":\"a\"}", "{\"title\":\"a\"," TRASHED "}");
  check ("{\"title\":\"a\"}", "{\"title\":\"a\"," TRASHED "}", "{\"title\":\"a\"," TRASHED_LATER "}",
         "{\"title\":\"a\"," TRASHED_LATER "}");
  check ("{\"title\":\"a\"," TRASHED "}", "{\"title\":\"a\"}", "{\"title\":\"b\"," TRASHED "}", "{\"title\":\"b\"}");
  check ("{}", "{\"title\":\"a\",\"tags\":[\"x\"]," TRASHED "}", "{\"title\":\"a\"}",
         "{\"title\":\"a\",\"tags\":[\"x\"]}");
}

static void
test_translations_by_language (void)
{
  check ("{\"translations\":{\"nn\":{\"title\":\"a\",\"problem\":\"p\\nq\"}}}",
         "{\"translations\":{\"nn\":{\"title\":\"b\",\"problem\":\"P\\nq\"},\"en\":{\"title\":\"e\"}}}",
         "{\"translations\":{\"nn\":{\"title\":\"a\",\"problem\":\"p\\nQ\"},\"se\":{\"title\":\"s\"}}}",
         "{\"translations\":{\"nn\":{\"title\":\"b\",\"problem\":\"P\\nQ\"},\"en\":{\"title\":\"e\"},\"se\":{\"title\":"
         "\"s\"}}}");
  check ("{}", "{\"translations\":{\"nn\":{\"title\":\"a\"}}}", "{\"translations\":{\"nn\":{\"title\":\"b\"}}}", NULL);
}

static void
test_unknown_members (void)
{
  check ("{\"x\":1,\"y\":{\"a\":[1,2.50]}}", "{\"x\":2,\"y\":{\"a\":[1,2.50]}}",
         "{\"x\":1,\"y\":{\"a\":[1,1e400]},\"z\":null}", "{\"x\":2,\"y\":{\"a\":[1,1e400]},\"z\":null}");
  check ("{\"x\":1}", "{\"x\":2}", "{\"x\":3}", NULL);
  /* The text of a value stays as it was written. */
  {
    g_autofree char *merged = merge ("{\"x\": 1, \"t\":\"\\u0061\"}", "{\"x\":1.0,\"t\":\"a\"}",
                                     "{\"t\":\"a\",\"x\":1,\"n\":12345678901234567890}");

    g_assert_cmpstr (merged, ==, "{\"x\":1.0,\"t\":\"\\u0061\",\"n\":12345678901234567890}");
  }
}

static void
test_unknown_type (void)
{
  g_autofree char *one = samspill_merge ("drawing", "{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":1}", "{\"a\":1,\"b\":2}");

  assert_json (one, "{\"a\":2,\"b\":2}");
}

static void
test_words (void)
{
  const char *mine = "Vi mister mye vann om vinteren", *theirs = "Vi mister 38 %  vann om vinteren.";
  g_autoptr (GArray) left = NULL;
  g_autoptr (GArray) right = NULL;
  const SamspillMergeSpan *span;
  gsize covered = 0;

  samspill_merge_diff_words (mine, theirs, &left, &right);
  g_assert_cmpuint (left->len, ==, 4);
  span = &g_array_index (left, SamspillMergeSpan, 1);
  g_assert_true (span->is_changed);
  g_assert_cmpmem (mine + span->start, span->length, "mye", 3);
  span = &g_array_index (right, SamspillMergeSpan, 1);
  g_assert_cmpmem (theirs + span->start, span->length, "38 %", 4);
  span = &g_array_index (right, SamspillMergeSpan, 3);
  g_assert_cmpmem (theirs + span->start, span->length, "vinteren.", 9);
  for (guint i = 0; i < right->len; i++)
    {
      g_assert_cmpuint (g_array_index (right, SamspillMergeSpan, i).start, ==, covered);
      covered += g_array_index (right, SamspillMergeSpan, i).length;
    }
  g_assert_cmpuint (covered, ==, strlen (theirs));
}

static void
test_words_of_nothing (void)
{
  g_autoptr (GArray) left = NULL;
  g_autoptr (GArray) right = NULL;

  samspill_merge_diff_words ("", "blåbær", &left, &right);
  g_assert_cmpuint (left->len, ==, 0);
  g_assert_cmpuint (right->len, ==, 1);
  g_assert_cmpuint (g_array_index (right, SamspillMergeSpan, 0).length, ==, strlen ("blåbær"));
}

/* Random records: a few fields of each kind, with few different values, so that edits meet often. */

static void
append_words (GString *out, GRand *random, const char *separator, int most)
{
  int n = g_rand_int_range (random, 1, most + 1);

  for (int i = 0; i < n; i++)
    g_string_append_printf (out, "%sw%d", i > 0 ? separator : "", g_rand_int_range (random, 0, 6));
}

static void
append_list (GString *out, GRand *random, gboolean are_rows)
{
  int n = g_rand_int_range (random, 0, 5);

  g_string_append_c (out, '[');
  for (int i = 0; i < n; i++)
    g_string_append_printf (out, are_rows ? "%s{\"what\":\"w%d\"}" : "%s\"w%d\"", i > 0 ? "," : "",
                            g_rand_int_range (random, 0, 8));
  g_string_append_c (out, ']');
}

static char *
make_value (GRand *random, guint field)
{
  GString *out = g_string_new (NULL);

  switch (field)
    {
    case 0: /* title */
      g_string_append_printf (out, "\"t%d\"", g_rand_int_range (random, 0, 3));
      break;
    case 1: /* problem */
    case 2: /* limits */
      g_string_append_c (out, '"');
      append_words (out, random, "\\n\\n", 6);
      g_string_append_c (out, '"');
      break;
    case 3: /* tags */
      append_list (out, random, FALSE);
      break;
    case 4: /* measures */
      append_list (out, random, TRUE);
      break;
    case 5: /* subjects */
      g_string_append (out, "{\"los\":");
      append_list (out, random, FALSE);
      g_string_append (out, ",\"words\":");
      append_list (out, random, FALSE);
      g_string_append_c (out, '}');
      break;
    case 6: /* affected */
      g_string_append_printf (out, "{\"count\":%d,\"who\":\"w%d\"}", g_rand_int_range (random, 0, 3),
                              g_rand_int_range (random, 0, 3));
      break;
    case 7: /* changed */
    case 8: /* trashed */
      g_string_append_printf (out, "{\"at\":\"2026-01-%02dT00:00:00Z\",\"by\":\"p%d\"}",
                              g_rand_int_range (random, 1, 9), g_rand_int_range (random, 0, 3));
      break;
    default: /* not in the schema */
      g_string_append_printf (out, "{\"n\":%d}", g_rand_int_range (random, 0, 3));
    }
  return g_string_free_and_steal (out);
}

static const char *const fields[] = { "title",    "problem", "limits",  "tags",        "measures", "subjects",
                                      "affected", "changed", "trashed", "from_others", NULL };

static char *
edit (GRand *random, const char *body, double chance)
{
  g_autofree char *text = g_strdup (body);

  for (guint i = 0; fields[i] != NULL; i++)
    {
      const char *names[] = { fields[i], NULL };
      const char *values[] = { NULL, NULL };
      g_autofree char *value = NULL;
      char *edited;

      if (g_rand_double (random) >= chance)
        continue;
      if (g_rand_double (random) > 0.1)
        values[0] = value = make_value (random, i);
      edited = samspill_json_splice (text, -1, names, values);
      g_free (text);
      text = edited;
    }
  return g_steal_pointer (&text);
}

static void
test_random_is_symmetric (void)
{
  guint merged_count = 0;

  for (guint32 seed = 0; seed < 3000; seed++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (seed);
      g_autofree char *base = edit (random, "{}", 0.8);
      g_autofree char *mine = edit (random, base, 0.3);
      g_autofree char *theirs = edit (random, base, 0.3);
      g_autofree char *merged = merge (seed % 5 == 0 ? "{}" : base, mine, theirs);
      g_autofree char *again = NULL;

      if (merged == NULL)
        continue;
      merged_count++;
      /* Merging with what is merged already changes nothing. */
      again = merge (merged, merged, merged);
      g_assert_cmpstr (again, ==, merged);
    }
  /* The test would say nothing if all were left to a person. */
  g_assert_cmpuint (merged_count, >, 300);
}

/* The random times go backwards, too, which is judged otherwise than a field. */
static char *
without_envelope (const char *body)
{
  const char *names[] = { "changed", "trashed", NULL };
  const char *values[] = { NULL, NULL };

  return samspill_json_splice (body, -1, names, values);
}

/* What only one side changed is in the result as that side has it, and no side's field is lost. */
static void
test_random_keeps_edits (void)
{
  for (guint32 seed = 0; seed < 2000; seed++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (seed);
      g_autofree char *base = edit (random, "{\"schema\":1}", 0.8);
      g_autofree char *mine = edit (random, base, 0.3);
      g_autofree char *merged = merge (base, mine, base);
      g_autofree char *expected = without_envelope (mine);
      g_autofree char *result = without_envelope (merged);

      assert_json (result, expected);
    }
}

/* Three replicas, any order: the same record wherever nobody had to choose. Not the trash: whether an edit was there to
 * save a record from it depends on who met first. */
static void
test_random_is_associative (void)
{
  guint compared = 0;

  for (guint32 seed = 0; seed < 1500; seed++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (seed);
      g_autofree char *base = edit (random, "{\"schema\":1}", 0.9);
      g_autofree char *a = edit (random, base, 0.15);
      g_autofree char *b = edit (random, base, 0.15);
      g_autofree char *c = edit (random, base, 0.15);
      g_autofree char *ab = merge (base, a, b);
      g_autofree char *bc = merge (base, b, c);
      g_autofree char *ac = merge (base, a, c);
      g_autofree char *ab_c = ab != NULL ? merge (base, ab, c) : NULL;
      g_autofree char *a_bc = bc != NULL ? merge (base, a, bc) : NULL;
      g_autofree char *ac_b = ac != NULL ? merge (base, ac, b) : NULL;

      if (strstr (base, "trashed") != NULL || strstr (a, "trashed") != NULL || strstr (b, "trashed") != NULL ||
          strstr (c, "trashed") != NULL || ab_c == NULL || a_bc == NULL || ac_b == NULL)
        continue;
      compared++;
      assert_json (ab_c, a_bc);
      assert_json (ab_c, ac_b);
    }
  g_assert_cmpuint (compared, >, 80);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/domain/merge/different-fields", test_different_fields);
  g_test_add_func ("/domain/merge/same-field-is-left-to-a-person", test_same_field);
  g_test_add_func ("/domain/merge/cleared-against-edited-is-left-to-a-person", test_cleared_against_edited);
  g_test_add_func ("/domain/merge/sets", test_sets);
  g_test_add_func ("/domain/merge/sets-that-grow-too-large", test_sets_that_grow_too_large);
  g_test_add_func ("/domain/merge/paragraphs", test_paragraphs);
  g_test_add_func ("/domain/merge/paragraphs-that-touch", test_paragraphs_that_touch);
  g_test_add_func ("/domain/merge/rows", test_rows);
  g_test_add_func ("/domain/merge/changed-is-the-later", test_changed_is_the_later);
  g_test_add_func ("/domain/merge/trashed-against-edited", test_trashed_against_edited);
  g_test_add_func ("/domain/merge/translations-by-language", test_translations_by_language);
  g_test_add_func ("/domain/merge/unknown-members", test_unknown_members);
  g_test_add_func ("/domain/merge/unknown-type", test_unknown_type);
  g_test_add_func ("/domain/merge/words", test_words);
  g_test_add_func ("/domain/merge/words-of-nothing", test_words_of_nothing);
  g_test_add_func ("/domain/merge/random-is-symmetric", test_random_is_symmetric);
  g_test_add_func ("/domain/merge/random-keeps-edits", test_random_keeps_edits);
  g_test_add_func ("/domain/merge/random-is-associative", test_random_is_associative);
  return g_test_run ();
}
