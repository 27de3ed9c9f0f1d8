/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sharing, publishing and withdrawing. */
#include "profile-fixture.h"

#include <string.h>

#include "samspill-json-text.h"
#include "samspill-publish.h"

#define TEAM "team-" OWNER
#define OTHER "302353883"

static void
sign_in (Fixture *fixture)
{
  char *owners[] = { (char *)OWNER, NULL };
  char *names[] = { (char *)"Storvik kommune", NULL };
  const SamspillIdentity identity = {
    .owners = owners, .owner_names = names, .person_role = (char *)"rådgiver", .language = (char *)"nb"
  };
  g_autoptr (GError) error = NULL;

  samspill_profile_set_identity (fixture->profile, &identity, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture_set_up (fixture, data);
  sign_in (fixture);
}

static SamspillRecord *
whole_need (const char *title)
{
  SamspillRecord *need = need_new (title);
  g_autoptr (JsonNode) created = json_from_string ("{\"at\":\"2025-06-01T12:00:00+02:00\",\"by\":\"x\"}", NULL);
  const char *los[] = { "avlop", NULL };
  const char *tags[] = { "hemmelig", NULL };
  g_autoptr (JsonNode) measures = json_from_string ("[{\"what\":\"tapt vann\",\"now\":\"38 %\",\"x\":1}]", NULL);
  g_autoptr (JsonNode) translations = json_from_string ("{\"nn\":{\"title\":\"Korleis?\",\"tags\":[\"løynd\"]}}", NULL);

  samspill_record_set_node (need, "created", created);
  samspill_record_set_string (need, "problem", "Vi mister vann på veien.");
  samspill_record_set_string (need, "affected.who", "innbyggere");
  samspill_record_set_string (need, "wished_effect", "Mindre vann går tapt.");
  samspill_record_set_node (need, "measures", measures);
  samspill_record_set_string (need, "limits", "Rørene er fra 1965.");
  samspill_record_set_string (need, "owner_role", "Leder for vann og avløp");
  samspill_record_set_integer (need, "largest_loss_nok", 300000);
  samspill_record_set_strings (need, "subjects.los", los);
  samspill_record_set_string (need, "rights", "Den som lager det, eier det.");
  samspill_record_set_string (need, "route_to_purchase", "Ny konkurranse.");
  samspill_record_set_strings (need, "tags", tags);
  samspill_record_set_node (need, "translations", translations);
  return need;
}

static char *
save_whole (Fixture *fixture, const char *title)
{
  g_autoptr (SamspillRecord) need = whole_need (title);
  g_autoptr (GError) error = NULL;

  samspill_profile_save (fixture->profile, NULL, need, &error);
  g_assert_no_error (error);
  return g_strdup (samspill_record_get_id (need));
}

static void
publish (Fixture *fixture, const char *id)
{
  g_autoptr (GError) error = NULL;

  samspill_profile_publish (fixture->profile, id, "kommunalsjef", "2026-11-20", &error);
  g_assert_no_error (error);
}

static void
share (Fixture *fixture, const char *id)
{
  g_autoptr (GError) error = NULL;

  samspill_profile_share (fixture->profile, id, &error);
  g_assert_no_error (error);
}

static char *
body_in (Fixture *fixture, const char *space, const char *id)
{
  g_autoptr (SamspillDocument) document =
      samspill_store_get (samspill_profile_get_store (fixture->profile), space, id, NULL, NULL);
  gsize length = 0;
  const char *text = document != NULL && document->body != NULL ? g_bytes_get_data (document->body, &length) : NULL;

  return text != NULL ? g_strndup (text, length) : NULL;
}

static gboolean
is_in (Fixture *fixture, const char *space, const char *id)
{
  g_autofree char *body = body_in (fixture, space, id);

  return body != NULL;
}

static SamspillPublicationState
state_of (Fixture *fixture, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillPublication) publication = samspill_profile_get_publication (fixture->profile, id, &error);

  g_assert_no_error (error);
  return publication->state;
}

