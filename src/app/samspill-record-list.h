/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-place.h"
#include "samspill-profile.h"

G_BEGIN_DECLS

/**
 * SamspillRecordList:
 *
 * The middle pane: the records of a place, searched as one types.
 *
 * Properties: `narrow` (one pane at a time: a click opens, arrows only move), `folded` (the button for the places is
 * shown), `show-sidebar` (state of that button), `empty` (read only: there is nothing to choose). Signals: `record-selected (space, id)` (the page shows it),
 * `record-activated (space, id)` (the focus goes there).
 */
#define SAMSPILL_TYPE_RECORD_LIST (samspill_record_list_get_type ())
G_DECLARE_FINAL_TYPE (SamspillRecordList, samspill_record_list, SAMSPILL, RECORD_LIST, AdwBin)

void                 samspill_record_list_set_profile (SamspillRecordList *self, SamspillProfile *profile);
void                 samspill_record_list_set_place   (SamspillRecordList *self, const SamspillPlace *place);
const SamspillPlace *samspill_record_list_get_place   (SamspillRecordList *self); /* nullable */
/* Selects the record as soon as it is among the hits, without emitting `record-selected`. `id` NULL: nothing. */
void                 samspill_record_list_select      (SamspillRecordList *self, const char *space, const char *id);
/* The selected record is going away: as soon as it has, selects its neighbour and says so with `record-selected`. */
void                 samspill_record_list_select_next (SamspillRecordList *self);
void                 samspill_record_list_search      (SamspillRecordList *self, const char *text); /* NULL: keeps the text; focuses */
gboolean             samspill_record_list_focus_row   (SamspillRecordList *self);

/* What is being written in the record is another now: its row is read again. */
void samspill_record_list_refresh (SamspillRecordList *self, const char *id);

G_END_DECLS
