/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-http-private.h"

#include <string.h>
#include <unistd.h>

#define COMPRESS_FROM_BYTES 8192
/* Of the buffer that each answer in pieces has for clients of HTTP/1.0; chunks go through that of the connection.
 * Counts in full for a long poll. */
#define BLOCK_BYTES 1024
#define KEPT_OUT_BYTES 4096

void
samspill_http_stream_clear (SamspillHttpStream *self)
{
  GDestroyNotify destroy = self->destroy;

  self->destroy = NULL;
  if (destroy != NULL)
    destroy (self->data);
  if (self->out != NULL)
    g_string_free (g_steal_pointer (&self->out), TRUE);
  g_clear_pointer (&self->gzip, samspill_http_gzip_free);
  self->pull = NULL;
}

/**
 * samspill_http_request_add_header:
 * @self: a request that is not answered
 * @name: of the header, ASCII
 * @value: no line break
 *
 * Adds a header to the answer; several of one name are sent as several.
 */
void
samspill_http_request_add_header (SamspillHttpRequest *self, const char *name, const char *value)
{
  g_return_if_fail (name != NULL && value != NULL);

  if (strpbrk (value, "\r\n") != NULL)
    return;
  if (self->headers == NULL)
    self->headers = g_string_new (NULL);
  g_string_append_len (self->headers, name, (gssize)strlen (name) + 1);
  g_string_append_len (self->headers, value, (gssize)strlen (value) + 1);
}

static const char *
find_header (SamspillHttpRequest *self, const char *name)
{
  gsize length = self->headers != NULL ? self->headers->len : 0;

  for (gsize at = 0; at < length;)
    {
      const char *header = self->headers->str + at, *value = header + strlen (header) + 1;

      if (g_ascii_strcasecmp (header, name) == 0)
        return value;
      at = (gsize)(value - self->headers->str) + strlen (value) + 1;
    }
  return NULL;
}

static void
add_headers (SamspillHttpRequest *self, struct MHD_Response *response, const char *content_type, gboolean is_gzip)
{
  gsize length = self->headers != NULL ? self->headers->len : 0;

  MHD_add_response_header (response, MHD_HTTP_HEADER_SERVER, "Samspill");
  if (content_type != NULL)
    MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
  if (is_gzip)
    {
      MHD_add_response_header (response, MHD_HTTP_HEADER_CONTENT_ENCODING, "gzip");
      MHD_add_response_header (response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ACCEPT_ENCODING);
    }
  for (gsize at = 0; at < length;)
    {
      const char *name = self->headers->str + at, *value = name + strlen (name) + 1;

      MHD_add_response_header (response, name, value);
      at = (gsize)(value - self->headers->str) + strlen (value) + 1;
    }
  if (atomic_load (&self->server->is_draining))
    MHD_add_response_header (response, MHD_HTTP_HEADER_CONNECTION, "close");
}

/* "gzip", "gzip;q=0.5", "*"; not "gzip;q=0". */
static gboolean
takes_gzip (const char *accept)
{
  g_auto (GStrv) codings = g_strsplit (accept, ",", 32);

  for (char **coding = codings; *coding != NULL; coding++)
    {
      char *parameter = strchr (*coding, ';'), *quality = parameter != NULL ? strstr (parameter, "q=") : NULL;

      if (parameter != NULL)
        *parameter = '\0';
      g_strstrip (*coding);
      if (g_ascii_strcasecmp (*coding, "gzip") == 0 || strcmp (*coding, "*") == 0)
        return quality == NULL || g_ascii_strtod (quality + 2, NULL) > 0;
    }
  return FALSE;
}

/* On loopback bytes cost less than the work; but a proxy on this computer passes them on. */
static gboolean
is_near (SamspillHttpRequest *self)
{
  (void)samspill_http_request_get_peer (self);
  return self->is_loopback && samspill_http_request_get_header (self, "X-Forwarded-For") == NULL &&
         samspill_http_request_get_header (self, "Forwarded") == NULL &&
         samspill_http_request_get_header (self, "Via") == NULL;
}

static gboolean
should_compress (SamspillHttpRequest *self, const char *content_type, guint64 length)
{
  const char *accept;

  if (!self->server->options.compress || length < COMPRESS_FROM_BYTES || content_type == NULL || self->is_head ||
      !(g_str_has_prefix (content_type, "application/json") || g_str_has_prefix (content_type, "text/")))
    return FALSE;
  accept = samspill_http_request_get_header (self, MHD_HTTP_HEADER_ACCEPT_ENCODING);
  return accept != NULL && takes_gzip (accept) && find_header (self, MHD_HTTP_HEADER_CONTENT_ENCODING) == NULL &&
         !is_near (self);
}

