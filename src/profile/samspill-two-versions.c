/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two versions of a record side by side, and the choice between them. */

#include "samspill-publish-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-history.h"
#include "samspill-merge.h"

void
samspill_two_versions_free (SamspillTwoVersions *self)
{
  if (self == NULL)
    return;
  g_free (self->space);
  g_free (self->id);
  g_free (self->type);
  g_free (self->base);
  g_free (self->mine);
  g_free (self->theirs);
  g_free (self->mine_rev);
  g_free (self->theirs_rev);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_free (self);
}

static SamspillTwoVersions *
copy_versions (const SamspillTwoVersions *self)
{
  SamspillTwoVersions *copy = g_new0 (SamspillTwoVersions, 1);

  copy->space = g_strdup (self->space);
  copy->id = g_strdup (self->id);
  copy->type = g_strdup (self->type);
  copy->base = g_strdup (self->base);
  copy->mine = g_strdup (self->mine);
  copy->theirs = g_strdup (self->theirs);
  copy->mine_rev = g_strdup (self->mine_rev);
  copy->theirs_rev = g_strdup (self->theirs_rev);
  copy->left = self->left;
  return copy;
}

static char *
dup_body (SamspillProfile *self, const char *space, const char *id, const char *rev, GError **error)
{
  g_autoptr (SamspillDocument) document = samspill_store_get (self->store, space, id, rev, error);

  return document != NULL ? samspill_document_dup_text (document) : NULL;
}

/* Loading */

static gboolean
is_written_here (const char *body, const char *account)
{
  g_autofree char *changed = samspill_json_dup_member (body, -1, "changed");
  g_autofree char *by = changed != NULL && *changed == '{' ? samspill_json_dup_string (changed, -1, "by") : NULL;

  return account != NULL && g_strcmp0 (by, account) == 0;
}

static void
swap_sides (SamspillTwoVersions *self)
{
  char *body = self->mine, *rev = self->mine_rev;

  self->mine = self->theirs;
  self->theirs = body;
  self->mine_rev = self->theirs_rev;
  self->theirs_rev = rev;
}

static SamspillTwoVersions *
compare_leaves (SamspillProfile *self, const char *space, const char *id, GPtrArray *history, GPtrArray *leaves,
                GError **error)
{
  g_autoptr (SamspillTwoVersions) versions = g_new0 (SamspillTwoVersions, 1);
  g_autofree char *account = samspill_profile_dup_account (self);
  const char *base;

  versions->space = g_strdup (space);
  versions->id = g_strdup (id);
  versions->left = leaves->len - 2;
  versions->mine_rev = g_strdup (((SamspillRevision *)leaves->pdata[0])->rev);
  versions->theirs_rev = g_strdup (((SamspillRevision *)leaves->pdata[1])->rev);
  versions->mine = dup_body (self, space, id, versions->mine_rev, error);
  versions->theirs = versions->mine != NULL ? dup_body (self, space, id, versions->theirs_rev, error) : NULL;
  if (versions->theirs == NULL)
    return NULL;
  if (!is_written_here (versions->mine, account) && is_written_here (versions->theirs, account))
    swap_sides (versions);
  base = samspill_history_find_base (history, versions->mine_rev, versions->theirs_rev);
  versions->base = base != NULL ? dup_body (self, space, id, base, error) : g_strdup ("{}");
  if (versions->base == NULL)
    return NULL;
  versions->type = samspill_json_dup_string (versions->mine, -1, "type");
  versions->fields = samspill_merge_fields (versions->type != NULL ? versions->type : "", versions->base,
                                            versions->mine, versions->theirs);
  return g_steal_pointer (&versions);
}

/**
 * samspill_profile_load_two_versions:
 *
 * The two leaves that come first, mine being the one that was written in this profile where that can be told. Both are
 * records that live: a deletion never stands against an edit, the edit has won. Blocks; any thread.
 *
 * Returns: (transfer full) (nullable): %NULL without error: there is one version only
 */
SamspillTwoVersions *
samspill_profile_load_two_versions (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  g_autoptr (GPtrArray) history = NULL;
  g_autoptr (GPtrArray) leaves = NULL;

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  history = samspill_store_history (self->store, space, id, error);
  if (history == NULL)
    return NULL;
  leaves = samspill_history_list_living (history);
  return leaves->len < 2 ? NULL : compare_leaves (self, space, id, history, leaves, error);
}

