/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "samspill-profile-private.h"

#define DAYS_KEPT 7
#define MOST_BEFORE_RESTORE 3
#define PARTS_PREFIX ".part-"
#define ABANDONED_SECONDS (24 * 60 * 60)
#define IDLE_US (10 * 60 * G_USEC_PER_SEC)

/* "2026-11-24", or with "-104233" behind it what was there before a restore. */
static gboolean
is_backup_name (const char *name)
{
  gsize length = strlen (name);

  if (length != 10 && length != 17)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (i == 4 || i == 7 || i == 10 ? name[i] != '-' : !g_ascii_isdigit (name[i]))
      return FALSE;
  return TRUE;
}

static char *
backup_path (SamspillProfile *self, const char *name)
{
  return g_build_filename (self->folder, "backups", name, NULL);
}

/* The path of a backup that is there, by its name. */
static char *
find_backup (const char *folder, const char *day, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "backups", day, NULL);

  if (is_backup_name (day) && g_file_test (path, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&path);
  g_set_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND,
               _ ("There is no backup “%s”. A backup is named by its day, such as 2026-11-24."), day);
  return NULL;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *)b, *(char *const *)a);
}

/* `folder` as samspill_profile_open(): for a profile that cannot be opened. */
GPtrArray *
samspill_profile_list_backups_in (const char *folder)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *place = samspill_profile_dup_place (folder);
  g_autofree char *backups = g_build_filename (place, "backups", NULL);
  g_autoptr (GDir) dir = g_dir_open (backups, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_backup_name (name))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return names;
}

GPtrArray *
samspill_profile_list_backups (SamspillProfile *self)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  return samspill_profile_list_backups_in (self->folder);
}

/* Folders of our own making; links are removed, not followed. */
static void
remove_tree (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);
          remove_tree (child);
        }
    }
  g_remove (path);
}

/* What a program that was killed left half-way. */
static void
remove_abandoned (SamspillProfile *self)
{
  g_autofree char *folder = backup_path (self, "");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = backup_path (self, name);
      GStatBuf info;

      if (g_str_has_prefix (name, PARTS_PREFIX) && g_stat (path, &info) == 0 && now - info.st_mtime > ABANDONED_SECONDS)
        remove_tree (path);
    }
}

static void
remove_oldest (SamspillProfile *self)
{
  g_autoptr (GPtrArray) names = samspill_profile_list_backups (self);
  guint days = 0, before = 0;

  remove_abandoned (self);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = names->pdata[i];
      if (strlen (name) == 10 ? ++days <= DAYS_KEPT : ++before <= MOST_BEFORE_RESTORE)
        continue;
      g_autofree char *path = backup_path (self, name);
      remove_tree (path);
    }
}

/* Made beside and moved into place: a backup that has its name is whole. Two programs may do this at once; each works
 * in a folder of its own, and the one that is last wins. */
static gboolean
make_backup (SamspillProfile *self, const char *name, gboolean must_be_whole, GCancellable *cancellable, GError **error)
{
  g_autofree char *parts = backup_path (self, PARTS_PREFIX "XXXXXX");
  g_autofree char *path = backup_path (self, name);
  g_autofree char *all = backup_path (self, "");

  if (g_mkdir_with_parents (all, 0700) != 0 || g_mkdtemp (parts) == NULL)
    {
      g_autofree char *shown = g_filename_display_name (all);
      g_set_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_FAILED,
                   _ ("The folder %s cannot be written. Make room on the disk, or ask for the right to write there."),
                   shown);
      return FALSE;
    }

  g_autofree char *copy = g_build_filename (parts, "copy", NULL);
  gboolean done = samspill_store_backup (self->store, copy, cancellable, error) &&
                  (!must_be_whole || samspill_store_check_backup (copy, error));
  if (done)
    {
      remove_tree (path);
      if (g_rename (copy, path) != 0)
        {
          g_set_error_literal (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_FAILED,
                               _ ("The backup could not be put in its place. Try again."));
          done = FALSE;
        }
    }
  remove_tree (parts);
  if (done)
    remove_oldest (self);
  return done;
}

static char *
today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (now, "%Y-%m-%d");
}

char *
samspill_profile_backup (SamspillProfile *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = today ();

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  if (!samspill_profile_check_writable (self, NULL, error) || !make_backup (self, name, TRUE, cancellable, error))
    return NULL;
  return g_steal_pointer (&name);
}

static gboolean
has_own_records (SamspillProfile *self)
{
  g_auto (GStrv) spaces = samspill_store_list_spaces (self->store, NULL);

  for (char **space = spaces; space != NULL && *space != NULL; space++)
    if (!g_str_equal (*space, SAMSPILL_SPACE_SHIPPED) && samspill_store_count (self->store, *space, NULL) > 0)
      return TRUE;
  return FALSE;
}

