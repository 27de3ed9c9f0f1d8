/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What texts name: concepts of Los, user groups, words of the field said in another way. Names are compared by their keys
 * (samspill-lexicon-private.h). Read once from the program's resources, then immutable and thread-safe; everything
 * returned is borrowed for ever unless said otherwise. */

/* The name or a synonym of a concept of Los, in one word: a thing that one can name. Takes a key. */
gboolean samspill_names_is_los_name      (const char *key);
/* Names a user group in one word. Takes a key. */
gboolean samspill_names_is_user_group    (const char *key);

typedef struct
{
  char *id;                 /* "ord/vannforsyning" */
  gboolean is_theme;        /* "tema/…": broad */
  char *name_nb, *name_nn, *name_en;
  char **broader;           /* ids */
} SamspillLos;

const SamspillLos *samspill_los_lookup     (const char *id); /* nullable */
/* The name in the language of the program (nb, nn or en), as it stands in Los: with a capital. */
const char        *samspill_los_get_label  (const SamspillLos *los);
/* The concept itself and all above it. (transfer container) (element-type SamspillLos) */
GPtrArray         *samspill_los_ancestors  (const SamspillLos *los);
/* Concepts that have the text as a name or a synonym, in any language and inflection. (transfer container)
 * (element-type SamspillLos) */
GPtrArray         *samspill_los_find_named (const char *text);
/* The same; where there is none, those with a name that begins with it (three letters or more). (transfer container)
 * (element-type SamspillLos) */
GPtrArray         *samspill_los_search     (const char *text);

/* One finding in a text: `first` and `n_words` say where in the array of keys. */
typedef struct
{
  gconstpointer what;       /* SamspillLos, SamspillUserGroup, or a word */
  guint first, n_words;
} SamspillFinding;

typedef struct
{
  char *id;
  char *nb, *nn, *en;
} SamspillUserGroup;

const char *samspill_user_group_get_label  (const SamspillUserGroup *group);

/* What the text names, longest names first at each place. `keys` are the keys of all its words in order. (transfer full)
 * (element-type SamspillFinding) */
GArray *samspill_names_find_los          (const GPtrArray *keys);
/* By the synonyms of Los, which may be far from the concept ("vindu" is hazardous waste). */
GArray *samspill_names_find_los_synonyms (const GPtrArray *keys);
/* Other ways to say a word of the field: "noen å snakke med" is ensomhet. `what` is the word, folded. */
GArray *samspill_names_find_field_synonyms (const GPtrArray *keys);
GArray *samspill_names_find_user_groups  (const GPtrArray *keys);

G_END_DECLS
