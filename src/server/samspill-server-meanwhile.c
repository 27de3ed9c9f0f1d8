/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Until files are served: whoever lands samspill-registry-attachment.c or samspill-registry-multipart.c takes what is
 * defined there out of here, the last one the file. Weak, so that nothing fails to link meanwhile. */

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
