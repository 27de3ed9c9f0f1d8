/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which rules hold in a space, and several engines that judge at once. A batch is cut into pieces; the caller works
 * too, so that nothing waits for a free thread. */

#include "samspill-account-private.h"
#include "samspill-rule-engine.h"

#include <string.h>

#include "samspill-json-text.h"
#include "samspill-registry-resources.h"
#include "samspill-resource.h"
#include "samspill-rule-text.h"

#define DESIGN "_design/"
#define AFTER_DESIGN "_design0"
#define LOCAL "_local/"
#define PIECE 32
#define MAX_RULES 20 /* design documents with validate_doc_update in one database */
#define MAX_RULE_FILE (256 * 1024)

static const struct
{
  const char *file;
  const char *prefix; /* of the space */
  gboolean whole;     /* the space is called so */
} kinds[] = {
  { "commons.js", "commons", TRUE },
  { "team.js", "team-", FALSE },
  { "joint.js", "joint-", FALSE },
  { "users.js", "_users", TRUE },
};

/* The rules of one space; immutable. */
typedef struct
{
  gatomicrefcount references;
  GPtrArray *rules; /* of SamspillRule */
  gboolean wants_old, wants_revisions, wants_attachments;
} RuleSet;

struct _SamspillRules
{
  SamspillRegistry *registry;
  SamspillRule *own[G_N_ELEMENTS (kinds)];
  GMutex lock; /* of all that follows */
  GCond engine_free;
  GQueue idle; /* of SamspillRuleEngine */
  guint engines, max_engines;
  GHashTable *sets;   /* space → RuleSet */
  guint64 generation; /* of the design documents */
  GThreadPool *helpers;
};

/* One call of samspill_rules_judge. */
typedef struct
{
  gatomicrefcount references;
  SamspillRules *rules;
  SamspillStore *store;
  RuleSet *set;
  const char *space;
  const SamspillWireDocument *documents;
  guint n;
  gboolean new_edits, may_design;
  GError **refusals;
  char *user, *security;
  int next;            /* atomic: the first document that nobody has taken */
  int broken;          /* atomic: a rule failed; those after it are refused without running it for as long again */
  char *broken_reason; /* under the lock */
  guint done;          /* under the lock */
  GMutex lock;
  GCond all_done;
} Judgement;

/* --- the rules of a space --- */

static RuleSet *
set_ref (RuleSet *set)
{
  g_atomic_ref_count_inc (&set->references);
  return set;
}

static void
set_unref (RuleSet *set)
{
  if (!g_atomic_ref_count_dec (&set->references))
    return;
  g_ptr_array_unref (set->rules);
  g_free (set);
}

static SamspillRule *
own_rule (SamspillRules *self, const char *space)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].whole ? g_str_equal (space, kinds[i].prefix) : g_str_has_prefix (space, kinds[i].prefix))
      return self->own[i];
  return NULL;
}

/* NULL: the design document has no validate_doc_update. */
static SamspillRule *
read_design (const char *id, GBytes *body)
{
  gsize length = 0;
  const char *text = body != NULL ? g_bytes_get_data (body, &length) : NULL;
  g_autofree char *source =
      text != NULL ? samspill_json_dup_string (text, (gssize)length, "validate_doc_update") : NULL;
  if (source == NULL)
    return NULL;
  g_autofree char *quoted = samspill_json_quote (id);
  const char *const names[] = { "_id", NULL };
  const char *const values[] = { quoted, NULL };
  g_autofree char *design = samspill_json_splice (text, (gssize)length, names, values);
  return samspill_rule_new (id, source, design);
}

static gboolean
add_id_cb (const char *id, const char *rev, gpointer data)
{
  GPtrArray *ids = data;

  g_ptr_array_add (ids, g_strdup (id));
  return TRUE;
}

static gboolean
add_designs (SamspillRules *self, const char *space, RuleSet *set, GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  if (!samspill_store_foreach_document (self->registry->store, space, DESIGN, AFTER_DESIGN, FALSE, FALSE, add_id_cb,
                                        ids, error))
    return FALSE;
  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      g_autoptr (SamspillDocument) document = samspill_store_get (self->registry->store, space, id, NULL, error);
      if (document == NULL)
        return FALSE;
      SamspillRule *rule = read_design (id, document->body);
      if (rule != NULL)
        g_ptr_array_add (set->rules, rule);
    }
  if (set->rules->len > MAX_RULES)
    {
      g_set_error (error, SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_FAILED,
                   "The database has more than %d design documents with validate_doc_update.", MAX_RULES);
      return FALSE;
    }
  return TRUE;
}

