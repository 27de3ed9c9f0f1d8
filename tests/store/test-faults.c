/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault-vfs.h"
#include "samspill-wire.h"
#include "store-fixture.h"

/* A day's work, during which the n-th write goes wrong, for every n. What the store said it had saved is kept outside
 * of it; after closing and opening again all of that must be there, and the check clean. */

typedef struct
{
  GHashTable *bodies; /* "id revision" → body */
  GHashTable *drafts; /* id → body; absent: removed or never acknowledged */
  GHashTable *purged; /* ids */
  guint n_refused;
} Acknowledged;

static void
refuse (Acknowledged *acknowledged, GError *error)
{
  g_assert_nonnull (error);
  g_assert_cmpuint (error->domain, ==, SAMSPILL_STORE_ERROR);
  acknowledged->n_refused++;
  g_error_free (error);
}

static char *
save (SamspillStore *store, Acknowledged *acknowledged, const char *id, const char *parent, const char *json)
{
  g_autoptr (GBytes) body = store_bytes (json);
  GError *error = NULL;
  char *revision = samspill_store_put (store, "mine", id, parent, body, NULL, &error);

  if (revision != NULL)
    g_hash_table_insert (acknowledged->bodies, g_strdup_printf ("%s %s", id, revision), g_strdup (json));
  else
    refuse (acknowledged, error);
  return revision;
}

static void
draft (SamspillStore *store, Acknowledged *acknowledged, const char *id, const char *json)
{
  g_autoptr (GBytes) body = store_bytes (json);
  GError *error = NULL;

  if (samspill_store_write_working_copy (store, "mine", id, NULL, body, &error))
    g_hash_table_insert (acknowledged->drafts, g_strdup (id), g_strdup (json));
  else
    refuse (acknowledged, error);
}

static void
save_batch (SamspillStore *store, Acknowledged *acknowledged)
{
  g_autofree char *long_text = g_strnfill (20000, 'x'), *json = g_strdup_printf ("{\"long\":\"%s\"}", long_text);
  Acknowledged part = { g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free), NULL, NULL, 0 };
  GHashTableIter iter;
  gpointer key, value;
  GError *error = NULL;

  if (!samspill_store_begin (store, &error))
    {
      refuse (acknowledged, error);
      g_hash_table_unref (part.bodies);
      return;
    }
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("batch-%u", i);

      g_free (save (store, &part, id, NULL, json));
    }
  if (samspill_store_commit (store, &error))
    {
      /* All or none: a batch in which something broke is not committed. (None: there is no space to put it in.) */
      g_assert_true (part.n_refused == 0 || g_hash_table_size (part.bodies) == 0);
      g_hash_table_iter_init (&iter, part.bodies);
      while (g_hash_table_iter_next (&iter, &key, &value))
        g_hash_table_insert (acknowledged->bodies, g_strdup (key), g_strdup (value));
    }
  else
    {
      refuse (acknowledged, error);
    }
  g_hash_table_unref (part.bodies);
}

static void
work (const char *folder, Acknowledged *acknowledged)
{
  g_autoptr (SamspillStore) store = NULL;
  g_autofree char *a1 = NULL, *a2 = NULL, *b1 = NULL, *c1 = NULL, *committed = NULL;
  GError *error = NULL;

  store = samspill_store_open (folder, SAMSPILL_STORE_OPEN_DEFAULT, &error);
  if (store == NULL)
    {
      refuse (acknowledged, error);
      return;
    }
  if (!samspill_store_ensure_space (store, "mine", &error))
    refuse (acknowledged, g_steal_pointer (&error));
  a1 = save (store, acknowledged, "a", NULL, "{\"n\":1}");
  b1 = save (store, acknowledged, "b", NULL, "{\"n\":2}");
  if (a1 != NULL)
    a2 = save (store, acknowledged, "a", a1, "{\"n\":3}");
  draft (store, acknowledged, "d", "{\"n\":4}");
  draft (store, acknowledged, "e", "{\"n\":5}");
  save_batch (store, acknowledged);
  committed = samspill_store_commit_working_copy (store, "mine", "e", NULL, &error);
  if (committed != NULL)
    {
      g_hash_table_insert (acknowledged->bodies, g_strdup_printf ("e %s", committed), g_strdup ("{\"n\":5}"));
      g_hash_table_remove (acknowledged->drafts, "e");
    }
  else
    {
      refuse (acknowledged, g_steal_pointer (&error));
    }
  if (!samspill_store_compact (store, NULL, &error))
    refuse (acknowledged, g_steal_pointer (&error));
  c1 = save (store, acknowledged, "c", NULL, "{\"n\":6}");
}

/* What registry and sync do, on a store that an older program made: it is brought up to date first. */

