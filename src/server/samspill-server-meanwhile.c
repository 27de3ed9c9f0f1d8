/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Until files are served: whoever lands samspill-registry-attachment.c, samspill-registry-multipart.c or
 * samspill-attachments.c takes what is defined there out of here, the last one the file. Weak, so that nothing fails to
 * link meanwhile. */

#include "samspill-attachments.h"
#include "samspill-registry-private.h"

#define MEANWHILE __attribute__ ((weak))

MEANWHILE void
samspill_registry_handle_attachment (SamspillRegistryCall *call)
{
  samspill_answer_error (call, 501, "not_implemented", "Files are not served yet.");
}

MEANWHILE void
samspill_registry_put_multipart (SamspillRegistryCall *call)
{
  samspill_answer_error (call, 501, "not_implemented", "Files are not served yet.");
}

MEANWHILE gboolean
samspill_registry_get_multipart (SamspillRegistryCall *call)
{
  return FALSE;
}

MEANWHILE char *
samspill_attachments_take (SamspillStore *store, const char *space, const char *id, const char *parent,
                           const char *attachments, const SamspillFollowing *following, guint n_following,
                           gboolean is_replication, guint64 max_bytes, GError **error)
{
  g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID, "Files are not taken yet.");
  return NULL;
}

MEANWHILE GPtrArray *
samspill_attachments_list (SamspillStore *store, const char *attachments, GError **error)
{
  return g_ptr_array_new ();
}
