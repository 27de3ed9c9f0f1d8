/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

/* Who waits for a change of which space. One thread, which sleeps unless the store says that something was written (by
 * us or by another program) or the earliest of all deadlines has come; a waiting request costs no CPU. */

typedef struct
{
  char *name;
  GQueue waiters;
  gint64 seen; /* sequence of the store up to which the waiters were told */
} Space;

struct _SamspillFeeds
{
  GMutex lock;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  SamspillStore *store;
  gulong handler;
  GHashTable *spaces; /* name → Space, as long as anybody waits */
  GSequence *times;   /* waiters with a deadline, the earliest first */
  GSource *timer;

  GMutex shared_lock;
  gint64 shared_generation;
  GHashTable *shared; /* key → SamspillSharedRows of that generation */
};

struct _SamspillWaiter
{
  SamspillFeeds *feeds;
  Space *space;
  SamspillHttpRequest *request; /* held */
  GList link;
  GSequenceIter *place;
  gint64 at_us;
  gint64 news;
  gboolean is_dropped;
};

static void
space_free (gpointer data)
{
  Space *space = data;

  g_free (space->name);
  g_free (space);
}

/* Outside the lock: what is woken may call back. */
static void
wake_all (GPtrArray *requests)
{
  for (guint i = 0; i < requests->len; i++)
    samspill_http_request_wake (g_ptr_array_index (requests, i));
}

static void
take_waiters (Space *space, gint64 generation, gboolean is_dropped, GPtrArray *requests)
{
  for (GList *link = space->waiters.head; link != NULL; link = link->next)
    {
      SamspillWaiter *waiter = link->data;

      waiter->news = generation;
      waiter->is_dropped |= is_dropped;
      g_ptr_array_add (requests, samspill_http_request_ref (waiter->request));
    }
}

static gboolean
has_changed (SamspillFeeds *self, Space *space)
{
  g_autoptr (GPtrArray) changes = samspill_store_changes (self->store, space->name, space->seen, 1, NULL);

  return changes == NULL || changes->len > 0;
}

static void
store_changed_cb (SamspillStore *store, gint64 last_seq, SamspillFeeds *self)
{
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_http_request_unref);
  GHashTableIter iter;
  gpointer value;

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->spaces);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Space *space = value;

      if (has_changed (self, space))
        take_waiters (space, last_seq, !samspill_store_has_space (store, space->name), requests);
      space->seen = last_seq;
    }
  g_mutex_unlock (&self->lock);
  wake_all (requests);
}

void
samspill_feeds_drop (SamspillFeeds *self, const char *space)
{
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_http_request_unref);
  Space *known;

  g_mutex_lock (&self->lock);
  known = g_hash_table_lookup (self->spaces, space);
  if (known != NULL)
    take_waiters (known, -1, TRUE, requests);
  g_mutex_unlock (&self->lock);
  wake_all (requests);
}

/* Deadlines. */

static int
compare_times (gconstpointer a, gconstpointer b, gpointer unused)
{
  const SamspillWaiter *one = a, *other = b;

  return one->at_us < other->at_us ? -1 : one->at_us > other->at_us;
}

static void
set_timer (SamspillFeeds *self)
{
  GSequenceIter *first = g_sequence_get_begin_iter (self->times);
  gint64 at_us = g_sequence_iter_is_end (first) ? -1 : ((SamspillWaiter *)g_sequence_get (first))->at_us;

  if (g_source_get_ready_time (self->timer) != at_us)
    g_source_set_ready_time (self->timer, at_us);
}

static void
forget_time (SamspillWaiter *waiter)
{
  if (waiter->place != NULL)
    g_sequence_remove (waiter->place);
  waiter->place = NULL;
}

