/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-query-private.h"
#include "samspill-tokenizer-private.h"

#include <locale.h>
#include <string.h>

/* A query as one line: +term (* being typed), -term, kind=value. */
static char *
describe (const char *text)
{
  static const char *const kinds[] = { "type", "phase", "owner", "owner-name", "subject", "tag" };
  g_autoptr (SamspillParsedQuery) parsed = samspill_parsed_query_new (text);
  const GPtrArray *lists[] = { parsed->terms, parsed->without };
  GString *line = g_string_new (NULL);

  for (guint l = 0; l < G_N_ELEMENTS (lists); l++)
    for (guint i = 0; i < lists[l]->len; i++)
      {
        const SamspillTerm *term = g_ptr_array_index (lists[l], i);

        g_string_append (line, l == 0 ? " +" : " -");
        for (guint j = 0; j < term->words->len; j++)
          g_string_append_printf (line, j > 0 ? "_%s" : "%s", (const char *)g_ptr_array_index (term->words, j));
        g_string_append (line, term->is_prefix ? "*" : "");
      }
  for (guint i = 0; i < parsed->filters->len; i++)
    {
      const SamspillFilter *filter = g_ptr_array_index (parsed->filters, i);

      g_string_append_printf (line, " %s%s=%s", filter->is_negated ? "!" : "", kinds[filter->kind], filter->value);
    }
  if (line->len > 0)
    g_string_erase (line, 0, 1);
  return g_string_free (line, FALSE);
}

static void
test_meaning (void)
{
  static const char *const rows[][2] = {
    { "vann", "+vann*" },
    { "Vannlekkasjer i Bærum", "+vannlekkasjer +bærum*" },
    { "vann ", "+vann" },
    { "\"rent vann\" rør", "+rent_vann +rør*" },
    { "«rent vann»", "+rent_vann" },
    { "„rent vann“", "+rent_vann" },
    { "vann -kloakk", "+vann -kloakk" },
    { "vann -\"rent vann\"", "+vann -rent_vann" },
    { "vann-rør", "+vann +rør*" },
    { "vann - rør", "+vann +rør*" },
    { "type:behov vann", "+vann* type=need" },
    { "type:forslag", "type=pitch" },
    { "Type:Erfaringar", "type=case" },
    { "-type:behov", "!type=need" },
    { "fase:avklara", "phase=clarified" },
    { "fase:\"i bruk\"", "phase=in-use" },
    { "fase:pilo", "phase=piloting" },
    { "phase:stopped", "phase=stopped" },
    { "eier:Kinn", "owner-name=kinn" },
    { "eigar:\"Stad kommune\"", "owner-name=stad kommune" },
    { "eier:964967636", "owner=964967636" },
    { "eier:\"964 967 636\"", "owner=964967636" },
    { "#klima #\"rent vann\"", "tag=klima tag=rent vann" },
    { "stikkord:Klima", "tag=klima" },
    { "emne:renovasjon", "subject=ord/renovasjon" },
    { "tema:sjukeheim", "subject=ord/sykehjem" },
    { "fase:", "" },
    { "#", "" },
    { "-", "" },
    { "fase:tull", "+fase +tull*" },
    { "kl:10", "+kl +10*" },
    { "http://eksempel.no", "+http +eksempel" },
    { "hvordan kan vi hindre lekkasje", "+hindre +lekkasje*" },
    { "korleis", "+korleis*" },
    { "i", "+i*" },
    { NULL, "" },
    { "", "" },
    { "   \t\n", "" },
    { "\"", "" },
    { "\"\"\"", "" },
    { "\"vann", "+vann" },
    { "vann\"", "+vann" },
    { "(vann) OR [rør] AND NOT *", "+vann +or +rør" },
    { "NEAR(vann rør)", "+near +vann +rør*" },
    { "title:vann ^x {a}:b", "+title +vann +x +b*" },
    { "'; DROP TABLE ft; --", "+drop +table +ft" },
    { "🚰", "" },
    { "🚰 vann", "+vann*" },
    { "\xE2\x80\xAEvann\xE2\x80\xAC", "+vann*" },
    { "מים", "+מים*" },
    { "vann\x01rør", "+vann +rør*" },
    { "vann\xFF", "+vann*" },
    { "\xFF\xFE", "" },
    { "-----", "" },
    { "::::", "" },
    { "####", "" },
    { "* ? % _ \\", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *meaning = describe (rows[i][0]);

      if (strcmp (meaning, rows[i][1]) != 0)
        g_test_message ("text: «%s»", rows[i][0]);
      g_assert_cmpstr (meaning, ==, rows[i][1]);
    }
}

/* Whatever is typed, FTS5 takes what comes of it. */
static void
assert_is_accepted (sqlite3 *db, const char *text)
{
  g_autoptr (SamspillParsedQuery) parsed = samspill_parsed_query_new (text);
  g_autofree char *all = samspill_parsed_query_dup_match_all (parsed);
  g_autofree char *any = samspill_parsed_query_dup_match_any (parsed);
  g_autofree char *without = samspill_parsed_query_dup_match_without (parsed);
  const char *const matches[] = { all, any, without };

  for (gsize i = 0; i < G_N_ELEMENTS (matches); i++)
    {
      sqlite3_stmt *statement = NULL;

      if (matches[i] == NULL)
        continue;
      g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT count(*) FROM t WHERE t MATCH ?1", -1, &statement, NULL), ==,
                       SQLITE_OK);
      sqlite3_bind_text (statement, 1, matches[i], -1, SQLITE_STATIC);
      g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
      sqlite3_finalize (statement);
    }
}

