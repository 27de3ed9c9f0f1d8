/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-names-private.h"

#include "samspill-lexicon-private.h"
#include "samspill-text-private.h"
#include "samspill-vocabulary.h"

#include <string.h>

#define MAX_NAMES_FOUND 12

static struct
{
  GHashTable *los;            /* id → SamspillLos, owns */
  GHashTable *los_names;      /* keys joined by blanks → GPtrArray of SamspillLos */
  GHashTable *los_synonyms;   /* the same for other labels, which may be far from the concept (boss, vindu) */
  GPtrArray *los_folded;      /* folded names, alternating with their SamspillLos */
  GHashTable *groups;         /* keys joined by blanks → SamspillUserGroup */
  GHashTable *field_synonyms; /* keys joined by blanks → the word, folded */
  GHashTable *longest;        /* first key of a name in any of the tables → most words of such a name */
} tables;

/* Most words begin no name at all; where one does, so many words are tried. */
static void
note_first_key (const char *joined_keys)
{
  g_auto (GStrv) keys = g_strsplit (joined_keys, " ", -1);
  const guint n = g_strv_length (keys);

  if (n > 0 && GPOINTER_TO_UINT (g_hash_table_lookup (tables.longest, keys[0])) < n)
    g_hash_table_insert (tables.longest, g_strdup (keys[0]), GUINT_TO_POINTER (n));
}

static void
add_to_list (GHashTable *table, const char *name, gpointer value)
{
  GPtrArray *list = g_hash_table_lookup (table, name);

  if (list == NULL)
    {
      list = g_ptr_array_new ();
      g_hash_table_insert (table, g_strdup (name), list);
    }
  if (!g_ptr_array_find (list, value, NULL))
    g_ptr_array_add (list, value);
}

static void
add_los_name (GHashTable *names, SamspillLos *los, const char *name)
{
  g_autofree char *keys = samspill_lexicon_dup_keys (name);

  if (keys[0] == '\0')
    return;
  add_to_list (names, keys, los);
  note_first_key (keys);
  g_ptr_array_add (tables.los_folded, samspill_text_fold (name, -1));
  g_ptr_array_add (tables.los_folded, los);
}

static void
read_los (const char *const *cells, gpointer data)
{
  SamspillLos *los = g_new0 (SamspillLos, 1);

  los->id = g_strdup (cells[0]);
  los->is_theme = strcmp (cells[1], "tema") == 0;
  los->name_nb = g_strdup (cells[2]);
  los->name_nn = g_strdup (cells[3]);
  los->name_en = g_strdup (cells[4]);
  los->broader = g_strsplit (cells[5], " ", -1);
  g_hash_table_insert (tables.los, los->id, los);
  add_los_name (tables.los_names, los, los->name_nb);
  add_los_name (tables.los_names, los, los->name_nn);
  add_los_name (tables.los_names, los, los->name_en);
}

static void
read_los_synonym (const char *const *cells, gpointer data)
{
  SamspillLos *los = g_hash_table_lookup (tables.los, cells[0]);

  if (los != NULL)
    add_los_name (strcmp (cells[2], "HiddenLabel") == 0 ? tables.los_synonyms : tables.los_names, los, cells[3]);
}

static void
read_group (const char *const *cells, gpointer data)
{
  g_auto (GStrv) patterns = NULL;
  SamspillUserGroup *group = g_new0 (SamspillUserGroup, 1);

  group->id = g_strdup (cells[0]);
  group->nb = g_strdup (cells[1]);
  group->nn = g_strdup (cells[2]);
  group->en = g_strdup (cells[3]);
  patterns = g_strsplit (cells[4], "|", -1);
  for (guint i = 0; patterns[i] != NULL; i++)
    {
      char *keys = samspill_lexicon_dup_keys (patterns[i]);

      note_first_key (keys);
      g_hash_table_insert (tables.groups, keys, group);
    }
}

static void
read_field_synonym (const char *const *cells, gpointer data)
{
  g_auto (GStrv) patterns = g_strsplit (cells[1], "|", -1);
  const char *word = g_intern_string (cells[0]);

  for (guint i = 0; patterns[i] != NULL; i++)
    {
      char *keys = samspill_lexicon_dup_keys (patterns[i]);

      note_first_key (keys);
      g_hash_table_insert (tables.field_synonyms, keys, (gpointer)word);
    }
}

static void
ensure_names (void)
{
  static gsize is_read = 0;

  if (!g_once_init_enter (&is_read))
    return;

  tables.longest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  tables.los = g_hash_table_new (g_str_hash, g_str_equal);
  tables.los_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  tables.los_synonyms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  tables.los_folded = g_ptr_array_new ();
  tables.groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  tables.field_synonyms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  samspill_vocabulary_foreach ("los.csv", 9, read_los, NULL);
  samspill_vocabulary_foreach ("los-synonyms.csv", 4, read_los_synonym, NULL);
  samspill_vocabulary_foreach ("user-groups.csv", 5, read_group, NULL);
  samspill_vocabulary_foreach ("field-synonyms.csv", 2, read_field_synonym, NULL);
  g_once_init_leave (&is_read, 1);
}

/* Public */

