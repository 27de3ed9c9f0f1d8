/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SamspillChip:
 *
 * A tag or subject as a small rounded label, with a button that takes it away where it can be taken away. Property
 * `text`. Signal `removed`.
 */
#define SAMSPILL_TYPE_CHIP (samspill_chip_get_type ())
G_DECLARE_FINAL_TYPE (SamspillChip, samspill_chip, SAMSPILL, CHIP, GtkBox)

GtkWidget  *samspill_chip_new           (const char *text);
GtkWidget  *samspill_chip_new_removable (const char *text);
const char *samspill_chip_get_text      (SamspillChip *self);

G_END_DECLS
