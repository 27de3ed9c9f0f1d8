/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The files of data/rules in QuickJS, and the bounds of the engine. tests/peers/test-rules.mjs judges the same cases in
 * PouchDB. */

#include <json-glib/json-glib.h>
#include <string.h>

#include "samspill-registry.h"
#include "samspill-rule-engine.h"

static SamspillRule *
load_rule (const char *kind)
{
  g_autofree char *name = g_strconcat (kind, ".js", NULL);
  g_autofree char *path = g_build_filename (g_getenv ("SAMSPILL_SOURCE_DIR"), "data", "rules", name, NULL);
  g_autofree char *source = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &source, NULL, &error);
  g_assert_no_error (error);
  return samspill_rule_new (name, source, NULL);
}

static char *
member_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? json_to_string (node, FALSE) : NULL;
}

static void
test_case (SamspillRuleEngine *engine, SamspillRule *rule, JsonObject *object)
{
  const char *wanted =
      json_object_get_null_member (object, "result") ? "allowed" : json_object_get_string_member (object, "result");
  gint64 fill = json_object_get_int_member_with_default (object, "fill", 0);
  g_autoptr (GError) error = NULL;
  gboolean broken = FALSE;

  if (fill > 0)
    {
      g_autofree char *text = g_strnfill ((gsize)fill, 'x');
      json_object_set_string_member (json_object_get_object_member (object, "document"), "text", text);
    }
  g_autofree char *document = member_text (object, "document");
  g_autofree char *old = member_text (object, "old");
  g_autofree char *user = member_text (object, "user");
  g_autofree char *security = member_text (object, "security");
  const SamspillRuleArguments arguments = { document, strlen (document), old, user, security };
  gboolean passed = samspill_rule_engine_judge (engine, rule, &arguments, &broken, &error);

  const char *got = passed ? "allowed"
                    : g_error_matches (error, SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_UNAUTHORIZED)
                        ? "unauthorized"
                        : "forbidden";
  if (broken || !g_str_equal (got, wanted))
    {
      g_test_message ("%s: %s: wanted %s, got %s %s", json_object_get_string_member (object, "rules"),
                      json_object_get_string_member (object, "name"), wanted, got, error != NULL ? error->message : "");
      g_test_fail ();
    }
}

static void
test_cases (gconstpointer data)
{
  const char *kind = data;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "registry", "rule-cases.json", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillRule) rule = load_rule (kind);
  SamspillRuleEngine *engine = samspill_rule_engine_new ();
  guint judged = 0;

  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  JsonArray *cases = json_node_get_array (json_parser_get_root (parser));
  for (guint i = 0; i < json_array_get_length (cases); i++)
    {
      JsonObject *object = json_array_get_object_element (cases, i);
      if (g_str_equal (json_object_get_string_member (object, "rules"), kind))
        {
          test_case (engine, rule, object);
          judged++;
        }
    }
  g_assert_cmpuint (judged, >, 20);
  samspill_rule_engine_free (engine);
}

/* What the engine does with rules that are not ours. */
static void
judge (SamspillRuleEngine *engine, const char *source, gboolean is_broken, int code, const char *reason)
{
  g_autoptr (SamspillRule) rule = samspill_rule_new ("_design/x", source, "{\"_id\":\"_design/x\",\"most\":7}");
  const char *document = "{\"_id\":\"a\",\"n\":8}";
  const SamspillRuleArguments arguments = { document, strlen (document), NULL,
                                            "{\"db\":\"x\",\"name\":\"a\",\"roles\":[\"r\"]}", "{}" };
  g_autoptr (GError) error = NULL;
  gboolean broken = !is_broken;

  gboolean passed = samspill_rule_engine_judge (engine, rule, &arguments, &broken, &error);
  g_assert_cmpint (broken, ==, is_broken);
  if (reason == NULL)
    {
      g_assert_no_error (error);
      g_assert_true (passed);
      return;
    }
  g_assert_false (passed);
  g_assert_error (error, SAMSPILL_REGISTRY_ERROR, code);
  if (strstr (error->message, reason) == NULL)
    g_error ("“%s” does not say “%s”", error->message, reason);
}

