/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "samspill-multipart.h"

/* Documents with their files beside them: multipart/related for one, multipart/mixed of those for open_revs. */

#define PIECE_BYTES (64 * 1024)

/* What is sent next: text, or what is left of a file. */
typedef struct
{
  char *text; /* NULL: a file */
  int fd;
  guint64 left;
} Part;

typedef struct
{
  SamspillStore *store;
  char *space, *id;
  char **revs; /* of a mixed; NULL: one document */
  gsize next;
  char **atts_since;
  SamspillWireFlags flags;
  char *outer, *inner; /* boundaries */
  GQueue parts;
  gboolean is_ended;
} Parts;

static void
part_free (gpointer data)
{
  Part *self = data;

  if (self->fd >= 0)
    close (self->fd);
  g_free (self->text);
  g_free (self);
}

static void
parts_free (gpointer data)
{
  Parts *self = data;

  g_queue_clear_full (&self->parts, part_free);
  g_object_unref (self->store);
  g_strfreev (self->revs);
  g_strfreev (self->atts_since);
  g_free (self->space);
  g_free (self->id);
  g_free (self->outer);
  g_free (self->inner);
  g_free (self);
}

static void
add_text (Parts *self, char *text)
{
  Part *part = g_new0 (Part, 1);

  part->text = text;
  part->fd = -1;
  g_queue_push_tail (&self->parts, part);
}

/* --- one document --- */

static gboolean
collect_following (const char *name, const char *value, gsize length, gpointer data)
{
  g_autofree char *follows = samspill_json_dup_member (value, (gssize)length, "follows");

  if (g_strcmp0 (follows, "true") == 0)
    g_ptr_array_add (data, g_strdup (name));
  return TRUE;
}

/* The names of the files whose bytes go along. */
static GPtrArray *
list_following (const GString *json)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *attachments = samspill_json_dup_member (json->str, (gssize)json->len, "_attachments");

  if (attachments != NULL)
    samspill_json_foreach_member (attachments, -1, collect_following, names, NULL);
  return names;
}

/* A header's value may have neither line breaks nor bare quotes. */
static char *
quote (const char *name)
{
  GString *out = g_string_new ("\"");

  for (const char *p = name; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (out, '\\');
      g_string_append_c (out, g_ascii_iscntrl (*p) ? '_' : *p);
    }
  g_string_append_c (out, '"');
  return g_string_free_and_steal (out);
}

static gboolean
add_file (Parts *self, const SamspillAttachment *file)
{
  g_autoptr (GFile) blob = samspill_store_get_blob (self->store, file->sha256, NULL);
  g_autofree char *path = blob != NULL ? g_file_get_path (blob) : NULL, *name = quote (file->name);
  g_autofree char *type = g_strdelimit (g_strdup (file->content_type), "\r\n", ' ');
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;
  Part *part;

  if (fd < 0)
    return FALSE;
  add_text (self, g_strdup_printf ("\r\n--%s\r\nContent-Disposition: attachment; filename=%s\r\nContent-Type: %s\r\n"
                                   "Content-Length: %" G_GUINT64_FORMAT "\r\n\r\n",
                                   self->inner, name, type, file->length));
  part = g_new0 (Part, 1);
  part->fd = fd;
  part->left = file->length;
  g_queue_push_tail (&self->parts, part);
  return TRUE;
}

/* JSON and files between inner boundaries. */
static gboolean
add_related (Parts *self, const char *rev, const GString *json, GPtrArray *names)
{
  g_autoptr (SamspillDocument) document = samspill_store_get (self->store, self->space, self->id, rev, NULL);

  add_text (self, g_strdup_printf ("--%s\r\nContent-Type: application/json\r\n\r\n%s", self->inner, json->str));
  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (SamspillAttachment) file =
          document != NULL ? samspill_attachments_find (self->store, document->attachments, names->pdata[i]) : NULL;

      if (file == NULL || file->sha256 == NULL || !add_file (self, file))
        return FALSE;
    }
  add_text (self, g_strdup_printf ("\r\n--%s--", self->inner));
  return TRUE;
}

/* The next revision as a part of the mixed. */
static gboolean
add_revision (Parts *self, const char *rev)
{
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (GPtrArray) names = NULL;

  if (!samspill_store_append_wire (self->store, self->space, self->id, rev, self->flags,
                                   (const char *const *)self->atts_since, json, NULL))
    {
      g_string_assign (json, "{\"missing\":");
      samspill_json_append_string (json, rev);
      g_string_append_c (json, '}');
      add_text (self, g_strdup_printf ("\r\n--%s\r\nContent-Type: application/json; error=\"true\"\r\n\r\n%s",
                                       self->outer, json->str));
      return TRUE;
    }
  names = list_following (json);
  if (names->len == 0)
    {
      add_text (self, g_strdup_printf ("\r\n--%s\r\nContent-Type: application/json\r\n\r\n%s", self->outer, json->str));
      return TRUE;
    }
  add_text (self, g_strdup_printf ("\r\n--%s\r\nContent-Type: multipart/related; boundary=\"%s\"\r\n\r\n", self->outer,
                                   self->inner));
  return add_related (self, rev, json, names);
}

/* --- the answer --- */

/* FALSE: the file is shorter than it was. */
static gboolean
read_file (Part *part, GString *out)
{
  gsize before = out->len, wanted = (gsize)MIN (part->left, PIECE_BYTES);
  gssize n;

  g_string_set_size (out, before + wanted);
  n = read (part->fd, out->str + before, wanted);
  g_string_truncate (out, before + (gsize)MAX (n, 0));
  if (n <= 0)
    return FALSE;
  part->left -= (guint64)n;
  return TRUE;
}

