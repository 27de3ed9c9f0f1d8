/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-page-private.h"

#include "samspill-markup.h"
#include "samspill-pages-resources.h"
#include "samspill-resource.h"

#define RESOURCE_PREFIX "/no/samspill/pages/"

char *
samspill_page_dup_resource (const char *name)
{
  g_autofree char *path = g_strconcat (RESOURCE_PREFIX, name, NULL);
  g_autoptr (GBytes) bytes = samspill_resource_lookup (samspill_pages_get_resource (), path);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
write_style (SamspillMarkup *markup)
{
  g_autofree char *style = samspill_page_dup_resource ("page.css");

  samspill_markup_open (markup, "style", NULL);
  samspill_markup_raw (markup, style);
  samspill_markup_close (markup);
}

static void
write_head (SamspillMarkup *markup, const SamspillSheetContent *content)
{
  samspill_markup_open (markup, "head", NULL);
  samspill_markup_leaf (markup, "meta", NULL, "charset", "utf-8", NULL);
  samspill_markup_leaf (markup, "meta", NULL, "name", "viewport", "content", "width=device-width, initial-scale=1",
                        NULL);
  samspill_markup_leaf (markup, "meta", NULL, "name", "generator", "content", "Samspill " SAMSPILL_VERSION, NULL);
  samspill_markup_leaf (markup, "title", content->title, NULL);
  write_style (markup);
  samspill_markup_close (markup);
}

static void
write_figures (SamspillMarkup *markup, const SamspillSheetContent *content)
{
  if (content->figures->len == 0)
    return;
  samspill_markup_open (markup, "dl", "class", "figures", NULL);
  for (guint i = 0; i < content->figures->len; i++)
    {
      const SamspillFact *figure = g_ptr_array_index (content->figures, i);

      samspill_markup_open (markup, "div", NULL);
      samspill_markup_leaf (markup, "dt", figure->label, NULL);
      samspill_markup_open (markup, "dd", NULL);
      samspill_markup_leaf (markup, "strong", figure->value, NULL);
      if (figure->unit != NULL)
        {
          samspill_markup_text (markup, " ");
          samspill_markup_leaf (markup, "span", figure->unit, NULL);
        }
      samspill_markup_close (markup);
      samspill_markup_close (markup);
    }
  samspill_markup_close (markup);
}

static void
write_table (SamspillMarkup *markup, const SamspillBlock *block)
{
  samspill_markup_open (markup, "div", "class", "wide", "tabindex", "0", "role", "group", "aria-label",
                        ((char **)g_ptr_array_index (block->rows, 0))[0], NULL);
  samspill_markup_open (markup, "table", NULL);
  for (guint i = 0; i < block->rows->len; i++)
    {
      char **cells = g_ptr_array_index (block->rows, i);

      samspill_markup_open (markup, "tr", NULL);
      for (guint j = 0; cells[j] != NULL; j++)
        if (i == 0)
          samspill_markup_leaf (markup, "th", cells[j], "scope", "col", NULL);
        else if (j == 0)
          samspill_markup_leaf (markup, "th", cells[j], "scope", "row", NULL);
        else
          samspill_markup_leaf (markup, "td", cells[j], NULL);
      samspill_markup_close (markup);
    }
  samspill_markup_close (markup);
  samspill_markup_close (markup);
}

static void
write_note (SamspillMarkup *markup, const SamspillBlock *block)
{
  samspill_markup_open (markup, "p", "class", "note", NULL);
  if (block->link != NULL)
    samspill_markup_leaf (markup, "a", block->text, "href", block->link, "rel", "noreferrer", NULL);
  else
    samspill_markup_text (markup, block->text);
  samspill_markup_close (markup);
}

static void
write_blocks (SamspillMarkup *markup, const SamspillSheetContent *content)
{
  gboolean in_list = FALSE;

  for (guint i = 0; i < content->blocks->len; i++)
    {
      const SamspillBlock *block = g_ptr_array_index (content->blocks, i);

      if (in_list && block->kind != SAMSPILL_BLOCK_ITEM)
        samspill_markup_close (markup);
      else if (!in_list && block->kind == SAMSPILL_BLOCK_ITEM)
        samspill_markup_open (markup, "ul", NULL);
      in_list = block->kind == SAMSPILL_BLOCK_ITEM;
      switch (block->kind)
        {
        case SAMSPILL_BLOCK_HEADING:
          samspill_markup_leaf (markup, "h2", block->text, NULL);
          break;
        case SAMSPILL_BLOCK_PARAGRAPH:
          samspill_markup_leaf (markup, "p", block->text, NULL);
          break;
        case SAMSPILL_BLOCK_ITEM:
          samspill_markup_leaf (markup, "li", block->text, NULL);
          break;
        case SAMSPILL_BLOCK_TABLE:
          write_table (markup, block);
          break;
        case SAMSPILL_BLOCK_NOTE:
          write_note (markup, block);
          break;
        }
    }
  if (in_list)
    samspill_markup_close (markup);
}

static void
write_facts (SamspillMarkup *markup, const SamspillSheetContent *content)
{
  if (content->facts->len == 0)
    return;
  samspill_markup_open (markup, "dl", "class", "facts", NULL);
  for (guint i = 0; i < content->facts->len; i++)
    {
      const SamspillFact *fact = g_ptr_array_index (content->facts, i);

      samspill_markup_leaf (markup, "dt", fact->label, NULL);
      samspill_markup_leaf (markup, "dd", fact->value, NULL);
    }
  samspill_markup_close (markup);
}

void
samspill_page_write_article (SamspillMarkup *markup, const SamspillSheetContent *content)
{
  samspill_markup_open (markup, "article", NULL);
  samspill_markup_open (markup, "p", "class", "letterhead", NULL);
  samspill_markup_leaf (markup, "span", content->letterhead != NULL ? content->letterhead : "Samspill", NULL);
  samspill_markup_leaf (markup, "span", content->kind, NULL);
  samspill_markup_close (markup);
  if (content->eyebrow != NULL)
    samspill_markup_leaf (markup, "p", content->eyebrow, "class", "eyebrow", NULL);
  samspill_markup_leaf (markup, "h1", content->title, NULL);
  write_figures (markup, content);
  write_blocks (markup, content);
  write_facts (markup, content);
  samspill_markup_leaf (markup, "p", content->footer, "class", "note", NULL);
  samspill_markup_close (markup);
}

GBytes *
samspill_page_render_html (const SamspillSheetContent *content)
{
  SamspillMarkup *markup = samspill_markup_new (SAMSPILL_MARKUP_HTML);

  samspill_markup_raw (markup, "<!doctype html>\n");
  samspill_markup_open (markup, "html", "lang", content->lang, NULL);
  write_head (markup, content);
  samspill_markup_open (markup, "body", NULL);
  samspill_markup_open (markup, "main", NULL);
  samspill_page_write_article (markup, content);
  return samspill_markup_finish (markup);
}
