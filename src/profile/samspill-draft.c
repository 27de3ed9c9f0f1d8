/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-draft-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  PROP_RECORD = 1,
  PROP_SPACE,
  PROP_STATE,
  PROP_SAVED_AT,
  PROP_ERROR_MESSAGE,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  N_PROPERTIES
};
static GParamSpec *properties[N_PROPERTIES];

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SamspillDraft, samspill_draft, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (SamspillDraftState, samspill_draft_state, G_DEFINE_ENUM_VALUE (SAMSPILL_DRAFT_CLEAN, "clean"),
                    G_DEFINE_ENUM_VALUE (SAMSPILL_DRAFT_CHANGED, "changed"),
                    G_DEFINE_ENUM_VALUE (SAMSPILL_DRAFT_SAVING, "saving"),
                    G_DEFINE_ENUM_VALUE (SAMSPILL_DRAFT_SAVED, "saved"),
                    G_DEFINE_ENUM_VALUE (SAMSPILL_DRAFT_FAILED, "failed"))

static void
notify_steps (SamspillDraft *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_REDO]);
}

/* Changes */

static char *
member_text (SamspillRecord *record, const char *member)
{
  JsonNode *node = samspill_record_get_node (record, member);

  return node != NULL ? json_to_string (node, FALSE) : NULL;
}

static void
remember_values (SamspillDraft *self)
{
  const SamspillType *schema = samspill_record_get_schema (self->record);

  g_hash_table_remove_all (self->values);
  for (const SamspillField *field = schema != NULL ? schema->fields : NULL; field != NULL && field->name != NULL;
       field++)
    {
      char *text = member_text (self->record, field->name);
      if (text != NULL)
        g_hash_table_insert (self->values, g_strdup (field->name), text);
    }
}

static void
record_changed_cb (SamspillDraft *self, const char *field, SamspillRecord *record)
{
  g_autofree char *member = g_strndup (field, strcspn (field, "."));

  if (g_str_equal (member, "changed") || g_str_equal (member, "created"))
    return;
  g_autofree char *after = member_text (record, member);
  const char *before = g_hash_table_lookup (self->values, member);
  if (g_strcmp0 (before, after) == 0)
    return;

  if (!self->applying)
    {
      samspill_steps_push (self->steps, member, before, after, g_get_monotonic_time ());
      notify_steps (self);
    }
  if (after != NULL)
    g_hash_table_insert (self->values, g_strdup (member), g_steal_pointer (&after));
  else
    g_hash_table_remove (self->values, member);

  self->serial++;
  if (self->is_writable)
    {
      if (self->state != SAMSPILL_DRAFT_SAVING)
        samspill_draft_set_state (self, SAMSPILL_DRAFT_CHANGED, self->error_message);
      samspill_draft_arm_timers (self);
    }
  else
    {
      samspill_draft_set_state (self, SAMSPILL_DRAFT_FAILED,
                                samspill_profile_is_read_only (self->profile)
                                    ? samspill_profile_get_read_only_reason (self->profile)
                                    : _ ("This record cannot be changed."));
    }
  g_signal_emit (self, signals[CHANGED], 0, field);
}

static void
apply (SamspillDraft *self, const char *member, const char *text)
{
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;

  self->applying = TRUE;
  if (node != NULL)
    samspill_record_set_node (self->record, member, node);
  else
    samspill_record_remove (self->record, member);
  self->applying = FALSE;
}

static void
watch_record (SamspillDraft *self, SamspillRecord *record)
{
  if (self->record != NULL)
    g_clear_signal_handler (&self->record_changed, self->record);
  g_set_object (&self->record, record);
  self->record_changed = g_signal_connect_swapped (record, "changed", G_CALLBACK (record_changed_cb), self);
}

/* Another program */

static void looked_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
take_record (SamspillDraft *self, SamspillLoaded *loaded)
{
  watch_record (self, loaded->record);
  if (g_set_str (&self->space, loaded->space))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SPACE]);
  self->looked_elsewhere = FALSE;
  g_set_str (&self->base, samspill_record_get_rev (self->record));
  g_clear_pointer (&self->written, g_free);
  self->has_copy = FALSE;
  self->apart = FALSE;
  self->is_new = FALSE;
  self->saved_serial = self->serial;
  remember_values (self);
  samspill_steps_clear (self->steps);
}

static gboolean
is_at_rest (SamspillDraft *self)
{
  return self->saving == NULL && self->saved_serial == self->serial && self->base != NULL;
}

