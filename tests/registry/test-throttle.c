/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Wrong passwords are slowed down. The clock is the test's. */

#include "samspill-throttle.h"

#define SECOND ((gint64)G_USEC_PER_SEC)

static guint
try_until_refused (SamspillThrottle *throttle, const char *address, const char *name, gint64 now_us)
{
  guint tried = 0;

  while (tried < 1000 && samspill_throttle_ask (throttle, address, name, now_us) == 0)
    tried++;
  return tried;
}

static void
test_address (void)
{
  SamspillThrottle *throttle = samspill_throttle_new ();
  gint64 now = 5 * SECOND;

  g_assert_cmpuint (try_until_refused (throttle, "192.0.2.1", "kari", now), ==, 10);
  g_assert_cmpuint (samspill_throttle_ask (throttle, "192.0.2.1", "another", now), <=, 11);
  g_assert_cmpuint (samspill_throttle_ask (throttle, "192.0.2.1", "another", now), >, 0);
  g_assert_cmpuint (samspill_throttle_ask (throttle, "192.0.2.2", "another", now), ==, 0);
  now += 11 * SECOND;
  g_assert_cmpuint (try_until_refused (throttle, "192.0.2.1", "kari", now), ==, 1);
  now += 1000 * SECOND;
  g_assert_cmpuint (try_until_refused (throttle, "192.0.2.1", "kari", now), ==, 10);
  /* A clock that goes back gives nothing and breaks nothing. */
  g_assert_cmpuint (try_until_refused (throttle, "192.0.2.1", "kari", 0), ==, 0);
  samspill_throttle_free (throttle);
}

static void
test_right_costs_nothing (void)
{
  SamspillThrottle *throttle = samspill_throttle_new ();

  for (guint i = 0; i < 1000; i++)
    {
      g_assert_cmpuint (samspill_throttle_ask (throttle, "192.0.2.1", "kari", 7), ==, 0);
      samspill_throttle_right (throttle, "192.0.2.1", "kari", 7);
    }
  g_assert_cmpuint (try_until_refused (throttle, "192.0.2.1", "kari", 7), ==, 10);
  samspill_throttle_free (throttle);
}

/* One address alone never uses up what a name is allowed. */
static void
test_one_outsider (void)
{
  SamspillThrottle *throttle = samspill_throttle_new ();

  for (gint64 now = 0; now < 24 * 3600 * SECOND; now += SECOND)
    samspill_throttle_ask (throttle, "203.0.113.9", "kari", now);
  g_assert_cmpuint (samspill_throttle_ask (throttle, "192.0.2.1", "kari", 24 * 3600 * SECOND), ==, 0);
  samspill_throttle_free (throttle);
}

/* Many together do, but not for an address that the name has signed in from, and not for long. */
static void
test_many_outsiders (void)
{
  SamspillThrottle *throttle = samspill_throttle_new ();
  gint64 now = SECOND;

  g_assert_cmpuint (samspill_throttle_ask (throttle, "192.0.2.1", "kari", now), ==, 0);
  samspill_throttle_right (throttle, "192.0.2.1", "kari", now);
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *address = g_strdup_printf ("203.0.113.%u", i);
      samspill_throttle_ask (throttle, address, "kari", now);
    }
  g_assert_cmpuint (samspill_throttle_ask (throttle, "198.51.100.1", "kari", now), >, 0);
  g_assert_cmpuint (samspill_throttle_ask (throttle, "198.51.100.1", "kari", now), <=, 3);
  g_assert_cmpuint (samspill_throttle_ask (throttle, "192.0.2.1", "kari", now), ==, 0);
  g_assert_cmpuint (samspill_throttle_ask (throttle, "198.51.100.1", "ola", now), ==, 0);
  g_assert_cmpuint (samspill_throttle_ask (throttle, "198.51.100.1", "kari", now + 3 * SECOND), ==, 0);
  samspill_throttle_free (throttle);
}

static void
test_networks (void)
{
  SamspillThrottle *throttle = samspill_throttle_new ();
  guint tried = 0;

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *address = g_strdup_printf ("2001:db8:1:2::%x", i);
      if (samspill_throttle_ask (throttle, address, "kari", 0) == 0)
        tried++;
    }
  g_assert_cmpuint (tried, ==, 10);
  g_assert_cmpuint (samspill_throttle_ask (throttle, "2001:db8:1:3::1", "kari", 0), ==, 0);
  g_assert_cmpuint (try_until_refused (throttle, "::ffff:192.0.2.1", "ola", 0), ==, 10);
  g_assert_cmpuint (samspill_throttle_ask (throttle, "::ffff:192.0.2.2", "ola", 0), ==, 0);
  samspill_throttle_free (throttle);
}

static void
test_flood (void)
{
  SamspillThrottle *throttle = samspill_throttle_new ();

  g_assert_cmpuint (try_until_refused (throttle, "192.0.2.1", "kari", 0), ==, 10);
  for (guint i = 0; i < 200000; i++)
    {
      g_autofree char *address = g_strdup_printf ("10.%u.%u.%u", i >> 16, (i >> 8) & 255, i & 255);
      g_autofree char *name = g_strdup_printf ("name-%u", i);
      samspill_throttle_ask (throttle, address, name, 0);
    }
  g_assert_cmpuint (samspill_throttle_ask (throttle, "192.0.2.1", "kari", 0), >, 0);
  samspill_throttle_free (throttle);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/throttle/address-waits-then-tries-again", test_address);
  g_test_add_func ("/registry/throttle/right-costs-nothing", test_right_costs_nothing);
  g_test_add_func ("/registry/throttle/one-outsider-locks-nobody-out", test_one_outsider);
  g_test_add_func ("/registry/throttle/many-outsiders-lock-out-shortly", test_many_outsiders);
  g_test_add_func ("/registry/throttle/networks-of-ipv6", test_networks);
  g_test_add_func ("/registry/throttle/flood-is-bounded-and-remembers", test_flood);
  return g_test_run ();
}
