/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#define TEST(path, function)                                                                                           \
  g_test_add (path, SearchFixture, NULL, search_fixture_set_up, function, search_fixture_tear_down)

#define MARK_START "\xEE\x80\x80"
#define MARK_END "\xEE\x80\x81"

static void
assert_finds (SearchFixture *fixture, const char *text, const char *expected)
{
  g_autofree char *found = search_find (fixture, text);

  if (strcmp (found, expected) != 0)
    g_test_message ("text: «%s»", text);
  g_assert_cmpstr (found, ==, expected);
}

static void
put_three (SearchFixture *fixture)
{
  search_put_need (fixture, "need:1", "nb", "Vannlekkasjer i Ålesund", "Vi mister vann fra nettet.");
  search_put_need (fixture, "need:2", "nn", "Korleis få ned sjukefråværet?", "Tilsette på sjukeheimen er borte.");
  search_put_need (fixture, "need:3", "nb", "Snøbrøyting ved skolen",
                   "Brøytebilen kommer etter skolestart, og vannet fryser.");
  search_settle (fixture);
}

/* Following */

static void
test_just_saved_is_found (SearchFixture *fixture, gconstpointer data)
{
  search_put_need (fixture, "need:1", "nb", "Vannlekkasjer", "Vi mister vann");
  assert_finds (fixture, "vannlekkasje", "need:1");
  search_put_need (fixture, "need:2", "nb", "Flere lekkasjer", "");
  assert_finds (fixture, "lekkasje", "need:2");
}

static void
test_edit_replaces (SearchFixture *fixture, gconstpointer data)
{
  g_autofree char *first =
      search_put (fixture, "mine", "need:1", NULL, "{'type':'need','lang':'nb','title':'Gammel sak'}");

  assert_finds (fixture, "gammel", "need:1");
  g_free (search_put (fixture, "mine", "need:1", first, "{'type':'need','lang':'nb','title':'Fersk sak'}"));
  assert_finds (fixture, "gammel", "");
  assert_finds (fixture, "fersk", "need:1");
}

static void
test_deleted_is_gone (SearchFixture *fixture, gconstpointer data)
{
  g_autofree char *rev =
      search_put (fixture, "mine", "need:1", NULL, "{'type':'need','lang':'nb','title':'Brannvern'}");
  g_autoptr (GError) error = NULL;

  assert_finds (fixture, "brannvern", "need:1");
  g_free (samspill_store_delete (fixture->store, "mine", "need:1", rev, &error));
  g_assert_no_error (error);
  assert_finds (fixture, "brannvern", "");
  g_assert_null (samspill_index_get_row_by_id (fixture->index, "mine", "need:1"));
  g_assert_cmpint (samspill_index_count (fixture->index, NULL, NULL), ==, 0);
}

static void
test_trash (SearchFixture *fixture, gconstpointer data)
{
  static const char trashed[] = "{'type':'need','lang':'nb','title':'Brannvern',"
                                "'trashed':{'at':'2026-11-24T10:00:00Z','by':'x'}}";
  g_autoptr (SamspillQuery) query = samspill_query_new ();
  g_autoptr (SamspillResult) result = NULL;
  g_autoptr (SamspillRow) row = NULL;

  g_free (search_put (fixture, "mine", "need:1", NULL, trashed));
  search_put_need (fixture, "need:2", "nb", "Brannbil", "");
  assert_finds (fixture, "brann", "need:2");
  query->trashed = TRUE;
  result = samspill_index_query (fixture->index, query, 0, NULL, NULL);
  g_assert_cmpint (result->total, ==, 1);
  row = samspill_index_get_row (fixture->index, result->docs[0], NULL);
  g_assert_cmpstr (row->id, ==, "need:1");
  g_assert_true (row->trashed);
  g_assert_cmpint (samspill_index_count (fixture->index, "need", NULL), ==, 1);
}

static void
test_dropped_space_is_gone (SearchFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_free (search_put (fixture, "sample", "need:1", NULL, "{'type':'need','lang':'nb','title':'Eksempel'}"));
  search_put_need (fixture, "need:2", "nb", "Eksempel til", "");
  search_settle (fixture);
  g_assert_true (samspill_store_drop_space (fixture->store, "sample", &error));
  g_assert_no_error (error);
  assert_finds (fixture, "eksempel", "need:2");
}

