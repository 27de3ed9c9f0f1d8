/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-profile-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#define DAY_CHECK_SECONDS (15 * 60)
/* 2024-01-01: the program is younger, so a clock that shows less has not been set. */
#define EARLIEST_US (G_GINT64_CONSTANT (1704067200) * G_USEC_PER_SEC)

/* It would make a difference of the name. */
/* clang-format off */
G_DEFINE_QUARK (samspill-profile-error-quark, samspill_profile_error)
/* clang-format on */

G_DEFINE_FINAL_TYPE (SamspillProfile, samspill_profile, G_TYPE_OBJECT)

enum
{
  CHANGED,
  IDENTITY_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

typedef struct
{
  GTask *task;
  GTaskThreadFunc work;
} Work;

static gboolean
let_go_cb (gpointer task)
{
  return G_SOURCE_REMOVE;
}

/* The last reference goes where the answer is given: with a task goes what it is about, and a draft or a profile must
 * not end on the thread that writes. */
static void
let_go_there (GTask *task)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, let_go_cb, task, g_object_unref);
  g_source_attach (source, g_task_get_context (task));
}

static void
do_work (gpointer data, gpointer user_data)
{
  Work *work = data;

  if (!g_task_return_error_if_cancelled (work->task))
    work->work (work->task, g_task_get_source_object (work->task), g_task_get_task_data (work->task),
                g_task_get_cancellable (work->task));
  let_go_there (work->task);
  g_free (work);
}

static void
push (SamspillProfile *self, GThreadPool *pool, GTask *task, GTaskThreadFunc work)
{
  if (self->closed)
    {
      g_task_return_new_error (task, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_FAILED,
                               _ ("The program is closing. Nothing more can be saved."));
      g_object_unref (task);
      return;
    }

  Work *item = g_new0 (Work, 1);
  item->task = task;
  item->work = work;
  g_thread_pool_push (pool, item, NULL);
}

void
samspill_profile_queue (SamspillProfile *self, GTask *task, GTaskThreadFunc work)
{
  push (self, self->writer, task, work);
}

void
samspill_profile_queue_fetching (SamspillProfile *self, GTask *task, GTaskThreadFunc work)
{
  push (self, self->fetcher, task, work);
}

gboolean
samspill_space_is_writable (const char *space)
{
  return !g_str_equal (space, SAMSPILL_SPACE_SHIPPED) && !g_str_equal (space, SAMSPILL_SPACE_COMMONS);
}

gboolean
samspill_profile_check_writable (SamspillProfile *self, const char *space, GError **error)
{
  if (samspill_profile_is_read_only (self))
    {
      g_set_error_literal (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_READ_ONLY, self->read_only_reason);
      return FALSE;
    }
  if (space != NULL && !samspill_space_is_writable (space))
    {
      g_set_error_literal (
          error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_READ_ONLY,
          g_str_equal (space, SAMSPILL_SPACE_COMMONS)
              ? _ ("This is what is published, and cannot be changed itself. Change the original and publish it anew.")
              : _ ("This record came with the program and cannot be changed. Write one of your own instead."));
      return FALSE;
    }
  return TRUE;
}

gboolean
samspill_profile_check_clock (gint64 now_us, GError **error)
{
  if (now_us >= EARLIEST_US)
    return TRUE;

  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc_usec (now_us);
  g_set_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID,
               _ ("The clock of this computer shows the year %d. Set date and time, and try again."),
               now != NULL ? g_date_time_get_year (now) : 0);
  return FALSE;
}

gboolean
samspill_profile_take_error (GError **error, GError *taken)
{
  if (g_error_matches (taken, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CONFLICT))
    {
      g_set_error_literal (
          error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_CONFLICT,
          _ ("The record has been changed since this revision. Open it again and make the change there."));
      g_error_free (taken);
    }
  else
    {
      g_propagate_error (error, taken);
    }
  return FALSE;
}

/* Signals of what lies below; all in the main context. */

