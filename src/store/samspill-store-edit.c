/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-edit-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-json-text.h"

#define MAX_ID_BYTES 4096
#define MAX_ATTACHMENTS_BYTES (256 * 1024)

static const char SQL_FIND_DOCUMENT[] = "SELECT doc, tree, seq FROM document WHERE space = ?1 AND id = ?2";
static const char SQL_ADD_DOCUMENT[] = "INSERT INTO document (doc, space, id, seq, flags, leaves, winner, tree)"
                                       " VALUES (?3, ?1, ?2, ?3, ?4, ?5, ?6, ?7)";
static const char SQL_CHANGE_DOCUMENT[] = "UPDATE document SET seq = ?3, flags = ?4, leaves = ?5, winner = ?6,"
                                          " tree = ?7 WHERE space = ?1 AND id = ?2";
static const char SQL_TRY_DOCUMENT[] = "INSERT INTO document (doc, space, id, seq, flags, leaves, winner, tree)"
                                       " VALUES (?3, ?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (space, id) DO NOTHING";
static const char SQL_LAST_BODY[] = "SELECT max(body) FROM body";
static const char SQL_ADD_BODY[] = "INSERT INTO body (body, json, attachments) VALUES (?1, ?2, ?3)";

/* What comes in. */

gboolean
samspill_store_check_id (const char *id, GError **error)
{
  gsize length = id != NULL ? strlen (id) : 0;

  /* Names that begin with "_" are the protocol's; of them only design documents are documents. */
  if (length > 0 && length <= MAX_ID_BYTES && g_utf8_validate (id, (gssize)length, NULL) &&
      (id[0] != '_' || (g_str_has_prefix (id, "_design/") && length > strlen ("_design/"))))
    return TRUE;
  g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID,
                       _ ("The record has an id that cannot be used. An id is text, not empty, and does not begin "
                          "with an underscore."));
  return FALSE;
}

static gboolean
set_invalid (GError **error, GError *cause, const char *what)
{
  g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID, "%s: %s", what, cause->message);
  return FALSE;
}

GBytes *
samspill_store_clean_body (GBytes *body, GError **error)
{
  g_autoptr (GError) cause = NULL;
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  char *clean;

  if (!samspill_json_check (text, (gssize)length, SAMSPILL_STORE_MAX_BODY_BYTES, SAMSPILL_JSON_MUST_BE_OBJECT, &cause))
    {
      set_invalid (error, cause, _ ("The record cannot be saved"));
      return NULL;
    }
  clean = samspill_json_without_underscore (text, (gssize)length);
  return g_bytes_new_take (clean, strlen (clean));
}

gboolean
samspill_store_check_attachments (const char *attachments, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (attachments == NULL ||
      samspill_json_check (attachments, -1, MAX_ATTACHMENTS_BYTES, SAMSPILL_JSON_MUST_BE_OBJECT, &cause))
    return TRUE;
  return set_invalid (error, cause, _ ("The list of files cannot be saved"));
}

typedef struct
{
  guint64 number;
  GString *text;
} NewFiles;

static gboolean
append_file (const char *name, const char *value, gsize value_length, gpointer data)
{
  NewFiles *files = data;
  g_autofree char *quoted = samspill_json_quote (name);
  g_autofree char *known = samspill_json_dup_member (value, (gssize)value_length, "revpos");

  g_string_append_printf (files->text, "%s%s:", files->text->len > 1 ? "," : "", quoted);
  if (known == NULL && *value == '{')
    {
      const char *const names[] = { "revpos", NULL };
      g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, files->number);
      const char *const values[] = { number, NULL };
      g_autofree char *with_number = samspill_json_splice (value, (gssize)value_length, names, values);

      g_string_append (files->text, with_number);
    }
  else
    {
      g_string_append_len (files->text, value, (gssize)value_length);
    }
  return TRUE;
}

/* CouchDB wants to know in which revision a file came; files without that are new. NULL when there are none. */
static char *
number_files (const char *attachments, guint64 number)
{
  g_autoptr (GString) text = NULL;
  NewFiles files = { number, NULL };

  if (attachments == NULL)
    return NULL;
  files.text = text = g_string_new ("{");
  samspill_json_foreach_member (attachments, -1, append_file, &files, NULL);
  if (text->len == 1)
    return NULL;
  g_string_append_c (text, '}');
  return g_strdup (text->str);
}

/* Reading and writing a document's row. */

void
samspill_edit_clear (SamspillEdit *self)
{
  g_clear_pointer (&self->tree, samspill_revision_tree_free);
  g_clear_pointer (&self->stored, g_bytes_unref);
}

gboolean
samspill_edit_load_in (SamspillEdit *self, SamspillStore *store, const char *space, const char *id, GError **error)
{
  guint revs_limit;
  gint64 number = samspill_store_find_space_limit (store->writer, space, &revs_limit, error);

  *self = (SamspillEdit){ 0 };
  return number != SAMSPILL_STORE_SPACE_NONE && samspill_edit_load (self, store, number, revs_limit, id, error);
}

