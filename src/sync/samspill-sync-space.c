/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One space of the service: when it runs, what came of it, when it runs again. */

#include "samspill-sync-service-private.h"

#include "samspill-remote-private.h"

#include <glib/gi18n-lib.h>

#define SHORTEST_POLL_US (5 * G_USEC_PER_SEC)

SamspillSyncSpace *
samspill_sync_space_new (SamspillSyncService *service, const SamspillEndpoint *endpoint)
{
  SamspillSyncSpace *self = g_new0 (SamspillSyncSpace, 1);

  self->refs = 1;
  self->service = service;
  self->name = g_strdup (endpoint->space);
  self->endpoint = samspill_endpoint_copy (endpoint);
  self->state = endpoint->is_on ? SAMSPILL_SYNC_WAITING : SAMSPILL_SYNC_OFF;
  self->to_fetch = -1;
  self->try_refused = TRUE;
  return self;
}

static SamspillSyncSpace *
space_ref (SamspillSyncSpace *self)
{
  self->refs++;
  return self;
}

static void
space_unref (SamspillSyncSpace *self)
{
  if (--self->refs > 0)
    return;
  g_free (self->name);
  samspill_endpoint_free (self->endpoint);
  g_clear_object (&self->remote);
  g_clear_error (&self->error);
  g_clear_object (&self->run);
  g_clear_object (&self->poll);
  g_free (self);
}

static void
clear_timer (SamspillSyncSpace *self)
{
  const SamspillSyncTimers *timers = self->service != NULL ? samspill_sync_service_get_timers (self->service) : NULL;

  if (self->timer != 0 && timers != NULL)
    timers->remove (self->timer, timers->data);
  self->timer = 0;
}

void
samspill_sync_space_stop (SamspillSyncSpace *self)
{
  clear_timer (self);
  self->again = FALSE;
  if (self->run != NULL)
    g_cancellable_cancel (self->run);
  if (self->poll != NULL)
    g_cancellable_cancel (self->poll);
  g_clear_object (&self->poll);
}

void
samspill_sync_space_drop (SamspillSyncSpace *self)
{
  samspill_sync_space_stop (self);
  self->service = NULL;
  space_unref (self);
}

void
samspill_sync_space_set_state (SamspillSyncSpace *self, SamspillSyncState state)
{
  if (self->state == state)
    return;
  self->state = state;
  samspill_sync_service_emit_changed (self->service);
}

static gboolean
timer_cb (gpointer user_data)
{
  SamspillSyncSpace *self = user_data;

  self->timer = 0;
  samspill_sync_space_run (self, FALSE);
  return G_SOURCE_REMOVE;
}

void
samspill_sync_space_schedule (SamspillSyncSpace *self, guint ms)
{
  const SamspillSyncTimers *timers = samspill_sync_service_get_timers (self->service);

  clear_timer (self);
  if (self->state != SAMSPILL_SYNC_OFF && self->state != SAMSPILL_SYNC_PAUSED)
    self->timer = timers->add (ms, timer_cb, self, timers->data);
}

static void
schedule_retry (SamspillSyncSpace *self)
{
  const SamspillSyncTimers *timers = samspill_sync_service_get_timers (self->service);
  const SamspillSyncClock clock = { .random = timers->random, .data = timers->data };

  samspill_sync_space_schedule (self, (guint)samspill_sync_clock_back_off (&clock, self->attempt++,
                                                                           SAMSPILL_SYNC_FIRST_RETRY_MS,
                                                                           SAMSPILL_SYNC_LAST_RETRY_MS));
}

static gboolean
is_loopback (SamspillSyncSpace *self)
{
  g_autoptr (GUri) uri = g_uri_parse (self->endpoint->url, G_URI_FLAGS_ENCODED, NULL);

  return uri != NULL && samspill_remote_host_is_loopback (g_uri_get_host (uri));
}

/* A poll: a thread waits at the server for others' changes. */

typedef struct
{
  SamspillStore *store;
  SamspillPeer *remote;
  char *name;
} Polling;

static void
polling_free (Polling *polling)
{
  g_object_unref (polling->store);
  g_object_unref (polling->remote);
  g_free (polling->name);
  g_free (polling);
}

static gpointer
poll_thread (gpointer data)
{
  g_autoptr (GTask) task = data;
  Polling *polling = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean news = FALSE;
  g_autofree char *since = samspill_sync_dup_pulled_seq (polling->store, polling->name, polling->remote, &error);

  for (gboolean is_patient = TRUE; since != NULL && error == NULL && !news && is_patient;)
    {
      gint64 start = g_get_monotonic_time ();

      samspill_sync_wait_for_news (polling->remote, since, &news, g_task_get_cancellable (task), &error);
      /* A server that does not wait would be asked without end. */
      is_patient = g_get_monotonic_time () - start > SHORTEST_POLL_US;
    }
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, news);
  return NULL;
}

