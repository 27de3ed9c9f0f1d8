/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "samspill-profile.h"

G_BEGIN_DECLS

/**
 * SamspillListModel:
 *
 * A lazy list of SamspillListItem over a query. It holds document numbers; rows are read when they are shown. The first
 * thirty hits of a new query come at once, the rest a little later, so that a list follows the keys; when records change,
 * it asks again and changes no more of the list than what differs, so that selection and scroll position stay.
 *
 * Properties: `total` (gint64, hits of the query, -1 until the first answer). Signal `answered ()`: a new query has its
 * first hits. Main thread only; queries run on a worker.
 */
#define SAMSPILL_TYPE_LIST_MODEL (samspill_list_model_get_type ())
G_DECLARE_FINAL_TYPE (SamspillListModel, samspill_list_model, SAMSPILL, LIST_MODEL, GObject)

SamspillListModel *samspill_list_model_new       (SamspillProfile *profile);
void               samspill_list_model_set_query (SamspillListModel *self, const SamspillQuery *query); /* copied */
gint64             samspill_list_model_get_total (SamspillListModel *self);
/* Position of a record among the hits that are here already. */
gboolean           samspill_list_model_find      (SamspillListModel *self, const char *space, const char *id, guint *position);

/* Reads the row of one record again, where it is on screen: words in a working copy change no hit. */
void samspill_list_model_refresh (SamspillListModel *self, const char *id);

G_END_DECLS
