/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-changes-private.h"

#include <string.h>

#include "samspill-json-scan.h"

/* GET and POST _changes: what is asked. How it is answered: samspill-registry-feed.c. */

#define DEFAULT_TIMEOUT_MS 60000 /* and the most, as CouchDB */
#define MAX_DOC_IDS 100000
#define MAX_BODY_BYTES (16 * 1024 * 1024)

void
samspill_changes_free (gpointer data)
{
  SamspillChanges *self = data;

  g_clear_pointer (&self->waiter, samspill_waiter_free);
  g_clear_pointer (&self->ids, g_hash_table_unref);
  g_clear_pointer (&self->selector, samspill_selector_free);
  g_free (self->key);
  g_free (self);
}

static gboolean
refuse (SamspillChanges *self, const char *reason)
{
  samspill_answer_error (self->call, 400, "bad_request", reason);
  return FALSE;
}

static gboolean
take_feed (SamspillChanges *self)
{
  const char *feed = samspill_http_request_get_query (self->call->http, "feed");

  if (feed == NULL || g_str_equal (feed, "normal") || feed[0] == '\0')
    self->mode = SAMSPILL_CHANGES_NORMAL;
  else if (g_str_equal (feed, "longpoll"))
    self->mode = SAMSPILL_CHANGES_LONGPOLL;
  else if (g_str_equal (feed, "continuous") || g_str_equal (feed, "live"))
    self->mode = SAMSPILL_CHANGES_CONTINUOUS;
  else if (g_str_equal (feed, "eventsource"))
    {
      samspill_call_not_implemented (self->call, "feed=eventsource");
      return FALSE;
    }
  else
    return refuse (self, "Supported `feed` types: normal, continuous, live, longpoll");
  return TRUE;
}

static gboolean
take_style (SamspillChanges *self)
{
  const char *style = samspill_http_request_get_query (self->call->http, "style");

  if (style != NULL && g_str_equal (style, "all_docs"))
    self->all_leaves = TRUE;
  else if (style != NULL && !g_str_equal (style, "main_only"))
    return refuse (self, "Supported `style` values: main_only, all_docs");
  return TRUE;
}

static gboolean
take_documents (SamspillChanges *self)
{
  gboolean conflicts = FALSE, attachments = FALSE;

  if (!samspill_call_get_flag (self->call, "include_docs", &self->include_docs) ||
      !samspill_call_get_flag (self->call, "conflicts", &conflicts) ||
      !samspill_call_get_flag (self->call, "attachments", &attachments))
    return FALSE;
  if (conflicts)
    self->flags |= SAMSPILL_WIRE_CONFLICTS;
  if (attachments)
    self->flags |= SAMSPILL_WIRE_ATTACHMENT_DATA;
  return TRUE;
}

/* As CouchDB: a heartbeat keeps the feed open for ever, else it ends after the time, at most a minute. */
static gboolean
take_times (SamspillChanges *self)
{
  const char *heartbeat = samspill_http_request_get_query (self->call->http, "heartbeat");
  gint64 timeout_ms = DEFAULT_TIMEOUT_MS, beat_ms = 0;

  if (!samspill_call_get_number (self->call, "timeout", &timeout_ms))
    return FALSE;
  if (heartbeat != NULL && g_str_equal (heartbeat, "true"))
    beat_ms = DEFAULT_TIMEOUT_MS;
  else if (heartbeat != NULL && !g_str_equal (heartbeat, "false"))
    {
      if (!samspill_call_get_number (self->call, "heartbeat", &beat_ms))
        return FALSE;
      if (beat_ms == 0)
        return refuse (self, "The heartbeat value should be a positive integer (in milliseconds).");
    }
  self->heartbeat_us = CLAMP (beat_ms, 0, DEFAULT_TIMEOUT_MS) * 1000;
  self->timeout_us = MIN (timeout_ms, DEFAULT_TIMEOUT_MS) * 1000;
  return TRUE;
}

/* Filters. */

static gboolean
take_ids (SamspillChanges *self, SamspillSlice list)
{
  g_auto (GStrv) ids = samspill_slice_dup_strings (list, MAX_DOC_IDS);

  if (ids == NULL)
    return refuse (self, "`doc_ids` filter parameter is not a list of doc ids.");
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (gsize i = 0; ids[i] != NULL; i++)
    g_hash_table_add (self->ids, g_steal_pointer (&ids[i]));
  g_free (g_steal_pointer (&ids));
  return TRUE;
}

