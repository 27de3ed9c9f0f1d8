/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "script-server.h"

#include <stdlib.h>
#include <string.h>

#include "samspill-json-text.h"

void
script_reply (GString *out, guint status, const char *more, const char *body)
{
  g_string_append_printf (out, "HTTP/1.1 %u x\r\nContent-Type: application/json\r\nConnection: close\r\n%s", status,
                          more != NULL ? more : "");
  g_string_append_printf (out, "Content-Length: %u\r\n\r\n%s", (guint)strlen (body), body);
}

gboolean
script_is (const ScriptRequest *request, const char *method, const char *path)
{
  gsize length = strcspn (request->path, "?");

  return g_str_equal (request->method, method) && length == strlen (path) && strncmp (request->path, path, length) == 0;
}

static guint
query_number (const ScriptRequest *request, const char *name, guint otherwise)
{
  const char *query = strchr (request->path, '?');
  g_autoptr (GHashTable) values =
      query != NULL ? g_uri_parse_params (query + 1, -1, "&", G_URI_PARAMS_NONE, NULL) : NULL;
  const char *value = values != NULL ? g_hash_table_lookup (values, name) : NULL;

  if (value == NULL)
    return otherwise;
  /* The number in any of the forms that sequences have here. */
  value += strcspn (value, "0123456789");
  return (guint)strtoul (value, NULL, 10);
}

static void
append_seq (ScriptServer *self, GString *body, guint seq)
{
  g_string_append_printf (body, "%s%u%s", self->seq_before, seq, self->seq_after);
}

static void
answer_changes (ScriptServer *self, const ScriptRequest *request, GString *out)
{
  guint since = query_number (request, "since", 0);
  guint end = MIN (self->n_documents, since + query_number (request, "limit", 100));
  g_autoptr (GString) body = g_string_new ("{\"results\":[");

  for (guint i = since; i < end; i++)
    {
      g_string_append (body, i > since ? ",{\"seq\":" : "{\"seq\":");
      append_seq (self, body, i + 1);
      g_string_append_printf (body, ",\"id\":\"d%u\",\"changes\":[{\"rev\":\"1-%032x\"}]}", i, i);
    }
  g_string_append (body, "],\n\"last_seq\":");
  append_seq (self, body, MAX (end, since));
  g_string_append_printf (body, ",\"pending\":%u}", self->n_documents - MIN (self->n_documents, end));
  script_reply (out, 200, NULL, body->str);
}

static gboolean
append_document (const char *value, gsize length, gpointer data)
{
  GString *body = data;
  g_autofree char *id = samspill_json_dup_string (value, (gssize)length, "id");
  g_autofree char *rev = samspill_json_dup_string (value, (gssize)length, "rev");

  g_string_append_printf (body,
                          "%s{\"id\":\"%s\",\"docs\":[{\"ok\":{\"_id\":\"%s\",\"_rev\":\"%s\",\"_revisions\":{"
                          "\"start\":1,\"ids\":[\"%s\"]},\"type\":\"need\",\"title\":\"æøå\"}}]}",
                          body->str[body->len - 1] == '[' ? "" : ",", id, id, rev, rev + 2);
  return TRUE;
}

static void
answer_bulk_get (const ScriptRequest *request, GString *out)
{
  g_autoptr (GString) body = g_string_new ("{\"results\":[");
  g_autofree char *docs = samspill_json_dup_member (request->body, -1, "docs");

  samspill_json_foreach_element (docs, -1, append_document, body, NULL);
  g_string_append (body, "]}");
  script_reply (out, 200, NULL, body->str);
}

static gboolean
append_missing (const char *name, const char *value, gsize length, gpointer data)
{
  GString *body = data;

  g_string_append_printf (body, "%s\"%s\":{\"missing\":%.*s}", body->len > 1 ? "," : "", name, (int)length, value);
  return TRUE;
}

static void
answer_revs_diff (const ScriptRequest *request, GString *out)
{
  g_autoptr (GString) body = g_string_new ("{");

  samspill_json_foreach_member (request->body, -1, append_missing, body, NULL);
  g_string_append (body, "}");
  script_reply (out, 200, NULL, body->str);
}

