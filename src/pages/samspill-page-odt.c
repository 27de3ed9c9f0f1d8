/* SPDX-License-Identifier: GPL-3.0-or-later */

/* OpenDocument Text 1.3 (OASIS, 2021): a zip file with content, styles and a manifest. Headings are headings and lists
 * are lists, so that the text can be worked on and read aloud. */

#include "samspill-package.h"
#include "samspill-page-private.h"

#define MIME_TYPE "application/vnd.oasis.opendocument.text"
#define NAMESPACES                                                                                                     \
  "xmlns:office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "xmlns:text",                                    \
      "urn:oasis:names:tc:opendocument:xmlns:text:1.0", "xmlns:table",                                                 \
      "urn:oasis:names:tc:opendocument:xmlns:table:1.0", "xmlns:style",                                                \
      "urn:oasis:names:tc:opendocument:xmlns:style:1.0", "xmlns:fo",                                                   \
      "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0", "xmlns:xlink", "http://www.w3.org/1999/xlink",    \
      "xmlns:meta", "urn:oasis:names:tc:opendocument:xmlns:meta:1.0", "xmlns:dc", "http://purl.org/dc/elements/1.1/",  \
      "office:version", "1.3"

static SamspillMarkup *
start_document (const char *root)
{
  SamspillMarkup *xml = samspill_markup_new (SAMSPILL_MARKUP_XML);

  samspill_markup_raw (xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  samspill_markup_open (xml, root, NAMESPACES, NULL);
  return xml;
}

typedef struct
{
  const char *name, *outline_level, *size, *weight, *colour, *above, *below, *keep_with_next;
} Style;

static const Style styles[] = {
  { "Letterhead", NULL, "10pt", "bold", "#1a5a96", "0cm", "0.5cm", NULL },
  { "Eyebrow", NULL, "10pt", "normal", "#55606b", "0cm", "0.1cm", "always" },
  { "Title", "1", "22pt", "bold", "#1c2733", "0cm", "0.5cm", "always" },
  { "Section", "2", "12pt", "bold", "#1c2733", "0.5cm", "0.1cm", "always" },
  { "Body", NULL, "11pt", "normal", "#1c2733", "0cm", "0.25cm", NULL },
  { "Cell", NULL, "10pt", "normal", "#1c2733", "0.05cm", "0.05cm", NULL },
  { "Label", NULL, "9pt", "normal", "#55606b", "0.05cm", "0.05cm", NULL },
  { "Figure", NULL, "15pt", "bold", "#1a5a96", "0cm", "0cm", NULL },
  { "Note", NULL, "9pt", "normal", "#55606b", "0.1cm", "0.1cm", NULL },
};

static void
write_style (SamspillMarkup *xml, const Style *style, const char *language)
{
  samspill_markup_open (xml, "style:style", "style:name", style->name, "style:family", "paragraph",
                        "style:default-outline-level", style->outline_level, NULL);
  samspill_markup_leaf (xml, "style:paragraph-properties", NULL, "fo:margin-top", style->above, "fo:margin-bottom",
                        style->below, "fo:line-height", "130%", "fo:keep-with-next", style->keep_with_next, NULL);
  samspill_markup_leaf (xml, "style:text-properties", NULL, "fo:font-size", style->size, "fo:font-weight",
                        style->weight, "fo:color", style->colour, "fo:font-family",
                        "Inter, 'Liberation Sans', sans-serif", "fo:language", language, "fo:country", "NO", NULL);
  samspill_markup_close (xml);
}

static GBytes *
make_styles (const SamspillSheetContent *content)
{
  SamspillMarkup *xml = start_document ("office:document-styles");

  samspill_markup_open (xml, "office:styles", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    write_style (xml, &styles[i], content->lang);
  samspill_markup_close (xml);
  samspill_markup_open (xml, "office:automatic-styles", NULL);
  samspill_markup_open (xml, "style:page-layout", "style:name", "A4", NULL);
  samspill_markup_leaf (xml, "style:page-layout-properties", NULL, "fo:page-width", "21cm", "fo:page-height", "29.7cm",
                        "fo:margin", "2.2cm", NULL);
  samspill_markup_close (xml);
  samspill_markup_close (xml);
  samspill_markup_open (xml, "office:master-styles", NULL);
  samspill_markup_leaf (xml, "style:master-page", NULL, "style:name", "Standard", "style:page-layout-name", "A4", NULL);
  return samspill_markup_finish (xml);
}

static void
write_heading (SamspillMarkup *xml, const char *text, const char *style, const char *level)
{
  samspill_markup_leaf (xml, "text:h", text, "text:style-name", style, "text:outline-level", level, NULL);
}

static void
write_paragraph (SamspillMarkup *xml, const char *text, const char *style)
{
  samspill_markup_leaf (xml, "text:p", text, "text:style-name", style, NULL);
}

static void
open_table (SamspillMarkup *xml, const char *name, guint columns)
{
  g_autofree char *repeated = g_strdup_printf ("%u", columns);

  samspill_markup_open (xml, "table:table", "table:name", name, NULL);
  samspill_markup_leaf (xml, "table:table-column", NULL, "table:number-columns-repeated", repeated, NULL);
}

static void
write_figures (SamspillMarkup *xml, const SamspillSheetContent *content)
{
  if (content->figures->len == 0)
    return;
  open_table (xml, "figures", content->figures->len);
  samspill_markup_open (xml, "table:table-row", NULL);
  for (guint i = 0; i < content->figures->len; i++)
    {
      const SamspillFact *figure = g_ptr_array_index (content->figures, i);

      samspill_markup_open (xml, "table:table-cell", "office:value-type", "string", NULL);
      write_paragraph (xml, figure->label, "Label");
      write_paragraph (xml, figure->value, "Figure");
      if (figure->unit != NULL)
        write_paragraph (xml, figure->unit, "Label");
      samspill_markup_close (xml);
    }
  samspill_markup_close (xml);
  samspill_markup_close (xml);
}

static void
write_row (SamspillMarkup *xml, char **cells, const char *style)
{
  samspill_markup_open (xml, "table:table-row", NULL);
  for (char **cell = cells; *cell != NULL; cell++)
    {
      samspill_markup_open (xml, "table:table-cell", "office:value-type", "string", NULL);
      write_paragraph (xml, *cell, style);
      samspill_markup_close (xml);
    }
  samspill_markup_close (xml);
}

static void
write_table (SamspillMarkup *xml, const SamspillBlock *block, guint number)
{
  g_autofree char *name = g_strdup_printf ("table%u", number);

  open_table (xml, name, g_strv_length (g_ptr_array_index (block->rows, 0)));
  samspill_markup_open (xml, "table:table-header-rows", NULL);
  write_row (xml, g_ptr_array_index (block->rows, 0), "Label");
  samspill_markup_close (xml);
  for (guint i = 1; i < block->rows->len; i++)
    write_row (xml, g_ptr_array_index (block->rows, i), "Cell");
  samspill_markup_close (xml);
}

static void
write_note (SamspillMarkup *xml, const SamspillBlock *block)
{
  samspill_markup_open (xml, "text:p", "text:style-name", "Note", NULL);
  if (block->link != NULL)
    samspill_markup_leaf (xml, "text:a", block->text, "xlink:type", "simple", "xlink:href", block->link, NULL);
  else
    samspill_markup_text (xml, block->text);
  samspill_markup_close (xml);
}

static void
write_blocks (SamspillMarkup *xml, const SamspillSheetContent *content)
{
  gboolean in_list = FALSE;

  for (guint i = 0; i < content->blocks->len; i++)
    {
      const SamspillBlock *block = g_ptr_array_index (content->blocks, i);

      if (in_list && block->kind != SAMSPILL_BLOCK_ITEM)
        samspill_markup_close (xml);
      else if (!in_list && block->kind == SAMSPILL_BLOCK_ITEM)
        samspill_markup_open (xml, "text:list", NULL);
      in_list = block->kind == SAMSPILL_BLOCK_ITEM;
      switch (block->kind)
        {
        case SAMSPILL_BLOCK_HEADING:
          write_heading (xml, block->text, "Section", "2");
          break;
        case SAMSPILL_BLOCK_PARAGRAPH:
          write_paragraph (xml, block->text, "Body");
          break;
        case SAMSPILL_BLOCK_ITEM:
          samspill_markup_open (xml, "text:list-item", NULL);
          write_paragraph (xml, block->text, "Body");
          samspill_markup_close (xml);
          break;
        case SAMSPILL_BLOCK_TABLE:
          write_table (xml, block, i);
          break;
        case SAMSPILL_BLOCK_NOTE:
          write_note (xml, block);
          break;
        }
    }
  if (in_list)
    samspill_markup_close (xml);
}

static void
write_facts (SamspillMarkup *xml, const SamspillSheetContent *content)
{
  if (content->facts->len == 0)
    return;
  write_paragraph (xml, NULL, "Note");
  open_table (xml, "facts", 2);
  for (guint i = 0; i < content->facts->len; i++)
    {
      const SamspillFact *fact = g_ptr_array_index (content->facts, i);
      char *cells[] = { fact->label, fact->value, NULL };

      write_row (xml, cells, "Cell");
    }
  samspill_markup_close (xml);
}

static GBytes *
make_content (const SamspillSheetContent *content)
{
  SamspillMarkup *xml = start_document ("office:document-content");
  g_autofree char *letterhead =
      g_strdup_printf ("%s · %s", content->letterhead != NULL ? content->letterhead : "Samspill", content->kind);

  samspill_markup_open (xml, "office:body", NULL);
  samspill_markup_open (xml, "office:text", NULL);
  write_paragraph (xml, letterhead, "Letterhead");
  if (content->eyebrow != NULL)
    write_paragraph (xml, content->eyebrow, "Eyebrow");
  write_heading (xml, content->title, "Title", "1");
  write_figures (xml, content);
  write_blocks (xml, content);
  write_facts (xml, content);
  write_paragraph (xml, content->footer, "Note");
  return samspill_markup_finish (xml);
}

static GBytes *
make_meta (const SamspillSheetContent *content)
{
  SamspillMarkup *xml = start_document ("office:document-meta");

  samspill_markup_open (xml, "office:meta", NULL);
  samspill_markup_leaf (xml, "meta:generator", "Samspill/" SAMSPILL_VERSION, NULL);
  samspill_markup_leaf (xml, "dc:title", content->title, NULL);
  samspill_markup_leaf (xml, "dc:language", content->lang, NULL);
  return samspill_markup_finish (xml);
}

static GBytes *
make_manifest (void)
{
  static const char *const paths[] = { "content.xml", "styles.xml", "meta.xml" };
  SamspillMarkup *xml = samspill_markup_new (SAMSPILL_MARKUP_XML);

  samspill_markup_raw (xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  samspill_markup_open (xml, "manifest:manifest", "xmlns:manifest",
                        "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0", "manifest:version", "1.3", NULL);
  samspill_markup_leaf (xml, "manifest:file-entry", NULL, "manifest:full-path", "/", "manifest:media-type", MIME_TYPE,
                        NULL);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    samspill_markup_leaf (xml, "manifest:file-entry", NULL, "manifest:full-path", paths[i], "manifest:media-type",
                          "text/xml", NULL);
  return samspill_markup_finish (xml);
}

GBytes *
samspill_page_render_odt (const SamspillSheetContent *content)
{
  SamspillPackage *package = samspill_package_new ();

  samspill_package_add (package, "mimetype", g_bytes_new_static (MIME_TYPE, sizeof MIME_TYPE - 1));
  samspill_package_add (package, "content.xml", make_content (content));
  samspill_package_add (package, "styles.xml", make_styles (content));
  samspill_package_add (package, "meta.xml", make_meta (content));
  samspill_package_add (package, "META-INF/manifest.xml", make_manifest ());
  return samspill_package_finish (package);
}
