/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A4 on paper and in PDF: letterhead, title, figures as cards, the text in a column of some 66 characters and the facts
 * beside it. Pieces are placed once, for the whole sheet; drawing a page walks over them. The sheet is made smaller in
 * small steps to fit one page, down to the smallest size that one reads on a wall; what is longer flows on. */

#include "samspill-sheet-private.h"

#define FONT "Adwaita Sans, Inter, Cantarell, sans-serif"
#define FOOTER 14.0
#define SIDE_WIDTH 122.0
#define GUTTER 20.0
#define WIDEST_TEXT 440.0 /* without facts beside it: some 85 characters */
#define SMALLEST_SCALE 0.78
#define FLOWING_SCALE 0.94
#define SCALE_STEP 0.02
#define MAX_PAGES 20
#define TABLE_COLUMNS 5 /* what, now, target, how, by */
#define LONGEST_WORD 80 /* characters */

static const SamspillColour ink = { 0.11, 0.15, 0.20 };
const SamspillColour samspill_sheet_quiet = { 0.33, 0.38, 0.43 };
static const SamspillColour fjord = { 0.10, 0.35, 0.59 };
static const SamspillColour ground = { 0.925, 0.949, 0.973 };
static const SamspillColour hairline = { 0.80, 0.84, 0.88 };

static void
piece_free (SamspillPiece *piece)
{
  g_clear_object (&piece->layout);
  g_free (piece->link);
  g_free (piece);
}