static void
test_body_that_is_no_record (SearchFixture *fixture, gconstpointer data)
{
  g_free (search_put (fixture, "mine", "odd:1", NULL, "{'type':7,'title':['x'],'subjects':'y','tags':{'a':1}}"));
  g_free (search_put (fixture, "mine", "odd:2", NULL, "{}"));
  search_put_need (fixture, "need:1", "nb", "Etterpå", "");
  assert_finds (fixture, "etterpå", "need:1");
}

static gboolean is_updated;

static void
updated_cb (SamspillIndex *index, gpointer data)
{
  is_updated = TRUE;
}

static void
test_updated_is_told (SearchFixture *fixture, gconstpointer data)
{
  is_updated = FALSE;
  g_signal_connect (fixture->index, "updated", G_CALLBACK (updated_cb), NULL);
  search_put_need (fixture, "need:1", "nb", "Noe nytt", "");
  while (!is_updated)
    g_main_context_iteration (NULL, TRUE);
  search_settle (fixture);
  g_assert_cmpint (samspill_index_get_behind (fixture->index), ==, 0);
}

/* Words */

static void
test_three_ways_of_aa (SearchFixture *fixture, gconstpointer data)
{
  static const char *const ways[] = { "ålesund", "aalesund", "alesund", "ÅLESUND", "Ålesunds", "åle", "ale" };

  put_three (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    assert_finds (fixture, ways[i], "need:1");
  assert_finds (fixture, "snobroyting", "need:3");
  assert_finds (fixture, "snøbrøyting", "need:3");
}

static void
test_language_forms (SearchFixture *fixture, gconstpointer data)
{
  put_three (fixture);
  assert_finds (fixture, "sykefravær", "need:2");
  assert_finds (fixture, "sykehjem", "need:2");
  assert_finds (fixture, "sjukeheim", "need:2");
  assert_finds (fixture, "vasslekkasje", "need:1");
  assert_finds (fixture, "skulen", "need:3");
}

static void
test_synonyms_and_themes (SearchFixture *fixture, gconstpointer data)
{
  static const char renovation[] = "{'type':'need','lang':'nb','title':'Halvtomme dunker','subjects':{'los':["
                                   "'ord/renovasjon']}}";

  put_three (fixture);
  g_free (search_put (fixture, "mine", "need:4", NULL, renovation));
  assert_finds (fixture, "renovasjon", "need:4");
  assert_finds (fixture, "emne:renovasjon", "need:4");
  assert_finds (fixture, "emne:avfallshåndtering", "need:4"); /* the theme above it */
  assert_finds (fixture, "søppeltømming", "need:4");          /* a synonym in Los */
}

static void
test_title_before_body (SearchFixture *fixture, gconstpointer data)
{
  search_put_need (fixture, "need:1", "nb", "Noe annet", "Der er det radon i kjelleren.");
  search_put_need (fixture, "need:2", "nb", "Radon i barnehagen", "Målingene er høye.");
  search_put_need (fixture, "need:3", "nb", "Enda noe annet", "Mye radon, radon og radon.");
  assert_finds (fixture, "radon", "need:2 need:3 need:1");
}

static void
test_all_words_else_any (SearchFixture *fixture, gconstpointer data)
{
  put_three (fixture);
  assert_finds (fixture, "vann nett", "need:1");
  assert_finds (fixture, "hvordan kan vi hindre lekkasje av vann", "need:1 need:3");
  assert_finds (fixture, "vann -skolen", "need:1");
  assert_finds (fixture, "-vann", "need:2");
  assert_finds (fixture, "\"vann fra nettet\"", "need:1");
  assert_finds (fixture, "\"nettet vann\"", "");
}

static void
test_filters (SearchFixture *fixture, gconstpointer data)
{
  put_three (fixture);
  g_free (search_put (
      fixture, "mine", "pitch:1", NULL,
      "{'type':'pitch','lang':'nb','owner':'964967636','title':'Lytteutstyr','need':'need:1','status':'new',"
      "'supplier':{'name':'Rørlytt AS'},'tags':['Vann og avløp']}"));
  g_free (search_put (fixture, "commons", "need:5", NULL,
                      "{'type':'need','lang':'nb','owner':'921060440','title':'Skolevei','phase':'clarified'}"));
  assert_finds (fixture, "type:forslag", "pitch:1");
  assert_finds (fixture, "type:behov skole", "need:3 need:5");
  assert_finds (fixture, "fase:avklart", "need:5");
  assert_finds (fixture, "type:behov -fase:avklart skole", "need:3");
  assert_finds (fixture, "#\"vann og avløp\"", "pitch:1");
  assert_finds (fixture, "eier:Rørlytt", "pitch:1");
  assert_finds (fixture, "eier:921060440", "need:5");
  assert_finds (fixture, "rørlytt", "pitch:1");
}

static void
test_bad_input_is_answered (SearchFixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "\"",
                                       "-",
                                       "*",
                                       "\"\"\"",
                                       "(((",
                                       "AND OR NOT",
                                       "\x01\x02",
                                       "\xFF\xFE",
                                       "🚰🚰",
                                       "\xE2\x80\xAE",
                                       "'; DROP TABLE list; --",
                                       "a\"b\"c",
                                       "NEAR(",
                                       "title:",
                                       "%" };
  g_autofree char *long_text = g_strnfill (10 * 1024 * 1024, '"');

  put_three (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (search_find (fixture, texts[i]));
  g_free (search_find (fixture, long_text));
  memset (long_text, 'v', 10 * 1024 * 1024);
  assert_finds (fixture, long_text, "");
  assert_finds (fixture, "vannlekkasje", "need:1");
}

/* Lists */

static void
test_orders_and_limit (SearchFixture *fixture, gconstpointer data)
{
  static const char *const titles[][3] = { { "need:1", "Østre bydel", "2026-01-03T00:00:00Z" },
                                           { "need:2", "Zoo", "2026-01-01T00:00:00Z" },
                                           { "need:3", "Ålgård", "2026-01-04T00:00:00Z" },
                                           { "need:4", "Alta", "2026-01-02T00:00:00Z" } };
  g_autoptr (SamspillQuery) query = samspill_query_new ();
  g_autoptr (SamspillResult) by_time = NULL;
  g_autoptr (SamspillResult) by_title = NULL;
  static const char *const expected[] = { "need:4", "need:2", "need:1" };

  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      g_autofree char *json = g_strdup_printf (
          "{'type':'need','lang':'nb','title':'%s','changed':{'at':'%s','by':'x'}}", titles[i][1], titles[i][2]);

      g_free (search_put (fixture, "mine", titles[i][0], NULL, json));
    }
  assert_finds (fixture, "", "need:3 need:1 need:4 need:2");
  query->order = SAMSPILL_ORDER_TITLE;
  by_title = samspill_index_query (fixture->index, query, 3, NULL, NULL);
  g_assert_cmpint (by_title->total, ==, 4);
  g_assert_cmpint (by_title->n_docs, ==, 3);
  for (guint i = 0; i < by_title->n_docs; i++)
    {
      g_autoptr (SamspillRow) row = samspill_index_get_row (fixture->index, by_title->docs[i], NULL);

      g_assert_cmpstr (row->id, ==, expected[i]);
    }
}

