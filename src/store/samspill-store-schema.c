/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* The tables, one step a version. A step that has been released is never changed; tests/store keeps each version and
 * opens it with this program.
 *
 * 1: spaces, documents with their trees, bodies, working copies, local documents. The counter of the feed is one for
 * all spaces. document_by_seq holds the flags too, so that counting reads the index alone. 2: files, and what is gone
 * without a trace (a dropped space, later a purge), so that the feed can say so. A file that is known from a stub only
 * has an MD5 and a length, no SHA-256 yet. 3: how often revisions were purged; trees may hold revision ids that are no
 * digests, which older programs cannot read; a document's number is the sequence with which it came, so that SQLite
 * need not count them (AUTOINCREMENT is a row read and written for each). Numbers given out before are lower than any
 * sequence to come, as each document took one. 4: documents with several versions, which are few and asked for at each
 * sync. */
static const char *const migrations[] = {
  "CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1), uuid TEXT NOT NULL, epoch INTEGER NOT NULL,"
  "  seq INTEGER NOT NULL, at_us INTEGER NOT NULL);"
  "CREATE TABLE space (space INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, uuid TEXT NOT NULL,"
  "  revs_limit INTEGER NOT NULL DEFAULT 1000);"
  "CREATE TABLE document (doc INTEGER PRIMARY KEY AUTOINCREMENT, space INTEGER NOT NULL, id TEXT NOT NULL,"
  "  seq INTEGER NOT NULL, flags INTEGER NOT NULL, leaves INTEGER NOT NULL, winner INTEGER, tree BLOB NOT NULL,"
  "  UNIQUE (space, id));"
  "CREATE UNIQUE INDEX document_by_seq ON document (space, seq, flags);"
  "CREATE TABLE body (body INTEGER PRIMARY KEY, json TEXT NOT NULL, attachments TEXT);"
  "CREATE INDEX body_with_attachments ON body (body) WHERE attachments IS NOT NULL;"
  "CREATE TABLE working_copy (working_copy INTEGER PRIMARY KEY, space INTEGER NOT NULL, id TEXT NOT NULL, base TEXT,"
  "  json TEXT NOT NULL, at_us INTEGER NOT NULL, UNIQUE (space, id));"
  "CREATE TABLE local (local INTEGER PRIMARY KEY, space INTEGER NOT NULL, name TEXT NOT NULL,"
  "  revision INTEGER NOT NULL, json TEXT NOT NULL, UNIQUE (space, name));",

  "CREATE TABLE blob (blob INTEGER PRIMARY KEY, sha256 TEXT UNIQUE, md5 TEXT, length INTEGER, state INTEGER NOT NULL,"
  "  at_us INTEGER NOT NULL);"
  "CREATE INDEX blob_by_md5 ON blob (md5);"
  "CREATE TABLE gone (seq INTEGER PRIMARY KEY, doc INTEGER NOT NULL, space TEXT NOT NULL, id TEXT NOT NULL);",

  "ALTER TABLE space ADD COLUMN purge_seq INTEGER NOT NULL DEFAULT 0;"
  "CREATE TABLE document_new (doc INTEGER PRIMARY KEY, space INTEGER NOT NULL, id TEXT NOT NULL,"
  "  seq INTEGER NOT NULL, flags INTEGER NOT NULL, leaves INTEGER NOT NULL, winner INTEGER, tree BLOB NOT NULL,"
  "  UNIQUE (space, id));"
  "INSERT INTO document_new SELECT doc, space, id, seq, flags, leaves, winner, tree FROM document;"
  "DROP TABLE document;"
  "ALTER TABLE document_new RENAME TO document;"
  "CREATE UNIQUE INDEX document_by_seq ON document (space, seq, flags);",

  "CREATE INDEX document_divided ON document (space, id) WHERE leaves > 1;",
};

static const char SQL_COUNT_TABLES[] = "SELECT count(*) FROM sqlite_schema";
static const char SQL_APPLICATION_ID[] = "PRAGMA application_id";
static const char SQL_USER_VERSION[] = "PRAGMA user_version";
static const char SQL_NEW_FILE[] = "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;";
static const char SQL_JOURNAL_MODE[] = "PRAGMA journal_mode = WAL";
static const char SQL_WRITER[] = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;"
                                 "PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -8000;"
                                 "PRAGMA temp_store = MEMORY;";
static const char SQL_META[] = "INSERT INTO meta (one, uuid, epoch, seq, at_us) VALUES (1, ?1, ?2, 0, 0)";

guint
samspill_store_schema_version (void)
{
  return G_N_ELEMENTS (migrations);
}

gint64
samspill_store_new_epoch (void)
{
  /* Compared for equality only. Below 2^53, so that it may go into JSON. */
  return (gint64)g_random_int () << 20 | (g_random_int () & 0xfffff);
}

static gboolean
fill_meta (SamspillConnection *connection, GError **error)
{
  g_autofree char *uuid = g_uuid_string_random ();
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, SQL_META, error);

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_text (statement, 1, uuid);
  samspill_statement_bind_int (statement, 2, samspill_store_new_epoch ());
  return samspill_statement_run (statement, error);
}

