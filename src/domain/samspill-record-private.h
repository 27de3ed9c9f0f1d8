/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-record.h"

G_BEGIN_DECLS

/* The member that `field` names; dots descend. (nullable) */
JsonNode *samspill_record_descend       (JsonObject *object, const char *field);
gboolean  samspill_record_node_is_empty (JsonNode *node);
/* The part of validate that holds for half a record too: type known, kinds, bounds. */
gboolean  samspill_record_check_kinds   (SamspillRecord *self, GError **error);

G_END_DECLS
