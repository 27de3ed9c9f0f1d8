/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What blocks on disk, run on another thread. `func` must touch nothing that belongs to the main thread; a result of NULL
 * without an error is a result, too. `owner` is kept alive until the callback has run, and is its source object. */
typedef gpointer (*SamspillWorkFunc) (gpointer data, GError **error);

void     samspill_work_async  (gpointer owner, SamspillWorkFunc func, gpointer data, GDestroyNotify free_data,
                               GDestroyNotify free_result, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data);
/* Waits until no work runs: before what it works on is closed. */
void     samspill_work_drain  (void);
/* (transfer full) */
gpointer samspill_work_finish (GAsyncResult *result, GError **error);

G_END_DECLS
