/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-merge.h"
#include "samspill-schema.h"

G_BEGIN_DECLS

/**
 * SamspillVersionField:
 *
 * One field of a record that has two versions: mine and the other's with the words marked that differ, the choice between
 * them, and below it what will stand, which can be edited where it is text or a number. Nothing is chosen to begin with:
 * what somebody wrote never goes because a button lay ready.
 *
 * Signal `chosen`: the choice or what will stand is another.
 */
#define SAMSPILL_TYPE_VERSION_FIELD (samspill_version_field_get_type ())
G_DECLARE_FINAL_TYPE (SamspillVersionField, samspill_version_field, SAMSPILL, VERSION_FIELD, GtkBox)

/* field (nullable) and merged stay alive for as long as the widget. mine_caption: "Mine · today 10.42". */
GtkWidget  *samspill_version_field_new         (const SamspillType *type, const SamspillMergeField *merged,
                                                const char *mine_caption, const char *theirs_caption);
const char *samspill_version_field_get_member  (SamspillVersionField *self);
/* One below the other. */
void        samspill_version_field_set_narrow  (SamspillVersionField *self, gboolean is_narrow);
gboolean    samspill_version_field_is_chosen   (SamspillVersionField *self);
/* What will stand, as JSON text; NULL: nothing. FALSE: nothing is chosen, or what was typed cannot stand there. */
gboolean    samspill_version_field_get_value   (SamspillVersionField *self, char **json);
/* To the choice. */
void        samspill_version_field_focus       (SamspillVersionField *self);
/* Where a choice is missing: shown, said, and the focus goes there. */
void        samspill_version_field_ask         (SamspillVersionField *self);

G_END_DECLS