static void
index_updated_cb (SamspillProfile *self)
{
  samspill_profile_forget_owner_names (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Those that are there now: a draft that is told of something may go, and takes itself out of the profile's array. */
static GPtrArray *
hold_drafts (SamspillProfile *self)
{
  GPtrArray *drafts = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->drafts->len; i++)
    g_ptr_array_add (drafts, g_object_ref (self->drafts->pdata[i]));
  return drafts;
}

static void
store_changed_cb (SamspillProfile *self, gint64 last_seq, SamspillStore *store)
{
  g_autoptr (GPtrArray) drafts = hold_drafts (self);

  for (guint i = 0; i < drafts->len; i++)
    samspill_draft_look_again (drafts->pdata[i]);
}

/* Opening */

/* The index is derived: where the profile's folder cannot be written, it may lie anywhere else. */
static char *
index_path (SamspillProfile *self)
{
  if (!samspill_store_is_read_only (self->store))
    return g_build_filename (self->folder, "index.db", NULL);

  g_autofree char *name = g_strdup_printf ("index-%s.db", samspill_store_get_uuid (self->store));
  g_autofree char *cache = g_build_filename (g_get_user_cache_dir (), "samspill", NULL);
  g_mkdir_with_parents (cache, 0700);
  return g_build_filename (cache, name, NULL);
}

static gpointer
upkeep (gpointer data)
{
  SamspillProfile *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  gboolean is_new_day;

  /* Not cancelled by the close: who only ever opens for a moment has backups, too. */
  if (!samspill_profile_backup_today (self, &is_new_day, NULL, &error))
    {
      g_warning ("No backup was made: %s", error->message);
      g_clear_error (&error);
    }
  if (!samspill_profile_empty_trash (self, now, self->upkeep_cancellable, &error))
    {
      g_debug ("The trash was not emptied: %s", error->message);
      g_clear_error (&error);
    }
  /* Once a day, and only with a backup of what was there before. */
  if (is_new_day && !samspill_store_compact (self->store, self->upkeep_cancellable, &error))
    g_debug ("The store was not compacted: %s", error->message);
  return NULL;
}

static void
start_upkeep (SamspillProfile *self)
{
  if (samspill_profile_is_read_only (self) || self->closed)
    return;
  g_clear_pointer (&self->upkeep, g_thread_join);
  self->upkeep = g_thread_new ("samspill-upkeep", upkeep, self);
}

static void
commit_old_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  samspill_profile_commit_old_copies (source);
  g_task_return_boolean (task, TRUE);
}

static gboolean
day_cb (gpointer data)
{
  SamspillProfile *self = data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *folder = g_build_filename (self->folder, "backups", today, NULL);

  if (!samspill_profile_is_read_only (self))
    samspill_profile_queue (self, g_task_new (self, NULL, NULL, NULL), commit_old_in_thread);
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    start_upkeep (self);
  return G_SOURCE_CONTINUE;
}

static void
read_account (SamspillProfile *self)
{
  g_autofree char *json = samspill_store_get_local (self->store, "", "account", NULL);

  if (json != NULL)
    self->account = samspill_json_dup_string (json, -1, "account");
  if (self->account != NULL)
    return;

  self->account = g_uuid_string_random ();
  g_autofree char *text = g_strdup_printf ("{\"account\":\"%s\"}", self->account);
  if (!samspill_profile_is_read_only (self))
    samspill_store_put_local (self->store, "", "account", text, NULL);
}

