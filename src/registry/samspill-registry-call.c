/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <string.h>

#include "samspill-json-scan.h"
#include "samspill-revision-tree.h"

/* What a request asks for, and the small questions that every group asks of it. */

gboolean
samspill_call_is (SamspillRegistryCall *call, const char *method)
{
  const char *asked = samspill_http_request_get_method (call->http);

  return g_str_equal (asked, method) || (g_str_equal (method, "GET") && g_str_equal (asked, "HEAD"));
}

static void
answer_query_error (SamspillRegistryCall *call, const char *what, const char *value)
{
  g_autofree char *reason = g_strdup_printf ("%s: \"%s\"", what, value);

  samspill_answer_error (call, 400, "query_parse_error", reason);
}

gboolean
samspill_call_get_flag (SamspillRegistryCall *call, const char *name, gboolean *value)
{
  const char *text = samspill_http_request_get_query (call->http, name);

  if (text == NULL)
    return TRUE;
  if (g_str_equal (text, "true"))
    *value = TRUE;
  else if (g_str_equal (text, "false"))
    *value = FALSE;
  else
    {
      answer_query_error (call, "Invalid boolean parameter", text);
      return FALSE;
    }
  return TRUE;
}

gboolean
samspill_call_get_number (SamspillRegistryCall *call, const char *name, gint64 *value)
{
  const char *text = samspill_http_request_get_query (call->http, name);
  guint64 number;

  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &number, NULL))
    {
      answer_query_error (call, "Invalid value for integer parameter", text);
      return FALSE;
    }
  *value = (gint64)number;
  return TRUE;
}

gboolean
samspill_call_get_text (SamspillRegistryCall *call, const char *name, char **value)
{
  const char *text = samspill_http_request_get_query (call->http, name);

  *value = NULL;
  if (text == NULL)
    return TRUE;
  if (text[0] == '"' && samspill_json_check (text, -1, 0, SAMSPILL_JSON_DEFAULT, NULL))
    *value = samspill_slice_dup_string ((SamspillSlice){ text, strlen (text) });
  if (*value != NULL)
    return TRUE;
  samspill_answer_error (call, 400, "bad_request", "invalid UTF-8 JSON");
  return FALSE;
}

void
samspill_call_not_allowed (SamspillRegistryCall *call, const char *methods)
{
  g_autofree char *reason = g_strdup_printf ("Only %s allowed", methods);

  samspill_http_request_add_header (call->http, "Allow", methods);
  samspill_answer_error (call, 405, "method_not_allowed", reason);
}

void
samspill_call_not_implemented (SamspillRegistryCall *call, const char *what)
{
  g_autofree char *reason = g_strdup_printf ("%s: this registry speaks the replication protocol only", what);

  samspill_answer_error (call, 501, "not_implemented", reason);
}

void
samspill_call_no_database (SamspillRegistryCall *call)
{
  samspill_answer_error (call, 404, "not_found", "Database does not exist.");
}

gboolean
samspill_call_has_space (SamspillRegistryCall *call)
{
  if (samspill_store_has_space (call->store, call->space))
    return TRUE;
  samspill_call_no_database (call);
  return FALSE;
}

static gboolean
answer_unless (SamspillRegistryCall *call, gboolean is_allowed, GError *error)
{
  if (!is_allowed)
    samspill_answer_gerror (call, error);
  g_clear_error (&error);
  return is_allowed;
}

gboolean
samspill_call_may_read (SamspillRegistryCall *call)
{
  GError *error = NULL;
  gboolean is_allowed = samspill_account_check_read (call, call->space, &error);

  return answer_unless (call, is_allowed, error);
}

gboolean
samspill_call_may_write (SamspillRegistryCall *call)
{
  GError *error = NULL;
  gboolean is_allowed = samspill_account_check_write (call, call->space, &error);

  return answer_unless (call, is_allowed, error);
}

gboolean
samspill_call_may_administer (SamspillRegistryCall *call, const char *space)
{
  GError *error = NULL;
  gboolean is_allowed = samspill_account_check_admin (call, space, &error);

  return answer_unless (call, is_allowed, error);
}

gboolean
samspill_call_must_look (SamspillRegistryCall *call)
{
  return g_str_equal (call->space, "_users") && !call->account->is_admin;
}

/* Bodies. */

static void
work_cb (gpointer data, gpointer registry)
{
  SamspillRegistryCall *call = data;

  call->next (call);
  samspill_call_release (call);
}

GThreadPool *
samspill_call_new_workers (SamspillRegistry *registry)
{
  return g_thread_pool_new (work_cb, registry, (int)MAX (4, 2 * g_get_num_processors ()), FALSE, NULL);
}

void
samspill_call_work (SamspillRegistryCall *call, void (*next) (SamspillRegistryCall *call))
{
  call->next = next;
  samspill_call_hold (call);
  g_thread_pool_push (call->registry->workers, call, NULL);
}

