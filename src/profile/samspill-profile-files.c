/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-format.h"
#include "samspill-profile-private.h"

#define MOST_BYTES (50 * 1024 * 1024)
#define MOST_PIXELS (64 * 1000 * 1000)
#define MOST_SIDE 20000
#define MOST_TITLE_CHARACTERS 120
/* A JPEG may carry a profile and a preview before it says how large it is. */
#define PEEK_BYTES (256 * 1024)

typedef struct
{
  char *name; /* as shown, one line of UTF-8 */
  char *media_type;
  guint64 size;
} Dropped;

static void
dropped_clear (Dropped *dropped)
{
  g_free (dropped->name);
  g_free (dropped->media_type);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Dropped, dropped_clear)

static char *
clean_name (const char *name)
{
  g_autoptr (GString) clean = g_string_new (NULL);
  guint characters = 0;

  for (const char *at = name; *at != '\0' && characters < MOST_TITLE_CHARACTERS;
       at = g_utf8_next_char (at), characters++)
    {
      gunichar character = g_utf8_get_char (at);
      g_string_append_unichar (clean, g_unichar_iscntrl (character) || character == '/' ? ' ' : character);
    }
  g_strstrip (clean->str);
  return g_strdup (*clean->str != '\0' ? clean->str : _ ("File"));
}

static gboolean
claims_to_be_picture (const char *name, const char *guessed)
{
  static const char *const endings[] = { ".png", ".jpg", ".jpeg", ".gif", ".webp" };
  static const char *const types[] = { "image/png", "image/jpeg", "image/gif", "image/webp", NULL };
  g_autofree char *folded = g_utf8_strdown (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (folded, endings[i]))
      return TRUE;
  return g_strv_contains (types, guessed);
}

static gboolean
check_picture (const guint8 *data, gsize length, const char *guessed, Dropped *dropped, GError **error)
{
  SamspillPicture picture;

  if (!samspill_picture_read (data, length, &picture))
    {
      /* What claims to be a picture that we show must be one; other files are kept as they are and never drawn. */
      if (claims_to_be_picture (dropped->name, guessed))
        {
          g_set_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID,
                       _ ("“%s” is damaged or not the picture that its name says. Save it anew and try again."),
                       dropped->name);
          return FALSE;
        }
      dropped->media_type = g_strdup (guessed);
      return TRUE;
    }
  if (picture.width == 0 || picture.height == 0 || picture.width > MOST_SIDE || picture.height > MOST_SIDE ||
      picture.width * picture.height > MOST_PIXELS)
    {
      g_autofree char *width = samspill_format_integer ((gint64)picture.width);
      g_autofree char *height = samspill_format_integer ((gint64)picture.height);

      g_set_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID,
                   _ ("“%s” is %s × %s pixels, which is too large to show. "
                      "Make it smaller first: 4000 pixels are enough."),
                   dropped->name, width, height);
      return FALSE;
    }
  dropped->media_type = g_strdup (picture.media_type);
  return TRUE;
}

static gboolean
look_at_file (GFile *file, Dropped *dropped, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInfo) info = g_file_query_info (
      file,
      G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_DISPLAY_NAME,
      G_FILE_QUERY_INFO_NONE, cancellable, error);

  if (info == NULL)
    return FALSE;
  dropped->name = clean_name (g_file_info_get_display_name (info));
  dropped->size = (guint64)g_file_info_get_size (info);
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    {
      g_set_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID,
                   _ ("“%s” is not a file. Drop the files that are in it instead."), dropped->name);
      return FALSE;
    }
  if (dropped->size > MOST_BYTES)
    {
      g_autofree char *size = samspill_format_bytes (dropped->size);
      g_autofree char *most = samspill_format_bytes (MOST_BYTES);
      g_set_error (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_INVALID,
                   _ ("“%s” is %s; at most %s can be kept with a record. Make it smaller, or put a link in the text."),
                   dropped->name, size, most);
      return FALSE;
    }

  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  if (stream == NULL)
    return FALSE;
  g_autofree guint8 *data = g_malloc (PEEK_BYTES);
  gsize length = 0;
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), data, PEEK_BYTES, &length, cancellable, error))
    return FALSE;
  g_autofree char *type = g_content_type_guess (dropped->name, data, length, NULL);
  g_autofree char *guessed = g_content_type_get_mime_type (type);
  return check_picture (data, length, guessed != NULL ? guessed : "application/octet-stream", dropped, error);
}

