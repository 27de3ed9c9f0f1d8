/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-rule-text.h"

#include <string.h>

#include "samspill-json-text.h"

static void
append_member (GString *json, const char *name, const char *value)
{
  g_string_append_printf (json, "%s\"%s\":", json->len > 1 ? "," : "", name);
  g_string_append (json, value);
}

static void
append_string (GString *json, const char *name, const char *value)
{
  g_autofree char *quoted = samspill_json_quote (value);

  append_member (json, name, quoted);
}

static void
append_revisions (GString *json, char **revisions)
{
  guint64 start = revisions != NULL && revisions[0] != NULL ? g_ascii_strtoull (revisions[0], NULL, 10) : 0;

  g_string_append_printf (json, ",\"_revisions\":{\"start\":%" G_GUINT64_FORMAT ",\"ids\":[", start);
  for (guint i = 0; start > 0 && revisions[i] != NULL; i++)
    {
      const char *hyphen = strchr (revisions[i], '-');
      g_autofree char *quoted = samspill_json_quote (hyphen != NULL ? hyphen + 1 : revisions[i]);
      g_string_append_printf (json, "%s%s", i > 0 ? "," : "", quoted);
    }
  g_string_append (json, "]}");
}

static void
append_body (GString *json, GBytes *body)
{
  gsize length = 0;
  const char *text = body != NULL ? g_bytes_get_data (body, &length) : NULL;
  gsize i = 0;

  while (i < length && text[i] != '{')
    i++;
  gsize inside = i + 1;
  while (inside < length && g_ascii_isspace (text[inside]))
    inside++;
  if (inside >= length || text[inside] == '}')
    g_string_append_c (json, '}');
  else
    {
      if (json->len > 1)
        g_string_append_c (json, ',');
      g_string_append_len (json, text + inside, (gssize)(length - inside));
    }
}

void
samspill_rule_write_document (GString *json, const SamspillWireDocument *document, gboolean revisions,
                              gboolean attachments)
{
  const char *rev = document->rev;

  if (rev == NULL && document->revisions != NULL)
    rev = document->revisions[0];
  g_string_assign (json, "{");
  append_string (json, "_id", document->id);
  if (rev != NULL)
    append_string (json, "_rev", rev);
  if (revisions)
    append_revisions (json, document->revisions);
  if (document->deleted)
    append_member (json, "_deleted", "true");
  if (attachments && document->attachments != NULL)
    append_member (json, "_attachments", document->attachments);
  append_body (json, document->body);
}

char *
samspill_rule_write_stored (const SamspillDocument *document)
{
  g_autoptr (GString) json = g_string_new ("{");

  append_string (json, "_id", document->id);
  append_string (json, "_rev", document->rev);
  if (document->deleted)
    append_member (json, "_deleted", "true");
  if (document->attachments != NULL)
    append_member (json, "_attachments", document->attachments);
  append_body (json, document->body);
  return g_string_free_and_steal (g_steal_pointer (&json));
}

char *
samspill_rule_write_user (const SamspillAccount *account, const char *space)
{
  g_autoptr (GString) json = g_string_new ("{");

  append_string (json, "db", space);
  if (account->name != NULL)
    append_string (json, "name", account->name);
  else
    append_member (json, "name", "null");
  g_string_append (json, ",\"roles\":[");
  for (guint i = 0; account->roles[i] != NULL; i++)
    {
      g_autofree char *role = samspill_json_quote (account->roles[i]);
      g_string_append_printf (json, "%s%s", i > 0 ? "," : "", role);
    }
  g_string_append (json, "]}");
  return g_string_free_and_steal (g_steal_pointer (&json));
}
