/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

static void
put_in (SamspillStore *store, const char *space, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = store_bytes ("{\"a\":1}");
  g_autofree char *revision = NULL;

  samspill_store_ensure_space (store, space, &error);
  g_assert_no_error (error);
  revision = samspill_store_put (store, space, id, NULL, body, NULL, &error);
  g_assert_no_error (error);
}

/* "3 mine/a, 4 sample/b" */
static char *
dup_feed (SamspillStore *store, const char *space, gint64 since, guint limit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = samspill_store_changes (store, space, since, limit, &error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < changes->len; i++)
    {
      const SamspillChange *change = changes->pdata[i];

      g_string_append_printf (text, "%s%" G_GINT64_FORMAT " %s/%s%s%s", i > 0 ? ", " : "", change->seq, change->space,
                              change->id, change->deleted ? " deleted" : "", change->rev == NULL ? " gone" : "");
    }
  return g_string_free_and_steal (text);
}

static void
assert_feed (SamspillStore *store, const char *space, gint64 since, guint limit, const char *expected)
{
  g_autofree char *feed = dup_feed (store, space, since, limit);

  g_assert_cmpstr (feed, ==, expected);
}

static void
test_order (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *a = store_put (fixture->store, "a", NULL, "{}"), *b = NULL, *a2 = NULL;

  put_in (fixture->store, "sample", "x");
  b = store_put (fixture->store, "b", NULL, "{}");
  a2 = samspill_store_delete (fixture->store, "mine", "a", a, NULL);
  assert_feed (fixture->store, NULL, 0, 10, "2 sample/x, 3 mine/b, 4 mine/a deleted");
  assert_feed (fixture->store, NULL, 0, 2, "2 sample/x, 3 mine/b");
  assert_feed (fixture->store, NULL, 3, 2, "4 mine/a deleted");
  assert_feed (fixture->store, "mine", 0, 10, "3 mine/b, 4 mine/a deleted");
  assert_feed (fixture->store, NULL, 4, 10, "");
  g_assert_cmpint (samspill_store_get_last_seq (fixture->store), ==, 4);
  g_assert_cmpint (samspill_store_count (fixture->store, NULL, NULL), ==, 2);
  g_assert_cmpint (samspill_store_count (fixture->store, "mine", NULL), ==, 1);
}

