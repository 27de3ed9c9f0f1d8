/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "samspill-cli.h"
#include "samspill-json-text.h"
#include "samspill-need-check.h"

static void
print_remark (Cli *cli, const SamspillRemark *remark)
{
  const char *kind = samspill_remark_kind_to_string (remark->kind);

  if (cli->json)
    {
      CliLine *line = cli_line_new ();
      cli_line_string (line, "kind", kind);
      if (remark->start >= 0)
        {
          cli_line_integer (line, "start", remark->start);
          cli_line_integer (line, "end", remark->end);
        }
      /* What was seen, why it matters, and how to mend it. */
      g_autofree char *message = g_strjoin (" ", remark->message, remark->mend, NULL);
      cli_line_string (line, "message", message);
      cli_line_print (line);
      return;
    }
  if (remark->words != NULL)
    cli_print ("%s\t%s\t%s", kind, remark->words, remark->message);
  else
    cli_print ("%s\t\t%s", kind, remark->message);
  cli_print ("%s%s\n", remark->mend != NULL ? " " : "", remark->mend != NULL ? remark->mend : "");
}

/* Needs no profile: the text stays where it is. */
CliExit
cli_check_text (Cli *cli)
{
  GError *error = NULL;
  g_autoptr (GBytes) bytes = cli_read (cli->arguments[0], SAMSPILL_JSON_MAX_RECORD_BYTES, &error);

  if (bytes == NULL)
    return cli_fail (error);
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);
  if (!g_utf8_validate_len (length > 0 ? data : "", length, NULL))
    return cli_complain (_ ("The text is not UTF-8. Save it as UTF-8 and try again."));

  g_autofree char *text = g_strndup (length > 0 ? data : "", length);
  g_autoptr (GPtrArray) remarks = samspill_need_check_text (text, NULL);
  for (guint i = 0; i < remarks->len; i++)
    print_remark (cli, remarks->pdata[i]);
  return CLI_DONE;
}
