/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A space of a store as one side of a replication. */

#include "samspill-peer-private.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

typedef struct
{
  SamspillPeer parent_instance;
  SamspillStore *store;
  char *space;
} SamspillSpacePeer;

typedef struct
{
  SamspillPeerClass parent_class;
} SamspillSpacePeerClass;

#define SAMSPILL_SPACE_PEER(object)                                                                                    \
  (G_TYPE_CHECK_INSTANCE_CAST ((object), samspill_space_peer_get_type (), SamspillSpacePeer))
#define SAMSPILL_IS_SPACE_PEER(object) (G_TYPE_CHECK_INSTANCE_TYPE ((object), samspill_space_peer_get_type ()))
G_DEFINE_TYPE (SamspillSpacePeer, samspill_space_peer, samspill_peer_get_type ())

static char *
space_dup_identity (SamspillPeer *peer, GError **error)
{
  SamspillSpacePeer *self = SAMSPILL_SPACE_PEER (peer);
  g_auto (SamspillSpaceInfo) info = { 0 };

  if (!samspill_store_get_space_info (self->store, self->space, &info, error))
    return NULL;
  return g_strdup_printf ("space:%s:%s", samspill_store_get_uuid (self->store), info.uuid);
}

static gboolean
space_look (SamspillPeer *peer, gboolean create, char **instance, GCancellable *cancellable, GError **error)
{
  SamspillSpacePeer *self = SAMSPILL_SPACE_PEER (peer);
  g_auto (SamspillSpaceInfo) info = { 0 };

  if (create && !samspill_store_ensure_space (self->store, self->space, error))
    return FALSE;
  if (!samspill_store_get_space_info (self->store, self->space, &info, error))
    return FALSE;
  *instance = g_strdup (info.uuid);
  return TRUE;
}

