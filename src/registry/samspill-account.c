/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Who asks: cookie, else Basic, else nobody. */

#include "samspill-account-private.h"

#include <string.h>

#define RECHECK_US G_USEC_PER_SEC /* another program may have changed the document */
#define REMEMBER_US (5 * 60 * G_USEC_PER_SEC)
#define MAX_USERS 10000
#define MAX_ATTEMPTS 256

/* One password that is being checked, and all who wait for it: a client with Basic that opens six connections at once
 * pays once. */
typedef struct
{
  SamspillAccounts *accounts;
  GBytes *key; /* hash of name and password */
  char *name, *password, *peer;
  SamspillUser *user; /* NULL: there is none */
  GArray *waiting;    /* of Waiting */
} Attempt;

typedef struct
{
  SamspillRegistryCall *call;
  SamspillPasswordFunc func;
  gpointer data;
} Waiting;

/* --- life --- */

static void check_attempt (gpointer data, gpointer user_data);

static void
free_attempt (Attempt *attempt)
{
  g_bytes_unref (attempt->key);
  g_free (attempt->name);
  if (attempt->password != NULL)
    explicit_bzero (attempt->password, strlen (attempt->password));
  g_free (attempt->password);
  g_free (attempt->peer);
  g_clear_pointer (&attempt->user, samspill_user_unref);
  g_array_unref (attempt->waiting);
  g_free (attempt);
}

SamspillAccounts *
samspill_accounts_new (SamspillRegistry *registry, const SamspillRegistryOptions *options, GError **error)
{
  g_autoptr (SamspillAccounts) self = g_new0 (SamspillAccounts, 1);

  g_mutex_init (&self->lock);
  self->store = g_object_ref (registry->store);
  self->session_seconds = options != NULL && options->session_seconds > 0 ? options->session_seconds : 600;
  self->password_iterations =
      options != NULL && options->password_iterations > 0 ? options->password_iterations : SAMSPILL_PASSWORD_ITERATIONS;
  self->behind_proxy = options != NULL && options->behind_proxy;
  self->cross_site = options != NULL && options->allow_origins != NULL && options->allow_origins[0] != NULL;
  self->users = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)samspill_user_unref);
  self->securities = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)samspill_security_unref);
  self->attempts = g_hash_table_new (g_bytes_hash, g_bytes_equal);
  self->throttle = samspill_throttle_new ();
  if (!samspill_random_bytes (self->memory_key, sizeof self->memory_key))
    {
      g_set_error_literal (error, SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_FAILED,
                           "The machine gives no random bytes.");
      return NULL;
    }
  if (!samspill_cookie_load_secret (self, error))
    return NULL;
  self->workers = g_thread_pool_new (check_attempt, self, (int)CLAMP (g_get_num_processors () / 2, 1, 4), FALSE, error);
  return self->workers != NULL ? g_steal_pointer (&self) : NULL;
}

/* After the server: what waits is answered before the threads end. */
void
samspill_accounts_free (SamspillAccounts *self)
{
  if (self == NULL)
    return;
  if (self->workers != NULL)
    g_thread_pool_free (self->workers, FALSE, TRUE);
  g_clear_pointer (&self->users, g_hash_table_unref);
  g_clear_pointer (&self->securities, g_hash_table_unref);
  g_clear_pointer (&self->attempts, g_hash_table_unref);
  samspill_throttle_free (self->throttle);
  g_clear_object (&self->store);
  g_mutex_clear (&self->lock);
  explicit_bzero (self->secret, sizeof self->secret);
  g_free (self);
}

gint64
samspill_accounts_now_us (SamspillAccounts *self)
{
  return g_get_monotonic_time () + self->clock_offset_us;
}

gint64
samspill_accounts_real_seconds (SamspillAccounts *self)
{
  return (g_get_real_time () + self->clock_offset_us) / G_USEC_PER_SEC;
}

/* --- the account of a call --- */

SamspillAccount *
samspill_account_new (const SamspillUser *user, const char *method)
{
  SamspillAccount *self = g_new0 (SamspillAccount, 1);
  static const char *const none[] = { NULL };

  self->name = user != NULL ? g_strdup (user->name) : NULL;
  self->roles = g_strdupv (user != NULL ? user->roles : (char **)none);
  self->is_admin = g_strv_contains ((const char *const *)self->roles, SAMSPILL_ADMIN_ROLE);
  self->method = method;
  return self;
}

void
samspill_account_free (SamspillAccount *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_strfreev (self->roles);
  g_free (self);
}

gboolean
samspill_account_has_org_role (const SamspillAccount *account)
{
  for (char **role = account->roles; *role != NULL; role++)
    if (g_str_has_prefix (*role, SAMSPILL_ORG_ROLE))
      return TRUE;
  return FALSE;
}

