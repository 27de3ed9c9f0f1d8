/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-sync-service-private.h"
#include "sync-fixture.h"

/* The service with timers that the test lets ring. */

typedef struct
{
  guint id, ms;
  GSourceFunc func;
  gpointer data;
} Timer;

typedef struct
{
  SyncFixture *fixture;
  SamspillSyncService *service;
  GArray *timers; /* Timer */
  guint next_id;
  guint n_arrived;
} Service;

static guint
add_timer (guint ms, GSourceFunc func, gpointer func_data, gpointer data)
{
  Service *self = data;
  Timer timer = { ++self->next_id, ms, func, func_data };

  g_array_append_val (self->timers, timer);
  return timer.id;
}

static void
remove_timer (guint id, gpointer data)
{
  Service *self = data;

  for (guint i = 0; i < self->timers->len; i++)
    if (g_array_index (self->timers, Timer, i).id == id)
      {
        g_array_remove_index (self->timers, i);
        return;
      }
  g_assert_not_reached ();
}

static double
half (gpointer data)
{
  return 0.5;
}

static gboolean
has_timer (Service *self, guint least, guint most)
{
  for (guint i = 0; i < self->timers->len; i++)
    if (g_array_index (self->timers, Timer, i).ms >= least && g_array_index (self->timers, Timer, i).ms <= most)
      return TRUE;
  return FALSE;
}

/* The one timer within these bounds rings. */
static void
ring (Service *self, guint least, guint most)
{
  for (guint i = 0; i < self->timers->len; i++)
    {
      Timer timer = g_array_index (self->timers, Timer, i);

      if (timer.ms < least || timer.ms > most)
        continue;
      g_array_remove_index (self->timers, i);
      timer.func (timer.data);
      return;
    }
  g_assert_not_reached ();
}

static SamspillSyncState
state (Service *self)
{
  return samspill_sync_service_get_state (self->service);
}

static gboolean
give_up (gpointer data)
{
  g_error ("waited for too long");
  return G_SOURCE_REMOVE;
}

#define wait_until(condition)                                                                                          \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    guint _watch = g_timeout_add_seconds (20, give_up, NULL);                                                          \
    while (!(condition))                                                                                               \
      g_main_context_iteration (NULL, TRUE);                                                                           \
    g_source_remove (_watch);                                                                                          \
  }                                                                                                                    \
  G_STMT_END

static void
arrived_cb (SamspillSyncService *service, const char *space, const char *const *ids, Service *self)
{
  g_assert_cmpstr (space, ==, "commons");
  self->n_arrived += g_strv_length ((char **)ids);
}

static void
connect_space (SyncFixture *fixture, const char *url)
{
  g_autoptr (GError) error = NULL;
  SamspillEndpoint endpoint = {
    .space = (char *)"commons",
    .url = (char *)url,
    .user = (char *)"kari",
    .database = (char *)"commons",
    .is_on = TRUE,
  };

  samspill_endpoints_set (fixture->store.store, &endpoint, &error);
  g_assert_no_error (error);
  samspill_password_keep_in_memory (url, "kari", "hemmelig");
}

static char *
server_url (SyncFixture *fixture)
{
  return g_strdup_printf ("http://127.0.0.1:%u", fixture->server->port);
}

static void
service_start (Service *self, SyncFixture *fixture)
{
  const SamspillSyncTimers timers = { add_timer, remove_timer, half, self };

  memset (self, 0, sizeof *self);
  self->fixture = fixture;
  self->timers = g_array_new (FALSE, FALSE, sizeof (Timer));
  self->service = samspill_sync_service_new (fixture->store.store);
  samspill_sync_service_set_timers (self->service, &timers);
  samspill_sync_service_set_network (self->service, TRUE, FALSE);
  g_signal_connect (self->service, "arrived", G_CALLBACK (arrived_cb), self);
  samspill_sync_service_start (self->service);
}

static void
service_stop (Service *self)
{
  g_object_run_dispose (G_OBJECT (self->service));
  g_clear_object (&self->service);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (self->timers->len, ==, 0);
  g_array_unref (self->timers);
}

static void
start_connected (Service *self, SyncFixture *fixture)
{
  g_autofree char *url = server_url (fixture);

  connect_space (fixture, url);
  service_start (self, fixture);
}

static gint64
pending (Service *self)
{
  g_autoptr (GPtrArray) spaces = samspill_sync_service_dup_spaces (self->service);

  return spaces->len > 0 ? ((SamspillSpaceSync *)spaces->pdata[0])->pending : -1;
}

