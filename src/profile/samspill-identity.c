/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "samspill-municipality.h"
#include "samspill-profile-private.h"
#include "samspill-publish-private.h"

#define MOST_ORGANISATIONS 5000

void
samspill_identity_free (SamspillIdentity *self)
{
  if (self == NULL)
    return;
  g_strfreev (self->owners);
  g_strfreev (self->owner_names);
  g_free (self->person_name);
  g_free (self->person_role);
  g_free (self->account);
  g_free (self->language);
  g_free (self);
}

SamspillIdentity *
samspill_identity_copy (const SamspillIdentity *self)
{
  if (self == NULL)
    return NULL;

  SamspillIdentity *copy = g_new0 (SamspillIdentity, 1);
  copy->owners = g_strdupv (self->owners);
  copy->owner_names = g_strdupv (self->owner_names);
  copy->person_name = g_strdup (self->person_name);
  copy->person_role = g_strdup (self->person_role);
  copy->account = g_strdup (self->account);
  copy->language = g_strdup (self->language);
  return copy;
}

/* JSON in the local document "identity" */

static void
add_string (JsonObject *object, const char *name, const char *value)
{
  if (value != NULL && *value != '\0')
    json_object_set_string_member (object, name, value);
}

static void
add_strings (JsonObject *object, const char *name, char **values)
{
  JsonArray *array = json_array_new ();

  for (char **value = values; value != NULL && *value != NULL; value++)
    json_array_add_string_element (array, *value);
  json_object_set_array_member (object, name, array);
}

static char *
identity_to_json (const SamspillIdentity *identity)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) object = json_object_new ();

  add_strings (object, "owners", identity->owners);
  add_strings (object, "owner_names", identity->owner_names);
  add_string (object, "person_name", identity->person_name);
  add_string (object, "person_role", identity->person_role);
  add_string (object, "language", identity->language);
  json_node_set_object (node, object);
  return json_to_string (node, FALSE);
}

static char **
dup_strings (JsonObject *object, const char *name)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonNode *node = json_object_get_member (object, name);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      const char *value = json_node_get_string (json_array_get_element (array, i));
      g_strv_builder_add (builder, value != NULL ? value : "");
    }
  return g_strv_builder_end (builder);
}

static SamspillIdentity *
identity_from_json (const char *json, const char *account)
{
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;

  JsonObject *object = json_node_get_object (node);
  SamspillIdentity *identity = g_new0 (SamspillIdentity, 1);
  identity->owners = dup_strings (object, "owners");
  identity->owner_names = dup_strings (object, "owner_names");
  identity->person_name = g_strdup (json_object_get_string_member_with_default (object, "person_name", NULL));
  identity->person_role = g_strdup (json_object_get_string_member_with_default (object, "person_role", NULL));
  identity->language = g_strdup (json_object_get_string_member_with_default (object, "language", "nb"));
  identity->account = g_strdup (account);
  return identity;
}

void
samspill_profile_read_identity (SamspillProfile *self)
{
  g_autofree char *json = samspill_store_get_local (self->store, "", "identity", NULL);
  SamspillIdentity *identity = json != NULL ? identity_from_json (json, self->account) : NULL;

  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->identity, samspill_identity_free);
  self->identity = identity;
  self->owner_names_fresh = FALSE;
  g_mutex_unlock (&self->lock);
}

/**
 * samspill_profile_get_identity:
 *
 * Who works here. Main thread only.
 *
 * Returns: (nullable) (transfer none): until the identity is next set; %NULL: the first run has not been
 */
const SamspillIdentity *
samspill_profile_get_identity (SamspillProfile *self)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  return self->identity;
}

/**
 * samspill_profile_set_identity:
 * @identity: numbers are checked; its `account` is left aside, the profile has its own
 *
 * Keeps who works here. Blocks for one small write. Main thread only.
 */
gboolean
samspill_profile_set_identity (SamspillProfile *self, const SamspillIdentity *identity, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);
  g_return_val_if_fail (identity != NULL, FALSE);

  if (!samspill_profile_check_writable (self, NULL, error))
    return FALSE;
  if (identity->owners == NULL || identity->owners[0] == NULL)
    {
      g_set_error_literal (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID,
                           _ ("Choose at least one municipality or organisation."));
      return FALSE;
    }
  for (char **owner = identity->owners; *owner != NULL; owner++)
    if (!samspill_organisation_number_check (*owner, error))
      return FALSE;

  g_autofree char *json = identity_to_json (identity);
  if (!samspill_store_put_local (self->store, "", "identity", json, error))
    return FALSE;
  samspill_profile_read_identity (self);
  g_signal_emit_by_name (self, "identity-changed");
  return TRUE;
}

