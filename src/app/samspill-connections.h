/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-standing.h"

G_BEGIN_DECLS

/**
 * SamspillConnections:
 *
 * The page of the preferences on where things go: space by space the host, the account, who reads it; on and off; to
 * connect and to disconnect.
 */
#define SAMSPILL_TYPE_CONNECTIONS (samspill_connections_get_type ())
G_DECLARE_FINAL_TYPE (SamspillConnections, samspill_connections, SAMSPILL, CONNECTIONS, AdwPreferencesPage)

void samspill_connections_set_standing (SamspillConnections *self, SamspillStanding *standing);

G_END_DECLS