static void
test_places (SearchFixture *fixture, gconstpointer data)
{
  static const char *const spaces[] = { "team-964967636", NULL };
  g_autoptr (SamspillQuery) query = samspill_query_new ();
  g_autoptr (SamspillResult) result = NULL;

  put_three (fixture);
  g_free (search_put (fixture, "team-964967636", "need:4", NULL,
                      "{'type':'need','lang':'nb','owner':'964967636','title':'A'}"));
  g_free (search_put (fixture, "team-964967636", "pitch:5", NULL,
                      "{'type':'pitch','lang':'nb','owner':'964967636','title':'B','need':'need:4'}"));
  search_settle (fixture);
  query->spaces = g_strdupv ((char **)spaces);
  query->type = g_strdup ("need");
  result = samspill_index_query (fixture->index, query, 0, NULL, NULL);
  g_assert_cmpint (result->total, ==, 1);
  g_assert_cmpint (samspill_index_count (fixture->index, NULL, spaces), ==, 2);
  g_assert_cmpint (samspill_index_count (fixture->index, "need", NULL), ==, 4);

  g_clear_pointer (&result, samspill_result_free);
  g_clear_pointer (&query, samspill_query_free);
  query = samspill_query_new ();
  query->refers_to = g_strdup ("need:4");
  result = samspill_index_query (fixture->index, query, 0, NULL, NULL);
  g_assert_cmpint (result->total, ==, 1);
}

