/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-record-private.h"

/**
 * samspill_record_missing:
 * @self: a record
 * @purpose: %SAMSPILL_FIELD_FOR_HANDING or %SAMSPILL_FIELD_FOR_PUBLISHING
 *
 * Returns: (transfer container) (element-type SamspillField): fields that are wanted and empty, in the order of the
 * page
 */
GPtrArray *
samspill_record_missing (SamspillRecord *self, SamspillFieldFlags purpose)
{
  const SamspillType *schema = samspill_record_get_schema (self);
  GPtrArray *missing = g_ptr_array_new ();

  for (const SamspillField *field = schema != NULL ? schema->fields : NULL; field != NULL && field->name != NULL;
       field++)
    if ((field->flags & purpose) != 0 && !samspill_record_has (self, field->name))
      g_ptr_array_add (missing, (gpointer)field);
  return missing;
}

static void walk_texts (const SamspillField *fields, JsonObject *object, SamspillTextFunc func, gpointer data);

static void
walk_node (const SamspillField *field, JsonNode *node, SamspillTextFunc func, gpointer data)
{
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        walk_node (field, json_array_get_element (array, i), func, data);
    }
  else if (JSON_NODE_HOLDS_OBJECT (node))
    {
      if (field->fields != NULL)
        walk_texts (field->fields, json_node_get_object (node), func, data);
    }
  else if (field->search_weight > 0 && samspill_record_node_string (node) != NULL)
    func (field, samspill_record_node_string (node), data);
}

static void
walk_texts (const SamspillField *fields, JsonObject *object, SamspillTextFunc func, gpointer data)
{
  for (const SamspillField *field = fields; field->name != NULL; field++)
    {
      JsonNode *node = json_object_get_member (object, field->name);

      if (node != NULL)
        walk_node (field, node, func, data);
    }
}

/**
 * samspill_record_foreach_text:
 * @self: a record
 * @func: (scope call): called for each text that search should see, also those in other languages
 * @data: for @func
 */
void
samspill_record_foreach_text (SamspillRecord *self, SamspillTextFunc func, gpointer data)
{
  static const char *const langs[] = { "nb", "nn", "en", "se" };
  const SamspillType *schema = samspill_record_get_schema (self);

  if (schema == NULL)
    return;
  walk_texts (schema->fields, samspill_record_get_root (self), func, data);
  for (gsize i = 0; i < G_N_ELEMENTS (langs); i++)
    {
      JsonObject *texts = samspill_record_get_translation (self, langs[i]);

      if (texts != NULL)
        walk_texts (schema->fields, texts, func, data);
    }
}
