/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault-vfs.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  sqlite3_file base;
  sqlite3_file *real; /* in the bytes behind this */
  const char *name;   /* SQLite's, as long as the file is open; NULL: a temporary file */
} FaultFile;

/* What was done to a file since it was last synced. */
typedef struct
{
  char *path;
  gint64 offset;  /* of a write; of a truncation the new size */
  GBytes *after;  /* NULL: a truncation */
  GBytes *before; /* what stood there */
  gint64 size_before;
} Change;

static GPtrArray *changes; /* while FAULT_POWER is armed */

static sqlite3_vfs *real_vfs;
static FaultKind armed_kind;
static guint countdown, seed;
static GSList *held; /* descriptors, to be closed when no connection is open */
static gboolean is_lasting, has_fired, is_read_only;

#define REAL(file) (((FaultFile *)(file))->real)
#define CALL(file, method, ...) (REAL (file)->pMethods->method (REAL (file) __VA_OPT__ (, ) __VA_ARGS__))

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->path);
  g_clear_pointer (&change->after, g_bytes_unref);
  g_clear_pointer (&change->before, g_bytes_unref);
  g_free (change);
}

void
fault_vfs_arm (FaultKind kind, guint nth, gboolean lasting)
{
  armed_kind = kind;
  countdown = nth;
  seed = nth;
  is_lasting = lasting || kind == FAULT_POWER;
  has_fired = FALSE;
  g_clear_pointer (&changes, g_ptr_array_unref);
  if (kind == FAULT_POWER)
    changes = g_ptr_array_new_with_free_func (change_free);
}

static GBytes *
read_bytes (int fd, gint64 offset, gint64 length)
{
  g_autofree char *buffer = g_malloc ((gsize)MAX (length, 1));
  ssize_t n = length > 0 ? pread (fd, buffer, (size_t)length, offset) : 0;

  return g_bytes_new (buffer, (gsize)MAX (n, 0));
}

/* Before it is done. `data` NULL: a truncation to `offset`. */
static void
note_change (sqlite3_file *file, const void *data, int amount, sqlite3_int64 offset)
{
  const char *name = ((FaultFile *)file)->name;
  Change *change;
  struct stat info;
  int fd;

  if (changes == NULL || has_fired || name == NULL)
    return;
  fd = open (name, O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fstat (fd, &info), ==, 0);
  change = g_new0 (Change, 1);
  change->path = g_strdup (name);
  change->offset = offset;
  change->after = data != NULL ? g_bytes_new (data, (gsize)amount) : NULL;
  change->before = read_bytes (fd, offset, data != NULL ? amount : info.st_size - offset);
  change->size_before = info.st_size;
  g_ptr_array_add (changes, change);
  held = g_slist_prepend (held, GINT_TO_POINTER (fd)); /* to close it here would give up SQLite's locks */
}

static void
forget_changes (const char *path)
{
  for (guint i = changes != NULL && path != NULL ? changes->len : 0; i > 0; i--)
    if (strcmp (((Change *)changes->pdata[i - 1])->path, path) == 0)
      g_ptr_array_remove_index (changes, i - 1);
}

static void
write_bytes (int fd, GBytes *bytes, gsize length, gint64 offset)
{
  if (length > 0)
    g_assert_cmpint (pwrite (fd, g_bytes_get_data (bytes, NULL), length, offset), ==, (ssize_t)length);
}

/* All that was not synced is undone, then a part of it done again: the disk wrote it in what order it liked. */
static void
cut_power (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  for (guint i = changes->len; i > 0; i--)
    {
      const Change *change = changes->pdata[i - 1];
      int fd = open (change->path, O_RDWR | O_CLOEXEC);

      if (fd < 0)
        continue;
      write_bytes (fd, change->before, g_bytes_get_size (change->before), change->offset);
      g_assert_cmpint (ftruncate (fd, change->size_before), ==, 0);
      close (fd);
    }
  for (guint i = 0; i < changes->len; i++)
    {
      const Change *change = changes->pdata[i];
      int fd = open (change->path, O_RDWR | O_CLOEXEC);
      int fate = g_rand_int_range (rand, 0, 3);

      if (fd < 0)
        continue;
      if (fate == 1 && change->after != NULL)
        write_bytes (fd, change->after, g_bytes_get_size (change->after) / 2, change->offset);
      else if (fate == 2 && change->after != NULL)
        write_bytes (fd, change->after, g_bytes_get_size (change->after), change->offset);
      else if (fate == 2)
        g_assert_cmpint (ftruncate (fd, change->offset), ==, 0);
      close (fd);
    }
}

void
fault_vfs_release (void)
{
  for (GSList *at = held; at != NULL; at = at->next)
    close (GPOINTER_TO_INT (at->data));
  g_clear_pointer (&held, g_slist_free);
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
  if (armed_kind == FAULT_POWER)
    cut_power ();
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
  note_change (file, data, amount, offset);
  if (!is_due ())
    return CALL (file, xWrite, data, amount, offset);
  if (armed_kind == FAULT_SHORT_WRITE)
    CALL (file, xWrite, data, amount / 2, offset);
  return armed_kind == FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int
fault_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  note_change (file, NULL, 0, size);
  return is_due () ? SQLITE_IOERR_TRUNCATE : CALL (file, xTruncate, size);
}

static int
fault_sync (sqlite3_file *file, int flags)
{
  /* The real sync would only take time: what a power cut leaves is worked out here. */
  if (is_due ())
    return SQLITE_IOERR_FSYNC;
  forget_changes (((FaultFile *)file)->name);
  return SQLITE_OK;
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
  self->name = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0 ? name : NULL;
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
  if (is_due ())
    return SQLITE_IOERR_DELETE;
  forget_changes (name);
  return real_vfs->xDelete (real_vfs, name, sync_folder);
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
