/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-record-body.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "samspill-choice-row.h"
#include "samspill-field-row.h"
#include "samspill-figure-card.h"
#include "samspill-figures.h"
#include "samspill-measures-editor.h"
#include "samspill-outcome.h"
#include "samspill-record-layout.h"
#include "samspill-record-text.h"
#include "samspill-sources.h"

struct _SamspillRecordBody
{
  GtkBox parent_instance;

  SamspillProfile *profile;
  SamspillRecord *record;
  char *type;
  gboolean editing;

  GtkBox *written;   /* what is written, in order */
  GtkBox *unwritten; /* while editing: what is not */
  GtkBox *unwritten_prose;
  GtkListBox *unwritten_rows;
  GtkWidget *facts_group;
  GtkListBox *facts;
  GtkWidget *tail;      /* sources: below what is not written */
  GPtrArray *blocks;    /* SamspillFieldBlock */
  GPtrArray *rows;      /* SamspillFieldRow or SamspillChoiceRow */
  GPtrArray *name_rows; /* AdwActionRow; the path is its data "path" */
  GtkWidget *figures;
  GPtrArray *cards;     /* SamspillFigureCard, beside the figures of the type */
  GPtrArray *card_rows; /* SamspillFieldRow in the cards' forms */
  SamspillMeasuresEditor *measures;
  SamspillOutcome *outcome;
  SamspillSources *sources;
};

G_DEFINE_FINAL_TYPE (SamspillRecordBody, samspill_record_body, GTK_TYPE_BOX)

