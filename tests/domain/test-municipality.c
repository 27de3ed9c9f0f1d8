/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-id.h"
#include "samspill-municipality.h"

static void
test_list (void)
{
  GListModel *list = samspill_municipalities ();
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);
  gint64 population = 0;
  guint neutral = 0;

  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 357);
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (SamspillMunicipality) one = g_list_model_get_item (list, i);
      const char *orgnr = samspill_municipality_get_orgnr (one);

      g_assert_true (g_hash_table_add (numbers, (gpointer)samspill_municipality_get_number (one)));
      g_assert_true (orgnr == NULL || samspill_organisation_number_check (orgnr, NULL));
      g_assert_true (orgnr != NULL || g_str_equal (samspill_municipality_get_name (one), "Haram"));
      g_assert_false (samspill_municipality_is_invented (one));
      g_assert_cmpint (samspill_municipality_get_population (one), >, 0);
      population += samspill_municipality_get_population (one);
      neutral += samspill_municipality_get_language (one) == NULL;
    }
  g_assert_cmpint (population, ==, 5627400);
  g_assert_cmpuint (neutral, ==, 152);
}

static int
position (GListModel *list, const char *name)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (SamspillMunicipality) one = g_list_model_get_item (list, i);

      if (g_str_equal (samspill_municipality_get_short_name (one), name))
        return (int)i;
    }
  g_assert_not_reached ();
}

static void
test_norwegian_order (void)
{
  static const char *const names[] = { "Alta", "Oslo", "Voss", "Værøy", "Vågan", "Øyer", "Ål", "Åsnes" };
  GListModel *list = samspill_municipalities ();

  for (gsize i = 1; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpint (position (list, names[i - 1]), <, position (list, names[i]));
}

static void
test_look_up (void)
{
  SamspillMunicipality *kinn = samspill_municipality_by_number ("4602");
  g_autofree char *oslo = samspill_owner_dup_name ("958935420");
  g_autofree char *invented = samspill_owner_dup_name ("201412684");
  g_autofree char *company = samspill_owner_dup_name ("226327444");

  g_assert_cmpstr (samspill_municipality_get_name (kinn), ==, "Kinn");
  g_assert_cmpstr (samspill_municipality_get_county (kinn), ==, "Vestland");
  g_assert_cmpstr (samspill_municipality_get_language (kinn), ==, "nn");
  g_assert_true (samspill_municipality_by_orgnr (samspill_municipality_get_orgnr (kinn)) == kinn);
  g_assert_null (samspill_municipality_by_number ("0000"));
  g_assert_null (samspill_municipality_by_number (NULL));
  g_assert_null (samspill_municipality_by_orgnr (NULL));
  g_assert_cmpstr (oslo, ==, "Oslo municipality");
  g_assert_cmpstr (invented, ==, "Lillevik municipality");
  g_assert_cmpstr (company, ==, "Fjordringen avfall IKS");
  g_assert_null (samspill_owner_dup_name ("923609016"));
  g_assert_null (samspill_owner_dup_name (NULL));
}

static void
assert_first (const char *typed, const char *expected)
{
  g_autoptr (GPtrArray) found = samspill_municipalities_search (typed, 5);

  if (expected == NULL)
    g_assert_cmpuint (found->len, ==, 0);
  else
    {
      g_assert_cmpuint (found->len, >, 0);
      g_assert_cmpuint (found->len, <=, 5);
      g_assert_cmpstr (samspill_municipality_get_short_name (found->pdata[0]), ==, expected);
    }
}

static void
test_search (void)
{
  static const struct
  {
    const char *typed, *first;
  } cases[] = {
    { "Kinn", "Kinn" },
    { "KINN KOMMUNE", "Kinn" },
    { "  kinn ", "Kinn" },
    { "4602", "Kinn" },
    { "ålesund", "Ålesund" },
    { "alesund", "Ålesund" },
    { "Aalesund", "Ålesund" },
    { "bodo", "Bodø" },
    { "tromso", "Tromsø" },
    { "kautokeino", "Guovdageaidnu" },
    { "guovda", "Guovdageaidnu" },
    { "karasjohka", "Kárášjohka" },
    { "Kárášj", "Kárášjohka" },
    { "porsanku", NULL },
    { "porsanki", "Porsanger" },
    { "snåase", "Snåase" },
    { "slidre", "Øystre Slidre" },
    { "958 935 420", "Oslo" },
    { "Lillevik", "Lillevik" }, /* invented: by its whole name or its number */
    { "9901", "Lillevik" },
    { "lillev", NULL },
    { "", NULL },
    { "   ", NULL },
    { "xyz", NULL },
    { "%", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_first (cases[i].typed, cases[i].first);
}

/* Every municipality is found by its own name, whole, first or among others that are called the same. */
static void
test_each_is_found (void)
{
  GListModel *list = samspill_municipalities ();

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (SamspillMunicipality) one = g_list_model_get_item (list, i);
      g_autoptr (GPtrArray) by_name = samspill_municipalities_search (samspill_municipality_get_short_name (one), 3);
      g_autoptr (GPtrArray) by_number = samspill_municipalities_search (samspill_municipality_get_number (one), 1);

      g_assert_true (g_ptr_array_find (by_name, one, NULL));
      g_assert_true (by_number->pdata[0] == one);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/municipality/list", test_list);
  g_test_add_func ("/municipality/norwegian-order", test_norwegian_order);
  g_test_add_func ("/municipality/look-up", test_look_up);
  g_test_add_func ("/municipality/search", test_search);
  g_test_add_func ("/municipality/each-is-found", test_each_is_found);
  return g_test_run ();
}
