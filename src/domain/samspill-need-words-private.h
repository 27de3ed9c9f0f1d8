/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-need-text-private.h"

G_BEGIN_DECLS

/* The word lists of the need check: need-check-words.csv (what is remarked on, and what to ask instead) and
 * need-check-rules.csv (where a common word is remarked on). */

typedef enum
{
  SAMSPILL_WORD_ALWAYS,
  SAMSPILL_WORD_NO_FIGURE, /* only where no figure stands near */
  SAMSPILL_WORD_IN_A_WISH, /* only where it is what is wanted; vague ones: and no figure stands near */
  SAMSPILL_WORD_BEFORE,    /* only before one of `others`, no figure near */
  SAMSPILL_WORD_AFTER,     /* only after one of `others`, no figure near */
} SamspillWordRule;

typedef struct
{
  char *word;
  gboolean is_solution; /* else vague */
  gboolean is_upper;    /* an abbreviation that is another word in small letters */
  char *hint;
  SamspillWordRule rule;
  char **others;        /* beginnings of words */
} SamspillCheckWord;

/* The word that stands at a token, as itself, in a compound or as a phrase of `count` tokens. `lang`: "nb", "nn" or NULL
 * for both. (nullable) */
const SamspillCheckWord *samspill_check_word_at (const SamspillNeedText *text, guint index, const char *lang, guint *count);

G_END_DECLS
