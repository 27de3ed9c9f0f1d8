/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The id of a revision, `N-TEXT`: the number of the edit and what tells it from others of the same number. Any text that
 * CouchDB takes is taken, and kept as it came; our own is 32 lower-case hex digits, which is held as its 16 bytes. */

#define SAMSPILL_REVISION_DIGEST_BYTES 16
#define SAMSPILL_REVISION_TEXT_MAX_BYTES 512
#define SAMSPILL_REVISION_NUMBER_MAX G_GUINT64_CONSTANT (9007199254740991) /* JavaScript peers count in doubles */

typedef struct
{
  guint64 number;
  guint8 digest[SAMSPILL_REVISION_DIGEST_BYTES]; /* of 32 lower-case hex digits */
  const char *text;                              /* of anything else, borrowed; NULL: the digest holds it */
} SamspillRevisionId;

/* A number from 1 to 2^53 - 1 without a zero in front, a hyphen, then 1 to 512 bytes of UTF-8 without control characters.
 * `id->text` points into `text`. */
gboolean samspill_revision_parse   (const char *text, SamspillRevisionId *id);
/* By number, then by the bytes of the text, as peers order them. */
int      samspill_revision_compare (const SamspillRevisionId *a, const SamspillRevisionId *b);
/* (transfer full) */
char    *samspill_revision_format  (const SamspillRevisionId *id);
/* May hold what JSON wants escaped: quotes and backslashes. */
void     samspill_revision_append  (GString *out, const SamspillRevisionId *id);

/* The revision id that follows on `parent` (NULL: a first revision; a nonsense parent gives NULL): the number one
 * higher, and the first 16 bytes of the SHA-256 of these, each followed by a zero byte:
 *   the parent's id, or nothing · "1" where it is a deletion, else "0" · the canonical body, or "{}" ·
 *   for each file, sorted by name: its name, a line break and its digest ("md5-…")
 * So two computers that make the same edit of the same revision make the same revision. */
char    *samspill_revision_next    (const char *parent, gboolean deleted, const char *canonical_body, const char *attachments);

G_END_DECLS