/* Gives the answer to the connection, which may wait for it, still be in the handler, or be gone. The handler's own
 * reference, if it has none, ends here. */
static void
give (SamspillHttpRequest *self, guint status, struct MHD_Response *response)
{
  gboolean is_over;

  g_mutex_lock (&self->lock);
  if (self->is_answered)
    {
      g_mutex_unlock (&self->lock);
      g_critical ("http: a request was answered twice");
      if (response != NULL)
        MHD_destroy_response (response);
      return;
    }
  self->is_answered = TRUE;
  self->status = status;
  self->response = response;
  is_over = self->connection == NULL;
  if (!is_over)
    samspill_http_request_resume (self);
  g_mutex_unlock (&self->lock);
  if (is_over)
    samspill_http_request_let_go (self);
  samspill_http_request_unref (self);
}

static void
unref_bytes_cb (void *data)
{
  g_bytes_unref (data);
}

/**
 * samspill_http_request_respond:
 * @self: a request that is not answered
 * @status: of HTTP
 * @content_type: (nullable): of @body
 * @body: (nullable): not copied
 *
 * Answers, from any thread. Where the client is gone nothing happens.
 */
void
samspill_http_request_respond (SamspillHttpRequest *self, guint status, const char *content_type, GBytes *body)
{
  gsize length = body != NULL ? g_bytes_get_size (body) : 0;
  g_autoptr (GBytes) compressed = should_compress (self, content_type, length) ? samspill_http_compress (body) : NULL;
  struct MHD_Response *response;

  if (compressed != NULL)
    {
      body = compressed;
      length = g_bytes_get_size (body);
    }
  if (length == 0)
    response = MHD_create_response_empty (MHD_RF_NONE);
  else
    response = MHD_create_response_from_buffer_with_free_callback_cls (length, g_bytes_get_data (body, NULL),
                                                                       unref_bytes_cb, g_bytes_ref (body));
  add_headers (self, response, content_type, compressed != NULL);
  self->sent = self->is_head ? 0 : length;
  give (self, status, response);
}

/**
 * samspill_http_request_respond_file:
 * @self: a request that is not answered
 * @status: of HTTP
 * @content_type: (nullable): of the file
 * @fd: an open regular file; taken
 * @offset: where to begin
 * @length: how much; the file has it
 *
 * Answers with a part of a file, which is never in memory as a whole.
 */
void
samspill_http_request_respond_file (SamspillHttpRequest *self, guint status, const char *content_type, int fd,
                                    guint64 offset, guint64 length)
{
  struct MHD_Response *response = NULL;

  if (length > 0)
    response = MHD_create_response_from_fd_at_offset64 (length, fd, offset);
  if (response == NULL)
    {
      response = MHD_create_response_empty (MHD_RF_NONE);
      close (fd);
    }
  add_headers (self, response, content_type, FALSE);
  self->sent = self->is_head ? 0 : length;
  give (self, status, response);
}

/* --- in pieces --- */

static gboolean
append_cb (const guint8 *bytes, gsize length, gpointer data)
{
  g_string_append_len (data, (const char *)bytes, (gssize)length);
  return TRUE;
}

/* Asks for more; no lock is held, for a pull may wake or cancel. */
static void
fill (SamspillHttpRequest *request)
{
  SamspillHttpStream *self = &request->stream;
  SamspillHttpFlush flush = SAMSPILL_HTTP_FLUSH_NONE;
  g_autoptr (GString) plain = self->gzip != NULL ? g_string_new (NULL) : NULL;
  SamspillHttpPull result = self->pull (request, plain != NULL ? plain : self->out, self->data);

  self->is_paused = result == SAMSPILL_HTTP_PAUSE;
  self->is_ended = result == SAMSPILL_HTTP_END;
  self->is_broken = result == SAMSPILL_HTTP_ABORT;
  if (plain == NULL || self->is_broken)
    return;
  if (self->is_ended)
    flush = SAMSPILL_HTTP_FLUSH_END;
  else if (self->is_paused)
    flush = SAMSPILL_HTTP_FLUSH_ALL;
  if ((plain->len > 0 || self->is_ended) &&
      !samspill_http_gzip_feed (self->gzip, (const guint8 *)plain->str, plain->len, flush, append_cb, self->out, NULL))
    self->is_broken = TRUE;
}

