/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "samspill-page.h"
#include "samspill-profile.h"

G_BEGIN_DECLS

/* Called in the main thread with what there is to say (translated), and the file that was written; file NULL: it failed. */
typedef void (*SamspillExportSaid) (const char *text, GFile *file, gpointer data);

/* Asks where, and writes the record there as one file. Says nothing when the person thinks better of it. `similar`: lines
 * for "who had it before", NULL-terminated, nullable. `data` must outlive the dialog. */
void samspill_export_save  (GtkWidget *parent, SamspillProfile *profile, SamspillRecord *record, const char *space,
                            const char *const *similar, SamspillPageFormat format, SamspillExportSaid said, gpointer data);
/* The print dialog of the desktop; from there also to PDF. */
void samspill_export_print (GtkWidget *parent, SamspillProfile *profile, SamspillRecord *record, const char *space,
                            const char *const *similar, SamspillExportSaid said, gpointer data);

/* A file name out of a title: "Hvordan kan vi …?" as "hvordan-kan-vi.pdf". (transfer full) */
char *samspill_export_dup_file_name (const char *title, SamspillPageFormat format);

G_END_DECLS
