/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-page-private.h"

#include <glib/gi18n-lib.h>

G_DEFINE_QUARK (samspill - pages - error - quark, samspill_pages_error)

GBytes *
samspill_page_render (SamspillRecord *record, SamspillPageFormat format, const SamspillPageContext *context,
                      GError **error)
{
  g_autoptr (SamspillSheetContent) content = NULL;

  g_return_val_if_fail (SAMSPILL_IS_RECORD (record), NULL);

  if (format == SAMSPILL_PAGE_PDF)
    return samspill_page_render_pdf (record, context, error);
  content = samspill_sheet_content_new (record, context);
  switch (format)
    {
    case SAMSPILL_PAGE_ODT:
      return samspill_page_render_odt (content);
    case SAMSPILL_PAGE_HTML:
      return samspill_page_render_html (content);
    case SAMSPILL_PAGE_REPLY_FORM:
      if (g_strcmp0 (samspill_record_get_record_type (record), "need") != 0)
        {
          g_set_error_literal (error, SAMSPILL_PAGES_ERROR, SAMSPILL_PAGES_ERROR_UNSUPPORTED,
                               _ ("A form for proposals can be made for a need only. Open a need and try again."));
          return NULL;
        }
      return samspill_page_render_reply_form (record, content);
    case SAMSPILL_PAGE_PDF:
      break;
    }
  g_return_val_if_reached (NULL);
}