static gboolean
keep_document (const char *value, gsize length, gpointer data)
{
  g_ptr_array_add (data, g_strndup (value, length));
  return TRUE;
}

static void
answer_bulk_docs (ScriptServer *self, const ScriptRequest *request, GString *out)
{
  g_autofree char *docs = samspill_json_dup_member (request->body, -1, "docs");

  g_assert_nonnull (docs);
  samspill_json_foreach_element (docs, -1, keep_document, self->written, NULL);
  script_reply (out, 201, NULL, "[]");
}

static void
answer_local (ScriptServer *self, const ScriptRequest *request, GString *out)
{
  const char *kept = g_hash_table_lookup (self->locals, request->path);

  if (g_str_equal (request->method, "GET"))
    {
      script_reply (out, kept != NULL ? 200 : 404, NULL,
                    kept != NULL ? kept : "{\"error\":\"not_found\",\"reason\":\"missing\"}");
      return;
    }

  g_autofree char *rev = samspill_json_dup_string (request->body, -1, "_rev");
  g_autofree char *kept_rev = kept != NULL ? samspill_json_dup_string (kept, -1, "_rev") : NULL;
  if (g_strcmp0 (rev, kept_rev) != 0)
    {
      script_reply (out, 409, NULL, "{\"error\":\"conflict\",\"reason\":\"Document update conflict.\"}");
      return;
    }
  g_autofree char *next = g_strdup_printf ("\"0-%u\"", ++self->local_revision);
  const char *names[] = { "_rev", NULL }, *values[] = { next };
  g_hash_table_insert (self->locals, g_strdup (request->path), samspill_json_splice (request->body, -1, names, values));
  g_autofree char *body = g_strdup_printf ("{\"ok\":true,\"id\":\"x\",\"rev\":%s}", next);
  script_reply (out, 201, NULL, body);
}

static void
answer_open_revs (const ScriptRequest *request, GString *out)
{
  g_autofree char *id = g_strndup (request->path + 1, strcspn (request->path + 1, "?"));
  g_autofree char *body = NULL;
  guint number = (guint)strtoul (id + 1, NULL, 10);

  body = g_strdup_printf ("[{\"ok\":{\"_id\":\"%s\",\"_rev\":\"1-%032x\",\"_revisions\":{\"start\":1,\"ids\":"
                          "[\"%032x\"]},\"type\":\"need\"}}]",
                          id, number, number);
  script_reply (out, 200, NULL, body);
}

void
script_server_answer (ScriptServer *self, const ScriptRequest *request, GString *out)
{
  if (script_is (request, "GET", ""))
    script_reply (out, 200, NULL, "{\"db_name\":\"db\",\"update_seq\":1,\"instance_start_time\":\"7\"}");
  else if (g_str_has_prefix (request->path, "/_local/"))
    answer_local (self, request, out);
  else if (script_is (request, "GET", "/_changes"))
    answer_changes (self, request, out);
  else if (script_is (request, "POST", "/_bulk_get"))
    answer_bulk_get (request, out);
  else if (script_is (request, "POST", "/_revs_diff"))
    answer_revs_diff (request, out);
  else if (script_is (request, "POST", "/_bulk_docs"))
    answer_bulk_docs (self, request, out);
  else if (g_str_equal (request->method, "GET") && strstr (request->path, "open_revs=") != NULL)
    answer_open_revs (request, out);
  else
    script_reply (out, 404, NULL, "{\"error\":\"not_found\",\"reason\":\"missing\"}");
}

static char *
read_body (GDataInputStream *in, const char *headers)
{
  const char *length = strstr (headers, "content-length: ");
  gsize bytes = length != NULL ? strtoul (length + strlen ("content-length: "), NULL, 10) : 0, read = 0;
  char *body = g_malloc0 (bytes + 1);

  if (bytes > 0)
    g_input_stream_read_all (G_INPUT_STREAM (in), body, bytes, &read, NULL, NULL);
  body[read] = '\0';
  return body;
}

static void
request_clear (ScriptRequest *request)
{
  g_free (request->method);
  g_free (request->path);
  g_free (request->headers);
  g_free (request->body);
}

