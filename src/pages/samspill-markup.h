/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SamspillMarkup:
 *
 * A writer of XML and HTML that keeps the elements in balance and escapes all text and attribute values: nothing that
 * a person wrote can become markup. Characters that XML 1.0 cannot hold are left out. Not thread-safe.
 */
typedef struct _SamspillMarkup SamspillMarkup;

typedef enum
{
  SAMSPILL_MARKUP_XML,   /* an empty element is closed: <a/> */
  SAMSPILL_MARKUP_HTML,  /* void elements as HTML has them, all others with an end tag */
} SamspillMarkupKind;

SamspillMarkup *samspill_markup_new   (SamspillMarkupKind kind);
void            samspill_markup_free  (SamspillMarkup *self);
/* Opens an element. Then pairs of attribute name and value, ended by NULL; a pair whose value is NULL is left out. */
void            samspill_markup_open  (SamspillMarkup *self, const char *element, ...) G_GNUC_NULL_TERMINATED;
void            samspill_markup_close (SamspillMarkup *self);
/* An element with text and nothing else; `text` may be NULL (empty element). */
void            samspill_markup_leaf  (SamspillMarkup *self, const char *element, const char *text, ...) G_GNUC_NULL_TERMINATED;
void            samspill_markup_text  (SamspillMarkup *self, const char *text);
/* Markup of our own, never of a person: a declaration, a style sheet, a script that ships with the program. */
void            samspill_markup_raw   (SamspillMarkup *self, const char *markup);
/* JSON inside a <script type="application/json">: "<" is written as \u003c, so no text can end the element. */
void            samspill_markup_json  (SamspillMarkup *self, const char *json);
/* Ends all open elements, frees the writer and gives the text. (transfer full) */
GBytes         *samspill_markup_finish (SamspillMarkup *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillMarkup, samspill_markup_free)

G_END_DECLS
