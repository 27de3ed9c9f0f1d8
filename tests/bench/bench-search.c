/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench-search FOLDER [RECORDS]: fills a store, indexes it, types words letter by letter, asks for similar records. The
 * last line is one JSON object; all times are processor time. The folder is made and left. */
#include "samspill-index.h"
#include "samspill-vocabulary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define QUERY_LIMIT 50
#define QUERIES 60
#define SIMILAR_RUNS 50
#define WORDS_A_RECORD 140

/* The words of Los and its synonyms, some thousands, in an order of chance: the first are taken often, the last rarely
 * (Zipf), as in any text. */
static GPtrArray *words;

static void
collect_words (const char *const *cells, gpointer data)
{
  GHashTable *seen = data;

  for (guint c = 0; cells[c] != NULL; c++)
    {
      g_auto (GStrv) parts = g_strsplit_set (cells[c], " ,.;:()/<>-\"", -1);

      for (guint i = 0; parts[i] != NULL; i++)
        if (g_utf8_strlen (parts[i], -1) > 1 && g_utf8_validate (parts[i], -1, NULL) &&
            g_hash_table_add (seen, g_utf8_strdown (parts[i], -1)))
          g_ptr_array_add (words, g_utf8_strdown (parts[i], -1));
    }
}

static void
make_words (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (42);

  words = g_ptr_array_new_with_free_func (g_free);
  samspill_vocabulary_foreach ("los.csv", 9, collect_words, seen);
  samspill_vocabulary_foreach ("los-synonyms.csv", 4, collect_words, seen);
  for (guint i = words->len - 1; i > 0; i--)
    {
      const guint j = (guint)g_rand_int_range (random, 0, (gint32)i + 1);
      gpointer swapped = words->pdata[i];

      words->pdata[i] = words->pdata[j];
      words->pdata[j] = swapped;
    }
}

static const char *
pick_word (GRand *random)
{
  return g_ptr_array_index (words, (guint)pow (words->len, g_rand_double (random)) - 1);
}

static char *
make_text (GRand *random, guint n_words)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_words; i++)
    {
      g_string_append (text, i > 0 ? " " : "");
      g_string_append (text, pick_word (random));
    }
  return g_string_free (text, FALSE);
}

static void
fill_store (SamspillStore *store, guint n_records)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261124);
  g_autoptr (GError) error = NULL;

  if (!samspill_store_ensure_space (store, "mine", &error) || !samspill_store_begin (store, &error))
    g_error ("%s", error->message);
  for (guint i = 0; i < n_records; i++)
    {
      g_autofree char *id = g_strdup_printf ("need:964967636:%08u", i);
      g_autofree char *title = make_text (random, 8);
      g_autofree char *problem = make_text (random, WORDS_A_RECORD);
      char *json = g_strdup_printf ("{\"type\":\"need\",\"lang\":\"nb\",\"owner\":\"964967636\",\"title\":\"%s\","
                                    "\"problem\":\"%s\",\"subjects\":{\"los\":[\"ord/renovasjon\"]}}",
                                    title, problem);
      g_autoptr (GBytes) body = g_bytes_new_take (json, strlen (json));
      g_autofree char *rev = samspill_store_put (store, "mine", id, NULL, body, NULL, &error);

      if (rev == NULL)
        g_error ("%s", error->message);
    }
  if (!samspill_store_commit (store, &error))
    g_error ("%s", error->message);
}

/* By processor time, so that what else the machine does counts little. */
static double
get_cpu_ms (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (double)now.tv_sec * 1000.0 + (double)now.tv_nsec / 1e6;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  const double one = *(const double *)a, other = *(const double *)b;

  return one < other ? -1 : one > other;
}

static double
get_percentile (GArray *times, double part)
{
  g_array_sort (times, compare_doubles);
  return g_array_index (times, double, (guint)(part * (times->len - 1)));
}

