/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "samspill-cli.h"

CliExit
cli_check (Cli *cli)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) faults = samspill_store_check (samspill_profile_get_store (cli->profile), &error);

  if (faults == NULL)
    return cli_fail (error);
  for (guint i = 0; i < faults->len; i++)
    {
      if (cli->json)
        {
          CliLine *line = cli_line_new ();
          cli_line_string (line, "fault", faults->pdata[i]);
          cli_line_print (line);
        }
      cli_complain ("%s", (const char *)faults->pdata[i]);
    }
  if (faults->len > 0)
    return cli_complain (_ ("Faults were found. A backup can be restored with “samspillctl restore-backup DAY”."));
  if (!cli->json)
    cli_print ("%s\n", _ ("No faults were found."));
  return CLI_DONE;
}

CliExit
cli_rebuild (Cli *cli)
{
  GError *error = NULL;
  SamspillIndex *index = samspill_profile_get_index (cli->profile);

  if (!samspill_index_rebuild (index, &error) || !cli_wait_for_index (cli, &error))
    return cli_fail (error);
  gint64 count = samspill_index_count (index, NULL, NULL);
  if (cli->json)
    {
      CliLine *line = cli_line_new ();
      cli_line_integer (line, "records", count);
      cli_line_print (line);
    }
  else
    {
      cli_print (g_dngettext (GETTEXT_PACKAGE, "The index was made anew from %u record.\n",
                              "The index was made anew from %u records.\n", (gulong)count),
                 (guint)count);
    }
  return CLI_DONE;
}

static void
print_count (Cli *cli, const char *space, const char *type, gint64 count)
{
  if (cli->json)
    {
      CliLine *line = cli_line_new ();
      cli_line_string (line, "space", space);
      cli_line_string (line, "type", type);
      cli_line_integer (line, "records", count);
      cli_line_print (line);
    }
  else
    {
      cli_print ("%s\t%s\t%" G_GINT64_FORMAT "\n", space, type, count);
    }
}

CliExit
cli_stats (Cli *cli)
{
  GError *error = NULL;
  g_auto (GStrv) spaces = samspill_store_list_spaces (samspill_profile_get_store (cli->profile), &error);

  if (spaces == NULL || !cli_wait_for_index (cli, &error))
    return cli_fail (error);
  for (char **space = spaces; *space != NULL; space++)
    for (const char *const *type = samspill_type_list (); *type != NULL; type++)
      {
        const char *const one[] = { *space, NULL };
        gint64 count = samspill_index_count (samspill_profile_get_index (cli->profile), *type, one);
        if (count > 0)
          print_count (cli, *space, *type, count);
      }
  return CLI_DONE;
}

CliExit
cli_backup (Cli *cli)
{
  GError *error = NULL;
  g_autofree char *day = samspill_profile_backup (cli->profile, NULL, &error);

  if (day == NULL)
    return cli_fail (error);
  cli_print ("%s\n", day);
  return CLI_DONE;
}

static gboolean
restore_backup (Cli *cli, const char *day, GError **error)
{
  g_autoptr (GError) trouble = NULL;

  cli->profile = samspill_profile_open (cli->folder, &trouble);
  if (cli->profile != NULL && samspill_profile_restore_backup (cli->profile, day, NULL, &trouble))
    return TRUE;
  if (!samspill_profile_is_damaged (trouble))
    {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return FALSE;
    }
  if (cli->profile != NULL)
    samspill_profile_close (cli->profile);
  g_clear_object (&cli->profile);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return samspill_profile_rescue (cli->folder, day, NULL, error);
}

/* Opens the profile itself: it may be too damaged for that. */
CliExit
cli_restore_backup (Cli *cli)
{
  GError *error = NULL;
  const char *day = cli_text_argument (cli->arguments[0], &error);

  if (day != NULL && restore_backup (cli, day, &error))
    return CLI_DONE;
  if (g_error_matches (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND))
    {
      g_autoptr (GPtrArray) days = samspill_profile_list_backups_in (cli->folder);
      g_ptr_array_add (days, NULL);
      g_autofree char *all = g_strjoinv (", ", (char **)days->pdata);
      cli_complain ("%s", error->message);
      if (*all != '\0')
        cli_complain (_ ("There are these: %s."), all);
      g_error_free (error);
      return CLI_FAILED;
    }
  return cli_fail (error);
}
