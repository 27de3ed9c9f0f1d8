/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-reply.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "samspill-id.h"
#include "samspill-json-text.h"
#include "samspill-record-private.h"

#define MAX_BYTES (256 * 1024)
#define VERSION 1
#define MAX_ELEMENT_LENGTH 300

/* What the form asks. Nothing else of the file is taken. */
static const char *const fields[] = {
  "title",         "problem",        "for_whom", "how",    "maturity", "evidence",      "references",
  "pilot",         "price_model",    "price",    "rights", "security", "supplier.name", "supplier.orgnr",
  "supplier.role", "supplier.email",
};

#define refuse(error, ...) samspill_domain_refuse (error, SAMSPILL_DOMAIN_ERROR_INVALID_REPLY, __VA_ARGS__)

/* Characters that change how what follows is read or shown, and that nobody types. */
static gboolean
is_hidden (gunichar c)
{
  return (c < 0x20 && c != '\n') || (c >= 0x7f && c <= 0x9f) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
         (c >= 0xe0000 && c <= 0xe0fff);
}

/* Plain text: without such characters, without blanks around it; on one line where the field is one. */
static char *
clean (const char *text, gboolean keep_lines)
{
  GString *out = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar code = g_utf8_get_char (c);

      if (code == '\t' || code == 0x2028 || code == 0x2029 || (code == '\n' && !keep_lines))
        g_string_append_c (out, ' ');
      else if (!is_hidden (code))
        g_string_append_unichar (out, code);
    }
  return g_strstrip (g_string_free_and_steal (out));
}

static gboolean
node_is (JsonNode *node, GType type)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type;
}

static const char *
label_of (const SamspillField *field)
{
  return g_dgettext (GETTEXT_PACKAGE, field->label);
}

static gboolean
take_text (SamspillRecord *pitch, const char *name, const SamspillField *field, JsonNode *node, GError **error)
{
  g_autofree char *text = NULL;

  if (!node_is (node, G_TYPE_STRING))
    return refuse (error, _ ("In the reply, “%s” is not a text. Ask for the file again."), label_of (field));
  text = clean (json_node_get_string (node), field->kind == SAMSPILL_FIELD_TEXT);
  if (strcmp (name, "supplier.orgnr") == 0 && *text != '\0')
    {
      g_autofree char *number = samspill_organisation_number_normalise (text);

      if (!samspill_organisation_number_check (number != NULL ? number : text, error))
        return FALSE;
      samspill_record_set_string (pitch, name, number);
      return TRUE;
    }
  if (field->max_length > 0 && (gsize)g_utf8_strlen (text, -1) > field->max_length)
    return refuse (error, _ ("In the reply, “%s” is longer than the form allows (%u characters)."), label_of (field),
                   (guint)field->max_length);
  if (field->kind == SAMSPILL_FIELD_CHOICE && *text != '\0' && samspill_field_choice_label (field, text) == NULL)
    return refuse (error, _ ("In the reply, “%s” is not one of the choices of the form."), label_of (field));
  samspill_record_set_string (pitch, name, text);
  return TRUE;
}

static gboolean
take_strings (SamspillRecord *pitch, const char *name, const SamspillField *field, JsonNode *node, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) strings = NULL;
  JsonArray *array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL || json_array_get_length (array) > field->max_length)
    return refuse (error, _ ("In the reply, “%s” is not a list of at most %u."), label_of (field),
                   (guint)field->max_length);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      g_autofree char *text = node_is (element, G_TYPE_STRING) ? clean (json_node_get_string (element), FALSE) : NULL;

      if (text == NULL || g_utf8_strlen (text, -1) > MAX_ELEMENT_LENGTH)
        return refuse (error, _ ("In the reply, “%s” is not as the form writes it."), label_of (field));
      if (*text != '\0')
        g_strv_builder_take (builder, g_steal_pointer (&text));
    }
  strings = g_strv_builder_end (builder);
  samspill_record_set_strings (pitch, name, (const char *const *)strings);
  return TRUE;
}

static gboolean
take_field (SamspillRecord *pitch, const char *name, JsonObject *given, GError **error)
{
  const SamspillField *field = samspill_type_field (samspill_record_get_schema (pitch), name);
  JsonNode *node = samspill_record_descend (given, name);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (field->kind == SAMSPILL_FIELD_STRINGS)
    return take_strings (pitch, name, field, node, error);
  if (field->kind != SAMSPILL_FIELD_INTEGER)
    return take_text (pitch, name, field, node, error);
  if (!node_is (node, G_TYPE_INT64) || json_node_get_int (node) < field->minimum ||
      json_node_get_int (node) > field->maximum)
    return refuse (error, _ ("In the reply, “%s” is not a whole number from %d to %d."), label_of (field),
                   (int)field->minimum, (int)field->maximum);
  samspill_record_set_integer (pitch, name, json_node_get_int (node));
  return TRUE;
}

