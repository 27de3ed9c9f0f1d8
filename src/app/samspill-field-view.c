/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-field-view.h"

#include <adwaita.h>

/* The factor that page.css gives to `textview.prose`: the layout that measures has to know it too, since CSS line
 * heights do not reach gtk_widget_create_pango_layout (). */
#define PROSE_LINE_HEIGHT 1.45
#define READABLE_CHARACTERS 68
/* GtkTextView keeps this much of its width for the cursor after the last letter of a line. */
#define SPACE_FOR_CURSOR 1

struct _SamspillFieldView
{
  GtkTextView parent_instance;

  char *placeholder_text;
  GtkTextTag *mark_tag;
  gboolean editing;
  gboolean single_line;
  gboolean compact;
  gboolean show_placeholder; /* while it is read, too */
  gboolean loading;
  guint min_lines;
};

G_DEFINE_FINAL_TYPE (SamspillFieldView, samspill_field_view, GTK_TYPE_TEXT_VIEW)

enum
{
  PROP_EDITING = 1,
  PROP_SINGLE_LINE,
  PROP_PLACEHOLDER_TEXT,
  PROP_MIN_LINES,
  PROP_COMPACT,
  PROP_SHOW_PLACEHOLDER,
  N_PROPS
};
enum
{
  EDITED,
  NEXT,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static gboolean
has_placeholder (SamspillFieldView *self)
{
  return self->placeholder_text != NULL && (self->editing || self->show_placeholder) &&
         gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self))) == 0;
}

static PangoLayout *
create_layout (SamspillFieldView *self, const char *text, int width)
{
  GtkWidget *widget = GTK_WIDGET (self);
  PangoLayout *layout = gtk_widget_create_pango_layout (widget, text);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  if (width >= 0)
    pango_layout_set_width (layout, MAX (0, width - SPACE_FOR_CURSOR) * PANGO_SCALE);
  if (gtk_widget_has_css_class (widget, "prose"))
    pango_attr_list_insert (attributes, pango_attr_line_height_new (PROSE_LINE_HEIGHT));
  if (gtk_widget_has_css_class (widget, "numeric"))
    pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  return layout;
}

static int
readable_width (SamspillFieldView *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int width = pango_font_metrics_get_approximate_char_width (metrics);

  pango_font_metrics_unref (metrics);
  return PANGO_PIXELS (width * READABLE_CHARACTERS);
}

static GtkSizeRequestMode
samspill_field_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
samspill_field_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                             int *minimum_baseline, int *natural_baseline)
{
  SamspillFieldView *self = SAMSPILL_FIELD_VIEW (widget);

  *minimum_baseline = *natural_baseline = -1;
  if (orientation == GTK_ORIENTATION_HORIZONTAL && self->compact)
    {
      g_autofree char *text = samspill_field_view_dup_text (self);
      g_autoptr (PangoLayout) layout = create_layout (self, has_placeholder (self) ? self->placeholder_text : text, -1);

      *minimum = 0;
      pango_layout_get_pixel_size (layout, natural, NULL);
      *natural += SPACE_FOR_CURSOR;
    }
  else if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 0;
      *natural = readable_width (self);
    }
  else
    {
      g_autofree char *text = samspill_field_view_dup_text (self);
      g_autoptr (PangoLayout) layout = NULL;
      int height;
      int least = 0;

      /* Not wider than it will be allocated: GTK measures the height for all the room there is. */
      if (!self->compact && gtk_widget_get_halign (widget) != GTK_ALIGN_FILL)
        for_size = for_size >= 0 ? MIN (for_size, readable_width (self)) : readable_width (self);
      layout = create_layout (self, has_placeholder (self) ? self->placeholder_text : text, for_size);
      pango_layout_get_pixel_size (layout, NULL, &height);
      if (self->editing && self->min_lines > 1)
        {
          g_autoptr (PangoLayout) line = create_layout (self, "Åg", -1);

          pango_layout_get_pixel_size (line, NULL, &least);
          least *= (int)self->min_lines;
        }
      *minimum = *natural = MAX (height, least);
    }
}

static void
samspill_field_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SamspillFieldView *self = SAMSPILL_FIELD_VIEW (widget);

  GTK_WIDGET_CLASS (samspill_field_view_parent_class)->snapshot (widget, snapshot);
  if (has_placeholder (self))
    {
      g_autoptr (PangoLayout) layout = create_layout (self, self->placeholder_text, gtk_widget_get_width (widget));
      GdkRGBA color;

      gtk_widget_get_color (widget, &color);
      color.alpha *= 0.72f;
      gtk_snapshot_append_layout (snapshot, layout, &color);
    }
}

static void
buffer_changed_cb (SamspillFieldView *self)
{
  gtk_widget_queue_resize (GTK_WIDGET (self));
  if (!self->loading)
    g_signal_emit (self, signals[EDITED], 0);
}

