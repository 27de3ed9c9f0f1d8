/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include "samspill-error.h"

/* Answers in CouchDB's JSON form. The texts are of the protocol and are not translated. */

#define JSON_TYPE "application/json"

typedef struct
{
  int code;
  guint status;
  const char *error;
  const char *reason; /* NULL: what the error says */
} Meaning;

static const Meaning store_meanings[] = {
  { SAMSPILL_STORE_ERROR_NEWER, 503, "service_unavailable", "The data can only be read." },
  { SAMSPILL_STORE_ERROR_READ_ONLY, 503, "service_unavailable", "The data can only be read." },
  { SAMSPILL_STORE_ERROR_FULL, 507, "insufficient_storage", "The disk is full." },
  { SAMSPILL_STORE_ERROR_BUSY, 503, "service_unavailable", "The data is busy. Try again." },
  { SAMSPILL_STORE_ERROR_NOT_FOUND, 404, "not_found", "missing" },
  { SAMSPILL_STORE_ERROR_CONFLICT, 409, "conflict", "Document update conflict." },
  { SAMSPILL_STORE_ERROR_INVALID, 400, "bad_request", NULL },
  { SAMSPILL_STORE_ERROR_BLOB_MISSING, 412, "missing_stub", NULL },
  { SAMSPILL_STORE_ERROR_TOO_LARGE, 413, "too_large", "the request entity is too large" },
};

static const Meaning registry_meanings[] = {
  { SAMSPILL_REGISTRY_ERROR_FORBIDDEN, 403, "forbidden", NULL },
  { SAMSPILL_REGISTRY_ERROR_UNAUTHORIZED, 401, "unauthorized", NULL },
  { SAMSPILL_REGISTRY_ERROR_BAD_REQUEST, 400, "bad_request", NULL },
  { SAMSPILL_REGISTRY_ERROR_EXISTS, 409, "conflict", NULL },
  { SAMSPILL_REGISTRY_ERROR_THROTTLED, 429, "too_many_requests", NULL },
};

static const Meaning http_meanings[] = {
  { SAMSPILL_HTTP_ERROR_TOO_LARGE, 413, "too_large", "the request entity is too large" },
  { SAMSPILL_HTTP_ERROR_CLOSED, 400, "bad_request", "The body was cut." },
  { SAMSPILL_HTTP_ERROR_ENCODING, 415, "bad_ctype", "Unsupported or damaged Content-Encoding" },
};

static const Meaning base_meanings[] = {
  { SAMSPILL_BASE_ERROR_TOO_LARGE, 413, "too_large", "the request entity is too large" },
};

static const Meaning *
find_meaning (const Meaning *meanings, gsize n, int code)
{
  for (gsize i = 0; i < n; i++)
    if (meanings[i].code == code)
      return &meanings[i];
  return NULL;
}

/* What an error means to a client. What went wrong inside is for the log, not for the answer. */
guint
samspill_error_describe (const GError *error, const char **name, const char **reason)
{
  const Meaning *meaning = NULL;

  *name = "unknown_error";
  *reason = "The registry could not do this. The operator's log says more.";
  if (error->domain == SAMSPILL_STORE_ERROR)
    meaning = find_meaning (store_meanings, G_N_ELEMENTS (store_meanings), error->code);
  else if (error->domain == SAMSPILL_REGISTRY_ERROR)
    meaning = find_meaning (registry_meanings, G_N_ELEMENTS (registry_meanings), error->code);
  else if (error->domain == SAMSPILL_HTTP_ERROR)
    meaning = find_meaning (http_meanings, G_N_ELEMENTS (http_meanings), error->code);
  else if (error->domain == SAMSPILL_BASE_ERROR)
    {
      meaning = find_meaning (base_meanings, G_N_ELEMENTS (base_meanings), error->code);
      if (meaning == NULL)
        {
          *name = "bad_request";
          *reason = "invalid UTF-8 JSON";
          return 400;
        }
    }
  if (meaning == NULL)
    {
      g_warning ("%s", error->message);
      return 500;
    }
  *name = meaning->error;
  *reason = meaning->reason != NULL ? meaning->reason : error->message;
  return meaning->status;
}

void
samspill_answer_bytes (SamspillRegistryCall *call, guint status, GBytes *json)
{
  samspill_http_request_add_header (call->http, "Cache-Control", "must-revalidate");
  samspill_http_request_respond (call->http, status, JSON_TYPE, json);
}

void
samspill_answer_take (SamspillRegistryCall *call, guint status, GString *json)
{
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (json);

  samspill_answer_bytes (call, status, bytes);
}

void
samspill_answer_json (SamspillRegistryCall *call, guint status, const char *json)
{
  GString *text = g_string_new (json);

  g_string_append_c (text, '\n');
  samspill_answer_take (call, status, text);
}

void
samspill_answer_ok (SamspillRegistryCall *call, guint status)
{
  samspill_answer_json (call, status, "{\"ok\":true}");
}

void
samspill_answer_error (SamspillRegistryCall *call, guint status, const char *error, const char *reason)
{
  GString *json = g_string_new ("{\"error\":");

  samspill_json_append_string (json, error);
  g_string_append (json, ",\"reason\":");
  samspill_json_append_string (json, reason);
  g_string_append (json, "}\n");
  samspill_answer_take (call, status, json);
}

void
samspill_answer_gerror (SamspillRegistryCall *call, const GError *error)
{
  const char *name, *reason;
  guint status = samspill_error_describe (error, &name, &reason);

  if (status == 503)
    samspill_http_request_add_header (call->http, "Retry-After", "5");
  samspill_answer_error (call, status, name, reason);
}
