/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-figures.h"

#include <glib/gi18n.h>
#include <math.h>

#include "samspill-format.h"
#include "samspill-record-text.h"

/* "4,2 mill. kroner" as number and unit: the unit is the last word. */
static char *
dup_amount (gint64 kroner)
{
  char *text = samspill_format_money (kroner);
  char *blank = strrchr (text, ' ');
  char *no_break = g_strrstr (text, "\302\240");

  if (blank != NULL && (no_break == NULL || blank > no_break))
    *blank = '\0';
  else if (no_break != NULL && g_ascii_isalpha (no_break[2]))
    *no_break = '\0';
  return text;
}

static void
format_affected (SamspillRecord *record, char **value, char **unit)
{
  if (!samspill_record_has (record, "affected.count"))
    {
      /* Nobody has counted them: who they are is still worth the card. */
      if (samspill_record_has (record, "affected.who"))
        *value = samspill_record_dup_text (record, "affected.who");
      return;
    }
  *value = samspill_format_integer (samspill_record_get_integer (record, "affected.count", 0));
  *unit = samspill_record_dup_text (record, "affected.who");
}

static void
format_cost (SamspillRecord *record, char **value, char **unit)
{
  if (!samspill_record_has (record, "cost_nok"))
    return;
  *value = dup_amount (samspill_record_get_integer (record, "cost_nok", 0));
  *unit = g_strdup (_ ("kroner a year"));
}

static const char *
unit_of (const char *figure)
{
  while (*figure != '\0' && (g_ascii_isdigit (*figure) || strchr (",. ", *figure) != NULL || (guchar)*figure == 0xc2 ||
                             (guchar)*figure == 0xa0))
    figure++;
  return figure;
}

char *
samspill_figures_format_change (const char *now, const char *target)
{
  const char *unit = unit_of (now);

  if (*now == '\0' || *target == '\0')
    return g_strdup (*target != '\0' ? target : now);
  if (unit > now && *unit != '\0' && g_str_equal (unit, unit_of (target)))
    {
      g_autofree char *number = g_strndup (now, (gsize)(unit - now));

      return g_strdup_printf ("%s → %s", g_strchomp (number), target);
    }
  return g_strdup_printf ("%s → %s", now, target);
}

static void
format_effect (SamspillRecord *record, char **value, char **unit)
{
  JsonNode *node = samspill_record_get_node (record, "measures");
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  JsonNode *first = array != NULL && json_array_get_length (array) > 0 ? json_array_get_element (array, 0) : NULL;
  JsonObject *measure;
  const char *what, *by;

  if (first == NULL || !JSON_NODE_HOLDS_OBJECT (first))
    return;
  measure = json_node_get_object (first);
  *value = samspill_figures_format_change (json_object_get_string_member_with_default (measure, "now", ""),
                                           json_object_get_string_member_with_default (measure, "target", ""));
  /* A card holds a figure; a sentence stays in the list of measures. */
  if (g_utf8_strlen (*value, -1) > 24)
    g_clear_pointer (value, g_free);
  what = json_object_get_string_member_with_default (measure, "what", "");
  by = json_object_get_string_member_with_default (measure, "by", "");
  if (*by != '\0')
    {
      g_autofree char *date = samspill_format_date (by);

      /* Translators: what is measured, and when the target shall be reached */
      *unit = g_strdup_printf (_ ("%s, by %s"), what, date);
    }
  else
    {
      *unit = g_strdup (what);
    }
}

static void
format_loss (SamspillRecord *record, char **value, char **unit)
{
  int weeks = (int)samspill_record_get_integer (record, "largest_loss_weeks", 0);
  g_autofree char *time = g_strdup_printf (ngettext ("%d week", "%d weeks", (gulong)weeks), weeks);

  if (samspill_record_has (record, "largest_loss_nok"))
    {
      *value = dup_amount (samspill_record_get_integer (record, "largest_loss_nok", 0));
      /* Translators: under an amount of money; %s is "12 weeks" */
      *unit = weeks > 0 ? g_strdup_printf (_ ("kroner and %s"), time) : g_strdup (_ ("kroner"));
    }
  else if (weeks > 0)
    {
      *value = g_steal_pointer (&time);
      *unit = g_strdup (_ ("of work"));
    }
}