static gboolean
space_read_checkpoint (SamspillPeer *peer, const char *name, char **json, char **rev, GCancellable *cancellable,
                       GError **error)
{
  SamspillSpacePeer *self = SAMSPILL_SPACE_PEER (peer);
  GError *failure = NULL;

  *json = samspill_store_get_local (self->store, self->space, name, &failure);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

static gboolean
space_write_checkpoint (SamspillPeer *peer, const char *name, const char *json, char **rev, GCancellable *cancellable,
                        GError **error)
{
  SamspillSpacePeer *self = SAMSPILL_SPACE_PEER (peer);

  return samspill_store_put_local (self->store, self->space, name, json, error);
}

typedef struct
{
  SamspillFeedPage *page;
  guint limit;
  gint64 last;
} FeedReading;

static gboolean
take_change (gint64 seq, const char *id, const char *const *leaves, gboolean deleted, gpointer data)
{
  FeedReading *reading = data;
  SamspillRows *rows = reading->page->rows;

  samspill_rows_begin (rows, samspill_rows_keep (rows, id));
  for (guint i = 0; leaves[i] != NULL; i++)
    samspill_rows_add (rows, samspill_rows_keep (rows, leaves[i]));
  samspill_rows_end (rows);
  reading->last = seq;
  return --reading->limit > 0;
}

static SamspillFeedPage *
space_read_feed (SamspillPeer *peer, const char *since, guint limit, GCancellable *cancellable, GError **error)
{
  SamspillSpacePeer *self = SAMSPILL_SPACE_PEER (peer);
  g_autoptr (SamspillFeedPage) page = g_new0 (SamspillFeedPage, 1);
  g_auto (SamspillSpaceInfo) info = { 0 };
  FeedReading reading = { page, limit, 0 };

  page->rows = samspill_rows_new (NULL);
  /* What cannot be one of ours is no place in our feed: from the beginning. */
  if (!g_ascii_string_to_signed (since, 10, 0, G_MAXINT64, &reading.last, NULL))
    reading.last = 0;
  if (!samspill_store_get_space_info (self->store, self->space, &info, error))
    return NULL;
  if (reading.last > info.update_seq)
    reading.last = 0;
  if (!samspill_store_foreach_in_feed (self->store, self->space, reading.last, TRUE, FALSE, take_change, &reading,
                                       error))
    return NULL;
  page->pending = reading.limit > 0 ? 0 : MAX (0, info.update_seq - reading.last);
  page->last_seq = g_strdup_printf ("%" G_GINT64_FORMAT, reading.last);
  return g_steal_pointer (&page);
}

static gboolean
compare (SamspillSpacePeer *self, SamspillRows *rows, guint first, guint n, SamspillRows *wants, GError **error)
{
  for (guint i = first; i < first + n; i++)
    {
      const char *id = samspill_rows_get (rows, i)->id;
      const char *const *revs = samspill_rows_get_revs (rows, i);
      g_auto (GStrv) missing = samspill_store_get_missing (self->store, self->space, id, revs, NULL, error);

      if (missing == NULL)
        return FALSE;
      samspill_rows_begin (wants, id);
      /* In order, and those of `rows` live on. */
      for (guint m = 0, r = 0; missing[m] != NULL && revs[r] != NULL; r++)
        if (g_str_equal (missing[m], revs[r]))
          {
            samspill_rows_add (wants, revs[r]);
            m++;
          }
      samspill_rows_end (wants);
    }
  return TRUE;
}

static SamspillRows *
space_find_missing (SamspillPeer *peer, SamspillRows *rows, guint first, guint n, GCancellable *cancellable,
                    GError **error)
{
  SamspillSpacePeer *self = SAMSPILL_SPACE_PEER (peer);
  g_autoptr (SamspillRows) wants = samspill_rows_new (rows);

  if (!samspill_store_begin_read (self->store, error))
    return NULL;
  gboolean done = compare (self, rows, first, n, wants, error);
  samspill_store_end_read (self->store);
  return done ? g_steal_pointer (&wants) : NULL;
}

typedef struct
{
  SamspillSpacePeer *self;
  SamspillParcels *parcels;
  GString *text; /* of all parcels; their `text` is an offset until it is whole */
  gboolean stubs;
} Packing;

/* A revision that is not kept any more was followed by another, which comes later in the feed. */
static gboolean
is_gone (const GError *error)
{
  return g_error_matches (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND);
}

/* One record that cannot be sent does not keep the others. */
static gboolean
pass_over (Packing *packing, const char *id, const char *rev, GError *failure, GError **error)
{
  if (is_gone (failure))
    packing->parcels->skipped++;
  else if (g_error_matches (failure, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_BLOB_MISSING))
    g_ptr_array_add (packing->parcels->refusals, samspill_refusal_new (id, rev, "file_missing", failure->message));
  else
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  g_error_free (failure);
  return TRUE;
}

static gboolean
pack (Packing *packing, guint row, const char *rev, GError **error)
{
  const char *id = samspill_rows_get (packing->parcels->wants, row)->id;
  SamspillSpacePeer *self = packing->self;
  gsize begin = packing->text->len;
  GError *failure = NULL;
  gboolean is_inline = FALSE;
  SamspillParcel parcel = { id, rev, row };

  gboolean done = samspill_store_append_wire (self->store, self->space, id, rev, SAMSPILL_WIRE_REVISIONS, NULL,
                                              packing->text, &failure);
  if (done && !packing->stubs)
    done = samspill_space_look_at_files (self->store, self->space, &parcel, packing->text->str + begin,
                                         packing->text->len - begin, &is_inline, &parcel.is_large, &failure);
  if (done && is_inline)
    {
      g_string_truncate (packing->text, begin);
      done = samspill_store_append_wire (self->store, self->space, id, rev,
                                         SAMSPILL_WIRE_REVISIONS | SAMSPILL_WIRE_ATTACHMENT_DATA, NULL, packing->text,
                                         &failure);
    }
  if (!done)
    {
      g_string_truncate (packing->text, begin);
      return pass_over (packing, id, rev, failure, error);
    }
  parcel.text = GSIZE_TO_POINTER (begin);
  parcel.length = packing->text->len - begin;
  g_array_append_val (packing->parcels->parcels, parcel);
  return TRUE;
}

static gboolean
pack_rows (Packing *packing, guint first, guint n, gsize max_bytes, guint *done, GError **error)
{
  SamspillRows *wants = packing->parcels->wants;

  for (*done = 0; *done < n && packing->text->len < max_bytes; (*done)++)
    {
      const char *const *revs = samspill_rows_get_revs (wants, first + *done);

      for (guint r = 0; revs[r] != NULL; r++)
        if (!pack (packing, first + *done, revs[r], error))
          return FALSE;
    }
  return TRUE;
}

static SamspillParcels *
space_fetch (SamspillPeer *peer, SamspillRows *wants, guint first, guint n, gsize max_bytes, gboolean stubs,
             guint *done, GCancellable *cancellable, GError **error)
{
  SamspillSpacePeer *self = SAMSPILL_SPACE_PEER (peer);
  g_autoptr (SamspillParcels) parcels = samspill_parcels_new (wants);
  Packing packing = { self, parcels, g_string_sized_new (64 * 1024), stubs };

  if (!samspill_store_begin_read (self->store, error))
    {
      g_string_free (packing.text, TRUE);
      return NULL;
    }
  gboolean is_right = pack_rows (&packing, first, n, max_bytes, done, error);
  samspill_store_end_read (self->store);
  for (guint i = 0; i < parcels->refusals->len; i++)
    {
      const SamspillRefusal *refusal = parcels->refusals->pdata[i];
      samspill_space_want_missing (self->store, self->space, refusal->id, refusal->rev);
    }

  GBytes *bytes = g_string_free_to_bytes (packing.text);
  const char *text = g_bytes_get_data (bytes, NULL);
  for (guint i = 0; i < parcels->parcels->len; i++)
    samspill_parcels_get (parcels, i)->text = text + GPOINTER_TO_SIZE (samspill_parcels_get (parcels, i)->text);
  g_ptr_array_add (parcels->owners, bytes);
  return is_right ? g_steal_pointer (&parcels) : NULL;
}

static void
clear_documents (SamspillWireDocument *documents, guint n)
{
  for (guint i = 0; i < n; i++)
    samspill_wire_document_clear (&documents[i]);
  g_free (documents);
}

static guint
generation (const char *rev)
{
  return (guint)strtoul (rev, NULL, 10);
}

/* One that was asked for, or one that came of it; of a long history only the newer part may be told. */
static gboolean
is_wanted (const char *const *wanted, const SamspillWireDocument *document)
{
  const char *last = document->revisions[g_strv_length (document->revisions) - 1];

  for (guint w = 0; wanted[w] != NULL; w++)
    if (generation (wanted[w]) < generation (last) ||
        g_strv_contains ((const char *const *)document->revisions, wanted[w]))
      return TRUE;
  return FALSE;
}

/* What was sent under a name must be what bears that name. */
static gboolean
is_as_named (SamspillParcels *parcels, const SamspillParcel *parcel, const SamspillWireDocument *document)
{
  return document->id != NULL && document->revisions != NULL && document->revisions[0] != NULL &&
         g_str_equal (document->id, parcel->id) &&
         is_wanted (samspill_rows_get_revs (parcels->wants, parcel->row), document);
}

/* Reads all parcels into `documents`; those that cannot be kept are refused, with the reason. A text that is no JSON at
 * all is not a refusal: then nothing can be believed. Returns how many are to be written, -1 with error. */
static gint
read_parcels (SamspillSpacePeer *self, SamspillParcels *parcels, SamspillWireDocument *documents,
              SamspillReceipt *receipt, GError **error)
{
  guint n = 0;

  for (guint i = 0; i < parcels->parcels->len; i++)
    {
      const SamspillParcel *parcel = samspill_parcels_get (parcels, i);
      SamspillWireDocument *document = &documents[n];
      g_autoptr (GError) failure = NULL;

      if (!samspill_wire_document_read (document, parcel->text, parcel->length, &failure) ||
          !is_as_named (parcels, parcel, document))
        {
          samspill_wire_document_clear (document);
          g_set_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_PROTOCOL,
                       _ ("A record that the server sent cannot be read (%s). Nothing of it was kept; tell those who "
                          "run the server."),
                       failure != NULL ? failure->message : parcel->id);
          return -1;
        }
      if (document->unknown != NULL || !samspill_space_take_files (self->store, self->space, document, &failure))
        {
          g_ptr_array_add (receipt->refusals,
                           samspill_refusal_new (parcel->id, document->revisions[0], "doc_validation",
                                                 failure != NULL ? failure->message : document->unknown));
          samspill_wire_document_clear (document);
          memset (document, 0, sizeof *document);
          continue;
        }
      n++;
    }
  return (gint)n;
}

