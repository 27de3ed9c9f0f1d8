/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <json-glib/json-glib.h>
#include <string.h>

#include "samspill-error.h"
#include "samspill-json-text.h"

static gboolean
is_right (const char *text, gsize length, SamspillJsonFlags flags)
{
  return samspill_json_check (text, (gssize)length, 0, flags, NULL);
}

static void
assert_refused (const char *text, SamspillJsonFlags flags, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (samspill_json_check (text, -1, 0, flags, &error));
  g_assert_error (error, SAMSPILL_BASE_ERROR, code);
}

static void
test_accepted (void)
{
  static const char *const texts[] = {
    "{}",
    "[]",
    " \t\r\n{ \"a\" : [ 1 , -0 , 1.5e+10 , 0.1E-2, true, false, null ] } \n",
    "\"\"",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e5\\uD83D\\uDE00\"",
    "\"x\\u0000y\"",
    "\"\303\246\303\270\303\245 \360\237\230\200\"",
    "{\"\":1,\" \":2}",
    "{\"a\":{\"a\":{\"a\":1}}}",
    "12345678901234567890",
    "1e400",
    "null",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (samspill_json_check (texts[i], -1, 0, SAMSPILL_JSON_DEFAULT, &error));
      g_assert_no_error (error);
    }
}

