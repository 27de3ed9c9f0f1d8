/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-owner-chooser.h"

#include <glib/gi18n.h>

#include "samspill-format.h"
#include "samspill-id.h"
#include "samspill-municipality.h"

#define MAX_SUGGESTIONS 5

struct _SamspillOwnerChooser
{
  AdwBin parent_instance;

  AdwWrapBox *chips;
  AdwPreferencesGroup *group;
  AdwEntryRow *search_row;
  AdwEntryRow *name_row;
  GtkLabel *message_label;

  GPtrArray *owners;      /* (element-type utf8) */
  GPtrArray *names;       /* (element-type utf8), beside the owners */
  GPtrArray *suggestions; /* (element-type GtkWidget), borrowed: the rows below the entry */
  char *typed_number;     /* a checked number whose name is asked for */
};

G_DEFINE_FINAL_TYPE (SamspillOwnerChooser, samspill_owner_chooser, ADW_TYPE_BIN)

static guint changed_signal;

static void update_suggestions (SamspillOwnerChooser *self);

static void
say (SamspillOwnerChooser *self, const char *message)
{
  gtk_label_set_text (self->message_label, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message_label), message != NULL);
  if (message != NULL)
    gtk_accessible_announce (GTK_ACCESSIBLE (self), message, GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);
}

/* Chips */

static gboolean
find_owner (SamspillOwnerChooser *self, const char *orgnr, guint *position)
{
  return g_ptr_array_find_with_equal_func (self->owners, orgnr, g_str_equal, position);
}

static void
remove_owner_cb (SamspillOwnerChooser *self, GtkButton *button)
{
  guint position;
  GtkWidget *chip = gtk_widget_get_parent (GTK_WIDGET (button));

  if (!find_owner (self, g_object_get_data (G_OBJECT (button), "orgnr"), &position))
    return;
  g_ptr_array_remove_index (self->owners, position);
  g_ptr_array_remove_index (self->names, position);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_row));
  adw_wrap_box_remove (self->chips, chip);
  gtk_widget_set_visible (GTK_WIDGET (self->chips), self->owners->len > 0);
  g_signal_emit (self, changed_signal, 0);
}

static GtkWidget *
create_chip (SamspillOwnerChooser *self, const char *orgnr, const char *label)
{
  GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");
  g_autofree char *tooltip = g_strdup_printf (_ ("Remove %s"), label);

  gtk_widget_add_css_class (chip, "chip");
  gtk_widget_add_css_class (chip, "removable");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_tooltip_text (button, tooltip);
  g_object_set_data_full (G_OBJECT (button), "orgnr", g_strdup (orgnr), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_owner_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (chip), gtk_label_new (label));
  gtk_box_append (GTK_BOX (chip), button);

  return chip;
}

/* `name` "" where the number says it. */
static void
add_owner (SamspillOwnerChooser *self, const char *orgnr, const char *name)
{
  g_autofree char *known = samspill_owner_dup_name (orgnr);
  const char *label = known != NULL ? known : *name != '\0' ? name : orgnr;

  if (find_owner (self, orgnr, NULL))
    return;
  g_ptr_array_add (self->owners, g_strdup (orgnr));
  g_ptr_array_add (self->names, g_strdup (known != NULL ? "" : name));
  adw_wrap_box_append (self->chips, create_chip (self, orgnr, label));
  gtk_widget_set_visible (GTK_WIDGET (self->chips), TRUE);
}

static void
take (SamspillOwnerChooser *self, const char *orgnr, const char *name)
{
  add_owner (self, orgnr, name);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), "");
  gtk_editable_set_text (GTK_EDITABLE (self->search_row), "");
  gtk_widget_grab_focus (GTK_WIDGET (self->search_row));
  g_signal_emit (self, changed_signal, 0);
}

/* Suggestions */

