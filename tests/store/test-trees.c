/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-revision-tree.h"

#define NODES 40

/* A made-up history: node 0 to n - 1, each with its revision and its parent. */
typedef struct
{
  char *revision;
  int parent;
  gboolean deleted;
} Node;

/* What other peers call their revisions. */
static char *
make_text (GRand *rand)
{
  static const char *const pieces[] = { "a",  "B",  "\303\245",         "-", "ff", "FF", "0",
                                        "\"", "\\", "\360\237\246\211", " ", "z" };
  GString *text = g_string_new (NULL);

  for (int i = g_rand_int_range (rand, 8, 40); i > 0; i--)
    g_string_append (text, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
  return g_string_free_and_steal (text);
}

static void
make_history (GRand *rand, Node *nodes, guint n, gboolean has_texts)
{
  for (guint i = 0; i < n; i++)
    {
      SamspillRevisionId id = { .number = 1 };
      g_autofree char *text = NULL;

      for (guint j = 0; j < sizeof id.digest; j++)
        id.digest[j] = (guint8)g_rand_int_range (rand, 0, 256);
      if (has_texts && g_rand_int_range (rand, 0, 3) == 0)
        id.text = text = make_text (rand);
      nodes[i].parent = i == 0 || g_rand_int_range (rand, 0, 10) == 0 ? -1 : g_rand_int_range (rand, 0, (gint32)i);
      if (nodes[i].parent >= 0)
        {
          SamspillRevisionId parent;

          samspill_revision_parse (nodes[nodes[i].parent].revision, &parent);
          id.number = parent.number + 1;
        }
      nodes[i].revision = samspill_revision_format (&id);
      nodes[i].deleted = g_rand_int_range (rand, 0, 4) == 0;
    }
}

/* The revision and at most `length` of its line, newest first, as a peer sends it. */
static void
merge (SamspillRevisionTree *tree, const Node *nodes, int node, guint length)
{
  g_autoptr (GPtrArray) path = g_ptr_array_new ();
  gboolean deleted = nodes[node].deleted, is_new, is_changed;
  int place;

  for (; node >= 0 && path->len < length; node = nodes[node].parent)
    g_ptr_array_add (path, nodes[node].revision);
  g_ptr_array_add (path, NULL);
  place = samspill_revision_tree_merge (tree, (const char *const *)path->pdata, &is_new, &is_changed);
  g_assert_cmpint (place, >=, 0);
  if (is_new)
    g_assert_true (is_changed);
  samspill_revision_tree_get (tree, place)->deleted = deleted;
}

static void
shuffle (GRand *rand, int *order, guint n)
{
  for (guint i = n - 1; i > 0; i--)
    {
      guint j = (guint)g_rand_int_range (rand, 0, (gint32)i + 1);
      int swap = order[i];

      order[i] = order[j];
      order[j] = swap;
    }
}

/* First pieces of random length, then every line whole: what was apart grows together. */
static SamspillRevisionTree *
build (GRand *rand, const Node *nodes, guint n)
{
  SamspillRevisionTree *tree = samspill_revision_tree_new ();
  g_autofree int *order = g_new (int, n);

  for (guint i = 0; i < n; i++)
    order[i] = (int)i;
  shuffle (rand, order, n);
  for (guint i = 0; i < n; i++)
    merge (tree, nodes, order[i], (guint)g_rand_int_range (rand, 1, 5));
  shuffle (rand, order, n);
  for (guint i = 0; i < n; i++)
    merge (tree, nodes, order[i], n);
  return tree;
}

static void
test_any_order (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261124);

  for (guint round = 0; round < 200; round++)
    {
      Node nodes[NODES];
      guint n = (guint)g_rand_int_range (rand, 1, NODES);
      g_autoptr (SamspillRevisionTree) first = NULL, second = NULL;
      g_autoptr (GBytes) first_bytes = NULL, second_bytes = NULL;

      make_history (rand, nodes, n, round % 2 == 1);
      first = build (rand, nodes, n);
      second = build (rand, nodes, n);
      first_bytes = samspill_revision_tree_encode (first);
      second_bytes = samspill_revision_tree_encode (second);
      g_assert_true (g_bytes_equal (first_bytes, second_bytes));
      g_assert_cmpuint (samspill_revision_tree_get_length (first), ==, n);
      g_assert_cmpint (samspill_revision_tree_get_winner (first), ==, samspill_revision_tree_get_winner (second));
      for (guint i = 0; i < n; i++)
        {
          int place = samspill_revision_tree_find_text (first, nodes[i].revision);
          int parent = samspill_revision_tree_get (first, place)->parent;
          g_autofree char *text = parent >= 0 ? samspill_revision_tree_dup_text (first, parent) : NULL;

          g_assert_cmpstr (text, ==, nodes[i].parent >= 0 ? nodes[nodes[i].parent].revision : NULL);
        }
      for (guint i = 0; i < n; i++)
        g_free (nodes[i].revision);
    }
}

