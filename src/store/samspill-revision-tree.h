/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-revision-id.h"

G_BEGIN_DECLS

/* The revision tree of one document, as CouchDB keeps it: revisions with their parents, any number of roots (where
 * older ancestors are not known) and leaves. Pure data: no disk, no clock, not thread-safe.
 *
 * The revisions stand sorted by their ids, so a parent always stands before its children and the same
 * revisions give the same text of bytes whatever the order in which they came. */

#define SAMSPILL_REVISION_NONE (-1)

typedef struct
{
  SamspillRevisionId id; /* a text in it belongs to the tree */
  int parent;            /* place in the tree; SAMSPILL_REVISION_NONE: a root */
  gboolean deleted;
  gint64 body;           /* number of the stored body; 0: none is kept */
  gint64 at_us;          /* when this computer stored it, unix microseconds; 0: known as an ancestor only */
} SamspillTreeRevision;

typedef struct _SamspillRevisionTree SamspillRevisionTree;

SamspillRevisionTree *samspill_revision_tree_new    (void);
SamspillRevisionTree *samspill_revision_tree_decode (const guint8 *data, gsize length); /* NULL: not a tree */
GBytes               *samspill_revision_tree_encode (const SamspillRevisionTree *self);
/* The stored form of a tree that is one path, newest first and cut at `limit`, of which this computer stored the newest
 * just now; `*number` is its number. NULL: the path is no path. */
GByteArray           *samspill_revision_path_encode (const char * const *revisions, guint limit, gboolean deleted, gint64 body, gint64 at_us, guint64 *number);
void                  samspill_revision_tree_free   (SamspillRevisionTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillRevisionTree, samspill_revision_tree_free)

guint                 samspill_revision_tree_get_length (const SamspillRevisionTree *self);
/* Borrowed, until the tree is changed. */
SamspillTreeRevision *samspill_revision_tree_get        (const SamspillRevisionTree *self, int index);
int                   samspill_revision_tree_find       (const SamspillRevisionTree *self, const SamspillRevisionId *id);
int                   samspill_revision_tree_find_text  (const SamspillRevisionTree *self, const char *revision);
/* Which places have children: a byte for each. (transfer full) */
guint8               *samspill_revision_tree_mark_parents (const SamspillRevisionTree *self);
/* Of one place; for all of them mark them once. */
gboolean              samspill_revision_tree_is_leaf    (const SamspillRevisionTree *self, int index);
/* The winner's place: a leaf that is not deleted before one that is, then the longest, then the highest id. NONE
 * when the tree is empty. */
int                   samspill_revision_tree_get_winner (const SamspillRevisionTree *self);
guint                 samspill_revision_tree_count_living_leaves (const SamspillRevisionTree *self);

/* Adds a revision below `parent` (NONE: a root) and returns its place. Where it is there already only an unknown parent
 * is filled in. Places handed out before may have moved. */
int                   samspill_revision_tree_add        (SamspillRevisionTree *self, const SamspillRevisionId *id, int parent);
#define SAMSPILL_REVISION_PATH_MAX 16384 /* longer ones are refused: far beyond any limit on revisions that is in use */

/* Merges a path, newest first; the numbers must fall by one. Where it says another parent of a revision than what is
 * known, what is known stays and the rest of the path is left out (honest peers never do that: an id depends on its
 * parent). The place of revisions[0]; `is_new`: it was not there
 * before; `is_changed`: it or any ancestor or link was not. NONE: the path is no path. */
int                   samspill_revision_tree_merge      (SamspillRevisionTree *self, const char * const *revisions, gboolean *is_new, gboolean *is_changed);
/* Forgets what lies more than `limit` revisions above every leaf. The numbers of bodies nobody names any more are
 * appended to `bodies` (element-type gint64). */
void                  samspill_revision_tree_stem       (SamspillRevisionTree *self, guint limit, GArray *bodies);

/* Takes the leaf at `place` out with all above it that no other leaf needs, and appends the numbers of their bodies.
 * Places handed out before may have moved. */
void                  samspill_revision_tree_prune      (SamspillRevisionTree *self, int place, GArray *bodies);

char                 *samspill_revision_tree_dup_text   (const SamspillRevisionTree *self, int index);

G_END_DECLS
