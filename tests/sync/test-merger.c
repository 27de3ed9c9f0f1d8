/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several leaves become one, alike on every computer. Replicas are stores of their own; what goes between them is what
 * replication carries: leaves with their paths. */
#include <glib/gstdio.h>
#include <string.h>

#include "samspill-history.h"
#include "samspill-json-text.h"
#include "samspill-merger.h"
#include "samspill-wire.h"

#define TEAM "team-302353875"
#define ID "need:302353875:0190f0e0-0000-7000-8000-000000000001"

typedef struct
{
  char *folder;
  SamspillStore *store;
} Replica;

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_remove (path);
}

static void
replica_open (Replica *self)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("samspill-merger-XXXXXX", NULL);
  self->store = samspill_store_open (self->folder, SAMSPILL_STORE_OPEN_DEFAULT, &error);
  g_assert_no_error (error);
  g_assert_true (samspill_store_ensure_space (self->store, TEAM, NULL));
}

static void
replica_clear (Replica *self)
{
  g_clear_object (&self->store);
  remove_tree (self->folder);
  g_clear_pointer (&self->folder, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Replica, replica_clear)

static char *
put_in (Replica *self, const char *space, const char *id, const char *parent, const char *text, const char *files)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  char *rev = samspill_store_put (self->store, space, id, parent, body, files, &error);

  g_assert_no_error (error);
  return rev;
}

static char *
put (Replica *self, const char *parent, const char *text)
{
  return put_in (self, TEAM, ID, parent, text, NULL);
}

static char *
dup_body (Replica *self)
{
  g_autoptr (SamspillDocument) document = samspill_store_get (self->store, TEAM, ID, NULL, NULL);
  gsize length = 0;
  const char *text = document != NULL && document->body != NULL ? g_bytes_get_data (document->body, &length) : NULL;

  return text != NULL ? g_strndup (text, length) : NULL;
}

static char *
winner (Replica *self)
{
  g_autoptr (SamspillDocument) document = samspill_store_get (self->store, TEAM, ID, NULL, NULL);

  return g_strdup (document->rev);
}

static guint
count_leaves (Replica *self)
{
  g_autoptr (GPtrArray) history = samspill_store_history (self->store, TEAM, ID, NULL);
  g_autoptr (GPtrArray) leaves = samspill_history_list_living (history);

  return leaves->len;
}

/* As replication does: every leaf with its path, deleted ones too. */
static void
carry (Replica *from, Replica *to)
{
  g_autoptr (GPtrArray) leaves = samspill_store_get_leaves (from->store, TEAM, ID, NULL);

  for (guint i = 0; leaves != NULL && i < leaves->len; i++)
    {
      const SamspillRevision *leaf = g_ptr_array_index (leaves, i);
      g_auto (GStrv) path = samspill_store_get_path (from->store, TEAM, ID, leaf->rev, NULL);
      g_autoptr (SamspillDocument) document = samspill_store_get (from->store, TEAM, ID, leaf->rev, NULL);
      g_autoptr (GError) error = NULL;

      samspill_store_insert (to->store, TEAM, ID, (const char *const *)path, leaf->deleted, document->body,
                             document->attachments, &error);
      g_assert_no_error (error);
    }
}

static void
meet (Replica *a, Replica *b)
{
  carry (a, b);
  carry (b, a);
}

static gint64
merge (Replica *self)
{
  g_autoptr (GError) error = NULL;
  gint64 merged = samspill_merger_run (self->store, TEAM, NULL, NULL, &error);

  g_assert_no_error (error);
  return merged;
}

static void
assert_alike (Replica *a, Replica *b)
{
  g_autofree char *one = winner (a);
  g_autofree char *other = winner (b);
  g_autofree char *text = dup_body (a);
  g_autofree char *other_text = dup_body (b);

  g_assert_cmpstr (one, ==, other);
  g_assert_cmpstr (text, ==, other_text);
}

