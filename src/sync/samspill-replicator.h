/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-peer.h"

G_BEGIN_DECLS

/* One direction, once: from source to target, until the source has no more (design.md section 7). Resumes at the checkpoint that both sides
 * know. Nothing is ever lost by cancelling or failing: what was written is written, the rest comes next time. */
typedef struct { char *id, *rev, *error /* "forbidden" */, *reason; } SamspillRefusal;
void samspill_refusal_free (SamspillRefusal *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillRefusal, samspill_refusal_free)

typedef struct
{
  gint64 read, written, skipped, refused; /* revisions: fetched; new in the target; listed but not found any more; not accepted */
  gint64 files, file_bytes;
  guint requests;
  double seconds;
  GPtrArray *refusals;       /* (element-type SamspillRefusal), the first 1,000 */
  char **changed;            /* ids that are new or changed in a target space (for merging and for "while you were away"); NULL-terminated; may be cut at 10,000 */
} SamspillReplication;
void samspill_replication_free (SamspillReplication *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillReplication, samspill_replication_free)

typedef enum
{
  SAMSPILL_REPLICATION_DEFAULT = 0,
  SAMSPILL_REPLICATION_STUBS = 1 << 0,    /* files stay at the source until they are wanted (commons) */
  SAMSPILL_REPLICATION_CREATE = 1 << 1,   /* make the target where it is missing */
} SamspillReplicationFlags;

typedef void (*SamspillReplicationProgress) (gint64 done, gint64 pending /* -1: not known */, gpointer data);

/* Asynchronous on the caller's main context. NULL with error: failed or cancelled; partial results stay written. A document that
 * the target refuses does not stop the others: it is in `refusals`. */
void                 samspill_replicate_async  (SamspillPeer *source, SamspillPeer *target, SamspillReplicationFlags flags, SamspillReplicationProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
SamspillReplication *samspill_replicate_finish (GAsyncResult *result, GError **error);

/* Fetches the bytes of one file that the store knows as a stub, with a range where a part is here already. */
void                 samspill_fetch_file_async  (SamspillPeer *source, SamspillStore *store, const char *space, const char *id, const char *name, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean             samspill_fetch_file_finish (GAsyncResult *result, GError **error);

G_END_DECLS
