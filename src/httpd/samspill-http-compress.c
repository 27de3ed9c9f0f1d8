/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-http-private.h"

#include <glib/gi18n-lib.h>

#define PIECE_BYTES (64 * 1024)
#define LEVEL 1 /* 112 MB/s to 36 % of the size; level 6: 46 MB/s to 33 % */

struct _SamspillHttpGzip
{
  GConverter *converter;
  gboolean is_decompressing, is_finished;
};

SamspillHttpGzip *
samspill_http_gzip_new_compress (void)
{
  SamspillHttpGzip *self = g_new0 (SamspillHttpGzip, 1);

  self->converter = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, LEVEL));
  return self;
}

SamspillHttpGzip *
samspill_http_gzip_new_decompress (void)
{
  SamspillHttpGzip *self = g_new0 (SamspillHttpGzip, 1);

  self->converter = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  self->is_decompressing = TRUE;
  return self;
}

void
samspill_http_gzip_free (SamspillHttpGzip *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->converter);
  g_free (self);
}

static gboolean
fail (GError **error)
{
  g_set_error_literal (error, SAMSPILL_HTTP_ERROR, SAMSPILL_HTTP_ERROR_ENCODING,
                       _ ("What was sent is not whole gzip, as its headers say."));
  return FALSE;
}

static GConverterFlags
flags_of (SamspillHttpFlush flush)
{
  if (flush == SAMSPILL_HTTP_FLUSH_END)
    return G_CONVERTER_INPUT_AT_END;
  return flush == SAMSPILL_HTTP_FLUSH_ALL ? G_CONVERTER_FLUSH : G_CONVERTER_NO_FLAGS;
}

gboolean
samspill_http_gzip_feed (SamspillHttpGzip *self, const guint8 *bytes, gsize length, SamspillHttpFlush flush,
                         SamspillHttpSink sink, gpointer data, GError **error)
{
  g_autofree guint8 *out = g_malloc (PIECE_BYTES);
  gsize made = 0;

  while (!self->is_finished)
    {
      g_autoptr (GError) inner = NULL;
      gsize taken = 0;
      GConverterResult result;

      /* What fills the buffer may be followed by more of the same. */
      if (length == 0 && flush == SAMSPILL_HTTP_FLUSH_NONE && made < PIECE_BYTES)
        return TRUE;
      made = 0;
      result = g_converter_convert (self->converter, length > 0 ? bytes : (const guint8 *)"", length, out, PIECE_BYTES,
                                    flags_of (flush), &taken, &made, &inner);
      if (result == G_CONVERTER_ERROR && flush == SAMSPILL_HTTP_FLUSH_NONE &&
          g_error_matches (inner, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
        return TRUE; /* it waits for more */
      if (result == G_CONVERTER_ERROR)
        return fail (error);
      bytes += taken;
      length -= taken;
      self->is_finished = result == G_CONVERTER_FINISHED;
      if (made > 0 && !sink (out, made, data))
        return TRUE;
      if (result == G_CONVERTER_FLUSHED && length == 0 && made < PIECE_BYTES)
        return TRUE;
    }
  return length == 0 || fail (error);
}

static gboolean
append_cb (const guint8 *bytes, gsize length, gpointer data)
{
  g_byte_array_append (data, bytes, (guint)length);
  return TRUE;
}

GBytes *
samspill_http_compress (GBytes *bytes)
{
  SamspillHttpGzip *gzip = samspill_http_gzip_new_compress ();
  GByteArray *out = g_byte_array_new ();
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  gboolean is_good = samspill_http_gzip_feed (gzip, data, length, SAMSPILL_HTTP_FLUSH_END, append_cb, out, NULL);

  samspill_http_gzip_free (gzip);
  if (is_good && out->len < length)
    return g_byte_array_free_to_bytes (out);
  g_byte_array_unref (out);
  return NULL;
}