enum
{
  EDITED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static const SamspillField *
field_of (SamspillRecordBody *self, const char *path)
{
  const SamspillType *type = samspill_type_lookup (self->type);

  return type != NULL ? samspill_type_field (type, path) : NULL;
}

static void
show_figures (SamspillRecordBody *self)
{
  const SamspillFigure *figures = samspill_figures_for_type (self->type);
  guint n = figures == NULL && self->record != NULL ? samspill_figures_count_listed (self->record) : 0;
  gboolean any = FALSE;

  if (self->figures == NULL || self->record == NULL)
    return;
  while (figures == NULL && self->cards->len < n)
    {
      GtkWidget *card = samspill_figure_card_new ("");

      adw_wrap_box_append (ADW_WRAP_BOX (self->figures), card);
      g_ptr_array_add (self->cards, card);
    }
  for (guint i = 0; i < self->cards->len; i++)
    {
      g_autofree char *value = NULL;
      g_autofree char *unit = NULL;

      if (figures != NULL)
        figures[i].format (self->record, &value, &unit);
      else if (i < n)
        {
          g_autofree char *label = NULL;

          samspill_figures_format_listed (self->record, i, &label, &value, &unit);
          samspill_figure_card_set_label (g_ptr_array_index (self->cards, i), label != NULL ? label : "");
        }
      samspill_figure_card_set_figure (g_ptr_array_index (self->cards, i), value, unit);
      any = any || value != NULL;
    }
  gtk_widget_set_visible (self->figures, any);
}

static void
row_edited_cb (SamspillRecordBody *self, GtkWidget *row)
{
  show_figures (self);
  g_signal_emit (self, signals[EDITED], 0,
                 SAMSPILL_IS_FIELD_ROW (row) ? samspill_field_row_get_path (SAMSPILL_FIELD_ROW (row))
                                             : samspill_choice_row_get_path (SAMSPILL_CHOICE_ROW (row)));
}

static void
block_edited_cb (SamspillRecordBody *self, SamspillFieldBlock *block)
{
  g_signal_emit (self, signals[EDITED], 0, samspill_field_block_get_path (block));
}

static void
measures_edited_cb (SamspillRecordBody *self)
{
  show_figures (self);
  g_signal_emit (self, signals[EDITED], 0, "measures");
}

static GtkWidget *
new_row (SamspillRecordBody *self, const char *path, const SamspillField *field)
{
  GtkWidget *row = field->kind == SAMSPILL_FIELD_CHOICE ? samspill_choice_row_new (path, field)
                                                        : samspill_field_row_new (path, field);

  g_signal_connect_object (row, "edited", G_CALLBACK (row_edited_cb), self, G_CONNECT_SWAPPED);
  return row;
}

static void
build_figures (SamspillRecordBody *self)
{
  const SamspillFigure *figures = samspill_figures_for_type (self->type);

  self->figures = g_object_new (ADW_TYPE_WRAP_BOX, "child-spacing", 12, "line-spacing", 12, "justify", ADW_JUSTIFY_FILL,
                                "justify-last-line", TRUE, NULL);
  gtk_box_append (self->written, self->figures);
  /* One card alone does not fill a line. */
  if (figures != NULL && figures[1].label == NULL)
    g_object_set (self->figures, "justify", ADW_JUSTIFY_NONE, NULL);
  for (guint i = 0; figures != NULL && figures[i].label != NULL; i++)
    {
      GtkWidget *card = samspill_figure_card_new (_ (figures[i].label));

      for (guint j = 0; figures[i].fields[j] != NULL; j++)
        {
          const SamspillField *field = field_of (self, figures[i].fields[j]);
          GtkWidget *row;

          if (field == NULL)
            continue;
          row = new_row (self, figures[i].fields[j], field);
          samspill_figure_card_add_row (SAMSPILL_FIGURE_CARD (card), row);
          g_ptr_array_add (self->card_rows, row);
          /* The same field while it is empty and there is no card to open. */
          row = new_row (self, figures[i].fields[j], field);
          gtk_list_box_append (self->unwritten_rows, row);
          g_ptr_array_add (self->rows, row);
          g_object_set_data (G_OBJECT (row), "unwritten", GINT_TO_POINTER (TRUE));
        }
      adw_wrap_box_append (ADW_WRAP_BOX (self->figures), card);
      g_ptr_array_add (self->cards, card);
    }
}

static void
build_part (SamspillRecordBody *self, const SamspillLayoutPart *part)
{
  const SamspillField *field = part->path != NULL ? field_of (self, part->path) : NULL;
  GtkWidget *widget = NULL;

  switch (part->kind)
    {
    case SAMSPILL_LAYOUT_PROSE:
      if (field == NULL)
        return;
      widget = samspill_field_block_new (field, part->path, part->heading != NULL ? _ (part->heading) : NULL);
      g_signal_connect_object (widget, "edited", G_CALLBACK (block_edited_cb), self, G_CONNECT_SWAPPED);
      g_ptr_array_add (self->blocks, widget);
      break;
    case SAMSPILL_LAYOUT_FIGURES:
      build_figures (self);
      return;
    case SAMSPILL_LAYOUT_MEASURES:
      widget = samspill_measures_editor_new ();
      self->measures = SAMSPILL_MEASURES_EDITOR (widget);
      g_signal_connect_object (widget, "edited", G_CALLBACK (measures_edited_cb), self, G_CONNECT_SWAPPED);
      break;
    case SAMSPILL_LAYOUT_OUTCOME:
      widget = samspill_outcome_new ();
      self->outcome = SAMSPILL_OUTCOME (widget);
      break;
    case SAMSPILL_LAYOUT_FACT:
      if (field == NULL)
        return;
      widget = new_row (self, part->path, field);
      gtk_list_box_append (self->facts, widget);
      g_ptr_array_add (self->rows, widget);
      return;
    case SAMSPILL_LAYOUT_NAMES:
      if (field == NULL)
        return;
      widget = g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", _ (field->label), NULL);
      gtk_widget_add_css_class (widget, "property");
      g_object_set_data (G_OBJECT (widget), "path", (gpointer)part->path);
      gtk_list_box_append (self->facts, widget);
      g_ptr_array_add (self->name_rows, widget);
      return;
    case SAMSPILL_LAYOUT_SOURCES:
      widget = samspill_sources_new ();
      self->sources = SAMSPILL_SOURCES (widget);
      gtk_box_append (GTK_BOX (self->tail), widget);
      return;
    default:
      g_assert_not_reached ();
    }
  gtk_box_append (self->written, widget);
}

static void
clear_box (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}

static void
build (SamspillRecordBody *self, const char *type)
{
  g_set_str (&self->type, type);
  g_ptr_array_set_size (self->blocks, 0);
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->name_rows, 0);
  g_ptr_array_set_size (self->cards, 0);
  g_ptr_array_set_size (self->card_rows, 0);
  self->figures = NULL;
  self->measures = NULL;
  self->outcome = NULL;
  self->sources = NULL;
  clear_box (GTK_WIDGET (self->written));
  clear_box (GTK_WIDGET (self->unwritten_prose));
  clear_box (self->tail);
  gtk_list_box_remove_all (self->facts);
  gtk_list_box_remove_all (self->unwritten_rows);

