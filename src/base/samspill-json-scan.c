/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-json-scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <glib/gi18n-lib.h>

#include "samspill-error.h"

/* Written by hand because no library reads strictly and keeps what it gets: json-glib changes large numbers and loses
 * what follows \u0000, others take duplicate names, lone surrogates or any depth. */

typedef enum
{
  FAULT_NONE,
  FAULT_ENDS,
  FAULT_UNEXPECTED,
  FAULT_CONTROL,
  FAULT_ESCAPE,
  FAULT_SURROGATE,
  FAULT_UTF8,
  FAULT_DUPLICATE,
  FAULT_DEPTH,
  FAULT_NUMBER,
  FAULT_LARGE_INTEGER,
  FAULT_LARGE_NUMBER,
  FAULT_AFTER,
  FAULT_NOT_OBJECT,
} Fault;

static const struct
{
  SamspillBaseError code;
  const char *message;
} faults[] = {
  [FAULT_ENDS] = { SAMSPILL_BASE_ERROR_INVALID_JSON,
                   N_ ("The JSON text ends in the middle. The file is probably cut short: ask for it again.") },
  [FAULT_UNEXPECTED] = { SAMSPILL_BASE_ERROR_INVALID_JSON, N_ ("This is not JSON: a character does not belong here.") },
  [FAULT_CONTROL] = { SAMSPILL_BASE_ERROR_INVALID_JSON,
                      N_ ("This is not JSON: a line break or another control character stands inside a text.") },
  [FAULT_ESCAPE] = { SAMSPILL_BASE_ERROR_INVALID_JSON,
                     N_ ("This is not JSON: what follows a backslash is not known.") },
  [FAULT_SURROGATE] = { SAMSPILL_BASE_ERROR_INVALID_JSON,
                        N_ ("This is not JSON: half a character (a lone surrogate) stands in a text.") },
  [FAULT_UTF8] = { SAMSPILL_BASE_ERROR_INVALID_UTF8, N_ ("The text is not UTF-8. Save the file as UTF-8.") },
  [FAULT_DUPLICATE] = { SAMSPILL_BASE_ERROR_DUPLICATE_KEY,
                        N_ ("The same name stands twice in one object. Take one of them out.") },
  [FAULT_DEPTH] = { SAMSPILL_BASE_ERROR_TOO_DEEP, N_ ("The JSON text is nested too deeply (64 levels at most).") },
  [FAULT_NUMBER] = { SAMSPILL_BASE_ERROR_INVALID_JSON, N_ ("This is not JSON: a number is not written rightly.") },
  [FAULT_LARGE_INTEGER] = { SAMSPILL_BASE_ERROR_INVALID_NUMBER,
                            N_ ("A whole number is too large (more than 9 007 199 254 740 992).") },
  [FAULT_LARGE_NUMBER] = { SAMSPILL_BASE_ERROR_INVALID_NUMBER,
                           N_ ("A number is too large or too small to be reckoned with.") },
  [FAULT_AFTER] = { SAMSPILL_BASE_ERROR_INVALID_JSON, N_ ("Something stands after the end of the JSON text.") },
  [FAULT_NOT_OBJECT] = { SAMSPILL_BASE_ERROR_INVALID_JSON, N_ ("A record is a JSON object: it begins with “{”.") },
};

/* A member name of an object that is being read. */
typedef struct
{
  const char *text;
  gsize length;
  const char *at; /* in the scanned text, for the error */
} Name;

/* From so many members on an object's names are compared by sorting them at its end. */
#define LINEAR_NAMES 24
#define INLINE_NAMES 96

typedef struct
{
  const char *begin;
  const char *at;
  const char *end;
  SamspillJsonFlags flags;
  Fault fault;
  gboolean stopped;
  guint depth;
  SamspillJsonChildFunc func;
  gpointer data;
  Name *names; /* of all open objects, the innermost last */
  gsize n_names, names_size;
  GPtrArray *decoded; /* (nullable) texts of names that have escapes */
  Name inline_names[INLINE_NAMES];
} Scan;

