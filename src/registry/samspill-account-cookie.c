/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CouchDB's cookie: AuthSession=base64url ("NAME:HEXTIME:" + HMAC-SHA256 (secret + salt of the user, "NAME:HEXTIME")).
 * Nothing is kept about sessions; another password has another salt and ends them all. */

#include "samspill-account-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#define COOKIE "AuthSession"
#define SECRET_FILE "cookie-secret"
#define MAX_COOKIE 1024

/* --- the secret --- */

static gboolean
fail_secret (GError **error, const char *path, int number)
{
  g_set_error (error, SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_FAILED,
               _ ("The secret of the sessions, %s, cannot be read or made: %s"), path, g_strerror (number));
  return FALSE;
}

static gboolean
read_secret (SamspillAccounts *self, const char *path, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0)
    return fail_secret (error, path, errno);
  gssize got = read (fd, self->secret, sizeof self->secret);
  int number = errno;
  close (fd);
  if (got == (gssize)sizeof self->secret)
    return TRUE;
  if (got < 0)
    return fail_secret (error, path, number);
  g_set_error (error, SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_FAILED,
               _ ("The secret of the sessions, %s, is cut short. Remove the file: everyone then signs in again."),
               path);
  return FALSE;
}

/* Written beside and linked into place: two programs that begin at once end up with the same. */
static gboolean
make_secret (SamspillAccounts *self, const char *path, GError **error)
{
  g_autofree char *beside = g_strdup_printf ("%s.%d", path, (int)getpid ());
  guint8 secret[sizeof self->secret];

  if (!samspill_random_bytes (secret, sizeof secret))
    return fail_secret (error, path, EIO);
  g_unlink (beside);
  int fd = g_open (beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail_secret (error, path, errno);
  gboolean written = write (fd, secret, sizeof secret) == (gssize)sizeof secret && fsync (fd) == 0;
  int number = errno;
  close (fd);
  if (written && link (beside, path) < 0 && errno != EEXIST)
    {
      written = FALSE;
      number = errno;
    }
  g_unlink (beside);
  return written ? TRUE : fail_secret (error, path, number);
}

gboolean
samspill_cookie_load_secret (SamspillAccounts *self, GError **error)
{
  g_autofree char *path = g_build_filename (samspill_store_get_folder (self->store), SECRET_FILE, NULL);

  if (g_access (path, F_OK) < 0 && !make_secret (self, path, error))
    return FALSE;
  return read_secret (self, path, error);
}

/* --- the cookie --- */

static void
sign (SamspillAccounts *self, const SamspillUser *user, const char *text, guint8 mac[32])
{
  const char *salt = user->password.salt != NULL ? user->password.salt : "";
  g_autoptr (GByteArray) key = g_byte_array_new ();

  g_byte_array_append (key, self->secret, sizeof self->secret);
  g_byte_array_append (key, (const guint8 *)salt, (guint)strlen (salt));
  samspill_hmac_sha256 (key->data, key->len, text, strlen (text), mac);
}

static guint8 *
decode (const char *cookie, gsize *length)
{
  gsize given = strlen (cookie);
  g_autofree char *text = g_malloc (given + 4);

  for (gsize i = 0; i < given; i++)
    text[i] = cookie[i] == '-' ? '+' : cookie[i] == '_' ? '/' : cookie[i];
  while (given % 4 != 0)
    text[given++] = '=';
  text[given] = '\0';
  return g_base64_decode (text, length);
}

SamspillUser *
samspill_cookie_read (SamspillAccounts *self, SamspillHttpRequest *http, gboolean *renew)
{
  const char *cookie = samspill_http_request_get_cookie (http, COOKIE);
  gsize length = 0;

  if (cookie == NULL || cookie[0] == '\0' || strlen (cookie) > MAX_COOKIE)
    return NULL;
  g_autofree guint8 *bytes = decode (cookie, &length);
  const guint8 *first = memchr (bytes, ':', length);
  if (first == NULL)
    return NULL;
  gsize rest = length - (gsize)(first + 1 - bytes);
  const guint8 *second = memchr (first + 1, ':', rest);
  if (second == NULL || length - (gsize)(second + 1 - bytes) != 32)
    return NULL;

  g_autofree char *name = g_strndup ((const char *)bytes, (gsize)(first - bytes));
  g_autofree char *time = g_strndup ((const char *)first + 1, (gsize)(second - first - 1));
  guint64 seconds;
  if (!g_utf8_validate (name, -1, NULL) || !g_ascii_string_to_unsigned (time, 16, 0, G_MAXUINT32, &seconds, NULL))
    return NULL;
  gint64 left = (gint64)seconds + self->session_seconds - samspill_accounts_real_seconds (self);
  if (left <= 0 || left > self->session_seconds + 60)
    return NULL;
  g_autoptr (SamspillUser) user = samspill_accounts_find_user (self, name);
  if (user == NULL)
    return NULL;
  g_autofree char *text = g_strdup_printf ("%s:%s", name, time);
  guint8 mac[32];
  sign (self, user, text, mac);
  if (!samspill_bytes_equal (mac, second + 1, sizeof mac))
    return NULL;
  *renew = left * 10 < (gint64)self->session_seconds * 9; /* as CouchDB: when a tenth has gone */
  return g_steal_pointer (&user);
}

/* A page of another site may use the cookie only where the operator has let other sites in, and over TLS. */
static void
set_cookie (SamspillAccounts *self, SamspillHttpRequest *http, const char *value, gint64 seconds)
{
  gboolean secure = samspill_account_is_secure (self, http);
  g_autoptr (GDateTime) end = g_date_time_new_from_unix_utc (samspill_accounts_real_seconds (self) + seconds);
  static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  g_autofree char *expires = g_strdup_printf (
      "%s, %02d %s %04d %02d:%02d:%02d GMT", days[g_date_time_get_day_of_week (end) - 1],
      g_date_time_get_day_of_month (end), months[g_date_time_get_month (end) - 1], g_date_time_get_year (end),
      g_date_time_get_hour (end), g_date_time_get_minute (end), g_date_time_get_second (end));
  g_autofree char *header = g_strdup_printf (
      COOKIE "=%s; Version=1; Expires=%s; Max-Age=%" G_GINT64_FORMAT "; Path=/; HttpOnly; SameSite=%s%s", value,
      expires, seconds, self->cross_site && secure ? "None" : "Strict", secure ? "; Secure" : "");

  samspill_http_request_add_header (http, "Set-Cookie", header);
}

void
samspill_cookie_give (SamspillAccounts *self, SamspillHttpRequest *http, const SamspillUser *user)
{
  gint64 now = samspill_accounts_real_seconds (self);
  g_autofree char *text = g_strdup_printf ("%s:%" G_GINT64_MODIFIER "X", user->name, (guint64)now);
  guint8 mac[32];
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  sign (self, user, text, mac);
  g_byte_array_append (bytes, (const guint8 *)text, (guint)strlen (text));
  g_byte_array_append (bytes, (const guint8 *)":", 1);
  g_byte_array_append (bytes, mac, sizeof mac);
  g_autofree char *value = g_base64_encode (bytes->data, bytes->len);
  for (char *c = value; *c != '\0'; c++)
    if (*c == '+')
      *c = '-';
    else if (*c == '/')
      *c = '_';
    else if (*c == '=')
      {
        *c = '\0';
        break;
      }
  set_cookie (self, http, value, self->session_seconds);
}

void
samspill_cookie_take_away (SamspillAccounts *self, SamspillHttpRequest *http)
{
  set_cookie (self, http, "", 0);
}
