/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-json-text.h"

#define MAX_ID_BYTES 4096
#define MAX_ATTACHMENTS_BYTES (256 * 1024)

static const char SQL_FIND_DOCUMENT[] = "SELECT doc, tree FROM document WHERE space = ?1 AND id = ?2";
static const char SQL_REVS_LIMIT[] = "SELECT revs_limit FROM space WHERE space = ?1";
static const char SQL_ADD_DOCUMENT[] = "INSERT INTO document (space, id, seq, flags, leaves, winner, tree)"
                                       " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
static const char SQL_CHANGE_DOCUMENT[] = "UPDATE document SET seq = ?3, flags = ?4, leaves = ?5, winner = ?6,"
                                          " tree = ?7 WHERE space = ?1 AND id = ?2";
static const char SQL_ADD_BODY[] = "INSERT INTO body (json, attachments) VALUES (?1, ?2)";

/* A document on its way to the disk. */
typedef struct
{
  gint64 space;
  const char *id;
  gint64 doc; /* 0: new */
  SamspillRevisionTree *tree;
} Edit;

static void
clear_edit (Edit *edit)
{
  g_clear_pointer (&edit->tree, samspill_revision_tree_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Edit, clear_edit)

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

static gboolean
check_attachments (const char *attachments, GError **error)
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
  g_autoptr (GString) text = g_string_new ("{");
  NewFiles files = { number, text };

  if (attachments == NULL)
    return NULL;
  samspill_json_foreach_member (attachments, -1, append_file, &files, NULL);
  if (text->len == 1)
    return NULL;
  g_string_append_c (text, '}');
  return g_strdup (text->str);
}

/* Reading and writing a document's row. */

static gboolean
load_edit (SamspillStore *self, Edit *edit, const char *space, const char *id, GError **error)
{
  g_autoptr (SamspillStatement) statement = NULL;
  SamspillStep step;

  edit->id = id;
  edit->space = samspill_store_find_space (self->writer, space, error);
  if (edit->space == SAMSPILL_STORE_SPACE_NONE || !samspill_store_check_id (id, error))
    return FALSE;
  statement = samspill_connection_prepare (self->writer, SQL_FIND_DOCUMENT, error);
  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, edit->space);
  samspill_statement_bind_text (statement, 2, id);
  step = samspill_statement_step (statement, error);
  if (step == SAMSPILL_STEP_ERROR)
    return FALSE;
  if (step == SAMSPILL_STEP_ROW)
    {
      edit->doc = samspill_statement_get_int (statement, 0);
      edit->tree = samspill_store_read_tree (statement, 1, id, error);
    }
  else
    {
      edit->tree = samspill_revision_tree_new ();
    }
  return edit->tree != NULL;
}

static gint64
add_body (SamspillStore *self, GBytes *body, const char *attachments, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (self->writer, SQL_ADD_BODY, error);
  gsize length;
  const void *text = g_bytes_get_data (body, &length);

  if (statement == NULL)
    return 0;
  samspill_statement_bind_data (statement, 1, text, length);
  if (attachments != NULL)
    samspill_statement_bind_text (statement, 2, attachments);
  return samspill_statement_run (statement, error) ? sqlite3_last_insert_rowid (self->writer->db) : 0;
}

gboolean
samspill_store_drop_body (SamspillStore *self, gint64 body, GError **error)
{
  static const char SQL_DROP_BODY[] = "DELETE FROM body WHERE body = ?1";

  return samspill_connection_run_with (self->writer, SQL_DROP_BODY, body, error);
}

