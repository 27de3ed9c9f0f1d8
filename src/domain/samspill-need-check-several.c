/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-need-check-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static gboolean
has_kind (GPtrArray *remarks, SamspillRemarkKind kind)
{
  for (guint i = 0; i < remarks->len; i++)
    if (((SamspillRemark *)remarks->pdata[i])->kind == kind)
      return TRUE;
  return FALSE;
}

static void
add_several (SamspillNeedCheck *check, glong start, glong end)
{
  if (!has_kind (check->remarks, SAMSPILL_REMARK_SEVERAL_NEEDS))
    samspill_need_check_add (
        check, SAMSPILL_REMARK_SEVERAL_NEEDS, start, end,
        _ ("This looks like more than one need. Each of them gets better answers on its own."),
        _ ("Which of them hurts most? Keep that one here, and write the others as needs of their own."));
}

static void
add_several_tokens (SamspillNeedCheck *check, guint first, guint count)
{
  add_several (check, samspill_need_text_token (check->text, first)->start,
               samspill_need_text_token (check->text, first + count - 1)->end);
}

/* "Hvordan kan vi finne lekkasjer og korte ned ventetiden …": a second thing to do after the first has got its object.
 */
static void
check_second_verb (SamspillNeedCheck *check, const SamspillSentence *sentence)
{
  guint verb = sentence->first + 1;

  while (verb < sentence->end && !samspill_need_check_has_cue (check, verb, SAMSPILL_CUE_VERB))
    verb++;
  for (guint i = verb + 2; i + 1 < sentence->end; i++)
    {
      guint next = i + 1;

      if (strcmp (samspill_need_text_token (check->text, i)->lower, "og") != 0 ||
          samspill_need_check_has_cue (check, i - 1, SAMSPILL_CUE_VERB))
        continue;
      if (strcmp (samspill_need_text_token (check->text, next)->lower, "å") == 0)
        next++;
      if (next + 1 < sentence->end && samspill_need_check_has_cue (check, next, SAMSPILL_CUE_VERB))
        add_several_tokens (check, i, next - i + 1);
    }
}

/* Lines of a list that are each a need. */
static void
check_list (SamspillNeedCheck *check)
{
  const char *start = check->source;
  glong offset = 0; /* of `start` */
  guint items = 0;

  for (guint s = 0; s < check->text->sentences->len && items < 2; s++)
    {
      const SamspillSentence *sentence = samspill_need_text_sentence (check->text, s);
      const SamspillToken *token = samspill_need_text_token (check->text, sentence->first);
      gboolean is_item;
      guint first = sentence->first;

      /* From one sentence to the next: counted from the beginning each time, a long text takes its length squared. */
      start = g_utf8_offset_to_pointer (start, token->start - offset);
      offset = token->start;

      if (g_ascii_isdigit (*start) && first + 1 < sentence->end)
        {
          is_item = start == check->source || start[-1] == '\n';
          first++;
        }
      else
        {
          const char *bullet = start;

          while (bullet > check->source && bullet[-1] == ' ')
            bullet--;
          bullet = bullet > check->source ? g_utf8_prev_char (bullet) : bullet;
          is_item = strchr ("-*", *bullet) != NULL || g_str_has_prefix (bullet, "•") || g_str_has_prefix (bullet, "–");
        }
      if (is_item &&
          (samspill_need_check_has_cue (check, first, SAMSPILL_CUE_VERB) ||
           samspill_need_check_has_cue (check, first, SAMSPILL_CUE_QUESTION) ||
           samspill_need_check_has_cue (check, first, SAMSPILL_CUE_WISH) ||
           strcmp (samspill_need_text_token (check->text, first)->lower, "å") == 0) &&
          ++items == 2)
        add_several_tokens (check, sentence->first, sentence->end - sentence->first);
    }
}

static gboolean
asks_for_need (SamspillNeedCheck *check, const SamspillSentence *sentence)
{
  const char *first = samspill_need_text_token (check->text, sentence->first)->lower;

  return sentence->is_question && (strcmp (first, "hvordan") == 0 || strcmp (first, "korleis") == 0);
}

void
samspill_need_check_several (SamspillNeedCheck *check)
{
  guint questions = 0;

  for (guint s = 0; s < check->text->sentences->len; s++)
    {
      const SamspillSentence *sentence = samspill_need_text_sentence (check->text, s);
      gboolean is_title = check->part == SAMSPILL_PART_TITLE || asks_for_need (check, sentence);

      if (is_title && sentence->is_question && ++questions == 2)
        add_several_tokens (check, sentence->first, sentence->end - sentence->first);
      for (guint i = sentence->first; i < sentence->end; i++)
        {
          guint more = samspill_need_text_cue (check->text, i, SAMSPILL_CUE_MORE);
          guint joiner = more == 0 ? samspill_need_text_cue (check->text, i, SAMSPILL_CUE_JOINER) : 0;

          if (more > 0)
            add_several_tokens (check, i, more);
          else if (joiner > 0 && (is_title || samspill_need_text_has_before (check->text, i, SAMSPILL_CUE_WISH, 20)))
            add_several_tokens (check, i, joiner);
        }
      if (is_title)
        check_second_verb (check, sentence);
    }
  if (check->part == SAMSPILL_PART_TEXT || check->part == SAMSPILL_PART_PROBLEM || check->part == SAMSPILL_PART_TITLE)
    check_list (check);
}
