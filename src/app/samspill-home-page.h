/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-standing.h"

G_BEGIN_DECLS

/**
 * SamspillHomePage:
 *
 * Where one begins: who one works for, what one can start, and short groups of what to go on with. An empty group is not
 * there. Opens records with the window's `win.open-record`. Properties: `folded`, `show-sidebar`, as the list's.
 */
#define SAMSPILL_TYPE_HOME_PAGE (samspill_home_page_get_type ())
G_DECLARE_FINAL_TYPE (SamspillHomePage, samspill_home_page, SAMSPILL, HOME_PAGE, AdwBin)

void samspill_home_page_set_profile  (SamspillHomePage *self, SamspillProfile *profile);
void samspill_home_page_set_standing (SamspillHomePage *self, SamspillStanding *standing);

G_END_DECLS
