/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

/* The way of documents into the store: files, accounts and rules are seen to in a worker's thread, then the writer
 * takes them in a transaction with others, and the answer goes out after the commit. */

#define MAX_AT_ONCE 5000 /* documents of one call into the store: bounds what the store holds beside the batch */

static void run_cb (SamspillWrite *write, SamspillStore *store);
static void done_cb (SamspillWrite *write, const GError *error);

SamspillSave *
samspill_save_new (SamspillRegistryCall *call, SamspillWireDocument *documents, guint n, gboolean new_edits)
{
  SamspillSave *self = g_new0 (SamspillSave, 1);

  self->write.run = run_cb;
  self->write.done = done_cb;
  self->call = call;
  samspill_call_hold (call);
  self->documents = documents;
  self->n_documents = n;
  self->new_edits = new_edits;
  self->refusals = g_new0 (GError *, n);
  self->revs = g_new0 (char *, n);
  return self;
}

static void
save_free (SamspillSave *self)
{
  for (guint i = 0; i < self->n_documents; i++)
    {
      samspill_wire_document_clear (&self->documents[i]);
      g_clear_error (&self->refusals[i]);
      g_free (self->revs[i]);
    }
  g_free (self->documents);
  g_free (self->refusals);
  g_free (self->revs);
  samspill_call_release (self->call);
  g_free (self);
}

static gboolean
is_local (const SamspillWireDocument *document)
{
  return g_str_has_prefix (document->id, "_local/");
}

static gboolean
is_design (const SamspillWireDocument *document)
{
  return g_str_has_prefix (document->id, "_design/");
}

/* A branch beside the account that one has would outlive what an administrator does to it: an account that is removed
 * would be back with the roles of the other branch. So only administrators bring histories of accounts from elsewhere.
 */
static gboolean
check_user_history (SamspillSave *self, GError **error)
{
  if (self->new_edits || !g_str_equal (self->call->space, "_users") || self->call->account->is_admin)
    return TRUE;
  g_set_error_literal (error, SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_FORBIDDEN,
                       "Only an administrator brings accounts from elsewhere: leave new_edits out.");
  return FALSE;
}

/* What can be said of one document before the rules. */
static gboolean
prepare (SamspillSave *self, guint i, GError **error)
{
  SamspillRegistryCall *call = self->call;
  SamspillWireDocument *document = &self->documents[i];
  const char *parent = document->rev;

  if (is_design (document) && !samspill_account_check_admin (call, call->space, error))
    return FALSE;
  if (!check_user_history (self, error))
    return FALSE;
  if (g_str_equal (call->space, "_users") && !samspill_account_prepare_user (call, document, error))
    return FALSE;
  if (!self->new_edits)
    parent = document->revisions != NULL && document->revisions[0] != NULL ? document->revisions[1] : NULL;
  if (document->attachments != NULL || (i == 0 && self->n_following > 0))
    {
      char *stubs = samspill_attachments_take (
          call->store, call->space, document->id, parent, document->attachments, i == 0 ? self->following : NULL,
          i == 0 ? self->n_following : 0, self->new_edits ? SAMSPILL_ATTACHMENTS_EDIT : SAMSPILL_ATTACHMENTS_REPLICATED,
          call->registry->options.max_attachment_bytes, error);

      if (stubs == NULL)
        return FALSE;
      g_free (document->attachments);
      document->attachments = stubs;
    }
  return TRUE;
}

/* Those that are left to be judged or written. (No rule judges design documents, as on CouchDB; but what they say about
 * others has to be a function.) */
static SamspillWireDocument *
list_unrefused (SamspillSave *self, guint *n, guint **places)
{
  SamspillWireDocument *list = g_new (SamspillWireDocument, self->n_documents);

  *places = g_new (guint, self->n_documents);
  *n = 0;
  for (guint i = 0; i < self->n_documents; i++)
    if (self->refusals[i] == NULL && !is_local (&self->documents[i]))
      {
        list[*n] = self->documents[i];
        (*places)[(*n)++] = i;
      }
  return list;
}

static gboolean
judge (SamspillSave *self, GError **error)
{
  g_autofree SamspillWireDocument *list = NULL;
  g_autofree guint *places = NULL;
  g_autofree GError **refusals = NULL;
  gboolean is_good;
  guint n;

  if (self->call->registry->rules == NULL)
    return TRUE;
  list = list_unrefused (self, &n, &places);
  if (n == 0)
    return TRUE;
  refusals = g_new0 (GError *, n);
  is_good = samspill_rules_judge (self->call->registry->rules, self->call, self->call->space, list, n, self->new_edits,
                                  refusals, error);
  for (guint i = 0; i < n; i++)
    self->refusals[places[i]] = refusals[i];
  return is_good;
}

