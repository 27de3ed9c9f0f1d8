/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-sync-service-private.h"

#include <glib/gi18n-lib.h>

struct _SamspillSyncService
{
  GObject parent_instance;

  SamspillStore *store;
  GPtrArray *spaces; /* SamspillSyncSpace */
  gboolean is_started, is_paused;
  SamspillSyncTimers timers;
  guint change_timer;
  GNetworkMonitor *monitor;
  int available, metered; /* for tests: -1: ask the monitor */
  gulong store_handler, monitor_handler;
  GCancellable *loading; /* of what reads the store */
  GPtrArray *flushes;    /* GTask that wait until nothing runs */
};

G_DEFINE_FINAL_TYPE (SamspillSyncService, samspill_sync_service, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_ARRIVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static guint
real_add (guint ms, GSourceFunc func, gpointer func_data, gpointer data)
{
  return g_timeout_add (ms, func, func_data);
}

static void
real_remove (guint id, gpointer data)
{
  g_source_remove (id);
}

static double
real_random (gpointer data)
{
  return g_random_double ();
}

void
samspill_space_sync_free (SamspillSpaceSync *self)
{
  if (self == NULL)
    return;
  g_free (self->space);
  g_clear_pointer (&self->endpoint, samspill_endpoint_free);
  g_clear_error (&self->error);
  g_free (self);
}

static void
clear_change_timer (SamspillSyncService *self)
{
  if (self->change_timer != 0)
    self->timers.remove (self->change_timer, self->timers.data);
  self->change_timer = 0;
}

static void
samspill_sync_service_dispose (GObject *object)
{
  SamspillSyncService *self = SAMSPILL_SYNC_SERVICE (object);

  g_cancellable_cancel (self->loading);
  clear_change_timer (self);
  if (self->store != NULL)
    g_clear_signal_handler (&self->store_handler, self->store);
  if (self->monitor != NULL)
    g_clear_signal_handler (&self->monitor_handler, self->monitor);
  g_clear_pointer (&self->spaces, g_ptr_array_unref);
  g_clear_pointer (&self->flushes, g_ptr_array_unref);
  g_clear_object (&self->monitor);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (samspill_sync_service_parent_class)->dispose (object);
}

static void
samspill_sync_service_finalize (GObject *object)
{
  g_clear_object (&SAMSPILL_SYNC_SERVICE (object)->loading);
  G_OBJECT_CLASS (samspill_sync_service_parent_class)->finalize (object);
}

static void
samspill_sync_service_class_init (SamspillSyncServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = samspill_sync_service_dispose;
  G_OBJECT_CLASS (klass)->finalize = samspill_sync_service_finalize;

  /**
   * SamspillSyncService::changed:
   *
   * The state of a space, or of all, is another.
   */
  signals[SIGNAL_CHANGED] =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * SamspillSyncService::arrived:
   * @space: where
   * @ids: what came or changed
   */
  signals[SIGNAL_ARRIVED] = g_signal_new ("arrived", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRV);
}

static void
samspill_sync_service_init (SamspillSyncService *self)
{
  self->spaces = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_sync_space_drop);
  self->flushes = g_ptr_array_new_with_free_func (g_object_unref);
  self->loading = g_cancellable_new ();
  self->timers = (SamspillSyncTimers){ real_add, real_remove, real_random, NULL };
  self->available = self->metered = -1;
  self->monitor = g_object_ref (g_network_monitor_get_default ());
}

SamspillSyncService *
samspill_sync_service_new (SamspillStore *store)
{
  SamspillSyncService *self = g_object_new (SAMSPILL_TYPE_SYNC_SERVICE, NULL);

  self->store = g_object_ref (store);
  return self;
}

void
samspill_sync_service_set_timers (SamspillSyncService *self, const SamspillSyncTimers *timers)
{
  self->timers = *timers;
}

void
samspill_sync_service_set_network (SamspillSyncService *self, int available, int metered)
{
  gboolean was_online = samspill_sync_service_is_online (self);

  self->available = available;
  self->metered = metered;
  if (!was_online && samspill_sync_service_is_online (self))
    samspill_sync_service_run_now (self, NULL, FALSE);
}

SamspillStore *
samspill_sync_service_get_store (SamspillSyncService *self)
{
  return self->store;
}

