/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `_revs_diff`: which revisions the server lacks. */

#include "samspill-remote-peer-private.h"

#include <string.h>

#include "samspill-json-scan.h"

typedef struct
{
  SamspillRows *rows;
  GHashTable *index;  /* id → number of its row + 1: the last one that bears it */
  guint8 *is_missing; /* runs beside rows->revs */
  guint current;
  const char *fault; /* nullable */
} Diff;

static GString *
make_question (SamspillRows *rows, guint first, guint n, GHashTable *index)
{
  GString *out = g_string_sized_new ((gsize)n * 112 + 16);

  for (guint i = first; i < first + n; i++)
    g_hash_table_insert (index, (gpointer)samspill_rows_get (rows, i)->id, GUINT_TO_POINTER (i + 1));

  g_string_append_c (out, '{');
  for (guint i = first; i < first + n; i++)
    {
      const char *id = samspill_rows_get (rows, i)->id;
      const char *const *revs = samspill_rows_get_revs (rows, i);

      /* A feed may name a document twice; an object may not. */
      if (GPOINTER_TO_UINT (g_hash_table_lookup (index, id)) != i + 1)
        continue;
      if (out->len > 1)
        g_string_append_c (out, ',');
      samspill_json_append_quoted (out, id, strlen (id));
      g_string_append_c (out, ':');
      for (guint r = 0; revs[r] != NULL; r++)
        {
          g_string_append_c (out, r == 0 ? '[' : ',');
          samspill_json_append_quoted (out, revs[r], strlen (revs[r]));
        }
      g_string_append_c (out, ']');
    }
  g_string_append_c (out, '}');
  return out;
}

static gboolean
read_missing (const char *value, gsize length, gpointer data)
{
  Diff *diff = data;
  g_autofree char *rev = samspill_sync_dup_string (value, length);
  const SamspillRow *row = samspill_rows_get (diff->rows, diff->current);

  for (guint r = 0; rev != NULL && r < row->n_revs; r++)
    if (g_str_equal (diff->rows->revs->pdata[row->first + r], rev))
      {
        diff->is_missing[row->first + r] = 1;
        return TRUE;
      }
  diff->fault = "_revs_diff: rev";
  return FALSE;
}

static gboolean
read_answer_member (const char *name, const char *value, gsize length, gpointer data)
{
  Diff *diff = data;

  if (!g_str_equal (name, "missing"))
    return TRUE;
  if (*value != '[' || !samspill_json_foreach_element (value, (gssize)length, read_missing, diff, NULL))
    diff->fault = "_revs_diff";
  return diff->fault == NULL;
}

static gboolean
read_answer (const char *id, const char *value, gsize length, gpointer data)
{
  Diff *diff = data;
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (diff->index, id));

  if (found == 0)
    {
      diff->fault = "_revs_diff: id";
      return FALSE;
    }
  diff->current = found - 1;
  if (*value != '{' || !samspill_json_foreach_member (value, (gssize)length, read_answer_member, diff, NULL))
    diff->fault = "_revs_diff";
  return diff->fault == NULL;
}

static SamspillRows *
collect (const Diff *diff, guint first, guint n)
{
  SamspillRows *wants = samspill_rows_new (diff->rows);

  for (guint i = first; i < first + n; i++)
    {
      const SamspillRow *row = samspill_rows_get (diff->rows, i);

      samspill_rows_begin (wants, row->id);
      for (guint r = row->first; r < row->first + row->n_revs; r++)
        if (diff->is_missing[r])
          samspill_rows_add (wants, diff->rows->revs->pdata[r]);
      samspill_rows_end (wants);
    }
  return wants;
}

SamspillRows *
samspill_remote_find_missing (SamspillPeer *peer, SamspillRows *rows, guint first, guint n, GCancellable *cancellable,
                              GError **error)
{
  SamspillRemote *remote = SAMSPILL_REMOTE_PEER (peer)->remote;
  g_auto (SamspillRemoteAnswer) answer = { 0 };
  g_autoptr (GHashTable) index = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree guint8 *is_missing = g_new0 (guint8, rows->revs->len);
  Diff diff = { rows, index, is_missing };
  gsize length;

  if (!samspill_remote_post (remote, "_revs_diff", make_question (rows, first, n, index), &answer, cancellable, error))
    return NULL;
  if (answer.status != 200)
    {
      samspill_remote_set_error (remote, &answer, error);
      return NULL;
    }
  const char *text = g_bytes_get_data (answer.body, &length);
  if (length == 0 || *text != '{' || !samspill_json_foreach_member (text, (gssize)length, read_answer, &diff, NULL))
    diff.fault = "_revs_diff";
  if (diff.fault == NULL)
    return collect (&diff, first, n);
  samspill_remote_set_nonsense (remote, diff.fault, error);
  return NULL;
}
