/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-http-private.h"

#include <stdio.h>
#include <string.h>

#define MAX_WORD 40
#define MAX_SEGMENTS 4

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

/* A space keeps its kind, "team-…". */
static void
append_space (GString *out, const char *segment)
{
  if (g_str_has_prefix (segment, "team-") || g_str_has_prefix (segment, "joint-"))
    g_string_append_printf (out, "%.*s…", (int)strcspn (segment, "-") + 1, segment);
  else if (strcmp (segment, "commons") == 0 || (segment[0] == '_' && is_word (segment, strlen (segment))))
    g_string_append (out, segment);
  else
    g_string_append (out, "{db}");
}

/* An id of ours keeps its type, "need:…"; what else is before a colon may be anything. */
static void
append_document (GString *out, const char *segment)
{
  gsize length = strcspn (segment, ":");

  if (segment[0] == '_' && is_word (segment, strlen (segment)))
    g_string_append (out, segment);
  else if (is_word (segment, length) && segment[length] == ':' && g_ascii_isdigit (segment[length + 1]))
    g_string_append_printf (out, "%.*s:…", (int)length, segment);
  else
    g_string_append (out, "{id}");
}

char *
samspill_http_log_path (const char *path)
{
  GString *out = g_string_new (NULL);
  g_auto (GStrv) segments = g_strsplit (path, "/", -1);
  guint index = 0;
  gboolean is_special = FALSE;

  for (guint i = 0; segments[i] != NULL && index <= MAX_SEGMENTS; i++)
    {
      g_autofree char *segment = g_uri_unescape_string (segments[i], NULL);

      if (*segments[i] == '\0')
        continue;
      g_string_append_c (out, '/');
      if (index == 0)
        append_space (out, segment != NULL ? segment : "");
      else if (index <= (is_special ? 2u : 1u))
        append_document (out, segment != NULL ? segment : "");
      else
        g_string_append (out, "{file}");
      is_special |=
          index == 1 && segment != NULL && (strcmp (segment, "_design") == 0 || strcmp (segment, "_local") == 0);
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
