/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-lexicon-private.h"
#include "samspill-names-private.h"
#include "samspill-mark-private.h"
#include "samspill-text-private.h"
#include "samspill-tokenizer-private.h"

#include <string.h>

typedef struct
{
  const char *in;
  const char *out;
} Row;

static void
test_fold (void)
{
  static const Row rows[] = {
    { "Vannlekkasjer i BÆRUM", "vannlekkasjer i bærum" },
    { "Ålesund AALESUND aalesund", "ålesund ålesund ålesund" },
    { "A\xCC\x8Alesund", "ålesund" }, /* NFD */
    { "a\xCC\x88ra o\xCC\x88l e\xCC\x81n", "æra øl en" },
    { "Kárášjohka Čáhput Deatnu Ŋuorra Ŧ Đ", "karasjohka cahput deatnu nuorra t d" },
    { "Malmö Växjö", "malmø væxjø" },
    { "kafé Sør-Trøndelag vann/avløp", "kafe sør trøndelag vann avløp" },
    { "38 % 4,2 CO2", "38 4 2 co2" },
    { "Stra\u00DFe", "strasse" },
    { "vann\u00ADlekkasje", "vannlekkasje" }, /* soft hyphen */
    { "", "" },
    { "!? … «» 🚰", "" },
    { "a\xFF"
      "b \xC3",
      "a b" }, /* broken UTF-8 */
    { "שלום مياه", "שלום مياه" },
    { "\x01vann\x02", "vann" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *folded = samspill_text_fold (rows[i].in, -1);

      g_assert_cmpstr (folded, ==, rows[i].out);
    }
}

static void
test_fold_long_word (void)
{
  g_autofree char *word = g_strnfill (10 * 1024 * 1024, 'b');
  g_autofree char *folded = samspill_text_fold (word, -1);

  g_assert_cmpint (strlen (folded), ==, SAMSPILL_WORD_MAX_BYTES);
}

static void
test_stem (void)
{
  static const char *const same[][4] = {
    { "vannlekkasje", "vannlekkasjer", "vannlekkasjene", "vannlekkasjen" },
    { "kommune", "kommuner", "kommunene", "kommunane" },
    { "sykehjem", "sykehjemmet", "sykehjemmene", "sykehjemmets" },
    { "trygghetsalarm", "trygghetsalarmen", "trygghetsalarmer", "trygghetsalarmane" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autofree char *stem = g_strdup (samspill_word_stem (same[i][0]));

      for (gsize j = 1; j < G_N_ELEMENTS (same[i]) && same[i][j] != NULL; j++)
        g_assert_cmpstr (samspill_word_stem (same[i][j]), ==, stem);
    }
  g_assert_cmpstr (samspill_word_stem ("co2er"), ==, "co2er");
}

static void
test_plain (void)
{
  char plain[2 * SAMSPILL_WORD_MAX_BYTES];

  g_assert_true (samspill_word_plain ("ålesund", plain));
  g_assert_cmpstr (plain, ==, "alesund");
  g_assert_true (samspill_word_plain ("bærekraftsmål", plain));
  g_assert_cmpstr (plain, ==, "baerekraftsmal");
  g_assert_true (samspill_word_plain ("brøyting", plain));
  g_assert_cmpstr (plain, ==, "broyting");
  g_assert_false (samspill_word_plain ("vann", plain));
}

static void
test_keys_meet (void)
{
  static const char *const pairs[][2] = {
    { "vannlekkasje", "vasslekkasjar" },
    { "sykehjemmene", "sjukeheimane" },
    { "hjemmesykepleien", "heimesjukepleia" },
    { "brukere", "brukarane" },
    { "drikkevannet", "drikkevatnet" },
    { "byggesøknader", "byggjesøknadene" },
    { "hjemmeboende", "heimebuande" },
    { "ensomhet", "einsemd" },
    { "løsningen", "løysinga" },
    { "trygghetsalarmer", "tryggleiksalarmar" },
    { "strøm", "straum" },
    { "utslippsfri", "utsleppsfri" },
    { "skolebygg", "skulebygg" },
    { "kommunale boliger", "kommunale bustader" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autofree char *one = samspill_lexicon_dup_key (pairs[i][0]);
      g_autofree char *other = samspill_lexicon_dup_key (pairs[i][1]);

      g_assert_cmpstr (one, ==, other);
    }
}

static void
test_keys_of_function_words (void)
{
  /* "demens" is stemmed to "dem", and must not meet the pronoun. */
  g_autofree char *pronoun = samspill_lexicon_dup_key ("dem");
  g_autofree char *illness = samspill_lexicon_dup_key ("demens");

  g_assert_cmpstr (pronoun, !=, illness);
  g_assert_true (samspill_lexicon_is_common (pronoun));
  g_assert_false (samspill_lexicon_is_common (illness));
}

static void
test_user_groups (void)
{
  static const Row rows[] = {
    { "Mange hjemmeboende eldre sitter alene", "home-dwelling-elderly" },
    { "Dei heimebuande eldre får hjelp", "home-dwelling-elderly" },
    { "Personer med demens går ut om natten", "dementia" },
    { "Elevene på skolen", "pupils" },
    { "Hva skal vi gjøre med dem?", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) words = samspill_text_words (rows[i].in, -1);
      g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GArray) found = NULL;

      for (guint j = 0; j < words->len; j++)
        g_ptr_array_add (keys, samspill_lexicon_dup_key (g_ptr_array_index (words, j)));
      found = samspill_names_find_user_groups (keys);
      if (rows[i].out == NULL)
        g_assert_cmpint (found->len, ==, 0);
      else
        {
          const SamspillUserGroup *group = g_array_index (found, SamspillFinding, 0).what;

          g_assert_cmpstr (group->id, ==, rows[i].out);
        }
    }
}

static void
test_sort_key (void)
{
  static const char *const in_order[] = { "",   "9 hus", "10 hus", "Alta",  "Bærum",
                                          "Bø", "Zoo",   "Ærlig",  "Østre", "Ålesund" };

  for (gsize i = 0; i + 1 < G_N_ELEMENTS (in_order); i++)
    {
      g_autofree char *one = samspill_text_sort_key (in_order[i]);
      g_autofree char *next = samspill_text_sort_key (in_order[i + 1]);

      g_assert_cmpint (strcmp (one, next), <, 0);
    }
}

/* The tokenizer in SQLite */

static sqlite3 *
open_table (void)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
  g_assert_true (samspill_tokenizer_register (db));
  g_assert_cmpint (
      sqlite3_exec (db, "CREATE VIRTUAL TABLE t USING fts5 (x, tokenize='samspill', prefix='1 2 3')", NULL, NULL, NULL),
      ==, SQLITE_OK);
  return db;
}

static int
count_hits (sqlite3 *db, const char *match)
{
  sqlite3_stmt *statement = NULL;
  int n;

  g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT count(*) FROM t WHERE t MATCH ?1", -1, &statement, NULL), ==,
                   SQLITE_OK);
  sqlite3_bind_text (statement, 1, match, -1, SQLITE_STATIC);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  n = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  return n;
}

