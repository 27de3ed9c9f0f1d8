/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What libmicrohttpd calls: connections that come and go, and requests step by step. */
#include "samspill-http-private.h"

#include <string.h>
#include <sys/socket.h>

#define MAX_DISCARDED_BYTES (1024 * 1024)
#define DISCARD_PIECE (64 * 1024)

/* A request without a body is made when all of it is here: libmicrohttpd ends the connection after an answer that comes
 * before. */
static char without_body;

static SamspillHttpConnection *
get_record (struct MHD_Connection *connection)
{
  return MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* What lies unread when a connection is closed makes the system reset it, and the client may never see the answer that
 * went out before. */
static void
discard_unread (SamspillHttpConnection *record)
{
  g_autofree char *buffer = g_malloc (DISCARD_PIECE);
  gsize sum = 0;
  gssize n;

  while (sum < MAX_DISCARDED_BYTES && (n = recv (record->fd, buffer, DISCARD_PIECE, MSG_DONTWAIT)) > 0)
    sum += (gsize)n;
}

void
samspill_http_access_connection (void *data, struct MHD_Connection *connection, void **context,
                                 enum MHD_ConnectionNotificationCode code)
{
  SamspillHttpServer *self = data;
  SamspillHttpConnection *record = *context;

  if (code == MHD_CONNECTION_NOTIFY_STARTED)
    {
      record = g_new0 (SamspillHttpConnection, 1);
      record->fd = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
      samspill_http_connection_set_phase (record, SAMSPILL_HTTP_PHASE_IDLE);
      samspill_http_watch_add_connection (self->watch, record);
      *context = record;
    }
  else if (record != NULL)
    {
      samspill_http_watch_remove_connection (self->watch, record);
      if (record->is_refused)
        discard_unread (record);
      g_clear_pointer (context, g_free);
    }
}

/* The request line is here. */
void *
samspill_http_access_line (void *data, const char *uri, struct MHD_Connection *connection)
{
  samspill_http_connection_set_phase (get_record (connection), SAMSPILL_HTTP_PHASE_HEADERS);
  return NULL;
}

/* Paths and queries are decoded by us: strictly, and a "%2F" is no "/". */
size_t
samspill_http_access_unescape (void *data, struct MHD_Connection *connection, char *text)
{
  return strlen (text);
}

typedef struct
{
  const char *first;
  gboolean is_ambiguous;
} Lengths;

static enum MHD_Result
compare_lengths_cb (void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
  Lengths *lengths = data;

  if (g_ascii_strcasecmp (name, MHD_HTTP_HEADER_CONTENT_LENGTH) != 0)
    return MHD_YES;
  lengths->is_ambiguous |= value == NULL || strcmp (lengths->first, value) != 0;
  return MHD_YES;
}

/* Two lengths of one body, which libmicrohttpd lets pass: a proxy before us may have believed the other, and what is
 * left over would be somebody's next request. */
static gboolean
has_two_lengths (struct MHD_Connection *connection)
{
  Lengths lengths = { MHD_lookup_connection_value (connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH),
                      FALSE };

  if (lengths.first != NULL)
    MHD_get_connection_values (connection, MHD_HEADER_KIND, compare_lengths_cb, &lengths);
  return lengths.is_ambiguous;
}

static gboolean
read_content_length (struct MHD_Connection *connection, guint64 *length)
{
  const char *text = MHD_lookup_connection_value (connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);

  if (MHD_lookup_connection_value (connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL)
    *length = MHD_SIZE_UNKNOWN;
  else if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64 - 1, length, NULL))
    *length = 0;
  return *length > 0;
}

/* The body is read because somebody wants it; or because the answer is there already and so little is to come that it
 * is cheaper to read it than to end the connection. */
static gboolean
should_read_body (SamspillHttpRequest *request)
{
  if (request->body.is_wanted)
    return TRUE;
  return request->is_answered && !request->expects_continue &&
         (request->content_length == MHD_SIZE_UNKNOWN ||
          request->content_length <= request->server->options.max_unread_bytes);
}