static gboolean scan_value (Scan *scan);

static gboolean
fail (Scan *scan, Fault fault, const char *at)
{
  scan->fault = fault;
  scan->at = at;
  return FALSE;
}

/* For what is wrong at `at`: if nothing is left there, the text is cut. */
static gboolean
fail_or_ends (Scan *scan, Fault fault, const char *at)
{
  return fail (scan, at >= scan->end ? FAULT_ENDS : fault, at);
}

static inline void
skip_blank (Scan *scan)
{
  /* Mostly there is none. */
  if (scan->at < scan->end && (guchar)*scan->at > ' ')
    return;
  while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t'))
    scan->at++;
}

/* Length of the UTF-8 sequence at `at`, whose first byte has its high bit set; 0: wrong, -1: cut at the end. */
static int
utf8_sequence (const char *at, const char *end)
{
  const guchar *c = (const guchar *)at;
  gsize left = (gsize)(end - at);
  guchar low = 0x80, high = 0xbf;
  int length;

  if (c[0] < 0xc2 || c[0] > 0xf4)
    return 0;
  length = c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;
  if (c[0] == 0xe0)
    low = 0xa0;
  else if (c[0] == 0xed)
    high = 0x9f;
  else if (c[0] == 0xf0)
    low = 0x90;
  else if (c[0] == 0xf4)
    high = 0x8f;
  for (int i = 1; i < length; i++)
    {
      if ((gsize)i >= left)
        return -1;
      if (c[i] < low || c[i] > high)
        return 0;
      low = 0x80;
      high = 0xbf;
    }
  return length;
}

static gboolean
scan_hex (Scan *scan, const char *at, guint *code)
{
  *code = 0;
  for (int i = 0; i < 4; i++)
    {
      if (at + i >= scan->end || !g_ascii_isxdigit (at[i]))
        return fail_or_ends (scan, FAULT_ESCAPE, at + i);
      *code = *code * 16 + (guint)g_ascii_xdigit_value (at[i]);
    }
  return TRUE;
}

/* scan->at is at the backslash. */
static gboolean
scan_escape (Scan *scan)
{
  const char *at = scan->at;
  guint code, low;

  if (at + 1 >= scan->end)
    return fail (scan, FAULT_ENDS, at + 1);
  if (at[1] != 'u')
    {
      if (at[1] == '\0' || strchr ("\"\\/bfnrt", at[1]) == NULL)
        return fail (scan, FAULT_ESCAPE, at);
      scan->at += 2;
      return TRUE;
    }
  if (!scan_hex (scan, at + 2, &code))
    return FALSE;
  scan->at += 6;
  if (code < 0xd800 || code > 0xdfff)
    return TRUE;
  if (code > 0xdbff)
    return fail (scan, FAULT_SURROGATE, at);
  if (scan->at >= scan->end || (*scan->at == '\\' && scan->at + 1 >= scan->end))
    return fail (scan, FAULT_ENDS, scan->end);
  if (scan->at[0] != '\\' || scan->at[1] != 'u')
    return fail (scan, FAULT_SURROGATE, at);
  if (!scan_hex (scan, scan->at + 2, &low))
    return FALSE;
  if (low < 0xdc00 || low > 0xdfff)
    return fail (scan, FAULT_SURROGATE, at);
  scan->at += 6;
  return TRUE;
}

/* Skips bytes that need no look: ASCII without quote, backslash and control characters, sixteen at a time where the
 * processor can. */
static inline const char *
skip_plain (const char *at, const char *end)
{
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8 ('"'), backslash = _mm_set1_epi8 ('\\'), space = _mm_set1_epi8 (' ');

  for (; end - at >= 16; at += 16)
    {
      __m128i bytes = _mm_loadu_si128 ((const __m128i *)at);
      /* As signed numbers, control characters and all that is not ASCII are less than a space. */
      __m128i stops = _mm_or_si128 (_mm_or_si128 (_mm_cmpeq_epi8 (bytes, quote), _mm_cmpeq_epi8 (bytes, backslash)),
                                    _mm_cmplt_epi8 (bytes, space));
      int mask = _mm_movemask_epi8 (stops);

      if (mask != 0)
        return at + __builtin_ctz ((unsigned int)mask);
    }
#endif
  while (at < end && (guchar)*at >= 0x20 && (guchar)*at < 0x80 && *at != '"' && *at != '\\')
    at++;
  return at;
}

