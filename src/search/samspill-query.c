/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-query-private.h"

#include <string.h>

SamspillQuery *
samspill_query_new (void)
{
  return g_new0 (SamspillQuery, 1);
}

SamspillQuery *
samspill_query_copy (const SamspillQuery *self)
{
  SamspillQuery *copy;

  g_return_val_if_fail (self != NULL, NULL);

  copy = samspill_query_new ();
  copy->text = g_strdup (self->text);
  copy->type = g_strdup (self->type);
  copy->spaces = g_strdupv (self->spaces);
  copy->owners = g_strdupv (self->owners);
  copy->phase = g_strdup (self->phase);
  copy->subject = g_strdup (self->subject);
  copy->refers_to = g_strdup (self->refers_to);
  copy->trashed = self->trashed;
  copy->order = self->order;
  return copy;
}

void
samspill_query_free (SamspillQuery *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_free (self->type);
  g_strfreev (self->spaces);
  g_strfreev (self->owners);
  g_free (self->phase);
  g_free (self->subject);
  g_free (self->refers_to);
  g_free (self);
}

char **
samspill_query_dup_chips (const SamspillQuery *self)
{
  g_autoptr (SamspillParsedQuery) parsed = NULL;
  g_autoptr (GStrvBuilder) chips = g_strv_builder_new ();

  g_return_val_if_fail (self != NULL, NULL);

  parsed = samspill_parsed_query_new (self->text);
  for (guint i = 0; i < parsed->filters->len; i++)
    {
      const SamspillFilter *filter = g_ptr_array_index (parsed->filters, i);

      g_strv_builder_add_many (chips, filter->typed, filter->label, NULL);
    }
  return g_strv_builder_end (chips);
}

char *
samspill_query_dup_text_without_chip (const SamspillQuery *self, guint n)
{
  g_autoptr (SamspillParsedQuery) parsed = NULL;
  const SamspillFilter *filter;
  const char *place;

  g_return_val_if_fail (self != NULL, NULL);

  parsed = samspill_parsed_query_new (self->text);
  filter = n < parsed->filters->len ? g_ptr_array_index (parsed->filters, n) : NULL;
  place = filter != NULL ? strstr (self->text, filter->typed) : NULL;
  if (place == NULL)
    return g_strdup (self->text != NULL ? self->text : "");
  return g_strstrip (g_strdup_printf ("%.*s%s", (int)(place - self->text), self->text, place + strlen (filter->typed)));
}
