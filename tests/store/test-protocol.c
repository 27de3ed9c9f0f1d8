/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-wire.h"
#include "store-fixture.h"

/* What registry and sync ask of the store, as CouchDB answers it. */

/* A path, newest first: "3-c 2-b 1-a", "+" in front of a deletion. */
static void
insert (SamspillStore *store, const char *id, const char *path)
{
  g_autoptr (GError) error = NULL;
  gboolean deleted = *path == '+';
  g_auto (GStrv) revisions = g_strsplit (path + deleted, " ", -1);
  g_autofree char *json = g_strdup_printf ("{\"r\":\"%s\"}", revisions[0]);
  g_autoptr (GBytes) body = store_bytes (json);

  samspill_store_insert (store, "mine", id, (const char *const *)revisions, deleted, body, NULL, &error);
  g_assert_no_error (error);
}

static char *
join_leaves (SamspillStore *store, const char *id)
{
  g_autoptr (GPtrArray) leaves = samspill_store_get_leaves (store, "mine", id, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; leaves != NULL && i < leaves->len; i++)
    {
      const SamspillRevision *leaf = leaves->pdata[i];

      g_assert_cmpint (leaf->winner, ==, i == 0);
      g_assert_true (leaf->leaf);
      g_string_append_printf (text, "%s%s%s", i > 0 ? " " : "", leaf->deleted ? "+" : "", leaf->rev);
    }
  return g_strdup (text->str);
}

static void
test_leaves (StoreFixture *fixture, gconstpointer data)
{
  SamspillStore *store = fixture->store;
  g_autofree char *leaves = NULL, *rev = NULL;
  g_auto (GStrv) path = NULL, latest = NULL, itself = NULL;
  gboolean deleted;

  insert (store, "a", "2-b 1-a");
  insert (store, "a", "+4-d 3-c 2-b");
  insert (store, "a", "2-a 1-a");
  insert (store, "a", "+1-z");
  insert (store, "a", "3-x 2-b");
  leaves = join_leaves (store, "a");
  g_assert_cmpstr (leaves, ==, "3-x 2-a +4-d +1-z");
  path = samspill_store_get_path (store, "mine", "a", "4-d", NULL);
  g_assert_cmpuint (g_strv_length (path), ==, 4);
  g_assert_cmpstr (path[3], ==, "1-a");
  latest = samspill_store_get_descendant_leaves (store, "mine", "a", "2-b", NULL);
  g_assert_cmpuint (g_strv_length (latest), ==, 2);
  g_assert_cmpstr (latest[0], ==, "3-x");
  g_assert_cmpstr (latest[1], ==, "4-d");
  itself = samspill_store_get_descendant_leaves (store, "mine", "a", "1-z", NULL);
  g_assert_cmpstr (itself[0], ==, "1-z");
  g_assert_null (itself[1]);
  g_assert_null (samspill_store_get_path (store, "mine", "a", "5-q", NULL));
  g_assert_true (samspill_store_lookup (store, "mine", "a", &rev, &deleted, NULL));
  g_assert_cmpstr (rev, ==, "3-x");
  g_assert_false (deleted);
  store_assert_clean (store);
}

static void
test_missing (StoreFixture *fixture, gconstpointer data)
{
  static const char *const revs[] = { "2-b", "nonsense", "3-c", "1-a", "2-q", NULL };
  g_auto (GStrv) missing = NULL, ancestors = NULL, all = NULL, none = NULL;

  insert (fixture->store, "a", "2-b 1-a");
  insert (fixture->store, "a", "7-g");
  missing = samspill_store_get_missing (fixture->store, "mine", "a", revs, &ancestors, NULL);
  g_assert_cmpuint (g_strv_length (missing), ==, 3);
  g_assert_cmpstr (missing[0], ==, "nonsense");
  g_assert_cmpstr (missing[1], ==, "3-c");
  g_assert_cmpstr (missing[2], ==, "2-q");
  g_assert_cmpuint (g_strv_length (ancestors), ==, 1);
  g_assert_cmpstr (ancestors[0], ==, "2-b");
  all = samspill_store_get_missing (fixture->store, "mine", "b", revs, &none, NULL);
  g_assert_cmpuint (g_strv_length (all), ==, 5);
  g_assert_null (none);
  g_assert_null (samspill_store_get_missing (fixture->store, "none", "a", revs, NULL, NULL));
}