/* What is called gzip and is none is a bad request; what is called something else, nobody can read. */
static void
answer_body_error (SamspillRegistryCall *call, const GError *error)
{
  const char *encoding = samspill_http_request_get_header (call->http, "Content-Encoding");

  if (g_error_matches (error, SAMSPILL_HTTP_ERROR, SAMSPILL_HTTP_ERROR_ENCODING) && encoding != NULL &&
      g_ascii_strcasecmp (encoding, "gzip") == 0)
    samspill_answer_error (call, 400, "bad_request", "The body is no gzip, or was cut.");
  else
    samspill_answer_gerror (call, error);
}

#define MAX_RESERVED_BYTES (512 * 1024 * 1024) /* of all bodies at the same time */
#define SMALL_BYTES (1024 * 1024)              /* is always taken */
#define UNKNOWN_BYTES (64 * 1024)              /* what a body without a length, or packed, is first taken for */

/* Each body is bounded, and so are all of them together. FALSE: answered; the client comes again. */
static gboolean
reserve (SamspillRegistryCall *call, gsize bytes)
{
  call->registry->reserved += bytes - call->reserved;
  call->reserved = bytes;
  if (bytes <= SMALL_BYTES || call->registry->reserved <= MAX_RESERVED_BYTES)
    return TRUE;
  samspill_http_request_add_header (call->http, "Retry-After", "2");
  samspill_answer_error (call, 503, "service_unavailable", "Too much is being sent at the same time. Try again.");
  return FALSE;
}

static gboolean
reserve_for (SamspillRegistryCall *call, gsize max_bytes)
{
  const char *length = samspill_http_request_get_header (call->http, "Content-Length");
  gboolean is_packed = samspill_http_request_get_header (call->http, "Content-Encoding") != NULL;
  guint64 bytes = length != NULL ? g_ascii_strtoull (length, NULL, 10) : 0;

  if (length == NULL || is_packed)
    bytes = MAX (bytes, UNKNOWN_BYTES);
  return reserve (call, (gsize)MIN (bytes, max_bytes));
}

/* As an array of bytes grows. FALSE: answered. */
static gboolean
take_piece (SamspillRegistryCall *call, const guint8 *bytes, gsize length)
{
  gsize needed = call->received->len + length;

  if (needed > call->reserved && !reserve (call, MAX (needed, 2 * call->reserved)))
    {
      g_clear_pointer (&call->received, g_byte_array_unref);
      return FALSE;
    }
  g_byte_array_append (call->received, bytes, (guint)length);
  return TRUE;
}

static gboolean
piece_cb (SamspillHttpRequest *request, const guint8 *bytes, gsize length, const GError *error, gpointer data)
{
  SamspillRegistryCall *call = data;
  gboolean is_wanted = FALSE;

  samspill_call_hold (call);
  if (error != NULL)
    answer_body_error (call, error);
  else if (bytes != NULL)
    is_wanted = take_piece (call, bytes, length);
  else
    {
      call->body = g_byte_array_free_to_bytes (g_steal_pointer (&call->received));
      samspill_call_work (call, call->next);
    }
  samspill_call_release (call);
  return is_wanted;
}

void
samspill_call_read_json (SamspillRegistryCall *call, gsize max_bytes, gboolean must_be_json_type,
                         void (*next) (SamspillRegistryCall *call))
{
  const char *type = samspill_http_request_get_header (call->http, "Content-Type");

  if (must_be_json_type && (type == NULL || g_ascii_strncasecmp (type, "application/json", 16) != 0))
    {
      samspill_answer_error (call, 415, "bad_content_type", "Content-Type must be application/json");
      return;
    }
  if (!reserve_for (call, max_bytes))
    return;
  call->next = next;
  call->received = g_byte_array_sized_new ((guint)MIN (call->reserved, SMALL_BYTES));
  samspill_http_request_stream_body (call->http, MIN (max_bytes, MAX_RESERVED_BYTES), piece_cb, call);
}

/* JSON. */

typedef struct
{
  const char *const *names;
  SamspillSlice *values;
} Members;

static gboolean
take_member (const SamspillJsonChild *child, gpointer data)
{
  Members *members = data;

  for (gsize i = 0; members->names[i] != NULL; i++)
    if (strlen (members->names[i]) == child->name_length &&
        memcmp (members->names[i], child->name, child->name_length) == 0)
      members->values[i] = (SamspillSlice){ child->value, (gsize)(child->end - child->value) };
  return TRUE;
}

