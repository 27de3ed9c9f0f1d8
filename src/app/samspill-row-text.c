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

/* What the codes of a row stand for: where they come from, and the icon that says the same at a glance. */
static const struct
{
  const char *type;
  const char *phase_field;
  const char *outcome_field;
} code_fields[] = {
  { "need", "phase", "status.code" },
  { "pitch", "status", NULL },
  { "case", NULL, "outcome.status" },
  { "programme", "status.code", NULL },
};

static const struct
{
  const char *code;
  const char *icon_name;
} code_icons[] = {
  { "in-use", "object-select-symbolic" },
  { "developed-further", "view-refresh-symbolic" },
  { "piloting", "media-playback-start-symbolic" },
  { "under-way", "media-playback-start-symbolic" },
  { "stopped", "media-playback-stop-symbolic" },
  { "closed", "media-playback-stop-symbolic" },
  { "answered", "mail-replied-symbolic" },
  { "read", "mail-read-symbolic" },
  { "new", "mail-unread-symbolic" },
};

static const char *
get_label (const char *type, const char *field_name, const char *code)
{
  const SamspillType *schema = type != NULL ? samspill_type_lookup (type) : NULL;
  const SamspillField *field = NULL;
  const char *label = NULL;

  if (schema != NULL && field_name != NULL && code != NULL && *code != '\0')
    field = samspill_type_field (schema, field_name);
  if (field != NULL && field->choices != NULL)
    label = samspill_field_choice_label (field, code);

  return label != NULL ? _ (label) : NULL;
}

/* What came of it, else how far it is; NULL where nothing is known. */
static const char *
get_state (const SamspillRow *row)
{
  for (guint i = 0; i < G_N_ELEMENTS (code_fields); i++)
    if (g_strcmp0 (row->type, code_fields[i].type) == 0)
      {
        const char *outcome = get_label (row->type, code_fields[i].outcome_field, row->outcome);

        return outcome != NULL ? outcome : get_label (row->type, code_fields[i].phase_field, row->phase);
      }

  return NULL;
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
  else
    append (line, get_state (row));
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

  for (guint i = 0; i < G_N_ELEMENTS (code_icons); i++)
    if (g_strcmp0 (row->outcome, code_icons[i].code) == 0 || g_strcmp0 (row->phase, code_icons[i].code) == 0)
      return code_icons[i].icon_name;
  if (g_strcmp0 (row->type, "file") == 0)
    return "mail-attachment-symbolic";
  if (g_strcmp0 (row->type, "note") == 0)
    return "text-x-generic-symbolic";
  if (g_strcmp0 (row->type, "organisation") == 0)
    return "system-users-symbolic";

  return samspill_place_for_type (row->type)->icon_name;
}

gboolean
samspill_row_is_warning (const SamspillRow *row)
{
  return row->leaves > 1;
}
