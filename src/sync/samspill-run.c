/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-files-private.h"
#include "samspill-replicator-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

void
samspill_run_fail (SamspillRun *self, GError *error)
{
  g_mutex_lock (&self->mutex);
  /* What was cancelled because of the first error says nothing new. */
  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_cancellable_cancel (self->cancellable);
}

typedef struct
{
  SamspillReplicationProgress progress;
  gpointer data;
  gint64 done, pending;
} Telling;

static gboolean
tell_cb (gpointer data)
{
  const Telling *telling = data;

  telling->progress (telling->done, telling->pending, telling->data);
  return G_SOURCE_REMOVE;
}

void
samspill_run_tell (SamspillRun *self, gboolean is_last)
{
  gint64 now = g_get_monotonic_time ();

  if (self->listener.progress == NULL || (!is_last && now - self->told_us < 100 * 1000))
    return;
  self->told_us = now;

  Telling *telling = g_new (Telling, 1);
  *telling = (Telling){ self->listener.progress, self->listener.data, self->done_rows, self->pending };
  g_main_context_invoke_full (self->listener.context, G_PRIORITY_DEFAULT, tell_cb, telling, g_free);
}

/* With the mutex: what came of one part of a batch. */
static void
add_up (SamspillRun *self, SamspillParcels *parcels, SamspillReceipt *receipt)
{
  SamspillReplication *result = self->result;

  result->read += parcels->parcels->len;
  result->skipped += parcels->skipped;
  result->written += receipt->written;
  result->refused += parcels->refusals->len + receipt->refusals->len;
  for (guint i = 0; i < 2; i++)
    {
      GPtrArray *refusals = i == 0 ? parcels->refusals : receipt->refusals;

      while (refusals->len > 0 && result->refusals->len < SAMSPILL_RUN_MOST_REFUSALS)
        g_ptr_array_add (result->refusals, g_ptr_array_steal_index (refusals, 0));
      self->has_forgotten |= refusals->len > 0;
    }
  for (guint i = 0; receipt->changed != NULL && i < receipt->changed->len; i++)
    if (g_hash_table_size (self->changed) < SAMSPILL_RUN_MOST_CHANGED)
      g_hash_table_add (self->changed, g_strdup (receipt->changed->pdata[i]));
}

static gboolean
move_wants (SamspillRun *self, SamspillRows *wants, GError **error)
{
  SamspillPeerClass *source = SAMSPILL_PEER_GET_CLASS (self->source);
  SamspillPeerClass *target = SAMSPILL_PEER_GET_CLASS (self->target);
  gboolean stubs = (self->flags & SAMSPILL_REPLICATION_STUBS) != 0;

  for (guint first = 0; first < wants->rows->len;)
    {
      guint done = 0;
      g_autoptr (SamspillParcels) parcels =
          source->fetch (self->source, wants, first, wants->rows->len - first, SAMSPILL_RUN_BATCH_BYTES, stubs, &done,
                         self->cancellable, error);
      if (parcels == NULL)
        return FALSE;

      g_autoptr (GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_refusal_free);
      g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func (g_free);
      SamspillReceipt receipt = { 0, refusals, changed, !stubs };
      if (!target->write (self->target, self->source, parcels, &receipt, self->cancellable, error))
        return FALSE;

      g_mutex_lock (&self->mutex);
      add_up (self, parcels, &receipt);
      g_mutex_unlock (&self->mutex);
      first += done;
    }
  return TRUE;
}

static gboolean
move_batch (SamspillRun *self, SamspillBatch *batch, GError **error)
{
  SamspillPeerClass *target = SAMSPILL_PEER_GET_CLASS (self->target);
  g_autoptr (SamspillRows) wants =
      target->find_missing (self->target, batch->rows, batch->first, batch->n, self->cancellable, error);

  if (wants == NULL)
    return FALSE;
  g_mutex_lock (&self->mutex);
  for (guint i = batch->first; i < batch->first + batch->n; i++)
    self->checked += samspill_rows_get (batch->rows, i)->n_revs;
  for (guint i = 0; i < wants->rows->len; i++)
    self->found += samspill_rows_get (wants, i)->n_revs;
  g_mutex_unlock (&self->mutex);
  return move_wants (self, wants, error);
}

static void
batch_free (SamspillBatch *batch)
{
  samspill_rows_unref (batch->rows);
  g_free (batch->last_seq);
  g_free (batch);
}

/* Quick batches grow, so that the first rows are there soon and the rest comes in few requests. */
static void
adapt (SamspillRun *self, const SamspillBatch *batch, gint64 us)
{
  if (batch->n < self->batch_rows)
    return;
  if (us < SAMSPILL_RUN_QUICK_US)
    self->batch_rows = MIN (self->batch_rows * 2, SAMSPILL_RUN_MOST_ROWS);
  else if (us > 20 * SAMSPILL_RUN_QUICK_US)
    self->batch_rows = MAX (self->batch_rows / 2, SAMSPILL_RUN_FIRST_ROWS);
}

/* With the mutex: the checkpoint moves over what is complete without a gap. */
static void
retire (SamspillRun *self)
{
  SamspillBatch *head;

  while ((head = g_queue_peek_head (&self->batches)) != NULL && head->is_done)
    {
      if (head->last_seq != NULL && !self->has_forgotten)
        {
          g_free (self->safe_seq);
          self->safe_seq = g_steal_pointer (&head->last_seq);
        }
      batch_free (g_queue_pop_head (&self->batches));
    }
}

