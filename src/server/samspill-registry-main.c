/* SPDX-License-Identifier: GPL-3.0-or-later */

/* samspill-registry: the protocol over HTTP, and what an operator needs to run it. Options may stand before and behind
 * the command; without a command it serves. */

#include <glib/gi18n-lib.h>
#include <locale.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "samspill-server.h"

typedef enum
{
  SERVES = 1 << 0,
  INITS = 1 << 1,
  ADDS = 1 << 2,
  KEEPS = 1 << 3, /* backup, check, compact */
} Use;

typedef struct
{
  const char *name;
  const char *arguments; /* for the help */
  guint count;           /* of arguments */
  Use use;
  ServerRun run;
  const char *summary;
} Command;

/* clang-format off */
static const Command commands[] = {
  { "serve",    "--data DIR --listen HOST:PORT",                           0, SERVES, server_serve,    N_ ("serve; what is done without a command") },
  { "init",     "--data DIR --admin NAME --password-file FILE",            0, INITS,  server_init,     N_ ("make a registry and its first administrator") },
  { "add-user", "--data DIR --name NAME [--role ROLE]… --password-file FILE", 0, ADDS, server_add_user, N_ ("make an account, or with --replace give one another password and other roles") },
  { "backup",   "--data DIR FOLDER",                                       1, KEEPS,  server_backup,   N_ ("copy everything into a new folder, also while it serves") },
  { "check",    "--data DIR",                                              0, KEEPS,  server_check,    N_ ("look for faults in what is kept") },
  { "compact",  "--data DIR",                                              0, KEEPS,  server_compact,  N_ ("remove old revisions and files that nothing names") },
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

/* --- what is said --- */

static void
complain (const char *text)
{
  fflush (stdout);
  fprintf (stderr, "samspill-registry: %s\n", text);
}

ServerExit
server_complain (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  complain (text);
  return SERVER_FAILED;
}

ServerExit
server_fail (GError *error)
{
  complain (error->message);
  g_error_free (error);
  return SERVER_FAILED;
}

ServerExit
server_misuse (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  complain (text);
  complain (_ ("“samspill-registry --help” tells how it is used."));
  return SERVER_USAGE;
}

gboolean
server_print (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fputs (text, stdout);
  return fflush (stdout) == 0 && !ferror (stdout);
}

static char *
describe_commands (void)
{
  g_autoptr (GString) text = g_string_new (_ ("Commands:"));

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (text, "\n  %-9s %s\n            %s", commands[i].name, commands[i].arguments,
                            _ (commands[i].summary));
  g_string_append_printf (
      text, "\n\n%s",
      _ ("Exit code: 0 done, 1 refused or failed, 2 wrong use. The first line on standard output is the "
         "address.\nSIGTERM ends it when what is under way is done; SIGHUP reads the certificate anew."));
  return g_string_free_and_steal (g_steal_pointer (&text));
}

/* --- what was given --- */

static const char *
option_out_of_place (const Server *server, Use use)
{
  const struct
  {
    gboolean given;
    Use use;
    const char *name;
  } options[] = {
    { server->listen != NULL, SERVES, "--listen" },
    { server->certificate != NULL, SERVES, "--certificate" },
    { server->key != NULL, SERVES, "--key" },
    { server->allow_origins != NULL, SERVES, "--allow-origin" },
    { server->behind_proxy, SERVES, "--behind-proxy" },
    { server->log, SERVES, "--log" },
    { server->rules != NULL, SERVES, "--rules" },
    { server->threads != 0, SERVES, "--threads" },
    { server->max_connections != 0, SERVES, "--max-connections" },
    { server->max_connections_per_address != 0, SERVES, "--max-connections-per-address" },
    { server->idle_seconds != 0, SERVES, "--idle-seconds" },
    { server->session_seconds != 0, SERVES, "--session-seconds" },
    { server->drain_seconds >= 0, SERVES, "--drain-seconds" },
    { server->max_document_bytes != 0, SERVES, "--max-document-bytes" },
    { server->max_request_bytes != 0, SERVES, "--max-request-bytes" },
    { server->max_attachment_bytes != 0, SERVES, "--max-attachment-bytes" },
    { server->admin != NULL, INITS, "--admin" },
    { server->name != NULL, ADDS, "--name" },
    { server->roles != NULL, ADDS, "--role" },
    { server->password_file != NULL, INITS | ADDS, "--password-file" },
    { server->replace, ADDS, "--replace" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (options[i].given && !(use & options[i].use))
      return options[i].name;
  return NULL;
}

static const char *
option_out_of_bounds (const Server *server)
{
  const struct
  {
    gint64 value, most;
    const char *name;
  } options[] = {
    { server->threads, 64, "--threads" },
    { server->max_connections, 1000000, "--max-connections" },
    { server->max_connections_per_address, 1000000, "--max-connections-per-address" },
    { server->idle_seconds, 86400, "--idle-seconds" },
    { server->session_seconds, 30 * 86400, "--session-seconds" },
    { MAX (server->drain_seconds, 0), 3600, "--drain-seconds" },
    { server->max_document_bytes, SAMSPILL_STORE_MAX_BODY_BYTES, "--max-document-bytes" },
    { server->max_request_bytes, G_GINT64_CONSTANT (1) << 30, "--max-request-bytes" },
    { server->max_attachment_bytes, G_GINT64_CONSTANT (1) << 40, "--max-attachment-bytes" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    if (options[i].value < 0 || options[i].value > options[i].most)
      return options[i].name;
  return NULL;
}

static ServerExit
choose_and_run (Server *server, char **rest)
{
  const Command *command = rest == NULL || rest[0] == NULL ? &commands[0] : find_command (rest[0]);

  if (command == NULL)
    {
      g_autofree char *name = g_filename_display_name (rest[0]);
      return server_misuse (_ ("There is no command “%s”."), name);
    }
  server->arguments = rest != NULL && rest[0] != NULL ? rest + 1 : NULL;
  if ((server->arguments != NULL ? g_strv_length (server->arguments) : 0) != command->count)
    return server_misuse (_ ("It is called like this: samspill-registry %s %s"), command->name, command->arguments);
  const char *odd = option_out_of_place (server, command->use);
  if (odd != NULL)
    return server_misuse (_ ("The option %s does not go with “%s”."), odd, command->name);
  const char *beyond = option_out_of_bounds (server);
  if (beyond != NULL)
    return server_misuse (_ ("The number of %s is too small or too large."), beyond);
  if (server->data == NULL || server->data[0] == '\0')
    return server_misuse (_ ("Where are the data? Give --data DIR."));
  return command->run (server);
}

static ServerExit
read_and_run (Server *server, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) rest = NULL;
  gboolean version = FALSE;
  /* clang-format off */
  const GOptionEntry entries[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &server->data, N_ ("folder of the data"), N_ ("DIR") },
    { "listen", 'l', 0, G_OPTION_ARG_STRING, &server->listen, N_ ("where to listen; port 0 takes a free one"), N_ ("HOST:PORT") },
    { "certificate", 0, 0, G_OPTION_ARG_FILENAME, &server->certificate, N_ ("TLS: certificates, PEM"), N_ ("FILE") },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &server->key, N_ ("TLS: the private key, PEM"), N_ ("FILE") },
    { "behind-proxy", 0, 0, G_OPTION_ARG_NONE, &server->behind_proxy, N_ ("a proxy does TLS: believe its X-Forwarded-For and -Proto"), NULL },
    { "allow-origin", 0, 0, G_OPTION_ARG_STRING_ARRAY, &server->allow_origins, N_ ("let pages of this site in (CORS); may be repeated"), N_ ("ORIGIN") },
    { "log", 0, 0, G_OPTION_ARG_NONE, &server->log, N_ ("one line a request on standard error"), NULL },
    { "rules", 0, 0, G_OPTION_ARG_FILENAME, &server->rules, N_ ("folder with commons.js, joint.js, team.js and users.js instead of those built in"), N_ ("DIR") },
    { "threads", 0, 0, G_OPTION_ARG_INT, &server->threads, N_ ("threads that serve"), N_ ("N") },
    { "max-connections", 0, 0, G_OPTION_ARG_INT, &server->max_connections, N_ ("connections at once (12,000)"), N_ ("N") },
    { "max-connections-per-address", 0, 0, G_OPTION_ARG_INT, &server->max_connections_per_address, N_ ("the same from one address (no bound)"), N_ ("N") },
    { "idle-seconds", 0, 0, G_OPTION_ARG_INT, &server->idle_seconds, N_ ("a connection may be idle for (75)"), N_ ("N") },
    { "session-seconds", 0, 0, G_OPTION_ARG_INT, &server->session_seconds, N_ ("a session without use lasts (600)"), N_ ("N") },
    { "drain-seconds", 0, 0, G_OPTION_ARG_INT, &server->drain_seconds, N_ ("at the end, wait for what is under way at most (10)"), N_ ("N") },
    { "max-document-bytes", 0, 0, G_OPTION_ARG_INT64, &server->max_document_bytes, N_ ("of one document (8 MiB)"), N_ ("N") },
    { "max-request-bytes", 0, 0, G_OPTION_ARG_INT64, &server->max_request_bytes, N_ ("of one request that is not a file (64 MiB)"), N_ ("N") },
    { "max-attachment-bytes", 0, 0, G_OPTION_ARG_INT64, &server->max_attachment_bytes, N_ ("of one file (1 GiB)"), N_ ("N") },
    { "admin", 0, 0, G_OPTION_ARG_STRING, &server->admin, N_ ("init: name of the administrator"), N_ ("NAME") },
    { "name", 0, 0, G_OPTION_ARG_STRING, &server->name, N_ ("add-user: name of the account"), N_ ("NAME") },
    { "role", 0, 0, G_OPTION_ARG_STRING_ARRAY, &server->roles, N_ ("add-user: org:<nine digits> or _admin; may be repeated"), N_ ("ROLE") },
    { "password-file", 0, 0, G_OPTION_ARG_FILENAME, &server->password_file, N_ ("file with the password, - for standard input"), N_ ("FILE") },
    { "replace", 0, 0, G_OPTION_ARG_NONE, &server->replace, N_ ("add-user: the account may be there"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, N_ ("print the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, N_ ("[COMMAND …]") },
    G_OPTION_ENTRY_NULL,
  };
  /* clang-format on */
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autofree char *description = describe_commands ();

  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_set_summary (
      context, _ ("Where the records of several computers and organisations meet: the replication protocol "
                  "of CouchDB 3, in one folder."));
  g_option_context_set_description (context, description);
  if (!g_option_context_parse_strv (context, &argv, &error))
    return server_misuse ("%s", error->message);
  if (version)
    return server_print ("samspill-registry %s\n", SAMSPILL_VERSION) ? SERVER_DONE : SERVER_FAILED;
  return choose_and_run (server, rest);
}

int
main (int argc, char **argv)
{
  Server server = { .drain_seconds = -1 };

#ifdef __GLIBC__
  /* A batch of some MB goes back to the system when it is written: with an arena a thread, and blocks of that size kept
   * in them, the registry holds half as much again. */
  mallopt (M_ARENA_MAX, 2);
  mallopt (M_MMAP_THRESHOLD, 128 * 1024);
  mallopt (M_TRIM_THRESHOLD, 256 * 1024);
#endif
  setlocale (LC_ALL, "");
  const char *locale_folder = g_getenv ("SAMSPILL_LOCALEDIR");
  bindtextdomain (GETTEXT_PACKAGE, locale_folder != NULL ? locale_folder : SAMSPILL_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  umask (0077); /* accounts lie in the folder */

  g_auto (GStrv) arguments = g_strdupv (argv);
  ServerExit result = read_and_run (&server, arguments);
  g_free (server.data);
  g_free (server.listen);
  g_free (server.certificate);
  g_free (server.key);
  g_strfreev (server.allow_origins);
  g_free (server.rules);
  g_free (server.admin);
  g_free (server.name);
  g_strfreev (server.roles);
  g_free (server.password_file);
  return (int)result;
}
