/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the store knows of all spaces: where they go, what is not sent yet, what was refused. */

#include "samspill-sync-service-private.h"

#include "samspill-json-text.h"
#include "samspill-wire.h"

void
samspill_sync_standing_free (SamspillSyncStanding *standing)
{
  g_clear_pointer (&standing->endpoints, g_ptr_array_unref);
  g_array_unref (standing->pending);
  g_array_unref (standing->refused);
  g_free (standing);
}

static gboolean
add_standing (SamspillSyncStanding *standing, SamspillStore *store, const SamspillEndpoint *endpoint, GError **error)
{
  gint64 pending = 0, refused = 0;

  if (endpoint->is_on && samspill_store_has_space (store, endpoint->space))
    {
      g_autoptr (SamspillPeer) remote = samspill_sync_open_endpoint (endpoint, NULL, NULL);
      g_autoptr (GPtrArray) refusals = samspill_sync_list_refusals (store, endpoint->space, error);
      gint64 pushed = remote != NULL ? samspill_sync_get_pushed_seq (store, endpoint->space, remote, NULL) : 0;

      if (refusals == NULL)
        return FALSE;
      refused = refusals->len;
      pending = samspill_sync_count_pending (store, endpoint->space, MAX (pushed, 0), error);
      if (pending < 0)
        return FALSE;
    }
  g_array_append_val (standing->pending, pending);
  g_array_append_val (standing->refused, refused);
  return TRUE;
}

void
samspill_sync_standing_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  SamspillStore *store = task_data;
  SamspillSyncStanding *standing = g_new0 (SamspillSyncStanding, 1);
  GError *error = NULL;

  standing->pending = g_array_new (FALSE, FALSE, sizeof (gint64));
  standing->refused = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *settings = samspill_store_get_local (store, "", SAMSPILL_SYNC_SETTINGS, NULL);
  g_autofree char *paused = settings != NULL ? samspill_json_dup_member (settings, -1, "paused") : NULL;
  standing->is_paused = g_strcmp0 (paused, "true") == 0;
  standing->endpoints = samspill_endpoints_list (store, &error);
  for (guint i = 0; standing->endpoints != NULL && error == NULL && i < standing->endpoints->len; i++)
    add_standing (standing, store, standing->endpoints->pdata[i], &error);
  if (error == NULL)
    {
      g_task_return_pointer (task, standing, (GDestroyNotify)samspill_sync_standing_free);
      return;
    }
  samspill_sync_standing_free (standing);
  g_task_return_error (task, error);
}