/* What CouchDB chooses. Each line: paths, newest first, "+" in front of a deleted one; the first path's leaf wins. */
static const char *const winners[][4] = {
  { "1a", NULL },
  { "2a 1a", "1b", NULL }, /* longer */
  { "1b", "1a", NULL },    /* higher */
  { "2b 1a", "2a 1a", NULL },
  { "2a 1b", "2a 1a", NULL },      /* the same revision under two parents is one */
  { "1a", "+2b 1b", NULL },        /* alive before longer */
  { "1a", "+1f", NULL },           /* alive before higher */
  { "+2b 1a", "+2a 1b", NULL },    /* of the dead the highest */
  { "+3a 2a 1a", "+2f 1f", NULL }, /* of the dead the longest */
  { "9a", "1f", NULL },            /* ancestors that are not known count */
  { "10a", "9f", NULL },           /* as numbers, not as text */
  { "3a 2a 1a", "+3f 2a 1a", "2f 1a", NULL },
};

static void
merge_text (SamspillRevisionTree *tree, const char *text, char **leaf)
{
  gboolean deleted = *text == '+', is_new, is_changed;
  g_auto (GStrv) parts = g_strsplit (deleted ? text + 1 : text, " ", -1);
  int place;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      gsize length = strlen (parts[i]);
      g_autofree char *number = g_strndup (parts[i], length - 1), *digest = g_strnfill (32, parts[i][length - 1]);

      g_free (parts[i]);
      parts[i] = g_strconcat (number, "-", digest, NULL);
    }
  place = samspill_revision_tree_merge (tree, (const char *const *)parts, &is_new, &is_changed);
  g_assert_cmpint (place, >=, 0);
  if (is_new)
    samspill_revision_tree_get (tree, place)->deleted = deleted;
  *leaf = g_strdup (parts[0]);
}

static void
test_winners (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (winners); i++)
    for (guint backwards = 0; backwards < 2; backwards++)
      {
        g_autoptr (SamspillRevisionTree) tree = samspill_revision_tree_new ();
        g_autofree char *expected = NULL, *found = NULL;
        guint n = g_strv_length ((char **)winners[i]);

        for (guint j = 0; j < n; j++)
          {
            guint path = backwards ? n - 1 - j : j;
            g_autofree char *leaf = NULL;

            merge_text (tree, winners[i][path], &leaf);
            if (path == 0)
              expected = g_steal_pointer (&leaf);
          }
        found = samspill_revision_tree_dup_text (tree, samspill_revision_tree_get_winner (tree));
        g_assert_cmpstr (found, ==, expected);
      }
}

