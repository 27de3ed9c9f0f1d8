/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a publication is made from, what it will show, and what stands in the way of it. */

#include "samspill-publish-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-address.h"
#include "samspill-need-check.h"
#include "samspill-publication.h"
#include "samspill-wire.h"

void
samspill_original_clear (SamspillOriginal *self)
{
  g_clear_pointer (&self->space, g_free);
  g_clear_pointer (&self->document, samspill_document_free);
  g_clear_object (&self->record);
  g_clear_pointer (&self->files, g_ptr_array_unref);
}

char *
samspill_document_dup_text (SamspillDocument *document)
{
  gsize length = 0;
  const char *text = document->body != NULL ? g_bytes_get_data (document->body, &length) : NULL;

  return text != NULL ? g_strndup (text, length) : g_strdup ("{}");
}

/* Finding */

static gboolean
holds_originals (const char *space)
{
  return !g_str_equal (space, SAMSPILL_SPACE_COMMONS) && !g_str_equal (space, SAMSPILL_SPACE_SHIPPED);
}

typedef struct
{
  SamspillProfile *profile;
  SamspillOriginal *original;
} Search;

static gboolean
take_file (const char *id, const char *rev, gpointer data)
{
  Search *search = data;
  g_autoptr (SamspillDocument) document =
      samspill_store_get (search->profile->store, search->original->space, id, NULL, NULL);
  g_autofree char *text = document != NULL ? samspill_document_dup_text (document) : NULL;
  g_autofree char *about = text != NULL ? samspill_json_dup_string (text, -1, "about") : NULL;
  g_autofree char *trashed = text != NULL ? samspill_json_dup_member (text, -1, "trashed") : NULL;

  if (g_strcmp0 (about, search->original->document->id) == 0 && trashed == NULL)
    g_ptr_array_add (search->original->files, g_steal_pointer (&document));
  return TRUE;
}

/* By their ids rather than by the index, which may be a moment behind: a file that was just added goes along. */
static gboolean
find_files (SamspillProfile *self, SamspillOriginal *original, GError **error)
{
  const char *owner = samspill_record_get_owner (original->record);
  g_autofree char *start = g_strdup_printf ("file:%s:", owner != NULL ? owner : "");
  g_autofree char *end = g_strdup_printf ("file:%s:~", owner != NULL ? owner : "");
  Search search = { self, original };

  original->files = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_document_free);
  return samspill_store_foreach_document (self->store, original->space, start, end, TRUE, FALSE, take_file, &search,
                                          error);
}

gboolean
samspill_original_find (SamspillProfile *self, const char *id, SamspillOriginal *original, GError **error)
{
  g_autoptr (GError) trouble = NULL;
  g_auto (GStrv) spaces = samspill_store_find_spaces (self->store, id, error);
  const char *best = NULL;

  if (spaces == NULL)
    return FALSE;
  for (char **space = spaces; *space != NULL; space++)
    if (holds_originals (*space) && (best == NULL || samspill_space_rank (*space) < samspill_space_rank (best)))
      best = *space;
  if (best == NULL)
    return TRUE;
  original->document = samspill_store_get (self->store, best, id, NULL, error);
  if (original->document == NULL)
    return FALSE;
  original->space = g_strdup (best);
  original->record = samspill_record_from_body (id, original->document->rev, original->document->body, error);
  return original->record != NULL && find_files (self, original, error);
}

gboolean
samspill_original_file_is_open (SamspillDocument *file)
{
  g_autofree char *text = samspill_document_dup_text (file);
  g_autofree char *open = samspill_json_dup_member (text, -1, "open");

  return g_strcmp0 (open, "true") == 0;
}

SamspillDocument *
samspill_profile_get_published (SamspillProfile *self, const char *id, GError **error)
{
  g_autoptr (GError) trouble = NULL;
  SamspillDocument *document = samspill_store_get (self->store, SAMSPILL_SPACE_COMMONS, id, NULL, &trouble);

  if (document == NULL && !g_error_matches (trouble, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&trouble));
  return document;
}

