/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-steps.h"

#define SECOND G_USEC_PER_SEC

static void
test_typing_is_one_step (void)
{
  g_autoptr (SamspillSteps) steps = samspill_steps_new ();

  samspill_steps_push (steps, "title", NULL, "\"v\"", 0);
  samspill_steps_push (steps, "title", "\"v\"", "\"va\"", SECOND);
  samspill_steps_push (steps, "title", "\"va\"", "\"van\"", 2 * SECOND);

  const SamspillStep *step = samspill_steps_undo (steps);
  g_assert_null (step->before);
  g_assert_cmpstr (step->after, ==, "\"van\"");
  g_assert_false (samspill_steps_can_undo (steps));
}

static void
test_pause_or_another_field_begins_anew (void)
{
  g_autoptr (SamspillSteps) steps = samspill_steps_new ();

  samspill_steps_push (steps, "title", NULL, "\"a\"", 0);
  samspill_steps_push (steps, "title", "\"a\"", "\"b\"", 3 * SECOND);
  samspill_steps_push (steps, "problem", NULL, "\"c\"", 3 * SECOND);

  g_assert_cmpstr (samspill_steps_undo (steps)->member, ==, "problem");
  g_assert_cmpstr (samspill_steps_undo (steps)->before, ==, "\"a\"");
  g_assert_null (samspill_steps_undo (steps)->before);
  g_assert_null (samspill_steps_undo (steps));
}

static void
test_new_step_ends_redo (void)
{
  g_autoptr (SamspillSteps) steps = samspill_steps_new ();

  samspill_steps_push (steps, "title", NULL, "\"a\"", 0);
  samspill_steps_undo (steps);
  g_assert_true (samspill_steps_can_redo (steps));
  g_assert_cmpstr (samspill_steps_redo (steps)->after, ==, "\"a\"");
  samspill_steps_undo (steps);
  samspill_steps_push (steps, "title", NULL, "\"b\"", 0);
  g_assert_false (samspill_steps_can_redo (steps));
  g_assert_cmpstr (samspill_steps_undo (steps)->after, ==, "\"b\"");
}

static void
test_hundred_are_kept (void)
{
  g_autoptr (SamspillSteps) steps = samspill_steps_new ();
  guint undone = 0;

  for (int i = 0; i < 250; i++)
    samspill_steps_push (steps, i % 2 == 0 ? "title" : "problem", "1", "2", i * SECOND);
  while (samspill_steps_undo (steps) != NULL)
    undone++;
  g_assert_cmpuint (undone, ==, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profile/steps/typing-is-one-step", test_typing_is_one_step);
  g_test_add_func ("/profile/steps/pause-or-another-field-begins-anew", test_pause_or_another_field_begins_anew);
  g_test_add_func ("/profile/steps/new-step-ends-redo", test_new_step_ends_redo);
  g_test_add_func ("/profile/steps/hundred-are-kept", test_hundred_are_kept);
  return g_test_run ();
}
