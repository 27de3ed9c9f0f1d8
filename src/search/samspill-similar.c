/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-index-private.h"

void
samspill_similar_free (SamspillSimilar *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->space);
  g_free (self->type);
  g_free (self->title);
  g_free (self->lang);
  g_free (self->reason);
  g_free (self->outcome);
  g_free (self->where);
  g_free (self);
}

GPtrArray *
samspill_index_similar (SamspillIndex *self, SamspillRecord *record, guint limit, GCancellable *cancellable,
                        GError **error)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_similar_free);
}

typedef struct
{
  SamspillRecord *record;
  guint limit;
} SimilarTask;

static void
similar_task_free (gpointer data)
{
  SimilarTask *task = data;

  g_object_unref (task->record);
  g_free (task);
}

static void
similar_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  SimilarTask *asked = data;
  g_autoptr (GError) error = NULL;
  GPtrArray *found = samspill_index_similar (source, asked->record, asked->limit, cancellable, &error);

  if (found != NULL)
    g_task_return_pointer (task, found, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
samspill_index_similar_async (SamspillIndex *self, SamspillRecord *record, guint limit, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  SimilarTask *asked;

  g_return_if_fail (SAMSPILL_IS_INDEX (self));
  g_return_if_fail (SAMSPILL_IS_RECORD (record));

  asked = g_new0 (SimilarTask, 1);
  asked->record = samspill_record_copy (record);
  asked->limit = limit;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_task_data (task, asked, similar_task_free);
  g_task_run_in_thread (task, similar_thread);
}

GPtrArray *
samspill_index_similar_finish (SamspillIndex *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
