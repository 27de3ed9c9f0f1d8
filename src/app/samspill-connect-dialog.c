/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-connect-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "samspill-endpoint.h"
#include "samspill-space-text.h"
#include "samspill-team-group.h"
#include "samspill-work.h"

struct _SamspillConnectDialog
{
  AdwDialog parent_instance;

  AdwNavigationView *navigation;
  AdwNavigationPage *account_page;
  GtkLabel *account_lead;
  AdwEntryRow *address_row;
  AdwEntryRow *user_row;
  AdwEntryRow *password_row;
  GtkLabel *account_error;
  GtkWidget *connect_button;
  GtkWidget *connect_spinner;
  GtkLabel *spaces_lead;
  GtkBox *spaces_box;
  GtkLabel *spaces_error;
  GtkWidget *begin_button;

  SamspillProfile *profile;
  GSettings *settings;
  char *space; /* nullable */
  char *url;   /* as it answered */
  char *user;
  char *password;
  GPtrArray *groups; /* SamspillTeamGroup, borrowed */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (SamspillConnectDialog, samspill_connect_dialog, ADW_TYPE_DIALOG)

enum
{
  CONNECTED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

static void
say (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL);
  if (text != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (label), text, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}

/* The second page: what goes where */

static gboolean
has_role (const SamspillServerInfo *info, const char *owner)
{
  g_autofree char *role = g_strconcat ("org:", owner, NULL);

  return info->is_admin || (info->roles != NULL && g_strv_contains ((const char *const *)info->roles, role));
}

static SamspillTeamGroup *
add_group (SamspillConnectDialog *self, const char *space)
{
  GtkWidget *group = samspill_team_group_new (self->profile, space);

  gtk_box_append (self->spaces_box, group);
  g_ptr_array_add (self->groups, group);

  return SAMSPILL_TEAM_GROUP (group);
}

/* What one publishes for an organisation that the account does not know would come back as not accepted. */
static void
warn_of_role (SamspillConnectDialog *self, SamspillTeamGroup *group, const SamspillServerInfo *info, const char *owner)
{
  g_autofree char *name = NULL;
  g_autofree char *remark = NULL;

  if (has_role (info, owner))
    return;
  name = samspill_profile_dup_owner_name (self->profile, owner);
  /* Translators: the user name of an account, and a municipality */
  remark =
      g_strdup_printf (_ ("The account %s may not write for %s. Ask whoever runs it to add that."), self->user, name);
  samspill_team_group_set_remark (group, remark);
}

static void
fill_spaces (SamspillConnectDialog *self, const SamspillServerInfo *info)
{
  const SamspillIdentity *identity = samspill_profile_get_identity (self->profile);
  const gboolean only_commons = self->space != NULL && g_str_equal (self->space, "commons");
  g_autofree char *host = samspill_space_dup_host (self->url);
  g_autofree char *lead = NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->spaces_box))) != NULL)
    gtk_box_remove (self->spaces_box, child);
  g_ptr_array_set_size (self->groups, 0);
  if (self->space == NULL || only_commons)
    {
      SamspillTeamGroup *commons = add_group (self, "commons");

      if (identity != NULL && identity->owners[0] != NULL)
        warn_of_role (self, commons, info, identity->owners[0]);
    }
  if (self->space != NULL && !only_commons)
    add_group (self, self->space);
  for (guint i = 0; self->space == NULL && identity != NULL && identity->owners[i] != NULL; i++)
    if (has_role (info, identity->owners[i]))
      {
        g_autofree char *team = g_strconcat ("team-", identity->owners[i], NULL);

        add_group (self, team);
      }
  /* Translators: the first %s is a host, "felles.example.no", the second a user name */
  lead =
      g_strdup_printf (_ ("%s let you in as %s. This is what will go there, and who can read it."), host, self->user);
  gtk_label_set_text (self->spaces_lead, lead);
  say (self->spaces_error, NULL);
}

/* The first page: who are you */

