/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-record.h"

G_BEGIN_DECLS

/* The small JSON file that forslag.html gives back: { "samspill": "reply", "version": 1, "need": "<id>",
 * "need_title": "…", "lang": "nb|nn|en", "pitch": { title, problem, for_whom, how, maturity, evidence, references, pilot,
 * price_model, price, rights, security, supplier: { name, orgnr, role, email } } }. Untrusted: checked, bounded, plain text only. */
typedef struct
{
  char *need;                /* id of the need that it answers, nullable: a proposal of its own */
  char *need_title;          /* as the founder saw it; "" where it is not told */
  SamspillRecord *pitch;     /* owner is the reader's organisation; linked by `need` */
} SamspillReply;

void           samspill_reply_free  (SamspillReply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillReply, samspill_reply_free)
gboolean       samspill_reply_is    (const char *text, gssize length); /* looks like a reply file (not yet checked) */
/* Whether it answers this need; else WRONG_NEED, which names the need that it does answer. */
gboolean       samspill_reply_check_need (const SamspillReply *self, const char *need_id, GError **error);
SamspillReply *samspill_reply_parse (const char *text, gssize length, const char *owner, GError **error);

G_END_DECLS
