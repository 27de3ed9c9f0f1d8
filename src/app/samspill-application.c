/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-application.h"

#include <glib/gi18n.h>

#include "samspill-actions.h"
#include "samspill-municipality.h"
#include "samspill-preferences.h"
#include "samspill-shortcuts.h"
#include "samspill-window.h"
#include "samspill-work.h"

/* Whom one works for with --sample. */
#define SAMPLE_MUNICIPALITY "9901"

struct _SamspillApplication
{
  AdwApplication parent_instance;

  char *folder;        /* nullable: the person's own */
  int width, height;   /* 0: as it was */
  gboolean has_sample; /* --sample */
  char *backup;        /* nullable: the copy that can take the place of a damaged file */
  SamspillWindow *window;
  GSettings *settings;
  SamspillProfile *profile;
  SamspillSyncService *service; /* NULL: what can only be read is sent nowhere */
  SamspillStanding *standing;
};

G_DEFINE_FINAL_TYPE (SamspillApplication, samspill_application, ADW_TYPE_APPLICATION)

/* The profile */

/* Metered networks wait, unless the person has said that they need not. */
static void
metered_changed_cb (SamspillApplication *self)
{
  if (self->service != NULL && g_settings_get_boolean (self->settings, "metered") &&
      samspill_sync_service_get_state (self->service) == SAMSPILL_SYNC_WAITING &&
      g_network_monitor_get_network_metered (g_network_monitor_get_default ()))
    samspill_sync_service_run_now (self->service, NULL, TRUE);
}

/* After the window has its records: the network is nothing that the first look waits for. */
static void
start_sync (SamspillApplication *self)
{
  if (samspill_profile_is_read_only (self->profile))
    return;
  if (self->service == NULL)
    {
      self->service = samspill_sync_service_new (samspill_profile_get_store (self->profile));
      self->standing = samspill_standing_new (self->profile, self->service);
      samspill_sync_service_start (self->service);
      g_signal_connect_object (self->settings, "changed::metered", G_CALLBACK (metered_changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (g_network_monitor_get_default (), "network-changed", G_CALLBACK (metered_changed_cb),
                               self, G_CONNECT_SWAPPED);
    }
  samspill_window_set_standing (self->window, self->standing);
}

static void
fill_window_cb (gpointer data)
{
  SamspillApplication *self = data;

  if (self->window != NULL && samspill_window_get_profile (self->window) == NULL)
    {
      samspill_window_set_profile (self->window, self->profile);
      start_sync (self);
    }
  g_application_release (G_APPLICATION (self));
}

/* The window is drawn before it is filled: idle work comes after the frame that is due. */
static void
profile_ready (SamspillApplication *self)
{
  g_application_hold (G_APPLICATION (self));
  g_idle_add_once (fill_window_cb, self);
}

/* An identity for trying the program: an invented municipality. */
static void
set_sample_identity (SamspillApplication *self)
{
  SamspillMunicipality *municipality = samspill_municipality_by_number (SAMPLE_MUNICIPALITY);
  g_autoptr (GError) error = NULL;
  SamspillIdentity identity = { 0 };

  if (municipality == NULL || samspill_municipality_get_orgnr (municipality) == NULL)
    return;
  identity.owners = (char *[]){ (char *)samspill_municipality_get_orgnr (municipality), NULL };
  identity.owner_names = (char *[]){ (char *)"", NULL };
  identity.person_role = (char *)C_ ("role of the person who tries the program", "adviser");
  identity.language = (char *)samspill_municipality_get_language (municipality);
  if (!samspill_profile_set_identity (self->profile, &identity, &error))
    g_warning ("%s", error->message);
}

static void
sample_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillApplication) self = data;
  g_autoptr (GError) error = NULL;

  g_application_release (G_APPLICATION (self));
  if (!samspill_profile_load_sample_finish (SAMSPILL_PROFILE (source), result, &error))
    g_printerr ("samspill: %s\n", error->message);
  else if (samspill_profile_get_identity (self->profile) == NULL)
    set_sample_identity (self);
  profile_ready (self);
}

