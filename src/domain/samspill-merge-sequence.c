/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-merge-private.h"

#include <string.h>

#define MAX_CELLS (4 * 1000 * 1000)

SamspillMergePart *
samspill_merge_part_new (char *key, char *text, char *gap)
{
  SamspillMergePart *self = g_new (SamspillMergePart, 1);

  *self = (SamspillMergePart){ key, text, gap };
  return self;
}

void
samspill_merge_part_free (SamspillMergePart *self)
{
  g_free (self->key);
  g_free (self->text);
  g_free (self->gap);
  g_free (self);
}

/* Matching */

/* Equal strings get equal numbers: compared once here rather than in every cell. */
static guint *
number_keys (GHashTable *numbers, const char *const *keys, guint n)
{
  guint *result = g_new (guint, n + 1);

  for (guint i = 0; i < n; i++)
    {
      gpointer number = g_hash_table_lookup (numbers, keys[i]);

      if (number == NULL)
        {
          number = GUINT_TO_POINTER (g_hash_table_size (numbers) + 1);
          g_hash_table_insert (numbers, (gpointer)keys[i], number);
        }
      result[i] = GPOINTER_TO_UINT (number);
    }
  return result;
}

/* lengths[i][j]: of the longest common subsequence of a[i…] and b[j…]. */
static void
match_middle (const guint *a, guint n_a, const guint *b, guint n_b, int *match, int offset)
{
  gsize width = (gsize)n_b + 1;
  g_autofree guint *lengths = g_new0 (guint, ((gsize)n_a + 1) * width);
  guint i = 0, j = 0;

  for (gssize x = (gssize)n_a - 1; x >= 0; x--)
    for (gssize y = (gssize)n_b - 1; y >= 0; y--)
      {
        gsize here = (gsize)x * width + (gsize)y;

        if (a[x] == b[y])
          lengths[here] = lengths[here + width + 1] + 1;
        else
          lengths[here] = MAX (lengths[here + width], lengths[here + 1]);
      }
  while (i < n_a && j < n_b)
    {
      gsize here = i * width + j;

      if (a[i] == b[j])
        match[i++] = offset + (int)j++;
      else if (lengths[here + width] >= lengths[here + 1])
        i++;
      else
        j++;
    }
}

int *
samspill_merge_match (const char *const *a, guint n_a, const char *const *b, guint n_b, gsize max_cells)
{
  g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree guint *left = number_keys (numbers, a, n_a);
  g_autofree guint *right = number_keys (numbers, b, n_b);
  int *match = g_new (int, n_a + 1);
  guint head = 0, tail = 0;

  for (guint i = 0; i < n_a; i++)
    match[i] = SAMSPILL_MERGE_NO_MATCH;
  while (head < n_a && head < n_b && left[head] == right[head])
    {
      match[head] = (int)head;
      head++;
    }
  while (tail < n_a - head && tail < n_b - head && left[n_a - 1 - tail] == right[n_b - 1 - tail])
    {
      match[n_a - 1 - tail] = (int)(n_b - 1 - tail);
      tail++;
    }
  if ((gsize)(n_a - head - tail) * (n_b - head - tail) <= max_cells)
    match_middle (left + head, n_a - head - tail, right + head, n_b - head - tail, match + head, (int)head);
  return match;
}

/* Edits */

/* base[start…end) has become parts[first…last) of a side. */
typedef struct
{
  guint start, end;
  guint first, last;
  GPtrArray *parts; /* borrowed */
} Edit;

static gboolean
is_insertion (const Edit *edit)
{
  return edit->start == edit->end;
}

static const SamspillMergePart *
edit_part (const Edit *edit, guint index)
{
  return g_ptr_array_index (edit->parts, edit->first + index);
}

