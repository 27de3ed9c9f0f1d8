/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-merge-private.h"

#include <string.h>

#include "samspill-json-text.h"

/* Three bodies on their way to one. */
typedef struct
{
  const SamspillType *type; /* nullable */
  SamspillMergeMembers base, mine, theirs;
  gboolean is_base_known;
  gboolean have_mine_edited, have_theirs_edited; /* more than who, when and the trash */
  GPtrArray *fields;
} Merge;

static void
merge_clear (Merge *self)
{
  samspill_merge_members_clear (&self->base);
  samspill_merge_members_clear (&self->mine);
  samspill_merge_members_clear (&self->theirs);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Merge, merge_clear)

void
samspill_merge_field_free (SamspillMergeField *self)
{
  if (self == NULL)
    return;
  g_free (self->member);
  g_free (self->base);
  g_free (self->mine);
  g_free (self->theirs);
  g_free (self->merged);
  g_free (self);
}

/* Envelope */

static gint64
stamp_time (const char *stamp)
{
  g_autofree char *at = *stamp == '{' ? samspill_json_dup_string (stamp, -1, "at") : NULL;
  g_autofree char *midnight =
      at != NULL && strlen (at) == strlen ("2026-01-01") ? g_strconcat (at, "T00:00:00Z", NULL) : NULL;
  g_autoptr (GDateTime) time =
      at != NULL ? g_date_time_new_from_iso8601 (midnight != NULL ? midnight : at, NULL) : NULL;

  return time != NULL ? g_date_time_to_unix_usec (time) : G_MININT64;
}

/* By time, then by who, then by the text: an order without ties. */
static int
compare_stamps (const char *a, const char *b)
{
  gint64 left = stamp_time (a), right = stamp_time (b);
  g_autofree char *left_by = *a == '{' ? samspill_json_dup_string (a, -1, "by") : NULL;
  g_autofree char *right_by = *b == '{' ? samspill_json_dup_string (b, -1, "by") : NULL;
  int order = left != right ? (left < right ? -1 : 1) : g_strcmp0 (left_by, right_by);

  return order != 0 ? order : strcmp (a, b);
}

/* "3-abc": by number, then by digest; a number: by its size. */
static int
compare_numbers (const char *a, const char *b)
{
  g_autofree char *left_text = samspill_merge_dup_string (a);
  g_autofree char *right_text = samspill_merge_dup_string (b);
  const char *left = left_text != NULL ? left_text : a, *right = right_text != NULL ? right_text : b;
  guint64 left_number = g_ascii_strtoull (left, NULL, 10), right_number = g_ascii_strtoull (right, NULL, 10);

  if (left_number != right_number)
    return left_number < right_number ? -1 : 1;
  return strcmp (left, right);
}

static SamspillMergeKind
take (gboolean is_mine, const char *mine, const char *theirs, char **merged)
{
  *merged = g_strdup (is_mine ? mine : theirs);
  return is_mine ? SAMSPILL_MERGE_MINE : SAMSPILL_MERGE_THEIRS;
}

/* Whoever edited wants it to be there: what was put in the trash meanwhile comes out again. */
static SamspillMergeKind
merge_trashed (Merge *self, const char *base, const char *mine, const char *theirs, char **merged)
{
  gboolean is_edited;

  if (mine != NULL && theirs != NULL)
    return take (compare_stamps (mine, theirs) > 0, mine, theirs, merged);
  is_edited = mine == NULL ? self->have_mine_edited : self->have_theirs_edited;
  if (base != NULL || is_edited)
    return take (mine == NULL, mine, theirs, merged);
  return take (mine != NULL, mine, theirs, merged);
}

/* What the program itself writes beside the fields is never a question to a person. */
static gboolean
merge_envelope (Merge *self, const char *name, const char *base, const char *mine, const char *theirs, char **merged,
                SamspillMergeKind *kind)
{
  if (strcmp (name, "trashed") == 0)
    {
      *kind = merge_trashed (self, base, mine, theirs, merged);
      return TRUE;
    }
  if (mine == NULL || theirs == NULL)
    return FALSE;
  if (strcmp (name, "changed") == 0 || strcmp (name, "approved") == 0)
    *kind = take (compare_stamps (mine, theirs) > 0, mine, theirs, merged);
  else if (strcmp (name, "created") == 0)
    *kind = take (compare_stamps (mine, theirs) < 0, mine, theirs, merged);
  else if (strcmp (name, "schema") == 0 || strcmp (name, "source_revision") == 0)
    *kind = take (compare_numbers (mine, theirs) > 0, mine, theirs, merged);
  else
    return FALSE;
  return TRUE;
}

/* Fields */

