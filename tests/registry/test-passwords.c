/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Passwords as CouchDB hashes them. The expected keys are Python's: hashlib.pbkdf2_hmac (PRF, password, salt,
 * iterations).hex (). */

#include "samspill-password.h"

#include <string.h>

#include "samspill-siphash.h"

static void
test_vectors (void)
{
  SamspillPassword sha256 = { SAMSPILL_PASSWORD_SHA256, 1000, g_strdup ("e3a9a1e5d1a7b1c6a4f0c2d8b7e6f5a4"),
                              g_strdup ("73a56e79e91b80a55cd3ad625c7b92c34381c6d99d0257b891ae95bf0ee41a35") };
  SamspillPassword sha1 = { SAMSPILL_PASSWORD_SHA1, 10, g_strdup ("e3a9a1e5d1a7b1c6a4f0c2d8b7e6f5a4"),
                            g_strdup ("f26dd959ddc283a6c97560bb9acddfc60ed90d3a") };

  g_assert_true (samspill_password_fits (&sha256, "blåbær:syltetøy "));
  g_assert_false (samspill_password_fits (&sha256, "blåbær:syltetøy"));
  g_assert_true (samspill_password_fits (&sha1, "blåbær:syltetøy "));
  g_assert_false (samspill_password_fits (&sha1, ""));
  sha256.prf = SAMSPILL_PASSWORD_SHA1;
  g_assert_false (samspill_password_fits (&sha256, "blåbær:syltetøy "));
  sha1.iterations = 0;
  g_assert_false (samspill_password_fits (&sha1, "blåbær:syltetøy "));
  samspill_password_clear (&sha256);
  samspill_password_clear (&sha1);
}

static void
test_made (void)
{
  SamspillPassword one = { 0 }, other = { 0 };

  g_assert_true (samspill_password_make (&one, "x", 10));
  g_assert_true (samspill_password_make (&other, "x", 10));
  g_assert_cmpstr (one.salt, !=, other.salt);
  g_assert_cmpstr (one.derived_key, !=, other.derived_key);
  g_assert_cmpuint (strlen (one.derived_key), ==, 64);
  g_assert_true (samspill_password_fits (&one, "x"));
  g_assert_false (samspill_password_fits (&one, "y"));
  samspill_password_clear (&one);
  samspill_password_clear (&other);
}

/* Expected: openssl mac -macopt hexkey:000102…0e0f -macopt size:16 SIPHASH, of the bytes 0, 1, 2 … */
static void
test_siphash (void)
{
  static const struct
  {
    gsize length;
    guint64 digest[2];
  } cases[] = {
    { 0, { G_GUINT64_CONSTANT (0xa3817f04ba25a8e6), G_GUINT64_CONSTANT (0x6df67214c7550293) } },
    { 1, { G_GUINT64_CONSTANT (0xda87c1d86b99af44), G_GUINT64_CONSTANT (0x347659119b22fc45) } },
    { 8, { G_GUINT64_CONSTANT (0x3b62a9ba6258f561), G_GUINT64_CONSTANT (0x0f83e264f31497b4) } },
    { 15, { G_GUINT64_CONSTANT (0x5493e99933b0a811), G_GUINT64_CONSTANT (0x7e08ec0f97cfc3d9) } },
  };
  guint8 bytes[16], digest[SAMSPILL_SIPHASH_BYTES];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8)i;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 expected[2] = { GUINT64_TO_BE (cases[i].digest[0]), GUINT64_TO_BE (cases[i].digest[1]) };

      samspill_siphash (bytes, bytes, cases[i].length, digest);
      g_assert_cmpmem (digest, sizeof digest, expected, sizeof expected);
    }
}

/* Who measures the time learns nothing about which names there are. */
static void
test_unknown (void)
{
  SamspillPassword known = { 0 }, unknown = { 0 };
  gint64 times[2];

  g_assert_true (samspill_password_make (&known, "x", SAMSPILL_PASSWORD_ITERATIONS));
  gint64 start = g_get_monotonic_time ();
  g_assert_false (samspill_password_fits (&known, "y"));
  times[0] = g_get_monotonic_time () - start;
  start += times[0];
  g_assert_false (samspill_password_fits (&unknown, "y"));
  times[1] = g_get_monotonic_time () - start;
  g_test_message ("known %" G_GINT64_FORMAT " ms, unknown %" G_GINT64_FORMAT " ms", times[0] / 1000, times[1] / 1000);
  g_assert_cmpint (times[1], >, times[0] / 5); /* the machine may be busy; without the work it would be a thousandth */
  samspill_password_clear (&known);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/passwords/as-couchdb-hashes-them", test_vectors);
  g_test_add_func ("/registry/passwords/a-new-salt-each-time", test_made);
  g_test_add_func ("/registry/siphash/as-published", test_siphash);
  g_test_add_func ("/registry/passwords/unknown-names-take-as-long", test_unknown);
  return g_test_run ();
}
