/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The commands beside serving. All may run while another process serves the same folder. */

#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "samspill-server.h"

#define MAX_PASSWORD 1024

gboolean
server_has_data (Server *server)
{
  g_autofree char *file = g_build_filename (server->data, "store.db", NULL);

  if (g_file_test (file, G_FILE_TEST_EXISTS))
    return TRUE;
  g_autofree char *name = g_filename_display_name (server->data);
  server_complain (_ ("There is no registry in %s. Make one with: samspill-registry init --data %s --admin NAME "
                      "--password-file FILE"),
                   name, name);
  return FALSE;
}

SamspillStore *
server_open_store (Server *server)
{
  GError *error = NULL;

  if (!server_has_data (server))
    return NULL;
  SamspillStore *store = samspill_store_open (server->data, SAMSPILL_STORE_OPEN_DEFAULT, &error);
  if (store == NULL)
    server_fail (error);
  return store;
}

/* --- accounts --- */

/* A final line end is no part of the password; what else is in the file is. */
static char *
read_password (const char *path, GError **error)
{
  g_autoptr (GInputStream) stream = NULL;
  char buffer[MAX_PASSWORD + 3];
  gsize length = 0;

  if (g_str_equal (path, "-"))
    stream = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  else
    {
      g_autoptr (GFile) file = g_file_new_for_path (path);
      stream = G_INPUT_STREAM (g_file_read (file, NULL, error));
    }
  if (stream == NULL || !g_input_stream_read_all (stream, buffer, sizeof buffer, &length, NULL, error))
    return NULL;
  if (length > 0 && buffer[length - 1] == '\n')
    length -= length > 1 && buffer[length - 2] == '\r' ? 2 : 1;
  char *password = memchr (buffer, '\0', length) == NULL && length <= MAX_PASSWORD ? g_strndup (buffer, length) : NULL;
  explicit_bzero (buffer, sizeof buffer);
  if (password == NULL)
    g_set_error (error, SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_BAD_REQUEST,
                 _ ("The password must be UTF-8 of at most 1,024 bytes."));
  return password;
}

static void
free_password (char *password)
{
  if (password != NULL)
    explicit_bzero (password, strlen (password));
  g_free (password);
}

ServerExit
server_init (Server *server)
{
  GError *error = NULL;

  if (server->admin == NULL)
    return server_misuse (_ ("Who is the administrator? Give --admin NAME."));
  if (server->password_file == NULL)
    return server_misuse (_ ("Where is the password? Give --password-file FILE, - for standard input."));
  char *password = read_password (server->password_file, &error);
  gboolean done = password != NULL && samspill_registry_init (server->data, server->admin, password, &error);
  free_password (password);
  return done ? SERVER_DONE : server_fail (error);
}

static gboolean
check_roles (char **roles)
{
  for (guint i = 0; roles != NULL && roles[i] != NULL; i++)
    {
      const char *number = roles[i] + strlen ("org:");
      gboolean is_org =
          g_str_has_prefix (roles[i], "org:") && strlen (number) == 9 && strspn (number, "0123456789") == 9;
      if (!is_org && !g_str_equal (roles[i], "_admin"))
        {
          server_misuse (_ ("There is no role “%s”. A role is org:<nine digits> or _admin."), roles[i]);
          return FALSE;
        }
    }
  return TRUE;
}

ServerExit
server_add_user (Server *server)
{
  GError *error = NULL;

  if (server->name == NULL)
    return server_misuse (_ ("Whose account? Give --name NAME."));
  if (server->password_file == NULL)
    return server_misuse (_ ("Where is the password? Give --password-file FILE, - for standard input."));
  if (!check_roles (server->roles))
    return SERVER_USAGE;
  g_autoptr (SamspillStore) store = server_open_store (server);
  if (store == NULL)
    return SERVER_FAILED;
  char *password = read_password (server->password_file, &error);
  gboolean done =
      password != NULL && samspill_registry_add_user (store, server->name, password, (const char *const *)server->roles,
                                                      server->replace, &error);
  free_password (password);
  return done ? SERVER_DONE : server_fail (error);
}

/* --- upkeep --- */

ServerExit
server_backup (Server *server)
{
  GError *error = NULL;
  g_autoptr (SamspillStore) store = server_open_store (server);

  if (store == NULL)
    return SERVER_FAILED;
  return samspill_store_backup (store, server->arguments[0], NULL, &error) ? SERVER_DONE : server_fail (error);
}

ServerExit
server_check (Server *server)
{
  GError *error = NULL;
  g_autoptr (SamspillStore) store = server_open_store (server);

  if (store == NULL)
    return SERVER_FAILED;
  g_autoptr (GPtrArray) faults = samspill_store_check (store, &error);
  if (faults == NULL)
    return server_fail (error);
  for (guint i = 0; i < faults->len; i++)
    if (!server_print ("%s\n", (const char *)g_ptr_array_index (faults, i)))
      return server_complain (_ ("The result could not be written."));
  return faults->len == 0 ? SERVER_DONE : SERVER_FAILED;
}

ServerExit
server_compact (Server *server)
{
  GError *error = NULL;
  g_autoptr (SamspillStore) store = server_open_store (server);

  if (store == NULL)
    return SERVER_FAILED;
  return samspill_store_compact (store, NULL, &error) ? SERVER_DONE : server_fail (error);
}
