/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-store-private.h"
#include "samspill-wire.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-json-scan.h"
#include "samspill-json-text.h"

/* Documents on their way out: the stored text with what the protocol adds in front of it. Nothing is parsed but the
 * list of files. */

static const char SQL_GET_WINNER[] = "SELECT document.seq, document.tree, body.body, body.json, body.attachments"
                                     " FROM document LEFT JOIN body ON body.body = document.winner"
                                     " WHERE document.space = ?1 AND document.id = ?2";
static const char SQL_GET_BODY[] = "SELECT json, attachments FROM body WHERE body = ?1";

typedef struct
{
  SamspillStore *store;
  const SamspillRevisionTree *tree;
  int place;
  SamspillWireFlags flags;
  const char *const *atts_since; /* nullable */
  GString *out;
} Wire;

static void
append_rev (GString *out, const SamspillRevisionId *id)
{
  if (id->text == NULL)
    {
      g_string_append_c (out, '"');
      samspill_revision_append (out, id);
      g_string_append_c (out, '"');
    }
  else
    {
      g_autofree char *text = samspill_revision_format (id);

      samspill_json_append_quoted (out, text, strlen (text));
    }
}

static void
append_revisions (Wire *wire)
{
  const SamspillTreeRevision *revision = samspill_revision_tree_get (wire->tree, wire->place);
  const char *separator = "";

  g_string_append_printf (wire->out, ",\"_revisions\":{\"start\":%" G_GUINT64_FORMAT ",\"ids\":[", revision->id.number);
  for (;; revision = samspill_revision_tree_get (wire->tree, revision->parent))
    {
      g_string_append (wire->out, separator);
      separator = ",";
      if (revision->id.text != NULL)
        samspill_json_append_quoted (wire->out, revision->id.text, strlen (revision->id.text));
      else
        {
          /* The digits stand behind the number. */
          gsize before = wire->out->len;

          samspill_revision_append (wire->out, &revision->id);
          g_string_erase (wire->out, (gssize)before,
                          strchr (wire->out->str + before, '-') - (wire->out->str + before) + 1);
          g_string_insert_c (wire->out, (gssize)before, '"');
          g_string_append_c (wire->out, '"');
        }
      if (revision->parent == SAMSPILL_REVISION_NONE)
        break;
    }
  g_string_append (wire->out, "]}");
}

static gboolean
is_here (const SamspillRevisionTree *tree, int place)
{
  const SamspillTreeRevision *revision = samspill_revision_tree_get (tree, place);

  return revision->body != 0 || (revision->deleted && revision->at_us != 0);
}

static void
append_revs_info (Wire *wire)
{
  const char *separator = "";

  g_string_append (wire->out, ",\"_revs_info\":[");
  for (int place = wire->place; place != SAMSPILL_REVISION_NONE;
       place = samspill_revision_tree_get (wire->tree, place)->parent)
    {
      const SamspillTreeRevision *revision = samspill_revision_tree_get (wire->tree, place);

      g_string_append_printf (wire->out, "%s{\"rev\":", separator);
      append_rev (wire->out, &revision->id);
      g_string_append_printf (wire->out, ",\"status\":\"%s\"}",
                              revision->deleted             ? "deleted"
                              : is_here (wire->tree, place) ? "available"
                                                            : "missing");
      separator = ",";
    }
  g_string_append_c (wire->out, ']');
}

static void
append_conflicts (Wire *wire, const char *name, gboolean deleted)
{
  g_autoptr (GArray) leaves = samspill_revision_tree_list_leaves (wire->tree);
  gboolean has_any = FALSE;

  for (guint i = 0; i < leaves->len; i++)
    {
      int place = g_array_index (leaves, int, i);
      const SamspillTreeRevision *revision = samspill_revision_tree_get (wire->tree, place);

      if (place == wire->place || revision->deleted != deleted)
        continue;
      if (has_any)
        g_string_append_c (wire->out, ',');
      else
        g_string_append_printf (wire->out, ",\"%s\":[", name);
      append_rev (wire->out, &revision->id);
      has_any = TRUE;
    }
  if (has_any)
    g_string_append_c (wire->out, ']');
}

/* Files. */

typedef struct
{
  const Wire *wire;
  guint64 known; /* files that came with this revision or before are known to the peer */
  gboolean has_any;
  GError *error;
} Files;

