/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-password.h"
#include "samspill-registry-private.h"
#include "samspill-siphash.h"
#include "samspill-throttle.h"

G_BEGIN_DECLS

#define SAMSPILL_USERS "_users"
#define SAMSPILL_USER_PREFIX "org.couchdb.user:"
#define SAMSPILL_MAX_USER_NAME 200
#define SAMSPILL_ADMIN_ROLE "_admin"
#define SAMSPILL_ORG_ROLE "org:"

/* A document of `_users`, as it is needed to let someone in. Shared between threads: nothing but `remembered` and the times
 * changes, and those only under the lock of the accounts. */
typedef struct
{
  gatomicrefcount references;
  char *name;
  char *rev;
  char **roles;
  SamspillPassword password;
  gint64 checked_us;      /* when the revision was last compared with the store's */
  guint8 remembered[SAMSPILL_SIPHASH_BYTES]; /* keyed hash of the name and password that were right */
  gint64 remembered_until_us;
} SamspillUser;

SamspillUser *samspill_user_ref    (SamspillUser *self);
void          samspill_user_unref  (SamspillUser *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillUser, samspill_user_unref)
SamspillUser *samspill_user_read   (SamspillStore *store, const char *name); /* NULL: there is none, or it cannot be read */
char        **samspill_roles_parse (const char *json); /* an array of strings; never NULL */
/* The members that CouchDB keeps of a password, and without `password`. NULL: `body` is no object. */
char         *samspill_user_set_password (const char *body, gsize length, const SamspillPassword *password);

/* `_security`, as it holds: with the defaults of design section 3 filled in. */
typedef struct
{
  gatomicrefcount references;
  char *json;
  char **admin_names, **admin_roles, **member_names, **member_roles;
} SamspillSecurity;

SamspillSecurity *samspill_security_get   (SamspillAccounts *self, const char *space); /* (transfer full) */
void              samspill_security_unref (SamspillSecurity *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SamspillSecurity, samspill_security_unref)

struct _SamspillAccounts
{
  SamspillStore *store;
  guint session_seconds, password_iterations;
  gboolean behind_proxy, cross_site;
  guint8 secret[32];       /* of the cookies; in the data folder */
  guint8 memory_key[16];   /* of what is remembered; made at each start */
  gint64 clock_offset_us;  /* of tests: the clock is put forward */
  GMutex lock;             /* of all that follows */
  GHashTable *users;       /* name → SamspillUser */
  GHashTable *securities;  /* space → SamspillSecurity */
  guint64 security_generation;
  GHashTable *attempts;    /* hash of name and password → Attempt that is under way */
  SamspillThrottle *throttle;
  GThreadPool *workers;    /* PBKDF2 is kept off the server's threads */
};

gint64      samspill_accounts_now_us       (SamspillAccounts *self); /* monotonic */
gint64      samspill_accounts_real_seconds (SamspillAccounts *self);
SamspillUser *samspill_accounts_find_user  (SamspillAccounts *self, const char *name); /* (transfer full), nullable */
SamspillAccount *samspill_account_new      (const SamspillUser *user /* NULL: nobody */, const char *method);
char       *samspill_account_dup_peer      (SamspillAccounts *self, SamspillHttpRequest *http);
gboolean    samspill_account_is_secure     (SamspillAccounts *self, SamspillHttpRequest *http);
gboolean    samspill_account_has_org_role  (const SamspillAccount *account);

/* Is the password right? Calls back at once when it is remembered or throttled, else from a worker. user NULL: error is set. */
typedef void (*SamspillPasswordFunc) (SamspillRegistryCall *call, SamspillUser *user, const GError *error, gpointer data);
void samspill_account_check_password (SamspillRegistryCall *call, const char *name, const char *password, SamspillPasswordFunc func, gpointer data);

/* samspill-account-cookie.c */
gboolean      samspill_cookie_load_secret (SamspillAccounts *self, GError **error);
SamspillUser *samspill_cookie_read        (SamspillAccounts *self, SamspillHttpRequest *http, gboolean *renew); /* NULL: none that is good */
void          samspill_cookie_give        (SamspillAccounts *self, SamspillHttpRequest *http, const SamspillUser *user);
void          samspill_cookie_take_away   (SamspillAccounts *self, SamspillHttpRequest *http);

G_END_DECLS