const SamspillSyncTimers *
samspill_sync_service_get_timers (SamspillSyncService *self)
{
  return &self->timers;
}

gboolean
samspill_sync_service_is_online (SamspillSyncService *self)
{
  return self->available >= 0 ? self->available : g_network_monitor_get_network_available (self->monitor);
}

gboolean
samspill_sync_service_is_metered (SamspillSyncService *self)
{
  return self->metered >= 0 ? self->metered : g_network_monitor_get_network_metered (self->monitor);
}

void
samspill_sync_service_emit_changed (SamspillSyncService *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
samspill_sync_service_emit_arrived (SamspillSyncService *self, const char *space, const char *const *ids)
{
  g_signal_emit (self, signals[SIGNAL_ARRIVED], 0, space, ids);
}

static SamspillSyncSpace *
find_space (SamspillSyncService *self, const char *name)
{
  for (guint i = 0; i < self->spaces->len; i++)
    if (g_str_equal (((SamspillSyncSpace *)self->spaces->pdata[i])->name, name))
      return self->spaces->pdata[i];
  return NULL;
}

static void
look_at_store (SamspillSyncService *self, GAsyncReadyCallback callback)
{
  /* The task does not hold the service: dispose cancels it, and then it calls with an error. */
  g_autoptr (GTask) task = g_task_new (NULL, self->loading, callback, self);

  g_task_set_task_data (task, g_object_ref (self->store), g_object_unref);
  g_task_run_in_thread (task, samspill_sync_standing_thread);
}

static gboolean
is_same (const SamspillEndpoint *a, const SamspillEndpoint *b)
{
  return g_str_equal (a->url, b->url) && g_strcmp0 (a->user, b->user) == 0 && g_str_equal (a->database, b->database) &&
         a->is_on == b->is_on;
}

static gboolean
is_listed (const SamspillSyncStanding *standing, const SamspillSyncSpace *space)
{
  for (guint i = 0; i < standing->endpoints->len; i++)
    {
      const SamspillEndpoint *endpoint = standing->endpoints->pdata[i];
      if (g_str_equal (endpoint->space, space->name))
        return is_same (endpoint, space->endpoint);
    }
  return FALSE;
}

static SamspillSyncSpace *
add_space (SamspillSyncService *self, const SamspillEndpoint *endpoint)
{
  SamspillSyncSpace *space = samspill_sync_space_new (self, endpoint);

  if (self->is_paused && endpoint->is_on)
    space->state = SAMSPILL_SYNC_PAUSED;
  g_ptr_array_add (self->spaces, space);
  return space;
}

static void
take_standing (SamspillSyncService *self, const SamspillSyncStanding *standing)
{
  self->is_paused = standing->is_paused;
  for (guint i = self->spaces->len; i-- > 0;)
    if (!is_listed (standing, self->spaces->pdata[i]))
      g_ptr_array_remove_index (self->spaces, i);

  for (guint i = 0; i < standing->endpoints->len; i++)
    {
      const SamspillEndpoint *endpoint = standing->endpoints->pdata[i];
      SamspillSyncSpace *space = find_space (self, endpoint->space);
      gboolean is_new = space == NULL;

      if (is_new)
        space = add_space (self, endpoint);
      space->pending = g_array_index (standing->pending, gint64, i);
      space->refused = g_array_index (standing->refused, gint64, i);
      if (is_new || space->state == SAMSPILL_SYNC_NEEDS_PASSWORD || space->state == SAMSPILL_SYNC_FAILED)
        samspill_sync_space_run (space, FALSE);
    }
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  SamspillSyncStanding *standing = g_task_propagate_pointer (G_TASK (result), &error);

  if (standing == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_warning ("Sync could not look at the store: %s", error->message);
      return;
    }
  take_standing (user_data, standing);
  samspill_sync_service_emit_changed (user_data);
  samspill_sync_service_check_flushes (user_data);
  samspill_sync_standing_free (standing);
}

/* Something was written: what is new and ours goes soon. What a round itself brought is counted as sent by its end. */
static void
counted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SamspillSyncService *self = user_data;
  SamspillSyncStanding *standing = g_task_propagate_pointer (G_TASK (result), NULL);

  if (standing == NULL)
    return;
  for (guint i = 0; i < standing->endpoints->len; i++)
    {
      const SamspillEndpoint *endpoint = standing->endpoints->pdata[i];
      SamspillSyncSpace *space = find_space (self, endpoint->space);

      if (space == NULL)
        continue;
      space->pending = g_array_index (standing->pending, gint64, i);
      if (space->pending > 0 && space->state == SAMSPILL_SYNC_IDLE)
        samspill_sync_space_run (space, FALSE);
    }
  samspill_sync_service_emit_changed (self);
  samspill_sync_standing_free (standing);
}

