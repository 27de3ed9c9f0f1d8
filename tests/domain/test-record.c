/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-error.h"
#include "samspill-id.h"
#include "samspill-json-text.h"
#include "samspill-record.h"

#define OWNER "923609016"
#define ID "need:" OWNER ":0190b0c0-0000-7000-8000-000000000001"

static SamspillRecord *
read_record (const char *text)
{
  g_autoptr (GError) error = NULL;
  SamspillRecord *record = samspill_record_from_json (text, -1, &error);

  g_assert_no_error (error);
  return record;
}

static char *
body_of (SamspillRecord *record)
{
  g_autoptr (GBytes) body = samspill_record_dup_body (record);

  return g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
}

static void
test_new (void)
{
  g_autoptr (SamspillRecord) record = samspill_record_new ("need", OWNER, "nn", "account-1");
  g_autofree char *owner = samspill_id_dup_owner (samspill_record_get_id (record));
  g_autoptr (GError) error = NULL;

  g_assert_true (samspill_id_is_valid (samspill_record_get_id (record)));
  g_assert_cmpstr (owner, ==, OWNER);
  g_assert_cmpstr (samspill_record_get_record_type (record), ==, "need");
  g_assert_cmpstr (samspill_record_get_lang (record), ==, "nn");
  g_assert_cmpstr (samspill_record_get_title (record), ==, "");
  g_assert_cmpint (samspill_record_get_integer (record, "schema", 0), ==, 1);
  g_assert_cmpstr (samspill_record_get_string (record, "created.by"), ==, "account-1");
  g_assert_true (g_str_has_suffix (samspill_record_get_string (record, "changed.at"), "Z"));
  g_assert_null (samspill_record_get_rev (record));
  g_assert_false (samspill_record_validate (record, &error)); /* no title yet */
  g_assert_error (error, SAMSPILL_DOMAIN_ERROR, SAMSPILL_DOMAIN_ERROR_MISSING_FIELD);
}

static void
test_set_and_get (void)
{
  const char *words[] = { "vann", "lekkasje", NULL };
  g_autoptr (SamspillRecord) record = samspill_record_new ("need", OWNER, "nb", NULL);
  g_auto (GStrv) read = NULL;

  samspill_record_set_string (record, "title", "Hvordan «kan»\nvi \"finne\" det?");
  samspill_record_set_integer (record, "cost_nok", G_GINT64_CONSTANT (9007199254740992));
  samspill_record_set_integer (record, "affected.count", 9500);
  samspill_record_set_string (record, "affected.who", "innbyggere");
  samspill_record_set_strings (record, "subjects.words", words);
  g_assert_cmpstr (samspill_record_get_title (record), ==, "Hvordan «kan»\nvi \"finne\" det?");
  g_assert_cmpint (samspill_record_get_integer (record, "cost_nok", 0), ==, G_GINT64_CONSTANT (9007199254740992));
  g_assert_cmpint (samspill_record_get_integer (record, "affected.count", 0), ==, 9500);
  g_assert_cmpstr (samspill_record_get_string (record, "affected.who"), ==, "innbyggere");
  read = samspill_record_dup_strings (record, "subjects.words");
  g_assert_true (g_strv_equal ((const char *const *)read, words));
  g_assert_cmpint (samspill_record_get_integer (record, "budget_nok", -1), ==, -1);
  g_assert_cmpstr (samspill_record_get_string (record, "cost_nok"), ==, "");
  g_assert_cmpint (samspill_record_get_integer (record, "title", 5), ==, 5);
  samspill_record_set_string (record, "affected.who", "");
  g_assert_true (samspill_record_has (record, "affected"));
  samspill_record_remove (record, "affected.count");
  g_assert_false (samspill_record_has (record, "affected"));
  g_assert_null (samspill_record_get_node (record, "affected")); /* an empty object goes too */
}

static void
test_boolean (void)
{
  g_autoptr (SamspillRecord) record = samspill_record_new ("pitch", OWNER, "nb", NULL);

  g_assert_false (samspill_record_get_boolean (record, "heard"));
  samspill_record_set_boolean (record, "heard", TRUE);
  g_assert_true (samspill_record_get_boolean (record, "heard"));
  samspill_record_set_boolean (record, "heard", FALSE);
  g_assert_null (samspill_record_get_node (record, "heard"));
}

