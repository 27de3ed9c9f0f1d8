/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-json-text.h"

G_BEGIN_DECLS

/* A child of the outermost object or array. For an element `name` is NULL and `start` is `value`. */
typedef struct
{
  const char *name;   /* decoded; valid during the call only; may hold a nul */
  gsize name_length;
  const char *start;  /* the quote that opens the name */
  const char *value;
  const char *end;    /* after the value */
} SamspillJsonChild;

typedef gboolean (*SamspillJsonChildFunc) (const SamspillJsonChild *child, gpointer data);

/* One strict pass over `length` bytes. `func` (nullable) hears of the children of the outermost value, in order, each
 * after it was found right; it returns FALSE to stop. */
gboolean samspill_json_scan (const char *text, gsize length, SamspillJsonFlags flags, SamspillJsonChildFunc func, gpointer data, GError **error);

/* Appends what `length` bytes between the quotes of a scanned string stand for. */
void samspill_json_decode (GString *out, const char *raw, gsize length);
/* Appends `length` bytes of UTF-8 as a JSON string in its shortest form, with quotes. */
void samspill_json_append_quoted (GString *out, const char *string, gsize length);

G_END_DECLS
