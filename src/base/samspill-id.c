/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-id.h"

#include <string.h>
#include <sys/random.h>

#include <glib/gi18n-lib.h>

#include "samspill-error.h"

#define OWNER_LENGTH 9
#define MAX_ID_LENGTH 200
#define MAX_REST_LENGTH 100

static gboolean
is_digits (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
  return TRUE;
}

static guint
weighted_sum (const char *digits, const guint8 *weights, gsize length)
{
  guint sum = 0;

  for (gsize i = 0; i < length; i++)
    sum += (guint)(digits[i] - '0') * weights[i];
  return sum;
}

/* Modulo 11 with the check digit last. */
static gboolean
has_check_digit (const char *digits, const guint8 *weights, gsize length)
{
  guint digit = (11 - weighted_sum (digits, weights, length) % 11) % 11;

  return digit < 10 && (guint)(digits[length] - '0') == digit;
}

static gboolean
is_organisation_number (const char *nine_digits)
{
  static const guint8 weights[] = { 3, 2, 7, 6, 5, 4, 3, 2 };

  return is_digits (nine_digits, OWNER_LENGTH) && has_check_digit (nine_digits, weights, G_N_ELEMENTS (weights));
}

static void
fill_random (guint8 *bytes, gsize length)
{
  if (getrandom (bytes, length, 0) == (gssize)length)
    return;
  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8)g_random_int_range (0, 256);
}

/* A step for every id of the same millisecond: what this process makes sorts in the order in which it was made, also
 * when the clock is set back. */
static guint64
next_tick (void)
{
  static GMutex lock;
  static guint64 last;
  guint64 now = (guint64)(g_get_real_time () / 1000) << 12;

  g_mutex_lock (&lock);
  last = MAX (last + 1, now);
  now = last;
  g_mutex_unlock (&lock);
  return now;
}

/**
 * samspill_uuid_v7_new:
 *
 * A UUID of version 7 (RFC 9562): the time in milliseconds comes first, so that ids sort by when they were made, which
 * the store needs for its speed.
 *
 * Returns: (transfer full): 36 characters, lower case
 */
char *
samspill_uuid_v7_new (void)
{
  guint64 tick = next_tick ();
  guint64 milliseconds = tick >> 12;
  guint8 random[8];

  fill_random (random, sizeof random);
  random[0] = (random[0] & 0x3f) | 0x80;
  return g_strdup_printf ("%08x-%04x-7%03x-%02x%02x-%02x%02x%02x%02x%02x%02x", (guint)(milliseconds >> 16),
                          (guint)(milliseconds & 0xffff), (guint)(tick & 0xfff), random[0], random[1], random[2],
                          random[3], random[4], random[5], random[6], random[7]);
}

/**
 * samspill_id_new:
 * @type: type of the record
 * @owner: organisation number of the owner
 *
 * Returns: (transfer full): a new id
 */
char *
samspill_id_new (const char *type, const char *owner)
{
  g_autofree char *uuid = samspill_uuid_v7_new ();

  return g_strdup_printf ("%s:%s:%s", type, owner, uuid);
}

static gsize
span_of (const char *text, const char *more)
{
  gsize length = 0;

  while (g_ascii_islower (text[length]) || g_ascii_isdigit (text[length]) ||
         (text[length] != '\0' && strchr (more, text[length]) != NULL))
    length++;
  return length;
}

static gsize
span_of_rest (const char *text)
{
  gsize length = 0;

  while (g_ascii_isalnum (text[length]) || (text[length] != '\0' && strchr ("-._~", text[length]) != NULL))
    length++;
  return length;
}

/**
 * samspill_id_is_valid:
 * @id: (nullable): what may be an id
 *
 * Whether @id is `type:owner:rest` with an organisation number that is right, or `type:rest` (shipped records), at most
 * 200 bytes. Rights come from the type and the number; the rest is 1 to 100 letters and digits of ASCII, or `-._~`, as
 * the rules of the registry take it. What is in a shipped id, and a type, has no capitals.
 *
 * Returns: %TRUE if a record may have this id
 */
gboolean
samspill_id_is_valid (const char *id)
{
  const char *rest;
  gsize length;

  if (id == NULL || strnlen (id, MAX_ID_LENGTH + 1) > MAX_ID_LENGTH || !g_ascii_islower (id[0]))
    return FALSE;
  length = span_of (id, "-");
  if (id[length] != ':')
    return FALSE;
  rest = id + length + 1;
  length = span_of (rest, "-._");
  if (length == 0)
    return FALSE;
  if (rest[length] == '\0')
    return TRUE;
  if (rest[length] != ':' || length != OWNER_LENGTH || !is_organisation_number (rest))
    return FALSE;
  rest += length + 1;
  length = span_of_rest (rest);
  return length > 0 && length <= MAX_REST_LENGTH && rest[length] == '\0';
}

