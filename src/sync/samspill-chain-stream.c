/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-files-private.h"

/* A GInputStream over texts and files in a row, so that a message with large files is never in memory as a whole. */

typedef struct
{
  GInputStream parent_instance;
  GPtrArray *parts; /* GInputStream or GFile */
  guint next;
  GInputStream *current; /* nullable */
} SamspillChainStream;

typedef struct
{
  GInputStreamClass parent_class;
} SamspillChainStreamClass;

static GType samspill_chain_stream_get_type (void);
#define SAMSPILL_CHAIN_STREAM(object)                                                                                  \
  (G_TYPE_CHECK_INSTANCE_CAST ((object), samspill_chain_stream_get_type (), SamspillChainStream))
G_DEFINE_TYPE (SamspillChainStream, samspill_chain_stream, G_TYPE_INPUT_STREAM)

static gboolean
open_next (SamspillChainStream *self, GCancellable *cancellable, GError **error)
{
  GObject *part = self->parts->pdata[self->next++];

  if (G_IS_INPUT_STREAM (part))
    self->current = g_object_ref (G_INPUT_STREAM (part));
  else
    self->current = G_INPUT_STREAM (g_file_read (G_FILE (part), cancellable, error));
  return self->current != NULL;
}

static gssize
chain_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  SamspillChainStream *self = SAMSPILL_CHAIN_STREAM (stream);

  for (;;)
    {
      if (self->current == NULL && self->next == self->parts->len)
        return 0;
      if (self->current == NULL && !open_next (self, cancellable, error))
        return -1;
      gssize n = g_input_stream_read (self->current, buffer, count, cancellable, error);
      if (n != 0)
        return n;
      g_clear_object (&self->current);
    }
}

static void
samspill_chain_stream_finalize (GObject *object)
{
  SamspillChainStream *self = SAMSPILL_CHAIN_STREAM (object);

  g_clear_object (&self->current);
  g_ptr_array_unref (self->parts);
  G_OBJECT_CLASS (samspill_chain_stream_parent_class)->finalize (object);
}

static void
samspill_chain_stream_class_init (SamspillChainStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = samspill_chain_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = chain_read;
}

static void
samspill_chain_stream_init (SamspillChainStream *self)
{
}

GInputStream *
samspill_chain_stream_new (GPtrArray *parts)
{
  SamspillChainStream *self = g_object_new (samspill_chain_stream_get_type (), NULL);

  self->parts = parts;
  return G_INPUT_STREAM (self);
}
