/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-registry.h"

G_BEGIN_DECLS

typedef enum
{
  SERVER_DONE = 0,
  SERVER_FAILED = 1, /* refused or failed: said why on stderr */
  SERVER_USAGE = 2,
} ServerExit;

/* What was given on the command line. */
typedef struct
{
  char *data;
  char *listen;
  char *certificate, *key;
  char **allow_origins;
  gboolean behind_proxy;
  gboolean log;
  char *rules;
  int threads, max_connections, max_connections_per_address, idle_seconds, session_seconds, drain_seconds;
  gint64 max_document_bytes, max_request_bytes, max_attachment_bytes;
  char *admin, *name;
  char **roles;
  char *password_file;
  gboolean replace;

  char **arguments; /* behind the command, as they came: file names are bytes */
} Server;

/* Blocking; says what is wrong with server_complain () where it does not return SERVER_DONE. */
typedef ServerExit (*ServerRun) (Server *server);
ServerExit server_serve    (Server *server);
ServerExit server_init     (Server *server);
ServerExit server_add_user (Server *server);
ServerExit server_backup   (Server *server);
ServerExit server_check    (Server *server);
ServerExit server_compact  (Server *server);

ServerExit server_complain (const char *format, ...) G_GNUC_PRINTF (1, 2); /* on stderr; returns SERVER_FAILED */
ServerExit server_fail     (GError *error);                               /* (transfer full) */
ServerExit server_misuse   (const char *format, ...) G_GNUC_PRINTF (1, 2); /* returns SERVER_USAGE */
gboolean   server_print    (const char *format, ...) G_GNUC_PRINTF (1, 2); /* on stdout at once; FALSE: could not be written */
/* The store of a registry that is there; NULL was said why. */
SamspillStore *server_open_store (Server *server);
gboolean   server_has_data (Server *server); /* else says so */

G_END_DECLS
