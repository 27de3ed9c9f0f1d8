/* SPDX-License-Identifier: GPL-3.0-or-later */

/* store-lines FOLDER: several stores, driven by a program in another language. Each line of stdin is a JSON object,
 * each answer a line of JSON:
 *   {"do":"open","store":"a"}                                      {"ok":true}
 *   {"do":"insert","store","id","revisions":[…],"deleted","body"}  new_edits=false · {"ok":true} or {"error":…}
 *   {"do":"write","store","document":"{…}"}                        the same, as the protocol sends it
 *   {"do":"put"|"delete","store","id","parent","body"}             {"rev":…} or {"error":…}
 *   {"do":"limit","store","revisions":N}
 *   {"do":"leaves","store","id"}   {"winner":…,"deleted":…,"leaves":[{"rev","deleted","revisions":[…],"body"}]}
 *   {"do":"reopen","store"}        closes and opens: what counts is what is on disk
 *   {"do":"check","store"}         {"faults":[…]} */

#include <json-glib/json-glib.h>
#include <stdio.h>

#include "samspill-wire.h"

#define SPACE "team-310000000"

typedef struct
{
  const char *folder;
  GHashTable *stores; /* name → SamspillStore */
} Lines;

static SamspillStore *
open_store (Lines *self, const char *name, GError **error)
{
  g_autofree char *folder = g_build_filename (self->folder, name, NULL);
  g_autoptr (SamspillStore) store = samspill_store_open (folder, SAMSPILL_STORE_OPEN_DEFAULT, error);

  if (store == NULL || !samspill_store_ensure_space (store, SPACE, error))
    return NULL;
  g_hash_table_replace (self->stores, g_strdup (name), g_object_ref (store));
  return store;
}

static const char *
text_of (JsonObject *line, const char *name)
{
  return json_object_get_string_member_with_default (line, name, NULL);
}

static GBytes *
body_of (JsonObject *line)
{
  const char *body = text_of (line, "body");

  return body != NULL ? g_bytes_new (body, strlen (body)) : NULL;
}

static gboolean
insert (SamspillStore *store, JsonObject *line, JsonObject *answer, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *sent = json_object_get_array_member (line, "revisions");
  g_auto (GStrv) revisions = NULL;
  g_autoptr (GBytes) body = body_of (line);

  for (guint i = 0; i < json_array_get_length (sent); i++)
    g_strv_builder_add (builder, json_array_get_string_element (sent, i));
  revisions = g_strv_builder_end (builder);
  return samspill_store_insert (store, SPACE, text_of (line, "id"), (const char *const *)revisions,
                                json_object_get_boolean_member_with_default (line, "deleted", FALSE), body, NULL,
                                error);
}

static gboolean
write_wire (SamspillStore *store, JsonObject *line, GError **error)
{
  const char *text = text_of (line, "document");
  g_auto (SamspillWireDocument) document = { 0 };
  g_autoptr (GError) refusal = NULL;
  guint written;

  if (!samspill_wire_document_read (&document, text, strlen (text), error) ||
      !samspill_store_write_many (store, SPACE, &document, 1, &refusal, &written, error))
    return FALSE;
  if (refusal == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&refusal));
  return FALSE;
}

static gboolean
edit (SamspillStore *store, JsonObject *line, JsonObject *answer, GError **error)
{
  g_autoptr (GBytes) body = body_of (line);
  const char *id = text_of (line, "id"), *parent = text_of (line, "parent");
  g_autofree char *revision = g_str_equal (text_of (line, "do"), "put")
                                  ? samspill_store_put (store, SPACE, id, parent, body, NULL, error)
                                  : samspill_store_delete (store, SPACE, id, parent, error);

  if (revision == NULL)
    return FALSE;
  json_object_set_string_member (answer, "rev", revision);
  return TRUE;
}

