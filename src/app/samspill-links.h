/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-profile.h"

G_BEGIN_DECLS

/**
 * SamspillLinks:
 *
 * What stands around a record: the records that it names (the need that a proposal answers, the case that came of a need,
 * programmes), the proposals to it, and its files. Each group is there only when it has something.
 *
 * Signal `record-opened (space, id)`; `failed (message)` when a file could not be opened.
 */
#define SAMSPILL_TYPE_LINKS (samspill_links_get_type ())
G_DECLARE_FINAL_TYPE (SamspillLinks, samspill_links, SAMSPILL, LINKS, GtkBox)

typedef enum
{
  SAMSPILL_LINKS_NAMED,   /* what the record names */
  SAMSPILL_LINKS_AROUND,  /* what names the record: proposals and files */
} SamspillLinksKind;

GtkWidget *samspill_links_new        (SamspillProfile *profile, SamspillLinksKind kind);
void       samspill_links_set_record (SamspillLinks *self, SamspillRecord *record, const char *space);

G_END_DECLS
