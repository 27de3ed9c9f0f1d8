/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-record-page-private.h"

#include <glib/gi18n.h>

#include "samspill-format.h"
#include "samspill-record-text.h"
#include "samspill-space-text.h"
#include "samspill-work.h"

/* Where a record stands: whether it is published, sent, accepted. */

void
samspill_page_state_free (SamspillPageState *state)
{
  g_clear_pointer (&state->publication, samspill_publication_free);
  g_free (state->reason);
  g_free (state->refused_space);
  g_free (state);
}

/* Looking */

typedef struct
{
  SamspillProfile *profile;
  char *space;
  char *id;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->profile);
  g_free (job->space);
  g_free (job->id);
  g_free (job);
}

static SamspillRecordSync
look_at (SamspillStore *store, const char *space, const char *id, SamspillPageState *state)
{
  g_autofree char *reason = NULL;
  g_autoptr (GError) error = NULL;
  SamspillRecordSync sync = samspill_sync_look_at_record (store, space, id, &reason, &error);

  if (error != NULL)
    return SAMSPILL_RECORD_LOCAL;
  if (sync == SAMSPILL_RECORD_REFUSED)
    {
      g_set_str (&state->reason, reason);
      g_set_str (&state->refused_space, space);
    }

  return sync;
}

static gpointer
look_in_thread (gpointer data, GError **error)
{
  Job *job = data;
  SamspillStore *store = samspill_profile_get_store (job->profile);
  SamspillPageState *state = g_new0 (SamspillPageState, 1);
  g_autoptr (SamspillDocument) document = samspill_store_get (store, job->space, job->id, NULL, NULL);

  state->leaves = document != NULL ? document->leaves : 0;
  state->sync = look_at (store, job->space, job->id, state);
  state->publication = samspill_profile_get_publication (job->profile, job->id, NULL);
  if (state->publication != NULL && state->publication->state != SAMSPILL_PUBLICATION_NONE)
    state->publication_sync = look_at (store, "commons", job->id, state);

  return state;
}

/* The line */

static void
append (GString *line, const char *text)
{
  if (line->len > 0)
    g_string_append (line, " · ");
  g_string_append (line, text);
}

static char *
dup_day (GDateTime *at)
{
  g_autoptr (GDateTime) local = at != NULL ? g_date_time_to_local (at) : NULL;

  return local != NULL ? samspill_format_date_short (local) : g_strdup ("");
}

static void
append_publication (GString *line, const SamspillPublication *publication)
{
  g_autofree char *day = dup_day (publication->at);
  g_autofree char *text = NULL;

  if (publication->state == SAMSPILL_PUBLICATION_CURRENT)
    /* Translators: %s is a day, "3. des." */
    text = g_strdup_printf (_ ("Published %s"), day);
  else if (publication->state == SAMSPILL_PUBLICATION_OUTDATED)
    text = g_strdup_printf (_ ("Published %s; changed since"), day);
  else if (publication->state == SAMSPILL_PUBLICATION_WITHDRAWN && publication->withdrawn_reason != NULL)
    /* Translators: a day, "3. des.", and a reason in the person's own words */
    text = g_strdup_printf (_ ("Withdrawn %s: %s"), day, publication->withdrawn_reason);
  else if (publication->state == SAMSPILL_PUBLICATION_WITHDRAWN)
    text = g_strdup_printf (_ ("Withdrawn %s"), day);
  if (text != NULL)
    append (line, text);
}

/* What nobody has taken yet is not published, whatever this computer has written down. */
static gboolean
is_first_refused (const SamspillPageState *state)
{
  return state->reason != NULL && g_strcmp0 (state->refused_space, "commons") == 0 && state->publication != NULL &&
         state->publication->rev != NULL && g_str_has_prefix (state->publication->rev, "1-");
}

static gboolean
is_team (const char *space)
{
  return space != NULL && (g_str_has_prefix (space, "team-") || g_str_has_prefix (space, "joint-"));
}

