/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-endpoint.h"
#include "samspill-replicator.h"

G_BEGIN_DECLS

/* One space and its endpoint, once in both directions: theirs to us, what can be merged is merged, ours to them, files that
 * are wanted. Blocks; for the service's worker thread and the command line. */
typedef struct
{
  gint64 read, written, skipped, merged;
  gint64 refused;       /* of ours, now */
  gint64 sent;          /* of ours, now */
  gint64 files;
  guint requests;
  double seconds;
  char **arrived;       /* ids; NULL-terminated */
  GPtrArray *refusals;  /* (element-type SamspillRefusal) of this round */
} SamspillSyncRound;
void samspill_sync_round_clear (SamspillSyncRound *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SamspillSyncRound, samspill_sync_round_clear)

SamspillPeer *samspill_sync_open_endpoint (const SamspillEndpoint *endpoint, const char *password, GError **error);
/* again: what was refused before is tried once more, too. */
gboolean      samspill_sync_round         (SamspillSyncRound *self, SamspillStore *store, const char *space, SamspillPeer *remote, gboolean again, SamspillReplicationProgress progress, gpointer progress_data, GMainContext *context, GCancellable *cancellable, GError **error);

/* Where the last round left off, from the local checkpoint: JSON text of the remote's feed, and the number of ours. */
char         *samspill_sync_dup_pulled_seq (SamspillStore *store, const char *space, SamspillPeer *remote, GError **error);
gint64        samspill_sync_get_pushed_seq (SamspillStore *store, const char *space, SamspillPeer *remote, GError **error); /* 0: nothing; -1 on error */
/* Documents of ours after the pushed sequence, counted in the index alone. -1 on error. */
gint64        samspill_sync_count_pending  (SamspillStore *store, const char *space, gint64 pushed_seq, GError **error);
/* As samspill_sync_keep_refusals(), when all that was refused before was tried again. */
gboolean      samspill_sync_replace_refusals (SamspillStore *store, const char *space, GPtrArray *refusals, GError **error);
/* Waits at the server until its feed goes on behind `since`, or some 45 s. *news: whether it did. */
gboolean      samspill_sync_wait_for_news  (SamspillPeer *remote, const char *since, gboolean *news, GCancellable *cancellable, GError **error);

G_END_DECLS
