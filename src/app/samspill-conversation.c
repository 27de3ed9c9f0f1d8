/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-conversation.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "samspill-field-block.h"
#include "samspill-margin.h"
#include "samspill-missing.h"
#include "samspill-question.h"
#include "samspill-related.h"
#include "samspill-remarks.h"

struct _SamspillConversation
{
  GtkBox parent_instance;

  GtkBox *steps;
  GtkLabel *progress;
  GtkLabel *saved;
  GtkScrolledWindow *scroller;
  AdwClamp *top_clamp;
  AdwClamp *clamp;
  AdwClamp *bottom_clamp;
  GtkWidget *column;
  GtkStack *questions_stack;
  AdwBin *related_below;
  AdwBin *margin_bin;
  AdwBin *title_bin;
  AdwBin *missing_bin;
  GtkWidget *ready;
  GtkLabel *ready_heading;
  GtkWidget *ready_lacks;
  GtkWidget *back;
  GtkWidget *see_page;
  GtkWidget *next;

  GPtrArray *questions; /* SamspillQuestion */
  GPtrArray *buttons;   /* one a step */
  SamspillFieldBlock *title;
  SamspillMissing *missing;
  SamspillMargin *margin;
  SamspillRelated *related;
  SamspillRemarks *remarks;
  SamspillRecord *record;
  char *related_to; /* id of the record that the related ones were asked for */
  guint step;       /* n questions: the page is ready */
  gboolean is_wide;
};

G_DEFINE_FINAL_TYPE (SamspillConversation, samspill_conversation, GTK_TYPE_BOX)