static double
bottom (SamspillSheet *self)
{
  return self->height - SAMSPILL_SHEET_MARGIN - FOOTER;
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

PangoLayout *
samspill_sheet_make_layout (SamspillSheet *self, const char *text, double size, PangoWeight weight, double width)
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

double
samspill_sheet_layout_height (PangoLayout *layout)
{
  g_autoptr (GArray) heights = line_heights (layout);
  double height = 0;

  for (guint i = 0; i < heights->len; i++)
    height += g_array_index (heights, double, i);
  return height;
}

static SamspillPiece *
add_piece (SamspillSheet *self, SamspillPieceKind kind, const char *tag)
{
  SamspillPiece *piece = g_new0 (SamspillPiece, 1);

  piece->kind = kind;
  piece->page = self->page;
  piece->tag = tag;
  g_ptr_array_add (self->pieces, piece);
  return piece;
}

/* Places a text whole, wherever it falls. Returns its height. */
static double
place_text (SamspillSheet *self, PangoLayout *layout, const char *tag, const SamspillColour *colour, double x, double y)
{
  SamspillPiece *piece = add_piece (self, SAMSPILL_PIECE_TEXT, tag);

  piece->layout = layout;
  piece->colour = colour;
  piece->end_line = pango_layout_get_line_count (layout);
  piece->x = x;
  piece->y = y;
  return samspill_sheet_layout_height (layout);
}

static void
next_page (SamspillSheet *self)
{
  self->page++;
  self->y = SAMSPILL_SHEET_MARGIN;
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
flow_text (SamspillSheet *self, PangoLayout *layout, const char *tag, const SamspillColour *colour, double x,
           const char *link)
{
  g_autoptr (GArray) heights = line_heights (layout);
  int lines = (int)heights->len, first = 0;

  while (first < lines)
    {
      int end = lines_that_fit (self, heights, first);
      SamspillPiece *piece;

      if (end == first && self->y > SAMSPILL_SHEET_MARGIN + 1 && self->page < MAX_PAGES)
        {
          next_page (self);
          continue;
        }
      if (end == first)
        end = lines; /* taller than a page, or too many pages: better cut off than for ever */
      piece = add_piece (self, SAMSPILL_PIECE_TEXT, first == 0 ? tag : "P");
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
  PangoLayout *left = samspill_sheet_make_layout (self, content->letterhead != NULL ? content->letterhead : "Samspill",
                                                  9.5, PANGO_WEIGHT_BOLD, width * 0.7);
  PangoLayout *right = samspill_sheet_make_layout (self, content->kind, 9.5, PANGO_WEIGHT_NORMAL, width * 0.28);
  SamspillPiece *rule;
  double height;

  pango_layout_set_alignment (right, PANGO_ALIGN_RIGHT);
  height = place_text (self, left, "P", &fjord, SAMSPILL_SHEET_MARGIN, self->y);
  place_text (self, right, "P", &samspill_sheet_quiet, SAMSPILL_SHEET_MARGIN + width * 0.72, self->y);
  rule = add_piece (self, SAMSPILL_PIECE_RULE, NULL);
  rule->x = SAMSPILL_SHEET_MARGIN;
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
    self->y += place_text (self, samspill_sheet_make_layout (self, content->eyebrow, 9.5, PANGO_WEIGHT_NORMAL, width),
                           "P", &samspill_sheet_quiet, SAMSPILL_SHEET_MARGIN, self->y) +
               4 * self->scale;
  self->y += place_text (self, samspill_sheet_make_layout (self, content->title, 21, PANGO_WEIGHT_ULTRABOLD, width),
                         "H1", &ink, SAMSPILL_SHEET_MARGIN, self->y) +
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

  card.label = samspill_sheet_make_layout (self, fact->label, 8, PANGO_WEIGHT_NORMAL, inner);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_clear_object (&card.value);
      card.value = samspill_sheet_make_layout (self, fact->value, sizes[i], PANGO_WEIGHT_BOLD, inner);
      if (pango_layout_get_line_count (card.value) == 1)
        break;
    }
  card.unit = samspill_sheet_make_layout (self, fact->unit != NULL ? fact->unit : "", 8, PANGO_WEIGHT_NORMAL, inner);
  card.height = samspill_sheet_layout_height (card.label) + samspill_sheet_layout_height (card.value) +
                samspill_sheet_layout_height (card.unit);
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
      double x = SAMSPILL_SHEET_MARGIN + i * (card_width + gap), y = self->y + padding;
      SamspillPiece *card = add_piece (self, SAMSPILL_PIECE_CARD, NULL);

      card->x = x;
      card->y = self->y;
      card->width = card_width;
      card->height = tallest + 2 * padding;
      card->colour = &ground;
      y += place_text (self, cards[i].label, "P", &samspill_sheet_quiet, x + padding, y);
      y += place_text (self, cards[i].value, "P", &fjord, x + padding, y);
      place_text (self, cards[i].unit, "P", &samspill_sheet_quiet, x + padding, y);
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

      y += place_text (self, samspill_sheet_make_layout (self, fact->label, 8, PANGO_WEIGHT_NORMAL, SIDE_WIDTH), "P",
                       &samspill_sheet_quiet, x, y);
      y += place_text (self, samspill_sheet_make_layout (self, fact->value, 9.5, PANGO_WEIGHT_MEDIUM, SIDE_WIDTH), "P",
                       &ink, x, y) +
           8 * self->scale;
    }
  return y;
}

static void
lay_table_row (SamspillSheet *self, char **cells, const double *widths, double x, gboolean is_header)
{
  PangoLayout *layouts[TABLE_COLUMNS] = { NULL };
  guint n = MIN (g_strv_length (cells), G_N_ELEMENTS (layouts));
  double height = 0;
  SamspillPiece *rule;

  for (guint i = 0; i < n; i++)
    {
      layouts[i] = samspill_sheet_make_layout (self, cells[i], is_header ? 8 : 9, PANGO_WEIGHT_NORMAL, widths[i] - 8);
      height = MAX (height, samspill_sheet_layout_height (layouts[i]));
    }
  if (self->y + height > bottom (self) && self->page < MAX_PAGES)
    next_page (self);
  add_piece (self, SAMSPILL_PIECE_OPEN, "TR");
  for (guint i = 0; i < n; i++)
    {
      add_piece (self, SAMSPILL_PIECE_OPEN, is_header ? "TH" : "TD");
      place_text (self, layouts[i], "P", is_header ? &samspill_sheet_quiet : &ink, x, self->y);
      add_piece (self, SAMSPILL_PIECE_CLOSE, NULL);
      x += widths[i];
    }
  add_piece (self, SAMSPILL_PIECE_CLOSE, NULL);
  rule = add_piece (self, SAMSPILL_PIECE_RULE, NULL);
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
  static const double shares[TABLE_COLUMNS] = { 0.30, 0.13, 0.13, 0.26, 0.18 };
  double widths[TABLE_COLUMNS];

  for (guint i = 0; i < TABLE_COLUMNS; i++)
    widths[i] = width * shares[i];
  self->y += 4 * self->scale;
  add_piece (self, SAMSPILL_PIECE_OPEN, "Table");
  for (guint i = 0; i < block->rows->len; i++)
    lay_table_row (self, g_ptr_array_index (block->rows, i), widths, x, i == 0);
  add_piece (self, SAMSPILL_PIECE_CLOSE, NULL);
  self->y += 4 * self->scale;
}

static void
lay_item (SamspillSheet *self, const SamspillBlock *block, double x, double width)
{
  double indent = 10 * self->scale;
  PangoLayout *text = samspill_sheet_make_layout (self, block->text, 9.5, PANGO_WEIGHT_NORMAL, width - indent);

  if (self->y + 14 * self->scale > bottom (self) && self->page < MAX_PAGES)
    next_page (self);
  add_piece (self, SAMSPILL_PIECE_OPEN, "LI");
  place_text (self, samspill_sheet_make_layout (self, "•", 9.5, PANGO_WEIGHT_NORMAL, indent), "Lbl", &fjord, x,
              self->y);
  flow_text (self, text, "LBody", &ink, x + indent, NULL);
  add_piece (self, SAMSPILL_PIECE_CLOSE, NULL);
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
      flow_text (self, samspill_sheet_make_layout (self, block->text, 11, PANGO_WEIGHT_BOLD, width), "H2", &ink, x,
                 NULL);
      self->y += 2 * self->scale;
      break;
    case SAMSPILL_BLOCK_PARAGRAPH:
      if (before != NULL && before->kind == SAMSPILL_BLOCK_PARAGRAPH)
        self->y += 4 * self->scale;
      flow_text (self, samspill_sheet_make_layout (self, block->text, 9.8, PANGO_WEIGHT_NORMAL, width), "P", &ink, x,
                 NULL);
      break;
    case SAMSPILL_BLOCK_ITEM:
      if (before == NULL || before->kind != SAMSPILL_BLOCK_ITEM)
        add_piece (self, SAMSPILL_PIECE_OPEN, "L");
      lay_item (self, block, x, width);
      if (after == NULL || after->kind != SAMSPILL_BLOCK_ITEM)
        add_piece (self, SAMSPILL_PIECE_CLOSE, NULL);
      break;
    case SAMSPILL_BLOCK_TABLE:
      lay_table (self, block, x, width);
      break;
    case SAMSPILL_BLOCK_NOTE:
      flow_text (self, samspill_sheet_make_layout (self, block->text, 8, PANGO_WEIGHT_NORMAL, width), "P",
                 &samspill_sheet_quiet, x, block->link);
      break;
    }
}

static void
lay_out (SamspillSheet *self, double scale)
{
  double width = self->width - 2 * SAMSPILL_SHEET_MARGIN;
  gboolean has_side = self->content->facts->len > 0;
  double column = has_side ? width - SIDE_WIDTH - GUTTER : MIN (width, WIDEST_TEXT);
  double side_end = 0;

  g_ptr_array_set_size (self->pieces, 0);
  self->scale = scale;
  self->page = 0;
  self->y = SAMSPILL_SHEET_MARGIN;
  lay_letterhead (self, width);
  lay_title (self, width);
  lay_figures (self, width);
  if (has_side)
    side_end = lay_facts (self, SAMSPILL_SHEET_MARGIN + width - SIDE_WIDTH, self->y);
  for (guint i = 0; i < self->content->blocks->len; i++)
    lay_block (self, i, SAMSPILL_SHEET_MARGIN, column);
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
