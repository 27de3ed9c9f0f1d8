/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-need-text-private.h"

#include <string.h>

#include "samspill-vocabulary.h"

#define MAX_CUE_WORDS 5

static const char *const cue_names[SAMSPILL_N_CUES] = {
  "wish",  "instrument", "article", "modal",    "today",  "having", "against", "number",   "effect",       "user",
  "owner", "group",      "verb",    "question", "joiner", "more",   "tail",    "not-tail", "abbreviation",
};

/* Cues */

typedef struct
{
  GHashTable *whole;   /* words and phrases, in lower case */
  GPtrArray *prefixes; /* "elev*" */
  GPtrArray *suffixes; /* "*sjef" */
  GPtrArray *all;
} Cue;

static void
read_cue (const char *const *cells, gpointer data)
{
  Cue *cues = data;
  gsize length = strlen (cells[1]);

  for (gsize i = 0; i < SAMSPILL_N_CUES; i++)
    {
      if (strcmp (cells[0], cue_names[i]) != 0)
        continue;
      if (cells[1][length - 1] == '*')
        g_ptr_array_add (cues[i].prefixes, g_strndup (cells[1], length - 1));
      else if (cells[1][0] == '*')
        g_ptr_array_add (cues[i].suffixes, g_strdup (cells[1] + 1));
      else
        g_hash_table_add (cues[i].whole, g_strdup (cells[1]));
      g_ptr_array_add (cues[i].all, g_strdup (cells[1]));
      return;
    }
  g_warn_if_reached ();
}

static gpointer
make_cues (gpointer data)
{
  Cue *cues = g_new0 (Cue, SAMSPILL_N_CUES);

  for (gsize i = 0; i < SAMSPILL_N_CUES; i++)
    {
      cues[i].whole = g_hash_table_new (g_str_hash, g_str_equal);
      cues[i].prefixes = g_ptr_array_new ();
      cues[i].suffixes = g_ptr_array_new ();
      cues[i].all = g_ptr_array_new ();
    }
  samspill_vocabulary_foreach ("need-check-cues.csv", 2, read_cue, cues);
  return cues;
}

static const Cue *
get_cue (SamspillCue cue)
{
  static GOnce once = G_ONCE_INIT;
  const Cue *cues = g_once (&once, make_cues, NULL);

  return &cues[cue];
}

gboolean
samspill_cue_has (SamspillCue cue, const char *lower)
{
  const Cue *words = get_cue (cue);

  if (g_hash_table_contains (words->whole, lower))
    return TRUE;
  for (guint i = 0; i < words->prefixes->len; i++)
    if (g_str_has_prefix (lower, words->prefixes->pdata[i]))
      return TRUE;
  for (guint i = 0; i < words->suffixes->len; i++)
    if (g_str_has_suffix (lower, words->suffixes->pdata[i]))
      return TRUE;
  return FALSE;
}

const GPtrArray *
samspill_cue_words (SamspillCue cue)
{
  return get_cue (cue)->all;
}

/* Cutting */

static gboolean
is_hyphen (gunichar c)
{
  return c == '-' || c == 0x2010 || c == 0x2011;
}

/* A character that goes on with a word when a letter or digit follows: "IT-systemet", "4,2", "f.eks". */
static gboolean
joins (gunichar c, gunichar before, gunichar after)
{
  if (!g_unichar_isalnum (after))
    return FALSE;
  if (is_hyphen (c))
    return !(g_unichar_isdigit (before) && g_unichar_isdigit (after));
  if (c == '.' || c == ',')
    return (g_unichar_isdigit (before) && g_unichar_isdigit (after)) ||
           (c == '.' && g_unichar_isalpha (before) && g_unichar_islower (after));
  return c == '\'' || c == 0x2019;
}

typedef struct
{
  SamspillNeedText *text;
  glong offset; /* of `at` */
  const char *at;
  guint paragraph;
  guint first; /* token of the sentence that is being read */
} Cutter;

