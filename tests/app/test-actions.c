/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-actions.h"

static void
test_every_key_has_one_meaning (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (const SamspillActionEntry *entry = samspill_actions_list (); entry->action != NULL; entry++)
    for (guint i = 0; entry->accels[i] != NULL; i++)
      {
        GdkModifierType modifiers;
        guint key;

        g_assert_true (gtk_accelerator_parse (entry->accels[i], &key, &modifiers));
        g_assert_true (g_hash_table_add (seen, gtk_accelerator_name (key, modifiers)));
      }
}

static void
test_every_action_can_be_parsed (void)
{
  for (const SamspillActionEntry *entry = samspill_actions_list (); entry->action != NULL; entry++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GVariant) target = NULL;

      g_assert_true (g_action_parse_detailed_name (entry->action, &name, &target, NULL));
      g_assert_true (g_str_has_prefix (name, "win.") || g_str_has_prefix (name, "app.") ||
                     g_str_has_prefix (name, "page."));
      g_assert_nonnull (entry->title);
      g_assert_nonnull (entry->group);
    }
}

static void
test_groups_stand_together (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  const char *group = NULL;

  for (const SamspillActionEntry *entry = samspill_actions_list (); entry->action != NULL; entry++)
    if (g_strcmp0 (group, entry->group) != 0)
      {
        group = entry->group;
        g_assert_true (g_hash_table_add (seen, (gpointer)group));
      }
}

static void
test_keys_of_text_fields_are_not_taken (void)
{
  const char *reserved[] = { "<Control>z", "<Control><Shift>z", "Delete",    "<Control>a",
                             "<Control>c", "<Control>v",        "<Control>x" };

  for (const SamspillActionEntry *entry = samspill_actions_list (); entry->action != NULL; entry++)
    for (guint i = 0; entry->accels[i] != NULL && entry->scope == SAMSPILL_ACCEL_WINDOW; i++)
      for (guint j = 0; j < G_N_ELEMENTS (reserved); j++)
        g_assert_cmpstr (entry->accels[i], !=, reserved[j]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/actions/every-key-has-one-meaning", test_every_key_has_one_meaning);
  g_test_add_func ("/app/actions/every-action-can-be-parsed", test_every_action_can_be_parsed);
  g_test_add_func ("/app/actions/groups-stand-together", test_groups_stand_together);
  g_test_add_func ("/app/actions/keys-of-text-fields-are-not-taken", test_keys_of_text_fields_are_not_taken);

  return g_test_run ();
}