static gboolean
append_change (gint64 seq, const char *id, const char *const *leaves, gboolean deleted, gpointer data)
{
  g_autofree char *joined = g_strjoinv (",", (char **)leaves);

  g_string_append_printf (data, "%" G_GINT64_FORMAT " %s%s %s;", seq, deleted ? "+" : "", id, joined);
  return !g_str_has_prefix (id, "stop");
}

static char *
join_feed (SamspillStore *store, gint64 since, gboolean all, gboolean descending)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  samspill_store_foreach_in_feed (store, "mine", since, all, descending, append_change, text, &error);
  g_assert_no_error (error);
  return g_string_free_and_steal (text);
}

static void
test_feed (StoreFixture *fixture, gconstpointer data)
{
  g_autofree char *up = NULL, *down = NULL, *further_down = NULL, *later = NULL, *stopped = NULL;

  insert (fixture->store, "b", "1-a");
  insert (fixture->store, "a", "1-a");
  insert (fixture->store, "b", "1-b");
  insert (fixture->store, "c", "+2-b 1-a");
  up = join_feed (fixture->store, 0, TRUE, FALSE);
  g_assert_cmpstr (up, ==, "2 a 1-a;3 b 1-b,1-a;4 +c 2-b;");
  down = join_feed (fixture->store, G_MAXINT64, FALSE, TRUE);
  g_assert_cmpstr (down, ==, "4 +c 2-b;3 b 1-b;2 a 1-a;");
  further_down = join_feed (fixture->store, 4, FALSE, TRUE);
  g_assert_cmpstr (further_down, ==, "3 b 1-b;2 a 1-a;");
  later = join_feed (fixture->store, 3, FALSE, FALSE);
  g_assert_cmpstr (later, ==, "4 +c 2-b;");
  insert (fixture->store, "stop", "1-a");
  insert (fixture->store, "z", "1-a");
  stopped = join_feed (fixture->store, 4, FALSE, FALSE);
  g_assert_cmpstr (stopped, ==, "5 stop 1-a;");
}

static gboolean
append_document (const char *id, const char *rev, gpointer data)
{
  g_string_append_printf (data, "%s ", id);
  return TRUE;
}

static char *
join_documents (SamspillStore *store, const char *start, const char *end, gboolean inclusive, gboolean descending)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  samspill_store_foreach_document (store, "mine", start, end, inclusive, descending, append_document, text, &error);
  g_assert_no_error (error);
  return g_string_free_and_steal (text);
}

static void
test_documents (StoreFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *start, *end;
    gboolean inclusive, descending;
    const char *ids;
  } cases[] = {
    { NULL, NULL, TRUE, FALSE, "B _design/x a b \303\245 \360\237\246\211 " },
    { NULL, NULL, TRUE, TRUE, "\360\237\246\211 \303\245 b a _design/x B " },
    { "a", "b", TRUE, FALSE, "a b " },
    { "a", "b", FALSE, FALSE, "a " },
    { "b", "a", TRUE, TRUE, "b a " },
    { "b", "a", FALSE, TRUE, "b " },
    { "aa", NULL, TRUE, FALSE, "b \303\245 \360\237\246\211 " },
    { "aa", NULL, TRUE, TRUE, "a _design/x B " },
    { NULL, "aa", TRUE, FALSE, "B _design/x a " },
    { NULL, "aa", TRUE, TRUE, "\360\237\246\211 \303\245 b " },
    { "b", "a", TRUE, FALSE, "" },
  };
  static const char *const ids[] = { "b", "\303\245", "a", "B", "\360\237\246\211", "_design/x" };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    insert (fixture->store, ids[i], "1-a");
  insert (fixture->store, "gone", "+1-a");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found =
          join_documents (fixture->store, cases[i].start, cases[i].end, cases[i].inclusive, cases[i].descending);

      g_assert_cmpstr (found, ==, cases[i].ids);
    }
}

