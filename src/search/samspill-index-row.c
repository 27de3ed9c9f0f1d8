/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-index-private.h"

#include "samspill-json-text.h"
#include "samspill-lexicon-private.h"
#include "samspill-names-private.h"
#include "samspill-mark-private.h"
#include "samspill-municipality.h"

#define COLUMNS                                                                                                        \
  "doc, id, space, type, title, lang, owner, owner_name, phase, outcome, subject, changed, leaves, trashed FROM list "

static const char row_sql[] = "SELECT " COLUMNS "WHERE doc = ?1";
static const char row_by_id_sql[] = "SELECT " COLUMNS "WHERE id = ?1 AND (?2 IS NULL OR space = ?2)"
                                    " ORDER BY CASE WHEN space = 'mine' THEN 0 WHEN space LIKE 'team-%' THEN 1"
                                    " WHEN space LIKE 'joint-%' THEN 2 WHEN space = 'sample' THEN 3"
                                    " WHEN space = 'commons' THEN 4 ELSE 5 END LIMIT 1";
static const char organisation_sql[] =
    "SELECT title FROM list JOIN facet USING (doc) WHERE value = 'o:' || ?1 AND trashed = 0 LIMIT 1";

void
samspill_row_free (SamspillRow *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->space);
  g_free (self->type);
  g_free (self->title);
  g_free (self->lang);
  g_free (self->owner);
  g_free (self->owner_name);
  g_free (self->phase);
  g_free (self->outcome);
  g_free (self->subject);
  g_free (self->subject_label);
  g_free (self->snippet);
  g_free (self);
}

static gboolean
prepare_once (SamspillIndexConnection *connection, sqlite3_stmt **statement, const char *sql)
{
  return *statement != NULL ||
         sqlite3_prepare_v3 (connection->db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL) == SQLITE_OK;
}

static char *
dup_column (sqlite3_stmt *statement, int column)
{
  const char *text = (const char *)sqlite3_column_text (statement, column);

  return g_strdup (text != NULL ? text : "");
}

static SamspillRow *
read_row (sqlite3_stmt *statement)
{
  SamspillRow *row = g_new0 (SamspillRow, 1);
  const SamspillLos *los;
  int column = 0;

  row->doc = sqlite3_column_int64 (statement, column++);
  row->id = dup_column (statement, column++);
  row->space = dup_column (statement, column++);
  row->type = dup_column (statement, column++);
  row->title = dup_column (statement, column++);
  row->lang = dup_column (statement, column++);
  row->owner = dup_column (statement, column++);
  row->owner_name = dup_column (statement, column++);
  row->phase = dup_column (statement, column++);
  row->outcome = dup_column (statement, column++);
  row->subject = dup_column (statement, column++);
  row->changed_us = sqlite3_column_int64 (statement, column++);
  row->leaves = (guint)sqlite3_column_int (statement, column++);
  row->trashed = sqlite3_column_int (statement, column++) != 0;
  los = samspill_los_lookup (row->subject);
  row->subject_label = g_strdup (los != NULL ? samspill_los_get_label (los) : "");
  return row;
}

/* A number that is no municipality of ours may be that of an organisation record. */
static void
fill_owner_name (SamspillIndexConnection *connection, SamspillRow *row)
{
  char *name;

  if (row->owner_name[0] != '\0' || row->owner[0] == '\0')
    return;
  name = samspill_owner_dup_name (row->owner);
  if (name != NULL)
    {
      g_free (row->owner_name);
      row->owner_name = name;
      return;
    }
  if (!prepare_once (connection, &connection->organisation, organisation_sql))
    return;
  sqlite3_bind_text (connection->organisation, 1, row->owner, -1, SQLITE_STATIC);
  if (sqlite3_step (connection->organisation) == SQLITE_ROW)
    {
      g_free (row->owner_name);
      row->owner_name = dup_column (connection->organisation, 0);
    }
  sqlite3_reset (connection->organisation);
}

/* What is being edited shows as the person left it. */
static void
fill_working_copy (SamspillStore *store, SamspillRow *row)
{
  g_autoptr (SamspillWorkingCopy) copy = samspill_store_read_working_copy (store, row->space, row->id, NULL);
  g_autofree char *title = NULL;
  gsize length;
  const char *body;

  if (copy == NULL || copy->body == NULL)
    return;
  row->has_working_copy = TRUE;
  body = g_bytes_get_data (copy->body, &length);
  title = samspill_json_dup_string (body, (gssize)length, "title");
  if (title != NULL && title[0] != '\0')
    g_set_str (&row->title, title);
}

