/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-peer.h"

G_BEGIN_DECLS

/* Where a space goes (design.md section 3): kept in a local document of the store; the password in the keyring only. */
typedef struct
{
  char *space;     /* "commons", "team-<orgnr>", "joint-<uuid>" */
  char *url;       /* of the server, without database, name and password */
  char *user;
  char *database;  /* as `space` */
  gboolean is_on;  /* team: off until a named person turns it on */
  char *turned_on_by; /* role, as typed; nullable */
  gint64 turned_on_us;
} SamspillEndpoint;
void              samspill_endpoint_free   (SamspillEndpoint *self);
SamspillEndpoint *samspill_endpoint_copy   (const SamspillEndpoint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillEndpoint, samspill_endpoint_free)

GPtrArray        *samspill_endpoints_list   (SamspillStore *store, GError **error); /* (element-type SamspillEndpoint) */
SamspillEndpoint *samspill_endpoints_find   (SamspillStore *store, const char *space, GError **error); /* NULL without error: none */
gboolean          samspill_endpoints_set    (SamspillStore *store, const SamspillEndpoint *endpoint, GError **error);
gboolean          samspill_endpoints_remove (SamspillStore *store, const char *space, GError **error);

/* The address of the server in one that may end with the database. */
char             *samspill_endpoint_dup_server (const char *url, const char *database);

/* Passwords (libsecret; SAMSPILL_PASSWORD_FILE for tests and machines without a keyring is read, never written). A keyring that cannot be
 * unlocked: FAILED with words, and the caller asks the person each time. */
void     samspill_password_store_async   (const char *url, const char *user, const char *password, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean samspill_password_store_finish  (GAsyncResult *result, GError **error);
void     samspill_password_lookup_async  (const char *url, const char *user, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char    *samspill_password_lookup_finish (GAsyncResult *result, GError **error); /* NULL without error: none */
char    *samspill_password_read_file    (const char *path, GError **error); /* blocks; for the command line */
void     samspill_password_keep_in_memory (const char *url, const char *user, const char *password); /* for this run, when there is no keyring */
gboolean samspill_password_forget       (SamspillStore *store, const SamspillEndpoint *endpoint, GCancellable *cancellable, GError **error); /* blocks; stays where another space uses it */

/* What a server says of itself and of who signs in: the organisations and databases that are ours. */
typedef struct { char *version; char *user; char **roles; gboolean is_admin; } SamspillServerInfo;
void                samspill_server_info_free   (SamspillServerInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillServerInfo, samspill_server_info_free)
void                samspill_server_look_async  (const char *url, const char *user, const char *password, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
SamspillServerInfo *samspill_server_look_finish (GAsyncResult *result, GError **error);

G_END_DECLS
