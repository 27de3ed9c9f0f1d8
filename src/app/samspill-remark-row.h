/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "samspill-need-check.h"

G_BEGIN_DECLS

/**
 * SamspillRemarkRow:
 *
 * One remark of the need check, as a colleague would pencil it: what was seen and why it matters, how to mend it, and a
 * way out. Signals: `shown` (the person wants to see the words), `dismissed`.
 */
#define SAMSPILL_TYPE_REMARK_ROW (samspill_remark_row_get_type ())
G_DECLARE_FINAL_TYPE (SamspillRemarkRow, samspill_remark_row, SAMSPILL, REMARK_ROW, GtkBox)

GtkWidget            *samspill_remark_row_new        (const SamspillRemark *remark);
const SamspillRemark *samspill_remark_row_get_remark (SamspillRemarkRow *self);

G_END_DECLS
