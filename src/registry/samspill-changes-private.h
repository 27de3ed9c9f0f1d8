/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-registry-protocol-private.h"
#include "samspill-selector-private.h"

G_BEGIN_DECLS

typedef enum
{
  SAMSPILL_CHANGES_NORMAL,
  SAMSPILL_CHANGES_LONGPOLL,
  SAMSPILL_CHANGES_CONTINUOUS,
} SamspillChangesMode;

/* One request to _changes: what was asked and how far the answer is. */
typedef struct
{
  SamspillRegistryCall *call;
  SamspillChangesMode mode;
  gboolean all_leaves, descending, include_docs, only_design, must_look;
  SamspillWireFlags flags;
  GHashTable *ids;            /* of filter=_doc_ids; nullable */
  SamspillSelector *selector; /* nullable */
  gint64 limit;               /* rows that may still come */
  gint64 heartbeat_us;        /* 0: none */
  gint64 timeout_us;
  SamspillSequenceToken token;

  gint64 at;                  /* sequence of the row that was looked at last */
  gboolean is_begun, has_rows, is_at_end;
  SamspillWaiter *waiter;     /* of the modes that wait */
  gint64 ends_at_us, beats_at_us;
  char *key;                  /* of those who ask for the same; NULL: nobody can */
} SamspillChanges;

void samspill_changes_free   (gpointer self);
/* Takes it. (samspill-registry-feed.c) */
void samspill_changes_answer (SamspillChanges *self);

G_END_DECLS
