/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <string.h>

#include "samspill-id.h"

/* PUT, POST and DELETE of one document. */

gboolean
samspill_call_take_revision (SamspillRegistryCall *call, SamspillWireDocument *document)
{
  const char *asked = samspill_http_request_get_query (call->http, "rev");
  const char *match = samspill_http_request_get_header (call->http, "If-Match");
  g_autofree char *etag = NULL;
  const char *reason = NULL;

  if (match != NULL && !g_str_equal (match, "*"))
    {
      gsize length = strlen (match);

      etag = length >= 2 && match[0] == '"' && match[length - 1] == '"' ? g_strndup (match + 1, length - 2)
                                                                        : g_strdup (match);
    }
  if (asked != NULL && asked[0] == '\0')
    asked = NULL;
  if (asked != NULL && document->rev != NULL && !g_str_equal (asked, document->rev))
    reason = "Document rev from request body and query string have different values";
  else if (etag != NULL && (asked != NULL || document->rev != NULL) &&
           !g_str_equal (etag, asked != NULL ? asked : document->rev))
    reason = "Document rev and etag have different values";
  if (reason != NULL)
    {
      samspill_answer_error (call, 400, "bad_request", reason);
      return FALSE;
    }
  if (document->rev == NULL)
    document->rev = asked != NULL ? g_strdup (asked) : g_steal_pointer (&etag);
  if (document->rev != NULL && !samspill_revision_is_valid (document->rev) &&
      !g_str_has_prefix (call->segments[1] != NULL ? call->segments[1] : "", "_local/"))
    {
      samspill_answer_error (call, 400, "bad_request", "Invalid rev format");
      return FALSE;
    }
  return TRUE;
}

/* Says what CouchDB says of a document that cannot be one. */
gboolean
samspill_call_check_document (SamspillRegistryCall *call, const SamspillWireDocument *document)
{
  const char *fault = document->id != NULL ? samspill_document_id_fault (document->id) : NULL;

  if (fault != NULL)
    samspill_answer_error (call, 400, "illegal_docid", fault);
  else if (document->unknown != NULL)
    {
      g_autofree char *reason = g_strdup_printf ("Bad special document member: %s", document->unknown);

      samspill_answer_error (call, 400, "doc_validation", reason);
    }
  else if (document->body != NULL && g_bytes_get_size (document->body) > call->registry->options.max_document_bytes)
    samspill_answer_error (call, 413, "document_too_large", document->id != NULL ? document->id : "");
  else
    return TRUE;
  return FALSE;
}

/* What cannot be read as a document, as CouchDB says it. */
void
samspill_call_answer_unreadable (SamspillRegistryCall *call, const char *text, gsize length, const GError *error)
{
  if (!samspill_json_check (text, (gssize)length, 0, SAMSPILL_JSON_DEFAULT, NULL))
    samspill_answer_error (call, 400, "bad_request", "invalid UTF-8 JSON");
  else if (!samspill_json_check (text, (gssize)length, 0, SAMSPILL_JSON_MUST_BE_OBJECT, NULL))
    samspill_answer_error (call, 400, "bad_request", "Document must be a JSON object");
  else if (g_error_matches (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_TOO_LARGE))
    {
      g_autofree char *id = samspill_json_dup_string (text, (gssize)length, "_id");

      samspill_answer_error (call, 413, "document_too_large", id != NULL ? id : "");
    }
  else
    samspill_answer_error (call, 400, "bad_request", error->message);
}

/* TRUE: `document` holds what was sent. */
static gboolean
read_document (SamspillRegistryCall *call, SamspillWireDocument *document)
{
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (call->body, &length);

  if (!samspill_wire_document_read (document, text, length, &error))
    {
      samspill_call_answer_unreadable (call, text, length, error);
      return FALSE;
    }
  return samspill_call_check_document (call, document);
}

static void
save (SamspillRegistryCall *call, SamspillWireDocument *document, gboolean new_edits)
{
  SamspillWireDocument *list = g_new (SamspillWireDocument, 1);
  SamspillSave *save_one;

  *list = *document;
  memset (document, 0, sizeof *document);
  if (g_str_has_prefix (list->id, "_local/"))
    {
      samspill_registry_save_local (call, list);
      return;
    }
  save_one = samspill_save_new (call, list, 1, new_edits);
  save_one->following = call->following;
  save_one->n_following = call->n_following;
  samspill_save_run (save_one, samspill_save_answer_one);
}

void
samspill_registry_put_with_body (SamspillRegistryCall *call)
{
  g_auto (SamspillWireDocument) document = { NULL };
  gboolean new_edits = TRUE;

  if (!samspill_call_get_flag (call, "new_edits", &new_edits) || !read_document (call, &document) ||
      !samspill_call_take_revision (call, &document))
    return;
  g_free (document.id);
  document.id = g_strdup (call->segments[1]);
  if (document.rev != NULL && document.revisions == NULL)
    {
      document.revisions = g_new0 (char *, 2); /* the revision stood in the address */
      document.revisions[0] = g_strdup (document.rev);
    }
  if (!new_edits && document.rev == NULL)
    samspill_answer_error (call, 400, "bad_request", "When `new_edits: false`, the document needs a `_rev`.");
  else
    save (call, &document, new_edits);
}

static void
post_with_body (SamspillRegistryCall *call)
{
  g_auto (SamspillWireDocument) document = { NULL };

  if (!read_document (call, &document))
    return;
  if (document.id == NULL)
    {
      g_autofree char *uuid = samspill_uuid_v7_new ();
      g_auto (GStrv) parts = g_strsplit (uuid, "-", -1);

      document.id = g_strjoinv ("", parts);
    }
  save (call, &document, TRUE);
}

static gboolean
check_can_delete (SamspillRegistryCall *call, const char *rev)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *winner = NULL;
  gboolean deleted = FALSE;

  if (rev != NULL || g_str_has_prefix (call->segments[1], "_local/"))
    return TRUE;
  if (!samspill_store_lookup (call->store, call->space, call->segments[1], &winner, &deleted, &error))
    {
      if (!samspill_store_has_space (call->store, call->space))
        samspill_call_no_database (call);
      else
        samspill_answer_gerror (call, error);
    }
  else if (deleted)
    samspill_answer_error (call, 404, "not_found", "deleted");
  else
    samspill_answer_error (call, 409, "conflict", "Document update conflict.");
  return FALSE;
}

static void
delete_in_worker (SamspillRegistryCall *call)
{
  g_auto (SamspillWireDocument) document = { NULL };

  if (!samspill_call_take_revision (call, &document) || !check_can_delete (call, document.rev))
    return;
  document.id = g_strdup (call->segments[1]);
  document.deleted = TRUE;
  document.body = g_bytes_new_static ("{}", 2);
  save (call, &document, TRUE);
}

void
samspill_registry_handle_save (SamspillRegistryCall *call)
{
  const char *type = samspill_http_request_get_header (call->http, "Content-Type");
  gsize max_bytes = call->registry->options.max_request_bytes;

  if (!samspill_call_may_write (call))
    return;
  if (samspill_call_is (call, "DELETE"))
    samspill_call_work (call, delete_in_worker);
  else if (samspill_call_is (call, "POST"))
    samspill_call_read_json (call, max_bytes, TRUE, post_with_body);
  else if (type != NULL && g_ascii_strncasecmp (type, "multipart/related", 17) == 0)
    samspill_registry_put_multipart (call);
  else
    samspill_call_read_json (call, max_bytes, FALSE, samspill_registry_put_with_body);
}
