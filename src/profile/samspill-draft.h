/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-profile.h"

G_BEGIN_DECLS

/**
 * SamspillDraft:
 *
 * A record that is being edited: what an open page holds. Setting a field of its record marks the draft changed; 300 ms
 * later the working copy is written, and `saved-at` moves only when that write is durable. `leave` makes one revision of
 * it, as do ten minutes without a change, the close of the profile, and letting go of the draft. Where another program
 * built on the same revision, or edits the record at the same time, the draft becomes a leaf beside the other's and
 * nothing is lost; a draft without changes of its own shows the other's revision instead (`notify::record`: the record is
 * a new object then). A new record that is left blank is taken away again. Undo acts on steps of the working copy (typing within two seconds in one field is one step, 100 kept).
 *
 * Properties: `record` (SamspillRecord), `space`, `state` (SamspillDraftState), `saved-at` (GDateTime, nullable),
 * `error-message` (translated, nullable), `can-undo`, `can-redo`. Signal `changed (field)`: a field changed, by hand, by
 * undo or because another program wrote (then field NULL). Main thread only; saves run on the profile's writing thread.
 */
#define SAMSPILL_TYPE_DRAFT (samspill_draft_get_type ())
G_DECLARE_FINAL_TYPE (SamspillDraft, samspill_draft, SAMSPILL, DRAFT, GObject)

typedef enum
{
  SAMSPILL_DRAFT_CLEAN,    /* as in the store; nothing to make a revision of */
  SAMSPILL_DRAFT_CHANGED,  /* in memory only, for a moment */
  SAMSPILL_DRAFT_SAVING,
  SAMSPILL_DRAFT_SAVED,    /* the working copy is durable */
  SAMSPILL_DRAFT_FAILED,   /* could not be saved: kept in memory, tried again at the next change and every few seconds */
} SamspillDraftState;
GType samspill_draft_state_get_type (void);
#define SAMSPILL_TYPE_DRAFT_STATE (samspill_draft_state_get_type ())

SamspillDraft  *samspill_draft_new        (SamspillProfile *profile, SamspillLoaded *loaded); /* (transfer none) */
/* A record that is in no space yet; becomes real at the first change. */
SamspillDraft  *samspill_draft_new_record (SamspillProfile *profile, SamspillRecord *record);
SamspillRecord *samspill_draft_get_record (SamspillDraft *self);
const char     *samspill_draft_get_space  (SamspillDraft *self);
SamspillDraftState samspill_draft_get_state (SamspillDraft *self);
GDateTime      *samspill_draft_get_saved_at (SamspillDraft *self); /* borrowed, nullable */
const char     *samspill_draft_get_error_message (SamspillDraft *self); /* translated, nullable */
gboolean        samspill_draft_undo       (SamspillDraft *self);
gboolean        samspill_draft_redo       (SamspillDraft *self);
void            samspill_draft_flush      (SamspillDraft *self); /* write the working copy now (asynchronously) */
void            samspill_draft_leave_async  (SamspillDraft *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean        samspill_draft_leave_finish (SamspillDraft *self, GAsyncResult *result, GError **error);

G_END_DECLS
