/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sharing, publishing and withdrawing: each is one transaction. */

#include "samspill-publish-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-publication.h"
#include "samspill-wire.h"

#define MOST_LEAVES 100
#define MOST_ROLE_CHARACTERS 200
#define MOST_REASON_CHARACTERS 2000

/* One act, as it was asked for. */
typedef struct
{
  char *id;
  char *role;        /* who approved it */
  char *approved_on; /* "2026-11-25" */
  char *reason;
  char *at; /* now */
} Act;

static void
act_free (Act *self)
{
  g_free (self->id);
  g_free (self->role);
  g_free (self->approved_on);
  g_free (self->reason);
  g_free (self->at);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Act, act_free)

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID, message);
  return FALSE;
}

gboolean
samspill_profile_transact (SamspillProfile *self, SamspillWork work, gpointer data, GError **error)
{
  g_autoptr (GError) trouble = NULL;

  if (!samspill_profile_check_writable (self, NULL, error) ||
      !samspill_profile_check_clock (g_get_real_time (), error) || !samspill_store_begin (self->store, error))
    return FALSE;
  if (work (self, data, &trouble))
    return samspill_store_commit (self->store, error);
  samspill_store_rollback (self->store);
  return samspill_profile_take_error (error, g_steal_pointer (&trouble));
}

/* What is being written goes along. */
static gboolean
find_original (SamspillProfile *self, const char *id, SamspillOriginal *original, GError **error)
{
  g_autofree char *account = samspill_profile_dup_account (self);

  if (!samspill_original_find (self, id, original, error))
    return FALSE;
  if (original->space == NULL)
    {
      g_set_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND,
                   _ ("There is no record “%s” of your own in this profile."), id);
      return FALSE;
    }
  if (!samspill_copy_commit_stored (self->store, original->space, id, account, error))
    return FALSE;
  samspill_original_clear (original);
  return samspill_original_find (self, id, original, error);
}

static gboolean
share (SamspillProfile *self, gpointer data, GError **error)
{
  Act *act = data;
  g_auto (SamspillOriginal) original = { NULL };

  return find_original (self, act->id, &original, error) && samspill_original_share (self, &original, error);
}

/* Publishing */

static gboolean
put_published (SamspillProfile *self, const char *id, const char *text, const char *attachments, GError **error)
{
  g_autoptr (GError) trouble = NULL;
  g_autoptr (SamspillDocument) before = samspill_profile_get_published (self, id, &trouble);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autofree char *rev = NULL;

  if (trouble != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return FALSE;
    }
  rev = samspill_store_put (self->store, SAMSPILL_SPACE_COMMONS, id,
                            before != NULL && !before->deleted ? before->rev : NULL, body,
                            attachments != NULL ? attachments : "{}", error);
  return rev != NULL;
}

/* When it was published is when it changed for those who read it. */
static char *
add_approval (SamspillProfile *self, const Act *act, const char *text)
{
  g_autofree char *account = samspill_profile_dup_account (self);
  g_autofree char *by = samspill_json_quote (account);
  g_autofree char *role = samspill_json_quote (act->role);
  g_autofree char *changed = g_strdup_printf ("{\"at\":\"%s\",\"by\":%s}", act->at, by);
  g_autofree char *approved = g_strdup_printf ("{\"role\":%s,\"at\":\"%s\"}", role, act->approved_on);
  g_autofree char *before = samspill_json_dup_member (text, -1, "created");
  g_autofree char *created = samspill_stamp_dup_in_utc (before);
  const char *names[] = { "created", "changed", "approved", NULL };
  const char *values[] = { created, changed, approved, NULL };

  return samspill_json_splice (text, -1, names, values);
}

static gboolean withdraw_document (SamspillProfile *self, const Act *act, SamspillDocument *document, GError **error);

