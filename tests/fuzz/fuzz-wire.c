/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A document as a peer sends it: what is taken hangs together. */

#include <string.h>

#include "fuzz.h"
#include "samspill-json-text.h"
#include "samspill-wire.h"

static gboolean
keep_underscore (const char *name, const char *value, gsize length, gpointer data)
{
  g_assert_cmpint (*name, !=, '_');
  return TRUE;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_text (data, size);
  g_auto (SamspillWireDocument) document = { 0 };
  g_autoptr (GError) error = NULL;
  const char *body;
  gsize length;

  if (!samspill_wire_document_read (&document, text, size, &error))
    {
      g_assert_nonnull (error);
      return 0;
    }
  body = g_bytes_get_data (document.body, &length);
  g_assert_true (samspill_json_check (body, (gssize)length, G_MAXSIZE, SAMSPILL_JSON_MUST_BE_OBJECT, NULL));
  g_assert_true (samspill_json_foreach_member (body, (gssize)length, keep_underscore, NULL, NULL));
  if (document.id != NULL)
    g_assert_true (g_utf8_validate (document.id, -1, NULL));
  if (document.rev != NULL && document.revisions != NULL)
    g_assert_nonnull (document.revisions[0]);
  if (document.attachments != NULL)
    g_assert_true (samspill_json_check (document.attachments, -1, G_MAXSIZE, SAMSPILL_JSON_DEFAULT, NULL));
  return 0;
}
