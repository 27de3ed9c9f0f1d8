/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-endpoint.h"
#include "samspill-profile.h"

G_BEGIN_DECLS

/**
 * SamspillTeamGroup:
 *
 * What a space is, who reads it, and whether it is sent. The commons is on when it is connected; what belongs to an
 * organisation is off until a person turns it on and says in which role.
 *
 * Signal `changed`: the switch or the role is another, by hand.
 */
#define SAMSPILL_TYPE_TEAM_GROUP (samspill_team_group_get_type ())
G_DECLARE_FINAL_TYPE (SamspillTeamGroup, samspill_team_group, SAMSPILL, TEAM_GROUP, AdwPreferencesGroup)

GtkWidget  *samspill_team_group_new        (SamspillProfile *profile, const char *space);
const char *samspill_team_group_get_space  (SamspillTeamGroup *self);
/* A sentence that warns, nullable. */
void        samspill_team_group_set_remark (SamspillTeamGroup *self, const char *remark);
/* As it is now, without `changed`. */
void        samspill_team_group_set_state  (SamspillTeamGroup *self, gboolean is_on, const char *role);
gboolean    samspill_team_group_get_is_on  (SamspillTeamGroup *self);
const char *samspill_team_group_get_role   (SamspillTeamGroup *self); /* nullable where none is asked for */
/* FALSE: it is on and nobody is named; the row says so and has the focus. */
gboolean    samspill_team_group_check      (SamspillTeamGroup *self);

G_END_DECLS
