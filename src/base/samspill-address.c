/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-address.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "samspill-error.h"

void
samspill_address_clear (SamspillAddress *self)
{
  g_clear_pointer (&self->url, g_free);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->password, g_free);
  g_clear_pointer (&self->host, g_free);
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address != NULL ? g_inet_address_get_is_loopback (address) : g_ascii_strcasecmp (host, "localhost") == 0;
}

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, SAMSPILL_BASE_ERROR, SAMSPILL_BASE_ERROR_INVALID_ADDRESS, message);
  return FALSE;
}

gboolean
samspill_address_parse (SamspillAddress *self, const char *text, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_HAS_PASSWORD, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  g_autofree char *path = NULL;
  g_autoptr (GUri) clean = NULL;
  gboolean is_plain;

  if (host == NULL || *host == '\0' || g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return refuse (error, _ ("This is no address of a server. It looks like https://samspill.example.no."));
  is_plain = g_ascii_strcasecmp (g_uri_get_scheme (uri), "http") == 0;
  if (!is_plain && g_ascii_strcasecmp (g_uri_get_scheme (uri), "https") != 0)
    return refuse (error, _ ("The address of a server begins with https://."));
  if (is_plain && !is_loopback (host))
    return refuse (error, _ ("The address must begin with https://: without it others on the line can read what is "
                             "sent. Only a server on this computer may do with http://."));

  path = g_strdup (g_uri_get_path (uri));
  while (g_str_has_suffix (path, "/"))
    path[strlen (path) - 1] = '\0';
  clean =
      g_uri_build (G_URI_FLAGS_NONE, is_plain ? "http" : "https", NULL, host, g_uri_get_port (uri), path, NULL, NULL);
  self->url = g_uri_to_string (clean);
  self->user = g_strdup (g_uri_get_user (uri));
  self->password = g_strdup (g_uri_get_password (uri));
  self->host = g_strdup (host);
  self->is_loopback = is_loopback (host);
  return TRUE;
}
