/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-profile.h"

G_BEGIN_DECLS

/**
 * SamspillPeek:
 *
 * Another record, read beside the page that one is on. Signals: `record-opened (space, id)` to go there; `closed`.
 */
#define SAMSPILL_TYPE_PEEK (samspill_peek_get_type ())
G_DECLARE_FINAL_TYPE (SamspillPeek, samspill_peek, SAMSPILL, PEEK, AdwBin)

GtkWidget *samspill_peek_new  (SamspillProfile *profile);
void       samspill_peek_show (SamspillPeek *self, const char *space, const char *id);

G_END_DECLS
