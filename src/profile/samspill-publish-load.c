/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is only read, on threads of its own: nothing here waits behind a write. */

#include "samspill-publish-private.h"

typedef gpointer (*Load) (SamspillProfile *self, const char *space, const char *id, GError **error);

typedef struct
{
  char *space, *id;
  Load load;
  GDestroyNotify free_result;
} Loading;

static void
loading_free (Loading *self)
{
  g_free (self->space);
  g_free (self->id);
  g_free (self);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Loading *loading = data;
  GError *error = NULL;
  gpointer result = loading->load (source, loading->space, loading->id, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, loading->free_result);
}

static void
start (SamspillProfile *self, const char *name, Load load, GDestroyNotify free_result, const char *space,
       const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Loading *loading = g_new0 (Loading, 1);

  loading->space = g_strdup (space);
  loading->id = g_strdup (id);
  loading->load = load;
  loading->free_result = free_result;
  g_task_set_static_name (task, name);
  g_task_set_task_data (task, loading, (GDestroyNotify)loading_free);
  g_task_run_in_thread (task, load_in_thread);
}

static gpointer
finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gpointer
load_publication (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  return samspill_profile_get_publication (self, id, error);
}

void
samspill_profile_get_publication_async (SamspillProfile *self, const char *id, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data)
{
  start (self, "samspill_profile_get_publication_async", load_publication, (GDestroyNotify)samspill_publication_free,
         NULL, id, cancellable, callback, user_data);
}

SamspillPublication *
samspill_profile_get_publication_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}

static gpointer
load_preview (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  return samspill_profile_preview_publication (self, id, error);
}

void
samspill_profile_preview_publication_async (SamspillProfile *self, const char *id, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data)
{
  start (self, "samspill_profile_preview_publication_async", load_preview, (GDestroyNotify)samspill_preview_free, NULL,
         id, cancellable, callback, user_data);
}

SamspillPreview *
samspill_profile_preview_publication_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}

static gpointer
load_two_versions (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  return samspill_profile_load_two_versions (self, space, id, error);
}

void
samspill_profile_load_two_versions_async (SamspillProfile *self, const char *space, const char *id,
                                          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  start (self, "samspill_profile_load_two_versions_async", load_two_versions,
         (GDestroyNotify)samspill_two_versions_free, space, id, cancellable, callback, user_data);
}

SamspillTwoVersions *
samspill_profile_load_two_versions_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}

static gpointer
list_two_versions (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  return samspill_profile_list_two_versions (self, error);
}

void
samspill_profile_list_two_versions_async (SamspillProfile *self, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data)
{
  start (self, "samspill_profile_list_two_versions_async", list_two_versions, (GDestroyNotify)g_ptr_array_unref, NULL,
         NULL, cancellable, callback, user_data);
}

GPtrArray *
samspill_profile_list_two_versions_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}

static gpointer
list_news (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  return samspill_profile_list_news (self, error);
}

void
samspill_profile_list_news_async (SamspillProfile *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  start (self, "samspill_profile_list_news_async", list_news, (GDestroyNotify)g_ptr_array_unref, NULL, NULL,
         cancellable, callback, user_data);
}

GPtrArray *
samspill_profile_list_news_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}
