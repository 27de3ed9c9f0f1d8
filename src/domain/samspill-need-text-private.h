/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A text cut into words and sentences, and the small lists of words that tell what a sentence does
 * (data/words/need-check-cues.csv). Offsets are code points. */

typedef struct
{
  char *lower;
  glong start, end;
  guint sentence;
  gboolean is_upper; /* no small letter in it */
} SamspillToken;

typedef struct
{
  guint first, end; /* tokens */
  guint paragraph;
  gboolean is_question;
  gboolean has_figure;
  guint32 asked, answered; /* cues by bit: looked for, and there */
} SamspillSentence;

typedef struct
{
  GArray *tokens;    /* of SamspillToken */
  GArray *sentences; /* of SamspillSentence */
} SamspillNeedText;

typedef enum
{
  SAMSPILL_CUE_WISH,       /* something is wanted: "trenger", "ta i bruk" */
  SAMSPILL_CUE_INSTRUMENT, /* before a means: "med", "ny" */
  SAMSPILL_CUE_ARTICLE,
  SAMSPILL_CUE_MODAL,      /* after a means that is asked for: "(systemet) skal" */
  SAMSPILL_CUE_TODAY,      /* the sentence tells of now or of then */
  SAMSPILL_CUE_HAVING,     /* shortly before a means that is there already */
  SAMSPILL_CUE_AGAINST,    /* shortly before what is not wanted */
  SAMSPILL_CUE_NUMBER,
  SAMSPILL_CUE_EFFECT,     /* what should become different */
  SAMSPILL_CUE_USER,
  SAMSPILL_CUE_OWNER,
  SAMSPILL_CUE_GROUP,      /* nobody in particular */
  SAMSPILL_CUE_VERB,       /* infinitives that a need often begins with */
  SAMSPILL_CUE_QUESTION,
  SAMSPILL_CUE_JOINER,     /* between two needs */
  SAMSPILL_CUE_MORE,       /* a further need */
  SAMSPILL_CUE_TAIL,       /* words that end a compound */
  SAMSPILL_CUE_NOT_TAIL,   /* and words that only look like it */
  SAMSPILL_CUE_ABBREVIATION,
  SAMSPILL_N_CUES,
} SamspillCue;

SamspillNeedText *samspill_need_text_new  (const char *text);
void              samspill_need_text_free (SamspillNeedText *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillNeedText, samspill_need_text_free)

const SamspillToken    *samspill_need_text_token    (const SamspillNeedText *self, guint index);
const SamspillSentence *samspill_need_text_sentence (const SamspillNeedText *self, guint index);
/* How many words of the sentence from `index` on are a cue; 0: none. */
guint    samspill_need_text_cue          (const SamspillNeedText *self, guint index, SamspillCue cue);
gboolean samspill_need_text_has          (const SamspillNeedText *self, guint sentence, SamspillCue cue);
/* A cue that ends at most `distance` words before `index`, in its sentence. */
gboolean samspill_need_text_has_before   (const SamspillNeedText *self, guint index, SamspillCue cue, guint distance);
/* A figure in the sentence, or in one beside it in the same paragraph. */
gboolean samspill_need_text_figure_near  (const SamspillNeedText *self, guint sentence);
/* `count` words from `index` on, joined by blanks. (transfer full) */
char    *samspill_need_text_join         (const SamspillNeedText *self, guint index, guint count);
gboolean samspill_cue_has                (SamspillCue cue, const char *lower);
/* The words of a cue. (element-type utf8) */
const GPtrArray *samspill_cue_words      (SamspillCue cue);

G_END_DECLS