/* A file that is open is published; one that was and is no longer is withdrawn. */
static gboolean
publish_file (SamspillProfile *self, const Act *act, SamspillDocument *file, GError **error)
{
  g_autoptr (GError) trouble = NULL;
  g_autofree char *text = NULL;
  g_autofree char *open = NULL;
  g_autofree char *source = samspill_json_quote (file->rev);
  const char *names[] = { "source_revision", NULL };
  const char *values[] = { source, NULL };
  g_autofree char *body = NULL;
  g_autofree char *approved = NULL;
  g_autofree char *files = NULL;

  if (!samspill_original_file_is_open (file))
    {
      g_autoptr (SamspillDocument) before = samspill_profile_get_published (self, file->id, &trouble);

      if (trouble != NULL)
        g_propagate_error (error, g_steal_pointer (&trouble));
      return before != NULL ? before->deleted || withdraw_document (self, act, before, error) : *error == NULL;
    }
  text = samspill_document_dup_text (file);
  open = samspill_publication_filter ("file", text, NULL);
  body = samspill_json_splice (open, -1, names, values);
  approved = add_approval (self, act, body);
  files = samspill_document_dup_files (file);
  return put_published (self, file->id, approved, files, error);
}

static gboolean
check_obstacles (SamspillProfile *self, const SamspillOriginal *original, GError **error)
{
  g_autoptr (GPtrArray) obstacles = samspill_original_list_obstacles (self, original);
  g_autofree char *all = NULL;

  if (obstacles->len == 0)
    return TRUE;
  g_ptr_array_add (obstacles, NULL);
  all = g_strjoinv (" ", (char **)obstacles->pdata);
  g_set_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID, _ ("The record is not published. %s"),
               all);
  return FALSE;
}

static gboolean
publish (SamspillProfile *self, gpointer data, GError **error)
{
  Act *act = data;
  g_auto (SamspillOriginal) original = { NULL };
  g_autofree char *text = NULL;
  g_autofree char *approved = NULL;

  if (!find_original (self, act->id, &original, error) || !check_obstacles (self, &original, error))
    return FALSE;
  if (g_str_equal (original.space, SAMSPILL_SPACE_MINE) && !samspill_original_share (self, &original, error))
    return FALSE;
  if (original.document->leaves > 1)
    return refuse (error, _ ("Your organisation has another version of the record already. Share it first, and choose "
                             "between the two."));
  if (!samspill_store_ensure_space (self->store, SAMSPILL_SPACE_COMMONS, error))
    return FALSE;
  text = samspill_original_dup_publication (&original, NULL);
  approved = add_approval (self, act, text);
  if (!put_published (self, act->id, approved, NULL, error))
    return FALSE;
  for (guint i = 0; i < original.files->len; i++)
    if (!publish_file (self, act, g_ptr_array_index (original.files, i), error))
      return FALSE;
  return TRUE;
}

/* Withdrawing */

static gboolean
is_role (const char *role)
{
  return role != NULL && *role != '\0' && g_utf8_strlen (role, -1) <= MOST_ROLE_CHARACTERS;
}

static char *
tombstone_text (SamspillProfile *self, const Act *act, SamspillDocument *document)
{
  g_autofree char *own_role = samspill_profile_dup_role (self);
  const char *role = act->role != NULL ? act->role : own_role;
  g_autofree char *by = is_role (role) ? samspill_json_quote (role) : NULL;
  g_autofree char *reason = samspill_json_quote (
      act->reason != NULL ? act->reason : _ ("It is no longer published along with the record that it belongs to."));
  g_autofree char *at = samspill_json_quote (act->at);
  g_autofree char *text = samspill_document_dup_text (document);
  g_autofree char *type = samspill_json_dup_member (text, -1, "type");
  const char *names[] = { "type", "reason", "at", "by", NULL };
  const char *values[] = { type, reason, at, by, NULL };

  return samspill_json_splice ("{}", -1, names, values);
}

/* All leaves that live: another one must not come up again where this one was. */
static gboolean
withdraw_document (SamspillProfile *self, const Act *act, SamspillDocument *document, GError **error)
{
  g_autofree char *text = tombstone_text (self, act, document);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  for (guint i = 0; i < MOST_LEAVES; i++)
    {
      g_autoptr (SamspillDocument) now = samspill_profile_get_published (self, document->id, error);
      SamspillWireDocument tombstone = { .id = document->id, .deleted = TRUE, .body = body };
      g_autofree char *rev = NULL;

      if (now == NULL)
        return FALSE;
      if (now->deleted)
        break;
      tombstone.rev = now->rev;
      rev = samspill_store_write (self->store, SAMSPILL_SPACE_COMMONS, &tombstone, TRUE, error);
      if (rev == NULL)
        return FALSE;
    }
  return TRUE;
}

