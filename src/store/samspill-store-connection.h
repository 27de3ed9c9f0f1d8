/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* One SQLite connection with its prepared statements. Used by one thread at a time. */
typedef struct
{
  sqlite3 *db;
  GHashTable *statements; /* address of the SQL constant → SamspillStatement */
  gboolean has_failed;    /* a statement failed since the caller last cleared this */
  char *space;            /* (nullable): the space last asked for, and its number, which is never another's */
  gint64 space_number;
} SamspillConnection;

SamspillConnection *samspill_connection_open    (const char *path, int flags, gboolean is_immutable, GError **error);
void                samspill_connection_close   (SamspillConnection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillConnection, samspill_connection_close)
/* One or several statements without parameters and results. */
gboolean            samspill_connection_execute (SamspillConnection *self, const char *sql, GError **error);
/* The first column of the first row of a statement without parameters, as a number. */
gboolean            samspill_connection_query   (SamspillConnection *self, const char *sql, gint64 *value, GError **error);

typedef struct
{
  SamspillConnection *connection;
  sqlite3_stmt *stmt;
  gboolean is_used, is_kept;
} SamspillStatement;

typedef enum
{
  SAMSPILL_STEP_ERROR,
  SAMSPILL_STEP_ROW,
  SAMSPILL_STEP_DONE,
} SamspillStep;

/* `sql` is a constant: its address is the key under which the statement is kept. Give back as soon as it has been read:
 * an open statement holds a read lock. */
SamspillStatement *samspill_connection_prepare (SamspillConnection *self, const char *sql, GError **error);
/* A statement without results and with one parameter. */
gboolean           samspill_connection_run_with (SamspillConnection *self, const char *sql, gint64 number, GError **error);
void               samspill_statement_release  (SamspillStatement *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillStatement, samspill_statement_release)

/* Bound text and bytes are borrowed until the statement is released. */
void         samspill_statement_bind_int   (SamspillStatement *self, int index, gint64 value);
void         samspill_statement_bind_text  (SamspillStatement *self, int index, const char *text);
void         samspill_statement_bind_data  (SamspillStatement *self, int index, const void *text, gsize length); /* as text */
void         samspill_statement_bind_blob  (SamspillStatement *self, int index, const void *data, gsize length);
void         samspill_statement_bind_bytes (SamspillStatement *self, int index, GBytes *bytes);                  /* as blob */
SamspillStep samspill_statement_step       (SamspillStatement *self, GError **error);
/* Steps to a row that must be there: where it is not, the file is damaged. */
gboolean     samspill_statement_fetch      (SamspillStatement *self, GError **error);
/* Runs a statement that gives no rows. */
gboolean     samspill_statement_run        (SamspillStatement *self, GError **error);
gint64       samspill_statement_get_int    (SamspillStatement *self, int column);
const char  *samspill_statement_get_text   (SamspillStatement *self, int column); /* borrowed until the next step; nullable */
GBytes      *samspill_statement_dup_bytes  (SamspillStatement *self, int column); /* NULL for NULL */

/* What SQLite says, as something that a person can act on. */
void samspill_store_set_sqlite_error (GError **error, sqlite3 *db, int code);

G_END_DECLS
