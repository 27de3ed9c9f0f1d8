/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-personal-data-private.h"

#include <string.h>

#include "samspill-id.h"

/* Of one kind; who has so many will take a look at the rest, too. */
#define MOST_FOUND 200

/* Blanks inside numbers: ordinary, no-break, narrow no-break. */
#define BLANK "[ \\x{00a0}\\x{202f}]"

typedef gboolean (*AcceptFunc) (const char *text, const char *start, const char *end, const char *match);

static gboolean
accept_birth_number (const char *text, const char *start, const char *end, const char *match)
{
  char digits[12] = "";
  gsize length = 0;

  for (const char *c = match; *c != '\0' && length < 11; c++)
    if (g_ascii_isdigit (*c))
      digits[length++] = *c;
  return samspill_birth_number_is_valid (digits);
}

/* The last word before `start`, in lower case. */
static char *
word_before (const char *text, const char *start)
{
  const char *end, *at;
  g_autofree char *word = NULL;

  while (start > text && !g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (start))))
    start = g_utf8_prev_char (start);
  end = at = start;
  while (at > text && (at[-1] == '-' || g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (at)))))
    at = g_utf8_prev_char (at);
  word = g_strndup (at, (gsize)(end - at));
  return g_utf8_strdown (word, -1);
}

static char *
word_after (const char *end)
{
  const char *at = end, *stop;
  g_autofree char *word = NULL;

  while (*at != '\0' && *at != '\n' && g_unichar_isspace (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);
  for (stop = at; g_unichar_isalpha (g_utf8_get_char (stop)); stop = g_utf8_next_char (stop))
    ;
  if (*at == '%')
    return g_strdup ("prosent");
  word = g_strndup (at, (gsize)(stop - at));
  return g_utf8_strdown (word, -1);
}

static gboolean
is_one_of (const char *word, const char *const *words)
{
  for (; *words != NULL; words++)
    if (g_str_has_prefix (word, *words))
      return TRUE;
  return FALSE;
}

/* 20260315: a date, not a telephone. */
static gboolean
looks_like_date (const char *match)
{
  int month = (match[4] - '0') * 10 + match[5] - '0', day = (match[6] - '0') * 10 + match[7] - '0';

  return strlen (match) == 8 && g_str_has_prefix (match, "20") && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* Eight digits are a telephone where they are grouped as one or said to be one; not what counts something. */
static gboolean
accept_telephone (const char *text, const char *start, const char *end, const char *match)
{
  static const char *const counted[] = { "kr",      "nok",  "mill", "mrd",  "prosent", "kubikk", "liter", "kwh",
                                         "innbygg", "tonn", "euro", "pund", "meter",   "stk",    NULL };
  static const char *const numbered[] = { "cpv", "sak",   "org", "gnr",     "bnr",    "kr",     "nok", "nr",
                                          "ref", "konto", "id",  "journal", "doffin", "nummer", NULL };
  static const char *const said[] = { "tlf", "telefon", "mob", "ring", "sms", "nummeret", "kontakt", NULL };
  g_autofree char *before = word_before (text, start);
  g_autofree char *after = word_after (end);

  if (*match == '+' || g_str_has_prefix (match, "00") || is_one_of (before, said))
    return TRUE;
  if (is_one_of (after, counted) || is_one_of (before, numbered))
    return FALSE;
  if (strpbrk (match, " \302\342") != NULL)
    return TRUE;
  return !looks_like_date (match) && (*match == '4' || *match == '9');
}

/* An office is not a person. */
static gboolean
accept_email (const char *text, const char *start, const char *end, const char *match)
{
  static const char *const offices[] = { "post",        "info",          "kontakt",     "support",
                                         "firmapost",   "servicekontor", "sentralbord", "innkjop",
                                         "anskaffelse", "noreply",       NULL };
  g_autofree char *lower = g_ascii_strdown (match, -1);

  return !is_one_of (lower, offices);
}

static const struct
{
  SamspillPersonalKind kind;
  const char *pattern;
  AcceptFunc accept;
} finders[] = {
  { SAMSPILL_PERSONAL_BIRTH_NUMBER, "(?<![\\d.,-])\\d{6}(?:" BLANK "|-)?\\d{5}(?![\\d-])", accept_birth_number },
  { SAMSPILL_PERSONAL_EMAIL,
    "[\\p{L}\\d._%+-]{1,64}@[\\p{L}\\d](?:[\\p{L}\\d-]{0,62}\\.)+[\\p{L}]{2,24}(?![\\p{L}\\d])", accept_email },
  { SAMSPILL_PERSONAL_TELEPHONE,
    "(?<![\\d.,+/-])(?<!\\d" BLANK ")(?:(?:\\+|00)47" BLANK "?)?"
    "(?:[2-9]\\d" BLANK "\\d\\d" BLANK "\\d\\d" BLANK "\\d\\d|[4589]\\d\\d" BLANK "\\d\\d" BLANK "\\d{3}|[2-9]\\d{7})"
    "(?!" BLANK "?\\d)(?![,.]\\d)(?![/-]\\d)",
    accept_telephone },
};

static GRegex *
get_regex (gsize index)
{
  static GRegex *compiled[G_N_ELEMENTS (finders)];
  static GMutex lock;
  GRegex *regex;

  g_mutex_lock (&lock);
  if (compiled[index] == NULL)
    compiled[index] = g_regex_new (finders[index].pattern, G_REGEX_OPTIMIZE, 0, NULL);
  regex = compiled[index];
  g_mutex_unlock (&lock);
  return regex;
}

static gboolean
overlaps (GArray *found, glong start, glong end)
{
  for (guint i = 0; i < found->len; i++)
    {
      const SamspillPersonalData *other = &g_array_index (found, SamspillPersonalData, i);

      if (start < other->end && end > other->start)
        return TRUE;
    }
  return FALSE;
}

static int
compare_data (gconstpointer a, gconstpointer b)
{
  glong one = ((const SamspillPersonalData *)a)->start, other = ((const SamspillPersonalData *)b)->start;

  return one < other ? -1 : one > other;
}

static void
find_kind (const char *text, gsize finder, GArray *found)
{
  g_autoptr (GMatchInfo) info = NULL;
  const char *at = text;
  glong offset = 0; /* of `at`: counted on from one finding to the next, not from the beginning each time */
  guint left = MOST_FOUND;

  g_regex_match (get_regex (finder), text, 0, &info);
  for (; left > 0 && g_match_info_matches (info); g_match_info_next (info, NULL))
    {
      g_autofree char *match = g_match_info_fetch (info, 0);
      SamspillPersonalData data = { .kind = finders[finder].kind };
      int start, end;

      g_match_info_fetch_pos (info, 0, &start, &end);
      if (!finders[finder].accept (text, text + start, text + end, match))
        continue;
      offset += g_utf8_pointer_to_offset (at, text + start);
      at = text + start;
      data.start = offset;
      data.end = offset + g_utf8_pointer_to_offset (at, text + end);
      if (!overlaps (found, data.start, data.end))
        {
          g_array_append_val (found, data);
          left--;
        }
    }
}

GArray *
samspill_find_personal_data (const char *text)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (SamspillPersonalData));

  for (gsize i = 0; i < G_N_ELEMENTS (finders); i++)
    find_kind (text, i, found);
  g_array_sort (found, compare_data);
  return found;
}
