/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>

#include "samspill-record.h"

G_BEGIN_DECLS

#define SAMSPILL_PAGES_ERROR (samspill_pages_error_quark ())
GQuark samspill_pages_error_quark (void);
typedef enum { SAMSPILL_PAGES_ERROR_FAILED, SAMSPILL_PAGES_ERROR_UNSUPPORTED } SamspillPagesError;

/* What stands around a record on paper. All nullable; borrowed during the call. */
typedef struct
{
  const char *letterhead;       /* "Lillevik kommune" */
  const char *owner_name;
  const char *space_label;      /* "Utkast", translated */
  const char *contact;          /* the role to ask: "rådgiver, teknisk"; no name, which stays on the computer */
  const char *printed;          /* date, formatted */
  const char * const *similar;  /* lines "title – reason – outcome", NULL-terminated: "who had it before" */
} SamspillPageContext;

typedef enum { SAMSPILL_PAGE_PDF, SAMSPILL_PAGE_ODT, SAMSPILL_PAGE_HTML, SAMSPILL_PAGE_REPLY_FORM } SamspillPageFormat;

/* A record (need, pitch, case; others as a plain sheet) as something to read. Labels are in the record's language (nb/nn),
 * not the screen's. Any thread, one call at a time (Pango). (transfer full) */
GBytes *samspill_page_render (SamspillRecord *record, SamspillPageFormat format, const SamspillPageContext *context, GError **error);

/* For GtkPrintOperation: pages are laid out for the paper's printable size (points). */
typedef struct _SamspillSheet SamspillSheet;
SamspillSheet *samspill_sheet_new   (SamspillRecord *record, const SamspillPageContext *context, double width_pt, double height_pt);
int            samspill_sheet_pages (SamspillSheet *self);
void           samspill_sheet_draw  (SamspillSheet *self, cairo_t *cr, int page, gboolean tagged);
void           samspill_sheet_free  (SamspillSheet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillSheet, samspill_sheet_free)

G_END_DECLS