static void
test_merge_at_once (void)
{
  g_auto (Replica) a = { NULL };
  g_auto (Replica) b = { NULL };
  g_autofree char *first = NULL, *left = NULL, *right = NULL, *body = NULL;

  replica_open (&a);
  replica_open (&b);
  first = put (&a, NULL, "{\"type\":\"need\",\"title\":\"t\",\"problem\":\"en\\n\\nto\",\"tags\":[\"x\"]}");
  meet (&a, &b);
  left = put (&a, first, "{\"type\":\"need\",\"title\":\"T\",\"problem\":\"EN\\n\\nto\",\"tags\":[\"x\",\"a\"]}");
  right = put (&b, first, "{\"type\":\"need\",\"title\":\"t\",\"problem\":\"en\\n\\nTO\",\"tags\":[\"x\",\"b\"]}");
  meet (&a, &b);
  g_assert_cmpuint (count_leaves (&a), ==, 2);
  g_assert_cmpint (merge (&a), ==, 1);
  g_assert_cmpint (merge (&b), ==, 1);
  assert_alike (&a, &b);
  meet (&a, &b);
  g_assert_cmpuint (count_leaves (&a), ==, 1);
  g_assert_cmpuint (count_leaves (&b), ==, 1);
  assert_alike (&a, &b);
  body = dup_body (&a);
  g_assert_cmpstr (body, ==,
                   "{\"type\":\"need\",\"title\":\"T\",\"problem\":\"EN\\n\\nTO\",\"tags\":[\"x\",\"a\",\"b\"]}");
  /* Nothing more to do. */
  g_assert_cmpint (merge (&a), ==, 0);
}

static void
test_left_to_a_person (void)
{
  g_auto (Replica) a = { NULL };
  g_autofree char *first = NULL, *left = NULL, *before = NULL, *after = NULL;
  const char *beside[] = { "2-00000000000000000000000000000001", NULL, NULL };
  g_autoptr (GBytes) other = NULL;

  replica_open (&a);
  first = put (&a, NULL, "{\"type\":\"need\",\"title\":\"t\"}");
  left = put (&a, first, "{\"type\":\"need\",\"title\":\"a\"}");
  other = g_bytes_new_static ("{\"type\":\"need\",\"title\":\"b\"}", strlen ("{\"type\":\"need\",\"title\":\"b\"}"));
  beside[1] = first;
  g_assert_true (samspill_store_insert (a.store, TEAM, ID, beside, FALSE, other, NULL, NULL));
  before = winner (&a);
  g_assert_cmpint (merge (&a), ==, 0);
  after = winner (&a);
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpuint (count_leaves (&a), ==, 2);
}

static void
insert_beside (Replica *self, const char *rev, const char *parent, const char *text, const char *files)
{
  const char *revisions[] = { rev, parent, NULL };
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;

  samspill_store_insert (self->store, TEAM, ID, revisions, FALSE, body, files, &error);
  g_assert_no_error (error);
}

#define REV(c) "2-" c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c

/* Of three versions two can be put together: the person chooses between two, not three. */
static void
test_what_can_be_merged_is (void)
{
  g_auto (Replica) a = { NULL };
  g_autofree char *first = NULL;
  g_autofree char *body = NULL;

  replica_open (&a);
  first = put (&a, NULL, "{\"type\":\"need\",\"title\":\"t\",\"cost\":\"c\"}");
  insert_beside (&a, REV ("a"), first, "{\"type\":\"need\",\"title\":\"t\",\"cost\":\"C\"}", NULL);
  insert_beside (&a, REV ("b"), first, "{\"type\":\"need\",\"title\":\"1\",\"cost\":\"c\"}", NULL);
  insert_beside (&a, REV ("c"), first, "{\"type\":\"need\",\"title\":\"2\",\"cost\":\"c\"}", NULL);
  g_assert_cmpint (merge (&a), ==, 1);
  g_assert_cmpuint (count_leaves (&a), ==, 2);
  body = dup_body (&a);
  g_assert_cmpstr (body, ==, "{\"type\":\"need\",\"title\":\"2\",\"cost\":\"C\"}");
}

static void
test_files_are_merged (void)
{
  static const char file[] =
      "{\"%s\":{\"content_type\":\"text/plain\",\"digest\":\"md5-%s\",\"length\":1,\"stub\":true}}";
  g_auto (Replica) a = { NULL };
  g_autofree char *first = NULL;
  g_autofree char *one = g_strdup_printf (file, "a.txt", "AAAAAAAAAAAAAAAAAAAAAA==");
  g_autofree char *two = g_strdup_printf (file, "b.txt", "BBBBBBBBBBBBBBBBBBBBBA==");
  g_autoptr (SamspillDocument) document = NULL;

  replica_open (&a);
  first = put (&a, NULL, "{\"type\":\"need\",\"title\":\"t\"}");
  insert_beside (&a, REV ("a"), first, "{\"type\":\"need\",\"title\":\"t\"}", one);
  insert_beside (&a, REV ("b"), first, "{\"type\":\"need\",\"title\":\"t\"}", two);
  g_assert_cmpint (merge (&a), ==, 1);
  document = samspill_store_get (a.store, TEAM, ID, NULL, NULL);
  g_assert_nonnull (strstr (document->attachments, "a.txt"));
  g_assert_nonnull (strstr (document->attachments, "b.txt"));
}

