/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the program does by itself, for all spaces that are connected: once, or until it is stopped. */

#include <glib-unix.h>
#include <glib/gi18n-lib.h>

#include "samspill-cli.h"
#include "samspill-sync-round.h"
#include "samspill-sync-service.h"

#define FLUSH_SECONDS 10

typedef struct
{
  GMainLoop *loop;
  GCancellable *cancellable;
  SamspillStore *store;
  const SamspillEndpoint *endpoint;
  char *password; /* nullable */
  SamspillSyncRound round;
  GError *error;
} Syncing;

static void
password_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Syncing *syncing = user_data;

  syncing->password = samspill_password_lookup_finish (result, &syncing->error);
  g_main_loop_quit (syncing->loop);
}

static void
round_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Syncing *syncing = task_data;
  GError *error = NULL;
  g_autoptr (SamspillPeer) remote = samspill_sync_open_endpoint (syncing->endpoint, syncing->password, &error);

  if (remote != NULL && samspill_sync_round (&syncing->round, syncing->store, syncing->endpoint->space, remote, TRUE,
                                             NULL, NULL, NULL, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
round_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Syncing *syncing = user_data;

  g_task_propagate_boolean (G_TASK (result), &syncing->error);
  g_main_loop_quit (syncing->loop);
}

static gboolean
stop_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
needs_password (const SamspillEndpoint *endpoint)
{
  return endpoint->user != NULL && *endpoint->user != '\0';
}

static gboolean
run_round (Syncing *syncing)
{
  if (needs_password (syncing->endpoint))
    {
      samspill_password_lookup_async (syncing->endpoint->url, syncing->endpoint->user, syncing->cancellable,
                                      password_cb, syncing);
      g_main_loop_run (syncing->loop);
      if (syncing->password == NULL && syncing->error == NULL)
        g_set_error (&syncing->error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_UNAUTHORIZED,
                     _ ("The password of %s at %s is not known here. Connect the space again, or name a file with "
                        "--password-file."),
                     syncing->endpoint->user, syncing->endpoint->url);
      if (syncing->error != NULL)
        return FALSE;
    }

  g_autoptr (GTask) task = g_task_new (NULL, syncing->cancellable, round_cb, syncing);
  g_task_set_task_data (task, syncing, NULL);
  g_task_run_in_thread (task, round_thread);
  g_main_loop_run (syncing->loop);
  return syncing->error == NULL;
}

static void
report_round (const Syncing *syncing)
{
  const SamspillSyncRound *round = &syncing->round;
  CliLine *line = cli_line_new ();

  cli_line_string (line, "space", syncing->endpoint->space);
  cli_line_integer (line, "read", round->read);
  cli_line_integer (line, "written", round->written);
  cli_line_integer (line, "skipped", round->skipped);
  cli_line_integer (line, "refused", round->refused);
  cli_line_integer (line, "sent", round->sent);
  cli_line_integer (line, "merged", round->merged);
  cli_line_integer (line, "files", round->files);
  cli_line_integer (line, "requests", round->requests);
  cli_line_number (line, "seconds", round->seconds);
  cli_line_string (line, "error", syncing->error != NULL ? syncing->error->message : NULL);
  cli_line_print (line);
  if (syncing->error != NULL)
    cli_complain ("%s: %s", syncing->endpoint->space, syncing->error->message);
  for (guint i = 0; round->refusals != NULL && i < round->refusals->len; i++)
    {
      const SamspillRefusal *refusal = round->refusals->pdata[i];
      cli_complain (_ ("%s was not accepted: %s (%s)"), refusal->id, refusal->reason, refusal->error);
    }
}

static CliExit
sync_endpoint (SamspillStore *store, const SamspillEndpoint *endpoint, GCancellable *cancellable)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Syncing syncing = { loop, cancellable, store, endpoint };
  gboolean done = run_round (&syncing);

  report_round (&syncing);
  gboolean is_right = done && syncing.round.refused == 0;
  samspill_sync_round_clear (&syncing.round);
  g_clear_error (&syncing.error);
  g_free (syncing.password);
  return is_right ? CLI_DONE : CLI_FAILED;
}

