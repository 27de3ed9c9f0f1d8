/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-selector-private.h"

#include <string.h>

#include "samspill-json-order-private.h"
#include "samspill-json-scan.h"
#include "samspill-registry.h"

#define MAX_DEPTH 16
#define MAX_NODES 1000
#define MAX_BYTES (64 * 1024)

typedef enum
{
  NODE_AND, /* all of the children */
  NODE_OR,
  NODE_NOR,
  NODE_NOT,    /* one child */
  NODE_MEMBER, /* the child, of the member of this name */
  NODE_COMPARE,
  NODE_IN,
  NODE_NOT_IN,
  NODE_EXISTS,
  NODE_TYPE,
  NODE_SIZE,
  NODE_ALL,
  NODE_SOME_ELEMENT, /* $elemMatch */
  NODE_EACH_ELEMENT, /* $allMatch */
} NodeKind;

/* Which outcomes of a comparison are good. */
enum
{
  LESS = 1,
  EQUAL = 2,
  GREATER = 4,
};

typedef struct
{
  NodeKind kind;
  char *name;              /* of the member */
  SamspillJsonValue value; /* to compare with; in the text of the selector */
  guint outcomes;
  GPtrArray *children; /* Node */
} Node;

struct _SamspillSelector
{
  char *text;
  Node *root;
};

typedef struct
{
  guint n_nodes, depth;
  const char *fault;
} Maker;

static Node *make_selector (Maker *maker, SamspillJsonValue value);
static Node *make_condition (Maker *maker, SamspillJsonValue value);
static gboolean matches (const Node *node, const SamspillJsonValue *value);

static void
node_free (gpointer data)
{
  Node *node = data;

  if (node == NULL)
    return;
  g_free (node->name);
  g_ptr_array_unref (node->children);
  g_free (node);
}

static Node *
node_new (Maker *maker, NodeKind kind)
{
  Node *node = g_new0 (Node, 1);

  node->kind = kind;
  node->children = g_ptr_array_new_with_free_func (node_free);
  if (++maker->n_nodes > MAX_NODES)
    maker->fault = "The selector is too large.";
  return node;
}

static void
add_child (Maker *maker, Node *node, Node *child)
{
  if (child != NULL)
    g_ptr_array_add (node->children, child);
  else if (maker->fault == NULL)
    maker->fault = "Invalid selector JSON: an object or an array is wanted.";
}

/* Making. */

typedef struct
{
  Maker *maker;
  Node *node;
  gboolean is_condition; /* {"$gt": 3} of a member, not {"member": …} */
} Filling;

static SamspillJsonValue
value_of (const SamspillJsonChild *child)
{
  return (SamspillJsonValue){ child->value, (gsize)(child->end - child->value) };
}

static gboolean
element_cb (const SamspillJsonChild *child, gpointer data)
{
  Filling *filling = data;

  add_child (filling->maker, filling->node,
             filling->is_condition ? make_condition (filling->maker, value_of (child))
                                   : make_selector (filling->maker, value_of (child)));
  return filling->maker->fault == NULL;
}

static Node *
make_list (Maker *maker, NodeKind kind, SamspillJsonValue value, gboolean is_condition)
{
  Node *node = node_new (maker, kind);
  Filling filling = { maker, node, is_condition };

  if (*value.text != '[')
    maker->fault = "Invalid selector JSON: $and, $or and $nor want an array.";
  else
    samspill_json_scan (value.text, value.length, SAMSPILL_JSON_DEFAULT, element_cb, &filling, NULL);
  return node;
}

static Node *
make_over (Maker *maker, NodeKind kind, Node *child)
{
  Node *node = node_new (maker, kind);

  add_child (maker, node, child);
  return node;
}

static Node *
make_value (Maker *maker, NodeKind kind, SamspillJsonValue value, guint outcomes)
{
  Node *node = node_new (maker, kind);

  node->value = value;
  node->outcomes = outcomes;
  return node;
}

