/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-id.h"

#define MAX_SPACE_NAME_BYTES 238 /* as CouchDB's database names */

static const char SQL_FIND_SPACE[] = "SELECT space, revs_limit FROM space WHERE name = ?1";
static const char SQL_ADD_SPACE[] = "INSERT INTO space (name, uuid) VALUES (?1, ?2)";
static const char SQL_LIST_SPACES[] = "SELECT name FROM space ORDER BY name";
static const char SQL_LIST_DOCUMENTS[] = "SELECT doc, id, tree FROM document WHERE space = ?1 ORDER BY seq";
static const char SQL_ADD_GONE[] = "INSERT INTO gone (seq, doc, space, id) VALUES (?1, ?2, ?3, ?4)";
static const char SQL_DROP_DOCUMENTS[] = "DELETE FROM document WHERE space = ?1";
static const char SQL_DROP_WORKING_COPIES[] = "DELETE FROM working_copy WHERE space = ?1";
static const char SQL_DROP_LOCALS[] = "DELETE FROM local WHERE space = ?1";
static const char SQL_DROP_SPACE[] = "DELETE FROM space WHERE space = ?1";
static const char SQL_GET_LOCAL[] = "SELECT json FROM local WHERE space = ?1 AND name = ?2";
static const char SQL_PUT_LOCAL[] = "INSERT INTO local (space, name, revision, json) VALUES (?1, ?2, 1, ?3)"
                                    " ON CONFLICT (space, name) DO UPDATE SET revision = revision + 1, json = ?3";
static const char SQL_DROP_LOCAL[] = "DELETE FROM local WHERE space = ?1 AND name = ?2";

/* CouchDB: lower-case letters, digits and _$()+-/, a letter first; "_users" and "_replicator" are its own. */
static gboolean
check_space_name (const char *space, GError **error)
{
  gsize length = space != NULL ? strlen (space) : 0;

  if (length > 0 && length <= MAX_SPACE_NAME_BYTES && (g_ascii_islower (space[0]) || space[0] == '_') &&
      strspn (space, "abcdefghijklmnopqrstuvwxyz0123456789_$()+-/") == length)
    return TRUE;
  g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_INVALID,
               _ ("“%s” cannot be the name of a space. Use lower-case letters, digits and hyphens."),
               space != NULL ? space : "");
  return FALSE;
}

static gboolean
find_space (SamspillConnection *connection, const char *space, gint64 *number, guint *revs_limit, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, SQL_FIND_SPACE, error);
  SamspillStep step;

  *number = SAMSPILL_STORE_SPACE_NONE;
  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_text (statement, 1, space);
  step = samspill_statement_step (statement, error);
  if (step == SAMSPILL_STEP_ROW)
    {
      *number = samspill_statement_get_int (statement, 0);
      if (revs_limit != NULL)
        *revs_limit = (guint)CLAMP (samspill_statement_get_int (statement, 1), 1, G_MAXINT);
    }
  return step != SAMSPILL_STEP_ERROR;
}

gint64
samspill_store_find_space_limit (SamspillConnection *connection, const char *space, guint *revs_limit, GError **error)
{
  gint64 number;

  if (space == NULL || !find_space (connection, space, &number, revs_limit, error))
    return SAMSPILL_STORE_SPACE_NONE;
  if (number == SAMSPILL_STORE_SPACE_NONE)
    g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND, _ ("There is no space “%s” here."),
                 space);
  return number;
}

gint64
samspill_store_find_space (SamspillConnection *connection, const char *space, GError **error)
{
  return samspill_store_find_space_limit (connection, space, NULL, error);
}

static gboolean
step_to (SamspillConnection *connection, const char *sql, const char *id, SamspillStatement **row, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, sql, error);
  SamspillStep step;

  *row = NULL;
  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, connection->space_number);
  samspill_statement_bind_text (statement, 2, id);
  step = samspill_statement_step (statement, error);
  if (step == SAMSPILL_STEP_ROW)
    *row = g_steal_pointer (&statement);
  return step != SAMSPILL_STEP_ERROR;
}

/* A document in the space of a known number proves that the space is still there, as its documents go with it and
 * numbers are not used again. So the name need only be looked up where there is no document. */
