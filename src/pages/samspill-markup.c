/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-markup.h"

#include <stdarg.h>
#include <string.h>

struct _SamspillMarkup
{
  SamspillMarkupKind kind;
  GString *out;
  GPtrArray *open; /* names of the elements that are open, static or interned */
};

/* Elements without an end tag (HTML Living Standard, section 13.1.2). */
static const char *const void_elements[] = { "br", "hr", "img", "input", "link", "meta", NULL };

/* What XML 1.0 may hold (section 2.2); GMarkup's escaper would write references to the rest, which readers refuse. */
static gboolean
is_character (gunichar c)
{
  return c == '\t' || c == '\n' || (c >= 0x20 && c < 0x7f) || (c >= 0xa0 && c <= 0xd7ff) ||
         (c >= 0xe000 && c <= 0xfffd) || c >= 0x10000;
}

static void
append_escaped (GString *out, const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      switch (c)
        {
        case '&':
          g_string_append (out, "&amp;");
          break;
        case '<':
          g_string_append (out, "&lt;");
          break;
        case '>':
          g_string_append (out, "&gt;");
          break;
        case '"':
          g_string_append (out, "&quot;");
          break;
        case '\'':
          g_string_append (out, "&#39;");
          break;
        default:
          if (is_character (c))
            g_string_append_unichar (out, c);
        }
    }
}

static void
append_attributes (SamspillMarkup *self, va_list attributes)
{
  const char *name;

  while ((name = va_arg (attributes, const char *)) != NULL)
    {
      const char *value = va_arg (attributes, const char *);

      if (value == NULL)
        continue;
      g_string_append_printf (self->out, " %s=\"", name);
      append_escaped (self->out, value);
      g_string_append_c (self->out, '"');
    }
}

SamspillMarkup *
samspill_markup_new (SamspillMarkupKind kind)
{
  SamspillMarkup *self = g_new0 (SamspillMarkup, 1);

  self->kind = kind;
  self->out = g_string_sized_new (8192);
  self->open = g_ptr_array_new ();
  return self;
}

void
samspill_markup_free (SamspillMarkup *self)
{
  if (self == NULL)
    return;
  g_string_free (self->out, TRUE);
  g_ptr_array_unref (self->open);
  g_free (self);
}

void
samspill_markup_open (SamspillMarkup *self, const char *element, ...)
{
  va_list attributes;

  g_string_append_printf (self->out, "<%s", element);
  va_start (attributes, element);
  append_attributes (self, attributes);
  va_end (attributes);
  g_string_append_c (self->out, '>');
  g_ptr_array_add (self->open, (gpointer)g_intern_string (element));
}

void
samspill_markup_close (SamspillMarkup *self)
{
  g_return_if_fail (self->open->len > 0);

  g_string_append_printf (self->out, "</%s>", (const char *)g_ptr_array_index (self->open, self->open->len - 1));
  g_ptr_array_set_size (self->open, self->open->len - 1);
}

void
samspill_markup_leaf (SamspillMarkup *self, const char *element, const char *text, ...)
{
  va_list attributes;

  g_string_append_printf (self->out, "<%s", element);
  va_start (attributes, text);
  append_attributes (self, attributes);
  va_end (attributes);
  if (self->kind == SAMSPILL_MARKUP_HTML && g_strv_contains (void_elements, element))
    {
      g_string_append_c (self->out, '>');
      return;
    }
  if (text == NULL && self->kind == SAMSPILL_MARKUP_XML)
    {
      g_string_append (self->out, "/>");
      return;
    }
  g_string_append_c (self->out, '>');
  if (text != NULL)
    append_escaped (self->out, text);
  g_string_append_printf (self->out, "</%s>", element);
}

void
samspill_markup_text (SamspillMarkup *self, const char *text)
{
  append_escaped (self->out, text);
}

void
samspill_markup_raw (SamspillMarkup *self, const char *markup)
{
  g_string_append (self->out, markup);
}

void
samspill_markup_json (SamspillMarkup *self, const char *json)
{
  for (const char *p = json; *p != '\0'; p++)
    if (*p == '<')
      g_string_append (self->out, "\\u003c");
    else
      g_string_append_c (self->out, *p);
}

GBytes *
samspill_markup_finish (SamspillMarkup *self)
{
  GBytes *bytes;

  while (self->open->len > 0)
    samspill_markup_close (self);
  bytes = g_string_free_to_bytes (g_steal_pointer (&self->out));
  g_ptr_array_unref (self->open);
  g_free (self);
  return bytes;
}