static void
test_words (void)
{
  SamspillRuleEngine *engine = samspill_rule_engine_new ();
  const int forbidden = SAMSPILL_REGISTRY_ERROR_FORBIDDEN;

  judge (engine, "function (n, o, u, s) {}", FALSE, 0, NULL);
  judge (engine, "function (n, o, u, s) { return false; };\n", FALSE, 0, NULL);
  judge (engine, "function (n) { throw {forbidden: 'Nei: ' + n.n}; }", FALSE, forbidden, "Nei: 8");
  judge (engine, "function (n) { throw {unauthorized: 'Logg inn'}; }", FALSE, SAMSPILL_REGISTRY_ERROR_UNAUTHORIZED,
         "Logg inn");
  judge (engine, "function (n) { if (n.n > this.most) throw {forbidden: 'beyond'}; }", FALSE, forbidden, "beyond");
  judge (engine, "function (n, o) { if (o !== null) throw {forbidden: 'old'}; }", FALSE, 0, NULL);
  judge (engine,
         "function (n, o, u) { if (u.db !== 'x' || !isArray(u.roles) || toJSON(u.roles) !== '[\"r\"]') throw 1; "
         "log('x'); }",
         FALSE, 0, NULL);
  judge (engine, "function (n) { n.more.x; }", TRUE, forbidden, "_design/x failed: TypeError");
  judge (engine, "function (n) { throw 'words'; }", TRUE, forbidden, "failed: words");
  judge (engine, "function (n) { throw {forbidden: {toString: function () { throw 1; }}}; }", TRUE, forbidden,
         "_design/x");
  judge (engine, "function (n) { throw {get forbidden() { throw 2; }}; }", TRUE, forbidden, "_design/x");
  judge (engine, "function (n", TRUE, forbidden, "SyntaxError");
  judge (engine, "7", TRUE, forbidden, "no function");
  samspill_rule_engine_free (engine);
}

static void
test_bounds (void)
{
  SamspillRuleEngine *engine = samspill_rule_engine_new ();
  const int forbidden = SAMSPILL_REGISTRY_ERROR_FORBIDDEN;
  static const char *const slow[] = {
    "function () { for (;;) {} }",
    "function () { for (;;) { try { for (;;) {} } catch (e) {} } }",
    "(function () { for (;;) {} })()",
    "function () { /^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'); }",
    "function () { throw {get forbidden() { for (;;) {} }}; }",
  };
  static const char *const fat[] = {
    "function () { var a = []; for (;;) a.push(new Array(100000).join('x')); }",
    "function () { var s = 'x'; for (;;) s += s; }",
  };

  for (guint i = 0; i < G_N_ELEMENTS (slow); i++)
    judge (engine, slow[i], TRUE, forbidden, "took longer than");
  judge (engine, fat[0], TRUE, forbidden, "memory");
  judge (engine, fat[1], TRUE, forbidden, "_design/x"); /* too long a string is a RangeError before memory is short */
  judge (engine, "function f() { return 1 + f(); }", TRUE, forbidden, "stack overflow");
  /* Afterwards it works as before. */
  judge (engine, "function (n) { if (n.n !== 8) throw 1; }", FALSE, 0, NULL);
  samspill_rule_engine_free (engine);
}

/* What one rule, or one document, does to the language reaches no other. */
static void
test_apart (void)
{
  SamspillRuleEngine *engine = samspill_rule_engine_new ();

  judge (engine, "function () { Array.isArray = function () { throw 1; }; Object.prototype.roles = 1; leak = 1; }",
         FALSE, 0, NULL);
  judge (engine,
         "function (n, o, u) { if (!Array.isArray(u.roles) || ({}).roles || typeof leak !== 'undefined') throw 1; }",
         FALSE, 0, NULL);
  judge (engine, "function (n, o, u) { 'use strict'; u.roles.push('_admin'); }", TRUE,
         SAMSPILL_REGISTRY_ERROR_FORBIDDEN, "TypeError");
  judge (engine,
         "function (n, o, u) { if (typeof require !== 'undefined' || typeof std !== 'undefined' || typeof os !== "
         "'undefined') throw 1; }",
         FALSE, 0, NULL);
  samspill_rule_engine_free (engine);
}

static char *
shared_part (const char *kind)
{
  g_autoptr (SamspillRule) rule = load_rule (kind);
  const char *begin = strstr (rule->source, "// --- the same in commons.js, team.js and joint.js ---");
  const char *end = strstr (rule->source, "// --- until here ---");

  g_assert_nonnull (begin);
  g_assert_nonnull (end);
  return g_strndup (begin, (gsize)(end - begin));
}

static void
test_shared (void)
{
  g_autofree char *commons = shared_part ("commons");
  g_autofree char *team = shared_part ("team");
  g_autofree char *joint = shared_part ("joint");

  g_assert_cmpstr (commons, ==, team);
  g_assert_cmpstr (commons, ==, joint);
}

