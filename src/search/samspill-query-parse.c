/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-query-private.h"

#include "samspill-id.h"
#include "samspill-lexicon-private.h"
#include "samspill-names-private.h"
#include "samspill-schema.h"
#include "samspill-text-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A person types tens of letters; what is pasted is cut here, which bounds the work of every later step. */
#define MAX_TEXT_BYTES (16 * 1024)
#define MAX_TERMS 24
#define MAX_FILTERS 16
#define MAX_LOS_SYNONYMS 3

typedef struct
{
  const char *word; /* folded: as typed in nb, nn or en */
  const char *value;
} Name;

/* clang-format off */
static const Name keys[] = {
  { "type", "type" }, { "slag", "type" },
  { "fase", "phase" }, { "phase", "phase" }, { "status", "phase" },
  { "eier", "owner" }, { "eigar", "owner" }, { "owner", "owner" }, { "kommune", "owner" },
  { "emne", "subject" }, { "tema", "subject" }, { "subject", "subject" }, { "topic", "subject" },
  { "stikkord", "tag" }, { "tag", "tag" },
};

static const Name types[] = {
  { "behov", "need" }, { "need", "need" }, { "needs", "need" },
  { "forslag", "pitch" }, { "pitch", "pitch" }, { "pitches", "pitch" }, { "proposal", "pitch" },
  { "erfaring", "case" }, { "erfaringer", "case" }, { "erfaringar", "case" }, { "case", "case" }, { "cases", "case" },
  { "ordning", "programme" }, { "ordninger", "programme" }, { "ordningar", "programme" }, { "programme", "programme" },
  { "program", "programme" },
  { "organisasjon", "organisation" }, { "organisasjoner", "organisation" }, { "organisasjonar", "organisation" },
  { "organisation", "organisation" }, { "organization", "organisation" },
  { "fil", "file" }, { "file", "file" }, { "notat", "note" }, { "note", "note" },
};

static const Name phases[] = {
  { "beskrevet", "described" }, { "skildra", "described" }, { "described", "described" },
  { "avklart", "clarified" }, { "avklara", "clarified" }, { "clarified", "clarified" },
  { "kunngjort", "announced" }, { "announced", "announced" },
  { "pilot", "piloting" }, { "proves ut", "piloting" }, { "prøves ut", "piloting" }, { "vert prøvd ut", "piloting" },
  { "utprøving", "piloting" }, { "piloting", "piloting" },
  { "i bruk", "in-use" }, { "tatt i bruk", "in-use" }, { "teke i bruk", "in-use" }, { "in use", "in-use" },
  { "stoppet", "stopped" }, { "stoppa", "stopped" }, { "stopped", "stopped" },
};
/* clang-format on */

/* Terms */

static SamspillTerm *
term_new (GPtrArray *words, gboolean is_prefix)
{
  SamspillTerm *term = g_new0 (SamspillTerm, 1);

  term->words = words;
  term->alternatives = g_ptr_array_new_with_free_func (g_free);
  term->is_prefix = is_prefix;
  return term;
}

static void
term_free (gpointer data)
{
  SamspillTerm *term = data;

  g_ptr_array_unref (term->words);
  g_ptr_array_unref (term->alternatives);
  g_free (term);
}

static void
add_alternative (SamspillTerm *term, const char *text)
{
  g_autofree char *folded = samspill_text_fold (text, -1);

  if (folded[0] != '\0' && strcmp (folded, g_ptr_array_index (term->words, 0)) != 0 &&
      !g_ptr_array_find_with_equal_func (term->alternatives, folded, g_str_equal, NULL))
    g_ptr_array_add (term->alternatives, g_steal_pointer (&folded));
}

/* Each alternative becomes a phrase of its own with its own inverse document frequency: as synonyms of the word they
 * would share one, and the whole word would lose its edge. */
static void
add_alternatives (SamspillTerm *term)
{
  const char *word = g_ptr_array_index (term->words, 0);
  g_autoptr (GPtrArray) variants = samspill_lexicon_variants (word);
  g_autoptr (GPtrArray) concepts = NULL;
  char plain[2 * SAMSPILL_WORD_MAX_BYTES];

  for (guint i = 0; i < variants->len; i++)
    add_alternative (term, g_ptr_array_index (variants, i));
  /* "Ålesund" also finds a text that has it as "Alesund"; short words would meet others (får, far). */
  if (strlen (word) > 5 && samspill_word_plain (word, plain))
    add_alternative (term, plain);
  if (g_utf8_strlen (word, -1) < 3)
    return;

  concepts = samspill_los_find_named (word);
  for (guint i = 0; i < concepts->len && i < MAX_LOS_SYNONYMS; i++)
    {
      const SamspillLos *los = g_ptr_array_index (concepts, i);

      add_alternative (term, los->name_nb);
      add_alternative (term, los->name_nn);
    }
}

