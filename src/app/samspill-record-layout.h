/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In what order a record of a type is read, and how each part of it is shown. */
typedef enum
{
  SAMSPILL_LAYOUT_END,
  SAMSPILL_LAYOUT_PROSE,    /* a text field under its heading */
  SAMSPILL_LAYOUT_FIGURES,  /* cards */
  SAMSPILL_LAYOUT_MEASURES,
  SAMSPILL_LAYOUT_OUTCOME,  /* what came of it, first and large */
  SAMSPILL_LAYOUT_FACT,     /* a row in the list of short facts */
  SAMSPILL_LAYOUT_NAMES,    /* a fact that is a list of names, read only */
  SAMSPILL_LAYOUT_SOURCES,
} SamspillLayoutKind;

typedef struct
{
  SamspillLayoutKind kind;
  const char *path;     /* of the field; NULL where the kind says it all */
  const char *heading;  /* msgid; NULL: the label of the field */
} SamspillLayoutPart;

/* Ended by a part of kind END; only that for a type without a page of its own. Static. */
const SamspillLayoutPart *samspill_record_layout (const char *type);

G_END_DECLS
