/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-record-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "samspill-error.h"
#include "samspill-id.h"
#include "samspill-json-text.h"

#define MAX_REVISION_BYTES 530 /* a number, a hyphen and what the store takes behind it */
/* 2024-01-01: a clock that shows less has not been set. */
#define EARLIEST_TIME G_GINT64_CONSTANT (1704067200)

struct _SamspillRecord
{
  GObject parent_instance;
  char *id;
  char *rev;
  char *body;     /* the record's text without `_` members; what counts */
  JsonNode *root; /* the same, to read from; made when first asked for */
  char *type;     /* of the body; kept, since it is asked for often */
};

G_DEFINE_FINAL_TYPE (SamspillRecord, samspill_record, G_TYPE_OBJECT)
G_DEFINE_QUARK (samspill - domain - error - quark, samspill_domain_error)

static guint changed_signal;

/* Helpers */

static JsonNode *
parse_node (const char *text)
{
  JsonNode *node = json_from_string (text, NULL);

  return node != NULL ? node : json_node_new (JSON_NODE_NULL);
}

JsonObject *
samspill_record_get_root (SamspillRecord *self)
{
  if (self->root == NULL)
    {
      self->root = parse_node (self->body);
      if (!JSON_NODE_HOLDS_OBJECT (self->root))
        {
          json_node_unref (self->root);
          self->root = json_node_init_object (json_node_alloc (), json_object_new ());
        }
    }
  return json_node_get_object (self->root);
}

static char *
now_text (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  return g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
}

static char *
stamp_text (const char *by)
{
  g_autofree char *at = now_text ();
  g_autofree char *who = samspill_json_quote (by != NULL ? by : "local");

  return g_strdup_printf ("{\"at\":\"%s\",\"by\":%s}", at, who);
}

/* Brings the tree that is read from in line with the text. Strings of other fields stay where they are: they have been
 * lent. */
static void
update_root (SamspillRecord *self, const char *field, const char *member, const char *value, const char *member_text)
{
  JsonObject *object = self->root != NULL ? json_node_get_object (self->root) : NULL;
  JsonNode *parent;

  if (object == NULL)
    return;
  parent = json_object_get_member (object, member);
  if (member_text == NULL)
    {
      if (parent != NULL)
        json_object_remove_member (object, member);
    }
  else if (strcmp (field, member) == 0 || parent == NULL || !JSON_NODE_HOLDS_OBJECT (parent))
    json_object_set_member (object, member, parse_node (member_text));
  else if (value != NULL)
    json_object_set_member (json_node_get_object (parent), field + strlen (member) + 1, parse_node (value));
  else
    json_object_remove_member (json_node_get_object (parent), field + strlen (member) + 1);
}

static char *
splice_one (const char *text, const char *name, const char *value)
{
  const char *names[] = { name, NULL };
  const char *values[] = { value, NULL };

  return samspill_json_splice (text, -1, names, values);
}

static char *
splice_below (const char *old, const char *name, const char *value)
{
  char *text = splice_one (old != NULL && *old == '{' ? old : "{}", name, value);

  if (value == NULL)
    {
      g_autoptr (JsonNode) node = parse_node (text);

      if (JSON_NODE_HOLDS_OBJECT (node) && json_object_get_size (json_node_get_object (node)) == 0)
        g_clear_pointer (&text, g_free);
    }
  return text;
}

/* `value`: JSON text, or NULL to take the field out. */
static void
set_member (SamspillRecord *self, const char *field, const char *value)
{
  const char *dot = strchr (field, '.');
  g_autofree char *member = dot != NULL ? g_strndup (field, (gsize)(dot - field)) : g_strdup (field);
  g_autofree char *old = samspill_json_dup_member (self->body, -1, member);
  g_autofree char *new = dot != NULL ? splice_below (old, dot + 1, value) : g_strdup (value);
  char *body;

  g_return_if_fail (dot == NULL || strchr (dot + 1, '.') == NULL);
  if (g_strcmp0 (old, new) == 0)
    return;
  body = splice_one (self->body, member, new);
  g_free (self->body);
  self->body = body;
  update_root (self, field, member, value, new);
  if (strcmp (field, "type") == 0)
    g_clear_pointer (&self->type, g_free);
  g_signal_emit (self, changed_signal, 0, field);
}

/* Overrides */

static void
samspill_record_finalize (GObject *object)
{
  SamspillRecord *self = SAMSPILL_RECORD (object);

  g_free (self->id);
  g_free (self->rev);
  g_free (self->body);
  g_free (self->type);
  g_clear_pointer (&self->root, json_node_unref);
  G_OBJECT_CLASS (samspill_record_parent_class)->finalize (object);
}

static void
samspill_record_class_init (SamspillRecordClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = samspill_record_finalize;

  /**
   * SamspillRecord::changed:
   * @self: the record
   * @field: the field that was set, as it was named
   */
  changed_signal = g_signal_new ("changed", SAMSPILL_TYPE_RECORD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, G_TYPE_STRING);
}

