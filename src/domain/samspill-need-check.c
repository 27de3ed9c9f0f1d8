/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-need-check.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "samspill-need-words-private.h"
#include "samspill-personal-data-private.h"

/* So many remarks on one word; more would be nagging. */
#define MAX_SOLUTION 2
#define MAX_VAGUE 1

typedef enum
{
  PART_TEXT, /* a plain text: everything in one */
  PART_TITLE,
  PART_PROBLEM,
  PART_EXTENT,
  PART_EFFECT, /* all of it is a wish */
} Part;

typedef struct
{
  GPtrArray *remarks;
  GHashTable *seen; /* SamspillCheckWord → how often it was remarked on */
  const char *lang;
  const char *field;
  const char *source;
  Part part;
  gboolean has_figures_elsewhere; /* measures or sums beside the text give them */
  SamspillNeedText *text;
} Check;

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

static char *
words_of (Check *check, glong start, glong end)
{
  return start < 0 ? NULL : g_utf8_substring (check->source, start, end);
}

static SamspillRemark *
add_remark (Check *check, SamspillRemarkKind kind, glong start, glong end, const char *message, const char *mend)
{
  SamspillRemark *remark = g_new0 (SamspillRemark, 1);

  remark->kind = kind;
  remark->field = g_strdup (check->field);
  remark->start = start;
  remark->end = end;
  if (kind != SAMSPILL_REMARK_PERSONAL_DATA)
    remark->words = words_of (check, start, end);
  remark->message = g_strdup (message);
  remark->mend = g_strdup (mend);
  g_ptr_array_add (check->remarks, remark);
  return remark;
}

static gboolean
has_kind (GPtrArray *remarks, SamspillRemarkKind kind)
{
  for (guint i = 0; i < remarks->len; i++)
    if (((SamspillRemark *)remarks->pdata[i])->kind == kind)
      return TRUE;
  return FALSE;
}

/* Solution words and vague words */

static gboolean
has_cue_at (Check *check, guint index, SamspillCue cue)
{
  return index < check->text->tokens->len && samspill_need_text_cue (check->text, index, cue) > 0;
}

/* "et system som varsler", "systemet skal varsle": told as something that does not exist yet. */
static gboolean
is_told_as_wish (Check *check, guint index, guint count)
{
  const SamspillSentence *sentence =
      samspill_need_text_sentence (check->text, samspill_need_text_token (check->text, index)->sentence);
  guint next = index + count;
  gboolean is_indefinite = index > sentence->first && (has_cue_at (check, index - 1, SAMSPILL_CUE_ARTICLE) ||
                                                       has_cue_at (check, index - 1, SAMSPILL_CUE_INSTRUMENT));

  if ((check->part == PART_TITLE || check->part == PART_EFFECT || sentence->is_question) && is_indefinite)
    return TRUE;
  if (next >= sentence->end)
    return FALSE;
  if (is_indefinite && strcmp (samspill_need_text_token (check->text, next)->lower, "som") == 0)
    return TRUE;
  return has_cue_at (check, next, SAMSPILL_CUE_MODAL);
}

/* "… der batteri ikke rekker" */
static gboolean
is_negated (Check *check, guint next)
{
  const char *lower = next < check->text->tokens->len ? samspill_need_text_token (check->text, next)->lower : "";

  return strcmp (lower, "ikke") == 0 || strcmp (lower, "ikkje") == 0;
}

static gboolean
is_remarkable_solution (Check *check, guint index, guint count, const SamspillCheckWord *word)
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
  return check->part == PART_TITLE || check->part == PART_EFFECT ||
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
is_remarkable_vague (Check *check, guint index, guint count, const SamspillCheckWord *word)
{
  guint s = samspill_need_text_token (check->text, index)->sentence;
  const SamspillSentence *sentence = samspill_need_text_sentence (check->text, s);
  gboolean is_question = check->part == PART_TITLE || sentence->is_question;

  if (word->rule == SAMSPILL_WORD_ALWAYS)
    return TRUE;
  if (is_question || check->has_figures_elsewhere || samspill_need_text_figure_near (check->text, s))
    return FALSE;
  switch (word->rule)
    {
    case SAMSPILL_WORD_IN_A_WISH:
      return check->part == PART_EFFECT || samspill_need_text_has (check->text, s, SAMSPILL_CUE_WISH) ||
             samspill_need_text_has (check->text, s, SAMSPILL_CUE_EFFECT);
    case SAMSPILL_WORD_BEFORE:
      return index + count < sentence->end &&
             begins_like (samspill_need_text_token (check->text, index + count)->lower, word->others);
    case SAMSPILL_WORD_AFTER:
      return (index > sentence->first &&
              begins_like (samspill_need_text_token (check->text, index - 1)->lower, word->others)) ||
             (index == sentence->first && check->part == PART_EFFECT);
    case SAMSPILL_WORD_NO_FIGURE:
    case SAMSPILL_WORD_ALWAYS:
    default:
      return TRUE;
    }
}