/**
 * samspill_id_dup_type:
 * @id: (nullable): an id
 *
 * Returns: (transfer full) (nullable): what stands before the first colon
 */
char *
samspill_id_dup_type (const char *id)
{
  const char *colon = id != NULL ? strchr (id, ':') : NULL;

  return colon != NULL && colon > id ? g_strndup (id, (gsize)(colon - id)) : NULL;
}

/**
 * samspill_id_dup_owner:
 * @id: (nullable): an id
 *
 * Returns: (transfer full) (nullable): the organisation number in @id; a shipped id has none
 */
char *
samspill_id_dup_owner (const char *id)
{
  const char *owner = id != NULL ? strchr (id, ':') : NULL;

  if (owner == NULL || strnlen (owner + 1, OWNER_LENGTH) < OWNER_LENGTH || !is_digits (owner + 1, OWNER_LENGTH) ||
      owner[1 + OWNER_LENGTH] != ':')
    return NULL;
  return g_strndup (owner + 1, OWNER_LENGTH);
}

/**
 * samspill_organisation_number_check:
 * @number: (nullable): nine digits without blanks
 * @error: return location for an error of %SAMSPILL_BASE_ERROR
 *
 * Returns: %TRUE if @number is an organisation number with the right check digit
 */
gboolean
samspill_organisation_number_check (const char *number, GError **error)
{
  if (number == NULL || strlen (number) != OWNER_LENGTH || !is_digits (number, OWNER_LENGTH))
    {
      g_autofree char *shown = g_utf8_make_valid (number != NULL ? number : "", -1);

      g_set_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_INVALID_ORGANISATION_NUMBER,
                   _ ("“%.40s” is not an organisation number: it has nine digits."), shown);
      return FALSE;
    }
  if (!is_organisation_number (number))
    {
      g_set_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_INVALID_ORGANISATION_NUMBER,
                   _ ("%s is not an organisation number: its last digit does not fit the others. "
                      "Look for a slip of the keyboard."),
                   number);
      return FALSE;
    }
  return TRUE;
}

/**
 * samspill_organisation_number_normalise:
 * @typed: (nullable): as a person types it: "938 497 524", "NO 938497524 MVA" is not taken
 *
 * Returns: (transfer full) (nullable): nine digits, not yet checked, or %NULL
 */
char *
samspill_organisation_number_normalise (const char *typed)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  if (typed == NULL || !g_utf8_validate (typed, -1, NULL))
    return NULL;
  for (const char *at = typed; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_isspace (c))
        continue;
      if (c > 0x7f || !g_ascii_isdigit ((char)c) || digits->len == OWNER_LENGTH)
        return NULL;
      g_string_append_c (digits, (char)c);
    }
  return digits->len == OWNER_LENGTH ? g_strdup (digits->str) : NULL;
}

/* D numbers have 40 added to the day; H numbers 40, synthetic ones 65 or 80 to the month. */
static gboolean
has_birth_date (const char *digits)
{
  int day = (digits[0] - '0') * 10 + digits[1] - '0';
  int month = (digits[2] - '0') * 10 + digits[3] - '0';

  if (day > 40)
    day -= 40;
  if (month > 80)
    month -= 80;
  else if (month > 65)
    month -= 65;
  else if (month > 40)
    month -= 40;
  return day >= 1 && day <= 31 && month >= 1 && month <= 12;
}

/**
 * samspill_birth_number_is_valid:
 * @eleven_digits: (nullable): what may be a birth number
 *
 * Whether these are eleven digits that begin with a date and end with two right control digits: a birth number, a D
 * number or one of the invented ones of the test registers. To find and warn, never to keep.
 *
 * Returns: %TRUE if it is one
 */
gboolean
samspill_birth_number_is_valid (const char *eleven_digits)
{
  static const guint8 first[] = { 3, 7, 6, 1, 8, 9, 4, 5, 2 };
  static const guint8 second[] = { 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 };

  return eleven_digits != NULL && strlen (eleven_digits) == 11 && is_digits (eleven_digits, 11) &&
         has_birth_date (eleven_digits) && has_check_digit (eleven_digits, first, G_N_ELEMENTS (first)) &&
         has_check_digit (eleven_digits, second, G_N_ELEMENTS (second));
}
