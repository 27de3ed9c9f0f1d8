/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Documents with large files, to a server: the text first, then the files as they lie on the disk. From a server they
 * are passed on as they come. */

#include "samspill-files-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-json-text.h"
#include "samspill-multipart.h"

typedef struct
{
  GPtrArray *parts; /* GInputStream or GFile */
  gint64 length;
} Message;

static void
add_text (Message *message, const char *text)
{
  gsize length = strlen (text);

  g_ptr_array_add (message->parts,
                   g_memory_input_stream_new_from_data (g_memdup2 (text, length), (gssize)length, g_free));
  message->length += (gint64)length;
}

/* As CouchDB's replicator names them; the order is what counts to CouchDB, the name to others. */
static char *
quote_name (const char *name)
{
  GString *out = g_string_new ("\"");

  for (const char *c = name; *c != '\0'; c++)
    {
      if (*c == '"' || *c == '\\')
        g_string_append_c (out, '\\');
      if ((guchar)*c >= 0x20)
        g_string_append_c (out, *c);
    }
  g_string_append_c (out, '"');
  return g_string_free_and_steal (out);
}

static gboolean
add_file (Message *message, SamspillStore *store, const SamspillAttachment *file, const char *boundary, GError **error)
{
  g_autoptr (GFile) blob = file->sha256 != NULL ? samspill_store_get_blob (store, file->sha256, error) : NULL;
  g_autofree char *name = quote_name (file->name);
  g_autofree char *head =
      g_strdup_printf ("\r\n--%s\r\nContent-Disposition: attachment; filename=%s\r\nContent-Type: %s\r\n"
                       "Content-Length: %" G_GUINT64_FORMAT "\r\n\r\n",
                       boundary, name, file->content_type, file->length);

  if (blob == NULL)
    return FALSE;
  add_text (message, head);
  g_ptr_array_add (message->parts, g_steal_pointer (&blob));
  message->length += (gint64)file->length;
  return TRUE;
}

typedef struct
{
  SamspillStore *store;
  const char *space;
  const SamspillParcel *parcel;
  const char *boundary;
} LocalBody;

static GInputStream *
open_local (gpointer data, gint64 *length, GError **error)
{
  const LocalBody *body = data;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (SamspillDocument) document =
      samspill_store_get (body->store, body->space, body->parcel->id, body->parcel->rev, error);
  g_autoptr (GPtrArray) files =
      document != NULL ? samspill_attachments_list (body->store, document->attachments, error) : NULL;
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_object_unref);
  Message message = { parts, 0 };

  if (files == NULL)
    return NULL;
  g_string_append_printf (text, "--%s\r\nContent-Type: application/json\r\n\r\n", body->boundary);
  if (!samspill_store_append_wire (body->store, body->space, body->parcel->id, body->parcel->rev,
                                   SAMSPILL_WIRE_REVISIONS | SAMSPILL_WIRE_ATTACHMENT_FOLLOWS, NULL, text, error))
    return NULL;
  add_text (&message, text->str);
  for (guint i = 0; i < files->len; i++)
    if (!add_file (&message, body->store, files->pdata[i], body->boundary, error))
      return NULL;
  g_string_printf (text, "\r\n--%s--", body->boundary);
  add_text (&message, text->str);
  *length = message.length;
  return samspill_chain_stream_new (g_steal_pointer (&parts));
}

static gboolean
take_answer (SamspillRemote *target, const SamspillRemoteAnswer *answer, const SamspillParcel *parcel,
             SamspillReceipt *receipt, GError **error)
{
  g_autofree char *name = NULL, *reason = NULL;

  if (answer->status == 200 || answer->status == 201 || answer->status == 202)
    {
      receipt->written++;
      return TRUE;
    }
  if (answer->status == 404)
    {
      samspill_remote_set_error (target, answer, error);
      return FALSE;
    }
  samspill_remote_dup_reason (answer, &name, &reason);
  g_autofree char *status = g_strdup_printf ("%u", answer->status);
  g_ptr_array_add (receipt->refusals,
                   samspill_refusal_new (parcel->id, parcel->rev, name != NULL ? name : status, reason));
  return TRUE;
}

