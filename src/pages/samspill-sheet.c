/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A4 on paper and in PDF: letterhead, title, figures as cards, the text in a column of some 66 characters and the facts
 * beside it. Pieces are placed once, for the whole sheet; drawing a page walks over them. The sheet is made smaller in
 * small steps to fit one page, down to the smallest size that one reads on a wall; what is longer flows on. */

#include "samspill-sheet-content.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <pango/pangocairo.h>

#include "samspill-words.h"

#define FONT "Adwaita Sans, Inter, Cantarell, sans-serif"
#define MARGIN 46.0
#define FOOTER 14.0
#define SIDE_WIDTH 122.0
#define GUTTER 20.0
#define SMALLEST_SCALE 0.78
#define FLOWING_SCALE 0.94
#define SCALE_STEP 0.02
#define MAX_PAGES 20
#define LONGEST_WORD 80 /* characters */

typedef struct
{
  double red, green, blue;
} Colour;

static const Colour ink = { 0.11, 0.15, 0.20 };
static const Colour quiet = { 0.33, 0.38, 0.43 };
static const Colour fjord = { 0.10, 0.35, 0.59 };
static const Colour ground = { 0.925, 0.949, 0.973 };
static const Colour hairline = { 0.80, 0.84, 0.88 };

typedef enum
{
  PIECE_TEXT,
  PIECE_CARD, /* a tinted ground */
  PIECE_RULE,
  PIECE_OPEN, /* of a tag that holds other pieces */
  PIECE_CLOSE,
} PieceKind;

typedef struct
{
  PieceKind kind;
  int page;
  double x, y, width, height;
  const Colour *colour;
  PangoLayout *layout; /* of text */
  int first_line, end_line;
  const char *tag; /* of the structure tree; NULL: an artefact */
  char *link;
} Piece;

struct _SamspillSheet
{
  SamspillSheetContent *content;
  double width, height, scale;
  PangoContext *context;
  GPtrArray *pieces;
  int pages;

  /* While it is laid out */
  int page;
  double y;
};

static void
piece_free (Piece *piece)
{
  g_clear_object (&piece->layout);
  g_free (piece->link);
  g_free (piece);
}

static double
bottom (SamspillSheet *self)
{
  return self->height - MARGIN - FOOTER;
}

/* A word longer than any line gets places to break: Pango looks for them in time that grows with the square of its
 * length. */
static char *
break_long_words (const char *text)
{
  g_autoptr (GString) broken = g_string_new (NULL);
  guint run = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      run = g_unichar_isspace (c) ? 0 : run + 1;
      if (run > LONGEST_WORD)
        {
          g_string_append_unichar (broken, 0x200b);
          run = 1;
        }
      g_string_append_unichar (broken, c);
    }
  return g_string_free (g_steal_pointer (&broken), FALSE);
}

static PangoLayout *
make_layout (SamspillSheet *self, const char *text, double size, PangoWeight weight, double width)
{
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string (FONT);
  g_autofree char *broken = break_long_words (text);
  PangoLayout *layout = pango_layout_new (self->context);

  pango_font_description_set_size (font, (int)(size * self->scale * PANGO_SCALE));
  pango_font_description_set_weight (font, weight);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  if (width > 0)
    pango_layout_set_width (layout, (int)(width * PANGO_SCALE));
  pango_layout_set_line_spacing (layout, weight >= PANGO_WEIGHT_BOLD ? 1.12f : size < 9.4 ? 1.18f : 1.28f);
  pango_layout_set_text (layout, broken, -1);
  return layout;
}

/* The height of each line of a layout. Pango puts the spacing between baselines and not below the last line: what comes
 * next would stand too near, so each line counts with its spacing. (transfer full) */
static GArray *
line_heights (PangoLayout *layout)
{
  g_autoptr (PangoLayoutIter) iter = pango_layout_get_iter (layout);
  double spacing = pango_layout_get_line_spacing (layout);
  GArray *heights = g_array_new (FALSE, FALSE, sizeof (double));

  do
    {
      PangoRectangle logical;
      double height;

      pango_layout_iter_get_line_extents (iter, NULL, &logical);
      height = (double)logical.height * spacing / PANGO_SCALE;
      g_array_append_val (heights, height);
    }
  while (pango_layout_iter_next_line (iter));
  return heights;
}

