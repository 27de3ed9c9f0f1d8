/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-format.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "samspill-words.h"

#define NO_BREAK_SPACE "\302\240"
#define MINUS "\342\210\222"

static const char *const months[] = {
  N_ ("January"), N_ ("February"), N_ ("March"),     N_ ("April"),   N_ ("May"),      N_ ("June"),
  N_ ("July"),    N_ ("August"),   N_ ("September"), N_ ("October"), N_ ("November"), N_ ("December"),
};

static const char *const short_months[] = {
  NC_ ("month", "Jan."),  NC_ ("month", "Feb."), NC_ ("month", "March"), NC_ ("month", "April"),
  NC_ ("month", "May"),   NC_ ("month", "June"), NC_ ("month", "July"),  NC_ ("month", "Aug."),
  NC_ ("month", "Sept."), NC_ ("month", "Oct."), NC_ ("month", "Nov."),  NC_ ("month", "Dec."),
};

/* In the language of a record, or of the screen where that is NULL. */
static const char *
word (const char *lang, const char *msgid)
{
  return lang != NULL ? samspill_words (lang, msgid) : g_dgettext (GETTEXT_PACKAGE, msgid);
}

/* `value` in units of 10^decimals, without zeros at the end: (425, 2) → "4,25". */
static char *
decimal (guint64 value, guint decimals)
{
  g_autofree char *whole = NULL;
  guint64 unit = 1;

  for (; decimals > 0 && value % 10 == 0; decimals--)
    value /= 10;
  for (guint i = 0; i < decimals; i++)
    unit *= 10;
  whole = samspill_format_integer ((gint64)(value / unit));
  if (decimals == 0)
    return g_steal_pointer (&whole);
  return g_strdup_printf ("%s,%0*u", whole, (int)decimals, (guint)(value % unit));
}

char *
samspill_format_integer (gint64 value)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, value < 0 ? -(guint64)value : (guint64)value);
  gsize length = strlen (digits);
  GString *out = g_string_new (value < 0 ? MINUS : NULL);

  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        g_string_append (out, NO_BREAK_SPACE);
      g_string_append_c (out, digits[i]);
    }
  return g_string_free_and_steal (out);
}

char *
samspill_format_money_in (const char *lang, gint64 kroner)
{
  guint64 size = kroner < 0 ? -(guint64)kroner : (guint64)kroner;
  const char *sign = kroner < 0 ? MINUS : "";
  g_autofree char *figure = NULL;
  g_autofree char *text = NULL;

  /* A figure that does not come out even is written in full: what somebody has reckoned is not rounded for them. */
  if (size >= 1000000000 && size % 10000000 == 0)
    {
      figure = decimal (size / 10000000, 2);
      text = g_strdup_printf (word (lang, N_ ("%s billion kroner")), figure);
    }
  else if (size >= 1000000 && size % 10000 == 0)
    {
      figure = decimal (size / 10000, 2);
      text = g_strdup_printf (word (lang, N_ ("%s million kroner")), figure);
    }
  else
    {
      figure = samspill_format_integer ((gint64)size);
      text = g_strdup_printf (size == 1 ? word (lang, N_ ("%s krone")) : word (lang, N_ ("%s kroner")), figure);
    }
  return g_strconcat (sign, text, NULL);
}

char *
samspill_format_money (gint64 kroner)
{
  return samspill_format_money_in (NULL, kroner);
}

/* How much of "YYYY-MM-DD" stands at the beginning: 0, 1 (year), 2 or 3 parts. */
static guint
read_iso (const char *iso, guint *parts)
{
  static const guint widths[] = { 4, 2, 2 };
  guint n = 0;
  const char *at = iso;

  for (; n < 3; n++)
    {
      parts[n] = 0;
      if (n > 0 && *at++ != '-')
        return 0;
      for (guint i = 0; i < widths[n]; i++)
        {
          if (!g_ascii_isdigit (*at))
            return 0;
          parts[n] = parts[n] * 10 + (guint)(*at++ - '0');
        }
      if (*at == '\0')
        return n + 1;
    }
  return 0;
}

/* A time with its zone: the day that it was here. */
static gboolean
read_time (const char *iso, guint *parts)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (iso, NULL);
  g_autoptr (GDateTime) local = time != NULL ? g_date_time_to_local (time) : NULL;

  if (local == NULL)
    return FALSE;
  parts[0] = (guint)g_date_time_get_year (local);
  parts[1] = (guint)g_date_time_get_month (local);
  parts[2] = (guint)g_date_time_get_day_of_month (local);
  return TRUE;
}

