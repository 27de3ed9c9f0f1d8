/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-query.h"
#include "samspill-record.h"
#include "samspill-store.h"

G_BEGIN_DECLS

#define SAMSPILL_SEARCH_ERROR (samspill_search_error_quark ())
GQuark samspill_search_error_quark (void);
typedef enum { SAMSPILL_SEARCH_ERROR_FAILED, SAMSPILL_SEARCH_ERROR_CANCELLED } SamspillSearchError;

/**
 * SamspillIndex:
 *
 * The derived index (design.md section 6, speed.md section 5): full text and list columns in a file of its own, fed from
 * the store's feed by a thread of its own. May be dropped and built again at any time. Signal `updated` in the main
 * context of open, after each transaction of the follower.
 */
#define SAMSPILL_TYPE_INDEX (samspill_index_get_type ())
G_DECLARE_FINAL_TYPE (SamspillIndex, samspill_index, SAMSPILL, INDEX, GObject)

SamspillIndex *samspill_index_open     (SamspillStore *store, const char *path, GError **error); /* makes, checks, or rebuilds; follower not yet started */
void           samspill_index_start    (SamspillIndex *self);
void           samspill_index_stop     (SamspillIndex *self); /* joins the thread; blocks a moment */
gint64         samspill_index_get_seq  (SamspillIndex *self);
guint          samspill_index_get_behind (SamspillIndex *self); /* documents not yet seen: "indexing, N left" */
/* Blocks until seq is seen (CLI, tests, worker threads). FALSE on timeout. */
gboolean       samspill_index_wait     (SamspillIndex *self, gint64 seq, gint64 timeout_us);
gboolean       samspill_index_rebuild  (SamspillIndex *self, GError **error);

/* What a list row needs, from the list columns. */
typedef struct
{
  gint64 doc;
  char *id, *space, *type, *title, *owner, *owner_name, *lang, *phase, *subject, *outcome;
  gint64 changed_us;     /* unix microseconds, UTC */
  guint leaves;
  gboolean has_working_copy, trashed;
  char *snippet;         /* with U+E000 and U+E001 around what was hit; only from queries with text; nullable */
} SamspillRow;
void samspill_row_free (SamspillRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillRow, samspill_row_free)

typedef struct
{
  gint64 *docs;            /* in order, at most `limit` */
  guint n_docs;
  gint64 total;            /* of the query */
} SamspillResult;
void samspill_result_free (SamspillResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillResult, samspill_result_free)

/* Blocking, any thread; a cancelled query is interrupted (sqlite3_interrupt). */
SamspillResult *samspill_index_query        (SamspillIndex *self, const SamspillQuery *query, guint limit, GCancellable *cancellable, GError **error);
void            samspill_index_query_async  (SamspillIndex *self, const SamspillQuery *query, guint limit, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
SamspillResult *samspill_index_query_finish (SamspillIndex *self, GAsyncResult *result, GError **error);
/* One row by document number; microseconds (prepared statement). `query` (nullable): with snippet. NULL: gone. */
SamspillRow    *samspill_index_get_row      (SamspillIndex *self, gint64 doc, const SamspillQuery *query);
SamspillRow    *samspill_index_get_row_by_id (SamspillIndex *self, const char *space, const char *id);
gint64          samspill_index_count        (SamspillIndex *self, const char *type, const char * const *spaces);
/* Words of a text with what the query hit marked by U+E000/U+E001; for any text on screen. */
char           *samspill_index_mark         (SamspillIndex *self, const SamspillQuery *query, const char *text);

/* Who had it before. */
typedef struct
{
  char *id, *space, *type, *title, *lang;
  char *reason;     /* translated: "Samme tema: vann og avløp", "Begge gjelder hjemmeboende eldre" … */
  char *outcome;    /* translated: what came of it; nullable */
  char *where;      /* "Bærum · 2019"; nullable */
} SamspillSimilar;
void       samspill_similar_free        (SamspillSimilar *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillSimilar, samspill_similar_free)
/* At most `limit` (five), fewer or none rather than a poor one. (element-type SamspillSimilar) */
GPtrArray *samspill_index_similar        (SamspillIndex *self, SamspillRecord *record, guint limit, GCancellable *cancellable, GError **error);
void       samspill_index_similar_async  (SamspillIndex *self, SamspillRecord *record, guint limit, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *samspill_index_similar_finish (SamspillIndex *self, GAsyncResult *result, GError **error);

G_END_DECLS
