/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-need-check.h"
#include "samspill-need-text-private.h"
#include "samspill-vocabulary.h"

/* Word → the languages that it belongs to, a bit each. */
static void
read_pair (const char *const *cells, gpointer data)
{
  GHashTable *words = data;

  for (gsize lang = 0; lang < 2; lang++)
    {
      int mark = 1 << lang;
      int known = GPOINTER_TO_INT (g_hash_table_lookup (words, cells[lang]));

      g_hash_table_insert (words, g_strdup (cells[lang]), GINT_TO_POINTER (known | mark));
    }
}

static gpointer
make_words (gpointer data)
{
  GHashTable *words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  samspill_vocabulary_foreach ("nb-nn-pairs.csv", 3, read_pair, words);
  return words;
}

/**
 * samspill_guess_language:
 * @text: UTF-8
 *
 * Returns: (transfer none) (nullable): "nb" or "nn"; %NULL where no word tells
 */
const char *
samspill_guess_language (const char *text)
{
  static GOnce once = G_ONCE_INIT;
  GHashTable *words = g_once (&once, make_words, NULL);
  g_autoptr (SamspillNeedText) cut = samspill_need_text_new (text);
  guint counts[4] = { 0 }; /* none, only Bokmål, only Nynorsk, both */

  for (guint i = 0; i < cut->tokens->len; i++)
    counts[GPOINTER_TO_INT (g_hash_table_lookup (words, samspill_need_text_token (cut, i)->lower)) & 3]++;
  if (counts[1] == counts[2])
    return NULL;
  return counts[1] > counts[2] ? "nb" : "nn";
}
