/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-outcome.h"

#include <glib/gi18n.h>

#include "samspill-format.h"
#include "samspill-record-text.h"

struct _SamspillOutcome
{
  GtkBox parent_instance;

  GtkImage *icon;
  GtkLabel *status;
  GtkLabel *as_of;
  GtkLabel *text;
};

G_DEFINE_FINAL_TYPE (SamspillOutcome, samspill_outcome, GTK_TYPE_BOX)

static void
samspill_outcome_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_OUTCOME);
  G_OBJECT_CLASS (samspill_outcome_parent_class)->dispose (object);
}

static void
samspill_outcome_class_init (SamspillOutcomeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_outcome_dispose;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-outcome.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillOutcome, icon);
  gtk_widget_class_bind_template_child (widget_class, SamspillOutcome, status);
  gtk_widget_class_bind_template_child (widget_class, SamspillOutcome, as_of);
  gtk_widget_class_bind_template_child (widget_class, SamspillOutcome, text);
}

static void
samspill_outcome_init (SamspillOutcome *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
samspill_outcome_new (void)
{
  return g_object_new (SAMSPILL_TYPE_OUTCOME, NULL);
}

const char *
samspill_outcome_icon (const char *status)
{
  if (g_str_equal (status, "in-use"))
    return "object-select-symbolic";
  if (g_str_equal (status, "stopped"))
    return "media-playback-stop-symbolic";
  if (g_str_equal (status, "under-way"))
    return "media-playback-start-symbolic";
  if (g_str_equal (status, "developed-further"))
    return "media-seek-forward-symbolic";
  return "content-loading-symbolic";
}

void
samspill_outcome_set_record (SamspillOutcome *self, SamspillRecord *record)
{
  g_autofree char *status = samspill_record_dup_choice (record, "outcome.status");
  g_autofree char *text = samspill_record_dup_text (record, "outcome.text");
  const char *as_of = samspill_record_get_string (record, "outcome.as_of");

  g_return_if_fail (SAMSPILL_IS_OUTCOME (self));
  gtk_image_set_from_icon_name (self->icon,
                                samspill_outcome_icon (samspill_record_get_string (record, "outcome.status")));
  gtk_label_set_text (self->status, *status != '\0' ? status : _ ("Not known"));
  gtk_label_set_text (self->text, text);
  gtk_widget_set_visible (GTK_WIDGET (self->text), *text != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->as_of), *as_of != '\0');
  if (*as_of != '\0')
    {
      g_autofree char *date = samspill_format_date (as_of);
      /* Translators: the day that a source speaks of */
      g_autofree char *words = g_strdup_printf (_ ("as of %s"), date);

      gtk_label_set_text (self->as_of, words);
    }
}