/* Filters */

static void
filter_free (gpointer data)
{
  SamspillFilter *filter = data;

  g_free (filter->value);
  g_free (filter->label);
  g_free (filter->typed);
  g_free (filter);
}

static const char *
lookup_name (const Name *names, gsize n_names, const char *word, gboolean may_be_beginning)
{
  for (gsize i = 0; i < n_names; i++)
    if (strcmp (names[i].word, word) == 0)
      return names[i].value;
  if (may_be_beginning && strlen (word) >= 3)
    for (gsize i = 0; i < n_names; i++)
      if (g_str_has_prefix (names[i].word, word))
        return names[i].value;
  return NULL;
}

static const char *
get_type_label (const char *type)
{
  const SamspillType *schema = samspill_type_lookup (type);

  return schema != NULL && schema->label != NULL ? _ (schema->label) : type;
}

static const char *
get_phase_label (const char *phase)
{
  const SamspillType *need = samspill_type_lookup ("need");
  const SamspillField *field = need != NULL ? samspill_type_field (need, "phase") : NULL;
  const char *label = field != NULL ? samspill_field_choice_label (field, phase) : NULL;

  return label != NULL ? _ (label) : phase;
}

static gboolean
fill_subject (SamspillFilter *filter, const char *value)
{
  g_autoptr (GPtrArray) concepts = samspill_los_search (value);
  g_autoptr (GString) ids = g_string_new (NULL);

  if (concepts->len == 0)
    return FALSE;
  for (guint i = 0; i < concepts->len; i++)
    {
      const SamspillLos *los = g_ptr_array_index (concepts, i);

      if (i > 0)
        g_string_append_c (ids, ' ');
      g_string_append (ids, los->id);
    }
  filter->kind = SAMSPILL_FILTER_SUBJECT;
  filter->value = g_string_free (g_steal_pointer (&ids), FALSE);
  /* TRANSLATORS: a chip above a list: %s is a theme, "Water and sewage" */
  filter->label = g_strdup_printf (_ ("Theme: %s"), samspill_los_get_label (g_ptr_array_index (concepts, 0)));
  return TRUE;
}

static gboolean
fill_owner (SamspillFilter *filter, const char *typed, const char *folded)
{
  g_autofree char *number = samspill_organisation_number_normalise (typed);

  if (folded[0] == '\0')
    return FALSE;
  filter->kind = number != NULL ? SAMSPILL_FILTER_OWNER : SAMSPILL_FILTER_OWNER_NAME;
  filter->value = number != NULL ? g_steal_pointer (&number) : g_strdup (folded);
  /* TRANSLATORS: a chip above a list: %s is the name of a municipality as it was typed */
  filter->label = g_strdup_printf (_ ("Owner: %s"), typed);
  return TRUE;
}

/* FALSE: the value means nothing to this filter, and the piece is text. */
static gboolean
fill_filter (SamspillFilter *filter, const char *key, const char *typed)
{
  g_autofree char *folded = samspill_text_fold (typed, -1);
  const char *value;

  if (strcmp (key, "type") == 0)
    {
      value = lookup_name (types, G_N_ELEMENTS (types), folded, TRUE);
      filter->kind = SAMSPILL_FILTER_TYPE;
      filter->value = g_strdup (value);
      /* TRANSLATORS: a chip above a list: %s is "need", "proposal" … */
      filter->label = value != NULL ? g_strdup_printf (_ ("Type: %s"), get_type_label (value)) : NULL;
    }
  else if (strcmp (key, "phase") == 0)
    {
      value = lookup_name (phases, G_N_ELEMENTS (phases), folded, TRUE);
      filter->kind = SAMSPILL_FILTER_PHASE;
      filter->value = g_strdup (value);
      /* TRANSLATORS: a chip above a list: %s is a phase, "clarified" */
      filter->label = value != NULL ? g_strdup_printf (_ ("Phase: %s"), get_phase_label (value)) : NULL;
    }
  else if (strcmp (key, "tag") == 0 && folded[0] != '\0')
    {
      filter->kind = SAMSPILL_FILTER_TAG;
      filter->value = g_strdup (folded);
      filter->label = g_strdup_printf ("#%s", typed);
    }
  else if (strcmp (key, "owner") == 0)
    return fill_owner (filter, typed, folded);
  else if (strcmp (key, "subject") == 0)
    return fill_subject (filter, typed);
  return filter->value != NULL;
}

/* Reading the text */

typedef struct
{
  const char *text;
  gsize position, length;
  SamspillParsedQuery *parsed;
} Reader;

