/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-peer.h"
#include "samspill-remote.h"
#include "samspill-replicator.h"
#include "samspill-wire.h"

G_BEGIN_DECLS

/* Documents and the revisions of each that a feed named, or that are wanted. Texts are kept in one place and may be those
 * of another list. Made by one thread, then only read. */
typedef struct
{
  const char *id;
  guint first, n_revs; /* in `revs` */
} SamspillRow;

typedef struct _SamspillRows SamspillRows;
struct _SamspillRows
{
  gatomicrefcount refs;
  SamspillRows *texts_of; /* nullable */
  GStringChunk *strings;  /* NULL with texts_of */
  GArray *rows;           /* SamspillRow */
  GPtrArray *revs;        /* const char *; with a NULL behind those of each row */
};

SamspillRows *samspill_rows_new      (SamspillRows *texts_of);
SamspillRows *samspill_rows_ref      (SamspillRows *self);
void          samspill_rows_unref    (SamspillRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillRows, samspill_rows_unref)
/* Begin a row; then its revisions; then end it, which drops it where it has none. Texts must be those of the list or of texts_of. */
void          samspill_rows_begin    (SamspillRows *self, const char *id);
void          samspill_rows_add      (SamspillRows *self, const char *rev);
void          samspill_rows_end      (SamspillRows *self);
const char   *samspill_rows_keep     (SamspillRows *self, const char *text); /* a copy that lives as long as the list */
#define samspill_rows_get(self, i) (&g_array_index ((self)->rows, SamspillRow, (i)))
const char * const *samspill_rows_get_revs (SamspillRows *self, guint i); /* NULL-terminated */

typedef struct
{
  SamspillRows *rows;
  char *last_seq;  /* JSON text */
  gint64 pending;  /* -1: not known */
} SamspillFeedPage;
void samspill_feed_page_free (SamspillFeedPage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillFeedPage, samspill_feed_page_free)
SamspillFeedPage *samspill_feed_page_read (const char *text, gsize length, GError **error);

/* Documents on their way, as text. */
typedef struct
{
  const char *id;
  const char *rev;   /* nullable: not known without reading it */
  guint row;         /* of the list of what is wanted: why it was sent */
  const char *text;
  gsize length;
  gboolean is_large; /* its files are sent beside it (multipart) */
} SamspillParcel;

typedef struct
{
  SamspillRows *wants;
  GArray *parcels;     /* SamspillParcel */
  GPtrArray *owners;   /* GBytes that hold the texts */
  gint64 skipped;
  GPtrArray *refusals; /* SamspillRefusal */
} SamspillParcels;
SamspillParcels *samspill_parcels_new  (SamspillRows *wants);
void             samspill_parcels_free (SamspillParcels *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillParcels, samspill_parcels_free)
#define samspill_parcels_get(self, i) (&g_array_index ((self)->parcels, SamspillParcel, (i)))

typedef struct
{
  gint64 written;
  GPtrArray *refusals; /* SamspillRefusal */
  GPtrArray *changed;  /* ids; nullable: nobody asks */
  gboolean want_files; /* those that came as stubs are to be fetched */
} SamspillReceipt;

/* A checked JSON string as it stands → its text; NULL: no string, or one with a nul in it. */
char            *samspill_sync_dup_string (const char *value, gsize length);
SamspillRefusal *samspill_refusal_new (const char *id, const char *rev, const char *error, const char *reason);

/* All block; from any worker thread, several at once. */
struct _SamspillPeerClass
{
  GObjectClass parent_class;

  /* What the replication id is made of: the same for the same side at any time. */
  char             *(*dup_identity)     (SamspillPeer *self, GError **error);
  /* Whether it is there; with create it is made. */
  gboolean          (*look)             (SamspillPeer *self, gboolean create, char **instance, GCancellable *cancellable, GError **error);
  /* `_local/<name>`; json NULL: none. written: FORBIDDEN or UNAUTHORIZED where it is read-only. rev: of the protocol, kept between the two. */
  gboolean          (*read_checkpoint)  (SamspillPeer *self, const char *name, char **json, char **rev, GCancellable *cancellable, GError **error);
  gboolean          (*write_checkpoint) (SamspillPeer *self, const char *name, const char *json, char **rev, GCancellable *cancellable, GError **error);
  SamspillFeedPage *(*read_feed)        (SamspillPeer *self, const char *since, guint limit, GCancellable *cancellable, GError **error);
  /* Those of n rows from `first` that are not there. */
  SamspillRows     *(*find_missing)     (SamspillPeer *self, SamspillRows *rows, guint first, guint n, GCancellable *cancellable, GError **error);
  /* As many of n wanted rows as fit into max_bytes, at least one; *done: how many. */
  SamspillParcels  *(*fetch)            (SamspillPeer *self, SamspillRows *wants, guint first, guint n, gsize max_bytes, gboolean stubs, guint *done, GCancellable *cancellable, GError **error);
  gboolean          (*write)            (SamspillPeer *self, SamspillPeer *source, SamspillParcels *parcels, SamspillReceipt *receipt, GCancellable *cancellable, GError **error);
  guint             (*get_requests)     (SamspillPeer *self);
};

/* The two kinds, for the files of this folder. */
SamspillRemote   *samspill_peer_get_remote (SamspillPeer *self); /* NULL: a space */
SamspillStore    *samspill_peer_get_store  (SamspillPeer *self, const char **space); /* NULL: remote */
GType             samspill_space_peer_get_type  (void);
GType             samspill_remote_peer_get_type (void);
/* Whether the files of a document (its text with stubs) go inside it or beside it; those that are not here go as stubs. */
gboolean          samspill_space_look_at_files (SamspillStore *store, const char *space, const SamspillParcel *parcel, const char *text, gsize length, gboolean *is_inline, gboolean *is_large, GError **error);
/* Makes stubs of what was sent inside. */
gboolean          samspill_space_take_files    (SamspillStore *store, const char *space, SamspillWireDocument *document, GError **error);
/* Marks the files of what was written as wanted. */
gboolean          samspill_space_want_files    (SamspillStore *store, const char *attachments, GError **error);
void     samspill_space_want_missing  (SamspillStore *store, const char *space, const char *id, const char *rev);
SamspillPeer     *samspill_space_peer_new  (SamspillStore *store, const char *space);
SamspillPeer     *samspill_remote_peer_new (SamspillRemote *remote);

G_END_DECLS
