/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-connection.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

#include "samspill-store.h"

#define BUSY_TIMEOUT_MS 10000

static void
free_statement (gpointer data)
{
  SamspillStatement *self = data;

  sqlite3_finalize (self->stmt);
  g_free (self);
}

static gboolean
is_disk_full (sqlite3 *db, int code)
{
  int system = db != NULL ? sqlite3_system_errno (db) : 0;

  if ((code & 0xff) == SQLITE_FULL)
    return TRUE;
  return (code & 0xff) == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT);
}

void
samspill_store_set_sqlite_error (GError **error, sqlite3 *db, int code)
{
  const char *detail = db != NULL ? sqlite3_errmsg (db) : sqlite3_errstr (code);

  if (is_disk_full (db, code))
    {
      g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_FULL,
                           _ ("The disk is full and this was not saved. Free some space and try again."));
      return;
    }
  switch (code & 0xff)
    {
    case SQLITE_INTERRUPT:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Cancelled."));
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_BUSY,
                           _ ("Another program is writing to the same data and this was not saved. Try again in a "
                              "moment, or close the other program."));
      break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_READ_ONLY,
                           _ ("The data can only be read: the file or its folder is write-protected. Give yourself "
                              "the right to write there and open it again."));
      break;
    case SQLITE_CORRUPT:
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_CORRUPT,
                   _ ("The data file is damaged (%s). Restore a backup."), detail);
      break;
    case SQLITE_NOTADB:
      g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_OURS,
                           _ ("The file store.db was not made by this program. Choose another folder."));
      break;
    case SQLITE_CANTOPEN:
      g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_FAILED,
                           _ ("The data file cannot be opened. Check that the folder is there and that you may use "
                              "it."));
      break;
    case SQLITE_IOERR:
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_FAILED,
                   _ ("The disk cannot be read or written (%s) and this was not saved. Check the disk and try again."),
                   detail);
      break;
    default:
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_FAILED, _ ("The data file reported an error: %s."),
                   detail);
    }
}

SamspillConnection *
samspill_connection_open (const char *path, int flags, gboolean is_immutable, GError **error)
{
  g_autoptr (SamspillConnection) self = g_new0 (SamspillConnection, 1);
  g_autofree char *escaped = g_uri_escape_string (path, "/", TRUE);
  g_autofree char *uri = g_strconcat ("file:", escaped, is_immutable ? "?immutable=1" : NULL, NULL);
  int code;

  self->statements = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, free_statement);
  code = sqlite3_open_v2 (uri, &self->db, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
  if (code != SQLITE_OK)
    {
      samspill_store_set_sqlite_error (error, self->db, code);
      return NULL;
    }
  sqlite3_extended_result_codes (self->db, TRUE);
  sqlite3_busy_timeout (self->db, BUSY_TIMEOUT_MS);
  /* The file may come from anyone: it must not be able to run anything. */
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  return g_steal_pointer (&self);
}

void
samspill_connection_close (SamspillConnection *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->statements, g_hash_table_unref);
  sqlite3_close (self->db);
  g_free (self->space);
  g_free (self);
}

gboolean
samspill_connection_execute (SamspillConnection *self, const char *sql, GError **error)
{
  int code = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  if (code == SQLITE_OK)
    return TRUE;
  self->has_failed = TRUE;
  samspill_store_set_sqlite_error (error, self->db, code);
  return FALSE;
}

gboolean
samspill_connection_query (SamspillConnection *self, const char *sql, gint64 *value, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (self, sql, error);

  *value = 0;
  if (statement == NULL)
    return FALSE;
  switch (samspill_statement_step (statement, error))
    {
    case SAMSPILL_STEP_ROW:
      *value = samspill_statement_get_int (statement, 0);
      return TRUE;
    case SAMSPILL_STEP_DONE:
      return TRUE;
    case SAMSPILL_STEP_ERROR:
    default:
      return FALSE;
    }
}

gboolean
samspill_connection_run_with (SamspillConnection *self, const char *sql, gint64 number, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (self, sql, error);

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, number);
  return samspill_statement_run (statement, error);
}