static const struct
{
  const char *name;
  NodeKind kind;
  guint outcomes;
  char first; /* what the argument begins with; 0: anything */
} operators[] = {
  { "$eq", NODE_COMPARE, EQUAL, 0 },   { "$ne", NODE_COMPARE, LESS | GREATER, 0 },
  { "$gt", NODE_COMPARE, GREATER, 0 }, { "$gte", NODE_COMPARE, GREATER | EQUAL, 0 },
  { "$lt", NODE_COMPARE, LESS, 0 },    { "$lte", NODE_COMPARE, LESS | EQUAL, 0 },
  { "$in", NODE_IN, 0, '[' },          { "$nin", NODE_NOT_IN, 0, '[' },
  { "$all", NODE_ALL, 0, '[' },        { "$exists", NODE_EXISTS, 0, 0 },
  { "$type", NODE_TYPE, 0, '"' },      { "$size", NODE_SIZE, 0, 0 },
};

static Node *
make_operator (Maker *maker, const char *name, SamspillJsonValue value, gboolean is_condition)
{
  if (strcmp (name, "$and") == 0)
    return make_list (maker, NODE_AND, value, is_condition);
  if (strcmp (name, "$or") == 0)
    return make_list (maker, NODE_OR, value, is_condition);
  if (strcmp (name, "$nor") == 0)
    return make_list (maker, NODE_NOR, value, is_condition);
  if (strcmp (name, "$not") == 0)
    return make_over (maker, NODE_NOT, is_condition ? make_condition (maker, value) : make_selector (maker, value));
  if (strcmp (name, "$elemMatch") == 0)
    return make_over (maker, NODE_SOME_ELEMENT, make_condition (maker, value));
  if (strcmp (name, "$allMatch") == 0)
    return make_over (maker, NODE_EACH_ELEMENT, make_condition (maker, value));
  for (gsize i = 0; i < G_N_ELEMENTS (operators); i++)
    if (strcmp (operators[i].name, name) == 0)
      {
        if (operators[i].first != 0 && *value.text != operators[i].first)
          maker->fault = "Invalid selector JSON: the argument of an operator has the wrong type.";
        return make_value (maker, operators[i].kind, value, operators[i].outcomes);
      }
  maker->fault = "Invalid operator in the selector, or one that this registry does not take ($regex, $mod).";
  return NULL;
}

/* "a.b" is the member b of a; "a\\.b" is one name. */
static Node *
make_member (Maker *maker, const char *name, Node *child)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) part = g_string_new (NULL);
  Node *node = child;

  for (const char *c = name; *c != '\0'; c++)
    if (c[0] == '\\' && c[1] == '.')
      g_string_append_c (part, *++c);
    else if (*c == '.')
      {
        g_ptr_array_add (names, g_strdup (part->str));
        g_string_truncate (part, 0);
      }
    else
      g_string_append_c (part, *c);
  g_ptr_array_add (names, g_strdup (part->str));
  for (guint i = names->len; i > 0; i--)
    {
      Node *member = make_over (maker, NODE_MEMBER, node);

      member->name = g_strdup (g_ptr_array_index (names, i - 1));
      node = member;
    }
  return node;
}

static gboolean
member_cb (const SamspillJsonChild *child, gpointer data)
{
  Filling *filling = data;
  g_autofree char *name = g_strndup (child->name, child->name_length);
  Node *node;

  if (name[0] == '$')
    node = make_operator (filling->maker, name, value_of (child), filling->is_condition);
  else
    {
      node = make_condition (filling->maker, value_of (child));
      if (node != NULL)
        node = make_member (filling->maker, name, node);
    }
  add_child (filling->maker, filling->node, node);
  return filling->maker->fault == NULL;
}

static Node *
make_object (Maker *maker, SamspillJsonValue value, gboolean is_condition)
{
  Node *node = node_new (maker, NODE_AND);
  Filling filling = { maker, node, is_condition };

  if (++maker->depth > MAX_DEPTH)
    maker->fault = "The selector is nested too deeply.";
  if (maker->fault == NULL)
    samspill_json_scan (value.text, value.length, SAMSPILL_JSON_DEFAULT, member_cb, &filling, NULL);
  maker->depth--;
  return node;
}

