/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-team-group.h"

#include <glib/gi18n.h>

#include "samspill-space-text.h"

struct _SamspillTeamGroup
{
  AdwPreferencesGroup parent_instance;

  char *space;
  AdwSwitchRow *switch_row; /* NULL for the commons */
  AdwEntryRow *role_row;
  GtkWidget *remark_row;
  gboolean is_quiet;
};

G_DEFINE_FINAL_TYPE (SamspillTeamGroup, samspill_team_group, ADW_TYPE_PREFERENCES_GROUP)

enum
{
  CHANGED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static void
update (SamspillTeamGroup *self)
{
  const gboolean is_on = adw_switch_row_get_active (self->switch_row);

  gtk_widget_set_visible (GTK_WIDGET (self->role_row), is_on);
  gtk_widget_remove_css_class (GTK_WIDGET (self->role_row), "error");
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->switch_row), is_on ? "" : _ ("Off: it stays on this computer"));
}

static void
toggled_cb (SamspillTeamGroup *self)
{
  update (self);
  if (self->is_quiet)
    return;
  if (adw_switch_row_get_active (self->switch_row))
    gtk_widget_grab_focus (GTK_WIDGET (self->role_row));
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
role_changed_cb (SamspillTeamGroup *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self->role_row), "error");
  if (!self->is_quiet)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
samspill_team_group_finalize (GObject *object)
{
  g_free (SAMSPILL_TEAM_GROUP (object)->space);

  G_OBJECT_CLASS (samspill_team_group_parent_class)->finalize (object);
}

static void
samspill_team_group_class_init (SamspillTeamGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = samspill_team_group_finalize;
  signals[CHANGED] =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
samspill_team_group_init (SamspillTeamGroup *self)
{
}

/* Whoever turns it on answers for it: the role is kept with the switch. */
static void
add_switch (SamspillTeamGroup *self, SamspillProfile *profile)
{
  const SamspillIdentity *identity = samspill_profile_get_identity (profile);

  self->switch_row = ADW_SWITCH_ROW (adw_switch_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->switch_row), _ ("Send and fetch"));
  self->role_row = ADW_ENTRY_ROW (adw_entry_row_new ());
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->role_row), _ ("Turned on by (role)"));
  if (identity != NULL && identity->person_role != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->role_row), identity->person_role);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->switch_row));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->role_row));
  update (self);
  g_signal_connect_object (self->switch_row, "notify::active", G_CALLBACK (toggled_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->role_row, "changed", G_CALLBACK (role_changed_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
samspill_team_group_new (SamspillProfile *profile, const char *space)
{
  SamspillTeamGroup *self = g_object_new (SAMSPILL_TYPE_TEAM_GROUP, NULL);
  g_autofree char *title = samspill_space_dup_title (profile, space);
  g_autofree char *contents = samspill_space_dup_contents (space);
  g_autofree char *readers = samspill_space_dup_readers (profile, space);
  g_autofree char *description = g_markup_printf_escaped ("%s %s", contents, readers);
  g_autofree char *escaped = g_markup_escape_text (title, -1);

  self->space = g_strdup (space);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), escaped);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), description);
  if (!g_str_equal (space, "commons"))
    add_switch (self, profile);

  return GTK_WIDGET (self);
}

const char *
samspill_team_group_get_space (SamspillTeamGroup *self)
{
  return self->space;
}

void
samspill_team_group_set_remark (SamspillTeamGroup *self, const char *remark)
{
  if (self->remark_row != NULL)
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self), self->remark_row);
  self->remark_row = NULL;
  if (remark == NULL)
    return;
  self->remark_row = adw_action_row_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->remark_row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->remark_row), remark);
  adw_action_row_add_prefix (ADW_ACTION_ROW (self->remark_row),
                             gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->remark_row);
}

void
samspill_team_group_set_state (SamspillTeamGroup *self, gboolean is_on, const char *role)
{
  if (self->switch_row == NULL)
    return;
  self->is_quiet = TRUE;
  adw_switch_row_set_active (self->switch_row, is_on);
  if (role != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->role_row), role);
  self->is_quiet = FALSE;
}

gboolean
samspill_team_group_get_is_on (SamspillTeamGroup *self)
{
  return self->switch_row == NULL || adw_switch_row_get_active (self->switch_row);
}

const char *
samspill_team_group_get_role (SamspillTeamGroup *self)
{
  return self->switch_row != NULL ? gtk_editable_get_text (GTK_EDITABLE (self->role_row)) : NULL;
}

gboolean
samspill_team_group_check (SamspillTeamGroup *self)
{
  g_autofree char *role = self->switch_row != NULL ? g_strdup (samspill_team_group_get_role (self)) : NULL;

  if (role == NULL || !samspill_team_group_get_is_on (self) || *g_strstrip (role) != '\0')
    return TRUE;
  gtk_widget_add_css_class (GTK_WIDGET (self->role_row), "error");
  gtk_widget_grab_focus (GTK_WIDGET (self->role_row));
  gtk_accessible_announce (GTK_ACCESSIBLE (self), _ ("Write the role of whoever turns it on."),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);

  return FALSE;
}
