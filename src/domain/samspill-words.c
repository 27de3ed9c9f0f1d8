/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-words.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  const char *id;
  const char *text;
} Word;

#include "samspill-words-table.h"

static int
compare_words (gconstpointer id, gconstpointer word)
{
  return strcmp (id, ((const Word *)word)->id);
}

static const char *
look_up (const char *lang, const char *id)
{
  gboolean is_nn = g_strcmp0 (lang, "nn") == 0;
  const Word *word = NULL;

  if (is_nn || g_strcmp0 (lang, "nb") == 0)
    word = bsearch (id, is_nn ? words_nn : words_nb, is_nn ? G_N_ELEMENTS (words_nn) - 1 : G_N_ELEMENTS (words_nb) - 1,
                    sizeof (Word), compare_words);
  return word != NULL ? word->text : NULL;
}

/**
 * samspill_words:
 * @lang: (nullable): language of a record
 * @msgid: English text
 *
 * Returns: (transfer none): the text in @lang
 */
const char *
samspill_words (const char *lang, const char *msgid)
{
  const char *text = *msgid != '\0' ? look_up (lang, msgid) : NULL;

  return text != NULL ? text : msgid;
}

/**
 * samspill_words_context:
 * @lang: (nullable): language of a record
 * @context: context, as in C_()
 * @msgid: English text
 *
 * Returns: (transfer none): the text in @lang
 */
const char *
samspill_words_context (const char *lang, const char *context, const char *msgid)
{
  g_autofree char *id = g_strconcat (context, "\004", msgid, NULL);
  const char *text = look_up (lang, id);

  return text != NULL ? text : msgid;
}

/**
 * samspill_words_n:
 * @lang: (nullable): language of a record
 * @one: English text for one
 * @many: English text for none or several
 * @n: how many
 *
 * Returns: (transfer none): the text in @lang
 */
const char *
samspill_words_n (const char *lang, const char *one, const char *many, gulong n)
{
  return samspill_words (lang, n == 1 ? one : many);
}
