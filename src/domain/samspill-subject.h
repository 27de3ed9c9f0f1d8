/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a record is about: ids of Los ("tema/vann-og-avlop", "ord/drikkevann") and CPV codes (eight digits). Read once,
 * then immutable and thread-safe; all strings are borrowed for ever. */

/* The name in "nb", "nn" or "en"; CPV has no Nynorsk, then Bokmål. NULL for what is not known. */
const char *samspill_subject_label  (const char *id, const char *lang);
/* Themes and words of Los whose name or synonym, or a word in it, begins with the text; case and accents folded; best
 * first. CPV codes where the text begins with a digit. (transfer container) (element-type utf8): ids */
GPtrArray  *samspill_subjects_search (const char *text, const char *lang, guint limit);
/* The themes at the top, by name. (transfer container) (element-type utf8): ids */
GPtrArray  *samspill_subjects_top    (const char *lang);
/* The theme that a theme or word lies under (the first where there are several), NULL at the top. */
const char *samspill_subject_broader (const char *id);

G_END_DECLS