static SamspillHttpPull
pull_part (Parts *self, GString *out)
{
  Part *part = g_queue_peek_head (&self->parts);

  if (part->text != NULL)
    g_string_append (out, part->text);
  else if (part->left > 0 && !read_file (part, out))
    return SAMSPILL_HTTP_ABORT;
  if (part->text != NULL || part->left == 0)
    part_free (g_queue_pop_head (&self->parts));
  return SAMSPILL_HTTP_MORE;
}

static SamspillHttpPull
pull_cb (SamspillHttpRequest *request, GString *out, gpointer data)
{
  Parts *self = data;

  if (!g_queue_is_empty (&self->parts))
    return pull_part (self, out);
  if (self->revs != NULL && self->revs[self->next] != NULL)
    return add_revision (self, self->revs[self->next++]) ? SAMSPILL_HTTP_MORE : SAMSPILL_HTTP_ABORT;
  if (self->revs != NULL && !self->is_ended)
    {
      self->is_ended = TRUE;
      g_string_append_printf (out, "%s--%s--", self->next > 0 ? "\r\n" : "", self->outer);
      return SAMSPILL_HTTP_MORE;
    }
  return SAMSPILL_HTTP_END;
}

static Parts *
parts_new (SamspillRegistryCall *call, SamspillWireFlags flags, char **atts_since)
{
  Parts *self = g_new0 (Parts, 1);

  self->store = g_object_ref (call->store);
  self->space = g_strdup (call->space);
  self->id = g_strdup (call->segments[1]);
  self->flags = (flags & ~(SamspillWireFlags)SAMSPILL_WIRE_ATTACHMENT_DATA) | SAMSPILL_WIRE_ATTACHMENT_FOLLOWS;
  self->atts_since = atts_since;
  self->outer = samspill_multipart_new_boundary ();
  self->inner = samspill_multipart_new_boundary ();
  g_queue_init (&self->parts);
  return self;
}

static void
respond (SamspillRegistryCall *call, Parts *parts, const char *kind, const char *boundary)
{
  g_autofree char *type = g_strdup_printf ("multipart/%s; boundary=\"%s\"", kind, boundary);

  samspill_http_request_respond_stream (call->http, 200, type, pull_cb, parts, parts_free);
}

/* Named, not only covered by a wildcard: a person with curl wants JSON. */
static gboolean
accepts (SamspillRegistryCall *call, const char *type)
{
  const char *accept = samspill_http_request_get_header (call->http, "Accept");

  return accept != NULL && strstr (accept, type) != NULL;
}

static void
answer_mixed (SamspillRegistryCall *call)
{
  g_auto (GStrv) atts_since = NULL;
  SamspillWireFlags flags;
  char **revs;
  Parts *parts;

  if (!samspill_call_get_wire_flags (call, &flags) || !samspill_call_get_revisions (call, "atts_since", &atts_since) ||
      (revs = samspill_call_list_open_revs (call)) == NULL)
    return;
  parts = parts_new (call, flags, g_steal_pointer (&atts_since));
  parts->revs = revs;
  respond (call, parts, "mixed", parts->outer);
}

/* FALSE: no file goes along, so it is JSON as any other. */
static gboolean
answer_related (SamspillRegistryCall *call, SamspillWireFlags flags, char **atts_since)
{
  const char *rev = samspill_http_request_get_query (call->http, "rev");
  g_autoptr (GString) json = g_string_new (NULL);
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *winner = NULL, *etag = NULL;
  gboolean is_deleted = FALSE;
  Parts *parts;

  if (rev != NULL && g_strcmp0 (samspill_http_request_get_query (call->http, "latest"), "true") == 0)
    rev = winner = samspill_call_dup_latest (call, rev);
  if (rev == NULL && samspill_store_lookup (call->store, call->space, call->segments[1], &winner, &is_deleted, NULL))
    rev = winner;
  if (rev == NULL || is_deleted || strpbrk (rev, "\"\r\n") != NULL)
    {
      g_strfreev (atts_since);
      return FALSE;
    }
  parts = parts_new (call, flags, atts_since);
  if (samspill_store_append_wire (call->store, call->space, call->segments[1], rev, parts->flags,
                                  (const char *const *)atts_since, json, NULL))
    names = list_following (json);
  if (names == NULL || names->len == 0 || !add_related (parts, rev, json, names))
    {
      parts_free (parts);
      return FALSE;
    }
  etag = g_strdup_printf ("\"%s\"", rev);
  samspill_http_request_add_header (call->http, "ETag", etag);
  respond (call, parts, "related", parts->inner);
  return TRUE;
}

gboolean
samspill_registry_get_multipart (SamspillRegistryCall *call)
{
  g_auto (GStrv) atts_since = NULL;
  SamspillWireFlags flags;

  if (samspill_http_request_get_query (call->http, "open_revs") != NULL)
    {
      if (!accepts (call, "multipart/mixed"))
        return FALSE;
      answer_mixed (call);
      return TRUE;
    }
  if (!accepts (call, "multipart/related"))
    return FALSE;
  if (!samspill_call_get_wire_flags (call, &flags) || !samspill_call_get_revisions (call, "atts_since", &atts_since))
    return TRUE;
  if ((flags & SAMSPILL_WIRE_ATTACHMENT_DATA) == 0 && atts_since == NULL)
    return FALSE;
  return answer_related (call, flags, g_steal_pointer (&atts_since));
}