static void
test_drop (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *a = store_put (fixture->store, "a", NULL, "{}");
  g_autoptr (SamspillDocument) first = NULL, second = NULL;
  g_auto (GStrv) spaces = NULL, found = NULL;

  put_in (fixture->store, "sample", "x");
  put_in (fixture->store, "sample", "y");
  put_in (fixture->store, "sample", "a");
  samspill_store_put_local (fixture->store, "sample", "state", "{}", NULL);
  found = samspill_store_find_spaces (fixture->store, "a", NULL);
  g_assert_cmpstrv (found, ((const char *[]){ "mine", "sample", NULL }));
  first = samspill_store_get (fixture->store, "sample", "x", NULL, NULL);
  g_assert_true (samspill_store_drop_space (fixture->store, "sample", &error));
  g_assert_no_error (error);
  assert_feed (fixture->store, NULL, 0, 10,
               "1 mine/a, 5 sample/x deleted gone, 6 sample/y deleted gone, 7 sample/a deleted gone");
  assert_feed (fixture->store, NULL, 5, 1, "6 sample/y deleted gone");
  spaces = samspill_store_list_spaces (fixture->store, NULL);
  g_assert_cmpstrv (spaces, ((const char *[]){ "mine", NULL }));
  g_assert_null (samspill_store_get_by_number (fixture->store, first->doc, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (samspill_store_get (fixture->store, "sample", "x", NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (samspill_store_drop_space (fixture->store, "sample", &error));

  /* Numbers are never used again. */
  put_in (fixture->store, "sample", "x");
  second = samspill_store_get (fixture->store, "sample", "x", NULL, NULL);
  g_assert_cmpint (second->doc, >, first->doc + 2);
  g_assert_null (samspill_store_get_local (fixture->store, "sample", "state", &error));
  g_assert_no_error (error);
  assert_feed (fixture->store, "sample", 0, 10, "8 sample/x");
  store_assert_clean (fixture->store);
}

typedef struct
{
  GString *text;
  guint stop_after;
  SamspillStore *store;
} Seen;

static gboolean
see (const SamspillChange *change, const char *body, gsize length, guint leaves, gpointer data)
{
  Seen *seen = data;

  g_string_append_printf (seen->text, "%s=%.*s/%u ", change->id, (int)length, body != NULL ? body : "", leaves);
  /* The store may be used from here. */
  g_assert_cmpint (samspill_store_get_last_seq (seen->store), >, 0);
  return --seen->stop_after > 0;
}

static void
test_bodies (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *a = store_put (fixture->store, "a", NULL, "{\"ø\":1}"), *b = NULL, *gone = NULL;
  Seen seen = { g_string_new (NULL), 10, fixture->store };

  b = store_put (fixture->store, "b", NULL, "{}");
  gone = samspill_store_delete (fixture->store, "mine", "b", b, NULL);
  g_assert_true (samspill_store_foreach_change (fixture->store, 0, 10, see, &seen, NULL));
  g_assert_cmpstr (seen.text->str, ==, "a={\"ø\":1}/1 b=/0 ");
  g_string_truncate (seen.text, 0);
  seen.stop_after = 1;
  g_assert_true (samspill_store_foreach_change (fixture->store, 0, 10, see, &seen, NULL));
  g_assert_cmpstr (seen.text->str, ==, "a={\"ø\":1}/1 ");
  g_string_free (seen.text, TRUE);
}

static void
count_cb (SamspillStore *store, gint64 seq, gpointer data)
{
  gint64 *seen = data;

  seen[0]++;
  seen[1] = seq;
}

static void
test_signal (StoreFixture *fixture, gconstpointer data)
{
  gint64 seen[2] = { 0 };

  store_run_pending ();
  g_signal_connect (fixture->store, "changed", G_CALLBACK (count_cb), seen);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("n%u", i);

      g_free (store_put (fixture->store, id, NULL, "{}"));
    }
  g_assert_cmpint (seen[0], ==, 0);
  store_run_pending ();
  g_assert_cmpint (seen[0], ==, 1);
  g_assert_cmpint (seen[1], ==, 5);
  store_run_pending ();
  g_assert_cmpint (seen[0], ==, 1);
}

static void
test_local (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *store = NULL, *space = NULL, *none = NULL;
  gint64 seq = samspill_store_get_last_seq (fixture->store);

  g_assert_true (samspill_store_put_local (fixture->store, "", "identity", "{\"a\":1}", NULL));
  g_assert_true (samspill_store_put_local (fixture->store, "mine", "identity", "{\"a\":2}", NULL));
  g_assert_true (samspill_store_put_local (fixture->store, "mine", "identity", "{\"a\":3}", NULL));
  store_fixture_reopen (fixture);
  store = samspill_store_get_local (fixture->store, "", "identity", NULL);
  space = samspill_store_get_local (fixture->store, "mine", "identity", NULL);
  g_assert_cmpstr (store, ==, "{\"a\":1}");
  g_assert_cmpstr (space, ==, "{\"a\":3}");
  g_assert_cmpint (samspill_store_get_last_seq (fixture->store), ==, seq);
  g_assert_true (samspill_store_put_local (fixture->store, "", "identity", NULL, NULL));
  none = samspill_store_get_local (fixture->store, "", "identity", &error);
  g_assert_no_error (error);
  g_assert_null (none);
  g_assert_false (samspill_store_put_local (fixture->store, "nowhere", "identity", "{}", &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND);
}

static void
write_copy (StoreFixture *fixture, const char *base, const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = store_bytes (json);

  samspill_store_write_working_copy (fixture->store, "mine", "a", base, body, &error);
  g_assert_no_error (error);
}

static void
test_working_copy (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL, *second = NULL, *same = NULL, *body = NULL;
  g_autoptr (SamspillWorkingCopy) copy = NULL;
  g_autoptr (GPtrArray) copies = NULL;

  write_copy (fixture, NULL, "{\"t\":\"v\"}");
  write_copy (fixture, NULL, "{\"t\":\"vann\"}");
  g_assert_cmpint (samspill_store_get_last_seq (fixture->store), ==, 0);
  store_fixture_reopen (fixture);
  copies = samspill_store_list_working_copies (fixture->store, &error);
  g_assert_cmpuint (copies->len, ==, 1);
  copy = samspill_store_read_working_copy (fixture->store, "mine", "a", &error);
  g_assert_cmpmem (g_bytes_get_data (copy->body, NULL), g_bytes_get_size (copy->body), "{\"t\":\"vann\"}", 12);
  g_assert_null (copy->base);
  first = samspill_store_commit_working_copy (fixture->store, "mine", "a", NULL, &error);
  g_assert_no_error (error);
  g_assert_null (samspill_store_read_working_copy (fixture->store, "mine", "a", &error));
  g_assert_no_error (error);

  /* Opened and left: no revision. */
  write_copy (fixture, first, "{ \"t\": \"vann\" }");
  same = samspill_store_commit_working_copy (fixture->store, "mine", "a", NULL, &error);
  g_assert_cmpstr (same, ==, first);
  g_assert_cmpint (samspill_store_get_last_seq (fixture->store), ==, 1);

  write_copy (fixture, first, "{\"t\":\"vannlekkasje\"}");
  second = samspill_store_commit_working_copy (fixture->store, "mine", "a", NULL, &error);
  body = store_dup_body (fixture->store, "a", second);
  g_assert_cmpstr (body, ==, "{\"t\":\"vannlekkasje\"}");
  g_assert_null (samspill_store_commit_working_copy (fixture->store, "mine", "a", NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND);
}

static void
test_working_copy_conflict (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *first = store_put (fixture->store, "a", NULL, "{\"n\":1}"), *second = NULL;
  g_autoptr (SamspillWorkingCopy) copy = NULL;

  write_copy (fixture, first, "{\"n\":2}");
  second = store_put (fixture->store, "a", first, "{\"n\":3}");
  g_assert_null (samspill_store_commit_working_copy (fixture->store, "mine", "a", NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  copy = samspill_store_read_working_copy (fixture->store, "mine", "a", &error);
  g_assert_cmpmem (g_bytes_get_data (copy->body, NULL), g_bytes_get_size (copy->body), "{\"n\":2}", 7);
  g_assert_true (samspill_store_remove_working_copy (fixture->store, "mine", "a", &error));
  g_assert_true (samspill_store_remove_working_copy (fixture->store, "mine", "a", &error));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_fixture_add ("/store/feed/order", test_order);
  store_fixture_add ("/store/feed/dropped-space-is-told", test_drop);
  store_fixture_add ("/store/feed/bodies", test_bodies);
  store_fixture_add ("/store/feed/signal-is-coalesced", test_signal);
  store_fixture_add ("/store/local/kept-and-not-in-feed", test_local);
  store_fixture_add ("/store/working-copy/becomes-one-revision", test_working_copy);
  store_fixture_add ("/store/working-copy/conflict-keeps-it", test_working_copy_conflict);
  return g_test_run ();
}
