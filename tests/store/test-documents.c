/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#define ID "need:987654325:0190b0c0-0000-7000-8000-000000000001"

static void
test_put_get (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL, *second = NULL, *body = NULL, *old = NULL;
  g_autoptr (SamspillDocument) document = NULL;

  first = store_put (fixture->store, ID, NULL, "{ \"_id\": \"x\", \"a\" : 1.0, \"ø\":12345678901234567890 }");
  g_assert_true (g_str_has_prefix (first, "1-"));
  body = store_dup_body (fixture->store, ID, NULL);
  g_assert_cmpstr (body, ==, "{ \"a\" : 1.0, \"ø\":12345678901234567890 }");
  second = store_put (fixture->store, ID, first, "{\"a\":2}");
  store_fixture_reopen (fixture);
  document = samspill_store_get (fixture->store, "mine", ID, NULL, NULL);
  g_assert_cmpstr (document->rev, ==, second);
  g_assert_cmpstr (document->space, ==, "mine");
  g_assert_cmpstr (document->id, ==, ID);
  g_assert_cmpuint (document->leaves, ==, 1);
  g_assert_cmpint (document->seq, ==, 2);
  g_assert_false (document->deleted);
  g_assert_null (document->attachments);
  old = store_dup_body (fixture->store, ID, first);
  g_assert_cmpstr (old, ==, body);
}

static void
test_same_edit_same_revision (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *a = store_put (fixture->store, "a", NULL, "{\"x\":1,\"y\":[1, 2]}");
  g_autofree char *b = store_put (fixture->store, "b", NULL, " {\"y\":[1,2], \"x\" : 1}");
  g_autofree char *c = store_put (fixture->store, "c", NULL, "{\"x\":1.0,\"y\":[1,2]}");

  g_assert_cmpstr (a, ==, b);
  g_assert_cmpstr (a, !=, c);
}