/* The envelope has one source, data/schema/common.json: the numbers of the rules are its. */
static void
test_envelope (void)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = g_build_filename (g_getenv ("SAMSPILL_SOURCE_DIR"), "data", "schema", "common.json", NULL);
  g_autofree char *shared = shared_part ("commons");

  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  JsonObject *kinds = json_object_get_object_member (json_node_get_object (json_parser_get_root (parser)), "$defs");
  JsonObject *envelope =
      json_object_get_object_member (json_object_get_object_member (kinds, "envelope"), "properties");
  JsonObject *stamp = json_object_get_object_member (json_object_get_object_member (kinds, "stamp"), "properties");
  JsonObject *schema = json_object_get_object_member (envelope, "schema");
  const struct
  {
    const char *format;
    gint64 value;
  } bounds[] = {
    { "doc.schema < %" G_GINT64_FORMAT " ", json_object_get_int_member (schema, "minimum") },
    { "doc.schema > %" G_GINT64_FORMAT ")", json_object_get_int_member (schema, "maximum") },
    { "[a-z0-9-]{0,%" G_GINT64_FORMAT "}",
      json_object_get_int_member (json_object_get_object_member (envelope, "type"), "maxLength") - 1 },
    { "isText(value, %" G_GINT64_FORMAT ")",
      json_object_get_int_member (json_object_get_object_member (stamp, "at"), "maxLength") },
    { "isShort(value.by, %" G_GINT64_FORMAT ")",
      json_object_get_int_member (json_object_get_object_member (stamp, "by"), "maxLength") },
  };
  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++)
    {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      g_autofree char *text = g_strdup_printf (bounds[i].format, bounds[i].value);
#pragma GCC diagnostic pop
      if (strstr (shared, text) == NULL)
        g_error ("The rules do not say “%s”, as data/schema/common.json does", text);
    }
  const char *owner = json_object_get_string_member (json_object_get_object_member (envelope, "owner"), "pattern");
  g_autofree char *pattern = g_strdup_printf ("/%s/.test(owner)", owner);
  g_assert_nonnull (strstr (shared, pattern));
  /* Every language of the schema is let in. */
  JsonArray *languages = json_object_get_array_member (json_object_get_object_member (envelope, "lang"), "oneOf");
  for (guint i = 0; i < json_array_get_length (languages); i++)
    {
      const char *code = json_object_get_string_member (json_array_get_object_element (languages, i), "const");
      g_assert_true (g_regex_match_simple ("^[a-z]{2,3}$", code, 0, 0));
    }
}

static void
test_speed (void)
{
  SamspillRuleEngine *engine = samspill_rule_engine_new ();
  g_autoptr (SamspillRule) rule = load_rule ("commons");
  g_autofree char *body = g_strnfill (1200, 'x');
  g_autofree char *document =
      g_strdup_printf ("{\"_id\":\"need:302353875:019a9102-a2ef-7eb1-a82a-faf9a6deb505\",\"_rev\":\"1-0\",\"type\":"
                       "\"need\",\"schema\":1,\"owner\":"
                       "\"302353875\",\"lang\":\"nb\",\"created\":{\"at\":\"2026-11-17T08:51:00Z\",\"by\":\"a\"},"
                       "\"changed\":{\"at\":\"2026-11-17T08:51:00Z\","
                       "\"by\":\"a\"},\"measures\":[{\"what\":\"a\",\"now\":1,\"target\":2,\"how\":\"b\"},{\"what\":"
                       "\"a\",\"now\":1,\"target\":2,\"how\":\"b\"}],"
                       "\"subjects\":{\"los\":[\"a\",\"b\"]},\"title\":\"t\",\"situation\":\"%s\"}",
                       body);
  const SamspillRuleArguments arguments = { document, strlen (document), NULL,
                                            "{\"db\":\"commons\",\"name\":\"a\",\"roles\":[\"org:302353875\"]}", "{}" };
  const guint n = g_test_perf () ? 200000 : 2000;
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < n; i++)
    g_assert_true (samspill_rule_engine_judge (engine, rule, &arguments, NULL, NULL));
  double seconds = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  g_test_maximized_result (n / seconds, "%.0f documents a second, one engine", n / seconds);
  samspill_rule_engine_free (engine);
}

int
main (int argc, char **argv)
{
  static const char *const kinds[] = { "commons", "team", "joint", "users" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strconcat ("/registry/rules/", kinds[i], NULL);
      g_test_add_data_func (path, kinds[i], test_cases);
    }
  g_test_add_func ("/registry/rules/words-of-a-rule", test_words);
  g_test_add_func ("/registry/rules/loops-and-eats-memory", test_bounds);
  g_test_add_func ("/registry/rules/apart-from-each-other", test_apart);
  g_test_add_func ("/registry/rules/the-shared-part-is-the-same", test_shared);
  g_test_add_func ("/registry/rules/envelope-as-the-schema", test_envelope);
  g_test_add_func ("/registry/rules/speed", test_speed);
  return g_test_run ();
}
