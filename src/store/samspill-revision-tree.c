/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-revision-tree.h"

#include <string.h>

#include "samspill-json-text.h"

/* The stored form: a byte with the version, the count, then for each revision a byte of flags, the number (roots only:
 * any other's is its parent's and one), the digest, how many places back the parent stands, the body, and the time
 * since the revision before. Numbers as LEB128. */
enum
{
  TREE_VERSION = 1,
  FLAG_DELETED = 1 << 0,
  FLAG_BODY = 1 << 1,
  FLAG_ROOT = 1 << 2,
  FLAG_TIME = 1 << 3,
  FLAGS_KNOWN = FLAG_DELETED | FLAG_BODY | FLAG_ROOT | FLAG_TIME,
};

struct _SamspillRevisionTree
{
  GArray *revisions; /* SamspillTreeRevision, sorted */
  guint n_changes;   /* since it was made: revisions added and parents filled in */
};

typedef struct
{
  const guint8 *at;
  const guint8 *end;
  gboolean failed;
} Reader;

static guint8
read_byte (Reader *reader)
{
  if (reader->at >= reader->end)
    {
      reader->failed = TRUE;
      return 0;
    }
  return *reader->at++;
}

static guint64
read_number (Reader *reader)
{
  guint64 value = 0;

  for (guint shift = 0; shift < 64; shift += 7)
    {
      guint8 byte = read_byte (reader);

      value |= (guint64)(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0)
        return value;
    }
  reader->failed = TRUE;
  return 0;
}

static void
append_number (GByteArray *bytes, guint64 value)
{
  guint8 buffer[10];
  guint length = 0;

  do
    {
      buffer[length] = value & 0x7f;
      value >>= 7;
      if (value != 0)
        buffer[length] |= 0x80;
      length++;
    }
  while (value != 0);
  g_byte_array_append (bytes, buffer, length);
}

/* Signed numbers near zero stay short. */
static guint64
zigzag (gint64 value)
{
  return ((guint64)value << 1) ^ (value < 0 ? G_MAXUINT64 : 0);
}

static gint64
unzigzag (guint64 value)
{
  return (gint64)((value >> 1) ^ ((value & 1) != 0 ? G_MAXUINT64 : 0));
}

static int
compare (guint64 number_a, const guint8 *digest_a, guint64 number_b, const guint8 *digest_b)
{
  if (number_a != number_b)
    return number_a < number_b ? -1 : 1;
  return memcmp (digest_a, digest_b, SAMSPILL_REVISION_DIGEST_BYTES);
}