static void
work (gpointer data, gpointer user_data)
{
  SamspillBatch *batch = data;
  SamspillRun *self = user_data;
  GError *error = NULL;
  gint64 start = g_get_monotonic_time ();
  gboolean is_done =
      !g_cancellable_set_error_if_cancelled (self->cancellable, &error) && move_batch (self, batch, &error);

  if (!is_done)
    samspill_run_fail (self, g_steal_pointer (&error));

  g_mutex_lock (&self->mutex);
  self->n_open--;
  batch->is_done = is_done;
  if (is_done)
    {
      self->done_rows += batch->n;
      adapt (self, batch, g_get_monotonic_time () - start);
    }
  retire (self);
  samspill_run_tell (self, FALSE);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

static gboolean
is_running (SamspillRun *self)
{
  g_mutex_lock (&self->mutex);
  gboolean running = self->error == NULL;
  g_mutex_unlock (&self->mutex);
  return running;
}

static void
wait_until_open (SamspillRun *self, guint most)
{
  g_mutex_lock (&self->mutex);
  while (self->n_open > most)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

static void
hand_out (SamspillRun *self, SamspillFeedPage *page)
{
  guint n_rows = page->rows->rows->len;

  for (guint first = 0; first < n_rows && is_running (self);)
    {
      SamspillBatch *batch = g_new0 (SamspillBatch, 1);

      wait_until_open (self, SAMSPILL_RUN_MOST_BATCHES - 1);
      g_mutex_lock (&self->mutex);
      batch->rows = samspill_rows_ref (page->rows);
      batch->first = first;
      batch->n = MIN (self->batch_rows, n_rows - first);
      first += batch->n;
      batch->last_seq = first == n_rows ? g_strdup (page->last_seq) : NULL;
      g_queue_push_tail (&self->batches, batch);
      self->n_open++;
      self->pending = page->pending;
      g_mutex_unlock (&self->mutex);
      g_thread_pool_push (self->workers, batch, NULL);
    }
}

static gboolean
save_now_and_then (SamspillRun *self, GError **error)
{
  return g_get_monotonic_time () - self->saved_us < SAMSPILL_RUN_CHECKPOINT_US ||
         samspill_run_write_checkpoints (self, error);
}

/* An empty page says where the feed stands, too. */
static void
take_empty_page (SamspillRun *self, SamspillFeedPage *page)
{
  SamspillBatch *batch = g_new0 (SamspillBatch, 1);

  batch->rows = samspill_rows_ref (page->rows);
  batch->last_seq = g_strdup (page->last_seq);
  batch->is_done = TRUE;
  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->batches, batch);
  retire (self);
  g_mutex_unlock (&self->mutex);
}

static gboolean
read_pages (SamspillRun *self, GError **error)
{
  SamspillPeerClass *source = SAMSPILL_PEER_GET_CLASS (self->source);
  g_autofree char *since = g_strdup (self->start_seq);

  while (is_running (self))
    {
      g_autoptr (SamspillFeedPage) page =
          source->read_feed (self->source, since, SAMSPILL_RUN_PAGE_ROWS, self->cancellable, error);
      if (page == NULL)
        return FALSE;

      guint n = page->rows->rows->len;
      if (n == 0)
        {
          take_empty_page (self, page);
          return TRUE;
        }
      if (g_str_equal (page->last_seq, since))
        {
          g_set_error_literal (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL,
                               _ ("The server sent the same changes over and over. Tell those who run it."));
          return FALSE;
        }
      hand_out (self, page);
      if (n < SAMSPILL_RUN_PAGE_ROWS || page->pending == 0)
        return TRUE;
      g_free (since);
      since = g_strdup (page->last_seq);
      if (!save_now_and_then (self, error))
        return FALSE;
    }
  return TRUE;
}

/* A space of ours is there or not at no cost; a server says so with the checkpoint. */
static gboolean
make_sure (SamspillRun *self, GError **error)
{
  gboolean create = (self->flags & SAMSPILL_REPLICATION_CREATE) != 0;
  g_autofree char *source = NULL, *target = NULL;

  if (samspill_peer_get_store (self->source, NULL) != NULL &&
      !SAMSPILL_PEER_GET_CLASS (self->source)->look (self->source, FALSE, &source, self->cancellable, error))
    return FALSE;
  return samspill_peer_get_store (self->target, NULL) == NULL ||
         SAMSPILL_PEER_GET_CLASS (self->target)->look (self->target, create, &target, self->cancellable, error);
}

/* After the documents, which say themselves what is still wanted. */
static gboolean
fetch_files (SamspillRun *self, GError **error)
{
  const char *space = NULL;
  SamspillStore *store = samspill_peer_get_store (self->target, &space);
  SamspillRemote *source = samspill_peer_get_remote (self->source);
  SamspillReplication *result = self->result;

  return store == NULL || source == NULL ||
         samspill_files_fetch_wanted (source, store, space, &result->files, &result->file_bytes, &result->skipped,
                                      self->cancellable, error);
}

gboolean
samspill_run_all (SamspillRun *self, GError **error)
{
  GError *failure = NULL;

  if (!make_sure (self, error) || !samspill_run_read_checkpoints (self, error))
    return FALSE;
  self->workers = g_thread_pool_new (work, self, SAMSPILL_RUN_WORKERS, FALSE, NULL);
  if (!read_pages (self, &failure))
    samspill_run_fail (self, g_steal_pointer (&failure));
  wait_until_open (self, 0);
  g_thread_pool_free (self->workers, FALSE, TRUE);

  g_mutex_lock (&self->mutex);
  failure = g_steal_pointer (&self->error);
  g_mutex_unlock (&self->mutex);
  samspill_run_tell (self, TRUE);
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  return samspill_run_write_checkpoints (self, error) && fetch_files (self, error);
}
