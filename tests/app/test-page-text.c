/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>

#include "samspill-export.h"
#include "samspill-field-row.h"
#include "samspill-figures.h"
#include "samspill-record-layout.h"

static void
test_dates (void)
{
  static const struct
  {
    const char *typed;
    const char *iso;
  } cases[] = {
    { "3.12.2026", "2026-12-03" },
    { "03.12.2026", "2026-12-03" },
    { "3. 12. 2026", "2026-12-03" },
    { "12.2026", "2026-12" },
    { "2026", "2026" },
    { "2026-12-03", "2026-12-03" },
    { "2026-12", "2026-12" },
    { "31.2.2026", NULL },
    { "13.2026", NULL },
    { "snart", NULL },
    { "", NULL },
    { "3.12.2026 kl. 10", NULL },
    { "0.1.2026", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *iso = samspill_date_from_typed (cases[i].typed);

      g_assert_cmpstr (iso, ==, cases[i].iso);
    }
}

static void
test_dates_come_back (void)
{
  static const char *const dates[] = { "2026-12-03", "2026-12", "2026" };

  for (gsize i = 0; i < G_N_ELEMENTS (dates); i++)
    {
      g_autofree char *typed = samspill_date_to_typed (dates[i]);
      g_autofree char *iso = samspill_date_from_typed (typed);

      g_assert_cmpstr (iso, ==, dates[i]);
    }
}

static void
test_numbers (void)
{
  static const struct
  {
    const char *typed;
    gint64 value; /* -1: not a number */
  } cases[] = {
    { "4200000", 4200000 },
    { "4 200 000", 4200000 },
    { "4\302\240200\302\240000", 4200000 },
    { "4.200.000", 4200000 },
    { "4,2 mill.", 4200000 },
    { "1,5 mrd", 1500000000 },
    { "300 000 kr", 300000 },
    { "ca. 6000", 6000 },
    { "om lag 6 000 innbyggere", 6000 },
    { "1.5 mill", 1500000 },
    { "20 tusen", 20000 },
    { "0", 0 },
    { "-5", -1 },
    { "20-30", -1 },
    { "mange", -1 },
    { "", -1 },
    { "3 av 4", -1 },
    { "99999999999999999999", -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 value = -1;
      gboolean is_number = samspill_number_from_typed (cases[i].typed, &value);

      g_assert_cmpint (is_number, ==, cases[i].value >= 0);
      if (is_number)
        g_assert_cmpint (value, ==, cases[i].value);
    }
}

static void
test_change (void)
{
  static const struct
  {
    const char *now;
    const char *target;
    const char *shown;
  } cases[] = {
    { "38 %", "20 %", "38 → 20 %" },
    { "74", "25", "74 → 25" },
    { "4,6 mill. kr", "2,0 mill. kr", "4,6 → 2,0 mill. kr" },
    { "40 i året", "10", "40 i året → 10" },
    { "", "20 %", "20 %" },
    { "38 %", "", "38 %" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = samspill_figures_format_change (cases[i].now, cases[i].target);

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

static void
test_file_name (void)
{
  g_autofree char *pdf = samspill_export_dup_file_name ("Hvordan kan vi finne lekkasjer?", SAMSPILL_PAGE_PDF);
  g_autofree char *form = samspill_export_dup_file_name ("Ærlig/../talt", SAMSPILL_PAGE_REPLY_FORM);
  g_autofree char *none = samspill_export_dup_file_name ("…", SAMSPILL_PAGE_ODT);

  g_assert_cmpstr (pdf, ==, "hvordan-kan-vi-finne-lekkasjer.pdf");
  g_assert_cmpstr (form, ==, "forslag-ærlig-talt.html");
  g_assert_cmpstr (none, ==, "samspill.odt");
}

/* A field that the schema renames may not silently go away from the page. */
static void
test_layout_names_fields (void)
{
  static const char *const types[] = { "need", "pitch", "case", "programme", "organisation" };

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      const SamspillType *type = samspill_type_lookup (types[i]);
      guint n = 0;

      g_assert_nonnull (type);
      for (const SamspillLayoutPart *part = samspill_record_layout (types[i]); part->kind != SAMSPILL_LAYOUT_END;
           part++)
        {
          n++;
          if (part->path != NULL && samspill_type_field (type, part->path) == NULL)
            g_error ("%s has no field %s", types[i], part->path);
        }
      g_assert_cmpuint (n, >, 0);
      for (const SamspillFigure *figure = samspill_figures_for_type (types[i]); figure != NULL && figure->label != NULL;
           figure++)
        for (guint j = 0; figure->fields[j] != NULL; j++)
          g_assert_nonnull (samspill_type_field (type, figure->fields[j]));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/page/typed/dates", test_dates);
  g_test_add_func ("/page/typed/dates-come-back", test_dates_come_back);
  g_test_add_func ("/page/typed/numbers", test_numbers);
  g_test_add_func ("/page/figures/change", test_change);
  g_test_add_func ("/page/export/file-name", test_file_name);
  g_test_add_func ("/page/layout/names-fields-of-the-schema", test_layout_names_fields);
  return g_test_run ();
}
