/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-home-news.h"

#include <glib/gi18n.h>

#include "samspill-format.h"
#include "samspill-row-text.h"
#include "samspill-space-text.h"

#define MAX_ROWS 5

struct _SamspillHomeNews
{
  GtkBox parent_instance;

  SamspillStanding *standing;
  AdwPreferencesGroup *seen_to;
  AdwPreferencesGroup *news;
  GPtrArray *rows_seen_to; /* borrowed */
  GPtrArray *rows_news;
};

G_DEFINE_FINAL_TYPE (SamspillHomeNews, samspill_home_news, GTK_TYPE_BOX)

static void
add_row (AdwPreferencesGroup *group, GPtrArray *rows, const char *icon_name, const char *title, const char *subtitle,
         const char *action, const char *space, const char *id)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (icon_name);
  GtkWidget *go = gtk_image_new_from_icon_name ("go-next-symbolic");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_add_css_class (icon, g_str_equal (icon_name, "dialog-warning-symbolic") ? "warning" : "dimmed");
  gtk_widget_add_css_class (go, "dimmed");
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), go);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "(ss)", space, id);
  adw_preferences_group_add (group, row);
  g_ptr_array_add (rows, row);
}

static void
clear (AdwPreferencesGroup *group, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    adw_preferences_group_remove (group, g_ptr_array_index (rows, i));
  g_ptr_array_set_size (rows, 0);
}

static void
fill_seen_to (SamspillHomeNews *self)
{
  GPtrArray *refused = samspill_standing_get_not_accepted (self->standing);
  GPtrArray *versions = samspill_standing_get_two_versions (self->standing);

  clear (self->seen_to, self->rows_seen_to);
  for (guint i = 0; i < refused->len && i < MAX_ROWS; i++)
    {
      const SamspillNotAccepted *one = g_ptr_array_index (refused, i);

      add_row (self->seen_to, self->rows_seen_to, "dialog-warning-symbolic", one->title,
               _ ("Was not accepted. See why."), "win.look-why", one->space, one->id);
    }
  for (guint i = 0; i < versions->len && i < MAX_ROWS; i++)
    {
      const SamspillRow *row = g_ptr_array_index (versions, i);
      g_autofree char *title = samspill_row_dup_title (row);

      add_row (self->seen_to, self->rows_seen_to, "dialog-warning-symbolic", title,
               _ ("Has two versions. Choose what will stand."), "win.look-at-versions", row->space, row->id);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->seen_to), self->rows_seen_to->len > 0);
}

/* "Lillevik kommune changed it · 2 t" */
static char *
dup_news_line (const SamspillNews *news)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *when = news->at != NULL ? samspill_format_relative (news->at, now) : g_strdup ("");
  const char *who = news->by != NULL && *news->by != '\0' ? news->by : _ ("Somebody");
  g_autofree char *what = NULL;

  if (news->is_deleted)
    /* Translators: %s is a name or a municipality */
    what = g_strdup_printf (_ ("%s took it away"), who);
  else if (news->is_new)
    what = g_strdup_printf (_ ("New from %s"), who);
  else
    what = g_strdup_printf (_ ("%s changed it"), who);
  if (*when == '\0')
    return g_steal_pointer (&what);

  return g_strdup_printf ("%s · %s", what, when);
}

/* What concerns me comes first. */
static void
add_news (SamspillHomeNews *self, GPtrArray *news, gboolean concerns_me)
{
  for (guint i = 0; i < news->len && self->rows_news->len < MAX_ROWS; i++)
    {
      const SamspillNews *one = g_ptr_array_index (news, i);
      g_autofree char *line = NULL;

      if (one->concerns_me != concerns_me)
        continue;
      line = dup_news_line (one);
      add_row (self->news, self->rows_news, samspill_space_icon (one->space),
               one->title != NULL && *one->title != '\0' ? one->title : _ ("Without a title"), line, "win.open-record",
               one->space, one->id);
    }
}

static void
fill_news (SamspillHomeNews *self)
{
  GPtrArray *news = samspill_standing_get_news (self->standing);
  g_autofree char *more = NULL;

  clear (self->news, self->rows_news);
  add_news (self, news, TRUE);
  add_news (self, news, FALSE);
  if (news->len > self->rows_news->len)
    {
      const guint left = news->len - self->rows_news->len;

      more = g_strdup_printf (ngettext ("and %u more", "and %u more", left), left);
    }
  adw_preferences_group_set_description (self->news, more);
  gtk_widget_set_visible (GTK_WIDGET (self->news), self->rows_news->len > 0);
}

static void
standing_changed_cb (SamspillHomeNews *self)
{
  fill_seen_to (self);
  fill_news (self);
  gtk_widget_set_visible (GTK_WIDGET (self), self->rows_seen_to->len + self->rows_news->len > 0);
}

static void
samspill_home_news_dispose (GObject *object)
{
  g_clear_object (&SAMSPILL_HOME_NEWS (object)->standing);

  G_OBJECT_CLASS (samspill_home_news_parent_class)->dispose (object);
}

static void
samspill_home_news_finalize (GObject *object)
{
  g_ptr_array_unref (SAMSPILL_HOME_NEWS (object)->rows_seen_to);
  g_ptr_array_unref (SAMSPILL_HOME_NEWS (object)->rows_news);

  G_OBJECT_CLASS (samspill_home_news_parent_class)->finalize (object);
}

static void
samspill_home_news_class_init (SamspillHomeNewsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = samspill_home_news_dispose;
  G_OBJECT_CLASS (klass)->finalize = samspill_home_news_finalize;
}

static void
samspill_home_news_init (SamspillHomeNews *self)
{
  GtkWidget *read = gtk_button_new_with_label (_ ("Mark as read"));

  self->rows_seen_to = g_ptr_array_new ();
  self->rows_news = g_ptr_array_new ();
  self->seen_to = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  self->news = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 24);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  adw_preferences_group_set_title (self->seen_to, _ ("Must be seen to"));
  adw_preferences_group_set_title (self->news, _ ("While you were away"));
  gtk_widget_add_css_class (read, "flat");
  gtk_widget_set_valign (read, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (read), "win.mark-news-read");
  adw_preferences_group_set_header_suffix (self->news, read);
  gtk_widget_set_visible (GTK_WIDGET (self->seen_to), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->news), FALSE);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->seen_to));
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->news));
}

GtkWidget *
samspill_home_news_new (void)
{
  return g_object_new (SAMSPILL_TYPE_HOME_NEWS, NULL);
}

void
samspill_home_news_set_standing (SamspillHomeNews *self, SamspillStanding *standing)
{
  g_return_if_fail (self->standing == NULL);

  self->standing = g_object_ref (standing);
  g_signal_connect_object (standing, "changed", G_CALLBACK (standing_changed_cb), self, G_CONNECT_SWAPPED);
  standing_changed_cb (self);
}
