/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-sheet-content.h"

#include <pango/pangocairo.h>

G_BEGIN_DECLS

/* A sheet is laid out (samspill-sheet.c) and then drawn (samspill-sheet-draw.c). Lengths are points, from the top left. */

#define SAMSPILL_SHEET_MARGIN 46.0

typedef struct
{
  double red, green, blue;
} SamspillColour;

extern const SamspillColour samspill_sheet_quiet; /* of what stands beside the text */

typedef enum
{
  SAMSPILL_PIECE_TEXT,
  SAMSPILL_PIECE_CARD, /* a tinted ground */
  SAMSPILL_PIECE_RULE,
  SAMSPILL_PIECE_OPEN, /* of a tag that holds other pieces */
  SAMSPILL_PIECE_CLOSE,
} SamspillPieceKind;

typedef struct
{
  SamspillPieceKind kind;
  int page;
  double x, y, width, height;
  const SamspillColour *colour;
  PangoLayout *layout; /* of text */
  int first_line, end_line;
  const char *tag; /* of the structure tree; NULL: an artefact */
  char *link;
} SamspillPiece;

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

PangoLayout *samspill_sheet_make_layout   (SamspillSheet *self, const char *text, double size, PangoWeight weight, double width);
/* With the spacing below the last line. */
double       samspill_sheet_layout_height (PangoLayout *layout);

G_END_DECLS