static Node *
make_selector (Maker *maker, SamspillJsonValue value)
{
  return *value.text == '{' ? make_object (maker, value, FALSE) : NULL;
}

/* What is asked of one value: an object of operators or of members, or the value itself. */
static Node *
make_condition (Maker *maker, SamspillJsonValue value)
{
  if (*value.text == '{')
    {
      Node *node = make_object (maker, value, TRUE);

      if (node->children->len > 0 || maker->fault != NULL)
        return node;
      node_free (node); /* {}: equal to an empty object */
    }
  return make_value (maker, NODE_COMPARE, value, EQUAL);
}

SamspillSelector *
samspill_selector_new (const char *json, gsize length, GError **error)
{
  g_autoptr (SamspillSelector) self = g_new0 (SamspillSelector, 1);
  Maker maker = { 0 };

  for (; length > 0 && strchr (" \t\r\n", *json) != NULL && *json != '\0'; length--)
    json++;
  self->text = g_strndup (json, length);
  if (length > MAX_BYTES)
    maker.fault = "The selector is too large.";
  else if (!samspill_json_check (json, (gssize)length, 0, SAMSPILL_JSON_MUST_BE_OBJECT, NULL))
    maker.fault = "Selector must be a JSON object";
  else
    self->root = make_selector (&maker, (SamspillJsonValue){ self->text, length });
  if (maker.fault == NULL)
    return g_steal_pointer (&self);
  g_set_error_literal (error, SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_BAD_REQUEST, maker.fault);
  return NULL;
}

void
samspill_selector_free (SamspillSelector *self)
{
  if (self == NULL)
    return;
  node_free (self->root);
  g_free (self->text);
  g_free (self);
}

/* Matching. A value that is not there has text NULL. */

typedef struct
{
  const Node *node;
  const SamspillJsonValue *value;
  guint n, n_good;
  gboolean is_found;
} Looking;

static gboolean
is_in_cb (const SamspillJsonChild *child, gpointer data)
{
  Looking *looking = data;
  SamspillJsonValue element = value_of (child);

  looking->is_found = samspill_json_compare (&element, looking->value) == 0;
  return !looking->is_found;
}

static gboolean
is_in (const SamspillJsonValue *list, const SamspillJsonValue *value)
{
  Looking looking = { NULL, value, 0, 0, FALSE };

  samspill_json_scan (list->text, list->length, SAMSPILL_JSON_DEFAULT, is_in_cb, &looking, NULL);
  return looking.is_found;
}

/* $in of an array: one of its elements is enough. */
static gboolean
any_in_cb (const SamspillJsonChild *child, gpointer data)
{
  Looking *looking = data;
  SamspillJsonValue element = value_of (child);

  looking->is_found = is_in (&looking->node->value, &element);
  return !looking->is_found;
}

static gboolean
matches_in (const Node *node, const SamspillJsonValue *value)
{
  Looking looking = { node, value, 0, 0, FALSE };

  if (is_in (&node->value, value))
    return TRUE;
  if (*value->text == '[')
    samspill_json_scan (value->text, value->length, SAMSPILL_JSON_DEFAULT, any_in_cb, &looking, NULL);
  return looking.is_found;
}

static gboolean
all_cb (const SamspillJsonChild *child, gpointer data)
{
  Looking *looking = data;
  SamspillJsonValue wanted = value_of (child);

  looking->is_found = is_in (looking->value, &wanted);
  return looking->is_found;
}

static gboolean
matches_all (const Node *node, const SamspillJsonValue *value)
{
  Looking looking = { node, value, 0, 0, FALSE };

  if (*value->text == '[')
    samspill_json_scan (node->value.text, node->value.length, SAMSPILL_JSON_DEFAULT, all_cb, &looking, NULL);
  return looking.is_found;
}