static void
test_refused (void)
{
  static const char *const texts[] = {
    "",
    "  ",
    "{",
    "}",
    "[1,]",
    "[,1]",
    "{\"a\":1,}",
    "{\"a\" 1}",
    "{a:1}",
    "{'a':1}",
    "'x'",
    "/*c*/{}",
    "{}//",
    "{}{}",
    "[1 2]",
    "01",
    "1.",
    ".5",
    "-",
    "+1",
    "1e",
    "0x10",
    "NaN",
    "Infinity",
    "-Infinity",
    "tru",
    "nul",
    "True",
    "\"\n\"",
    "\"\t\"",
    "\"\\x41\"",
    "\"\\u12\"",
    "\"\\u12g4\"",
    "\"abc",
    "\"abc\\",
    "{\"a\"}",
    "{1:2}",
    "[1}",
    "{\"a\":1]",
    "\"\\ud800\"",
    "\"\\udc00\"",
    "\"\\ud800\\u0041\"",
    "\"\\ud800x\"",
    "\302\240{}",
    "\357\273\277{}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i], SAMSPILL_JSON_DEFAULT, SAMSPILL_BASE_ERROR_INVALID_JSON);
}

static void
test_utf8 (void)
{
  static const char *const wrong[] = {
    "\"\377\"",             /* no such byte */
    "\"\300\257\"",         /* overlong */
    "\"\340\200\257\"",     /* overlong */
    "\"\355\240\200\"",     /* a surrogate */
    "\"\364\220\200\200\"", /* above U+10FFFF */
    "\"\303\"",             /* cut */
    "\"\345\"",             /* Latin-1 å */
    "{\"\345\":1}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    assert_refused (wrong[i], SAMSPILL_JSON_DEFAULT, SAMSPILL_BASE_ERROR_INVALID_UTF8);
}

/* What we take for UTF-8 inside a string is what GLib takes for it: all sequences of one to three bytes. */
static void
test_utf8_like_glib (void)
{
  char text[8] = "\"";

  for (guint first = 0x80; first <= 0xff; first++)
    for (guint second = 0x20; second <= 0xff; second++)
      for (guint third = 0x7f; third <= 0xc1; third++)
        {
          if (second == '"' || second == '\\')
            continue;
          text[1] = (char)first;
          text[2] = (char)second;
          text[3] = (char)third;
          text[4] = '"';
          g_assert_true (is_right (text, 5, SAMSPILL_JSON_DEFAULT) == g_utf8_validate (text + 1, 3, NULL));
        }
}

static void
test_duplicates (void)
{
  g_autoptr (GString) many = g_string_new ("{");

  assert_refused ("{\"a\":1,\"a\":2}", SAMSPILL_JSON_DEFAULT, SAMSPILL_BASE_ERROR_DUPLICATE_KEY);
  assert_refused ("{\"_id\":1,\"\\u005fid\":2}", SAMSPILL_JSON_DEFAULT, SAMSPILL_BASE_ERROR_DUPLICATE_KEY);
  assert_refused ("[{\"x\":[{\"\303\245\":1,\"b\":2,\"\\u00e5\":3}]}]", SAMSPILL_JSON_DEFAULT,
                  SAMSPILL_BASE_ERROR_DUPLICATE_KEY);
  assert_refused ("{\"a\\u0000b\":1,\"a\\u0000b\":2}", SAMSPILL_JSON_DEFAULT, SAMSPILL_BASE_ERROR_DUPLICATE_KEY);
  g_assert_true (samspill_json_check ("{\"a\\u0000b\":1,\"a\\u0000c\":2,\"a\":3}", -1, 0, SAMSPILL_JSON_DEFAULT, NULL));
  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (many, "\"member-%u\":{\"member-%u\":%u},", i, i, i);
  g_string_append (many, "\"last\":0}");
  g_assert_true (is_right (many->str, many->len, SAMSPILL_JSON_DEFAULT));
  g_string_truncate (many, many->len - 1);
  g_string_append (many, ",\"member-\\u0031234\":1}");
  assert_refused (many->str, SAMSPILL_JSON_DEFAULT, SAMSPILL_BASE_ERROR_DUPLICATE_KEY);
}

static void
test_depth (void)
{
  g_autofree char *deep = g_strnfill (10000, '[');
  g_autofree char *most = g_strnfill (64 * 2, ']');
  g_autofree char *more = g_strnfill (65 * 2, ']');

  memset (most, '[', 64);
  memset (more, '[', 65);
  g_assert_true (is_right (most, 128, SAMSPILL_JSON_DEFAULT));
  assert_refused (more, SAMSPILL_JSON_DEFAULT, SAMSPILL_BASE_ERROR_TOO_DEEP);
  assert_refused (deep, SAMSPILL_JSON_DEFAULT, SAMSPILL_BASE_ERROR_TOO_DEEP);
}

static void
test_numbers (void)
{
  static const char *const wrong[] = {
    "9007199254740993", "-9007199254740993", "12345678901234567890", "1e400", "-1e400", "1e-400", "0.0000001e-320"
  };
  static const char *const right[] = { "9007199254740992",
                                       "-9007199254740992",
                                       "9007199254740991",
                                       "1e308",
                                       "0e400",
                                       "0.0",
                                       "1e-300",
                                       "0",
                                       "-0",
                                       "3.14159265358979323846264338327950288419716939937510" };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      assert_refused (wrong[i], SAMSPILL_JSON_STRICT_NUMBERS, SAMSPILL_BASE_ERROR_INVALID_NUMBER);
      g_assert_true (is_right (wrong[i], strlen (wrong[i]), SAMSPILL_JSON_DEFAULT));
    }
  for (gsize i = 0; i < G_N_ELEMENTS (right); i++)
    g_assert_true (is_right (right[i], strlen (right[i]), SAMSPILL_JSON_STRICT_NUMBERS));
}

static void
test_size (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (samspill_json_check ("[1,2,3]", -1, 6, SAMSPILL_JSON_DEFAULT, &error));
  g_assert_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_TOO_LARGE);
  g_assert_true (samspill_json_check ("[1,2,3]", -1, 7, SAMSPILL_JSON_DEFAULT, NULL));
}

static void
test_object_wanted (void)
{
  assert_refused ("[]", SAMSPILL_JSON_MUST_BE_OBJECT, SAMSPILL_BASE_ERROR_INVALID_JSON);
  g_assert_true (is_right (" {}", 3, SAMSPILL_JSON_MUST_BE_OBJECT));
}

static void
test_error_names_the_place (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (samspill_json_check ("{\n  \"a\": 1,\n  \"b\": x\n}", -1, 0, SAMSPILL_JSON_DEFAULT, &error));
  g_assert_nonnull (strstr (error->message, "Line 3"));
  g_assert_nonnull (strstr (error->message, "byte 19"));
}

