/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-json-text.h"

#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "samspill-error.h"
#include "samspill-json-scan.h"

static gsize
length_of (const char *text, gssize length)
{
  return length < 0 ? strlen (text) : (gsize)length;
}

/**
 * samspill_json_check:
 * @text: what came from outside
 * @length: bytes, -1: ends with a nul
 * @max_bytes: more is refused before it is looked at; 0: no bound
 * @flags: what else to ask of it
 * @error: return location for an error of %SAMSPILL_BASE_ERROR
 *
 * Returns: %TRUE if @text is one strict JSON value
 */
gboolean
samspill_json_check (const char *text, gssize length, gsize max_bytes, SamspillJsonFlags flags, GError **error)
{
  gsize bytes = length_of (text, length);

  if (max_bytes > 0 && bytes > max_bytes)
    {
      g_autofree char *size = g_format_size (bytes);
      g_autofree char *most = g_format_size (max_bytes);

      g_set_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_TOO_LARGE,
                   _ ("This is too large: %s, and at most %s are read."), size, most);
      return FALSE;
    }
  return samspill_json_scan (text, bytes, flags, NULL, NULL, error);
}

/**
 * samspill_json_decode:
 * @out: is added to
 * @raw: (array length=length): what stands between the quotes of a string that was scanned
 * @length: of @raw
 *
 * Undoes the escapes. "\u0000" becomes a nul, so that @out may be longer than its text looks.
 */
void
samspill_json_decode (GString *out, const char *raw, gsize length)
{
  const char *end = raw + length;

  while (raw < end)
    {
      const char *backslash = memchr (raw, '\\', (gsize)(end - raw));
      gunichar code;

      g_string_append_len (out, raw, backslash != NULL ? backslash - raw : end - raw);
      if (backslash == NULL)
        return;
      raw = backslash + 2;
      switch (backslash[1])
        {
        case 'b':
          g_string_append_c (out, '\b');
          break;
        case 'f':
          g_string_append_c (out, '\f');
          break;
        case 'n':
          g_string_append_c (out, '\n');
          break;
        case 'r':
          g_string_append_c (out, '\r');
          break;
        case 't':
          g_string_append_c (out, '\t');
          break;
        case 'u':
          code = 0;
          for (int i = 0; i < 4; i++)
            code = code * 16 + (gunichar)g_ascii_xdigit_value (raw[i]);
          raw += 4;
          if (code >= 0xd800 && code <= 0xdbff)
            {
              gunichar low = 0;

              for (int i = 2; i < 6; i++)
                low = low * 16 + (gunichar)g_ascii_xdigit_value (raw[i]);
              raw += 6;
              code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            }
          if (code == 0)
            g_string_append_c (out, '\0');
          else
            g_string_append_unichar (out, code);
          break;
        default:
          g_string_append_c (out, backslash[1]);
        }
    }
}

/**
 * samspill_json_append_quoted:
 * @out: is added to
 * @string: (array length=length): UTF-8, and may hold a nul
 * @length: of @string
 *
 * Adds a JSON string in its shortest form, with its quotes.
 */
void
samspill_json_append_quoted (GString *out, const char *string, gsize length)
{
  static const char letters[] = "btn?fr"; /* of the characters 8 to 13 */
  const char *run = string, *end = string + length;

  g_string_append_c (out, '"');
  for (const char *c = string; c < end; c++)
    {
      guchar byte = (guchar)*c;

      if (byte >= 0x20 && byte != '"' && byte != '\\')
        continue;
      g_string_append_len (out, run, c - run);
      run = c + 1;
      if (byte >= 8 && byte <= 13 && byte != 11)
        g_string_append_printf (out, "\\%c", letters[byte - 8]);
      else if (byte < 0x20)
        g_string_append_printf (out, "\\u%04x", byte);
      else
        g_string_append_printf (out, "\\%c", byte);
    }
  g_string_append_len (out, run, end - run);
  g_string_append_c (out, '"');
}

/**
 * samspill_json_quote:
 * @string: UTF-8
 *
 * Returns: (transfer full): @string as JSON text
 */
char *
samspill_json_quote (const char *string)
{
  GString *out = g_string_sized_new (strlen (string) + 16);

  samspill_json_append_quoted (out, string, strlen (string));
  return g_string_free_and_steal (out);
}

typedef struct
{
  SamspillJsonMemberFunc member;
  SamspillJsonElementFunc element;
  gpointer data;
  GString *name;
} Foreach;