static gboolean
open_parts (SamspillProfile *self, GError **error)
{
  g_autoptr (GError) trouble = NULL;

  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    {
      int why = errno;
      g_autofree char *name = g_filename_display_name (self->folder);
      g_set_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_FAILED,
                   _ ("The folder %s cannot be made (%s). Choose another folder."), name, g_strerror (why));
      return FALSE;
    }
  self->store = samspill_store_open (self->folder, SAMSPILL_STORE_OPEN_WATCH, error);
  if (self->store == NULL)
    return FALSE;
  if (samspill_store_is_read_only (self->store))
    self->read_only_reason = g_strdup (samspill_store_get_read_only_error (self->store)->message);
  read_account (self);
  samspill_profile_read_identity (self);
  if (!samspill_profile_is_read_only (self))
    {
      if (!samspill_profile_update_shipped (self, &trouble))
        g_warning ("The records that ship with the program were not brought up to date: %s", trouble->message);
      samspill_profile_commit_old_copies (self);
    }

  g_autofree char *path = index_path (self);
  self->index = samspill_index_open (self->store, path, error);
  if (self->index == NULL)
    return FALSE;

  g_signal_connect_object (self->store, "changed", G_CALLBACK (store_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->index, "updated", G_CALLBACK (index_updated_cb), self, G_CONNECT_SWAPPED);
  samspill_index_start (self->index);
  start_upkeep (self);
  return TRUE;
}

char *
samspill_profile_dup_place (const char *folder)
{
  return folder != NULL ? g_canonicalize_filename (folder, NULL)
                        : g_build_filename (g_get_user_data_dir (), "samspill", NULL);
}

/**
 * samspill_profile_open:
 * @folder: (nullable) (type filename): where the profile lies; %NULL: the user's own
 *
 * Opens a profile, and makes it where there is none. Blocks. Signals come in the thread-default main context. A profile
 * that cannot be written, or that a newer program made, opens read-only.
 *
 * Returns: (transfer full) (nullable): the profile
 */
SamspillProfile *
samspill_profile_open (const char *folder, GError **error)
{
  g_autoptr (SamspillProfile) self = g_object_new (SAMSPILL_TYPE_PROFILE, NULL);

  self->folder = samspill_profile_dup_place (folder);
  if (!open_parts (self, error))
    return NULL;

  /* A source of the main context of whoever opens, as the store's and the index' signals are. */
  self->day_source = g_timeout_source_new_seconds (DAY_CHECK_SECONDS);
  g_source_set_callback (self->day_source, day_cb, self, NULL);
  g_source_attach (self->day_source, g_main_context_get_thread_default ());
  return g_steal_pointer (&self);
}

static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  SamspillProfile *self = samspill_profile_open (data, &error);

  if (self == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, self, g_object_unref);
}

/* As samspill_profile_open; signals come in the default main context. */
void
samspill_profile_open_async (const char *folder, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_static_name (task, "samspill_profile_open_async");
  g_task_set_task_data (task, g_strdup (folder), g_free);
  g_task_run_in_thread (task, open_in_thread);
}

SamspillProfile *
samspill_profile_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * samspill_profile_close:
 *
 * Makes revisions of what is being edited, waits for writes under way and stops all threads. Blocks. What could not be
 * saved (samspill_profile_has_unsaved() said so before) is lost from here on. Nothing can be saved afterwards.
 */
void
samspill_profile_close (SamspillProfile *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (SAMSPILL_IS_PROFILE (self));

  if (self->closed)
    return;
  self->closed = TRUE;
  if (self->day_source != NULL)
    g_source_destroy (self->day_source);
  g_clear_pointer (&self->day_source, g_source_unref);
  g_cancellable_cancel (self->upkeep_cancellable);

  /* What was asked for is done before the drafts: they build on it. */
  g_thread_pool_free (g_steal_pointer (&self->fetcher), FALSE, TRUE);
  g_thread_pool_free (g_steal_pointer (&self->writer), FALSE, TRUE);
  g_autoptr (GPtrArray) drafts = hold_drafts (self);
  for (guint i = 0; i < drafts->len; i++)
    if (!samspill_draft_commit (drafts->pdata[i], &error))
      {
        g_warning ("A draft could not be saved at the end: %s", error->message);
        g_clear_error (&error);
      }
  g_clear_pointer (&self->upkeep, g_thread_join);
  if (self->index != NULL)
    samspill_index_stop (self->index);
}

