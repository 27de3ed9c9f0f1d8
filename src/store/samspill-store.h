/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SAMSPILL_STORE_ERROR (samspill_store_error_quark ())
GQuark samspill_store_error_quark (void);
typedef enum
{
  SAMSPILL_STORE_ERROR_FAILED,
  SAMSPILL_STORE_ERROR_NEWER,       /* made by a newer program: opened read-only */
  SAMSPILL_STORE_ERROR_READ_ONLY,
  SAMSPILL_STORE_ERROR_FULL,        /* disk full */
  SAMSPILL_STORE_ERROR_CORRUPT,
  SAMSPILL_STORE_ERROR_NOT_OURS,    /* the file is no store */
  SAMSPILL_STORE_ERROR_BUSY,        /* another program held the writer too long */
  SAMSPILL_STORE_ERROR_NOT_FOUND,
  SAMSPILL_STORE_ERROR_CONFLICT,    /* the revision named is not a leaf */
  SAMSPILL_STORE_ERROR_INVALID,     /* id, space, body, revision */
  SAMSPILL_STORE_ERROR_BLOB_MISSING,
  SAMSPILL_STORE_ERROR_TOO_LARGE,   /* a file beyond the bound that the caller set */
} SamspillStoreError;

/**
 * SamspillStore:
 *
 * Spaces, documents with revision trees, working copies, files, feed, local documents, in a folder: `store.db` (SQLite)
 * and `blobs/`. All functions block on disk and may be called from any thread (one writer connection behind a lock,
 * readers have their own); the main thread calls them only through SamspillProfile. A write that returned %TRUE or a
 * revision is on disk; one that failed has changed nothing. Every function that can fail sets an error of
 * SAMSPILL_STORE_ERROR, or G_IO_ERROR_CANCELLED, whose translated message says what to do. Several programs may have one
 * folder open.
 *
 * Signal `changed (gint64 last_seq)`: emitted in the main context that was thread-default at open, once for all that was
 * written until then; with SAMSPILL_STORE_OPEN_WATCH also for what another program wrote to the same folder. Working
 * copies and local documents are in no feed and give no signal.
 *
 * The .c files say more at each function.
 */
#define SAMSPILL_TYPE_STORE (samspill_store_get_type ())
G_DECLARE_FINAL_TYPE (SamspillStore, samspill_store, SAMSPILL, STORE, GObject)

#define SAMSPILL_STORE_MAX_BODY_BYTES (8 * 1024 * 1024) /* of one document, as CouchDB; what we make is bounded lower */

typedef enum
{
  SAMSPILL_STORE_OPEN_DEFAULT = 0,
  SAMSPILL_STORE_OPEN_READ_ONLY = 1 << 0,
  SAMSPILL_STORE_OPEN_WATCH = 1 << 1,      /* notice what other programs write */
} SamspillStoreFlags;

SamspillStore *samspill_store_open         (const char *folder, SamspillStoreFlags flags, GError **error);
gboolean       samspill_store_is_read_only (SamspillStore *self);
const GError  *samspill_store_get_read_only_error (SamspillStore *self); /* why: NEWER or READ_ONLY; NULL: can be written */
const char    *samspill_store_get_folder   (SamspillStore *self);
const char    *samspill_store_get_uuid     (SamspillStore *self); /* made with the store; a backup has the same */
gint64         samspill_store_get_epoch    (SamspillStore *self); /* changed by restore; a backup has another; compare for equality */
gint64         samspill_store_get_last_seq (SamspillStore *self); /* 0 on error */

/* Spaces: "mine", "team-<orgnr>", "joint-<uuid>", "commons", "sample", "shipped" … any CouchDB database name. Everything
 * below wants a space that is there (NOT_FOUND). */
gboolean samspill_store_ensure_space (SamspillStore *self, const char *space, GError **error);
gboolean samspill_store_drop_space   (SamspillStore *self, const char *space, GError **error); /* all documents, feed says so */
char   **samspill_store_list_spaces  (SamspillStore *self, GError **error);

