/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-query.h"
#include "samspill-record.h"
#include "samspill-store.h"

G_BEGIN_DECLS

/* A cancelled query ends with G_IO_ERROR_CANCELLED. What a person typed is never an error, and neither is an index file
 * that is torn, older, newer or of another profile: it is built anew. */
#define SAMSPILL_SEARCH_ERROR (samspill_search_error_quark ())
GQuark samspill_search_error_quark (void);
typedef enum
{
  SAMSPILL_SEARCH_ERROR_FAILED,
  SAMSPILL_SEARCH_ERROR_DAMAGED,   /* inside this folder only: the file is made anew */
} SamspillSearchError;

/**
 * SamspillIndex:
 *
 * The derived index: full text and list columns in a file of its own, fed from the store's feed by a thread of its own
 * with connections of its own. It may be dropped and built again at any time, and two programs may have one file open.
 * A working copy is not in it until it becomes a revision.
 *
 * Signal `updated`: emitted in the main context that was thread-default at open, after the follower has written. Several
 * transactions may share one emission. All functions may be called from any thread.
 */
#define SAMSPILL_TYPE_INDEX (samspill_index_get_type ())
G_DECLARE_FINAL_TYPE (SamspillIndex, samspill_index, SAMSPILL, INDEX, GObject)

/* Makes, checks or empties the file; the follower is not yet started. Where nothing can be written (a read-only profile, a
 * full disk) the index lies in the folder for temporary files and goes with the object. (transfer full); an error only
 * where that fails too. */
SamspillIndex *samspill_index_open       (SamspillStore *store, const char *path, GError **error);
void           samspill_index_start      (SamspillIndex *self);
void           samspill_index_stop       (SamspillIndex *self); /* joins the thread; blocks a moment. Also done by dispose */
gint64         samspill_index_get_seq    (SamspillIndex *self); /* the last change of the store that is in the index */
guint          samspill_index_get_behind (SamspillIndex *self); /* changes not yet seen: "indexing, N left" */
/* Blocks until seq is seen; needs the follower, and no main loop. timeout in microseconds, negative: for ever. FALSE on
 * timeout or when the follower does not run. */
gboolean       samspill_index_wait       (SamspillIndex *self, gint64 seq, gint64 timeout_us);
/* Empties the index; the follower then builds it again (wait for the store's last seq). */
gboolean       samspill_index_rebuild    (SamspillIndex *self, GError **error);

/* What a list row needs, from the list columns. Strings are never NULL but where said. */
typedef struct
{
  gint64 doc;            /* number of the document in the store */
  char *id, *space, *type;
  char *title;           /* of the working copy where there is one; "" where there is none */
  char *lang;            /* of the title: "nb", "nn", "en", "se" */
  char *owner;           /* organisation number; "" where the record has none (shipped ones from abroad) */
  char *owner_name;      /* of the municipality, the first buyer or owner, a proposal's supplier; "" where we know none */
  char *phase;           /* need: phase; pitch: status; programme: status.code; else "" */
  char *outcome;         /* case: outcome.status; shipped need: status.code; else "" */
  char *subject;         /* id of the first Los theme, else of the first Los word; "" where there is none */
  char *subject_label;   /* its name in the language of the program; "" */
  gint64 changed_us;     /* unix microseconds, UTC; 0: not stated */
  guint leaves;          /* 2 or more: has two versions */
  gboolean has_working_copy, trashed;
  char *snippet;         /* with U+E000 and U+E001 around what was hit; nullable: only from queries with text */
} SamspillRow;
void samspill_row_free (SamspillRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillRow, samspill_row_free)

typedef struct
{
  gint64 *docs;          /* in order, at most `limit` */
  guint n_docs;
  gint64 total;          /* of the query */
} SamspillResult;
void samspill_result_free (SamspillResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillResult, samspill_result_free)

/* Blocking; a cancelled query is interrupted within a millisecond. What was just saved is found: a query waits a moment
 * (a quarter of a second at most) for the follower when it is a few changes behind, but never in the thread that runs the
 * main context of open. limit 0: no limit. (transfer full) */
SamspillResult *samspill_index_query         (SamspillIndex *self, const SamspillQuery *query, guint limit, GCancellable *cancellable, GError **error);
void            samspill_index_query_async   (SamspillIndex *self, const SamspillQuery *query, guint limit, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
SamspillResult *samspill_index_query_finish  (SamspillIndex *self, GAsyncResult *result, GError **error);
/* One row by document number, by prepared statement: microseconds. `query` (nullable): with snippet, which reads the
 * record's text from the store. NULL: gone. (transfer full) */
SamspillRow    *samspill_index_get_row       (SamspillIndex *self, gint64 doc, const SamspillQuery *query);
/* space NULL: mine, team, joint, sample, commons, shipped, in this order. */
SamspillRow    *samspill_index_get_row_by_id (SamspillIndex *self, const char *space, const char *id);
/* How many a list would show; type and spaces nullable: all. What is in the trash is not counted. */
gint64          samspill_index_count         (SamspillIndex *self, const char *type, const char * const *spaces);
/* A text with what the query hits between U+E000 and U+E001; for any text on screen. These two characters never come
 * from the text itself. (transfer full) */
char           *samspill_index_mark          (SamspillIndex *self, const SamspillQuery *query, const char *text);

/* Who had it before. */
typedef struct
{
  char *id, *space, *type, *title, *lang;
  char *reason;     /* translated: "Both concern water leaks", "Same theme: Water and sewage" … never NULL */
  char *outcome;    /* translated: what came of it; nullable */
  char *where;      /* "Bærum · 2019"; nullable */
} SamspillSimilar;
void       samspill_similar_free         (SamspillSimilar *self);
/* One line for paper: who, when, what, and what came of it: "Kristiansund · 2011: 250 lyttesensorer … (tatt i bruk)". The
 * reason is left out: it says why the writer is shown it, not why a reader should care. (transfer full) */
char           *samspill_similar_dup_line    (const SamspillSimilar *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillSimilar, samspill_similar_free)
/* Cases, needs and records of one's own that resemble the record, which need not be in the store: at most `limit` (five
 * is what a page shows), best first, fewer or none rather than a poor one, never the record itself. The record is read
 * in the calling thread (the async twin copies it first). (transfer full) (element-type SamspillSimilar) */
GPtrArray *samspill_index_similar        (SamspillIndex *self, SamspillRecord *record, guint limit, GCancellable *cancellable, GError **error);
void       samspill_index_similar_async  (SamspillIndex *self, SamspillRecord *record, guint limit, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *samspill_index_similar_finish (SamspillIndex *self, GAsyncResult *result, GError **error);

G_END_DECLS
