/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-replicator-private.h"
#include "script-server.h"
#include "store-fixture.h"

G_BEGIN_DECLS

/* A store with the space "commons", a scripted server, and a clock on which waiting costs nothing. */
typedef struct
{
  StoreFixture store;
  ScriptServer *server;
  gint64 waited_us;   /* of all waits */
  guint n_waits;
} SyncFixture;

void                 sync_fixture_add    (const char *path, gconstpointer data, void (*test) (SyncFixture *fixture, gconstpointer data));
SamspillPeer        *sync_fixture_space  (SyncFixture *fixture);
SamspillPeer        *sync_fixture_remote (SyncFixture *fixture);
/* `error` NULL: it must succeed. */
SamspillReplication *sync_fixture_pull   (SyncFixture *fixture, GError **error);
SamspillReplication *sync_fixture_push   (SyncFixture *fixture, GError **error);
gint64               sync_fixture_count  (SyncFixture *fixture); /* documents in the space */
char                *sync_fixture_put    (SyncFixture *fixture, const char *id, const char *json); /* its revision */

G_END_DECLS
