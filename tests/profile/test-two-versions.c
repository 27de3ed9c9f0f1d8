/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two versions, the choice between them, what came from others, and a page that sync overtakes. */
#include "profile-fixture.h"

#include <string.h>

#include "samspill-history.h"
#include "samspill-json-text.h"
#include "samspill-merge.h"
#include "samspill-profile-private.h"
#include "samspill-publish.h"

#define TEAM "team-" OWNER
#define OTHER "302353883"
#define THEIR_REV "2-0123456789abcdef0123456789abcdef"

static void
set_up (Fixture *fixture, gconstpointer data)
{
  char *owners[] = { (char *)OWNER, NULL };
  char *names[] = { (char *)"Storvik kommune", NULL };
  const SamspillIdentity identity = { .owners = owners, .owner_names = names, .language = (char *)"nb" };
  g_autoptr (GError) error = NULL;

  fixture_set_up (fixture, data);
  samspill_profile_set_identity (fixture->profile, &identity, &error);
  g_assert_no_error (error);
}

static SamspillStore *
store_of (Fixture *fixture)
{
  return samspill_profile_get_store (fixture->profile);
}

static char *
shared_need (Fixture *fixture, const char *title)
{
  char *id = save_need (fixture->profile, title);
  g_autoptr (GError) error = NULL;

  samspill_profile_share (fixture->profile, id, &error);
  g_assert_no_error (error);
  return id;
}

static char *
dup_text (Fixture *fixture, const char *space, const char *id, const char *rev)
{
  g_autoptr (SamspillDocument) document = samspill_store_get (store_of (fixture), space, id, rev, NULL);
  gsize length = 0;
  const char *text = document != NULL && document->body != NULL ? g_bytes_get_data (document->body, &length) : NULL;

  return text != NULL ? g_strndup (text, length) : NULL;
}

static char *
with (const char *text, const char *name, const char *value)
{
  const char *names[] = { name, NULL };
  const char *values[] = { value, NULL };

  return samspill_json_splice (text, -1, names, values);
}

/* As sync would: a colleague's revision on the first one. */
static void
bring (Fixture *fixture, const char *space, const char *id, const char *parent, const char *rev, const char *title)
{
  g_autofree char *base = dup_text (fixture, space, id, parent);
  g_autofree char *quoted = samspill_json_quote (title);
  g_autofree char *edited = with (base, "title", quoted);
  g_autofree char *text = with (edited, "changed", "{\"at\":\"2026-11-20T08:00:00Z\",\"by\":\"colleague\"}");
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  const char *revisions[] = { rev, parent, NULL };
  g_autoptr (GError) error = NULL;

  samspill_store_insert (store_of (fixture), space, id, revisions, FALSE, body, NULL, &error);
  g_assert_no_error (error);
}

static char *
dup_rev (Fixture *fixture, const char *space, const char *id)
{
  g_autoptr (SamspillDocument) document = samspill_store_get (store_of (fixture), space, id, NULL, NULL);

  return g_strdup (document->rev);
}

static void
edit_title (Fixture *fixture, const char *id, const char *title)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, NULL, id, &error);

  samspill_record_set_string (loaded->record, "title", title);
  samspill_profile_save (fixture->profile, loaded->space, loaded->record, &error);
  g_assert_no_error (error);
}

/* A need with a title of mine and one of a colleague's. */
static char *
two_versions (Fixture *fixture)
{
  char *id = shared_need (fixture, "Først");
  g_autofree char *first = dup_rev (fixture, TEAM, id);

  edit_title (fixture, id, "Min");
  bring (fixture, TEAM, id, first, THEIR_REV, "Din");
  return id;
}

static guint
count_living (Fixture *fixture, const char *id)
{
  g_autoptr (GPtrArray) history = samspill_store_history (store_of (fixture), TEAM, id, NULL);
  g_autoptr (GPtrArray) leaves = samspill_history_list_living (history);

  return leaves->len;
}

static void
test_load (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = two_versions (fixture);
  g_autofree char *single = shared_need (fixture, "En");
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillTwoVersions) versions = samspill_profile_load_two_versions (fixture->profile, TEAM, id, &error);
  g_autoptr (GPtrArray) rows = NULL;
  const SamspillMergeField *field;

  g_assert_no_error (error);
  g_assert_nonnull (strstr (versions->mine, "Min"));
  g_assert_nonnull (strstr (versions->theirs, "Din"));
  g_assert_nonnull (strstr (versions->base, "Først"));
  g_assert_cmpstr (versions->theirs_rev, ==, THEIR_REV);
  g_assert_cmpstr (versions->type, ==, "need");
  g_assert_cmpuint (versions->left, ==, 0);
  g_assert_cmpuint (versions->fields->len, ==, 2);
  for (guint i = 0; i < versions->fields->len; i++)
    {
      field = versions->fields->pdata[i];
      g_assert_cmpint (field->kind == SAMSPILL_MERGE_UNDECIDED, ==, strcmp (field->member, "title") == 0);
    }
  g_assert_null (samspill_profile_load_two_versions (fixture->profile, TEAM, single, &error));
  g_assert_no_error (error);
  fixture_wait_index (fixture->profile);
  rows = samspill_profile_list_two_versions (fixture->profile, &error);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpstr (((SamspillRow *)rows->pdata[0])->id, ==, id);
}

