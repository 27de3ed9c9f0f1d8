/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samspill-row-view.h"

#include <adwaita.h>

#include "samspill-row-text.h"

#define MIN_ICON_SIZE 16
#define LINE_GAP 4
#define ICON_GAP 6
#define TIME_GAP 12
#define CAPTION_SCALE 0.82
/* Wider than this many line heights a title has room on one line. */
#define ONE_LINE_WIDTH 24
/* Characters before the hit that a snippet begins with. */
#define SNIPPET_LEAD 18
#define HIT_BEGIN 0xE000
#define HIT_END 0xE001

struct _SamspillRowView
{
  GtkWidget parent_instance;

  SamspillListItem *item;
  char *title, *subtitle, *time;
  PangoAttrList *title_marks, *subtitle_marks;
  GtkIconPaintable *icon;
  gboolean is_warning;
  PangoLayout *title_layout;                             /* made when it is needed */
  int title_line_height, caption_line_height, icon_size; /* 0: not measured since the font changed */
};

G_DEFINE_FINAL_TYPE (SamspillRowView, samspill_row_view, GTK_TYPE_WIDGET)

char *
samspill_marked_text_split (const char *marked, PangoAttrList **attributes)
{
  GString *plain = g_string_new (NULL);
  PangoAttrList *list = pango_attr_list_new ();
  g_autoptr (GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());
  gsize begin = 0;

  for (const char *p = marked; *p != '\0'; p = g_utf8_next_char (p))
    {
      const gunichar c = g_utf8_get_char (p);

      if (c == HIT_BEGIN)
        begin = plain->len;
      else if (c == HIT_END)
        {
          PangoAttribute *marks[] = {
            pango_attr_background_new ((guint16)(accent->red * 65535), (guint16)(accent->green * 65535),
                                       (guint16)(accent->blue * 65535)),
            pango_attr_background_alpha_new (65535 / 4),
            pango_attr_weight_new (PANGO_WEIGHT_BOLD), /* never by colour alone */
          };

          for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
            {
              marks[i]->start_index = (guint)begin;
              marks[i]->end_index = (guint)plain->len;
              pango_attr_list_insert (list, marks[i]);
            }
        }
      else
        g_string_append_unichar (plain, c);
    }
  *attributes = list;

  return g_string_free (plain, FALSE);
}

/* A snippet stands on one line: what was hit must come early in it. */
static char *
dup_snippet_from_hit (const char *snippet)
{
  const char *hit = g_utf8_strchr (snippet, -1, HIT_BEGIN);
  const char *start = hit;

  for (guint i = 0; start != NULL && i < SNIPPET_LEAD && start > snippet; i++)
    start = g_utf8_prev_char (start);
  if (start == NULL || start == snippet)
    return g_strdup (snippet);
  /* Not in the middle of a word, unless there is no other place. */
  for (const char *p = start; p < hit; p = g_utf8_next_char (p))
    if (g_unichar_isspace (g_utf8_get_char (p)))
      {
        start = g_utf8_next_char (p);
        break;
      }

  return g_strconcat ("… ", start, NULL);
}

static PangoLayout *
create_layout (SamspillRowView *self, const char *text, PangoAttrList *marks, gboolean is_caption)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  g_autoptr (PangoAttrList) attributes = marks != NULL ? pango_attr_list_copy (marks) : pango_attr_list_new ();

  if (is_caption)
    {
      pango_attr_list_insert (attributes, pango_attr_scale_new (CAPTION_SCALE));
      pango_attr_list_insert_before (attributes, pango_attr_weight_new (PANGO_WEIGHT_NORMAL));
    }
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);

  return layout;
}

