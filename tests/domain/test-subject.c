/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-subject.h"

static void
test_labels (void)
{
  g_assert_cmpstr (samspill_subject_label ("ord/vann-og-avlop", "nb"), ==, "Vann og avløp");
  g_assert_cmpstr (samspill_subject_label ("ord/vann-og-avlop", "nn"), ==, "Vatn og avløp");
  g_assert_nonnull (samspill_subject_label ("ord/vann-og-avlop", "en"));
  g_assert_cmpstr (samspill_subject_label ("ord/vann-og-avlop", NULL), ==, "Vann og avløp");
  g_assert_cmpstr (samspill_subject_label ("34144910", "en"), ==, "Electric buses");
  g_assert_cmpstr (samspill_subject_label ("34144910", "nn"), ==, samspill_subject_label ("34144910", "nb"));
  g_assert_null (samspill_subject_label ("ord/finnes-ikke", "nb"));
  g_assert_null (samspill_subject_label ("00000000", "nb"));
  g_assert_null (samspill_subject_label ("", "nb"));
  g_assert_null (samspill_subject_label (NULL, "nb"));
}

static gboolean
contains (GPtrArray *ids, const char *id)
{
  return g_ptr_array_find_with_equal_func (ids, id, g_str_equal, NULL);
}

static void
test_search (void)
{
  static const struct
  {
    const char *typed, *lang, *id;
  } cases[] = {
    { "vann og", "nb", "ord/vann-og-avlop" }, { "VATN", "nn", "ord/vann-og-avlop" },
    { "brøyting", "nb", "ord/broyting" },     { "broyting", "nb", "ord/broyting" },
    { "byggesak", "nb", "ord/byggesak" },     { "småbåthavn", "nb", "ord/batplass" }, /* a synonym */
    { "341449", "nb", "34144910" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) ids = samspill_subjects_search (cases[i].typed, cases[i].lang, 8);

      g_assert_cmpuint (ids->len, <=, 8);
      g_assert_true (contains (ids, cases[i].id));
    }
}

static void
test_search_finds_nothing (void)
{
  static const char *const typed[] = { "", "  ", "xyzzy" };

  for (gsize i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      g_autoptr (GPtrArray) ids = samspill_subjects_search (typed[i], "nb", 8);

      g_assert_cmpuint (ids->len, ==, 0);
    }
}

static void
test_tree (void)
{
  g_autoptr (GPtrArray) top = samspill_subjects_top ("nn");

  g_assert_cmpuint (top->len, ==, 14);
  for (guint i = 0; i < top->len; i++)
    {
      g_assert_null (samspill_subject_broader (top->pdata[i]));
      g_assert_nonnull (samspill_subject_label (top->pdata[i], "nn"));
    }
  g_assert_nonnull (samspill_subject_broader ("ord/vann-og-avlop"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/subject/labels", test_labels);
  g_test_add_func ("/subject/search", test_search);
  g_test_add_func ("/subject/search-finds-nothing", test_search_finds_nothing);
  g_test_add_func ("/subject/tree", test_tree);
  return g_test_run ();
}
