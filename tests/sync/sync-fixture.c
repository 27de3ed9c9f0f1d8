/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-fixture.h"

#define DOCUMENTS 5

static gint64
fixture_now (gpointer data)
{
  return 0;
}

static gboolean
fixture_wait (gint64 us, GCancellable *cancellable, gpointer data)
{
  SyncFixture *fixture = data;

  fixture->waited_us += us;
  fixture->n_waits++;
  return !g_cancellable_is_cancelled (cancellable);
}

static double
fixture_random (gpointer data)
{
  return 0.5;
}

static void
set_up (SyncFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  store_fixture_set_up (&fixture->store, NULL);
  samspill_store_ensure_space (fixture->store.store, "commons", &error);
  g_assert_no_error (error);
  fixture->server = script_server_new (DOCUMENTS);
}

static void
tear_down (SyncFixture *fixture, gconstpointer data)
{
  script_server_free (fixture->server);
  store_fixture_tear_down (&fixture->store, NULL);
}

void
sync_fixture_add (const char *path, gconstpointer data, void (*test) (SyncFixture *fixture, gconstpointer data))
{
  g_test_add (path, SyncFixture, data, set_up, test, tear_down);
}

SamspillPeer *
sync_fixture_space (SyncFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  SamspillPeer *peer = samspill_peer_new_space (fixture->store.store, "commons", &error);

  g_assert_no_error (error);
  return peer;
}

SamspillPeer *
sync_fixture_remote (SyncFixture *fixture)
{
  const SamspillSyncClock clock = { fixture_now, fixture_wait, fixture_random, fixture };
  g_autoptr (GError) error = NULL;
  SamspillPeer *peer = samspill_peer_new_remote (fixture->server->url, "kari", "hemmelig", &error);

  g_assert_no_error (error);
  samspill_remote_set_clock (samspill_peer_get_remote (peer), &clock);
  return peer;
}

static SamspillReplication *
replicate (SyncFixture *fixture, gboolean pull, GError **error)
{
  g_autoptr (SamspillPeer) space = sync_fixture_space (fixture);
  g_autoptr (SamspillPeer) remote = sync_fixture_remote (fixture);
  g_autoptr (GError) failure = NULL;
  SamspillReplication *result =
      samspill_replicate (pull ? remote : space, pull ? space : remote, SAMSPILL_REPLICATION_DEFAULT, NULL, NULL,
                          error != NULL ? error : &failure);

  g_assert_no_error (failure);
  g_assert_true (error != NULL || result != NULL);
  return result;
}

SamspillReplication *
sync_fixture_pull (SyncFixture *fixture, GError **error)
{
  return replicate (fixture, TRUE, error);
}

SamspillReplication *
sync_fixture_push (SyncFixture *fixture, GError **error)
{
  return replicate (fixture, FALSE, error);
}

gint64
sync_fixture_count (SyncFixture *fixture)
{
  return samspill_store_count (fixture->store.store, "commons", NULL);
}

char *
sync_fixture_put (SyncFixture *fixture, const char *id, const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = store_bytes (json);
  char *rev = samspill_store_put (fixture->store.store, "commons", id, NULL, body, NULL, &error);

  g_assert_no_error (error);
  return rev;
}
