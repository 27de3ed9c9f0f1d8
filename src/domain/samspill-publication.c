/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-publication.h"

#include <string.h>

#include "samspill-json-text.h"
#include "samspill-schema.h"

/* One object on its way out. */
typedef struct
{
  const SamspillField *fields;
  const SamspillField *languages; /* of the members of `translations`; else NULL */
  const char *path;               /* "" or "supplier." */
  GString *out;
  GPtrArray *inside; /* names */
  gboolean is_first;
} Filter;

static void filter_object (const SamspillField *fields, const SamspillField *languages, const char *path,
                           const char *object, gsize length, GString *out, GPtrArray *inside);

static const SamspillField *
find_field (const SamspillField *fields, const char *name)
{
  for (; fields != NULL && fields->name != NULL; fields++)
    if (strcmp (fields->name, name) == 0)
      return fields;
  return NULL;
}

static gboolean
has_content (const char *value, gsize length)
{
  return length > 2 && (length != 4 || strncmp (value, "null", 4) != 0);
}

static void
leave_out (Filter *self, const SamspillField *field, const char *name, const char *value, gsize length)
{
  g_autofree char *path = NULL;

  if ((field != NULL && (field->flags & SAMSPILL_FIELD_ENVELOPE) != 0) ||
      (!has_content (value, length) && !g_ascii_isdigit (*value)))
    return;
  path = g_strconcat (self->path, name, NULL);
  if (!g_ptr_array_find_with_equal_func (self->inside, path, g_str_equal, NULL))
    g_ptr_array_add (self->inside, g_steal_pointer (&path));
}

static gboolean
is_string_element (const char *value, gsize length, gpointer data)
{
  gboolean *are_strings = data;

  *are_strings = *value == '"';
  return *are_strings;
}

/* What has another shape than the schema says may hold anything, and goes nowhere. */
static gboolean
has_shape (const SamspillField *field, const char *value, gsize length)
{
  gboolean are_strings = TRUE;

  switch (field->kind)
    {
    case SAMSPILL_FIELD_STRINGS:
      return *value == '[' &&
             samspill_json_foreach_element (value, (gssize)length, is_string_element, &are_strings, NULL) &&
             are_strings;
    case SAMSPILL_FIELD_OBJECTS:
      return *value == '[';
    case SAMSPILL_FIELD_OBJECT:
      return *value == '{';
    case SAMSPILL_FIELD_ANY:
      return TRUE;
    case SAMSPILL_FIELD_STRING:
    case SAMSPILL_FIELD_TEXT:
    case SAMSPILL_FIELD_INTEGER:
    case SAMSPILL_FIELD_MONEY:
    case SAMSPILL_FIELD_DATE:
    case SAMSPILL_FIELD_CHOICE:
    case SAMSPILL_FIELD_ID:
    case SAMSPILL_FIELD_BOOLEAN:
    default:
      return *value != '{' && *value != '[';
    }
}

typedef struct
{
  const SamspillField *field;
  const char *path;
  GString *out;
  GPtrArray *inside;
  gboolean is_first;
} Rows;

static gboolean
filter_row (const char *value, gsize length, gpointer data)
{
  Rows *self = data;

  if (!self->is_first)
    g_string_append_c (self->out, ',');
  self->is_first = FALSE;
  if (*value == '{')
    filter_object (self->field->fields, NULL, self->path, value, length, self->out, self->inside);
  else
    g_string_append (self->out, "null"); /* no row at all: nothing that the schema knows */
  return TRUE;
}

static gboolean
filter_member (const char *name, const char *value, gsize length, gpointer data)
{
  Filter *self = data;
  const SamspillField *field = self->languages == NULL ? find_field (self->fields, name) : NULL;
  g_autofree char *quoted = samspill_json_quote (name);
  g_autofree char *path = g_strconcat (self->path, name, ".", NULL);

  if (self->languages == NULL &&
      (field == NULL || (field->flags & SAMSPILL_FIELD_INTERNAL) != 0 || !has_shape (field, value, length)))
    {
      leave_out (self, field, name, value, length);
      return TRUE;
    }
  g_string_append_printf (self->out, "%s%s:", self->is_first ? "" : ",", quoted);
  self->is_first = FALSE;
  if (self->languages != NULL)
    filter_object (self->languages, NULL, "", *value == '{' ? value : "{}", *value == '{' ? length : 2, self->out,
                   self->inside);
  else if ((field->flags & SAMSPILL_FIELD_ENVELOPE) != 0 && strcmp (name, "translations") == 0)
    filter_object (NULL, self->fields, "", *value == '{' ? value : "{}", *value == '{' ? length : 2, self->out,
                   self->inside);
  else if (field->fields != NULL && *value == '{')
    filter_object (field->fields, NULL, path, value, length, self->out, self->inside);
  else if (field->kind == SAMSPILL_FIELD_OBJECTS && *value == '[')
    {
      Rows rows = { field, path, self->out, self->inside, TRUE };

      g_string_append_c (self->out, '[');
      samspill_json_foreach_element (value, (gssize)length, filter_row, &rows, NULL);
      g_string_append_c (self->out, ']');
    }
  else
    g_string_append_len (self->out, value, (gssize)length);
  return TRUE;
}

static void
filter_object (const SamspillField *fields, const SamspillField *languages, const char *path, const char *object,
               gsize length, GString *out, GPtrArray *inside)
{
  Filter filter = { fields, languages, path, out, inside, TRUE };

  g_string_append_c (out, '{');
  samspill_json_foreach_member (object, (gssize)length, filter_member, &filter, NULL);
  g_string_append_c (out, '}');
}

gboolean
samspill_publication_is_for (const char *type)
{
  const SamspillType *schema = samspill_type_lookup (type);

  if (schema == NULL || strcmp (type, "file") == 0)
    return FALSE;
  for (const SamspillField *field = schema->fields; field->name != NULL; field++)
    if ((field->flags & SAMSPILL_FIELD_FOR_PUBLISHING) != 0)
      return TRUE;
  return FALSE;
}

char *
samspill_publication_filter (const char *type, const char *body, char ***inside)
{
  const SamspillType *schema = samspill_type_lookup (type);
  g_autoptr (GPtrArray) names = g_ptr_array_new_null_terminated (8, g_free, TRUE);
  GString *out;

  if (schema == NULL)
    return NULL;
  out = g_string_sized_new (strlen (body));
  filter_object (schema->fields, NULL, "", body, strlen (body), out, names);
  if (inside != NULL)
    *inside = g_strdupv ((char **)names->pdata);
  return g_string_free_and_steal (out);
}

static char *
dup_shown (const char *body)
{
  static const char *const names[] = { "changed", "created", "schema", "source_revision", "approved", "sample", NULL };
  static const char *const values[] = { NULL, NULL, NULL, NULL, NULL, NULL, NULL };
  g_autofree char *rest = samspill_json_splice (body, -1, names, values);

  return rest != NULL ? samspill_json_canonical (rest, -1) : NULL;
}

gboolean
samspill_publication_is_same (const char *one, const char *other)
{
  g_autofree char *left = dup_shown (one);
  g_autofree char *right = dup_shown (other);

  return left != NULL && g_strcmp0 (left, right) == 0;
}
