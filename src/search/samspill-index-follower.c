/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* gettid */
#include "samspill-index-private.h"

#include "samspill-names-private.h"

#include <sys/resource.h>
#include <unistd.h>

#define BATCH_DOCUMENTS 10000
#define BATCH_BYTES (64 * 1024 * 1024)
#define RETRY_US (2 * G_TIME_SPAN_SECOND)
#define FOLLOWER_NICE 10
#define WORDS_AFTER_US (30 * G_TIME_SPAN_MILLISECOND)
#define STOP_DOCUMENTS 16 /* after so many a batch looks whether it is to end early */

/* One document of a batch, copied so that the store's read ends before the index is written: a long read would keep the
 * store's log from being reset. */
typedef struct
{
  SamspillChange change;
  GBytes *body;
  guint leaves;
} Pending;

static void
pending_free (gpointer data)
{
  Pending *pending = data;

  g_free (pending->change.space);
  g_free (pending->change.id);
  g_free (pending->change.rev);
  g_clear_pointer (&pending->body, g_bytes_unref);
  g_free (pending);
}

static gboolean
is_stopping (SamspillIndex *self)
{
  g_mutex_lock (&self->lock);
  const gboolean is = self->is_stopping;
  g_mutex_unlock (&self->lock);
  return is;
}

typedef struct
{
  SamspillIndex *index;
  GPtrArray *pending;
  gsize n_bytes;
} Batch;

static gboolean
collect_change (const SamspillChange *change, const char *body, gsize length, guint leaves, gpointer data)
{
  Batch *batch = data;
  Pending *pending = g_new0 (Pending, 1);

  pending->change = *change;
  pending->change.space = g_strdup (change->space);
  pending->change.id = g_strdup (change->id);
  pending->change.rev = g_strdup (change->rev);
  pending->body = body != NULL ? g_bytes_new (body, length) : NULL;
  pending->leaves = leaves;
  g_ptr_array_add (batch->pending, pending);
  batch->n_bytes += length;
  return batch->n_bytes < BATCH_BYTES && (batch->pending->len % STOP_DOCUMENTS != 0 || !is_stopping (batch->index));
}

/* Before the first work that takes long: catching up is never felt in the window, as Linux gives each thread a priority
 * of its own. What cannot be broken off comes before that, as a thread of low priority may be waited for forever. */
static void
settle_down (SamspillIndex *self)
{
  if (self->is_settled)
    return;
  self->is_settled = TRUE;
  samspill_los_lookup ("");
  setpriority (PRIO_PROCESS, (id_t)gettid (), FOLLOWER_NICE);
}

static void
drop_idle_connections (SamspillIndex *self)
{
  g_mutex_lock (&self->lock);
  self->generation++;
  g_ptr_array_set_size (self->idle, 0);
  g_mutex_unlock (&self->lock);
}

gboolean
samspill_index_replace_file (SamspillIndex *self, GError **error)
{
  g_clear_pointer (&self->writer, samspill_index_connection_close);
  samspill_index_file_delete (self->path);
  drop_idle_connections (self);
  self->writer = samspill_index_file_prepare (self->path, self->generation, error);
  return self->writer != NULL && samspill_index_file_reset (self->writer->db, self->store, error);
}

/* The index of another store, of the store before it was restored, or one that has seen what the store has not. */
gboolean
samspill_index_is_of_this_store (SamspillIndex *self, const SamspillIndexState *state)
{
  return g_strcmp0 (state->store, samspill_store_get_uuid (self->store)) == 0 &&
         state->epoch == samspill_store_get_epoch (self->store) &&
         state->seq <= samspill_store_get_last_seq (self->store);
}

/* Writes documents until there are no more or the program is about to end: a batch takes the better part of a second,
 * at a low priority far longer, and whoever ends the program waits for it. What is written by then stays. 0: an error.
 */
static gint64
write_documents (SamspillIndex *self, SamspillIndexWriter *writer, const GPtrArray *pending, GError **error)
{
  gint64 seq = 0;

  for (guint i = 0; i < pending->len; i++)
    {
      const Pending *one = g_ptr_array_index (pending, i);

      if (i > 0 && i % STOP_DOCUMENTS == 0 && is_stopping (self))
        break;
      if (!samspill_index_writer_write (writer, &one->change, one->body, one->leaves, error))
        return 0;
      seq = one->change.seq;
    }
  return seq;
}

