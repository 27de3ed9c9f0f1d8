/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-wire.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "samspill-json-scan.h"

/* A batch is found apart by its brackets alone, and each piece is then read strictly once: by the caller where it is a
 * document, here where it is not. To scan the whole first and its documents again would cost as much as the disk. */

typedef struct
{
  const char *at, *end;
  gboolean failed;
} Cursor;

typedef struct
{
  const char *text;
  gsize length;
} Slice;

static void
skip_blank (Cursor *cursor)
{
  while (cursor->at < cursor->end &&
         (*cursor->at == ' ' || *cursor->at == '\n' || *cursor->at == '\r' || *cursor->at == '\t'))
    cursor->at++;
}

static gboolean
fail (Cursor *cursor)
{
  cursor->failed = TRUE;
  return FALSE;
}

/* Takes `c` where it comes next. */
static gboolean
take (Cursor *cursor, char c)
{
  skip_blank (cursor);
  if (cursor->at >= cursor->end || *cursor->at != c)
    return FALSE;
  cursor->at++;
  return TRUE;
}

/* From behind the opening quote to behind the closing one. */
static const char *
skip_string (const char *at, const char *end)
{
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8 ('"'), backslash = _mm_set1_epi8 ('\\');
#endif

  for (;;)
    {
#ifdef __SSE2__
      for (; end - at >= 16; at += 16)
        {
          __m128i bytes = _mm_loadu_si128 ((const __m128i *)at);
          int mask =
              _mm_movemask_epi8 (_mm_or_si128 (_mm_cmpeq_epi8 (bytes, quote), _mm_cmpeq_epi8 (bytes, backslash)));

          if (mask != 0)
            {
              at += __builtin_ctz ((unsigned int)mask);
              break;
            }
        }
#endif
      while (at < end && *at != '"' && *at != '\\')
        at++;
      if (at >= end)
        return NULL;
      if (*at == '"')
        return at + 1;
      at += 2; /* what is escaped cannot end it */
      if (at > end)
        return NULL;
    }
}

/* A value, without a look at what is in it. */
static gboolean
take_value (Cursor *cursor, Slice *value)
{
  const char *at;
  guint depth = 0;

  skip_blank (cursor);
  at = value->text = cursor->at;
  while (at < cursor->end)
    {
      char c = *at;

      if (c == '"')
        {
          at = skip_string (at + 1, cursor->end);
          if (at == NULL)
            return fail (cursor);
          if (depth == 0)
            break;
          continue;
        }
      if (c == '{' || c == '[')
        depth++;
      else if (depth == 0 && (c == ',' || c == '}' || c == ']' || c <= ' '))
        break;
      else if ((c == '}' || c == ']') && --depth == 0)
        {
          at++;
          break;
        }
      at++;
    }
  cursor->at = at;
  value->length = (gsize)(at - value->text);
  return value->length > 0 && depth == 0 ? TRUE : fail (cursor);
}

static gboolean
check_value (Cursor *cursor, const Slice *value)
{
  return samspill_json_scan (value->text, value->length, SAMSPILL_JSON_DEFAULT, NULL, NULL, NULL) || fail (cursor);
}

/* The name of the next member, and the colon; FALSE at the end of the object. `is_first` is kept for the caller. */
static gboolean
take_name (Cursor *cursor, gboolean *is_first, GString *name)
{
  const char *start, *end;
  Slice quoted;

  if (take (cursor, '}'))
    return FALSE;
  if (!*is_first && !take (cursor, ','))
    return fail (cursor);
  *is_first = FALSE;
  if (!take (cursor, '"'))
    return fail (cursor);
  start = cursor->at;
  end = skip_string (start, cursor->end);
  if (end == NULL)
    return fail (cursor);
  quoted = (Slice){ start - 1, (gsize)(end - start) + 1 };
  if (!check_value (cursor, &quoted))
    return FALSE;
  cursor->at = end;
  g_string_truncate (name, 0);
  samspill_json_decode (name, start, (gsize)(end - 1 - start));
  return take (cursor, ':') || fail (cursor);
}