static char *
attachment_json (SamspillBlob *blob, const Dropped *dropped)
{
  g_autofree char *name = samspill_json_quote (dropped->name);
  g_autofree char *media_type = samspill_json_quote (dropped->media_type);

  return g_strdup_printf ("{%s:{\"content_type\":%s,\"revpos\":1,\"digest\":\"md5-%s\",\"length\":%" G_GUINT64_FORMAT
                          ",\"stub\":true,\"sha256\":\"%s\"}}",
                          name, media_type, blob->md5, blob->length, blob->sha256);
}

/* A file belongs to whom the record belongs that it is about. */
static SamspillRecord *
file_record (SamspillProfile *self, const char *space, const char *about, const Dropped *dropped, GError **error)
{
  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (self, space, about, error);
  g_autofree char *account = samspill_profile_dup_account (self);

  if (loaded == NULL)
    return NULL;
  SamspillRecord *record = samspill_record_new ("file", samspill_record_get_owner (loaded->record),
                                                samspill_record_get_lang (loaded->record), account);
  samspill_record_set_string (record, "title", dropped->name);
  samspill_record_set_string (record, "about", about);
  samspill_record_set_string (record, "media_type", dropped->media_type);
  samspill_record_set_integer (record, "size", (gint64)dropped->size);
  samspill_record_set_boolean (record, "sample", samspill_record_get_boolean (loaded->record, "sample"));
  return record;
}

/**
 * samspill_profile_add_file:
 * @space: (nullable): of the record that it is about
 * @about: id of a record
 *
 * Copies a file into the profile as a `file` record. At most 50 MiB; pictures at most 64 million pixels. Blocks; any
 * thread.
 *
 * Returns: (transfer full) (nullable): the id of the new record
 */
char *
samspill_profile_add_file (SamspillProfile *self, const char *space, const char *about, GFile *file,
                           GCancellable *cancellable, GError **error)
{
  g_auto (Dropped) dropped = { 0 };

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);
  g_return_val_if_fail (about != NULL, NULL);

  g_autofree char *where = space != NULL ? g_strdup (space) : samspill_profile_find_space (self, about, error);
  if (where == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error_literal (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND,
                             _ ("The record that the file is about is not here any more."));
      return NULL;
    }
  if (!samspill_profile_check_writable (self, where, error) || !look_at_file (file, &dropped, cancellable, error))
    return NULL;
  g_autoptr (SamspillRecord) record = file_record (self, where, about, &dropped, error);
  if (record == NULL)
    return NULL;

  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  if (stream == NULL)
    return NULL;
  g_autoptr (SamspillBlob) blob =
      samspill_store_add_blob (self->store, G_INPUT_STREAM (stream), MOST_BYTES, cancellable, error);
  if (blob == NULL)
    return NULL;
  samspill_record_set_integer (record, "size", (gint64)blob->length);

  g_autofree char *attachments = attachment_json (blob, &dropped);
  g_autoptr (GBytes) body = samspill_record_dup_body (record);
  g_autofree char *rev =
      samspill_store_put (self->store, where, samspill_record_get_id (record), NULL, body, attachments, error);
  return rev != NULL ? g_strdup (samspill_record_get_id (record)) : NULL;
}

typedef struct
{
  char *space;
  char *about;
  GFile *file;
} Addition;

static void
addition_free (Addition *addition)
{
  g_free (addition->space);
  g_free (addition->about);
  g_clear_object (&addition->file);
  g_free (addition);
}