/* Where the data file is damaged, the newest copy of it is offered. */
static void
fail (SamspillApplication *self, const GError *error)
{
  g_printerr ("samspill: %s\n", error->message);
  g_clear_pointer (&self->backup, g_free);
  if (samspill_profile_is_damaged (error))
    {
      g_autoptr (GPtrArray) backups = samspill_profile_list_backups_in (self->folder);

      if (backups != NULL && backups->len > 0)
        self->backup = g_strdup (g_ptr_array_index (backups, 0));
    }
  if (self->window != NULL)
    samspill_window_fail (self->window, error, self->backup);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillApplication) self = data;
  g_autoptr (GError) error = NULL;

  g_application_release (G_APPLICATION (self));
  self->profile = samspill_profile_open_finish (result, &error);
  if (self->profile == NULL)
    {
      fail (self, error);
      return;
    }
  if (samspill_profile_is_read_only (self->profile))
    g_printerr ("samspill: %s\n", samspill_profile_get_read_only_reason (self->profile));
  if (self->has_sample && !samspill_profile_is_read_only (self->profile) &&
      !samspill_profile_has_sample (self->profile))
    {
      g_application_hold (G_APPLICATION (self));
      samspill_profile_load_sample_async (self->profile, NULL, sample_loaded_cb, g_object_ref (self));
      return;
    }
  profile_ready (self);
}

static void
open_profile (SamspillApplication *self)
{
  g_application_hold (G_APPLICATION (self));
  samspill_profile_open_async (self->folder, NULL, opened_cb, g_object_ref (self));
}

/* Actions */

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillApplication *self = data;

  /* The window commits what is being written, then the program ends with its last window. */
  if (self->window != NULL)
    gtk_window_close (GTK_WINDOW (self->window));
  else
    g_application_quit (G_APPLICATION (self));
}

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillApplication *self = data;

  if (self->profile != NULL && self->window != NULL)
    samspill_preferences_present (GTK_WIDGET (self->window), self->profile, self->standing, NULL);
}

static void
connections_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillApplication *self = data;

  if (self->profile != NULL && self->window != NULL)
    samspill_preferences_present (GTK_WIDGET (self->window), self->profile, self->standing, "connections");
}

/* From a notification, which may be clicked when the window has long been covered. */
static void
show_record_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillApplication *self = data;
  const char *space, *id;

  g_variant_get (parameter, "(&s&s)", &space, &id);
  g_application_activate (G_APPLICATION (self));
  if (self->window != NULL && samspill_window_get_profile (self->window) != NULL)
    samspill_window_open_record (self->window, space, id);
}

static void
shortcuts_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillApplication *self = data;

  samspill_shortcuts_present (GTK_WIDGET (self->window));
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillApplication *self = data;

  adw_show_about_dialog (GTK_WIDGET (self->window), "application-name", "Samspill", "application-icon",
                         SAMSPILL_APPLICATION_ID, "version", SAMSPILL_VERSION, "developer-name", "Samspill",
                         "license-type", GTK_LICENSE_GPL_3_0, "comments",
                         _ ("Needs, proposals and cases for those who make things better in municipalities"), NULL);
}

static void
open_profile_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillApplication *self = data;

  if (self->profile == NULL)
    open_profile (self);
}

static void
rescued_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (SamspillApplication) self = data;
  g_autoptr (GError) error = NULL;

  g_application_release (G_APPLICATION (self));
  if (samspill_profile_rescue_finish (result, &error))
    open_profile (self);
  else
    fail (self, error);
}

static void
rescue_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillApplication *self = data;
  g_autofree char *backup = g_steal_pointer (&self->backup);

  if (self->profile != NULL || backup == NULL)
    return;
  g_application_hold (G_APPLICATION (self));
  samspill_profile_rescue_async (self->folder, backup, NULL, rescued_cb, g_object_ref (self));
}

