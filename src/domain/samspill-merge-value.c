/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-merge-private.h"

#include <string.h>

#include "samspill-json-text.h"

/* Values are JSON texts, NULL where there is none. */

gboolean
samspill_merge_is_same (const char *a, const char *b)
{
  g_autofree char *left = NULL, *right = NULL;

  if (a == NULL || b == NULL || strcmp (a, b) == 0)
    return a == b || (a != NULL && b != NULL);
  left = samspill_json_canonical (a, -1);
  right = samspill_json_canonical (b, -1);
  return g_strcmp0 (left, right) == 0;
}

/* One of two texts of the same value: that of the base, else the smaller, whichever side it is on. */
char *
samspill_merge_choose_text (const char *base, const char *mine, const char *theirs)
{
  if (base != NULL && samspill_merge_is_same (base, mine))
    return g_strdup (base);
  return g_strdup (g_strcmp0 (mine, theirs) <= 0 ? mine : theirs);
}

static gboolean
add_member (const char *name, const char *value, gsize length, gpointer data)
{
  SamspillMergeMembers *self = data;
  char *key = g_strdup (name);

  g_ptr_array_add (self->names, key);
  g_hash_table_insert (self->values, key, g_strndup (value, length));
  return TRUE;
}

void
samspill_merge_members_read (SamspillMergeMembers *self, const char *object)
{
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  if (object != NULL)
    samspill_json_foreach_member (object, -1, add_member, self, NULL);
}

void
samspill_merge_members_clear (SamspillMergeMembers *self)
{
  g_clear_pointer (&self->values, g_hash_table_unref);
  g_clear_pointer (&self->names, g_ptr_array_unref);
}

const char *
samspill_merge_members_get (const SamspillMergeMembers *self, const char *name)
{
  return g_hash_table_lookup (self->values, name);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
collect_new (GPtrArray *names, const SamspillMergeMembers *known, const SamspillMergeMembers *also,
             const SamspillMergeMembers *self)
{
  for (guint i = 0; i < self->names->len; i++)
    {
      const char *name = g_ptr_array_index (self->names, i);

      if (samspill_merge_members_get (known, name) == NULL &&
          (also == NULL || samspill_merge_members_get (also, name) == NULL))
        g_ptr_array_add (names, (gpointer)name);
    }
}

GPtrArray *
samspill_merge_members_list (const SamspillMergeMembers *base, const SamspillMergeMembers *mine,
                             const SamspillMergeMembers *theirs)
{
  GPtrArray *names = g_ptr_array_new ();
  g_autoptr (GPtrArray) added = g_ptr_array_new ();

  for (guint i = 0; i < base->names->len; i++)
    g_ptr_array_add (names, g_ptr_array_index (base->names, i));
  collect_new (added, base, NULL, mine);
  collect_new (added, base, mine, theirs);
  g_ptr_array_sort (added, compare_names);
  g_ptr_array_extend (names, added, NULL, NULL);
  return names;
}

void
samspill_merge_append_member (GString *object, const char *name, const char *value)
{
  g_autofree char *quoted = samspill_json_quote (name);

  g_string_append_printf (object, "%s%s:", object->len > 1 ? "," : "", quoted);
  g_string_append (object, value);
}

/* Sets */

static gboolean
add_element (const char *value, gsize length, gpointer data)
{
  g_autofree char *text = g_strndup (value, length);
  char *key = samspill_json_canonical (text, -1);

  g_ptr_array_add (data, samspill_merge_part_new (key, g_steal_pointer (&text), g_strdup ("")));
  return TRUE;
}

/* The elements of an array; none where there is no array. NULL: something else stands there. */
static GPtrArray *
read_elements (const char *array)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_merge_part_free);

  if (array != NULL && strcmp (array, "null") != 0 &&
      (*array != '[' || !samspill_json_foreach_element (array, -1, add_element, parts, NULL)))
    return NULL;
  return g_steal_pointer (&parts);
}

static char *
write_elements (GPtrArray *parts)
{
  GString *text = g_string_new ("[");

  for (guint i = 0; i < parts->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", ((SamspillMergePart *)parts->pdata[i])->text);
  g_string_append_c (text, ']');
  return g_string_free_and_steal (text);
}

static GHashTable *
collect_keys (GPtrArray *parts)
{
  GHashTable *keys = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < parts->len; i++)
    g_hash_table_add (keys, ((SamspillMergePart *)parts->pdata[i])->key);
  return keys;
}