/* The first place whose revision is not smaller. */
static guint
lower_bound (const SamspillRevisionTree *self, guint64 number, const guint8 *digest)
{
  guint low = 0, high = self->revisions->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const SamspillTreeRevision *revision = samspill_revision_tree_get (self, middle);

      if (compare (revision->number, revision->digest, number, digest) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

SamspillRevisionTree *
samspill_revision_tree_new (void)
{
  SamspillRevisionTree *self = g_new0 (SamspillRevisionTree, 1);

  self->revisions = g_array_new (FALSE, TRUE, sizeof (SamspillTreeRevision));
  return self;
}

void
samspill_revision_tree_free (SamspillRevisionTree *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->revisions);
  g_free (self);
}

static gboolean
read_revision (Reader *reader, SamspillRevisionTree *self, gint64 *previous_us)
{
  SamspillTreeRevision revision = { .parent = SAMSPILL_REVISION_NONE };
  guint place = self->revisions->len;
  guint8 flags = read_byte (reader);

  revision.deleted = (flags & FLAG_DELETED) != 0;
  if ((flags & FLAG_ROOT) != 0)
    {
      revision.number = read_number (reader);
    }
  else
    {
      guint64 back = read_number (reader);

      if (back == 0 || back > place)
        return FALSE;
      revision.parent = (int)(place - back);
      revision.number = samspill_revision_tree_get (self, revision.parent)->number + 1;
    }
  if (reader->failed || (flags & ~FLAGS_KNOWN) != 0 || revision.number == 0 ||
      revision.number > SAMSPILL_REVISION_NUMBER_MAX ||
      (gsize)(reader->end - reader->at) < SAMSPILL_REVISION_DIGEST_BYTES)
    return FALSE;
  memcpy (revision.digest, reader->at, SAMSPILL_REVISION_DIGEST_BYTES);
  reader->at += SAMSPILL_REVISION_DIGEST_BYTES;
  if ((flags & FLAG_BODY) != 0)
    revision.body = (gint64)read_number (reader);
  if ((flags & FLAG_TIME) != 0)
    *previous_us = revision.at_us = (gint64)((guint64)*previous_us + (guint64)unzigzag (read_number (reader)));
  if (reader->failed || revision.body < 0)
    return FALSE;
  if (place > 0)
    {
      const SamspillTreeRevision *before = samspill_revision_tree_get (self, (int)place - 1);

      if (compare (before->number, before->digest, revision.number, revision.digest) >= 0)
        return FALSE;
    }
  g_array_append_val (self->revisions, revision);
  return TRUE;
}

SamspillRevisionTree *
samspill_revision_tree_decode (const guint8 *data, gsize length)
{
  g_autoptr (SamspillRevisionTree) self = samspill_revision_tree_new ();
  Reader reader = { data, data + length, FALSE };
  gint64 previous_us = 0;
  guint64 count;

  if (data == NULL || read_byte (&reader) != TREE_VERSION)
    return NULL;
  count = read_number (&reader);
  for (guint64 i = 0; i < count; i++)
    if (!read_revision (&reader, self, &previous_us))
      return NULL;
  if (reader.failed || reader.at != reader.end)
    return NULL;
  return g_steal_pointer (&self);
}

GBytes *
samspill_revision_tree_encode (const SamspillRevisionTree *self)
{
  GByteArray *bytes = g_byte_array_sized_new (8 + self->revisions->len * 32);
  const guint8 version = TREE_VERSION;
  gint64 previous_us = 0;

  g_byte_array_append (bytes, &version, 1);
  append_number (bytes, self->revisions->len);
  for (guint i = 0; i < self->revisions->len; i++)
    {
      const SamspillTreeRevision *revision = samspill_revision_tree_get (self, (int)i);
      guint8 flags = 0;

      if (revision->deleted)
        flags |= FLAG_DELETED;
      if (revision->body != 0)
        flags |= FLAG_BODY;
      if (revision->parent == SAMSPILL_REVISION_NONE)
        flags |= FLAG_ROOT;
      if (revision->at_us != 0)
        flags |= FLAG_TIME;
      g_byte_array_append (bytes, &flags, 1);
      append_number (bytes, (flags & FLAG_ROOT) != 0 ? revision->number : i - (guint)revision->parent);
      g_byte_array_append (bytes, revision->digest, SAMSPILL_REVISION_DIGEST_BYTES);
      if (revision->body != 0)
        append_number (bytes, (guint64)revision->body);
      if (revision->at_us != 0)
        {
          append_number (bytes, zigzag ((gint64)((guint64)revision->at_us - (guint64)previous_us)));
          previous_us = revision->at_us;
        }
    }
  return g_byte_array_free_to_bytes (bytes);
}

guint
samspill_revision_tree_get_length (const SamspillRevisionTree *self)
{
  return self->revisions->len;
}

SamspillTreeRevision *
samspill_revision_tree_get (const SamspillRevisionTree *self, int index)
{
  return &g_array_index (self->revisions, SamspillTreeRevision, index);
}

int
samspill_revision_tree_find (const SamspillRevisionTree *self, guint64 number, const guint8 *digest)
{
  guint place = lower_bound (self, number, digest);

  if (place < self->revisions->len)
    {
      const SamspillTreeRevision *revision = samspill_revision_tree_get (self, (int)place);

      if (compare (revision->number, revision->digest, number, digest) == 0)
        return (int)place;
    }
  return SAMSPILL_REVISION_NONE;
}

int
samspill_revision_tree_find_text (const SamspillRevisionTree *self, const char *revision)
{
  guint8 digest[SAMSPILL_REVISION_DIGEST_BYTES];
  guint64 number;

  if (!samspill_revision_parse (revision, &number, digest))
    return SAMSPILL_REVISION_NONE;
  return samspill_revision_tree_find (self, number, digest);
}

gboolean
samspill_revision_tree_is_leaf (const SamspillRevisionTree *self, int index)
{
  guint64 number = samspill_revision_tree_get (self, index)->number;

  for (guint i = (guint)index + 1; i < self->revisions->len; i++)
    {
      const SamspillTreeRevision *revision = samspill_revision_tree_get (self, (int)i);

      if (revision->parent == index)
        return FALSE;
      if (revision->number > number + 1)
        break;
    }
  return TRUE;
}

/* Which places have children, as an array of bytes. */
static guint8 *
mark_parents (const SamspillRevisionTree *self)
{
  guint8 *has_child = g_malloc0 (MAX (self->revisions->len, 1));

  for (guint i = 0; i < self->revisions->len; i++)
    {
      int parent = samspill_revision_tree_get (self, (int)i)->parent;

      if (parent != SAMSPILL_REVISION_NONE)
        has_child[parent] = TRUE;
    }
  return has_child;
}

int
samspill_revision_tree_get_winner (const SamspillRevisionTree *self)
{
  g_autofree guint8 *has_child = NULL;
  int deleted_winner = SAMSPILL_REVISION_NONE;

  if (self->revisions->len == 1)
    return 0;
  /* In the order of the tree the last of its kind is the longest and highest. */
  has_child = mark_parents (self);
  for (int i = (int)self->revisions->len - 1; i >= 0; i--)
    {
      if (has_child[i])
        continue;
      if (!samspill_revision_tree_get (self, i)->deleted)
        return i;
      if (deleted_winner == SAMSPILL_REVISION_NONE)
        deleted_winner = i;
    }
  return deleted_winner;
}

guint
samspill_revision_tree_count_living_leaves (const SamspillRevisionTree *self)
{
  g_autofree guint8 *has_child = mark_parents (self);
  guint count = 0;

  for (guint i = 0; i < self->revisions->len; i++)
    if (!has_child[i] && !samspill_revision_tree_get (self, (int)i)->deleted)
      count++;
  return count;
}

int
samspill_revision_tree_add (SamspillRevisionTree *self, guint64 number, const guint8 *digest, int parent)
{
  SamspillTreeRevision revision = { .number = number, .parent = parent };
  int place = samspill_revision_tree_find (self, number, digest);

  if (place != SAMSPILL_REVISION_NONE)
    {
      SamspillTreeRevision *known = samspill_revision_tree_get (self, place);

      if (known->parent == SAMSPILL_REVISION_NONE && parent != SAMSPILL_REVISION_NONE)
        {
          known->parent = parent;
          self->n_changes++;
        }
      return place;
    }

  memcpy (revision.digest, digest, SAMSPILL_REVISION_DIGEST_BYTES);
  place = (int)lower_bound (self, number, digest);
  g_array_insert_val (self->revisions, (guint)place, revision);
  self->n_changes++;
  for (guint i = (guint)place + 1; i < self->revisions->len; i++)
    {
      SamspillTreeRevision *moved = samspill_revision_tree_get (self, (int)i);

      if (moved->parent >= place)
        moved->parent++;
    }
  return place;
}

static gboolean
is_path (const char *const *revisions, guint64 *first)
{
  guint8 digest[SAMSPILL_REVISION_DIGEST_BYTES];
  guint64 number, expected;

  if (revisions == NULL || revisions[0] == NULL || !samspill_revision_parse (revisions[0], &expected, digest))
    return FALSE;
  *first = expected;
  for (guint i = 0; revisions[i] != NULL; i++, expected--)
    if (!samspill_revision_parse (revisions[i], &number, digest) || number != expected)
      return FALSE;
  return TRUE;
}

int
samspill_revision_tree_merge (SamspillRevisionTree *self, const char *const *revisions, gboolean *is_new,
                              gboolean *is_changed)
{
  int place = SAMSPILL_REVISION_NONE;
  guint before = self->n_changes;
  guint64 first;

  if (!is_path (revisions, &first))
    return SAMSPILL_REVISION_NONE;
  *is_new = samspill_revision_tree_find_text (self, revisions[0]) == SAMSPILL_REVISION_NONE;
  for (guint i = g_strv_length ((char **)revisions); i > 0; i--)
    {
      guint8 digest[SAMSPILL_REVISION_DIGEST_BYTES];
      guint64 number;

      samspill_revision_parse (revisions[i - 1], &number, digest);
      place = samspill_revision_tree_add (self, number, digest, place);
    }
  *is_changed = self->n_changes != before;
  return place;
}

void
samspill_revision_tree_stem (SamspillRevisionTree *self, guint limit, GArray *bodies)
{
  g_autofree guint8 *has_child = NULL, *is_kept = NULL;
  g_autofree int *new_place = NULL;
  guint kept = 0;

  if (self->revisions->len <= limit)
    return;

  has_child = mark_parents (self);
  is_kept = g_malloc0 (self->revisions->len);
  for (guint i = 0; i < self->revisions->len; i++)
    {
      int place = (int)i;

      if (has_child[i])
        continue;
      for (guint depth = 0; depth < limit && place != SAMSPILL_REVISION_NONE; depth++)
        {
          is_kept[place] = TRUE;
          place = samspill_revision_tree_get (self, place)->parent;
        }
    }

  new_place = g_new (int, self->revisions->len);
  for (guint i = 0; i < self->revisions->len; i++)
    {
      SamspillTreeRevision revision = *samspill_revision_tree_get (self, (int)i);

      new_place[i] = is_kept[i] ? (int)kept : SAMSPILL_REVISION_NONE;
      if (!is_kept[i])
        {
          if (revision.body != 0)
            g_array_append_val (bodies, revision.body);
          continue;
        }
      if (revision.parent != SAMSPILL_REVISION_NONE)
        revision.parent = new_place[revision.parent];
      *samspill_revision_tree_get (self, (int)kept++) = revision;
    }
  g_array_set_size (self->revisions, kept);
}

gboolean
samspill_revision_parse (const char *text, guint64 *number, guint8 *digest)
{
  const char *at = text;
  guint64 value = 0;

  if (text == NULL || *text < '1' || *text > '9')
    return FALSE;
  for (; g_ascii_isdigit (*at); at++)
    {
      value = value * 10 + (guint64)g_ascii_digit_value (*at);
      if (value > SAMSPILL_REVISION_NUMBER_MAX)
        return FALSE;
    }
  if (*at++ != '-' || strlen (at) != 2 * SAMSPILL_REVISION_DIGEST_BYTES)
    return FALSE;
  for (guint i = 0; i < SAMSPILL_REVISION_DIGEST_BYTES; i++)
    {
      if (!g_ascii_isxdigit (at[2 * i]) || !g_ascii_isxdigit (at[2 * i + 1]))
        return FALSE;
      digest[i] = (guint8)(g_ascii_xdigit_value (at[2 * i]) << 4 | g_ascii_xdigit_value (at[2 * i + 1]));
    }
  *number = value;
  return TRUE;
}

char *
samspill_revision_format (guint64 number, const guint8 *digest)
{
  char hex[2 * SAMSPILL_REVISION_DIGEST_BYTES + 1];

  for (guint i = 0; i < SAMSPILL_REVISION_DIGEST_BYTES; i++)
    {
      hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
      hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 0xf];
    }
  hex[2 * SAMSPILL_REVISION_DIGEST_BYTES] = '\0';
  return g_strdup_printf ("%" G_GUINT64_FORMAT "-%s", number, hex);
}

