/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "samspill-registry.h"

G_BEGIN_DECLS

/* A registry of its own on loopback, in this process, with an administrator "admin" and the password "secret". */
typedef struct
{
  char *folder;
  SamspillRegistry *registry;
  SamspillHttpServer *server;
  char *address; /* "http://127.0.0.1:41234" */
  SoupSession *session;
  const char *credentials; /* "admin:secret"; NULL: nobody */

  /* Of the last answer. */
  guint status;
  SoupMessageHeaders *headers;
  char *body;
} RegistryFixture;

void        registry_set_up    (RegistryFixture *self, gconstpointer data);
void        registry_tear_down (RegistryFixture *self, gconstpointer data);

/* Asks and waits for the whole answer. body nullable: JSON; headers: "Name: value" lines, nullable. Returns the body. */
const char *registry_ask       (RegistryFixture *self, const char *method, const char *path, const char *body, const char *headers);
/* As above, and the status and the body (a pattern with * and ?, without the line break at the end) are asserted. */
#define registry_expect(self, method, path, body, status, pattern) \
  registry_expect_at (self, method, path, body, NULL, status, pattern, G_STRLOC)
#define registry_expect_with(self, method, path, body, headers, status, pattern) \
  registry_expect_at (self, method, path, body, headers, status, pattern, G_STRLOC)
void        registry_expect_at (RegistryFixture *self, const char *method, const char *path, const char *body, const char *headers, guint status, const char *pattern, const char *place);
/* A header of the last answer. */
const char *registry_header    (RegistryFixture *self, const char *name);
/* A member of the last answer, a string. */
char       *registry_dup_string (RegistryFixture *self, const char *name);
/* Puts a document; its revision. */
char       *registry_put       (RegistryFixture *self, const char *path, const char *body);

G_END_DECLS