/* Solving */

typedef struct
{
  SamspillTwoVersions *versions;
  char *body; /* NULL: undo */
} Solving;

static void
solving_free (Solving *self)
{
  samspill_two_versions_free (self->versions);
  g_free (self->body);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Solving, solving_free)

static gboolean
set_conflict (GError **error)
{
  g_set_error_literal (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_CONFLICT,
                       _ ("The record has been changed since the two versions were shown. Look at them again."));
  return FALSE;
}

static gboolean
is_living_leaf (GPtrArray *history, const char *rev)
{
  g_autoptr (GPtrArray) leaves = samspill_history_list_living (history);

  for (guint i = 0; i < leaves->len; i++)
    if (strcmp (((SamspillRevision *)leaves->pdata[i])->rev, rev) == 0)
      return TRUE;
  return FALSE;
}

static char *
touch_body (SamspillProfile *self, const char *body)
{
  g_autofree char *account = samspill_profile_dup_account (self);
  g_autofree char *by = samspill_json_quote (account);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *at = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *changed = g_strdup_printf ("{\"at\":\"%s\",\"by\":%s}", at, by);
  const char *names[] = { "changed", NULL };
  const char *values[] = { changed, NULL };

  return samspill_json_splice (body, -1, names, values);
}

/* Mine with what theirs has beside it; where both have another file under one name, mine. */
static char *
dup_files (SamspillProfile *self, const SamspillTwoVersions *versions)
{
  g_autoptr (SamspillDocument) mine =
      samspill_store_get (self->store, versions->space, versions->id, versions->mine_rev, NULL);
  g_autoptr (SamspillDocument) theirs =
      samspill_store_get (self->store, versions->space, versions->id, versions->theirs_rev, NULL);
  char *files = NULL;

  if (mine == NULL || theirs == NULL ||
      !samspill_history_merge_files (NULL, mine->attachments, theirs->attachments, &files))
    files = mine != NULL ? g_strdup (mine->attachments) : NULL;
  return files != NULL ? files : g_strdup ("{}");
}

static gboolean
solve (SamspillProfile *self, gpointer data, GError **error)
{
  Solving *solving = data;
  const SamspillTwoVersions *versions = solving->versions;
  g_autoptr (GPtrArray) history = samspill_store_history (self->store, versions->space, versions->id, error);
  g_autofree char *body = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *files = NULL;
  g_autofree char *rev = NULL;
  g_autofree char *tombstone = NULL;

  if (history == NULL ||
      !samspill_json_check (solving->body, -1, SAMSPILL_JSON_MAX_RECORD_BYTES, SAMSPILL_JSON_MUST_BE_OBJECT, error) ||
      !samspill_profile_check_may_solve (self, versions->space, versions->id, error))
    return FALSE;
  if (!is_living_leaf (history, versions->mine_rev) || !is_living_leaf (history, versions->theirs_rev))
    return set_conflict (error);
  files = dup_files (self, versions);
  /* A revision of its own even where mine stays as it is: a colleague who chose theirs at the same time has a tombstone
   * on mine, and between the two choices both texts would be gone. */
  body = touch_body (self, solving->body);
  bytes = g_bytes_new (body, strlen (body));
  rev = samspill_store_put (self->store, versions->space, versions->id, versions->mine_rev, bytes, files, error);
  if (rev == NULL)
    return FALSE;
  tombstone = samspill_store_delete (self->store, versions->space, versions->id, versions->theirs_rev, error);
  return tombstone != NULL;
}

/* What stands on a revision now: itself, or its one child, where that is a leaf. */
static const char *
find_on_top (GPtrArray *history, const char *rev)
{
  for (guint i = 0; i < history->len; i++)
    {
      const SamspillRevision *revision = g_ptr_array_index (history, i);

      if (revision->leaf && (strcmp (revision->rev, rev) == 0 || g_strcmp0 (revision->parent, rev) == 0))
        return revision->rev;
    }
  return NULL;
}