static gboolean
put (SamspillRemote *target, const SamspillParcel *parcel, const char *content_type,
     GInputStream *(*open_body) (gpointer data, gint64 *length, GError **error), gpointer data,
     SamspillReceipt *receipt, GCancellable *cancellable, GError **error)
{
  g_autofree char *id = samspill_remote_escape_id (parcel->id);
  g_autofree char *path = g_strconcat (id, "?new_edits=false", NULL);
  SamspillRemoteRequest request = {
    .method = "PUT",
    .path = path,
    .content_type = content_type,
    .open_body = open_body,
    .open_body_data = data,
  };
  g_auto (SamspillRemoteAnswer) answer = { 0 };

  return samspill_remote_send (target, &request, &answer, cancellable, error) &&
         take_answer (target, &answer, parcel, receipt, error);
}

static gboolean
send_local (SamspillStore *store, const char *space, SamspillRemote *target, const SamspillParcel *parcel,
            SamspillReceipt *receipt, GCancellable *cancellable, GError **error)
{
  g_autofree char *boundary = samspill_multipart_new_boundary ();
  g_autofree char *content_type = g_strdup_printf ("multipart/related; boundary=\"%s\"", boundary);
  LocalBody body = { store, space, parcel, boundary };

  return put (target, parcel, content_type, open_local, &body, receipt, cancellable, error);
}

typedef struct
{
  SamspillRemote *source;
  char *path;
  SamspillRemoteAnswer answer;
  GCancellable *cancellable;
} PassedBody;

static gboolean
open_source (PassedBody *body, GError **error)
{
  SamspillRemoteRequest request = {
    .method = "GET",
    .path = body->path,
    .accept = "multipart/related, application/json;q=0.5",
  };

  samspill_remote_answer_clear (&body->answer);
  return samspill_remote_open (body->source, &request, &body->answer, body->cancellable, error);
}

/* The answer that is open serves the first try; a second one asks again. */
static GInputStream *
open_passed (gpointer data, gint64 *length, GError **error)
{
  PassedBody *body = data;

  if (body->answer.stream == NULL && !open_source (body, error))
    return NULL;
  if (body->answer.stream == NULL)
    {
      samspill_remote_set_error (body->source, &body->answer, error);
      return NULL;
    }
  *length = body->answer.length;
  return g_steal_pointer (&body->answer.stream);
}

static gboolean
pass_on (SamspillRemote *source, SamspillRemote *target, const SamspillParcel *parcel, SamspillReceipt *receipt,
         GCancellable *cancellable, GError **error)
{
  g_autofree char *id = samspill_remote_escape_id (parcel->id);
  g_autofree char *rev = samspill_json_dup_string (parcel->text, (gssize)parcel->length, "_rev");
  g_autofree char *escaped = g_uri_escape_string (rev != NULL ? rev : "", NULL, FALSE);
  PassedBody body = {
    source, g_strdup_printf ("%s?revs=true&attachments=true&rev=%s", id, escaped), { 0 }, cancellable
  };
  gboolean done = open_source (&body, error);

  if (done && body.answer.stream == NULL)
    {
      samspill_remote_set_error (source, &body.answer, error);
      done = FALSE;
    }
  if (done)
    {
      g_autofree char *content_type = g_strdup (body.answer.content_type);
      done = put (target, parcel, content_type, open_passed, &body, receipt, cancellable, error);
    }
  samspill_remote_answer_clear (&body.answer);
  g_free (body.path);
  return done;
}

gboolean
samspill_files_send (SamspillPeer *source, SamspillRemote *target, const SamspillParcel *parcel,
                     SamspillReceipt *receipt, GCancellable *cancellable, GError **error)
{
  const char *space = NULL;
  SamspillStore *store = samspill_peer_get_store (source, &space);

  if (store != NULL)
    return send_local (store, space, target, parcel, receipt, cancellable, error);
  return pass_on (samspill_peer_get_remote (source), target, parcel, receipt, cancellable, error);
}
