/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The words of a Norwegian text. Pure and thread-safe. Every word that search or likeness ever compares has gone through
 * here, so that the index, the query, the marks on screen and the reasons agree on what a word is.
 *
 * Folding: lower case; æ ø å are kept, ä is æ, ö is ø, "aa" is å; all other accents go; Sámi letters become the plain
 * letter that people type for them. A text in NFD folds to the same words as one in NFC. */

#define SAMSPILL_WORD_MAX_BYTES 96 /* longer words are cut here, in the index as in the query */

/* One word: folded, nul-terminated, valid during the call; `start` and `end` are byte offsets in the text. Return FALSE
 * to stop. */
typedef gboolean (*SamspillWordFunc) (const char *word, gsize length, gsize start, gsize end, gpointer data);

/* Broken UTF-8 separates words and does no harm. length -1: nul-terminated. FALSE when stopped. */
gboolean    samspill_text_foreach_word (const char *text, gssize length, SamspillWordFunc func, gpointer data);
/* The words of a text, folded. (transfer full) (element-type utf8) */
GPtrArray  *samspill_text_words        (const char *text, gssize length);
/* The words of a text folded and parted by single blanks: for comparing labels and names. (transfer full) */
char       *samspill_text_fold         (const char *text, gssize length);
/* The stems of a text parted by single blanks. (transfer full) */
char       *samspill_text_stems        (const char *text, gssize length);
/* A key that sorts as a Norwegian list does (… z æ ø å, numbers by value), whatever the locale. (transfer full) */
char       *samspill_text_sort_key     (const char *text);

/* A folded word's stem; borrowed until the next call in this thread. A word with a digit is its own stem. */
const char *samspill_word_stem         (const char *word);
/* A folded word as it is typed without æ ø å (ae o a); FALSE when it has none of them. `plain` holds twice
 * SAMSPILL_WORD_MAX_BYTES. */
gboolean    samspill_word_plain        (const char *word, char *plain);

G_END_DECLS