static SamspillRevisionTree *
make_full_tree (void)
{
  SamspillRevisionTree *tree = samspill_revision_tree_new ();
  g_autofree char *leaf = NULL, *other = NULL;

  merge_text (tree, "4a 3a 2a 1a", &leaf);
  merge_text (tree, "+3b 2a", &other);
  samspill_revision_tree_add (tree, &(SamspillRevisionId){ .number = 7, .text = "abc" }, SAMSPILL_REVISION_NONE);
  samspill_revision_tree_get (tree, 1)->body = 1;
  samspill_revision_tree_get (tree, 2)->body = G_MAXINT64;
  samspill_revision_tree_get (tree, 2)->at_us = 1795600000000000;
  samspill_revision_tree_get (tree, 3)->at_us = 1;
  samspill_revision_tree_get (tree, 4)->at_us = -1;
  return tree;
}

static void
test_stored_form (void)
{
  g_autoptr (SamspillRevisionTree) tree = make_full_tree (), back = NULL;
  g_autoptr (GBytes) bytes = samspill_revision_tree_encode (tree), again = NULL;
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  back = samspill_revision_tree_decode (data, length);
  g_assert_nonnull (back);
  again = samspill_revision_tree_encode (back);
  g_assert_true (g_bytes_equal (bytes, again));
  g_assert_cmpint (samspill_revision_tree_get (back, 2)->body, ==, G_MAXINT64);
  g_assert_cmpint (samspill_revision_tree_get (back, 2)->at_us, ==, 1795600000000000);
  g_assert_cmpint (samspill_revision_tree_get (back, 4)->at_us, ==, -1);
  g_assert_cmpuint (samspill_revision_tree_count_living_leaves (back), ==, 2);
  g_assert_cmpint (samspill_revision_tree_find_text (back, "7-abc"), ==, 5);
}

/* Whatever stands in the column: a tree that hangs together, or none. */
static void
test_damaged_form (void)
{
  g_autoptr (SamspillRevisionTree) tree = make_full_tree ();
  g_autoptr (GBytes) bytes = samspill_revision_tree_encode (tree);
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  for (gsize cut = 0; cut < length; cut++)
    {
      g_autofree guint8 *piece = g_memdup2 (data, MAX (cut, 1));

      g_assert_null (samspill_revision_tree_decode (piece, cut));
    }
  for (gsize bit = 0; bit < length * 8; bit++)
    {
      g_autofree guint8 *flipped = g_memdup2 (data, length);
      g_autoptr (SamspillRevisionTree) found = NULL;

      flipped[bit / 8] ^= (guint8)(1 << bit % 8);
      found = samspill_revision_tree_decode (flipped, length);
      if (found == NULL)
        continue;
      for (guint i = 0; i < samspill_revision_tree_get_length (found); i++)
        g_assert_cmpint (samspill_revision_tree_get (found, (int)i)->parent, <, (int)i);
    }
}

static void
test_stem (void)
{
  g_autoptr (SamspillRevisionTree) tree = samspill_revision_tree_new ();
  g_autoptr (GArray) bodies = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *leaf = NULL, *other = NULL, *oldest = NULL;

  merge_text (tree, "6a 5a 4a 3a 2a 1a", &leaf);
  merge_text (tree, "3b 2a 1a", &other);
  for (int i = 0; i < 7; i++)
    samspill_revision_tree_get (tree, i)->body = i + 1;
  samspill_revision_tree_stem (tree, 2, bodies);
  g_assert_cmpuint (samspill_revision_tree_get_length (tree), ==, 4);
  g_assert_cmpuint (bodies->len, ==, 3);
  g_assert_cmpuint (samspill_revision_tree_count_living_leaves (tree), ==, 2);
  oldest = samspill_revision_tree_dup_text (tree, 0);
  g_assert_cmpstr (oldest, ==, "2-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
  g_assert_cmpint (samspill_revision_tree_get (tree, 2)->parent, ==, SAMSPILL_REVISION_NONE);
  g_assert_cmpint (samspill_revision_tree_get (tree, 3)->parent, ==, 2);
}

/* What CouchDB takes is taken and kept byte for byte; only our own form is held as a digest. */
static void
test_text (void)
{
  static const char *const bad[] = {
    "",
    "1",
    "1-",
    "-aa",
    "0-a",
    "01-a",
    "+1-a",
    " 1-a",
    "1 -a",
    "1-a\n",
    "1-\x7f",
    "1-\xff",
    "9007199254740992-a",
    "nonsense",
  };
  static const char *const good[] = {
    "1-a",
    "1-abc",
    "1-ABC",
    "1--",
    "1-0123456789ABCDEFfedcba9876543210",
    "1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaag",
    "1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "1-r\303\270d \"gr\303\270t\"",
    "9007199254740991-0123456789abcdeffedcba9876543210",
  };
  g_autofree char *longest = g_strnfill (SAMSPILL_REVISION_TEXT_MAX_BYTES + 2, 'x'), *last = NULL;
  SamspillRevisionId id;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (samspill_revision_parse (bad[i], &id));
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *text = NULL;

      g_assert_true (samspill_revision_parse (good[i], &id));
      text = samspill_revision_format (&id);
      g_assert_cmpstr (text, ==, good[i]);
      g_assert_true ((id.text == NULL) == (i == G_N_ELEMENTS (good) - 1));
    }
  memcpy (longest, "1-", 2);
  g_assert_true (samspill_revision_parse (longest, &id));
  last = g_strconcat (longest, "x", NULL);
  g_assert_false (samspill_revision_parse (last, &id));
  g_assert_null (samspill_revision_next ("9007199254740991-a", FALSE, "{}", NULL));
  g_assert_null (samspill_revision_next ("nonsense", FALSE, "{}", NULL));
}