static void
end_sentence (Cutter *cutter, gboolean is_question)
{
  SamspillSentence sentence = { cutter->first, cutter->text->tokens->len, cutter->paragraph, is_question, FALSE, 0, 0 };

  if (sentence.first == sentence.end)
    return;
  g_array_append_val (cutter->text->sentences, sentence);
  cutter->first = sentence.end;
}

static void
read_word (Cutter *cutter)
{
  const char *start = cutter->at;
  SamspillToken token = { NULL, cutter->offset, 0, cutter->text->sentences->len };
  gunichar before = 0;
  g_autofree char *word = NULL;

  for (;;)
    {
      gunichar c = g_utf8_get_char (cutter->at);

      if (!g_unichar_isalnum (c) &&
          (c == 0 || before == 0 || !joins (c, before, g_utf8_get_char (g_utf8_next_char (cutter->at)))))
        break;
      before = c;
      cutter->at = g_utf8_next_char (cutter->at);
      cutter->offset++;
    }
  word = g_strndup (start, (gsize)(cutter->at - start));
  token.lower = g_utf8_strdown (word, -1);
  token.is_upper = TRUE;
  for (const char *c = word; *c != '\0' && token.is_upper; c = g_utf8_next_char (c))
    token.is_upper = !g_unichar_islower (g_utf8_get_char (c));
  token.end = cutter->offset;
  g_array_append_val (cutter->text->tokens, token);
}

