/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-municipality.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "samspill-vocabulary.h"

struct _SamspillMunicipality
{
  GObject parent_instance;
  char *number;
  char *name;
  char *short_name;
  char *county;
  char *orgnr;
  const char *language;
  gint64 population;
  gboolean is_invented;
  char *sort_key;
  char **folded; /* names to search, each from its beginning */
};

G_DEFINE_FINAL_TYPE (SamspillMunicipality, samspill_municipality, G_TYPE_OBJECT)

/* All that is known, made once. */
typedef struct
{
  GListStore *list; /* the real ones */
  GPtrArray *all;   /* with the invented ones */
  GHashTable *by_number;
  GHashTable *by_orgnr;
  GHashTable *invented_names; /* orgnr → name of other invented bodies */
} Register;

/* Helpers */

/* Norwegian order: æ, ø, å last; other accents do not count. */
static char *
make_sort_key (const char *name)
{
  g_autofree char *lower = g_utf8_strdown (name, -1);
  GString *key = g_string_new (NULL);

  for (const char *c = lower; *c != '\0'; c = g_utf8_next_char (c))
    {
      g_autofree char *letter = g_strndup (c, (gsize)(g_utf8_next_char (c) - c));
      g_autofree char *folded = samspill_fold (letter);
      gunichar code = g_utf8_get_char (c);

      if (code == 0xe6 || code == 0xf8 || code == 0xe5)
        g_string_append_printf (key, "~%c", code == 0xe6 ? '1' : code == 0xf8 ? '2' : '3');
      else
        g_string_append (key, folded);
    }
  return g_string_free_and_steal (key);
}

static int
compare_keys (gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp (((SamspillMunicipality *)a)->sort_key, ((SamspillMunicipality *)b)->sort_key);
}

/* The names themselves, then each later word of them. */
static void
fold_names (SamspillMunicipality *self, const char *names_other)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *joined = g_strconcat (self->name, "|", names_other, NULL);
  g_autofree char *parts_text = NULL;
  g_autoptr (GString) text = g_string_new (joined);
  g_auto (GStrv) parts = NULL;

  g_string_replace (text, " - ", "|", 0);
  parts = g_strsplit (text->str, "|", -1);
  for (gsize i = 0; parts[i] != NULL; i++)
    g_strv_builder_take (builder, samspill_fold (parts[i]));
  for (gsize i = 0; parts[i] != NULL; i++)
    for (const char *word = strpbrk (parts[i], " -"); word != NULL; word = strpbrk (word + 1, " -"))
      g_strv_builder_take (builder, samspill_fold (word + 1));
  self->folded = g_strv_builder_end (builder);
}

static SamspillMunicipality *
municipality_new (const char *number, const char *name, const char *names_other, const char *county, const char *orgnr)
{
  SamspillMunicipality *self = g_object_new (SAMSPILL_TYPE_MUNICIPALITY, NULL);
  const char *end = strstr (name, " - ");

  self->number = g_strdup (number);
  self->name = g_strdup (name);
  self->short_name = end != NULL ? g_strndup (name, (gsize)(end - name)) : g_strdup (name);
  self->county = g_strdup (county);
  self->orgnr = *orgnr != '\0' ? g_strdup (orgnr) : NULL;
  self->sort_key = make_sort_key (name);
  fold_names (self, names_other);
  return self;
}

static void
register_add (Register *reg, SamspillMunicipality *one)
{
  g_ptr_array_add (reg->all, one);
  g_hash_table_insert (reg->by_number, one->number, one);
  if (one->orgnr != NULL)
    g_hash_table_insert (reg->by_orgnr, one->orgnr, one);
}

/* kommunenummer, name, names_other, county_number, county, orgnr */
static void
read_municipality (const char *const *cells, gpointer data)
{
  register_add (data, municipality_new (cells[0], cells[1], cells[2], cells[4], cells[5]));
}