/* A draft that was shared lies in team from here on. */
static void
look_elsewhere (SamspillDraft *self)
{
  samspill_profile_load_async (self->profile, NULL, samspill_record_get_id (self->record), NULL, looked_cb,
                               g_object_ref (self));
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SamspillDraft) self = SAMSPILL_DRAFT (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load_finish (SAMSPILL_PROFILE (source), result, &error);

  /* Words that are not in the store yet are never replaced; they find their place when they are saved. */
  if (!is_at_rest (self) || self->profile->closed)
    return;
  if (g_error_matches (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND) && !self->looked_elsewhere &&
      g_str_equal (self->space, SAMSPILL_SPACE_MINE))
    {
      self->looked_elsewhere = TRUE;
      look_elsewhere (self);
    }
  if (loaded == NULL || (!g_str_equal (loaded->space, self->space) && !g_str_has_prefix (loaded->space, "team-")))
    return;

  /* A working copy of ours whose base was built upon becomes a revision beside it, for merging or for choosing. */
  if (loaded->has_working_copy && loaded->is_overtaken && self->has_copy)
    samspill_draft_start_saving (self, TRUE);
  /* Else it is kept as it is until the page is left; or another program is writing at this moment, and we hear of it
   * when it has finished. */
  if (loaded->has_working_copy || (g_str_equal (loaded->space, self->space) &&
                                   g_strcmp0 (samspill_record_get_rev (loaded->record), self->base) == 0))
    return;
  take_record (self, loaded);
  samspill_draft_set_state (self, SAMSPILL_DRAFT_CLEAN, NULL);
  notify_steps (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECORD]);
  g_signal_emit (self, signals[CHANGED], 0, NULL);
}

void
samspill_draft_look_again (SamspillDraft *self)
{
  if (!is_at_rest (self) || self->apart)
    return;
  samspill_profile_load_async (self->profile, self->space, samspill_record_get_id (self->record), NULL, looked_cb,
                               g_object_ref (self));
}

/* Object */

static void
samspill_draft_dispose (GObject *object)
{
  SamspillDraft *self = SAMSPILL_DRAFT (object);

  g_clear_handle_id (&self->pause_source, g_source_remove);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_handle_id (&self->idle_source, g_source_remove);
  if (self->profile != NULL)
    {
      g_ptr_array_remove (self->profile->drafts, self);
      if (!self->profile->closed && self->is_writable && samspill_draft_has_something_to_commit (self))
        samspill_draft_save_and_forget (self);
    }
  if (self->record != NULL)
    g_clear_signal_handler (&self->record_changed, self->record);
  g_clear_object (&self->record);
  g_clear_object (&self->profile);
  G_OBJECT_CLASS (samspill_draft_parent_class)->dispose (object);
}

static void
samspill_draft_finalize (GObject *object)
{
  SamspillDraft *self = SAMSPILL_DRAFT (object);

  g_free (self->space);
  g_free (self->base);
  g_free (self->written);
  g_free (self->error_message);
  g_clear_pointer (&self->saved_at, g_date_time_unref);
  samspill_steps_free (self->steps);
  g_hash_table_unref (self->values);
  G_OBJECT_CLASS (samspill_draft_parent_class)->finalize (object);
}

static void
samspill_draft_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SamspillDraft *self = SAMSPILL_DRAFT (object);

  switch (id)
    {
    case PROP_RECORD:
      g_value_set_object (value, self->record);
      break;
    case PROP_SPACE:
      g_value_set_string (value, self->space);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (int)self->state);
      break;
    case PROP_SAVED_AT:
      g_value_set_boxed (value, self->saved_at);
      break;
    case PROP_ERROR_MESSAGE:
      g_value_set_string (value, self->error_message);
      break;
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, samspill_steps_can_undo (self->steps));
      break;
    case PROP_CAN_REDO:
      g_value_set_boolean (value, samspill_steps_can_redo (self->steps));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
samspill_draft_class_init (SamspillDraftClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = samspill_draft_dispose;
  object_class->finalize = samspill_draft_finalize;
  object_class->get_property = samspill_draft_get_property;

  properties[PROP_RECORD] = g_param_spec_object ("record", NULL, NULL, SAMSPILL_TYPE_RECORD, flags);
  properties[PROP_SPACE] = g_param_spec_string ("space", NULL, NULL, NULL, flags);
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, SAMSPILL_TYPE_DRAFT_STATE, SAMSPILL_DRAFT_CLEAN, flags);
  properties[PROP_SAVED_AT] = g_param_spec_boxed ("saved-at", NULL, NULL, G_TYPE_DATE_TIME, flags);
  properties[PROP_ERROR_MESSAGE] = g_param_spec_string ("error-message", NULL, NULL, NULL, flags);
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
samspill_draft_init (SamspillDraft *self)
{
  self->steps = samspill_steps_new ();
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_queue_init (&self->leaving);
}