static void
set_busy (SamspillConnectDialog *self, gboolean is_busy)
{
  gtk_widget_set_sensitive (self->connect_button, !is_busy);
  gtk_widget_set_visible (self->connect_spinner, is_busy);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillConnectDialog) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillServerInfo) info = samspill_server_look_finish (result, &error);
  g_autofree char *advice = NULL;

  if (self->navigation == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  set_busy (self, FALSE);
  if (info == NULL)
    {
      advice = samspill_sync_error_dup_advice (error);
      say (self->account_error, advice);
      gtk_widget_grab_focus (GTK_WIDGET (g_error_matches (error, SAMSPILL_SYNC_ERROR, SAMSPILL_SYNC_ERROR_UNAUTHORIZED)
                                             ? self->password_row
                                             : self->address_row));
      return;
    }
  fill_spaces (self, info);
  adw_navigation_view_push_by_tag (self->navigation, "spaces");
  gtk_widget_grab_focus (self->begin_button);
}

/* "felles.example.no" is what people type. */
static char *
dup_address (const char *typed)
{
  g_autofree char *address = g_strstrip (g_strdup (typed));

  while (g_str_has_suffix (address, "/"))
    address[strlen (address) - 1] = '\0';
  if (*address == '\0' || strstr (address, "://") != NULL)
    return g_steal_pointer (&address);

  return g_strconcat ("https://", address, NULL);
}

static void
connect_cb (SamspillConnectDialog *self)
{
  const char *wanted = NULL;

  if (!gtk_widget_get_sensitive (self->connect_button))
    return;
  g_free (self->url);
  self->url = dup_address (gtk_editable_get_text (GTK_EDITABLE (self->address_row)));
  g_set_str (&self->user, gtk_editable_get_text (GTK_EDITABLE (self->user_row)));
  g_set_str (&self->password, gtk_editable_get_text (GTK_EDITABLE (self->password_row)));
  if (*self->url == '\0')
    wanted = _ ("Write the address. Whoever runs the commons has it.");
  else if (*self->user == '\0')
    wanted = _ ("Write your user name. Whoever runs the commons has it.");
  say (self->account_error, wanted);
  if (wanted != NULL)
    {
      gtk_widget_grab_focus (GTK_WIDGET (*self->url == '\0' ? self->address_row : self->user_row));
      return;
    }
  set_busy (self, TRUE);
  samspill_server_look_async (self->url, self->user, self->password, self->cancellable, looked_cb, g_object_ref (self));
}

/* Keeping it */

typedef struct
{
  SamspillStore *store;
  GPtrArray *endpoints;
} Keeping;

static void
keeping_free (gpointer data)
{
  Keeping *keeping = data;

  g_object_unref (keeping->store);
  g_ptr_array_unref (keeping->endpoints);
  g_free (keeping);
}

static gpointer
keep_in_thread (gpointer data, GError **error)
{
  Keeping *keeping = data;

  for (guint i = 0; i < keeping->endpoints->len; i++)
    if (!samspill_endpoints_set (keeping->store, g_ptr_array_index (keeping->endpoints, i), error))
      break;

  return NULL;
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  SamspillConnectDialog *self = SAMSPILL_CONNECT_DIALOG (source);
  g_autoptr (GError) error = NULL;

  samspill_work_finish (result, &error);
  if (self->navigation == NULL)
    return;
  if (error != NULL)
    {
      gtk_widget_set_sensitive (self->begin_button, TRUE);
      say (self->spaces_error, error->message);
      return;
    }
  g_settings_set_string (self->settings, "address", self->url);
  g_signal_emit (self, signals[CONNECTED], 0);
  adw_dialog_force_close (ADW_DIALOG (self));
}

static SamspillEndpoint *
create_endpoint (SamspillConnectDialog *self, SamspillTeamGroup *group)
{
  SamspillEndpoint *endpoint = g_new0 (SamspillEndpoint, 1);
  const char *role = samspill_team_group_get_role (group);

  endpoint->space = g_strdup (samspill_team_group_get_space (group));
  endpoint->database = g_strdup (endpoint->space);
  endpoint->url = g_strdup (self->url);
  endpoint->user = g_strdup (self->user);
  endpoint->is_on = samspill_team_group_get_is_on (group);
  if (endpoint->is_on && role != NULL)
    {
      endpoint->turned_on_by = g_strstrip (g_strdup (role));
      endpoint->turned_on_us = g_get_real_time ();
    }

  return endpoint;
}

static void
keep (SamspillConnectDialog *self)
{
  Keeping *keeping = g_new0 (Keeping, 1);

  keeping->store = g_object_ref (samspill_profile_get_store (self->profile));
  keeping->endpoints = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_endpoint_free);
  for (guint i = 0; i < self->groups->len; i++)
    g_ptr_array_add (keeping->endpoints, create_endpoint (self, g_ptr_array_index (self->groups, i)));
  samspill_work_async (self, keep_in_thread, keeping, keeping_free, NULL, NULL, kept_cb, NULL);
}

