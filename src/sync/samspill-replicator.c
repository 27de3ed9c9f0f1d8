/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-replicator-private.h"

void
samspill_replication_free (SamspillReplication *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->refusals, g_ptr_array_unref);
  g_strfreev (self->changed);
  g_free (self);
}

static void
run_free (SamspillRun *self)
{
  g_clear_object (&self->source);
  g_clear_object (&self->target);
  g_clear_object (&self->cancellable);
  g_free (self->name);
  g_free (self->session);
  g_free (self->source_json);
  g_free (self->target_json);
  g_free (self->source_rev);
  g_free (self->target_rev);
  g_free (self->instance);
  g_free (self->start_seq);
  g_free (self->saved_seq);
  g_free (self->safe_seq);
  while (!g_queue_is_empty (&self->batches))
    {
      SamspillBatch *batch = g_queue_pop_head (&self->batches);
      samspill_rows_unref (batch->rows);
      g_free (batch->last_seq);
      g_free (batch);
    }
  g_clear_error (&self->error);
  g_clear_pointer (&self->result, samspill_replication_free);
  g_clear_pointer (&self->changed, g_hash_table_unref);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

static SamspillRun *
run_new (SamspillPeer *source, SamspillPeer *target, SamspillReplicationFlags flags)
{
  SamspillRun *self = g_new0 (SamspillRun, 1);

  self->source = g_object_ref (source);
  self->target = g_object_ref (target);
  self->flags = flags;
  self->cancellable = g_cancellable_new ();
  self->session = g_uuid_string_random ();
  self->start_us = self->saved_us = g_get_monotonic_time ();
  self->start_unix_us = g_get_real_time ();
  self->batch_rows = SAMSPILL_RUN_FIRST_ROWS;
  self->pending = -1;
  self->result = g_new0 (SamspillReplication, 1);
  self->result->refusals = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_refusal_free);
  self->changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  return self;
}

/* Not g_cancellable_cancel itself: the signal has arguments of its own. */
static void
cancel_cb (GCancellable *outer, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static guint
count_requests (SamspillRun *self)
{
  return SAMSPILL_PEER_GET_CLASS (self->source)->get_requests (self->source) +
         SAMSPILL_PEER_GET_CLASS (self->target)->get_requests (self->target);
}

static SamspillReplication *
finish_result (SamspillRun *self, guint requests_before)
{
  SamspillReplication *result = g_steal_pointer (&self->result);

  result->requests = count_requests (self) - requests_before;
  result->seconds = (double)(g_get_monotonic_time () - self->start_us) / G_USEC_PER_SEC;
  result->changed = (char **)g_hash_table_get_keys_as_array (self->changed, NULL);
  g_hash_table_steal_all (self->changed);
  return result;
}

SamspillReplication *
samspill_replicate (SamspillPeer *source, SamspillPeer *target, SamspillReplicationFlags flags,
                    const SamspillReplicationListener *listener, GCancellable *cancellable, GError **error)
{
  SamspillRun *self = run_new (source, target, flags);
  SamspillReplication *result = NULL;
  guint requests = count_requests (self);
  gulong handler = 0;

  if (listener != NULL)
    self->listener = *listener;
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancel_cb), self->cancellable, NULL);
  if (samspill_run_all (self, error))
    result = finish_result (self, requests);
  g_cancellable_disconnect (cancellable, handler);
  run_free (self);
  return result;
}

typedef struct
{
  SamspillPeer *source, *target;
  SamspillReplicationFlags flags;
  SamspillReplicationListener listener;
} Call;

static void
call_free (Call *call)
{
  g_object_unref (call->source);
  g_object_unref (call->target);
  g_clear_pointer (&call->listener.context, g_main_context_unref);
  g_free (call);
}

static gpointer
replicate_thread (gpointer data)
{
  g_autoptr (GTask) task = data;
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;
  SamspillReplication *result = samspill_replicate (call->source, call->target, call->flags, &call->listener,
                                                    g_task_get_cancellable (task), &error);

  if (result != NULL)
    g_task_return_pointer (task, result, (GDestroyNotify)samspill_replication_free);
  else
    g_task_return_error (task, error);
  return NULL;
}

/**
 * samspill_replicate_async:
 * @source: where the documents are
 * @target: where they go
 * @flags: how
 * @progress: (nullable): called in the caller's main context, at most ten times a second
 * @progress_data: for @progress
 * @cancellable: (nullable): stops it soon, wherever it is
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * One direction, once.
 */
void
samspill_replicate_async (SamspillPeer *source, SamspillPeer *target, SamspillReplicationFlags flags,
                          SamspillReplicationProgress progress, gpointer progress_data, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  call->source = g_object_ref (source);
  call->target = g_object_ref (target);
  call->flags = flags;
  call->listener = (SamspillReplicationListener){ progress, progress_data, g_main_context_ref_thread_default () };
  g_task_set_task_data (task, call, (GDestroyNotify)call_free);
  g_thread_unref (g_thread_new ("replicate", replicate_thread, task));
}

SamspillReplication *
samspill_replicate_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