static void
measure_lines (SamspillRowView *self)
{
  g_autoptr (PangoLayout) title = NULL;
  g_autoptr (PangoLayout) caption = NULL;

  if (self->title_line_height > 0)
    return;
  title = create_layout (self, "Åg", NULL, FALSE);
  caption = create_layout (self, "Åg", NULL, TRUE);
  pango_layout_get_pixel_size (title, NULL, &self->title_line_height);
  pango_layout_get_pixel_size (caption, NULL, &self->caption_line_height);
  /* The icon grows with large text. */
  self->icon_size = MAX (self->caption_line_height, MIN_ICON_SIZE);
  self->caption_line_height = MAX (self->caption_line_height, self->icon_size);
}

/* One line or two, as the title needs and the width allows; (transfer none). */
static PangoLayout *
lay_out_title (SamspillRowView *self, int width)
{
  measure_lines (self);
  if (self->title_layout == NULL)
    {
      self->title_layout = create_layout (self, self->title != NULL ? self->title : "", self->title_marks, FALSE);
      pango_layout_set_wrap (self->title_layout, PANGO_WRAP_WORD_CHAR);
    }
  pango_layout_set_width (self->title_layout, width * PANGO_SCALE);
  pango_layout_set_height (self->title_layout, width >= ONE_LINE_WIDTH * self->title_line_height ? -1 : -2);

  return self->title_layout;
}

static GtkSizeRequestMode
samspill_row_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
samspill_row_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                           int *minimum_baseline, int *natural_baseline)
{
  SamspillRowView *self = SAMSPILL_ROW_VIEW (widget);

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      pango_layout_get_pixel_size (lay_out_title (self, MAX (for_size, 1)), NULL, natural);
      *natural += LINE_GAP + self->caption_line_height;
      *minimum = *natural;
    }
}

static void
snapshot_layout (GtkSnapshot *snapshot, PangoLayout *layout, int x, int y, const GdkRGBA *color)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)x, (float)y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
snapshot_icon (SamspillRowView *self, GtkSnapshot *snapshot, int x, int y, const GdkRGBA *dimmed)
{
  AdwStyleManager *style = adw_style_manager_get_default ();
  const GdkRGBA warning_light = { 0.61f, 0.43f, 0.01f, 1 }, warning_dark = { 1, 0.76f, 0.32f, 1 };
  const GdkRGBA *color = dimmed;

  if (self->icon == NULL)
    return;
  if (self->is_warning)
    color = adw_style_manager_get_dark (style) ? &warning_dark : &warning_light;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)x, (float)y));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (self->icon), snapshot, self->icon_size,
                                            self->icon_size, color, 1);
  gtk_snapshot_restore (snapshot);
}

static void
samspill_row_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SamspillRowView *self = SAMSPILL_ROW_VIEW (widget);
  const gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  const int width = gtk_widget_get_width (widget);
  int y, line_height, time_width, line_width;
  PangoLayout *title;
  g_autoptr (PangoLayout) line = NULL;
  g_autoptr (PangoLayout) time = NULL;
  GdkRGBA color, dimmed;

  if (self->title == NULL || width <= 0)
    return;
  gtk_widget_get_color (widget, &color);
  dimmed = color;
  dimmed.alpha *= adw_style_manager_get_high_contrast (adw_style_manager_get_default ()) ? 0.9f : 0.75f;

  title = lay_out_title (self, width);
  snapshot_layout (snapshot, title, 0, 0, &color);
  pango_layout_get_pixel_size (title, NULL, &y);
  y += LINE_GAP;

  time = create_layout (self, self->time, NULL, TRUE);
  pango_layout_get_pixel_size (time, &time_width, &line_height);
  snapshot_layout (snapshot, time, is_rtl ? 0 : width - time_width, y + (self->caption_line_height - line_height) / 2,
                   &dimmed);

  snapshot_icon (self, snapshot, is_rtl ? width - self->icon_size : 0,
                 y + (self->caption_line_height - self->icon_size) / 2, &dimmed);
  line_width = width - self->icon_size - ICON_GAP - (time_width > 0 ? time_width + TIME_GAP : 0);
  if (line_width <= 0)
    return;
  line = create_layout (self, self->subtitle, self->subtitle_marks, TRUE);
  pango_layout_set_width (line, line_width * PANGO_SCALE);
  pango_layout_get_pixel_size (line, NULL, &line_height);
  snapshot_layout (snapshot, line,
                   is_rtl ? width - self->icon_size - ICON_GAP - line_width : self->icon_size + ICON_GAP,
                   y + (self->caption_line_height - line_height) / 2, &dimmed);
}

