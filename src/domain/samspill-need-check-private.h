/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-need-check.h"
#include "samspill-need-words-private.h"

G_BEGIN_DECLS

/* One run of the need check over a text, or over the fields of a need one after the other. */

typedef enum
{
  SAMSPILL_PART_TEXT, /* a plain text: everything in one */
  SAMSPILL_PART_TITLE,
  SAMSPILL_PART_PROBLEM,
  SAMSPILL_PART_EXTENT,
  SAMSPILL_PART_EFFECT, /* all of it is a wish */
} SamspillNeedPart;

typedef struct
{
  GPtrArray *remarks;
  GHashTable *seen; /* SamspillCheckWord → how often it was remarked on */
  const char *lang;
  const char *field;
  const char *source;
  SamspillNeedPart part;
  gboolean has_figures_elsewhere; /* measures or sums beside the text give them */
  SamspillNeedText *text;
} SamspillNeedCheck;

SamspillNeedCheck *samspill_need_check_new   (const char *lang);
GPtrArray         *samspill_need_check_steal (SamspillNeedCheck *check); /* frees the run, gives its remarks */
/* What is looked at from now on; `field` and `source` are borrowed. */
void               samspill_need_check_open  (SamspillNeedCheck *check, const char *field, SamspillNeedPart part, const char *source);

void     samspill_need_check_words    (SamspillNeedCheck *check);
void     samspill_need_check_several  (SamspillNeedCheck *check);
void     samspill_need_check_personal (SamspillNeedCheck *check);
/* Sorts the remarks from `first` on; of two about the same words the longer stays. */
void     samspill_need_check_settle   (GPtrArray *remarks, guint first);

SamspillRemark *samspill_need_check_add (SamspillNeedCheck *check, SamspillRemarkKind kind, glong start, glong end, const char *message, const char *mend);
void     samspill_need_check_add_no_effect     (SamspillNeedCheck *check);
void     samspill_need_check_add_no_user_group (SamspillNeedCheck *check);
void     samspill_need_check_add_no_owner      (SamspillNeedCheck *check, gboolean is_group);

char    *samspill_need_check_dup_words (SamspillNeedCheck *check, glong start, glong end);
gboolean samspill_need_check_has_cue   (SamspillNeedCheck *check, guint index, SamspillCue cue); /* at a word */
gboolean samspill_need_check_has       (SamspillNeedCheck *check, SamspillCue cue);              /* anywhere */

G_END_DECLS
