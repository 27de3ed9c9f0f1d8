/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Signing in: name and password with each request, as that costs no request of its own; a session cookie where the
 * server says 401 to that, renewed when it has run out. */

#include <string.h>

#include "samspill-remote-private.h"

static char *
basic_value (const char *user, const char *password)
{
  g_autofree char *pair = g_strdup_printf ("%s:%s", user, password != NULL ? password : "");
  g_autofree char *encoded = g_base64_encode ((const guchar *)pair, strlen (pair));

  return g_strdup_printf ("Basic %s", encoded);
}

guint
samspill_remote_authorize (SamspillRemote *self, SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  soup_message_headers_remove (headers, "Authorization");
  soup_message_headers_remove (headers, "Cookie");
  if (self->cookie != NULL)
    {
      soup_message_headers_replace (headers, "Cookie", self->cookie);
    }
  else if (self->user != NULL)
    {
      g_autofree char *value = basic_value (self->user, self->password);
      soup_message_headers_replace (headers, "Authorization", value);
    }
  return self->sign_ins;
}

/* "/prefix/db" → "/prefix/_session". */
static GUri *
session_uri (SamspillRemote *self)
{
  const char *path = g_uri_get_path (self->uri);
  const char *slash = strrchr (path, '/');
  g_autofree char *session =
      g_strdup_printf ("%.*s/_session", slash != NULL ? (int)(slash - path) : 0, slash != NULL ? path : "");

  return soup_uri_copy (self->uri, SOUP_URI_PATH, session, SOUP_URI_NONE);
}

static char *
find_cookie (SoupMessage *message)
{
  const char *value = soup_message_headers_get_list (soup_message_get_response_headers (message), "Set-Cookie");
  const char *cookie = value != NULL ? strstr (value, "AuthSession=") : NULL;

  if (cookie == NULL)
    return NULL;
  gsize length = strcspn (cookie, ";, \t");
  return length > strlen ("AuthSession=") ? g_strndup (cookie, length) : NULL;
}

static char *
ask_for_session (SamspillRemote *self, const char *user, const char *password, GCancellable *cancellable)
{
  g_autoptr (GUri) uri = session_uri (self);
  g_autoptr (SoupMessage) message = soup_message_new_from_uri ("POST", uri);
  g_autoptr (GHashTable) form = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_insert (form, (gpointer) "name", (gpointer)user);
  g_hash_table_insert (form, (gpointer) "password", (gpointer)(password != NULL ? password : ""));
  g_autofree char *text = soup_form_encode_hash (form);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  soup_message_set_request_body_from_bytes (message, "application/x-www-form-urlencoded", body);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Accept", "application/json");

  g_atomic_int_inc (&self->requests);
  g_autoptr (GInputStream) stream = soup_session_send (self->session, message, cancellable, NULL);
  if (stream == NULL)
    return NULL;
  g_autoptr (GBytes) answer = samspill_remote_read_body (message, stream, 64 * 1024, cancellable, NULL);
  return soup_message_get_status (message) == 200 ? find_cookie (message) : NULL;
}

gboolean
samspill_remote_renew (SamspillRemote *self, guint seen, GCancellable *cancellable)
{
  g_autofree char *user = NULL, *password = NULL, *cookie = NULL;
  gboolean had_cookie;

  g_mutex_lock (&self->mutex);
  gboolean done_by_another = self->sign_ins != seen;
  had_cookie = self->cookie != NULL;
  user = g_strdup (self->user);
  password = g_strdup (self->password);
  g_mutex_unlock (&self->mutex);
  if (done_by_another)
    return TRUE;
  if (user == NULL)
    return FALSE;

  cookie = ask_for_session (self, user, password, cancellable);
  g_mutex_lock (&self->mutex);
  gboolean is_new = self->sign_ins == seen && (cookie != NULL || had_cookie);
  if (is_new)
    {
      g_free (self->cookie);
      self->cookie = g_steal_pointer (&cookie);
      self->sign_ins++;
    }
  gboolean worth_a_try = self->sign_ins != seen;
  g_mutex_unlock (&self->mutex);
  return worth_a_try;
}
