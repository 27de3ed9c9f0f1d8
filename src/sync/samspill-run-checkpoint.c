/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-replicator-private.h"

#include <string.h>

#include "samspill-checkpoint.h"

static gpointer
copy_refusal (gconstpointer refusal, gpointer data)
{
  const SamspillRefusal *from = refusal;

  return samspill_refusal_new (from->id, from->rev, from->error, from->reason);
}

static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_FORBIDDEN) ||
         g_error_matches (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_UNAUTHORIZED);
}

static gboolean
read_one (SamspillPeer *peer, const char *name, char **json, char **rev, GCancellable *cancellable, GError **error)
{
  return SAMSPILL_PEER_GET_CLASS (peer)->read_checkpoint (peer, name, json, rev, cancellable, error);
}

/* A database that is not there has no checkpoint: it is made now, where that was asked for and the account may. */
static gboolean
read_target (SamspillRun *self, GError **error)
{
  g_autofree char *instance = NULL;
  GError *failure = NULL;

  if (read_one (self->target, self->name, &self->target_json, &self->target_rev, self->cancellable, &failure))
    return TRUE;
  if ((self->flags & SAMSPILL_REPLICATION_CREATE) == 0 ||
      !g_error_matches (failure, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  g_error_free (failure);
  return SAMSPILL_PEER_GET_CLASS (self->target)->look (self->target, TRUE, &instance, self->cancellable, error);
}

gboolean
samspill_run_read_checkpoints (SamspillRun *self, GError **error)
{
  SamspillPeerClass *source = SAMSPILL_PEER_GET_CLASS (self->source);
  g_autofree char *source_identity = NULL, *target_identity = NULL;

  source_identity = source->dup_identity (self->source, error);
  if (source_identity == NULL)
    return FALSE;
  target_identity = SAMSPILL_PEER_GET_CLASS (self->target)->dup_identity (self->target, error);
  if (target_identity == NULL)
    return FALSE;
  self->name = samspill_checkpoint_name (source_identity, target_identity, self->flags & SAMSPILL_REPLICATION_STUBS);

  /* The source first: nothing is made for one that is not there. */
  if (!read_one (self->source, self->name, &self->source_json, &self->source_rev, self->cancellable, error) ||
      !read_target (self, error))
    return FALSE;
  if (self->source_json == NULL && self->target_json != NULL &&
      strstr (self->target_json, "\"source_instance\"") != NULL)
    {
      if (!source->look (self->source, FALSE, &self->instance, self->cancellable, error))
        return FALSE;
      self->source_refuses = TRUE;
      self->start_seq = samspill_checkpoint_alone (self->target_json, self->instance);
    }
  else
    {
      self->start_seq = samspill_checkpoint_compare (self->source_json, self->target_json);
    }
  return TRUE;
}

static char *
make_document (SamspillRun *self, const char *before, const char *seq)
{
  SamspillCheckpointRun run = {
    .session = self->session,
    .start_seq = self->start_seq,
    .last_seq = seq,
    .start_us = self->start_unix_us,
    .end_us = g_get_real_time (),
    .instance = self->source_refuses ? self->instance : NULL,
  };

  g_mutex_lock (&self->mutex);
  run.read = self->result->read;
  run.written = self->result->written;
  run.refused = self->result->refused;
  run.checked = self->checked;
  run.found = self->found;
  g_mutex_unlock (&self->mutex);
  return samspill_checkpoint_make (before, &run);
}

static gboolean
write_to_source (SamspillRun *self, const char *seq, GError **error)
{
  SamspillPeerClass *source = SAMSPILL_PEER_GET_CLASS (self->source);
  g_autofree char *json = make_document (self, self->source_json, seq);
  GError *failure = NULL;

  if (source->write_checkpoint (self->source, self->name, json, &self->source_rev, self->cancellable, &failure))
    return TRUE;
  if (!is_refusal (failure))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  /* It may be read, not written: the target alone remembers, and for which database. */
  g_error_free (failure);
  self->source_refuses = TRUE;
  return self->instance != NULL || source->look (self->source, FALSE, &self->instance, self->cancellable, error);
}

/* A record that was refused is not sent again by itself: it must be known as refused before it is passed over. */
static gboolean
keep_refusals (SamspillRun *self, GError **error)
{
  g_autoptr (GPtrArray) refusals = NULL;

  if (self->listener.keep_refusals == NULL)
    return TRUE;
  g_mutex_lock (&self->mutex);
  refusals = g_ptr_array_copy (self->result->refusals, copy_refusal, NULL);
  g_mutex_unlock (&self->mutex);
  g_ptr_array_set_free_func (refusals, (GDestroyNotify)samspill_refusal_free);
  return refusals->len == 0 || self->listener.keep_refusals (refusals, self->listener.keep_data, error);
}

gboolean
samspill_run_write_checkpoints (SamspillRun *self, GError **error)
{
  SamspillPeerClass *target = SAMSPILL_PEER_GET_CLASS (self->target);
  g_autofree char *seq = NULL, *json = NULL;

  g_mutex_lock (&self->mutex);
  seq = g_strdup (self->safe_seq);
  g_mutex_unlock (&self->mutex);
  if (seq == NULL || g_str_equal (seq, self->saved_seq != NULL ? self->saved_seq : self->start_seq))
    return TRUE;
  if (!keep_refusals (self, error))
    return FALSE;

  /* A session of its own for each: where only one of the two sides was written, the one before counts still. */
  g_free (self->session);
  self->session = g_uuid_string_random ();
  if (!self->source_refuses && !write_to_source (self, seq, error))
    return FALSE;
  json = make_document (self, self->target_json, seq);
  if (!target->write_checkpoint (self->target, self->name, json, &self->target_rev, self->cancellable, error))
    return FALSE;
  g_free (self->saved_seq);
  self->saved_seq = g_steal_pointer (&seq);
  self->saved_us = g_get_monotonic_time ();
  return TRUE;
}
