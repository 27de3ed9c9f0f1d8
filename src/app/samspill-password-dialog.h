/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-standing.h"

G_BEGIN_DECLS

/* Asks for the password of an endpoint, where there is no keyring or the one in it no longer holds. It is kept for this run,
 * and in the keyring where there is one. */
void samspill_password_dialog_present (GtkWidget *parent, SamspillStanding *standing, const SamspillEndpoint *endpoint);

G_END_DECLS
