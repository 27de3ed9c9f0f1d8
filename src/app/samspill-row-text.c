/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-row-text.h"

#include <glib/gi18n.h>

#include "samspill-format.h"
#include "samspill-place.h"

char *
samspill_row_dup_title (const SamspillRow *row)
{
  if (row->title != NULL && *row->title != '\0')
    return g_strdup (row->title);

  return g_strdup (_ ("Without a title"));
}

static const char *
get_phase (const SamspillRow *row)
{
  const SamspillType *type = row->type != NULL ? samspill_type_lookup (row->type) : NULL;
  const SamspillField *field = type != NULL ? samspill_type_field (type, "phase") : NULL;
  const char *label = NULL;

  if (field != NULL && row->phase != NULL && *row->phase != '\0')
    label = samspill_field_choice_label (field, row->phase);

  return label != NULL ? _ (label) : NULL;
}

static void
append (GString *line, const char *text)
{
  if (text == NULL || *text == '\0')
    return;
  if (line->len > 0)
    g_string_append (line, " · ");
  g_string_append (line, text);
}

char *
samspill_row_dup_subtitle (const SamspillRow *row)
{
  GString *line = g_string_new (NULL);

  append (line, row->owner_name);
  if (row->leaves > 1)
    append (line, _ ("has two versions"));
  else if (row->has_working_copy)
    append (line, _ ("being written"));
  else if (row->outcome != NULL && *row->outcome != '\0')
    append (line, row->outcome);
  else
    append (line, get_phase (row));
  if (line->len == 0)
    append (line, row->subject);

  return g_string_free (line, FALSE);
}

char *
samspill_row_dup_time (const SamspillRow *row)
{
  g_autoptr (GDateTime) time = NULL;
  g_autoptr (GDateTime) now = NULL;

  /* When a shipped record was put into the program says nothing to a reader. */
  if (g_strcmp0 (row->space, "shipped") == 0 || row->changed_us <= 0)
    return g_strdup ("");
  time = g_date_time_new_from_unix_utc_usec (row->changed_us);
  now = g_date_time_new_now_utc ();

  return samspill_format_relative (time, now);
}

const char *
samspill_row_get_icon (const SamspillRow *row)
{
  if (row->leaves > 1)
    return "dialog-warning-symbolic";
  if (row->has_working_copy)
    return "document-edit-symbolic";

  return samspill_place_for_type (row->type)->icon_name;
}

gboolean
samspill_row_is_warning (const SamspillRow *row)
{
  return row->leaves > 1;
}
