/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Passwords as CouchDB keeps them: PBKDF2 over the text of the salt (its hexadecimal digits, not the bytes that they stand for), the
 * derived key as hexadecimal digits. From GnuTLS, which libmicrohttpd brings along: no cryptography of our own. */

typedef enum
{
  SAMSPILL_PASSWORD_SHA1,   /* "sha", and what has no pbkdf2_prf: before CouchDB 3.4; only read */
  SAMSPILL_PASSWORD_SHA256, /* "sha256" */
} SamspillPasswordPrf;

#define SAMSPILL_PASSWORD_ITERATIONS 600000      /* CouchDB 3.4 */
#define SAMSPILL_PASSWORD_MAX_ITERATIONS 2000000 /* a document may not keep our threads longer than that */

typedef struct
{
  SamspillPasswordPrf prf;
  guint iterations;
  char *salt;
  char *derived_key; /* nullable: nothing fits */
} SamspillPassword;

void     samspill_password_clear   (SamspillPassword *self);
/* Slow on purpose. `self` with all NULL: the same work for a name that is not there, then FALSE. */
gboolean samspill_password_fits    (const SamspillPassword *self, const char *password);
/* A new salt and the key for it. Slow on purpose. FALSE: no random bytes. */
gboolean samspill_password_make    (SamspillPassword *self, const char *password, guint iterations);
gboolean samspill_random_bytes     (guint8 *bytes, gsize length); /* fit for secrets */
/* In a time that does not depend on where they differ. */
gboolean samspill_bytes_equal      (const void *one, const void *other, gsize length);
void     samspill_hmac_sha256      (const void *key, gsize key_length, const char *text, gsize length, guint8 digest[32]);

G_END_DECLS
