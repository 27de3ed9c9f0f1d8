/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "samspill-id.h"
#include "samspill-record-private.h"

#define MAX_ELEMENT_LENGTH 2000

#define refuse(error, ...) samspill_domain_refuse (error, SAMSPILL_DOMAIN_ERROR_INVALID_FIELD, __VA_ARGS__)

gboolean
samspill_domain_refuse (GError **error, int code, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_propagate_error (error, g_error_new_valist (SAMSPILL_DOMAIN_ERROR, code, format, arguments));
  va_end (arguments);
  return FALSE;
}

static gboolean
is_string (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

static gboolean
check_length (const char *text, gsize most, const char *where, GError **error)
{
  glong length = g_utf8_strlen (text, -1);

  if (most == 0 || (gsize)length <= most)
    return TRUE;
  return refuse (error, _ ("The field “%s” is too long: %ld characters, and at most %u are taken."), where, length,
                 (guint)most);
}

/* "2026", "2026-11" or "2026-11-24". */
static gboolean
is_date (const char *text)
{
  static const guint lengths[] = { 4, 7, 10 };
  gsize length = strlen (text);
  guint month, day;

  if (length != lengths[0] && length != lengths[1] && length != lengths[2])
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (i == 4 || i == 7 ? text[i] != '-' : !g_ascii_isdigit (text[i]))
      return FALSE;
  month = length > 4 ? (guint)g_ascii_strtoull (text + 5, NULL, 10) : 1;
  day = length > 7 ? (guint)g_ascii_strtoull (text + 8, NULL, 10) : 1;
  return g_ascii_strtoull (text, NULL, 10) > 0 &&
         g_date_valid_dmy ((GDateDay)day, (GDateMonth)month, (GDateYear)g_ascii_strtoull (text, NULL, 10));
}

static gboolean
check_string (const SamspillField *field, JsonNode *node, const char *where, GError **error)
{
  const char *text;

  if (!is_string (node))
    return refuse (error, _ ("The field “%s” must be a text."), where);
  text = json_node_get_string (node);
  if (*text == '\0')
    return TRUE;
  if (field->kind == SAMSPILL_FIELD_CHOICE && samspill_field_choice_label (field, text) == NULL)
    return refuse (error, _ ("The field “%s” cannot be “%.60s”: it is a choice of given words."), where, text);
  if (field->kind == SAMSPILL_FIELD_DATE && !is_date (text))
    return refuse (error, _ ("The field “%s” must be a date, such as 2027-03-15."), where);
  if (field->kind == SAMSPILL_FIELD_ID && !samspill_id_is_valid (text))
    return refuse (error, _ ("The field “%s” must be the id of a record."), where);
  if (field->pattern != NULL && !g_regex_match_simple (field->pattern, text, G_REGEX_DOLLAR_ENDONLY, 0))
    return refuse (error, _ ("The field “%s” is not written as it should be: “%.60s”."), where, text);
  return check_length (text, field->max_length, where, error);
}

static gboolean
check_integer (const SamspillField *field, JsonNode *node, const char *where, GError **error)
{
  double value;

  if (!JSON_NODE_HOLDS_VALUE (node) ||
      (json_node_get_value_type (node) != G_TYPE_INT64 && json_node_get_value_type (node) != G_TYPE_DOUBLE))
    return refuse (error, _ ("The field “%s” must be a whole number."), where);
  value = json_node_get_double (node);
  if (value != floor (value))
    return refuse (error, _ ("The field “%s” must be a whole number."), where);
  if (value < (double)field->minimum)
    return refuse (error, _ ("The number in the field “%s” is too small."), where);
  if (value > (double)field->maximum)
    return refuse (error, _ ("The number in the field “%s” is too large."), where);
  return TRUE;
}

static gboolean check_object (const SamspillField *fields, JsonNode *node, const char *where, GError **error);

static gboolean
check_array (const SamspillField *field, JsonNode *node, const char *where, GError **error)
{
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return refuse (error, _ ("The field “%s” must be a list."), where);
  array = json_node_get_array (node);
  if (field->max_length > 0 && json_array_get_length (array) > field->max_length)
    return refuse (error, _ ("The list “%s” is too long: at most %u are taken."), where, (guint)field->max_length);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      g_autofree char *path = g_strdup_printf ("%s[%u]", where, i);

      if (field->kind == SAMSPILL_FIELD_OBJECTS)
        {
          if (!check_object (field->fields, element, path, error))
            return FALSE;
        }
      else if (!is_string (element))
        return refuse (error, _ ("The field “%s” must be a text."), path);
      else if (!check_length (json_node_get_string (element), MAX_ELEMENT_LENGTH, path, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_field (const SamspillField *field, JsonNode *node, const char *where, GError **error)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  switch (field->kind)
    {
    case SAMSPILL_FIELD_STRING:
    case SAMSPILL_FIELD_TEXT:
    case SAMSPILL_FIELD_DATE:
    case SAMSPILL_FIELD_CHOICE:
    case SAMSPILL_FIELD_ID:
      return check_string (field, node, where, error);
    case SAMSPILL_FIELD_INTEGER:
    case SAMSPILL_FIELD_MONEY:
      return check_integer (field, node, where, error);
    case SAMSPILL_FIELD_STRINGS:
    case SAMSPILL_FIELD_OBJECTS:
      return check_array (field, node, where, error);
    case SAMSPILL_FIELD_OBJECT:
      return check_object (field->fields, node, where, error);
    case SAMSPILL_FIELD_BOOLEAN:
      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN)
        return TRUE;
      return refuse (error, _ ("The field “%s” must be true or false."), where);
    case SAMSPILL_FIELD_ANY:
    default:
      return TRUE;
    }
}

static gboolean
check_object (const SamspillField *fields, JsonNode *node, const char *where, GError **error)
{
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (error, _ ("The field “%s” must be an object."), where);
  object = json_node_get_object (node);
  for (const SamspillField *field = fields; field != NULL && field->name != NULL; field++)
    {
      JsonNode *member = json_object_get_member (object, field->name);
      g_autofree char *path = *where != '\0' ? g_strdup_printf ("%s.%s", where, field->name) : g_strdup (field->name);

      if (member != NULL && !check_field (field, member, path, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
samspill_record_check_kinds (SamspillRecord *self, GError **error)
{
  const SamspillType *schema = samspill_record_get_schema (self);
  const char *type = samspill_record_get_record_type (self);

  if (*type == '\0')
    {
      g_set_error_literal (error, SAMSPILL_DOMAIN_ERROR, SAMSPILL_DOMAIN_ERROR_MISSING_FIELD,
                           _ ("The field “type” is missing. It says what the record is, such as “need”."));
      return FALSE;
    }
  if (schema == NULL)
    {
      g_set_error (error, SAMSPILL_DOMAIN_ERROR, SAMSPILL_DOMAIN_ERROR_UNKNOWN_TYPE,
                   _ ("Records of the type “%.60s” are not known to this version of the program."), type);
      return FALSE;
    }
  for (const SamspillField *field = schema->fields; field->name != NULL; field++)
    {
      JsonNode *node = samspill_record_get_node (self, field->name);

      if (node != NULL && !check_field (field, node, field->name, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_required (SamspillRecord *self, GError **error)
{
  for (const SamspillField *field = samspill_record_get_schema (self)->fields; field->name != NULL; field++)
    if ((field->flags & SAMSPILL_FIELD_REQUIRED) != 0 && !samspill_record_has (self, field->name))
      {
        g_set_error (error, SAMSPILL_DOMAIN_ERROR, SAMSPILL_DOMAIN_ERROR_MISSING_FIELD,
                     _ ("The field “%s” is missing."), field->name);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_owner (SamspillRecord *self, GError **error)
{
  const char *owner = samspill_record_get_owner (self);
  g_autofree char *in_id = samspill_id_dup_owner (samspill_record_get_id (self));

  if (owner == NULL && (in_id != NULL || samspill_record_get_id (self) == NULL))
    {
      g_set_error_literal (error, SAMSPILL_DOMAIN_ERROR, SAMSPILL_DOMAIN_ERROR_MISSING_FIELD,
                           _ ("The field “owner” is missing: the organisation number of whoever owns the record."));
      return FALSE;
    }
  if (owner != NULL && !samspill_organisation_number_check (owner, error))
    return FALSE;
  if (in_id != NULL && strcmp (in_id, owner) != 0)
    return refuse (error, _ ("The owner of a record cannot change: its id names %s."), in_id);
  return TRUE;
}

/**
 * samspill_record_validate:
 * @self: a record
 * @error: return location for an error of %SAMSPILL_DOMAIN_ERROR or %SAMSPILL_BASE_ERROR
 *
 * Whether this may be kept: type known, required fields, kinds and bounds of fields, owner, and an id that fits them.
 * What is missing before a record is handed round is another matter: samspill_record_missing().
 *
 * Returns: %TRUE if it may
 */
gboolean
samspill_record_validate (SamspillRecord *self, GError **error)
{
  const char *id = samspill_record_get_id (self);
  g_autofree char *type = samspill_id_dup_type (id);

  if (!samspill_record_check_kinds (self, error) || !check_required (self, error) || !check_owner (self, error))
    return FALSE;
  if (id != NULL && (!samspill_id_is_valid (id) || strcmp (type, samspill_record_get_record_type (self)) != 0))
    return refuse (error, _ ("The id “%.100s” does not fit a record of the type “%s”."), id,
                   samspill_record_get_record_type (self));
  return TRUE;
}
