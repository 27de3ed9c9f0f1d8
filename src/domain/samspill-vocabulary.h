/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The open data that ship inside the program (data/vocabularies/README.md: what, from where, licence). Thread-safe. */

/* The file as it stands, such as "los.csv"; NULL if there is none of this name. (transfer full) */
GBytes *samspill_vocabulary (const char *name);

/* Calls back for each row but the header, in order: `cells` is NULL-terminated and borrowed during the call. */
typedef void (*SamspillRowFunc) (const char * const *cells, gpointer data);
void    samspill_vocabulary_foreach (const char *name, guint n_columns, SamspillRowFunc func, gpointer data);

/* Case and accents taken away, for comparing what a person typed: "Kárášjohka" → "karasjohka", "Ålesund" and "Aalesund"
 * → "alesund", "Bodø" → "bodo". (transfer full) */
char   *samspill_fold (const char *text);

G_END_DECLS
