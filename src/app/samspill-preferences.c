/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-preferences.h"

#include <glib/gi18n.h>
#include <string.h>

#include "samspill-connections.h"
#include "samspill-format.h"
#include "samspill-owner-chooser.h"

struct _SamspillPreferences
{
  AdwPreferencesDialog parent_instance;

  SamspillOwnerChooser *chooser;
  AdwEntryRow *name_row;
  AdwEntryRow *role_row;
  AdwComboRow *record_language_row;
  AdwComboRow *language_row;
  AdwActionRow *sample_row;
  GtkButton *sample_button;
  AdwPreferencesGroup *backups_group;
  SamspillConnections *connections;

  SamspillProfile *profile;
  GSettings *settings;
};

G_DEFINE_FINAL_TYPE (SamspillPreferences, samspill_preferences, ADW_TYPE_PREFERENCES_DIALOG)

/* In the order of the rows of language_row. */
static const char *const languages[] = { "system", "nb", "nn", "en" };

static void
say (SamspillPreferences *self, const char *text)
{
  adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (self), adw_toast_new (text));
}

/* Who */

static void
fill_identity (SamspillPreferences *self)
{
  const SamspillIdentity *identity = samspill_profile_get_identity (self->profile);

  if (identity == NULL)
    return;
  samspill_owner_chooser_set_identity (self->chooser, identity);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), identity->person_name != NULL ? identity->person_name : "");
  gtk_editable_set_text (GTK_EDITABLE (self->role_row), identity->person_role != NULL ? identity->person_role : "");
  adw_combo_row_set_selected (self->record_language_row, g_strcmp0 (identity->language, "nn") == 0 ? 1 : 0);
}

static void
closed_cb (SamspillPreferences *self)
{
  const SamspillIdentity *before = samspill_profile_get_identity (self->profile);
  g_auto (GStrv) owners = samspill_owner_chooser_dup_owners (self->chooser);
  g_auto (GStrv) names = samspill_owner_chooser_dup_names (self->chooser);
  g_autoptr (GError) error = NULL;
  SamspillIdentity identity = { 0 };

  /* Somebody must own what is written: without anyone the former stay. */
  if (owners[0] == NULL || samspill_profile_is_read_only (self->profile))
    return;
  identity.owners = owners;
  identity.owner_names = names;
  identity.person_name = (char *)gtk_editable_get_text (GTK_EDITABLE (self->name_row));
  identity.person_role = (char *)gtk_editable_get_text (GTK_EDITABLE (self->role_row));
  identity.account = before != NULL ? before->account : NULL;
  identity.language = (char *)(adw_combo_row_get_selected (self->record_language_row) == 1 ? "nn" : "nb");
  if (!samspill_profile_set_identity (self->profile, &identity, &error))
    g_warning ("%s", error->message);
}

/* Language */

static void
fill_language (SamspillPreferences *self)
{
  g_autofree char *language = g_settings_get_string (self->settings, "language");

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_equal (language, languages[i]))
      adw_combo_row_set_selected (self->language_row, i);
}

static void
language_chosen_cb (SamspillPreferences *self)
{
  const guint selected = adw_combo_row_get_selected (self->language_row);
  g_autofree char *before = g_settings_get_string (self->settings, "language");

  if (selected >= G_N_ELEMENTS (languages) || g_str_equal (before, languages[selected]))
    return;
  g_settings_set_string (self->settings, "language", languages[selected]);
  say (self, _ ("The new language comes when the program is started again"));
}

/* Sample data */

static void
update_sample (SamspillPreferences *self)
{
  const gboolean has_sample = samspill_profile_has_sample (self->profile);

  gtk_button_set_label (self->sample_button, has_sample ? C_ ("sample data", "Remove") : C_ ("sample data", "Load"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->sample_button),
                                  has_sample ? "win.remove-sample" : "win.load-sample");
}

/* Backups */

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillPreferences) self = data;
  g_autoptr (GError) error = NULL;

  if (samspill_profile_restore_backup_finish (SAMSPILL_PROFILE (source), result, &error))
    say (self, _ ("The backup is back"));
  else
    say (self, error->message);
}

static void
restore_chosen_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  SamspillPreferences *self = data;

  if (g_str_equal (response, "restore"))
    samspill_profile_restore_backup_async (self->profile, g_object_get_data (G_OBJECT (dialog), "day"), NULL,
                                           restored_cb, g_object_ref (self));
}

