/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-http-server.h"

#include <microhttpd.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* Who may call what: libmicrohttpd calls the access handler, the content reader and the notifications of one connection from one
 * thread of its pool. Answers and wakes come from any thread. A request's lock guards what both sides touch; a connection is suspended
 * and resumed under it and nowhere else, so an answer that comes before the handler has returned is never lost. Order of locks: request,
 * then watch. No function of a user is called with a lock held. */

/* --- gzip (samspill-http-compress.c) --- */
typedef struct _SamspillHttpGzip SamspillHttpGzip;
SamspillHttpGzip *samspill_http_gzip_new_compress   (void);
SamspillHttpGzip *samspill_http_gzip_new_decompress (void);
/* Feeds bytes; what comes out is given to `sink` in pieces of at most 64 KiB; FALSE from it stops without an error. `flush`: all that can be
 * known by now comes out; `end`: the last call. Compressed bytes that end too early, or go on after their end: ENCODING. */
typedef gboolean (*SamspillHttpSink) (const guint8 *bytes, gsize length, gpointer data);
typedef enum { SAMSPILL_HTTP_FLUSH_NONE, SAMSPILL_HTTP_FLUSH_ALL, SAMSPILL_HTTP_FLUSH_END } SamspillHttpFlush;
gboolean          samspill_http_gzip_feed (SamspillHttpGzip *self, const guint8 *bytes, gsize length, SamspillHttpFlush flush, SamspillHttpSink sink, gpointer data, GError **error);
void              samspill_http_gzip_free (SamspillHttpGzip *self);
GBytes           *samspill_http_compress  (GBytes *bytes); /* NULL: it does not get smaller */

/* --- one TCP connection (samspill-http-watch.c) --- */
typedef enum
{
  SAMSPILL_HTTP_PHASE_IDLE,    /* no request line yet */
  SAMSPILL_HTTP_PHASE_HEADERS,
  SAMSPILL_HTTP_PHASE_BODY,
  SAMSPILL_HTTP_PHASE_OURS,    /* the client waits for us: no bound */
  SAMSPILL_HTTP_PHASE_SENDING,
} SamspillHttpPhase;

typedef struct
{
  GList link;
  int fd;
  _Atomic int phase;
  _Atomic gint64 since_us;  /* when the phase began */
  _Atomic guint64 received; /* bytes of the body in this phase */
  gboolean is_refused;      /* answered before its body was read */
  gint64 sending_since_us;  /* the watch's own: which answer `acknowledged` belongs to */
  guint64 acknowledged;
  gboolean was_at_end;      /* the watch's own, too: the client sends no more, and how far it was */
  gint64 end_since_us;
  guint64 end_received;
} SamspillHttpConnection;

void samspill_http_connection_set_phase (SamspillHttpConnection *self, SamspillHttpPhase phase);
void samspill_http_connection_cut       (SamspillHttpConnection *self);

/* --- who is suspended, and who is too slow (samspill-http-watch.c) --- */
typedef struct _SamspillHttpWatch SamspillHttpWatch;
typedef void (*SamspillHttpTick) (gpointer data); /* in the watch's thread */
SamspillHttpWatch *samspill_http_watch_new    (guint idle_seconds, SamspillHttpTick tick, gpointer data, GError **error);
void               samspill_http_watch_free   (SamspillHttpWatch *self);
void               samspill_http_watch_add_connection    (SamspillHttpWatch *self, SamspillHttpConnection *connection);
void               samspill_http_watch_remove_connection (SamspillHttpWatch *self, SamspillHttpConnection *connection);
/* Of a request that is suspended now; with its lock held. FALSE: the server stops, it must not be suspended. */
gboolean           samspill_http_watch_add    (SamspillHttpWatch *self, SamspillHttpRequest *request);
void               samspill_http_watch_remove (SamspillHttpWatch *self, SamspillHttpRequest *request);
/* All that are suspended: their cancellables. */
void               samspill_http_watch_cancel (SamspillHttpWatch *self);
/* Ends all that are suspended, and none is from now on. */
void               samspill_http_watch_stop   (SamspillHttpWatch *self);

/* --- the server (samspill-http-server.c) --- */
struct _SamspillHttpServer
{
  gatomicrefcount ref_count;
  char *host, *certificate, *key;
  guint16 port;
  SamspillHttpOptions options;
  SamspillHttpHandler handler;
  gpointer data;
  SamspillHttpWatch *watch;
  _Atomic gboolean is_draining;
  _Atomic guint active; /* requests that are not done */

  GMutex lock; /* what follows */
  int listener;
  struct MHD_Daemon *daemon;
  GArray *old; /* (element-type SamspillHttpOld): daemons of former certificates whose connections live on */
  char *log;   /* the last that libmicrohttpd said */
};
SamspillHttpServer *samspill_http_server_ref   (SamspillHttpServer *self);
void                samspill_http_server_unref (SamspillHttpServer *self);