static void
poll_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SamspillSyncSpace *self = user_data;
  gboolean is_current = self->poll != NULL && self->poll == g_task_get_cancellable (G_TASK (result));
  gboolean news = g_task_propagate_boolean (G_TASK (result), NULL);

  if (is_current)
    g_clear_object (&self->poll);
  /* Where waiting fails, the timer stands. */
  if (is_current && self->service != NULL && news)
    samspill_sync_space_run (self, FALSE);
  space_unref (self);
}

static void
start_poll (SamspillSyncSpace *self)
{
  if (self->poll != NULL || self->remote == NULL)
    return;

  Polling *polling = g_new0 (Polling, 1);
  polling->store = g_object_ref (samspill_sync_service_get_store (self->service));
  polling->remote = g_object_ref (self->remote);
  polling->name = g_strdup (self->name);
  self->poll = g_cancellable_new ();
  GTask *task = g_task_new (NULL, self->poll, poll_cb, space_ref (self));
  g_task_set_task_data (task, polling, (GDestroyNotify)polling_free);
  g_thread_unref (g_thread_new ("sync-poll", poll_thread, task));
}

/* A round: a thread does the work. */

typedef struct
{
  SamspillStore *store;
  SamspillPeer *remote;
  char *name;
  GMainContext *context;
  SamspillSyncSpace *space; /* for progress, on the main thread; the callback holds it */
  SamspillSyncRound round;
  gboolean again;
  gint64 pending, refused;
} Rounding;

static void
rounding_free (Rounding *rounding)
{
  g_object_unref (rounding->store);
  g_object_unref (rounding->remote);
  g_free (rounding->name);
  g_main_context_unref (rounding->context);
  samspill_sync_round_clear (&rounding->round);
  g_free (rounding);
}

static void
progress_cb (gint64 done, gint64 pending, gpointer data)
{
  SamspillSyncSpace *self = data;

  if (self->service == NULL || !self->is_running || self->to_fetch == pending)
    return;
  self->to_fetch = pending;
  samspill_sync_service_emit_changed (self->service);
}

static gboolean
count (Rounding *rounding, GError **error)
{
  gint64 pushed = samspill_sync_get_pushed_seq (rounding->store, rounding->name, rounding->remote, error);
  g_autoptr (GPtrArray) refusals =
      pushed >= 0 ? samspill_sync_list_refusals (rounding->store, rounding->name, error) : NULL;

  if (refusals == NULL)
    return FALSE;
  rounding->refused = refusals->len;
  rounding->pending = samspill_sync_count_pending (rounding->store, rounding->name, pushed, error);
  return rounding->pending >= 0;
}

