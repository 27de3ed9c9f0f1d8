/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-json-order-private.h"

#include <string.h>

#include "samspill-json-scan.h"

static int
rank_of (const SamspillJsonValue *value)
{
  switch (*value->text)
    {
    case 'n':
      return 0;
    case 'f':
      return 1;
    case 't':
      return 2;
    case '"':
      return 4;
    case '[':
      return 5;
    case '{':
      return 6;
    default:
      return 3;
    }
}

const char *
samspill_json_type (const SamspillJsonValue *value)
{
  static const char *const types[] = { "null", "boolean", "boolean", "number", "string", "array", "object" };

  return types[rank_of (value)];
}

static double
number_of (const SamspillJsonValue *value)
{
  g_autofree char *text = g_strndup (value->text, value->length);

  return g_ascii_strtod (text, NULL);
}

static int
compare_strings (const SamspillJsonValue *a, const SamspillJsonValue *b)
{
  g_autoptr (GString) one = g_string_new (NULL), other = g_string_new (NULL);
  int order;

  samspill_json_decode (one, a->text + 1, a->length - 2);
  samspill_json_decode (other, b->text + 1, b->length - 2);
  order = memcmp (one->str, other->str, MIN (one->len, other->len));
  return order != 0 ? order : (one->len > other->len) - (one->len < other->len);
}

typedef struct
{
  SamspillJsonValue name, value; /* the name with its quotes; text NULL: an element */
} Child;

static gboolean
child_cb (const SamspillJsonChild *child, gpointer data)
{
  Child item = { { NULL, 0 }, { child->value, (gsize)(child->end - child->value) } };

  if (child->name != NULL)
    {
      const char *end = child->start + 1;

      while (*end != '"')
        end += *end == '\\' ? 2 : 1;
      item.name = (SamspillJsonValue){ child->start, (gsize)(end + 1 - child->start) };
    }
  g_array_append_val ((GArray *)data, item);
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return compare_strings (&((const Child *)a)->name, &((const Child *)b)->name);
}

static GArray *
list_children (const SamspillJsonValue *value)
{
  GArray *children = g_array_new (FALSE, FALSE, sizeof (Child));

  samspill_json_scan (value->text, value->length, SAMSPILL_JSON_DEFAULT, child_cb, children, NULL);
  if (*value->text == '{')
    g_array_sort (children, compare_names);
  return children;
}

static int
compare_children (const SamspillJsonValue *a, const SamspillJsonValue *b)
{
  g_autoptr (GArray) one = list_children (a), other = list_children (b);

  for (guint i = 0; i < MIN (one->len, other->len); i++)
    {
      const Child *left = &g_array_index (one, Child, i), *right = &g_array_index (other, Child, i);
      int order = left->name.text != NULL ? compare_strings (&left->name, &right->name) : 0;

      if (order == 0)
        order = samspill_json_compare (&left->value, &right->value);
      if (order != 0)
        return order;
    }
  return (one->len > other->len) - (one->len < other->len);
}

int
samspill_json_compare (const SamspillJsonValue *a, const SamspillJsonValue *b)
{
  int one = rank_of (a), other = rank_of (b);

  if (one != other)
    return one < other ? -1 : 1;
  switch (one)
    {
    case 3:
      {
        double left = number_of (a), right = number_of (b);

        return (left > right) - (left < right);
      }
    case 4:
      return compare_strings (a, b);
    case 5:
    case 6:
      return compare_children (a, b);
    default:
      return 0;
    }
}