typedef struct
{
  gint64 doc;          /* number of the document; never used again */
  char *space;
  char *id;
  char *rev;           /* "3-…" */
  gint64 seq;
  gboolean deleted;
  guint leaves;        /* living leaves: 2 or more = "har to utgaver" */
  GBytes *body;        /* byte for byte, without `_` members; NULL: a tombstone without one, or an old one that was compacted */
  char *attachments;   /* JSON object as CouchDB's _attachments stubs plus "sha256"; nullable */
} SamspillDocument;
void samspill_document_free (SamspillDocument *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillDocument, samspill_document_free)

SamspillDocument *samspill_store_get           (SamspillStore *self, const char *space, const char *id, const char *rev, GError **error); /* rev NULL: winner */
SamspillDocument *samspill_store_get_by_number (SamspillStore *self, gint64 doc, GError **error);
/* In which spaces an id exists and is not deleted. (transfer full) */
char            **samspill_store_find_spaces   (SamspillStore *self, const char *id, GError **error);

/* One new revision on top of `parent` (NULL: a new document; a deleted document may be created anew on its tombstone).
 * attachments: JSON text or NULL: as the parent's. Returns the new revision. */
char    *samspill_store_put     (SamspillStore *self, const char *space, const char *id, const char *parent, GBytes *body, const char *attachments, GError **error);
char    *samspill_store_delete  (SamspillStore *self, const char *space, const char *id, const char *parent, GError **error);
/* new_edits=false: revisions[0] is the revision, then its ancestors, newest first. */
gboolean samspill_store_insert  (SamspillStore *self, const char *space, const char *id, const char * const *revisions, gboolean deleted, GBytes *body, const char *attachments, GError **error);
/* Several writes in one transaction: between begin and end the calling thread holds the writer. */
gboolean samspill_store_begin   (SamspillStore *self, GError **error);
gboolean samspill_store_commit  (SamspillStore *self, GError **error);
void     samspill_store_rollback (SamspillStore *self);

typedef struct
{
  char *rev;
  char *parent;        /* nullable */
  gboolean deleted, leaf, winner, has_body;
  gint64 at_us;        /* when this computer stored it; unix microseconds; 0: unknown */
} SamspillRevision;
void       samspill_revision_free  (SamspillRevision *self);
GPtrArray *samspill_store_history  (SamspillStore *self, const char *space, const char *id, GError **error); /* newest first */

/* Feed: documents changed after `since` in all spaces (space NULL) or one, by seq, each document once. In that of all
 * spaces the documents of a dropped space come once more, deleted and with `rev` NULL; their numbers are not used again. */
typedef struct { gint64 seq; gint64 doc; char *space; char *id; char *rev; gboolean deleted; } SamspillChange;
void       samspill_change_free   (SamspillChange *self);
GPtrArray *samspill_store_changes (SamspillStore *self, const char *space, gint64 since, guint limit, GError **error);
/* As above with bodies, for the follower: calls back for each; the read is ended before it returns. */
typedef gboolean (*SamspillChangeFunc) (const SamspillChange *change, const char *body, gsize length, guint leaves, gpointer data);
gboolean   samspill_store_foreach_change (SamspillStore *self, gint64 since, guint limit, SamspillChangeFunc func, gpointer data, GError **error);
/* Counts documents that are not deleted; space NULL: of all spaces. -1 on error. */
gint64     samspill_store_count   (SamspillStore *self, const char *space, GError **error);

