/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-error.h"
#include "samspill-reply.h"

#define OWNER "201412684"
#define NEED "need:" OWNER ":0190b0c0-0000-7000-8000-000000000001"
#define HEAD                                                                                                           \
  "{\"samspill\":\"reply\",\"version\":1,\"need\":\"" NEED "\",\"need_title\":\"Hvordan?\",\"lang\":\"nn\",\"pitch\":"

static SamspillReply *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  SamspillReply *reply = samspill_reply_parse (text, -1, OWNER, &error);

  g_assert_no_error (error);
  return reply;
}

static void
assert_refused (const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (samspill_reply_parse (text, -1, OWNER, &error));
  g_assert_nonnull (error);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_whole (void)
{
  g_autoptr (SamspillReply) reply = parse (
      HEAD
      "{\"title\":\"Høyrer lekkasjar\",\"problem\":\"a\\n\\nb\",\"for_whom\":\"c\",\"how\":\"d\",\"maturity\":6,"
      "\"evidence\":\"e\",\"references\":[\"f\",\" \",\"g\"],\"pilot\":\"h\",\"price_model\":\"fixed\",\"price\":\"i\","
      "\"rights\":\"j\",\"security\":\"k\",\"supplier\":{\"name\":\"Elvelyd AS\",\"orgnr\":\"260 796 984\","
      "\"role\":\"dagleg leiar\",\"email\":\"post@elvelyd.example\"}}}");
  g_auto (GStrv) references = samspill_record_dup_strings (reply->pitch, "references");

  g_assert_cmpstr (reply->need, ==, NEED);
  g_assert_cmpstr (reply->need_title, ==, "Hvordan?");
  g_assert_cmpstr (samspill_record_get_owner (reply->pitch), ==, OWNER);
  g_assert_cmpstr (samspill_record_get_lang (reply->pitch), ==, "nn");
  g_assert_cmpstr (samspill_record_get_string (reply->pitch, "need"), ==, NEED);
  g_assert_cmpstr (samspill_record_get_string (reply->pitch, "status"), ==, "new");
  g_assert_cmpstr (samspill_record_get_string (reply->pitch, "problem"), ==, "a\n\nb");
  g_assert_cmpint (samspill_record_get_integer (reply->pitch, "maturity", 0), ==, 6);
  g_assert_cmpstr (samspill_record_get_string (reply->pitch, "supplier.orgnr"), ==, "260796984");
  g_assert_cmpuint (g_strv_length (references), ==, 2);
  g_assert_true (samspill_record_validate (reply->pitch, NULL));
}

static void
test_own_proposal (void)
{
  g_autoptr (SamspillReply) reply =
      parse ("{\"samspill\":\"reply\",\"version\":1,\"need\":null,\"lang\":\"xx\",\"pitch\":{\"title\":\"a\"}}");
  g_autoptr (GError) error = NULL;

  g_assert_null (reply->need);
  g_assert_cmpstr (reply->need_title, ==, "");
  g_assert_cmpstr (samspill_record_get_lang (reply->pitch), ==, "nb");
  g_assert_false (samspill_reply_check_need (reply, NEED, &error));
  g_assert_error (error, SAMSPILL_DOMAIN_ERROR, SAMSPILL_DOMAIN_ERROR_WRONG_NEED);
}

static void
test_other_need (void)
{
  g_autoptr (SamspillReply) reply = parse (HEAD "{\"title\":\"a\"}}");
  g_autoptr (GError) error = NULL;

  g_assert_true (samspill_reply_check_need (reply, NEED, NULL));
  g_assert_false (samspill_reply_check_need (reply, "need:" OWNER ":0190b0c0-0000-7000-8000-000000000002", &error));
  g_assert_error (error, SAMSPILL_DOMAIN_ERROR, SAMSPILL_DOMAIN_ERROR_WRONG_NEED);
  g_assert_nonnull (strstr (error->message, "Hvordan?"));
}

/* Markup, script, characters that turn the text round: what is left is plain text, and no more than the form has. */
static void
test_hostile (void)
{
  static const char *const names[] = { "title", "problem", "for_whom", "how",     "evidence",
                                       "pilot", "price",   "rights",   "security" };
  g_autoptr (GString) text = g_string_new (HEAD "{");
  g_autoptr (SamspillReply) reply = NULL;
  g_autofree char *json = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_string_append_printf (
        text, "\"%s\":\"<script>alert(1)</script>\\u202e\\u0007\\u0000<img src=x onerror=y>\\u2066\\r\",", names[i]);
  g_string_append (text, "\"_id\":\"need:x\",\"owner\":\"958935420\",\"trashed\":{\"at\":\"x\"},\"heard\":true,"
                         "\"__proto__\":{\"x\":1},\"supplier\":{\"name\":\"<b>\",\"admin\":true}}}");
  reply = parse (text->str);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true (g_str_has_prefix (samspill_record_get_string (reply->pitch, names[i]), "<script>alert(1)</script>"));
  json = samspill_record_dup_json (reply->pitch, FALSE);
  g_assert_null (strstr (json, "\342\200\256"));
  g_assert_null (strstr (json, "\\u00"));
  g_assert_null (strstr (json, "proto"));
  g_assert_null (strstr (json, "admin"));
  g_assert_null (strstr (json, "heard"));
  g_assert_cmpstr (samspill_record_get_owner (reply->pitch), ==, OWNER);
  g_assert_false (samspill_record_has (reply->pitch, "trashed"));
}

/* What the form does not write in the language is no reason to refuse, and none to fall over. */
static void
test_wrong_language (void)
{
  static const char *const langs[] = { "7", "null", "true", "{}", "[\"nn\"]", "\"\"", "\"xx\"" };

  for (gsize i = 0; i < G_N_ELEMENTS (langs); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"samspill\":\"reply\",\"version\":1,\"lang\":%s,\"pitch\":{\"title\":\"a\"}}", langs[i]);
      g_autoptr (SamspillReply) reply = parse (text);

      g_assert_cmpstr (samspill_record_get_lang (reply->pitch), ==, "nb");
    }
}

