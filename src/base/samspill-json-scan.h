/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-json-text.h"

G_BEGIN_DECLS

/* The strict reader beneath samspill-json-text.h, for those who read many members or rows in one pass: what a server or a
 * client sent is looked at where it stands, and nothing is copied but what has an escape. Thread-safe; nothing is kept
 * between calls. */

/* A child of the outermost object or array. For an element `name` is NULL and `start` is `value`. All of it is borrowed:
 * `name` for the call, the rest for as long as the text is there. */
typedef struct
{
  const char *name;   /* its escapes undone; ends with a nul, and may hold others */
  gsize name_length;
  const char *start;  /* the quote that opens the name */
  const char *value;
  const char *end;    /* after the value */
} SamspillJsonChild;

/* Hears of a child; FALSE: no more is wanted. */
typedef gboolean (*SamspillJsonChildFunc) (const SamspillJsonChild *child, gpointer data);

gboolean samspill_json_scan          (const char *text, gsize length, SamspillJsonFlags flags, SamspillJsonChildFunc func, gpointer data, GError **error);
void     samspill_json_decode        (GString *out, const char *raw, gsize length);
void     samspill_json_append_quoted (GString *out, const char *string, gsize length);

G_END_DECLS
