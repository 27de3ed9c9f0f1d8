/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A selector and, behind the first line break, a document that it judges. */

#include <string.h>

#include "fuzz.h"
#include "samspill-json-text.h"
#include "samspill-selector-private.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const uint8_t *end = size > 0 ? memchr (data, '\n', size) : NULL;
  gsize length = end != NULL ? (gsize)(end - data) : size, rest = end != NULL ? size - length - 1 : 0;
  g_autofree char *text = fuzz_text (data, length), *document = fuzz_text (data + size - rest, rest);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillSelector) selector = samspill_selector_new (text, length, &error);

  g_assert_true ((selector == NULL) == (error != NULL));
  if (selector != NULL && samspill_json_check (document, (gssize)rest, G_MAXSIZE, SAMSPILL_JSON_MUST_BE_OBJECT, NULL))
    g_assert_true (samspill_selector_matches (selector, document, rest) ==
                   samspill_selector_matches (selector, document, rest));
  return 0;
}
