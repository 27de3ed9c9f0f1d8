/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-profile-private.h"

#define MOST_RELATED 500
#define MOST_LEAVES 100

void
samspill_loaded_free (SamspillLoaded *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->record);
  g_free (self->space);
  g_free (self->attachments);
  g_free (self);
}

int
samspill_space_rank (const char *space)
{
  static const char *const order[] = {
    SAMSPILL_SPACE_MINE, "team-", "joint-", SAMSPILL_SPACE_SAMPLE, SAMSPILL_SPACE_COMMONS, SAMSPILL_SPACE_SHIPPED
  };

  for (int i = 0; i < (int)G_N_ELEMENTS (order); i++)
    if (g_str_has_prefix (space, order[i]))
      return i;
  return G_N_ELEMENTS (order);
}

char *
samspill_profile_find_space (SamspillProfile *self, const char *id, GError **error)
{
  g_auto (GStrv) spaces = samspill_store_find_spaces (self->store, id, error);
  const char *best = NULL;

  for (char **space = spaces; space != NULL && *space != NULL; space++)
    if (best == NULL || samspill_space_rank (*space) < samspill_space_rank (best))
      best = *space;
  return g_strdup (best);
}

static void
set_not_found (GError **error, const char *id)
{
  g_set_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND,
               _ ("There is no record “%s” in this profile. Look it up in a list or by a search."), id);
}

/* `space` or where the record is; NULL with error. */
static char *
resolve_space (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  g_autoptr (GError) trouble = NULL;
  char *found = space != NULL ? g_strdup (space) : samspill_profile_find_space (self, id, &trouble);

  if (trouble != NULL)
    g_propagate_error (error, g_steal_pointer (&trouble));
  else if (found == NULL)
    set_not_found (error, id);
  return found;
}

static SamspillDocument *
get_living (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  g_autoptr (GError) trouble = NULL;
  g_autoptr (SamspillDocument) document = samspill_store_get (self->store, space, id, NULL, &trouble);

  if (document != NULL && !document->deleted && document->body != NULL)
    return g_steal_pointer (&document);
  if (trouble != NULL && !g_error_matches (trouble, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&trouble));
  else
    set_not_found (error, id);
  return NULL;
}

/**
 * samspill_profile_load:
 * @space: (nullable): %NULL: the first of mine, team, joint, sample, commons, shipped that has it
 *
 * A record as it is shown: its working copy where there is one, else its winning revision. Blocks; any thread.
 */
SamspillLoaded *
samspill_profile_load (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  g_autofree char *where = resolve_space (self, space, id, error);
  if (where == NULL)
    return NULL;
  g_autoptr (SamspillDocument) document = get_living (self, where, id, error);
  if (document == NULL)
    return NULL;
  g_autoptr (SamspillWorkingCopy) copy = samspill_store_read_working_copy (self->store, where, id, NULL);

  SamspillRecord *record =
      samspill_record_from_body (id, copy != NULL && copy->base != NULL ? copy->base : document->rev,
                                 copy != NULL ? copy->body : document->body, error);
  if (record == NULL)
    return NULL;

  SamspillLoaded *loaded = g_new0 (SamspillLoaded, 1);
  loaded->record = record;
  loaded->is_writable = samspill_space_is_writable (where) && !samspill_profile_is_read_only (self);
  loaded->has_working_copy = copy != NULL;
  loaded->is_overtaken = copy != NULL && copy->base != NULL && !g_str_equal (copy->base, document->rev) &&
                         !samspill_copy_is_on_leaf (self->store, where, id, copy->base);
  loaded->leaves = MAX (document->leaves, 1);
  loaded->attachments = g_strdup (document->attachments);
  loaded->space = g_steal_pointer (&where);
  return loaded;
}

/* Saving. The record itself stays in the thread of the caller; what crosses over is its bytes. */