static gboolean
run_steps (SamspillConnection *connection, GError **error)
{
  gint64 version;

  /* Asked again: another program may have done it while this one waited for the lock. */
  if (!samspill_connection_query (connection, SQL_USER_VERSION, &version, error))
    return FALSE;
  for (guint i = (guint)version; i < G_N_ELEMENTS (migrations); i++)
    {
      g_autofree char *pragmas = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %u;",
                                                  SAMSPILL_STORE_APPLICATION_ID, i + 1);

      if (!samspill_connection_execute (connection, migrations[i], error) ||
          !samspill_connection_execute (connection, pragmas, error))
        return FALSE;
      if (i == 0 && !fill_meta (connection, error))
        return FALSE;
    }
  return TRUE;
}

/* All steps or none. */
gboolean
samspill_store_schema_migrate (SamspillConnection *connection, GError **error)
{
  if (!samspill_connection_execute (connection, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (run_steps (connection, error) && samspill_connection_execute (connection, "COMMIT", error))
    return TRUE;
  if (!sqlite3_get_autocommit (connection->db))
    samspill_connection_execute (connection, "ROLLBACK", NULL);
  return FALSE;
}

static gboolean
read_header (SamspillConnection *connection, gint64 *tables, gint64 *application, gint64 *version, GError **error)
{
  gboolean is_good;

  /* One look: another program may be making the file right now. */
  if (!samspill_connection_execute (connection, "BEGIN", error))
    return FALSE;
  is_good = samspill_connection_query (connection, SQL_COUNT_TABLES, tables, error) &&
            samspill_connection_query (connection, SQL_APPLICATION_ID, application, error) &&
            samspill_connection_query (connection, SQL_USER_VERSION, version, error);
  samspill_connection_execute (connection, "COMMIT", NULL);
  return is_good;
}

/* Ours, or a file in which nothing stands yet: then the version is 0. */
static gboolean
identify (SamspillConnection *connection, gint64 *version, GError **error)
{
  gint64 application, tables;

  if (!read_header (connection, &tables, &application, version, error))
    return FALSE;
  if ((tables == 0 && application == 0 && *version == 0) ||
      (application == SAMSPILL_STORE_APPLICATION_ID && *version > 0))
    return TRUE;
  samspill_store_set_sqlite_error (error, NULL, SQLITE_NOTADB);
  return FALSE;
}

SamspillConnection *
samspill_store_schema_open (const char *path, gboolean *is_newer, gboolean *is_write_protected, GError **error)
{
  g_autoptr (SamspillConnection) connection = NULL;
  gint64 version;

  *is_newer = *is_write_protected = FALSE;
  connection = samspill_connection_open (path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, FALSE, error);
  if (connection == NULL)
    return NULL;
  if (sqlite3_db_readonly (connection->db, "main") == 1)
    {
      *is_write_protected = TRUE;
      return g_steal_pointer (&connection);
    }
  /* What turns out not to be ours to write is left as it was, its log too. */
  sqlite3_db_config (connection->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  if (!identify (connection, &version, error))
    return NULL;
  *is_newer = version > (gint64)G_N_ELEMENTS (migrations);
  if (*is_newer)
    return g_steal_pointer (&connection);
  sqlite3_db_config (connection->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  if (!samspill_connection_execute (connection, version == 0 ? SQL_NEW_FILE : SQL_JOURNAL_MODE, error) ||
      !samspill_connection_execute (connection, SQL_WRITER, error))
    return NULL;
  if (version < (gint64)G_N_ELEMENTS (migrations) && !samspill_store_schema_migrate (connection, error))
    return NULL;
  return g_steal_pointer (&connection);
}

static SamspillConnection *
open_and_identify (const char *path, gboolean is_immutable, gint64 *version, GError **error)
{
  g_autoptr (SamspillConnection) connection = NULL;

  connection = samspill_connection_open (path, SQLITE_OPEN_READONLY, is_immutable, error);
  if (connection == NULL || !identify (connection, version, error))
    return NULL;
  return g_steal_pointer (&connection);
}

SamspillConnection *
samspill_store_schema_open_read_only (const char *path, gboolean *is_immutable, gint64 *version, GError **error)
{
  g_autoptr (SamspillConnection) connection = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  GStatBuf info;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND,
                   _ ("There is no file %s. Choose another folder."), path);
      return NULL;
    }
  *is_immutable = FALSE;
  connection = open_and_identify (path, FALSE, version, &local_error);
  if (connection != NULL)
    return g_steal_pointer (&connection);
  /* The write-ahead log wants a lock file beside the database. Where none can be made and no write is left in the log,
   * nobody can be writing here either. */
  if (g_error_matches (local_error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_OURS) ||
      (g_stat (log, &info) == 0 && info.st_size > 0))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  *is_immutable = TRUE;
  return open_and_identify (path, TRUE, version, error);
}
