/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-place.h"
#include "samspill-row-text.h"

static void
test_state_is_said_in_words (void)
{
  SamspillRow row = { .type = (char *)"need",
                      .owner_name = (char *)"Kinn",
                      .phase = (char *)"piloting",
                      .outcome = (char *)"",
                      .leaves = 1 };
  g_autofree char *text = samspill_row_dup_subtitle (&row);

  g_assert_cmpstr (text, ==, "Kinn · Being tried");
  g_assert_cmpstr (samspill_row_get_icon (&row), ==, "media-playback-start-symbolic");
}

static void
test_outcome_goes_before_phase (void)
{
  SamspillRow row = {
    .type = (char *)"case", .owner_name = (char *)"Stad", .phase = (char *)"", .outcome = (char *)"stopped", .leaves = 1
  };
  g_autofree char *text = samspill_row_dup_subtitle (&row);

  g_assert_cmpstr (text, ==, "Stad · Stopped");
}

static void
test_two_versions_go_before_all (void)
{
  SamspillRow row = { .type = (char *)"need",
                      .owner_name = (char *)"Kinn",
                      .phase = (char *)"in-use",
                      .leaves = 2,
                      .has_working_copy = TRUE };
  g_autofree char *text = samspill_row_dup_subtitle (&row);

  g_assert_cmpstr (text, ==, "Kinn · has two versions");
  g_assert_true (samspill_row_is_warning (&row));
  g_assert_cmpstr (samspill_row_get_icon (&row), ==, "dialog-warning-symbolic");
}

static void
test_unknown_code_is_not_shown (void)
{
  SamspillRow row = { .type = (char *)"need", .owner_name = (char *)"Kinn", .phase = (char *)"nonsense", .leaves = 1 };
  g_autofree char *text = samspill_row_dup_subtitle (&row);

  g_assert_cmpstr (text, ==, "Kinn");
}

static void
test_without_title_there_are_words (void)
{
  SamspillRow row = { .type = (char *)"need", .title = (char *)"" };
  g_autofree char *title = samspill_row_dup_title (&row);

  g_assert_cmpstr (title, !=, "");
}

static void
test_shipped_has_no_time (void)
{
  SamspillRow row = { .type = (char *)"case", .space = (char *)"shipped", .changed_us = G_USEC_PER_SEC };
  g_autofree char *time = samspill_row_dup_time (&row);

  g_assert_cmpstr (time, ==, "");
}

static void
test_places_count_in_words (void)
{
  g_autofree char *one = samspill_place_dup_count (samspill_place_lookup ("needs"), 1);
  g_autofree char *many = samspill_place_dup_count (samspill_place_lookup ("pitches"), 1204);

  g_assert_cmpstr (one, ==, "1 need");
  g_assert_cmpstr (many, ==, "1\302\240204 proposals");
}

static void
test_types_have_places (void)
{
  g_assert_cmpstr (samspill_place_for_type ("need")->name, ==, "needs");
  g_assert_cmpstr (samspill_place_for_type ("pitch")->name, ==, "pitches");
  g_assert_cmpstr (samspill_place_for_type ("file")->name, ==, "home");
  g_assert_cmpstr (samspill_place_for_type (NULL)->name, ==, "home");
  g_assert_null (samspill_place_lookup ("nowhere"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/row-text/state-is-said-in-words", test_state_is_said_in_words);
  g_test_add_func ("/app/row-text/outcome-goes-before-phase", test_outcome_goes_before_phase);
  g_test_add_func ("/app/row-text/two-versions-go-before-all", test_two_versions_go_before_all);
  g_test_add_func ("/app/row-text/unknown-code-is-not-shown", test_unknown_code_is_not_shown);
  g_test_add_func ("/app/row-text/without-title-there-are-words", test_without_title_there_are_words);
  g_test_add_func ("/app/row-text/shipped-has-no-time", test_shipped_has_no_time);
  g_test_add_func ("/app/place/counts-in-words", test_places_count_in_words);
  g_test_add_func ("/app/place/types-have-places", test_types_have_places);

  return g_test_run ();
}