/* A sentence of parts begins with a capital letter, whichever part comes first. */
static char *
finish_line (GString *line)
{
  g_autofree char *text = g_string_free (line, FALSE);
  g_autofree char *first = NULL;

  if (*text == '\0')
    return g_steal_pointer (&text);
  first = g_utf8_strup (text, g_utf8_next_char (text) - text);

  return g_strconcat (first, g_utf8_next_char (text), NULL);
}

static char *
dup_line (SamspillRecordPage *self)
{
  const SamspillPageState *state = self->state;
  const SamspillPublication *publication = state->publication;
  const gboolean is_public = publication != NULL && publication->state != SAMSPILL_PUBLICATION_NONE;
  GString *line = g_string_new (NULL);

  if (g_strcmp0 (self->space, "commons") == 0)
    {
      g_autofree char *owners = samspill_record_dup_owners (self->profile, self->record);
      /* Translators: %s is a municipality */
      g_autofree char *text =
          owners != NULL
              ? g_strdup_printf (_ ("Published by %s. You can read it, and only they can change it."), owners)
              : NULL;

      if (text != NULL && self->draft == NULL)
        append (line, text);
      return finish_line (line);
    }
  if (is_public && !is_first_refused (state))
    append_publication (line, publication);
  if (state->reason != NULL)
    append (line, _ ("was not accepted"));
  else if (is_public && state->publication_sync == SAMSPILL_RECORD_WAITING)
    append (line, _ ("waits to be sent"));
  else if (is_team (self->space) && state->sync == SAMSPILL_RECORD_WAITING)
    append (line, _ ("waits to be sent to colleagues"));
  else if (is_team (self->space) && state->sync == SAMSPILL_RECORD_SENT && !is_public)
    append (line, _ ("Sent to colleagues"));
  else if (is_team (self->space) && state->sync == SAMSPILL_RECORD_LOCAL && !is_public)
    append (line, _ ("On this computer until somebody turns on sending for your organisation"));

  return finish_line (line);
}

static const char *
get_icon (SamspillRecordPage *self)
{
  if (self->state->reason != NULL)
    return "dialog-warning-symbolic";
  if (g_strcmp0 (self->space, "commons") == 0)
    return "changes-prevent-symbolic";
  if (self->state->sync == SAMSPILL_RECORD_WAITING || self->state->publication_sync == SAMSPILL_RECORD_WAITING)
    return "document-send-symbolic";

  return "object-select-symbolic";
}

static void
show_state (SamspillRecordPage *self)
{
  g_autofree char *line = self->state != NULL && self->record != NULL ? dup_line (self) : NULL;
  const gboolean is_shown = line != NULL && *line != '\0';
  const gboolean is_refused = self->state != NULL && self->state->reason != NULL;

  gtk_widget_set_visible (self->state_box, is_shown);
  gtk_widget_set_visible (self->why_button, is_refused);
  if (is_shown)
    {
      gtk_label_set_text (self->state_label, line);
      gtk_image_set_from_icon_name (self->state_icon, get_icon (self));
    }
  if (is_refused)
    {
      gtk_widget_add_css_class (self->state_box, "warning");
      gtk_widget_remove_css_class (GTK_WIDGET (self->state_label), "dimmed");
    }
  else
    {
      gtk_widget_remove_css_class (self->state_box, "warning");
      gtk_widget_add_css_class (GTK_WIDGET (self->state_label), "dimmed");
    }
  adw_banner_set_title (self->versions_banner, samspill_record_page_is (self, "need") ? _ ("This need has two versions")
                                               : samspill_record_page_is (self, "pitch")
                                                   ? _ ("This proposal has two versions")
                                                   : _ ("This has two versions"));
  adw_banner_set_revealed (self->versions_banner, self->state != NULL && self->state->leaves > 1);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SamspillRecordPage *self = SAMSPILL_RECORD_PAGE (source);
  g_autofree char *id = data;
  g_autoptr (GError) error = NULL;
  SamspillPageState *state = samspill_work_finish (result, &error);

  self->is_looking = FALSE;
  if (self->look_again && self->stack != NULL)
    samspill_record_page_look_at_state (self);
  if (self->stack == NULL || g_strcmp0 (id, self->id) != 0)
    {
      g_clear_pointer (&state, samspill_page_state_free);
      return;
    }
  g_clear_pointer (&self->state, samspill_page_state_free);
  self->state = state;
  show_state (self);
  samspill_record_page_update_actions (self);
  samspill_record_page_notify_header (self);
  if (self->wanted_action != NULL)
    {
      g_autofree char *action = g_steal_pointer (&self->wanted_action);

      g_action_group_activate_action (G_ACTION_GROUP (self->actions), action, NULL);
    }
}