  for (const SamspillLayoutPart *part = samspill_record_layout (type); part->kind != SAMSPILL_LAYOUT_END; part++)
    build_part (self, part);
  /* Who proposes it is read, and asked, before what they propose. */
  gtk_box_reorder_child_after (GTK_BOX (self), self->facts_group,
                               g_str_equal (type, "pitch") ? NULL : GTK_WIDGET (self->written));
}

static gboolean
row_is_empty (SamspillRecordBody *self, GtkWidget *row)
{
  const char *path = SAMSPILL_IS_FIELD_ROW (row) ? samspill_field_row_get_path (SAMSPILL_FIELD_ROW (row))
                                                 : samspill_choice_row_get_path (SAMSPILL_CHOICE_ROW (row));

  return self->record == NULL || !samspill_record_has (self->record, path);
}

/* Only members that a person may write are offered; what the build put into shipped records is read only. */
static gboolean
row_is_for_writing (GtkWidget *row)
{
  const char *path = SAMSPILL_IS_FIELD_ROW (row) ? samspill_field_row_get_path (SAMSPILL_FIELD_ROW (row))
                                                 : samspill_choice_row_get_path (SAMSPILL_CHOICE_ROW (row));

  return !g_str_has_prefix (path, "status.") && !g_str_equal (path, "title_in_source");
}

static void
show_rows (SamspillRecordBody *self)
{
  gboolean any_fact = FALSE;
  gboolean any_unwritten = FALSE;

  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);
      gboolean empty = row_is_empty (self, row);

      if (g_object_get_data (G_OBJECT (row), "unwritten") != NULL)
        {
          /* Once shown it stays until the page is left: a row must not go away under the fingers. */
          gboolean visible = self->editing && (empty || gtk_widget_get_visible (row));

          gtk_widget_set_visible (row, visible);
          any_unwritten = any_unwritten || visible;
        }
      else
        {
          gboolean visible = !empty || (self->editing && row_is_for_writing (row));

          gtk_widget_set_visible (row, visible);
          any_fact = any_fact || visible;
        }
    }
  for (guint i = 0; i < self->name_rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->name_rows, i);
      g_autofree char *names =
          self->record != NULL ? samspill_record_dup_names (self->record, g_object_get_data (G_OBJECT (row), "path"))
                               : NULL;

      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), names != NULL ? names : "");
      gtk_widget_set_visible (row, names != NULL);
      any_fact = any_fact || names != NULL;
    }
  gtk_widget_set_visible (self->facts_group, any_fact);
  gtk_widget_set_visible (GTK_WIDGET (self->unwritten_rows), any_unwritten);
}

/* The widget of a part that stands in the order of the page; NULL: it stands elsewhere. `block`: how many blocks have
 * been seen so far. */
static GtkWidget *
widget_of_part (SamspillRecordBody *self, const SamspillLayoutPart *part, guint *block, gboolean *is_empty)
{
  *is_empty = FALSE;
  switch (part->kind)
    {
    case SAMSPILL_LAYOUT_PROSE:
      if (field_of (self, part->path) == NULL)
        return NULL;
      *is_empty = samspill_field_block_is_empty (g_ptr_array_index (self->blocks, *block));
      return g_ptr_array_index (self->blocks, (*block)++);
    case SAMSPILL_LAYOUT_MEASURES:
      *is_empty = samspill_measures_editor_is_empty (self->measures);
      return GTK_WIDGET (self->measures);
    case SAMSPILL_LAYOUT_FIGURES:
      return self->figures;
    case SAMSPILL_LAYOUT_OUTCOME:
      return GTK_WIDGET (self->outcome);
    default:
      return NULL;
    }
}

