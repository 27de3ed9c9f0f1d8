/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-traits-private.h"

#include "samspill-municipality.h"
#include "samspill-text-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define TITLE_WEIGHT 8
#define KEYWORD_WEIGHT 6
#define MIN_PART_LETTERS 5
#define OTHER_WAY 0.8 /* of saying a word */
#define SYNONYM 0.4
#define SYNONYM_AT_MOST 120 /* many far labels do not make a theme */
#define MIN_KEY_LETTERS 3
#define MAX_KEYWORD_BYTES 60

static void
trait_word_free (gpointer data)
{
  SamspillTraitWord *word = data;

  g_free (word->surface);
  g_free (word);
}

static void
figure_free (gpointer data)
{
  SamspillFigure *figure = data;

  g_free (figure->text);
  g_hash_table_unref (figure->keys);
  g_free (figure);
}

static void
traits_clear (gpointer data)
{
  SamspillTraits *self = data;

  g_free (self->id);
  g_free (self->rev);
  g_free (self->space);
  g_free (self->type);
  g_free (self->title);
  g_free (self->lang);
  g_free (self->outcome);
  g_free (self->where);
  g_free (self->answered_by);
  g_array_unref (self->long_words);
  g_hash_table_unref (self->words);
  g_hash_table_unref (self->los);
  g_hash_table_unref (self->groups);
  g_ptr_array_unref (self->figures);
}

