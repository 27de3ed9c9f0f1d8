/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <string.h>

/* GET and HEAD of a document: the hot path. One read, one splice, nothing parsed. */

#define MAX_OPEN_REVS 10000

static const struct
{
  const char *name;
  SamspillWireFlags flags;
} options[] = {
  { "revs", SAMSPILL_WIRE_REVISIONS },
  { "revs_info", SAMSPILL_WIRE_REVS_INFO },
  { "conflicts", SAMSPILL_WIRE_CONFLICTS },
  { "deleted_conflicts", SAMSPILL_WIRE_DELETED_CONFLICTS },
  { "local_seq", SAMSPILL_WIRE_LOCAL_SEQ },
  { "meta", SAMSPILL_WIRE_REVS_INFO | SAMSPILL_WIRE_CONFLICTS | SAMSPILL_WIRE_DELETED_CONFLICTS },
  { "attachments", SAMSPILL_WIRE_ATTACHMENT_DATA },
};

gboolean
samspill_call_get_wire_flags (SamspillRegistryCall *call, SamspillWireFlags *flags)
{
  *flags = SAMSPILL_WIRE_DEFAULT;
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      gboolean is_on = FALSE;

      if (!samspill_call_get_flag (call, options[i].name, &is_on))
        return FALSE;
      if (is_on)
        *flags |= options[i].flags;
    }
  return TRUE;
}

gboolean
samspill_call_get_revisions (SamspillRegistryCall *call, const char *name, char ***revs)
{
  const char *text = samspill_http_request_get_query (call->http, name);
  gboolean is_right;

  *revs = NULL;
  if (text == NULL)
    return TRUE;
  if (samspill_json_check (text, -1, 0, SAMSPILL_JSON_DEFAULT, NULL))
    *revs = samspill_slice_dup_strings ((SamspillSlice){ text, strlen (text) }, MAX_OPEN_REVS);
  is_right = *revs != NULL;
  for (gsize i = 0; is_right && (*revs)[i] != NULL; i++)
    is_right = samspill_revision_is_valid ((*revs)[i]);
  if (!is_right)
    samspill_answer_error (call, 400, "bad_request", *revs != NULL ? "Invalid rev format" : "invalid UTF-8 JSON");
  return is_right;
}

void
samspill_call_answer_missing (SamspillRegistryCall *call, const GError *error)
{
  if (!g_error_matches (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND))
    samspill_answer_gerror (call, error);
  else if (!samspill_store_has_space (call->store, call->space))
    samspill_call_no_database (call);
  else
    samspill_answer_error (call, 404, "not_found", g_str_equal (error->message, "deleted") ? "deleted" : "missing");
}

/* Of what depends on more than the revision; it has no ETag, as in CouchDB. */
#define MORE_THAN_REVISION                                                                                             \
  (SAMSPILL_WIRE_REVS_INFO | SAMSPILL_WIRE_CONFLICTS | SAMSPILL_WIRE_DELETED_CONFLICTS | SAMSPILL_WIRE_LOCAL_SEQ)

/* `"_rev":"…"` stands second: what is in a revision id that is ours needs no unescaping. NULL: none. */
static char *
dup_etag (const GString *json, SamspillWireFlags flags)
{
  const char *rev = strstr (json->str, ",\"_rev\":\""), *end;

  if (rev == NULL || (flags & MORE_THAN_REVISION) != 0)
    return NULL;
  rev += strlen (",\"_rev\":");
  end = strchr (rev + 1, '"');
  if (end == NULL || memchr (rev, '\\', (gsize)(end - rev)) != NULL)
    return NULL;
  return g_strndup (rev, (gsize)(end + 1 - rev));
}

static gboolean
matches (const char *list, const char *etag)
{
  g_auto (GStrv) parts = g_strsplit (list, ",", -1);

  for (gsize i = 0; parts[i] != NULL; i++)
    {
      const char *part = g_strstrip (parts[i]);

      if (g_str_has_prefix (part, "W/"))
        part += 2;
      if (g_str_equal (part, etag) || g_str_equal (part, "*"))
        return TRUE;
    }
  return FALSE;
}

static void
answer_document (SamspillRegistryCall *call, const char *rev, SamspillWireFlags flags, char **atts_since)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) json = g_string_sized_new (2048);
  g_autofree char *etag = NULL;
  const char *known;

  if (samspill_call_bound_flags (call, call->segments[1], rev, flags) != flags)
    {
      samspill_answer_error (call, 413, "too_large",
                             "The attachments are too large for one JSON answer: ask for them one by one.");
      return;
    }
  if (!samspill_store_append_wire (call->store, call->space, call->segments[1], rev, flags,
                                   (const char *const *)atts_since, json, &error))
    {
      samspill_call_answer_missing (call, error);
      return;
    }
  etag = dup_etag (json, flags);
  if (etag != NULL)
    {
      known = samspill_http_request_get_header (call->http, "If-None-Match");
      samspill_http_request_add_header (call->http, "ETag", etag);
      if (known != NULL && matches (known, etag))
        {
          samspill_http_request_respond (call->http, 304, NULL, NULL);
          return;
        }
    }
  g_string_append_c (json, '\n');
  samspill_answer_take (call, 200, g_steal_pointer (&json));
}

char *
samspill_call_dup_latest (SamspillRegistryCall *call, const char *rev)
{
  g_auto (GStrv) leaves = samspill_store_get_descendant_leaves (call->store, call->space, call->segments[1], rev, NULL);

  return g_strdup (leaves != NULL && leaves[0] != NULL ? leaves[0] : rev);
}