static void
finish (SamspillSave *self, const GError *error)
{
  self->answer (self, error);
  save_free (self);
}

void
samspill_save_run (SamspillSave *self, void (*answer) (SamspillSave *self, const GError *error))
{
  g_autoptr (GError) error = NULL;

  self->answer = answer;
  for (guint i = 0; i < self->n_documents; i++)
    if (self->refusals[i] == NULL && !is_local (&self->documents[i]))
      prepare (self, i, &self->refusals[i]);
  if (!judge (self, &error))
    {
      finish (self, error);
      return;
    }
  for (guint i = 0; i < self->n_documents; i++)
    self->write.bytes += self->documents[i].body != NULL ? g_bytes_get_size (self->documents[i].body) : 0;
  samspill_writer_push (self->call->registry->writer, &self->write);
}

/* In the writer's thread. */

static void
write_one (SamspillSave *self, SamspillStore *store, guint i)
{
  const SamspillWireDocument *document = &self->documents[i];
  const char *space = self->call->space;

  if (is_local (document))
    {
      self->revs[i] = samspill_local_write (store, space, document, &self->refusals[i]);
      return;
    }
  self->revs[i] = samspill_store_write (store, space, document, self->new_edits, &self->refusals[i]);
}

static void
write_chunk (SamspillSave *self, SamspillStore *store, const SamspillWireDocument *list, guint n, const guint *places)
{
  g_autofree GError **refusals = g_new0 (GError *, n);
  g_autoptr (GError) error = NULL;
  guint written;

  if (!samspill_store_write_many (store, self->call->space, list, n, refusals, &written, &error))
    for (guint i = 0; i < n; i++)
      if (refusals[i] == NULL)
        refusals[i] = g_error_copy (error);
  for (guint i = 0; i < n; i++)
    {
      self->refusals[places[i]] = refusals[i];
      if (refusals[i] == NULL)
        self->revs[places[i]] = g_strdup (list[i].revisions[0]);
    }
}

static void
run_cb (SamspillWrite *write, SamspillStore *store)
{
  SamspillSave *self = (SamspillSave *)write;
  g_autofree SamspillWireDocument *list = NULL;
  g_autofree guint *places = NULL;
  guint n;

  for (guint i = 0; i < self->n_documents; i++)
    if (self->refusals[i] == NULL && (self->new_edits || is_local (&self->documents[i])))
      write_one (self, store, i);
  if (self->new_edits)
    return;
  list = list_unrefused (self, &n, &places);
  for (guint i = 0; i < n; i += MAX_AT_ONCE)
    write_chunk (self, store, list + i, MIN (n - i, MAX_AT_ONCE), places + i);
}

static void
done_cb (SamspillWrite *write, const GError *error)
{
  SamspillSave *self = (SamspillSave *)write;
  SamspillRegistry *registry = self->call->registry;
  const char *space = self->call->space;
  gboolean is_users = g_str_equal (space, "_users");

  for (guint i = 0; i < self->n_documents && error == NULL; i++)
    {
      if (self->revs[i] == NULL)
        continue;
      if (is_users)
        samspill_account_forget (registry, self->documents[i].id);
      if (registry->rules != NULL && is_design (&self->documents[i]))
        samspill_rules_forget (registry->rules, space);
    }
  finish (self, error);
}

/* Answers. */

void
samspill_save_answer_one (SamspillSave *self, const GError *error)
{
  SamspillRegistryCall *call = self->call;
  GString *json;

  if (error == NULL)
    error = self->refusals[0];
  if (error != NULL)
    {
      if (g_error_matches (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND))
        samspill_call_no_database (call);
      else
        samspill_answer_gerror (call, error);
      return;
    }
  json = g_string_new ("{\"ok\":true,\"id\":");
  samspill_json_append_string (json, self->documents[0].id);
  g_string_append (json, ",\"rev\":");
  samspill_json_append_string (json, self->revs[0]);
  g_string_append (json, "}\n");
  if (!is_local (&self->documents[0]))
    {
      g_autofree char *etag = g_strdup_printf ("\"%s\"", self->revs[0]);

      samspill_http_request_add_header (call->http, "ETag", etag);
    }
  if (samspill_call_is (call, "DELETE"))
    samspill_answer_take (call, 200, json);
  else
    {
      g_autofree char *host = samspill_call_dup_base (call);
      g_autofree char *space = g_uri_escape_string (call->space, NULL, FALSE);
      g_autofree char *id = g_uri_escape_string (self->documents[0].id, "/", FALSE);
      g_autofree char *location = g_strconcat (host, "/", space, "/", id, NULL);

      samspill_http_request_add_header (call->http, "Location", location);
      samspill_answer_take (
          call, g_strcmp0 (samspill_http_request_get_query (call->http, "batch"), "ok") == 0 ? 202 : 201, json);
    }
}