/* Goes to the next element; FALSE at the end of the array. */
static gboolean
take_element (Cursor *cursor, gboolean *is_first)
{
  if (take (cursor, ']'))
    return FALSE;
  if (!*is_first && !take (cursor, ','))
    return fail (cursor);
  *is_first = FALSE;
  return TRUE;
}

static gboolean
set_fault (GError **error)
{
  g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID,
                       _ ("This is not a list of records as JSON, or it was cut short."));
  return FALSE;
}

typedef struct
{
  SamspillWireRowFunc func;
  gpointer data;
  gboolean stopped;
} Caller;

static gboolean
call (Cursor *cursor, Caller *caller, const SamspillWireRow *row)
{
  if (caller->func (row, caller->data))
    return TRUE;
  caller->stopped = TRUE;
  return fail (cursor);
}

/* `{"docs":[{…},…],"new_edits":false}` */

static gboolean
read_docs (Cursor *cursor, Caller *caller)
{
  gboolean is_first = TRUE;

  if (!take (cursor, '['))
    return fail (cursor);
  while (take_element (cursor, &is_first))
    {
      Slice document;

      if (!take_value (cursor, &document) ||
          !call (cursor, caller, &(SamspillWireRow){ .text = document.text, .length = document.length }))
        return FALSE;
    }
  return !cursor->failed;
}

static gboolean
read_new_edits (Cursor *cursor, gboolean *new_edits)
{
  Slice value;

  if (!take_value (cursor, &value) || !check_value (cursor, &value))
    return FALSE;
  *new_edits = strncmp (value.text, "false", 5) != 0;
  return TRUE;
}

static gboolean
read_bulk_docs (Cursor *cursor, Caller *caller, gboolean *new_edits)
{
  g_autoptr (GString) name = g_string_new (NULL);
  gboolean is_first = TRUE, has_docs = FALSE;

  *new_edits = TRUE;
  if (!take (cursor, '{'))
    return fail (cursor);
  while (take_name (cursor, &is_first, name))
    {
      Slice value;

      if (strcmp (name->str, "docs") == 0)
        {
          if (has_docs || !read_docs (cursor, caller))
            return fail (cursor);
          has_docs = TRUE;
        }
      else if (strcmp (name->str, "new_edits") == 0)
        {
          if (!read_new_edits (cursor, new_edits))
            return FALSE;
        }
      else if (!take_value (cursor, &value) || !check_value (cursor, &value))
        return FALSE;
    }
  return has_docs && !cursor->failed;
}

static gboolean
finish (Cursor *cursor, Caller *caller, gboolean is_good, GError **error)
{
  skip_blank (cursor);
  if (caller->stopped || (is_good && cursor->at == cursor->end))
    return TRUE;
  return set_fault (error);
}

/**
 * samspill_wire_foreach_in_bulk_docs:
 * @text: what was sent to `_bulk_docs`
 * @length: bytes
 * @new_edits: (out): as it says; known when this returns, as it may stand after the documents
 * @func: (scope call): called for each document, in order; %FALSE stops
 * @data: for @func
 * @error: return location for an error
 *
 * Finds the documents of a batch without reading them: @func gives each to samspill_wire_document_read(), which is then
 * the only one to go through it.
 *
 * Returns: %FALSE with INVALID where it is no batch, which may be known only after some calls of @func
 */
gboolean
samspill_wire_foreach_in_bulk_docs (const char *text, gsize length, gboolean *new_edits, SamspillWireRowFunc func,
                                    gpointer data, GError **error)
{
  Cursor cursor = { text, text + length, FALSE };
  Caller caller = { func, data, FALSE };

  return finish (&cursor, &caller, read_bulk_docs (&cursor, &caller, new_edits), error);
}

/* `{"results":[{"id":"…","docs":[{"ok":{…}},{"error":{…}}]}]}` */

