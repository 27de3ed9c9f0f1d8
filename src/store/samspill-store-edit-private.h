/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-store-private.h"

G_BEGIN_DECLS

/* A document on its way to the disk, inside a transaction. Nothing is written before samspill_edit_put() or _insert()
 * has found that it can be: what they refuse leaves the transaction as it was. */
typedef struct
{
  SamspillStore *store;
  gint64 space;
  guint revs_limit;
  const char *id; /* borrowed */
  gint64 doc;     /* 0: new */
  gint64 seq;     /* of its last change; 0: new */
  SamspillRevisionTree *tree;
  GBytes *stored; /* nullable: the tree as it stands on the disk */
} SamspillEdit;

gboolean samspill_edit_load   (SamspillEdit *self, SamspillStore *store, gint64 space, guint revs_limit, const char *id, GError **error);
gboolean samspill_edit_load_in (SamspillEdit *self, SamspillStore *store, const char *space, const char *id, GError **error);
void     samspill_edit_clear  (SamspillEdit *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SamspillEdit, samspill_edit_clear)
/* `attachments` NULL: as the parent's. Returns the new revision. */
char    *samspill_edit_put    (SamspillEdit *self, const char *parent, gboolean deleted, GBytes *body, const char *attachments, GError **error);
gboolean samspill_edit_insert (SamspillEdit *self, const char * const *revisions, gboolean deleted, GBytes *body, const char *attachments, gboolean *is_new, GError **error);
/* Adds a document that is not here yet, without looking for it first and without a tree in memory. FALSE without an error
 * and with `*is_known`: it is here, and nothing was done. */
gboolean samspill_edit_add    (SamspillStore *store, gint64 space, guint revs_limit, const char *id, const char * const *revisions, gboolean deleted, GBytes *body, const char *attachments, gboolean *is_known, GError **error);
/* Writes the row anew, as the next change of the feed, or (is_quiet) without a word of it. */
gboolean samspill_edit_store  (SamspillEdit *self, gboolean is_quiet, GError **error);
gboolean samspill_store_drop_bodies (SamspillStore *self, GArray *bodies, GError **error);
gboolean samspill_store_check_attachments (const char *attachments, GError **error);

G_END_DECLS
