/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "samspill-index.h"

G_BEGIN_DECLS

/**
 * SamspillListItem:
 *
 * One hit of a list: a document number, and the row that stands for it, read from the index the first time that it is
 * asked for. Signal `changed`: the row may be another now. Main thread only.
 */
#define SAMSPILL_TYPE_LIST_ITEM (samspill_list_item_get_type ())
G_DECLARE_FINAL_TYPE (SamspillListItem, samspill_list_item, SAMSPILL, LIST_ITEM, GObject)

SamspillListItem    *samspill_list_item_new     (gint64 doc, SamspillIndex *index, const SamspillQuery *query);
gint64               samspill_list_item_get_doc (SamspillListItem *self);
/* NULL: the record is gone since. Borrowed until the next `changed`. */
const SamspillRow   *samspill_list_item_get_row (SamspillListItem *self);
/* The title with what was searched for marked by U+E000/U+E001; (transfer full) */
char                *samspill_list_item_dup_marked_title (SamspillListItem *self);
/* Forgets the row; `query` is what hit it now (nullable). */
void                 samspill_list_item_refresh (SamspillListItem *self, const SamspillQuery *query);

G_END_DECLS
