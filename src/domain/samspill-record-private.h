/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-record.h"

G_BEGIN_DECLS

/* The member that `field` names; dots descend. (nullable) */
JsonNode *samspill_record_descend       (JsonObject *object, const char *field);
gboolean  samspill_record_node_is_empty (JsonNode *node);
const char *samspill_record_node_string (JsonNode *node); /* NULL where it is no string */
/* The record to read from; borrowed. */
JsonObject *samspill_record_get_root        (SamspillRecord *self);
/* The texts in another language. (nullable) */
JsonObject *samspill_record_get_translation (SamspillRecord *self, const char *lang);
/* The part of validate that holds for half a record too: type known, kinds, bounds. */
gboolean  samspill_record_check_kinds   (SamspillRecord *self, GError **error);
/* Sets an error of the domain. Always FALSE, so that a check can return it. */
gboolean  samspill_domain_refuse        (GError **error, int code, const char *format, ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
