/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-page.h"

G_BEGIN_DECLS

/**
 * SamspillSheetContent:
 *
 * A record as a neutral document: what stands on the page and in which order, before anything is said of paper, ODT or
 * HTML. The three renderers read it and know no record type. All texts are plain, unescaped UTF-8 in `lang`, owned by the
 * content. Built on any thread; immutable afterwards.
 */

typedef enum
{
  SAMSPILL_BLOCK_HEADING,    /* text */
  SAMSPILL_BLOCK_PARAGRAPH,  /* text */
  SAMSPILL_BLOCK_ITEM,       /* text: one item of a list; those that follow each other are one list */
  SAMSPILL_BLOCK_TABLE,      /* rows: GStrv each, the first is the header */
  SAMSPILL_BLOCK_NOTE,       /* text, small */
} SamspillBlockKind;

typedef struct
{
  SamspillBlockKind kind;
  char *text;         /* NULL in a table */
  char *link;         /* address the text leads to (http or https), nullable */
  GPtrArray *rows;    /* (element-type GStrv) of a table, else NULL */
} SamspillBlock;

/* A figure as a card (value large, unit below), or a fact (unit NULL, the value runs on as text). */
typedef struct
{
  char *label;
  char *value;
  char *unit;         /* nullable */
} SamspillFact;

typedef struct
{
  char *lang;              /* "nb", "nn" … : a BCP 47 tag */
  char *letterhead;        /* nullable */
  char *kind;              /* "Need", in lang */
  char *eyebrow;           /* subject · phase; nullable */
  char *title;
  char *footer;
  GPtrArray *figures;      /* (element-type SamspillFact) */
  GPtrArray *facts;        /* (element-type SamspillFact) */
  GPtrArray *blocks;       /* (element-type SamspillBlock) */
} SamspillSheetContent;

/* (transfer full), never NULL. context may be NULL. */
SamspillSheetContent *samspill_sheet_content_new  (SamspillRecord *record, const SamspillPageContext *context);
void                  samspill_sheet_content_free (SamspillSheetContent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillSheetContent, samspill_sheet_content_free)

/* A text taken apart into paragraphs: (transfer full), NULL-terminated, no empty ones. */
char **samspill_split_paragraphs (const char *text);

G_END_DECLS
