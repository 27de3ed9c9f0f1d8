/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-standing.h"

G_BEGIN_DECLS

/**
 * SamspillPreferences:
 *
 * Who one works for, where things go and who reads them, the language of the program, sample data, backups. What is changed holds at once and is saved when
 * the dialog closes.
 */
#define SAMSPILL_TYPE_PREFERENCES (samspill_preferences_get_type ())
G_DECLARE_FINAL_TYPE (SamspillPreferences, samspill_preferences, SAMSPILL, PREFERENCES, AdwPreferencesDialog)

/* standing nullable: a profile that can only be read; page: "connections", or NULL for the first. */
void samspill_preferences_present (GtkWidget *parent, SamspillProfile *profile, SamspillStanding *standing, const char *page);

G_END_DECLS
