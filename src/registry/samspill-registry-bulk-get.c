/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <string.h>

#include "samspill-json-scan.h"

/* POST _bulk_get: many revisions in one answer, made while it is sent: each piece is a short read of the store. */

#define PIECE_BYTES (64 * 1024)

typedef struct
{
  char *id, *rev;
  char **atts_since;
  const char *fault; /* static */
} Wanted;

typedef struct
{
  SamspillRegistryCall *call;
  GArray *wanted; /* Wanted */
  guint next;
  gboolean with_latest, must_look;
  SamspillWireFlags flags;
} BulkGet;

static void
wanted_clear (gpointer data)
{
  Wanted *wanted = data;

  g_free (wanted->id);
  g_free (wanted->rev);
  g_strfreev (wanted->atts_since);
}

static void
bulk_get_free (gpointer data)
{
  BulkGet *self = data;

  g_array_unref (self->wanted);
  g_free (self);
}

/* What is asked. */

static gboolean
take_member (const SamspillJsonChild *child, gpointer data)
{
  Wanted *wanted = data;
  SamspillSlice slice = { child->value, (gsize)(child->end - child->value) };

  if (child->name_length == 2 && memcmp (child->name, "id", 2) == 0)
    {
      g_free (wanted->id);
      wanted->id = samspill_slice_dup_string (slice);
    }
  else if (child->name_length == 3 && memcmp (child->name, "rev", 3) == 0)
    {
      g_free (wanted->rev);
      wanted->rev = samspill_slice_dup_string (slice);
      if (wanted->rev == NULL || !samspill_revision_is_valid (wanted->rev))
        wanted->fault = "Invalid rev format";
    }
  else if (child->name_length == 10 && memcmp (child->name, "atts_since", 10) == 0)
    {
      g_strfreev (wanted->atts_since);
      wanted->atts_since = samspill_slice_dup_strings (slice, 1000);
    }
  return TRUE;
}

typedef struct
{
  GArray *wanted;
  guint max;
  guint status;
} Reading;

static gboolean
take_element (const SamspillJsonChild *child, gpointer data)
{
  Reading *reading = data;
  Wanted wanted = { NULL };

  if (reading->wanted->len >= reading->max)
    reading->status = 413;
  else if (*child->value != '{')
    reading->status = 400;
  if (reading->status != 0)
    return FALSE;
  samspill_json_scan (child->value, (gsize)(child->end - child->value), SAMSPILL_JSON_DEFAULT, take_member, &wanted,
                      NULL);
  if (wanted.id == NULL)
    wanted.fault = "document id missed";
  g_array_append_val (reading->wanted, wanted);
  return TRUE;
}

/* The answer. */

static void
append_failure (GString *out, const Wanted *wanted, const char *name, const char *reason)
{
  g_string_append (out, "{\"error\":{\"id\":");
  samspill_json_append_string (out, wanted->id != NULL ? wanted->id : "");
  g_string_append (out, ",\"rev\":");
  samspill_json_append_string (out, wanted->rev != NULL ? wanted->rev : "undefined");
  g_string_append (out, ",\"error\":");
  samspill_json_append_string (out, name);
  g_string_append (out, ",\"reason\":");
  samspill_json_append_string (out, reason);
  g_string_append (out, "}}");
}

static gboolean
append_revision (BulkGet *self, const Wanted *wanted, const char *rev, GString *out, GError **error)
{
  gsize before = out->len;

  g_string_append (out, "{\"ok\":");
  if (!samspill_store_append_wire (self->call->store, self->call->space, wanted->id, rev,
                                   samspill_call_bound_flags (self->call, wanted->id, rev, self->flags),
                                   (const char *const *)wanted->atts_since, out, error))
    {
      g_string_truncate (out, before);
      return FALSE;
    }
  g_string_append_c (out, '}');
  return TRUE;
}

/* Without a revision all leaves are meant; with `latest` the leaves that came of it. */
static char **
list_revisions (BulkGet *self, const Wanted *wanted, GError **error)
{
  g_autoptr (GPtrArray) leaves = NULL;
  g_autoptr (GStrvBuilder) revs = NULL;

  if (wanted->rev != NULL && self->with_latest)
    return samspill_store_get_descendant_leaves (self->call->store, self->call->space, wanted->id, wanted->rev, error);
  revs = g_strv_builder_new ();
  if (wanted->rev != NULL)
    g_strv_builder_add (revs, wanted->rev);
  else
    {
      leaves = samspill_store_get_leaves (self->call->store, self->call->space, wanted->id, error);
      if (leaves == NULL)
        return NULL;
      for (guint i = 0; i < leaves->len; i++)
        g_strv_builder_add (revs, ((SamspillRevision *)g_ptr_array_index (leaves, i))->rev);
    }
  return g_strv_builder_end (revs);
}

