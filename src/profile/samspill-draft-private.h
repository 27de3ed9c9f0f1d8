/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-profile-private.h"
#include "samspill-steps.h"

G_BEGIN_DECLS

/* A draft in two files: the object and its steps (samspill-draft.c), and how it gets to the disk (samspill-draft-save.c). */
struct _SamspillDraft
{
  GObject parent_instance;

  SamspillProfile *profile;
  SamspillRecord *record;
  gulong record_changed;
  char *space;
  gboolean is_writable;
  gboolean looked_elsewhere;
  gboolean is_new; /* begun here; taken away again if it is left empty */

  SamspillDraftState state;
  GDateTime *saved_at;
  char *error_message;
  gboolean is_kept; /* by a reference of its own: it could not be saved yet, and whoever had it may be gone */

  /* What is in the store: see samspill-copy.c. */
  char *base;
  char *written;
  gboolean apart;
  gboolean has_copy; /* there is something to make a revision of */

  guint64 serial;       /* counts changes */
  guint64 saved_serial; /* the last that is durable */
  gint64 unsaved_since_us;
  GTask *saving;  /* borrowed; its data is a Saving */
  GQueue leaving; /* tasks of samspill_draft_leave_async */

  SamspillSteps *steps;
  GHashTable *values; /* member → JSON text, as last seen */
  gboolean applying;

  guint pause_source;
  guint retry_source;
  guint idle_source;
};

void     samspill_draft_set_state               (SamspillDraft *self, SamspillDraftState state, const char *message);
/* commit: as a revision; else as the working copy. */
void     samspill_draft_start_saving            (SamspillDraft *self, gboolean commit);
void     samspill_draft_arm_timers              (SamspillDraft *self); /* something changed */
gboolean samspill_draft_has_something_to_commit (SamspillDraft *self);
/* The work outlives the draft, which is being let go of. */
void     samspill_draft_save_and_forget         (SamspillDraft *self);

G_END_DECLS
