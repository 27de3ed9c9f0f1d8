/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-attachments.h"
#include "samspill-json-text.h"
#include "samspill-store-private.h"

G_BEGIN_DECLS

char    *samspill_attachment_make_stub  (const SamspillBlob *blob, const char *content_type, guint64 revpos /* 0: that of the revision to come */);
/* A member that is a whole number. */
gboolean samspill_attachment_get_number (const char *value, gsize length, const char *name, guint64 *number);

G_END_DECLS