static void
fill_snippet (SamspillStore *store, SamspillRow *row, const SamspillQuery *query)
{
  g_autoptr (SamspillDocument) document = samspill_store_get_by_number (store, row->doc, NULL);
  g_autoptr (SamspillRecord) record = NULL;

  if (document != NULL && document->body != NULL)
    record = samspill_record_from_body (document->id, document->rev, document->body, NULL);
  if (record != NULL)
    row->snippet = samspill_mark_dup_snippet (record, query->text);
}

static SamspillRow *
step_row (SamspillIndex *self, SamspillIndexConnection *connection, sqlite3_stmt *statement, const SamspillQuery *query)
{
  const int result = sqlite3_step (statement);
  SamspillRow *row = result == SQLITE_ROW ? read_row (statement) : NULL;

  if (result != SQLITE_ROW && result != SQLITE_DONE && result != SQLITE_BUSY)
    samspill_index_report_damage (self);
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  if (row == NULL)
    return NULL;
  fill_owner_name (connection, row);
  fill_working_copy (samspill_index_get_store (self), row);
  if (query != NULL && query->text != NULL && query->text[0] != '\0')
    fill_snippet (samspill_index_get_store (self), row, query);
  return row;
}

SamspillRow *
samspill_index_get_row (SamspillIndex *self, gint64 doc, const SamspillQuery *query)
{
  SamspillIndexConnection *connection;
  SamspillRow *row = NULL;

  g_return_val_if_fail (SAMSPILL_IS_INDEX (self), NULL);

  connection = samspill_index_acquire (self, NULL);
  if (connection != NULL && prepare_once (connection, &connection->row, row_sql))
    {
      sqlite3_bind_int64 (connection->row, 1, doc);
      row = step_row (self, connection, connection->row, query);
    }
  samspill_index_release (self, connection);
  return row;
}

SamspillRow *
samspill_index_get_row_by_id (SamspillIndex *self, const char *space, const char *id)
{
  SamspillIndexConnection *connection;
  SamspillRow *row = NULL;

  g_return_val_if_fail (SAMSPILL_IS_INDEX (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  connection = samspill_index_acquire (self, NULL);
  if (connection != NULL && prepare_once (connection, &connection->row_by_id, row_by_id_sql))
    {
      sqlite3_bind_text (connection->row_by_id, 1, id, -1, SQLITE_STATIC);
      sqlite3_bind_text (connection->row_by_id, 2, space, -1, SQLITE_STATIC);
      row = step_row (self, connection, connection->row_by_id, NULL);
    }
  samspill_index_release (self, connection);
  return row;
}

gint64
samspill_index_count (SamspillIndex *self, const char *type, const char *const *spaces)
{
  SamspillIndexConnection *connection;
  g_autoptr (GString) sql = g_string_new ("SELECT count(*) FROM list l WHERE trashed = 0");
  g_autoptr (GString) in_spaces = g_string_new (NULL);
  sqlite3_stmt *statement = NULL;
  gint64 count = 0;

  g_return_val_if_fail (SAMSPILL_IS_INDEX (self), 0);

  if (type != NULL)
    g_string_append (sql, " AND type = ?1");
  if (spaces != NULL)
    {
      g_string_append (in_spaces, " AND space IN (");
      for (guint i = 0; spaces[i] != NULL; i++)
        g_string_append_printf (in_spaces, "%s?%u", i > 0 ? ", " : "", i + 2);
      g_string_append (in_spaces, ")");
    }
  g_string_append (sql, in_spaces->str);
  if (spaces == NULL || (g_strv_contains (spaces, "commons") && spaces[1] != NULL))
    g_string_append_printf (sql, "%s%s))", SAMSPILL_INDEX_NOT_TWICE, in_spaces->str);

  connection = samspill_index_acquire (self, NULL);
  if (connection != NULL && sqlite3_prepare_v2 (connection->db, sql->str, -1, &statement, NULL) == SQLITE_OK)
    {
      if (type != NULL)
        sqlite3_bind_text (statement, 1, type, -1, SQLITE_STATIC);
      for (guint i = 0; spaces != NULL && spaces[i] != NULL; i++)
        sqlite3_bind_text (statement, (int)i + 2, spaces[i], -1, SQLITE_STATIC);
      if (sqlite3_step (statement) == SQLITE_ROW)
        count = sqlite3_column_int64 (statement, 0);
    }
  sqlite3_finalize (statement);
  samspill_index_release (self, connection);
  return count;
}
