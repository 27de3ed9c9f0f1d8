/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "store-fixture.h"

/* store-writer FOLDER ROUND: writes until it is killed. What was acknowledged is printed, one line each:
 *   saved ID REVISION BODY · draft ID BODY · file SHA256 */

static void
say (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  fflush (stdout);
}

static void
write_draft (SamspillStore *store, const char *id, const char *json)
{
  g_autoptr (GBytes) body = store_bytes (json);

  if (samspill_store_write_working_copy (store, "mine", id, NULL, body, NULL))
    say ("draft %s %s\n", id, json);
}

static void
write_batch (SamspillStore *store, guint round, guint n)
{
  char *ids[5], *revisions[5];

  g_assert_true (samspill_store_begin (store, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      ids[i] = g_strdup_printf ("batch-%u-%u-%u", round, n, i);
      revisions[i] = store_put (store, ids[i], NULL, "{\"batch\":true}");
    }
  g_assert_true (samspill_store_commit (store, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      say ("saved %s %s %s\n", ids[i], revisions[i], "{\"batch\":true}");
      g_free (ids[i]);
      g_free (revisions[i]);
    }
}

static void
add_file (SamspillStore *store, const char *content)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (content, -1, NULL);
  g_autoptr (SamspillBlob) blob = samspill_store_add_blob (store, stream, 1000, NULL, NULL);

  g_assert_nonnull (blob);
  say ("file %s\n", blob->sha256);
}

int
main (int argc, char **argv)
{
  guint round = argc == 3 ? (guint)g_ascii_strtoull (argv[2], NULL, 10) : 0;
  g_autoptr (SamspillStore) store = NULL;
  g_autofree char *revision = NULL, *id = NULL;

  if (argc != 3)
    return 2;
  store = store_open (argv[1], SAMSPILL_STORE_OPEN_DEFAULT);
  g_assert_true (samspill_store_ensure_space (store, "mine", NULL));
  for (guint n = 0;; n++)
    {
      g_autofree char *json = g_strdup_printf ("{\"round\":%u,\"n\":%u}", round, n), *draft = NULL;
      char *next;

      if (n % 7 == 0)
        {
          g_clear_pointer (&revision, g_free);
          g_free (id);
          id = g_strdup_printf ("need-%u-%u", round, n);
        }
      draft = g_strdup_printf ("draft-%u-%u", round, n);
      write_draft (store, draft, json);
      next = store_put (store, id, revision, json);
      say ("saved %s %s %s\n", id, next, json);
      g_free (revision);
      revision = next;
      if (n % 5 == 4)
        write_batch (store, round, n);
      if (n % 6 == 5)
        add_file (store, json);
      if (n % 9 == 8)
        g_assert_true (samspill_store_compact (store, NULL, NULL));
    }
}
