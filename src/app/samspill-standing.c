/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-standing.h"

#include <glib/gi18n.h>

#include "samspill-format.h"
#include "samspill-space-text.h"
#include "samspill-work.h"

/* Changes come in bursts; the disk is asked once for all of them. */
#define LOOK_DELAY_MS 250
#define NEWS_BEGUN "news-begun"

struct _SamspillStanding
{
  GObject parent_instance;

  SamspillProfile *profile;
  SamspillSyncService *service;
  GPtrArray *spaces;
  GPtrArray *two_versions;
  GPtrArray *not_accepted;
  GPtrArray *news;
  GCancellable *cancellable;
  guint look_source;
  gboolean is_looking;
  gboolean look_again;
};

G_DEFINE_FINAL_TYPE (SamspillStanding, samspill_standing, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static void look (SamspillStanding *self);

/* What is found on the other thread. */
typedef struct
{
  GPtrArray *two_versions;
  GPtrArray *not_accepted;
  GPtrArray *news;
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_clear_pointer (&found->two_versions, g_ptr_array_unref);
  g_clear_pointer (&found->not_accepted, g_ptr_array_unref);
  g_clear_pointer (&found->news, g_ptr_array_unref);
  g_free (found);
}

static void
not_accepted_free (gpointer data)
{
  SamspillNotAccepted *self = data;

  g_free (self->space);
  g_free (self->id);
  g_free (self->title);
  g_free (self->reason);
  g_free (self);
}

static void
find_refusals (SamspillProfile *profile, const char *space, GPtrArray *found)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) refusals = samspill_sync_list_refusals (samspill_profile_get_store (profile), space, &error);

  if (refusals == NULL && error != NULL)
    g_warning ("What was not accepted could not be read: %s", error->message);
  for (guint i = 0; refusals != NULL && i < refusals->len; i++)
    {
      const SamspillRefusal *refusal = g_ptr_array_index (refusals, i);
      g_autoptr (SamspillRow) row =
          samspill_index_get_row_by_id (samspill_profile_get_index (profile), space, refusal->id);
      SamspillNotAccepted *one = g_new0 (SamspillNotAccepted, 1);

      one->space = g_strdup (space);
      one->id = g_strdup (refusal->id);
      one->title = g_strdup (row != NULL && *row->title != '\0' ? row->title : _ ("Without a title"));
      one->reason = g_strdup (refusal->reason != NULL ? refusal->reason : refusal->error);
      g_ptr_array_add (found, one);
    }
}

/* News are what came since the last visit: there must have been one. */
static void
begin_news (SamspillProfile *profile)
{
  SamspillStore *store = samspill_profile_get_store (profile);
  g_autofree char *begun = samspill_store_get_local (store, "", NEWS_BEGUN, NULL);
  g_autoptr (GError) error = NULL;

  if (begun == NULL && (!samspill_profile_mark_news_read (profile, &error) ||
                        !samspill_store_put_local (store, "", NEWS_BEGUN, "{}", &error)))
    g_warning ("News could not be begun: %s", error->message);
}

static gpointer
look_in_thread (gpointer data, GError **error)
{
  SamspillProfile *profile = data;
  Found *found = g_new0 (Found, 1);
  g_auto (GStrv) spaces = samspill_store_list_spaces (samspill_profile_get_store (profile), NULL);

  begin_news (profile);
  found->not_accepted = g_ptr_array_new_with_free_func (not_accepted_free);
  found->two_versions = samspill_profile_list_two_versions (profile, error);
  if (found->two_versions != NULL)
    found->news = samspill_profile_list_news (profile, error);
  for (guint i = 0; spaces != NULL && spaces[i] != NULL; i++)
    if (g_str_equal (spaces[i], "commons") || g_str_has_prefix (spaces[i], "team-") ||
        g_str_has_prefix (spaces[i], "joint-"))
      find_refusals (profile, spaces[i], found->not_accepted);
  if (found->news == NULL)
    g_clear_pointer (&found, found_free);

  return found;
}