static gboolean
is_same_edit (const Edit *a, const Edit *b)
{
  if (a->start != b->start || a->end != b->end || a->last - a->first != b->last - b->first)
    return FALSE;
  for (guint i = 0; i < a->last - a->first; i++)
    if (strcmp (edit_part (a, i)->key, edit_part (b, i)->key) != 0)
      return FALSE;
  return TRUE;
}

/* An insertion beside an edit is in a clear place only where that one has as many parts as before. */
static gboolean
insertion_touches (const Edit *insertion, const Edit *other)
{
  if (insertion->start < other->start || insertion->start > other->end)
    return FALSE;
  if (is_insertion (other))
    return TRUE;
  if (insertion->start > other->start && insertion->start < other->end)
    return TRUE;
  return other->end - other->start != other->last - other->first;
}

static gboolean
touches (const Edit *a, const Edit *b)
{
  if (is_insertion (a))
    return insertion_touches (a, b);
  if (is_insertion (b))
    return insertion_touches (b, a);
  return MAX (a->start, b->start) < MIN (a->end, b->end);
}

static const char **
keys_of (GPtrArray *parts)
{
  const char **keys = g_new (const char *, parts->len + 1);

  for (guint i = 0; i < parts->len; i++)
    keys[i] = ((SamspillMergePart *)g_ptr_array_index (parts, i))->key;
  keys[parts->len] = NULL;
  return keys;
}

static int *
match_parts (GPtrArray *base, GPtrArray *side)
{
  g_autofree const char **base_keys = keys_of (base);
  g_autofree const char **side_keys = keys_of (side);

  return samspill_merge_match (base_keys, base->len, side_keys, side->len, MAX_CELLS);
}

static GArray *
find_edits (GPtrArray *base, GPtrArray *side, const int *match)
{
  GArray *edits = g_array_new (FALSE, FALSE, sizeof (Edit));
  guint i = 0, j = 0;

  while (i < base->len || j < side->len)
    {
      guint end = i, last;
      Edit edit;

      if (i < base->len && match[i] == (int)j)
        {
          i++;
          j++;
          continue;
        }
      while (end < base->len && match[end] == SAMSPILL_MERGE_NO_MATCH)
        end++;
      last = end < base->len ? (guint)match[end] : side->len;
      edit = (Edit){ i, end, j, last, side };
      g_array_append_val (edits, edit);
      i = end;
      j = last;
    }
  return edits;
}

/* Putting together */

static int
compare_edits (gconstpointer a, gconstpointer b)
{
  const Edit *left = a, *right = b;

  if (left->start != right->start)
    return left->start < right->start ? -1 : 1;
  if (left->end != right->end)
    return left->end < right->end ? -1 : 1;
  return 0;
}

static int
compare_parts (gconstpointer a, gconstpointer b)
{
  const SamspillMergePart *left = *(const SamspillMergePart *const *)a, *right = *(const SamspillMergePart *const *)b;
  int order = strcmp (left->key, right->key);

  return order != 0 ? order : strcmp (left->text, right->text);
}

/* FALSE where an edit of the one touches one of the other. Edits that both made stay once. */
static gboolean
join_edits (GArray *mine, GArray *theirs, SamspillMergeSequenceFlags flags)
{
  for (guint i = 0; i < theirs->len; i++)
    {
      const Edit *their = &g_array_index (theirs, Edit, i);
      gboolean is_known = FALSE;

      for (guint j = 0; j < mine->len && !is_known; j++)
        {
          const Edit *my = &g_array_index (mine, Edit, j);
          gboolean is_joined = (flags & SAMSPILL_MERGE_SEQUENCE_JOIN_INSERTIONS) != 0 && is_insertion (my) &&
                               is_insertion (their) && my->start == their->start;

          is_known = is_same_edit (my, their);
          if (!is_known && !is_joined && touches (my, their))
            return FALSE;
        }
      if (is_known)
        g_array_remove_index (theirs, i--);
    }
  g_array_append_vals (mine, theirs->data, theirs->len);
  g_array_sort (mine, compare_edits);
  return TRUE;
}