/* scan->at is at the opening quote and ends behind the closing one. */
static gboolean
scan_string (Scan *scan, gboolean *has_escapes)
{
  gboolean escapes = FALSE;

  scan->at++;
  for (;;)
    {
      scan->at = skip_plain (scan->at, scan->end);
      if (scan->at >= scan->end)
        return fail (scan, FAULT_ENDS, scan->end);
      if (*scan->at == '"')
        break;
      if (*scan->at == '\\')
        {
          escapes = TRUE;
          if (!scan_escape (scan))
            return FALSE;
        }
      else if ((guchar)*scan->at < 0x20)
        return fail (scan, FAULT_CONTROL, scan->at);
      else
        {
          int length = utf8_sequence (scan->at, scan->end);

          if (length <= 0)
            return fail (scan, length == 0 ? FAULT_UTF8 : FAULT_ENDS, scan->at);
          scan->at += length;
        }
    }
  scan->at++;
  if (has_escapes != NULL)
    *has_escapes = escapes;
  return TRUE;
}

static gboolean
check_number (Scan *scan, const char *start, gboolean is_integer)
{
  char buffer[32];
  g_autofree char *large = NULL;
  gsize length = (gsize)(scan->at - start);
  gsize digits = length - (*start == '-' ? 1 : 0);
  char *text = buffer;
  double value;

  if (is_integer && digits < 16)
    return TRUE;
  if (is_integer && (digits > 16 || strncmp (start + length - digits, "9007199254740992", 16) > 0))
    return fail (scan, FAULT_LARGE_INTEGER, start);
  if (length >= sizeof buffer)
    text = large = g_malloc (length + 1);
  memcpy (text, start, length);
  text[length] = '\0';
  value = g_ascii_strtod (text, NULL);
  if (!isfinite (value) ||
      (fabs (value) < 2.2250738585072014e-308 && strcspn (text, "eE") > strcspn (text, "123456789")))
    return fail (scan, FAULT_LARGE_NUMBER, start);
  return TRUE;
}

static gboolean
scan_digits (Scan *scan)
{
  const char *start = scan->at;

  while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    scan->at++;
  return scan->at > start ? TRUE : fail_or_ends (scan, FAULT_NUMBER, scan->at);
}

static gboolean
scan_number (Scan *scan)
{
  const char *start = scan->at;
  gboolean is_integer = TRUE;

  if (*scan->at == '-')
    scan->at++;
  if (scan->at < scan->end && *scan->at == '0')
    {
      scan->at++;
      if (scan->at < scan->end && g_ascii_isdigit (*scan->at))
        return fail (scan, FAULT_NUMBER, start);
    }
  else if (!scan_digits (scan))
    return FALSE;
  if (scan->at < scan->end && *scan->at == '.')
    {
      is_integer = FALSE;
      scan->at++;
      if (!scan_digits (scan))
        return FALSE;
    }
  if (scan->at < scan->end && (*scan->at == 'e' || *scan->at == 'E'))
    {
      is_integer = FALSE;
      scan->at++;
      if (scan->at < scan->end && (*scan->at == '+' || *scan->at == '-'))
        scan->at++;
      if (!scan_digits (scan))
        return FALSE;
    }
  return (scan->flags & SAMSPILL_JSON_STRICT_NUMBERS) == 0 || check_number (scan, start, is_integer);
}

