/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-need-check-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "samspill-personal-data-private.h"

/* Remarks */

SamspillRemark *
samspill_remark_copy (const SamspillRemark *self)
{
  SamspillRemark *copy = g_memdup2 (self, sizeof *self);

  copy->field = g_strdup (self->field);
  copy->words = g_strdup (self->words);
  copy->message = g_strdup (self->message);
  copy->mend = g_strdup (self->mend);
  return copy;
}

void
samspill_remark_free (SamspillRemark *self)
{
  g_free (self->field);
  g_free (self->words);
  g_free (self->message);
  g_free (self->mend);
  g_free (self);
}

const char *
samspill_remark_kind_to_string (SamspillRemarkKind kind)
{
  static const char *const names[] = { "solution", "vague",         "no-effect",    "no-user-group",
                                       "no-owner", "several-needs", "personal-data" };

  g_return_val_if_fail (kind < G_N_ELEMENTS (names), NULL);
  return names[kind];
}

char *
samspill_need_check_dup_words (SamspillNeedCheck *check, glong start, glong end)
{
  return start < 0 ? NULL : g_utf8_substring (check->source, start, end);
}

SamspillRemark *
samspill_need_check_add (SamspillNeedCheck *check, SamspillRemarkKind kind, glong start, glong end, const char *message,
                         const char *mend)
{
  SamspillRemark *remark = g_new0 (SamspillRemark, 1);

  remark->kind = kind;
  remark->field = g_strdup (check->field);
  remark->start = start;
  remark->end = end;
  if (kind != SAMSPILL_REMARK_PERSONAL_DATA)
    remark->words = samspill_need_check_dup_words (check, start, end);
  remark->message = g_strdup (message);
  remark->mend = g_strdup (mend);
  g_ptr_array_add (check->remarks, remark);
  return remark;
}

gboolean
samspill_need_check_has_cue (SamspillNeedCheck *check, guint index, SamspillCue cue)
{
  return index < check->text->tokens->len && samspill_need_text_cue (check->text, index, cue) > 0;
}

/* Personal data */

void
samspill_need_check_personal (SamspillNeedCheck *check)
{
  g_autoptr (GArray) found = samspill_find_personal_data (check->source);

  for (guint i = 0; i < found->len; i++)
    {
      const SamspillPersonalData *data = &g_array_index (found, SamspillPersonalData, i);
      const char *message = data->kind == SAMSPILL_PERSONAL_BIRTH_NUMBER
                                ? _ ("This is a birth number. It must not stand in a need.")
                            : data->kind == SAMSPILL_PERSONAL_TELEPHONE
                                ? _ ("This looks like a telephone number. What others have read cannot be called back.")
                                : _ ("This is an e-mail address. What others have read cannot be called back.");
      const char *mend = data->kind == SAMSPILL_PERSONAL_BIRTH_NUMBER
                             ? _ ("Take it out. Say how many it concerns instead of who.")
                             : _ ("Take it out, and name a role or an office instead of a person.");

      samspill_need_check_add (check, SAMSPILL_REMARK_PERSONAL_DATA, data->start, data->end, message, mend);
    }
}

/* What is missing */

void
samspill_need_check_add_no_effect (SamspillNeedCheck *check)
{
  samspill_need_check_add (
      check, SAMSPILL_REMARK_NO_EFFECT, -1, -1,
      _ ("It does not say in figures what would be better. Then nobody can tell when the need has been met."),
      /* xgettext:no-c-format */
      _ ("How is it now, how should it be, and by when? Such as “from 38 % to 20 % by 2028”."));
}

void
samspill_need_check_add_no_user_group (SamspillNeedCheck *check)
{
  samspill_need_check_add (check, SAMSPILL_REMARK_NO_USER_GROUP, -1, -1, _ ("It does not say who feels the problem."),
                           _ ("Who are they, and about how many? Such as “9,500 people who live along the pipes”."));
}

void
samspill_need_check_add_no_owner (SamspillNeedCheck *check, gboolean is_group)
{
  samspill_need_check_add (
      check, SAMSPILL_REMARK_NO_OWNER, -1, -1,
      is_group ? _ ("A group cannot answer for a need. One role must be able to say yes, and to stop.")
               : _ ("It does not say who owns the need. Without an owner it stops when someone changes jobs."),
      _ ("Which role can say yes? Not a name: people change jobs. Such as “head of water and sewage”."));
}

