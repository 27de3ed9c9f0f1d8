/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-multipart.h"

#include "samspill-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_BOUNDARY 70
#define MAX_HEADER_BYTES (16 * 1024)
#define MAX_PADDING_BYTES 1024 /* white space behind a boundary */
#define MAX_PARTS 65536
#define MAX_DEPTH 1

typedef enum
{
  STATE_PREAMBLE,
  STATE_BOUNDARY, /* behind a boundary: a line break, or "--" */
  STATE_HEADERS,
  STATE_BODY,
  STATE_EPILOGUE,
} State;

struct _SamspillMultipartReader
{
  SamspillMultipartFuncs funcs;
  gpointer data;
  guint depth;
  gboolean is_mixed; /* its parts may be multiparts themselves */
  char *needle;      /* CR LF -- boundary */
  gsize needle_length;
  State state;
  gboolean
      is_at_start; /* of a preamble or a body: the line break before the boundary may be that of what came before */
  guint parts;
  GByteArray *kept; /* what cannot be judged before more has come; short */
  SamspillMultipartReader *child;
};

static gboolean
fail (GError **error, const char *message)
{
  g_set_error_literal (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_INVALID_MULTIPART, message);
  return FALSE;
}

/* --- headers --- */

/* Reads a token or a quoted string; `*at` goes behind it. */
static char *
take_value (const char **at)
{
  GString *value = g_string_new (NULL);
  const char *p = *at;

  if (*p != '"')
    {
      gsize length = strcspn (p, "; \t");

      g_string_append_len (value, p, (gssize)length);
      p += length;
    }
  else
    {
      for (p++; *p != '\0' && *p != '"'; p++)
        {
          if (*p == '\\' && p[1] != '\0')
            p++;
          g_string_append_c (value, *p);
        }
      p += *p == '"';
    }
  *at = p;
  return g_string_free_and_steal (value);
}

/**
 * samspill_header_dup_parameter:
 * @header: the value of a header, "multipart/related; boundary=\"abc\""
 * @parameter: which; any case
 *
 * Returns: (transfer full) (nullable): its value without quotes
 */
char *
samspill_header_dup_parameter (const char *header, const char *parameter)
{
  gsize length = strlen (parameter);
  const char *p = header + strcspn (header, ";");

  while (*p == ';')
    {
      g_autofree char *value = NULL;
      gboolean is_it;

      p++;
      p += strspn (p, " \t;");
      is_it = g_ascii_strncasecmp (p, parameter, length) == 0 && p[length + strspn (p + length, " \t")] == '=';
      p += strcspn (p, "=;");
      if (*p != '=')
        continue;
      p++;
      p += strspn (p, " \t");
      value = take_value (&p);
      if (is_it)
        return g_steal_pointer (&value);
      p += strcspn (p, ";");
    }
  return NULL;
}

static gboolean
is_type (const char *header, const char *type)
{
  gsize length = strlen (type);

  return g_ascii_strncasecmp (header, type, length) == 0 && strchr ("; \t", header[length]) != NULL;
}

/**
 * samspill_multipart_new_boundary:
 *
 * Returns: (transfer full): a boundary that no content has by chance
 */
char *
samspill_multipart_new_boundary (void)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_auto (GStrv) parts = g_strsplit (uuid, "-", -1);

  return g_strjoinv ("", parts);
}

/* The lines of one part. NULL with an error. */
static GHashTable *
read_headers (const char *text, gsize length, GError **error)
{
  g_autoptr (GHashTable) headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GString) unfolded = g_string_new_len (text, (gssize)length);
  g_auto (GStrv) lines = NULL;

  if (!g_utf8_validate_len (text, length, NULL))
    {
      fail (error, _ ("A part of the message has headers that are no UTF-8."));
      return NULL;
    }
  g_string_replace (unfolded, "\r\n ", " ", 0);
  g_string_replace (unfolded, "\r\n\t", " ", 0);
  lines = g_strsplit (unfolded->str, "\r\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      char *colon = strchr (*line, ':');

      if (**line == '\0')
        continue;
      if (colon == NULL || colon == *line)
        {
          fail (error, _ ("A part of the message has a header without a name."));
          return NULL;
        }
      g_hash_table_replace (headers, g_ascii_strdown (*line, colon - *line), g_strstrip (g_strdup (colon + 1)));
    }
  return g_steal_pointer (&headers);
}

