/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "samspill-cli.h"
#include "samspill-publish.h"

/* Where the record lies now, and how it is published. */
static CliExit
report (Cli *cli, const char *id)
{
  static const char *const states[] = { "none", "current", "outdated", "withdrawn" };
  GError *error = NULL;
  g_autoptr (SamspillPublication) publication = samspill_profile_get_publication (cli->profile, id, &error);
  g_autoptr (SamspillLoaded) loaded = NULL;

  if (publication == NULL)
    return cli_fail (error);
  loaded = samspill_profile_load (cli->profile, NULL, id, NULL);
  if (cli->json)
    {
      g_autofree char *at = publication->at != NULL ? g_date_time_format_iso8601 (publication->at) : NULL;
      CliLine *line = cli_line_new ();

      cli_line_string (line, "id", id);
      cli_line_string (line, "space", loaded != NULL ? loaded->space : NULL);
      cli_line_string (line, "rev", loaded != NULL ? samspill_record_get_rev (loaded->record) : NULL);
      cli_line_string (line, "publication", states[publication->state]);
      cli_line_string (line, "publication_rev", publication->rev);
      cli_line_string (line, "source_revision", publication->source_revision);
      cli_line_string (line, "approved_by", publication->approved_by);
      cli_line_string (line, "reason", publication->withdrawn_reason);
      cli_line_string (line, "at", at);
      cli_line_print (line);
    }
  else
    cli_print ("%s\n", id);
  return CLI_DONE;
}

CliExit
cli_share (Cli *cli)
{
  GError *error = NULL;
  const char *id = cli_text_argument (cli->arguments[0], &error);

  if (id == NULL || !samspill_profile_share (cli->profile, id, &error))
    return cli_fail (error);
  return report (cli, id);
}

static void
print_warnings (Cli *cli, const char *id)
{
  g_autoptr (SamspillPreview) preview = samspill_profile_preview_publication (cli->profile, id, NULL);

  for (guint i = 0; preview != NULL && preview->obstacles->len == 0 && i < preview->warnings->len; i++)
    cli_complain ("%s", (const char *)preview->warnings->pdata[i]);
}

CliExit
cli_publish (Cli *cli)
{
  GError *error = NULL;
  const char *id = cli_text_argument (cli->arguments[0], &error);

  if (id == NULL)
    return cli_fail (error);
  if (cli->approved_by == NULL)
    {
      cli_complain (_ ("Who approved the publishing? Say it with --approved-by ROLE."));
      return CLI_USAGE;
    }
  print_warnings (cli, id);
  if (!samspill_profile_publish (cli->profile, id, cli->approved_by, cli->approved_on, &error))
    return cli_fail (error);
  return report (cli, id);
}

CliExit
cli_withdraw (Cli *cli)
{
  GError *error = NULL;
  const char *id = cli_text_argument (cli->arguments[0], &error);

  if (id == NULL)
    return cli_fail (error);
  if (cli->reason == NULL)
    {
      cli_complain (_ ("Why is it withdrawn? Say it with --reason TEXT: others will read it."));
      return CLI_USAGE;
    }
  if (!samspill_profile_withdraw (cli->profile, id, cli->reason, &error))
    return cli_fail (error);
  return report (cli, id);
}
