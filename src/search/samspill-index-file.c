/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-index-private.h"

#include "samspill-tokenizer-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/* Raised when the tables or what is put into them change. */
#define INDEX_VERSION 2
#define APPLICATION_ID 0x53734978 /* "SsIx" */
#define USER_VERSION (INDEX_VERSION * 1000 + SAMSPILL_TOKENIZER_VERSION)
#define BUSY_TIMEOUT_MS 5000

/* The settings of the full text are those of the project's measurements: large hash in memory, merging only when idle.
 */
static const char create_tables[] =
    "CREATE VIRTUAL TABLE ft USING fts5 (title, near, body, content='', contentless_delete=1, tokenize='samspill',"
    " prefix='1 2 3');"
    "INSERT INTO ft (ft, rank) VALUES ('hashsize', 33554432);"
    "INSERT INTO ft (ft, rank) VALUES ('automerge', 0);"
    "INSERT INTO ft (ft, rank) VALUES ('crisismerge', 64);"
    "CREATE VIRTUAL TABLE ft_terms USING fts5vocab (ft, row);"
    "CREATE TABLE list (doc INTEGER PRIMARY KEY, space TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,"
    " lang TEXT NOT NULL, owner TEXT NOT NULL, owner_name TEXT NOT NULL, owner_folded TEXT NOT NULL,"
    " title TEXT NOT NULL, sort_key TEXT NOT NULL, phase TEXT NOT NULL, outcome TEXT NOT NULL,"
    " subject TEXT NOT NULL, changed INTEGER NOT NULL, trashed INTEGER NOT NULL, leaves INTEGER NOT NULL);"
    "CREATE INDEX list_by_id ON list (id);"
    "CREATE INDEX list_by_changed ON list (trashed, type, changed);"
    "CREATE INDEX list_originals ON list (id, space) WHERE " SAMSPILL_INDEX_IS_ORIGINAL ";"
    "CREATE TABLE facet (value TEXT NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY (value, doc)) WITHOUT ROWID;"
    "CREATE INDEX facet_by_doc ON facet (doc);"
    "CREATE TABLE state (store TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, clean INTEGER NOT NULL);";

static const char drop_tables[] =
    "DROP TABLE IF EXISTS ft_terms; DROP TABLE IF EXISTS ft; DROP TABLE IF EXISTS list; DROP TABLE IF EXISTS facet;"
    "DROP TABLE IF EXISTS state;";

G_DEFINE_QUARK (samspill - search - error - quark, samspill_search_error)

/* Our statements are constants: a table that they do not find has gone with a torn page of the schema. */
static gboolean
is_damage (sqlite3 *db, int result)
{
  switch (result & 0xFF)
    {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return TRUE;
    case SQLITE_ERROR:
      return g_str_has_prefix (sqlite3_errmsg (db), "no such table");
    default:
      return FALSE;
    }
}

void
samspill_index_set_error (sqlite3 *db, GError **error)
{
  const int result = sqlite3_errcode (db);

  if ((result & 0xFF) == SQLITE_INTERRUPT)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The search was stopped"));
  else if (is_damage (db, result))
    g_set_error_literal (error, SAMSPILL_SEARCH_ERROR, SAMSPILL_SEARCH_ERROR_DAMAGED,
                         _ ("The search index is damaged and is being made anew"));
  else if ((result & 0xFF) == SQLITE_FULL)
    g_set_error_literal (
        error, SAMSPILL_SEARCH_ERROR, SAMSPILL_SEARCH_ERROR_FAILED,
        _ ("The disk is full. Make room on it; the search index is then brought up to date by itself."));
  else
    g_set_error (
        error, SAMSPILL_SEARCH_ERROR, SAMSPILL_SEARCH_ERROR_FAILED,
        /* TRANSLATORS: %s is a technical message in English */
        _ ("The search index cannot be used (%s). Your records are safe; close the program and open it again."),
        sqlite3_errmsg (db));
}

gboolean
samspill_index_exec (sqlite3 *db, const char *sql, GError **error)
{
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  samspill_index_set_error (db, error);
  return FALSE;
}

void
samspill_index_connection_close (SamspillIndexConnection *self)
{
  if (self == NULL)
    return;
  sqlite3_finalize (self->row);
  sqlite3_finalize (self->row_by_id);
  sqlite3_finalize (self->organisation);
  sqlite3_close_v2 (self->db);
  g_free (self);
}