gboolean
samspill_need_check_has (SamspillNeedCheck *check, SamspillCue cue)
{
  for (guint s = 0; s < check->text->sentences->len; s++)
    if (samspill_need_text_has (check->text, s, cue))
      return TRUE;
  return FALSE;
}

/* A figure where the text tells what should become different. */
static gboolean
text_has_effect (SamspillNeedCheck *check)
{
  for (guint s = 0; s < check->text->sentences->len; s++)
    {
      const SamspillSentence *sentence = samspill_need_text_sentence (check->text, s);
      gboolean has_figure = sentence->has_figure;

      if (s + 1 < check->text->sentences->len)
        has_figure |= samspill_need_text_sentence (check->text, s + 1)->has_figure;
      if (has_figure && samspill_need_text_has (check->text, s, SAMSPILL_CUE_EFFECT))
        return TRUE;
    }
  return FALSE;
}

/* Putting together */

static int
compare_remarks (gconstpointer a, gconstpointer b)
{
  const SamspillRemark *one = *(SamspillRemark *const *)a, *other = *(SamspillRemark *const *)b;

  if (one->start != other->start)
    {
      if (one->start < 0 || other->start < 0)
        return one->start < 0 ? 1 : -1;
      return one->start < other->start ? -1 : 1;
    }
  return one->end > other->end ? -1 : one->end < other->end;
}

/* Sorts the remarks from `first` on; of two about the same words the longer stays, personal data always. */
void
samspill_need_check_settle (GPtrArray *remarks, guint first)
{
  glong covered = -1;

  if (remarks->len <= first)
    return;
  qsort (remarks->pdata + first, remarks->len - first, sizeof (gpointer), compare_remarks);
  for (guint i = first; i < remarks->len;)
    {
      const SamspillRemark *remark = remarks->pdata[i];

      if (remark->start >= 0 && remark->end <= covered && remark->kind != SAMSPILL_REMARK_PERSONAL_DATA)
        g_ptr_array_remove_index (remarks, i);
      else
        {
          /* A whole line that is marked as a second need does not hide what else is in it. */
          if (remark->kind != SAMSPILL_REMARK_SEVERAL_NEEDS)
            covered = MAX (covered, remark->end);
          i++;
        }
    }
}

SamspillNeedCheck *
samspill_need_check_new (const char *lang)
{
  SamspillNeedCheck *check = g_new0 (SamspillNeedCheck, 1);

  check->remarks = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_remark_free);
  check->seen = g_hash_table_new (NULL, NULL);
  check->lang = lang;
  return check;
}

GPtrArray *
samspill_need_check_steal (SamspillNeedCheck *check)
{
  GPtrArray *remarks = check->remarks;

  g_clear_pointer (&check->text, samspill_need_text_free);
  g_hash_table_unref (check->seen);
  g_free (check);
  return remarks;
}

void
samspill_need_check_open (SamspillNeedCheck *check, const char *field, SamspillNeedPart part, const char *source)
{
  g_clear_pointer (&check->text, samspill_need_text_free);
  check->field = field;
  check->part = part;
  check->source = source;
  check->text = samspill_need_text_new (source);
}

/**
 * samspill_need_check_text:
 * @text: a need as a plain text, UTF-8
 * @lang: (nullable): "nb" or "nn"; guessed if %NULL
 *
 * Returns: (transfer full) (element-type SamspillRemark): remarks in the order of the text, those about the whole last
 */
GPtrArray *
samspill_need_check_text (const char *text, const char *lang)
{
  SamspillNeedCheck *check = samspill_need_check_new (lang != NULL ? lang : samspill_guess_language (text));

  samspill_need_check_open (check, NULL, SAMSPILL_PART_TEXT, text);
  samspill_need_check_words (check);
  samspill_need_check_several (check);
  samspill_need_check_personal (check);
  samspill_need_check_settle (check->remarks, 0);
  if (!text_has_effect (check))
    samspill_need_check_add_no_effect (check);
  if (!samspill_need_check_has (check, SAMSPILL_CUE_USER))
    samspill_need_check_add_no_user_group (check);
  if (!samspill_need_check_has (check, SAMSPILL_CUE_OWNER))
    samspill_need_check_add_no_owner (check, FALSE);
  return samspill_need_check_steal (check);
}
