/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* gettid */
#include "samspill-index-private.h"

#include <glib/gstdio.h>
#include <sys/resource.h>
#include <unistd.h>

#define BATCH_DOCUMENTS 10000
#define BATCH_BYTES (64 * 1024 * 1024)
#define MAX_IDLE_CONNECTIONS 4
#define MAX_TRAITS 1000
#define SETTLE_CHANGES 1000
#define SETTLE_US (250 * G_TIME_SPAN_MILLISECOND)
#define RETRY_US (2 * G_TIME_SPAN_SECOND)
#define FOLLOWER_NICE 10

struct _SamspillIndex
{
  GObject parent_instance;

  SamspillStore *store;
  gulong changed_handler;
  char *path;
  gboolean is_temporary;
  GMainContext *context;
  SamspillIndexConnection *writer; /* the follower's, when it runs */

  GMutex lock; /* all below */
  GCond cond;
  GThread *thread;
  GPtrArray *idle;    /* SamspillIndexConnection */
  GHashTable *traits; /* document number → SamspillTraits */
  gint64 seq;
  gint64 epoch; /* of the store, when seq was seen */
  guint generation;
  gboolean is_stopping;
  gboolean is_nudged;
  gboolean is_damaged;      /* the file is to be made anew */
  gboolean is_reset_wanted; /* its content is */
  gboolean is_update_queued;
};

G_DEFINE_FINAL_TYPE (SamspillIndex, samspill_index, G_TYPE_OBJECT)

enum
{
  UPDATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

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

typedef struct
{
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
  return batch->n_bytes < BATCH_BYTES;
}

/* Telling */

static gboolean
emit_updated_cb (gpointer data)
{
  SamspillIndex *self = data;

  g_mutex_lock (&self->lock);
  self->is_update_queued = FALSE;
  g_mutex_unlock (&self->lock);
  g_signal_emit (self, signals[UPDATED], 0);
  return G_SOURCE_REMOVE;
}

static void
set_seen (SamspillIndex *self, gint64 seq, gint64 epoch)
{
  gboolean is_queued;

  g_mutex_lock (&self->lock);
  /* What was seen in a file that is about to go does not count. */
  self->seq = self->is_damaged || self->is_reset_wanted ? 0 : seq;
  self->epoch = epoch;
  is_queued = self->is_update_queued;
  self->is_update_queued = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);

  if (!is_queued)
    {
      g_autoptr (GSource) source = g_idle_source_new ();

      g_source_set_priority (source, G_PRIORITY_DEFAULT);
      g_source_set_callback (source, emit_updated_cb, g_object_ref (self), g_object_unref);
      g_source_attach (source, self->context);
    }
}

static gboolean
is_seen (SamspillIndex *self, gint64 seq, gint64 epoch)
{
  gboolean is;

  g_mutex_lock (&self->lock);
  is = self->seq >= seq && self->epoch == epoch;
  g_mutex_unlock (&self->lock);
  return is;
}

