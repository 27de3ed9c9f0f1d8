/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <string.h>

/* A sequence is opaque to clients. Ours says beside the number of which making of the space it is: a database that was
 * made anew or a store that was brought back from a backup counts from another past, and there an old number would skip
 * what the client has not seen. */

void
samspill_sequence_token (SamspillStore *store, const SamspillSpaceInfo *info, SamspillSequenceToken *token)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *epoch = g_strdup_printf ("%" G_GINT64_FORMAT, samspill_store_get_epoch (store));

  g_checksum_update (checksum, (const guchar *)epoch, -1);
  if (info->uuid != NULL)
    g_checksum_update (checksum, (const guchar *)info->uuid, -1);
  g_strlcpy (token->token, g_checksum_get_string (checksum), 17);
}

void
samspill_sequence_append (GString *out, gint64 seq, const SamspillSequenceToken *token)
{
  char number[24];
  int at = sizeof number;

  /* Not printf: one for each row of the feed. */
  do
    number[--at] = (char)('0' + seq % 10);
  while ((seq /= 10) > 0);
  g_string_append_c (out, '"');
  g_string_append_len (out, number + at, (gssize)(sizeof number - (gsize)at));
  g_string_append_c (out, '-');
  g_string_append (out, token->token);
  g_string_append_c (out, '"');
}

gboolean
samspill_sequence_parse (const char *text, const SamspillSequenceToken *token, gint64 now, gint64 *seq)
{
  g_autofree char *bare = NULL;
  gsize length = strlen (text), digits;
  guint64 number;

  /* Some clients write every parameter as JSON. */
  if (length >= 2 && text[0] == '"' && text[length - 1] == '"')
    text = bare = g_strndup (text + 1, length - 2);
  if (g_str_equal (text, "now"))
    {
      *seq = now;
      return TRUE;
    }
  digits = strspn (text, "0123456789");
  if (digits == 0 || digits > 18 || (text[digits] != '\0' && text[digits] != '-'))
    return FALSE;
  number = g_ascii_strtoull (text, NULL, 10);
  *seq = 0;
  if (text[digits] == '-' && g_str_equal (text + digits + 1, token->token))
    *seq = (gint64)number;
  else if (text[digits] == '\0' && number <= (guint64)now) /* from elsewhere, if it is ahead of us */
    *seq = (gint64)number;
  return TRUE;
}
