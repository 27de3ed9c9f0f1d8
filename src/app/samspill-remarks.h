/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "samspill-field-block.h"
#include "samspill-margin.h"

G_BEGIN_DECLS

/**
 * SamspillRemarks:
 *
 * Runs the need check 400 ms after the last key and writes its remarks beside the fields that they are about: in the
 * margin, or below the field where there is none. Never blocks, never asks. What is dismissed is remembered in the
 * record ("dismissed_remarks") and stays away for this need.
 */
#define SAMSPILL_TYPE_REMARKS (samspill_remarks_get_type ())
G_DECLARE_FINAL_TYPE (SamspillRemarks, samspill_remarks, SAMSPILL, REMARKS, GObject)

SamspillRemarks *samspill_remarks_new        (void);
/* record NULL: no remarks. blocks (element-type SamspillFieldBlock): the fields on the screen; borrowed, until the next call. */
void             samspill_remarks_set_record (SamspillRemarks *self, SamspillRecord *record, GPtrArray *blocks);
/* NULL: below the fields. */
void             samspill_remarks_set_margin (SamspillRemarks *self, SamspillMargin *margin);
void             samspill_remarks_queue      (SamspillRemarks *self);

G_END_DECLS
