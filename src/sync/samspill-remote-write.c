/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Documents to a server: `_bulk_docs` with new_edits=false, spliced from what is there as text. */

#include "samspill-files-private.h"
#include "samspill-remote-peer-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-json-text.h"

typedef struct
{
  SamspillParcels *parcels;
  guint first, n;
  SamspillReceipt *receipt;
  guint n_refused;
  const char *fault;
} ReceiptReading;

static GString *
make_batch (SamspillParcels *parcels, guint first, guint n)
{
  gsize length = 64;

  for (guint i = first; i < first + n; i++)
    length += samspill_parcels_get (parcels, i)->length + 1;

  GString *out = g_string_sized_new (length);
  g_string_append (out, "{\"new_edits\":false,\"docs\":[");
  for (guint i = first; i < first + n; i++)
    {
      const SamspillParcel *parcel = samspill_parcels_get (parcels, i);

      if (i > first)
        g_string_append_c (out, ',');
      g_string_append_len (out, parcel->text, (gssize)parcel->length);
    }
  g_string_append (out, "]}");
  return out;
}

static const SamspillParcel *
find_parcel (const ReceiptReading *reading, const char *id)
{
  for (guint i = reading->first; i < reading->first + reading->n; i++)
    if (g_str_equal (samspill_parcels_get (reading->parcels, i)->id, id))
      return samspill_parcels_get (reading->parcels, i);
  return NULL;
}

/* What is wrong with the server passes; what is wrong with a document does not. */
static gboolean
is_passing (const char *error)
{
  static const char *const passing[] = { "internal_server_error", "timeout", "service_unavailable", "badmatch", NULL };

  return g_strv_contains (passing, error);
}

static gboolean
take_receipt (const char *value, gsize length, gpointer data)
{
  ReceiptReading *reading = data;
  g_autofree char *error = NULL, *id = NULL, *reason = NULL, *rev = NULL;

  if (*value != '{')
    {
      reading->fault = "_bulk_docs";
      return FALSE;
    }
  id = samspill_json_dup_string (value, (gssize)length, "id");
  error = samspill_json_dup_string (value, (gssize)length, "error");
  const SamspillParcel *parcel = id != NULL ? find_parcel (reading, id) : NULL;
  if (parcel == NULL)
    {
      reading->fault = "_bulk_docs: id";
      return FALSE;
    }
  if (error == NULL)
    return TRUE;
  if (is_passing (error))
    {
      reading->fault = "_bulk_docs: error";
      return FALSE;
    }
  rev = samspill_json_dup_string (value, (gssize)length, "rev");
  reason = samspill_json_dup_string (value, (gssize)length, "reason");
  g_ptr_array_add (reading->receipt->refusals,
                   samspill_refusal_new (id, rev != NULL ? rev : parcel->rev, error, reason));
  reading->n_refused++;
  return TRUE;
}

static gboolean write_some (SamspillRemotePeer *self, SamspillParcels *parcels, guint first, guint n,
                            SamspillReceipt *receipt, GCancellable *cancellable, GError **error);

/* One document is enough for a server to answer 400 or 412 to all, and 413 says that it is too much: which one it is
 * comes out by halving. */
static gboolean
halve (SamspillRemotePeer *self, const SamspillRemoteAnswer *answer, SamspillParcels *parcels, guint first, guint n,
       SamspillReceipt *receipt, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = NULL, *reason = NULL;

  if (n > 1)
    return write_some (self, parcels, first, n / 2, receipt, cancellable, error) &&
           write_some (self, parcels, first + n / 2, n - n / 2, receipt, cancellable, error);

  const SamspillParcel *parcel = samspill_parcels_get (parcels, first);
  samspill_remote_dup_reason (answer, &name, &reason);
  if (answer->status == 413 && name == NULL)
    name = g_strdup ("too_large");
  if (answer->status == 413 && reason == NULL)
    reason = g_strdup (_ ("The record is larger than what the server takes."));
  g_ptr_array_add (receipt->refusals, samspill_refusal_new (parcel->id, parcel->rev, name, reason));
  return TRUE;
}

static gboolean
write_some (SamspillRemotePeer *self, SamspillParcels *parcels, guint first, guint n, SamspillReceipt *receipt,
            GCancellable *cancellable, GError **error)
{
  g_auto (SamspillRemoteAnswer) answer = { 0 };
  ReceiptReading reading = { parcels, first, n, receipt };
  gsize length;

  if (n == 0)
    return TRUE;
  if (!samspill_remote_post (self->remote, "_bulk_docs", make_batch (parcels, first, n), &answer, cancellable, error))
    return FALSE;
  if (answer.status == 400 || answer.status == 412 || answer.status == 413)
    return halve (self, &answer, parcels, first, n, receipt, cancellable, error);
  if (answer.status != 200 && answer.status != 201 && answer.status != 202)
    {
      samspill_remote_set_error (self->remote, &answer, error);
      return FALSE;
    }

  const char *text = g_bytes_get_data (answer.body, &length);
  if (length == 0 || !samspill_json_foreach_element (text, (gssize)length, take_receipt, &reading, NULL))
    reading.fault = "_bulk_docs";
  if (reading.fault != NULL)
    {
      samspill_remote_set_nonsense (self->remote, reading.fault, error);
      return FALSE;
    }
  receipt->written += n - MIN (n, reading.n_refused);
  return TRUE;
}

/* Those with large files go one by one, after the others. */
static SamspillParcels *
split (SamspillParcels *parcels, GPtrArray *large)
{
  SamspillParcels *small = samspill_parcels_new (parcels->wants);

  for (guint i = 0; i < parcels->parcels->len; i++)
    {
      SamspillParcel *parcel = samspill_parcels_get (parcels, i);

      if (parcel->is_large)
        g_ptr_array_add (large, parcel);
      else
        g_array_append_val (small->parcels, *parcel);
    }
  return small;
}

gboolean
samspill_remote_write (SamspillPeer *peer, SamspillPeer *source, SamspillParcels *parcels, SamspillReceipt *receipt,
                       GCancellable *cancellable, GError **error)
{
  SamspillRemotePeer *self = SAMSPILL_REMOTE_PEER (peer);
  g_autoptr (GPtrArray) large = g_ptr_array_new ();
  g_autoptr (SamspillParcels) small = split (parcels, large);

  if (!write_some (self, small, 0, small->parcels->len, receipt, cancellable, error))
    return FALSE;
  for (guint i = 0; i < large->len; i++)
    if (!samspill_files_send (source, self->remote, large->pdata[i], receipt, cancellable, error))
      return FALSE;
  return TRUE;
}