static int
compare_parts (gconstpointer a, gconstpointer b)
{
  const SamspillMergePart *left = *(const SamspillMergePart *const *)a, *right = *(const SamspillMergePart *const *)b;
  int order = strcmp (left->key, right->key);

  return order != 0 ? order : strcmp (left->text, right->text);
}

/* What was there stays in its order unless either took it out; what either put in follows, sorted. */
static GPtrArray *
join_sets (GPtrArray *base, GPtrArray *mine, GPtrArray *theirs)
{
  GPtrArray *result = g_ptr_array_new ();
  g_autoptr (GHashTable) known = collect_keys (base);
  g_autoptr (GHashTable) in_mine = collect_keys (mine);
  g_autoptr (GHashTable) in_theirs = collect_keys (theirs);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) added = g_ptr_array_new ();
  GPtrArray *sides[] = { mine, theirs };

  for (guint i = 0; i < base->len; i++)
    {
      SamspillMergePart *part = g_ptr_array_index (base, i);

      if (g_hash_table_contains (in_mine, part->key) && g_hash_table_contains (in_theirs, part->key) &&
          g_hash_table_add (seen, part->key))
        g_ptr_array_add (result, part);
    }
  for (guint side = 0; side < G_N_ELEMENTS (sides); side++)
    for (guint i = 0; i < sides[side]->len; i++)
      if (!g_hash_table_contains (known, ((SamspillMergePart *)sides[side]->pdata[i])->key))
        g_ptr_array_add (added, sides[side]->pdata[i]);
  g_ptr_array_sort (added, compare_parts);
  for (guint i = 0; i < added->len; i++)
    if (g_hash_table_add (seen, ((SamspillMergePart *)added->pdata[i])->key))
      g_ptr_array_add (result, added->pdata[i]);
  return result;
}

static char *
merge_array (const SamspillField *field, const char *base, const char *mine, const char *theirs, gboolean *is_merged)
{
  g_autoptr (GPtrArray) from = read_elements (base);
  g_autoptr (GPtrArray) left = read_elements (mine);
  g_autoptr (GPtrArray) right = read_elements (theirs);
  g_autoptr (GPtrArray) joined = NULL;

  if (from == NULL || left == NULL || right == NULL)
    return NULL;
  if (field->kind == SAMSPILL_FIELD_STRINGS)
    joined = join_sets (from, left, right);
  else
    joined = samspill_merge_sequence (from, left, right, SAMSPILL_MERGE_SEQUENCE_JOIN_INSERTIONS);
  if (joined == NULL || (field->max_length > 0 && joined->len > field->max_length))
    return NULL;
  *is_merged = TRUE;
  return joined->len > 0 ? write_elements (joined) : NULL;
}

/* Texts */

char *
samspill_merge_dup_string (const char *value)
{
  g_autofree char *object = value != NULL && *value == '"' ? g_strdup_printf ("{\"v\":%s}", value) : NULL;

  return object != NULL ? samspill_json_dup_string (object, -1, "v") : NULL;
}

static char *
merge_text (const SamspillField *field, const char *base, const char *mine, const char *theirs, gboolean *is_merged)
{
  g_autofree char *from = samspill_merge_dup_string (base);
  g_autofree char *left = samspill_merge_dup_string (mine);
  g_autofree char *right = samspill_merge_dup_string (theirs);
  g_autoptr (GPtrArray) from_parts = NULL;
  g_autoptr (GPtrArray) left_parts = NULL;
  g_autoptr (GPtrArray) right_parts = NULL;
  g_autoptr (GPtrArray) joined = NULL;
  g_autofree char *text = NULL;

  if (from == NULL || left == NULL || right == NULL)
    return NULL;
  from_parts = samspill_merge_split_text (from);
  left_parts = samspill_merge_split_text (left);
  right_parts = samspill_merge_split_text (right);
  joined = samspill_merge_sequence (from_parts, left_parts, right_parts, SAMSPILL_MERGE_SEQUENCE_DEFAULT);
  if (joined == NULL)
    return NULL;
  text = samspill_merge_join_text (joined);
  if (field->max_length > 0 && (gsize)g_utf8_strlen (text, -1) > field->max_length)
    return NULL;
  *is_merged = TRUE;
  return *text != '\0' ? samspill_json_quote (text) : NULL;
}