enum
{
  FINISHED,
  RECORD_OPENED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static const SamspillGroup *
group_at (guint step)
{
  return &samspill_type_lookup ("need")->groups[step];
}

static gboolean
is_ready_step (SamspillConversation *self)
{
  return self->step >= self->questions->len;
}

static void
update_steps (SamspillConversation *self)
{
  g_autofree char *text = NULL;

  for (guint i = 0; i < self->buttons->len; i++)
    {
      GtkWidget *button = g_ptr_array_index (self->buttons, i);
      gboolean done =
          i < self->questions->len && samspill_question_is_answered (g_ptr_array_index (self->questions, i));

      gtk_widget_remove_css_class (button, "current");
      gtk_widget_remove_css_class (button, "answered");
      if (i == self->step)
        gtk_widget_add_css_class (button, "current");
      else if (done)
        gtk_widget_add_css_class (button, "answered");
      gtk_accessible_update_state (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_STATE_SELECTED, i == self->step, -1);
    }
  if (is_ready_step (self))
    text = g_strdup (_ ("Ready to hand round"));
  else
    {
      /* Translators: progress of the conversation: "2 of 6 · How often, and what it costs" */
      text = g_strdup_printf (_ ("%d of %d · %s"), (int)self->step + 1, (int)self->questions->len,
                              _ (group_at (self->step)->title));
    }
  gtk_label_set_text (self->progress, text);
}

static void
update_remarks (SamspillConversation *self)
{
  g_autoptr (GPtrArray) title = NULL;

  samspill_remarks_set_margin (self->remarks, self->is_wide ? self->margin : NULL);
  if (!is_ready_step (self))
    {
      samspill_remarks_set_record (self->remarks, self->record,
                                   samspill_question_get_blocks (g_ptr_array_index (self->questions, self->step)));
      return;
    }
  title = g_ptr_array_new ();
  g_ptr_array_add (title, self->title);
  samspill_remarks_set_record (self->remarks, self->record, title);
}

static void
show_missing (SamspillConversation *self)
{
  gboolean any;

  samspill_missing_set_record (self->missing, self->record);
  any = samspill_missing_has_any (self->missing);
  gtk_label_set_text (self->ready_heading, any ? _ ("The page can be handed round") : _ ("The page is there"));
  gtk_widget_set_visible (self->ready_lacks, any);
}

static void
show_ready (SamspillConversation *self)
{
  samspill_field_block_set_record (self->title, self->record);
  show_missing (self);
}

static void
go_to (SamspillConversation *self, guint step, const char *field)
{
  self->step = MIN (step, self->questions->len);
  gtk_widget_set_visible (self->back, self->step > 0);
  gtk_widget_set_visible (self->see_page, !is_ready_step (self));
  gtk_widget_set_hexpand (self->next, is_ready_step (self));
  gtk_button_set_label (GTK_BUTTON (self->next), is_ready_step (self) ? _ ("See the page") : _ ("Go on"));
  if (is_ready_step (self))
    {
      show_ready (self);
      gtk_stack_set_visible_child (self->questions_stack, self->ready);
      gtk_widget_grab_focus (GTK_WIDGET (samspill_field_block_get_view (self->title)));
    }
  else
    {
      SamspillQuestion *question = g_ptr_array_index (self->questions, self->step);

      samspill_question_set_record (question, self->record);
      gtk_stack_set_visible_child (self->questions_stack, GTK_WIDGET (question));
      samspill_question_focus_field (question, field);
    }
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  update_steps (self);
  update_remarks (self);
}

/* Callbacks */

static void
next_clicked_cb (SamspillConversation *self)
{
  if (is_ready_step (self))
    g_signal_emit (self, signals[FINISHED], 0);
  else
    go_to (self, self->step + 1, NULL);
}

static void
back_clicked_cb (SamspillConversation *self)
{
  if (self->step > 0)
    go_to (self, self->step - 1, NULL);
}

static void
step_clicked_cb (SamspillConversation *self, GtkWidget *button)
{
  guint index;

  if (g_ptr_array_find (self->buttons, button, &index))
    go_to (self, index, NULL);
}

static gboolean
key_pressed_cb (SamspillConversation *self, guint key, guint code, GdkModifierType modifiers)
{
  if ((key != GDK_KEY_Return && key != GDK_KEY_KP_Enter) || (modifiers & GDK_CONTROL_MASK) == 0)
    return GDK_EVENT_PROPAGATE;
  if (modifiers & GDK_SHIFT_MASK)
    back_clicked_cb (self);
  else
    next_clicked_cb (self);
  return GDK_EVENT_STOP;
}

static void
field_wanted_cb (SamspillConversation *self, const char *field)
{
  for (guint i = 0; i < self->questions->len; i++)
    if (samspill_question_has_field (g_ptr_array_index (self->questions, i), field))
      {
        go_to (self, i, field);
        return;
      }
}

static void
related_opened_cb (SamspillConversation *self, const char *space, const char *id)
{
  g_signal_emit (self, signals[RECORD_OPENED], 0, space, id);
}

/* Building */

static void
add_step_button (SamspillConversation *self, const char *name)
{
  GtkWidget *button = gtk_button_new ();

  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_add_css_class (button, "step");
  gtk_widget_set_hexpand (button, TRUE);
  g_signal_connect_object (button, "clicked", G_CALLBACK (step_clicked_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (self->steps, button);
  g_ptr_array_add (self->buttons, button);
}

static void
build (SamspillConversation *self)
{
  const SamspillType *type = samspill_type_lookup ("need");

  for (const SamspillGroup *group = type->groups; group->name != NULL; group++)
    {
      GtkWidget *question = samspill_question_new (type, group);

      gtk_stack_add_child (self->questions_stack, question);
      g_ptr_array_add (self->questions, question);
      add_step_button (self, _ (group->title));
    }
  self->title = SAMSPILL_FIELD_BLOCK (samspill_field_block_new (samspill_type_field (type, "title"), "title", NULL));
  samspill_field_block_set_roomy (self->title, 1);
  samspill_field_block_set_editing (self->title, TRUE);
  adw_bin_set_child (self->title_bin, GTK_WIDGET (self->title));
  self->missing = SAMSPILL_MISSING (samspill_missing_new ());
  g_signal_connect_object (self->missing, "field-wanted", G_CALLBACK (field_wanted_cb), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (self->missing_bin, GTK_WIDGET (self->missing));
  self->margin = SAMSPILL_MARGIN (samspill_margin_new ());
  adw_bin_set_child (self->margin_bin, GTK_WIDGET (self->margin));
}

static void
samspill_conversation_dispose (GObject *object)
{
  SamspillConversation *self = SAMSPILL_CONVERSATION (object);

  if (self->remarks != NULL)
    samspill_remarks_set_record (self->remarks, NULL, NULL);
  g_clear_object (&self->remarks);
  g_clear_object (&self->record);
  g_clear_object (&self->related);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_CONVERSATION);
  G_OBJECT_CLASS (samspill_conversation_parent_class)->dispose (object);
}

static void
samspill_conversation_finalize (GObject *object)
{
  SamspillConversation *self = SAMSPILL_CONVERSATION (object);

  g_ptr_array_unref (self->questions);
  g_ptr_array_unref (self->buttons);
  g_free (self->related_to);
  G_OBJECT_CLASS (samspill_conversation_parent_class)->finalize (object);
}

static void
samspill_conversation_class_init (SamspillConversationClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_conversation_dispose;
  G_OBJECT_CLASS (klass)->finalize = samspill_conversation_finalize;
  signals[FINISHED] =
      g_signal_new ("finished", SAMSPILL_TYPE_CONVERSATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RECORD_OPENED] = g_signal_new ("record-opened", SAMSPILL_TYPE_CONVERSATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-conversation.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, steps);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, progress);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, saved);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, scroller);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, top_clamp);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, clamp);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, bottom_clamp);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, column);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, questions_stack);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, related_below);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, margin_bin);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, title_bin);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, missing_bin);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, ready);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, ready_heading);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, ready_lacks);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, back);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, see_page);
  gtk_widget_class_bind_template_child (widget_class, SamspillConversation, next);
  gtk_widget_class_bind_template_callback (widget_class, next_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
}

