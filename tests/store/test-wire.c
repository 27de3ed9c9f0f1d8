/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-wire.h"
#include "store-fixture.h"

static void
read_document (SamspillWireDocument *document, const char *json)
{
  g_autoptr (GError) error = NULL;

  samspill_wire_document_read (document, json, strlen (json), &error);
  g_assert_no_error (error);
}

/* Writes what `json` says and returns the revision. */
static char *
write_document (SamspillStore *store, const char *json, gboolean new_edits)
{
  g_auto (SamspillWireDocument) document = { 0 };
  g_autoptr (GError) error = NULL;
  char *revision;

  read_document (&document, json);
  revision = samspill_store_write (store, "mine", &document, new_edits, &error);
  g_assert_no_error (error);
  return revision;
}

static char *
dup_wire (SamspillStore *store, const char *id, const char *rev, SamspillWireFlags flags)
{
  g_autoptr (GString) out = g_string_new ("x");
  g_autoptr (GError) error = NULL;

  if (samspill_store_append_wire (store, "mine", id, rev, flags, NULL, out, &error))
    return g_strdup (out->str + 1);
  g_assert_cmpstr (out->str, ==, "x");
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND);
  return g_strdup (error->message);
}

static void
test_read (void)
{
  g_auto (SamspillWireDocument) document = { 0 };
  static const char text[] = " {\"_id\":\"a\\u00e5\", \"n\" : 12345678901234567890,\"\\u005frev\":\"3-x\","
                             "\"_revisions\":{\"ids\":[\"x\",\"y\"],\"start\":3},\"_deleted\":true,\n\"m\":[1,{}] ,"
                             "\"_attachments\":{\"f\":{}},\"_conflicts\":[]}\n";

  read_document (&document, text);
  g_assert_cmpstr (document.id, ==, "a\303\245");
  g_assert_cmpstr (document.rev, ==, "3-x");
  g_assert_cmpuint (g_strv_length (document.revisions), ==, 2);
  g_assert_cmpstr (document.revisions[0], ==, "3-x");
  g_assert_cmpstr (document.revisions[1], ==, "2-y");
  g_assert_true (document.deleted);
  g_assert_cmpstr (document.attachments, ==, "{\"f\":{}}");
  g_assert_null (document.unknown);
  g_assert_cmpmem (g_bytes_get_data (document.body, NULL), g_bytes_get_size (document.body),
                   "{\"n\" : 12345678901234567890,\n\"m\":[1,{}]}", 40);
}

static void
test_read_little (void)
{
  static const char *const bare[] = { "{}", "{ }", "{ \"_id\" : \"a\" }", "{\"_deleted\":false}" };
  g_auto (SamspillWireDocument) with_rev = { 0 }, unknown = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (bare); i++)
    {
      g_auto (SamspillWireDocument) document = { 0 };

      read_document (&document, bare[i]);
      g_assert_cmpmem (g_bytes_get_data (document.body, NULL), g_bytes_get_size (document.body), "{}", 2);
      g_assert_null (document.revisions);
    }
  read_document (&with_rev, "{\"_rev\":\"1-a\"}");
  g_assert_cmpuint (g_strv_length (with_rev.revisions), ==, 1);
  read_document (&unknown, "{\"_x\":1,\"_y\":2}");
  g_assert_cmpstr (unknown.unknown, ==, "_x");
}

static void
test_read_wrong (void)
{
  static const char *const wrong[] = {
    "",
    "[]",
    "null",
    "{",
    "{\"a\":1,\"a\":2}",
    "{\"_id\":\"a\",\"\\u005fid\":\"b\"}",
    "{\"_id\":1}",
    "{\"_id\":\"a\\u0000\"}",
    "{\"_id\":\"\xff\"}",
    "{\"_rev\":1}",
    "{\"_attachments\":[]}",
    "{\"_revisions\":1}",
    "{\"_revisions\":{}}",
    "{\"_revisions\":{\"start\":1}}",
    "{\"_revisions\":{\"start\":1.5,\"ids\":[]}}",
    "{\"_revisions\":{\"start\":\"1\",\"ids\":[]}}",
    "{\"_revisions\":{\"start\":1,\"ids\":[1]}}",
    "{\"_revisions\":{\"start\":1,\"ids\":[\"a\",\"b\"]}}",
    "{\"_revisions\":{\"start\":99999999999999999999999999,\"ids\":[\"a\"]}}",
    "{} {}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_auto (SamspillWireDocument) document = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (samspill_wire_document_read (&document, wrong[i], strlen (wrong[i]), &error));
      g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID);
    }
}

