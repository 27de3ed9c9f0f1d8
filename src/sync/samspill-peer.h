/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "samspill-store.h"

G_BEGIN_DECLS

#define SAMSPILL_SYNC_ERROR (samspill_sync_error_quark ())
GQuark samspill_sync_error_quark (void);
typedef enum
{
  SAMSPILL_SYNC_ERROR_FAILED,
  SAMSPILL_SYNC_ERROR_OFFLINE,      /* no connection; try again later */
  SAMSPILL_SYNC_ERROR_UNAUTHORIZED, /* 401: name or password */
  SAMSPILL_SYNC_ERROR_FORBIDDEN,    /* 403: of a whole database */
  SAMSPILL_SYNC_ERROR_NOT_FOUND,    /* no such database */
  SAMSPILL_SYNC_ERROR_PROTOCOL,     /* the answer was cut, cannot be read, or is not what was asked for */
  SAMSPILL_SYNC_ERROR_BUSY,         /* 429, 503 beyond patience */
  SAMSPILL_SYNC_ERROR_TLS,          /* certificate; or no TLS to a host that is not loopback */
  SAMSPILL_SYNC_ERROR_CLOCK,
  SAMSPILL_SYNC_ERROR_INVALID,      /* an address or a name that cannot be one */
} SamspillSyncError;

/**
 * SamspillPeer:
 *
 * One side of a replication: a space of a store, or a database of a server. Belongs to the thread that made it (its main
 * context); the work on disk runs elsewhere.
 */
#define SAMSPILL_TYPE_PEER (samspill_peer_get_type ())
G_DECLARE_DERIVABLE_TYPE (SamspillPeer, samspill_peer, SAMSPILL, PEER, GObject)

/* url: "https://host/db"; may carry name:password@ (taken out of all that is shown). INVALID; TLS unless loopback. */
SamspillPeer *samspill_peer_new_remote (const char *url, const char *user, const char *password, GError **error);
SamspillPeer *samspill_peer_new_space  (SamspillStore *store, const char *space, GError **error);
const char   *samspill_peer_get_name   (SamspillPeer *self); /* to show: address without password, or "space:NAME" */

G_END_DECLS
