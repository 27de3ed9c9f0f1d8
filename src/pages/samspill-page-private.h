/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-markup.h"
#include "samspill-sheet-content.h"

G_BEGIN_DECLS

/* One renderer a file; samspill_page_render() chooses. All: (transfer full);
 * only cairo can fail (SAMSPILL_PAGES_ERROR_FAILED). */
GBytes *samspill_page_render_pdf        (SamspillRecord *record, const SamspillPageContext *context, GError **error);
GBytes *samspill_page_render_odt        (const SamspillSheetContent *content);
GBytes *samspill_page_render_html       (const SamspillSheetContent *content);
GBytes *samspill_page_render_reply_form (SamspillRecord *need, const SamspillSheetContent *content);

/* The record as an <article>, for a page of its own and for the form. */
void    samspill_page_write_article     (SamspillMarkup *markup, const SamspillSheetContent *content);
/* A style sheet or script that ships with the library, as text. (transfer full) */
char   *samspill_page_dup_resource      (const char *name);

G_END_DECLS
