/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-query.h"

G_BEGIN_DECLS

/* One thing asked for: a word or a phrase, and what counts as the same. */
typedef struct
{
  GPtrArray *words;         /* folded; more than one: in this order, side by side */
  GPtrArray *alternatives;  /* of a word: other forms and synonyms, each folded words parted by blanks */
  gboolean is_prefix;       /* the word that is being typed */
} SamspillTerm;

typedef enum
{
  SAMSPILL_FILTER_TYPE,
  SAMSPILL_FILTER_PHASE,
  SAMSPILL_FILTER_OWNER,    /* organisation number */
  SAMSPILL_FILTER_OWNER_NAME, /* folded beginning of a word of the name */
  SAMSPILL_FILTER_SUBJECT,  /* Los ids parted by blanks: any of them */
  SAMSPILL_FILTER_TAG,      /* folded */
} SamspillFilterKind;

typedef struct
{
  SamspillFilterKind kind;
  gboolean is_negated;
  char *value;
  char *label;              /* translated */
  char *typed;              /* the piece of the text */
} SamspillFilter;

typedef struct
{
  GPtrArray *terms;         /* SamspillTerm: all are wanted */
  GPtrArray *without;       /* SamspillTerm: none is wanted */
  GPtrArray *filters;       /* SamspillFilter */
} SamspillParsedQuery;

/* What the text means; never fails. text NULL: nothing. (transfer full) */
SamspillParsedQuery *samspill_parsed_query_new  (const char *text);
void                 samspill_parsed_query_free (SamspillParsedQuery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillParsedQuery, samspill_parsed_query_free)

/* FTS5 expressions, every word in quotes: all terms, or any of them; and any of the words not wanted. NULL when there is
 * nothing to match. (transfer full) */
char    *samspill_parsed_query_dup_match_all     (const SamspillParsedQuery *self);
char    *samspill_parsed_query_dup_match_any     (const SamspillParsedQuery *self);
char    *samspill_parsed_query_dup_match_without (const SamspillParsedQuery *self);
/* One or two letters match most documents: not ranked, newest first. */
gboolean samspill_parsed_query_is_rankable       (const SamspillParsedQuery *self);

G_END_DECLS