/* Making */

char *
samspill_original_dup_publication (const SamspillOriginal *original, char ***inside)
{
  g_autofree char *text = samspill_document_dup_text (original->document);
  g_autofree char *open =
      samspill_publication_filter (samspill_record_get_record_type (original->record), text, inside);
  g_autofree char *source = samspill_json_quote (original->document->rev);
  const char *names[] = { "source_revision", "sample", NULL };
  const char *values[] = { source, samspill_record_get_boolean (original->record, "sample") ? "true" : NULL, NULL };

  return open != NULL ? samspill_json_splice (open, -1, names, values) : NULL;
}

/* Obstacles */

static gboolean
is_commons_on_this_computer (SamspillProfile *self)
{
  g_autofree char *endpoints = samspill_store_get_local (self->store, "", "endpoints", NULL);
  g_autofree char *commons =
      endpoints != NULL ? samspill_json_dup_member (endpoints, -1, SAMSPILL_SPACE_COMMONS) : NULL;
  g_autofree char *url = commons != NULL ? samspill_json_dup_string (commons, -1, "url") : NULL;
  g_auto (SamspillAddress) address = { NULL };

  return url != NULL && samspill_address_parse (&address, url, NULL) && address.is_loopback;
}

static void
add_missing (GPtrArray *obstacles, SamspillRecord *record)
{
  g_autoptr (GPtrArray) missing = samspill_record_missing (record, SAMSPILL_FIELD_FOR_PUBLISHING);

  for (guint i = 0; i < missing->len; i++)
    {
      const SamspillField *field = g_ptr_array_index (missing, i);

      g_ptr_array_add (obstacles, g_strdup_printf (_ ("“%s” is missing."), _ (field->label)));
    }
}

static void
add_owner_obstacle (SamspillProfile *self, GPtrArray *obstacles, const SamspillOriginal *original)
{
  const char *owner = samspill_record_get_owner (original->record);
  g_autofree char *name = NULL;

  if (g_str_equal (original->space, SAMSPILL_SPACE_SAMPLE) || samspill_profile_may_act_for (self, owner))
    return;
  if (owner == NULL)
    {
      g_ptr_array_add (obstacles, g_strdup (_ ("The record belongs to no organisation. Choose who owns it.")));
      return;
    }
  name = samspill_profile_dup_owner_name (self, owner);
  g_ptr_array_add (
      obstacles,
      g_strdup_printf (_ ("The record belongs to %s, which you do not work for. Only they can publish it."), name));
}

GPtrArray *
samspill_original_list_obstacles (SamspillProfile *self, const SamspillOriginal *original)
{
  GPtrArray *obstacles = g_ptr_array_new_with_free_func (g_free);
  const char *type = samspill_record_get_record_type (original->record);
  g_autoptr (GError) error = NULL;

  if (!samspill_publication_is_for (type))
    {
      g_ptr_array_add (obstacles, g_strdup (_ ("Records of this kind are not published: they stay inside.")));
      return obstacles;
    }
  add_owner_obstacle (self, obstacles, original);
  if ((g_str_equal (original->space, SAMSPILL_SPACE_SAMPLE) ||
       samspill_record_get_boolean (original->record, "sample")) &&
      !is_commons_on_this_computer (self))
    g_ptr_array_add (obstacles, g_strdup (_ ("This is an invented example. It can be published only to a registry on "
                                             "this computer.")));
  if (samspill_record_has (original->record, "trashed"))
    g_ptr_array_add (obstacles, g_strdup (_ ("The record is in the trash. Take it out first.")));
  if (original->document->leaves > 1)
    g_ptr_array_add (obstacles, g_strdup (_ ("The record has two versions. Choose between them first.")));
  add_missing (obstacles, original->record);
  if (obstacles->len == 0 && !samspill_record_validate (original->record, &error))
    g_ptr_array_add (obstacles, g_strdup (error->message));
  return obstacles;
}

/* Warnings */