static void
write_many (SamspillStore *store, Acknowledged *acknowledged, guint generation)
{
  SamspillWireDocument documents[20] = { 0 };
  GError *refusals[G_N_ELEMENTS (documents)], *error = NULL;
  guint written;

  for (guint i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"_id\":\"many-%u\",\"_revisions\":{\"start\":%u,\"ids\":[\"r%u\",\"r%u\"]},\"n\":%u,"
                           "\"long\":\"%0500u\"}",
                           i, generation, generation, generation - 1, i, generation);

      g_assert_true (samspill_wire_document_read (&documents[i], text, strlen (text), NULL));
    }
  if (samspill_store_write_many (store, "mine", documents, G_N_ELEMENTS (documents), refusals, &written, &error))
    {
      g_assert_cmpuint (written, ==, G_N_ELEMENTS (documents));
      for (guint i = 0; i < G_N_ELEMENTS (documents); i++)
        g_hash_table_insert (
            acknowledged->bodies, g_strdup_printf ("many-%u %s", i, documents[i].revisions[0]),
            g_strndup (g_bytes_get_data (documents[i].body, NULL), g_bytes_get_size (documents[i].body)));
    }
  else
    {
      g_assert_cmpuint (written, ==, 0);
      refuse (acknowledged, error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (documents); i++)
    samspill_wire_document_clear (&documents[i]);
}

static void
purge (SamspillStore *store, Acknowledged *acknowledged, const char *id, const char *rev)
{
  g_autofree char *key = g_strdup_printf ("%s %s", id, rev);
  GError *error = NULL;
  g_auto (GStrv) purged = samspill_store_purge (store, "mine", id, (const char *[]){ rev, NULL }, &error);

  if (purged == NULL)
    {
      refuse (acknowledged, error);
      return;
    }
  g_assert_cmpuint (g_strv_length (purged), ==, 1);
  g_hash_table_remove (acknowledged->bodies, key);
  g_hash_table_add (acknowledged->purged, g_strdup (id));
}

static void
work_of_peers (const char *folder, Acknowledged *acknowledged)
{
  static const char B[] = "1-cccccccccccccccccccccccccccccccc";
  g_autoptr (SamspillStore) store = NULL;
  GError *error = NULL;

  g_hash_table_insert (acknowledged->bodies, g_strdup ("a 2-bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"), g_strdup ("{\"n\":2}"));
  g_hash_table_insert (acknowledged->bodies, g_strdup ("a 1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), g_strdup ("{\"n\":1}"));
  g_hash_table_insert (acknowledged->bodies, g_strdup_printf ("b %s", B), g_strdup ("{\"n\":3}"));
  store = samspill_store_open (folder, SAMSPILL_STORE_OPEN_DEFAULT, &error);
  if (store == NULL)
    {
      refuse (acknowledged, error);
      return;
    }
  write_many (store, acknowledged, 2);
  purge (store, acknowledged, "b", B);
  write_many (store, acknowledged, 3);
  if (!samspill_store_compact (store, NULL, &error))
    refuse (acknowledged, g_steal_pointer (&error));
  write_many (store, acknowledged, 4);
}

/* One in which the purge was whole when the disk refused to say so, as with drafts. */
static gboolean
is_gone_after_all (SamspillStore *store, const char *key)
{
  return g_str_has_prefix (key, "b 1-") && !samspill_store_lookup (store, "mine", "b", NULL, NULL, NULL);
}

static void
verify (const char *folder, const Acknowledged *acknowledged)
{
  g_autoptr (SamspillStore) store = store_open (folder, SAMSPILL_STORE_OPEN_DEFAULT);
  GHashTableIter iter;
  gpointer key, value;

  store_assert_clean (store);
  g_hash_table_iter_init (&iter, acknowledged->purged);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_assert_false (samspill_store_lookup (store, "mine", key, NULL, NULL, NULL));
  g_hash_table_iter_init (&iter, acknowledged->bodies);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      g_auto (GStrv) parts = g_strsplit (key, " ", 2);
      g_autofree char *body = NULL;

      if (is_gone_after_all (store, key))
        continue;
      body = store_dup_body (store, parts[0], parts[1]);
      g_assert_cmpstr (body, ==, value);
    }
  g_hash_table_iter_init (&iter, acknowledged->drafts);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      g_autoptr (SamspillWorkingCopy) copy = samspill_store_read_working_copy (store, "mine", key, NULL);

      if (copy == NULL)
        {
          /* Made a revision after all: the write was whole when the disk refused to say so. */
          g_autofree char *body = store_dup_body (store, key, NULL);

          g_assert_cmpstr (body, ==, value);
          continue;
        }
      g_assert_cmpmem (g_bytes_get_data (copy->body, NULL), g_bytes_get_size (copy->body), value, strlen (value));
    }
}

typedef struct
{
  FaultKind kind;
  gboolean lasting, with_peers;
} Scenario;