/* --- parts --- */

static SamspillMultipartReader *
new_reader (const char *content_type, const SamspillMultipartFuncs *funcs, gpointer data, guint depth, GError **error)
{
  g_autofree char *boundary = samspill_header_dup_parameter (content_type, "boundary");
  SamspillMultipartReader *self;

  if (g_ascii_strncasecmp (content_type, "multipart/", strlen ("multipart/")) != 0)
    {
      fail (error, _ ("The message is not of several parts, as its headers say."));
      return NULL;
    }
  if (boundary == NULL || *boundary == '\0' || strlen (boundary) > MAX_BOUNDARY)
    {
      fail (error, _ ("The message has no boundary of 1 to 70 characters between its parts."));
      return NULL;
    }
  self = g_new0 (SamspillMultipartReader, 1);
  self->funcs = *funcs;
  self->data = data;
  self->depth = depth;
  self->is_mixed = is_type (content_type, "multipart/mixed");
  self->needle = g_strconcat ("\r\n--", boundary, NULL);
  self->needle_length = strlen (self->needle);
  self->is_at_start = TRUE;
  self->kept = g_byte_array_new ();
  return self;
}

/**
 * samspill_multipart_reader_new:
 * @content_type: of the message, with its boundary
 * @funcs: what hears of the parts; copied. A part of a mixed that is a related itself is told by its begin and end
 *   (depth 0) around those of its own parts (depth 1); every other part is bytes, whatever its type
 * @data: for @funcs
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): a reader
 */
SamspillMultipartReader *
samspill_multipart_reader_new (const char *content_type, const SamspillMultipartFuncs *funcs, gpointer data,
                               GError **error)
{
  return new_reader (content_type, funcs, data, 0, error);
}

void
samspill_multipart_reader_free (SamspillMultipartReader *self)
{
  if (self == NULL)
    return;
  samspill_multipart_reader_free (self->child);
  g_byte_array_unref (self->kept);
  g_free (self->needle);
  g_free (self);
}

static gboolean
begin_part (SamspillMultipartReader *self, const char *text, gsize length, GError **error)
{
  g_autoptr (GHashTable) headers = read_headers (text, length, error);
  const char *type;

  if (headers == NULL)
    return FALSE;
  if (++self->parts > MAX_PARTS)
    return fail (error, _ ("The message has too many parts."));
  type = g_hash_table_lookup (headers, "content-type");
  if (self->is_mixed && self->depth < MAX_DEPTH && type != NULL && is_type (type, "multipart/related"))
    {
      self->child = new_reader (type, &self->funcs, self->data, self->depth + 1, error);
      if (self->child == NULL)
        return FALSE;
    }
  return self->funcs.begin (headers, self->depth, self->data, error);
}

static gboolean
give (SamspillMultipartReader *self, const guint8 *bytes, gsize length, GError **error)
{
  if (self->state != STATE_BODY || length == 0)
    return TRUE;
  if (self->child != NULL)
    return samspill_multipart_reader_feed (self->child, bytes, length, error);
  return self->funcs.data (bytes, length, self->data, error);
}

static gboolean
end_part (SamspillMultipartReader *self, GError **error)
{
  if (self->state != STATE_BODY)
    return TRUE;
  if (self->child != NULL && !samspill_multipart_reader_end (self->child, error))
    return FALSE;
  g_clear_pointer (&self->child, samspill_multipart_reader_free);
  return self->funcs.end (self->data, error);
}

/* --- states: each takes what it can, and says how much; G_MAXSIZE: an error --- */

#define FAILED G_MAXSIZE

/* How much of the end may be the beginning of a boundary. */
static gsize
count_doubtful (SamspillMultipartReader *self, const guint8 *bytes, gsize length)
{
  gsize most = MIN (length, self->needle_length - 1);

  for (gsize n = most; n > 0; n--)
    if (bytes[length - n] == '\r' && memcmp (bytes + length - n, self->needle, n) == 0)
      return n;
  return 0;
}