/* kommunenummer, population, population_date, population_2024, language_form */
static void
read_facts (const char *const *cells, gpointer data)
{
  SamspillMunicipality *one = g_hash_table_lookup (((Register *)data)->by_number, cells[0]);

  if (one == NULL)
    return;
  one->population = g_ascii_strtoll (cells[1], NULL, 10);
  one->language = strcmp (cells[4], "bokmål") == 0 ? "nb" : strcmp (cells[4], "nynorsk") == 0 ? "nn" : NULL;
}

static const char *
member (JsonObject *object, const char *name)
{
  return json_object_get_string_member_with_default (object, name, "");
}

static void
read_invented (JsonArray *array, guint index, JsonNode *node, gpointer data)
{
  Register *reg = data;
  JsonObject *object = json_node_get_object (node);
  const char *name = member (object, "name");
  const char *suffix = " kommune";
  g_autofree char *bare = NULL;
  SamspillMunicipality *one;

  if (strcmp (member (object, "kind"), "municipality") != 0)
    {
      g_hash_table_insert (reg->invented_names, g_strdup (member (object, "orgnr")), g_strdup (name));
      return;
    }
  bare = g_str_has_suffix (name, suffix) ? g_strndup (name, strlen (name) - strlen (suffix)) : g_strdup (name);
  one = municipality_new (member (object, "municipality_number"), bare, "", member (object, "county"),
                          member (object, "orgnr"));
  one->population = json_object_get_int_member_with_default (object, "population", 0);
  one->language = strcmp (member (object, "lang"), "nn") == 0 ? "nn" : "nb";
  one->is_invented = TRUE;
  register_add (reg, one);
}

static void
read_sample (Register *reg)
{
  g_autoptr (GBytes) bytes = samspill_vocabulary ("organisations.json");
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (json_parser_load_from_data (parser, text, (gssize)length, NULL))
    json_array_foreach_element (json_node_get_array (json_parser_get_root (parser)), read_invented, reg);
}

static gpointer
make_register (gpointer data)
{
  Register *reg = g_new0 (Register, 1);

  reg->all = g_ptr_array_new_with_free_func (g_object_unref);
  reg->by_number = g_hash_table_new (g_str_hash, g_str_equal);
  reg->by_orgnr = g_hash_table_new (g_str_hash, g_str_equal);
  reg->invented_names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  reg->list = g_list_store_new (SAMSPILL_TYPE_MUNICIPALITY);
  samspill_vocabulary_foreach ("municipalities.csv", 9, read_municipality, reg);
  samspill_vocabulary_foreach ("municipality-facts.csv", 9, read_facts, reg);
  g_list_store_splice (reg->list, 0, 0, reg->all->pdata, reg->all->len);
  g_list_store_sort (reg->list, compare_keys, NULL);
  read_sample (reg);
  return reg;
}

static Register *
get_register (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_register, NULL);
}

/* Overrides */

static void
samspill_municipality_finalize (GObject *object)
{
  SamspillMunicipality *self = SAMSPILL_MUNICIPALITY (object);

  g_free (self->number);
  g_free (self->name);
  g_free (self->short_name);
  g_free (self->county);
  g_free (self->orgnr);
  g_free (self->sort_key);
  g_strfreev (self->folded);
  G_OBJECT_CLASS (samspill_municipality_parent_class)->finalize (object);
}

static void
samspill_municipality_class_init (SamspillMunicipalityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = samspill_municipality_finalize;
}

static void
samspill_municipality_init (SamspillMunicipality *self)
{
}

/* Looking up */

GListModel *
samspill_municipalities (void)
{
  return G_LIST_MODEL (get_register ()->list);
}

SamspillMunicipality *
samspill_municipality_by_number (const char *number)
{
  return number != NULL ? g_hash_table_lookup (get_register ()->by_number, number) : NULL;
}

SamspillMunicipality *
samspill_municipality_by_orgnr (const char *orgnr)
{
  return orgnr != NULL ? g_hash_table_lookup (get_register ()->by_orgnr, orgnr) : NULL;
}

