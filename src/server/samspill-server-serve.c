/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Serving until SIGTERM or SIGINT. */

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "samspill-server.h"
#include "samspill-wire.h"

#define DRAIN_SECONDS 10

typedef struct
{
  Server *options;
  GMainLoop *loop;
  SamspillHttpServer *http;
} Serving;

/* "HOST:PORT", "[::1]:5984". */
static gboolean
read_address (const char *text, char **host, guint16 *port)
{
  const char *colon = strrchr (text, ':');
  guint64 number;

  if (colon == NULL || colon == text || strlen (colon + 1) > 5 ||
      !g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, &number, NULL))
    return FALSE;
  gsize length = (gsize)(colon - text);
  if (text[0] == '[' && length > 2 && text[length - 1] == ']')
    *host = g_strndup (text + 1, length - 2);
  else if (memchr (text, ':', length) == NULL)
    *host = g_strndup (text, length);
  else
    return FALSE;
  *port = (guint16)number;
  return TRUE;
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_str_equal (host, "localhost") || (address != NULL && g_inet_address_get_is_loopback (address));
}

/* A connection is a file descriptor. */
static void
allow_many_files (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
}

static gboolean
ended_cb (gpointer data)
{
  Serving *serving = data;

  g_main_loop_quit (serving->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
hung_up_cb (gpointer data)
{
  Serving *serving = data;
  g_autoptr (GError) error = NULL;

  if (serving->options->certificate == NULL)
    return G_SOURCE_CONTINUE;
  if (samspill_http_server_reload (serving->http, &error))
    g_printerr ("samspill-registry: %s\n", _ ("The certificate was read anew."));
  else
    server_complain (_ ("The certificate stays as it was: %s"), error->message);
  return G_SOURCE_CONTINUE;
}

static ServerExit
serve_until_ended (Server *server, SamspillHttpServer *http)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Serving serving = { .options = server, .loop = loop, .http = http };
  guint sources[] = { g_unix_signal_add (SIGTERM, ended_cb, &serving), g_unix_signal_add (SIGINT, ended_cb, &serving),
                      g_unix_signal_add (SIGHUP, hung_up_cb, &serving) };
  g_autofree char *address = samspill_http_server_dup_address (http);

  if (!server_print ("%s\n", address))
    return server_complain (_ ("The address could not be written to standard output."));
  g_main_loop_run (loop);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]); /* from here on a second signal ends it at once */
  samspill_http_server_drain (http, server->drain_seconds >= 0 ? (guint)server->drain_seconds : DRAIN_SECONDS);
  return SERVER_DONE;
}

static ServerExit
serve (Server *server, const char *host, guint16 port)
{
  GError *error = NULL;
  const SamspillRegistryOptions options = {
    .max_document_bytes = (gsize)server->max_document_bytes,
    .max_request_bytes = (gsize)server->max_request_bytes,
    .max_attachment_bytes = (guint64)server->max_attachment_bytes,
    .rules_folder = server->rules,
    .session_seconds = (guint)server->session_seconds,
    .behind_proxy = server->behind_proxy,
    .allow_origins = (const char *const *)server->allow_origins,
  };
  const SamspillHttpOptions http_options = {
    .host = host,
    .port = port,
    .threads = (guint)server->threads,
    .certificate = server->certificate,
    .key = server->key,
    .max_connections = (guint)server->max_connections,
    .max_connections_per_address = (guint)server->max_connections_per_address,
    .idle_seconds = (guint)server->idle_seconds,
    .compress = TRUE,
    .log = server->log,
  };

  g_autoptr (SamspillRegistry) registry = samspill_registry_new (server->data, &options, &error);
  if (registry == NULL)
    return server_fail (error);
  const GError *read_only = samspill_store_get_read_only_error (samspill_registry_get_store (registry));
  if (read_only != NULL)
    return server_complain ("%s", read_only->message);
  if (!samspill_store_has_space (samspill_registry_get_store (registry), "_users"))
    return server_complain (_ ("The folder has records but no accounts. Make the first with: samspill-registry init"));
  g_autoptr (SamspillHttpServer) http =
      samspill_http_server_new (&http_options, samspill_registry_handle, registry, &error);
  return http != NULL ? serve_until_ended (server, http) : server_fail (error);
}

ServerExit
server_serve (Server *server)
{
  g_autofree char *host = NULL;
  guint16 port = 0;

  if (server->listen == NULL)
    return server_misuse (_ ("Where shall it listen? Give --listen HOST:PORT."));
  if (!read_address (server->listen, &host, &port))
    return server_misuse (_ ("“%s” is no address. Write it like 127.0.0.1:5984 or [::1]:5984."), server->listen);
  if ((server->certificate == NULL) != (server->key == NULL))
    return server_misuse (_ ("TLS takes both --certificate and --key."));
  if (!server_has_data (server))
    return SERVER_FAILED;
  if (server->certificate == NULL && !server->behind_proxy && !is_loopback (host))
    server_complain (_ ("Warning: passwords go over the network in the clear. Give --certificate and --key, or "
                        "--behind-proxy where a proxy does TLS."));
  signal (SIGPIPE, SIG_IGN);
  allow_many_files ();
  return serve (server, host, port);
}