static gboolean
change_timer_cb (gpointer user_data)
{
  SamspillSyncService *self = user_data;

  self->change_timer = 0;
  look_at_store (self, counted_cb);
  return G_SOURCE_REMOVE;
}

static void
store_changed_cb (SamspillStore *store, gint64 last_seq, SamspillSyncService *self)
{
  /* The first of a row of changes begins the wait, so that writing without a pause does not put it off for ever. */
  if (self->change_timer == 0)
    self->change_timer = self->timers.add (SAMSPILL_SYNC_CHANGE_MS, change_timer_cb, self, self->timers.data);
}

static void
network_changed_cb (GNetworkMonitor *monitor, gboolean available, SamspillSyncService *self)
{
  if (!samspill_sync_service_is_online (self))
    return;
  for (guint i = 0; i < self->spaces->len; i++)
    {
      SamspillSyncSpace *space = self->spaces->pdata[i];

      if (space->state == SAMSPILL_SYNC_WAITING)
        samspill_sync_space_run (space, FALSE);
    }
}

void
samspill_sync_service_start (SamspillSyncService *self)
{
  if (self->is_started)
    return;
  self->is_started = TRUE;
  self->store_handler = g_signal_connect (self->store, "changed", G_CALLBACK (store_changed_cb), self);
  self->monitor_handler = g_signal_connect (self->monitor, "network-changed", G_CALLBACK (network_changed_cb), self);
  look_at_store (self, loaded_cb);
}

void
samspill_sync_service_reload (SamspillSyncService *self)
{
  look_at_store (self, loaded_cb);
}

/**
 * samspill_sync_service_run_now:
 * @self: the service
 * @space: (nullable): one space; %NULL: all that are on
 * @even_if_metered: a person asked for it
 *
 * Also asks for a password again where one was missing, and sends again what was refused.
 */
void
samspill_sync_service_run_now (SamspillSyncService *self, const char *space, gboolean even_if_metered)
{
  for (guint i = 0; i < self->spaces->len; i++)
    {
      SamspillSyncSpace *one = self->spaces->pdata[i];

      if (space != NULL && !g_str_equal (one->name, space))
        continue;
      one->try_refused = TRUE;
      samspill_sync_space_run (one, even_if_metered);
    }
}

void
samspill_sync_service_cancel (SamspillSyncService *self)
{
  for (guint i = 0; i < self->spaces->len; i++)
    {
      SamspillSyncSpace *space = self->spaces->pdata[i];

      space->again = FALSE;
      if (space->run != NULL)
        g_cancellable_cancel (space->run);
    }
}

static void
remember_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  SamspillSyncService *self = source;
  GError *error = NULL;

  if (samspill_store_put_local (self->store, "", SAMSPILL_SYNC_SETTINGS, task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
remembered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_warning ("Whether sync is paused could not be kept: %s", error->message);
}

void
samspill_sync_service_set_paused (SamspillSyncService *self, gboolean paused)
{
  if (self->is_paused == paused)
    return;

  g_autoptr (GTask) task = g_task_new (self, NULL, remembered_cb, NULL);
  self->is_paused = paused;
  g_task_set_task_data (task, g_strdup_printf ("{\"paused\":%s}", paused ? "true" : "false"), g_free);
  g_task_run_in_thread (task, remember_thread);
  for (guint i = 0; i < self->spaces->len; i++)
    {
      SamspillSyncSpace *space = self->spaces->pdata[i];

      if (!space->endpoint->is_on)
        continue;
      samspill_sync_space_stop (space);
      space->state = paused ? SAMSPILL_SYNC_PAUSED : SAMSPILL_SYNC_WAITING;
      if (!paused)
        samspill_sync_space_run (space, FALSE);
    }
  samspill_sync_service_emit_changed (self);
}

gboolean
samspill_sync_service_get_paused (SamspillSyncService *self)
{
  return self->is_paused;
}

/**
 * samspill_sync_service_dup_spaces:
 * @self: the service
 *
 * Returns: (element-type SamspillSpaceSync) (transfer full): all spaces that have an endpoint
 */
GPtrArray *
samspill_sync_service_dup_spaces (SamspillSyncService *self)
{
  GPtrArray *spaces = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_space_sync_free);

  for (guint i = 0; i < self->spaces->len; i++)
    {
      const SamspillSyncSpace *space = self->spaces->pdata[i];
      SamspillSpaceSync *copy = g_new0 (SamspillSpaceSync, 1);

      copy->space = g_strdup (space->name);
      copy->endpoint = samspill_endpoint_copy (space->endpoint);
      copy->state = space->state;
      copy->pending = space->pending;
      copy->refused = space->refused;
      copy->to_fetch = space->to_fetch;
      copy->last_us = space->last_us;
      copy->error = space->error != NULL ? g_error_copy (space->error) : NULL;
      g_ptr_array_add (spaces, copy);
    }
  return spaces;
}