static void
test_purge (StoreFixture *fixture, gconstpointer data)
{
  SamspillStore *store = fixture->store;
  g_autofree char *leaves = NULL;
  g_auto (GStrv) one = NULL, rest = NULL, nothing = NULL;
  g_auto (SamspillSpaceInfo) info = { NULL };
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;

  insert (store, "a", "3-c 2-b 1-a");
  insert (store, "a", "2-z 1-a");
  one = samspill_store_purge (store, "mine", "a", (const char *[]){ "3-c", "1-a", "9-q", "3-c", NULL }, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (one), ==, 1);
  leaves = join_leaves (store, "a");
  g_assert_cmpstr (leaves, ==, "2-z");
  g_assert_null (samspill_store_get_path (store, "mine", "a", "2-b", NULL));
  store_assert_clean (store);
  rest = samspill_store_purge (store, "mine", "a", (const char *[]){ "2-z", NULL }, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (rest), ==, 1);
  g_assert_false (samspill_store_lookup (store, "mine", "a", NULL, NULL, NULL));
  nothing = samspill_store_purge (store, "mine", "a", (const char *[]){ "2-z", NULL }, &error);
  g_assert_no_error (error);
  g_assert_null (nothing[0]);
  samspill_store_get_space_info (store, "mine", &info, &error);
  g_assert_no_error (error);
  g_assert_cmpint (info.purge_seq, ==, 2);
  g_assert_cmpint (info.documents + info.deleted, ==, 0);
  changes = samspill_store_changes (store, NULL, 0, 10, NULL);
  g_assert_cmpuint (changes->len, ==, 1);
  g_assert_null (((SamspillChange *)changes->pdata[0])->rev);
  store_assert_clean (store);
  /* It may come back. */
  insert (store, "a", "3-c 2-b 1-a");
  store_assert_clean (store);
}

