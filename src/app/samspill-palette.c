/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-palette.h"

#include <glib/gi18n.h>

#include "samspill-actions.h"
#include "samspill-place.h"
#include "samspill-row-text.h"

#define MAX_RECORDS 7
#define MAX_HITS 20
#define MAX_COMMANDS 6

struct _SamspillPalette
{
  AdwDialog parent_instance;

  GtkEditable *search_entry;
  GtkListBox *list_box;
  GtkWidget *nothing_label;

  SamspillWindow *window; /* borrowed: its dialog */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (SamspillPalette, samspill_palette, ADW_TYPE_DIALOG)

static GtkWidget *
create_row (const char *icon_name, const char *title, const char *quiet)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *icon = gtk_image_new_from_icon_name (icon_name);
  GtkWidget *label = gtk_label_new (title);
  GtkWidget *quiet_label = gtk_label_new (quiet);
  g_autofree char *name = quiet != NULL ? g_strdup_printf ("%s, %s", title, quiet) : g_strdup (title);

  gtk_widget_add_css_class (icon, "dimmed");
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (quiet_label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (quiet_label), 24);
  gtk_widget_add_css_class (quiet_label, "dimmed");
  gtk_widget_add_css_class (quiet_label, "caption");
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), quiet_label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);

  return row;
}

static gboolean
begins_with (const char *title, const char *text)
{
  g_autofree char *folded_title = g_utf8_casefold (title, -1);
  g_autofree char *folded_text = g_utf8_casefold (text, -1);

  return *text != '\0' && g_str_has_prefix (folded_title, folded_text);
}

/* Commands whose title begins with `text` (`first`), or has a word that does. */
static void
add_commands (SamspillPalette *self, const char *text, gboolean first)
{
  guint n_added = 0;

  for (const SamspillActionEntry *entry = samspill_actions_list (); entry->action != NULL; entry++)
    {
      g_autofree char *keys = NULL;
      GdkModifierType modifiers;
      guint key;
      GtkWidget *row;

      if (g_str_equal (entry->action, "win.find") || n_added == MAX_COMMANDS ||
          begins_with (_ (entry->title), text) != first ||
          (*text != '\0' && !g_str_match_string (text, _ (entry->title), TRUE)))
        continue;
      if (entry->accels[0] != NULL && gtk_accelerator_parse (entry->accels[0], &key, &modifiers))
        keys = gtk_accelerator_get_label (key, modifiers);
      row = create_row ("system-run-symbolic", _ (entry->title), keys);
      g_object_set_data (G_OBJECT (row), "command", (gpointer)entry);
      gtk_list_box_append (self->list_box, row);
      n_added++;
    }
}

static void
update_rows (SamspillPalette *self, SamspillResult *result)
{
  SamspillIndex *index = samspill_profile_get_index (samspill_window_get_profile (self->window));

  guint n_added = 0;

  const char *text = gtk_editable_get_text (self->search_entry);

  gtk_list_box_remove_all (self->list_box);
  add_commands (self, text, TRUE);
  for (guint i = 0; result != NULL && i < result->n_docs; i++)
    {
      SamspillRow *record = samspill_index_get_row (index, result->docs[i], NULL);
      g_autofree char *title = NULL;
      g_autofree char *quiet = NULL;
      GtkWidget *row;

      if (record == NULL)
        continue;
      /* Files and organisations are seen with what they belong to. */
      if (n_added == MAX_RECORDS || !samspill_place_has_list (samspill_place_for_type (record->type)))
        {
          samspill_row_free (record);
          continue;
        }
      title = samspill_row_dup_title (record);
      quiet = samspill_row_dup_subtitle (record);
      row = create_row (samspill_row_get_icon (record), title, quiet);
      g_object_set_data_full (G_OBJECT (row), "record", record, (GDestroyNotify)samspill_row_free);
      gtk_list_box_append (self->list_box, row);
      n_added++;
    }
  add_commands (self, text, FALSE);
  gtk_list_box_select_row (self->list_box, gtk_list_box_get_row_at_index (self->list_box, 0));
  gtk_widget_set_visible (self->nothing_label, gtk_list_box_get_row_at_index (self->list_box, 0) == NULL);
}

