/* SPDX-License-Identifier: GPL-3.0-or-later */

/* /_session, with CouchDB's bodies. */

#include "samspill-account-private.h"

#include <string.h>

#include "samspill-json-text.h"

#define MAX_BODY (64 * 1024)

static void
append_name_and_roles (GString *json, const char *name, char **roles)
{
  g_autofree char *quoted = name != NULL ? samspill_json_quote (name) : g_strdup ("null");

  g_string_append_printf (json, "\"name\":%s,\"roles\":[", quoted);
  for (guint i = 0; roles[i] != NULL; i++)
    {
      g_autofree char *role = samspill_json_quote (roles[i]);
      g_string_append_printf (json, "%s%s", i > 0 ? "," : "", role);
    }
  g_string_append_c (json, ']');
}

static void
answer_session (SamspillRegistryCall *call)
{
  const SamspillAccount *account = call->account;
  GString *json = g_string_new ("{\"ok\":true,\"userCtx\":{");

  append_name_and_roles (json, account->name, account->roles);
  g_string_append (json, "},\"info\":{\"authentication_handlers\":[\"cookie\",\"default\"]");
  if (account->name != NULL)
    g_string_append_printf (json, ",\"authenticated\":\"%s\"", account->method);
  g_string_append (json, "}}\n");
  samspill_answer_take (call, 200, json);
}

static void
password_checked_cb (SamspillRegistryCall *call, SamspillUser *user, const GError *error, gpointer data)
{
  if (user == NULL)
    {
      samspill_answer_gerror (call, error);
      return;
    }
  GString *json = g_string_new ("{\"ok\":true,");
  append_name_and_roles (json, user->name, user->roles);
  g_string_append (json, "}\n");
  samspill_cookie_give (call->registry->accounts, call->http, user);
  samspill_answer_take (call, 200, json);
}

/* JSON, or a form as browsers send it. CouchDB takes "username" as well. */
static gboolean
read_credentials (SamspillRegistryCall *call, GBytes *body, char **name, char **password)
{
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  const char *type = samspill_http_request_get_header (call->http, "Content-Type");

  if (type != NULL && g_ascii_strncasecmp (type, "application/x-www-form-urlencoded", 33) == 0)
    {
      g_autofree char *form = g_strndup (text != NULL ? text : "", length);
      g_autoptr (GHashTable) fields = g_uri_parse_params (form, -1, "&", G_URI_PARAMS_WWW_FORM, NULL);
      if (fields == NULL)
        return FALSE;
      const char *given = g_hash_table_lookup (fields, "name");
      *name = g_strdup (given != NULL ? given : g_hash_table_lookup (fields, "username"));
      *password = g_strdup (g_hash_table_lookup (fields, "password"));
      return TRUE;
    }
  if (text == NULL || !samspill_json_check (text, (gssize)length, MAX_BODY, SAMSPILL_JSON_MUST_BE_OBJECT, NULL))
    return FALSE;
  *name = samspill_json_dup_string (text, (gssize)length, "name");
  if (*name == NULL)
    *name = samspill_json_dup_string (text, (gssize)length, "username");
  *password = samspill_json_dup_string (text, (gssize)length, "password");
  return TRUE;
}

static void
body_read_cb (SamspillHttpRequest *request, GBytes *body, const GError *error, gpointer data)
{
  SamspillRegistryCall *call = data;
  g_autofree char *name = NULL;
  g_autofree char *password = NULL;

  if (error != NULL)
    samspill_answer_gerror (call, error);
  else if (!read_credentials (call, body, &name, &password))
    samspill_answer_error (call, 400, "bad_request", "invalid UTF-8 JSON");
  else
    samspill_account_check_password (call, name != NULL ? name : "", password != NULL ? password : "",
                                     password_checked_cb, NULL);
  if (password != NULL)
    explicit_bzero (password, strlen (password));
}

/**
 * samspill_account_handle_session:
 * @call: a call of /_session whose account is set
 *
 * GET says who asks; POST signs in (JSON or a form) and gives the cookie; DELETE takes the cookie away.
 */
void
samspill_account_handle_session (SamspillRegistryCall *call)
{
  const char *method = samspill_http_request_get_method (call->http);

  if (g_str_equal (method, "GET") || g_str_equal (method, "HEAD"))
    answer_session (call);
  else if (g_str_equal (method, "POST"))
    samspill_http_request_read_body (call->http, MAX_BODY, body_read_cb, call);
  else if (g_str_equal (method, "DELETE"))
    {
      samspill_cookie_take_away (call->registry->accounts, call->http);
      samspill_answer_ok (call, 200);
    }
  else
    {
      samspill_http_request_add_header (call->http, "Allow", "DELETE,GET,HEAD,POST");
      samspill_answer_error (call, 405, "method_not_allowed", "Only DELETE,GET,HEAD,POST allowed");
    }
}