static gboolean
drop_bodies (SamspillStore *self, GArray *bodies, GError **error)
{
  for (guint i = 0; i < bodies->len; i++)
    if (!samspill_store_drop_body (self, g_array_index (bodies, gint64, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
stem (SamspillStore *self, Edit *edit, GError **error)
{
  g_autoptr (GArray) bodies = NULL;
  gint64 limit;

  if (samspill_revision_tree_get_length (edit->tree) < 100)
    return TRUE;
  {
    g_autoptr (SamspillStatement) statement = samspill_connection_prepare (self->writer, SQL_REVS_LIMIT, error);

    if (statement == NULL)
      return FALSE;
    samspill_statement_bind_int (statement, 1, edit->space);
    if (!samspill_statement_fetch (statement, error))
      return FALSE;
    limit = samspill_statement_get_int (statement, 0);
  }
  bodies = g_array_new (FALSE, FALSE, sizeof (gint64));
  samspill_revision_tree_stem (edit->tree, (guint)CLAMP (limit, 1, G_MAXINT), bodies);
  return drop_bodies (self, bodies, error);
}

static gboolean
store_edit (SamspillStore *self, Edit *edit, GError **error)
{
  g_autoptr (SamspillStatement) statement = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const SamspillTreeRevision *winner;

  if (!stem (self, edit, error))
    return FALSE;
  bytes = samspill_revision_tree_encode (edit->tree);
  winner = samspill_revision_tree_get (edit->tree, samspill_revision_tree_get_winner (edit->tree));
  statement =
      samspill_connection_prepare (self->writer, edit->doc == 0 ? SQL_ADD_DOCUMENT : SQL_CHANGE_DOCUMENT, error);
  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, edit->space);
  samspill_statement_bind_text (statement, 2, edit->id);
  samspill_statement_bind_int (statement, 3, samspill_store_next_seq (self));
  samspill_statement_bind_int (statement, 4, winner->deleted ? SAMSPILL_DOCUMENT_DELETED : 0);
  samspill_statement_bind_int (statement, 5, samspill_revision_tree_count_living_leaves (edit->tree));
  if (winner->body != 0)
    samspill_statement_bind_int (statement, 6, winner->body);
  samspill_statement_bind_bytes (statement, 7, bytes);
  return samspill_statement_run (statement, error);
}

/* Writing. */

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
find_parent (Edit *edit, const char *parent, int *place, GError **error)
{
  guint8 digest[SAMSPILL_REVISION_DIGEST_BYTES];
  guint64 number;

  *place = SAMSPILL_REVISION_NONE;
  if (parent == NULL)
    {
      if (edit->doc == 0)
        return TRUE;
      *place = samspill_revision_tree_get_winner (edit->tree);
      return samspill_revision_tree_get (edit->tree, *place)->deleted || set_conflict (error);
    }
  if (!samspill_revision_parse (parent, &number, digest))
    {
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID, _ ("“%s” is no revision."), parent);
      return FALSE;
    }
  *place = samspill_revision_tree_find (edit->tree, number, digest);
  if (*place == SAMSPILL_REVISION_NONE || !samspill_revision_tree_is_leaf (edit->tree, *place))
    return set_conflict (error);
  return TRUE;
}

static gboolean
add_revision (SamspillStore *self, Edit *edit, int place, gboolean deleted, GBytes *body, const char *attachments,
              GError **error)
{
  SamspillTreeRevision *revision = samspill_revision_tree_get (edit->tree, place);

  revision->deleted = deleted;
  revision->at_us = self->now_us;
  if (body != NULL)
    {
      revision->body = add_body (self, body, attachments, error);
      if (revision->body == 0)
        return FALSE;
    }
  return store_edit (self, edit, error);
}

static char *
put (SamspillStore *self, Edit *edit, const char *parent, gboolean deleted, GBytes *body, const char *attachments,
     GError **error)
{
  g_autofree char *canonical = NULL, *inherited = NULL, *files = NULL, *parent_text = NULL, *text = NULL;
  guint8 digest[SAMSPILL_REVISION_DIGEST_BYTES];
  guint64 number;
  int place;

  if (!find_parent (edit, parent, &place, error))
    return NULL;
  if (place != SAMSPILL_REVISION_NONE)
    {
      const SamspillTreeRevision *revision = samspill_revision_tree_get (edit->tree, place);

      parent_text = samspill_revision_tree_dup_text (edit->tree, place);
      if (attachments == NULL && !deleted &&
          !samspill_store_read_body (self->writer, revision->body, NULL, &inherited, error))
        return NULL;
    }
  if (body != NULL)
    canonical = samspill_json_canonical (g_bytes_get_data (body, NULL), (gssize)g_bytes_get_size (body));
  text = samspill_revision_next (parent_text, deleted, canonical, attachments != NULL ? attachments : inherited);
  if (text == NULL || !samspill_revision_parse (text, &number, digest))
    {
      set_conflict (error);
      return NULL;
    }
  files = number_files (attachments != NULL ? attachments : inherited, number);
  place = samspill_revision_tree_add (edit->tree, number, digest, place);
  if (!add_revision (self, edit, place, deleted, body, files, error))
    return NULL;
  return g_steal_pointer (&text);
}

/**
 * samspill_store_put:
 * @self: a store
 * @space: a space that is there
 * @id: the document
 * @parent: (nullable): the revision on which this one goes, a leaf; %NULL for a new document or one that was deleted
 * @body: a JSON object; members whose name begins with "_" are left out, all other bytes kept
 * @attachments: (nullable): a JSON object of files; %NULL: as the parent's; "{}": none
 * @error: return location for an error
 *
 * CONFLICT when @parent is not a leaf (any more), or the document is there already.
 *
 * Returns: (transfer full) (nullable): the new revision
 */
char *
samspill_store_put (SamspillStore *self, const char *space, const char *id, const char *parent, GBytes *body,
                    const char *attachments, GError **error)
{
  g_auto (Edit) edit = { 0 };
  g_autoptr (GBytes) clean = NULL;
  g_autofree char *revision = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (body != NULL, NULL);

  clean = samspill_store_clean_body (body, error);
  if (clean == NULL || !check_attachments (attachments, error) || !samspill_store_begin (self, error))
    return NULL;
  if (load_edit (self, &edit, space, id, error))
    revision = put (self, &edit, parent, FALSE, clean, attachments, error);
  if (!samspill_store_end (self, revision != NULL, error))
    return NULL;
  return g_steal_pointer (&revision);
}

/**
 * samspill_store_delete:
 * @self: a store
 * @space: a space that is there
 * @id: the document
 * @parent: the leaf to put the tombstone on
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the revision of the tombstone; NOT_FOUND where there is no such document or it
 * is deleted already
 */
char *
samspill_store_delete (SamspillStore *self, const char *space, const char *id, const char *parent, GError **error)
{
  g_auto (Edit) edit = { 0 };
  g_autofree char *revision = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (parent != NULL, NULL);

  if (!samspill_store_begin (self, error))
    return NULL;
  if (load_edit (self, &edit, space, id, error))
    {
      int place = samspill_revision_tree_find_text (edit.tree, parent);

      if (edit.doc == 0 || (place != SAMSPILL_REVISION_NONE && samspill_revision_tree_get (edit.tree, place)->deleted))
        g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND,
                     _ ("The record %s is not here any more."), id);
      else
        revision = put (self, &edit, parent, TRUE, NULL, NULL, error);
    }
  if (!samspill_store_end (self, revision != NULL, error))
    return NULL;
  return g_steal_pointer (&revision);
}

static gboolean
insert (SamspillStore *self, Edit *edit, const char *const *revisions, gboolean deleted, GBytes *body,
        const char *attachments, GError **error)
{
  gboolean is_new, is_changed;
  int place = samspill_revision_tree_merge (edit->tree, revisions, &is_new, &is_changed);
  g_autofree char *files = NULL;

  if (place == SAMSPILL_REVISION_NONE)
    {
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID,
                   _ ("The history that came with the record %s does not hang together."), edit->id);
      return FALSE;
    }
  if (!is_new)
    {
      /* Known; what hung loose may hang together now. */
      return !is_changed || store_edit (self, edit, error);
    }
  files = number_files (attachments, samspill_revision_tree_get (edit->tree, place)->number);
  return add_revision (self, edit, place, deleted, body, files, error);
}