static double
layout_height (PangoLayout *layout)
{
  g_autoptr (GArray) heights = line_heights (layout);
  double height = 0;

  for (guint i = 0; i < heights->len; i++)
    height += g_array_index (heights, double, i);
  return height;
}

static Piece *
add_piece (SamspillSheet *self, PieceKind kind, const char *tag)
{
  Piece *piece = g_new0 (Piece, 1);

  piece->kind = kind;
  piece->page = self->page;
  piece->tag = tag;
  g_ptr_array_add (self->pieces, piece);
  return piece;
}

/* Places a text whole, wherever it falls. Returns its height. */
static double
place_text (SamspillSheet *self, PangoLayout *layout, const char *tag, const Colour *colour, double x, double y)
{
  Piece *piece = add_piece (self, PIECE_TEXT, tag);

  piece->layout = layout;
  piece->colour = colour;
  piece->end_line = pango_layout_get_line_count (layout);
  piece->x = x;
  piece->y = y;
  return layout_height (layout);
}

static void
next_page (SamspillSheet *self)
{
  self->page++;
  self->y = MARGIN;
}

/* How many of the lines from `first` on fit into what is left of the page: never a single first or last line alone. */
static int
lines_that_fit (SamspillSheet *self, GArray *heights, int first)
{
  int lines = (int)heights->len, end = first;
  double y = self->y;

  while (end < lines && y + g_array_index (heights, double, end) <= bottom (self))
    y += g_array_index (heights, double, end++);
  if (end == lines)
    return end;
  if (end - first < 2)
    return first;
  return lines - end < 2 && end - first > 2 ? end - 1 : end;
}

/* Flows a text down the column, over pages where it must. Takes the layout. */
static void
flow_text (SamspillSheet *self, PangoLayout *layout, const char *tag, const Colour *colour, double x, const char *link)
{
  g_autoptr (GArray) heights = line_heights (layout);
  int lines = (int)heights->len, first = 0;

  while (first < lines)
    {
      int end = lines_that_fit (self, heights, first);
      Piece *piece;

      if (end == first && self->y > MARGIN + 1 && self->page < MAX_PAGES)
        {
          next_page (self);
          continue;
        }
      if (end == first)
        end = lines; /* taller than a page, or too many pages: better cut off than for ever */
      piece = add_piece (self, PIECE_TEXT, first == 0 ? tag : "P");
      piece->layout = g_object_ref (layout);
      piece->colour = colour;
      piece->first_line = first;
      piece->end_line = end;
      piece->x = x;
      piece->y = self->y;
      piece->link = g_strdup (link);
      for (; first < end; first++)
        self->y += g_array_index (heights, double, first);
      if (end < lines && self->page < MAX_PAGES)
        next_page (self);
    }
  g_object_unref (layout);
}

static void
lay_letterhead (SamspillSheet *self, double width)
{
  SamspillSheetContent *content = self->content;
  PangoLayout *left = make_layout (self, content->letterhead != NULL ? content->letterhead : "Samspill", 9.5,
                                   PANGO_WEIGHT_BOLD, width * 0.7);
  PangoLayout *right = make_layout (self, content->kind, 9.5, PANGO_WEIGHT_NORMAL, width * 0.28);
  Piece *rule;
  double height;

  pango_layout_set_alignment (right, PANGO_ALIGN_RIGHT);
  height = place_text (self, left, "P", &fjord, MARGIN, self->y);
  place_text (self, right, "P", &quiet, MARGIN + width * 0.72, self->y);
  rule = add_piece (self, PIECE_RULE, NULL);
  rule->x = MARGIN;
  rule->y = self->y + height + 5;
  rule->width = width;
  rule->height = 1.4;
  rule->colour = &fjord;
  self->y += height + 22 * self->scale;
}

