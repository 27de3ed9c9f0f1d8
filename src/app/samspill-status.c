/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-status.h"

#include <glib/gi18n.h>

#include "samspill-format.h"
#include "samspill-row-text.h"
#include "samspill-space-text.h"

/* So many that must be seen to are named; home has them all. */
#define MAX_SEEN_TO 4

struct _SamspillStatus
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  GtkImage *icon;
  GtkLabel *label;
  GtkPopover *popover;
  GtkLabel *heading;
  GtkLabel *text;
  GtkProgressBar *progress;
  GtkListBox *seen_to;
  GtkBox *spaces_box;
  GtkWidget *run_box;
  GtkButton *now_button;
  GtkButton *pause_button;
  GtkWidget *connect_button;
  GtkWidget *places_button;

  SamspillProfile *profile;
  SamspillStanding *standing;
  GDateTime *saved_at;
  gint64 most; /* of this run: what the bar is measured by */
};

G_DEFINE_FINAL_TYPE (SamspillStatus, samspill_status, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_SAVED_AT,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

/* The line */

static void
set_line (SamspillStatus *self, const char *text, const char *icon_name)
{
  gtk_label_set_text (self->label, text);
  gtk_label_set_text (self->heading, text);
  gtk_image_set_from_icon_name (self->icon, icon_name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

/* While nothing goes anywhere, that it is saved is what one wants to know. */
static void
show_local (SamspillStatus *self)
{
  const guint behind = samspill_index_get_behind (samspill_profile_get_index (self->profile));
  g_autofree char *text = NULL;

  if (behind > 0)
    {
      g_autofree char *number = samspill_format_integer (behind);

      text = g_strdup_printf (_ ("Indexing, %s left"), number);
    }
  else if (self->saved_at != NULL)
    {
      g_autoptr (GDateTime) local = g_date_time_to_local (self->saved_at);
      g_autofree char *clock = samspill_format_clock (local);

      /* Translators: %s is a time, "10.42" */
      text = g_strdup_printf (_ ("On this computer · saved at %s"), clock);
    }
  set_line (self, text != NULL ? text : _ ("On this computer · all is saved"), "object-select-symbolic");
  gtk_label_set_text (self->heading, _ ("Only on this computer"));
}

static gboolean
is_running (SamspillStatus *self)
{
  return self->standing != NULL &&
         samspill_sync_service_get_state (samspill_standing_get_service (self->standing)) == SAMSPILL_SYNC_RUNNING;
}

/* Progress */

static void
show_progress (SamspillStatus *self)
{
  GPtrArray *spaces = samspill_standing_get_spaces (self->standing);
  gint64 left = 0;

  for (guint i = 0; i < spaces->len; i++)
    {
      const SamspillSpaceSync *sync = g_ptr_array_index (spaces, i);

      if (sync->state == SAMSPILL_SYNC_RUNNING)
        left += sync->pending + MAX (sync->to_fetch, 0);
    }
  self->most = is_running (self) ? MAX (self->most, left) : 0;
  gtk_widget_set_visible (GTK_WIDGET (self->progress), self->most > 0);
  if (self->most > 0)
    gtk_progress_bar_set_fraction (self->progress, 1.0 - (double)left / (double)self->most);
}

/* The popover */

static const GError *
find_error (SamspillStatus *self)
{
  GPtrArray *spaces = samspill_standing_get_spaces (self->standing);

  for (guint i = 0; i < spaces->len; i++)
    {
      const SamspillSpaceSync *sync = g_ptr_array_index (spaces, i);

      if (sync->error != NULL && (sync->state == SAMSPILL_SYNC_FAILED || sync->state == SAMSPILL_SYNC_WAITING ||
                                  sync->state == SAMSPILL_SYNC_NEEDS_PASSWORD))
        return sync->error;
    }

  return NULL;
}

static gboolean
wants_password (SamspillStatus *self)
{
  return self->standing != NULL && samspill_sync_service_get_state (samspill_standing_get_service (self->standing)) ==
                                       SAMSPILL_SYNC_NEEDS_PASSWORD;
}

static void
show_text (SamspillStatus *self)
{
  const gboolean is_connected = self->standing != NULL && samspill_standing_is_connected (self->standing);
  g_autofree char *advice = is_connected && !wants_password (self)
                                ? samspill_sync_error_dup_advice (find_error (self))
                                : g_strdup (_ ("What you write is safe here, and is sent when you have signed in."));

  if (!is_connected)
    gtk_label_set_text (self->text, _ ("All that you write is saved as you type. Nothing is sent anywhere. A copy is "
                                       "made each day and kept for a week."));
  else
    gtk_label_set_text (self->text, advice);
  gtk_widget_set_visible (GTK_WIDGET (self->text), !is_connected || *advice != '\0');
}

static void
append_label (GtkBox *box, const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 34);
  gtk_widget_add_css_class (label, "caption");
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (box, label);
}

static void
add_space (SamspillStatus *self, const SamspillSpaceSync *sync)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *title = samspill_space_dup_title (self->profile, sync->space);
  g_autofree char *state = samspill_space_sync_dup_state (sync);
  g_autofree char *readers = samspill_space_dup_readers (self->profile, sync->space);
  g_autofree char *host = sync->endpoint != NULL ? samspill_space_dup_host (sync->endpoint->url) : NULL;
  /* Translators: where a space goes: "to felles.example.no" */
  g_autofree char *where = host != NULL ? g_strdup_printf (_ ("to %s"), host) : NULL;
  g_autofree char *line = where != NULL ? g_strdup_printf ("%s · %s", state, where) : g_strdup (state);

  append_label (GTK_BOX (box), title, "caption-heading");
  append_label (GTK_BOX (box), line, "numeric");
  append_label (GTK_BOX (box), readers, "dimmed");
  gtk_box_append (self->spaces_box, box);
}

static void
fill_spaces (SamspillStatus *self)
{
  GPtrArray *spaces = samspill_standing_get_spaces (self->standing);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->spaces_box))) != NULL)
    gtk_box_remove (self->spaces_box, child);
  for (guint i = 0; i < spaces->len; i++)
    {
      const SamspillSpaceSync *sync = g_ptr_array_index (spaces, i);

      if (sync->endpoint != NULL)
        add_space (self, sync);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->spaces_box),
                          gtk_widget_get_first_child (GTK_WIDGET (self->spaces_box)) != NULL);
}

