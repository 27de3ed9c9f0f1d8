/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "samspill-record.h"

G_BEGIN_DECLS

/**
 * SamspillFieldRow:
 *
 * A short field of a record (one line, number, money, date) as a row that looks the same read and edited. Numbers are
 * written as Norwegians write them; what cannot be read as the field's kind stays in the row, marked, and is not taken
 * into the record.
 *
 * Property `editing`. Signal `edited` after the record has been changed by the person.
 */
#define SAMSPILL_TYPE_FIELD_ROW (samspill_field_row_get_type ())
G_DECLARE_FINAL_TYPE (SamspillFieldRow, samspill_field_row, SAMSPILL, FIELD_ROW, AdwEntryRow)

/* `path`: the name that the record knows it by ("affected.count"); `field`: what it is. */
GtkWidget  *samspill_field_row_new         (const char *path, const SamspillField *field);
const char *samspill_field_row_get_path    (SamspillFieldRow *self);
/* Shows the record's value, and writes into this record from now on. NULL: empty. */
void        samspill_field_row_set_record  (SamspillFieldRow *self, SamspillRecord *record);
void        samspill_field_row_set_editing (SamspillFieldRow *self, gboolean editing);

/* What a person types for a date ("3.12.2026", "12.2026", "2026", "2026-12-03") as the record keeps it; NULL: no date. */
char       *samspill_date_from_typed       (const char *typed);
/* The other way: "2026-12-03" as "3.12.2026", short enough to type over. */
char       *samspill_date_to_typed         (const char *iso);
/* Digits with blanks, dots or no-break spaces between thousands; also "4,2 mill". FALSE: not a number. */
gboolean    samspill_number_from_typed     (const char *typed, gint64 *value);

G_END_DECLS