static gboolean
is_quote (gunichar c)
{
  return c == '"' || c == 0xAB || c == 0xBB || c == 0x201C || c == 0x201D || c == 0x201E;
}

static gunichar
peek (const Reader *reader)
{
  return reader->position < reader->length ? g_utf8_get_char (reader->text + reader->position) : 0;
}

static gboolean
is_at_end (const Reader *reader)
{
  return reader->position >= reader->length;
}

static void
advance (Reader *reader)
{
  reader->position = (gsize)(g_utf8_next_char (reader->text + reader->position) - reader->text);
}

static gboolean
is_blank (gunichar c)
{
  return g_unichar_isspace (c) || g_unichar_iscntrl (c);
}

/* Reads up to the closing quote, which may be missing. */
static char *
read_quoted (Reader *reader)
{
  gsize start;
  char *piece;

  advance (reader);
  start = reader->position;
  while (!is_at_end (reader) && !is_quote (peek (reader)))
    advance (reader);
  piece = g_strndup (reader->text + start, reader->position - start);
  if (!is_at_end (reader))
    advance (reader);
  return piece;
}

/* Reads up to a blank or a quote; with `stop_at_colon` also up to a colon. */
static char *
read_plain (Reader *reader, gboolean stop_at_colon)
{
  const gsize start = reader->position;

  while (!is_at_end (reader) && !is_blank (peek (reader)) && !is_quote (peek (reader)) &&
         !(stop_at_colon && peek (reader) == ':'))
    advance (reader);
  return g_strndup (reader->text + start, reader->position - start);
}

/* A plain piece may hold several words ("vann/avløp"); each is a term of its own. */
static void
add_words (Reader *reader, const char *piece, gboolean is_phrase, gboolean is_negated)
{
  g_autoptr (GPtrArray) words = samspill_text_words (piece, -1);
  GPtrArray *terms = is_negated ? reader->parsed->without : reader->parsed->terms;

  if (words->len == 0 || terms->len >= MAX_TERMS)
    return;
  if (is_phrase && words->len > 1)
    {
      if (words->len > MAX_TERMS)
        g_ptr_array_set_size (words, MAX_TERMS);
      g_ptr_array_add (terms, term_new (g_steal_pointer (&words), FALSE));
      return;
    }
  for (guint i = 0; i < words->len && terms->len < MAX_TERMS; i++)
    {
      GPtrArray *one = g_ptr_array_new_with_free_func (g_free);
      SamspillTerm *term;

      g_ptr_array_add (one, g_strdup (g_ptr_array_index (words, i)));
      term = term_new (one, !is_phrase && !is_negated && i + 1 == words->len && is_at_end (reader));
      if (!is_phrase && !is_negated)
        add_alternatives (term);
      g_ptr_array_add (terms, term);
    }
}

/* After `key:` or `#`. TRUE when the piece from `start` was a filter, or one that is still being typed. */
static gboolean
read_filter (Reader *reader, const char *key, gsize start, gboolean is_negated)
{
  const gsize value_start = reader->position;
  g_autofree char *typed = is_quote (peek (reader)) ? read_quoted (reader) : read_plain (reader, FALSE);
  SamspillFilter *filter;

  if (typed[0] == '\0')
    return TRUE;
  filter = g_new0 (SamspillFilter, 1);
  filter->is_negated = is_negated;
  filter->typed = g_strndup (reader->text + start, reader->position - start);
  if (reader->parsed->filters->len < MAX_FILTERS && fill_filter (filter, key, typed))
    {
      g_ptr_array_add (reader->parsed->filters, filter);
      return TRUE;
    }
  filter_free (filter);
  reader->position = value_start;
  return FALSE;
}

static void
read_piece (Reader *reader)
{
  const gsize start = reader->position;
  g_autofree char *piece = NULL;
  gboolean is_negated = FALSE;

  if (peek (reader) == '-' || peek (reader) == 0x2212 || peek (reader) == 0x2013)
    {
      advance (reader);
      is_negated = !is_at_end (reader) && !is_blank (peek (reader));
      if (!is_negated)
        return;
    }
  if (is_quote (peek (reader)))
    {
      piece = read_quoted (reader);
      add_words (reader, piece, TRUE, is_negated);
      return;
    }
  if (peek (reader) == '#')
    {
      advance (reader);
      if (read_filter (reader, "tag", start, is_negated))
        return;
    }

  piece = read_plain (reader, TRUE);
  if (peek (reader) == ':')
    {
      g_autofree char *folded = samspill_text_fold (piece, -1);
      const char *key = lookup_name (keys, G_N_ELEMENTS (keys), folded, FALSE);

      advance (reader);
      if (key != NULL && read_filter (reader, key, start, is_negated))
        return;
    }
  add_words (reader, piece, FALSE, is_negated);
}

