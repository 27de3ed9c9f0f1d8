/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Draws a page of a sheet: grounds and rules first, then the texts, in the structure tree of the PDF. */

#include "samspill-sheet-private.h"

#include <cairo-pdf.h>

static void
set_colour (cairo_t *cr, const SamspillColour *colour)
{
  cairo_set_source_rgb (cr, colour->red, colour->green, colour->blue);
}

static void
draw_card (cairo_t *cr, const SamspillPiece *piece)
{
  double radius = 6, x = piece->x, y = piece->y, right = x + piece->width, low = y + piece->height;

  cairo_new_sub_path (cr);
  cairo_arc (cr, right - radius, y + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, right - radius, low - radius, radius, 0, G_PI_2);
  cairo_arc (cr, x + radius, low - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, x + radius, y + radius, radius, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
  set_colour (cr, piece->colour);
  cairo_fill (cr);
}

static void
draw_lines (cairo_t *cr, const SamspillPiece *piece)
{
  g_autoptr (PangoLayoutIter) iter = pango_layout_get_iter (piece->layout);
  double top = -1;
  int line = 0;

  set_colour (cr, piece->colour);
  do
    {
      PangoRectangle logical;
      int above;

      pango_layout_iter_get_line_extents (iter, NULL, &logical);
      pango_layout_iter_get_line_yrange (iter, &above, NULL);
      if (line >= piece->first_line && line < piece->end_line)
        {
          double line_top = (double)above / PANGO_SCALE;

          if (top < 0)
            top = line_top;
          cairo_move_to (cr, piece->x + (double)logical.x / PANGO_SCALE,
                         piece->y - top + (double)pango_layout_iter_get_baseline (iter) / PANGO_SCALE);
          pango_cairo_show_layout_line (cr, pango_layout_iter_get_line_readonly (iter));
        }
      line++;
    }
  while (pango_layout_iter_next_line (iter));
}

/* An attribute value of a cairo tag stands in single quotes (cairo manual, "Tags and Links"). */
static char *
link_attributes (const char *uri)
{
  g_autoptr (GString) escaped = g_string_new (uri);

  g_string_replace (escaped, "\\", "\\\\", 0);
  g_string_replace (escaped, "'", "\\'", 0);
  return g_strdup_printf ("uri='%s'", escaped->str);
}

static void
draw_text (cairo_t *cr, const SamspillPiece *piece, gboolean tagged)
{
  if (tagged && piece->tag != NULL)
    cairo_tag_begin (cr, piece->tag, NULL);
  if (tagged && piece->link != NULL)
    {
      g_autofree char *attributes = link_attributes (piece->link);
      cairo_tag_begin (cr, CAIRO_TAG_LINK, attributes);
    }
  draw_lines (cr, piece);
  if (tagged && piece->link != NULL)
    cairo_tag_end (cr, CAIRO_TAG_LINK);
  if (tagged && piece->tag != NULL)
    cairo_tag_end (cr, piece->tag);
}

static void
draw_footer (SamspillSheet *self, cairo_t *cr, int page)
{
  g_autofree char *text = self->pages > 1 ? g_strdup_printf ("%s · %d/%d", self->content->footer, page + 1, self->pages)
                                          : g_strdup (self->content->footer);
  g_autoptr (PangoLayout) layout = samspill_sheet_make_layout (self, text, 7.5 / self->scale, PANGO_WEIGHT_NORMAL,
                                                               self->width - 2 * SAMSPILL_SHEET_MARGIN);
  SamspillPiece piece = { .layout = layout, .colour = &samspill_sheet_quiet, .x = SAMSPILL_SHEET_MARGIN };

  piece.end_line = pango_layout_get_line_count (layout);
  piece.y = self->height - SAMSPILL_SHEET_MARGIN - samspill_sheet_layout_height (layout) + 8;
  draw_lines (cr, &piece);
}

static void
draw_artefacts (SamspillSheet *self, cairo_t *cr, int page)
{
  for (guint i = 0; i < self->pieces->len; i++)
    {
      const SamspillPiece *piece = g_ptr_array_index (self->pieces, i);

      if (piece->page != page)
        continue;
      if (piece->kind == SAMSPILL_PIECE_CARD)
        draw_card (cr, piece);
      else if (piece->kind == SAMSPILL_PIECE_RULE)
        {
          set_colour (cr, piece->colour);
          cairo_rectangle (cr, piece->x, piece->y, piece->width, piece->height);
          cairo_fill (cr);
        }
    }
}

/* Ends the tags that are open but not wanted any more, begins those that are wanted. A list that runs over two pages is
 * two lists: tags of cairo may span pages, but an item of one page inside an item of another reads wrong. */
static void
change_tags (cairo_t *cr, GPtrArray *open, GPtrArray *wanted)
{
  guint same = 0;

  while (same < open->len && same < wanted->len && open->pdata[same] == wanted->pdata[same])
    same++;
  while (open->len > same)
    {
      const SamspillPiece *piece = g_ptr_array_index (open, open->len - 1);

      cairo_tag_end (cr, piece->tag);
      g_ptr_array_set_size (open, open->len - 1);
    }
  for (guint i = same; i < wanted->len; i++)
    {
      const SamspillPiece *piece = g_ptr_array_index (wanted, i);

      cairo_tag_begin (cr, piece->tag, NULL);
      g_ptr_array_add (open, (gpointer)piece);
    }
}

static void
draw_texts (SamspillSheet *self, cairo_t *cr, int page, gboolean tagged)
{
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();
  g_autoptr (GPtrArray) open = g_ptr_array_new ();

  for (guint i = 0; i < self->pieces->len; i++)
    {
      const SamspillPiece *piece = g_ptr_array_index (self->pieces, i);

      if (piece->kind == SAMSPILL_PIECE_OPEN)
        g_ptr_array_add (wanted, (gpointer)piece);
      else if (piece->kind == SAMSPILL_PIECE_CLOSE)
        g_ptr_array_set_size (wanted, wanted->len - 1);
      else if (piece->kind == SAMSPILL_PIECE_TEXT && piece->page == page)
        {
          if (tagged)
            change_tags (cr, open, wanted);
          draw_text (cr, piece, tagged);
        }
    }
  g_ptr_array_set_size (wanted, 0);
  if (tagged)
    change_tags (cr, open, wanted);
}

void
samspill_sheet_draw (SamspillSheet *self, cairo_t *cr, int page, gboolean tagged)
{
  g_return_if_fail (page >= 0 && page < self->pages);

  pango_cairo_update_context (cr, self->context);
  draw_artefacts (self, cr, page);
  if (tagged && page == 0)
    cairo_tag_begin (cr, "Document", NULL);
  if (tagged)
    cairo_tag_begin (cr, "Sect", NULL);
  draw_texts (self, cr, page, tagged);
  draw_footer (self, cr, page);
  if (tagged)
    cairo_tag_end (cr, "Sect");
  if (tagged && page == self->pages - 1)
    cairo_tag_end (cr, "Document");
}
