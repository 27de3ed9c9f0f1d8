/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-need-check-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "samspill-words.h"

/* So many remarks on one word; more would be nagging. */
#define MAX_SOLUTION 2
#define MAX_VAGUE 1

/* "et system som varsler", "systemet skal varsle": told as something that does not exist yet. */
static gboolean
is_told_as_wish (SamspillNeedCheck *check, guint index, guint count)
{
  const SamspillSentence *sentence =
      samspill_need_text_sentence (check->text, samspill_need_text_token (check->text, index)->sentence);
  guint next = index + count;
  gboolean is_indefinite =
      index > sentence->first && (samspill_need_check_has_cue (check, index - 1, SAMSPILL_CUE_ARTICLE) ||
                                  samspill_need_check_has_cue (check, index - 1, SAMSPILL_CUE_INSTRUMENT));

  if ((check->part == SAMSPILL_PART_TITLE || check->part == SAMSPILL_PART_EFFECT || sentence->is_question) &&
      is_indefinite)
    return TRUE;
  if (next >= sentence->end)
    return FALSE;
  if (is_indefinite && strcmp (samspill_need_text_token (check->text, next)->lower, "som") == 0)
    return TRUE;
  return samspill_need_check_has_cue (check, next, SAMSPILL_CUE_MODAL);
}

/* "… der batteri ikke rekker" */
static gboolean
is_negated (SamspillNeedCheck *check, guint next)
{
  const char *lower = next < check->text->tokens->len ? samspill_need_text_token (check->text, next)->lower : "";

  return strcmp (lower, "ikke") == 0 || strcmp (lower, "ikkje") == 0;
}

static gboolean
is_remarkable_solution (SamspillNeedCheck *check, guint index, guint count, const SamspillCheckWord *word)
{
  guint s = samspill_need_text_token (check->text, index)->sentence;
  gboolean is_wanted = samspill_need_text_has_before (check->text, index, SAMSPILL_CUE_WISH, 6);

  if (samspill_need_text_has_before (check->text, index, SAMSPILL_CUE_AGAINST, 3) || is_negated (check, index + count))
    return FALSE;
  if (is_wanted)
    return TRUE;
  if (samspill_need_text_has_before (check->text, index, SAMSPILL_CUE_HAVING, 4))
    return FALSE;
  if (word->rule == SAMSPILL_WORD_IN_A_WISH)
    return is_told_as_wish (check, index, count) && !samspill_need_text_has (check->text, s, SAMSPILL_CUE_TODAY);
  return check->part == SAMSPILL_PART_TITLE || check->part == SAMSPILL_PART_EFFECT ||
         !samspill_need_text_has (check->text, s, SAMSPILL_CUE_TODAY);
}

static gboolean
begins_like (const char *word, char **beginnings)
{
  for (gsize i = 0; beginnings[i] != NULL; i++)
    if (g_str_has_prefix (word, beginnings[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_remarkable_vague (SamspillNeedCheck *check, guint index, guint count, const SamspillCheckWord *word)
{
  guint s = samspill_need_text_token (check->text, index)->sentence;
  const SamspillSentence *sentence = samspill_need_text_sentence (check->text, s);
  gboolean is_question = check->part == SAMSPILL_PART_TITLE || sentence->is_question;

  if (word->rule == SAMSPILL_WORD_ALWAYS)
    return TRUE;
  if (is_question || check->has_figures_elsewhere || samspill_need_text_figure_near (check->text, s))
    return FALSE;
  switch (word->rule)
    {
    case SAMSPILL_WORD_IN_A_WISH:
      return check->part == SAMSPILL_PART_EFFECT || samspill_need_text_has (check->text, s, SAMSPILL_CUE_WISH) ||
             samspill_need_text_has (check->text, s, SAMSPILL_CUE_EFFECT);
    case SAMSPILL_WORD_BEFORE:
      return index + count < sentence->end &&
             begins_like (samspill_need_text_token (check->text, index + count)->lower, word->others);
    case SAMSPILL_WORD_AFTER:
      return (index > sentence->first &&
              begins_like (samspill_need_text_token (check->text, index - 1)->lower, word->others)) ||
             (index == sentence->first && check->part == SAMSPILL_PART_EFFECT);
    case SAMSPILL_WORD_NO_FIGURE:
    case SAMSPILL_WORD_ALWAYS:
    default:
      return TRUE;
    }
}

/* The hint of the list is in the language of the text: what stands above it is, too. */
static const char *
in_text_language (SamspillNeedCheck *check, const char *msgid)
{
  return g_strcmp0 (check->lang, "nb") == 0 || g_strcmp0 (check->lang, "nn") == 0 ? samspill_words (check->lang, msgid)
                                                                                  : g_dgettext (GETTEXT_PACKAGE, msgid);
}

static void
remark_on_word (SamspillNeedCheck *check, guint index, guint count, const SamspillCheckWord *word)
{
  glong start = samspill_need_text_token (check->text, index)->start;
  glong end = samspill_need_text_token (check->text, index + count - 1)->end;
  g_autofree char *words = samspill_need_check_dup_words (check, start, end);
  g_autofree char *message = NULL;

  if (word->is_solution)
    message = g_strdup_printf (
        in_text_language (check,
                          N_ ("“%s” is one answer among several. Tell what should become possible, and leave open "
                              "how: then others can answer too.")),
        words);
  else
    message = g_strdup_printf (
        in_text_language (check, N_ ("“%s” can mean much or little. A figure, or what one would see, says more.")),
        words);
  samspill_need_check_add (check, word->is_solution ? SAMSPILL_REMARK_SOLUTION : SAMSPILL_REMARK_VAGUE, start, end,
                           message, word->hint);
}

void
samspill_need_check_words (SamspillNeedCheck *check)
{
  for (guint i = 0; i < check->text->tokens->len; i++)
    {
      guint count;
      const SamspillCheckWord *word = samspill_check_word_at (check->text, i, check->lang, &count);
      guint seen = word != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (check->seen, word)) : 0;

      if (word == NULL)
        continue;
      if (seen < (word->is_solution ? MAX_SOLUTION : MAX_VAGUE) &&
          (word->is_solution ? is_remarkable_solution (check, i, count, word)
                             : is_remarkable_vague (check, i, count, word)))
        {
          g_hash_table_insert (check->seen, (gpointer)word, GUINT_TO_POINTER (seen + 1));
          remark_on_word (check, i, count, word);
        }
      i += count - 1;
    }
}