static void
report (const SamspillWireDocument *documents, GError **refusals, guint n, SamspillReceipt *receipt)
{
  for (guint i = 0; i < n; i++)
    {
      if (refusals[i] != NULL)
        g_ptr_array_add (receipt->refusals, samspill_refusal_new (documents[i].id, documents[i].revisions[0],
                                                                  "bad_request", refusals[i]->message));
      else if (receipt->changed != NULL)
        g_ptr_array_add (receipt->changed, g_strdup (documents[i].id));
      g_clear_error (&refusals[i]);
    }
}

static gboolean
space_write (SamspillPeer *peer, SamspillPeer *source, SamspillParcels *parcels, SamspillReceipt *receipt,
             GCancellable *cancellable, GError **error)
{
  SamspillSpacePeer *self = SAMSPILL_SPACE_PEER (peer);
  SamspillWireDocument *documents = g_new0 (SamspillWireDocument, parcels->parcels->len + 1);
  gint n = read_parcels (self, parcels, documents, receipt, error);
  gboolean done = n >= 0;
  guint written = 0;

  if (n > 0)
    {
      g_autofree GError **refusals = g_new0 (GError *, n);
      done = samspill_store_write_many (self->store, self->space, documents, (guint)n, refusals, &written, error);
      report (documents, refusals, (guint)n, receipt);
    }
  for (gint i = 0; i < n && done && receipt->want_files; i++)
    if (documents[i].attachments != NULL)
      done = samspill_space_want_files (self->store, documents[i].attachments, error);
  receipt->written += written;
  clear_documents (documents, parcels->parcels->len);
  return done;
}

