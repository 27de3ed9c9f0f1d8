/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who may read and write what. Closed unless `_security` or design section 3 opens it, and never open to nobody: */
/*   commons       everyone signed in reads, accounts of an organisation write (which documents: the rules) */
/*   team-<orgnr>  the accounts with org:<orgnr>; cannot be changed */
/*   _users        administrators, and one's own document */
/*   all others    administrators until one of them sets `_security`, joint-<uuid> too */

#include "samspill-account-private.h"
#include "samspill-registry-protocol-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "samspill-json-text.h"

#define TEAM "team-"
#define COMMONS "commons"
#define MAX_SECURITY (64 * 1024)
#define CLOSED "{\"admins\":{\"names\":[],\"roles\":[\"_admin\"]},\"members\":{\"names\":[],\"roles\":[\"_admin\"]}}"
#define SIGNED_IN "{\"admins\":{\"names\":[],\"roles\":[\"_admin\"]},\"members\":{\"names\":[],\"roles\":[]}}"
#define OF_A_TEAM "{\"admins\":{\"names\":[],\"roles\":[\"_admin\"]},\"members\":{\"names\":[],\"roles\":[\"org:%s\"]}}"

/* --- what holds --- */

static gboolean
is_fixed (const char *space)
{
  return g_str_has_prefix (space, TEAM) || g_str_equal (space, SAMSPILL_USERS);
}

static const char *
team_number (const char *space)
{
  const char *number = g_str_has_prefix (space, TEAM) ? space + strlen (TEAM) : "";

  return strlen (number) == 9 && strspn (number, "0123456789") == 9 ? number : NULL;
}

static char *
dup_default (const char *space)
{
  const char *number = team_number (space);

  if (number != NULL)
    return g_strdup_printf (OF_A_TEAM, number);
  return g_strdup (g_str_equal (space, COMMONS) ? SIGNED_IN : CLOSED);
}

static char **
dup_list (const char *json, const char *group, const char *list)
{
  g_autofree char *member = samspill_json_dup_member (json, -1, group);
  g_autofree char *array = member != NULL && member[0] == '{' ? samspill_json_dup_member (member, -1, list) : NULL;

  return samspill_roles_parse (array);
}

static SamspillSecurity *
parse_security (char *json)
{
  SamspillSecurity *self = g_new0 (SamspillSecurity, 1);

  g_atomic_ref_count_init (&self->references);
  self->admin_names = dup_list (json, "admins", "names");
  self->admin_roles = dup_list (json, "admins", "roles");
  self->member_names = dup_list (json, "members", "names");
  self->member_roles = dup_list (json, "members", "roles");
  self->json = json;
  return self;
}

static SamspillSecurity *
security_ref (SamspillSecurity *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
samspill_security_unref (SamspillSecurity *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_free (self->json);
  g_strfreev (self->admin_names);
  g_strfreev (self->admin_roles);
  g_strfreev (self->member_names);
  g_strfreev (self->member_roles);
  g_free (self);
}

/* Among the documents of the whole store, which no client reaches: a `_local` document of the database could be written
 * by any member. */
static char *
local_name (const char *space)
{
  return g_strconcat ("security:", space, NULL);
}

/* What cannot be read closes. */
static char *
read_security (SamspillAccounts *self, const char *space)
{
  g_autofree char *name = local_name (space);
  g_autoptr (GError) error = NULL;
  char *json = is_fixed (space) ? NULL : samspill_store_get_local (self->store, "", name, &error);

  if (error != NULL)
    {
      g_warning ("The _security of a database could not be read: %s", error->message);
      return g_strdup (CLOSED);
    }
  return json != NULL ? json : dup_default (space);
}

/* The store is read without the lock: a long write elsewhere must not hold up who only wants to sign in. */
SamspillSecurity *
samspill_security_get (SamspillAccounts *self, const char *space)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SamspillSecurity *security = g_hash_table_lookup (self->securities, space);
  guint64 generation = self->security_generation;

  if (security != NULL)
    return security_ref (security);
  g_clear_pointer (&locker, g_mutex_locker_free);
  security = parse_security (read_security (self, space));
  locker = g_mutex_locker_new (&self->lock);
  if (generation == self->security_generation) /* else one was written while this was read */
    g_hash_table_replace (self->securities, g_strdup (space), security_ref (security));
  return security;
}

