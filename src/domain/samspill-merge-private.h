/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-merge.h"
#include "samspill-schema.h"

G_BEGIN_DECLS

/* One element of something that has an order: a paragraph, or a row of a list. */
typedef struct
{
  char *key;  /* equal elements have equal keys */
  char *text; /* what is written */
  char *gap;  /* what stands before it, where it is not the first; "" for rows */
} SamspillMergePart;
void       samspill_merge_part_free  (SamspillMergePart *self);
SamspillMergePart *samspill_merge_part_new (char *key, char *text, char *gap); /* (transfer full) all */

typedef enum
{
  SAMSPILL_MERGE_SEQUENCE_DEFAULT = 0,
  SAMSPILL_MERGE_SEQUENCE_JOIN_INSERTIONS = 1 << 0, /* what both put in at one place stands there sorted */
} SamspillMergeSequenceFlags;

/* Which element of `b` each of `a` is (SAMSPILL_MERGE_NO_MATCH: none): a longest common subsequence. Beyond `max_cells`
 * compared pairs only what both begin and end with is found. (transfer full) */
#define SAMSPILL_MERGE_NO_MATCH (-1)
int       *samspill_merge_match      (const char * const *a, guint n_a, const char * const *b, guint n_b, gsize max_cells);

/* The edits of both sides put together; NULL where they touch. (transfer container) of parts that the arguments own. */
GPtrArray *samspill_merge_sequence   (GPtrArray *base, GPtrArray *mine, GPtrArray *theirs, SamspillMergeSequenceFlags flags);

GPtrArray *samspill_merge_split_text (const char *text); /* paragraphs; (transfer full) */
char      *samspill_merge_join_text  (GPtrArray *parts);

/* The members of an object, in its order, with their texts. */
typedef struct
{
  GPtrArray *names;
  GHashTable *values;
} SamspillMergeMembers;
void        samspill_merge_members_read  (SamspillMergeMembers *self, const char *object); /* NULL: none */
void        samspill_merge_members_clear (SamspillMergeMembers *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SamspillMergeMembers, samspill_merge_members_clear)
const char *samspill_merge_members_get   (const SamspillMergeMembers *self, const char *name);
/* The names in all three: those of the base, then the others sorted. Borrowed from them. */
GPtrArray  *samspill_merge_members_list  (const SamspillMergeMembers *base, const SamspillMergeMembers *mine, const SamspillMergeMembers *theirs);
void        samspill_merge_append_member (GString *object, const char *name, const char *value); /* object: begins with "{" */

/* One value of each; NULL: not there. `field` is what the schema says of it, nullable. */
SamspillMergeKind samspill_merge_value   (const SamspillField *field, const char *base, const char *mine, const char *theirs, gboolean is_base_known, char **merged);
char       *samspill_merge_translations  (const SamspillType *type, const char *base, const char *mine, const char *theirs, gboolean is_base_known, gboolean *is_merged);
gboolean    samspill_merge_is_same       (const char *a, const char *b);
char       *samspill_merge_choose_text   (const char *base, const char *mine, const char *theirs);
char       *samspill_merge_dup_string    (const char *value); /* NULL: no string */

G_END_DECLS