/* Working copies: durable, never replicated, one a document and space. */
typedef struct { char *space; char *id; char *base; GBytes *body; gint64 at_us; } SamspillWorkingCopy;
void       samspill_working_copy_free          (SamspillWorkingCopy *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillWorkingCopy, samspill_working_copy_free)
gboolean   samspill_store_write_working_copy   (SamspillStore *self, const char *space, const char *id, const char *base, GBytes *body, GError **error);
SamspillWorkingCopy *samspill_store_read_working_copy (SamspillStore *self, const char *space, const char *id, GError **error); /* NULL without error: none */
gboolean   samspill_store_remove_working_copy  (SamspillStore *self, const char *space, const char *id, GError **error);
GPtrArray *samspill_store_list_working_copies  (SamspillStore *self, GError **error);
/* Working copy → one revision on its base, and the row goes, in one transaction. NULL + CONFLICT when the base is no leaf
 * any more: then the revision is added as a second leaf by the caller (insert), nothing is lost. */
char      *samspill_store_commit_working_copy  (SamspillStore *self, const char *space, const char *id, const char *attachments, GError **error);

/* Local documents ("_local/…" of CouchDB and our own settings of a profile). space "" : of the whole store. */
char    *samspill_store_get_local (SamspillStore *self, const char *space, const char *name, GError **error); /* JSON text, NULL without error: none */
gboolean samspill_store_put_local (SamspillStore *self, const char *space, const char *name, const char *json, GError **error); /* NULL: remove */

/* Files: content-addressed. States: here, on the registry, wanted. */
typedef enum { SAMSPILL_BLOB_ABSENT, SAMSPILL_BLOB_HERE, SAMSPILL_BLOB_REMOTE, SAMSPILL_BLOB_WANTED } SamspillBlobState;
typedef struct { char *sha256; char *md5; guint64 length; } SamspillBlob;
void             samspill_blob_free         (SamspillBlob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillBlob, samspill_blob_free)
SamspillBlob    *samspill_store_add_blob    (SamspillStore *self, GInputStream *stream, guint64 max_bytes, GCancellable *cancellable, GError **error);
/* The same in pieces: for what comes over a line. */
typedef struct _SamspillBlobWriter SamspillBlobWriter;
SamspillBlobWriter *samspill_blob_writer_new    (SamspillStore *store, guint64 max_bytes, GError **error);
SamspillBlobWriter *samspill_blob_writer_resume (SamspillStore *store, const char *md5, guint64 length, guint64 *already, GError **error); /* goes on where it was cut */
gboolean            samspill_blob_writer_write  (SamspillBlobWriter *self, const guint8 *bytes, gsize length, GError **error);
guint64             samspill_blob_writer_get_length (SamspillBlobWriter *self);
SamspillBlob       *samspill_blob_writer_finish (SamspillBlobWriter *self, GError **error);
void                samspill_blob_writer_free   (SamspillBlobWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillBlobWriter, samspill_blob_writer_free)
GFile           *samspill_store_get_blob    (SamspillStore *self, const char *sha256, GError **error);
SamspillBlobState samspill_store_blob_state (SamspillStore *self, const char *sha256);
gboolean         samspill_store_set_blob_state (SamspillStore *self, const char *sha256, SamspillBlobState state, GError **error);

/* Whole copy in a folder that is not there yet, which can be opened as a profile; restore replaces the content, keeps what
 * was there in the folder "replaced", and changes the epoch. */
gboolean samspill_store_backup  (SamspillStore *self, const char *folder, GCancellable *cancellable, GError **error);
gboolean samspill_store_restore (SamspillStore *self, const char *folder, GCancellable *cancellable, GError **error);
/* Whether the copy is whole: CORRUPT if the store was damaged already when it was made. */
gboolean samspill_store_check_backup (const char *folder, GError **error);
/* restore for a store that is too damaged to be opened or written (CORRUPT, NOT_OURS); this program must not have it open. */
gboolean samspill_store_rescue  (const char *folder, const char *backup, GCancellable *cancellable, GError **error);
/* Faults found, as translated lines; empty when clean. (transfer full) */
GPtrArray *samspill_store_check (SamspillStore *self, GError **error);
/* Bodies and files that nothing names, room in the file; never history. Once a day is enough. */
gboolean samspill_store_compact (SamspillStore *self, GCancellable *cancellable, GError **error);

G_END_DECLS
