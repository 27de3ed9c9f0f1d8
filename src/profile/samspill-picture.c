/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How large a picture says that it is, from its first bytes, before any decoder sees it: a file of a few kilobytes can
 * ask for gigabytes of pixels. Four formats that the screen shows; nothing else is treated as a picture. */

#include <string.h>

#include "samspill-profile-private.h"

static guint64
big (const guint8 *data, guint bytes)
{
  guint64 value = 0;

  for (guint i = 0; i < bytes; i++)
    value = value << 8 | data[i];
  return value;
}

static guint64
little (const guint8 *data, guint bytes)
{
  guint64 value = 0;

  for (guint i = bytes; i > 0; i--)
    value = value << 8 | data[i - 1];
  return value;
}

static gboolean
read_png (const guint8 *data, gsize length, SamspillPicture *picture)
{
  if (length < 24 || memcmp (data, "\x89PNG\r\n\x1a\n", 8) != 0 || memcmp (data + 12, "IHDR", 4) != 0)
    return FALSE;
  *picture = (SamspillPicture){ "image/png", big (data + 16, 4), big (data + 20, 4) };
  return TRUE;
}

static gboolean
read_gif (const guint8 *data, gsize length, SamspillPicture *picture)
{
  if (length < 10 || (memcmp (data, "GIF87a", 6) != 0 && memcmp (data, "GIF89a", 6) != 0))
    return FALSE;
  *picture = (SamspillPicture){ "image/gif", little (data + 6, 2), little (data + 8, 2) };
  return TRUE;
}

static gboolean
read_webp (const guint8 *data, gsize length, SamspillPicture *picture)
{
  if (length < 30 || memcmp (data, "RIFF", 4) != 0 || memcmp (data + 8, "WEBP", 4) != 0)
    return FALSE;
  if (memcmp (data + 12, "VP8X", 4) == 0)
    *picture = (SamspillPicture){ "image/webp", little (data + 24, 3) + 1, little (data + 27, 3) + 1 };
  else if (memcmp (data + 12, "VP8L", 4) == 0 && data[20] == 0x2f)
    *picture = (SamspillPicture){ "image/webp", (little (data + 21, 4) & 0x3fff) + 1,
                                  (little (data + 21, 4) >> 14 & 0x3fff) + 1 };
  else if (memcmp (data + 12, "VP8 ", 4) == 0 && memcmp (data + 23, "\x9d\x01\x2a", 3) == 0)
    *picture = (SamspillPicture){ "image/webp", little (data + 26, 2) & 0x3fff, little (data + 28, 2) & 0x3fff };
  else
    return FALSE;
  return TRUE;
}

/* Start of frame: C0 to CF, but for the tables C4 and CC and the reserved C8. */
static gboolean
is_frame (guint8 marker)
{
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static gboolean
read_jpeg (const guint8 *data, gsize length, SamspillPicture *picture)
{
  gsize at = 2;

  if (length < 4 || data[0] != 0xff || data[1] != 0xd8)
    return FALSE;
  while (at + 4 <= length)
    {
      if (data[at] != 0xff)
        return FALSE;
      guint8 marker = data[at + 1];
      if (marker == 0xff) /* filling */
        {
          at++;
          continue;
        }
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7)) /* markers without a segment */
        {
          at += 2;
          continue;
        }
      guint64 segment = big (data + at + 2, 2);
      if (segment < 2)
        return FALSE;
      if (is_frame (marker))
        {
          if (at + 9 > length)
            return FALSE;
          *picture = (SamspillPicture){ "image/jpeg", big (data + at + 7, 2), big (data + at + 5, 2) };
          return TRUE;
        }
      at += 2 + segment;
    }
  return FALSE;
}

gboolean
samspill_picture_read (const guint8 *data, gsize length, SamspillPicture *picture)
{
  return read_png (data, length, picture) || read_jpeg (data, length, picture) || read_gif (data, length, picture) ||
         read_webp (data, length, picture);
}
