/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A program that is killed. What it has been told is durable it says, one line each:
 *
 *   torture-worker save FOLDER ROUND     all that the store can write, for ever
 *   torture-worker draft PROFILE ROUND   a person who edits needs, as the program does it
 *   torture-worker publish PROFILE ROUND a person who shares, publishes, publishes again and withdraws
 *   torture-worker verify FOLDER         reads such lines; says what is missing and what `check` finds; exit 1
 *
 *   saved SPACE ID REVISION BODY · gone SPACE ID REVISION · draft SPACE ID BODY · file SHA256 · local NAME JSON
 *   typed ID NUMBER · alive SPACE ID · dead SPACE ID · kept ID (in mine or in the team) */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "samspill-draft.h"
#include "samspill-json-text.h"
#include "samspill-publish.h"
#include "samspill-wire.h"

#define TEAM "team-310000000"
#define OWNER "302353875"
#define BATCH 40

static void say (const char *format, ...) G_GNUC_PRINTF (1, 2);

static void
say (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vprintf (format, arguments);
  va_end (arguments);
  fflush (stdout);
}

static G_NORETURN void
give_up (const char *what, const GError *error)
{
  g_printerr ("%s: %s\n", what, error != NULL ? error->message : "?");
  exit (3);
}

/* --- save: the store itself --- */

typedef struct
{
  SamspillStore *store;
  GRand *rand;
  guint round, n;
  GPtrArray *ids;       /* of documents that live */
  GPtrArray *revisions; /* run beside */
} Writer;

static char *
new_body (Writer *self)
{
  guint length = (guint)g_rand_int_range (self->rand, 1, g_rand_int_range (self->rand, 0, 10) == 0 ? 30000 : 300);
  g_autofree char *filling = g_strnfill (length, 'a' + (char)(self->n % 26));

  return g_strdup_printf ("{\"round\":%u,\"n\":%u,\"filling\":\"%s\"}", self->round, self->n, filling);
}

static void
put (Writer *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = new_body (self);
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));
  gboolean is_new = self->ids->len == 0 || g_rand_boolean (self->rand);
  guint chosen = is_new ? self->ids->len : (guint)g_rand_int_range (self->rand, 0, (gint32)self->ids->len);
  char *revision;

  if (is_new)
    g_ptr_array_add (self->ids, g_strdup_printf ("need:310000000:%u-%u", self->round, self->n));
  revision = samspill_store_put (self->store, "mine", self->ids->pdata[chosen],
                                 is_new ? NULL : self->revisions->pdata[chosen], body, NULL, &error);
  if (revision == NULL)
    give_up ("put", error);
  say ("saved mine %s %s %s\n", (char *)self->ids->pdata[chosen], revision, json);
  if (is_new)
    g_ptr_array_add (self->revisions, revision);
  else
    {
      g_free (self->revisions->pdata[chosen]);
      self->revisions->pdata[chosen] = revision;
    }
}

static void delete (Writer *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *revision = NULL;
  guint chosen;

  if (self->ids->len == 0)
    return;
  chosen = (guint)g_rand_int_range (self->rand, 0, (gint32)self->ids->len);
  revision =
      samspill_store_delete (self->store, "mine", self->ids->pdata[chosen], self->revisions->pdata[chosen], &error);
  if (revision == NULL)
    give_up ("delete", error);
  say ("gone mine %s %s\n", (char *)self->ids->pdata[chosen], revision);
  g_ptr_array_remove_index_fast (self->ids, chosen);
  g_ptr_array_remove_index_fast (self->revisions, chosen);
}

/* What sync does: many at once, some with a second leaf, in one transaction. */
static void
write_batch (Writer *self)
{
  SamspillWireDocument documents[BATCH] = { 0 };
  GError *refusals[BATCH] = { NULL };
  g_autoptr (GError) error = NULL;
  guint written;

  for (guint i = 0; i < BATCH; i++)
    {
      g_autofree char *body = new_body (self);
      g_autofree char *text =
          g_strdup_printf ("{\"_id\":\"pitch:%u:%u:%u\",\"_rev\":\"1-%08x%024x\",%s", self->round, self->n,
                           i / 2 * (i % 3 == 0 ? 1 : 2), g_rand_int (self->rand), i, body + 1);

      if (!samspill_wire_document_read (&documents[i], text, strlen (text), &error))
        give_up ("read", error);
    }
  if (!samspill_store_write_many (self->store, TEAM, documents, BATCH, refusals, &written, &error))
    give_up ("write_many", error);
  for (guint i = 0; i < BATCH; i++)
    {
      if (refusals[i] != NULL)
        give_up ("refused", refusals[i]);
      say ("saved %s %s %s %.*s\n", TEAM, documents[i].id, documents[i].rev, (int)g_bytes_get_size (documents[i].body),
           (const char *)g_bytes_get_data (documents[i].body, NULL));
      samspill_wire_document_clear (&documents[i]);
    }
}

