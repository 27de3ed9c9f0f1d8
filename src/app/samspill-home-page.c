/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-home-page.h"

#include <glib/gi18n.h>

#include "samspill-format.h"
#include "samspill-home-news.h"
#include "samspill-row-text.h"

#define MAX_ROWS 5
/* Of what others have tried, so many are looked through for those that tell what came of it. */
#define MAX_CASES 200
#define UPDATE_DELAY_MS 150

/* A group of home: what it asks for. */
typedef struct
{
  const char *title; /* msgid */
  const char *type;
  gboolean ours; /* else: shipped */
} HomeGroup;

static const HomeGroup home_groups[] = {
  { N_ ("Go on with"), "need", TRUE },
  { N_ ("Latest proposals"), "pitch", TRUE },
  { N_ ("What others have tried"), "case", FALSE },
};
#define N_GROUPS G_N_ELEMENTS (home_groups)

struct _SamspillHomePage
{
  AdwBin parent_instance;

  GtkToggleButton *sidebar_button;
  GtkLabel *date_label;
  GtkLabel *title_label;
  GtkLabel *lead_label;
  GtkWidget *new_button;
  GtkBox *groups_box;
  SamspillHomeNews *news;

  SamspillProfile *profile;
  AdwPreferencesGroup *groups[N_GROUPS];
  GPtrArray *rows[N_GROUPS]; /* the rows of each group */
  guint update_source;
};

G_DEFINE_FINAL_TYPE (SamspillHomePage, samspill_home_page, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_FOLDED,
  PROP_SHOW_SIDEBAR,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

/* Carries a group's query to its answer. */
typedef struct
{
  SamspillHomePage *self;
  guint group;
} Ask;

static GtkWidget *
create_row (const SamspillRow *record, gboolean ours)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = samspill_row_dup_title (record);
  g_autofree char *subtitle = samspill_row_dup_subtitle (record);
  g_autofree char *time = samspill_row_dup_time (record);
  g_autofree char *quiet = *time != '\0' ? g_strdup_printf ("%s · %s", subtitle, time) : g_strdup (subtitle);
  GtkWidget *icon = gtk_image_new_from_icon_name ("go-next-symbolic");

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), quiet);
  gtk_widget_add_css_class (icon, "dimmed");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), icon);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), ours ? "win.go-on" : "win.open-record");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "(ss)", record->space, record->id);

  return row;
}

static gboolean
tells_outcome (const SamspillRow *record)
{
  return record->outcome != NULL && *record->outcome != '\0' && !g_str_equal (record->outcome, "unknown") &&
         !g_str_equal (record->outcome, "under-way");
}

static void
add_row (SamspillHomePage *self, guint group, const SamspillRow *record)
{
  GtkWidget *row = create_row (record, home_groups[group].ours);

  adw_preferences_group_add (self->groups[group], row);
  g_ptr_array_add (self->rows[group], row);
}

static void
fill_group (SamspillHomePage *self, guint group, SamspillResult *result)
{
  SamspillIndex *index = samspill_profile_get_index (self->profile);
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)samspill_row_free);
  g_autoptr (GDateTime) today = g_date_time_new_now_local ();
  guint first = 0;

  for (guint i = 0; i < self->rows[group]->len; i++)
    adw_preferences_group_remove (self->groups[group], g_ptr_array_index (self->rows[group], i));
  g_ptr_array_set_size (self->rows[group], 0);
  for (guint i = 0; i < result->n_docs; i++)
    {
      g_autoptr (SamspillRow) record = samspill_index_get_row (index, result->docs[i], NULL);

      if (record != NULL && (home_groups[group].ours || tells_outcome (record)))
        g_ptr_array_add (records, g_steal_pointer (&record));
    }
  /* Others on another day. */
  if (!home_groups[group].ours && records->len > MAX_ROWS)
    first = (guint)g_date_time_get_day_of_year (today) * MAX_ROWS % (records->len - MAX_ROWS + 1);
  for (guint i = first; i < records->len && i < first + MAX_ROWS; i++)
    add_row (self, group, g_ptr_array_index (records, i));
  gtk_widget_set_visible (GTK_WIDGET (self->groups[group]), records->len > 0);
}

static void
answered_cb (GObject *source, GAsyncResult *async_result, gpointer data)
{
  Ask *ask = data;
  g_autoptr (SamspillHomePage) self = ask->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (SamspillResult) result = samspill_index_query_finish (SAMSPILL_INDEX (source), async_result, &error);

  if (result == NULL)
    g_warning ("A group of the home page could not be read: %s", error->message);
  else if (self->groups_box != NULL)
    fill_group (self, ask->group, result);
  g_free (ask);
}

static void
update_head (SamspillHomePage *self)
{
  const SamspillIdentity *identity = samspill_profile_get_identity (self->profile);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *iso = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *date = samspill_format_date (iso);
  g_autofree char *name = NULL;

  if (identity != NULL && identity->owners[0] != NULL)
    name = samspill_profile_dup_owner_name (self->profile, identity->owners[0]);
  gtk_label_set_text (self->date_label, date);
  gtk_label_set_text (self->title_label, name != NULL ? name : _ ("Samspill"));
}

