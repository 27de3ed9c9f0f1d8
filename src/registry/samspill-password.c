/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-password.h"

#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#define SALT_BYTES 16
#define MAX_KEY_BYTES 32

static gsize
key_bytes (SamspillPasswordPrf prf)
{
  return prf == SAMSPILL_PASSWORD_SHA1 ? 20 : 32;
}

static char *
to_hex (const guint8 *bytes, gsize length)
{
  static const char digits[] = "0123456789abcdef";
  char *text = g_malloc (2 * length + 1);

  for (gsize i = 0; i < length; i++)
    {
      text[2 * i] = digits[bytes[i] >> 4];
      text[2 * i + 1] = digits[bytes[i] & 0xf];
    }
  text[2 * length] = '\0';
  return text;
}

static char *
derive (SamspillPasswordPrf prf, const char *password, const char *salt, guint iterations)
{
  const gnutls_datum_t key = { .data = (unsigned char *)password, .size = (unsigned)strlen (password) };
  const gnutls_datum_t grain = { .data = (unsigned char *)salt, .size = (unsigned)strlen (salt) };
  guint8 derived[MAX_KEY_BYTES] = { 0 };
  gnutls_mac_algorithm_t mac = prf == SAMSPILL_PASSWORD_SHA1 ? GNUTLS_MAC_SHA1 : GNUTLS_MAC_SHA256;

  if (gnutls_pbkdf2 (mac, &key, &grain, iterations, derived, key_bytes (prf)) < 0)
    return NULL;
  return to_hex (derived, key_bytes (prf));
}

void
samspill_password_clear (SamspillPassword *self)
{
  g_clear_pointer (&self->salt, g_free);
  g_clear_pointer (&self->derived_key, g_free);
}

/**
 * samspill_password_fits:
 * @self: what is kept; all %NULL for a name that is not there
 * @password: what was given
 *
 * Takes as long for a name that is not there as for one that is. Blocks for some tenths of a second.
 *
 * Returns: %TRUE if the password is right
 */
gboolean
samspill_password_fits (const SamspillPassword *self, const char *password)
{
  gboolean known = self->derived_key != NULL && self->salt != NULL && self->iterations > 0 &&
                   self->iterations <= SAMSPILL_PASSWORD_MAX_ITERATIONS;
  const char *salt = known ? self->salt : "00000000000000000000000000000000";
  guint iterations = known ? self->iterations : SAMSPILL_PASSWORD_ITERATIONS;
  g_autofree char *derived = derive (known ? self->prf : SAMSPILL_PASSWORD_SHA256, password, salt, iterations);

  if (derived == NULL || !known || strlen (self->derived_key) != strlen (derived))
    return FALSE;
  g_autofree char *kept = g_ascii_strdown (self->derived_key, -1);
  return samspill_bytes_equal (kept, derived, strlen (derived));
}

gboolean
samspill_password_make (SamspillPassword *self, const char *password, guint iterations)
{
  guint8 salt[SALT_BYTES];

  samspill_password_clear (self);
  if (!samspill_random_bytes (salt, sizeof salt))
    return FALSE;
  self->prf = SAMSPILL_PASSWORD_SHA256;
  self->iterations = CLAMP (iterations, 1, SAMSPILL_PASSWORD_MAX_ITERATIONS);
  self->salt = to_hex (salt, sizeof salt);
  self->derived_key = derive (self->prf, password, self->salt, self->iterations);
  return self->derived_key != NULL;
}

gboolean
samspill_random_bytes (guint8 *bytes, gsize length)
{
  return gnutls_rnd (GNUTLS_RND_KEY, bytes, length) == 0;
}

gboolean
samspill_bytes_equal (const void *one, const void *other, gsize length)
{
  return gnutls_memcmp (one, other, length) == 0;
}

void
samspill_hmac_sha256 (const void *key, gsize key_length, const char *text, gsize length, guint8 digest[32])
{
  if (gnutls_hmac_fast (GNUTLS_MAC_SHA256, key, key_length, text, length, digest) < 0)
    g_error ("There is no HMAC-SHA256: the machine’s GnuTLS does not allow it");
}