/* What was lent stays where it is while other fields are set. */
static void
test_lent_strings_stay (void)
{
  g_autoptr (SamspillRecord) record = read_record ("{\"type\":\"need\",\"title\":\"a\",\"affected\":{\"who\":\"b\"}}");
  const char *title = samspill_record_get_title (record);
  const char *who = samspill_record_get_string (record, "affected.who");

  for (int i = 0; i < 100; i++)
    {
      samspill_record_set_integer (record, "cost_nok", i);
      samspill_record_set_integer (record, "affected.count", i);
      samspill_record_set_string (record, "problem", i % 2 ? "x" : NULL);
    }
  g_assert_true (title == samspill_record_get_title (record));
  g_assert_true (who == samspill_record_get_string (record, "affected.who"));
  g_assert_cmpstr (title, ==, "a");
  g_assert_cmpstr (who, ==, "b");
}

/* As other programs may name them, also where JSON wants them escaped. */
static void
test_foreign_revision (void)
{
  static const char text[] = "{\"_id\":\"" ID "\",\"_rev\":\"12-Q \\\"z\\\\\",\"type\":\"need\"}";
  g_autoptr (SamspillRecord) record = read_record (text);
  g_autofree char *json = samspill_record_dup_json (record, FALSE);

  g_assert_cmpstr (samspill_record_get_rev (record), ==, "12-Q \"z\\");
  g_assert_cmpstr (json, ==, text);
}

static void
test_untouched_bytes (void)
{
  static const char text[] = "{ \"_id\":\"" ID "\", \"_rev\" : \"2-abc\", \"type\":\"need\", \"title\" : \"A\\u00e5\","
                             "\n\"future\":{\"n\":1.10,\"m\":[ 1 ]}, \"affected\":{ \"x\":0.10, \"count\" : 1 } }";
  g_autoptr (SamspillRecord) record = read_record (text);
  g_autofree char *body = NULL, *json = NULL;

  g_assert_cmpstr (samspill_record_get_id (record), ==, ID);
  g_assert_cmpstr (samspill_record_get_rev (record), ==, "2-abc");
  samspill_record_set_integer (record, "affected.count", 2);
  samspill_record_set_string (record, "problem", "p");
  body = body_of (record);
  g_assert_cmpstr (body, ==,
                   "{ \"type\":\"need\", \"title\" : \"A\\u00e5\",\n\"future\":{\"n\":1.10,\"m\":[ 1 ]}, "
                   "\"affected\":{ \"x\":0.10, \"count\" : 2 },\"problem\":\"p\" }");
  json = samspill_record_dup_json (record, FALSE);
  g_assert_true (g_str_has_prefix (json, "{\"_id\":\"" ID "\",\"_rev\":\"2-abc\", \"type\""));
  g_assert_true (samspill_json_check (json, -1, 0, SAMSPILL_JSON_MUST_BE_OBJECT, NULL));
}

/* Setting any field of any type and taking it out again gives the text back, but for the members added last. */
static void
test_any_field_there_and_back (void)
{
  for (const char *const *type = samspill_type_list (); *type != NULL; type++)
    {
      g_autofree char *text = g_strdup_printf ("{\"type\":\"%s\",  \"odd\" : 1e2}", *type);
      g_autoptr (SamspillRecord) record = read_record (text);

      for (const SamspillField *field = samspill_record_get_schema (record)->fields; field->name != NULL; field++)
        {
          g_autofree char *body = NULL;

          if (strcmp (field->name, "type") == 0)
            continue;
          samspill_record_set_string (record, field->name, "\"x\\\" \303\246");
          g_assert_cmpstr (samspill_record_get_string (record, field->name), ==, "\"x\\\" \303\246");
          samspill_record_remove (record, field->name);
          body = body_of (record);
          g_assert_cmpstr (body, ==, text);
        }
    }
}

static void
count_change (SamspillRecord *record, const char *field, gpointer data)
{
  g_string_append_printf (data, "%s ", field);
}