/* Each is higher than the one before it. */
static void
test_order (void)
{
  static const char *const texts[] = {
    "1-0",
    "1-00000000000000000000000000000000",
    "1-000000000000000000000000000000000",
    "1-FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
    "1-a",
    "1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
    "1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaag",
    "1-abc",
    "1-ffffffffffffffffffffffffffffffff",
    "1-z",
    "1-\303\245",
    "2-0",
    "10-0",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (guint j = 0; j < G_N_ELEMENTS (texts); j++)
      {
        SamspillRevisionId a, b;

        g_assert_true (samspill_revision_parse (texts[i], &a) && samspill_revision_parse (texts[j], &b));
        g_assert_cmpint (samspill_revision_compare (&a, &b) < 0, ==, i < j);
        g_assert_cmpint (samspill_revision_compare (&a, &b) == 0, ==, i == j);
      }
}

/* A tree of digests alone is what it was before there were others: older stores hold it. */
static void
test_stored_version (void)
{
  static const guint8 known[] = { 1,    1,    0x08 | 0x04 | 0x02,
                                  1,    0xcc, 0xcc,
                                  0xcc, 0xcc, 0xcc,
                                  0xcc, 0xcc, 0xcc,
                                  0xcc, 0xcc, 0xcc,
                                  0xcc, 0xcc, 0xcc,
                                  0xcc, 0xcc, 3,
                                  0x80, 0x80, 0x92,
                                  0x96, 0xa8, 0x96,
                                  0xa2, 0x06 };
  g_autoptr (SamspillRevisionTree) tree = samspill_revision_tree_decode (known, sizeof known), back = NULL;
  g_autoptr (GBytes) bytes = NULL, again = NULL;
  const char *const path[] = { "2-abc", "1-cccccccccccccccccccccccccccccccc", NULL };
  gboolean is_new, is_changed;

  g_assert_nonnull (tree);
  bytes = samspill_revision_tree_encode (tree);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), known, sizeof known);
  g_assert_cmpint (samspill_revision_tree_merge (tree, path, &is_new, &is_changed), ==, 1);
  g_clear_pointer (&bytes, g_bytes_unref);
  bytes = samspill_revision_tree_encode (tree);
  g_assert_cmpint (((const guint8 *)g_bytes_get_data (bytes, NULL))[0], ==, 2);
  back = samspill_revision_tree_decode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_nonnull (back);
  again = samspill_revision_tree_encode (back);
  g_assert_true (g_bytes_equal (bytes, again));
  g_assert_cmpint (samspill_revision_tree_find_text (back, "2-abc"), ==, 1);
}

