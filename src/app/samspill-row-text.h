/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "samspill-index.h"

G_BEGIN_DECLS

/* What a list says about a record in its quiet line. Strings are (transfer full). */
char       *samspill_row_dup_title    (const SamspillRow *row); /* never empty */
char       *samspill_row_dup_subtitle (const SamspillRow *row); /* "Kinn kommune · Clarified" */
char       *samspill_row_dup_time     (const SamspillRow *row); /* "2 h"; "" for what is not edited here */
const char *samspill_row_get_icon     (const SamspillRow *row);
gboolean    samspill_row_is_warning   (const SamspillRow *row); /* has two versions */

G_END_DECLS