static void
samspill_record_init (SamspillRecord *self)
{
}

/* Making */

/**
 * samspill_record_new:
 * @type: name of a record type
 * @owner: (nullable): organisation number; without it the record gets no id
 * @lang: language of its texts
 * @by: (nullable): opaque account id
 *
 * Returns: (transfer full): a new record, without texts
 */
SamspillRecord *
samspill_record_new (const char *type, const char *owner, const char *lang, const char *by)
{
  SamspillRecord *self = g_object_new (SAMSPILL_TYPE_RECORD, NULL);
  g_autofree char *type_text = samspill_json_quote (type);

  self->body = g_strdup_printf ("{\"type\":%s}", type_text);
  if (owner != NULL)
    samspill_record_set_string (self, "owner", owner);
  samspill_record_complete (self, by);
  samspill_record_set_string (self, "lang", lang != NULL ? lang : "nb");
  return self;
}

static gboolean
is_revision (const char *rev)
{
  gsize digits = strspn (rev, "0123456789"), length = strlen (rev);

  /* Other programs call their revisions what they like. */
  if (digits == 0 || digits > 16 || rev[digits] != '-' || rev[digits + 1] == '\0' || length > MAX_REVISION_BYTES)
    return FALSE;
  for (gsize i = digits + 1; i < length; i++)
    if (g_ascii_iscntrl (rev[i]))
      return FALSE;
  return TRUE;
}

/* A `_` member must be a string where it is there. */
static gboolean
take_out (const char *text, gssize length, const char *name, gboolean (*is_valid) (const char *), char **value,
          GError **error)
{
  g_autofree char *member = samspill_json_dup_member (text, length, name);

  *value = NULL;
  if (member == NULL)
    return TRUE;
  *value = samspill_json_dup_string (text, length, name);
  if (*value != NULL && is_valid (*value))
    return TRUE;
  g_set_error (error, SAMSPILL_DOMAIN_ERROR, SAMSPILL_DOMAIN_ERROR_INVALID_FIELD,
               _ ("The field “%s” is not what the program writes there. Leave it out for a new record."), name);
  return FALSE;
}

/**
 * samspill_record_from_json:
 * @text: text of one record from outside
 * @length: bytes, -1: ends with a nul
 * @error: return location for an error of %SAMSPILL_BASE_ERROR or %SAMSPILL_DOMAIN_ERROR
 *
 * Returns: (transfer full) (nullable): the record
 */
