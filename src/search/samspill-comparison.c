/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-similar-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* The weights of likeness stand here and nowhere else. */
#define WORD_SATURATION 1.2  /* a word counts w / (w + this) on each side */
#define COMMON_WORD 0.15     /* what a common word counts of its rarity */
#define END_OF_COMPOUND 0.85 /* lekkasje in vannlekkasje */
#define BEGINNING_OF_COMPOUND 0.5
#define MIN_REST_BYTES 3
#define KEYWORD_IN_BOTH 1.5
#define LOS_SAID_BY_BOTH 1.0 /* of the concept's rarity */
#define LOS_NAMED_IN_TEXT 0.5
#define LOS_FIRMLY 160.0 /* in the title, or said twice */
#define USER_GROUP 1.2
#define GROUP_FIRMLY 100 /* in the problem, or said twice elsewhere */
#define FIGURE 0.8
#define TELLING_RARITY 1.8 /* a word that about every sixth document has is not a reason */
#define MENTIONED_BY_BOTH 0.25
#define MIN_REASON_LETTERS 4
#define MIN_UNLISTED_LETTERS 8

static double
saturate (double weight)
{
  return weight / (weight + WORD_SATURATION);
}

static int
compare_words (gconstpointer a, gconstpointer b)
{
  const SamspillSharedWord *one = a, *other = b;

  return one->score < other->score ? 1 : one->score > other->score ? -1 : strcmp (one->key, other->key);
}

/* The end of a compound says what it is, the beginning what it is about; 0 where neither is a part of the other. */
static double
get_part_weight (const SamspillLongWord *one, const SamspillLongWord *other)
{
  const SamspillLongWord *part = one->length < other->length ? one : other;
  const SamspillLongWord *whole = part == one ? other : one;

  if (whole->length < part->length + MIN_REST_BYTES)
    return 0.0;
  if (memcmp (whole->key + whole->length - part->length, part->key, part->length) == 0)
    return END_OF_COMPOUND;
  return memcmp (whole->key, part->key, part->length) == 0 ? BEGINNING_OF_COMPOUND : 0.0;
}

/* The other has a word where it has the word itself, or one that it is a part of, or that is a part of it. */
static void
add_compounds (SamspillSharedWord *shared, const SamspillLongWord *mine, SamspillTraits *other)
{
  double best = 0.0;

  for (guint i = 0; i < other->long_words->len; i++)
    {
      const SamspillLongWord *theirs = &g_array_index (other->long_words, SamspillLongWord, i);
      const double weight = get_part_weight (mine, theirs) * theirs->word->weight;

      if (weight <= 0.0)
        continue;
      shared->other_weight += weight;
      shared->other_keyword = MAX (shared->other_keyword, theirs->word->keyword);
      if (weight > best && shared->other_key != shared->key)
        {
          shared->other_key = theirs->key;
          best = weight;
        }
    }
}

static void
add_shared_word (SamspillComparison *self, const char *key, const SamspillTraitWord *own_word,
                 const SamspillLongWord *long_word, SamspillTraits *other, SamspillRarityFunc rarity, gpointer data)
{
  const SamspillTraitWord *other_word = g_hash_table_lookup (other->words, key);
  SamspillSharedWord shared = { .key = key };

  if (other_word != NULL)
    {
      shared.other_key = key;
      shared.other_weight = other_word->weight;
      shared.other_keyword = other_word->keyword;
    }
  if (long_word != NULL)
    add_compounds (&shared, long_word, other);
  if (shared.other_key == NULL)
    return;

  shared.rarity = rarity (key, data);
  if (other_word == NULL)
    shared.rarity = MAX (shared.rarity, TELLING_RARITY);
  shared.score = shared.rarity * saturate (own_word->weight) * saturate (shared.other_weight);
  if (long_word == NULL && samspill_lexicon_is_common (key))
    shared.score *= COMMON_WORD;
  else if (own_word->keyword != SAMSPILL_KEYWORD_NONE && shared.other_keyword != SAMSPILL_KEYWORD_NONE)
    shared.score *= KEYWORD_IN_BOTH;
  self->score += shared.score;
  g_array_append_val (self->words, shared);
}