char *
samspill_revision_tree_dup_text (const SamspillRevisionTree *self, int index)
{
  const SamspillTreeRevision *revision = samspill_revision_tree_get (self, index);

  return samspill_revision_format (revision->number, revision->digest);
}

static void
add_part (GChecksum *checksum, const char *text)
{
  g_checksum_update (checksum, (const guchar *)text, (gssize)strlen (text) + 1);
}

static gboolean
collect_digest (const char *name, const char *value, gsize value_length, gpointer data)
{
  g_autofree char *digest = samspill_json_dup_string (value, (gssize)value_length, "digest");

  g_ptr_array_add (data, g_strconcat (name, "\n", digest != NULL ? digest : "", NULL));
  return TRUE;
}

char *
samspill_revision_next (const char *parent, gboolean deleted, const char *canonical_body, const char *attachments)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize digest_length = sizeof digest;
  guint64 number = 0;

  if (parent != NULL && (!samspill_revision_parse (parent, &number, digest) || number == SAMSPILL_REVISION_NUMBER_MAX))
    return NULL;
  add_part (checksum, parent != NULL ? parent : "");
  add_part (checksum, deleted ? "1" : "0");
  add_part (checksum, canonical_body != NULL ? canonical_body : "{}");
  if (attachments != NULL)
    {
      g_autoptr (GPtrArray) pairs = g_ptr_array_new_with_free_func (g_free);

      samspill_json_foreach_member (attachments, -1, collect_digest, pairs, NULL);
      g_ptr_array_sort_values (pairs, (GCompareFunc)g_strcmp0);
      for (guint i = 0; i < pairs->len; i++)
        add_part (checksum, g_ptr_array_index (pairs, i));
    }
  g_checksum_get_digest (checksum, digest, &digest_length);
  return samspill_revision_format (number + 1, digest);
}