gboolean
samspill_edit_load (SamspillEdit *self, SamspillStore *store, gint64 space, guint revs_limit, const char *id,
                    GError **error)
{
  g_autoptr (SamspillStatement) statement = NULL;
  SamspillStep step;

  *self = (SamspillEdit){ .store = store, .space = space, .revs_limit = revs_limit, .id = id };
  if (!samspill_store_check_id (id, error))
    return FALSE;
  statement = samspill_connection_prepare (store->writer, SQL_FIND_DOCUMENT, error);
  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, self->space);
  samspill_statement_bind_text (statement, 2, id);
  step = samspill_statement_step (statement, error);
  if (step == SAMSPILL_STEP_ERROR)
    return FALSE;
  if (step == SAMSPILL_STEP_ROW)
    {
      self->doc = samspill_statement_get_int (statement, 0);
      self->seq = samspill_statement_get_int (statement, 2);
      self->stored = samspill_statement_dup_bytes (statement, 1);
      self->tree = samspill_store_read_tree (statement, 1, id, error);
    }
  else
    {
      self->tree = samspill_revision_tree_new ();
    }
  return self->tree != NULL;
}

/* The number that the next body gets. Counted here and not by SQLite, so that a document can be written before its
 * body. */
static gint64
next_body (SamspillStore *self, GError **error)
{
  if (self->last_body < 0 && !samspill_connection_query (self->writer, SQL_LAST_BODY, &self->last_body, error))
    {
      self->last_body = -1;
      return 0;
    }
  return self->last_body + 1;
}

static gint64
add_body (SamspillStore *self, GBytes *body, const char *attachments, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (self->writer, SQL_ADD_BODY, error);
  gint64 number = statement != NULL ? next_body (self, error) : 0;
  gsize length;
  const void *text = g_bytes_get_data (body, &length);

  if (number == 0)
    return 0;
  samspill_statement_bind_int (statement, 1, number);
  samspill_statement_bind_data (statement, 2, text, length);
  if (attachments != NULL)
    samspill_statement_bind_text (statement, 3, attachments);
  if (!samspill_statement_run (statement, error))
    return 0;
  return self->last_body = number;
}

gboolean
samspill_store_drop_body (SamspillStore *self, gint64 body, GError **error)
{
  static const char SQL_DROP_BODY[] = "DELETE FROM body WHERE body = ?1";

  return samspill_connection_run_with (self->writer, SQL_DROP_BODY, body, error);
}

gboolean
samspill_store_drop_bodies (SamspillStore *self, GArray *bodies, GError **error)
{
  for (guint i = 0; i < bodies->len; i++)
    if (!samspill_store_drop_body (self, g_array_index (bodies, gint64, i), error))
      return FALSE;
  return TRUE;
}

gboolean
samspill_edit_store (SamspillEdit *self, gboolean is_quiet, GError **error)
{
  SamspillStore *store = self->store;
  g_autoptr (SamspillStatement) statement = NULL;
  g_autoptr (GArray) bodies = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GBytes) bytes = NULL;
  const SamspillTreeRevision *winner;

  samspill_revision_tree_stem (self->tree, self->revs_limit, bodies);
  if (!samspill_store_drop_bodies (store, bodies, error))
    return FALSE;
  bytes = samspill_revision_tree_encode (self->tree);
  /* Ancestors came that are beyond the limit, and have been forgotten again. */
  if (self->stored != NULL && g_bytes_equal (bytes, self->stored))
    return TRUE;
  winner = samspill_revision_tree_get (self->tree, samspill_revision_tree_get_winner (self->tree));
  statement =
      samspill_connection_prepare (store->writer, self->doc == 0 ? SQL_ADD_DOCUMENT : SQL_CHANGE_DOCUMENT, error);
  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, self->space);
  samspill_statement_bind_text (statement, 2, self->id);
  samspill_statement_bind_int (statement, 3, is_quiet ? self->seq : samspill_store_next_seq (store));
  samspill_statement_bind_int (statement, 4, winner->deleted ? SAMSPILL_DOCUMENT_DELETED : 0);
  samspill_statement_bind_int (statement, 5, samspill_revision_tree_count_living_leaves (self->tree));
  if (winner->body != 0)
    samspill_statement_bind_int (statement, 6, winner->body);
  samspill_statement_bind_bytes (statement, 7, bytes);
  return samspill_statement_run (statement, error);
}

/* Writing. */

static gboolean
set_no_path (const char *id, GError **error)
{
  g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID,
               _ ("The history that came with the record %s does not hang together."), id);
  return FALSE;
}