static SamspillDraft *
draft_for (SamspillProfile *profile, SamspillRecord *record, const char *space)
{
  SamspillDraft *self = g_object_new (SAMSPILL_TYPE_DRAFT, NULL);

  self->profile = g_object_ref (profile);
  self->space = g_strdup (space);
  watch_record (self, record);
  remember_values (self);
  g_ptr_array_add (profile->drafts, self);
  return self;
}

SamspillDraft *
samspill_draft_new (SamspillProfile *profile, SamspillLoaded *loaded)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (profile), NULL);
  g_return_val_if_fail (loaded != NULL, NULL);

  SamspillDraft *self = draft_for (profile, loaded->record, loaded->space);
  self->is_writable = loaded->is_writable;
  self->base = g_strdup (samspill_record_get_rev (loaded->record));
  /* A working copy that lies there is gone on with, but it may be another program's: it is not ours to make a revision
   * of before something is written in it here. */
  if (loaded->has_working_copy)
    {
      g_autoptr (GBytes) body = samspill_record_dup_body (loaded->record);
      self->written = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, body);
    }
  return self;
}

SamspillDraft *
samspill_draft_new_record (SamspillProfile *profile, SamspillRecord *record)
{
  g_return_val_if_fail (SAMSPILL_IS_PROFILE (profile), NULL);
  g_return_val_if_fail (SAMSPILL_IS_RECORD (record), NULL);

  gboolean is_sample = samspill_record_get_boolean (record, "sample");
  SamspillDraft *self = draft_for (profile, record, is_sample ? SAMSPILL_SPACE_SAMPLE : SAMSPILL_SPACE_MINE);
  self->is_writable = !samspill_profile_is_read_only (profile);
  self->is_new = TRUE;
  return self;
}

SamspillRecord *
samspill_draft_get_record (SamspillDraft *self)
{
  g_return_val_if_fail (SAMSPILL_IS_DRAFT (self), NULL);

  return self->record;
}

const char *
samspill_draft_get_space (SamspillDraft *self)
{
  g_return_val_if_fail (SAMSPILL_IS_DRAFT (self), NULL);

  return self->space;
}

SamspillDraftState
samspill_draft_get_state (SamspillDraft *self)
{
  g_return_val_if_fail (SAMSPILL_IS_DRAFT (self), SAMSPILL_DRAFT_CLEAN);

  return self->state;
}

GDateTime *
samspill_draft_get_saved_at (SamspillDraft *self)
{
  g_return_val_if_fail (SAMSPILL_IS_DRAFT (self), NULL);

  return self->saved_at;
}

const char *
samspill_draft_get_error_message (SamspillDraft *self)
{
  g_return_val_if_fail (SAMSPILL_IS_DRAFT (self), NULL);

  return self->error_message;
}

gboolean
samspill_draft_undo (SamspillDraft *self)
{
  g_return_val_if_fail (SAMSPILL_IS_DRAFT (self), FALSE);

  const SamspillStep *step = samspill_steps_undo (self->steps);
  if (step == NULL)
    return FALSE;
  apply (self, step->member, step->before);
  notify_steps (self);
  return TRUE;
}

gboolean
samspill_draft_redo (SamspillDraft *self)
{
  g_return_val_if_fail (SAMSPILL_IS_DRAFT (self), FALSE);

  const SamspillStep *step = samspill_steps_redo (self->steps);
  if (step == NULL)
    return FALSE;
  apply (self, step->member, step->after);
  notify_steps (self);
  return TRUE;
}

void
samspill_draft_flush (SamspillDraft *self)
{
  g_return_if_fail (SAMSPILL_IS_DRAFT (self));

  samspill_draft_start_saving (self, FALSE);
}

/**
 * samspill_draft_leave_async:
 *
 * The page is left: what was written becomes one revision, or none if nothing differs. The draft can be used on.
 */
void
samspill_draft_leave_async (SamspillDraft *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (SAMSPILL_IS_DRAFT (self));

  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_static_name (task, "samspill_draft_leave_async");
  samspill_steps_break (self->steps);
  g_clear_handle_id (&self->idle_source, g_source_remove);
  if (!self->is_writable || (self->saving == NULL && !samspill_draft_has_something_to_commit (self)))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_queue_push_tail (&self->leaving, g_steal_pointer (&task));
  samspill_draft_start_saving (self, TRUE);
}

gboolean
samspill_draft_leave_finish (SamspillDraft *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
