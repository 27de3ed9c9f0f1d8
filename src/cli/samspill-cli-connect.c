/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-address.h"
#include "samspill-cli.h"
#include "samspill-endpoint.h"

/* Asynchronous calls of the layers below, one after the other. */
typedef struct
{
  GMainLoop *loop;
  GAsyncResult *result;
} Waiting;

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Waiting *waiting = user_data;

  waiting->result = g_object_ref (result);
  g_main_loop_quit (waiting->loop);
}

static SamspillServerInfo *
look (const char *url, const char *user, const char *password, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Waiting waiting = { loop, NULL };
  SamspillServerInfo *info;

  samspill_server_look_async (url, user, password, NULL, done_cb, &waiting);
  g_main_loop_run (loop);
  info = samspill_server_look_finish (waiting.result, error);
  g_object_unref (waiting.result);
  return info;
}

static gboolean
keep_password (const char *url, const char *user, const char *password, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Waiting waiting = { loop, NULL };
  gboolean is_kept;

  samspill_password_store_async (url, user, password, NULL, done_cb, &waiting);
  g_main_loop_run (loop);
  is_kept = samspill_password_store_finish (waiting.result, error);
  g_object_unref (waiting.result);
  return is_kept;
}

typedef struct
{
  char *space, *url, *user, *password;
} Login;

static void
login_clear (Login *self)
{
  g_free (self->space);
  g_free (self->url);
  g_free (self->user);
  g_free (self->password);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Login, login_clear)

/* The account says it where the profile does not know. */
static gboolean
is_told_by_account (Cli *cli, const char *name)
{
  return g_str_equal (name, "team") && samspill_profile_get_identity (cli->profile) == NULL;
}

static char *
dup_team_of_account (const SamspillServerInfo *info, GError **error)
{
  const char *only = NULL;
  guint n = 0;

  for (char **role = info->roles; *role != NULL; role++)
    if (g_str_has_prefix (*role, "org:"))
      {
        only = *role + strlen ("org:");
        n++;
      }
  if (n == 1)
    return g_strconcat ("team-", only, NULL);
  g_set_error_literal (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID,
                       _ ("This profile has no organisation yet: name the space in full, as team-<number>."));
  return NULL;
}

static gboolean
read_login (Cli *cli, Login *login, GError **error)
{
  const char *name = cli_text_argument (cli->arguments[0], error);
  const char *typed = name != NULL ? cli_text_argument (cli->arguments[1], error) : NULL;
  g_auto (SamspillAddress) address = { NULL };

  if (typed == NULL || (!is_told_by_account (cli, name) && (login->space = cli_dup_space (cli, name, error)) == NULL) ||
      !samspill_address_parse (&address, typed, error))
    return FALSE;
  login->url = samspill_endpoint_dup_server (address.url, login->space != NULL ? login->space : "");
  login->user = g_strdup (cli->user != NULL ? cli->user : address.user);
  if (cli->password_file != NULL)
    login->password = samspill_password_read_file (cli->password_file, error);
  else
    login->password = g_strdup (address.password);
  return cli->password_file == NULL || login->password != NULL;
}

static gboolean
is_whole (const Login *login)
{
  return login->user != NULL && *login->user != '\0' && login->password != NULL;
}

/* A team is its organisation's: who is not of it would be refused record by record. */
static gboolean
check_membership (const Login *login, const SamspillServerInfo *info, GError **error)
{
  g_autofree char *role = NULL;

  if (!g_str_has_prefix (login->space, "team-") || info->is_admin)
    return TRUE;
  role = g_strconcat ("org:", login->space + strlen ("team-"), NULL);
  if (g_strv_contains ((const char *const *)info->roles, role))
    return TRUE;
  g_set_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_FORBIDDEN,
               _ ("%s does not belong to the organisation %s on that server. Ask whoever looks after it."), login->user,
               login->space + strlen ("team-"));
  return FALSE;
}

/* A profile that nobody has told for whom it is gets to know it from the account. */
static void
learn_owners (Cli *cli, const SamspillServerInfo *info)
{
  g_autoptr (GPtrArray) owners = g_ptr_array_new_null_terminated (4, NULL, TRUE);
  g_autoptr (GPtrArray) names = g_ptr_array_new_null_terminated (4, NULL, TRUE);
  g_autoptr (GError) error = NULL;
  SamspillIdentity identity = { .language = (char *)"nb" };

  if (samspill_profile_get_identity (cli->profile) != NULL)
    return;
  for (char **role = info->roles; *role != NULL; role++)
    if (g_str_has_prefix (*role, "org:"))
      {
        g_ptr_array_add (owners, *role + strlen ("org:"));
        g_ptr_array_add (names, (gpointer) "");
      }
  if (owners->len == 0)
    return;
  identity.owners = (char **)owners->pdata;
  identity.owner_names = (char **)names->pdata;
  if (!samspill_profile_set_identity (cli->profile, &identity, &error))
    cli_complain ("%s", error->message);
}

