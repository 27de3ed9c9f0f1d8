/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-remote-private.h"

#define PART_BYTES (64 * 1024)

static gboolean
is_cut (const GError *cause)
{
  return g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT) ||
         g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
         g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_INVALID_DATA) ||
         (cause->domain == SOUP_SESSION_ERROR &&
          (cause->code == SOUP_SESSION_ERROR_PARSING || cause->code == SOUP_SESSION_ERROR_ENCODING));
}

void
samspill_remote_translate_error (GError *cause, gboolean reading, GError **error)
{
  if (cause->domain == SAMSPILL_SYNC_ERROR || g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, cause);
      return;
    }
  if (cause->domain == G_TLS_ERROR)
    g_set_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_TLS,
                 _ ("The connection is not safe: the server could not show who it is (%s). Nothing was sent. Ask those "
                    "who run the server."),
                 cause->message);
  else if (is_cut (cause) || reading)
    g_set_error_literal (
        error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL,
        _ ("The answer of the server was cut in the middle. Nothing is lost; try again, and tell those who run the "
           "server if it comes back."));
  else
    g_set_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_OFFLINE,
                 _ ("The server cannot be reached (%s). What you wrote is kept here, and goes when there is a "
                    "connection again."),
                 cause->message);
  g_error_free (cause);
}

GInputStream *
samspill_remote_unpack (SoupMessage *message, GInputStream *stream, GError **error)
{
  const char *encoding = soup_message_headers_get_one (soup_message_get_response_headers (message), "Content-Encoding");

  if (encoding == NULL || g_ascii_strcasecmp (encoding, "identity") == 0)
    return g_object_ref (stream);
  if (g_ascii_strcasecmp (encoding, "gzip") == 0 || g_ascii_strcasecmp (encoding, "x-gzip") == 0)
    {
      g_autoptr (GZlibDecompressor) unpacker = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
      return g_converter_input_stream_new (stream, G_CONVERTER (unpacker));
    }
  g_set_error_literal (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL,
                       _ ("The server packed its answer in a way that was not asked for. Tell those who run it."));
  return NULL;
}

/* The room that the answer says it needs, within reason: it may lie. */
static gsize
first_room (SoupMessage *message, gsize most)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);

  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH ||
      soup_message_headers_get_one (headers, "Content-Encoding") != NULL)
    return PART_BYTES;

  goffset said = soup_message_headers_get_content_length (headers);
  return (gsize)CLAMP (said + 1, 4096, (goffset)MIN (most + 1, 16 * 1024 * 1024));
}

/* libsoup takes a connection that closes early for the end of the body. What is packed says itself where it ends. */
static gboolean
is_short (SoupMessage *message, gsize length)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);

  return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
         soup_message_headers_get_one (headers, "Content-Encoding") == NULL &&
         (goffset)length != soup_message_headers_get_content_length (headers);
}

GBytes *
samspill_remote_read_body (SoupMessage *message, GInputStream *stream, gsize most, GCancellable *cancellable,
                           GError **error)
{
  GError *cause = NULL;
  g_autoptr (GInputStream) plain = samspill_remote_unpack (message, stream, error);

  if (plain == NULL)
    return NULL;

  gsize size = first_room (message, most), length = 0;
  g_autofree char *buffer = g_malloc (size);
  for (;;)
    {
      if (size - length < 1024)
        buffer = g_realloc (buffer, size *= 2);

      gssize n = g_input_stream_read (plain, buffer + length, size - length, cancellable, &cause);
      if (n < 0)
        {
          samspill_remote_translate_error (cause, TRUE, error);
          return NULL;
        }
      if (n == 0)
        break;
      length += (gsize)n;
      if (length > most)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                               _ ("The answer of the server is larger than what can be read at once."));
          return NULL;
        }
    }
  if (is_short (message, length))
    {
      samspill_remote_translate_error (g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, ""), TRUE, error);
      return NULL;
    }
  if (size - length > length / 4)
    buffer = g_realloc (buffer, length + 1);
  return g_bytes_new_take (g_steal_pointer (&buffer), length);
}

GBytes *
samspill_remote_pack (GBytes *bytes)
{
  g_autoptr (GZlibCompressor) packer = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1);

  return g_converter_convert_bytes (G_CONVERTER (packer), bytes, NULL);
}

gint64
samspill_remote_retry_after (SoupMessage *message)
{
  const char *value = soup_message_headers_get_one (soup_message_get_response_headers (message), "Retry-After");
  guint64 seconds;

  if (value == NULL)
    return -1;
  if (g_ascii_string_to_unsigned (value, 10, 0, 24 * 3600, &seconds, NULL))
    return (gint64)seconds;

  g_autoptr (GDateTime) when = soup_date_time_new_from_http_string (value);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  return when != NULL ? MAX (0, g_date_time_difference (when, now) / G_USEC_PER_SEC) : -1;
}