SamspillStatement *
samspill_store_find_row (SamspillConnection *connection, const char *sql, const char *space, const char *id,
                         GError **error)
{
  SamspillStatement *row = NULL;
  gint64 number, tried = SAMSPILL_STORE_SPACE_NONE;

  if (g_strcmp0 (connection->space, space) == 0)
    {
      tried = connection->space_number;
      if (!step_to (connection, sql, id, &row, error) || row != NULL)
        return row;
    }
  number = samspill_store_find_space (connection, space, error);
  if (number == SAMSPILL_STORE_SPACE_NONE || number == tried)
    return NULL;
  g_set_str (&connection->space, space);
  connection->space_number = number;
  return step_to (connection, sql, id, &row, error) ? row : NULL;
}

static gboolean
ensure_space (SamspillStore *self, const char *space, GError **error)
{
  g_autoptr (SamspillStatement) statement = NULL;
  g_autofree char *uuid = samspill_uuid_v7_new (); /* says when it was made, too */
  gint64 number;

  if (!find_space (self->writer, space, &number, NULL, error))
    return FALSE;
  if (number != SAMSPILL_STORE_SPACE_NONE)
    return TRUE;
  statement = samspill_connection_prepare (self->writer, SQL_ADD_SPACE, error);
  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_text (statement, 1, space);
  samspill_statement_bind_text (statement, 2, uuid);
  return samspill_statement_run (statement, error);
}

/**
 * samspill_store_ensure_space:
 * @self: a store
 * @space: a name that CouchDB takes for a database
 * @error: return location for an error
 *
 * Makes a space, unless it is there.
 */
gboolean
samspill_store_ensure_space (SamspillStore *self, const char *space, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);

  if (!check_space_name (space, error))
    return FALSE;
  /* Most calls find it, and reading waits for nobody and works on what is read-only. */
  {
    g_auto (SamspillReader) reader = { NULL };
    gint64 number;

    if (!samspill_reader_begin (&reader, self, error) || !find_space (reader.connection, space, &number, NULL, error))
      return FALSE;
    if (number != SAMSPILL_STORE_SPACE_NONE)
      return TRUE;
  }
  if (!samspill_store_begin (self, error))
    return FALSE;
  return samspill_store_end (self, ensure_space (self, space, error), error);
}

gboolean
samspill_store_add_gone (SamspillStore *self, const char *space, gint64 doc, const char *id, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (self->writer, SQL_ADD_GONE, error);

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, samspill_store_next_seq (self));
  samspill_statement_bind_int (statement, 2, doc);
  samspill_statement_bind_text (statement, 3, space);
  samspill_statement_bind_text (statement, 4, id);
  return samspill_statement_run (statement, error);
}