static void
keep_draft (Writer *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = new_body (self), *id = g_strdup_printf ("draft-%u-%u", self->round, self->n),
                  *revision = NULL;
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));

  if (!samspill_store_write_working_copy (self->store, "mine", id, NULL, body, &error))
    give_up ("working copy", error);
  say ("draft mine %s %s\n", id, json);
  if (g_rand_boolean (self->rand))
    return;
  revision = samspill_store_commit_working_copy (self->store, "mine", id, NULL, &error);
  if (revision == NULL)
    give_up ("commit", error);
  say ("saved mine %s %s %s\n", id, revision, json);
}

static void
keep_file (Writer *self)
{
  gsize length = (gsize)g_rand_int_range (self->rand, 1, 200000);
  g_autofree char *bytes = g_strnfill (length, (char)('a' + self->n % 26));
  g_autofree char *attachments = NULL, *id = g_strdup_printf ("file:%u:%u", self->round, self->n), *revision = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (SamspillBlob) blob = NULL;
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);
  g_autoptr (GError) error = NULL;

  bytes[0] = (char)g_rand_int_range (self->rand, 32, 127);
  stream = g_memory_input_stream_new_from_data (bytes, (gssize)length, NULL);
  blob = samspill_store_add_blob (self->store, stream, 1000000, NULL, &error);
  if (blob == NULL)
    give_up ("file", error);
  attachments = g_strdup_printf (
      "{\"f\":{\"content_type\":\"text/plain\",\"revpos\":1,\"digest\":\"md5-%s\",\"length\":%" G_GUINT64_FORMAT
      ",\"stub\":true,\"sha256\":\"%s\"}}",
      blob->md5, blob->length, blob->sha256);
  revision = samspill_store_put (self->store, "mine", id, NULL, body, attachments, &error);
  if (revision == NULL)
    give_up ("put with a file", error);
  say ("file %s\n", blob->sha256); /* only what a document names is kept for ever */
  say ("saved mine %s %s {}\n", id, revision);
}

static void
keep_local (Writer *self)
{
  g_autofree char *name = g_strdup_printf ("checkpoint-%u-%u", self->round, self->n), *json = new_body (self);
  g_autoptr (GError) error = NULL;

  if (!samspill_store_put_local (self->store, TEAM, name, json, &error))
    give_up ("local", error);
  say ("local %s %s\n", name, json);
}

static int
save (const char *folder, guint round)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free),
                        revisions = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (SamspillStore) store = samspill_store_open (folder, SAMSPILL_STORE_OPEN_DEFAULT, &error);
  Writer self = { store, g_rand_new_with_seed (round), round, 0, ids, revisions };

  if (store == NULL || !samspill_store_ensure_space (store, "mine", &error) ||
      !samspill_store_ensure_space (store, TEAM, &error))
    give_up ("open", error);
  for (;; self.n++)
    switch (g_rand_int_range (self.rand, 0, 20))
      {
      case 0:
      case 1:
        delete (&self);
        break;
      case 2:
      case 3:
      case 4:
        write_batch (&self);
        break;
      case 5:
      case 6:
        keep_draft (&self);
        break;
      case 7:
        keep_file (&self);
        break;
      case 8:
        keep_local (&self);
        break;
      case 9:
        if (!samspill_store_compact (store, NULL, &error))
          give_up ("compact", error);
        break;
      default:
        put (&self);
      }
}

/* --- draft: a person --- */

static void
saved_at_cb (SamspillDraft *draft, GParamSpec *pspec, gpointer data)
{
  SamspillRecord *record = samspill_draft_get_record (draft);

  say ("typed %s %s\n", samspill_record_get_id (record), samspill_record_get_string (record, "problem"));
}

static void
left_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  gboolean *done = data;
  g_autoptr (GError) error = NULL;

  if (!samspill_draft_leave_finish (SAMSPILL_DRAFT (source), result, &error))
    give_up ("leave", error);
  *done = TRUE;
}

