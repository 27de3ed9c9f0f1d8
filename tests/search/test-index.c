/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "search-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#define TEST(path, function)                                                                                           \
  g_test_add (path, SearchFixture, NULL, search_fixture_set_up, function, search_fixture_tear_down)

static void
assert_finds (SearchFixture *fixture, const char *text, const char *expected)
{
  g_autofree char *found = search_find (fixture, text);

  if (strcmp (found, expected) != 0)
    g_test_message ("text: «%s»", text);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_just_saved_is_found (SearchFixture *fixture, gconstpointer data)
{
  search_put_need (fixture, "need:1", "nb", "Vannlekkasjer i Bærum", "Vi mister vann");
  assert_finds (fixture, "vannlekkasje", "need:1");
  assert_finds (fixture, "lek", "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/search/index/just-saved-is-found", test_just_saved_is_found);
  return g_test_run ();
}
