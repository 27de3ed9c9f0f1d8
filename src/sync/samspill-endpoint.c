/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-endpoint.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "samspill-address.h"
#include "samspill-id.h"
#include "samspill-json-text.h"

#define LOCAL_DOCUMENT "endpoints"
#define BATCH 1000

void
samspill_endpoint_free (SamspillEndpoint *self)
{
  if (self == NULL)
    return;
  g_free (self->space);
  g_free (self->url);
  g_free (self->user);
  g_free (self->database);
  g_free (self->turned_on_by);
  g_free (self);
}

SamspillEndpoint *
samspill_endpoint_copy (const SamspillEndpoint *self)
{
  SamspillEndpoint *copy = g_new0 (SamspillEndpoint, 1);

  copy->space = g_strdup (self->space);
  copy->url = g_strdup (self->url);
  copy->user = g_strdup (self->user);
  copy->database = g_strdup (self->database);
  copy->is_on = self->is_on;
  copy->turned_on_by = g_strdup (self->turned_on_by);
  copy->turned_on_us = self->turned_on_us;
  return copy;
}

/* The local document: {"commons": {"url": …, "user": …, "is_on": true, "turned_on_by": …, "turned_on_us": …}, …} */

static JsonObject *
read_all (SamspillStore *store, GError **error)
{
  g_autoptr (GError) trouble = NULL;
  g_autofree char *text = samspill_store_get_local (store, "", LOCAL_DOCUMENT, &trouble);
  g_autoptr (JsonNode) node = text != NULL ? json_from_string (text, NULL) : NULL;

  if (trouble != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return NULL;
    }
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : json_object_new ();
}

static SamspillEndpoint *
read_one (const char *space, JsonNode *node)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  SamspillEndpoint *endpoint;

  if (object == NULL || json_object_get_string_member_with_default (object, "url", NULL) == NULL)
    return NULL;
  endpoint = g_new0 (SamspillEndpoint, 1);
  endpoint->space = g_strdup (space);
  endpoint->database = g_strdup (space);
  endpoint->url = g_strdup (json_object_get_string_member_with_default (object, "url", NULL));
  endpoint->user = g_strdup (json_object_get_string_member_with_default (object, "user", ""));
  endpoint->is_on = json_object_get_boolean_member_with_default (object, "is_on", FALSE);
  endpoint->turned_on_by = g_strdup (json_object_get_string_member_with_default (object, "turned_on_by", NULL));
  endpoint->turned_on_us = json_object_get_int_member_with_default (object, "turned_on_us", 0);
  return endpoint;
}

static JsonNode *
write_one (const SamspillEndpoint *endpoint)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "url", endpoint->url);
  json_object_set_string_member (object, "user", endpoint->user != NULL ? endpoint->user : "");
  json_object_set_boolean_member (object, "is_on", endpoint->is_on);
  if (endpoint->turned_on_by != NULL)
    json_object_set_string_member (object, "turned_on_by", endpoint->turned_on_by);
  json_object_set_int_member (object, "turned_on_us", endpoint->turned_on_us);
  json_node_take_object (node, object);
  return node;
}

static gboolean
write_all (SamspillStore *store, JsonObject *all, GError **error)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), all);
  g_autofree char *text = json_to_string (node, FALSE);

  return samspill_store_put_local (store, "", LOCAL_DOCUMENT, text, error);
}

static int
compare_endpoints (gconstpointer a, gconstpointer b)
{
  const SamspillEndpoint *left = *(const SamspillEndpoint *const *)a, *right = *(const SamspillEndpoint *const *)b;

  return strcmp (left->space, right->space);
}

/**
 * samspill_endpoints_list:
 * @store: a store
 *
 * Returns: (transfer full) (element-type SamspillEndpoint): by name of the space
 */
GPtrArray *
samspill_endpoints_list (SamspillStore *store, GError **error)
{
  g_autoptr (JsonObject) all = read_all (store, error);
  g_autoptr (GPtrArray) endpoints = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_endpoint_free);
  JsonObjectIter iter;
  const char *space;
  JsonNode *node;

  if (all == NULL)
    return NULL;
  json_object_iter_init (&iter, all);
  while (json_object_iter_next (&iter, &space, &node))
    {
      SamspillEndpoint *endpoint = read_one (space, node);

      if (endpoint != NULL)
        g_ptr_array_add (endpoints, endpoint);
    }
  g_ptr_array_sort (endpoints, compare_endpoints);
  return g_steal_pointer (&endpoints);
}

SamspillEndpoint *
samspill_endpoints_find (SamspillStore *store, const char *space, GError **error)
{
  g_autoptr (JsonObject) all = read_all (store, error);
  JsonNode *node = all != NULL ? json_object_get_member (all, space) : NULL;

  return node != NULL ? read_one (space, node) : NULL;
}

