/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a record was not accepted, as a person reads it. The sentences are taken from the rules themselves. */
#include <glib.h>

#include "samspill-refusal-text.h"

static char *
read_rules (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("SAMSPILL_SOURCE_DIR"), "data", "rules", name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

/* A sentence of which a rule writes `before`, what it names, and `after`. */
static void
assert_said (const char *rules, const char *before, const char *named, const char *after, const char *expected)
{
  g_autofree char *reason = g_strconcat (before, named, after, NULL);
  g_autofree char *text = samspill_refusal_dup_text (reason);
  g_autofree char *first = g_strdup_printf ("'%s", before);
  g_autofree char *last = g_strdup_printf ("%s'", after);

  g_assert_nonnull (strstr (rules, first));
  g_assert_nonnull (strstr (rules, last));
  g_assert_cmpstr (text, ==, expected);
}

static void
test_rules (void)
{
  g_autofree char *commons = read_rules ("commons.js");
  g_autofree char *team = read_rules ("team.js");

  assert_said (commons, "Sign in first.", "", "", "Sign in first.");
  assert_said (commons, "Only the accounts of organisation ", "302353875", " may write this record.",
               "Your account may not write for the organisation 302353875. Ask whoever runs the server to let it.");
  assert_said (team, "Organisation ", "302353875", " is not a member here.",
               "The organisation 302353875 does not take part here.");
  assert_said (commons, "A record of the type ", "note", " stays with its organisation: it cannot be published.",
               "Records of this kind are not published: they stay inside.");
  assert_said (team, "What has happened is not changed: add a record of what is different.", "", "",
               "What has happened is not changed. Write what is different as something new.");
  assert_said (commons, "What has been erased cannot be called back.", "", "",
               "What has been erased cannot be called back.");
  assert_said (commons, "An organisation can only have its own records forgotten.", "", "",
               "An organisation can only have its own records forgotten.");
  assert_said (commons, "The reason must be text of at most 4,000 characters.", "", "", "The reason is too long.");
  assert_said (commons, "A record has at most 1,048,576 characters.", "", "",
               "It is too long. Divide it, or take something out.");
}

static void
test_others (void)
{
  static const char *const reasons[] = {
    "",
    "No.",
    "Sign in first",
    "Organisation ",
    "Organisation is not a member here.",
    "%s%n",
    "Only the accounts of organisation ",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      g_autofree char *text = samspill_refusal_dup_text (reasons[i]);

      g_assert_cmpstr (text, ==, reasons[i]);
    }
}

static void
test_names_are_kept (void)
{
  g_autofree char *text = samspill_refusal_dup_text ("Organisation %s is not a member here.");

  g_assert_cmpstr (text, ==, "The organisation %s does not take part here.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/refusal-text/rules-are-said-in-our-language", test_rules);
  g_test_add_func ("/sync/refusal-text/others-are-given-as-they-are", test_others);
  g_test_add_func ("/sync/refusal-text/what-is-named-is-no-format", test_names_are_kept);

  return g_test_run ();
}
