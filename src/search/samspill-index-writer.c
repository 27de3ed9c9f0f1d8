/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-index-private.h"

#include "samspill-lexicon-private.h"
#include "samspill-names-private.h"
#include "samspill-municipality.h"
#include "samspill-text-private.h"

#include <string.h>

/* A field's search weight in the schema decides its column of the full text. */
#define TITLE_WEIGHT 8
#define NEAR_WEIGHT 4
#define MAX_COLUMN_BYTES (256 * 1024)

struct _SamspillIndexWriter
{
  sqlite3 *db;
  sqlite3_stmt *delete_text;
  sqlite3_stmt *delete_row;
  sqlite3_stmt *delete_facets;
  sqlite3_stmt *insert_text;
  sqlite3_stmt *insert_row;
  sqlite3_stmt *insert_facet;
};

/* The columns of the full text of one document. */
typedef struct
{
  GString *title;
  GString *near; /* what stands for it: themes, words, tags, names */
  GString *body;
} Columns;

static void
columns_clear (Columns *columns)
{
  g_string_free (columns->title, TRUE);
  g_string_free (columns->near, TRUE);
  g_string_free (columns->body, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Columns, columns_clear)

static void
append_text (GString *column, const char *text)
{
  const gsize length = strlen (text);

  if (length == 0 || column->len + length > MAX_COLUMN_BYTES)
    return;
  g_string_append_len (column, text, (gssize)length);
  g_string_append_c (column, '\n');
}

static void
add_field_text (const SamspillField *field, const char *text, gpointer data)
{
  Columns *columns = data;

  if (field->search_weight >= TITLE_WEIGHT)
    append_text (columns->title, text);
  else if (field->search_weight >= NEAR_WEIGHT)
    append_text (columns->near, text);
  else
    append_text (columns->body, text);
}

static void
add_subject_names (SamspillRecord *record, GString *near)
{
  g_auto (GStrv) ids = samspill_record_dup_strings (record, "subjects.los");

  for (guint i = 0; ids[i] != NULL; i++)
    {
      const SamspillLos *los = samspill_los_lookup (ids[i]);

      if (los == NULL)
        continue;
      append_text (near, los->name_nb);
      if (strcmp (los->name_nb, los->name_nn) != 0)
        append_text (near, los->name_nn);
    }
}

/* A theme says more to a reader of a list than a narrow word; where there is none, the first word. */
static char *
dup_first_theme (SamspillRecord *record)
{
  g_auto (GStrv) ids = samspill_record_dup_strings (record, "subjects.los");

  for (guint i = 0; ids[i] != NULL; i++)
    if (g_str_has_prefix (ids[i], "tema/") && samspill_los_lookup (ids[i]) != NULL)
      return g_strdup (ids[i]);
  return g_strdup (ids[0] != NULL && samspill_los_lookup (ids[0]) != NULL ? ids[0] : "");
}

/* The first name in an array of objects with a name, or of strings. */
static char *
dup_first_name (SamspillRecord *record, const char *field)
{
  JsonNode *node = samspill_record_get_node (record, field);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  JsonNode *first = array != NULL && json_array_get_length (array) > 0 ? json_array_get_element (array, 0) : NULL;

  if (first == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (first))
    return g_strdup (json_object_get_string_member_with_default (json_node_get_object (first), "name", NULL));
  return g_strdup (json_node_get_string (first));
}

/* Who the record itself says it is from. */
static char *
dup_owner_name (SamspillRecord *record)
{
  const char *supplier = samspill_record_get_string (record, "supplier.name");
  char *name;

  if (supplier[0] != '\0')
    return g_strdup (supplier);
  name = dup_first_name (record, "buyers");
  if (name == NULL)
    name = dup_first_name (record, "owners");
  return name != NULL ? name : g_strdup ("");
}

static const char *
get_phase (SamspillRecord *record)
{
  const char *type = samspill_record_get_record_type (record);

  if (strcmp (type, "need") == 0)
    return samspill_record_get_string (record, "phase");
  if (strcmp (type, "pitch") == 0)
    return samspill_record_get_string (record, "status");
  return strcmp (type, "programme") == 0 ? samspill_record_get_string (record, "status.code") : "";
}

static const char *
get_outcome (SamspillRecord *record)
{
  const char *type = samspill_record_get_record_type (record);

  if (strcmp (type, "case") == 0)
    return samspill_record_get_string (record, "outcome.status");
  return strcmp (type, "need") == 0 ? samspill_record_get_string (record, "status.code") : "";
}

static gint64
get_changed (SamspillRecord *record)
{
  static const char *const fields[] = { "changed.at", "created.at" };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const char *text = samspill_record_get_string (record, fields[i]);
      g_autoptr (GDateTime) time = text[0] != '\0' ? g_date_time_new_from_iso8601 (text, NULL) : NULL;

      if (time != NULL)
        return g_date_time_to_unix_usec (time);
    }
  return 0;
}

