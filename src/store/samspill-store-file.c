/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

void
samspill_store_set_file_error (GError **error, int saved_errno, const char *path)
{
  switch (saved_errno)
    {
    case ENOSPC:
    case EDQUOT:
      samspill_store_set_sqlite_error (error, NULL, SQLITE_FULL);
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_READ_ONLY,
                   _ ("You may not write in %s. Give yourself the right to, or choose another folder."), path);
      break;
    default:
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_FAILED,
                   _ ("%s cannot be used: %s. Check the disk and try again."), path, g_strerror (saved_errno));
    }
}

/* A file, or a folder with all that is in it; links are not followed. */
void
samspill_store_remove_tree (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
      const char *name;

      while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          samspill_store_remove_tree (child);
        }
    }
  g_remove (path);
}

/* A file that was renamed is where it should be after a power cut only when its folder is on disk too. */
gboolean
samspill_store_sync_folder (const char *folder, GError **error)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int code;

  if (fd >= 0)
    {
      code = fsync (fd);
      /* Some file systems have nothing to sync in a folder and say so. */
      if (code != 0 && errno == EINVAL)
        code = 0;
      if (code == 0)
        {
          close (fd);
          return TRUE;
        }
    }
  samspill_store_set_file_error (error, errno, folder);
  if (fd >= 0)
    close (fd);
  return FALSE;
}
