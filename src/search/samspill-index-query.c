/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-index-private.h"

#include "samspill-query-private.h"

#include <string.h>

/* A word in the title weighs ten times one in the body, a theme or a tag four times. */
#define RANK "bm25 (ft, 10.0, 4.0, 1.0)"
#define WORDS_OF_A_QUESTION 3
#define FEW 5u

/* A statement while it is put together, with the texts to bind. */
typedef struct
{
  GString *sql;
  GPtrArray *texts;
} Statement;

static void
statement_clear (Statement *statement)
{
  g_string_free (statement->sql, TRUE);
  g_ptr_array_unref (statement->texts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Statement, statement_clear)

static void
statement_init (Statement *statement, const char *sql)
{
  statement->sql = g_string_new (sql);
  statement->texts = g_ptr_array_new_with_free_func (g_free);
}

/* A parameter for a text; takes it. */
static void
append_parameter (Statement *statement, char *text)
{
  g_ptr_array_add (statement->texts, text);
  g_string_append_printf (statement->sql, "?%u", statement->texts->len);
}

static void
append_condition (Statement *statement, const char *left, const char *value, const char *right)
{
  g_string_append_printf (statement->sql, " AND %s", left);
  append_parameter (statement, g_strdup (value));
  g_string_append (statement->sql, right);
}

static void
append_any_of (Statement *statement, const char *column, char **values)
{
  if (values == NULL)
    return;
  g_string_append_printf (statement->sql, " AND %s IN (", column);
  for (guint i = 0; values[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append (statement->sql, ", ");
      append_parameter (statement, g_strdup (values[i]));
    }
  g_string_append (statement->sql, ")");
}

static void
append_facet (Statement *statement, gboolean is_negated, const char *kind, const char *value)
{
  g_auto (GStrv) values = strcmp (kind, SAMSPILL_FACET_SUBJECT) == 0 ? g_strsplit (value, " ", -1) : NULL;
  const char *const one[] = { value, NULL };
  const char *const *all = values != NULL ? (const char *const *)values : one;

  g_string_append_printf (statement->sql, " AND l.doc %s (SELECT doc FROM facet WHERE value IN (",
                          is_negated ? "NOT IN" : "IN");
  for (guint i = 0; all[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append (statement->sql, ", ");
      append_parameter (statement, g_strconcat (kind, all[i], NULL));
    }
  g_string_append (statement->sql, "))");
}

static void
append_filter (Statement *statement, const SamspillFilter *filter)
{
  const char *not_equal = filter->is_negated ? "<>" : "=";
  g_autofree char *left = NULL;
  g_autofree char *words = NULL;

  switch (filter->kind)
    {
    case SAMSPILL_FILTER_TYPE:
      left = g_strdup_printf ("l.type %s ", not_equal);
      append_condition (statement, left, filter->value, "");
      break;
    case SAMSPILL_FILTER_PHASE:
      left = g_strdup_printf ("l.phase %s ", not_equal);
      append_condition (statement, left, filter->value, "");
      break;
    case SAMSPILL_FILTER_OWNER:
      left = g_strdup_printf ("l.owner %s ", not_equal);
      append_condition (statement, left, filter->value, "");
      break;
    case SAMSPILL_FILTER_OWNER_NAME:
      words = g_strconcat (" ", filter->value, NULL);
      append_condition (statement, "instr (l.owner_folded, ", words, filter->is_negated ? ") = 0" : ") > 0");
      break;
    case SAMSPILL_FILTER_SUBJECT:
      append_facet (statement, filter->is_negated, SAMSPILL_FACET_SUBJECT, filter->value);
      break;
    case SAMSPILL_FILTER_TAG:
      append_facet (statement, filter->is_negated, SAMSPILL_FACET_TAG, filter->value);
      break;
    default:
      g_assert_not_reached ();
    }
}

/* What is published and lies here, too, is listed once: the original. Who asks for the commons alone sees what others
 * see. */
static void
append_originals_only (Statement *statement, const SamspillQuery *query)
{
  const char *const *spaces = (const char *const *)query->spaces;

  if (spaces != NULL && (!g_strv_contains (spaces, "commons") || spaces[1] == NULL))
    return;
  g_string_append (statement->sql, SAMSPILL_INDEX_NOT_TWICE);
  append_any_of (statement, "space", query->spaces);
  g_string_append (statement->sql, "))");
}

/* What the place and the chips ask for. */
static void
append_conditions (Statement *statement, const SamspillQuery *query, const SamspillParsedQuery *parsed)
{
  g_autofree char *without = samspill_parsed_query_dup_match_without (parsed);

  g_string_append_printf (statement->sql, " AND l.trashed = %d", query->trashed ? 1 : 0);
  if (query->type != NULL)
    append_condition (statement, "l.type = ", query->type, "");
  if (query->phase != NULL)
    append_condition (statement, "l.phase = ", query->phase, "");
  append_any_of (statement, "l.space", query->spaces);
  append_originals_only (statement, query);
  append_any_of (statement, "l.owner", query->owners);
  if (query->subject != NULL)
    append_facet (statement, FALSE, SAMSPILL_FACET_SUBJECT, query->subject);
  if (query->refers_to != NULL)
    append_facet (statement, FALSE, SAMSPILL_FACET_REFERENCE, query->refers_to);
  for (guint i = 0; i < parsed->filters->len; i++)
    append_filter (statement, g_ptr_array_index (parsed->filters, i));
  if (without != NULL)
    append_condition (statement, "l.doc NOT IN (SELECT rowid FROM ft WHERE ft MATCH ", without, ")");
}

/* One hit while they are being sorted; smaller is earlier. */
typedef struct
{
  gint64 doc;
  double rank;
  gint64 changed;
} Hit;

static int
compare_hits (gconstpointer a, gconstpointer b)
{
  const Hit *one = a, *other = b;

  if (one->rank != other->rank)
    return one->rank < other->rank ? -1 : 1;
  if (one->changed != other->changed)
    return one->changed > other->changed ? -1 : 1;
  return one->doc > other->doc ? -1 : one->doc < other->doc;
}

static GArray *
collect_hits (SamspillIndexConnection *connection, const Statement *statement, GError **error)
{
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  sqlite3_stmt *prepared = NULL;
  int result;

  if (sqlite3_prepare_v2 (connection->db, statement->sql->str, -1, &prepared, NULL) != SQLITE_OK)
    {
      samspill_index_set_error (connection->db, error);
      return NULL;
    }
  for (guint i = 0; i < statement->texts->len; i++)
    sqlite3_bind_text (prepared, (int)i + 1, g_ptr_array_index (statement->texts, i), -1, SQLITE_STATIC);
  while ((result = sqlite3_step (prepared)) == SQLITE_ROW)
    {
      const Hit hit = { sqlite3_column_int64 (prepared, 0), sqlite3_column_double (prepared, 1),
                        sqlite3_column_int64 (prepared, 2) };

      g_array_append_val (hits, hit);
    }
  if (result != SQLITE_DONE)
    samspill_index_set_error (connection->db, error);
  sqlite3_finalize (prepared);
  return result == SQLITE_DONE ? g_steal_pointer (&hits) : NULL;
}

/* `match` NULL: no text. By title SQLite sorts; else we do, which costs less than carrying the rows through a sorter.
 */
static GArray *
run_query (SamspillIndexConnection *connection, const SamspillQuery *query, const SamspillParsedQuery *parsed,
           const char *match, GError **error)
{
  const gboolean is_by_title = query->order == SAMSPILL_ORDER_TITLE;
  const gboolean is_ranked =
      match != NULL && query->order == SAMSPILL_ORDER_RELEVANCE && samspill_parsed_query_is_rankable (parsed);
  g_auto (Statement) statement = { 0 };
  GArray *hits;

  statement_init (&statement, "SELECT l.doc, ");
  g_string_append (statement.sql, is_ranked ? RANK : "0.0");
  g_string_append (statement.sql, ", l.changed FROM ");
  if (match != NULL)
    {
      g_string_append (statement.sql, "ft CROSS JOIN list l ON l.doc = ft.rowid WHERE ft MATCH ");
      append_parameter (&statement, g_strdup (match));
    }
  else
    g_string_append (statement.sql, "list l WHERE 1");
  append_conditions (&statement, query, parsed);
  if (is_by_title)
    g_string_append (statement.sql, " ORDER BY l.sort_key, l.doc");

  hits = collect_hits (connection, &statement, error);
  if (hits != NULL && !is_by_title)
    g_array_sort (hits, compare_hits);
  return hits;
}

/* All the words; any of them where no document has them all, or where a whole question was typed and few have them all
 * (those come first then, having the most). */
static GArray *
find_hits (SamspillIndexConnection *connection, const SamspillQuery *query, GError **error)
{
  g_autoptr (SamspillParsedQuery) parsed = samspill_parsed_query_new (query->text);
  g_autofree char *all = samspill_parsed_query_dup_match_all (parsed);
  g_autofree char *any = NULL;
  g_autoptr (GArray) hits = run_query (connection, query, parsed, all, error);

  if (hits == NULL || parsed->terms->len < 2 ||
      hits->len >= (parsed->terms->len >= WORDS_OF_A_QUESTION && query->order == SAMSPILL_ORDER_RELEVANCE ? FEW : 1))
    return g_steal_pointer (&hits);
  any = samspill_parsed_query_dup_match_any (parsed);
  return run_query (connection, query, parsed, any, error);
}

static SamspillResult *
result_new (const GArray *hits, guint limit)
{
  SamspillResult *result = g_new0 (SamspillResult, 1);

  if (hits == NULL)
    return result;
  result->total = hits->len;
  result->n_docs = limit > 0 ? MIN (limit, hits->len) : hits->len;
  result->docs = g_new (gint64, MAX (result->n_docs, 1));
  for (guint i = 0; i < result->n_docs; i++)
    result->docs[i] = g_array_index (hits, Hit, i).doc;
  return result;
}

void
samspill_result_free (SamspillResult *self)
{
  if (self == NULL)
    return;
  g_free (self->docs);
  g_free (self);
}

static void
cancelled_cb (GCancellable *cancellable, sqlite3 *db)
{
  sqlite3_interrupt (db);
}

SamspillResult *
samspill_index_query (SamspillIndex *self, const SamspillQuery *query, guint limit, GCancellable *cancellable,
                      GError **error)
{
  SamspillIndexConnection *connection;
  g_autoptr (GArray) hits = NULL;
  g_autoptr (GError) own_error = NULL;
  gulong handler = 0;

  g_return_val_if_fail (SAMSPILL_IS_INDEX (self), NULL);
  g_return_val_if_fail (query != NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  samspill_index_settle (self);
  connection = samspill_index_acquire (self, &own_error);
  if (connection != NULL)
    {
      if (cancellable != NULL)
        handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), connection->db, NULL);
      hits = find_hits (connection, query, &own_error);
      g_cancellable_disconnect (cancellable, handler);
    }
  samspill_index_release (self, connection);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  /* A file that is being made anew has no hits yet; `updated` tells when it has. */
  if (g_error_matches (own_error, SAMSPILL_SEARCH_ERROR, SAMSPILL_SEARCH_ERROR_DAMAGED))
    samspill_index_report_damage (self);
  else if (own_error != NULL && connection != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&own_error));
      return NULL;
    }
  return result_new (hits, limit);
}

typedef struct
{
  SamspillQuery *query;
  guint limit;
} QueryTask;

static void
query_task_free (gpointer data)
{
  QueryTask *task = data;

  samspill_query_free (task->query);
  g_free (task);
}

static void
query_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  QueryTask *asked = data;
  g_autoptr (GError) error = NULL;
  SamspillResult *result = samspill_index_query (source, asked->query, asked->limit, cancellable, &error);

  if (result != NULL)
    g_task_return_pointer (task, result, (GDestroyNotify)samspill_result_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
samspill_index_query_async (SamspillIndex *self, const SamspillQuery *query, guint limit, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  QueryTask *asked;

  g_return_if_fail (SAMSPILL_IS_INDEX (self));
  g_return_if_fail (query != NULL);

  asked = g_new0 (QueryTask, 1);
  asked->query = samspill_query_copy (query);
  asked->limit = limit;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_task_data (task, asked, query_task_free);
  g_task_run_in_thread (task, query_thread);
}

SamspillResult *
samspill_index_query_finish (SamspillIndex *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
