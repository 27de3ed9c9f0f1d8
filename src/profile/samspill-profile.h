/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-index.h"
#include "samspill-record.h"
#include "samspill-reply.h"
#include "samspill-store.h"

G_BEGIN_DECLS

#define SAMSPILL_PROFILE_ERROR (samspill_profile_error_quark ())
GQuark samspill_profile_error_quark (void);
typedef enum
{
  SAMSPILL_PROFILE_ERROR_FAILED,
  SAMSPILL_PROFILE_ERROR_READ_ONLY,
  SAMSPILL_PROFILE_ERROR_NOT_FOUND,
  SAMSPILL_PROFILE_ERROR_CONFLICT,
  SAMSPILL_PROFILE_ERROR_INVALID,
} SamspillProfileError;

/**
 * SamspillProfile:
 *
 * A person's data on this computer: store + index + identity. Belongs to the main thread; `_async` work runs on the
 * profile's own worker threads, the blocking twins are for the command line and tests. Two programs may have one profile
 * open.
 *
 * Signals: `changed` (records changed, by us or by another program, and the index has it: lists ask again),
 * `identity-changed`.
 */
#define SAMSPILL_TYPE_PROFILE (samspill_profile_get_type ())
G_DECLARE_FINAL_TYPE (SamspillProfile, samspill_profile, SAMSPILL, PROFILE, GObject)