static void
test_changed_signal (void)
{
  g_autoptr (SamspillRecord) record = samspill_record_new ("need", OWNER, "nb", NULL);
  g_autoptr (GString) fields = g_string_new (NULL);

  g_signal_connect (record, "changed", G_CALLBACK (count_change), fields);
  samspill_record_set_string (record, "title", "a");
  samspill_record_set_string (record, "title", "a");
  samspill_record_set_string (record, "problem", NULL);
  samspill_record_set_integer (record, "affected.count", 1);
  samspill_record_set_integer (record, "affected.count", 1);
  samspill_record_remove (record, "affected.who");
  samspill_record_remove (record, "title");
  g_assert_cmpstr (fields->str, ==, "title affected.count title ");
}

static void
test_copy (void)
{
  g_autoptr (SamspillRecord) record = read_record ("{\"_id\":\"" ID "\",\"type\":\"need\",\"title\":\"a\"}");
  g_autoptr (SamspillRecord) copy = samspill_record_copy (record);

  samspill_record_set_string (copy, "title", "b");
  g_assert_cmpstr (samspill_record_get_title (record), ==, "a");
  g_assert_cmpstr (samspill_record_get_title (copy), ==, "b");
  g_assert_cmpstr (samspill_record_get_id (copy), ==, ID);
}

static void
test_complete (void)
{
  g_autoptr (SamspillRecord) record =
      read_record ("{\"type\":\"need\",\"owner\":\"" OWNER "\",\"lang\":\"nb\",\"title\":\"a\"}");
  g_autofree char *id = NULL;

  g_assert_null (samspill_record_get_id (record));
  samspill_record_complete (record, "me");
  id = g_strdup (samspill_record_get_id (record));
  g_assert_true (samspill_id_is_valid (id));
  g_assert_cmpstr (samspill_record_get_string (record, "created.by"), ==, "me");
  g_assert_true (samspill_record_validate (record, NULL));
  samspill_record_complete (record, "other");
  g_assert_cmpstr (samspill_record_get_id (record), ==, id);
  g_assert_cmpstr (samspill_record_get_string (record, "created.by"), ==, "me");
}

