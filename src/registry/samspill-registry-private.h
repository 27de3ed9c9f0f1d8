/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-registry.h"
#include "samspill-attachments.h"

G_BEGIN_DECLS

/* Who asks (samspill-account.c). name NULL: nobody is signed in. */
typedef struct
{
  char *name;
  char **roles;      /* "org:999888777", "_admin" */
  gboolean is_admin; /* has the role _admin */
  const char *method; /* "default" (basic) or "cookie"; static */
} SamspillAccount;
void samspill_account_free (SamspillAccount *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillAccount, samspill_account_free)

/* One request on its way through the registry. It belongs to the HTTP request and is there until it was answered, also where the client is gone. After that
 * only for those who hold it: handlers that are called with it are held for as long as they run; who goes on in another thread holds it. */
typedef struct _SamspillRegistryCall
{
  SamspillRegistry *registry;
  SamspillStore *store;
  SamspillHttpRequest *http; /* owns the call */
  SamspillAccount *account;
  const char * const *segments; /* space, document ("_design/x" and "_local/x" are one), file (with its slashes); NULL-terminated */
  const char *space;         /* segments[0]; NULL for "/" */
  GBytes *body;              /* once read by samspill_call_read_json() */
  GByteArray *received;      /* until then */
  gpointer upload;           /* files on their way in (attachment, multipart) */
  GDestroyNotify upload_free;
  const SamspillFollowing *following; /* beside the document, in the upload */
  guint n_following;
  char **own_segments;
  gatomicrefcount ref_count;
  gsize reserved;            /* bytes of registry->reserved that are this body's */
  void (*next) (struct _SamspillRegistryCall *call); /* what comes after the body was read */
} SamspillRegistryCall;

/* The call and its request. */
void samspill_call_hold    (SamspillRegistryCall *call);
void samspill_call_release (SamspillRegistryCall *call);

/* --- answers (samspill-answer.c) --- */
/* {"error":…,"reason":…} with CouchDB's statuses. */
void samspill_answer_error  (SamspillRegistryCall *call, guint status, const char *error, const char *reason);
/* A GError of store, base, http or registry → its CouchDB status, error and reason. */
void samspill_answer_gerror (SamspillRegistryCall *call, const GError *error);
void samspill_answer_json   (SamspillRegistryCall *call, guint status, const char *json /* borrowed */);
void samspill_answer_take   (SamspillRegistryCall *call, guint status, GString *json /* taken */);
void samspill_answer_ok     (SamspillRegistryCall *call, guint status);

/* --- accounts (samspill-account*.c) --- */
typedef struct _SamspillAccounts SamspillAccounts;
/* Kept in registry->accounts; reads or makes the secret of the cookies in the folder of the store. The options are copied. */
SamspillAccounts *samspill_accounts_new  (SamspillRegistry *registry, const SamspillRegistryOptions *options, GError **error);
void              samspill_accounts_free (SamspillAccounts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillAccounts, samspill_accounts_free)
/* Basic, cookie or nobody. Wrong credentials: UNAUTHORIZED (CouchDB: 401 "Name or password is incorrect."). May be slow (PBKDF2; what was right is
 * remembered for a while, so that a client with Basic does not pay each time); many failures from an address or for a name: throttled (429 or a wait). */
