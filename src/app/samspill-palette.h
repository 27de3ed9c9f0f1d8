/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-window.h"

G_BEGIN_DECLS

/**
 * SamspillPalette:
 *
 * Find or do anything: records of every kind and every command of the table of actions, by the first letters.
 */
#define SAMSPILL_TYPE_PALETTE (samspill_palette_get_type ())
G_DECLARE_FINAL_TYPE (SamspillPalette, samspill_palette, SAMSPILL, PALETTE, AdwDialog)

void samspill_palette_present (SamspillWindow *window);

G_END_DECLS
