/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <string.h>

/* _all_docs and _design_docs: by id, in ranges, or those that are named. In pieces, as the feed. */

#define PIECE_BYTES (64 * 1024)
#define PIECE_ROWS 2000
#define DESIGN_FIRST "_design/"
#define DESIGN_END "_design0" /* the character after the slash */

typedef struct
{
  SamspillRegistryCall *call;
  char **keys; /* nullable: those that are named */
  gsize next_key, n_keys;
  char *start, *end;
  SamspillSlice values[16]; /* beside value_names, of the body or the query */
  gboolean inclusive_end, descending, include_docs, with_update_seq, must_look, is_empty;
  SamspillWireFlags flags;
  gint64 skip, limit;

  char *last; /* the id of the row that was looked at last */
  gboolean is_begun, has_rows, is_at_end;
  GString *out; /* of this piece */
  gsize before;
  guint looked_at;
} AllDocs;

static void
all_docs_free (gpointer data)
{
  AllDocs *self = data;

  g_strfreev (self->keys);
  g_free (self->start);
  g_free (self->end);
  g_free (self->last);
  g_free (self);
}

/* Rows. */

static void
append_row (AllDocs *self, const char *id, const char *rev, gboolean deleted)
{
  GString *out = self->out;

  g_string_append (out, self->has_rows ? ",\n{\"id\":" : "\n{\"id\":");
  self->has_rows = TRUE;
  samspill_json_append_string (out, id);
  g_string_append (out, ",\"key\":");
  samspill_json_append_string (out, id);
  g_string_append (out, ",\"value\":{\"rev\":");
  samspill_json_append_string (out, rev);
  g_string_append (out, deleted ? ",\"deleted\":true}" : "}");
  if (self->include_docs)
    {
      g_string_append (out, ",\"doc\":");
      if (deleted ||
          !samspill_store_append_wire (self->call->store, self->call->space, id, rev,
                                       samspill_call_bound_flags (self->call, id, rev, self->flags), NULL, out, NULL))
        g_string_append (out, "null");
    }
  g_string_append_c (out, '}');
}

static gboolean
is_seen (AllDocs *self, const char *id)
{
  return !self->must_look || samspill_account_may_see (self->call, self->call->space, id);
}

static gboolean
is_full (AllDocs *self)
{
  return self->looked_at >= PIECE_ROWS || self->out->len - self->before >= PIECE_BYTES;
}

static gboolean
document_cb (const char *id, const char *rev, gpointer data)
{
  AllDocs *self = data;

  if (self->last != NULL && strcmp (self->last, id) == 0)
    return TRUE; /* where the piece before ended */
  if (self->limit == 0)
    return FALSE;
  g_free (self->last);
  self->last = g_strdup (id);
  self->looked_at++;
  if (is_seen (self, id))
    {
      if (self->skip > 0)
        self->skip--;
      else
        {
          append_row (self, id, rev, FALSE);
          self->limit--;
        }
    }
  self->is_at_end = self->limit == 0;
  return !self->is_at_end && !is_full (self);
}

static void
append_key (AllDocs *self, const char *key)
{
  g_autofree char *rev = NULL;
  gboolean deleted = FALSE;

  if (is_seen (self, key) && samspill_store_lookup (self->call->store, self->call->space, key, &rev, &deleted, NULL))
    {
      append_row (self, key, rev, deleted);
      return;
    }
  g_string_append (self->out, self->has_rows ? ",\n{\"key\":" : "\n{\"key\":");
  self->has_rows = TRUE;
  samspill_json_append_string (self->out, key);
  g_string_append (self->out, ",\"error\":\"not_found\"}");
}

static gboolean
read_keys (AllDocs *self)
{
  if (!samspill_store_begin_read (self->call->store, NULL))
    return FALSE;
  while (self->next_key < self->n_keys && self->limit > 0 && !is_full (self))
    {
      gsize at = self->descending ? self->n_keys - 1 - self->next_key : self->next_key;

      self->looked_at++;
      self->next_key++;
      if (self->skip > 0)
        self->skip--;
      else
        {
          append_key (self, self->keys[at]);
          self->limit--;
        }
    }
  samspill_store_end_read (self->call->store);
  self->is_at_end = self->next_key == self->n_keys || self->limit == 0;
  return TRUE;
}

static gboolean
read_range (AllDocs *self)
{
  gboolean is_good;

  self->is_at_end = TRUE;
  if (self->is_empty || self->limit == 0)
    return TRUE;
  is_good = samspill_store_foreach_document (self->call->store, self->call->space,
                                             self->last != NULL ? self->last : self->start, self->end,
                                             self->inclusive_end, self->descending, document_cb, self, NULL);
  if (is_full (self) && self->limit > 0)
    self->is_at_end = FALSE;
  return is_good;
}

