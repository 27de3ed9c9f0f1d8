/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-record-private.h"

#include <string.h>

/* Reading fields */

JsonNode *
samspill_record_descend (JsonObject *object, const char *field)
{
  for (;;)
    {
      const char *dot = strchr (field, '.');
      g_autofree char *name = dot != NULL ? g_strndup (field, (gsize)(dot - field)) : NULL;
      JsonNode *node = json_object_get_member (object, name != NULL ? name : field);

      if (node == NULL || dot == NULL)
        return node;
      if (!JSON_NODE_HOLDS_OBJECT (node))
        return NULL;
      object = json_node_get_object (node);
      field = dot + 1;
    }
}

const char *
samspill_record_node_string (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

static gboolean
is_blank (const char *text)
{
  while (g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return *text == '\0';
}

gboolean
samspill_record_node_is_empty (JsonNode *node)
{
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      JsonNode *member;

      json_object_iter_init (&iter, json_node_get_object (node));
      while (json_object_iter_next (&iter, NULL, &member))
        if (!samspill_record_node_is_empty (member))
          return FALSE;
      return TRUE;
    }
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        if (!samspill_record_node_is_empty (json_array_get_element (array, i)))
          return FALSE;
      return TRUE;
    }
  return samspill_record_node_string (node) != NULL && is_blank (samspill_record_node_string (node));
}

/* The texts in `lang`, where the record has them beside its own. */
JsonObject *
samspill_record_get_translation (SamspillRecord *self, const char *lang)
{
  JsonNode *all = json_object_get_member (samspill_record_get_root (self), "translations");
  JsonNode *one = NULL;

  if (all != NULL && JSON_NODE_HOLDS_OBJECT (all))
    one = json_object_get_member (json_node_get_object (all), lang);
  return one != NULL && JSON_NODE_HOLDS_OBJECT (one) ? json_node_get_object (one) : NULL;
}

static JsonNode *
find_translated (SamspillRecord *self, const char *field, const char **lang)
{
  static const char *const order[] = { "nb", "nn", "en", "se" };

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      JsonObject *texts = samspill_record_get_translation (self, order[i]);
      JsonNode *node = texts != NULL ? samspill_record_descend (texts, field) : NULL;

      if (samspill_record_node_is_empty (node))
        continue;
      if (lang != NULL)
        *lang = order[i];
      return node;
    }
  return NULL;
}

JsonNode *
samspill_record_get_node (SamspillRecord *self, const char *field)
{
  return samspill_record_descend (samspill_record_get_root (self), field);
}

const char *
samspill_record_get_string (SamspillRecord *self, const char *field)
{
  JsonNode *node = samspill_record_get_node (self, field);
  const char *text;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    node = find_translated (self, field, NULL);
  text = samspill_record_node_string (node);
  return text != NULL ? text : "";
}

const char *
samspill_record_get_text_lang (SamspillRecord *self, const char *field)
{
  JsonNode *node = samspill_record_get_node (self, field);
  const char *lang = NULL;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    find_translated (self, field, &lang);
  return lang != NULL ? lang : samspill_record_get_lang (self);
}

const char *
samspill_record_get_string_in (SamspillRecord *self, const char *field, const char *lang)
{
  JsonObject *texts =
      g_strcmp0 (lang, samspill_record_get_lang (self)) != 0 ? samspill_record_get_translation (self, lang) : NULL;
  JsonNode *node = texts != NULL ? samspill_record_descend (texts, field) : NULL;

  if (!samspill_record_node_is_empty (node) && samspill_record_node_string (node) != NULL)
    return samspill_record_node_string (node);
  return samspill_record_get_string (self, field);
}

gint64
samspill_record_get_integer (SamspillRecord *self, const char *field, gint64 fallback)
{
  JsonNode *node = samspill_record_get_node (self, field);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return fallback;
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return json_node_get_int (node);
  if (json_node_get_value_type (node) == G_TYPE_DOUBLE && ABS (json_node_get_double (node)) <= 9007199254740992.0)
    return (gint64)json_node_get_double (node);
  return fallback;
}

gboolean
samspill_record_get_boolean (SamspillRecord *self, const char *field)
{
  JsonNode *node = samspill_record_get_node (self, field);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN &&
         json_node_get_boolean (node);
}

gboolean
samspill_record_has (SamspillRecord *self, const char *field)
{
  return !samspill_record_node_is_empty (samspill_record_get_node (self, field)) ||
         find_translated (self, field, NULL) != NULL;
}

char **
samspill_record_dup_strings (SamspillRecord *self, const char *field)
{
  g_autoptr (GStrvBuilder) strings = g_strv_builder_new ();
  JsonNode *node = samspill_record_get_node (self, field);

  if (node != NULL && JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        if (samspill_record_node_string (json_array_get_element (array, i)) != NULL)
          g_strv_builder_add (strings, samspill_record_node_string (json_array_get_element (array, i)));
    }
  return g_strv_builder_end (strings);
}
