/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What comes with the program: real cases, published needs and programmes (space "shipped"), and invented records to
 * try it on (space "sample"). */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-profile-private.h"

#define BATCH 1000

/* Where the program is not installed, the environment says where its data lies: a list of folders. */
static char **
data_folders (void)
{
  const char *list = g_getenv ("SAMSPILL_DATA_DIR");

  return g_strsplit (list != NULL && *list != '\0' ? list : SAMSPILL_DATADIR, G_SEARCHPATH_SEPARATOR_S, 8);
}

char *
samspill_profile_find_data (const char *name)
{
  g_auto (GStrv) folders = data_folders ();

  for (char **folder = folders; *folder != NULL; folder++)
    {
      g_autofree char *path = g_build_filename (*folder, name, NULL);
      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
  return NULL;
}

static int
compare_files (gconstpointer a, gconstpointer b)
{
  return strcmp (g_file_peek_path (*(GFile *const *)a), g_file_peek_path (*(GFile *const *)b));
}

GPtrArray *
samspill_profile_list_data (const char *folder)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *path = samspill_profile_find_data (folder);
  g_autoptr (GDir) dir = path != NULL ? g_dir_open (path, 0, NULL) : NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".json"))
      g_ptr_array_add (files, g_file_new_build_filename (path, name, NULL));
  g_ptr_array_sort (files, compare_files);
  return files;
}

/* Shipped */

static gboolean
put_shipped (SamspillStore *store, const char *line, gsize length, GHashTable *seen, GError **error)
{
  g_autofree char *id = samspill_json_dup_string (line, (gssize)length, "_id");

  if (id == NULL)
    id = samspill_json_dup_string (line, (gssize)length, "id");
  if (id == NULL)
    {
      g_set_error_literal (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID,
                           _ ("A record that came with the program has no id. Install the program anew."));
      return FALSE;
    }

  g_autoptr (SamspillDocument) current = samspill_store_get (store, SAMSPILL_SPACE_SHIPPED, id, NULL, NULL);
  char *text = samspill_json_without_underscore (line, (gssize)length);
  g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));
  g_hash_table_add (seen, g_strdup (id));
  if (current != NULL && !current->deleted && current->body != NULL && g_bytes_equal (current->body, body))
    return TRUE;

  const char *parent = current != NULL && !current->deleted ? current->rev : NULL;
  g_autofree char *rev = samspill_store_put (store, SAMSPILL_SPACE_SHIPPED, id, parent, body, NULL, error);
  return rev != NULL;
}

static gboolean
put_all_shipped (SamspillStore *store, GBytes *bytes, GHashTable *seen, GError **error)
{
  gsize length = 0;
  const char *at = g_bytes_get_data (bytes, &length);
  const char *end = at + length;

  while (at < end)
    {
      const char *stop = memchr (at, '\n', (gsize)(end - at));
      if (stop == NULL)
        stop = end;
      gsize size = (gsize)(stop - at);
      if (size > 0)
        {
          if (!samspill_json_check (at, (gssize)size, SAMSPILL_JSON_MAX_RECORD_BYTES, SAMSPILL_JSON_MUST_BE_OBJECT,
                                    error) ||
              !put_shipped (store, at, size, seen, error))
            return FALSE;
        }
      at = stop + 1;
    }
  return TRUE;
}

static gboolean
remove_unshipped (SamspillStore *store, GHashTable *seen, GError **error)
{
  gint64 since = 0;

  for (;;)
    {
      g_autoptr (GPtrArray) changes = samspill_store_changes (store, SAMSPILL_SPACE_SHIPPED, since, BATCH, error);
      if (changes == NULL)
        return FALSE;
      if (changes->len == 0)
        return TRUE;
      for (guint i = 0; i < changes->len; i++)
        {
          const SamspillChange *change = changes->pdata[i];
          since = change->seq;
          if (change->deleted || g_hash_table_contains (seen, change->id))
            continue;
          g_autofree char *rev = samspill_store_delete (store, SAMSPILL_SPACE_SHIPPED, change->id, change->rev, error);
          if (rev == NULL)
            return FALSE;
        }
    }
}

static gboolean
replace_shipped (SamspillStore *store, GBytes *bytes, const char *digest, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *note = g_strdup_printf ("{\"digest\":\"%s\"}", digest);

  if (!samspill_store_ensure_space (store, SAMSPILL_SPACE_SHIPPED, error) || !samspill_store_begin (store, error))
    return FALSE;
  if (put_all_shipped (store, bytes, seen, error) && remove_unshipped (store, seen, error) &&
      samspill_store_put_local (store, "", "shipped", note, error))
    return samspill_store_commit (store, error);
  samspill_store_rollback (store);
  return FALSE;
}

/* Brings the shipped records to what the installed program has; nothing is written where they are the same. */
gboolean
samspill_profile_update_shipped (SamspillProfile *self, GError **error)
{
  g_autofree char *path = samspill_profile_find_data ("shipped.jsonl");
  g_autofree char *note = samspill_store_get_local (self->store, "", "shipped", NULL);
  g_autofree char *known = note != NULL ? samspill_json_dup_string (note, -1, "digest") : NULL;

  if (path == NULL)
    {
      g_set_error_literal (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND,
                           _ ("The cases that come with the program are missing. Install the program anew."));
      return FALSE;
    }
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GBytes) bytes = samspill_read_file (file, SAMSPILL_JSON_MAX_FILE_BYTES, NULL, error);
  if (bytes == NULL)
    return FALSE;
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  return g_strcmp0 (known, digest) == 0 || replace_shipped (self->store, bytes, digest, error);
}

/* Sample */

gboolean
samspill_profile_load_sample (SamspillProfile *self, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);

  g_autoptr (GPtrArray) files = samspill_profile_list_data ("sample");
  if (files->len == 0)
    {
      g_set_error_literal (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND,
                           _ ("The sample records are missing. Install the program anew."));
      return FALSE;
    }
  for (guint i = 0; i < files->len; i++)
    {
      g_autoptr (SamspillImport) import =
          samspill_profile_import (self, SAMSPILL_SPACE_SAMPLE, files->pdata[i], cancellable, error);
      if (import == NULL)
        return FALSE;
      /* What a person changed in a sample stays as she left it, so refused revisions are no fault here. */
    }
  return TRUE;
}

gboolean
samspill_profile_remove_sample (SamspillProfile *self, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);

  return samspill_profile_check_writable (self, SAMSPILL_SPACE_SAMPLE, error) &&
         samspill_store_drop_space (self->store, SAMSPILL_SPACE_SAMPLE, error);
}

gboolean
samspill_profile_has_sample (SamspillProfile *self)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);

  return samspill_store_count (self->store, SAMSPILL_SPACE_SAMPLE, NULL) > 0;
}

static void
load_sample_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (samspill_profile_load_sample (source, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
samspill_profile_load_sample_async (SamspillProfile *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  samspill_profile_queue (self, g_task_new (self, cancellable, callback, user_data), load_sample_in_thread);
}

gboolean
samspill_profile_load_sample_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
remove_sample_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (samspill_profile_remove_sample (source, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
samspill_profile_remove_sample_async (SamspillProfile *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  samspill_profile_queue (self, g_task_new (self, cancellable, callback, user_data), remove_sample_in_thread);
}

gboolean
samspill_profile_remove_sample_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
