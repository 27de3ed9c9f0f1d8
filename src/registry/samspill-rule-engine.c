/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-rule-engine.h"

#include <string.h>
#include <time.h>

#include <quickjs/quickjs.h>

#include "samspill-registry.h"

#define MAX_CONTEXTS 32
#define MAX_REASON 1000
#define ASKED_FIRST 16 /* QuickJS asks once in 10,000 calls or turns of a loop */

/* Each rule has a context of its own, as each design document in CouchDB: none sees what another did to
 * Array.prototype. */
typedef struct
{
  JSContext *context;
  JSValue function, self;
  JSValue user, security; /* read once for a call, and frozen: rules cannot hand anything on in them */
  char *user_text, *security_text;
} Compiled;

struct _SamspillRuleEngine
{
  JSRuntime *runtime;
  GHashTable *compiled; /* number of the rule → Compiled */
  guint asked;          /* by QuickJS, whether to go on */
  gint64 deadline_us;   /* 0: the clock was not read yet; most rules end before it is */
  gboolean too_long;
};

/* What CouchDB offers besides the language. */
static const char prelude[] =
    "var isArray = Array.isArray, toJSON = JSON.stringify;\n"
    "function log() {}\n"
    "function sum(list) { return list.reduce(function (all, one) { return all + one; }, 0); }\n";
static const char freeze[] = "(function freeze(value) {\n"
                             "  if (typeof value === 'object' && value !== null) {\n"
                             "    Object.keys(value).forEach(function (name) { freeze(value[name]); });\n"
                             "    Object.freeze(value);\n"
                             "  }\n"
                             "  return value;\n"
                             "})";

/* --- rules --- */

static gboolean
names_twice (const char *source, const char *word)
{
  const char *first = strstr (source, word);

  return first != NULL && strstr (first + strlen (word), word) != NULL;
}

SamspillRule *
samspill_rule_new (const char *label, const char *source, const char *design)
{
  static guint64 last;
  static GMutex lock;
  SamspillRule *self = g_new0 (SamspillRule, 1);
  gsize length = strlen (source);

  while (length > 0 && (g_ascii_isspace (source[length - 1]) || source[length - 1] == ';'))
    length--;
  g_atomic_ref_count_init (&self->references);
  g_mutex_lock (&lock);
  self->number = ++last;
  g_mutex_unlock (&lock);
  self->label = g_strdup (label);
  self->source = g_strndup (source, length);
  self->design = g_strdup (design);
  self->wants_old = design != NULL || names_twice (source, "oldDoc");
  self->wants_revisions = design != NULL || strstr (source, "_revisions") != NULL;
  self->wants_attachments = design != NULL || strstr (source, "_attachments") != NULL;
  return self;
}

SamspillRule *
samspill_rule_ref (SamspillRule *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
samspill_rule_unref (SamspillRule *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_free (self->label);
  g_free (self->source);
  g_free (self->design);
  g_free (self);
}

/* --- the engine --- */

/* Time of this thread on the processor: a busy machine makes no rule slow. */
static gint64
thread_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static int
interrupted_cb (JSRuntime *runtime, void *opaque)
{
  SamspillRuleEngine *self = opaque;

  if (++self->asked < ASKED_FIRST)
    return 0;
  gint64 now_us = thread_us ();
  if (self->deadline_us == 0)
    self->deadline_us = now_us + SAMSPILL_RULE_MAX_MS * 1000;
  self->too_long = now_us > self->deadline_us;
  return self->too_long;
}

static void
free_compiled (Compiled *compiled)
{
  JS_FreeValue (compiled->context, compiled->function);
  JS_FreeValue (compiled->context, compiled->self);
  JS_FreeValue (compiled->context, compiled->user);
  JS_FreeValue (compiled->context, compiled->security);
  JS_FreeContext (compiled->context);
  g_free (compiled->user_text);
  g_free (compiled->security_text);
  g_free (compiled);
}

static void
stop (SamspillRuleEngine *self)
{
  g_hash_table_remove_all (self->compiled);
  g_clear_pointer (&self->runtime, JS_FreeRuntime);
}

static void
start (SamspillRuleEngine *self)
{
  if (self->runtime != NULL)
    return;
  self->runtime = JS_NewRuntime ();
  g_assert (self->runtime != NULL);
  JS_SetMemoryLimit (self->runtime, SAMSPILL_RULE_MAX_BYTES);
  JS_SetMaxStackSize (self->runtime, SAMSPILL_RULE_MAX_STACK);
  JS_SetInterruptHandler (self->runtime, interrupted_cb, self);
  JS_SetCanBlock (self->runtime, FALSE);
}

SamspillRuleEngine *
samspill_rule_engine_new (void)
{
  SamspillRuleEngine *self = g_new0 (SamspillRuleEngine, 1);

  self->compiled = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)free_compiled);
  return self;
}