static void
add_text_warnings (GPtrArray *warnings, const char *label, const char *text, const char *lang)
{
  g_autoptr (GPtrArray) remarks = samspill_need_check_text (text, lang);

  for (guint i = 0; i < remarks->len; i++)
    {
      const SamspillRemark *remark = g_ptr_array_index (remarks, i);

      if (remark->kind == SAMSPILL_REMARK_PERSONAL_DATA)
        g_ptr_array_add (warnings, g_strdup_printf (_ ("%s: %s"), label, remark->message));
    }
}

typedef struct
{
  GPtrArray *warnings;
  const char *lang;
} Warning;

static void
warn_of_text (const SamspillField *field, const char *text, gpointer data)
{
  Warning *self = data;

  add_text_warnings (self->warnings, _ (field->label), text, self->lang);
}

static GPtrArray *
list_warnings (SamspillProfile *self, const SamspillOriginal *original, SamspillRecord *publication)
{
  GPtrArray *warnings = g_ptr_array_new_with_free_func (g_free);
  Warning warning = { warnings, samspill_record_get_lang (publication) };

  if (g_str_equal (original->space, SAMSPILL_SPACE_MINE))
    g_ptr_array_add (warnings, g_strdup (_ ("This is a draft. Publishing it shares all of it with your organisation, "
                                            "too.")));
  samspill_record_foreach_text (publication, warn_of_text, &warning);
  return warnings;
}

/* Preview */

void
samspill_preview_free (SamspillPreview *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->record);
  g_strfreev (self->inside);
  g_clear_pointer (&self->obstacles, g_ptr_array_unref);
  g_clear_pointer (&self->warnings, g_ptr_array_unref);
  g_strfreev (self->files);
  g_strfreev (self->files_inside);
  g_free (self);
}

static char **
list_file_titles (const SamspillOriginal *original, gboolean are_open)
{
  g_autoptr (GStrvBuilder) titles = g_strv_builder_new ();

  for (guint i = 0; i < original->files->len; i++)
    {
      SamspillDocument *file = g_ptr_array_index (original->files, i);
      g_autofree char *text = samspill_document_dup_text (file);
      g_autofree char *title = samspill_json_dup_string (text, -1, "title");

      if (samspill_original_file_is_open (file) == are_open)
        g_strv_builder_add (titles, title != NULL ? title : "");
    }
  return g_strv_builder_end (titles);
}

static SamspillPreview *
preview (SamspillProfile *self, const SamspillOriginal *original, GError **error)
{
  g_autoptr (SamspillPreview) result = g_new0 (SamspillPreview, 1);
  const char *id = original->document->id;
  g_autoptr (GError) trouble = NULL;
  g_autoptr (SamspillDocument) published = samspill_profile_get_published (self, id, &trouble);
  g_autofree char *text = NULL;
  g_autoptr (GBytes) body = NULL;

  if (trouble != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return NULL;
    }
  result->is_update = published != NULL && !published->deleted;
  result->obstacles = samspill_original_list_obstacles (self, original);
  text = samspill_original_dup_publication (original, &result->inside);
  body = g_bytes_new (text != NULL ? text : "{}", text != NULL ? strlen (text) : 2);
  result->record = samspill_record_from_body (id, published != NULL ? published->rev : NULL, body, error);
  if (result->record == NULL)
    return NULL;
  result->warnings = list_warnings (self, original, result->record);
  result->files = list_file_titles (original, TRUE);
  result->files_inside = list_file_titles (original, FALSE);
  return g_steal_pointer (&result);
}

/**
 * samspill_profile_preview_publication:
 *
 * What publishing would show, leave inside, and what stands in its way. What is being edited in a working copy is not
 * seen: leave the page first. Blocks; any thread.
 */
SamspillPreview *
samspill_profile_preview_publication (SamspillProfile *self, const char *id, GError **error)
{
  g_auto (SamspillOriginal) original = { NULL };

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  if (!samspill_original_find (self, id, &original, error))
    return NULL;
  if (original.space == NULL)
    {
      g_set_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND,
                   _ ("There is no record “%s” of your own in this profile."), id);
      return NULL;
    }
  return preview (self, &original, error);
}

