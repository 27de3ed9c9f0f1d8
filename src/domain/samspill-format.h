/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Numbers, money and dates as Norwegians write them, whatever the locale: thousands by no-break space, comma, "10.42".
 * Words in them come from gettext. All return (transfer full). Thread-safe. */
char *samspill_format_integer  (gint64 value);                       /* "1 234 567" */
char *samspill_format_money    (gint64 kroner);                      /* "4,2 mill. kroner", "640 000 kroner"; never rounded */
char *samspill_format_date     (const char *iso);                    /* "3. desember 2026", "desember 2026", "2026"; copies what it cannot read */
char *samspill_format_date_short (GDateTime *time);                  /* "3. des." (year added when not this year) */
char *samspill_format_relative (GDateTime *time, GDateTime *now);    /* "nå", "12 min", "2 t", "i går", "3. des." */
char *samspill_format_clock    (GDateTime *time);                    /* "10.42" */
char *samspill_format_bytes    (guint64 bytes);                      /* "1,4 MB" */

/* The same in the language of a record ("nb", "nn", "en"), for pages. */
char *samspill_format_money_in (const char *lang, gint64 kroner);
char *samspill_format_date_in  (const char *lang, const char *iso);

G_END_DECLS