typedef struct
{
  SamspillRecord *record; /* set only when the caller's thread does the rest */
  char *space;
  char *id;
  char *rev;
  GBytes *body;
  gboolean sample;
  char *new_rev;
} Save;

static void
save_free (Save *save)
{
  g_clear_object (&save->record);
  g_free (save->space);
  g_free (save->id);
  g_free (save->rev);
  g_clear_pointer (&save->body, g_bytes_unref);
  g_free (save->new_rev);
  g_free (save);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Save, save_free)

static Save *
prepare_save (SamspillProfile *self, const char *space, SamspillRecord *record, GError **error)
{
  if (!samspill_profile_check_writable (self, space, error) ||
      !samspill_profile_check_clock (g_get_real_time (), error))
    return NULL;

  g_autofree char *account = samspill_profile_dup_account (self);
  if (!samspill_record_validate (record, error))
    return NULL;
  samspill_record_complete (record, account);
  samspill_record_touch (record, account);

  Save *save = g_new0 (Save, 1);
  save->record = g_object_ref (record);
  save->space = g_strdup (space);
  save->id = g_strdup (samspill_record_get_id (record));
  save->rev = g_strdup (samspill_record_get_rev (record));
  save->body = samspill_record_dup_body (record);
  save->sample = samspill_record_get_boolean (record, "sample");
  return save;
}

static gboolean
do_save (SamspillProfile *self, Save *save, GError **error)
{
  g_autoptr (GError) trouble = NULL;

  if (save->space == NULL)
    {
      save->space = samspill_profile_find_space (self, save->id, &trouble);
      if (trouble != NULL)
        return samspill_profile_take_error (error, g_steal_pointer (&trouble));
      if (save->space == NULL || save->rev == NULL)
        g_set_str (&save->space, save->sample ? SAMSPILL_SPACE_SAMPLE : SAMSPILL_SPACE_MINE);
    }
  if (!samspill_profile_check_writable (self, save->space, error) ||
      !samspill_store_ensure_space (self->store, save->space, error))
    return FALSE;

  save->new_rev = samspill_store_put (self->store, save->space, save->id, save->rev, save->body, NULL, &trouble);
  if (save->new_rev == NULL)
    return samspill_profile_take_error (error, g_steal_pointer (&trouble));
  return TRUE;
}

/**
 * samspill_profile_save:
 * @space: (nullable): %NULL: where the record's revision is, else mine (a record of the sample data: sample)
 *
 * One revision of a record: a new one, or on top of its `_rev`. It is validated, and `changed` is set to now. Blocks.
 */
gboolean
samspill_profile_save (SamspillProfile *self, const char *space, SamspillRecord *record, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);
  g_return_val_if_fail (SAMSPILL_IS_RECORD (record), FALSE);

  g_autoptr (Save) save = prepare_save (self, space, record, error);
  if (save == NULL || !do_save (self, save, error))
    return FALSE;
  samspill_record_set_rev (record, save->new_rev);
  return TRUE;
}

static void
save_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (do_save (source, data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
samspill_profile_save_async (SamspillProfile *self, const char *space, SamspillRecord *record,
                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;

  g_task_set_static_name (task, "samspill_profile_save_async");
  Save *save = prepare_save (self, space, record, &error);
  if (save == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, save, (GDestroyNotify)save_free);
  samspill_profile_queue (self, g_steal_pointer (&task), save_in_thread);
}

gboolean
samspill_profile_save_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  Save *save = g_task_get_task_data (G_TASK (result));
  samspill_record_set_rev (save->record, save->new_rev);
  return TRUE;
}

/* Trash and back */

static JsonNode *
trashed_node (const char *account)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *at = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "at", at);
  json_object_set_string_member (object, "by", account);
  json_node_take_object (node, object);
  return node;
}

