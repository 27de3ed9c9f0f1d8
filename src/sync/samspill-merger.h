/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-store.h"

G_BEGIN_DECLS

/* Makes one of several leaves where samspill_merge() can: writes the merged revision on the leaf that would win anyway and tombstones on the others, in one transaction, with
 * revisions that any computer makes alike from the same leaves. What cannot be merged stays as it is: the person decides. ids NULL: all documents of the space with several leaves.
 * Returns how many were merged; -1 on error. Blocks. */
gint64 samspill_merger_run (SamspillStore *store, const char *space, const char * const *ids, GCancellable *cancellable, GError **error);

G_END_DECLS
