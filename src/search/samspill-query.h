/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  SAMSPILL_ORDER_RELEVANCE,  /* newest first where there is no text to rank by */
  SAMSPILL_ORDER_CHANGED,    /* newest first */
  SAMSPILL_ORDER_TITLE,      /* as a Norwegian list, … z æ ø å */
} SamspillOrder;

/**
 * SamspillQuery:
 *
 * What a list asks for: what the place shows (the fields) and what the person typed (`text`). The text is free text,
 * "phrases in quotes", `-without` a word, and filters in Bokmål, Nynorsk or English: `type:behov fase:pilot eier:Kinn
 * emne:avløp #stikkord`. Nothing that a person types is an error: what is no filter is text, and of a very long text
 * the beginning is used. All fields are owned by the query; change them freely between queries. Not thread-safe.
 */
typedef struct
{
  char *text;              /* as typed, nullable */
  char *type;              /* "need", nullable: all */
  char **spaces;           /* nullable: all */
  char **owners;           /* organisation numbers, nullable: all */
  char *phase;             /* nullable: all */
  char *subject;           /* Los id, nullable: all; a theme has what lies under it */
  char *refers_to;         /* nullable; id: only records that name it by `need` or `about` */
  gboolean trashed;        /* only what is in the trash; else never that */
  SamspillOrder order;
} SamspillQuery;

SamspillQuery *samspill_query_new       (void);
SamspillQuery *samspill_query_copy      (const SamspillQuery *self);
void           samspill_query_free      (SamspillQuery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillQuery, samspill_query_free)

/* Chips: the filters that the text means, as pairs: the piece of the text as typed, and a label in the language of the
 * program ("Phase: clarified"). Taking the piece out of the text takes the filter away. (transfer full), 2n strings,
 * NULL-terminated, never NULL. */
char         **samspill_query_dup_chips (const SamspillQuery *self);
/* The text without the n-th chip's piece. (transfer full) */
char          *samspill_query_dup_text_without_chip (const SamspillQuery *self, guint n);

G_END_DECLS
