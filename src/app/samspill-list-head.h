/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-place.h"

G_BEGIN_DECLS

/**
 * SamspillListHead:
 *
 * What stands over a list: the search entry, what the search means as chips, whose records are shown, and how many were
 * found. Signals: `changed ()` (text or filter), `stopped ()` (Escape in an empty entry), `activated ()` (Return).
 */
#define SAMSPILL_TYPE_LIST_HEAD (samspill_list_head_get_type ())
G_DECLARE_FINAL_TYPE (SamspillListHead, samspill_list_head, SAMSPILL, LIST_HEAD, AdwBin)

void           samspill_list_head_set_profile  (SamspillListHead *self, SamspillProfile *profile);
void           samspill_list_head_set_place    (SamspillListHead *self, const SamspillPlace *place); /* without `changed` */
const char    *samspill_list_head_get_text     (SamspillListHead *self); /* never NULL */
void           samspill_list_head_set_text     (SamspillListHead *self, const char *text);
void           samspill_list_head_select_text  (SamspillListHead *self); /* and focuses */
SamspillFilter samspill_list_head_get_filter   (SamspillListHead *self);
gboolean       samspill_list_head_is_filtered  (SamspillListHead *self); /* fewer than all are searched */
void           samspill_list_head_widen        (SamspillListHead *self); /* searches all, or no longer */
void           samspill_list_head_set_query    (SamspillListHead *self, const SamspillQuery *query); /* its chips */
void           samspill_list_head_set_total    (SamspillListHead *self, gint64 total);
/* While a filter is set: how many there would be without it. Asked for after each `changed`. */
void           samspill_list_head_set_total_of_all (SamspillListHead *self, gint64 total);
/* Typing on `widget` searches. */
void           samspill_list_head_capture_keys (SamspillListHead *self, GtkWidget *widget);

G_END_DECLS
