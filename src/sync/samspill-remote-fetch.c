/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Documents from a server: `_bulk_get`, or one at a time where there is none. */

#include "samspill-remote-peer-private.h"

#include <string.h>

#include "samspill-json-scan.h"

#define MOST_REVS_IN_A_QUERY 20
#define MOST_NEW_LEAVES 1000

typedef struct
{
  SamspillParcels *parcels;
  SamspillRows *wants;
  guint first, n;
  guint next;        /* where the row of the answer probably stands */
  GHashTable *index; /* made when an answer comes in another order */
  guint *n_answers;  /* of each row */
  const char *fault;
} BulkReading;

static GString *
make_question (SamspillRows *wants, guint first, guint n)
{
  GString *out = g_string_sized_new ((gsize)n * 128 + 16);

  g_string_append (out, "{\"docs\":[");
  for (guint i = first; i < first + n; i++)
    {
      const char *id = samspill_rows_get (wants, i)->id;
      const char *const *revs = samspill_rows_get_revs (wants, i);

      for (guint r = 0; revs[r] != NULL; r++)
        {
          g_string_append (out, i > first || r > 0 ? ",{\"id\":" : "{\"id\":");
          samspill_json_append_quoted (out, id, strlen (id));
          g_string_append (out, ",\"rev\":");
          samspill_json_append_quoted (out, revs[r], strlen (revs[r]));
          g_string_append_c (out, '}');
        }
    }
  g_string_append (out, "]}");
  return out;
}

void
samspill_remote_add_parcel (SamspillParcels *parcels, guint row, const char *text, gsize length)
{
  SamspillParcel parcel = { samspill_rows_get (parcels->wants, row)->id, NULL, row, text, length };

  parcel.is_large = memmem (text, length, "\"_attachments\"", strlen ("\"_attachments\"")) != NULL;
  g_array_append_val (parcels->parcels, parcel);
}

/* Answers come in the order of the question, or by document; then they are looked up. */
static gint
find_row (BulkReading *reading, const char *id)
{
  for (guint i = reading->next; i < MIN (reading->next + 2, reading->n); i++)
    if (g_str_equal (samspill_rows_get (reading->wants, reading->first + i)->id, id))
      return (gint)(reading->next = i);

  if (reading->index == NULL)
    {
      reading->index = g_hash_table_new (g_str_hash, g_str_equal);
      for (guint i = 0; i < reading->n; i++)
        g_hash_table_insert (reading->index, (gpointer)samspill_rows_get (reading->wants, reading->first + i)->id,
                             GUINT_TO_POINTER (i + 1));
    }
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (reading->index, id));
  if (found != 0)
    reading->next = found - 1;
  return (gint)found - 1;
}

