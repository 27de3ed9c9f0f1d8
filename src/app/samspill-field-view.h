/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * SamspillFieldView:
 *
 * Text that is read and edited in the same place: a text view that looks like a paragraph until `editing` is set, and
 * whose glyphs stand on the same pixels in both modes. Its height follows its width (a bare GtkTextView keeps that of its
 * last width), and its natural width is a readable line, about 66 characters of its own font.
 *
 * Properties: `editing`, `single-line` (Return goes on to the next field), `placeholder-text` (shown while it is empty and
 * being edited), `min-lines` (room kept while editing; 0 or 1: as the text), `compact` (as wide as its text: cells of a table), `show-placeholder` (while it is read, too).
 *
 * Signals: `edited` when the person has changed the text; `next` when Return (single line) or Ctrl+Return was pressed.
 */
#define SAMSPILL_TYPE_FIELD_VIEW (samspill_field_view_get_type ())
G_DECLARE_FINAL_TYPE (SamspillFieldView, samspill_field_view, SAMSPILL, FIELD_VIEW, GtkTextView)

/* Words to underline, in code points, end exclusive. */
typedef struct
{
  glong start;
  glong end;
} SamspillFieldMark;

GtkWidget *samspill_field_view_new      (void);
/* Sets the text without `edited`. What is the same at both ends is left alone, so that the cursor stays where it was. */
void       samspill_field_view_set_text (SamspillFieldView *self, const char *text);
char      *samspill_field_view_dup_text (SamspillFieldView *self);
void       samspill_field_view_set_editing (SamspillFieldView *self, gboolean editing);
gboolean   samspill_field_view_get_editing (SamspillFieldView *self);
/* Underlines these words and no others. */
void       samspill_field_view_set_marks (SamspillFieldView *self, const SamspillFieldMark *marks, gsize n_marks);
/* Selects the words and moves the focus there. */
void       samspill_field_view_select (SamspillFieldView *self, glong start, glong end);

G_END_DECLS