static gboolean
append_data (const Files *files, const char *sha256, GString *out, GError **error)
{
  g_autoptr (GFile) file = samspill_store_get_blob (files->wire->store, sha256, error);
  g_autofree char *content = NULL, *text = NULL;
  gsize length;

  if (file == NULL || !g_file_load_contents (file, NULL, &content, &length, NULL, error))
    return FALSE;
  text = g_base64_encode ((const guchar *)content, length);
  g_string_append_c (out, '"');
  g_string_append (out, text);
  g_string_append_c (out, '"');
  return TRUE;
}

/* Whether the bytes of a file go along. */
static gboolean
is_sent (const Files *files, const char *value, gsize length, const char *sha256)
{
  g_autofree char *revpos = NULL;

  if ((files->wire->flags & (SAMSPILL_WIRE_ATTACHMENT_DATA | SAMSPILL_WIRE_ATTACHMENT_FOLLOWS)) == 0 || sha256 == NULL)
    return FALSE;
  revpos = samspill_json_dup_member (value, (gssize)length, "revpos");
  if (revpos != NULL && g_ascii_strtoull (revpos, NULL, 10) <= files->known)
    return FALSE;
  return samspill_store_blob_state (files->wire->store, sha256) == SAMSPILL_BLOB_HERE;
}

static gboolean
append_file (const char *name, const char *value, gsize length, gpointer data)
{
  Files *files = data;
  GString *out = files->wire->out;
  g_autofree char *sha256 = samspill_json_dup_string (value, (gssize)length, "sha256"), *text = NULL;
  const char *names[] = { "sha256", NULL, NULL, NULL }, *values[] = { NULL, NULL, NULL, NULL };
  g_autoptr (GString) content = NULL;

  if (is_sent (files, value, length, sha256))
    {
      names[1] = "stub";
      names[2] = "follows";
      values[2] = "true";
      if ((files->wire->flags & SAMSPILL_WIRE_ATTACHMENT_DATA) != 0)
        {
          content = g_string_new (NULL);
          if (!append_data (files, sha256, content, &files->error))
            return FALSE;
          names[2] = "data";
          values[2] = content->str;
        }
    }
  text = samspill_json_splice (value, (gssize)length, names, values);
  g_string_append_c (out, files->has_any ? ',' : '{');
  samspill_json_append_quoted (out, name, strlen (name));
  g_string_append_c (out, ':');
  g_string_append (out, text != NULL ? text : "{}");
  files->has_any = TRUE;
  return TRUE;
}

/* The number of the newest ancestor, or of the revision itself, that is among what the peer knows. */
static guint64
newest_known (const Wire *wire, const char *const *revs)
{
  if (revs == NULL)
    return 0;
  for (int place = wire->place; place != SAMSPILL_REVISION_NONE;
       place = samspill_revision_tree_get (wire->tree, place)->parent)
    {
      g_autofree char *text = samspill_revision_tree_dup_text (wire->tree, place);

      if (g_strv_contains (revs, text))
        return samspill_revision_tree_get (wire->tree, place)->id.number;
    }
  return 0;
}

static gboolean
append_attachments (Wire *wire, const char *attachments, const char *const *atts_since, GError **error)
{
  Files files = { wire, newest_known (wire, atts_since), FALSE, NULL };

  if (attachments == NULL)
    return TRUE;
  g_string_append (wire->out, ",\"_attachments\":");
  samspill_json_foreach_member (attachments, -1, append_file, &files, NULL);
  if (files.error != NULL)
    {
      g_propagate_error (error, files.error);
      return FALSE;
    }
  g_string_append (wire->out, files.has_any ? "}" : "{}");
  return TRUE;
}

static void
append_body (GString *out, const char *json, gsize length)
{
  const char *brace = memchr (json, '{', length), *at, *end = json + length;

  if (brace == NULL)
    {
      g_string_append_c (out, '}');
      return;
    }
  for (at = brace + 1; at < end && g_ascii_isspace (*at);)
    at++;
  if (at < end && *at != '}')
    g_string_append_c (out, ',');
  g_string_append_len (out, brace + 1, end - brace - 1);
}

/* From two columns of a row that stands: the text, and the files. */
static gboolean
append_columns (Wire *wire, SamspillStatement *row, int column, GError **error)
{
  const char *json;

  if (!append_attachments (wire, samspill_statement_get_text (row, column + 1), wire->atts_since, error))
    return FALSE;
  json = samspill_statement_get_text (row, column);
  append_body (wire->out, json != NULL ? json : "", (gsize)sqlite3_column_bytes (row->stmt, column));
  return TRUE;
}

static gboolean
append_stored (Wire *wire, SamspillConnection *connection, gint64 body, GError **error)
{
  g_autoptr (SamspillStatement) statement = samspill_connection_prepare (connection, SQL_GET_BODY, error);

  if (statement == NULL)
    return FALSE;
  samspill_statement_bind_int (statement, 1, body);
  return samspill_statement_fetch (statement, error) && append_columns (wire, statement, 0, error);
}