static gboolean
take_need (SamspillReply *self, JsonObject *root, GError **error)
{
  JsonNode *need = json_object_get_member (root, "need");
  JsonNode *title = json_object_get_member (root, "need_title");

  self->need_title =
      title != NULL && node_is (title, G_TYPE_STRING) ? clean (json_node_get_string (title), FALSE) : g_strdup ("");
  if (g_utf8_strlen (self->need_title, -1) > MAX_ELEMENT_LENGTH)
    return refuse (error, _ ("The reply names its need with a title that is too long."));
  if (need == NULL || JSON_NODE_HOLDS_NULL (need))
    return TRUE;
  if (!node_is (need, G_TYPE_STRING) || !g_str_has_prefix (json_node_get_string (need), "need:") ||
      !samspill_id_is_valid (json_node_get_string (need)))
    return refuse (error, _ ("The reply does not say rightly which need it answers. Ask for the file again."));
  self->need = g_strdup (json_node_get_string (need));
  return TRUE;
}

static gboolean
check_version (JsonObject *root, GError **error)
{
  JsonNode *version = json_object_get_member (root, "version");

  if (version == NULL || !node_is (version, G_TYPE_INT64) || json_node_get_int (version) < 1)
    return refuse (error, _ ("The reply file does not say which version it has. Ask for the file again."));
  if (json_node_get_int (version) > VERSION)
    return refuse (error, _ ("The reply was made with a form from a newer version of Samspill. Update the program."));
  return TRUE;
}

static gboolean
read_reply (SamspillReply *self, JsonObject *root, const char *owner, GError **error)
{
  JsonNode *lang_node = json_object_get_member (root, "lang");
  const char *lang = lang_node != NULL && node_is (lang_node, G_TYPE_STRING) ? json_node_get_string (lang_node) : "nb";
  JsonNode *given = json_object_get_member (root, "pitch");

  if (!check_version (root, error) || !take_need (self, root, error))
    return FALSE;
  if (given == NULL || !JSON_NODE_HOLDS_OBJECT (given))
    return refuse (error, _ ("The reply file holds no proposal. Ask for the file again."));
  if (strcmp (lang, "nn") != 0 && strcmp (lang, "en") != 0)
    lang = "nb";
  self->pitch = samspill_record_new ("pitch", owner, lang, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!take_field (self->pitch, fields[i], json_node_get_object (given), error))
      return FALSE;
  if (!samspill_record_has (self->pitch, "title"))
    return refuse (error, _ ("The proposal in the reply has no title. Ask for the file again."));
  samspill_record_set_string (self->pitch, "need", self->need);
  samspill_record_set_string (self->pitch, "status", "new");
  return samspill_record_validate (self->pitch, error);
}

void
samspill_reply_free (SamspillReply *self)
{
  g_free (self->need);
  g_free (self->need_title);
  g_clear_object (&self->pitch);
  g_free (self);
}

/**
 * samspill_reply_is:
 * @text: text of a file
 * @length: bytes, -1: ends with a nul
 *
 * Returns: %TRUE if it says that it is a reply; whether it is a good one samspill_reply_parse() tells
 */
gboolean
samspill_reply_is (const char *text, gssize length)
{
  g_autofree char *kind = samspill_json_dup_string (text, length, "samspill");

  return g_strcmp0 (kind, "reply") == 0;
}

/**
 * samspill_reply_check_need:
 * @self: a reply
 * @need_id: the need that it should answer
 * @error: return location for an error of %SAMSPILL_DOMAIN_ERROR
 *
 * Returns: %TRUE if it does
 */
gboolean
samspill_reply_check_need (const SamspillReply *self, const char *need_id, GError **error)
{
  if (g_strcmp0 (self->need, need_id) == 0)
    return TRUE;
  if (self->need == NULL)
    g_set_error_literal (error, SAMSPILL_DOMAIN_ERROR, SAMSPILL_DOMAIN_ERROR_WRONG_NEED,
                         _ ("This is a proposal of its own and answers no need."));
  else
    g_set_error (error, SAMSPILL_DOMAIN_ERROR, SAMSPILL_DOMAIN_ERROR_WRONG_NEED,
                 _ ("This answers another need: “%s”. Open that need, and drop the file there."),
                 *self->need_title != '\0' ? self->need_title : self->need);
  return FALSE;
}

/**
 * samspill_reply_parse:
 * @text: text of a reply file; from anyone, so nothing in it is believed
 * @length: bytes, -1: ends with a nul
 * @owner: organisation number of the reader, who will own the record
 * @error: return location for an error of %SAMSPILL_DOMAIN_ERROR or %SAMSPILL_BASE_ERROR
 *
 * Takes the fields that the form has, as plain text, each within its bounds. The record is not kept by this.
 *
 * Returns: (transfer full) (nullable): the reply
 */
SamspillReply *
samspill_reply_parse (const char *text, gssize length, const char *owner, GError **error)
{
  g_autoptr (SamspillReply) self = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *copy = NULL;

  if (!samspill_json_check (text, length, MAX_BYTES, SAMSPILL_JSON_STRICT_NUMBERS | SAMSPILL_JSON_MUST_BE_OBJECT,
                            error))
    return NULL;
  if (!samspill_reply_is (text, length))
    {
      refuse (error, _ ("This is not a reply to a need."));
      return NULL;
    }
  copy = length < 0 ? g_strdup (text) : g_strndup (text, (gsize)length);
  root = json_from_string (copy, error);
  if (root == NULL)
    return NULL;
  self = g_new0 (SamspillReply, 1);
  if (!read_reply (self, json_node_get_object (root), owner, error))
    return NULL;
  return g_steal_pointer (&self);
}