static gssize
take_out (SamspillHttpRequest *request, char *buffer, gsize max)
{
  SamspillHttpStream *self = &request->stream;
  gsize n = MIN (self->out->len - self->position, max);

  memcpy (buffer, self->out->str + self->position, n);
  self->position += n;
  request->sent += n;
  if (self->position < self->out->len)
    return (gssize)n;
  self->position = 0;
  if (self->out->allocated_len > KEPT_OUT_BYTES) /* a long poll should not keep what a large batch once took */
    {
      g_string_free (self->out, TRUE);
      self->out = g_string_new (NULL);
    }
  else
    g_string_truncate (self->out, 0);
  return (gssize)n;
}

/* TRUE: there may be more by now. FALSE: the connection waits for a wake. */
static gboolean
wait_for_more (SamspillHttpRequest *request)
{
  gboolean is_more;

  g_mutex_lock (&request->lock);
  is_more = request->is_woken || request->is_aborted || !samspill_http_request_suspend (request);
  g_mutex_unlock (&request->lock);
  return is_more;
}

static gboolean
is_aborted (SamspillHttpRequest *request)
{
  gboolean result;

  g_mutex_lock (&request->lock);
  result = request->is_aborted;
  request->is_woken = FALSE;
  g_mutex_unlock (&request->lock);
  return result;
}

static ssize_t
read_stream_cb (void *data, uint64_t position, char *buffer, size_t max)
{
  SamspillHttpRequest *request = data;
  SamspillHttpStream *self = &request->stream;

  for (;;)
    {
      if (self->out->len > self->position)
        return take_out (request, buffer, max);
      if (self->is_ended)
        return MHD_CONTENT_READER_END_OF_STREAM;
      if (!self->is_broken && self->is_paused && !wait_for_more (request))
        return 0;
      if (self->is_broken || is_aborted (request))
        {
          samspill_http_connection_cut (request->record);
          return MHD_CONTENT_READER_END_WITH_ERROR;
        }
      samspill_http_connection_set_phase (request->record, SAMSPILL_HTTP_PHASE_SENDING);
      fill (request);
    }
}

static void
unref_request_cb (void *data)
{
  samspill_http_request_unref (data);
}

/**
 * samspill_http_request_respond_stream:
 * @self: a request that is not answered
 * @status: of HTTP
 * @content_type: (nullable): of what @pull gives
 * @pull: asked for more in the thread of the connection
 * @data: for @pull
 * @destroy: (nullable): for @data, when the answer is sent or the client is gone
 *
 * Answers in pieces. @pull is not asked before the last piece is on its way, so a slow client holds little memory.
 */
void
samspill_http_request_respond_stream (SamspillHttpRequest *self, guint status, const char *content_type,
                                      SamspillHttpPullFunc pull, gpointer data, GDestroyNotify destroy)
{
  g_return_if_fail (self->stream.pull == NULL);

  self->stream.pull = pull;
  self->stream.data = data;
  self->stream.destroy = destroy;
  self->stream.out = g_string_new (NULL);
  self->content_type = g_strdup (content_type);
  if (should_compress (self, content_type, G_MAXUINT64))
    self->stream.gzip = samspill_http_gzip_new_compress ();
  give (self, status, NULL);
}

/**
 * samspill_http_request_wake:
 * @self: (transfer none): a request that the caller holds
 *
 * There is more: the pull function of an answer in pieces is asked again. A wake that comes before the pause is not
 * lost; several may become one.
 */
void
samspill_http_request_wake (SamspillHttpRequest *self)
{
  g_mutex_lock (&self->lock);
  self->is_woken = TRUE;
  if (self->is_answered)
    samspill_http_request_resume (self);
  g_mutex_unlock (&self->lock);
}

gboolean
samspill_http_answer_queue (SamspillHttpRequest *request)
{
  struct MHD_Response *response;
  gboolean is_good;

  g_mutex_lock (&request->lock);
  response = g_steal_pointer (&request->response);
  g_mutex_unlock (&request->lock);
  if (response == NULL)
    {
      response = MHD_create_response_from_callback (MHD_SIZE_UNKNOWN, BLOCK_BYTES, read_stream_cb,
                                                    samspill_http_request_ref (request), unref_request_cb);
      add_headers (request, response, request->content_type, request->stream.gzip != NULL);
    }
  samspill_http_connection_set_phase (request->record, SAMSPILL_HTTP_PHASE_SENDING);
  is_good = MHD_queue_response (request->connection, request->status, response) == MHD_YES;
  MHD_destroy_response (response);
  return is_good;
}
