/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "samspill-error.h"
#include "samspill-json-text.h"

typedef struct
{
  char *folder;
  char *path;
  GFile *file;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("samspill-read-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "file.json", NULL);
  fixture->file = g_file_new_for_path (fixture->path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_object_unref (fixture->file);
}

static void
test_whole (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (200000, 'x');
  g_autoptr (GBytes) bytes = NULL, none = NULL;

  g_assert_true (g_file_set_contents (fixture->path, text, 200000, NULL));
  bytes = samspill_read_file (fixture->file, 200000, NULL, NULL);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, 200000);
  g_assert_true (g_file_set_contents (fixture->path, "", 0, NULL));
  none = samspill_read_file (fixture->file, 10, NULL, NULL);
  g_assert_cmpuint (g_bytes_get_size (none), ==, 0);
}

/* A file of 200 MB is refused by its size: nothing of it is read (this one has holes only, reading it would be slow).
 */
static void
test_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int fd = g_open (fixture->path, O_CREAT | O_WRONLY, 0600);

  g_assert_cmpint (ftruncate (fd, 200 * 1024 * 1024), ==, 0);
  g_close (fd, NULL);
  g_assert_null (samspill_read_file (fixture->file, SAMSPILL_JSON_MAX_FILE_BYTES, NULL, &error));
  g_assert_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_TOO_LARGE);
  g_assert_nonnull (g_strrstr (error->message, "file.json"));
}

static void
test_endless (void)
{
  g_autoptr (GFile) zero = g_file_new_for_path ("/dev/zero");
  g_autoptr (GError) error = NULL;

  g_assert_null (samspill_read_file (zero, 1000000, NULL, &error));
  g_assert_error (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_TOO_LARGE);
}

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->folder);
  g_autoptr (GError) error = NULL;

  g_assert_null (samspill_read_file (fixture->file, 10, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (samspill_read_file (folder, 10, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
}

typedef struct
{
  GMainLoop *loop;
  GBytes *bytes;
  GError *error;
} Answer;

static void
read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  answer->bytes = samspill_read_file_finish (G_FILE (source), result, &answer->error);
  g_main_loop_quit (answer->loop);
}

static void
test_async (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Answer answer = { loop, NULL, NULL };

  g_assert_true (g_file_set_contents (fixture->path, "{}", 2, NULL));
  samspill_read_file_async (fixture->file, 2, NULL, read_cb, &answer);
  g_main_loop_run (loop);
  g_assert_no_error (answer.error);
  g_assert_cmpuint (g_bytes_get_size (answer.bytes), ==, 2);
  g_clear_pointer (&answer.bytes, g_bytes_unref);
  g_cancellable_cancel (cancellable);
  samspill_read_file_async (fixture->file, 2, cancellable, read_cb, &answer);
  g_main_loop_run (loop);
  g_assert_error (answer.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&answer.error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/base/read-file/whole", Fixture, NULL, set_up, test_whole, tear_down);
  g_test_add ("/base/read-file/large-is-refused-by-size", Fixture, NULL, set_up, test_large, tear_down);
  g_test_add_func ("/base/read-file/endless-is-refused", test_endless);
  g_test_add ("/base/read-file/missing", Fixture, NULL, set_up, test_missing, tear_down);
  g_test_add ("/base/read-file/async", Fixture, NULL, set_up, test_async, tear_down);
  return g_test_run ();
}