static void
test_edits (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *first = write_document (fixture->store, "{\"_id\":\"a\",\"n\":1}", TRUE);
  g_autofree char *json = g_strdup_printf ("{\"_id\":\"a\",\"_rev\":\"%s\",\"_deleted\":true}", first);
  g_autofree char *second = write_document (fixture->store, json, TRUE);
  g_autofree char *third = write_document (fixture->store, "{\"_id\":\"a\",\"n\":3}", TRUE);
  g_autofree char *wire = dup_wire (fixture->store, "a", NULL, SAMSPILL_WIRE_DEFAULT), *expected = NULL;
  g_auto (SamspillWireDocument) late = { 0 }, unknown = { 0 };
  g_autoptr (GError) conflict = NULL, missing = NULL;

  g_assert_true (g_str_has_prefix (first, "1-") && g_str_has_prefix (second, "2-") && g_str_has_prefix (third, "3-"));
  expected = g_strdup_printf ("{\"_id\":\"a\",\"_rev\":\"%s\",\"n\":3}", third);
  g_assert_cmpstr (wire, ==, expected);
  read_document (&late, json);
  g_assert_null (samspill_store_write (fixture->store, "mine", &late, TRUE, &conflict));
  g_assert_error (conflict, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CONFLICT);
  read_document (&unknown, "{\"_id\":\"b\",\"_rev\":\"1-a\"}");
  g_assert_null (samspill_store_write (fixture->store, "mine", &unknown, TRUE, &missing));
  g_assert_error (missing, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CONFLICT);
}

static void
test_many (StoreFixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
    "{\"_id\":\"a\",\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"a\"]},\"n\":1}",
    "{\"_id\":\"\",\"_rev\":\"1-a\"}",
    "{\"_id\":\"_x\",\"_rev\":\"1-a\"}",
    "{\"_id\":\"c\"}",
    "{\"_id\":\"_design/d\",\"_rev\":\"1-a\",\"language\":\"javascript\"}",
    "{\"_id\":\"e\",\"_revisions\":{\"start\":1,\"ids\":[\"\"]}}",
    "{\"_id\":\"a\",\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"a\"]},\"n\":1}",
    "{\"_id\":\"a\",\"_revisions\":{\"start\":1,\"ids\":[\"c\"]},\"n\":2}",
  };
  static const gboolean is_refused[] = { FALSE, TRUE, TRUE, TRUE, FALSE, TRUE, FALSE, FALSE };
  SamspillWireDocument documents[G_N_ELEMENTS (texts)] = { 0 };
  GError *refusals[G_N_ELEMENTS (texts)] = { NULL };
  g_autofree char *wire = NULL;
  g_autoptr (GError) error = NULL;
  guint written;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    read_document (&documents[i], texts[i]);
  samspill_store_write_many (fixture->store, "mine", documents, G_N_ELEMENTS (texts), refusals, &written, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (written, ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      if (is_refused[i])
        g_assert_error (refusals[i], SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID);
      else
        g_assert_no_error (refusals[i]);
      g_clear_error (&refusals[i]);
      samspill_wire_document_clear (&documents[i]);
    }
  wire = dup_wire (fixture->store, "a", NULL,
                   SAMSPILL_WIRE_REVISIONS | SAMSPILL_WIRE_REVS_INFO | SAMSPILL_WIRE_CONFLICTS |
                       SAMSPILL_WIRE_DELETED_CONFLICTS | SAMSPILL_WIRE_LOCAL_SEQ);
  g_assert_cmpstr (
      wire, ==,
      "{\"_id\":\"a\",\"_rev\":\"2-b\",\"_revisions\":{\"start\":2,\"ids\":[\"b\",\"a\"]},\"_revs_info\":["
      "{\"rev\":\"2-b\",\"status\":\"available\"},{\"rev\":\"1-a\",\"status\":\"missing\"}],\"_conflicts\":"
      "[\"1-c\"],\"_local_seq\":3,\"n\":1}");
  store_assert_clean (fixture->store);
}

