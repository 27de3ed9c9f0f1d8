/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-publish.h"

G_BEGIN_DECLS

/**
 * SamspillVersionsDialog:
 *
 * A record that was written in two places at once: what could be put together by itself is, the rest is chosen field by
 * field. Closing it changes nothing: the record keeps both versions until somebody decides.
 *
 * Signal `solved`: there is one version now; samspill_versions_dialog_steal_versions() is what an undo needs.
 */
#define SAMSPILL_TYPE_VERSIONS_DIALOG (samspill_versions_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SamspillVersionsDialog, samspill_versions_dialog, SAMSPILL, VERSIONS_DIALOG, AdwDialog)

AdwDialog           *samspill_versions_dialog_new            (SamspillProfile *profile, const char *space, const char *id);
SamspillTwoVersions *samspill_versions_dialog_steal_versions (SamspillVersionsDialog *self);

/* Undo of what the dialog did, on another thread; `callback` gets the profile and samspill_work_finish()'s result. */
void samspill_versions_unsolve_async (SamspillProfile *profile, SamspillTwoVersions *versions /* (transfer full) */,
                                      GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