static int
draft (const char *home, guint round)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (round);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillProfile) profile = samspill_profile_open (home, &error);
  guint number = round * 100000;

  if (profile == NULL)
    give_up ("profile", error);
  for (;;)
    {
      g_autoptr (SamspillRecord) record = samspill_record_new ("need", OWNER, "nb", "torture");
      SamspillDraft *page;
      gboolean left = FALSE;

      samspill_record_set_string (record, "title", "Hvordan kan vi holde fast ved det vi skrev?");
      if (!samspill_profile_save (profile, NULL, record, &error))
        give_up ("save", error);
      say ("alive mine %s\n", samspill_record_get_id (record));
      {
        g_autoptr (SamspillLoaded) loaded =
            samspill_profile_load (profile, NULL, samspill_record_get_id (record), &error);

        page = samspill_draft_new (profile, loaded);
      }
      g_signal_connect (page, "notify::saved-at", G_CALLBACK (saved_at_cb), NULL);
      for (guint i = (guint)g_rand_int_range (rand, 1, 12); i > 0; i--)
        {
          g_autofree char *text = g_strdup_printf ("%u", ++number);

          samspill_record_set_string (samspill_draft_get_record (page), "problem", text);
          samspill_draft_flush (page);
          while (samspill_draft_get_state (page) != SAMSPILL_DRAFT_SAVED)
            g_main_context_iteration (NULL, TRUE);
        }
      samspill_draft_leave_async (page, NULL, left_cb, &left);
      while (!left)
        g_main_context_iteration (NULL, TRUE);
      g_object_unref (page);
    }
}

/* --- publish --- */

static void
sign_in (SamspillProfile *profile)
{
  char *owners[] = { (char *)OWNER, NULL }, *names[] = { (char *)"Storvik kommune", NULL };
  const SamspillIdentity identity = {
    .owners = owners, .owner_names = names, .person_role = (char *)"rådgiver", .language = (char *)"nb"
  };
  g_autoptr (GError) error = NULL;

  if (samspill_profile_get_identity (profile) == NULL && !samspill_profile_set_identity (profile, &identity, &error))
    give_up ("identity", error);
}

static SamspillRecord *
need_to_publish (void)
{
  static const char *const texts[][2] = {
    { "title", "Hvordan kan vi finne vannlekkasjer før de blir brudd?" },
    { "problem", "Vi mister vann på veien." },
    { "affected.who", "innbyggere" },
    { "wished_effect", "Mindre vann går tapt." },
    { "limits", "Rørene er fra 1965." },
    { "owner_role", "Leder for vann og avløp" },
    { "rights", "Den som lager det, eier det." },
    { "route_to_purchase", "Ny konkurranse." },
  };
  const char *los[] = { "avlop", NULL };
  g_autoptr (JsonNode) measures = json_from_string ("[{\"what\":\"tapt vann\",\"now\":\"38 %\"}]", NULL);
  SamspillRecord *record = samspill_record_new ("need", OWNER, "nb", "torture");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    samspill_record_set_string (record, texts[i][0], texts[i][1]);
  samspill_record_set_node (record, "measures", measures);
  samspill_record_set_strings (record, "subjects.los", los);
  samspill_record_set_integer (record, "largest_loss_nok", 300000);
  return record;
}

static int
publish (const char *home, guint round)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (round);
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillProfile) profile = samspill_profile_open (home, &error);

  if (profile == NULL)
    give_up ("profile", error);
  sign_in (profile);
  for (;;)
    {
      g_autoptr (SamspillRecord) record = need_to_publish ();
      const char *id;

      if (!samspill_profile_save (profile, NULL, record, &error))
        give_up ("save", error);
      id = samspill_record_get_id (record);
      say ("kept %s\n", id);
      if (!samspill_profile_share (profile, id, &error))
        give_up ("share", error);
      say ("alive team-%s %s\n", OWNER, id);
      for (guint i = (guint)g_rand_int_range (rand, 0, 3); i > 0; i--)
        {
          if (!samspill_profile_publish (profile, id, "kommunalsjef", "2026-11-20", &error))
            give_up ("publish", error);
          say ("alive commons %s\n", id);
          if (g_rand_boolean (rand))
            continue;
          if (!samspill_profile_withdraw (profile, id, "for tidlig", &error))
            give_up ("withdraw", error);
          say ("dead commons %s\n", id);
        }
    }
}

/* --- verify --- */

static gboolean
has_body (SamspillStore *store, char **words)
{
  g_autoptr (SamspillDocument) document = samspill_store_get (store, words[1], words[2], words[3], NULL);

  return document != NULL && document->body != NULL && g_bytes_get_size (document->body) == strlen (words[4]) &&
         memcmp (g_bytes_get_data (document->body, NULL), words[4], strlen (words[4])) == 0;
}

