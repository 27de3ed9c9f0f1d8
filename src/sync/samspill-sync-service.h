/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-endpoint.h"
#include "samspill-replicator.h"

G_BEGIN_DECLS

/**
 * SamspillSyncService:
 *
 * When to replicate which space, and what to say about it. Main thread. Runs at start, soon after a change, when the network comes back, by timer and long
 * poll, before quit (flush). Back-off with jitter; paused; metered networks wait unless asked; one run at a time a space.
 *
 * Signals: `changed` (any state below), `arrived (space, ids)` after a pull that brought something.
 */
#define SAMSPILL_TYPE_SYNC_SERVICE (samspill_sync_service_get_type ())
G_DECLARE_FINAL_TYPE (SamspillSyncService, samspill_sync_service, SAMSPILL, SYNC_SERVICE, GObject)

typedef enum
{
  SAMSPILL_SYNC_OFF,        /* no endpoint, or not turned on */
  SAMSPILL_SYNC_IDLE,       /* all is sent */
  SAMSPILL_SYNC_RUNNING,
  SAMSPILL_SYNC_WAITING,    /* offline, backing off, metered */
  SAMSPILL_SYNC_PAUSED,
  SAMSPILL_SYNC_NEEDS_PASSWORD,
  SAMSPILL_SYNC_FAILED,     /* something that a person has to see to */
} SamspillSyncState;

typedef struct
{
  char *space;
  SamspillEndpoint *endpoint;  /* nullable */
  SamspillSyncState state;
  gint64 pending;              /* our revisions that are not sent yet */
  gint64 refused;
  gint64 to_fetch;             /* -1: not known */
  gint64 last_us;              /* of the last whole run; 0: never */
  GError *error;               /* the last one, translated, nullable */
} SamspillSpaceSync;
void samspill_space_sync_free (SamspillSpaceSync *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillSpaceSync, samspill_space_sync_free)

SamspillSyncService *samspill_sync_service_new        (SamspillStore *store);
void                 samspill_sync_service_start      (SamspillSyncService *self);
void                 samspill_sync_service_reload     (SamspillSyncService *self); /* endpoints changed */
void                 samspill_sync_service_run_now    (SamspillSyncService *self, const char *space /* NULL: all */, gboolean even_if_metered);
void                 samspill_sync_service_cancel     (SamspillSyncService *self); /* what runs; it comes again by itself */
void                 samspill_sync_service_set_paused (SamspillSyncService *self, gboolean paused); /* remembered */
gboolean             samspill_sync_service_get_paused (SamspillSyncService *self);
void                 samspill_sync_service_flush_async  (SamspillSyncService *self, guint seconds, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean             samspill_sync_service_flush_finish (SamspillSyncService *self, GAsyncResult *result, GError **error);
GPtrArray           *samspill_sync_service_dup_spaces (SamspillSyncService *self); /* (element-type SamspillSpaceSync) */
SamspillSyncState    samspill_sync_service_get_state  (SamspillSyncService *self); /* of all: the worst */

/* Of one record, from the store alone (any program may ask): what was refused and why, and whether its winner is sent. Kept in a local document; gone when a newer revision is accepted. */
typedef enum { SAMSPILL_RECORD_LOCAL /* its space goes nowhere */, SAMSPILL_RECORD_WAITING, SAMSPILL_RECORD_SENT, SAMSPILL_RECORD_REFUSED } SamspillRecordSync;
SamspillRecordSync   samspill_sync_look_at_record     (SamspillStore *store, const char *space, const char *id, char **reason, GError **error);
GPtrArray           *samspill_sync_list_refusals      (SamspillStore *store, const char *space, GError **error); /* (element-type SamspillRefusal) */
gboolean             samspill_sync_keep_refusals      (SamspillStore *store, const char *space, GPtrArray *refusals, GError **error);

G_END_DECLS
