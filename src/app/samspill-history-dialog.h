/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-profile.h"

G_BEGIN_DECLS

/**
 * SamspillHistoryDialog:
 *
 * Earlier versions of a record on this computer: when each was stored, one at a time to read, and to bring back. Signal
 * `restored (SamspillRecord)`: the person wants this one; what it says shall become the record's newest words.
 */
#define SAMSPILL_TYPE_HISTORY_DIALOG (samspill_history_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SamspillHistoryDialog, samspill_history_dialog, SAMSPILL, HISTORY_DIALOG, AdwDialog)

AdwDialog *samspill_history_dialog_new (SamspillProfile *profile, const char *space, const char *id, gboolean can_restore);

G_END_DECLS
