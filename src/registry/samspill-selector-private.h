/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A small part of CouchDB's selectors, for filter=_selector of the feed: $eq $ne $gt $gte $lt $lte $in $nin $exists $type
 * $size $all $elemMatch $allMatch $and $or $nor $not; members by their names, also "a.b". It works on the text of a document. Bounded in
 * depth and size, and it cannot be made to run long: $regex and $mod are refused. Thread-safe once made. */
typedef struct _SamspillSelector SamspillSelector;

/* SAMSPILL_REGISTRY_ERROR_BAD_REQUEST with the reason. */
SamspillSelector *samspill_selector_new     (const char *json, gsize length, GError **error);
/* `document` has been scanned before. */
gboolean          samspill_selector_matches (const SamspillSelector *self, const char *document, gsize length);
void              samspill_selector_free    (SamspillSelector *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillSelector, samspill_selector_free)

G_END_DECLS
