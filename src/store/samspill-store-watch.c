/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

#define POLL_SECONDS 2 /* only where the system cannot tell us */
#define MONITOR_RATE_LIMIT_MS 100

static const char SQL_LOOK[] = "SELECT seq, epoch FROM meta";

/* `changed` is emitted in the context of open, once for all that was written until it ran. */

static gboolean
emit_cb (gpointer data)
{
  g_autoptr (SamspillStore) self = g_weak_ref_get (data);
  gint64 seq;

  if (self == NULL)
    return G_SOURCE_REMOVE;
  g_mutex_lock (&self->notify_lock);
  g_clear_pointer (&self->notify_source, g_source_unref);
  g_mutex_unlock (&self->notify_lock);

  seq = samspill_store_get_last_seq (self);
  self->announced_seq = seq;
  g_signal_emit_by_name (self, "changed", seq);
  return G_SOURCE_REMOVE;
}

static GWeakRef *
new_weak_ref (SamspillStore *self)
{
  GWeakRef *ref = g_new0 (GWeakRef, 1);

  g_weak_ref_init (ref, self);
  return ref;
}

static void
free_weak_ref (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

void
samspill_store_announce (SamspillStore *self)
{
  g_mutex_lock (&self->notify_lock);
  if (self->notify_source == NULL)
    {
      self->notify_source = g_idle_source_new ();
      g_source_set_priority (self->notify_source, G_PRIORITY_DEFAULT);
      g_source_set_callback (self->notify_source, emit_cb, new_weak_ref (self), free_weak_ref);
      g_source_attach (self->notify_source, self->context);
    }
  g_mutex_unlock (&self->notify_lock);
}

/* What other programs write. Their commits show in the write-ahead log, and so do our own: the sequence tells. */

static void
look (SamspillStore *self)
{
  g_autoptr (SamspillStatement) statement = NULL;
  gint64 seq, epoch;

  statement = samspill_connection_prepare (self->watcher, SQL_LOOK, NULL);
  if (statement == NULL || samspill_statement_step (statement, NULL) != SAMSPILL_STEP_ROW)
    return;
  seq = samspill_statement_get_int (statement, 0);
  epoch = samspill_statement_get_int (statement, 1);
  if (seq == self->announced_seq && epoch == self->announced_epoch)
    return;
  self->announced_epoch = epoch;
  samspill_store_announce (self);
}

static void
file_changed_cb (GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, SamspillStore *self)
{
  look (self);
}

static gboolean
poll_cb (gpointer data)
{
  g_autoptr (SamspillStore) self = g_weak_ref_get (data);

  if (self == NULL)
    return G_SOURCE_REMOVE;
  look (self);
  return G_SOURCE_CONTINUE;
}

void
samspill_store_watch (SamspillStore *self)
{
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (log);

  self->watcher = samspill_connection_open (self->path, SQLITE_OPEN_READONLY, self->is_immutable, NULL);
  if (self->watcher == NULL)
    return;
  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor != NULL)
    {
      g_file_monitor_set_rate_limit (self->monitor, MONITOR_RATE_LIMIT_MS);
      g_signal_connect (self->monitor, "changed", G_CALLBACK (file_changed_cb), self);
      return;
    }
  self->poll_source = g_timeout_source_new_seconds (POLL_SECONDS);
  g_source_set_callback (self->poll_source, poll_cb, new_weak_ref (self), free_weak_ref);
  g_source_attach (self->poll_source, self->context);
}

void
samspill_store_unwatch (SamspillStore *self)
{
  g_mutex_lock (&self->notify_lock);
  if (self->notify_source != NULL)
    g_source_destroy (self->notify_source);
  g_clear_pointer (&self->notify_source, g_source_unref);
  g_mutex_unlock (&self->notify_lock);

  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
  if (self->poll_source != NULL)
    g_source_destroy (self->poll_source);
  g_clear_pointer (&self->poll_source, g_source_unref);
  g_clear_pointer (&self->watcher, samspill_connection_close);
}