/* json NULL: back to the default. */
static gboolean
write_security (SamspillAccounts *self, const char *space, const char *json, GError **error)
{
  g_autofree char *name = local_name (space);
  gboolean done = samspill_store_put_local (self->store, "", name, json, error);

  g_mutex_lock (&self->lock);
  self->security_generation++;
  g_hash_table_remove (self->securities, space);
  g_mutex_unlock (&self->lock);
  return done;
}

char *
samspill_account_dup_security (SamspillRegistry *registry, const char *space)
{
  g_autoptr (SamspillSecurity) security = samspill_security_get (registry->accounts, space);

  return g_strdup (security->json);
}

void
samspill_account_forget_space (SamspillRegistry *registry, const char *space)
{
  g_autoptr (GError) error = NULL;

  if (!write_security (registry->accounts, space, NULL, &error))
    g_warning ("The _security of a database could not be removed: %s", error->message);
  samspill_rules_forget (registry->rules, space);
}

/* --- judgements --- */

static gboolean
is_among (const char *name, char **names)
{
  return name != NULL && g_strv_contains ((const char *const *)names, name);
}

static gboolean
has_one_of (char **roles, char **wanted)
{
  for (char **role = roles; *role != NULL; role++)
    if (is_among (*role, wanted))
      return TRUE;
  return FALSE;
}

static gboolean
is_space_admin (const SamspillAccount *account, const SamspillSecurity *security)
{
  return account->is_admin || is_among (account->name, security->admin_names) ||
         has_one_of (account->roles, security->admin_roles);
}

static gboolean
is_member (const SamspillAccount *account, const SamspillSecurity *security)
{
  return (security->member_names[0] == NULL && security->member_roles[0] == NULL) ||
         is_among (account->name, security->member_names) || has_one_of (account->roles, security->member_roles) ||
         is_space_admin (account, security);
}

/* CouchDB: 401 for nobody, 403 for someone who may not. */
static gboolean
refuse (SamspillRegistryCall *call, GError **error, const char *reason)
{
  gboolean somebody = call->account->name != NULL;

  g_set_error_literal (error, SAMSPILL_REGISTRY_ERROR,
                       somebody ? SAMSPILL_REGISTRY_ERROR_FORBIDDEN : SAMSPILL_REGISTRY_ERROR_UNAUTHORIZED,
                       somebody ? reason : "You are not authorized to access this db.");
  return FALSE;
}

/* Only as /_users/<one's own>: in lists and feeds the documents of others would stand too. */
static gboolean
is_own_document (SamspillRegistryCall *call)
{
  return call->segments != NULL && call->segments[0] != NULL && call->segments[1] != NULL &&
         samspill_account_may_see (call, SAMSPILL_USERS, call->segments[1]);
}

gboolean
samspill_account_may_see (SamspillRegistryCall *call, const char *space, const char *id)
{
  return !g_str_equal (space, SAMSPILL_USERS) || call->account->is_admin ||
         (call->account->name != NULL && g_str_has_prefix (id, SAMSPILL_USER_PREFIX) &&
          g_str_equal (id + strlen (SAMSPILL_USER_PREFIX), call->account->name));
}

gboolean
samspill_account_check_read (SamspillRegistryCall *call, const char *space, GError **error)
{
  g_autoptr (SamspillSecurity) security = samspill_security_get (call->registry->accounts, space);

  if (call->account->is_admin || (call->account->name != NULL && is_member (call->account, security)) ||
      (g_str_equal (space, SAMSPILL_USERS) && is_own_document (call)))
    return TRUE;
  return refuse (call, error, "You are not allowed to access this db.");
}

/* Where a replication stands. Who may only read must keep it, too, or begins anew each time, and misses what came where
 * a database was brought back from a backup. It is shown to nobody else and is no record: CouchDB takes it from
 * readers. */
static gboolean
is_checkpoint (SamspillRegistryCall *call)
{
  return call->segments != NULL && call->segments[0] != NULL && call->segments[1] != NULL &&
         g_str_has_prefix (call->segments[1], "_local/");
}

