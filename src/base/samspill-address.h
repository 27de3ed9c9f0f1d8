/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The address of a server as a person types it: "https://name:password@host/path". */
typedef struct
{
  char *url;            /* scheme, host, port and path: without name and password, and without "/" at the end */
  char *user, *password; /* decoded; nullable */
  char *host;
  gboolean is_loopback; /* this computer: what is sent there does not leave it */
} SamspillAddress;
void     samspill_address_clear (SamspillAddress *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SamspillAddress, samspill_address_clear)

/* https, or http to this computer; no query, no fragment. SAMSPILL_BASE_ERROR_INVALID_ADDRESS with words. */
gboolean samspill_address_parse (SamspillAddress *self, const char *text, GError **error);

G_END_DECLS
