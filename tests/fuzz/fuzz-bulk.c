/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A body of `_bulk_docs` into a store: each document is taken whole or refused with a reason, what was taken comes out
 * again as a document that can be read, and after some thousands the store is clean. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "samspill-json-text.h"
#include "samspill-wire.h"

#define SPACE "team-310000000"
#define ANEW 2000 /* inputs on one store */

static SamspillStore *store;
static char *folder;

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  remove (path);
}

static void
close_store (void)
{
  g_clear_object (&store);
  if (folder != NULL)
    remove_tree (folder);
  g_clear_pointer (&folder, g_free);
}

static void
open_store (void)
{
  g_autoptr (GError) error = NULL;

  close_store ();
  folder = g_dir_make_tmp ("samspill-fuzz-XXXXXX", &error);
  g_assert_no_error (error);
  store = samspill_store_open (folder, SAMSPILL_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_true (samspill_store_ensure_space (store, SPACE, &error));
}

static gboolean
read_row (const SamspillWireRow *row, gpointer data)
{
  GArray *documents = data;
  SamspillWireDocument document = { 0 };

  /* The registry refuses these before they come to the store. */
  if (row->text != NULL && samspill_wire_document_read (&document, row->text, row->length, NULL) &&
      document.id != NULL && document.unknown == NULL)
    {
      g_clear_pointer (&document.attachments, g_free);
      g_array_append_val (documents, document);
    }
  else
    samspill_wire_document_clear (&document);
  return documents->len < 200;
}

static void
read_back (const SamspillWireDocument *document)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_auto (SamspillWireDocument) again = { 0 };

  if (!samspill_store_append_wire (store, SPACE, document->id, document->revisions[0], SAMSPILL_WIRE_REVISIONS, NULL,
                                   text, &error))
    {
      /* An older revision of which another row had a younger one, or the same revision twice. */
      g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND);
      return;
    }
  g_assert_true (samspill_wire_document_read (&again, text->str, text->len, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (again.id, ==, document->id);
  g_assert_cmpstr (again.rev, ==, document->revisions[0]);
}

static void
write_all (GArray *documents, gboolean new_edits)
{
  g_autofree GError **refusals = g_new0 (GError *, documents->len + 1);
  g_autoptr (GError) error = NULL;
  guint written;

  if (new_edits)
    {
      for (guint i = 0; i < documents->len; i++)
        {
          g_autoptr (GError) refused = NULL;
          g_autofree char *rev =
              samspill_store_write (store, SPACE, &g_array_index (documents, SamspillWireDocument, i), TRUE, &refused);

          g_assert_true ((rev == NULL) == (refused != NULL));
        }
      return;
    }
  g_assert_true (samspill_store_write_many (store, SPACE, (const SamspillWireDocument *)(gpointer)documents->data,
                                            documents->len, refusals, &written, &error));
  for (guint i = 0; i < documents->len; i++)
    {
      const SamspillWireDocument *document = &g_array_index (documents, SamspillWireDocument, i);

      if (refusals[i] != NULL)
        g_assert_error (refusals[i], SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID);
      else
        read_back (document);
      g_clear_error (&refusals[i]);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static guint runs;
  g_autofree char *text = fuzz_text (data, size);
  g_autoptr (GArray) documents = g_array_new (FALSE, TRUE, sizeof (SamspillWireDocument));
  g_autoptr (GError) error = NULL;
  gboolean new_edits = TRUE;

  if (runs == 0)
    atexit (close_store);
  if (runs++ % ANEW == 0)
    {
      if (store != NULL)
        {
          g_autoptr (GPtrArray) faults = samspill_store_check (store, &error);

          g_assert_no_error (error);
          for (guint i = 0; i < faults->len; i++)
            g_error ("%s", (const char *)faults->pdata[i]);
        }
      open_store ();
    }
  g_array_set_clear_func (documents, (GDestroyNotify)samspill_wire_document_clear);
  if (!samspill_wire_foreach_in_bulk_docs (text, size, &new_edits, read_row, documents, &error))
    return 0;
  if (documents->len > 0)
    write_all (documents, new_edits);
  return 0;
}