static void
handle_get (SamspillRegistryCall *call)
{
  const char *rev = samspill_http_request_get_query (call->http, "rev");
  g_autofree char *latest = NULL;
  g_auto (GStrv) atts_since = NULL;
  SamspillWireFlags flags;
  gboolean with_latest = FALSE;

  if (!samspill_call_may_read (call))
    return;
  if (samspill_call_must_look (call) && !samspill_account_may_see (call, call->space, call->segments[1]))
    {
      samspill_answer_error (call, 404, "not_found", "missing");
      return;
    }
  if (samspill_http_request_get_query (call->http, "open_revs") != NULL)
    {
      samspill_registry_handle_open_revs (call);
      return;
    }
  if (samspill_registry_get_multipart (call))
    return;
  if (!samspill_call_get_wire_flags (call, &flags) || !samspill_call_get_flag (call, "latest", &with_latest) ||
      !samspill_call_get_revisions (call, "atts_since", &atts_since))
    return;
  if (atts_since != NULL)
    flags |= SAMSPILL_WIRE_ATTACHMENT_DATA;
  if (rev != NULL && !samspill_revision_is_valid (rev))
    {
      samspill_answer_error (call, 400, "bad_request", "Invalid rev format");
      return;
    }
  if (rev != NULL && with_latest)
    rev = latest = samspill_call_dup_latest (call, rev);
  answer_document (call, rev, flags, atts_since);
}

/* open_revs: streamed, as there may be many. */

typedef struct
{
  SamspillRegistryCall *call;
  char **revs, **atts_since;
  gsize next;
  SamspillWireFlags flags;
} OpenRevs;

static void
open_revs_free (gpointer data)
{
  OpenRevs *self = data;

  g_strfreev (self->revs);
  g_strfreev (self->atts_since);
  g_free (self);
}

static SamspillHttpPull
pull_revs_cb (SamspillHttpRequest *request, GString *out, gpointer data)
{
  OpenRevs *self = data;
  gsize before;

  if (self->revs[self->next] == NULL)
    {
      g_string_append (out, self->next == 0 ? "[]\n" : "]\n");
      return SAMSPILL_HTTP_END;
    }
  g_string_append_c (out, self->next == 0 ? '[' : ',');
  before = out->len;
  g_string_append (out, "{\"ok\":");
  if (samspill_store_append_wire (
          self->call->store, self->call->space, self->call->segments[1], self->revs[self->next],
          samspill_call_bound_flags (self->call, self->call->segments[1], self->revs[self->next], self->flags),
          (const char *const *)self->atts_since, out, NULL))
    g_string_append_c (out, '}');
  else
    {
      g_string_truncate (out, before);
      g_string_append (out, "{\"missing\":");
      samspill_json_append_string (out, self->revs[self->next]);
      g_string_append_c (out, '}');
    }
  self->next++;
  return SAMSPILL_HTTP_MORE;
}

char **
samspill_call_list_open_revs (SamspillRegistryCall *call)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) named = NULL;
  gboolean with_latest = FALSE;

  if (!samspill_call_get_flag (call, "latest", &with_latest))
    return NULL;
  if (g_str_equal (samspill_http_request_get_query (call->http, "open_revs"), "all"))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) leaves = samspill_store_get_leaves (call->store, call->space, call->segments[1], &error);

      if (leaves == NULL)
        {
          samspill_call_answer_missing (call, error);
          return NULL;
        }
      for (guint i = 0; i < leaves->len; i++)
        g_strv_builder_add (builder, ((SamspillRevision *)g_ptr_array_index (leaves, i))->rev);
      return g_strv_builder_end (builder);
    }
  if (!samspill_call_get_revisions (call, "open_revs", &named) || !samspill_call_has_space (call))
    return NULL;
  for (gsize i = 0; named[i] != NULL; i++)
    {
      g_auto (GStrv) latest = NULL;

      if (with_latest)
        latest = samspill_store_get_descendant_leaves (call->store, call->space, call->segments[1], named[i], NULL);
      if (latest == NULL || latest[0] == NULL)
        g_strv_builder_add (builder, named[i]);
      for (gsize k = 0; latest != NULL && latest[k] != NULL; k++)
        if (g_hash_table_add (seen, g_strdup (latest[k])))
          g_strv_builder_add (builder, latest[k]);
    }
  return g_strv_builder_end (builder);
}

void
samspill_registry_handle_open_revs (SamspillRegistryCall *call)
{
  g_auto (GStrv) atts_since = NULL;
  SamspillWireFlags flags;
  OpenRevs *self;
  char **revs;

  if (samspill_registry_get_multipart (call) || !samspill_call_get_wire_flags (call, &flags) ||
      !samspill_call_get_revisions (call, "atts_since", &atts_since))
    return;
  revs = samspill_call_list_open_revs (call);
  if (revs == NULL)
    return;
  self = g_new0 (OpenRevs, 1);
  self->call = call;
  self->revs = revs;
  if (atts_since != NULL)
    flags |= SAMSPILL_WIRE_ATTACHMENT_DATA;
  self->atts_since = g_steal_pointer (&atts_since);
  self->flags = flags;
  samspill_http_request_respond_stream (call->http, 200, "application/json", pull_revs_cb, self, open_revs_free);
}

void
samspill_registry_handle_document (SamspillRegistryCall *call)
{
  if (samspill_call_is (call, "GET"))
    handle_get (call);
  else if (samspill_call_is (call, "PUT") || samspill_call_is (call, "DELETE"))
    samspill_registry_handle_save (call);
  else if (samspill_call_is (call, "COPY"))
    samspill_call_not_implemented (call, "COPY");
  else
    samspill_call_not_allowed (call, "DELETE,GET,HEAD,POST,PUT,COPY");
}