SamspillTraits *
samspill_traits_ref (SamspillTraits *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
samspill_traits_unref (SamspillTraits *self)
{
  g_atomic_rc_box_release_full (self, traits_clear);
}

/* Reading one text */

typedef struct
{
  SamspillTraits *traits;
  const char *text;
  double weight;
  SamspillKeyword keyword;
  GPtrArray *keys;      /* of all words of this text */
  GHashTable *sentence; /* set of keys of the sentence so far */
  GPtrArray *unclear;   /* those of them that are let go at its end */
  GPtrArray *figures;   /* of the sentence so far */
  gsize last_end;
  char *number; /* the last word, when it is a number that waits for its unit */
} TextReader;

static gboolean
begins_with_capital (const char *text)
{
  return g_unichar_isupper (g_utf8_get_char (text));
}

static SamspillTraitWord *
lookup_or_add_word (SamspillTraits *traits, const char *key)
{
  SamspillTraitWord *word = g_hash_table_lookup (traits->words, key);

  if (word == NULL)
    {
      word = g_new0 (SamspillTraitWord, 1);
      word->is_name = TRUE;
      g_hash_table_insert (traits->words, g_strdup (key), word);
    }
  return word;
}

static void
add_word (TextReader *reader, const char *folded, const char *key, gsize start, gsize end)
{
  SamspillTraitWord *word;

  if (g_utf8_strlen (key, -1) < MIN_KEY_LETTERS || samspill_lexicon_is_function_word (folded) ||
      g_ascii_isdigit (folded[0]))
    return;
  word = lookup_or_add_word (reader->traits, key);
  word->weight += reader->weight;
  if (!begins_with_capital (reader->text + start))
    word->is_name = FALSE;
  /* A form that stands as a keyword is the one to show. */
  if (word->surface == NULL || reader->keyword > word->keyword)
    {
      g_free (word->surface);
      word->surface = g_utf8_strdown (reader->text + start, (gssize)(end - start));
    }
  word->keyword = MAX (word->keyword, reader->keyword);
  g_hash_table_add (reader->sentence, g_strdup (key));
}

/* Figures */

typedef struct
{
  const char *word; /* folded beginning */
  SamspillUnit unit;
  const char *text; /* as it is shown */
} UnitName;

/* clang-format off */
static const UnitName unit_names[] = {
  { "prosent", SAMSPILL_UNIT_PERCENT, "%" },
  { "kroner", SAMSPILL_UNIT_KRONER, "kr" }, { "kr", SAMSPILL_UNIT_KRONER, "kr" },
  { "timer", SAMSPILL_UNIT_HOURS, NULL }, { "timar", SAMSPILL_UNIT_HOURS, NULL },
  { "dager", SAMSPILL_UNIT_DAYS, NULL }, { "dagar", SAMSPILL_UNIT_DAYS, NULL },
  { "minutter", SAMSPILL_UNIT_MINUTES, NULL }, { "minutt", SAMSPILL_UNIT_MINUTES, NULL },
  { "tonn", SAMSPILL_UNIT_TONNES, NULL },
  { "liter", SAMSPILL_UNIT_LITRES, NULL }, { "kubikkmeter", SAMSPILL_UNIT_LITRES, NULL },
};
/* clang-format on */

static void
add_figure (TextReader *reader, SamspillUnit unit, const char *unit_text)
{
  SamspillFigure *figure = g_new0 (SamspillFigure, 1);

  figure->unit = unit;
  figure->text = g_strdup_printf ("%s\u00A0%s", reader->number, unit_text);
  g_ptr_array_add (reader->figures, figure);
  g_clear_pointer (&reader->number, g_free);
}

static const char *
skip_blanks (const char *text)
{
  while (*text == ' ' || g_str_has_prefix (text, "\u00A0"))
    text += *text == ' ' ? 1 : 2;
  return text;
}

static void
read_number (TextReader *reader, const char *folded, gsize start, gsize end)
{
  const char *after = skip_blanks (reader->text + end);

  if (reader->number != NULL)
    for (gsize i = 0; i < G_N_ELEMENTS (unit_names); i++)
      if (strcmp (folded, unit_names[i].word) == 0)
        {
          add_figure (reader, unit_names[i].unit, unit_names[i].text != NULL ? unit_names[i].text : unit_names[i].word);
          return;
        }
  /* "4,2", "1 200": a number may be several words for the tokenizer. */
  if (reader->number != NULL && g_ascii_isdigit (folded[0]))
    {
      char *whole =
          g_strdup_printf ("%s%.*s", reader->number, (int)(end - reader->last_end), reader->text + reader->last_end);

      g_free (reader->number);
      reader->number = whole;
    }
  else
    {
      g_free (reader->number);
      reader->number = g_ascii_isdigit (folded[0]) ? g_strndup (reader->text + start, end - start) : NULL;
    }
  if (reader->number != NULL && *after == '%')
    add_figure (reader, SAMSPILL_UNIT_PERCENT, "%");
}

/* "30 prosent her, mot 10 prosent i Danmark": which one is meant, only a reader can tell. */
static gboolean
is_only_one_of_its_unit (const GPtrArray *figures, const SamspillFigure *figure)
{
  for (guint i = 0; i < figures->len; i++)
    {
      const SamspillFigure *other = g_ptr_array_index (figures, i);

      if (other != figure && other->unit == figure->unit)
        return FALSE;
    }
  return TRUE;
}

static void
end_sentence (TextReader *reader)
{
  for (guint i = 0; i < reader->figures->len; i++)
    {
      SamspillFigure *figure = g_ptr_array_index (reader->figures, i);

      figure->keys = g_hash_table_ref (reader->sentence);
      if (is_only_one_of_its_unit (reader->figures, figure))
        g_ptr_array_add (reader->traits->figures, figure);
      else
        g_ptr_array_add (reader->unclear, figure);
    }
  g_ptr_array_set_size (reader->figures, 0);
  g_ptr_array_set_size (reader->unclear, 0);
  g_clear_pointer (&reader->number, g_free);
  g_hash_table_unref (reader->sentence);
  reader->sentence = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* A full stop, a question mark or a new paragraph between two words. "4.200" and "kl. 10" do no harm: a sentence in two
 * pieces. */
static gboolean
is_sentence_end (const char *text, gsize start, gsize end)
{
  for (gsize i = start; i < end; i++)
    if (strchr (".?!:\n", text[i]) != NULL && (i + 1 >= end || text[i] == '\n' || g_ascii_isspace (text[i + 1])))
      return TRUE;
  return FALSE;
}

static gboolean
read_word (const char *folded, gsize length, gsize start, gsize end, gpointer data)
{
  TextReader *reader = data;
  const gboolean is_first = reader->keys->len == 0 || is_sentence_end (reader->text, reader->last_end, start);
  char *key = samspill_lexicon_dup_key (folded);

  if (is_first && reader->keys->len > 0)
    end_sentence (reader);
  g_ptr_array_add (reader->keys, key);
  read_number (reader, folded, start, end);
  add_word (reader, folded, key, start, end);
  reader->last_end = end;
  return TRUE;
}

static void
add_found_los (TextReader *reader, GArray *findings, double weight, int at_most)
{
  for (guint i = 0; i < findings->len; i++)
    {
      const SamspillFinding *finding = &g_array_index (findings, SamspillFinding, i);
      const char *key = g_ptr_array_index (reader->keys, finding->first);
      const int so_far = GPOINTER_TO_INT (g_hash_table_lookup (reader->traits->los, finding->what));

      /* "hjelp" and "bil" are names in Los too, and say nothing. */
      if (finding->n_words > 1 || (!samspill_lexicon_is_common (key) && g_utf8_strlen (key, -1) > 3))
        g_hash_table_insert (reader->traits->los, (gpointer)finding->what,
                             GINT_TO_POINTER (MAX (so_far, MIN (so_far + (int)(100 * weight), at_most))));
    }
}

/* The word that another way of saying it stands for, as if it stood there. */
static void
add_found_words (TextReader *reader, GArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    {
      const char *folded = g_array_index (findings, SamspillFinding, i).what;
      g_autofree char *key = samspill_lexicon_dup_key (folded);
      SamspillTraitWord *word = lookup_or_add_word (reader->traits, key);

      word->is_name = FALSE;
      word->weight += OTHER_WAY * reader->weight;
      word->keyword = MAX (word->keyword, reader->keyword);
      if (word->surface == NULL)
        word->surface = g_strdup (folded);
    }
}

static void
add_found_names (TextReader *reader)
{
  g_autoptr (GArray) words = samspill_names_find_field_synonyms (reader->keys);
  g_autoptr (GArray) los = samspill_names_find_los (reader->keys);
  g_autoptr (GArray) synonyms = samspill_names_find_los_synonyms (reader->keys);
  g_autoptr (GArray) groups = samspill_names_find_user_groups (reader->keys);

  add_found_words (reader, words);
  add_found_los (reader, los, reader->weight, SAMSPILL_LOS_SAID);
  add_found_los (reader, synonyms, SYNONYM * reader->weight, SYNONYM_AT_MOST);
  for (guint i = 0; i < groups->len; i++)
    {
      gpointer group = (gpointer)g_array_index (groups, SamspillFinding, i).what;
      const int so_far = GPOINTER_TO_INT (g_hash_table_lookup (reader->traits->groups, group));

      g_hash_table_insert (reader->traits->groups, group, GINT_TO_POINTER (so_far + (int)(100 * reader->weight)));
    }
}

static void
read_text (SamspillTraits *traits, const char *text, guint search_weight)
{
  TextReader reader = { .traits = traits, .text = text };

  if (!g_utf8_validate (text, -1, NULL))
    return;
  reader.weight = search_weight >= TITLE_WEIGHT ? 2.0 : search_weight >= KEYWORD_WEIGHT ? 1.0 : 0.6;
  /* Subject words have the weight of the problem; they are single words or nearly so. */
  if (search_weight >= TITLE_WEIGHT)
    reader.keyword = SAMSPILL_KEYWORD_TITLE;
  else if (search_weight == KEYWORD_WEIGHT && strlen (text) < MAX_KEYWORD_BYTES)
    reader.keyword = SAMSPILL_KEYWORD_SUBJECT;
  reader.keys = g_ptr_array_new_with_free_func (g_free);
  reader.figures = g_ptr_array_new ();
  reader.unclear = g_ptr_array_new_with_free_func (figure_free);
  reader.sentence = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  samspill_text_foreach_word (text, -1, read_word, &reader);
  end_sentence (&reader);
  add_found_names (&reader);
  g_hash_table_unref (reader.sentence);
  g_ptr_array_unref (reader.keys);
  g_ptr_array_unref (reader.figures);
  g_ptr_array_unref (reader.unclear);
}

static void
read_field (const SamspillField *field, const char *text, gpointer data)
{
  read_text (data, text, field->search_weight);
}

/* A measure is one sentence: what, and how much now. */
static void
read_measures (SamspillTraits *traits, SamspillRecord *record)
{
  JsonNode *node = samspill_record_get_node (record, "measures");
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      JsonObject *measure = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
      g_autofree char *text = NULL;

      if (measure == NULL)
        continue;
      text = g_strdup_printf ("%s %s", json_object_get_string_member_with_default (measure, "what", ""),
                              json_object_get_string_member_with_default (measure, "now", ""));
      read_text (traits, text, 1);
    }
}

static void
read_subjects (SamspillTraits *traits, SamspillRecord *record)
{
  g_auto (GStrv) ids = samspill_record_dup_strings (record, "subjects.los");

  for (guint i = 0; ids[i] != NULL; i++)
    {
      const SamspillLos *los = samspill_los_lookup (ids[i]);

      if (los != NULL)
        g_hash_table_insert (traits->los, (gpointer)los, GINT_TO_POINTER (SAMSPILL_LOS_SAID));
    }
}

/* What is shown of it */

static char *
dup_body_name (SamspillRecord *record, const char *field)
{
  JsonNode *node = samspill_record_get_node (record, field);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  JsonNode *first = array != NULL && json_array_get_length (array) > 0 ? json_array_get_element (array, 0) : NULL;
  const char *name = NULL;

  if (first != NULL && JSON_NODE_HOLDS_OBJECT (first))
    name = json_object_get_string_member_with_default (json_node_get_object (first), "name", NULL);
  if (name == NULL)
    return NULL;
  if (json_array_get_length (array) == 1)
    return g_strdup (name);
  /* TRANSLATORS: %s is the name of a municipality that did something together with others */
  return g_strdup_printf (_ ("%s and others"), name);
}

static char *
dup_where (SamspillRecord *record)
{
  const char *owner = samspill_record_get_owner (record);
  g_autofree char *name = dup_body_name (record, "buyers");
  gint64 year = samspill_record_get_integer (record, "years.start", 0);

  if (name == NULL)
    name = dup_body_name (record, "owners");
  if (name == NULL && owner != NULL && owner[0] != '\0')
    name = samspill_owner_dup_name (owner);
  if (year == 0)
    year = samspill_record_get_integer (record, "year", 0);
  if (year == 0)
    year = samspill_record_get_integer (record, "years.end", 0);
  if (name != NULL && year > 0)
    return g_strdup_printf ("%s · %d", name, (int)year);
  return year > 0 ? g_strdup_printf ("%d", (int)year) : g_steal_pointer (&name);
}

static char *
dup_outcome_code (SamspillRecord *record)
{
  static const char *const fields[] = { "outcome.status", "status.code", "phase" };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const char *code = samspill_record_get_string (record, fields[i]);

      if (code[0] != '\0')
        return g_strdup (code);
    }
  return NULL;
}