static void
remark_on_word (Check *check, guint index, guint count, const SamspillCheckWord *word)
{
  glong start = samspill_need_text_token (check->text, index)->start;
  glong end = samspill_need_text_token (check->text, index + count - 1)->end;
  g_autofree char *words = words_of (check, start, end);
  g_autofree char *message = NULL;

  if (word->is_solution)
    message = g_strdup_printf (_ ("“%s” is one answer among several. Tell what should become possible, and leave open "
                                  "how: then others can answer too."),
                               words);
  else
    message = g_strdup_printf (_ ("“%s” can mean much or little. A figure, or what one would see, says more."), words);
  add_remark (check, word->is_solution ? SAMSPILL_REMARK_SOLUTION : SAMSPILL_REMARK_VAGUE, start, end, message,
              word->hint);
}

static void
check_words (Check *check)
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

/* Several needs */

static void
add_several (Check *check, glong start, glong end)
{
  if (!has_kind (check->remarks, SAMSPILL_REMARK_SEVERAL_NEEDS))
    add_remark (check, SAMSPILL_REMARK_SEVERAL_NEEDS, start, end,
                _ ("This looks like more than one need. Each of them gets better answers on its own."),
                _ ("Which of them hurts most? Keep that one here, and write the others as needs of their own."));
}

static void
add_several_tokens (Check *check, guint first, guint count)
{
  add_several (check, samspill_need_text_token (check->text, first)->start,
               samspill_need_text_token (check->text, first + count - 1)->end);
}

/* "Hvordan kan vi finne lekkasjer og korte ned ventetiden …": a second thing to do after the first has got its object.
 */
static void
check_second_verb (Check *check, const SamspillSentence *sentence)
{
  guint verb = sentence->first + 1;

  while (verb < sentence->end && !has_cue_at (check, verb, SAMSPILL_CUE_VERB))
    verb++;
  for (guint i = verb + 2; i + 1 < sentence->end; i++)
    {
      guint next = i + 1;

      if (strcmp (samspill_need_text_token (check->text, i)->lower, "og") != 0 ||
          has_cue_at (check, i - 1, SAMSPILL_CUE_VERB))
        continue;
      if (strcmp (samspill_need_text_token (check->text, next)->lower, "å") == 0)
        next++;
      if (next + 1 < sentence->end && has_cue_at (check, next, SAMSPILL_CUE_VERB))
        add_several_tokens (check, i, next - i + 1);
    }
}

/* Lines of a list that are each a need. */
static void
check_list (Check *check)
{
  guint items = 0;

  for (guint s = 0; s < check->text->sentences->len; s++)
    {
      const SamspillSentence *sentence = samspill_need_text_sentence (check->text, s);
      const SamspillToken *token = samspill_need_text_token (check->text, sentence->first);
      const char *start = g_utf8_offset_to_pointer (check->source, token->start);
      gboolean is_item;
      guint first = sentence->first;

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
          (has_cue_at (check, first, SAMSPILL_CUE_VERB) || has_cue_at (check, first, SAMSPILL_CUE_QUESTION) ||
           has_cue_at (check, first, SAMSPILL_CUE_WISH) ||
           strcmp (samspill_need_text_token (check->text, first)->lower, "å") == 0) &&
          ++items == 2)
        add_several_tokens (check, sentence->first, sentence->end - sentence->first);
    }
}

static gboolean
asks_for_need (Check *check, const SamspillSentence *sentence)
{
  const char *first = samspill_need_text_token (check->text, sentence->first)->lower;

  return sentence->is_question && (strcmp (first, "hvordan") == 0 || strcmp (first, "korleis") == 0);
}

