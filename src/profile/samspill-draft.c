/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-draft.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-profile-private.h"
#include "samspill-steps.h"

#define PAUSE_MS 300
#define LONGEST_UNSAVED_US (3 * G_USEC_PER_SEC)
#define RETRY_SECONDS 5
#define IDLE_SECONDS (10 * 60)

struct _SamspillDraft
{
  GObject parent_instance;

  SamspillProfile *profile;
  SamspillRecord *record;
  gulong record_changed;
  char *space;
  gboolean is_writable;
  gboolean is_new; /* begun here; taken away again if it is left empty */

  SamspillDraftState state;
  GDateTime *saved_at;
  char *error_message;
  gboolean is_kept; /* by a reference of its own: it could not be saved yet, and whoever had it may be gone */

  /* What is in the store: see samspill-copy.c. */
  char *base;
  char *written;
  gboolean apart;
  gboolean has_copy; /* there is something to make a revision of */

  guint64 serial;       /* counts changes */
  guint64 saved_serial; /* the last that is durable */
  gint64 unsaved_since_us;
  GTask *saving;  /* borrowed; its data is a Saving */
  GQueue leaving; /* tasks of samspill_draft_leave_async */

  SamspillSteps *steps;
  GHashTable *values; /* member → JSON text, as last seen */
  gboolean applying;

  guint pause_source;
  guint retry_source;
  guint idle_source;
};

typedef struct
{
  SamspillCopy copy;
  SamspillStore *store;
  guint64 serial;
} Saving;

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

static void start_saving (SamspillDraft *self, gboolean commit);

static void
saving_free (Saving *saving)
{
  samspill_copy_clear (&saving->copy);
  g_clear_object (&saving->store);
  g_free (saving);
}

static void
set_state (SamspillDraft *self, SamspillDraftState state, const char *message)
{
  if (g_set_str (&self->error_message, message))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR_MESSAGE]);
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
notify_steps (SamspillDraft *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_REDO]);
}

/* Saving */

static gboolean
is_blank (SamspillRecord *record)
{
  const SamspillType *schema = samspill_record_get_schema (record);

  if (schema == NULL)
    return FALSE;
  for (const SamspillField *field = schema->fields; field->name != NULL; field++)
    if (!(field->flags & SAMSPILL_FIELD_ENVELOPE) && samspill_record_has (record, field->name))
      return FALSE;
  return TRUE;
}

static void
fill_copy (SamspillDraft *self, SamspillCopy *copy, gboolean commit)
{
  if (commit)
    {
      g_autofree char *account = samspill_profile_dup_account (self->profile);
      samspill_record_touch (self->record, account);
    }
  copy->space = g_strdup (self->space);
  copy->id = g_strdup (samspill_record_get_id (self->record));
  copy->base = g_strdup (self->base);
  copy->written = g_strdup (self->written);
  copy->apart = self->apart;
  copy->body = samspill_record_dup_body (self->record);
  copy->commit = commit;
  copy->discard = commit && self->is_new && self->base != NULL && is_blank (self->record);
}

static gboolean
has_something_to_commit (SamspillDraft *self)
{
  return self->has_copy || self->saved_serial != self->serial;
}

static void
take_stored (SamspillDraft *self, Saving *saving)
{
  g_set_str (&self->base, saving->copy.base);
  g_set_str (&self->written, saving->copy.written);
  self->apart = saving->copy.apart;
  self->has_copy = self->written != NULL || (self->is_new && !saving->copy.commit);
  if (saving->copy.commit)
    self->is_new = saving->copy.discard;
  self->saved_serial = saving->serial;
  if (saving->serial == self->serial)
    self->unsaved_since_us = 0;
  samspill_record_set_rev (self->record, self->base);
}

static gboolean
retry_cb (gpointer data)
{
  SamspillDraft *self = data;

  self->retry_source = 0;
  start_saving (self, self->saved_serial == self->serial);
  return G_SOURCE_REMOVE;
}

static gboolean
pause_cb (gpointer data)
{
  SamspillDraft *self = data;

  self->pause_source = 0;
  start_saving (self, FALSE);
  return G_SOURCE_REMOVE;
}

static gboolean
idle_cb (gpointer data)
{
  SamspillDraft *self = data;

  self->idle_source = 0;
  if (has_something_to_commit (self))
    start_saving (self, TRUE);
  return G_SOURCE_REMOVE;
}