static gboolean
add_leaf (SamspillStore *store, const char *id, const SamspillRevision *revision, JsonArray *leaves, GError **error)
{
  JsonObject *leaf = json_object_new ();
  JsonArray *revisions = json_array_new ();
  g_autoptr (SamspillDocument) document = samspill_store_get (store, SPACE, id, revision->rev, error);
  g_auto (GStrv) path = document != NULL ? samspill_store_get_path (store, SPACE, id, revision->rev, error) : NULL;

  json_array_add_object_element (leaves, leaf);
  json_object_set_string_member (leaf, "rev", revision->rev);
  json_object_set_boolean_member (leaf, "deleted", revision->deleted);
  json_object_set_array_member (leaf, "revisions", revisions);
  if (path == NULL)
    return FALSE;
  for (guint i = 0; path[i] != NULL; i++)
    json_array_add_string_element (revisions, path[i]);
  if (document->body != NULL)
    {
      g_autofree char *body = g_strndup (g_bytes_get_data (document->body, NULL), g_bytes_get_size (document->body));

      json_object_set_string_member (leaf, "body", body);
    }
  return TRUE;
}

static gboolean
list_leaves (SamspillStore *store, JsonObject *line, JsonObject *answer, GError **error)
{
  const char *id = text_of (line, "id");
  JsonArray *list = json_array_new ();
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) leaves = samspill_store_get_leaves (store, SPACE, id, &local);
  g_autofree char *winner = NULL;
  gboolean deleted;

  json_object_set_array_member (answer, "leaves", list);
  if (leaves == NULL && g_error_matches (local, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND))
    return TRUE; /* none */
  if (leaves == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  for (guint i = 0; i < leaves->len; i++)
    if (!add_leaf (store, id, leaves->pdata[i], list, error))
      return FALSE;
  if (!samspill_store_lookup (store, SPACE, id, &winner, &deleted, error))
    return FALSE;
  json_object_set_string_member (answer, "winner", winner);
  json_object_set_boolean_member (answer, "deleted", deleted);
  return TRUE;
}

static gboolean
check (SamspillStore *store, JsonObject *line, JsonObject *answer, GError **error)
{
  g_autoptr (GPtrArray) faults = samspill_store_check (store, error);
  JsonArray *list;

  if (faults == NULL)
    return FALSE;
  list = json_array_new ();
  for (guint i = 0; i < faults->len; i++)
    json_array_add_string_element (list, faults->pdata[i]);
  json_object_set_array_member (answer, "faults", list);
  return TRUE;
}

static gboolean
run_line (Lines *self, JsonObject *line, JsonObject *answer, GError **error)
{
  const char *what = text_of (line, "do"), *name = text_of (line, "store");
  SamspillStore *store;

  if (g_str_equal (what, "open"))
    return open_store (self, name, error) != NULL;
  if (g_str_equal (what, "reopen"))
    {
      g_hash_table_remove (self->stores, name);
      return open_store (self, name, error) != NULL;
    }
  store = g_hash_table_lookup (self->stores, name);
  if (store == NULL)
    {
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND, "No store %s is open", name);
      return FALSE;
    }
  if (g_str_equal (what, "insert"))
    return insert (store, line, answer, error);
  if (g_str_equal (what, "write"))
    return write_wire (store, line, error);
  if (g_str_equal (what, "limit"))
    return samspill_store_set_revs_limit (store, SPACE, (guint)json_object_get_int_member (line, "revisions"), error);
  if (g_str_equal (what, "put") || g_str_equal (what, "delete"))
    return edit (store, line, answer, error);
  if (g_str_equal (what, "leaves"))
    return list_leaves (store, line, answer, error);
  if (g_str_equal (what, "check"))
    return check (store, line, answer, error);
  g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID, "Nobody knows “%s”", what);
  return FALSE;
}

static void
answer_line (Lines *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = json_from_string (text, &error), out = json_node_new (JSON_NODE_OBJECT);
  JsonObject *answer = json_object_new ();
  g_autofree char *json = NULL;

  json_node_take_object (out, answer);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node) || !run_line (self, json_node_get_object (node), answer, &error))
    {
      json_object_set_string_member (answer, "error", error != NULL ? error->message : "not an object");
      if (error != NULL)
        json_object_set_int_member (answer, "code", error->code);
    }
  else
    json_object_set_boolean_member (answer, "ok", TRUE);
  json = json_to_string (out, FALSE);
  puts (json);
  fflush (stdout);
}

int
main (int argc, char **argv)
{
  g_autoptr (GHashTable) stores = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  Lines self = { argc == 2 ? argv[1] : NULL, stores };
  g_autofree char *line = NULL;
  size_t size = 0;

  if (self.folder == NULL)
    return 2;
  while (getline (&line, &size, stdin) > 0)
    answer_line (&self, line);
  return 0;
}
