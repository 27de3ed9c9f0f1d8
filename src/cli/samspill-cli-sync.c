/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-address.h"
#include "samspill-cli.h"
#include "samspill-endpoint.h"
#include "samspill-id.h"
#include "samspill-replicator.h"

static gboolean
is_joint (const char *name)
{
  return g_str_has_prefix (name, "joint-") && g_uuid_string_is_valid (name + strlen ("joint-"));
}

static gboolean
is_team (const char *name)
{
  return g_str_has_prefix (name, "team-") && samspill_organisation_number_check (name + strlen ("team-"), NULL);
}

/* "team": that of the profile's organisation. */
char *
cli_dup_space (Cli *cli, const char *name, GError **error)
{
  const SamspillIdentity *identity = samspill_profile_get_identity (cli->profile);

  if (!g_str_equal (name, "team"))
    return g_strdup (name);
  if (identity != NULL && identity->owners != NULL && identity->owners[0] != NULL)
    return g_strconcat ("team-", identity->owners[0], NULL);
  g_set_error_literal (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID,
                       _ ("This profile has no organisation yet: name the space in full, as team-<number>."));
  return NULL;
}

/* Mine and shipped never leave the computer. */
static gboolean
check_space (const char *name, GError **error)
{
  if (g_str_equal (name, "commons") || g_str_equal (name, "sample") || is_team (name) || is_joint (name))
    return TRUE;
  if (g_str_equal (name, "mine") || g_str_equal (name, "shipped"))
    g_set_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID,
                 _ ("The space “%s” never leaves this computer."), name);
  else
    g_set_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID,
                 _ ("There is no space “%s”: it is commons, team, team-<organisation number> or joint-<uuid>."), name);
  return FALSE;
}

static gboolean
is_space (const char *side)
{
  return g_str_has_prefix (side, "space:");
}

static SamspillPeer *
open_side (Cli *cli, const char *side, const char *password, GError **error)
{
  SamspillStore *store = samspill_profile_get_store (cli->profile);

  if (!is_space (side))
    return samspill_peer_new_remote (side, cli->user, password, error);

  g_autofree char *space = cli_dup_space (cli, side + strlen ("space:"), error);
  if (space == NULL || !check_space (space, error) || !samspill_store_ensure_space (store, space, error))
    return NULL;
  return samspill_peer_new_space (store, space, error);
}

/* Invented records go to a registry on this computer only. */
static gboolean
is_loopback (const char *side)
{
  g_auto (SamspillAddress) address = { 0 };

  return samspill_address_parse (&address, side, NULL) && address.is_loopback;
}

static gboolean
may_meet (const char *source, const char *target, GError **error)
{
  gboolean is_sample = g_str_equal (source, "space:sample") || g_str_equal (target, "space:sample");

  if (!is_sample || ((is_space (source) || is_loopback (source)) && (is_space (target) || is_loopback (target))))
    return TRUE;
  g_set_error_literal (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID,
                       _ ("The examples are invented: they go to a registry on this computer only."));
  return FALSE;
}

typedef struct
{
  GMainLoop *loop;
  GCancellable *cancellable;
  SamspillReplication *result;
  GError *error;
} Waiting;

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Waiting *waiting = user_data;

  waiting->result = samspill_replicate_finish (result, &waiting->error);
  g_main_loop_quit (waiting->loop);
}

static gboolean
stop_cb (gpointer user_data)
{
  Waiting *waiting = user_data;

  g_cancellable_cancel (waiting->cancellable);
  return G_SOURCE_CONTINUE;
}

static SamspillReplication *
replicate (SamspillPeer *source, SamspillPeer *target, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Waiting waiting = { loop, cancellable };
  guint interrupt = g_unix_signal_add (SIGINT, stop_cb, &waiting);
  guint terminate = g_unix_signal_add (SIGTERM, stop_cb, &waiting);

  samspill_replicate_async (source, target, SAMSPILL_REPLICATION_CREATE, NULL, NULL, cancellable, done_cb, &waiting);
  g_main_loop_run (loop);
  g_source_remove (interrupt);
  g_source_remove (terminate);
  if (waiting.error != NULL)
    g_propagate_error (error, waiting.error);
  return waiting.result;
}

static CliExit
report (const SamspillReplication *result)
{
  CliLine *line = cli_line_new ();

  cli_line_integer (line, "read", result->read);
  cli_line_integer (line, "written", result->written);
  cli_line_integer (line, "skipped", result->skipped);
  cli_line_integer (line, "refused", result->refused);
  cli_line_integer (line, "files", result->files);
  cli_line_integer (line, "requests", result->requests);
  cli_line_number (line, "seconds", result->seconds);
  cli_line_print (line);

  for (guint i = 0; i < result->refusals->len; i++)
    {
      const SamspillRefusal *refusal = result->refusals->pdata[i];
      cli_complain (_ ("%s was not accepted: %s (%s)"), refusal->id, refusal->reason, refusal->error);
    }
  return result->refused > 0 ? CLI_FAILED : CLI_DONE;
}

/* SOURCE TARGET: one direction, once. */
CliExit
cli_replicate (Cli *cli)
{
  GError *error = NULL;
  const char *source_name = cli_text_argument (cli->arguments[0], &error);
  const char *target_name = source_name != NULL ? cli_text_argument (cli->arguments[1], &error) : NULL;
  g_autofree char *password = NULL;
  g_autoptr (SamspillPeer) source = NULL;
  g_autoptr (SamspillPeer) target = NULL;
  g_autoptr (SamspillReplication) result = NULL;

  if (target_name == NULL || !may_meet (source_name, target_name, &error))
    return cli_fail (error);
  if (cli->password_file != NULL && (password = samspill_password_read_file (cli->password_file, &error)) == NULL)
    return cli_fail (error);
  source = open_side (cli, source_name, password, &error);
  target = source != NULL ? open_side (cli, target_name, password, &error) : NULL;
  if (target == NULL)
    return cli_fail (error);
  result = replicate (source, target, &error);
  return result != NULL ? report (result) : cli_fail (error);
}
