/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-store.h"

G_BEGIN_DECLS

/* Documents as they go over the wire (CouchDB 3): `{"_id":…,"_rev":…,"_revisions":{…},"_deleted":…,"_attachments":{…},
 * …}`. Read in one strict pass, written by splicing stored bytes; json-glib is never on the way (speed.md section 3). What
 * is here serves the registry, which receives and sends documents, and sync, which does the same from the other side. */

/* One document as it was sent. */
typedef struct
{
  char *id;            /* nullable: none was sent */
  char *rev;           /* "3-abc…": the first of `_revisions`, else `_rev`; nullable. Any text that CouchDB takes may stand in a revision id, quotes too: escape it */
  char **revisions;    /* of `_revisions`, else of `_rev` alone: newest first, "3-…", "2-…"; NULL-terminated; NULL: none */
  gboolean deleted;
  GBytes *body;        /* byte for byte, without `_` members; "{}" for a bare tombstone */
  char *attachments;   /* the value of `_attachments` as JSON text, as sent; nullable */
  char *unknown;       /* an unknown member with "_" (CouchDB: doc_validation "Bad special document member: _x"); nullable */
} SamspillWireDocument;
void                  samspill_wire_document_clear (SamspillWireDocument *self);
void                  samspill_wire_document_free  (SamspillWireDocument *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillWireDocument, samspill_wire_document_free)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SamspillWireDocument, samspill_wire_document_clear)
/* Strict: UTF-8, depth, no duplicate names, an object. SAMSPILL_STORE_ERROR_INVALID with a message. */
gboolean              samspill_wire_document_read  (SamspillWireDocument *self, const char *text, gsize length, GError **error);

/* Batches, found apart without being read: each document is then gone through once, by samspill_wire_document_read(). All
 * that is borrowed points into the text of the batch. */
typedef struct
{
  const char *text;    /* the document, unread; NULL: there is none (failure) */
  gsize length;
  const char *id;      /* of the row of a _bulk_get, as JSON text with its quotes; nullable */
  gsize id_length;
  const char *failure; /* what stands under "error" in a _bulk_get, as JSON text; nullable */
  gsize failure_length;
} SamspillWireRow;
typedef gboolean (*SamspillWireRowFunc) (const SamspillWireRow *row, gpointer data); /* FALSE stops */
gboolean              samspill_wire_foreach_in_bulk_docs (const char *text, gsize length, gboolean *new_edits, SamspillWireRowFunc func, gpointer data, GError **error);
gboolean              samspill_wire_foreach_in_bulk_get  (const char *text, gsize length, SamspillWireRowFunc func, gpointer data, GError **error);

/* Writes one document. new_edits: on top of `rev` (CONFLICT when that is no leaf, NULL: a new document), and the new
 * revision is returned; a deletion may have a body. Not new_edits: in its place in the tree, revisions[0] is returned, never
 * a conflict. The body is not looked at again: it has been read strictly (samspill_wire_document_read()) or was made by us.
 * `attachments` must be stubs by now (samspill-attachments.h). A failed write inside a transaction of the
 * caller's leaves that transaction good for the next write, unless the disk failed (FAILED, FULL, CORRUPT). */
char                 *samspill_store_write         (SamspillStore *self, const char *space, const SamspillWireDocument *document, gboolean new_edits, GError **error);
/* Many with new_edits=false in one transaction, the fast way in (./dev bench store). Batches of some 2,000. `refusals[i]` is set for
 * those that were not taken (INVALID); FALSE: nothing of all was written. `*written`: how many revisions were not here before. */
gboolean              samspill_store_write_many    (SamspillStore *self, const char *space, const SamspillWireDocument *documents, guint n, GError **refusals, guint *written, GError **error);

typedef enum
{
  SAMSPILL_WIRE_DEFAULT = 0,
  SAMSPILL_WIRE_REVISIONS = 1 << 0,         /* _revisions */
  SAMSPILL_WIRE_REVS_INFO = 1 << 1,
  SAMSPILL_WIRE_CONFLICTS = 1 << 2,
  SAMSPILL_WIRE_DELETED_CONFLICTS = 1 << 3,
  SAMSPILL_WIRE_LOCAL_SEQ = 1 << 4,
  SAMSPILL_WIRE_ATTACHMENT_DATA = 1 << 5,   /* files inline as base64 instead of stubs (bounded by the caller) */
  SAMSPILL_WIRE_ATTACHMENT_FOLLOWS = 1 << 6, /* "follows": true instead of "stub": the caller sends the parts */
} SamspillWireFlags;

