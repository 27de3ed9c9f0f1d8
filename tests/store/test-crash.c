/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "store-fixture.h"

/* A program that is killed while it writes, over and over on the same folder. All that it had said it had saved before
 * must be there. */

#define ROUNDS 50

/* Lines of which the last may be cut; "n" of them are waited for. */
static void
run_and_kill (const char *folder, guint round, guint n, GPtrArray *lines)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "store", "store-writer", NULL);
  g_autofree char *number = g_strdup_printf ("%u", round);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GDataInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  char *line;

  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, folder, number, NULL);
  g_assert_no_error (error);
  stream = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  for (guint i = 0; (line = g_data_input_stream_read_line (stream, NULL, NULL, &error)) != NULL; i++)
    {
      g_ptr_array_add (lines, line);
      if (i == n)
        g_subprocess_force_exit (process);
    }
  g_assert_no_error (error);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_true (g_subprocess_get_if_signaled (process));
}

static void
verify_line (SamspillStore *store, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 4);
  guint n = g_strv_length (words);

  if (n == 4 && g_str_equal (words[0], "saved"))
    {
      g_autofree char *body = store_dup_body (store, words[1], words[2]);

      g_assert_cmpstr (body, ==, words[3]);
    }
  else if (n == 3 && g_str_equal (words[0], "draft"))
    {
      g_autoptr (SamspillWorkingCopy) copy = samspill_store_read_working_copy (store, "mine", words[1], NULL);

      g_assert_nonnull (copy);
      g_assert_cmpmem (g_bytes_get_data (copy->body, NULL), g_bytes_get_size (copy->body), words[2], strlen (words[2]));
    }
  else
    {
      g_autoptr (GFile) file = NULL;

      g_assert_cmpstr (words[0], ==, "file");
      file = samspill_store_get_blob (store, words[1], NULL);
      g_assert_nonnull (file);
    }
}

static void
test_kill (void)
{
  g_autofree char *folder = store_new_folder ();
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261124);

  for (guint round = 0; round < ROUNDS; round++)
    {
      g_autoptr (SamspillStore) store = NULL;

      run_and_kill (folder, round, (guint)g_rand_int_range (rand, 0, 40), lines);
      store = store_open (folder, SAMSPILL_STORE_OPEN_DEFAULT);
      store_assert_clean (store);
      for (guint i = 0; i < lines->len; i++)
        verify_line (store, lines->pdata[i]);
    }
  g_test_message ("%u acknowledged, none missing", lines->len);
  store_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/crash/nothing-acknowledged-is-missing", test_kill);
  return g_test_run ();
}
