/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-profile-private.h"

#define MOST_REASONS 20

void
samspill_import_free (SamspillImport *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->reasons);
  g_clear_pointer (&self->reply, samspill_reply_free);
  g_free (self);
}

static SamspillImport *
import_new (void)
{
  SamspillImport *import = g_new0 (SamspillImport, 1);

  import->reasons = g_ptr_array_new_with_free_func (g_free);
  return import;
}

/* A file being read: every record is looked at before anything is written, so that one run names all that is wrong. */
typedef struct
{
  SamspillProfile *profile;
  const char *space;
  const char *account;
  SamspillImport *import;
  GPtrArray *records;
  GHashTable *ids;
  guint number;
} Reading;

static void
unref_record (gpointer record)
{
  g_clear_object (&record);
}

static void
refuse (Reading *reading, guint number, const char *reason)
{
  reading->import->refused++;
  if (reading->import->reasons->len < MOST_REASONS)
    g_ptr_array_add (reading->import->reasons, g_strdup_printf (_ ("Record %u: %s"), number, reason));
}

/* What came out of a profile may be unfinished: a need without a title is kept there, so it is taken back, too. */
static gboolean
is_unfinished (SamspillRecord *record, const GError *error)
{
  return g_error_matches (error, SAMSPILL_DOMAIN_ERROR, SAMSPILL_DOMAIN_ERROR_MISSING_FIELD) &&
         samspill_record_get_rev (record) != NULL && samspill_record_get_owner (record) != NULL &&
         samspill_record_has (record, "lang");
}

static SamspillRecord *
read_record (const char *text, gsize length, const char *account, GError **error)
{
  g_autoptr (GError) trouble = NULL;
  g_autoptr (SamspillRecord) record = samspill_record_from_json (text, (gssize)length, error);

  if (record == NULL)
    return NULL;
  if (!samspill_record_validate (record, &trouble) && !is_unfinished (record, trouble))
    {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return NULL;
    }
  if (samspill_record_get_id (record) == NULL)
    samspill_record_complete (record, account);
  return g_steal_pointer (&record);
}

static gboolean
read_element (const char *text, gsize length, gpointer data)
{
  Reading *reading = data;
  g_autoptr (GError) error = NULL;
  guint number = ++reading->number;
  g_autoptr (SamspillRecord) read = read_record (text, length, reading->account, &error);

  if (read == NULL)
    {
      refuse (reading, number, error->message);
      return TRUE;
    }
  /* The copy is the text alone: what was made of it to look at it is ten times as large. */
  SamspillRecord *record = samspill_record_copy (read);
  g_ptr_array_add (reading->records, record);
  if (!g_hash_table_add (reading->ids, (gpointer)samspill_record_get_id (record)))
    {
      g_autofree char *reason = g_strdup_printf (_ ("the id “%s” stands more than once in the file. Keep one of them."),
                                                 samspill_record_get_id (record));
      refuse (reading, number, reason);
    }
  return TRUE;
}

typedef enum
{
  KEEP_FAILED, /* the store: error set */
  KEEP_REFUSED,
  KEEP_SAME,
  KEEP_ADDED,
  KEEP_CHANGED,
} Kept;

static gboolean
revision_is_well_formed (const char *rev)
{
  const char *dash = strchr (rev, '-');

  return dash != NULL && dash != rev && strspn (rev, "0123456789") == (gsize)(dash - rev) && rev[0] != '0' &&
         dash - rev < 10 && strlen (dash + 1) == 32 && strspn (dash + 1, "0123456789abcdef") == 32;
}

static Kept
keep_new (Reading *reading, const char *space, SamspillRecord *record, gboolean had_tombstone, char **reason,
          GError **error)
{
  SamspillStore *store = reading->profile->store;
  const char *id = samspill_record_get_id (record);
  const char *rev = samspill_record_get_rev (record);

  if (rev == NULL)
    samspill_record_complete (record, reading->account);
  g_autoptr (GBytes) body = samspill_record_dup_body (record);

  if (rev == NULL || had_tombstone)
    {
      g_autofree char *made = samspill_store_put (store, space, id, NULL, body, NULL, error);
      return made != NULL ? KEEP_ADDED : KEEP_FAILED;
    }
  if (!revision_is_well_formed (rev))
    {
      *reason = g_strdup_printf (_ ("“%s” is not a revision. Leave _rev out of a new record."), rev);
      return KEEP_REFUSED;
    }
  /* From another profile: it keeps its revision, so that the two know that they have the same. */
  const char *revisions[] = { rev, NULL };
  return samspill_store_insert (store, space, id, revisions, FALSE, body, NULL, error) ? KEEP_ADDED : KEEP_FAILED;
}