static void
add_shared_words (SamspillComparison *self, SamspillTraits *own, SamspillTraits *other, SamspillRarityFunc rarity,
                  gpointer data)
{
  g_autoptr (GHashTable) done = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer key, value;

  for (guint i = 0; i < own->long_words->len; i++)
    {
      const SamspillLongWord *word = &g_array_index (own->long_words, SamspillLongWord, i);

      add_shared_word (self, word->key, word->word, word, other, rarity, data);
      g_hash_table_add (done, (gpointer)word->key);
    }
  g_hash_table_iter_init (&iter, own->words);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!g_hash_table_contains (done, key))
      add_shared_word (self, key, value, NULL, other, rarity, data);
  g_array_sort (self->words, compare_words);
}

static int
compare_los (gconstpointer a, gconstpointer b)
{
  const SamspillLos *one = a, *other = b;

  if (one->is_theme != other->is_theme)
    return one->is_theme ? 1 : -1;
  return strcmp (one->id, other->id);
}

static void
add_shared_los (SamspillComparison *self, SamspillTraits *own, SamspillTraits *other, SamspillLosRarityFunc rarity,
                gpointer data)
{
  GHashTableIter iter;
  gpointer los, value;

  g_hash_table_iter_init (&iter, own->los);
  while (g_hash_table_iter_next (&iter, &los, &value))
    {
      const int mine = GPOINTER_TO_INT (value);
      const int theirs = GPOINTER_TO_INT (g_hash_table_lookup (other->los, los));
      const int least = MIN (mine, theirs);

      /* One of the two must say so itself; two texts that both name a thing have the word in common already. */
      if (least == 0 || MAX (mine, theirs) < SAMSPILL_LOS_SAID)
        continue;
      if (least == SAMSPILL_LOS_SAID)
        self->score += LOS_SAID_BY_BOTH * rarity (los, data);
      else
        self->score += LOS_NAMED_IN_TEXT * MIN (least / LOS_FIRMLY, 1.0) * rarity (los, data);
      if (least >= LOS_FIRMLY)
        g_ptr_array_add (self->los, los);
    }
  g_ptr_array_sort_values (self->los, compare_los);
}

static int
get_firmness (SamspillTraits *own, SamspillTraits *other, gconstpointer group)
{
  return MIN (GPOINTER_TO_INT (g_hash_table_lookup (own->groups, group)),
              GPOINTER_TO_INT (g_hash_table_lookup (other->groups, group)));
}

/* The group that both speak of most comes first; what one of them only mentions is no reason. */
static void
add_shared_groups (SamspillComparison *self, SamspillTraits *own, SamspillTraits *other)
{
  GHashTableIter iter;
  gpointer group;
  int firmest = GROUP_FIRMLY - 1;
  guint n_shared = 0;

  g_hash_table_iter_init (&iter, own->groups);
  while (g_hash_table_iter_next (&iter, &group, NULL))
    {
      const int firmness = get_firmness (own, other, group);

      if (firmness == 0)
        continue;
      n_shared++;
      if (firmness > firmest || (firmness == firmest && self->groups->len > 0 &&
                                 strcmp (((SamspillUserGroup *)group)->id,
                                         ((SamspillUserGroup *)g_ptr_array_index (self->groups, 0))->id) < 0))
        {
          g_ptr_array_insert (self->groups, 0, group);
          firmest = firmness;
        }
    }
  if (n_shared > 0)
    self->score += USER_GROUP * (1.0 + log (n_shared));
}

static gboolean
is_telling (const SamspillSharedWord *word, SamspillTraits *own, SamspillTraits *other)
{
  const SamspillTraitWord *mine = g_hash_table_lookup (own->words, word->key);
  const SamspillTraitWord *theirs = g_hash_table_lookup (other->words, word->other_key);

  return word->rarity >= TELLING_RARITY && g_utf8_strlen (word->key, -1) >= MIN_REASON_LETTERS &&
         !samspill_lexicon_is_common (word->key) && !(mine->is_name && theirs->is_name);
}

/* Reasons */

/* "Both concern self-driving" is no sentence. */
static gboolean
looks_like_adjective (const char *surface)
{
  static const char *const endings[] = { "ende", "ande", "frie", "fri",  "lig", "lige",
                                         "leg",  "lege", "isk",  "iske", "ære" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (surface, endings[i]))
      return TRUE;
  return FALSE;
}