/**
 * samspill_profile_has_unsaved:
 *
 * Whether something that was written is in memory only, because it could not be saved: ask before closing.
 */
gboolean
samspill_profile_has_unsaved (SamspillProfile *self)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);

  for (guint i = 0; i < self->drafts->len; i++)
    if (samspill_draft_get_state (self->drafts->pdata[i]) == SAMSPILL_DRAFT_FAILED)
      return TRUE;
  return FALSE;
}

typedef struct
{
  guint left;
  GError *error; /* the first */
} SavingAll;

static void
saving_all_free (SavingAll *all)
{
  g_clear_error (&all->error);
  g_free (all);
}

static void
one_left_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  SavingAll *all = g_task_get_task_data (task);

  samspill_draft_leave_finish (SAMSPILL_DRAFT (source), result, all->error == NULL ? &all->error : NULL);
  if (--all->left > 0)
    return;
  if (all->error != NULL)
    g_task_return_error (task, g_steal_pointer (&all->error));
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * samspill_profile_save_drafts_async:
 *
 * Leaves every draft there is, those that could not be saved before too: what comes before closing, so that what is in
 * memory only can be spoken of. The error of the first that could not be saved is given.
 */
void
samspill_profile_save_drafts_async (SamspillProfile *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (SAMSPILL_IS_PROFILE (self));

  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GPtrArray) drafts = hold_drafts (self);
  SavingAll *all = g_new0 (SavingAll, 1);

  g_task_set_static_name (task, "samspill_profile_save_drafts_async");
  g_task_set_task_data (task, all, (GDestroyNotify)saving_all_free);
  all->left = drafts->len;
  for (guint i = 0; i < drafts->len; i++)
    samspill_draft_leave_async (drafts->pdata[i], NULL, one_left_cb, g_object_ref (task));
  if (drafts->len == 0)
    g_task_return_boolean (task, TRUE);
}

gboolean
samspill_profile_save_drafts_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
samspill_profile_dispose (GObject *object)
{
  SamspillProfile *self = SAMSPILL_PROFILE (object);

  samspill_profile_close (self);
  g_clear_object (&self->index);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (samspill_profile_parent_class)->dispose (object);
}

static void
samspill_profile_finalize (GObject *object)
{
  SamspillProfile *self = SAMSPILL_PROFILE (object);

  g_free (self->folder);
  g_free (self->read_only_reason);
  g_free (self->account);
  g_clear_pointer (&self->identity, samspill_identity_free);
  g_hash_table_unref (self->owner_names);
  g_ptr_array_unref (self->drafts);
  g_object_unref (self->upkeep_cancellable);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (samspill_profile_parent_class)->finalize (object);
}

static void
samspill_profile_class_init (SamspillProfileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = samspill_profile_dispose;
  object_class->finalize = samspill_profile_finalize;

  signals[CHANGED] =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[IDENTITY_CHANGED] = g_signal_new ("identity-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                            NULL, NULL, G_TYPE_NONE, 0);
}

static void
samspill_profile_init (SamspillProfile *self)
{
  g_mutex_init (&self->lock);
  self->owner_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->drafts = g_ptr_array_new ();
  self->upkeep_cancellable = g_cancellable_new ();
  self->writer = g_thread_pool_new (do_work, self, 1, FALSE, NULL);
  self->fetcher = g_thread_pool_new (do_work, self, 1, FALSE, NULL);
}

SamspillStore *
samspill_profile_get_store (SamspillProfile *self)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  return self->store;
}

SamspillIndex *
samspill_profile_get_index (SamspillProfile *self)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  return self->index;
}

const char *
samspill_profile_get_folder (SamspillProfile *self)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  return self->folder;
}

gboolean
samspill_profile_is_read_only (SamspillProfile *self)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), TRUE);

  return self->read_only_reason != NULL;
}

const char *
samspill_profile_get_read_only_reason (SamspillProfile *self)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  return self->read_only_reason;
}