/* Objects */

static const SamspillField *
find_field (const SamspillField *fields, const char *name)
{
  for (; fields != NULL && fields->name != NULL; fields++)
    if (strcmp (fields->name, name) == 0)
      return fields;
  return NULL;
}

/* Member by member; `each`: what every member is (a language of translations), else they are looked up in `fields`. */
static char *
merge_object (const SamspillField *fields, const SamspillField *each, const char *base, const char *mine,
              const char *theirs, gboolean is_base_known, gboolean *is_merged)
{
  g_auto (SamspillMergeMembers) from = { NULL, NULL };
  g_auto (SamspillMergeMembers) left = { NULL, NULL };
  g_auto (SamspillMergeMembers) right = { NULL, NULL };
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GString) object = g_string_new ("{");

  if (mine == NULL || theirs == NULL || *mine != '{' || *theirs != '{' || (base != NULL && *base != '{'))
    return NULL;
  samspill_merge_members_read (&from, base);
  samspill_merge_members_read (&left, mine);
  samspill_merge_members_read (&right, theirs);
  names = samspill_merge_members_list (&from, &left, &right);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *value = NULL;

      if (samspill_merge_value (each != NULL ? each : find_field (fields, name),
                                samspill_merge_members_get (&from, name), samspill_merge_members_get (&left, name),
                                samspill_merge_members_get (&right, name), is_base_known,
                                &value) == SAMSPILL_MERGE_UNDECIDED)
        return NULL;
      if (value != NULL)
        samspill_merge_append_member (object, name, value);
    }
  *is_merged = TRUE;
  g_string_append_c (object, '}');
  return object->len > 2 ? g_string_free_and_steal (g_steal_pointer (&object)) : NULL;
}

/* By language, then by field. */
char *
samspill_merge_translations (const SamspillType *type, const char *base, const char *mine, const char *theirs,
                             gboolean is_base_known, gboolean *is_merged)
{
  const SamspillField language = { .name = "", .kind = SAMSPILL_FIELD_OBJECT, .fields = type->fields };

  return merge_object (NULL, &language, base, mine, theirs, is_base_known, is_merged);
}

/* Both sides have changed it. */
static char *
merge_changed (const SamspillField *field, const char *base, const char *mine, const char *theirs,
               gboolean is_base_known, gboolean *is_merged)
{
  if (field == NULL)
    return NULL;
  switch (field->kind)
    {
    case SAMSPILL_FIELD_STRINGS:
      return merge_array (field, base, mine, theirs, is_merged);
    case SAMSPILL_FIELD_OBJECTS:
      return is_base_known ? merge_array (field, base, mine, theirs, is_merged) : NULL;
    case SAMSPILL_FIELD_TEXT:
      return merge_text (field, base, mine, theirs, is_merged);
    case SAMSPILL_FIELD_OBJECT:
      return merge_object (field->fields, NULL, base, mine, theirs, is_base_known, is_merged);
    case SAMSPILL_FIELD_STRING:
    case SAMSPILL_FIELD_INTEGER:
    case SAMSPILL_FIELD_MONEY:
    case SAMSPILL_FIELD_DATE:
    case SAMSPILL_FIELD_CHOICE:
    case SAMSPILL_FIELD_ID:
    case SAMSPILL_FIELD_BOOLEAN:
    case SAMSPILL_FIELD_ANY:
    default:
      return NULL;
    }
}

SamspillMergeKind
samspill_merge_value (const SamspillField *field, const char *base, const char *mine, const char *theirs,
                      gboolean is_base_known, char **merged)
{
  gboolean is_merged = FALSE;

  *merged = NULL;
  if (samspill_merge_is_same (mine, theirs))
    {
      *merged = samspill_merge_choose_text (base, mine, theirs);
      return SAMSPILL_MERGE_SAME;
    }
  if (samspill_merge_is_same (base, theirs))
    {
      *merged = g_strdup (mine);
      return SAMSPILL_MERGE_MINE;
    }
  if (samspill_merge_is_same (base, mine))
    {
      *merged = g_strdup (theirs);
      return SAMSPILL_MERGE_THEIRS;
    }
  *merged = merge_changed (field, base, mine, theirs, is_base_known, &is_merged);
  return is_merged ? SAMSPILL_MERGE_BOTH : SAMSPILL_MERGE_UNDECIDED;
}
