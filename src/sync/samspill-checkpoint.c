/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-checkpoint.h"

#include <string.h>

#include "samspill-json-text.h"

typedef struct
{
  char *session;
  char *seq; /* JSON text */
} Session;

static void
session_free (Session *self)
{
  g_free (self->session);
  g_free (self->seq);
  g_free (self);
}

static gboolean
is_checkpoint (const char *json)
{
  return json != NULL && samspill_json_check (json, -1, 0, SAMSPILL_JSON_MUST_BE_OBJECT, NULL);
}

static gboolean
add_session (const char *text, gssize length, const char *seq_name, GPtrArray *sessions)
{
  Session *session = g_new0 (Session, 1);

  session->session = samspill_json_dup_string (text, length, "session_id");
  session->seq = samspill_json_dup_member (text, length, seq_name);
  if (session->session == NULL || session->seq == NULL)
    {
      session_free (session);
      return FALSE;
    }
  g_ptr_array_add (sessions, session);
  return TRUE;
}

static gboolean
take_session (const char *value, gsize length, gpointer data)
{
  GPtrArray *sessions = data;

  if (*value == '{')
    add_session (value, (gssize)length, "recorded_seq", sessions);
  return sessions->len <= SAMSPILL_CHECKPOINT_MOST_SESSIONS;
}

/* Newest first; the head of the document is the newest. */
static GPtrArray *
read_sessions (const char *json)
{
  GPtrArray *sessions = g_ptr_array_new_with_free_func ((GDestroyNotify)session_free);
  g_autofree char *history = NULL;

  if (!is_checkpoint (json))
    return sessions;
  add_session (json, -1, "source_last_seq", sessions);
  history = samspill_json_dup_member (json, -1, "history");
  if (history != NULL && *history == '[')
    samspill_json_foreach_element (history, -1, take_session, sessions, NULL);
  return sessions;
}

char *
samspill_checkpoint_compare (const char *source, const char *target)
{
  g_autoptr (GPtrArray) ours = read_sessions (source);
  g_autoptr (GPtrArray) theirs = read_sessions (target);

  for (guint i = 0; i < ours->len; i++)
    for (guint k = 0; k < theirs->len; k++)
      {
        const Session *a = ours->pdata[i], *b = theirs->pdata[k];

        if (g_str_equal (a->session, b->session) && g_str_equal (a->seq, b->seq))
          return g_strdup (a->seq);
      }
  return g_strdup ("0");
}

char *
samspill_checkpoint_alone (const char *target, const char *instance)
{
  g_autofree char *seen = is_checkpoint (target) ? samspill_json_dup_string (target, -1, "source_instance") : NULL;
  char *seq =
      seen != NULL && g_strcmp0 (seen, instance) == 0 ? samspill_json_dup_member (target, -1, "source_last_seq") : NULL;

  return seq != NULL ? seq : g_strdup ("0");
}

static char *
http_date (gint64 us)
{
  g_autoptr (GDateTime) when = g_date_time_new_from_unix_utc_usec (us);

  return g_date_time_format (when, "%Y-%m-%dT%H:%M:%SZ");
}

static void
append_run (GString *out, const SamspillCheckpointRun *run)
{
  g_autofree char *session = samspill_json_quote (run->session);
  g_autofree char *start = http_date (run->start_us);
  g_autofree char *end = http_date (run->end_us);

  g_string_append_printf (out,
                          "{\"session_id\":%s,\"start_time\":\"%s\",\"end_time\":\"%s\",\"start_last_seq\":%s,"
                          "\"end_last_seq\":%s,\"recorded_seq\":%s,\"missing_checked\":%" G_GINT64_FORMAT
                          ",\"missing_found\":%" G_GINT64_FORMAT ",\"docs_read\":%" G_GINT64_FORMAT
                          ",\"docs_written\":%" G_GINT64_FORMAT ",\"doc_write_failures\":%" G_GINT64_FORMAT "}",
                          session, start, end, run->start_seq, run->last_seq, run->last_seq, run->checked, run->found,
                          run->read, run->written, run->refused);
}

typedef struct
{
  GString *out;
  const char *session; /* of this run: its older entry goes */
  guint n;
} Keeping;

static gboolean
keep_session (const char *value, gsize length, gpointer data)
{
  Keeping *keeping = data;
  g_autofree char *session = *value == '{' ? samspill_json_dup_string (value, (gssize)length, "session_id") : NULL;

  if (session == NULL || g_str_equal (session, keeping->session))
    return TRUE;
  g_string_append_c (keeping->out, ',');
  g_string_append_len (keeping->out, value, (gssize)length);
  return ++keeping->n < SAMSPILL_CHECKPOINT_MOST_SESSIONS;
}

char *
samspill_checkpoint_make (const char *before, const SamspillCheckpointRun *run)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *session = samspill_json_quote (run->session);
  g_autofree char *history = is_checkpoint (before) ? samspill_json_dup_member (before, -1, "history") : NULL;
  Keeping keeping = { out, run->session, 1 };

  g_string_append_printf (out, "{\"session_id\":%s,\"source_last_seq\":%s,\"replication_id_version\":4", session,
                          run->last_seq);
  if (run->instance != NULL)
    {
      g_autofree char *instance = samspill_json_quote (run->instance);
      g_string_append_printf (out, ",\"source_instance\":%s", instance);
    }
  g_string_append (out, ",\"history\":[");
  append_run (out, run);
  if (history != NULL && *history == '[')
    samspill_json_foreach_element (history, -1, keep_session, &keeping, NULL);
  g_string_append (out, "]}");
  return g_string_free_and_steal (g_steal_pointer (&out));
}

char *
samspill_checkpoint_name (const char *source, const char *target, guint flags)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *number = g_strdup_printf ("%u", flags);

  g_checksum_update (checksum, (const guchar *)source, (gssize)strlen (source) + 1);
  g_checksum_update (checksum, (const guchar *)target, (gssize)strlen (target) + 1);
  g_checksum_update (checksum, (const guchar *)number, -1);
  return g_strdup_printf ("samspill-%.32s", g_checksum_get_string (checksum));
}