static gsize
take_body (SamspillMultipartReader *self, const guint8 *bytes, gsize length, GError **error)
{
  const guint8 *found;
  gsize n;

  if (self->is_at_start)
    {
      /* The boundary without its line break. */
      n = MIN (length, self->needle_length - 2);
      if (memcmp (bytes, self->needle + 2, n) == 0)
        {
          if (n < self->needle_length - 2)
            return 0;
          if (!end_part (self, error))
            return FAILED;
          self->state = STATE_BOUNDARY;
          return n;
        }
      self->is_at_start = FALSE;
    }
  found = memmem (bytes, length, self->needle, self->needle_length);
  n = found != NULL ? (gsize)(found - bytes) : length - count_doubtful (self, bytes, length);
  if (!give (self, bytes, n, error))
    return FAILED;
  if (found == NULL)
    return n;
  if (!end_part (self, error))
    return FAILED;
  self->state = STATE_BOUNDARY;
  return n + self->needle_length;
}

static gsize
take_boundary (SamspillMultipartReader *self, const guint8 *bytes, gsize length, GError **error)
{
  gsize n = 0;

  if (bytes[0] == '-')
    {
      if (length < 2)
        return 0;
      if (bytes[1] != '-')
        return fail (error, _ ("What follows on a boundary of the message is no line break.")), FAILED;
      self->state = STATE_EPILOGUE;
      return 2;
    }
  while (n < length && (bytes[n] == ' ' || bytes[n] == '\t'))
    n++;
  if (n > MAX_PADDING_BYTES || (n < length && bytes[n] != '\r') || (n + 1 < length && bytes[n + 1] != '\n'))
    return fail (error, _ ("What follows on a boundary of the message is no line break.")), FAILED;
  if (n + 1 >= length)
    return 0;
  self->state = STATE_HEADERS;
  return n + 2;
}

static gsize
take_headers (SamspillMultipartReader *self, const guint8 *bytes, gsize length, GError **error)
{
  const guint8 *end = NULL;
  gsize n;

  if (length < 2)
    return 0;
  if (bytes[0] == '\r' && bytes[1] == '\n')
    n = 0;
  else
    {
      end = memmem (bytes, length, "\r\n\r\n", 4);
      n = end != NULL ? (gsize)(end - bytes) : length;
      if (n > MAX_HEADER_BYTES)
        return fail (error, _ ("A part of the message has too long headers.")), FAILED;
      if (end == NULL)
        return 0;
    }
  if (!begin_part (self, (const char *)bytes, n, error))
    return FAILED;
  self->state = STATE_BODY;
  self->is_at_start = TRUE;
  return n + (end != NULL ? 4 : 2);
}

static gsize
take_some (SamspillMultipartReader *self, const guint8 *bytes, gsize length, GError **error)
{
  switch (self->state)
    {
    case STATE_BOUNDARY:
      return take_boundary (self, bytes, length, error);
    case STATE_HEADERS:
      return take_headers (self, bytes, length, error);
    case STATE_EPILOGUE:
      return length;
    case STATE_PREAMBLE:
    case STATE_BODY:
    default:
      return take_body (self, bytes, length, error);
    }
}

/**
 * samspill_multipart_reader_feed:
 * @self: a reader
 * @bytes: the next bytes of the message, however they were cut
 * @length: how many
 * @error: return location for an error: INVALID_MULTIPART, or that of one of the functions
 *
 * Returns: FALSE where the message is no multipart, or a function said so; the reader is of no use then
 */
gboolean
samspill_multipart_reader_feed (SamspillMultipartReader *self, const guint8 *bytes, gsize length, GError **error)
{
  g_autoptr (GByteArray) joined = NULL;

  if (self->kept->len > 0)
    {
      joined = g_steal_pointer (&self->kept);
      self->kept = g_byte_array_new ();
      g_byte_array_append (joined, bytes, (guint)length);
      bytes = joined->data;
      length = joined->len;
    }
  while (length > 0)
    {
      State before = self->state;
      gsize taken = take_some (self, bytes, length, error);

      if (taken == FAILED)
        return FALSE;
      bytes += taken;
      length -= taken;
      if (taken == 0 && self->state == before)
        break;
    }
  if (length > 0)
    g_byte_array_append (self->kept, bytes, (guint)length);
  return TRUE;
}

/**
 * samspill_multipart_reader_end:
 * @self: a reader
 * @error: return location for an error
 *
 * Returns: FALSE where the closing boundary has not come: the message was cut
 */
gboolean
samspill_multipart_reader_end (SamspillMultipartReader *self, GError **error)
{
  return self->state == STATE_EPILOGUE || fail (error, _ ("The message was cut: its closing boundary is missing."));
}
