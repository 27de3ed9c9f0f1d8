/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-peer-private.h"

G_BEGIN_DECLS

/* The parts of a database of a server as a peer: what is asked and what the answers say. */

typedef struct
{
  SamspillPeer parent_instance;
  SamspillRemote *remote;
  gint no_bulk_get; /* atomic: the server has none */
} SamspillRemotePeer;

typedef struct
{
  SamspillPeerClass parent_class;
} SamspillRemotePeerClass;

#define SAMSPILL_REMOTE_PEER(object) (G_TYPE_CHECK_INSTANCE_CAST ((object), samspill_remote_peer_get_type (), SamspillRemotePeer))
#define SAMSPILL_IS_REMOTE_PEER(object) (G_TYPE_CHECK_INSTANCE_TYPE ((object), samspill_remote_peer_get_type ()))

/* POST of JSON; any status that send() leaves to us. Takes body. */
gboolean         samspill_remote_post         (SamspillRemote *self, const char *path, GString *body, SamspillRemoteAnswer *answer, GCancellable *cancellable, GError **error);
void             samspill_remote_set_nonsense (SamspillRemote *self, const char *what, GError **error); /* PROTOCOL */

SamspillRows    *samspill_remote_find_missing (SamspillPeer *peer, SamspillRows *rows, guint first, guint n, GCancellable *cancellable, GError **error);
SamspillParcels *samspill_remote_fetch        (SamspillPeer *peer, SamspillRows *wants, guint first, guint n, gsize max_bytes, gboolean stubs, guint *done, GCancellable *cancellable, GError **error);
/* The old way, one document a request. */
gboolean         samspill_remote_fetch_singly (SamspillRemotePeer *self, SamspillRows *wants, guint first, guint n, SamspillParcels *parcels, GCancellable *cancellable, GError **error);
void             samspill_remote_add_parcel   (SamspillParcels *parcels, guint row, const char *text, gsize length);
gboolean         samspill_remote_write        (SamspillPeer *peer, SamspillPeer *source, SamspillParcels *parcels, SamspillReceipt *receipt, GCancellable *cancellable, GError **error);

G_END_DECLS