static void
test_refused (void)
{
  static const struct
  {
    const char *text;
    int code; /* of the domain; -1: of another */
  } cases[] = {
    { "{\"title\":\"a\"}", SAMSPILL_DOMAIN_ERROR_MISSING_FIELD },
    { "{\"type\":7}", SAMSPILL_DOMAIN_ERROR_MISSING_FIELD },
    { "{\"type\":\"kake\"}", SAMSPILL_DOMAIN_ERROR_UNKNOWN_TYPE },
    { "{\"type\":\"need\",\"title\":1}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"title\":{\"nb\":\"a\"}}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"cost_nok\":\"mye\"}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"cost_nok\":1.5}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"cost_nok\":-1}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"affected\":[]}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"affected\":{\"count\":true}}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"measures\":{}}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"measures\":[1]}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"measures\":[{\"by\":\"snart\"}]}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"tags\":[1]}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"deadline\":\"2026-02-30\"}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"deadline\":\"26-02-03\"}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"phase\":\"ferdig\"}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"subjects\":{\"cpv\":\"65130000\"}}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"lang\":\"da\"}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"owner\":\"12345\"}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"need\",\"case\":\"no id\"}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"pitch\",\"maturity\":10}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"type\":\"pitch\",\"heard\":\"yes\"}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"_id\":7,\"type\":\"need\"}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"_id\":\"x\",\"type\":\"need\"}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "{\"_id\":\"" ID "\",\"_rev\":\"latest\",\"type\":\"need\"}", SAMSPILL_DOMAIN_ERROR_INVALID_FIELD },
    { "[]", -1 },
    { "", -1 },
    { "{\"type\":\"need\",\"type\":\"need\"}", -1 },
    { "{\"type\":\"need\",\"x\":12345678901234567890}", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (samspill_record_from_json (cases[i].text, -1, &error));
      if (cases[i].code >= 0)
        g_assert_error (error, SAMSPILL_DOMAIN_ERROR, cases[i].code);
      else
        g_assert_nonnull (error);
    }
}

static void
test_too_long (void)
{
  g_autofree char *long_title = g_strnfill (251, 'x');
  g_autofree char *text = g_strdup_printf ("{\"type\":\"need\",\"title\":\"%s\"}", long_title);
  g_autofree char *huge = g_strnfill (2 * 1024 * 1024, ' ');
  g_autoptr (GError) error = NULL;

  g_assert_null (samspill_record_from_json (text, -1, &error));
  g_assert_error (error, SAMSPILL_DOMAIN_ERROR, SAMSPILL_DOMAIN_ERROR_INVALID_FIELD);
  g_clear_error (&error);
  g_assert_null (samspill_record_from_json (huge, -1, &error));
  g_assert_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_TOO_LARGE);
}

static void
test_validate (void)
{
  static const struct
  {
    const char *text;
    gboolean is_right;
  } cases[] = {
    { "{\"_id\":\"" ID "\",\"type\":\"need\",\"owner\":\"" OWNER "\",\"lang\":\"nb\",\"title\":\"a\"}", TRUE },
    { "{\"_id\":\"need:shipped-one\",\"type\":\"need\",\"lang\":\"nb\",\"title\":\"a\"}", TRUE },
    { "{\"type\":\"need\",\"owner\":\"" OWNER "\",\"lang\":\"nb\",\"title\":\"  \"}", FALSE },
    { "{\"type\":\"need\",\"owner\":\"" OWNER "\",\"title\":\"a\"}", FALSE },
    { "{\"type\":\"need\",\"lang\":\"nb\",\"title\":\"a\"}", FALSE },
    { "{\"type\":\"need\",\"owner\":\"923609017\",\"lang\":\"nb\",\"title\":\"a\"}", FALSE },
    { "{\"_id\":\"" ID "\",\"type\":\"need\",\"owner\":\"958935420\",\"lang\":\"nb\",\"title\":\"a\"}", FALSE },
    { "{\"_id\":\"" ID "\",\"type\":\"pitch\",\"owner\":\"" OWNER "\",\"lang\":\"nb\",\"title\":\"a\"}", FALSE },
    { "{\"type\":\"organisation\",\"owner\":\"" OWNER "\",\"lang\":\"nb\",\"name\":\"a\"}", TRUE },
    { "{\"type\":\"organisation\",\"owner\":\"" OWNER "\",\"lang\":\"nb\",\"title\":\"a\"}", FALSE },
    { "{\"type\":\"need\",\"owner\":\"" OWNER "\",\"lang\":\"nb\",\"title\":\"a\",\"problem\":null,\"cost_nok\":4.0}",
      TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SamspillRecord) record = read_record (cases[i].text);
      g_autoptr (GError) error = NULL;

      g_assert_true (samspill_record_validate (record, &error) == cases[i].is_right);
      g_assert_true ((error == NULL) == cases[i].is_right);
    }
}

static void
test_translations (void)
{
  g_autoptr (SamspillRecord) record =
      read_record ("{\"type\":\"case\",\"lang\":\"nb\",\"problem\":\"p\",\"translations\":{\"nn\":{\"title\":\"t\","
                   "\"problem\":\"q\",\"outcome\":{\"text\":\"o\"}}},\"outcome\":{\"status\":\"in-use\"}}");

  g_assert_cmpstr (samspill_record_get_title (record), ==, "t");
  g_assert_cmpstr (samspill_record_get_text_lang (record, "title"), ==, "nn");
  g_assert_cmpstr (samspill_record_get_string (record, "problem"), ==, "p");
  g_assert_cmpstr (samspill_record_get_text_lang (record, "problem"), ==, "nb");
  g_assert_cmpstr (samspill_record_get_string_in (record, "problem", "nn"), ==, "q");
  g_assert_cmpstr (samspill_record_get_string_in (record, "problem", "nb"), ==, "p");
  g_assert_cmpstr (samspill_record_get_string_in (record, "problem", "en"), ==, "p");
  g_assert_cmpstr (samspill_record_get_string (record, "outcome.text"), ==, "o");
  g_assert_true (samspill_record_has (record, "title"));
  g_assert_false (samspill_record_has (record, "learned"));
}

static char *
missing_names (SamspillRecord *record, SamspillFieldFlags purpose)
{
  g_autoptr (GPtrArray) missing = samspill_record_missing (record, purpose);
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < missing->len; i++)
    g_string_append_printf (names, "%s ", ((const SamspillField *)missing->pdata[i])->name);
  return g_string_free (names, FALSE);
}

