/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-put FOLDER FILE: puts each line of a file as a new document of its own, durable before the next one begins. The
 * first fifth warms. Prints seconds by the clock, seconds of CPU, documents. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "samspill-json-text.h"
#include "samspill-wire.h"

static double
seconds (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
put (SamspillStore *store, const char *line)
{
  g_auto (SamspillWireDocument) document = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *rev = NULL;

  if (!samspill_wire_document_read (&document, line, strlen (line), &error))
    g_error ("%s", error->message);
  rev = samspill_store_put (store, "mine", document.id, NULL, document.body, NULL, &error);
  if (rev == NULL)
    g_error ("%s", error->message);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillStore) store = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint n, first;
  double clock, cpu;

  if (argc != 3)
    return 2;
  if (!g_file_get_contents (argv[2], &text, NULL, &error))
    g_error ("%s", error->message);
  lines = g_strsplit (g_strchomp (text), "\n", -1);
  n = g_strv_length (lines);
  first = n / 5;
  store = samspill_store_open (argv[1], SAMSPILL_STORE_OPEN_DEFAULT, &error);
  if (store == NULL || !samspill_store_ensure_space (store, "mine", &error))
    g_error ("%s", error->message);
  for (guint i = 0; i < first; i++)
    put (store, lines[i]);
  clock = seconds (CLOCK_MONOTONIC);
  cpu = seconds (CLOCK_PROCESS_CPUTIME_ID);
  for (guint i = first; i < n; i++)
    put (store, lines[i]);
  printf ("%.6f %.6f %u\n", seconds (CLOCK_MONOTONIC) - clock, seconds (CLOCK_PROCESS_CPUTIME_ID) - cpu, n - first);
  return 0;
}