static void
add_seen_to (SamspillStatus *self, const char *title, const char *subtitle, const char *action, const char *space,
             const char *id)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *go = gtk_image_new_from_icon_name ("go-next-symbolic");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_add_css_class (go, "dimmed");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), go);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "(ss)", space, id);
  gtk_list_box_append (self->seen_to, row);
}

static void
fill_seen_to (SamspillStatus *self)
{
  GPtrArray *refused = samspill_standing_get_not_accepted (self->standing);
  GPtrArray *versions = samspill_standing_get_two_versions (self->standing);
  guint n = 0;

  gtk_list_box_remove_all (self->seen_to);
  for (guint i = 0; i < refused->len && n < MAX_SEEN_TO; i++, n++)
    {
      const SamspillNotAccepted *one = g_ptr_array_index (refused, i);

      add_seen_to (self, one->title, _ ("was not accepted"), "win.look-why", one->space, one->id);
    }
  for (guint i = 0; i < versions->len && n < MAX_SEEN_TO; i++, n++)
    {
      const SamspillRow *row = g_ptr_array_index (versions, i);
      g_autofree char *title = samspill_row_dup_title (row);

      add_seen_to (self, title, _ ("has two versions"), "win.look-at-versions", row->space, row->id);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->seen_to), n > 0);
}

static void
fill_popover (SamspillStatus *self)
{
  const gboolean has_standing = self->standing != NULL;
  const gboolean is_connected = has_standing && samspill_standing_is_connected (self->standing);
  const gboolean is_paused =
      is_connected && samspill_sync_service_get_paused (samspill_standing_get_service (self->standing));

  show_text (self);
  if (has_standing)
    {
      fill_seen_to (self);
      fill_spaces (self);
      show_progress (self);
    }
  gtk_widget_set_visible (self->run_box, is_connected);
  gtk_widget_set_visible (self->places_button, is_connected);
  gtk_widget_set_visible (self->connect_button, has_standing && !is_connected);
  if (is_running (self))
    {
      gtk_button_set_label (self->now_button, _ ("Stop"));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->now_button), "win.sync-stop");
    }
  else
    {
      gtk_button_set_label (self->now_button, wants_password (self) ? _ ("Sign in…") : _ ("Sync now"));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->now_button), "win.sync-now");
    }
  gtk_button_set_label (self->pause_button, is_paused ? _ ("Go on") : _ ("Pause"));
}

static void
pause_cb (SamspillStatus *self)
{
  SamspillSyncService *service = samspill_standing_get_service (self->standing);

  samspill_sync_service_set_paused (service, !samspill_sync_service_get_paused (service));
}