static void
suggestion_activated_cb (SamspillOwnerChooser *self, GtkWidget *row)
{
  g_autofree char *orgnr = g_strdup (g_object_get_data (G_OBJECT (row), "orgnr"));

  take (self, orgnr, "");
}

static void
add_suggestion (SamspillOwnerChooser *self, SamspillMunicipality *municipality)
{
  GtkWidget *row;
  const gint64 population = samspill_municipality_get_population (municipality);
  g_autoptr (GString) subtitle = g_string_new (samspill_municipality_get_number (municipality));

  /* A municipality without an organisation number cannot own a record. */
  if (samspill_municipality_get_orgnr (municipality) == NULL ||
      find_owner (self, samspill_municipality_get_orgnr (municipality), NULL))
    return;
  row = adw_action_row_new ();
  if (samspill_municipality_get_county (municipality) != NULL)
    g_string_append_printf (subtitle, " · %s", samspill_municipality_get_county (municipality));
  if (population > 0)
    {
      g_autofree char *number = samspill_format_integer (population);

      g_string_append (subtitle, " · ");
      g_string_append_printf (subtitle, _ ("%s inhabitants"), number);
    }
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), samspill_municipality_get_name (municipality));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle->str);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("list-add-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "orgnr", g_strdup (samspill_municipality_get_orgnr (municipality)), g_free);
  g_signal_connect_object (row, "activated", G_CALLBACK (suggestion_activated_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (self->group, row);
  g_ptr_array_add (self->suggestions, row);
}

/* Nine digits: a number of ours, a number to be named, or a wrong one. */
static void
look_at_number (SamspillOwnerChooser *self, const char *number)
{
  SamspillMunicipality *municipality = samspill_municipality_by_orgnr (number);
  g_autoptr (GError) error = NULL;

  if (!samspill_organisation_number_check (number, &error))
    say (self, error->message);
  else if (municipality != NULL)
    add_suggestion (self, municipality);
  else
    g_set_str (&self->typed_number, number);
}

static void
update_suggestions (SamspillOwnerChooser *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_row));
  g_autofree char *number = samspill_organisation_number_normalise (text);

  for (guint i = 0; i < self->suggestions->len; i++)
    adw_preferences_group_remove (self->group, g_ptr_array_index (self->suggestions, i));
  g_ptr_array_set_size (self->suggestions, 0);
  g_clear_pointer (&self->typed_number, g_free);
  say (self, NULL);

  if (number != NULL)
    look_at_number (self, number);
  else if (*text != '\0')
    {
      g_autoptr (GPtrArray) found = samspill_municipalities_search (text, MAX_SUGGESTIONS);

      for (guint i = 0; i < found->len; i++)
        add_suggestion (self, g_ptr_array_index (found, i));
      if (found->len == 0 && !g_ascii_isdigit (*text))
        say (self, _ ("No such municipality. Check the spelling, or type the organisation number."));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->name_row), self->typed_number != NULL);
}

static void
search_activated_cb (SamspillOwnerChooser *self)
{
  if (self->suggestions->len > 0)
    suggestion_activated_cb (self, g_ptr_array_index (self->suggestions, 0));
  else if (self->typed_number != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
  else if (*gtk_editable_get_text (GTK_EDITABLE (self->search_row)) != '\0' &&
           !gtk_widget_get_visible (GTK_WIDGET (self->message_label)))
    say (self, _ ("No such municipality. Check the spelling, or type the organisation number."));
}

static gboolean
take_named (SamspillOwnerChooser *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row))));
  g_autofree char *number = g_strdup (self->typed_number);

  if (number == NULL)
    return FALSE;
  if (*name == '\0')
    {
      say (self, _ ("What is the organisation called? It stands on what you hand round."));
      gtk_widget_grab_focus (GTK_WIDGET (self->name_row));
      return FALSE;
    }
  take (self, number, name);

  return TRUE;
}

static void
name_activated_cb (SamspillOwnerChooser *self)
{
  take_named (self);
}

