/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The first line is a Content-Type, the rest a body. In whatever pieces it comes, the same parts come out. */

#include <string.h>

#include "fuzz.h"
#include "samspill-multipart.h"

static gboolean
begin_part (GHashTable *headers, guint depth, gpointer data, GError **error)
{
  GHashTableIter iter;
  gpointer name, value;
  guint n = 0;

  g_hash_table_iter_init (&iter, headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      g_autofree char *filename = samspill_header_dup_parameter (value, "filename");

      n += (guint)(strlen (name) + strlen (value));
    }
  g_assert_cmpuint (depth, <, 3);
  g_string_append_printf (data, "<%u %u>", depth, n);
  return TRUE;
}

static gboolean
add_bytes (const guint8 *bytes, gsize length, gpointer data, GError **error)
{
  g_string_append_len (data, (const char *)bytes, (gssize)length);
  return TRUE;
}

static gboolean
end_part (gpointer data, GError **error)
{
  g_string_append (data, "</>");
  return TRUE;
}

static const SamspillMultipartFuncs funcs = { begin_part, add_bytes, end_part };

/* What came out, with "!" at the end where it was no whole message. */
static char *
read_in_pieces (const char *type, const char *body, gsize length, gsize piece)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillMultipartReader) reader = samspill_multipart_reader_new (type, &funcs, out, &error);
  gboolean good = reader != NULL;

  for (gsize i = 0; good && i < length; i += piece)
    {
      gsize n = MIN (piece, length - i);
      g_autofree guint8 *copy = g_memdup2 (body + i, n);

      good = samspill_multipart_reader_feed (reader, copy, n, &error);
    }
  good = good && samspill_multipart_reader_end (reader, &error);
  g_assert_true (good == (error == NULL));
  if (!good)
    g_string_assign (out, "!"); /* how far it came depends on the pieces */
  return g_string_free_and_steal (out);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const uint8_t *end = size > 0 ? memchr (data, '\n', size) : NULL;
  gsize length = end != NULL ? (gsize)(end - data) : size, rest = end != NULL ? size - length - 1 : 0;
  g_autofree char *type = g_strndup ((const char *)data, length), *whole = NULL, *halves = NULL, *bytes = NULL;
  const char *body = (const char *)data + size - rest;

  whole = read_in_pieces (type, body, rest, MAX (rest, 1));
  halves = read_in_pieces (type, body, rest, rest / 2 + 1);
  bytes = read_in_pieces (type, body, rest, 1);
  g_assert_cmpstr (whole, ==, halves);
  g_assert_cmpstr (whole, ==, bytes);
  return 0;
}
