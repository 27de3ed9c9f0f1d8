/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-json-scan.h"

/* A member of an object that has been written: where its text stands in the output, and its decoded name. */
typedef struct
{
  gsize start, end;
  const char *name;
  gsize name_length;
  char *decoded; /* (nullable): owns the name where it had escapes */
} Member;

typedef struct
{
  const char *at, *end; /* of text that has been scanned */
  GString *out;
} Walk;

static void append_value (Walk *walk);

static void
clear_member (gpointer data)
{
  g_free (((Member *)data)->decoded);
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

static inline void
skip_blank (Walk *walk)
{
  while (walk->at < walk->end && (*walk->at == ' ' || *walk->at == '\n' || *walk->at == '\r' || *walk->at == '\t'))
    walk->at++;
}

/* Behind the closing quote of the string whose opening one is at `at`. */
static const char *
find_string_end (const char *at, const char *end, gboolean *has_escapes)
{
  const char *quote = memchr (at + 1, '"', (gsize)(end - at - 1));

  *has_escapes = FALSE;
  if (memchr (at + 1, '\\', (gsize)(quote - at - 1)) == NULL)
    return quote + 1;
  *has_escapes = TRUE;
  for (at++; *at != '"'; at++)
    if (*at == '\\')
      at++;
  return at + 1;
}

/* One that has no escapes is in its shortest form. `member` (nullable) gets the name that it is. */
static void
append_string (Walk *walk, Member *member)
{
  gboolean has_escapes;
  const char *start = walk->at, *end = find_string_end (start, walk->end, &has_escapes);
  g_autoptr (GString) text = NULL;

  walk->at = end;
  if (!has_escapes)
    {
      g_string_append_len (walk->out, start, end - start);
      if (member != NULL)
        {
          member->name = start + 1;
          member->name_length = (gsize)(end - start) - 2;
        }
      return;
    }
  text = g_string_sized_new ((gsize)(end - start));
  samspill_json_decode (text, start + 1, (gsize)(end - start) - 2);
  samspill_json_append_quoted (walk->out, text->str, text->len);
  if (member != NULL)
    {
      member->name_length = text->len;
      member->name = member->decoded = g_string_free_and_steal (g_steal_pointer (&text));
    }
}

/* Puts the members that have just been written, the first at `start`, in the order of their names. */
static void
sort_members (GString *out, gsize start, GArray *members)
{
  g_autofree char *written = NULL;
  gboolean is_sorted = TRUE;

  for (guint i = 1; i < members->len && is_sorted; i++)
    is_sorted = compare_members (&g_array_index (members, Member, i - 1), &g_array_index (members, Member, i)) < 0;
  if (is_sorted)
    return;
  written = g_memdup2 (out->str + start, out->len - start);
  g_array_sort (members, compare_members);
  g_string_truncate (out, start);
  for (guint i = 0; i < members->len; i++)
    {
      const Member *member = &g_array_index (members, Member, i);

      if (i > 0)
        g_string_append_c (out, ',');
      g_string_append_len (out, written + (member->start - start), (gssize)(member->end - member->start));
    }
}

static void
append_object (Walk *walk)
{
  g_autoptr (GArray) members = g_array_sized_new (FALSE, FALSE, sizeof (Member), 24);
  gsize start;

  g_array_set_clear_func (members, clear_member);
  g_string_append_c (walk->out, *walk->at++);
  start = walk->out->len;
  for (skip_blank (walk); *walk->at != '}'; skip_blank (walk))
    {
      Member member = { 0 };

      if (*walk->at == ',')
        {
          g_string_append_c (walk->out, *walk->at++);
          skip_blank (walk);
        }
      member.start = walk->out->len;
      append_string (walk, &member);
      skip_blank (walk);
      g_string_append_c (walk->out, *walk->at++); /* the colon */
      append_value (walk);
      member.end = walk->out->len;
      g_array_append_val (members, member);
    }
  sort_members (walk->out, start, members);
  g_string_append_c (walk->out, *walk->at++);
}

static void
append_array (Walk *walk)
{
  g_string_append_c (walk->out, *walk->at++);
  for (skip_blank (walk); *walk->at != ']'; skip_blank (walk))
    {
      if (*walk->at == ',')
        g_string_append_c (walk->out, *walk->at++);
      append_value (walk);
    }
  g_string_append_c (walk->out, *walk->at++);
}

/* The depth has been bounded by the scan. */
static void
append_value (Walk *walk)
{
  const char *start;

  skip_blank (walk);
  start = walk->at;
  if (*start == '{')
    append_object (walk);
  else if (*start == '[')
    append_array (walk);
  else if (*start == '"')
    append_string (walk, NULL);
  else
    {
      while (walk->at < walk->end && strchr (",]} \t\r\n", *walk->at) == NULL)
        walk->at++;
      g_string_append_len (walk->out, start, walk->at - start);
    }
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
  Walk walk = { text, text + bytes, NULL };

  if (!samspill_json_scan (text, bytes, SAMSPILL_JSON_DEFAULT, NULL, NULL, NULL))
    return NULL;
  walk.out = g_string_sized_new (bytes + 1);
  append_value (&walk);
  return g_string_free_and_steal (walk.out);
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