static void
nudge (SamspillIndex *self)
{
  g_mutex_lock (&self->lock);
  self->is_nudged = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

/* The follower */

static void
drop_idle_connections (SamspillIndex *self)
{
  g_mutex_lock (&self->lock);
  self->generation++;
  g_ptr_array_set_size (self->idle, 0);
  g_mutex_unlock (&self->lock);
}

static gboolean
replace_file (SamspillIndex *self, GError **error)
{
  g_clear_pointer (&self->writer, samspill_index_connection_close);
  samspill_index_file_delete (self->path);
  drop_idle_connections (self);
  self->writer = samspill_index_file_prepare (self->path, self->generation, error);
  return self->writer != NULL && samspill_index_file_reset (self->writer->db, self->store, error);
}

/* The index of another store, of the store before it was restored, or one that has seen what the store has not. */
static gboolean
is_of_this_store (SamspillIndex *self, const SamspillIndexState *state)
{
  return g_strcmp0 (state->store, samspill_store_get_uuid (self->store)) == 0 &&
         state->epoch == samspill_store_get_epoch (self->store) &&
         state->seq <= samspill_store_get_last_seq (self->store);
}

/* `is_written` FALSE without an error: another program has written the same changes meanwhile, or emptied the index. */
static gboolean
write_batch (SamspillIndex *self, const GPtrArray *pending, gint64 since, gboolean *is_written, GError **error)
{
  sqlite3 *db = self->writer->db;
  g_autoptr (SamspillIndexWriter) writer = samspill_index_writer_new (db);
  const Pending *last = g_ptr_array_index (pending, pending->len - 1);
  SamspillIndexState state = { 0 };
  gboolean is_ours;

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

  for (guint i = 0; is_ours && i < pending->len; i++)
    {
      const Pending *one = g_ptr_array_index (pending, i);

      is_ours = samspill_index_writer_write (writer, &one->change, one->body, one->leaves, error);
    }
  *is_written = is_ours && samspill_index_file_write_seq (db, last->change.seq, error) &&
                samspill_index_exec (db, "COMMIT", error);
  if (*is_written)
    return TRUE;
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
  if (!is_seen (self, last, state->epoch))
    set_seen (self, last, state->epoch);
  return TRUE;
}

static FollowResult
follow_state (SamspillIndex *self, const SamspillIndexState *state, GError **error)
{
  g_autoptr (GPtrArray) pending = g_ptr_array_new_with_free_func (pending_free);
  const gint64 last = samspill_store_get_last_seq (self->store);
  Batch batch = { .pending = pending };
  gboolean is_written = FALSE;

  if (!is_of_this_store (self, state))
    {
      if (!samspill_index_file_reset (self->writer->db, self->store, error))
        return FOLLOW_FAILED;
      set_seen (self, 0, 0);
      return FOLLOW_WROTE;
    }
  if (!samspill_store_foreach_change (self->store, state->seq, BATCH_DOCUMENTS, collect_change, &batch, error))
    return FOLLOW_FAILED;
  if (pending->len == 0)
    return catch_up (self, state, last, error) ? FOLLOW_NOTHING_NEW : FOLLOW_FAILED;
  if (!write_batch (self, pending, state->seq, &is_written, error))
    return FOLLOW_FAILED;
  if (is_written)
    set_seen (self, ((Pending *)g_ptr_array_index (pending, pending->len - 1))->change.seq, state->epoch);
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
handle_failure (SamspillIndex *self, const GError *error)
{
  if (g_error_matches (error, SAMSPILL_SEARCH_ERROR, SAMSPILL_SEARCH_ERROR_DAMAGED))
    samspill_index_report_damage (self);
  else
    {
      g_message ("The search index lags behind: %s", error->message);
      wait_for_work (self, RETRY_US);
    }
}

static void
check_after_unclean_end (SamspillIndex *self)
{
  SamspillIndexState state = { 0 };

  if (samspill_index_file_read_state (self->writer->db, &state, NULL) && !state.is_clean &&
      !samspill_index_file_is_sound (self->writer->db))
    samspill_index_report_damage (self);
  samspill_index_state_clear (&state);
  samspill_index_file_set_clean (self->writer->db, FALSE);
}

static gpointer
follower_main (gpointer data)
{
  SamspillIndex *self = data;
  gboolean is_damaged, is_reset_wanted;

  /* Linux gives each thread a priority of its own: catching up is never felt in the window. */
  setpriority (PRIO_PROCESS, (id_t)gettid (), FOLLOWER_NICE);
  check_after_unclean_end (self);

  while (take_flags (self, &is_damaged, &is_reset_wanted))
    {
      g_autoptr (GError) error = NULL;
      FollowResult result = FOLLOW_FAILED;

      if ((is_damaged || self->writer == NULL) && !replace_file (self, &error))
        g_clear_pointer (&self->writer, samspill_index_connection_close);
      else if (!is_reset_wanted || samspill_index_file_reset (self->writer->db, self->store, &error))
        result = follow_once (self, &error);

      if (result == FOLLOW_FAILED)
        handle_failure (self, error);
      else if (result == FOLLOW_NOTHING_NEW && !samspill_index_file_merge_step (self->writer->db))
        wait_for_work (self, -1);
    }

  if (self->writer != NULL)
    samspill_index_file_set_clean (self->writer->db, TRUE);
  return NULL;
}

/* Connections */

static void
connection_free (gpointer connection)
{
  samspill_index_connection_close (connection);
}

SamspillStore *
samspill_index_get_store (SamspillIndex *self)
{
  return self->store;
}

SamspillIndexConnection *
samspill_index_acquire (SamspillIndex *self, GError **error)
{
  SamspillIndexConnection *connection = NULL;
  guint generation;

  g_mutex_lock (&self->lock);
  if (self->idle->len > 0)
    connection = g_ptr_array_steal_index (self->idle, self->idle->len - 1);
  generation = self->generation;
  g_mutex_unlock (&self->lock);

  if (connection == NULL)
    connection = samspill_index_connection_open (self->path, generation, FALSE, error);
  if (connection == NULL)
    samspill_index_report_damage (self);
  return connection;
}

void
samspill_index_release (SamspillIndex *self, SamspillIndexConnection *connection)
{
  if (connection == NULL)
    return;
  g_mutex_lock (&self->lock);
  if (connection->generation == self->generation && self->idle->len < MAX_IDLE_CONNECTIONS)
    g_ptr_array_add (self->idle, g_steal_pointer (&connection));
  g_mutex_unlock (&self->lock);
  samspill_index_connection_close (connection);
}

void
samspill_index_report_damage (SamspillIndex *self)
{
  g_mutex_lock (&self->lock);
  self->is_damaged = TRUE;
  self->seq = 0;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

void
samspill_index_settle (SamspillIndex *self)
{
  const gint64 last = samspill_store_get_last_seq (self->store);

  if (last - samspill_index_get_seq (self) <= SETTLE_CHANGES &&
      !is_seen (self, last, samspill_store_get_epoch (self->store)))
    samspill_index_wait (self, last, SETTLE_US);
}

SamspillTraits *
samspill_index_get_traits (SamspillIndex *self, gint64 doc)
{
  g_autoptr (SamspillDocument) document = samspill_store_get_by_number (self->store, doc, NULL);
  g_autoptr (SamspillRecord) record = NULL;
  SamspillTraits *traits;

  if (document == NULL || document->deleted || document->body == NULL)
    return NULL;

  g_mutex_lock (&self->lock);
  traits = g_hash_table_lookup (self->traits, &doc);
  traits = traits != NULL && g_strcmp0 (traits->rev, document->rev) == 0 ? samspill_traits_ref (traits) : NULL;
  g_mutex_unlock (&self->lock);
  if (traits != NULL)
    return traits;

  record = samspill_record_from_body (document->id, document->rev, document->body, NULL);
  if (record == NULL)
    return NULL;
  traits = samspill_traits_new (record, document->space);
  g_mutex_lock (&self->lock);
  if (g_hash_table_size (self->traits) >= MAX_TRAITS)
    g_hash_table_remove_all (self->traits);
  g_hash_table_insert (self->traits, g_memdup2 (&doc, sizeof doc), samspill_traits_ref (traits));
  g_mutex_unlock (&self->lock);
  return traits;
}

/* GObject */

static void
store_changed_cb (SamspillStore *store, gint64 last_seq, SamspillIndex *self)
{
  nudge (self);
}

static void
samspill_index_dispose (GObject *object)
{
  SamspillIndex *self = SAMSPILL_INDEX (object);

  samspill_index_stop (self);
  g_clear_signal_handler (&self->changed_handler, self->store);

  G_OBJECT_CLASS (samspill_index_parent_class)->dispose (object);
}

static void
samspill_index_finalize (GObject *object)
{
  SamspillIndex *self = SAMSPILL_INDEX (object);

  g_clear_pointer (&self->idle, g_ptr_array_unref);
  g_clear_pointer (&self->traits, g_hash_table_unref);
  g_clear_pointer (&self->writer, samspill_index_connection_close);
  if (self->is_temporary)
    samspill_index_file_delete (self->path);
  g_clear_object (&self->store);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);

  G_OBJECT_CLASS (samspill_index_parent_class)->finalize (object);
}

static void
samspill_index_class_init (SamspillIndexClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = samspill_index_dispose;
  object_class->finalize = samspill_index_finalize;

  signals[UPDATED] =
      g_signal_new ("updated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
samspill_index_init (SamspillIndex *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->idle = g_ptr_array_new_with_free_func (connection_free);
  self->traits = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)samspill_traits_unref);
  self->context = g_main_context_ref_thread_default ();
}

/* Public */

/* What is in the file of another store may not be seen, not even until the follower runs. */
static gboolean
prepare_file (SamspillIndex *self, GError **error)
{
  SamspillIndexState state = { 0 };
  gboolean is_ready;

  self->writer = samspill_index_file_prepare (self->path, self->generation, error);
  if (self->writer == NULL || !samspill_index_file_read_state (self->writer->db, &state, error))
    return FALSE;
  is_ready = is_of_this_store (self, &state);
  if (is_ready)
    {
      self->seq = state.seq;
      self->epoch = state.epoch;
    }
  else
    is_ready = samspill_index_file_reset (self->writer->db, self->store, error) || replace_file (self, error);
  samspill_index_state_clear (&state);
  return is_ready;
}

static gboolean
prepare_temporary_file (SamspillIndex *self, GError **error)
{
  g_autofree char *path = NULL;
  const int fd = g_file_open_tmp ("samspill-index-XXXXXX", &path, error);

  if (fd < 0)
    return FALSE;
  close (fd);
  g_clear_pointer (&self->writer, samspill_index_connection_close);
  g_set_str (&self->path, path);
  self->is_temporary = TRUE;
  return prepare_file (self, error);
}

SamspillIndex *
samspill_index_open (SamspillStore *store, const char *path, GError **error)
{
  g_autoptr (SamspillIndex) self = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (store), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (SAMSPILL_TYPE_INDEX, NULL);
  self->store = g_object_ref (store);
  self->path = g_strdup (path);
  if (!prepare_file (self, NULL) && !prepare_temporary_file (self, error))
    return NULL;
  self->changed_handler = g_signal_connect (store, "changed", G_CALLBACK (store_changed_cb), self);
  return g_steal_pointer (&self);
}

void
samspill_index_start (SamspillIndex *self)
{
  g_return_if_fail (SAMSPILL_IS_INDEX (self));

  if (self->thread != NULL)
    return;
  g_mutex_lock (&self->lock);
  self->is_stopping = FALSE;
  self->thread = g_thread_new ("samspill-index", follower_main, self);
  g_mutex_unlock (&self->lock);
}

void
samspill_index_stop (SamspillIndex *self)
{
  g_return_if_fail (SAMSPILL_IS_INDEX (self));

  if (self->thread == NULL)
    return;
  g_mutex_lock (&self->lock);
  self->is_stopping = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  g_thread_join (g_steal_pointer (&self->thread));
}

gint64
samspill_index_get_seq (SamspillIndex *self)
{
  gint64 seq;

  g_return_val_if_fail (SAMSPILL_IS_INDEX (self), 0);

  g_mutex_lock (&self->lock);
  seq = self->seq;
  g_mutex_unlock (&self->lock);
  return seq;
}

guint
samspill_index_get_behind (SamspillIndex *self)
{
  gint64 behind;

  g_return_val_if_fail (SAMSPILL_IS_INDEX (self), 0);

  behind = samspill_store_get_last_seq (self->store) - samspill_index_get_seq (self);
  return (guint)CLAMP (behind, 0, G_MAXINT);
}

gboolean
samspill_index_wait (SamspillIndex *self, gint64 seq, gint64 timeout_us)
{
  const gint64 end = g_get_monotonic_time () + timeout_us;
  gboolean has_seen;
  gint64 epoch;

  g_return_val_if_fail (SAMSPILL_IS_INDEX (self), FALSE);

  epoch = samspill_store_get_epoch (self->store);
  nudge (self);
  g_mutex_lock (&self->lock);
  while ((self->seq < seq || self->epoch != epoch) && self->thread != NULL && !self->is_stopping)
    {
      if (timeout_us < 0)
        g_cond_wait (&self->cond, &self->lock);
      else if (!g_cond_wait_until (&self->cond, &self->lock, end))
        break;
    }
  has_seen = self->seq >= seq && self->epoch == epoch;
  g_mutex_unlock (&self->lock);
  return has_seen;
}

gboolean
samspill_index_rebuild (SamspillIndex *self, GError **error)
{
  gboolean has_follower;

  g_return_val_if_fail (SAMSPILL_IS_INDEX (self), FALSE);

  g_mutex_lock (&self->lock);
  has_follower = self->thread != NULL;
  self->is_reset_wanted = has_follower;
  self->seq = 0;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
  return has_follower || (self->writer != NULL && samspill_index_file_reset (self->writer->db, self->store, NULL)) ||
         replace_file (self, error);
}
