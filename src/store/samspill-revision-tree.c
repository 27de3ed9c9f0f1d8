/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-revision-tree.h"

#include <string.h>

/* The stored form: a byte with the version, the count, then for each revision a byte of flags, the number (roots only:
 * any other's is its parent's and one), the digest, how many places back the parent stands, the body, and the time
 * since the revision before. Numbers as LEB128. In version 2 a revision may have a text, with its length before it, in
 * place of the digest; a tree without such is still written as version 1, byte for byte. */
enum
{
  TREE_VERSION_DIGESTS = 1,
  TREE_VERSION_TEXTS = 2,
  FLAG_DELETED = 1 << 0,
  FLAG_BODY = 1 << 1,
  FLAG_ROOT = 1 << 2,
  FLAG_TIME = 1 << 3,
  FLAG_TEXT = 1 << 4,
  FLAGS_KNOWN = FLAG_DELETED | FLAG_BODY | FLAG_ROOT | FLAG_TIME,
};

struct _SamspillRevisionTree
{
  GArray *revisions;   /* SamspillTreeRevision, sorted */
  GStringChunk *texts; /* (nullable): of ids that are no digests */
  guint n_changes;     /* since it was made: revisions added and parents filled in */
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

/* The first place whose revision is not smaller. */
static guint
lower_bound (const SamspillRevisionTree *self, const SamspillRevisionId *id)
{
  guint low = 0, high = self->revisions->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const SamspillTreeRevision *revision = samspill_revision_tree_get (self, middle);

      if (samspill_revision_compare (&revision->id, id) < 0)
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
  g_clear_pointer (&self->texts, g_string_chunk_free);
  g_free (self);
}

static const char *
keep_text (SamspillRevisionTree *self, const char *text, gsize length)
{
  if (self->texts == NULL)
    self->texts = g_string_chunk_new (256);
  return g_string_chunk_insert_len (self->texts, text, (gssize)length);
}

static gboolean
read_text (Reader *reader, SamspillRevisionTree *self, SamspillRevisionId *id)
{
  guint64 length = read_number (reader);
  const char *text = (const char *)reader->at;

  if (reader->failed || length == 0 || length > SAMSPILL_REVISION_TEXT_MAX_BYTES ||
      (gsize)(reader->end - reader->at) < length || memchr (text, '\0', length) != NULL)
    return FALSE;
  id->text = keep_text (self, text, length);
  reader->at += length;
  return TRUE;
}

static gboolean
read_digest (Reader *reader, SamspillRevisionId *id)
{
  if (reader->failed || (gsize)(reader->end - reader->at) < SAMSPILL_REVISION_DIGEST_BYTES)
    return FALSE;
  memcpy (id->digest, reader->at, SAMSPILL_REVISION_DIGEST_BYTES);
  reader->at += SAMSPILL_REVISION_DIGEST_BYTES;
  return TRUE;
}

static gboolean
read_revision (Reader *reader, SamspillRevisionTree *self, guint8 flags_known, gint64 *previous_us)
{
  SamspillTreeRevision revision = { .parent = SAMSPILL_REVISION_NONE };
  guint place = self->revisions->len;
  guint8 flags = read_byte (reader);

  revision.deleted = (flags & FLAG_DELETED) != 0;
  if ((flags & FLAG_ROOT) != 0)
    {
      revision.id.number = read_number (reader);
    }
  else
    {
      guint64 back = read_number (reader);

      if (back == 0 || back > place)
        return FALSE;
      revision.parent = (int)(place - back);
      revision.id.number = samspill_revision_tree_get (self, revision.parent)->id.number + 1;
    }
  if ((flags & ~flags_known) != 0 || revision.id.number == 0 || revision.id.number > SAMSPILL_REVISION_NUMBER_MAX ||
      !((flags & FLAG_TEXT) != 0 ? read_text (reader, self, &revision.id) : read_digest (reader, &revision.id)))
    return FALSE;
  if ((flags & FLAG_BODY) != 0)
    revision.body = (gint64)read_number (reader);
  if ((flags & FLAG_TIME) != 0)
    *previous_us = revision.at_us = (gint64)((guint64)*previous_us + (guint64)unzigzag (read_number (reader)));
  if (reader->failed || revision.body < 0)
    return FALSE;
  if (place > 0 &&
      samspill_revision_compare (&samspill_revision_tree_get (self, (int)place - 1)->id, &revision.id) >= 0)
    return FALSE;
  g_array_append_val (self->revisions, revision);
  return TRUE;
}

SamspillRevisionTree *
samspill_revision_tree_decode (const guint8 *data, gsize length)
{
  g_autoptr (SamspillRevisionTree) self = samspill_revision_tree_new ();
  Reader reader = { data, data + length, FALSE };
  gint64 previous_us = 0;
  guint8 version = 0, flags_known = FLAGS_KNOWN;
  guint64 count;

  if (data != NULL)
    version = read_byte (&reader);
  if (version != TREE_VERSION_DIGESTS && version != TREE_VERSION_TEXTS)
    return NULL;
  if (version == TREE_VERSION_TEXTS)
    flags_known |= FLAG_TEXT;
  count = read_number (&reader);
  for (guint64 i = 0; i < count; i++)
    if (!read_revision (&reader, self, flags_known, &previous_us))
      return NULL;
  if (reader.failed || reader.at != reader.end)
    return NULL;
  return g_steal_pointer (&self);
}

static void
append_revision (GByteArray *bytes, const SamspillTreeRevision *revision, guint place, gint64 *previous_us)
{
  guint8 flags = 0;

  if (revision->deleted)
    flags |= FLAG_DELETED;
  if (revision->body != 0)
    flags |= FLAG_BODY;
  if (revision->parent == SAMSPILL_REVISION_NONE)
    flags |= FLAG_ROOT;
  if (revision->at_us != 0)
    flags |= FLAG_TIME;
  if (revision->id.text != NULL)
    flags |= FLAG_TEXT;
  g_byte_array_append (bytes, &flags, 1);
  append_number (bytes, (flags & FLAG_ROOT) != 0 ? revision->id.number : place - (guint)revision->parent);
  if (revision->id.text != NULL)
    {
      gsize length = strlen (revision->id.text);

      append_number (bytes, length);
      g_byte_array_append (bytes, (const guint8 *)revision->id.text, (guint)length);
    }
  else
    g_byte_array_append (bytes, revision->id.digest, SAMSPILL_REVISION_DIGEST_BYTES);
  if (revision->body != 0)
    append_number (bytes, (guint64)revision->body);
  if (revision->at_us != 0)
    {
      append_number (bytes, zigzag ((gint64)((guint64)revision->at_us - (guint64)*previous_us)));
      *previous_us = revision->at_us;
    }
}

GBytes *
samspill_revision_tree_encode (const SamspillRevisionTree *self)
{
  GByteArray *bytes = g_byte_array_sized_new (8 + self->revisions->len * 32);
  guint8 version = TREE_VERSION_DIGESTS;
  gint64 previous_us = 0;

  for (guint i = 0; i < self->revisions->len && version == TREE_VERSION_DIGESTS; i++)
    if (samspill_revision_tree_get (self, (int)i)->id.text != NULL)
      version = TREE_VERSION_TEXTS;
  g_byte_array_append (bytes, &version, 1);
  append_number (bytes, self->revisions->len);
  for (guint i = 0; i < self->revisions->len; i++)
    append_revision (bytes, samspill_revision_tree_get (self, (int)i), i, &previous_us);
  return g_byte_array_free_to_bytes (bytes);
}

/* The ids of a path; NULL where it is none. */
static SamspillRevisionId *
parse_path (const char *const *revisions, SamspillRevisionId *few, guint n_few, guint *n)
{
  SamspillRevisionId *ids = few;

  *n = revisions != NULL ? g_strv_length ((char **)revisions) : 0;
  if (*n == 0 || *n > SAMSPILL_REVISION_PATH_MAX)
    return NULL;
  if (*n > n_few)
    ids = g_new (SamspillRevisionId, *n);
  for (guint i = 0; i < *n; i++)
    if (!samspill_revision_parse (revisions[i], &ids[i]) || ids[i].number != ids[0].number - i)
      {
        if (ids != few)
          g_free (ids);
        return NULL;
      }
  return ids;
}

GByteArray *
samspill_revision_path_encode (const char *const *revisions, guint limit, gboolean deleted, gint64 body, gint64 at_us,
                               guint64 *number)
{
  SamspillRevisionId few[16];
  guint n, kept;
  SamspillRevisionId *ids = parse_path (revisions, few, G_N_ELEMENTS (few), &n);
  GByteArray *bytes;
  guint8 version = TREE_VERSION_DIGESTS;
  gint64 previous_us = 0;

  if (ids == NULL)
    return NULL;
  kept = MIN (n, limit);
  for (guint i = 0; i < kept; i++)
    if (ids[i].text != NULL)
      version = TREE_VERSION_TEXTS;
  bytes = g_byte_array_sized_new (16 + kept * 32);
  g_byte_array_append (bytes, &version, 1);
  append_number (bytes, kept);
  for (guint i = 0; i < kept; i++)
    {
      SamspillTreeRevision revision = { .id = ids[kept - 1 - i], .parent = (int)i - 1 };

      if (i == kept - 1)
        {
          revision.deleted = deleted;
          revision.body = body;
          revision.at_us = at_us;
        }
      append_revision (bytes, &revision, i, &previous_us);
    }
  *number = ids[0].number;
  if (ids != few)
    g_free (ids);
  return bytes;
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
samspill_revision_tree_find (const SamspillRevisionTree *self, const SamspillRevisionId *id)
{
  guint place = lower_bound (self, id);

  if (place < self->revisions->len &&
      samspill_revision_compare (&samspill_revision_tree_get (self, (int)place)->id, id) == 0)
    return (int)place;
  return SAMSPILL_REVISION_NONE;
}

int
samspill_revision_tree_find_text (const SamspillRevisionTree *self, const char *revision)
{
  SamspillRevisionId id;

  return samspill_revision_parse (revision, &id) ? samspill_revision_tree_find (self, &id) : SAMSPILL_REVISION_NONE;
}

gboolean
samspill_revision_tree_is_leaf (const SamspillRevisionTree *self, int index)
{
  guint64 number = samspill_revision_tree_get (self, index)->id.number;

  for (guint i = (guint)index + 1; i < self->revisions->len; i++)
    {
      const SamspillTreeRevision *revision = samspill_revision_tree_get (self, (int)i);

      if (revision->parent == index)
        return FALSE;
      if (revision->id.number > number + 1)
        break;
    }
  return TRUE;
}

guint8 *
samspill_revision_tree_mark_parents (const SamspillRevisionTree *self)
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
  has_child = samspill_revision_tree_mark_parents (self);
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
  g_autofree guint8 *has_child = samspill_revision_tree_mark_parents (self);
  guint count = 0;

  for (guint i = 0; i < self->revisions->len; i++)
    if (!has_child[i] && !samspill_revision_tree_get (self, (int)i)->deleted)
      count++;
  return count;
}

int
samspill_revision_tree_add (SamspillRevisionTree *self, const SamspillRevisionId *id, int parent)
{
  SamspillTreeRevision revision = { .id = *id, .parent = parent };
  guint place = lower_bound (self, id);
  SamspillTreeRevision *known = place < self->revisions->len ? samspill_revision_tree_get (self, (int)place) : NULL;

  if (known != NULL && samspill_revision_compare (&known->id, id) == 0)
    {
      if (known->parent == SAMSPILL_REVISION_NONE && parent != SAMSPILL_REVISION_NONE)
        {
          known->parent = parent;
          self->n_changes++;
        }
      return (int)place;
    }
  if (id->text != NULL)
    revision.id.text = keep_text (self, id->text, strlen (id->text));
  g_array_insert_val (self->revisions, place, revision);
  self->n_changes++;
  for (guint i = place + 1; i < self->revisions->len; i++)
    {
      SamspillTreeRevision *moved = samspill_revision_tree_get (self, (int)i);

      if (moved->parent >= (int)place)
        moved->parent++;
    }
  return (int)place;
}

/* How much of the path agrees with what is known: after a revision whose parent is known to be another, nothing. */
static guint
count_agreeing (const SamspillRevisionTree *self, const SamspillRevisionId *ids, guint n)
{
  for (guint i = 0; i + 1 < n; i++)
    {
      int place = samspill_revision_tree_find (self, &ids[i]), parent;

      if (place == SAMSPILL_REVISION_NONE)
        continue;
      parent = samspill_revision_tree_get (self, place)->parent;
      if (parent != SAMSPILL_REVISION_NONE &&
          samspill_revision_compare (&samspill_revision_tree_get (self, parent)->id, &ids[i + 1]) != 0)
        return i + 1;
    }
  return n;
}

int
samspill_revision_tree_merge (SamspillRevisionTree *self, const char *const *revisions, gboolean *is_new,
                              gboolean *is_changed)
{
  SamspillRevisionId few[16];
  guint n, before = self->n_changes;
  SamspillRevisionId *ids = parse_path (revisions, few, G_N_ELEMENTS (few), &n);
  int place = SAMSPILL_REVISION_NONE;

  if (ids == NULL)
    return SAMSPILL_REVISION_NONE;
  *is_new = samspill_revision_tree_find (self, &ids[0]) == SAMSPILL_REVISION_NONE;
  for (guint i = count_agreeing (self, ids, n); i > 0; i--)
    place = samspill_revision_tree_add (self, &ids[i - 1], place);
  *is_changed = self->n_changes != before;
  if (ids != few)
    g_free (ids);
  return place;
}

/* Takes out what is not marked. */
static void
keep (SamspillRevisionTree *self, const guint8 *is_kept, GArray *bodies)
{
  g_autofree int *new_place = g_new (int, self->revisions->len);
  guint kept = 0;

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

void
samspill_revision_tree_stem (SamspillRevisionTree *self, guint limit, GArray *bodies)
{
  g_autofree guint8 *has_child = NULL, *is_kept = NULL;

  if (self->revisions->len <= limit)
    return;

  has_child = samspill_revision_tree_mark_parents (self);
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

  keep (self, is_kept, bodies);
}

void
samspill_revision_tree_prune (SamspillRevisionTree *self, int place, GArray *bodies)
{
  g_autofree guint8 *is_kept = g_malloc (self->revisions->len);
  g_autofree guint *n_children = g_new0 (guint, self->revisions->len);

  memset (is_kept, TRUE, self->revisions->len);
  for (guint i = 0; i < self->revisions->len; i++)
    {
      int parent = samspill_revision_tree_get (self, (int)i)->parent;

      if (parent != SAMSPILL_REVISION_NONE)
        n_children[parent]++;
    }
  while (place != SAMSPILL_REVISION_NONE && n_children[place] == 0)
    {
      is_kept[place] = FALSE;
      place = samspill_revision_tree_get (self, place)->parent;
      if (place != SAMSPILL_REVISION_NONE)
        n_children[place]--;
    }
  keep (self, is_kept, bodies);
}

char *
samspill_revision_tree_dup_text (const SamspillRevisionTree *self, int index)
{
  const SamspillTreeRevision *revision = samspill_revision_tree_get (self, index);

  return samspill_revision_format (&revision->id);
}