gboolean
samspill_account_may_still_read (SamspillRegistryCall *call)
{
  const SamspillAccount *account = call->account;
  g_autoptr (SamspillUser) user = samspill_accounts_find_user (call->registry->accounts, account->name);

  return user != NULL && g_strv_equal ((const char *const *)user->roles, (const char *const *)account->roles) &&
         samspill_account_check_read (call, call->space, NULL);
}

gboolean
samspill_account_check_write (SamspillRegistryCall *call, const char *space, GError **error)
{
  if (!samspill_account_check_read (call, space, error))
    return FALSE;
  if (g_str_equal (space, COMMONS) && !call->account->is_admin && !is_checkpoint (call) &&
      !samspill_account_has_org_role (call->account))
    return refuse (call, error, "Only the accounts of an organisation may write here.");
  return TRUE;
}

gboolean
samspill_account_check_admin (SamspillRegistryCall *call, const char *space, GError **error)
{
  if (call->account->is_admin)
    return TRUE;
  if (space == NULL)
    {
      g_set_error_literal (error, SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_UNAUTHORIZED,
                           "You are not a server admin.");
      return FALSE;
    }
  g_autoptr (SamspillSecurity) security = samspill_security_get (call->registry->accounts, space);
  if (call->account->name != NULL && is_space_admin (call->account, security))
    return TRUE;
  return refuse (call, error, "You are not a db or server admin.");
}

gboolean
samspill_account_check_create (SamspillRegistryCall *call, const char *space, GError **error)
{
  const char *number = team_number (space);
  g_autofree char *role = number != NULL ? g_strconcat (SAMSPILL_ORG_ROLE, number, NULL) : NULL;

  if (is_among (role, call->account->roles))
    return TRUE;
  return samspill_account_check_admin (call, NULL, error);
}

/* --- /{db}/_security --- */

static gboolean
is_list (const char *json, const char *group)
{
  g_autofree char *member = samspill_json_dup_member (json, -1, group);

  if (member == NULL)
    return TRUE;
  if (member[0] != '{')
    return FALSE;
  static const char *const lists[] = { "names", "roles" };
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autofree char *list = samspill_json_dup_member (member, -1, lists[i]);
      if (list != NULL && list[0] != '[')
        return FALSE;
    }
  return TRUE;
}

/* In a worker. */
static void
put_security (SamspillRegistryCall *call)
{
  gsize length;
  const char *text = g_bytes_get_data (call->body, &length);
  g_autofree char *json = g_strndup (text != NULL ? text : "", length);
  g_autoptr (GError) error = NULL;

  if (!samspill_json_check (json, (gssize)length, MAX_SECURITY, SAMSPILL_JSON_MUST_BE_OBJECT, &error))
    samspill_answer_error (call, 400, "bad_request", "Request body must be a JSON object");
  else if (!is_list (json, "admins") || !is_list (json, "members"))
    samspill_answer_error (call, 400, "bad_request", "names and roles must be JSON lists");
  else if (write_security (call->registry->accounts, call->space, json, &error))
    samspill_answer_ok (call, 200);
  else
    samspill_answer_gerror (call, error);
}

/**
 * samspill_account_handle_security:
 * @call: a call of /{db}/_security
 *
 * GET for whoever may read the database, PUT for its administrators. What is fixed by design (a team's members) cannot
 * be put.
 */
void
samspill_account_handle_security (SamspillRegistryCall *call)
{
  const char *method = samspill_http_request_get_method (call->http);
  g_autoptr (GError) error = NULL;

  if (g_str_equal (method, "GET"))
    {
      if (!samspill_account_check_read (call, call->space, &error))
        samspill_answer_gerror (call, error);
      else if (samspill_call_has_space (call))
        {
          g_autofree char *json = samspill_account_dup_security (call->registry, call->space);
          samspill_answer_json (call, 200, json);
        }
    }
  else if (!g_str_equal (method, "PUT"))
    samspill_call_not_allowed (call, "PUT,GET");
  else if (!samspill_account_check_admin (call, call->space, &error))
    samspill_answer_gerror (call, error);
  else if (is_fixed (call->space))
    samspill_answer_error (call, 403, "forbidden",
                           "Who may read this database follows from its name and cannot be changed.");
  else if (samspill_call_has_space (call))
    samspill_call_read_json (call, MAX_SECURITY, FALSE, put_security);
}
