/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-schema.h"

#include <string.h>

#include "samspill-schema-table.h"

/**
 * samspill_type_lookup:
 * @type: (nullable): name of a record type
 *
 * Returns: (transfer none) (nullable): what is known of it
 */
const SamspillType *
samspill_type_lookup (const char *type)
{
  for (gsize i = 0; type != NULL && i < G_N_ELEMENTS (schema_types); i++)
    if (strcmp (schema_types[i].type, type) == 0)
      return &schema_types[i];
  return NULL;
}

/**
 * samspill_type_list:
 *
 * Returns: (transfer none) (array zero-terminated=1): names of all record types
 */
const char *const *
samspill_type_list (void)
{
  return schema_type_names;
}

/**
 * samspill_type_field:
 * @type: a record type
 * @name: name of a field; a dot descends into an object, or into the objects of an array
 *
 * Returns: (transfer none) (nullable): the field
 */
const SamspillField *
samspill_type_field (const SamspillType *type, const char *name)
{
  const SamspillField *field = type->fields;

  for (;;)
    {
      gsize length = strcspn (name, ".");

      while (field->name != NULL && (strncmp (field->name, name, length) != 0 || field->name[length] != '\0'))
        field++;
      if (field->name == NULL)
        return NULL;
      if (name[length] == '\0')
        return field;
      if (field->fields == NULL)
        return NULL;
      name += length + 1;
      field = field->fields;
    }
}

/**
 * samspill_type_group:
 * @type: a record type
 * @name: (nullable): name of a group
 *
 * Returns: (transfer none) (nullable): the group
 */
const SamspillGroup *
samspill_type_group (const SamspillType *type, const char *name)
{
  for (const SamspillGroup *group = type->groups; name != NULL && group->name != NULL; group++)
    if (strcmp (group->name, name) == 0)
      return group;
  return NULL;
}

/**
 * samspill_field_choice_label:
 * @field: a field
 * @value: (nullable): a value of it
 *
 * Returns: (transfer none) (nullable): the msgid of its label
 */
const char *
samspill_field_choice_label (const SamspillField *field, const char *value)
{
  for (const SamspillChoice *choice = field->choices; value != NULL && choice != NULL && choice->value != NULL;
       choice++)
    if (strcmp (choice->value, value) == 0)
      return choice->label;
  return NULL;
}
