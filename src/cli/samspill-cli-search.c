/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "samspill-cli.h"

#define MOST_HITS 1000
#define MOST_SIMILAR 5

static void
print_row (Cli *cli, const char *id, const char *type, const char *title, const char *reason)
{
  if (cli->json)
    {
      CliLine *line = cli_line_new ();
      cli_line_string (line, "id", id);
      cli_line_string (line, "type", type);
      cli_line_string (line, "title", title != NULL ? title : "");
      cli_line_string (line, "reason", reason);
      cli_line_print (line);
    }
  else if (reason != NULL)
    {
      cli_print ("%s\t%s\t%s\n", id, title != NULL ? title : "", reason);
    }
  else
    {
      cli_print ("%s\t%s\n", id, title != NULL ? title : "");
    }
}

static CliExit
print_query (Cli *cli, SamspillQuery *query, guint limit)
{
  SamspillIndex *index = samspill_profile_get_index (cli->profile);
  GError *error = NULL;

  if (!cli_wait_for_index (cli, &error))
    return cli_fail (error);
  g_autoptr (SamspillResult) result = samspill_index_query (index, query, limit, NULL, &error);
  if (result == NULL)
    return cli_fail (error);
  for (guint i = 0; i < result->n_docs; i++)
    {
      g_autoptr (SamspillRow) row = samspill_index_get_row (index, result->docs[i], NULL);
      if (row != NULL)
        print_row (cli, row->id, row->type, row->title, NULL);
    }
  return CLI_DONE;
}

/* The named space, or all but what came with the program. */
static char **
spaces_to_list (Cli *cli, gint64 *count, GError **error)
{
  SamspillStore *store = samspill_profile_get_store (cli->profile);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) spaces = samspill_store_list_spaces (store, error);

  if (spaces == NULL)
    return NULL;
  if (cli->space != NULL && !g_strv_contains ((const char *const *)spaces, cli->space))
    {
      g_set_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND,
                   _ ("There is no space “%s” in this profile."), cli->space);
      return NULL;
    }
  for (char **space = spaces; *space != NULL; space++)
    if (cli->space != NULL ? g_str_equal (*space, cli->space) : !g_str_equal (*space, "shipped"))
      {
        g_strv_builder_add (builder, *space);
        *count += samspill_store_count (store, *space, NULL);
      }
  return g_strv_builder_end (builder);
}

CliExit
cli_list (Cli *cli)
{
  GError *error = NULL;
  const char *type = cli->arguments[0];
  gint64 count = 0;
  g_autoptr (SamspillQuery) query = samspill_query_new ();

  if (samspill_type_lookup (type) == NULL)
    {
      g_autofree char *types = g_strjoinv (", ", (char **)samspill_type_list ());
      cli_complain (_ ("There are no records of the type “%s”. Types are: %s."), type, types);
      return CLI_USAGE;
    }
  query->spaces = spaces_to_list (cli, &count, &error);
  if (query->spaces == NULL)
    return cli_fail (error);
  if (count == 0)
    return CLI_DONE;
  query->type = g_strdup (type);
  query->order = SAMSPILL_ORDER_CHANGED;
  return print_query (cli, query, (guint)MIN (count, G_MAXINT));
}

CliExit
cli_search (Cli *cli)
{
  GError *error = NULL;
  const char *text = cli_text_argument (cli->arguments[0], &error);
  g_autoptr (SamspillQuery) query = samspill_query_new ();

  if (text == NULL)
    return cli_fail (error);
  query->text = g_strdup (text);
  query->order = SAMSPILL_ORDER_RELEVANCE;
  if (cli->space != NULL)
    {
      const char *const spaces[] = { cli->space, NULL };
      query->spaces = g_strdupv ((char **)spaces);
    }
  return print_query (cli, query, MOST_HITS);
}

CliExit
cli_similar (Cli *cli)
{
  GError *error = NULL;
  const char *id = cli_text_argument (cli->arguments[0], &error);
  g_autoptr (SamspillLoaded) loaded = id != NULL ? samspill_profile_load (cli->profile, cli->space, id, &error) : NULL;

  if (loaded == NULL || !cli_wait_for_index (cli, &error))
    return cli_fail (error);
  g_autoptr (GPtrArray) found =
      samspill_index_similar (samspill_profile_get_index (cli->profile), loaded->record, MOST_SIMILAR, NULL, &error);
  if (found == NULL)
    return cli_fail (error);
  for (guint i = 0; i < found->len; i++)
    {
      const SamspillSimilar *one = found->pdata[i];
      print_row (cli, one->id, one->type, one->title, one->reason != NULL ? one->reason : "");
    }
  return CLI_DONE;
}