static const char *
skip_spaces (const char *at)
{
  while (*at != '\n' && g_unichar_isspace (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);
  return at;
}

static gboolean
begins_item (const char *at)
{
  gunichar c = g_utf8_get_char (at);

  return is_hyphen (c) || c == '*' || c == 0x2013 || c == 0x2022 || g_unichar_isdigit (c) || g_unichar_isupper (c);
}

static gboolean
dot_ends (Cutter *cutter)
{
  const char *next = skip_spaces (cutter->at + 1);
  gunichar c = g_utf8_get_char (next);
  guint n = cutter->text->tokens->len;

  if (next == cutter->at + 1 && c != 0 && c != '\n')
    return FALSE;
  if (g_unichar_islower (c))
    return FALSE;
  return n == 0 || !samspill_cue_has (SAMSPILL_CUE_ABBREVIATION, samspill_need_text_token (cutter->text, n - 1)->lower);
}

static void
read_mark (Cutter *cutter)
{
  gunichar c = g_utf8_get_char (cutter->at);

  if (c == '?' || c == '!' || (c == '.' && dot_ends (cutter)))
    end_sentence (cutter, c == '?');
  else if (c == '\n')
    {
      const char *next = skip_spaces (cutter->at + 1);

      if (*next == '\n' || *next == '\0' || begins_item (next))
        end_sentence (cutter, FALSE);
      if (*next == '\n')
        cutter->paragraph++;
    }
  cutter->at = g_utf8_next_char (cutter->at);
  cutter->offset++;
}

/* A year says when, not how much. */
static gboolean
is_year (const char *lower)
{
  return strlen (lower) == 4 && (g_str_has_prefix (lower, "19") || g_str_has_prefix (lower, "20")) &&
         strspn (lower, "0123456789") == 4;
}

static void
find_figures (SamspillNeedText *self)
{
  for (guint s = 0; s < self->sentences->len; s++)
    {
      SamspillSentence *sentence = &g_array_index (self->sentences, SamspillSentence, s);

      for (guint i = sentence->first; i < sentence->end && !sentence->has_figure; i++)
        {
          const char *lower = samspill_need_text_token (self, i)->lower;

          sentence->has_figure = (strpbrk (lower, "0123456789") != NULL && !is_year (lower)) ||
                                 samspill_need_text_cue (self, i, SAMSPILL_CUE_NUMBER) > 0;
        }
    }
}

static void
clear_token (gpointer data)
{
  g_free (((SamspillToken *)data)->lower);
}

/* `text` is UTF-8. */
SamspillNeedText *
samspill_need_text_new (const char *text)
{
  SamspillNeedText *self = g_new0 (SamspillNeedText, 1);
  Cutter cutter = { .text = self, .at = text };

  self->tokens = g_array_new (FALSE, FALSE, sizeof (SamspillToken));
  g_array_set_clear_func (self->tokens, clear_token);
  self->sentences = g_array_new (FALSE, FALSE, sizeof (SamspillSentence));
  while (*cutter.at != '\0')
    if (g_unichar_isalnum (g_utf8_get_char (cutter.at)))
      read_word (&cutter);
    else
      read_mark (&cutter);
  end_sentence (&cutter, FALSE);
  find_figures (self);
  return self;
}

void
samspill_need_text_free (SamspillNeedText *self)
{
  g_array_unref (self->tokens);
  g_array_unref (self->sentences);
  g_free (self);
}

/* Asking */

const SamspillToken *
samspill_need_text_token (const SamspillNeedText *self, guint index)
{
  return &g_array_index (self->tokens, SamspillToken, index);
}

const SamspillSentence *
samspill_need_text_sentence (const SamspillNeedText *self, guint index)
{
  return &g_array_index (self->sentences, SamspillSentence, index);
}

char *
samspill_need_text_join (const SamspillNeedText *self, guint index, guint count)
{
  GString *joined = g_string_new (samspill_need_text_token (self, index)->lower);

  for (guint i = 1; i < count; i++)
    g_string_append_printf (joined, " %s", samspill_need_text_token (self, index + i)->lower);
  return g_string_free_and_steal (joined);
}

guint
samspill_need_text_cue (const SamspillNeedText *self, guint index, SamspillCue cue)
{
  const SamspillToken *token = samspill_need_text_token (self, index);
  guint left = samspill_need_text_sentence (self, token->sentence)->end - index;

  for (guint count = MIN (left, MAX_CUE_WORDS); count > 1; count--)
    {
      g_autofree char *joined = samspill_need_text_join (self, index, count);

      if (g_hash_table_contains (get_cue (cue)->whole, joined))
        return count;
    }
  return samspill_cue_has (cue, token->lower) ? 1 : 0;
}

gboolean
samspill_need_text_has (const SamspillNeedText *self, guint sentence, SamspillCue cue)
{
  SamspillSentence *within = &g_array_index (self->sentences, SamspillSentence, sentence);
  guint32 bit = (guint32)1 << cue;

  if ((within->asked & bit) == 0)
    {
      within->asked |= bit;
      for (guint i = within->first; i < within->end && (within->answered & bit) == 0; i++)
        if (samspill_need_text_cue (self, i, cue) > 0)
          within->answered |= bit;
    }
  return (within->answered & bit) != 0;
}

gboolean
samspill_need_text_has_before (const SamspillNeedText *self, guint index, SamspillCue cue, guint distance)
{
  guint first = samspill_need_text_sentence (self, samspill_need_text_token (self, index)->sentence)->first;
  guint reach = distance + MAX_CUE_WORDS;

  for (guint i = index - first > reach ? index - reach : first; i < index; i++)
    {
      guint count = samspill_need_text_cue (self, i, cue);

      if (count > 0 && i + count <= index && index - (i + count) < distance)
        return TRUE;
    }
  return FALSE;
}

gboolean
samspill_need_text_figure_near (const SamspillNeedText *self, guint sentence)
{
  const SamspillSentence *within = samspill_need_text_sentence (self, sentence);

  for (guint s = sentence > 0 ? sentence - 1 : 0; s <= sentence + 1 && s < self->sentences->len; s++)
    {
      const SamspillSentence *other = samspill_need_text_sentence (self, s);

      if (other->paragraph == within->paragraph && other->has_figure)
        return TRUE;
    }
  return FALSE;
}
