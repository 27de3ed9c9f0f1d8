/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

/* Pages of other origins: none may, unless the operator named them. Credentials only for origins that were named, never
 * for "*". */

#define METHODS "GET, PUT, POST, HEAD, DELETE"
#define REQUEST_HEADERS                                                                                                \
  "accept, accept-language, authorization, content-encoding, content-language, content-type, if-match, "               \
  "if-none-match, "                                                                                                    \
  "last-event-id, origin, range, x-couch-full-commit, x-requested-with"
#define ANSWER_HEADERS                                                                                                 \
  "accept-ranges, cache-control, content-length, content-range, content-type, etag, location, retry-after, server, "   \
  "x-couch-request-id"

static gboolean
find_origin (SamspillRegistryCall *call, const char *origin, gboolean *is_named)
{
  const char *const *allowed = call->registry->options.allow_origins;
  gboolean is_any = FALSE;

  *is_named = FALSE;
  for (gsize i = 0; allowed != NULL && allowed[i] != NULL; i++)
    {
      is_any |= g_str_equal (allowed[i], "*");
      *is_named |= g_ascii_strcasecmp (allowed[i], origin) == 0;
    }
  return is_any || *is_named;
}

gboolean
samspill_registry_cors (SamspillRegistryCall *call)
{
  const char *origin = samspill_http_request_get_header (call->http, "Origin");
  gboolean is_preflight = g_str_equal (samspill_http_request_get_method (call->http), "OPTIONS");
  gboolean is_named, is_allowed = origin != NULL && find_origin (call, origin, &is_named);

  if (is_allowed)
    {
      samspill_http_request_add_header (call->http, "Access-Control-Allow-Origin", is_named ? origin : "*");
      samspill_http_request_add_header (call->http, "Vary", "Origin");
      if (is_named)
        samspill_http_request_add_header (call->http, "Access-Control-Allow-Credentials", "true");
    }
  if (!is_preflight)
    {
      if (is_allowed)
        samspill_http_request_add_header (call->http, "Access-Control-Expose-Headers", ANSWER_HEADERS);
      return TRUE;
    }
  if (!is_allowed)
    {
      samspill_call_not_allowed (call, "DELETE,GET,HEAD,POST,PUT");
      return FALSE;
    }
  samspill_http_request_add_header (call->http, "Access-Control-Allow-Methods", METHODS);
  samspill_http_request_add_header (call->http, "Access-Control-Allow-Headers", REQUEST_HEADERS);
  samspill_http_request_add_header (call->http, "Access-Control-Max-Age", "12345");
  samspill_http_request_respond (call->http, 204, NULL, NULL);
  return FALSE;
}
