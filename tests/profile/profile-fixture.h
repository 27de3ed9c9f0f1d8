/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-draft.h"

G_BEGIN_DECLS

/* A profile in a folder of its own, with two shipped records, for Storvik (302353875), an invented municipality. */
#define OWNER "302353875"

typedef struct
{
  char *folder; /* of all that the test writes */
  char *data;   /* what "comes with the program" */
  char *home;   /* the profile's */
  SamspillProfile *profile;
} Fixture;

#define SHIPPED_TWO \
  "{\"_id\":\"case:lekkasjer\",\"type\":\"case\",\"schema\":1,\"lang\":\"nb\",\"title\":\"Vannlekkasjer i Bjerkvik\"}\n" \
  "{\"_id\":\"case:nattilsyn\",\"type\":\"case\",\"schema\":1,\"lang\":\"nb\",\"title\":\"Tilsyn om natten\"}\n"

void             fixture_set_up       (Fixture *fixture, gconstpointer data);
void             fixture_tear_down    (Fixture *fixture, gconstpointer data);
void             fixture_close        (Fixture *fixture);
void             fixture_open         (Fixture *fixture);
void             fixture_ship         (Fixture *fixture, const char *lines);
GFile           *fixture_file         (Fixture *fixture, const char *name, const char *content, gssize length);
SamspillProfile *fixture_open_another (Fixture *fixture); /* as another program would */
void             fixture_wait_index   (SamspillProfile *profile);

SamspillRecord  *need_new             (const char *title);
char            *save_need            (SamspillProfile *profile, const char *title); /* its id */
guint            count_revisions      (SamspillProfile *profile, const char *space, const char *id);

/* Runs the main loop until `condition`; a test that waits a minute has failed. */
typedef gboolean (*Condition) (gpointer data);
void             run_until            (Condition condition, gpointer data);
void             keep_result_cb       (GObject *source, GAsyncResult *result, gpointer user_data); /* GAsyncResult ** */
gboolean         has_result           (gpointer data);

G_END_DECLS