void
samspill_rule_engine_free (SamspillRuleEngine *self)
{
  stop (self);
  g_hash_table_unref (self->compiled);
  g_free (self);
}

void
samspill_rule_engine_enter (SamspillRuleEngine *self)
{
  if (self->runtime != NULL)
    JS_UpdateStackTop (self->runtime);
}

/* No promises, typed arrays, maps or modules: ECMAScript 5 has none. */
static JSContext *
make_context (SamspillRuleEngine *self)
{
  JSContext *context = JS_NewContextRaw (self->runtime);

  if (context == NULL)
    return NULL;
  JS_AddIntrinsicBaseObjects (context);
  JS_AddIntrinsicDate (context);
  JS_AddIntrinsicEval (context);
  JS_AddIntrinsicRegExpCompiler (context);
  JS_AddIntrinsicRegExp (context);
  JS_AddIntrinsicJSON (context);
  JS_FreeValue (context, JS_Eval (context, prelude, sizeof prelude - 1, "prelude", JS_EVAL_TYPE_GLOBAL));
  return context;
}

/* --- what a rule says --- */

static char *
dup_text (JSContext *context, JSValueConst value)
{
  const char *text = JS_ToCString (context, value);
  char *copy = NULL;

  if (text == NULL)
    {
      JS_FreeValue (context, JS_GetException (context));
      return NULL;
    }
  copy = g_utf8_make_valid (text, -1);
  JS_FreeCString (context, text);
  if (strlen (copy) > MAX_REASON)
    *g_utf8_find_prev_char (copy, copy + MAX_REASON) = '\0';
  return copy;
}

static char *
dup_thrown_member (JSContext *context, JSValueConst thrown, const char *name)
{
  if (!JS_IsObject (thrown))
    return NULL;
  JSValue value = JS_GetPropertyStr (context, thrown, name);
  char *text = NULL;
  if (JS_IsException (value))
    JS_FreeValue (context, JS_GetException (context));
  else if (!JS_IsUndefined (value) && !JS_IsNull (value))
    text = dup_text (context, value);
  JS_FreeValue (context, value);
  return text;
}

static void
set_refusal (GError **error, SamspillRegistryError code, const char *text)
{
  g_set_error_literal (error, SAMSPILL_REGISTRY_ERROR, code, text);
}

static gboolean
is_out_of_memory (const char *text)
{
  return text == NULL || strstr (text, "out of memory") != NULL || g_str_equal (text, "null");
}

/* The exception of the context → an error. What is not {forbidden: …} or {unauthorized: …} is a fault of the rule; it
 * refuses as well. */
static void
read_exception (SamspillRuleEngine *self, const SamspillRule *rule, JSContext *context, gboolean *broken,
                GError **error)
{
  JSValue thrown = JS_GetException (context);
  g_autofree char *forbidden = self->too_long ? NULL : dup_thrown_member (context, thrown, "forbidden");
  g_autofree char *unauthorized =
      self->too_long || forbidden != NULL ? NULL : dup_thrown_member (context, thrown, "unauthorized");
  g_autofree char *text = NULL;

  if (forbidden != NULL)
    set_refusal (error, SAMSPILL_REGISTRY_ERROR_FORBIDDEN, forbidden);
  else if (unauthorized != NULL)
    set_refusal (error, SAMSPILL_REGISTRY_ERROR_UNAUTHORIZED, unauthorized);
  else
    {
      *broken = TRUE;
      if (self->too_long)
        text =
            g_strdup_printf ("The rule %s was stopped: it took longer than %d ms.", rule->label, SAMSPILL_RULE_MAX_MS);
      else
        {
          g_autofree char *what = dup_text (context, thrown);
          text = is_out_of_memory (what)
                     ? g_strdup_printf ("The rule %s was stopped: it wanted more than %d MiB of memory.", rule->label,
                                        SAMSPILL_RULE_MAX_BYTES / 1024 / 1024)
                     : g_strdup_printf ("The rule %s failed: %s", rule->label, what);
        }
      set_refusal (error, SAMSPILL_REGISTRY_ERROR_FORBIDDEN, text);
    }
  JS_FreeValue (context, thrown);
}

/* --- running --- */

static JSValue
compile_source (JSContext *context, const SamspillRule *rule)
{
  g_autofree char *text = g_strconcat ("(", rule->source, "\n)", NULL);
  JSValue function = JS_Eval (context, text, strlen (text), rule->label, JS_EVAL_TYPE_GLOBAL);

  if (!JS_IsException (function) && !JS_IsFunction (context, function))
    {
      JS_FreeValue (context, function);
      return JS_ThrowTypeError (context, "validate_doc_update is no function");
    }
  return function;
}

