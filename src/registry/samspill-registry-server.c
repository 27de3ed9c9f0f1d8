/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <string.h>

/* What is asked of the server and of no database. */

#define COUCHDB_VERSION "3.3.3" /* whose protocol this is */
#define MAX_UUIDS 1000

static void
handle_root (SamspillRegistryCall *call)
{
  g_autofree char *json = NULL;

  if (!samspill_call_is (call, "GET"))
    {
      samspill_call_not_allowed (call, "GET,HEAD");
      return;
    }
  json = g_strdup_printf ("{\"couchdb\":\"Welcome\",\"version\":\"" COUCHDB_VERSION
                          "\",\"git_sha\":\"none\",\"uuid\":\"%s\","
                          "\"features\":[],\"vendor\":{\"name\":\"Samspill\",\"version\":\"" SAMSPILL_VERSION "\"}}",
                          samspill_store_get_uuid (call->store));
  samspill_answer_json (call, 200, json);
}

static void
handle_up (SamspillRegistryCall *call)
{
  if (samspill_call_is (call, "GET"))
    samspill_answer_json (call, 200, "{\"status\":\"ok\",\"seeds\":{}}");
  else
    samspill_call_not_allowed (call, "GET,HEAD");
}

static void
handle_uuids (SamspillRegistryCall *call)
{
  gint64 count = 1;
  GString *json;

  if (!samspill_call_is (call, "GET"))
    {
      samspill_call_not_allowed (call, "GET");
      return;
    }
  if (!samspill_call_get_number (call, "count", &count))
    return;
  if (count > MAX_UUIDS)
    {
      samspill_answer_error (call, 400, "bad_request", "count parameter too large");
      return;
    }
  json = g_string_new ("{\"uuids\":[");
  for (gint64 i = 0; i < count; i++)
    {
      g_autofree char *uuid = g_uuid_string_random ();
      g_auto (GStrv) parts = g_strsplit (uuid, "-", -1);
      g_autofree char *bare = g_strjoinv ("", parts);

      g_string_append_printf (json, "%s\"%s\"", i > 0 ? "," : "", bare);
    }
  g_string_append (json, "]}\n");
  samspill_http_request_add_header (call->http, "Pragma", "no-cache");
  samspill_answer_take (call, 200, json);
}

/* Those that the account may read, in order, between `startkey` and `endkey`. */
static void
handle_all_dbs (SamspillRegistryCall *call)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) spaces = NULL;
  g_autoptr (GString) json = NULL;
  gint64 limit = G_MAXINT64, skip = 0;

  if (!samspill_call_is (call, "GET"))
    {
      samspill_call_not_allowed (call, "GET,HEAD");
      return;
    }
  if (!samspill_call_get_number (call, "limit", &limit) || !samspill_call_get_number (call, "skip", &skip))
    return;
  spaces = samspill_store_list_spaces (call->store, &error);
  if (spaces == NULL)
    {
      samspill_answer_gerror (call, error);
      return;
    }
  json = g_string_new ("[");
  for (gsize i = 0; spaces[i] != NULL && limit > 0; i++)
    if (samspill_account_check_read (call, spaces[i], NULL) && skip-- <= 0)
      {
        if (json->len > 1)
          g_string_append_c (json, ',');
        samspill_json_append_string (json, spaces[i]);
        limit--;
      }
  g_string_append (json, "]\n");
  samspill_answer_take (call, 200, g_steal_pointer (&json));
}

/* For administrators; there is nothing to tell: what is slow here is one request, not a task. */
static void
handle_active_tasks (SamspillRegistryCall *call)
{
  if (!samspill_call_is (call, "GET"))
    samspill_call_not_allowed (call, "GET,HEAD");
  else if (samspill_call_may_administer (call, NULL))
    samspill_answer_json (call, 200, "[]");
}

static void
handle_membership (SamspillRegistryCall *call)
{
  if (!samspill_call_is (call, "GET"))
    samspill_call_not_allowed (call, "GET,HEAD");
  else if (samspill_call_may_administer (call, NULL))
    samspill_answer_json (call, 200,
                          "{\"all_nodes\":[\"samspill@127.0.0.1\"],\"cluster_nodes\":[\"samspill@127.0.0.1\"]}");
}

static void
handle_others (SamspillRegistryCall *call)
{
  static const char *const known[] = { "_node",     "_stats",          "_replicate",       "_scheduler",
                                       "_dbs_info", "_db_updates",     "_config",          "_cluster_setup",
                                       "_reshard",  "_search_analyze", "_nouveau_analyze", "_restart",
                                       NULL };

  if (g_strv_contains (known, call->space))
    samspill_call_not_implemented (call, call->space);
  else if (g_str_equal (samspill_http_request_get_method (call->http), "PUT"))
    samspill_registry_handle_database (call); /* says what is wrong with the name */
  else
    samspill_call_no_database (call);
}

static const struct
{
  const char *name;
  void (*handler) (SamspillRegistryCall *call);
} routes[] = {
  { "_uuids", handle_uuids },
  { "_all_dbs", handle_all_dbs },
  { "_active_tasks", handle_active_tasks },
  { "_membership", handle_membership },
};

void
samspill_registry_handle_server (SamspillRegistryCall *call)
{
  if (call->space == NULL)
    {
      handle_root (call);
      return;
    }
  if (g_str_equal (call->space, "_up"))
    {
      handle_up (call);
      return;
    }
  if (call->account->name == NULL)
    {
      samspill_answer_error (call, 401, "unauthorized", "You are not authorized to access this resource.");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    if (g_str_equal (call->space, routes[i].name) && call->segments[1] == NULL)
      {
        routes[i].handler (call);
        return;
      }
  handle_others (call);
}
