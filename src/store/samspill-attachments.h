/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-wire.h"

G_BEGIN_DECLS

/* The `_attachments` of a document between the wire and the store. In the store they are always stubs:
 * {"name":{"content_type":…,"revpos":3,"digest":"md5-…","length":12,"stub":true,"sha256":"…"}}; sha256 is there where this computer
 * has (or had) the bytes. On the wire sha256 is left out. */

/* Bytes that came beside a document (multipart, "follows": true): name → blob, in the store already. */
typedef struct { const char *name; const SamspillBlob *blob; } SamspillFollowing;

/* Makes stubs of what was sent: "data" (base64, kept as blobs), "follows" (the given blobs, in the order of the JSON where names are
 * NULL), "stub" (as in `parent`'s revision for new_edits; kept with its digest where is_replication: bytes come later). Length and digest
 * are checked where both are known (INVALID). A stub whose file is unknown: BLOB_MISSING (CouchDB: 412 missing_stub). max_bytes a file: TOO_LARGE. */
char *samspill_attachments_take (SamspillStore *store, const char *space, const char *id, const char *parent, const char *attachments,
                                 const SamspillFollowing *following, guint n_following, gboolean is_replication, guint64 max_bytes, GError **error);

typedef struct { char *name, *content_type, *digest /* "md5-…" */, *sha256 /* nullable */; guint64 length, revpos; SamspillBlobState state; } SamspillAttachment;
void       samspill_attachment_free  (SamspillAttachment *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillAttachment, samspill_attachment_free)
/* (element-type SamspillAttachment), in order; of SamspillDocument.attachments. */
GPtrArray *samspill_attachments_list (SamspillStore *store, const char *attachments, GError **error);
/* Sets or removes (blob NULL) one file of a document as a new revision on `parent`; body as the parent's. Returns the revision. */
char      *samspill_attachments_put  (SamspillStore *store, const char *space, const char *id, const char *parent, const char *name, const char *content_type, const SamspillBlob *blob, GError **error);

G_END_DECLS