typedef void (*SamspillAccountFunc) (SamspillRegistryCall *call, const GError *error, gpointer data);
void     samspill_account_authenticate (SamspillRegistryCall *call, SamspillAccountFunc func, gpointer data); /* sets call->account; func at once or later, from another thread */
void     samspill_account_handle_session (SamspillRegistryCall *call);  /* GET, POST, DELETE /_session */
void     samspill_account_handle_security (SamspillRegistryCall *call); /* GET, PUT /{db}/_security */
/* Closed by default: `_security` and design section 3. UNAUTHORIZED (nobody) or FORBIDDEN. */
gboolean samspill_account_check_read    (SamspillRegistryCall *call, const char *space, GError **error);
gboolean samspill_account_check_write   (SamspillRegistryCall *call, const char *space, GError **error); /* documents; what documents may be written is for the rules */
gboolean samspill_account_check_admin   (SamspillRegistryCall *call, const char *space /* NULL: of the server */, GError **error);
/* PUT /{db}: administrators, and for team-<orgnr> the accounts with that role. Name of the space: for the caller. */
gboolean samspill_account_check_create  (SamspillRegistryCall *call, const char *space, GError **error);
/* May this document of this space be seen (`_users`: one's own only)? */
gboolean samspill_account_may_see       (SamspillRegistryCall *call, const char *space, const char *id);
/* Is the account still there with the same roles, and may it still read the space? For an answer that goes on for days. */
gboolean samspill_account_may_still_read (SamspillRegistryCall *call);
/* Before a document of `_users` is written: a plain password becomes CouchDB's PBKDF2 members. */
gboolean samspill_account_prepare_user  (SamspillRegistryCall *call, SamspillWireDocument *document, GError **error);
void     samspill_account_forget        (SamspillRegistry *registry, const char *id); /* a document of `_users` was written, by its id or by the name */
void     samspill_account_forget_space  (SamspillRegistry *registry, const char *space); /* after a space was made or dropped: its `_security` and its rules begin anew */
/* The `_security` that holds, as JSON text. (transfer full) */
char    *samspill_account_dup_security  (SamspillRegistry *registry, const char *space);

/* --- rules (samspill-rules.c): validate_doc_update of data/rules and of design documents, in QuickJS --- */
typedef struct _SamspillRules SamspillRules;
SamspillRules *samspill_rules_new  (SamspillRegistry *registry, const SamspillRegistryOptions *options, GError **error);
void           samspill_rules_free (SamspillRules *self);
/* Judges documents that are about to be written to `space`; blocks, several engines at once. `refusals[i]`: FORBIDDEN or UNAUTHORIZED with the rule's words; NULL: may pass. The old
 * document is the revision named as parent where it is kept (new_edits: `rev`; else revisions[1]). Always allowed: `_local`. Administrators are judged too, with their roles in userCtx (the rules let them by). FALSE: the rules could not be run. */
gboolean       samspill_rules_judge (SamspillRules *self, SamspillRegistryCall *call, const char *space, const SamspillWireDocument *documents, guint n, gboolean new_edits, GError **refusals, GError **error);
void           samspill_rules_forget (SamspillRules *self, const char *space); /* a design document changed */

/* --- the protocol, a file a group: each answers the call --- */
void samspill_registry_handle_database    (SamspillRegistryCall *call); /* /{db} and its administrative endpoints */
void samspill_registry_handle_document    (SamspillRegistryCall *call);
void samspill_registry_handle_bulk        (SamspillRegistryCall *call); /* _bulk_docs, _bulk_get, _revs_diff, _missing_revs, _purge */
void samspill_registry_handle_changes     (SamspillRegistryCall *call);
void samspill_registry_handle_all_docs    (SamspillRegistryCall *call);
void samspill_registry_handle_local       (SamspillRegistryCall *call);
void samspill_registry_handle_attachment  (SamspillRegistryCall *call); /* samspill-registry-attachment.c */
/* PUT of a document as multipart/related, GET with Accept: multipart (mixed/related): samspill-registry-multipart.c */
void samspill_registry_put_multipart      (SamspillRegistryCall *call);
gboolean samspill_registry_get_multipart  (SamspillRegistryCall *call); /* FALSE: the client did not ask for it */

struct _SamspillRegistry
{
  SamspillStore *store;
  SamspillRules *rules;
  SamspillRegistryOptions options;
  SamspillAccounts *accounts;
  struct _SamspillFeeds *feeds;   /* samspill-registry-feeds.c: who waits for what */
  struct _SamspillWriter *writer; /* samspill-registry-writer.c: the one thread that writes */
  _Atomic gsize reserved;         /* bytes of all bodies that are under way */
  GThreadPool *workers;           /* what is too slow for the server's threads: rules, large bodies */
};

G_END_DECLS
