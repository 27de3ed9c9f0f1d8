/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-list-head.h"

#include <glib/gi18n.h>

#include "samspill-format.h"

struct _SamspillListHead
{
  AdwBin parent_instance;

  GtkEditable *search_entry;
  AdwWrapBox *chips;
  AdwToggleGroup *filter_group;
  GtkWidget *count_box;
  GtkLabel *count_label;
  GtkButton *all_button;

  GSettings *settings;
  SamspillProfile *profile;
  const SamspillPlace *place;
  gboolean is_quiet; /* we set the filter, not the person */
};

G_DEFINE_FINAL_TYPE (SamspillListHead, samspill_list_head, ADW_TYPE_BIN)

enum
{
  CHANGED,
  STOPPED,
  ACTIVATED,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

/* Chips */

static void
chip_removed_cb (SamspillListHead *self, GtkButton *button)
{
  const char *typed = g_object_get_data (G_OBJECT (button), "typed");
  g_auto (GStrv) parts = g_strsplit (samspill_list_head_get_text (self), typed, 2);
  g_autofree char *rest = g_strjoinv ("", parts);

  gtk_editable_set_text (self->search_entry, g_strstrip (rest));
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  gtk_editable_set_position (self->search_entry, -1);
}

static GtkWidget *
create_chip (SamspillListHead *self, const char *typed, const char *label)
{
  GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");
  g_autofree char *name = g_strdup_printf (_ ("Remove %s"), label);

  gtk_widget_add_css_class (chip, "chip");
  gtk_widget_add_css_class (chip, "removable");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_tooltip_text (button, name);
  g_object_set_data_full (G_OBJECT (button), "typed", g_strdup (typed), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (chip_removed_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (chip), gtk_label_new (label));
  gtk_box_append (GTK_BOX (chip), button);

  return chip;
}

static void
update_chips (SamspillListHead *self, const SamspillQuery *query)
{
  g_auto (GStrv) chips = query->text != NULL ? samspill_query_dup_chips (query) : NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->chips))) != NULL)
    adw_wrap_box_remove (self->chips, child);
  for (guint i = 0; chips != NULL && chips[i] != NULL && chips[i + 1] != NULL; i += 2)
    adw_wrap_box_append (self->chips, create_chip (self, chips[i], chips[i + 1]));
  gtk_widget_set_visible (GTK_WIDGET (self->chips), chips != NULL && chips[0] != NULL);
}

/* Filters */

static gboolean
has_ours (SamspillListHead *self)
{
  g_autoptr (SamspillQuery) query = samspill_place_dup_query (self->place, self->profile, SAMSPILL_FILTER_OURS, NULL);
  g_autoptr (SamspillResult) result =
      query->owners != NULL ? samspill_index_query (samspill_profile_get_index (self->profile), query, 1, NULL, NULL)
                            : NULL;

  return result != NULL && result->n_docs > 0;
}

static gboolean
has_commons (SamspillListHead *self)
{
  const char *commons[] = { "commons", NULL };

  return self->profile != NULL &&
         samspill_index_count (samspill_profile_get_index (self->profile), self->place->type, commons) > 0;
}

static gboolean
has_filter (SamspillListHead *self, SamspillFilter filter)
{
  if (!(self->place->filters & (1u << filter)))
    return FALSE;
  if (filter == SAMSPILL_FILTER_SAMPLE)
    return self->profile != NULL && samspill_profile_has_sample (self->profile);

  return filter != SAMSPILL_FILTER_COMMONS || has_commons (self);
}

/* The choices that make sense here: samples and the commons only where there is something, no choice between one. */
static void
update_filters (SamspillListHead *self)
{
  g_autofree char *wanted = g_settings_get_string (self->settings, "filter");
  guint n_filters = 0;

  self->is_quiet = TRUE;
  adw_toggle_group_remove_all (self->filter_group);
  for (guint i = 0; i < SAMSPILL_N_FILTERS; i++)
    {
      AdwToggle *toggle;

      if (!has_filter (self, i))
        continue;
      toggle = adw_toggle_new ();
      adw_toggle_set_name (toggle, samspill_filter_get_name (i));
      adw_toggle_set_label (toggle, samspill_filter_get_label (i));
      adw_toggle_group_add (self->filter_group, toggle);
      n_filters++;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->filter_group), n_filters > 2);
  if (n_filters > 2 && adw_toggle_group_get_toggle_by_name (self->filter_group, wanted) != NULL)
    adw_toggle_group_set_active_name (self->filter_group, wanted);
  else if (n_filters > 0)
    adw_toggle_group_set_active_name (
        self->filter_group,
        samspill_filter_get_name (*wanted == '\0' && has_ours (self) ? SAMSPILL_FILTER_OURS : SAMSPILL_FILTER_ALL));
  self->is_quiet = FALSE;
}

static void
records_changed_cb (SamspillListHead *self)
{
  const SamspillFilter coming[] = { SAMSPILL_FILTER_SAMPLE, SAMSPILL_FILTER_COMMONS };
  g_autofree char *before = g_strdup (adw_toggle_group_get_active_name (self->filter_group));
  gboolean is_other = FALSE;

  if (self->place == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (coming); i++)
    is_other |=
        has_filter (self, coming[i]) !=
        (adw_toggle_group_get_toggle_by_name (self->filter_group, samspill_filter_get_name (coming[i])) != NULL);
  if (!is_other)
    return;
  update_filters (self);
  if (g_strcmp0 (before, adw_toggle_group_get_active_name (self->filter_group)) != 0)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
filter_chosen_cb (SamspillListHead *self)
{
  const char *name = adw_toggle_group_get_active_name (self->filter_group);

  if (name == NULL || self->is_quiet)
    return;
  g_settings_set_string (self->settings, "filter", name);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* The entry */

static void
search_changed_cb (SamspillListHead *self)
{
  if (!self->is_quiet)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
search_stopped_cb (SamspillListHead *self)
{
  if (*samspill_list_head_get_text (self) != '\0')
    gtk_editable_set_text (self->search_entry, "");
  else
    g_signal_emit (self, signals[STOPPED], 0);
}

static void
search_activated_cb (SamspillListHead *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0);
}

static gboolean
samspill_list_head_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (SAMSPILL_LIST_HEAD (widget)->search_entry));
}

