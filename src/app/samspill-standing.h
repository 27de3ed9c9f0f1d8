/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-publish.h"
#include "samspill-sync-service.h"

G_BEGIN_DECLS

/**
 * SamspillStanding:
 *
 * How things stand between this computer and the others: what is sent and what waits, what was not accepted, what has two
 * versions, what came while one was away. Status line, home and pages read it; it asks the disk on another thread and
 * tells with `changed` when something is another.
 */
#define SAMSPILL_TYPE_STANDING (samspill_standing_get_type ())
G_DECLARE_FINAL_TYPE (SamspillStanding, samspill_standing, SAMSPILL, STANDING, GObject)

/* A record that was not accepted where it was sent. */
typedef struct
{
  char *space, *id, *title;
  char *reason; /* as the other side said it */
} SamspillNotAccepted;

SamspillStanding    *samspill_standing_new              (SamspillProfile *profile, SamspillSyncService *service);
SamspillProfile     *samspill_standing_get_profile      (SamspillStanding *self);
SamspillSyncService *samspill_standing_get_service      (SamspillStanding *self);
/* All borrowed until the next `changed`; never NULL. */
GPtrArray           *samspill_standing_get_spaces       (SamspillStanding *self); /* (element-type SamspillSpaceSync) */
GPtrArray           *samspill_standing_get_two_versions (SamspillStanding *self); /* (element-type SamspillRow) */
GPtrArray           *samspill_standing_get_not_accepted (SamspillStanding *self); /* (element-type SamspillNotAccepted) */
GPtrArray           *samspill_standing_get_news         (SamspillStanding *self); /* (element-type SamspillNews) */
/* Something goes somewhere: there is an endpoint. */
gboolean             samspill_standing_is_connected     (SamspillStanding *self);
SamspillSpaceSync   *samspill_standing_find_space       (SamspillStanding *self, const char *space); /* nullable, borrowed */
/* The status line: one sentence, and its icon; NULL where nothing goes anywhere and nothing has to be seen to. */
char                *samspill_standing_dup_line         (SamspillStanding *self, const char **icon_name);
void                 samspill_standing_mark_news_read   (SamspillStanding *self);
/* Endpoints are others now. */
void                 samspill_standing_reload           (SamspillStanding *self);

G_END_DECLS