static SamspillMergeKind
merge_member (Merge *self, const char *name, const char *base, const char *mine, const char *theirs, char **merged)
{
  const SamspillField *field = self->type != NULL ? samspill_type_field (self->type, name) : NULL;
  gboolean is_merged = FALSE;
  SamspillMergeKind kind;

  if (samspill_merge_is_same (mine, theirs))
    {
      *merged = samspill_merge_choose_text (base, mine, theirs);
      return SAMSPILL_MERGE_SAME;
    }
  if (merge_envelope (self, name, base, mine, theirs, merged, &kind))
    return kind;
  kind = samspill_merge_value (field, base, mine, theirs, self->is_base_known, merged);
  if (kind == SAMSPILL_MERGE_UNDECIDED && self->type != NULL && strcmp (name, "translations") == 0)
    {
      *merged = samspill_merge_translations (self->type, base, mine, theirs, self->is_base_known, &is_merged);
      kind = is_merged ? SAMSPILL_MERGE_BOTH : SAMSPILL_MERGE_UNDECIDED;
    }
  return kind;
}

static gboolean
is_content (const char *name)
{
  static const char *const others[] = { "changed", "created", "schema", "trashed", NULL };

  return !g_strv_contains (others, name);
}

static void
find_who_edited (Merge *self, GPtrArray *names)
{
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      const char *base = samspill_merge_members_get (&self->base, name);
      const char *mine = samspill_merge_members_get (&self->mine, name);
      const char *theirs = samspill_merge_members_get (&self->theirs, name);

      if (!is_content (name))
        continue;
      if (!self->is_base_known)
        self->have_mine_edited |= !samspill_merge_is_same (mine, theirs);
      else
        {
          self->have_mine_edited |= !samspill_merge_is_same (base, mine);
          self->have_theirs_edited |= !samspill_merge_is_same (base, theirs);
        }
    }
  /* Without a base nobody knows who it was. */
  if (!self->is_base_known)
    self->have_theirs_edited = self->have_mine_edited;
}

static void
run (Merge *self, const char *type, const char *base, const char *mine, const char *theirs)
{
  g_autoptr (GPtrArray) names = NULL;

  self->type = samspill_type_lookup (type);
  samspill_merge_members_read (&self->base, base);
  samspill_merge_members_read (&self->mine, mine);
  samspill_merge_members_read (&self->theirs, theirs);
  self->is_base_known = self->base.names->len > 0;
  self->fields = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_merge_field_free);
  names = samspill_merge_members_list (&self->base, &self->mine, &self->theirs);
  find_who_edited (self, names);
  for (guint i = 0; i < names->len; i++)
    {
      SamspillMergeField *field = g_new0 (SamspillMergeField, 1);

      field->member = g_strdup (g_ptr_array_index (names, i));
      field->base = g_strdup (samspill_merge_members_get (&self->base, field->member));
      field->mine = g_strdup (samspill_merge_members_get (&self->mine, field->member));
      field->theirs = g_strdup (samspill_merge_members_get (&self->theirs, field->member));
      field->kind = merge_member (self, field->member, field->base, field->mine, field->theirs, &field->merged);
      g_ptr_array_add (self->fields, field);
    }
}

/**
 * samspill_merge_fields:
 * @type: name of the record type; one that is not known is merged by member
 * @base: body of the nearest common ancestor, "{}" where none is kept
 * @mine: a body
 * @theirs: another
 *
 * The fields in which the two differ, in the order of @base, then by name. Bodies have been checked before
 * (samspill_json_check()).
 *
 * Returns: (transfer full) (element-type SamspillMergeField): the fields
 */
GPtrArray *
samspill_merge_fields (const char *type, const char *base, const char *mine, const char *theirs)
{
  g_auto (Merge) merge = { NULL };

  run (&merge, type, base, mine, theirs);
  for (guint i = merge.fields->len; i > 0; i--)
    if (((SamspillMergeField *)merge.fields->pdata[i - 1])->kind == SAMSPILL_MERGE_SAME)
      g_ptr_array_remove_index (merge.fields, i - 1);
  return g_steal_pointer (&merge.fields);
}

/**
 * samspill_merge:
 * @type: name of the record type
 * @base: body of the nearest common ancestor, "{}" where none is kept
 * @mine: a body
 * @theirs: another
 *
 * The same bytes whichever of the two is @mine. Members stand in the order of @base, new ones after them by name; the
 * values have the text that they had.
 *
 * Returns: (transfer full) (nullable): the merged body; %NULL if a person has to choose
 */
char *
samspill_merge (const char *type, const char *base, const char *mine, const char *theirs)
{
  g_auto (Merge) merge = { NULL };
  g_autoptr (GString) body = NULL;

  /* A name with a nul in it would be passed over by the reader of members, and so be lost. */
  if (strstr (mine, "\\u0000") != NULL || strstr (theirs, "\\u0000") != NULL)
    return NULL;
  if (strcmp (mine, theirs) == 0)
    return g_strdup (mine);
  run (&merge, type, base, mine, theirs);
  body = g_string_new ("{");
  for (guint i = 0; i < merge.fields->len; i++)
    {
      const SamspillMergeField *field = g_ptr_array_index (merge.fields, i);

      if (field->kind == SAMSPILL_MERGE_UNDECIDED)
        return NULL;
      if (field->merged != NULL)
        samspill_merge_append_member (body, field->member, field->merged);
    }
  g_string_append_c (body, '}');
  return g_string_free_and_steal (g_steal_pointer (&body));
}
