/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <locale.h>

#include "samspill-cli.h"
#include "samspill-format.h"
#include "samspill-page.h"

#define MOST_SIMILAR 3

/* A page is in the language of its record, whatever the terminal speaks. What follows says dates and reasons in it,
 * too; no other thread is asking for words by now. */
static void
speak_language_of (SamspillRecord *record)
{
  /* LANGUAGE counts in no locale that is C, C.UTF-8 or POSIX. Which locales there are is up to the computer. */
  static const char *const locales[] = { "", "nb_NO.UTF-8", "nn_NO.UTF-8", "en_GB.UTF-8", "en_US.UTF-8" };
  const char *lang = samspill_record_get_lang (record);
  g_autofree char *languages = g_str_equal (lang, "en") ? g_strdup (lang) : g_strconcat (lang, ":nb", NULL);

  g_setenv ("LANGUAGE", languages, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (locales); i++)
    {
      const char *name = setlocale (LC_MESSAGES, locales[i]);

      if (name != NULL && !g_str_equal (name, "C") && !g_str_equal (name, "POSIX") && !g_str_has_prefix (name, "C."))
        return;
    }
}

/* Who had it before, as a page has it at its foot. */
static char **
similar_lines (Cli *cli, SamspillRecord *record)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GPtrArray) found = NULL;

  if (g_str_equal (samspill_record_get_record_type (record), "need"))
    found = samspill_index_similar (samspill_profile_get_index (cli->profile), record, MOST_SIMILAR, NULL, NULL);
  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      g_autofree char *line = samspill_similar_dup_line (found->pdata[i]);
      g_strv_builder_add (builder, line);
    }
  return g_strv_builder_end (builder);
}

static CliExit
write_page (Cli *cli, SamspillPageFormat format)
{
  GError *error = NULL;
  const char *id = cli_text_argument (cli->arguments[0], &error);
  g_autoptr (SamspillLoaded) loaded = id != NULL ? samspill_profile_load (cli->profile, cli->space, id, &error) : NULL;

  if (loaded == NULL || !cli_wait_for_index (cli, &error))
    return cli_fail (error);
  speak_language_of (loaded->record);

  const char *owner = samspill_record_get_owner (loaded->record);
  g_autofree char *owner_name = owner != NULL ? samspill_profile_dup_owner_name (cli->profile, owner) : NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *printed = samspill_format_date (today);
  g_auto (GStrv) similar = similar_lines (cli, loaded->record);
  SamspillPageContext context = {
    .letterhead = owner_name,
    .owner_name = owner_name,
    .printed = printed,
    .similar = (const char *const *)similar,
  };

  g_autoptr (GBytes) bytes = samspill_page_render (loaded->record, format, &context, &error);
  if (bytes == NULL || !cli_write (cli->output, bytes, &error))
    return cli_fail (error);
  return CLI_DONE;
}

static gboolean
has_output (Cli *cli)
{
  if (cli->output == NULL)
    cli_complain (_ ("Say with -o FILE where the result goes (- for standard output)."));
  return cli->output != NULL;
}

CliExit
cli_page (Cli *cli)
{
  static const char *const formats[] = { "pdf", "odt", "html", NULL };
  static const SamspillPageFormat values[] = { SAMSPILL_PAGE_PDF, SAMSPILL_PAGE_ODT, SAMSPILL_PAGE_HTML };

  if (!has_output (cli))
    return CLI_USAGE;
  for (guint i = 0; formats[i] != NULL; i++)
    if (g_str_equal (cli->format != NULL ? cli->format : "pdf", formats[i]))
      return write_page (cli, values[i]);
  cli_complain (_ ("There is no format “%s”. Formats are: pdf, odt, html."), cli->format);
  return CLI_USAGE;
}

/* forslag.html: what founders fill in, and send back as a small file. */
CliExit
cli_reply_form (Cli *cli)
{
  return has_output (cli) ? write_page (cli, SAMSPILL_PAGE_REPLY_FORM) : CLI_USAGE;
}