static void
take (GPtrArray **array, GPtrArray **taken)
{
  g_ptr_array_unref (*array);
  *array = g_steal_pointer (taken);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SamspillStanding *self = SAMSPILL_STANDING (source);
  g_autoptr (GError) error = NULL;
  Found *found = samspill_work_finish (result, &error);

  self->is_looking = FALSE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (found == NULL)
    g_warning ("How things stand could not be read: %s", error != NULL ? error->message : "");
  else
    {
      take (&self->two_versions, &found->two_versions);
      take (&self->not_accepted, &found->not_accepted);
      take (&self->news, &found->news);
      found_free (found);
      g_signal_emit (self, signals[CHANGED], 0);
    }
  if (self->look_again)
    look (self);
}

static gboolean
look_cb (gpointer data)
{
  SamspillStanding *self = data;

  self->look_source = 0;
  if (self->is_looking)
    {
      self->look_again = TRUE;
      return G_SOURCE_REMOVE;
    }
  self->is_looking = TRUE;
  self->look_again = FALSE;
  samspill_work_async (self, look_in_thread, g_object_ref (self->profile), g_object_unref, found_free,
                       self->cancellable, looked_cb, NULL);

  return G_SOURCE_REMOVE;
}

static void
look (SamspillStanding *self)
{
  if (self->look_source == 0)
    self->look_source = g_timeout_add (LOOK_DELAY_MS, look_cb, self);
}

