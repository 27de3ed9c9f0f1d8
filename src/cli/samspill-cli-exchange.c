/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gunixoutputstream.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "samspill-cli.h"
#include "samspill-json-text.h"

static CliExit
keep_reply (Cli *cli, const char *name, SamspillReply *reply)
{
  GError *error = NULL;
  const char *title = samspill_record_get_title (reply->pitch);

  if (cli->accept && !samspill_profile_save (cli->profile, cli->space, reply->pitch, &error))
    return cli_fail (error);
  if (cli->json)
    {
      CliLine *line = cli_line_new ();
      cli_line_string (line, "file", name);
      cli_line_string (line, "title", title);
      cli_line_string (line, "need", reply->need);
      cli_line_boolean (line, "kept", cli->accept);
      cli_line_string (line, "id", cli->accept ? samspill_record_get_id (reply->pitch) : NULL);
      cli_line_print (line);
    }
  else if (cli->accept)
    {
      cli_print (_ ("%s: kept the proposal “%s” as %s\n"), name, title, samspill_record_get_id (reply->pitch));
    }
  else
    {
      cli_print (_ ("%s: a proposal, “%s”, in reply to “%s”. It is not kept yet: do so with --accept.\n"), name, title,
                 reply->need_title != NULL ? reply->need_title : _ ("no need"));
    }
  return CLI_DONE;
}

static void
print_import (Cli *cli, const char *name, SamspillImport *import)
{
  if (!cli->json)
    {
      cli_print (_ ("%s: %u new, %u changed, %u as they were\n"), name, import->added, import->changed, import->same);
      return;
    }

  CliLine *line = cli_line_new ();
  cli_line_string (line, "file", name);
  cli_line_integer (line, "added", import->added);
  cli_line_integer (line, "changed", import->changed);
  cli_line_integer (line, "same", import->same);
  cli_line_integer (line, "refused", import->refused);
  cli_line_print (line);
}

static CliExit
import_one (Cli *cli, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_filename_display_name (path);
  g_autoptr (GBytes) bytes = cli_read (path, SAMSPILL_JSON_MAX_FILE_BYTES, &error);
  g_autoptr (SamspillImport) import =
      bytes != NULL ? samspill_profile_import_bytes (cli->profile, cli->space, bytes, NULL, &error) : NULL;

  if (import == NULL)
    return cli_complain ("%s: %s", name, error->message);
  if (import->reply != NULL)
    return keep_reply (cli, name, import->reply);
  if (import->refused == 0)
    {
      print_import (cli, name, import);
      return CLI_DONE;
    }
  for (guint i = 0; i < import->reasons->len; i++)
    cli_complain ("%s: %s", name, (const char *)import->reasons->pdata[i]);
  if (import->refused > import->reasons->len)
    cli_complain (_ ("%s: and %u more."), name, import->refused - import->reasons->len);
  return cli_complain (_ ("%s: nothing of this file was kept."), name);
}

/* File by file, each all or nothing; one that is refused does not stop the others. */
CliExit
cli_import (Cli *cli)
{
  CliExit result = CLI_DONE;

  for (char **path = cli->arguments; *path != NULL; path++)
    if (import_one (cli, *path) != CLI_DONE)
      result = CLI_FAILED;
  return result;
}

static gboolean
export_to (Cli *cli, const char *path, GError **error)
{
  const char *const spaces[] = { cli->space, NULL };
  const char *const *wanted = cli->space != NULL ? spaces : NULL;

  if (path == NULL || g_str_equal (path, "-"))
    {
      g_autoptr (GOutputStream) out = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
      return samspill_profile_export (cli->profile, wanted, out, NULL, error);
    }

  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GFileOutputStream) out = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, error);
  if (out == NULL)
    return FALSE;
  if (samspill_profile_export (cli->profile, wanted, G_OUTPUT_STREAM (out), NULL, error))
    return g_output_stream_close (G_OUTPUT_STREAM (out), NULL, error);

  /* Closed as cancelled: what was in the file before stays. */
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_cancellable_cancel (cancelled);
  g_output_stream_close (G_OUTPUT_STREAM (out), cancelled, NULL);
  return FALSE;
}

CliExit
cli_export (Cli *cli)
{
  GError *error = NULL;

  return export_to (cli, cli->arguments[0], &error) ? CLI_DONE : cli_fail (error);
}