static void
append_wanted (BulkGet *self, const Wanted *wanted, GString *out)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) revs = NULL;
  const char *name, *reason;

  g_string_append (out, "{\"id\":");
  samspill_json_append_string (out, wanted->id != NULL ? wanted->id : "");
  g_string_append (out, ",\"docs\":[");
  if (wanted->fault != NULL)
    append_failure (out, wanted, "bad_request", wanted->fault);
  else if (self->must_look && !samspill_account_may_see (self->call, self->call->space, wanted->id))
    append_failure (out, wanted, "not_found", "missing");
  else
    {
      if (wanted->rev != NULL && !self->with_latest)
        append_revision (self, wanted, wanted->rev, out, &error); /* nearly always: no list for one */
      else
        revs = list_revisions (self, wanted, &error);
      for (gsize i = 0; revs != NULL && revs[i] != NULL; i++)
        {
          if (i > 0)
            g_string_append_c (out, ',');
          if (!append_revision (self, wanted, revs[i], out, &error))
            break;
        }
      if (error != NULL)
        {
          samspill_error_describe (error, &name, &reason);
          append_failure (out, wanted, name, reason);
        }
    }
  g_string_append (out, "]}");
}

static SamspillHttpPull
pull_cb (SamspillHttpRequest *request, GString *out, gpointer data)
{
  BulkGet *self = data;
  gsize before = out->len;

  if (self->next == 0)
    g_string_append (out, "{\"results\":[");
  if (self->next < self->wanted->len)
    {
      if (!samspill_store_begin_read (self->call->store, NULL))
        return SAMSPILL_HTTP_ABORT;
      while (self->next < self->wanted->len && out->len - before < PIECE_BYTES)
        {
          if (self->next > 0)
            g_string_append_c (out, ',');
          append_wanted (self, &g_array_index (self->wanted, Wanted, self->next++), out);
        }
      samspill_store_end_read (self->call->store);
    }
  if (self->next < self->wanted->len)
    return SAMSPILL_HTTP_MORE;
  g_string_append (out, "]}\n");
  return SAMSPILL_HTTP_END;
}

/* TRUE: `self->wanted` is filled. */
static gboolean
read_wanted (BulkGet *self)
{
  static const char *const names[] = { "docs", NULL };
  Reading reading = { self->wanted, self->call->registry->options.max_batch, 0 };
  SamspillSlice docs;

  if (!samspill_call_get_members (self->call, names, &docs))
    return FALSE;
  if (docs.text == NULL)
    samspill_answer_error (self->call, 400, "bad_request", "Missing JSON list of 'docs'.");
  else if (docs.text[0] != '[')
    samspill_answer_error (self->call, 400, "bad_request", "`docs` parameter must be an array.");
  else
    {
      samspill_json_scan (docs.text, docs.length, SAMSPILL_JSON_DEFAULT, take_element, &reading, NULL);
      if (reading.status == 0)
        return TRUE;
      if (reading.status == 413)
        samspill_answer_error (self->call, 413, "too_large", "There are too many documents in one request.");
      else
        samspill_answer_error (self->call, 400, "bad_request", "document must be a JSON object");
    }
  return FALSE;
}

static void
with_body (SamspillRegistryCall *call)
{
  BulkGet *self = g_new0 (BulkGet, 1);
  gboolean with_revs = FALSE, with_attachments = FALSE;

  self->call = call;
  self->wanted = g_array_new (FALSE, FALSE, sizeof (Wanted));
  g_array_set_clear_func (self->wanted, wanted_clear);
  self->must_look = samspill_call_must_look (call);
  if (!samspill_call_get_flag (call, "revs", &with_revs) ||
      !samspill_call_get_flag (call, "latest", &self->with_latest) ||
      !samspill_call_get_flag (call, "attachments", &with_attachments) || !samspill_call_has_space (call) ||
      !read_wanted (self))
    {
      bulk_get_free (self);
      return;
    }
  if (with_revs)
    self->flags |= SAMSPILL_WIRE_REVISIONS;
  if (with_attachments)
    self->flags |= SAMSPILL_WIRE_ATTACHMENT_DATA;
  g_clear_pointer (&call->body, g_bytes_unref);
  samspill_http_request_respond_stream (call->http, 200, "application/json", pull_cb, self, bulk_get_free);
}

void
samspill_registry_handle_bulk_get (SamspillRegistryCall *call)
{
  if (!samspill_call_is (call, "POST"))
    samspill_call_not_allowed (call, "POST");
  else if (samspill_call_may_read (call))
    samspill_call_read_json (call, call->registry->options.max_request_bytes, TRUE, with_body);
}