static gboolean
scan_word (Scan *scan, const char *word)
{
  for (gsize i = 0; word[i] != '\0'; i++)
    if (scan->at + i >= scan->end || scan->at[i] != word[i])
      return fail_or_ends (scan, FAULT_UNEXPECTED, scan->at + i);
  scan->at += strlen (word);
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const Name *one = a, *other = b;
  int order = memcmp (one->text, other->text, MIN (one->length, other->length));

  if (order == 0 && one->length != other->length)
    order = one->length < other->length ? -1 : 1;
  return order;
}

static void
grow_names (Scan *scan)
{
  gsize size = scan->names_size * 2;

  if (scan->names == scan->inline_names)
    {
      scan->names = g_new (Name, size);
      memcpy (scan->names, scan->inline_names, sizeof scan->inline_names);
    }
  else
    scan->names = g_renew (Name, scan->names, size);
  scan->names_size = size;
}

static gboolean
add_name (Scan *scan, gsize first, const char *quote, gboolean has_escapes)
{
  Name *name;

  if (scan->n_names == scan->names_size)
    grow_names (scan);
  name = &scan->names[scan->n_names];
  name->text = quote + 1;
  name->length = (gsize)(scan->at - 1 - name->text);
  name->at = quote;
  if (has_escapes)
    {
      GString *text = g_string_new (NULL);

      samspill_json_decode (text, name->text, name->length);
      name->length = text->len;
      name->text = text->str;
      if (scan->decoded == NULL)
        scan->decoded = g_ptr_array_new_with_free_func (g_free);
      g_ptr_array_add (scan->decoded, g_string_free_and_steal (text));
    }
  if (scan->n_names - first < LINEAR_NAMES)
    for (gsize i = first; i < scan->n_names; i++)
      if (scan->names[i].length == name->length && memcmp (scan->names[i].text, name->text, name->length) == 0)
        return fail (scan, FAULT_DUPLICATE, quote);
  scan->n_names++;
  return TRUE;
}

/* Takes the names of the object that ends here off the stack. */
static gboolean
close_names (Scan *scan, gsize first)
{
  gsize count = scan->n_names - first;
  Name *names = scan->names + first;

  scan->n_names = first;
  if (count <= LINEAR_NAMES)
    return TRUE;
  qsort (names, count, sizeof (Name), compare_names);
  for (gsize i = 1; i < count; i++)
    if (compare_names (&names[i - 1], &names[i]) == 0)
      return fail (scan, FAULT_DUPLICATE, MAX (names[i - 1].at, names[i].at));
  return TRUE;
}

static gboolean
call_back (Scan *scan, const Name *name, const char *start, const char *value)
{
  SamspillJsonChild child = { NULL, 0, start, value, scan->at };

  if (name != NULL)
    {
      child.name = name->text;
      child.name_length = name->length;
    }
  if (scan->func (&child, scan->data))
    return TRUE;
  scan->stopped = TRUE;
  return FALSE;
}

static inline gboolean
tell_child (Scan *scan, const Name *name, const char *start, const char *value)
{
  return scan->depth != 1 || scan->func == NULL || call_back (scan, name, start, value);
}

static gboolean
scan_member (Scan *scan, gsize first)
{
  const char *start = scan->at, *value;
  gboolean has_escapes;

  if (start >= scan->end || *start != '"')
    return fail_or_ends (scan, FAULT_UNEXPECTED, start);
  if (!scan_string (scan, &has_escapes) || !add_name (scan, first, start, has_escapes))
    return FALSE;
  skip_blank (scan);
  if (scan->at >= scan->end || *scan->at != ':')
    return fail_or_ends (scan, FAULT_UNEXPECTED, scan->at);
  scan->at++;
  skip_blank (scan);
  value = scan->at;
  return scan_value (scan) && tell_child (scan, &scan->names[scan->n_names - 1], start, value);
}