static void
edit (Fixture *fixture, const char *id, const char *field, const char *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, NULL, id, &error);

  g_assert_no_error (error);
  if (strcmp (field, "tags") == 0)
    {
      const char *tags[] = { value, NULL };

      samspill_record_set_strings (loaded->record, field, tags);
    }
  else
    samspill_record_set_string (loaded->record, field, value);
  samspill_profile_save (fixture->profile, loaded->space, loaded->record, &error);
  g_assert_no_error (error);
}

static char *
add_file (Fixture *fixture, const char *id, const char *name)
{
  g_autoptr (GFile) file = fixture_file (fixture, name, "innhold", -1);
  g_autoptr (GError) error = NULL;
  char *file_id = samspill_profile_add_file (fixture->profile, NULL, id, file, NULL, &error);

  g_assert_no_error (error);
  return file_id;
}

/* Sharing */

static void
test_share (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = save_whole (fixture, "Hvordan kan vi finne lekkasjer?");
  g_autofree char *file = add_file (fixture, id, "kart.txt");
  g_autoptr (GError) error = NULL;
  g_autofree char *before = body_in (fixture, "mine", id);
  g_autofree char *after = NULL, *moved = NULL;
  g_autoptr (SamspillLoaded) loaded = NULL;

  share (fixture, id);
  after = body_in (fixture, TEAM, id);
  moved = body_in (fixture, TEAM, file);
  /* Byte for byte but for the time that was in another zone: registries take UTC. */
  {
    g_auto (GStrv) parts = g_strsplit (before, "2025-06-01T12:00:00+02:00", -1);
    g_autofree char *in_utc = g_strjoinv ("2025-06-01T10:00:00Z", parts);

    g_assert_cmpstr (after, ==, in_utc);
  }
  g_assert_nonnull (moved);
  g_assert_null (body_in (fixture, "mine", id));
  g_assert_null (body_in (fixture, "mine", file));
  loaded = samspill_profile_load (fixture->profile, NULL, id, &error);
  g_assert_cmpstr (loaded->space, ==, TEAM);
  g_assert_true (loaded->is_writable);

  /* The bytes of the file went along. */
  {
    g_autoptr (GFile) opened = samspill_profile_open_file (fixture->profile, TEAM, file, &error);

    g_assert_no_error (error);
    g_assert_nonnull (opened);
  }
  g_assert_false (samspill_profile_share (fixture->profile, id, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID);
}

/* As after a backup was brought back: the draft is here again, and the organisation has it. */
static char *
shared_elsewhere (Fixture *fixture, char **draft)
{
  char *id = save_whole (fixture, "Hvordan kan vi finne lekkasjer?");
  SamspillStore *store = samspill_profile_get_store (fixture->profile);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *rev = NULL;

  *draft = body_in (fixture, "mine", id);
  share (fixture, id);
  body = g_bytes_new (*draft, strlen (*draft));
  rev = samspill_store_put (store, "mine", id, NULL, body, NULL, &error);
  g_assert_no_error (error);
  return id;
}

static void
test_share_what_is_there (Fixture *fixture, gconstpointer data)
{
  g_autofree char *draft = NULL;
  g_autofree char *id = shared_elsewhere (fixture, &draft);
  g_autofree char *left = NULL, *text = NULL;
  g_autoptr (SamspillDocument) team = NULL;

  share (fixture, id);
  left = body_in (fixture, "mine", id);
  g_assert_null (left);
  team = samspill_store_get (samspill_profile_get_store (fixture->profile), TEAM, id, NULL, NULL);
  g_assert_cmpuint (team->leaves, ==, 1);
  text = body_in (fixture, TEAM, id);
  g_assert_nonnull (strstr (text, "Hvordan kan vi finne lekkasjer?"));
}

static void
test_share_another_version (Fixture *fixture, gconstpointer data)
{
  g_autofree char *draft = NULL;
  g_autofree char *id = shared_elsewhere (fixture, &draft);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, "mine", id, &error);
  g_autoptr (SamspillTwoVersions) versions = NULL;

  samspill_record_set_string (loaded->record, "title", "Hvordan kan vi finne flere?");
  samspill_profile_save (fixture->profile, "mine", loaded->record, &error);
  g_assert_no_error (error);
  {
    g_autoptr (SamspillLoaded) team = samspill_profile_load (fixture->profile, TEAM, id, &error);

    samspill_record_set_string (team->record, "title", "Hvordan kan vi finne færre?");
    samspill_profile_save (fixture->profile, TEAM, team->record, &error);
    g_assert_no_error (error);
  }
  /* Neither is published over the head of the other. */
  g_assert_false (samspill_profile_publish (fixture->profile, id, "kommunedirektør", NULL, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID);
  g_clear_error (&error);

  share (fixture, id);
  versions = samspill_profile_load_two_versions (fixture->profile, TEAM, id, &error);
  g_assert_no_error (error);
  g_assert_nonnull (versions);
  g_assert_nonnull (strstr (versions->base, "Hvordan kan vi finne lekkasjer?"));
  g_assert_true ((strstr (versions->mine, "flere") != NULL) != (strstr (versions->theirs, "flere") != NULL));
  g_assert_true ((strstr (versions->mine, "færre") != NULL) != (strstr (versions->theirs, "færre") != NULL));
}

static void
test_share_of_anothers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillRecord) need = samspill_record_new ("need", OTHER, "nb", "test");
  g_autoptr (GError) error = NULL;

  samspill_record_set_string (need, "title", "Ikke vårt");
  samspill_profile_save (fixture->profile, NULL, need, &error);
  if (error != NULL) /* the number has to be one */
    g_error ("%s", error->message);
  g_assert_false (samspill_profile_share (fixture->profile, samspill_record_get_id (need), &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID);
  g_assert_true (is_in (fixture, "mine", samspill_record_get_id (need)));
}

