/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-version-field.h"

#include <glib/gi18n.h>

#include "samspill-field-view.h"
#include "samspill-value-text.h"

struct _SamspillVersionField
{
  GtkBox parent_instance;

  GtkLabel *heading;
  GtkBox *sides;
  GtkLabel *mine_caption;
  GtkLabel *mine_label;
  GtkLabel *theirs_caption;
  GtkLabel *theirs_label;
  AdwToggleGroup *choice;
  GtkRevealer *result_revealer;
  GtkLabel *result_caption;
  AdwBin *result_bin;
  GtkLabel *fault;

  const SamspillMergeField *merged;
  const SamspillField *field; /* nullable: a member that the schema does not know */
  SamspillFieldView *result;
  char *value; /* what was chosen, as JSON text; NULL: nothing stands there */
  char *both;  /* nullable: the two cannot stand together */
};

G_DEFINE_FINAL_TYPE (SamspillVersionField, samspill_version_field, GTK_TYPE_BOX)

enum
{
  CHOSEN,
  N_SIGNALS,
};
static guint signals[N_SIGNALS];

/* Words that only one of them has are underlined and bold: never by colour alone. */
static PangoAttrList *
create_marks (GArray *spans)
{
  PangoAttrList *list = pango_attr_list_new ();
  g_autoptr (GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());

  for (guint i = 0; i < spans->len; i++)
    {
      const SamspillMergeSpan *span = &g_array_index (spans, SamspillMergeSpan, i);
      PangoAttribute *marks[] = {
        pango_attr_background_new ((guint16)(accent->red * 65535), (guint16)(accent->green * 65535),
                                   (guint16)(accent->blue * 65535)),
        pango_attr_background_alpha_new (65535 / 5),
        pango_attr_weight_new (PANGO_WEIGHT_BOLD),
        pango_attr_underline_new (PANGO_UNDERLINE_SINGLE),
      };

      for (guint n = 0; n < G_N_ELEMENTS (marks); n++)
        if (span->is_changed)
          {
            marks[n]->start_index = (guint)span->start;
            marks[n]->end_index = (guint)(span->start + span->length);
            pango_attr_list_insert (list, marks[n]);
          }
        else
          pango_attribute_destroy (marks[n]);
    }

  return list;
}

static void
show_side (GtkLabel *label, const char *text, GArray *spans)
{
  g_autoptr (PangoAttrList) marks = create_marks (spans);

  if (*text == '\0')
    {
      gtk_label_set_text (label, _ ("Nothing stands here"));
      gtk_widget_add_css_class (GTK_WIDGET (label), "dimmed");
      return;
    }
  gtk_label_set_text (label, text);
  gtk_label_set_attributes (label, marks);
}

static void
show_sides (SamspillVersionField *self)
{
  g_autofree char *mine = samspill_value_dup_text (self->field, self->merged->mine);
  g_autofree char *theirs = samspill_value_dup_text (self->field, self->merged->theirs);
  g_autoptr (GArray) mine_spans = NULL;
  g_autoptr (GArray) theirs_spans = NULL;

  samspill_merge_diff_words (mine, theirs, &mine_spans, &theirs_spans);
  show_side (self->mine_label, mine, mine_spans);
  show_side (self->theirs_label, theirs, theirs_spans);
}

static void
add_choice (SamspillVersionField *self, const char *name, const char *label)
{
  AdwToggle *toggle = adw_toggle_new ();

  adw_toggle_set_name (toggle, name);
  adw_toggle_set_label (toggle, label);
  adw_toggle_group_add (self->choice, toggle);
}

static void
say_fault (SamspillVersionField *self, const char *text)
{
  gtk_label_set_text (self->fault, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->fault), text != NULL);
}

static void
chosen_cb (SamspillVersionField *self)
{
  const char *name = adw_toggle_group_get_active_name (self->choice);
  g_autofree char *text = NULL;

  if (name == NULL || self->result == NULL)
    return;
  g_set_str (&self->value, g_str_equal (name, "mine")     ? self->merged->mine
                           : g_str_equal (name, "theirs") ? self->merged->theirs
                                                          : self->both);
  say_fault (self, NULL);
  text = samspill_value_dup_text (self->field, self->value);
  samspill_field_view_set_text (self->result, text);
  gtk_revealer_set_reveal_child (self->result_revealer, TRUE);
  g_signal_emit (self, signals[CHOSEN], 0);
}

static void
edited_cb (SamspillVersionField *self)
{
  g_autofree char *text = samspill_field_view_dup_text (self->result);
  g_autofree char *json = NULL;

  if (samspill_value_from_text (self->field, text, &json))
    {
      g_set_str (&self->value, json);
      say_fault (self, NULL);
    }
  else
    say_fault (self, self->field->kind == SAMSPILL_FIELD_STRING || self->field->kind == SAMSPILL_FIELD_TEXT
                         ? _ ("This is longer than the field may be.")
                         : _ ("Only a whole number can stand here."));
  g_signal_emit (self, signals[CHOSEN], 0);
}

