/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-record-page.h"

struct _SamspillRecordPage
{
  AdwBin parent_instance;

  SamspillProfile *profile;
  char *space;
  char *id;
  GSimpleActionGroup *actions;
  GtkLabel *label;
};

G_DEFINE_FINAL_TYPE (SamspillRecordPage, samspill_record_page, ADW_TYPE_BIN)

enum
{
  PROP_0,
  PROP_TITLE,
  PROP_SUBTITLE,
  PROP_SPACE,
  PROP_ID,
  PROP_MENU,
  PROP_PRIMARY_LABEL,
  PROP_PRIMARY_ACTION,
  PROP_EDITING,
  PROP_SAVED_AT,
  N_PROPS,
};
static GParamSpec *properties[N_PROPS];

static void
samspill_record_page_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SamspillRecordPage *self = SAMSPILL_RECORD_PAGE (object);

  switch (prop_id)
    {
    case PROP_SPACE:
      g_value_set_string (value, self->space);
      break;
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    default:
      break;
    }
}

static void
samspill_record_page_finalize (GObject *object)
{
  SamspillRecordPage *self = SAMSPILL_RECORD_PAGE (object);

  g_clear_object (&self->profile);
  g_clear_object (&self->actions);
  g_free (self->space);
  g_free (self->id);

  G_OBJECT_CLASS (samspill_record_page_parent_class)->finalize (object);
}

static void
samspill_record_page_class_init (SamspillRecordPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = samspill_record_page_get_property;
  object_class->finalize = samspill_record_page_finalize;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_SUBTITLE] = g_param_spec_string ("subtitle", NULL, NULL, NULL, flags);
  properties[PROP_SPACE] = g_param_spec_string ("space", NULL, NULL, NULL, flags);
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_MENU] = g_param_spec_object ("menu", NULL, NULL, G_TYPE_MENU_MODEL, flags);
  properties[PROP_PRIMARY_LABEL] = g_param_spec_string ("primary-label", NULL, NULL, NULL, flags);
  properties[PROP_PRIMARY_ACTION] = g_param_spec_string ("primary-action", NULL, NULL, NULL, flags);
  properties[PROP_EDITING] = g_param_spec_boolean ("editing", NULL, NULL, FALSE, flags);
  properties[PROP_SAVED_AT] = g_param_spec_boxed ("saved-at", NULL, NULL, G_TYPE_DATE_TIME, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_signal_new ("record-opened", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                G_TYPE_STRING, G_TYPE_STRING);
  g_signal_new ("toast", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                ADW_TYPE_TOAST);
  g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
samspill_record_page_init (SamspillRecordPage *self)
{
  self->actions = g_simple_action_group_new ();
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (self->label, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "title-1");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->label));
}

GtkWidget *
samspill_record_page_new (SamspillProfile *profile)
{
  SamspillRecordPage *self = g_object_new (SAMSPILL_TYPE_RECORD_PAGE, NULL);

  self->profile = g_object_ref (profile);

  return GTK_WIDGET (self);
}

void
samspill_record_page_show (SamspillRecordPage *self, const char *space, const char *id)
{
  g_autoptr (SamspillLoaded) loaded = NULL;

  g_set_str (&self->space, space);
  g_set_str (&self->id, id);
  if (id != NULL)
    loaded = samspill_profile_load (self->profile, space, id, NULL);
  gtk_label_set_text (self->label, loaded != NULL ? samspill_record_get_title (loaded->record) : "");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SPACE]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ID]);
}

void
samspill_record_page_show_new (SamspillRecordPage *self, const char *type)
{
  samspill_record_page_show (self, NULL, NULL);
}

void
samspill_record_page_edit (SamspillRecordPage *self)
{
}

gboolean
samspill_record_page_escape (SamspillRecordPage *self)
{
  return FALSE;
}

void
samspill_record_page_leave (SamspillRecordPage *self)
{
}

const char *
samspill_record_page_get_space (SamspillRecordPage *self)
{
  return self->space;
}

const char *
samspill_record_page_get_id (SamspillRecordPage *self)
{
  return self->id;
}

GActionGroup *
samspill_record_page_get_actions (SamspillRecordPage *self)
{
  return G_ACTION_GROUP (self->actions);
}

gboolean
samspill_record_page_add_files (SamspillRecordPage *self, GListModel *files)
{
  return FALSE;
}
