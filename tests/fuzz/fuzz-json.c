/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The strict reader: what it takes it can take apart, make canonical, print and splice, and all of that is taken again.
 */

#include <string.h>

#include "fuzz.h"
#include "samspill-json-text.h"

static gboolean
see_member (const char *name, const char *value, gsize length, gpointer data)
{
  g_assert_true (samspill_json_check (value, (gssize)length, G_MAXSIZE, SAMSPILL_JSON_DEFAULT, NULL));
  return TRUE;
}

static gboolean
see_element (const char *value, gsize length, gpointer data)
{
  g_assert_true (samspill_json_check (value, (gssize)length, G_MAXSIZE, SAMSPILL_JSON_DEFAULT, NULL));
  return TRUE;
}

static void
check_forms (const char *text, gsize size)
{
  g_autofree char *canonical = samspill_json_canonical (text, (gssize)size);
  g_autofree char *again = samspill_json_canonical (canonical, -1);
  g_autofree char *pretty = samspill_json_pretty (text, (gssize)size);
  g_autofree char *of_pretty = samspill_json_canonical (pretty, -1);

  g_assert_cmpstr (canonical, ==, again);
  g_assert_cmpstr (canonical, ==, of_pretty);
}

static void
check_object (const char *text, gsize size)
{
  static const char *const names[] = { "a", "_rev", "title", NULL };
  static const char *const values[] = { "1", NULL, "[\"x\"]", NULL };
  g_autofree char *spliced = samspill_json_splice (text, (gssize)size, names, values);
  g_autofree char *bare = samspill_json_without_underscore (text, (gssize)size);
  g_autofree char *a = NULL;

  g_assert_true (samspill_json_foreach_member (text, (gssize)size, see_member, NULL, NULL));
  g_assert_true (samspill_json_check (spliced, -1, G_MAXSIZE, SAMSPILL_JSON_MUST_BE_OBJECT, NULL));
  g_assert_true (samspill_json_check (bare, -1, G_MAXSIZE, SAMSPILL_JSON_MUST_BE_OBJECT, NULL));
  a = samspill_json_dup_member (spliced, -1, "a");
  g_assert_cmpstr (a, ==, "1");
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_autoptr (GError) error = NULL;

  if (!samspill_json_check (text, (gssize)size, G_MAXSIZE, SAMSPILL_JSON_DEFAULT, &error))
    {
      g_assert_nonnull (error);
      return 0;
    }
  check_forms (text, size);
  if (samspill_json_check (text, (gssize)size, G_MAXSIZE, SAMSPILL_JSON_MUST_BE_OBJECT, NULL))
    check_object (text, size);
  else
    samspill_json_foreach_element (text, (gssize)size, see_element, NULL, NULL);
  return 0;
}
