/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* Raised when the tokens change: an index made by another version is built anew. */
#define SAMSPILL_TOKENIZER_VERSION 1

/* Makes the FTS5 tokenizer "samspill" known to a connection; every connection that searches needs it. In documents it
 * gives each word's stem and, at the same place, the stem as typed without æøå; in a query the stem; in a prefix query the
 * folded word as typed, since the beginning of a word has no stem. FALSE when SQLite refuses (it has no FTS5). */
gboolean samspill_tokenizer_register (sqlite3 *db);

G_END_DECLS
