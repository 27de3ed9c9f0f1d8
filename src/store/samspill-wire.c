/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-wire.h"

#include <string.h>

#include "samspill-error.h"
#include "samspill-json-scan.h"

/* What the protocol says of a document is said as CouchDB says it, and not translated: programs read it. */

void
samspill_wire_document_clear (SamspillWireDocument *self)
{
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->rev, g_free);
  g_clear_pointer (&self->revisions, g_strfreev);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->attachments, g_free);
  g_clear_pointer (&self->unknown, g_free);
  self->deleted = FALSE;
}

void
samspill_wire_document_free (SamspillWireDocument *self)
{
  if (self == NULL)
    return;
  samspill_wire_document_clear (self);
  g_free (self);
}

typedef struct
{
  SamspillWireDocument *document;
  char *body; /* as large as the text: what is left out makes it shorter */
  gsize length;
  const char *copied; /* all before it is written or left out */
  const char *kept;   /* (nullable): end of the last member that stays and is not written yet */
  gboolean has_members, has_output;
  const char *fault; /* static */
} Read;

static inline void
copy (Read *read, const char *to)
{
  memcpy (read->body + read->length, read->copied, (gsize)(to - read->copied));
  read->length += (gsize)(to - read->copied);
  read->copied = to;
}

static gboolean
refuse (Read *read, const char *fault)
{
  read->fault = fault;
  return FALSE;
}

/* NULL: no string, or one with a nul, which no string here can hold. */
static char *
dup_string (const char *value, const char *end)
{
  gsize length = (gsize)(end - value);
  g_autoptr (GString) out = NULL;

  if (*value != '"')
    return NULL;
  if (memchr (value, '\\', length) == NULL)
    return g_strndup (value + 1, length - 2);
  out = g_string_sized_new (length);
  samspill_json_decode (out, value + 1, length - 2);
  return memchr (out->str, '\0', out->len) == NULL ? g_string_free_and_steal (g_steal_pointer (&out)) : NULL;
}

typedef struct
{
  guint64 start; /* 0: none */
  const char *ids, *ids_end;
} Revisions;

static gboolean
read_revisions_member (const SamspillJsonChild *child, gpointer data)
{
  Revisions *revisions = data;

  if (child->name_length == 5 && memcmp (child->name, "start", 5) == 0)
    {
      for (const char *at = child->value; at < child->end; at++)
        {
          if (!g_ascii_isdigit (*at) || revisions->start > G_MAXINT64 / 100)
            {
              revisions->start = 0;
              return FALSE;
            }
          revisions->start = revisions->start * 10 + (guint64)(*at - '0');
        }
    }
  else if (child->name_length == 3 && memcmp (child->name, "ids", 3) == 0)
    {
      revisions->ids = child->value;
      revisions->ids_end = child->end;
    }
  return TRUE;
}

/* "N-" and `length` bytes of text. */
static char *
join_revision (guint64 number, const char *text, gsize length)
{
  char digits[24], *at = digits + sizeof digits, *joined;
  gsize n;

  *--at = '-';
  do
    *--at = (char)('0' + number % 10);
  while ((number /= 10) != 0);
  n = (gsize)(digits + sizeof digits - at);
  joined = g_malloc (n + length + 1);
  memcpy (joined, at, n);
  memcpy (joined + n, text, length);
  joined[n + length] = '\0';
  return joined;
}

/* The ids of an array that has been scanned. FALSE: one is no string, or there are more than `start`. */
static gboolean
read_ids (const Revisions *revisions, GPtrArray *array)
{
  const char *at = revisions->ids + 1, *end = revisions->ids_end - 1;
  guint64 number = revisions->start;

  for (;; at++) /* over the comma */
    {
      const char *start;
      gboolean has_escapes = FALSE;

      while (at < end && g_ascii_isspace (*at))
        at++;
      if (at >= end)
        return TRUE;
      if (*at != '"' || number == 0)
        return FALSE;
      for (start = ++at; *at != '"'; at++)
        if (*at == '\\')
          {
            has_escapes = TRUE;
            at++;
          }
      if (!has_escapes)
        g_ptr_array_add (array, join_revision (number, start, (gsize)(at - start)));
      else
        {
          g_autofree char *text = dup_string (start - 1, at + 1);

          if (text == NULL)
            return FALSE;
          g_ptr_array_add (array, join_revision (number, text, strlen (text)));
        }
      number--;
      for (at++; at < end && *at != ',';)
        at++;
    }
}

static gboolean
read_revisions (Read *read, const SamspillJsonChild *child)
{
  Revisions revisions = { 0 };
  g_autoptr (GPtrArray) array = NULL;

  if (*child->value != '{')
    return refuse (read, "_revisions isn't an object.");
  samspill_json_scan (child->value, (gsize)(child->end - child->value), SAMSPILL_JSON_DEFAULT, read_revisions_member,
                      &revisions, NULL);
  if (revisions.start == 0)
    return refuse (read, "_revisions.start isn't an integer.");
  if (revisions.ids == NULL || *revisions.ids != '[')
    return refuse (read, "_revisions.ids isn't a array.");
  array = g_ptr_array_new_null_terminated (4, g_free, TRUE);
  if (!read_ids (&revisions, array))
    return refuse (read, "RevId isn't a string");
  if (array->len > 0)
    read->document->revisions = (char **)g_ptr_array_steal (array, NULL);
  return TRUE;
}

