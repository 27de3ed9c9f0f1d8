/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* JSON as text: the one strict reader of what comes from outside (design.md section 4 and 5, speed.md section 3). It
 * never changes a byte: it says whether a text is acceptable, where its members stand, and makes a new text in which
 * only the named members differ. Thread-safe; nothing is kept between calls. */

#define SAMSPILL_JSON_MAX_DEPTH 64
#define SAMSPILL_JSON_MAX_RECORD_BYTES (1024 * 1024)       /* one record that we create, edit or import */
#define SAMSPILL_JSON_MAX_FILE_BYTES (64 * 1024 * 1024)    /* a file of records */

/* Strict scan of one value: UTF-8, no duplicate member names at any level (names compared after their escapes are
 * undone), depth, size, no NaN/Infinity, no lone surrogates, nothing after the value; with SAMSPILL_JSON_STRICT_NUMBERS
 * also integers within 2^53 and numbers that a double can hold. length -1: nul-terminated. */
typedef enum
{
  SAMSPILL_JSON_DEFAULT = 0,
  SAMSPILL_JSON_STRICT_NUMBERS = 1 << 0,
  SAMSPILL_JSON_MUST_BE_OBJECT = 1 << 1,
} SamspillJsonFlags;

gboolean samspill_json_check (const char *text, gssize length, gsize max_bytes, SamspillJsonFlags flags, GError **error);

/* One member of an object: name decoded, value as it stands in the text. Return FALSE to stop. */
typedef gboolean (*SamspillJsonMemberFunc) (const char *name, const char *value, gsize value_length, gpointer data);
gboolean samspill_json_foreach_member (const char *text, gssize length, SamspillJsonMemberFunc func, gpointer data, GError **error);

/* The elements of an array, as they stand. */
typedef gboolean (*SamspillJsonElementFunc) (const char *value, gsize value_length, gpointer data);
gboolean samspill_json_foreach_element (const char *text, gssize length, SamspillJsonElementFunc func, gpointer data, GError **error);

/* (transfer full): the value of a top-level member as JSON text (`dup_member`) or as a decoded string (`dup_string`);
 * NULL when absent (or not a string). The text has been checked before. */
char *samspill_json_dup_member (const char *text, gssize length, const char *name);
char *samspill_json_dup_string (const char *text, gssize length, const char *name);

/* A copy of an object's text with top-level members set (value: JSON text) or left out (value NULL). All other bytes
 * stay as they are; new members go last; at most 64. NULL if the text is no object. `names` is NULL-terminated, `values` runs beside it. */
char *samspill_json_splice (const char *text, gssize length, const char * const *names, const char * const *values);

/* A copy without the top-level members whose name begins with "_" (all other bytes kept). */
char *samspill_json_without_underscore (const char *text, gssize length);

/* A string as JSON text, with quotes, escaped. */
char *samspill_json_quote (const char *string);

/* The canonical text for revision ids: members sorted by their decoded names (bytes), no white space, strings in
 * shortest escape form, the text of numbers kept. */
char *samspill_json_canonical (const char *text, gssize length);

/* The same text with line breaks and two blanks a level, to be read by people; nothing else is changed. */
char *samspill_json_pretty (const char *text, gssize length);

/* Reads a file of at most max_bytes into memory, asynchronously; TOO_LARGE before reading more. (transfer full) */
void    samspill_read_file_async  (GFile *file, gsize max_bytes, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GBytes *samspill_read_file_finish (GFile *file, GAsyncResult *result, GError **error);
GBytes *samspill_read_file        (GFile *file, gsize max_bytes, GCancellable *cancellable, GError **error);

G_END_DECLS