/* The proxy adds whom it saw at the end; what stands before came from the client. */
char *
samspill_account_dup_peer (SamspillAccounts *self, SamspillHttpRequest *http)
{
  const char *forwarded = self->behind_proxy ? samspill_http_request_get_header (http, "X-Forwarded-For") : NULL;

  if (forwarded == NULL)
    return g_strdup (samspill_http_request_get_peer (http));
  const char *comma = strrchr (forwarded, ',');
  return g_strstrip (g_strdup (comma != NULL ? comma + 1 : forwarded));
}

gboolean
samspill_account_is_secure (SamspillAccounts *self, SamspillHttpRequest *http)
{
  const char *protocol = self->behind_proxy ? samspill_http_request_get_header (http, "X-Forwarded-Proto") : NULL;

  return protocol != NULL ? g_ascii_strcasecmp (protocol, "https") == 0 : samspill_http_request_is_secure (http);
}

/* --- documents of `_users`, kept for a second --- */

SamspillUser *
samspill_accounts_find_user (SamspillAccounts *self, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  SamspillUser *kept = g_hash_table_lookup (self->users, name);
  gint64 now_us = samspill_accounts_now_us (self);

  if (kept != NULL && now_us - kept->checked_us < RECHECK_US)
    return samspill_user_ref (kept);
  g_clear_pointer (&locker, g_mutex_locker_free);

  SamspillUser *read = samspill_user_read (self->store, name);
  locker = g_mutex_locker_new (&self->lock);
  kept = g_hash_table_lookup (self->users, name);
  if (read == NULL)
    {
      g_hash_table_remove (self->users, name);
      return NULL;
    }
  if (kept != NULL && g_str_equal (kept->rev, read->rev))
    {
      samspill_user_unref (read);
      kept->checked_us = now_us;
      return samspill_user_ref (kept);
    }
  if (g_hash_table_size (self->users) >= MAX_USERS)
    g_hash_table_remove_all (self->users);
  read->checked_us = now_us;
  g_hash_table_replace (self->users, read->name, read);
  return samspill_user_ref (read);
}

void
samspill_account_forget (SamspillRegistry *registry, const char *id)
{
  SamspillAccounts *self = registry->accounts;
  const char *name = g_str_has_prefix (id, SAMSPILL_USER_PREFIX) ? id + strlen (SAMSPILL_USER_PREFIX) : id;

  g_mutex_lock (&self->lock);
  g_hash_table_remove (self->users, name);
  g_mutex_unlock (&self->lock);
}

/* --- is the password right? --- */

/* Each request with Basic pays for this, and what it makes never leaves the memory. */
static GBytes *
hash_attempt (SamspillAccounts *self, const char *name, const char *password)
{
  guint8 digest[SAMSPILL_SIPHASH_BYTES];
  g_autoptr (GString) text = g_string_new (name);

  g_string_append_c (text, '\n'); /* no name has one */
  g_string_append (text, password);
  samspill_siphash (self->memory_key, text->str, text->len, digest);
  explicit_bzero (text->str, text->len);
  return g_bytes_new (digest, sizeof digest);
}

static gboolean
is_remembered (SamspillAccounts *self, const SamspillUser *user, GBytes *key)
{
  return samspill_accounts_now_us (self) < user->remembered_until_us &&
         samspill_bytes_equal (user->remembered, g_bytes_get_data (key, NULL), sizeof user->remembered);
}

static GError *
wrong_password (void)
{
  return g_error_new_literal (SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_UNAUTHORIZED,
                              "Name or password is incorrect.");
}

static GError *
too_many (SamspillRegistryCall *call, guint seconds)
{
  g_autofree char *text = g_strdup_printf ("%u", seconds);

  samspill_http_request_add_header (call->http, "Retry-After", text);
  return g_error_new (SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_THROTTLED,
                      "Too many wrong passwords. Try again in %u seconds.", seconds);
}

/* In a worker. */
static void
check_attempt (gpointer data, gpointer user_data)
{
  Attempt *attempt = data;
  SamspillAccounts *self = user_data;
  static const SamspillPassword nobody = { 0 };
  gboolean right =
      samspill_password_fits (attempt->user != NULL ? &attempt->user->password : &nobody, attempt->password);
  g_autoptr (GError) error = right ? NULL : wrong_password ();

  g_mutex_lock (&self->lock);
  if (right)
    {
      memcpy (attempt->user->remembered, g_bytes_get_data (attempt->key, NULL), sizeof attempt->user->remembered);
      attempt->user->remembered_until_us = samspill_accounts_now_us (self) + REMEMBER_US;
      samspill_throttle_right (self->throttle, attempt->peer, attempt->name, samspill_accounts_now_us (self));
    }
  g_hash_table_remove (self->attempts, attempt->key);
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < attempt->waiting->len; i++)
    {
      const Waiting *waiting = &g_array_index (attempt->waiting, Waiting, i);
      g_autoptr (SamspillHttpRequest) held = waiting->call->http; /* as queue_attempt () left it */
      waiting->func (waiting->call, right ? attempt->user : NULL, error, waiting->data);
    }
  free_attempt (attempt);
}

