/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether there is a server of ours at an address, and who one is there: GET / and GET /_session. */

#include "samspill-endpoint.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "samspill-address.h"
#include "samspill-json-text.h"

#define MAX_ANSWER_BYTES (64 * 1024)
#define TIMEOUT_SECONDS 20

typedef struct
{
  SoupSession *session;
  char *url;           /* of the server */
  char *authorization; /* "Basic …" */
  char *host;          /* to show */
  SoupMessage *message;
  GInputStream *stream;
  GByteArray *answer;
  SamspillServerInfo *info;
  gboolean is_signing_in; /* the second of the two requests */
} Look;

static void
look_free (Look *look)
{
  g_clear_object (&look->session);
  g_free (look->url);
  g_free (look->authorization);
  g_free (look->host);
  g_clear_object (&look->message);
  g_clear_object (&look->stream);
  g_byte_array_unref (look->answer);
  g_clear_pointer (&look->info, samspill_server_info_free);
  g_free (look);
}

void
samspill_server_info_free (SamspillServerInfo *self)
{
  if (self == NULL)
    return;
  g_free (self->version);
  g_free (self->user);
  g_strfreev (self->roles);
  g_free (self);
}

static void ask (GTask *task, const char *path);

static void
fail_protocol (GTask *task)
{
  Look *look = g_task_get_task_data (task);

  g_task_return_new_error (task, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL,
                           _ ("What answers at %s is no registry for Samspill. Look at the address again."),
                           look->host);
}

static void
fail (GTask *task, GError *cause)
{
  Look *look = g_task_get_task_data (task);

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, cause);
      return;
    }
  if (cause->domain == G_TLS_ERROR)
    g_task_return_new_error (task, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_TLS,
                             _ ("The server %s cannot show that it is who it says (%s). Nothing was sent."), look->host,
                             cause->message);
  else
    g_task_return_new_error (
        task, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_OFFLINE,
        _ ("There is no connection to %s (%s). Look at the address and the network, and try again."), look->host,
        cause->message);
  g_error_free (cause);
}

/* Answers */

static JsonObject *
read_object (GByteArray *answer)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;

  if (!samspill_json_check ((const char *)answer->data, (gssize)answer->len, MAX_ANSWER_BYTES,
                            SAMSPILL_JSON_MUST_BE_OBJECT, NULL) ||
      !json_parser_load_from_data (parser, (const char *)answer->data, (gssize)answer->len, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_dup_object (root) : NULL;
}

static const char *
get_string (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static char **
get_strings (JsonObject *object, const char *name)
{
  g_autoptr (GStrvBuilder) strings = g_strv_builder_new ();
  JsonNode *node = json_object_get_member (object, name);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_VALUE (element) && json_node_get_value_type (element) == G_TYPE_STRING)
        g_strv_builder_add (strings, json_node_get_string (element));
    }
  return g_strv_builder_end (strings);
}

/* {"couchdb":"Welcome","version":"…"} */
static gboolean
take_welcome (Look *look, JsonObject *answer)
{
  if (get_string (answer, "couchdb") == NULL && get_string (answer, "express-pouchdb") == NULL)
    return FALSE;
  look->info->version = g_strdup (get_string (answer, "version"));
  return TRUE;
}

/* {"ok":true,"userCtx":{"name":"…","roles":[…]}} */
static gboolean
take_session (GTask *task, Look *look, JsonObject *answer)
{
  JsonNode *node = json_object_get_member (answer, "userCtx");
  JsonObject *user = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

  if (user == NULL)
    {
      fail_protocol (task);
      return FALSE;
    }
  look->info->user = g_strdup (get_string (user, "name"));
  look->info->roles = get_strings (user, "roles");
  look->info->is_admin = g_strv_contains ((const char *const *)look->info->roles, "_admin");
  if (look->info->user == NULL && look->authorization != NULL)
    {
      g_task_return_new_error (task, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_UNAUTHORIZED,
                               _ ("%s does not know this name and password."), look->host);
      return FALSE;
    }
  return TRUE;
}

