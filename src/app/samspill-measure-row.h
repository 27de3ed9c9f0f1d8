/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * SamspillMeasureRow:
 *
 * One way to notice that it became better: what, now → target, how it is measured, by when. Read and edited in place.
 *
 * Signals: `edited`; `removed` when its remove button was pressed.
 */
#define SAMSPILL_TYPE_MEASURE_ROW (samspill_measure_row_get_type ())
G_DECLARE_FINAL_TYPE (SamspillMeasureRow, samspill_measure_row, SAMSPILL, MEASURE_ROW, GtkListBoxRow)

GtkWidget  *samspill_measure_row_new         (void);
/* Shows it; members that the row does not know are kept for samspill_measure_row_dup_object (). NULL: a new one. */
void        samspill_measure_row_set_object  (SamspillMeasureRow *self, JsonObject *measure);
JsonObject *samspill_measure_row_dup_object  (SamspillMeasureRow *self);
gboolean    samspill_measure_row_is_empty    (SamspillMeasureRow *self);
void        samspill_measure_row_set_editing (SamspillMeasureRow *self, gboolean editing);

G_END_DECLS