static gboolean
element_matches_cb (const SamspillJsonChild *child, gpointer data)
{
  Looking *looking = data;
  SamspillJsonValue element = value_of (child);

  looking->n++;
  if (looking->node != NULL && matches (looking->node, &element))
    looking->n_good++;
  return TRUE;
}

static gboolean
matches_elements (const Node *node, const SamspillJsonValue *value)
{
  const Node *child = node->kind == NODE_SIZE ? NULL : g_ptr_array_index (node->children, 0);
  Looking looking = { child, value, 0, 0, FALSE };
  g_autofree char *size = NULL;

  if (*value->text != '[')
    return FALSE;
  samspill_json_scan (value->text, value->length, SAMSPILL_JSON_DEFAULT, element_matches_cb, &looking, NULL);
  if (node->kind == NODE_SOME_ELEMENT)
    return looking.n_good > 0;
  if (node->kind == NODE_EACH_ELEMENT)
    return looking.n > 0 && looking.n_good == looking.n;
  size = g_strdup_printf ("%u", looking.n);
  return strlen (size) == node->value.length && memcmp (size, node->value.text, node->value.length) == 0;
}

static gboolean
find_member_cb (const SamspillJsonChild *child, gpointer data)
{
  Looking *looking = data;
  const char *name = looking->node->name;

  if (child->name_length != strlen (name) || memcmp (child->name, name, child->name_length) != 0)
    return TRUE;
  *(SamspillJsonValue *)looking->value = value_of (child);
  return FALSE;
}

static gboolean
matches_member (const Node *node, const SamspillJsonValue *value)
{
  SamspillJsonValue member = { NULL, 0 };
  Looking looking = { node, &member, 0, 0, FALSE };

  if (value->text != NULL && *value->text == '{')
    samspill_json_scan (value->text, value->length, SAMSPILL_JSON_DEFAULT, find_member_cb, &looking, NULL);
  return matches (g_ptr_array_index (node->children, 0), &member);
}

static gboolean
matches_children (const Node *node, const SamspillJsonValue *value)
{
  for (guint i = 0; i < node->children->len; i++)
    {
      gboolean is_good = matches (g_ptr_array_index (node->children, i), value);

      if (node->kind == NODE_AND && !is_good)
        return FALSE;
      if (node->kind == NODE_OR && is_good)
        return TRUE;
      if (node->kind == NODE_NOR && is_good)
        return FALSE;
    }
  return node->kind != NODE_OR;
}

/* Of a value that is there. */
static gboolean
matches_value (const Node *node, const SamspillJsonValue *value)
{
  int order;

  switch (node->kind)
    {
    case NODE_COMPARE:
      order = samspill_json_compare (value, &node->value);
      return (node->outcomes & (order < 0 ? LESS : order > 0 ? GREATER : EQUAL)) != 0;
    case NODE_IN:
      return matches_in (node, value);
    case NODE_NOT_IN:
      return !matches_in (node, value);
    case NODE_ALL:
      return matches_all (node, value);
    case NODE_TYPE:
      return strlen (samspill_json_type (value)) + 2 == node->value.length &&
             memcmp (samspill_json_type (value), node->value.text + 1, node->value.length - 2) == 0;
    case NODE_SIZE:
    case NODE_SOME_ELEMENT:
    case NODE_EACH_ELEMENT:
      return matches_elements (node, value);
    default:
      return FALSE;
    }
}

static gboolean
matches (const Node *node, const SamspillJsonValue *value)
{
  switch (node->kind)
    {
    case NODE_AND:
    case NODE_OR:
    case NODE_NOR:
      return matches_children (node, value);
    case NODE_NOT:
      return !matches (g_ptr_array_index (node->children, 0), value);
    case NODE_MEMBER:
      return matches_member (node, value);
    case NODE_EXISTS:
      return (value->text != NULL) == (node->value.length == 4); /* true */
    default:
      return value->text != NULL && matches_value (node, value);
    }
}

gboolean
samspill_selector_matches (const SamspillSelector *self, const char *document, gsize length)
{
  SamspillJsonValue value = { document, length };

  return matches (self->root, &value);
}
