/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <string.h>

#include "samspill-json-scan.h"

/* POST _purge: revisions are taken out without a trace. */

/* CouchDB's bounds. */
#define MAX_DOCUMENTS 100
#define MAX_REVISIONS 1000

typedef struct
{
  char *id;
  char **revs, **purged;
} Item;

typedef struct
{
  SamspillWrite write;
  SamspillRegistryCall *call; /* held */
  GArray *items;              /* Item */
  gboolean is_wrong;
  GError *error;
} Purge;

static void
item_clear (gpointer data)
{
  Item *item = data;

  g_free (item->id);
  g_strfreev (item->revs);
  g_strfreev (item->purged);
}

static void
purge_free (Purge *self)
{
  g_array_unref (self->items);
  g_clear_error (&self->error);
  samspill_call_release (self->call);
  g_free (self);
}

static gboolean
take_member (const SamspillJsonChild *child, gpointer data)
{
  Purge *self = data;
  SamspillSlice slice = { child->value, (gsize)(child->end - child->value) };
  Item *item;

  g_array_set_size (self->items, self->items->len + 1);
  item = &g_array_index (self->items, Item, self->items->len - 1);
  item->id = g_strndup (child->name, child->name_length);
  item->revs = samspill_slice_dup_strings (slice, MAX_REVISIONS);
  self->is_wrong = item->revs == NULL || self->items->len > MAX_DOCUMENTS || strlen (item->id) != child->name_length;
  for (gsize i = 0; !self->is_wrong && item->revs[i] != NULL; i++)
    self->is_wrong = !samspill_revision_is_valid (item->revs[i]);
  return !self->is_wrong;
}

static void
run_cb (SamspillWrite *write, SamspillStore *store)
{
  Purge *self = (Purge *)write;

  for (guint i = 0; i < self->items->len && self->error == NULL; i++)
    {
      Item *item = &g_array_index (self->items, Item, i);
      g_autoptr (GError) error = NULL;

      item->purged = samspill_store_purge (store, self->call->space, item->id, (const char *const *)item->revs, &error);
      if (item->purged == NULL && !g_error_matches (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND))
        self->error = g_steal_pointer (&error);
    }
}

static void
done_cb (SamspillWrite *write, const GError *error)
{
  Purge *self = (Purge *)write;
  GString *json;

  if (error == NULL)
    error = self->error;
  if (error != NULL)
    {
      samspill_answer_gerror (self->call, error);
      purge_free (self);
      return;
    }
  json = g_string_new ("{\"purge_seq\":null,\"purged\":{");
  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = &g_array_index (self->items, Item, i);

      g_string_append (json, i > 0 ? "," : "");
      samspill_json_append_string (json, item->id);
      g_string_append (json, ":[");
      for (gsize k = 0; item->purged != NULL && item->purged[k] != NULL; k++)
        {
          g_string_append (json, k > 0 ? "," : "");
          samspill_json_append_string (json, item->purged[k]);
        }
      g_string_append_c (json, ']');
      if (g_str_equal (self->call->space, "_users"))
        samspill_account_forget (self->call->registry, item->id);
      if (self->call->registry->rules != NULL && g_str_has_prefix (item->id, "_design/"))
        samspill_rules_forget (self->call->registry->rules, self->call->space);
    }
  g_string_append (json, "}}\n");
  samspill_answer_take (self->call, 201, json);
  purge_free (self);
}

static void
with_body (SamspillRegistryCall *call)
{
  Purge *self = g_new0 (Purge, 1);
  gsize length;
  const char *text = g_bytes_get_data (call->body, &length);

  self->write.run = run_cb;
  self->write.done = done_cb;
  self->call = call;
  samspill_call_hold (call);
  self->items = g_array_new (FALSE, TRUE, sizeof (Item));
  g_array_set_clear_func (self->items, item_clear);
  if (!samspill_json_scan (text, length, SAMSPILL_JSON_MUST_BE_OBJECT, take_member, self, NULL))
    samspill_answer_error (call, 400, "bad_request", "invalid UTF-8 JSON");
  else if (self->is_wrong)
    samspill_answer_error (
        call, 400, "bad_request",
        "Ids with arrays of revisions are wanted: at most 100 documents and 1000 revisions of each.");
  else
    {
      samspill_writer_push (call->registry->writer, &self->write);
      return;
    }
  purge_free (self);
}

void
samspill_registry_handle_purge (SamspillRegistryCall *call)
{
  if (!samspill_call_is (call, "POST"))
    samspill_call_not_allowed (call, "POST");
  else if (samspill_call_may_administer (call, call->space) && samspill_call_has_space (call))
    samspill_call_read_json (call, call->registry->options.max_request_bytes, TRUE, with_body);
}