/* Nobody honest sends this; it must leave no leaf that has nothing to show. */
static void
test_other_parent (void)
{
  g_autoptr (SamspillRevisionTree) tree = samspill_revision_tree_new ();
  g_autofree char *one = NULL, *other = NULL, *more = NULL;

  merge_text (tree, "2a 1a", &one);
  merge_text (tree, "2a 1b", &other);
  g_assert_cmpuint (samspill_revision_tree_get_length (tree), ==, 2);
  merge_text (tree, "4c 3c 2a 1b", &more);
  g_assert_cmpuint (samspill_revision_tree_get_length (tree), ==, 4);
  g_assert_cmpuint (samspill_revision_tree_count_living_leaves (tree), ==, 1);
}

static void
test_prune (void)
{
  g_autoptr (SamspillRevisionTree) tree = samspill_revision_tree_new ();
  g_autoptr (GArray) bodies = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *leaf = NULL, *other = NULL;

  merge_text (tree, "4a 3a 2a 1a", &leaf);
  merge_text (tree, "3b 2a 1a", &other);
  for (guint i = 0; i < samspill_revision_tree_get_length (tree); i++)
    samspill_revision_tree_get (tree, (int)i)->body = i + 1;
  samspill_revision_tree_prune (tree, 1, bodies); /* no leaf: nothing happens */
  g_assert_cmpuint (samspill_revision_tree_get_length (tree), ==, 5);
  samspill_revision_tree_prune (tree, samspill_revision_tree_find_text (tree, leaf), bodies);
  g_assert_cmpuint (samspill_revision_tree_get_length (tree), ==, 3);
  g_assert_cmpuint (bodies->len, ==, 2);
  samspill_revision_tree_prune (tree, samspill_revision_tree_find_text (tree, other), bodies);
  g_assert_cmpuint (samspill_revision_tree_get_length (tree), ==, 0);
  g_assert_cmpuint (bodies->len, ==, 5);
}

/* Revisions that are out in the world: the way to compute them never changes. */
static void
test_known_revisions (void)
{
  g_autofree char *first = samspill_revision_next (NULL, FALSE, "{\"a\":1}", NULL);
  g_autofree char *second =
      samspill_revision_next (first, FALSE, "{\"a\":2}", "{\"b\":{\"digest\":\"md5-2\"},\"a\":{\"digest\":\"md5-1\"}}");
  g_autofree char *same = samspill_revision_next (
      first, FALSE, "{\"a\":2}", "{\"a\":{\"digest\":\"md5-1\",\"x\":1},\"b\":{\"digest\":\"md5-2\"}}");
  g_autofree char *tombstone = samspill_revision_next (second, TRUE, NULL, NULL);

  g_assert_cmpstr (first, ==, "1-0bab11b259bf5654123504d30e839071");
  g_assert_cmpstr (second, ==, "2-3ae46236a61a607fceff64fb3c0858c5");
  g_assert_cmpstr (same, ==, second);
  g_assert_cmpstr (tombstone, ==, "3-2248d828590d3cc48c618e9537682e72");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/tree/same-in-any-order", test_any_order);
  g_test_add_func ("/store/tree/winner-as-couchdb", test_winners);
  g_test_add_func ("/store/tree/stored-form", test_stored_form);
  g_test_add_func ("/store/tree/damaged-form-is-noticed", test_damaged_form);
  g_test_add_func ("/store/tree/stem", test_stem);
  g_test_add_func ("/store/tree/stored-form-of-older-stores", test_stored_version);
  g_test_add_func ("/store/tree/another-parent-is-not-believed", test_other_parent);
  g_test_add_func ("/store/tree/prune", test_prune);
  g_test_add_func ("/store/revision/any-text", test_text);
  g_test_add_func ("/store/revision/order-of-bytes", test_order);
  g_test_add_func ("/store/revision/known-ones-stay", test_known_revisions);
  return g_test_run ();
}