static void
test_info (StoreFixture *fixture, gconstpointer data)
{
  g_auto (SamspillSpaceInfo) info = { NULL }, other = { NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL;

  insert (fixture->store, "a", "2-b 1-a");
  insert (fixture->store, "b", "+2-b 1-a");
  samspill_store_set_revs_limit (fixture->store, "mine", 2, &error);
  g_assert_no_error (error);
  insert (fixture->store, "a", "4-d 3-c 2-b 1-a");
  samspill_store_get_space_info (fixture->store, "mine", &info, &error);
  g_assert_no_error (error);
  g_assert_cmpint (info.documents, ==, 1);
  g_assert_cmpint (info.deleted, ==, 1);
  g_assert_cmpint (info.update_seq, ==, 3);
  g_assert_cmpuint (info.revs_limit, ==, 2);
  g_assert_cmpint (info.bytes, >, 0);
  {
    g_auto (GStrv) path = samspill_store_get_path (fixture->store, "mine", "a", "4-d", NULL);

    g_assert_cmpuint (g_strv_length (path), ==, 2);
  }
  /* Known, with ancestors that are beyond the limit: nothing happens. */
  insert (fixture->store, "a", "4-d 3-c 2-b 1-a");
  g_assert_cmpint (samspill_store_get_last_seq (fixture->store), ==, 3);
  uuid = g_strdup (info.uuid);
  g_assert_true (samspill_store_has_space (fixture->store, "mine"));
  samspill_store_drop_space (fixture->store, "mine", &error);
  g_assert_no_error (error);
  g_assert_false (samspill_store_has_space (fixture->store, "mine"));
  g_assert_false (samspill_store_lookup (fixture->store, "mine", "a", NULL, NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  samspill_store_ensure_space (fixture->store, "mine", &error);
  samspill_store_get_space_info (fixture->store, "mine", &other, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (other.uuid, !=, uuid);
  g_assert_false (samspill_store_lookup (fixture->store, "mine", "a", NULL, NULL, NULL));
  store_assert_clean (fixture->store);
}

/* Refused writes leave the batch around them whole: so one flush can serve many requests. */
static void
test_refused_in_batch (StoreFixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {
    "{\"_id\":\"a\",\"n\":1}",
    "{\"_id\":\"a\",\"n\":2}",
    "{\"_id\":\"_x\"}",
    "{\"_id\":\"b\",\"_rev\":\"1-q\"}",
    "{\"_id\":\"c\",\"_rev\":\"nonsense\"}",
    "{\"_id\":\"d\"}",
  };
  static const int expected[] = {
    -1,
    SAMSPILL_STORE_ERROR_CONFLICT,
    SAMSPILL_STORE_ERROR_INVALID,
    SAMSPILL_STORE_ERROR_CONFLICT,
    SAMSPILL_STORE_ERROR_INVALID,
    -1,
  };
  g_autoptr (GError) error = NULL;

  g_assert_true (samspill_store_begin (fixture->store, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_auto (SamspillWireDocument) document = { 0 };
      g_autoptr (GError) cause = NULL;
      g_autofree char *revision = NULL;

      g_assert_true (samspill_wire_document_read (&document, texts[i], strlen (texts[i]), NULL));
      revision = samspill_store_write (fixture->store, "mine", &document, TRUE, &cause);
      g_assert_true ((revision != NULL) == (expected[i] < 0));
      if (revision == NULL)
        g_assert_error (cause, SAMSPILL_STORE_ERROR, expected[i]);
    }
  samspill_store_commit (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_true (samspill_store_lookup (fixture->store, "mine", "a", NULL, NULL, NULL));
  g_assert_true (samspill_store_lookup (fixture->store, "mine", "d", NULL, NULL, NULL));
  g_assert_cmpint (samspill_store_count (fixture->store, "mine", NULL), ==, 2);
}

static gpointer
insert_in_thread (gpointer data)
{
  insert (data, "later", "1-a");
  return NULL;
}

static void
test_read_stands_still (StoreFixture *fixture, gconstpointer data)
{
  SamspillStore *store = fixture->store;

  g_assert_true (samspill_store_begin_read (store, NULL));
  g_assert_true (samspill_store_begin_read (store, NULL));
  g_assert_false (samspill_store_lookup (store, "mine", "later", NULL, NULL, NULL));
  g_thread_join (g_thread_new ("other", insert_in_thread, store));
  g_assert_false (samspill_store_lookup (store, "mine", "later", NULL, NULL, NULL));
  samspill_store_end_read (store);
  g_assert_false (samspill_store_lookup (store, "mine", "later", NULL, NULL, NULL));
  samspill_store_end_read (store);
  g_assert_true (samspill_store_lookup (store, "mine", "later", NULL, NULL, NULL));
  /* In a transaction of this thread it is that which is read. */
  g_assert_true (samspill_store_begin (store, NULL));
  insert (store, "own", "1-a");
  g_assert_true (samspill_store_begin_read (store, NULL));
  g_assert_true (samspill_store_lookup (store, "mine", "own", NULL, NULL, NULL));
  samspill_store_end_read (store);
  samspill_store_rollback (store);
  g_assert_false (samspill_store_lookup (store, "mine", "own", NULL, NULL, NULL));
}

static void
shuffle (GRand *rand, char **items, guint n)
{
  for (guint i = n - 1; i > 0; i--)
    {
      guint j = (guint)g_rand_int_range (rand, 0, (gint32)i + 1);
      char *swap = items[i];

      items[i] = items[j];
      items[j] = swap;
    }
}

/* Revisions of a made-up history, each with a part of its line, in any order and some twice: the leaves are the same.
 */
static void
test_any_order (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261125);

  for (guint round = 0; round < 40; round++)
    {
      char *lines[30] = { NULL }, *paths[30];
      guint n = (guint)g_rand_int_range (rand, 2, G_N_ELEMENTS (lines));
      g_autofree char *first = NULL;

      for (guint i = 0; i < n; i++)
        {
          int parent = i == 0 || g_rand_int_range (rand, 0, 8) == 0 ? -1 : g_rand_int_range (rand, 0, (gint32)i);
          guint number = parent < 0 ? 1 : (guint)g_ascii_strtoull (lines[parent], NULL, 10) + 1;

          lines[i] = g_strdup_printf ("%u-%c%x%s%s", number, 'a' + (char)g_rand_int_range (rand, 0, 26), i,
                                      parent < 0 ? "" : " ", parent < 0 ? "" : lines[parent]);
        }
      for (guint i = 0; i < n; i++)
        paths[i] = g_strconcat (g_str_has_suffix (lines[i], "0") && i % 3 == 1 ? "+" : "", lines[i], NULL);
      for (guint copy = 0; copy < 3; copy++)
        {
          g_autofree char *id = g_strdup_printf ("%u-%u", round, copy), *leaves = NULL;

          shuffle (rand, paths, n);
          for (guint i = 0; i < n; i++)
            insert (fixture->store, id, paths[i]);
          insert (fixture->store, id, paths[0]);
          leaves = join_leaves (fixture->store, id);
          if (first == NULL)
            first = g_steal_pointer (&leaves);
          else
            g_assert_cmpstr (leaves, ==, first);
        }
      for (guint i = 0; i < n; i++)
        {
          g_free (lines[i]);
          g_free (paths[i]);
        }
    }
  store_assert_clean (fixture->store);
}

static void
test_many_leaves (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) leaves = NULL;
  g_autoptr (GBytes) body = store_bytes ("{}");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) long_path = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (samspill_store_begin (fixture->store, NULL));
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *path = g_strdup_printf ("2-%04u 1-a", i);

      insert (fixture->store, "a", path);
    }
  g_assert_true (samspill_store_commit (fixture->store, NULL));
  leaves = samspill_store_get_leaves (fixture->store, "mine", "a", NULL);
  g_assert_cmpuint (leaves->len, ==, 2000);
  g_assert_cmpstr (((SamspillRevision *)leaves->pdata[0])->rev, ==, "2-1999");
  store_assert_clean (fixture->store);

  for (guint i = 0; i < 20000; i++)
    g_strv_builder_take (builder, g_strdup_printf ("%u-a", 20000 - i));
  long_path = g_strv_builder_end (builder);
  g_assert_false (
      samspill_store_insert (fixture->store, "mine", "b", (const char *const *)long_path, FALSE, body, NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID);
  g_clear_error (&error);
  /* Longer than what is kept, but it meets what is known: no second leaf. */
  insert (fixture->store, "c", "5-a 4-a");
  samspill_store_insert (fixture->store, "mine", "c", (const char *const *)long_path + 17000, FALSE, body, NULL,
                         &error);
  g_assert_no_error (error);
  g_clear_pointer (&leaves, g_ptr_array_unref);
  leaves = samspill_store_get_leaves (fixture->store, "mine", "c", NULL);
  g_assert_cmpuint (leaves->len, ==, 1);
  g_assert_cmpstr (((SamspillRevision *)leaves->pdata[0])->rev, ==, "3000-a");
  store_assert_clean (fixture->store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_fixture_add ("/store/protocol/leaves", test_leaves);
  store_fixture_add ("/store/protocol/missing", test_missing);
  store_fixture_add ("/store/protocol/feed", test_feed);
  store_fixture_add ("/store/protocol/documents-by-bytes", test_documents);
  store_fixture_add ("/store/protocol/purge", test_purge);
  store_fixture_add ("/store/protocol/info", test_info);
  store_fixture_add ("/store/protocol/refused-in-batch", test_refused_in_batch);
  store_fixture_add ("/store/protocol/read-stands-still", test_read_stands_still);
  store_fixture_add ("/store/protocol/any-order-of-arrival", test_any_order);
  store_fixture_add ("/store/protocol/many-leaves-and-long-paths", test_many_leaves);
  return g_test_run ();
}