gboolean
samspill_call_get_members (SamspillRegistryCall *call, const char *const *names, SamspillSlice *values)
{
  Members members = { names, values };
  gsize length;
  const char *text = g_bytes_get_data (call->body, &length);

  for (gsize i = 0; names[i] != NULL; i++)
    values[i] = (SamspillSlice){ NULL, 0 };
  if (!samspill_json_scan (text, length, SAMSPILL_JSON_DEFAULT, NULL, NULL, NULL))
    {
      samspill_answer_error (call, 400, "bad_request", "invalid UTF-8 JSON");
      return FALSE;
    }
  if (samspill_json_scan (text, length, SAMSPILL_JSON_MUST_BE_OBJECT, take_member, &members, NULL))
    return TRUE;
  samspill_answer_error (call, 400, "bad_request", "Request body must be a JSON object");
  return FALSE;
}

gboolean
samspill_slice_is (SamspillSlice slice, const char *word)
{
  return slice.text != NULL && slice.length == strlen (word) && memcmp (slice.text, word, slice.length) == 0;
}

char *
samspill_slice_dup_string (SamspillSlice slice)
{
  g_autoptr (GString) text = NULL;

  if (slice.text == NULL || slice.length < 2 || slice.text[0] != '"')
    return NULL;
  if (memchr (slice.text, '\\', slice.length) == NULL)
    return g_strndup (slice.text + 1, slice.length - 2);
  text = g_string_sized_new (slice.length);
  samspill_json_decode (text, slice.text + 1, slice.length - 2);
  return strlen (text->str) == text->len ? g_string_free_and_steal (g_steal_pointer (&text)) : NULL;
}

typedef struct
{
  GPtrArray *strings;
  gsize max;
  gboolean is_right;
} Strings;

static gboolean
take_string (const SamspillJsonChild *child, gpointer data)
{
  Strings *strings = data;
  SamspillSlice slice = { child->value, (gsize)(child->end - child->value) };
  char *string = strings->strings->len < strings->max ? samspill_slice_dup_string (slice) : NULL;

  strings->is_right = string != NULL;
  if (string != NULL)
    g_ptr_array_add (strings->strings, string);
  return strings->is_right;
}

char **
samspill_slice_dup_strings (SamspillSlice slice, gsize max)
{
  g_autoptr (GPtrArray) array = NULL;
  Strings strings = { NULL, max, TRUE };

  if (slice.text == NULL || slice.text[0] != '[')
    return NULL;
  array = g_ptr_array_new_null_terminated (8, g_free, TRUE);
  strings.strings = array;
  if (!samspill_json_scan (slice.text, slice.length, SAMSPILL_JSON_DEFAULT, take_string, &strings, NULL) ||
      !strings.is_right)
    return NULL;
  return (char **)g_ptr_array_free (g_steal_pointer (&array), FALSE);
}

void
samspill_json_append_string (GString *out, const char *string)
{
  samspill_json_append_quoted (out, string, strlen (string));
}

/* Ids and revisions. */

/* A number and any text; what more there is to it the store says. */
gboolean
samspill_revision_is_valid (const char *text)
{
  gsize digits = strspn (text, "0123456789");

  return digits > 0 && digits <= 16 && text[digits] == '-' && text[digits + 1] != '\0';
}

const char *
samspill_document_id_fault (const char *id)
{
  if (id[0] == '\0')
    return "Document id must not be empty";
  if (id[0] == '_' && !(g_str_has_prefix (id, "_design/") && id[8] != '\0') &&
      !(g_str_has_prefix (id, "_local/") && id[7] != '\0'))
    return "Only reserved document ids may start with underscore.";
  return NULL;
}

/* The address as the client sees it, for Location. */
char *
samspill_call_dup_base (SamspillRegistryCall *call)
{
  const char *host = samspill_http_request_get_header (call->http, "Host");
  const char *forwarded = samspill_http_request_get_header (call->http, "X-Forwarded-Proto");
  gboolean is_secure = samspill_http_request_is_secure (call->http) ||
                       (call->registry->options.behind_proxy && g_strcmp0 (forwarded, "https") == 0);

  return host != NULL ? g_strconcat (is_secure ? "https://" : "http://", host, NULL) : g_strdup ("");
}

#define MAX_INLINE_BYTES (64 * 1024 * 1024) /* of files inside a JSON answer: they are in memory */

SamspillWireFlags
samspill_call_bound_flags (SamspillRegistryCall *call, const char *id, const char *rev, SamspillWireFlags flags)
{
  g_autoptr (SamspillDocument) document = NULL;
  g_autoptr (GPtrArray) files = NULL;
  guint64 bytes = 0;

  if ((flags & SAMSPILL_WIRE_ATTACHMENT_DATA) == 0)
    return flags;
  document = samspill_store_get (call->store, call->space, id, rev, NULL);
  if (document == NULL || document->attachments == NULL)
    return flags;
  files = samspill_attachments_list (call->store, document->attachments, NULL);
  for (guint i = 0; files != NULL && i < files->len; i++)
    bytes += ((SamspillAttachment *)g_ptr_array_index (files, i))->length;
  return bytes <= MAX_INLINE_BYTES ? flags : flags & ~(SamspillWireFlags)SAMSPILL_WIRE_ATTACHMENT_DATA;
}
