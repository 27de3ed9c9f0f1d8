/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-list-item.h"
#include "samspill-list-model.h"
#include "samspill-place.h"

#include "profile-fixture.h"

#define N_NEEDS 400

/* A model under test, and what it said. */
typedef struct
{
  Fixture profile;
  SamspillListModel *model;
  guint n_signals;
  guint most_removed;
  guint n_answers;
} ModelFixture;

static void
items_changed_cb (ModelFixture *fixture, guint position, guint removed, guint added)
{
  fixture->n_signals++;
  fixture->most_removed = MAX (fixture->most_removed, removed);
}

static void
answered_cb (ModelFixture *fixture)
{
  fixture->n_answers++;
}

static char *
add_need (ModelFixture *fixture, const char *title)
{
  g_autoptr (SamspillRecord) record = samspill_record_new ("need", OWNER, "nb", NULL);
  g_autoptr (GError) error = NULL;

  samspill_record_set_string (record, "title", title);
  g_assert_true (samspill_profile_save (fixture->profile.profile, NULL, record, &error));
  g_assert_no_error (error);

  return g_strdup (samspill_record_get_id (record));
}

static void
set_up (ModelFixture *fixture, gconstpointer data)
{
  fixture_set_up (&fixture->profile, data);
  fixture->model = samspill_list_model_new (fixture->profile.profile);
  g_signal_connect_swapped (fixture->model, "items-changed", G_CALLBACK (items_changed_cb), fixture);
  g_signal_connect_swapped (fixture->model, "answered", G_CALLBACK (answered_cb), fixture);
}

static void
tear_down (ModelFixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->model);
  fixture_tear_down (&fixture->profile, data);
}

static void
wait_for_items (ModelFixture *fixture, guint n_items)
{
  const gint64 deadline = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (g_list_model_get_n_items (G_LIST_MODEL (fixture->model)) != n_items)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_main_context_iteration (NULL, FALSE);
    }
}

static void
wait_for_answer (ModelFixture *fixture)
{
  fixture->n_answers = 0;
  while (fixture->n_answers == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
ask (ModelFixture *fixture, const char *text)
{
  g_autoptr (SamspillQuery) query = samspill_query_new ();

  query->type = g_strdup ("need");
  query->spaces = g_strdupv ((char *[]){ (char *)"mine", NULL });
  query->order = text != NULL ? SAMSPILL_ORDER_RELEVANCE : SAMSPILL_ORDER_TITLE;
  query->text = g_strdup (text);
  samspill_list_model_set_query (fixture->model, query);
}

static void
add_many (ModelFixture *fixture)
{
  for (guint i = 0; i < N_NEEDS; i++)
    {
      g_autofree char *title = g_strdup_printf ("Hvordan kan vi telle til %04u?", i);
      g_autofree char *id = add_need (fixture, title);
    }
  fixture_wait_index (fixture->profile.profile);
}

static const SamspillRow *
peek_row (ModelFixture *fixture, guint position, SamspillListItem **item)
{
  *item = g_list_model_get_item (G_LIST_MODEL (fixture->model), position);
  g_assert_nonnull (*item);

  return samspill_list_item_get_row (*item);
}

static void
test_thirty_come_first (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillListItem) last = NULL;

  add_many (fixture);
  ask (fixture, NULL);
  wait_for_answer (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->model)), ==, 30);
  g_assert_cmpint (samspill_list_model_get_total (fixture->model), ==, N_NEEDS);
  wait_for_items (fixture, N_NEEDS);
  g_assert_cmpstr (peek_row (fixture, N_NEEDS - 1, &last)->title, ==, "Hvordan kan vi telle til 0399?");
}

static void
test_new_result_comes_in_two_steps (ModelFixture *fixture, gconstpointer data)
{
  add_many (fixture);
  ask (fixture, NULL);
  wait_for_items (fixture, N_NEEDS);
  fixture->n_signals = fixture->most_removed = 0;
  ask (fixture, "0123");
  wait_for_items (fixture, 1);
  g_assert_cmpuint (fixture->n_signals, ==, 2);
  g_assert_cmpuint (fixture->most_removed, ==, N_NEEDS);
}