SamspillSyncState
samspill_sync_service_get_state (SamspillSyncService *self)
{
  static const SamspillSyncState from_worst[] = {
    SAMSPILL_SYNC_FAILED,  SAMSPILL_SYNC_NEEDS_PASSWORD, SAMSPILL_SYNC_RUNNING,
    SAMSPILL_SYNC_WAITING, SAMSPILL_SYNC_PAUSED,         SAMSPILL_SYNC_IDLE,
  };

  for (guint s = 0; s < G_N_ELEMENTS (from_worst); s++)
    for (guint i = 0; i < self->spaces->len; i++)
      if (((SamspillSyncSpace *)self->spaces->pdata[i])->state == from_worst[s])
        return from_worst[s];
  return SAMSPILL_SYNC_OFF;
}

static gboolean
is_running (SamspillSyncService *self)
{
  for (guint i = 0; i < self->spaces->len; i++)
    if (((SamspillSyncSpace *)self->spaces->pdata[i])->is_running)
      return TRUE;
  return FALSE;
}

typedef struct
{
  SamspillSyncService *service;
  guint timer;
} Flush;

static void
end_flush (GTask *task)
{
  Flush *flush = g_task_get_task_data (task);

  if (flush->timer != 0)
    flush->service->timers.remove (flush->timer, flush->service->timers.data);
  flush->timer = 0;
}

void
samspill_sync_service_check_flushes (SamspillSyncService *self)
{
  while (self->flushes->len > 0 && !is_running (self))
    {
      g_autoptr (GTask) task = g_ptr_array_steal_index (self->flushes, 0);

      end_flush (task);
      g_task_return_boolean (task, TRUE);
    }
}

static gboolean
flush_timer_cb (gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  Flush *flush = g_task_get_task_data (task);

  flush->timer = 0;
  g_ptr_array_remove (flush->service->flushes, task);
  g_task_return_new_error_literal (task, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_BUSY,
                                   _ ("Not all was sent in time. The rest is kept here and goes next time."));
  return G_SOURCE_REMOVE;
}

/**
 * samspill_sync_service_flush_async:
 * @self: the service
 * @seconds: how long at most
 * @cancellable: (nullable): stops waiting, not the rounds
 * @callback: called when nothing is under way any more
 * @user_data: for @callback
 *
 * Before quitting: what is ours and not sent goes now, where it can.
 */
void
samspill_sync_service_flush_async (SamspillSyncService *self, guint seconds, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Flush *flush = g_new0 (Flush, 1);

  flush->service = self;
  g_task_set_task_data (task, flush, g_free);
  for (guint i = 0; i < self->spaces->len; i++)
    {
      SamspillSyncSpace *space = self->spaces->pdata[i];

      if (space->pending > 0 || self->change_timer != 0)
        samspill_sync_space_run (space, FALSE);
    }
  clear_change_timer (self);
  flush->timer = self->timers.add (seconds * 1000, flush_timer_cb, task, self->timers.data);
  g_ptr_array_add (self->flushes, task);
  samspill_sync_service_check_flushes (self);
}

gboolean
samspill_sync_service_flush_finish (SamspillSyncService *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
