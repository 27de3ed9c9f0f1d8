/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-profile.h"

G_BEGIN_DECLS

typedef enum
{
  CLI_DONE = 0,
  CLI_FAILED = 1, /* refused or failed: said why on stderr */
  CLI_USAGE = 2,
} CliExit;

/* Options that belong to some commands only; --profile and --json go with all. */
typedef enum
{
  CLI_OPTION_SPACE = 1 << 0,
  CLI_OPTION_FORMAT = 1 << 1,
  CLI_OPTION_OUTPUT = 1 << 2,
  CLI_OPTION_FOR_EVER = 1 << 3,
  CLI_OPTION_ACCEPT = 1 << 4,
  CLI_OPTION_USER = 1 << 5,
  CLI_OPTION_PASSWORD_FILE = 1 << 6,
  CLI_OPTION_APPROVED_BY = 1 << 7,
  CLI_OPTION_APPROVED_ON = 1 << 8,
  CLI_OPTION_REASON = 1 << 9,
  CLI_OPTION_WATCH = 1 << 10,
} CliOption;

typedef struct
{
  char *folder;  /* nullable: the user's own */
  gboolean json;
  char *space;   /* nullable */
  char *format;  /* nullable */
  char *output;  /* nullable */
  gboolean for_ever;
  gboolean accept;
  char *user;          /* nullable */
  char *password_file; /* nullable */
  char *approved_by;   /* nullable */
  char *approved_on;   /* nullable */
  char *reason;        /* nullable */
  gboolean watch;

  char **arguments; /* behind the command, as they came: file names are bytes */
  SamspillProfile *profile;
} Cli;

/* Blocking; says what is wrong with cli_complain() where it does not return CLI_DONE. */
typedef CliExit (*CliRun) (Cli *cli);

CliExit  cli_import         (Cli *cli);
CliExit  cli_export         (Cli *cli);
CliExit  cli_list           (Cli *cli);
CliExit  cli_show           (Cli *cli);
CliExit  cli_put            (Cli *cli);
CliExit  cli_delete         (Cli *cli);
CliExit  cli_restore        (Cli *cli);
CliExit  cli_history        (Cli *cli);
CliExit  cli_search         (Cli *cli);
CliExit  cli_similar        (Cli *cli);
CliExit  cli_check_text     (Cli *cli);
CliExit  cli_page           (Cli *cli);
CliExit  cli_reply_form     (Cli *cli);
CliExit  cli_check          (Cli *cli);
CliExit  cli_rebuild        (Cli *cli);
CliExit  cli_stats          (Cli *cli);
CliExit  cli_backup         (Cli *cli);
CliExit  cli_restore_backup (Cli *cli);
CliExit  cli_replicate      (Cli *cli);
CliExit  cli_share          (Cli *cli);
CliExit  cli_publish        (Cli *cli);
CliExit  cli_withdraw       (Cli *cli);
CliExit  cli_connect        (Cli *cli);
CliExit  cli_disconnect     (Cli *cli);
CliExit  cli_sync           (Cli *cli);

/* Text goes out as UTF-8 whatever the locale: what a record says is never replaced by question marks. */
void     cli_print          (const char *format, ...) G_GNUC_PRINTF (1, 2);
CliExit  cli_complain       (const char *format, ...) G_GNUC_PRINTF (1, 2); /* on stderr; returns CLI_FAILED */
CliExit  cli_fail           (GError *error);                               /* (transfer full) */
gboolean cli_flush          (void); /* FALSE: stdout could not be written */

/* One JSON object on a line of stdout. */
typedef struct _CliLine CliLine;
CliLine *cli_line_new       (void);
void     cli_line_string    (CliLine *line, const char *name, const char *value); /* nullable: left out */
void     cli_line_integer   (CliLine *line, const char *name, gint64 value);
void     cli_line_number    (CliLine *line, const char *name, double value);
void     cli_line_boolean   (CliLine *line, const char *name, gboolean value);
void     cli_line_print     (CliLine *line); /* and frees */

/* A file, or stdin for "-"; at most so many bytes. */
GBytes  *cli_read           (const char *path, gsize most, GError **error);
/* A file, or stdout for "-"; what was there stays if it fails. */
gboolean cli_write          (const char *path, GBytes *bytes, GError **error);
/* An id or a text among the arguments: UTF-8, or NULL with error. Borrowed. */
const char *cli_text_argument (const char *argument, GError **error);
/* "team" is that of the profile's organisation; other names as they are. */
char    *cli_dup_space      (Cli *cli, const char *name, GError **error);
/* Waits until the index has all that is in the store. */
gboolean cli_wait_for_index (Cli *cli, GError **error);

G_END_DECLS
