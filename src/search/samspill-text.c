/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-text-private.h"

#include <libstemmer.h>
#include <string.h>

#define COMBINING_DIAERESIS 0x0308
#define COMBINING_RING 0x030A

static void
stemmer_free (gpointer stemmer)
{
  sb_stemmer_delete (stemmer);
}

/* A Snowball stemmer has state; one a thread. */
static GPrivate thread_stemmer = G_PRIVATE_INIT (stemmer_free);

static struct sb_stemmer *
get_stemmer (void)
{
  struct sb_stemmer *stemmer = g_private_get (&thread_stemmer);

  if (stemmer == NULL)
    {
      stemmer = sb_stemmer_new ("norwegian", "UTF_8");
      if (stemmer == NULL)
        g_error ("libstemmer has no Norwegian stemmer");
      g_private_set (&thread_stemmer, stemmer);
    }
  return stemmer;
}

/* A word while it is being folded. */
typedef struct
{
  char bytes[SAMSPILL_WORD_MAX_BYTES + 8];
  gsize length;
  gsize last; /* where the last letter begins */
} Word;

static void
word_append (Word *word, gunichar c)
{
  if (word->length >= SAMSPILL_WORD_MAX_BYTES)
    return;
  word->last = word->length;
  word->length += g_unichar_to_utf8 (c, word->bytes + word->length);
}

static gboolean
word_ends_with (const Word *word, char letter)
{
  return word->length > 0 && word->last == word->length - 1 && word->bytes[word->last] == letter;
}

static void
word_replace_last (Word *word, gunichar c)
{
  word->length = word->last;
  word_append (word, c);
}

/* A mark that stands by itself after its letter, as macOS and some PDF files write it. */
static void
word_add_mark (Word *word, gunichar mark)
{
  if (mark == COMBINING_RING && word_ends_with (word, 'a'))
    word_replace_last (word, 0xE5);
  else if (mark == COMBINING_DIAERESIS && word_ends_with (word, 'a'))
    word_replace_last (word, 0xE6);
  else if (mark == COMBINING_DIAERESIS && word_ends_with (word, 'o'))
    word_replace_last (word, 0xF8);
}

static void
word_add_letter (Word *word, gunichar c)
{
  gunichar decomposed[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];

  if (c < 0x80)
    {
      if ((c == 'a' || c == 'A') && word_ends_with (word, 'a'))
        word_replace_last (word, 0xE5);
      else
        word_append (word, g_ascii_tolower ((char)c));
      return;
    }

  c = g_unichar_tolower (c);
  switch (c)
    {
    case 0xE6: /* æ */
    case 0xF8: /* ø */
    case 0xE5: /* å */
      word_append (word, c);
      return;
    case 0xE4: /* ä */
      word_append (word, 0xE6);
      return;
    case 0xF6: /* ö */
      word_append (word, 0xF8);
      return;
    case 0x111: /* đ */
    case 0xF0:  /* ð */
      word_append (word, 'd');
      return;
    case 0x14B: /* ŋ */
      word_append (word, 'n');
      return;
    case 0x167: /* ŧ */
      word_append (word, 't');
      return;
    case 0x292: /* ʒ, in Skolt Sámi with a caron */
      word_append (word, 'z');
      return;
    case 0x142: /* ł */
      word_append (word, 'l');
      return;
    case 0xDF: /* ß */
      word_append (word, 's');
      word_append (word, 's');
      return;
    default:
      break;
    }

  if (g_unichar_fully_decompose (c, FALSE, decomposed, G_N_ELEMENTS (decomposed)) > 1 && decomposed[0] < 0x250)
    word_append (word, g_unichar_tolower (decomposed[0]));
  else
    word_append (word, c);
}

static gboolean
flush_word (Word *word, gsize start, gsize end, SamspillWordFunc func, gpointer data)
{
  gboolean go_on = TRUE;

  if (word->length > 0)
    {
      word->bytes[word->length] = '\0';
      go_on = func (word->bytes, word->length, start, end, data);
    }
  word->length = 0;
  word->last = 0;
  return go_on;
}

