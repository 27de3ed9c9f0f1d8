/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-registry-protocol-private.h"

#include <string.h>

/* A database as a whole: making, telling of, dropping; and its administrative endpoints. */

#define MAX_NAME_BYTES 238
#define MAX_SETTING_BYTES 1024

static gint compacting; /* one at a time, whatever the store */

/* A change of the database itself, in the writer's thread. */
typedef struct
{
  SamspillWrite write;
  SamspillRegistryCall *call; /* held */
  gboolean (*change) (SamspillStore *store, const char *space, gint64 value, GError **error);
  void (*answer) (SamspillRegistryCall *call);
  gint64 value;
  gboolean was_there;
  GError *error;
} Change;

static void
run_change_cb (SamspillWrite *write, SamspillStore *store)
{
  Change *change = (Change *)write;

  change->was_there = samspill_store_has_space (store, change->call->space);
  change->change (store, change->call->space, change->value, &change->error);
}

static void
change_done_cb (SamspillWrite *write, const GError *error)
{
  Change *change = (Change *)write;
  SamspillRegistryCall *call = change->call;

  if (error == NULL)
    error = change->error;
  if (error != NULL && g_error_matches (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND))
    samspill_call_no_database (call);
  else if (error != NULL)
    samspill_answer_gerror (call, error);
  else
    change->answer (call);
  g_clear_error (&change->error);
  g_free (change);
  samspill_call_release (call);
}

static void
push_change (SamspillRegistryCall *call, gint64 value,
             gboolean (*func) (SamspillStore *store, const char *space, gint64 value, GError **error),
             void (*answer) (SamspillRegistryCall *call))
{
  Change *change = g_new0 (Change, 1);

  change->write.run = run_change_cb;
  change->write.done = change_done_cb;
  change->call = call;
  change->change = func;
  change->answer = answer;
  change->value = value;
  samspill_call_hold (call);
  samspill_writer_push (call->registry->writer, &change->write);
}

/* Telling. */

static gint64
made_at (const SamspillSpaceInfo *info)
{
  g_auto (GStrv) parts = info->uuid != NULL ? g_strsplit (info->uuid, "-", 3) : NULL;

  /* The first 48 bits of a UUID of version 7 are milliseconds since 1970. */
  if (parts == NULL || g_strv_length (parts) < 3 || parts[2][0] != '7')
    return 0;
  return (gint64)((g_ascii_strtoull (parts[0], NULL, 16) << 16 | g_ascii_strtoull (parts[1], NULL, 16)) / 1000);
}

static void
handle_info (SamspillRegistryCall *call)
{
  g_autoptr (GError) error = NULL;
  g_auto (SamspillSpaceInfo) info = { NULL };
  SamspillSequenceToken token;
  GString *json;

  if (!samspill_call_may_read (call))
    return;
  if (!samspill_store_get_space_info (call->store, call->space, &info, &error))
    {
      if (g_error_matches (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND))
        samspill_call_no_database (call);
      else
        samspill_answer_gerror (call, error);
      return;
    }
  samspill_sequence_token (call->store, &info, &token);
  json = g_string_new ("{\"instance_start_time\":");
  g_string_append_printf (json, "\"%" G_GINT64_FORMAT "\",\"db_name\":", made_at (&info));
  samspill_json_append_string (json, call->space);
  g_string_append (json, ",\"purge_seq\":");
  samspill_sequence_append (json, info.purge_seq, &token);
  g_string_append (json, ",\"update_seq\":");
  samspill_sequence_append (json, info.update_seq, &token);
  g_string_append_printf (json,
                          ",\"sizes\":{\"file\":%" G_GINT64_FORMAT ",\"external\":%" G_GINT64_FORMAT
                          ",\"active\":%" G_GINT64_FORMAT "},\"props\":{},\"doc_del_count\":%" G_GINT64_FORMAT
                          ",\"doc_count\":%" G_GINT64_FORMAT ",\"disk_format_version\":8,\"compact_running\":%s,"
                          "\"cluster\":{\"q\":1,\"n\":1,\"w\":1,\"r\":1}}\n",
                          info.bytes, info.bytes, info.bytes, info.deleted, info.documents,
                          g_atomic_int_get (&compacting) ? "true" : "false");
  samspill_answer_take (call, 200, json);
}

