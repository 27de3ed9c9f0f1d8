/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <string.h>

#include "samspill-id.h"

/* POST _bulk_docs: the way in for replicators, and for clients that save much at once. */

typedef struct
{
  SamspillRegistryCall *call;
  GArray *documents; /* SamspillWireDocument */
  gboolean is_answered;
} Batch;

static void
clear_document (gpointer data)
{
  samspill_wire_document_clear (data);
}

/* Why the body is no batch, as CouchDB says it. */
static void
answer_no_batch (SamspillRegistryCall *call)
{
  static const char *const names[] = { "docs", "new_edits", NULL };
  SamspillSlice values[2];

  if (!samspill_call_get_members (call, names, values))
    return;
  if (values[0].text == NULL)
    samspill_answer_error (call, 400, "bad_request", "POST body must include `docs` parameter.");
  else if (values[0].text[0] != '[')
    samspill_answer_error (call, 400, "bad_request", "`docs` parameter must be an array.");
  else
    samspill_answer_error (call, 400, "bad_request", "invalid UTF-8 JSON");
}

static gboolean
check_options (SamspillRegistryCall *call)
{
  static const char *const names[] = { "new_edits", "all_or_nothing", NULL };
  SamspillSlice values[2];
  gsize length;
  const char *text = g_bytes_get_data (call->body, &length);

  /* Few say either; a batch of replication is not read twice for it. */
  if (memmem (text, length, "all_or_nothing", 14) == NULL)
    return TRUE;
  if (!samspill_call_get_members (call, names, values))
    return FALSE;
  if (!samspill_slice_is (values[1], "true"))
    return TRUE;
  samspill_answer_error (call, 417, "expectation_failed", "all_or_nothing is not supported");
  return FALSE;
}

static gboolean
take_document (const SamspillWireRow *row, gpointer data)
{
  Batch *batch = data;
  SamspillWireDocument document = { NULL };
  g_autoptr (GError) error = NULL;

  batch->is_answered = TRUE;
  if (batch->documents->len >= batch->call->registry->options.max_batch)
    {
      samspill_answer_error (batch->call, 413, "too_large", "The batch has too many documents.");
      return FALSE;
    }
  if (!samspill_wire_document_read (&document, row->text, row->length, &error))
    {
      samspill_call_answer_unreadable (batch->call, row->text, row->length, error);
      return FALSE;
    }
  g_array_append_val (batch->documents, document);
  batch->is_answered = !samspill_call_check_document (batch->call, &document);
  return !batch->is_answered;
}

static void
append_refusal (GString *json, const char *id, const char *rev, const GError *error)
{
  const char *name, *reason;

  samspill_error_describe (error, &name, &reason);
  g_string_append (json, "{\"id\":");
  samspill_json_append_string (json, id);
  if (rev != NULL)
    {
      g_string_append (json, ",\"rev\":");
      samspill_json_append_string (json, rev);
    }
  g_string_append (json, ",\"error\":");
  samspill_json_append_string (json, name);
  g_string_append (json, ",\"reason\":");
  samspill_json_append_string (json, reason);
  g_string_append_c (json, '}');
}

static void
append_outcome (GString *json, const SamspillSave *save, guint i)
{
  const SamspillWireDocument *document = &save->documents[i];

  if (save->refusals[i] != NULL)
    {
      if (json->len > 1)
        g_string_append (json, ",\n");
      append_refusal (json, document->id, save->new_edits ? NULL : document->rev, save->refusals[i]);
      return;
    }
  if (!save->new_edits)
    return; /* the sender knows its revisions: only what went wrong is told */
  if (json->len > 1)
    g_string_append (json, ",\n");
  g_string_append (json, "{\"ok\":true,\"id\":");
  samspill_json_append_string (json, document->id);
  g_string_append (json, ",\"rev\":");
  samspill_json_append_string (json, save->revs[i]);
  g_string_append_c (json, '}');
}

static void
answer_batch (SamspillSave *save, const GError *error)
{
  GString *json;

  if (error != NULL)
    {
      samspill_answer_gerror (save->call, error);
      return;
    }
  json = g_string_new ("[");
  for (guint i = 0; i < save->n_documents; i++)
    append_outcome (json, save, i);
  g_string_append (json, "]\n");
  samspill_answer_take (save->call, 201, json);
}

static void
give_id (SamspillWireDocument *document)
{
  g_autofree char *uuid = NULL;
  g_auto (GStrv) parts = NULL;

  if (document->id != NULL)
    return;
  uuid = samspill_uuid_v7_new ();
  parts = g_strsplit (uuid, "-", -1);
  document->id = g_strjoinv ("", parts);
}

/* What is wrong with the batch as a whole; FALSE: answered. */
static gboolean
check_batch (SamspillRegistryCall *call, GArray *documents, gboolean new_edits)
{
  for (guint i = 0; i < documents->len; i++)
    {
      SamspillWireDocument *document = &g_array_index (documents, SamspillWireDocument, i);
      const char *fault = NULL;

      if (new_edits)
        give_id (document);
      if (document->id == NULL)
        fault = "Document id must not be empty";
      else if (!new_edits && document->revisions == NULL && !g_str_has_prefix (document->id, "_local/"))
        fault = "When `new_edits: false`, the document needs a `_rev`.";
      else if (new_edits && document->rev != NULL && !samspill_revision_is_valid (document->rev))
        fault = "Invalid rev format";
      if (fault != NULL)
        {
          samspill_answer_error (call, 400, "bad_request", fault);
          return FALSE;
        }
    }
  return TRUE;
}

static void
with_body (SamspillRegistryCall *call)
{
  g_autoptr (GArray) documents = g_array_new (FALSE, FALSE, sizeof (SamspillWireDocument));
  Batch batch = { call, documents, FALSE };
  gboolean new_edits = TRUE, is_batch;
  gsize length, n;
  const char *text = g_bytes_get_data (call->body, &length);

  g_array_set_clear_func (documents, clear_document);
  is_batch = samspill_wire_foreach_in_bulk_docs (text, length, &new_edits, take_document, &batch, NULL);
  if (batch.is_answered)
    return;
  if (!is_batch)
    {
      answer_no_batch (call);
      return;
    }
  if (!check_options (call) || !samspill_call_get_flag (call, "new_edits", &new_edits) ||
      !check_batch (call, documents, new_edits) || !samspill_call_has_space (call))
    return;
  g_clear_pointer (&call->body, g_bytes_unref); /* the documents have their own copies */
  g_array_set_clear_func (documents, NULL);
  n = documents->len;
  samspill_save_run (samspill_save_new (call,
                                        (SamspillWireDocument *)g_array_free (g_steal_pointer (&documents), FALSE),
                                        (guint)n, new_edits),
                     answer_batch);
}

void
samspill_registry_handle_bulk (SamspillRegistryCall *call)
{
  if (!samspill_call_is (call, "POST"))
    samspill_call_not_allowed (call, "POST");
  else if (samspill_call_may_write (call))
    samspill_call_read_json (call, call->registry->options.max_request_bytes, TRUE, with_body);
}
