/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-publish.h"

G_BEGIN_DECLS

/**
 * SamspillPublishDialog:
 *
 * The publication itself, as others will read it, before it is one: what stays inside, who reads it, who approved it, what
 * stands in the way. A draft becomes internal at the same time, since its original stays with the organisation.
 *
 * Signals: `published`; `field-wanted (path)`: what stands in the way is a field, and the person wants to go there.
 */
#define SAMSPILL_TYPE_PUBLISH_DIALOG (samspill_publish_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SamspillPublishDialog, samspill_publish_dialog, SAMSPILL, PUBLISH_DIALOG, AdwDialog)

/* host: where the commons is, to show; NULL: not connected. */
AdwDialog *samspill_publish_dialog_new (SamspillProfile *profile, const char *id, const char *host);

G_END_DECLS
