/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-draft-private.h"

#include <string.h>

#define PAUSE_MS 300
#define LONGEST_UNSAVED_US (3 * G_USEC_PER_SEC)
#define RETRY_SECONDS 5
#define IDLE_SECONDS (10 * 60)

typedef struct
{
  SamspillCopy copy;
  SamspillStore *store;
  guint64 serial;
} Saving;

static void
saving_free (Saving *saving)
{
  samspill_copy_clear (&saving->copy);
  g_clear_object (&saving->store);
  g_free (saving);
}

void
samspill_draft_set_state (SamspillDraft *self, SamspillDraftState state, const char *message)
{
  if (g_set_str (&self->error_message, message))
    g_object_notify (G_OBJECT (self), "error-message");
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

/* Saving */

static gboolean
is_blank (SamspillRecord *record)
{
  const SamspillType *schema = samspill_record_get_schema (record);

  if (schema == NULL)
    return FALSE;
  for (const SamspillField *field = schema->fields; field->name != NULL; field++)
    if (!(field->flags & SAMSPILL_FIELD_ENVELOPE) && samspill_record_has (record, field->name))
      return FALSE;
  return TRUE;
}

static void
fill_copy (SamspillDraft *self, SamspillCopy *copy, gboolean commit)
{
  copy->by = samspill_profile_dup_account (self->profile);
  if (commit)
    samspill_record_touch (self->record, copy->by);
  copy->space = g_strdup (self->space);
  copy->id = g_strdup (samspill_record_get_id (self->record));
  copy->base = g_strdup (self->base);
  copy->written = g_strdup (self->written);
  copy->apart = self->apart;
  copy->body = samspill_record_dup_body (self->record);
  copy->commit = commit;
  copy->discard = commit && self->is_new && self->base != NULL && is_blank (self->record);
}

gboolean
samspill_draft_has_something_to_commit (SamspillDraft *self)
{
  return self->has_copy || self->saved_serial != self->serial;
}

static void
take_stored (SamspillDraft *self, Saving *saving)
{
  if (g_set_str (&self->space, saving->copy.space))
    g_object_notify (G_OBJECT (self), "space"); /* it was shared meanwhile */
  g_set_str (&self->base, saving->copy.base);
  g_set_str (&self->written, saving->copy.written);
  self->apart = saving->copy.apart;
  self->has_copy = self->written != NULL || (self->is_new && !saving->copy.commit);
  if (saving->copy.commit)
    self->is_new = saving->copy.discard;
  self->saved_serial = saving->serial;
  if (saving->serial == self->serial)
    self->unsaved_since_us = 0;
  samspill_record_set_rev (self->record, self->base);
}

static gboolean
retry_cb (gpointer data)
{
  SamspillDraft *self = data;

  self->retry_source = 0;
  samspill_draft_start_saving (self, self->saved_serial == self->serial);
  return G_SOURCE_REMOVE;
}

static gboolean
pause_cb (gpointer data)
{
  SamspillDraft *self = data;

  self->pause_source = 0;
  samspill_draft_start_saving (self, FALSE);
  return G_SOURCE_REMOVE;
}

static gboolean
idle_cb (gpointer data)
{
  SamspillDraft *self = data;

  self->idle_source = 0;
  if (samspill_draft_has_something_to_commit (self))
    samspill_draft_start_saving (self, TRUE);
  return G_SOURCE_REMOVE;
}

static void
answer_leaving (SamspillDraft *self, const GError *error)
{
  g_autoptr (SamspillDraft) alive = g_object_ref (self); /* who is answered may let go of it */
  GTask *task;

  while ((task = g_queue_pop_head (&self->leaving)) != NULL)
    {
      if (error != NULL)
        g_task_return_error (task, g_error_copy (error));
      else
        g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
}

static void
let_go (SamspillDraft *self)
{
  if (!self->is_kept)
    return;
  self->is_kept = FALSE;
  g_object_unref (self);
}

static void
saved (SamspillDraft *self, Saving *saving)
{
  g_autoptr (SamspillDraft) alive = g_object_ref (self);

  take_stored (self, saving);
  let_go (self);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_pointer (&self->saved_at, g_date_time_unref);
  self->saved_at = g_date_time_new_now_local ();
  g_object_notify (G_OBJECT (self), "saved-at");

  if (self->saved_serial != self->serial)
    samspill_draft_set_state (self, SAMSPILL_DRAFT_CHANGED, NULL);
  else
    samspill_draft_set_state (self, SAMSPILL_DRAFT_SAVED, NULL);

  if (g_queue_is_empty (&self->leaving))
    {
      if (self->saved_serial != self->serial && self->pause_source == 0)
        self->pause_source = g_timeout_add (PAUSE_MS, pause_cb, self);
      return;
    }
  if (samspill_draft_has_something_to_commit (self))
    {
      samspill_draft_start_saving (self, TRUE);
      return;
    }
  samspill_draft_set_state (self, SAMSPILL_DRAFT_CLEAN, NULL);
  answer_leaving (self, NULL);
}

/* What was typed stays in memory, and is tried again. */
static void
failed (SamspillDraft *self, const GError *error)
{
  if (!self->is_kept)
    g_object_ref (self);
  self->is_kept = TRUE;
  samspill_draft_set_state (self, SAMSPILL_DRAFT_FAILED, error->message);
  if (self->retry_source == 0)
    self->retry_source = g_timeout_add_seconds (RETRY_SECONDS, retry_cb, self);
  answer_leaving (self, error);
}

static void
saving_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SamspillDraft *self = SAMSPILL_DRAFT (source);
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  if (self->saving != G_TASK (result))
    return; /* the profile was closed meanwhile, and took over */
  self->saving = NULL;
  if (done)
    saved (self, g_task_get_task_data (G_TASK (result)));
  else
    failed (self, error);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Saving *saving = data;
  GError *error = NULL;

  if (samspill_copy_store (saving->store, &saving->copy, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static Saving *
saving_new (SamspillDraft *self, gboolean commit)
{
  Saving *saving = g_new0 (Saving, 1);

  saving->store = g_object_ref (self->profile->store);
  fill_copy (self, &saving->copy, commit);
  saving->serial = self->serial;
  return saving;
}

/* Begun and left empty before anything of it was saved: there is nothing to keep. */
static gboolean
forget_blank (SamspillDraft *self)
{
  if (!self->is_new || self->base != NULL || !is_blank (self->record))
    return FALSE;
  self->saved_serial = self->serial;
  self->unsaved_since_us = 0;
  return TRUE;
}

/* What is begun under a wrong clock waits for the right one, and gets its date then. What had a date keeps it. */
static gboolean
date_new_record (SamspillDraft *self)
{
  g_autoptr (GError) error = NULL;

  if (!samspill_profile_check_clock (g_get_real_time (), &error))
    {
      failed (self, error);
      return FALSE;
    }
  if (g_strcmp0 (samspill_record_get_string (self->record, "created.at"), "2024") < 0)
    {
      g_autofree char *account = samspill_profile_dup_account (self->profile);
      samspill_record_remove (self->record, "created");
      samspill_record_remove (self->record, "changed");
      samspill_record_complete (self->record, account);
    }
  return TRUE;
}

void
samspill_draft_start_saving (SamspillDraft *self, gboolean commit)
{
  if (self->saving != NULL || !self->is_writable)
    return; /* what changes during a save is looked at when it is done */
  g_clear_handle_id (&self->pause_source, g_source_remove);
  if (forget_blank (self))
    {
      samspill_draft_set_state (self, SAMSPILL_DRAFT_CLEAN, NULL);
      answer_leaving (self, NULL);
      return;
    }
  if (!commit && self->saved_serial == self->serial)
    return;
  if (self->base == NULL && !date_new_record (self))
    return;

  self->saving = g_task_new (self, NULL, saving_done_cb, NULL);
  g_task_set_static_name (self->saving, "samspill_draft_start_saving");
  g_task_set_task_data (self->saving, saving_new (self, commit), (GDestroyNotify)saving_free);
  samspill_draft_set_state (self, SAMSPILL_DRAFT_SAVING, self->error_message);
  samspill_profile_queue (self->profile, self->saving, save_in_thread);
}

void
samspill_draft_arm_timers (SamspillDraft *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->unsaved_since_us == 0)
    self->unsaved_since_us = now;
  g_clear_handle_id (&self->idle_source, g_source_remove);
  self->idle_source = g_timeout_add_seconds (IDLE_SECONDS, idle_cb, self);

  /* Who types without a pause is saved nevertheless. */
  if (self->pause_source != 0 && now - self->unsaved_since_us > LONGEST_UNSAVED_US)
    return;
  g_clear_handle_id (&self->pause_source, g_source_remove);
  self->pause_source = g_timeout_add (PAUSE_MS, pause_cb, self);
}

static gboolean
commit_now (SamspillDraft *self, GError **error)
{
  Saving *saving = saving_new (self, TRUE);
  gboolean done = samspill_copy_store (saving->store, &saving->copy, error);

  if (done)
    take_stored (self, saving);
  saving_free (saving);
  return done;
}

/* At the end, in the thread of the caller: the writing thread has finished all that was asked of it. */
gboolean
samspill_draft_commit (SamspillDraft *self, GError **error)
{
  g_autoptr (GError) trouble = NULL;

  g_clear_handle_id (&self->pause_source, g_source_remove);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_handle_id (&self->idle_source, g_source_remove);
  if (self->saving != NULL)
    {
      Saving *under_way = g_task_get_task_data (self->saving);
      if (!g_task_had_error (self->saving))
        take_stored (self, under_way);
      self->saving = NULL;
    }
  if (self->is_writable && !forget_blank (self) && samspill_draft_has_something_to_commit (self))
    commit_now (self, &trouble);
  answer_leaving (self, trouble);
  let_go (self); /* the caller holds it */
  if (trouble == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&trouble));
  return FALSE;
}

void
samspill_draft_save_and_forget (SamspillDraft *self)
{
  GTask *task = g_task_new (NULL, NULL, NULL, NULL);

  g_task_set_static_name (task, "samspill_draft_save_and_forget");
  g_task_set_task_data (task, saving_new (self, TRUE), (GDestroyNotify)saving_free);
  samspill_profile_queue (self->profile, task, save_in_thread);
}
