/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>

#include "samspill-format.h"

#define NBSP "\302\240"

static void
test_integer (void)
{
  static const struct
  {
    gint64 value;
    const char *text;
  } cases[] = {
    { 0, "0" },
    { 7, "7" },
    { 999, "999" },
    { 1204, "1" NBSP "204" },
    { 1234567, "1" NBSP "234" NBSP "567" },
    { -38, "\342\210\22238" },
    { -1000, "\342\210\2221" NBSP "000" },
    { G_MAXINT64, "9" NBSP "223" NBSP "372" NBSP "036" NBSP "854" NBSP "775" NBSP "807" },
    { G_MININT64, "\342\210\2229" NBSP "223" NBSP "372" NBSP "036" NBSP "854" NBSP "775" NBSP "808" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = samspill_format_integer (cases[i].value);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_money (void)
{
  static const struct
  {
    gint64 kroner;
    const char *text;
  } cases[] = {
    { 0, "0 kroner" },
    { 1, "1 krone" },
    { 640000, "640" NBSP "000 kroner" },
    { 1000000, "1 million kroner" },
    { 4200000, "4,2 million kroner" },
    { 4250000, "4,25 million kroner" },
    { 4050000, "4,05 million kroner" },
    { 1234567, "1" NBSP "234" NBSP "567 kroner" }, /* never rounded */
    { 120000000, "120 million kroner" },
    { 1300000000, "1,3 billion kroner" },
    { 1305000000, "1" NBSP "305 million kroner" },
    { -5000, "\342\210\2225" NBSP "000 kroner" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = samspill_format_money_in ("en", cases[i].kroner);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_date (void)
{
  static const struct
  {
    const char *iso, *text;
  } cases[] = {
    { "2026-12-03", "3." NBSP "December 2026" },
    { "2026-02", "February 2026" },
    { "2026", "2026" },
    { "2026-12-03T10:42:00Z", "3." NBSP "December 2026" },
    { "", "" },
    { "2026-13-01", "2026-13-01" },
    { "2026-00", "2026-00" },
    { "2026-1-1", "2026-1-1" },
    { "våren 2026", "våren 2026" },
    { "20261203x", "20261203x" },
    { NULL, "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = samspill_format_date_in ("en", cases[i].iso);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_relative (void)
{
  static const struct
  {
    const char *time, *text;
  } cases[] = {
    { "2026-11-24T12:00:00", "now" },
    { "2026-11-24T11:59:30", "now" },
    { "2026-11-24T12:01:00", "now" }, /* a clock that was ahead */
    { "2026-11-24T11:48:00", "12 min" },
    { "2026-11-24T11:00:01", "59 min" },
    { "2026-11-24T10:00:00", "2 h" },
    { "2026-11-24T00:10:00", "11 h" },
    { "2026-11-23T23:50:00", "yesterday" },
    { "2026-11-23T00:10:00", "yesterday" },
    { "2026-11-22T12:00:00", "22." NBSP "Nov." },
    { "2025-12-03T12:00:00", "3." NBSP "Dec. 2025" },
    { "2026-12-03T12:00:00", "3." NBSP "Dec." },
  };
  g_autoptr (GTimeZone) here = g_time_zone_new_local ();
  g_autoptr (GDateTime) now = g_date_time_new_from_iso8601 ("2026-11-24T12:00:00", here);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (cases[i].time, here);
      g_autofree char *text = samspill_format_relative (time, now);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* Shortly after midnight what was done an hour ago was done an hour ago, not yesterday. */
static void
test_midnight (void)
{
  g_autoptr (GTimeZone) here = g_time_zone_new_local ();
  g_autoptr (GDateTime) now = g_date_time_new_from_iso8601 ("2026-11-24T00:30:00", here);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 ("2026-11-23T23:00:00", here);
  g_autofree char *text = samspill_format_relative (time, now);
  g_autofree char *clock = samspill_format_clock (time);

  g_assert_cmpstr (text, ==, "1 h");
  g_assert_cmpstr (clock, ==, "23.00");
}

static void
test_bytes (void)
{
  static const struct
  {
    guint64 bytes;
    const char *text;
  } cases[] = {
    { 0, "0" NBSP "bytes" },   { 999, "999" NBSP "bytes" },  { 1000, "1" NBSP "kB" },
    { 1499, "1" NBSP "kB" },   { 1400000, "1,4" NBSP "MB" }, { 999499, "999" NBSP "kB" },
    { 999999, "1" NBSP "MB" }, { 64000000, "64" NBSP "MB" }, { 1500000000, "1,5" NBSP "GB" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = samspill_format_bytes (cases[i].bytes);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

/* On a page the words are in the language of the record, whatever the language of the screen. */
static void
test_language_of_record (void)
{
  g_autofree char *nb = samspill_format_date_in ("nb", "2026-12-03");
  g_autofree char *nn = samspill_format_money_in ("nn", 4200000);
  g_autofree char *screen = samspill_format_date ("2026-12-03");

  g_assert_cmpstr (nb, ==, "3." NBSP "desember 2026");
  g_assert_cmpstr (nn, ==, "4,2 mill. kroner");
  g_assert_cmpstr (screen, ==, "3." NBSP "December 2026");
}

int
main (int argc, char **argv)
{
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_setenv ("TZ", "Europe/Oslo", TRUE);
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/integer", test_integer);
  g_test_add_func ("/format/money", test_money);
  g_test_add_func ("/format/date", test_date);
  g_test_add_func ("/format/relative", test_relative);
  g_test_add_func ("/format/relative-around-midnight", test_midnight);
  g_test_add_func ("/format/bytes", test_bytes);
  g_test_add_func ("/format/language-of-the-record", test_language_of_record);
  return g_test_run ();
}