static gboolean
foreach_child (const SamspillJsonChild *child, gpointer data)
{
  Foreach *each = data;
  gsize length = (gsize)(child->end - child->value);

  if (each->element != NULL)
    return each->element (child->value, length, each->data);
  if (memchr (child->name, '\0', child->name_length) != NULL)
    return TRUE;
  g_string_truncate (each->name, 0);
  g_string_append_len (each->name, child->name, (gssize)child->name_length);
  return each->member (each->name->str, child->value, length, each->data);
}

static gboolean foreach (const char *text, gssize length, char bracket, Foreach * each, GError * *error)
{
  gsize bytes = length_of (text, length);
  gsize first = 0;

  while (first < bytes && strchr (" \t\r\n", text[first]) != NULL && text[first] != '\0')
    first++;
  if (first < bytes && text[first] != bracket)
    {
      g_set_error_literal (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_INVALID_JSON,
                           bracket == '{' ? _ ("A record is a JSON object: it begins with “{”.")
                                          : _ ("A list of records is a JSON array: it begins with “[”."));
      return FALSE;
    }
  return samspill_json_scan (text, bytes, SAMSPILL_JSON_DEFAULT, foreach_child, each, error);
}

/**
 * samspill_json_foreach_member:
 * @text: text of an object; is checked on the way
 * @length: bytes, -1: ends with a nul
 * @func: (scope call): called for each member, in order
 * @data: for @func
 * @error: return location for an error of %SAMSPILL_BASE_ERROR
 *
 * Members whose name holds a nul character are passed over: no string here can name them.
 *
 * Returns: %FALSE if @text is wrong; %TRUE also where @func stopped
 */
gboolean
samspill_json_foreach_member (const char *text, gssize length, SamspillJsonMemberFunc func, gpointer data,
                              GError **error)
{
  g_autoptr (GString) name = g_string_new (NULL);
  Foreach each = { func, NULL, data, name };

  return foreach (text, length, '{', &each, error);
}

/**
 * samspill_json_foreach_element:
 * @text: text of an array; is checked on the way
 * @length: bytes, -1: ends with a nul
 * @func: (scope call): called for each element, in order
 * @data: for @func
 * @error: return location for an error of %SAMSPILL_BASE_ERROR
 *
 * Returns: %FALSE if @text is wrong; %TRUE also where @func stopped
 */
gboolean
samspill_json_foreach_element (const char *text, gssize length, SamspillJsonElementFunc func, gpointer data,
                               GError **error)
{
  Foreach each = { NULL, func, data, NULL };

  return foreach (text, length, '[', &each, error);
}

typedef struct
{
  const char *name;
  gsize name_length;
  const char *value;
  gsize length;
} Wanted;

static gboolean
find_child (const SamspillJsonChild *child, gpointer data)
{
  Wanted *wanted = data;

  if (child->name_length != wanted->name_length || memcmp (child->name, wanted->name, wanted->name_length) != 0)
    return TRUE;
  wanted->value = child->value;
  wanted->length = (gsize)(child->end - child->value);
  return FALSE;
}

static gboolean
is_object (const char *text, gsize length)
{
  gsize first = 0;

  while (first < length && (text[first] == ' ' || (text[first] >= '\t' && text[first] <= '\r')))
    first++;
  return first < length && text[first] == '{';
}

static gboolean
find_member (const char *text, gssize length, Wanted *wanted)
{
  gsize bytes = length_of (text, length);

  return is_object (text, bytes) && samspill_json_scan (text, bytes, SAMSPILL_JSON_DEFAULT, find_child, wanted, NULL) &&
         wanted->value != NULL;
}

/**
 * samspill_json_dup_member:
 * @text: text of an object
 * @length: bytes, -1: ends with a nul
 * @name: a member at the top
 *
 * Returns: (transfer full) (nullable): its value as it stands
 */
char *
samspill_json_dup_member (const char *text, gssize length, const char *name)
{
  Wanted wanted = { name, strlen (name), NULL, 0 };

  return find_member (text, length, &wanted) ? g_strndup (wanted.value, wanted.length) : NULL;
}

/**
 * samspill_json_dup_string:
 * @text: text of an object
 * @length: bytes, -1: ends with a nul
 * @name: a member at the top
 *
 * Returns: (transfer full) (nullable): its decoded value; %NULL where it is no string, or one that holds a nul
 */