static gboolean
set_trashed (SamspillProfile *self, const char *space, const char *id, gboolean trashed, GError **error)
{
  g_autoptr (GError) trouble = NULL;
  g_autofree char *account = samspill_profile_dup_account (self);

  /* What is being written goes along into the trash, and comes back from it. */
  if (!samspill_copy_commit_stored (self->store, space, id, account, error))
    return FALSE;
  g_autoptr (SamspillDocument) document = get_living (self, space, id, error);
  if (document == NULL)
    return FALSE;
  g_autoptr (SamspillRecord) record = samspill_record_from_body (id, document->rev, document->body, error);
  if (record == NULL)
    return FALSE;
  if ((samspill_record_get_node (record, "trashed") != NULL) == trashed)
    return TRUE;

  if (trashed)
    {
      g_autoptr (JsonNode) node = trashed_node (account);
      samspill_record_set_node (record, "trashed", node);
    }
  else
    {
      samspill_record_remove (record, "trashed");
    }
  samspill_record_touch (record, account);
  g_autoptr (GBytes) body = samspill_record_dup_body (record);
  g_autofree char *rev = samspill_store_put (self->store, space, id, document->rev, body, NULL, &trouble);
  return rev != NULL || samspill_profile_take_error (error, g_steal_pointer (&trouble));
}

static gboolean
write_tombstones (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  g_autoptr (SamspillDocument) document = get_living (self, space, id, error);

  if (document == NULL || !samspill_store_remove_working_copy (self->store, space, id, error))
    return FALSE;
  for (guint i = 0; document != NULL && i < MOST_LEAVES; i++)
    {
      g_autofree char *rev = samspill_store_delete (self->store, space, id, document->rev, error);
      if (rev == NULL)
        return FALSE;
      samspill_document_free (document);
      document = get_living (self, space, id, NULL);
    }
  return TRUE;
}

/* All or none: of two versions, one deleted and one not is a record that came back. */
static gboolean
delete_all_leaves (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  if (!samspill_store_begin (self->store, error))
    return FALSE;
  if (write_tombstones (self, space, id, error))
    return samspill_store_commit (self->store, error);
  samspill_store_rollback (self->store);
  return FALSE;
}

static gboolean
change (SamspillProfile *self, SamspillChangeKind kind, const char *space, const char *id, GError **error)
{
  g_autofree char *where = resolve_space (self, space, id, error);

  if (where == NULL || !samspill_profile_check_writable (self, where, error))
    return FALSE;
  if (!samspill_profile_check_clock (g_get_real_time (), error))
    return FALSE;
  if (kind == SAMSPILL_CHANGE_DELETE)
    return delete_all_leaves (self, where, id, error);
  return set_trashed (self, where, id, kind == SAMSPILL_CHANGE_TRASH, error);
}

gboolean
samspill_profile_trash (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);

  return change (self, SAMSPILL_CHANGE_TRASH, space, id, error);
}

gboolean
samspill_profile_restore (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);

  return change (self, SAMSPILL_CHANGE_RESTORE, space, id, error);
}

gboolean
samspill_profile_delete (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);

  return change (self, SAMSPILL_CHANGE_DELETE, space, id, error);
}

typedef struct
{
  char *space;
  char *id;
  SamspillChangeKind kind;
} Asked;

static void
asked_free (Asked *asked)
{
  g_free (asked->space);
  g_free (asked->id);
  g_free (asked);
}

static GTask *
task_for (SamspillProfile *self, const char *name, const char *space, const char *id, SamspillChangeKind kind,
          GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Asked *asked = g_new0 (Asked, 1);

  asked->space = g_strdup (space);
  asked->id = g_strdup (id);
  asked->kind = kind;
  g_task_set_static_name (task, name);
  g_task_set_task_data (task, asked, (GDestroyNotify)asked_free);
  return task;
}

