/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-peer-private.h"
#include "samspill-sync-clock.h"

G_BEGIN_DECLS

/* One run. A thread of its own reads the feed page by page and hands out batches; up to four workers take each batch from
 * question to written; what is complete without a gap moves the checkpoint. Both queues are bounded. */

#define SAMSPILL_RUN_WORKERS 4
#define SAMSPILL_RUN_MOST_BATCHES 6  /* handed out and not done */
#define SAMSPILL_RUN_PAGE_ROWS 2000
#define SAMSPILL_RUN_FIRST_ROWS 200
#define SAMSPILL_RUN_MOST_ROWS 2000
#define SAMSPILL_RUN_QUICK_US (200 * 1000)
#define SAMSPILL_RUN_BATCH_BYTES (4 * 1024 * 1024)
#define SAMSPILL_RUN_CHECKPOINT_US (5 * G_USEC_PER_SEC)
#define SAMSPILL_RUN_MOST_REFUSALS 1000
#define SAMSPILL_RUN_MOST_CHANGED 10000

typedef struct
{
  SamspillReplicationProgress progress; /* nullable */
  gpointer data;
  GMainContext *context; /* where it is called */
  /* Nullable: what was refused so far, each time before the checkpoint moves over it; in a thread of the run. FALSE: the
   * checkpoint stays, and the run has failed. */
  gboolean (*keep_refusals) (GPtrArray *refusals, gpointer data, GError **error);
  gpointer keep_data;
} SamspillReplicationListener;

/* The same as samspill_replicate_async(), in a worker thread of the caller's. */
SamspillReplication *samspill_replicate (SamspillPeer *source, SamspillPeer *target, SamspillReplicationFlags flags, const SamspillReplicationListener *listener, GCancellable *cancellable, GError **error);

typedef struct
{
  SamspillRows *rows;
  guint first, n;
  char *last_seq;   /* of the page, with its last batch; nullable */
  gboolean is_done;
} SamspillBatch;

typedef struct
{
  SamspillPeer *source, *target;
  SamspillReplicationFlags flags;
  GCancellable *cancellable; /* of the run: cancelled by the caller's, and by the first error */
  gboolean writes_files;

  /* Checkpoints. */
  char *name, *session;
  char *source_json, *target_json, *source_rev, *target_rev;
  char *instance;            /* of a source that takes no checkpoint */
  gboolean source_refuses;
  char *start_seq, *saved_seq;
  gint64 start_us, start_unix_us, saved_us;

  GThreadPool *workers;
  GMutex mutex;              /* for what follows */
  GCond cond;
  GQueue batches;            /* SamspillBatch, as handed out */
  guint n_open;
  guint batch_rows;
  char *safe_seq;            /* all up to here is done */
  gboolean has_forgotten;    /* more was refused than is remembered: the checkpoint stays behind it */
  gint64 checked, found, done_rows, pending;
  GError *error;             /* the first */
  SamspillReplication *result;
  GHashTable *changed;

  SamspillReplicationListener listener;
  gint64 told_us;
} SamspillRun;

/* What both sides say; sets start_seq. */
gboolean samspill_run_read_checkpoints  (SamspillRun *self, GError **error);
/* On both sides, if it moved. */
gboolean samspill_run_write_checkpoints (SamspillRun *self, GError **error);
gboolean samspill_run_all               (SamspillRun *self, GError **error);
void     samspill_run_fail              (SamspillRun *self, GError *error); /* takes it */
void     samspill_run_tell              (SamspillRun *self, gboolean is_last);

G_END_DECLS