SamspillRecord *
samspill_record_from_json (const char *text, gssize length, GError **error)
{
  g_autoptr (SamspillRecord) self = NULL;

  if (!samspill_json_check (text, length, SAMSPILL_JSON_MAX_RECORD_BYTES,
                            SAMSPILL_JSON_STRICT_NUMBERS | SAMSPILL_JSON_MUST_BE_OBJECT, error))
    return NULL;
  self = g_object_new (SAMSPILL_TYPE_RECORD, NULL);
  if (!take_out (text, length, "_id", samspill_id_is_valid, &self->id, error) ||
      !take_out (text, length, "_rev", is_revision, &self->rev, error))
    return NULL;
  self->body = samspill_json_without_underscore (text, length);
  if (!samspill_record_check_kinds (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * samspill_record_from_body:
 * @id: its id
 * @rev: (nullable): its revision
 * @body: its text without `_` members
 * @error: return location for an error of %SAMSPILL_BASE_ERROR
 *
 * Returns: (transfer full) (nullable): the record
 */
SamspillRecord *
samspill_record_from_body (const char *id, const char *rev, GBytes *body, GError **error)
{
  SamspillRecord *self;
  gsize length;
  const char *text = g_bytes_get_data (body, &length);

  if (!samspill_json_check (text != NULL ? text : "", (gssize)length, 0, SAMSPILL_JSON_MUST_BE_OBJECT, error))
    return NULL;
  self = g_object_new (SAMSPILL_TYPE_RECORD, NULL);
  self->id = g_strdup (id);
  self->rev = g_strdup (rev);
  self->body = g_strndup (text, length);
  return self;
}

/**
 * samspill_record_copy:
 * @self: a record
 *
 * Returns: (transfer full): a record of the same text
 */
SamspillRecord *
samspill_record_copy (SamspillRecord *self)
{
  SamspillRecord *copy = g_object_new (SAMSPILL_TYPE_RECORD, NULL);

  copy->id = g_strdup (self->id);
  copy->rev = g_strdup (self->rev);
  copy->body = g_strdup (self->body);
  return copy;
}

/**
 * samspill_record_complete:
 * @self: a record
 * @by: (nullable): opaque account id
 *
 * Fills in what is missing of id (from type and owner), `schema`, `created` and `changed`.
 */
void
samspill_record_complete (SamspillRecord *self, const char *by)
{
  const SamspillType *schema = samspill_record_get_schema (self);
  const char *owner = samspill_record_get_owner (self);
  g_autofree char *stamp = stamp_text (by);

  if (self->id == NULL && owner != NULL)
    self->id = samspill_id_new (samspill_record_get_record_type (self), owner);
  if (!samspill_record_has (self, "schema"))
    samspill_record_set_integer (self, "schema", schema != NULL ? schema->version : 1);
  if (!samspill_record_has (self, "created.at"))
    set_member (self, "created", stamp);
  if (!samspill_record_has (self, "changed.at"))
    set_member (self, "changed", stamp);
}

/* Envelope */

const char *
samspill_record_get_id (SamspillRecord *self)
{
  return self->id;
}

const char *
samspill_record_get_rev (SamspillRecord *self)
{
  return self->rev;
}

void
samspill_record_set_id (SamspillRecord *self, const char *id)
{
  g_set_str (&self->id, id);
}

void
samspill_record_set_rev (SamspillRecord *self, const char *rev)
{
  g_set_str (&self->rev, rev);
}

const char *
samspill_record_get_record_type (SamspillRecord *self)
{
  if (self->type == NULL)
    self->type = g_strdup (samspill_record_get_string (self, "type"));
  return self->type;
}

const char *
samspill_record_get_owner (SamspillRecord *self)
{
  const char *owner = samspill_record_get_string (self, "owner");

  return *owner != '\0' ? owner : NULL;
}

const char *
samspill_record_get_lang (SamspillRecord *self)
{
  const char *lang = samspill_record_get_string (self, "lang");

  return *lang != '\0' ? lang : "nb";
}

const char *
samspill_record_get_title (SamspillRecord *self)
{
  const char *title = samspill_record_get_string (self, "title");

  return *title != '\0' ? title : samspill_record_get_string (self, "name");
}

const SamspillType *
samspill_record_get_schema (SamspillRecord *self)
{
  return samspill_type_lookup (samspill_record_get_record_type (self));
}

/* Fields */

void
samspill_record_set_string (SamspillRecord *self, const char *field, const char *value)
{
  g_autofree char *text = value != NULL && *value != '\0' ? samspill_json_quote (value) : NULL;

  set_member (self, field, text);
}

void
samspill_record_set_integer (SamspillRecord *self, const char *field, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);

  set_member (self, field, text);
}

void
samspill_record_set_boolean (SamspillRecord *self, const char *field, gboolean value)
{
  set_member (self, field, value ? "true" : NULL);
}

void
samspill_record_set_strings (SamspillRecord *self, const char *field, const char *const *values)
{
  g_autoptr (GString) text = g_string_new ("[");

  for (gsize i = 0; values != NULL && values[i] != NULL; i++)
    {
      g_autofree char *quoted = samspill_json_quote (values[i]);

      g_string_append (text, i > 0 ? "," : "");
      g_string_append (text, quoted);
    }
  g_string_append_c (text, ']');
  set_member (self, field, text->len > 2 ? text->str : NULL);
}

/* The member is written anew by json-glib: for values that the program has made or changed itself. */
void
samspill_record_set_node (SamspillRecord *self, const char *field, JsonNode *node)
{
  g_autofree char *text = node != NULL ? json_to_string (node, FALSE) : NULL;

  set_member (self, field, text);
}

void
samspill_record_remove (SamspillRecord *self, const char *field)
{
  set_member (self, field, NULL);
}

void
samspill_record_touch (SamspillRecord *self, const char *by)
{
  g_autofree char *stamp = stamp_text (by);

  if (g_get_real_time () / G_USEC_PER_SEC < EARLIEST_TIME && samspill_record_has (self, "changed.at"))
    return;
  set_member (self, "changed", stamp);
}

/* Whole record */

GBytes *
samspill_record_dup_body (SamspillRecord *self)
{
  return g_bytes_new (self->body, strlen (self->body));
}

char *
samspill_record_dup_json (SamspillRecord *self, gboolean pretty)
{
  g_autoptr (GString) text = g_string_new ("{");
  const char *rest = strchr (self->body, '{') + 1;

  if (self->id != NULL)
    {
      g_autofree char *id = samspill_json_quote (self->id);

      g_string_append_printf (text, "\"_id\":%s", id);
    }
  if (self->rev != NULL)
    {
      g_autofree char *rev = samspill_json_quote (self->rev);

      g_string_append_printf (text, "%s\"_rev\":%s", text->len > 1 ? "," : "", rev);
    }
  if (text->len > 1 && rest[strspn (rest, " \t\r\n")] != '}')
    g_string_append_c (text, ',');
  g_string_append (text, rest);
  return pretty ? samspill_json_pretty (text->str, (gssize)text->len)
                : g_string_free_and_steal (g_steal_pointer (&text));
}