static gboolean
append_row (const SamspillWireRow *row, gpointer data)
{
  GString *rows = data;

  g_string_append_printf (rows, "%.*s=%.*s!%.*s;", (int)row->id_length, row->id != NULL ? row->id : "",
                          (int)row->length, row->text != NULL ? row->text : "", (int)row->failure_length,
                          row->failure != NULL ? row->failure : "");
  return rows->len < 1000;
}

static void
test_bulk_docs (void)
{
  static const struct
  {
    const char *text, *rows; /* NULL: refused */
    gboolean new_edits;
  } cases[] = {
    { "{\"docs\":[]}", "", TRUE },
    { " {\"docs\" : [ {\"a\":\"]}\\\"\"} , 1 ] , \"new_edits\" : false } ", "={\"a\":\"]}\\\"\"}!;=1!;", FALSE },
    { "{\"new_edits\":false,\"d\\u006fcs\":[{}],\"x\":[{}]}", "={}!;", FALSE },
    { "{\"docs\":[{}],\"docs\":[{}]}", NULL, FALSE },
    { "{\"docs\":[{}}", NULL, FALSE },
    { "{\"docs\":[{},]}", NULL, FALSE },
    { "{\"docs\":[{}]", NULL, FALSE },
    { "{\"docs\":[{}]}x", NULL, FALSE },
    { "{\"docs\":[{\"a\":\"]}", NULL, FALSE },
    { "{\"docs\":{}}", NULL, FALSE },
    { "{\"docs\":[{}],\"x\":tru}", NULL, FALSE },
    { "{\"docs\":[{}],\"\xff\":1}", NULL, FALSE },
    { "{}", NULL, FALSE },
    { "[]", NULL, FALSE },
    { "", NULL, FALSE },
    { "{\"docs\":[\"\\", NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) rows = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      g_autofree char *text = g_memdup2 (cases[i].text, MAX (strlen (cases[i].text), 1)); /* no nul behind it */
      gboolean new_edits;

      if (samspill_wire_foreach_in_bulk_docs (text, strlen (cases[i].text), &new_edits, append_row, rows, &error))
        {
          g_assert_cmpstr (rows->str, ==, cases[i].rows);
          g_assert_cmpint (new_edits, ==, cases[i].new_edits);
        }
      else
        {
          g_assert_null (cases[i].rows);
          g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID);
        }
    }
}

static void
test_bulk_get (void)
{
  static const struct
  {
    const char *text, *rows;
  } cases[] = {
    { "{\"results\":[]}", "" },
    { "{\"results\":[{\"id\":\"a\",\"docs\":[{\"ok\":{\"_id\":\"a\"}},{\"error\":{\"rev\":\"1-x\"}}]},"
      "{\"docs\":[{\"ok\":{}}],\"id\":\"b\"}]}",
      "\"a\"={\"_id\":\"a\"}!;\"a\"=!{\"rev\":\"1-x\"};\"b\"={}!;" },
    { "{\"results\":[{\"id\":\"a\"}]}", NULL },
    { "{\"results\":[{\"id\":\"a\",\"docs\":[{\"ok\":{\"_id\":\"a\"}}", NULL },
    { "{\"results\":[{\"docs\":[{\"ok\":{}},],\"id\":\"b\"}]}", NULL },
    { "{\"results\":{}}", NULL },
    { "<html>", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) rows = g_string_new (NULL);
      g_autoptr (GError) error = NULL;

      if (samspill_wire_foreach_in_bulk_get (cases[i].text, strlen (cases[i].text), append_row, rows, &error))
        g_assert_cmpstr (rows->str, ==, cases[i].rows);
      else
        {
          g_assert_null (cases[i].rows);
          g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/wire/read", test_read);
  g_test_add_func ("/store/wire/read-little", test_read_little);
  g_test_add_func ("/store/wire/read-wrong-is-refused", test_read_wrong);
  g_test_add_func ("/store/wire/bulk-docs", test_bulk_docs);
  g_test_add_func ("/store/wire/bulk-get", test_bulk_get);
  store_fixture_add ("/store/wire/edits-as-couchdb", test_edits);
  store_fixture_add ("/store/wire/many-with-some-refused", test_many);
  return g_test_run ();
}
