/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "profile-fixture.h"
#include "samspill-profile-private.h"

/* The first bytes of pictures of given sizes. */
static const guint8 png_40_30[] = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x28\0\0\0\x1e\x08\x02\0\0\0";
static const guint8 png_bomb[] = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xc3\x50\0\0\xc3\x50\x08\x02\0\0\0";
static const guint8 gif_40_30[] = "GIF89a\x28\0\x1e\0\0\0\0";
static const guint8 jpeg_40_30[] = "\xff\xd8\xff\xe0\0\x04JF\xff\xff\xc0\0\x11\x08\0\x1e\0\x28\x03\1\1\1\2\1\1\3\1\1";
static const guint8 webp_lossy[] = "RIFF\x30\0\0\0WEBPVP8 \x20\0\0\0\0\0\0\x9d\x01\x2a\x28\0\x1e\0\0\0";
static const guint8 webp_extended[] = "RIFF\x30\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x27\0\0\x1d\0\0\0\0";
static const guint8 webp_lossless[] = "RIFF\x30\0\0\0WEBPVP8L\x20\0\0\0\x2f\x27\x40\x07\0\0\0\0\0\0";

static void
test_sizes (void)
{
  const struct
  {
    const guint8 *data;
    gsize length;
    const char *media_type;
  } pictures[] = {
    { png_40_30, sizeof png_40_30, "image/png" },          { gif_40_30, sizeof gif_40_30, "image/gif" },
    { jpeg_40_30, sizeof jpeg_40_30, "image/jpeg" },       { webp_lossy, sizeof webp_lossy, "image/webp" },
    { webp_extended, sizeof webp_extended, "image/webp" }, { webp_lossless, sizeof webp_lossless, "image/webp" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      SamspillPicture picture = { NULL, 0, 0 };

      g_assert_true (samspill_picture_read (pictures[i].data, pictures[i].length, &picture));
      g_assert_cmpstr (picture.media_type, ==, pictures[i].media_type);
      g_assert_cmpuint (picture.width, ==, 40);
      g_assert_cmpuint (picture.height, ==, 30);

      /* Cut anywhere: an answer or none, never a read behind the end. */
      for (gsize length = 0; length < pictures[i].length; length++)
        {
          g_autofree guint8 *cut = g_memdup2 (pictures[i].data, length);
          samspill_picture_read (cut, length, &picture);
        }
    }
}

static void
test_kept_and_opened (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *need = save_need (fixture->profile, "Hvordan?");
  g_autoptr (GFile) file = fixture_file (fixture, "måling.txt", "43 lekkasjer", -1);
  g_autofree char *id = samspill_profile_add_file (fixture->profile, NULL, need, file, NULL, &error);

  g_assert_no_error (error);
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (fixture->profile, NULL, id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (samspill_record_get_title (loaded->record), ==, "måling.txt");
  g_assert_cmpstr (samspill_record_get_string (loaded->record, "about"), ==, need);
  g_assert_cmpstr (samspill_record_get_string (loaded->record, "media_type"), ==, "text/plain");
  g_assert_cmpint (samspill_record_get_integer (loaded->record, "size", 0), ==, 12);

  g_autoptr (GFile) copy = samspill_profile_open_file (fixture->profile, NULL, id, &error);
  g_assert_no_error (error);
  g_autofree char *content = NULL;
  g_assert_true (g_file_load_contents (copy, NULL, &content, NULL, NULL, NULL));
  g_assert_cmpstr (content, ==, "43 lekkasjer");
  g_autofree char *name = g_file_get_basename (copy);
  g_assert_cmpstr (name, ==, "måling.txt");
  g_file_delete (copy, NULL, NULL);
}

static void
assert_refused (Fixture *fixture, GFile *file)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *need = save_need (fixture->profile, "Hvordan?");
  gint64 seq = samspill_store_get_last_seq (samspill_profile_get_store (fixture->profile));

  g_assert_null (samspill_profile_add_file (fixture->profile, NULL, need, file, NULL, &error));
  g_assert_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID);
  g_assert_cmpint (samspill_store_get_last_seq (samspill_profile_get_store (fixture->profile)), ==, seq);
}

static void
test_picture_bomb_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GFile) bomb = fixture_file (fixture, "bilde.png", (const char *)png_bomb, sizeof png_bomb);

  assert_refused (fixture, bomb);
}

static void
test_damaged_picture_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GFile) cut = fixture_file (fixture, "bilde.png", (const char *)png_40_30, 15);

  assert_refused (fixture, cut);
}

static void
test_folder_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->data);

  assert_refused (fixture, folder);
}

static void
test_large_file_is_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GFile) file = fixture_file (fixture, "film.mp4", "", 0);
  g_autoptr (GFileIOStream) stream = g_file_open_readwrite (file, NULL, NULL);

  g_assert_true (g_seekable_truncate (G_SEEKABLE (stream), 60 * 1024 * 1024, NULL, NULL));
  assert_refused (fixture, file);
}

#define ADD(name, test) g_test_add ("/profile/files/" name, Fixture, NULL, fixture_set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/profile/files/sizes-of-pictures", test_sizes);
  ADD ("kept-and-opened", test_kept_and_opened);
  ADD ("picture-bomb-is-refused", test_picture_bomb_is_refused);
  ADD ("damaged-picture-is-refused", test_damaged_picture_is_refused);
  ADD ("folder-is-refused", test_folder_is_refused);
  ADD ("large-file-is-refused", test_large_file_is_refused);
  return g_test_run ();
}