static void
samspill_conversation_init (SamspillConversation *self)
{
  self->questions = g_ptr_array_new ();
  self->buttons = g_ptr_array_new ();
  self->remarks = samspill_remarks_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  build (self);
}

GtkWidget *
samspill_conversation_new (SamspillProfile *profile)
{
  SamspillConversation *self = g_object_new (SAMSPILL_TYPE_CONVERSATION, NULL);

  self->related = g_object_ref_sink (SAMSPILL_RELATED (samspill_related_new (profile)));
  g_signal_connect_object (self->related, "record-opened", G_CALLBACK (related_opened_cb), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (self->related_below, GTK_WIDGET (self->related));
  g_object_bind_property (self->related, "visible", self->related_below, "visible", G_BINDING_SYNC_CREATE);
  return GTK_WIDGET (self);
}

void
samspill_conversation_set_record (SamspillConversation *self, SamspillRecord *record)
{
  g_return_if_fail (SAMSPILL_IS_CONVERSATION (self));
  g_set_object (&self->record, record);
  for (guint i = 0; i < self->questions->len; i++)
    samspill_question_set_record (g_ptr_array_index (self->questions, i), record);
  samspill_field_block_set_record (self->title, record);
  if (g_set_str (&self->related_to, samspill_record_get_id (record)))
    {
      samspill_related_set_record (self->related, NULL);
      samspill_related_queue (self->related, record);
      go_to (self, 0, NULL);
    }
}

void
samspill_conversation_record_changed (SamspillConversation *self)
{
  g_return_if_fail (SAMSPILL_IS_CONVERSATION (self));
  update_steps (self);
  if (is_ready_step (self))
    show_missing (self);
  samspill_remarks_queue (self->remarks);
  samspill_related_queue (self->related, self->record);
}

void
samspill_conversation_start (SamspillConversation *self)
{
  g_return_if_fail (SAMSPILL_IS_CONVERSATION (self));
  go_to (self, 0, NULL);
}

void
samspill_conversation_set_wide (SamspillConversation *self, gboolean is_wide)
{
  g_return_if_fail (SAMSPILL_IS_CONVERSATION (self));
  if (self->is_wide == is_wide)
    return;
  self->is_wide = is_wide;
  if (is_wide)
    {
      adw_bin_set_child (self->related_below, NULL);
      samspill_margin_add (self->margin, GTK_WIDGET (self->related), NULL);
    }
  else
    {
      samspill_margin_remove (self->margin, GTK_WIDGET (self->related));
      adw_bin_set_child (self->related_below, GTK_WIDGET (self->related));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->margin_bin), is_wide);
  adw_clamp_set_maximum_size (self->top_clamp, is_wide ? 984 : 640);
  adw_clamp_set_maximum_size (self->clamp, is_wide ? 984 : 640);
  adw_clamp_set_maximum_size (self->bottom_clamp, is_wide ? 984 : 640);
  samspill_remarks_set_margin (self->remarks, is_wide ? self->margin : NULL);
}

void
samspill_conversation_set_narrow (SamspillConversation *self, gboolean is_narrow)
{
  int margin = is_narrow ? 18 : 24;
  GtkWidget *const boxes[] = { GTK_WIDGET (self->column), adw_clamp_get_child (self->top_clamp),
                               adw_clamp_get_child (self->bottom_clamp) };

  g_return_if_fail (SAMSPILL_IS_CONVERSATION (self));
  if (is_narrow)
    gtk_button_set_icon_name (GTK_BUTTON (self->back), "go-previous-symbolic");
  else
    gtk_button_set_label (GTK_BUTTON (self->back), _ ("Back"));
  for (gsize i = 0; i < G_N_ELEMENTS (boxes); i++)
    {
      gtk_widget_set_margin_start (boxes[i], margin);
      gtk_widget_set_margin_end (boxes[i], margin);
    }
}

void
samspill_conversation_set_saved (SamspillConversation *self, const char *text)
{
  g_return_if_fail (SAMSPILL_IS_CONVERSATION (self));
  gtk_label_set_text (self->saved, text);
}

gboolean
samspill_conversation_resume (SamspillConversation *self)
{
  guint step = 0;

  g_return_val_if_fail (SAMSPILL_IS_CONVERSATION (self), FALSE);
  while (step < self->questions->len && samspill_question_is_answered (g_ptr_array_index (self->questions, step)))
    step++;
  if (step == self->questions->len)
    return FALSE;
  go_to (self, step, NULL);
  return TRUE;
}