SamspillStatement *
samspill_connection_prepare (SamspillConnection *self, const char *sql, GError **error)
{
  SamspillStatement *statement = g_hash_table_lookup (self->statements, sql);
  gboolean is_kept = statement == NULL;
  int code;

  if (statement != NULL && !statement->is_used)
    {
      statement->is_used = TRUE;
      return statement;
    }

  statement = g_new0 (SamspillStatement, 1);
  statement->connection = self;
  statement->is_used = TRUE;
  statement->is_kept = is_kept;
  code = sqlite3_prepare_v3 (self->db, sql, -1, is_kept ? SQLITE_PREPARE_PERSISTENT : 0, &statement->stmt, NULL);
  if (code != SQLITE_OK)
    {
      self->has_failed = TRUE;
      samspill_store_set_sqlite_error (error, self->db, code);
      free_statement (statement);
      return NULL;
    }
  if (is_kept)
    g_hash_table_insert (self->statements, (gpointer)sql, statement);
  return statement;
}

void
samspill_statement_release (SamspillStatement *self)
{
  if (self == NULL)
    return;
  if (!self->is_kept)
    {
      free_statement (self);
      return;
    }
  sqlite3_reset (self->stmt);
  sqlite3_clear_bindings (self->stmt);
  self->is_used = FALSE;
}

void
samspill_statement_bind_int (SamspillStatement *self, int index, gint64 value)
{
  sqlite3_bind_int64 (self->stmt, index, value);
}

void
samspill_statement_bind_text (SamspillStatement *self, int index, const char *text)
{
  sqlite3_bind_text (self->stmt, index, text, -1, SQLITE_STATIC);
}

void
samspill_statement_bind_data (SamspillStatement *self, int index, const void *text, gsize length)
{
  sqlite3_bind_text64 (self->stmt, index, text, length, SQLITE_STATIC, SQLITE_UTF8);
}

void
samspill_statement_bind_blob (SamspillStatement *self, int index, const void *data, gsize length)
{
  sqlite3_bind_blob64 (self->stmt, index, data, length, SQLITE_STATIC);
}

void
samspill_statement_bind_bytes (SamspillStatement *self, int index, GBytes *bytes)
{
  gsize length = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  sqlite3_bind_blob64 (self->stmt, index, data, length, SQLITE_STATIC);
}

SamspillStep
samspill_statement_step (SamspillStatement *self, GError **error)
{
  int code = sqlite3_step (self->stmt);

  if (code == SQLITE_ROW)
    return SAMSPILL_STEP_ROW;
  if (code == SQLITE_DONE)
    return SAMSPILL_STEP_DONE;
  self->connection->has_failed = TRUE;
  samspill_store_set_sqlite_error (error, self->connection->db, code);
  return SAMSPILL_STEP_ERROR;
}

gboolean
samspill_statement_fetch (SamspillStatement *self, GError **error)
{
  SamspillStep step = samspill_statement_step (self, error);

  if (step == SAMSPILL_STEP_DONE)
    samspill_store_set_sqlite_error (error, NULL, SQLITE_CORRUPT);
  return step == SAMSPILL_STEP_ROW;
}

gboolean
samspill_statement_run (SamspillStatement *self, GError **error)
{
  return samspill_statement_step (self, error) != SAMSPILL_STEP_ERROR;
}

gint64
samspill_statement_get_int (SamspillStatement *self, int column)
{
  return sqlite3_column_int64 (self->stmt, column);
}

const char *
samspill_statement_get_text (SamspillStatement *self, int column)
{
  return (const char *)sqlite3_column_text (self->stmt, column);
}

GBytes *
samspill_statement_dup_bytes (SamspillStatement *self, int column)
{
  const void *data = sqlite3_column_blob (self->stmt, column);
  int length = sqlite3_column_bytes (self->stmt, column);

  if (sqlite3_column_type (self->stmt, column) == SQLITE_NULL)
    return NULL;
  return g_bytes_new (data != NULL ? data : "", (gsize)length);
}
