/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-lexicon-private.h"

#include "samspill-text-private.h"
#include "samspill-vocabulary.h"

#include <string.h>

#define MAX_VARIANTS 6

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
  const char *nb = g_hash_table_lookup (lexicon.nn_to_nb, word);

  /* No stem of a real word may meet a function word: "demens" is cut to "dem". */
  if (g_hash_table_contains (lexicon.function_words, word))
    return g_strconcat (".", word, NULL);
  if (nb != NULL)
    return dup_deep_stem (nb);
  replaced = replace_roots (word);
  return dup_deep_stem (replaced);
}

/* Reading the lists */

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
  Root *root = g_new0 (Root, 1);

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
ensure_lexicon (void)
{
  static gsize is_read = 0;

  if (!g_once_init_enter (&is_read))
    return;

  lexicon.function_words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  lexicon.common_keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  lexicon.nn_to_nb = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  lexicon.other_form = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  lexicon.roots = g_ptr_array_new ();

  /* Keys need the roots and the pairs, so these come first. */
  samspill_vocabulary_foreach ("search-roots.csv", 2, read_root, NULL);
  g_ptr_array_sort_values (lexicon.roots, compare_roots);
  sort_roots_by_byte ();
  samspill_vocabulary_foreach ("nb-nn-pairs.csv", 3, read_pair, NULL);
  samspill_vocabulary_foreach ("search-common.csv", 2, read_common, NULL);
  g_once_init_leave (&is_read, 1);
}

/* Public */

char *
samspill_lexicon_dup_keys (const char *text)
{
  g_autoptr (GPtrArray) words = samspill_text_words (text, -1);
  GString *joined = g_string_new (NULL);

  ensure_lexicon ();
  for (guint i = 0; i < words->len; i++)
    {
      g_autofree char *key = make_key (g_ptr_array_index (words, i));

      if (i > 0)
        g_string_append_c (joined, ' ');
      g_string_append (joined, key);
    }
  return g_string_free (joined, FALSE);
}

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
