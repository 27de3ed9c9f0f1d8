/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-record-page.h"
#include "samspill-window.h"

G_BEGIN_DECLS

/* Files that come in: an answered form is shown and asked about, a file of records is counted and asked about, anything
 * else goes to the record that is open. Nothing is kept before somebody has said yes. */
void samspill_import_files  (SamspillWindow *window, SamspillRecordPage *page, GListModel *files);
void samspill_import_choose (SamspillWindow *window); /* asks for the file */

G_END_DECLS