static void
add_result (SamspillVersionField *self, const char *label)
{
  const gboolean is_writable = samspill_value_is_writable (self->field);
  g_autofree char *name = NULL;

  gtk_label_set_text (self->result_caption,
                      is_writable ? _ ("This will stand. You can edit it.") : _ ("This will stand"));
  /* Translators: the name of a field to type in; %s is what it is about: "What goes wrong today" */
  name = g_strdup_printf (_ ("%s: this will stand"), label);
  self->result = SAMSPILL_FIELD_VIEW (samspill_field_view_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->result), "prose");
  g_object_set (self->result, "single-line", self->field != NULL && self->field->kind != SAMSPILL_FIELD_TEXT,
                "placeholder-text", _ ("Nothing stands here"), "show-placeholder", TRUE, NULL);
  samspill_field_view_set_editing (self->result, is_writable);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->result), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (self->result, "edited", G_CALLBACK (edited_cb), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (self->result_bin, GTK_WIDGET (self->result));
}

static void
samspill_version_field_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_VERSION_FIELD);
  SAMSPILL_VERSION_FIELD (object)->result = NULL;

  G_OBJECT_CLASS (samspill_version_field_parent_class)->dispose (object);
}

static void
samspill_version_field_finalize (GObject *object)
{
  g_free (SAMSPILL_VERSION_FIELD (object)->value);
  g_free (SAMSPILL_VERSION_FIELD (object)->both);

  G_OBJECT_CLASS (samspill_version_field_parent_class)->finalize (object);
}

static void
samspill_version_field_class_init (SamspillVersionFieldClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_version_field_dispose;
  G_OBJECT_CLASS (klass)->finalize = samspill_version_field_finalize;
  signals[CHOSEN] =
      g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-version-field.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionField, heading);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionField, sides);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionField, mine_caption);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionField, mine_label);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionField, theirs_caption);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionField, theirs_label);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionField, choice);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionField, result_revealer);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionField, result_caption);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionField, result_bin);
  gtk_widget_class_bind_template_child (widget_class, SamspillVersionField, fault);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
}

static void
samspill_version_field_init (SamspillVersionField *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
samspill_version_field_new (const SamspillType *type, const SamspillMergeField *merged, const char *mine_caption,
                            const char *theirs_caption)
{
  SamspillVersionField *self = g_object_new (SAMSPILL_TYPE_VERSION_FIELD, NULL);
  const char *label = samspill_value_label (type, merged->member);

  self->merged = merged;
  self->field = type != NULL ? samspill_type_field (type, merged->member) : NULL;
  self->both = samspill_value_dup_both (self->field, merged->mine, merged->theirs);
  gtk_label_set_text (self->heading, label);
  gtk_label_set_text (self->mine_caption, mine_caption);
  gtk_label_set_text (self->theirs_caption, theirs_caption);
  show_sides (self);
  add_choice (self, "mine", C_ ("which version", "Mine"));
  add_choice (self, "theirs", C_ ("which version", "The other’s"));
  if (self->both != NULL)
    add_choice (self, "both", C_ ("which version", "Both"));
  adw_toggle_group_set_active (self->choice, GTK_INVALID_LIST_POSITION);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->choice), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  add_result (self, label);

  return GTK_WIDGET (self);
}

const char *
samspill_version_field_get_member (SamspillVersionField *self)
{
  return self->merged->member;
}

void
samspill_version_field_set_narrow (SamspillVersionField *self, gboolean is_narrow)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->sides),
                                  is_narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_homogeneous (self->sides, !is_narrow);
  adw_toggle_group_set_homogeneous (self->choice, !is_narrow);
}

gboolean
samspill_version_field_is_chosen (SamspillVersionField *self)
{
  return adw_toggle_group_get_active_name (self->choice) != NULL;
}

gboolean
samspill_version_field_get_value (SamspillVersionField *self, char **json)
{
  if (!samspill_version_field_is_chosen (self) || gtk_widget_get_visible (GTK_WIDGET (self->fault)))
    return FALSE;
  *json = g_strdup (self->value);

  return TRUE;
}

void
samspill_version_field_focus (SamspillVersionField *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self->choice), GTK_DIR_TAB_FORWARD);
}

void
samspill_version_field_ask (SamspillVersionField *self)
{
  if (!samspill_version_field_is_chosen (self))
    {
      say_fault (self, _ ("Choose one first."));
      samspill_version_field_focus (self);
    }
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->result));
  gtk_accessible_announce (GTK_ACCESSIBLE (self), gtk_label_get_text (self->fault),
                           GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH);
}
