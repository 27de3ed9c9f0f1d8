/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-merge-private.h"

#include <string.h>

#define MAX_CELLS (16 * 1000 * 1000) /* two texts of 4,000 words that have nothing in common: a tenth of a second */

typedef struct
{
  GPtrArray *words; /* (owned) */
  GArray *spans;    /* one a word; with the white space after it */
} Words;

static void
words_clear (Words *self)
{
  g_clear_pointer (&self->words, g_ptr_array_unref);
  g_clear_pointer (&self->spans, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

/* White space makes no difference; what stands before the first word goes with it. */
static void
split_words (Words *self, const char *text)
{
  const char *start = text;

  self->words = g_ptr_array_new_with_free_func (g_free);
  self->spans = g_array_new (FALSE, FALSE, sizeof (SamspillMergeSpan));
  while (*start != '\0')
    {
      const char *word = start, *end, *next;
      SamspillMergeSpan span;

      if (start == text)
        while (*word != '\0' && g_unichar_isspace (g_utf8_get_char (word)))
          word = g_utf8_next_char (word);
      for (end = word; *end != '\0' && !g_unichar_isspace (g_utf8_get_char (end));)
        end = g_utf8_next_char (end);
      for (next = end; *next != '\0' && g_unichar_isspace (g_utf8_get_char (next));)
        next = g_utf8_next_char (next);
      span = (SamspillMergeSpan){ (gsize)(start - text), (gsize)(next - start), FALSE };
      g_ptr_array_add (self->words, g_strndup (word, (gsize)(end - word)));
      g_array_append_val (self->spans, span);
      start = next;
    }
}

/* Runs of words of one kind become one span, which covers the white space between them, and not that after the last
 * changed one. */
static GArray *
join_spans (GArray *spans, const char *text)
{
  GArray *joined = g_array_new (FALSE, FALSE, sizeof (SamspillMergeSpan));

  for (guint i = 0; i < spans->len; i++)
    {
      SamspillMergeSpan span = g_array_index (spans, SamspillMergeSpan, i);
      SamspillMergeSpan *last = joined->len > 0 ? &g_array_index (joined, SamspillMergeSpan, joined->len - 1) : NULL;
      gsize end;

      if (last != NULL && last->is_changed == span.is_changed)
        {
          last->length += span.length;
          continue;
        }
      if (last != NULL && last->is_changed)
        {
          for (end = last->length; end > 0 && g_ascii_isspace (text[last->start + end - 1]);)
            end--;
          span.start -= last->length - end;
          span.length += last->length - end;
          last->length = end;
        }
      g_array_append_val (joined, span);
    }
  return joined;
}

/**
 * samspill_merge_diff_words:
 * @mine: a text
 * @theirs: another
 * @mine_spans: (out) (transfer full): where in @mine stands what is not in @theirs
 * @theirs_spans: (out) (transfer full): the other way round
 *
 * The spans follow on each other, cover the whole text and are changed and unchanged by turns. A difference in white
 * space alone is none.
 */
void
samspill_merge_diff_words (const char *mine, const char *theirs, GArray **mine_spans, GArray **theirs_spans)
{
  g_auto (Words) left = { NULL, NULL };
  g_auto (Words) right = { NULL, NULL };
  g_autofree int *match = NULL;

  split_words (&left, mine);
  split_words (&right, theirs);
  match = samspill_merge_match ((const char *const *)left.words->pdata, left.words->len,
                                (const char *const *)right.words->pdata, right.words->len, MAX_CELLS);
  for (guint i = 0; i < right.spans->len; i++)
    g_array_index (right.spans, SamspillMergeSpan, i).is_changed = TRUE;
  for (guint i = 0; i < left.spans->len; i++)
    if (match[i] == SAMSPILL_MERGE_NO_MATCH)
      g_array_index (left.spans, SamspillMergeSpan, i).is_changed = TRUE;
    else
      g_array_index (right.spans, SamspillMergeSpan, match[i]).is_changed = FALSE;
  *mine_spans = join_spans (left.spans, mine);
  *theirs_spans = join_spans (right.spans, theirs);
}