static gboolean
begin_answer (AllDocs *self)
{
  g_auto (SamspillSpaceInfo) info = { NULL };
  SamspillSequenceToken token;

  if (!samspill_store_get_space_info (self->call->store, self->call->space, &info, NULL))
    return FALSE;
  /* Without the others' accounts there is no total that means something. */
  g_string_append_printf (self->out,
                          "{\"total_rows\":%" G_GINT64_FORMAT ",\"offset\":", self->must_look ? 1 : info.documents);
  if (self->keys != NULL)
    g_string_append (self->out, "null");
  else
    {
      gint64 offset = 0;

      if (self->start != NULL && !self->must_look)
        offset =
            samspill_store_count_documents (self->call->store, self->call->space, self->start, self->descending, NULL);
      g_string_append_printf (self->out, "%" G_GINT64_FORMAT, MIN (MAX (offset, 0) + self->skip, info.documents));
    }
  if (self->with_update_seq)
    {
      samspill_sequence_token (self->call->store, &info, &token);
      g_string_append (self->out, ",\"update_seq\":");
      samspill_sequence_append (self->out, info.update_seq, &token);
    }
  g_string_append (self->out, ",\"rows\":[");
  return TRUE;
}

static SamspillHttpPull
pull_cb (SamspillHttpRequest *request, GString *out, gpointer data)
{
  AllDocs *self = data;

  self->out = out;
  self->looked_at = 0;
  if (!self->is_begun && !begin_answer (self))
    return SAMSPILL_HTTP_ABORT;
  self->is_begun = TRUE;
  self->before = out->len;
  if (self->keys != NULL ? !read_keys (self) : !read_range (self))
    return SAMSPILL_HTTP_ABORT;
  if (!self->is_at_end)
    {
      if (out->len == 0)
        g_string_append_c (out, '\n');
      return SAMSPILL_HTTP_MORE;
    }
  g_string_append (out, "\n]}\n");
  return SAMSPILL_HTTP_END;
}

/* What is asked: in the query, or as members of the body. */

static const char *const value_names[] = {
  "descending", "include_docs", "inclusive_end", "conflicts", "attachments", "update_seq", "limit", "skip",
  "keys",       "startkey",     "start_key",     "endkey",    "end_key",     "key",        NULL,
};
G_STATIC_ASSERT (G_N_ELEMENTS (value_names) <= 16);

/* Once for all: a body may be long. What is in the query goes before it. FALSE: answered. */
static gboolean
read_values (AllDocs *self)
{
  SamspillRegistryCall *call = self->call;

  if (call->body != NULL && g_bytes_get_size (call->body) > 0 &&
      !samspill_call_get_members (call, value_names, self->values))
    return FALSE;
  for (gsize i = 0; value_names[i] != NULL; i++)
    {
      const char *text = samspill_http_request_get_query (call->http, value_names[i]);

      if (text != NULL)
        self->values[i] = samspill_json_check (text, -1, 0, SAMSPILL_JSON_DEFAULT, NULL)
                              ? (SamspillSlice){ text, strlen (text) }
                              : (SamspillSlice){ "", 0 };
    }
  return TRUE;
}

static SamspillSlice
find_value (AllDocs *self, const char *name)
{
  for (gsize i = 0; value_names[i] != NULL; i++)
    if (strcmp (value_names[i], name) == 0)
      return self->values[i];
  return (SamspillSlice){ NULL, 0 };
}

static gboolean
refuse_json (SamspillRegistryCall *call)
{
  samspill_answer_error (call, 400, "bad_request", "invalid UTF-8 JSON");
  return FALSE;
}

/* A key is any JSON value; ids are strings, so what sorts before or after all strings is an open or an empty end. */
static gboolean
take_key (AllDocs *self, const char *const *names, gboolean is_low, char **key)
{
  SamspillSlice value = { NULL, 0 };

  for (gsize i = 0; names[i] != NULL && value.text == NULL; i++)
    value = find_value (self, names[i]);
  if (value.text == NULL)
    return TRUE;
  if (value.length == 0)
    return refuse_json (self->call);
  if (*value.text == '"')
    {
      g_free (*key);
      *key = samspill_slice_dup_string (value);
      return *key != NULL || refuse_json (self->call);
    }
  if ((*value.text == '[' || *value.text == '{') == is_low)
    self->is_empty = TRUE;
  return TRUE;
}

static gboolean
take_flag (AllDocs *self, const char *name, gboolean *value)
{
  SamspillSlice slice;

  if (!samspill_call_get_flag (self->call, name, value))
    return FALSE;
  if (self->call->body == NULL || samspill_http_request_get_query (self->call->http, name) != NULL)
    return TRUE;
  slice = find_value (self, name);
  if (slice.text != NULL)
    *value = samspill_slice_is (slice, "true");
  return TRUE;
}

