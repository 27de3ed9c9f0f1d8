/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SamspillFigureCard:
 *
 * One figure as a card: what it is, the number, a small word under it. While the page is edited a card opens a small form
 * with its fields.
 *
 * Properties: `label`, `value`, `unit` (strings).
 */
#define SAMSPILL_TYPE_FIGURE_CARD (samspill_figure_card_get_type ())
G_DECLARE_FINAL_TYPE (SamspillFigureCard, samspill_figure_card, SAMSPILL, FIGURE_CARD, GtkWidget)

GtkWidget *samspill_figure_card_new         (const char *label);
void       samspill_figure_card_set_label   (SamspillFigureCard *self, const char *label);
/* value NULL or "": the card hides itself. */
void       samspill_figure_card_set_figure  (SamspillFigureCard *self, const char *value, const char *unit);
/* Rows (SamspillFieldRow) that the form shows; added once. */
void       samspill_figure_card_add_row     (SamspillFigureCard *self, GtkWidget *row);
void       samspill_figure_card_set_editing (SamspillFigureCard *self, gboolean editing);

G_END_DECLS
