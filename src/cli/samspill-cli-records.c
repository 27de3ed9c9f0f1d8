/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "samspill-cli.h"
#include "samspill-json-text.h"

static const char *
id_argument (Cli *cli, GError **error)
{
  return cli_text_argument (cli->arguments[0], error);
}

CliExit
cli_show (Cli *cli)
{
  GError *error = NULL;
  const char *id = id_argument (cli, &error);
  g_autoptr (SamspillLoaded) loaded = id != NULL ? samspill_profile_load (cli->profile, cli->space, id, &error) : NULL;

  if (loaded == NULL)
    return cli_fail (error);
  g_autofree char *json = samspill_record_dup_json (loaded->record, !cli->json);
  cli_print ("%s\n", json);
  return CLI_DONE;
}

/* A record, or a revision on top of the one that it names. */
CliExit
cli_put (Cli *cli)
{
  GError *error = NULL;
  g_autoptr (GBytes) bytes = cli_read (cli->arguments[0], SAMSPILL_JSON_MAX_RECORD_BYTES, &error);
  g_autoptr (SamspillRecord) record = NULL;

  if (bytes == NULL)
    return cli_fail (error);
  record = samspill_record_from_json (g_bytes_get_data (bytes, NULL), (gssize)g_bytes_get_size (bytes), &error);
  if (record == NULL || !samspill_profile_save (cli->profile, cli->space, record, &error))
    return cli_fail (error);

  if (cli->json)
    {
      CliLine *line = cli_line_new ();
      cli_line_string (line, "id", samspill_record_get_id (record));
      cli_line_string (line, "rev", samspill_record_get_rev (record));
      cli_line_print (line);
    }
  else
    {
      cli_print ("%s\n", samspill_record_get_id (record));
    }
  return CLI_DONE;
}

CliExit
cli_delete (Cli *cli)
{
  GError *error = NULL;
  const char *id = id_argument (cli, &error);

  if (id == NULL)
    return cli_fail (error);
  gboolean done = cli->for_ever ? samspill_profile_delete (cli->profile, cli->space, id, &error)
                                : samspill_profile_trash (cli->profile, cli->space, id, &error);
  return done ? CLI_DONE : cli_fail (error);
}

CliExit
cli_restore (Cli *cli)
{
  GError *error = NULL;
  const char *id = id_argument (cli, &error);

  if (id == NULL || !samspill_profile_restore (cli->profile, cli->space, id, &error))
    return cli_fail (error);
  return CLI_DONE;
}

static char *
stored_at (const SamspillRevision *revision)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc_usec (revision->at_us);

  return revision->at_us != 0 && utc != NULL ? g_date_time_format (utc, "%Y-%m-%dT%H:%M:%SZ") : NULL;
}

static void
print_revision (Cli *cli, const SamspillRevision *revision)
{
  g_autofree char *at = stored_at (revision);

  if (cli->json)
    {
      CliLine *line = cli_line_new ();
      cli_line_string (line, "rev", revision->rev);
      cli_line_string (line, "parent", revision->parent);
      cli_line_string (line, "at", at);
      cli_line_boolean (line, "deleted", revision->deleted);
      cli_line_boolean (line, "leaf", revision->leaf);
      cli_line_boolean (line, "winner", revision->winner);
      cli_line_print (line);
      return;
    }
  cli_print ("%s\t%s\t%s\n", revision->rev, at != NULL ? at : "-",
             revision->deleted  ? _ ("deleted")
             : revision->winner ? _ ("this one is shown")
             : revision->leaf   ? _ ("another version")
                                : "");
}

CliExit
cli_history (Cli *cli)
{
  GError *error = NULL;
  const char *id = id_argument (cli, &error);
  g_autoptr (SamspillLoaded) loaded = id != NULL ? samspill_profile_load (cli->profile, cli->space, id, &error) : NULL;

  if (loaded == NULL)
    return cli_fail (error);
  g_autoptr (GPtrArray) history =
      samspill_store_history (samspill_profile_get_store (cli->profile), loaded->space, id, &error);
  if (history == NULL)
    return cli_fail (error);
  for (guint i = 0; i < history->len; i++)
    print_revision (cli, history->pdata[i]);
  return CLI_DONE;
}