/**
 * samspill_store_insert:
 * @self: a store
 * @space: a space that is there
 * @id: the document
 * @revisions: the revision and its ancestors, newest first, as far as they are known
 * @deleted: whether it is a tombstone
 * @body: (nullable): as in samspill_store_put(); %NULL for a tombstone without one
 * @attachments: (nullable): a JSON object of files
 * @error: return location for an error
 *
 * Puts a revision in its place in the tree as another computer made it (`new_edits=false`). Never a conflict: a leaf is
 * added beside the others. What is here already stays as it is.
 */
gboolean
samspill_store_insert (SamspillStore *self, const char *space, const char *id, const char *const *revisions,
                       gboolean deleted, GBytes *body, const char *attachments, GError **error)
{
  g_auto (Edit) edit = { 0 };
  g_autoptr (GBytes) clean = NULL;
  gboolean is_good;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (body != NULL || deleted, FALSE);

  if (body != NULL && (clean = samspill_store_clean_body (body, error)) == NULL)
    return FALSE;
  if (!check_attachments (attachments, error) || !samspill_store_begin (self, error))
    return FALSE;
  is_good =
      load_edit (self, &edit, space, id, error) && insert (self, &edit, revisions, deleted, clean, attachments, error);
  return samspill_store_end (self, is_good, error);
}
