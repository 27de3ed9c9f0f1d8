/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-profile.h"

G_BEGIN_DECLS

/* The model of design.md section 3. Share: mine → team, the only move. Publish: a publication in commons, same id, its own revisions, only fields and files that the schema marks open,
 * `source_revision`, `approved` {role, at}; the original stays. Withdraw: a tombstone of the publication with a reason. The blocking twins are for the command line and tests. */
typedef enum
{
  SAMSPILL_PUBLICATION_NONE,
  SAMSPILL_PUBLICATION_CURRENT,  /* as the original is now */
  SAMSPILL_PUBLICATION_OUTDATED, /* "Publisert; endret siden" */
  SAMSPILL_PUBLICATION_WITHDRAWN,
} SamspillPublicationState;

typedef struct
{
  SamspillPublicationState state;
  char *rev, *source_revision, *approved_by; /* nullable */
  char *withdrawn_reason; /* nullable; with CURRENT and OUTDATED: a colleague withdrew it while it was updated, and the update won */
  GDateTime *at;                                               /* of the last publishing or withdrawing; nullable */
} SamspillPublication;
void                 samspill_publication_free (SamspillPublication *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillPublication, samspill_publication_free)

SamspillPublication *samspill_profile_get_publication (SamspillProfile *self, const char *id, GError **error);
/* What others would see: the publication itself, as a record. What stays inside: members that the schema does not mark as open. What stands in the way (translated; need check: personal data, required fields …). */
typedef struct { SamspillRecord *record; char **inside; GPtrArray *obstacles, *warnings; /* (element-type utf8) */ gboolean is_update;
                 char **files, **files_inside; /* titles: a file goes along where its record has `open` */ } SamspillPreview;
void                 samspill_preview_free            (SamspillPreview *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillPreview, samspill_preview_free)
SamspillPreview     *samspill_profile_preview_publication (SamspillProfile *self, const char *id, GError **error);

gboolean samspill_profile_share     (SamspillProfile *self, const char *id, GError **error);                                       /* INVALID: not in mine, no organisation */
gboolean samspill_profile_publish   (SamspillProfile *self, const char *id, const char *approved_by, const char *approved_on /* RFC 3339 date; NULL: today */, GError **error); /* also update */
gboolean samspill_profile_withdraw  (SamspillProfile *self, const char *id, const char *reason, GError **error);
void     samspill_profile_share_async     (SamspillProfile *self, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean samspill_profile_share_finish    (SamspillProfile *self, GAsyncResult *result, GError **error);
void     samspill_profile_publish_async   (SamspillProfile *self, const char *id, const char *approved_by, const char *approved_on, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean samspill_profile_publish_finish  (SamspillProfile *self, GAsyncResult *result, GError **error);
void     samspill_profile_withdraw_async  (SamspillProfile *self, const char *id, const char *reason, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean samspill_profile_withdraw_finish (SamspillProfile *self, GAsyncResult *result, GError **error);

/* Two versions, for the screen. (element-type SamspillMergeField of samspill-merge.h) with who and when of each side. */
typedef struct { char *space, *id, *type, *base, *mine, *theirs, *mine_rev, *theirs_rev; /* bodies */ GPtrArray *fields; guint left /* leaves beyond these two */; gboolean theirs_is_deleted, mine_is_deleted; } SamspillTwoVersions;
void                 samspill_two_versions_free (SamspillTwoVersions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillTwoVersions, samspill_two_versions_free)
SamspillTwoVersions *samspill_profile_load_two_versions (SamspillProfile *self, const char *space, const char *id, GError **error); /* NULL without error: one version only */
/* The body that the person chose becomes a revision on mine, theirs gets a tombstone: one transaction; the losing text stays in the history. CONFLICT when a leaf moved meanwhile: load again. */
gboolean             samspill_profile_solve_two_versions (SamspillProfile *self, const SamspillTwoVersions *versions, const char *body, GError **error);
/* Undo of the last solving: both leaves are living again. */
gboolean             samspill_profile_unsolve_two_versions (SamspillProfile *self, const SamspillTwoVersions *versions, GError **error);
void                 samspill_profile_solve_two_versions_async  (SamspillProfile *self, const SamspillTwoVersions *versions, const char *body, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean             samspill_profile_solve_two_versions_finish (SamspillProfile *self, GAsyncResult *result, GError **error);
GPtrArray           *samspill_profile_list_two_versions (SamspillProfile *self, GError **error); /* (element-type SamspillRow) records with several versions */

/* What came from others since the person was last here: "who changed what while I was away". (element-type SamspillNews), newest first, at most 100. */
typedef struct { char *space, *id, *type, *title, *by /* name or organisation to show */; GDateTime *at; gboolean is_new, is_deleted, concerns_me /* ours, followed, or about ours */; } SamspillNews;
void                 samspill_news_free             (SamspillNews *self);
GPtrArray           *samspill_profile_list_news     (SamspillProfile *self, GError **error);
gboolean             samspill_profile_mark_news_read (SamspillProfile *self, GError **error);

/* The reading ones for the main thread: on threads of their own, not behind writes. */
void                 samspill_profile_get_publication_async      (SamspillProfile *self, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
SamspillPublication *samspill_profile_get_publication_finish     (SamspillProfile *self, GAsyncResult *result, GError **error);
void                 samspill_profile_preview_publication_async  (SamspillProfile *self, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
SamspillPreview     *samspill_profile_preview_publication_finish (SamspillProfile *self, GAsyncResult *result, GError **error);
void                 samspill_profile_load_two_versions_async    (SamspillProfile *self, const char *space, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
SamspillTwoVersions *samspill_profile_load_two_versions_finish   (SamspillProfile *self, GAsyncResult *result, GError **error);
void                 samspill_profile_list_two_versions_async    (SamspillProfile *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray           *samspill_profile_list_two_versions_finish   (SamspillProfile *self, GAsyncResult *result, GError **error);
void                 samspill_profile_list_news_async            (SamspillProfile *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray           *samspill_profile_list_news_finish           (SamspillProfile *self, GAsyncResult *result, GError **error);

G_END_DECLS
