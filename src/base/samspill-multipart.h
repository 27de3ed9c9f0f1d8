/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* multipart/related and multipart/mixed as CouchDB speaks them (RFC 2046, nested: a mixed of relateds), read in pieces as they come and
 * without keeping a part in memory. Bounded: boundary 70 bytes, headers of a part 16 KiB, nesting 2, parts. Not thread-safe. */
typedef struct _SamspillMultipartReader SamspillMultipartReader;

/* A part begins (headers: lower-case names → values), has bytes, ends. FALSE stops with error set. depth: 0 outer, 1 nested. */
typedef struct
{
  gboolean (*begin) (GHashTable *headers, guint depth, gpointer data, GError **error);
  gboolean (*data)  (const guint8 *bytes, gsize length, gpointer data, GError **error);
  gboolean (*end)   (gpointer data, GError **error);
} SamspillMultipartFuncs;

/* content_type: the whole header of the message ("multipart/related; boundary=\"abc\""). NULL with SAMSPILL_BASE_ERROR: not multipart, no boundary. */
SamspillMultipartReader *samspill_multipart_reader_new  (const char *content_type, const SamspillMultipartFuncs *funcs, gpointer data, GError **error);
gboolean                 samspill_multipart_reader_feed (SamspillMultipartReader *self, const guint8 *bytes, gsize length, GError **error);
gboolean                 samspill_multipart_reader_end  (SamspillMultipartReader *self, GError **error); /* error when the closing boundary has not come */
void                     samspill_multipart_reader_free (SamspillMultipartReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillMultipartReader, samspill_multipart_reader_free)

char                    *samspill_multipart_new_boundary (void);
/* "name" of "form-data; name=…", "filename" of "attachment; filename=…", "boundary" …: a parameter of a header, unquoted; NULL. */
char                    *samspill_header_dup_parameter   (const char *header, const char *parameter);

G_END_DECLS
