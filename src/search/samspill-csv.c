/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-csv-private.h"

#include "samspill-search-resources.h"

/* Reads one cell and leaves `text` after its separator; FALSE at the end of the row. */
static gboolean
read_cell (const char **text, GString *cell)
{
  const char *p = *text;
  gboolean quoted = FALSE;

  g_string_truncate (cell, 0);
  for (; *p != '\0'; p++)
    {
      if (quoted && p[0] == '"' && p[1] == '"')
        g_string_append_c (cell, *p++);
      else if (*p == '"')
        quoted = !quoted;
      else if (!quoted && (*p == ',' || *p == '\n'))
        break;
      else if (quoted || *p != '\r')
        g_string_append_c (cell, *p);
    }
  *text = *p != '\0' ? p + 1 : p;
  return *p == ',';
}

static void
read_rows (const char *text, SamspillCsvFunc func, gpointer data)
{
  g_autoptr (GString) cell = g_string_new (NULL);
  gboolean is_header = TRUE;

  while (*text != '\0')
    {
      g_autoptr (GPtrArray) cells = g_ptr_array_new_null_terminated (10, g_free, TRUE);
      gboolean more;

      do
        {
          more = read_cell (&text, cell);
          g_ptr_array_add (cells, g_strdup (cell->str));
        }
      while (more);

      if (!is_header && (cells->len > 1 || cell->len > 0))
        func ((char **)cells->pdata, cells->len, data);
      is_header = FALSE;
    }
}

void
samspill_csv_foreach (const char *name, SamspillCsvFunc func, gpointer data)
{
  g_autofree char *path = g_strconcat ("/no/samspill/search/", name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  bytes = g_resource_lookup_data (samspill_search_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  if (bytes == NULL)
    g_error ("The program's word lists are missing: %s", error->message);
  /* Resource data is followed by a nul byte. */
  read_rows (g_bytes_get_data (bytes, NULL), func, data);
}