/* Without a keyring the password lives as long as the program, and is asked for next time. */
static void
password_stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillConnectDialog) self = data;

  if (!samspill_password_store_finish (result, NULL))
    samspill_password_keep_in_memory (self->url, self->user, self->password);
  if (self->navigation != NULL)
    keep (self);
}

static void
begin_cb (SamspillConnectDialog *self)
{
  for (guint i = 0; i < self->groups->len; i++)
    if (!samspill_team_group_check (g_ptr_array_index (self->groups, i)))
      return;
  gtk_widget_set_sensitive (self->begin_button, FALSE);
  samspill_password_store_async (self->url, self->user, self->password, NULL, password_stored_cb, g_object_ref (self));
}

/* Overrides */

static void
samspill_connect_dialog_dispose (GObject *object)
{
  SamspillConnectDialog *self = SAMSPILL_CONNECT_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_CONNECT_DIALOG);
  self->navigation = NULL;
  g_clear_object (&self->profile);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (samspill_connect_dialog_parent_class)->dispose (object);
}

static void
samspill_connect_dialog_finalize (GObject *object)
{
  SamspillConnectDialog *self = SAMSPILL_CONNECT_DIALOG (object);

  g_free (self->space);
  g_free (self->url);
  g_free (self->user);
  g_free (self->password);
  g_ptr_array_unref (self->groups);

  G_OBJECT_CLASS (samspill_connect_dialog_parent_class)->finalize (object);
}

static void
samspill_connect_dialog_class_init (SamspillConnectDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_connect_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = samspill_connect_dialog_finalize;
  signals[CONNECTED] =
      g_signal_new ("connected", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-connect-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillConnectDialog, navigation);
  gtk_widget_class_bind_template_child (widget_class, SamspillConnectDialog, account_page);
  gtk_widget_class_bind_template_child (widget_class, SamspillConnectDialog, account_lead);
  gtk_widget_class_bind_template_child (widget_class, SamspillConnectDialog, address_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillConnectDialog, user_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillConnectDialog, password_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillConnectDialog, account_error);
  gtk_widget_class_bind_template_child (widget_class, SamspillConnectDialog, connect_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillConnectDialog, connect_spinner);
  gtk_widget_class_bind_template_child (widget_class, SamspillConnectDialog, spaces_lead);
  gtk_widget_class_bind_template_child (widget_class, SamspillConnectDialog, spaces_box);
  gtk_widget_class_bind_template_child (widget_class, SamspillConnectDialog, spaces_error);
  gtk_widget_class_bind_template_child (widget_class, SamspillConnectDialog, begin_button);
  gtk_widget_class_bind_template_callback (widget_class, connect_cb);
  gtk_widget_class_bind_template_callback (widget_class, begin_cb);
}

static void
samspill_connect_dialog_init (SamspillConnectDialog *self)
{
  self->groups = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
  self->settings = g_settings_new (SAMSPILL_APPLICATION_ID);
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwDialog *
samspill_connect_dialog_new (SamspillProfile *profile, const char *space)
{
  SamspillConnectDialog *self = g_object_new (SAMSPILL_TYPE_CONNECT_DIALOG, NULL);
  g_autofree char *address = g_settings_get_string (self->settings, "address");

  self->profile = g_object_ref (profile);
  self->space = g_strdup (space);
  gtk_editable_set_text (GTK_EDITABLE (self->address_row), *address != '\0' ? address : "https://");
  if (space == NULL || g_str_equal (space, "commons"))
    gtk_label_set_text (self->account_lead,
                        _ ("In the commons, municipalities publish their needs and read each other’s. Whoever runs it "
                           "has given you an address, a user name and a password."));
  else
    {
      g_autofree char *title = samspill_space_dup_title (profile, space);
      g_autofree char *heading = g_strdup_printf (_ ("Connect: %s"), title);

      adw_dialog_set_title (ADW_DIALOG (self), heading);
      adw_navigation_page_set_title (self->account_page, heading);
      gtk_label_set_text (self->account_lead,
                          _ ("Your organisation has a server of its own for what is internal. Whoever runs it has "
                             "given you an address, a user name and a password."));
    }

  return ADW_DIALOG (self);
}
