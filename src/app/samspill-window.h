/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-standing.h"

G_BEGIN_DECLS

/**
 * SamspillWindow:
 *
 * The window: places, list and page, or the first run, or what is wrong when the profile cannot be opened. It is shown
 * empty at once and filled when the profile is there.
 */
#define SAMSPILL_TYPE_WINDOW (samspill_window_get_type ())
G_DECLARE_FINAL_TYPE (SamspillWindow, samspill_window, SAMSPILL, WINDOW, AdwApplicationWindow)

GtkWidget       *samspill_window_new         (GtkApplication *application);
void             samspill_window_set_profile (SamspillWindow *self, SamspillProfile *profile); /* once */
void             samspill_window_fail        (SamspillWindow *self, const GError *error, const char *backup); /* nullable: a copy to offer */
/* After the profile, once; not for a profile that can only be read. */
void             samspill_window_set_standing (SamspillWindow *self, SamspillStanding *standing);
SamspillProfile *samspill_window_get_profile (SamspillWindow *self); /* nullable: not open yet */
/* Shows a record in its place; `space` NULL: wherever it is. */
void             samspill_window_open_record (SamspillWindow *self, const char *space, const char *id);
void             samspill_window_add_toast   (SamspillWindow *self, AdwToast *toast); /* (transfer full) */
/* Files dropped, or given on the command line. */
void             samspill_window_take_files  (SamspillWindow *self, GListModel *files);

G_END_DECLS
