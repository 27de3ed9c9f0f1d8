/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <string.h>

#include "samspill-json-scan.h"

/* POST _revs_diff and _missing_revs: which of these revisions are not here? */

#define READ_AT_ONCE 500 /* documents of one read, which holds the log of the store back */

typedef struct
{
  SamspillRegistryCall *call;
  GString *json;
  gboolean with_ancestors, is_in_read, must_look, has_any;
  guint n, max;
  guint status; /* 0: right so far */
  const char *reason;
  GError *error;
} Diff;

static gboolean
stop (Diff *diff, guint status, const char *reason)
{
  diff->status = status;
  diff->reason = reason;
  return FALSE;
}

static void
append_strings (GString *json, char **strings)
{
  g_string_append_c (json, '[');
  for (gsize i = 0; strings[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      samspill_json_append_string (json, strings[i]);
    }
  g_string_append_c (json, ']');
}

static void
append_document (Diff *diff, const char *id, char **missing, char **ancestors)
{
  if (missing[0] == NULL)
    return;
  if (diff->has_any)
    g_string_append_c (diff->json, ',');
  diff->has_any = TRUE;
  samspill_json_append_string (diff->json, id);
  g_string_append_c (diff->json, ':');
  if (!diff->with_ancestors)
    {
      append_strings (diff->json, missing);
      return;
    }
  g_string_append (diff->json, "{\"missing\":");
  append_strings (diff->json, missing);
  if (ancestors != NULL && ancestors[0] != NULL)
    {
      g_string_append (diff->json, ",\"possible_ancestors\":");
      append_strings (diff->json, ancestors);
    }
  g_string_append_c (diff->json, '}');
}

/* One read for many documents, but not one for all. */
static gboolean
renew_read (Diff *diff)
{
  if (diff->n % READ_AT_ONCE != 0)
    return TRUE;
  if (diff->is_in_read)
    samspill_store_end_read (diff->call->store);
  diff->is_in_read = samspill_store_begin_read (diff->call->store, &diff->error);
  return diff->is_in_read;
}

static gboolean
take_member (const SamspillJsonChild *child, gpointer data)
{
  Diff *diff = data;
  SamspillSlice slice = { child->value, (gsize)(child->end - child->value) };
  g_autofree char *id = g_strndup (child->name, child->name_length);
  g_auto (GStrv) revs = NULL, missing = NULL, ancestors = NULL;

  if (diff->n >= diff->max)
    return stop (diff, 413, "There are too many documents in one request.");
  if (strlen (id) != child->name_length)
    return stop (diff, 400, "A document id cannot hold a nul character.");
  revs = samspill_slice_dup_strings (slice, diff->max);
  if (revs == NULL)
    return stop (diff, 400, "Revisions must be an array of strings.");
  for (gsize i = 0; revs[i] != NULL; i++)
    if (!samspill_revision_is_valid (revs[i]))
      return stop (diff, 400, "Invalid rev format");
  if (!renew_read (diff))
    return FALSE;
  diff->n++;
  /* What may not be seen is not here, for this account. */
  if (diff->must_look && !samspill_account_may_see (diff->call, diff->call->space, id))
    append_document (diff, id, revs, NULL);
  else
    {
      missing = samspill_store_get_missing (diff->call->store, diff->call->space, id, (const char *const *)revs,
                                            diff->with_ancestors ? &ancestors : NULL, &diff->error);
      if (missing == NULL)
        return FALSE;
      append_document (diff, id, missing, ancestors);
    }
  return TRUE;
}

static void
answer_diff (SamspillRegistryCall *call, gboolean with_ancestors)
{
  Diff diff = { .call = call, .with_ancestors = with_ancestors, .max = call->registry->options.max_batch };
  g_autoptr (GString) json = g_string_new (with_ancestors ? "{" : "{\"missing_revs\":{");
  gsize length;
  const char *text = g_bytes_get_data (call->body, &length);
  gboolean is_object;

  if (!samspill_call_has_space (call))
    return;
  diff.json = json;
  diff.must_look = samspill_call_must_look (call);
  is_object = samspill_json_scan (text, length, SAMSPILL_JSON_MUST_BE_OBJECT, take_member, &diff, NULL);
  if (diff.is_in_read)
    samspill_store_end_read (call->store);
  if (diff.error != NULL)
    samspill_answer_gerror (call, diff.error);
  else if (diff.status != 0)
    samspill_answer_error (call, diff.status, diff.status == 413 ? "too_large" : "bad_request", diff.reason);
  else if (!is_object)
    samspill_answer_error (call, 400, "bad_request",
                           samspill_json_check (text, (gssize)length, 0, SAMSPILL_JSON_DEFAULT, NULL)
                               ? "Request body must be a JSON object"
                               : "invalid UTF-8 JSON");
  else
    {
      g_string_append (json, with_ancestors ? "}\n" : "}}\n");
      samspill_answer_take (call, 200, g_steal_pointer (&json));
    }
  g_clear_error (&diff.error);
}

static void
revs_diff_with_body (SamspillRegistryCall *call)
{
  answer_diff (call, TRUE);
}

static void
missing_revs_with_body (SamspillRegistryCall *call)
{
  answer_diff (call, FALSE);
}

void
samspill_registry_handle_revs_diff (SamspillRegistryCall *call, gboolean with_ancestors)
{
  if (!samspill_call_is (call, "POST"))
    samspill_call_not_allowed (call, "POST");
  else if (samspill_call_may_read (call))
    samspill_call_read_json (call, call->registry->options.max_request_bytes, TRUE,
                             with_ancestors ? revs_diff_with_body : missing_revs_with_body);
}