static GArray *
collect_long_words (GHashTable *words)
{
  GArray *long_words = g_array_new (FALSE, FALSE, sizeof (SamspillLongWord));
  GHashTableIter iter;
  gpointer key, word;

  g_hash_table_iter_init (&iter, words);
  while (g_hash_table_iter_next (&iter, &key, &word))
    if (g_utf8_strlen (key, -1) >= MIN_PART_LETTERS && !samspill_lexicon_is_common (key))
      g_array_append_val (long_words, ((SamspillLongWord){ key, strlen (key), word }));
  return long_words;
}

SamspillTraits *
samspill_traits_new (SamspillRecord *record, const char *space)
{
  SamspillTraits *self = g_atomic_rc_box_new0 (SamspillTraits);
  const char *answered_by = samspill_record_get_string (record, "case");

  self->id = g_strdup (samspill_record_get_id (record));
  self->rev = g_strdup (samspill_record_get_rev (record));
  self->space = g_strdup (space);
  self->type = g_strdup (samspill_record_get_record_type (record));
  self->title = g_strdup (samspill_record_get_title (record));
  self->lang = g_strdup (samspill_record_get_lang (record));
  self->outcome = dup_outcome_code (record);
  self->where = dup_where (record);
  self->answered_by = answered_by[0] != '\0' ? g_strdup (answered_by) : NULL;
  self->words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, trait_word_free);
  self->los = g_hash_table_new (NULL, NULL);
  self->groups = g_hash_table_new (NULL, NULL);
  self->figures = g_ptr_array_new_with_free_func (figure_free);
  read_subjects (self, record);
  samspill_record_foreach_text (record, read_field, self);
  read_measures (self, record);
  self->long_words = collect_long_words (self->words);
  return self;
}
