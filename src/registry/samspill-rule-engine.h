/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One function of validate_doc_update, as source. Immutable; shared between threads and engines. */
typedef struct
{
  gatomicrefcount references;
  guint64 number;     /* another for each */
  char *label;        /* "commons.js", "_design/x": for messages */
  char *source;       /* a function expression */
  char *design;       /* the design document, `this` of the function; nullable */
  gboolean wants_old, wants_revisions, wants_attachments;
} SamspillRule;
/* A rule of ours is given only the arguments and members that its text names; one of a design document gets all. */
SamspillRule *samspill_rule_new   (const char *label, const char *source, const char *design);
SamspillRule *samspill_rule_ref   (SamspillRule *self);
void          samspill_rule_unref (SamspillRule *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillRule, samspill_rule_unref)

/* QuickJS with bounds on memory, stack and time. Any thread, one at a time. A rule that broke a bound leaves nothing behind: the
 * engine begins anew. */
#define SAMSPILL_RULE_MAX_BYTES (160 * 1024 * 1024) /* a document of 8 MiB, read into objects, and room to judge it */
#define SAMSPILL_RULE_MAX_STACK (256 * 1024)
#define SAMSPILL_RULE_MAX_MS 500                    /* of the processor, a document; a rule of ours needs 0.01 */

typedef struct _SamspillRuleEngine SamspillRuleEngine;
SamspillRuleEngine *samspill_rule_engine_new  (void);
void                samspill_rule_engine_free (SamspillRuleEngine *self);
/* Before it is used in a thread. */
void                samspill_rule_engine_enter (SamspillRuleEngine *self);

typedef struct
{
  const char *document;  /* JSON, nul-terminated */
  gsize length;
  const char *old;       /* nullable */
  const char *user;      /* userCtx */
  const char *security;  /* secObj */
} SamspillRuleArguments;
/* FALSE: SAMSPILL_REGISTRY_ERROR_FORBIDDEN or UNAUTHORIZED with the rule's words, or FORBIDDEN with what was wrong with the rule.
 * `*broken` (nullable): the rule itself failed (threw something else, took too long or too much). */
gboolean            samspill_rule_engine_judge (SamspillRuleEngine *self, SamspillRule *rule, const SamspillRuleArguments *arguments, gboolean *broken, GError **error);
/* Whether the source is a function: BAD_REQUEST. */
gboolean            samspill_rule_engine_try   (SamspillRuleEngine *self, SamspillRule *rule, GError **error);

G_END_DECLS