static guint
space_get_requests (SamspillPeer *peer)
{
  return 0;
}

static void
samspill_space_peer_finalize (GObject *object)
{
  SamspillSpacePeer *self = SAMSPILL_SPACE_PEER (object);

  g_clear_object (&self->store);
  g_free (self->space);
  G_OBJECT_CLASS (samspill_space_peer_parent_class)->finalize (object);
}

static void
samspill_space_peer_class_init (SamspillSpacePeerClass *klass)
{
  SamspillPeerClass *peer = &klass->parent_class;

  G_OBJECT_CLASS (klass)->finalize = samspill_space_peer_finalize;
  peer->dup_identity = space_dup_identity;
  peer->look = space_look;
  peer->read_checkpoint = space_read_checkpoint;
  peer->write_checkpoint = space_write_checkpoint;
  peer->read_feed = space_read_feed;
  peer->find_missing = space_find_missing;
  peer->fetch = space_fetch;
  peer->write = space_write;
  peer->get_requests = space_get_requests;
}

static void
samspill_space_peer_init (SamspillSpacePeer *self)
{
}

SamspillPeer *
samspill_space_peer_new (SamspillStore *store, const char *space)
{
  SamspillSpacePeer *self = g_object_new (samspill_space_peer_get_type (), NULL);

  self->store = g_object_ref (store);
  self->space = g_strdup (space);
  g_object_set_data_full (G_OBJECT (self), "samspill-peer-name", g_strconcat ("space:", space, NULL), g_free);
  return SAMSPILL_PEER (self);
}

SamspillStore *
samspill_peer_get_store (SamspillPeer *peer, const char **space)
{
  if (!SAMSPILL_IS_SPACE_PEER (peer))
    return NULL;
  if (space != NULL)
    *space = SAMSPILL_SPACE_PEER (peer)->space;
  return SAMSPILL_SPACE_PEER (peer)->store;
}