static void
test_tokenizer (void)
{
  static const struct
  {
    const char *match;
    int n;
  } rows[] = {
    { "\"ålesund\"", 1 },   { "\"aalesund\"", 1 },     { "\"alesund\"", 1 },    { "\"Ålesund\"", 1 },
    { "\"lekkasje\"", 1 },  { "\"lekkasjen\"", 1 },    { "\"lekkasjene\"", 1 }, { "\"vann\"", 0 },
    { "\"vannle\" *", 1 },  { "\"ale\" *", 1 },        { "\"åle\" *", 1 },      { "\"lekkasjene\" *", 0 },
    { "\"brøyting\"", 1 },  { "\"broyting\"", 1 },     { "\"broyte\"", 0 },     { "\"lekkasjene i Ålesund\"", 1 },
    { "\"Ålesund i\"", 0 }, { "\"vannleidning\"", 1 },
  };
  sqlite3 *db = open_table ();

  g_assert_cmpint (
      sqlite3_exec (db, "INSERT INTO t VALUES ('Lekkasjer i Ålesund: vannleidningar og brøyting')", NULL, NULL, NULL),
      ==, SQLITE_OK);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (count_hits (db, rows[i].match) != rows[i].n)
        g_test_message ("match: %s", rows[i].match);
      g_assert_cmpint (count_hits (db, rows[i].match), ==, rows[i].n);
    }
  sqlite3_close (db);
}

/* Marks */

static void
test_marks (void)
{
  static const struct
  {
    const char *query, *text, *marked;
  } rows[] = {
    { "lekkasje", "Lekkasjene er skjulte.", "[Lekkasjene] er skjulte." },
    { "lekk", "Lekkasjene og lekkasje", "[Lekkasjene] og [lekkasje]" },
    { "alesund", "Vi bor i Ålesund", "Vi bor i [Ålesund]" },
    { "ålesund", "Aalesund", "[Aalesund]" },
    { "vannlekkasje", "Vasslekkasjar", "[Vasslekkasjar]" },
    { "\"rent vann\"", "Vann og rent vann", "Vann og [rent] [vann]" },
    { "-vann rør", "Vann i rør", "Vann i [rør]" },
    { "type:behov", "behov", "behov" },
    { "hvordan kan vi måle", "Hvordan kan vi måle?", "Hvordan kan vi [måle]?" },
    { "", "tekst", "tekst" },
    { "vann", "\xEE\x80\x80vann\xEE\x80\x81 <b>", "[vann] <b>" },
    { "vann", "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *marked = samspill_mark_dup_text (rows[i].query, rows[i].text);
      g_autoptr (GString) shown = g_string_new (marked);

      g_string_replace (shown, SAMSPILL_MARK_START, "[", 0);
      g_string_replace (shown, SAMSPILL_MARK_END, "]", 0);
      g_assert_cmpstr (shown->str, ==, rows[i].marked);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/search/text/fold", test_fold);
  g_test_add_func ("/search/text/word-without-end-is-cut", test_fold_long_word);
  g_test_add_func ("/search/text/stem", test_stem);
  g_test_add_func ("/search/text/typed-without-æøå", test_plain);
  g_test_add_func ("/search/text/norwegian-order", test_sort_key);
  g_test_add_func ("/search/lexicon/language-forms-meet", test_keys_meet);
  g_test_add_func ("/search/lexicon/function-words-meet-nothing", test_keys_of_function_words);
  g_test_add_func ("/search/lexicon/user-groups", test_user_groups);
  g_test_add_func ("/search/tokenizer/finds", test_tokenizer);
  g_test_add_func ("/search/mark/hits", test_marks);
  return g_test_run ();
}