static void
test_every_write (gconstpointer data)
{
  const Scenario *scenario = data;
  guint n = 0;
  gboolean has_fired;

  do
    {
      g_autofree char *folder = store_new_folder ();
      Acknowledged acknowledged = { 0 };

      acknowledged.bodies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      acknowledged.drafts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      acknowledged.purged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      if (scenario->with_peers)
        store_make_old (folder, 2);
      /* One that lasts meets the same states as the next ones: every third will do. */
      n += scenario->lasting ? 3 : 1;
      fault_vfs_arm (scenario->kind, n, scenario->lasting);
      (scenario->with_peers ? work_of_peers : work) (folder, &acknowledged);
      has_fired = fault_vfs_has_fired ();
      fault_vfs_arm (FAULT_NONE, 0, FALSE);
      fault_vfs_release ();
      verify (folder, &acknowledged);
      if (!has_fired)
        g_assert_cmpuint (acknowledged.n_refused, ==, 0);
      g_hash_table_unref (acknowledged.bodies);
      g_hash_table_unref (acknowledged.drafts);
      g_hash_table_unref (acknowledged.purged);
      store_remove_folder (folder);
    }
  while (has_fired);
  g_test_message ("%u writes", n - 1);
  g_assert_cmpuint (n, >, 50);
}

static void
test_full_disk (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = store_bytes ("{\"a\":1}");
  g_autofree char *revision = NULL;

  fault_vfs_arm (FAULT_FULL, 1, TRUE);
  g_assert_null (samspill_store_put (fixture->store, "mine", "a", NULL, body, NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_FULL);
  g_clear_error (&error);
  g_assert_null (samspill_store_get (fixture->store, "mine", "a", NULL, NULL));

  /* Room again: it goes on without being opened anew. */
  fault_vfs_arm (FAULT_NONE, 0, FALSE);
  revision = samspill_store_put (fixture->store, "mine", "a", NULL, body, NULL, &error);
  g_assert_no_error (error);
  store_assert_clean (fixture->store);
}

/* Also when no lock file can be made beside it. */
static void
test_read_only_folder (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = store_bytes ("{\"a\":2}");
  g_autofree char *revision = store_put (fixture->store, "a", NULL, "{\"a\":1}"), *kept = NULL;
  g_autoptr (GPtrArray) changes = NULL;

  g_clear_object (&fixture->store);
  fault_vfs_set_read_only (TRUE);
  fixture->store = store_open (fixture->folder, SAMSPILL_STORE_OPEN_WATCH);
  g_assert_true (samspill_store_is_read_only (fixture->store));
  g_assert_error (samspill_store_get_read_only_error (fixture->store), SAMSPILL_STORE_ERROR,
                  SAMSPILL_STORE_ERROR_READ_ONLY);
  kept = store_dup_body (fixture->store, "a", NULL);
  g_assert_cmpstr (kept, ==, "{\"a\":1}");
  changes = samspill_store_changes (fixture->store, NULL, 0, 10, NULL);
  g_assert_cmpuint (changes->len, ==, 1);
  g_assert_null (samspill_store_put (fixture->store, "mine", "a", revision, body, NULL, &error));
  g_assert_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_READ_ONLY);
  g_clear_object (&fixture->store);
  fault_vfs_set_read_only (FALSE);
}

static const struct
{
  const char *path;
  Scenario scenario;
} scenarios[] = {
  { "/store/fault/full-once", { FAULT_FULL, FALSE, FALSE } },
  { "/store/fault/full-from-then-on", { FAULT_FULL, TRUE, FALSE } },
  { "/store/fault/short-write", { FAULT_SHORT_WRITE, FALSE, FALSE } },
  { "/store/fault/short-writes-from-then-on", { FAULT_SHORT_WRITE, TRUE, FALSE } },
  { "/store/fault/io-error", { FAULT_IO, FALSE, FALSE } },
  { "/store/fault/io-errors-from-then-on", { FAULT_IO, TRUE, FALSE } },
  { "/store/fault/power-cut", { FAULT_POWER, FALSE, FALSE } },
  { "/store/fault/peers/full-once", { FAULT_FULL, FALSE, TRUE } },
  { "/store/fault/peers/full-from-then-on", { FAULT_FULL, TRUE, TRUE } },
  { "/store/fault/peers/short-write", { FAULT_SHORT_WRITE, FALSE, TRUE } },
  { "/store/fault/peers/io-error", { FAULT_IO, FALSE, TRUE } },
  { "/store/fault/peers/io-errors-from-then-on", { FAULT_IO, TRUE, TRUE } },
  { "/store/fault/peers/power-cut", { FAULT_POWER, FALSE, TRUE } },
};

int
main (int argc, char **argv)
{
  fault_vfs_register ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    g_test_add_data_func (scenarios[i].path, &scenarios[i].scenario, test_every_write);
  store_fixture_add ("/store/fault/full-disk-and-room-again", test_full_disk);
  store_fixture_add ("/store/fault/read-only-folder", test_read_only_folder);
  return g_test_run ();
}
