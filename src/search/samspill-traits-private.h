/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-lexicon-private.h"
#include "samspill-names-private.h"
#include "samspill-record.h"

G_BEGIN_DECLS

#define SAMSPILL_LOS_SAID 1000

/* What a record is about, as far as words can tell: the ground on which two records are compared. Immutable once made;
 * reference counted, any thread. */

typedef enum
{
  SAMSPILL_KEYWORD_NONE,
  SAMSPILL_KEYWORD_TITLE,
  SAMSPILL_KEYWORD_SUBJECT, /* chosen to say what the record is about */
} SamspillKeyword;

typedef struct
{
  double weight;            /* saturates: a word in the title counts more, a tenth mention hardly */
  char *surface;            /* a form of the word as it stands in the text, lower case */
  SamspillKeyword keyword;
  gboolean is_name;         /* never seen without a capital: a place, a company */
} SamspillTraitWord;

/* A word that may be part of a compound of the other record, or a compound itself. */
typedef struct
{
  const char *key;
  gsize length;             /* bytes */
  const SamspillTraitWord *word;
} SamspillLongWord;

typedef enum
{
  SAMSPILL_UNIT_PERCENT,
  SAMSPILL_UNIT_KRONER,
  SAMSPILL_UNIT_HOURS,
  SAMSPILL_UNIT_DAYS,
  SAMSPILL_UNIT_MINUTES,
  SAMSPILL_UNIT_TONNES,
  SAMSPILL_UNIT_LITRES,
} SamspillUnit;

typedef struct
{
  SamspillUnit unit;
  char *text;               /* "38 %" */
  GHashTable *keys;         /* set: of the words in the same sentence */
} SamspillFigure;

typedef struct
{
  char *id, *rev, *space, *type, *title, *lang;
  char *outcome;            /* code, nullable */
  char *where;              /* nullable */
  char *answered_by;        /* id of the case that tells what came of a need; nullable */
  GHashTable *words;        /* key → SamspillTraitWord */
  GArray *long_words;       /* SamspillLongWord: those of the words that are no common ones, five letters or more */
  GHashTable *los;          /* SamspillLos → GINT_TO_POINTER: how firmly, in hundredths; SAID: the record says so */
  GHashTable *groups;       /* SamspillUserGroup → how firmly, as above */
  GPtrArray *figures;       /* SamspillFigure */
} SamspillTraits;

SamspillTraits *samspill_traits_new   (SamspillRecord *record, const char *space);
SamspillTraits *samspill_traits_ref   (SamspillTraits *self);
void            samspill_traits_unref (SamspillTraits *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillTraits, samspill_traits_unref)

G_END_DECLS
