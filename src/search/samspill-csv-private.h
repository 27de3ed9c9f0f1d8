/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One row of one of our own word lists (RFC 4180, UTF-8), without the header line; `cells` is NULL-terminated. */
typedef void (*SamspillCsvFunc) (char **cells, guint n_cells, gpointer data);

/* Reads a list from the program's resources, "vocabularies/los.csv". A list that is missing is a fault of the build. */
void samspill_csv_foreach (const char *name, SamspillCsvFunc func, gpointer data);

G_END_DECLS