void
samspill_record_page_when_looked_at (SamspillRecordPage *self, const char *action)
{
  g_return_if_fail (SAMSPILL_IS_RECORD_PAGE (self));

  g_set_str (&self->wanted_action, action);
  if (self->record != NULL)
    samspill_record_page_look_at_state (self);
}

void
samspill_record_page_look_at_state (SamspillRecordPage *self)
{
  Job *job;

  if (self->id == NULL || self->space == NULL || self->record == NULL)
    {
      g_clear_pointer (&self->state, samspill_page_state_free);
      show_state (self);
      return;
    }
  self->look_again = self->is_looking;
  if (self->is_looking)
    return;
  self->is_looking = TRUE;
  job = g_new0 (Job, 1);
  job->profile = g_object_ref (self->profile);
  job->space = g_strdup (self->space);
  job->id = g_strdup (self->id);
  samspill_work_async (self, look_in_thread, job, job_free, (GDestroyNotify)samspill_page_state_free, NULL, looked_cb,
                       g_strdup (self->id));
}

void
samspill_record_page_set_standing (SamspillRecordPage *self, SamspillStanding *standing)
{
  g_return_if_fail (SAMSPILL_IS_RECORD_PAGE (self));

  g_set_object (&self->standing, standing);
  g_signal_connect_object (standing, "changed", G_CALLBACK (samspill_record_page_look_at_state), self,
                           G_CONNECT_SWAPPED);
}

/* What can be done */

static gboolean
can_be_published (SamspillRecordPage *self)
{
  return self->draft != NULL && self->id != NULL &&
         (samspill_record_page_is (self, "need") || samspill_record_page_is (self, "pitch") ||
          samspill_record_page_is (self, "case")) &&
         (g_strcmp0 (self->space, "mine") == 0 || g_strcmp0 (self->space, "sample") == 0 || is_team (self->space));
}

SamspillPublishWay
samspill_record_page_get_publish_way (SamspillRecordPage *self)
{
  const SamspillPublication *publication = self->state != NULL ? self->state->publication : NULL;

  if (!can_be_published (self))
    return SAMSPILL_PUBLISH_NOT;
  if (publication == NULL || publication->state == SAMSPILL_PUBLICATION_NONE ||
      publication->state == SAMSPILL_PUBLICATION_WITHDRAWN)
    return SAMSPILL_PUBLISH_FIRST;

  return publication->state == SAMSPILL_PUBLICATION_OUTDATED ? SAMSPILL_PUBLISH_UPDATE : SAMSPILL_PUBLISH_CURRENT;
}

gboolean
samspill_record_page_can_share (SamspillRecordPage *self)
{
  return self->draft != NULL && self->id != NULL && g_strcmp0 (self->space, "mine") == 0;
}

gboolean
samspill_record_page_has_versions (SamspillRecordPage *self)
{
  return self->state != NULL && self->state->leaves > 1;
}

gboolean
samspill_record_page_is_refused (SamspillRecordPage *self)
{
  return self->state != NULL && self->state->reason != NULL;
}
