/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-siphash.h"

#include <string.h>

typedef struct
{
  guint64 a, b, c, d;
} State;

static inline guint64
rotate (guint64 value, guint bits)
{
  return value << bits | value >> (64 - bits);
}

static inline guint64
read_word (const guint8 *bytes)
{
  guint64 word;

  memcpy (&word, bytes, sizeof word);
  return GUINT64_FROM_LE (word);
}

static inline void
mix (State *state, guint rounds)
{
  for (guint i = 0; i < rounds; i++)
    {
      state->a += state->b;
      state->b = rotate (state->b, 13) ^ state->a;
      state->a = rotate (state->a, 32);
      state->c += state->d;
      state->d = rotate (state->d, 16) ^ state->c;
      state->a += state->d;
      state->d = rotate (state->d, 21) ^ state->a;
      state->c += state->b;
      state->b = rotate (state->b, 17) ^ state->c;
      state->c = rotate (state->c, 32);
    }
}

static inline void
take_word (State *state, guint64 word)
{
  state->d ^= word;
  mix (state, 2);
  state->a ^= word;
}

static void
write_word (const State *state, guint8 *bytes)
{
  guint64 word = GUINT64_TO_LE (state->a ^ state->b ^ state->c ^ state->d);

  memcpy (bytes, &word, sizeof word);
}

void
samspill_siphash (const guint8 key[16], const void *data, gsize length, guint8 digest[SAMSPILL_SIPHASH_BYTES])
{
  const guint64 first = read_word (key), second = read_word (key + 8);
  State state = { first ^ G_GUINT64_CONSTANT (0x736f6d6570736575),
                  second ^ G_GUINT64_CONSTANT (0x646f72616e646f6d) ^ 0xee,
                  first ^ G_GUINT64_CONSTANT (0x6c7967656e657261), second ^ G_GUINT64_CONSTANT (0x7465646279746573) };
  const guint8 *at = data;
  guint8 last[8] = { 0 };

  for (gsize left = length; left >= 8; left -= 8, at += 8)
    take_word (&state, read_word (at));
  if (length % 8 > 0)
    memcpy (last, at, length % 8);
  last[7] = (guint8)length;
  take_word (&state, read_word (last));
  state.c ^= 0xee;
  mix (&state, 4);
  write_word (&state, digest);
  state.b ^= 0xdd;
  mix (&state, 4);
  write_word (&state, digest + 8);
  explicit_bzero (last, sizeof last);
  explicit_bzero (&state, sizeof state);
}