char *
samspill_format_date_in (const char *lang, const char *iso)
{
  guint parts[3];
  guint n;

  if (iso == NULL)
    return g_strdup ("");
  n = read_iso (iso, parts);
  if (n == 0 && read_time (iso, parts))
    n = 3;
  if (n == 1)
    return g_strdup_printf ("%u", parts[0]);
  if (n == 0 || parts[1] < 1 || parts[1] > 12 || (n == 3 && (parts[2] < 1 || parts[2] > 31)))
    return g_strdup (iso);
  if (n == 2)
    return g_strdup_printf ("%s %u", word (lang, months[parts[1] - 1]), parts[0]);
  return g_strdup_printf ("%u." NO_BREAK_SPACE "%s %u", parts[2], word (lang, months[parts[1] - 1]), parts[0]);
}

char *
samspill_format_date (const char *iso)
{
  return samspill_format_date_in (NULL, iso);
}

static char *
format_day (GDateTime *time, GDateTime *now)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (time);
  g_autoptr (GDateTime) local_now = g_date_time_to_local (now);
  int day = g_date_time_get_day_of_month (local);
  const char *month = g_dpgettext2 (GETTEXT_PACKAGE, "month", short_months[g_date_time_get_month (local) - 1]);

  if (g_date_time_get_year (local) == g_date_time_get_year (local_now))
    return g_strdup_printf ("%d." NO_BREAK_SPACE "%s", day, month);
  return g_strdup_printf ("%d." NO_BREAK_SPACE "%s %d", day, month, g_date_time_get_year (local));
}

char *
samspill_format_date_short (GDateTime *time)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return format_day (time, now);
}

/* Days from one to the other by the calendar here. */
static int
days_between (GDateTime *earlier, GDateTime *later)
{
  g_autoptr (GDateTime) from = g_date_time_to_local (earlier);
  g_autoptr (GDateTime) to = g_date_time_to_local (later);
  GDate first, last;

  g_date_clear (&first, 1);
  g_date_clear (&last, 1);
  g_date_set_dmy (&first, (GDateDay)g_date_time_get_day_of_month (from), (GDateMonth)g_date_time_get_month (from),
                  (GDateYear)g_date_time_get_year (from));
  g_date_set_dmy (&last, (GDateDay)g_date_time_get_day_of_month (to), (GDateMonth)g_date_time_get_month (to),
                  (GDateYear)g_date_time_get_year (to));
  return g_date_days_between (&first, &last);
}

char *
samspill_format_relative (GDateTime *time, GDateTime *now)
{
  GTimeSpan span = g_date_time_difference (now, time);
  int days = days_between (time, now);

  /* A clock that was a little ahead is no reason to show a date. */
  if (span < G_TIME_SPAN_MINUTE && span > -2 * G_TIME_SPAN_MINUTE)
    return g_strdup (C_ ("time ago", "now"));
  if (span < 0)
    return format_day (time, now);
  if (span < G_TIME_SPAN_HOUR)
    /* Translators: so many minutes ago, short. */
    return g_strdup_printf (_ ("%d min"), (int)(span / G_TIME_SPAN_MINUTE));
  if (days == 0 || span < 6 * G_TIME_SPAN_HOUR)
    /* Translators: so many hours ago, short. */
    return g_strdup_printf (_ ("%d h"), (int)(span / G_TIME_SPAN_HOUR));
  if (days == 1)
    return g_strdup (C_ ("time ago", "yesterday"));
  return format_day (time, now);
}

char *
samspill_format_clock (GDateTime *time)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (time);

  return g_date_time_format (local, "%H.%M");
}

char *
samspill_format_bytes (guint64 bytes)
{
  static const char *const units[] = { "kB", "MB", "GB", "TB" };
  guint64 size = 1000;
  gsize unit = 0;
  g_autofree char *figure = NULL;

  if (bytes < 1000)
    return g_strdup_printf ("%u" NO_BREAK_SPACE "%s", (guint)bytes, _ ("bytes"));
  for (; unit + 1 < G_N_ELEMENTS (units) && bytes >= size * 1000 - size / 2; unit++)
    size *= 1000;
  figure = unit == 0 ? samspill_format_integer ((gint64)((bytes + size / 2) / size))
                     : decimal ((bytes + size / 20) / (size / 10), 1);
  return g_strdup_printf ("%s" NO_BREAK_SPACE "%s", figure, units[unit]);
}