/* A day, or a day and a time: what there was before a backup was taken back. */
static char *
dup_backup_date (const char *name)
{
  g_autofree char *day = g_strndup (name, strlen ("2026-11-24"));
  g_autofree char *date = samspill_format_date (day);
  g_autofree char *clock = NULL;

  if (strlen (name) < strlen ("2026-11-24-104233"))
    return g_steal_pointer (&date);
  clock = g_strdup_printf ("%.2s.%.2s", name + strlen ("2026-11-24-"), name + strlen ("2026-11-24-10"));

  return g_strdup_printf (_ ("%s at %s"), date, clock);
}

static void
restore_clicked_cb (SamspillPreferences *self, GtkButton *button)
{
  const char *day = g_object_get_data (G_OBJECT (button), "day");
  g_autofree char *date = dup_backup_date (day);
  g_autofree char *heading = g_strdup_printf (_ ("Fetch the copy of %s?"), date);
  AdwDialog *dialog = adw_alert_dialog_new (
      heading, _ ("Everything will be as it was when this backup was made. What was written since is put aside as a "
                  "backup of its own."));

  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _ ("Cancel"), "restore", _ ("Fetch this copy"),
                                  NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "restore", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "day", g_strdup (day), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (restore_chosen_cb), self, 0);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
fill_backups (SamspillPreferences *self)
{
  g_autoptr (GPtrArray) days = samspill_profile_list_backups (self->profile);

  for (guint i = 0; days != NULL && i < days->len; i++)
    {
      const char *day = g_ptr_array_index (days, i);
      g_autofree char *date = dup_backup_date (day);
      g_autofree char *name = g_strdup_printf (_ ("Fetch the copy of %s"), date);
      GtkWidget *row = adw_action_row_new ();
      GtkWidget *button = gtk_button_new_with_label (_ ("Fetch this copy"));

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), date);
      gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
      gtk_widget_set_tooltip_text (button, name);
      gtk_widget_set_sensitive (button, !samspill_profile_is_read_only (self->profile));
      g_object_set_data_full (G_OBJECT (button), "day", g_strdup (day), g_free);
      g_signal_connect_object (button, "clicked", G_CALLBACK (restore_clicked_cb), self, G_CONNECT_SWAPPED);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
      adw_preferences_group_add (self->backups_group, row);
    }
  if (days == NULL || days->len == 0)
    adw_preferences_group_set_description (self->backups_group,
                                           _ ("None yet. The first is made tomorrow; the last seven are kept."));
}

static void
samspill_preferences_dispose (GObject *object)
{
  SamspillPreferences *self = SAMSPILL_PREFERENCES (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), SAMSPILL_TYPE_PREFERENCES);
  g_clear_object (&self->profile);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (samspill_preferences_parent_class)->dispose (object);
}

static void
samspill_preferences_class_init (SamspillPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_preferences_dispose;

  g_type_ensure (SAMSPILL_TYPE_OWNER_CHOOSER);
  g_type_ensure (SAMSPILL_TYPE_CONNECTIONS);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillPreferences, chooser);
  gtk_widget_class_bind_template_child (widget_class, SamspillPreferences, name_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillPreferences, role_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillPreferences, record_language_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillPreferences, language_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillPreferences, sample_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillPreferences, sample_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillPreferences, backups_group);
  gtk_widget_class_bind_template_child (widget_class, SamspillPreferences, connections);
  gtk_widget_class_bind_template_callback (widget_class, closed_cb);
}

static void
samspill_preferences_init (SamspillPreferences *self)
{
  self->settings = g_settings_new (SAMSPILL_APPLICATION_ID);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
samspill_preferences_present (GtkWidget *parent, SamspillProfile *profile, SamspillStanding *standing, const char *page)
{
  SamspillPreferences *self = g_object_new (SAMSPILL_TYPE_PREFERENCES, NULL);

  self->profile = g_object_ref (profile);
  fill_identity (self);
  fill_language (self);
  fill_backups (self);
  update_sample (self);
  gtk_widget_set_visible (GTK_WIDGET (self->connections), standing != NULL);
  if (standing != NULL)
    samspill_connections_set_standing (self->connections, standing);
  if (page != NULL && standing != NULL)
    adw_preferences_dialog_set_visible_page_name (ADW_PREFERENCES_DIALOG (self), page);
  g_signal_connect_object (self->language_row, "notify::selected", G_CALLBACK (language_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (profile, "changed", G_CALLBACK (update_sample), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (self), parent);
}