static RuleSet *
load_set (SamspillRules *self, const char *space, GError **error)
{
  RuleSet *set = g_new0 (RuleSet, 1);
  SamspillRule *own = own_rule (self, space);

  g_atomic_ref_count_init (&set->references);
  set->rules = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_rule_unref);
  if (own != NULL)
    g_ptr_array_add (set->rules, samspill_rule_ref (own));
  if (!add_designs (self, space, set, error))
    {
      set_unref (set);
      return NULL;
    }
  for (guint i = 0; i < set->rules->len; i++)
    {
      const SamspillRule *rule = g_ptr_array_index (set->rules, i);
      set->wants_old = set->wants_old || rule->wants_old;
      set->wants_revisions = set->wants_revisions || rule->wants_revisions;
      set->wants_attachments = set->wants_attachments || rule->wants_attachments;
    }
  return set;
}

static RuleSet *
get_set (SamspillRules *self, const char *space, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  RuleSet *set = g_hash_table_lookup (self->sets, space);
  guint64 generation = self->generation;

  if (set != NULL)
    return set_ref (set);
  g_clear_pointer (&locker, g_mutex_locker_free);
  set = load_set (self, space, error);
  locker = g_mutex_locker_new (&self->lock);
  if (set != NULL && generation == self->generation) /* else a design document was written while these were read */
    g_hash_table_replace (self->sets, g_strdup (space), set_ref (set));
  return set;
}

void
samspill_rules_forget (SamspillRules *self, const char *space)
{
  g_mutex_lock (&self->lock);
  self->generation++;
  g_hash_table_remove (self->sets, space);
  g_mutex_unlock (&self->lock);
}

/* --- engines --- */

static SamspillRuleEngine *
borrow_engine (SamspillRules *self, gboolean wait)
{
  SamspillRuleEngine *engine;

  g_mutex_lock (&self->lock);
  while ((engine = g_queue_pop_head (&self->idle)) == NULL && self->engines >= self->max_engines && wait)
    g_cond_wait (&self->engine_free, &self->lock);
  if (engine == NULL && self->engines < self->max_engines)
    {
      engine = samspill_rule_engine_new ();
      self->engines++;
    }
  g_mutex_unlock (&self->lock);
  if (engine != NULL)
    samspill_rule_engine_enter (engine);
  return engine;
}

static void
return_engine (SamspillRules *self, SamspillRuleEngine *engine)
{
  g_mutex_lock (&self->lock);
  g_queue_push_head (&self->idle, engine);
  g_cond_signal (&self->engine_free);
  g_mutex_unlock (&self->lock);
}

/* --- judging --- */

/* The revision that this one is an edit of, where it is kept. */
static char *
dup_old (const Judgement *judgement, const SamspillWireDocument *document)
{
  const char *parent = NULL;

  if (!judgement->set->wants_old)
    return NULL;
  if (judgement->new_edits)
    parent = document->rev;
  else if (document->revisions != NULL && document->revisions[0] != NULL)
    parent = document->revisions[1];
  if (parent == NULL)
    return NULL;
  g_autoptr (SamspillDocument) old =
      samspill_store_get (judgement->store, judgement->space, document->id, parent, NULL);
  if (old == NULL || (old->body == NULL && !old->deleted))
    return NULL;
  return samspill_rule_write_stored (old);
}

static void
judge_design (Judgement *judgement, SamspillRuleEngine *engine, const SamspillWireDocument *document, GError **refusal)
{
  if (!judgement->may_design)
    {
      g_set_error_literal (refusal, SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_FORBIDDEN,
                           "You are not a db or server admin.");
      return;
    }
  g_autoptr (SamspillRule) rule = document->deleted ? NULL : read_design (document->id, document->body);
  if (rule != NULL)
    samspill_rule_engine_try (engine, rule, refusal);
}