char *
samspill_profile_dup_account (SamspillProfile *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_strdup (self->account);
}

char *
samspill_profile_dup_first_owner (SamspillProfile *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->identity != NULL ? g_strdup (self->identity->owners[0]) : NULL;
}

gboolean
samspill_profile_owns (SamspillProfile *self, const char *owner)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return owner != NULL && self->identity != NULL &&
         g_strv_contains ((const char *const *)self->identity->owners, owner);
}

/* Where nobody has said yet who works here, only the server can judge it. */
gboolean
samspill_profile_may_act_for (SamspillProfile *self, const char *owner)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return owner != NULL &&
         (self->identity == NULL || g_strv_contains ((const char *const *)self->identity->owners, owner));
}

char **
samspill_profile_dup_owners (SamspillProfile *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->identity != NULL ? g_strdupv (self->identity->owners) : g_new0 (char *, 1);
}

char *
samspill_profile_dup_role (SamspillProfile *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->identity != NULL ? g_strdup (self->identity->person_role) : NULL;
}

/* Names of organisations */

void
samspill_profile_forget_owner_names (SamspillProfile *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->owner_names_fresh = FALSE;
}

static void
add_organisation (GHashTable *names, SamspillDocument *document)
{
  gsize length = 0;
  const char *body = document->body != NULL ? g_bytes_get_data (document->body, &length) : NULL;

  if (body == NULL || document->deleted)
    return;

  char *number = samspill_json_dup_string (body, (gssize)length, "orgnr");
  char *name = samspill_json_dup_string (body, (gssize)length, "name");
  if (number != NULL && name != NULL)
    g_hash_table_insert (names, g_steal_pointer (&number), g_steal_pointer (&name));
  g_free (number);
  g_free (name);
}

/* Called without the lock: it reads the store. */
static GHashTable *
collect_organisations (SamspillProfile *self)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (SamspillQuery) query = samspill_query_new ();

  query->type = g_strdup ("organisation");
  query->order = SAMSPILL_ORDER_TITLE;
  g_autoptr (SamspillResult) result = samspill_index_query (self->index, query, MOST_ORGANISATIONS, NULL, NULL);
  for (guint i = 0; result != NULL && i < result->n_docs; i++)
    {
      g_autoptr (SamspillDocument) document = samspill_store_get_by_number (self->store, result->docs[i], NULL);
      if (document != NULL)
        add_organisation (names, document);
    }
  return names;
}

static char *
dup_typed_name (SamspillProfile *self, const char *number)
{
  const SamspillIdentity *identity = self->identity;

  if (identity == NULL)
    return NULL;
  for (guint i = 0; identity->owners[i] != NULL; i++)
    {
      if (identity->owner_names[i] == NULL)
        break; /* fewer names than numbers: none was typed for the rest */
      if (g_str_equal (identity->owners[i], number) && *identity->owner_names[i] != '\0')
        return g_strdup (identity->owner_names[i]);
    }
  return NULL;
}

/**
 * samspill_profile_dup_owner_name:
 *
 * A name to show for an organisation number: of the municipality, as typed at the first run, of an `organisation`
 * record, else the number itself. Any thread.
 */
char *
samspill_profile_dup_owner_name (SamspillProfile *self, const char *orgnr)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  if (orgnr == NULL)
    return g_strdup ("");

  char *name = samspill_owner_dup_name (orgnr);
  if (name != NULL)
    return name;

  g_mutex_lock (&self->lock);
  name = dup_typed_name (self, orgnr);
  gboolean fresh = self->owner_names_fresh;
  self->owner_names_fresh = TRUE;
  g_mutex_unlock (&self->lock);
  if (name != NULL)
    return name;

  g_autoptr (GHashTable) names = fresh ? NULL : collect_organisations (self);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  if (names != NULL)
    {
      g_hash_table_unref (self->owner_names);
      self->owner_names = g_steal_pointer (&names);
    }
  const char *found = g_hash_table_lookup (self->owner_names, orgnr);
  return g_strdup (found != NULL ? found : orgnr);
}