static void
answer_leaving (SamspillDraft *self, const GError *error)
{
  g_autoptr (SamspillDraft) alive = g_object_ref (self); /* who is answered may let go of it */
  GTask *task;

  while ((task = g_queue_pop_head (&self->leaving)) != NULL)
    {
      if (error != NULL)
        g_task_return_error (task, g_error_copy (error));
      else
        g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
}

static void
let_go (SamspillDraft *self)
{
  if (!self->is_kept)
    return;
  self->is_kept = FALSE;
  g_object_unref (self);
}

static void
saved (SamspillDraft *self, Saving *saving)
{
  g_autoptr (SamspillDraft) alive = g_object_ref (self);

  take_stored (self, saving);
  let_go (self);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_pointer (&self->saved_at, g_date_time_unref);
  self->saved_at = g_date_time_new_now_local ();
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SAVED_AT]);

  if (self->saved_serial != self->serial)
    set_state (self, SAMSPILL_DRAFT_CHANGED, NULL);
  else
    set_state (self, SAMSPILL_DRAFT_SAVED, NULL);

  if (g_queue_is_empty (&self->leaving))
    {
      if (self->saved_serial != self->serial && self->pause_source == 0)
        self->pause_source = g_timeout_add (PAUSE_MS, pause_cb, self);
      return;
    }
  if (has_something_to_commit (self))
    {
      start_saving (self, TRUE);
      return;
    }
  set_state (self, SAMSPILL_DRAFT_CLEAN, NULL);
  answer_leaving (self, NULL);
}

/* What was typed stays in memory, and is tried again. */
static void
failed (SamspillDraft *self, const GError *error)
{
  if (!self->is_kept)
    g_object_ref (self);
  self->is_kept = TRUE;
  set_state (self, SAMSPILL_DRAFT_FAILED, error->message);
  if (self->retry_source == 0)
    self->retry_source = g_timeout_add_seconds (RETRY_SECONDS, retry_cb, self);
  answer_leaving (self, error);
}

static void
saving_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SamspillDraft *self = SAMSPILL_DRAFT (source);
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  if (self->saving != G_TASK (result))
    return; /* the profile was closed meanwhile, and took over */
  self->saving = NULL;
  if (done)
    saved (self, g_task_get_task_data (G_TASK (result)));
  else
    failed (self, error);
}

