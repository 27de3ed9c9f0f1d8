/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The same work without a screen. Options may stand before and behind the command. */

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "samspill-cli.h"

typedef struct
{
  const char *name;
  const char *arguments; /* for the help */
  guint least, most;     /* of arguments */
  CliOption options;
  gboolean without_profile;
  CliRun run;
  const char *summary;
} Command;

/* clang-format off */
static const Command commands[] = {
  { "import",         "FILE…",    1, G_MAXUINT, CLI_OPTION_SPACE | CLI_OPTION_ACCEPT,  FALSE, cli_import,         N_ ("read records, or replies to a need, from files (- for standard input)") },
  { "export",         "[FILE]",   0, 1,         CLI_OPTION_SPACE,                      FALSE, cli_export,         N_ ("write all records of your own") },
  { "list",           "TYPE",     1, 1,         CLI_OPTION_SPACE,                      FALSE, cli_list,           N_ ("list records: need, pitch, case, programme, organisation, file, note") },
  { "show",           "ID",       1, 1,         CLI_OPTION_SPACE,                      FALSE, cli_show,           N_ ("print a record") },
  { "put",            "FILE",     1, 1,         CLI_OPTION_SPACE,                      FALSE, cli_put,            N_ ("keep a record, or a revision on top of the one that it names; prints the id") },
  { "delete",         "ID",       1, 1,         CLI_OPTION_SPACE | CLI_OPTION_FOR_EVER, FALSE, cli_delete,        N_ ("put a record into the trash") },
  { "restore",        "ID",       1, 1,         CLI_OPTION_SPACE,                      FALSE, cli_restore,        N_ ("take a record out of the trash") },
  { "history",        "ID",       1, 1,         CLI_OPTION_SPACE,                      FALSE, cli_history,        N_ ("list the revisions of a record on this computer") },
  { "search",         "TEXT",     1, 1,         CLI_OPTION_SPACE,                      FALSE, cli_search,         N_ ("find records") },
  { "similar",        "ID",       1, 1,         CLI_OPTION_SPACE,                      FALSE, cli_similar,        N_ ("list who had it before") },
  { "check-text",     "FILE",     1, 1,         0,                                     TRUE,  cli_check_text,     N_ ("remark on a need in plain text") },
  { "page",           "ID",       1, 1,         CLI_OPTION_SPACE | CLI_OPTION_FORMAT | CLI_OPTION_OUTPUT, FALSE, cli_page, N_ ("write a record as a page to read") },
  { "forslag",        "ID",       1, 1,         CLI_OPTION_SPACE | CLI_OPTION_OUTPUT,  FALSE, cli_reply_form,     N_ ("write the form that founders answer a need with") },
  { "check",          "",         0, 0,         0,                                     FALSE, cli_check,          N_ ("look for faults in what is kept") },
  { "rebuild",        "",         0, 0,         0,                                     FALSE, cli_rebuild,        N_ ("make the search index anew") },
  { "stats",          "",         0, 0,         0,                                     FALSE, cli_stats,          N_ ("count records") },
  { "backup",         "",         0, 0,         0,                                     FALSE, cli_backup,         N_ ("make the backup of today") },
  { "restore-backup", "DAY",      1, 1,         0,                                     TRUE,  cli_restore_backup, N_ ("go back to a backup; what is there now is kept as another") },
  { "share",          "ID",       1, 1,         0,                                     FALSE, cli_share,          N_ ("move a draft to the team of its organisation") },
  { "publish",        "ID",       1, 1,         CLI_OPTION_APPROVED_BY | CLI_OPTION_APPROVED_ON, FALSE, cli_publish, N_ ("write the publication of a record, or bring it up to date") },
  { "withdraw",       "ID",       1, 1,         CLI_OPTION_REASON,                     FALSE, cli_withdraw,       N_ ("take a publication back; who read it has read it") },
  { "connect",        "SPACE URL", 2, 2,        CLI_OPTION_USER | CLI_OPTION_PASSWORD_FILE | CLI_OPTION_APPROVED_BY, FALSE, cli_connect, N_ ("let a space go to a server: commons, team, team-<organisation number> or joint-<id>") },
  { "disconnect",     "SPACE",    1, 1,         0,                                     FALSE, cli_disconnect,     N_ ("let a space go nowhere any more; what is on the server stays there") },
  { "replicate",      "SOURCE TARGET", 2, 2,    CLI_OPTION_USER | CLI_OPTION_PASSWORD_FILE, FALSE, cli_replicate, N_ ("copy what one side has and the other lacks; a side is space:NAME or the address of a database") },
  { "sync",           "",         0, 0,         CLI_OPTION_WATCH | CLI_OPTION_PASSWORD_FILE, FALSE, cli_sync,    N_ ("send and fetch what is new, in all spaces that are connected") },
};
/* clang-format on */

