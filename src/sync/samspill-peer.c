/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-peer-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_DEFINE_ABSTRACT_TYPE (SamspillPeer, samspill_peer, G_TYPE_OBJECT)

static void
samspill_peer_class_init (SamspillPeerClass *klass)
{
}

static void
samspill_peer_init (SamspillPeer *self)
{
}

SamspillPeer *
samspill_peer_new_remote (const char *url, const char *user, const char *password, GError **error)
{
  g_autoptr (SamspillRemote) remote = samspill_remote_new (url, user, password, error);

  return remote != NULL ? samspill_remote_peer_new (remote) : NULL;
}

SamspillPeer *
samspill_peer_new_space (SamspillStore *store, const char *space, GError **error)
{
  if (*space != '\0' && g_utf8_validate (space, -1, NULL))
    return samspill_space_peer_new (store, space);
  g_set_error_literal (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_INVALID, _ ("This is no name of a space."));
  return NULL;
}

const char *
samspill_peer_get_name (SamspillPeer *self)
{
  return g_object_get_data (G_OBJECT (self), "samspill-peer-name");
}

void
samspill_refusal_free (SamspillRefusal *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->rev);
  g_free (self->error);
  g_free (self->reason);
  g_free (self);
}

SamspillRefusal *
samspill_refusal_new (const char *id, const char *rev, const char *error, const char *reason)
{
  SamspillRefusal *self = g_new0 (SamspillRefusal, 1);

  self->id = g_strdup (id);
  self->rev = g_strdup (rev);
  self->error = g_strdup (error != NULL ? error : "unknown_error");
  self->reason = g_strdup (reason != NULL ? reason : "");
  return self;
}
