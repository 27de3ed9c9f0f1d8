/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "samspill-list-item.h"

G_BEGIN_DECLS

/**
 * SamspillRowView:
 *
 * A row of a list, drawn: two lines of title (one where there is room), then an icon, a quiet line and a time. It has no
 * children, because a list keeps two hundred rows alive and the accessibility objects of their labels cost more than all
 * the rest; its accessible name is the list item's.
 */
#define SAMSPILL_TYPE_ROW_VIEW (samspill_row_view_get_type ())
G_DECLARE_FINAL_TYPE (SamspillRowView, samspill_row_view, SAMSPILL, ROW_VIEW, GtkWidget)

GtkWidget *samspill_row_view_new      (void);
void       samspill_row_view_set_item (SamspillRowView *self, SamspillListItem *item); /* nullable */

/* A text with U+E000/U+E001 around what was hit, as plain text and attributes. (transfer full) both. */
char      *samspill_marked_text_split (const char *marked, PangoAttrList **attributes);

G_END_DECLS