static void
test_solve_and_undo (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = two_versions (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillTwoVersions) versions = samspill_profile_load_two_versions (fixture->profile, TEAM, id, &error);
  g_autoptr (SamspillTwoVersions) again = NULL;
  g_autofree char *chosen = with (versions->mine, "title", "\"Begge\"");
  g_autofree char *shown = NULL, *lost = NULL;

  samspill_profile_solve_two_versions (fixture->profile, versions, chosen, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_living (fixture, id), ==, 1);
  shown = dup_text (fixture, TEAM, id, NULL);
  g_assert_nonnull (strstr (shown, "Begge"));
  /* What was not chosen is in the history. */
  lost = dup_text (fixture, TEAM, id, THEIR_REV);
  g_assert_nonnull (strstr (lost, "Din"));

  samspill_profile_unsolve_two_versions (fixture->profile, versions, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_living (fixture, id), ==, 2);
  again = samspill_profile_load_two_versions (fixture->profile, TEAM, id, &error);
  g_assert_nonnull (strstr (again->mine, "Min"));
  g_assert_nonnull (strstr (again->theirs, "Din"));
}

static void
test_solve_what_moved (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = two_versions (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillTwoVersions) versions = samspill_profile_load_two_versions (fixture->profile, TEAM, id, &error);
  guint before;

  bring (fixture, TEAM, id, THEIR_REV, "3-0123456789abcdef0123456789abcdef", "Din igjen");
  before = count_revisions (fixture->profile, TEAM, id);
  g_assert_false (samspill_profile_solve_two_versions (fixture->profile, versions, versions->mine, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_CONFLICT);
  g_assert_cmpuint (count_revisions (fixture->profile, TEAM, id), ==, before);
  g_clear_error (&error);
  samspill_two_versions_free (g_steal_pointer (&versions));
  versions = samspill_profile_load_two_versions (fixture->profile, TEAM, id, &error);
  g_assert_false (samspill_profile_solve_two_versions (fixture->profile, versions, "{\"title\":", &error));
  g_assert_nonnull (error);
}

/* As sync would: the colleague chose the other one, and took mine away. */
static void
bring_choice_of_theirs (Fixture *fixture, const char *id, const char *mine_rev)
{
  static const char CHOSEN[] = "3-0123456789abcdef0123456789abcdef";
  g_autofree char *tombstone = g_strdup_printf ("%" G_GUINT64_FORMAT "-fedcba9876543210fedcba9876543210",
                                                g_ascii_strtoull (mine_rev, NULL, 10) + 1);
  const char *revisions[] = { tombstone, mine_rev, NULL };
  g_autoptr (GBytes) nothing = g_bytes_new_static ("{}", 2);
  g_autoptr (GError) error = NULL;

  bring (fixture, TEAM, id, THEIR_REV, CHOSEN, "Din");
  samspill_store_insert (store_of (fixture), TEAM, id, revisions, TRUE, nothing, NULL, &error);
  g_assert_no_error (error);
}

/* Each takes the version of the other away: neither text may go with it. */
static void
test_two_choose_at_once (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = two_versions (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillTwoVersions) versions = samspill_profile_load_two_versions (fixture->profile, TEAM, id, &error);
  g_autoptr (SamspillTwoVersions) again = NULL;

  samspill_profile_solve_two_versions (fixture->profile, versions, versions->mine, &error);
  g_assert_no_error (error);
  bring_choice_of_theirs (fixture, id, versions->mine_rev);
  g_assert_cmpuint (count_living (fixture, id), ==, 2);
  again = samspill_profile_load_two_versions (fixture->profile, TEAM, id, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (again->mine, "Min"));
  g_assert_nonnull (strstr (again->theirs, "Din"));
}

/* Overtaken */

static gboolean
has_two (gpointer data)
{
  gpointer *both = data;

  return count_living (both[0], both[1]) == 2;
}

static void
test_page_is_overtaken (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = shared_need (fixture, "Først");
  g_autofree char *first = dup_rev (fixture, TEAM, id);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, TEAM, id, &error);
  g_autoptr (SamspillDraft) draft = samspill_draft_new (fixture->profile, loaded);
  g_autoptr (SamspillTwoVersions) versions = NULL;
  gpointer both[] = { fixture, id };

  samspill_record_set_string (samspill_draft_get_record (draft), "problem", "Skrevet mens siden var åpen");
  samspill_draft_flush (draft);
  while (samspill_draft_get_state (draft) != SAMSPILL_DRAFT_SAVED)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (count_living (fixture, id), ==, 1);
  bring (fixture, TEAM, id, first, THEIR_REV, "Din");
  /* Nobody left the page, and yet. */
  run_until (has_two, both);
  versions = samspill_profile_load_two_versions (fixture->profile, TEAM, id, &error);
  g_assert_nonnull (strstr (versions->mine, "Skrevet mens"));
  g_assert_nonnull (strstr (versions->theirs, "Din"));
  /* Nothing to choose: other fields. */
  {
    g_autofree char *merged = samspill_merge ("need", versions->base, versions->mine, versions->theirs);

    g_assert_nonnull (merged);
  }
}