/* `made`: whether there was none of today yet. */
gboolean
samspill_profile_backup_today (SamspillProfile *self, gboolean *made, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = today ();
  g_autofree char *path = backup_path (self, name);

  *made = FALSE;
  if (g_file_test (path, G_FILE_TEST_IS_DIR) || !has_own_records (self))
    return TRUE;
  *made = make_backup (self, name, TRUE, cancellable, error);
  return *made;
}

/* Never the name of one that is there: that may be the one to go back to. */
static char *
name_before_restore (SamspillProfile *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  for (int seconds = 0;; seconds++)
    {
      g_autoptr (GDateTime) time = g_date_time_add_seconds (now, seconds);
      g_autofree char *name = g_date_time_format (time, "%Y-%m-%d-%H%M%S");
      g_autofree char *path = backup_path (self, name);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&name);
    }
}

/**
 * samspill_profile_restore_backup:
 * @day: a name from samspill_profile_list_backups()
 *
 * Makes the profile what it was on that day. What is there now is kept as a backup of its own first. Blocks.
 */
gboolean
samspill_profile_restore_backup (SamspillProfile *self, const char *day, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);
  g_return_val_if_fail (day != NULL, FALSE);

  g_autofree char *path = find_backup (self->folder, day, error);
  if (path == NULL)
    return FALSE;
  g_autofree char *before = name_before_restore (self);
  if (!samspill_profile_check_writable (self, NULL, error) || !make_backup (self, before, FALSE, cancellable, error) ||
      !samspill_store_restore (self->store, path, cancellable, error))
    return FALSE;
  samspill_profile_read_identity (self);
  return TRUE;
}

static void
restore_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (samspill_profile_restore_backup (source, data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
samspill_profile_restore_backup_async (SamspillProfile *self, const char *day, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_static_name (task, "samspill_profile_restore_backup_async");
  g_task_set_task_data (task, g_strdup (day), g_free);
  samspill_profile_queue (self, g_steal_pointer (&task), restore_in_thread);
}

gboolean
samspill_profile_restore_backup_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  g_signal_emit_by_name (self, "identity-changed");
  return TRUE;
}

/**
 * samspill_profile_is_damaged:
 * @error: (nullable): what samspill_profile_open() or samspill_profile_restore_backup() said
 *
 * Returns: whether samspill_profile_rescue() may help
 */
gboolean
samspill_profile_is_damaged (const GError *error)
{
  return g_error_matches (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CORRUPT) ||
         g_error_matches (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_OURS);
}

/**
 * samspill_profile_rescue:
 * @folder: (nullable) (type filename): as samspill_profile_open(); not open in this program
 * @day: a name from samspill_profile_list_backups_in()
 *
 * Puts a backup in the place of a data file that is too damaged to be opened or written. The damaged file is kept in
 * the folder "replaced". Blocks; any thread. Open the profile afterwards.
 */
gboolean
samspill_profile_rescue (const char *folder, const char *day, GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (day != NULL, FALSE);

  g_autofree char *place = samspill_profile_dup_place (folder);
  g_autofree char *path = find_backup (place, day, error);
  return path != NULL && samspill_store_rescue (place, path, cancellable, error);
}

typedef struct
{
  char *folder;
  char *day;
} Rescue;

static void
rescue_free (Rescue *rescue)
{
  g_free (rescue->folder);
  g_free (rescue->day);
  g_free (rescue);
}

static void
rescue_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Rescue *rescue = data;
  GError *error = NULL;

  if (samspill_profile_rescue (rescue->folder, rescue->day, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
samspill_profile_rescue_async (const char *folder, const char *day, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Rescue *rescue = g_new0 (Rescue, 1);

  rescue->folder = g_strdup (folder);
  rescue->day = g_strdup (day);
  g_task_set_static_name (task, "samspill_profile_rescue_async");
  g_task_set_task_data (task, rescue, (GDestroyNotify)rescue_free);
  g_task_run_in_thread (task, rescue_in_thread);
}

gboolean
samspill_profile_rescue_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Working copies that nobody has touched for ten minutes: their program is gone, else it had made revisions of them. */
void
samspill_profile_commit_old_copies (SamspillProfile *self)
{
  g_autoptr (GPtrArray) copies = samspill_store_list_working_copies (self->store, NULL);
  g_autofree char *account = samspill_profile_dup_account (self);
  gint64 now = g_get_real_time ();

  for (guint i = 0; copies != NULL && i < copies->len; i++)
    {
      const SamspillWorkingCopy *copy = copies->pdata[i];
      g_autoptr (GError) error = NULL;

      if (now - copy->at_us < IDLE_US)
        continue;
      if (!samspill_copy_commit_stored (self->store, copy->space, copy->id, account, &error))
        g_warning ("A working copy stays as it is: %s", error->message);
    }
}
