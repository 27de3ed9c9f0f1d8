/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-work.h"

typedef struct
{
  SamspillWorkFunc func;
  gpointer data;
  GDestroyNotify free_data;
  GDestroyNotify free_result;
} Work;

static GMutex lock;
static GCond ended;
static guint n_running; /* guarded by the lock */

static void
count (int change)
{
  g_mutex_lock (&lock);
  n_running += (guint)change;
  if (n_running == 0)
    g_cond_broadcast (&ended);
  g_mutex_unlock (&lock);
}

static void
work_free (Work *work)
{
  if (work->free_data != NULL)
    work->free_data (work->data);
  g_free (work);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;
  gpointer result = work->func (work->data, &error);

  count (-1);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, work->free_result);
}

void
samspill_work_async (gpointer owner, SamspillWorkFunc func, gpointer data, GDestroyNotify free_data,
                     GDestroyNotify free_result, GCancellable *cancellable, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (owner, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->func = func;
  work->data = data;
  work->free_data = free_data;
  work->free_result = free_result;
  g_task_set_static_name (task, "samspill_work_async");
  g_task_set_task_data (task, work, (GDestroyNotify)work_free);
  count (1);
  g_task_run_in_thread (task, run_in_thread);
}

void
samspill_work_drain (void)
{
  g_mutex_lock (&lock);
  while (n_running > 0)
    g_cond_wait (&ended, &lock);
  g_mutex_unlock (&lock);
}

gpointer
samspill_work_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
