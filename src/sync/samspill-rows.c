/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-peer-private.h"

#include <string.h>

#include "samspill-json-scan.h"

char *
samspill_sync_dup_string (const char *value, gsize length)
{
  if (length < 2 || *value != '"')
    return NULL;

  g_autoptr (GString) text = g_string_sized_new (length);
  samspill_json_decode (text, value + 1, length - 2);
  return memchr (text->str, '\0', text->len) == NULL ? g_string_free_and_steal (g_steal_pointer (&text)) : NULL;
}

SamspillRows *
samspill_rows_new (SamspillRows *texts_of)
{
  SamspillRows *self = g_new0 (SamspillRows, 1);

  g_atomic_ref_count_init (&self->refs);
  self->texts_of = texts_of != NULL ? samspill_rows_ref (texts_of) : NULL;
  self->strings = texts_of == NULL ? g_string_chunk_new (16 * 1024) : NULL;
  self->rows = g_array_new (FALSE, FALSE, sizeof (SamspillRow));
  self->revs = g_ptr_array_new ();
  return self;
}

SamspillRows *
samspill_rows_ref (SamspillRows *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
samspill_rows_unref (SamspillRows *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->texts_of, samspill_rows_unref);
  g_clear_pointer (&self->strings, g_string_chunk_free);
  g_array_unref (self->rows);
  g_ptr_array_unref (self->revs);
  g_free (self);
}

const char *
samspill_rows_keep (SamspillRows *self, const char *text)
{
  return g_string_chunk_insert (self->strings, text);
}

void
samspill_rows_begin (SamspillRows *self, const char *id)
{
  SamspillRow row = { id, self->revs->len, 0 };

  g_array_append_val (self->rows, row);
}

void
samspill_rows_add (SamspillRows *self, const char *rev)
{
  g_ptr_array_add (self->revs, (gpointer)rev);
}

void
samspill_rows_end (SamspillRows *self)
{
  SamspillRow *row = samspill_rows_get (self, self->rows->len - 1);

  row->n_revs = self->revs->len - row->first;
  if (row->n_revs == 0)
    g_array_set_size (self->rows, self->rows->len - 1);
  else
    g_ptr_array_add (self->revs, NULL);
}

const char *const *
samspill_rows_get_revs (SamspillRows *self, guint i)
{
  return (const char *const *)self->revs->pdata + samspill_rows_get (self, i)->first;
}

void
samspill_feed_page_free (SamspillFeedPage *self)
{
  g_clear_pointer (&self->rows, samspill_rows_unref);
  g_free (self->last_seq);
  g_free (self);
}

SamspillParcels *
samspill_parcels_new (SamspillRows *wants)
{
  SamspillParcels *self = g_new0 (SamspillParcels, 1);

  self->wants = samspill_rows_ref (wants);
  self->parcels = g_array_new (FALSE, FALSE, sizeof (SamspillParcel));
  self->owners = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  self->refusals = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_refusal_free);
  return self;
}

void
samspill_parcels_free (SamspillParcels *self)
{
  samspill_rows_unref (self->wants);
  g_array_unref (self->parcels);
  g_ptr_array_unref (self->owners);
  g_ptr_array_unref (self->refusals);
  g_free (self);
}