static void
lay_title (SamspillSheet *self, double width)
{
  SamspillSheetContent *content = self->content;

  if (content->eyebrow != NULL)
    self->y += place_text (self, make_layout (self, content->eyebrow, 9.5, PANGO_WEIGHT_NORMAL, width), "P", &quiet,
                           MARGIN, self->y) +
               4 * self->scale;
  self->y += place_text (self, make_layout (self, content->title, 21, PANGO_WEIGHT_ULTRABOLD, width), "H1", &ink,
                         MARGIN, self->y) +
             14 * self->scale;
}

typedef struct
{
  PangoLayout *label, *value, *unit;
  double height;
} Card;

static Card
measure_card (SamspillSheet *self, const SamspillFact *fact, double inner)
{
  static const double sizes[] = { 16, 14, 12.5, 11 };
  Card card = { 0 };

  card.label = make_layout (self, fact->label, 8, PANGO_WEIGHT_NORMAL, inner);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_clear_object (&card.value);
      card.value = make_layout (self, fact->value, sizes[i], PANGO_WEIGHT_BOLD, inner);
      if (pango_layout_get_line_count (card.value) == 1)
        break;
    }
  card.unit = make_layout (self, fact->unit != NULL ? fact->unit : "", 8, PANGO_WEIGHT_NORMAL, inner);
  card.height = layout_height (card.label) + layout_height (card.value) + layout_height (card.unit);
  return card;
}

static void
lay_figures (SamspillSheet *self, double width)
{
  GPtrArray *figures = self->content->figures;
  double gap = 10, padding = 9 * self->scale;
  double card_width = (width - gap * (MAX (figures->len, 3) - 1)) / MAX (figures->len, 3);
  g_autofree Card *cards = g_new0 (Card, figures->len + 1);
  double tallest = 0;

  if (figures->len == 0)
    return;
  for (guint i = 0; i < figures->len; i++)
    {
      cards[i] = measure_card (self, g_ptr_array_index (figures, i), card_width - 2 * padding);
      tallest = MAX (tallest, cards[i].height);
    }
  for (guint i = 0; i < figures->len; i++)
    {
      double x = MARGIN + i * (card_width + gap), y = self->y + padding;
      Piece *card = add_piece (self, PIECE_CARD, NULL);

      card->x = x;
      card->y = self->y;
      card->width = card_width;
      card->height = tallest + 2 * padding;
      card->colour = &ground;
      y += place_text (self, cards[i].label, "P", &quiet, x + padding, y);
      y += place_text (self, cards[i].value, "P", &fjord, x + padding, y);
      place_text (self, cards[i].unit, "P", &quiet, x + padding, y);
    }
  self->y += tallest + 2 * padding + 16 * self->scale;
}

/* The facts beside the text, on the first page. Returns where they end. */
static double
lay_facts (SamspillSheet *self, double x, double y)
{
  GPtrArray *facts = self->content->facts;

  for (guint i = 0; i < facts->len; i++)
    {
      const SamspillFact *fact = g_ptr_array_index (facts, i);

      y += place_text (self, make_layout (self, fact->label, 8, PANGO_WEIGHT_NORMAL, SIDE_WIDTH), "P", &quiet, x, y);
      y += place_text (self, make_layout (self, fact->value, 9.5, PANGO_WEIGHT_MEDIUM, SIDE_WIDTH), "P", &ink, x, y) +
           8 * self->scale;
    }
  return y;
}

static void
lay_table_row (SamspillSheet *self, char **cells, const double *widths, double x, gboolean is_header)
{
  PangoLayout *layouts[8] = { NULL };
  guint n = MIN (g_strv_length (cells), G_N_ELEMENTS (layouts));
  double height = 0;
  Piece *rule;

  for (guint i = 0; i < n; i++)
    {
      layouts[i] = make_layout (self, cells[i], is_header ? 8 : 9, PANGO_WEIGHT_NORMAL, widths[i] - 8);
      height = MAX (height, layout_height (layouts[i]));
    }
  if (self->y + height > bottom (self) && self->page < MAX_PAGES)
    next_page (self);
  add_piece (self, PIECE_OPEN, "TR");
  for (guint i = 0; i < n; i++)
    {
      add_piece (self, PIECE_OPEN, is_header ? "TH" : "TD");
      place_text (self, layouts[i], "P", is_header ? &quiet : &ink, x, self->y);
      add_piece (self, PIECE_CLOSE, NULL);
      x += widths[i];
    }
  add_piece (self, PIECE_CLOSE, NULL);
  rule = add_piece (self, PIECE_RULE, NULL);
  rule->x = x;
  for (guint i = 0; i < n; i++)
    rule->x -= widths[i];
  rule->y = self->y + height + 2;
  for (guint i = 0; i < n; i++)
    rule->width += widths[i];
  rule->height = 0.6;
  rule->colour = &hairline;
  self->y += height + 5;
}