static void
judge_document (Judgement *judgement, SamspillRuleEngine *engine, GString *json, guint i)
{
  const SamspillWireDocument *document = &judgement->documents[i];
  gboolean broken = FALSE;

  if (g_str_has_prefix (document->id, LOCAL) || judgement->refusals[i] != NULL)
    return;
  if (g_str_has_prefix (document->id, DESIGN))
    {
      judge_design (judgement, engine, document, &judgement->refusals[i]);
      return;
    }
  if (g_atomic_int_get (&judgement->broken))
    {
      g_set_error_literal (&judgement->refusals[i], SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_FORBIDDEN,
                           judgement->broken_reason);
      return;
    }
  g_autofree char *old = dup_old (judgement, document);
  samspill_rule_write_document (json, document, judgement->set->wants_revisions, judgement->set->wants_attachments);
  const SamspillRuleArguments arguments = {
    .document = json->str,
    .length = json->len,
    .old = old,
    .user = judgement->user,
    .security = judgement->security,
  };
  for (guint k = 0; k < judgement->set->rules->len; k++)
    if (!samspill_rule_engine_judge (engine, g_ptr_array_index (judgement->set->rules, k), &arguments, &broken,
                                     &judgement->refusals[i]))
      break;
  if (broken)
    {
      g_mutex_lock (&judgement->lock);
      if (judgement->broken_reason == NULL)
        judgement->broken_reason = g_strdup (judgement->refusals[i]->message);
      g_mutex_unlock (&judgement->lock);
      g_atomic_int_set (&judgement->broken, 1);
    }
}

static void
work (Judgement *judgement, gboolean wait)
{
  g_autoptr (GString) json = NULL;

  if ((guint)g_atomic_int_get (&judgement->next) >= judgement->n)
    return;
  SamspillRuleEngine *engine = borrow_engine (judgement->rules, wait);
  if (engine == NULL)
    return;
  json = g_string_sized_new (4096);
  for (;;)
    {
      guint first = (guint)g_atomic_int_add (&judgement->next, PIECE);
      if (first >= judgement->n)
        break;
      guint end = MIN (first + PIECE, judgement->n);
      for (guint i = first; i < end; i++)
        judge_document (judgement, engine, json, i);
      g_mutex_lock (&judgement->lock);
      judgement->done += end - first;
      if (judgement->done == judgement->n)
        g_cond_signal (&judgement->all_done);
      g_mutex_unlock (&judgement->lock);
    }
  return_engine (judgement->rules, engine);
}

static void
judgement_unref (Judgement *judgement)
{
  if (!g_atomic_ref_count_dec (&judgement->references))
    return;
  set_unref (judgement->set);
  g_free (judgement->user);
  g_free (judgement->security);
  g_free (judgement->broken_reason);
  g_mutex_clear (&judgement->lock);
  g_cond_clear (&judgement->all_done);
  g_free (judgement);
}

static void
help_cb (gpointer data, gpointer user_data)
{
  work (data, FALSE);
  judgement_unref (data);
}

static Judgement *
judgement_new (SamspillRules *self, SamspillRegistryCall *call, const char *space, RuleSet *set)
{
  Judgement *judgement = g_new0 (Judgement, 1);

  g_atomic_ref_count_init (&judgement->references);
  g_mutex_init (&judgement->lock);
  g_cond_init (&judgement->all_done);
  judgement->rules = self;
  judgement->store = self->registry->store;
  judgement->set = set;
  judgement->space = space;
  judgement->user = samspill_rule_write_user (call->account, space);
  judgement->security = samspill_account_dup_security (self->registry, space);
  judgement->may_design = samspill_account_check_admin (call, space, NULL);
  return judgement;
}

static gboolean
has_design (const SamspillWireDocument *documents, guint n)
{
  for (guint i = 0; i < n; i++)
    if (g_str_has_prefix (documents[i].id, DESIGN))
      return TRUE;
  return FALSE;
}