static GTask *
addition_task (SamspillProfile *self, const char *space, const char *about, GFile *file, GCancellable *cancellable,
               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Addition *addition = g_new0 (Addition, 1);

  addition->space = g_strdup (space);
  addition->about = g_strdup (about);
  g_set_object (&addition->file, file);
  g_task_set_task_data (task, addition, (GDestroyNotify)addition_free);
  return task;
}

static void
add_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Addition *addition = data;
  GError *error = NULL;
  char *id = samspill_profile_add_file (source, addition->space, addition->about, addition->file, cancellable, &error);

  if (id != NULL)
    g_task_return_pointer (task, id, g_free);
  else
    g_task_return_error (task, error);
}

void
samspill_profile_add_file_async (SamspillProfile *self, const char *space, const char *about, GFile *file,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  samspill_profile_queue_fetching (self, addition_task (self, space, about, file, cancellable, callback, user_data),
                                   add_in_thread);
}

char *
samspill_profile_add_file_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The first attachment: checksum and name. */
static gboolean
find_attachment (const char *attachments, char **sha256, char **name)
{
  g_autoptr (JsonNode) node = attachments != NULL ? json_from_string (attachments, NULL) : NULL;
  JsonObjectIter iter;
  const char *member = NULL;
  JsonNode *stub = NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  json_object_iter_init (&iter, json_node_get_object (node));
  if (!json_object_iter_next (&iter, &member, &stub) || !JSON_NODE_HOLDS_OBJECT (stub))
    return FALSE;
  *sha256 = g_strdup (json_object_get_string_member_with_default (json_node_get_object (stub), "sha256", NULL));
  *name = clean_name (member);
  return *sha256 != NULL;
}

static GFile *
place_copy (GFile *blob, const char *sha256, const char *name, GError **error)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "samspill", "files", sha256, NULL);
  g_autoptr (GFile) parent = g_file_new_for_path (folder);
  g_autoptr (GError) trouble = NULL;

  if (!g_file_make_directory_with_parents (parent, NULL, &trouble) &&
      !g_error_matches (trouble, G_IO_ERROR, G_IO_ERROR_EXISTS))
    {
      g_propagate_error (error, g_steal_pointer (&trouble));
      return NULL;
    }
  g_autoptr (GFile) copy = g_file_get_child (parent, g_str_has_prefix (name, ".") ? "_" : name);
  if (!g_file_copy (blob, copy, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error))
    return NULL;
  return g_steal_pointer (&copy);
}

/**
 * samspill_profile_open_file:
 * @space: (nullable): where the file record is
 *
 * A copy of a kept file under its own name, in the cache, for another program to open: the kept one cannot be changed
 * by it. Blocks; any thread.
 */
GFile *
samspill_profile_open_file (SamspillProfile *self, const char *space, const char *file_id, GError **error)
{
  g_autofree char *sha256 = NULL;
  g_autofree char *name = NULL;

  g_return_val_if_fail (SAMSPILL_IS_PROFILE (self), NULL);

  g_autoptr (SamspillLoaded) loaded = samspill_profile_load (self, space, file_id, error);
  if (loaded == NULL)
    return NULL;
  if (!find_attachment (loaded->attachments, &sha256, &name))
    {
      g_set_error_literal (error, SAMSPILL_PROFILE_ERROR, SAMSPILL_PROFILE_ERROR_NOT_FOUND,
                           _ ("The file itself is not in this profile, only what was written about it."));
      return NULL;
    }
  g_autoptr (GFile) blob = samspill_store_get_blob (self->store, sha256, error);
  return blob != NULL ? place_copy (blob, sha256, name, error) : NULL;
}

static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Addition *addition = data;
  GError *error = NULL;
  GFile *file = samspill_profile_open_file (source, addition->space, addition->about, &error);

  if (file != NULL)
    g_task_return_pointer (task, file, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
samspill_profile_open_file_async (SamspillProfile *self, const char *space, const char *file_id,
                                  GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = addition_task (self, space, file_id, NULL, cancellable, callback, user_data);

  g_task_run_in_thread (task, open_in_thread);
}

GFile *
samspill_profile_open_file_finish (SamspillProfile *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
