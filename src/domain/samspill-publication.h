/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What of a record may be seen by everyone (design.md section 3): fields of the schema that are not marked as internal, at every
 * level and in every language. What the schema does not know is not open. Pure. */

/* Whether records of the type are published on their own; a `file` goes with what it is about. */
gboolean samspill_publication_is_for (const char *type);
/* The open part of a body, values as they stand. `inside` (out, transfer full, nullable): the fields that were left out and have
 * something in them, as "supplier.email"; without what the program itself keeps there. NULL: the type is not known. */
char    *samspill_publication_filter (const char *type, const char *body, char ***inside);
/* Whether two bodies show the same: all but who, when, source and approval. */
gboolean samspill_publication_is_same (const char *one, const char *other);

G_END_DECLS