static void
save_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Saving *saving = data;
  GError *error = NULL;

  if (samspill_copy_store (saving->store, &saving->copy, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static Saving *
saving_new (SamspillDraft *self, gboolean commit)
{
  Saving *saving = g_new0 (Saving, 1);

  saving->store = g_object_ref (self->profile->store);
  fill_copy (self, &saving->copy, commit);
  saving->serial = self->serial;
  return saving;
}

/* Begun and left empty before anything of it was saved: there is nothing to keep. */
static gboolean
forget_blank (SamspillDraft *self)
{
  if (!self->is_new || self->base != NULL || !is_blank (self->record))
    return FALSE;
  self->saved_serial = self->serial;
  self->unsaved_since_us = 0;
  return TRUE;
}

/* What is begun under a wrong clock waits for the right one, and gets its date then. What had a date keeps it. */
static gboolean
date_new_record (SamspillDraft *self)
{
  g_autoptr (GError) error = NULL;

  if (!samspill_profile_check_clock (g_get_real_time (), &error))
    {
      failed (self, error);
      return FALSE;
    }
  if (g_strcmp0 (samspill_record_get_string (self->record, "created.at"), "2024") < 0)
    {
      g_autofree char *account = samspill_profile_dup_account (self->profile);
      samspill_record_remove (self->record, "created");
      samspill_record_remove (self->record, "changed");
      samspill_record_complete (self->record, account);
    }
  return TRUE;
}

static void
start_saving (SamspillDraft *self, gboolean commit)
{
  if (self->saving != NULL || !self->is_writable)
    return; /* what changes during a save is looked at when it is done */
  g_clear_handle_id (&self->pause_source, g_source_remove);
  if (forget_blank (self))
    {
      set_state (self, SAMSPILL_DRAFT_CLEAN, NULL);
      answer_leaving (self, NULL);
      return;
    }
  if (!commit && self->saved_serial == self->serial)
    return;
  if (self->base == NULL && !date_new_record (self))
    return;

  self->saving = g_task_new (self, NULL, saving_done_cb, NULL);
  g_task_set_static_name (self->saving, "start_saving");
  g_task_set_task_data (self->saving, saving_new (self, commit), (GDestroyNotify)saving_free);
  set_state (self, SAMSPILL_DRAFT_SAVING, self->error_message);
  samspill_profile_queue (self->profile, self->saving, save_in_thread);
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
arm_timers (SamspillDraft *self)
{
  gint64 now = g_get_monotonic_time ();

  if (self->unsaved_since_us == 0)
    self->unsaved_since_us = now;
  g_clear_handle_id (&self->idle_source, g_source_remove);
  self->idle_source = g_timeout_add_seconds (IDLE_SECONDS, idle_cb, self);

  /* Who types without a pause is saved nevertheless. */
  if (self->pause_source != 0 && now - self->unsaved_since_us > LONGEST_UNSAVED_US)
    return;
  g_clear_handle_id (&self->pause_source, g_source_remove);
  self->pause_source = g_timeout_add (PAUSE_MS, pause_cb, self);
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
        set_state (self, SAMSPILL_DRAFT_CHANGED, self->error_message);
      arm_timers (self);
    }
  else
    {
      set_state (self, SAMSPILL_DRAFT_FAILED,
                 samspill_profile_is_read_only (self->profile) ? samspill_profile_get_read_only_reason (self->profile)
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

static void
take_record (SamspillDraft *self, SamspillLoaded *loaded)
{
  watch_record (self, loaded->record);
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

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SamspillDraft) self = SAMSPILL_DRAFT (user_data);
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load_finish (SAMSPILL_PROFILE (source), result, NULL);

  /* Words that are not in the store yet are never replaced; they find their place when they are saved. */
  if (loaded == NULL || !is_at_rest (self) || self->profile->closed)
    return;

  /* A working copy is ours, and is kept with what others built on its base when the page is left; or another program is
   * writing at this moment, and we hear of it when it has finished. */
  if (loaded->has_working_copy || g_strcmp0 (samspill_record_get_rev (loaded->record), self->base) == 0)
    return;
  take_record (self, loaded);
  set_state (self, SAMSPILL_DRAFT_CLEAN, NULL);
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

static gboolean
commit_now (SamspillDraft *self, GError **error)
{
  Saving *saving = saving_new (self, TRUE);
  gboolean done = samspill_copy_store (saving->store, &saving->copy, error);

  if (done)
    take_stored (self, saving);
  saving_free (saving);
  return done;
}

/* At the end, in the thread of the caller: the writing thread has finished all that was asked of it. */
gboolean
samspill_draft_commit (SamspillDraft *self, GError **error)
{
  g_autoptr (GError) trouble = NULL;

  g_clear_handle_id (&self->pause_source, g_source_remove);
  g_clear_handle_id (&self->retry_source, g_source_remove);
  g_clear_handle_id (&self->idle_source, g_source_remove);
  if (self->saving != NULL)
    {
      Saving *under_way = g_task_get_task_data (self->saving);
      if (!g_task_had_error (self->saving))
        take_stored (self, under_way);
      self->saving = NULL;
    }
  if (self->is_writable && !forget_blank (self) && has_something_to_commit (self))
    commit_now (self, &trouble);
  answer_leaving (self, trouble);
  let_go (self); /* the caller holds it */
  if (trouble == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&trouble));
  return FALSE;
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
      if (!self->profile->closed && self->is_writable && has_something_to_commit (self))
        {
          /* Let go without being left: the work outlives the object. */
          GTask *task = g_task_new (NULL, NULL, NULL, NULL);
          g_task_set_task_data (task, saving_new (self, TRUE), (GDestroyNotify)saving_free);
          samspill_profile_queue (self->profile, task, save_in_thread);
        }
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

  start_saving (self, FALSE);
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
  if (!self->is_writable || (self->saving == NULL && !has_something_to_commit (self)))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_queue_push_tail (&self->leaving, g_steal_pointer (&task));
  start_saving (self, TRUE);
}

gboolean
samspill_draft_leave_finish (SamspillDraft *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