gboolean
samspill_edit_add (SamspillStore *store, gint64 space, guint revs_limit, const char *id, const char *const *revisions,
                   gboolean deleted, GBytes *body, const char *attachments, gboolean *is_known, GError **error)
{
  g_autoptr (SamspillStatement) statement = NULL;
  g_autoptr (GByteArray) tree = NULL;
  g_autofree char *files = NULL;
  gint64 number = 0;
  guint64 revision;

  if (!samspill_store_check_id (id, error) || (body != NULL && (number = next_body (store, error)) == 0))
    return FALSE;
  tree = samspill_revision_path_encode (revisions, revs_limit, deleted, number, store->now_us, &revision);
  if (tree == NULL)
    return set_no_path (id, error);
  statement = samspill_connection_prepare (store->writer, SQL_TRY_DOCUMENT, error);
  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, space);
  samspill_statement_bind_text (statement, 2, id);
  samspill_statement_bind_int (statement, 3, store->seq + 1);
  samspill_statement_bind_int (statement, 4, deleted ? SAMSPILL_DOCUMENT_DELETED : 0);
  samspill_statement_bind_int (statement, 5, deleted ? 0 : 1);
  if (body != NULL)
    samspill_statement_bind_int (statement, 6, number);
  samspill_statement_bind_blob (statement, 7, tree->data, tree->len);
  if (!samspill_statement_run (statement, error))
    return FALSE;
  *is_known = sqlite3_changes (store->writer->db) == 0;
  if (*is_known)
    return FALSE;
  samspill_store_next_seq (store);
  files = number_files (attachments, revision);
  return body == NULL || add_body (store, body, files, error) == number;
}

static gboolean
set_conflict (GError **error)
{
  g_set_error_literal (
      error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CONFLICT,
      _ ("The record was changed elsewhere in the meantime. Open it again and make the change there."));
  return FALSE;
}

/* Where a new revision goes: `parent`, or for a record that begins (again) the tombstone it begins on. */
static gboolean
find_parent (SamspillEdit *edit, const char *parent, int *place, GError **error)
{
  SamspillRevisionId wanted;

  *place = SAMSPILL_REVISION_NONE;
  if (parent == NULL)
    {
      if (edit->doc == 0)
        return TRUE;
      *place = samspill_revision_tree_get_winner (edit->tree);
      return samspill_revision_tree_get (edit->tree, *place)->deleted || set_conflict (error);
    }
  if (!samspill_revision_parse (parent, &wanted))
    {
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID, _ ("“%s” is no revision."), parent);
      return FALSE;
    }
  *place = samspill_revision_tree_find (edit->tree, &wanted);
  if (*place == SAMSPILL_REVISION_NONE || !samspill_revision_tree_is_leaf (edit->tree, *place))
    return set_conflict (error);
  return TRUE;
}

static gboolean
add_revision (SamspillEdit *edit, int place, gboolean deleted, GBytes *body, const char *attachments, gboolean is_quiet,
              GError **error)
{
  SamspillTreeRevision *revision = samspill_revision_tree_get (edit->tree, place);

  revision->deleted = deleted;
  revision->at_us = edit->store->now_us;
  if (body != NULL)
    {
      revision->body = add_body (edit->store, body, attachments, error);
      if (revision->body == 0)
        return FALSE;
    }
  return samspill_edit_store (edit, is_quiet, error);
}

char *
samspill_edit_put (SamspillEdit *self, const char *parent, gboolean deleted, GBytes *body, const char *attachments,
                   GError **error)
{
  g_autofree char *canonical = NULL, *inherited = NULL, *files = NULL, *parent_text = NULL, *text = NULL;
  SamspillRevisionId id;
  int place;

  if (!find_parent (self, parent, &place, error))
    return NULL;
  if (place != SAMSPILL_REVISION_NONE)
    {
      const SamspillTreeRevision *revision = samspill_revision_tree_get (self->tree, place);

      parent_text = samspill_revision_tree_dup_text (self->tree, place);
      if (attachments == NULL && !deleted &&
          !samspill_store_read_body (self->store->writer, revision->body, NULL, &inherited, error))
        return NULL;
    }
  if (body != NULL)
    canonical = samspill_json_canonical (g_bytes_get_data (body, NULL), (gssize)g_bytes_get_size (body));
  text = samspill_revision_next (parent_text, deleted, canonical, attachments != NULL ? attachments : inherited);
  if (text == NULL || !samspill_revision_parse (text, &id))
    {
      set_conflict (error);
      return NULL;
    }
  files = number_files (attachments != NULL ? attachments : inherited, id.number);
  place = samspill_revision_tree_add (self->tree, &id, place);
  if (!add_revision (self, place, deleted, body, files, FALSE, error))
    return NULL;
  return g_steal_pointer (&text);
}

gboolean
samspill_edit_insert (SamspillEdit *self, const char *const *revisions, gboolean deleted, GBytes *body,
                      const char *attachments, gboolean *is_new, GError **error)
{
  gboolean is_changed;
  int place = samspill_revision_tree_merge (self->tree, revisions, is_new, &is_changed);
  g_autofree char *files = NULL;
  const SamspillTreeRevision *revision;

  if (place == SAMSPILL_REVISION_NONE)
    return set_no_path (self->id, error);
  revision = samspill_revision_tree_get (self->tree, place);
  /* Known; what hung loose may hang together now. One that was known as an ancestor only is filled in, which changes no
   * leaf. */
  if (!*is_new && (revision->at_us != 0 || revision->body != 0))
    return !is_changed || samspill_edit_store (self, FALSE, error);
  files = number_files (attachments, revision->id.number);
  return add_revision (self, place, deleted, body, files, !*is_new && !is_changed, error);
}
