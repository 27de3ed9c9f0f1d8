/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

/* The one thread that writes. What waits when it is free is written in one transaction: many clients that save at the
 * same time pay one flush of the disk together. */

#define MAX_GROUP 256
#define MAX_GROUP_BYTES (4 * 1024 * 1024)

struct _SamspillWriter
{
  SamspillStore *store;
  GAsyncQueue *queue; /* SamspillWrite; the writer itself: the end */
  GThread *thread;
};

static void
run_group (SamspillWriter *self, GPtrArray *group)
{
  g_autoptr (GError) error = NULL;
  gboolean is_good = samspill_store_begin (self->store, &error);

  if (is_good)
    {
      for (guint i = 0; i < group->len; i++)
        {
          SamspillWrite *write = g_ptr_array_index (group, i);

          write->run (write, self->store);
        }
      is_good = samspill_store_commit (self->store, &error);
    }
  for (guint i = 0; i < group->len; i++)
    {
      SamspillWrite *write = g_ptr_array_index (group, i);

      write->done (write, error);
    }
}

static gpointer
writer_thread (gpointer data)
{
  SamspillWriter *self = data;
  g_autoptr (GPtrArray) group = g_ptr_array_new ();
  gboolean is_ending = FALSE;

  while (!is_ending)
    {
      gpointer next = g_async_queue_pop (self->queue);
      gsize bytes = 0;

      g_ptr_array_set_size (group, 0);
      while (next != NULL && !is_ending)
        {
          is_ending = next == self;
          if (!is_ending)
            {
              g_ptr_array_add (group, next);
              bytes += ((SamspillWrite *)next)->bytes;
            }
          next = group->len < MAX_GROUP && bytes < MAX_GROUP_BYTES ? g_async_queue_try_pop (self->queue) : NULL;
        }
      if (group->len > 0)
        run_group (self, group);
    }
  return NULL;
}

SamspillWriter *
samspill_writer_new (SamspillStore *store)
{
  SamspillWriter *self = g_new0 (SamspillWriter, 1);

  self->store = g_object_ref (store);
  self->queue = g_async_queue_new ();
  self->thread = g_thread_new ("registry-writer", writer_thread, self);
  return self;
}

void
samspill_writer_free (SamspillWriter *self)
{
  if (self == NULL)
    return;
  g_async_queue_push (self->queue, self);
  g_thread_join (self->thread);
  g_async_queue_unref (self->queue);
  g_object_unref (self->store);
  g_free (self);
}

void
samspill_writer_push (SamspillWriter *self, SamspillWrite *write)
{
  g_async_queue_push (self->queue, write);
}
