/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Three-way merge of a record by field (design.md section 7). A pure function of its arguments: no clock, no author, no random; the order of mine and theirs does not matter
 * for a merged text (two computers that merge at once make the same bytes). Members we do not know are fields, too. */
typedef enum
{
  SAMSPILL_MERGE_SAME,      /* both have it alike */
  SAMSPILL_MERGE_MINE,      /* only mine differs from the base */
  SAMSPILL_MERGE_THEIRS,
  SAMSPILL_MERGE_BOTH,      /* both changed it and it could be put together: sets, paragraphs that do not touch */
  SAMSPILL_MERGE_UNDECIDED, /* a person has to choose */
} SamspillMergeKind;

typedef struct
{
  char *member;             /* top-level member, "problem" */
  SamspillMergeKind kind;
  char *base, *mine, *theirs, *merged; /* JSON texts; NULL: not there. merged NULL with UNDECIDED, or where it was removed */
} SamspillMergeField;
void samspill_merge_field_free (SamspillMergeField *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillMergeField, samspill_merge_field_free)

/* base "{}": no ancestor is kept. Only fields that are not SAME. `changed` {at, by} takes the later `at` (then the larger `by`). (element-type SamspillMergeField) */
GPtrArray *samspill_merge_fields (const char *type, const char *base, const char *mine, const char *theirs);
/* The merged record as JSON text; NULL when a field is undecided. */
char      *samspill_merge        (const char *type, const char *base, const char *mine, const char *theirs);

/* For the screen: words of two texts, which are only in the one or the other; for marking. (element-type SamspillMergeSpan) */
typedef struct { gsize start, length; gboolean is_changed; } SamspillMergeSpan; /* bytes */
void       samspill_merge_diff_words (const char *mine, const char *theirs, GArray **mine_spans, GArray **theirs_spans);

G_END_DECLS
