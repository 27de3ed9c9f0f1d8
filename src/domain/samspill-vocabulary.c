/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-vocabulary.h"

#include <string.h>

#include "samspill-domain-resources.h"
#include "samspill-resource.h"

#define PREFIX "/no/samspill/domain/"

static GBytes *
lookup (const char *folder, const char *name)
{
  g_autofree char *path = g_strconcat (PREFIX, folder, name, NULL);

  return samspill_resource_lookup (samspill_domain_get_resource (), path);
}

/**
 * samspill_vocabulary:
 * @name: name of a file
 *
 * Returns: (transfer full) (nullable): its bytes
 */
GBytes *
samspill_vocabulary (const char *name)
{
  static const char *const folders[] = { "vocabularies/", "words/", "sample/" };
  GBytes *bytes = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (folders) && bytes == NULL; i++)
    bytes = lookup (folders[i], name);
  return bytes;
}

/* Reads one cell (RFC 4180) and moves `at` behind it and its separator. Returns whether the row goes on. */
static gboolean
read_cell (const char **at, const char *end, GString *cell)
{
  const char *c = *at;
  gboolean is_quoted = c < end && *c == '"';
  gboolean goes_on;

  g_string_truncate (cell, 0);
  if (is_quoted)
    {
      for (c++; c < end && (*c != '"' || (c + 1 < end && c[1] == '"')); c++)
        {
          g_string_append_c (cell, *c);
          if (*c == '"')
            c++;
        }
      c += c < end;
    }
  else
    {
      gsize length = 0;

      while (c + length < end && c[length] != ',' && c[length] != '\n' && c[length] != '\r')
        length++;
      g_string_append_len (cell, c, (gssize)length);
      c += length;
    }
  goes_on = c < end && *c == ',';
  if (c < end && *c == '\r')
    c++;
  *at = c < end ? c + 1 : c;
  return goes_on;
}

/**
 * samspill_vocabulary_foreach:
 * @name: name of a file of comma-separated values
 * @n_columns: how many cells @func reads; rows with fewer are filled up with empty ones
 * @func: (scope call): called for each row
 * @data: for @func
 */
void
samspill_vocabulary_foreach (const char *name, guint n_columns, SamspillRowFunc func, gpointer data)
{
  g_autoptr (GBytes) bytes = samspill_vocabulary (name);
  g_autoptr (GString) cell = g_string_new (NULL);
  const char *at, *end;
  gsize length = 0;
  gboolean is_header = TRUE;

  g_return_if_fail (bytes != NULL);
  at = g_bytes_get_data (bytes, &length);
  end = at + length;
  while (at < end)
    {
      g_autoptr (GPtrArray) cells = g_ptr_array_new_null_terminated (n_columns, g_free, TRUE);
      gboolean goes_on = TRUE;

      while (goes_on)
        {
          goes_on = read_cell (&at, end, cell);
          g_ptr_array_add (cells, g_strndup (cell->str, cell->len));
        }
      while (cells->len < n_columns)
        g_ptr_array_add (cells, g_strdup (""));
      if (!is_header)
        func ((const char *const *)cells->pdata, data);
      is_header = FALSE;
    }
}

static void
append_folded (GString *out, gunichar c)
{
  switch (c)
    {
    case 0x00e6: /* æ */
      g_string_append (out, "ae");
      break;
    case 0x00f8: /* ø */
      g_string_append_c (out, 'o');
      break;
    case 0x00f0: /* ð */
    case 0x0111: /* đ */
      g_string_append_c (out, 'd');
      break;
    case 0x014b: /* ŋ */
      g_string_append_c (out, 'n');
      break;
    case 0x0167: /* ŧ */
      g_string_append_c (out, 't');
      break;
    default:
      if (!g_unichar_ismark (c))
        g_string_append_unichar (out, c);
    }
}

/**
 * samspill_fold:
 * @text: UTF-8
 *
 * Returns: (transfer full): @text to be compared
 */
char *
samspill_fold (const char *text)
{
  g_autofree char *lower = g_utf8_casefold (text, -1);
  g_autofree char *decomposed = g_utf8_normalize (lower, -1, G_NORMALIZE_DEFAULT);
  GString *out = g_string_new (NULL);

  for (const char *c = decomposed; c != NULL && *c != '\0'; c = g_utf8_next_char (c))
    append_folded (out, g_utf8_get_char (c));
  g_string_replace (out, "aa", "a", 0);
  g_string_replace (out, "oe", "o", 0);
  return g_string_free_and_steal (out);
}
