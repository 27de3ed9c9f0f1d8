/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-profile.h"

G_BEGIN_DECLS

/**
 * SamspillFirstRun:
 *
 * The one page that a new person sees first: who one works for, who one is, which language form one writes, and whether
 * to see samples. Signal `done ()`: the identity is saved.
 */
#define SAMSPILL_TYPE_FIRST_RUN (samspill_first_run_get_type ())
G_DECLARE_FINAL_TYPE (SamspillFirstRun, samspill_first_run, SAMSPILL, FIRST_RUN, AdwBin)

GtkWidget *samspill_first_run_new              (SamspillProfile *profile);
/* The person wants an address asked for next. */
gboolean   samspill_first_run_wants_to_connect (SamspillFirstRun *self);

G_END_DECLS