/* How well a municipality fits what was typed; 0: not at all. */
static guint
fit (SamspillMunicipality *self, const char *folded, const char *digits)
{
  guint best = 0;

  if (*digits != '\0' && (g_str_has_prefix (self->number, digits) || g_strcmp0 (self->orgnr, digits) == 0))
    return 4;
  for (gsize i = 0; self->folded[i] != NULL; i++)
    {
      if (strcmp (self->folded[i], folded) == 0)
        best = MAX (best, 4);
      else if (g_str_has_prefix (self->folded[i], folded))
        best = MAX (best, i == 0 ? 3 : 2);
    }
  /* The invented ones are for trying: who types one out knows what it is. */
  return self->is_invented && best < 4 ? 0 : best;
}

typedef struct
{
  SamspillMunicipality *one;
  guint fit;
} Hit;

static int
compare_hits (gconstpointer a, gconstpointer b)
{
  const Hit *one = a, *other = b;

  if (one->fit != other->fit)
    return one->fit > other->fit ? -1 : 1;
  if (one->one->population != other->one->population)
    return one->one->population > other->one->population ? -1 : 1;
  return strcmp (one->one->sort_key, other->one->sort_key);
}

/**
 * samspill_municipalities_search:
 * @text: what a person has typed so far: a name, a number of the municipality or its organisation number
 * @limit: how many at most
 *
 * Returns: (transfer container) (element-type SamspillMunicipality): best first, larger ones before smaller
 */
GPtrArray *
samspill_municipalities_search (const char *text, guint limit)
{
  Register *reg = get_register ();
  GPtrArray *found = g_ptr_array_new ();
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *folded = samspill_fold (stripped);
  g_autoptr (GString) digits = g_string_new (NULL);

  if (g_str_has_suffix (folded, " kommune"))
    folded[strlen (folded) - strlen (" kommune")] = '\0';
  for (const char *c = stripped; *c != '\0'; c++)
    if (g_ascii_isdigit (*c))
      g_string_append_c (digits, *c);
    else if (!g_ascii_isspace (*c))
      {
        g_string_truncate (digits, 0);
        break;
      }
  if (*folded == '\0')
    return found;
  for (guint i = 0; i < reg->all->len; i++)
    {
      Hit hit = { reg->all->pdata[i], fit (reg->all->pdata[i], folded, digits->str) };

      if (hit.fit > 0)
        g_array_append_val (hits, hit);
    }
  g_array_sort (hits, compare_hits);
  for (guint i = 0; i < MIN (hits->len, limit); i++)
    g_ptr_array_add (found, g_array_index (hits, Hit, i).one);
  return found;
}

/* What is known of one */

const char *
samspill_municipality_get_number (SamspillMunicipality *self)
{
  return self->number;
}

const char *
samspill_municipality_get_name (SamspillMunicipality *self)
{
  return self->name;
}

const char *
samspill_municipality_get_short_name (SamspillMunicipality *self)
{
  return self->short_name;
}

const char *
samspill_municipality_get_county (SamspillMunicipality *self)
{
  return self->county;
}

const char *
samspill_municipality_get_orgnr (SamspillMunicipality *self)
{
  return self->orgnr;
}

const char *
samspill_municipality_get_language (SamspillMunicipality *self)
{
  return self->language;
}

gint64
samspill_municipality_get_population (SamspillMunicipality *self)
{
  return self->population;
}

gboolean
samspill_municipality_is_invented (SamspillMunicipality *self)
{
  return self->is_invented;
}

/**
 * samspill_owner_dup_name:
 * @orgnr: (nullable): an organisation number
 *
 * Returns: (transfer full) (nullable): name of the municipality, or of an invented body of the sample data
 */
char *
samspill_owner_dup_name (const char *orgnr)
{
  SamspillMunicipality *one = samspill_municipality_by_orgnr (orgnr);

  if (one != NULL)
    /* Translators: the municipality of that name. */
    return g_strdup_printf (_ ("%s municipality"), one->short_name);
  return orgnr != NULL ? g_strdup (g_hash_table_lookup (get_register ()->invented_names, orgnr)) : NULL;
}
