/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SamspillMargin:
 *
 * The margin beside a page: each child stands level with the widget that it is about, or below its neighbour where there
 * is no room; a child about nothing comes after the others.
 */
#define SAMSPILL_TYPE_MARGIN (samspill_margin_get_type ())
G_DECLARE_FINAL_TYPE (SamspillMargin, samspill_margin, SAMSPILL, MARGIN, GtkWidget)

GtkWidget *samspill_margin_new    (void);
/* about: a widget of the same page, nullable. */
void       samspill_margin_add    (SamspillMargin *self, GtkWidget *child, GtkWidget *about);
void       samspill_margin_remove (SamspillMargin *self, GtkWidget *child);

G_END_DECLS
