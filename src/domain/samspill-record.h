/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "samspill-schema.h"

G_BEGIN_DECLS

#define SAMSPILL_DOMAIN_ERROR (samspill_domain_error_quark ())
GQuark samspill_domain_error_quark (void);
typedef enum
{
  SAMSPILL_DOMAIN_ERROR_UNKNOWN_TYPE,
  SAMSPILL_DOMAIN_ERROR_MISSING_FIELD,
  SAMSPILL_DOMAIN_ERROR_INVALID_FIELD,
  SAMSPILL_DOMAIN_ERROR_WRONG_NEED,     /* a reply to another need */
  SAMSPILL_DOMAIN_ERROR_INVALID_REPLY,
} SamspillDomainError;

/**
 * SamspillRecord:
 *
 * A record of any type with typed access by field. It holds the text that it was read from; setting a field replaces
 * that member in the text and nothing else, so what we do not know stays byte for byte. `_id` and `_rev` are kept beside
 * the text. Field names may descend one object with a dot ("subjects.los", "created.at"). Not thread-safe; a record is
 * passed between threads, not shared. Emits `changed (field)` after each set that changed something.
 */
#define SAMSPILL_TYPE_RECORD (samspill_record_get_type ())
G_DECLARE_FINAL_TYPE (SamspillRecord, samspill_record, SAMSPILL, RECORD, GObject)

/* A new record: type, schema, owner, lang, created and changed are filled in; no title yet. The id is made. `by`: an
 * opaque account id, nullable (then "local"). */
SamspillRecord *samspill_record_new       (const char *type, const char *owner, const char *lang, const char *by);
/* From text that came from outside: strict check (samspill_json_check with strict numbers), known type. Members that are
 * not in the schema are kept; members that are get their kind and bounds checked. `_id`/`_rev` are taken out. What is
 * required is not asked for yet, and without `_id` the id is NULL: see samspill_record_complete(). */
SamspillRecord *samspill_record_from_json (const char *text, gssize length, GError **error);
/* From a body of the store (already checked once when it came in): cheap, no schema check. */
SamspillRecord *samspill_record_from_body (const char *id, const char *rev, GBytes *body, GError **error);
SamspillRecord *samspill_record_copy      (SamspillRecord *self);

/* Fills in what a record that a person wrote may lack: id (where it has type and owner), schema, created, changed. */
void            samspill_record_complete  (SamspillRecord *self, const char *by);

const char *samspill_record_get_id    (SamspillRecord *self); /* NULL only between from_json and complete */
const char *samspill_record_get_rev   (SamspillRecord *self); /* nullable */
void        samspill_record_set_id    (SamspillRecord *self, const char *id);
void        samspill_record_set_rev   (SamspillRecord *self, const char *rev);
const char *samspill_record_get_record_type (SamspillRecord *self); /* "need" */
const char *samspill_record_get_owner (SamspillRecord *self); /* nullable in shipped records */
const char *samspill_record_get_lang  (SamspillRecord *self); /* "nb" where it is missing */
const char *samspill_record_get_title (SamspillRecord *self); /* never NULL; "" where there is none. `name` for organisation and programme */
const SamspillType *samspill_record_get_schema (SamspillRecord *self); /* nullable: unknown type */

/* Borrowed until the field (or what it lies in) is next set. "" / 0 / FALSE where absent or of another kind. A text that
 * is missing is looked for in `translations`. */
const char *samspill_record_get_string  (SamspillRecord *self, const char *field);
/* "nn" where a text stands only in `translations`: mark it so. The record's own language otherwise. */
const char *samspill_record_get_text_lang (SamspillRecord *self, const char *field);
/* The text in `lang` where there is one, in `translations` or because it is the record's own language; else as
 * samspill_record_get_string(). */
const char *samspill_record_get_string_in (SamspillRecord *self, const char *field, const char *lang);
gboolean    samspill_record_get_boolean (SamspillRecord *self, const char *field);
gint64      samspill_record_get_integer (SamspillRecord *self, const char *field, gint64 fallback);
gboolean    samspill_record_has         (SamspillRecord *self, const char *field); /* present and not empty: not null, not blank, not an object or array of such */
char      **samspill_record_dup_strings (SamspillRecord *self, const char *field); /* (transfer full), never NULL */
JsonNode   *samspill_record_get_node    (SamspillRecord *self, const char *field); /* borrowed, nullable */

void samspill_record_set_string  (SamspillRecord *self, const char *field, const char *value); /* NULL or "": the member is removed */
void samspill_record_set_integer (SamspillRecord *self, const char *field, gint64 value);
void samspill_record_set_boolean (SamspillRecord *self, const char *field, gboolean value); /* FALSE: the member is removed */
void samspill_record_set_strings (SamspillRecord *self, const char *field, const char * const *values);
void samspill_record_set_node    (SamspillRecord *self, const char *field, JsonNode *node);    /* (transfer none) */
void samspill_record_remove      (SamspillRecord *self, const char *field);
/* Sets `changed` to now and `by`. The clock is checked: before 2024 the previous `changed` is kept. */
void samspill_record_touch       (SamspillRecord *self, const char *by);

GBytes *samspill_record_dup_body  (SamspillRecord *self);            /* the body for the store: no `_` members */
char   *samspill_record_dup_json  (SamspillRecord *self, gboolean pretty); /* with _id and _rev first */
gboolean samspill_record_validate (SamspillRecord *self, GError **error); /* required fields, kinds, bounds, owner number, lang */

/* What is still missing, in the order of the page: array of `const SamspillField *`. `purpose` is
 * SAMSPILL_FIELD_FOR_HANDING or SAMSPILL_FIELD_FOR_PUBLISHING. (transfer container) */
GPtrArray *samspill_record_missing (SamspillRecord *self, SamspillFieldFlags purpose);

/* All text that search should see, by weight: calls back with each field's words. */
typedef void (*SamspillTextFunc) (const SamspillField *field, const char *text, gpointer data);
void samspill_record_foreach_text (SamspillRecord *self, SamspillTextFunc func, gpointer data);

G_END_DECLS