static const Command *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      return &commands[i];
  return NULL;
}

static char *
describe_commands (void)
{
  g_autoptr (GString) text = g_string_new (_ ("Commands:"));

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *call = g_strdup_printf ("%s %s", commands[i].name, commands[i].arguments);
      int width = (int)(strlen (call) - (gsize)g_utf8_strlen (call, -1)) + 22;
      g_string_append_printf (text, "\n  %-*s %s", width, call, _ (commands[i].summary));
    }
  g_string_append_printf (text, "\n\n%s",
                          _ ("Exit code: 0 done, 1 refused or failed, 2 wrong use. "
                             "Without --profile: your own records."));
  return g_string_free_and_steal (g_steal_pointer (&text));
}

static CliExit misuse (const char *format, ...) G_GNUC_PRINTF (1, 2);

static CliExit
misuse (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  cli_complain ("%s", text);
  cli_complain (_ ("“samspillctl --help” tells how it is used."));
  return CLI_USAGE;
}

static const char *
option_out_of_place (const Cli *cli, const Command *command)
{
  const struct
  {
    gboolean given;
    CliOption option;
    const char *name;
  } options[] = {
    { cli->space != NULL, CLI_OPTION_SPACE, "--space" },
    { cli->format != NULL, CLI_OPTION_FORMAT, "--format" },
    { cli->output != NULL, CLI_OPTION_OUTPUT, "--output" },
    { cli->for_ever, CLI_OPTION_FOR_EVER, "--for-ever" },
    { cli->accept, CLI_OPTION_ACCEPT, "--accept" },
    { cli->user != NULL, CLI_OPTION_USER, "--user" },
    { cli->password_file != NULL, CLI_OPTION_PASSWORD_FILE, "--password-file" },
    { cli->approved_by != NULL, CLI_OPTION_APPROVED_BY, "--approved-by" },
    { cli->approved_on != NULL, CLI_OPTION_APPROVED_ON, "--approved-on" },
    { cli->reason != NULL, CLI_OPTION_REASON, "--reason" },
    { cli->watch, CLI_OPTION_WATCH, "--watch" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (options[i].given && !(command->options & options[i].option))
      return options[i].name;
  return NULL;
}

static CliExit
run (Cli *cli, const Command *command)
{
  GError *error = NULL;

  if (!command->without_profile)
    {
      cli->profile = samspill_profile_open (cli->folder, &error);
      if (cli->profile == NULL)
        return cli_fail (error);
    }

  CliExit result = command->run (cli);
  if (cli->profile != NULL)
    samspill_profile_close (cli->profile);
  g_clear_object (&cli->profile);
  /* News that nobody waits for hold on to what they are about; let go, the files are put in order at the end. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (!cli_flush () && result == CLI_DONE)
    return cli_complain (_ ("The result could not be written. Make room where it goes, and try again."));
  return result;
}

static CliExit
choose_and_run (Cli *cli, char **rest)
{
  if (rest == NULL || rest[0] == NULL)
    return misuse (_ ("Which command?"));

  const Command *command = find_command (rest[0]);
  if (command == NULL)
    {
      g_autofree char *name = g_filename_display_name (rest[0]);
      return misuse (_ ("There is no command “%s”."), name);
    }
  cli->arguments = rest + 1;
  guint given = g_strv_length (cli->arguments);
  if (given < command->least || given > command->most)
    return misuse (_ ("It is called like this: samspillctl %s %s"), command->name, command->arguments);
  const char *odd = option_out_of_place (cli, command);
  if (odd != NULL)
    return misuse (_ ("The option %s does not go with “%s”."), odd, command->name);
  return run (cli, command);
}

static gboolean
is_text (const char *given)
{
  return given == NULL || g_utf8_validate (given, -1, NULL);
}

static CliExit
read_and_run (Cli *cli, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) rest = NULL;
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "profile", 'p', 0, G_OPTION_ARG_FILENAME, &cli->folder, N_ ("folder of the records"), N_ ("FOLDER") },
    { "json", 'j', 0, G_OPTION_ARG_NONE, &cli->json, N_ ("one JSON object a line"), NULL },
    { "space", 's', 0, G_OPTION_ARG_FILENAME, &cli->space, N_ ("one space only: mine, sample, shipped …"),
      N_ ("NAME") },
    { "format", 'f', 0, G_OPTION_ARG_FILENAME, &cli->format, N_ ("of a page: pdf, odt or html"), N_ ("FORMAT") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &cli->output, N_ ("where a page goes"), N_ ("FILE") },
    { "for-ever", 0, 0, G_OPTION_ARG_NONE, &cli->for_ever, N_ ("delete: not into the trash"), NULL },
    { "accept", 0, 0, G_OPTION_ARG_NONE, &cli->accept, N_ ("import: keep the proposal of a reply"), NULL },
    { "user", 0, 0, G_OPTION_ARG_FILENAME, &cli->user, N_ ("who signs in to a registry"), N_ ("NAME") },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &cli->password_file, N_ ("file with the password"), N_ ("FILE") },
    { "approved-by", 0, 0, G_OPTION_ARG_FILENAME, &cli->approved_by, N_ ("the role that approved it"), N_ ("ROLE") },
    { "approved-on", 0, 0, G_OPTION_ARG_FILENAME, &cli->approved_on, N_ ("the day of the approval; today if left out"),
      N_ ("DATE") },
    { "reason", 0, 0, G_OPTION_ARG_FILENAME, &cli->reason, N_ ("why it is withdrawn"), N_ ("TEXT") },
    { "watch", 0, 0, G_OPTION_ARG_NONE, &cli->watch, N_ ("sync: go on until it is stopped"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, N_ ("print the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, N_ ("COMMAND …") },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *description = describe_commands ();

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _ ("Works with the records of Samspill from the command line."));
  g_option_context_set_description (context, description);
  if (!g_option_context_parse_strv (context, &argv, &error))
    return misuse ("%s", error->message);
  if (version)
    {
      cli_print ("samspillctl %s\n", SAMSPILL_VERSION);
      return CLI_DONE;
    }
  /* They are read as bytes: GLib would take the letters for those of the locale. */
  if (!is_text (cli->space) || !is_text (cli->user) || !is_text (cli->approved_by) || !is_text (cli->approved_on) ||
      !is_text (cli->reason))
    return misuse (_ ("An option has a text that is not UTF-8."));
  return choose_and_run (cli, rest);
}

int
main (int argc, char **argv)
{
  Cli cli = { 0 };

  setlocale (LC_ALL, "");
  const char *locale_folder = g_getenv ("SAMSPILL_LOCALEDIR");
  bindtextdomain (GETTEXT_PACKAGE, locale_folder != NULL ? locale_folder : SAMSPILL_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  /* No textdomain (): with it GLib says nothing but English to the end if the program began in C.UTF-8, and a page has
   * the language of its record. Every look-up names the domain. */

  g_auto (GStrv) arguments = g_strdupv (argv);
  CliExit result = read_and_run (&cli, arguments);
  g_free (cli.folder);
  g_free (cli.space);
  g_free (cli.format);
  g_free (cli.output);
  g_free (cli.user);
  g_free (cli.password_file);
  g_free (cli.approved_by);
  g_free (cli.approved_on);
  g_free (cli.reason);
  return (int)result;
}
