/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-subject.h"

#include <string.h>

#include "samspill-vocabulary.h"

typedef struct
{
  char *id;
  char *names[3]; /* nb, nn, en */
  char *broader;  /* nullable */
  gboolean is_top, is_event;
  GPtrArray *folded; /* names and synonyms, to search */
} Subject;

typedef struct
{
  GPtrArray *list;
  GHashTable *by_id;
} Subjects;

static gsize
lang_index (const char *lang)
{
  return g_strcmp0 (lang, "nn") == 0 ? 1 : g_strcmp0 (lang, "en") == 0 ? 2 : 0;
}

static Subject *
add_subject (Subjects *subjects, const char *id, const char *nb, const char *nn, const char *en)
{
  Subject *subject = g_new0 (Subject, 1);

  subject->id = g_strdup (id);
  subject->names[0] = g_strdup (nb);
  subject->names[1] = g_strdup (*nn != '\0' ? nn : nb);
  subject->names[2] = g_strdup (*en != '\0' ? en : nb);
  g_ptr_array_add (subjects->list, subject);
  g_hash_table_insert (subjects->by_id, subject->id, subject);
  return subject;
}

/* id, kind, name_nb, name_nn, name_en, broader, top */
static void
read_los (const char *const *cells, gpointer data)
{
  Subject *subject = add_subject (data, cells[0], cells[2], cells[3], cells[4]);
  gsize first = strcspn (cells[5], " ");

  subject->broader = first > 0 ? g_strndup (cells[5], first) : NULL;
  subject->is_top = strcmp (cells[6], "true") == 0;
  subject->is_event = strcmp (cells[1], "hendelse") == 0;
  subject->folded = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; i < G_N_ELEMENTS (subject->names); i++)
    g_ptr_array_add (subject->folded, samspill_fold (subject->names[i]));
}

/* id, lang, kind, label */
static void
read_synonym (const char *const *cells, gpointer data)
{
  Subject *subject = g_hash_table_lookup (((Subjects *)data)->by_id, cells[0]);

  if (subject != NULL)
    g_ptr_array_add (subject->folded, samspill_fold (cells[3]));
}

/* code, name_nb, name_en */
static void
read_cpv (const char *const *cells, gpointer data)
{
  add_subject (data, cells[0], cells[1], "", cells[2]);
}

static Subjects *
subjects_new (void)
{
  Subjects *subjects = g_new0 (Subjects, 1);

  subjects->list = g_ptr_array_new ();
  subjects->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  return subjects;
}

static gpointer
make_los (gpointer data)
{
  Subjects *subjects = subjects_new ();

  samspill_vocabulary_foreach ("los.csv", 9, read_los, subjects);
  samspill_vocabulary_foreach ("los-synonyms.csv", 4, read_synonym, subjects);
  return subjects;
}

static gpointer
make_cpv (gpointer data)
{
  Subjects *subjects = subjects_new ();

  samspill_vocabulary_foreach ("cpv.csv", 4, read_cpv, subjects);
  return subjects;
}

static Subjects *
get_los (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_los, NULL);
}

/* Apart from Los: it is large and seldom asked for. */
static Subjects *
get_cpv (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_cpv, NULL);
}

static Subject *
find (const char *id)
{
  if (id == NULL)
    return NULL;
  return g_hash_table_lookup (g_ascii_isdigit (*id) ? get_cpv ()->by_id : get_los ()->by_id, id);
}

/**
 * samspill_subject_label:
 * @id: (nullable): a Los id or a CPV code
 * @lang: (nullable): "nb", "nn" or "en"
 *
 * Returns: (transfer none) (nullable): its name
 */
const char *
samspill_subject_label (const char *id, const char *lang)
{
  Subject *subject = find (id);

  return subject != NULL ? subject->names[lang_index (lang)] : NULL;
}

const char *
samspill_subject_broader (const char *id)
{
  Subject *subject = find (id);

  return subject != NULL ? subject->broader : NULL;
}

/* From the whole name over its first word and its beginning down to a later word; 0: not at all. */
static guint
fit (const Subject *subject, const char *folded)
{
  guint best = 0;

  for (guint i = 0; subject->folded != NULL && i < subject->folded->len; i++)
    {
      const char *name = subject->folded->pdata[i];
      gboolean is_name = i < G_N_ELEMENTS (subject->names);

      if (strcmp (name, folded) == 0)
        best = MAX (best, is_name ? 6 : 4);
      else if (g_str_has_prefix (name, folded))
        best = MAX (best, !is_name ? 2 : name[strlen (folded)] == ' ' ? 5 : 3);
      else
        for (const char *space = strchr (name, ' '); space != NULL && best == 0; space = strchr (space + 1, ' '))
          if (g_str_has_prefix (space + 1, folded))
            best = 1;
    }
  return best;
}

typedef struct
{
  const Subject *subject;
  guint fit;
  gsize lang;
} Hit;

static int
compare_hits (gconstpointer a, gconstpointer b)
{
  const Hit *one = a, *other = b;

  if (one->fit != other->fit)
    return one->fit > other->fit ? -1 : 1;
  return g_utf8_collate (one->subject->names[one->lang], other->subject->names[other->lang]);
}

static GPtrArray *
take_best (GArray *hits, guint limit)
{
  GPtrArray *ids = g_ptr_array_new ();

  g_array_sort (hits, compare_hits);
  for (guint i = 0; i < MIN (hits->len, limit); i++)
    g_ptr_array_add (ids, g_array_index (hits, Hit, i).subject->id);
  return ids;
}

/**
 * samspill_subjects_search:
 * @text: what a person has typed so far
 * @lang: (nullable): language that the names are shown in; decides the order only
 * @limit: how many at most
 *
 * Returns: (transfer container) (element-type utf8): ids
 */
GPtrArray *
samspill_subjects_search (const char *text, const char *lang, guint limit)
{
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *folded = samspill_fold (stripped);
  gboolean is_code = g_ascii_isdigit (*folded);
  GPtrArray *list = is_code ? get_cpv ()->list : get_los ()->list;

  for (guint i = 0; *folded != '\0' && i < list->len; i++)
    {
      const Subject *subject = list->pdata[i];
      Hit hit = { subject, 0, lang_index (lang) };

      if (!is_code)
        hit.fit = fit (subject, folded);
      else if (g_str_has_prefix (subject->id, folded))
        hit.fit = 1;
      if (hit.fit > 0 && !subject->is_event)
        g_array_append_val (hits, hit);
    }
  return take_best (hits, limit);
}

/**
 * samspill_subjects_top:
 * @lang: (nullable): language to sort in
 *
 * Returns: (transfer container) (element-type utf8): ids of the themes at the top
 */
GPtrArray *
samspill_subjects_top (const char *lang)
{
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  GPtrArray *list = get_los ()->list;

  for (guint i = 0; i < list->len; i++)
    {
      Hit hit = { list->pdata[i], 1, lang_index (lang) };

      if (hit.subject->is_top)
        g_array_append_val (hits, hit);
    }
  return take_best (hits, G_MAXUINT);
}