/* State */

void
samspill_publication_free (SamspillPublication *self)
{
  if (self == NULL)
    return;
  g_free (self->rev);
  g_free (self->source_revision);
  g_free (self->approved_by);
  g_free (self->withdrawn_reason);
  g_clear_pointer (&self->at, g_date_time_unref);
  g_free (self);
}

static GDateTime *
read_time (const char *text, const char *member)
{
  g_autofree char *time = samspill_json_dup_string (text, -1, member);

  return time != NULL ? g_date_time_new_from_iso8601 (time, NULL) : NULL;
}

static void
describe_published (SamspillPublication *state, const char *text, const SamspillOriginal *original)
{
  g_autofree char *approved = samspill_json_dup_member (text, -1, "approved");
  g_autofree char *changed = samspill_json_dup_member (text, -1, "changed");
  g_autofree char *now = original->space != NULL ? samspill_original_dup_publication (original, NULL) : NULL;

  state->source_revision = samspill_json_dup_string (text, -1, "source_revision");
  if (approved != NULL && *approved == '{')
    state->approved_by = samspill_json_dup_string (approved, -1, "role");
  if (changed != NULL && *changed == '{')
    state->at = read_time (changed, "at");
  state->state = now == NULL || samspill_publication_is_same (now, text) ? SAMSPILL_PUBLICATION_CURRENT
                                                                         : SAMSPILL_PUBLICATION_OUTDATED;
}

/* A colleague withdrew it while another updated it: the update has won, and the person is told. Publishing anew answers
 * it. */
static char *
dup_lost_withdrawal (SamspillProfile *self, const char *id, GDateTime *published)
{
  g_autoptr (GPtrArray) history = samspill_store_history (self->store, SAMSPILL_SPACE_COMMONS, id, NULL);

  for (guint i = 0; history != NULL && i < history->len; i++)
    {
      const SamspillRevision *revision = g_ptr_array_index (history, i);
      g_autoptr (SamspillDocument) document = NULL;
      g_autoptr (GDateTime) at = NULL;
      g_autofree char *text = NULL;

      if (!revision->leaf || !revision->deleted || !revision->has_body)
        continue;
      document = samspill_store_get (self->store, SAMSPILL_SPACE_COMMONS, id, revision->rev, NULL);
      text = document != NULL ? samspill_document_dup_text (document) : NULL;
      at = text != NULL ? read_time (text, "at") : NULL;
      if (at != NULL && (published == NULL || g_date_time_compare (at, published) >= 0))
        return samspill_json_dup_string (text, -1, "reason");
    }
  return NULL;
}

/**
 * samspill_profile_get_publication:
 *
 * Whether and how a record is published, from what is on this computer. A change of fields that stay inside makes no
 * publication outdated. Blocks; any thread.
 */
SamspillPublication *
samspill_profile_get_publication (SamspillProfile *self, const char *id, GError **error)
{
  g_autoptr (SamspillPublication) state = g_new0 (SamspillPublication, 1);
  g_autoptr (SamspillDocument) document = NULL;
  g_auto (SamspillOriginal) original = { NULL };
  g_autofree char *text = NULL;
  g_autoptr (GError) trouble = NULL;

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  document = samspill_profile_get_published (self, id, &trouble);
  if (trouble != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return NULL;
    }
  if (document == NULL)
    return g_steal_pointer (&state);
  if (!samspill_original_find (self, id, &original, error))
    return NULL;
  text = samspill_document_dup_text (document);
  state->rev = g_strdup (document->rev);
  if (!document->deleted)
    {
      describe_published (state, text, &original);
      state->withdrawn_reason = dup_lost_withdrawal (self, id, state->at);
    }
  else
    {
      state->state = SAMSPILL_PUBLICATION_WITHDRAWN;
      state->withdrawn_reason = samspill_json_dup_string (text, -1, "reason");
      state->at = read_time (text, "at");
    }
  return g_steal_pointer (&state);
}
