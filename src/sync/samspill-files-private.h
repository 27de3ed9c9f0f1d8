/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-attachments.h"
#include "samspill-peer-private.h"

G_BEGIN_DECLS

/* Files of documents on their way; all block, in worker threads. */

/* The bytes of one file that is a stub here, going on where an earlier attempt was cut. SAMSPILL_SYNC_ERROR_NOT_FOUND: the source has it no more. */
gboolean samspill_files_fetch        (SamspillRemote *source, SamspillStore *store, const char *space, const char *id, const char *rev, const SamspillAttachment *attachment, GCancellable *cancellable, GError **error);
/* All that are wanted in a space, several at once. Adds to *files, *bytes and *skipped. */
gboolean samspill_files_fetch_wanted (SamspillRemote *source, SamspillStore *store, const char *space, gint64 *files, gint64 *bytes, gint64 *skipped, GCancellable *cancellable, GError **error);
/* A document whose files are too large to go inside it, as multipart/related. FALSE with error: nothing can be believed; a refusal is in the receipt. */
gboolean samspill_files_send         (SamspillPeer *source, SamspillRemote *target, const SamspillParcel *parcel, SamspillReceipt *receipt, GCancellable *cancellable, GError **error);

/* Streams one after the other; each is opened when it is its turn. Takes the parts: GInputStream or GFile. */
GInputStream *samspill_chain_stream_new (GPtrArray *parts);

G_END_DECLS