static void
answered_cb (GObject *source, GAsyncResult *async_result, gpointer data)
{
  g_autoptr (SamspillPalette) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillResult) result = samspill_index_query_finish (SAMSPILL_INDEX (source), async_result, &error);

  if (result != NULL && self->list_box != NULL)
    update_rows (self, result);
}

static void
search_changed_cb (SamspillPalette *self)
{
  const char *text = gtk_editable_get_text (self->search_entry);
  g_autoptr (SamspillQuery) query = NULL;

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (*text == '\0')
    {
      update_rows (self, NULL);
      return;
    }
  query = samspill_query_new ();
  query->text = g_strdup (text);
  query->order = SAMSPILL_ORDER_RELEVANCE;
  self->cancellable = g_cancellable_new ();
  samspill_index_query_async (samspill_profile_get_index (samspill_window_get_profile (self->window)), query, MAX_HITS,
                              self->cancellable, answered_cb, g_object_ref (self));
}

static void
row_activated_cb (SamspillPalette *self, GtkListBoxRow *row)
{
  const SamspillRow *record = g_object_get_data (G_OBJECT (row), "record");
  const SamspillActionEntry *entry = g_object_get_data (G_OBJECT (row), "command");
  SamspillWindow *window = self->window;
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;

  if (record != NULL)
    samspill_window_open_record (window, record->space, record->id);
  adw_dialog_close (ADW_DIALOG (self));
  if (entry != NULL && g_action_parse_detailed_name (entry->action, &name, &target, NULL))
    gtk_widget_activate_action_variant (GTK_WIDGET (window), name, target);
}

static void
search_activated_cb (SamspillPalette *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list_box);

  if (row != NULL)
    row_activated_cb (self, row);
}

static void
search_stopped_cb (SamspillPalette *self)
{
  adw_dialog_close (ADW_DIALOG (self));
}

/* Up and down move the choice while the focus stays in the entry. */
static gboolean
key_pressed_cb (SamspillPalette *self, guint key, guint code, GdkModifierType state)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list_box);
  int position = row != NULL ? gtk_list_box_row_get_index (row) : -1;

  if (key == GDK_KEY_Down)
    position++;
  else if (key == GDK_KEY_Up)
    position--;
  else
    return GDK_EVENT_PROPAGATE;
  row = position >= 0 ? gtk_list_box_get_row_at_index (self->list_box, position) : NULL;
  if (row != NULL)
    {
      gtk_list_box_select_row (self->list_box, row);
      gtk_accessible_update_relation (GTK_ACCESSIBLE (self->search_entry), GTK_ACCESSIBLE_RELATION_ACTIVE_DESCENDANT,
                                      row, -1);
    }

  return GDK_EVENT_STOP;
}

static void
samspill_palette_dispose (GObject *object)
{
  SamspillPalette *self = SAMSPILL_PALETTE (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), SAMSPILL_TYPE_PALETTE);

  G_OBJECT_CLASS (samspill_palette_parent_class)->dispose (object);
}

static void
samspill_palette_class_init (SamspillPaletteClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_palette_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-palette.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillPalette, search_entry);
  gtk_widget_class_bind_template_child (widget_class, SamspillPalette, list_box);
  gtk_widget_class_bind_template_child (widget_class, SamspillPalette, nothing_label);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
samspill_palette_init (SamspillPalette *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->search_entry), keys);
}

void
samspill_palette_present (SamspillWindow *window)
{
  SamspillPalette *self = g_object_new (SAMSPILL_TYPE_PALETTE, NULL);

  self->window = window;
  search_changed_cb (self);
  adw_dialog_present (ADW_DIALOG (self), GTK_WIDGET (window));
}
