/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-registry-private.h"

G_BEGIN_DECLS

/* What a rule is given, as JSON text: documents with their `_` members, as CouchDB hands them to validate_doc_update. */
void  samspill_rule_write_document (GString *json /* what was in it goes */, const SamspillWireDocument *document, gboolean revisions, gboolean attachments);
char *samspill_rule_write_stored   (const SamspillDocument *document);
char *samspill_rule_write_user     (const SamspillAccount *account, const char *space); /* userCtx */

G_END_DECLS
