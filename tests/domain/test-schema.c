/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "samspill-schema.h"

static void
test_look_up (void)
{
  const SamspillType *need = samspill_type_lookup ("need");

  g_assert_nonnull (need);
  g_assert_cmpint (need->version, ==, 1);
  g_assert_cmpstr (samspill_type_field (need, "affected.count")->name, ==, "count");
  g_assert_cmpstr (samspill_type_field (need, "measures.target")->label, ==, "How it should be");
  g_assert_cmpint (samspill_type_field (need, "cost_nok")->kind, ==, SAMSPILL_FIELD_MONEY);
  g_assert_cmpint (samspill_type_field (need, "deadline")->kind, ==, SAMSPILL_FIELD_DATE);
  g_assert_true (samspill_type_field (need, "owner")->flags & SAMSPILL_FIELD_ENVELOPE);
  g_assert_null (samspill_type_field (need, "affected.none"));
  g_assert_null (samspill_type_field (need, "title.none"));
  g_assert_null (samspill_type_field (need, "titl"));
  g_assert_null (samspill_type_field (need, "titles"));
  g_assert_null (samspill_type_lookup ("kake"));
  g_assert_null (samspill_type_lookup (NULL));
  g_assert_cmpstr (samspill_type_group (need, "limits")->title, ==, "What it must live with");
  g_assert_null (samspill_type_group (need, "none"));
  g_assert_null (samspill_type_group (need, NULL));
}

static void
test_choices (void)
{
  const SamspillType *need = samspill_type_lookup ("need");
  const SamspillField *maturity = samspill_type_field (samspill_type_lookup ("pitch"), "maturity");

  g_assert_cmpstr (samspill_field_choice_label (samspill_type_field (need, "phase"), "in-use"), ==, "In use");
  g_assert_null (samspill_field_choice_label (samspill_type_field (need, "phase"), "none"));
  g_assert_null (samspill_field_choice_label (samspill_type_field (need, "title"), "in-use"));
  g_assert_cmpint (maturity->kind, ==, SAMSPILL_FIELD_INTEGER);
  g_assert_nonnull (samspill_field_choice_label (maturity, "9"));
}

static void
check_fields (const SamspillType *type, const SamspillField *fields, gboolean is_top)
{
  for (const SamspillField *field = fields; field->name != NULL; field++)
    {
      g_assert_nonnull (field->label);
      g_assert_cmpint (field->minimum, <=, field->maximum);
      g_assert_true ((field->kind == SAMSPILL_FIELD_CHOICE) <= (field->choices != NULL));
      g_assert_true ((field->kind == SAMSPILL_FIELD_OBJECTS || field->kind == SAMSPILL_FIELD_OBJECT) ==
                     (field->fields != NULL));
      if (field->group != NULL)
        g_assert_nonnull (samspill_type_group (type, field->group));
      if (is_top)
        g_assert_true (samspill_type_field (type, field->name) == field);
      if (field->fields != NULL)
        check_fields (type, field->fields, FALSE);
    }
}

static void
test_every_type (void)
{
  static const char *const envelope[] = { "type",    "schema", "owner",   "created",
                                          "changed", "lang",   "trashed", "translations" };
  const char *const *names = samspill_type_list ();

  g_assert_cmpuint (g_strv_length ((char **)names), ==, 7);
  for (; *names != NULL; names++)
    {
      const SamspillType *type = samspill_type_lookup (*names);

      g_assert_cmpstr (type->type, ==, *names);
      check_fields (type, type->fields, TRUE);
      for (gsize i = 0; i < G_N_ELEMENTS (envelope); i++)
        g_assert_true (samspill_type_field (type, envelope[i])->flags & SAMSPILL_FIELD_ENVELOPE);
    }
}

/* Every member that a schema file describes is in the table, in the same order. */
static void
test_table_has_all (void)
{
  for (const char *const *names = samspill_type_list (); *names != NULL; names++)
    {
      g_autofree char *path = g_strdup_printf ("%s/data/schema/%s.json", g_getenv ("SAMSPILL_SOURCE_DIR"), *names);
      g_autoptr (JsonParser) parser = json_parser_new ();
      const SamspillField *field = samspill_type_lookup (*names)->fields;
      g_autoptr (GList) members = NULL;

      g_assert_true (json_parser_load_from_file (parser, path, NULL));
      members = json_object_get_members (
          json_object_get_object_member (json_node_get_object (json_parser_get_root (parser)), "properties"));
      for (GList *member = members; member != NULL; member = member->next, field++)
        g_assert_cmpstr (field->name, ==, member->data);
    }
}

/* The conversation: each step of a need and of a pitch asks, says why, and shows a good and a bad example. */
static void
test_conversation (void)
{
  static const char *const types[] = { "need", "pitch" };
  guint questions = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    for (const SamspillGroup *group = samspill_type_lookup (types[i])->groups; group->name != NULL; group++)
      {
        if (group->question == NULL)
          continue;
        questions++;
        g_assert_true (g_str_has_suffix (group->question, "?"));
        g_assert_true (group->why != NULL && group->good != NULL && group->bad != NULL);
      }
  g_assert_cmpuint (questions, ==, 11);
}

/* What is shown to a person stands among the strings that a translator gets. */
static void
test_strings_for_translators (void)
{
  g_autofree char *script = g_build_filename (g_getenv ("SAMSPILL_SOURCE_DIR"), "data/schema/generate.py", NULL);
  g_autofree char *folder = g_dir_make_tmp ("samspill-strings-XXXXXX", NULL);
  g_autofree char *out = g_build_filename (folder, "strings.c", NULL);
  const char *command[] = { "python3", script, "--strings", out, NULL };
  g_autofree char *text = NULL;
  int status;

  g_assert_true (
      g_spawn_sync (NULL, (char **)command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  g_assert_true (g_file_get_contents (out, &text, NULL, NULL));
  for (const char *const *names = samspill_type_list (); *names != NULL; names++)
    for (const SamspillField *field = samspill_type_lookup (*names)->fields; field->name != NULL; field++)
      {
        g_autofree char *marked = g_strdup_printf ("N_(\"%s\")", field->label);

        g_assert_nonnull (strstr (text, marked));
      }
  g_assert_cmpint (g_unlink (out), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schema/look-up", test_look_up);
  g_test_add_func ("/schema/choices", test_choices);
  g_test_add_func ("/schema/every-type", test_every_type);
  g_test_add_func ("/schema/table-has-all", test_table_has_all);
  g_test_add_func ("/schema/conversation", test_conversation);
  g_test_add_func ("/schema/strings-for-translators", test_strings_for_translators);
  return g_test_run ();
}
