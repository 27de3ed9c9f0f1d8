/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-store.h"

G_BEGIN_DECLS

/* What two versions of a document have in common: for merging, by a program (sync) or by a person (profile). `history` is
 * what samspill_store_history() gave. */

/* The nearest common ancestor of two revisions whose body is kept; NULL: there is none. Borrowed from `history`. */
const char *samspill_history_find_base   (GPtrArray *history, const char *a, const char *b);
/* The leaves that are not deleted, the winner first, then the longest and highest. Borrowed from `history`.
 * (transfer container) (element-type SamspillRevision) */
GPtrArray  *samspill_history_list_living (GPtrArray *history);

/* The files of two versions as one: NULL and FALSE where both have another file under one name. The text may be NULL with
 * TRUE: none. Files that `mine` has not yet come without their `revpos`: it is that of the revision that gets them. */
gboolean    samspill_history_merge_files (const char *base, const char *mine, const char *theirs, char **merged);

/* Ids of the documents of a space that have several living leaves, sorted. (transfer full) */
char      **samspill_store_list_divided  (SamspillStore *self, const char *space, GError **error);

G_END_DECLS