/* Goes on with a request as far as it can. */
static enum MHD_Result
advance (SamspillHttpRequest *request)
{
  enum MHD_Result result = MHD_YES;
  gboolean is_to_be_queued = FALSE, is_to_be_cancelled = FALSE;

  g_mutex_lock (&request->lock);
  if (request->is_aborted)
    result = MHD_NO;
  else if (request->stage == SAMSPILL_HTTP_STAGE_HEADERS && should_read_body (request))
    {
      request->stage = SAMSPILL_HTTP_STAGE_BODY;
      samspill_http_connection_set_phase (request->record, SAMSPILL_HTTP_PHASE_BODY);
    }
  else if (request->is_answered)
    {
      is_to_be_queued = TRUE;
      request->record->is_refused = request->stage == SAMSPILL_HTTP_STAGE_HEADERS;
    }
  else if (!samspill_http_request_suspend (request))
    result = MHD_NO;
  else
    is_to_be_cancelled = atomic_load (&request->server->is_draining);
  g_mutex_unlock (&request->lock);
  if (result == MHD_YES && is_to_be_queued && !samspill_http_answer_queue (request))
    result = MHD_NO;
  if (result == MHD_NO)
    samspill_http_connection_cut (request->record);
  if (is_to_be_cancelled)
    samspill_http_request_cancel (request, FALSE);
  return result;
}

static enum MHD_Result
begin (SamspillHttpServer *self, struct MHD_Connection *connection, const char *url, const char *method, void **context,
       guint64 content_length)
{
  SamspillHttpRequest *request = samspill_http_request_new (self, connection, get_record (connection), url, method);
  const char *expect;

  *context = request;
  samspill_http_connection_set_phase (request->record, SAMSPILL_HTTP_PHASE_OURS);
  request->content_length = content_length;
  request->has_body = content_length > 0;
  request->stage = request->has_body ? SAMSPILL_HTTP_STAGE_HEADERS : SAMSPILL_HTTP_STAGE_FULL;
  if (request->has_body)
    {
      expect = MHD_lookup_connection_value (connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_EXPECT);
      request->expects_continue = expect != NULL && g_ascii_strcasecmp (expect, "100-continue") == 0;
    }
  samspill_http_request_ref (request); /* until it is answered */
  if (has_two_lengths (connection))
    {
      samspill_http_request_add_header (request, MHD_HTTP_HEADER_CONNECTION, "close");
      samspill_http_request_refuse (request, "The body has two lengths.");
    }
  else if (samspill_http_request_parse (request))
    self->handler (request, self->data);
  return advance (request);
}

enum MHD_Result
samspill_http_access_request (void *data, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *bytes, size_t *length, void **context)
{
  SamspillHttpServer *self = data;
  SamspillHttpRequest *request = *context;
  guint64 content_length = 0;

  if (*context == NULL)
    {
      if (read_content_length (connection, &content_length))
        return begin (self, connection, url, method, context, content_length);
      *context = &without_body;
      return MHD_YES;
    }
  if (*context == &without_body)
    return begin (self, connection, url, method, context, 0);
  if (*length > 0)
    {
      gsize n = *length;

      *length = 0;
      if (samspill_http_body_feed (request, (const guint8 *)bytes, n))
        return MHD_YES;
      samspill_http_connection_cut (request->record);
      return MHD_NO;
    }
  if (request->stage == SAMSPILL_HTTP_STAGE_BODY)
    {
      request->stage = SAMSPILL_HTTP_STAGE_FULL;
      samspill_http_connection_set_phase (request->record, SAMSPILL_HTTP_PHASE_OURS);
      samspill_http_body_finish (request);
    }
  return advance (request);
}

void
samspill_http_access_completed (void *data, struct MHD_Connection *connection, void **context,
                                enum MHD_RequestTerminationCode code)
{
  SamspillHttpConnection *record = get_record (connection);

  if (record != NULL)
    samspill_http_connection_set_phase (record, SAMSPILL_HTTP_PHASE_IDLE);
  if (*context != NULL && *context != &without_body)
    samspill_http_request_complete (*context, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
  *context = NULL;
}
