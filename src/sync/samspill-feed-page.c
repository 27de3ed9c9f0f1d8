/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-peer-private.h"

#include <glib/gi18n-lib.h>

#include "samspill-json-text.h"

/* {"results":[{"seq":…,"id":"…","changes":[{"rev":"…"},…]},…],"last_seq":…,"pending":…}: read strictly; sequences stay
 * the JSON text that they are. */

typedef struct
{
  SamspillFeedPage *page;
  const char *results, *row_id, *changes;
  gsize results_length, changes_length;
  gboolean is_right;
} Reading;

static const char *
keep_string (Reading *reading, const char *value, gsize length)
{
  g_autofree char *text = samspill_sync_dup_string (value, length);

  return text != NULL && *text != '\0' ? samspill_rows_keep (reading->page->rows, text) : NULL;
}

static gboolean
read_change_member (const char *name, const char *value, gsize length, gpointer data)
{
  Reading *reading = data;

  if (!g_str_equal (name, "rev"))
    return TRUE;
  const char *rev = keep_string (reading, value, length);
  reading->is_right = rev != NULL;
  if (rev != NULL)
    samspill_rows_add (reading->page->rows, rev);
  return reading->is_right;
}

static gboolean
read_change (const char *value, gsize length, gpointer data)
{
  Reading *reading = data;
  guint before = reading->page->rows->revs->len;

  if (!samspill_json_foreach_member (value, (gssize)length, read_change_member, reading, NULL) ||
      reading->page->rows->revs->len != before + 1)
    reading->is_right = FALSE;
  return reading->is_right;
}

static gboolean
read_row_member (const char *name, const char *value, gsize length, gpointer data)
{
  Reading *reading = data;

  if (g_str_equal (name, "id"))
    {
      reading->row_id = keep_string (reading, value, length);
    }
  else if (g_str_equal (name, "changes"))
    {
      reading->changes = value;
      reading->changes_length = length;
    }
  return TRUE;
}

static gboolean
read_row (const char *value, gsize length, gpointer data)
{
  Reading *reading = data;

  reading->row_id = reading->changes = NULL;
  reading->is_right = samspill_json_foreach_member (value, (gssize)length, read_row_member, reading, NULL) &&
                      reading->row_id != NULL && reading->changes != NULL;
  if (!reading->is_right)
    return FALSE;

  samspill_rows_begin (reading->page->rows, reading->row_id);
  if (!samspill_json_foreach_element (reading->changes, (gssize)reading->changes_length, read_change, reading, NULL))
    reading->is_right = FALSE;
  samspill_rows_end (reading->page->rows);
  return reading->is_right;
}

static gboolean
read_member (const char *name, const char *value, gsize length, gpointer data)
{
  Reading *reading = data;

  if (g_str_equal (name, "results"))
    {
      reading->results = value;
      reading->results_length = length;
    }
  else if (g_str_equal (name, "last_seq"))
    {
      g_free (reading->page->last_seq);
      reading->page->last_seq = g_strndup (value, length);
    }
  else if (g_str_equal (name, "pending"))
    {
      g_autofree char *number = g_strndup (value, length);
      if (!g_ascii_string_to_signed (number, 10, 0, G_MAXINT64, &reading->page->pending, NULL))
        reading->page->pending = -1;
    }
  return TRUE;
}

SamspillFeedPage *
samspill_feed_page_read (const char *text, gsize length, GError **error)
{
  g_autoptr (SamspillFeedPage) page = g_new0 (SamspillFeedPage, 1);
  Reading reading = { page, .is_right = TRUE };

  page->rows = samspill_rows_new (NULL);
  page->pending = -1;
  if (samspill_json_foreach_member (text, (gssize)length, read_member, &reading, NULL) && reading.results != NULL &&
      page->last_seq != NULL &&
      samspill_json_foreach_element (reading.results, (gssize)reading.results_length, read_row, &reading, NULL) &&
      reading.is_right)
    return g_steal_pointer (&page);
  g_set_error_literal (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL,
                       _ ("The list of changes that the server sent is cut or cannot be read. Nothing is lost; try "
                          "again."));
  return NULL;
}