/**
 * samspill_rules_judge:
 * @self: the rules
 * @call: who writes
 * @space: where
 * @documents: (array length=n): each with an id
 * @n: how many
 * @new_edits: edits on top of `rev`, or revisions from elsewhere
 * @refusals: (array length=n): all %NULL, or what was refused before and is not judged again; set for those that may
 * not be written
 * @error: return location for an error
 *
 * Runs the rules of the space, and the validate_doc_update of its design documents, over each document. As in CouchDB
 * design documents are for administrators of the database and are not judged by rules, and `_local` documents are
 * always allowed. A rule that throws anything but {forbidden: …} or {unauthorized: …}, or breaks a bound, refuses what
 * it was asked about and all after it in this call. Blocks; works in this thread and in others.
 *
 * Returns: %FALSE if the rules could not be read; nothing may be written then
 */
gboolean
samspill_rules_judge (SamspillRules *self, SamspillRegistryCall *call, const char *space,
                      const SamspillWireDocument *documents, guint n, gboolean new_edits, GError **refusals,
                      GError **error)
{
  RuleSet *set = get_set (self, space, error);

  if (set == NULL)
    return FALSE;
  if (n == 0 || (set->rules->len == 0 && !has_design (documents, n)))
    {
      set_unref (set);
      return TRUE;
    }
  Judgement *judgement = judgement_new (self, call, space, set);
  judgement->documents = documents;
  judgement->n = n;
  judgement->new_edits = new_edits;
  judgement->refusals = refusals;
  for (guint i = 1; i < MIN (self->max_engines, (n + PIECE - 1) / PIECE); i++)
    {
      g_atomic_ref_count_inc (&judgement->references);
      g_thread_pool_push (self->helpers, judgement, NULL);
    }
  work (judgement, TRUE);
  g_mutex_lock (&judgement->lock);
  while (judgement->done < n)
    g_cond_wait (&judgement->all_done, &judgement->lock);
  g_mutex_unlock (&judgement->lock);
  judgement_unref (judgement);
  return TRUE;
}

/* --- life --- */

static SamspillRule *
load_own (const char *folder, const char *file, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (folder != NULL)
    {
      g_autofree char *path = g_build_filename (folder, file, NULL);
      g_autoptr (GFile) source = g_file_new_for_path (path);
      bytes = samspill_read_file (source, MAX_RULE_FILE, NULL, error);
      if (bytes == NULL)
        return NULL;
    }
  else
    {
      g_autofree char *path = g_strconcat ("/no/samspill/registry/rules/", file, NULL);
      bytes = samspill_resource_lookup (samspill_registry_get_resource (), path);
    }
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autofree char *source = g_strndup (text, length);
  SamspillRule *rule = samspill_rule_new (file, source, NULL);
  SamspillRuleEngine *engine = samspill_rule_engine_new ();
  gboolean good = samspill_rule_engine_try (engine, rule, error);
  samspill_rule_engine_free (engine);
  if (!good)
    g_clear_pointer (&rule, samspill_rule_unref);
  return rule;
}

SamspillRules *
samspill_rules_new (SamspillRegistry *registry, const SamspillRegistryOptions *options, GError **error)
{
  SamspillRules *self = g_new0 (SamspillRules, 1);

  self->registry = registry;
  g_mutex_init (&self->lock);
  g_cond_init (&self->engine_free);
  self->sets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)set_unref);
  self->max_engines = options != NULL && options->rule_threads > 0 ? MIN (options->rule_threads, 64)
                                                                   : CLAMP (g_get_num_processors (), 1, 16);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      self->own[i] = load_own (options != NULL ? options->rules_folder : NULL, kinds[i].file, error);
      if (self->own[i] == NULL)
        {
          samspill_rules_free (self);
          return NULL;
        }
    }
  self->helpers = g_thread_pool_new (help_cb, self, (int)MAX (self->max_engines - 1, 1), FALSE, error);
  if (self->helpers == NULL)
    g_clear_pointer (&self, samspill_rules_free);
  return self;
}

void
samspill_rules_free (SamspillRules *self)
{
  if (self == NULL)
    return;
  if (self->helpers != NULL)
    g_thread_pool_free (self->helpers, FALSE, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_clear_pointer (&self->own[i], samspill_rule_unref);
  g_queue_clear_full (&self->idle, (GDestroyNotify)samspill_rule_engine_free);
  g_hash_table_unref (self->sets);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->engine_free);
  g_free (self);
}
