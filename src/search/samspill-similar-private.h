/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-traits-private.h"

G_BEGIN_DECLS

/* One thing that two records have in common, most telling first. */
typedef struct
{
  const char *key;          /* of the record that is compared */
  const char *other_key;    /* of the other: the same, or one is part of the other */
  double other_weight;      /* in the other, its compounds counted in */
  SamspillKeyword other_keyword;
  double rarity;            /* inverse document frequency, natural logarithm */
  double score;
} SamspillSharedWord;

typedef struct
{
  double score;
  GArray *words;            /* SamspillSharedWord, best first */
  GPtrArray *los;           /* SamspillLos that both have, narrowest first */
  GPtrArray *groups;        /* SamspillUserGroup */
  const SamspillFigure *own_figure, *other_figure; /* of the same kind about the same thing; NULL */
  const SamspillSharedWord *figure_word;
} SamspillComparison;

/* Inverse document frequency of a key of the record that is compared; 0 for what is in no other document. */
typedef double (*SamspillRarityFunc) (const char *key, gpointer data);
typedef double (*SamspillLosRarityFunc) (const SamspillLos *los, gpointer data);

SamspillComparison *samspill_comparison_new  (SamspillTraits *own, SamspillTraits *other, SamspillRarityFunc rarity, SamspillLosRarityFunc los_rarity, gpointer data);
void                samspill_comparison_free (SamspillComparison *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillComparison, samspill_comparison_free)

/* The reason in words, in the language of the program; NULL where there is none that one would say to a colleague. */
char *samspill_comparison_dup_reason (const SamspillComparison *self, SamspillTraits *own, SamspillTraits *other);

G_END_DECLS
