/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <string.h>

#include "samspill-json-scan.h"
#include <glib/gi18n-lib.h>

/* Local documents: the checkpoints of replicators. Kept as they are answered, with `_id` and `_rev` "0-N". */

/* The checkpoint of a replicator has some kilobytes; who may only read writes them too. */
#define MAX_LOCAL_BYTES (1024 * 1024)

static guint64
number_of (const char *rev)
{
  guint64 number;

  if (rev == NULL || !g_str_has_prefix (rev, "0-") ||
      !g_ascii_string_to_unsigned (rev + 2, 10, 0, G_MAXINT64, &number, NULL))
    return 0;
  return number;
}

char *
samspill_local_write (SamspillStore *store, const char *space, const SamspillWireDocument *document, GError **error)
{
  g_autofree char *kept = NULL, *kept_rev = NULL, *rev = NULL;
  g_autoptr (GString) json = NULL;
  g_autoptr (GError) local_error = NULL;
  const char *body;
  gsize length;

  if (g_bytes_get_size (document->body) > MAX_LOCAL_BYTES)
    {
      g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_TOO_LARGE, "");
      return NULL;
    }
  kept = samspill_store_get_local (store, space, document->id, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  kept_rev = kept != NULL ? samspill_json_dup_string (kept, -1, "_rev") : NULL;
  if (kept == NULL && document->deleted)
    {
      g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND, "missing");
      return NULL;
    }
  if (kept != NULL && g_strcmp0 (kept_rev, document->rev) != 0)
    {
      g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CONFLICT, "Document update conflict.");
      return NULL;
    }
  if (document->deleted)
    return samspill_store_put_local (store, space, document->id, NULL, error) ? g_strdup ("0-0") : NULL;
  rev = g_strdup_printf ("0-%" G_GUINT64_FORMAT, number_of (kept_rev != NULL ? kept_rev : document->rev) + 1);
  json = g_string_new ("{\"_id\":");
  samspill_json_append_string (json, document->id);
  g_string_append_printf (json, ",\"_rev\":\"%s\"", rev);
  body = g_bytes_get_data (document->body, &length);
  while (length > 0 && g_ascii_isspace (*body))
    body++, length--;
  if (length > 2)
    {
      g_string_append_c (json, ',');
      g_string_append_len (json, body + 1, (gssize)length - 1);
    }
  else
    g_string_append_c (json, '}');
  return samspill_store_put_local (store, space, document->id, json->str, error) ? g_steal_pointer (&rev) : NULL;
}

static void
handle_get (SamspillRegistryCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;

  if (!samspill_call_may_read (call))
    return;
  json = samspill_store_get_local (call->store, call->space, call->segments[1], &error);
  if (json != NULL)
    samspill_answer_json (call, 200, json);
  else if (error == NULL)
    samspill_answer_error (call, 404, "not_found", "missing");
  else if (g_error_matches (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND))
    samspill_call_no_database (call);
  else
    samspill_answer_gerror (call, error);
}

static void
answer_saved (SamspillSave *save, const GError *error)
{
  if (error == NULL)
    error = save->refusals[0];
  if (g_error_matches (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND) &&
      samspill_store_has_space (save->call->store, save->call->space))
    samspill_answer_error (save->call, 404, "not_found", "missing");
  else
    samspill_save_answer_one (save, error);
}

void
samspill_registry_handle_local (SamspillRegistryCall *call)
{
  if (g_str_equal (call->segments[1], "_local_docs"))
    samspill_call_not_implemented (call, "_local_docs");
  else if (samspill_call_is (call, "GET"))
    handle_get (call);
  else if (samspill_call_is (call, "PUT") || samspill_call_is (call, "DELETE"))
    samspill_registry_handle_save (call);
  else
    samspill_call_not_allowed (call, "DELETE,GET,HEAD,PUT");
}

void
samspill_registry_save_local (SamspillRegistryCall *call, SamspillWireDocument *document)
{
  samspill_save_run (samspill_save_new (call, document, 1, TRUE), answer_saved);
}