/* Appends the document to `out` as JSON. rev NULL: the winner (NOT_FOUND "deleted" when that is a tombstone, as a GET);
 * atts_since (nullable, NULL-terminated): with DATA or FOLLOWS only files that are newer than the newest of these known revisions.
 * NOT_FOUND: no such document, revision or its body is not kept ("missing"). */
gboolean              samspill_store_append_wire   (SamspillStore *self, const char *space, const char *id, const char *rev, SamspillWireFlags flags, const char * const *atts_since, GString *out, GError **error);

/* Until end_read this thread's reads all see the store as it was at begin_read. Short: it holds the log back. May nest. */
gboolean              samspill_store_begin_read    (SamspillStore *self, GError **error);
void                  samspill_store_end_read      (SamspillStore *self);

typedef struct
{
  char *uuid;            /* made with the space; another when it is made anew */
  gint64 documents, deleted; /* documents whose winner is not, is, a tombstone */
  gint64 update_seq, purge_seq;
  guint revs_limit;
  gint64 bytes;          /* of bodies, about */
} SamspillSpaceInfo;
void                  samspill_space_info_clear    (SamspillSpaceInfo *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SamspillSpaceInfo, samspill_space_info_clear)
gboolean              samspill_store_get_space_info (SamspillStore *self, const char *space, SamspillSpaceInfo *info, GError **error);
gboolean              samspill_store_has_space     (SamspillStore *self, const char *space);
gboolean              samspill_store_set_revs_limit (SamspillStore *self, const char *space, guint limit, GError **error);

/* The leaves of a document, winner first, then as CouchDB sorts them (deleted ones last). (element-type SamspillRevision) */
GPtrArray            *samspill_store_get_leaves    (SamspillStore *self, const char *space, const char *id, GError **error);
/* A revision and its ancestors as far as they are known, newest first. NOT_FOUND. (transfer full) */
char                **samspill_store_get_path      (SamspillStore *self, const char *space, const char *id, const char *rev, GError **error);
/* Of `revs` (any strings; nonsense is missing) those that are not here, in order; `*ancestors` (nullable, out, transfer full, may be set to NULL):
 * known leaves with a lower number, CouchDB's possible_ancestors. An unknown document: all are missing. */
char                **samspill_store_get_missing   (SamspillStore *self, const char *space, const char *id, const char * const *revs, char ***ancestors, GError **error);
/* For `latest=true`: the leaves that descend from rev (rev itself when it is one). (transfer full) */
char                **samspill_store_get_descendant_leaves (SamspillStore *self, const char *space, const char *id, const char *rev, GError **error);
/* Takes revisions (leaves, with all above them that no other leaf needs) out without a trace. Returns those that were purged. Counts
 * purge_seq; a document without leaves left is in the feed of all spaces once more (`rev` NULL) so that an index forgets it. */
char                **samspill_store_purge         (SamspillStore *self, const char *space, const char *id, const char * const *revs, GError **error);

/* The feed of one space for the protocol: leaves[0] is the winner; all the leaves with all_leaves, else the winner alone. Descending: what is
 * before `since`, 0: from the newest. Calls inside one read; the callback may read the store. FALSE from it stops. */
typedef gboolean (*SamspillFeedFunc) (gint64 seq, const char *id, const char * const *leaves, gboolean deleted, gpointer data);
gboolean              samspill_store_foreach_in_feed (SamspillStore *self, const char *space, gint64 since, gboolean all_leaves, gboolean descending, SamspillFeedFunc func, gpointer data, GError **error);
gint64                samspill_store_count_in_feed   (SamspillStore *self, const char *space, gint64 since, gboolean descending, GError **error); /* from there on; -1: error */
/* Documents whose winner is not deleted, by id (bytes). start, end nullable; inclusive_end. Descending: start is the high end. */
typedef gboolean (*SamspillDocumentFunc) (const char *id, const char *rev, gpointer data);
gboolean              samspill_store_foreach_document (SamspillStore *self, const char *space, const char *start, const char *end, gboolean inclusive_end, gboolean descending, SamspillDocumentFunc func, gpointer data, GError **error);
gint64                samspill_store_count_documents (SamspillStore *self, const char *space, const char *start, gboolean descending, GError **error); /* before start; -1: error */
/* The winner's revision. FALSE + NOT_FOUND: never been. deleted as its tombstone. */
gboolean              samspill_store_lookup        (SamspillStore *self, const char *space, const char *id, char **rev, gboolean *deleted, GError **error);

G_END_DECLS
