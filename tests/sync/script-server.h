/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A server that says what a test wants said, byte by byte: so it can cut, lie about its length, and talk nonsense. Without
 * a script it is a small CouchDB with `n_documents` documents "d0", "d1", … of one revision each, that takes anything. */
typedef struct
{
  char *method;
  char *path;    /* with query, without the database: "/_changes?limit=…" */
  char *headers; /* lower case, as they came */
  char *body;    /* ends with a nul; gzip undone */
} ScriptRequest;

typedef struct _ScriptServer ScriptServer;
/* TRUE: `out` is the whole answer, headers too; then the connection is closed. In a thread of the connection. */
typedef gboolean (*ScriptFunc) (ScriptServer *server, const ScriptRequest *request, GString *out, gpointer data);

struct _ScriptServer
{
  GSocketListener *listener;
  GThread *thread;
  GCancellable *stop;
  guint16 port;
  char *url;           /* of the database */

  GMutex mutex;        /* for what follows */
  guint n_documents;
  const char *seq_before, *seq_after; /* around the number of a sequence, as JSON text */
  ScriptFunc script;
  gpointer script_data;
  GHashTable *locals;  /* id → body */
  guint local_revision;
  GPtrArray *log;      /* "GET /_changes" */
  GPtrArray *written;  /* texts of documents */
};

ScriptServer *script_server_new    (guint n_documents);
void          script_server_free   (ScriptServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScriptServer, script_server_free)
void          script_server_set    (ScriptServer *self, ScriptFunc script, gpointer data); /* NULL: none */
guint         script_server_count  (ScriptServer *self, const char *prefix); /* of requests: "POST /_bulk_docs" */
void          script_server_forget (ScriptServer *self); /* the log */
/* The small CouchDB's own answer. */
void          script_server_answer (ScriptServer *self, const ScriptRequest *request, GString *out);

/* A whole answer; more: further header lines, each with "\r\n"; nullable. */
void          script_reply         (GString *out, guint status, const char *more, const char *body);
gboolean      script_is            (const ScriptRequest *request, const char *method, const char *path); /* up to the query */

G_END_DECLS
