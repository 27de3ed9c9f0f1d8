/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "samspill-index.h"
#include "samspill-profile.h"

G_BEGIN_DECLS

/* Whose records a list shows. */
typedef enum
{
  SAMSPILL_FILTER_OURS,
  SAMSPILL_FILTER_COMMONS,
  SAMSPILL_FILTER_SHIPPED,
  SAMSPILL_FILTER_SAMPLE,
  SAMSPILL_FILTER_ALL,
} SamspillFilter;
#define SAMSPILL_N_FILTERS 5

const char    *samspill_filter_get_name  (SamspillFilter filter); /* "ours": in settings and in the toggle group */
const char    *samspill_filter_get_label (SamspillFilter filter); /* translated */
SamspillFilter samspill_filter_from_name (const char *name);      /* SAMSPILL_FILTER_ALL for what it does not know */

/* A place in the sidebar. Static. */
typedef struct
{
  const char *name;        /* "needs": the target of win.place */
  const char *title;       /* msgid */
  const char *icon_name;
  const char *type;        /* record type, nullable: all */
  guint filters;           /* bits: 1 << SamspillFilter; fewer than two: no choice is shown */
  const char *new_action;  /* nullable */
  const char *new_label;   /* msgid */
  const char *empty_title; /* msgid */
  const char *empty_text;  /* msgid */
} SamspillPlace;

const SamspillPlace *samspill_places_list      (guint *n_places);
const SamspillPlace *samspill_place_lookup     (const char *name);     /* nullable */
const SamspillPlace *samspill_place_for_type   (const char *type);     /* never NULL: home where no list has it */
gboolean             samspill_place_has_list   (const SamspillPlace *place);
gboolean             samspill_place_is_trash   (const SamspillPlace *place);
/* "12 needs" / "Search in 12 needs"; (transfer full) */
char                *samspill_place_dup_count  (const SamspillPlace *place, gint64 count);
char                *samspill_place_dup_search (const SamspillPlace *place, gint64 count);
/* What the list of `place` asks for; `text` nullable. (transfer full) */
SamspillQuery       *samspill_place_dup_query  (const SamspillPlace *place, SamspillProfile *profile,
                                                SamspillFilter filter, const char *text);

G_END_DECLS
