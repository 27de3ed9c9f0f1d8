/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-value-text.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "samspill-format.h"
#include "samspill-language.h"
#include "samspill-subject.h"

static char *dup_node_text (const SamspillField *field, JsonNode *node, gboolean is_inside);

static JsonNode *
parse (const char *json)
{
  return json != NULL ? json_from_string (json, NULL) : NULL;
}

static void
append_line (GString *lines, const char *separator, const char *line)
{
  if (line == NULL || *line == '\0')
    return;
  if (lines->len > 0)
    g_string_append (lines, separator);
  g_string_append (lines, line);
}

static const SamspillField *
find_field (const SamspillField *fields, const char *name)
{
  for (const SamspillField *field = fields; field != NULL && field->name != NULL; field++)
    if (g_str_equal (field->name, name))
      return field;

  return NULL;
}

/* "How many: 9 500" on a line each; inside a list "9 500, people who live there". */
static char *
dup_object_text (const SamspillField *field, JsonObject *object, gboolean is_inside)
{
  GString *lines = g_string_new (NULL);
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *item = members; item != NULL; item = item->next)
    {
      const SamspillField *inner = find_field (field != NULL ? field->fields : NULL, item->data);
      g_autofree char *text = dup_node_text (inner, json_object_get_member (object, item->data), TRUE);
      g_autofree char *line = NULL;

      if (*text == '\0')
        continue;
      line = is_inside
                 ? g_strdup (text)
                 : g_strdup_printf ("%s: %s",
                                    inner != NULL && inner->label != NULL ? _ (inner->label) : (const char *)item->data,
                                    text);
      append_line (lines, is_inside ? ", " : "\n", line);
    }

  return g_string_free (lines, FALSE);
}

static char *
dup_array_text (const SamspillField *field, JsonArray *array, gboolean is_inside)
{
  GString *lines = g_string_new (NULL);
  const guint n = json_array_get_length (array);

  for (guint i = 0; i < n; i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      g_autofree char *text = NULL;

      if (JSON_NODE_HOLDS_OBJECT (element))
        text = dup_object_text (field, json_node_get_object (element), TRUE);
      else if (JSON_NODE_HOLDS_VALUE (element) && json_node_get_value_type (element) == G_TYPE_STRING)
        {
          const char *label = samspill_subject_label (json_node_get_string (element), samspill_language_get ());

          text = g_strdup (label != NULL ? label : json_node_get_string (element));
        }
      else
        text = json_to_string (element, FALSE);
      append_line (lines, is_inside ? ", " : "\n", text);
    }

  return g_string_free (lines, FALSE);
}

static char *
dup_integer_text (const SamspillField *field, gint64 value)
{
  if (field != NULL && field->choices != NULL)
    {
      g_autofree char *code = g_strdup_printf ("%" G_GINT64_FORMAT, value);
      const char *label = samspill_field_choice_label (field, code);

      if (label != NULL)
        return g_strdup (_ (label));
    }
  return samspill_format_integer (value);
}

static char *
dup_string_text (const SamspillField *field, const char *value)
{
  const char *label = field != NULL && field->choices != NULL ? samspill_field_choice_label (field, value) : NULL;

  if (label != NULL)
    return g_strdup (_ (label));
  if (field != NULL && field->kind == SAMSPILL_FIELD_DATE)
    return samspill_format_date (value);

  return g_strdup (value);
}

static char *
dup_node_text (const SamspillField *field, JsonNode *node, gboolean is_inside)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return g_strdup ("");
  if (JSON_NODE_HOLDS_OBJECT (node))
    return dup_object_text (field, json_node_get_object (node), is_inside);
  if (JSON_NODE_HOLDS_ARRAY (node))
    return dup_array_text (field, json_node_get_array (node), is_inside);
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return dup_string_text (field, json_node_get_string (node));
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? _ ("Yes") : _ ("No"));
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return dup_integer_text (field, json_node_get_int (node));

  return json_to_string (node, FALSE);
}

char *
samspill_value_dup_text (const SamspillField *field, const char *json)
{
  g_autoptr (JsonNode) node = parse (json);

  return node != NULL ? dup_node_text (field, node, FALSE) : g_strdup ("");
}

gboolean
samspill_value_is_writable (const SamspillField *field)
{
  if (field == NULL || field->choices != NULL)
    return FALSE;
  switch (field->kind)
    {
    case SAMSPILL_FIELD_STRING:
    case SAMSPILL_FIELD_TEXT:
    case SAMSPILL_FIELD_INTEGER:
    case SAMSPILL_FIELD_MONEY:
      return TRUE;
    default:
      return FALSE;
    }
}