char *
samspill_json_dup_string (const char *text, gssize length, const char *name)
{
  Wanted wanted = { name, strlen (name), NULL, 0 };
  g_autoptr (GString) out = NULL;

  if (!find_member (text, length, &wanted) || *wanted.value != '"')
    return NULL;
  out = g_string_sized_new (wanted.length);
  samspill_json_decode (out, wanted.value + 1, wanted.length - 2);
  if (memchr (out->str, '\0', out->len) != NULL)
    return NULL;
  return g_string_free_and_steal (g_steal_pointer (&out));
}

/* Writes an object anew with some members changed. What stands between the members goes with the later of the two. */
typedef struct
{
  GString *out;
  const char *copied; /* all before it is written or left out */
  const char *const *names;
  const char *const *values;
  gboolean leave_underscore;
  gboolean has_members; /* in the text */
  gboolean has_output;  /* a member was written */
  guint64 used;         /* names that were met, by bit */
} Splice;

static gssize
splice_index (Splice *splice, const SamspillJsonChild *child)
{
  for (gssize i = 0; splice->names != NULL && splice->names[i] != NULL; i++)
    if (strlen (splice->names[i]) == child->name_length &&
        memcmp (splice->names[i], child->name, child->name_length) == 0)
      return i;
  return -1;
}

static gboolean
splice_child (const SamspillJsonChild *child, gpointer data)
{
  Splice *splice = data;
  gssize index = splice_index (splice, child);
  const char *value = index >= 0 ? splice->values[index] : NULL;
  gboolean leave =
      (index >= 0 && value == NULL) || (splice->leave_underscore && child->name_length > 0 && child->name[0] == '_');

  if (index >= 0)
    splice->used |= G_GUINT64_CONSTANT (1) << index;
  if (!splice->has_members) /* up to the first member, "{" and what follows it */
    g_string_append_len (splice->out, splice->copied, child->start - splice->copied);
  else if (!leave && splice->has_output)
    g_string_append_len (splice->out, splice->copied, child->start - splice->copied);
  splice->has_members = TRUE;
  splice->copied = child->end;
  if (leave)
    return TRUE;
  splice->has_output = TRUE;
  if (index < 0)
    g_string_append_len (splice->out, child->start, child->end - child->start);
  else
    {
      g_string_append_len (splice->out, child->start, child->value - child->start);
      g_string_append (splice->out, value);
    }
  return TRUE;
}

static char *
run_splice (Splice *splice, const char *text, gssize length)
{
  gsize bytes = length_of (text, length);
  g_autoptr (GString) out = g_string_sized_new (bytes + 64);

  splice->out = out;
  splice->copied = text;
  if (!is_object (text, bytes) || !samspill_json_scan (text, bytes, SAMSPILL_JSON_DEFAULT, splice_child, splice, NULL))
    return NULL;
  if (!splice->has_members)
    {
      const char *brace = memchr (text, '{', bytes);

      g_string_append_len (out, text, brace + 1 - text);
      splice->copied = brace + 1;
    }
  for (gsize i = 0; splice->names != NULL && splice->names[i] != NULL; i++)
    {
      if ((splice->used & (G_GUINT64_CONSTANT (1) << i)) != 0 || splice->values[i] == NULL)
        continue;
      if (splice->has_output)
        g_string_append_c (out, ',');
      samspill_json_append_quoted (out, splice->names[i], strlen (splice->names[i]));
      g_string_append_c (out, ':');
      g_string_append (out, splice->values[i]);
      splice->has_output = TRUE;
    }
  g_string_append_len (out, splice->copied, text + bytes - splice->copied);
  return g_string_free_and_steal (g_steal_pointer (&out));
}

/**
 * samspill_json_splice:
 * @text: text of an object
 * @length: bytes, -1: ends with a nul
 * @names: (array zero-terminated=1): members to change, at most 64
 * @values: their new values as JSON text, %NULL to leave one out
 *
 * Returns: (transfer full) (nullable): the new text; %NULL if @text is no object
 */
char *
samspill_json_splice (const char *text, gssize length, const char *const *names, const char *const *values)
{
  Splice splice = { .names = names, .values = values };

  g_return_val_if_fail (g_strv_length ((char **)names) <= 64, NULL);
  return run_splice (&splice, text, length);
}

/**
 * samspill_json_without_underscore:
 * @text: text of an object
 * @length: bytes, -1: ends with a nul
 *
 * Returns: (transfer full) (nullable): the new text; %NULL if @text is no object
 */
char *
samspill_json_without_underscore (const char *text, gssize length)
{
  Splice splice = { .leave_underscore = TRUE };

  return run_splice (&splice, text, length);
}
