/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-record.h"

G_BEGIN_DECLS

#define SAMSPILL_MARK_START "\xEE\x80\x80" /* U+E000 */
#define SAMSPILL_MARK_END "\xEE\x80\x81"   /* U+E001 */

/* The index keeps no text, so hits are found anew in the text that is shown, by the same words and stems. Thread-safe. */

/* `text` with each word that the query hits between the marks. (transfer full) */
char *samspill_mark_dup_text    (const char *query, const char *text);
/* The passage of the record (its title apart) with the most hits, marked, on one line; NULL where only the title or the
 * themes are hit. (transfer full) */
char *samspill_mark_dup_snippet (SamspillRecord *record, const char *query);

G_END_DECLS
