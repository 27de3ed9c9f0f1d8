/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-attachments.h"
#include "samspill-json-text.h"
#include "samspill-registry-private.h"

G_BEGIN_DECLS

/* What the files of the protocol share. Functions of `samspill_call_` that return FALSE have answered the call. */

/* --- what was asked (samspill-registry-call.c) --- */
gboolean    samspill_call_is          (SamspillRegistryCall *call, const char *method); /* HEAD is GET */
gboolean    samspill_call_get_flag    (SamspillRegistryCall *call, const char *name, gboolean *value);  /* "true" or "false"; else 400 */
gboolean    samspill_call_get_number  (SamspillRegistryCall *call, const char *name, gint64 *value);    /* 0 and more */
gboolean    samspill_call_get_text    (SamspillRegistryCall *call, const char *name, char **value);     /* a JSON string, as keys are written; NULL: not there */
void        samspill_call_not_allowed (SamspillRegistryCall *call, const char *methods);
void        samspill_call_not_implemented (SamspillRegistryCall *call, const char *what);
void        samspill_call_no_database (SamspillRegistryCall *call);
gboolean    samspill_call_has_space   (SamspillRegistryCall *call); /* 404 */
gboolean    samspill_call_may_read    (SamspillRegistryCall *call);
gboolean    samspill_call_may_write   (SamspillRegistryCall *call);
gboolean    samspill_call_may_administer (SamspillRegistryCall *call, const char *space);
/* Options of a GET of a document. */
gboolean    samspill_call_get_wire_flags (SamspillRegistryCall *call, SamspillWireFlags *flags);
gboolean    samspill_call_get_revisions  (SamspillRegistryCall *call, const char *name, char ***revs); /* a JSON array of revisions; NULL: not there */
char      **samspill_call_list_open_revs (SamspillRegistryCall *call); /* those that are named, or all leaves; with `latest` what came of them. NULL: answered */
/* The leaf that came of `rev` (the first of them as CouchDB sorts them); `rev` where it is not here. */
char       *samspill_call_dup_latest     (SamspillRegistryCall *call, const char *rev);
void        samspill_call_answer_missing (SamspillRegistryCall *call, const GError *error); /* of a document that was not found */
/* `flags` without the bytes of files where those are too many for a JSON answer. */
SamspillWireFlags samspill_call_bound_flags (SamspillRegistryCall *call, const char *id, const char *rev, SamspillWireFlags flags);
char       *samspill_call_dup_base    (SamspillRegistryCall *call); /* "http://host:port" */
/* Whether documents of this space have to be asked for one by one. */
gboolean    samspill_call_must_look   (SamspillRegistryCall *call);
/* Reads a JSON body into call->body, then goes on in a worker's thread. */
void        samspill_call_read_json   (SamspillRegistryCall *call, gsize max_bytes, gboolean must_be_json_type, void (*next) (SamspillRegistryCall *call));
GThreadPool *samspill_call_new_workers (SamspillRegistry *registry);
void        samspill_call_work        (SamspillRegistryCall *call, void (*next) (SamspillRegistryCall *call));

/* --- JSON of requests --- */
/* A value as it stands in a text that outlives it; text NULL: none. */
typedef struct { const char *text; gsize length; } SamspillSlice;
/* Members of the body, an object; FALSE: answered 400. names NULL-terminated, values beside it. */
gboolean    samspill_call_get_members (SamspillRegistryCall *call, const char * const *names, SamspillSlice *values);
gboolean    samspill_slice_is         (SamspillSlice slice, const char *word);
char       *samspill_slice_dup_string (SamspillSlice slice); /* NULL: not a string, or with a nul */
/* Strings of an array; NULL: not that. At most `max`; more: NULL. */
char      **samspill_slice_dup_strings (SamspillSlice slice, gsize max);
void        samspill_json_append_string (GString *out, const char *string);

/* --- ids and revisions --- */
gboolean    samspill_revision_is_valid (const char *text);
/* Why an id cannot be that of a document; NULL: it can. */
const char *samspill_document_id_fault (const char *id);

/* --- sequences: "<seq>-<of which making of the space>" (samspill-registry-sequence.c) --- */
typedef struct { char token[24]; } SamspillSequenceToken;
void        samspill_sequence_token   (SamspillStore *store, const SamspillSpaceInfo *info, SamspillSequenceToken *token);
void        samspill_sequence_append  (GString *out, gint64 seq, const SamspillSequenceToken *token); /* with quotes */
/* A sequence of another making of this space is 0: from the beginning, so that nothing is skipped. FALSE: nonsense. */
gboolean    samspill_sequence_parse   (const char *text, const SamspillSequenceToken *token, gint64 now, gint64 *seq);

/* --- one writer (samspill-registry-writer.c) --- */
/* A write on its way: `run` in the writer's thread inside a transaction that it shares with others, `done` after the commit with its error or
 * NULL. A refusal is no failure: `run` remembers it. */
