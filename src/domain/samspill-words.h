/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The program's own words in the language of a record, whatever the language of the screen: a page about a need in Nynorsk
 * has labels in Nynorsk. The build makes the tables from po/nb.po and po/nn.po. Mark the texts with N_() (NC_() with a
 * context) where they stand, and look them up with these. Thread-safe; borrowed for ever. */

/* msgid itself where lang is neither "nb" nor "nn" or there is no translation. */
const char *samspill_words         (const char *lang, const char *msgid);
const char *samspill_words_context (const char *lang, const char *context, const char *msgid);
/* For n things; both as they stand in ngettext(). */
const char *samspill_words_n       (const char *lang, const char *one, const char *many, gulong n);

G_END_DECLS