static void
test_share_while_edited (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = save_whole (fixture, "Før");
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, "mine", id, &error);
  g_autoptr (SamspillDraft) draft = samspill_draft_new (fixture->profile, loaded);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *body = NULL;

  share (fixture, id);
  /* The page has not heard of it yet. */
  samspill_record_set_string (samspill_draft_get_record (draft), "title", "Etter");
  samspill_draft_leave_async (draft, NULL, keep_result_cb, &result);
  run_until (has_result, &result);
  g_assert_true (samspill_draft_leave_finish (draft, result, &error));
  g_assert_cmpstr (samspill_draft_get_space (draft), ==, TEAM);
  body = body_in (fixture, TEAM, id);
  g_assert_nonnull (strstr (body, "Etter"));
  g_assert_null (body_in (fixture, "mine", id));
}

/* Publishing */

static void
test_publish (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = save_whole (fixture, "Hvordan kan vi finne lekkasjer?");
  g_autofree char *body = NULL, *approved = NULL, *original = NULL, *source = NULL;
  g_autoptr (SamspillDocument) team = NULL;

  publish (fixture, id);
  body = body_in (fixture, "commons", id);
  original = body_in (fixture, TEAM, id);
  team = samspill_store_get (samspill_profile_get_store (fixture->profile), TEAM, id, NULL, NULL);
  g_assert_nonnull (body);
  g_assert_nonnull (original);
  g_assert_null (strstr (body, "hemmelig"));
  g_assert_null (strstr (body, "løynd"));
  g_assert_null (strstr (body, "\"x\":1"));
  g_assert_nonnull (strstr (body, "Korleis?"));
  g_assert_nonnull (strstr (body, "38 %"));
  g_assert_nonnull (strstr (original, "hemmelig"));
  g_assert_nonnull (strstr (body, "\"created\":{\"at\":\"2025-06-01T10:00:00Z\",\"by\":\"x\"}"));
  approved = samspill_json_dup_member (body, -1, "approved");
  g_assert_cmpstr (approved, ==, "{\"role\":\"kommunalsjef\",\"at\":\"2026-11-20\"}");
  source = samspill_json_dup_string (body, -1, "source_revision");
  g_assert_cmpstr (source, ==, team->rev);
  g_assert_cmpint (state_of (fixture, id), ==, SAMSPILL_PUBLICATION_CURRENT);
}