gboolean
samspill_text_foreach_word (const char *text, gssize length, SamspillWordFunc func, gpointer data)
{
  const gsize size = length < 0 ? strlen (text) : (gsize)length;
  Word word = { .length = 0 };
  gsize start = 0, position = 0;

  while (position < size)
    {
      const gsize here = position;
      const guchar byte = (guchar)text[position];
      gunichar c = byte;

      if (byte < 0x80)
        position++;
      else
        {
          c = g_utf8_get_char_validated (text + position, (gssize)(size - position));
          if ((c & 0x80000000u) != 0)
            {
              c = ' ';
              position++;
            }
          else
            position = (gsize)(g_utf8_next_char (text + position) - text);
        }

      if (byte < 0x80 ? g_ascii_isalnum ((char)byte) : g_unichar_isalnum (c))
        {
          if (word.length == 0)
            start = here;
          word_add_letter (&word, c);
        }
      else if (c == 0xAD || (word.length > 0 && g_unichar_ismark (c)))
        word_add_mark (&word, c); /* a soft hyphen or an accent does not end a word */
      else if (!flush_word (&word, start, here, func, data))
        return FALSE;
    }
  return flush_word (&word, start, size, func, data);
}

static gboolean
collect_word (const char *word, gsize length, gsize start, gsize end, gpointer data)
{
  g_ptr_array_add (data, g_strndup (word, length));
  return TRUE;
}

GPtrArray *
samspill_text_words (const char *text, gssize length)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  samspill_text_foreach_word (text, length, collect_word, words);
  return words;
}

static gboolean
join_word (const char *word, gsize length, gsize start, gsize end, gpointer data)
{
  GString *joined = data;

  if (joined->len > 0)
    g_string_append_c (joined, ' ');
  g_string_append_len (joined, word, (gssize)length);
  return TRUE;
}

char *
samspill_text_fold (const char *text, gssize length)
{
  GString *joined = g_string_new (NULL);

  samspill_text_foreach_word (text, length, join_word, joined);
  return g_string_free (joined, FALSE);
}

static gboolean
join_stem (const char *word, gsize length, gsize start, gsize end, gpointer data)
{
  const char *stem = samspill_word_stem (word);

  return join_word (stem, strlen (stem), start, end, data);
}

char *
samspill_text_stems (const char *text, gssize length)
{
  GString *joined = g_string_new (NULL);

  samspill_text_foreach_word (text, length, join_stem, joined);
  return g_string_free (joined, FALSE);
}

/* Æ, ø and å come after z, in this order; '{' is the byte after 'z'. A number is led by its count of digits, so that 9
 * comes before 10. */
static gboolean
join_sort_key (const char *word, gsize length, gsize start, gsize end, gpointer data)
{
  GString *key = data;

  if (key->len > 0)
    g_string_append_c (key, ' ');
  for (const char *p = word; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (c == 0xE6)
        g_string_append (key, "{a");
      else if (c == 0xF8)
        g_string_append (key, "{b");
      else if (c == 0xE5)
        g_string_append (key, "{c");
      else if (g_ascii_isdigit (*p) && (p == word || !g_ascii_isdigit (p[-1])))
        {
          const gsize digits = strspn (p, "0123456789");

          g_string_append_c (key, (char)('0' + MIN (digits, 9)));
          g_string_append_c (key, *p);
        }
      else
        g_string_append_unichar (key, c);
    }
  return key->len < 256;
}

char *
samspill_text_sort_key (const char *text)
{
  GString *key = g_string_new (NULL);

  samspill_text_foreach_word (text, -1, join_sort_key, key);
  return g_string_free (key, FALSE);
}

const char *
samspill_word_stem (const char *word)
{
  static _Thread_local char shortened[SAMSPILL_WORD_MAX_BYTES + 8];
  const char *stem;
  gsize length;

  if (strpbrk (word, "0123456789") != NULL)
    return word;
  stem = (const char *)sb_stemmer_stem (get_stemmer (), (const sb_symbol *)word, (int)strlen (word));
  if (stem == NULL)
    return word;

  /* No Norwegian word ends in mm: "hjemmet" and "hjem", "rommene" and "rom". */
  length = strlen (stem);
  if (length < 3 || length >= sizeof shortened || !g_str_has_suffix (stem, "mm"))
    return stem;
  memcpy (shortened, stem, length - 1);
  shortened[length - 1] = '\0';
  return shortened;
}

gboolean
samspill_word_plain (const char *word, char *plain)
{
  gboolean differs = FALSE;

  while (*word != '\0')
    {
      /* æ ø å are C3 A6, C3 B8, C3 A5. */
      if ((guchar)word[0] == 0xC3 && ((guchar)word[1] == 0xA6 || (guchar)word[1] == 0xB8 || (guchar)word[1] == 0xA5))
        {
          if ((guchar)word[1] == 0xA6)
            *plain++ = 'a';
          *plain++ = (guchar)word[1] == 0xA6 ? 'e' : (guchar)word[1] == 0xB8 ? 'o' : 'a';
          word += 2;
          differs = TRUE;
        }
      else
        *plain++ = *word++;
    }
  *plain = '\0';
  return differs;
}
