/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "registry-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "samspill-json-text.h"

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_folder (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

void
registry_set_up (RegistryFixture *self, gconstpointer data)
{
  SamspillRegistryOptions options = { .password_iterations = 1000, .rule_threads = 1 };
  SamspillHttpOptions http = { .host = "127.0.0.1", .threads = 2, .compress = TRUE };
  g_autoptr (GError) error = NULL;

  if (data != NULL)
    {
      const SamspillRegistryOptions *asked = data;

      options.allow_origins = asked->allow_origins;
      options.max_document_bytes = asked->max_document_bytes;
      options.max_request_bytes = asked->max_request_bytes;
      options.max_batch = asked->max_batch;
    }
  self->folder = g_dir_make_tmp ("samspill-registry-XXXXXX", &error);
  g_assert_no_error (error);
  samspill_registry_init (self->folder, "admin", "secret", &error);
  g_assert_no_error (error);
  self->registry = samspill_registry_new (self->folder, &options, &error);
  g_assert_no_error (error);
  self->server = samspill_http_server_new (&http, samspill_registry_handle, self->registry, &error);
  g_assert_no_error (error);
  self->address = samspill_http_server_dup_address (self->server);
  self->session = soup_session_new ();
  soup_session_set_proxy_resolver (self->session, NULL);
  self->credentials = "admin:secret";
}

void
registry_tear_down (RegistryFixture *self, gconstpointer data)
{
  g_clear_object (&self->session);
  g_clear_pointer (&self->server, samspill_http_server_free);
  g_clear_pointer (&self->registry, samspill_registry_free);
  g_clear_pointer (&self->headers, soup_message_headers_unref);
  remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->address);
  g_free (self->body);
}

static void
add_headers (SoupMessage *message, const char *headers)
{
  g_auto (GStrv) lines = g_strsplit (headers != NULL ? headers : "", "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    {
      char *colon = strchr (lines[i], ':');

      if (colon == NULL)
        continue;
      *colon = '\0';
      soup_message_headers_replace (soup_message_get_request_headers (message), lines[i], g_strstrip (colon + 1));
    }
}

const char *
registry_ask (RegistryFixture *self, const char *method, const char *path, const char *body, const char *headers)
{
  g_autofree char *address = g_strconcat (self->address, path, NULL);
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_ENCODED, NULL);
  g_autoptr (SoupMessage) message = soup_message_new_from_uri (method, uri);
  g_autoptr (GBytes) sent = body != NULL ? g_bytes_new (body, strlen (body)) : NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;

  if (self->credentials != NULL)
    {
      g_autofree char *text = g_base64_encode ((const guchar *)self->credentials, strlen (self->credentials));
      g_autofree char *value = g_strconcat ("Basic ", text, NULL);

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization", value);
    }
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  if (sent != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", sent);
  add_headers (message, headers);
  answer = soup_session_send_and_read (self->session, message, NULL, &error);
  g_assert_no_error (error);
  g_clear_pointer (&self->headers, soup_message_headers_unref);
  self->headers = soup_message_headers_ref (soup_message_get_response_headers (message));
  self->status = soup_message_get_status (message);
  g_free (self->body);
  self->body = g_bytes_get_size (answer) > 0 ? g_strndup (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer))
                                             : g_strdup ("");
  return self->body;
}

void
registry_expect_at (RegistryFixture *self, const char *method, const char *path, const char *body, const char *headers,
                    guint status, const char *pattern, const char *place)
{
  g_autofree char *text = g_strchomp (g_strdup (registry_ask (self, method, path, body, headers)));

  if (self->status != status || (pattern != NULL && !g_pattern_match_simple (pattern, text)))
    g_error ("%s: %s %s\n wanted %u %s\n got    %u %s", place, method, path, status, pattern != NULL ? pattern : "",
             self->status, text);
}

const char *
registry_header (RegistryFixture *self, const char *name)
{
  return soup_message_headers_get_one (self->headers, name);
}

char *
registry_dup_string (RegistryFixture *self, const char *name)
{
  char *value = samspill_json_dup_string (self->body, -1, name);

  g_assert_nonnull (value);
  return value;
}

char *
registry_put (RegistryFixture *self, const char *path, const char *body)
{
  registry_ask (self, "PUT", path, body, NULL);
  if (self->status != 201)
    g_error ("PUT %s: %u %s", path, self->status, self->body);
  return registry_dup_string (self, "rev");
}