static void
lay_table (SamspillSheet *self, const SamspillBlock *block, double x, double width)
{
  static const double shares[] = { 0.30, 0.13, 0.13, 0.26, 0.18 }; /* what, now, target, how, by */
  double widths[G_N_ELEMENTS (shares)];

  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    widths[i] = width * shares[i];
  self->y += 4 * self->scale;
  add_piece (self, PIECE_OPEN, "Table");
  for (guint i = 0; i < block->rows->len; i++)
    lay_table_row (self, g_ptr_array_index (block->rows, i), widths, x, i == 0);
  add_piece (self, PIECE_CLOSE, NULL);
  self->y += 4 * self->scale;
}

static void
lay_item (SamspillSheet *self, const SamspillBlock *block, double x, double width)
{
  double indent = 10 * self->scale;
  PangoLayout *text = make_layout (self, block->text, 9.5, PANGO_WEIGHT_NORMAL, width - indent);

  if (self->y + 14 * self->scale > bottom (self) && self->page < MAX_PAGES)
    next_page (self);
  add_piece (self, PIECE_OPEN, "LI");
  place_text (self, make_layout (self, "•", 9.5, PANGO_WEIGHT_NORMAL, indent), "Lbl", &fjord, x, self->y);
  flow_text (self, text, "LBody", &ink, x + indent, NULL);
  add_piece (self, PIECE_CLOSE, NULL);
  self->y += 2 * self->scale;
}

static void
lay_block (SamspillSheet *self, guint i, double x, double width)
{
  const SamspillBlock *block = g_ptr_array_index (self->content->blocks, i);
  const SamspillBlock *before = i > 0 ? g_ptr_array_index (self->content->blocks, i - 1) : NULL;
  const SamspillBlock *after =
      i + 1 < self->content->blocks->len ? g_ptr_array_index (self->content->blocks, i + 1) : NULL;

  switch (block->kind)
    {
    case SAMSPILL_BLOCK_HEADING:
      self->y += before != NULL ? 9 * self->scale : 0;
      if (self->y + 30 * self->scale > bottom (self) && self->page < MAX_PAGES)
        next_page (self); /* a heading stays with what it heads */
      flow_text (self, make_layout (self, block->text, 11, PANGO_WEIGHT_BOLD, width), "H2", &ink, x, NULL);
      self->y += 2 * self->scale;
      break;
    case SAMSPILL_BLOCK_PARAGRAPH:
      if (before != NULL && before->kind == SAMSPILL_BLOCK_PARAGRAPH)
        self->y += 4 * self->scale;
      flow_text (self, make_layout (self, block->text, 9.8, PANGO_WEIGHT_NORMAL, width), "P", &ink, x, NULL);
      break;
    case SAMSPILL_BLOCK_ITEM:
      if (before == NULL || before->kind != SAMSPILL_BLOCK_ITEM)
        add_piece (self, PIECE_OPEN, "L");
      lay_item (self, block, x, width);
      if (after == NULL || after->kind != SAMSPILL_BLOCK_ITEM)
        add_piece (self, PIECE_CLOSE, NULL);
      break;
    case SAMSPILL_BLOCK_TABLE:
      lay_table (self, block, x, width);
      break;
    case SAMSPILL_BLOCK_NOTE:
      flow_text (self, make_layout (self, block->text, 8, PANGO_WEIGHT_NORMAL, width), "P", &quiet, x, block->link);
      break;
    }
}