/* Endings that only nouns have, with and without the article, in both language forms. */
static gboolean
looks_like_noun (const char *surface)
{
  static const char *const endings[] = { "ing",   "inga",  "ingen",  "inger",  "ingar",  "ingene", "ingane",
                                         "else",  "elsen", "elser",  "sjon",   "sjonen", "asje",   "asjen",
                                         "asjer", "asjar", "asjene", "asjane", "het",    "heten",  "heit",
                                         "heita", "skap",  "skapet", "arm",    "armen",  "armer",  "armar",
                                         "ene",   "ane",   "nad",    "naden",  "dom",    "dommen" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (surface, endings[i]))
      return TRUE;
  return FALSE;
}

/* A thing that one would name to a colleague: chosen as a subject word of either, a name in Los, or a long noun of the
 * titles. */
static gboolean
is_reason (const SamspillSharedWord *word, SamspillTraits *own, SamspillTraits *other)
{
  const SamspillTraitWord *mine = g_hash_table_lookup (own->words, word->key);
  SamspillKeyword keyword;

  if (!is_telling (word, own, other) || looks_like_adjective (mine->surface) ||
      samspill_names_is_user_group (word->key) || samspill_names_is_user_group (word->other_key) ||
      samspill_lexicon_is_common (word->other_key))
    return FALSE;
  /* What one of them only mentions is not what both are about. */
  keyword = MAX (mine->keyword, word->other_keyword);
  if ((mine->keyword == SAMSPILL_KEYWORD_NONE || word->other_keyword == SAMSPILL_KEYWORD_NONE) &&
      saturate (mine->weight) * saturate (word->other_weight) < MENTIONED_BY_BOTH)
    return FALSE;
  if (keyword == SAMSPILL_KEYWORD_SUBJECT || samspill_names_is_los_name (word->key))
    return TRUE;
  return keyword == SAMSPILL_KEYWORD_TITLE && looks_like_noun (mine->surface) &&
         g_utf8_strlen (mine->surface, -1) >= MIN_UNLISTED_LETTERS;
}

static void
find_figure (SamspillComparison *self, SamspillTraits *own, SamspillTraits *other)
{
  for (guint w = 0; w < self->words->len && self->own_figure == NULL; w++)
    {
      const SamspillSharedWord *word = &g_array_index (self->words, SamspillSharedWord, w);

      if (!is_reason (word, own, other))
        continue;
      for (guint i = 0; i < own->figures->len && self->own_figure == NULL; i++)
        for (guint j = 0; j < other->figures->len && self->own_figure == NULL; j++)
          {
            const SamspillFigure *mine = g_ptr_array_index (own->figures, i);
            const SamspillFigure *theirs = g_ptr_array_index (other->figures, j);

            if (mine->unit == theirs->unit && g_hash_table_contains (mine->keys, word->key) &&
                g_hash_table_contains (theirs->keys, word->other_key))
              {
                self->own_figure = mine;
                self->other_figure = theirs;
                self->figure_word = word;
                self->score += FIGURE;
              }
          }
    }
}

static char *
dup_lower (const char *label)
{
  /* "NAV", "IA-avtale" keep their capitals. */
  const gunichar first = g_utf8_get_char (label);
  const gunichar second = label[0] != '\0' ? g_utf8_get_char (g_utf8_next_char (label)) : 0;
  char lower[8] = { 0 };

  if (!g_unichar_isupper (first) || g_unichar_isupper (second))
    return g_strdup (label);
  g_unichar_to_utf8 (g_unichar_tolower (first), lower);
  return g_strconcat (lower, g_utf8_next_char (label), NULL);
}

static const SamspillSharedWord *
find_reason_word (const SamspillComparison *self, SamspillTraits *own, SamspillTraits *other)
{
  for (guint i = 0; i < self->words->len; i++)
    {
      const SamspillSharedWord *word = &g_array_index (self->words, SamspillSharedWord, i);

      if (is_reason (word, own, other))
        return word;
    }
  return NULL;
}

