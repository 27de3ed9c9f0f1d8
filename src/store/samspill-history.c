/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-history.h"

#include <string.h>

#include "samspill-json-text.h"
#include "samspill-store-private.h"

static const char SQL_DIVIDED[] = "SELECT id FROM document WHERE space = ?1 AND leaves > 1 ORDER BY id";

static const SamspillRevision *
find (GPtrArray *history, const char *rev)
{
  for (guint i = 0; rev != NULL && i < history->len; i++)
    {
      const SamspillRevision *revision = g_ptr_array_index (history, i);

      if (strcmp (revision->rev, rev) == 0)
        return revision;
    }
  return NULL;
}

const char *
samspill_history_find_base (GPtrArray *history, const char *a, const char *b)
{
  g_autoptr (GHashTable) above = g_hash_table_new (g_str_hash, g_str_equal);
  const SamspillRevision *revision;

  for (revision = find (history, a); revision != NULL; revision = find (history, revision->parent))
    g_hash_table_add (above, revision->rev);
  for (revision = find (history, b); revision != NULL; revision = find (history, revision->parent))
    if (revision->has_body && !revision->deleted && g_hash_table_contains (above, revision->rev))
      return revision->rev;
  return NULL;
}

/* As CouchDB sorts leaves: the longest first, then the highest digest. */
static int
compare_leaves (gconstpointer a, gconstpointer b)
{
  const SamspillRevision *left = *(const SamspillRevision *const *)a, *right = *(const SamspillRevision *const *)b;
  guint64 left_number = g_ascii_strtoull (left->rev, NULL, 10), right_number = g_ascii_strtoull (right->rev, NULL, 10);

  if (left_number != right_number)
    return left_number > right_number ? -1 : 1;
  return strcmp (right->rev, left->rev);
}

GPtrArray *
samspill_history_list_living (GPtrArray *history)
{
  GPtrArray *leaves = g_ptr_array_new ();

  for (guint i = 0; i < history->len; i++)
    {
      const SamspillRevision *revision = g_ptr_array_index (history, i);

      if (revision->leaf && !revision->deleted)
        g_ptr_array_add (leaves, (gpointer)revision);
    }
  g_ptr_array_sort (leaves, compare_leaves);
  return leaves;
}

/* Files */

typedef struct
{
  GPtrArray *names;
  GHashTable *stubs;
} Files;

static void
files_clear (Files *self)
{
  g_clear_pointer (&self->stubs, g_hash_table_unref);
  g_clear_pointer (&self->names, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Files, files_clear)

static gboolean
add_file (const char *name, const char *value, gsize length, gpointer data)
{
  Files *self = data;
  char *key = g_strdup (name);

  g_ptr_array_add (self->names, key);
  g_hash_table_insert (self->stubs, key, g_strndup (value, length));
  return TRUE;
}

static void
read_files (Files *self, const char *attachments)
{
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->stubs = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  if (attachments != NULL)
    samspill_json_foreach_member (attachments, -1, add_file, self, NULL);
}

static char *
dup_digest (const char *stub)
{
  return stub != NULL && *stub == '{' ? samspill_json_dup_string (stub, -1, "digest") : NULL;
}

/* `*stub` NULL: the file is gone. */
static gboolean
choose_file (const char *base, const char *mine, const char *theirs, char **stub)
{
  static const char *const names[] = { "revpos", NULL };
  static const char *const values[] = { NULL, NULL };
  g_autofree char *from = dup_digest (base);
  g_autofree char *left = dup_digest (mine);
  g_autofree char *right = dup_digest (theirs);

  *stub = NULL;
  if (g_strcmp0 (left, right) == 0 || g_strcmp0 (from, right) == 0)
    *stub = g_strdup (mine);
  else if (g_strcmp0 (from, left) == 0)
    *stub = theirs != NULL ? samspill_json_splice (theirs, -1, names, values) : NULL;
  else
    return FALSE;
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

gboolean
samspill_history_merge_files (const char *base, const char *mine, const char *theirs, char **merged)
{
  g_auto (Files) from = { NULL, NULL };
  g_auto (Files) left = { NULL, NULL };
  g_auto (Files) right = { NULL, NULL };
  g_autoptr (GString) text = g_string_new ("{");
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  *merged = NULL;
  read_files (&from, base);
  read_files (&left, mine);
  read_files (&right, theirs);
  g_ptr_array_extend (names, left.names, NULL, NULL);
  for (guint i = 0; i < right.names->len; i++)
    if (!g_hash_table_contains (left.stubs, right.names->pdata[i]))
      g_ptr_array_add (names, right.names->pdata[i]);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *quoted = samspill_json_quote (name);
      g_autofree char *stub = NULL;

      if (!choose_file (g_hash_table_lookup (from.stubs, name), g_hash_table_lookup (left.stubs, name),
                        g_hash_table_lookup (right.stubs, name), &stub))
        return FALSE;
      if (stub != NULL)
        g_string_append_printf (text, "%s%s:%s", text->len > 1 ? "," : "", quoted, stub);
    }
  g_string_append_c (text, '}');
  if (text->len > 2)
    *merged = g_string_free_and_steal (g_steal_pointer (&text));
  return TRUE;
}

/* Which documents */

char **
samspill_store_list_divided (SamspillStore *self, const char *space, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillStatement) statement = NULL;
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  SamspillStep step;
  gint64 number;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);

  if (!samspill_reader_begin (&reader, self, error))
    return NULL;
  number = samspill_store_find_space (reader.connection, space, error);
  if (number == SAMSPILL_STORE_SPACE_NONE)
    return NULL;
  statement = samspill_connection_prepare (reader.connection, SQL_DIVIDED, error);
  if (statement == NULL)
    return NULL;
  samspill_statement_bind_int (statement, 1, number);
  while ((step = samspill_statement_step (statement, error)) == SAMSPILL_STEP_ROW)
    g_strv_builder_add (ids, samspill_statement_get_text (statement, 0));
  return step == SAMSPILL_STEP_DONE ? g_strv_builder_end (ids) : NULL;
}