static gboolean
timer_cb (gpointer data)
{
  SamspillFeeds *self = data;
  g_autoptr (GPtrArray) requests = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_http_request_unref);
  gint64 now_us = g_get_monotonic_time ();

  g_mutex_lock (&self->lock);
  for (;;)
    {
      GSequenceIter *first = g_sequence_get_begin_iter (self->times);
      SamspillWaiter *waiter = g_sequence_iter_is_end (first) ? NULL : g_sequence_get (first);

      if (waiter == NULL || waiter->at_us > now_us)
        break;
      forget_time (waiter);
      g_ptr_array_add (requests, samspill_http_request_ref (waiter->request));
    }
  set_timer (self);
  g_mutex_unlock (&self->lock);
  wake_all (requests);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_timer (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

static GSourceFuncs timer_funcs = { NULL, NULL, dispatch_timer, NULL, NULL, NULL };

/* Waiters. */

SamspillWaiter *
samspill_waiter_new (SamspillFeeds *feeds, const char *space, SamspillHttpRequest *request)
{
  SamspillWaiter *self = g_new0 (SamspillWaiter, 1);

  self->feeds = feeds;
  self->request = samspill_http_request_ref (request);
  self->link.data = self;
  g_mutex_lock (&feeds->lock);
  self->space = g_hash_table_lookup (feeds->spaces, space);
  if (self->space == NULL)
    {
      self->space = g_new0 (Space, 1);
      self->space->name = g_strdup (space);
      self->space->seen = samspill_store_get_last_seq (feeds->store);
      g_hash_table_insert (feeds->spaces, self->space->name, self->space);
    }
  g_queue_push_tail_link (&self->space->waiters, &self->link);
  g_mutex_unlock (&feeds->lock);
  return self;
}

void
samspill_waiter_free (SamspillWaiter *self)
{
  SamspillFeeds *feeds;

  if (self == NULL)
    return;
  feeds = self->feeds;
  g_mutex_lock (&feeds->lock);
  forget_time (self);
  g_queue_unlink (&self->space->waiters, &self->link);
  if (self->space->waiters.length == 0)
    g_hash_table_remove (feeds->spaces, self->space->name);
  g_mutex_unlock (&feeds->lock);
  samspill_http_request_unref (self->request);
  g_free (self);
}

void
samspill_waiter_set_time (SamspillWaiter *self, gint64 at_us)
{
  SamspillFeeds *feeds = self->feeds;

  g_mutex_lock (&feeds->lock);
  forget_time (self);
  self->at_us = at_us;
  if (at_us > 0)
    self->place = g_sequence_insert_sorted (feeds->times, self, compare_times, NULL);
  set_timer (feeds);
  g_mutex_unlock (&feeds->lock);
}

gboolean
samspill_waiter_is_dropped (SamspillWaiter *self)
{
  gboolean is_dropped;

  g_mutex_lock (&self->feeds->lock);
  is_dropped = self->is_dropped;
  g_mutex_unlock (&self->feeds->lock);
  return is_dropped;
}

gint64
samspill_waiter_take_news (SamspillWaiter *self)
{
  gint64 news;

  g_mutex_lock (&self->feeds->lock);
  news = self->news;
  self->news = 0;
  g_mutex_unlock (&self->feeds->lock);
  return news;
}

/* Rows that several want. */

static void
shared_free (gpointer data)
{
  SamspillSharedRows *shared = data;

  if (shared->rows != NULL)
    g_string_free (shared->rows, TRUE);
  g_free (shared);
}

SamspillSharedRows *
samspill_feeds_lock_shared (SamspillFeeds *self, const char *key, gint64 generation)
{
  SamspillSharedRows *shared;

  g_mutex_lock (&self->shared_lock);
  if (self->shared_generation != generation)
    g_hash_table_remove_all (self->shared);
  self->shared_generation = generation;
  shared = g_hash_table_lookup (self->shared, key);
  if (shared == NULL)
    {
      shared = g_new0 (SamspillSharedRows, 1);
      g_hash_table_insert (self->shared, g_strdup (key), shared);
    }
  return shared;
}

void
samspill_feeds_unlock_shared (SamspillFeeds *self)
{
  g_mutex_unlock (&self->shared_lock);
}

/* Life. */

static gpointer
feeds_thread (gpointer data)
{
  SamspillFeeds *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

SamspillFeeds *
samspill_feeds_new (void)
{
  SamspillFeeds *self = g_new0 (SamspillFeeds, 1);

  g_mutex_init (&self->lock);
  g_mutex_init (&self->shared_lock);
  self->shared = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, shared_free);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->spaces = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, space_free);
  self->times = g_sequence_new (NULL);
  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_callback (self->timer, timer_cb, self, NULL);
  g_source_attach (self->timer, self->context);
  return self;
}

GMainContext *
samspill_feeds_get_context (SamspillFeeds *self)
{
  return self->context;
}

void
samspill_feeds_watch (SamspillFeeds *self, SamspillStore *store)
{
  self->store = store;
  self->handler = g_signal_connect (store, "changed", G_CALLBACK (store_changed_cb), self);
  self->thread = g_thread_new ("registry-feeds", feeds_thread, self);
}

/* No request may wait any more: the server is gone. */
static gboolean
end_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

void
samspill_feeds_free (SamspillFeeds *self)
{
  if (self == NULL)
    return;
  if (self->thread != NULL)
    {
      /* From within: a loop that is not running yet forgets that it was to end. */
      GSource *end = g_idle_source_new ();
      g_source_set_callback (end, end_cb, self->loop, NULL);
      g_source_attach (end, self->context);
      g_source_unref (end);
      g_thread_join (self->thread);
      g_signal_handler_disconnect (self->store, self->handler);
    }
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_sequence_free (self->times);
  g_hash_table_unref (self->spaces);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_hash_table_unref (self->shared);
  g_mutex_clear (&self->shared_lock);
  g_mutex_clear (&self->lock);
  g_free (self);
}
