/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-refusal-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What the rules say to somebody who works with a program that writes whole records; the faults of a program are left
 * out. At * the rule names an organisation or a type, which stands at %s in the text, if the text says it. */
/* clang-format off */
static const struct
{
  const char *reason;
  const char *text;
} known[] = {
  { "Sign in first.", N_ ("Sign in first.") },
  { "Only the accounts of organisation * may write this record.",
    N_ ("Your account may not write for the organisation %s. Ask whoever runs the server to let it.") },
  { "Organisation * is not a member here.", N_ ("The organisation %s does not take part here.") },
  { "A record of the type * stays with its organisation: it cannot be published.",
    N_ ("Records of this kind are not published: they stay inside.") },
  { "What has happened is not changed: add a record of what is different.",
    N_ ("What has happened is not changed. Write what is different as something new.") },
  { "What has been erased cannot be called back.", N_ ("What has been erased cannot be called back.") },
  { "An organisation can only have its own records forgotten.",
    N_ ("An organisation can only have its own records forgotten.") },
  { "The reason must be text of at most 4,000 characters.", N_ ("The reason is too long.") },
  { "A record has at most 1,048,576 characters.", N_ ("It is too long. Divide it, or take something out.") },
};
/* clang-format on */

/* The part of `reason` that stands at * of `pattern`; NULL if they do not fit. */
static char *
dup_named (const char *pattern, const char *reason)
{
  const char *star = strchr (pattern, '*');
  gsize before, after, length = strlen (reason);

  if (star == NULL)
    return g_str_equal (pattern, reason) ? g_strdup ("") : NULL;
  before = (gsize)(star - pattern);
  after = strlen (star + 1);
  if (length < before + after || strncmp (pattern, reason, before) != 0 || !g_str_has_suffix (reason, star + 1))
    return NULL;

  return g_strndup (reason + before, length - before - after);
}

char *
samspill_refusal_dup_text (const char *reason)
{
  for (gsize i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autofree char *named = dup_named (known[i].reason, reason);

      if (named != NULL)
        {
          GString *text = g_string_new (g_dgettext (GETTEXT_PACKAGE, known[i].text));

          g_string_replace (text, "%s", named, 1);
          return g_string_free (text, FALSE);
        }
    }

  return g_strdup (reason);
}