static gboolean
read_deleted (Read *read, const SamspillJsonChild *child)
{
  gsize length = (gsize)(child->end - child->value);

  if (length == 4 && memcmp (child->value, "true", 4) == 0)
    read->document->deleted = TRUE;
  else if (length != 5 || memcmp (child->value, "false", 5) != 0)
    g_set_str (&read->document->unknown, "_deleted"); /* as CouchDB */
  return TRUE;
}

static gboolean
is_named (const SamspillJsonChild *child, const char *name)
{
  gsize length = strlen (name);

  return child->name_length == length && memcmp (child->name, name, length) == 0;
}

static gboolean
read_special (Read *read, const SamspillJsonChild *child)
{
  static const char *const ignored[] = { "_revs_info", "_conflicts", "_deleted_conflicts", "_local_seq" };
  SamspillWireDocument *document = read->document;

  if (is_named (child, "_id"))
    return (document->id = dup_string (child->value, child->end)) != NULL ||
           refuse (read, "Document id must be a string");
  if (is_named (child, "_rev"))
    return (document->rev = dup_string (child->value, child->end)) != NULL || refuse (read, "Invalid rev format");
  if (is_named (child, "_revisions"))
    return read_revisions (read, child);
  if (is_named (child, "_deleted"))
    return read_deleted (read, child);
  if (is_named (child, "_attachments"))
    {
      if (*child->value != '{')
        return refuse (read, "Attachments must be an object");
      document->attachments = g_strndup (child->value, (gsize)(child->end - child->value));
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (ignored); i++)
    if (is_named (child, ignored[i]))
      return TRUE;
  if (document->unknown == NULL)
    document->unknown = g_strndup (child->name, child->name_length);
  return TRUE;
}

static gboolean
read_child (const SamspillJsonChild *child, gpointer data)
{
  Read *read = data;
  gboolean is_special = child->name_length > 0 && child->name[0] == '_';

  /* Members that stay are copied together, with what stands between them; before and behind one that goes, what stands
   * there goes with the later of the two. */
  if (!read->has_members)
    copy (read, child->start);
  read->has_members = TRUE;
  if (!is_special)
    {
      if (!read->has_output)
        read->copied = child->start;
      read->has_output = TRUE;
      read->kept = child->end;
      return TRUE;
    }
  if (read->kept != NULL)
    copy (read, g_steal_pointer (&read->kept));
  read->copied = child->end;
  return read_special (read, child);
}

static gboolean
set_invalid (GError **error, const char *message)
{
  g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID, message);
  return FALSE;
}

static gboolean
finish (Read *read, const char *end, GError **error)
{
  SamspillWireDocument *document = read->document;
  char *body;

  if (read->has_output)
    copy (read, end);
  else
    {
      memcpy (read->body, "{}", 2);
      read->length = 2;
    }
  if (read->length > SAMSPILL_STORE_MAX_BODY_BYTES)
    {
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_TOO_LARGE, "The document is too large: %s",
                   document->id != NULL ? document->id : "");
      return FALSE;
    }
  body = g_steal_pointer (&read->body);
  body[read->length] = '\0';
  document->body = g_bytes_new_take (body, read->length);
  if (document->revisions != NULL)
    g_set_str (&document->rev, document->revisions[0]); /* as CouchDB: who judges `_rev` judges what is written */
  else if (document->rev != NULL)
    {
      document->revisions = g_new0 (char *, 2);
      document->revisions[0] = g_strdup (document->rev);
    }
  return TRUE;
}

/**
 * samspill_wire_document_read:
 * @self: (out caller-allocates): what was read, to be cleared with samspill_wire_document_clear() also on failure
 * @text: JSON text of one document
 * @length: bytes
 * @error: return location for an error
 *
 * Reads a document as a peer sends it, in one strict pass.
 *
 * Returns: %FALSE if @text is no document: INVALID, or TOO_LARGE for a body beyond SAMSPILL_STORE_MAX_BODY_BYTES
 */
gboolean
samspill_wire_document_read (SamspillWireDocument *self, const char *text, gsize length, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree char *body = NULL;
  Read read = { .document = self };

  *self = (SamspillWireDocument){ 0 };
  while (length > 0 && strchr (" \t\r\n", *text) != NULL && *text != '\0')
    {
      text++;
      length--;
    }
  while (length > 0 && strchr (" \t\r\n", text[length - 1]) != NULL && text[length - 1] != '\0')
    length--;
  read.copied = text;
  body = read.body = g_malloc (length + 1);
  if (!samspill_json_scan (text, length, SAMSPILL_JSON_MUST_BE_OBJECT, read_child, &read, &cause))
    return set_invalid (error, cause->message);
  if (read.fault != NULL)
    return set_invalid (error, read.fault);
  g_steal_pointer (&body);
  if (finish (&read, text + length, error))
    return TRUE;
  g_free (read.body);
  return FALSE;
}
