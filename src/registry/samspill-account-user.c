/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Documents of `_users`. */

#include "samspill-account-private.h"

#include <string.h>

#include "samspill-json-text.h"

SamspillUser *
samspill_user_ref (SamspillUser *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
samspill_user_unref (SamspillUser *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_free (self->name);
  g_free (self->rev);
  g_strfreev (self->roles);
  samspill_password_clear (&self->password);
  g_free (self);
}

static gboolean
add_role_cb (const char *value, gsize length, gpointer data)
{
  GStrvBuilder *roles = data;
  g_autofree char *wrapped = g_strdup_printf ("{\"r\":%.*s}", (int)length, value);
  g_autofree char *role = samspill_json_dup_string (wrapped, -1, "r");

  if (role != NULL)
    g_strv_builder_add (roles, role);
  return TRUE;
}

char **
samspill_roles_parse (const char *json)
{
  g_autoptr (GStrvBuilder) roles = g_strv_builder_new ();

  if (json != NULL && json[0] == '[')
    samspill_json_foreach_element (json, -1, add_role_cb, roles, NULL);
  return g_strv_builder_end (roles);
}

static void
read_password (SamspillPassword *password, const char *body, gsize length)
{
  g_autofree char *scheme = samspill_json_dup_string (body, (gssize)length, "password_scheme");
  g_autofree char *prf = samspill_json_dup_string (body, (gssize)length, "pbkdf2_prf");
  g_autofree char *iterations = samspill_json_dup_member (body, (gssize)length, "iterations");
  guint64 count = 0;

  if (g_strcmp0 (scheme, "pbkdf2") != 0 || iterations == NULL ||
      !g_ascii_string_to_unsigned (iterations, 10, 1, SAMSPILL_PASSWORD_MAX_ITERATIONS, &count, NULL))
    return;
  if (prf != NULL && !g_str_equal (prf, "sha") && !g_str_equal (prf, "sha256"))
    return;
  password->prf = prf != NULL && g_str_equal (prf, "sha256") ? SAMSPILL_PASSWORD_SHA256 : SAMSPILL_PASSWORD_SHA1;
  password->iterations = (guint)count;
  password->salt = samspill_json_dup_string (body, (gssize)length, "salt");
  password->derived_key = samspill_json_dup_string (body, (gssize)length, "derived_key");
}

SamspillUser *
samspill_user_read (SamspillStore *store, const char *name)
{
  g_autofree char *id = g_strconcat (SAMSPILL_USER_PREFIX, name, NULL);
  g_autoptr (SamspillDocument) document = samspill_store_get (store, SAMSPILL_USERS, id, NULL, NULL);

  if (document == NULL || document->deleted || document->body == NULL)
    return NULL;
  gsize length;
  const char *body = g_bytes_get_data (document->body, &length);
  g_autofree char *own_name = samspill_json_dup_string (body, (gssize)length, "name");
  g_autofree char *type = samspill_json_dup_string (body, (gssize)length, "type");
  if (g_strcmp0 (own_name, name) != 0 || g_strcmp0 (type, "user") != 0)
    return NULL;

  SamspillUser *self = g_new0 (SamspillUser, 1);
  g_autofree char *roles = samspill_json_dup_member (body, (gssize)length, "roles");
  g_atomic_ref_count_init (&self->references);
  self->name = g_strdup (name);
  self->rev = g_strdup (document->rev);
  self->roles = samspill_roles_parse (roles);
  read_password (&self->password, body, length);
  return self;
}

char *
samspill_user_set_password (const char *body, gsize length, const SamspillPassword *password)
{
  g_autofree char *salt = samspill_json_quote (password->salt);
  g_autofree char *key = samspill_json_quote (password->derived_key);
  g_autofree char *iterations = g_strdup_printf ("%u", password->iterations);
  const char *const names[] = { "password",   "password_scheme", "pbkdf2_prf",   "salt",
                                "iterations", "derived_key",     "password_sha", NULL };
  const char *const values[] = { NULL, "\"pbkdf2\"", "\"sha256\"", salt, iterations, key, NULL, NULL };

  return samspill_json_splice (body, (gssize)length, names, values);
}

/* --- a plain password in a document that is about to be written --- */

gboolean
samspill_account_prepare_user (SamspillRegistryCall *call, SamspillWireDocument *document, GError **error)
{
  gsize length;
  const char *body = g_bytes_get_data (document->body, &length);
  g_autofree char *member = samspill_json_dup_member (body, (gssize)length, "password");

  if (document->deleted || document->id == NULL || !g_str_has_prefix (document->id, SAMSPILL_USER_PREFIX) ||
      member == NULL || g_str_equal (member, "null"))
    return TRUE;
  g_autofree char *plain = samspill_json_dup_string (body, (gssize)length, "password");
  if (plain == NULL || plain[0] == '\0')
    {
      g_set_error_literal (error, SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_BAD_REQUEST,
                           "The password must be a string that is not empty.");
      return FALSE;
    }
  SamspillPassword password = { 0 };
  g_autofree char *changed = NULL;
  if (samspill_password_make (&password, plain, call->registry->accounts->password_iterations))
    changed = samspill_user_set_password (body, length, &password);
  samspill_password_clear (&password);
  if (changed == NULL)
    {
      g_set_error_literal (error, SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_FAILED,
                           "The password could not be hashed.");
      return FALSE;
    }
  g_bytes_unref (document->body);
  gsize changed_length = strlen (changed);
  document->body = g_bytes_new_take (g_steal_pointer (&changed), changed_length);
  return TRUE;
}