static void
check_several (Check *check)
{
  guint questions = 0;

  for (guint s = 0; s < check->text->sentences->len; s++)
    {
      const SamspillSentence *sentence = samspill_need_text_sentence (check->text, s);
      gboolean is_title = check->part == PART_TITLE || asks_for_need (check, sentence);

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
  if (check->part == PART_TEXT || check->part == PART_PROBLEM || check->part == PART_TITLE)
    check_list (check);
}

/* Personal data */

static void
check_personal (Check *check)
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

      add_remark (check, SAMSPILL_REMARK_PERSONAL_DATA, data->start, data->end, message, mend);
    }
}

/* What is missing */

static void
add_no_effect (Check *check)
{
  add_remark (check, SAMSPILL_REMARK_NO_EFFECT, -1, -1,
              _ ("It does not say in figures what would be better. Then nobody can tell when the need has been met."),
              /* xgettext:no-c-format */
              _ ("How is it now, how should it be, and by when? Such as “from 38 % to 20 % by 2028”."));
}

static void
add_no_user_group (Check *check)
{
  add_remark (check, SAMSPILL_REMARK_NO_USER_GROUP, -1, -1, _ ("It does not say who feels the problem."),
              _ ("Who are they, and about how many? Such as “9,500 people who live along the pipes”."));
}

static void
add_no_owner (Check *check, gboolean is_group)
{
  add_remark (check, SAMSPILL_REMARK_NO_OWNER, -1, -1,
              is_group ? _ ("A group cannot answer for a need. One role must be able to say yes, and to stop.")
                       : _ ("It does not say who owns the need. Without an owner it stops when someone changes jobs."),
              _ ("Which role can say yes? Not a name: people change jobs. Such as “head of water and sewage”."));
}

static gboolean
text_has (Check *check, SamspillCue cue)
{
  for (guint s = 0; s < check->text->sentences->len; s++)
    if (samspill_need_text_has (check->text, s, cue))
      return TRUE;
  return FALSE;
}

/* A figure where the text tells what should become different. */
static gboolean
text_has_effect (Check *check)
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
static void
settle (GPtrArray *remarks, guint first)
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

static Check *
check_new (const char *lang)
{
  Check *check = g_new0 (Check, 1);

  check->remarks = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_remark_free);
  check->seen = g_hash_table_new (NULL, NULL);
  check->lang = lang;
  return check;
}

static GPtrArray *
check_free (Check *check)
{
  GPtrArray *remarks = check->remarks;

  g_clear_pointer (&check->text, samspill_need_text_free);
  g_hash_table_unref (check->seen);
  g_free (check);
  return remarks;
}

static void
open_part (Check *check, const char *field, Part part, const char *source)
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
  Check *check = check_new (lang != NULL ? lang : samspill_guess_language (text));

  open_part (check, NULL, PART_TEXT, text);
  check_words (check);
  check_several (check);
  check_personal (check);
  settle (check->remarks, 0);
  if (!text_has_effect (check))
    add_no_effect (check);
  if (!text_has (check, SAMSPILL_CUE_USER))
    add_no_user_group (check);
  if (!text_has (check, SAMSPILL_CUE_OWNER))
    add_no_owner (check, FALSE);
  return check_free (check);
}

/* Records */

