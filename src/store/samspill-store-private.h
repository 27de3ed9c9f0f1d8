/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-revision-tree.h"
#include "samspill-store-connection.h"
#include "samspill-store.h"

G_BEGIN_DECLS

#define SAMSPILL_STORE_APPLICATION_ID 0x53616d73 /* "Sams" */
#define SAMSPILL_STORE_SPACE_NONE 0              /* the number of the space "": the store itself */

/* document.flags */
enum
{
  SAMSPILL_DOCUMENT_DELETED = 1 << 0, /* the winner is a tombstone */
};

/* How many documents a space had when its last change was `seq`. */
typedef struct
{
  gint64 space, seq, purge_seq;
  gint64 documents, deleted, bytes;
} SamspillCount;

struct _SamspillStore
{
  GObject parent_instance;

  char *folder;
  char *path; /* of store.db */
  char *uuid;
  SamspillStoreFlags flags;
  GError *read_only_error; /* why nothing can be written; NULL: it can */
  gboolean is_immutable;   /* a folder in which not even a lock file can be made */

  /* The writer. Everything down to `changed` belongs to the thread that holds the lock. */
  GRecMutex writer_lock;
  GThread *writer_thread; /* atomic: who is in a transaction */
  SamspillConnection *writer;
  guint depth;
  gint64 seq;      /* the last one given out, in this transaction */
  gint64 begun_at; /* as it was when the transaction began */
  gint64 last_body; /* the highest number of a body; -1: not known in this transaction */
  gint64 now_us;   /* one moment a transaction; never before what the store knows */

  GMutex readers_lock;
  GPtrArray *readers; /* idle connections */
  SamspillCount counts[8];
  guint next_count;

  GMainContext *context; /* where `changed` is emitted */
  GMutex notify_lock;
  GSource *notify_source;
  gint64 announced_seq, announced_epoch; /* of `context`'s thread */
  GFileMonitor *monitor;
  GSource *poll_source;
  SamspillConnection *watcher;
};

/* Opening and making the file (samspill-store-schema.c). */
guint               samspill_store_schema_version (void);
SamspillConnection *samspill_store_schema_open    (const char *path, gboolean *is_newer, gboolean *is_write_protected, GError **error);
/* Of any version: the caller judges it; 0: an empty file. */
SamspillConnection *samspill_store_schema_open_read_only (const char *path, gboolean *is_immutable, gint64 *version, GError **error);
gboolean            samspill_store_schema_migrate (SamspillConnection *connection, GError **error);
gint64              samspill_store_new_epoch      (void);

/* A consistent look at the store. Declared before the statements that use it, so that it is given back after them:
 *   g_auto (SamspillReader) reader = { NULL };
 * Inside a transaction of the same thread it is the writer, which sees what has not been committed. */
typedef struct
{
  SamspillStore *store;
  SamspillConnection *connection;
  gboolean is_pooled;
} SamspillReader;
gboolean samspill_reader_begin (SamspillReader *self, SamspillStore *store, GError **error);
/* For one statement, which needs no transaction around it. */
gboolean samspill_reader_begin_single (SamspillReader *self, SamspillStore *store, GError **error);
void     samspill_reader_end   (SamspillReader *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SamspillReader, samspill_reader_end)

/* Ends one write begun with samspill_store_begin(): commits it, or takes it back and leaves `error` alone. */
gboolean samspill_store_end (SamspillStore *self, gboolean is_good, GError **error);
/* The next number of the feed, inside a transaction. */
gint64   samspill_store_next_seq (SamspillStore *self);
void     samspill_store_announce (SamspillStore *self);
void     samspill_store_watch    (SamspillStore *self);
void     samspill_store_unwatch  (SamspillStore *self);
/* For tests: how long a writer waits for another program. */
void     samspill_store_set_busy_timeout (SamspillStore *self, int milliseconds);

/* The number of a space; 0 and NOT_FOUND where there is none. */
gint64   samspill_store_find_space (SamspillConnection *connection, const char *space, GError **error);
/* The row of a document, with `space` and `id` as the first two parameters of `sql`, stepped to. NULL without an error:
 * there is no such document; NOT_FOUND: no such space. `id` is borrowed by the statement. */
SamspillStatement *samspill_store_find_row (SamspillConnection *connection, const char *sql, const char *space, const char *id, GError **error);
gint64   samspill_store_find_space_limit (SamspillConnection *connection, const char *space, guint *revs_limit, GError **error);
gboolean samspill_store_check_id   (const char *id, GError **error);
/* Strictly read, without its `_` members. */
GBytes  *samspill_store_clean_body (GBytes *body, GError **error);
/* The tree in a column; CORRUPT where it is none. */
SamspillRevisionTree *samspill_store_read_tree (SamspillStatement *statement, int column, const char *id, GError **error);
/* The tree of a document; `*tree` NULL without an error: there is no such document. */
gboolean samspill_store_find_tree  (SamspillConnection *connection, const char *space, const char *id, SamspillRevisionTree **tree, gint64 *seq, GError **error);
/* (element-type int): places of the leaves, the winner first, deleted ones last. */
GArray  *samspill_revision_tree_list_leaves (const SamspillRevisionTree *tree);
SamspillRevision *samspill_revision_new (const SamspillRevisionTree *tree, int place, gboolean is_leaf, gboolean is_winner);
/* NOT_FOUND with a reason of the protocol. */
void     samspill_store_set_missing (GError **error, const char *reason);
/* One line in the feed of all spaces for a document that left no trace. */
gboolean samspill_store_add_gone   (SamspillStore *self, const char *space, gint64 doc, const char *id, GError **error);
gboolean samspill_store_drop_body  (SamspillStore *self, gint64 body, GError **error);
/* A stored body with its files; `body` may be NULL; both stay as they are where there is none. */
gboolean samspill_store_read_body  (SamspillConnection *connection, gint64 number, GBytes **body, char **attachments, GError **error);

/* A whole copy of the database, through SQLite. */
gboolean samspill_store_copy_database (SamspillConnection *from, SamspillConnection *to, GCancellable *cancellable, GError **error);

#define SAMSPILL_STORE_INCOMING_PREFIX ".incoming-" /* of a file in blobs/ that is being written */
#define SAMSPILL_STORE_RESTORE_PREFIX "restore-"   /* of a folder in which a backup is being looked at */
char    *samspill_store_dup_blob_path (const char *folder, const char *sha256);
void     samspill_store_remove_tree   (const char *path);
/* What restores have replaced long ago. */
void     samspill_store_remove_replaced (const char *folder);
gboolean samspill_store_sync_folder   (const char *folder, GError **error);
void     samspill_store_set_file_error (GError **error, int saved_errno, const char *path);

G_END_DECLS