gboolean
samspill_names_is_user_group (const char *key)
{
  ensure_names ();
  return g_hash_table_contains (tables.groups, key);
}

gboolean
samspill_names_is_los_name (const char *key)
{
  ensure_names ();
  return g_hash_table_contains (tables.los_names, key);
}

const SamspillLos *
samspill_los_lookup (const char *id)
{
  ensure_names ();
  return g_hash_table_lookup (tables.los, id);
}

static const char *
choose_label (const char *nb, const char *nn, const char *en)
{
  const char *language = samspill_lexicon_language ();
  const char *label = strcmp (language, "nn") == 0 ? nn : strcmp (language, "nb") == 0 ? nb : en;

  return label[0] != '\0' ? label : nb;
}

const char *
samspill_los_get_label (const SamspillLos *los)
{
  return choose_label (los->name_nb, los->name_nn, los->name_en);
}

const char *
samspill_user_group_get_label (const SamspillUserGroup *group)
{
  return choose_label (group->nb, group->nn, group->en);
}

GPtrArray *
samspill_los_ancestors (const SamspillLos *los)
{
  GPtrArray *all = g_ptr_array_new ();

  g_ptr_array_add (all, (gpointer)los);
  for (guint i = 0; i < all->len; i++)
    {
      const SamspillLos *one = g_ptr_array_index (all, i);

      for (guint j = 0; one->broader[j] != NULL; j++)
        {
          SamspillLos *broader = g_hash_table_lookup (tables.los, one->broader[j]);

          if (broader != NULL && !g_ptr_array_find (all, broader, NULL))
            g_ptr_array_add (all, broader);
        }
    }
  return all;
}

GPtrArray *
samspill_los_find_named (const char *text)
{
  GPtrArray *found = g_ptr_array_new ();
  g_autofree char *keys = NULL;
  const GPtrArray *lists[2];

  ensure_names ();
  keys = samspill_lexicon_dup_keys (text);
  lists[0] = g_hash_table_lookup (tables.los_names, keys);
  lists[1] = g_hash_table_lookup (tables.los_synonyms, keys);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; lists[i] != NULL && j < lists[i]->len; j++)
      if (!g_ptr_array_find (found, g_ptr_array_index (lists[i], j), NULL))
        g_ptr_array_add (found, g_ptr_array_index (lists[i], j));
  return found;
}

GPtrArray *
samspill_los_search (const char *text)
{
  GPtrArray *found = samspill_los_find_named (text);
  g_autofree char *folded = samspill_text_fold (text, -1);

  if (found->len > 0 || g_utf8_strlen (folded, -1) < 3)
    return found;

  for (guint i = 0; i < tables.los_folded->len && found->len < MAX_NAMES_FOUND; i += 2)
    {
      gpointer los = g_ptr_array_index (tables.los_folded, i + 1);

      if (g_str_has_prefix (g_ptr_array_index (tables.los_folded, i), folded) && !g_ptr_array_find (found, los, NULL))
        g_ptr_array_add (found, los);
    }
  return found;
}

/* Longest first at each place, so that "farlig avfall" is found and not "avfall" inside it. */
static GArray *
find_names (const GPtrArray *keys, GHashTable *names, gboolean names_are_lists)
{
  GArray *findings = g_array_new (FALSE, FALSE, sizeof (SamspillFinding));
  g_autoptr (GString) joined = g_string_new (NULL);
  guint first = 0;

  while (first < keys->len)
    {
      const guint longest = GPOINTER_TO_UINT (g_hash_table_lookup (tables.longest, g_ptr_array_index (keys, first)));
      gconstpointer found = NULL;
      guint n_words = 0;

      g_string_truncate (joined, 0);
      for (guint n = 1; n <= longest && first + n <= keys->len; n++)
        {
          gconstpointer value;

          if (n > 1)
            g_string_append_c (joined, ' ');
          g_string_append (joined, g_ptr_array_index (keys, first + n - 1));
          value = g_hash_table_lookup (names, joined->str);
          if (value != NULL)
            {
              found = value;
              n_words = n;
            }
        }
      if (found != NULL && names_are_lists)
        {
          const GPtrArray *list = found;

          for (guint i = 0; i < list->len; i++)
            g_array_append_val (findings, ((SamspillFinding){ g_ptr_array_index (list, i), first, n_words }));
        }
      else if (found != NULL)
        g_array_append_val (findings, ((SamspillFinding){ found, first, n_words }));
      first += MAX (n_words, 1);
    }
  return findings;
}

GArray *
samspill_names_find_los (const GPtrArray *keys)
{
  ensure_names ();
  return find_names (keys, tables.los_names, TRUE);
}

GArray *
samspill_names_find_los_synonyms (const GPtrArray *keys)
{
  ensure_names ();
  return find_names (keys, tables.los_synonyms, TRUE);
}

GArray *
samspill_names_find_field_synonyms (const GPtrArray *keys)
{
  ensure_names ();
  return find_names (keys, tables.field_synonyms, FALSE);
}

GArray *
samspill_names_find_user_groups (const GPtrArray *keys)
{
  ensure_names ();
  return find_names (keys, tables.groups, FALSE);
}