static void
test_deletion_never_wins (void)
{
  g_auto (Replica) a = { NULL };
  g_auto (Replica) b = { NULL };
  g_autofree char *first = NULL, *edited = NULL, *body = NULL, *gone = NULL;

  replica_open (&a);
  replica_open (&b);
  first = put (&a, NULL, "{\"type\":\"need\",\"title\":\"t\"}");
  meet (&a, &b);
  edited = put (&a, first, "{\"type\":\"need\",\"title\":\"edited\"}");
  gone = samspill_store_delete (b.store, TEAM, ID, first, NULL);
  g_assert_nonnull (gone);
  meet (&a, &b);
  g_assert_cmpint (merge (&a), ==, 0);
  g_assert_cmpint (merge (&b), ==, 0);
  body = dup_body (&b);
  g_assert_nonnull (strstr (body, "edited"));
  assert_alike (&a, &b);
}

/* The commons are written by their owners alone. */
static void
test_anothers_publication_is_left (void)
{
  g_auto (Replica) a = { NULL };
  g_autofree char *first = NULL;
  const char *beside[] = { "2-00000000000000000000000000000001", NULL, NULL };
  g_autoptr (GBytes) body = g_bytes_new_static ("{\"a\":1,\"b\":2}", strlen ("{\"a\":1,\"b\":2}"));
  g_autofree char *second = NULL;

  replica_open (&a);
  g_assert_true (samspill_store_ensure_space (a.store, "commons", NULL));
  first = put_in (&a, "commons", ID, NULL, "{\"a\":1,\"b\":1}", NULL);
  second = put_in (&a, "commons", ID, first, "{\"a\":2,\"b\":1}", NULL);
  beside[1] = first;
  g_assert_true (samspill_store_insert (a.store, "commons", ID, beside, FALSE, body, NULL, NULL));
  g_assert_cmpint (samspill_merger_run (a.store, "commons", NULL, NULL, NULL), ==, 0);
  g_assert_true (samspill_store_put_local (a.store, "", "identity", "{\"owners\":[\"302353875\"]}", NULL));
  g_assert_cmpint (samspill_merger_run (a.store, "commons", NULL, NULL, NULL), ==, 1);
}

