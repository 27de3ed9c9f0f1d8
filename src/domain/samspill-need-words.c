/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-need-words-private.h"

#include <string.h>

#include "samspill-vocabulary.h"

#define MAX_PHRASE_WORDS 5
#define MIN_COMPOUND_HEAD 3

typedef struct
{
  char *form;
  const SamspillCheckWord *word;
} Tail;

typedef struct
{
  GHashTable *rules;    /* word → row of need-check-rules.csv */
  GHashTable *forms[2]; /* nb, nn: form in lower case → SamspillCheckWord */
  GHashTable *starts;   /* first words of phrases */
  GArray *tails[2];     /* of Tail */
} Lists;

/* word, rule */
static void
read_rule (const char *const *cells, gpointer data)
{
  g_hash_table_insert (((Lists *)data)->rules, g_strdup (cells[0]), g_strdup (cells[1]));
}

static void
set_rule (SamspillCheckWord *word, const char *rule)
{
  if (rule == NULL)
    return;
  if (strcmp (rule, "wish") == 0)
    word->rule = SAMSPILL_WORD_IN_A_WISH;
  else if (strcmp (rule, "figure") == 0)
    word->rule = SAMSPILL_WORD_NO_FIGURE;
  else
    {
      word->rule = g_str_has_prefix (rule, "next:") ? SAMSPILL_WORD_BEFORE : SAMSPILL_WORD_AFTER;
      word->others = g_strsplit (strchr (rule, ':') + 1, " ", -1);
    }
}

static void
add_form (Lists *lists, gsize lang, const char *form, const SamspillCheckWord *word)
{
  char *lower = g_utf8_strdown (form, -1);

  if (strchr (lower, ' ') != NULL)
    g_hash_table_add (lists->starts, g_strndup (lower, strcspn (lower, " ")));
  if (samspill_cue_has (SAMSPILL_CUE_TAIL, word->word))
    {
      Tail tail = { g_strdup (lower), word };

      g_array_append_val (lists->tails[lang], tail);
    }
  g_hash_table_insert (lists->forms[lang], lower, (gpointer)word);
}

/* lang, word, kind, hint, forms */
static void
read_word (const char *const *cells, gpointer data)
{
  Lists *lists = data;
  gsize lang = strcmp (cells[0], "nn") == 0;
  SamspillCheckWord *word = g_new0 (SamspillCheckWord, 1);
  g_auto (GStrv) forms = g_strsplit (cells[4], " ", -1);
  g_autofree char *upper = g_utf8_strup (cells[1], -1);

  word->word = g_strdup (cells[1]);
  word->is_solution = strcmp (cells[2], "solution") == 0;
  word->is_upper = strlen (cells[1]) <= 2 && strcmp (upper, cells[1]) == 0;
  word->hint = g_strdup (cells[3]);
  set_rule (word, g_hash_table_lookup (lists->rules, cells[1]));
  add_form (lists, lang, cells[1], word);
  for (gsize i = 0; forms[i] != NULL; i++)
    if (*forms[i] != '\0')
      add_form (lists, lang, forms[i], word);
}

static gpointer
make_lists (gpointer data)
{
  Lists *lists = g_new0 (Lists, 1);

  lists->rules = g_hash_table_new (g_str_hash, g_str_equal);
  lists->starts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (gsize lang = 0; lang < 2; lang++)
    {
      lists->forms[lang] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      lists->tails[lang] = g_array_new (FALSE, FALSE, sizeof (Tail));
    }
  samspill_vocabulary_foreach ("need-check-rules.csv", 2, read_rule, lists);
  samspill_vocabulary_foreach ("need-check-words.csv", 5, read_word, lists);
  return lists;
}

static const Lists *
get_lists (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_lists, NULL);
}

/* "alarmknappen" ends with "appen" and is none. */
static gboolean
only_looks_like (const char *head, gsize head_length, const char *word)
{
  g_autofree char *begin = g_strndup (head, head_length);
  g_autofree char *stem = g_strconcat (begin, word, NULL);
  const GPtrArray *others = samspill_cue_words (SAMSPILL_CUE_NOT_TAIL);

  for (guint i = 0; i < others->len; i++)
    if (g_str_has_suffix (stem, others->pdata[i]))
      return TRUE;
  return FALSE;
}

static const SamspillCheckWord *
find_compound (const Lists *lists, gsize lang, const char *lower)
{
  const char *hyphen = strchr (lower, '-');

  for (guint i = 0; i < lists->tails[lang]->len; i++)
    {
      const Tail *tail = &g_array_index (lists->tails[lang], Tail, i);
      gsize head = strlen (lower) - MIN (strlen (lower), strlen (tail->form));

      if (g_str_has_suffix (lower, tail->form) && head > 0 &&
          (lower[head - 1] == '-' || g_utf8_strlen (lower, (gssize)head) >= MIN_COMPOUND_HEAD) &&
          !only_looks_like (lower, head, tail->word->word))
        return tail->word;
    }
  if (hyphen != NULL)
    {
      g_autofree char *head = g_strndup (lower, (gsize)(hyphen - lower));
      const SamspillCheckWord *word = g_hash_table_lookup (lists->forms[lang], head);

      return word != NULL && word->is_solution ? word : NULL;
    }
  return NULL;
}

static const SamspillCheckWord *
find_in (const SamspillNeedText *text, guint index, gsize lang, guint *count)
{
  const Lists *lists = get_lists ();
  const SamspillToken *token = samspill_need_text_token (text, index);
  guint left = samspill_need_text_sentence (text, token->sentence)->end - index;
  const SamspillCheckWord *word;

  if (g_hash_table_contains (lists->starts, token->lower))
    for (*count = MIN (left, MAX_PHRASE_WORDS); *count > 1; (*count)--)
      {
        g_autofree char *phrase = samspill_need_text_join (text, index, *count);

        word = g_hash_table_lookup (lists->forms[lang], phrase);
        if (word != NULL)
          return word;
      }
  *count = 1;
  word = g_hash_table_lookup (lists->forms[lang], token->lower);
  if (word == NULL)
    word = find_compound (lists, lang, token->lower);
  else if (word->is_upper && !token->is_upper)
    word = NULL;
  return word;
}

const SamspillCheckWord *
samspill_check_word_at (const SamspillNeedText *text, guint index, const char *lang, guint *count)
{
  const SamspillCheckWord *word = NULL;

  if (g_strcmp0 (lang, "nn") != 0)
    word = find_in (text, index, 0, count);
  if (word == NULL && g_strcmp0 (lang, "nb") != 0)
    word = find_in (text, index, 1, count);
  return word;
}