/* A subject word is in its plain form; else as one's own text has it. Of a word and its compound, what both say. */
static const char *
get_surface (const SamspillSharedWord *word, SamspillTraits *own, SamspillTraits *other)
{
  const SamspillTraitWord *mine = g_hash_table_lookup (own->words, word->key);
  const SamspillTraitWord *theirs = g_hash_table_lookup (other->words, word->other_key);

  if (strcmp (word->key, word->other_key) != 0)
    return strlen (word->key) < strlen (word->other_key) ? mine->surface : theirs->surface;
  return theirs->keyword == SAMSPILL_KEYWORD_SUBJECT && mine->keyword != SAMSPILL_KEYWORD_SUBJECT &&
                 strcmp (own->lang, other->lang) == 0
             ? theirs->surface
             : mine->surface;
}

/* The thing, the people, or both. */
static char *
dup_concern_reason (const SamspillComparison *self, SamspillTraits *own, SamspillTraits *other)
{
  const SamspillSharedWord *word = find_reason_word (self, own, other);
  const char *thing = word != NULL ? get_surface (word, own, other) : NULL;
  const char *people =
      self->groups->len > 0 ? samspill_user_group_get_label (g_ptr_array_index (self->groups, 0)) : NULL;

  if (thing != NULL && people != NULL && strstr (people, thing) == NULL)
    /* TRANSLATORS: why two needs are alike: "Both concern night watch and residents of nursing homes" */
    return g_strdup_printf (_ ("Both concern %s and %s"), thing, people);
  if (thing == NULL && people == NULL)
    return NULL;
  /* TRANSLATORS: why two needs are alike; %s is a word that both have, or a group of people */
  return g_strdup_printf (_ ("Both concern %s"), people != NULL ? people : thing);
}

static char *
dup_figure_reason (const SamspillComparison *self, SamspillTraits *own, SamspillTraits *other)
{
  if (self->own_figure == NULL)
    return NULL;
  /* TRANSLATORS: why two needs are alike: "Figures for water leaks: 38 % here, 30 % there" */
  return g_strdup_printf (_ ("Figures for %s: %s here, %s there"), get_surface (self->figure_word, own, other),
                          self->own_figure->text, self->other_figure->text);
}

static char *
dup_los_reason (const SamspillComparison *self)
{
  g_autofree char *label = NULL;

  if (self->los->len == 0)
    return NULL;
  label = dup_lower (samspill_los_get_label (g_ptr_array_index (self->los, 0)));
  /* TRANSLATORS: why two needs are alike; %s is a theme, "water and sewage" */
  return g_strdup_printf (_ ("Same theme: %s"), label);
}

SamspillComparison *
samspill_comparison_new (SamspillTraits *own, SamspillTraits *other, SamspillRarityFunc rarity,
                         SamspillLosRarityFunc los_rarity, gpointer data)
{
  SamspillComparison *self = g_new0 (SamspillComparison, 1);

  self->words = g_array_new (FALSE, FALSE, sizeof (SamspillSharedWord));
  self->los = g_ptr_array_new ();
  self->groups = g_ptr_array_new ();
  add_shared_words (self, own, other, rarity, data);
  add_shared_los (self, own, other, los_rarity, data);
  add_shared_groups (self, own, other);
  find_figure (self, own, other);
  return self;
}

void
samspill_comparison_free (SamspillComparison *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->words);
  g_ptr_array_unref (self->los);
  g_ptr_array_unref (self->groups);
  g_free (self);
}

/* The most telling first, at most two: a thing or a group of people, a figure, a theme. */
char *
samspill_comparison_dup_reason (const SamspillComparison *self, SamspillTraits *own, SamspillTraits *other)
{
  char *const reasons[] = { dup_concern_reason (self, own, other), dup_figure_reason (self, own, other),
                            dup_los_reason (self) };
  GString *reason = g_string_new (NULL);
  guint n_said = 0;

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      if (reasons[i] != NULL && n_said < 2)
        {
          if (n_said > 0)
            g_string_append (reason, " · ");
          g_string_append (reason, reasons[i]);
          n_said++;
        }
      g_free (reasons[i]);
    }
  if (n_said == 0)
    return g_string_free (reason, TRUE), NULL;
  return g_string_free (reason, FALSE);
}
