/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-need-check-private.h"

#include <string.h>

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
has_any_figure (SamspillNeedCheck *check)
{
  for (guint s = 0; s < check->text->sentences->len; s++)
    if (samspill_need_text_sentence (check->text, s)->has_figure)
      return TRUE;
  return FALSE;
}

static void
check_effect_of (SamspillNeedCheck *check, SamspillRecord *need)
{
  if (!measures_have_figures (need) && !has_any_figure (check) &&
      (*check->source != '\0' || samspill_record_has (need, "problem")))
    samspill_need_check_add_no_effect (check);
}

static void
check_users_of (SamspillNeedCheck *check, SamspillRecord *need)
{
  g_autofree char *all = NULL;

  if (samspill_record_has (need, "affected") || !samspill_record_has (need, "problem"))
    return;
  all = g_strconcat (samspill_record_get_title (need), "\n\n", samspill_record_get_string (need, "problem"), NULL);
  samspill_need_check_open (check, "affected", SAMSPILL_PART_TEXT, all);
  if (!samspill_need_check_has (check, SAMSPILL_CUE_USER))
    samspill_need_check_add_no_user_group (check);
  check->source = "";
}

static void
check_owner_of (SamspillNeedCheck *check, SamspillRecord *need)
{
  const char *role = samspill_record_get_string (need, "owner_role");

  samspill_need_check_open (check, "owner_role", SAMSPILL_PART_TEXT, role);
  if (*role != '\0'
          ? samspill_need_check_has (check, SAMSPILL_CUE_GROUP) && !samspill_need_check_has (check, SAMSPILL_CUE_OWNER)
          : samspill_record_has (need, "problem"))
    samspill_need_check_add_no_owner (check, *role != '\0');
}

static SamspillNeedPart
part_of (const char *name)
{
  return strcmp (name, "title") == 0           ? SAMSPILL_PART_TITLE
         : strcmp (name, "problem") == 0       ? SAMSPILL_PART_PROBLEM
         : strcmp (name, "wished_effect") == 0 ? SAMSPILL_PART_EFFECT
                                               : SAMSPILL_PART_EXTENT;
}

/* What is written here is judged by its words; elsewhere a solution word tells what there is. */
static gboolean
is_judged (const char *name)
{
  static const char *const judged[] = { "title", "problem", "frequency", "cost", "wished_effect", NULL };

  return g_strv_contains (judged, name);
}

static void
check_field (SamspillNeedCheck *check, SamspillRecord *need, const SamspillField *field, const char *path)
{
  guint first = check->remarks->len;
  const char *text = samspill_record_get_string (need, path);
  const char *lang = samspill_record_get_text_lang (need, path);

  samspill_need_check_open (check, path, part_of (path), text);
  check->lang = check->lang != NULL ? check->lang : lang;
  check->has_figures_elsewhere = (check->part == SAMSPILL_PART_EFFECT && measures_have_figures (need)) ||
                                 (strcmp (path, "cost") == 0 && samspill_record_has (need, "cost_nok"));
  if (is_judged (path) && (strcmp (lang, "nb") == 0 || strcmp (lang, "nn") == 0))
    {
      samspill_need_check_words (check);
      if (check->part == SAMSPILL_PART_TITLE || check->part == SAMSPILL_PART_PROBLEM)
        samspill_need_check_several (check);
    }
  samspill_need_check_personal (check);
  samspill_need_check_settle (check->remarks, first);
  if (check->part == SAMSPILL_PART_EFFECT)
    check_effect_of (check, need);
}

/* Lists and objects: the place is one in there, not in a text of its own. */
static void
check_nested (SamspillNeedCheck *check, const SamspillField *field, JsonNode *node)
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
      samspill_need_check_personal (check);
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
  SamspillNeedCheck *check = samspill_need_check_new (samspill_guess_language (all));

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
  return samspill_need_check_steal (check);
}
