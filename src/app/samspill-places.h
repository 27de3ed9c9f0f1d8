/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-place.h"
#include "samspill-status.h"

G_BEGIN_DECLS

/**
 * SamspillPlaces:
 *
 * The sidebar: the places with their counts, a word on sample data, and the status line. Choosing a place activates
 * `win.place`.
 */
#define SAMSPILL_TYPE_PLACES (samspill_places_get_type ())
G_DECLARE_FINAL_TYPE (SamspillPlaces, samspill_places, SAMSPILL, PLACES, AdwBin)

void            samspill_places_set_profile (SamspillPlaces *self, SamspillProfile *profile);
void            samspill_places_set_place   (SamspillPlaces *self, const SamspillPlace *place); /* shows it as chosen */
gboolean        samspill_places_focus       (SamspillPlaces *self);                             /* the chosen place */
SamspillStatus *samspill_places_get_status (SamspillPlaces *self);

G_END_DECLS