/* Down from the entry goes to the first suggestion. */
static gboolean
key_pressed_cb (SamspillOwnerChooser *self, guint key, guint code, GdkModifierType state)
{
  if (key != GDK_KEY_Down || self->suggestions->len == 0)
    return GDK_EVENT_PROPAGATE;

  return gtk_widget_grab_focus (g_ptr_array_index (self->suggestions, 0));
}

static void
samspill_owner_chooser_dispose (GObject *object)
{
  SamspillOwnerChooser *self = SAMSPILL_OWNER_CHOOSER (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), SAMSPILL_TYPE_OWNER_CHOOSER);
  g_clear_pointer (&self->owners, g_ptr_array_unref);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->suggestions, g_ptr_array_unref);
  g_clear_pointer (&self->typed_number, g_free);

  G_OBJECT_CLASS (samspill_owner_chooser_parent_class)->dispose (object);
}

static gboolean
samspill_owner_chooser_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (SAMSPILL_OWNER_CHOOSER (widget)->search_row));
}

static void
samspill_owner_chooser_class_init (SamspillOwnerChooserClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_owner_chooser_dispose;
  widget_class->grab_focus = samspill_owner_chooser_grab_focus;
  changed_signal =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-owner-chooser.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillOwnerChooser, chips);
  gtk_widget_class_bind_template_child (widget_class, SamspillOwnerChooser, group);
  gtk_widget_class_bind_template_child (widget_class, SamspillOwnerChooser, search_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillOwnerChooser, name_row);
  gtk_widget_class_bind_template_child (widget_class, SamspillOwnerChooser, message_label);
  gtk_widget_class_bind_template_callback (widget_class, update_suggestions);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, name_activated_cb);
}

static void
samspill_owner_chooser_init (SamspillOwnerChooser *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->owners = g_ptr_array_new_with_free_func (g_free);
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->suggestions = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->search_row), keys);
}

GtkWidget *
samspill_owner_chooser_new (void)
{
  return g_object_new (SAMSPILL_TYPE_OWNER_CHOOSER, NULL);
}

void
samspill_owner_chooser_set_identity (SamspillOwnerChooser *self, const SamspillIdentity *identity)
{
  for (guint i = 0; identity->owners[i] != NULL; i++)
    add_owner (self, identity->owners[i],
               identity->owner_names != NULL && identity->owner_names[i] != NULL ? identity->owner_names[i] : "");
}

guint
samspill_owner_chooser_get_n_owners (SamspillOwnerChooser *self)
{
  return self->owners->len;
}

static char **
dup_strings (GPtrArray *array)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < array->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (array, i));

  return g_strv_builder_end (builder);
}

char **
samspill_owner_chooser_dup_owners (SamspillOwnerChooser *self)
{
  return dup_strings (self->owners);
}

char **
samspill_owner_chooser_dup_names (SamspillOwnerChooser *self)
{
  return dup_strings (self->names);
}

const char *
samspill_owner_chooser_get_language (SamspillOwnerChooser *self)
{
  for (guint i = 0; i < self->owners->len; i++)
    {
      SamspillMunicipality *municipality = samspill_municipality_by_orgnr (g_ptr_array_index (self->owners, i));

      if (municipality != NULL)
        return samspill_municipality_get_language (municipality);
    }

  return NULL;
}

gboolean
samspill_owner_chooser_finish (SamspillOwnerChooser *self)
{
  if (self->typed_number != NULL)
    return take_named (self);
  if (self->owners->len > 0)
    return TRUE;
  if (self->suggestions->len == 1)
    {
      suggestion_activated_cb (self, g_ptr_array_index (self->suggestions, 0));
      return TRUE;
    }
  if (!gtk_widget_get_visible (GTK_WIDGET (self->message_label)))
    say (self, _ ("Choose the municipality or organisation that you work for. It will own what you write."));
  gtk_widget_grab_focus (GTK_WIDGET (self->search_row));

  return FALSE;
}