/* Every beginning of every word and of some pairs of words. */
static GArray *
type_queries (SamspillIndex *index, gboolean is_ranked)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (guint i = 0; i < QUERIES; i++)
    {
      g_autofree char *whole = g_strdup_printf ("%s %s", pick_word (random), pick_word (random));

      for (const char *p = g_utf8_next_char (whole); *p != '\0'; p = g_utf8_next_char (p))
        {
          g_autoptr (SamspillQuery) query = samspill_query_new ();
          g_autoptr (SamspillResult) result = NULL;
          double begin, ms;

          query->text = g_strndup (whole, (gsize)(p - whole));
          query->order = is_ranked ? SAMSPILL_ORDER_RELEVANCE : SAMSPILL_ORDER_CHANGED;
          begin = get_cpu_ms (CLOCK_THREAD_CPUTIME_ID);
          result = samspill_index_query (index, query, QUERY_LIMIT, NULL, NULL);
          ms = get_cpu_ms (CLOCK_THREAD_CPUTIME_ID) - begin;
          g_array_append_val (times, ms);
        }
    }
  return times;
}

static GArray *
ask_similar (SamspillIndex *index)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint i = 0; i < SIMILAR_RUNS; i++)
    {
      g_autoptr (SamspillRecord) need = samspill_record_new ("need", "964967636", "nb", NULL);
      g_autofree char *title = make_text (random, 8);
      g_autofree char *problem = make_text (random, WORDS_A_RECORD);
      g_autoptr (GPtrArray) found = NULL;
      double begin, ms;

      samspill_record_set_string (need, "title", title);
      samspill_record_set_string (need, "problem", problem);
      begin = get_cpu_ms (CLOCK_THREAD_CPUTIME_ID);
      found = samspill_index_similar (index, need, 5, NULL, NULL);
      ms = get_cpu_ms (CLOCK_THREAD_CPUTIME_ID) - begin;
      g_array_append_val (times, ms);
    }
  return times;
}

int
main (int argc, char **argv)
{
  const guint n_records = argc > 2 ? (guint)strtoul (argv[2], NULL, 10) : 100000;
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillStore) store = NULL;
  g_autoptr (SamspillIndex) index = NULL;
  g_autoptr (GArray) unranked = NULL;
  g_autoptr (GArray) ranked = NULL;
  g_autoptr (GArray) similar = NULL;
  g_autofree char *path = NULL;
  double begin, seconds;

  make_words ();
  if (argc < 2 || g_mkdir_with_parents (argv[1], 0700) != 0)
    return 2;
  store = samspill_store_open (argv[1], SAMSPILL_STORE_OPEN_DEFAULT, &error);
  if (store == NULL)
    g_error ("%s", error->message);
  if (samspill_store_get_last_seq (store) == 0)
    fill_store (store, n_records);
  g_print ("store: %" G_GINT64_FORMAT " records\n", samspill_store_count (store, NULL, NULL));

  path = g_build_filename (argv[1], "index.db", NULL);
  index = samspill_index_open (store, path, &error);
  if (index == NULL || !samspill_index_rebuild (index, &error))
    g_error ("%s", error->message);
  begin = get_cpu_ms (CLOCK_PROCESS_CPUTIME_ID);
  samspill_index_start (index);
  samspill_index_wait (index, samspill_store_get_last_seq (store), -1);
  seconds = (get_cpu_ms (CLOCK_PROCESS_CPUTIME_ID) - begin) / 1000.0;
  g_print ("index: %.1f s\n", seconds);

  unranked = type_queries (index, FALSE);
  ranked = type_queries (index, TRUE);
  similar = ask_similar (index);
  g_print ("{\"records\": %u, \"index_records_per_s\": %.0f, \"keystroke_unranked_p50_ms\": %.2f,"
           " \"keystroke_unranked_p99_ms\": %.2f, \"keystroke_ranked_p50_ms\": %.2f, \"keystroke_ranked_p99_ms\": %.2f,"
           " \"similar_p50_ms\": %.1f, \"similar_p99_ms\": %.1f}\n",
           n_records, n_records / seconds, get_percentile (unranked, 0.5), get_percentile (unranked, 0.99),
           get_percentile (ranked, 0.5), get_percentile (ranked, 0.99), get_percentile (similar, 0.5),
           get_percentile (similar, 0.99));
  return 0;
}
