/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-connections.h"

#include <glib/gi18n.h>

#include "samspill-space-text.h"
#include "samspill-team-group.h"
#include "samspill-work.h"

struct _SamspillConnections
{
  AdwPreferencesPage parent_instance;

  SamspillStanding *standing;
  GSettings *settings;
  AdwPreferencesGroup *when_group;
  AdwSwitchRow *pause_row;
  GPtrArray *groups; /* SamspillTeamGroup, borrowed */
  char *shape;       /* which spaces go where: the page is made anew when that is another */
};

G_DEFINE_FINAL_TYPE (SamspillConnections, samspill_connections, ADW_TYPE_PREFERENCES_PAGE)

/* Changing an endpoint */

typedef struct
{
  SamspillStore *store;
  SamspillEndpoint *endpoint;
  gboolean is_removal;
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_object_unref (change->store);
  samspill_endpoint_free (change->endpoint);
  g_free (change);
}

static gpointer
change_in_thread (gpointer data, GError **error)
{
  Change *change = data;

  if (change->is_removal)
    {
      if (samspill_endpoints_remove (change->store, change->endpoint->space, error))
        samspill_password_forget (change->store, change->endpoint, NULL, NULL);
    }
  else
    samspill_endpoints_set (change->store, change->endpoint, error);

  return NULL;
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SamspillConnections *self = SAMSPILL_CONNECTIONS (source);
  g_autoptr (GError) error = NULL;

  samspill_work_finish (result, &error);
  if (self->standing == NULL)
    return;
  if (error != NULL)
    {
      AdwDialog *alert = adw_alert_dialog_new (_ ("It could not be saved"), error->message);

      adw_alert_dialog_add_response (ADW_ALERT_DIALOG (alert), "close", _ ("Close"));
      adw_dialog_present (alert, GTK_WIDGET (self));
    }
  samspill_standing_reload (self->standing);
}

static void
change (SamspillConnections *self, SamspillEndpoint *endpoint, gboolean is_removal)
{
  Change *wanted = g_new0 (Change, 1);

  wanted->store = g_object_ref (samspill_profile_get_store (samspill_standing_get_profile (self->standing)));
  wanted->endpoint = endpoint;
  wanted->is_removal = is_removal;
  samspill_work_async (self, change_in_thread, wanted, change_free, NULL, NULL, changed_cb, NULL);
}

/* On and off. Turning on waits until somebody is named. */
static void
group_changed_cb (SamspillConnections *self, SamspillTeamGroup *group)
{
  const SamspillSpaceSync *sync = samspill_standing_find_space (self->standing, samspill_team_group_get_space (group));
  const char *typed = samspill_team_group_get_role (group);
  g_autofree char *role = g_strstrip (g_strdup (typed != NULL ? typed : ""));
  const gboolean is_on = samspill_team_group_get_is_on (group);
  SamspillEndpoint *endpoint;

  if (sync == NULL || sync->endpoint == NULL || (is_on && *role == '\0'))
    return;
  if (is_on == sync->endpoint->is_on && (!is_on || g_strcmp0 (role, sync->endpoint->turned_on_by) == 0))
    return;
  endpoint = samspill_endpoint_copy (sync->endpoint);
  if (is_on && !endpoint->is_on)
    endpoint->turned_on_us = g_get_real_time ();
  endpoint->is_on = is_on;
  if (is_on)
    g_set_str (&endpoint->turned_on_by, role);
  change (self, endpoint, FALSE);
}

/* Connect, disconnect */

static void
disconnect_response_cb (SamspillConnections *self, const char *response, AdwAlertDialog *dialog)
{
  const SamspillSpaceSync *sync =
      samspill_standing_find_space (self->standing, g_object_get_data (G_OBJECT (dialog), "space"));

  if (g_str_equal (response, "disconnect") && sync != NULL && sync->endpoint != NULL)
    change (self, samspill_endpoint_copy (sync->endpoint), TRUE);
}