typedef struct
{
  SamspillProfile *profile;
  const char *about;
  GPtrArray *files;
} Published;

static gboolean
take_published_file (const char *id, const char *rev, gpointer data)
{
  Published *self = data;
  g_autoptr (SamspillDocument) document =
      samspill_store_get (self->profile->store, SAMSPILL_SPACE_COMMONS, id, NULL, NULL);
  g_autofree char *text = document != NULL ? samspill_document_dup_text (document) : NULL;
  g_autofree char *about = text != NULL ? samspill_json_dup_string (text, -1, "about") : NULL;

  if (g_strcmp0 (about, self->about) == 0)
    g_ptr_array_add (self->files, g_steal_pointer (&document));
  return TRUE;
}

static gboolean
withdraw_files (SamspillProfile *self, const Act *act, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_document_free);
  g_autofree char *owner = samspill_id_dup_owner (act->id);
  g_autofree char *start = g_strdup_printf ("file:%s:", owner != NULL ? owner : "");
  g_autofree char *end = g_strdup_printf ("file:%s:~", owner != NULL ? owner : "");
  Published published = { self, act->id, files };

  if (!samspill_store_foreach_document (self->store, SAMSPILL_SPACE_COMMONS, start, end, TRUE, FALSE,
                                        take_published_file, &published, error))
    return FALSE;
  for (guint i = 0; i < files->len; i++)
    if (!withdraw_document (self, act, g_ptr_array_index (files, i), error))
      return FALSE;
  return TRUE;
}

/* A profile that has not been told for whom it is takes back what it has the original of, and nothing else. */
static gboolean
may_withdraw (SamspillProfile *self, const char *id)
{
  g_autofree char *owner = samspill_id_dup_owner (id);
  g_auto (SamspillOriginal) original = { NULL };

  return samspill_profile_owns (self, owner) ||
         (samspill_profile_may_act_for (self, owner) && samspill_original_find (self, id, &original, NULL) &&
          original.space != NULL);
}

static gboolean
withdraw (SamspillProfile *self, gpointer data, GError **error)
{
  Act *act = data;
  g_autoptr (GError) trouble = NULL;
  g_autoptr (SamspillDocument) document = samspill_profile_get_published (self, act->id, &trouble);
  g_autofree char *text = document != NULL ? samspill_document_dup_text (document) : NULL;
  g_autofree char *sample = text != NULL ? samspill_json_dup_member (text, -1, "sample") : NULL;

  if (trouble != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return FALSE;
    }
  if (document == NULL || document->deleted)
    {
      g_set_error_literal (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND,
                           _ ("The record is not published, so there is nothing to withdraw."));
      return FALSE;
    }
  if (!may_withdraw (self, act->id) && g_strcmp0 (sample, "true") != 0)
    return refuse (error, _ ("The record belongs to an organisation that you do not work for. Only they can withdraw "
                             "it."));
  return withdraw_document (self, act, document, error) && withdraw_files (self, act, error);
}

/* What was asked for */

static gboolean
check_text (const char *text, glong most, const char *missing, const char *too_long, GError **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text != NULL ? text : ""));

  if (*stripped == '\0' || !g_utf8_validate (stripped, -1, NULL))
    return refuse (error, missing);
  return g_utf8_strlen (stripped, -1) <= most || refuse (error, too_long);
}

/* A day that there is, and not one to come. */
static gboolean
check_day (const char *day, GError **error)
{
  g_autofree char *start = g_strconcat (day, "T00:00:00Z", NULL);
  g_autoptr (GDateTime) time =
      strlen (day) == strlen ("2026-01-01") ? g_date_time_new_from_iso8601 (start, NULL) : NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  if (time == NULL)
    return refuse (error, _ ("The day of the approval is written as 2026-11-25."));
  /* It may be tomorrow already where the person is. */
  return g_date_time_difference (time, now) < G_TIME_SPAN_DAY ||
         refuse (error, _ ("The day of the approval is yet to come."));
}

static Act *
act_new (const char *id)
{
  Act *act = g_new0 (Act, 1);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  act->id = g_strdup (id);
  act->at = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  return act;
}

