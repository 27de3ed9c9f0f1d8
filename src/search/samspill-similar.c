/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-index-private.h"

#include "samspill-similar-private.h"
#include "samspill-text-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MAX_MATCH_WORDS 24
#define MAX_CANDIDATES 80
/* Below this nothing is shown, whatever the reason: a part of what the record could have in common with a twin, within
 * bounds, since a need that is being written begins with a sentence. */
#define PART_OF_TWIN 0.12
#define MIN_SCORE 0.8
#define ENOUGH_SCORE 3.0
#define PART_OF_BEST 0.25
#define REAL_OVER_INVENTED 1.1

void
samspill_similar_free (SamspillSimilar *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->space);
  g_free (self->type);
  g_free (self->title);
  g_free (self->lang);
  g_free (self->reason);
  g_free (self->outcome);
  g_free (self->where);
  g_free (self);
}

char *
samspill_similar_dup_line (const SamspillSimilar *self)
{
  g_autoptr (GString) line = g_string_new (NULL);

  if (self->where != NULL && *self->where != '\0')
    g_string_append_printf (line, "%s: ", self->where);
  g_string_append (line, self->title);
  if (self->outcome != NULL && *self->outcome != '\0')
    {
      /* What came of it stands as a label elsewhere; here it is part of a sentence. */
      g_autofree char *first = g_utf8_substring (self->outcome, 0, 1);
      g_autofree char *small = g_utf8_strdown (first, -1);

      g_string_append_printf (line, " (%s%s)", small, g_utf8_next_char (self->outcome));
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* Looking */

typedef struct
{
  SamspillIndexConnection *connection;
  sqlite3_stmt *word_count;
  sqlite3_stmt *los_count;
  gint64 n_documents;
  GHashTable *words; /* key → double * */
  GHashTable *los;   /* SamspillLos → double * */
  SamspillTraits *own;
} Search;

static void
search_clear (Search *search)
{
  sqlite3_finalize (search->word_count);
  sqlite3_finalize (search->los_count);
  g_clear_pointer (&search->words, g_hash_table_unref);
  g_clear_pointer (&search->los, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Search, search_clear)

static gint64
step_count (sqlite3_stmt *statement)
{
  const gint64 count = sqlite3_step (statement) == SQLITE_ROW ? sqlite3_column_int64 (statement, 0) : 0;

  sqlite3_reset (statement);
  return count;
}

static gint64
count_word (Search *search, const char *word)
{
  sqlite3_bind_text (search->word_count, 1, samspill_word_stem (word), -1, SQLITE_TRANSIENT);
  return step_count (search->word_count);
}

static double
inverse_frequency (gint64 n_documents, gint64 n_with)
{
  return log (1.0 + ((double)n_documents - (double)n_with + 0.5) / ((double)n_with + 0.5));
}

/* A word and its forms in the other language count together. */
static double
get_word_rarity (const char *key, gpointer data)
{
  Search *search = data;
  double *rarity = g_hash_table_lookup (search->words, key);
  const SamspillTraitWord *word;
  g_autoptr (GPtrArray) variants = NULL;
  g_autofree char *folded = NULL;
  gint64 count;

  if (rarity != NULL)
    return *rarity;
  word = g_hash_table_lookup (search->own->words, key);
  folded = samspill_text_fold (word->surface, -1);
  variants = samspill_lexicon_variants (folded);
  count = count_word (search, folded);
  for (guint i = 0; i < variants->len; i++)
    count += count_word (search, g_ptr_array_index (variants, i));
  rarity = g_new (double, 1);
  *rarity = inverse_frequency (search->n_documents, MIN (count, search->n_documents));
  g_hash_table_insert (search->words, g_strdup (key), rarity);
  return *rarity;
}

static double
get_los_rarity (const SamspillLos *los, gpointer data)
{
  Search *search = data;
  double *rarity = g_hash_table_lookup (search->los, los);
  g_autofree char *facet = NULL;

  if (rarity != NULL)
    return *rarity;
  facet = g_strconcat (SAMSPILL_FACET_SUBJECT, los->id, NULL);
  sqlite3_bind_text (search->los_count, 1, facet, -1, SQLITE_STATIC);
  rarity = g_new (double, 1);
  *rarity = inverse_frequency (search->n_documents, step_count (search->los_count));
  g_hash_table_insert (search->los, (gpointer)los, rarity);
  return *rarity;
}

static gboolean
search_init (Search *search, SamspillIndexConnection *connection, SamspillTraits *own, GError **error)
{
  static const char word_sql[] = "SELECT doc FROM ft_terms WHERE term = ?1";
  static const char los_sql[] = "SELECT count(*) FROM facet WHERE value = ?1";
  sqlite3_stmt *count = NULL;

  search->connection = connection;
  search->own = own;
  search->words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  search->los = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  if (sqlite3_prepare_v2 (connection->db, word_sql, -1, &search->word_count, NULL) != SQLITE_OK ||
      sqlite3_prepare_v2 (connection->db, los_sql, -1, &search->los_count, NULL) != SQLITE_OK ||
      sqlite3_prepare_v2 (connection->db, "SELECT count(*) FROM list", -1, &count, NULL) != SQLITE_OK)
    {
      samspill_index_set_error (connection->db, error);
      return FALSE;
    }
  search->n_documents = step_count (count);
  sqlite3_finalize (count);
  return TRUE;
}

/* Candidates */

typedef struct
{
  const char *key;
  double score;
} Telling;

static int
compare_telling (gconstpointer a, gconstpointer b)
{
  const Telling *one = a, *other = b;

  return one->score < other->score ? 1 : one->score > other->score ? -1 : strcmp (one->key, other->key);
}

/* The most telling words of the record, each with its forms, any of them: FTS5 finds and ranks. */
static char *
dup_match (Search *search)
{
  g_autoptr (GArray) telling = g_array_new (FALSE, FALSE, sizeof (Telling));
  g_autoptr (GString) match = g_string_new (NULL);
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, search->own->words);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!samspill_lexicon_is_common (key))
      {
        const SamspillTraitWord *word = value;
        const Telling one = { key, get_word_rarity (key, search) * word->weight / (word->weight + 1.0) };

        g_array_append_val (telling, one);
      }
  g_array_sort (telling, compare_telling);
  for (guint i = 0; i < telling->len && i < MAX_MATCH_WORDS; i++)
    {
      const SamspillTraitWord *word = g_hash_table_lookup (search->own->words, g_array_index (telling, Telling, i).key);
      g_autofree char *folded = samspill_text_fold (word->surface, -1);
      g_autoptr (GPtrArray) variants = samspill_lexicon_variants (folded);

      g_string_append_printf (match, "%s\"%s\"", match->len > 0 ? " OR " : "", folded);
      for (guint j = 0; j < variants->len; j++)
        g_string_append_printf (match, " OR \"%s\"", (const char *)g_ptr_array_index (variants, j));
    }
  return match->len > 0 ? g_string_free (g_steal_pointer (&match), FALSE) : NULL;
}

static gboolean
add_candidates (Search *search, const char *sql, const char *text, GHashTable *docs, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int result;

  if (sqlite3_prepare_v2 (search->connection->db, sql, -1, &statement, NULL) != SQLITE_OK)
    {
      samspill_index_set_error (search->connection->db, error);
      return FALSE;
    }
  sqlite3_bind_text (statement, 1, text, -1, SQLITE_STATIC);
  sqlite3_bind_int (statement, 2, MAX_CANDIDATES);
  while ((result = sqlite3_step (statement)) == SQLITE_ROW)
    {
      const gint64 doc = sqlite3_column_int64 (statement, 0);

      g_hash_table_add (docs, g_memdup2 (&doc, sizeof doc));
    }
  if (result != SQLITE_DONE)
    samspill_index_set_error (search->connection->db, error);
  sqlite3_finalize (statement);
  return result == SQLITE_DONE;
}

static GHashTable *
find_candidates (Search *search, GError **error)
{
  static const char by_text[] =
      "SELECT ft.rowid FROM ft CROSS JOIN list l ON l.doc = ft.rowid WHERE ft MATCH ?1 AND"
      " l.type IN ('need', 'case') AND l.trashed = 0 ORDER BY bm25 (ft, 5.0, 3.0, 1.0) LIMIT ?2";
  static const char by_subject[] = "SELECT l.doc FROM facet f CROSS JOIN list l ON l.doc = f.doc WHERE f.value = ?1 AND"
                                   " l.type IN ('need', 'case') AND l.trashed = 0 ORDER BY l.doc DESC LIMIT ?2";
  /* The real ones are few, and a word in common may be part of a compound, which the index does not know. */
  static const char shipped[] = "SELECT doc FROM list WHERE space = ?1 AND type IN ('need', 'case') AND trashed = 0"
                                " ORDER BY doc LIMIT ?2 * 5";
  g_autoptr (GHashTable) docs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autofree char *match = dup_match (search);
  GHashTableIter iter;
  gpointer los;

  if (!add_candidates (search, shipped, "shipped", docs, error))
    return NULL;
  if (match != NULL && !add_candidates (search, by_text, match, docs, error))
    return NULL;
  g_hash_table_iter_init (&iter, search->own->los);
  while (g_hash_table_iter_next (&iter, &los, NULL))
    {
      g_autofree char *facet = g_strconcat (SAMSPILL_FACET_SUBJECT, ((const SamspillLos *)los)->id, NULL);

      if (!add_candidates (search, by_subject, facet, docs, error))
        return NULL;
    }
  return g_steal_pointer (&docs);
}

/* Comparing */

typedef struct
{
  SamspillTraits *traits;
  SamspillComparison *comparison;
  double score;
} Match;

static void
match_free (gpointer data)
{
  Match *match = data;

  samspill_traits_unref (match->traits);
  samspill_comparison_free (match->comparison);
  g_free (match);
}

static int
compare_matches (gconstpointer a, gconstpointer b)
{
  const Match *one = a, *other = b;

  return one->score < other->score ? 1 : one->score > other->score ? -1 : strcmp (one->traits->id, other->traits->id);
}

static GPtrArray *
compare_all (SamspillIndex *self, Search *search, GHashTable *docs, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) matches = g_ptr_array_new_with_free_func (match_free);
  GHashTableIter iter;
  gpointer doc;

  g_hash_table_iter_init (&iter, docs);
  while (g_hash_table_iter_next (&iter, &doc, NULL))
    {
      g_autoptr (SamspillTraits) traits = NULL;
      Match *match;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      traits = samspill_index_get_traits (self, *(gint64 *)doc);
      if (traits == NULL || g_strcmp0 (traits->id, search->own->id) == 0)
        continue;
      match = g_new0 (Match, 1);
      match->comparison = samspill_comparison_new (search->own, traits, get_word_rarity, get_los_rarity, search);
      match->score = match->comparison->score * (strcmp (traits->space, "shipped") == 0 ? REAL_OVER_INVENTED : 1.0);
      match->traits = g_steal_pointer (&traits);
      g_ptr_array_add (matches, match);
    }
  g_ptr_array_sort_values (matches, compare_matches);
  return g_steal_pointer (&matches);
}

