/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-changes-private.h"

#include <string.h>

/* The answer to _changes: in pieces, each a short read of the store, so that a feed of a million rows costs no memory;
 * the feeds that wait are asleep until their space changes or their time has come. */

#define PIECE_BYTES (64 * 1024)
#define PIECE_ROWS 2000 /* looked at in one read, also where a filter lets none through */

typedef struct
{
  SamspillChanges *changes;
  GString *out;
  GString *scratch; /* a document for the selector */
  gsize before;
  guint looked_at;
  gboolean is_stopped;
} Piece;

static gboolean
passes (Piece *piece, const char *id, const char *rev)
{
  SamspillChanges *self = piece->changes;

  if (self->only_design && !g_str_has_prefix (id, "_design/"))
    return FALSE;
  if (self->ids != NULL && !g_hash_table_contains (self->ids, id))
    return FALSE;
  if (self->must_look && !samspill_account_may_see (self->call, self->call->space, id))
    return FALSE;
  if (self->selector == NULL)
    return TRUE;
  if (piece->scratch == NULL)
    piece->scratch = g_string_new (NULL);
  g_string_truncate (piece->scratch, 0);
  return samspill_store_append_wire (self->call->store, self->call->space, id, rev, SAMSPILL_WIRE_DEFAULT, NULL,
                                     piece->scratch, NULL) &&
         samspill_selector_matches (self->selector, piece->scratch->str, piece->scratch->len);
}

