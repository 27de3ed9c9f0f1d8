/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-http-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define FIRST_BYTES (1024 * 1024) /* a length that the client only says is believed this far */

void
samspill_http_body_clear (SamspillHttpBody *self)
{
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  g_clear_pointer (&self->gzip, samspill_http_gzip_free);
}

static GError *
make_error (SamspillHttpRequest *request, SamspillHttpError code)
{
  g_autofree char *size = NULL;

  switch (code)
    {
    case SAMSPILL_HTTP_ERROR_TOO_LARGE:
      size = g_format_size (request->body.max_bytes);
      return g_error_new (SAMSPILL_HTTP_ERROR, code, _ ("More than %s was sent, which is the most that is taken."),
                          size);
    case SAMSPILL_HTTP_ERROR_ENCODING:
      return g_error_new_literal (SAMSPILL_HTTP_ERROR, code,
                                  _ ("What was sent is not encoded as its headers say. Known is gzip."));
    default:
      return g_error_new_literal (SAMSPILL_HTTP_ERROR, code, _ ("The client went away before it had sent all."));
    }
}

/* The one last call. */
void
samspill_http_body_end (SamspillHttpRequest *request, SamspillHttpError code)
{
  SamspillHttpBody *self = &request->body;
  g_autoptr (GError) error = code == SAMSPILL_HTTP_BODY_WHOLE ? NULL : make_error (request, code);
  g_autoptr (GBytes) bytes = NULL;

  if (!self->is_wanted)
    return;
  self->is_wanted = FALSE;
  g_clear_pointer (&self->gzip, samspill_http_gzip_free);
  if (self->whole == NULL)
    {
      self->piece (request, NULL, 0, error, self->data);
      return;
    }
  if (self->bytes != NULL && error == NULL)
    bytes = g_byte_array_free_to_bytes (g_steal_pointer (&self->bytes));
  else if (error == NULL)
    bytes = g_bytes_new_static ("", 0);
  g_clear_pointer (&self->bytes, g_byte_array_unref);
  self->whole (request, bytes, error, self->data);
}

/* Decoded bytes for the one who asked. */
static gboolean
take_cb (const guint8 *bytes, gsize length, gpointer data)
{
  SamspillHttpRequest *request = data;
  SamspillHttpBody *self = &request->body;

  self->decoded += length;
  if (self->decoded > self->max_bytes)
    {
      samspill_http_body_end (request, SAMSPILL_HTTP_ERROR_TOO_LARGE);
      return FALSE;
    }
  if (self->whole == NULL)
    {
      self->is_wanted = self->piece (request, bytes, length, NULL, self->data);
      return self->is_wanted;
    }
  if (self->bytes == NULL)
    self->bytes = g_byte_array_sized_new (
        (guint)(request->content_length <= self->max_bytes ? MIN (request->content_length, FIRST_BYTES) : length));
  g_byte_array_append (self->bytes, bytes, (guint)length);
  return TRUE;
}

/* The gzip reader is in use while take_cb runs: it is let go only afterwards. */
static void
take_gzip (SamspillHttpRequest *request, const guint8 *bytes, gsize length, SamspillHttpFlush flush)
{
  SamspillHttpBody *self = &request->body;
  SamspillHttpGzip *gzip = g_steal_pointer (&self->gzip);
  g_autoptr (GError) error = NULL;

  if (!samspill_http_gzip_feed (gzip, bytes, length, flush, take_cb, request, &error))
    samspill_http_body_end (request, SAMSPILL_HTTP_ERROR_ENCODING);
  if (self->is_wanted)
    self->gzip = gzip;
  else
    samspill_http_gzip_free (gzip);
}

/* What nobody wants is read as far as it must, so that the answer can be heard and the connection used again. */
static gboolean
drop (SamspillHttpRequest *request, gsize length)
{
  SamspillHttpBody *self = &request->body;

  self->dropped += length;
  return self->dropped <= MAX (request->server->options.max_unread_bytes, self->is_asked ? self->max_bytes : 0);
}