static sqlite3 *
open_table (void)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
  g_assert_true (samspill_tokenizer_register (db));
  g_assert_cmpint (sqlite3_exec (db, "CREATE VIRTUAL TABLE t USING fts5 (x, tokenize='samspill')", NULL, NULL, NULL),
                   ==, SQLITE_OK);
  return db;
}

static void
test_never_an_error (void)
{
  static const char pieces[] = "a\"-:#*()^{}+|&!'\\ \xC3\xA5\xFF\x01NEARANDORNOT«»";
  sqlite3 *db = open_table ();
  g_autoptr (GRand) random = g_rand_new_with_seed (20261124);

  for (guint i = 0; i < 5000; i++)
    {
      char text[64];
      const guint length = (guint)g_rand_int_range (random, 0, sizeof text - 1);

      for (guint j = 0; j < length; j++)
        text[j] = pieces[g_rand_int_range (random, 0, sizeof pieces - 1)];
      text[length] = '\0';
      assert_is_accepted (db, text);
    }
  sqlite3_close (db);
}

static void
test_ten_megabytes (void)
{
  static const char *const units[] = { "vann ", "\"", "a", "type:behov ", "-x ", "æ", "\xFF", "# ", "🚰" };
  sqlite3 *db = open_table ();

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      GString *text = g_string_new (NULL);

      while (text->len < 10 * 1024 * 1024)
        g_string_append (text, units[i]);
      assert_is_accepted (db, text->str);
      g_string_free (text, TRUE);
    }
  sqlite3_close (db);
}

static gboolean
has_alternative (const char *text, const char *alternative)
{
  g_autoptr (SamspillParsedQuery) parsed = samspill_parsed_query_new (text);
  const SamspillTerm *term = g_ptr_array_index (parsed->terms, 0);

  return g_ptr_array_find_with_equal_func (term->alternatives, alternative, g_str_equal, NULL);
}

static void
test_alternatives (void)
{
  /* Nynorsk and Bokmål, both ways; Los synonyms; an own phrase each. */
  g_assert_true (has_alternative ("trygghet", "tryggleik"));
  g_assert_true (has_alternative ("sjukeheim", "sykehjem"));
  g_assert_true (has_alternative ("vannlekkasje", "vasslekkasje"));
  g_assert_true (has_alternative ("vasslekkasje", "vannlekkasje"));
  g_assert_true (has_alternative ("småbåthavn", "båtplass"));
  g_assert_true (has_alternative ("ålesund", "alesund"));
  g_assert_false (has_alternative ("får", "far"));
  g_assert_false (has_alternative ("\"sjukeheim\"", "sykehjem"));
}

static void
test_chips (void)
{
  g_autoptr (SamspillQuery) query = samspill_query_new ();
  g_auto (GStrv) chips = NULL;
  g_autofree char *rest = NULL;

  query->text = g_strdup ("vann fase:avklart #Klima eier:Kinn");
  chips = samspill_query_dup_chips (query);
  g_assert_cmpint (g_strv_length (chips), ==, 6);
  g_assert_cmpstr (chips[0], ==, "fase:avklart");
  g_assert_cmpstr (chips[1], ==, "Phase: Clarified");
  g_assert_cmpstr (chips[2], ==, "#Klima");
  g_assert_cmpstr (chips[3], ==, "#Klima");
  g_assert_cmpstr (chips[4], ==, "eier:Kinn");
  g_assert_cmpstr (chips[5], ==, "Owner: Kinn");
  rest = samspill_query_dup_text_without_chip (query, 0);
  g_assert_cmpstr (rest, ==, "vann  #Klima eier:Kinn");
}

static void
test_chips_of_broken_text (void)
{
  g_autoptr (SamspillQuery) query = samspill_query_new ();
  g_auto (GStrv) chips = NULL;
  g_autofree char *rest = NULL;

  query->text = g_strdup ("\xFF\xFF\xFF fase:avklart");
  chips = samspill_query_dup_chips (query);
  g_assert_cmpint (g_strv_length (chips), ==, 2);
  rest = samspill_query_dup_text_without_chip (query, 0);
  g_assert_nonnull (rest);
  g_free (samspill_query_dup_text_without_chip (query, 7));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search/query/meaning", test_meaning);
  g_test_add_func ("/search/query/never-an-error", test_never_an_error);
  g_test_add_func ("/search/query/ten-megabytes", test_ten_megabytes);
  g_test_add_func ("/search/query/alternatives", test_alternatives);
  g_test_add_func ("/search/query/chips", test_chips);
  g_test_add_func ("/search/query/chips-of-broken-text", test_chips_of_broken_text);
  return g_test_run ();
}
