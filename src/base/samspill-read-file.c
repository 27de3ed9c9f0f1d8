/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "samspill-error.h"
#include "samspill-json-text.h"

#define CHUNK_BYTES (64 * 1024)

static void
set_too_large (GFile *file, goffset size, gsize max_bytes, GError **error)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *shown = g_filename_display_name (name != NULL ? name : "");
  g_autofree char *most = g_format_size (max_bytes);
  g_autofree char *bytes = size > 0 ? g_format_size ((guint64)size) : NULL;

  if (bytes != NULL)
    g_set_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_TOO_LARGE,
                 _ ("“%s” is too large: %s, and at most %s are read."), shown, bytes, most);
  else
    g_set_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_TOO_LARGE,
                 _ ("“%s” is too large: at most %s are read."), shown, most);
}

/**
 * samspill_read_file:
 * @file: a file
 * @max_bytes: largest size that is taken
 * @cancellable: (nullable): a cancellable
 * @error: return location for an error
 *
 * Reads a whole file. One that is larger is refused by its size, and one that gives no size (a pipe) as soon as it has
 * given more: never is more than @max_bytes kept. Blocks.
 *
 * Returns: (transfer full) (nullable): its bytes
 */
GBytes *
samspill_read_file (GFile *file, gsize max_bytes, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GByteArray) bytes = NULL;
  goffset size = 0;

  if (stream == NULL)
    return NULL;
  info = g_file_input_stream_query_info (stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, cancellable, NULL);
  if (info != NULL && g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_STANDARD_SIZE))
    size = g_file_info_get_size (info);
  if (size > 0 && (guint64)size > max_bytes)
    {
      set_too_large (file, size, max_bytes, error);
      return NULL;
    }
  bytes = g_byte_array_sized_new ((guint)CLAMP (size, 0, G_MAXINT / 2) + 1);
  for (;;)
    {
      gsize used = bytes->len, got;
      gsize room = MIN (max_bytes - used + 1, CHUNK_BYTES);

      g_byte_array_set_size (bytes, (guint)(used + room));
      if (!g_input_stream_read_all (G_INPUT_STREAM (stream), bytes->data + used, room, &got, cancellable, error))
        return NULL;
      g_byte_array_set_size (bytes, (guint)(used + got));
      if (bytes->len > max_bytes)
        {
          set_too_large (file, 0, max_bytes, error);
          return NULL;
        }
      if (got < room)
        return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
    }
}

static void
read_file_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = samspill_read_file (source, *(gsize *)task_data, cancellable, &error);

  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify)g_bytes_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * samspill_read_file_async:
 * @file: a file
 * @max_bytes: largest size that is taken
 * @cancellable: (nullable): a cancellable
 * @callback: called in the thread-default main context
 * @user_data: for @callback
 *
 * As samspill_read_file(), without blocking.
 */
void
samspill_read_file_async (GFile *file, gsize max_bytes, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (file, cancellable, callback, user_data);

  g_task_set_static_name (task, "samspill_read_file_async");
  g_task_set_task_data (task, g_memdup2 (&max_bytes, sizeof max_bytes), g_free);
  g_task_run_in_thread (task, read_file_in_thread);
}

/**
 * samspill_read_file_finish:
 * @file: the file
 * @result: the result
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): its bytes
 */
GBytes *
samspill_read_file_finish (GFile *file, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, file), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
