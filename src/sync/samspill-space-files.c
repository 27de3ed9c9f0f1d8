/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files of documents that come into a space and leave it: as stubs, for the time being. */

#include "samspill-peer-private.h"

gboolean
samspill_space_look_at_files (SamspillStore *store, const char *text, gsize length, gboolean *is_inline,
                              gboolean *is_large, GError **error)
{
  *is_inline = *is_large = FALSE;
  return TRUE;
}

gboolean
samspill_space_take_files (SamspillStore *store, const char *space, SamspillWireDocument *document, GError **error)
{
  return TRUE;
}
