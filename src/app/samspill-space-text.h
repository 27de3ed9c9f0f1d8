/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-profile.h"
#include "samspill-sync-service.h"

G_BEGIN_DECLS

/* Words about a space: what it is, where it goes, who reads it, how far it is. All (transfer full). Main thread. */
char       *samspill_space_dup_title    (SamspillProfile *profile, const char *space); /* "Internal, Lillevik kommune" */
char       *samspill_space_dup_readers  (SamspillProfile *profile, const char *space); /* a sentence */
char       *samspill_space_dup_contents (const char *space);                           /* a sentence: what is sent */
char       *samspill_space_dup_host     (const char *url);                             /* "felles.example.no" */
char       *samspill_space_sync_dup_state (const SamspillSpaceSync *sync);              /* "Everything is sent, 10.42" */
const char *samspill_space_icon         (const char *space);
/* What an error of the network means for the person, and what to do; two sentences. */
char       *samspill_sync_error_dup_advice (const GError *error);

G_END_DECLS