static void
service_changed_cb (SamspillStanding *self)
{
  gint64 refused = 0;
  gint64 known = self->not_accepted->len;

  g_ptr_array_unref (self->spaces);
  self->spaces = samspill_sync_service_dup_spaces (self->service);
  for (guint i = 0; i < self->spaces->len; i++)
    refused += ((const SamspillSpaceSync *)g_ptr_array_index (self->spaces, i))->refused;
  if (refused != known)
    look (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
samspill_standing_dispose (GObject *object)
{
  SamspillStanding *self = SAMSPILL_STANDING (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->look_source, g_source_remove);
  g_clear_object (&self->service);
  g_clear_object (&self->profile);
  g_clear_pointer (&self->spaces, g_ptr_array_unref);
  g_clear_pointer (&self->two_versions, g_ptr_array_unref);
  g_clear_pointer (&self->not_accepted, g_ptr_array_unref);
  g_clear_pointer (&self->news, g_ptr_array_unref);

  G_OBJECT_CLASS (samspill_standing_parent_class)->dispose (object);
}

static void
samspill_standing_class_init (SamspillStandingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = samspill_standing_dispose;
  signals[CHANGED] =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
samspill_standing_init (SamspillStanding *self)
{
  self->two_versions = g_ptr_array_new ();
  self->not_accepted = g_ptr_array_new ();
  self->news = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
}

SamspillStanding *
samspill_standing_new (SamspillProfile *profile, SamspillSyncService *service)
{
  SamspillStanding *self = g_object_new (SAMSPILL_TYPE_STANDING, NULL);

  self->profile = g_object_ref (profile);
  self->service = g_object_ref (service);
  self->spaces = samspill_sync_service_dup_spaces (service);
  g_signal_connect_object (service, "changed", G_CALLBACK (service_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (service, "arrived", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (profile, "changed", G_CALLBACK (look), self, G_CONNECT_SWAPPED);
  look (self);

  return self;
}

SamspillProfile *
samspill_standing_get_profile (SamspillStanding *self)
{
  return self->profile;
}

SamspillSyncService *
samspill_standing_get_service (SamspillStanding *self)
{
  return self->service;
}

GPtrArray *
samspill_standing_get_spaces (SamspillStanding *self)
{
  return self->spaces;
}

GPtrArray *
samspill_standing_get_two_versions (SamspillStanding *self)
{
  return self->two_versions;
}

GPtrArray *
samspill_standing_get_not_accepted (SamspillStanding *self)
{
  return self->not_accepted;
}

GPtrArray *
samspill_standing_get_news (SamspillStanding *self)
{
  return self->news;
}

SamspillSpaceSync *
samspill_standing_find_space (SamspillStanding *self, const char *space)
{
  for (guint i = 0; i < self->spaces->len; i++)
    {
      SamspillSpaceSync *sync = g_ptr_array_index (self->spaces, i);

      if (g_strcmp0 (sync->space, space) == 0)
        return sync;
    }

  return NULL;
}

gboolean
samspill_standing_is_connected (SamspillStanding *self)
{
  for (guint i = 0; i < self->spaces->len; i++)
    if (((const SamspillSpaceSync *)g_ptr_array_index (self->spaces, i))->endpoint != NULL)
      return TRUE;

  return FALSE;
}

/* All spaces as if they were one. */
static void
sum_up (SamspillStanding *self, SamspillSpaceSync *sum)
{
  sum->state = samspill_sync_service_get_state (self->service);
  for (guint i = 0; i < self->spaces->len; i++)
    {
      const SamspillSpaceSync *one = g_ptr_array_index (self->spaces, i);

      if (one->endpoint == NULL || !one->endpoint->is_on)
        continue;
      sum->pending += one->pending;
      sum->to_fetch += MAX (one->to_fetch, 0);
      sum->last_us = MAX (sum->last_us, one->last_us);
    }
}

char *
samspill_standing_dup_line (SamspillStanding *self, const char **icon_name)
{
  static const char *const icons[] = {
    [SAMSPILL_SYNC_OFF] = "object-select-symbolic",
    [SAMSPILL_SYNC_IDLE] = "object-select-symbolic",
    [SAMSPILL_SYNC_RUNNING] = "emblem-synchronizing-symbolic",
    [SAMSPILL_SYNC_WAITING] = "network-offline-symbolic",
    [SAMSPILL_SYNC_PAUSED] = "media-playback-pause-symbolic",
    [SAMSPILL_SYNC_NEEDS_PASSWORD] = "dialog-password-symbolic",
    [SAMSPILL_SYNC_FAILED] = "dialog-warning-symbolic",
  };
  SamspillSpaceSync sum = { 0 };
  const guint refused = self->not_accepted->len;
  const guint versions = self->two_versions->len;

  *icon_name = "dialog-warning-symbolic";
  if (refused > 0)
    return g_strdup_printf (ngettext ("%u was not accepted – see why", "%u were not accepted – see why", refused),
                            refused);
  if (versions > 0)
    return g_strdup_printf (ngettext ("%u has two versions", "%u have two versions", versions), versions);
  if (!samspill_standing_is_connected (self))
    return NULL;
  sum_up (self, &sum);
  *icon_name = icons[sum.state];
  if (sum.state == SAMSPILL_SYNC_FAILED)
    return g_strdup (_ ("Could not be sent – see why"));
  if (sum.state == SAMSPILL_SYNC_OFF)
    return g_strdup (_ ("Turned off: nothing is sent"));

  return samspill_space_sync_dup_state (&sum);
}

static gpointer
mark_in_thread (gpointer data, GError **error)
{
  samspill_profile_mark_news_read (data, error);
  return NULL;
}

static void
marked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  samspill_work_finish (result, &error);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("News could not be marked as read: %s", error->message);
  if (SAMSPILL_STANDING (source)->profile != NULL)
    look (SAMSPILL_STANDING (source));
}

void
samspill_standing_mark_news_read (SamspillStanding *self)
{
  g_ptr_array_unref (self->news);
  self->news = g_ptr_array_new ();
  g_signal_emit (self, signals[CHANGED], 0);
  samspill_work_async (self, mark_in_thread, g_object_ref (self->profile), g_object_unref, NULL, self->cancellable,
                       marked_cb, NULL);
}

void
samspill_standing_reload (SamspillStanding *self)
{
  samspill_sync_service_reload (self->service);
}
