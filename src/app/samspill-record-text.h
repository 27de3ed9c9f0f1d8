/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "samspill-profile.h"

G_BEGIN_DECLS

/* Words about a record for the screen. All (transfer full). Main thread. */

/* A field's text in the language of the screen where the record has it as a translation, else as it is. "" where absent. */
char       *samspill_record_dup_text      (SamspillRecord *record, const char *path);
/* "Written in Nynorsk" when what is shown is not in the language of the screen; NULL otherwise. */
char       *samspill_record_dup_language  (SamspillRecord *record);
/* Who it belongs to: owner, buyers or owners, in words. NULL: nobody. */
char       *samspill_record_dup_owners    (SamspillProfile *profile, SamspillRecord *record);
/* "Lillevik kommune · Water and sewage · Clarified · Draft": what stands above the title. */
char       *samspill_record_dup_eyebrow   (SamspillProfile *profile, SamspillRecord *record, const char *space);
/* "Draft", "Internal" … */
const char *samspill_space_label          (const char *space);
/* The words of a choice in the schema; the value itself where it has none. */
char       *samspill_record_dup_choice    (SamspillRecord *record, const char *path);
/* "2019", "2019–2022", "since 2019"; NULL. */
char       *samspill_record_dup_years     (SamspillRecord *record);
/* Objects' `name`s (or the strings) of an array, joined by commas; NULL where there is none. */
char       *samspill_record_dup_names     (SamspillRecord *record, const char *path);

G_END_DECLS
