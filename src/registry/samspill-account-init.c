/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A registry's first administrator, and accounts made without the protocol. */

#include "samspill-account-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "samspill-json-text.h"

static gboolean fail (GError **error, SamspillRegistryError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (GError **error, SamspillRegistryError code, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, SAMSPILL_REGISTRY_ERROR, code, text);
  return FALSE;
}

static gboolean
check_name_and_password (const char *name, const char *password, GError **error)
{
  if (name == NULL || name[0] == '\0' || strlen (name) > SAMSPILL_MAX_USER_NAME || !g_utf8_validate (name, -1, NULL) ||
      name[0] == '_' || strpbrk (name, ":\n\r\t") != NULL)
    return fail (error, SAMSPILL_REGISTRY_ERROR_BAD_REQUEST,
                 _ ("The name of an account has 1 to %d bytes of UTF-8, no colon, and does not begin with “_”."),
                 SAMSPILL_MAX_USER_NAME);
  if (password == NULL || password[0] == '\0')
    return fail (error, SAMSPILL_REGISTRY_ERROR_BAD_REQUEST, _ ("The password is empty."));
  if (!g_utf8_validate (password, -1, NULL) || strlen (password) > 1024)
    return fail (error, SAMSPILL_REGISTRY_ERROR_BAD_REQUEST, _ ("The password must be UTF-8 of at most 1,024 bytes."));
  return TRUE;
}

static char *
quote_roles (const char *const *roles)
{
  g_autoptr (GString) json = g_string_new ("[");

  for (guint i = 0; roles != NULL && roles[i] != NULL; i++)
    {
      g_autofree char *role = samspill_json_quote (roles[i]);
      g_string_append_printf (json, "%s%s", i > 0 ? "," : "", role);
    }
  g_string_append_c (json, ']');
  return g_string_free_and_steal (g_steal_pointer (&json));
}

/* The body of the account, on top of what is there. */
static char *
make_body (const SamspillDocument *old, const char *name, const SamspillPassword *password, const char *const *roles)
{
  g_autofree char *quoted_name = samspill_json_quote (name);
  g_autofree char *quoted_roles = quote_roles (roles);
  const char *const names[] = { "name", "type", "roles", NULL };
  const char *const values[] = { quoted_name, "\"user\"", roles != NULL ? quoted_roles : NULL, NULL };
  gsize length = 2;
  const char *text = old != NULL && !old->deleted && old->body != NULL ? g_bytes_get_data (old->body, &length) : "{}";
  const char *const without_roles[] = { "name", "type", NULL };
  gboolean keeps_roles = roles == NULL && length > 2;
  g_autofree char *body = samspill_json_splice (text, (gssize)length, keeps_roles ? without_roles : names, values);

  return body != NULL ? samspill_user_set_password (body, strlen (body), password) : NULL;
}

gboolean
samspill_registry_add_user (SamspillStore *store, const char *name, const char *password, const char *const *roles,
                            gboolean replace, GError **error)
{
  SamspillPassword made = { 0 };

  if (!check_name_and_password (name, password, error))
    return FALSE;
  g_autofree char *id = g_strconcat (SAMSPILL_USER_PREFIX, name, NULL);
  g_autoptr (SamspillDocument) old = samspill_store_get (store, SAMSPILL_USERS, id, NULL, NULL);
  if (old != NULL && !old->deleted && !replace)
    return fail (error, SAMSPILL_REGISTRY_ERROR_EXISTS, _ ("There is an account “%s” already."), name);
  static const char *const none[] = { NULL };
  if (roles == NULL && (old == NULL || old->deleted))
    roles = none;
  g_autofree char *body = samspill_password_make (&made, password, SAMSPILL_PASSWORD_ITERATIONS)
                              ? make_body (old, name, &made, roles)
                              : NULL;
  samspill_password_clear (&made);
  if (body == NULL)
    return fail (error, SAMSPILL_REGISTRY_ERROR_FAILED, _ ("The password could not be hashed."));
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autofree char *rev =
      samspill_store_put (store, SAMSPILL_USERS, id, old != NULL ? old->rev : NULL, bytes, NULL, error);
  return rev != NULL;
}

static char *
find_admin (SamspillStore *store, GError **error)
{
  g_autoptr (GPtrArray) changes = samspill_store_changes (store, SAMSPILL_USERS, 0, G_MAXINT32, error);

  for (guint i = 0; changes != NULL && i < changes->len; i++)
    {
      const SamspillChange *change = g_ptr_array_index (changes, i);
      if (change->deleted || !g_str_has_prefix (change->id, SAMSPILL_USER_PREFIX))
        continue;
      g_autoptr (SamspillUser) user = samspill_user_read (store, change->id + strlen (SAMSPILL_USER_PREFIX));
      if (user != NULL && g_strv_contains ((const char *const *)user->roles, SAMSPILL_ADMIN_ROLE))
        return g_strdup (user->name);
    }
  return NULL;
}

/**
 * samspill_registry_init:
 * @folder: of the data; made where it is missing
 * @admin: name of the first administrator
 * @password: the password
 *
 * Makes `_users` with the administrator, `commons`, and the secret of the sessions. What is there already stays.
 *
 * Returns: %FALSE with SAMSPILL_REGISTRY_ERROR_EXISTS when there is an administrator
 */
gboolean
samspill_registry_init (const char *folder, const char *admin, const char *password, GError **error)
{
  static const char *const roles[] = { SAMSPILL_ADMIN_ROLE, NULL };
  GError *failure = NULL;

  if (!check_name_and_password (admin, password, error))
    return FALSE;
  g_autoptr (SamspillStore) store = samspill_store_open (folder, SAMSPILL_STORE_OPEN_DEFAULT, error);
  if (store == NULL || !samspill_store_ensure_space (store, SAMSPILL_USERS, error) ||
      !samspill_store_ensure_space (store, "commons", error))
    return FALSE;
  g_autofree char *there = find_admin (store, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  if (there != NULL)
    return fail (error, SAMSPILL_REGISTRY_ERROR_EXISTS,
                 _ ("This registry has an administrator already, “%s”. Nothing was changed."), there);
  SamspillAccounts accounts = { .store = store };
  return samspill_cookie_load_secret (&accounts, error) &&
         samspill_registry_add_user (store, admin, password, roles, TRUE, error);
}