static void
test_missing (void)
{
  g_autoptr (SamspillRecord) record = samspill_record_new ("need", OWNER, "nb", NULL);
  g_autofree char *all = missing_names (record, SAMSPILL_FIELD_FOR_HANDING);
  g_autofree char *some = NULL, *publishing = NULL;

  g_assert_cmpstr (all, ==, "title problem affected frequency cost wished_effect owner_role ");
  samspill_record_set_string (record, "title", "a");
  samspill_record_set_string (record, "problem", " \n ");
  samspill_record_set_integer (record, "affected.count", 1);
  samspill_record_set_string (record, "frequency", "f");
  samspill_record_set_string (record, "cost", "c");
  some = missing_names (record, SAMSPILL_FIELD_FOR_HANDING);
  g_assert_cmpstr (some, ==, "problem wished_effect owner_role ");
  publishing = missing_names (record, SAMSPILL_FIELD_FOR_PUBLISHING);
  g_assert_true (g_str_has_prefix (publishing, "problem wished_effect measures limits owner_role largest_loss_nok "));
}

static void
collect_text (const SamspillField *field, const char *text, gpointer data)
{
  g_string_append_printf (data, "%s=%s ", field->name, text);
}

static void
test_texts_for_search (void)
{
  g_autoptr (SamspillRecord) record = read_record (
      "{\"type\":\"need\",\"title\":\"a\",\"affected\":{\"count\":1,\"who\":\"b\"},\"measures\":[{\"what\":\"c\"},"
      "{\"what\":\"d\",\"now\":\"e\"}],\"subjects\":{\"words\":[\"f\",\"g\"],\"los\":[\"h\"]},\"phase\":\"in-use\","
      "\"unknown\":\"i\",\"translations\":{\"nn\":{\"title\":\"j\"}}}");
  g_autoptr (GString) texts = g_string_new (NULL);

  samspill_record_foreach_text (record, collect_text, texts);
  g_assert_cmpstr (texts->str, ==, "title=a who=b what=c what=d words=f words=g title=j ");
}

static void
test_touch (void)
{
  g_autoptr (SamspillRecord) record =
      read_record ("{\"type\":\"need\",\"changed\":{\"at\":\"2024-01-01T00:00:00Z\",\"by\":\"a\"}}");

  samspill_record_touch (record, "b");
  g_assert_cmpstr (samspill_record_get_string (record, "changed.by"), ==, "b");
  g_assert_cmpstr (samspill_record_get_string (record, "changed.at"), >, "2024-01-01T00:00:00Z");
}

static void
test_body_of_any_kind (void)
{
  g_autoptr (GBytes) odd = g_bytes_new_static ("{\"type\":\"from-the-future\",\"x\":1e400}", 36);
  g_autoptr (GBytes) broken = g_bytes_new_static ("{\"type\":", 8);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillRecord) record = samspill_record_from_body ("x:y", "1-a", odd, &error);

  g_assert_no_error (error);
  g_assert_null (samspill_record_get_schema (record));
  g_assert_cmpstr (samspill_record_get_record_type (record), ==, "from-the-future");
  g_assert_null (samspill_record_from_body ("x:y", "1-a", broken, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record/new", test_new);
  g_test_add_func ("/record/set-and-get", test_set_and_get);
  g_test_add_func ("/record/boolean", test_boolean);
  g_test_add_func ("/record/lent-strings-stay", test_lent_strings_stay);
  g_test_add_func ("/record/foreign-revision", test_foreign_revision);
  g_test_add_func ("/record/untouched-bytes", test_untouched_bytes);
  g_test_add_func ("/record/any-field-there-and-back", test_any_field_there_and_back);
  g_test_add_func ("/record/changed-signal", test_changed_signal);
  g_test_add_func ("/record/copy", test_copy);
  g_test_add_func ("/record/complete", test_complete);
  g_test_add_func ("/record/refused", test_refused);
  g_test_add_func ("/record/too-long", test_too_long);
  g_test_add_func ("/record/validate", test_validate);
  g_test_add_func ("/record/translations", test_translations);
  g_test_add_func ("/record/missing", test_missing);
  g_test_add_func ("/record/texts-for-search", test_texts_for_search);
  g_test_add_func ("/record/touch", test_touch);
  g_test_add_func ("/record/body-of-any-kind", test_body_of_any_kind);
  return g_test_run ();
}