static gboolean
keep_endpoint (Cli *cli, const Login *login, GError **error)
{
  const SamspillIdentity *identity = samspill_profile_get_identity (cli->profile);
  const char *role = identity != NULL ? identity->person_role : NULL;
  SamspillEndpoint endpoint = {
    .space = login->space,
    .url = login->url,
    .user = login->user,
    .database = login->space,
    .is_on = TRUE,
    .turned_on_by = cli->approved_by != NULL ? cli->approved_by
                    : role != NULL           ? (char *)role
                                             : login->user,
    .turned_on_us = g_get_real_time (),
  };

  return samspill_endpoints_set (samspill_profile_get_store (cli->profile), &endpoint, error);
}

static const char *
describe_readers (const char *space)
{
  if (g_str_equal (space, "commons"))
    return _ ("everyone who is signed in there; what is published may be shown on open pages");
  if (g_str_has_prefix (space, "team-"))
    return _ ("the members of the organisation");
  return _ ("the members of the organisations that take part");
}

static void
report (Cli *cli, const Login *login, const SamspillServerInfo *info, gboolean is_kept)
{
  gint64 count = samspill_store_count (samspill_profile_get_store (cli->profile), login->space, NULL);
  guint records = (guint)CLAMP (count, 0, G_MAXINT);

  if (cli->json)
    {
      CliLine *line = cli_line_new ();

      cli_line_string (line, "space", login->space);
      cli_line_string (line, "url", login->url);
      cli_line_string (line, "database", login->space);
      cli_line_string (line, "user", info->user);
      cli_line_string (line, "version", info->version);
      cli_line_integer (line, "records", records);
      cli_line_string (line, "readers", describe_readers (login->space));
      cli_line_boolean (line, "password_kept", is_kept);
      cli_line_print (line);
      return;
    }
  cli_print (_ ("%s goes to %s, signed in as %s.\n"), login->space, login->url, info->user);
  cli_print (g_dngettext (GETTEXT_PACKAGE, "%u record will be sent, and what changes from now on.\n",
                          "%u records will be sent, and what changes from now on.\n", records),
             records);
  cli_print (_ ("It can be read by: %s.\n"), describe_readers (login->space));
}

/* SPACE URL: this is the act by which a space goes somewhere. */
CliExit
cli_connect (Cli *cli)
{
  g_auto (Login) login = { NULL };
  g_autoptr (SamspillServerInfo) info = NULL;
  g_autoptr (GError) trouble = NULL;
  GError *error = NULL;
  gboolean is_kept;

  if (!read_login (cli, &login, &error))
    return cli_fail (error);
  if (!is_whole (&login))
    {
      cli_complain (_ ("Who signs in? Give --user NAME and --password-file FILE."));
      return CLI_USAGE;
    }
  info = look (login.url, login.user, login.password, &error);
  if (info != NULL && login.space == NULL)
    login.space = dup_team_of_account (info, &error);
  if (login.space == NULL || info == NULL || !check_membership (&login, info, &error))
    return cli_fail (error);
  learn_owners (cli, info);
  if (!keep_endpoint (cli, &login, &error))
    return cli_fail (error);
  is_kept = keep_password (login.url, login.user, login.password, &trouble);
  report (cli, &login, info, is_kept);
  if (!is_kept)
    cli_complain (_ ("%s Until then: samspillctl sync --password-file FILE."), trouble->message);
  return CLI_DONE;
}

CliExit
cli_disconnect (Cli *cli)
{
  GError *error = NULL;
  const char *name = cli_text_argument (cli->arguments[0], &error);
  g_autofree char *space = name != NULL ? cli_dup_space (cli, name, &error) : NULL;
  SamspillStore *store = samspill_profile_get_store (cli->profile);
  g_autoptr (SamspillEndpoint) endpoint = space != NULL ? samspill_endpoints_find (store, space, &error) : NULL;

  if (error != NULL)
    return cli_fail (error);
  if (endpoint == NULL)
    return cli_complain (_ ("“%s” is not connected."), space);
  if (!samspill_endpoints_remove (store, space, &error))
    return cli_fail (error);
  /* Where there is no keyring there is no password in it. */
  samspill_password_forget (store, endpoint, NULL, NULL);
  if (cli->json)
    {
      CliLine *line = cli_line_new ();

      cli_line_string (line, "space", space);
      cli_line_string (line, "url", endpoint->url);
      cli_line_print (line);
    }
  return CLI_DONE;
}
