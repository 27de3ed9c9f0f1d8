/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-profile.h"

G_BEGIN_DECLS

/* A member of a record as words to read, for where two versions of it stand side by side. */

/* json: the member's value as JSON text; NULL gives "". field NULL: a member that the schema does not know. A list has a
 * line for each element. (transfer full) */
char       *samspill_value_dup_text     (const SamspillField *field, const char *json);
/* Whether a person can write the value as it is read, so that what is typed can become the value. */
gboolean    samspill_value_is_writable  (const SamspillField *field);
/* The opposite, for a field that is writable: JSON text, or NULL where there is nothing. FALSE: that is no such value. */
gboolean    samspill_value_from_text    (const SamspillField *field, const char *text, char **json);
/* The label of a member, translated; its name where the schema does not know it. */
const char *samspill_value_label        (const SamspillType *type, const char *member);
/* Both values, one after the other, where that makes sense: texts and lists. NULL: it does not. (transfer full) */
char       *samspill_value_dup_both     (const SamspillField *field, const char *mine, const char *theirs);

G_END_DECLS
