/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <string.h>

#define DEFAULT_MAX_DOCUMENT_BYTES (8 * 1024 * 1024)
#define DEFAULT_MAX_REQUEST_BYTES (64 * 1024 * 1024)
#define DEFAULT_MAX_ATTACHMENT_BYTES (G_GUINT64_CONSTANT (1024) * 1024 * 1024)
#define DEFAULT_MAX_BATCH 100000

typedef void (*Handler) (SamspillRegistryCall *call);

/* Requests. */

static void
call_unref (gpointer data)
{
  SamspillRegistryCall *call = data;

  if (!g_atomic_ref_count_dec (&call->ref_count))
    return;
  call->registry->reserved -= call->reserved;
  g_clear_pointer (&call->account, samspill_account_free);
  g_clear_pointer (&call->body, g_bytes_unref);
  g_clear_pointer (&call->received, g_byte_array_unref);
  if (call->upload_free != NULL)
    call->upload_free (call->upload);
  g_strfreev (call->own_segments);
  g_free (call);
}

void
samspill_call_hold (SamspillRegistryCall *call)
{
  g_atomic_ref_count_inc (&call->ref_count);
  samspill_http_request_ref (call->http);
}

void
samspill_call_release (SamspillRegistryCall *call)
{
  SamspillHttpRequest *http = call->http;

  call_unref (call);
  samspill_http_request_unref (http);
}

/* "_design/x" and "_local/x" may be sent as one segment or two; what follows a document is the name of a file, which
 * may have slashes. */
static char **
dup_segments (const char *const *sent)
{
  g_autoptr (GPtrArray) segments = g_ptr_array_new_null_terminated (4, g_free, TRUE);
  gsize n = g_strv_length ((char **)sent), at = 0;

  while (n > 0 && sent[n - 1][0] == '\0')
    n--; /* a slash at the end */
  if (at < n)
    g_ptr_array_add (segments, g_strdup (sent[at++]));
  if (at < n)
    {
      gboolean is_two =
          at + 1 < n && segments->len == 1 && (g_str_equal (sent[at], "_design") || g_str_equal (sent[at], "_local"));

      g_ptr_array_add (segments, is_two ? g_strconcat (sent[at], "/", sent[at + 1], NULL) : g_strdup (sent[at]));
      at += is_two ? 2 : 1;
    }
  if (at < n)
    {
      g_autoptr (GStrvBuilder) rest = g_strv_builder_new ();
      g_auto (GStrv) parts = NULL;

      for (; at < n; at++)
        g_strv_builder_add (rest, sent[at]);
      parts = g_strv_builder_end (rest);
      g_ptr_array_add (segments, g_strjoinv ("/", parts));
    }
  return (char **)g_ptr_array_free (g_steal_pointer (&segments), FALSE);
}

static SamspillRegistryCall *
call_new (SamspillRegistry *self, SamspillHttpRequest *request)
{
  SamspillRegistryCall *call = g_new0 (SamspillRegistryCall, 1);

  g_atomic_ref_count_init (&call->ref_count);
  call->registry = self;
  call->store = self->store;
  call->http = request;
  call->own_segments = dup_segments (samspill_http_request_get_segments (request));
  call->segments = (const char *const *)call->own_segments;
  call->space = call->segments[0];
  samspill_http_request_set_data (request, call, call_unref);
  return call;
}

/* Routes. */

typedef struct
{
  const char *name;
  Handler handler;
} Route;

static void
handle_revs_diff (SamspillRegistryCall *call)
{
  samspill_registry_handle_revs_diff (call, TRUE);
}

static void
handle_missing_revs (SamspillRegistryCall *call)
{
  samspill_registry_handle_revs_diff (call, FALSE);
}

static void
handle_query (SamspillRegistryCall *call)
{
  samspill_call_not_implemented (call, "Queries, views and indexes");
}

static const Route routes[] = {
  { "_changes", samspill_registry_handle_changes },
  { "_bulk_docs", samspill_registry_handle_bulk },
  { "_bulk_get", samspill_registry_handle_bulk_get },
  { "_revs_diff", handle_revs_diff },
  { "_missing_revs", handle_missing_revs },
  { "_all_docs", samspill_registry_handle_all_docs },
  { "_design_docs", samspill_registry_handle_all_docs },
  { "_local_docs", samspill_registry_handle_local },
  { "_security", samspill_account_handle_security },
  { "_purge", samspill_registry_handle_purge },
  { "_ensure_full_commit", samspill_registry_handle_database },
  { "_compact", samspill_registry_handle_database },
  { "_view_cleanup", samspill_registry_handle_database },
  { "_revs_limit", samspill_registry_handle_database },
  { "_purged_infos_limit", samspill_registry_handle_database },
  { "_find", handle_query },
  { "_index", handle_query },
  { "_explain", handle_query },
  { "_search", handle_query },
  { "_view", handle_query },
  { "_temp_view", handle_query },
  { "_partition", handle_query },
  { "_shards", handle_query },
  { "_sync_shards", handle_query },
  { "_show", handle_query },
  { "_list", handle_query },
  { "_update", handle_query },
  { "_rewrite", handle_query },
};

static gboolean
is_query_of_design (const char *file)
{
  static const char *const kinds[] = { "_view", "_show",   "_list",        "_update",  "_rewrite",
                                       "_info", "_search", "_search_info", "_nouveau", NULL };
  g_autofree char *kind = g_strndup (file, strcspn (file, "/"));

  return g_strv_contains (kinds, kind);
}

