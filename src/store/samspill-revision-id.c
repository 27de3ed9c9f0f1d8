/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-revision-id.h"

#include <string.h>

#include "samspill-json-text.h"

#define HEX_DIGITS (2 * SAMSPILL_REVISION_DIGEST_BYTES)

/* 0 to 15, or more where it is no lower-case hex digit. */
static inline guint
hex_value (char c)
{
  if (c >= '0' && c <= '9')
    return (guint)(c - '0');
  return c >= 'a' && c <= 'f' ? (guint)(c - 'a' + 10) : 16;
}

static gboolean
parse_digest (const char *text, guint8 *digest)
{
  for (guint i = 0; i < SAMSPILL_REVISION_DIGEST_BYTES; i++)
    {
      /* The end of the text is no digit either, so nothing behind it is read. */
      guint high = hex_value (text[2 * i]);
      guint low = high < 16 ? hex_value (text[2 * i + 1]) : 16;

      if (low > 15)
        return FALSE;
      digest[i] = (guint8)(high << 4 | low);
    }
  return text[HEX_DIGITS] == '\0';
}

static gboolean
is_text (const char *text)
{
  gsize length = strnlen (text, SAMSPILL_REVISION_TEXT_MAX_BYTES + 1);

  if (length == 0 || length > SAMSPILL_REVISION_TEXT_MAX_BYTES)
    return FALSE;
  /* It goes into the header of an answer too. */
  for (gsize i = 0; i < length; i++)
    if ((guchar)text[i] < 0x20 || text[i] == 0x7f)
      return FALSE;
  return g_utf8_validate (text, (gssize)length, NULL);
}

gboolean
samspill_revision_parse (const char *text, SamspillRevisionId *id)
{
  const char *at = text;
  guint64 value = 0;

  if (text == NULL || *text < '1' || *text > '9')
    return FALSE;
  for (; g_ascii_isdigit (*at); at++)
    {
      value = value * 10 + (guint64)(*at - '0');
      if (value > SAMSPILL_REVISION_NUMBER_MAX)
        return FALSE;
    }
  if (*at++ != '-')
    return FALSE;
  id->number = value;
  id->text = NULL;
  if (parse_digest (at, id->digest))
    return TRUE;
  memset (id->digest, 0, sizeof id->digest);
  id->text = at;
  return is_text (at);
}

static void
write_hex (char *hex, const guint8 *digest)
{
  for (guint i = 0; i < SAMSPILL_REVISION_DIGEST_BYTES; i++)
    {
      hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
      hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 0xf];
    }
  hex[HEX_DIGITS] = '\0';
}

int
samspill_revision_compare (const SamspillRevisionId *a, const SamspillRevisionId *b)
{
  char hex_a[HEX_DIGITS + 1], hex_b[HEX_DIGITS + 1];
  const char *text_a = a->text, *text_b = b->text;

  if (a->number != b->number)
    return a->number < b->number ? -1 : 1;
  /* Lower-case hex digits stand in the order of the bytes that they mean. */
  if (text_a == NULL && text_b == NULL)
    return memcmp (a->digest, b->digest, SAMSPILL_REVISION_DIGEST_BYTES);
  if (text_a == NULL)
    {
      write_hex (hex_a, a->digest);
      text_a = hex_a;
    }
  if (text_b == NULL)
    {
      write_hex (hex_b, b->digest);
      text_b = hex_b;
    }
  return strcmp (text_a, text_b);
}

void
samspill_revision_append (GString *out, const SamspillRevisionId *id)
{
  char buffer[24 + HEX_DIGITS];
  char *at = buffer + 20;
  guint64 number = id->number;

  at[0] = '-';
  do
    *--at = (char)('0' + number % 10);
  while ((number /= 10) != 0);
  if (id->text == NULL)
    {
      write_hex (buffer + 21, id->digest);
      g_string_append_len (out, at, buffer + 21 + HEX_DIGITS - at);
      return;
    }
  g_string_append_len (out, at, buffer + 21 - at);
  g_string_append (out, id->text);
}

char *
samspill_revision_format (const SamspillRevisionId *id)
{
  GString *out = g_string_sized_new (64);

  samspill_revision_append (out, id);
  return g_string_free_and_steal (out);
}

static void
add_part (GChecksum *checksum, const char *text)
{
  g_checksum_update (checksum, (const guchar *)text, (gssize)strlen (text) + 1);
}

static gboolean
collect_digest (const char *name, const char *value, gsize value_length, gpointer data)
{
  g_autofree char *digest = samspill_json_dup_string (value, (gssize)value_length, "digest");

  g_ptr_array_add (data, g_strconcat (name, "\n", digest != NULL ? digest : "", NULL));
  return TRUE;
}

char *
samspill_revision_next (const char *parent, gboolean deleted, const char *canonical_body, const char *attachments)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  SamspillRevisionId id = { 0 };
  guint8 digest[32];
  gsize digest_length = sizeof digest;

  if (parent != NULL && (!samspill_revision_parse (parent, &id) || id.number == SAMSPILL_REVISION_NUMBER_MAX))
    return NULL;
  add_part (checksum, parent != NULL ? parent : "");
  add_part (checksum, deleted ? "1" : "0");
  add_part (checksum, canonical_body != NULL ? canonical_body : "{}");
  if (attachments != NULL)
    {
      g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);

      samspill_json_foreach_member (attachments, -1, collect_digest, pairs, NULL);
      g_ptr_array_sort_values (pairs, (GCompareFunc)g_strcmp0);
      for (guint i = 0; i < pairs->len; i++)
        add_part (checksum, g_ptr_array_index (pairs, i));
    }
  g_checksum_get_digest (checksum, digest, &digest_length);
  memcpy (id.digest, digest, sizeof id.digest);
  id.text = NULL;
  id.number++;
  return samspill_revision_format (&id);
}