/* scan->at is at the opening bracket. */
static gboolean
scan_container (Scan *scan)
{
  gboolean is_object = *scan->at == '{';
  char close = is_object ? '}' : ']';
  gsize first = scan->n_names;

  if (scan->depth >= SAMSPILL_JSON_MAX_DEPTH)
    return fail (scan, FAULT_DEPTH, scan->at);
  scan->depth++;
  scan->at++;
  skip_blank (scan);
  if (scan->at < scan->end && *scan->at == close)
    {
      scan->at++;
      scan->depth--;
      return TRUE;
    }
  for (;;)
    {
      const char *start = scan->at;

      if (is_object ? !scan_member (scan, first) : !(scan_value (scan) && tell_child (scan, NULL, start, start)))
        return FALSE;
      skip_blank (scan);
      if (scan->at >= scan->end || (*scan->at != ',' && *scan->at != close))
        return fail_or_ends (scan, FAULT_UNEXPECTED, scan->at);
      if (*scan->at++ == close)
        break;
      skip_blank (scan);
    }
  scan->depth--;
  return !is_object || close_names (scan, first);
}

static gboolean
scan_value (Scan *scan)
{
  if (scan->at >= scan->end)
    return fail (scan, FAULT_ENDS, scan->at);
  switch (*scan->at)
    {
    case '{':
    case '[':
      return scan_container (scan);
    case '"':
      return scan_string (scan, NULL);
    case 't':
      return scan_word (scan, "true");
    case 'f':
      return scan_word (scan, "false");
    case 'n':
      return scan_word (scan, "null");
    default:
      if (*scan->at == '-' || g_ascii_isdigit (*scan->at))
        return scan_number (scan);
      return fail (
          scan, (guchar)*scan->at >= 0x80 && utf8_sequence (scan->at, scan->end) == 0 ? FAULT_UTF8 : FAULT_UNEXPECTED,
          scan->at);
    }
}

static void
set_fault (Scan *scan, GError **error)
{
  g_autofree char *byte = g_strdup_printf ("%" G_GSIZE_FORMAT, (gsize)(scan->at - scan->begin));
  guint line = 1;

  for (const char *c = scan->begin; c < scan->at; c++)
    line += *c == '\n';
  /* Translators: what is wrong with a file, then where. */
  g_set_error (error, SAMSPILL_BASE_ERROR, faults[scan->fault].code, _ ("%s (Line %u, byte %s.)"),
               g_dgettext (GETTEXT_PACKAGE, faults[scan->fault].message), line, byte);
}

static gboolean
scan_all (Scan *scan)
{
  skip_blank (scan);
  if (scan->at < scan->end && *scan->at != '{' && (scan->flags & SAMSPILL_JSON_MUST_BE_OBJECT) != 0)
    return fail (scan, FAULT_NOT_OBJECT, scan->at);
  if (!scan_value (scan))
    return scan->stopped;
  skip_blank (scan);
  return scan->at == scan->end || fail (scan, FAULT_AFTER, scan->at);
}

/**
 * samspill_json_scan:
 * @text: (array length=length): any bytes
 * @length: of @text
 * @flags: what more is wanted of them
 * @func: (nullable): hears of the children of the outermost value, in order, each after it was found right
 * @data: for @func
 * @error: return location for a #SamspillBaseError that names the line and the character
 *
 * One strict pass. A text that turns out wrong later has told of the children before that place: who acts on them waits
 * for the end.
 *
 * Returns: TRUE: it is right, or @func wanted no more of it
 */
gboolean
samspill_json_scan (const char *text, gsize length, SamspillJsonFlags flags, SamspillJsonChildFunc func, gpointer data,
                    GError **error)
{
  Scan scan;
  gboolean is_right;

  /* Not = { 0 }: the names kept inline need no clearing, and a scan of a small record should cost less than that. */
  memset (&scan, 0, G_STRUCT_OFFSET (Scan, inline_names));
  scan.begin = scan.at = text;
  scan.end = text + length;
  scan.flags = flags;
  scan.func = func;
  scan.data = data;
  scan.names = scan.inline_names;
  scan.names_size = INLINE_NAMES;

  is_right = scan_all (&scan);
  if (!is_right)
    set_fault (&scan, error);
  if (scan.names != scan.inline_names)
    g_free (scan.names);
  g_clear_pointer (&scan.decoded, g_ptr_array_unref);
  return is_right;
}
