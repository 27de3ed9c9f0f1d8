/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The only move there is: a draft, with its files, to the team of its owner. Inside the caller's transaction. */

#include "samspill-publish-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-history.h"

#define MOST_LEAVES 100

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID, message);
  return FALSE;
}

static gboolean
delete_leaves (SamspillProfile *self, const char *space, const char *id, GError **error)
{
  for (guint i = 0; i < MOST_LEAVES; i++)
    {
      g_autoptr (SamspillDocument) document = samspill_store_get (self->store, space, id, NULL, error);
      g_autofree char *rev = NULL;

      if (document == NULL)
        return FALSE;
      if (document->deleted)
        break;
      rev = samspill_store_delete (self->store, space, id, document->rev, error);
      if (rev == NULL)
        return FALSE;
    }
  return TRUE;
}

/* A record that came from elsewhere may have its time in another zone or form; registries take UTC. NULL: no time. */
char *
samspill_stamp_dup_in_utc (const char *stamp)
{
  g_autofree char *at = stamp != NULL && *stamp == '{' ? samspill_json_dup_string (stamp, -1, "at") : NULL;
  g_autoptr (GDateTime) time = at != NULL ? g_date_time_new_from_iso8601 (at, NULL) : NULL;
  g_autoptr (GDateTime) utc = time != NULL ? g_date_time_to_utc (time) : NULL;
  g_autofree char *text = utc != NULL ? g_date_time_format (utc, "\"%Y-%m-%dT%H:%M:%SZ\"") : NULL;
  const char *names[] = { "at", NULL };
  const char *values[] = { text, NULL };

  return text != NULL ? samspill_json_splice (stamp, -1, names, values) : NULL;
}

/* Nothing but the two times is touched, and they only where they have another form. */
static GBytes *
dup_body_in_utc (SamspillDocument *document)
{
  static const char *const stamps[] = { "created", "changed" };
  g_autofree char *text = samspill_document_dup_text (document);

  for (gsize i = 0; i < G_N_ELEMENTS (stamps); i++)
    {
      g_autofree char *stamp = samspill_json_dup_member (text, -1, stamps[i]);
      g_autofree char *at = stamp != NULL && *stamp == '{' ? samspill_json_dup_string (stamp, -1, "at") : NULL;
      g_autofree char *in_utc = NULL;
      const char *names[] = { stamps[i], NULL };
      const char *values[] = { NULL, NULL };
      char *changed;

      if (stamp == NULL ||
          (at != NULL && strlen (at) == strlen ("2026-01-01T00:00:00Z") && at[10] == 'T' && at[19] == 'Z'))
        continue;
      values[0] = in_utc = samspill_stamp_dup_in_utc (stamp);
      changed = samspill_json_splice (text, -1, names, values);
      g_free (text);
      text = changed;
    }
  return g_bytes_new (text, strlen (text));
}

/* As files that are new there: they come in the revision that is written. */
char *
samspill_document_dup_files (SamspillDocument *document)
{
  char *files = NULL;

  samspill_history_merge_files (NULL, NULL, document->attachments, &files);
  return files != NULL ? files : g_strdup ("{}");
}

static gboolean
is_in_history (SamspillStore *store, const char *space, const char *id, GBytes *body)
{
  g_autoptr (GPtrArray) history = samspill_store_history (store, space, id, NULL);

  for (guint i = 0; history != NULL && i < history->len; i++)
    {
      const SamspillRevision *revision = g_ptr_array_index (history, i);
      g_autoptr (SamspillDocument) document =
          revision->has_body && !revision->deleted ? samspill_store_get (store, space, id, revision->rev, NULL) : NULL;
      g_autoptr (GBytes) text = document != NULL ? dup_body_in_utc (document) : NULL;

      if (text != NULL && samspill_bodies_are_same (text, body))
        return TRUE;
    }
  return FALSE;
}

/* It was shared before, from another computer or before this profile was brought back from a backup. What the draft
 * says and nobody there has said becomes another version of it, on the one that both began with. */
static gboolean
put_beside (SamspillProfile *self, SamspillDocument *document, const char *to, GBytes *body, const char *files,
            GError **error)
{
  g_autofree char *beginning = samspill_find_beginning (self->store, to, document->id);
  g_autoptr (SamspillDocument) first =
      beginning != NULL ? samspill_store_get (self->store, to, document->id, beginning, NULL) : NULL;
  gboolean began_here =
      first != NULL && first->body != NULL && is_in_history (self->store, document->space, document->id, first->body);
  g_autofree char *rev = samspill_revision_beside (began_here ? beginning : NULL, body);
  const char *revisions[] = { rev, began_here ? beginning : NULL, NULL };

  return is_in_history (self->store, to, document->id, body) ||
         samspill_store_insert (self->store, to, document->id, revisions, FALSE, body, files, error);
}

static gboolean
move_document (SamspillProfile *self, SamspillDocument *document, const char *to, GError **error)
{
  g_autoptr (GBytes) body = dup_body_in_utc (document);
  g_autofree char *files = samspill_document_dup_files (document);
  g_autoptr (GError) trouble = NULL;
  g_autofree char *rev = samspill_store_put (self->store, to, document->id, NULL, body, files, &trouble);

  if (rev == NULL && !g_error_matches (trouble, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CONFLICT))
    {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return FALSE;
    }
  return (rev != NULL || put_beside (self, document, to, body, files, error)) &&
         delete_leaves (self, document->space, document->id, error);
}

static gboolean
check_sharing (SamspillProfile *self, const SamspillOriginal *original, GError **error)
{
  const char *owner = samspill_record_get_owner (original->record);

  if (!g_str_equal (original->space, SAMSPILL_SPACE_MINE))
    return refuse (error, g_str_equal (original->space, SAMSPILL_SPACE_SAMPLE)
                              ? _ ("This is an invented example, and examples are not shared.")
                              : _ ("The record is shared with your organisation already."));
  if (samspill_record_get_boolean (original->record, "sample"))
    return refuse (error, _ ("This is an invented example, and examples are not shared."));
  if (owner == NULL || !samspill_profile_may_act_for (self, owner))
    return refuse (error, _ ("The record belongs to an organisation that you do not work for. Choose another owner, or "
                             "add the organisation in the preferences."));
  if (original->document->leaves > 1)
    return refuse (error, _ ("The record has two versions. Choose between them first."));
  return samspill_record_validate (original->record, error);
}

/* mine → team of its owner, with its files. `original` is then what lies in team. */
gboolean
samspill_original_share (SamspillProfile *self, SamspillOriginal *original, GError **error)
{
  g_autofree char *id = g_strdup (original->document->id);
  g_autofree char *team = NULL;

  if (!check_sharing (self, original, error))
    return FALSE;
  team = g_strdup_printf ("team-%s", samspill_record_get_owner (original->record));
  if (!samspill_store_ensure_space (self->store, team, error) || !move_document (self, original->document, team, error))
    return FALSE;
  for (guint i = 0; i < original->files->len; i++)
    if (!move_document (self, g_ptr_array_index (original->files, i), team, error))
      return FALSE;
  samspill_original_clear (original);
  return samspill_original_find (self, id, original, error);
}