static void
show_folder_cb (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SamspillApplication *self = data;
  g_autofree char *folder =
      self->folder != NULL ? g_strdup (self->folder) : g_build_filename (g_get_user_data_dir (), "samspill", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (GtkFileLauncher) launcher = gtk_file_launcher_new (file);

  gtk_file_launcher_launch (launcher, GTK_WINDOW (self->window), NULL, NULL, NULL);
}

static const GActionEntry actions[] = {
  { "quit", quit_cb, NULL, NULL, NULL },
  { "preferences", preferences_cb, NULL, NULL, NULL },
  { "connections", connections_cb, NULL, NULL, NULL },
  { "show-record", show_record_cb, "(ss)", NULL, NULL },
  { "shortcuts", shortcuts_cb, NULL, NULL, NULL },
  { "about", about_cb, NULL, NULL, NULL },
  { "open-profile", open_profile_cb, NULL, NULL, NULL },
  { "rescue", rescue_cb, NULL, NULL, NULL },
  { "show-folder", show_folder_cb, NULL, NULL, NULL },
};

/* Overrides */

static void
ensure_window (SamspillApplication *self)
{
  if (self->window != NULL)
    return;
  self->window = SAMSPILL_WINDOW (samspill_window_new (GTK_APPLICATION (self)));
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *)&self->window);
  if (self->width > 0)
    {
      gtk_window_unmaximize (GTK_WINDOW (self->window));
      gtk_window_set_default_size (GTK_WINDOW (self->window), self->width, self->height);
    }
  if (self->profile != NULL)
    profile_ready (self);
}

static void
samspill_application_activate (GApplication *application)
{
  SamspillApplication *self = SAMSPILL_APPLICATION (application);

  ensure_window (self);
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
samspill_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  SamspillApplication *self = SAMSPILL_APPLICATION (application);
  g_autoptr (GListStore) store = g_list_store_new (G_TYPE_FILE);

  for (int i = 0; i < n_files; i++)
    g_list_store_append (store, files[i]);
  samspill_application_activate (application);
  samspill_window_take_files (self->window, G_LIST_MODEL (store));
}

static void
samspill_application_startup (GApplication *application)
{
  SamspillApplication *self = SAMSPILL_APPLICATION (application);

  G_APPLICATION_CLASS (samspill_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  samspill_actions_apply (GTK_APPLICATION (self));
  self->settings = g_settings_new (SAMSPILL_APPLICATION_ID);
  gtk_window_set_default_icon_name (SAMSPILL_APPLICATION_ID);
  open_profile (self);
}

static void
samspill_application_shutdown (GApplication *application)
{
  SamspillApplication *self = SAMSPILL_APPLICATION (application);

  g_clear_object (&self->standing);
  g_clear_object (&self->service);
  samspill_work_drain ();
  if (self->profile != NULL)
    samspill_profile_close (self->profile);
  g_clear_object (&self->profile);

  G_APPLICATION_CLASS (samspill_application_parent_class)->shutdown (application);
}

static int
samspill_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  SamspillApplication *self = SAMSPILL_APPLICATION (application);
  const char *size = NULL;

  g_variant_dict_lookup (options, "profile", "^ay", &self->folder);
  self->has_sample = g_variant_dict_contains (options, "sample");
  if (g_variant_dict_lookup (options, "size", "&s", &size) &&
      (sscanf (size, "%dx%d", &self->width, &self->height) != 2 || self->width <= 0 || self->height <= 0))
    {
      g_printerr ("samspill: %s\n", _ ("The size must look like 1240x820."));
      return 2;
    }
  /* A profile of its own is a program of its own. */
  if (self->folder != NULL)
    g_application_set_flags (application, g_application_get_flags (application) | G_APPLICATION_NON_UNIQUE);

  return -1;
}

static void
samspill_application_finalize (GObject *object)
{
  SamspillApplication *self = SAMSPILL_APPLICATION (object);

  g_free (self->folder);
  g_free (self->backup);
  g_clear_object (&self->settings);
  if (self->window != NULL)
    g_object_remove_weak_pointer (G_OBJECT (self->window), (gpointer *)&self->window);

  G_OBJECT_CLASS (samspill_application_parent_class)->finalize (object);
}

static void
samspill_application_class_init (SamspillApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = samspill_application_finalize;
  application_class->activate = samspill_application_activate;
  application_class->open = samspill_application_open;
  application_class->startup = samspill_application_startup;
  application_class->shutdown = samspill_application_shutdown;
  application_class->handle_local_options = samspill_application_handle_local_options;
}

static void
samspill_application_init (SamspillApplication *self)
{
  const GOptionEntry options[] = {
    { "profile", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Folder of the records (else the person’s own)"),
      N_ ("FOLDER") },
    { "sample", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Open with the sample data"), NULL },
    { "size", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Size of the window"), N_ ("WIDTHxHEIGHT") },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

SamspillApplication *
samspill_application_new (void)
{
  return g_object_new (SAMSPILL_TYPE_APPLICATION, "application-id", SAMSPILL_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN, "resource-base-path", "/no/samspill/Samspill", NULL);
}