static gboolean
finish_batch (sqlite3 *db, gint64 seq, GError **error)
{
  return samspill_index_file_write_seq (db, seq, error) && samspill_index_exec (db, "COMMIT", error);
}

/* `seq`: up to where. 0 without an error: another program has written the same changes meanwhile, or emptied the index;
 * or the follower is to end, and samspill_index_follower_finish() does the rest. */
static gboolean
write_batch (SamspillIndex *self, const GPtrArray *pending, gint64 since, gint64 *seq, GError **error)
{
  sqlite3 *db = self->writer->db;
  g_autoptr (SamspillIndexWriter) writer = samspill_index_writer_new (db);
  SamspillIndexState state = { 0 };
  gboolean is_ours;

  *seq = 0;

  if (writer == NULL || !samspill_index_exec (db, "BEGIN IMMEDIATE", error))
    {
      if (writer == NULL)
        samspill_index_set_error (db, error);
      return FALSE;
    }
  is_ours = samspill_index_file_read_state (db, &state, error);
  samspill_index_state_clear (&state);
  if (is_ours && state.seq != since)
    return samspill_index_exec (db, "ROLLBACK", error);

  const gint64 written = is_ours ? write_documents (self, writer, pending, error) : 0;
  if (written != 0 && is_stopping (self))
    {
      self->unfinished = written;
      return TRUE;
    }
  if (written != 0 && finish_batch (db, written, error))
    {
      *seq = written;
      return TRUE;
    }
  sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

typedef enum
{
  FOLLOW_NOTHING_NEW,
  FOLLOW_WROTE,
  FOLLOW_FAILED,
} FollowResult;

/* Nothing after `seq`: then all is seen up to `last`, which a document that is no longer there may have had. */
static gboolean
catch_up (SamspillIndex *self, const SamspillIndexState *state, gint64 last, GError **error)
{
  if (last > state->seq && !samspill_index_file_move_seq (self->writer->db, state->seq, last, error))
    return FALSE;
  if (!samspill_index_is_seen (self, last, state->epoch))
    samspill_index_set_seen (self, last, state->epoch);
  return TRUE;
}

static FollowResult
follow_state (SamspillIndex *self, const SamspillIndexState *state, GError **error)
{
  g_autoptr (GPtrArray) pending = g_ptr_array_new_with_free_func (pending_free);
  const gint64 last = samspill_store_get_last_seq (self->store);
  Batch batch = { self, pending, 0 };
  gint64 seq;

  if (!samspill_index_is_of_this_store (self, state))
    {
      if (!samspill_index_file_reset (self->writer->db, self->store, error))
        return FOLLOW_FAILED;
      samspill_index_set_seen (self, 0, 0);
      return FOLLOW_WROTE;
    }
  if (!samspill_store_foreach_change (self->store, state->seq, BATCH_DOCUMENTS, collect_change, &batch, error))
    return FOLLOW_FAILED;
  if (pending->len == 0)
    return catch_up (self, state, last, error) ? FOLLOW_NOTHING_NEW : FOLLOW_FAILED;
  if (is_stopping (self))
    return FOLLOW_WROTE;
  settle_down (self);
  if (!write_batch (self, pending, state->seq, &seq, error))
    return FOLLOW_FAILED;
  if (seq != 0)
    samspill_index_set_seen (self, seq, state->epoch);
  return FOLLOW_WROTE;
}

static FollowResult
follow_once (SamspillIndex *self, GError **error)
{
  SamspillIndexState state = { 0 };
  FollowResult result;

  if (!samspill_index_file_read_state (self->writer->db, &state, error))
    return FOLLOW_FAILED;
  result = follow_state (self, &state, error);
  samspill_index_state_clear (&state);
  return result;
}

/* Sleeps until there is something to do; negative: as long as it takes. */
static void
wait_for_work (SamspillIndex *self, gint64 at_most_us)
{
  const gint64 end = g_get_monotonic_time () + at_most_us;

  g_mutex_lock (&self->lock);
  while (!self->is_stopping && !self->is_nudged && !self->is_damaged && !self->is_reset_wanted)
    {
      if (at_most_us < 0)
        g_cond_wait (&self->cond, &self->lock);
      else if (!g_cond_wait_until (&self->cond, &self->lock, end))
        break;
    }
  g_mutex_unlock (&self->lock);
}

/* FALSE when the follower is to end. */
static gboolean
take_flags (SamspillIndex *self, gboolean *is_damaged, gboolean *is_reset_wanted)
{
  gboolean goes_on;

  g_mutex_lock (&self->lock);
  goes_on = !self->is_stopping;
  *is_damaged = self->is_damaged;
  *is_reset_wanted = self->is_reset_wanted;
  self->is_damaged = FALSE;
  self->is_reset_wanted = FALSE;
  self->is_nudged = FALSE;
  g_mutex_unlock (&self->lock);
  return goes_on;
}

/* A damaged file is made anew; anything else (a full disk, another program that writes for long) is tried again. */
static void
handle_failure (SamspillIndex *self, guint n_failures, const GError *error)
{
  const gboolean is_damage = g_error_matches (error, SAMSPILL_SEARCH_ERROR, SAMSPILL_SEARCH_ERROR_DAMAGED);

  if (!is_damage)
    g_message ("The search index lags behind: %s", error->message);
  /* What is damaged again as soon as it has been made anew (a disk that fails) is not made anew without a rest. */
  if (!is_damage || n_failures > 1)
    wait_for_work (self, RETRY_US);
  if (is_damage)
    samspill_index_report_damage (self);
}

static void
check_after_unclean_end (SamspillIndex *self)
{
  SamspillIndexState state = { 0 };

  if (samspill_index_file_read_state (self->writer->db, &state, NULL) && !state.is_clean)
    {
      settle_down (self);
      if (!samspill_index_file_is_sound (self->writer->db))
        samspill_index_report_damage (self);
    }
  samspill_index_state_clear (&state);
  samspill_index_file_set_clean (self->writer->db, FALSE);
}

/* The word lists are read here and not at the first row that the window shows, yet not for a command that ends at
 * once. */
static void
rest (SamspillIndex *self)
{
  wait_for_work (self, self->is_settled ? -1 : WORDS_AFTER_US);
  if (!is_stopping (self))
    settle_down (self);
}

gpointer
samspill_index_follower_main (gpointer data)
{
  SamspillIndex *self = data;
  gboolean is_damaged, is_reset_wanted;
  guint n_failures = 0; /* one after the other */

  self->is_settled = FALSE;
  check_after_unclean_end (self);

  while (take_flags (self, &is_damaged, &is_reset_wanted))
    {
      g_autoptr (GError) error = NULL;
      FollowResult result = FOLLOW_FAILED;

      if ((is_damaged || self->writer == NULL) && !samspill_index_replace_file (self, &error))
        g_clear_pointer (&self->writer, samspill_index_connection_close);
      else if (!is_reset_wanted || samspill_index_file_reset (self->writer->db, self->store, &error))
        result = follow_once (self, &error);

      n_failures = result == FOLLOW_FAILED ? n_failures + 1 : result == FOLLOW_NOTHING_NEW ? 0 : n_failures;
      if (result == FOLLOW_FAILED)
        handle_failure (self, n_failures, error);
      else if (result == FOLLOW_NOTHING_NEW && !samspill_index_file_merge_step (self->writer->db))
        rest (self);
    }

  return NULL;
}

/* When the thread has ended: writes what it had of a batch, at the priority of the one who waits for it. */
void
samspill_index_follower_finish (SamspillIndex *self)
{
  const gint64 seq = self->unfinished;

  if (self->writer == NULL)
    return;
  self->unfinished = 0;
  if (seq != 0 && finish_batch (self->writer->db, seq, NULL))
    {
      g_mutex_lock (&self->lock);
      self->seq = self->is_damaged || self->is_reset_wanted ? 0 : seq;
      g_mutex_unlock (&self->lock);
    }
  else if (seq != 0)
    sqlite3_exec (self->writer->db, "ROLLBACK", NULL, NULL, NULL);
  samspill_index_file_set_clean (self->writer->db, TRUE);
}
