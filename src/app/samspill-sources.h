/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-record.h"

G_BEGIN_DECLS

/**
 * SamspillSources:
 *
 * Where a shipped record is from: title, publisher and date of each source, and in words how much they tell. A row opens
 * the page in the browser. Hidden where there are none.
 */
#define SAMSPILL_TYPE_SOURCES (samspill_sources_get_type ())
G_DECLARE_FINAL_TYPE (SamspillSources, samspill_sources, SAMSPILL, SOURCES, AdwBin)

GtkWidget *samspill_sources_new        (void);
void       samspill_sources_set_record (SamspillSources *self, SamspillRecord *record);

G_END_DECLS