static gboolean
measures_have_figures (SamspillRecord *need)
{
  JsonNode *node = samspill_record_get_node (need, "measures");
  JsonArray *measures = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; measures != NULL && i < json_array_get_length (measures); i++)
    {
      JsonNode *element = json_array_get_element (measures, i);
      JsonNode *target =
          JSON_NODE_HOLDS_OBJECT (element) ? json_object_get_member (json_node_get_object (element), "target") : NULL;
      const char *text = target != NULL && JSON_NODE_HOLDS_VALUE (target) ? json_node_get_string (target) : NULL;

      if (text != NULL && strpbrk (text, "0123456789") != NULL)
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_any_figure (Check *check)
{
  for (guint s = 0; s < check->text->sentences->len; s++)
    if (samspill_need_text_sentence (check->text, s)->has_figure)
      return TRUE;
  return FALSE;
}

static void
check_effect_of (Check *check, SamspillRecord *need)
{
  if (!measures_have_figures (need) && !has_any_figure (check) &&
      (*check->source != '\0' || samspill_record_has (need, "problem")))
    add_no_effect (check);
}

static void
check_users_of (Check *check, SamspillRecord *need)
{
  g_autofree char *all = NULL;

  if (samspill_record_has (need, "affected") || !samspill_record_has (need, "problem"))
    return;
  all = g_strconcat (samspill_record_get_title (need), "\n\n", samspill_record_get_string (need, "problem"), NULL);
  open_part (check, "affected", PART_TEXT, all);
  if (!text_has (check, SAMSPILL_CUE_USER))
    add_no_user_group (check);
  check->source = "";
}

static void
check_owner_of (Check *check, SamspillRecord *need)
{
  const char *role = samspill_record_get_string (need, "owner_role");

  open_part (check, "owner_role", PART_TEXT, role);
  if (*role != '\0' ? text_has (check, SAMSPILL_CUE_GROUP) && !text_has (check, SAMSPILL_CUE_OWNER)
                    : samspill_record_has (need, "problem"))
    add_no_owner (check, *role != '\0');
}

static Part
part_of (const char *name)
{
  return strcmp (name, "title") == 0           ? PART_TITLE
         : strcmp (name, "problem") == 0       ? PART_PROBLEM
         : strcmp (name, "wished_effect") == 0 ? PART_EFFECT
                                               : PART_EXTENT;
}

/* What is written here is judged by its words; elsewhere a solution word tells what there is. */
static gboolean
is_judged (const char *name)
{
  static const char *const judged[] = { "title", "problem", "frequency", "cost", "wished_effect", NULL };

  return g_strv_contains (judged, name);
}

static void
check_field (Check *check, SamspillRecord *need, const SamspillField *field, const char *path)
{
  guint first = check->remarks->len;
  const char *text = samspill_record_get_string (need, path);
  const char *lang = samspill_record_get_text_lang (need, path);

  open_part (check, path, part_of (path), text);
  check->lang = check->lang != NULL ? check->lang : lang;
  check->has_figures_elsewhere = (check->part == PART_EFFECT && measures_have_figures (need)) ||
                                 (strcmp (path, "cost") == 0 && samspill_record_has (need, "cost_nok"));
  if (is_judged (path) && (strcmp (lang, "nb") == 0 || strcmp (lang, "nn") == 0))
    {
      check_words (check);
      if (check->part == PART_TITLE || check->part == PART_PROBLEM)
        check_several (check);
    }
  check_personal (check);
  settle (check->remarks, first);
  if (check->part == PART_EFFECT)
    check_effect_of (check, need);
}

/* Lists and objects: the place is one in there, not in a text of its own. */
static void
check_nested (Check *check, const SamspillField *field, JsonNode *node)
{
  if (node == NULL)
    return;
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        check_nested (check, field, json_array_get_element (array, i));
    }
  else if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      JsonNode *member;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, NULL, &member))
        check_nested (check, field, member);
    }
  else if (json_node_get_value_type (node) == G_TYPE_STRING)
    {
      guint first = check->remarks->len;

      check->field = field->name;
      check->source = json_node_get_string (node);
      check_personal (check);
      for (guint i = first; i < check->remarks->len; i++)
        {
          SamspillRemark *remark = check->remarks->pdata[i];

          remark->start = remark->end = -1;
        }
    }
}

/* Not what is chosen from a list, nor what a shipped need has from its source. */
static gboolean
is_written_by_owner (const SamspillField *field)
{
  return field->group != NULL && strcmp (field->name, "subjects") != 0;
}

/**
 * samspill_need_check_record:
 * @need: a need
 *
 * Returns: (transfer full) (element-type SamspillRemark): remarks in the order of the page, each with its field
 */
GPtrArray *
samspill_need_check_record (SamspillRecord *need)
{
  g_autofree char *all =
      g_strconcat (samspill_record_get_title (need), "\n", samspill_record_get_string (need, "problem"), "\n",
                   samspill_record_get_string (need, "wished_effect"), NULL);
  Check *check = check_new (samspill_guess_language (all));

  for (const SamspillField *field = samspill_type_lookup ("need")->fields; field->name != NULL; field++)
    {
      if (!is_written_by_owner (field))
        continue;
      if (field->kind == SAMSPILL_FIELD_STRING || field->kind == SAMSPILL_FIELD_TEXT)
        check_field (check, need, field, field->name);
      else
        check_nested (check, field, samspill_record_get_node (need, field->name));
      if (strcmp (field->name, "affected") == 0)
        check_users_of (check, need);
      else if (strcmp (field->name, "owner_role") == 0)
        check_owner_of (check, need);
    }
  return check_free (check);
}
