/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* JSON values by their text, in CouchDB's order: null, false, true, numbers, strings (by their bytes), arrays, objects. */
typedef struct { const char *text; gsize length; } SamspillJsonValue;

int         samspill_json_compare (const SamspillJsonValue *a, const SamspillJsonValue *b);
const char *samspill_json_type    (const SamspillJsonValue *value); /* "null", "boolean", "number", "string", "array", "object" */

G_END_DECLS