static void
test_a_change_touches_its_row_only (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillListItem) before = NULL;
  g_autoptr (SamspillListItem) after = NULL;
  g_autofree char *id = NULL;

  add_many (fixture);
  ask (fixture, NULL);
  wait_for_items (fixture, N_NEEDS);
  peek_row (fixture, 300, &before);
  fixture->n_signals = fixture->most_removed = 0;

  id = add_need (fixture, "Hvordan kan vi telle til 0100 en gang til?");
  wait_for_items (fixture, N_NEEDS + 1);
  g_assert_cmpuint (fixture->n_signals, ==, 1);
  g_assert_cmpuint (fixture->most_removed, ==, 0);
  after = g_list_model_get_item (G_LIST_MODEL (fixture->model), 301);
  g_assert_true (before == after);
}

static void
test_what_goes_to_the_trash_goes_from_the_list (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *first = add_need (fixture, "Hvordan kan vi bli kvitt dette?");
  g_autofree char *second = add_need (fixture, "Hvordan kan vi beholde dette?");
  g_autoptr (GError) error = NULL;
  guint position;

  ask (fixture, NULL);
  wait_for_items (fixture, 2);
  g_assert_true (samspill_list_model_find (fixture->model, "mine", first, &position));
  g_assert_true (samspill_profile_trash (fixture->profile.profile, "mine", first, &error));
  g_assert_no_error (error);
  wait_for_items (fixture, 1);
  g_assert_false (samspill_list_model_find (fixture->model, "mine", first, &position));
  g_assert_true (samspill_list_model_find (fixture->model, "mine", second, &position));
}

static void
test_hits_are_marked (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *id = add_need (fixture, "Hvordan kan vi finne lekkasjer i nettet?");
  g_autoptr (SamspillListItem) item = NULL;
  g_autofree char *marked = NULL;

  ask (fixture, "lekkasje");
  wait_for_items (fixture, 1);
  peek_row (fixture, 0, &item);
  marked = samspill_list_item_dup_marked_title (item);
  g_assert_nonnull (strstr (marked, "\356\200\200lekkasjer\356\200\201"));
}

static void
test_items_outlive_the_model (ModelFixture *fixture, gconstpointer data)
{
  g_autofree char *id = add_need (fixture, "Hvordan kan vi bli gamle?");
  g_autoptr (SamspillListItem) item = NULL;

  ask (fixture, NULL);
  wait_for_items (fixture, 1);
  item = g_list_model_get_item (G_LIST_MODEL (fixture->model), 0);
  g_clear_object (&fixture->model);
  g_assert_cmpstr (samspill_list_item_get_row (item)->id, ==, id);
}

static void
test_ours_is_by_owner (ModelFixture *fixture, gconstpointer data)
{
  SamspillIdentity identity = { .owners = (char *[]){ (char *)OWNER, NULL },
                                .owner_names = (char *[]){ (char *)"Vi", NULL },
                                .language = (char *)"nb" };
  g_autofree char *id = add_need (fixture, "Hvordan kan vi eie dette?");
  g_autoptr (SamspillQuery) query = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (samspill_profile_set_identity (fixture->profile.profile, &identity, &error));
  query =
      samspill_place_dup_query (samspill_place_lookup ("needs"), fixture->profile.profile, SAMSPILL_FILTER_OURS, NULL);
  samspill_list_model_set_query (fixture->model, query);
  wait_for_items (fixture, 1);
}

#define ADD(path, test) g_test_add (path, ModelFixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/app/list-model/thirty-come-first", test_thirty_come_first);
  ADD ("/app/list-model/new-result-comes-in-two-steps", test_new_result_comes_in_two_steps);
  ADD ("/app/list-model/a-change-touches-its-row-only", test_a_change_touches_its_row_only);
  ADD ("/app/list-model/what-goes-to-the-trash-goes-from-the-list", test_what_goes_to_the_trash_goes_from_the_list);
  ADD ("/app/list-model/hits-are-marked", test_hits_are_marked);
  ADD ("/app/list-model/items-outlive-the-model", test_items_outlive_the_model);
  ADD ("/app/list-model/ours-is-by-owner", test_ours_is_by_owner);

  return g_test_run ();
}
