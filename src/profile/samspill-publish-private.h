/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-profile-private.h"
#include "samspill-publish.h"

G_BEGIN_DECLS

/* The record that a publication is made from: not in commons, not shipped. */
typedef struct
{
  char *space;
  SamspillDocument *document;
  SamspillRecord *record;
  GPtrArray *files; /* (element-type SamspillDocument) `file` records about it, in the same space */
} SamspillOriginal;
void     samspill_original_clear (SamspillOriginal *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SamspillOriginal, samspill_original_clear)
/* TRUE with `space` NULL: there is none. */
gboolean samspill_original_find  (SamspillProfile *self, const char *id, SamspillOriginal *original, GError **error);
/* Whether a file record is marked as open. */
gboolean samspill_original_file_is_open (SamspillDocument *file);

/* mine → team of its owner, with its files; `original` is then what lies there. Inside a transaction. */
gboolean samspill_original_share (SamspillProfile *self, SamspillOriginal *original, GError **error);
char    *samspill_stamp_dup_in_utc (const char *stamp); /* {at, by} as JSON text; NULL: no time in it */

/* The publication of the original as JSON text. */
char    *samspill_original_dup_publication (const SamspillOriginal *original, char ***inside);
/* The newest revision in commons, deleted or not; NULL without error: there has never been one. */
SamspillDocument *samspill_profile_get_published (SamspillProfile *self, const char *id, GError **error);
/* What stands in the way, translated. (element-type utf8) */
GPtrArray *samspill_original_list_obstacles (SamspillProfile *self, const SamspillOriginal *original);

gboolean samspill_profile_owns   (SamspillProfile *self, const char *owner);
gboolean samspill_profile_may_act_for (SamspillProfile *self, const char *owner);
gboolean samspill_profile_owns_id (SamspillProfile *self, const char *id);
char   **samspill_profile_dup_owners (SamspillProfile *self); /* never NULL */
char    *samspill_profile_dup_role (SamspillProfile *self);
gboolean samspill_profile_check_may_solve (SamspillProfile *self, const char *space, const char *id, GError **error);
char    *samspill_document_dup_text (SamspillDocument *document); /* of its body; "{}" where there is none */
char    *samspill_document_dup_files (SamspillDocument *document); /* for another document; never NULL */
/* Makes revisions of all working copies of a record and runs `work` in one transaction. */
typedef gboolean (*SamspillWork) (SamspillProfile *self, gpointer data, GError **error);
gboolean samspill_profile_transact (SamspillProfile *self, SamspillWork work, gpointer data, GError **error);

G_END_DECLS