/* While editing, empty blocks stand below the written ones; afterwards each is back in its place. */
static void
place_blocks (SamspillRecordBody *self, gboolean editing)
{
  GtkWidget *after = NULL;
  gboolean any = FALSE;
  guint block = 0;

  for (const SamspillLayoutPart *part = samspill_record_layout (self->type); part->kind != SAMSPILL_LAYOUT_END; part++)
    {
      gboolean is_empty;
      GtkWidget *widget = widget_of_part (self, part, &block, &is_empty);

      if (widget == NULL)
        continue;
      g_object_ref (widget);
      if (gtk_widget_get_parent (widget) != NULL)
        gtk_box_remove (GTK_BOX (gtk_widget_get_parent (widget)), widget);
      if (editing && is_empty)
        {
          gtk_box_append (self->unwritten_prose, widget);
          any = TRUE;
        }
      else
        {
          gtk_box_insert_child_after (self->written, widget, after);
          after = widget;
        }
      g_object_unref (widget);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->unwritten),
                          editing && (any || gtk_widget_get_visible (GTK_WIDGET (self->unwritten_rows))));
}

static void
samspill_record_body_dispose (GObject *object)
{
  SamspillRecordBody *self = SAMSPILL_RECORD_BODY (object);

  g_clear_object (&self->record);
  g_clear_object (&self->profile);
  gtk_widget_dispose_template (GTK_WIDGET (object), SAMSPILL_TYPE_RECORD_BODY);
  G_OBJECT_CLASS (samspill_record_body_parent_class)->dispose (object);
}

static void
samspill_record_body_finalize (GObject *object)
{
  SamspillRecordBody *self = SAMSPILL_RECORD_BODY (object);

  g_free (self->type);
  g_ptr_array_unref (self->blocks);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->name_rows);
  g_ptr_array_unref (self->cards);
  g_ptr_array_unref (self->card_rows);
  G_OBJECT_CLASS (samspill_record_body_parent_class)->finalize (object);
}

static void
samspill_record_body_class_init (SamspillRecordBodyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = samspill_record_body_dispose;
  object_class->finalize = samspill_record_body_finalize;
  signals[EDITED] = g_signal_new ("edited", SAMSPILL_TYPE_RECORD_BODY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/no/samspill/Samspill/ui/samspill-record-body.ui");
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordBody, written);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordBody, unwritten);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordBody, unwritten_prose);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordBody, unwritten_rows);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordBody, facts_group);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordBody, facts);
  gtk_widget_class_bind_template_child (widget_class, SamspillRecordBody, tail);
}