static void
append_row (Piece *piece, gint64 seq, const char *id, const char *const *leaves, gboolean deleted)
{
  SamspillChanges *self = piece->changes;
  GString *out = piece->out;

  if (self->mode != SAMSPILL_CHANGES_CONTINUOUS && self->has_rows)
    g_string_append (out, ",\n");
  g_string_append (out, "{\"seq\":");
  samspill_sequence_append (out, seq, &self->token);
  g_string_append (out, ",\"id\":");
  samspill_json_append_string (out, id);
  g_string_append (out, ",\"changes\":[{\"rev\":");
  for (gsize i = 0; leaves[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append (out, "},{\"rev\":");
      samspill_json_append_string (out, leaves[i]);
    }
  g_string_append (out, "}]");
  if (deleted)
    g_string_append (out, ",\"deleted\":true");
  if (self->include_docs)
    {
      g_string_append (out, ",\"doc\":");
      if (!samspill_store_append_wire (self->call->store, self->call->space, id, leaves[0],
                                       samspill_call_bound_flags (self->call, id, leaves[0], self->flags), NULL, out,
                                       NULL))
        g_string_append (out, "null");
    }
  g_string_append_c (out, '}');
  if (self->mode == SAMSPILL_CHANGES_CONTINUOUS)
    g_string_append_c (out, '\n');
}

static gboolean
row_cb (gint64 seq, const char *id, const char *const *leaves, gboolean deleted, gpointer data)
{
  Piece *piece = data;
  SamspillChanges *self = piece->changes;

  self->at = seq;
  if (passes (piece, id, leaves[0]))
    {
      append_row (piece, seq, id, leaves, deleted);
      self->has_rows = TRUE;
      self->limit--;
    }
  piece->looked_at++;
  piece->is_stopped =
      self->limit == 0 || piece->looked_at == PIECE_ROWS || piece->out->len - piece->before >= PIECE_BYTES;
  return !piece->is_stopped;
}

/* FALSE: the database is gone, or cannot be read. */
static gboolean
read_piece (SamspillChanges *self, GString *out)
{
  Piece piece = { self, out, NULL, out->len, 0, FALSE };
  gboolean is_good = samspill_store_foreach_in_feed (self->call->store, self->call->space, self->at, self->all_leaves,
                                                     self->descending, row_cb, &piece, NULL);

  self->is_at_end = !piece.is_stopped;
  if (piece.scratch != NULL)
    g_string_free (piece.scratch, TRUE);
  return is_good;
}

/* Those who wait for the same get the same: the answer is made once, by the first that is woken. */
static gboolean
read_shared (SamspillChanges *self, gint64 generation, GString *out)
{
  SamspillSharedRows *shared;
  gboolean is_good = TRUE;

  if (self->key == NULL || generation == 0)
    return read_piece (self, out);
  shared = samspill_feeds_lock_shared (self->call->registry->feeds, self->key, generation);
  if (shared->rows == NULL)
    {
      shared->rows = g_string_new (NULL);
      is_good = read_piece (self, shared->rows);
      shared->at = self->at;
      shared->has_rows = self->has_rows;
      shared->is_at_end = self->is_at_end;
      shared->limit = self->limit;
    }
  self->at = shared->at;
  self->has_rows = shared->has_rows;
  self->is_at_end = shared->is_at_end;
  self->limit = shared->limit;
  g_string_append_len (out, shared->rows->str, (gssize)shared->rows->len);
  samspill_feeds_unlock_shared (self->call->registry->feeds);
  return is_good;
}

static gint64
count_pending (SamspillChanges *self)
{
  gint64 pending;

  if (self->is_at_end && self->limit > 0)
    return 0;
  pending = samspill_store_count_in_feed (self->call->store, self->call->space, self->at, self->descending, NULL);
  return MAX (pending, 0);
}

static SamspillHttpPull
finish (SamspillChanges *self, GString *out)
{
  if (self->mode == SAMSPILL_CHANGES_CONTINUOUS)
    g_string_append (out, "{\"last_seq\":");
  else
    g_string_append (out, self->has_rows ? "\n],\n\"last_seq\":" : "],\n\"last_seq\":");
  samspill_sequence_append (out, self->at, &self->token);
  g_string_append_printf (out, ",\"pending\":%" G_GINT64_FORMAT "}\n", count_pending (self));
  return SAMSPILL_HTTP_END;
}

/* Nothing more to tell for now. */
static SamspillHttpPull
wait_for_more (SamspillChanges *self, GString *out)
{
  gint64 now_us = g_get_monotonic_time ();

  if (out->len > 0)
    return SAMSPILL_HTTP_MORE;
  if (self->heartbeat_us == 0 && now_us >= self->ends_at_us)
    return finish (self, out);
  if (self->heartbeat_us > 0 && now_us >= self->beats_at_us)
    {
      self->beats_at_us = now_us + self->heartbeat_us;
      g_string_append_c (out, '\n');
      return SAMSPILL_HTTP_MORE;
    }
  samspill_waiter_set_time (self->waiter, self->heartbeat_us > 0 ? self->beats_at_us : self->ends_at_us);
  return SAMSPILL_HTTP_PAUSE;
}

static void
set_times (SamspillChanges *self)
{
  gint64 now_us = g_get_monotonic_time ();

  self->ends_at_us = now_us + self->timeout_us;
  self->beats_at_us = now_us + self->heartbeat_us;
}

/* What does not wait is told to its end, also by a server that drains: a part of it would look like all. */
static gboolean
is_to_end (SamspillChanges *self)
{
  return self->waiter != NULL &&
         (g_cancellable_is_cancelled (samspill_http_request_get_cancellable (self->call->http)) ||
          samspill_waiter_is_dropped (self->waiter) || !samspill_account_may_still_read (self->call));
}

static SamspillHttpPull
pull_cb (SamspillHttpRequest *request, GString *out, gpointer data)
{
  SamspillChanges *self = data;
  gint64 generation = self->waiter != NULL ? samspill_waiter_take_news (self->waiter) : 0;
  gboolean is_first = !self->is_begun;

  if (is_first)
    {
      self->is_begun = TRUE;
      set_times (self);
      if (self->mode != SAMSPILL_CHANGES_CONTINUOUS)
        g_string_append (out, "{\"results\":[\n");
    }
  if (is_first || generation != 0 || !self->is_at_end)
    {
      gboolean had_rows = self->has_rows;
      gsize before = out->len;

      if (is_to_end (self))
        return finish (self, out);
      if (!read_shared (self, generation, out))
        return is_first || self->mode == SAMSPILL_CHANGES_NORMAL ? SAMSPILL_HTTP_ABORT : finish (self, out);
      if (self->limit == 0)
        return finish (self, out);
      if (!self->is_at_end)
        {
          if (out->len == 0)
            g_string_append_c (out, '\n'); /* blank in JSON and a heartbeat: it goes on */
          return SAMSPILL_HTTP_MORE;
        }
      if (out->len > before || had_rows != self->has_rows)
        set_times (self);
    }
  else if (is_to_end (self))
    return finish (self, out);
  if (self->mode == SAMSPILL_CHANGES_NORMAL || (self->mode == SAMSPILL_CHANGES_LONGPOLL && self->has_rows))
    return finish (self, out);
  return wait_for_more (self, out);
}

/* Text that is the same for those who ask for the same. */
static char *
dup_key (const SamspillChanges *self)
{
  if (self->mode != SAMSPILL_CHANGES_LONGPOLL || self->ids != NULL || self->selector != NULL || self->must_look)
    return NULL;
  return g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d %d %d %d", self->call->space, self->at,
                          self->limit, self->all_leaves, self->include_docs, self->only_design, (int)self->flags);
}

/* The server drains: what waits says how far it is and ends. */
static void
cancelled_cb (GCancellable *cancellable, gpointer request)
{
  samspill_http_request_wake (request);
}

void
samspill_changes_answer (SamspillChanges *self)
{
  if (self->mode != SAMSPILL_CHANGES_NORMAL)
    {
      self->waiter = samspill_waiter_new (self->call->registry->feeds, self->call->space, self->call->http);
      /* The cancellable is the request's own and goes with it. */
      g_signal_connect (samspill_http_request_get_cancellable (self->call->http), "cancelled",
                        G_CALLBACK (cancelled_cb), self->call->http);
    }
  self->key = dup_key (self);
  samspill_http_request_respond_stream (self->call->http, 200, "application/json", pull_cb, self,
                                        samspill_changes_free);
}