static Compiled *
compile (SamspillRuleEngine *self, SamspillRule *rule, gboolean *broken, GError **error)
{
  Compiled *compiled = g_hash_table_lookup (self->compiled, &rule->number);

  if (compiled != NULL)
    return compiled;
  if (g_hash_table_size (self->compiled) >= MAX_CONTEXTS)
    g_hash_table_remove_all (self->compiled);
  compiled = g_new0 (Compiled, 1);
  compiled->user = compiled->security = compiled->self = compiled->function = JS_UNDEFINED;
  compiled->context = make_context (self);
  g_assert (compiled->context != NULL);
  compiled->function = compile_source (compiled->context, rule);
  if (!JS_IsException (compiled->function) && rule->design != NULL)
    compiled->self = JS_ParseJSON (compiled->context, rule->design, strlen (rule->design), rule->label);
  if (JS_IsException (compiled->function) || JS_IsException (compiled->self))
    {
      read_exception (self, rule, compiled->context, broken, error);
      free_compiled (compiled);
      return NULL;
    }
  g_hash_table_insert (self->compiled, g_memdup2 (&rule->number, sizeof rule->number), compiled);
  return compiled;
}

static gboolean
read_frozen (JSContext *context, JSValue *value, char **text, const char *json)
{
  if (*text != NULL && g_str_equal (*text, json))
    return TRUE;
  JS_FreeValue (context, *value);
  g_clear_pointer (text, g_free);
  *value = JS_ParseJSON (context, json, strlen (json), "argument");
  if (JS_IsException (*value))
    return FALSE;
  JSValue freezer = JS_Eval (context, freeze, sizeof freeze - 1, "freeze", JS_EVAL_TYPE_GLOBAL);
  JSValue result = JS_Call (context, freezer, JS_UNDEFINED, 1, value);
  gboolean done = !JS_IsException (result);
  JS_FreeValue (context, result);
  JS_FreeValue (context, freezer);
  *text = done ? g_strdup (json) : NULL;
  return done;
}

static gboolean
call_rule (Compiled *compiled, const SamspillRuleArguments *arguments)
{
  JSContext *context = compiled->context;
  gboolean done = FALSE;

  if (!read_frozen (context, &compiled->user, &compiled->user_text, arguments->user) ||
      !read_frozen (context, &compiled->security, &compiled->security_text, arguments->security))
    return FALSE;
  JSValue document = JS_ParseJSON (context, arguments->document, arguments->length, "newDoc");
  JSValue old = arguments->old != NULL && !JS_IsException (document)
                    ? JS_ParseJSON (context, arguments->old, strlen (arguments->old), "oldDoc")
                    : JS_NULL;
  if (!JS_IsException (document) && !JS_IsException (old))
    {
      JSValue bytes =
          JS_NewInt64 (context, (int64_t)arguments->length); /* CouchDB has no fifth; a number is not counted */
      JSValueConst values[] = { document, old, compiled->user, compiled->security, bytes };
      JSValue result = JS_Call (context, compiled->function, compiled->self, G_N_ELEMENTS (values), values);
      done = !JS_IsException (result);
      JS_FreeValue (context, result);
    }
  JS_FreeValue (context, old);
  JS_FreeValue (context, document);
  return done;
}

static void
begin (SamspillRuleEngine *self)
{
  self->too_long = FALSE;
  self->deadline_us = 0;
  self->asked = 0;
  start (self);
}

gboolean
samspill_rule_engine_judge (SamspillRuleEngine *self, SamspillRule *rule, const SamspillRuleArguments *arguments,
                            gboolean *broken, GError **error)
{
  gboolean is_broken = FALSE;

  begin (self);
  Compiled *compiled = compile (self, rule, &is_broken, error);
  gboolean passed = compiled != NULL && call_rule (compiled, arguments);
  if (compiled != NULL && !passed)
    read_exception (self, rule, compiled->context, &is_broken, error);
  if (is_broken)
    stop (self);
  if (broken != NULL)
    *broken = is_broken;
  return passed;
}

gboolean
samspill_rule_engine_try (SamspillRuleEngine *self, SamspillRule *rule, GError **error)
{
  gboolean broken = FALSE;
  GError *fault = NULL;

  begin (self);
  if (compile (self, rule, &broken, &fault) != NULL)
    return TRUE;
  stop (self);
  set_refusal (error, SAMSPILL_REGISTRY_ERROR_BAD_REQUEST, fault->message);
  g_error_free (fault);
  return FALSE;
}