static Act *
publishing_new (const char *id, const char *approved_by, const char *approved_on, GError **error)
{
  g_autoptr (Act) act = act_new (id);

  if (!check_text (approved_by, MOST_ROLE_CHARACTERS,
                   _ ("Say which role approved the publishing, such as “head of department”."),
                   _ ("The role that approved it is too long."), error) ||
      (approved_on != NULL && !check_day (approved_on, error)))
    return NULL;
  act->role = g_strstrip (g_strdup (approved_by));
  if (approved_on != NULL)
    act->approved_on = g_strdup (approved_on);
  else
    {
      g_autoptr (GDateTime) now = g_date_time_new_now_local ();

      act->approved_on = g_date_time_format (now, "%Y-%m-%d");
    }
  return g_steal_pointer (&act);
}

static Act *
withdrawal_new (const char *id, const char *reason, GError **error)
{
  g_autoptr (Act) act = act_new (id);

  if (!check_text (reason, MOST_REASON_CHARACTERS, _ ("Say why it is withdrawn: those who follow it will read that."),
                   _ ("The reason is too long."), error))
    return NULL;
  act->reason = g_strstrip (g_strdup (reason));
  return g_steal_pointer (&act);
}

/**
 * samspill_profile_share:
 * @id: a record in mine
 *
 * Moves a draft, with its files, to the team of its owner. Blocks; any thread. INVALID where it cannot be.
 */
gboolean
samspill_profile_share (SamspillProfile *self, const char *id, GError **error)
{
  g_autoptr (Act) act = act_new (id);

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);

  return samspill_profile_transact (self, share, act, error);
}

/**
 * samspill_profile_publish:
 * @id: a record of one's own
 * @approved_by: the role that approved it
 * @approved_on: (nullable): the day; %NULL: today
 *
 * Writes the publication, or a new revision of it. A draft is shared first, in the same transaction. Blocks; any
 * thread. INVALID with all that stands in the way.
 */
gboolean
samspill_profile_publish (SamspillProfile *self, const char *id, const char *approved_by, const char *approved_on,
                          GError **error)
{
  g_autoptr (Act) act = publishing_new (id, approved_by, approved_on, error);

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);

  return act != NULL && samspill_profile_transact (self, publish, act, error);
}

/**
 * samspill_profile_withdraw:
 * @id: a record that is published
 * @reason: what others are told
 *
 * Puts a tombstone with the reason in the place of the publication and of its files. Blocks; any thread.
 */
gboolean
samspill_profile_withdraw (SamspillProfile *self, const char *id, const char *reason, GError **error)
{
  g_autoptr (Act) act = withdrawal_new (id, reason, error);

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);

  return act != NULL && samspill_profile_transact (self, withdraw, act, error);
}

/* On the writing thread */

static void
run_in_thread (GTask *task, SamspillProfile *self, SamspillWork work)
{
  GError *error = NULL;

  if (samspill_profile_transact (self, work, g_task_get_task_data (task), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
share_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  run_in_thread (task, source, share);
}

static void
publish_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  run_in_thread (task, source, publish);
}

static void
withdraw_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  run_in_thread (task, source, withdraw);
}

/* act NULL: `error` says why. Takes both. */
static void
queue (SamspillProfile *self, const char *name, Act *act, GError *error, GTaskThreadFunc work,
       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_static_name (task, name);
  if (act == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, act, (GDestroyNotify)act_free);
  samspill_profile_queue (self, g_steal_pointer (&task), work);
}

void
samspill_profile_share_async (SamspillProfile *self, const char *id, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  queue (self, "samspill_profile_share_async", act_new (id), NULL, share_in_thread, cancellable, callback, user_data);
}

gboolean
samspill_profile_share_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
samspill_profile_publish_async (SamspillProfile *self, const char *id, const char *approved_by, const char *approved_on,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GError *error = NULL;
  Act *act = publishing_new (id, approved_by, approved_on, &error);

  queue (self, "samspill_profile_publish_async", act, error, publish_in_thread, cancellable, callback, user_data);
}

gboolean
samspill_profile_publish_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
samspill_profile_withdraw_async (SamspillProfile *self, const char *id, const char *reason, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  GError *error = NULL;
  Act *act = withdrawal_new (id, reason, &error);

  queue (self, "samspill_profile_withdraw_async", act, error, withdraw_in_thread, cancellable, callback, user_data);
}

gboolean
samspill_profile_withdraw_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