static void
lay_out (SamspillSheet *self, double scale)
{
  double width = self->width - 2 * MARGIN;
  gboolean has_side = self->content->facts->len > 0;
  double column = has_side ? width - SIDE_WIDTH - GUTTER : MIN (width, 400);
  double side_end = 0;

  g_ptr_array_set_size (self->pieces, 0);
  self->scale = scale;
  self->page = 0;
  self->y = MARGIN;
  lay_letterhead (self, width);
  lay_title (self, width);
  lay_figures (self, width);
  if (has_side)
    side_end = lay_facts (self, MARGIN + width - SIDE_WIDTH, self->y);
  for (guint i = 0; i < self->content->blocks->len; i++)
    lay_block (self, i, MARGIN, column);
  self->pages = self->page + 1;
  if (side_end > bottom (self) && self->pages == 1)
    self->pages = 2; /* too tall at this scale: try the next; the last try draws it as far as the page goes */
}

SamspillSheet *
samspill_sheet_new (SamspillRecord *record, const SamspillPageContext *context, double width_pt, double height_pt)
{
  SamspillSheet *self = g_new0 (SamspillSheet, 1);

  self->content = samspill_sheet_content_new (record, context);
  self->width = width_pt;
  self->height = height_pt;
  self->context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  pango_cairo_context_set_resolution (self->context, 72);
  pango_context_set_language (self->context, pango_language_from_string (self->content->lang));
  self->pieces = g_ptr_array_new_with_free_func ((GDestroyNotify)piece_free);
  for (double scale = 1.0; scale >= SMALLEST_SCALE - 0.001; scale -= SCALE_STEP)
    {
      lay_out (self, scale);
      if (self->pages == 1)
        return self;
    }
  lay_out (self, FLOWING_SCALE);
  self->pages = self->page + 1;
  return self;
}

void
samspill_sheet_free (SamspillSheet *self)
{
  if (self == NULL)
    return;
  samspill_sheet_content_free (self->content);
  g_ptr_array_unref (self->pieces);
  g_object_unref (self->context);
  g_free (self);
}

int
samspill_sheet_pages (SamspillSheet *self)
{
  return self->pages;
}

static void
set_colour (cairo_t *cr, const Colour *colour)
{
  cairo_set_source_rgb (cr, colour->red, colour->green, colour->blue);
}

static void
draw_card (cairo_t *cr, const Piece *piece)
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
draw_lines (cairo_t *cr, const Piece *piece)
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
draw_text (cairo_t *cr, const Piece *piece, gboolean tagged)
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
  g_autoptr (PangoLayout) layout =
      make_layout (self, text, 7.5 / self->scale, PANGO_WEIGHT_NORMAL, self->width - 2 * MARGIN);
  Piece piece = { .layout = layout, .colour = &quiet, .x = MARGIN };

  piece.end_line = pango_layout_get_line_count (layout);
  piece.y = self->height - MARGIN - layout_height (layout) + 8;
  draw_lines (cr, &piece);
}

static void
draw_artefacts (SamspillSheet *self, cairo_t *cr, int page)
{
  for (guint i = 0; i < self->pieces->len; i++)
    {
      const Piece *piece = g_ptr_array_index (self->pieces, i);

      if (piece->page != page)
        continue;
      if (piece->kind == PIECE_CARD)
        draw_card (cr, piece);
      else if (piece->kind == PIECE_RULE)
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
      const Piece *piece = g_ptr_array_index (open, open->len - 1);

      cairo_tag_end (cr, piece->tag);
      g_ptr_array_set_size (open, open->len - 1);
    }
  for (guint i = same; i < wanted->len; i++)
    {
      const Piece *piece = g_ptr_array_index (wanted, i);

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
      const Piece *piece = g_ptr_array_index (self->pieces, i);

      if (piece->kind == PIECE_OPEN)
        g_ptr_array_add (wanted, (gpointer)piece);
      else if (piece->kind == PIECE_CLOSE)
        g_ptr_array_set_size (wanted, wanted->len - 1);
      else if (piece->kind == PIECE_TEXT && piece->page == page)
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