/* "4 200 000" with any kind of space between the digits. */
static gboolean
integer_from_text (const SamspillField *field, const char *text, char **json)
{
  g_autoptr (GString) digits = g_string_new (NULL);
  gint64 value;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      if (g_unichar_isspace (g_utf8_get_char (p)))
        continue;
      g_string_append_unichar (digits, g_utf8_get_char (p));
    }
  if (digits->len == 0)
    {
      *json = NULL;
      return TRUE;
    }
  if (!g_ascii_string_to_signed (digits->str, 10, field->minimum, field->maximum, &value, NULL))
    return FALSE;
  *json = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  return TRUE;
}

gboolean
samspill_value_from_text (const SamspillField *field, const char *text, char **json)
{
  g_autoptr (JsonNode) node = NULL;

  if (field->kind == SAMSPILL_FIELD_INTEGER || field->kind == SAMSPILL_FIELD_MONEY)
    return integer_from_text (field, text, json);
  *json = NULL;
  if (field->max_length > 0 && (gsize)g_utf8_strlen (text, -1) > field->max_length)
    return FALSE;
  if (*text != '\0')
    {
      node = json_node_init_string (json_node_alloc (), text);
      *json = json_to_string (node, FALSE);
    }

  return TRUE;
}

const char *
samspill_value_label (const SamspillType *type, const char *member)
{
  const SamspillField *field = type != NULL ? samspill_type_field (type, member) : NULL;

  return field != NULL && field->label != NULL ? _ (field->label) : member;
}

static gboolean
contains (JsonArray *array, JsonNode *wanted)
{
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (json_node_equal (json_array_get_element (array, i), wanted))
      return TRUE;

  return FALSE;
}

/* NULL: too long. */
static JsonNode *
unite_lists (JsonArray *mine, JsonArray *theirs, gsize max_length)
{
  g_autoptr (JsonArray) array = json_array_new (); /* a copy of a node shares its array */

  for (guint i = 0; i < json_array_get_length (mine); i++)
    json_array_add_element (array, json_node_copy (json_array_get_element (mine, i)));
  for (guint i = 0; i < json_array_get_length (theirs); i++)
    if (!contains (mine, json_array_get_element (theirs, i)))
      json_array_add_element (array, json_node_copy (json_array_get_element (theirs, i)));
  if (max_length > 0 && json_array_get_length (array) > max_length)
    return NULL;

  return json_node_init_array (json_node_alloc (), array);
}

/* Lists in it are put together; anything else that differs cannot be. */
static JsonNode *
unite_objects (const SamspillField *field, JsonObject *mine, JsonObject *theirs)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GList) ours = json_object_get_members (mine);
  g_autoptr (GList) others = json_object_get_members (theirs);

  for (GList *item = ours; item != NULL; item = item->next)
    {
      const SamspillField *inner = find_field (field->fields, item->data);
      JsonNode *one = json_object_get_member (mine, item->data);
      JsonNode *other = json_object_get_member (theirs, item->data);
      JsonNode *both;

      if (other == NULL || json_node_equal (one, other))
        both = json_node_copy (one);
      else if (JSON_NODE_HOLDS_ARRAY (one) && JSON_NODE_HOLDS_ARRAY (other))
        both =
            unite_lists (json_node_get_array (one), json_node_get_array (other), inner != NULL ? inner->max_length : 0);
      else
        both = NULL;
      if (both == NULL)
        return NULL;
      json_object_set_member (object, item->data, both);
    }
  for (GList *item = others; item != NULL; item = item->next)
    if (!json_object_has_member (mine, item->data))
      json_object_set_member (object, item->data, json_node_copy (json_object_get_member (theirs, item->data)));

  return json_node_init_object (json_node_alloc (), object);
}

char *
samspill_value_dup_both (const SamspillField *field, const char *mine, const char *theirs)
{
  g_autoptr (JsonNode) one = parse (mine);
  g_autoptr (JsonNode) other = parse (theirs);
  g_autoptr (JsonNode) both = NULL;
  g_autofree char *text = NULL;
  char *json = NULL;

  if (field == NULL || one == NULL || other == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_ARRAY (one) && JSON_NODE_HOLDS_ARRAY (other))
    both = unite_lists (json_node_get_array (one), json_node_get_array (other), field->max_length);
  else if (JSON_NODE_HOLDS_OBJECT (one) && JSON_NODE_HOLDS_OBJECT (other))
    both = unite_objects (field, json_node_get_object (one), json_node_get_object (other));
  if (both != NULL)
    return json_to_string (both, FALSE);
  if (field->kind != SAMSPILL_FIELD_TEXT || !JSON_NODE_HOLDS_VALUE (one) || !JSON_NODE_HOLDS_VALUE (other) ||
      json_node_get_string (one) == NULL || json_node_get_string (other) == NULL)
    return NULL;
  text = g_strdup_printf ("%s\n\n%s", json_node_get_string (one), json_node_get_string (other));

  return samspill_value_from_text (field, text, &json) ? json : NULL;
}