static gboolean
is_typed (SamspillStore *store, const char *id, const char *number)
{
  g_autoptr (SamspillWorkingCopy) copy = samspill_store_read_working_copy (store, "mine", id, NULL);
  g_autoptr (SamspillDocument) document = samspill_store_get (store, "mine", id, NULL, NULL);
  GBytes *body = copy != NULL ? copy->body : document != NULL ? document->body : NULL;
  g_autofree char *text = body != NULL ? samspill_json_dup_string (g_bytes_get_data (body, NULL),
                                                                   (gssize)g_bytes_get_size (body), "problem")
                                       : NULL;

  return text != NULL && atoi (text) >= atoi (number);
}

static gboolean
is_alive (SamspillStore *store, const char *space, const char *id)
{
  g_autofree char *rev = NULL;
  gboolean deleted = FALSE;

  return samspill_store_lookup (store, space, id, &rev, &deleted, NULL) && !deleted;
}

static gboolean
verify_line (SamspillStore *store, char **words, guint n)
{
  g_autofree char *rev = NULL;
  gboolean deleted = FALSE;

  if (n == 5 && g_str_equal (words[0], "saved"))
    return has_body (store, words);
  if (n == 4 && g_str_equal (words[0], "gone"))
    return samspill_store_lookup (store, words[1], words[2], &rev, &deleted, NULL) && deleted &&
           g_str_equal (rev, words[3]);
  if (n == 4 && g_str_equal (words[0], "draft"))
    {
      g_autoptr (SamspillWorkingCopy) copy = samspill_store_read_working_copy (store, words[1], words[2], NULL);

      /* or it is a revision by now */
      return copy != NULL ? g_bytes_get_size (copy->body) == strlen (words[3])
                          : samspill_store_lookup (store, words[1], words[2], &rev, &deleted, NULL);
    }
  if (n == 2 && g_str_equal (words[0], "file"))
    {
      g_autoptr (GFile) file = samspill_store_get_blob (store, words[1], NULL);

      return file != NULL && g_file_query_exists (file, NULL);
    }
  if (n == 3 && g_str_equal (words[0], "local"))
    {
      g_autofree char *json = samspill_store_get_local (store, TEAM, words[1], NULL);

      return g_strcmp0 (json, words[2]) == 0;
    }
  if (n == 3 && g_str_equal (words[0], "typed"))
    return is_typed (store, words[1], words[2]);
  if (n == 3 && (g_str_equal (words[0], "alive") || g_str_equal (words[0], "dead")))
    return samspill_store_lookup (store, words[1], words[2], &rev, &deleted, NULL) &&
           deleted == g_str_equal (words[0], "dead");
  if (n == 2 && g_str_equal (words[0], "kept"))
    return is_alive (store, "mine", words[1]) || is_alive (store, "team-" OWNER, words[1]);
  return FALSE;
}

static int
verify (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillStore) store = samspill_store_open (folder, SAMSPILL_STORE_OPEN_DEFAULT, &error);
  g_autoptr (GPtrArray) faults = store != NULL ? samspill_store_check (store, &error) : NULL;
  g_autofree char *line = NULL;
  size_t size = 0;
  ssize_t length;
  guint missing = 0;

  if (faults == NULL)
    give_up ("verify", error);
  for (guint i = 0; i < faults->len; i++)
    g_print ("fault: %s\n", (const char *)faults->pdata[i]);
  while ((length = getline (&line, &size, stdin)) > 0)
    {
      g_auto (GStrv) words = NULL;

      line[length - 1] = '\0';
      words = g_strsplit (line, " ", g_str_has_prefix (line, "saved ") ? 5 : g_str_has_prefix (line, "local ") ? 3 : 4);
      if (verify_line (store, words, g_strv_length (words)))
        continue;
      missing++;
      g_print ("missing: %.120s\n", line);
    }
  return faults->len > 0 || missing > 0 ? 1 : 0;
}

int
main (int argc, char **argv)
{
  guint round = argc > 3 ? (guint)g_ascii_strtoull (argv[3], NULL, 10) : 0;

  if (argc == 4 && g_str_equal (argv[1], "save"))
    return save (argv[2], round);
  if (argc == 4 && g_str_equal (argv[1], "draft"))
    return draft (argv[2], round);
  if (argc == 4 && g_str_equal (argv[1], "publish"))
    return publish (argv[2], round);
  if (argc == 3 && g_str_equal (argv[1], "verify"))
    return verify (argv[2]);
  return 2;
}
