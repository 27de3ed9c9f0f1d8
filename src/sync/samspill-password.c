/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-endpoint.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>
#include <string.h>

#define MAX_PASSWORD_FILE_BYTES 4096

static const SecretSchema schema = {
  "no.samspill.Samspill.Endpoint",
  SECRET_SCHEMA_NONE,
  { { "url", SECRET_SCHEMA_ATTRIBUTE_STRING }, { "user", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

/* Passwords of this run. */
static GMutex lock;
static GHashTable *in_memory; /* "user\nurl" → password */

static char *
dup_key (const char *url, const char *user)
{
  return g_strconcat (user, "\n", url, NULL);
}

static void
forget (gpointer password)
{
  secret_password_wipe (password);
  g_free (password);
}

/**
 * samspill_password_keep_in_memory:
 *
 * For this run of the program, whatever the keyring says. Any thread.
 */
void
samspill_password_keep_in_memory (const char *url, const char *user, const char *password)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

  if (in_memory == NULL)
    in_memory = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, forget);
  g_hash_table_insert (in_memory, dup_key (url, user), g_strdup (password));
}

static char *
dup_from_memory (const char *url, const char *user)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  g_autofree char *key = dup_key (url, user);

  return in_memory != NULL ? g_strdup (g_hash_table_lookup (in_memory, key)) : NULL;
}

/**
 * samspill_password_read_file:
 * @path: a file
 *
 * A password as it stands in a file; one line break at the end is no part of it.
 *
 * Returns: (transfer full) (nullable): the password
 */
char *
samspill_password_read_file (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  char text[MAX_PASSWORD_FILE_BYTES + 1];
  gsize length = 0;

  if (stream == NULL || !g_input_stream_read_all (G_INPUT_STREAM (stream), text, sizeof text, &length, NULL, error))
    return NULL;
  if (length > 0 && text[length - 1] == '\n')
    length--;
  if (length > 0 && text[length - 1] == '\r')
    length--;
  if (length == 0 || length > MAX_PASSWORD_FILE_BYTES || !g_utf8_validate (text, (gssize)length, NULL))
    {
      g_set_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID,
                   _ ("The file %s holds no password: one line of text."), path);
      return NULL;
    }
  return g_strndup (text, length);
}

/* Whether another space of the store signs in with it. */
static gboolean
is_used (SamspillStore *store, const SamspillEndpoint *endpoint)
{
  g_autoptr (GPtrArray) endpoints = samspill_endpoints_list (store, NULL);

  for (guint i = 0; endpoints != NULL && i < endpoints->len; i++)
    {
      const SamspillEndpoint *other = endpoints->pdata[i];

      if (!g_str_equal (other->space, endpoint->space) && g_str_equal (other->url, endpoint->url) &&
          g_strcmp0 (other->user, endpoint->user) == 0)
        return TRUE;
    }
  return endpoints == NULL;
}

/**
 * samspill_password_forget:
 * @store: a store
 * @endpoint: that a space of it no longer goes to
 *
 * Takes the password out of the keyring and out of this run, unless another space signs in with it. Blocks; any thread.
 */
gboolean
samspill_password_forget (SamspillStore *store, const SamspillEndpoint *endpoint, GCancellable *cancellable,
                          GError **error)
{
  GError *failure = NULL;

  if (endpoint->user == NULL || *endpoint->user == '\0' || is_used (store, endpoint))
    return TRUE;
  {
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
    g_autofree char *key = dup_key (endpoint->url, endpoint->user);

    if (in_memory != NULL)
      g_hash_table_remove (in_memory, key);
  }
  /* FALSE without error: there was none. */
  secret_password_clear_sync (&schema, cancellable, &failure, "url", endpoint->url, "user", endpoint->user, NULL);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

static void
return_keyring_error (GTask *task, GError *cause)
{
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, cause);
      return;
    }
  g_task_return_new_error (task, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_FAILED,
                           _ ("The keyring of this computer, where passwords are kept, does not answer (%s). Type the "
                              "password each time, or ask whoever looks after the computer."),
                           cause->message);
  g_error_free (cause);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    return_keyring_error (task, error);
}

/**
 * samspill_password_store_async:
 *
 * Keeps a password in the keyring, and for this run whether that succeeds or not.
 */
void
samspill_password_store_async (const char *url, const char *user, const char *password, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *label = g_strdup_printf (_ ("Samspill: %s at %s"), user, url);

  g_task_set_static_name (task, "samspill_password_store_async");
  samspill_password_keep_in_memory (url, user, password);
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, password, cancellable, stored_cb, task, "url", url,
                         "user", user, NULL);
}

gboolean
samspill_password_store_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *password = secret_password_lookup_finish (result, &error);

  if (error != NULL)
    return_keyring_error (task, error);
  else
    g_task_return_pointer (task, password, (GDestroyNotify)secret_password_free);
}

/**
 * samspill_password_lookup_async:
 *
 * What was typed in this run, else the file that SAMSPILL_PASSWORD_FILE names (for tests, and for machines without a
 * keyring), else the keyring.
 */
void
samspill_password_lookup_async (const char *url, const char *user, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  const char *path = g_getenv ("SAMSPILL_PASSWORD_FILE");
  char *password = dup_from_memory (url, user);
  GError *error = NULL;

  g_task_set_static_name (task, "samspill_password_lookup_async");
  if (password == NULL && path != NULL)
    password = samspill_password_read_file (path, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else if (password != NULL)
    g_task_return_pointer (task, password, g_free);
  else
    secret_password_lookup (&schema, cancellable, looked_up_cb, g_steal_pointer (&task), "url", url, "user", user,
                            NULL);
}

char *
samspill_password_lookup_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
