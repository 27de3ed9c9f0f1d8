/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The 357 municipalities that ship with the program (data/vocabularies/municipalities.csv and municipality-facts.csv),
 * and the invented ones of the sample data. Read once, then immutable and thread-safe. */
#define SAMSPILL_TYPE_MUNICIPALITY (samspill_municipality_get_type ())
G_DECLARE_FINAL_TYPE (SamspillMunicipality, samspill_municipality, SAMSPILL, MUNICIPALITY, GObject)

GListModel           *samspill_municipalities           (void); /* (transfer none), by name in Norwegian order */
SamspillMunicipality *samspill_municipality_by_number   (const char *number); /* "4602"; (transfer none) nullable */
SamspillMunicipality *samspill_municipality_by_orgnr    (const char *orgnr);
/* Name begins with, a word of it or of a Sámi/Kven name begins with, or the number begins with the text; case and
 * accents folded, best first. (transfer container) (element-type SamspillMunicipality) */
GPtrArray            *samspill_municipalities_search    (const char *text, guint limit);

const char *samspill_municipality_get_number     (SamspillMunicipality *self);
const char *samspill_municipality_get_name       (SamspillMunicipality *self); /* "Kinn"; the official name, all languages */
const char *samspill_municipality_get_short_name (SamspillMunicipality *self); /* the first of its names: "Oslo", "Guovdageaidnu" */
const char *samspill_municipality_get_county     (SamspillMunicipality *self);
const char *samspill_municipality_get_orgnr      (SamspillMunicipality *self); /* nullable (Haram) */
const char *samspill_municipality_get_language   (SamspillMunicipality *self); /* "nb", "nn" or NULL: neutral/unknown */
gint64      samspill_municipality_get_population (SamspillMunicipality *self); /* 0: unknown */
gboolean    samspill_municipality_is_invented    (SamspillMunicipality *self); /* of the sample data; found only by its whole name or number, not in the list */
/* "Kinn kommune" / for a number that is no municipality of ours: NULL. The word is translated. */
char       *samspill_owner_dup_name              (const char *orgnr);

G_END_DECLS
