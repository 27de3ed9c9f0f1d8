/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-http-server.h"
#include "samspill-store.h"

G_BEGIN_DECLS

#define SAMSPILL_REGISTRY_ERROR (samspill_registry_error_quark ())
GQuark samspill_registry_error_quark (void);
typedef enum
{
  SAMSPILL_REGISTRY_ERROR_FAILED,
  SAMSPILL_REGISTRY_ERROR_FORBIDDEN,    /* 403 */
  SAMSPILL_REGISTRY_ERROR_UNAUTHORIZED, /* 401 */
  SAMSPILL_REGISTRY_ERROR_BAD_REQUEST,  /* 400 */
  SAMSPILL_REGISTRY_ERROR_EXISTS,       /* init: there is a registry already; an account of that name */
  SAMSPILL_REGISTRY_ERROR_THROTTLED,    /* 429 too_many_requests; Retry-After has been added to the answer */
} SamspillRegistryError;

/* The CouchDB 3 replication protocol on a store, with accounts and rules. One database is one space. Thread-safe. */
typedef struct _SamspillRegistry SamspillRegistry;

typedef struct
{
  gsize max_document_bytes;   /* 0: 8 MiB, as CouchDB */
  gsize max_request_bytes;    /* 0: 64 MiB: a batch */
  guint64 max_attachment_bytes; /* 0: 1 GiB */
  guint max_batch;            /* documents of one request; 0: 100,000 */
  const char *rules_folder;   /* with commons.js, team.js …; NULL: those compiled in */
  guint rule_threads;         /* 0: as many as there are processors */
  guint session_seconds;      /* a cookie is good for; 0: 600, as CouchDB */
  guint password_iterations;  /* PBKDF2 of new passwords; 0: 600,000, as CouchDB 3.4 */
  gboolean behind_proxy;      /* the last X-Forwarded-For is who asks, X-Forwarded-Proto says whether there is TLS; only where nobody but the proxy can reach us */
  const char * const *allow_origins; /* CORS: NULL: none; "*": any, without credentials; NULL-terminated */
} SamspillRegistryOptions;

SamspillRegistry *samspill_registry_new      (const char *folder, const SamspillRegistryOptions *options, GError **error);
SamspillStore    *samspill_registry_get_store (SamspillRegistry *self);
void              samspill_registry_handle   (SamspillHttpRequest *request, gpointer registry); /* a SamspillHttpHandler */
void              samspill_registry_free     (SamspillRegistry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillRegistry, samspill_registry_free)

/* Makes a registry in a folder: `_users` with the first administrator, `commons` with its rules, the secret of the cookies. EXISTS when it has an administrator. */
gboolean          samspill_registry_init     (const char *folder, const char *admin, const char *password, GError **error); /* samspill-account-init.c */
/* One more account, or another password and roles for one (replace). EXISTS when it is there and replace is FALSE. */
gboolean          samspill_registry_add_user (SamspillStore *store, const char *name, const char *password, const char * const *roles, gboolean replace, GError **error);

G_END_DECLS
