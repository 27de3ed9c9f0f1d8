/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-mark-private.h"

#include "samspill-index.h"
#include "samspill-query-private.h"
#include "samspill-text-private.h"

#include <string.h>

#define SNIPPET_LETTERS 180
#define LETTERS_BEFORE_HIT 60
#define TITLE_WEIGHT 8

/* What the query looks for, ready to be compared with words. */
typedef struct
{
  GPtrArray *phrases; /* GStrv of stems, one or more */
  GPtrArray *prefixes;
} Wanted;

static void
wanted_clear (Wanted *wanted)
{
  g_ptr_array_unref (wanted->phrases);
  g_ptr_array_unref (wanted->prefixes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wanted, wanted_clear)

static void
add_phrase (Wanted *wanted, const char *text)
{
  g_autofree char *stems = samspill_text_stems (text, -1);

  if (stems[0] != '\0')
    g_ptr_array_add (wanted->phrases, g_strsplit (stems, " ", -1));
}

static void
add_term (Wanted *wanted, const SamspillTerm *term)
{
  g_autofree char *phrase = NULL;

  g_ptr_array_add (term->words, NULL);
  phrase = g_strjoinv (" ", (char **)term->words->pdata);
  g_ptr_array_set_size (term->words, (int)term->words->len - 1);

  add_phrase (wanted, phrase);
  if (term->is_prefix)
    g_ptr_array_add (wanted->prefixes, g_strdup (phrase));
  for (guint i = 0; i < term->alternatives->len; i++)
    add_phrase (wanted, g_ptr_array_index (term->alternatives, i));
}

static void
wanted_init (Wanted *wanted, const char *query)
{
  g_autoptr (SamspillParsedQuery) parsed = samspill_parsed_query_new (query);

  wanted->phrases = g_ptr_array_new_with_free_func ((GDestroyNotify)g_strfreev);
  wanted->prefixes = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < parsed->terms->len; i++)
    add_term (wanted, g_ptr_array_index (parsed->terms, i));
}

/* One word of the text that is shown. */
typedef struct
{
  gsize start, end;
  char *word;
  char *stem;
  char *plain_stem; /* nullable */
  gboolean is_hit;
} Word;

static void
word_clear (gpointer data)
{
  Word *word = data;

  g_free (word->word);
  g_free (word->stem);
  g_free (word->plain_stem);
}

static gboolean
collect_word (const char *folded, gsize length, gsize start, gsize end, gpointer data)
{
  Word word = { .start = start, .end = end, .word = g_strdup (folded), .stem = g_strdup (samspill_word_stem (folded)) };
  char plain[2 * SAMSPILL_WORD_MAX_BYTES];

  if (samspill_word_plain (folded, plain))
    word.plain_stem = g_strdup (samspill_word_stem (plain));
  g_array_append_val ((GArray *)data, word);
  return TRUE;
}

static gboolean
word_is (const Word *word, const char *stem)
{
  return strcmp (word->stem, stem) == 0 || g_strcmp0 (word->plain_stem, stem) == 0;
}

static gboolean
word_begins_with (const Word *word, const char *prefix)
{
  return g_str_has_prefix (word->word, prefix) || g_str_has_prefix (word->stem, prefix) ||
         (word->plain_stem != NULL && g_str_has_prefix (word->plain_stem, prefix));
}

static void
mark_phrase (GArray *words, char **phrase)
{
  const guint n = g_strv_length (phrase);

  for (guint i = 0; i + n <= words->len; i++)
    {
      guint same = 0;

      while (same < n && word_is (&g_array_index (words, Word, i + same), phrase[same]))
        same++;
      for (guint j = 0; same == n && j < n; j++)
        g_array_index (words, Word, i + j).is_hit = TRUE;
    }
}

static GArray *
find_words (const Wanted *wanted, const char *text)
{
  GArray *words = g_array_new (FALSE, FALSE, sizeof (Word));

  g_array_set_clear_func (words, word_clear);
  samspill_text_foreach_word (text, -1, collect_word, words);
  for (guint i = 0; i < wanted->phrases->len; i++)
    mark_phrase (words, g_ptr_array_index (wanted->phrases, i));
  for (guint i = 0; i < wanted->prefixes->len; i++)
    for (guint j = 0; j < words->len; j++)
      if (word_begins_with (&g_array_index (words, Word, j), g_ptr_array_index (wanted->prefixes, i)))
        g_array_index (words, Word, j).is_hit = TRUE;
  return words;
}

