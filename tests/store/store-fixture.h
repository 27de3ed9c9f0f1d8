/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "samspill-store.h"

G_BEGIN_DECLS

/* A store in a folder of its own, taken away after the test. */
typedef struct
{
  char *folder;
  SamspillStore *store;
} StoreFixture;

void store_fixture_set_up    (StoreFixture *fixture, gconstpointer data);
void store_fixture_tear_down (StoreFixture *fixture, gconstpointer data);
/* Closes and opens it again. */
void store_fixture_reopen    (StoreFixture *fixture);
void store_fixture_add       (const char *path, void (*test) (StoreFixture *fixture, gconstpointer data));

char *store_new_folder    (void);
/* What an older version of the program left in a folder (tests/store/schema). */
void  store_make_old      (const char *folder, guint version);
void  store_run_sql       (const char *folder, const char *sql);
void  store_remove_folder (const char *folder);

/* Each fails the test where it does not succeed. */
SamspillStore *store_open  (const char *folder, SamspillStoreFlags flags);
char *store_put            (SamspillStore *store, const char *id, const char *parent, const char *json); /* in "mine" */
char *store_dup_body       (SamspillStore *store, const char *id, const char *revision);
void  store_assert_clean   (SamspillStore *store);
GBytes *store_bytes        (const char *text);
/* Lets what waits in the default context run. */
void  store_run_pending    (void);

G_END_DECLS