/* What the record would have in common with its twin. */
static double
get_twin_score (Search *search)
{
  GHashTableIter iter;
  gpointer key, value;
  double score = 0.0;

  g_hash_table_iter_init (&iter, search->own->words);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!samspill_lexicon_is_common (key))
      score += get_word_rarity (key, search) * ((const SamspillTraitWord *)value)->weight /
               (((const SamspillTraitWord *)value)->weight + 1.0);
  return score;
}

/* Answering */

static const char *
get_outcome_label (const SamspillTraits *traits)
{
  static const char *const fields[] = { "outcome.status", "status.code", "phase" };
  const SamspillType *schema = samspill_type_lookup (traits->type);

  for (guint i = 0; traits->outcome != NULL && schema != NULL && i < G_N_ELEMENTS (fields); i++)
    {
      const SamspillField *field = samspill_type_field (schema, fields[i]);
      const char *label = field != NULL ? samspill_field_choice_label (field, traits->outcome) : NULL;

      if (label != NULL)
        return _ (label);
    }
  return NULL;
}

static SamspillSimilar *
similar_new (const SamspillTraits *traits, char *reason)
{
  SamspillSimilar *similar = g_new0 (SamspillSimilar, 1);

  similar->id = g_strdup (traits->id);
  similar->space = g_strdup (traits->space);
  similar->type = g_strdup (traits->type);
  similar->title = g_strdup (traits->title);
  similar->lang = g_strdup (traits->lang);
  similar->reason = reason;
  similar->outcome = g_strdup (get_outcome_label (traits));
  similar->where = g_strdup (traits->where);
  return similar;
}

