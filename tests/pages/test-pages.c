/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "samspill-markup.h"
#include "samspill-page.h"
#include "samspill-sheet-content.h"

#define OWNER "302353875"

static SamspillRecord *
make_need (const char *title, const char *problem)
{
  SamspillRecord *need = samspill_record_new ("need", OWNER, "nb", NULL);

  samspill_record_set_string (need, "title", title);
  samspill_record_set_string (need, "problem", problem);
  return need;
}

static char *
render (SamspillRecord *record, SamspillPageFormat format)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = samspill_page_render (record, format, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (bytes);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
test_markup_escapes (void)
{
  SamspillMarkup *markup = samspill_markup_new (SAMSPILL_MARKUP_HTML);
  g_autoptr (GBytes) bytes = NULL;

  samspill_markup_open (markup, "a", "href", "\"><script>", "title", NULL, NULL);
  samspill_markup_text (markup, "<&>'\" \001\013\177æ");
  samspill_markup_leaf (markup, "br", NULL, NULL);
  bytes = samspill_markup_finish (markup);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                   "<a href=\"&quot;&gt;&lt;script&gt;\">&lt;&amp;&gt;&#39;&quot; æ<br></a>",
                   strlen ("<a href=\"&quot;&gt;&lt;script&gt;\">&lt;&amp;&gt;&#39;&quot; æ<br></a>"));
}

static void
test_markup_json_cannot_end_script (void)
{
  SamspillMarkup *markup = samspill_markup_new (SAMSPILL_MARKUP_HTML);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;

  samspill_markup_json (markup, "{\"a\":\"</script><!--\"}");
  bytes = samspill_markup_finish (markup);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_cmpstr (text, ==, "{\"a\":\"\\u003c/script>\\u003c!--\"}");
}

static void
test_paragraphs (void)
{
  g_auto (GStrv) none = samspill_split_paragraphs (" \n\n ");
  g_auto (GStrv) two = samspill_split_paragraphs ("ett\n\n  to \n");

  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_cmpuint (g_strv_length (two), ==, 2);
  g_assert_cmpstr (two[1], ==, "to");
}

static void
test_empty_need_is_a_page (void)
{
  g_autoptr (SamspillRecord) need = make_need ("", "");
  const SamspillPageFormat formats[] = { SAMSPILL_PAGE_PDF, SAMSPILL_PAGE_ODT, SAMSPILL_PAGE_HTML,
                                         SAMSPILL_PAGE_REPLY_FORM };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autofree char *page = render (need, formats[i]);
      g_assert_cmpuint (strlen (page), >, 3);
    }
}

static void
test_one_page_and_long_text_flows (void)
{
  g_autoptr (GString) paragraph = g_string_new (NULL);
  g_autoptr (SamspillRecord) shorter = make_need ("Hvordan?", "Vannet renner bort.");
  g_autoptr (SamspillRecord) longer = NULL;
  g_autoptr (SamspillSheet) one = samspill_sheet_new (shorter, NULL, 595, 842);
  g_autoptr (SamspillSheet) many = NULL;

  g_assert_cmpint (samspill_sheet_pages (one), ==, 1);
  for (int i = 0; i < 900; i++)
    g_string_append (paragraph, "Vannet renner bort hver natt. ");
  longer = make_need ("Hvordan?", paragraph->str);
  many = samspill_sheet_new (longer, NULL, 595, 842);
  g_assert_cmpint (samspill_sheet_pages (many), >, 2);
  g_assert_cmpint (samspill_sheet_pages (many), <, 12);
}

static void
test_one_endless_word_ends (void)
{
  g_autofree char *word = g_strnfill (60000, 'x');
  g_autoptr (SamspillRecord) need = make_need (word, word);
  g_autofree char *page = render (need, SAMSPILL_PAGE_PDF);

  g_assert_true (g_str_has_prefix (page, "%PDF"));
}

static void
test_html_holds_no_markup_of_others (void)
{
  g_autoptr (SamspillRecord) need = make_need ("<script>alert(1)</script>", "<img src=x onerror=alert(2)>");
  g_autofree char *html = render (need, SAMSPILL_PAGE_HTML);
  g_autofree char *form = render (need, SAMSPILL_PAGE_REPLY_FORM);

  g_assert_null (strstr (html, "<script"));
  g_assert_null (strstr (html, "<img"));
  g_assert_null (strstr (form, "<img"));
  g_assert_null (strstr (form, "<script>alert"));
  g_assert_nonnull (strstr (html, "&lt;script&gt;"));
}

static void
test_form_is_for_needs (void)
{
  g_autoptr (SamspillRecord) pitch = samspill_record_new ("pitch", OWNER, "nb", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  samspill_record_set_string (pitch, "title", "Et forslag");
  bytes = samspill_page_render (pitch, SAMSPILL_PAGE_REPLY_FORM, NULL, &error);
  g_assert_null (bytes);
  g_assert_error (error, SAMSPILL_PAGES_ERROR, SAMSPILL_PAGES_ERROR_UNSUPPORTED);
}

static void
test_figures_of_a_need (void)
{
  g_autoptr (SamspillRecord) need = make_need ("Hvordan?", "Vannet renner bort.");
  g_autoptr (SamspillSheetContent) content = NULL;
  const SamspillFact *cost;

  samspill_record_set_integer (need, "cost_nok", 4200000);
  content = samspill_sheet_content_new (need, NULL);
  g_assert_cmpuint (content->figures->len, ==, 1);
  cost = g_ptr_array_index (content->figures, 0);
  g_assert_nonnull (strstr (cost->value, "4,2"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pages/markup/escapes-all-text", test_markup_escapes);
  g_test_add_func ("/pages/markup/json-cannot-end-its-element", test_markup_json_cannot_end_script);
  g_test_add_func ("/pages/paragraphs/empty-ones-are-left-out", test_paragraphs);
  g_test_add_func ("/pages/need/empty-is-a-page", test_empty_need_is_a_page);
  g_test_add_func ("/pages/need/figures-become-cards", test_figures_of_a_need);
  g_test_add_func ("/pages/pdf/short-fits-one-page-long-flows", test_one_page_and_long_text_flows);
  g_test_add_func ("/pages/pdf/one-endless-word-ends", test_one_endless_word_ends);
  g_test_add_func ("/pages/html/text-is-never-markup", test_html_holds_no_markup_of_others);
  g_test_add_func ("/pages/form/is-for-needs-only", test_form_is_for_needs);
  return g_test_run ();
}
