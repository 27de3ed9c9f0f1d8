/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-error.h"
#include "samspill-json-text.h"

static void
assert_splice (const char *text, const char *name, const char *value, const char *expected)
{
  const char *names[] = { name, NULL };
  const char *values[] = { value, NULL };
  g_autofree char *result = samspill_json_splice (text, -1, names, values);

  g_assert_cmpstr (result, ==, expected);
}

static void
test_splice (void)
{
  assert_splice ("{ \"a\" : 1.0 , \"b\":2 }", "b", "3", "{ \"a\" : 1.0 , \"b\":3 }");
  assert_splice ("{ \"a\" : 1.0 , \"b\":2 }", "a", "\"x\"", "{ \"a\" : \"x\" , \"b\":2 }");
  assert_splice ("{ \"a\" : 1.0 , \"b\":2 }", "a", NULL, "{ \"b\":2 }");
  assert_splice ("{ \"a\" : 1.0 , \"b\":2 }", "b", NULL, "{ \"a\" : 1.0 }");
  assert_splice ("{\"a\":1}", "a", NULL, "{}");
  assert_splice ("{\"a\":1}", "c", "[]", "{\"a\":1,\"c\":[]}");
  assert_splice ("{}", "c", "1", "{\"c\":1}");
  assert_splice ("{ }", "c", "1", "{\"c\":1 }");
  assert_splice ("{\"a\":1}", "c", NULL, "{\"a\":1}");
  assert_splice (" {\"\\u0061\":1}", "a", "2", " {\"\\u0061\":2}");
  assert_splice ("{\"a\":{\"b\":1},\"b\":2}", "b", "3", "{\"a\":{\"b\":1},\"b\":3}");
  assert_splice ("[1]", "a", "1", NULL);
  assert_splice ("{\"a\":1", "a", "1", NULL);
}

static void
test_splice_several (void)
{
  const char *names[] = { "a", "c", "z", "b", NULL };
  const char *values[] = { NULL, "9", "1", NULL, NULL };
  g_autofree char *some =
      samspill_json_splice ("{\"a\":1,\"b\":2,\"n\":12345678901234567890,\"c\":3}", -1, names, values);
  g_autofree char *all = samspill_json_splice ("{\"b\":2,\"a\":1}", -1, names, values);

  g_assert_cmpstr (some, ==, "{\"n\":12345678901234567890,\"c\":9,\"z\":1}");
  g_assert_cmpstr (all, ==, "{\"c\":9,\"z\":1}");
}

/* For each member of an odd but legal text: changing it leaves every byte before and after it as it was, and putting
 * the old value back gives the old text. */
static const char odd[] =
    "{ \"n\":12345678901234567890, \"e\" : 1e400,\n\"s\":\"x\\u0000y\\/\",\t\"\\u00f8\":[ 1 , {\"k\":0.10} ],"
    "\"t\":\"\303\246\" , \"z\":null}";

static gboolean
change_and_restore (const char *name, const char *value, gsize value_length, gpointer data)
{
  const char *names[] = { name, NULL };
  const char *news[] = { "\"\303\245 new value\"", NULL };
  g_autofree char *old = g_strndup (value, value_length);
  const char *olds[] = { old, NULL };
  g_autofree char *changed = samspill_json_splice (odd, -1, names, news);
  g_autofree char *restored = samspill_json_splice (changed, -1, names, olds);
  gsize before = (gsize)(value - odd);

  g_assert_cmpmem (changed, before, odd, before);
  g_assert_cmpstr (changed + before + strlen (news[0]), ==, odd + before + value_length);
  g_assert_cmpstr (restored, ==, odd);
  (*(guint *)data)++;
  return TRUE;
}

static void
test_splice_keeps_bytes (void)
{
  guint count = 0;

  g_assert_true (samspill_json_foreach_member (odd, -1, change_and_restore, &count, NULL));
  g_assert_cmpuint (count, ==, 6);
}

static void
test_underscore (void)
{
  g_autofree char *text =
      samspill_json_without_underscore ("{\"_id\":\"a\", \"x\" : 1.0,\"\\u005frev\":\"b\",\"y_\":{\"_z\":2} }", -1);
  g_autofree char *only = samspill_json_without_underscore ("{\"_id\":\"a\",\"_rev\":\"b\"}", -1);

  g_assert_cmpstr (text, ==, "{\"x\" : 1.0,\"y_\":{\"_z\":2} }");
  g_assert_cmpstr (only, ==, "{}");
}