/* Statements */

static gboolean
step_and_reset (SamspillIndexWriter *self, sqlite3_stmt *statement, GError **error)
{
  const gboolean is_done = sqlite3_step (statement) == SQLITE_DONE;

  if (!is_done)
    samspill_index_set_error (self->db, error);
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  return is_done;
}

static void
bind_text (sqlite3_stmt *statement, int index, const char *text)
{
  sqlite3_bind_text (statement, index, text != NULL ? text : "", -1, SQLITE_TRANSIENT);
}

static gboolean
delete_document (SamspillIndexWriter *self, gint64 doc, GError **error)
{
  sqlite3_stmt *const statements[] = { self->delete_text, self->delete_row, self->delete_facets };

  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    {
      sqlite3_bind_int64 (statements[i], 1, doc);
      if (!step_and_reset (self, statements[i], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
insert_text (SamspillIndexWriter *self, gint64 doc, SamspillRecord *record, GError **error)
{
  g_auto (Columns) columns = { g_string_new (NULL), g_string_new (NULL), g_string_new (NULL) };

  samspill_record_foreach_text (record, add_field_text, &columns);
  add_subject_names (record, columns.near);
  sqlite3_bind_int64 (self->insert_text, 1, doc);
  sqlite3_bind_text (self->insert_text, 2, columns.title->str, (int)columns.title->len, SQLITE_STATIC);
  sqlite3_bind_text (self->insert_text, 3, columns.near->str, (int)columns.near->len, SQLITE_STATIC);
  sqlite3_bind_text (self->insert_text, 4, columns.body->str, (int)columns.body->len, SQLITE_STATIC);
  return step_and_reset (self, self->insert_text, error);
}

static gboolean
insert_row (SamspillIndexWriter *self, const SamspillChange *change, SamspillRecord *record, guint leaves,
            GError **error)
{
  g_autofree char *owner_name = dup_owner_name (record);
  /* Found by, and not kept: the name of a municipality is in the language of who looks at it. */
  g_autofree char *known_name =
      *owner_name == '\0' ? samspill_owner_dup_name (samspill_record_get_owner (record)) : NULL;
  g_autofree char *folded = samspill_text_fold (known_name != NULL ? known_name : owner_name, -1);
  g_autofree char *owner_folded = g_strconcat (" ", folded, NULL);
  g_autofree char *sort_key = samspill_text_sort_key (samspill_record_get_title (record));
  g_autofree char *subject = dup_first_theme (record);
  const char *const texts[] = { change->space,
                                change->id,
                                samspill_record_get_record_type (record),
                                samspill_record_get_lang (record),
                                samspill_record_get_owner (record),
                                owner_name,
                                owner_folded,
                                samspill_record_get_title (record),
                                sort_key,
                                get_phase (record),
                                get_outcome (record),
                                subject };
  int index = 1;

  sqlite3_bind_int64 (self->insert_row, index++, change->doc);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    bind_text (self->insert_row, index++, texts[i]);
  sqlite3_bind_int64 (self->insert_row, index++, get_changed (record));
  sqlite3_bind_int (self->insert_row, index++, samspill_record_has (record, "trashed"));
  sqlite3_bind_int64 (self->insert_row, index++, leaves);
  return step_and_reset (self, self->insert_row, error);
}

static gboolean
insert_facet (SamspillIndexWriter *self, gint64 doc, const char *kind, const char *value, GError **error)
{
  g_autofree char *facet = g_strconcat (kind, value, NULL);

  if (value[0] == '\0')
    return TRUE;
  bind_text (self->insert_facet, 1, facet);
  sqlite3_bind_int64 (self->insert_facet, 2, doc);
  return step_and_reset (self, self->insert_facet, error);
}

static gboolean
insert_subjects (SamspillIndexWriter *self, gint64 doc, SamspillRecord *record, GError **error)
{
  g_auto (GStrv) ids = samspill_record_dup_strings (record, "subjects.los");

  for (guint i = 0; ids[i] != NULL; i++)
    {
      const SamspillLos *los = samspill_los_lookup (ids[i]);
      g_autoptr (GPtrArray) all = los != NULL ? samspill_los_ancestors (los) : NULL;

      for (guint j = 0; all != NULL && j < all->len; j++)
        if (!insert_facet (self, doc, SAMSPILL_FACET_SUBJECT, ((SamspillLos *)g_ptr_array_index (all, j))->id, error))
          return FALSE;
    }
  return TRUE;
}

static gboolean
insert_facets (SamspillIndexWriter *self, gint64 doc, SamspillRecord *record, GError **error)
{
  g_auto (GStrv) tags = samspill_record_dup_strings (record, "tags");

  for (guint i = 0; tags[i] != NULL; i++)
    {
      g_autofree char *folded = samspill_text_fold (tags[i], -1);

      if (!insert_facet (self, doc, SAMSPILL_FACET_TAG, folded, error))
        return FALSE;
    }
  if (strcmp (samspill_record_get_record_type (record), "organisation") == 0 &&
      !insert_facet (self, doc, SAMSPILL_FACET_NUMBER, samspill_record_get_string (record, "orgnr"), error))
    return FALSE;
  return insert_facet (self, doc, SAMSPILL_FACET_REFERENCE, samspill_record_get_string (record, "need"), error) &&
         insert_facet (self, doc, SAMSPILL_FACET_REFERENCE, samspill_record_get_string (record, "about"), error) &&
         insert_subjects (self, doc, record, error);
}

gboolean
samspill_index_writer_write (SamspillIndexWriter *self, const SamspillChange *change, GBytes *body, guint leaves,
                             GError **error)
{
  g_autoptr (SamspillRecord) record = NULL;

  if (!delete_document (self, change->doc, error))
    return FALSE;
  if (!change->deleted && body != NULL)
    record = samspill_record_from_body (change->id, change->rev, body, NULL);
  if (record == NULL)
    return TRUE;
  return insert_text (self, change->doc, record, error) && insert_row (self, change, record, leaves, error) &&
         insert_facets (self, change->doc, record, error);
}

SamspillIndexWriter *
samspill_index_writer_new (sqlite3 *db)
{
  SamspillIndexWriter *self = g_new0 (SamspillIndexWriter, 1);
  const struct
  {
    sqlite3_stmt **statement;
    const char *sql;
  } statements[] = {
    { &self->delete_text, "DELETE FROM ft WHERE rowid = ?1" },
    { &self->delete_row, "DELETE FROM list WHERE doc = ?1" },
    { &self->delete_facets, "DELETE FROM facet WHERE doc = ?1" },
    { &self->insert_text, "INSERT INTO ft (rowid, title, near, body) VALUES (?1, ?2, ?3, ?4)" },
    { &self->insert_row,
      "INSERT INTO list VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)" },
    { &self->insert_facet, "INSERT OR IGNORE INTO facet VALUES (?1, ?2)" },
  };

  self->db = db;
  for (guint i = 0; i < G_N_ELEMENTS (statements); i++)
    if (sqlite3_prepare_v3 (db, statements[i].sql, -1, SQLITE_PREPARE_PERSISTENT, statements[i].statement, NULL) !=
        SQLITE_OK)
      {
        samspill_index_writer_free (self);
        return NULL;
      }
  return self;
}

void
samspill_index_writer_free (SamspillIndexWriter *self)
{
  if (self == NULL)
    return;
  sqlite3_finalize (self->delete_text);
  sqlite3_finalize (self->delete_row);
  sqlite3_finalize (self->delete_facets);
  sqlite3_finalize (self->insert_text);
  sqlite3_finalize (self->insert_row);
  sqlite3_finalize (self->insert_facet);
  g_free (self);
}
