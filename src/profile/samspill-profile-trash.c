/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-json-text.h"
#include "samspill-profile-private.h"

#define TRASH_DAYS 30
#define AWAY_DAYS 21  /* whoever was away longer is not surprised by a trash emptied at once */
#define STEADY_DAYS 3 /* a clock that went ahead is seen by somebody within these */
#define INDEX_WAIT_US (60 * G_USEC_PER_SEC)
#define MOST_TRASHED 10000
#define CLOCK_DOCUMENT "trash-clock"

static gboolean
is_old_trash (SamspillDocument *document, GDateTime *before)
{
  g_autoptr (SamspillRecord) record = samspill_record_from_body (document->id, document->rev, document->body, NULL);
  g_autoptr (GDateTime) at =
      record != NULL ? g_date_time_new_from_iso8601 (samspill_record_get_string (record, "trashed.at"), NULL) : NULL;

  return at != NULL && g_date_time_compare (at, before) < 0;
}

/* A clock that stands before something that has happened already says nothing about how old a thing is. */
static gboolean
is_clock_behind (SamspillProfile *self, GDateTime *now)
{
  g_autoptr (SamspillQuery) query = samspill_query_new ();

  query->order = SAMSPILL_ORDER_CHANGED;
  g_autoptr (SamspillResult) result = samspill_index_query (self->index, query, 1, NULL, NULL);
  if (result == NULL || result->n_docs == 0)
    return FALSE;
  g_autoptr (SamspillRow) row = samspill_index_get_row (self->index, result->docs[0], NULL);
  return row != NULL && row->changed_us > g_date_time_to_unix (now) * G_USEC_PER_SEC + G_USEC_PER_SEC;
}

static GDateTime *
read_time (const char *json, const char *member)
{
  g_autofree char *text = json != NULL ? samspill_json_dup_string (json, -1, member) : NULL;

  return text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;
}

static gboolean
is_within (GDateTime *earlier, GDateTime *later, int days)
{
  GTimeSpan span = g_date_time_difference (later, earlier);

  return span >= 0 && span <= days * G_TIME_SPAN_DAY;
}

/* Whether the clock has gone on day by day for a while: one that leapt ahead, or a computer that stood in a cupboard,
 * would otherwise make an end of what was put away yesterday. Remembers that the clock was seen. */
static gboolean
is_clock_steady (SamspillProfile *self, GDateTime *now, GError **error)
{
  g_autofree char *json = samspill_store_get_local (self->store, "", CLOCK_DOCUMENT, NULL);
  g_autoptr (GDateTime) seen = read_time (json, "seen"), since = read_time (json, "since");
  g_autofree char *now_text = g_date_time_format_iso8601 (now), *since_text = NULL, *written = NULL;
  gboolean goes_on = seen != NULL && since != NULL && is_within (seen, now, AWAY_DAYS);

  since_text = goes_on ? g_date_time_format_iso8601 (since) : g_strdup (now_text);
  written = g_strdup_printf ("{\"seen\":\"%s\",\"since\":\"%s\"}", now_text, since_text);
  if (!samspill_store_put_local (self->store, "", CLOCK_DOCUMENT, written, error))
    return FALSE;
  return goes_on && g_date_time_difference (now, since) >= STEADY_DAYS * G_TIME_SPAN_DAY;
}

static gboolean
delete_old (SamspillProfile *self, GDateTime *before, GCancellable *cancellable, GError **error)
{
  g_autoptr (SamspillQuery) query = samspill_query_new ();

  query->trashed = TRUE;
  query->order = SAMSPILL_ORDER_CHANGED;
  g_autoptr (SamspillResult) result = samspill_index_query (self->index, query, MOST_TRASHED, cancellable, error);
  if (result == NULL)
    return FALSE;
  for (guint i = 0; i < result->n_docs; i++)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      g_autoptr (SamspillDocument) document = samspill_store_get_by_number (self->store, result->docs[i], NULL);
      /* Of two versions one may have been put away and the other written on: a person chooses first. */
      if (document == NULL || document->deleted || document->body == NULL || document->leaves > 1 ||
          !samspill_space_is_writable (document->space) || !is_old_trash (document, before))
        continue;
      if (!samspill_profile_delete (self, document->space, document->id, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * samspill_profile_empty_trash:
 *
 * Makes tombstones of what has lain in the trash for thirty days, if the clock can be believed. Any thread; waits for
 * the index.
 */
gboolean
samspill_profile_empty_trash (SamspillProfile *self, GDateTime *now, GCancellable *cancellable, GError **error)
{
  g_autoptr (GDateTime) before = g_date_time_add_days (now, -TRASH_DAYS);
  g_autoptr (GError) clock_error = NULL;
  gint64 seq = samspill_store_get_last_seq (self->store);
  gint64 deadline = g_get_monotonic_time () + INDEX_WAIT_US;

  while (!samspill_index_wait (self->index, seq, G_USEC_PER_SEC / 10))
    if (g_cancellable_set_error_if_cancelled (cancellable, error) || g_get_monotonic_time () > deadline)
      return error == NULL || *error == NULL;
  if (is_clock_behind (self, now))
    return TRUE;
  if (!is_clock_steady (self, now, &clock_error))
    {
      if (clock_error == NULL)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&clock_error));
      return FALSE;
    }
  return delete_old (self, before, cancellable, error);
}
