/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A program that is killed during two hundred saves loses nothing that it had shown as saved. The child is this program
 * again: it says "saved N" when the screen would, and is killed at a moment that it does not choose. */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile-fixture.h"

#define SAVES 200

static void
saved_at_cb (SamspillDraft *draft, GParamSpec *pspec, gpointer data)
{
  g_print ("%s\n", samspill_record_get_string (samspill_draft_get_record (draft), "problem"));
  fflush (stdout);
}

static gboolean
is_saved (gpointer data)
{
  return samspill_draft_get_state (data) == SAMSPILL_DRAFT_SAVED;
}

static int
write_until_killed (const char *home, const char *id, int first)
{
  g_autoptr (SamspillProfile) profile = samspill_profile_open (home, NULL);
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (profile, NULL, id, NULL);
  SamspillDraft *draft = samspill_draft_new (profile, loaded);

  g_signal_connect (draft, "notify::saved-at", G_CALLBACK (saved_at_cb), NULL);
  for (int i = first; i < first + SAVES; i++)
    {
      g_autofree char *text = g_strdup_printf ("%d", i);
      samspill_record_set_string (samspill_draft_get_record (draft), "problem", text);
      samspill_draft_flush (draft);
      run_until (is_saved, draft);
    }
  /* Waits for the end without coming to it. */
  for (;;)
    g_main_context_iteration (NULL, TRUE);
  return 1;
}

static int
kill_after (const char *home, const char *id, int first, int lines)
{
  g_autofree char *number = g_strdup_printf ("%d", first);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) child =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/proc/self/exe", "--write", home, id, number, NULL);
  int shown = first - 1;

  g_assert_no_error (error);
  g_autoptr (GDataInputStream) out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  for (int i = 0; i < lines; i++)
    {
      g_autofree char *line = g_data_input_stream_read_line (out, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_nonnull (line);
      shown = atoi (line);
    }
  g_subprocess_force_exit (child);
  g_subprocess_wait (child, NULL, NULL);

  /* What it still said before it died was shown, too. */
  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (out, NULL, NULL, NULL);
      if (line == NULL)
        return shown;
      shown = MAX (shown, atoi (line));
    }
}

static void
test_killed_program_loses_nothing (Fixture *fixture, gconstpointer data)
{
  const int moments[] = { 1, 2, 3, 7, 20, 55, 120, SAVES };
  g_autofree char *id = save_need (fixture->profile, "Hvordan?");

  fixture_close (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    {
      int shown = kill_after (fixture->home, id, (int)i * 1000 + 1, moments[i]);
      fixture_open (fixture);
      g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, NULL, id, NULL);
      int kept = atoi (samspill_record_get_string (loaded->record, "problem"));
      g_assert_cmpint (kept, >=, shown);
      g_assert_cmpint (kept, <=, shown + 1);
      g_autoptr (GPtrArray) faults = samspill_store_check (samspill_profile_get_store (fixture->profile), NULL);
      g_assert_cmpuint (faults->len, ==, 0);
      fixture_close (fixture);
    }
  fixture_open (fixture);
}

int
main (int argc, char **argv)
{
  if (argc == 5 && strcmp (argv[1], "--write") == 0)
    return write_until_killed (argv[2], argv[3], atoi (argv[4]));

  g_test_init (&argc, &argv, NULL);
  g_test_add ("/profile/kill/loses-nothing-that-was-shown", Fixture, NULL, fixture_set_up,
              test_killed_program_loses_nothing, fixture_tear_down);
  return g_test_run ();
}