/* A file that a person wrote leaves out what the program fills in; that is no difference. */
static void
take_over_envelope (SamspillRecord *record, SamspillDocument *current)
{
  static const char *const members[] = { "schema", "created", "changed" };
  g_autoptr (SamspillRecord) old = samspill_record_from_body (current->id, current->rev, current->body, NULL);

  for (guint i = 0; old != NULL && i < G_N_ELEMENTS (members); i++)
    {
      JsonNode *node = samspill_record_get_node (old, members[i]);
      if (node != NULL && samspill_record_get_node (record, members[i]) == NULL)
        samspill_record_set_node (record, members[i], node);
    }
}

static Kept
keep_on_top (SamspillStore *store, const char *space, SamspillRecord *record, SamspillDocument *current, char **reason,
             GError **error)
{
  g_autoptr (GError) trouble = NULL;
  const char *rev = samspill_record_get_rev (record);

  take_over_envelope (record, current);
  g_autoptr (GBytes) body = samspill_record_dup_body (record);
  if (current->body != NULL && samspill_bodies_are_same (current->body, body))
    return KEEP_SAME;
  if (rev == NULL)
    {
      *reason = g_strdup_printf (_ ("“%s” is here already and says something else. Name the revision that it builds on "
                                    "(_rev), or leave _id out for a new record."),
                                 current->id);
      return KEEP_REFUSED;
    }

  g_autofree char *made = samspill_store_put (store, space, current->id, rev, body, NULL, &trouble);
  if (made != NULL)
    return KEEP_CHANGED;
  if (g_error_matches (trouble, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CONFLICT) ||
      g_error_matches (trouble, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND) ||
      g_error_matches (trouble, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID))
    {
      *reason =
          g_strdup_printf (_ ("“%s” has been changed since revision %s; it is at %s now. Make the change on top of "
                              "that one."),
                           current->id, rev, current->rev);
      return KEEP_REFUSED;
    }
  g_propagate_error (error, g_steal_pointer (&trouble));
  return KEEP_FAILED;
}

static Kept
keep (Reading *reading, SamspillRecord *record, char **reason, GError **error)
{
  SamspillStore *store = reading->profile->store;
  const char *id = samspill_record_get_id (record);
  g_autoptr (GError) trouble = NULL;
  g_autofree char *space = samspill_profile_find_space (reading->profile, id, &trouble);

  if (trouble != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return KEEP_FAILED;
    }
  if (space != NULL && !samspill_space_is_writable (space))
    {
      *reason = g_strdup_printf (_ ("“%s” came with the program and cannot be changed."), id);
      return KEEP_REFUSED;
    }
  if (space == NULL)
    space = g_strdup (reading->space != NULL                           ? reading->space
                      : samspill_record_get_boolean (record, "sample") ? SAMSPILL_SPACE_SAMPLE
                                                                       : SAMSPILL_SPACE_MINE);
  if (!samspill_store_ensure_space (store, space, error))
    return KEEP_FAILED;

  g_autoptr (SamspillDocument) current = samspill_store_get (store, space, id, NULL, NULL);
  if (current == NULL || current->deleted)
    return keep_new (reading, space, record, current != NULL, reason, error);
  return keep_on_top (store, space, record, current, reason, error);
}

/* In one transaction. FALSE: the store failed; what is refused is in the import. */
static gboolean
keep_all (Reading *reading, GCancellable *cancellable, GError **error)
{
  SamspillStore *store = reading->profile->store;
  guint counts[KEEP_CHANGED + 1] = { 0 };

  if (!samspill_store_begin (store, error))
    return FALSE;
  for (guint i = 0; i < reading->records->len; i++)
    {
      g_autoptr (SamspillRecord) record = g_steal_pointer (&reading->records->pdata[i]);
      g_autofree char *reason = NULL;
      Kept kept = g_cancellable_set_error_if_cancelled (cancellable, error) ? KEEP_FAILED
                                                                            : keep (reading, record, &reason, error);

      if (kept == KEEP_FAILED)
        {
          samspill_store_rollback (store);
          return FALSE;
        }
      if (kept == KEEP_REFUSED)
        refuse (reading, i + 1, reason);
      counts[kept]++;
    }
  if (reading->import->refused > 0)
    {
      samspill_store_rollback (store);
      return TRUE;
    }
  if (!samspill_store_commit (store, error))
    return FALSE;
  reading->import->added = counts[KEEP_ADDED];
  reading->import->changed = counts[KEEP_CHANGED];
  reading->import->same = counts[KEEP_SAME];
  return TRUE;
}