static char *
read_data (const char *folder, const char *name, gsize *length)
{
  g_autofree char *path = g_build_filename (g_getenv ("SAMSPILL_SOURCE_DIR"), "data", folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, length, &error);
  g_assert_no_error (error);
  return text;
}

/* Whoever gets half a file is told so, wherever it was cut. */
static void
test_cut_anywhere (void)
{
  static const struct
  {
    const char *folder, *name;
  } files[] = { { "cases", "needs.json" }, { "cases", "programmes.json" }, { "sample", "needs.json" } };

  for (gsize f = 0; f < G_N_ELEMENTS (files); f++)
    {
      gsize length;
      g_autofree char *text = read_data (files[f].folder, files[f].name, &length);

      g_assert_true (is_right (text, length, SAMSPILL_JSON_STRICT_NUMBERS));
      while (length > 0 && g_ascii_isspace (text[length - 1]))
        length--;
      for (gsize cut = 0; cut < length; cut += 100)
        g_assert_false (is_right (text, cut, SAMSPILL_JSON_STRICT_NUMBERS));
      for (gsize cut = length - 200; cut < length; cut++)
        g_assert_false (is_right (text, cut, SAMSPILL_JSON_STRICT_NUMBERS));
    }
}

/* Thousands of small damages, the same each time. What we accept must be JSON for another reader as well; and the scan
 * never reads past its end (the copy ends where the text ends, so that the sanitizer would see it). */
static void
test_mutations (void)
{
  static const char pieces[] = "{}[]\",:\\u0d8 \n\t-+.eE01289tfn\377\303\245\0a";
  static const char seed_text[] =
      "{\"_id\":\"need:923609016:x\",\"t\":\"a\\u00e5\\ud83d\\ude00\303\245\",\"n\":[1,-2.5e3,"
      "true,null,{\"a\":{\"b\":[]}}],\"\\u005fb\":\"\"}";
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);
  guint accepted = 0;

  for (guint round = 0; round < 60000; round++)
    {
      gsize length = sizeof seed_text - 1;
      guint changes = (guint)g_rand_int_range (rand, 1, 4);
      g_autofree char *text = g_malloc (length + 8);
      g_autofree char *exact = NULL;

      memcpy (text, seed_text, length);
      for (guint i = 0; i < changes; i++)
        {
          gsize at = (gsize)g_rand_int_range (rand, 0, (gint32)length);
          char piece = pieces[g_rand_int_range (rand, 0, sizeof pieces - 1)];

          switch (g_rand_int_range (rand, 0, 3))
            {
            case 0:
              text[at] = piece;
              break;
            case 1:
              memmove (text + at, text + at + 1, length - at - 1);
              length--;
              break;
            default:
              memmove (text + at + 1, text + at, length - at);
              text[at] = piece;
              length++;
            }
        }
      exact = g_memdup2 (text, length);
      if (is_right (exact, length, SAMSPILL_JSON_DEFAULT))
        {
          g_autoptr (JsonParser) parser = json_parser_new_immutable ();
          g_autoptr (GError) error = NULL;

          accepted++;
          json_parser_load_from_data (parser, exact, (gssize)length, &error);
          g_assert_no_error (error);
        }
    }
  g_assert_cmpuint (accepted, >, 500);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/json/accepted", test_accepted);
  g_test_add_func ("/base/json/refused", test_refused);
  g_test_add_func ("/base/json/utf8", test_utf8);
  g_test_add_func ("/base/json/utf8-like-glib", test_utf8_like_glib);
  g_test_add_func ("/base/json/duplicate-names", test_duplicates);
  g_test_add_func ("/base/json/depth", test_depth);
  g_test_add_func ("/base/json/numbers", test_numbers);
  g_test_add_func ("/base/json/size", test_size);
  g_test_add_func ("/base/json/object-wanted", test_object_wanted);
  g_test_add_func ("/base/json/error-names-the-place", test_error_names_the_place);
  g_test_add_func ("/base/json/cut-anywhere-is-refused", test_cut_anywhere);
  g_test_add_func ("/base/json/mutations", test_mutations);
  return g_test_run ();
}
