/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What we know of single words: function words, common words, Bokmål and Nynorsk. Read once from the program's
 * resources, then immutable and thread-safe. Everything returned is borrowed for ever unless said otherwise. */

/* Words that say nothing about what a text is about. `word` is folded, not stemmed. */
gboolean samspill_lexicon_is_function_word (const char *word);
/* Words that many needs have in common (kommune, løsning, time): never a reason. Takes a key. Function words too. */
gboolean samspill_lexicon_is_common        (const char *key);

/* A key is the same for a word's inflections and for its Bokmål and Nynorsk forms: "vasslekkasjane", "vannlekkasje".
 * Two texts are compared by keys; they are never shown. (transfer full) */
char    *samspill_lexicon_dup_key          (const char *word);
/* The keys of a text's words parted by single blanks. (transfer full) */
char    *samspill_lexicon_dup_keys         (const char *text);
/* The same word in the other language form, folded; words with the stem of `word` itself are left out. (transfer full)
 * (element-type utf8) */
GPtrArray *samspill_lexicon_variants       (const char *word);

/* "nb", "nn" or "en": what the program speaks. */
const char *samspill_lexicon_language      (void);

G_END_DECLS