static gpointer
round_thread (gpointer data)
{
  g_autoptr (GTask) task = data;
  Rounding *rounding = g_task_get_task_data (task);
  GError *error = NULL;

  if (samspill_sync_round (&rounding->round, rounding->store, rounding->name, rounding->remote, rounding->again,
                           progress_cb, rounding->space, rounding->context, g_task_get_cancellable (task), &error) &&
      count (rounding, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  return NULL;
}

static void
take_error (SamspillSyncSpace *self, GError *error)
{
  gboolean cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  gboolean passing = g_error_matches (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_OFFLINE) ||
                     g_error_matches (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_BUSY);

  g_clear_error (&self->error);
  if (cancelled)
    {
      g_error_free (error);
      if (self->state == SAMSPILL_SYNC_RUNNING)
        self->state = SAMSPILL_SYNC_WAITING;
      samspill_sync_space_schedule (self, SAMSPILL_SYNC_EVERY_MS);
      return;
    }
  self->error = error;
  if (g_error_matches (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_UNAUTHORIZED))
    {
      g_clear_object (&self->remote);
      self->state = SAMSPILL_SYNC_NEEDS_PASSWORD;
      return;
    }
  self->state = passing ? SAMSPILL_SYNC_WAITING : SAMSPILL_SYNC_FAILED;
  schedule_retry (self);
}

static void
end_of_run (SamspillSyncSpace *self)
{
  gboolean again = self->again;

  self->is_running = FALSE;
  self->again = FALSE;
  g_clear_object (&self->run);
  samspill_sync_service_emit_changed (self->service);
  if (again && self->service != NULL)
    samspill_sync_space_run (self, self->again_if_metered);
  if (self->service != NULL)
    samspill_sync_service_check_flushes (self->service);
}

static void
round_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SamspillSyncSpace *self = user_data;
  Rounding *rounding = g_task_get_task_data (G_TASK (result));
  GError *error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  if (self->service == NULL)
    {
      g_clear_error (&error);
      space_unref (self);
      return;
    }
  if (done)
    {
      self->attempt = 0;
      self->pending = rounding->pending;
      self->refused = rounding->refused;
      self->to_fetch = 0;
      self->last_us = g_get_real_time ();
      g_clear_error (&self->error);
      if (self->state == SAMSPILL_SYNC_RUNNING)
        self->state = SAMSPILL_SYNC_IDLE;
      samspill_sync_space_schedule (self, self->pending > 0 ? SAMSPILL_SYNC_CHANGE_MS : SAMSPILL_SYNC_EVERY_MS);
      start_poll (self);
    }
  else
    {
      take_error (self, error);
    }
  /* What came before it failed has come, too. */
  if (rounding->round.arrived != NULL && rounding->round.arrived[0] != NULL)
    samspill_sync_service_emit_arrived (self->service, self->name, (const char *const *)rounding->round.arrived);
  if (self->service != NULL)
    end_of_run (self);
  space_unref (self);
}

static void
start_round (SamspillSyncSpace *self)
{
  Rounding *rounding = g_new0 (Rounding, 1);

  rounding->store = g_object_ref (samspill_sync_service_get_store (self->service));
  rounding->remote = g_object_ref (self->remote);
  rounding->name = g_strdup (self->name);
  rounding->context = g_main_context_ref_thread_default ();
  rounding->space = self;
  rounding->again = self->try_refused;
  self->try_refused = FALSE;
  GTask *task = g_task_new (NULL, self->run, round_cb, space_ref (self));
  g_task_set_task_data (task, rounding, (GDestroyNotify)rounding_free);
  g_thread_unref (g_thread_new ("sync", round_thread, task));
}

static void
password_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SamspillSyncSpace *self = user_data;
  GError *error = NULL;
  g_autofree char *password = samspill_password_lookup_finish (result, &error);

  if (self->service == NULL)
    {
      g_clear_error (&error);
      space_unref (self);
      return;
    }
  gboolean cancelled = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  if (password != NULL)
    self->remote = samspill_sync_open_endpoint (self->endpoint, password, &error);
  if (self->remote != NULL)
    {
      start_round (self);
    }
  else if (password == NULL && !cancelled)
    {
      g_clear_error (&self->error);
      self->error = error;
      self->state = SAMSPILL_SYNC_NEEDS_PASSWORD;
      end_of_run (self);
    }
  else
    {
      take_error (self, error);
      end_of_run (self);
    }
  space_unref (self);
}

static void
begin (SamspillSyncSpace *self)
{
  GError *error = NULL;

  clear_timer (self);
  if (self->poll != NULL)
    g_cancellable_cancel (self->poll);
  g_clear_object (&self->poll);
  self->is_running = TRUE;
  self->run = g_cancellable_new ();
  samspill_sync_space_set_state (self, SAMSPILL_SYNC_RUNNING);
  if (self->remote == NULL && self->endpoint->user != NULL && *self->endpoint->user != '\0')
    {
      samspill_password_lookup_async (self->endpoint->url, self->endpoint->user, self->run, password_cb,
                                      space_ref (self));
      return;
    }
  if (self->remote == NULL)
    self->remote = samspill_sync_open_endpoint (self->endpoint, NULL, &error);
  if (self->remote != NULL)
    {
      start_round (self);
      return;
    }
  take_error (self, error);
  end_of_run (self);
}

static void
wait_with (SamspillSyncSpace *self, int code, const char *message)
{
  g_clear_error (&self->error);
  self->error = g_error_new_literal (SAMSPILL_SYNC_ERROR, code, message);
  samspill_sync_space_set_state (self, SAMSPILL_SYNC_WAITING);
}

void
samspill_sync_space_run (SamspillSyncSpace *self, gboolean even_if_metered)
{
  if (self->state == SAMSPILL_SYNC_OFF || self->state == SAMSPILL_SYNC_PAUSED)
    return;
  if (self->is_running)
    {
      self->again = TRUE;
      self->again_if_metered = even_if_metered;
      return;
    }
  if (!is_loopback (self) && !samspill_sync_service_is_online (self->service))
    wait_with (self, SAMSPILL_SYNC_ERROR_OFFLINE, _ ("There is no network. What you wrote is kept here until then."));
  else if (!is_loopback (self) && !even_if_metered && samspill_sync_service_is_metered (self->service))
    wait_with (self, SAMSPILL_SYNC_ERROR_OFFLINE,
               _ ("This network counts what goes through it: sync waits for another, or until you ask for it."));
  else
    begin (self);
}
