/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-profile.h"

G_BEGIN_DECLS

/**
 * SamspillOwnerChooser:
 *
 * Which organisations one works for: a municipality by name or number, chosen from what is suggested, or an organisation
 * number that is checked, with its name. What is chosen stands above as chips. Signal `changed ()`.
 */
#define SAMSPILL_TYPE_OWNER_CHOOSER (samspill_owner_chooser_get_type ())
G_DECLARE_FINAL_TYPE (SamspillOwnerChooser, samspill_owner_chooser, SAMSPILL, OWNER_CHOOSER, AdwBin)

GtkWidget  *samspill_owner_chooser_new          (void);
void        samspill_owner_chooser_set_identity (SamspillOwnerChooser *self, const SamspillIdentity *identity);
guint       samspill_owner_chooser_get_n_owners (SamspillOwnerChooser *self);
char      **samspill_owner_chooser_dup_owners   (SamspillOwnerChooser *self);
char      **samspill_owner_chooser_dup_names    (SamspillOwnerChooser *self); /* beside the owners; "" for those we know */
/* The language form of the first municipality, "nb", "nn" or NULL. */
const char *samspill_owner_chooser_get_language (SamspillOwnerChooser *self);
/* Takes what is typed if it can only mean one; else says what is missing and focuses. TRUE: there is an owner. */
gboolean    samspill_owner_chooser_finish       (SamspillOwnerChooser *self);

G_END_DECLS