/* A reply is told of, not kept: a person looks at it first. */
static gboolean
read_reply (SamspillProfile *self, const char *text, gsize length, SamspillImport *import, GError **error)
{
  g_autofree char *need = samspill_json_dup_string (text, (gssize)length, "need");
  g_autofree char *owner = NULL;
  gboolean to_sample = FALSE;

  if (need != NULL && *need != '\0')
    {
      g_autoptr (SamspillLoaded) loaded = samspill_profile_load (self, NULL, need, NULL);

      if (loaded == NULL || g_strcmp0 (samspill_record_get_record_type (loaded->record), "need") != 0)
        {
          g_set_error_literal (
              error, SAMSPILL_DOMAIN_ERROR, SAMSPILL_DOMAIN_ERROR_WRONG_NEED,
              _ ("This reply answers a need that is not in this profile. Open it where the need is, or "
                 "ask the sender which need it was for."));
          return FALSE;
        }
      if (loaded->is_writable)
        owner = g_strdup (samspill_record_get_owner (loaded->record));
      to_sample = g_str_equal (loaded->space, SAMSPILL_SPACE_SAMPLE);
    }
  if (owner == NULL)
    owner = samspill_profile_dup_first_owner (self);
  if (owner == NULL)
    {
      g_set_error_literal (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID,
                           _ ("A reply is kept for an organisation. Say in the program who you work for first."));
      return FALSE;
    }
  import->reply = samspill_reply_parse (text, (gssize)length, owner, error);
  if (import->reply == NULL)
    return FALSE;
  /* It goes when the samples go. */
  samspill_record_set_boolean (import->reply->pitch, "sample", to_sample);
  return TRUE;
}

static gboolean
read_records (Reading *reading, const char *text, gsize length, GCancellable *cancellable, GError **error)
{
  const char *first = text;

  while (first < text + length && strchr (" \t\r\n", *first) != NULL)
    first++;
  if (*first == '[')
    {
      if (!samspill_json_foreach_element (text, (gssize)length, read_element, reading, error))
        return FALSE;
    }
  else if (*first == '{')
    {
      read_element (text, length, reading);
    }
  else
    {
      g_set_error_literal (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID,
                           _ ("The file holds no records: it should be one JSON object, or an array of them."));
      return FALSE;
    }
  return reading->import->refused > 0 || keep_all (reading, cancellable, error);
}

SamspillImport *
samspill_profile_import_bytes (SamspillProfile *self, const char *space, GBytes *bytes, GCancellable *cancellable,
                               GError **error)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autoptr (SamspillImport) import = import_new ();

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  if (!samspill_profile_check_writable (self, space, error) ||
      !samspill_profile_check_clock (g_get_real_time (), error) ||
      !samspill_json_check (text, (gssize)length, SAMSPILL_JSON_MAX_FILE_BYTES, SAMSPILL_JSON_DEFAULT, error))
    return NULL;
  if (samspill_reply_is (text, (gssize)length))
    return read_reply (self, text, length, import, error) ? g_steal_pointer (&import) : NULL;

  g_autofree char *account = samspill_profile_dup_account (self);
  Reading reading = { .profile = self, .space = space, .account = account, .import = import };
  reading.records = g_ptr_array_new_with_free_func (unref_record);
  reading.ids = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean done = read_records (&reading, text, length, cancellable, error);
  g_hash_table_unref (reading.ids);
  g_ptr_array_unref (reading.records);
  return done ? g_steal_pointer (&import) : NULL;
}

/**
 * samspill_profile_import:
 * @space: (nullable): where new records go; %NULL: mine, and records marked as samples to sample
 *
 * Reads a file of records (an object, or an array of them) or a reply. All or nothing: when `refused` is not 0, nothing
 * of the file was kept and `reasons` say why, twenty at most. A revision goes on top of the `_rev` that it names.
 * Blocks.
 *
 * Returns: (transfer full) (nullable): what was done; %NULL: the file could not be read at all, or not be kept
 */
SamspillImport *
samspill_profile_import (SamspillProfile *self, const char *space, GFile *file, GCancellable *cancellable,
                         GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  g_autoptr (GBytes) bytes = samspill_read_file (file, SAMSPILL_JSON_MAX_FILE_BYTES, cancellable, error);
  return bytes != NULL ? samspill_profile_import_bytes (self, space, bytes, cancellable, error) : NULL;
}

typedef struct
{
  char *space;
  GFile *file;
} Source;

static void
source_free (Source *source)
{
  g_free (source->space);
  g_object_unref (source->file);
  g_free (source);
}

static void
import_in_thread (GTask *task, gpointer object, gpointer data, GCancellable *cancellable)
{
  Source *source = data;
  GError *error = NULL;
  SamspillImport *import = samspill_profile_import (object, source->space, source->file, cancellable, &error);

  if (import != NULL)
    g_task_return_pointer (task, import, (GDestroyNotify)samspill_import_free);
  else
    g_task_return_error (task, error);
}

void
samspill_profile_import_async (SamspillProfile *self, const char *space, GFile *file, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Source *source = g_new0 (Source, 1);

  source->space = g_strdup (space);
  source->file = g_object_ref (file);
  g_task_set_static_name (task, "samspill_profile_import_async");
  g_task_set_task_data (task, source, (GDestroyNotify)source_free);
  samspill_profile_queue_fetching (self, g_steal_pointer (&task), import_in_thread);
}

SamspillImport *
samspill_profile_import_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