static gboolean
drop_bodies (SamspillStore *self, GBytes *tree_bytes, GError **error)
{
  g_autoptr (SamspillRevisionTree) tree = NULL;

  /* What cannot be read cannot name its bodies; they are left over and compaction takes them. */
  tree = samspill_revision_tree_decode (g_bytes_get_data (tree_bytes, NULL), g_bytes_get_size (tree_bytes));
  for (guint i = 0; tree != NULL && i < samspill_revision_tree_get_length (tree); i++)
    {
      gint64 body = samspill_revision_tree_get (tree, (int)i)->body;

      if (body != 0 && !samspill_store_drop_body (self, body, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
drop_documents (SamspillStore *self, const char *space, gint64 number, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (self->writer, SQL_LIST_DOCUMENTS, error);
  SamspillStep step;

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, number);
  while ((step = samspill_statement_step (statement, error)) == SAMSPILL_STEP_ROW)
    {
      g_autoptr (GBytes) tree = samspill_statement_dup_bytes (statement, 2);

      if (!drop_bodies (self, tree, error) ||
          !samspill_store_add_gone (self, space, samspill_statement_get_int (statement, 0),
                                    samspill_statement_get_text (statement, 1), error))
        return FALSE;
    }
  return step == SAMSPILL_STEP_DONE;
}

static gboolean
drop_space (SamspillStore *self, const char *space, GError **error)
{
  gint64 number;

  if (!find_space (self->writer, space, &number, NULL, error))
    return FALSE;
  if (number == SAMSPILL_STORE_SPACE_NONE)
    return TRUE;
  return drop_documents (self, space, number, error) &&
         samspill_connection_run_with (self->writer, SQL_DROP_DOCUMENTS, number, error) &&
         samspill_connection_run_with (self->writer, SQL_DROP_WORKING_COPIES, number, error) &&
         samspill_connection_run_with (self->writer, SQL_DROP_LOCALS, number, error) &&
         samspill_connection_run_with (self->writer, SQL_DROP_SPACE, number, error);
}

/**
 * samspill_store_drop_space:
 * @self: a store
 * @space: a space; nothing happens where there is none
 * @error: return location for an error
 *
 * Takes a space with its documents, working copies and local documents away, without tombstones. The feed of all spaces
 * names each document once more, as deleted and without a revision.
 */
gboolean
samspill_store_drop_space (SamspillStore *self, const char *space, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);

  if (!check_space_name (space, error) || !samspill_store_begin (self, error))
    return FALSE;
  return samspill_store_end (self, drop_space (self, space, error), error);
}

/**
 * samspill_store_list_spaces:
 * @self: a store
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the names, sorted
 */
char **
samspill_store_list_spaces (SamspillStore *self, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillStatement) statement = NULL;
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  SamspillStep step;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);

  if (!samspill_reader_begin (&reader, self, error))
    return NULL;
  statement = samspill_connection_prepare (reader.connection, SQL_LIST_SPACES, error);
  if (statement == NULL)
    return NULL;
  while ((step = samspill_statement_step (statement, error)) == SAMSPILL_STEP_ROW)
    g_strv_builder_add (names, samspill_statement_get_text (statement, 0));
  return step == SAMSPILL_STEP_DONE ? g_strv_builder_end (names) : NULL;
}

/* Local documents. */

static gboolean
find_local_space (SamspillConnection *connection, const char *space, gint64 *number, GError **error)
{
  *number = SAMSPILL_STORE_SPACE_NONE;
  if (*space == '\0')
    return TRUE;
  *number = samspill_store_find_space (connection, space, error);
  return *number != SAMSPILL_STORE_SPACE_NONE;
}

/**
 * samspill_store_get_local:
 * @self: a store
 * @space: a space, or "" for what belongs to the whole store
 * @name: its name
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): JSON text; %NULL without an error: there is none
 */
char *
samspill_store_get_local (SamspillStore *self, const char *space, const char *name, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillStatement) statement = NULL;
  gint64 number;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (space != NULL && name != NULL, NULL);

  if (!samspill_reader_begin (&reader, self, error) || !find_local_space (reader.connection, space, &number, error))
    return NULL;
  statement = samspill_connection_prepare (reader.connection, SQL_GET_LOCAL, error);
  if (statement == NULL)
    return NULL;
  samspill_statement_bind_int (statement, 1, number);
  samspill_statement_bind_text (statement, 2, name);
  if (samspill_statement_step (statement, error) != SAMSPILL_STEP_ROW)
    return NULL;
  return g_strdup (samspill_statement_get_text (statement, 0));
}

static gboolean
put_local (SamspillStore *self, const char *space, const char *name, const char *json, GError **error)
{
  g_autoptr (SamspillStatement) statement = NULL;
  gint64 number;

  if (!find_local_space (self->writer, space, &number, error))
    return FALSE;
  statement = samspill_connection_prepare (self->writer, json != NULL ? SQL_PUT_LOCAL : SQL_DROP_LOCAL, error);
  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, number);
  samspill_statement_bind_text (statement, 2, name);
  if (json != NULL)
    samspill_statement_bind_text (statement, 3, json);
  return samspill_statement_run (statement, error);
}

/**
 * samspill_store_put_local:
 * @self: a store
 * @space: a space, or "" for what belongs to the whole store
 * @name: its name
 * @json: (nullable): JSON text; %NULL takes it away
 * @error: return location for an error
 *
 * Local documents have no revisions, are in no feed and are never replicated.
 */
gboolean
samspill_store_put_local (SamspillStore *self, const char *space, const char *name, const char *json, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (space != NULL && name != NULL, FALSE);

  if (!samspill_store_begin (self, error))
    return FALSE;
  return samspill_store_end (self, put_local (self, space, name, json, error), error);
}
