/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-index-private.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define MAX_IDLE_CONNECTIONS 4
#define MAX_TRAITS 1000
#define SETTLE_CHANGES 1000
#define SETTLE_US (250 * G_TIME_SPAN_MILLISECOND)

G_DEFINE_FINAL_TYPE (SamspillIndex, samspill_index, G_TYPE_OBJECT)

enum
{
  UPDATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

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

void
samspill_index_set_seen (SamspillIndex *self, gint64 seq, gint64 epoch)
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

gboolean
samspill_index_is_seen (SamspillIndex *self, gint64 seq, gint64 epoch)
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
  gint64 last;

  /* A window does not wait; it hears `updated` and asks again. */
  if (g_main_context_is_owner (self->context))
    return;
  last = samspill_store_get_last_seq (self->store);
  if (last - samspill_index_get_seq (self) <= SETTLE_CHANGES &&
      !samspill_index_is_seen (self, last, samspill_store_get_epoch (self->store)))
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
  is_ready = samspill_index_is_of_this_store (self, &state);
  if (is_ready)
    {
      self->seq = state.seq;
      self->epoch = state.epoch;
    }
  else
    is_ready =
        samspill_index_file_reset (self->writer->db, self->store, error) || samspill_index_replace_file (self, error);
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
  self->thread = g_thread_new ("samspill-index", samspill_index_follower_main, self);
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
  samspill_index_follower_finish (self);
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
         samspill_index_replace_file (self, error);
}