static CliExit
sync_once (SamspillStore *store, GPtrArray *endpoints)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  guint interrupt = g_unix_signal_add (SIGINT, stop_cb, cancellable);
  guint terminate = g_unix_signal_add (SIGTERM, stop_cb, cancellable);
  CliExit result = CLI_DONE;

  for (guint i = 0; i < endpoints->len && !g_cancellable_is_cancelled (cancellable); i++)
    {
      const SamspillEndpoint *endpoint = endpoints->pdata[i];

      if (endpoint->is_on && sync_endpoint (store, endpoint, cancellable) != CLI_DONE)
        result = CLI_FAILED;
    }
  g_source_remove (interrupt);
  g_source_remove (terminate);
  return result;
}

typedef struct
{
  GMainLoop *loop;
  GHashTable *told; /* space → what was printed last */
} Watching;

static const char *
state_word (SamspillSyncState state)
{
  static const char *const words[] = {
    [SAMSPILL_SYNC_OFF] = "off",         [SAMSPILL_SYNC_IDLE] = "idle",
    [SAMSPILL_SYNC_RUNNING] = "running", [SAMSPILL_SYNC_WAITING] = "waiting",
    [SAMSPILL_SYNC_PAUSED] = "paused",   [SAMSPILL_SYNC_NEEDS_PASSWORD] = "needs-password",
    [SAMSPILL_SYNC_FAILED] = "failed",
  };

  return words[state];
}

/* One line for each change of a space's state. */
static void
changed_cb (SamspillSyncService *service, Watching *watching)
{
  g_autoptr (GPtrArray) spaces = samspill_sync_service_dup_spaces (service);

  for (guint i = 0; i < spaces->len; i++)
    {
      const SamspillSpaceSync *space = spaces->pdata[i];
      g_autofree char *now =
          g_strdup_printf ("%d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT, space->state, space->pending, space->last_us);

      if (space->state == SAMSPILL_SYNC_RUNNING || space->state == SAMSPILL_SYNC_OFF ||
          g_strcmp0 (g_hash_table_lookup (watching->told, space->space), now) == 0)
        continue;
      g_hash_table_insert (watching->told, g_strdup (space->space), g_steal_pointer (&now));
      CliLine *line = cli_line_new ();
      cli_line_string (line, "space", space->space);
      cli_line_string (line, "state", state_word (space->state));
      cli_line_integer (line, "pending", space->pending);
      cli_line_integer (line, "refused", space->refused);
      cli_line_string (line, "error", space->error != NULL ? space->error->message : NULL);
      cli_line_print (line);
    }
  cli_flush ();
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  samspill_sync_service_flush_finish (SAMSPILL_SYNC_SERVICE (source), result, NULL);
  g_main_loop_quit (user_data);
}

static CliExit
watch (SamspillStore *store)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (SamspillSyncService) service = samspill_sync_service_new (store);
  Watching watching = { loop, told };
  guint interrupt = g_unix_signal_add (SIGINT, quit_cb, loop);
  guint terminate = g_unix_signal_add (SIGTERM, quit_cb, loop);

  g_signal_connect (service, "changed", G_CALLBACK (changed_cb), &watching);
  samspill_sync_service_start (service);
  g_main_loop_run (loop);
  samspill_sync_service_flush_async (service, FLUSH_SECONDS, NULL, flushed_cb, loop);
  g_main_loop_run (loop);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  return CLI_DONE;
}

/* --password-file stands for what the keyring would say. */
static gboolean
take_password (Cli *cli, GPtrArray *endpoints, GError **error)
{
  if (cli->password_file == NULL)
    return TRUE;

  g_autofree char *password = samspill_password_read_file (cli->password_file, error);
  if (password == NULL)
    return FALSE;
  for (guint i = 0; i < endpoints->len; i++)
    {
      const SamspillEndpoint *endpoint = endpoints->pdata[i];
      if (needs_password (endpoint))
        samspill_password_keep_in_memory (endpoint->url, endpoint->user, password);
    }
  return TRUE;
}

CliExit
cli_sync (Cli *cli)
{
  SamspillStore *store = samspill_profile_get_store (cli->profile);
  GError *error = NULL;
  g_autoptr (GPtrArray) endpoints = samspill_endpoints_list (store, &error);

  if (endpoints == NULL || !take_password (cli, endpoints, &error))
    return cli_fail (error);
  return cli->watch ? watch (store) : sync_once (store, endpoints);
}