static SamspillRecordSync
look (SyncFixture *fixture, const char *id, char **reason)
{
  g_autoptr (GError) error = NULL;
  SamspillRecordSync record = samspill_sync_look_at_record (fixture->store.store, "commons", id, reason, &error);

  g_assert_no_error (error);
  return record;
}

static void
test_starts (SyncFixture *fixture, gconstpointer data)
{
  Service self;

  start_connected (&self, fixture);
  wait_until (state (&self) == SAMSPILL_SYNC_IDLE);
  g_assert_cmpint (sync_fixture_count (fixture), ==, 5);
  g_assert_cmpuint (self.n_arrived, ==, 5);
  g_assert_cmpint (pending (&self), ==, 0);
  g_assert_true (has_timer (&self, SAMSPILL_SYNC_EVERY_MS, SAMSPILL_SYNC_EVERY_MS));
  g_assert_cmpint (look (fixture, "d0", NULL), ==, SAMSPILL_RECORD_SENT);
  service_stop (&self);
}

static void
test_nothing_connected (SyncFixture *fixture, gconstpointer data)
{
  Service self;

  g_free (sync_fixture_put (fixture, "mine", "{}"));
  service_start (&self, fixture);
  g_assert_cmpint (state (&self), ==, SAMSPILL_SYNC_OFF);
  g_assert_cmpint (look (fixture, "mine", NULL), ==, SAMSPILL_RECORD_LOCAL);
  service_stop (&self);
}

static void
test_change (SyncFixture *fixture, gconstpointer data)
{
  Service self;

  start_connected (&self, fixture);
  wait_until (state (&self) == SAMSPILL_SYNC_IDLE);
  /* What the round itself wrote calls for no other. */
  wait_until (has_timer (&self, SAMSPILL_SYNC_CHANGE_MS, SAMSPILL_SYNC_CHANGE_MS));
  ring (&self, SAMSPILL_SYNC_CHANGE_MS, SAMSPILL_SYNC_CHANGE_MS);

  g_free (sync_fixture_put (fixture, "mine", "{\"type\":\"need\"}"));
  g_assert_cmpint (look (fixture, "mine", NULL), ==, SAMSPILL_RECORD_WAITING);
  wait_until (has_timer (&self, SAMSPILL_SYNC_CHANGE_MS, SAMSPILL_SYNC_CHANGE_MS));
  ring (&self, SAMSPILL_SYNC_CHANGE_MS, SAMSPILL_SYNC_CHANGE_MS);
  wait_until (look (fixture, "mine", NULL) == SAMSPILL_RECORD_SENT && state (&self) == SAMSPILL_SYNC_IDLE);
  g_assert_cmpint (pending (&self), ==, 0);
  service_stop (&self);
}

static gboolean
refuse_first (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  if (!script_is (request, "POST", "/_bulk_docs") || strstr (request->body, "\"_id\":\"mine\",\"_rev\":\"1-") == NULL)
    return FALSE;
  script_reply (out, 201, NULL, "[{\"id\":\"mine\",\"error\":\"forbidden\",\"reason\":\"not yours\"}]");
  return TRUE;
}