static void
assert_refused (StoreFixture *fixture, const char *id, const char *parent, const char *json, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = store_bytes (json);
  gint64 before = samspill_store_get_last_seq (fixture->store);

  g_assert_null (samspill_store_put (fixture->store, "mine", id, parent, body, NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, code);
  g_assert_cmpint (samspill_store_get_last_seq (fixture->store), ==, before);
}

static void
test_conflict (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *first = store_put (fixture->store, ID, NULL, "{\"a\":1}");
  g_autofree char *second = store_put (fixture->store, ID, first, "{\"a\":2}");

  assert_refused (fixture, ID, first, "{\"a\":3}", SAMSPILL_STORE_ERROR_CONFLICT);
  assert_refused (fixture, ID, NULL, "{\"a\":3}", SAMSPILL_STORE_ERROR_CONFLICT);
  assert_refused (fixture, ID, "2-00000000000000000000000000000000", "{}", SAMSPILL_STORE_ERROR_CONFLICT);
  assert_refused (fixture, "other", second, "{}", SAMSPILL_STORE_ERROR_CONFLICT);
}

static void
test_bad_input (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = store_bytes ("{}");
  g_autoptr (GString) deep = g_string_new ("{\"a\":");

  for (guint i = 0; i < 10000; i++)
    g_string_append_c (deep, '[');
  for (guint i = 0; i < 10000; i++)
    g_string_append_c (deep, ']');
  g_string_append_c (deep, '}');
  assert_refused (fixture, ID, NULL, "", SAMSPILL_STORE_ERROR_INVALID);
  assert_refused (fixture, ID, NULL, "[]", SAMSPILL_STORE_ERROR_INVALID);
  assert_refused (fixture, ID, NULL, "{\"a\":1,\"a\":2}", SAMSPILL_STORE_ERROR_INVALID);
  assert_refused (fixture, ID, NULL, "{\"a\":\"\xff\"}", SAMSPILL_STORE_ERROR_INVALID);
  assert_refused (fixture, ID, NULL, "{\"a\":1", SAMSPILL_STORE_ERROR_INVALID);
  assert_refused (fixture, ID, NULL, deep->str, SAMSPILL_STORE_ERROR_INVALID);
  assert_refused (fixture, ID, "nonsense", "{}", SAMSPILL_STORE_ERROR_INVALID);
  assert_refused (fixture, "", NULL, "{}", SAMSPILL_STORE_ERROR_INVALID);
  assert_refused (fixture, "_local/a", NULL, "{}", SAMSPILL_STORE_ERROR_INVALID);
  assert_refused (fixture, "\xff", NULL, "{}", SAMSPILL_STORE_ERROR_INVALID);
  g_assert_null (samspill_store_put (fixture->store, "nowhere", ID, NULL, body, NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (samspill_store_ensure_space (fixture->store, "Stor/Ære", &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID);
}

static void
test_delete_and_recreate (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *first = store_put (fixture->store, ID, NULL, "{\"a\":1}");
  g_autofree char *tombstone = samspill_store_delete (fixture->store, "mine", ID, first, &error);
  g_autofree char *again = NULL, *third = NULL;
  g_autoptr (SamspillDocument) deleted = NULL, alive = NULL;

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (tombstone, "2-"));
  deleted = samspill_store_get (fixture->store, "mine", ID, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (deleted->deleted);
  g_assert_null (deleted->body);
  g_assert_cmpuint (deleted->leaves, ==, 0);
  g_assert_cmpint (samspill_store_count (fixture->store, "mine", NULL), ==, 0);

  again = samspill_store_delete (fixture->store, "mine", ID, tombstone, &error);
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (samspill_store_delete (fixture->store, "mine", ID, first, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CONFLICT);

  third = store_put (fixture->store, ID, NULL, "{\"a\":1}");
  g_assert_true (g_str_has_prefix (third, "3-"));
  alive = samspill_store_get (fixture->store, "mine", ID, NULL, NULL);
  g_assert_false (alive->deleted);
  g_assert_cmpint (alive->doc, ==, deleted->doc);
}

static void
insert (StoreFixture *fixture, const char *const *revisions, gboolean deleted, const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = json != NULL ? store_bytes (json) : NULL;

  samspill_store_insert (fixture->store, "mine", ID, revisions, deleted, body, NULL, &error);
  g_assert_no_error (error);
}

#define R(number, digit) number "-" digit digit digit digit digit digit digit digit
#define A "aaaa"
#define B "bbbb"
#define C "cccc"

static void
test_loser_is_kept (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (SamspillDocument) winner = NULL;
  g_autoptr (GPtrArray) history = NULL;
  g_autofree char *loser = NULL, *merged = NULL;

  insert (fixture, (const char *[]){ R ("1", A), NULL }, FALSE, "{\"a\":1}");
  insert (fixture, (const char *[]){ R ("2", B), R ("1", A), NULL }, FALSE, "{\"a\":2}");
  insert (fixture, (const char *[]){ R ("2", C), R ("1", A), NULL }, FALSE, "{\"a\":3}");
  winner = samspill_store_get (fixture->store, "mine", ID, NULL, NULL);
  g_assert_cmpstr (winner->rev, ==, R ("2", C));
  g_assert_cmpuint (winner->leaves, ==, 2);
  loser = store_dup_body (fixture->store, ID, R ("2", B));
  g_assert_cmpstr (loser, ==, "{\"a\":2}");

  /* Both leaves can be written on. */
  merged = store_put (fixture->store, ID, R ("2", B), "{\"a\":4}");
  history = samspill_store_history (fixture->store, "mine", ID, NULL);
  g_assert_cmpuint (history->len, ==, 4);
  g_assert_cmpstr (((SamspillRevision *)history->pdata[0])->rev, ==, merged);
  g_assert_true (((SamspillRevision *)history->pdata[0])->winner);
  g_assert_cmpstr (((SamspillRevision *)history->pdata[3])->rev, ==, R ("1", A));
  g_assert_null (((SamspillRevision *)history->pdata[3])->parent);
}

static void
test_insert_again_changes_nothing (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *ancestor = NULL;
  gint64 seq;

  insert (fixture, (const char *[]){ R ("2", B), R ("1", A), NULL }, FALSE, "{\"a\":2}");
  seq = samspill_store_get_last_seq (fixture->store);
  insert (fixture, (const char *[]){ R ("2", B), R ("1", A), NULL }, FALSE, "{\"a\":2}");
  insert (fixture, (const char *[]){ R ("1", A), NULL }, FALSE, "{\"a\":1}");
  g_assert_cmpint (samspill_store_get_last_seq (fixture->store), ==, seq);
  /* But what an ancestor said is known from now on. */
  ancestor = store_dup_body (fixture->store, ID, R ("1", A));
  g_assert_cmpstr (ancestor, ==, "{\"a\":1}");
  store_assert_clean (fixture->store);
}

static void
test_bad_path (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) body = store_bytes ("{}");
  const char *const bad[][4] = {
    { NULL },
    { "1-", NULL },
    { R ("3", A), R ("1", B), NULL },
    { R ("1", A), R ("0", B), NULL },
    { R ("1", A), R ("2", B), NULL },
    { R ("01", A), NULL },
    { R ("99999999999999999999", A), NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (samspill_store_insert (fixture->store, "mine", ID, bad[i], FALSE, body, NULL, &error));
      g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID);
    }
}

static void
test_attachments (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = store_bytes ("{}");
  g_autofree char *first = NULL, *second = NULL, *third = NULL;
  g_autoptr (SamspillDocument) with = NULL, inherited = NULL, without = NULL;

  first = samspill_store_put (fixture->store, "mine", ID, NULL, body, "{\"a.pdf\":{\"digest\":\"md5-x\",\"length\":3}}",
                              &error);
  g_assert_no_error (error);
  with = samspill_store_get (fixture->store, "mine", ID, NULL, NULL);
  g_assert_cmpstr (with->attachments, ==, "{\"a.pdf\":{\"digest\":\"md5-x\",\"length\":3,\"revpos\":1}}");
  second = store_put (fixture->store, ID, first, "{\"b\":1}");
  inherited = samspill_store_get (fixture->store, "mine", ID, NULL, NULL);
  g_assert_cmpstr (inherited->attachments, ==, with->attachments);
  third = samspill_store_put (fixture->store, "mine", ID, second, body, "{}", &error);
  without = samspill_store_get (fixture->store, "mine", ID, NULL, NULL);
  g_assert_null (without->attachments);
  g_assert_null (samspill_store_put (fixture->store, "mine", ID, third, body, "{\"a\":", &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID);
}

static void
test_batch (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL, *inside = NULL;

  g_assert_true (samspill_store_begin (fixture->store, &error));
  first = store_put (fixture->store, "a", NULL, "{\"a\":1}");
  inside = store_dup_body (fixture->store, "a", NULL);
  g_assert_cmpstr (inside, ==, "{\"a\":1}");
  samspill_store_rollback (fixture->store);
  g_assert_null (samspill_store_get (fixture->store, "mine", "a", NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpint (samspill_store_get_last_seq (fixture->store), ==, 0);

  /* One that is refused leaves the others. */
  g_assert_true (samspill_store_begin (fixture->store, &error));
  g_free (first);
  first = store_put (fixture->store, "a", NULL, "{\"a\":1}");
  assert_refused (fixture, "a", NULL, "{}", SAMSPILL_STORE_ERROR_CONFLICT);
  g_assert_true (samspill_store_commit (fixture->store, &error));
  g_assert_no_error (error);
  g_assert_cmpint (samspill_store_count (fixture->store, NULL, NULL), ==, 1);

  /* A part that was taken back takes the whole with it. */
  g_assert_true (samspill_store_begin (fixture->store, &error));
  g_assert_true (samspill_store_begin (fixture->store, &error));
  g_free (store_put (fixture->store, "b", NULL, "{}"));
  samspill_store_rollback (fixture->store);
  g_assert_false (samspill_store_commit (fixture->store, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_FAILED);
  g_assert_cmpint (samspill_store_count (fixture->store, NULL, NULL), ==, 1);
}

static void
test_long_history_is_cut (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) history = NULL;
  g_autofree char *parent = NULL, *body = NULL;

  samspill_store_begin (fixture->store, NULL);
  for (guint i = 0; i < 1010; i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"n\":%u}", i);
      char *next = store_put (fixture->store, ID, parent, json);

      g_free (parent);
      parent = next;
    }
  samspill_store_commit (fixture->store, NULL);
  history = samspill_store_history (fixture->store, "mine", ID, NULL);
  g_assert_cmpuint (history->len, ==, 1000);
  body = store_dup_body (fixture->store, ID, ((SamspillRevision *)history->pdata[999])->rev);
  g_assert_cmpstr (body, ==, "{\"n\":10}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_fixture_add ("/store/document/bytes-are-kept", test_put_get);
  store_fixture_add ("/store/document/same-edit-same-revision", test_same_edit_same_revision);
  store_fixture_add ("/store/document/bad-input-changes-nothing", test_bad_input);
  store_fixture_add ("/store/document/delete-and-recreate", test_delete_and_recreate);
  store_fixture_add ("/store/document/attachments", test_attachments);
  store_fixture_add ("/store/document/batch", test_batch);
  store_fixture_add ("/store/document/long-history-is-cut", test_long_history_is_cut);
  store_fixture_add ("/store/conflict/stale-parent-is-refused", test_conflict);
  store_fixture_add ("/store/conflict/loser-is-kept", test_loser_is_kept);
  store_fixture_add ("/store/conflict/known-revision-changes-nothing", test_insert_again_changes_nothing);
  store_fixture_add ("/store/conflict/bad-path", test_bad_path);
  return g_test_run ();
}