static void
test_row (SearchFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillQuery) query = samspill_query_new ();
  g_autoptr (SamspillRow) row = NULL;
  g_autoptr (SamspillRow) with_snippet = NULL;

  g_free (search_put (
      fixture, "mine", "case:1", NULL,
      "{'type':'case','lang':'nn','title':'Lytteutstyr','buyers':[{'name':'Stord'},{'name':'Bømlo'}],"
      "'outcome':{'status':'in-use'},'subjects':{'los':['ord/renovasjon','tema/avfallshandtering']},"
      "'problem':'Kommunen mistar vatn. Lekkasjane\\nkjem om natta.','changed':{'at':'2026-01-03T00:00:00Z',"
      "'by':'x'}}"));
  search_settle (fixture);
  row = samspill_index_get_row_by_id (fixture->index, "mine", "case:1");
  g_clear_pointer (&row, samspill_row_free);
  row = samspill_index_get_row_by_id (fixture->index, NULL, "case:1");
  g_assert_cmpstr (row->type, ==, "case");
  g_assert_cmpstr (row->lang, ==, "nn");
  g_assert_cmpstr (row->title, ==, "Lytteutstyr");
  g_assert_cmpstr (row->owner, ==, "");
  g_assert_cmpstr (row->owner_name, ==, "Stord");
  g_assert_cmpstr (row->outcome, ==, "in-use");
  g_assert_cmpstr (row->subject, ==, "tema/avfallshandtering");
  g_assert_cmpstr (row->subject_label, !=, "");
  g_assert_cmpint (row->changed_us, ==, G_GINT64_CONSTANT (1767398400) * G_USEC_PER_SEC);
  g_assert_cmpint (row->leaves, ==, 1);
  g_assert_false (row->has_working_copy);
  g_assert_null (row->snippet);

  query->text = g_strdup ("lekkasje");
  with_snippet = samspill_index_get_row (fixture->index, row->doc, query);
  g_assert_cmpstr (with_snippet->snippet, ==,
                   "Kommunen mistar vatn. " MARK_START "Lekkasjane" MARK_END " kjem om natta.");
  g_assert_null (samspill_index_get_row (fixture->index, 4711, NULL));
}

static void
test_working_copy_shows (SearchFixture *fixture, gconstpointer data)
{
  static const char body[] = "{\"type\":\"need\",\"lang\":\"nb\",\"title\":\"Underveis\"}";
  g_autofree char *rev = search_put (fixture, "mine", "need:1", NULL, "{'type':'need','lang':'nb','title':'Lagret'}");
  g_autoptr (GBytes) bytes = g_bytes_new_static (body, strlen (body));
  g_autoptr (SamspillRow) row = NULL;
  g_autoptr (GError) error = NULL;

  search_settle (fixture);
  samspill_store_write_working_copy (fixture->store, "mine", "need:1", rev, bytes, &error);
  g_assert_no_error (error);
  row = samspill_index_get_row_by_id (fixture->index, "mine", "need:1");
  g_assert_true (row->has_working_copy);
  g_assert_cmpstr (row->title, ==, "Underveis");
}

/* The file */

static void
test_opened_again_goes_on (SearchFixture *fixture, gconstpointer data)
{
  gint64 seq;

  put_three (fixture);
  seq = samspill_index_get_seq (fixture->index);
  search_close_index (fixture);
  search_put_need (fixture, "need:4", "nb", "Mens den var lukket", "");
  fixture->index = samspill_index_open (fixture->store, fixture->index_path, NULL);
  g_assert_cmpint (samspill_index_get_seq (fixture->index), ==, seq);
  samspill_index_start (fixture->index);
  assert_finds (fixture, "lukket", "need:4");
  assert_finds (fixture, "vannlekkasje", "need:1");
}

/* Waits until the follower is in the middle of a batch, or is through. */
static void
wait_for_batch (SearchFixture *fixture)
{
  sqlite3 *db = NULL;
  int code = SQLITE_OK;

  g_assert_cmpint (sqlite3_open (fixture->index_path, &db), ==, SQLITE_OK);
  while (code == SQLITE_OK && samspill_index_get_behind (fixture->index) > 0)
    {
      code = sqlite3_exec (db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
      if (code == SQLITE_OK)
        sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
      g_thread_yield ();
    }
  sqlite3_close (db);
}

/* Whoever closes the program does not wait for a whole batch; what was written of it stays, and the rest comes later.
 */
static void
test_stopped_in_a_batch (SearchFixture *fixture, gconstpointer data)
{
  search_close_index (fixture);
  g_assert_true (samspill_store_begin (fixture->store, NULL));
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *id = g_strdup_printf ("need:%u", i);
      g_autofree char *title = g_strdup_printf ("Nummer n%04u", i);

      search_put_need (fixture, id, "nb", title, "Vi mister vann");
    }
  g_assert_true (samspill_store_commit (fixture->store, NULL));
  for (guint i = 0; i < 2; i++)
    {
      search_open_index (fixture);
      wait_for_batch (fixture);
      search_close_index (fixture);
    }
  search_open_index (fixture);
  search_settle (fixture);
  for (guint i = 0; i < 3000; i += 37)
    {
      g_autofree char *text = g_strdup_printf ("n%04u", i);
      g_autofree char *id = g_strdup_printf ("need:%u", i);

      assert_finds (fixture, text, id);
    }
}

