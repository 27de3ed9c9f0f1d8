/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "samspill-record.h"

G_BEGIN_DECLS

/**
 * SamspillOutcome:
 *
 * What came of it, first and large on the page of a case: icon and words, the day that the source speaks of, and how it
 * went. Read only.
 */
#define SAMSPILL_TYPE_OUTCOME (samspill_outcome_get_type ())
G_DECLARE_FINAL_TYPE (SamspillOutcome, samspill_outcome, SAMSPILL, OUTCOME, GtkBox)

GtkWidget  *samspill_outcome_new        (void);
void        samspill_outcome_set_record (SamspillOutcome *self, SamspillRecord *record);
/* The symbolic icon of an outcome, for lists and cards alike. */
const char *samspill_outcome_icon       (const char *status);

G_END_DECLS
