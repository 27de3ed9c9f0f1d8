/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Ids of records: "<type>:<organisation number>:<uuid v7>" (of others: any rest). Shipped records have ids of their own
 * ("case:baerum-…"), which are valid ids without an owner. All functions are thread-safe. */

char    *samspill_uuid_v7_new                  (void);
char    *samspill_id_new                       (const char  *type,
                                                const char  *owner);
gboolean samspill_id_is_valid                  (const char  *id);
char    *samspill_id_dup_type                  (const char  *id); /* "need"; NULL where there is no colon */
char    *samspill_id_dup_owner                 (const char  *id); /* nine digits, or NULL */
gboolean samspill_organisation_number_check    (const char  *number,
                                                GError     **error); /* nine digits, mod 11; blanks are not accepted */
char    *samspill_organisation_number_normalise (const char *typed); /* takes blanks out; NULL if not nine digits left */
gboolean samspill_birth_number_is_valid        (const char  *eleven_digits);

G_END_DECLS
