/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-http-private.h"

#include <stdio.h>
#include <string.h>

#define MAX_WORD 40

/* "_changes", "commons": words of the protocol, none of a person. */
static gboolean
is_word (const char *text, gsize length)
{
  if (length == 0 || length > MAX_WORD)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_islower (text[i]) && text[i] != '_')
      return FALSE;
  return TRUE;
}

static gboolean
is_method (const char *text)
{
  gsize length = strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

  return length > 0 && length <= 8 && text[length] == '\0';
}

/* A database keeps its kind ("team-…"), a document its type ("need:…"). */
static void
append_segment (GString *out, const char *segment, guint index, gboolean is_below_document)
{
  gsize length = strcspn (segment, index == 0 ? "-" : ":");
  gboolean is_cut = segment[length] != '\0';

  if (is_below_document)
    g_string_append (out, "{file}");
  else if (!is_word (segment, length) || (!is_cut && index > 0 && segment[0] != '_') ||
           (!is_cut && index == 0 && segment[0] != '_' && strcmp (segment, "commons") != 0))
    g_string_append (out, index == 0 ? "{db}" : "{id}");
  else
    g_string_append_printf (out, "%.*s%s", (int)length, segment, !is_cut ? "" : index == 0 ? "-…" : ":…");
}

char *
samspill_http_log_path (const char *path)
{
  GString *out = g_string_new (NULL);
  g_auto (GStrv) segments = g_strsplit (path, "/", -1);
  guint index = 0;
  gboolean is_special = FALSE;

  for (guint i = 0; segments[i] != NULL; i++)
    {
      if (*segments[i] == '\0')
        continue;
      if (index > 4)
        break;
      g_string_append_c (out, '/');
      append_segment (out, segments[i], index, index > (is_special ? 2 : 1));
      is_special |= index == 1 && (strcmp (segments[i], "_design") == 0 || strcmp (segments[i], "_local") == 0);
      index++;
    }
  if (out->len == 0)
    g_string_append_c (out, '/');
  return g_string_free_and_steal (out);
}

void
samspill_http_log (SamspillHttpRequest *request, gboolean is_whole)
{
  g_autofree char *path = samspill_http_log_path (request->path);
  gint64 ms = (g_get_monotonic_time () - request->begun_us) / 1000;
  const char *method = is_method (request->method) ? request->method : "?";

  fprintf (stderr, "%s %s %u %" G_GUINT64_FORMAT " B %" G_GINT64_FORMAT " ms%s\n", method, path, request->status,
           request->sent, ms, is_whole ? "" : " cut");
}
