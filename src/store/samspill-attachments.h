/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-wire.h"

G_BEGIN_DECLS

/* The `_attachments` of a document between the wire and the store. In the store they are always stubs:
 * {"name":{"content_type":…,"revpos":3,"digest":"md5-…","length":12,"stub":true,"sha256":"…"}}; sha256 is there where this computer
 * has (or had) the bytes. On the wire sha256 is left out. */

/* Bytes that came beside a document (multipart, "follows": true): name → blob, in the store already. Those with a name first, whatever
 * their order; then those without (name NULL) in the order of the JSON. */
typedef struct { const char *name; const SamspillBlob *blob; } SamspillFollowing;

typedef enum
{
  SAMSPILL_ATTACHMENTS_EDIT,       /* new_edits: a stub is a file of `parent` */
  SAMSPILL_ATTACHMENTS_LATER,      /* pulled: a stub may be one whose bytes are fetched later; kept with its digest */
  SAMSPILL_ATTACHMENTS_REPLICATED, /* pushed to us: a stub is a file of any revision of the document that is kept here */
} SamspillAttachmentsMode;

/* Makes stubs of what was sent: "data" (base64, kept as blobs), "follows" (the given blobs), "stub". A file in gzip ("encoding": CouchDB's
 * replicator sends texts so) is kept unpacked. Length and digest are checked where they were sent (INVALID). A stub whose file is unknown:
 * BLOB_MISSING (CouchDB: 412 missing_stub). max_bytes a file: TOO_LARGE. parent: nullable; with replication a hint where to look first.
 * attachments NULL: "{}". */
char *samspill_attachments_take (SamspillStore *store, const char *space, const char *id, const char *parent, const char *attachments,
                                 const SamspillFollowing *following, guint n_following, SamspillAttachmentsMode mode, guint64 max_bytes, GError **error);

typedef struct { char *name, *content_type, *digest /* "md5-…" */, *sha256 /* nullable */; guint64 length, revpos; SamspillBlobState state; } SamspillAttachment;
void       samspill_attachment_free  (SamspillAttachment *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillAttachment, samspill_attachment_free)
/* (element-type SamspillAttachment), in order; of SamspillDocument.attachments (nullable: none). */
GPtrArray *samspill_attachments_list (SamspillStore *store, const char *attachments, GError **error);
SamspillAttachment *samspill_attachments_find (SamspillStore *store, const char *attachments, const char *name); /* NULL: it has none of this name */
/* The text with one file set or removed (blob NULL). attachments nullable. */
char      *samspill_attachments_with (const char *attachments, const char *name, const char *content_type, const SamspillBlob *blob);
/* Sets or removes (blob NULL; NOT_FOUND where there is none) one file of a document as a new revision on `parent`; body as the parent's. Returns the revision. */
char      *samspill_attachments_put  (SamspillStore *store, const char *space, const char *id, const char *parent, const char *name, const char *content_type, const SamspillBlob *blob, GError **error);

/* Files whose bytes are elsewhere. WANTED (fetch it) or REMOTE (no more); of a file known by its MD5 only, too. */
gboolean   samspill_attachment_set_state (SamspillStore *store, const SamspillAttachment *attachment, SamspillBlobState state, GError **error);
/* A file of the documents of a space that is wanted and not here: (element-type SamspillWanted) */
typedef struct { char *id, *rev; SamspillAttachment *attachment; } SamspillWanted;
void       samspill_wanted_free        (SamspillWanted *self);
GPtrArray *samspill_attachments_list_wanted (SamspillStore *store, const char *space, GError **error);
/* Where to go on with fetching it: a writer of samspill_blob_writer_resume(). */
SamspillBlobWriter *samspill_attachment_fetch (SamspillStore *store, const SamspillAttachment *attachment, guint64 *already, GError **error);
/* The bytes are here now: every revision of the document that names the file says so. */
gboolean   samspill_attachments_settle (SamspillStore *store, const char *space, const char *id, const SamspillBlob *blob, GError **error);

/* "md5-…" (base64) ↔ 32 hex digits; NULL: it is none. */
char      *samspill_digest_from_md5 (const char *md5);
char      *samspill_digest_to_md5   (const char *digest);

G_END_DECLS
