/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-tokenizer-private.h"

#include "samspill-text-private.h"

#include <string.h>

typedef int (*TokenFunc) (void *context, int flags, const char *token, int n_token, int start, int end);

typedef struct
{
  TokenFunc func;
  void *context;
  int flags;
  int result;
} Run;

static gboolean
emit_word (const char *word, gsize length, gsize start, gsize end, gpointer data)
{
  Run *run = data;
  const char *token = (run->flags & FTS5_TOKENIZE_PREFIX) != 0 ? word : samspill_word_stem (word);
  char plain[2 * SAMSPILL_WORD_MAX_BYTES];

  run->result = run->func (run->context, 0, token, (int)strlen (token), (int)start, (int)end);
  if (run->result == SQLITE_OK && (run->flags & FTS5_TOKENIZE_QUERY) == 0 && samspill_word_plain (word, plain))
    {
      token = samspill_word_stem (plain);
      run->result = run->func (run->context, FTS5_TOKEN_COLOCATED, token, (int)strlen (token), (int)start, (int)end);
    }
  return run->result == SQLITE_OK;
}

static int
tokenizer_create (void *context, const char **arguments, int n_arguments, Fts5Tokenizer **tokenizer)
{
  /* There is no state; SQLite wants something that is not NULL. */
  *tokenizer = (Fts5Tokenizer *)context;
  return SQLITE_OK;
}

static void
tokenizer_delete (Fts5Tokenizer *tokenizer)
{
}

static int
tokenizer_tokenize (Fts5Tokenizer *tokenizer, void *context, int flags, const char *text, int length, TokenFunc func)
{
  Run run = { .func = func, .context = context, .flags = flags, .result = SQLITE_OK };

  if (text != NULL && length > 0)
    samspill_text_foreach_word (text, length, emit_word, &run);
  return run.result;
}

static fts5_api *
get_fts5_api (sqlite3 *db)
{
  sqlite3_stmt *statement = NULL;
  fts5_api *api = NULL;

  if (sqlite3_prepare_v2 (db, "SELECT fts5(?1)", -1, &statement, NULL) == SQLITE_OK)
    {
      sqlite3_bind_pointer (statement, 1, (void *)&api, "fts5_api_ptr", NULL);
      sqlite3_step (statement);
    }
  sqlite3_finalize (statement);
  return api;
}

gboolean
samspill_tokenizer_register (sqlite3 *db)
{
  static fts5_tokenizer tokenizer = { tokenizer_create, tokenizer_delete, tokenizer_tokenize };
  fts5_api *api = get_fts5_api (db);

  return api != NULL && api->xCreateTokenizer (api, "samspill", &tokenizer, &tokenizer, NULL) == SQLITE_OK;
}
