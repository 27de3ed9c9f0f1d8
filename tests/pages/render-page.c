/* SPDX-License-Identifier: GPL-3.0-or-later */

/* render-page FORMAT RECORD.json OUTPUT: one page to a file, for the tests that look at it with other programs. */

#include <stdlib.h>

#include "samspill-page.h"

static const struct
{
  const char *name;
  SamspillPageFormat format;
} formats[] = {
  { "pdf", SAMSPILL_PAGE_PDF },
  { "odt", SAMSPILL_PAGE_ODT },
  { "html", SAMSPILL_PAGE_HTML },
  { "form", SAMSPILL_PAGE_REPLY_FORM },
};

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillRecord) record = NULL;
  g_autoptr (GBytes) page = NULL;
  g_autofree char *text = NULL;
  const char *similar[] = { "Fire kommuner finner lekkasjer – begge gjelder vannlekkasjer – tatt i bruk", NULL };
  const SamspillPageContext context = {
    .letterhead = "Lillevik kommune", .space_label = "Utkast", .printed = "24. november 2026", .similar = similar
  };
  gsize length;

  if (argc != 4)
    return 2;
  if (g_file_get_contents (argv[2], &text, &length, &error))
    record = samspill_record_from_json (text, (gssize)length, &error);
  for (guint i = 0; record != NULL && i < G_N_ELEMENTS (formats); i++)
    if (g_str_equal (formats[i].name, argv[1]))
      page = samspill_page_render (record, formats[i].format, &context, &error);
  if (page == NULL ||
      !g_file_set_contents (argv[3], g_bytes_get_data (page, NULL), (gssize)g_bytes_get_size (page), &error))
    {
      g_printerr ("%s\n", error != NULL ? error->message : "unknown format");
      return EXIT_FAILURE;
    }
  return EXIT_SUCCESS;
}