/* More answers than revisions were asked for may be leaves that grew since; the same one twice is nonsense. */
static gboolean
is_repeated (SamspillParcels *parcels, const char *id, const SamspillWireRow *row)
{
  for (guint i = parcels->parcels->len; i-- > 0;)
    {
      const SamspillParcel *parcel = samspill_parcels_get (parcels, i);

      if (parcel->id == id && parcel->length == row->length && memcmp (parcel->text, row->text, row->length) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
take_failure (BulkReading *reading, const char *id, const SamspillWireRow *row)
{
  gssize length = (gssize)row->failure_length;
  gboolean is_object = *row->failure == '{';
  g_autofree char *error = is_object ? samspill_json_dup_string (row->failure, length, "error") : NULL;
  g_autofree char *reason = is_object ? samspill_json_dup_string (row->failure, length, "reason") : NULL;
  g_autofree char *rev = is_object ? samspill_json_dup_string (row->failure, length, "rev") : NULL;

  if (g_strcmp0 (error, "forbidden") == 0 || g_strcmp0 (error, "unauthorized") == 0)
    g_ptr_array_add (reading->parcels->refusals, samspill_refusal_new (id, rev, error, reason));
  else if (g_strcmp0 (error, "not_found") == 0 || g_strcmp0 (error, "missing") == 0 || error == NULL)
    reading->parcels->skipped++;
  else
    reading->fault = "_bulk_get: error";
}

static gboolean
take_row (const SamspillWireRow *row, gpointer data)
{
  BulkReading *reading = data;
  g_autofree char *id = row->id != NULL ? samspill_sync_dup_string (row->id, row->id_length) : NULL;
  gint found = id != NULL ? find_row (reading, id) : -1;

  if (found < 0)
    {
      reading->fault = "_bulk_get: id";
      return FALSE;
    }

  const SamspillRow *want = samspill_rows_get (reading->wants, reading->first + (guint)found);
  guint count = ++reading->n_answers[found];
  if (row->text == NULL)
    take_failure (reading, want->id, row);
  else if (count > want->n_revs &&
           (count > want->n_revs + MOST_NEW_LEAVES || is_repeated (reading->parcels, want->id, row)))
    reading->fault = "_bulk_get: twice";
  else
    samspill_remote_add_parcel (reading->parcels, reading->first + (guint)found, row->text, row->length);
  return reading->fault == NULL;
}

/* Every revision that was asked for has an answer, and nothing else was sent. */
static gboolean
read_bulk (SamspillRemote *remote, GBytes *body, SamspillRows *wants, guint first, guint n, SamspillParcels *parcels,
           GError **error)
{
  g_autofree guint *n_answers = g_new0 (guint, n);
  BulkReading reading = { parcels, wants, first, n, .n_answers = n_answers };
  gsize length;
  const char *text = g_bytes_get_data (body, &length);

  if (!samspill_wire_foreach_in_bulk_get (text, length, take_row, &reading, NULL) && reading.fault == NULL)
    reading.fault = "_bulk_get";
  for (guint i = 0; i < n && reading.fault == NULL; i++)
    if (n_answers[i] < samspill_rows_get (wants, first + i)->n_revs)
      reading.fault = "_bulk_get: missing";
  g_clear_pointer (&reading.index, g_hash_table_unref);
  if (reading.fault == NULL)
    {
      g_ptr_array_add (parcels->owners, g_bytes_ref (body));
      return TRUE;
    }
  samspill_remote_set_nonsense (remote, reading.fault, error);
  return FALSE;
}

static gboolean
has_no_bulk_get (guint status)
{
  return status == 404 || status == 400 || status == 405 || status == 501;
}

SamspillParcels *
samspill_remote_fetch (SamspillPeer *peer, SamspillRows *wants, guint first, guint n, gsize max_bytes, gboolean stubs,
                       guint *done, GCancellable *cancellable, GError **error)
{
  SamspillRemotePeer *self = SAMSPILL_REMOTE_PEER (peer);
  g_autoptr (SamspillParcels) parcels = samspill_parcels_new (wants);
  g_auto (SamspillRemoteAnswer) answer = { 0 };
  GError *failure = NULL;

  *done = n;
  if (!g_atomic_int_get (&self->no_bulk_get))
    {
      if (!samspill_remote_post (self->remote, "_bulk_get?revs=true&latest=true", make_question (wants, first, n),
                                 &answer, cancellable, &failure))
        {
          if (n > 1 && g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
            {
              g_error_free (failure);
              return samspill_remote_fetch (peer, wants, first, n / 2, max_bytes, stubs, done, cancellable, error);
            }
          g_propagate_error (error, failure);
          return NULL;
        }
      if (answer.status == 200)
        return read_bulk (self->remote, answer.body, wants, first, n, parcels, error) ? g_steal_pointer (&parcels)
                                                                                      : NULL;
      if (answer.status == 413 && n > 1)
        return samspill_remote_fetch (peer, wants, first, n / 2, max_bytes, stubs, done, cancellable, error);
      if (!has_no_bulk_get (answer.status))
        {
          samspill_remote_set_error (self->remote, &answer, error);
          return NULL;
        }
      g_atomic_int_set (&self->no_bulk_get, TRUE);
    }
  return samspill_remote_fetch_singly (self, wants, first, n, parcels, cancellable, error) ? g_steal_pointer (&parcels)
                                                                                           : NULL;
}

typedef struct
{
  SamspillParcels *parcels;
  guint row;
  guint n_answers;
  gboolean is_wrong;
} OpenReading;

static gboolean
take_open_member (const char *name, const char *value, gsize length, gpointer data)
{
  OpenReading *reading = data;

  reading->n_answers++;
  if (g_str_equal (name, "ok") && *value == '{')
    samspill_remote_add_parcel (reading->parcels, reading->row, value, length);
  else if (g_str_equal (name, "missing") || g_str_equal (name, "error"))
    reading->parcels->skipped++;
  else
    reading->is_wrong = TRUE;
  return !reading->is_wrong;
}

static gboolean
take_open_element (const char *value, gsize length, gpointer data)
{
  OpenReading *reading = data;
  guint before = reading->n_answers;

  if (!samspill_json_foreach_member (value, (gssize)length, take_open_member, reading, NULL) ||
      reading->n_answers != before + 1)
    reading->is_wrong = TRUE;
  return !reading->is_wrong;
}

static char *
open_revs_path (const char *id, const char *const *revs, guint n)
{
  g_autoptr (GString) list = g_string_new ("[");
  g_autofree char *escaped_id = samspill_remote_escape_id (id);

  for (guint r = 0; r < n; r++)
    {
      if (r > 0)
        g_string_append_c (list, ',');
      samspill_json_append_quoted (list, revs[r], strlen (revs[r]));
    }
  g_string_append_c (list, ']');
  g_autofree char *escaped = g_uri_escape_string (list->str, NULL, FALSE);
  return g_strdup_printf ("%s?revs=true&latest=true&open_revs=%s", escaped_id, escaped);
}

static gboolean
fetch_open_revs (SamspillRemotePeer *self, guint row, const char *const *revs, guint n, SamspillParcels *parcels,
                 GCancellable *cancellable, GError **error)
{
  const char *id = samspill_rows_get (parcels->wants, row)->id;
  g_autofree char *path = open_revs_path (id, revs, n);
  g_auto (SamspillRemoteAnswer) answer = { 0 };
  SamspillRemoteRequest request = { .method = "GET", .path = path };
  OpenReading reading = { parcels, row };
  gsize length;

  if (!samspill_remote_send (self->remote, &request, &answer, cancellable, error))
    return FALSE;
  if (answer.status == 404)
    {
      parcels->skipped += n;
      return TRUE;
    }
  if (answer.status == 403)
    {
      g_autofree char *name = NULL, *reason = NULL;
      samspill_remote_dup_reason (&answer, &name, &reason);
      g_ptr_array_add (parcels->refusals, samspill_refusal_new (id, revs[0], name, reason));
      return TRUE;
    }
  if (answer.status != 200)
    {
      samspill_remote_set_error (self->remote, &answer, error);
      return FALSE;
    }

  const char *text = g_bytes_get_data (answer.body, &length);
  if (!samspill_json_foreach_element (text, (gssize)length, take_open_element, &reading, NULL) || reading.is_wrong ||
      reading.n_answers == 0)
    {
      samspill_remote_set_nonsense (self->remote, "open_revs", error);
      return FALSE;
    }
  g_ptr_array_add (parcels->owners, g_bytes_ref (answer.body));
  return TRUE;
}

gboolean
samspill_remote_fetch_singly (SamspillRemotePeer *self, SamspillRows *wants, guint first, guint n,
                              SamspillParcels *parcels, GCancellable *cancellable, GError **error)
{
  for (guint i = first; i < first + n; i++)
    {
      const SamspillRow *row = samspill_rows_get (wants, i);

      for (guint r = 0; r < row->n_revs; r += MOST_REVS_IN_A_QUERY)
        if (!fetch_open_revs (self, i, samspill_rows_get_revs (wants, i) + r,
                              MIN (MOST_REVS_IN_A_QUERY, row->n_revs - r), parcels, cancellable, error))
          return FALSE;
    }
  return TRUE;
}