static void
test_refused (void)
{
  static const char *const texts[] = {
    "",
    "{}",
    "[]",
    "{\"samspill\":\"reply\"}",
    "{\"samspill\":\"reply\",\"version\":2,\"pitch\":{\"title\":\"a\"}}",
    "{\"samspill\":\"reply\",\"version\":\"1\",\"pitch\":{\"title\":\"a\"}}",
    "{\"samspill\":\"reply\",\"version\":1,\"pitch\":[]}",
    "{\"samspill\":\"reply\",\"version\":1,\"need\":7,\"pitch\":{\"title\":\"a\"}}",
    "{\"samspill\":\"reply\",\"version\":1,\"need\":\"pitch:x\",\"pitch\":{\"title\":\"a\"}}",
    "{\"samspill\":\"reply\",\"version\":1,\"need\":\"need:../x\",\"pitch\":{\"title\":\"a\"}}",
    HEAD "{}}",
    HEAD "{\"title\":\"  \"}}",
    HEAD "{\"title\":\"\\u202e\"}}",
    HEAD "{\"title\":7}}",
    HEAD "{\"title\":\"a\",\"maturity\":10}}",
    HEAD "{\"title\":\"a\",\"maturity\":\"6\"}}",
    HEAD "{\"title\":\"a\",\"maturity\":6.5}}",
    HEAD "{\"title\":\"a\",\"price_model\":\"gratis\"}}",
    HEAD "{\"title\":\"a\",\"references\":\"b\"}}",
    HEAD "{\"title\":\"a\",\"references\":[{}]}}",
    HEAD "{\"title\":\"a\",\"problem\":[\"b\"]}}",
    HEAD "{\"title\":\"a\",\"supplier\":{\"orgnr\":\"260796985\"}}}",
    HEAD "{\"title\":\"a\",\"title\":\"b\"}}",
    HEAD "{\"title\":\"a\"",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i]);
}

static void
test_bounds (void)
{
  g_autofree char *long_title = g_strnfill (251, 'x');
  g_autofree char *title = g_strdup_printf (HEAD "{\"title\":\"%s\"}}", long_title);
  g_autofree char *long_text = g_strnfill (300 * 1024, 'x');
  g_autofree char *huge = g_strdup_printf (HEAD "{\"title\":\"a\",\"problem\":\"%s\"}}", long_text);
  g_autoptr (GError) error = NULL;

  assert_refused (title);
  g_assert_null (samspill_reply_parse (huge, -1, OWNER, &error));
  g_assert_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_TOO_LARGE);
}

static void
test_is (void)
{
  g_assert_true (samspill_reply_is ("{\"samspill\":\"reply\"}", -1));
  g_assert_false (samspill_reply_is ("{\"samspill\":\"x\"}", -1));
  g_assert_false (samspill_reply_is ("[{\"samspill\":\"reply\"}]", -1));
  g_assert_false (samspill_reply_is ("", 0));
}

/* A file that is cut, wherever, changes nothing. */
static void
test_cut (void)
{
  static const char text[] = HEAD "{\"title\":\"Høyrer lekkasjar\",\"supplier\":{\"name\":\"Elvelyd AS\"}}}";

  for (gsize length = 0; length < sizeof text - 1; length++)
    g_assert_null (samspill_reply_parse (text, (gssize)length, OWNER, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reply/whole", test_whole);
  g_test_add_func ("/reply/own-proposal", test_own_proposal);
  g_test_add_func ("/reply/other-need", test_other_need);
  g_test_add_func ("/reply/hostile-stays-plain-text", test_hostile);
  g_test_add_func ("/reply/wrong-language-is-bokmal", test_wrong_language);
  g_test_add_func ("/reply/refused", test_refused);
  g_test_add_func ("/reply/bounds", test_bounds);
  g_test_add_func ("/reply/is", test_is);
  g_test_add_func ("/reply/cut-anywhere-is-refused", test_cut);
  return g_test_run ();
}
