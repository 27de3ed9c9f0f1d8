/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file system for SQLite that goes wrong when it is told to. Registered as the default one, so that the store under
 * test uses it without knowing. Not for several threads. */
typedef enum
{
  FAULT_NONE,
  FAULT_FULL,        /* no room: nothing of the write is done */
  FAULT_SHORT_WRITE, /* half of it is on disk, then an I/O error */
  FAULT_IO,          /* an I/O error on write, sync, truncate or delete */
  FAULT_POWER,       /* the power goes: of what was written since each file's last sync some is lost, some torn; nothing works
                        from then on (always lasting) */
  N_FAULTS
} FaultKind;

void     fault_vfs_register      (void);
/* The `nth` call that writes goes wrong (from 1), and with `lasting` all after it, until the next call of this. */
void     fault_vfs_arm           (FaultKind kind, guint nth, gboolean lasting);
gboolean fault_vfs_has_fired     (void);
/* When no connection is open any more: gives back what a power cut had to hold. */
void     fault_vfs_release       (void);
/* As a folder in which this user may only read. */
void     fault_vfs_set_read_only (gboolean read_only);

G_END_DECLS