static void
disconnect_cb (SamspillConnections *self, GtkButton *button)
{
  const char *space = g_object_get_data (G_OBJECT (button), "space");
  g_autofree char *title = samspill_space_dup_title (samspill_standing_get_profile (self->standing), space);
  /* Translators: %s is a space: "The commons", "Internal, Lillevik kommune" */
  g_autofree char *body =
      g_strdup_printf (_ ("%s: nothing more is sent or fetched. What is on this computer stays, and so "
                          "does what was sent."),
                       title);
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Disconnect?"), body);

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("Cancel"), "disconnect", _ ("Disconnect"),
                                  NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "disconnect", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "space", g_strdup (space), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (disconnect_response_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static GtkWidget *
create_button (SamspillConnections *self, const char *label, const char *space)
{
  GtkWidget *button = gtk_button_new_with_label (label);
  g_autofree char *title = samspill_space_dup_title (samspill_standing_get_profile (self->standing), space);
  g_autofree char *name = g_strdup_printf ("%s: %s", label, title);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (button), "space", g_strdup (space), g_free);

  return button;
}

static void
add_host_row (SamspillConnections *self, AdwPreferencesGroup *group, const SamspillEndpoint *endpoint)
{
  g_autofree char *host = samspill_space_dup_host (endpoint->url);
  /* Translators: the name of an account: "as kari" */
  g_autofree char *account = g_strdup_printf (_ ("as %s"), endpoint->user);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = create_button (self, _ ("Disconnect…"), endpoint->space);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), host);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), account);
  g_signal_connect_object (button, "clicked", G_CALLBACK (disconnect_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (group, row);
}

static void
add_unconnected_row (SamspillConnections *self, AdwPreferencesGroup *group, const char *space)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = create_button (self, _ ("Connect…"), space);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Not connected"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("It stays on this computer"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.connect-space");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", space);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (group, row);
}

static void
add_space (SamspillConnections *self, const char *space)
{
  SamspillProfile *profile = samspill_standing_get_profile (self->standing);
  const SamspillSpaceSync *sync = samspill_standing_find_space (self->standing, space);
  GtkWidget *group;

  if (sync != NULL && sync->endpoint != NULL)
    {
      group = samspill_team_group_new (profile, space);
      samspill_team_group_set_state (SAMSPILL_TEAM_GROUP (group), sync->endpoint->is_on, sync->endpoint->turned_on_by);
      add_host_row (self, ADW_PREFERENCES_GROUP (group), sync->endpoint);
      g_signal_connect_object (group, "changed", G_CALLBACK (group_changed_cb), self, G_CONNECT_SWAPPED);
    }
  else
    {
      g_autofree char *title = samspill_space_dup_title (profile, space);
      g_autofree char *escaped = g_markup_escape_text (title, -1);
      g_autofree char *readers = samspill_space_dup_readers (profile, space);
      g_autofree char *description = g_markup_escape_text (readers, -1);

      group = adw_preferences_group_new ();
      adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), escaped);
      adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), description);
      add_unconnected_row (self, ADW_PREFERENCES_GROUP (group), space);
    }
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), ADW_PREFERENCES_GROUP (group));
  g_ptr_array_add (self->groups, group);
}

/* The page */

/* The commons, what belongs to our organisations, and whatever else goes somewhere. */
static char **
dup_spaces (SamspillConnections *self)
{
  const SamspillIdentity *identity = samspill_profile_get_identity (samspill_standing_get_profile (self->standing));
  GPtrArray *known = samspill_standing_get_spaces (self->standing);
  g_autoptr (GPtrArray) spaces = g_ptr_array_new ();

  g_ptr_array_add (spaces, g_strdup ("commons"));
  for (guint i = 0; identity != NULL && identity->owners[i] != NULL; i++)
    g_ptr_array_add (spaces, g_strconcat ("team-", identity->owners[i], NULL));
  for (guint i = 0; i < known->len; i++)
    {
      const SamspillSpaceSync *sync = g_ptr_array_index (known, i);

      if (sync->endpoint != NULL && !g_ptr_array_find_with_equal_func (spaces, sync->space, g_str_equal, NULL))
        g_ptr_array_add (spaces, g_strdup (sync->space));
    }
  g_ptr_array_add (spaces, NULL);

  return (char **)g_ptr_array_steal (spaces, NULL);
}