typedef struct _SamspillWrite
{
  void (*run)  (struct _SamspillWrite *write, SamspillStore *store);
  void (*done) (struct _SamspillWrite *write, const GError *error);
  gsize bytes; /* about, for the size of a transaction */
} SamspillWrite;
typedef struct _SamspillWriter SamspillWriter;
SamspillWriter *samspill_writer_new  (SamspillStore *store);
void            samspill_writer_free (SamspillWriter *self); /* writes what is queued first */
void            samspill_writer_push (SamspillWriter *self, SamspillWrite *write);

/* --- documents to be written (samspill-registry-save.c) --- */
typedef struct _SamspillSave
{
  SamspillWrite write;
  SamspillRegistryCall *call; /* held */
  SamspillWireDocument *documents;
  guint n_documents;
  gboolean new_edits;
  GError **refusals; /* beside the documents */
  char **revs;       /* what was written */
  const SamspillFollowing *following; /* of a multipart body, for the first document; borrowed */
  guint n_following;
  void (*answer) (struct _SamspillSave *save, const GError *error);
  gpointer data;
} SamspillSave;
/* Takes the documents (an array and what is in it). */
SamspillSave *samspill_save_new  (SamspillRegistryCall *call, SamspillWireDocument *documents, guint n, gboolean new_edits);
/* Files, accounts and rules here (blocks: in a worker), then through the writer. `answer` is called once, in any thread, and the save freed after it. */
void          samspill_save_run  (SamspillSave *self, void (*answer) (SamspillSave *self, const GError *error));
/* PUT of a document whose JSON is in call->body; what follows it in call->following. In a worker. */
void          samspill_registry_put_with_body (SamspillRegistryCall *call);
/* `rev`, If-Match and `_rev` name the same revision, or one of them does. FALSE: answered. */
gboolean      samspill_call_take_revision (SamspillRegistryCall *call, SamspillWireDocument *document);
/* FALSE: answered 400 or 413. */
gboolean      samspill_call_check_document (SamspillRegistryCall *call, const SamspillWireDocument *document);
void          samspill_call_answer_unreadable (SamspillRegistryCall *call, const char *text, gsize length, const GError *error);
/* The answer to one document: 201 and so on, or its refusal. */
void          samspill_save_answer_one (SamspillSave *self, const GError *error);
/* CouchDB's error and reason of a refusal. */
guint         samspill_error_describe (const GError *error, const char **name, const char **reason);

/* --- who waits (samspill-registry-feeds.c) --- */
typedef struct _SamspillFeeds SamspillFeeds;
typedef struct _SamspillWaiter SamspillWaiter;
SamspillFeeds  *samspill_feeds_new     (void);
/* The context in which the store is opened. */
GMainContext   *samspill_feeds_get_context (SamspillFeeds *self);
void            samspill_feeds_watch   (SamspillFeeds *self, SamspillStore *store);
void            samspill_feeds_free    (SamspillFeeds *self);
/* Wakes a request when its space changes, or at a time (monotonic microseconds; 0: never). */
SamspillWaiter *samspill_waiter_new    (SamspillFeeds *feeds, const char *space, SamspillHttpRequest *request);
void            samspill_waiter_free   (SamspillWaiter *self);
void            samspill_waiter_set_time (SamspillWaiter *self, gint64 at_us);
/* The space was dropped. */
void            samspill_feeds_drop    (SamspillFeeds *self, const char *space);
gboolean        samspill_waiter_is_dropped (SamspillWaiter *self);
/* Whether the space changed since this was asked last: the same number for all that one change woke; 0: it did not. */
gint64          samspill_waiter_take_news (SamspillWaiter *self);
/* Rows that several feeds want. Locked until they are unlocked: the first makes them, the others find them. */
typedef struct { GString *rows; gint64 at, limit; gboolean has_rows, is_at_end; } SamspillSharedRows;
SamspillSharedRows *samspill_feeds_lock_shared   (SamspillFeeds *self, const char *key, gint64 generation);
void                samspill_feeds_unlock_shared (SamspillFeeds *self);

/* --- answers --- */
void samspill_answer_bytes (SamspillRegistryCall *call, guint status, GBytes *json);

/* --- the rest of the groups --- */
void samspill_registry_handle_server    (SamspillRegistryCall *call);
void samspill_registry_handle_save      (SamspillRegistryCall *call); /* PUT, POST, DELETE of documents */
void samspill_registry_handle_bulk_get  (SamspillRegistryCall *call);
void samspill_registry_handle_revs_diff (SamspillRegistryCall *call, gboolean with_ancestors);
void samspill_registry_handle_purge     (SamspillRegistryCall *call);
void samspill_registry_handle_open_revs (SamspillRegistryCall *call);
void samspill_registry_save_local       (SamspillRegistryCall *call, SamspillWireDocument *document);
/* CORS: FALSE: it was a preflight and is answered. */
gboolean samspill_registry_cors         (SamspillRegistryCall *call);
/* Of a local document inside the writer: the text that is kept and its revision; NULL with CONFLICT. */
char *samspill_local_write (SamspillStore *store, const char *space, const SamspillWireDocument *document, GError **error);

G_END_DECLS
