/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry-fixture.h"

/* Pages of other origins (CORS). */

static void
test_closed (RegistryFixture *self, gconstpointer data)
{
  registry_expect_with (self, "GET", "/", NULL, "Origin: https://page.example", 200, "{*}");
  g_assert_null (registry_header (self, "Access-Control-Allow-Origin"));
  registry_expect_with (self, "OPTIONS", "/commons", NULL,
                        "Origin: https://page.example\nAccess-Control-Request-Method: PUT", 405, "{*}");
  g_assert_null (registry_header (self, "Access-Control-Allow-Origin"));
}

static void
test_named (RegistryFixture *self, gconstpointer data)
{
  self->credentials = NULL;
  registry_expect_with (self, "OPTIONS", "/commons", NULL,
                        "Origin: https://page.example\nAccess-Control-Request-Method: PUT", 204, "");
  g_assert_cmpstr (registry_header (self, "Access-Control-Allow-Origin"), ==, "https://page.example");
  g_assert_cmpstr (registry_header (self, "Access-Control-Allow-Credentials"), ==, "true");
  g_assert_cmpstr (registry_header (self, "Access-Control-Allow-Methods"), ==, "GET, PUT, POST, HEAD, DELETE");
  g_assert_nonnull (registry_header (self, "Access-Control-Allow-Headers"));
  self->credentials = "admin:secret";
  registry_expect_with (self, "GET", "/commons", NULL, "Origin: https://page.example", 200, "{*}");
  g_assert_cmpstr (registry_header (self, "Access-Control-Allow-Origin"), ==, "https://page.example");
  g_assert_nonnull (registry_header (self, "Access-Control-Expose-Headers"));
  /* Also where it is refused: the page has to be able to read why. */
  self->credentials = NULL;
  registry_expect_with (self, "GET", "/commons", NULL, "Origin: https://page.example", 401, "{*}");
  g_assert_cmpstr (registry_header (self, "Access-Control-Allow-Origin"), ==, "https://page.example");
  registry_expect_with (self, "GET", "/", NULL, "Origin: https://page.example.evil", 200, "{*}");
  g_assert_null (registry_header (self, "Access-Control-Allow-Origin"));
}

/* "*" is for what anybody may read: never with credentials. */
static void
test_any (RegistryFixture *self, gconstpointer data)
{
  registry_expect_with (self, "GET", "/", NULL, "Origin: https://page.example", 200, "{*}");
  g_assert_cmpstr (registry_header (self, "Access-Control-Allow-Origin"), ==, "*");
  g_assert_null (registry_header (self, "Access-Control-Allow-Credentials"));
}

int
main (int argc, char *argv[])
{
  static const char *const named[] = { "https://other.example", "https://page.example", NULL };
  static const char *const any[] = { "*", NULL };
  static const SamspillRegistryOptions with_named = { .allow_origins = named }, with_any = { .allow_origins = any };

  g_test_init (&argc, &argv, NULL);
  g_test_add ("/registry/origins/closed", RegistryFixture, NULL, registry_set_up, test_closed, registry_tear_down);
  g_test_add ("/registry/origins/named", RegistryFixture, &with_named, registry_set_up, test_named, registry_tear_down);
  g_test_add ("/registry/origins/any", RegistryFixture, &with_any, registry_set_up, test_any, registry_tear_down);
  return g_test_run ();
}