/* Which spaces may go anywhere at all (design section 3). */
static gboolean
check_space (const char *space, GError **error)
{
  gboolean is_good = strcmp (space, "commons") == 0;

  if (g_str_has_prefix (space, "team-"))
    is_good = samspill_organisation_number_check (space + strlen ("team-"), NULL);
  else if (g_str_has_prefix (space, "joint-"))
    is_good = g_uuid_string_is_valid (space + strlen ("joint-"));
  if (!is_good)
    g_set_error (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID,
                 _ ("“%s” never leaves this computer. What can be connected is commons, team-<organisation number> and "
                    "joint-<id>."),
                 space);
  return is_good;
}

typedef struct
{
  gint64 last;
  guint seen;
  gboolean is_there;
} SampleSearch;

static gboolean
find_sample (const SamspillChange *change, const char *body, gsize length, guint leaves, gpointer data)
{
  SampleSearch *search = data;
  g_autofree char *sample = NULL;

  search->last = change->seq;
  search->seen++;
  if (strcmp (change->space, "commons") == 0 && !change->deleted && body != NULL)
    sample = samspill_json_dup_member (body, (gssize)length, "sample");
  search->is_there = g_strcmp0 (sample, "true") == 0;
  return !search->is_there;
}

/* Invented municipalities may be published on this computer to try it; nowhere else. */
static gboolean
check_samples (SamspillStore *store, const SamspillEndpoint *endpoint, const SamspillAddress *address, GError **error)
{
  g_autoptr (SamspillEndpoint) before = samspill_endpoints_find (store, endpoint->space, NULL);
  g_auto (SamspillAddress) old = { NULL };
  SampleSearch search = { 0 };

  /* Only under such an address could they have been published. */
  if (address->is_loopback || strcmp (endpoint->space, "commons") != 0 || before == NULL ||
      !samspill_address_parse (&old, before->url, NULL) || !old.is_loopback)
    return TRUE;
  do
    {
      search.seen = 0;
      if (!samspill_store_foreach_change (store, search.last, BATCH, find_sample, &search, error))
        return FALSE;
    }
  while (search.seen == BATCH && !search.is_there);
  if (search.is_there)
    g_set_error_literal (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID,
                         _ ("Sample records are published in the commons of this computer. Withdraw them first: "
                            "invented needs go to no other server."));
  return !search.is_there;
}

/**
 * samspill_endpoints_set:
 * @endpoint: its `url` may end with the database; that, and a name and password in it, are not kept
 *
 * Keeps where a space goes, and makes the space where it is missing. INVALID: a space that never leaves the computer,
 * or an address that cannot be one.
 */
gboolean
samspill_endpoints_set (SamspillStore *store, const SamspillEndpoint *endpoint, GError **error)
{
  g_autoptr (JsonObject) all = NULL;
  g_autoptr (GError) trouble = NULL;
  g_auto (SamspillAddress) address = { NULL };
  g_autoptr (SamspillEndpoint) kept = NULL;

  if (!check_space (endpoint->space, error))
    return FALSE;
  if (!samspill_address_parse (&address, endpoint->url, &trouble))
    {
      g_set_error_literal (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID, trouble->message);
      return FALSE;
    }
  if (!check_samples (store, endpoint, &address, error) ||
      !samspill_store_ensure_space (store, endpoint->space, error) || (all = read_all (store, error)) == NULL)
    return FALSE;
  kept = samspill_endpoint_copy (endpoint);
  g_free (kept->url);
  kept->url = samspill_endpoint_dup_server (address.url, endpoint->space);
  json_object_set_member (all, endpoint->space, write_one (kept));
  return write_all (store, all, error);
}

gboolean
samspill_endpoints_remove (SamspillStore *store, const char *space, GError **error)
{
  g_autoptr (JsonObject) all = read_all (store, error);

  if (all == NULL)
    return FALSE;
  if (!json_object_has_member (all, space))
    return TRUE;
  json_object_remove_member (all, space);
  return write_all (store, all, error);
}

/**
 * samspill_endpoint_dup_server:
 * @url: an address, with or without the database at its end
 * @database: its name
 *
 * Returns: (transfer full): the address of the server
 */
char *
samspill_endpoint_dup_server (const char *url, const char *database)
{
  g_autofree char *ending = g_strconcat ("/", database, NULL);
  char *server = g_strdup (url);

  while (g_str_has_suffix (server, "/"))
    server[strlen (server) - 1] = '\0';
  if (g_str_has_suffix (server, ending))
    server[strlen (server) - strlen (ending)] = '\0';
  return server;
}
