/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-package.h"

#include <string.h>
#include <zlib.h>

/* Signatures and fields: PKWARE, "APPNOTE.TXT", sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (end). */
#define LOCAL_HEADER 0x04034b50u
#define DIRECTORY_HEADER 0x02014b50u
#define END_OF_DIRECTORY 0x06054b50u
#define VERSION 20
#define DOS_DATE_1980 0x0021 /* the same record gives the same bytes */

struct _SamspillPackage
{
  GByteArray *data;
  GByteArray *directory;
  guint16 count;
};

static void
append_16 (GByteArray *array, guint16 value)
{
  guint16 little = GUINT16_TO_LE (value);

  g_byte_array_append (array, (const guint8 *)&little, sizeof little);
}

static void
append_32 (GByteArray *array, guint32 value)
{
  guint32 little = GUINT32_TO_LE (value);

  g_byte_array_append (array, (const guint8 *)&little, sizeof little);
}

/* What local header and directory have in common: version to the length of the extra field. */
static void
append_common (GByteArray *array, const char *path, guint32 checksum, guint32 length)
{
  append_16 (array, VERSION);
  append_16 (array, 0); /* flags */
  append_16 (array, 0); /* stored */
  append_16 (array, 0); /* time */
  append_16 (array, DOS_DATE_1980);
  append_32 (array, checksum);
  append_32 (array, length);
  append_32 (array, length);
  append_16 (array, (guint16)strlen (path));
  append_16 (array, 0); /* extra field */
}

SamspillPackage *
samspill_package_new (void)
{
  SamspillPackage *self = g_new0 (SamspillPackage, 1);

  self->data = g_byte_array_new ();
  self->directory = g_byte_array_new ();
  return self;
}

void
samspill_package_add (SamspillPackage *self, const char *path, GBytes *bytes)
{
  gsize length;
  const guint8 *content = g_bytes_get_data (bytes, &length);
  guint32 checksum = (guint32)crc32 (0, content, (uInt)length);
  guint32 offset = self->data->len;

  append_32 (self->data, LOCAL_HEADER);
  append_common (self->data, path, checksum, (guint32)length);
  g_byte_array_append (self->data, (const guint8 *)path, (guint)strlen (path));
  g_byte_array_append (self->data, content, (guint)length);

  append_32 (self->directory, DIRECTORY_HEADER);
  append_16 (self->directory, VERSION); /* made by */
  append_common (self->directory, path, checksum, (guint32)length);
  append_16 (self->directory, 0); /* comment */
  append_16 (self->directory, 0); /* disk */
  append_16 (self->directory, 0); /* internal attributes */
  append_32 (self->directory, 0); /* external attributes */
  append_32 (self->directory, offset);
  g_byte_array_append (self->directory, (const guint8 *)path, (guint)strlen (path));
  self->count++;
  g_bytes_unref (bytes);
}

GBytes *
samspill_package_finish (SamspillPackage *self)
{
  guint32 offset = self->data->len;
  GBytes *bytes;

  g_byte_array_append (self->data, self->directory->data, self->directory->len);
  append_32 (self->data, END_OF_DIRECTORY);
  append_16 (self->data, 0); /* disk */
  append_16 (self->data, 0); /* disk of the directory */
  append_16 (self->data, self->count);
  append_16 (self->data, self->count);
  append_32 (self->data, self->directory->len);
  append_32 (self->data, offset);
  append_16 (self->data, 0); /* comment */
  bytes = g_byte_array_free_to_bytes (self->data);
  g_byte_array_unref (self->directory);
  g_free (self);
  return bytes;
}
