/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The one place that knows libmicrohttpd. A server answers with a handler; a request is answered once, at once or later, from any
 * thread. Errors: SAMSPILL_HTTP_ERROR. */
#define SAMSPILL_HTTP_ERROR (samspill_http_error_quark ())
GQuark samspill_http_error_quark (void);
typedef enum
{
  SAMSPILL_HTTP_ERROR_FAILED,
  SAMSPILL_HTTP_ERROR_ADDRESS,     /* cannot listen there */
  SAMSPILL_HTTP_ERROR_CERTIFICATE,
  SAMSPILL_HTTP_ERROR_TOO_LARGE,   /* of a body: 413 */
  SAMSPILL_HTTP_ERROR_CLOSED,      /* the client went away */
  SAMSPILL_HTTP_ERROR_ENCODING,    /* bad or unknown Content-Encoding: 415 / 400 */
} SamspillHttpError;

typedef struct _SamspillHttpServer SamspillHttpServer;
typedef struct _SamspillHttpRequest SamspillHttpRequest;

typedef struct
{
  const char *host;           /* "127.0.0.1", "::", a name */
  guint16 port;               /* 0: a free one */
  guint threads;              /* 0: as many as there are processors, at most 4 */
  const char *certificate, *key; /* PEM files; NULL: no TLS */
  guint max_connections;      /* 0: 12,000; the process's limit on open files is raised for them as far as it may, and bounds them */
  guint max_connections_per_address; /* 0: no bound */
  guint idle_seconds;         /* 0: 75; also what the slow get: headers at most 30 s, a body and an answer this long and 512 bytes a second */
  guint64 max_unread_bytes;   /* a body that nobody wants is read and dropped up to here, else the answer goes out at once and the connection is closed; 0: 1 MiB */
  gboolean compress;          /* gzip level 1 for JSON and text over 8 KiB when the client takes it and is not on loopback (or came through a proxy there) */
  gboolean log;               /* one line a request on stderr: method, path without query and ids cut to their type, status, bytes, ms */
} SamspillHttpOptions;

/* Called in a thread of the server when the headers are here (without a body: when all is here). It must (now or later, from any thread) call
 * one of the respond functions, once; or first one of the body functions. The headers of a request: 16 KiB with the address. While it runs the
 * other connections of its thread wait: what takes long belongs into another thread. */
typedef void (*SamspillHttpHandler) (SamspillHttpRequest *request, gpointer data);

SamspillHttpServer *samspill_http_server_new           (const SamspillHttpOptions *options, SamspillHttpHandler handler, gpointer data, GError **error);
char               *samspill_http_server_dup_address   (SamspillHttpServer *self); /* "http://127.0.0.1:41234" */
gboolean            samspill_http_server_reload        (SamspillHttpServer *self, GError **error); /* certificate and key anew; the old ones stay when it fails */
void                samspill_http_server_drain         (SamspillHttpServer *self, guint seconds);  /* accepts no more, ends long polls, waits for the rest */
void                samspill_http_server_free          (SamspillHttpServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillHttpServer, samspill_http_server_free)

/* The request. It need not be held until it is answered, only after that (for wake). What it says of itself is borrowed, and valid until it is
 * answered; one whose body did not come whole (CLOSED) says nothing any more. */
SamspillHttpRequest *samspill_http_request_ref          (SamspillHttpRequest *self);
void                 samspill_http_request_unref        (SamspillHttpRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillHttpRequest, samspill_http_request_unref)
const char          *samspill_http_request_get_method   (SamspillHttpRequest *self);
const char          *samspill_http_request_get_path     (SamspillHttpRequest *self);    /* as sent, without query */
const char * const  *samspill_http_request_get_segments (SamspillHttpRequest *self);    /* decoded; "/a%2Fb/c" is "a/b", "c"; NULL-terminated; bad escapes or UTF-8 were answered 400 */
const char          *samspill_http_request_get_query    (SamspillHttpRequest *self, const char *name); /* decoded; NULL: not there */
const char          *samspill_http_request_get_header   (SamspillHttpRequest *self, const char *name); /* any case */
const char          *samspill_http_request_get_cookie   (SamspillHttpRequest *self, const char *name);
const char          *samspill_http_request_get_peer     (SamspillHttpRequest *self);    /* address without port: for throttling, not for logs */
gboolean             samspill_http_request_is_secure    (SamspillHttpRequest *self);    /* TLS here */
GCancellable        *samspill_http_request_get_cancellable (SamspillHttpRequest *self); /* cancelled (in another thread) when the client goes away or the server drains: for what reads or waits; a write goes on. Answer all the same */
void                 samspill_http_request_set_data     (SamspillHttpRequest *self, gpointer data, GDestroyNotify destroy); /* of the handler; destroyed when the request is answered and over */
gpointer             samspill_http_request_get_data     (SamspillHttpRequest *self);

/* The body, whole, gzip undone, at most max_bytes (of both forms). Called back once in a thread of the server, or at once in this one (no body; too
 * large by its own word). Error: TOO_LARGE, ENCODING, CLOSED; the request has to be answered all the same. */
typedef void (*SamspillHttpBodyFunc) (SamspillHttpRequest *request, GBytes *body, const GError *error, gpointer data);
void samspill_http_request_read_body   (SamspillHttpRequest *self, gsize max_bytes, SamspillHttpBodyFunc func, gpointer data);
/* The body in pieces as they come (gzip undone); bytes NULL: the end, or error. FALSE from func: no more is wanted. The func blocks the sender (backpressure). */
typedef gboolean (*SamspillHttpPieceFunc) (SamspillHttpRequest *request, const guint8 *bytes, gsize length, const GError *error, gpointer data);
void samspill_http_request_stream_body (SamspillHttpRequest *self, guint64 max_bytes, SamspillHttpPieceFunc func, gpointer data);

/* Headers of the answer, before it. */
void samspill_http_request_add_header  (SamspillHttpRequest *self, const char *name, const char *value);
/* The answer. body NULL: empty. */
void samspill_http_request_respond      (SamspillHttpRequest *self, guint status, const char *content_type, GBytes *body);
void samspill_http_request_respond_file (SamspillHttpRequest *self, guint status, const char *content_type, int fd /* taken */, guint64 offset, guint64 length);
/* An answer in pieces: pull is asked for more in a thread of the server. It appends to `out` and returns MORE; PAUSE: nothing now, ask again after
 * samspill_http_request_wake (from any thread); END: that was all; ABORT: cut the connection, so that the client sees that it is not whole. */
typedef enum { SAMSPILL_HTTP_MORE, SAMSPILL_HTTP_PAUSE, SAMSPILL_HTTP_END, SAMSPILL_HTTP_ABORT } SamspillHttpPull;
typedef SamspillHttpPull (*SamspillHttpPullFunc) (SamspillHttpRequest *request, GString *out, gpointer data);
void samspill_http_request_respond_stream (SamspillHttpRequest *self, guint status, const char *content_type, SamspillHttpPullFunc pull, gpointer data, GDestroyNotify destroy);
void samspill_http_request_wake           (SamspillHttpRequest *self);

G_END_DECLS