static Attempt *
begin_attempt (SamspillAccounts *self, GBytes *key, const char *name, const char *password, char *peer,
               SamspillUser *user)
{
  Attempt *attempt = g_new0 (Attempt, 1);

  attempt->accounts = self;
  attempt->key = g_bytes_ref (key);
  attempt->name = g_strdup (name);
  attempt->password = g_strdup (password);
  attempt->peer = peer;
  attempt->user = user != NULL ? samspill_user_ref (user) : NULL;
  attempt->waiting = g_array_new (FALSE, FALSE, sizeof (Waiting));
  g_hash_table_insert (self->attempts, attempt->key, attempt);
  return attempt;
}

/* Joins what is under way or begins it, under the lock. */
static GError *
queue_attempt (SamspillRegistryCall *call, GBytes *key, const char *name, const char *password, SamspillUser *user,
               const Waiting *waiting)
{
  SamspillAccounts *self = call->registry->accounts;
  Attempt *attempt = g_hash_table_lookup (self->attempts, key);

  if (attempt == NULL)
    {
      g_autofree char *peer = samspill_account_dup_peer (self, call->http);
      guint seconds = samspill_throttle_ask (self->throttle, peer, name, samspill_accounts_now_us (self));
      if (seconds == 0 && g_hash_table_size (self->attempts) >= MAX_ATTEMPTS)
        seconds = 5;
      if (seconds > 0)
        return too_many (call, seconds);
      attempt = begin_attempt (self, key, name, password, g_steal_pointer (&peer), user);
      g_array_append_vals (attempt->waiting, waiting, 1);
      g_thread_pool_push (self->workers, attempt, NULL);
    }
  else
    g_array_append_vals (attempt->waiting, waiting, 1);
  samspill_http_request_ref (call->http);
  return NULL;
}

void
samspill_account_check_password (SamspillRegistryCall *call, const char *name, const char *password,
                                 SamspillPasswordFunc func, gpointer data)
{
  SamspillAccounts *self = call->registry->accounts;
  const Waiting waiting = { .call = call, .func = func, .data = data };
  g_autoptr (GError) error = NULL;

  if (name[0] == '\0' || strlen (name) > SAMSPILL_MAX_USER_NAME || strpbrk (name, "\n:") != NULL ||
      !g_utf8_validate (name, -1, NULL) || strlen (password) > 1024)
    {
      error = wrong_password ();
      func (call, NULL, error, data);
      return;
    }
  g_autoptr (GBytes) key = hash_attempt (self, name, password);
  g_autoptr (SamspillUser) user = samspill_accounts_find_user (self, name);
  g_mutex_lock (&self->lock);
  gboolean remembered = user != NULL && is_remembered (self, user, key);
  if (!remembered)
    error = queue_attempt (call, key, name, password, user, &waiting);
  g_mutex_unlock (&self->lock);
  if (remembered || error != NULL)
    func (call, remembered ? user : NULL, error, data);
}

/* --- the door --- */

typedef struct
{
  SamspillAccountFunc func;
  gpointer data;
} Answer;

static void
basic_checked_cb (SamspillRegistryCall *call, SamspillUser *user, const GError *error, gpointer data)
{
  g_autofree Answer *answer = data;

  call->account = samspill_account_new (user, "default");
  answer->func (call, error, answer->data);
}

/* "Basic bmFtZTpwYXNz": name and password, or FALSE. */
static gboolean
read_basic (SamspillHttpRequest *http, char **name, char **password)
{
  const char *header = samspill_http_request_get_header (http, "Authorization");
  gsize length = 0;

  if (header == NULL || g_ascii_strncasecmp (header, "Basic ", 6) != 0)
    return FALSE;
  g_autofree char *text = g_strstrip (g_strdup (header + 6));
  g_autofree char *plain = (char *)g_base64_decode (text, &length);
  char *colon = memchr (plain, ':', length);
  *name = colon != NULL ? g_strndup (plain, (gsize)(colon - plain)) : g_strdup ("");
  *password = colon != NULL ? g_strndup (colon + 1, length - (gsize)(colon + 1 - plain)) : g_strdup ("");
  explicit_bzero (plain, length);
  return TRUE;
}

void
samspill_account_authenticate (SamspillRegistryCall *call, SamspillAccountFunc func, gpointer data)
{
  SamspillAccounts *self = call->registry->accounts;
  gboolean renew = FALSE;
  g_autoptr (SamspillUser) user = samspill_cookie_read (self, call->http, &renew);
  g_autofree char *name = NULL;
  g_autofree char *password = NULL;

  g_clear_pointer (&call->account, samspill_account_free);
  if (user != NULL || !read_basic (call->http, &name, &password))
    {
      if (renew)
        samspill_cookie_give (self, call->http, user);
      call->account = samspill_account_new (user, user != NULL ? "cookie" : NULL);
      func (call, NULL, data);
      return;
    }
  Answer *answer = g_new0 (Answer, 1);
  *answer = (Answer){ .func = func, .data = data };
  samspill_account_check_password (call, name, password, basic_checked_cb, answer);
  explicit_bzero (password, strlen (password));
}
