/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-record.h"

G_BEGIN_DECLS

/* The need check: remarks as a colleague would pencil them in the margin. Pure; word lists come from the library's own
 * resources (data/vocabularies/need-check-words.csv). Thread-safe after the first call. */

typedef enum
{
  SAMSPILL_REMARK_SOLUTION,
  SAMSPILL_REMARK_VAGUE,
  SAMSPILL_REMARK_NO_EFFECT,
  SAMSPILL_REMARK_NO_USER_GROUP,
  SAMSPILL_REMARK_NO_OWNER,
  SAMSPILL_REMARK_SEVERAL_NEEDS,
  SAMSPILL_REMARK_PERSONAL_DATA,
} SamspillRemarkKind;

typedef struct
{
  SamspillRemarkKind kind;
  char *field;      /* field of the record, nullable (whole record; always NULL from a plain text) */
  glong start, end; /* code points in that field's text, end exclusive; -1, -1 where it is not about words */
  char *words;      /* the words remarked on, nullable */
  char *message;    /* translated: what was seen and why it matters */
  char *mend;       /* translated: a question to ask instead, or what to do; nullable */
} SamspillRemark;

SamspillRemark *samspill_remark_copy (const SamspillRemark *self);
void            samspill_remark_free (SamspillRemark *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillRemark, samspill_remark_free)
const char     *samspill_remark_kind_to_string (SamspillRemarkKind kind); /* "no-effect" … as check-text prints */

/* lang: "nb" or "nn" or NULL (guessed). (transfer full) (element-type SamspillRemark), in the order of the text. */
GPtrArray *samspill_need_check_text   (const char *text, const char *lang);
GPtrArray *samspill_need_check_record (SamspillRecord *need);
/* "nb", "nn", or NULL where the text is too short to tell (nb-nn-pairs.csv: function words that differ). */
const char *samspill_guess_language   (const char *text);

G_END_DECLS