static char *
dup_shape (SamspillConnections *self, char **spaces)
{
  GString *shape = g_string_new (NULL);

  for (guint i = 0; spaces[i] != NULL; i++)
    {
      const SamspillSpaceSync *sync = samspill_standing_find_space (self->standing, spaces[i]);
      const SamspillEndpoint *endpoint = sync != NULL ? sync->endpoint : NULL;

      g_string_append_printf (shape, "%s %s %s\n", spaces[i], endpoint != NULL ? endpoint->url : "",
                              endpoint != NULL ? endpoint->user : "");
    }

  return g_string_free (shape, FALSE);
}

static void
fill (SamspillConnections *self)
{
  g_auto (GStrv) spaces = dup_spaces (self);
  g_autofree char *shape = dup_shape (self, spaces);

  adw_switch_row_set_active (self->pause_row,
                             samspill_sync_service_get_paused (samspill_standing_get_service (self->standing)));
  if (g_strcmp0 (shape, self->shape) == 0)
    return;
  g_set_str (&self->shape, shape);
  for (guint i = 0; i < self->groups->len; i++)
    adw_preferences_page_remove (ADW_PREFERENCES_PAGE (self), g_ptr_array_index (self->groups, i));
  g_ptr_array_set_size (self->groups, 0);
  adw_preferences_page_remove (ADW_PREFERENCES_PAGE (self), self->when_group);
  for (guint i = 0; spaces[i] != NULL; i++)
    add_space (self, spaces[i]);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), self->when_group);
}

static void
paused_cb (SamspillConnections *self)
{
  SamspillSyncService *service = samspill_standing_get_service (self->standing);

  if (samspill_sync_service_get_paused (service) != adw_switch_row_get_active (self->pause_row))
    samspill_sync_service_set_paused (service, adw_switch_row_get_active (self->pause_row));
}

static void
samspill_connections_dispose (GObject *object)
{
  SamspillConnections *self = SAMSPILL_CONNECTIONS (object);

  g_clear_object (&self->standing);
  g_clear_object (&self->settings);
  g_clear_object (&self->when_group);

  G_OBJECT_CLASS (samspill_connections_parent_class)->dispose (object);
}

static void
samspill_connections_finalize (GObject *object)
{
  g_free (SAMSPILL_CONNECTIONS (object)->shape);
  g_ptr_array_unref (SAMSPILL_CONNECTIONS (object)->groups);

  G_OBJECT_CLASS (samspill_connections_parent_class)->finalize (object);
}

static void
samspill_connections_class_init (SamspillConnectionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = samspill_connections_dispose;
  G_OBJECT_CLASS (klass)->finalize = samspill_connections_finalize;
}

static void
samspill_connections_init (SamspillConnections *self)
{
  GtkWidget *metered = adw_switch_row_new ();

  self->groups = g_ptr_array_new ();
  self->settings = g_settings_new (SAMSPILL_APPLICATION_ID);
  self->when_group = g_object_ref_sink (ADW_PREFERENCES_GROUP (adw_preferences_group_new ()));
  self->pause_row = ADW_SWITCH_ROW (adw_switch_row_new ());
  adw_preferences_group_set_title (self->when_group, _ ("When"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->pause_row), _ ("Pause"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->pause_row), _ ("Nothing is sent or fetched until you go on"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (metered), _ ("Metered networks, too"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (metered),
                               _ ("A telephone’s network may cost money. Off: it waits for another"));
  g_settings_bind (self->settings, "metered", metered, "active", G_SETTINGS_BIND_DEFAULT);
  adw_preferences_group_add (self->when_group, GTK_WIDGET (self->pause_row));
  adw_preferences_group_add (self->when_group, metered);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), self->when_group);
}

void
samspill_connections_set_standing (SamspillConnections *self, SamspillStanding *standing)
{
  g_return_if_fail (self->standing == NULL);

  self->standing = g_object_ref (standing);
  fill (self);
  g_signal_connect_object (standing, "changed", G_CALLBACK (fill), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->pause_row, "notify::active", G_CALLBACK (paused_cb), self, G_CONNECT_SWAPPED);
}
