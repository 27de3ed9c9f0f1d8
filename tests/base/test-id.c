/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-error.h"
#include "samspill-id.h"

static void
test_new_ids_sort (void)
{
  g_autofree char *previous = samspill_uuid_v7_new ();

  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *next = samspill_uuid_v7_new ();

      g_assert_cmpuint (strlen (next), ==, 36);
      g_assert_true (next[14] == '7' && strchr ("89ab", next[19]) != NULL);
      g_assert_cmpstr (previous, <, next);
      g_set_str (&previous, next);
    }
}

static gpointer
make_ids (gpointer data)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 2000; i++)
    g_ptr_array_add (ids, samspill_uuid_v7_new ());
  return ids;
}

static void
test_threads_never_share_an_id (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("ids", make_ids, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr (GPtrArray) ids = g_thread_join (threads[i]);

      for (guint k = 0; k < ids->len; k++)
        g_assert_true (g_hash_table_add (seen, g_strdup (ids->pdata[k])));
    }
}

static void
test_valid (void)
{
  static const char *const right[] = {
    "need:923609016:0190b0c0-0000-7000-8000-000000000001",
    "case:arendal-2021-nettbrett-til-eldre",
    "programme:startoff",
    "interest:923609016:0190b0c0",
    "need:923609016:x",
    "need:923609016:0190B0C0_a.b~c",
    "a:b",
  };
  static const char *const wrong[] = {
    "",
    "need",
    "need:",
    ":923609016:x",
    "need:923609017:0190b0c0-0000-7000-8000-000000000001", /* check digit */
    "need:92360901:x",
    "need:923609016:",
    "need:923609016:x:y",
    "need:923609016:a b",
    "need:923609016:a+b",
    "need:923609016:../../etc",
    "need:923609016:Æ",
    "NEED:923609016:x",
    "_design:x",
    "need:a b",
    "need:x\n",
  };
  g_autofree char *made = samspill_id_new ("need", "923609016");
  g_autofree char *padding = g_strnfill (300, 'a');
  g_autofree char *longest = g_strconcat ("need:", padding, NULL);
  g_autofree char *of_100 = g_strdup_printf ("need:923609016:%.100s", padding);
  g_autofree char *of_101 = g_strdup_printf ("need:923609016:%.101s", padding);

  for (gsize i = 0; i < G_N_ELEMENTS (right); i++)
    g_assert_true (samspill_id_is_valid (right[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (samspill_id_is_valid (wrong[i]));
  g_assert_true (samspill_id_is_valid (made));
  g_assert_false (samspill_id_is_valid (longest));
  g_assert_true (samspill_id_is_valid (of_100));
  g_assert_false (samspill_id_is_valid (of_101));
  g_assert_false (samspill_id_is_valid (NULL));
}

static void
test_parts (void)
{
  g_autofree char *type = samspill_id_dup_type ("need:923609016:x");
  g_autofree char *owner = samspill_id_dup_owner ("need:923609016:x");

  g_assert_cmpstr (type, ==, "need");
  g_assert_cmpstr (owner, ==, "923609016");
  g_assert_null (samspill_id_dup_owner ("case:arendal"));
  g_assert_null (samspill_id_dup_owner ("case:123456789"));
  g_assert_null (samspill_id_dup_owner (NULL));
  g_assert_null (samspill_id_dup_type ("need"));
  g_assert_null (samspill_id_dup_type (NULL));
}

static void
test_organisation_number (void)
{
  static const char *const right[] = { "923609016", "958935420", "974760673", "201412684" };
  static const char *const wrong[] = {
    "923609017", "92360901", "9236090160", "923 609 016", "92360901x", "", "\303\270\303\270\303\270\303\270"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (right); i++)
    g_assert_true (samspill_organisation_number_check (right[i], NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (samspill_organisation_number_check (wrong[i], &error));
      g_assert_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_INVALID_ORGANISATION_NUMBER);
    }
}

/* Of ten numbers that differ in the check digit only, at most one is right; and one wrong digit is always found. */
static void
test_one_wrong_digit_is_found (void)
{
  char number[] = "923609016";

  for (gsize i = 0; i < 9; i++)
    for (char digit = '0'; digit <= '9'; digit++)
      {
        char kept = number[i];

        number[i] = digit;
        g_assert_true (samspill_organisation_number_check (number, NULL) == (digit == kept));
        number[i] = kept;
      }
}

static void
test_normalise (void)
{
  static const struct
  {
    const char *typed, *number;
  } cases[] = {
    { "923 609 016", "923609016" },
    { " 923609016\n", "923609016" },
    { "923\302\240609\302\240016", "923609016" },
    { "923609016 MVA", NULL },
    { "92360901", NULL },
    { "9236090161", NULL },
    { "", NULL },
    { "\377", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *number = samspill_organisation_number_normalise (cases[i].typed);

      g_assert_cmpstr (number, ==, cases[i].number);
    }
}

static void
test_birth_number (void)
{
  /* Invented. */
  static const char *const right[] = { "01010012356" };
  static const char *const wrong[] = { "01010012357", "00010012356", "32010012356", "0101001235", "010100123567",
                                       "0101001235x", "12345678901", "00000000000", "99999999999" };

  g_assert_true (samspill_birth_number_is_valid (right[0]));
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (samspill_birth_number_is_valid (wrong[i]));
  g_assert_false (samspill_birth_number_is_valid (NULL));
}

/* The control digits leave about 1 in 121 of all numbers with a date; each D number has a place beside its sibling. */
static void
test_birth_numbers_are_rare (void)
{
  guint found[3] = { 0 };
  static const char *const dates[] = { "170565", "570565", "178565" };

  for (gsize d = 0; d < G_N_ELEMENTS (dates); d++)
    for (guint rest = 0; rest < 100000; rest++)
      {
        g_autofree char *number = g_strdup_printf ("%s%05u", dates[d], rest);

        found[d] += samspill_birth_number_is_valid (number);
      }
  for (gsize d = 0; d < G_N_ELEMENTS (dates); d++)
    g_assert_true (found[d] > 700 && found[d] < 950);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/id/new-ones-sort", test_new_ids_sort);
  g_test_add_func ("/base/id/threads-never-share-one", test_threads_never_share_an_id);
  g_test_add_func ("/base/id/valid", test_valid);
  g_test_add_func ("/base/id/parts", test_parts);
  g_test_add_func ("/base/organisation-number/check", test_organisation_number);
  g_test_add_func ("/base/organisation-number/one-wrong-digit-is-found", test_one_wrong_digit_is_found);
  g_test_add_func ("/base/organisation-number/normalise", test_normalise);
  g_test_add_func ("/base/birth-number/check", test_birth_number);
  g_test_add_func ("/base/birth-number/are-rare", test_birth_numbers_are_rare);
  return g_test_run ();
}