static gboolean
update_cb (gpointer data)
{
  SamspillHomePage *self = data;
  SamspillIndex *index = samspill_profile_get_index (self->profile);
  const SamspillIdentity *identity = samspill_profile_get_identity (self->profile);

  self->update_source = 0;
  update_head (self);
  for (guint i = 0; i < N_GROUPS; i++)
    {
      g_autoptr (SamspillQuery) query = samspill_query_new ();
      Ask *ask;

      if (home_groups[i].ours && identity == NULL)
        continue;
      query->type = g_strdup (home_groups[i].type);
      query->order = SAMSPILL_ORDER_CHANGED;
      if (home_groups[i].ours)
        query->owners = g_strdupv (identity->owners);
      else
        query->spaces = g_strdupv ((char *[]){ (char *)"shipped", NULL });
      ask = g_new0 (Ask, 1);
      ask->self = g_object_ref (self);
      ask->group = i;
      samspill_index_query_async (index, query, home_groups[i].ours ? MAX_ROWS : MAX_CASES, NULL, answered_cb, ask);
    }

  return G_SOURCE_REMOVE;
}

static void
records_changed_cb (SamspillHomePage *self)
{
  if (self->update_source == 0)
    self->update_source = g_timeout_add (UPDATE_DELAY_MS, update_cb, self);
}

static void
sidebar_toggled_cb (SamspillHomePage *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_SIDEBAR]);
}

static void
samspill_home_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SamspillHomePage *self = SAMSPILL_HOME_PAGE (object);

  if (prop_id == PROP_FOLDED)
    g_value_set_boolean (value, gtk_widget_get_visible (GTK_WIDGET (self->sidebar_button)));
  else
    g_value_set_boolean (value, gtk_toggle_button_get_active (self->sidebar_button));
}

static void
samspill_home_page_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  SamspillHomePage *self = SAMSPILL_HOME_PAGE (object);

  if (prop_id == PROP_FOLDED)
    gtk_widget_set_visible (GTK_WIDGET (self->sidebar_button), g_value_get_boolean (value));
  else
    gtk_toggle_button_set_active (self->sidebar_button, g_value_get_boolean (value));
}

static void
samspill_home_page_dispose (GObject *object)
{
  SamspillHomePage *self = SAMSPILL_HOME_PAGE (object);

  g_clear_handle_id (&self->update_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), SAMSPILL_TYPE_HOME_PAGE);
  g_clear_object (&self->profile);
  for (guint i = 0; i < N_GROUPS; i++)
    g_clear_pointer (&self->rows[i], g_ptr_array_unref);

  G_OBJECT_CLASS (samspill_home_page_parent_class)->dispose (object);
}

static gboolean
samspill_home_page_grab_focus (GtkWidget *widget)
{
  SamspillHomePage *self = SAMSPILL_HOME_PAGE (widget);

  /* What was begun comes before what is new. */
  if (self->rows[0]->len > 0)
    return gtk_widget_grab_focus (g_ptr_array_index (self->rows[0], 0));
  return gtk_widget_grab_focus (self->new_button);
}

static void
samspill_home_page_class_init (SamspillHomePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = samspill_home_page_get_property;
  object_class->set_property = samspill_home_page_set_property;
  object_class->dispose = samspill_home_page_dispose;
  widget_class->grab_focus = samspill_home_page_grab_focus;

  properties[PROP_FOLDED] = g_param_spec_boolean ("folded", NULL, NULL, FALSE, flags);
  properties[PROP_SHOW_SIDEBAR] = g_param_spec_boolean ("show-sidebar", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-home-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillHomePage, sidebar_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillHomePage, date_label);
  gtk_widget_class_bind_template_child (widget_class, SamspillHomePage, title_label);
  gtk_widget_class_bind_template_child (widget_class, SamspillHomePage, lead_label);
  gtk_widget_class_bind_template_child (widget_class, SamspillHomePage, new_button);
  gtk_widget_class_bind_template_child (widget_class, SamspillHomePage, groups_box);
  gtk_widget_class_bind_template_callback (widget_class, sidebar_toggled_cb);
}

static void
samspill_home_page_init (SamspillHomePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->news = SAMSPILL_HOME_NEWS (samspill_home_news_new ());
  gtk_box_append (self->groups_box, GTK_WIDGET (self->news));
  for (guint i = 0; i < N_GROUPS; i++)
    {
      self->groups[i] = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
      self->rows[i] = g_ptr_array_new ();
      adw_preferences_group_set_title (self->groups[i], _ (home_groups[i].title));
      gtk_widget_set_visible (GTK_WIDGET (self->groups[i]), FALSE);
      gtk_box_append (self->groups_box, GTK_WIDGET (self->groups[i]));
    }
}

void
samspill_home_page_set_profile (SamspillHomePage *self, SamspillProfile *profile)
{
  g_return_if_fail (self->profile == NULL);

  self->profile = g_object_ref (profile);
  g_signal_connect_object (profile, "changed", G_CALLBACK (records_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (profile, "identity-changed", G_CALLBACK (records_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (samspill_profile_get_index (profile), "updated", G_CALLBACK (records_changed_cb), self,
                           G_CONNECT_SWAPPED);
  update_cb (self);
}

void
samspill_home_page_set_standing (SamspillHomePage *self, SamspillStanding *standing)
{
  samspill_home_news_set_standing (self->news, standing);
}