/* Making and dropping. */

static gboolean
is_name (const char *name)
{
  gsize length = strlen (name);

  if (g_str_equal (name, "_users") || g_str_equal (name, "_replicator") || g_str_equal (name, "_global_changes"))
    return TRUE;
  return length <= MAX_NAME_BYTES && g_ascii_islower (name[0]) &&
         strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789_$()+-/") == length;
}

static gboolean
make_space (SamspillStore *store, const char *space, gint64 value, GError **error)
{
  if (!samspill_store_has_space (store, space))
    return samspill_store_ensure_space (store, space, error);
  /* CONFLICT here: it is there already. */
  g_set_error_literal (error, SAMSPILL_REGISTRY_ERROR, SAMSPILL_REGISTRY_ERROR_EXISTS, "");
  return FALSE;
}

static void
answer_exists (SamspillRegistryCall *call)
{
  samspill_answer_error (call, 412, "file_exists", "The database could not be created, the file already exists.");
}

static void
answer_made (SamspillRegistryCall *call)
{
  g_autofree char *base = samspill_call_dup_base (call);
  g_autofree char *space = g_uri_escape_string (call->space, NULL, FALSE);
  g_autofree char *location = g_strconcat (base, "/", space, NULL);

  samspill_account_forget_space (call->registry, call->space);
  samspill_http_request_add_header (call->http, "Location", location);
  samspill_answer_ok (call, 201);
}

static void
handle_make (SamspillRegistryCall *call)
{
  g_autoptr (GError) error = NULL;

  if (!is_name (call->space))
    {
      g_autofree char *reason =
          g_strdup_printf ("Name: '%s'. Only lowercase characters (a-z), digits (0-9), and any of the characters _, $, "
                           "(, ), +, -, and / are allowed. Must begin with a letter.",
                           call->space);

      samspill_answer_error (call, 400, "illegal_database_name", reason);
    }
  else if (!samspill_account_check_create (call, call->space, &error))
    samspill_answer_gerror (call, error);
  else if (samspill_store_has_space (call->store, call->space))
    answer_exists (call);
  else
    push_change (call, 0, make_space, answer_made);
}

static gboolean
drop_space (SamspillStore *store, const char *space, gint64 value, GError **error)
{
  if (samspill_store_has_space (store, space))
    return samspill_store_drop_space (store, space, error);
  g_set_error_literal (error, SAMSPILL_STORE_ERROR, SAMSPILL_STORE_ERROR_NOT_FOUND, "");
  return FALSE;
}

static void
answer_dropped (SamspillRegistryCall *call)
{
  samspill_account_forget_space (call->registry, call->space);
  if (call->registry->rules != NULL)
    samspill_rules_forget (call->registry->rules, call->space);
  samspill_feeds_drop (call->registry->feeds, call->space);
  samspill_answer_ok (call, 200);
}

static void
handle_drop (SamspillRegistryCall *call)
{
  if (samspill_http_request_get_query (call->http, "rev") != NULL)
    samspill_answer_error (call, 400, "bad_request",
                           "You tried to DELETE a database with a ?rev= parameter. Did you mean to DELETE a document "
                           "instead?");
  else if (samspill_call_may_administer (call, NULL) && samspill_call_has_space (call))
    push_change (call, 0, drop_space, answer_dropped);
}

static void
handle_space (SamspillRegistryCall *call)
{
  const char *method = samspill_http_request_get_method (call->http);

  if (samspill_call_is (call, "GET"))
    handle_info (call);
  else if (g_str_equal (method, "PUT"))
    handle_make (call);
  else if (g_str_equal (method, "DELETE"))
    handle_drop (call);
  else if (g_str_equal (method, "POST"))
    samspill_registry_handle_save (call);
  else
    samspill_call_not_allowed (call, "DELETE,GET,HEAD,POST,PUT");
}

/* Upkeep. */

static void
handle_full_commit (SamspillRegistryCall *call)
{
  g_auto (SamspillSpaceInfo) info = { NULL };

  if (!samspill_call_is (call, "POST"))
    {
      samspill_call_not_allowed (call, "POST");
      return;
    }
  if (!samspill_call_may_read (call))
    return;
  if (!samspill_store_get_space_info (call->store, call->space, &info, NULL))
    samspill_call_no_database (call);
  else
    {
      /* What was answered is on disk. */
      g_autofree char *json =
          g_strdup_printf ("{\"ok\":true,\"instance_start_time\":\"%" G_GINT64_FORMAT "\"}", made_at (&info));

      samspill_answer_json (call, 201, json);
    }
}

