/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-record.h"

G_BEGIN_DECLS

/* The figures of a record that stand as cards on its page: what each is called, how it is worded, and which fields it is
 * made of. */
typedef struct
{
  const char *label;        /* msgid */
  const char *fields[4];    /* what its form asks for; ended by NULL */
  /* Sets both (transfer full); value NULL where there is nothing to show. */
  void (*format) (SamspillRecord *record, char **value, char **unit);
} SamspillFigure;

/* Ended by { NULL }; NULL for a type without figures of its own. */
const SamspillFigure *samspill_figures_for_type (const char *type);

/* Figures that a shipped record carries as a list (`money` of a case, `figures` of a programme): how many, and each. */
guint samspill_figures_count_listed (SamspillRecord *record);
void  samspill_figures_format_listed (SamspillRecord *record, guint index, char **label, char **value, char **unit);

/* "38 % → 20 %" as "38 → 20 %" where both end in the same unit. */
char *samspill_figures_format_change (const char *now, const char *target);

G_END_DECLS