/* Several insertions at one place, sorted, none twice. */
static guint
add_insertions (GPtrArray *result, GArray *edits, guint index)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  guint place = g_array_index (edits, Edit, index).start, next = index;

  for (; next < edits->len; next++)
    {
      const Edit *edit = &g_array_index (edits, Edit, next);

      if (edit->start != place || !is_insertion (edit))
        break;
      for (guint i = edit->first; i < edit->last; i++)
        g_ptr_array_add (parts, g_ptr_array_index (edit->parts, i));
    }
  if (next - index > 1)
    g_ptr_array_sort (parts, compare_parts);
  for (guint i = 0; i < parts->len; i++)
    {
      const SamspillMergePart *part = g_ptr_array_index (parts, i);

      if (next - index > 1 && i > 0 && strcmp (((SamspillMergePart *)parts->pdata[i - 1])->key, part->key) == 0)
        continue;
      g_ptr_array_add (result, (gpointer)part);
    }
  return next;
}

static GPtrArray *
apply_edits (GPtrArray *base, GArray *edits)
{
  GPtrArray *result = g_ptr_array_new ();
  guint place = 0, index = 0;

  while (index < edits->len)
    {
      const Edit *edit = &g_array_index (edits, Edit, index);

      for (; place < edit->start; place++)
        g_ptr_array_add (result, g_ptr_array_index (base, place));
      if (is_insertion (edit))
        {
          index = add_insertions (result, edits, index);
          continue;
        }
      for (guint i = edit->first; i < edit->last; i++)
        g_ptr_array_add (result, g_ptr_array_index (edit->parts, i));
      place = edit->end;
      index++;
    }
  for (; place < base->len; place++)
    g_ptr_array_add (result, g_ptr_array_index (base, place));
  return result;
}

GPtrArray *
samspill_merge_sequence (GPtrArray *base, GPtrArray *mine, GPtrArray *theirs, SamspillMergeSequenceFlags flags)
{
  g_autofree int *match_mine = match_parts (base, mine);
  g_autofree int *match_theirs = match_parts (base, theirs);
  g_autoptr (GArray) edits = find_edits (base, mine, match_mine);
  g_autoptr (GArray) others = find_edits (base, theirs, match_theirs);

  return join_edits (edits, others, flags) ? apply_edits (base, edits) : NULL;
}

/* Paragraphs */

/* A paragraph ends at a line break; blank lines belong to the gap. */
GPtrArray *
samspill_merge_split_text (const char *text)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_merge_part_free);
  const char *at = text;

  while (*at != '\0')
    {
      const char *gap = at, *end, *next;

      for (next = at; *next == '\n' || *next == '\r' || *next == ' ' || *next == '\t'; next++)
        if (*next == '\n')
          at = next + 1; /* blanks that begin a line belong to it */
      end = strchr (at, '\n');
      end = end != NULL ? end : at + strlen (at);
      if (*next == '\0' && at != gap)
        break;
      g_ptr_array_add (parts,
                       samspill_merge_part_new (g_strndup (at, (gsize)(end - at)), g_strndup (at, (gsize)(end - at)),
                                                g_strndup (gap, (gsize)(at - gap))));
      at = end;
    }
  return parts;
}

char *
samspill_merge_join_text (GPtrArray *parts)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < parts->len; i++)
    {
      const SamspillMergePart *part = g_ptr_array_index (parts, i);
      const SamspillMergePart *next = i + 1 < parts->len ? g_ptr_array_index (parts, i + 1) : NULL;

      /* What was the first paragraph stands after another now: as far from it as the next one from this. */
      if (i > 0 && *part->gap != '\0')
        g_string_append (text, part->gap);
      else if (i > 0)
        g_string_append (text, next != NULL && *next->gap != '\0' ? next->gap : "\n\n");
      g_string_append (text, part->text);
    }
  return g_string_free_and_steal (text);
}
