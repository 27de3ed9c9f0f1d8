/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files of documents that come into a space and leave it. */

#include "samspill-peer-private.h"

#include <string.h>

#include "samspill-attachments.h"

/* Files of a document up to here go inside it as base64; larger ones beside it. */
#define INLINE_BYTES (256 * 1024)

/* Whether the files of a document go inside it or beside it; those that are not here go as stubs. */
gboolean
samspill_space_look_at_files (SamspillStore *store, const char *space, const SamspillParcel *parcel, const char *text,
                              gsize length, gboolean *is_inline, gboolean *is_large, GError **error)
{
  g_autoptr (SamspillDocument) document = NULL;
  g_autoptr (GPtrArray) files = NULL;
  guint64 bytes = 0;

  *is_inline = *is_large = FALSE;
  if (memmem (text, length, "\"_attachments\"", strlen ("\"_attachments\"")) == NULL)
    return TRUE;
  document = samspill_store_get (store, space, parcel->id, parcel->rev, error);
  files = document != NULL ? samspill_attachments_list (store, document->attachments, error) : NULL;
  if (files == NULL)
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    {
      const SamspillAttachment *file = files->pdata[i];

      if (file->state != SAMSPILL_BLOB_HERE)
        return TRUE;
      g_autoptr (GFile) blob = samspill_store_get_blob (store, file->sha256, error);
      if (blob == NULL)
        return FALSE;
      bytes += file->length;
    }
  *is_inline = files->len > 0 && bytes <= INLINE_BYTES;
  *is_large = bytes > INLINE_BYTES;
  return TRUE;
}

/* What should be here and is gone from the disk is fetched again, where a server has it. */
void
samspill_space_want_missing (SamspillStore *store, const char *space, const char *id, const char *rev)
{
  g_autoptr (SamspillDocument) document = samspill_store_get (store, space, id, rev, NULL);
  g_autoptr (GPtrArray) files =
      document != NULL ? samspill_attachments_list (store, document->attachments, NULL) : NULL;

  for (guint i = 0; files != NULL && i < files->len; i++)
    {
      const SamspillAttachment *file = files->pdata[i];
      g_autoptr (GFile) blob =
          file->state == SAMSPILL_BLOB_HERE ? samspill_store_get_blob (store, file->sha256, NULL) : NULL;

      if (file->state == SAMSPILL_BLOB_HERE && blob == NULL)
        samspill_store_set_blob_state (store, file->sha256, SAMSPILL_BLOB_WANTED, NULL);
    }
}

/* Stubs of what was sent inside; those that come later are kept as stubs. */
gboolean
samspill_space_take_files (SamspillStore *store, const char *space, SamspillWireDocument *document, GError **error)
{
  if (document->attachments == NULL)
    return TRUE;

  char *stubs = samspill_attachments_take (store, space, document->id, NULL, document->attachments, NULL, 0,
                                           SAMSPILL_ATTACHMENTS_LATER, G_MAXUINT64, error);
  if (stubs == NULL)
    return FALSE;
  g_free (document->attachments);
  document->attachments = stubs;
  return TRUE;
}

gboolean
samspill_space_want_files (SamspillStore *store, const char *attachments, GError **error)
{
  g_autoptr (GPtrArray) files = samspill_attachments_list (store, attachments, error);

  if (files == NULL)
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    {
      const SamspillAttachment *file = files->pdata[i];

      if (file->state != SAMSPILL_BLOB_HERE &&
          !samspill_attachment_set_state (store, file, SAMSPILL_BLOB_WANTED, error))
        return FALSE;
    }
  return TRUE;
}