SamspillIndexConnection *
samspill_index_connection_open (const char *path, guint generation, gboolean is_writer, GError **error)
{
  SamspillIndexConnection *self = g_new0 (SamspillIndexConnection, 1);
  const int flags = (is_writer ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READWRITE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;

  self->generation = generation;
  if (sqlite3_open_v2 (path, &self->db, flags, NULL) != SQLITE_OK ||
      sqlite3_busy_timeout (self->db, BUSY_TIMEOUT_MS) != SQLITE_OK || !samspill_tokenizer_register (self->db) ||
      !samspill_index_exec (self->db, "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000", NULL) ||
      (is_writer && !samspill_index_exec (self->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL", NULL)) ||
      (!is_writer && !samspill_index_exec (self->db, "PRAGMA query_only = 1", NULL)))
    {
      samspill_index_set_error (self->db, error);
      samspill_index_connection_close (self);
      return NULL;
    }
  return self;
}

static gint64
read_integer (sqlite3 *db, const char *sql, gint64 fallback)
{
  sqlite3_stmt *statement = NULL;
  gint64 value = fallback;

  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step (statement) == SQLITE_ROW)
    value = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return value;
}

static gboolean
has_our_tables (sqlite3 *db)
{
  return read_integer (db, "PRAGMA application_id", 0) == APPLICATION_ID &&
         read_integer (db, "PRAGMA user_version", 0) == USER_VERSION &&
         read_integer (db, "SELECT count(*) FROM state", 0) == 1 &&
         read_integer (db, "SELECT count(*) FROM (SELECT 1 FROM list LIMIT 1)", -1) >= 0 &&
         read_integer (db, "SELECT count(*) FROM (SELECT 1 FROM facet LIMIT 1)", -1) >= 0 &&
         read_integer (db, "SELECT count(*) FROM ft WHERE ft MATCH '\"a\"'", -1) >= 0;
}

void
samspill_index_file_delete (const char *path)
{
  static const char *const endings[] = { "", "-wal", "-shm", "-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *file = g_strconcat (path, endings[i], NULL);

      g_unlink (file);
    }
}

static gboolean
create_all (sqlite3 *db, const char *store, gint64 epoch, GError **error)
{
  g_autofree char *state = NULL;
  char *quoted = sqlite3_mprintf ("INSERT INTO state VALUES (%Q, %lld, 0, 1);", store, (long long)epoch);

  state = g_strdup_printf ("BEGIN IMMEDIATE; %s %s PRAGMA application_id = %d; PRAGMA user_version = %d; %s COMMIT",
                           drop_tables, create_tables, APPLICATION_ID, USER_VERSION, quoted);
  sqlite3_free (quoted);
  if (samspill_index_exec (db, state, error))
    return TRUE;
  if (!sqlite3_get_autocommit (db))
    sqlite3_exec (db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

SamspillIndexConnection *
samspill_index_file_prepare (const char *path, guint generation, GError **error)
{
  SamspillIndexConnection *connection = samspill_index_connection_open (path, generation, TRUE, NULL);

  if (connection != NULL && !sqlite3_db_readonly (connection->db, "main") && has_our_tables (connection->db))
    return connection;
  samspill_index_connection_close (connection);

  samspill_index_file_delete (path);
  connection = samspill_index_connection_open (path, generation, TRUE, error);
  if (connection != NULL && create_all (connection->db, "", 0, error))
    return connection;
  samspill_index_connection_close (connection);
  return NULL;
}

gboolean
samspill_index_file_reset (sqlite3 *db, SamspillStore *store, GError **error)
{
  return create_all (db, samspill_store_get_uuid (store), samspill_store_get_epoch (store), error);
}

void
samspill_index_state_clear (SamspillIndexState *self)
{
  g_clear_pointer (&self->store, g_free);
}

gboolean
samspill_index_file_read_state (sqlite3 *db, SamspillIndexState *state, GError **error)
{
  sqlite3_stmt *statement = NULL;
  gboolean is_read = FALSE;

  if (sqlite3_prepare_v2 (db, "SELECT store, epoch, seq, clean FROM state", -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    {
      state->store = g_strdup ((const char *)sqlite3_column_text (statement, 0));
      state->epoch = sqlite3_column_int64 (statement, 1);
      state->seq = sqlite3_column_int64 (statement, 2);
      state->is_clean = sqlite3_column_int (statement, 3) != 0;
      is_read = TRUE;
    }
  else
    samspill_index_set_error (db, error);
  sqlite3_finalize (statement);
  return is_read;
}

gboolean
samspill_index_file_write_seq (sqlite3 *db, gint64 seq, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("UPDATE state SET seq = %" G_GINT64_FORMAT, seq);

  return samspill_index_exec (db, sql, error);
}

gboolean
samspill_index_file_move_seq (sqlite3 *db, gint64 from, gint64 to, GError **error)
{
  g_autofree char *sql =
      g_strdup_printf ("UPDATE state SET seq = %" G_GINT64_FORMAT " WHERE seq = %" G_GINT64_FORMAT, to, from);

  return samspill_index_exec (db, sql, error);
}

void
samspill_index_file_set_clean (sqlite3 *db, gboolean is_clean)
{
  sqlite3_exec (db, is_clean ? "UPDATE state SET clean = 1" : "UPDATE state SET clean = 0", NULL, NULL, NULL);
}

/* What cannot be looked at now, because another program is writing, is not damaged for that. */
gboolean
samspill_index_file_is_sound (sqlite3 *db)
{
  sqlite3_stmt *statement = NULL;
  gboolean is_sound;

  if (sqlite3_prepare_v2 (db, "PRAGMA quick_check(1)", -1, &statement, NULL) == SQLITE_OK &&
      sqlite3_step (statement) == SQLITE_ROW)
    is_sound = g_strcmp0 ((const char *)sqlite3_column_text (statement, 0), "ok") == 0;
  else
    is_sound = !is_damage (db, sqlite3_errcode (db));
  sqlite3_finalize (statement);
  return is_sound &&
         !is_damage (db, sqlite3_exec (db, "INSERT INTO ft (ft) VALUES ('integrity-check')", NULL, NULL, NULL));
}

gboolean
samspill_index_file_merge_step (sqlite3 *db)
{
  const int before = sqlite3_total_changes (db);

  /* SQLite counts one change for the statement itself and more where it has merged. */
  return sqlite3_exec (db, "INSERT INTO ft (ft, rank) VALUES ('merge', 200)", NULL, NULL, NULL) == SQLITE_OK &&
         sqlite3_total_changes (db) - before >= 2;
}