/* A paste may bring line breaks into a field that has one line: they become blanks. */
static void
insert_text_cb (SamspillFieldView *self, GtkTextIter *location, char *text, int length, GtkTextBuffer *buffer)
{
  g_autofree char *line = NULL;

  if (!self->single_line || self->loading || memchr (text, '\n', (gsize)length) == NULL)
    return;
  line = g_strndup (text, (gsize)length);
  g_strdelimit (line, "\r\n", ' ');
  g_signal_stop_emission_by_name (buffer, "insert-text");
  gtk_text_buffer_insert (buffer, location, g_strstrip (line), -1);
}

static gboolean
key_pressed_cb (SamspillFieldView *self, guint key, guint code, GdkModifierType modifiers)
{
  gboolean is_return = key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter;

  if (!self->editing || !is_return || (modifiers & (GDK_SHIFT_MASK | GDK_ALT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  if (!self->single_line && (modifiers & GDK_CONTROL_MASK) == 0)
    return GDK_EVENT_PROPAGATE;
  g_signal_emit (self, signals[NEXT], 0);
  return GDK_EVENT_STOP;
}

static void
samspill_field_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  SamspillFieldView *self = SAMSPILL_FIELD_VIEW (object);

  switch (id)
    {
    case PROP_EDITING:
      g_value_set_boolean (value, self->editing);
      break;
    case PROP_SINGLE_LINE:
      g_value_set_boolean (value, self->single_line);
      break;
    case PROP_PLACEHOLDER_TEXT:
      g_value_set_string (value, self->placeholder_text);
      break;
    case PROP_MIN_LINES:
      g_value_set_uint (value, self->min_lines);
      break;
    case PROP_COMPACT:
      g_value_set_boolean (value, self->compact);
      break;
    case PROP_SHOW_PLACEHOLDER:
      g_value_set_boolean (value, self->show_placeholder);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
samspill_field_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  SamspillFieldView *self = SAMSPILL_FIELD_VIEW (object);

  switch (id)
    {
    case PROP_EDITING:
      samspill_field_view_set_editing (self, g_value_get_boolean (value));
      break;
    case PROP_SINGLE_LINE:
      self->single_line = g_value_get_boolean (value);
      break;
    case PROP_PLACEHOLDER_TEXT:
      g_set_str (&self->placeholder_text, g_value_get_string (value));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_PLACEHOLDER,
                                      self->placeholder_text != NULL ? self->placeholder_text : "", -1);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    case PROP_MIN_LINES:
      self->min_lines = g_value_get_uint (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    case PROP_SHOW_PLACEHOLDER:
      self->show_placeholder = g_value_get_boolean (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    case PROP_COMPACT:
      self->compact = g_value_get_boolean (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
    }
}

static void
samspill_field_view_finalize (GObject *object)
{
  SamspillFieldView *self = SAMSPILL_FIELD_VIEW (object);

  g_free (self->placeholder_text);
  G_OBJECT_CLASS (samspill_field_view_parent_class)->finalize (object);
}

static void
samspill_field_view_class_init (SamspillFieldViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = samspill_field_view_get_property;
  object_class->set_property = samspill_field_view_set_property;
  object_class->finalize = samspill_field_view_finalize;
  widget_class->get_request_mode = samspill_field_view_get_request_mode;
  widget_class->measure = samspill_field_view_measure;
  widget_class->snapshot = samspill_field_view_snapshot;

  properties[PROP_EDITING] = g_param_spec_boolean ("editing", NULL, NULL, FALSE, flags | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_SINGLE_LINE] = g_param_spec_boolean ("single-line", NULL, NULL, FALSE, flags);
  properties[PROP_PLACEHOLDER_TEXT] = g_param_spec_string ("placeholder-text", NULL, NULL, NULL, flags);
  properties[PROP_MIN_LINES] = g_param_spec_uint ("min-lines", NULL, NULL, 0, 100, 0, flags);
  properties[PROP_COMPACT] = g_param_spec_boolean ("compact", NULL, NULL, FALSE, flags);
  properties[PROP_SHOW_PLACEHOLDER] = g_param_spec_boolean ("show-placeholder", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[EDITED] =
      g_signal_new ("edited", SAMSPILL_TYPE_FIELD_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[NEXT] =
      g_signal_new ("next", SAMSPILL_TYPE_FIELD_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

/* Remarked words look like the line beside their remark, not like a misspelling. Tags take no colours from CSS: these
 * are what --accent-color comes to. */
static void
color_marks (SamspillFieldView *self)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  GdkRGBA line;
  GdkRGBA ground;

  gdk_rgba_parse (&line, adw_style_manager_get_dark (style) ? "#9cc8f5" : "#1a5a96");
  ground = line;
  ground.alpha = adw_style_manager_get_high_contrast (style) ? 0 : 0.14f;
  g_object_set (self->mark_tag, "underline-rgba", &line, "background-rgba", &ground, NULL);
}

static void
samspill_field_view_init (SamspillFieldView *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkEventController *keys = gtk_event_controller_key_new ();
  AdwStyleManager *style = adw_style_manager_get_default ();

  gtk_text_view_set_wrap_mode (view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (view, FALSE);
  gtk_text_view_set_editable (view, FALSE);
  gtk_text_view_set_cursor_visible (view, FALSE);
  gtk_text_view_set_input_hints (view, GTK_INPUT_HINT_SPELLCHECK);
  gtk_widget_add_css_class (GTK_WIDGET (self), "field");
  /* Undo is the draft's: one step back is the same step wherever it was made. */
  gtk_text_buffer_set_enable_undo (buffer, FALSE);
  self->mark_tag = gtk_text_buffer_create_tag (buffer, NULL, "underline", PANGO_UNDERLINE_SINGLE, NULL);
  g_signal_connect_object (style, "notify::dark", G_CALLBACK (color_marks), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (style, "notify::high-contrast", G_CALLBACK (color_marks), self, G_CONNECT_SWAPPED);
  color_marks (self);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (buffer_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (buffer, "insert-text", G_CALLBACK (insert_text_cb), self, G_CONNECT_SWAPPED);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
samspill_field_view_new (void)
{
  return g_object_new (SAMSPILL_TYPE_FIELD_VIEW, NULL);
}

char *
samspill_field_view_dup_text (SamspillFieldView *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

/* How many characters two texts share at the beginning, and then at the end. */
static void
common_ends (const char *old, const char *new, glong *prefix, glong *suffix)
{
  const char *a = old;
  const char *b = new;
  const char *a_end = old + strlen (old);
  const char *b_end = new + strlen (new);

  *prefix = *suffix = 0;
  while (*a != '\0' && *b != '\0' && g_utf8_get_char (a) == g_utf8_get_char (b))
    {
      a = g_utf8_next_char (a);
      b = g_utf8_next_char (b);
      (*prefix)++;
    }
  while (a_end > a && b_end > b)
    {
      const char *a_before = g_utf8_prev_char (a_end);
      const char *b_before = g_utf8_prev_char (b_end);

      if (g_utf8_get_char (a_before) != g_utf8_get_char (b_before))
        break;
      a_end = a_before;
      b_end = b_before;
      (*suffix)++;
    }
}

void
samspill_field_view_set_text (SamspillFieldView *self, const char *text)
{
  g_autofree char *old = NULL;
  g_autofree char *inserted = NULL;
  GtkTextBuffer *buffer;
  GtkTextIter start, end;
  glong prefix, suffix, old_length, new_length;

  g_return_if_fail (SAMSPILL_IS_FIELD_VIEW (self));
  g_return_if_fail (text != NULL);

  old = samspill_field_view_dup_text (self);
  if (g_str_equal (old, text))
    return;
  common_ends (old, text, &prefix, &suffix);
  old_length = g_utf8_strlen (old, -1);
  new_length = g_utf8_strlen (text, -1);
  inserted = g_utf8_substring (text, prefix, new_length - suffix);

  self->loading = TRUE;
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_get_iter_at_offset (buffer, &start, (int)prefix);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, (int)(old_length - suffix));
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, inserted, -1);
  if (self->editing && gtk_widget_has_focus (GTK_WIDGET (self)))
    gtk_text_buffer_place_cursor (buffer, &start);
  gtk_text_buffer_end_user_action (buffer);
  self->loading = FALSE;
}

gboolean
samspill_field_view_get_editing (SamspillFieldView *self)
{
  g_return_val_if_fail (SAMSPILL_IS_FIELD_VIEW (self), FALSE);
  return self->editing;
}

void
samspill_field_view_set_editing (SamspillFieldView *self, gboolean editing)
{
  g_return_if_fail (SAMSPILL_IS_FIELD_VIEW (self));
  if (self->editing == editing)
    return;
  self->editing = editing;
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self), editing);
  gtk_text_view_set_cursor_visible (GTK_TEXT_VIEW (self), editing);
  if (editing)
    gtk_widget_add_css_class (GTK_WIDGET (self), "editing");
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self), "editing");
      samspill_field_view_set_marks (self, NULL, 0);
    }
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EDITING]);
}

void
samspill_field_view_set_marks (SamspillFieldView *self, const SamspillFieldMark *marks, gsize n_marks)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  gtk_text_buffer_remove_tag (buffer, self->mark_tag, &start, &end);
  for (gsize i = 0; i < n_marks; i++)
    {
      gtk_text_buffer_get_iter_at_offset (buffer, &start, (int)marks[i].start);
      gtk_text_buffer_get_iter_at_offset (buffer, &end, (int)marks[i].end);
      gtk_text_buffer_apply_tag (buffer, self->mark_tag, &start, &end);
    }
}

void
samspill_field_view_select (SamspillFieldView *self, glong start, glong end)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextIter from, to;

  gtk_text_buffer_get_iter_at_offset (buffer, &from, (int)start);
  gtk_text_buffer_get_iter_at_offset (buffer, &to, (int)end);
  gtk_text_buffer_select_range (buffer, &to, &from);
  gtk_widget_grab_focus (GTK_WIDGET (self));
}
