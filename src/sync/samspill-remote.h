/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-peer.h"
#include "samspill-sync-clock.h"

G_BEGIN_DECLS

/**
 * SamspillRemote:
 *
 * One database of a CouchDB server, as an HTTP client sees it. Thread-safe; all calls block and belong on worker threads.
 * It signs in, follows few redirects, waits and tries again where that can help, and bounds what it reads; what the
 * answers mean is for the caller.
 */
typedef struct _SamspillRemote SamspillRemote;

/* INVALID: no address of a database; TLS: not https, and not this computer. */
SamspillRemote *samspill_remote_new          (const char *url, const char *user, const char *password, GError **error);
SamspillRemote *samspill_remote_ref          (SamspillRemote *self);
void            samspill_remote_unref        (SamspillRemote *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillRemote, samspill_remote_unref)
const char     *samspill_remote_get_name     (SamspillRemote *self); /* the address without name and password */
gboolean        samspill_remote_is_loopback  (SamspillRemote *self);
guint           samspill_remote_get_requests (SamspillRemote *self); /* sent until now */
void            samspill_remote_set_clock    (SamspillRemote *self, const SamspillSyncClock *clock); /* before the first request */

typedef struct
{
  const char *method;
  const char *path;          /* below the database, escaped, with query: "_changes?limit=5"; "" for the database itself */
  GBytes *body;              /* nullable */
  const char *content_type;  /* of the body; NULL: application/json */
  const char *accept;        /* NULL: application/json */
  const char *range;         /* value of a Range header; nullable */
  gsize max_bytes;           /* of the answer, unpacked; 0: 64 MiB */
  guint stall_seconds;       /* a long poll answers late; 0: 60 */
  /* A body that is too large for memory: asked for anew at each try; length -1: not known. */
  GInputStream *(*open_body) (gpointer data, gint64 *length, GError **error);
  gpointer open_body_data;
} SamspillRemoteRequest;

typedef struct
{
  guint status;
  char *content_type;  /* nullable */
  char *etag;          /* nullable */
  char *content_range; /* nullable */
  gint64 length;       /* of the body as it was said; -1: not said */
  GBytes *body;        /* NULL where a stream was asked for */
  GInputStream *stream;
} SamspillRemoteAnswer;
void     samspill_remote_answer_clear (SamspillRemoteAnswer *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SamspillRemoteAnswer, samspill_remote_answer_clear)

/* TRUE: the server answered, with any status but those that are dealt with here: 3xx, 401, 429 and 5xx. */
gboolean samspill_remote_send         (SamspillRemote *self, const SamspillRemoteRequest *request, SamspillRemoteAnswer *answer, GCancellable *cancellable, GError **error);
/* The same; the body of a 2xx is left to the caller in `stream`, who reads it in this thread. */
gboolean samspill_remote_open         (SamspillRemote *self, const SamspillRemoteRequest *request, SamspillRemoteAnswer *answer, GCancellable *cancellable, GError **error);
/* What an answer that is not what was hoped for means. */
void     samspill_remote_set_error    (SamspillRemote *self, const SamspillRemoteAnswer *answer, GError **error);
/* "error" and "reason" of CouchDB's error bodies; either may be NULL. */
void     samspill_remote_dup_reason   (const SamspillRemoteAnswer *answer, char **name, char **reason);
/* An id as a path: "_design/" keeps its slash. */
char    *samspill_remote_escape_id    (const char *id);

G_END_DECLS
