/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-json-scan-private.h"

/* A member of an object that is being written in order. */
typedef struct
{
  char *name;
  gsize name_length;
  const char *value;
  gsize length;
} Member;

static void
clear_member (gpointer data)
{
  g_free (((Member *)data)->name);
}

static int
compare_members (gconstpointer a, gconstpointer b)
{
  const Member *one = a, *other = b;
  gsize shared = MIN (one->name_length, other->name_length);
  int order = shared > 0 ? memcmp (one->name, other->name, shared) : 0; /* a name without letters is NULL */

  if (order == 0 && one->name_length != other->name_length)
    order = one->name_length < other->name_length ? -1 : 1;
  return order;
}

static gboolean
collect_child (const SamspillJsonChild *child, gpointer data)
{
  Member member = { NULL, child->name_length, child->value, (gsize)(child->end - child->value) };

  if (child->name != NULL)
    member.name = g_memdup2 (child->name, child->name_length);
  g_array_append_val (data, member);
  return TRUE;
}

static void append_value (GString *out, const char *value, gsize length);

/* Each level is scanned once more for its children. Depth is bounded, and revisions are made one at a time. */
static void
append_container (GString *out, const char *value, gsize length)
{
  gboolean is_object = *value == '{';
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (Member));

  g_array_set_clear_func (members, clear_member);
  samspill_json_scan (value, length, SAMSPILL_JSON_DEFAULT, collect_child, members, NULL);
  if (is_object)
    g_array_sort (members, compare_members);
  g_string_append_c (out, *value);
  for (guint i = 0; i < members->len; i++)
    {
      const Member *member = &g_array_index (members, Member, i);

      if (i > 0)
        g_string_append_c (out, ',');
      if (is_object)
        {
          samspill_json_append_quoted (out, member->name != NULL ? member->name : "", member->name_length);
          g_string_append_c (out, ':');
        }
      append_value (out, member->value, member->length);
    }
  g_string_append_c (out, is_object ? '}' : ']');
}

static void
append_value (GString *out, const char *value, gsize length)
{
  if (*value == '{' || *value == '[')
    append_container (out, value, length);
  else if (*value == '"')
    {
      g_autoptr (GString) text = g_string_sized_new (length);

      samspill_json_decode (text, value + 1, length - 2);
      samspill_json_append_quoted (out, text->str, text->len);
    }
  else
    g_string_append_len (out, value, (gssize)length);
}

/**
 * samspill_json_canonical:
 * @text: JSON text
 * @length: bytes, -1: ends with a nul
 *
 * Two texts that differ only in blanks, in the order of members and in how characters are escaped have the same
 * canonical text. Numbers keep theirs: to read and write them again would change them.
 *
 * Returns: (transfer full) (nullable): the canonical text; %NULL if @text is not strict JSON
 */
char *
samspill_json_canonical (const char *text, gssize length)
{
  gsize bytes = length < 0 ? strlen (text) : (gsize)length;
  GString *out;

  if (!samspill_json_scan (text, bytes, SAMSPILL_JSON_DEFAULT, NULL, NULL, NULL))
    return NULL;
  while (bytes > 0 && strchr (" \t\r\n", *text) != NULL)
    {
      text++;
      bytes--;
    }
  while (bytes > 0 && strchr (" \t\r\n", text[bytes - 1]) != NULL)
    bytes--;
  out = g_string_sized_new (bytes);
  append_value (out, text, bytes);
  return g_string_free_and_steal (out);
}

static void
append_line (GString *out, guint level)
{
  g_string_append_c (out, '\n');
  for (guint i = 0; i < level; i++)
    g_string_append (out, "  ");
}

static const char *
string_end (const char *at, const char *end)
{
  for (at++; at < end && *at != '"'; at++)
    if (*at == '\\')
      at++;
  return MIN (at + 1, end);
}

/**
 * samspill_json_pretty:
 * @text: JSON text that has been checked
 * @length: bytes, -1: ends with a nul
 *
 * Returns: (transfer full): the same text, indented
 */
char *
samspill_json_pretty (const char *text, gssize length)
{
  const char *end = text + (length < 0 ? strlen (text) : (gsize)length);
  GString *out = g_string_sized_new ((gsize)(end - text) * 5 / 4);
  guint level = 0;

  for (const char *at = text; at < end; at++)
    {
      const char *next = at + 1;

      if (g_ascii_isspace (*at))
        continue;
      if (*at == '"')
        {
          next = string_end (at, end);
          g_string_append_len (out, at, next - at);
          at = next - 1;
        }
      else if (*at == '{' || *at == '[')
        {
          while (next < end && g_ascii_isspace (*next))
            next++;
          g_string_append_c (out, *at);
          if (next < end && (*next == '}' || *next == ']'))
            {
              g_string_append_c (out, *next);
              at = next;
            }
          else
            append_line (out, ++level);
        }
      else if (*at == '}' || *at == ']')
        {
          append_line (out, level > 0 ? --level : 0);
          g_string_append_c (out, *at);
        }
      else
        {
          g_string_append_c (out, *at);
          if (*at == ',')
            append_line (out, level);
          else if (*at == ':')
            g_string_append_c (out, ' ');
        }
    }
  return g_string_free_and_steal (out);
}
