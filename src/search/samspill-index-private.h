/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-index.h"

#include "samspill-traits-private.h"

#include <sqlite3.h>

G_BEGIN_DECLS

/* Rows beside which a publication with the same id is not listed. The words are those of a partial index. */
#define SAMSPILL_INDEX_IS_ORIGINAL "trashed = 0 AND space NOT IN ('commons', 'shipped')"
/* A condition on `list l`; it ends in the inner query, for more conditions and "))". The set is made once a query, from the
 * originals; a row costs one look at a number (100,000 rows: 18 ms). */
#define SAMSPILL_INDEX_NOT_TWICE \
  " AND l.doc NOT IN (SELECT doc FROM list WHERE space = 'commons'" \
  " AND id IN (SELECT id FROM list INDEXED BY list_originals WHERE " SAMSPILL_INDEX_IS_ORIGINAL

/* A connection to the index file with its prepared statements; used by one thread at a time. */
typedef struct
{
  sqlite3 *db;
  guint generation;         /* of the file; a file that was replaced has a new one */
  sqlite3_stmt *row;
  sqlite3_stmt *row_by_id;
  sqlite3_stmt *organisation;
} SamspillIndexConnection;

/* The file: samspill-index-file.c */

SamspillIndexConnection *samspill_index_connection_open  (const char *path, guint generation, gboolean is_writer, GError **error);
void                     samspill_index_connection_close (SamspillIndexConnection *self);
gboolean samspill_index_exec            (sqlite3 *db, const char *sql, GError **error);
void     samspill_index_set_error       (sqlite3 *db, GError **error);

typedef struct
{
  char *store;
  gint64 epoch;
  gint64 seq;
  gboolean is_clean;        /* the last writer ended in good order */
} SamspillIndexState;

/* Opens for writing and makes sure that the tables are there and ours; a file that is not is deleted and made anew. */
SamspillIndexConnection *samspill_index_file_prepare (const char *path, guint generation, GError **error);
void     samspill_index_file_delete     (const char *path);
/* Drops and makes all tables in one transaction, for the given store, with seq 0. */
gboolean samspill_index_file_reset      (sqlite3 *db, SamspillStore *store, GError **error);
gboolean samspill_index_file_read_state (sqlite3 *db, SamspillIndexState *state, GError **error);
gboolean samspill_index_file_write_seq  (sqlite3 *db, gint64 seq, GError **error);
/* Where it is still `from`. */
gboolean samspill_index_file_move_seq   (sqlite3 *db, gint64 from, gint64 to, GError **error);
void     samspill_index_file_set_clean  (sqlite3 *db, gboolean is_clean);
/* Reads the whole file; after an unclean end. */
gboolean samspill_index_file_is_sound   (sqlite3 *db);
void     samspill_index_state_clear     (SamspillIndexState *self);
/* One step of merging the segments of the full text; FALSE when there is nothing left to merge. */
gboolean samspill_index_file_merge_step (sqlite3 *db);

/* Writing documents: samspill-index-writer.c */

typedef struct _SamspillIndexWriter SamspillIndexWriter;
SamspillIndexWriter *samspill_index_writer_new    (sqlite3 *db);
void                 samspill_index_writer_free   (SamspillIndexWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillIndexWriter, samspill_index_writer_free)
/* `body` NULL or a deleted change: the document goes. A body that cannot be read goes too. */
gboolean samspill_index_writer_write (SamspillIndexWriter *self, const SamspillChange *change, GBytes *body, guint leaves, GError **error);

/* The index as a whole: samspill-index.c */

struct _SamspillIndex
{
  GObject parent_instance;

  SamspillStore *store;
  gulong changed_handler;
  char *path;
  gboolean is_temporary;
  GMainContext *context;
  SamspillIndexConnection *writer; /* the follower's, when it runs */
  gboolean is_settled;             /* the same: its words are read and its priority is low */
  gint64 unfinished;               /* the same: up to where its open transaction has written when it had to end; else 0 */

  GMutex lock; /* all below */
  GCond cond;
  GThread *thread;
  GPtrArray *idle;    /* SamspillIndexConnection */
  GHashTable *traits; /* document number → SamspillTraits */
  gint64 seq;
  gint64 epoch; /* of the store, when seq was seen */
  guint generation;
  gboolean is_stopping;
  gboolean is_nudged;
  gboolean is_damaged;      /* the file is to be made anew */
  gboolean is_reset_wanted; /* its content is */
  gboolean is_update_queued;
};

/* Tells what the follower has seen, to those who wait and in the main context. */
void     samspill_index_set_seen       (SamspillIndex *self, gint64 seq, gint64 epoch);
gboolean samspill_index_is_seen        (SamspillIndex *self, gint64 seq, gint64 epoch);

/* The follower: samspill-index-follower.c. Called by its thread, or where there is none. */

gpointer samspill_index_follower_main    (gpointer index);
void     samspill_index_follower_finish  (SamspillIndex *self);
gboolean samspill_index_replace_file     (SamspillIndex *self, GError **error);
/* FALSE: the index of another store, of the store before it was restored, or one that has seen what the store has not. */
gboolean samspill_index_is_of_this_store (SamspillIndex *self, const SamspillIndexState *state);

/* For queries: samspill-index.c */

SamspillStore *samspill_index_get_store (SamspillIndex *self);
/* A connection from the pool; NULL with an error where the file cannot be opened. Give it back with `release`. */
SamspillIndexConnection *samspill_index_acquire (SamspillIndex *self, GError **error);
void     samspill_index_release        (SamspillIndex *self, SamspillIndexConnection *connection);
/* Says that SQLite found the file damaged; the follower builds it anew. */
void     samspill_index_report_damage  (SamspillIndex *self);
/* Waits a moment for the follower when it is only a few changes behind. */
void     samspill_index_settle         (SamspillIndex *self);

/* What a document of the store is about; kept, since a person who writes asks again and again. NULL: gone. */
SamspillTraits *samspill_index_get_traits (SamspillIndex *self, gint64 doc);

/* Names of facets in the table `facet`. */
#define SAMSPILL_FACET_SUBJECT "s:"   /* Los id, with all above it */
#define SAMSPILL_FACET_TAG "t:"       /* folded */
#define SAMSPILL_FACET_NUMBER "o:"    /* organisation number of an organisation record */
#define SAMSPILL_FACET_REFERENCE "r:" /* id in `need` or `about` */

G_END_DECLS
