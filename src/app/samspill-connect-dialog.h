/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-profile.h"

G_BEGIN_DECLS

/**
 * SamspillConnectDialog:
 *
 * Address, name and password; then, before anything is sent, space by space what goes where and who reads it.
 *
 * Signal `connected`: endpoints are others now.
 */
#define SAMSPILL_TYPE_CONNECT_DIALOG (samspill_connect_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SamspillConnectDialog, samspill_connect_dialog, SAMSPILL, CONNECT_DIALOG, AdwDialog)

/* space NULL: the commons, and what of our organisations the same host keeps. */
AdwDialog *samspill_connect_dialog_new (SamspillProfile *profile, const char *space);

G_END_DECLS