static gboolean
put_back (SamspillProfile *self, const SamspillTwoVersions *versions, GPtrArray *history, const char *old,
          const char *body, GError **error)
{
  const char *top = find_on_top (history, old);
  g_autoptr (SamspillDocument) document = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  g_autofree char *rev = NULL;

  if (top == NULL)
    return set_conflict (error);
  if (strcmp (top, old) == 0)
    return TRUE;
  document = samspill_store_get (self->store, versions->space, versions->id, old, error);
  if (document == NULL)
    return FALSE;
  rev = samspill_store_put (self->store, versions->space, versions->id, top, bytes,
                            document->attachments != NULL ? document->attachments : "{}", error);
  return rev != NULL;
}

static gboolean
unsolve (SamspillProfile *self, gpointer data, GError **error)
{
  const SamspillTwoVersions *versions = ((Solving *)data)->versions;
  g_autoptr (GPtrArray) history = samspill_store_history (self->store, versions->space, versions->id, error);

  return history != NULL && put_back (self, versions, history, versions->mine_rev, versions->mine, error) &&
         put_back (self, versions, history, versions->theirs_rev, versions->theirs, error);
}

gboolean
samspill_profile_check_may_solve (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  g_autofree char *owner = samspill_id_dup_owner (id);

  /* One's own publication may come in two versions, too: two colleagues have updated it at once. */
  if (g_str_equal (space, SAMSPILL_SPACE_COMMONS) && samspill_profile_owns (self, owner))
    return samspill_profile_check_writable (self, NULL, error);
  return samspill_profile_check_writable (self, space, error);
}

static Solving *
solving_new (const SamspillTwoVersions *versions, const char *body)
{
  Solving *solving = g_new0 (Solving, 1);

  solving->versions = copy_versions (versions);
  solving->body = g_strdup (body);
  return solving;
}

gboolean
samspill_profile_solve_two_versions (SamspillProfile *self, const SamspillTwoVersions *versions, const char *body,
                                     GError **error)
{
  g_autoptr (Solving) solving = solving_new (versions, body);

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);

  return samspill_profile_transact (self, solve, solving, error);
}

/**
 * samspill_profile_unsolve_two_versions:
 * @versions: as they were before
 *
 * Both live again, as new revisions with the text that they had. CONFLICT where somebody has built on it since. Blocks;
 * any thread.
 */
gboolean
samspill_profile_unsolve_two_versions (SamspillProfile *self, const SamspillTwoVersions *versions, GError **error)
{
  g_autoptr (Solving) solving = solving_new (versions, NULL);

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);

  return samspill_profile_transact (self, unsolve, solving, error);
}

static void
solve_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Solving *solving = data;
  GError *error = NULL;

  if (samspill_profile_transact (source, solving->body != NULL ? solve : unsolve, solving, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
samspill_profile_solve_two_versions_async (SamspillProfile *self, const SamspillTwoVersions *versions, const char *body,
                                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_static_name (task, "samspill_profile_solve_two_versions_async");
  g_task_set_task_data (task, solving_new (versions, body), (GDestroyNotify)solving_free);
  samspill_profile_queue (self, task, solve_in_thread);
}

gboolean
samspill_profile_solve_two_versions_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* All of them */

/**
 * samspill_profile_list_two_versions:
 *
 * Records with several versions between which this person can choose. Blocks; any thread.
 *
 * Returns: (transfer full) (element-type SamspillRow)
 */
GPtrArray *
samspill_profile_list_two_versions (SamspillProfile *self, GError **error)
{
  g_auto (GStrv) spaces = NULL;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_row_free);

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  spaces = samspill_store_list_spaces (self->store, error);
  if (spaces == NULL)
    return NULL;
  for (char **space = spaces; *space != NULL; space++)
    {
      g_auto (GStrv) ids = samspill_store_list_divided (self->store, *space, error);

      if (ids == NULL)
        return NULL;
      for (char **id = ids; *id != NULL; id++)
        {
          SamspillRow *row = samspill_profile_check_may_solve (self, *space, *id, NULL)
                                 ? samspill_index_get_row_by_id (self->index, *space, *id)
                                 : NULL;

          if (row != NULL)
            g_ptr_array_add (rows, row);
        }
    }
  return g_steal_pointer (&rows);
}
