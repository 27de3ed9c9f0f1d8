/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"

#include <glib/gi18n-lib.h>

#include "samspill-json-text.h"

static const char SQL_WRITE_COPY[] =
    "INSERT INTO working_copy (space, id, base, json, at_us) VALUES (?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT (space, id) DO UPDATE SET base = ?3, json = ?4, at_us = ?5";
static const char SQL_READ_COPY[] = "SELECT base, json, at_us FROM working_copy WHERE space = ?1 AND id = ?2";
static const char SQL_REMOVE_COPY[] = "DELETE FROM working_copy WHERE space = ?1 AND id = ?2";
static const char SQL_LIST_COPIES[] = "SELECT base, json, at_us, space.name, working_copy.id FROM working_copy"
                                      " JOIN space USING (space) ORDER BY at_us DESC, working_copy DESC";

void
samspill_working_copy_free (SamspillWorkingCopy *self)
{
  if (self == NULL)
    return;
  g_free (self->space);
  g_free (self->id);
  g_free (self->base);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self);
}

static SamspillWorkingCopy *
read_row (SamspillStatement *statement, const char *space, const char *id)
{
  SamspillWorkingCopy *copy = g_new0 (SamspillWorkingCopy, 1);

  copy->space = g_strdup (space);
  copy->id = g_strdup (id);
  copy->base = g_strdup (samspill_statement_get_text (statement, 0));
  copy->body = samspill_statement_dup_bytes (statement, 1);
  copy->at_us = samspill_statement_get_int (statement, 2);
  return copy;
}

static gboolean
write_copy (SamspillStore *self, const char *space, const char *id, const char *base, GBytes *body, GError **error)
{
  g_autoptr (SamspillStatement) statement = NULL;
  gint64 number = samspill_store_find_space (self->writer, space, error);
  gsize length;
  const void *text = g_bytes_get_data (body, &length);

  if (number == SAMSPILL_STORE_SPACE_NONE ||
      (statement = samspill_connection_prepare (self->writer, SQL_WRITE_COPY, error)) == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, number);
  samspill_statement_bind_text (statement, 2, id);
  if (base != NULL)
    samspill_statement_bind_text (statement, 3, base);
  samspill_statement_bind_data (statement, 4, text, length);
  samspill_statement_bind_int (statement, 5, self->now_us);
  return samspill_statement_run (statement, error);
}

/**
 * samspill_store_write_working_copy:
 * @self: a store
 * @space: a space that is there
 * @id: the document
 * @base: (nullable): the revision that is edited; %NULL: it is new
 * @body: a JSON object
 * @error: return location for an error
 *
 * Keeps what is being written, in place of what was kept before. On disk when it returns; in no feed.
 */
gboolean
samspill_store_write_working_copy (SamspillStore *self, const char *space, const char *id, const char *base,
                                   GBytes *body, GError **error)
{
  g_autoptr (GBytes) clean = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (space != NULL && body != NULL, FALSE);

  clean = samspill_store_clean_body (body, error);
  if (clean == NULL || !samspill_store_check_id (id, error) || !samspill_store_begin (self, error))
    return FALSE;
  return samspill_store_end (self, write_copy (self, space, id, base, clean, error), error);
}

static gboolean
read_copy (SamspillConnection *connection, const char *space, const char *id, SamspillWorkingCopy **copy,
           GError **error)
{
  g_autoptr (SamspillStatement) statement = NULL;
  gint64 number = samspill_store_find_space (connection, space, error);
  SamspillStep step;

  *copy = NULL;
  if (number == SAMSPILL_STORE_SPACE_NONE ||
      (statement = samspill_connection_prepare (connection, SQL_READ_COPY, error)) == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, number);
  samspill_statement_bind_text (statement, 2, id);
  step = samspill_statement_step (statement, error);
  if (step == SAMSPILL_STEP_ROW)
    *copy = read_row (statement, space, id);
  return step != SAMSPILL_STEP_ERROR;
}

/**
 * samspill_store_read_working_copy:
 * @self: a store
 * @space: a space
 * @id: the document
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the working copy; %NULL without an error: there is none
 */
SamspillWorkingCopy *
samspill_store_read_working_copy (SamspillStore *self, const char *space, const char *id, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  SamspillWorkingCopy *copy;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (space != NULL && id != NULL, NULL);

  if (!samspill_reader_begin (&reader, self, error) || !read_copy (reader.connection, space, id, &copy, error))
    return NULL;
  return copy;
}