static void
append_head (Wire *wire, const char *id, gint64 seq)
{
  const SamspillTreeRevision *revision = samspill_revision_tree_get (wire->tree, wire->place);
  GString *out = wire->out;

  g_string_append (out, "{\"_id\":");
  samspill_json_append_quoted (out, id, strlen (id));
  g_string_append (out, ",\"_rev\":");
  append_rev (out, &revision->id);
  if (revision->deleted)
    g_string_append (out, ",\"_deleted\":true");
  if ((wire->flags & SAMSPILL_WIRE_REVISIONS) != 0)
    append_revisions (wire);
  if ((wire->flags & SAMSPILL_WIRE_REVS_INFO) != 0)
    append_revs_info (wire);
  if ((wire->flags & SAMSPILL_WIRE_CONFLICTS) != 0)
    append_conflicts (wire, "_conflicts", FALSE);
  if ((wire->flags & SAMSPILL_WIRE_DELETED_CONFLICTS) != 0)
    append_conflicts (wire, "_deleted_conflicts", TRUE);
  if ((wire->flags & SAMSPILL_WIRE_LOCAL_SEQ) != 0)
    g_string_append_printf (out, ",\"_local_seq\":%" G_GINT64_FORMAT, seq);
}

static int
choose (const SamspillRevisionTree *tree, const char *rev, GError **error)
{
  int place = rev != NULL ? samspill_revision_tree_find_text (tree, rev) : samspill_revision_tree_get_winner (tree);

  if (place == SAMSPILL_REVISION_NONE || (rev != NULL && !is_here (tree, place)))
    samspill_store_set_missing (error, "missing");
  else if (rev == NULL && samspill_revision_tree_get (tree, place)->deleted)
    samspill_store_set_missing (error, "deleted");
  else
    return place;
  return SAMSPILL_REVISION_NONE;
}

static gboolean
append (Wire *wire, SamspillConnection *connection, const char *space, const char *id, const char *rev, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (SamspillStatement) row = samspill_store_find_row (connection, SQL_GET_WINNER, space, id, &cause);
  g_autoptr (SamspillRevisionTree) tree = NULL;
  gint64 body;

  if (row == NULL)
    {
      if (cause != NULL)
        g_propagate_error (error, g_steal_pointer (&cause));
      else
        samspill_store_set_missing (error, "missing");
      return FALSE;
    }
  wire->tree = tree = samspill_store_read_tree (row, 1, id, error);
  if (tree == NULL || (wire->place = choose (tree, rev, error)) == SAMSPILL_REVISION_NONE)
    return FALSE;
  append_head (wire, id, samspill_statement_get_int (row, 0));
  body = samspill_revision_tree_get (tree, wire->place)->body;
  if (body == 0)
    {
      g_string_append_c (wire->out, '}');
      return TRUE;
    }
  return body == samspill_statement_get_int (row, 2) ? append_columns (wire, row, 3, error)
                                                     : append_stored (wire, connection, body, error);
}

/**
 * samspill_store_append_wire:
 * @self: a store
 * @space: a space
 * @id: a document
 * @rev: (nullable): a revision; %NULL: the winner, unless that is a tombstone
 * @flags: what goes along
 * @atts_since: (nullable) (array zero-terminated=1): revisions that the peer has: files up to the newest of them go as
 * stubs
 * @out: where the JSON goes; left as it was on failure
 * @error: return location for an error
 *
 * Returns: %FALSE with NOT_FOUND and CouchDB's reason as the message, "missing" or "deleted"
 */
gboolean
samspill_store_append_wire (SamspillStore *self, const char *space, const char *id, const char *rev,
                            SamspillWireFlags flags, const char *const *atts_since, GString *out, GError **error)
{
  g_auto (SamspillReader) reader = { NULL };
  Wire wire = { .store = self, .flags = flags, .atts_since = atts_since, .out = out };
  gsize before = out->len;

  g_return_val_if_fail (SAMSPILL_IS_STORE (self), FALSE);
  g_return_val_if_fail (space != NULL && id != NULL, FALSE);

  /* The winner is read by one statement, another revision by two, which must see the same. */
  if (!(rev == NULL ? samspill_reader_begin_single : samspill_reader_begin) (&reader, self, error))
    return FALSE;
  if (append (&wire, reader.connection, space, id, rev, error))
    return TRUE;
  g_string_truncate (out, before);
  return FALSE;
}