/* The same record in another space, or a need whose outcome an earlier one tells. */
static gboolean
is_told_already (const GPtrArray *found, const SamspillTraits *traits)
{
  for (guint i = 0; i < found->len; i++)
    {
      const SamspillSimilar *similar = g_ptr_array_index (found, i);

      if (strcmp (similar->id, traits->id) == 0 || g_strcmp0 (similar->id, traits->answered_by) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Cases tell what came of it, needs who else has it: where all so far are of one kind, the last place is kept for the
 * best of another. */
static gboolean
is_last_place_kept (const GPtrArray *found, guint limit, const char *type)
{
  if (limit < 3 || found->len + 1 != limit)
    return FALSE;
  for (guint i = 0; i < found->len; i++)
    if (strcmp (((const SamspillSimilar *)g_ptr_array_index (found, i))->type, type) != 0)
      return FALSE;
  return TRUE;
}

static void
add_best (GPtrArray *found, const GPtrArray *matches, SamspillTraits *own, double least, guint limit)
{
  const Match *best = matches->len > 0 ? g_ptr_array_index (matches, 0) : NULL;
  g_autoptr (SamspillSimilar) passed_over = NULL;

  for (guint i = 0; i < matches->len && found->len < limit; i++)
    {
      const Match *match = g_ptr_array_index (matches, i);
      char *reason;

      if (match->score < MAX (least, PART_OF_BEST * best->score))
        break;
      if (is_told_already (found, match->traits))
        continue;
      reason = samspill_comparison_dup_reason (match->comparison, own, match->traits);
      if (reason == NULL)
        continue;
      if (!is_last_place_kept (found, limit, match->traits->type))
        g_ptr_array_add (found, similar_new (match->traits, reason));
      else if (passed_over == NULL)
        passed_over = similar_new (match->traits, reason);
      else
        g_free (reason);
    }
  if (found->len < limit && passed_over != NULL)
    g_ptr_array_add (found, g_steal_pointer (&passed_over));
}

GPtrArray *
samspill_index_similar (SamspillIndex *self, SamspillRecord *record, guint limit, GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_similar_free);
  g_autoptr (SamspillTraits) own = NULL;
  g_autoptr (GHashTable) docs = NULL;
  g_autoptr (GPtrArray) matches = NULL;
  g_autoptr (GError) own_error = NULL;
  SamspillIndexConnection *connection;
  double least = ENOUGH_SCORE;

  g_return_val_if_fail (SAMSPILL_IS_INDEX (self), NULL);
  g_return_val_if_fail (SAMSPILL_IS_RECORD (record), NULL);

  own = samspill_traits_new (record, "");
  connection = samspill_index_acquire (self, &own_error);
  if (connection != NULL)
    {
      g_auto (Search) search = { 0 };

      if (search_init (&search, connection, own, &own_error))
        docs = find_candidates (&search, &own_error);
      if (docs != NULL)
        {
          matches = compare_all (self, &search, docs, cancellable, &own_error);
          least = CLAMP (PART_OF_TWIN * get_twin_score (&search), MIN_SCORE, ENOUGH_SCORE);
        }
    }
  samspill_index_release (self, connection);
  if (g_error_matches (own_error, SAMSPILL_SEARCH_ERROR, SAMSPILL_SEARCH_ERROR_DAMAGED))
    samspill_index_report_damage (self);
  else if (own_error != NULL && connection != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&own_error));
      return NULL;
    }

  if (matches != NULL)
    add_best (found, matches, own, least, limit);
  return g_steal_pointer (&found);
}

typedef struct
{
  SamspillRecord *record;
  guint limit;
} SimilarTask;

static void
similar_task_free (gpointer data)
{
  SimilarTask *task = data;

  g_object_unref (task->record);
  g_free (task);
}

static void
similar_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  SimilarTask *asked = data;
  g_autoptr (GError) error = NULL;
  GPtrArray *found = samspill_index_similar (source, asked->record, asked->limit, cancellable, &error);

  if (found != NULL)
    g_task_return_pointer (task, found, (GDestroyNotify)g_ptr_array_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
samspill_index_similar_async (SamspillIndex *self, SamspillRecord *record, guint limit, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  SimilarTask *asked;

  g_return_if_fail (SAMSPILL_IS_INDEX (self));
  g_return_if_fail (SAMSPILL_IS_RECORD (record));

  asked = g_new0 (SimilarTask, 1);
  asked->record = samspill_record_copy (record);
  asked->limit = limit;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_task_data (task, asked, similar_task_free);
  g_task_run_in_thread (task, similar_thread);
}

GPtrArray *
samspill_index_similar_finish (SamspillIndex *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