static void
samspill_row_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  SamspillRowView *self = SAMSPILL_ROW_VIEW (widget);

  GTK_WIDGET_CLASS (samspill_row_view_parent_class)->css_changed (widget, change);
  self->title_line_height = 0;
  g_clear_object (&self->title_layout);
  gtk_widget_queue_resize (widget);
}

static void
set_icon (SamspillRowView *self, const char *name)
{
  GtkWidget *widget = GTK_WIDGET (self);

  g_clear_object (&self->icon);
  self->icon = gtk_icon_theme_lookup_icon (gtk_icon_theme_get_for_display (gtk_widget_get_display (widget)), name, NULL,
                                           MIN_ICON_SIZE, gtk_widget_get_scale_factor (widget),
                                           gtk_widget_get_direction (widget), GTK_ICON_LOOKUP_FORCE_SYMBOLIC);
}

static void
clear_texts (SamspillRowView *self)
{
  g_clear_object (&self->title_layout);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->subtitle, g_free);
  g_clear_pointer (&self->time, g_free);
  g_clear_pointer (&self->title_marks, pango_attr_list_unref);
  g_clear_pointer (&self->subtitle_marks, pango_attr_list_unref);
}

static void
update (SamspillRowView *self)
{
  const SamspillRow *row = self->item != NULL ? samspill_list_item_get_row (self->item) : NULL;
  g_autofree char *title = NULL;

  clear_texts (self);
  if (row != NULL)
    {
      title = samspill_list_item_dup_marked_title (self->item);
      if (*title == '\0')
        {
          g_free (title);
          title = samspill_row_dup_title (row);
        }
      self->title = samspill_marked_text_split (title, &self->title_marks);
      /* Where the title says why it was found, the quiet line may say what it always says. */
      if (row->snippet != NULL && *row->snippet != '\0' && g_str_equal (self->title, title))
        {
          g_autofree char *snippet = dup_snippet_from_hit (row->snippet);

          self->subtitle = samspill_marked_text_split (snippet, &self->subtitle_marks);
          self->time = g_strdup ("");
        }
      else
        {
          self->subtitle = samspill_row_dup_subtitle (row);
          self->time = samspill_row_dup_time (row);
        }
      self->is_warning = samspill_row_is_warning (row);
      set_icon (self, samspill_row_get_icon (row));
    }
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
samspill_row_view_dispose (GObject *object)
{
  SamspillRowView *self = SAMSPILL_ROW_VIEW (object);

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);
  g_clear_object (&self->icon);
  clear_texts (self);

  G_OBJECT_CLASS (samspill_row_view_parent_class)->dispose (object);
}

static void
samspill_row_view_class_init (SamspillRowViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = samspill_row_view_dispose;
  widget_class->get_request_mode = samspill_row_view_get_request_mode;
  widget_class->measure = samspill_row_view_measure;
  widget_class->snapshot = samspill_row_view_snapshot;
  widget_class->css_changed = samspill_row_view_css_changed;
  gtk_widget_class_set_css_name (widget_class, "samspillrow");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
samspill_row_view_init (SamspillRowView *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
samspill_row_view_new (void)
{
  return g_object_new (SAMSPILL_TYPE_ROW_VIEW, NULL);
}

void
samspill_row_view_set_item (SamspillRowView *self, SamspillListItem *item)
{
  if (self->item == item)
    return;
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item != NULL)
    g_signal_connect_swapped (item, "changed", G_CALLBACK (update), self);
  update (self);
}