/* "hvordan kan vi hindre lekkasje" asks about hindre and lekkasje; but "i" alone asks about "i". */
static void
drop_function_words (GPtrArray *terms)
{
  gboolean has_other = FALSE;

  for (guint i = 0; i < terms->len && !has_other; i++)
    {
      const SamspillTerm *term = g_ptr_array_index (terms, i);

      has_other = term->words->len > 1 || !samspill_lexicon_is_function_word (g_ptr_array_index (term->words, 0));
    }
  for (guint i = terms->len; has_other && i > 0; i--)
    {
      const SamspillTerm *term = g_ptr_array_index (terms, i - 1);

      if (term->words->len == 1 && samspill_lexicon_is_function_word (g_ptr_array_index (term->words, 0)))
        g_ptr_array_remove_index (terms, i - 1);
    }
}

SamspillParsedQuery *
samspill_parsed_query_new (const char *text)
{
  SamspillParsedQuery *parsed = g_new0 (SamspillParsedQuery, 1);
  const gsize length = text != NULL ? strnlen (text, MAX_TEXT_BYTES) : 0;
  g_autofree char *valid = NULL;
  Reader reader = { .parsed = parsed };

  parsed->terms = g_ptr_array_new_with_free_func (term_free);
  parsed->without = g_ptr_array_new_with_free_func (term_free);
  parsed->filters = g_ptr_array_new_with_free_func (filter_free);
  if (length == 0)
    return parsed;

  if (g_utf8_validate_len (text, length, NULL))
    valid = g_strndup (text, length);
  else
    {
      const char *end;

      g_utf8_validate_len (text, length, &end);
      /* A cut inside a letter is no fault. */
      valid = (gsize)(end - text) + 4 > length ? g_strndup (text, (gsize)(end - text))
                                               : g_utf8_make_valid (text, (gssize)length);
    }
  reader.text = valid;
  reader.length = strlen (valid);
  while (!is_at_end (&reader))
    {
      if (is_blank (peek (&reader)))
        advance (&reader);
      else
        read_piece (&reader);
    }
  drop_function_words (parsed->terms);
  return parsed;
}

void
samspill_parsed_query_free (SamspillParsedQuery *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->terms);
  g_ptr_array_unref (self->without);
  g_ptr_array_unref (self->filters);
  g_free (self);
}

/* FTS5 expressions */

/* Folded words are letters and digits only, so that quotes around them are all that is needed. */
static void
append_phrase (GString *match, const GPtrArray *words)
{
  g_string_append_c (match, '"');
  for (guint i = 0; i < words->len; i++)
    {
      if (i > 0)
        g_string_append_c (match, ' ');
      g_string_append (match, g_ptr_array_index (words, i));
    }
  g_string_append_c (match, '"');
}

static void
append_term (GString *match, const SamspillTerm *term)
{
  g_string_append_c (match, '(');
  append_phrase (match, term->words);
  /* What is being typed is the beginning of a word and has no stem yet, or it is the whole word. */
  if (term->is_prefix)
    {
      g_string_append (match, " OR ");
      append_phrase (match, term->words);
      g_string_append (match, " *");
    }
  for (guint i = 0; i < term->alternatives->len; i++)
    g_string_append_printf (match, " OR \"%s\"", (const char *)g_ptr_array_index (term->alternatives, i));
  g_string_append_c (match, ')');
}

static char *
join_terms (const GPtrArray *terms, const char *separator)
{
  GString *match;

  if (terms->len == 0)
    return NULL;
  match = g_string_new (NULL);
  for (guint i = 0; i < terms->len; i++)
    {
      if (i > 0)
        g_string_append (match, separator);
      append_term (match, g_ptr_array_index (terms, i));
    }
  return g_string_free (match, FALSE);
}

char *
samspill_parsed_query_dup_match_all (const SamspillParsedQuery *self)
{
  return join_terms (self->terms, " AND ");
}

char *
samspill_parsed_query_dup_match_any (const SamspillParsedQuery *self)
{
  return join_terms (self->terms, " OR ");
}

char *
samspill_parsed_query_dup_match_without (const SamspillParsedQuery *self)
{
  return join_terms (self->without, " OR ");
}

gboolean
samspill_parsed_query_is_rankable (const SamspillParsedQuery *self)
{
  for (guint i = 0; i < self->terms->len; i++)
    {
      const SamspillTerm *term = g_ptr_array_index (self->terms, i);

      if (term->words->len > 1 || g_utf8_strlen (g_ptr_array_index (term->words, 0), -1) >= 3)
        return TRUE;
    }
  return FALSE;
}