static void
take_answer (GTask *task)
{
  Look *look = g_task_get_task_data (task);
  guint status = soup_message_get_status (look->message);
  g_autoptr (JsonObject) answer = NULL;

  if (status == SOUP_STATUS_UNAUTHORIZED)
    {
      g_task_return_new_error (task, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_UNAUTHORIZED,
                               _ ("%s does not know this name and password."), look->host);
      return;
    }
  if (status == 429 || status >= 500)
    {
      g_task_return_new_error (task, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_BUSY,
                               _ ("%s cannot answer now (%u). Try again in a while."), look->host, status);
      return;
    }
  answer = status == SOUP_STATUS_OK ? read_object (look->answer) : NULL;
  if (answer == NULL || (!look->is_signing_in && !take_welcome (look, answer)))
    {
      fail_protocol (task);
      return;
    }
  if (!look->is_signing_in)
    {
      look->is_signing_in = TRUE;
      ask (task, "/_session");
      return;
    }
  if (take_session (task, look, answer))
    g_task_return_pointer (task, g_steal_pointer (&look->info), (GDestroyNotify)samspill_server_info_free);
}

/* Requests */

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Look *look = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  gsize length = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  if (bytes == NULL)
    fail (task, error);
  else if (look->answer->len + length > MAX_ANSWER_BYTES)
    fail_protocol (task);
  else if (length > 0)
    {
      g_byte_array_append (look->answer, data, (guint)length);
      g_input_stream_read_bytes_async (look->stream, MAX_ANSWER_BYTES, G_PRIORITY_DEFAULT,
                                       g_task_get_cancellable (task), read_cb, g_object_ref (task));
    }
  else
    take_answer (task);
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Look *look = g_task_get_task_data (task);
  GError *error = NULL;

  look->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (look->stream == NULL)
    {
      fail (task, error);
      return;
    }
  g_input_stream_read_bytes_async (look->stream, MAX_ANSWER_BYTES, G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                                   read_cb, g_object_ref (task));
}

static void
ask (GTask *task, const char *path)
{
  Look *look = g_task_get_task_data (task);
  g_autofree char *url = g_strconcat (look->url, path, NULL);
  SoupMessageHeaders *headers;

  g_clear_object (&look->stream);
  g_clear_object (&look->message);
  g_byte_array_set_size (look->answer, 0);
  look->message = soup_message_new (SOUP_METHOD_GET, url);
  if (look->message == NULL)
    {
      fail_protocol (task);
      return;
    }
  /* A password goes where it was typed for and nowhere else. */
  soup_message_add_flags (look->message, SOUP_MESSAGE_NO_REDIRECT);
  headers = soup_message_get_request_headers (look->message);
  soup_message_headers_replace (headers, "Accept", "application/json");
  if (look->authorization != NULL)
    soup_message_headers_replace (headers, "Authorization", look->authorization);
  soup_session_send_async (look->session, look->message, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), sent_cb,
                           g_object_ref (task));
}

/**
 * samspill_server_look_async:
 * @url: address of a server; a name and password in it are not used
 * @user: (nullable): %NULL: only whether it is there
 * @password: (nullable): of @user
 *
 * Asks a server who it is and who @user is there. Bounded in size and time; redirects are not followed. On the caller's
 * main context.
 */
void
samspill_server_look_async (const char *url, const char *user, const char *password, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_auto (SamspillAddress) address = { NULL };
  g_autoptr (GError) trouble = NULL;
  Look *look;

  g_task_set_static_name (task, "samspill_server_look_async");
  if (!samspill_address_parse (&address, url, &trouble))
    {
      g_task_return_new_error (task, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID, "%s", trouble->message);
      return;
    }
  look = g_new0 (Look, 1);
  look->session = g_object_new (SOUP_TYPE_SESSION, "timeout", TIMEOUT_SECONDS, "user-agent", "Samspill", NULL);
  look->url = g_strdup (address.url);
  look->host = g_strdup (address.host);
  look->answer = g_byte_array_new ();
  look->info = g_new0 (SamspillServerInfo, 1);
  if (user != NULL)
    {
      g_autofree char *login = g_strconcat (user, ":", password != NULL ? password : "", NULL);
      g_autofree char *encoded = g_base64_encode ((const guchar *)login, strlen (login));

      look->authorization = g_strconcat ("Basic ", encoded, NULL);
    }
  g_task_set_task_data (task, look, (GDestroyNotify)look_free);
  ask (task, "/");
}

SamspillServerInfo *
samspill_server_look_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