/* folder NULL: $XDG_DATA_HOME/samspill. Makes it where missing; brings the shipped records up to date; daily backup. */
SamspillProfile *samspill_profile_open        (const char *folder, GError **error);
void             samspill_profile_open_async  (const char *folder, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
SamspillProfile *samspill_profile_open_finish (GAsyncResult *result, GError **error);
void             samspill_profile_close       (SamspillProfile *self); /* commits working copies, stops the follower */
gboolean         samspill_profile_has_unsaved (SamspillProfile *self); /* a draft is in memory only: ask before closing */
/* Before closing: makes revisions of all that is being edited. Callback on the main thread; the first error. */
void             samspill_profile_save_drafts_async  (SamspillProfile *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean         samspill_profile_save_drafts_finish (SamspillProfile *self, GAsyncResult *result, GError **error);
const char      *samspill_profile_get_folder  (SamspillProfile *self);
SamspillStore   *samspill_profile_get_store   (SamspillProfile *self);
SamspillIndex   *samspill_profile_get_index   (SamspillProfile *self);
gboolean         samspill_profile_is_read_only (SamspillProfile *self);
const char      *samspill_profile_get_read_only_reason (SamspillProfile *self); /* translated, nullable */

/* Who works here (first run). Kept in a local document of the store. */
typedef struct
{
  char **owners;      /* organisation numbers, the first is the one that new records get */
  char **owner_names; /* runs beside: a name that was typed for a number that we do not ship; "" otherwise */
  char *person_name;  /* nullable; stays on this computer */
  char *person_role;  /* nullable: "rådgiver, teknisk" */
  char *account;      /* opaque account id, made once */
  char *language;     /* "nb", "nn" for new records */
} SamspillIdentity;
void                    samspill_identity_free          (SamspillIdentity *self);
SamspillIdentity       *samspill_identity_copy          (const SamspillIdentity *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillIdentity, samspill_identity_free)
const SamspillIdentity *samspill_profile_get_identity   (SamspillProfile *self); /* NULL: first run has not been */
gboolean                samspill_profile_set_identity   (SamspillProfile *self, const SamspillIdentity *identity, GError **error);
/* A name to show for an organisation number: municipality, sample or typed name, else the number itself. (transfer full) */
char                   *samspill_profile_dup_owner_name (SamspillProfile *self, const char *orgnr);

/* Records. */
typedef struct { SamspillRecord *record; char *space; gboolean is_writable, has_working_copy; guint leaves; char *attachments;
                 gboolean is_overtaken; /* the base of the working copy has been built upon */ } SamspillLoaded;
void            samspill_loaded_free          (SamspillLoaded *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillLoaded, samspill_loaded_free)
/* space NULL: mine, team, joint, sample, commons, shipped, in this order. The working copy, where there is one. */
SamspillLoaded *samspill_profile_load         (SamspillProfile *self, const char *space, const char *id, GError **error);
void            samspill_profile_load_async   (SamspillProfile *self, const char *space, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
SamspillLoaded *samspill_profile_load_finish  (SamspillProfile *self, GAsyncResult *result, GError **error);
/* A new record in `space` (NULL: mine), or a revision on the record's _rev. Validated. Sets the record's rev. */
gboolean        samspill_profile_save         (SamspillProfile *self, const char *space, SamspillRecord *record, GError **error);
void            samspill_profile_save_async   (SamspillProfile *self, const char *space, SamspillRecord *record, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean        samspill_profile_save_finish  (SamspillProfile *self, GAsyncResult *result, GError **error);
/* Trash and back; for ever = tombstone. */
gboolean        samspill_profile_trash        (SamspillProfile *self, const char *space, const char *id, GError **error);
gboolean        samspill_profile_restore      (SamspillProfile *self, const char *space, const char *id, GError **error);
gboolean        samspill_profile_delete       (SamspillProfile *self, const char *space, const char *id, GError **error);
typedef enum { SAMSPILL_CHANGE_TRASH, SAMSPILL_CHANGE_RESTORE, SAMSPILL_CHANGE_DELETE } SamspillChangeKind;
void            samspill_profile_change_async  (SamspillProfile *self, SamspillChangeKind kind, const char *space, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean        samspill_profile_change_finish (SamspillProfile *self, GAsyncResult *result, GError **error);
/* Records that name this one (pitches to a need, files, notes) by `need` or `about`. (element-type SamspillRow), newest first */
void            samspill_profile_related_async  (SamspillProfile *self, const char *id, const char *type, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray      *samspill_profile_related_finish (SamspillProfile *self, GAsyncResult *result, GError **error);
GPtrArray      *samspill_profile_related        (SamspillProfile *self, const char *id, const char *type, GError **error);

/* Import, export: an object or an array, or a reply file (returned, not kept: the person is asked first). */
typedef struct { guint added, changed, same, refused; GPtrArray *reasons; SamspillReply *reply; } SamspillImport;
void            samspill_import_free           (SamspillImport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillImport, samspill_import_free)
/* All or nothing for a file: one bad record and nothing of it is kept, and `refused` and `reasons` (translated) say why.
 * NULL with an error: the file as a whole cannot be read, or the store failed. space NULL: mine; samples to sample. */
SamspillImport *samspill_profile_import        (SamspillProfile *self, const char *space, GFile *file, GCancellable *cancellable, GError **error);
SamspillImport *samspill_profile_import_bytes  (SamspillProfile *self, const char *space, GBytes *bytes, GCancellable *cancellable, GError **error);
void            samspill_profile_import_async  (SamspillProfile *self, const char *space, GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
SamspillImport *samspill_profile_import_finish (SamspillProfile *self, GAsyncResult *result, GError **error);
gboolean        samspill_profile_export        (SamspillProfile *self, const char * const *spaces, GOutputStream *stream, GCancellable *cancellable, GError **error);
void            samspill_profile_export_async  (SamspillProfile *self, const char * const *spaces, GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean        samspill_profile_export_finish (SamspillProfile *self, GAsyncResult *result, GError **error);

/* Files by drag and drop: a `file` record about `about`, in its space. Returns the id. Pictures are bounded (pixels). */
void            samspill_profile_add_file_async  (SamspillProfile *self, const char *space, const char *about, GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char           *samspill_profile_add_file_finish (SamspillProfile *self, GAsyncResult *result, GError **error);
char           *samspill_profile_add_file        (SamspillProfile *self, const char *space, const char *about, GFile *file, GCancellable *cancellable, GError **error);
/* A copy of the kept file under its own name, in the cache: for showing and for other programs. */
GFile          *samspill_profile_open_file        (SamspillProfile *self, const char *space, const char *file_id, GError **error);
void            samspill_profile_open_file_async  (SamspillProfile *self, const char *space, const char *file_id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GFile          *samspill_profile_open_file_finish (SamspillProfile *self, GAsyncResult *result, GError **error);

/* Sample data: from the program's data folder into the space "sample"; removed in one go. */
void            samspill_profile_load_sample_async    (SamspillProfile *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean        samspill_profile_load_sample_finish   (SamspillProfile *self, GAsyncResult *result, GError **error);
void            samspill_profile_remove_sample_async  (SamspillProfile *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean        samspill_profile_remove_sample_finish (SamspillProfile *self, GAsyncResult *result, GError **error);
/* Blocking twins. */
gboolean        samspill_profile_load_sample          (SamspillProfile *self, GCancellable *cancellable, GError **error);
gboolean        samspill_profile_remove_sample        (SamspillProfile *self, GError **error);
gboolean        samspill_profile_has_sample           (SamspillProfile *self);

/* Backups: one folder a day in FOLDER/backups, seven kept. (element-type utf8) newest first: "2026-11-24"; what was there
 * before a restore is kept as "2026-11-24-104233". Restoring closes nothing: `changed` follows. */
GPtrArray      *samspill_profile_list_backups         (SamspillProfile *self);
void            samspill_profile_restore_backup_async (SamspillProfile *self, const char *day, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean        samspill_profile_restore_backup       (SamspillProfile *self, const char *day, GCancellable *cancellable, GError **error);
/* Makes (or makes anew) the backup of today. Returns its name. */
char           *samspill_profile_backup               (SamspillProfile *self, GCancellable *cancellable, GError **error);
gboolean        samspill_profile_restore_backup_finish (SamspillProfile *self, GAsyncResult *result, GError **error);
/* A profile whose data file is damaged: open, or restore, fails with an error that is_damaged knows. Then the profile is
 * closed, one of list_backups_in put in its place, and it is opened again. folder as in samspill_profile_open. */
gboolean        samspill_profile_is_damaged           (const GError *error);
GPtrArray      *samspill_profile_list_backups_in      (const char *folder);
gboolean        samspill_profile_rescue               (const char *folder, const char *day, GCancellable *cancellable, GError **error);
void            samspill_profile_rescue_async         (const char *folder, const char *day, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean        samspill_profile_rescue_finish        (GAsyncResult *result, GError **error);

G_END_DECLS