static gboolean
read_request (GDataInputStream *in, ScriptRequest *request)
{
  g_autofree char *first = g_data_input_stream_read_line (in, NULL, NULL, NULL);
  g_auto (GStrv) words = first != NULL ? g_strsplit (first, " ", 3) : NULL;
  g_autoptr (GString) headers = g_string_new (NULL);

  if (words == NULL || g_strv_length (words) != 3)
    return FALSE;
  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (in, NULL, NULL, NULL);
      if (line == NULL)
        return FALSE;
      if (*line == '\0')
        break;
      char *colon = strchr (line, ':');
      g_autofree char *name = g_ascii_strdown (line, colon != NULL ? colon - line : -1);
      g_string_append_printf (headers, "%s%s\n", name, colon != NULL ? colon : "");
    }
  request->method = g_strdup (words[0]);
  /* Two names for the one database. */
  request->path = g_strdup (g_str_has_prefix (words[1], "/db")        ? words[1] + strlen ("/db")
                            : g_str_has_prefix (words[1], "/commons") ? words[1] + strlen ("/commons")
                                                                      : words[1]);
  request->headers = g_string_free_and_steal (g_steal_pointer (&headers));
  request->body = read_body (in, request->headers);
  return TRUE;
}

static void
serve (gpointer data, gpointer user_data)
{
  g_autoptr (GIOStream) stream = data;
  ScriptServer *self = user_data;
  g_autoptr (GDataInputStream) in = g_data_input_stream_new (g_io_stream_get_input_stream (stream));
  g_autoptr (GString) out = g_string_new (NULL);
  ScriptRequest request = { 0 };

  g_data_input_stream_set_newline_type (in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  if (read_request (in, &request))
    {
      g_mutex_lock (&self->mutex);
      g_ptr_array_add (self->log, g_strdup_printf ("%s %s", request.method, request.path));
      if (self->script == NULL || !self->script (self, &request, out, self->script_data))
        script_server_answer (self, &request, out);
      g_mutex_unlock (&self->mutex);
      g_output_stream_write_all (g_io_stream_get_output_stream (stream), out->str, out->len, NULL, NULL, NULL);
    }
  request_clear (&request);
  g_io_stream_close (stream, NULL, NULL);
}

static gpointer
accept_thread (gpointer data)
{
  ScriptServer *self = data;
  GThreadPool *pool = g_thread_pool_new (serve, self, 16, FALSE, NULL);
  GSocketConnection *connection;

  while ((connection = g_socket_listener_accept (self->listener, NULL, self->stop, NULL)) != NULL)
    g_thread_pool_push (pool, connection, NULL);
  g_thread_pool_free (pool, FALSE, TRUE);
  return NULL;
}

ScriptServer *
script_server_new (guint n_documents)
{
  ScriptServer *self = g_new0 (ScriptServer, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;

  g_mutex_init (&self->mutex);
  self->n_documents = n_documents;
  self->seq_before = self->seq_after = "";
  self->locals = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->log = g_ptr_array_new_with_free_func (g_free);
  self->written = g_ptr_array_new_with_free_func (g_free);
  self->listener = g_socket_listener_new ();
  self->stop = g_cancellable_new ();
  g_socket_listener_add_address (self->listener, address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound,
                                 &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->url = g_strdup_printf ("http://127.0.0.1:%u/db", self->port);
  self->thread = g_thread_new ("script-server", accept_thread, self);
  return self;
}

void
script_server_free (ScriptServer *self)
{
  g_cancellable_cancel (self->stop);
  if (self->thread != NULL)
    g_thread_join (self->thread);
  g_socket_listener_close (self->listener);
  g_object_unref (self->listener);
  g_object_unref (self->stop);
  g_free (self->url);
  g_hash_table_unref (self->locals);
  g_ptr_array_unref (self->log);
  g_ptr_array_unref (self->written);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

void
script_server_set (ScriptServer *self, ScriptFunc script, gpointer data)
{
  g_mutex_lock (&self->mutex);
  self->script = script;
  self->script_data = data;
  g_mutex_unlock (&self->mutex);
}

guint
script_server_count (ScriptServer *self, const char *prefix)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  guint n = 0;

  for (guint i = 0; i < self->log->len; i++)
    n += g_str_has_prefix (self->log->pdata[i], prefix);
  return n;
}

void
script_server_forget (ScriptServer *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  g_ptr_array_set_size (self->log, 0);
}
