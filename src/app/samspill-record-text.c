/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-record-text.h"

#include <glib/gi18n.h>

#include "samspill-language.h"
#include "samspill-subject.h"

/* So many owners are named in the line above a title. */
#define MOST_OWNERS 3

static const char *
translated_member (SamspillRecord *record, const char *path)
{
  g_autofree char *language = g_strconcat ("translations.", samspill_language_get (), NULL);
  JsonNode *node = samspill_record_get_node (record, language);
  g_auto (GStrv) names = NULL;

  if (node == NULL)
    return NULL;
  names = g_strsplit (path, ".", -1);
  for (guint i = 0; names[i] != NULL; i++)
    {
      if (!JSON_NODE_HOLDS_OBJECT (node))
        return NULL;
      node = json_object_get_member (json_node_get_object (node), names[i]);
      if (node == NULL)
        return NULL;
    }
  return JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

char *
samspill_record_dup_text (SamspillRecord *record, const char *path)
{
  const char *other = translated_member (record, path);

  return g_strdup (other != NULL && *other != '\0' ? other : samspill_record_get_string (record, path));
}

char *
samspill_record_dup_language (SamspillRecord *record)
{
  const char *language = samspill_record_get_lang (record);
  const char *screen = samspill_language_get ();

  if (g_str_equal (language, screen) || translated_member (record, "title") != NULL ||
      (g_str_equal (language, "nb") && !g_str_equal (screen, "nn")))
    return NULL;
  if (g_str_equal (language, "nn"))
    return g_strdup (_ ("in Nynorsk"));
  if (g_str_equal (language, "nb"))
    return g_strdup (_ ("in Bokmål"));
  if (g_str_equal (language, "se"))
    return g_strdup (_ ("in Northern Sámi"));
  return g_strdup (_ ("in English"));
}

char *
samspill_record_dup_names (SamspillRecord *record, const char *path)
{
  JsonNode *node = samspill_record_get_node (record, path);
  g_autoptr (GString) names = NULL;
  JsonArray *array;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return NULL;
  names = g_string_new (NULL);
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      const char *name = NULL;

      if (JSON_NODE_HOLDS_OBJECT (element))
        name = json_object_get_string_member_with_default (json_node_get_object (element), "name", NULL);
      else if (JSON_NODE_HOLDS_VALUE (element))
        name = json_node_get_string (element);
      if (name == NULL)
        continue;
      if (names->len > 0)
        g_string_append (names, ", ");
      g_string_append (names, name);
    }
  return names->len > 0 ? g_string_free (g_steal_pointer (&names), FALSE) : NULL;
}

/* "Larvik and 24 others" */
static char *
dup_names_short (SamspillRecord *record, const char *path)
{
  JsonNode *node = samspill_record_get_node (record, path);
  guint n = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_array_get_length (json_node_get_array (node)) : 0;
  g_autofree char *names = samspill_record_dup_names (record, path);

  if (n <= MOST_OWNERS || names == NULL)
    return g_steal_pointer (&names);
  *strstr (names, ", ") = '\0';
  /* Translators: the first of many owners, and how many more there are: "Larvik and 24 others" */
  return g_strdup_printf (_ ("%s and %d others"), names, (int)n - 1);
}

char *
samspill_record_dup_owners (SamspillProfile *profile, SamspillRecord *record)
{
  const char *owner = samspill_record_get_owner (record);
  char *names = dup_names_short (record, "buyers");

  if (names == NULL)
    names = dup_names_short (record, "owners");
  if (names == NULL && owner != NULL && *owner != '\0')
    names = samspill_profile_dup_owner_name (profile, owner);
  return names;
}

char *
samspill_record_dup_years (SamspillRecord *record)
{
  gint64 start = samspill_record_get_integer (record, "years.start", samspill_record_get_integer (record, "year", 0));
  gint64 end = samspill_record_get_integer (record, "years.end", 0);

  if (start > 0 && end > start)
    return g_strdup_printf ("%d–%d", (int)start, (int)end);
  if (start > 0 || end > 0)
    return g_strdup_printf ("%d", (int)(start > 0 ? start : end));
  return NULL;
}

char *
samspill_record_dup_choice (SamspillRecord *record, const char *path)
{
  const SamspillType *type = samspill_record_get_schema (record);
  const SamspillField *field = type != NULL ? samspill_type_field (type, path) : NULL;
  const char *value = samspill_record_get_string (record, path);
  const char *label = field != NULL && *value != '\0' ? samspill_field_choice_label (field, value) : NULL;

  return g_strdup (label != NULL ? _ (label) : value);
}

const char *
samspill_space_label (const char *space)
{
  if (space == NULL || g_str_equal (space, "mine"))
    return _ ("Draft");
  if (g_str_has_prefix (space, "team-"))
    return _ ("Internal");
  if (g_str_has_prefix (space, "joint-"))
    return _ ("Joint");
  if (g_str_equal (space, "commons"))
    return _ ("Commons");
  if (g_str_equal (space, "sample"))
    return _ ("Example");
  if (g_str_equal (space, "shipped"))
    return _ ("Comes with the program");
  return space;
}

static void
append_part (GString *line, const char *part)
{
  if (part == NULL || *part == '\0')
    return;
  if (line->len > 0)
    g_string_append (line, " · ");
  g_string_append (line, part);
}

/* The first theme that it is about: the words of Los below it would only repeat the title. */
static const char *
subject_of (SamspillRecord *record)
{
  g_auto (GStrv) ids = samspill_record_dup_strings (record, "subjects.los");

  for (guint i = 0; ids[i] != NULL; i++)
    if (g_str_has_prefix (ids[i], "tema/"))
      return samspill_subject_label (ids[i], samspill_language_get ());
  return ids[0] != NULL ? samspill_subject_label (ids[0], samspill_language_get ()) : NULL;
}

char *
samspill_record_dup_eyebrow (SamspillProfile *profile, SamspillRecord *record, const char *space)
{
  GString *line = g_string_new (NULL);
  g_autofree char *owners = samspill_record_dup_owners (profile, record);
  g_autofree char *years = samspill_record_dup_years (record);
  g_autofree char *phase = samspill_record_dup_choice (record, "phase");
  g_autofree char *language = samspill_record_dup_language (record);

  /* Who proposes it is what one asks first about a proposal. */
  if (g_str_equal (samspill_record_get_record_type (record), "pitch") &&
      g_strcmp0 (owners, samspill_record_get_string (record, "supplier.name")) != 0)
    append_part (line, samspill_record_get_string (record, "supplier.name"));
  append_part (line, owners);
  append_part (line, years);
  append_part (line, subject_of (record));
  append_part (line, phase);
  append_part (line, samspill_space_label (space));
  append_part (line, language);
  return g_string_free (line, FALSE);
}
