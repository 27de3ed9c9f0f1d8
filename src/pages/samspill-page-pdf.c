/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-page-private.h"

#include <cairo-pdf.h>
#include <glib/gi18n-lib.h>

/* A4 in points (ISO 216: 210 × 297 mm). */
#define A4_WIDTH_PT 595.276
#define A4_HEIGHT_PT 841.890

static cairo_status_t
append_to_array (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static void
set_metadata (cairo_surface_t *surface, SamspillRecord *record, const SamspillPageContext *context)
{
  const char *author = context == NULL ? NULL : context->letterhead != NULL ? context->letterhead : context->owner_name;

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, samspill_record_get_title (record));
  if (author != NULL)
    cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_AUTHOR, author);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Samspill " SAMSPILL_VERSION);
}

GBytes *
samspill_page_render_pdf (SamspillRecord *record, const SamspillPageContext *context, GError **error)
{
  g_autoptr (SamspillSheet) sheet = samspill_sheet_new (record, context, A4_WIDTH_PT, A4_HEIGHT_PT);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (append_to_array, bytes, A4_WIDTH_PT, A4_HEIGHT_PT);
  cairo_t *cr = cairo_create (surface);
  cairo_status_t status;

  set_metadata (surface, record, context);
  for (int page = 0; page < samspill_sheet_pages (sheet); page++)
    {
      samspill_sheet_draw (sheet, cr, page, TRUE);
      cairo_show_page (cr);
    }
  status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, SAMSPILL_PAGES_ERROR, SAMSPILL_PAGES_ERROR_FAILED,
                   _ ("The page could not be drawn as PDF: %s. Try another format."), cairo_status_to_string (status));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