static gboolean
take_number (AllDocs *self, const char *name, gint64 *value)
{
  SamspillSlice slice;
  g_autofree char *text = NULL;
  guint64 number;

  if (!samspill_call_get_number (self->call, name, value))
    return FALSE;
  if (self->call->body == NULL || samspill_http_request_get_query (self->call->http, name) != NULL)
    return TRUE;
  slice = find_value (self, name);
  if (slice.text == NULL)
    return TRUE;
  text = g_strndup (slice.text, slice.length);
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &number, NULL))
    {
      samspill_answer_error (self->call, 400, "query_parse_error", "Invalid value for integer parameter");
      return FALSE;
    }
  *value = (gint64)number;
  return TRUE;
}

static gboolean
take_keys (AllDocs *self)
{
  SamspillSlice keys = find_value (self, "keys");

  if (keys.text == NULL)
    return TRUE;
  if (keys.length == 0 || keys.text[0] != '[')
    {
      samspill_answer_error (self->call, 400, "bad_request", "`keys` parameter must be an array.");
      return FALSE;
    }
  self->keys = samspill_slice_dup_strings (keys, self->call->registry->options.max_batch);
  if (self->keys == NULL)
    {
      samspill_answer_error (self->call, 413, "too_large",
                             "`keys` are strings, and not so many: ask for a range or in several requests.");
      return FALSE;
    }
  self->n_keys = g_strv_length (self->keys);
  return TRUE;
}

static gboolean
take_range (AllDocs *self)
{
  static const char *const start_names[] = { "startkey", "start_key", NULL };
  static const char *const end_names[] = { "endkey", "end_key", NULL };
  static const char *const key_names[] = { "key", NULL };
  g_autofree char *key = NULL;

  if (!take_key (self, start_names, !self->descending, &self->start) ||
      !take_key (self, end_names, self->descending, &self->end) || !take_key (self, key_names, TRUE, &key))
    return FALSE;
  if (find_value (self, "key").text != NULL)
    {
      self->is_empty |= key == NULL;
      g_free (self->start);
      g_free (self->end);
      self->start = g_strdup (key);
      self->end = g_steal_pointer (&key);
    }
  return TRUE;
}

/* The design documents only. */
static void
narrow (AllDocs *self)
{
  const char *low = DESIGN_FIRST, *high = DESIGN_END;
  char **first = self->descending ? &self->end : &self->start, **last = self->descending ? &self->start : &self->end;

  if (*first == NULL || strcmp (*first, low) < 0)
    {
      g_free (*first);
      *first = g_strdup (low);
    }
  if (*last == NULL || strcmp (*last, high) > 0)
    {
      g_free (*last);
      *last = g_strdup (high);
    }
}

static void
begin (SamspillRegistryCall *call)
{
  AllDocs *self = g_new0 (AllDocs, 1);
  gboolean conflicts = FALSE, attachments = FALSE;

  self->call = call;
  self->inclusive_end = TRUE;
  self->limit = G_MAXINT64;
  self->must_look = samspill_call_must_look (call);
  if (!read_values (self) || !take_flag (self, "descending", &self->descending) ||
      !take_flag (self, "include_docs", &self->include_docs) ||
      !take_flag (self, "inclusive_end", &self->inclusive_end) || !take_flag (self, "conflicts", &conflicts) ||
      !take_flag (self, "attachments", &attachments) || !take_flag (self, "update_seq", &self->with_update_seq) ||
      !take_number (self, "limit", &self->limit) || !take_number (self, "skip", &self->skip) || !take_keys (self) ||
      !take_range (self) || !samspill_call_has_space (call))
    {
      all_docs_free (self);
      return;
    }
  if (conflicts)
    self->flags |= SAMSPILL_WIRE_CONFLICTS;
  if (attachments)
    self->flags |= SAMSPILL_WIRE_ATTACHMENT_DATA;
  if (g_str_equal (call->segments[1], "_design_docs"))
    narrow (self);
  g_clear_pointer (&call->body, g_bytes_unref);
  samspill_http_request_respond_stream (call->http, 200, "application/json", pull_cb, self, all_docs_free);
}

void
samspill_registry_handle_all_docs (SamspillRegistryCall *call)
{
  if (call->segments[2] != NULL)
    samspill_call_not_implemented (call, "Several queries in one request");
  else if (!samspill_call_is (call, "GET") && !samspill_call_is (call, "POST"))
    samspill_call_not_allowed (call, "GET,HEAD,POST");
  else if (!samspill_call_may_read (call))
    return;
  else if (samspill_call_is (call, "POST"))
    samspill_call_read_json (call, call->registry->options.max_request_bytes, TRUE, begin);
  else
    begin (call);
}
