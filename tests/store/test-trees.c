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

static void
make_history (GRand *rand, Node *nodes, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      guint64 number = 1;
      guint8 digest[SAMSPILL_REVISION_DIGEST_BYTES];

      for (guint j = 0; j < sizeof digest; j++)
        digest[j] = (guint8)g_rand_int_range (rand, 0, 256);
      nodes[i].parent = i == 0 || g_rand_int_range (rand, 0, 10) == 0 ? -1 : g_rand_int_range (rand, 0, (gint32)i);
      if (nodes[i].parent >= 0)
        {
          guint8 ignored[SAMSPILL_REVISION_DIGEST_BYTES];

          samspill_revision_parse (nodes[nodes[i].parent].revision, &number, ignored);
          number++;
        }
      nodes[i].revision = samspill_revision_format (number, digest);
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

      make_history (rand, nodes, n);
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
  g_assert_cmpuint (samspill_revision_tree_count_living_leaves (back), ==, 1);
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

static void
test_text (void)
{
  static const char *const bad[] = { "",
                                     "1",
                                     "1-",
                                     "-aa",
                                     "0-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                     "1-a",
                                     "+1-a",
                                     " 1-a",
                                     "1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaag",
                                     "1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                                     "9007199254740992-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
  guint8 digest[SAMSPILL_REVISION_DIGEST_BYTES];
  guint64 number;
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (samspill_revision_parse (bad[i], &number, digest));
  g_assert_true (samspill_revision_parse ("9007199254740991-0123456789ABCDEFfedcba9876543210", &number, digest));
  text = samspill_revision_format (number, digest);
  g_assert_cmpstr (text, ==, "9007199254740991-0123456789abcdeffedcba9876543210");
  g_assert_null (samspill_revision_next (text, FALSE, "{}", NULL));
  g_assert_null (samspill_revision_next ("nonsense", FALSE, "{}", NULL));
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
  g_test_add_func ("/store/revision/text", test_text);
  g_test_add_func ("/store/revision/known-ones-stay", test_known_revisions);
  return g_test_run ();
}