static void
route_document (SamspillRegistryCall *call)
{
  const char *id = call->segments[1], *file = call->segments[2];
  const char *fault = samspill_document_id_fault (id);

  if (fault != NULL)
    samspill_answer_error (call, 400, "illegal_docid", fault);
  else if (g_str_has_prefix (id, "_local/"))
    {
      if (file != NULL)
        samspill_answer_error (call, 400, "bad_request", "_local documents do not accept attachments.");
      else
        samspill_registry_handle_local (call);
    }
  else if (file == NULL)
    samspill_registry_handle_document (call);
  else if (g_str_has_prefix (id, "_design/") && is_query_of_design (file))
    handle_query (call);
  else
    samspill_registry_handle_attachment (call);
}

static void
route (SamspillRegistryCall *call)
{
  const char *space = call->space;

  if (space == NULL || (space[0] == '_' && !g_str_equal (space, "_users") && !g_str_equal (space, "_replicator") &&
                        !g_str_equal (space, "_global_changes")))
    {
      samspill_registry_handle_server (call);
      return;
    }
  if (call->segments[1] == NULL)
    {
      samspill_registry_handle_database (call);
      return;
    }
  if (call->segments[1][0] == '_')
    for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
      if (g_str_equal (call->segments[1], routes[i].name))
        {
          routes[i].handler (call);
          return;
        }
  route_document (call);
}

static void
authenticated_cb (SamspillRegistryCall *call, const GError *error, gpointer data)
{
  samspill_call_hold (call);
  if (error != NULL)
    samspill_answer_gerror (call, error);
  else if (call->space != NULL && g_str_equal (call->space, "_session"))
    samspill_account_handle_session (call);
  else
    route (call);
  samspill_call_release (call);
}

void
samspill_registry_handle (SamspillHttpRequest *request, gpointer registry)
{
  SamspillRegistryCall *call = call_new (registry, request);

  samspill_call_hold (call);
  if (!samspill_registry_cors (call))
    ; /* answered */
  else if (call->space == NULL || g_str_equal (call->space, "_up"))
    samspill_registry_handle_server (call); /* anybody may ask */
  else
    samspill_account_authenticate (call, authenticated_cb, NULL);
  samspill_call_release (call);
}

/* Life. */

static void
copy_options (SamspillRegistryOptions *to, const SamspillRegistryOptions *from)
{
  if (from != NULL)
    *to = *from;
  to->rules_folder = g_strdup (to->rules_folder);
  to->allow_origins = (const char *const *)g_strdupv ((char **)to->allow_origins);
  if (to->max_document_bytes == 0)
    to->max_document_bytes = DEFAULT_MAX_DOCUMENT_BYTES;
  if (to->max_request_bytes == 0)
    to->max_request_bytes = DEFAULT_MAX_REQUEST_BYTES;
  if (to->max_attachment_bytes == 0)
    to->max_attachment_bytes = DEFAULT_MAX_ATTACHMENT_BYTES;
  if (to->max_batch == 0)
    to->max_batch = DEFAULT_MAX_BATCH;
}

static gboolean
open_store (SamspillRegistry *self, const char *folder, GError **error)
{
  const GError *why;

  /* The store tells of changes in the context of the thread that opens it; the feeds' own keeps them apart from what
   * the program's main loop does. */
  g_main_context_push_thread_default (samspill_feeds_get_context (self->feeds));
  self->store = samspill_store_open (folder, SAMSPILL_STORE_OPEN_WATCH, error);
  g_main_context_pop_thread_default (samspill_feeds_get_context (self->feeds));
  if (self->store == NULL)
    return FALSE;
  why = samspill_store_get_read_only_error (self->store);
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (why));
  return FALSE;
}

/**
 * samspill_registry_new:
 * @folder: of the store
 * @options: (nullable): bounds and rules
 * @error: return location for an error
 *
 * Opens a registry on the store in @folder. It is given to an HTTP server as samspill_registry_handle(), and freed
 * after that server.
 *
 * Returns: (transfer full) (nullable): the registry
 */
SamspillRegistry *
samspill_registry_new (const char *folder, const SamspillRegistryOptions *options, GError **error)
{
  g_autoptr (SamspillRegistry) self = g_new0 (SamspillRegistry, 1);

  g_return_val_if_fail (folder != NULL, NULL);

  copy_options (&self->options, options);
  self->feeds = samspill_feeds_new ();
  if (!open_store (self, folder, error))
    return NULL;
  samspill_feeds_watch (self->feeds, self->store);
  self->writer = samspill_writer_new (self->store);
  self->workers = samspill_call_new_workers (self);
  self->accounts = samspill_accounts_new (self, &self->options, error);
  if (self->accounts == NULL)
    return NULL;
  self->rules = samspill_rules_new (self, &self->options, error);
  return self->rules != NULL ? g_steal_pointer (&self) : NULL;
}

SamspillStore *
samspill_registry_get_store (SamspillRegistry *self)
{
  return self->store;
}

void
samspill_registry_free (SamspillRegistry *self)
{
  if (self == NULL)
    return;
  if (self->workers != NULL)
    g_thread_pool_free (self->workers, FALSE, TRUE);
  g_clear_pointer (&self->writer, samspill_writer_free);
  g_clear_pointer (&self->feeds, samspill_feeds_free);
  g_clear_pointer (&self->accounts, samspill_accounts_free);
  g_clear_pointer (&self->rules, samspill_rules_free);
  g_clear_object (&self->store);
  g_free ((char *)self->options.rules_folder);
  g_strfreev ((char **)self->options.allow_origins);
  g_free (self);
}
