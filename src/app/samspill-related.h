/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-profile.h"

G_BEGIN_DECLS

/**
 * SamspillRelated:
 *
 * Who had it before: the most similar cases, published needs and records of one's own, each with a reason in words and
 * what came of it. Nothing rather than a poor one: hidden while there are none.
 *
 * Signal `record-opened (space, id)`.
 */
#define SAMSPILL_TYPE_RELATED (samspill_related_get_type ())
G_DECLARE_FINAL_TYPE (SamspillRelated, samspill_related, SAMSPILL, RELATED, AdwBin)

GtkWidget  *samspill_related_new         (SamspillProfile *profile);
/* Asks for this record now. NULL: shows nothing. The record is copied: the question runs on another thread. */
void        samspill_related_set_record  (SamspillRelated *self, SamspillRecord *record);
/* Asks again a moment after the last call: while one writes. */
void        samspill_related_queue       (SamspillRelated *self, SamspillRecord *record);
/* "title — reason — outcome" for paper; NULL-terminated, (transfer full). */
char      **samspill_related_dup_lines   (SamspillRelated *self);

G_END_DECLS