static void
samspill_record_body_init (SamspillRecordBody *self)
{
  self->blocks = g_ptr_array_new ();
  self->rows = g_ptr_array_new ();
  self->name_rows = g_ptr_array_new ();
  self->cards = g_ptr_array_new ();
  self->card_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
samspill_record_body_new (SamspillProfile *profile)
{
  SamspillRecordBody *self = g_object_new (SAMSPILL_TYPE_RECORD_BODY, NULL);

  self->profile = g_object_ref (profile);
  return GTK_WIDGET (self);
}

static void
set_row_record (gpointer row, SamspillRecord *record)
{
  if (SAMSPILL_IS_FIELD_ROW (row))
    samspill_field_row_set_record (row, record);
  else
    samspill_choice_row_set_record (row, record);
}

void
samspill_record_body_set_record (SamspillRecordBody *self, SamspillRecord *record)
{
  g_return_if_fail (SAMSPILL_IS_RECORD_BODY (self));
  g_return_if_fail (record != NULL);

  if (g_strcmp0 (self->type, samspill_record_get_record_type (record)) != 0)
    build (self, samspill_record_get_record_type (record));
  g_set_object (&self->record, record);
  for (guint i = 0; i < self->blocks->len; i++)
    samspill_field_block_set_record (g_ptr_array_index (self->blocks, i), record);
  for (guint i = 0; i < self->rows->len; i++)
    set_row_record (g_ptr_array_index (self->rows, i), record);
  for (guint i = 0; i < self->card_rows->len; i++)
    set_row_record (g_ptr_array_index (self->card_rows, i), record);
  if (self->measures != NULL)
    samspill_measures_editor_set_record (self->measures, record);
  if (self->outcome != NULL)
    samspill_outcome_set_record (self->outcome, record);
  if (self->sources != NULL)
    samspill_sources_set_record (self->sources, record);
  gtk_widget_set_visible (self->tail, self->sources != NULL && gtk_widget_get_visible (GTK_WIDGET (self->sources)));
  show_figures (self);
  show_rows (self);
  if (!self->editing)
    place_blocks (self, FALSE);
}

void
samspill_record_body_set_editing (SamspillRecordBody *self, gboolean editing)
{
  g_return_if_fail (SAMSPILL_IS_RECORD_BODY (self));
  if (self->editing == editing)
    return;
  self->editing = editing;
  for (guint i = 0; i < self->blocks->len; i++)
    {
      SamspillFieldBlock *block = g_ptr_array_index (self->blocks, i);

      /* Parts of objects ("status.text") come with shipped records: there is nothing to write there. */
      if (strchr (samspill_field_block_get_path (block), '.') == NULL)
        samspill_field_block_set_editing (block, editing);
    }
  for (guint i = 0; i < self->cards->len; i++)
    samspill_figure_card_set_editing (g_ptr_array_index (self->cards, i), editing);
  for (guint i = 0; i < self->rows->len + self->card_rows->len; i++)
    {
      GtkWidget *row = i < self->rows->len ? g_ptr_array_index (self->rows, i)
                                           : g_ptr_array_index (self->card_rows, i - self->rows->len);

      if (g_object_get_data (G_OBJECT (row), "unwritten") != NULL)
        gtk_widget_set_visible (row, FALSE);
      if (SAMSPILL_IS_FIELD_ROW (row))
        samspill_field_row_set_editing (SAMSPILL_FIELD_ROW (row), editing);
      else
        samspill_choice_row_set_editing (SAMSPILL_CHOICE_ROW (row), editing);
    }
  if (self->measures != NULL)
    samspill_measures_editor_set_editing (self->measures, editing);
  show_rows (self);
  place_blocks (self, editing);
}

SamspillFieldBlock *
samspill_record_body_get_block (SamspillRecordBody *self, const char *path)
{
  g_return_val_if_fail (SAMSPILL_IS_RECORD_BODY (self), NULL);
  for (guint i = 0; i < self->blocks->len; i++)
    if (g_str_equal (samspill_field_block_get_path (g_ptr_array_index (self->blocks, i)), path))
      return g_ptr_array_index (self->blocks, i);
  return NULL;
}

GPtrArray *
samspill_record_body_get_blocks (SamspillRecordBody *self)
{
  g_return_val_if_fail (SAMSPILL_IS_RECORD_BODY (self), NULL);
  return self->blocks;
}

gboolean
samspill_record_body_focus_field (SamspillRecordBody *self, const char *path)
{
  SamspillFieldBlock *block = samspill_record_body_get_block (self, path);

  if (block != NULL)
    return gtk_widget_grab_focus (GTK_WIDGET (samspill_field_block_get_view (block)));
  if (g_str_equal (path, "measures") && self->measures != NULL)
    {
      samspill_measures_editor_start (self->measures);
      return gtk_widget_child_focus (GTK_WIDGET (self->measures), GTK_DIR_TAB_FORWARD);
    }
  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);
      const char *row_path = SAMSPILL_IS_FIELD_ROW (row) ? samspill_field_row_get_path (SAMSPILL_FIELD_ROW (row))
                                                         : samspill_choice_row_get_path (SAMSPILL_CHOICE_ROW (row));

      /* "affected" is asked for by its first member. */
      if (g_str_has_prefix (row_path, path) && gtk_widget_get_visible (row))
        return gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD);
    }
  return FALSE;
}