static void
test_rebuild (SearchFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  put_three (fixture);
  g_assert_true (samspill_index_rebuild (fixture->index, &error));
  g_assert_no_error (error);
  search_settle (fixture);
  assert_finds (fixture, "vannlekkasje", "need:1");
  g_assert_cmpint (samspill_index_count (fixture->index, NULL, NULL), ==, 3);
}

/* Writes over a piece of the closed file, or cuts it there. */
static void
damage_file (SearchFixture *fixture, gsize offset, gboolean is_cut)
{
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (fixture->index_path, &content, &length, NULL));
  offset = MIN (offset, length);
  if (is_cut)
    length = offset;
  else
    memset (content + offset, 0xA5, MIN (length - offset, 4096));
  g_assert_true (g_file_set_contents (fixture->index_path, content, (gssize)length, NULL));
}

static void
ask_without_error (SearchFixture *fixture, const char *text)
{
  g_autoptr (SamspillQuery) query = samspill_query_new ();
  g_autoptr (SamspillResult) result = NULL;
  g_autoptr (GError) error = NULL;

  query->text = g_strdup (text);
  result = samspill_index_query (fixture->index, query, 0, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < result->n_docs; i++)
    samspill_row_free (samspill_index_get_row (fixture->index, result->docs[i], query));
}

static void
test_torn_file (SearchFixture *fixture, gconstpointer data)
{
  put_three (fixture);
  for (gsize offset = 0; offset < 100 * 1024; offset += 4096)
    for (guint is_cut = 0; is_cut < 2; is_cut++)
      {
        search_close_index (fixture);
        damage_file (fixture, offset, is_cut);
        search_open_index (fixture);
        search_settle (fixture);
        /* A page that nobody reads at opening shows later; then the file is made anew. */
        ask_without_error (fixture, "vannlekkasje");
        ask_without_error (fixture, "v");
        ask_without_error (fixture, "");
      }
  samspill_index_rebuild (fixture->index, NULL);
  search_settle (fixture);
  assert_finds (fixture, "vannlekkasje", "need:1");
}

static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_files_that_are_not_ours (SearchFixture *fixture, gconstpointer data)
{
  static const char *const changes[] = {
    "PRAGMA user_version = 1",            /* older */
    "PRAGMA user_version = 999999",       /* newer */
    "PRAGMA application_id = 1",          /* foreign */
    "UPDATE state SET store = 'another'", /* of another profile */
    "UPDATE state SET epoch = epoch + 1", /* from before a restore */
    "UPDATE state SET seq = 1000000",     /* ahead of the store */
    "DROP TABLE list",                    /* half */
    "DELETE FROM state",
  };

  put_three (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      search_close_index (fixture);
      run_sql (fixture->index_path, changes[i]);
      search_open_index (fixture);
      search_settle (fixture);
      assert_finds (fixture, "vannlekkasje", "need:1");
      g_assert_cmpint (samspill_index_count (fixture->index, NULL, NULL), ==, 3);
    }
  search_close_index (fixture);
  g_assert_true (g_file_set_contents (fixture->index_path, "Dette er ingen database.\n", -1, NULL));
  search_open_index (fixture);
  search_settle (fixture);
  assert_finds (fixture, "vannlekkasje", "need:1");
}

static void
test_deleted_under_way (SearchFixture *fixture, gconstpointer data)
{
  put_three (fixture);
  g_unlink (fixture->index_path);
  search_put_need (fixture, "need:4", "nb", "Etter at filen ble slettet", "");
  search_settle (fixture);
  ask_without_error (fixture, "slettet"); /* a new connection finds that the file is gone */
  search_settle (fixture);
  assert_finds (fixture, "slettet", "need:4");
}