static void
test_members (void)
{
  static const char text[] = "{\"a\":\"x\\ny\",\"b\":[1, 2],\"c\":\"n\\u0000l\",\"\\u00e5\":true}";
  g_autofree char *a = samspill_json_dup_string (text, -1, "a");
  g_autofree char *b = samspill_json_dup_member (text, -1, "b");
  g_autofree char *c = samspill_json_dup_member (text, -1, "c");
  g_autofree char *d = samspill_json_dup_member (text, -1, "\303\245");

  g_assert_cmpstr (a, ==, "x\ny");
  g_assert_cmpstr (b, ==, "[1, 2]");
  g_assert_cmpstr (c, ==, "\"n\\u0000l\"");
  g_assert_cmpstr (d, ==, "true");
  g_assert_null (samspill_json_dup_string (text, -1, "b"));
  g_assert_null (samspill_json_dup_string (text, -1, "c")); /* half of it would be a lie */
  g_assert_null (samspill_json_dup_member (text, -1, "x"));
  g_assert_null (samspill_json_dup_member ("[]", -1, "x"));
}

static gboolean
collect_element (const char *value, gsize length, gpointer data)
{
  g_string_append_len (data, value, (gssize)length);
  g_string_append_c (data, '|');
  return ((GString *)data)->len < 20;
}

static void
test_elements (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (samspill_json_foreach_element (" [ 1, {\"a\": [2]} ,\"x\"]", -1, collect_element, out, NULL));
  g_assert_cmpstr (out->str, ==, "1|{\"a\": [2]}|\"x\"|");
  g_assert_false (samspill_json_foreach_element ("{}", -1, collect_element, out, &error));
  g_assert_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_INVALID_JSON);
  g_clear_error (&error);
  g_assert_false (samspill_json_foreach_element ("[1,", -1, collect_element, out, &error));
  g_assert_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_INVALID_JSON);
}

static void
test_quote (void)
{
  static const struct
  {
    const char *string, *text;
  } cases[] = {
    { "", "\"\"" },
    { "a\"b\\c/d", "\"a\\\"b\\\\c/d\"" },
    { "\b\f\n\r\t\v\001\037\177", "\"\\b\\f\\n\\r\\t\\u000b\\u0001\\u001f\177\"" },
    { "\303\245 \360\237\230\200", "\"\303\245 \360\237\230\200\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = samspill_json_quote (cases[i].string);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_canonical (void)
{
  static const struct
  {
    const char *text, *canonical;
  } cases[] = {
    { " { \"b\" : [ 1.0, \"\\u00e5\\/\\u001F\" ], \"a\":{} } ", "{\"a\":{},\"b\":[1.0,\"\303\245/\\u001f\"]}" },
    { "{\"\\u0062\":1,\"a\":2,\"aa\":3}", "{\"a\":2,\"aa\":3,\"b\":1}" },
    { "{\"\303\245\":1,\"z\":2}", "{\"z\":2,\"\303\245\":1}" },
    { "[1.0,1,1e0,12345678901234567890,1e400]", "[1.0,1,1e0,12345678901234567890,1e400]" },
    { "\"\\ud83d\\ude00\\u0000\"", "\"\360\237\230\200\\u0000\"" },
    { "{\"b\":{\"d\":1,\"c\":2},\"a\":[]}", "{\"a\":[],\"b\":{\"c\":2,\"d\":1}}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *once = samspill_json_canonical (cases[i].text, -1);
      g_autofree char *twice = samspill_json_canonical (once, -1);

      g_assert_cmpstr (once, ==, cases[i].canonical);
      g_assert_cmpstr (twice, ==, once);
    }
  g_assert_null (samspill_json_canonical ("{\"a\":1,\"a\":2}", -1));
  g_assert_null (samspill_json_canonical ("", -1));
}

static void
test_pretty (void)
{
  static const char text[] = "{\"a\":[1,{\"b\":\"x, {y}: \\\"z\\\"\"}],\"c\":{},\"d\":[ ],\"n\":1.0}";
  g_autofree char *pretty = samspill_json_pretty (text, -1);
  g_autofree char *again = samspill_json_pretty (pretty, -1);
  g_autofree char *canonical = samspill_json_canonical (text, -1);
  g_autofree char *same = samspill_json_canonical (pretty, -1);

  g_assert_cmpstr (pretty, ==,
                   "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x, {y}: \\\"z\\\"\"\n    }\n  ],\n  \"c\": {},\n"
                   "  \"d\": [],\n  \"n\": 1.0\n}");
  g_assert_cmpstr (again, ==, pretty);
  g_assert_cmpstr (same, ==, canonical);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/json-text/splice", test_splice);
  g_test_add_func ("/base/json-text/splice-several", test_splice_several);
  g_test_add_func ("/base/json-text/splice-keeps-other-bytes", test_splice_keeps_bytes);
  g_test_add_func ("/base/json-text/without-underscore", test_underscore);
  g_test_add_func ("/base/json-text/members", test_members);
  g_test_add_func ("/base/json-text/elements", test_elements);
  g_test_add_func ("/base/json-text/quote", test_quote);
  g_test_add_func ("/base/json-text/canonical", test_canonical);
  g_test_add_func ("/base/json-text/pretty", test_pretty);
  return g_test_run ();
}
