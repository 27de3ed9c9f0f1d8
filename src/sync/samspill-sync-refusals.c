/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What was not accepted, and why: kept in a local document of the space until a newer revision is accepted. */

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-json-text.h"
#include "samspill-peer-private.h"
#include "samspill-sync-round.h"
#include "samspill-sync-service.h"

#define DOCUMENT "samspill-refusals"

static gboolean
take_refusal (const char *value, gsize length, gpointer data)
{
  g_autofree char *id = NULL, *rev = NULL, *name = NULL, *reason = NULL;

  if (*value != '{')
    return TRUE;
  id = samspill_json_dup_string (value, (gssize)length, "id");
  rev = samspill_json_dup_string (value, (gssize)length, "rev");
  name = samspill_json_dup_string (value, (gssize)length, "error");
  reason = samspill_json_dup_string (value, (gssize)length, "reason");
  if (id != NULL)
    g_ptr_array_add (data, samspill_refusal_new (id, rev, name, reason));
  return TRUE;
}

GPtrArray *
samspill_sync_list_refusals (SamspillStore *store, const char *space, GError **error)
{
  g_autoptr (GPtrArray) refusals = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_refusal_free);
  GError *failure = NULL;
  g_autofree char *json = samspill_store_get_local (store, space, DOCUMENT, &failure);
  g_autofree char *list = json != NULL ? samspill_json_dup_member (json, -1, "refusals") : NULL;

  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return NULL;
    }
  if (list != NULL && *list == '[' && !samspill_json_foreach_element (list, -1, take_refusal, refusals, error))
    return NULL;
  return g_steal_pointer (&refusals);
}

static void
append_refusal (GString *out, const SamspillRefusal *refusal, const char *rev)
{
  g_autofree char *id = samspill_json_quote (refusal->id);
  g_autofree char *quoted_rev = rev != NULL ? samspill_json_quote (rev) : NULL;
  g_autofree char *name = samspill_json_quote (refusal->error);
  g_autofree char *reason = samspill_json_quote (refusal->reason);

  g_string_append_printf (out, "%s{\"id\":%s,\"rev\":%s,\"error\":%s,\"reason\":%s}",
                          out->str[out->len - 1] == '[' ? "" : ",", id, quoted_rev != NULL ? quoted_rev : "null", name,
                          reason);
}

static const SamspillRefusal *
find_refusal (GPtrArray *refusals, const char *id)
{
  for (guint i = 0; i < refusals->len; i++)
    if (g_str_equal (((SamspillRefusal *)refusals->pdata[i])->id, id))
      return refusals->pdata[i];
  return NULL;
}

/* before: nullable. */
static gboolean
write_refusals (SamspillStore *store, const char *space, GPtrArray *refusals, GPtrArray *before, GError **error)
{
  g_autoptr (GString) out = g_string_new ("{\"refusals\":[");

  for (guint i = 0; i < refusals->len; i++)
    {
      const SamspillRefusal *refusal = refusals->pdata[i];
      g_autofree char *winner = NULL;

      if (refusal->rev == NULL)
        samspill_store_lookup (store, space, refusal->id, &winner, NULL, NULL);
      append_refusal (out, refusal, refusal->rev != NULL ? refusal->rev : winner);
    }
  for (guint i = 0; before != NULL && i < before->len; i++)
    {
      const SamspillRefusal *refusal = before->pdata[i];
      g_autofree char *winner = NULL;

      if (find_refusal (refusals, refusal->id) == NULL &&
          samspill_store_lookup (store, space, refusal->id, &winner, NULL, NULL) &&
          g_strcmp0 (winner, refusal->rev) == 0)
        append_refusal (out, refusal, refusal->rev);
    }
  g_string_append (out, "]}");
  return samspill_store_put_local (store, space, DOCUMENT, out->str, error);
}

/**
 * samspill_sync_keep_refusals:
 * @store: a store
 * @space: the space that was sent
 * @refusals: (element-type SamspillRefusal): what the other side did not take of all that was sent
 * @error: return location for an error
 *
 * Those that were kept before stay as long as the revision that was refused is the one that is shown: a newer one was
 * accepted, or is in @refusals.
 *
 * Returns: %FALSE with error where the store failed
 */
gboolean
samspill_sync_keep_refusals (SamspillStore *store, const char *space, GPtrArray *refusals, GError **error)
{
  g_autoptr (GPtrArray) before = samspill_sync_list_refusals (store, space, error);

  if (before == NULL)
    return FALSE;
  return (before->len == 0 && refusals->len == 0) || write_refusals (store, space, refusals, before, error);
}

gboolean
samspill_sync_replace_refusals (SamspillStore *store, const char *space, GPtrArray *refusals, GError **error)
{
  return write_refusals (store, space, refusals, NULL, error);
}

static gboolean
is_sent (SamspillStore *store, const char *space, const SamspillEndpoint *endpoint, gint64 seq, GError **error)
{
  g_autoptr (SamspillPeer) remote = samspill_sync_open_endpoint (endpoint, NULL, error);

  return remote != NULL && seq <= samspill_sync_get_pushed_seq (store, space, remote, error);
}

/**
 * samspill_sync_look_at_record:
 * @store: a store
 * @space: a space
 * @id: a document
 * @reason: (out) (nullable) (transfer full): why it was refused
 * @error: return location for an error; LOCAL is returned then
 *
 * Where a record stands, from the store alone.
 */
SamspillRecordSync
samspill_sync_look_at_record (SamspillStore *store, const char *space, const char *id, char **reason, GError **error)
{
  g_autoptr (SamspillEndpoint) endpoint = NULL;
  g_autoptr (GPtrArray) refusals = NULL;
  g_autoptr (SamspillDocument) document = NULL;
  GError *failure = NULL;

  if (reason != NULL)
    *reason = NULL;
  endpoint = samspill_endpoints_find (store, space, error);
  if (endpoint == NULL || !endpoint->is_on)
    return SAMSPILL_RECORD_LOCAL;
  document = samspill_store_get (store, space, id, NULL, error);
  refusals = document != NULL ? samspill_sync_list_refusals (store, space, error) : NULL;
  if (refusals == NULL)
    return SAMSPILL_RECORD_LOCAL;

  const SamspillRefusal *refusal = find_refusal (refusals, id);
  if (refusal != NULL && g_strcmp0 (refusal->rev, document->rev) == 0)
    {
      if (reason != NULL)
        *reason = g_strdup (refusal->reason);
      return SAMSPILL_RECORD_REFUSED;
    }
  gboolean sent = is_sent (store, space, endpoint, document->seq, &failure);
  if (failure != NULL)
    {
      g_propagate_error (error, failure);
      return SAMSPILL_RECORD_LOCAL;
    }
  return sent ? SAMSPILL_RECORD_SENT : SAMSPILL_RECORD_WAITING;
}
