/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-lexicon-private.h"

#include "samspill-resource.h"
#include "samspill-search-resources.h"
#include "samspill-text-private.h"
#include "samspill-vocabulary.h"

#include <string.h>

#define MAX_VARIANTS 6
#define MAX_NAMES_FOUND 12

typedef struct
{
  char *nn;
  char *nb;
} Root;

typedef struct
{
  GHashTable *function_words; /* folded words */
  GHashTable *common_keys;
  GHashTable *nn_to_nb;          /* stem → stem, only where they differ */
  GHashTable *other_form;        /* stem → GPtrArray of folded words, both ways */
  GPtrArray *roots;              /* longest first */
  GPtrArray *roots_by_byte[256]; /* by their first byte; NULL: none */
  GHashTable *los;               /* id → SamspillLos, owns */
  GHashTable *los_names;         /* keys joined by blanks → GPtrArray of SamspillLos */
  GHashTable *los_synonyms;      /* the same for other labels, which may be far from the concept (boss, vindu) */
  GPtrArray *los_folded;         /* folded names, alternating with their SamspillLos */
  GHashTable *groups;            /* keys joined by blanks → SamspillUserGroup */
  GHashTable *field_synonyms;    /* keys joined by blanks → the word, folded */
  GHashTable *longest;           /* first key of a name in any of the tables → most words of such a name */
} Lexicon;

static Lexicon lexicon;

/* Keys */

/* The Nynorsk roots of a compound, replaced by their Bokmål ones: "vasslekkasje" → "vannlekkasje". */
static char *
replace_roots (const char *word)
{
  GString *replaced = g_string_sized_new (strlen (word) + 8);

  while (*word != '\0')
    {
      const Root *found = NULL;

      const GPtrArray *roots = lexicon.roots_by_byte[(guchar)*word];

      for (guint i = 0; roots != NULL && i < roots->len && found == NULL; i++)
        {
          const Root *root = g_ptr_array_index (roots, i);

          if (g_str_has_prefix (word, root->nn))
            found = root;
        }
      if (found != NULL)
        {
          g_string_append (replaced, found->nb);
          word += strlen (found->nn);
        }
      else
        g_string_append_c (replaced, *word++);
    }
  return g_string_free (replaced, FALSE);
}

/* Snowball takes one ending. "brukarane" and "brukere" meet only when the -ar or -er before it goes too. */
static char *
dup_deep_stem (const char *word)
{
  g_autofree char *once = g_strdup (samspill_word_stem (word));

  return g_strdup (strlen (once) > 5 ? samspill_word_stem (once) : once);
}

static char *
make_key (const char *word)
{
  g_autofree char *replaced = NULL;
  g_autofree char *stem = NULL;
  const char *nb = g_hash_table_lookup (lexicon.nn_to_nb, word);

  /* No stem of a real word may meet a function word: "demens" is cut to "dem". */
  if (g_hash_table_contains (lexicon.function_words, word))
    return g_strconcat (".", word, NULL);
  if (nb != NULL)
    return dup_deep_stem (nb);
  replaced = replace_roots (word);
  stem = dup_deep_stem (replaced);
  return g_steal_pointer (&stem);
}

static char *
make_joined_keys (const char *text)
{
  g_autoptr (GPtrArray) words = samspill_text_words (text, -1);
  GString *joined = g_string_new (NULL);

  for (guint i = 0; i < words->len; i++)
    {
      g_autofree char *key = make_key (g_ptr_array_index (words, i));

      if (i > 0)
        g_string_append_c (joined, ' ');
      g_string_append (joined, key);
    }
  return g_string_free (joined, FALSE);
}

/* Reading the lists */