static void
samspill_list_head_dispose (GObject *object)
{
  SamspillListHead *self = SAMSPILL_LIST_HEAD (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), SAMSPILL_TYPE_LIST_HEAD);
  g_clear_object (&self->profile);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (samspill_list_head_parent_class)->dispose (object);
}

static guint
add_signal (GType type, const char *name)
{
  return g_signal_new (name, type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
samspill_list_head_class_init (SamspillListHeadClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_list_head_dispose;
  widget_class->grab_focus = samspill_list_head_grab_focus;

  signals[CHANGED] = add_signal (G_TYPE_FROM_CLASS (klass), "changed");
  signals[STOPPED] = add_signal (G_TYPE_FROM_CLASS (klass), "stopped");
  signals[ACTIVATED] = add_signal (G_TYPE_FROM_CLASS (klass), "activated");

  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-list-head.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillListHead, search_entry);
  gtk_widget_class_bind_template_child (widget_class, SamspillListHead, chips);
  gtk_widget_class_bind_template_child (widget_class, SamspillListHead, filter_group);
  gtk_widget_class_bind_template_child (widget_class, SamspillListHead, count_box);
  gtk_widget_class_bind_template_child (widget_class, SamspillListHead, count_label);
  gtk_widget_class_bind_template_child (widget_class, SamspillListHead, all_button);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, filter_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, samspill_list_head_widen);
}

static void
samspill_list_head_init (SamspillListHead *self)
{
  self->settings = g_settings_new (SAMSPILL_APPLICATION_ID);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Public */

void
samspill_list_head_set_profile (SamspillListHead *self, SamspillProfile *profile)
{
  g_return_if_fail (self->profile == NULL);

  self->profile = g_object_ref (profile);
  g_signal_connect_object (profile, "changed", G_CALLBACK (records_changed_cb), self, G_CONNECT_SWAPPED);
}

void
samspill_list_head_set_place (SamspillListHead *self, const SamspillPlace *place)
{
  self->place = place;
  self->is_quiet = TRUE;
  gtk_editable_set_text (self->search_entry, "");
  self->is_quiet = FALSE;
  update_filters (self);
}

const char *
samspill_list_head_get_text (SamspillListHead *self)
{
  return gtk_editable_get_text (self->search_entry);
}

void
samspill_list_head_set_text (SamspillListHead *self, const char *text)
{
  gtk_editable_set_text (self->search_entry, text);
}

void
samspill_list_head_select_text (SamspillListHead *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  gtk_editable_select_region (self->search_entry, 0, -1);
}

SamspillFilter
samspill_list_head_get_filter (SamspillListHead *self)
{
  return samspill_filter_from_name (adw_toggle_group_get_active_name (self->filter_group));
}

gboolean
samspill_list_head_is_filtered (SamspillListHead *self)
{
  return gtk_widget_get_visible (GTK_WIDGET (self->filter_group)) &&
         samspill_list_head_get_filter (self) != SAMSPILL_FILTER_ALL;
}

void
samspill_list_head_widen (SamspillListHead *self)
{
  if (samspill_list_head_is_filtered (self))
    adw_toggle_group_set_active_name (self->filter_group, samspill_filter_get_name (SAMSPILL_FILTER_ALL));
  else
    gtk_editable_set_text (self->search_entry, "");
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

void
samspill_list_head_set_query (SamspillListHead *self, const SamspillQuery *query)
{
  update_chips (self, query);
}

void
samspill_list_head_set_total (SamspillListHead *self, gint64 total)
{
  const gboolean is_searching = *samspill_list_head_get_text (self) != '\0';
  g_autofree char *count = samspill_place_dup_count (self->place, total);

  gtk_label_set_text (self->count_label, count);
  gtk_widget_set_visible (self->count_box, is_searching);
  if (!is_searching || !samspill_list_head_is_filtered (self))
    gtk_widget_set_visible (GTK_WIDGET (self->all_button), FALSE);
  if (!is_searching)
    {
      g_autofree char *placeholder = total > 0 ? samspill_place_dup_search (self->place, total) : NULL;

      gtk_search_entry_set_placeholder_text (GTK_SEARCH_ENTRY (self->search_entry),
                                             placeholder != NULL ? placeholder : _ ("Search"));
    }
}

void
samspill_list_head_set_total_of_all (SamspillListHead *self, gint64 total)
{
  g_autofree char *number = samspill_format_integer (total);
  /* Translators: a button; %s is a number: so many are found when all are searched */
  g_autofree char *label = g_strdup_printf (_ ("%s in all"), number);

  gtk_button_set_label (self->all_button, label);
  gtk_widget_set_visible (GTK_WIDGET (self->all_button), total > 0);
}

void
samspill_list_head_capture_keys (SamspillListHead *self, GtkWidget *widget)
{
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->search_entry), widget);
}