/* --- the request (samspill-http-request.c) --- */
typedef enum
{
  SAMSPILL_HTTP_STAGE_HEADERS, /* the body is still to come */
  SAMSPILL_HTTP_STAGE_BODY,
  SAMSPILL_HTTP_STAGE_FULL,
} SamspillHttpStage;

typedef struct
{
  SamspillHttpBodyFunc whole;
  SamspillHttpPieceFunc piece;
  gpointer data;
  guint64 max_bytes, received, decoded;
  guint64 dropped; /* nobody wanted them */
  GByteArray *bytes;
  SamspillHttpGzip *gzip;
  gboolean is_wanted, is_asked;
} SamspillHttpBody;

typedef struct
{
  SamspillHttpPullFunc pull;
  gpointer data;
  GDestroyNotify destroy;
  GString *out;
  gsize position;
  SamspillHttpGzip *gzip;
  gboolean is_gzip, is_paused, is_ended, is_broken;
} SamspillHttpStream;

struct _SamspillHttpRequest
{
  gatomicrefcount ref_count;
  SamspillHttpServer *server;
  SamspillHttpConnection *record;
  guint64 serial;
  gint64 begun_us;
  const char *method, *path; /* of libmicrohttpd, while the connection is there */
  char **segments;
  GHashTable *query; /* name → decoded value; NULL: none */
  char *peer;
  gboolean is_loopback, is_head, expects_continue, has_body;
  guint64 content_length; /* MHD_SIZE_UNKNOWN: chunked */
  gpointer data;
  GDestroyNotify destroy_data;
  GString *headers; /* of the answer: name, NUL, value, NUL … */
  char *content_type; /* of an answer in pieces */
  SamspillHttpStage stage;
  SamspillHttpBody body;
  SamspillHttpStream stream;
  guint64 sent;

  GMutex lock; /* what follows */
  struct MHD_Connection *connection; /* NULL: it is over */
  GCancellable *cancellable;
  struct MHD_Response *response;
  guint status;
  gboolean is_answered, is_suspended, is_woken, is_gone, is_aborted;
};

SamspillHttpRequest *samspill_http_request_new (SamspillHttpServer *server, struct MHD_Connection *connection, SamspillHttpConnection *record, const char *url, const char *method);
/* 400 with `reason`, which needs no escapes in JSON: for what never comes to the handler. */
void     samspill_http_request_refuse   (SamspillHttpRequest *self, const char *reason);
/* The segments and the query are read; FALSE: they cannot be, and the request was answered. */
gboolean samspill_http_request_parse    (SamspillHttpRequest *self);
/* With the lock held, in the thread of the connection. FALSE: the server stops. */
gboolean samspill_http_request_suspend  (SamspillHttpRequest *self);
void     samspill_http_request_resume   (SamspillHttpRequest *self);
void     samspill_http_request_cancel   (SamspillHttpRequest *self, gboolean is_gone);
/* A suspended request is resumed to be cut. */
void     samspill_http_request_abort    (SamspillHttpRequest *self);
void     samspill_http_request_let_go   (SamspillHttpRequest *self);
void     samspill_http_request_complete (SamspillHttpRequest *self, gboolean is_whole);

/* --- the body (samspill-http-body.c), in the thread of the connection --- */
gboolean samspill_http_body_feed  (SamspillHttpRequest *request, const guint8 *bytes, gsize length); /* FALSE: cut the connection */
void     samspill_http_body_finish (SamspillHttpRequest *request); /* all has come */
void     samspill_http_body_end   (SamspillHttpRequest *request, SamspillHttpError code); /* the last call of who asked; WHOLE, or why not */
void     samspill_http_body_clear (SamspillHttpBody *self);
#define SAMSPILL_HTTP_BODY_WHOLE ((SamspillHttpError) -1)

/* --- the answer (samspill-http-answer.c) --- */
gboolean samspill_http_answer_queue (SamspillHttpRequest *request); /* in the thread of the connection; FALSE: cut it */
void     samspill_http_stream_clear (SamspillHttpStream *self);

/* --- what libmicrohttpd calls (samspill-http-access.c); data is the server --- */
void            samspill_http_access_connection (void *data, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code);
void           *samspill_http_access_line       (void *data, const char *uri, struct MHD_Connection *connection);
size_t          samspill_http_access_unescape   (void *data, struct MHD_Connection *connection, char *text);
enum MHD_Result samspill_http_access_request    (void *data, struct MHD_Connection *connection, const char *url, const char *method, const char *version, const char *bytes, size_t *length, void **context);
void            samspill_http_access_completed  (void *data, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode code);

/* --- the log (samspill-http-log.c) --- */
char    *samspill_http_log_path (const char *path); /* without anything that could name a person */
void     samspill_http_log      (SamspillHttpRequest *request, gboolean is_whole);

G_END_DECLS
