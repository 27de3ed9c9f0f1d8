/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-first-run.h"

#include <glib/gi18n.h>

#include "samspill-language.h"
#include "samspill-owner-chooser.h"

struct _SamspillFirstRun
{
  AdwBin parent_instance;

  SamspillOwnerChooser *chooser;
  AdwEntryRow *name_row;
  AdwEntryRow *role_row;
  AdwComboRow *language_row;
  AdwSwitchRow *sample_row;
  GtkCheckButton *connect_check;
  GtkLabel *error_label;

  SamspillProfile *profile;
  gboolean language_is_chosen; /* by hand: the municipality no longer decides */
  gboolean is_quiet;
};

G_DEFINE_FINAL_TYPE (SamspillFirstRun, samspill_first_run, ADW_TYPE_BIN)

static guint done_signal;

static void
set_language (SamspillFirstRun *self, const char *language)
{
  self->is_quiet = TRUE;
  adw_combo_row_set_selected (self->language_row, g_strcmp0 (language, "nn") == 0 ? 1 : 0);
  self->is_quiet = FALSE;
}

static void
owners_changed_cb (SamspillFirstRun *self)
{
  const char *language = samspill_owner_chooser_get_language (self->chooser);

  if (language != NULL && !self->language_is_chosen)
    set_language (self, language);
}

static void
language_chosen_cb (SamspillFirstRun *self)
{
  if (!self->is_quiet)
    self->language_is_chosen = TRUE;
}

static void
sample_loaded_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!samspill_profile_load_sample_finish (SAMSPILL_PROFILE (source), result, &error))
    g_warning ("The sample data could not be loaded: %s", error->message);
}

static void
begin_cb (SamspillFirstRun *self)
{
  g_auto (GStrv) owners = NULL;
  g_auto (GStrv) names = NULL;
  g_autoptr (GError) error = NULL;
  SamspillIdentity identity = { 0 };

  if (!samspill_owner_chooser_finish (self->chooser))
    return;
  owners = samspill_owner_chooser_dup_owners (self->chooser);
  names = samspill_owner_chooser_dup_names (self->chooser);
  identity.owners = owners;
  identity.owner_names = names;
  identity.person_name = (char *)gtk_editable_get_text (GTK_EDITABLE (self->name_row));
  identity.person_role = (char *)gtk_editable_get_text (GTK_EDITABLE (self->role_row));
  identity.language = (char *)(adw_combo_row_get_selected (self->language_row) == 1 ? "nn" : "nb");
  if (!samspill_profile_set_identity (self->profile, &identity, &error))
    {
      gtk_label_set_text (self->error_label, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->error_label), TRUE);
      gtk_accessible_announce (GTK_ACCESSIBLE (self), error->message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
      return;
    }
  if (adw_switch_row_get_active (self->sample_row))
    samspill_profile_load_sample_async (self->profile, NULL, sample_loaded_cb, NULL);
  g_signal_emit (self, done_signal, 0);
}

static void
samspill_first_run_dispose (GObject *object)
{
  SamspillFirstRun *self = SAMSPILL_FIRST_RUN (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), SAMSPILL_TYPE_FIRST_RUN);
  g_clear_object (&self->profile);

  G_OBJECT_CLASS (samspill_first_run_parent_class)->dispose (object);
}

static gboolean
samspill_first_run_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (SAMSPILL_FIRST_RUN (widget)->chooser));
}

/* The question is asked as soon as it is seen: whoever begins to type answers it. */
static void
samspill_first_run_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (samspill_first_run_parent_class)->map (widget);
  gtk_widget_grab_focus (widget);
}

static void
samspill_first_run_class_init (SamspillFirstRunClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_first_run_dispose;
  done_signal =
      g_signal_new ("done", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (SAMSPILL_TYPE_OWNER_CHOOSER);
  widget_class->map = samspill_first_run_map;
  widget_class->grab_focus = samspill_first_run_grab_focus;

  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-first-run.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillFirstRun, chooser);
  gtk_widget_class_bind_template_child (widget_class, SamspillFirstRun, name_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillFirstRun, role_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillFirstRun, language_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillFirstRun, sample_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillFirstRun, error_label);
  gtk_widget_class_bind_template_child (widget_class, SamspillFirstRun, connect_check);
  gtk_widget_class_bind_template_callback (widget_class, owners_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, language_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, begin_cb);
}

static void
samspill_first_run_init (SamspillFirstRun *self)
{
  self->is_quiet = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  self->is_quiet = FALSE;
  set_language (self, samspill_language_get ());
}

GtkWidget *
samspill_first_run_new (SamspillProfile *profile)
{
  SamspillFirstRun *self = g_object_new (SAMSPILL_TYPE_FIRST_RUN, NULL);

  self->profile = g_object_ref (profile);

  return GTK_WIDGET (self);
}

gboolean
samspill_first_run_wants_to_connect (SamspillFirstRun *self)
{
  g_return_val_if_fail (SAMSPILL_IS_FIRST_RUN (self), FALSE);

  return gtk_check_button_get_active (self->connect_check);
}