static void
shown_cb (SamspillStatus *self)
{
  if (self->profile != NULL && !samspill_profile_is_read_only (self->profile))
    fill_popover (self);
}

/* Overrides */

static void
samspill_status_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_SAVED_AT)
    g_value_set_boxed (value, SAMSPILL_STATUS (object)->saved_at);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
samspill_status_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  SamspillStatus *self = SAMSPILL_STATUS (object);
  GDateTime *saved_at = g_value_get_boxed (value);

  if (prop_id != PROP_SAVED_AT)
    {
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      return;
    }
  /* A page that has not saved yet says nothing of what was saved before. */
  if (saved_at == NULL)
    return;
  g_clear_pointer (&self->saved_at, g_date_time_unref);
  self->saved_at = g_date_time_ref (saved_at);
  if (self->profile != NULL)
    samspill_status_update (self);
}

static void
samspill_status_dispose (GObject *object)
{
  SamspillStatus *self = SAMSPILL_STATUS (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), SAMSPILL_TYPE_STATUS);
  g_clear_object (&self->profile);
  g_clear_object (&self->standing);
  g_clear_pointer (&self->saved_at, g_date_time_unref);

  G_OBJECT_CLASS (samspill_status_parent_class)->dispose (object);
}

static void
samspill_status_class_init (SamspillStatusClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = samspill_status_get_property;
  object_class->set_property = samspill_status_set_property;
  object_class->dispose = samspill_status_dispose;

  properties[PROP_SAVED_AT] =
      g_param_spec_boxed ("saved-at", NULL, NULL, G_TYPE_DATE_TIME, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-status.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillStatus, button);
  gtk_widget_class_bind_template_child (widget_class, SamspillStatus, icon);
  gtk_widget_class_bind_template_child (widget_class, SamspillStatus, label);
  gtk_widget_class_bind_template_child (widget_class, SamspillStatus, popover);
  gtk_widget_class_bind_template_child (widget_class, SamspillStatus, heading);
  gtk_widget_class_bind_template_child (widget_class, SamspillStatus, text);
  gtk_widget_class_bind_template_child (widget_class, SamspillStatus, progress);
  gtk_widget_class_bind_template_child (widget_class, SamspillStatus, seen_to);
  gtk_widget_class_bind_template_child (widget_class, SamspillStatus, spaces_box);
  gtk_widget_class_bind_template_child (widget_class, SamspillStatus, run_box);
  gtk_widget_class_bind_template_child (widget_class, SamspillStatus, now_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillStatus, pause_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillStatus, connect_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillStatus, places_button);
  gtk_widget_class_bind_template_callback (widget_class, pause_cb);
  gtk_widget_class_bind_template_callback (widget_class, shown_cb);
}

static void
samspill_status_init (SamspillStatus *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* Public */

void
samspill_status_set_profile (SamspillStatus *self, SamspillProfile *profile)
{
  g_return_if_fail (self->profile == NULL);

  self->profile = g_object_ref (profile);
  samspill_status_update (self);
}

void
samspill_status_set_standing (SamspillStatus *self, SamspillStanding *standing)
{
  g_return_if_fail (self->standing == NULL);

  self->standing = g_object_ref (standing);
  g_signal_connect_object (standing, "changed", G_CALLBACK (samspill_status_update), self, G_CONNECT_SWAPPED);
  samspill_status_update (self);
}

void
samspill_status_update (SamspillStatus *self)
{
  const char *reason = samspill_profile_get_read_only_reason (self->profile);
  const char *icon_name = NULL;
  g_autofree char *line = NULL;

  if (samspill_profile_is_read_only (self->profile))
    {
      set_line (self, _ ("Can only be read"), "changes-prevent-symbolic");
      gtk_label_set_text (self->heading, _ ("Nothing can be changed"));
      gtk_label_set_text (self->text, reason != NULL ? reason : "");
      gtk_widget_set_visible (self->run_box, FALSE);
      gtk_widget_set_visible (self->places_button, FALSE);
      gtk_widget_set_visible (self->connect_button, FALSE);
      return;
    }
  line = self->standing != NULL ? samspill_standing_dup_line (self->standing, &icon_name) : NULL;
  if (line != NULL)
    set_line (self, line, icon_name);
  else
    show_local (self);
  if (gtk_widget_get_visible (GTK_WIDGET (self->popover)))
    fill_popover (self);
}

GtkPopover *
samspill_status_get_popover (SamspillStatus *self)
{
  return self->popover;
}