static void
test_folder_that_cannot_be_written (SearchFixture *fixture, gconstpointer data)
{
  g_autofree char *file = g_build_filename (fixture->folder, "file", NULL);
  g_autofree char *below = g_build_filename (file, "index.db", NULL);

  put_three (fixture);
  search_close_index (fixture);
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_set_str (&fixture->index_path, below);
  search_open_index (fixture);
  search_settle (fixture);
  assert_finds (fixture, "vannlekkasje", "need:1");
}

static void
test_two_programs (SearchFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillIndex) other = samspill_index_open (fixture->store, fixture->index_path, NULL);
  g_autoptr (SamspillQuery) query = samspill_query_new ();
  g_autoptr (SamspillResult) result = NULL;

  samspill_index_start (other);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *id = g_strdup_printf ("need:%u", i);

      search_put_need (fixture, id, "nb", "Felles sak", "To programmer følger med.");
    }
  g_assert_true (samspill_index_wait (other, samspill_store_get_last_seq (fixture->store), -1));
  search_settle (fixture);
  query->text = g_strdup ("felles");
  result = samspill_index_query (other, query, 0, NULL, NULL);
  g_assert_cmpint (result->total, ==, 200);
  g_assert_cmpint (samspill_index_count (fixture->index, NULL, NULL), ==, 200);
  samspill_index_stop (other);
}

static void
test_restored_store (SearchFixture *fixture, gconstpointer data)
{
  g_autofree char *backup = g_build_filename (fixture->folder, "backup", NULL);
  g_autoptr (GError) error = NULL;

  put_three (fixture);
  g_assert_true (samspill_store_backup (fixture->store, backup, NULL, &error));
  g_assert_no_error (error);
  search_put_need (fixture, "need:4", "nb", "Etter sikkerhetskopien", "");
  assert_finds (fixture, "sikkerhetskopien", "need:4");
  g_assert_true (samspill_store_restore (fixture->store, backup, NULL, &error));
  g_assert_no_error (error);
  search_settle (fixture);
  assert_finds (fixture, "sikkerhetskopien", "");
  assert_finds (fixture, "vannlekkasje", "need:1");
}

/* Cancelling */

static void
test_cancelled (SearchFixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (SamspillQuery) query = samspill_query_new ();
  g_autoptr (GError) error = NULL;

  put_three (fixture);
  g_cancellable_cancel (cancellable);
  query->text = g_strdup ("vann");
  g_assert_null (samspill_index_query (fixture->index, query, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_finds (fixture, "vannlekkasje", "need:1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/search/index/just-saved-is-found", test_just_saved_is_found);
  TEST ("/search/index/edit-replaces", test_edit_replaces);
  TEST ("/search/index/deleted-is-gone", test_deleted_is_gone);
  TEST ("/search/index/trash", test_trash);
  TEST ("/search/index/dropped-space-is-gone", test_dropped_space_is_gone);
  TEST ("/search/index/body-that-is-no-record", test_body_that_is_no_record);
  TEST ("/search/index/updated-is-told", test_updated_is_told);
  TEST ("/search/words/three-ways-of-å", test_three_ways_of_aa);
  TEST ("/search/words/language-forms", test_language_forms);
  TEST ("/search/words/synonyms-and-themes", test_synonyms_and_themes);
  TEST ("/search/words/title-before-body", test_title_before_body);
  TEST ("/search/words/all-else-any", test_all_words_else_any);
  TEST ("/search/words/filters", test_filters);
  TEST ("/search/words/bad-input-is-answered", test_bad_input_is_answered);
  TEST ("/search/list/orders-and-limit", test_orders_and_limit);
  TEST ("/search/list/places", test_places);
  TEST ("/search/list/row", test_row);
  TEST ("/search/list/working-copy-shows", test_working_copy_shows);
  TEST ("/search/file/opened-again-goes-on", test_opened_again_goes_on);
  TEST ("/search/file/stopped-in-a-batch", test_stopped_in_a_batch);
  TEST ("/search/file/rebuild", test_rebuild);
  TEST ("/search/file/torn", test_torn_file);
  TEST ("/search/file/not-ours", test_files_that_are_not_ours);
  TEST ("/search/file/deleted-under-way", test_deleted_under_way);
  TEST ("/search/file/folder-that-cannot-be-written", test_folder_that_cannot_be_written);
  TEST ("/search/file/two-programs", test_two_programs);
  TEST ("/search/file/store-was-restored", test_restored_store);
  TEST ("/search/cancel/before", test_cancelled);
  return g_test_run ();
}
