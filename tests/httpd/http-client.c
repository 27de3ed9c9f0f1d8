/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "http-client.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_SECONDS 10

static guint16
port_of (SamspillHttpServer *server)
{
  g_autofree char *address = samspill_http_server_dup_address (server);

  return (guint16)atoi (strrchr (address, ':') + 1);
}

HttpClient *
http_client_new (SamspillHttpServer *server)
{
  HttpClient *self = g_new0 (HttpClient, 1);
  struct sockaddr_in to = { .sin_family = AF_INET,
                            .sin_port = htons (port_of (server)),
                            .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  struct timeval patience = { .tv_sec = PATIENCE_SECONDS };

  self->in = g_byte_array_new ();
  self->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt (self->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt (self->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  g_assert_no_errno (connect (self->fd, (struct sockaddr *)&to, sizeof to));
  return self;
}

void
http_client_free (HttpClient *self)
{
  if (self == NULL)
    return;
  close (self->fd);
  g_byte_array_unref (self->in);
  g_free (self);
}

gboolean
http_client_try_send (HttpClient *self, const void *bytes, gsize length)
{
  const guint8 *at = bytes;

  while (length > 0)
    {
      gssize n = send (self->fd, at, length, MSG_NOSIGNAL);

      if (n <= 0)
        return FALSE;
      at += n;
      length -= (gsize)n;
    }
  return TRUE;
}

void
http_client_send_bytes (HttpClient *self, const void *bytes, gsize length)
{
  g_assert_true (http_client_try_send (self, bytes, length));
}

void
http_client_send (HttpClient *self, const char *text)
{
  http_client_send_bytes (self, text, strlen (text));
}

/* FALSE: the end. */
static gboolean
read_more (HttpClient *self)
{
  guint8 buffer[16384];
  gssize n = recv (self->fd, buffer, sizeof buffer, 0);

  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    g_error ("the server is silent; so far: %.*s", (int)self->in->len, self->in->data);
  if (n <= 0)
    return FALSE;
  g_byte_array_append (self->in, buffer, (guint)n);
  return TRUE;
}

static const guint8 *
find (HttpClient *self, const char *text)
{
  return self->in->len > 0 ? memmem (self->in->data, self->in->len, text, strlen (text)) : NULL;
}

gboolean
http_client_wait_for (HttpClient *self, const char *text)
{
  while (find (self, text) == NULL)
    if (!read_more (self))
      return FALSE;
  return TRUE;
}

gboolean
http_client_is_closed (HttpClient *self)
{
  while (read_more (self))
    ;
  return TRUE;
}

static void
take (HttpClient *self, GByteArray *into, gsize length)
{
  if (into != NULL)
    g_byte_array_append (into, self->in->data, (guint)length);
  g_byte_array_remove_range (self->in, 0, (guint)length);
}

static gboolean
read_exactly (HttpClient *self, GByteArray *into, gsize length)
{
  while (self->in->len < length)
    if (!read_more (self))
      return FALSE;
  take (self, into, length);
  return TRUE;
}

static gboolean
read_chunks (HttpClient *self, GByteArray *into)
{
  for (;;)
    {
      gsize length;

      if (!http_client_wait_for (self, "\r\n"))
        return FALSE;
      length = strtoul ((const char *)self->in->data, NULL, 16);
      take (self, NULL, (gsize)(find (self, "\r\n") - self->in->data) + 2);
      if (!read_exactly (self, into, length) || !read_exactly (self, NULL, 2))
        return FALSE;
      if (length == 0)
        return TRUE;
    }
}

char *
http_answer_dup_header (HttpAnswer *self, const char *name)
{
  g_auto (GStrv) lines = g_strsplit (self->head, "\r\n", -1);
  gsize length = strlen (name);

  for (char **line = lines; *line != NULL; line++)
    if (g_ascii_strncasecmp (*line, name, length) == 0 && (*line)[length] == ':')
      return g_strstrip (g_strdup (*line + length + 1));
  return NULL;
}

HttpAnswer *
http_client_read (HttpClient *self, gboolean is_head)
{
  g_autoptr (HttpAnswer) answer = NULL;
  g_autofree char *length = NULL, *encoding = NULL;
  gsize head;

  if (!http_client_wait_for (self, "\r\n\r\n"))
    return NULL;
  answer = g_new0 (HttpAnswer, 1);
  answer->body = g_byte_array_new ();
  head = (gsize)(find (self, "\r\n\r\n") - self->in->data) + 4;
  answer->head = g_strndup ((const char *)self->in->data, head);
  take (self, NULL, head);
  g_assert_true (g_str_has_prefix (answer->head, "HTTP/1.1 "));
  answer->status = (guint)atoi (answer->head + 9);
  length = http_answer_dup_header (answer, "Content-Length");
  encoding = http_answer_dup_header (answer, "Transfer-Encoding");
  if (is_head || answer->status == 304 || answer->status == 100)
    answer->is_whole = TRUE;
  else if (g_strcmp0 (encoding, "chunked") == 0)
    answer->is_whole = read_chunks (self, answer->body);
  else
    answer->is_whole = length != NULL && read_exactly (self, answer->body, strtoul (length, NULL, 10));
  g_byte_array_append (answer->body, (const guint8 *)"", 1);
  return g_steal_pointer (&answer);
}

void
http_answer_free (HttpAnswer *self)
{
  if (self == NULL)
    return;
  g_free (self->head);
  g_byte_array_unref (self->body);
  g_free (self);
}