static gboolean
take_filter (SamspillChanges *self)
{
  static const char *const names[] = { "doc_ids", "selector", NULL };
  const char *filter = samspill_http_request_get_query (self->call->http, "filter");
  const char *ids = samspill_http_request_get_query (self->call->http, "doc_ids");
  SamspillSlice values[2] = { { NULL, 0 }, { NULL, 0 } };
  g_autoptr (GError) error = NULL;

  if (filter == NULL)
    return TRUE;
  if (g_str_equal (filter, "_design"))
    {
      self->only_design = TRUE;
      return TRUE;
    }
  if (self->call->body != NULL && g_bytes_get_size (self->call->body) > 0 &&
      !samspill_call_get_members (self->call, names, values))
    return FALSE;
  if (g_str_equal (filter, "_doc_ids"))
    {
      if (values[0].text == NULL && ids != NULL && samspill_json_check (ids, -1, 0, SAMSPILL_JSON_DEFAULT, NULL))
        values[0] = (SamspillSlice){ ids, strlen (ids) };
      return take_ids (self, values[0]);
    }
  if (g_str_equal (filter, "_selector"))
    {
      if (values[1].text == NULL)
        return refuse (self, "Selector must be specified in POST payload");
      self->selector = samspill_selector_new (values[1].text, values[1].length, &error);
      return self->selector != NULL || refuse (self, error->message);
    }
  samspill_call_not_implemented (self->call, "Filters of design documents");
  return FALSE;
}

/* Where to begin. */
static gboolean
take_since (SamspillChanges *self, const SamspillSpaceInfo *info)
{
  const char *since = samspill_http_request_get_query (self->call->http, "since");

  if (since == NULL)
    since = samspill_http_request_get_query (self->call->http, "last-event-id");
  if (since == NULL)
    since = samspill_http_request_get_header (self->call->http, "Last-Event-ID");
  if (since == NULL || since[0] == '\0')
    return TRUE;
  if (samspill_sequence_parse (since, &self->token, info->update_seq, &self->at))
    return TRUE;
  return refuse (self, "Malformed sequence supplied in 'since' parameter.");
}

static gboolean
take_all (SamspillChanges *self)
{
  g_auto (SamspillSpaceInfo) info = { NULL };
  g_autoptr (GError) error = NULL;

  self->limit = G_MAXINT64;
  if (!take_feed (self) || !take_style (self) || !take_documents (self) || !take_times (self) ||
      !samspill_call_get_number (self->call, "limit", &self->limit) ||
      !samspill_call_get_flag (self->call, "descending", &self->descending) || !take_filter (self))
    return FALSE;
  if (!samspill_store_get_space_info (self->call->store, self->call->space, &info, &error))
    {
      if (g_error_matches (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND))
        samspill_call_no_database (self->call);
      else
        samspill_answer_gerror (self->call, error);
      return FALSE;
    }
  samspill_sequence_token (self->call->store, &info, &self->token);
  if (!take_since (self, &info))
    return FALSE;
  self->limit = MAX (self->limit, 1); /* as CouchDB */
  if (self->descending)
    {
      self->mode = SAMSPILL_CHANGES_NORMAL;
      self->at = 0; /* the newest */
    }
  return TRUE;
}

static void
begin (SamspillRegistryCall *call)
{
  SamspillChanges *self = g_new0 (SamspillChanges, 1);

  self->call = call;
  self->must_look = samspill_call_must_look (call);
  if (take_all (self))
    samspill_changes_answer (self);
  else
    samspill_changes_free (self);
}

void
samspill_registry_handle_changes (SamspillRegistryCall *call)
{
  if (!samspill_call_is (call, "GET") && !samspill_call_is (call, "POST"))
    samspill_call_not_allowed (call, "GET,HEAD,POST");
  else if (!samspill_call_may_read (call))
    return;
  else if (samspill_call_is (call, "POST"))
    samspill_call_read_json (call, MAX_BODY_BYTES, TRUE, begin);
  else
    begin (call);
}