static void
change_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Asked *asked = data;
  GError *error = NULL;

  if (change (source, asked->kind, asked->space, asked->id, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
samspill_profile_change_async (SamspillProfile *self, SamspillChangeKind kind, const char *space, const char *id,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  samspill_profile_queue (
      self, task_for (self, "samspill_profile_change_async", space, id, kind, cancellable, callback, user_data),
      change_in_thread);
}

gboolean
samspill_profile_change_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Asked *asked = data;
  GError *error = NULL;
  SamspillLoaded *loaded = samspill_profile_load (source, asked->space, asked->id, &error);

  if (loaded != NULL)
    g_task_return_pointer (task, loaded, (GDestroyNotify)samspill_loaded_free);
  else
    g_task_return_error (task, error);
}

void
samspill_profile_load_async (SamspillProfile *self, const char *space, const char *id, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = task_for (self, "samspill_profile_load_async", space, id, SAMSPILL_CHANGE_TRASH, cancellable,
                                     callback, user_data);

  g_task_run_in_thread (task, load_in_thread);
}

SamspillLoaded *
samspill_profile_load_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Records about a record */

/* The index may be a moment behind. */
static gboolean
names_record (SamspillDocument *document, const char *id)
{
  static const char *const members[] = { "need", "about" };
  gsize length = 0;
  const char *body = document->body != NULL ? g_bytes_get_data (document->body, &length) : NULL;

  for (guint i = 0; body != NULL && i < G_N_ELEMENTS (members); i++)
    {
      g_autofree char *value = samspill_json_dup_string (body, (gssize)length, members[i]);
      if (g_strcmp0 (value, id) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
collect_related (SamspillProfile *self, const char *id, const char *type, GCancellable *cancellable, GPtrArray *rows,
                 GError **error)
{
  g_autoptr (SamspillQuery) query = samspill_query_new ();

  query->type = g_strdup (type);
  query->refers_to = g_strdup (id);
  query->order = SAMSPILL_ORDER_CHANGED;
  g_autoptr (SamspillResult) result = samspill_index_query (self->index, query, G_MAXINT, cancellable, error);
  if (result == NULL)
    return FALSE;
  for (guint i = 0; i < result->n_docs && rows->len < MOST_RELATED; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      g_autoptr (SamspillDocument) document = samspill_store_get_by_number (self->store, result->docs[i], NULL);
      if (document == NULL || document->deleted || !names_record (document, id))
        continue;
      SamspillRow *row = samspill_index_get_row (self->index, result->docs[i], NULL);
      if (row != NULL)
        g_ptr_array_add (rows, row);
    }
  return TRUE;
}

static GPtrArray *
related (SamspillProfile *self, const char *id, const char *type, GCancellable *cancellable, GError **error)
{
  static const char *const kinds[] = { "pitch", "file", "note", NULL };
  const char *const one[] = { type, NULL };
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_row_free);

  for (const char *const *kind = type != NULL ? one : kinds; *kind != NULL; kind++)
    if (!collect_related (self, id, *kind, cancellable, rows, error))
      return NULL;
  return g_steal_pointer (&rows);
}

/**
 * samspill_profile_related:
 * @type: (nullable): "pitch", "file" or "note"; %NULL: these three
 *
 * Records that name this one by `need` or `about`, newest first, none from the trash. Blocks; any thread.
 *
 * Returns: (transfer full) (element-type SamspillRow)
 */
GPtrArray *
samspill_profile_related (SamspillProfile *self, const char *id, const char *type, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  return related (self, id, type, NULL, error);
}

static void
related_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Asked *asked = data;
  GError *error = NULL;
  GPtrArray *rows = related (source, asked->id, asked->space, cancellable, &error);

  if (rows != NULL)
    g_task_return_pointer (task, rows, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

void
samspill_profile_related_async (SamspillProfile *self, const char *id, const char *type, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = task_for (self, "samspill_profile_related_async", type, id, SAMSPILL_CHANGE_TRASH,
                                     cancellable, callback, user_data);

  g_task_run_in_thread (task, related_in_thread);
}

GPtrArray *
samspill_profile_related_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
