/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-profile.h"

G_BEGIN_DECLS

/* Asks which of one's own needs a proposal answers, and writes it into the proposal; the last row takes the link away. */
void samspill_need_chooser_present (GtkWidget *parent, SamspillProfile *profile, SamspillRecord *pitch);

G_END_DECLS