static void
test_what_stands_in_the_way (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = save_need (fixture->profile, "Hvordan?");
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillPreview) preview = NULL;

  g_assert_false (samspill_profile_publish (fixture->profile, id, "leder", NULL, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "What goes wrong today"));
  /* Nothing was done by halves. */
  g_assert_true (is_in (fixture, "mine", id));
  g_assert_cmpint (state_of (fixture, id), ==, SAMSPILL_PUBLICATION_NONE);
  g_clear_error (&error);
  preview = samspill_profile_preview_publication (fixture->profile, id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (preview->obstacles->len, >, 3);
}

static void
test_preview (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = save_whole (fixture, "Hvordan?");
  g_autofree char *file = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillPreview) preview = NULL;

  edit (fixture, id, "problem", "Ring Kari på 901 23 456 om dette.");
  file = add_file (fixture, id, "kart.txt");
  preview = samspill_profile_preview_publication (fixture->profile, id, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (preview->obstacles->len, ==, 0);
  g_assert_cmpuint (preview->warnings->len, >=, 2); /* a draft, and a telephone number */
  g_assert_true (g_strv_contains ((const char *const *)preview->inside, "tags"));
  g_assert_true (g_strv_contains ((const char *const *)preview->inside, "measures.x"));
  g_assert_false (samspill_record_has (preview->record, "tags"));
  g_assert_false (preview->is_update);
  g_assert_cmpuint (g_strv_length (preview->files), ==, 0);
  g_assert_cmpstr (preview->files_inside[0], ==, "kart.txt");
}

static void
test_outdated (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = save_whole (fixture, "Hvordan?");

  publish (fixture, id);
  edit (fixture, id, "tags", "annet");
  g_assert_cmpint (state_of (fixture, id), ==, SAMSPILL_PUBLICATION_CURRENT);
  edit (fixture, id, "problem", "Det er verre enn vi trodde.");
  g_assert_cmpint (state_of (fixture, id), ==, SAMSPILL_PUBLICATION_OUTDATED);
  publish (fixture, id);
  g_assert_cmpint (state_of (fixture, id), ==, SAMSPILL_PUBLICATION_CURRENT);
  g_assert_cmpuint (count_revisions (fixture->profile, "commons", id), ==, 2);
}

static void
test_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = save_whole (fixture, "Hvordan?");
  g_autofree char *open = add_file (fixture, id, "apen.txt");
  g_autofree char *closed = add_file (fixture, id, "lukket.txt");
  g_autofree char *published = NULL;
  g_autoptr (SamspillLoaded) file = NULL;
  g_autoptr (GError) error = NULL;

  file = samspill_profile_load (fixture->profile, NULL, open, &error);
  samspill_record_set_boolean (file->record, "open", TRUE);
  samspill_profile_save (fixture->profile, file->space, file->record, &error);
  g_assert_no_error (error);
  publish (fixture, id);
  published = body_in (fixture, "commons", open);
  g_assert_nonnull (published);
  g_assert_null (body_in (fixture, "commons", closed));
  {
    g_autoptr (SamspillDocument) document =
        samspill_store_get (samspill_profile_get_store (fixture->profile), "commons", open, NULL, NULL);

    g_assert_nonnull (strstr (document->attachments, "apen.txt"));
  }

  /* Closed again, it is withdrawn at the next update. */
  samspill_loaded_free (file);
  file = samspill_profile_load (fixture->profile, TEAM, open, &error);
  samspill_record_set_boolean (file->record, "open", FALSE);
  samspill_profile_save (fixture->profile, TEAM, file->record, &error);
  g_assert_no_error (error);
  publish (fixture, id);
  g_assert_cmpint (state_of (fixture, open), ==, SAMSPILL_PUBLICATION_WITHDRAWN);
}