/* Most words begin no name at all; where one does, so many words are tried. */
static void
note_first_key (const char *joined_keys)
{
  g_auto (GStrv) keys = g_strsplit (joined_keys, " ", -1);
  const guint n = g_strv_length (keys);

  if (n > 0 && GPOINTER_TO_UINT (g_hash_table_lookup (lexicon.longest, keys[0])) < n)
    g_hash_table_insert (lexicon.longest, g_strdup (keys[0]), GUINT_TO_POINTER (n));
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
add_other_form (const char *stem, const char *other)
{
  GPtrArray *list = g_hash_table_lookup (lexicon.other_form, stem);

  if (list == NULL)
    {
      list = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (lexicon.other_form, g_strdup (stem), list);
    }
  if (!g_ptr_array_find_with_equal_func (list, other, g_str_equal, NULL))
    g_ptr_array_add (list, g_strdup (other));
}

static void
read_pair (const char *const *cells, gpointer data)
{
  g_autofree char *nb = NULL;
  g_autofree char *nn = NULL;
  g_autofree char *nb_stem = NULL;
  g_autofree char *nn_stem = NULL;

  nb = samspill_text_fold (cells[0], -1);
  nn = samspill_text_fold (cells[1], -1);
  if (strcmp (cells[2], "function") == 0)
    {
      g_hash_table_add (lexicon.function_words, g_steal_pointer (&nb));
      g_hash_table_add (lexicon.function_words, g_steal_pointer (&nn));
      return;
    }
  if (strcmp (cells[2], "verb") == 0)
    {
      g_hash_table_add (lexicon.common_keys, make_key (nb));
      g_hash_table_add (lexicon.common_keys, make_key (nn));
    }
  nb_stem = g_strdup (samspill_word_stem (nb));
  nn_stem = g_strdup (samspill_word_stem (nn));
  if (strcmp (nb_stem, nn_stem) != 0)
    {
      add_other_form (nb_stem, nn);
      add_other_form (nn_stem, nb);
      if (!g_hash_table_contains (lexicon.nn_to_nb, nn))
        g_hash_table_insert (lexicon.nn_to_nb, g_steal_pointer (&nn), g_steal_pointer (&nb));
    }
}

static void
read_root (const char *const *cells, gpointer data)
{
  Root *root;

  root = g_new0 (Root, 1);
  root->nn = g_strdup (cells[0]);
  root->nb = g_strdup (cells[1]);
  g_ptr_array_add (lexicon.roots, root);
}

static int
compare_roots (gconstpointer a, gconstpointer b)
{
  const Root *one = a, *other = b;

  return (int)strlen (other->nn) - (int)strlen (one->nn);
}

/* Every letter of every text is asked whether a root begins there. */
static void
sort_roots_by_byte (void)
{
  for (guint i = 0; i < lexicon.roots->len; i++)
    {
      Root *root = g_ptr_array_index (lexicon.roots, i);
      GPtrArray **roots = &lexicon.roots_by_byte[(guchar)root->nn[0]];

      if (*roots == NULL)
        *roots = g_ptr_array_new ();
      g_ptr_array_add (*roots, root);
    }
}

static void
read_common (const char *const *cells, gpointer data)
{
  g_autofree char *folded = samspill_text_fold (cells[0], -1);

  if (strcmp (cells[1], "function") == 0)
    g_hash_table_add (lexicon.function_words, g_strdup (folded));
  g_hash_table_add (lexicon.common_keys, make_key (folded));
}

static void
add_los_name (GHashTable *names, SamspillLos *los, const char *name)
{
  g_autofree char *keys = make_joined_keys (name);

  if (keys[0] == '\0')
    return;
  add_to_list (names, keys, los);
  note_first_key (keys);
  g_ptr_array_add (lexicon.los_folded, samspill_text_fold (name, -1));
  g_ptr_array_add (lexicon.los_folded, los);
}

static void
read_los (const char *const *cells, gpointer data)
{
  SamspillLos *los;

  los = g_new0 (SamspillLos, 1);
  los->id = g_strdup (cells[0]);
  los->is_theme = strcmp (cells[1], "tema") == 0;
  los->name_nb = g_strdup (cells[2]);
  los->name_nn = g_strdup (cells[3]);
  los->name_en = g_strdup (cells[4]);
  los->broader = g_strsplit (cells[5], " ", -1);
  g_hash_table_insert (lexicon.los, los->id, los);
  add_los_name (lexicon.los_names, los, los->name_nb);
  add_los_name (lexicon.los_names, los, los->name_nn);
  add_los_name (lexicon.los_names, los, los->name_en);
}

static void
read_los_synonym (const char *const *cells, gpointer data)
{
  SamspillLos *los = g_hash_table_lookup (lexicon.los, cells[0]);

  if (los != NULL)
    add_los_name (strcmp (cells[2], "HiddenLabel") == 0 ? lexicon.los_synonyms : lexicon.los_names, los, cells[3]);
}

static void
read_group (const char *const *cells, gpointer data)
{
  g_auto (GStrv) patterns = NULL;
  SamspillUserGroup *group;

  group = g_new0 (SamspillUserGroup, 1);
  group->id = g_strdup (cells[0]);
  group->nb = g_strdup (cells[1]);
  group->nn = g_strdup (cells[2]);
  group->en = g_strdup (cells[3]);
  patterns = g_strsplit (cells[4], "|", -1);
  for (guint i = 0; patterns[i] != NULL; i++)
    {
      char *keys = make_joined_keys (patterns[i]);

      note_first_key (keys);
      g_hash_table_insert (lexicon.groups, keys, group);
    }
}

static void
read_field_synonym (const char *const *cells, gpointer data)
{
  g_auto (GStrv) patterns = g_strsplit (cells[1], "|", -1);
  const char *word = g_intern_string (cells[0]);

  for (guint i = 0; patterns[i] != NULL; i++)
    {
      char *keys = make_joined_keys (patterns[i]);

      note_first_key (keys);
      g_hash_table_insert (lexicon.field_synonyms, keys, (gpointer)word);
    }
}

/* Our own lists have no quotes: a line a row, commas between, a header first. */
static void
foreach_word_row (const char *name, guint n_columns, SamspillRowFunc func)
{
  g_autofree char *path = g_strconcat ("/no/samspill/search/", name, NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_auto (GStrv) lines = NULL;

  bytes = samspill_resource_lookup (samspill_search_get_resource (), path);
  if (bytes == NULL)
    g_error ("The program’s word list %s is missing", name);
  lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1);
  for (guint i = 1; lines[i] != NULL; i++)
    {
      g_auto (GStrv) cells = g_strsplit (lines[i], ",", -1);

      if (g_strv_length (cells) >= n_columns)
        func ((const char *const *)cells, NULL);
    }
}

static void
ensure_lexicon (void)
{
  static gsize is_read = 0;

  if (!g_once_init_enter (&is_read))
    return;

  lexicon.longest = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  lexicon.function_words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  lexicon.common_keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  lexicon.nn_to_nb = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  lexicon.other_form = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  lexicon.roots = g_ptr_array_new ();
  lexicon.los = g_hash_table_new (g_str_hash, g_str_equal);
  lexicon.los_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  lexicon.los_synonyms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  lexicon.los_folded = g_ptr_array_new ();
  lexicon.field_synonyms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  lexicon.groups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  /* Keys need the roots and the pairs, so these come first. */
  foreach_word_row ("search-roots.csv", 2, read_root);
  g_ptr_array_sort_values (lexicon.roots, compare_roots);
  sort_roots_by_byte ();
  samspill_vocabulary_foreach ("nb-nn-pairs.csv", 3, read_pair, NULL);
  foreach_word_row ("search-common.csv", 2, read_common);
  samspill_vocabulary_foreach ("los.csv", 9, read_los, NULL);
  samspill_vocabulary_foreach ("los-synonyms.csv", 4, read_los_synonym, NULL);
  foreach_word_row ("user-groups.csv", 5, read_group);
  foreach_word_row ("field-synonyms.csv", 2, read_field_synonym);
  g_once_init_leave (&is_read, 1);
}

/* Public */

gboolean
samspill_lexicon_is_function_word (const char *word)
{
  ensure_lexicon ();
  return g_hash_table_contains (lexicon.function_words, word);
}

gboolean
samspill_lexicon_is_common (const char *key)
{
  ensure_lexicon ();
  return key[0] == '.' || g_hash_table_contains (lexicon.common_keys, key);
}

gboolean
samspill_lexicon_is_user_group (const char *key)
{
  ensure_lexicon ();
  return g_hash_table_contains (lexicon.groups, key);
}

gboolean
samspill_lexicon_is_los_name (const char *key)
{
  ensure_lexicon ();
  return g_hash_table_contains (lexicon.los_names, key);
}

char *
samspill_lexicon_dup_key (const char *word)
{
  ensure_lexicon ();
  return make_key (word);
}

/* Compared by stem, kept as words: the tokenizer stems them again. */
static void
add_variant (GPtrArray *variants, const char *own, const char *word)
{
  g_autofree char *stem = g_strdup (samspill_word_stem (word));

  if (variants->len >= MAX_VARIANTS || strcmp (own, stem) == 0)
    return;
  for (guint i = 0; i < variants->len; i++)
    if (strcmp (samspill_word_stem (g_ptr_array_index (variants, i)), stem) == 0)
      return;
  g_ptr_array_add (variants, g_strdup (word));
}

static void
add_root_variants (GPtrArray *variants, const char *own, const char *word)
{
  for (guint i = 0; i < lexicon.roots->len; i++)
    {
      const Root *root = g_ptr_array_index (lexicon.roots, i);

      for (guint way = 0; way < 2; way++)
        {
          const char *from = way == 0 ? root->nn : root->nb;
          const char *to = way == 0 ? root->nb : root->nn;
          const char *place = strstr (word, from);

          if (place != NULL)
            {
              g_autofree char *other =
                  g_strdup_printf ("%.*s%s%s", (int)(place - word), word, to, place + strlen (from));

              add_variant (variants, own, other);
            }
        }
    }
}

GPtrArray *
samspill_lexicon_variants (const char *word)
{
  GPtrArray *variants = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *own = g_strdup (samspill_word_stem (word));
  g_autofree char *replaced = NULL;
  const GPtrArray *pairs;

  ensure_lexicon ();
  pairs = g_hash_table_lookup (lexicon.other_form, own);
  for (guint i = 0; pairs != NULL && i < pairs->len; i++)
    add_variant (variants, own, g_ptr_array_index (pairs, i));
  if (strlen (word) > 4)
    {
      replaced = replace_roots (word);
      add_variant (variants, own, replaced);
      add_root_variants (variants, own, word);
    }
  return variants;
}

const SamspillLos *
samspill_los_lookup (const char *id)
{
  ensure_lexicon ();
  return g_hash_table_lookup (lexicon.los, id);
}

const char *
samspill_lexicon_language (void)
{
  const char *const *names = g_get_language_names ();

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (g_str_has_prefix (names[i], "nn"))
        return "nn";
      if (g_str_has_prefix (names[i], "nb") || g_str_has_prefix (names[i], "no"))
        return "nb";
    }
  return "en";
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
          SamspillLos *broader = g_hash_table_lookup (lexicon.los, one->broader[j]);

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

  ensure_lexicon ();
  keys = make_joined_keys (text);
  lists[0] = g_hash_table_lookup (lexicon.los_names, keys);
  lists[1] = g_hash_table_lookup (lexicon.los_synonyms, keys);
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

  for (guint i = 0; i < lexicon.los_folded->len && found->len < MAX_NAMES_FOUND; i += 2)
    {
      gpointer los = g_ptr_array_index (lexicon.los_folded, i + 1);

      if (g_str_has_prefix (g_ptr_array_index (lexicon.los_folded, i), folded) && !g_ptr_array_find (found, los, NULL))
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
      const guint longest = GPOINTER_TO_UINT (g_hash_table_lookup (lexicon.longest, g_ptr_array_index (keys, first)));
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
samspill_lexicon_find_los (const GPtrArray *keys)
{
  ensure_lexicon ();
  return find_names (keys, lexicon.los_names, TRUE);
}

GArray *
samspill_lexicon_find_los_synonyms (const GPtrArray *keys)
{
  ensure_lexicon ();
  return find_names (keys, lexicon.los_synonyms, TRUE);
}

GArray *
samspill_lexicon_find_field_synonyms (const GPtrArray *keys)
{
  ensure_lexicon ();
  return find_names (keys, lexicon.field_synonyms, FALSE);
}

GArray *
samspill_lexicon_find_user_groups (const GPtrArray *keys)
{
  ensure_lexicon ();
  return find_names (keys, lexicon.groups, FALSE);
}