static void
format_budget (SamspillRecord *record, char **value, char **unit)
{
  if (!samspill_record_has (record, "budget_nok"))
    return;
  *value = dup_amount (samspill_record_get_integer (record, "budget_nok", 0));
  *unit = g_strdup (_ ("kroner"));
}

static void
format_maturity (SamspillRecord *record, char **value, char **unit)
{
  static const char *const stages[] = {
    N_ ("an idea"),
    N_ ("an idea that is worked out"),
    N_ ("shown in the laboratory"),
    N_ ("tried in the laboratory"),
    N_ ("tried under realistic conditions"),
    N_ ("a prototype, tried by users"),
    N_ ("a prototype in daily use"),
    N_ ("finished and tested"),
    N_ ("in ordinary use"),
  };
  int level = (int)samspill_record_get_integer (record, "maturity", 0);

  if (level < 1 || level > 9)
    return;
  /* Translators: a level of maturity (TRL) */
  *value = g_strdup_printf (_ ("%d of 9"), level);
  *unit = g_strdup (_ (stages[level - 1]));
}

static void
format_population (SamspillRecord *record, char **value, char **unit)
{
  if (!samspill_record_has (record, "population"))
    return;
  *value = samspill_format_integer (samspill_record_get_integer (record, "population", 0));
  *unit = g_strdup (_ ("inhabitants"));
}

static const SamspillFigure need_figures[] = {
  { N_ ("Who is affected"), { "affected.count", "affected.who" }, format_affected },
  { N_ ("Cost today"), { "cost_nok" }, format_cost },
  { N_ ("Wished effect"), { NULL }, format_effect },
  { N_ ("Largest loss we accept"), { "largest_loss_nok", "largest_loss_weeks" }, format_loss },
  { N_ ("Money set aside"), { "budget_nok" }, format_budget },
  { NULL },
};
static const SamspillFigure pitch_figures[] = {
  { N_ ("Maturity"), { "maturity" }, format_maturity },
  { NULL },
};
static const SamspillFigure organisation_figures[] = {
  { N_ ("Population"), { "population" }, format_population },
  { NULL },
};

const SamspillFigure *
samspill_figures_for_type (const char *type)
{
  if (g_str_equal (type, "need"))
    return need_figures;
  if (g_str_equal (type, "pitch"))
    return pitch_figures;
  if (g_str_equal (type, "organisation"))
    return organisation_figures;
  return NULL;
}

static JsonArray *
listed (SamspillRecord *record)
{
  JsonNode *node = samspill_record_get_node (record, "money");

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    node = samspill_record_get_node (record, "figures");
  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

guint
samspill_figures_count_listed (SamspillRecord *record)
{
  JsonArray *array = listed (record);

  return array != NULL ? json_array_get_length (array) : 0;
}

static char *
format_number (double number)
{
  if (fabs (number) >= 1e6)
    {
      /* As money is written: "4,2 mill." */
      return dup_amount ((gint64)number);
    }
  if (number == floor (number))
    return samspill_format_integer ((gint64)number);
  return g_strdelimit (g_strdup_printf ("%.1f", number), ".", ',');
}

void
samspill_figures_format_listed (SamspillRecord *record, guint index, char **label, char **value, char **unit)
{
  JsonNode *element = json_array_get_element (listed (record), index);
  JsonObject *object;
  JsonNode *number;
  const char *in, *what;
  g_autofree char *digits = NULL;

  if (!JSON_NODE_HOLDS_OBJECT (element))
    return;
  object = json_node_get_object (element);
  number = json_object_get_member (object, json_object_has_member (object, "amount") ? "amount" : "value");
  if (number == NULL || !JSON_NODE_HOLDS_VALUE (number))
    return;
  in = json_object_get_string_member_with_default (object, "currency",
                                                   json_object_get_string_member_with_default (object, "unit", ""));
  what = json_object_get_string_member_with_default (object, "what", "");
  digits = json_node_get_value_type (number) == G_TYPE_STRING ? g_strdup (json_node_get_string (number))
                                                              : format_number (json_node_get_double (number));
  *value = g_steal_pointer (&digits);
  if (g_str_equal (in, "NOK"))
    in = _ ("kroner");
  *label = g_strdup (what);
  *unit = g_strdup (in);
}