static void
test_refused (SyncFixture *fixture, gconstpointer data)
{
  Service self;
  g_autofree char *rev = sync_fixture_put (fixture, "mine", "{\"type\":\"need\"}"), *reason = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = store_bytes ("{\"type\":\"need\",\"title\":\"rettet\"}");

  script_server_set (fixture->server, refuse_first, NULL);
  start_connected (&self, fixture);
  wait_until (state (&self) == SAMSPILL_SYNC_IDLE);
  g_assert_cmpint (look (fixture, "mine", &reason), ==, SAMSPILL_RECORD_REFUSED);
  g_assert_cmpstr (reason, ==, "not yours");
  g_assert_cmpint (look (fixture, "d1", NULL), ==, SAMSPILL_RECORD_SENT);

  g_free (samspill_store_put (fixture->store.store, "commons", "mine", rev, body, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (look (fixture, "mine", NULL), ==, SAMSPILL_RECORD_WAITING);
  samspill_sync_service_run_now (self.service, NULL, FALSE);
  wait_until (look (fixture, "mine", NULL) == SAMSPILL_RECORD_SENT && state (&self) == SAMSPILL_SYNC_IDLE);
  g_autoptr (GPtrArray) refusals = samspill_sync_list_refusals (fixture->store.store, "commons", &error);
  g_assert_cmpuint (refusals->len, ==, 0);
  service_stop (&self);
}

/* The registry has given the right since: nothing was edited here. */
static void
test_allowed_later (SyncFixture *fixture, gconstpointer data)
{
  Service self;

  g_free (sync_fixture_put (fixture, "mine", "{\"type\":\"need\"}"));
  script_server_set (fixture->server, refuse_first, NULL);
  start_connected (&self, fixture);
  wait_until (state (&self) == SAMSPILL_SYNC_IDLE);
  g_assert_cmpint (look (fixture, "mine", NULL), ==, SAMSPILL_RECORD_REFUSED);
  samspill_sync_service_run_now (self.service, NULL, FALSE);
  wait_until (state (&self) == SAMSPILL_SYNC_IDLE);
  g_assert_cmpint (look (fixture, "mine", NULL), ==, SAMSPILL_RECORD_REFUSED);

  script_server_set (fixture->server, NULL, NULL);
  samspill_sync_service_run_now (self.service, NULL, FALSE);
  wait_until (look (fixture, "mine", NULL) == SAMSPILL_RECORD_SENT && state (&self) == SAMSPILL_SYNC_IDLE);
  service_stop (&self);
}

static gboolean
be_broken (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  g_string_append (out, data);
  return TRUE;
}

#define EMPTY "Connection: close\r\nContent-Length: 0\r\n\r\n"

static void
test_needs_password (SyncFixture *fixture, gconstpointer data)
{
  Service self;

  script_server_set (fixture->server, be_broken, (gpointer) "HTTP/1.1 401 x\r\n" EMPTY);
  start_connected (&self, fixture);
  wait_until (state (&self) == SAMSPILL_SYNC_NEEDS_PASSWORD);
  script_server_set (fixture->server, NULL, NULL);
  samspill_sync_service_run_now (self.service, "commons", FALSE);
  wait_until (state (&self) == SAMSPILL_SYNC_IDLE);
  g_assert_cmpint (sync_fixture_count (fixture), ==, 5);
  service_stop (&self);
}

static void
test_fails (SyncFixture *fixture, gconstpointer data)
{
  Service self;

  script_server_set (fixture->server, be_broken, (gpointer) "HTTP/1.1 403 x\r\n" EMPTY);
  start_connected (&self, fixture);
  wait_until (state (&self) == SAMSPILL_SYNC_FAILED);
  /* Each time it waits longer. */
  g_assert_true (has_timer (&self, SAMSPILL_SYNC_FIRST_RETRY_MS / 2, SAMSPILL_SYNC_FIRST_RETRY_MS));
  ring (&self, SAMSPILL_SYNC_FIRST_RETRY_MS / 2, SAMSPILL_SYNC_FIRST_RETRY_MS);
  wait_until (has_timer (&self, SAMSPILL_SYNC_FIRST_RETRY_MS + 1, 2 * SAMSPILL_SYNC_FIRST_RETRY_MS));
  g_assert_cmpint (state (&self), ==, SAMSPILL_SYNC_FAILED);

  g_autoptr (GPtrArray) spaces = samspill_sync_service_dup_spaces (self.service);
  const SamspillSpaceSync *space = spaces->pdata[0];
  g_assert_error (space->error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_FORBIDDEN);
  service_stop (&self);
}

static void
test_network (SyncFixture *fixture, gconstpointer data)
{
  Service self;

  connect_space (fixture, "https://registry.example");
  service_start (&self, fixture);
  samspill_sync_service_set_network (self.service, FALSE, FALSE);
  wait_until (samspill_sync_service_get_state (self.service) == SAMSPILL_SYNC_WAITING);
  samspill_sync_service_run_now (self.service, NULL, FALSE);
  g_assert_cmpint (state (&self), ==, SAMSPILL_SYNC_WAITING);
  /* There, but it is paid for by the byte. */
  samspill_sync_service_set_network (self.service, TRUE, TRUE);
  samspill_sync_service_run_now (self.service, NULL, FALSE);
  g_assert_cmpint (state (&self), ==, SAMSPILL_SYNC_WAITING);
  service_stop (&self);
}

static void
remembered (Service *self)
{
  /* Kept by a thread. */
  for (;;)
    {
      g_autofree char *json = samspill_store_get_local (self->fixture->store.store, "", "samspill-sync", NULL);
      if (json != NULL && strstr (json, "true") != NULL)
        return;
      g_main_context_iteration (NULL, FALSE);
      g_thread_yield ();
    }
}

static void
test_paused (SyncFixture *fixture, gconstpointer data)
{
  Service self;

  start_connected (&self, fixture);
  wait_until (state (&self) == SAMSPILL_SYNC_IDLE);
  samspill_sync_service_set_paused (self.service, TRUE);
  g_assert_cmpint (state (&self), ==, SAMSPILL_SYNC_PAUSED);
  remembered (&self);
  service_stop (&self);

  script_server_forget (fixture->server);
  service_start (&self, fixture);
  wait_until (state (&self) == SAMSPILL_SYNC_PAUSED);
  g_assert_true (samspill_sync_service_get_paused (self.service));
  g_assert_cmpuint (fixture->server->log->len, ==, 0);
  samspill_sync_service_set_paused (self.service, FALSE);
  wait_until (state (&self) == SAMSPILL_SYNC_IDLE);
  service_stop (&self);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  samspill_sync_service_flush_finish (SAMSPILL_SYNC_SERVICE (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *)user_data = TRUE;
}

static void
test_flush (SyncFixture *fixture, gconstpointer data)
{
  Service self;
  gboolean done = FALSE;

  start_connected (&self, fixture);
  wait_until (state (&self) == SAMSPILL_SYNC_IDLE);
  g_free (sync_fixture_put (fixture, "mine", "{}"));
  wait_until (has_timer (&self, SAMSPILL_SYNC_CHANGE_MS, SAMSPILL_SYNC_CHANGE_MS));
  samspill_sync_service_flush_async (self.service, 10, NULL, flushed_cb, &done);
  wait_until (done);
  g_assert_cmpint (look (fixture, "mine", NULL), ==, SAMSPILL_RECORD_SENT);
  service_stop (&self);
}

static gboolean
has_news (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data)
{
  gboolean *told = data;

  if (strstr (request->path, "feed=longpoll") != NULL && !*told)
    {
      *told = TRUE;
      server->n_documents++;
    }
  return FALSE;
}

static void
test_news (SyncFixture *fixture, gconstpointer data)
{
  Service self;
  gboolean told = FALSE;

  script_server_set (fixture->server, has_news, &told);
  start_connected (&self, fixture);
  wait_until (sync_fixture_count (fixture) == 6 && state (&self) == SAMSPILL_SYNC_IDLE);
  g_assert_cmpuint (self.n_arrived, ==, 6);
  service_stop (&self);
}

static void
test_disconnected (SyncFixture *fixture, gconstpointer data)
{
  Service self;
  g_autoptr (GError) error = NULL;

  start_connected (&self, fixture);
  wait_until (state (&self) == SAMSPILL_SYNC_IDLE);
  samspill_endpoints_remove (fixture->store.store, "commons", &error);
  g_assert_no_error (error);
  samspill_sync_service_reload (self.service);
  wait_until (state (&self) == SAMSPILL_SYNC_OFF);
  service_stop (&self);
}

/* Closed in the middle of a round. */
static void
test_closed (SyncFixture *fixture, gconstpointer data)
{
  Service self;

  start_connected (&self, fixture);
  wait_until (state (&self) == SAMSPILL_SYNC_RUNNING);
  service_stop (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  sync_fixture_add ("/sync/service/starts", NULL, test_starts);
  sync_fixture_add ("/sync/service/nothing-is-connected", NULL, test_nothing_connected);
  sync_fixture_add ("/sync/service/change-goes-soon", NULL, test_change);
  sync_fixture_add ("/sync/service/refused-until-it-is-mended", NULL, test_refused);
  sync_fixture_add ("/sync/service/allowed-later", NULL, test_allowed_later);
  sync_fixture_add ("/sync/service/needs-password", NULL, test_needs_password);
  sync_fixture_add ("/sync/service/fails-and-waits-longer", NULL, test_fails);
  sync_fixture_add ("/sync/service/network", NULL, test_network);
  sync_fixture_add ("/sync/service/paused-is-remembered", NULL, test_paused);
  sync_fixture_add ("/sync/service/flush-before-quitting", NULL, test_flush);
  sync_fixture_add ("/sync/service/news-come-at-once", NULL, test_news);
  sync_fixture_add ("/sync/service/disconnected", NULL, test_disconnected);
  sync_fixture_add ("/sync/service/closed-in-a-round", NULL, test_closed);
  return g_test_run ();
}
