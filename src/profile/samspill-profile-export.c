/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-profile-private.h"

#define BATCH 500

typedef struct
{
  SamspillStore *store;
  const char *const *spaces;
  GString *text;
  gint64 last;
  guint seen;
  gboolean any;
} Writing;

static gboolean
is_wanted (const char *const *spaces, const char *space)
{
  /* What is published has the id of its original, and the rest of the commons is others' work. */
  return spaces != NULL ? g_strv_contains (spaces, space)
                        : !g_str_equal (space, SAMSPILL_SPACE_SHIPPED) && !g_str_equal (space, SAMSPILL_SPACE_COMMONS);
}

/* Another version of it is here, too: its revision is told as CouchDB tells it. */
static void
append_conflicts (Writing *writing, const SamspillChange *change)
{
  g_autoptr (GPtrArray) history = samspill_store_history (writing->store, change->space, change->id, NULL);
  g_autoptr (GString) revs = g_string_new (NULL);

  for (guint i = 0; history != NULL && i < history->len; i++)
    {
      const SamspillRevision *revision = history->pdata[i];
      g_autofree char *quoted = samspill_json_quote (revision->rev);

      if (revision->leaf && !revision->deleted && !g_str_equal (revision->rev, change->rev))
        g_string_append_printf (revs, "%s%s", revs->len > 0 ? "," : "", quoted);
    }
  if (revs->len > 0)
    g_string_append_printf (writing->text, ",\"_conflicts\":[%s]", revs->str);
}

/* Which files belong to it; not what is in them. */
static void
append_files (Writing *writing, const SamspillChange *change)
{
  g_autoptr (SamspillDocument) document =
      samspill_store_get (writing->store, change->space, change->id, change->rev, NULL);

  if (document != NULL && document->attachments != NULL)
    g_string_append_printf (writing->text, ",\"_attachments\":%s", document->attachments);
}

/* The body goes out byte for byte, behind its id and revision. */
static gboolean
write_record (const SamspillChange *change, const char *body, gsize length, guint leaves, gpointer data)
{
  Writing *writing = data;

  writing->last = change->seq;
  writing->seen++;
  if (change->deleted || body == NULL || !is_wanted (writing->spaces, change->space))
    return TRUE;

  g_autofree char *id = samspill_json_quote (change->id);
  g_autofree char *rev = samspill_json_quote (change->rev);
  const char *open = memchr (body, '{', length);
  if (open == NULL)
    return TRUE;
  const char *rest = open + 1;
  const char *end = body + length;
  while (rest < end && g_ascii_isspace (*rest))
    rest++;
  g_string_append (writing->text, writing->any ? ",\n" : "\n");
  g_string_append_printf (writing->text, "{\"_id\":%s,\"_rev\":%s", id, rev);
  if (leaves > 1)
    append_conflicts (writing, change);
  if (g_str_has_prefix (change->id, "file:"))
    append_files (writing, change);
  g_string_append (writing->text, rest < end && *rest == '}' ? "" : ",");
  g_string_append_len (writing->text, rest, end - rest);
  writing->any = TRUE;
  return TRUE;
}

static gboolean
flush (GString *text, GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  gboolean done = g_output_stream_write_all (stream, text->str, text->len, NULL, cancellable, error);

  g_string_truncate (text, 0);
  return done;
}

/**
 * samspill_profile_export:
 * @spaces: (nullable): %NULL: all but shipped and commons
 *
 * Writes an array of records with `_id` and `_rev`, those in the trash too, which samspill_profile_import() reads. Of a
 * record that is being edited its latest revision; of one with several versions the one that is shown, and `_conflicts`
 * names the others. `_attachments` says which files belong to it; what is in them a backup has.
 * Blocks; any thread. The stream is not closed.
 */
gboolean
samspill_profile_export (SamspillProfile *self, const char *const *spaces, GOutputStream *stream,
                         GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) text = g_string_new ("[");
  Writing writing = { .spaces = spaces, .text = text };

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), FALSE);

  writing.store = self->store;

  do
    {
      writing.seen = 0;
      if (!samspill_store_foreach_change (self->store, writing.last, BATCH, write_record, &writing, error) ||
          !flush (text, stream, cancellable, error))
        return FALSE;
    }
  while (writing.seen > 0);
  g_string_append (text, "\n]\n");
  return flush (text, stream, cancellable, error) && g_output_stream_flush (stream, cancellable, error);
}

typedef struct
{
  char **spaces;
  GFile *file;
} Target;

static void
target_free (Target *target)
{
  g_strfreev (target->spaces);
  g_object_unref (target->file);
  g_free (target);
}

static void
export_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Target *target = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileOutputStream) stream =
      g_file_replace (target->file, NULL, FALSE, G_FILE_CREATE_NONE, cancellable, &error);

  if (stream == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (samspill_profile_export (source, (const char *const *)target->spaces, G_OUTPUT_STREAM (stream), cancellable,
                               &error) &&
      g_output_stream_close (G_OUTPUT_STREAM (stream), cancellable, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  /* Closed as cancelled: what was in the file before stays. */
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_cancellable_cancel (cancelled);
  g_output_stream_close (G_OUTPUT_STREAM (stream), cancelled, NULL);
  g_task_return_error (task, g_steal_pointer (&error));
}

void
samspill_profile_export_async (SamspillProfile *self, const char *const *spaces, GFile *file, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Target *target = g_new0 (Target, 1);

  target->spaces = g_strdupv ((char **)spaces);
  target->file = g_object_ref (file);
  g_task_set_static_name (task, "samspill_profile_export_async");
  g_task_set_task_data (task, target, (GDestroyNotify)target_free);
  g_task_run_in_thread (task, export_in_thread);
}

gboolean
samspill_profile_export_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
