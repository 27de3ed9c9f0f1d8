/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-http-server.h"

/* A client that sends what the test says, byte for byte, and may do it badly. Fails the test where the server is silent for ten seconds. */
typedef struct
{
  int fd;
  GByteArray *in; /* read and not taken yet */
} HttpClient;

HttpClient *http_client_new   (SamspillHttpServer *server);
void        http_client_free  (HttpClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpClient, http_client_free)
void        http_client_send  (HttpClient *self, const char *text);
void        http_client_send_bytes (HttpClient *self, const void *bytes, gsize length);
/* FALSE: the server does not take it any more. */
gboolean    http_client_try_send (HttpClient *self, const void *bytes, gsize length);

typedef struct
{
  guint status;
  char *head;      /* with the status line */
  GByteArray *body; /* chunks put together */
  gboolean is_whole;
} HttpAnswer;
void        http_answer_free  (HttpAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HttpAnswer, http_answer_free)
/* The next answer; NULL: the connection ended before one began. is_head: it has no body. */
HttpAnswer *http_client_read  (HttpClient *self, gboolean is_head);
/* As many bytes as come until `text` was seen. */
gboolean    http_client_wait_for (HttpClient *self, const char *text);
gboolean    http_client_is_closed (HttpClient *self); /* waits for it */
char       *http_answer_dup_header (HttpAnswer *self, const char *name);