static void
test_withdraw (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = save_whole (fixture, "Hvordan?");
  g_autofree char *body = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillPublication) publication = NULL;

  g_assert_false (samspill_profile_withdraw (fixture->profile, id, "feil", &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  publish (fixture, id);
  g_assert_false (samspill_profile_withdraw (fixture->profile, id, "  ", &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_true (samspill_profile_withdraw (fixture->profile, id, "Behovet er løst.", &error));
  publication = samspill_profile_get_publication (fixture->profile, id, &error);
  g_assert_cmpint (publication->state, ==, SAMSPILL_PUBLICATION_WITHDRAWN);
  g_assert_cmpstr (publication->withdrawn_reason, ==, "Behovet er løst.");
  g_assert_nonnull (publication->at);
  body = body_in (fixture, "commons", id);
  g_assert_nonnull (strstr (body, "\"by\":\"rådgiver\""));
  g_assert_null (strstr (body, "Vi mister"));
  /* The original stays, and may be published again. */
  g_assert_true (is_in (fixture, TEAM, id));
  publish (fixture, id);
  g_assert_cmpint (state_of (fixture, id), ==, SAMSPILL_PUBLICATION_CURRENT);
}

/* Withdrawn on one computer and updated on another: the update wins, and is spoken of. */
static void
test_withdrawn_against_updated (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = save_whole (fixture, "Hvordan?");
  SamspillStore *store = samspill_profile_get_store (fixture->profile);
  const char *text = "{\"type\":\"need\",\"reason\":\"Løst\",\"at\":\"2999-01-01T00:00:00Z\",\"by\":\"leder\"}";
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (SamspillDocument) first = NULL;
  g_autoptr (SamspillPublication) publication = NULL;
  g_autoptr (GError) error = NULL;
  const char *beside[] = { "2-0123456789abcdef0123456789abcdef", NULL, NULL };

  publish (fixture, id);
  first = samspill_store_get (store, "commons", id, NULL, &error);
  beside[1] = first->rev;
  edit (fixture, id, "problem", "Verre.");
  publish (fixture, id);
  g_assert_true (samspill_store_insert (store, "commons", id, beside, TRUE, body, NULL, &error));
  publication = samspill_profile_get_publication (fixture->profile, id, &error);
  g_assert_cmpint (publication->state, ==, SAMSPILL_PUBLICATION_CURRENT);
  g_assert_cmpstr (publication->withdrawn_reason, ==, "Løst");
}

/* In team the trash and the tombstone are revisions like others, which sync carries. */
static void
test_trash_of_the_team (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = save_whole (fixture, "Hvordan?");
  g_autoptr (GError) error = NULL;
  g_autofree char *trashed = NULL;

  share (fixture, id);
  g_assert_true (samspill_profile_trash (fixture->profile, NULL, id, &error));
  trashed = body_in (fixture, TEAM, id);
  g_assert_nonnull (strstr (trashed, "\"trashed\""));
  g_assert_false (samspill_profile_publish (fixture->profile, id, "leder", NULL, &error));
  g_clear_error (&error);
  g_assert_true (samspill_profile_restore (fixture->profile, NULL, id, &error));
  publish (fixture, id);
  /* What is published is changed by publishing only. */
  g_assert_false (samspill_profile_trash (fixture->profile, "commons", id, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_true (samspill_profile_delete (fixture->profile, TEAM, id, &error));
  g_assert_false (is_in (fixture, TEAM, id));
  g_assert_true (is_in (fixture, "commons", id));
}

static void
test_approval_is_asked_for (Fixture *fixture, gconstpointer data)
{
  static const char *const wrong_days[] = { "20.11.2026", "2026-13-01", "2999-01-01", "2026-11-20T00:00:00Z" };
  g_autofree char *id = save_whole (fixture, "Hvordan?");
  g_autoptr (GError) error = NULL;

  g_assert_false (samspill_profile_publish (fixture->profile, id, " ", NULL, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong_days); i++)
    {
      g_clear_error (&error);
      g_assert_false (samspill_profile_publish (fixture->profile, id, "leder", wrong_days[i], &error));
      g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID);
    }
}

static void
test_samples_stay_on_this_computer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillRecord) need = whole_need ("Et eksempel");
  SamspillStore *store = samspill_profile_get_store (fixture->profile);
  const char *id = samspill_record_get_id (need);
  g_autoptr (GError) error = NULL;
  g_autofree char *body = NULL;

  samspill_record_set_boolean (need, "sample", TRUE);
  samspill_profile_save (fixture->profile, NULL, need, &error);
  g_assert_no_error (error);
  g_assert_false (samspill_profile_share (fixture->profile, id, &error));
  g_clear_error (&error);
  g_assert_false (samspill_profile_publish (fixture->profile, id, "leder", NULL, &error));
  g_clear_error (&error);
  g_assert_true (
      samspill_store_put_local (store, "", "endpoints", "{\"commons\":{\"url\":\"https://samspill.example\"}}", NULL));
  g_assert_false (samspill_profile_publish (fixture->profile, id, "leder", NULL, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_true (
      samspill_store_put_local (store, "", "endpoints", "{\"commons\":{\"url\":\"http://127.0.0.1:5984\"}}", NULL));
  samspill_profile_publish (fixture->profile, id, "leder", NULL, &error);
  g_assert_no_error (error);
  body = body_in (fixture, "commons", id);
  g_assert_nonnull (strstr (body, "\"sample\":true"));
  g_assert_true (is_in (fixture, "sample", id));
}

static void
test_list_shows_it_once (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = save_whole (fixture, "Hvordan kan vi finne lekkasjer?");
  g_autoptr (SamspillQuery) query = samspill_query_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillResult) all = NULL;
  g_autoptr (SamspillResult) published = NULL;
  g_autoptr (SamspillRow) row = NULL;

  publish (fixture, id);
  fixture_wait_index (fixture->profile);
  query->type = g_strdup ("need");
  all = samspill_index_query (samspill_profile_get_index (fixture->profile), query, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->n_docs, ==, 1);
  row = samspill_index_get_row (samspill_profile_get_index (fixture->profile), all->docs[0], NULL);
  g_assert_cmpstr (row->space, ==, TEAM);
  g_assert_cmpint (samspill_index_count (samspill_profile_get_index (fixture->profile), "need", NULL), ==, 1);
  /* Who asks for the commons sees the publication. */
  query->spaces = g_strsplit ("commons", " ", -1);
  published = samspill_index_query (samspill_profile_get_index (fixture->profile), query, 0, NULL, &error);
  g_assert_cmpuint (published->n_docs, ==, 1);
}

#define add(path, test) g_test_add ("/profile/publish/" path, Fixture, NULL, set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("share-moves-record-and-files", test_share);
  add ("share-of-what-is-there-already", test_share_what_is_there);
  add ("share-of-another-version-keeps-both", test_share_another_version);
  add ("share-of-anothers-record-is-refused", test_share_of_anothers);
  add ("share-while-page-is-open", test_share_while_edited);
  add ("only-what-is-open", test_publish);
  add ("what-stands-in-the-way", test_what_stands_in_the_way);
  add ("preview", test_preview);
  add ("outdated-by-open-fields-only", test_outdated);
  add ("files-that-are-open", test_files);
  add ("withdraw-and-publish-again", test_withdraw);
  add ("withdrawn-against-updated-is-told", test_withdrawn_against_updated);
  add ("trash-of-the-team", test_trash_of_the_team);
  add ("approval-is-asked-for", test_approval_is_asked_for);
  add ("samples-stay-on-this-computer", test_samples_stay_on_this_computer);
  add ("lists-show-the-original-once", test_list_shows_it_once);
  return g_test_run ();
}
