/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-password-dialog.h"

#include <glib/gi18n.h>

#include "samspill-space-text.h"

typedef struct
{
  SamspillStanding *standing;
  SamspillEndpoint *endpoint;
  GtkWidget *row;
} Asking;

static void
asking_free (gpointer data, GClosure *closure)
{
  Asking *asking = data;

  g_object_unref (asking->standing);
  samspill_endpoint_free (asking->endpoint);
  g_free (asking);
}

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillStanding) standing = data;
  g_autoptr (GError) error = NULL;

  /* Without a keyring it is asked for again next time: said in the dialog. */
  if (!samspill_password_store_finish (result, &error))
    g_debug ("The password is kept for this run only: %s", error->message);
  samspill_sync_service_run_now (samspill_standing_get_service (standing), NULL, TRUE);
}

static void
response_cb (AdwAlertDialog *dialog, const char *response, gpointer data)
{
  Asking *asking = data;
  const char *password = gtk_editable_get_text (GTK_EDITABLE (asking->row));

  if (!g_str_equal (response, "sign-in"))
    return;
  samspill_password_keep_in_memory (asking->endpoint->url, asking->endpoint->user, password);
  samspill_standing_reload (asking->standing);
  samspill_password_store_async (asking->endpoint->url, asking->endpoint->user, password, NULL, stored_cb,
                                 g_object_ref (asking->standing));
}

void
samspill_password_dialog_present (GtkWidget *parent, SamspillStanding *standing, const SamspillEndpoint *endpoint)
{
  g_autofree char *host = samspill_space_dup_host (endpoint->url);
  /* Translators: a host, "felles.example.no", and a user name */
  g_autofree char *body = g_strdup_printf (
      _ ("%s wants the password of %s. Until then, what you write stays safe here. Without a keyring on "
         "this computer it is asked for each time you start."),
      host, endpoint->user);
  AdwDialog *dialog = adw_alert_dialog_new (_ ("Sign in again"), body);
  GtkWidget *list = gtk_list_box_new ();
  Asking *asking = g_new0 (Asking, 1);

  asking->standing = g_object_ref (standing);
  asking->endpoint = samspill_endpoint_copy (endpoint);
  asking->row = adw_password_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (asking->row), _ ("Password"));
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (list), asking->row);
  adw_alert_dialog_set_extra_child (ADW_ALERT_DIALOG (dialog), list);
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "later", _ ("Later"), "sign-in", _ ("Sign in"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "sign-in", ADW_RESPONSE_SUGGESTED);
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "sign-in");
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "later");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), asking, asking_free, 0);
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (asking->row), TRUE);
  adw_dialog_present (dialog, parent);
  adw_dialog_set_focus (dialog, asking->row);
}
