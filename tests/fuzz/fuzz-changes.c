/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A page of the feed that the replicator reads. */

#include <string.h>

#include "fuzz.h"
#include "samspill-json-text.h"
#include "samspill-peer-private.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillFeedPage) page = samspill_feed_page_read (text, size, &error);

  if (page == NULL)
    {
      g_assert_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL);
      return 0;
    }
  g_assert_true (samspill_json_check (page->last_seq, -1, G_MAXSIZE, SAMSPILL_JSON_DEFAULT, NULL));
  for (guint i = 0; i < page->rows->rows->len; i++)
    {
      const char *const *revs = samspill_rows_get_revs (page->rows, i);

      g_assert_cmpuint (strlen (samspill_rows_get (page->rows, i)->id), >, 0);
      g_assert_cmpuint (g_strv_length ((char **)revs), ==, samspill_rows_get (page->rows, i)->n_revs);
    }
  return 0;
}