static gboolean
read_outcome (Cursor *cursor, Caller *caller, const Slice *id)
{
  g_autoptr (GString) name = g_string_new (NULL);
  gboolean is_first = TRUE;
  SamspillWireRow row = { .id = id->text, .id_length = id->length };

  if (!take (cursor, '{'))
    return fail (cursor);
  while (take_name (cursor, &is_first, name))
    {
      Slice value;

      if (!take_value (cursor, &value))
        return FALSE;
      if (strcmp (name->str, "ok") == 0)
        {
          row.text = value.text;
          row.length = value.length;
        }
      else if (!check_value (cursor, &value))
        return FALSE;
      else if (strcmp (name->str, "error") == 0)
        {
          row.failure = value.text;
          row.failure_length = value.length;
        }
    }
  return !cursor->failed && call (cursor, caller, &row);
}

static gboolean
read_outcomes (Cursor *cursor, Caller *caller, const Slice *id)
{
  gboolean is_first = TRUE;

  if (!take (cursor, '['))
    return fail (cursor);
  while (take_element (cursor, &is_first))
    if (!read_outcome (cursor, caller, id))
      return FALSE;
  return !cursor->failed;
}

/* The id may stand after the documents, so they are gone through when both are known. */
static gboolean
read_result (Cursor *cursor, Caller *caller)
{
  g_autoptr (GString) name = g_string_new (NULL);
  gboolean is_first = TRUE;
  Slice id = { NULL, 0 }, docs = { NULL, 0 };

  if (!take (cursor, '{'))
    return fail (cursor);
  while (take_name (cursor, &is_first, name))
    {
      Slice value;

      if (id.text != NULL && docs.text == NULL && strcmp (name->str, "docs") == 0)
        {
          docs.text = cursor->at;
          if (!read_outcomes (cursor, caller, &id))
            return FALSE;
          continue;
        }
      if (!take_value (cursor, &value))
        return FALSE;
      if (strcmp (name->str, "docs") == 0)
        docs = value;
      else if (!check_value (cursor, &value))
        return FALSE;
      else if (strcmp (name->str, "id") == 0)
        id = value;
    }
  if (cursor->failed || docs.text == NULL)
    return fail (cursor);
  if (docs.length > 0)
    {
      Cursor inner = { docs.text, docs.text + docs.length, FALSE };

      return read_outcomes (&inner, caller, &id) || fail (cursor);
    }
  return TRUE;
}

static gboolean
read_results (Cursor *cursor, Caller *caller)
{
  gboolean is_first = TRUE;

  if (!take (cursor, '['))
    return fail (cursor);
  while (take_element (cursor, &is_first))
    if (!read_result (cursor, caller))
      return FALSE;
  return !cursor->failed;
}

static gboolean
read_bulk_get (Cursor *cursor, Caller *caller)
{
  g_autoptr (GString) name = g_string_new (NULL);
  gboolean is_first = TRUE, has_results = FALSE;

  if (!take (cursor, '{'))
    return fail (cursor);
  while (take_name (cursor, &is_first, name))
    {
      Slice value;

      if (strcmp (name->str, "results") == 0)
        {
          if (has_results || !read_results (cursor, caller))
            return fail (cursor);
          has_results = TRUE;
        }
      else if (!take_value (cursor, &value) || !check_value (cursor, &value))
        return FALSE;
    }
  return has_results && !cursor->failed;
}

/**
 * samspill_wire_foreach_in_bulk_get:
 * @text: an answer of `_bulk_get`
 * @length: bytes
 * @func: (scope call): called for each revision, in order; %FALSE stops
 * @data: for @func
 * @error: return location for an error
 *
 * As samspill_wire_foreach_in_bulk_docs().
 *
 * Returns: %FALSE with INVALID where it is no such answer, which may be known only after some calls of @func
 */
gboolean
samspill_wire_foreach_in_bulk_get (const char *text, gsize length, SamspillWireRowFunc func, gpointer data,
                                   GError **error)
{
  Cursor cursor = { text, text + length, FALSE };
  Caller caller = { func, data, FALSE };

  return finish (&cursor, &caller, read_bulk_get (&cursor, &caller), error);
}
