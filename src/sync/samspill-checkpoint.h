/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Checkpoints as CouchDB's replicator keeps them on both sides: session_id, source_last_seq, history, newest first. What one
 * side says counts only where the other says it too. Sequences are JSON text. */

#define SAMSPILL_CHECKPOINT_MOST_SESSIONS 50

/* The last sequence up to which all that the source had is in the target; "0" where the two agree on nothing. Either may be
 * NULL; whatever cannot be read is as if it were not there. */
char *samspill_checkpoint_compare (const char *source, const char *target);

typedef struct
{
  const char *session; /* of this run */
  const char *start_seq, *last_seq;
  gint64 start_us, end_us; /* unix microseconds */
  gint64 read, written, checked, found, refused;
  const char *instance; /* of a source that keeps no checkpoint; nullable */
} SamspillCheckpointRun;

/* The new document: this run in front of the history of `before` (nullable). */
char *samspill_checkpoint_make    (const char *before, const SamspillCheckpointRun *run);
/* For a source that takes no checkpoint: what the target alone says, if it was written for the same instance. "0" otherwise. */
char *samspill_checkpoint_alone   (const char *target, const char *instance);

/* "samspill-…": the same for the same two sides. */
char *samspill_checkpoint_name    (const char *source, const char *target, guint flags);

G_END_DECLS