gboolean
samspill_http_body_feed (SamspillHttpRequest *request, const guint8 *bytes, gsize length)
{
  SamspillHttpBody *self = &request->body;

  atomic_fetch_add_explicit (&request->record->received, length, memory_order_relaxed);
  if (!self->is_wanted)
    return drop (request, length);
  self->received += length;
  if (self->received > self->max_bytes)
    samspill_http_body_end (request, SAMSPILL_HTTP_ERROR_TOO_LARGE);
  else if (self->gzip != NULL)
    take_gzip (request, bytes, length, SAMSPILL_HTTP_FLUSH_NONE);
  else
    take_cb (bytes, length, request);
  return TRUE;
}

/* All has come. */
void
samspill_http_body_finish (SamspillHttpRequest *request)
{
  if (request->body.is_wanted && request->body.gzip != NULL && request->body.received > 0)
    take_gzip (request, NULL, 0, SAMSPILL_HTTP_FLUSH_END);
  samspill_http_body_end (request, SAMSPILL_HTTP_BODY_WHOLE);
}

static void
begin (SamspillHttpRequest *self, guint64 max_bytes, gpointer data)
{
  const char *encoding = samspill_http_request_get_header (self, "Content-Encoding");
  gboolean is_gzip =
      encoding != NULL && (g_ascii_strcasecmp (encoding, "gzip") == 0 || g_ascii_strcasecmp (encoding, "x-gzip") == 0);
  gboolean is_known =
      encoding == NULL || is_gzip || *encoding == '\0' || g_ascii_strcasecmp (encoding, "identity") == 0;

  self->body.max_bytes = max_bytes;
  self->body.data = data;
  self->body.is_wanted = self->body.is_asked = TRUE;
  if (!is_known)
    samspill_http_body_end (self, SAMSPILL_HTTP_ERROR_ENCODING);
  else if (self->has_body && self->content_length != MHD_SIZE_UNKNOWN && self->content_length > max_bytes)
    samspill_http_body_end (self, SAMSPILL_HTTP_ERROR_TOO_LARGE);
  else if (!self->has_body)
    samspill_http_body_end (self, SAMSPILL_HTTP_BODY_WHOLE);
  else
    {
      if (is_gzip)
        self->body.gzip = samspill_http_gzip_new_decompress ();
      /* Where the handler took its time the connection waits. */
      g_mutex_lock (&self->lock);
      samspill_http_request_resume (self);
      g_mutex_unlock (&self->lock);
    }
}

/**
 * samspill_http_request_read_body:
 * @self: a request that is not answered, whose body nobody asked for yet
 * @max_bytes: the most of both forms, as sent and with gzip undone
 * @func: called once with all of it, or with an error: TOO_LARGE, ENCODING, CLOSED
 * @data: for @func
 *
 * @func is called in the thread of the connection; at once and in this one where nothing has to be waited for: no body,
 * or one that says that it is too large. It answers the request, then or later.
 */
void
samspill_http_request_read_body (SamspillHttpRequest *self, gsize max_bytes, SamspillHttpBodyFunc func, gpointer data)
{
  g_return_if_fail (!self->body.is_asked);

  self->body.whole = func;
  begin (self, MIN (max_bytes, G_MAXUINT - FIRST_BYTES), data);
}

/**
 * samspill_http_request_stream_body:
 * @self: a request that is not answered, whose body nobody asked for yet
 * @max_bytes: the most of both forms, as sent and with gzip undone
 * @func: called with each piece, then once with NULL bytes: the end, or an error: TOO_LARGE, ENCODING, CLOSED. FALSE
 *   from it: no more is wanted, and it is not called again
 * @data: for @func
 *
 * As samspill_http_request_read_body(), without keeping more than a piece. While @func runs nothing else of the
 * connections that share its thread goes on: it may write to a file, but not wait for another request.
 */
void
samspill_http_request_stream_body (SamspillHttpRequest *self, guint64 max_bytes, SamspillHttpPieceFunc func,
                                   gpointer data)
{
  g_return_if_fail (!self->body.is_asked);

  self->body.piece = func;
  begin (self, max_bytes, data);
}