/* The text may not bring marks of its own. */
static void
append_piece (GString *marked, const char *text, gsize start, gsize end, gboolean on_one_line)
{
  for (gsize i = start; i < end; i++)
    {
      if (end - i >= 3 && (guchar)text[i] == 0xEE && (guchar)text[i + 1] == 0x80 &&
          ((guchar)text[i + 2] == 0x80 || (guchar)text[i + 2] == 0x81))
        i += 2;
      else if (!on_one_line || (text[i] != '\n' && text[i] != '\r' && text[i] != '\t'))
        g_string_append_c (marked, text[i]);
      else if (marked->len > 0 && marked->str[marked->len - 1] != ' ')
        g_string_append_c (marked, ' ');
    }
}

static void
append_marked (GString *marked, const char *text, const GArray *words, gsize start, gsize end, gboolean on_one_line)
{
  gsize position = start;

  for (guint i = 0; i < words->len; i++)
    {
      const Word *word = &g_array_index (words, Word, i);

      if (!word->is_hit || word->start < start || word->end > end)
        continue;
      append_piece (marked, text, position, word->start, on_one_line);
      g_string_append (marked, SAMSPILL_MARK_START);
      append_piece (marked, text, word->start, word->end, on_one_line);
      g_string_append (marked, SAMSPILL_MARK_END);
      position = word->end;
    }
  append_piece (marked, text, position, end, on_one_line);
}

char *
samspill_mark_dup_text (const char *query, const char *text)
{
  g_auto (Wanted) wanted = { 0 };
  g_autoptr (GArray) words = NULL;
  GString *marked = g_string_new (NULL);

  wanted_init (&wanted, query);
  words = find_words (&wanted, text);
  append_marked (marked, text, words, 0, strlen (text), FALSE);
  return g_string_free (marked, FALSE);
}

char *
samspill_index_mark (SamspillIndex *self, const SamspillQuery *query, const char *text)
{
  g_return_val_if_fail (SAMSPILL_IS_INDEX (self), NULL);
  g_return_val_if_fail (query != NULL && text != NULL, NULL);

  return samspill_mark_dup_text (query->text, text);
}

/* Snippets */

typedef struct
{
  Wanted wanted;
  char *text;
  GArray *words;
  guint n_hits;
} Best;

static void
consider_text (const SamspillField *field, const char *text, gpointer data)
{
  Best *best = data;
  g_autoptr (GArray) words = NULL;
  guint n_hits = 0;

  if (field->search_weight >= TITLE_WEIGHT || !g_utf8_validate (text, -1, NULL))
    return;
  words = find_words (&best->wanted, text);
  for (guint i = 0; i < words->len; i++)
    n_hits += g_array_index (words, Word, i).is_hit ? 1 : 0;
  if (n_hits > best->n_hits)
    {
      best->n_hits = n_hits;
      g_set_str (&best->text, text);
      g_clear_pointer (&best->words, g_array_unref);
      best->words = g_steal_pointer (&words);
    }
}

static gsize
find_first_hit (const GArray *words)
{
  for (guint i = 0; i < words->len; i++)
    if (g_array_index (words, Word, i).is_hit)
      return g_array_index (words, Word, i).start;
  return 0;
}

/* Begins at a word a little before the first hit and ends at a word. */
static char *
cut_snippet (const Best *best)
{
  const char *text = best->text;
  const char *first = text + find_first_hit (best->words);
  const char *start = first;
  const char *end;
  GString *snippet = g_string_new (NULL);

  for (guint i = 0; i < LETTERS_BEFORE_HIT && start > text; i++)
    start = g_utf8_prev_char (start);
  while (start > text && start < first && !g_ascii_isspace (start[-1]))
    start = g_utf8_next_char (start);

  end = start;
  for (guint i = 0; i < SNIPPET_LETTERS && *end != '\0'; i++)
    end = g_utf8_next_char (end);
  while (*end != '\0' && end > first && !g_ascii_isspace (*end))
    end = g_utf8_prev_char (end);

  if (start > text)
    g_string_append (snippet, "… ");
  append_marked (snippet, text, best->words, (gsize)(start - text), (gsize)(end - text), TRUE);
  if (*end != '\0')
    g_string_append (snippet, " …");
  return g_string_free (snippet, FALSE);
}

char *
samspill_mark_dup_snippet (SamspillRecord *record, const char *query)
{
  Best best = { 0 };
  char *snippet = NULL;

  wanted_init (&best.wanted, query);
  samspill_record_foreach_text (record, consider_text, &best);
  if (best.n_hits > 0)
    snippet = cut_snippet (&best);
  g_clear_pointer (&best.words, g_array_unref);
  g_free (best.text);
  wanted_clear (&best.wanted);
  return snippet;
}
