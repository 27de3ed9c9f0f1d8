/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes out in a publication, for every type of record: a new field that is marked as internal is covered here
 * without anyone thinking of it. */
#include <string.h>

#include "samspill-publication.h"
#include "samspill-schema.h"

#define OPEN "APENT"
#define INSIDE "INTERNT"

static void append_object (GString *out, const SamspillField *fields, gboolean is_open, guint depth);

static void
append_value (GString *out, const SamspillField *field, gboolean is_open, guint depth)
{
  const char *text = is_open ? OPEN : INSIDE;

  switch (field->kind)
    {
    case SAMSPILL_FIELD_INTEGER:
    case SAMSPILL_FIELD_MONEY:
      g_string_append (out, is_open ? "7" : "4711");
      break;
    case SAMSPILL_FIELD_BOOLEAN:
      g_string_append (out, "true");
      break;
    case SAMSPILL_FIELD_STRINGS:
      g_string_append_printf (out, "[\"%s\",\"%s 2\"]", text, text);
      break;
    case SAMSPILL_FIELD_OBJECT:
      append_object (out, field->fields, is_open, depth + 1);
      break;
    case SAMSPILL_FIELD_OBJECTS:
      g_string_append_c (out, '[');
      append_object (out, field->fields, is_open, depth + 1);
      g_string_append (out, ",\"" INSIDE "\",[\"" INSIDE "\"]]");
      break;
    case SAMSPILL_FIELD_ANY:
      g_string_append (out, "{}");
      break;
    case SAMSPILL_FIELD_STRING:
    case SAMSPILL_FIELD_TEXT:
    case SAMSPILL_FIELD_DATE:
    case SAMSPILL_FIELD_CHOICE:
    case SAMSPILL_FIELD_ID:
    default:
      g_string_append_printf (out, "\"%s\"", text);
      break;
    }
}

static void
append_object (GString *out, const SamspillField *fields, gboolean is_open, guint depth)
{
  g_assert_cmpuint (depth, <, 8);
  g_string_append (out, "{\"unknown\":\"" INSIDE "\",\"unknown too\":{\"title\":[\"" INSIDE "\"]}");
  for (; fields != NULL && fields->name != NULL; fields++)
    if (strcmp (fields->name, "translations") != 0)
      {
        g_string_append_printf (out, ",\"%s\":", fields->name);
        append_value (out, fields, is_open && (fields->flags & SAMSPILL_FIELD_INTERNAL) == 0, depth);
      }
  g_string_append_c (out, '}');
}

static char *
make_body (const SamspillType *type)
{
  GString *body = g_string_new (NULL);

  append_object (body, type->fields, TRUE, 0);
  g_string_truncate (body, body->len - 1);
  g_string_append (body, ",\"translations\":{\"se\":");
  append_object (body, type->fields, TRUE, 1);
  g_string_append (body, ",\"nn\":\"" INSIDE "\"}}");
  return g_string_free_and_steal (body);
}

static void
test_nothing_internal (void)
{
  for (const char *const *type = samspill_type_list (); *type != NULL; type++)
    {
      g_autofree char *body = make_body (samspill_type_lookup (*type));
      g_auto (GStrv) inside = NULL;
      g_autofree char *open = samspill_publication_filter (*type, body, &inside);

      g_test_message ("%s", *type);
      g_assert_nonnull (open);
      g_assert_nonnull (strstr (open, OPEN));
      g_assert_null (strstr (open, INSIDE));
      g_assert_null (strstr (open, "unknown"));
      g_assert_null (strstr (open, "4711"));
      g_assert_true (g_strv_contains ((const char *const *)inside, "unknown"));
    }
}

/* Another program may have put anything anywhere. */
static void
test_other_shapes (void)
{
  static const char *const odd[] = { "{\"x\":\"" INSIDE "\"}", "[{\"x\":\"" INSIDE "\"}]", "[[\"" INSIDE "\"]]" };

  for (const char *const *type = samspill_type_list (); *type != NULL; type++)
    for (const SamspillField *field = samspill_type_lookup (*type)->fields; field->name != NULL; field++)
      for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
        {
          g_autofree char *body = g_strdup_printf ("{\"%s\":%s,\"translations\":{\"nn\":{\"%s\":%s}}}", field->name,
                                                   odd[i], field->name, odd[i]);
          g_autofree char *open = samspill_publication_filter (*type, body, NULL);

          if (field->kind != SAMSPILL_FIELD_ANY && strstr (open, INSIDE) != NULL)
            g_error ("%s.%s: %s", *type, field->name, open);
        }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/domain/publication/nothing-internal-goes-out", test_nothing_internal);
  g_test_add_func ("/domain/publication/other-shapes-go-nowhere", test_other_shapes);
  return g_test_run ();
}