static gboolean
remove_copy (SamspillStore *self, const char *space, const char *id, GError **error)
{
  g_autoptr (SamspillStatement) statement = NULL;
  gint64 number = samspill_store_find_space (self->writer, space, error);

  if (number == SAMSPILL_STORE_SPACE_NONE ||
      (statement = samspill_connection_prepare (self->writer, SQL_REMOVE_COPY, error)) == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, number);
  samspill_statement_bind_text (statement, 2, id);
  return samspill_statement_run (statement, error);
}

/**
 * samspill_store_remove_working_copy:
 * @self: a store
 * @space: a space
 * @id: the document
 * @error: return location for an error
 *
 * Throws away what was being written; %TRUE also where there was nothing.
 */
gboolean
samspill_store_remove_working_copy (SamspillStore *self, const char *space, const char *id, GError **error)
{
  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (space != NULL && id != NULL, FALSE);

  if (!samspill_store_begin (self, error))
    return FALSE;
  return samspill_store_end (self, remove_copy (self, space, id, error), error);
}

/**
 * samspill_store_list_working_copies:
 * @self: a store
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable) (element-type SamspillWorkingCopy): those of all spaces, newest first
 */
GPtrArray *
samspill_store_list_working_copies (SamspillStore *self, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  g_autoptr (SamspillStatement) statement = NULL;
  g_autoptr (GPtrArray) copies = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_working_copy_free);
  SamspillStep step;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);

  if (!samspill_reader_begin (&reader, self, error) ||
      (statement = samspill_connection_prepare (reader.connection, SQL_LIST_COPIES, error)) == NULL)
    return NULL;
  while ((step = samspill_statement_step (statement, error)) == SAMSPILL_STEP_ROW)
    g_ptr_array_add (copies, read_row (statement, samspill_statement_get_text (statement, 3),
                                       samspill_statement_get_text (statement, 4)));
  return step == SAMSPILL_STEP_DONE ? g_steal_pointer (&copies) : NULL;
}

static gboolean
has_same_content (GBytes *a, GBytes *b)
{
  g_autofree char *canonical_a = samspill_json_canonical (g_bytes_get_data (a, NULL), (gssize)g_bytes_get_size (a));
  g_autofree char *canonical_b = samspill_json_canonical (g_bytes_get_data (b, NULL), (gssize)g_bytes_get_size (b));

  return g_strcmp0 (canonical_a, canonical_b) == 0;
}

/* Opened and left as it was: no revision. */
static gboolean
is_unchanged (SamspillStore *self, const SamspillWorkingCopy *copy, const char *attachments)
{
  g_autoptr (SamspillDocument) base = NULL;

  if (copy->base == NULL || attachments != NULL)
    return FALSE;
  base = samspill_store_get (self, copy->space, copy->id, copy->base, NULL);
  return base != NULL && base->body != NULL && !base->deleted && has_same_content (base->body, copy->body);
}

static char *
commit_copy (SamspillStore *self, const char *space, const char *id, const char *attachments, GError **error)
{
  g_autoptr (SamspillWorkingCopy) copy = NULL;
  g_autofree char *revision = NULL;

  if (!read_copy (self->writer, space, id, &copy, error))
    return NULL;
  if (copy == NULL)
    {
      g_set_error (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND,
                   _ ("Nothing is being written in the record %s."), id);
      return NULL;
    }
  if (is_unchanged (self, copy, attachments))
    revision = g_strdup (copy->base);
  else
    revision = samspill_store_put (self, space, id, copy->base, copy->body, attachments, error);
  if (revision == NULL || !remove_copy (self, space, id, error))
    return NULL;
  return g_steal_pointer (&revision);
}

/**
 * samspill_store_commit_working_copy:
 * @self: a store
 * @space: a space
 * @id: the document
 * @attachments: (nullable): a JSON object of files; %NULL: as the base's
 * @error: return location for an error
 *
 * Makes what was being written one revision on its base. Where it says the same as its base there is none, and the base
 * is returned. On CONFLICT the working copy stays.
 *
 * Returns: (transfer full) (nullable): the revision; NOT_FOUND where nothing is being written
 */
char *
samspill_store_commit_working_copy (SamspillStore *self, const char *space, const char *id, const char *attachments,
                                    GError **error)
{
  g_autofree char *revision = NULL;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), NULL);
  g_return_val_if_fail (space != NULL && id != NULL, NULL);

  if (!samspill_store_begin (self, error))
    return NULL;
  revision = commit_copy (self, space, id, attachments, error);
  if (!samspill_store_end (self, revision != NULL, error))
    return NULL;
  return g_steal_pointer (&revision);
}
