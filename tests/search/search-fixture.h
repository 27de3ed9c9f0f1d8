/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-index.h"

/* A store and its index in a folder of their own; the follower runs. */
typedef struct
{
  char *folder;
  char *index_path;
  SamspillStore *store;
  SamspillIndex *index;
} SearchFixture;

void search_fixture_set_up    (SearchFixture *fixture, gconstpointer data);
void search_fixture_tear_down (SearchFixture *fixture, gconstpointer data);
void search_open_index        (SearchFixture *fixture);
void search_close_index       (SearchFixture *fixture);
/* Waits until the index has seen all that the store has. */
void search_settle            (SearchFixture *fixture);

/* Puts JSON as it stands (with ' for ") into a space; returns the revision. */
char *search_put    (SearchFixture *fixture, const char *space, const char *id, const char *parent, const char *json);
/* A need with a title and a problem. */
void  search_put_need (SearchFixture *fixture, const char *id, const char *lang, const char *title, const char *problem);
/* A file with an array of records, as data/cases and data/sample have them, in one transaction. */
void  search_import (SearchFixture *fixture, const char *space, const char *path);
/* The same with a record a line, as the shipped records are built. */
void  search_import_lines (SearchFixture *fixture, const char *space, const char *path);
/* The ids that a text finds, in order, joined by blanks. */
char *search_find   (SearchFixture *fixture, const char *text);