/* The base of two leaves outlives compaction: without it nothing could be merged. */
static void
test_base_outlives_compaction (void)
{
  g_auto (Replica) a = { NULL };
  g_autofree char *first = NULL, *body = NULL;
  g_autoptr (GError) error = NULL;

  replica_open (&a);
  first = put (&a, NULL, "{\"type\":\"need\",\"title\":\"t\",\"cost\":\"c\"}");
  insert_beside (&a, REV ("a"), first, "{\"type\":\"need\",\"title\":\"T\",\"cost\":\"c\"}", NULL);
  insert_beside (&a, REV ("b"), first, "{\"type\":\"need\",\"title\":\"t\",\"cost\":\"C\"}", NULL);
  g_assert_true (samspill_store_compact (a.store, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (merge (&a), ==, 1);
  body = dup_body (&a);
  g_assert_cmpstr (body, ==, "{\"type\":\"need\",\"title\":\"T\",\"cost\":\"C\"}");
}

/* Random edits on three replicas that meet and merge in random order: in the end all have the same leaves; and where no
 * one had to choose, one. */

static char *
random_edit (GRand *random, const char *body)
{
  static const char *const names[] = { "title", "cost", "tags", "why", "rights", NULL };
  const char *one[] = { names[g_rand_int_range (random, 0, 5)], NULL };
  g_autofree char *value =
      g_strdup_printf (strcmp (one[0], "tags") == 0 ? "[\"v%d\"]" : "\"v%d\"", g_rand_int_range (random, 0, 4));
  const char *values[] = { value, NULL };

  return samspill_json_splice (body, -1, one, values);
}

static void
random_step (GRand *random, Replica *replicas)
{
  Replica *self = &replicas[g_rand_int_range (random, 0, 3)];
  Replica *other = &replicas[g_rand_int_range (random, 0, 3)];

  switch (g_rand_int_range (random, 0, 4))
    {
    case 0:
      carry (self, other);
      break;
    case 1:
      merge (self);
      break;
    default:
      {
        g_autofree char *parent = winner (self);
        g_autofree char *body = dup_body (self);
        g_autofree char *text = random_edit (random, body);
        g_autofree char *rev = put (self, parent, text);
      }
    }
}

static void
test_random_replicas_agree (void)
{
  for (guint32 seed = 0; seed < 40; seed++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (seed);
      Replica replicas[3] = { { NULL } };
      g_autofree char *first = NULL;

      for (int i = 0; i < 3; i++)
        replica_open (&replicas[i]);
      first =
          put (&replicas[0], NULL, "{\"type\":\"need\",\"title\":\"t\",\"cost\":\"c\",\"tags\":[],\"why\":\"need\"}");
      carry (&replicas[0], &replicas[1]);
      carry (&replicas[0], &replicas[2]);
      for (int step = 0; step < 12; step++)
        random_step (random, replicas);
      for (int round = 0; round < 4; round++)
        {
          for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
              carry (&replicas[i], &replicas[j]);
          for (int i = 0; i < 3; i++)
            merge (&replicas[i]);
        }
      assert_alike (&replicas[0], &replicas[1]);
      assert_alike (&replicas[0], &replicas[2]);
      g_assert_cmpuint (count_leaves (&replicas[0]), ==, count_leaves (&replicas[1]));
      g_assert_cmpuint (count_leaves (&replicas[0]), ==, count_leaves (&replicas[2]));
      for (int i = 0; i < 3; i++)
        replica_clear (&replicas[i]);
    }
}

/* Replication carries leaves: of two computers only one may have what both began with. */
static void
test_different_bases (void)
{
  g_auto (Replica) with_base = { NULL }, without = { NULL };
  g_autofree char *root = NULL, *mine = NULL, *text = NULL, *tags = NULL, *title = NULL;

  replica_open (&with_base);
  replica_open (&without);
  root = put (&with_base, NULL, "{\"type\":\"need\",\"tags\":[\"a\",\"b\"]}");
  mine = put (&with_base, root, "{\"type\":\"need\",\"tags\":[\"a\",\"b\",\"c\"]}");
  {
    const char *revisions[] = { "2-00000000000000000000000000000000", root, NULL };
    const char *other = "{\"type\":\"need\",\"tags\":[\"b\"],\"title\":\"Ny\"}";
    g_autoptr (GBytes) body = g_bytes_new_static (other, strlen (other));

    g_assert_true (samspill_store_insert (with_base.store, TEAM, ID, revisions, FALSE, body, NULL, NULL));
  }
  carry (&with_base, &without);
  g_assert_cmpint (merge (&with_base), ==, 1);
  g_assert_cmpint (merge (&without), ==, 1);
  for (guint i = 0; i < 3; i++)
    {
      meet (&with_base, &without);
      merge (&with_base);
      merge (&without);
    }
  g_assert_cmpuint (count_leaves (&with_base), ==, 1);
  assert_alike (&with_base, &without);
  text = dup_body (&with_base);
  tags = samspill_json_dup_member (text, -1, "tags");
  title = samspill_json_dup_string (text, -1, "title");
  g_assert_cmpstr (tags, ==, "[\"b\",\"c\"]");
  g_assert_cmpstr (title, ==, "Ny");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sync/merger/two-that-merge-at-once-agree", test_merge_at_once);
  g_test_add_func ("/sync/merger/what-a-person-has-to-choose-stays", test_left_to_a_person);
  g_test_add_func ("/sync/merger/of-three-what-can-be-merged-is", test_what_can_be_merged_is);
  g_test_add_func ("/sync/merger/files-are-merged", test_files_are_merged);
  g_test_add_func ("/sync/merger/deletion-never-wins-over-an-edit", test_deletion_never_wins);
  g_test_add_func ("/sync/merger/anothers-publication-is-left-alone", test_anothers_publication_is_left);
  g_test_add_func ("/sync/merger/base-outlives-compaction", test_base_outlives_compaction);
  g_test_add_func ("/sync/merger/different-bases-agree-in-the-end", test_different_bases);
  g_test_add_func ("/sync/merger/random-replicas-agree", test_random_replicas_agree);
  return g_test_run ();
}
