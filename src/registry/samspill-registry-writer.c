/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

/* The one thread that writes. What waits when it is free is written in one transaction: many clients that save at the
 * same time pay one flush of the disk together. */

#define MAX_GROUP 256
#define MAX_GROUP_BYTES (4 * 1024 * 1024)

#define MAX_INLINE_BYTES (32 * 1024) /* a group so small is answered at once */

struct _SamspillWriter
{
  SamspillStore *store;
  GAsyncQueue *queue;   /* SamspillWrite; the writer itself: the end */
  GAsyncQueue *written; /* Group; the writer itself: the end */
  GThread *thread, *answers;
};

typedef struct
{
  GPtrArray *writes;
  gsize bytes;
  GError *error;
} Group;

static Group *
group_new (void)
{
  Group *group = g_new0 (Group, 1);

  group->writes = g_ptr_array_new ();
  return group;
}

static void
group_free (Group *group)
{
  g_ptr_array_unref (group->writes);
  g_clear_error (&group->error);
  g_free (group);
}

static void
answer_group (Group *group)
{
  for (guint i = 0; i < group->writes->len; i++)
    {
      SamspillWrite *write = g_ptr_array_index (group->writes, i);

      write->done (write, group->error);
    }
  group_free (group);
}

/* To tell thousands of documents apart in an answer, and to free them, is not for the thread that writes. */
static gpointer
answers_thread (gpointer data)
{
  SamspillWriter *self = data;
  gpointer group;

  while ((group = g_async_queue_pop (self->written)) != self)
    answer_group (group);
  return NULL;
}

static void
run_group (SamspillWriter *self, Group *group)
{
  if (samspill_store_begin (self->store, &group->error))
    {
      for (guint i = 0; i < group->writes->len; i++)
        {
          SamspillWrite *write = g_ptr_array_index (group->writes, i);

          write->run (write, self->store);
        }
      samspill_store_commit (self->store, &group->error);
    }
  if (group->writes->len == 1 && group->bytes <= MAX_INLINE_BYTES)
    answer_group (group);
  else
    g_async_queue_push (self->written, group);
}

static void
add_to_group (Group *group, SamspillWrite *write)
{
  g_ptr_array_add (group->writes, write);
  group->bytes += write->bytes;
}

static gpointer
writer_thread (gpointer data)
{
  SamspillWriter *self = data;
  gpointer next;

  while ((next = g_async_queue_pop (self->queue)) != self)
    {
      Group *group = group_new ();

      add_to_group (group, next);
      while (group->writes->len < MAX_GROUP && group->bytes < MAX_GROUP_BYTES &&
             (next = g_async_queue_try_pop (self->queue)) != NULL && next != self)
        add_to_group (group, next);
      run_group (self, group);
      if (next == self)
        break;
    }
  return NULL;
}

SamspillWriter *
samspill_writer_new (SamspillStore *store)
{
  SamspillWriter *self = g_new0 (SamspillWriter, 1);

  self->store = g_object_ref (store);
  self->queue = g_async_queue_new ();
  self->written = g_async_queue_new ();
  self->answers = g_thread_new ("registry-answers", answers_thread, self);
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
  g_async_queue_push (self->written, self);
  g_thread_join (self->answers);
  g_async_queue_unref (self->queue);
  g_async_queue_unref (self->written);
  g_object_unref (self->store);
  g_free (self);
}

void
samspill_writer_push (SamspillWriter *self, SamspillWrite *write)
{
  g_async_queue_push (self->queue, write);
}
