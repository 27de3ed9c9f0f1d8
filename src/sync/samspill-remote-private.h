/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "samspill-remote.h"

G_BEGIN_DECLS

struct _SamspillRemote
{
  gatomicrefcount refs;
  GUri *uri;      /* of the database, without name and password, without slash at the end */
  char *name;
  gboolean loopback;
  SoupSession *session;
  SamspillSyncClock clock;
  gint requests;  /* atomic */

  GMutex mutex;   /* for what follows */
  char *user;     /* nullable: nobody signs in */
  char *password;
  char *cookie;   /* "AuthSession=…"; NULL: name and password go with each request */
  guint sign_ins; /* counts renewals, so that several threads renew once */
  gboolean no_gzip; /* the server does not take packed requests */
};

gboolean samspill_remote_host_is_loopback (const char *host);
/* Puts the headers of who signs in on a message; returns `sign_ins` as it was. */
guint    samspill_remote_authorize        (SamspillRemote *self, SoupMessage *message);
/* After a 401 to a request that went with `seen`: a session by name and password. FALSE without error: nothing to try. */
gboolean samspill_remote_renew            (SamspillRemote *self, guint seen, GCancellable *cancellable);

/* Reads to the end, unpacked; PROTOCOL where it was cut or is larger than most. */
GBytes       *samspill_remote_read_body   (SoupMessage *message, GInputStream *stream, gsize most, GCancellable *cancellable, GError **error);
GInputStream *samspill_remote_unpack      (SoupMessage *message, GInputStream *stream, GError **error);
GBytes       *samspill_remote_pack        (GBytes *bytes);
/* Our words for an error of libsoup and GIO. Takes `cause`. */
void          samspill_remote_translate_error (GError *cause, gboolean reading, GError **error);
/* Seconds of Retry-After (or -1), a date being reckoned from now. */
gint64        samspill_remote_retry_after (SoupMessage *message);

G_END_DECLS
