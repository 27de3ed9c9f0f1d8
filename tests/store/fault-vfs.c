/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault-vfs.h"

#include <sqlite3.h>

typedef struct
{
  sqlite3_file base;
  sqlite3_file *real; /* in the bytes behind this */
} FaultFile;

static sqlite3_vfs *real_vfs;
static FaultKind armed_kind;
static guint countdown;
static gboolean is_lasting, has_fired, is_read_only;

#define REAL(file) (((FaultFile *)(file))->real)
#define CALL(file, method, ...) (REAL (file)->pMethods->method (REAL (file) __VA_OPT__ (, ) __VA_ARGS__))

void
fault_vfs_arm (FaultKind kind, guint nth, gboolean lasting)
{
  armed_kind = kind;
  countdown = nth;
  is_lasting = lasting;
  has_fired = FALSE;
}

gboolean
fault_vfs_has_fired (void)
{
  return has_fired;
}

void
fault_vfs_set_read_only (gboolean read_only)
{
  is_read_only = read_only;
}

/* Whether this call is the one. */
static gboolean
is_due (void)
{
  if (armed_kind == FAULT_NONE)
    return FALSE;
  if (has_fired)
    return is_lasting;
  if (--countdown > 0)
    return FALSE;
  has_fired = TRUE;
  return TRUE;
}

static int
fault_close (sqlite3_file *file)
{
  return CALL (file, xClose);
}

static int
fault_read (sqlite3_file *file, void *data, int amount, sqlite3_int64 offset)
{
  return CALL (file, xRead, data, amount, offset);
}

static int
fault_write (sqlite3_file *file, const void *data, int amount, sqlite3_int64 offset)
{
  if (!is_due ())
    return CALL (file, xWrite, data, amount, offset);
  if (armed_kind == FAULT_SHORT_WRITE)
    CALL (file, xWrite, data, amount / 2, offset);
  return armed_kind == FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int
fault_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  return is_due () ? SQLITE_IOERR_TRUNCATE : CALL (file, xTruncate, size);
}

static int
fault_sync (sqlite3_file *file, int flags)
{
  /* What is tested is what a program sees, not what a power cut leaves: the real sync would only take time. */
  return is_due () ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int
fault_file_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return CALL (file, xFileSize, size);
}

static int
fault_lock (sqlite3_file *file, int lock)
{
  return CALL (file, xLock, lock);
}

static int
fault_unlock (sqlite3_file *file, int lock)
{
  return CALL (file, xUnlock, lock);
}

static int
fault_check_reserved_lock (sqlite3_file *file, int *result)
{
  return CALL (file, xCheckReservedLock, result);
}

static int
fault_file_control (sqlite3_file *file, int operation, void *argument)
{
  return CALL (file, xFileControl, operation, argument);
}

static int
fault_sector_size (sqlite3_file *file)
{
  return CALL (file, xSectorSize);
}

static int
fault_device_characteristics (sqlite3_file *file)
{
  return CALL (file, xDeviceCharacteristics);
}

static int
fault_shm_map (sqlite3_file *file, int region, int size, int extend, void volatile **memory)
{
  return is_read_only ? SQLITE_CANTOPEN : CALL (file, xShmMap, region, size, extend, memory);
}

static int
fault_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  return CALL (file, xShmLock, offset, n, flags);
}

static void
fault_shm_barrier (sqlite3_file *file)
{
  CALL (file, xShmBarrier);
}

static int
fault_shm_unmap (sqlite3_file *file, int delete)
{
  return CALL (file, xShmUnmap, delete);
}

static const sqlite3_io_methods methods = {
  .iVersion = 2, /* no memory mapping: every write is seen */
  .xClose = fault_close,
  .xRead = fault_read,
  .xWrite = fault_write,
  .xTruncate = fault_truncate,
  .xSync = fault_sync,
  .xFileSize = fault_file_size,
  .xLock = fault_lock,
  .xUnlock = fault_unlock,
  .xCheckReservedLock = fault_check_reserved_lock,
  .xFileControl = fault_file_control,
  .xSectorSize = fault_sector_size,
  .xDeviceCharacteristics = fault_device_characteristics,
  .xShmMap = fault_shm_map,
  .xShmLock = fault_shm_lock,
  .xShmBarrier = fault_shm_barrier,
  .xShmUnmap = fault_shm_unmap,
};

static int
fault_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  FaultFile *self = (FaultFile *)file;
  int code;

  self->real = (sqlite3_file *)(self + 1);
  if (is_read_only && (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0)
    code = SQLITE_CANTOPEN;
  else if (is_read_only && (flags & SQLITE_OPEN_READWRITE) != 0)
    code = real_vfs->xOpen (real_vfs, name, self->real,
                            (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY, out_flags);
  else
    code = real_vfs->xOpen (real_vfs, name, self->real, flags, out_flags);
  self->base.pMethods = code == SQLITE_OK ? &methods : NULL;
  return code;
}

static int
fault_delete (sqlite3_vfs *vfs, const char *name, int sync_folder)
{
  return is_due () ? SQLITE_IOERR_DELETE : real_vfs->xDelete (real_vfs, name, sync_folder);
}

void
fault_vfs_register (void)
{
  static sqlite3_vfs vfs;

  real_vfs = sqlite3_vfs_find (NULL);
  vfs = *real_vfs;
  vfs.pNext = NULL;
  vfs.zName = "fault";
  vfs.szOsFile = (int)sizeof (FaultFile) + real_vfs->szOsFile;
  vfs.xOpen = fault_open;
  vfs.xDelete = fault_delete;
  sqlite3_vfs_register (&vfs, TRUE);
}
