/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-need-text-private.h"
#include "samspill-vocabulary.h"
#include "samspill-words.h"

typedef struct
{
  guint rows;
  guint columns;
} Counts;

static void
count_row (const char *const *cells, gpointer data)
{
  Counts *counts = data;

  counts->rows++;
  g_assert_cmpuint (g_strv_length ((char **)cells), ==, counts->columns);
  for (gsize i = 0; cells[i] != NULL; i++)
    g_assert_true (g_utf8_validate (cells[i], -1, NULL));
}

static void
test_rows (void)
{
  static const struct
  {
    const char *name;
    guint columns, rows;
  } files[] = {
    { "municipalities.csv", 9, 357 },
    { "municipality-facts.csv", 9, 357 },
    { "los.csv", 9, 526 },
    { "los-synonyms.csv", 4, 2862 },
    { "cpv.csv", 4, 9454 },
    { "need-check-words.csv", 5, 371 },
    { "nb-nn-pairs.csv", 3, 755 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      Counts counts = { 0, files[i].columns };

      samspill_vocabulary_foreach (files[i].name, files[i].columns, count_row, &counts);
      g_assert_cmpuint (counts.rows, ==, files[i].rows);
    }
  g_assert_null (samspill_vocabulary ("none.csv"));
}

static void
test_fold (void)
{
  static const struct
  {
    const char *text, *folded;
  } cases[] = {
    { "Ålesund", "alesund" },   { "Aalesund", "alesund" },      { "BODØ", "bodo" },
    { "Bodoe", "bodo" },        { "Kárášjohka", "karasjohka" }, { "Unjárga", "unjarga" },
    { "Porsáŋgu", "porsangu" }, { "Værøy", "vaeroy" },          { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *folded = samspill_fold (cases[i].text);

      g_assert_cmpstr (folded, ==, cases[i].folded);
    }
}

/* "word|word /" for each sentence; ? marks a question, # a figure. */
static char *
cut (const char *source)
{
  g_autoptr (SamspillNeedText) text = samspill_need_text_new (source);
  GString *out = g_string_new (NULL);

  for (guint s = 0; s < text->sentences->len; s++)
    {
      const SamspillSentence *sentence = samspill_need_text_sentence (text, s);

      for (guint i = sentence->first; i < sentence->end; i++)
        {
          const SamspillToken *token = samspill_need_text_token (text, i);
          g_autofree char *word = g_utf8_substring (source, token->start, token->end);
          g_autofree char *lower = g_utf8_strdown (word, -1);

          g_assert_cmpstr (lower, ==, token->lower);
          g_string_append_printf (out, "%s|", lower);
        }
      g_string_append_printf (out, "%s%s%u ", sentence->is_question ? "?" : "", sentence->has_figure ? "#" : "",
                              sentence->paragraph);
    }
  return g_string_free (out, FALSE);
}

static void
test_sentences (void)
{
  static const struct
  {
    const char *text, *cut;
  } cases[] = {
    { "", "" },
    { "Vi mister vann. Hvor mye?", "vi|mister|vann|0 hvor|mye|?0 " },
    { "Møtet er 3. desember 2026, kl. 10.30.", "møtet|er|3|desember|2026|kl|10.30|#0 " },
    { "Ca. 40 lekkasjer, f.eks. i Lillegata.", "ca|40|lekkasjer|f.eks|i|lillegata|#0 " },
    { "I 2024 sank båten.", "i|2024|sank|båten|0 " },
    { "IT-systemet «kan» det\nikke.\n\nNy linje", "it-systemet|kan|det|ikke|0 ny|linje|1 " },
    { "- en\n- to", "en|0 to|#0 " },
    { "Årleg 4,2 mill. kroner", "årleg|4,2|mill|kroner|#0 " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *result = cut (cases[i].text);

      g_assert_cmpstr (result, ==, cases[i].cut);
    }
}

static void
test_words_fall_back (void)
{
  g_assert_cmpstr (samspill_words ("en", "No such text"), ==, "No such text");
  g_assert_cmpstr (samspill_words ("nb", "No such text"), ==, "No such text");
  g_assert_cmpstr (samspill_words (NULL, "No such text"), ==, "No such text");
  g_assert_cmpstr (samspill_words ("nn", ""), ==, "");
  g_assert_cmpstr (samspill_words_context ("nb", "nowhere", "No such text"), ==, "No such text");
  g_assert_cmpstr (samspill_words_n ("nb", "No such text", "No such texts", 2), ==, "No such texts");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vocabulary/rows", test_rows);
  g_test_add_func ("/vocabulary/fold", test_fold);
  g_test_add_func ("/vocabulary/sentences", test_sentences);
  g_test_add_func ("/vocabulary/words-fall-back", test_words_fall_back);
  return g_test_run ();
}