static gpointer
compact_thread (gpointer data)
{
  g_autoptr (SamspillStore) store = data;
  g_autoptr (GError) error = NULL;

  if (!samspill_store_compact (store, NULL, &error))
    g_warning ("Compacting: %s", error->message);
  g_atomic_int_set (&compacting, 0);
  return NULL;
}

/* CouchDB answers at once and goes on behind it. */
static void
handle_compact (SamspillRegistryCall *call)
{
  if (!samspill_call_is (call, "POST"))
    {
      samspill_call_not_allowed (call, "POST");
      return;
    }
  if (!samspill_call_may_administer (call, call->space) || !samspill_call_has_space (call))
    return;
  if (call->segments[2] != NULL)
    {
      samspill_answer_error (call, 404, "not_found", "missing"); /* of a view */
      return;
    }
  if (g_atomic_int_compare_and_exchange (&compacting, 0, 1))
    g_thread_unref (g_thread_new ("registry-compact", compact_thread, g_object_ref (call->store)));
  samspill_answer_ok (call, 202);
}

static void
handle_view_cleanup (SamspillRegistryCall *call)
{
  if (!samspill_call_is (call, "POST"))
    samspill_call_not_allowed (call, "POST");
  else if (samspill_call_may_administer (call, call->space) && samspill_call_has_space (call))
    samspill_answer_ok (call, 202);
}

static gboolean
set_revs_limit (SamspillStore *store, const char *space, gint64 value, GError **error)
{
  return samspill_store_set_revs_limit (store, space, (guint)value, error);
}

static void
answer_set (SamspillRegistryCall *call)
{
  samspill_answer_ok (call, 200);
}

static void
set_limit (SamspillRegistryCall *call)
{
  gsize length;
  const char *text = g_bytes_get_data (call->body, &length);
  g_autofree char *number = g_strndup (text, length);
  gboolean is_revs = g_str_equal (call->segments[1], "_revs_limit");
  guint64 value;

  if (!g_ascii_string_to_unsigned (g_strstrip (number), 10, 1, G_MAXINT32, &value, NULL))
    samspill_answer_error (call, 400, "bad_request",
                           is_revs ? "`rev_limit` must be a positive integer"
                                   : "`purge_infos_limit` must be positive integer");
  else if (is_revs)
    push_change (call, (gint64)value, set_revs_limit, answer_set);
  else
    samspill_answer_ok (call, 200); /* nothing is kept of what was purged, so there is nothing to bound */
}

static void
handle_limit (SamspillRegistryCall *call)
{
  g_auto (SamspillSpaceInfo) info = { NULL };
  g_autofree char *json = NULL;

  if (g_str_equal (samspill_http_request_get_method (call->http), "PUT"))
    {
      if (samspill_call_may_administer (call, call->space) && samspill_call_has_space (call))
        samspill_call_read_json (call, MAX_SETTING_BYTES, FALSE, set_limit);
      return;
    }
  if (!samspill_call_is (call, "GET"))
    {
      samspill_call_not_allowed (call, "PUT,GET");
      return;
    }
  if (!samspill_call_may_read (call))
    return;
  if (!samspill_store_get_space_info (call->store, call->space, &info, NULL))
    {
      samspill_call_no_database (call);
      return;
    }
  json = g_strdup_printf ("%u", g_str_equal (call->segments[1], "_revs_limit") ? info.revs_limit : 1000);
  samspill_answer_json (call, 200, json);
}

static const struct
{
  const char *name;
  void (*handler) (SamspillRegistryCall *call);
} routes[] = {
  { "_ensure_full_commit", handle_full_commit }, { "_compact", handle_compact },
  { "_view_cleanup", handle_view_cleanup },      { "_revs_limit", handle_limit },
  { "_purged_infos_limit", handle_limit },
};

void
samspill_registry_handle_database (SamspillRegistryCall *call)
{
  if (call->segments[1] == NULL)
    {
      handle_space (call);
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    if (g_str_equal (call->segments[1], routes[i].name))
      routes[i].handler (call);
}