/* News */

static void
add_to (Fixture *fixture, const char *space, const char *id, const char *text)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autofree char *rev = NULL;

  samspill_store_ensure_space (store_of (fixture), space, &error);
  g_assert_no_error (error);
  rev = samspill_store_put (store_of (fixture), space, id, NULL, body, NULL, &error);
  g_assert_no_error (error);
}

static SamspillNews *
find_news (GPtrArray *news, const char *id)
{
  for (guint i = 0; i < news->len; i++)
    if (strcmp (((SamspillNews *)news->pdata[i])->id, id) == 0)
      return news->pdata[i];
  return NULL;
}

#define BY_OTHERS ",\"changed\":{\"at\":\"2026-11-20T08:00:00Z\",\"by\":\"somebody\"}}"

static void
test_news (Fixture *fixture, gconstpointer data)
{
  g_autofree char *ours = shared_need (fixture, "Vårt");
  g_autofree char *pitch_text =
      g_strdup_printf ("{\"type\":\"pitch\",\"title\":\"Rørlytt\",\"need\":\"%s\"" BY_OTHERS, ours);
  g_autofree char *first = dup_rev (fixture, TEAM, ours);
  g_autoptr (GPtrArray) news = NULL;
  g_autoptr (GError) error = NULL;
  const SamspillNews *one;

  news = samspill_profile_list_news (fixture->profile, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (news->len, ==, 0);
  g_clear_pointer (&news, g_ptr_array_unref);
  g_assert_true (samspill_profile_mark_news_read (fixture->profile, &error));

  edit_title (fixture, ours, "Vårt, av meg");
  bring (fixture, TEAM, ours, first, THEIR_REV, "Vårt, av en kollega");
  add_to (fixture, "commons", "need:" OTHER ":a", "{\"type\":\"need\",\"title\":\"Deres\"" BY_OTHERS);
  add_to (fixture, "commons", "need:" OTHER ":b", "{\"type\":\"need\",\"title\":\"Fulgt\"" BY_OTHERS);
  add_to (fixture, "commons", "interest:" OWNER ":b", "{\"type\":\"interest\"}");
  add_to (fixture, "commons", "pitch:" OTHER ":c", pitch_text);
  add_to (fixture, "mine", "need:" OTHER ":d", "{\"type\":\"need\",\"title\":\"Bare her\"" BY_OTHERS);
  news = samspill_profile_list_news (fixture->profile, &error);
  g_assert_cmpuint (news->len, ==, 3 + (find_news (news, ours) != NULL));
  one = find_news (news, "need:" OTHER ":a");
  g_assert_cmpstr (one->title, ==, "Deres");
  g_assert_cmpstr (one->type, ==, "need");
  g_assert_true (one->is_new);
  g_assert_false (one->concerns_me);
  g_assert_nonnull (one->at);
  g_assert_true (find_news (news, "need:" OTHER ":b")->concerns_me);
  g_assert_true (find_news (news, "pitch:" OTHER ":c")->concerns_me);

  g_assert_true (samspill_profile_mark_news_read (fixture->profile, &error));
  g_clear_pointer (&news, g_ptr_array_unref);
  news = samspill_profile_list_news (fixture->profile, &error);
  g_assert_cmpuint (news->len, ==, 0);
}

#define add(path, test) g_test_add ("/profile/two-versions/" path, Fixture, NULL, set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("side-by-side", test_load);
  add ("solve-and-undo", test_solve_and_undo);
  add ("solve-what-moved-is-refused", test_solve_what_moved);
  add ("two-who-choose-at-once-lose-neither", test_two_choose_at_once);
  add ("page-that-is-overtaken-becomes-a-revision", test_page_is_overtaken);
  add ("news-from-others", test_news);
  return g_test_run ();
}
