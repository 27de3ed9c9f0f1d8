/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-sync-clock.h"
#include "samspill-sync-round.h"
#include "samspill-sync-service.h"

G_BEGIN_DECLS

/* Time of the service, so that tests need none: one shot timers on the main thread. */
typedef struct
{
  guint    (*add)    (guint ms, GSourceFunc func, gpointer func_data, gpointer data);
  void     (*remove) (guint id, gpointer data);
  double   (*random) (gpointer data);
  gpointer data;
} SamspillSyncTimers;
void samspill_sync_service_set_timers (SamspillSyncService *self, const SamspillSyncTimers *timers); /* before start */
/* What GNetworkMonitor says, for tests: -1: ask it. */
void samspill_sync_service_set_network (SamspillSyncService *self, int available, int metered);

#define SAMSPILL_SYNC_CHANGE_MS 2000            /* after a change of ours */
#define SAMSPILL_SYNC_EVERY_MS (5 * 60 * 1000)  /* when nothing calls for it */
#define SAMSPILL_SYNC_FIRST_RETRY_MS (5 * 1000)
#define SAMSPILL_SYNC_LAST_RETRY_MS (15 * 60 * 1000)

#define SAMSPILL_SYNC_SETTINGS "samspill-sync" /* local document of the store */

/* What the store knows of all spaces; a GTaskThreadFunc reads it, with the store as task data. */
typedef struct
{
  GPtrArray *endpoints;
  GArray *pending, *refused; /* gint64, beside endpoints */
  gboolean is_paused;
} SamspillSyncStanding;
void samspill_sync_standing_free   (SamspillSyncStanding *self);
void samspill_sync_standing_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable);

/* One space of the service. Main thread; threads that work for it hold a reference and find `service` NULL when it is gone. */
typedef struct _SamspillSyncSpace SamspillSyncSpace;
struct _SamspillSyncSpace
{
  guint refs;
  SamspillSyncService *service; /* not owned; NULL: gone */
  char *name;
  SamspillEndpoint *endpoint;
  SamspillPeer *remote;         /* NULL: the password is not known yet */
  SamspillSyncState state;
  gint64 pending, refused, to_fetch, last_us;
  GError *error;
  gboolean try_refused;         /* with the next round: it is the first, or a person asked */
  gboolean is_running, again, again_if_metered;
  GCancellable *run, *poll;     /* what is under way; nullable */
  guint timer, attempt;
};

SamspillSyncSpace *samspill_sync_space_new      (SamspillSyncService *service, const SamspillEndpoint *endpoint);
void               samspill_sync_space_drop     (SamspillSyncSpace *self); /* stops all that it does, and lets go */
void               samspill_sync_space_run      (SamspillSyncSpace *self, gboolean even_if_metered);
void               samspill_sync_space_schedule (SamspillSyncSpace *self, guint ms);
void               samspill_sync_space_stop     (SamspillSyncSpace *self); /* what runs and polls and waits */
void               samspill_sync_space_set_state (SamspillSyncSpace *self, SamspillSyncState state);

/* For the spaces. */
SamspillStore     *samspill_sync_service_get_store     (SamspillSyncService *self);
const SamspillSyncTimers *samspill_sync_service_get_timers (SamspillSyncService *self);
gboolean           samspill_sync_service_is_online     (SamspillSyncService *self);
gboolean           samspill_sync_service_is_metered    (SamspillSyncService *self);
void               samspill_sync_service_emit_changed  (SamspillSyncService *self);
void               samspill_sync_service_emit_arrived  (SamspillSyncService *self, const char *space, const char * const *ids);
void               samspill_sync_service_check_flushes (SamspillSyncService *self);

G_END_DECLS
